//! Tables of how long software is supported, as somebody brought them.

use crate::database::Row;
use crate::write::{Happened, Noun};
use crate::{Store, StoreError, Write, stored};

/// A table of life cycles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LifeCycleTable {
    /// The number.
    pub id: i64,
    /// The top organisation, whose it is.
    pub organisation: i64,
    /// The document.
    pub original: i64,
    /// The name of its file.
    pub name: String,
    /// Of which day it is, as whoever brought it says: `2026-08-22`.
    pub as_of: Option<String>,
    /// How many products were read of it.
    pub products: i64,
    /// How many cycles these have.
    pub cycles: i64,
    /// How many files and products of it could not be read.
    pub set_aside: i64,
    /// When it was brought, as stored.
    pub brought: String,
    /// By whom.
    pub brought_by: i64,
    /// When somebody took it back, as stored.
    pub withdrawn: Option<String>,
}

/// A table to be kept.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `LifeCycleTable`")]
pub struct NewLifeCycleTable<'a> {
    pub organisation: i64,
    pub original: i64,
    pub as_of: Option<&'a str>,
    pub products: i64,
    pub cycles: i64,
    pub set_aside: i64,
    pub by: i64,
}

impl Store {
    /// Every table of a top organisation, the newest first: the first that nobody took back
    /// counts. They are public, so whoever is of the organisation may see them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn life_cycle_tables(
        &self,
        head: i64,
    ) -> Result<Vec<LifeCycleTable>, StoreError> {
        self.database
            .rows(
                "SELECT t.id, t.organisation, t.original, o.name, t.as_of, t.products,
                        t.cycles, t.set_aside, t.brought, t.brought_by, t.withdrawn
                   FROM life_cycle_table t
                   JOIN original o ON o.head = t.head AND o.id = t.original
                  WHERE t.head = $1
                  ORDER BY t.id DESC",
                &[head.into()],
                read_table,
            )
            .await
    }
}

impl Write<'_> {
    /// Keeps a table, which counts from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_life_cycle_table(
        &mut self,
        new: NewLifeCycleTable<'_>,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        self.changing
            .run(
                "INSERT INTO life_cycle_table (head, id, organisation, original, as_of,
                                               products, cycles, set_aside, brought,
                                               brought_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                &[
                    self.head.into(),
                    id.into(),
                    new.organisation.into(),
                    new.original.into(),
                    new.as_of.into(),
                    new.products.into(),
                    new.cycles.into(),
                    new.set_aside.into(),
                    stored(self.now).into(),
                    new.by.into(),
                ],
            )
            .await?;
        self.note(Noun::LifeCycleTable, id, Happened::Made);
        Ok(id)
    }

    /// Takes a table back; the one before it counts again.
    ///
    /// # Errors
    /// When the database fails, there is none, or it is taken back already.
    pub async fn withdraw_life_cycle_table(
        &mut self,
        id: i64,
        by: i64,
    ) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE life_cycle_table
                    SET withdrawn = $3, withdrawn_by = $4
                  WHERE head = $1 AND id = $2 AND withdrawn IS NULL",
                &[self.head.into(), id.into(), stored(self.now).into(), by.into()],
            )
            .await?;
        if touched != 1 {
            return Err(StoreError::absent("table of life cycles", id));
        }
        self.note(Noun::LifeCycleTable, id, Happened::Changed);
        Ok(())
    }
}

fn read_table(row: &Row<'_>) -> Result<LifeCycleTable, StoreError> {
    Ok(LifeCycleTable {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        original: row.integer("original")?,
        name: row.text("name")?,
        as_of: row.text_if_any("as_of")?,
        products: row.integer("products")?,
        cycles: row.integer("cycles")?,
        set_aside: row.integer("set_aside")?,
        brought: row.text("brought")?,
        brought_by: row.integer("brought_by")?,
        withdrawn: row.text_if_any("withdrawn")?,
    })
}
