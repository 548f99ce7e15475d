//! How far the jobs are that judge what changed: noted as they go on, for whoever looks.

use store::{Job, StoreError};

use super::{JUDGE, weigh};
use crate::{Actor, App, Permission, action, bills};

/// What the house works out anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkedOut {
    /// What advisories say of device builds.
    Builds,
    /// What advisories say of the components of SBOMs.
    Bills,
    /// How urgent each vulnerability is.
    Priorities,
    /// What is to be done.
    Work,
}

impl WorkedOut {
    fn by(kind: &str) -> Option<Self> {
        match kind {
            JUDGE => Some(Self::Builds),
            bills::JUDGE => Some(Self::Bills),
            weigh::WEIGH => Some(Self::Priorities),
            action::NOTE => Some(Self::Work),
            _ => None,
        }
    }

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Builds => "builds",
            Self::Bills => "bills",
            Self::Priorities => "priorities",
            Self::Work => "work",
        }
    }
}

/// Something that is being worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnderWay {
    /// What.
    pub what: WorkedOut,
    /// How far, of a hundred; never how many there are, since whoever asks may see few of them.
    pub percent: i64,
    /// Whether it went wrong before, and is tried again.
    pub is_tried_again: bool,
}

/// What is being worked out anew in the top organisation of the actor, whoever caused it:
/// another index, an SBOM, an import, or `lazaret reindex`. Without an index nothing is.
///
/// # Errors
/// When the database fails.
pub async fn under_way(app: &App, by: &Actor) -> Result<Vec<UnderWay>, StoreError> {
    let may_look = by.may(Permission::ViewDevices);
    if !may_look || app.store.generation().await?.is_none() {
        return Ok(Vec::new());
    }
    let jobs = app.store.waiting_kinds(by.head).await?;
    let found = jobs.into_iter().filter_map(|job| {
        let what = WorkedOut::by(&job.kind)?;
        let percent = (job.done.saturating_mul(100)).checked_div(job.total);
        let percent = percent.unwrap_or_default().clamp(0, 100);
        Some(UnderWay { what, percent, is_tried_again: job.faults > 0 })
    });
    let mut found: Vec<UnderWay> = found.collect();
    found.sort_by_key(|one| one.what);
    Ok(found)
}

/// Notes how far a job is, at most a hundred times.
pub(crate) struct Far<'j> {
    app: &'j App,
    job: &'j Job,
    total: usize,
    done: usize,
    told: usize,
}

impl<'j> Far<'j> {
    /// At the beginning of so many parts.
    pub(crate) fn of(app: &'j App, job: &'j Job, total: usize) -> Self {
        Self { app, job, total, done: 0, told: 0 }
    }

    /// So many more are done.
    pub(crate) async fn on(&mut self, parts: usize) -> Result<(), StoreError> {
        self.done += parts;
        let percent = (self.done * 100).checked_div(self.total).unwrap_or(100);
        if percent == self.told {
            return Ok(());
        }
        self.told = percent;
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        self.app.store.note_progress(self.job, count(self.done), count(self.total)).await
    }
}
