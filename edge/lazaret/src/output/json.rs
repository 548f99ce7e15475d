//! JSON: the value itself.

use super::Report;

/// One JSON object, indented, with a line break at its end.
pub(crate) fn write(report: &Report) -> String {
    // A `Report` holds texts, numbers and lists alone, all of which JSON has.
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}
