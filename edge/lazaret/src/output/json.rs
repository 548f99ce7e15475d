//! JSON: the value itself.

use std::io::{self, Write};

use super::Report;

/// One JSON object, indented, with a line break at its end.
///
/// # Errors
/// When `out` does not take it.
pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    out.write_all(b"\n")
}
