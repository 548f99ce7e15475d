//! The priority of one vulnerability on one product, with the row and the facts behind it.

use fleet::{Answer as Known, Priority};

use crate::policy::{Condition, Policy, Row};

/// A compensating control on the device or in front of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// None is known, or nobody has verified it.
    Unverified,
    /// One is in place and verified.
    Verified,
}

/// What is known of the vulnerability, the product and the place of the device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Facts {
    /// Listed in KEV, or a record says so.
    pub exploited: Known,
    /// The EPSS probability; `None` where nobody has estimated it.
    pub epss: Option<f64>,
    /// The CVSS score; `None` where nobody has given one.
    pub cvss: Option<f64>,
    /// Whether the product sustains life.
    pub life_sustaining: Known,
    /// Whether the device can be reached where it stands.
    pub reachable: Known,
    /// Whether the product holds protected health information.
    pub holds_phi: Known,
    /// Whether the flaw discloses data.
    pub discloses_data: Known,
    /// Whether a compensating control stands in front of it.
    pub control: Control,
}

/// A fact of [`Facts`], as a row of the table asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of the fields of `Facts`")]
pub enum Fact {
    Exploited,
    Epss,
    Cvss,
    LifeSustaining,
    Reachable,
    HoldsPhi,
    DisclosesData,
}

impl Fact {
    /// Every fact.
    pub const ALL: [Self; 7] = [
        Self::Exploited,
        Self::Epss,
        Self::Cvss,
        Self::LifeSustaining,
        Self::Reachable,
        Self::HoldsPhi,
        Self::DisclosesData,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exploited => "exploited",
            Self::Epss => "epss",
            Self::Cvss => "cvss",
            Self::LifeSustaining => "life_sustaining",
            Self::Reachable => "reachable",
            Self::HoldsPhi => "holds_phi",
            Self::DisclosesData => "discloses_data",
        }
    }

    /// The question that settles it.
    #[must_use]
    pub const fn question(self) -> &'static str {
        match self {
            Self::Exploited => "Is the vulnerability exploited?",
            Self::Epss => "How likely is it to be exploited within a month (EPSS)?",
            Self::Cvss => "How severe is it (CVSS)?",
            Self::LifeSustaining => "Does the product sustain life?",
            Self::Reachable => "Can the device be reached from other zones?",
            Self::HoldsPhi => "Does the product hold protected health information?",
            Self::DisclosesData => "Does the flaw disclose data?",
        }
    }
}

/// Whether a verified control lowered the priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lowered {
    /// The row's own priority stands.
    No,
    /// A verified compensating control lowered it by one step.
    ByControl,
}

/// A priority and everything it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// The priority.
    pub priority: Priority,
    /// What the row says that fits; empty where the table has none.
    pub row: String,
    /// The facts that the row looked at, with what they counted as.
    pub facts: Vec<(Fact, Known)>,
    /// The unknown facts that counted as the worse; each is a question to somebody.
    pub questions: Vec<Fact>,
    /// Whether a verified control lowered it.
    pub lowered: Lowered,
}

/// The priority that `policy` gives to `facts`.
///
/// The first row that fits decides. A row whose truth hangs on an unknown fact fits, since
/// unknown counts as the worse; the fact is then among the questions. Where no row fits,
/// the priority is the most urgent one: a table with a gap must not hide anything.
#[must_use]
pub fn priority(policy: &Policy, facts: &Facts) -> Assessment {
    let mut seen = Vec::new();
    let Some((row, truth)) = deciding(policy, facts, &mut seen) else {
        return Assessment {
            priority: Priority::ActNow,
            row: String::new(),
            facts: Vec::new(),
            questions: Vec::new(),
            lowered: Lowered::No,
        };
    };
    seen.sort_unstable();
    seen.dedup();
    let questions = match truth {
        Known::Unknown => unknown_of(&seen),
        Known::Yes | Known::No => Vec::new(),
    };
    let priority = controlled(row.priority, facts.control);
    Assessment {
        priority,
        row: row.when.to_string(),
        facts: seen,
        questions,
        lowered: match priority == row.priority {
            true => Lowered::No,
            false => Lowered::ByControl,
        },
    }
}

/// The same without what it rests on, for whoever asks a thousand times.
#[must_use]
pub fn word(policy: &Policy, facts: &Facts) -> Priority {
    let row = deciding(policy, facts, &mut Vec::new());
    row.map_or(Priority::ActNow, |(row, _)| controlled(row.priority, facts.control))
}

/// The first row that fits, whether it surely does, and in `seen` what it looked at.
fn deciding<'p>(
    policy: &'p Policy,
    facts: &Facts,
    seen: &mut Vec<(Fact, Known)>,
) -> Option<(&'p Row, Known)> {
    policy.rows.iter().find_map(|row| {
        seen.clear();
        let truth = hold(&row.when, facts, seen);
        (truth != Known::No).then_some((row, truth))
    })
}

/// What a priority is where a control stands in front: one step less, once.
const fn controlled(priority: Priority, control: Control) -> Priority {
    match control {
        Control::Verified => lowered(priority),
        Control::Unverified => priority,
    }
}

const fn lowered(priority: Priority) -> Priority {
    match priority {
        Priority::ActNow => Priority::ThisWeek,
        Priority::ThisWeek => Priority::NextWindow,
        Priority::NextWindow | Priority::Watch => Priority::Watch,
    }
}

fn unknown_of(seen: &[(Fact, Known)]) -> Vec<Fact> {
    seen.iter()
        .filter(|(_, known)| *known == Known::Unknown)
        .map(|(fact, _)| *fact)
        .collect()
}

/// Whether `condition` holds, in three values; every fact it looked at goes to `seen`.
fn hold(condition: &Condition, facts: &Facts, seen: &mut Vec<(Fact, Known)>) -> Known {
    let mut look = |fact, known| {
        seen.push((fact, known));
        known
    };
    match condition {
        Condition::Always => Known::Yes,
        Condition::Exploited => look(Fact::Exploited, facts.exploited),
        Condition::LifeSustaining => look(Fact::LifeSustaining, facts.life_sustaining),
        Condition::Reachable => look(Fact::Reachable, facts.reachable),
        Condition::HoldsPhi => look(Fact::HoldsPhi, facts.holds_phi),
        Condition::DisclosesData => look(Fact::DisclosesData, facts.discloses_data),
        Condition::EpssAtLeast(least) => look(Fact::Epss, at_least(facts.epss, *least)),
        Condition::CvssAtLeast(least) => look(Fact::Cvss, at_least(facts.cvss, *least)),
        // The order of answers is that of urgency: yes, unknown, no.
        Condition::All(parts) => {
            parts.iter().map(|part| hold(part, facts, seen)).max().unwrap_or(Known::Yes)
        }
        Condition::Any(parts) => {
            parts.iter().map(|part| hold(part, facts, seen)).min().unwrap_or(Known::No)
        }
    }
}

fn at_least(value: Option<f64>, least: f64) -> Known {
    match value {
        None => Known::Unknown,
        // Not a number is no number: nobody has said.
        Some(value) if value.is_nan() => Known::Unknown,
        Some(value) if value >= least => Known::Yes,
        Some(_) => Known::No,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::tests::policy;

    /// Nothing speaks for haste.
    const QUIET: Facts = Facts {
        exploited: Known::No,
        epss: Some(0.0),
        cvss: Some(0.0),
        life_sustaining: Known::No,
        reachable: Known::No,
        holds_phi: Known::No,
        discloses_data: Known::No,
        control: Control::Unverified,
    };

    fn standard(facts: Facts) -> Assessment {
        priority(&Policy::standard(), &facts)
    }

    #[test]
    fn the_first_row_that_fits_decides() {
        #[track_caller]
        fn check(facts: Facts, expected: Priority, row: &str) {
            let found = standard(facts);
            assert_eq!((found.priority, found.row.as_str()), (expected, row));
            assert!(found.questions.is_empty(), "{found:?}");
        }
        use Known::Yes;
        use Priority::{ActNow, NextWindow, ThisWeek, Watch};

        let both = "exploited and (life-sustaining or reachable)";
        check(Facts { exploited: Yes, life_sustaining: Yes, ..QUIET }, ActNow, both);
        check(Facts { exploited: Yes, reachable: Yes, ..QUIET }, ActNow, both);
        check(Facts { exploited: Yes, ..QUIET }, ThisWeek, "exploited");
        let likely = "EPSS at least 0.1 and reachable";
        check(Facts { epss: Some(0.1), reachable: Yes, ..QUIET }, ThisWeek, likely);
        check(
            Facts { epss: Some(0.099), reachable: Yes, ..QUIET },
            Watch,
            "anything else",
        );
        check(Facts { epss: Some(0.9), ..QUIET }, Watch, "anything else");
        let critical =
            Facts { cvss: Some(9.0), life_sustaining: Yes, reachable: Yes, ..QUIET };
        check(critical, ThisWeek, "CVSS at least 9 and life-sustaining and reachable");
        let high = "CVSS at least 7";
        check(Facts { cvss: Some(8.9), ..critical }, NextWindow, high);
        check(Facts { reachable: Known::No, ..critical }, NextWindow, high);
        check(Facts { life_sustaining: Known::No, ..critical }, NextWindow, high);
        check(Facts { cvss: Some(7.0), ..QUIET }, NextWindow, high);
        let phi = Facts { holds_phi: Yes, discloses_data: Yes, ..QUIET };
        check(phi, NextWindow, "holds PHI and discloses data");
        check(Facts { holds_phi: Known::No, ..phi }, Watch, "anything else");
        check(Facts { discloses_data: Known::No, ..phi }, Watch, "anything else");
        check(Facts { cvss: Some(6.9), ..QUIET }, Watch, "anything else");
    }

    #[test]
    fn an_unknown_fact_counts_as_the_worse_and_becomes_a_question() {
        #[track_caller]
        fn check(facts: Facts, expected: Priority, questions: &[Fact]) {
            let found = standard(facts);
            assert_eq!(
                (found.priority, found.questions.as_slice()),
                (expected, questions)
            );
        }
        use Known::{Unknown, Yes};

        check(
            Facts { exploited: Unknown, reachable: Yes, ..QUIET },
            Priority::ActNow,
            &[Fact::Exploited],
        );
        check(
            Facts { exploited: Yes, life_sustaining: Unknown, ..QUIET },
            Priority::ActNow,
            &[Fact::LifeSustaining],
        );
        check(
            Facts { exploited: Yes, reachable: Unknown, ..QUIET },
            Priority::ActNow,
            &[Fact::Reachable],
        );
        // One of the two is enough, so nobody needs to be asked about the other.
        check(
            Facts { exploited: Yes, reachable: Yes, life_sustaining: Unknown, ..QUIET },
            Priority::ActNow,
            &[],
        );
        check(
            Facts { epss: None, reachable: Yes, ..QUIET },
            Priority::ThisWeek,
            &[Fact::Epss],
        );
        check(
            Facts { epss: Some(f64::NAN), reachable: Yes, ..QUIET },
            Priority::ThisWeek,
            &[Fact::Epss],
        );
        check(
            Facts { epss: Some(0.5), reachable: Unknown, ..QUIET },
            Priority::ThisWeek,
            &[Fact::Reachable],
        );
        check(Facts { cvss: None, ..QUIET }, Priority::NextWindow, &[Fact::Cvss]);
        check(
            Facts { cvss: None, life_sustaining: Yes, reachable: Yes, ..QUIET },
            Priority::ThisWeek,
            &[Fact::Cvss],
        );
        check(
            Facts { holds_phi: Unknown, discloses_data: Yes, ..QUIET },
            Priority::NextWindow,
            &[Fact::HoldsPhi],
        );
        check(
            Facts { holds_phi: Yes, discloses_data: Unknown, ..QUIET },
            Priority::NextWindow,
            &[Fact::DisclosesData],
        );
    }

    #[test]
    fn a_verified_control_lowers_by_one_step_once() {
        let exploited = Facts { exploited: Known::Yes, reachable: Known::Yes, ..QUIET };
        let lowered = standard(Facts { control: Control::Verified, ..exploited });
        assert_eq!(
            (lowered.priority, lowered.lowered),
            (Priority::ThisWeek, Lowered::ByControl)
        );
        let quiet = standard(Facts { control: Control::Verified, ..QUIET });
        assert_eq!((quiet.priority, quiet.lowered), (Priority::Watch, Lowered::No));
    }

    #[test]
    fn a_table_with_a_gap_hides_nothing() {
        let empty = priority(&Policy { rows: Vec::new() }, &QUIET);
        assert_eq!(empty.priority, Priority::ActNow);
    }

    fn known() -> impl Strategy<Value = Known> {
        prop_oneof![Just(Known::No), Just(Known::Unknown), Just(Known::Yes)]
    }

    fn facts() -> impl Strategy<Value = Facts> {
        let score = || proptest::option::of(0.0..10.0_f64);
        ((known(), known(), known(), known(), known()), (score(), score())).prop_map(
            |((exploited, life, reachable, phi, discloses), (epss, cvss))| Facts {
                exploited,
                epss: epss.map(|value| value / 10.0),
                cvss,
                life_sustaining: life,
                reachable,
                holds_phi: phi,
                discloses_data: discloses,
                control: Control::Unverified,
            },
        )
    }

    /// Facts of which nothing is open.
    fn settled(facts: Facts, answer: Known) -> Facts {
        let settle = |known| if known == Known::Unknown { answer } else { known };
        Facts {
            exploited: settle(facts.exploited),
            life_sustaining: settle(facts.life_sustaining),
            reachable: settle(facts.reachable),
            holds_phi: settle(facts.holds_phi),
            discloses_data: settle(facts.discloses_data),
            ..facts
        }
    }

    proptest! {
        #[test]
        fn no_answer_to_a_question_makes_it_more_urgent_by_any_table(
            policy in policy(),
            facts in facts(),
        ) {
            for policy in [Policy::standard(), policy] {
                let before = word(&policy, &facts);
                for answer in [Known::No, Known::Yes] {
                    prop_assert!(word(&policy, &settled(facts, answer)) >= before);
                }
            }
        }

        #[test]
        fn the_first_row_that_fits_is_the_one_that_is_told(
            policy in policy(),
            facts in facts(),
        ) {
            let fits = |row: &&Row| hold(&row.when, &facts, &mut Vec::new()) != Known::No;
            let first = policy.rows.iter().find(fits).unwrap();
            let found = priority(&policy, &facts);
            prop_assert_eq!(found.priority, first.priority);
            prop_assert_eq!(found.row, first.when.to_string());
            prop_assert_eq!(word(&policy, &facts), first.priority);
            // None that fits is more urgent: whoever reads on finds nothing that was hidden.
            let others = policy.rows.iter().filter(fits);
            prop_assert!(others.map(|row| row.priority).min() == Some(first.priority));
        }

        #[test]
        fn rows_of_which_one_does_not_fit_may_change_places(
            policy in policy(),
            facts in facts(),
        ) {
            let fits = |row: &Row| hold(&row.when, &facts, &mut Vec::new()) != Known::No;
            let found = priority(&policy, &facts);
            for at in 1..policy.rows.len() {
                let (one, other) = (&policy.rows[at - 1], &policy.rows[at]);
                if !(fits(one) && fits(other)) {
                    let mut moved = policy.clone();
                    moved.rows.swap(at - 1, at);
                    prop_assert_eq!(&priority(&moved, &facts), &found);
                }
            }
        }

        #[test]
        fn a_verified_control_lowers_by_one_step_by_any_table(
            policy in policy(),
            facts in facts(),
        ) {
            let verified = Facts { control: Control::Verified, ..facts };
            let steps = word(&policy, &verified) as i8 - word(&policy, &facts) as i8;
            let most = i8::from(word(&policy, &facts) != Priority::Watch);
            prop_assert_eq!(steps, most);
            let lowered = priority(&policy, &verified).lowered;
            prop_assert_eq!(lowered == Lowered::ByControl, most == 1);
        }
    }
}
