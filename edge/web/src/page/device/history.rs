//! What was known of a device when: verdicts, urgency, build, place.

use fleet::Standing;
use operations::history::{self, What};
use operations::{Actor, Permission};
use serde::Serialize;
use store::{Build, Device, StoreError};

use super::show::{Link, explain};
use crate::House;
use crate::clock::{Clock, Shown};
use crate::mark::Mark;
use crate::problem::Problem;

/// Vulnerabilities that one line names; the rest is counted.
const NAMED_MAX: usize = 5;

/// Something that happened.
#[derive(Serialize)]
pub(super) struct Event {
    pub(super) at: Shown,
    pub(super) what: String,
    pub(super) why: String,
    pub(super) about: Vec<Link>,
    pub(super) more: String,
}

/// The history of a device, the newest first.
pub(super) async fn of(
    house: &House,
    by: &Actor,
    device: &Device,
    standing: Standing,
    clock: &Clock,
) -> Result<Vec<Event>, Problem> {
    let told = history::of_device(&house.app, by, device, standing).await?;
    let mut events: Vec<Event> =
        told.into_iter().map(|one| shown(device, one, clock)).collect();
    let mut imports = vec![(device.first_import, "first named by an export")];
    if device.last_import != device.first_import {
        imports.push((device.last_import, "named by the newest export"));
    }
    let scope = by.scope(Permission::ViewDevices);
    for (id, what) in imports {
        let import = match house.app.store.import(&scope, id).await {
            Ok(import) => import,
            Err(StoreError::Absent { .. }) => continue,
            Err(error) => return Err(error.into()),
        };
        events.push(Event {
            at: clock.show(&import.started),
            what: format!("{what} of {}", import.source_name),
            why: String::new(),
            about: vec![to_import(id)],
            more: String::new(),
        });
    }
    events.sort_by(|one, other| other.at.stored.cmp(&one.at.stored));
    Ok(events)
}

fn to_import(id: i64) -> Link {
    Link { text: format!("import {id}"), address: format!("/imports/{id}") }
}

fn shown(device: &Device, event: history::Event, clock: &Clock) -> Event {
    let more = event.vulnerabilities.len().saturating_sub(NAMED_MAX);
    let named = event.vulnerabilities.iter().take(NAMED_MAX);
    let mut about: Vec<Link> = named.map(|id| explain(device, id)).collect();
    let what = match &event.what {
        What::Verdict(None) => "no longer said".to_owned(),
        What::Verdict(verdict) => Mark::verdict(*verdict).label().to_owned(),
        What::Priority(now, before) => urgency(*now, *before),
        What::Build(before, after, import) => {
            about.push(to_import(*import));
            format!("of another build: {}; before: {}", told(after), told(before))
        }
        What::Told(what, before, after, import) => {
            about.push(to_import(*import));
            fact(what, before, after)
        }
    };
    Event {
        at: clock.show(&event.at),
        what,
        why: event.why,
        about,
        more: if more > 0 { format!("and {more} more") } else { String::new() },
    }
}

/// A changed priority in words.
pub(crate) fn urgency(
    now: Option<fleet::Priority>,
    before: Option<fleet::Priority>,
) -> String {
    let label = |priority| Mark::priority(priority).label();
    format!("{}, before: {}", label(now), label(before))
}

fn told(build: &Build) -> String {
    let texts = [&build.maker, &build.model, &build.version].into_iter();
    let texts = texts.filter(|text| !text.is_empty()).map(String::as_str);
    match texts.collect::<Vec<_>>().join(" \u{b7} ") {
        told if told.is_empty() => "nothing stated".to_owned(),
        told => told,
    }
}

fn fact(what: &str, before: &str, after: &str) -> String {
    let said = |text: &str| match text {
        "" => "not stated".to_owned(),
        text => text.to_owned(),
    };
    let what = match what {
        "missing" if after.is_empty() => return "named by an export again".to_owned(),
        "missing" => return "missing from an export".to_owned(),
        "department" => "ward",
        "status" => "status",
        "ip" => "IP address",
        "life_sustaining" => "sustains life",
        "holds_phi" => "holds patient data",
        "reachable" => "reachable from other zones",
        other => other,
    };
    format!("{what}: {}; before: {}", said(after), said(before))
}
