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
use crate::field::Choice;
use crate::parts::{self, Asked, Form, Place, Takes};
use crate::problem::Problem;
use crate::{House, asset};

#[derive(Template, Serialize)]
#[template(path = "import/new.html")]
struct New {
    organisations: Vec<Place>,
    bytes_max: usize,
    rows_max: usize,
    columns_max: usize,
    #[serde(skip)]
    form: Form,
    #[serde(skip)]
    organisation: Choice,
    #[serde(skip)]
    sample: &'static str,
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
        Ok(upload) => Ok(face.made(upload, &format!("/imports/uploads/{upload}"))),
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
    let options = Place::options(&seen);
    let organisation =
        Choice::new("organisation", "Whose devices are they?", options, chosen)
            .hint("The hospital or site whose register the file comes from.")
            .judged(parts::faults(problem));
    Ok(New {
        organisation,
        organisations: Place::all(&seen),
        bytes_max: Takes::Inventory.bytes_max(),
        rows_max: limits::ROWS_MAX,
        columns_max: limits::COLUMNS_MAX,
        form: Form::new(Takes::Inventory, by, problem),
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
        takes: Takes::Inventory,
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
