//! Webhooks, what they are told, and how that went.
//!
//! A message is written in the transaction of what it tells, with the job that sends it. The
//! job is the one that tries again: it waits, and is gone when the message is taken or given
//! up.

use jiff::{SignedDuration, Timestamp};

use crate::database::{Changing, Row};
use crate::keys::Whose;
use crate::write::{Happened, Noun};
use crate::{Job, Organisation, Path, Scope, Store, StoreError, Write, stored};

/// The kind of a job that sends a message.
pub const SEND: &str = "send to webhook";
/// For how long the secret before the newest signs too.
const EXCHANGE: SignedDuration = SignedDuration::from_hours(24);
/// For how long messages that are settled can be looked at.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// An address at which somebody is told of what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// The top organisation.
    pub head: i64,
    /// The number.
    pub id: i64,
    /// The organisation of which, with everything below, it is told.
    pub organisation: i64,
    /// Where that stands.
    pub path: Path,
    /// What it is called.
    pub name: String,
    /// Where messages go.
    pub url: String,
    /// Of what it is told, in the words of events.
    pub events: Vec<String>,
    /// Until when the secret before the newest signs too.
    pub before_until: Option<String>,
    /// Since when nothing is sent.
    pub paused: Option<String>,
    /// Why, where the house paused it by itself.
    pub paused_why: String,
    /// Since when it is there.
    pub made: String,
}

/// A webhook to be made, or what it is to be from now on.
#[derive(Clone, Copy, Debug)]
pub struct NewWebhook<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Where messages go.
    pub url: &'a str,
    /// Of what it is told.
    pub events: &'a [&'static str],
}

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

/// Secrets of a webhook, the newest first. They are wiped by whoever takes them.
pub type Secrets = Vec<Vec<u8>>;

/// The webhooks of a top organisation that are there.
macro_rules! webhooks_of {
    () => {
        "SELECT w.head, w.id, w.organisation, o.path, w.name, w.sealed_url, w.events,
                w.before_until, w.paused, w.paused_why, w.made, h.sealed_key
           FROM webhook w
           JOIN organisation o ON o.head = w.head AND o.id = w.organisation
           JOIN head h ON h.id = w.head
          WHERE w.head = $1 AND w.removed IS NULL"
    };
}

impl Store {
    /// The webhooks of organisations within a scope.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhooks(&self, scope: &Scope) -> Result<Vec<Webhook>, StoreError> {
        let mut found = Vec::new();
        for pattern in scope.patterns() {
            let kept = self
                .database
                .rows(
                    concat!(
                        webhooks_of!(),
                        " AND o.path LIKE $2
                        ORDER BY w.id"
                    ),
                    &[scope.head().into(), pattern.into()],
                    Kept::read,
                )
                .await?;
            for kept in kept {
                found.push(self.opened_webhook(kept)?);
            }
        }
        Ok(found)
    }

    /// A webhook of an organisation within a scope.
    ///
    /// # Errors
    /// When the database fails, or there is none that the asker may see.
    pub async fn webhook(&self, scope: &Scope, id: i64) -> Result<Webhook, StoreError> {
        let kept = self
            .database
            .row(
                concat!(webhooks_of!(), " AND w.id = $2"),
                &[scope.head().into(), id.into()],
                Kept::read,
            )
            .await?
            .filter(|kept| scope.admits(&kept.webhook.path))
            .ok_or_else(|| StoreError::absent("webhook", id))?;
        self.opened_webhook(kept)
    }

    /// The secrets with which a message to a webhook is signed now, the newest first.
    ///
    /// # Errors
    /// When the database fails, or there is no such webhook.
    pub async fn webhook_secrets(
        &self,
        head: i64,
        id: i64,
        now: Timestamp,
    ) -> Result<Secrets, StoreError> {
        let (key, newest, before, until) = self
            .database
            .row(
                "SELECT h.sealed_key, w.sealed_secret, w.sealed_before, w.before_until
                   FROM webhook w
                   JOIN head h ON h.id = w.head
                  WHERE w.head = $1 AND w.id = $2",
                &[head.into(), id.into()],
                |row| {
                    let before = row.bytes_if_any("sealed_before")?;
                    let until = row.text_if_any("before_until")?;
                    Ok((
                        row.bytes("sealed_key")?,
                        row.bytes("sealed_secret")?,
                        before,
                        until,
                    ))
                },
            )
            .await?
            .ok_or_else(|| StoreError::absent("webhook", id))?;
        let key = self.keys.of_head(head, &key)?;
        let mut secrets = vec![key.open(of_secret(head, id), &newest)?];
        let holds = until.is_some_and(|until| stored(now) < until);
        if let Some(before) = before.filter(|_| holds) {
            secrets.push(key.open(of_secret(head, id), &before)?);
        }
        Ok(secrets)
    }

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
                "SELECT m.id, m.webhook, m.event, m.payload, m.made, m.state, m.attempts, m.again,
                        m.job, a.status, COALESCE(a.said, '') AS said
                   FROM webhook_message m
                   LEFT JOIN webhook_attempt a
                     ON a.head = m.head AND a.message = m.id AND a.number = m.attempts
                  WHERE m.head = $1 AND m.webhook = $2 AND m.id < $3
                  ORDER BY m.id DESC
                  LIMIT $4",
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
                "SELECT m.id, m.webhook, m.event, m.payload, m.made, m.state, m.attempts, m.again,
                        m.job, a.status, COALESCE(a.said, '') AS said
                   FROM webhook w
                   JOIN webhook_message m
                     ON m.head = w.head AND m.webhook = w.id
                    AND m.id = (SELECT MAX(n.id)
                                  FROM webhook_message n
                                 WHERE n.head = w.head AND n.webhook = w.id)
                   LEFT JOIN webhook_attempt a
                     ON a.head = m.head AND a.message = m.id AND a.number = m.attempts
                  WHERE w.head = $1 AND w.removed IS NULL
                  ORDER BY m.webhook",
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
                "SELECT m.id, m.webhook, m.event, m.payload, m.made, m.state, m.attempts, m.again,
                        m.job, a.status, COALESCE(a.said, '') AS said
                   FROM webhook_message m
                   LEFT JOIN webhook_attempt a
                     ON a.head = m.head AND a.message = m.id AND a.number = m.attempts
                  WHERE m.head = $1 AND m.id = $2",
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

    /// Whether a top organisation has any webhook; nobody is told, and nothing counted, where it
    /// has none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_webhooks(&self, head: i64) -> Result<bool, StoreError> {
        let found = self
            .database
            .row(
                "SELECT id FROM webhook WHERE head = $1 AND removed IS NULL LIMIT 1",
                &[head.into()],
                |row| row.integer("id"),
            )
            .await?;
        Ok(found.is_some())
    }

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

    fn opened_webhook(&self, kept: Kept) -> Result<Webhook, StoreError> {
        let mut webhook = kept.webhook;
        let key = self.keys.of_head(webhook.head, &kept.head_key)?;
        webhook.url = key.open_text(of_url(webhook.head, webhook.id), &kept.url)?;
        Ok(webhook)
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

/// A webhook that wants to be told of something, within the transaction.
#[derive(Clone, Debug)]
pub struct Listening {
    /// The number.
    pub webhook: i64,
    /// Of which organisation, with everything below.
    pub path: Path,
}

impl Write<'_> {
    /// Makes a webhook; gives its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_webhook(
        &mut self,
        organisation: &Organisation,
        new: NewWebhook<'_>,
        secret: &[u8],
        by: i64,
    ) -> Result<i64, StoreError> {
        let (head, id, key) = (self.head, self.id(), self.key()?);
        // What happened before anybody listened is told to nobody.
        if !self.is_listened_to().await? {
            self.tell_up_to(self.seq).await?;
        }
        self.changing
            .run(
                "INSERT INTO webhook (head, id, organisation, name, sealed_url, events,
                                      sealed_secret, made, made_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                &[
                    head.into(),
                    id.into(),
                    organisation.id.into(),
                    new.name.trim().into(),
                    key.seal_text(of_url(head, id), new.url)?.into(),
                    new.events.join(" ").into(),
                    key.seal(of_secret(head, id), secret)?.into(),
                    stored(self.now).into(),
                    by.into(),
                ],
            )
            .await?;
        self.note(Noun::Webhook, id, Happened::Made);
        Ok(id)
    }

    /// Says what a webhook is from now on.
    ///
    /// # Errors
    /// When the database fails, or there is none.
    pub async fn change_webhook(
        &mut self,
        id: i64,
        new: NewWebhook<'_>,
    ) -> Result<(), StoreError> {
        let (head, key) = (self.head, self.key()?);
        let touched = self
            .changing
            .run(
                "UPDATE webhook
                    SET name = $3, sealed_url = $4, events = $5
                  WHERE head = $1 AND id = $2 AND removed IS NULL",
                &[
                    head.into(),
                    id.into(),
                    new.name.trim().into(),
                    key.seal_text(of_url(head, id), new.url)?.into(),
                    new.events.join(" ").into(),
                ],
            )
            .await?;
        self.changed_webhook(id, touched)
    }

    /// Gives a webhook another secret; the one before it signs too for a day.
    ///
    /// # Errors
    /// When the database fails, or there is none.
    pub async fn exchange_secret(
        &mut self,
        id: i64,
        secret: &[u8],
    ) -> Result<(), StoreError> {
        let (head, key) = (self.head, self.key()?);
        let until = self.now.saturating_add(EXCHANGE).unwrap_or(self.now);
        let touched = self
            .changing
            .run(
                "UPDATE webhook
                    SET sealed_before = sealed_secret, before_until = $3, sealed_secret = $4
                  WHERE head = $1 AND id = $2 AND removed IS NULL",
                &[
                    head.into(),
                    id.into(),
                    stored(until).into(),
                    key.seal(of_secret(head, id), secret)?.into(),
                ],
            )
            .await?;
        self.changed_webhook(id, touched)
    }

    /// Sends nothing to a webhook until somebody goes on; what happens meanwhile waits.
    ///
    /// # Errors
    /// When the database fails, or there is none.
    pub async fn pause_webhook(&mut self, id: i64) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE webhook
                    SET paused = $3, paused_why = ''
                  WHERE head = $1 AND id = $2 AND removed IS NULL",
                &[self.head.into(), id.into(), stored(self.now).into()],
            )
            .await?;
        self.changed_webhook(id, touched)
    }

    /// Goes on with a webhook: what waits is sent.
    ///
    /// # Errors
    /// When the database fails, or there is none.
    pub async fn resume_webhook(&mut self, id: i64) -> Result<i64, StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE webhook
                    SET paused = NULL, paused_why = ''
                  WHERE head = $1 AND id = $2 AND removed IS NULL",
                &[self.head.into(), id.into()],
            )
            .await?;
        self.changed_webhook(id, touched)?;
        let waiting = self
            .changing
            .rows(
                "SELECT id
                   FROM webhook_message
                  WHERE head = $1 AND webhook = $2 AND state = 'waiting'
                  ORDER BY id",
                &[self.head.into(), id.into()],
                |row| row.integer("id"),
            )
            .await?;
        for message in &waiting {
            self.send_again(*message).await?;
        }
        Ok(waiting.len() as i64)
    }

    /// Removes a webhook; nothing that waits for it is sent.
    ///
    /// # Errors
    /// When the database fails, or there is none.
    pub async fn remove_webhook(&mut self, id: i64) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE webhook
                    SET removed = $3, sealed_before = NULL, before_until = NULL
                  WHERE head = $1 AND id = $2 AND removed IS NULL",
                &[self.head.into(), id.into(), stored(self.now).into()],
            )
            .await?;
        self.changed_webhook(id, touched)?;
        self.note(Noun::Webhook, id, Happened::Gone);
        Ok(())
    }

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

    /// Whether anybody listens to what happens here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_listened_to(&mut self) -> Result<bool, StoreError> {
        let found = self
            .changing
            .row(
                "SELECT id FROM webhook WHERE head = $1 AND removed IS NULL LIMIT 1",
                &[self.head.into()],
                |row| row.integer("id"),
            )
            .await?;
        Ok(found.is_some())
    }

    /// The webhooks that want to be told of an event.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn listening(&mut self, event: &str) -> Result<Vec<Listening>, StoreError> {
        let all = self
            .changing
            .rows(
                "SELECT w.id, o.path, w.events
                   FROM webhook w
                   JOIN organisation o ON o.head = w.head AND o.id = w.organisation
                  WHERE w.head = $1 AND w.removed IS NULL
                  ORDER BY w.id",
                &[self.head.into()],
                |row| {
                    let path = Path::from_stored(row.text("path")?);
                    Ok((
                        Listening { webhook: row.integer("id")?, path },
                        row.text("events")?,
                    ))
                },
            )
            .await?;
        let wants = |events: &str| events.split(' ').any(|one| one == event);
        Ok(all
            .into_iter()
            .filter(|(_, events)| wants(events))
            .map(|(one, _)| one)
            .collect())
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

    fn changed_webhook(&mut self, id: i64, touched: u64) -> Result<(), StoreError> {
        if touched == 0 {
            return Err(StoreError::absent("webhook", id));
        }
        self.note(Noun::Webhook, id, Happened::Changed);
        Ok(())
    }
}

/// Whether a feed fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fails {
    /// It did not answer the last time.
    Now,
    /// It answers again.
    NoMore,
}

fn payload_of(message: i64) -> String {
    format!("{{\"message\":{message}}}")
}

fn of_url(head: i64, id: i64) -> Whose {
    Whose { what: "the address of a webhook", head, id }
}

fn of_secret(head: i64, id: i64) -> Whose {
    Whose { what: "the secret of a webhook", head, id }
}

/// A webhook as kept: sealed.
struct Kept {
    webhook: Webhook,
    url: Vec<u8>,
    head_key: Vec<u8>,
}

impl Kept {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let events = row.text("events")?;
        let webhook = Webhook {
            head: row.integer("head")?,
            id: row.integer("id")?,
            organisation: row.integer("organisation")?,
            path: Path::from_stored(row.text("path")?),
            name: row.text("name")?,
            url: String::new(),
            events: events.split_whitespace().map(str::to_owned).collect(),
            before_until: row.text_if_any("before_until")?,
            paused: row.text_if_any("paused")?,
            paused_why: row.text("paused_why")?,
            made: row.text("made")?,
        };
        let (url, head_key) = (row.bytes("sealed_url")?, row.bytes("sealed_key")?);
        Ok(Self { webhook, url, head_key })
    }
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
