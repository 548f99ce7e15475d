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

/// What has changed since it was noted last.
#[derive(Default)]
struct Changes {
    seen: Vec<SeenAction>,
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
        turned += keep(app, &mut write, batch).await?.turned;
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

/// What became of actions that are to be kept.
pub(super) struct Noted {
    /// Their numbers, in the order in which they were given.
    pub(super) ids: Vec<i64>,
    /// To how many of them something happened.
    turned: i64,
}

/// Keeps actions as they are seen now, notes what happened to them since they were kept last,
/// and tells which came back. What was kept is read in the transaction that keeps them, so
/// whoever comes first, a job or a person who acts, notes and tells it, and nobody else does.
pub(super) async fn keep(
    app: &App,
    write: &mut Write<'_>,
    seen: &[SeenAction],
) -> Result<Noted, StoreError> {
    let digests: Vec<[u8; 32]> = seen.iter().map(|one| one.digest).collect();
    let kept = write.kept_actions(&digests).await?.into_iter();
    let kept: BTreeMap<(i64, [u8; 32]), KeptAction> =
        kept.map(|one| ((one.seen.organisation, one.seen.digest), one)).collect();
    let of = |one: &SeenAction| kept.get(&(one.organisation, one.digest));
    let now: Vec<SeenAction> = seen.iter().map(|one| checked(one, of(one))).collect();
    let turned: Vec<_> = now.iter().map(|one| turned(of(one), one)).collect();
    let ids = write.see_actions(&now).await?;
    let turns: Vec<NewTurn<'_>> = ids
        .iter()
        .zip(&turned)
        .filter_map(|(id, turn)| {
            let (what, detail) = turn.as_ref()?;
            Some(NewTurn { action: *id, by: 0, what, detail, reason: "" })
        })
        .collect();
    write.turn_actions(&turns).await?;
    let came_back = now
        .iter()
        .zip(&turned)
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
    let turned = turns.len() as i64;
    Ok(Noted { ids, turned })
}

/// An action as it is seen, unless somebody has decided something else since it was looked at:
/// then it has not come back after that.
fn checked(seen: &SeenAction, kept: Option<&KeptAction>) -> SeenAction {
    let stands = kept.is_some_and(|kept| kept.decided.at == seen.returned);
    match stands {
        true => seen.clone(),
        false => {
            let returned = kept.and_then(|kept| kept.seen.returned.clone());
            SeenAction { returned, ..seen.clone() }
        }
    }
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
                    changes.seen.push(now);
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
        // It was decided what becomes of it, and it is to be done all the same.
        Some(kept) if kept.seen.returned != now.returned => RETURNED,
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
