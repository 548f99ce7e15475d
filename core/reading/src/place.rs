//! Where in a document something stands.

use std::fmt;

/// A place in a document, in the address system of its medium.
///
/// One address is never translated into another: the person who must repair the document
/// is looking at the document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The document as a whole.
    Document,
    /// An offset in bytes, from 0.
    Byte(u64),
    /// A line and a column in characters, both from 1; column 0 is the whole line.
    Line {
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 for the whole line.
        column: usize,
    },
    /// A JSON Pointer (RFC 6901).
    Pointer(String),
    /// A path of XML elements: `/bom/components/component[2]/purl`.
    Element(String),
    /// A place on a page.
    Page {
        /// The page, from 1.
        page: usize,
        /// Points from the left edge.
        left: u32,
        /// Points from the top edge.
        top: u32,
    },
    /// A cell of a table: `MDS2!C14`, or `row 12, column model` in a CSV file.
    Cell {
        /// The sheet, or empty.
        sheet: String,
        /// The cell.
        cell: String,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document => f.write_str("the document"),
            Self::Byte(offset) => write!(f, "byte {offset}"),
            Self::Line { line, column: 0 } => write!(f, "line {line}"),
            Self::Line { line, column } => write!(f, "line {line}, column {column}"),
            Self::Pointer(pointer) if pointer.is_empty() => f.write_str("/"),
            Self::Pointer(pointer) => f.write_str(pointer),
            Self::Element(path) => f.write_str(path),
            Self::Page { page, left, top } => {
                write!(f, "page {page}, {left} pt from the left, {top} pt from the top")
            }
            Self::Cell { sheet, cell } if sheet.is_empty() => f.write_str(cell),
            Self::Cell { sheet, cell } => write!(f, "{sheet}!{cell}"),
        }
    }
}
