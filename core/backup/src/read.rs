//! Lines as they are read: each where it may stand, and all of them there.

use std::collections::BTreeSet;

use reading::{Place, Rejected, limits};
use serde::{Deserialize, Deserializer as _};

use crate::cell::{Cells, InBase64};
use crate::{Contents, EDITION, Header, Line};

/// Why a backup is not taken back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is no backup, or not a whole one.
    #[error(transparent)]
    Damaged(#[from] Rejected),
    /// It was written by a newer version of the program.
    #[error("the backup was written by a newer version of Lazaret")]
    Newer,
}

/// Reads the lines behind the first, checks in which order they stand, and works out the
/// digest of all of them.
#[derive(Debug)]
pub struct Reader {
    /// Lines read, with the first.
    line: usize,
    hasher: blake3::Hasher,
    found: Contents,
    tables: BTreeSet<String>,
    within: Within,
}

/// What the next line may belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Nothing,
    /// A table with so many columns.
    Table(usize),
    File,
    /// The last line was read.
    Over,
}

#[derive(Deserialize)]
struct First {
    lazaret_backup: u32,
    #[serde(default)]
    made: String,
    #[serde(default)]
    migrations: Vec<i64>,
}

/// A line that is no row: exactly one of these, and columns with a table alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    table: Option<String>,
    columns: Option<Vec<String>>,
    file: Option<String>,
    piece: Option<InBase64>,
    end: Option<Contents>,
}

const NONE: &str = "Name the file that `lazaret backup` wrote.";
const AGAIN: &str = "Copy the backup again from where it was kept, or take an older one.";

impl Reader {
    /// Reads the first line, with its end.
    ///
    /// # Errors
    /// When it is that of no backup, or of a newer edition.
    pub fn begin(text: &[u8]) -> Result<(Header, Self), Refusal> {
        let none = || Rejected::new(at(1, 0), "this is no backup of Lazaret", NONE);
        let is_short = text.len() <= limits::BACKUP_WORDS_BYTES_MAX;
        let is_words = text.starts_with(b"{") && text.ends_with(b"\n");
        let text = Some(text).filter(|_| is_short && is_words);
        let text = text.ok_or_else(none)?;
        let first: First = serde_json::from_slice(text).map_err(|_| none())?;
        if first.lazaret_backup != EDITION {
            return Err(Refusal::Newer);
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(text);
        let reader = Self {
            line: 1,
            hasher,
            found: Contents::default(),
            tables: BTreeSet::new(),
            within: Within::Nothing,
        };
        Ok((Header { made: first.made, migrations: first.migrations }, reader))
    }

    /// Reads the next line, with its end; empty where there is none. When the last one was
    /// read, everything was there.
    ///
    /// # Errors
    /// When it is none, stands where it may not, or the last one does not tell what was found.
    pub fn line(&mut self, text: &[u8]) -> Result<Line, Rejected> {
        self.line += 1;
        if self.within == Within::Over {
            return Err(self.damaged("something stands behind its last line"));
        }
        let is_row = text.first() == Some(&b'[');
        let most = match is_row {
            true => limits::BACKUP_LINE_BYTES_MAX,
            false => limits::BACKUP_WORDS_BYTES_MAX,
        };
        if text.len() > most {
            return Err(self.damaged(format!("the line is longer than {most} bytes")));
        }
        if !text.ends_with(b"\n") {
            return Err(self.damaged("it ends before its last line"));
        }
        let line = if is_row { self.row(text)? } else { self.words(text)? };
        self.found.count(&line);
        self.hasher.update(text);
        Ok(line)
    }

    /// A refusal of the line that was read last, for what only a database knows.
    #[must_use]
    pub fn damaged(&self, what: impl Into<std::borrow::Cow<'static, str>>) -> Rejected {
        Rejected::new(at(self.line, 0), what, AGAIN)
    }

    fn row(&self, text: &[u8]) -> Result<Line, Rejected> {
        let Within::Table(columns) = self.within else {
            return Err(self.damaged("a row stands outside of a table"));
        };
        let mut from = serde_json::Deserializer::from_slice(text);
        let cells = from.deserialize_seq(Cells { columns });
        let cells = cells.and_then(|cells| from.end().map(|()| cells));
        cells.map(Line::Row).map_err(|cause| self.malformed(&cause))
    }

    fn words(&mut self, text: &[u8]) -> Result<Line, Rejected> {
        let wire: Wire =
            serde_json::from_slice(text).map_err(|cause| self.malformed(&cause))?;
        let (line, within) = match wire {
            Wire {
                table: Some(name),
                columns: Some(columns),
                file: None,
                piece: None,
                end: None,
            } => {
                self.expect_table(&name, columns.len())?;
                let within = Within::Table(columns.len());
                (Line::Table { name, columns }, within)
            }
            Wire {
                table: None,
                columns: None,
                file: Some(name),
                piece: None,
                end: None,
            } => {
                if self.found.files.len() == limits::BACKUP_FILES_MAX {
                    return Err(self.damaged("more files than lie beside any database"));
                }
                (Line::File(name), Within::File)
            }
            Wire {
                table: None,
                columns: None,
                file: None,
                piece: Some(piece),
                end: None,
            } => {
                if self.within != Within::File {
                    return Err(self.damaged("a piece stands outside of a file"));
                }
                (Line::Piece(piece.0), Within::File)
            }
            Wire {
                table: None,
                columns: None,
                file: None,
                piece: None,
                end: Some(end),
            } => {
                self.expect_all(&end)?;
                (Line::End(end), Within::Over)
            }
            _ => return Err(self.damaged("the line is none of a backup")),
        };
        self.within = within;
        Ok(line)
    }

    fn expect_table(&mut self, name: &str, columns: usize) -> Result<(), Rejected> {
        let fault = if !self.found.files.is_empty() {
            "a table stands behind a file"
        } else if columns > limits::COLUMNS_MAX {
            "a table has more columns than any"
        } else if self.tables.len() == limits::BACKUP_TABLES_MAX {
            "more tables than any database has"
        } else if !self.tables.insert(name.to_owned()) {
            "a table stands there a second time"
        } else {
            return Ok(());
        };
        Err(self.damaged(fault))
    }

    fn expect_all(&self, end: &Contents) -> Result<(), Rejected> {
        if end.digest != self.hasher.finalize().to_hex().as_str() {
            return Err(self.damaged("what stands before it was changed"));
        }
        match end.counts_as(&self.found) {
            true => Ok(()),
            false => Err(self.damaged("it holds less than it says")),
        }
    }

    /// JSON is told by its column: its line is that of the backup.
    fn malformed(&self, cause: &serde_json::Error) -> Rejected {
        let told = cause.to_string();
        let message = told.split(" at line ").next().unwrap_or_default().to_owned();
        Rejected::new(at(self.line, cause.column()), message, AGAIN)
    }
}

fn at(line: usize, column: usize) -> Place {
    Place::Line { line, column }
}
