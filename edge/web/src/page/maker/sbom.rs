//! An SBOM that a guest delivers.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use operations::Actor;
use operations::maker::{self, MakerError, NewSbom, deliver_sbom};
use serde::{Deserialize, Serialize};

use super::product::HOME;
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Choice, Field, Holds};
use crate::parts::{self, Asked, Form, Takes};
use crate::problem::Problem;

#[derive(Template, Serialize)]
#[template(path = "maker/sbom_new.html")]
struct New {
    makers: Vec<String>,
    bytes_max: usize,
    #[serde(skip)]
    form: Form,
    /// Where there is more than one to choose from.
    #[serde(skip)]
    organisation: Option<Choice>,
    #[serde(skip)]
    place: i64,
    #[serde(skip)]
    product: Field,
    #[serde(skip)]
    version: Field,
}

impl Show for New {
    fn title(&self) -> String {
        "Deliver an SBOM".to_owned()
    }
}

/// About which release.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    product: String,
    version: String,
}

/// `GET /maker/sboms/new`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let typed = BTreeMap::from([
        ("product".to_owned(), wanted.product),
        ("version".to_owned(), wanted.version),
    ]);
    face.show(&page(&house, &by, &typed, None).await?)
}

/// `POST /maker/sboms/new`: keeps the file, and leads to the release.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut typed = BTreeMap::new();
    match keep(&house, &by, parts, &mut typed).await {
        Ok(release) => Ok(face.made(release, &format!("{HOME}/{release}"))),
        Err(problem) => {
            let shown = page(&house, &by, &typed, Some(&problem)).await?;
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
        takes: Takes::Bill,
        organisation: "Choose to whom you deliver it.",
        file: "Choose the file of the SBOM.",
        smaller: "Deliver an SBOM without file lists.",
    };
    let file = parts::arrive_with(parts, &ASKED, typed).await?;
    let text = |name: &str| typed.get(name).map_or("", String::as_str);
    let new = NewSbom {
        organisation: file.place,
        name: &file.name,
        product: text("product"),
        version: text("version"),
    };
    deliver_sbom(&house.app, by, new, file.parcel).await.map_err(|error| match error {
        MakerError::Rejected(rejected) => parts::refused(&file.name, &rejected),
        MakerError::Bill(operations::bills::BillError::Rejected(rejected)) => {
            parts::refused(&file.name, &rejected)
        }
        other => other.into(),
    })
}

async fn page(
    house: &House,
    by: &Actor,
    typed: &BTreeMap<String, String>,
    problem: Option<&Problem>,
) -> Result<New, Problem> {
    let desks = maker::desks(&house.app, by).await?;
    let Some(first) = desks.first() else {
        let unbound = "The house has not said yet for which maker you answer.";
        return Err(Problem::new(StatusCode::NOT_FOUND, unbound)
            .next("Ask the administrator who invited you to say it."));
    };
    let faults = parts::faults(problem);
    let text = |name: &str| typed.get(name).map_or("", String::as_str);
    let field = |name, label, hint| {
        Field::new(name, label, Holds::Text).hint(hint).typed(text(name)).judged(faults)
    };
    let options = desks.iter().map(|desk| {
        let name = format!("{}, for {}", desk.organisation.name, desk.maker);
        (desk.organisation.id.to_string(), name)
    });
    let chosen = text("organisation");
    let organisation = (desks.len() > 1)
        .then(|| Choice::new("organisation", "To whom?", options, chosen).judged(faults));
    Ok(New {
        organisation,
        place: first.organisation.id,
        makers: desks.iter().map(|desk| desk.maker.clone()).collect(),
        product: field("product", "Product", "Empty where the document says it."),
        version: field("version", "Release", "Empty where the document says it."),
        bytes_max: Takes::Bill.bytes_max(),
        form: Form::new(Takes::Bill, by, problem),
    })
}
