//! What was wrong with the rows and cells of an import: where, what, and what to do.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use device::inventory::harmless;
use operations::Permission;
use serde::{Deserialize, Serialize};
use store::Complaint;

use super::{file_headers, id};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::problem::Problem;
use crate::words::{figure, many};

/// How many complaints a page has.
const PAGE: i64 = 100;
/// As many are kept.
const ALL: i64 = 10_000;

#[derive(Template, Serialize)]
#[template(path = "import/complaints.html")]
struct Page {
    import: i64,
    source: String,
    sentence: String,
    count: i64,
    complaints: Vec<Complaint>,
    next: Option<i64>,
}

impl Show for Page {
    fn title(&self) -> String {
        format!("Complaints of import {}", self.import)
    }
}

/// From where on a page reads.
#[derive(Deserialize)]
pub(crate) struct After {
    after: Option<i64>,
}

/// `GET /imports/{import}/complaints`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(import): Path<String>,
    Query(page): Query<After>,
) -> Result<Response, Problem> {
    let store = &house.app.store;
    let scope = by.scope(Permission::ViewDevices);
    let import = store.import(&scope, id("import", &import)?).await?;
    let after = page.after.unwrap_or(0).max(0);
    let complaints = store.complaints(&scope, import.id, after, PAGE).await?;
    let end = after + complaints.len() as i64;
    let sentence = match import.complaints {
        0 => "Every row and cell could be read.".to_owned(),
        count if count > ALL => format!(
            "{}, the first {} of them kept: mend them in the asset system, then export again.",
            many(count, "complaint", "complaints"),
            figure(ALL)
        ),
        count => format!(
            "{}: mend them in the asset system, then export again.",
            many(count, "complaint", "complaints")
        ),
    };
    face.show(&Page {
        import: import.id,
        source: import.source_name,
        sentence,
        count: import.complaints,
        next: (end < import.complaints.min(ALL) && !complaints.is_empty()).then_some(end),
        complaints,
    })
}

/// `GET /imports/{import}/complaints.csv`: all that are kept.
pub(crate) async fn separated(
    State(house): State<House>,
    By(by): By,
    Path(import): Path<String>,
) -> Result<Response, Problem> {
    let store = &house.app.store;
    let scope = by.scope(Permission::ViewDevices);
    let import = store.import(&scope, id("import", &import)?).await?;
    let complaints = store.complaints(&scope, import.id, 0, ALL).await?;
    let bytes = csv(&complaints).map_err(|error| Problem::ours(error.to_string()))?;
    let name = format!("complaints-of-import-{}.csv", import.id);
    Ok((file_headers("text/csv; charset=utf-8", &name), bytes).into_response())
}

fn csv(complaints: &[Complaint]) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(["row", "column", "cell", "what is wrong", "what to do", "place"])?;
    for complaint in complaints {
        let row = complaint.row.to_string();
        let texts = [
            &row,
            &complaint.heading,
            &complaint.cell,
            &complaint.message,
            &complaint.mend,
            &complaint.place,
        ];
        out.write_record(texts.map(|text| harmless(text).into_owned()))?;
    }
    out.into_inner().map_err(|error| error.into_error().into())
}
