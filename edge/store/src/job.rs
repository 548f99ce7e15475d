//! Work that outlives the process.
//!
//! A node takes a job for a time; it says again and again that it is still at it. A node
//! that was gone for longer has lost the job to another, and its fence tells it so when it
//! writes: no job is done twice.

use jiff::{SignedDuration, Timestamp};

use crate::database::{Changing, Row};
use crate::write::{Happened, Noun};
use crate::{SEND_DIGEST, Store, StoreError, Write, stored};

/// How long a job is a node's without word from it.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// After how many attempts a job is given up.
pub const ATTEMPTS: i64 = 5;

/// What a node sends to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sends {
    /// Messages to webhooks, but no mail.
    Webhooks,
    /// Mail as well.
    WebhooksAndMail,
}

/// Who does a job: one at a time what the house works on, beside that what is sent to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lane {
    House,
    Out(Sends),
}

impl Lane {
    /// The kind of job that is left to nodes that can do it; empty where there is none.
    const fn leaves(self) -> &'static str {
        match self {
            Self::Out(Sends::Webhooks) => SEND_DIGEST,
            Self::House | Self::Out(Sends::WebhooksAndMail) => "",
        }
    }
}

/// A job that this node has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The top organisation.
    pub head: i64,
    /// The number.
    pub id: i64,
    /// What is to be done.
    pub kind: String,
    /// With what, as JSON.
    pub payload: String,
    /// Grows each time somebody takes the job: who holds an older one has lost it.
    pub fence: i64,
    /// How often it was taken.
    pub attempts: i64,
}

/// Jobs of one kind that wait or are being done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingKind {
    /// What is to be done.
    pub kind: String,
    /// How many parts of the one that is furthest are kept.
    pub done: i64,
    /// How many parts it has; 0 where that is not known.
    pub total: i64,
    /// How many of them went wrong before.
    pub faults: i64,
}

impl Store {
    /// Takes the next job that waits, for [`LEASE`]; what is sent to others is no such job.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_job(
        &self,
        owner: &str,
        now: Timestamp,
    ) -> Result<Option<Job>, StoreError> {
        self.take(owner, Lane::House, now).await
    }

    /// Takes the next job that sends something to others: they may be slow, and nothing in the
    /// house waits for them. What this node does not send is left to others as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_sending(
        &self,
        owner: &str,
        sends: Sends,
        now: Timestamp,
    ) -> Result<Option<Job>, StoreError> {
        let lane = Lane::Out(sends);
        if !self.is_sending_due(lane, now).await? {
            return Ok(None);
        }
        self.take(owner, lane, now).await
    }

    /// Whether something is to be sent: whoever only looks takes no lock from those who write.
    async fn is_sending_due(
        &self,
        lane: Lane,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let found = self
            .database
            .row(
                "SELECT id
                   FROM job
                  WHERE state = 'waiting' AND run_after <= $1 AND lease_until < $1
                    AND kind LIKE 'send %' AND kind <> $2
                  LIMIT 1",
                &[stored(now).into(), lane.leaves().into()],
                |row| row.integer("id"),
            )
            .await?;
        Ok(found.is_some())
    }

    async fn take(
        &self,
        owner: &str,
        lane: Lane,
        now: Timestamp,
    ) -> Result<Option<Job>, StoreError> {
        let mut changing = self.database.begin().await?;
        // On PostgreSQL two nodes may choose the same row; the second waits for the first
        // and then finds that the condition no longer holds.
        let job = changing
            .row(
                "UPDATE job
                    SET owner = $1, lease_until = $2, fence = fence + 1,
                        attempts = attempts + 1
                  WHERE state = 'waiting' AND lease_until < $3
                    AND (head, id) = (SELECT head, id
                                        FROM job
                                       WHERE state = 'waiting' AND run_after <= $3
                                         AND lease_until < $3
                                         AND CASE WHEN kind LIKE 'send %' THEN 1 ELSE 0 END = $4
                                         AND kind <> $5
                                       ORDER BY run_after, head, id
                                       LIMIT 1)
              RETURNING head, id, kind, payload, fence, attempts",
                &[
                    owner.into(),
                    until(now).into(),
                    stored(now).into(),
                    i64::from(lane != Lane::House).into(),
                    lane.leaves().into(),
                ],
                read_job,
            )
            .await?;
        changing.commit().await?;
        Ok(job)
    }

    /// Says that the node is still at a job; `false` when it has lost it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_job(&self, job: &Job, now: Timestamp) -> Result<bool, StoreError> {
        let mut changing = self.database.begin().await?;
        let touched = changing
            .run(
                "UPDATE job
                    SET lease_until = $4
                  WHERE head = $1 AND id = $2 AND fence = $3 AND state = 'waiting'",
                &[job.head.into(), job.id.into(), job.fence.into(), until(now).into()],
            )
            .await?;
        changing.commit().await?;
        Ok(touched == 1)
    }

    /// Notes how far a job is, for whoever looks. Nothing hangs on it, so a node that has lost
    /// the job is told nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_progress(
        &self,
        job: &Job,
        done: i64,
        total: i64,
    ) -> Result<(), StoreError> {
        let mut changing = self.database.begin().await?;
        changing
            .run(
                "UPDATE job
                    SET done = $4, total = $5
                  WHERE head = $1 AND id = $2 AND fence = $3 AND state = 'waiting'",
                &[
                    job.head.into(),
                    job.id.into(),
                    job.fence.into(),
                    done.into(),
                    total.into(),
                ],
            )
            .await?;
        changing.commit().await
    }

    /// The jobs of a top organisation that wait or are being done, by kind, but for what is sent
    /// to others.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting_kinds(&self, head: i64) -> Result<Vec<WaitingKind>, StoreError> {
        self.database
            .rows(
                "SELECT kind, MAX(done) AS done, MAX(total) AS total, COUNT(fault) AS faults
                   FROM job
                  WHERE head = $1 AND state = 'waiting' AND NOT kind LIKE 'send %'
                  GROUP BY kind
                  ORDER BY kind",
                &[head.into()],
                |row| {
                    Ok(WaitingKind {
                        kind: row.text("kind")?,
                        done: row.integer("done")?,
                        total: row.integer("total")?,
                        faults: row.integer("faults")?,
                    })
                },
            )
            .await
    }

    /// Gives a job back after a fault: it is tried again later. After [`ATTEMPTS`] it is
    /// given up instead, with [`Write::give_up_job`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_back_job(
        &self,
        job: &Job,
        fault: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let pause = SignedDuration::from_secs(1 << job.attempts.clamp(0, 10));
        let again = now.saturating_add(pause).unwrap_or(now);
        let mut changing = self.database.begin().await?;
        changing
            .run(
                "UPDATE job
                    SET fault = $4, run_after = $5, lease_until = ''
                  WHERE head = $1 AND id = $2 AND fence = $3 AND state = 'waiting'",
                &[
                    job.head.into(),
                    job.id.into(),
                    job.fence.into(),
                    fault.into(),
                    stored(again).into(),
                ],
            )
            .await?;
        changing.commit().await
    }

    /// Lays a job down that was begun and not ended, since the node stops: another may take
    /// it at once, and it was no attempt.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lay_down_job(&self, job: &Job) -> Result<(), StoreError> {
        let mut changing = self.database.begin().await?;
        changing
            .run(
                "UPDATE job
                    SET lease_until = '', attempts = attempts - 1
                  WHERE head = $1 AND id = $2 AND fence = $3 AND state = 'waiting'",
                &[job.head.into(), job.id.into(), job.fence.into()],
            )
            .await?;
        changing.commit().await
    }

    /// What a job is to work on that waits or is being done; nothing of one that has ended or
    /// is not there. Whose it is, the payload says: whoever asks for somebody looks there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting(
        &self,
        head: i64,
        job: i64,
    ) -> Result<Option<String>, StoreError> {
        self.database
            .row(
                "SELECT payload FROM job WHERE head = $1 AND id = $2 AND state = 'waiting'",
                &[head.into(), job.into()],
                |row| row.text("payload"),
            )
            .await
    }

    /// Queues a job that tells by itself what there is to do. Nothing that anybody is told
    /// changes by it, so it is no act.
    ///
    /// # Errors
    /// When the database fails or there is no such organisation.
    pub async fn queue_job(
        &self,
        head: i64,
        kind: &'static str,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let mut changing = self.database.begin().await?;
        let id = queue(&mut changing, head, kind, "{}", now).await?;
        changing.commit().await?;
        Ok(id)
    }

    /// How many jobs of a top organisation wait or are being done, but for what is sent to
    /// others.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting_jobs(&self, head: i64) -> Result<i64, StoreError> {
        let count = self
            .database
            .row(
                "SELECT COUNT(*) AS jobs
                   FROM job
                  WHERE head = $1 AND state = 'waiting' AND NOT kind LIKE 'send %'",
                &[head.into()],
                |row| row.integer("jobs"),
            )
            .await?;
        Ok(count.unwrap_or(0))
    }
}

impl Write<'_> {
    /// Queues a job, to be done at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue(
        &mut self,
        kind: &'static str,
        payload: &str,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        let now = stored(self.now);
        let values =
            [self.head.into(), id.into(), kind.into(), payload.into(), now.into()];
        self.changing.run(INSERT, &values).await?;
        self.note(Noun::Job, id, Happened::Made);
        Ok(id)
    }

    /// Queues a job that finds out by itself what there is to do, unless one of its kind waits
    /// that nobody has taken yet. Whoever does it looks at its end whether more has changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue_once(&mut self, kind: &'static str) -> Result<(), StoreError> {
        let waiting = self
            .changing
            .row(
                "SELECT id
                   FROM job
                  WHERE head = $1 AND kind = $2 AND state = 'waiting' AND attempts = 0
                  LIMIT 1",
                &[self.head.into(), kind.into()],
                |row| row.integer("id"),
            )
            .await?;
        if waiting.is_none() {
            self.queue(kind, "{}").await?;
        }
        Ok(())
    }

    /// Checks within the transaction that the node still has the job: what follows is kept
    /// only if it has.
    ///
    /// # Errors
    /// When it has lost it, or the database fails.
    pub async fn hold(&mut self, job: &Job) -> Result<(), StoreError> {
        job.fence(&mut self.changing, self.now).await
    }

    /// Holds the job, of which a part is kept for good with this transaction: whoever takes it
    /// up goes on behind that part, so what was tried before it does not count any more.
    ///
    /// # Errors
    /// When the node has lost it, or the database fails.
    pub async fn advance(&mut self, job: &Job) -> Result<(), StoreError> {
        self.hold(job).await?;
        let sql = "UPDATE job
                      SET attempts = 1
                    WHERE head = $1 AND id = $2 AND fence = $3";
        let values = [job.head.into(), job.id.into(), job.fence.into()];
        expect_one(self.changing.run(sql, &values).await?)
    }

    /// Notes that the job is done, in the transaction of its last result.
    ///
    /// # Errors
    /// When the node has lost it, or the database fails.
    pub async fn end_job(&mut self, job: &Job) -> Result<(), StoreError> {
        self.note(Noun::Job, job.id, Happened::Gone);
        let sql = "UPDATE job
                      SET state = 'done', ended = $4
                    WHERE head = $1 AND id = $2 AND fence = $3 AND state = 'waiting'";
        let ended = stored(self.now);
        let values = [job.head.into(), job.id.into(), job.fence.into(), ended.into()];
        expect_one(self.changing.run(sql, &values).await?)
    }

    /// Gives a job up for good, in the transaction that says so.
    ///
    /// # Errors
    /// When the node has lost it, or the database fails.
    pub async fn give_up_job(
        &mut self,
        job: &Job,
        fault: &str,
    ) -> Result<(), StoreError> {
        self.hold(job).await?;
        self.note(Noun::Job, job.id, Happened::Gone);
        self.changing
            .run(
                "UPDATE job
                    SET state = 'failed', fault = $4, ended = $5
                  WHERE head = $1 AND id = $2 AND fence = $3",
                &[
                    job.head.into(),
                    job.id.into(),
                    job.fence.into(),
                    fault.into(),
                    stored(self.now).into(),
                ],
            )
            .await?;
        Ok(())
    }
}

const INSERT: &str = "INSERT INTO job (head, id, kind, payload, state, run_after, made)
                      VALUES ($1, $2, $3, $4, 'waiting', $5, $5)";

impl Job {
    /// Lays the job down until `again`, as if it had never been taken; or ends it for good,
    /// leaving nothing, where it is not to be done again.
    pub(crate) async fn leave(
        &self,
        changing: &mut Changing,
        again: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        match again {
            Some(again) => {
                let sql = "UPDATE job
                              SET run_after = $3, lease_until = '', attempts = 0
                            WHERE head = $1 AND id = $2";
                let values = [self.head.into(), self.id.into(), stored(again).into()];
                changing.run(sql, &values).await?;
            }
            None => {
                let sql = "DELETE FROM job WHERE head = $1 AND id = $2";
                changing.run(sql, &[self.head.into(), self.id.into()]).await?;
            }
        }
        Ok(())
    }

    /// Checks that the node still has the job, and keeps it for another [`LEASE`].
    pub(crate) async fn fence(
        &self,
        changing: &mut Changing,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE job
                      SET lease_until = $4
                    WHERE head = $1 AND id = $2 AND fence = $3 AND state = 'waiting'";
        let values =
            [self.head.into(), self.id.into(), self.fence.into(), until(now).into()];
        expect_one(changing.run(sql, &values).await?)
    }
}

/// Queues a job in a transaction that is no act.
pub(crate) async fn queue(
    changing: &mut Changing,
    head: i64,
    kind: &'static str,
    payload: &str,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let id = changing
        .row(
            "UPDATE head SET next_id = next_id + 1 WHERE id = $1 RETURNING next_id",
            &[head.into()],
            |row| Ok(row.integer("next_id")? - 1),
        )
        .await?
        .ok_or_else(|| StoreError::absent("organisation", head))?;
    let values =
        [head.into(), id.into(), kind.into(), payload.into(), stored(now).into()];
    changing.run(INSERT, &values).await?;
    Ok(id)
}

fn expect_one(touched: u64) -> Result<(), StoreError> {
    match touched {
        1 => Ok(()),
        _ => Err(StoreError::Taken("another node has taken this job")),
    }
}

fn until(now: Timestamp) -> String {
    stored(now.saturating_add(LEASE).unwrap_or(now))
}

fn read_job(row: &Row<'_>) -> Result<Job, StoreError> {
    Ok(Job {
        head: row.integer("head")?,
        id: row.integer("id")?,
        kind: row.text("kind")?,
        payload: row.text("payload")?,
        fence: row.integer("fence")?,
        attempts: row.integer("attempts")?,
    })
}
