//! Up to where webhooks were told: of verdicts, and of feeds that fail.

use jiff::Timestamp;

use crate::{Job, Store, StoreError, Write, stored};

/// Whether a feed fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fails {
    /// It did not answer the last time.
    Now,
    /// It answers again.
    NoMore,
}

impl Store {
    /// Feeds of which a top organisation was told that they fail.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn told_faults(&self, head: i64) -> Result<Vec<String>, StoreError> {
        self.database
            .rows(
                "SELECT feed FROM feed_fault WHERE head = $1 ORDER BY feed",
                &[head.into()],
                |row| row.text("feed"),
            )
            .await
    }

    /// Ends a job that found no verdict of which anybody wants to be told, and notes up to which
    /// change it looked.
    ///
    /// # Errors
    /// When the node has lost it, or the database fails.
    pub async fn end_quiet_telling(
        &self,
        job: &Job,
        seq: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut changing = self.database.begin().await?;
        job.fence(&mut changing, now).await?;
        changing
            .run(
                "UPDATE webhook_mark SET seq = $2 WHERE head = $1 AND seq < $2",
                &[job.head.into(), seq.into()],
            )
            .await?;
        changing
            .run(
                "UPDATE job SET state = 'done', ended = $3 WHERE head = $1 AND id = $2",
                &[job.head.into(), job.id.into(), stored(now).into()],
            )
            .await?;
        changing.commit().await
    }
}

impl Write<'_> {
    /// Up to which change webhooks were told of verdicts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn told_up_to(&mut self) -> Result<Option<i64>, StoreError> {
        self.changing
            .row(
                "SELECT seq FROM webhook_mark WHERE head = $1",
                &[self.head.into()],
                |row| row.integer("seq"),
            )
            .await
    }

    /// Notes up to which change webhooks were told of verdicts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell_up_to(&mut self, seq: i64) -> Result<(), StoreError> {
        self.changing
            .run(
                "INSERT INTO webhook_mark (head, seq)
                 VALUES ($1, $2)
                     ON CONFLICT (head) DO UPDATE SET seq = excluded.seq",
                &[self.head.into(), seq.into()],
            )
            .await?;
        Ok(())
    }

    /// Notes that the organisation was told that a feed fails, or that it answers again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_fault(
        &mut self,
        feed: &str,
        fails: Fails,
    ) -> Result<(), StoreError> {
        let now = stored(self.now);
        match fails {
            Fails::Now => {
                self.changing
                    .run(
                        "INSERT INTO feed_fault (head, feed, since)
                         VALUES ($1, $2, $3)
                             ON CONFLICT (head, feed) DO NOTHING",
                        &[self.head.into(), feed.into(), now.into()],
                    )
                    .await?
            }
            Fails::NoMore => {
                self.changing
                    .run(
                        "DELETE FROM feed_fault WHERE head = $1 AND feed = $2",
                        &[self.head.into(), feed.into()],
                    )
                    .await?
            }
        };
        Ok(())
    }
}
