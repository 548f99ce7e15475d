//! What the evidence says of a supplier before anything is bought: the gate, the red flags with
//! their evidence, its advisories against those of all makers, its products, its dossier.

use controls::baseline::Baseline;
use controls::red_flag::Severity;
use controls::supplier_history::{Figures, Share};
use controls::{Finding as Found, Subject, Verdict, Vetted};

use crate::{
    Align, Bar, Bars, Block, Fact, Finding, Frame, Kind, Line, Plot, Report, Table, Word,
    capital, counted, shown,
};

/// The measures that are told, each with its words.
pub const MEASURES: [(&str, &str); 10] = [
    ("late", "CVEs told 30 days late or more"),
    ("years_late", "Advisories with a CVE two years old or more"),
    ("without_fix", "Advisories without any fix"),
    ("without_guidance", "Advisories that leave a flaw without guidance"),
    ("hard_coded", "Advisories with hard-coded credentials"),
    ("exploited", "Advisories with a flaw that is exploited"),
    ("self_credited", "Advisories that thank the supplier itself"),
    ("revised", "Advisories that were revised"),
    ("overdue", "Promised fixes that are overdue"),
    ("identified", "Advisories that identify a product"),
];

/// What is known of a supplier.
#[derive(Debug)]
pub struct Vetting<'a> {
    /// Its name.
    pub name: &'a str,
    /// The verdict.
    pub vetted: &'a Vetted,
    /// What is usual among makers.
    pub baseline: &'a Baseline,
    /// The products that were looked at.
    pub products: Vec<Product>,
    /// What is kept about it.
    pub dossier: Vec<Dossier>,
}

/// A product that was looked at.
#[derive(Clone, Debug)]
pub struct Product {
    /// Its name.
    pub name: String,
    /// SBOMs in force.
    pub sboms: usize,
    /// Components that these list.
    pub components: usize,
    /// Known flaws that affect these; none where no index is in use.
    pub affected: Option<usize>,
    /// Exploited flaws that are open in them.
    pub exploited: usize,
}

/// An entry of the dossier.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// What it is.
    pub kind: String,
    /// What it says.
    pub says: String,
    /// From whom it is known.
    pub origin: String,
    /// The document that proves it; empty where there is none.
    pub document: String,
}

/// The report.
#[must_use]
pub fn supplier(frame: &Frame<'_>, vetting: &Vetting<'_>) -> Report {
    let title = format!("What the evidence says of {}", vetting.name);
    let mut report = Report::new(Kind::Supplier, title, frame);
    let vetted = vetting.vetted;
    report.lead = lead(vetting);
    report.note = "Cannot tell is neither good nor bad: the evidence does not reach. A \
                   supplier's own word alone clears nothing."
        .to_owned();
    report.add("The gate before a purchase", vec![Block::Finding(gate(vetting, frame))]);
    report.add("Red flags", vec![Block::Plot(flags(vetted))]);
    for (verdict, heading) in [
        (Verdict::Raised, "Red flags that are raised"),
        (Verdict::CannotTell, "What cannot be told, and what to ask"),
    ] {
        let found = of(vetted, verdict);
        let findings = found.iter().map(|one| Block::Finding(finding(one, frame)));
        report.add(heading, findings.collect());
    }
    report.add("What speaks for it, and what does not apply", settled(vetted));
    report.add("Its advisories against those of all makers", history(vetting));
    report.add("Its products", products(&vetting.products));
    report.add("What is kept about it", dossier(&vetting.dossier));
    report
}

fn lead(vetting: &Vetting<'_>) -> String {
    let (name, vetted) = (vetting.name, vetting.vetted);
    let count = |verdict: Verdict| of(vetted, verdict).len();
    let begin = match vetted.gate.standing.is_blocked() {
        true => format!("Nothing is bought from {name} yet: {}.", vetted.gate.why),
        false => format!("{name} has passed the gate: {}.", vetted.gate.why),
    };
    let raised = count(Verdict::Raised);
    let blocks = match vetted.count(Verdict::Raised, Severity::Block) {
        0 => String::new(),
        1 => ", 1 of them blocks".to_owned(),
        count => format!(", {count} of them block"),
    };
    format!(
        "{begin} {}{blocks}; {} cannot be told.",
        counted(raised, "red flag is raised", "red flags are raised"),
        count(Verdict::CannotTell),
    )
}

/// The findings with a verdict, the gravest first.
fn of(vetted: &Vetted, verdict: Verdict) -> Vec<&Found> {
    let all = vetted.findings.iter();
    let mut found: Vec<&Found> =
        all.filter(|one| one.ruling.verdict == verdict).collect();
    found.sort_by_key(|one| (one.flag.severity(), one.flag.number()));
    found
}

const fn word(verdict: Verdict) -> Word {
    let label = match verdict {
        Verdict::Raised => "raised",
        Verdict::CannotTell => "cannot tell",
        Verdict::Clear => "clear",
        Verdict::NotApplicable => "not applicable",
    };
    Word { word: verdict.word(), label }
}

fn gate(vetting: &Vetting<'_>, frame: &Frame<'_>) -> Finding {
    let gate = &vetting.vetted.gate;
    let word = match gate.standing.is_blocked() {
        true => Word { word: gate.standing.word(), label: "blocked" },
        false => Word::plain("passed"),
    };
    Finding {
        name: "A proven membership in an ISAO that has not ended".to_owned(),
        verdict: word,
        why: gate.why.clone(),
        lines: Vec::new(),
        facts: Fact::all(&gate.grounds, frame),
    }
}

fn name_of(found: &Found) -> String {
    let flag = found.flag;
    match &found.subject {
        Subject::Product(name) if !name.is_empty() => {
            format!("{} {} ({name})", flag.number(), flag.title())
        }
        Subject::Product(_) | Subject::Supplier => {
            format!("{} {}", flag.number(), flag.title())
        }
    }
}

fn finding(found: &Found, frame: &Frame<'_>) -> Finding {
    let flag = found.flag;
    let lines = [
        Line::of("Severity", flag.severity().word()),
        Line::of("Ask", flag.ask()),
        Line::of("What would change it", found.ruling.change.as_str()),
        Line::of("Its evidence comes with", flag.later()),
    ];
    Finding {
        name: name_of(found),
        verdict: word(found.ruling.verdict),
        why: found.ruling.why.clone(),
        lines: lines.into_iter().flatten().collect(),
        facts: Fact::all(&found.ruling.grounds, frame),
    }
}

fn flags(vetted: &Vetted) -> Plot {
    let rows: Vec<Bar> = Severity::ALL
        .into_iter()
        .map(|severity| Bar {
            label: capital(severity.word()),
            values: Verdict::ALL
                .map(|verdict| Some(vetted.count(verdict, severity)))
                .into(),
        })
        .collect();
    let sum = |row: &Bar| row.values.iter().flatten().sum::<usize>();
    let told = Severity::ALL.map(|severity| {
        let count = |verdict| vetted.count(verdict, severity);
        format!(
            "{}: {} raised, {} cannot be told",
            severity.word(),
            count(Verdict::Raised),
            count(Verdict::CannotTell)
        )
    });
    Plot {
        title: "Red flags by severity and verdict".to_owned(),
        alt: format!("Bars of red flags by verdict. {}.", told.join("; ")),
        bars: Bars::Stacked,
        series: Verdict::ALL.map(|verdict| word(verdict).label.to_owned()).into(),
        whole: rows.iter().map(sum).max().unwrap_or_default().max(1),
        unit: "red flags".to_owned(),
        rows,
    }
}

fn settled(vetted: &Vetted) -> Vec<Block> {
    let columns =
        [("Red flag", Align::Text), ("Verdict", Align::Text), ("Why", Align::Text)];
    let mut table = Table::new("Red flags that are clear or do not apply", &columns);
    for verdict in [Verdict::Clear, Verdict::NotApplicable] {
        table.rows.extend(of(vetted, verdict).iter().map(|one| {
            vec![name_of(one), word(verdict).label.to_owned(), capital(&one.ruling.why)]
        }));
    }
    table.block().into_iter().collect()
}

fn share(figures: &Figures, name: &str) -> Share {
    let mut shares = figures.shares().into_iter();
    shares.find(|(known, _)| *known == name).map(|(_, it)| it).unwrap_or_default()
}

fn history(vetting: &Vetting<'_>) -> Vec<Block> {
    let (own, usual) = (&vetting.vetted.figures, &vetting.baseline.figures);
    if own.advisories == 0 {
        let text = "No advisory in use bears its name: nothing is measured, which is not \
                    the same as nothing to find.";
        return vec![Block::Paragraph { text: text.to_owned() }];
    }
    let rows: Vec<Bar> = MEASURES
        .into_iter()
        .map(|(name, label)| Bar {
            label: label.to_owned(),
            values: vec![share(own, name).percent(), share(usual, name).percent()],
        })
        .collect();
    let days = |days: Option<i32>| {
        days.map_or_else(|| "nothing tells".to_owned(), |it| format!("{it} days"))
    };
    let span = vetting.vetted.history.own.span.map_or_else(String::new, |(one, last)| {
        format!(" from {} to {}", shown(one), shown(last))
    });
    let text = format!(
        "Its own {}{span} name {}. From a CVE to its advisory, the middle one: {}; of all \
         makers: {}. The figures of all makers were measured on {}: {}.",
        counted(own.advisories, "advisory", "advisories"),
        counted(own.vulnerabilities, "vulnerability", "vulnerabilities"),
        days(own.median_delay_days),
        days(usual.median_delay_days),
        shown(vetting.baseline.made),
        vetting.baseline.source,
    );
    let plot = Plot {
        title: "Its own advisories, and those of all makers".to_owned(),
        alt: format!(
            "Bars of ten measures in percent, its own above those of all makers. Without \
             any fix: {} against {}.",
            share(own, "without_fix"),
            share(usual, "without_fix")
        ),
        bars: Bars::Beside,
        series: vec!["its own".to_owned(), "all makers".to_owned()],
        whole: 100,
        unit: "percent".to_owned(),
        rows,
    };
    vec![Block::Paragraph { text }, Block::Plot(plot)]
}

fn products(all: &[Product]) -> Vec<Block> {
    let columns = [
        ("Product", Align::Text),
        ("SBOMs in force", Align::Number),
        ("Components", Align::Number),
        ("Known flaws", Align::Number),
        ("Exploited", Align::Number),
    ];
    let mut table = Table::new("Products that were looked at", &columns);
    table.rows.extend(all.iter().map(|one| {
        // Without an SBOM or an index nobody has looked, which is not the same as none.
        let affected = one.affected.map(|count| count.to_string());
        vec![
            one.name.clone(),
            one.sboms.to_string(),
            one.components.to_string(),
            affected.clone().unwrap_or_else(|| "nobody can tell".to_owned()),
            match affected {
                Some(_) => one.exploited.to_string(),
                None => "nobody can tell".to_owned(),
            },
        ]
    }));
    table.block().into_iter().collect()
}

fn dossier(all: &[Dossier]) -> Vec<Block> {
    let columns = [
        ("What", Align::Text),
        ("What it says", Align::Text),
        ("Known from", Align::Text),
        ("Proof", Align::Text),
    ];
    let mut table = Table::new("Entries of the dossier", &columns);
    table.rows.extend(all.iter().map(|one| {
        vec![one.kind.clone(), one.says.clone(), one.origin.clone(), one.document.clone()]
    }));
    table.block().into_iter().collect()
}
