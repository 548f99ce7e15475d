//! Reports: where an organisation stands, the same on one page for a board, and the verdict on a
//! supplier; to be printed from a browser, and taken away as a file that programs read.

pub(crate) mod board;
pub(crate) mod drawn;
pub(crate) mod pack;
pub(crate) mod posture;
pub(crate) mod supplier;

use ::report::{Block, Report};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use operations::report::{Subject, note};
use operations::{Actor, Permission};
use serde::Serialize;

use crate::House;
use crate::access::By;
use crate::clock::Clock;
use crate::face::{Face, Show};
use crate::page::import::file_headers;
use crate::page::knowledge::Known;
use crate::problem::Problem;
use drawn::Drawn;

/// Where they lie.
pub(crate) const HOME: &str = "/reports";

#[derive(Template, Serialize)]
#[template(path = "report/list.html")]
struct List {
    organisations: Vec<Row>,
    suppliers: Vec<Kept>,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
}

/// A supplier, of whom several organisations may each keep a dossier.
#[derive(Serialize)]
struct Kept {
    id: i64,
    name: String,
    /// Whose dossier it is.
    organisation: String,
}

impl Show for List {
    fn title(&self) -> String {
        "Reports".to_owned()
    }
}

/// `GET /reports`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let places = operations::posture::places(&house.app, &by).await?;
    let suppliers = match by.may(Permission::ViewSuppliers) {
        true => operations::supplier::assessed(&house.app, &by).await?.0,
        false => Vec::new(),
    };
    let scope = by.scope(Permission::ViewSuppliers);
    let owners = house.app.store.organisations(&scope).await?;
    let owner = |id: i64| {
        let found = owners.iter().find(|one| one.id == id);
        found.map(|one| one.name.clone()).unwrap_or_default()
    };
    face.show(&List {
        organisations: places.into_iter().map(|(id, name)| Row { id, name }).collect(),
        suppliers: suppliers
            .iter()
            .map(|one| Kept {
                id: one.supplier.id,
                name: one.supplier.name.clone(),
                organisation: owner(one.supplier.organisation),
            })
            .collect(),
    })
}

/// A report as it is shown.
#[derive(Template, Serialize)]
#[template(path = "report/show.html")]
struct Page {
    #[serde(flatten)]
    report: Report,
    #[serde(skip)]
    as_of_shown: String,
    /// Where it is taken away.
    #[serde(skip)]
    file: String,
}

impl Show for Page {
    fn title(&self) -> String {
        self.report.title.clone()
    }
}

impl Page {
    fn of(report: Report, file: String) -> Self {
        Self { as_of_shown: crate::page::supplier::day(&report.as_of), file, report }
    }

    fn drawn(plot: &::report::Plot) -> Drawn {
        Drawn::of(plot)
    }
}

/// How old what is known of advisories is, in a few words.
async fn knowledge(house: &House, by: &Actor) -> Result<String, Problem> {
    let clock = Clock::new((house.app.now)(), &by.zone);
    Ok(Known::of(&house.app, &clock).await?.in_short())
}

/// A report as a file, noted before it is given.
async fn file(
    house: &House,
    by: &Actor,
    (of, name): (Subject, &'static str),
    report: &Report,
) -> Result<Response, Problem> {
    let told = serde_json::to_vec_pretty(report)
        .map_err(|error| Problem::ours(format!("a report: {error}")))?;
    note(&house.app, by, of, name).await?;
    let name = format!("{name}-{}.json", report.as_of);
    Ok((file_headers("application/json", &name), told).into_response())
}
