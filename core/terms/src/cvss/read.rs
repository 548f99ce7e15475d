//! From a text to a vector.

use super::{Group, METRICS_MAX, UNSET, Vector, Version};
use crate::Malformed;

const TERM: &str = "CVSS vector";

/// A fault: a byte offset in the text, and what should have stood there.
type Fault = (usize, String);

pub(super) fn read(text: &str) -> Result<Vector, Malformed> {
    vector(text).map_err(|(at, expected)| Malformed::at_byte(TERM, text, at, expected))
}

fn vector(text: &str) -> Result<Vector, Fault> {
    let (version, start, end) = extent(text)?;
    let mut vector = Vector { version, values: [UNSET; METRICS_MAX] };
    let mut seen = [false; METRICS_MAX];
    let mut next = 0;
    let mut at = start;
    for pair in text.get(start..end).unwrap_or("").split('/') {
        let (position, value) = metric(version, pair, at)?;
        if version == Version::V4_0 && position < next {
            let last = seen.iter().rposition(|seen| *seen);
            if last != Some(position) && seen.get(position) != Some(&true) {
                return Err((at, "the metrics in the order of the standard".to_owned()));
            }
        }
        next = next.max(position + 1);
        match seen.get_mut(position) {
            Some(seen) if !*seen => *seen = true,
            _ => return Err((at, "each metric once".to_owned())),
        }
        if let Some(slot) = vector.values.get_mut(position) {
            *slot = value;
        }
        at += pair.len() + 1;
    }
    match missing(&vector) {
        Some(name) => Err((end, format!("the mandatory metric `{name}`"))),
        None => Ok(vector),
    }
}

/// The version, and where the metrics begin and end.
fn extent(text: &str) -> Result<(Version, usize, usize), Fault> {
    for version in [Version::V3_1, Version::V3_0, Version::V4_0] {
        if text.starts_with(version.prefix()) {
            return Ok((version, version.prefix().len(), text.len()));
        }
    }
    if text.starts_with("CVSS:") {
        return Err((5, "`3.0/`, `3.1/` or `4.0/`".to_owned()));
    }
    match text.strip_prefix('(') {
        Some(rest) if rest.ends_with(')') => Ok((Version::V2_0, 1, text.len() - 1)),
        Some(_) => Err((text.len(), "`)`".to_owned())),
        None => Ok((Version::V2_0, 0, text.len())),
    }
}

/// Position of a metric in its version, and of its value among the values.
fn metric(version: Version, pair: &str, at: usize) -> Result<(usize, u8), Fault> {
    let unknown = || (at, format!("a metric of CVSS {version}"));
    let (name, value) = pair.split_once(':').ok_or_else(unknown)?;
    let metrics = version.metrics();
    let position =
        metrics.iter().position(|metric| metric.name == name).ok_or_else(unknown)?;
    let metric = metrics.get(position).ok_or_else(unknown)?;
    if metric.group != Group::Base && value == version.undefined() {
        return Ok((position, UNSET));
    }
    metric
        .values
        .iter()
        .position(|known| *known == value)
        .and_then(|position| u8::try_from(position).ok())
        .map(|value| (position, value))
        .ok_or_else(|| {
            let values = metric.values.join("`, `");
            (at + name.len() + 1, format!("one of `{values}` for `{name}`"))
        })
}

fn missing(vector: &Vector) -> Option<&'static str> {
    vector
        .version
        .metrics()
        .iter()
        .zip(vector.values)
        .find(|(metric, value)| metric.group == Group::Base && *value == UNSET)
        .map(|(metric, _)| metric.name)
}
