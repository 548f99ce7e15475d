//! The file of an export, on its way to us.

use askama::Template;
use axum::extract::multipart::{Field as Part, MultipartError, MultipartRejection};
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use operations::inventory::{Arriving, InventoryError, arrive};
use operations::{Actor, Permission};
use reading::limits;
use serde::Serialize;

use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Faults};
use crate::problem::{Problem, sentence};
use crate::{House, asset, words};

/// How long a text beside the file may be.
const TEXT_MAX: usize = 1024;

#[derive(Template, Serialize)]
#[template(path = "import/new.html")]
struct New {
    organisations: Vec<Place>,
    bytes_max: usize,
    rows_max: usize,
    columns_max: usize,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    organisation: Choice,
    #[serde(skip)]
    file_fault: String,
    #[serde(skip)]
    largest: String,
    #[serde(skip)]
    sample: &'static str,
}

#[derive(Serialize)]
struct Place {
    id: i64,
    name: String,
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
        Ok(upload) => Ok(face.done(&format!("/imports/uploads/{upload}"))),
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
    let options = seen.iter().map(|one| (one.id.to_string(), one.name.clone()));
    let faults = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
    let organisation =
        Choice::new("organisation", "Whose devices are they?", options, chosen)
            .hint("The hospital or site whose register the file comes from.")
            .judged(faults);
    let file_fault = faults.iter().find(|fault| fault.field == "file");
    Ok(New {
        organisation,
        file_fault: file_fault.map(|fault| fault.detail.clone()).unwrap_or_default(),
        organisations: seen
            .into_iter()
            .map(|one| Place { id: one.id, name: one.name })
            .collect(),
        bytes_max: limits::DOCUMENT_BYTES_MAX,
        rows_max: limits::ROWS_MAX,
        columns_max: limits::COLUMNS_MAX,
        token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        largest: words::size(limits::DOCUMENT_BYTES_MAX as i64),
        sample: asset::sample(),
    })
}

/// Reads the parts as they come: whose devices they are stands before the file.
async fn keep(
    house: &House,
    by: &Actor,
    parts: Result<Multipart, MultipartRejection>,
    organisation: &mut String,
) -> Result<i64, Problem> {
    let mut parts = parts.map_err(|refused| {
        Problem::new(refused.status(), sentence(&refused.body_text()))
            .next("Send the file as a form with parts (multipart/form-data).")
    })?;
    let (mut name, mut arriving) = (String::new(), Arriving::default());
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some("organisation") => *organisation = text(&mut part).await?,
            Some("file") => {
                name = part.file_name().unwrap_or_default().to_owned();
                while let Some(piece) = part.chunk().await.map_err(broken)? {
                    arriving.push(&piece).await?;
                }
            }
            _ => {}
        }
    }
    let place: i64 = organisation.parse().map_err(|_| {
        let fault = "Choose the organisation that the devices belong to.";
        Problem::wrong_fields(vec![Fault::new("organisation", fault)])
    })?;
    let parcel = arriving.whole().await?;
    if parcel.size() == 0 {
        let fault = match name.is_empty() {
            true => "Choose the file of the export.".to_owned(),
            false => format!("{name} is empty: export it again."),
        };
        return Err(Problem::wrong_fields(vec![Fault::new("file", fault)]));
    }
    arrive(&house.app, by, place, &name, parcel)
        .await
        .map_err(|error| refused(&name, error))
}

async fn text(part: &mut Part<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > TEXT_MAX {
            return Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE));
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn broken(error: MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let largest = words::size(limits::DOCUMENT_BYTES_MAX as i64);
            let fault = format!(
                "The file is larger than {largest}. Export fewer columns, or save it as a \
                 workbook (.xlsx)."
            );
            Problem {
                faults: vec![Fault::new("file", fault)],
                ..Problem::new(error.status(), "The file is too large.")
            }
        }
        status => {
            Problem::new(status, "The file did not arrive whole.").next("Send it again.")
        }
    }
}

/// A file that is no table is a fault of the field: where, what, and what to do.
fn refused(name: &str, error: InventoryError) -> Problem {
    let InventoryError::Rejected(rejected) = error else { return error.into() };
    let at = match rejected.place {
        reading::Place::Document => String::new(),
        place => format!(", at {place}"),
    };
    let fault = format!(
        "{name}{at}: {} {}",
        sentence(&rejected.message),
        sentence(&rejected.hint)
    );
    Problem::wrong_fields(vec![Fault::new("file", fault.trim())])
}
