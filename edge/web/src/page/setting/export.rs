//! Taking away all that an organisation owns.

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use operations::export::UnderWay;
use operations::{Actor, Permission, export};
use serde::{Deserialize, Serialize};

use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Faults};
use crate::form::Typed;
use crate::live::{self, GoesOn};
use crate::parts::Place;
use crate::problem::Problem;
use crate::words;

/// What is chosen.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    organisation: String,
}

#[derive(Template, Serialize)]
#[template(path = "setting/export.html")]
struct Page {
    #[serde(skip)]
    form_token: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    choice: Choice,
    fields_wanted: [&'static str; 1],
    under_way: Vec<Row>,
}

/// A file that this server makes at this moment.
#[derive(PartialEq, Eq, Serialize)]
struct Row {
    organisation: String,
    begun: Shown,
    tables: usize,
    of_tables: usize,
    rows: u64,
    documents: usize,
}

impl Row {
    fn of(one: UnderWay, clock: &Clock) -> Self {
        Self {
            organisation: one.organisation.name,
            begun: clock.show(&one.begun.to_string()),
            tables: one.far.tables,
            of_tables: export::tables(),
            rows: one.far.rows,
            documents: one.far.documents,
        }
    }

    /// How far it is, in words.
    fn far(&self) -> String {
        let rows = words::number(self.rows);
        let documents = words::counted(self.documents, "document", "documents");
        format!("table {} of {}, {rows} rows, {documents}", self.tables, self.of_tables)
    }
}

/// What is made as it goes on: whoever has the page open is told of what begins later, too.
#[derive(PartialEq, Eq, Serialize)]
#[serde(transparent)]
struct Making(Vec<Row>);

impl GoesOn for Making {
    fn is_over(&self) -> bool {
        false
    }
}

impl Making {
    fn of(house: &House, by: &Actor) -> Self {
        let clock = Clock::new((house.app.now)(), &by.zone);
        let all = export::under_way(&house.app, by).into_iter();
        Self(all.map(|one| Row::of(one, &clock)).collect())
    }
}

impl Show for Page {
    fn title(&self) -> String {
        "Take everything away".to_owned()
    }
}

/// `GET /settings/export`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let shown = page(&house, &by, &Form::default(), None).await?;
    face.show(&shown)
}

/// `GET /settings/export/events`: what is being made, and how far each file is.
pub(crate) async fn events(
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let of = house.clone();
    live::told(&house, move || {
        let made = Making::of(&of, &by);
        async move { Ok(made) }
    })
}

/// `POST /settings/export`: the file.
pub(crate) async fn take(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let Ok(organisation) = form.organisation.parse::<i64>() else {
        let fault = Fault::new("organisation", "Choose an organisation.");
        let problem = Problem::wrong_fields(vec![fault]);
        let shown = page(&house, &by, &form, Some(&problem)).await?;
        return face.again(&shown, problem);
    };
    let pieces = export::export_own(&house.app, &by, organisation).await?;
    let name = format!("lazaret-{organisation}-{}.zip", house.app.today());
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, body(pieces)).into_response())
}

/// The file as it is written. Where that fails the connection is cut, so that nobody takes a part
/// for the whole.
fn body(pieces: export::Pieces) -> Body {
    Body::from_stream(stream::unfold(pieces, |mut pieces| async move {
        let piece = pieces.recv().await?;
        Some((piece, pieces))
    }))
}

async fn page(
    house: &House,
    by: &Actor,
    form: &Form,
    problem: Option<&Problem>,
) -> Result<Page, Problem> {
    let faults = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
    let scope = by.scope(Permission::Administer);
    let places = house.app.store.organisations(&scope).await?;
    let places = Place::options(&places);
    let choice = Choice::new("organisation", "Organisation", places, &form.organisation)
        .hint("With everything below it.")
        .judged(faults);
    Ok(Page {
        form_token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        choice,
        fields_wanted: ["organisation"],
        under_way: Making::of(house, by).0,
    })
}
