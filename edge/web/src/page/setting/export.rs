//! Taking away all that an organisation owns.

use std::io::Read as _;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use operations::{Actor, Permission, export};
use serde::{Deserialize, Serialize};

use crate::House;
use crate::access::By;
use crate::face::{Face, RequestId, Show};
use crate::field::{Choice, Fault, Faults};
use crate::form::Typed;
use crate::problem::Problem;

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
    // Below the data folder, for its owner alone, and gone once it is open.
    let name = format!("export-{}.zip", RequestId::make().0);
    let place = house.app.data.join(&name);
    export::export_own(&house.app, &by, organisation, &place).await?;
    let opened = std::fs::File::open(&place);
    std::fs::remove_file(&place).ok();
    let file = opened.map_err(|error| Problem::ours(error.to_string()))?;
    let name = format!("lazaret-{organisation}-{}.zip", house.app.today());
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, body(file)).into_response())
}

/// How many bytes are read at once.
const PIECE: usize = 64 * 1024;

/// The file, piece by piece.
fn body(file: std::fs::File) -> Body {
    Body::from_stream(stream::unfold(Some(file), |file| async move {
        let read = tokio::task::spawn_blocking(move || {
            let mut file = file?;
            let mut piece = vec![0; PIECE];
            match file.read(&mut piece) {
                Ok(0) => None,
                Ok(count) => {
                    piece.truncate(count);
                    Some((Ok(piece), Some(file)))
                }
                Err(error) => Some((Err(error), None)),
            }
        });
        read.await.unwrap_or_else(|error| Some((Err(std::io::Error::other(error)), None)))
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
    let places = places.into_iter().map(|one| (one.id.to_string(), one.name));
    let choice = Choice::new("organisation", "Organisation", places, &form.organisation)
        .hint("With everything below it.")
        .judged(faults);
    Ok(Page {
        form_token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        choice,
        fields_wanted: ["organisation"],
    })
}
