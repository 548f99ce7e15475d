//! Lists that people want to see again: the query of an address under a name.

use crate::database::Value;
use crate::write::{Happened, Noun};
use crate::{Store, StoreError, Write, stored};

/// Of what a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListOf {
    /// Devices.
    Devices,
    /// What is to be done about them.
    Work,
}

impl ListOf {
    /// The word as stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Devices => "devices",
            Self::Work => "work",
        }
    }
}

/// A list as somebody keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// The number.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// The query of its address: filter, order, columns.
    pub query: String,
}

impl Store {
    /// The lists of one kind that somebody keeps, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn saved_views(
        &self,
        head: i64,
        person: i64,
        list: ListOf,
    ) -> Result<Vec<SavedView>, StoreError> {
        self.database
            .rows(
                "SELECT id, name, query
                   FROM saved_view
                  WHERE head = $1 AND person = $2 AND list = $3
                  ORDER BY name",
                &[head.into(), person.into(), list.word().into()],
                |row| {
                    Ok(SavedView {
                        id: row.integer("id")?,
                        name: row.text("name")?,
                        query: row.text("query")?,
                    })
                },
            )
            .await
    }
}

impl Write<'_> {
    /// Keeps a list for somebody; one of the same kind and name is replaced. Gives its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_view(
        &mut self,
        person: i64,
        list: ListOf,
        name: &str,
        query: &str,
    ) -> Result<i64, StoreError> {
        let fresh = self.id();
        let row: [Value; 7] = [
            self.head.into(),
            fresh.into(),
            person.into(),
            name.trim().into(),
            query.into(),
            stored(self.now).into(),
            list.word().into(),
        ];
        let id = self
            .changing
            .row(
                "INSERT INTO saved_view (head, id, person, name, query, made, list)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)
                     ON CONFLICT (head, person, list, name) DO UPDATE SET query = excluded.query
              RETURNING id",
                &row,
                |row| row.integer("id"),
            )
            .await?
            .ok_or_else(|| StoreError::absent("saved view", name))?;
        self.note(Noun::SavedView, id, Happened::Changed);
        Ok(id)
    }

    /// Forgets a list of somebody's.
    ///
    /// # Errors
    /// When the database fails, or the person keeps no such list.
    pub async fn forget_view(&mut self, person: i64, id: i64) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "DELETE FROM saved_view WHERE head = $1 AND person = $2 AND id = $3",
                &[self.head.into(), person.into(), id.into()],
            )
            .await?;
        if touched == 0 {
            return Err(StoreError::absent("saved view", id));
        }
        self.note(Noun::SavedView, id, Happened::Gone);
        Ok(())
    }
}
