//! What is said of a purchase: when it begins, and when that changes.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use operations::purchase::{PurchaseError, Saying, change, make, may_keep, seen};
use operations::{Actor, Permission};
use serde::Serialize;
use store::{Organisation, Purchase, Scope};

use super::{Fields, HOME, number};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Choice, Faults, Field, Holds};
use crate::form::Typed;
use crate::parts::{self, Place};
use crate::problem::Problem;

#[derive(Template, Serialize)]
#[template(path = "purchase/said.html")]
struct Saids {
    organisations: Vec<Place>,
    tiers: Vec<&'static str>,
    #[serde(skip)]
    heading: String,
    #[serde(skip)]
    action: String,
    #[serde(skip)]
    button: &'static str,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    organisation: Option<Choice>,
    #[serde(skip)]
    title_field: Field,
    #[serde(skip)]
    tier: Choice,
    #[serde(skip)]
    used_until: Field,
    #[serde(skip)]
    members: Vec<Tick>,
    #[serde(skip)]
    profile: String,
    #[serde(skip)]
    profile_fault: String,
    #[serde(skip)]
    members_fault: String,
    #[serde(skip)]
    back: String,
}

struct Tick {
    id: i64,
    name: String,
    is_ticked: bool,
}

impl Show for Saids {
    fn title(&self) -> String {
        self.heading.clone()
    }
}

/// What was typed, as an act takes it.
fn saying(fields: &Fields) -> Saying {
    let text = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let members = fields.iter().filter(|(_, on)| !on.is_empty());
    let members =
        members.filter_map(|(name, _)| name.strip_prefix("member-")?.parse().ok());
    Saying {
        title: text("title"),
        tier: text("tier"),
        used_until: text("used_until"),
        profile: text("profile"),
        members: members.collect(),
    }
}

/// A purchase as it is typed.
fn typed(purchase: &Purchase) -> Fields {
    let said = purchase.said.clone();
    let members = purchase.members.iter();
    let mut fields: Fields =
        members.map(|(id, _)| (format!("member-{id}"), "on".to_owned())).collect();
    fields.insert("title".to_owned(), said.title);
    fields.insert("tier".to_owned(), said.tier);
    fields.insert("used_until".to_owned(), said.used_until.unwrap_or_default());
    fields.insert("profile".to_owned(), said.profile);
    fields
}

/// `GET /purchases/new`.
pub(crate) async fn show_new(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    face.show(&page(&house, &by, (None, &Fields::new()), None).await?)
}

/// `POST /purchases/new`.
pub(crate) async fn send_new(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(fields): Typed<Fields>,
) -> Result<Response, Problem> {
    let place = fields.get("organisation").and_then(|text| text.parse::<i64>().ok());
    let made = match place {
        Some(place) => make(&house.app, &by, place, &saying(&fields)).await,
        None => Err(PurchaseError::Missing("organisation")),
    };
    match made {
        Ok(id) => Ok(face.made(id, &format!("{HOME}/{id}"))),
        Err(error) => again(face, &house, &by, (None, &fields), error.into()).await,
    }
}

/// `GET /purchases/{purchase}/said`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(purchase): Path<String>,
) -> Result<Response, Problem> {
    let purchase = keepable(&house, &by, &purchase).await?;
    let fields = typed(&purchase);
    face.show(&page(&house, &by, (Some(&purchase), &fields), None).await?)
}

/// `POST /purchases/{purchase}/said`.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(purchase): Path<String>,
    Typed(fields): Typed<Fields>,
) -> Result<Response, Problem> {
    let purchase = keepable(&house, &by, &purchase).await?;
    match change(&house.app, &by, purchase.id, &saying(&fields)).await {
        Ok(()) => Ok(face.done(&format!("{HOME}/{}", purchase.id))),
        Err(error) => {
            again(face, &house, &by, (Some(&purchase), &fields), error.into()).await
        }
    }
}

/// A purchase that whoever asks may change.
pub(super) async fn keepable(
    house: &House,
    by: &Actor,
    id: &str,
) -> Result<Purchase, Problem> {
    let purchase = seen(&house.app, by, number("purchase", id)?).await?;
    match (may_keep(by, &purchase), &purchase.ended) {
        (false, _) => Err(PurchaseError::Others.into()),
        (true, Some(_)) => Err(PurchaseError::Ended.into()),
        (true, None) => Ok(purchase),
    }
}

async fn again(
    face: Face,
    house: &House,
    by: &Actor,
    of: (Option<&Purchase>, &Fields),
    problem: Problem,
) -> Result<Response, Problem> {
    if problem.faults.is_empty() {
        return Err(problem);
    }
    let page = page(house, by, of, Some(&problem)).await?;
    face.again(&page, problem)
}

async fn page(
    house: &House,
    by: &Actor,
    (purchase, typed): (Option<&Purchase>, &Fields),
    problem: Option<&Problem>,
) -> Result<Saids, Problem> {
    let scope = by.scope(Permission::KeepPurchases);
    let seen = house.app.store.organisations(&scope).await?;
    let faults = parts::faults(problem);
    let text = |name: &str| typed.get(name).map_or("", String::as_str);
    let organisation = match purchase {
        Some(_) => None,
        None => {
            let options = Place::options(&seen);
            let chosen = text("organisation");
            Some(Choice::new("organisation", "Who buys?", options, chosen).judged(faults))
        }
    };
    let tiers = ::purchase::Tier::ALL;
    let options =
        tiers.into_iter().map(|it| (it.word().to_owned(), it.words().to_owned()));
    let fault = |name: &str| {
        let found = faults.iter().find(|fault| fault.field == name);
        found.map(|fault| fault.detail.clone()).unwrap_or_default()
    };
    let ticked: BTreeSet<i64> = saying(typed).members.into_iter().collect();
    let below = match purchase {
        Some(one) => {
            let own = Scope::of(by.head, vec![one.path.clone()]);
            house.app.store.organisations(&own).await?
        }
        None => seen.clone(),
    };
    Ok(Saids {
        heading: purchase.map_or("Begin a purchase".to_owned(), |one| {
            format!("What is bought: {}", one.said.title)
        }),
        action: purchase
            .map_or(format!("{HOME}/new"), |one| format!("{HOME}/{}/said", one.id)),
        back: purchase.map_or(HOME.to_owned(), |one| format!("{HOME}/{}", one.id)),
        button: if purchase.is_some() { "Say so" } else { "Begin" },
        token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        organisation,
        title_field: Field::new("title", "What is it called?", Holds::Text)
            .hint("Such as: Infusion pumps 2027.")
            .typed(text("title"))
            .judged(faults),
        tier: Choice::new("tier", "How much hangs on the device?", options, text("tier"))
            .hint("It decides what is asked, and never a bid.")
            .judged(faults),
        used_until: Field::new(
            "used_until",
            "Until when is it meant to be used?",
            Holds::Day,
        )
        .hint("Software whose support ends earlier is counted. Empty where nobody says.")
        .typed(text("used_until"))
        .judged(faults),
        members: ticks(&below, purchase.map(|one| one.organisation), &ticked),
        profile: text("profile").to_owned(),
        profile_fault: fault("profile"),
        members_fault: fault("members"),
        organisations: Place::all(&seen),
        tiers: tiers.into_iter().map(::purchase::Tier::word).collect(),
    })
}

fn ticks(
    places: &[Organisation],
    buyer: Option<i64>,
    ticked: &BTreeSet<i64>,
) -> Vec<Tick> {
    let others =
        places.iter().filter(|one| Some(one.id) != buyer && one.parent.is_some());
    let tick = |one: &Organisation| Tick {
        id: one.id,
        name: one.name.clone(),
        is_ticked: ticked.contains(&one.id),
    };
    others.map(tick).collect()
}
