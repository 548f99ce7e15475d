//! The file of a form, on its way to us.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Query, State};
use axum::response::Response;
use operations::mds2::{Mds2Error, arrive};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};

use super::HOME;
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::Choice;
use crate::parts::{self, Asked, Form, Place, Takes};
use crate::problem::Problem;

#[derive(Template, Serialize)]
#[template(path = "mds2/new.html")]
struct New {
    organisations: Vec<Place>,
    bytes_max: usize,
    /// The product of which the form is, where one was named.
    product: Option<i64>,
    #[serde(skip)]
    form: Form,
    #[serde(skip)]
    organisation: Choice,
}

impl Show for New {
    fn title(&self) -> String {
        "Deliver an MDS2 form".to_owned()
    }
}

/// Of which product the form is.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    pub(super) product: String,
}

impl Wanted {
    pub(super) fn product(&self) -> Option<i64> {
        self.product.parse().ok()
    }
}

/// `GET /mds2/new`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    face.show(&page(&house, &by, ("", wanted.product()), None).await?)
}

/// `POST /mds2/new`: keeps the file, and leads to what it says.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut typed = BTreeMap::new();
    let kept = keep(&house, &by, parts, &mut typed).await;
    let product = typed.get("product").and_then(|text| text.parse::<i64>().ok());
    match kept {
        Ok(form) => {
            let of = product.map_or(String::new(), |id| format!("?product={id}"));
            let (at, on) = (format!("{HOME}/{form}"), format!("{HOME}/{form}/place{of}"));
            Ok(face.made_and_on(form, &at, &on))
        }
        Err(problem) => {
            let chosen = typed.get("organisation").map_or("", String::as_str);
            let shown = page(&house, &by, (chosen, product), Some(&problem)).await?;
            face.again(&shown, problem)
        }
    }
}

async fn keep(
    house: &House,
    by: &Actor,
    parts: Result<Multipart, MultipartRejection>,
    typed: &mut BTreeMap<String, String>,
) -> Result<i64, Problem> {
    const ASKED: Asked = Asked {
        takes: Takes::Form,
        organisation: "Choose the organisation whose document it is.",
        file: "Choose the file of the form.",
        smaller: "Ask the maker for the form alone, without manuals.",
    };
    let file = parts::arrive_with(parts, &ASKED, typed).await?;
    arrive(&house.app, by, file.place, &file.name, file.parcel).await.map_err(|error| {
        match error {
            Mds2Error::Rejected(rejected) => parts::refused(&file.name, &rejected),
            other => other.into(),
        }
    })
}

async fn page(
    house: &House,
    by: &Actor,
    (chosen, product): (&str, Option<i64>),
    problem: Option<&Problem>,
) -> Result<New, Problem> {
    let scope = by.scope(Permission::DeliverDocuments);
    let seen = house.app.store.organisations(&scope).await?;
    let options = Place::options(&seen);
    let organisation =
        Choice::new("organisation", "Whose document is it?", options, chosen)
            .hint("Nobody outside of it sees the form until its product is for more.")
            .judged(parts::faults(problem));
    Ok(New {
        organisation,
        product,
        organisations: Place::all(&seen),
        bytes_max: Takes::Form.bytes_max(),
        form: Form::new(Takes::Form, by, problem),
    })
}
