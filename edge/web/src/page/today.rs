//! Today: what needs somebody first, what happened since yesterday, whether it gets better,
//! and how old and complete what is known is.

mod bought;
mod first;
mod maker;
mod members;
mod plot;
mod since;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use fleet::{Column, ConfigurationId, Filter, Presence};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use matching::Verdict;
use operations::designation::Vacancy;
use operations::fleet::{Holdings, Turned, holdings};
use operations::{Actor, App, Permission, bills, fleet as held_fleet};
use serde::Serialize;
use store::{Generation, Import, Organisation, stored};

pub(crate) use first::is_due;
use first::{First, first};
use members::Members;
use plot::Plot;
use since::Revised;

use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::page::designation;
use crate::page::knowledge::Known as Age;
use crate::page::product::overtaken;
use crate::page::work::Row;
use crate::page::work::list::plain;
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::side::Side;
use crate::words::{counted, figure, number};

/// The devices of which the worst verdict is *affected*.
const AFFECTED: &str = "/devices?verdict=affected";
/// Those that carry a known flaw by an SBOM.
const CARRYING: &str = "/devices?among=sbom%3Aaffected";
/// Those of which it is *cannot tell*.
const ASKED: &str = "/devices?verdict=cannot_tell";

pub(crate) use plot::monday;

/// The SBOMs of which nobody has said yet which release they describe.
const UNPLACED: &str = "/products#unplaced";

/// Where SBOMs stand that list much less than those before them.
const BESIDE: &str = "/products#beside";
const FITTING: &str = "/products#fitting";

/// Days that plots look back.
const DAYS: i64 = 12 * 7;

#[derive(Template, Serialize)]
#[template(path = "today.html")]
struct Today {
    sentence: Sentence,
    /// How old and how complete what is known is.
    knowledge: Sentence,
    /// How old it is what verdicts rest on.
    #[serde(rename = "advisories")]
    known_of: Age,
    /// What nobody answers for, and what whoever looks is named for.
    offices: Vec<Sentence>,
    /// What was accepted of statements where a newer revision says otherwise.
    claims: Vec<Sentence>,
    /// What waits for whoever looks to approve it.
    approvals: Vec<Sentence>,
    /// What is new about what was bought.
    bought: Vec<Sentence>,
    first_title: &'static str,
    first: Vec<Row>,
    windows: Vec<Row>,
    since: Vec<Sentence>,
    plots: Vec<Plot>,
    #[serde(flatten)]
    members: Members,
    steps: Vec<Step>,
    /// What is known of the devices, in one sentence.
    about: Option<Sentence>,
    known: Vec<Known>,
}

/// Something to do, in order.
#[derive(Serialize)]
struct Step {
    what: &'static str,
    why: &'static str,
    address: &'static str,
    link: &'static str,
    command: &'static str,
}

/// Something that the house knows, and where the rows are that it counts.
#[derive(Serialize)]
struct Known {
    what: &'static str,
    value: String,
    address: String,
}

impl Show for Today {
    fn title(&self) -> String {
        "Today".to_owned()
    }
}

/// `GET /`: leads to Today.
pub(crate) async fn home() -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, "/today")]).into_response()
}

/// `GET /today`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let side = Side::of(&house.app, &by).await?;
    if matches!(side, Side::Guest | Side::Maker) {
        return maker::show(face, &house, &by, side).await;
    }
    let today = face.clock().today();
    let held = match by.may(Permission::ViewDevices) {
        true => Some(held(&house.app, &by, today, DAY).await?),
        false => None,
    };
    let index = house.app.store.generation().await?;
    let steps = steps(&house, &by, held.as_ref(), index.as_ref()).await?;
    let about = sentence(held.as_ref(), index.as_ref(), &steps);
    let judged = held.as_ref().is_some_and(|held| held.devices > 0) && index.is_some();
    let mut known = held.as_ref().map(|held| devices(held, &face)).unwrap_or_default();
    known.push(Known {
        what: "Advisories put in use",
        value: match &index {
            Some(index) => face.clock().show(&index.made).age,
            None => "not yet".to_owned(),
        },
        address: String::new(),
    });
    known.extend(house_itself(&house, &by).await?);
    let known_of = Age::of(&house.app, face.clock()).await?;
    let knowledge = knowledge(held.as_ref(), &known_of);
    let offices = offices(&house, &by).await?;
    let claims = overtaken::told(&house, &by).await?;
    let bought = bought::told(&house.app, &by).await?;
    let approvals = bought::approvals(&house.app, &by).await?;
    let Some(held) = held.filter(|_| judged) else {
        let (about, knowledge) = (Some(about), Sentence::default());
        let bare = Today::bare(about, (knowledge, known_of), steps, known);
        return face.show(&Today { offices, claims, approvals, bought, ..bare });
    };
    let organisations = held.organisations;
    face.show(&Today {
        sentence: held.first.sentence,
        knowledge,
        known_of,
        offices,
        claims,
        approvals,
        bought,
        first_title: held.first.title,
        first: plain(held.first.rows, organisations),
        windows: plain(held.first.windows, organisations),
        since: held.since,
        plots: held.plots,
        members: held.members,
        steps,
        about: Some(about),
        known,
    })
}

/// How many vacant offices Today names; the rest stands on their page.
const VACANT: usize = 3;

/// What whoever looks is named for and has not accepted, and where nobody answers for security
/// any more.
async fn offices(house: &House, by: &Actor) -> Result<Vec<Sentence>, Problem> {
    let known = operations::designation::offices(&house.app, by).await?;
    let named = known.to_accept.iter().map(|one| {
        let office = designation::office(one.designation.office);
        Sentence::new(format!("You are named {office} of {}: ", one.place))
            .link("accept it", designation::HOME.to_owned())
            .then(".")
    });
    // That nobody was ever named is told to whoever may name somebody; it is of the widest place
    // that they see alone, hence once.
    let may_name = by.scope(Permission::KeepEvidence);
    let concerns =
        |one: &&Vacancy| one.since.is_some() || may_name.admits(&one.place.path);
    let vacant = known.vacant.iter().filter(concerns);
    let vacant = vacant.take(VACANT).map(designation::told);
    Ok(named.chain(vacant).collect())
}

impl Today {
    /// Whether something is said of what is known.
    fn has_knowledge(&self) -> bool {
        !self.knowledge.is_empty()
    }

    /// The page before anything is judged, and for whoever sees no devices.
    fn bare(
        about: Option<Sentence>,
        (knowledge, known_of): (Sentence, Age),
        steps: Vec<Step>,
        known: Vec<Known>,
    ) -> Self {
        Self {
            sentence: about.unwrap_or_default(),
            knowledge,
            known_of,
            offices: Vec::new(),
            claims: Vec::new(),
            approvals: Vec::new(),
            bought: Vec::new(),
            first_title: "",
            first: Vec::new(),
            windows: Vec::new(),
            since: Vec::new(),
            plots: Vec::new(),
            members: Members::default(),
            steps,
            about: None,
            known,
        }
    }
}

/// What is known of the devices that whoever asks may see.
struct Held {
    devices: u64,
    missing: u64,
    builds: u64,
    /// Devices of builds that a known flaw affects.
    affected: u64,
    /// Devices of builds about which something is to be asked.
    asked: u64,
    /// Devices that carry a known flaw by an SBOM.
    carry: u64,
    /// Devices whose build an SBOM describes.
    described: u64,
    /// Advisories about devices in the index in use.
    advisories: usize,
    newest: Option<Import>,
    first: First,
    since: Vec<Sentence>,
    plots: Vec<Plot>,
    members: Members,
    /// How many organisations whoever asks sees.
    organisations: usize,
}

/// What the database is asked for before memory answers.
struct Asked {
    by: Actor,
    today: Date,
    /// A day ago.
    since: Timestamp,
    imports: Vec<Import>,
    newest: Option<Import>,
    days: Vec<store::WorkDay>,
    names: BTreeMap<i64, String>,
    /// The organisations of whoever looks, and from which side they look at them.
    seen: Vec<Organisation>,
    side: Side,
}

/// How far back *Today* looks.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What *Today* shows to somebody who is not here.
#[derive(Default)]
pub(crate) struct Digested {
    pub(crate) sentence: Sentence,
    pub(crate) title: &'static str,
    pub(crate) rows: Vec<Row>,
    /// How many more things there are.
    pub(crate) more: usize,
    /// How many cannot wait.
    pub(crate) due: usize,
    /// How many nobody sees to.
    pub(crate) unowned: usize,
    /// What waits for the reader to approve it.
    pub(crate) approvals: Vec<Sentence>,
    pub(crate) since: Vec<Sentence>,
}

impl Digested {
    /// Whether anything is due or happened.
    pub(crate) fn says_something(&self) -> bool {
        self.due > 0 || !self.approvals.is_empty() || !self.since.is_empty()
    }
}

/// What *Today* shows to somebody, with what happened in a span; nothing to whoever has to set up
/// a second factor first. Of devices nothing is said to whoever sees none, or before anything is
/// judged.
pub(crate) async fn digested(
    app: &App,
    by: &Actor,
    today: Date,
    span: SignedDuration,
) -> Result<Option<Digested>, Problem> {
    if by.owes_second_factor {
        return Ok(None);
    }
    let is_judged = app.store.generation().await?.is_some();
    let mut digested = match by.may(Permission::ViewDevices) && is_judged {
        true => of_devices(app, by, today, span).await?,
        false => Digested {
            sentence: Sentence::new("What happened to purchases that you see."),
            ..Digested::default()
        },
    };
    let now = (app.now)();
    let since = now.saturating_sub(span).unwrap_or(now);
    digested.approvals = bought::approvals(app, by).await?;
    digested.since.extend(bought::came(app, by, since).await?);
    Ok(Some(digested))
}

async fn of_devices(
    app: &App,
    by: &Actor,
    today: Date,
    span: SignedDuration,
) -> Result<Digested, Problem> {
    let held = held(app, by, today, span).await?;
    let rows = plain(held.first.rows, held.organisations);
    Ok(Digested {
        sentence: held.first.sentence,
        title: held.first.title,
        more: held.first.all.saturating_sub(rows.len()),
        rows,
        due: held.first.due,
        unowned: held.first.unowned,
        approvals: Vec::new(),
        since: held.since,
    })
}

async fn held(
    app: &App,
    by: &Actor,
    today: Date,
    span: SignedDuration,
) -> Result<Held, Problem> {
    let store = &app.store;
    let scope = by.scope(Permission::ViewDevices);
    let now = (app.now)();
    let since = now.saturating_sub(span).unwrap_or(now);
    let from = today.saturating_sub(DAYS.days()).to_string();
    let seen = store.organisations(&scope).await?;
    let owners = holdings(app, by.head).await?.owners(&held_fleet::scope(by));
    let owners: Vec<i64> = owners.into_iter().collect();
    let asked = Asked {
        today,
        since,
        newest: store.imports(&scope, 1).await?.into_iter().next(),
        imports: store.imports_since(&scope, &stored(since)).await?,
        days: store.work_days(by.head, &from).await?,
        names: operations::people::owner_names(app, by.head, &owners).await?,
        side: Side::of(app, by).await?,
        seen,
        by: by.clone(),
    };
    let holdings = holdings(app, by.head).await?;
    let answered = tokio::task::spawn_blocking(move || answer(&holdings, asked));
    answered.await.map_err(|_| Problem::ours("a count was cut short"))?
}

fn answer(holdings: &Holdings, asked: Asked) -> Result<Held, Problem> {
    let scope = held_fleet::scope(&asked.by);
    let all = holdings.view(&scope, &Filter::default())?;
    let gone = Filter::default().presence(Presence::Missing);
    let missing = holdings.view(&scope, &gone)?.total();
    let builds = all.configurations();
    let sum = |is: &dyn Fn(ConfigurationId) -> bool| -> u64 {
        builds.iter().filter(|(id, _)| is(*id)).map(|(_, count)| count).sum()
    };
    let verdicts = all.totals(Column::Verdict);
    let of = |verdict: Verdict| verdicts.get(verdict.word()).copied().unwrap_or(0);
    let carrying = holdings.carrying(&scope);
    let described = holdings.described(&scope);
    let mut entries = holdings.entries(&scope, asked.today);
    entries.retain(|entry| !entry.state.is_over());
    let organisations = holdings.fleet.organisations(&scope);
    let seen: BTreeSet<i64> = organisations.iter().map(|id| id.0).collect();
    let revised = Revised::since(holdings, &holdings.by_advisory(&all), asked.since);
    let own: BTreeSet<ConfigurationId> = builds.iter().map(|(id, _)| *id).collect();
    let views = holdings.views(&scope);
    let days: Vec<store::WorkDay> =
        asked.days.into_iter().filter(|day| seen.contains(&day.organisation)).collect();
    let first = first(holdings, &entries, &asked.names, &asked.by, asked.today);
    let mut members =
        Members::of(holdings, &scope, (asked.side, &asked.seen), &entries, asked.today);
    let turned: Vec<&Turned> = holdings
        .turned_since(asked.since)
        .filter(|turned| own.contains(&ConfigurationId(turned.configuration)))
        .filter(|turned| views.contains(&turned.view))
        .collect();
    let mut since = since::sentences(&revised, &asked.imports, &turned);
    if asked.side == Side::Group {
        since.extend(since::where_devices_changed(holdings, &asked.imports));
        since.extend(since::where_flaws_came(holdings, &turned, &asked.seen));
    }
    let plots = [Plot::due(&entries, asked.today), Plot::unknown(&days, asked.today)];
    Ok(Held {
        carry: carrying.intersection_len(all.devices()),
        described: sum(&|id| described.contains(&id)),
        advisories: holdings.advisories.as_ref().map_or(0, |known| known.records.len()),
        devices: all.total(),
        missing,
        builds: builds.len() as u64,
        affected: of(Verdict::Affected),
        asked: of(Verdict::CannotTell),
        newest: asked.newest,
        first: match members.sentence.take() {
            Some(sentence) => First { sentence, ..first },
            None => first,
        },
        since,
        plots: plots.into_iter().flatten().collect(),
        members,
        organisations: seen.len(),
    })
}

/// How old and how complete what is known is. How many questions are open stands in the corner
/// of every page.
fn knowledge(held: Option<&Held>, known_of: &Age) -> Sentence {
    let Some(held) = held.filter(|held| held.devices > 0) else {
        return Sentence::default();
    };
    let sentence =
        Sentence::default().link(known_of.in_short(), "/feeds".to_owned()).then(" · ");
    let share = held.described * 100 / held.devices.max(1);
    sentence
        .link(format!("{share} %"), "/products#without".to_owned())
        .then(" of devices have an SBOM")
}

fn sentence(held: Option<&Held>, index: Option<&Generation>, steps: &[Step]) -> Sentence {
    let Some(held) = held else {
        return Sentence::new(match steps.is_empty() {
            true => "Nothing waits for you here.",
            false => "This is to be done first.",
        });
    };
    if held.devices == 0 {
        return Sentence::new(match steps.len() {
            0 => "No inventory is here yet, so nothing can be judged.".to_owned(),
            count => format!(
                "No inventory is here yet, so nothing can be judged: {} first.",
                counted(count, "thing to do", "things to do")
            ),
        });
    }
    let all = |words: &'static str| match held.devices {
        1 => format!("Your 1 device {words}"),
        count => format!("Your {} devices {words}", number(count)),
    };
    if index.is_none() {
        return Sentence::new(format!(
            "{} known, and nothing is judged: no index of advisories is in use.",
            all(if held.devices == 1 { "is" } else { "are" })
        ));
    }
    let mut sentence = match held.affected {
        0 if held.advisories == 0 => Sentence::new(
            "The index in use holds no advisory about devices, so no device is judged by one",
        ),
        0 => Sentence::new("No advisory says that one of your devices is affected"),
        count => Sentence::new("Of your devices, ")
            .link(affected(count), AFFECTED.to_owned())
            .then(" by a known flaw"),
    };
    if held.carry > 0 {
        let words = if held.carry == 1 { " carries" } else { " carry" };
        sentence = sentence
            .then("; ")
            .link(number(held.carry), CARRYING.to_owned())
            .then(format!("{words} known flaws by the SBOM"));
    }
    if held.asked > 0 {
        sentence = sentence
            .then("; about ")
            .link(number(held.asked), ASKED.to_owned())
            .then(" something must be asked before anybody can tell");
    }
    sentence.then(".")
}

fn affected(count: u64) -> String {
    match count {
        1 => "1 is affected".to_owned(),
        count => format!("{} are affected", number(count)),
    }
}

fn devices(held: &Held, face: &Face) -> Vec<Known> {
    let known = [
        ("Devices", held.devices, "/devices"),
        ("Missing since an import", held.missing, "/devices?missing=yes"),
        ("Different builds", held.builds, ""),
        ("Devices affected", held.affected, AFFECTED),
        ("With flaws by the SBOM", held.carry, CARRYING),
        ("Devices to ask about", held.asked, ASKED),
    ];
    let known = known.map(|(what, count, address)| Known {
        what,
        value: number(count),
        address: address.to_owned(),
    });
    let newest = held.newest.as_ref();
    let import = Known {
        what: "Newest import",
        value: newest
            .map_or("none".to_owned(), |import| face.clock().show(&import.started).age),
        address: newest
            .map_or("/imports".to_owned(), |import| format!("/imports/{}", import.id)),
    };
    known.into_iter().chain([import]).collect()
}

async fn house_itself(house: &House, by: &Actor) -> Result<Vec<Known>, Problem> {
    let store = &house.app.store;
    let mut known = Vec::new();
    if by.may(Permission::ViewDevices) {
        let seen = store.organisations(&by.scope(Permission::ViewDevices)).await?;
        known.push(Known {
            what: "Organisations that you see",
            value: number(seen.len() as u64),
            address: "/organisations".to_owned(),
        });
    }
    if by.may(Permission::DeliverDocuments) {
        let fitting = held_fleet::fitting(&house.app, by).await?;
        let devices: u64 = fitting.iter().map(|one| one.devices).sum();
        if devices > 0 {
            known.push(Known {
                what: "Devices that an SBOM fits, and nobody has said so",
                value: number(devices),
                address: FITTING.to_owned(),
            });
        }
        let waiting = bills::waiting(&house.app, by).await?.len();
        if waiting > 0 {
            known.push(Known {
                what: "SBOMs that wait to be placed",
                value: number(waiting as u64),
                address: UNPLACED.to_owned(),
            });
        }
        let beside = bills::held_beside(&house.app, by).await?.len();
        if beside > 0 {
            known.push(Known {
                what: "SBOMs that list less than half of the one before",
                value: number(beside as u64),
                address: BESIDE.to_owned(),
            });
        }
    }
    if by.may(Permission::ViewPeople) {
        let people = store.people(&by.scope(Permission::ViewPeople)).await?;
        known.push(Known {
            what: "People with a role",
            value: number(people.len() as u64),
            address: "/people".to_owned(),
        });
    }
    if by.sees_audit() {
        known.push(Known {
            what: "Acts in the audit log",
            value: figure(store.log_root(by.head).await?.size),
            address: "/audit".to_owned(),
        });
    }
    Ok(known)
}

/// What is still to be done, in order.
async fn steps(
    house: &House,
    by: &Actor,
    held: Option<&Held>,
    index: Option<&Generation>,
) -> Result<Vec<Step>, Problem> {
    let store = &house.app.store;
    let mut steps = Vec::new();
    let places = store.organisations(&by.scope(Permission::Administer)).await?;
    if places.len() == 1 {
        steps.push(Step {
            what: "Name your hospitals and sites",
            why: "Devices, people and roles belong to an organisation.",
            address: "/organisations",
            link: "Organisations",
            command: "",
        });
    }
    let people = match by.may(Permission::ManagePeople) {
        true => store.people(&by.scope(Permission::ManagePeople)).await?.len(),
        false => 0,
    };
    if people == 1 {
        steps.push(Step {
            what: "Invite the people who work on devices",
            why: "Each gets a link that works once, and the role that you choose.",
            address: "/people/invitation",
            link: "Invite somebody",
            command: "",
        });
    }
    if by.may(Permission::Administer) && index.is_none() {
        steps.push(Step {
            what: "Put an index of advisories in use",
            why: "What is known to be wrong with devices is looked up in it. Whoever runs the server builds it, and starts the server with it.",
            address: "",
            link: "",
            command: "lazaret feed build --index advisories.index SOURCE… && lazaret serve --index advisories.index",
        });
    }
    if by.may(Permission::ImportInventory) && held.is_some_and(|held| held.devices == 0) {
        steps.push(Step {
            what: "Take in an inventory",
            why: "The export of your asset system says which devices stand where.",
            address: "/imports/new",
            link: "Choose the file",
            command: "",
        });
    }
    Ok(steps)
}
