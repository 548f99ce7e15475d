//! PDF documents: their text with its places, and what stands in their fields.
//!
//! Source: ISO 32000-1:2008. Objects are found by reading the file from its beginning to its
//! end, and the last of a number counts: so nothing hangs on tables of offsets, which are
//! often broken, and a file that was changed afterwards shows its last state. Streams are
//! unpacked under one budget for the whole document.
//!
//! Text comes from what pages write, through the tables by which fonts say what their
//! letters mean; what a font does not say is a letter that nobody can read, and noted.
//! Fields (AcroForm) and text that was typed onto a page come in at their places, data of
//! XFA forms by their names.
//!
//! Not here: pictures, and so scanned pages; encryption, which is refused with what to do;
//! scripts, signatures, layers, the order in which a person reads columns.

mod content;
mod encoding;
mod field;
mod file;
mod filter;
mod font;
mod object;
mod page;

use crate::{Notes, Parsed, Place, Rejected, limits};
use file::File;

/// A document that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pdf {
    /// Its pages, in their order.
    pub pages: Vec<Page>,
    /// What an XFA form holds: names of fields, and what stands in them.
    pub data: Vec<(String, String)>,
}

/// One page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Its number, from 1.
    pub number: usize,
    /// Its pieces of text, from the top down and from the left to the right.
    pub pieces: Vec<Piece>,
    /// Level lines that are drawn on it, as between the rows of a table, from the top down.
    pub rules: Vec<Rule>,
    /// How many pictures are drawn on it.
    pub pictures: usize,
}

/// A level line, or the edge of a box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Points from the left edge to its beginning.
    pub left: f64,
    /// Points from the left edge to its end.
    pub right: f64,
    /// Points from the top edge.
    pub line: f64,
}

/// One piece of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// What it says.
    pub text: String,
    /// Points from the left edge to its beginning.
    pub left: f64,
    /// Points from the left edge to its end.
    pub right: f64,
    /// Points from the top edge to the line on which it stands.
    pub line: f64,
    /// Size of its letters in points.
    pub size: f64,
    /// From where it comes.
    pub source: Source,
}

/// From where a piece of text comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The page itself.
    Printed,
    /// A field of that name.
    Field(String),
    /// Typed onto the page.
    Typed,
}

impl Page {
    /// The place of a piece of it.
    #[must_use]
    pub fn place(&self, piece: &Piece) -> Place {
        let points =
            |value: f64| if value.is_finite() { value.clamp(0.0, 1e6) as u32 } else { 0 };
        Place::Page {
            page: self.number,
            left: points(piece.left.round()),
            top: points(piece.line.round()),
        }
    }
}

/// What to do about a document that is protected.
pub(crate) const PROTECTED: &str =
    "open it and print it into a new PDF, or ask for one without protection";

/// What to do about a document that is larger than is read.
pub(crate) const LARGE: &str = "give the pages that matter alone";

/// Whether bytes are those of a PDF: the mark stands somewhere in the first kilobyte.
#[must_use]
pub fn is_pdf(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    head.windows(5).any(|window| window == b"%PDF-")
}

/// Reads a document.
///
/// # Errors
/// When it is none, is encrypted or so damaged that no page is found, or passes a limit.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Pdf>, Rejected> {
    if bytes.len() > limits::PDF_BYTES_MAX {
        let message = format!(
            "the PDF has {} bytes, more than the {} that are read",
            bytes.len(),
            limits::PDF_BYTES_MAX
        );
        return Err(refused(message, LARGE));
    }
    if !is_pdf(bytes) {
        return Err(refused("the file is no PDF", "give the document as a PDF"));
    }
    let mut notes = Notes::new();
    let file = File::open(bytes, &mut notes)?;
    let mut pages = page::all(&file, &mut notes)?;
    let data = field::fill(&file, &mut pages, &mut notes);
    let pages = pages.into_iter().map(page::Found::finish).collect();
    file.finish(&mut notes);
    Ok(Parsed { value: Pdf { pages, data }, notes: notes.finish() })
}

pub(crate) fn refused(
    message: impl Into<std::borrow::Cow<'static, str>>,
    hint: &'static str,
) -> Rejected {
    Rejected::new(Place::Document, message, hint)
}

#[cfg(test)]
mod tests;
