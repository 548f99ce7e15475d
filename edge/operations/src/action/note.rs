//! Noting what is to be done: what was not there before, what is more urgent, what is over.
//!
//! The list itself is worked out in memory. What is noted is what people need when it has
//! changed: since when, what is done, how much was open on which day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use store::{
    Act, Fact, Job, KeptAction, NewTurn, Noun, SeenAction, StoreError, WorkDay, Write,
};
use worklist::Evidence;

use super::{Entry, FleetError, Holdings, holdings, seen};
use crate::App;
use crate::aside::aside;
use crate::fleet::slug;
use crate::webhook::{self, Returned};

/// The kind of a job that notes what is to be done.
pub(crate) const NOTE: &str = "note what is to be done";
/// The word of an action that is to be done again.
const RETURNED: &str = "returned";
/// The word of an action whose devices no inventory names any more.
const MISSING: &str = "missing";
/// How many actions are one transaction.
const BATCH: usize = 1000;

/// Queues a job that notes what is to be done now.
pub(crate) async fn queue(write: &mut Write<'_>) -> Result<(), StoreError> {
    write.queue(NOTE, "{}").await?;
    Ok(())
}

/// Queues the job where nothing else is changed.
pub(crate) async fn queue_alone(app: &App, head: i64) -> Result<(), StoreError> {
    app.store.queue_job(head, NOTE, (app.now)()).await?;
    Ok(())
}

/// An action to be kept as it is now, with what happened to it.
type Seen = (SeenAction, Option<(&'static str, String)>);

/// What has changed since it was noted last.
#[derive(Default)]
struct Changes {
    seen: Vec<Seen>,
    /// Over, by why.
    gone: BTreeMap<&'static str, Vec<i64>>,
    days: Vec<WorkDay>,
}

/// Notes what is to be done about the devices of an organisation now.
pub(crate) async fn note(app: &App, job: &Job) -> Result<(), FleetError> {
    let held = holdings(app, job.head).await?;
    let today = Holdings::day((app.now)());
    let head = job.head;
    let changes = aside(move || changes(&held, head, today)).await?;
    let (mut turned, mut over) = (0, 0);
    for batch in changes.seen.chunks(BATCH) {
        let mut write = app.store.write(job.head, (app.now)()).await?;
        write.hold(job).await?;
        turned += keep(app, &mut write, batch).await?;
        write.commit(act(job, turned, 0)).await?;
    }
    let mut write = app.store.write(job.head, (app.now)()).await?;
    write.hold(job).await?;
    for (evidence, ids) in &changes.gone {
        over += ids.len() as i64;
        // Devices that are missing prove nothing, and may be back tomorrow.
        let proof = Some(*evidence).filter(|evidence| *evidence != MISSING);
        write.close_actions(ids, proof).await?;
        let turn = |id: &i64| NewTurn {
            action: *id,
            by: 0,
            what: evidence,
            detail: "{}",
            reason: "",
        };
        write.turn_actions(&ids.iter().map(turn).collect::<Vec<_>>()).await?;
    }
    write.note_days(&changes.days).await?;
    write.end_job(job).await?;
    write.commit(act(job, turned, over)).await?;
    Ok(())
}

async fn keep(
    app: &App,
    write: &mut Write<'_>,
    batch: &[Seen],
) -> Result<i64, StoreError> {
    let actions: Vec<SeenAction> = batch.iter().map(|(seen, _)| seen.clone()).collect();
    let ids = write.see_actions(&actions).await?;
    let turns: Vec<NewTurn<'_>> = ids
        .iter()
        .zip(batch)
        .filter_map(|(id, (_, turn))| {
            let (what, detail) = turn.as_ref()?;
            Some(NewTurn { action: *id, by: 0, what, detail, reason: "" })
        })
        .collect();
    write.turn_actions(&turns).await?;
    let came_back = batch
        .iter()
        .filter(|(_, turn)| turn.as_ref().is_some_and(|(what, _)| *what == RETURNED));
    let returned: Vec<Returned> = came_back
        .map(|(seen, _)| Returned {
            organisation: seen.organisation,
            action: slug(&seen.digest),
            kind: seen.kind.clone(),
            priority: seen.priority.clone(),
        })
        .collect();
    webhook::tell_returned(app, write, &returned).await?;
    Ok(turns.len() as i64)
}

fn act(job: &Job, turned: i64, over: i64) -> Act {
    let facts = vec![("turned", Fact::Number(turned)), ("over", Fact::Number(over))];
    Act { by: 0, what: NOTE, noun: Noun::Job, id: job.id, facts }
}

fn changes(held: &Holdings, head: i64, today: Date) -> Changes {
    let mut changes = Changes::default();
    let whole = fleet::Scope::of([fleet::OrganisationId(head)]);
    let entries = held.entries(&whole, today);
    for entry in &entries {
        match (entry.action, entry.kept) {
            (Some(action), kept) => {
                let now = seen(action, entry);
                let is_same =
                    kept.is_some_and(|kept| kept.closed.is_none() && kept.seen == now);
                if !is_same {
                    let turn = turned(kept, &now);
                    changes.seen.push((now, turn));
                }
            }
            (None, Some(kept)) if kept.closed.is_none() => {
                let why = match held.gone(kept) {
                    Evidence::Cleared => "cleared",
                    Evidence::Unsaid => "unsaid",
                    Evidence::Missing => MISSING,
                    Evidence::Resolved | Evidence::Shown(_) => "resolved",
                };
                changes.gone.entry(why).or_default().push(kept.id);
            }
            (None, _) => {}
        }
    }
    changes.days = days(held, &entries, today);
    changes
}

/// What happened to an action since it was noted; nothing where only words changed.
fn turned(kept: Option<&KeptAction>, now: &SeenAction) -> Option<(&'static str, String)> {
    let what = match kept {
        None => "seen",
        Some(kept) if kept.closed.is_some() => RETURNED,
        Some(kept) if kept.seen.priority != now.priority => "priority",
        Some(_) => return None,
    };
    Some((what, format!("{{\"priority\":\"{}\"}}", now.priority)))
}

/// How much is open today, for each organisation that has something to do or had.
fn days(held: &Holdings, entries: &[Entry<'_>], today: Date) -> Vec<WorkDay> {
    let mut unknown = held.unknown();
    let mut days: BTreeMap<i64, WorkDay> = BTreeMap::new();
    for entry in entries {
        let organisation = entry.organisation;
        let day = days.entry(organisation).or_insert_with(|| WorkDay {
            organisation,
            day: today.to_string(),
            open: 0,
            overdue: 0,
            unknown: unknown.remove(&organisation).unwrap_or(0),
        });
        day.open += i64::from(!entry.state.is_over());
        day.overdue += i64::from(entry.is_overdue(today));
    }
    days.into_values().collect()
}
