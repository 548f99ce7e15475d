//! One device: what is known of it, what to do, why, where it stands, and its history.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use fleet::encoded;
use matching::Verdict;
use operations::build::{Finding, Task, doubt, findings_of_device, heed, tasks};
use operations::fleet::{OwnWord, Situated, holdings};
use operations::history::arrival;
use operations::judging::Advisories;
use operations::question::{Fact as Asked, Key};
use operations::replacement::Which;
use operations::{Actor, Permission};
use serde::Serialize;
use store::Device;
use terms::Udi;
use terms::udi::{Check, Kind};
use worklist::{Step, Wanted};

use super::answered::{Answered, answered, to_question};
use super::history::Event;
use super::lost::{Was, lost};
use super::made_of::MadeOf;
use super::moved::{self, Moving};
use super::replaced::{Replacing, Typed};
use super::row::name;
use super::{history, made_of, web_address};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::mark::Mark;
use crate::page::knowledge::Known;
use crate::page::own::{Beside, Own};
use crate::page::product::overtaken;
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::{self, counted};

#[derive(Template, Serialize)]
#[template(path = "device/show.html")]
pub(super) struct OneDevice {
    id: i64,
    name: String,
    sentence: Sentence,
    verdict: Mark,
    /// What it was when it was affected, where its inventory calls it otherwise now and nothing
    /// says that it is mended: each leads to what is to be done.
    was: Vec<Link>,
    to_do: Vec<ToDo>,
    affected: Vec<Row>,
    cannot_tell: Vec<Row>,
    others: Vec<Row>,
    /// The SBOMs that describe it.
    made_of: MadeOf,
    /// What somebody answered about it.
    answered: Vec<Answered>,
    facts: Vec<Fact>,
    udi: Vec<Fact>,
    rest: Vec<Fact>,
    history: Vec<Event>,
    /// How old it is what the verdicts rest on.
    #[serde(rename = "advisories")]
    known_of: Known,
    #[serde(skip)]
    alike: String,
    /// Where whoever looks may say that another device hangs under its tag.
    #[serde(skip)]
    replacing: Option<Replacing>,
    /// Where whoever looks may move it.
    #[serde(skip)]
    moving: Option<Moving>,
    #[serde(skip)]
    title: String,
    /// Since when the newest import of its asset system does not name it.
    #[serde(rename = "missing_since")]
    missing: Option<Shown>,
    /// Whether it came from another organisation, and no export has named it since.
    awaited: bool,
    /// Since when it is not known which device hangs under its tag: somebody said that it is
    /// another one, and no export has told of that since.
    #[serde(rename = "unconfirmed_since")]
    doubted: Option<Shown>,
    /// The import that took back all that named it: it is in no list.
    withdrawn: Option<i64>,
}

/// Something to do.
#[derive(Serialize)]
pub(super) struct ToDo {
    pub(super) what: String,
    pub(super) priority: Option<Mark>,
    pub(super) why: String,
    pub(super) hints: Vec<String>,
    pub(super) question: Option<Link>,
    pub(super) about: Vec<Link>,
    pub(super) remedies: Vec<Remedy>,
}

/// A place to go to.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Link {
    pub(crate) text: String,
    /// Where it leads: an address of the house, or of whoever published it.
    pub(crate) address: String,
}

/// What an advisory offers.
#[derive(Serialize)]
pub(crate) struct Remedy {
    pub(crate) kind: &'static str,
    pub(crate) text: String,
    pub(crate) url: String,
    pub(crate) advisory: Link,
}

/// A verdict about the device.
#[derive(Serialize)]
pub(super) struct Row {
    vulnerability: String,
    title: String,
    /// The component that carries it, by the SBOM; empty for the device itself.
    component: String,
    verdict: Mark,
    priority: Option<Mark>,
    /// CVSS, or empty.
    severity: String,
    exploited: &'static str,
    fixed_in: String,
    question: String,
    questions: Vec<Link>,
    /// By whose answer, where an answer decided.
    answered: Vec<Link>,
    /// What the organisation found out by itself.
    own: Option<Own>,
    /// Each own analysis of the flaw, and whether it counts here.
    analyses: Vec<Beside>,
    advisories: Vec<Link>,
    since: Shown,
    #[serde(skip)]
    pub(super) address: String,
}

/// Something that is known of it.
#[derive(Serialize)]
pub(crate) struct Fact {
    pub(crate) what: String,
    pub(crate) value: String,
    /// Where more of it stands; empty where it leads nowhere.
    pub(crate) address: String,
}

impl Fact {
    pub(crate) fn new(what: impl Into<String>, value: impl Into<String>) -> Self {
        Self { what: what.into(), value: value.into(), address: String::new() }
    }

    pub(super) fn leads(self, address: String) -> Self {
        Self { address, ..self }
    }
}

impl Show for OneDevice {
    fn title(&self) -> String {
        self.title.clone()
    }
}

/// `GET /devices/{id}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let number = id.parse().map_err(|_| Problem::not_found("device", &id))?;
    let page = page(&house, &by, number, (None, None), face.clock()).await?;
    face.show(&page)
}

/// What was typed into a form and why that is not taken.
pub(super) type Typing<'t, T> = Option<(&'t T, &'t Problem)>;

/// The page of a device, with what was typed into one of its forms.
pub(super) async fn page(
    house: &House,
    by: &Actor,
    number: i64,
    (replaced, moved): (Typing<'_, Typed>, Typing<'_, moved::Typed>),
    clock: &Clock,
) -> Result<OneDevice, Problem> {
    let scope = by.scope(Permission::ViewDevices);
    let device = house.app.store.device(&scope, number).await?;
    let held = holdings(&house.app, by.head).await?;
    let advisories = held.advisories.clone();
    let (organisation, source) = (
        held.organisation(device.organisation).to_owned(),
        held.source(device.source).to_owned(),
    );
    let situated = held.situated(&device);
    let own = held.own_analyses(device.organisation, device.configuration);
    let own_word = held.own_word(&device, &BTreeSet::new());
    let was = Was::of(&held, &device);
    drop(held);
    let known = advisories.as_deref();
    let was = lost((&house.app, by), was, &device, &situated, known).await?;
    let (app, build) = (&house.app, device.configuration);
    let mut found = findings_of_device(app, by, build, &situated, known).await?;
    heed(&mut found, &own);
    doubt(&mut found, &situated);
    let newer = overtaken::of_device(house, by, &found).await?;
    let to_do = tasks(&device.told.build, &found, known);
    let answered = answered(house, by, &situated, clock).await?;
    let history = history::of(house, by, &device, &situated, clock).await?;
    let made_of = made_of::of(house, by, &device, &found, clock).await?;
    let doubted = situated.doubted.as_deref().map(|since| clock.show(since));
    let verdict = gravest(&found, was.len() + usize::from(doubted.is_some()));
    let headline = sentence(&found, &to_do, known);
    let headline = made_of.beside(verdict, overtaken::before(&newer, headline));
    let names = &analysts(house, by, &found, &own_word).await?;
    let arrived = &arrival(app, by, &device).await?;
    let told = Told { names, clock, arrived, own_word: &own_word };
    let rows = |wanted: &dyn Fn(Verdict) -> bool| -> Vec<Row> {
        let found = found.iter().filter(|finding| wanted(finding.verdict));
        found.map(|finding| row(&device, finding, known, &told)).collect()
    };
    let lost_rows = was.iter().flat_map(|former| former.rows(&device, known, &told));
    let which = doubted.as_ref().map_or(Which::Another, |_| Which::Same);
    Ok(OneDevice {
        id: device.id,
        name: name(&device),
        title: title(&device),
        sentence: match was.first() {
            _ if doubted.is_some() => of_another(&found),
            Some(former) if verdict != Some(Verdict::Affected) => former.sentence(),
            _ => headline,
        },
        verdict: Mark::verdict(verdict),
        affected: rows(&|verdict| verdict == Verdict::Affected),
        cannot_tell: rows(&is_open).into_iter().chain(lost_rows).collect(),
        others: rows(&|verdict| matches!(verdict, Verdict::Fixed | Verdict::NotAffected)),
        to_do: to_dos(&device, &to_do, &was),
        was: was.into_iter().map(Was::link).collect(),
        facts: facts(&device, &situated, &organisation, &source),
        udi: udi(&device.told.udi),
        rest: rest(&device.told.rest),
        history,
        known_of: Known::of(&house.app, clock).await?,
        made_of,
        replacing: Replacing::of(house, by, (&device, answered.len(), which), replaced)
            .await?,
        moving: Moving::of(house, by, &device, moved).await?,
        answered,
        alike: format!("/devices?configuration={}", device.configuration),
        missing: device.missing_since.as_deref().map(|since| clock.show(since)),
        awaited: device.is_awaited(),
        doubted,
        withdrawn: device.withdrawn,
    })
}

/// The verdict about a device that asks most of a person; of one that lost what it was, in so
/// many ways, nobody can tell.
fn gravest(found: &[Finding], lost: usize) -> Option<Verdict> {
    let lost = std::iter::repeat_n(Verdict::CannotTell, lost);
    found.iter().map(|finding| finding.verdict).chain(lost).min()
}

/// Whether nobody can tell yet.
const fn is_open(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::CannotTell | Verdict::UnderInvestigation)
}

/// What is to be done about it as what it is, and as what it was.
fn to_dos(device: &Device, to_do: &[Task], was: &[Was]) -> Vec<ToDo> {
    let now = to_do.iter().map(|task| shown_task(device, task));
    now.chain(was.iter().filter_map(Was::to_do)).collect()
}

/// What it is, and which one.
pub(super) fn title(device: &Device) -> String {
    let build = &device.told.build;
    let words = [&build.maker, &build.model].into_iter().filter(|word| !word.is_empty());
    let what = words.map(String::as_str).collect::<Vec<_>>().join(" ");
    match what.is_empty() {
        true => name(device),
        false => format!("{what} · {}", name(device)),
    }
}

/// What is said first of a device of which nobody knows which it is.
fn of_another(found: &[Finding]) -> Sentence {
    let flaws: BTreeSet<&str> = found.iter().map(Finding::flaw).collect();
    let known = match flaws.len() {
        0 => "That nothing was open about the one before says nothing of this one."
            .to_owned(),
        count => format!(
            "{} of the one before {} open: whether this one has {} nobody knows.",
            counted(count, "flaw", "flaws"),
            if count == 1 { "is" } else { "are" },
            if count == 1 { "it" } else { "them" }
        ),
    };
    Sentence::new(format!(
        "Nobody can tell: another device hangs under this tag, and its inventory has not told \
         which. {known}"
    ))
}

fn sentence(
    found: &[Finding],
    to_do: &[Task],
    advisories: Option<&Advisories>,
) -> Sentence {
    // One flaw counts once, by however many ids and in however many components.
    let flaws = |is_it: &dyn Fn(&Finding) -> bool| -> BTreeSet<&str> {
        found.iter().filter(|one| is_it(one)).map(Finding::flaw).collect()
    };
    let affected = flaws(&|one| one.verdict == Verdict::Affected);
    let open = flaws(&|one| {
        matches!(one.verdict, Verdict::CannotTell | Verdict::UnderInvestigation)
    });
    let (affected, open) = (affected.len(), open.difference(&affected).count());
    let exploited =
        flaws(&|one| one.verdict == Verdict::Affected && one.is_exploited()).len();
    if advisories.is_none() {
        return Sentence::new(
            "Nothing is known of it yet: no index of advisories is in use.",
        );
    }
    match (affected, open, found.len()) {
        (0, 0, 0) => Sentence::new(
            "No advisory in use names this product, and no SBOM says that it carries a known \
             flaw. That nobody has said anything is not the same as safe.",
        ),
        (0, 0, _) if found.iter().any(Finding::is_cleared) => Sentence::new(
            "Nothing is to be done: flaws are known of this product or of what is in it, and \
             your own analysis says that they do not affect it. It stands below with what \
             others say.",
        ),
        (0, 0, _) if found.iter().any(|one| !one.answers.is_empty()) => Sentence::new(
            "Advisories speak of this product; by what was answered here, none of them means \
             this device.",
        ),
        (0, 0, _) if found.iter().any(Finding::is_stated) => Sentence::new(
            "Nothing is to be done: flaws are known of this product or of what is in it, and a \
             statement that was accepted here says that they do not affect it. It stands below.",
        ),
        (0, 0, _) if found.iter().all(Finding::is_of_component) => Sentence::new(
            "Flaws are known of what its SBOM lists, and none of them affects it.",
        ),
        (0, 0, _) => Sentence::new(
            "Advisories speak of this product, and none of them means this release.",
        ),
        (0, open, _) => Sentence::new(format!(
            "Nobody can tell yet whether {} it: a question is open.",
            counted(open, "known flaw affects", "known flaws affect")
        )),
        (affected, ..) => {
            let flaws = counted(affected, "known flaw", "known flaws");
            let exploited = match exploited {
                0 => String::new(),
                1 if affected == 1 => ", exploited in the wild".to_owned(),
                count => format!(", {count} exploited in the wild"),
            };
            Sentence::new(format!(
                "Affected by {flaws}{exploited}; {}",
                way_out(to_do, affected)
            ))
        }
    }
}

/// The update that clears most, or that there is none.
fn way_out(to_do: &[Task], affected: usize) -> String {
    let updates = to_do.iter().filter_map(|task| match &task.step {
        Step::Update(release) => Some((task.vulnerabilities.len(), release)),
        Step::Mitigate | Step::Maker(_) | Step::Decide(_) => None,
    });
    let asks = |wanted| to_do.iter().any(|task| task.step == Step::Maker(wanted));
    match updates.max_by_key(|(clears, _)| *clears) {
        Some((clears, release)) if clears == affected => {
            format!(
                "updating to {release} clears {}.",
                if clears == 1 { "it" } else { "all" }
            )
        }
        Some((clears, release)) => format!("updating to {release} clears {clears}."),
        None if asks(Wanted::Remedy) => "the maker offers a remedy.".to_owned(),
        None if asks(Wanted::Components) => {
            "its maker has to replace what it is made of.".to_owned()
        }
        None => "no advisory names a release that fixes it.".to_owned(),
    }
}

fn shown_task(device: &Device, task: &Task) -> ToDo {
    let count = task.vulnerabilities.len();
    let flaws = counted(count, "flaw", "flaws");
    let what = crate::page::work::what(&task.step);
    let why = match &task.step {
        Step::Update(_) => format!("Clears {flaws}"),
        Step::Maker(Wanted::Components) => format!("For {flaws} in what its SBOM lists"),
        Step::Maker(Wanted::Remedy) => {
            format!("For {flaws}; the advisory names no release")
        }
        Step::Maker(Wanted::Fix) => format!("For {flaws} nothing is offered"),
        Step::Maker(Wanted::Outcome) => format!("About {flaws} nobody knows yet"),
        Step::Mitigate => format!("Against {flaws}; no fix is stated"),
        Step::Decide(_) => {
            format!("The answer settles {}", counted(count, "verdict", "verdicts"))
        }
    };
    let why = match (task.exploited, &task.step) {
        (0, _) | (_, Step::Decide(_)) => why,
        (exploited, _) => format!("{why}, {exploited} exploited in the wild"),
    };
    ToDo {
        what,
        why,
        priority: task.priority.map(|one| Mark::priority(Some(one))),
        hints: task.hints.iter().cloned().collect(),
        question: task.question.as_ref().map(|key| to_question(key, "Answer it")),
        about: task.vulnerabilities.iter().map(|id| explain(device, id)).collect(),
        remedies: task
            .remedies
            .iter()
            .map(|offer| Remedy {
                kind: words::remedy(offer.kind),
                text: offer.text.clone(),
                url: web_address(&offer.url),
                advisory: to_advisory(&offer.advisory),
            })
            .collect(),
    }
}

pub(crate) fn to_advisory(id: &str) -> Link {
    Link { text: id.to_owned(), address: format!("/advisories/{}", encoded(id)) }
}

pub(super) fn explain(device: &Device, vulnerability: &str) -> Link {
    Link {
        text: vulnerability.to_owned(),
        address: format!(
            "/devices/{}/vulnerabilities/{}",
            device.id,
            encoded(vulnerability)
        ),
    }
}

/// With what a verdict is told.
pub(super) struct Told<'t> {
    names: &'t BTreeMap<i64, String>,
    clock: &'t Clock,
    /// When the device came: nothing was known of it before.
    arrived: &'t str,
    /// What the organisation found out by itself.
    own_word: &'t OwnWord,
}

pub(super) fn row(
    device: &Device,
    finding: &Finding,
    advisories: Option<&Advisories>,
    told: &Told<'_>,
) -> Row {
    let Told { names, clock, arrived, own_word } = *told;
    let id = &finding.judgement.subject.vulnerability;
    let called = BTreeSet::from([id.clone(), finding.flaw().to_owned()]);
    let analyses = own_word.about(&called, &[finding]).into_iter();
    let cvss =
        finding.urgency.as_ref().and_then(operations::vulnerability::Urgency::cvss);
    let said: BTreeSet<&String> = match finding.is_of_component() {
        true => BTreeSet::new(),
        false => finding.said.iter().map(|said| &said.advisory).collect(),
    };
    Row {
        vulnerability: id.clone(),
        title: own_title(finding, advisories),
        component: finding.component(),
        verdict: Mark::verdict(Some(finding.verdict)),
        priority: finding.assessment.as_ref().map(|it| Mark::priority(Some(it.priority))),
        severity: cvss.map(|score| format!("{score:.1}")).unwrap_or_default(),
        exploited: if finding.is_exploited() { "exploited" } else { "" },
        fixed_in: finding.judgement.fixed_in.clone(),
        question: finding.judgement.question.clone(),
        questions: finding
            .asked
            .iter()
            .map(|one| to_question(&one.key, &one.asked))
            .collect(),
        answered: finding
            .answers
            .iter()
            .map(|answer| {
                let key = Key::from_text(&answer.question.key);
                to_question(&key, words::said(answer.said))
            })
            .collect(),
        own: own(finding, names, clock),
        analyses: analyses.map(|one| Beside::new(one, device, names, clock)).collect(),
        advisories: said.into_iter().map(|id| to_advisory(id)).collect(),
        since: clock.show(finding.judgement.changed.as_str().max(arrived)),
        address: explain(device, id).address,
    }
}

/// What the organisation found out by itself about a verdict.
pub(super) fn own(
    finding: &Finding,
    names: &BTreeMap<i64, String>,
    clock: &Clock,
) -> Option<Own> {
    let counted = finding.own.as_ref()?;
    Some(Own::new(counted, &finding.judgement.verdict, names, clock))
}

/// The names of those whose analyses are shown.
pub(super) async fn analysts(
    house: &House,
    by: &Actor,
    found: &[Finding],
    own_word: &OwnWord,
) -> Result<BTreeMap<i64, String>, Problem> {
    let own = found.iter().filter_map(|finding| finding.own.as_ref());
    let own = own.map(|counted| counted.analysis.said_by);
    let people: BTreeSet<i64> = own.chain(own_word.people()).collect();
    let people: Vec<i64> = people.into_iter().collect();
    Ok(house.app.store.names_of(by.head, &people).await?)
}

/// What the flaw is called; not where it is only called as the advisory is.
fn own_title(finding: &Finding, advisories: Option<&Advisories>) -> String {
    let Some(known) = advisories else { return String::new() };
    let id = &finding.judgement.subject.vulnerability;
    let title = known.title(id);
    let of_advisory = finding
        .said
        .iter()
        .filter(|said| said.advisory != *id)
        .filter_map(|said| known.record(&said.advisory))
        .any(|record| record.title == title);
    if of_advisory || title == *id { String::new() } else { title }
}

fn facts(
    device: &Device,
    situated: &Situated,
    organisation: &str,
    source: &str,
) -> Vec<Fact> {
    let told = &device.told;
    let filter = |column: &str, value: &str| match value.is_empty() {
        true => String::new(),
        false => format!("/devices?{column}={}", encoded(value)),
    };
    let standing = situated.standing;
    let known = |told: Option<bool>, known| match (told, known) {
        (Some(true), _) => "yes",
        (Some(false), _) => "no",
        (None, fleet::Answer::Yes) => "yes, as somebody answered here",
        (None, fleet::Answer::No) => "no, as somebody answered here",
        (None, fleet::Answer::Unknown) => "nobody has said, so it counts as yes",
    };
    let asked = |fact: Asked| {
        let question = situated.facts.iter().find(|(one, _)| *one == fact);
        question.map(|(_, key)| to_question(key, "").address).unwrap_or_default()
    };
    let facts = [
        Fact::new("Kind", &told.build.description),
        Fact::new("Maker", &told.build.maker).leads(filter("maker", &told.build.maker)),
        Fact::new("Model", &told.build.model).leads(filter("model", &told.build.model)),
        Fact::new("Version", &told.build.version),
        Fact::new("Asset tag", &told.asset_tag),
        Fact::new("Serial number", &told.serial),
        Fact::new("UDI", &told.udi),
        Fact::new("Ward", &told.department).leads(filter("department", &told.department)),
        Fact::new("Organisation", organisation)
            .leads(format!("/devices?within={}", device.organisation)),
        Fact::new("Status", &told.status),
        Fact::new("IP address", &told.ip),
        Fact::new("MAC address", &told.mac),
        Fact::new("Received", &told.received),
        Fact::new("Sustains life", known(told.life_sustaining, standing.life_sustaining))
            .leads(asked(Asked::LifeSustaining)),
        Fact::new("Holds patient data", known(told.holds_phi, standing.holds_phi))
            .leads(asked(Asked::HoldsPhi)),
        Fact::new(
            "Reachable from other zones",
            known(told.reachable, standing.reachable),
        )
        .leads(asked(Asked::Reachable)),
        Fact::new("Known from", source).leads(match device.is_awaited() {
            true => String::new(),
            false => format!("/imports/{}", device.last_import),
        }),
    ];
    facts
        .into_iter()
        .map(|fact| match fact.value.is_empty() {
            true => Fact::new(fact.what, "not stated"),
            false => fact,
        })
        .collect()
}

/// What a UDI says, part by part.
pub(crate) fn udi(text: &str) -> Vec<Fact> {
    if text.is_empty() {
        return Vec::new();
    }
    let Ok(udi) = Udi::parse(text) else {
        return vec![Fact::new(
            "UDI",
            "not readable by the rules of GS1, HIBCC or ICCBBA",
        )];
    };
    let parts = udi.parts().map(|(kind, _, value)| {
        let what = match kind {
            Kind::DeviceIdentifier => "Device identifier",
            Kind::Lot => "Lot",
            Kind::Serial => "Serial number",
            Kind::Expiry => "Use by",
            Kind::Manufactured => "Made",
            Kind::SoftwareVersion => "Software version",
            Kind::Quantity => "Quantity",
            Kind::Donation => "Donation",
            Kind::Other => "Other",
        };
        let value = match kind {
            Kind::Expiry => udi.expiry().map(|date| date.to_string()),
            Kind::Manufactured => udi.manufactured().map(|date| date.to_string()),
            _ => None,
        }
        .unwrap_or_else(|| value.to_owned());
        Fact::new(what, value)
    });
    let mut facts: Vec<Fact> = parts.collect();
    if let Check::Wrong { written, computed } = udi.check() {
        facts.push(Fact::new(
            "Check character",
            format!("wrong: {written} stands there, {computed} would fit"),
        ));
    }
    facts
}

/// What else the register says.
fn rest(json: &str) -> Vec<Fact> {
    let rest: BTreeMap<String, String> = serde_json::from_str(json).unwrap_or_default();
    let facts = rest.into_iter().filter(|(_, value)| !value.is_empty());
    facts.map(|(what, value)| Fact::new(what.replace('_', " "), value)).collect()
}
