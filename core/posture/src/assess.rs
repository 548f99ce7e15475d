//! Every control of an organisation, judged on a day.

use std::collections::BTreeSet;

use evidence::Kind;
use terms::Day;

use crate::actions::Step;
use crate::case::Case;
use crate::catalog::{Control, catalog};
use crate::control;
use crate::holdings::Holdings;
use crate::ruling::{Lack, Ruling, Verdict};
use crate::tailoring::{Exception, Tailoring};

/// A control, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessed {
    /// The control.
    pub control: Control,
    /// What the evidence says.
    pub ruling: Ruling,
    /// Who sees to it: a role; empty where nobody does.
    pub owner: String,
    /// The exception that holds, or the one that has ended.
    pub exception: Option<Exception>,
    /// What to do next, in order; none where it is met or does not apply.
    pub steps: Vec<Step>,
}

impl Assessed {
    /// Whether an exception holds on a day.
    #[must_use]
    pub fn is_excepted(&self, today: Day) -> bool {
        self.exception.as_ref().is_some_and(|exception| exception.expires >= today)
    }
}

/// Judges every control. `above` is the evidence of the organisations above, of which what
/// holds for a whole group is used too.
#[must_use]
pub fn assess(
    own: &Holdings,
    above: &[&Holdings],
    tailoring: &Tailoring,
    today: Day,
) -> Vec<Assessed> {
    let case = Case::of(own, above, tailoring, today, &|_| true);
    catalog().controls().map(|control| judged(&case, control)).collect()
}

/// Judges one control.
#[must_use]
pub fn assess_one(
    control: Control,
    own: &Holdings,
    above: &[&Holdings],
    tailoring: &Tailoring,
    today: Day,
) -> Assessed {
    judged(
        &Case::of(own, above, tailoring, today, &|kind| control.looks_at(kind.word())),
        control,
    )
}

/// Controls to judge anew, and the kinds of evidence that they look at.
pub(crate) struct Again {
    controls: Vec<Control>,
    kinds: BTreeSet<Kind>,
}

impl Again {
    /// Those controls that a filter names.
    pub(crate) fn of(wanted: impl Fn(Control) -> bool) -> Self {
        let controls: Vec<Control> =
            catalog().controls().filter(|control| wanted(*control)).collect();
        let looks = |kind: &Kind| controls.iter().any(|it| it.looks_at(kind.word()));
        let kinds = Kind::ALL.iter().copied().filter(looks).collect();
        Self { controls, kinds }
    }

    /// Judges them.
    pub(crate) fn assess(
        &self,
        own: &Holdings,
        above: &[&Holdings],
        tailoring: &Tailoring,
        today: Day,
    ) -> Vec<Assessed> {
        let wanted = |kind: Kind| self.kinds.contains(&kind);
        let case = Case::of(own, above, tailoring, today, &wanted);
        self.controls.iter().map(|control| judged(&case, *control)).collect()
    }
}

fn judged(case: &Case<'_>, control: Control) -> Assessed {
    let ruling = control::judge(case, control);
    let tailoring = case.tailoring;
    Assessed {
        control,
        steps: steps(case, control, &ruling),
        owner: tailoring.owner(control).to_owned(),
        exception: tailoring.exception(control, case.today).cloned(),
        ruling,
    }
}

/// What is missing is delivered first; then what is wrong is mended.
fn steps(case: &Case<'_>, control: Control, ruling: &Ruling) -> Vec<Step> {
    let deliver = |word: &str| Step {
        key: format!("deliver:{word}"),
        text: catalog().deliver(word).to_owned(),
    };
    let needs = || control.needs().iter().map(String::as_str);
    let missing: Vec<Step> =
        needs().filter(|word| !case.is_at_hand(word)).map(deliver).collect();
    if matches!(ruling.verdict, Verdict::Met | Verdict::NotApplicable) {
        return Vec::new();
    }
    let mend = || Step {
        key: format!("mend:{}", control.id()),
        text: control.mend().to_owned(),
    };
    match (ruling.verdict, ruling.lacks) {
        (Verdict::PartlyMet, Lack::Mending) => {
            missing.into_iter().chain(std::iter::once(mend())).collect()
        }
        (Verdict::CannotTell | Verdict::PartlyMet, _) if !missing.is_empty() => missing,
        (_, Lack::Nothing | Lack::Mending) => vec![mend()],
        (_, Lack::Evidence) => needs().map(deliver).collect(),
        (_, Lack::Proof) => {
            vec![Step { key: "prove".to_owned(), text: PROVE.to_owned() }]
        }
        (_, Lack::Day) => vec![deliver("document")],
    }
}

const PROVE: &str = "Put the proofs to entries of the register that have none";
