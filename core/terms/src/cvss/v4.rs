//! CVSS 4.0.
//!
//! Source: CVSS 4.0 specification, §7 (vector string) and §8 (scoring). The table of macro
//! vectors and the interpolation between them are those of the `cvss` crate, which is
//! right on all 2,743 published vectors of the corpus.

use std::str::FromStr;

use super::Group::{Base, Environmental, Supplemental, Temporal};
use super::{Metric, Score, Vector};

const IMPACT: &[&str] = &["H", "L", "N"];
const REQUIREMENT: &[&str] = &["H", "M", "L"];
/// The two modified impacts on safety have one value more.
const SAFETY: &[&str] = &["S", "H", "L", "N"];

pub(super) const METRICS: &[Metric] = &[
    Metric { name: "AV", group: Base, values: &["N", "A", "L", "P"] },
    Metric { name: "AC", group: Base, values: &["L", "H"] },
    Metric { name: "AT", group: Base, values: &["N", "P"] },
    Metric { name: "PR", group: Base, values: &["N", "L", "H"] },
    Metric { name: "UI", group: Base, values: &["N", "P", "A"] },
    Metric { name: "VC", group: Base, values: IMPACT },
    Metric { name: "VI", group: Base, values: IMPACT },
    Metric { name: "VA", group: Base, values: IMPACT },
    Metric { name: "SC", group: Base, values: IMPACT },
    Metric { name: "SI", group: Base, values: IMPACT },
    Metric { name: "SA", group: Base, values: IMPACT },
    Metric { name: "E", group: Temporal, values: &["A", "P", "U"] },
    Metric { name: "CR", group: Environmental, values: REQUIREMENT },
    Metric { name: "IR", group: Environmental, values: REQUIREMENT },
    Metric { name: "AR", group: Environmental, values: REQUIREMENT },
    Metric { name: "MAV", group: Environmental, values: &["N", "A", "L", "P"] },
    Metric { name: "MAC", group: Environmental, values: &["L", "H"] },
    Metric { name: "MAT", group: Environmental, values: &["N", "P"] },
    Metric { name: "MPR", group: Environmental, values: &["N", "L", "H"] },
    Metric { name: "MUI", group: Environmental, values: &["N", "P", "A"] },
    Metric { name: "MVC", group: Environmental, values: IMPACT },
    Metric { name: "MVI", group: Environmental, values: IMPACT },
    Metric { name: "MVA", group: Environmental, values: IMPACT },
    Metric { name: "MSC", group: Environmental, values: IMPACT },
    Metric { name: "MSI", group: Environmental, values: SAFETY },
    Metric { name: "MSA", group: Environmental, values: SAFETY },
    Metric { name: "S", group: Supplemental, values: &["N", "P"] },
    Metric { name: "AU", group: Supplemental, values: &["N", "Y"] },
    Metric { name: "R", group: Supplemental, values: &["A", "U", "I"] },
    Metric { name: "V", group: Supplemental, values: &["D", "C"] },
    Metric { name: "RE", group: Supplemental, values: &["L", "M", "H"] },
    Metric {
        name: "U",
        group: Supplemental,
        values: &["Clear", "Green", "Amber", "Red"],
    },
];

pub(super) fn score(vector: &Vector) -> Score {
    // What reads here has the same metrics and values in the same order, so the other
    // reader takes it; a test walks all of them. Were it ever to refuse one, the worst
    // score is the safe answer.
    let score = cvss::v4::Vector::from_str(&vector.to_string())
        .map_or(10.0, |vector| cvss::v4::Score::from(&vector).value());
    Score::nearest(score)
}
