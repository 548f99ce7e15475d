//! The file of an export, on its way to us.

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::response::Response;
use operations::inventory::{InventoryError, arrive};
use operations::{Actor, Permission};
use reading::limits;
use serde::Serialize;

use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Choice, Faults};
use crate::parts::{self, Asked};
use crate::problem::Problem;
use crate::{House, asset, words};

#[derive(Template, Serialize)]
#[template(path = "import/new.html")]
struct New {
    organisations: Vec<Place>,
    bytes_max: usize,
    rows_max: usize,
    columns_max: usize,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    organisation: Choice,
    #[serde(skip)]
    file_fault: String,
    #[serde(skip)]
    largest: String,
    #[serde(skip)]
    sample: &'static str,
}

#[derive(Serialize)]
struct Place {
    id: i64,
    name: String,
}

impl Show for New {
    fn title(&self) -> String {
        "Take in an inventory".to_owned()
    }
}

/// `GET /imports/new`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    face.show(&page(&house, &by, "", None).await?)
}

/// `POST /imports/new`: keeps the file, and leads to what it holds.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut organisation = String::new();
    match keep(&house, &by, parts, &mut organisation).await {
        Ok(upload) => Ok(face.done(&format!("/imports/uploads/{upload}"))),
        Err(problem) => {
            let shown = page(&house, &by, &organisation, Some(&problem)).await?;
            face.again(&shown, problem)
        }
    }
}

async fn page(
    house: &House,
    by: &Actor,
    chosen: &str,
    problem: Option<&Problem>,
) -> Result<New, Problem> {
    let scope = by.scope(Permission::ImportInventory);
    let seen = house.app.store.organisations(&scope).await?;
    let options = seen.iter().map(|one| (one.id.to_string(), one.name.clone()));
    let faults = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
    let organisation =
        Choice::new("organisation", "Whose devices are they?", options, chosen)
            .hint("The hospital or site whose register the file comes from.")
            .judged(faults);
    let file_fault = faults.iter().find(|fault| fault.field == "file");
    Ok(New {
        organisation,
        file_fault: file_fault.map(|fault| fault.detail.clone()).unwrap_or_default(),
        organisations: seen
            .into_iter()
            .map(|one| Place { id: one.id, name: one.name })
            .collect(),
        bytes_max: limits::DOCUMENT_BYTES_MAX,
        rows_max: limits::ROWS_MAX,
        columns_max: limits::COLUMNS_MAX,
        token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        largest: words::size(limits::DOCUMENT_BYTES_MAX as i64),
        sample: asset::sample(),
    })
}

async fn keep(
    house: &House,
    by: &Actor,
    parts: Result<Multipart, MultipartRejection>,
    organisation: &mut String,
) -> Result<i64, Problem> {
    const ASKED: Asked = Asked {
        organisation: "Choose the organisation that the devices belong to.",
        file: "Choose the file of the export.",
        smaller: "Export fewer columns, or save it as a workbook (.xlsx).",
    };
    let file = parts::arrive(parts, &ASKED, organisation).await?;
    arrive(&house.app, by, file.place, &file.name, file.parcel)
        .await
        .map_err(|error| refused(&file.name, error))
}

/// A file that is no table is a fault of the field: where, what, and what to do.
fn refused(name: &str, error: InventoryError) -> Problem {
    match error {
        InventoryError::Rejected(rejected) => parts::refused(name, &rejected),
        other => other.into(),
    }
}
