//! Exports that were delivered and not yet taken in: somebody looks at them first.

use crate::database::Row;
use crate::write::{Happened, Noun};
use crate::{Organisation, Path, Scope, Store, StoreError, Write, stored};

/// An export that somebody looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The number.
    pub id: i64,
    /// Whose devices it tells of.
    pub organisation: i64,
    /// The delivered file.
    pub original: i64,
    /// The file's name, as delivered this time.
    pub name: String,
    /// What the asset system is called, as far as it is known.
    pub source: String,
    /// The mapping of columns as text; empty where it is still to be guessed.
    pub mapping: String,
    /// When it was delivered.
    pub made: String,
    /// Who delivered it.
    pub made_by: i64,
}

/// An export to be looked at.
#[derive(Clone, Copy, Debug)]
pub struct NewUpload<'a> {
    /// The delivered file.
    pub original: i64,
    /// The file's name.
    pub name: &'a str,
    /// What the asset system is called, as far as it is known.
    pub source: &'a str,
    /// The mapping of columns as text; empty where it is still to be guessed.
    pub mapping: &'a str,
    /// Who delivers it.
    pub by: i64,
}

impl Store {
    /// The exports that wait for somebody to take them in, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn uploads(&self, scope: &Scope) -> Result<Vec<Upload>, StoreError> {
        let mut found = Vec::new();
        for pattern in scope.patterns() {
            found.extend(
                self.database
                    .rows(
                        "SELECT u.id, u.organisation, u.original, u.name, u.source, u.mapping,
                                u.made, u.made_by
                           FROM upload u
                           JOIN organisation o
                             ON o.head = u.head AND o.id = u.organisation
                          WHERE u.head = $1 AND o.path LIKE $2
                          ORDER BY u.id DESC",
                        &[scope.head().into(), pattern.into()],
                        read_upload,
                    )
                    .await?,
            );
        }
        found.sort_by_key(|upload| std::cmp::Reverse(upload.id));
        Ok(found)
    }

    /// One export that waits, if whoever asks may see it.
    ///
    /// # Errors
    /// When the database fails, or there is none that may be seen.
    pub async fn upload(&self, scope: &Scope, id: i64) -> Result<Upload, StoreError> {
        self.database
            .row(
                "SELECT u.id, u.organisation, u.original, u.name, u.source, u.mapping,
                        u.made, u.made_by, o.path
                   FROM upload u
                   JOIN organisation o ON o.head = u.head AND o.id = u.organisation
                  WHERE u.head = $1 AND u.id = $2",
                &[scope.head().into(), id.into()],
                |row| Ok((read_upload(row)?, Path::from_stored(row.text("path")?))),
            )
            .await?
            .filter(|(_, path)| scope.admits(path))
            .map(|(upload, _)| upload)
            .ok_or_else(|| StoreError::absent("upload", id))
    }
}

impl Write<'_> {
    /// Remembers an export to be looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_upload(
        &mut self,
        organisation: &Organisation,
        new: NewUpload<'_>,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        self.changing
            .run(
                "INSERT INTO upload (head, id, organisation, original, name, source, mapping,
                                     made, made_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                &[
                    self.head.into(),
                    id.into(),
                    organisation.id.into(),
                    new.original.into(),
                    new.name.into(),
                    new.source.trim().into(),
                    new.mapping.into(),
                    stored(self.now).into(),
                    new.by.into(),
                ],
            )
            .await?;
        self.note(Noun::Upload, id, Happened::Made);
        Ok(id)
    }

    /// Says which asset system an export comes from, and which of its columns is what.
    ///
    /// # Errors
    /// When the database fails, or somebody has taken it in or thrown it away.
    pub async fn settle_upload(
        &mut self,
        id: i64,
        source: &str,
        mapping: &str,
    ) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE upload SET source = $3, mapping = $4 WHERE head = $1 AND id = $2",
                &[self.head.into(), id.into(), source.trim().into(), mapping.into()],
            )
            .await?;
        self.note(Noun::Upload, id, Happened::Changed);
        one(touched, id)
    }

    /// Forgets that an export waits: it is taken in.
    ///
    /// # Errors
    /// When the database fails, or somebody has taken it in or thrown it away.
    pub async fn end_upload(&mut self, id: i64) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "DELETE FROM upload WHERE head = $1 AND id = $2",
                &[self.head.into(), id.into()],
            )
            .await?;
        self.note(Noun::Upload, id, Happened::Gone);
        one(touched, id)
    }

    /// Throws an export away, and its bytes too where nothing else rests on them.
    ///
    /// # Errors
    /// When the database fails, or somebody has taken it in or thrown it away.
    pub async fn drop_upload(&mut self, upload: &Upload) -> Result<(), StoreError> {
        self.end_upload(upload.id).await?;
        let values = [self.head.into(), upload.original.into()];
        self.changing
            .run(
                "DELETE FROM original
                  WHERE head = $1 AND id = $2
                    AND NOT EXISTS (SELECT 1 FROM import i
                                     WHERE i.head = original.head
                                       AND i.original = original.id)
                    AND NOT EXISTS (SELECT 1 FROM upload u
                                     WHERE u.head = original.head
                                       AND u.original = original.id)",
                &values,
            )
            .await?;
        self.changing
            .run(
                "DELETE FROM original_chunk
                  WHERE head = $1 AND original = $2
                    AND NOT EXISTS (SELECT 1 FROM original d
                                     WHERE d.head = original_chunk.head
                                       AND d.id = original_chunk.original)",
                &values,
            )
            .await?;
        Ok(())
    }
}

fn one(touched: u64, id: i64) -> Result<(), StoreError> {
    match touched {
        1 => Ok(()),
        _ => Err(StoreError::absent("upload", id)),
    }
}

fn read_upload(row: &Row<'_>) -> Result<Upload, StoreError> {
    Ok(Upload {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        original: row.integer("original")?,
        name: row.text("name")?,
        source: row.text("source")?,
        mapping: row.text("mapping")?,
        made: row.text("made")?,
        made_by: row.integer("made_by")?,
    })
}
