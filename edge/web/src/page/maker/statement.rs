//! Statements (VEX) that a guest delivers, and what became of them.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::response::Response;
use operations::Actor;
use operations::maker::{self, MakerError, deliver_statements};
use operations::statement::Stated;
use serde::Serialize;

use super::Fate;
use crate::House;
use crate::access::By;
use crate::clock::Shown;
use crate::face::{Face, Show};
use crate::mark::Mark;
use crate::page::product::statement::untaken;
use crate::parts::{self, Asked, Form, Takes};
use crate::problem::Problem;
use crate::words::counted;

/// Where the documents of a guest lie.
pub(crate) const HOME: &str = "/maker/statements";

#[derive(Template, Serialize)]
#[template(path = "maker/statement_new.html")]
struct New {
    release: i64,
    name: String,
    #[serde(skip)]
    organisation: i64,
    #[serde(skip)]
    form: Form,
}

impl Show for New {
    fn title(&self) -> String {
        "Deliver statements (VEX)".to_owned()
    }
}

/// `GET /maker/releases/{release}/statements/new`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(release): Path<String>,
) -> Result<Response, Problem> {
    face.show(&page(&house, &by, number("release", &release)?, None).await?)
}

/// `POST /maker/releases/{release}/statements/new`: keeps the document, and leads to what it
/// states.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(release): Path<String>,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let release = number("release", &release)?;
    match keep(&house, &by, release, parts).await {
        Ok(document) => Ok(face.made(document, &format!("{HOME}/{document}"))),
        Err(problem) => {
            let shown = page(&house, &by, release, Some(&problem)).await?;
            face.again(&shown, problem)
        }
    }
}

async fn keep(
    house: &House,
    by: &Actor,
    release: i64,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<i64, Problem> {
    const ASKED: Asked = Asked {
        takes: Takes::Statements,
        organisation: "Open the page again.",
        file: "Choose the file with the statements.",
        smaller: "Deliver a document about this product alone.",
    };
    let file = parts::arrive_with(parts, &ASKED, &mut BTreeMap::new()).await?;
    let kept = deliver_statements(&house.app, by, release, &file.name, file.parcel);
    kept.await.map_err(|error| match error {
        MakerError::Statement(error) => untaken(&file.name, error),
        other => other.into(),
    })
}

async fn page(
    house: &House,
    by: &Actor,
    release: i64,
    problem: Option<&Problem>,
) -> Result<New, Problem> {
    let (desk, product, release) = maker::release(&house.app, by, release).await?;
    Ok(New {
        release: release.id,
        organisation: desk.organisation.id,
        name: format!("{} {}", product.name, release.version),
        form: Form::new(Takes::Statements, by, problem),
    })
}

#[derive(Template, Serialize)]
#[template(path = "maker/statement.html")]
struct Document {
    id: i64,
    title: String,
    format: String,
    sentence: String,
    product: String,
    version: String,
    delivered: Shown,
    fate: Fate,
    stated: Vec<Row>,
    #[serde(skip)]
    release_address: String,
}

#[derive(Serialize)]
struct Row {
    ids: Vec<String>,
    says: Option<Mark>,
    justification: String,
    impact: String,
    component: String,
    versions: Vec<String>,
    place: String,
    /// When the house accepted it; none where it has not.
    accepted: Option<Shown>,
}

impl Show for Document {
    fn title(&self) -> String {
        format!("Statements: {}", self.title)
    }
}

/// `GET /maker/statements/{document}`.
pub(crate) async fn look(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(document): Path<String>,
) -> Result<Response, Problem> {
    let id = number("document with statements", &document)?;
    let (delivery, vex, (product, release), stated) =
        maker::look(&house.app, &by, id).await?;
    let clock = face.clock().clone();
    face.show(&Document {
        id,
        sentence: sentence(&stated, &delivery.reason),
        fate: Fate::of(&delivery),
        title: delivery.title,
        format: vex.format,
        product: product.name,
        version: release.version,
        delivered: clock.show(&delivery.delivered),
        release_address: format!("{}/{}", super::product::HOME, release.id),
        stated: stated
            .into_iter()
            .map(|one| Row {
                ids: one.ids,
                says: one.verdict.map(|verdict| Mark::verdict(Some(verdict))),
                justification: one.justification.replace('_', " "),
                impact: one.impact,
                component: one.component,
                versions: one.versions,
                place: one.place,
                accepted: one.accepted.map(|accepted| clock.show(&accepted.accepted)),
            })
            .collect(),
    })
}

fn sentence(stated: &[Stated], declined: &str) -> String {
    let accepted = stated.iter().filter(|one| one.accepted.is_some()).count();
    let count = counted(stated.len(), "statement", "statements");
    match (accepted, declined) {
        (0, "") => format!(
            "{count}. They are your word, and change nothing until somebody of the house \
             accepts them."
        ),
        (0, _) => format!("{count}, all of which the house declined."),
        (accepted, "") => format!("{count}, {accepted} of which the house has accepted."),
        (accepted, _) => {
            format!(
                "{count}, {accepted} of which the house has accepted; it declined the rest."
            )
        }
    }
}

fn number(noun: &str, text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::not_found(noun, text))
}
