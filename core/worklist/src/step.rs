//! What is done about one finding, and when one act does for two.
//!
//! A verdict says what is wrong, an advisory what it offers; a person installs a release,
//! protects the device, asks its maker, or answers a question. This is the only place that
//! says which.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use advisory::RemediationKind;
use matching::Verdict;
use naming::spelling::fold;
use terms::version::{Scheme, compare};

/// What a person does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Install that release of the product, which its maker approved. Where advisories name
    /// several without an order between them, they stand together, parted by `; `.
    Update(String),
    /// There is no fix: do what the advisory says until there is one.
    Mitigate,
    /// Nothing can be done about it without the maker.
    Maker(Wanted),
    /// Nobody can tell whether it is affected: answer the question.
    Decide(String),
}

/// What is asked of the maker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wanted {
    /// The remedy that the advisory offers without naming a release.
    Remedy,
    /// A release in which the components that carry the flaws are replaced.
    Components,
    /// Whether there will be a fix at all: none is stated.
    Fix,
    /// What came of the investigation.
    Outcome,
}

/// A step by its kind: what a list is filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of `Step`")]
pub enum Kind {
    Update,
    Mitigate,
    AskMaker,
    Decide,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The device as an advisory names it.
    Device,
    /// A component that its bill of materials lists.
    Component,
}

/// What decides a step.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The verdict.
    pub verdict: Verdict,
    /// What it is about.
    pub part: Part,
    /// The release that holds the fix, or empty.
    pub fixed_in: &'a str,
    /// What the advisory offers for the product.
    pub offered: &'a [RemediationKind],
    /// What would settle it, or empty.
    pub question: &'a str,
}

/// Vendor and product, as an advisory names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named<'a> {
    /// The vendor.
    pub vendor: &'a str,
    /// The product.
    pub product: &'a str,
}

impl Kind {
    /// Every kind, the most useful act first.
    pub const ALL: [Self; 4] =
        [Self::Update, Self::Mitigate, Self::AskMaker, Self::Decide];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::Mitigate => "mitigate",
            Self::AskMaker => "ask_maker",
            Self::Decide => "decide",
        }
    }
}

impl Wanted {
    /// The word by which an action is known again.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Remedy => "remedy",
            Self::Components => "components",
            Self::Fix => "fix",
            Self::Outcome => "outcome",
        }
    }
}

impl Step {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Update(_) => Kind::Update,
            Self::Mitigate => Kind::Mitigate,
            Self::Maker(_) => Kind::AskMaker,
            Self::Decide(_) => Kind::Decide,
        }
    }

    /// Whether what one advisory asks for is another act than what another one does.
    #[must_use]
    pub const fn is_of_advisory(&self) -> bool {
        matches!(self, Self::Mitigate)
    }
}

/// What is done about a finding; nothing where it is fixed or not affected.
#[must_use]
pub fn step(found: &Found<'_>) -> Option<Step> {
    match found.verdict {
        Verdict::Fixed | Verdict::NotAffected => None,
        Verdict::UnderInvestigation => Some(Step::Maker(Wanted::Outcome)),
        Verdict::CannotTell => Some(Step::Decide(asked(found.question).to_owned())),
        Verdict::Affected => Some(against(found)),
    }
}

fn against(found: &Found<'_>) -> Step {
    use RemediationKind::{Mitigation, OptionalPatch, VendorFix, Workaround};

    let has = |one| found.offered.contains(&one);
    if found.part == Part::Component {
        // A fixed component is of no use to whoever has the device: its maker builds it in.
        Step::Maker(Wanted::Components)
    } else if !found.fixed_in.is_empty() {
        Step::Update(found.fixed_in.to_owned())
    } else if has(VendorFix) || has(OptionalPatch) {
        Step::Maker(Wanted::Remedy)
    } else if has(Mitigation) || has(Workaround) {
        Step::Mitigate
    } else {
        Step::Maker(Wanted::Fix)
    }
}

/// The question that is put, without what its answer is compared with: one question is asked
/// once, whatever hangs on it.
fn asked(question: &str) -> &str {
    match question.split_once("? ") {
        Some((head, _)) => question.get(..=head.len()).unwrap_or(head),
        None if question.is_empty() => "Is it affected?",
        None => question,
    }
}

/// Whether two findings of one device are one act: the same step, or updates of one product,
/// of which [`crate::Updates`] says which releases.
///
/// Whether two advisories ask for the same is for the caller to say, see
/// [`Step::is_of_advisory`].
#[must_use]
pub fn is_one_act(
    one: &Step,
    named: Named<'_>,
    other: &Step,
    other_named: Named<'_>,
) -> bool {
    one == other
        || one.kind() == Kind::Update
            && other.kind() == Kind::Update
            && is_one_product(named, other_named)
}

pub(crate) fn is_one_product(one: Named<'_>, other: Named<'_>) -> bool {
    one.vendor == other.vendor && same_product(one.vendor, one.product, other.product)
}

/// Whether two advisories name one product, the one with the vendor's name in front and the
/// other without.
#[must_use]
pub fn same_product(vendor: &str, one: &str, other: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        let vendor = vendor.to_lowercase();
        let words = name.split_whitespace().map(str::to_lowercase);
        words.filter(|word| !vendor.split(' ').any(|own| own == word)).collect()
    };
    let (a, b) = (words(one), words(other));
    one == other || a == b && !a.is_empty()
}

/// The line of releases to which one belongs: what stands before its first dot, as `2` of
/// `v2.3`. Whoever installs the later of one line has the earlier too; between two lines lies
/// more than an update. Of several that stand together, all lines.
#[must_use]
pub fn line_of(release: &str) -> String {
    let lines: BTreeSet<String> = release.split(';').map(line_of_one).collect();
    lines.into_iter().collect::<Vec<_>>().join("; ")
}

/// Words that say that a release follows, and nothing of it.
const BEFORE_RELEASES: [&str; 11] = [
    "v", "ver", "version", "r", "rev", "revision", "rel", "release", "sw", "software",
    "firmware",
];

fn line_of_one(release: &str) -> String {
    let folded = fold(release.trim());
    let mut words = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .skip_while(|word| BEFORE_RELEASES.contains(word));
    let Some(first) = words.next() else { return folded };
    let bare = first.strip_prefix('v').unwrap_or(first);
    match bare.starts_with(|c: char| c.is_ascii_digit()) {
        true => bare.to_owned(),
        false => first.to_owned(),
    }
}

/// Whether what is needed is within what was planned: one release, where it does not come
/// later; of several, of which none is known to do for all, each where it was planned itself.
#[must_use]
pub fn is_within(releases: &str, planned: &str) -> bool {
    let planned: Vec<&str> = planned.split("; ").collect();
    if releases.contains("; ") {
        return releases.split("; ").all(|one| planned.contains(&one));
    }
    planned.iter().any(|other| {
        releases == *other
            || compare(Scheme::Firmware, releases, other)
                .is_some_and(|order| order != Ordering::Greater)
    })
}

/// Releases of which none does for all, named in one act.
pub(crate) fn together(one: &str, other: &str) -> String {
    let mut releases: Vec<&str> = one.split("; ").collect();
    for release in other.split("; ") {
        if !releases.contains(&release) {
            releases.push(release);
        }
    }
    releases.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Found<'_> = Found {
        verdict: Verdict::Affected,
        part: Part::Device,
        fixed_in: "",
        offered: &[],
        question: "",
    };

    #[test]
    fn each_finding_has_one_step() {
        #[track_caller]
        fn check(found: Found<'_>, expected: Option<Step>) {
            assert_eq!(step(&found), expected, "{found:?}");
        }
        use RemediationKind::{
            FixPlanned, Mitigation, NoFixPlanned, NoneAvailable, OptionalPatch,
            VendorFix, Workaround,
        };

        let maker = |wanted| Some(Step::Maker(wanted));
        check(Found { fixed_in: "2.3", ..PLAIN }, Some(Step::Update("2.3".to_owned())));
        // A release that is named counts more than what is offered beside it.
        check(
            Found { fixed_in: "2.3", offered: &[Mitigation], ..PLAIN },
            Some(Step::Update("2.3".to_owned())),
        );
        check(Found { offered: &[VendorFix], ..PLAIN }, maker(Wanted::Remedy));
        check(
            Found { offered: &[Workaround, VendorFix], ..PLAIN },
            maker(Wanted::Remedy),
        );
        check(Found { offered: &[OptionalPatch], ..PLAIN }, maker(Wanted::Remedy));
        check(Found { offered: &[Mitigation], ..PLAIN }, Some(Step::Mitigate));
        check(
            Found { offered: &[NoFixPlanned, Workaround], ..PLAIN },
            Some(Step::Mitigate),
        );
        check(PLAIN, maker(Wanted::Fix));
        for nothing in [NoFixPlanned, NoneAvailable, FixPlanned] {
            check(Found { offered: &[nothing], ..PLAIN }, maker(Wanted::Fix));
        }
        // The release that holds the fix is that of the component, not of the device.
        check(
            Found { part: Part::Component, fixed_in: "1.2.12", ..PLAIN },
            maker(Wanted::Components),
        );
        check(
            Found { verdict: Verdict::UnderInvestigation, fixed_in: "2", ..PLAIN },
            maker(Wanted::Outcome),
        );
        for done in [Verdict::Fixed, Verdict::NotAffected] {
            check(Found { verdict: done, fixed_in: "2.3", ..PLAIN }, None);
        }
    }

    #[test]
    fn a_question_is_asked_without_what_its_answer_is_compared_with() {
        #[track_caller]
        fn check(question: &str, expected: &str) {
            let found = Found { verdict: Verdict::CannotTell, question, ..PLAIN };
            assert_eq!(step(&found), Some(Step::Decide(expected.to_owned())));
        }

        check("Which version is it? Affected: <= 2", "Which version is it?");
        check("Is it on?", "Is it on?");
        check("", "Is it affected?");
    }

    #[test]
    fn what_is_of_two_products_or_two_kinds_is_two_acts() {
        let pump = Named { vendor: "Acme", product: "Pump" };
        let update = |text: &str| Step::Update(text.to_owned());
        assert!(is_one_act(&update("2.3"), pump, &update("2.4"), pump));
        for other in [
            Named { vendor: "Acme", product: "Monitor" },
            Named { vendor: "Zeta", product: "Pump" },
        ] {
            assert!(!is_one_act(&update("2.3"), pump, &update("2.4"), other));
            assert!(is_one_act(&update("2.3"), pump, &update("2.3"), other));
        }
        assert!(!is_one_act(&update("2.3"), pump, &Step::Mitigate, pump));
        assert!(is_one_act(&Step::Mitigate, pump, &Step::Mitigate, pump));
        let fix = Step::Maker(Wanted::Fix);
        assert!(!is_one_act(&fix, pump, &Step::Maker(Wanted::Remedy), pump));
    }

    #[test]
    fn a_release_is_of_the_line_before_its_first_dot() {
        for (release, expected) in [
            ("2.3", "2"),
            ("v2.3", "2"),
            ("Version 2.10 SP1", "2"),
            ("SW 2.0.4", "2"),
            ("B.06", "b"),
            ("VM6.0", "vm6"),
            ("2024.1", "2024"),
            ("L82", "l82"),
            ("3.1; 2.3", "2; 3"),
            ("2.4; 2.3", "2"),
            ("version", "version"),
            ("", ""),
        ] {
            assert_eq!(line_of(release), expected, "{release}");
        }
    }

    #[test]
    fn a_release_is_within_what_was_planned_where_it_does_not_come_later() {
        for (release, planned, expected) in [
            ("2.3", "2.3", true),
            ("2.2", "2.3", true),
            ("2.4", "2.3", false),
            ("VM6.0", "2.3", false),
            ("2.3", "2.3; 3.1", true),
            ("2.3; 3.1", "3.1; 2.3", true),
            ("2.3; 3.2", "2.3; 3.1", false),
            // The later one is not known to do for what the earlier one mends.
            ("2.3; 2.4", "2.4", false),
        ] {
            assert_eq!(is_within(release, planned), expected, "{release} {planned}");
        }
    }

    #[test]
    fn a_product_is_the_same_with_its_vendors_name_in_front() {
        assert!(same_product("MicroDicom", "MicroDicom DICOM Viewer", "DICOM Viewer"));
        assert!(same_product("Acme", "Zeta", "Zeta"));
        assert!(!same_product("Acme", "Zeta", "Zeta Pro"));
        assert!(!same_product("Acme", "Acme", ""));
    }
}
