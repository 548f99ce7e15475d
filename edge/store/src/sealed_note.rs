//! Notes that may name people: sealed as they are kept, opened for whoever may see their row.

use crate::database::Row;
use crate::keys::Whose;
use crate::{Path, Store, StoreError, Write, stored};

/// Whose a note is: the row of that number.
pub(crate) const fn of_note(head: i64, id: i64) -> Whose {
    Whose { what: "a note to an answer", head, id }
}

/// A row with a note.
pub(crate) trait Noted {
    fn id(&self) -> i64;
    /// Where its organisation stands.
    fn path(&self) -> &Path;
    fn set_note(&mut self, note: String);
}

/// A row, its note under its seal, and the key of its top organisation under its own.
pub(crate) type Sealed<T> = (T, Option<Vec<u8>>, Vec<u8>);

/// Reads a row with `sealed_note` and `sealed_key` beside it.
pub(crate) fn sealed<T>(
    row: &Row<'_>,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Sealed<T>, StoreError> {
    Ok((read(row)?, row.bytes_if_any("sealed_note")?, row.bytes("sealed_key")?))
}

impl Store {
    /// The rows that are seen, with their notes.
    pub(crate) fn with_notes<T: Noted>(
        &self,
        head: i64,
        found: Vec<Sealed<T>>,
        is_seen: impl Fn(&Path) -> bool,
    ) -> Result<Vec<T>, StoreError> {
        let mut seen = Vec::new();
        for (mut row, note, key) in found {
            if !is_seen(row.path()) {
                continue;
            }
            if let Some(note) = note {
                let key = self.keys.of_head(head, &key)?;
                row.set_note(key.open_text(of_note(head, row.id()), &note)?);
            }
            seen.push(row);
        }
        Ok(seen)
    }
}

impl Write<'_> {
    /// A note as it is kept with the row of a number; none where it says nothing.
    pub(crate) fn seal_note(
        &self,
        id: i64,
        note: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(match note.trim() {
            "" => None,
            note => Some(self.key()?.seal_text(of_note(self.head, id), note)?),
        })
    }

    /// Keeps what somebody outside the house, or asked from there, says to a question: `sql`
    /// names the table.
    pub(crate) async fn keep_said(
        &mut self,
        sql: &'static str,
        question: i64,
        said: &str,
        note: &str,
        by: i64,
    ) -> Result<(), StoreError> {
        let note = self.seal_note(question, note)?;
        self.changing
            .run(
                sql,
                &[
                    self.head.into(),
                    question.into(),
                    said.into(),
                    note.into(),
                    stored(self.now).into(),
                    by.into(),
                ],
            )
            .await?;
        Ok(())
    }
}

/// The statement that keeps what was said to a question of a table.
macro_rules! keep_said {
    ($table:literal) => {
        concat!(
            "UPDATE ",
            $table,
            " SET said = $3, sealed_note = $4, answered = $5, answered_by = $6
               WHERE head = $1 AND id = $2"
        )
    };
}

pub(crate) use keep_said;
