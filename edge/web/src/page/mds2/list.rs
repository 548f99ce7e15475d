//! The forms: those that wait, those in force, and those that count no more.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use operations::{Actor, Permission};
use serde::Serialize;
use store::{Mds2Form, Mds2Standing, Scope};

use super::{mark, name_of};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::mark::Mark;
use crate::page::stretch::{Pages, Place, Stretch, Wanted};
use crate::problem::Problem;
use crate::words::counted;

#[derive(Template, Serialize)]
#[template(path = "mds2/list.html")]
struct Forms {
    sentence: String,
    forms: Vec<Row>,
    total: usize,
    /// The cursor behind the last row; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    pages: Pages,
    /// Forms that somebody has to look at.
    waiting: Vec<Row>,
    /// Forms that count no more, the newest first.
    past: Vec<Row>,
    #[serde(skip)]
    may_deliver: bool,
}

/// A form in a list.
#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) name: String,
    /// Of which product, and its number; none where nobody has said so yet.
    pub(crate) product: Option<i64>,
    pub(crate) product_name: String,
    /// Of which releases; all where none is named.
    pub(crate) releases: Vec<String>,
    pub(crate) organisation: String,
    pub(crate) edition: String,
    /// As written.
    pub(crate) released: String,
    pub(crate) questions: i64,
    pub(crate) answered: i64,
    pub(crate) received: Shown,
    pub(crate) standing: Mark,
    pub(crate) reason: String,
    /// The maker through whose account it came; empty where somebody of the house brought it.
    pub(crate) from: String,
}

impl Row {
    /// Of which releases, in words.
    pub(crate) fn of_releases(&self) -> String {
        match self.releases.as_slice() {
            [] => "all".to_owned(),
            named => named.join(", "),
        }
    }
}

/// Forms that count no more that are shown.
const PAST: usize = 50;

impl Show for Forms {
    fn title(&self) -> String {
        "MDS2 forms".to_owned()
    }
}

/// `GET /mds2`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let scope = by.reading(Permission::ViewDevices);
    let all = house.app.store.mds2_forms(&scope).await?;
    let names = Names::of(&house, &by).await?;
    let clock = face.clock().clone();
    let rows = |forms: Vec<Mds2Form>| -> Vec<Row> {
        forms.iter().map(|form| names.row(form, &clock)).collect()
    };
    let (in_force, others): (Vec<Mds2Form>, Vec<Mds2Form>) =
        all.into_iter().partition(Mds2Form::is_in_force);
    let (waiting, mut past): (Vec<Mds2Form>, Vec<Mds2Form>) =
        others.into_iter().partition(|one| one.standing() == Mds2Standing::Waiting);
    past.truncate(PAST);
    let Stretch { rows: seen, total, next, pages } =
        wanted.of("/mds2", in_force, |one| {
            Place::default()
                .text(&*one.said.made_by)
                .text(&*one.said.model)
                .number(one.id)
        });
    let sentence = match (total, waiting.len()) {
        (0, 0) => "No maker has disclosed anything about its products yet.".to_owned(),
        (0, waits) => format!(
            "None is in force; {} for somebody who says of which product it is.",
            counted(waits, "form waits", "forms wait")
        ),
        (count, 0) => format!("{} in force.", counted(count, "form is", "forms are")),
        (count, waits) => format!(
            "{} in force, and {waits} more {} for a look.",
            counted(count, "form is", "forms are"),
            if waits == 1 { "waits" } else { "wait" }
        ),
    };
    face.show(&Forms {
        sentence,
        forms: rows(seen),
        total,
        next,
        pages,
        waiting: rows(waiting),
        past: rows(past),
        may_deliver: by.may(Permission::DeliverDocuments),
    })
}

/// What products, releases and organisations are called.
pub(crate) struct Names {
    products: BTreeMap<i64, String>,
    releases: BTreeMap<i64, String>,
    organisations: BTreeMap<i64, String>,
}

impl Names {
    pub(crate) async fn of(house: &House, by: &Actor) -> Result<Self, Problem> {
        let scope = by.reading(Permission::ViewDevices);
        let store = &house.app.store;
        let products = store.products(&scope).await?.into_iter().map(|one| one.product);
        let products =
            products.map(|one| (one.id, format!("{} {}", one.maker, one.name)));
        let releases = store.releases_within(&scope).await?.into_iter();
        // Of an organisation above that lets them read, they may know the name.
        let places = store.organisations(&Scope::whole(by.head)).await?.into_iter();
        Ok(Self {
            products: products.collect(),
            releases: releases.map(|(_, one)| (one.id, one.version)).collect(),
            organisations: places.map(|one| (one.id, one.name)).collect(),
        })
    }

    pub(crate) fn row(&self, form: &Mds2Form, clock: &Clock) -> Row {
        let named = |names: &BTreeMap<i64, String>, id: i64| {
            names.get(&id).cloned().unwrap_or_default()
        };
        Row {
            id: form.id,
            name: name_of(form),
            product: form.product,
            product_name: form
                .product
                .map(|id| named(&self.products, id))
                .unwrap_or_default(),
            releases: form.releases.iter().map(|id| named(&self.releases, *id)).collect(),
            organisation: named(&self.organisations, form.organisation),
            edition: form.said.edition.clone(),
            released: form.said.released.clone(),
            questions: form.said.questions,
            answered: form.said.answered,
            received: clock.show(&form.received),
            standing: mark(form.standing()),
            reason: form.reason.clone(),
            from: form.maker.clone(),
        }
    }
}
