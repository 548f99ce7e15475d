//! Everything that the evidence says of a supplier, judged at once.

use lifecycle::Catalog;
use reading::Place;
use terms::Day;

use crate::baseline::Baseline;
use crate::case::Case;
use crate::evidence::{Evidence, Supplier};
use crate::finding::{Class, Finding, Ground, Ruling, Subject, Verdict};
use crate::gate::{self, Gate};
use crate::red_flag::{About, Flag, Of, Severity, catalog};
use crate::supplier_history::{Beside, Figures, History, Share};

/// What an answer of the supplier is called among grounds.
pub const ANSWER: &str = "answer of the supplier";

/// What the evidence says of a supplier.
#[derive(Debug)]
pub struct Vetted {
    /// The gate before a purchase.
    pub gate: Gate,
    /// Every flag with every subject, by number, then by product.
    pub findings: Vec<Finding>,
    /// What its advisories tell.
    pub history: History,
    /// The same as counts.
    pub figures: Figures,
    /// CVEs told late, years late among them, of those whose publication is known.
    pub not_in_time: Share,
}

impl Vetted {
    /// How many findings have a verdict and a severity.
    #[must_use]
    pub fn count(&self, verdict: Verdict, severity: Severity) -> usize {
        let fits = |finding: &&Finding| {
            finding.ruling.verdict == verdict && finding.flag.severity() == severity
        };
        self.findings.iter().filter(fits).count()
    }
}

/// What evidence about a supplier is held against.
#[derive(Clone, Copy, Debug)]
pub struct Measures<'m> {
    /// The figures of all makers.
    pub baseline: &'m Baseline,
    /// How long software is supported, by what others say.
    pub life_cycles: &'m Catalog,
}

/// Judges a supplier by what is at hand, as of a day.
#[must_use]
pub fn vet(
    supplier: &Supplier<'_>,
    evidence: &Evidence,
    Measures { baseline, life_cycles }: Measures<'_>,
    today: Day,
) -> Vetted {
    let thresholds = &catalog().thresholds;
    let history = History::of(supplier, Beside { evidence, thresholds, today });
    let figures = Figures::of(&history.own, thresholds);
    let case = Case {
        supplier,
        evidence,
        history,
        figures,
        baseline,
        life_cycles,
        thresholds,
        today,
    };
    let findings = catalog().flags().flat_map(|flag| judged(&case, flag)).collect();
    let gate = gate::isao(&case);
    let not_in_time = case.history.own.not_in_time(thresholds);
    Vetted { gate, findings, history: case.history, figures: case.figures, not_in_time }
}

fn judged(case: &Case<'_>, flag: Flag) -> Vec<Finding> {
    let finding = |subject, of| {
        let ruling = dated(flag.judge(case, of), case);
        let ruling = with_answers(ruling, case, flag, of);
        let ask = match ruling.verdict {
            Verdict::Raised | Verdict::CannotTell => flag.ask(),
            Verdict::Clear | Verdict::NotApplicable => "",
        };
        Finding { flag, subject, ruling, ask: ask.to_owned() }
    };
    match flag.about() {
        About::Supplier => vec![finding(Subject::Supplier, Of::Supplier)],
        About::Product => {
            let products = case.evidence.products.iter();
            let judged = products.map(|product| {
                finding(Subject::Product(product.name.clone()), Of::Product(product))
            });
            judged.collect()
        }
    }
}

/// A ruling whose facts from SBOMs are of the day on which the SBOM says that it was made.
fn dated(mut ruling: Ruling, case: &Case<'_>) -> Ruling {
    let made = |file: &str| {
        let products = case.evidence.products.iter();
        let held = products.flat_map(|it| &it.sboms).find(|held| held.file == file)?;
        let created = held.value.created.as_deref()?;
        Some(terms::date::instant(created).ok()?.day())
    };
    for ground in ruling.grounds.iter_mut().filter(|it| it.date.is_none()) {
        ground.date = made(&ground.document);
    }
    ruling
}

/// A ruling with what the supplier answered beside it. A claim changes no verdict; where
/// nothing else is at hand, it says what would prove it.
fn with_answers(mut ruling: Ruling, case: &Case<'_>, flag: Flag, of: Of<'_>) -> Ruling {
    let product = match of {
        Of::Product(product) => product.name.as_str(),
        Of::Supplier => "",
    };
    let fits = |answer: &&crate::Answered| {
        answer.flag == flag.id()
            && (answer.product.is_empty() || answer.product == product)
    };
    let answers = case.evidence.answers.iter().filter(fits);
    let claims: Vec<Ground> = answers
        .map(|answer| {
            let text = format!("the supplier answers: {}", answer.text);
            let ground = Ground::of(Class::Attested, ANSWER, Place::Document, text);
            ground.dated(answer.on)
        })
        .collect();
    if claims.is_empty() {
        return ruling;
    }
    if ruling.verdict == Verdict::CannotTell {
        ruling.change =
            format!("a document that proves the answer, or {}", ruling.change);
    }
    ruling.grounds.extend(claims);
    ruling
}
