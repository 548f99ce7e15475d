//! The index of advisories that is in use.

use crate::write::{Happened, Noun};
use crate::{Store, StoreError, Write, stored};

/// A generation of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// Grows with each new index.
    pub number: i64,
    /// The file's name below the data directory.
    pub file: String,
    /// BLAKE3 of the file.
    pub digest: Vec<u8>,
    /// Since when.
    pub made: String,
}

impl Store {
    /// The newest index, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn generation(&self) -> Result<Option<Generation>, StoreError> {
        self.database
            .row(
                "SELECT number, file, digest, made
                   FROM index_generation
                  ORDER BY number DESC
                  LIMIT 1",
                &[],
                |row| {
                    Ok(Generation {
                        number: row.integer("number")?,
                        file: row.text("file")?,
                        digest: row.bytes("digest")?,
                        made: row.text("made")?,
                    })
                },
            )
            .await
    }
}

impl Write<'_> {
    /// Names a new index, in a write of the house; gives the number of its generation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_index(
        &mut self,
        file: &str,
        digest: &[u8; 32],
    ) -> Result<i64, StoreError> {
        let number = self.seq;
        self.changing
            .run(
                "INSERT INTO index_generation (number, file, digest, made)
                 VALUES ($1, $2, $3, $4)",
                &[
                    number.into(),
                    file.into(),
                    digest.as_slice().into(),
                    stored(self.now).into(),
                ],
            )
            .await?;
        self.note(Noun::Index, number, Happened::Made);
        Ok(number)
    }
}
