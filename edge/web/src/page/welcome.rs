//! Coming in by a link, into a house that is tried out.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::Response;
use operations::people::PeopleError;
use operations::trial;
use serde::Serialize;

use crate::face::{Face, Show};
use crate::problem::Problem;
use crate::{House, session};

#[derive(Template, Serialize)]
#[template(path = "welcome.html")]
struct Welcome {
    name: String,
}

impl Show for Welcome {
    fn title(&self) -> String {
        "Look around".to_owned()
    }
}

/// `GET /welcome/{secret}`. Whoever fetches a page ahead must not use the link up.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    Path(secret): Path<String>,
) -> Result<Response, Problem> {
    let name = trial::whose(&house.app, &secret).await?;
    face.show(&Welcome { name: name.ok_or(PeopleError::Link)? })
}

/// `POST /welcome/{secret}`.
pub(crate) async fn enter(
    face: Face,
    State(house): State<House>,
    Path(secret): Path<String>,
) -> Result<Response, Problem> {
    let new = trial::enter(&house.app, &secret).await?;
    let cookie = session::begin(house.transport, &new);
    let mut response = face.done("/today");
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}
