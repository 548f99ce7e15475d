//! What a line says.

use serde::{Deserialize, Serialize};

use crate::Cell;

/// What a backup holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// How many tables.
    pub tables: u64,
    /// How many rows in them.
    pub rows: u64,
    /// The files that lie beside the database.
    pub files: Vec<String>,
    /// BLAKE3 of everything before the last line, in hexadecimal digits.
    pub digest: String,
}

/// What the first line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// When it was written, RFC 3339 in UTC.
    pub made: String,
    /// The migrations that had made the tables.
    pub migrations: Vec<i64>,
}

/// A line behind the first.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// A table, and the columns of its rows.
    Table {
        /// Its name.
        name: String,
        /// The names of its columns.
        columns: Vec<String>,
    },
    /// A row of the table that was named last.
    Row(Vec<Cell>),
    /// The name of a file that lay beside the database.
    File(String),
    /// A part of the file that was named last.
    Piece(Vec<u8>),
    /// The last line: what stands before it.
    End(Contents),
}

impl Contents {
    /// Counts a line.
    pub(crate) fn count(&mut self, line: &Line) {
        match line {
            Line::Table { .. } => self.tables += 1,
            Line::Row(_) => self.rows += 1,
            Line::File(name) => self.files.push(name.clone()),
            Line::Piece(_) | Line::End(_) => {}
        }
    }

    /// Whether both count the same, whatever their digests.
    pub(crate) fn counts_as(&self, other: &Self) -> bool {
        (self.tables, self.rows) == (other.tables, other.rows)
            && self.files == other.files
    }
}
