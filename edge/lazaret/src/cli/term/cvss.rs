//! `lazaret term cvss`.

use serde::Serialize;
use terms::cvss::{Score, Vector, Version};

use super::answer_objects;
use crate::cli::{Failure, Outcome};

/// A vector as it is shown: three scores up to 3.1, where a group of which the vector sets
/// nothing has none; one score from 4.0 on.
#[derive(Serialize)]
struct Shown {
    version: &'static str,
    vector: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    base: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temporal: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environmental: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
}

/// Vectors in, versions and scores out.
pub(super) fn read() -> Result<Outcome, Failure> {
    answer_objects(|line, answer| {
        answer.object(&shown(&Vector::parse(line)?));
        Ok(())
    })
}

fn shown(vector: &Vector) -> Shown {
    let shown = Shown {
        version: vector.version().number(),
        vector: vector.to_string(),
        base: None,
        temporal: None,
        environmental: None,
        score: None,
    };
    match vector.version() {
        Version::V4_0 => Shown { score: Some(vector.score().as_f64()), ..shown },
        _ => Shown {
            base: Some(vector.base().as_f64()),
            temporal: vector.temporal().map(Score::as_f64),
            environmental: vector.environmental().map(Score::as_f64),
            ..shown
        },
    }
}
