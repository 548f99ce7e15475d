//! Reports as PDF: tagged, for people who see and for those who hear it (PDF/UA-1, ISO 14289-1).
//!
//! [`draw`] takes a report as JSON (what `report::Report` writes) and gives the bytes of a PDF.
//! The template is ours (`report.typ`) and is compiled by typst as a library; a report enters
//! as data, which typst reads from memory as JSON, and never as source: whatever stands in it
//! is shown as text. There is no other file to be read, no network, no font of the system and
//! no clock, so the same report gives the same bytes.
//!
//! Typst costs more to compile than all the rest together, so it is a feature, `typst`: off in
//! the inner loop, on in CI's release build and in releases. Without it [`IS_BUILT_IN`] says so,
//! and pages print well from a browser.
//!
//! Not here: what a report says, and who may have it.

#[cfg(feature = "typst")]
mod drawing;
#[cfg(any(test, feature = "typst"))]
mod prepared;
#[cfg(any(test, feature = "typst"))]
mod shown;

/// Whether reports are to be had as PDF.
pub const IS_BUILT_IN: bool = cfg!(feature = "typst");

/// How many bytes of JSON a report may have: the report of sixty-four controls, each with twelve
/// grounds, has a quarter of a megabyte. Layout takes about as long as there is text.
pub const BYTES_MAX: usize = 2 * 1024 * 1024;

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The program was built without it.
    #[error("this program was built without PDF")]
    NotBuiltIn,
    /// The report is too long.
    #[error("the report has {bytes} bytes, and {BYTES_MAX} can be drawn")]
    Large {
        /// How many bytes it has.
        bytes: usize,
    },
    /// What was given is no report.
    #[error("no report: {0}")]
    NotReport(String),
    /// It could not be drawn.
    #[error("{0}")]
    Drawing(String),
}

/// Draws a report that is given as JSON. It takes a processor for about a second, and one is
/// drawn at a time.
///
/// # Errors
/// When the program was built without PDF, or the report is none or too long.
pub fn draw(told: &[u8]) -> Result<Vec<u8>, PdfError> {
    if told.len() > BYTES_MAX {
        return Err(PdfError::Large { bytes: told.len() });
    }
    #[cfg(feature = "typst")]
    return drawing::draw(told);
    #[cfg(not(feature = "typst"))]
    Err(PdfError::NotBuiltIn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_refused_before_it_is_drawn() {
        let long = vec![b' '; BYTES_MAX + 1];
        assert!(
            matches!(draw(&long), Err(PdfError::Large { bytes }) if bytes > BYTES_MAX)
        );
    }

    #[cfg(not(feature = "typst"))]
    #[test]
    fn without_it_there_is_none() {
        assert!(matches!(draw(b"{}"), Err(PdfError::NotBuiltIn)));
    }
}
