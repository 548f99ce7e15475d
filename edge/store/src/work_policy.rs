//! By when organisations want things done, and how many people accept a risk.

use crate::database::Row;
use crate::write::{Happened, Noun};
use crate::{Store, StoreError, Write, stored};

/// By when an organisation wants things done, and who accepts risks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkPolicy {
    /// Whose it is.
    pub organisation: i64,
    /// Days by priority, as text.
    pub deadlines: String,
    /// `one` or `two`: how many people it takes to accept a risk.
    pub approval: String,
    /// Since when.
    pub changed: String,
    /// Who said so.
    pub changed_by: i64,
}

impl Store {
    /// What each organisation says about deadlines and approval.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn work_policies(&self, head: i64) -> Result<Vec<WorkPolicy>, StoreError> {
        self.database
            .rows(
                "SELECT organisation, deadlines, approval, changed, changed_by
                   FROM work_policy
                  WHERE head = $1
                  ORDER BY organisation",
                &[head.into()],
                read_policy,
            )
            .await
    }
}

impl Write<'_> {
    /// What an organisation says about deadlines and approval, as it is at this moment; none
    /// where it says nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn work_policy(
        &mut self,
        organisation: i64,
    ) -> Result<Option<WorkPolicy>, StoreError> {
        let found = self
            .changing
            .rows(
                "SELECT organisation, deadlines, approval, changed, changed_by
                   FROM work_policy
                  WHERE head = $1 AND organisation = $2",
                &[self.head.into(), organisation.into()],
                read_policy,
            )
            .await?;
        Ok(found.into_iter().next())
    }

    /// Keeps by when an organisation wants things done.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_work_policy(
        &mut self,
        organisation: i64,
        deadlines: &str,
        approval: &'static str,
        by: i64,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "INSERT INTO work_policy (head, organisation, deadlines, approval, changed,
                                          changed_by)
                 VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (head, organisation) DO UPDATE
                    SET deadlines = excluded.deadlines,
                        approval = excluded.approval,
                        changed = excluded.changed,
                        changed_by = excluded.changed_by",
                &[
                    self.head.into(),
                    organisation.into(),
                    deadlines.into(),
                    approval.into(),
                    stored(self.now).into(),
                    by.into(),
                ],
            )
            .await?;
        self.note(Noun::Organisation, organisation, Happened::Changed);
        Ok(())
    }
}

fn read_policy(row: &Row<'_>) -> Result<WorkPolicy, StoreError> {
    Ok(WorkPolicy {
        organisation: row.integer("organisation")?,
        deadlines: row.text("deadlines")?,
        approval: row.text("approval")?,
        changed: row.text("changed")?,
        changed_by: row.integer("changed_by")?,
    })
}
