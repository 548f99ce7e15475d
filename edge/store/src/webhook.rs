//! Webhooks: where they send, of what they are told, and by which secrets.
//!
//! What they are told, and how that went, is [`message`]'s; up to where, [`told`]'s. A message is
//! written in the transaction of what it tells, with the job that sends it. The job is the one
//! that tries again: it waits, and is gone when the message is taken or given up.

mod message;
mod told;

use jiff::{SignedDuration, Timestamp};

use crate::database::Row;
use crate::keys::Whose;
use crate::write::{Happened, Noun};
use crate::{Organisation, Path, Scope, Store, StoreError, Write, stored};

pub use message::{After, Attempt, Fate, Message, SEND};
pub use told::Fails;

/// For how long the secret before the newest signs too.
const EXCHANGE: SignedDuration = SignedDuration::from_hours(24);

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

    fn opened_webhook(&self, kept: Kept) -> Result<Webhook, StoreError> {
        let mut webhook = kept.webhook;
        let key = self.keys.of_head(webhook.head, &kept.head_key)?;
        webhook.url = key.open_text(of_url(webhook.head, webhook.id), &kept.url)?;
        Ok(webhook)
    }
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

    fn changed_webhook(&mut self, id: i64, touched: u64) -> Result<(), StoreError> {
        if touched == 0 {
            return Err(StoreError::absent("webhook", id));
        }
        self.note(Noun::Webhook, id, Happened::Changed);
        Ok(())
    }
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
