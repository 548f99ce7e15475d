//! A form that arrived: what it says of itself, and of which product and releases it is.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use operations::Actor;
use operations::mds2::{Placing, place, proposed};
use serde::Serialize;

use super::arrival::Wanted;
use super::{HOME, name_of, number};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Faults, Field, Holds};
use crate::form::Typed;
use crate::problem::Problem;

#[derive(Template, Serialize)]
#[template(path = "mds2/placing.html")]
struct Page {
    id: i64,
    file: String,
    name: String,
    sentence: String,
    edition: String,
    medium: String,
    released: String,
    questions: i64,
    answered: i64,
    /// What was set aside or mended in reading.
    notes: Vec<Note>,
    note_count: usize,
    /// The maker through whose account it came; empty where somebody of the house brought it.
    from: String,
    proposed: Proposed,
    #[serde(skip)]
    form: Form,
}

#[derive(Serialize)]
struct Note {
    place: String,
    message: String,
}

/// Of what the form seems to be.
#[derive(Serialize)]
struct Proposed {
    maker: String,
    product: String,
    releases: Vec<String>,
}

struct Form {
    token: String,
    faults: Faults,
    maker: Field,
    product: Field,
    releases: Field,
}

/// Notes that are named one by one.
const NOTES: usize = 50;

impl Show for Page {
    fn title(&self) -> String {
        format!("Take in {}", self.name)
    }
}

/// `GET /mds2/{form}/place`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(form): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let form = number(&form)?;
    face.show(&page(&house, &by, (form, wanted.product()), None, None).await?)
}

/// `POST /mds2/{form}/place`: takes it in force.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(form): Path<String>,
    Typed(fields): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let form = number(&form)?;
    let typed = typed(&fields);
    match place(&house.app, &by, form, &typed).await {
        Ok(_) => Ok(face.done(&format!("{HOME}/{form}"))),
        Err(error) => {
            let problem = Problem::from(error);
            if problem.faults.is_empty() {
                return Err(problem);
            }
            let wrong = Some(&problem);
            let page = page(&house, &by, (form, None), Some(&typed), wrong).await?;
            face.again(&page, problem)
        }
    }
}

fn typed(fields: &BTreeMap<String, String>) -> Placing {
    let text = |key: &str| fields.get(key).cloned().unwrap_or_default();
    Placing {
        maker: text("maker"),
        product: text("product"),
        releases: releases(&text("releases")),
    }
}

/// Releases as they are typed, parted by commas.
pub(crate) fn releases(text: &str) -> Vec<String> {
    let named = text.split(',').map(str::trim).filter(|one| !one.is_empty());
    named.map(str::to_owned).collect()
}

async fn page(
    house: &House,
    by: &Actor,
    (id, wanted): (i64, Option<i64>),
    typed: Option<&Placing>,
    problem: Option<&Problem>,
) -> Result<Page, Problem> {
    let (kept, read, own) = proposed(&house.app, by, id, wanted).await?;
    let faults = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
    let shown = typed.unwrap_or(&own);
    let field = |name, label, hint, value: &str| {
        Field::new(name, label, Holds::Text).hint(hint).typed(value).judged(faults)
    };
    let form = Form {
        token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        maker: field("maker", "Maker", "Who makes the product.", &shown.maker),
        product: field("product", "Product", "What its maker calls it.", &shown.product),
        releases: field(
            "releases",
            "Releases",
            "Of which versions it is, parted by commas. Empty where it is of all.",
            &shown.releases.join(", "),
        ),
    };
    let notes = read.notes.iter().take(NOTES).map(|note| Note {
        place: note.place.to_string(),
        message: note.message.clone(),
    });
    Ok(Page {
        id,
        name: name_of(&kept),
        sentence: format!(
            "It answers {} of {} questions. Say of which product it is.",
            kept.said.answered, kept.said.questions
        ),
        notes: notes.collect(),
        note_count: read.notes.len(),
        file: kept.file,
        edition: kept.said.edition,
        medium: kept.said.medium,
        released: kept.said.released,
        questions: kept.said.questions,
        answered: kept.said.answered,
        from: kept.maker,
        proposed: Proposed {
            maker: own.maker,
            product: own.product,
            releases: own.releases,
        },
        form,
    })
}
