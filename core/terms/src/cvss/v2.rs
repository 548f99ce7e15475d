//! CVSS 2.0.
//!
//! Source: CVSS 2.0 complete documentation, §3.2. Every step is rounded to a tenth, as the
//! equations there say.

use super::Group::{Base, Environmental, Temporal};
use super::{Metric, Score, Vector};

const IMPACT: &[&str] = &["N", "P", "C"];
const REQUIREMENT: &[&str] = &["L", "M", "H"];

pub(super) const METRICS: &[Metric] = &[
    Metric { name: "AV", group: Base, values: &["L", "A", "N"] },
    Metric { name: "AC", group: Base, values: &["H", "M", "L"] },
    Metric { name: "Au", group: Base, values: &["M", "S", "N"] },
    Metric { name: "C", group: Base, values: IMPACT },
    Metric { name: "I", group: Base, values: IMPACT },
    Metric { name: "A", group: Base, values: IMPACT },
    Metric { name: "E", group: Temporal, values: &["U", "POC", "F", "H"] },
    Metric { name: "RL", group: Temporal, values: &["OF", "TF", "W", "U"] },
    Metric { name: "RC", group: Temporal, values: &["UC", "UR", "C"] },
    Metric { name: "CDP", group: Environmental, values: &["N", "L", "LM", "MH", "H"] },
    Metric { name: "TD", group: Environmental, values: &["N", "L", "M", "H"] },
    Metric { name: "CR", group: Environmental, values: REQUIREMENT },
    Metric { name: "IR", group: Environmental, values: REQUIREMENT },
    Metric { name: "AR", group: Environmental, values: REQUIREMENT },
];

pub(super) fn base(vector: &Vector) -> Score {
    let [c, i, a] = impacts(vector);
    base_with(vector, 10.41 * (1.0 - (1.0 - c) * (1.0 - i) * (1.0 - a)))
}

pub(super) fn temporal(vector: &Vector) -> Score {
    temporal_of(vector, base(vector))
}

pub(super) fn environmental(vector: &Vector) -> Score {
    let [c, i, a] = impacts(vector);
    let [cr, ir, ar] = ["CR", "IR", "AR"].map(|name| requirement(vector.value(name)));
    let impact = 10.41 * (1.0 - (1.0 - c * cr) * (1.0 - i * ir) * (1.0 - a * ar));
    let temporal = temporal_of(vector, base_with(vector, impact.min(10.0))).as_f64();
    let damage = match vector.value("CDP") {
        "L" => 0.1,
        "LM" => 0.3,
        "MH" => 0.4,
        "H" => 0.5,
        _ => 0.0,
    };
    let targets = match vector.value("TD") {
        "N" => 0.0,
        "L" => 0.25,
        "M" => 0.75,
        _ => 1.0,
    };
    Score::nearest((temporal + (10.0 - temporal) * damage) * targets)
}

fn base_with(vector: &Vector, impact: f64) -> Score {
    if impact <= 0.0 {
        return Score::nearest(0.0);
    }
    let vector_of_access = match vector.value("AV") {
        "L" => 0.395,
        "A" => 0.646,
        _ => 1.0,
    };
    let complexity = match vector.value("AC") {
        "H" => 0.35,
        "M" => 0.61,
        _ => 0.71,
    };
    let authentication = match vector.value("Au") {
        "M" => 0.45,
        "S" => 0.56,
        _ => 0.704,
    };
    let exploitability = 20.0 * vector_of_access * complexity * authentication;
    Score::nearest((0.6 * impact + 0.4 * exploitability - 1.5) * 1.176)
}

fn temporal_of(vector: &Vector, base: Score) -> Score {
    let exploitability = match vector.value("E") {
        "U" => 0.85,
        "POC" => 0.9,
        "F" => 0.95,
        _ => 1.0,
    };
    let remediation = match vector.value("RL") {
        "OF" => 0.87,
        "TF" => 0.9,
        "W" => 0.95,
        _ => 1.0,
    };
    let confidence = match vector.value("RC") {
        "UC" => 0.9,
        "UR" => 0.95,
        _ => 1.0,
    };
    Score::nearest(base.as_f64() * exploitability * remediation * confidence)
}

fn impacts(vector: &Vector) -> [f64; 3] {
    ["C", "I", "A"].map(|name| match vector.value(name) {
        "P" => 0.275,
        "C" => 0.66,
        _ => 0.0,
    })
}

fn requirement(value: &str) -> f64 {
    match value {
        "L" => 0.5,
        "H" => 1.51,
        _ => 1.0,
    }
}
