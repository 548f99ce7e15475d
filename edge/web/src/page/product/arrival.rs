//! The file of a bill of materials, on its way to us.

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::response::Response;
use operations::bills::{BillError, arrive};
use operations::{Actor, Permission};
use serde::Serialize;

use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::Choice;
use crate::parts::{self, Asked, Form, Place, Takes};
use crate::problem::Problem;

#[derive(Template, Serialize)]
#[template(path = "product/new.html")]
struct New {
    organisations: Vec<Place>,
    bytes_max: usize,
    #[serde(skip)]
    form: Form,
    #[serde(skip)]
    organisation: Choice,
}

impl Show for New {
    fn title(&self) -> String {
        "Deliver an SBOM".to_owned()
    }
}

/// `GET /products/bills/new`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    face.show(&page(&house, &by, "", None).await?)
}

/// `POST /products/bills/new`: keeps the file, and leads to what it lists.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut organisation = String::new();
    match keep(&house, &by, parts, &mut organisation).await {
        Ok(original) => Ok(face.made(original, &format!("/products/bills/{original}"))),
        Err(problem) => {
            let shown = page(&house, &by, &organisation, Some(&problem)).await?;
            face.again(&shown, problem)
        }
    }
}

async fn keep(
    house: &House,
    by: &Actor,
    parts: Result<Multipart, MultipartRejection>,
    organisation: &mut String,
) -> Result<i64, Problem> {
    const ASKED: Asked = Asked {
        takes: Takes::Bill,
        organisation: "Choose the organisation whose document it is.",
        file: "Choose the file of the SBOM.",
        smaller: "Ask the maker for an SBOM without file lists.",
    };
    let file = parts::arrive(parts, &ASKED, organisation).await?;
    arrive(&house.app, by, file.place, &file.name, file.parcel).await.map_err(|error| {
        match error {
            BillError::Rejected(rejected) => parts::refused(&file.name, &rejected),
            other => other.into(),
        }
    })
}

async fn page(
    house: &House,
    by: &Actor,
    chosen: &str,
    problem: Option<&Problem>,
) -> Result<New, Problem> {
    let scope = by.scope(Permission::DeliverDocuments);
    let seen = house.app.store.organisations(&scope).await?;
    let options = Place::options(&seen);
    let organisation =
        Choice::new("organisation", "Whose document is it?", options, chosen)
            .hint("Nobody outside of it sees the document, or what rests on it.")
            .judged(parts::faults(problem));
    Ok(New {
        organisation,
        organisations: Place::all(&seen),
        bytes_max: Takes::Bill.bytes_max(),
        form: Form::new(Takes::Bill, by, problem),
    })
}
