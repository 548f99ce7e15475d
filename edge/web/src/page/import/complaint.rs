//! What was wrong with the rows and cells of an import: where, what, and what to do.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use device::inventory::harmless;
use operations::Permission;
use operations::inventory::log_taken;
use serde::Serialize;
use store::Complaint;

use super::{file_headers, id, taken_at};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::page::stretch::{Pages, Place, Start, Wanted};
use crate::problem::Problem;
use crate::words::{figure, many};

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
    /// The cursor behind the last of these; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    pages: Pages,
    /// Where they are taken away, if whoever looks may.
    #[serde(skip)]
    taken_at: Option<String>,
}

impl Show for Page {
    fn title(&self) -> String {
        format!("Complaints of import {}", self.import)
    }
}

/// `GET /imports/{import}/complaints`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(import): Path<String>,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let store = &house.app.store;
    let scope = by.scope(Permission::ViewDevices);
    let import = store.import(&scope, id("import", &import)?).await?;
    // Complaints are numbered from 1, and none comes or goes once they are kept.
    let after = match &wanted.start {
        Start::First => 0,
        Start::After(place) => place.last_number().unwrap_or(0).max(0),
        Start::At(from) => i64::try_from(*from).unwrap_or(i64::MAX),
    };
    let limit = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
    let complaints = store.complaints(&scope, import.id, after, limit).await?;
    let (end, kept) = (after + complaints.len() as i64, import.complaints.min(ALL));
    let next = (end < kept && !complaints.is_empty())
        .then(|| Place::default().number(end).cursor());
    let number = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    let path = format!("/imports/{}/complaints", import.id);
    let counts = (number(after), complaints.len(), number(kept));
    let pages = wanted.pages(&path, counts, next.as_deref());
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
        complaints,
        next,
        pages,
        taken_at: taken_at(&house, &by, import.id).await?,
    })
}

/// `GET /imports/{import}/complaints.csv`: all that are kept.
pub(crate) async fn separated(
    State(house): State<House>,
    By(by): By,
    Path(import): Path<String>,
) -> Result<Response, Problem> {
    let store = &house.app.store;
    let scope = by.scope(Permission::ExportDevices);
    let import = store.import(&scope, id("import", &import)?).await?;
    let complaints = store.complaints(&scope, import.id, 0, ALL).await?;
    log_taken(&house.app, &by, &import, "export the complaints of an import").await?;
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
