//! Today: what is known, and what to do first.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use fleet::{Filter, Presence};
use matching::Verdict;
use operations::fleet::{NoSuchSet, holdings};
use operations::{Actor, Permission, fleet as held_fleet};
use serde::Serialize;
use store::{Generation, Import};

use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::{counted, figure, number};

/// The devices of which the worst verdict is *affected*.
const AFFECTED: &str = "/devices?verdict=affected";
/// Those that carry a known flaw by an SBOM.
const CARRYING: &str = "/devices?among=sbom%3Aaffected";
/// Those of which it is *cannot tell*.
const ASKED: &str = "/devices?verdict=cannot_tell";

#[derive(Template, Serialize)]
#[template(path = "today.html")]
struct Today {
    sentence: Sentence,
    steps: Vec<Step>,
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
    let held = match by.may(Permission::ViewDevices) {
        true => Some(held(&house, &by).await?),
        false => None,
    };
    let index = house.app.store.generation().await?;
    let steps = steps(&house, &by, held.as_ref(), index.as_ref()).await?;
    let sentence = sentence(held.as_ref(), index.as_ref(), &steps);
    let mut known = held.map(|held| devices(&held, &face)).unwrap_or_default();
    known.push(Known {
        what: "Advisories put in use",
        value: match &index {
            Some(index) => face.clock().show(&index.made).age,
            None => "not yet".to_owned(),
        },
        address: String::new(),
    });
    known.extend(house_itself(&house, &by).await?);
    face.show(&Today { sentence, steps, known })
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
    /// Advisories about devices in the index in use.
    advisories: usize,
    newest: Option<Import>,
}

async fn held(house: &House, by: &Actor) -> Result<Held, Problem> {
    let holdings = holdings(&house.app, by.head).await?;
    let scope = held_fleet::scope(by);
    let counted = tokio::task::spawn_blocking(move || {
        let all = holdings.view(&scope, &Filter::default())?;
        let gone = Filter::default().presence(Presence::Missing);
        let missing = holdings.view(&scope, &gone)?.total();
        let builds = all.configurations();
        let of = |verdict: Verdict| -> u64 {
            let is = |id| {
                let build = holdings.fleet.configuration(id);
                build.and_then(|build| build.verdict) == Some(verdict)
            };
            builds.iter().filter(|(id, _)| is(*id)).map(|(_, count)| count).sum()
        };
        let carrying = holdings.carrying(&scope);
        let carry = builds.iter().filter(|(id, _)| carrying.contains(id));
        Ok::<_, NoSuchSet>(Held {
            carry: carry.map(|(_, count)| count).sum(),
            advisories: holdings
                .advisories
                .as_ref()
                .map_or(0, |known| known.records.len()),
            devices: all.total(),
            missing,
            builds: builds.len() as u64,
            affected: of(Verdict::Affected),
            asked: of(Verdict::CannotTell),
            newest: None,
        })
    });
    let held = counted.await.map_err(|_| Problem::ours("a count was cut short"))??;
    let imports = house.app.store.imports(&by.scope(Permission::ViewDevices), 1).await?;
    Ok(Held { newest: imports.into_iter().next(), ..held })
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
        ("Different builds", held.builds, "/devices"),
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
    if by.may(Permission::ViewPeople) {
        let people = store.people(&by.scope(Permission::ViewPeople)).await?;
        known.push(Known {
            what: "People with a role",
            value: number(people.len() as u64),
            address: "/people".to_owned(),
        });
    }
    if by.may(Permission::ViewAudit) {
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
