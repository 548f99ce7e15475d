//! One thing to do: what, why, on which devices, who sees to it, and what happened to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use fleet::encoded;
use jiff::civil::Date;
use operations::build::{Offer, offers};
use operations::fleet::{Entry, Grown, Holdings, Loss, Lost, Set, holdings, scope};
use operations::judging::Advisories;
use operations::maker::{MakerError, askable_action, from_action};
use operations::question::notes;
use operations::{Actor, Permission};
use serde::Serialize;
use store::{Build, KeptAction, StoreError, WorkTurn};
use worklist::{Action, State as Standing, Step, Weight};

use super::act::{Acts, Form};
use super::returned::still;
use super::row::{Row, shown_day};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::page::device::{Remedy, to_advisory, web_address};
use crate::page::maker::put::Put;
use crate::page::own::plain;
use crate::page::question::note::NoteRow;
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::{self, number};

/// Flaws that are named; the rest is counted.
const FLAWS: usize = 200;
/// Flaws that a sentence names.
const FEW: usize = 5;

#[derive(Template, Serialize)]
#[template(path = "work/show.html")]
pub(super) struct OneAction {
    sentence: Sentence,
    #[serde(flatten)]
    row: Row,
    /// What whoever acts sends along: it changes with each act of a person.
    revision: i64,
    standing: String,
    since: String,
    builds: Vec<BuildRow>,
    flaws_named: Vec<Flaw>,
    remedies: Vec<Remedy>,
    questions: Vec<Asked>,
    analyses: Vec<Analysed>,
    history: Vec<Event>,
    #[serde(rename = "put_to_maker")]
    put: Put,
    notes: Vec<NoteRow>,
    #[serde(skip)]
    more_flaws: String,
    #[serde(skip)]
    acts: Option<Acts>,
    #[serde(skip)]
    title: String,
}

/// The devices of one release.
#[derive(Serialize)]
struct BuildRow {
    build: String,
    devices: u64,
    #[serde(skip)]
    shown: String,
    #[serde(skip)]
    address: String,
}

/// A vulnerability that it is done about.
#[derive(Serialize)]
struct Flaw {
    vulnerability: String,
    title: String,
    exploited: bool,
    /// The components that carry it; empty for the device itself.
    components: Vec<String>,
    #[serde(skip)]
    address: String,
}

/// A question whose answer settles something of it.
#[derive(Serialize)]
struct Asked {
    question: String,
    #[serde(skip)]
    address: String,
}

/// What the organisation found out by itself.
#[derive(Serialize)]
struct Analysed {
    id: i64,
    vulnerability: String,
    version: String,
    state: String,
    justification: String,
    reason: String,
    by: String,
    said: Shown,
    weight: &'static str,
}

/// Something that happened to it.
#[derive(Serialize)]
struct Event {
    at: Shown,
    what: String,
    by: String,
    reason: String,
}

impl Show for OneAction {
    fn title(&self) -> String {
        self.title.clone()
    }
}

/// `GET /work/{action}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let shown = shown(&face, &house, &by, &name, &Form::default(), None).await?;
    face.show(&shown)
}

/// The page, with what was typed into a form that was sent back.
pub(super) async fn shown(
    face: &Face,
    house: &House,
    by: &Actor,
    name: &str,
    form: &Form,
    problem: Option<(super::act::What, &Problem)>,
) -> Result<OneAction, Problem> {
    let clock = face.clock().clone();
    let today = clock.today();
    let mut put = put(house, by, name, &clock).await?;
    let held = Arc::new(holdings(&house.app, by.head).await?);
    let known = looked_up(&held, by, name, today).await?;
    let turns = match known.kept {
        Some(id) => house.app.store.work_turns(by.head, id).await?,
        None => Vec::new(),
    };
    let place = house
        .app
        .store
        .organisation(&by.scope(Permission::ViewDevices), known.organisation)
        .await?;
    let may = |permission: Permission| by.scope(permission).admits(&place.path);
    let able = match may(Permission::ActOnWork) {
        true => {
            let wanted = |role| Permission::ActOnWork.is_of(role);
            let within = by.scope(Permission::ActOnWork);
            let able = house.app.store.people_over(&within, &place.path, wanted).await?;
            // Whom somebody above has said stays, until another is chosen.
            able.into_iter().chain(known.owner).collect()
        }
        false => BTreeSet::new(),
    };
    let people: Vec<i64> = known
        .people
        .iter()
        .copied()
        .chain(turns.iter().map(|turn| turn.by))
        .chain(able.iter().copied())
        .collect();
    let mut names = operations::people::owner_names(&house.app, by.head, &people).await?;
    names.insert(0, "Lazaret".to_owned());
    let accepting = match may(Permission::AcceptRisk) {
        true => Accepting::Alone,
        false => Accepting::Proposing,
    };
    let analysing = match may(Permission::Analyse) {
        true => Analysing::Here,
        false => Analysing::Elsewhere,
    };
    let acts = may(Permission::ActOnWork).then(|| {
        let shape = known.shape(&able, &names, (accepting, analysing));
        Acts::new(by, &shape, form, problem)
    });
    let page = Parts { held: &held, names: &names, turns: &turns, clock: &clock, today };
    let notes = std::mem::take(&mut put.notes);
    Ok(OneAction { put, notes, ..page.whole(by, name, acts)? })
}

/// What was put to the maker from here, or may be. Asked before memory is held for the page.
async fn put(
    house: &House,
    by: &Actor,
    name: &str,
    clock: &Clock,
) -> Result<Put, Problem> {
    let mut about = vec![from_action(name)];
    {
        let held = holdings(&house.app, by.head).await?;
        let entry = held.entry(&scope(by), name, clock.today());
        about.extend(entry.iter().map(|entry| from_action(entry.slug)));
        about.extend(
            entry.iter().flat_map(|entry| &entry.earlier).map(|one| from_action(one)),
        );
        about.dedup();
    }
    let offer = match askable_action(&house.app, by, name, clock.today()).await {
        // That there is no such action is said by whoever looks for it.
        Err(MakerError::Store(StoreError::Absent { .. })) => None,
        found => found?,
    };
    let offer = (offer, format!("/work/{name}/maker"));
    let noted = notes(&house.app, by, &about).await?.into_iter();
    let notes =
        noted.map(|one| NoteRow::of(one, (by, Permission::ActOnWork), clock)).collect();
    Ok(Put { notes, ..Put::of(house, by, &about, offer, clock).await? })
}

/// What must be asked of the database about an action, found in memory.
pub(super) struct Known {
    pub(super) name: String,
    pub(super) revision: i64,
    organisation: i64,
    kept: Option<i64>,
    /// Those whose names are shown.
    people: Vec<i64>,
    pub(super) state: Standing,
    pub(super) owner: Option<i64>,
    pub(super) versions: BTreeSet<String>,
    pub(super) subjects: Vec<(String, String, Weight)>,
    pub(super) analyses: Vec<(i64, String)>,
}

/// What the forms are made of.
pub(super) struct Shape<'a> {
    pub(super) known: &'a Known,
    /// Those who may see to it, by number and name.
    pub(super) able: Vec<(i64, String)>,
    pub(super) accepting: Accepting,
    pub(super) analysing: Analysing,
}

/// Whether somebody may say by an own analysis what is not affected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Analysing {
    /// They may, in the organisation of the action.
    Here,
    /// They may not there.
    Elsewhere,
}

/// What somebody may do about a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accepting {
    /// Accept it.
    Alone,
    /// Propose to accept it.
    Proposing,
}

impl Known {
    fn shape(
        &self,
        able: &BTreeSet<i64>,
        names: &BTreeMap<i64, String>,
        (accepting, analysing): (Accepting, Analysing),
    ) -> Shape<'_> {
        let name =
            |id: &i64| Some((*id, names.get(id).filter(|it| !it.is_empty())?.clone()));
        let able = able.iter().filter_map(name).collect();
        Shape { known: self, able, accepting, analysing }
    }
}

async fn looked_up(
    held: &Arc<tokio::sync::OwnedRwLockReadGuard<Holdings>>,
    by: &Actor,
    name: &str,
    today: Date,
) -> Result<Known, Problem> {
    let (held, seen, name) = (Arc::clone(held), scope(by), name.to_owned());
    let known = tokio::task::spawn_blocking(move || {
        let entry = held.entry(&seen, &name, today);
        entry.map(|entry| known(&held, &entry)).ok_or(name)
    });
    let known =
        known.await.map_err(|_| Problem::ours("a look at an action was cut short"))?;
    known.map_err(|name| {
        Problem::not_found("action", &name)
            .next("It is of another organisation, or its address was cut short.")
    })
}

fn known(held: &Holdings, entry: &Entry<'_>) -> Known {
    let decided = entry.kept.map(|kept| &kept.decided);
    let analyses = analyses(held, entry);
    let people = [
        entry.owner(),
        decided.and_then(|decided| decided.by),
        decided.and_then(|decided| decided.proposed_by),
    ];
    let said = analyses.iter().map(|(analysis, _)| analysis.said_by);
    let builds = entry.action.into_iter().flat_map(|action| action.builds.keys());
    let builds = builds.map(|(build, _)| build);
    Known {
        name: entry.slug.to_owned(),
        revision: entry.kept.map_or(0, |kept| kept.revision),
        organisation: entry.organisation,
        kept: entry.kept.map(|kept| kept.id),
        people: people.into_iter().flatten().chain(said).collect(),
        state: entry.state,
        owner: entry.owner(),
        versions: builds
            .filter_map(|id| held.fleet.configuration(*id))
            .map(|build| build.version.clone())
            .collect(),
        subjects: entry
            .action
            .map(|action| held.subjects(action))
            .unwrap_or_default()
            .into_iter()
            .map(|one| (one.vulnerability, one.component, one.weight))
            .collect(),
        analyses: analyses
            .iter()
            .map(|(one, _)| (one.id, one.about.vulnerability.clone()))
            .collect(),
    }
}

fn analyses<'h>(
    held: &'h Holdings,
    entry: &Entry<'_>,
) -> Vec<(&'h store::Analysis, Option<Weight>)> {
    let builds = entry.builds();
    match (entry.action, entry.kept) {
        (Some(action), _) => {
            let product = (&*action.key.maker, &*action.key.model);
            held.analyses(entry.organisation, product, &builds)
        }
        (None, Some(kept)) => {
            let product = (kept.seen.maker.as_str(), kept.seen.model.as_str());
            held.analyses(entry.organisation, product, &builds)
        }
        (None, None) => Vec::new(),
    }
}

/// How many devices lost what they were, in a sentence.
fn told_lost(loss: Loss, devices: u64) -> String {
    let (who, were, they, have) = match devices {
        1 => ("1 device".to_owned(), "was", "it", "has"),
        more => (format!("{} devices", number(more)), "were", "they", "have"),
    };
    match loss {
        Loss::Name => format!(
            " {who} that {were} affected came back under a name or a release that no advisory can be held against, which proves nothing: until an inventory tells the release of what {they} {were}, or somebody says why nothing is to be done, it stays on the list. See which below."
        ),
        Loss::Parts => format!(
            " {who} that {were} affected {have} another release now, of which nobody has an SBOM: nobody can tell whether what was found is still in it, however late the release. Deliver its SBOM, or ask the maker; until one tells, it stays on the list. See which below."
        ),
    }
}

/// What a page is made of.
struct Parts<'a> {
    held: &'a Holdings,
    names: &'a BTreeMap<i64, String>,
    turns: &'a [WorkTurn],
    clock: &'a Clock,
    today: Date,
}

impl Parts<'_> {
    fn whole(
        &self,
        by: &Actor,
        name: &str,
        acts: Option<Acts>,
    ) -> Result<OneAction, Problem> {
        let entry = self.held.entry(&scope(by), name, self.today);
        let entry = entry.ok_or_else(|| Problem::not_found("action", name))?;
        let row = Row::new(&entry, self.held, self.names, self.today);
        let flaws = entry.action.map(|action| self.flaws(action)).unwrap_or_default();
        let more = flaws.len().saturating_sub(FLAWS);
        Ok(OneAction {
            sentence: self.sentence(&entry, &row),
            title: row.shown.title.clone(),
            revision: entry.kept.map_or(0, |kept| kept.revision),
            standing: format!("{}{}", self.standing(&entry), self.told_lost(&entry)),
            since: shown_day(entry.since, self.today),
            builds: entry
                .action
                .map(|action| self.builds(&entry, action))
                .unwrap_or_default(),
            remedies: entry
                .action
                .map(|action| self.remedies(action))
                .unwrap_or_default(),
            questions: entry
                .action
                .map(|action| self.questions(action))
                .unwrap_or_default(),
            analyses: self.analysed(&entry),
            history: self.history(),
            more_flaws: if more > 0 { format!("and {more} more") } else { String::new() },
            flaws_named: flaws.into_iter().take(FLAWS).collect(),
            put: Put::default(),
            notes: Vec::new(),
            acts,
            row,
        })
    }

    fn sentence(&self, entry: &Entry<'_>, row: &Row) -> Sentence {
        let Some(action) = entry.action else {
            return Sentence::new(match entry.state {
                Standing::Done => {
                    "Done: the inventory shows none of the devices with what was wrong any more."
                }
                Standing::NotAffected => {
                    "Over: your own analysis says that the devices are not affected."
                }
                Standing::Missing => {
                    "The inventory names none of the devices any more, so nobody can tell whether it was done. When one comes back and no release shows that it was done, it is to be done again."
                }
                _ => {
                    "Over: no document in use says any more that something is to be done here. It comes back by itself if one does."
                }
            });
        };
        let wards = action.wards.keys().filter(|ward| !ward.is_empty()).count();
        let place = match wards {
            0 => String::new(),
            1 => " in 1 ward".to_owned(),
            wards => format!(" in {wards} wards"),
        };
        let (begin, end) = match &action.step {
            Step::Update(release) => (
                "Update ",
                format!("{place} to {}: clears ", release.replace("; ", " or ")),
            ),
            Step::Mitigate => {
                ("Protect ", format!("{place}, as the advisory says: against "))
            }
            Step::Maker(_) => ("Ask the maker of ", format!("{place}: about ")),
            Step::Decide(question) => {
                ("Find out about ", format!("{place}: {question} The answer settles "))
            }
        };
        Sentence::new(begin)
            .link(row.shown.devices.clone(), row.shown.devices_address.clone())
            .then(end)
            .link(row.clears(), "#flaws".to_owned())
            .then(".")
    }

    /// Where it stands, in one sentence.
    fn standing(&self, entry: &Entry<'_>) -> String {
        let Some(kept) = entry.kept else {
            return "Nobody has decided anything yet.".to_owned();
        };
        let decided = &kept.decided;
        let day = |text: &Option<String>| {
            let day: Option<Date> = text.as_deref().and_then(|day| day.parse().ok());
            day.map(|day| shown_day(day, self.today)).unwrap_or_default()
        };
        let at =
            decided.at.as_deref().map(|at| self.clock.show(at).text).unwrap_or_default();
        let who = self.name(decided.by.unwrap_or(0));
        let why = match decided.reason.is_empty() {
            true => String::new(),
            false => format!(" “{}”", decided.reason),
        };
        match entry.state {
            Standing::Open if decided.at.is_some() => {
                format!("Opened again by {who} on {at}.{why}")
            }
            Standing::Open => "Nobody has decided anything yet.".to_owned(),
            Standing::Planned => format!(
                "Planned by {who}: from {} to {}.{why}",
                day(&decided.first_day),
                day(&decided.last_day)
            ),
            Standing::WindowOver => format!(
                "Planned by {who} for a window that ended {}, and the inventory still shows {}.{why}",
                day(&decided.last_day),
                still(entry, self.held)
            ),
            Standing::Reported => format!(
                "Reported done by {who} on {at}. It is done when the next import shows it.{why}"
            ),
            Standing::CameBack => format!(
                "Reported done by {who} on {at}, but the import of {} still shows {}.{why}",
                entry
                    .newest
                    .map(|newest| self.clock.show(&store::stored(newest.started)).text)
                    .unwrap_or_default(),
                still(entry, self.held)
            ),
            Standing::Proposed => format!(
                "{} proposed on {at} to accept the risk until {}; somebody who may accept risks has to approve.{why}",
                self.name(decided.proposed_by.unwrap_or(0)),
                day(&decided.last_day)
            ),
            Standing::Accepted => {
                format!("{}{why}", self.accepted(kept, &day(&decided.last_day), &at))
            }
            Standing::Outgrown => format!(
                "{} by {who} on {at}; since then {}. Look at it again: plan it, accept it or open it anew.{why}",
                decided_as(&decided.decision),
                entry.grown.map(more).unwrap_or_default()
            ),
            Standing::AcceptanceOver => format!(
                "The risk was accepted until {}; look at it again.{why}",
                day(&decided.last_day)
            ),
            Standing::Missing => {
                "Nothing says that it was done: the devices are missing from the newest import of their asset system."
                    .to_owned()
            }
            Standing::Done | Standing::Withdrawn | Standing::NotAffected => match &kept
                .closed
            {
                Some(closed) => format!("Over since {}.", self.clock.show(closed).text),
                None => "Over.".to_owned(),
            },
        }
    }

    fn accepted(&self, kept: &KeptAction, until: &str, at: &str) -> String {
        let approved = self.name(kept.decided.by.unwrap_or(0));
        match kept.decided.proposed_by {
            Some(proposed) if Some(proposed) != kept.decided.by => format!(
                "The risk is accepted until {until}: proposed by {}, approved by {approved} on {at}.",
                self.name(proposed)
            ),
            _ => format!("The risk is accepted until {until}, by {approved} on {at}."),
        }
    }

    /// Which releases the inventory shows.
    fn builds(&self, entry: &Entry<'_>, action: &Action) -> Vec<BuildRow> {
        let set = Set::Work(entry.slug.to_owned()).to_string();
        let mut counts: BTreeMap<fleet::ConfigurationId, u64> = BTreeMap::new();
        for ((id, _), devices) in &action.builds {
            *counts.entry(*id).or_default() += devices;
        }
        let lost = self.held.lost_of(action);
        for (one, devices) in &lost {
            let former = fleet::ConfigurationId(one.former);
            let left = counts.get(&former).map_or(0, |known| known - devices);
            counts.insert(former, left);
        }
        counts.retain(|_, devices| *devices > 0);
        let builds = counts.iter().map(|(id, devices)| {
            let build = self.held.fleet.configuration(*id);
            BuildRow {
                build: build.map(fleet::Configuration::label).unwrap_or_default(),
                devices: *devices,
                shown: number(*devices),
                address: format!(
                    "/devices?configuration={}&among={}",
                    id.0,
                    encoded(&set)
                ),
            }
        });
        let mut builds: Vec<BuildRow> = builds.collect();
        builds.extend(lost.iter().map(|(one, devices)| BuildRow {
            build: self.lost(one),
            devices: *devices,
            shown: number(*devices),
            address: format!(
                "/devices?configuration={}&among={}",
                one.now.0.0,
                encoded(&set)
            ),
        }));
        builds.sort_by_key(|build| u64::MAX - build.devices);
        builds
    }

    /// What devices are called now, and what they were.
    fn lost(&self, lost: &Lost) -> String {
        let label = |id| {
            let build = self.held.fleet.configuration(id);
            let label = build.map(fleet::Configuration::label).unwrap_or_default();
            match label.is_empty() {
                true => "nothing".to_owned(),
                false => label,
            }
        };
        let former = label(fleet::ConfigurationId(lost.former));
        let now = label(lost.now.0);
        match self.held.loss(lost) {
            Loss::Name => format!("came back as {now}: is this still the {former}?"),
            Loss::Parts => {
                format!("{now}, was {former}: nobody has an SBOM of what it is now")
            }
        }
    }

    /// How many devices lost what they were, in a sentence; nothing where none did.
    fn told_lost(&self, entry: &Entry<'_>) -> String {
        let lost = entry.action.map(|action| self.held.lost_of(action));
        let mut devices: BTreeMap<Loss, u64> = BTreeMap::new();
        for (one, count) in lost.iter().flatten() {
            *devices.entry(self.held.loss(one)).or_default() += count;
        }
        let told = devices.into_iter().map(|(loss, devices)| told_lost(loss, devices));
        told.collect()
    }

    fn flaws(&self, action: &Action) -> Vec<Flaw> {
        let mut components: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for subject in self.held.subjects(action) {
            let of = components.entry(subject.flaw).or_default();
            if !subject.component.is_empty() {
                of.push(subject.component);
            }
        }
        let known = self.held.advisories.as_deref();
        let flaws = action.vulnerabilities.iter().map(|id| Flaw {
            title: known.map(|known| known.title(id)).unwrap_or_default(),
            exploited: action.exploited.contains(id),
            components: components.remove(&**id).unwrap_or_default(),
            address: match known.and_then(|known| known.record(id)) {
                Some(_) => format!("/advisories/{}", encoded(id)),
                None => format!("/vulnerabilities/{}", encoded(id)),
            },
            vulnerability: id.to_string(),
        });
        let mut flaws: Vec<Flaw> = flaws.collect();
        flaws.sort_by_key(|flaw| !flaw.exploited);
        flaws
    }

    /// What the advisories offer for the product today, each text once.
    fn remedies(&self, action: &Action) -> Vec<Remedy> {
        let Some(known) = self.held.advisories.as_deref() else { return Vec::new() };
        let most = action.builds.iter().max_by_key(|(_, devices)| **devices);
        let build = most.and_then(|((id, _), _)| self.held.fleet.configuration(*id));
        let Some(build) = build else { return Vec::new() };
        let offered = offered(known, build, action);
        offered
            .into_iter()
            .map(|offer| Remedy {
                kind: words::remedy(offer.kind),
                text: offer.text,
                url: web_address(&offer.url),
                advisory: to_advisory(&offer.advisory),
            })
            .collect()
    }

    fn questions(&self, action: &Action) -> Vec<Asked> {
        let questions = self.held.questions_of(action).into_iter();
        questions
            .map(|(key, question)| Asked {
                question,
                address: format!("/questions/{}", encoded(&key)),
            })
            .collect()
    }

    fn analysed(&self, entry: &Entry<'_>) -> Vec<Analysed> {
        let all = analyses(self.held, entry).into_iter();
        all.map(|(one, weight)| Analysed {
            id: one.id,
            vulnerability: one.about.vulnerability.clone(),
            version: one.about.version.clone(),
            state: plain(&one.found.state),
            justification: plain(&one.found.justification),
            reason: one.found.details.clone(),
            by: self.name(one.said_by),
            said: self.clock.show(&one.said),
            weight: match weight {
                Some(Weight::Decides) => "it decides, for your organisation alone",
                Some(Weight::Outweighed) => {
                    "a maker says otherwise, and its word counts before yours"
                }
                Some(Weight::Overtaken) => {
                    "a newer or more specific one counts before it"
                }
                Some(Weight::Marks) => "it clears nothing: it says so, or not why",
                None => "no verdict asks for it today",
            },
        })
        .collect()
    }

    fn history(&self) -> Vec<Event> {
        let events = self.turns.iter().rev().map(|turn| Event {
            at: self.clock.show(&turn.at),
            what: happened(&turn.what, &turn.detail, self.names),
            by: self.name(turn.by),
            reason: turn.reason.clone(),
        });
        events.collect()
    }

    fn name(&self, person: i64) -> String {
        name_of(self.names, person)
    }
}

/// What was decided, in a word.
fn decided_as(decision: &str) -> &'static str {
    match decision {
        "planned" => "Planned",
        "reported" => "Reported done",
        "proposed" => "Proposed to accept the risk",
        _ => "The risk was accepted",
    }
}

/// What is more than when it was decided, in words.
fn more(grown: &Grown) -> String {
    let mut parts = Vec::new();
    match grown.flaws.as_slice() {
        [] => {}
        [one] => parts.push(format!("{one} has come to it")),
        all => {
            let shown = all.iter().take(FEW).cloned().collect::<Vec<_>>().join(", ");
            let more = match all.len().saturating_sub(FEW) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            parts.push(format!("{shown}{more} have come to it"));
        }
    }
    if let Some(release) = &grown.release {
        parts.push(format!("it takes {}", release.replace("; ", " or ")));
    }
    if let Some(priority) = grown.priority {
        let word = crate::mark::Mark::priority(Some(priority)).label();
        parts.push(format!("it has become more urgent: {word}"));
    }
    parts.join(", and ")
}

fn offered(
    known: &Advisories,
    build: &fleet::Configuration,
    action: &Action,
) -> Vec<Offer> {
    let answers = known.answers(&Build {
        maker: build.maker.clone(),
        model: build.model.clone(),
        description: build.description.clone(),
        version: build.version.clone(),
    });
    let mut all: Vec<Offer> = Vec::new();
    for answer in &answers {
        let Some(record) = known.records.get(answer.record) else { continue };
        if !action.advisories.contains(record.id.as_str()) {
            continue;
        }
        for offer in offers(record, answer) {
            if !all.contains(&offer) {
                all.push(offer);
            }
        }
    }
    all
}

/// What happened to something that is to be done, in words.
pub(crate) fn happened(
    what: &str,
    detail: &str,
    names: &BTreeMap<i64, String>,
) -> String {
    let detail: serde_json::Value = serde_json::from_str(detail).unwrap_or_default();
    let text =
        |name: &str| detail.get(name).and_then(|it| it.as_str()).unwrap_or_default();
    let day = |name: &str| match text(name).parse::<Date>() {
        Ok(day) => day.strftime("%-d %b %Y").to_string(),
        Err(_) => text(name).to_owned(),
    };
    let priority = || {
        let mut all = fleet::Priority::ALL.into_iter();
        let one = all.find(|one| one.word() == text("priority"));
        crate::mark::Mark::priority(one).label()
    };
    match what {
        "assigned" => match detail.get("owner").and_then(serde_json::Value::as_i64) {
            Some(owner) => format!("{} sees to it", name_of(names, owner)),
            None => "nobody sees to it any more".to_owned(),
        },
        "planned" => format!("planned from {} to {}", day("from"), day("to")),
        "reported" => "reported done".to_owned(),
        "accepted" => format!("risk accepted until {}", day("until")),
        "acceptance proposed" => {
            format!("proposed to accept the risk until {}", day("until"))
        }
        "not affected" => {
            let flaws = detail.get("vulnerabilities").and_then(|it| it.as_array());
            let count = flaws.map_or(0, Vec::len);
            let why = text("justification").replace('_', " ");
            format!("own analysis of {}: {why}", words::counted(count, "flaw", "flaws"))
        }
        "seen" => format!("first seen: {}", priority()),
        "priority" => format!("priority is now: {}", priority()),
        "returned" => format!("is to be done again: {}", priority()),
        "resolved" => "the inventory shows that it is done".to_owned(),
        "missing" => "the inventory names none of the devices any more".to_owned(),
        "unsaid" => "no document says any more that it is to be done".to_owned(),
        "cleared" => "cleared by your own analysis".to_owned(),
        other => other.to_owned(),
    }
}

pub(super) fn name_of(names: &BTreeMap<i64, String>, person: i64) -> String {
    match names.get(&person) {
        Some(name) if !name.is_empty() => name.clone(),
        _ => format!("person {person}"),
    }
}
