//! Webhooks: addresses at which an organisation has others told of what happens in it.
//!
//! Source: Standard Webhooks 1.0.0. What is told holds ids, counts and links, and nothing that a
//! document says or a person typed: whoever may see more follows the link and signs in. Work
//! orders alone say which devices and flaws they are about: somebody hands them over on purpose.
//!
//! - `event.rs` is the list of what is told, and how it looks.
//! - `order.rs` are work orders, which somebody sends.
//! - `purchase.rs` tells whoever buys and whoever buys along.
//! - `tell.rs` writes messages in the transaction of what they tell.
//! - `send.rs` does the jobs that send them.

mod event;
mod order;
mod purchase;
mod send;
mod shift;
mod tell;

use courier::{NotASecret, NotThere, Secret};
use store::{
    Act, Fact, Message, NewWebhook, Noun, Organisation, Scope, StoreError, Webhook,
};
use url::Url;
use zeroize::Zeroizing;

pub use event::Event;
use event::{Payload, Test};
pub use order::{Order, OrderLine, tell_orders};
pub(crate) use purchase::tell_purchase;
pub(crate) use send::{give_up, send};
pub(crate) use tell::{
    Ended, Returned, TELL, queue, tell, tell_exploited, tell_export, tell_faults,
    tell_import, tell_returned,
};

use crate::{Actor, App, Permission};

/// How many characters a name may have.
pub const NAME_MAX: usize = 100;
/// How many characters an address may have.
pub const URL_MAX: usize = 2000;
/// How many webhooks an organisation may have.
const HELD_MAX: usize = 50;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// It has no name.
    #[error("say what the webhook is for")]
    Nameless,
    /// Its name is too long.
    #[error("a name has at most {NAME_MAX} characters")]
    LongName,
    /// It is told of nothing.
    #[error("choose at least one thing of which it is told")]
    Nothing,
    /// The address is none, or nothing may be sent there.
    #[error(transparent)]
    Address(#[from] NotThere),
    /// The organisation has too many.
    #[error("this organisation has {HELD_MAX} webhooks already; remove some")]
    TooMany,
    /// It is paused, so nothing is sent.
    #[error("the webhook is paused, so nothing is sent; go on with it first")]
    Paused,
    /// No secret could be made.
    #[error(transparent)]
    Secret(#[from] NotASecret),
    /// A message cannot be written.
    #[error("a message cannot be written")]
    Payload(#[from] serde_json::Error),
    /// The database failed, or there is no such webhook for the actor.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A webhook that somebody wants.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// What it is for.
    pub name: &'a str,
    /// Where messages go.
    pub url: &'a str,
    /// Of what it is told.
    pub events: &'a [Event],
}

impl Wish<'_> {
    /// The words of its events, each once; checked with all the rest.
    fn checked(&self, app: &App) -> Result<Vec<&'static str>, WebhookError> {
        let name = self.name.trim();
        if name.is_empty() {
            return Err(WebhookError::Nameless);
        }
        if name.chars().count() > NAME_MAX {
            return Err(WebhookError::LongName);
        }
        if self.url.len() > URL_MAX {
            return Err(NotThere::NoAddress.into());
        }
        let url: Url = self.url.trim().parse().map_err(|_| NotThere::NoAddress)?;
        app.post.reach().may_go(&url)?;
        let wanted = Event::ALL.into_iter().filter(|event| self.events.contains(event));
        let words: Vec<&'static str> = wanted.map(Event::word).collect();
        if words.is_empty() { Err(WebhookError::Nothing) } else { Ok(words) }
    }
}

/// Makes a webhook of an organisation that the actor runs; gives its number, and its secret,
/// which is shown once.
///
/// # Errors
/// When a word is missing, nothing may be sent there, or the database fails.
pub async fn make(
    app: &App,
    by: &Actor,
    organisation: i64,
    wish: Wish<'_>,
) -> Result<(i64, Zeroizing<String>), WebhookError> {
    let events = wish.checked(app)?;
    let scope = by.scope(Permission::Administer);
    let place: Organisation = app.store.organisation(&scope, organisation).await?;
    let held = app.store.webhooks(&scope).await?;
    if held.iter().filter(|one| one.organisation == place.id).count() >= HELD_MAX {
        return Err(WebhookError::TooMany);
    }
    let secret = Secret::make()?;
    let new = NewWebhook { name: wish.name, url: wish.url.trim(), events: &events };
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let id = write.make_webhook(&place, new, secret.bytes(), by.person).await?;
    let mut facts = told(&events);
    facts.push(("organisation", Fact::Number(place.id)));
    write.commit(act(by, "make webhook", id, facts)).await?;
    Ok((id, secret.to_text()))
}

/// Says what a webhook is from now on.
///
/// # Errors
/// As for [`make`].
pub async fn change(
    app: &App,
    by: &Actor,
    id: i64,
    wish: Wish<'_>,
) -> Result<(), WebhookError> {
    let events = wish.checked(app)?;
    seen(app, by, id).await?;
    let new = NewWebhook { name: wish.name, url: wish.url.trim(), events: &events };
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.change_webhook(id, new).await?;
    write.commit(act(by, "change webhook", id, told(&events))).await?;
    Ok(())
}

/// Gives a webhook another secret, which is shown once; for a day messages are signed with the
/// one before too.
///
/// # Errors
/// When there is none for the actor, or the database fails.
pub async fn exchange(
    app: &App,
    by: &Actor,
    id: i64,
) -> Result<Zeroizing<String>, WebhookError> {
    seen(app, by, id).await?;
    let secret = Secret::make()?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.exchange_secret(id, secret.bytes()).await?;
    write.commit(act(by, "exchange secret of webhook", id, Vec::new())).await?;
    Ok(secret.to_text())
}

/// Sends nothing until somebody goes on; what happens meanwhile waits.
///
/// # Errors
/// When there is none for the actor, or the database fails.
pub async fn pause(app: &App, by: &Actor, id: i64) -> Result<(), WebhookError> {
    seen(app, by, id).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.pause_webhook(id).await?;
    write.commit(act(by, "pause webhook", id, Vec::new())).await?;
    Ok(())
}

/// Goes on: what waits is sent.
///
/// # Errors
/// When there is none for the actor, or the database fails.
pub async fn resume(app: &App, by: &Actor, id: i64) -> Result<(), WebhookError> {
    seen(app, by, id).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let waiting = write.resume_webhook(id).await?;
    let facts = vec![("messages", Fact::Number(waiting))];
    write.commit(act(by, "go on with webhook", id, facts)).await?;
    Ok(())
}

/// Removes a webhook, with what waits for it.
///
/// # Errors
/// When there is none for the actor, or the database fails.
pub async fn remove(app: &App, by: &Actor, id: i64) -> Result<(), WebhookError> {
    seen(app, by, id).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.remove_webhook(id).await?;
    write.commit(act(by, "remove webhook", id, Vec::new())).await?;
    Ok(())
}

/// Sends a message that tells of nothing; gives its number.
///
/// # Errors
/// When there is none for the actor, it is paused, or the database fails.
pub async fn test(app: &App, by: &Actor, id: i64) -> Result<i64, WebhookError> {
    let webhook = seen(app, by, id).await?;
    if webhook.paused.is_some() {
        return Err(WebhookError::Paused);
    }
    let now = (app.now)();
    let link = app.link(&format!("/settings/webhooks/{id}"));
    let data = Test { organisation: webhook.organisation, webhook: id, link };
    let payload = Payload::new(event::TEST, now, &data).text()?;
    let mut write = app.store.write(by.head, now).await?;
    let message = write.tell_webhook(id, event::TEST, &payload).await?;
    write.commit(act(by, "test webhook", id, Vec::new())).await?;
    Ok(message)
}

/// Sends a message once more, at once, under the same id.
///
/// # Errors
/// When there is none for the actor, it is paused, or the database fails.
pub async fn again(
    app: &App,
    by: &Actor,
    id: i64,
    message: i64,
) -> Result<(), WebhookError> {
    let webhook = seen(app, by, id).await?;
    if webhook.paused.is_some() {
        return Err(WebhookError::Paused);
    }
    let message = of(app, &webhook, message).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.send_again(message.id).await?;
    let facts = vec![("message", Fact::Number(message.id))];
    write.commit(act(by, "send message again", id, facts)).await?;
    Ok(())
}

/// The webhooks that the actor may see.
///
/// # Errors
/// When the database fails.
pub async fn all(app: &App, by: &Actor) -> Result<Vec<Webhook>, StoreError> {
    app.store.webhooks(&scope(by)).await
}

/// A webhook that the actor may see.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn seen(app: &App, by: &Actor, id: i64) -> Result<Webhook, StoreError> {
    app.store.webhook(&scope(by), id).await
}

/// A message of a webhook.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn of(
    app: &App,
    webhook: &Webhook,
    message: i64,
) -> Result<Message, StoreError> {
    let found = app.store.webhook_message(webhook.head, message).await?;
    match found.webhook == webhook.id {
        true => Ok(found),
        false => Err(StoreError::absent("message", message)),
    }
}

fn scope(by: &Actor) -> Scope {
    by.scope(Permission::Administer)
}

fn told(events: &[&'static str]) -> Vec<(&'static str, Fact)> {
    events.iter().map(|event| (*event, Fact::word("told"))).collect()
}

fn act(by: &Actor, what: &'static str, id: i64, facts: Vec<(&'static str, Fact)>) -> Act {
    Act { by: by.person, what, noun: Noun::Webhook, id, facts }
}
