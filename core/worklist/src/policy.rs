//! The table by which priorities are given, as data.

use crate::Priority;

/// The rows of an organisation, in order; the first that fits decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The rows.
    pub rows: Vec<Row>,
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The row's name, by which a result and an audit log refer to it.
    pub name: String,
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

impl Policy {
    /// The table that everybody starts with.
    #[must_use]
    pub fn standard() -> Self {
        use Condition::{
            All, Always, Any, CvssAtLeast, DisclosesData, EpssAtLeast, Exploited,
            HoldsPhi, LifeSustaining, Reachable,
        };

        let row =
            |name: &str, when, priority| Row { name: name.to_owned(), when, priority };
        Self {
            rows: vec![
                row(
                    "exploited, and life-sustaining or reachable",
                    All(vec![Exploited, Any(vec![LifeSustaining, Reachable])]),
                    Priority::ActNow,
                ),
                row("exploited", Exploited, Priority::ThisWeek),
                row(
                    "EPSS at least 0.1, and reachable",
                    All(vec![EpssAtLeast(0.1), Reachable]),
                    Priority::ThisWeek,
                ),
                row(
                    "CVSS at least 9, life-sustaining and reachable",
                    All(vec![CvssAtLeast(9.0), LifeSustaining, Reachable]),
                    Priority::ThisWeek,
                ),
                row("CVSS at least 7", CvssAtLeast(7.0), Priority::NextWindow),
                row(
                    "holds PHI, and the flaw discloses data",
                    All(vec![HoldsPhi, DisclosesData]),
                    Priority::NextWindow,
                ),
                row("anything else", Always, Priority::Watch),
            ],
        }
    }
}
