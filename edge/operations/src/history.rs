//! What was known when, and why it changed: about one device, and about one vulnerability.
//!
//! A verdict that rests on an organisation's documents is told to whoever may see that
//! organisation's devices, and its history to nobody else.

mod deeds;
mod urgent;

use std::collections::{BTreeMap, BTreeSet};

use fleet::{Priority, Standing};
use matching::Verdict;
use store::{Build, Device, StoreError, Turned, view};

use crate::build::views;
use crate::fleet::{FleetError, builds_seen};
use crate::{Actor, App, Permission};

pub use deeds::{Deed, Did, Replaced, deeds_of_device};
use urgent::{Tables, urgencies};

/// Something that became known, or ceased to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When, as stored.
    pub at: String,
    /// What.
    pub what: What,
    /// Why; empty where that is all that is known.
    pub why: String,
    /// The vulnerabilities that it is about.
    pub vulnerabilities: BTreeSet<String>,
    /// The builds that it is about.
    pub builds: BTreeSet<i64>,
}

/// What became known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A verdict; none where it is no longer said.
    Verdict(Option<Verdict>),
    /// How urgent it is, and how urgent it was before.
    Priority(Option<Priority>, Option<Priority>),
    /// The device is of another build than before: what it was, and what it is.
    Build(Box<Build>, Box<Build>, i64),
    /// Something that an import tells otherwise: what, before, after, and the import.
    Told(String, String, String, i64),
}

/// How long a device was of which build, the oldest first.
struct Times {
    /// The build and until when; the newest has no end.
    spans: Vec<(i64, Option<String>)>,
}

impl Times {
    /// Since when a device is of a build, and until when.
    fn of(device: &Device, turns: &[store::DeviceTurn]) -> Self {
        let builds = turns.iter().filter(|turn| turn.what == BUILD);
        let mut spans: Vec<(i64, Option<String>)> = builds
            .map(|turn| (turn.before.parse().unwrap_or(0), Some(turn.at.clone())))
            .collect();
        spans.push((device.configuration, None));
        Self { spans }
    }

    fn builds(&self) -> BTreeSet<i64> {
        self.spans.iter().map(|(build, _)| *build).collect()
    }

    /// Whether the device was of that build then.
    fn was(&self, build: i64, at: &str) -> bool {
        let mut from = "";
        self.spans.iter().any(|(own, until)| {
            let met = *own == build
                && at >= from
                && until.as_deref().is_none_or(|until| at < until);
            from = until.as_deref().unwrap_or(from);
            met
        })
    }
}

/// The word for a verdict that ceased to hold.
const CLOSED: &str = "closed";

/// The word for a change of build among those of a device.
const BUILD: &str = "build";

/// What became known of a device, the newest first: changes of verdicts about the builds that
/// it was of, of how urgent they are for a device that stands so, of build and place.
///
/// # Errors
/// When the database fails, or there is no such device.
pub async fn of_device(
    app: &App,
    by: &Actor,
    device: &Device,
    standing: Standing,
) -> Result<Vec<Event>, StoreError> {
    let scope = by.scope(Permission::ViewDevices);
    let told = app.store.device_turns(&scope, device.id).await?;
    let times = Times::of(device, &told);
    let views = views(app, by).await?;
    let turns = app.store.turns_of_builds(by.head, &times.builds()).await?;
    let seen: Vec<Turned> = turns
        .into_iter()
        .filter(|turn| views.contains(&turn.view))
        .filter(|turn| times.was(turn.configuration, &turn.turn.at))
        .collect();
    let arrived = arrival(app, by, device).await?;
    let seen = since(&arrived, seen);
    let names: BTreeSet<String> =
        seen.iter().map(|turn| turn.vulnerability.clone()).collect();
    let weights = app.store.weights_of(by.head, &names).await?;
    let mut events = together(&seen);
    let tables = Tables::of(app, by.head).await?;
    let whose = BTreeSet::from([device.organisation]);
    let urgent = urgencies(&tables, &weights, &whose, &[standing]);
    events.extend(urgent.into_iter().filter(|event| event.at >= arrived));
    for turn in told {
        events.push(told_event(app, by, turn).await?);
    }
    events.sort_by(|one, other| other.at.cmp(&one.at));
    Ok(events)
}

/// When a device was first told of; empty where that is not known any more. Of what was said
/// earlier of devices of its build nothing was known about this one.
///
/// # Errors
/// When the database fails.
pub async fn arrival(
    app: &App,
    by: &Actor,
    device: &Device,
) -> Result<String, StoreError> {
    let scope = by.scope(Permission::ViewDevices);
    match app.store.import(&scope, device.first_import).await {
        Ok(import) => Ok(import.started),
        Err(StoreError::Absent { .. }) => Ok(String::new()),
        Err(error) => Err(error),
    }
}

/// What was said from a moment on: of what was said before it the last word of each, which
/// is known of the device since then.
fn since(arrived: &str, mut turns: Vec<Turned>) -> Vec<Turned> {
    turns.sort_by(|one, other| one.turn.at.cmp(&other.turn.at));
    let mut before: BTreeMap<(i64, i64, String, String), Turned> = BTreeMap::new();
    let mut known = Vec::new();
    for mut turn in turns {
        if turn.turn.at.as_str() >= arrived {
            known.push(turn);
            continue;
        }
        arrived.clone_into(&mut turn.turn.at);
        let Turned { view, configuration, vulnerability, component, .. } = &turn;
        let of = (*view, *configuration, vulnerability.clone(), component.clone());
        before.insert(of, turn);
    }
    // What was no longer said when it came was never said of it.
    before.retain(|_, turn| turn.turn.verdict != CLOSED);
    before.into_values().chain(known).collect()
}

async fn told_event(
    app: &App,
    by: &Actor,
    turn: store::DeviceTurn,
) -> Result<Event, StoreError> {
    let what = if turn.what == BUILD {
        let build = async |number: &str| {
            let number = number.parse().unwrap_or(0);
            app.store.configuration(by.head, number).await.map(|known| known.build)
        };
        let (before, after) = (build(&turn.before).await?, build(&turn.after).await?);
        What::Build(Box::new(before), Box::new(after), turn.import)
    } else {
        What::Told(turn.what, turn.before, turn.after, turn.import)
    };
    Ok(Event {
        at: turn.at,
        what,
        why: String::new(),
        vulnerabilities: BTreeSet::new(),
        builds: BTreeSet::new(),
    })
}

/// What became known of a vulnerability among the builds of devices that the actor sees, the
/// newest first. `names` are those under which it is judged.
///
/// # Errors
/// When the database fails.
pub async fn of_vulnerability(
    app: &App,
    by: &Actor,
    names: &BTreeSet<String>,
) -> Result<Vec<Event>, FleetError> {
    let turns = app.store.turns_about(by.head, names).await?;
    if turns.is_empty() {
        return Ok(Vec::new());
    }
    let builds = builds_seen(app, by).await?;
    let views = views(app, by).await?;
    let seen: Vec<Turned> = turns
        .into_iter()
        .filter(|turn| {
            views.contains(&turn.view) && builds.contains_key(&turn.configuration)
        })
        .collect();
    let mut events = together(&seen);
    if !seen.is_empty() {
        let weights = app.store.weights_of(by.head, names).await?;
        let tables = Tables::of(app, by.head).await?;
        let own = views.iter().copied().filter(|view| *view > view::PUBLIC);
        let whose = own.collect();
        let standings: Vec<Standing> = Standing::all().collect();
        events.extend(urgencies(&tables, &weights, &whose, &standings));
    }
    events.sort_by(|one, other| other.at.cmp(&one.at));
    Ok(events)
}

/// What became known by a vulnerability that no index in use names any more, the newest first;
/// nothing where it was never judged among what the actor sees.
///
/// # Errors
/// When the database fails.
pub async fn was_judged(
    app: &App,
    by: &Actor,
    id: &str,
) -> Result<Vec<Event>, FleetError> {
    let names = BTreeSet::from([id.to_owned(), id.to_uppercase()]);
    of_vulnerability(app, by, &names).await
}

/// What was judged by an advisory that is in use no more.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JudgedBy {
    /// What became known, the newest first.
    pub events: Vec<Event>,
    /// The vulnerabilities that it was about.
    pub vulnerabilities: BTreeSet<String>,
}

/// What was judged by an advisory and holds no more, among what the actor sees.
///
/// # Errors
/// When the database fails.
pub async fn of_advisory(
    app: &App,
    by: &Actor,
    advisory: &str,
) -> Result<JudgedBy, FleetError> {
    let rested = app.store.ended_by(by.head, advisory).await?;
    if rested.is_empty() {
        return Ok(JudgedBy::default());
    }
    let builds = builds_seen(app, by).await?;
    let views = views(app, by).await?;
    let rested: BTreeSet<(i64, i64, String)> = rested
        .into_iter()
        .filter(|of| views.contains(&of.view) && builds.contains_key(&of.configuration))
        .map(|of| (of.view, of.configuration, of.vulnerability))
        .collect();
    let names: BTreeSet<String> = rested.iter().map(|(.., name)| name.clone()).collect();
    let turns = app.store.turns_about(by.head, &names).await?;
    let seen: Vec<Turned> = turns
        .into_iter()
        .filter(|turn| {
            let of = (turn.view, turn.configuration, turn.vulnerability.clone());
            rested.contains(&of)
        })
        .collect();
    let mut events = together(&seen);
    events.sort_by(|one, other| other.at.cmp(&one.at));
    Ok(JudgedBy { events, vulnerabilities: names })
}

/// Verdicts that turned at one moment for one reason are one event.
fn together(turns: &[Turned]) -> Vec<Event> {
    let mut all: BTreeMap<(&str, &str, &str), Event> = BTreeMap::new();
    for one in turns {
        let turn = &one.turn;
        let event =
            all.entry((&turn.at, &turn.verdict, &turn.why)).or_insert_with(|| {
                let mut verdicts = Verdict::ALL.into_iter();
                Event {
                    at: turn.at.clone(),
                    what: What::Verdict(
                        verdicts.find(|word| word.word() == turn.verdict),
                    ),
                    why: turn.why.clone(),
                    vulnerabilities: BTreeSet::new(),
                    builds: BTreeSet::new(),
                }
            });
        event.vulnerabilities.insert(one.vulnerability.clone());
        event.builds.insert(one.configuration);
    }
    all.into_values().collect()
}

#[cfg(test)]
mod tests {
    use store::Turn;

    use super::*;

    #[test]
    fn what_was_said_before_a_device_came_is_known_of_it_since_it_came() {
        let turn = |component: &str, at: &str, verdict: &str| Turned {
            view: 0,
            configuration: 1,
            vulnerability: "CVE-1".to_owned(),
            component: component.to_owned(),
            turn: Turn {
                at: at.to_owned(),
                verdict: verdict.to_owned(),
                why: String::new(),
            },
        };
        let turns = vec![
            turn("", "1", "cannot_tell"),
            turn("", "2", "affected"),
            turn("a", "1", "affected"),
            turn("b", "1", "affected"),
            turn("b", "2", CLOSED),
            turn("", "5", "fixed"),
        ];
        let told: Vec<_> = since("3", turns.clone())
            .into_iter()
            .map(|one| (one.component, one.turn.at, one.turn.verdict))
            .collect();
        let expected =
            [("", "3", "affected"), ("a", "3", "affected"), ("", "5", "fixed")];
        let expected =
            expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(told, expected);
        assert_eq!(since("", turns).len(), 6);
    }

    #[test]
    fn a_device_is_judged_by_the_build_that_it_was_of_then() {
        let times = Times {
            spans: vec![(1, Some("2".to_owned())), (7, Some("5".to_owned())), (1, None)],
        };
        for (build, at, expected) in [
            (1, "1", true),
            (7, "1", false),
            (1, "3", false),
            (7, "3", true),
            (1, "6", true),
            (9, "6", false),
        ] {
            assert_eq!(times.was(build, at), expected, "{build} at {at}");
        }
    }
}
