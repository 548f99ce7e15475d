//! A document of evidence that is delivered: whose it is, and the file; what it is its content
//! tells.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::response::Response;
use evidence::Kind;
use operations::evidence::{Arrived, EvidenceError, arrive, may_be_entered};
use operations::{Actor, Permission};
use serde::Serialize;

use super::{HOME, words};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::Choice;
use crate::parts::{self, Asked, Form, Place, Takes};
use crate::problem::Problem;

#[derive(Template, Serialize)]
#[template(path = "evidence/new.html")]
struct New {
    organisations: Vec<Place>,
    bytes_max: usize,
    /// What can be entered by hand instead.
    kinds: Vec<&'static str>,
    #[serde(skip)]
    entries: Vec<(&'static str, String)>,
    #[serde(skip)]
    form: Form,
    #[serde(skip)]
    organisation: Choice,
}

impl Show for New {
    fn title(&self) -> String {
        "Deliver evidence".to_owned()
    }
}

const ASKED: Asked = Asked {
    takes: Takes::Evidence,
    organisation: "Choose whose evidence it is.",
    file: "Choose the file.",
    smaller: "Export it in parts.",
};

/// `GET /evidence/new`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    face.show(&page(&house, &by, "", None).await?)
}

/// `POST /evidence/new`: keeps the document, for somebody to look at.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut organisation = String::new();
    match keep(&house, &by, parts, &mut organisation).await {
        Ok(Arrived::Waits(id)) => Ok(face.made(id, &format!("{HOME}/{id}"))),
        Ok(Arrived::Known(id)) => Ok(face.done(&format!("{HOME}/{id}?known=yes"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let page = page(&house, &by, &organisation, Some(&problem)).await?;
            face.again(&page, problem)
        }
    }
}

async fn keep(
    house: &House,
    by: &Actor,
    parts: Result<Multipart, MultipartRejection>,
    organisation: &mut String,
) -> Result<Arrived, Problem> {
    let arrived = parts::arrive(parts, &ASKED, organisation).await?;
    let name = arrived.name.clone();
    let done = arrive(&house.app, by, arrived.place, &name, arrived.parcel).await;
    done.map_err(|error| match error {
        EvidenceError::Rejected(rejected) => parts::refused(&name, &rejected),
        other => other.into(),
    })
}

async fn page(
    house: &House,
    by: &Actor,
    organisation: &str,
    problem: Option<&Problem>,
) -> Result<New, Problem> {
    let scope = by.scope(Permission::KeepEvidence);
    let places = house.app.store.organisations(&scope).await?;
    let enterable = Kind::ALL.iter().filter(|kind| may_be_entered(**kind));
    let mut entries: Vec<(&'static str, String)> = enterable
        .map(|kind| (kind.word(), words::capital(words::kind(kind.word()))))
        .collect();
    entries.sort_by(|one, other| one.1.cmp(&other.1));
    let choice = Choice::new(
        "organisation",
        words::label("organisation"),
        Place::options(&places),
        organisation,
    );
    Ok(New {
        organisations: Place::all(&places),
        bytes_max: Takes::Evidence.bytes_max(),
        kinds: entries.iter().map(|(word, _)| *word).collect(),
        entries,
        form: Form::new(Takes::Evidence, by, problem),
        organisation: choice
            .hint("It is that organisation's alone, unless you say otherwise.")
            .judged(parts::faults(problem)),
    })
}

/// What was typed in a form.
pub(super) type Typing = BTreeMap<String, String>;
