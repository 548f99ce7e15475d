//! How urgent what affects anybody is, and when that changed.
//!
//! Priorities are worked out when they are shown; what is kept is what they rest on, each time
//! that a word changed by any table in force, for any of the ways in which a device may stand.
//! KEV and EPSS alone judge nothing again, and this is all that they bring about.

use std::collections::{BTreeMap, BTreeSet};

use fleet::{Priority, Standing};
use serde::{Deserialize, Serialize};
use store::{Act, Fact, Job, Noun, StoreError, Weight, Write};
use worklist::{Control, Facts, Known, Policy};

use super::JudgingError;
use crate::App;
use crate::aside::aside;
use crate::fleet::Tables;
use crate::vulnerability::Urgency;
use crate::webhook;

/// The kind of a job that notes changed priorities.
pub(crate) const WEIGH: &str = "weigh vulnerabilities";

/// What a priority rested on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Weighing {
    /// `yes`, `no` or `unknown`.
    pub(crate) exploited: String,
    /// EPSS, if there is a score.
    pub(crate) epss: Option<f64>,
    /// CVSS, if there is a score.
    pub(crate) cvss: Option<f64>,
    /// Whether the flaw discloses data.
    pub(crate) discloses_data: String,
}

/// The letter of a priority among those that are kept.
const LETTERS: [(Priority, char); 4] = [
    (Priority::ActNow, 'a'),
    (Priority::ThisWeek, 't'),
    (Priority::NextWindow, 'n'),
    (Priority::Watch, 'w'),
];

/// The priority that a kept word gives to a device that stands so.
pub(crate) fn priority_of(words: &str, standing: Standing) -> Option<Priority> {
    let at = Standing::all().position(|one| one == standing)?;
    let letter = words.chars().nth(at)?;
    LETTERS.iter().find(|(_, own)| *own == letter).map(|(priority, _)| *priority)
}

impl Weighing {
    /// What is kept beside a word; none where it cannot be read.
    pub(crate) fn read(weight: &Weight) -> Option<Self> {
        serde_json::from_str(&weight.grounds).ok()
    }

    /// The priority that a table gives to a device that stands so.
    pub(crate) fn priority(&self, policy: &Policy, standing: Standing) -> Priority {
        let facts = Facts {
            exploited: fact(&self.exploited),
            epss: self.epss,
            cvss: self.cvss,
            life_sustaining: standing.life_sustaining,
            reachable: standing.reachable,
            holds_phi: standing.holds_phi,
            discloses_data: fact(&self.discloses_data),
            control: Control::Unverified,
        };
        worklist::word(policy, &facts)
    }
}

/// Whether a priority was another one by any table: by the standard one as it was kept, by
/// others as they would give it to what was kept.
fn differs(before: &Weight, now: &Weight, tables: &Tables) -> bool {
    if before.words != now.words {
        return true;
    }
    let (Some(was), Some(is)) = (Weighing::read(before), Weighing::read(now)) else {
        return before.grounds != now.grounds;
    };
    let differ = |policy: &Policy, standing| {
        was.priority(policy, standing) != is.priority(policy, standing)
    };
    was != is && tables.any(|policy| Standing::all().any(|one| differ(policy, one)))
}

fn weight(urgency: &Urgency) -> Weight {
    let standard = Policy::standard();
    let letter = |standing: Standing| {
        let priority = urgency.priority(&standard, standing);
        LETTERS
            .iter()
            .find(|(one, _)| *one == priority)
            .map_or('w', |(_, letter)| *letter)
    };
    let weighing = Weighing {
        exploited: urgency.exploited.word().to_owned(),
        epss: urgency.epss,
        cvss: urgency.cvss(),
        discloses_data: urgency.discloses_data.word().to_owned(),
    };
    Weight {
        words: Standing::all().map(letter).collect(),
        grounds: serde_json::to_string(&weighing).unwrap_or_default(),
    }
}

fn fact(word: &str) -> Known {
    Known::ALL.into_iter().find(|one| one.word() == word).unwrap_or_default()
}

/// Queues the job.
pub(crate) async fn queue(write: &mut Write<'_>) -> Result<(), StoreError> {
    write.queue(WEIGH, "{}").await?;
    Ok(())
}

/// Queues the job where nothing else is changed.
pub(super) async fn queue_alone(app: &App, head: i64) -> Result<(), StoreError> {
    app.store.queue_job(head, WEIGH, (app.now)()).await?;
    Ok(())
}

/// Those that affected somebody before, and are exploited since now.
fn newly_exploited(
    before: &BTreeMap<String, Weight>,
    changed: &BTreeMap<String, Weight>,
) -> BTreeSet<String> {
    let is_exploited = |weight: &Weight| {
        Weighing::read(weight)
            .is_some_and(|weighing| weighing.exploited == Known::Yes.word())
    };
    let newly = changed.iter().filter(|(id, now)| {
        is_exploited(now) && before.get(*id).is_some_and(|before| !is_exploited(before))
    });
    newly.map(|(id, _)| id.clone()).collect()
}

/// Notes which vulnerabilities that affect anybody are more or less urgent than they were.
pub(crate) async fn weigh(app: &App, job: &Job) -> Result<(), JudgingError> {
    let (changed, exploited) = match app.advisories().await? {
        None => (BTreeMap::new(), BTreeSet::new()),
        Some(advisories) => {
            let affecting = app.store.affecting(job.head).await?;
            let before = app.store.newest_weights(job.head).await?;
            let tables = Tables::of(&app.store.priority_tables(job.head).await?);
            aside(move || {
                let index = advisories.file.index()?;
                let weighed = affecting.into_iter().map(|id| {
                    let weight = weight(&Urgency::of(&id, &index));
                    (id, weight)
                });
                let is_other = |(id, now): &(String, Weight)| {
                    before.get(id).is_none_or(|before| differs(before, now, &tables))
                };
                let changed: BTreeMap<String, Weight> =
                    weighed.filter(is_other).collect();
                let exploited = newly_exploited(&before, &changed);
                Ok::<_, JudgingError>((changed, exploited))
            })
            .await??
        }
    };
    if changed.is_empty() {
        app.store.end_quiet_job(job, (app.now)()).await?;
        return Ok(());
    }
    let mut write = app.store.write(job.head, (app.now)()).await?;
    write.note_weights(&changed).await?;
    webhook::tell_exploited(app, &mut write, &exploited).await?;
    write.end_job(job).await?;
    let facts = vec![("vulnerabilities", Fact::Number(changed.len() as i64))];
    write.commit(Act { by: 0, what: WEIGH, noun: Noun::Job, id: job.id, facts }).await?;
    Ok(())
}
