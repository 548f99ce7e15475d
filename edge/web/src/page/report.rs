//! Reports: where an organisation stands, the same on one page for a board, the verdict on a
//! supplier, and bidders side by side; to be printed from a browser, and taken away as a file that programs read or as
//! PDF.

pub(crate) mod board;
pub(crate) mod drawn;
pub(crate) mod pack;
pub(crate) mod posture;
pub(crate) mod purchase;
pub(crate) mod supplier;

use ::report::{Block, Report};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use operations::report::{Subject, note};
use operations::{Actor, Permission};
use pdf::PdfError;
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
    /// What is bought, the newest first.
    purchases: Vec<Row>,
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
    let purchases = match by.may(Permission::ViewPurchases) {
        true => house.app.store.purchases(&by.scope(Permission::ViewPurchases)).await?,
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
        purchases: purchases
            .into_iter()
            .map(|one| Row { id: one.id, name: one.said.title })
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
    /// Where it is taken away; the same under `file` and `pdf`.
    #[serde(skip)]
    home: Home,
}

/// Where a report lies: its address, and what is asked there.
struct Home {
    path: String,
    query: String,
}

impl Home {
    /// That of an organisation's report.
    fn of_organisation(name: &str, id: i64) -> Self {
        Self { path: format!("{HOME}/{name}"), query: format!("?organisation={id}") }
    }

    /// That of a report about something with a number.
    fn numbered(noun: &str, id: i64) -> Self {
        Self { path: format!("{HOME}/{noun}/{id}"), query: String::new() }
    }
}

impl Show for Page {
    fn title(&self) -> String {
        self.report.title.clone()
    }
}

impl Page {
    fn of(report: Report, home: Home) -> Self {
        Self { as_of_shown: crate::page::supplier::day(&report.as_of), home, report }
    }

    fn drawn(plot: &::report::Plot) -> Drawn {
        Drawn::of(plot)
    }

    /// Where it is taken away, as `file` or as `pdf`.
    fn taken(&self, form: &str) -> String {
        format!("{}/{form}{}", self.home.path, self.home.query)
    }

    /// Whether it is to be had as PDF.
    const fn has_pdf() -> bool {
        pdf::IS_BUILT_IN
    }
}

/// How old what is known of advisories is, in a few words.
async fn knowledge(house: &House, by: &Actor) -> Result<String, Problem> {
    let clock = Clock::new((house.app.now)(), &by.zone);
    Ok(Known::of(&house.app, &clock).await?.in_short())
}

/// As what a report is taken away.
#[derive(Clone, Copy)]
enum Form {
    /// What programs read.
    Json,
    /// What people read.
    Pdf,
}

impl Form {
    const fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Pdf => "pdf",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Pdf => "application/pdf",
        }
    }
}

/// A report as a file, noted before it is given.
async fn file(
    house: &House,
    by: &Actor,
    (of, name): (Subject, &'static str),
    (form, report): (Form, &Report),
) -> Result<Response, Problem> {
    let unwritten =
        |error: serde_json::Error| Problem::ours(format!("a report: {error}"));
    let bytes = match form {
        Form::Json => serde_json::to_vec_pretty(report).map_err(unwritten)?,
        Form::Pdf => on_paper(serde_json::to_vec(report).map_err(unwritten)?).await?,
    };
    note(&house.app, by, of, (name, form.word())).await?;
    let name = format!("{name}-{}.{}", report.as_of, form.word());
    Ok((file_headers(form.media_type(), &name), bytes).into_response())
}

/// A report as PDF, drawn beside the threads that answer.
async fn on_paper(told: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let drawn = tokio::task::spawn_blocking(move || pdf::draw(&told)).await;
    let drawn = drawn.map_err(|_| Problem::ours("a drawing was cut short"))?;
    drawn.map_err(|error| match error {
        PdfError::NotBuiltIn | PdfError::Large { .. } => {
            let why = crate::problem::sentence(&error.to_string());
            Problem::new(StatusCode::NOT_FOUND, why)
                .next("Print the page from your browser, or take it away as JSON.")
        }
        PdfError::NotReport(_) | PdfError::Drawing(_) => {
            Problem::ours(format!("a report as PDF: {error}"))
        }
    })
}
