//! What was bought, looked at again whenever something changed or a day has passed.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use store::{Act, Fact, Noun, Purchase, Scope, StoreError, stored};

use super::super::PurchaseError;
use super::super::compare::{AsOf, of_one};
use super::{NewsKind, Watched, watch};
use crate::webhook::{Event, tell_purchase};
use crate::{Actor, App, Permission};

/// How often it is asked whether anything has changed.
const ROUND: Duration = Duration::from_secs(2 * 60);

/// What is new about what was bought, by top organisation and purchase.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watches(Arc<Mutex<BTreeMap<(i64, i64), Known>>>);

#[derive(Clone, Debug)]
struct Known {
    as_of: AsOf,
    watched: Arc<Watched>,
}

impl Watches {
    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<(i64, i64), Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks at everything that was bought, again and again until `stop` is over, so that whoever
/// opens Today waits for nothing.
pub async fn keep_watched(app: App, tell: impl Fn(&str), stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = round(&app, &tell) => {}
            () = &mut stop => return,
        }
        tokio::select! {
            () = tokio::time::sleep(ROUND) => {}
            () = &mut stop => return,
        }
    }
}

async fn round(app: &App, tell: &impl Fn(&str)) {
    if let Err(error) = watch_all(app).await {
        tell(&format!("what was bought: {error}"));
    }
}

/// Looks once at everything that was bought, as far as anything has changed for it. One that
/// cannot be looked at keeps nobody from looking at the others.
///
/// # Errors
/// When a record or the index cannot be read, or the database fails: the first fault.
pub async fn watch_all(app: &App) -> Result<(), PurchaseError> {
    let mut fault = Ok(());
    for head in app.store.heads().await? {
        for purchase in app.store.purchases(&Scope::whole(head)).await? {
            if let Some(bidder) = awarded(&purchase) {
                fault = fault.and(watch_one(app, head, purchase, bidder).await);
            }
        }
    }
    fault
}

/// To whom it was awarded.
fn awarded(purchase: &Purchase) -> Option<i64> {
    let award = purchase.ended.as_ref()?.award.as_ref()?;
    Some(award.bidder)
}

async fn watch_one(
    app: &App,
    head: i64,
    purchase: Purchase,
    bidder: i64,
) -> Result<(), PurchaseError> {
    let key = (head, purchase.id);
    let as_of = AsOf::now(app, head).await?;
    let known = app.watches.lock().get(&key).cloned();
    if let Some(known) = known
        && known.as_of.is_as(app, head, &as_of).await?
    {
        return Ok(());
    }
    let compared = of_one(app, head, purchase, bidder).await?;
    if let Some(watched) = watch(app, &compared, head).await? {
        note(app, head, &compared.purchase, &watched).await?;
        let watched = Arc::new(watched);
        app.watches.lock().insert(key, Known { as_of, watched });
    }
    Ok(())
}

/// Notes what is new since it was told last, and tells webhooks of it; nothing is written where
/// nothing is. Of several nodes that look at once, one tells.
async fn note(
    app: &App,
    head: i64,
    purchase: &Purchase,
    watched: &Watched,
) -> Result<(), PurchaseError> {
    let known = app.store.purchase_news(head, purchase.id).await?;
    let mut new = watched.news.iter().filter(|it| !known.contains(&it.digest()[..]));
    if new.next().is_none() {
        return Ok(());
    }
    let mut write = app.store.write(head, (app.now)()).await?;
    let mut told = 0_usize;
    for one in &watched.news {
        let of = (&one.digest()[..], one.kind.word());
        told += usize::from(write.note_purchase_news(purchase.id, of).await?);
    }
    if told == 0 {
        return Ok(());
    }
    tell_purchase(app, &mut write, (Event::News, Some(told)), purchase).await?;
    let facts = vec![("news", Fact::Number(i64::try_from(told).unwrap_or(i64::MAX)))];
    let (what, noun) = ("note news of purchase", Noun::Purchase);
    write.commit(Act { by: 0, what, noun, id: purchase.id, facts }).await?;
    Ok(())
}

/// What happened to purchases in a time.
#[derive(Clone, Debug, Default)]
pub struct Happened {
    /// What was awarded.
    pub awarded: Vec<Purchase>,
    /// About which of those that were bought something was new, and how much of each kind.
    pub news: Vec<(Purchase, BTreeMap<NewsKind, usize>)>,
}

/// What happened since a moment to purchases that the actor sees, as whoever buys or buys along.
///
/// # Errors
/// When the database fails.
pub async fn happened(
    app: &App,
    by: &Actor,
    since: Timestamp,
) -> Result<Happened, StoreError> {
    let scope = by.scope(Permission::ViewPurchases);
    if scope.roots().is_empty() {
        return Ok(Happened::default());
    }
    let since = stored(since);
    let mut told = app.store.purchase_news_since(by.head, &since).await?;
    let mut happened = Happened::default();
    for purchase in app.store.purchases(&scope).await? {
        let ended = purchase.ended.as_ref().filter(|_| awarded(&purchase).is_some());
        if ended.is_some_and(|ended| ended.at >= since) {
            happened.awarded.push(purchase.clone());
        }
        let Some(counts) = told.remove(&purchase.id) else { continue };
        let of = |kind: &NewsKind| counts.get(kind.word()).map(|count| (*kind, *count));
        let counts = NewsKind::ALL.iter().filter_map(of).collect();
        happened.news.push((purchase, counts));
    }
    Ok(happened)
}

/// What was bought where the actor sees it, and something is new about it: as it was looked at
/// last.
///
/// # Errors
/// When the database fails.
pub async fn bought(
    app: &App,
    by: &Actor,
) -> Result<Vec<(Purchase, Arc<Watched>)>, PurchaseError> {
    let scope = by.scope(Permission::ViewPurchases);
    if scope.roots().is_empty() {
        return Ok(Vec::new());
    }
    let seen = app.store.purchases(&scope).await?;
    let watches = app.watches.lock();
    let new =
        seen.into_iter().filter(|it| awarded(it).is_some()).filter_map(|purchase| {
            let known = watches.get(&(by.head, purchase.id))?;
            let watched = Arc::clone(&known.watched);
            (!watched.news.is_empty()).then_some((purchase, watched))
        });
    Ok(new.collect())
}
