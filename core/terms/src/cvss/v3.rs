//! CVSS 3.0 and 3.1.
//!
//! Source: CVSS 3.1 specification, §7. The two differ in the environmental impact of a
//! changed scope, and in rounding up: 3.0 did so on binary fractions, which turned
//! 4.6000000000000005 into 4.7. That was a defect, repaired by 3.1 (Appendix A), and its
//! repair is used for both.

use super::Group::{Base, Environmental, Temporal};
use super::{Metric, Score, Vector, Version};

const IMPACT: &[&str] = &["H", "L", "N"];
const REQUIREMENT: &[&str] = &["H", "M", "L"];

pub(super) const METRICS: &[Metric] = &[
    Metric { name: "AV", group: Base, values: &["N", "A", "L", "P"] },
    Metric { name: "AC", group: Base, values: &["L", "H"] },
    Metric { name: "PR", group: Base, values: &["N", "L", "H"] },
    Metric { name: "UI", group: Base, values: &["N", "R"] },
    Metric { name: "S", group: Base, values: &["U", "C"] },
    Metric { name: "C", group: Base, values: IMPACT },
    Metric { name: "I", group: Base, values: IMPACT },
    Metric { name: "A", group: Base, values: IMPACT },
    Metric { name: "E", group: Temporal, values: &["H", "F", "P", "U"] },
    Metric { name: "RL", group: Temporal, values: &["U", "W", "T", "O"] },
    Metric { name: "RC", group: Temporal, values: &["C", "R", "U"] },
    Metric { name: "CR", group: Environmental, values: REQUIREMENT },
    Metric { name: "IR", group: Environmental, values: REQUIREMENT },
    Metric { name: "AR", group: Environmental, values: REQUIREMENT },
    Metric { name: "MAV", group: Environmental, values: &["N", "A", "L", "P"] },
    Metric { name: "MAC", group: Environmental, values: &["L", "H"] },
    Metric { name: "MPR", group: Environmental, values: &["N", "L", "H"] },
    Metric { name: "MUI", group: Environmental, values: &["N", "R"] },
    Metric { name: "MS", group: Environmental, values: &["U", "C"] },
    Metric { name: "MC", group: Environmental, values: IMPACT },
    Metric { name: "MI", group: Environmental, values: IMPACT },
    Metric { name: "MA", group: Environmental, values: IMPACT },
];

pub(super) fn base(vector: &Vector) -> Score {
    let [c, i, a] = ["C", "I", "A"].map(|name| impact(vector.value(name)));
    let sub_score = 1.0 - (1.0 - c) * (1.0 - i) * (1.0 - a);
    let impact = match vector.value("S") {
        "C" => 7.52 * (sub_score - 0.029) - 3.25 * (sub_score - 0.02).powi(15),
        _ => 6.42 * sub_score,
    };
    combined(impact, exploitability(vector, Metrics::AsStated), vector.value("S"))
}

pub(super) fn temporal(vector: &Vector) -> Score {
    temporal_of(vector, base(vector))
}

pub(super) fn environmental(vector: &Vector) -> Score {
    let part = |modified, stated, weight| {
        let requirement = requirement(vector.value(weight));
        1.0 - requirement * impact(modified_value(vector, modified, stated))
    };
    let untouched = part("MC", "C", "CR") * part("MI", "I", "IR") * part("MA", "A", "AR");
    let sub_score = (1.0 - untouched).min(0.915);
    let scope = modified_value(vector, "MS", "S");
    let impact = match (scope, vector.version) {
        ("C", Version::V3_0) => {
            7.52 * (sub_score - 0.029) - 3.25 * (sub_score - 0.02).powi(15)
        }
        ("C", _) => {
            7.52 * (sub_score - 0.029) - 3.25 * (sub_score * 0.9731 - 0.02).powi(13)
        }
        _ => 6.42 * sub_score,
    };
    let score = combined(impact, exploitability(vector, Metrics::Modified), scope);
    temporal_of(vector, score)
}

/// Which metrics a formula reads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Metrics {
    AsStated,
    Modified,
}

fn exploitability(vector: &Vector, metrics: Metrics) -> f64 {
    let value = |modified, stated| match metrics {
        Metrics::AsStated => vector.value(stated),
        Metrics::Modified => modified_value(vector, modified, stated),
    };
    let attack_vector = match value("MAV", "AV") {
        "N" => 0.85,
        "A" => 0.62,
        "L" => 0.55,
        _ => 0.2,
    };
    let complexity = match value("MAC", "AC") {
        "L" => 0.77,
        _ => 0.44,
    };
    let privileges = match (value("MPR", "PR"), value("MS", "S")) {
        ("L", "C") => 0.68,
        ("L", _) => 0.62,
        ("H", "C") => 0.5,
        ("H", _) => 0.27,
        _ => 0.85,
    };
    let interaction = match value("MUI", "UI") {
        "R" => 0.62,
        _ => 0.85,
    };
    8.22 * attack_vector * complexity * privileges * interaction
}

fn combined(impact: f64, exploitability: f64, scope: &str) -> Score {
    if impact <= 0.0 {
        return rounded_up(0.0);
    }
    let factor = if scope == "C" { 1.08 } else { 1.0 };
    rounded_up((factor * (impact + exploitability)).min(10.0))
}

fn temporal_of(vector: &Vector, score: Score) -> Score {
    let exploit = match vector.value("E") {
        "F" => 0.97,
        "P" => 0.94,
        "U" => 0.91,
        _ => 1.0,
    };
    let remediation = match vector.value("RL") {
        "W" => 0.97,
        "T" => 0.96,
        "O" => 0.95,
        _ => 1.0,
    };
    let confidence = match vector.value("RC") {
        "R" => 0.96,
        "U" => 0.92,
        _ => 1.0,
    };
    rounded_up(score.as_f64() * exploit * remediation * confidence)
}

fn modified_value(vector: &Vector, modified: &str, stated: &str) -> &'static str {
    vector.stated(modified).unwrap_or_else(|| vector.value(stated))
}

fn impact(value: &str) -> f64 {
    match value {
        "H" => 0.56,
        "L" => 0.22,
        _ => 0.0,
    }
}

fn requirement(value: &str) -> f64 {
    match value {
        "H" => 1.5,
        "L" => 0.5,
        _ => 1.0,
    }
}

/// 3.1 Appendix A: up to the next tenth, after the noise of binary fractions is cut off.
fn rounded_up(score: f64) -> Score {
    let hundred_thousandths = (score * 100_000.0).round();
    Score::whole_tenths((hundred_thousandths / 10_000.0).ceil())
}
