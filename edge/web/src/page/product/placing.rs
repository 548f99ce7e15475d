//! A bill that arrived: what it is about and how good it is, and the form that places it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use operations::Actor;
use operations::bills::{BillError, Look, Placing, Proposed, look, place};
use serde::Serialize;

use super::{number, profile};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Fault, Faults, Field, Holds};
use crate::form::Typed;
use crate::problem::Problem;
use crate::words::{counted, many};

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
    proposed: Vec<Choosable>,
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

/// A build, and whether it is ticked.
#[derive(Serialize)]
struct Choosable {
    build: Proposed,
    is_chosen: bool,
    #[serde(skip)]
    count: String,
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
) -> Result<Response, Problem> {
    let seen = look(&house.app, &by, number("bill of materials", &original)?).await?;
    face.show(&page(seen, &by, None, None))
}

/// `POST /products/bills/{original}`: places it.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(original): Path<String>,
    Typed(fields): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let original = number("bill of materials", &original)?;
    let typed = typed(&fields);
    match place(&house.app, &by, original, &typed).await {
        Ok(placed) => Ok(face.done(&format!("/products/releases/{}", placed.release))),
        Err(error) => {
            let problem = problem(error);
            if problem.faults.is_empty() {
                return Err(problem);
            }
            let seen = look(&house.app, &by, original).await?;
            face.again(&page(seen, &by, Some(&typed), Some(&problem)), problem)
        }
    }
}

/// `build-12` names the build of that number.
fn typed(fields: &BTreeMap<String, String>) -> Placing {
    let text = |key: &str| fields.get(key).cloned().unwrap_or_default();
    let builds = fields.keys().filter_map(|key| key.strip_prefix("build-")?.parse().ok());
    Placing {
        maker: text("maker"),
        product: text("product"),
        version: text("version"),
        builds: builds.collect(),
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
    let is_chosen = |build: &Proposed| match typed {
        Some(typed) => typed.builds.contains(&build.configuration),
        None => build.agrees,
    };
    let proposed: Vec<Choosable> = seen
        .proposed
        .into_iter()
        .map(|build| Choosable {
            is_chosen: is_chosen(&build),
            count: many(build.devices, "device", "devices"),
            build,
        })
        .collect();
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

fn sentence(components: i64, proposed: &[Choosable]) -> String {
    let components =
        counted(usize::try_from(components).unwrap_or(0), "component", "components");
    let agree = proposed.iter().filter(|one| one.build.agrees);
    let devices: i64 = agree.map(|one| one.build.devices).sum();
    match devices {
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
