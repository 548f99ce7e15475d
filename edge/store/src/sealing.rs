//! What registers and documents may say of people, sealed under the key of a top organisation:
//! what a device's row says beyond the columns of lists, the cells that complaints quote,
//! delivered files, and texts that people type (`typed`).
//!
//! Each has a column `sealed_…` beside one of the same name in which older versions kept it in
//! the clear. A row without a seal is one of theirs: it is read as it is, and sealed batch by
//! batch ([`Write::seal_some`]). No statement searches what is sealed.

use crate::database::Value;
use crate::keys::{Key, Whose};
use crate::{Store, StoreError, Write};

/// How many rows are sealed in one transaction.
const ROWS: i64 = 1000;
/// How many pieces of documents: each may be a megabyte.
const PIECES: i64 = 16;

/// How much lies in the clear because an older version wrote it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InTheClear {
    /// What registers say of so many devices.
    pub devices: i64,
    /// Complaints about cells.
    pub complaints: i64,
    /// Pieces of documents.
    pub pieces: i64,
    /// Texts that people typed.
    pub texts: i64,
}

impl InTheClear {
    /// Whether there is nothing.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        self.devices == 0 && self.complaints == 0 && self.pieces == 0 && self.texts == 0
    }
}

/// A piece of a document, as it lies in its row.
pub(crate) struct Piece {
    pub(crate) number: i64,
    pub(crate) clear: Vec<u8>,
    pub(crate) sealed: Option<Vec<u8>>,
}

impl Piece {
    /// The piece, packed as it was delivered.
    pub(crate) fn opened(
        self,
        key: &Key,
        head: i64,
        original: i64,
    ) -> Result<Vec<u8>, StoreError> {
        match self.sealed {
            None => Ok(self.clear),
            Some(sealed) => Ok(key.open(of_piece(head, original, self.number), &sealed)?),
        }
    }
}

/// What a device's row says beyond its columns.
pub(crate) const fn of_rest(head: i64, device: i64) -> Whose {
    Whose { what: "what else a register says", head, id: device }
}

/// The cell that a complaint quotes.
pub(crate) const fn of_cell(head: i64, import: i64, number: i64) -> Whose {
    Whose::part("the cell of a complaint", head, import, number)
}

/// The words of a complaint.
pub(crate) const fn of_message(head: i64, import: i64, number: i64) -> Whose {
    Whose::part("a complaint", head, import, number)
}

/// A piece of a document.
pub(crate) const fn of_piece(head: i64, original: i64, number: i64) -> Whose {
    Whose::part("a piece of a document", head, original, number)
}

/// What is written into the sealed column; `nothing` is what stands in the other one, and
/// needs no seal.
pub(crate) fn sealed(
    key: &Key,
    whose: Whose,
    text: &str,
    nothing: &str,
) -> Result<Value, StoreError> {
    match text == nothing {
        true => Ok(Value::Bytes(Vec::new())),
        false => Ok(key.seal_text(whose, text)?.into()),
    }
}

/// What a sealed column says; `clear` is what the other one does.
pub(crate) fn opened(
    key: &Key,
    whose: Whose,
    sealed: Option<&[u8]>,
    clear: String,
) -> Result<String, StoreError> {
    match sealed {
        None | Some([]) => Ok(clear),
        Some(sealed) => Ok(key.open_text(whose, sealed)?),
    }
}

/// The digest by which a row is known again. Without the key nobody can try what the row may
/// say until the digest fits.
pub(crate) fn row_digest(key: &Key, open: &[u8]) -> [u8; 32] {
    key.digest("a row of an export", open)
}

impl Store {
    /// The key of a top organisation.
    pub(crate) async fn key_of_head(&self, head: i64) -> Result<Key, StoreError> {
        let sealed = self
            .database
            .row("SELECT sealed_key FROM head WHERE id = $1", &[head.into()], |row| {
                row.bytes_if_any("sealed_key")
            })
            .await?
            .flatten()
            .ok_or_else(|| StoreError::absent("organisation's key", head))?;
        Ok(self.keys.of_head(head, &sealed)?)
    }

    /// How much of a top organisation lies in the clear that is sealed from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn in_the_clear(&self, head: i64) -> Result<InTheClear, StoreError> {
        let texts = self.texts_in_the_clear(head).await?;
        let found = self
            .database
            .row(
                "SELECT (SELECT COUNT(*) FROM device
                          WHERE head = $1 AND sealed_rest IS NULL) AS devices,
                        (SELECT COUNT(*) FROM import_complaint
                          WHERE head = $1 AND sealed_message IS NULL) AS complaints,
                        (SELECT COUNT(*) FROM original_chunk
                          WHERE head = $1 AND sealed_bytes IS NULL) AS pieces",
                &[head.into()],
                |row| {
                    Ok(InTheClear {
                        devices: row.integer("devices")?,
                        complaints: row.integer("complaints")?,
                        pieces: row.integer("pieces")?,
                        texts,
                    })
                },
            )
            .await?;
        Ok(found.unwrap_or_default())
    }

    /// Takes out of the files beside the database what was sealed or overwritten since: the
    /// log of SQLite holds pages as they were until somebody empties it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn empty_log(&self) -> Result<(), StoreError> {
        self.database.empty_log().await
    }
}

impl Write<'_> {
    /// Seals some of what lies in the clear; says how much. Nothing that anybody is shown
    /// changes, so no device counts as changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn seal_some(&mut self) -> Result<InTheClear, StoreError> {
        let key = self.key()?;
        Ok(InTheClear {
            devices: self.seal_rests(&key).await?,
            complaints: self.seal_complaints(&key).await?,
            pieces: self.seal_pieces(&key).await?,
            texts: self.seal_texts(&key).await?,
        })
    }

    async fn seal_rests(&mut self, key: &Key) -> Result<i64, StoreError> {
        let open = self
            .changing
            .rows(
                "SELECT id, rest, row_digest
                   FROM device
                  WHERE head = $1 AND sealed_rest IS NULL
                  ORDER BY id
                  LIMIT $2",
                &[self.head.into(), ROWS.into()],
                |row| {
                    Ok((row.integer("id")?, row.text("rest")?, row.bytes("row_digest")?))
                },
            )
            .await?;
        for (id, rest, digest) in &open {
            let seal = sealed(key, of_rest(self.head, *id), rest, "{}")?;
            let digest = row_digest(key, digest);
            let row = [self.head.into(), (*id).into(), seal, digest.as_slice().into()];
            self.changing
                .run(
                    "UPDATE device
                        SET sealed_rest = $3, rest = '{}', row_digest = $4
                      WHERE head = $1 AND id = $2",
                    &row,
                )
                .await?;
        }
        Ok(open.len() as i64)
    }

    async fn seal_complaints(&mut self, key: &Key) -> Result<i64, StoreError> {
        let open = self
            .changing
            .rows(
                "SELECT import, number, cell, message
                   FROM import_complaint
                  WHERE head = $1 AND sealed_message IS NULL
                  ORDER BY import, number
                  LIMIT $2",
                &[self.head.into(), ROWS.into()],
                |row| {
                    let at = (row.integer("import")?, row.integer("number")?);
                    Ok((at, row.text("cell")?, row.text("message")?))
                },
            )
            .await?;
        for ((import, number), cell, message) in &open {
            let (import, number) = (*import, *number);
            let row = [
                self.head.into(),
                import.into(),
                number.into(),
                sealed(key, of_cell(self.head, import, number), cell, "")?,
                sealed(key, of_message(self.head, import, number), message, "")?,
            ];
            self.changing
                .run(
                    "UPDATE import_complaint
                        SET sealed_cell = $4, sealed_message = $5, cell = '', message = ''
                      WHERE head = $1 AND import = $2 AND number = $3",
                    &row,
                )
                .await?;
        }
        Ok(open.len() as i64)
    }

    async fn seal_pieces(&mut self, key: &Key) -> Result<i64, StoreError> {
        let open = self
            .changing
            .rows(
                "SELECT original, number, bytes
                   FROM original_chunk
                  WHERE head = $1 AND sealed_bytes IS NULL
                  ORDER BY original, number
                  LIMIT $2",
                &[self.head.into(), PIECES.into()],
                |row| {
                    let at = (row.integer("original")?, row.integer("number")?);
                    Ok((at, row.bytes("bytes")?))
                },
            )
            .await?;
        for ((original, number), bytes) in &open {
            let (original, number) = (*original, *number);
            let row = [
                self.head.into(),
                original.into(),
                number.into(),
                key.seal(of_piece(self.head, original, number), bytes)?.into(),
                Value::Bytes(Vec::new()),
            ];
            self.changing
                .run(
                    "UPDATE original_chunk
                        SET sealed_bytes = $4, bytes = $5
                      WHERE head = $1 AND original = $2 AND number = $3",
                    &row,
                )
                .await?;
        }
        Ok(open.len() as i64)
    }
}
