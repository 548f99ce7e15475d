//! Everything that the evidence says of a supplier, judged at once.

use terms::Day;

use crate::baseline::Baseline;
use crate::case::Case;
use crate::evidence::{Evidence, Supplier};
use crate::finding::{Finding, Subject, Verdict};
use crate::gate::{self, Gate};
use crate::red_flag::{About, Flag, Of, Severity, catalog};
use crate::supplier_history::{Beside, Figures, History};

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

/// Judges a supplier by what is at hand, as of a day.
#[must_use]
pub fn vet(
    supplier: &Supplier<'_>,
    evidence: &Evidence,
    baseline: &Baseline,
    today: Day,
) -> Vetted {
    let thresholds = &catalog().thresholds;
    let history = History::of(supplier, Beside { evidence, thresholds, today });
    let figures = Figures::of(&history.own, thresholds);
    let case = Case { supplier, evidence, history, figures, baseline, thresholds, today };
    let findings = catalog().flags().flat_map(|flag| judged(&case, flag)).collect();
    let gate = gate::isao(&case);
    Vetted { gate, findings, history: case.history, figures: case.figures }
}

fn judged(case: &Case<'_>, flag: Flag) -> Vec<Finding> {
    let finding = |subject, of| {
        let ruling = flag.judge(case, of);
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
