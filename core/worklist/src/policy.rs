//! The table by which priorities are given, as data of each organisation.
//!
//! Every condition says that something speaks for haste, and there is none that says the
//! opposite. So the rows of a table never grow more urgent on the way down: the first that
//! fits is the most urgent that fits, and a fact that nobody knows can count as the worse.

mod read;

use std::fmt;

use reading::{Place, Rejected, limits};

use crate::Priority;

/// The rows of an organisation, in order; the first that fits decides, and the last always
/// fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    pub(crate) rows: Vec<Row>,
}

/// One row of the table. It has no name but what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// When it fits.
    pub when: Condition,
    /// The priority that it gives.
    pub priority: Priority,
}

/// When a row fits.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Always.
    Always,
    /// The vulnerability is exploited: listed in KEV, or a record says so.
    Exploited,
    /// The product sustains life.
    LifeSustaining,
    /// The device can be reached where it stands in the network.
    Reachable,
    /// The product holds protected health information.
    HoldsPhi,
    /// The flaw discloses data.
    DisclosesData,
    /// The EPSS probability is at least this.
    EpssAtLeast(f64),
    /// The CVSS score is at least this.
    CvssAtLeast(f64),
    /// Every part holds.
    All(Vec<Condition>),
    /// One part holds.
    Any(Vec<Condition>),
}

/// The highest EPSS and CVSS that there are.
const EPSS_MAX: f64 = 1.0;
const CVSS_MAX: f64 = 10.0;

/// What the last row says.
const ALWAYS: &str = "anything else";

impl Policy {
    /// The table that everybody starts with.
    #[must_use]
    pub fn standard() -> Self {
        use Condition::{
            All, Always, Any, CvssAtLeast, DisclosesData, EpssAtLeast, Exploited,
            HoldsPhi, LifeSustaining, Reachable,
        };

        let row = |priority, when| Row { when, priority };
        Self {
            rows: vec![
                row(
                    Priority::ActNow,
                    All(vec![Exploited, Any(vec![LifeSustaining, Reachable])]),
                ),
                row(Priority::ThisWeek, Exploited),
                row(Priority::ThisWeek, All(vec![EpssAtLeast(0.1), Reachable])),
                row(
                    Priority::ThisWeek,
                    All(vec![CvssAtLeast(9.0), LifeSustaining, Reachable]),
                ),
                row(Priority::NextWindow, CvssAtLeast(7.0)),
                row(Priority::NextWindow, All(vec![HoldsPhi, DisclosesData])),
                row(Priority::Watch, Always),
            ],
        }
    }

    /// A table of these rows.
    ///
    /// # Errors
    /// When there are too many, one says what no row may say, one is more urgent than what
    /// stands above it, or the last does not always fit. The place is the row, as a line.
    pub fn new(rows: Vec<Row>) -> Result<Self, Rejected> {
        let at = |line: usize| Place::Line { line, column: 0 };
        if rows.len() > limits::POLICY_ROWS_MAX {
            return Err(Rejected::new(
                at(limits::POLICY_ROWS_MAX + 1),
                format!("more than {} rows", limits::POLICY_ROWS_MAX),
                "Put conditions together with `or`.",
            ));
        }
        let mut above: Option<Priority> = None;
        for (line, row) in (1..).zip(&rows) {
            row.when.check(0).map_err(|Unfit { message, hint }| {
                Rejected::new(at(line), message, hint)
            })?;
            if above.is_some_and(|above| row.priority < above) {
                return Err(Rejected::new(
                    at(line),
                    format!(
                        "`{}` stands below what is less urgent",
                        row.priority.label()
                    ),
                    "Move the row up: what fits several rows gets the first of them.",
                ));
            }
            above = Some(row.priority);
            if row.when == Condition::Always && line < rows.len() {
                return Err(Rejected::new(
                    at(line),
                    format!("no row below `{ALWAYS}` is ever reached"),
                    "Move it to the end, or take the rows below it out.",
                ));
            }
        }
        match rows.last() {
            Some(Row { when: Condition::Always, .. }) => Ok(Self { rows }),
            Some(_) | None => Err(Rejected::new(
                at(rows.len().max(1)),
                format!("the last row is not `{ALWAYS}`"),
                "Add a last row that says which priority everything else has.",
            )),
        }
    }

    /// The rows in their order.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::standard()
    }
}

/// A line for each row: `act now: exploited and reachable`.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            writeln!(f, "{}: {}", row.priority.label(), row.when)?;
        }
        Ok(())
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always => f.write_str(ALWAYS),
            Self::Exploited => f.write_str("exploited"),
            Self::LifeSustaining => f.write_str("life-sustaining"),
            Self::Reachable => f.write_str("reachable"),
            Self::HoldsPhi => f.write_str("holds PHI"),
            Self::DisclosesData => f.write_str("discloses data"),
            Self::EpssAtLeast(least) => write!(f, "EPSS at least {least}"),
            Self::CvssAtLeast(least) => write!(f, "CVSS at least {least}"),
            Self::All(parts) => join(f, parts, " and "),
            Self::Any(parts) => join(f, parts, " or "),
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, parts: &[Condition], word: &str) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(word)?;
        }
        match part {
            Condition::All(_) | Condition::Any(_) => write!(f, "({part})")?,
            _ => write!(f, "{part}")?,
        }
    }
    Ok(())
}

/// What no row may say, and what to do about it.
struct Unfit {
    message: String,
    hint: &'static str,
}

impl Condition {
    /// Whether a row may say it, `depth` conditions within others.
    fn check(&self, depth: usize) -> Result<(), Unfit> {
        let parts = match self {
            Self::All(parts) | Self::Any(parts) => parts,
            Self::EpssAtLeast(least) => return within(*least, EPSS_MAX, "EPSS"),
            Self::CvssAtLeast(least) => return within(*least, CVSS_MAX, "CVSS"),
            Self::Always if depth > 0 => {
                return Err(Unfit {
                    message: format!("`{ALWAYS}` stands beside a condition"),
                    hint: "It stands alone, in the last row.",
                });
            }
            _ => return Ok(()),
        };
        if parts.len() < 2 {
            return Err(Unfit {
                message: "only one condition is joined".to_owned(),
                hint: "Join two conditions or more, or write the one alone.",
            });
        }
        if parts.len() > limits::POLICY_PARTS_MAX {
            return Err(Unfit {
                message: format!("more than {} conditions", limits::POLICY_PARTS_MAX),
                hint: "Write the rest into a row of its own.",
            });
        }
        if depth >= limits::POLICY_DEPTH_MAX {
            return Err(Unfit {
                message: format!("more than {} brackets", limits::POLICY_DEPTH_MAX),
                hint: "Write the parts into rows of their own.",
            });
        }
        parts.iter().try_for_each(|part| part.check(depth + 1))
    }
}

fn within(least: f64, most: f64, what: &str) -> Result<(), Unfit> {
    // Not a number is in no range.
    match (0.0..=most).contains(&least) {
        true => Ok(()),
        false => Err(Unfit {
            message: format!("there is no {what} of {least}"),
            hint: "EPSS goes from 0 to 1, CVSS from 0 to 10.",
        }),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Any condition that a row may say, but for the last.
    fn condition() -> impl Strategy<Value = Condition> {
        let hundredth =
            |most: u32| (0..=most).prop_map(|number| f64::from(number) / 100.0);
        let leaf = prop_oneof![
            Just(Condition::Exploited),
            Just(Condition::LifeSustaining),
            Just(Condition::Reachable),
            Just(Condition::HoldsPhi),
            Just(Condition::DisclosesData),
            hundredth(100).prop_map(Condition::EpssAtLeast),
            hundredth(1000).prop_map(Condition::CvssAtLeast),
        ];
        leaf.prop_recursive(3, 12, 3, |part| {
            let parts = prop::collection::vec(part, 2..4);
            prop_oneof![
                parts.clone().prop_map(Condition::All),
                parts.prop_map(Condition::Any),
            ]
        })
    }

    /// Any table.
    pub(crate) fn policy() -> impl Strategy<Value = Policy> {
        let priority = prop::sample::select(&Priority::ALL[..]);
        let row = (condition(), priority.clone())
            .prop_map(|(when, priority)| Row { when, priority });
        (prop::collection::vec(row, 0..8), priority).prop_map(|(mut rows, last)| {
            rows.sort_by_key(|row| row.priority);
            let last = rows.last().map_or(last, |row| row.priority.max(last));
            rows.push(Row { when: Condition::Always, priority: last });
            Policy::new(rows).unwrap()
        })
    }

    #[test]
    fn the_standard_table_is_one_that_anybody_may_have() {
        let standard = Policy::standard();
        assert_eq!(Policy::new(standard.rows.clone()), Ok(standard.clone()));
        assert_eq!(
            standard.to_string(),
            "act now: exploited and (life-sustaining or reachable)\n\
             this week: exploited\n\
             this week: EPSS at least 0.1 and reachable\n\
             this week: CVSS at least 9 and life-sustaining and reachable\n\
             next window: CVSS at least 7\n\
             next window: holds PHI and discloses data\n\
             watch: anything else\n"
        );
    }

    #[test]
    fn what_no_row_may_say_is_refused_with_its_row() {
        use Condition::{
            All, Always, Any, CvssAtLeast, EpssAtLeast, Exploited, Reachable,
        };

        #[track_caller]
        fn check(rows: &[(Condition, Priority)], line: usize, message: &str) {
            let rows = rows
                .iter()
                .map(|(when, priority)| Row { when: when.clone(), priority: *priority });
            let refused = Policy::new(rows.collect()).unwrap_err();
            assert_eq!(refused.place, Place::Line { line, column: 0 });
            assert!(refused.message.contains(message), "{refused}");
            assert!(!refused.hint.is_empty());
        }
        use Priority::{ActNow, ThisWeek, Watch};

        check(&[], 1, "the last row is not");
        check(&[(Exploited, ActNow)], 1, "the last row is not");
        check(&[(Always, ActNow), (Always, Watch)], 1, "no row below");
        check(
            &[(Exploited, Watch), (Reachable, ThisWeek), (Always, Watch)],
            2,
            "`this week` stands below what is less urgent",
        );
        let last = (Always, Watch);
        let one = |when: Condition| [(when, ActNow), last.clone()];
        check(&one(EpssAtLeast(f64::NAN)), 1, "no EPSS of NaN");
        check(&one(EpssAtLeast(1.1)), 1, "no EPSS of 1.1");
        check(&one(CvssAtLeast(-1.0)), 1, "no CVSS of -1");
        check(&one(CvssAtLeast(f64::INFINITY)), 1, "no CVSS of inf");
        check(&one(All(vec![Exploited])), 1, "only one condition");
        check(&one(Any(Vec::new())), 1, "only one condition");
        check(&one(Any(vec![Exploited, Always])), 1, "stands beside a condition");
        check(&one(Any(vec![Exploited; 40])), 1, "more than 20 conditions");
        let deep = (0..9).fold(Exploited, |deep, _| All(vec![deep, Reachable]));
        check(&one(deep), 1, "more than 4 brackets");
        let many = vec![(Exploited, ActNow); limits::POLICY_ROWS_MAX];
        let many: Vec<_> = many.into_iter().chain([last.clone()]).collect();
        check(&many, limits::POLICY_ROWS_MAX + 1, "more than 50 rows");
    }

    proptest! {
        #[test]
        fn every_table_is_read_as_it_is_written(policy in policy()) {
            let text = policy.to_string();
            let read: Policy = text.parse().unwrap();
            prop_assert_eq!(&read, &policy);
            prop_assert_eq!(read.to_string(), text);
            for row in policy.rows() {
                prop_assert_eq!(row.when.to_string().parse(), Ok(row.when.clone()));
            }
        }
    }
}
