//! Messages, written in the transaction of what they tell.
//!
//! Verdicts alone are told of by a job of their own, which is queued in the transaction that ends
//! a judging: one judging is many transactions, and what it changed is told once, each
//! vulnerability for itself. Up to where that was told is a mark, moved with the messages.

use std::collections::{BTreeMap, BTreeSet};

use fleet::encoded;
use serde::Serialize;
use store::{
    Act, Fact, Fails, Import, Job, Listening, Noun, Path, Scope, StoreError, Write,
};

use super::event::{Event, Export, More, OfAction, OfFeed, OfImport, Payload, Touching};
use super::shift::{Shifts, Wanted, is_within};
use crate::judging::JudgingError;
use crate::vulnerability::Urgency;
use crate::{Actor, App, Permission};

/// The kind of a job that tells webhooks of verdicts.
pub(crate) const TELL: &str = "tell webhooks";
/// How many messages about vulnerabilities or actions come of one change; of the others it is
/// told how many there are.
const EACH_MAX: usize = 100;

/// Queues a job that tells webhooks what verdicts changed, where there are webhooks.
pub(crate) async fn queue(write: &mut Write<'_>) -> Result<(), StoreError> {
    if write.is_listened_to().await? {
        write.queue(TELL, "{}").await?;
    }
    Ok(())
}

/// Tells the webhooks of an organisation what verdicts changed since it was told last.
pub(crate) async fn tell(app: &App, job: &Job) -> Result<(), JudgingError> {
    let advisories = app.advisories().await?;
    let now = (app.now)();
    let mut write = app.store.write(job.head, now).await?;
    write.hold(job).await?;
    let seq = write.seq();
    let shifted = match write.told_up_to().await? {
        Some(before) => write.shifted_since(before).await?,
        None => Vec::new(),
    };
    let shifts = Shifts::of(&mut write, shifted).await?;
    if shifts.is_empty() {
        // Nothing of that transaction is kept: its number is given to somebody else.
        drop(write);
        app.store.end_quiet_telling(job, seq - 1, now).await?;
        return Ok(());
    }
    let exploited = |id: &str| {
        let index = advisories.as_ref().and_then(|known| known.file.index().ok());
        index.is_some_and(|index| {
            Urgency::of(id, &index).exploited == worklist::Known::Yes
        })
    };
    let mut told = 0;
    for (event, wanted) in
        [(Event::Affects, Wanted::Came), (Event::Retracted, Wanted::Went)]
    {
        told += tell_of(app, &mut write, event, &exploited, |of| shifts.met(wanted, of))
            .await?;
    }
    write.tell_up_to(seq).await?;
    write.end_job(job).await?;
    let facts = vec![("messages", Fact::Number(told))];
    write.commit(Act { by: 0, what: TELL, noun: Noun::Job, id: job.id, facts }).await?;
    Ok(())
}

/// Tells which vulnerabilities that affect devices are exploited since now.
pub(crate) async fn tell_exploited(
    app: &App,
    write: &mut Write<'_>,
    vulnerabilities: &BTreeSet<String>,
) -> Result<(), StoreError> {
    if vulnerabilities.is_empty() || !write.is_listened_to().await? {
        return Ok(());
    }
    let stands = write.affected_by(vulnerabilities).await?;
    let shifts = Shifts::standing(write, stands).await?;
    let met = |of: &Listening| shifts.met(Wanted::Came, of);
    tell_of(app, write, Event::Exploited, &|_| true, met).await?;
    Ok(())
}

/// An action that is to be done again.
#[derive(Debug)]
pub(crate) struct Returned {
    pub(crate) organisation: i64,
    pub(crate) action: String,
    pub(crate) kind: String,
    pub(crate) priority: String,
}

/// Tells which actions came back.
pub(crate) async fn tell_returned(
    app: &App,
    write: &mut Write<'_>,
    returned: &[Returned],
) -> Result<(), StoreError> {
    if returned.is_empty() {
        return Ok(());
    }
    let event = Event::Returned;
    let listening = write.listening(event.word()).await?;
    let paths = write.paths().await?;
    for one in &listening {
        let own: Vec<&Returned> = returned
            .iter()
            .filter(|each| is_within(&paths, one, each.organisation))
            .collect();
        for each in own.iter().take(EACH_MAX) {
            let data = OfAction {
                organisation: each.organisation,
                action: &each.action,
                kind: &each.kind,
                priority: &each.priority,
                link: app.link(&format!("/work/{}", each.action)),
            };
            put(app, write, one, event, &data).await?;
        }
        more(app, write, one, event, own.len()).await?;
    }
    Ok(())
}

/// Tells that somebody took work orders away.
pub(crate) async fn tell_export(
    app: &App,
    write: &mut Write<'_>,
    by: &Actor,
    actions: usize,
) -> Result<(), StoreError> {
    let event = Event::Exported;
    let roots = by.scope(Permission::ExportDevices);
    for one in write.listening(event.word()).await? {
        let Some(root) = meeting(&roots, &one) else { continue };
        let link = app.link("/work");
        let data = Export { organisation: root.organisation(), actions, link };
        put(app, write, &one, event, &data).await?;
    }
    Ok(())
}

/// How an import ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ended {
    /// With so many devices missing since.
    Finished(i64),
    Failed,
}

/// Tells that an import ended.
pub(crate) async fn tell_import(
    app: &App,
    write: &mut Write<'_>,
    import: &Import,
    ended: Ended,
) -> Result<(), StoreError> {
    let (event, missing) = match ended {
        Ended::Finished(missing) => (Event::ImportFinished, missing),
        Ended::Failed => (Event::ImportFailed, import.missing),
    };
    let listening = write.listening(event.word()).await?;
    if listening.is_empty() {
        return Ok(());
    }
    let paths = write.paths().await?;
    let data = OfImport {
        organisation: import.organisation,
        import: import.id,
        source: import.source,
        devices: import.done,
        added: import.counts.added,
        changed: import.counts.changed,
        missing,
        returned: import.counts.returned,
        complaints: import.complaints,
        link: app.link(&format!("/imports/{}", import.id)),
    };
    for one in &listening {
        if is_within(&paths, one, import.organisation) {
            put(app, write, one, event, &data).await?;
        }
    }
    Ok(())
}

/// Tells every organisation that listens which feeds fail since it was told last, and which
/// answer again.
pub(crate) async fn tell_faults(
    app: &App,
    failing: &BTreeSet<String>,
) -> Result<(), StoreError> {
    for head in app.store.heads().await? {
        if !app.store.has_webhooks(head).await? {
            continue;
        }
        let told: BTreeSet<String> =
            app.store.told_faults(head).await?.into_iter().collect();
        if told == *failing {
            continue;
        }
        let mut write = app.store.write(head, (app.now)()).await?;
        for (event, fails, feeds) in [
            (Event::FeedFailing, Fails::Now, failing.difference(&told)),
            (Event::FeedRecovered, Fails::NoMore, told.difference(failing)),
        ] {
            for feed in feeds {
                write.note_fault(feed, fails).await?;
                for one in write.listening(event.word()).await? {
                    let data = OfFeed { feed, link: app.link("/feeds") };
                    put(app, &mut write, &one, event, &data).await?;
                }
            }
        }
        let facts = vec![("failing", Fact::Number(failing.len() as i64))];
        let (what, noun) = ("note feeds that fail", Noun::Index);
        write.commit(Act { by: 0, what, noun, id: 0, facts }).await?;
    }
    Ok(())
}

/// Tells each webhook that listens of vulnerabilities, those that are exploited first; how many
/// messages that are.
async fn tell_of(
    app: &App,
    write: &mut Write<'_>,
    event: Event,
    exploited: &(dyn Fn(&str) -> bool + Sync),
    met: impl Fn(&Listening) -> BTreeMap<String, (BTreeSet<i64>, i64)>,
) -> Result<i64, StoreError> {
    let mut told = 0;
    for one in write.listening(event.word()).await? {
        let met = met(&one);
        let all = met.len();
        let mut touching: Vec<Touching> = met
            .into_iter()
            .map(|(vulnerability, (builds, devices))| Touching {
                organisation: one.path.organisation(),
                builds: builds.into_iter().collect(),
                devices,
                exploited: exploited(&vulnerability),
                link: app.link(&format!("/vulnerabilities/{}", encoded(&vulnerability))),
                vulnerability,
            })
            .collect();
        touching.sort_by_key(|each| (!each.exploited, i64::MAX - each.devices));
        for data in touching.iter().take(EACH_MAX) {
            put(app, write, &one, event, data).await?;
            told += 1;
        }
        told += more(app, write, &one, event, all).await?;
    }
    Ok(told)
}

/// Tells how many more there are than were told of.
async fn more(
    app: &App,
    write: &mut Write<'_>,
    one: &Listening,
    event: Event,
    all: usize,
) -> Result<i64, StoreError> {
    let more = all.saturating_sub(EACH_MAX);
    if more == 0 {
        return Ok(0);
    }
    let organisation = one.path.organisation();
    let data = More { organisation, more, link: app.link("/work") };
    put(app, write, one, event, &data).await?;
    Ok(1)
}

pub(super) async fn put(
    app: &App,
    write: &mut Write<'_>,
    one: &Listening,
    event: Event,
    data: &impl Serialize,
) -> Result<(), StoreError> {
    let payload = Payload::new(event.word(), (app.now)(), data).text();
    // What holds ids, counts and links can be written.
    let Ok(payload) = payload else { return Ok(()) };
    write.tell_webhook(one.webhook, event.word(), &payload).await?;
    Ok(())
}

/// The highest of the roots of a scope that a webhook is told of.
fn meeting<'s>(scope: &'s Scope, one: &Listening) -> Option<&'s Path> {
    scope.roots().iter().find(|root| one.path.holds(root))
}
