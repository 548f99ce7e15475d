//! A bill that arrived: what it is about and how good it is, and the form that places it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use operations::Actor;
use operations::bills::{
    BillError, Look, Placing, Proposed, Sought, look_for, place, set_aside,
};
use serde::Serialize;

use super::builds::{Builds, Looked, Ticked};
use super::{number, profile};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Fault, Faults, Field, Holds};
use crate::form::Typed;
use crate::problem::Problem;
use crate::words::counted;

#[derive(Template, Serialize)]
#[template(path = "product/placing.html")]
struct Page {
    id: i64,
    file: String,
    format: String,
    spec: String,
    components: i64,
    with_purl: i64,
    with_cpe: i64,
    sentence: String,
    quality: Vec<Score>,
    notes: Vec<Note>,
    note_count: usize,
    proposed: Builds,
    #[serde(skip)]
    form: Form,
}

#[derive(Serialize)]
struct Score {
    profile: &'static str,
    score: u8,
    missing: usize,
}

#[derive(Serialize)]
struct Note {
    place: String,
    message: String,
}

struct Form {
    token: String,
    faults: Faults,
    maker: Field,
    product: Field,
    version: Field,
}

impl Show for Page {
    fn title(&self) -> String {
        format!("Place {}", self.file)
    }
}

/// `GET /products/bills/{original}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(original): Path<String>,
    Query(looked): Query<Looked>,
) -> Result<Response, Problem> {
    let original = number("bill of materials", &original)?;
    let sought = Sought { words: &looked.sought, named: &[] };
    let seen = look_for(&house.app, &by, original, sought).await?;
    face.show(&page(seen, &by, &looked.sought, None, None))
}

/// `POST /products/bills/{original}`: places it, or looks for other devices.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(original): Path<String>,
    Typed(fields): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let original = number("bill of materials", &original)?;
    let ticked = Ticked::of(&fields);
    let typed = typed(&fields, &ticked);
    let sought = ticked.sought.as_str();
    if ticked.looks {
        return face.show(&again(&house, &by, original, sought, &typed, None).await?);
    }
    match place(&house.app, &by, original, &typed).await {
        Ok(placed) => {
            let at = format!("/products/releases/{}", placed.release);
            Ok(face.made(placed.bill, &at))
        }
        Err(error) => {
            let problem = problem(error);
            if problem.faults.is_empty() {
                return Err(problem);
            }
            let wrong = Some(&problem);
            let page = again(&house, &by, original, sought, &typed, wrong).await?;
            face.again(&page, problem)
        }
    }
}

/// The page with what was typed.
async fn again(
    house: &House,
    by: &Actor,
    original: i64,
    words: &str,
    typed: &Placing,
    problem: Option<&Problem>,
) -> Result<Page, Problem> {
    let sought = Sought { words, named: &typed.builds };
    let seen = look_for(&house.app, by, original, sought).await?;
    Ok(page(seen, by, words, Some(typed), problem))
}

/// `POST /products/bills/{original}/set-aside`: it is not to be placed.
pub(crate) async fn put_away(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(original): Path<String>,
) -> Result<Response, Problem> {
    set_aside(&house.app, &by, number("bill of materials", &original)?).await?;
    Ok(face.done("/products"))
}

fn typed(fields: &BTreeMap<String, String>, ticked: &Ticked) -> Placing {
    let text = |key: &str| fields.get(key).cloned().unwrap_or_default();
    Placing {
        maker: text("maker"),
        product: text("product"),
        version: text("version"),
        builds: ticked.builds.clone(),
    }
}

/// A word that is missing is a fault of its field.
fn problem(error: BillError) -> Problem {
    let BillError::Missing(what) = error else { return error.into() };
    let mend = match what {
        "maker" => "Enter who makes it.",
        "product" => "Enter what it is called.",
        _ => "Enter which release it is.",
    };
    Problem::wrong_fields(vec![Fault::new(what, mend)])
}

fn page(
    seen: Look,
    by: &Actor,
    sought: &str,
    typed: Option<&Placing>,
    problem: Option<&Problem>,
) -> Page {
    let faults = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
    let own = Placing {
        maker: seen.subject.maker.clone(),
        product: seen.subject.name.clone(),
        version: seen.subject.version.clone(),
        builds: Vec::new(),
    };
    let shown = typed.unwrap_or(&own);
    let field = |name, label, hint, value: &str| {
        Field::new(name, label, Holds::Text).hint(hint).typed(value).judged(faults)
    };
    let form = Form {
        token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        maker: field("maker", "Maker", "Who makes the product.", &shown.maker),
        product: field("product", "Product", "What its maker calls it.", &shown.product),
        version: field(
            "version",
            "Release",
            "Its version, as its maker writes it.",
            &shown.version,
        ),
    };
    // Those that agree are ticked until somebody says otherwise.
    let is_chosen = |build: &Proposed| match typed {
        Some(typed) => typed.builds.contains(&build.configuration),
        None => build.agrees,
    };
    let proposed = Builds::new(seen.proposed, seen.more, sought, is_chosen);
    Page {
        id: seen.original.id,
        file: seen.original.name,
        sentence: sentence(seen.counted.components, &proposed),
        format: seen.counted.format,
        spec: seen.counted.spec,
        components: seen.counted.components,
        with_purl: seen.counted.with_purl,
        with_cpe: seen.counted.with_cpe,
        quality: seen
            .quality
            .into_iter()
            .map(|one| Score {
                profile: profile(&one.profile),
                score: one.score,
                missing: one.missing,
            })
            .collect(),
        notes: seen
            .notes
            .into_iter()
            .map(|(place, message)| Note { place, message })
            .collect(),
        note_count: seen.note_count,
        proposed,
        form,
    }
}

fn sentence(components: i64, proposed: &Builds) -> String {
    let components =
        counted(usize::try_from(components).unwrap_or(0), "component", "components");
    match proposed.agreeing_devices() {
        0 => format!("It lists {components}. Say which release it describes."),
        count => {
            let devices =
                counted(usize::try_from(count).unwrap_or(0), "device", "devices");
            format!(
                "It lists {components}, and seems to describe {devices} of yours. Say if so."
            )
        }
    }
}
