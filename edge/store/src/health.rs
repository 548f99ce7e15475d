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

/// Jobs of one kind that are not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenJobs {
    /// What kind of work.
    pub kind: String,
    /// `waiting`, `running` or `failed`.
    pub state: String,
    /// How many.
    pub jobs: i64,
}

/// Connections to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// What they are for.
    pub name: &'static str,
    /// How many are open.
    pub open: usize,
    /// How many of them nobody uses.
    pub idle: usize,
}

/// Messages of one webhook that nobody tries to send any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// The number of the webhook.
    pub webhook: i64,
    /// What it is called.
    pub name: String,
    /// How many.
    pub messages: i64,
    /// When the newest of them was to be told, as stored.
    pub newest: String,
}

impl Store {
    /// Messages to webhooks that were given up, as long as they can be looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unsent(&self) -> Result<Vec<Unsent>, StoreError> {
        self.database
            .rows(
                "SELECT w.id, w.name, COUNT(*) AS messages, MAX(m.made) AS newest
                   FROM webhook_message m
                   JOIN webhook w ON w.head = m.head AND w.id = m.webhook
                  WHERE m.state = 'given_up' AND w.removed IS NULL
                  GROUP BY w.head, w.id, w.name
                  ORDER BY w.head, w.id",
                &[],
                |row| {
                    Ok(Unsent {
                        webhook: row.integer("id")?,
                        name: row.text("name")?,
                        messages: row.integer("messages")?,
                        newest: row.text("newest")?,
                    })
                },
            )
            .await
    }

    /// How many digests of the newest days no mail server took.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unsent_digests(&self) -> Result<i64, StoreError> {
        let counted = self
            .database
            .row(
                "SELECT COUNT(*) AS digests FROM digest WHERE state = 'given_up'",
                &[],
                |row| row.integer("digests"),
            )
            .await?;
        Ok(counted.unwrap_or_default())
    }

    /// Jobs that are not done, by kind and state.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_jobs(&self, now: Timestamp) -> Result<Vec<OpenJobs>, StoreError> {
        self.database
            .rows(
                "SELECT kind, now AS state, COUNT(*) AS jobs
                   FROM (SELECT kind,
                                CASE WHEN state = 'failed' THEN 'failed'
                                     WHEN lease_until >= $1 THEN 'running'
                                     ELSE 'waiting' END AS now
                           FROM job
                          WHERE state IN ('waiting', 'failed')) AS open
                  GROUP BY kind, now
                  ORDER BY kind, now",
                &[stored(now).into()],
                |row| {
                    Ok(OpenJobs {
                        kind: row.text("kind")?,
                        state: row.text("state")?,
                        jobs: row.integer("jobs")?,
                    })
                },
            )
            .await
    }

    /// How many messages to webhooks there are, by what became of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn message_counts(&self) -> Result<Vec<(String, i64)>, StoreError> {
        self.database
            .rows(
                "SELECT state, COUNT(*) AS messages
                   FROM webhook_message
                  GROUP BY state
                  ORDER BY state",
                &[],
                |row| Ok((row.text("state")?, row.integer("messages")?)),
            )
            .await
    }

    /// How many devices the newest exports name, and how many they do not name any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn device_counts(&self) -> Result<(i64, i64), StoreError> {
        let counted = self
            .database
            .row(
                "SELECT COUNT(*) AS devices, COUNT(missing_since) AS missing FROM device
                  WHERE withdrawn IS NULL",
                &[],
                |row| Ok((row.integer("devices")?, row.integer("missing")?)),
            )
            .await?;
        let (devices, missing) = counted.unwrap_or_default();
        Ok((devices - missing, missing))
    }

    /// The connections of this node to the database.
    #[must_use]
    pub fn pools(&self) -> Vec<Pool> {
        self.database.pools()
    }

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

    /// How many jobs of a kind have neither ended nor been given up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unfinished(&self, kind: &str) -> Result<i64, StoreError> {
        let counted = self
            .database
            .row(
                "SELECT COUNT(*) AS jobs FROM job WHERE state = 'waiting' AND kind = $1",
                &[kind.into()],
                |row| row.integer("jobs"),
            )
            .await?;
        Ok(counted.unwrap_or_default())
    }

    /// How many jobs could have been begun before `then` and wait still, by kind.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn overdue(
        &self,
        then: Timestamp,
    ) -> Result<Vec<(String, i64)>, StoreError> {
        self.database
            .rows(
                "SELECT kind, COUNT(*) AS jobs
                   FROM job
                  WHERE state = 'waiting' AND run_after < $1 AND lease_until < $1
                  GROUP BY kind
                  ORDER BY kind",
                &[stored(then).into()],
                |row| Ok((row.text("kind")?, row.integer("jobs")?)),
            )
            .await
    }
}
