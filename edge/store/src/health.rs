//! Whether what the house remembers is sound, for whoever runs it.

use jiff::Timestamp;

use crate::{Store, StoreError, stored};

/// Jobs of one kind that nobody tries any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenUp {
    /// What kind of work.
    pub kind: String,
    /// How many.
    pub jobs: i64,
    /// Why the newest of them was given up.
    pub fault: String,
}

impl Store {
    /// What the database finds wrong with itself; `None` when it is sound. PostgreSQL checks its
    /// pages when it reads them, and has nothing to add.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unsound(&self) -> Result<Option<String>, StoreError> {
        self.database.unsound().await
    }

    /// Jobs that were given up, by kind.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn given_up(&self) -> Result<Vec<GivenUp>, StoreError> {
        self.database
            .rows(
                "SELECT kind, COUNT(*) AS jobs, MAX(COALESCE(fault, '')) AS fault
                   FROM job
                  WHERE state = 'failed'
                  GROUP BY kind
                  ORDER BY kind",
                &[],
                |row| {
                    Ok(GivenUp {
                        kind: row.text("kind")?,
                        jobs: row.integer("jobs")?,
                        fault: row.text("fault")?,
                    })
                },
            )
            .await
    }

    /// How many jobs could have been begun before `then` and wait still.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn overdue(&self, then: Timestamp) -> Result<i64, StoreError> {
        let counted = self
            .database
            .row(
                "SELECT COUNT(*) AS jobs
                   FROM job
                  WHERE state = 'waiting' AND run_after < $1 AND lease_until < $1",
                &[stored(then).into()],
                |row| row.integer("jobs"),
            )
            .await?;
        Ok(counted.unwrap_or_default())
    }
}
