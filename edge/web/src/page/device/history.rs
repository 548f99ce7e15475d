//! What was known of a device when, and what people did about it: verdicts, urgency, build,
//! place; analyses, answers, accepted statements, SBOMs, decisions. Each with who and why.

use std::collections::BTreeMap;

use operations::fleet::Situated;
use operations::history::{self, Deed, Did, Replaced, What, deeds_of_device};
use operations::question::Key;
use operations::{Actor, Permission};
use serde::Serialize;
use store::{Build, Device, ReleaseTurned, StoreError};

use super::answered::to_question;
use super::show::{Link, explain};
use crate::House;
use crate::clock::{Clock, Shown};
use crate::mark::Mark;
use crate::page::work::happened;
use crate::problem::Problem;
use crate::words;

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
    situated: &Situated,
    clock: &Clock,
) -> Result<Vec<Event>, Problem> {
    let standing = situated.standing;
    let told = history::of_device(&house.app, by, device, standing).await?;
    let mut events: Vec<Event> =
        told.into_iter().map(|one| shown(device, one, clock)).collect();
    let deeds = deeds_of_device(&house.app, by, device, situated).await?;
    let owners = deeds.iter().filter_map(|deed| match &deed.what {
        Did::Decided { detail, .. } => owner(detail),
        _ => None,
    });
    let people: Vec<i64> = deeds.iter().map(|deed| deed.by).chain(owners).collect();
    let names = house.app.store.names_of(by.head, &people).await?;
    let seen = by.scope(Permission::ViewDevices);
    let places = house.app.store.organisations(&seen).await?.into_iter();
    let places: BTreeMap<i64, String> = places.map(|one| (one.id, one.name)).collect();
    let known = Known { people: &names, places: &places };
    events.extend(deeds.into_iter().map(|deed| done(device, deed, known, clock)));
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

/// The names by which people and places are told, of those that may be.
#[derive(Clone, Copy)]
struct Known<'k> {
    people: &'k BTreeMap<i64, String>,
    places: &'k BTreeMap<i64, String>,
}

impl Known<'_> {
    /// What an organisation is called; that it is another one, where nobody may know more.
    fn place(self, id: i64) -> String {
        self.places.get(&id).map_or("another organisation", String::as_str).to_owned()
    }
}

/// What somebody did, with who and why.
fn done(device: &Device, deed: Deed, known: Known<'_>, clock: &Clock) -> Event {
    let names = known.people;
    let by = match deed.by {
        0 => String::new(),
        person => format!("by {}", words::who(names.get(&person))),
    };
    let (what, about, said) = told_deed(device, deed.what, known);
    let why = [by, said, deed.why].into_iter().filter(|text| !text.is_empty());
    Event {
        at: clock.show(&deed.at),
        what,
        why: why.collect::<Vec<_>>().join("; "),
        about,
        more: String::new(),
    }
}

/// A deed in words: what, what it is about, and what was said with it.
fn told_deed(device: &Device, did: Did, known: Known<'_>) -> (String, Vec<Link>, String) {
    match did {
        Did::Moved { from, to, department } => (
            format!("moved from {} to {}", known.place(from), known.place(to)),
            Vec::new(),
            match department.is_empty() {
                true => String::new(),
                false => format!("it stood in {department}"),
            },
        ),
        Did::Analysed { vulnerability, component, remarks } => {
            let (what, mut said) = analysed(&remarks);
            if !component.is_empty() {
                said.insert(0, format!("in {component}"));
            }
            (what, vec![explain(device, &vulnerability)], said.join("; "))
        }
        Did::TookAnalysisBack { vulnerability } => (
            "own analysis taken back".to_owned(),
            vec![explain(device, &vulnerability)],
            String::new(),
        ),
        Did::AnotherDevice { serial } => (
            "another device hangs under this tag".to_owned(),
            Vec::new(),
            its_serial(&serial),
        ),
        Did::SameDevice => (
            "the device that the inventory tells of hangs under this tag".to_owned(),
            Vec::new(),
            String::new(),
        ),
        Did::Accepted { vulnerability, status } => (
            format!("statement accepted: {}", status.replace('_', " ")),
            vec![explain(device, &vulnerability)],
            String::new(),
        ),
        Did::EndedAcceptance { vulnerability } => (
            "acceptance of a statement taken back".to_owned(),
            vec![explain(device, &vulnerability)],
            String::new(),
        ),
        Did::Release { what, release, named } => {
            let address = format!("/products/releases/{release}");
            (
                turned(what).to_owned(),
                vec![Link { text: named.join(" "), address }],
                String::new(),
            )
        }
        Did::Answered { question, asked, said } => (
            format!("answered: {}", words::said(said)),
            vec![to_question(&Key::from_text(&question), &asked)],
            String::new(),
        ),
        Did::EndedAnswer { question, asked, said, replaced } => {
            let what = match replaced {
                Replaced::ByAnother => "answer replaced by another",
                Replaced::ByNone => "answer taken back",
            };
            let key = Key::from_text(&question);
            let about = vec![to_question(&key, &asked)];
            (format!("{what}: {}", words::said(said)), about, String::new())
        }
        Did::Decided { action, about, turn, detail } => {
            let link = Link { text: about, address: format!("/work/{action}") };
            (happened(&turn, &detail, known.people), vec![link], String::new())
        }
    }
}

/// Who was named in a decision.
fn owner(detail: &str) -> Option<i64> {
    let detail: serde_json::Value = serde_json::from_str(detail).ok()?;
    detail.get("owner")?.as_i64()
}

const fn turned(what: ReleaseTurned) -> &'static str {
    match what {
        ReleaseTurned::InForce => "SBOM in force",
        ReleaseTurned::Replaced => "SBOM replaced by another",
        ReleaseTurned::Withdrawn => "SBOM taken out of force",
        ReleaseTurned::Said => "said to be of a release",
        ReleaseTurned::TakenBack => "said not to be of a release any more",
    }
}

/// What an analysis says after a change, and what was said with it. Remarks are kept in the words
/// of the interface that programs know.
fn analysed(remarks: &[String]) -> (String, Vec<String>) {
    let plain = |word: &str| match word {
        "NOT_SET" => "nothing is said any more".to_owned(),
        word => word.to_lowercase().replace('_', " "),
    };
    let state = remarks.iter().find_map(|remark| {
        let (_, after) = remark.strip_prefix("Analysis: ")?.split_once(" \u{2192} ")?;
        Some(plain(after))
    });
    let rest = remarks.iter().filter(|remark| !remark.starts_with("Analysis: "));
    let said = rest.map(|remark| match remark.strip_prefix("Justification: ") {
        Some(change) => match change.split_once(" \u{2192} ") {
            Some((_, after)) => format!("because: {}", plain(after)),
            None => change.to_owned(),
        },
        None => remark.strip_prefix("Details: ").unwrap_or(remark).to_owned(),
    });
    let what = match state {
        Some(state) => format!("own analysis: {state}"),
        None => "own analysis changed".to_owned(),
    };
    (what, said.collect())
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
        "withdrawn" if after.is_empty() => return "named by an export again".to_owned(),
        "withdrawn" => return "gone: all that named it was taken back".to_owned(),
        "department" => "ward",
        "status" => "status",
        "serial" => "serial number",
        "udi" => "UDI",
        "ip" => "IP address",
        "life_sustaining" => "sustains life",
        "holds_phi" => "holds patient data",
        "reachable" => "reachable from other zones",
        other => other,
    };
    format!("{what}: {}; before: {}", said(after), said(before))
}

/// The serial number of another device, where it was said.
fn its_serial(serial: &str) -> String {
    match serial {
        "" => String::new(),
        serial => format!("its serial number: {serial}"),
    }
}
