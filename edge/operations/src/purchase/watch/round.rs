//! What was bought, looked at again whenever something changed or a day has passed.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use store::{Purchase, Scope};

use super::super::PurchaseError;
use super::super::compare::{NOUNS, comparison};
use super::{Watched, watch};
use crate::{Actor, App, Permission};

/// How often it is asked whether anything has changed.
const ROUND: Duration = Duration::from_secs(2 * 60);

/// What is new about what was bought, by top organisation and purchase.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watches(Arc<Mutex<BTreeMap<(i64, i64), Known>>>);

#[derive(Clone, Debug)]
struct Known {
    seq: i64,
    generation: Option<i64>,
    day: String,
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
            if is_awarded(&purchase) {
                fault = fault.and(watch_one(app, head, purchase).await);
            }
        }
    }
    fault
}

fn is_awarded(purchase: &Purchase) -> bool {
    purchase.ended.as_ref().is_some_and(|it| it.award.is_some())
}

async fn watch_one(
    app: &App,
    head: i64,
    purchase: Purchase,
) -> Result<(), PurchaseError> {
    let key = (head, purchase.id);
    let seq = app.store.newest_change(head).await?;
    let generation = app.advisories().await?.map(|known| known.generation);
    let day = app.today();
    let known = app.watches.lock().get(&key).cloned();
    if let Some(known) = known
        && known.generation == generation
        && known.day == day
        && (known.seq == seq || !app.store.has_changed(head, known.seq, &NOUNS).await?)
    {
        return Ok(());
    }
    let compared = comparison(app, head, purchase).await?;
    if let Some(watched) = watch(app, &compared, head).await? {
        let watched = Arc::new(watched);
        app.watches.lock().insert(key, Known { seq, generation, day, watched });
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
    let new = seen.into_iter().filter(is_awarded).filter_map(|purchase| {
        let known = watches.get(&(by.head, purchase.id))?;
        let watched = Arc::clone(&known.watched);
        (!watched.news.is_empty()).then_some((purchase, watched))
    });
    Ok(new.collect())
}
