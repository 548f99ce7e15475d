//! Messages of webhooks: each written in the transaction of what it tells, and how its attempts
//! went.

use jiff::{SignedDuration, Timestamp};

use crate::database::{Changing, Row};
use crate::{Job, Store, StoreError, Write, stored};

/// The kind of a job that sends a message.
pub const SEND: &str = "send to webhook";
/// For how long messages that are settled can be looked at.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// How a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is sent, or tried again later.
    Waiting,
    /// The receiver has it.
    Taken,
    /// It was tried for days, and is not tried any more.
    GivenUp,
}

impl Fate {
    /// The word as stored and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Taken => "taken",
            Self::GivenUp => "given_up",
        }
    }

    fn from_word(word: String) -> Result<Self, StoreError> {
        [Self::Waiting, Self::Taken, Self::GivenUp]
            .into_iter()
            .find(|one| one.word() == word)
            .ok_or(StoreError::Unreadable { what: "webhook_message.state", held: word })
    }
}

/// What a webhook is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The number.
    pub id: i64,
    /// The number of the webhook.
    pub webhook: i64,
    /// Of what, in the word of the event.
    pub event: String,
    /// What is signed and sent.
    pub payload: String,
    /// When it happened.
    pub made: String,
    /// How it stands.
    pub fate: Fate,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried again.
    pub again: Option<String>,
    /// The job that sends it.
    pub job: i64,
    /// The status of the newest answer.
    pub status: Option<i64>,
    /// How the newest answer begins, or why there was none.
    pub said: String,
}

/// How one attempt went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When.
    pub at: String,
    /// How long it took.
    pub milliseconds: i64,
    /// The status of the answer, if there was one.
    pub status: Option<i64>,
    /// How the answer begins, or why there was none.
    pub said: String,
}

/// What becomes of a message after an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// The receiver has it.
    Taken,
    /// It is tried again then.
    Again(Timestamp),
    /// It is given up.
    GivenUp,
    /// It is given up, and nothing more is sent, for that reason.
    Over(&'static str),
}

/// What a question about messages reads, of a message `m` and its last attempt `a`.
macro_rules! message_columns {
    () => {
        "m.id, m.webhook, m.event, m.payload, m.made, m.state, m.attempts, m.again, m.job,
         a.status, COALESCE(a.said, '') AS said"
    };
}

impl Store {
    /// What a webhook was told, the newest first, from before a number on.
    ///
    /// # Errors
    /// When the database fails. That whoever asks may see the webhook is for the caller to have
    /// found out.
    pub async fn webhook_messages(
        &self,
        head: i64,
        webhook: i64,
        before: i64,
        most: i64,
    ) -> Result<Vec<Message>, StoreError> {
        self.database
            .rows(
                concat!(
                    "SELECT ",
                    message_columns!(),
                    " FROM webhook_message m
                      LEFT JOIN webhook_attempt a
                        ON a.head = m.head AND a.message = m.id AND a.number = m.attempts
                     WHERE m.head = $1 AND m.webhook = $2 AND m.id < $3
                     ORDER BY m.id DESC
                     LIMIT $4"
                ),
                &[head.into(), webhook.into(), before.into(), most.into()],
                read_message,
            )
            .await
    }

    /// The newest message of each webhook of a top organisation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_webhook_messages(
        &self,
        head: i64,
    ) -> Result<Vec<Message>, StoreError> {
        self.database
            .rows(
                concat!(
                    "SELECT ",
                    message_columns!(),
                    " FROM webhook w
                      JOIN webhook_message m
                        ON m.head = w.head AND m.webhook = w.id
                       AND m.id = (SELECT MAX(n.id)
                                     FROM webhook_message n
                                    WHERE n.head = w.head AND n.webhook = w.id)
                      LEFT JOIN webhook_attempt a
                        ON a.head = m.head AND a.message = m.id AND a.number = m.attempts
                     WHERE w.head = $1 AND w.removed IS NULL
                     ORDER BY m.webhook"
                ),
                &[head.into()],
                read_message,
            )
            .await
    }

    /// One message.
    ///
    /// # Errors
    /// When the database fails, or there is none.
    pub async fn webhook_message(
        &self,
        head: i64,
        id: i64,
    ) -> Result<Message, StoreError> {
        self.database
            .row(
                concat!(
                    "SELECT ",
                    message_columns!(),
                    " FROM webhook_message m
                      LEFT JOIN webhook_attempt a
                        ON a.head = m.head AND a.message = m.id AND a.number = m.attempts
                     WHERE m.head = $1 AND m.id = $2"
                ),
                &[head.into(), id.into()],
                read_message,
            )
            .await?
            .ok_or_else(|| StoreError::absent("message", id))
    }

    /// How each attempt to send a message went, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhook_attempts(
        &self,
        head: i64,
        message: i64,
    ) -> Result<Vec<Attempt>, StoreError> {
        self.database
            .rows(
                "SELECT at, milliseconds, status, said
                   FROM webhook_attempt
                  WHERE head = $1 AND message = $2
                  ORDER BY number",
                &[head.into(), message.into()],
                |row| {
                    Ok(Attempt {
                        at: row.text("at")?,
                        milliseconds: row.integer("milliseconds")?,
                        status: row.integer_if_any("status")?,
                        said: row.text("said")?,
                    })
                },
            )
            .await
    }

    /// Notes how an attempt to send a message went, and what becomes of it. Nothing that anybody
    /// in the house is told changes by it, so it is no act.
    ///
    /// # Errors
    /// When the node has lost the job, or the database fails.
    pub async fn note_attempt(
        &self,
        job: &Job,
        message: &Message,
        attempt: &Attempt,
        after: &After,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut changing = self.database.begin().await?;
        job.fence(&mut changing, now).await?;
        changing
            .run(
                "INSERT INTO webhook_attempt (head, message, number, at, milliseconds, status, said)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                &[
                    job.head.into(),
                    message.id.into(),
                    (message.attempts + 1).into(),
                    attempt.at.as_str().into(),
                    attempt.milliseconds.into(),
                    attempt.status.into(),
                    attempt.said.as_str().into(),
                ],
            )
            .await?;
        let (state, again) = match after {
            After::Taken => (Fate::Taken, None),
            After::Again(at) => (Fate::Waiting, Some(*at)),
            After::GivenUp | After::Over(_) => (Fate::GivenUp, None),
        };
        changing
            .run(
                "UPDATE webhook_message
                    SET attempts = $3, state = $4, again = $5
                  WHERE head = $1 AND id = $2",
                &[
                    job.head.into(),
                    message.id.into(),
                    (message.attempts + 1).into(),
                    state.word().into(),
                    again.map(stored).into(),
                ],
            )
            .await?;
        if let After::Over(why) = after {
            over(&mut changing, job.head, message.webhook, why, now).await?;
        }
        // The same job waits: that it was taken so often is no sign that it takes a node with it.
        job.leave(&mut changing, again).await?;
        if again.is_none() {
            forget_old(&mut changing, job.head, message.webhook, now).await?;
        }
        changing.commit().await
    }

    /// Ends a job that has no message to send any more.
    ///
    /// # Errors
    /// When the node has lost it, or the database fails.
    pub async fn drop_sending(
        &self,
        job: &Job,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut changing = self.database.begin().await?;
        job.fence(&mut changing, now).await?;
        job.leave(&mut changing, None).await?;
        changing.commit().await
    }
}

/// Sends nothing more to a webhook, since its receiver is gone.
async fn over(
    changing: &mut Changing,
    head: i64,
    webhook: i64,
    why: &'static str,
    now: Timestamp,
) -> Result<(), StoreError> {
    changing
        .run(
            "UPDATE webhook
                SET paused = $3, paused_why = $4
              WHERE head = $1 AND id = $2 AND paused IS NULL",
            &[head.into(), webhook.into(), stored(now).into(), why.into()],
        )
        .await?;
    Ok(())
}

/// Forgets what was settled so long ago that nobody looks at it.
async fn forget_old(
    changing: &mut Changing,
    head: i64,
    webhook: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let old = stored(now.saturating_sub(KEPT).unwrap_or(now));
    let values = [head.into(), webhook.into(), old.into()];
    changing
        .run(
            "DELETE FROM webhook_attempt
              WHERE head = $1
                AND message IN (SELECT id
                                  FROM webhook_message
                                 WHERE head = $1 AND webhook = $2 AND state <> 'waiting'
                                   AND made < $3)",
            &values,
        )
        .await?;
    changing
        .run(
            "DELETE FROM webhook_message
              WHERE head = $1 AND webhook = $2 AND state <> 'waiting' AND made < $3",
            &values,
        )
        .await?;
    Ok(())
}

impl Write<'_> {
    /// Sends a message once more, at once, whatever became of it.
    ///
    /// # Errors
    /// When the database fails, or there is none.
    pub async fn send_again(&mut self, message: i64) -> Result<(), StoreError> {
        let job = self.queue(SEND, &payload_of(message)).await?;
        let touched = self
            .changing
            .run(
                "UPDATE webhook_message
                    SET state = 'waiting', again = $3, job = $4
                  WHERE head = $1 AND id = $2",
                &[self.head.into(), message.into(), stored(self.now).into(), job.into()],
            )
            .await?;
        match touched {
            1 => Ok(()),
            _ => Err(StoreError::absent("message", message)),
        }
    }

    /// Tells a webhook of an event; gives the number of the message. What waits is sent as soon
    /// as this is kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell_webhook(
        &mut self,
        webhook: i64,
        event: &str,
        payload: &str,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        let job = self.queue(SEND, &payload_of(id)).await?;
        let now = stored(self.now);
        self.changing
            .run(
                "INSERT INTO webhook_message (head, id, webhook, event, payload, made, state,
                                              again, job)
                 VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $6, $7)",
                &[
                    self.head.into(),
                    id.into(),
                    webhook.into(),
                    event.into(),
                    payload.into(),
                    now.into(),
                    job.into(),
                ],
            )
            .await?;
        Ok(id)
    }

    /// Gives the message of a job up that is given up itself.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_message_up(&mut self, message: i64) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE webhook_message
                    SET state = 'given_up', again = NULL
                  WHERE head = $1 AND id = $2 AND state = 'waiting'",
                &[self.head.into(), message.into()],
            )
            .await?;
        Ok(())
    }
}

fn payload_of(message: i64) -> String {
    format!("{{\"message\":{message}}}")
}

fn read_message(row: &Row<'_>) -> Result<Message, StoreError> {
    Ok(Message {
        id: row.integer("id")?,
        webhook: row.integer("webhook")?,
        event: row.text("event")?,
        payload: row.text("payload")?,
        made: row.text("made")?,
        fate: Fate::from_word(row.text("state")?)?,
        attempts: row.integer("attempts")?,
        again: row.text_if_any("again")?,
        job: row.integer("job")?,
        status: row.integer_if_any("status")?,
        said: row.text("said")?,
    })
}
