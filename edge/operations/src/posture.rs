//! Where organisations stand: the sixty-four controls of each, judged by the register of evidence
//! and by what the house has already.
//!
//! What was judged is held in memory and never older than the database; one piece of evidence
//! more judges anew only what it may change. Evidence is its owner's alone, unless somebody says
//! that it counts for those below too; so whoever sees a verdict may see its grounds.

mod access;
mod award;
mod house;
mod judge;
mod state;
mod tailoring;
mod told;

use std::collections::BTreeMap;

use evidence::Pseudonyms;
use jiff::SignedDuration;
use posture::{Assessed, Control, Posture, Rolled, Tailoring, Verdict};
use store::{Organisation, PostureDay, Scope, StoreError, TurnedVerdict, Write, stored};
use terms::Day;

use crate::aside::CutShort;
use crate::judging::JudgingError;
use crate::supplier::SupplierError;
use crate::{Actor, App, Permission};

pub use access::ACCESS;
pub use award::AWARDS;
pub(crate) use award::Awards;
pub use house::{DESIGNATIONS, DEVICES, FEEDS, FORMS, SBOMS, SUPPLIERS, SUPPORT, WORK};
pub use judge::keep_noted;
pub(crate) use judge::{JUDGE, judge};
pub(crate) use state::{Postures, foreseen, foreseen_tailored};
pub(crate) use tailoring::{DAYS_MAX, TEXT_MAX};
pub use tailoring::{
    TailoringError, approve_exception, ask_exception, end_exception, exceptions, tailor,
};
pub use told::told;

/// Why nothing is told.
#[derive(Debug, thiserror::Error)]
pub enum PostureError {
    /// The index of advisories is not at hand.
    #[error(transparent)]
    Judging(Box<JudgingError>),
    /// What is known of suppliers is not at hand.
    #[error(transparent)]
    Supplier(Box<SupplierError>),
    /// The day cannot be told.
    #[error("the clock of the house shows no day")]
    NoDay,
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The database failed, or something is not there for the actor.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<JudgingError> for PostureError {
    fn from(error: JudgingError) -> Self {
        Self::Judging(Box::new(error))
    }
}

impl From<SupplierError> for PostureError {
    fn from(error: SupplierError) -> Self {
        Self::Supplier(Box::new(error))
    }
}

/// Queues a job that notes which verdicts changed.
pub(crate) async fn queue(write: &mut Write<'_>) -> Result<(), StoreError> {
    write.queue_once(JUDGE).await
}

/// Pseudonyms under a key that nobody keeps. Without randomness all names would be hashed under
/// one key, and are forgotten all the same.
pub(crate) fn forgotten_names() -> Pseudonyms {
    let mut key = [0; 32];
    getrandom::fill(&mut key).ok();
    Pseudonyms::new(key)
}

/// Where one organisation stands, in numbers.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The organisation.
    pub organisation: Organisation,
    /// Its own verdicts, counted.
    pub posture: Posture,
    /// With all those below it.
    pub rolled: Rolled,
}

/// Where everybody stands whom somebody sees.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Of which day.
    pub day: Day,
    /// The organisations, each before those below it.
    pub standings: Vec<Standing>,
}

/// Where one organisation stands, control by control.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The organisation.
    pub organisation: Organisation,
    /// Of which day.
    pub day: Day,
    /// What it makes of the catalog.
    pub tailoring: Tailoring,
    /// The verdicts.
    pub assessed: Vec<Assessed>,
}

/// Where the organisations stand whose evidence the actor may see.
///
/// # Errors
/// When the database fails or the index cannot be read.
pub async fn overview(app: &App, by: &Actor) -> Result<Overview, PostureError> {
    let scope = by.scope(Permission::ViewEvidence);
    let state = app.postures.of(by.head);
    let mut state = state.lock().await;
    state::refresh(app, by.head, &mut state).await?;
    let day = state.today.ok_or(PostureError::NoDay)?;
    let rolled = state.group().map(posture::Group::rolled).unwrap_or_default();
    let standings = state.places.iter().zip(rolled).enumerate();
    let seen = standings.filter(|(_, (place, _))| scope.admits(&place.path));
    let standings = seen.map(|(at, (place, rolled))| Standing {
        organisation: place.clone(),
        posture: Posture::of(state.assessed(at), day),
        rolled,
    });
    Ok(Overview { day, standings: standings.collect() })
}

/// Where one organisation stands; the widest that the actor sees, where none is named.
///
/// # Errors
/// When there is none whose evidence the actor may see, the database fails or the index cannot
/// be read.
pub async fn judged(
    app: &App,
    by: &Actor,
    organisation: Option<i64>,
) -> Result<Judged, PostureError> {
    let scope = by.scope(Permission::ViewEvidence);
    let state = app.postures.of(by.head);
    let mut state = state.lock().await;
    state::refresh(app, by.head, &mut state).await?;
    let day = state.today.ok_or(PostureError::NoDay)?;
    let mut places = state.places.iter().enumerate();
    let found = places.find(|(_, place)| {
        scope.admits(&place.path) && organisation.is_none_or(|id| place.id == id)
    });
    let absent = || StoreError::Absent {
        noun: "organisation",
        id: organisation.map_or_else(String::new, |id| id.to_string()),
    };
    let (at, place) = found.ok_or_else(absent)?;
    Ok(Judged {
        organisation: place.clone(),
        day,
        tailoring: state.tailoring(at),
        assessed: state.assessed(at).to_vec(),
    })
}

/// How a control stands in each of the organisations whose evidence the actor may see.
///
/// # Errors
/// When the database fails or the index cannot be read.
pub async fn of_control(
    app: &App,
    by: &Actor,
    control: Control,
) -> Result<Vec<(Organisation, Verdict)>, PostureError> {
    let scope = by.scope(Permission::ViewEvidence);
    let state = app.postures.of(by.head);
    let mut state = state.lock().await;
    state::refresh(app, by.head, &mut state).await?;
    let seen = state.places.iter().enumerate();
    let seen = seen.filter(|(_, place)| scope.admits(&place.path));
    let verdict = |(at, place): (usize, &Organisation)| {
        let found = state.assessed(at).iter().find(|one| one.control == control)?;
        Some((place.clone(), found.ruling.verdict))
    };
    Ok(seen.filter_map(verdict).collect())
}

/// The names of the organisations whose evidence the actor may see, by number.
///
/// # Errors
/// When the database fails.
pub async fn places(app: &App, by: &Actor) -> Result<BTreeMap<i64, String>, StoreError> {
    let scope: Scope = by.scope(Permission::ViewEvidence);
    let all = app.store.organisations(&scope).await?;
    Ok(all.into_iter().map(|one| (one.id, one.name)).collect())
}

/// How far back it is told which verdicts changed.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How far back it is told how many verdicts of each there were.
const WEEKS: SignedDuration = SignedDuration::from_hours(12 * 7 * 24);

/// What was noted of an organisation: which verdicts changed this week, the newest first, and
/// how many there were of each on the days of twelve weeks, the oldest first.
///
/// # Errors
/// When there is none whose evidence the actor may see, or the database fails.
pub async fn past(
    app: &App,
    by: &Actor,
    organisation: i64,
) -> Result<(Vec<TurnedVerdict>, Vec<PostureDay>), StoreError> {
    let scope = by.scope(Permission::ViewEvidence);
    let place = app.store.organisation(&scope, organisation).await?;
    let now = (app.now)();
    let ago = |span| now.saturating_sub(span).unwrap_or(now);
    let turned = app.store.turned_verdicts(by.head, place.id, &stored(ago(WEEK))).await?;
    let from = ago(WEEKS).strftime("%Y-%m-%d").to_string();
    let mut days = app.store.posture_days(by.head, &from).await?;
    days.retain(|day| day.organisation == place.id);
    Ok((turned, days))
}
