//! Lines as they are written.

use data_encoding::BASE64;
use reading::limits;
use serde::Serialize;

use crate::{Cell, Contents, EDITION, Header, Line};

/// Why a line is not written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    /// It has no form in JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Nobody would take it back.
    #[error("a row of {0} bytes is longer than any that is taken back")]
    TooLong(usize),
}

/// Writes lines, counts them, and works out the digest of all of them.
#[derive(Debug, Default)]
pub struct Writer {
    hasher: blake3::Hasher,
    contents: Contents,
}

#[derive(Serialize)]
struct First<'a> {
    lazaret_backup: u32,
    made: &'a str,
    migrations: &'a [i64],
}

#[derive(Serialize)]
#[serde(untagged)]
enum Wire<'a> {
    Row(&'a [Cell]),
    Table { table: &'a str, columns: &'a [String] },
    File { file: &'a str },
    Piece { piece: String },
    End { end: &'a Contents },
}

impl Writer {
    /// The first line.
    ///
    /// # Errors
    /// When it has no form in JSON.
    pub fn header(&mut self, header: &Header) -> Result<Vec<u8>, Unwritten> {
        let Header { made, migrations } = header;
        self.written(&First { lazaret_backup: EDITION, made, migrations })
    }

    /// A line behind it, which is counted.
    ///
    /// # Errors
    /// When it has no form in JSON, or is longer than any that is taken back.
    pub fn line(&mut self, line: &Line) -> Result<Vec<u8>, Unwritten> {
        self.contents.count(line);
        self.written(&match line {
            Line::Row(cells) => Wire::Row(cells),
            Line::Table { name, columns } => Wire::Table { table: name, columns },
            Line::File(name) => Wire::File { file: name },
            Line::Piece(bytes) => Wire::Piece { piece: BASE64.encode(bytes) },
            Line::End(end) => Wire::End { end },
        })
    }

    /// The last line, and what it says.
    ///
    /// # Errors
    /// When it has no form in JSON.
    pub fn end(mut self) -> Result<(Vec<u8>, Contents), Unwritten> {
        let digest = self.hasher.finalize().to_hex().to_string();
        let end = Contents { digest, ..std::mem::take(&mut self.contents) };
        let text = self.written(&Wire::End { end: &end })?;
        Ok((text, end))
    }

    fn written(&mut self, line: &impl Serialize) -> Result<Vec<u8>, Unwritten> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        if text.len() > limits::BACKUP_LINE_BYTES_MAX {
            return Err(Unwritten::TooLong(text.len()));
        }
        self.hasher.update(&text);
        Ok(text)
    }
}
