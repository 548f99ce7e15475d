//! Bidders side by side: who may be bought, the gates with their overrides, what is asked of
//! each, what contradicts what, what is open, and to whom it was awarded.

use terms::Day;

use crate::{
    Align, Bar, Bars, Block, Fact, Finding, Frame, Kind, Line, Plot, Report, Table, Word,
    capital, counted, shown,
};

/// How many bidders stand side by side: as many as have room on a page.
const ABREAST: usize = 4;
/// How many rows of one bidder's flaws are told.
const FLAWS_MAX: usize = 25;

/// The verdicts of considerations that are asked, by word and as people read them.
const VERDICTS: [(&str, &str); 4] = [
    ("met", "met"),
    ("partly_met", "partly met"),
    ("not_met", "not met"),
    ("cannot_tell", "cannot tell"),
];

/// A purchase with its bidders.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What is bought.
    pub title: String,
    /// How much hangs on the device, in words.
    pub tier: &'static str,
    /// The last day on which it will be in use; none where nobody says.
    pub used_until: Option<Day>,
    /// What is asked: the name of the profile, and its version.
    pub profile: (String, String),
    /// The organisations that buy along.
    pub members: Vec<String>,
    /// Whether an index of advisories is in use: without one nobody can tell of flaws.
    pub has_index: bool,
    /// The considerations that are asked of anybody who bids: id and title.
    pub asked: Vec<(String, String)>,
    /// Who bids.
    pub bidders: Vec<Bidder>,
    /// How it ended; none while it goes on.
    pub ended: Option<Ended>,
}

/// One bid.
#[derive(Clone, Debug)]
pub struct Bidder {
    /// Who bids.
    pub name: String,
    /// What is offered, with its version; empty where nobody says.
    pub product: String,
    /// The gates, in their order.
    pub gates: Vec<Gate>,
    /// The verdicts of considerations: id and word.
    pub considerations: Vec<(String, &'static str)>,
    /// What cannot be right together: how grave, what, and why.
    pub contradictions: Vec<(&'static str, String, String)>,
    /// What the bidder is to be asked: about what, the question, and why.
    pub questions: Vec<(String, String, String)>,
    /// Whether an SBOM of it was read: without one nobody can tell of flaws.
    pub has_sbom: bool,
    /// Known flaws that are open or in doubt, those that are exploited first.
    pub flaws: Vec<Flaw>,
}

/// A gate, as it stands for one bidder.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Its id.
    pub id: String,
    /// What has to be proven.
    pub title: String,
    /// How it stands, by word: `passed`, `unproven`, `closed`.
    pub standing: &'static str,
    /// Whether it keeps from buying.
    pub blocks: bool,
    /// Why, in a sentence without a full stop.
    pub why: String,
    /// What to ask.
    pub ask: String,
    /// The facts that were used.
    pub facts: Vec<Fact>,
    /// The override that holds.
    pub by_override: Option<Override>,
}

/// That two people override a gate.
#[derive(Clone, Debug)]
pub struct Override {
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub last_day: Day,
    /// Who asked for it.
    pub asked_by: String,
    /// Who approved it.
    pub approved_by: String,
}

/// A known flaw of something that is delivered.
#[derive(Clone, Debug)]
pub struct Flaw {
    /// Its id.
    pub id: String,
    /// In what.
    pub component: String,
    /// The verdict, in words.
    pub verdict: String,
    /// Whether it is exploited.
    pub is_exploited: bool,
}

/// How a purchase ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// When, as people read it.
    pub at: String,
    /// By whom.
    pub by: String,
    /// Why, or on which conditions; empty where nobody says.
    pub reason: String,
    /// To whom it was awarded, and the last day on which that holds; none where it was cancelled.
    pub award: Option<(String, Day)>,
    /// What is new since the award: about what, and what is so today.
    pub news: Vec<(String, String)>,
}

impl Bidder {
    fn is_blocked(&self) -> bool {
        self.gates.iter().any(|gate| gate.blocks)
    }

    fn overridden(&self) -> impl Iterator<Item = &Gate> {
        self.gates.iter().filter(|gate| gate.by_override.is_some() && !gate.blocks)
    }

    fn count(&self, verdict: &str) -> usize {
        self.considerations.iter().filter(|(_, word)| *word == verdict).count()
    }

    /// Exploited flaws; none where nobody can tell.
    fn exploited(&self, compared: &Comparison) -> Option<usize> {
        let known = compared.has_index && self.has_sbom;
        known.then(|| self.flaws.iter().filter(|it| it.is_exploited).count())
    }
}

/// The report.
#[must_use]
pub fn purchase(frame: &Frame<'_>, compared: &Comparison) -> Report {
    let title = format!("Bidders compared: {}", compared.title);
    let mut report = Report::new(Kind::Purchase, title, frame);
    report.lead = lead(compared);
    report.note = "Nothing is bought from a bidder until each gate is passed, or two people \
                   have overridden it. What a bidder says of itself is a claim, and alone it \
                   is never met."
        .to_owned();
    report.add("What is bought", said(frame, compared));
    report.add("How it ended", ended(frame, compared));
    report.add("Who may be bought", may_be_bought(compared));
    report.add("The gates side by side", gates(compared));
    report.add("Gates that are not passed, and overrides", unpassed(compared));
    report.add("What is asked, side by side", considerations(compared));
    report.add("What cannot be right together", contradictions(compared));
    report.add("Known flaws of what would be delivered", flaws(compared));
    report.add("Open points", questions(compared));
    report
}

fn lead(compared: &Comparison) -> String {
    match &compared.ended {
        Some(Ended { award: Some((bidder, until)), .. }) => {
            return format!("It is awarded to {bidder} until {}.", shown(*until));
        }
        Some(_) => return "Nothing is bought: the purchase was cancelled.".to_owned(),
        None => {}
    }
    let open: Vec<&Bidder> =
        compared.bidders.iter().filter(|one| !one.is_blocked()).collect();
    let all = counted(compared.bidders.len(), "bidder", "bidders");
    let by_override = open.iter().filter(|one| one.overridden().next().is_some()).count();
    let by_override = match (by_override, open.len()) {
        (0, _) => String::new(),
        (_, 1) => ", by an override".to_owned(),
        (count, _) => format!(", {count} of them by an override"),
    };
    match (compared.bidders.len(), open.as_slice()) {
        (0, _) => "Nobody bids yet.".to_owned(),
        (_, []) => format!("Of {all} none may be bought yet: gates keep from it."),
        (_, [one]) => format!("Of {all} one may be bought{by_override}: {}.", one.name),
        (_, open) => format!("Of {all} {} may be bought{by_override}.", open.len()),
    }
}

fn said(frame: &Frame<'_>, compared: &Comparison) -> Vec<Block> {
    let until = compared.used_until.map_or_else(|| "nobody says".to_owned(), shown);
    let buys: Vec<&str> = std::iter::once(frame.organisation)
        .chain(compared.members.iter().map(String::as_str))
        .collect();
    let (profile, version) = &compared.profile;
    let columns = [("What", Align::Text), ("What is said", Align::Text)];
    let mut table = Table::new("What is said of the purchase", &columns);
    for (name, text) in [
        ("What is bought", compared.title.clone()),
        ("Device", capital(compared.tier)),
        ("In use until", until),
        ("Who buys", buys.join("; ")),
        ("What is asked", format!("{profile} {version}")),
    ] {
        table.rows.push(vec![name.to_owned(), text]);
    }
    table.block().into_iter().collect()
}

fn ended(frame: &Frame<'_>, compared: &Comparison) -> Vec<Block> {
    let Some(ended) = &compared.ended else { return Vec::new() };
    let reason = match (&ended.award, ended.reason.as_str()) {
        (_, "") => String::new(),
        (Some(_), reason) => format!(" On condition: {reason}"),
        (None, reason) => format!(" Why: {reason}"),
    };
    let text = match &ended.award {
        Some((bidder, until)) => {
            let over = if *until < frame.day { ", which is over" } else { "" };
            format!(
                "Awarded to {bidder} by {}, {}; it holds until {}{over}.{reason}",
                ended.by,
                ended.at,
                shown(*until)
            )
        }
        None => format!("Cancelled by {}, {}.{reason}", ended.by, ended.at),
    };
    let columns = [("What is new", Align::Text), ("What is so today", Align::Text)];
    let mut table = Table::new("What is new since the award", &columns);
    let news = ended.news.iter();
    table.rows.extend(news.map(|(what, told)| vec![what.clone(), told.clone()]));
    std::iter::once(Block::Paragraph { text }).chain(table.block()).collect()
}

/// Whether somebody may be bought, in words.
fn standing(bidder: &Bidder) -> &'static str {
    match (bidder.is_blocked(), bidder.overridden().next()) {
        (true, _) => "no",
        (false, None) => "yes",
        (false, Some(_)) => "by an override",
    }
}

fn may_be_bought(compared: &Comparison) -> Vec<Block> {
    let columns = [
        ("Bidder", Align::Text),
        ("Offers", Align::Text),
        ("May be bought", Align::Text),
        ("Gates that block", Align::Number),
        ("Contradictions", Align::Number),
        ("Exploited flaws", Align::Number),
        ("Open points", Align::Number),
    ];
    let mut table = Table::new("Bidders, and whether they may be bought", &columns);
    let mut rows = Vec::new();
    for one in &compared.bidders {
        let exploited = one.exploited(compared);
        table.rows.push(vec![
            one.name.clone(),
            one.product.clone(),
            standing(one).to_owned(),
            one.gates.iter().filter(|gate| gate.blocks).count().to_string(),
            one.contradictions.len().to_string(),
            exploited.map_or_else(|| "cannot tell".to_owned(), |count| count.to_string()),
            one.questions.len().to_string(),
        ]);
        rows.push(Bar {
            label: one.name.clone(),
            values: VERDICTS.map(|(word, _)| Some(one.count(word))).into(),
        });
    }
    if rows.is_empty() {
        return Vec::new();
    }
    let sum = |row: &Bar| row.values.iter().flatten().sum::<usize>();
    let told = compared.bidders.iter().map(|one| {
        let (met, not) = (one.count("met"), one.count("not_met"));
        format!(
            "{}: {met} met, {not} not met, {} cannot be told",
            one.name,
            one.count("cannot_tell")
        )
    });
    let plot = Plot {
        title: "Considerations by bidder and verdict".to_owned(),
        alt: format!(
            "Bars of considerations by verdict. {}.",
            told.collect::<Vec<_>>().join("; ")
        ),
        bars: Bars::Stacked,
        series: VERDICTS.map(|(_, label)| label.to_owned()).into(),
        whole: rows.iter().map(sum).max().unwrap_or_default().max(1),
        unit: "considerations".to_owned(),
        rows,
    };
    table.block().into_iter().chain([Block::Plot(plot)]).collect()
}

/// Tables with a column for each bidder, as many side by side as have room.
fn side_by_side(
    compared: &Comparison,
    (caption, first): (&str, &str),
    rows: &[(String, String)],
    cell: impl Fn(&Bidder, &str) -> String,
) -> Vec<Block> {
    let groups = compared.bidders.chunks(ABREAST);
    let count = groups.len();
    let table = |(at, group): (usize, &[Bidder])| {
        let caption = match count {
            1 => caption.to_owned(),
            count => format!("{caption}, {} of {count}", at + 1),
        };
        let names = group.iter().map(|one| (one.name.as_str(), Align::Text));
        let columns: Vec<(&str, Align)> =
            std::iter::once((first, Align::Text)).chain(names).collect();
        let mut table = Table::new(&caption, &columns);
        table.rows.extend(rows.iter().map(|(id, title)| {
            let cells = group.iter().map(|one| cell(one, id));
            std::iter::once(title.clone()).chain(cells).collect()
        }));
        table.block()
    };
    groups.enumerate().filter_map(table).collect()
}

/// How a gate stands, as a word.
fn word(gate: &Gate) -> Word {
    match (gate.standing, gate.blocks) {
        ("passed", _) => Word::plain("passed"),
        (standing, true) => Word::plain(standing),
        (standing, false) => Word { word: standing, label: "overridden" },
    }
}

fn gates(compared: &Comparison) -> Vec<Block> {
    let rows: Vec<(String, String)> = compared
        .bidders
        .first()
        .map(|one| one.gates.iter().map(|gate| (gate.id.clone(), gate.title.clone())))
        .into_iter()
        .flatten()
        .collect();
    side_by_side(compared, ("Gates by bidder", "Gate"), &rows, |one, id| {
        let gate = one.gates.iter().find(|gate| gate.id == id);
        gate.map_or("", |gate| word(gate).label).to_owned()
    })
}

fn unpassed(compared: &Comparison) -> Vec<Block> {
    let of = |one: &Bidder| -> Vec<Block> {
        let gates = one.gates.iter().filter(|gate| gate.standing != "passed");
        gates.map(|gate| Block::Finding(finding(one, gate))).collect()
    };
    compared.bidders.iter().flat_map(of).collect()
}

fn finding(bidder: &Bidder, gate: &Gate) -> Finding {
    let by_override = gate.by_override.as_ref().filter(|_| !gate.blocks);
    let lines = match by_override {
        Some(it) => [
            Line::of("Overridden because", it.reason.as_str()),
            Line::of("By", format!("{}, approved by {}", it.asked_by, it.approved_by)),
            Line::of("Until", shown(it.last_day)),
            Line::of("Stands", gate.standing),
        ],
        None => [Line::of("Ask", gate.ask.as_str()), None, None, None],
    };
    Finding {
        name: format!("{}: {}", bidder.name, gate.title),
        verdict: word(gate),
        why: gate.why.clone(),
        lines: lines.into_iter().flatten().collect(),
        facts: gate.facts.clone(),
    }
}

fn considerations(compared: &Comparison) -> Vec<Block> {
    let rows: Vec<(String, String)> = compared
        .asked
        .iter()
        .map(|(id, title)| (id.clone(), format!("{id} {title}")))
        .collect();
    let head = ("Considerations by bidder", "Consideration");
    side_by_side(compared, head, &rows, |one, id| {
        let mut own = one.considerations.iter();
        let word = own.find(|(known, _)| known == id).map_or("", |(_, word)| word);
        let label = VERDICTS.iter().find(|(known, _)| *known == word);
        let rest = if matches!(word, "" | "not_applicable") {
            "not asked"
        } else {
            "cannot tell"
        };
        label.map_or(rest, |(_, label)| label).to_owned()
    })
}

fn contradictions(compared: &Comparison) -> Vec<Block> {
    let columns = [
        ("Bidder", Align::Text),
        ("What", Align::Text),
        ("Why", Align::Text),
        ("Grave", Align::Text),
    ];
    let mut table = Table::new("What contradicts what", &columns);
    for one in &compared.bidders {
        table.rows.extend(one.contradictions.iter().map(|(severity, title, why)| {
            let severity = (*severity).to_owned();
            vec![one.name.clone(), title.clone(), capital(why), severity]
        }));
    }
    table.block().into_iter().collect()
}

fn flaws(compared: &Comparison) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !compared.has_index && !compared.bidders.is_empty() {
        let text = "No index of advisories is in use: nobody can tell, which is not the \
                    same as none.";
        return vec![Block::Paragraph { text: text.to_owned() }];
    }
    for one in &compared.bidders {
        if !one.has_sbom {
            let text = format!(
                "{}: no SBOM was read, so nobody can tell which flaws it has.",
                one.name
            );
            blocks.push(Block::Paragraph { text });
            continue;
        }
        let columns =
            [("Flaw", Align::Text), ("In what", Align::Text), ("Verdict", Align::Text)];
        let mut table = Table::new(&format!("Known flaws: {}", one.name), &columns);
        table.rows.extend(one.flaws.iter().take(FLAWS_MAX).map(|flaw| {
            let verdict = match flaw.is_exploited {
                true => format!("{}, exploited", flaw.verdict),
                false => flaw.verdict.clone(),
            };
            vec![flaw.id.clone(), flaw.component.clone(), capital(&verdict)]
        }));
        blocks.extend(table.block());
        if let Some(more) =
            one.flaws.len().checked_sub(FLAWS_MAX).filter(|more| *more > 0)
        {
            let text = format!("{more} more stand on the page of the bid.");
            blocks.push(Block::Paragraph { text });
        }
    }
    blocks
}

fn questions(compared: &Comparison) -> Vec<Block> {
    let table = |one: &Bidder| {
        let columns =
            [("About", Align::Text), ("Question", Align::Text), ("Why", Align::Text)];
        let mut table = Table::new(&format!("To be asked: {}", one.name), &columns);
        table.rows.extend(one.questions.iter().map(|(about, question, why)| {
            vec![about.clone(), question.clone(), capital(why)]
        }));
        table.block()
    };
    compared.bidders.iter().filter_map(table).collect()
}
