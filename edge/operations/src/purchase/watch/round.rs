//! What was bought, looked at again whenever something changed or a day has passed.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use store::{Purchase, Scope};

use super::super::PurchaseError;
use super::super::compare::{AsOf, of_one};
use super::{Watched, watch};
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
        let watched = Arc::new(watched);
        app.watches.lock().insert(key, Known { as_of, watched });
    }
    Ok(())
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
