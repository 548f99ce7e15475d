//! What people note on questions, and for whom.

use crate::database::{Row, Value};
use crate::sealed_note::{Noted, sealed};
use crate::write::{Happened, Noun};
use crate::{Path, Scope, Store, StoreError, Write, stored};

/// A note on a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionNote {
    /// The number.
    pub id: i64,
    /// Whose it is.
    pub organisation: i64,
    /// Where that stands.
    pub path: Path,
    /// What it is noted on: a question or an action.
    pub about: String,
    /// The maker who reads it too; empty where the house alone does.
    pub maker: String,
    /// What was noted; empty once it is taken back.
    pub note: String,
    /// When, as stored.
    pub written: String,
    /// By whom.
    pub by: i64,
    /// Since when it is taken back, as stored.
    pub taken_back: Option<String>,
}

/// A note that is written now.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `QuestionNote`")]
pub struct NewQuestionNote<'a> {
    pub organisation: i64,
    pub about: &'a str,
    pub maker: &'a str,
    pub note: &'a str,
    pub by: i64,
}

impl Store {
    /// The notes on a question, by all names that it has, the newest first: those of
    /// organisations that whoever asks may see, and of those above them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn question_notes(
        &self,
        scope: &Scope,
        about: &[String],
    ) -> Result<Vec<QuestionNote>, StoreError> {
        let about: Vec<Value> = about.iter().map(|one| one.as_str().into()).collect();
        let found = self
            .database
            .rows_among(
                "SELECT n.id, n.organisation, n.about, n.maker, n.sealed_note, n.written,
                        n.written_by, n.taken_back, o.path, h.sealed_key
                   FROM question_note n
                   JOIN organisation o ON o.head = n.head AND o.id = n.organisation
                   JOIN head h ON h.id = n.head
                  WHERE n.head = $1 AND n.about",
                &[scope.head().into()],
                &about,
                "",
                |row| sealed(row, read),
            )
            .await?;
        let is_seen = |path: &Path| {
            scope.admits(path) || scope.roots().iter().any(|root| path.holds(root))
        };
        Ok(newest_first(self.with_notes(scope.head(), found, is_seen)?))
    }

    /// What is noted for makers by organisations within a scope, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notes_for_makers(
        &self,
        scope: &Scope,
    ) -> Result<Vec<QuestionNote>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT n.id, n.organisation, n.about, n.maker, n.sealed_note, n.written,
                        n.written_by, n.taken_back, o.path, h.sealed_key
                   FROM question_note n
                   JOIN organisation o ON o.head = n.head AND o.id = n.organisation
                   JOIN head h ON h.id = n.head
                  WHERE n.head = $1 AND n.maker <> '' AND n.taken_back IS NULL",
                &[scope.head().into()],
                |row| sealed(row, read),
            )
            .await?;
        let seen = self.with_notes(scope.head(), found, |path| scope.admits(path))?;
        Ok(newest_first(seen))
    }
}

impl Write<'_> {
    /// Keeps a note on a question.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_on_question(
        &mut self,
        new: NewQuestionNote<'_>,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        let note = self.seal_note(id, new.note)?;
        self.changing
            .run(
                "INSERT INTO question_note (head, id, organisation, about, maker, sealed_note,
                                            written, written_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                &[
                    self.head.into(),
                    id.into(),
                    new.organisation.into(),
                    new.about.into(),
                    new.maker.into(),
                    note.into(),
                    stored(self.now).into(),
                    new.by.into(),
                ],
            )
            .await?;
        self.note(Noun::QuestionNote, id, Happened::Made);
        Ok(id)
    }

    /// Takes a note back: what it said is gone, and that there was one stays.
    ///
    /// # Errors
    /// When the database fails, or the organisation has no such note that stands.
    pub async fn take_note_back(
        &mut self,
        organisation: i64,
        note: i64,
        by: i64,
    ) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE question_note
                    SET sealed_note = NULL, taken_back = $4, taken_back_by = $5
                  WHERE head = $1 AND id = $2 AND organisation = $3 AND taken_back IS NULL",
                &[
                    self.head.into(),
                    note.into(),
                    organisation.into(),
                    stored(self.now).into(),
                    by.into(),
                ],
            )
            .await?;
        if touched == 0 {
            return Err(StoreError::absent("note", note));
        }
        self.note(Noun::QuestionNote, note, Happened::Changed);
        Ok(())
    }
}

fn newest_first(mut notes: Vec<QuestionNote>) -> Vec<QuestionNote> {
    notes.sort_by_key(|note| std::cmp::Reverse(note.id));
    notes
}

impl Noted for QuestionNote {
    fn id(&self) -> i64 {
        self.id
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn set_note(&mut self, note: String) {
        self.note = note;
    }
}

fn read(row: &Row<'_>) -> Result<QuestionNote, StoreError> {
    Ok(QuestionNote {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        path: Path::from_stored(row.text("path")?),
        about: row.text("about")?,
        maker: row.text("maker")?,
        note: String::new(),
        written: row.text("written")?,
        by: row.integer("written_by")?,
        taken_back: row.text_if_any("taken_back")?,
    })
}
