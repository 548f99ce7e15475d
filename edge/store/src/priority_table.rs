//! By which tables organisations give priorities, and when they changed them.

use crate::database::Row;
use crate::write::{Happened, Noun};
use crate::{Store, StoreError, Write, stored};

/// That an organisation made a table, or took its own back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorityTable {
    /// Whose it is.
    pub organisation: i64,
    /// The number of the change: the revision of the organisation's table.
    pub seq: i64,
    /// The table as text; empty where the organisation has none of its own from then on.
    pub written: String,
    /// Since when.
    pub changed: String,
    /// Who said so.
    pub changed_by: i64,
}

impl Store {
    /// Every change of a table, the oldest first: the last of an organisation counts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn priority_tables(
        &self,
        head: i64,
    ) -> Result<Vec<PriorityTable>, StoreError> {
        self.database
            .rows(
                "SELECT organisation, seq, written, changed, changed_by
                   FROM priority_table
                  WHERE head = $1
                  ORDER BY seq, organisation",
                &[head.into()],
                read_table,
            )
            .await
    }
}

impl Write<'_> {
    /// How an organisation last changed its table, as it is at this moment; none where it
    /// never did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_priority_table(
        &mut self,
        organisation: i64,
    ) -> Result<Option<PriorityTable>, StoreError> {
        let found = self
            .changing
            .rows(
                "SELECT organisation, seq, written, changed, changed_by
                   FROM priority_table
                  WHERE head = $1 AND organisation = $2
                  ORDER BY seq DESC
                  LIMIT 1",
                &[self.head.into(), organisation.into()],
                read_table,
            )
            .await?;
        Ok(found.into_iter().next())
    }

    /// Keeps by which table an organisation gives priorities from now on; an empty one is
    /// that of the organisation above it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_priority_table(
        &mut self,
        organisation: i64,
        written: &str,
        by: i64,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "INSERT INTO priority_table (head, organisation, seq, written, changed,
                                             changed_by)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                &[
                    self.head.into(),
                    organisation.into(),
                    self.seq.into(),
                    written.into(),
                    stored(self.now).into(),
                    by.into(),
                ],
            )
            .await?;
        self.note(Noun::Organisation, organisation, Happened::Changed);
        Ok(())
    }
}

fn read_table(row: &Row<'_>) -> Result<PriorityTable, StoreError> {
    Ok(PriorityTable {
        organisation: row.integer("organisation")?,
        seq: row.integer("seq")?,
        written: row.text("written")?,
        changed: row.text("changed")?,
        changed_by: row.integer("changed_by")?,
    })
}
