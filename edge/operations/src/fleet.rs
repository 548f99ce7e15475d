//! The devices of each top organisation, held in memory, and never older than the database.
//!
//! Before an answer the newest change of the organisation is read, and what is not known
//! yet is applied in the order of commit: two nodes on one database answer alike. The texts
//! of rows stay in the database, and are fetched for the page that is shown.
//!
//! What does not live here: pages, filters and their words (`fleet`), statements (`store`).

mod answered;
mod components;
mod fitting;
mod grouped;
mod groupings;
mod held;
mod parts;
mod seen;
mod since;
mod tables;
mod touched;
mod turned;
mod undescribed;
mod work;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use store::{Act, Fact, ListOf, Noun, StoreError};
use tokio::sync::{OwnedRwLockReadGuard, RwLock};

pub use answered::Situated;
pub use components::{Carrying, Component, Listed, Wanted};
pub use fitting::{Fitting, fitting};
pub(crate) use grouped::{Open, doubted};
pub use held::Holdings;
pub(crate) use parts::AskedPart;
pub use seen::builds_seen;
pub(crate) use seen::builds_within;
pub use tables::{Foreseen, InForce, Moved};
pub(crate) use tables::{Tables, read};
pub use touched::{About, NoSuchSet, Set};
pub use turned::{To, Turned};
pub use undescribed::Undescribed;
pub use work::{
    Approval, Bearing, Beside, Entry, Former, Grown, Loss, Lost, Newest, OfRelease,
    OwnWord, Policy, Share, Subject,
};
pub(crate) use work::{Covered, OfDevice, of_component, slug};

use crate::aside::{CutShort, aside};
use crate::judging::JudgingError;
use crate::{Actor, App, Permission};

/// Why a fleet is not answered.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// The index of advisories cannot be read.
    #[error(transparent)]
    Judging(#[from] JudgingError),
    /// A device has a number beyond those of bitmaps.
    #[error("device {0} has a number beyond 4,294,967,295")]
    Beyond(i64),
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The fleets of this node, by top organisation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fleets(Arc<Mutex<BTreeMap<i64, Arc<RwLock<Holdings>>>>>);

impl Fleets {
    fn of(&self, head: i64) -> Arc<RwLock<Holdings>> {
        let mut fleets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fleet = fleets.entry(head);
        Arc::clone(fleet.or_insert_with(|| Arc::new(RwLock::new(Holdings::new(head)))))
    }
}

/// The fleet of a top organisation, as the database knows it at this moment.
///
/// # Errors
/// When the database fails or the index cannot be read.
pub async fn holdings(
    app: &App,
    head: i64,
) -> Result<OwnedRwLockReadGuard<Holdings>, FleetError> {
    let newest = app.store.newest_change(head).await?;
    let advisories = app.advisories().await?;
    // What was believed until yesterday is not believed any more.
    let today = app.today();
    let held = app.fleets.of(head);
    let read = Arc::clone(&held).read_owned().await;
    if read.is_fresh(newest, advisories.as_deref(), &today) {
        return Ok(read);
    }
    drop(read);
    let mut write = held.write_owned().await;
    // Whoever waited for the same finds it done.
    if !write.is_fresh(newest, advisories.as_deref(), &today) {
        write.refresh(&app.store, newest, advisories, &today).await?;
    }
    Ok(write.downgrade())
}

/// Makes the fleets of all organisations ahead, so that the first list does not wait.
///
/// # Errors
/// When the database fails or the index cannot be read.
pub async fn prepare(app: &App) -> Result<(), FleetError> {
    crate::judging::fetch_index(app).await?;
    for head in app.store.heads().await? {
        let held = holdings(app, head).await?;
        aside(move || {
            rayon::join(|| held.fleet.prepare(), || held.listed());
        })
        .await?;
    }
    Ok(())
}

/// What of a fleet somebody may see.
#[must_use]
pub fn scope(by: &Actor) -> fleet::Scope {
    scope_of(by, Permission::ViewDevices)
}

/// Of what of a fleet a role of somebody allows something.
#[must_use]
pub fn scope_of(by: &Actor, permission: Permission) -> fleet::Scope {
    let scope = by.scope(permission);
    let roots = scope.roots().iter().map(store::Path::organisation);
    fleet::Scope::of(roots.map(fleet::OrganisationId))
}

/// Notes in the audit log that somebody took a list of devices away.
///
/// # Errors
/// When the database fails.
pub async fn log_export(app: &App, by: &Actor, devices: u64) -> Result<(), StoreError> {
    let write = app.store.write(by.head, (app.now)()).await?;
    let facts = vec![("devices", Fact::Number(devices.cast_signed()))];
    let act =
        Act { by: by.person, what: "export devices", noun: Noun::Device, id: 0, facts };
    write.commit(act).await?;
    Ok(())
}

/// Keeps a list for whoever asks, under a name.
///
/// # Errors
/// When the database fails.
pub async fn save_view(
    app: &App,
    by: &Actor,
    list: ListOf,
    name: &str,
    query: &str,
) -> Result<i64, StoreError> {
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let id = write.save_view(by.person, list, name, query).await?;
    write.commit(about_view(by, "save list", id)).await?;
    Ok(id)
}

/// Forgets a list of whoever asks.
///
/// # Errors
/// When the database fails, or there is no such list of theirs.
pub async fn forget_view(app: &App, by: &Actor, id: i64) -> Result<(), StoreError> {
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.forget_view(by.person, id).await?;
    write.commit(about_view(by, "forget list", id)).await?;
    Ok(())
}

fn about_view(by: &Actor, what: &'static str, id: i64) -> Act {
    Act { by: by.person, what, noun: Noun::SavedView, id, facts: Vec::new() }
}
