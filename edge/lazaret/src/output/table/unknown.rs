//! What could not be judged, by reason.

use std::collections::BTreeMap;

use super::{plain, wrap};
use crate::output::{Report, Unknown};

/// Names of components shown for one reason; the rest is counted.
const NAMES_MAX: usize = 6;

/// One paragraph for each reason, with the question that settles it.
pub(super) fn write(report: &Report, width: usize, text: &mut String) {
    if report.unknowns.is_empty() {
        return;
    }
    text.push_str("Cannot tell\n");
    let mut reasons: BTreeMap<(&str, &str), Vec<&Unknown>> = BTreeMap::new();
    for unknown in &report.unknowns {
        reasons.entry((unknown.reason, lack(unknown))).or_default().push(unknown);
    }
    for ((reason, lack), unknowns) in reasons {
        let Some(first) = unknowns.first() else { continue };
        let line = format!("▨ {:>5}  {}", unknowns.len(), reason.replace('_', " "));
        wrap(&line, 2, 4, width, text);
        let line = match unknowns.as_slice() {
            [only] => format!(
                "{}: {}. {}",
                plain(&only.component.name),
                plain(&only.why),
                plain(&only.question)
            ),
            _ if !lack.is_empty() => plain(lack),
            _ => format!("such as: {}", plain(&first.question)),
        };
        wrap(&line, 11, 11, width, text);
        if unknowns.len() > 1 {
            wrap(&names(&unknowns), 11, 11, width, text);
        }
    }
    text.push('\n');
}

/// What the index lacks is one thing for many components, and each lack a thing of its own.
fn lack(unknown: &Unknown) -> &str {
    match unknown.reason {
        "not_covered" => &unknown.why,
        _ => "",
    }
}

fn names(unknowns: &[&Unknown]) -> String {
    let mut names: Vec<String> = unknowns
        .iter()
        .map(|unknown| match unknown.component.name.as_str() {
            "" => plain(&unknown.place),
            name => plain(name),
        })
        .collect();
    names.dedup();
    let more = names.len().saturating_sub(NAMES_MAX);
    names.truncate(NAMES_MAX);
    let mut line = names.join(", ");
    if more > 0 {
        line.push_str(&format!(", and {more} more"));
    }
    line
}
