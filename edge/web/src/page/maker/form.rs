//! A form MDS2 that a guest delivers.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use operations::mds2::{Mds2Error, NewForm, deliver};
use operations::{Actor, maker};
use serde::Serialize;
use store::{Mds2Form, Mds2Standing};

use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::{Choice, Field, Holds};
use crate::page::mds2::placing::releases;
use crate::parts::{self, Asked, Form, Takes};
use crate::problem::Problem;

#[derive(Template, Serialize)]
#[template(path = "maker/form_new.html")]
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
    releases: Field,
}

impl Show for New {
    fn title(&self) -> String {
        "Deliver an MDS2 form".to_owned()
    }
}

/// A form that a guest delivered.
#[derive(Serialize)]
pub(crate) struct Row {
    form: i64,
    pub(crate) title: String,
    pub(crate) model: String,
    pub(crate) edition: String,
    pub(crate) answered: i64,
    pub(crate) questions: i64,
    pub(crate) delivered: Shown,
    pub(crate) state: &'static str,
    /// Why it was declined, or taken out of force.
    pub(crate) reason: String,
}

impl Row {
    pub(crate) fn of(form: &Mds2Form, clock: &Clock) -> Self {
        Self {
            form: form.id,
            title: form.file.clone(),
            model: form.said.model.clone(),
            edition: form.said.edition.clone(),
            answered: form.said.answered,
            questions: form.said.questions,
            delivered: clock.show(&form.received),
            state: match form.standing() {
                Mds2Standing::Waiting => "waits for the house",
                Mds2Standing::InForce => "in force",
                Mds2Standing::Replaced => "replaced by a newer one",
                Mds2Standing::Withdrawn => "out of force",
                Mds2Standing::Declined => "declined",
            },
            reason: form.reason.clone(),
        }
    }
}

/// `GET /maker/mds2/new`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    face.show(&page(&house, &by, &BTreeMap::new(), None).await?)
}

/// `POST /maker/mds2/new`: keeps the file, for somebody of the house to look at.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut typed = BTreeMap::new();
    match keep(&house, &by, parts, &mut typed).await {
        Ok(form) => Ok(face.made(form, "/maker/products")),
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
        takes: Takes::Form,
        organisation: "Choose to whom you deliver it.",
        file: "Choose the file of the form.",
        smaller: "Deliver the form alone, without manuals.",
    };
    let file = parts::arrive_with(parts, &ASKED, typed).await?;
    let text = |name: &str| typed.get(name).map_or("", String::as_str);
    let new = NewForm {
        organisation: file.place,
        name: &file.name,
        product: text("product"),
        releases: &releases(text("releases")),
    };
    deliver(&house.app, by, new, file.parcel).await.map_err(|error| match error {
        Mds2Error::Rejected(rejected) => parts::refused(&file.name, &rejected),
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
        product: field("product", "Product", "Empty where the form says it."),
        releases: field(
            "releases",
            "Releases",
            "Of which versions it is, parted by commas. Empty where it is of all.",
        ),
        bytes_max: Takes::Form.bytes_max(),
        form: Form::new(Takes::Form, by, problem),
    })
}
