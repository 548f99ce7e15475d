//! Setting a password with a link that works once.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::Response;
use operations::people::{self, PeopleError};
use serde::{Deserialize, Serialize};

use crate::face::{Face, Show};
use crate::field::{Faults, Field, Holds, empty};
use crate::form::Typed;
use crate::problem::Problem;
use crate::{House, session};

/// What is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    password: String,
}

#[derive(Template, Serialize)]
#[template(path = "password.html")]
struct Password {
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    field: Field,
    fields_wanted: [&'static str; 1],
    /// What the identity provider is called, where there is one.
    provider: Option<String>,
    #[serde(skip)]
    to_provider: String,
}

impl Show for Password {
    fn title(&self) -> String {
        "Choose a password".to_owned()
    }
}

impl Password {
    fn new(house: &House, secret: &str, problem: Option<&Problem>) -> Self {
        let wrong = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
        Self {
            faults: problem.map_or_else(Faults::none, Faults::of),
            field: Field::new("password", "New password", Holds::NewPassword)
                .hint("At least 15 characters; a sentence is easy to remember.")
                .judged(wrong),
            fields_wanted: ["password"],
            provider: house.app.provider.as_ref().map(|one| one.name().to_owned()),
            to_provider: format!("/password/{}/provider", session::quoted(secret)),
        }
    }
}

/// `GET /password/{secret}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    Path(secret): Path<String>,
) -> Result<Response, Problem> {
    match people::works(&house.app, &secret).await? {
        true => face.show(&Password::new(&house, &secret, None)),
        false => Err(PeopleError::Link.into()),
    }
}

/// `POST /password/{secret}`.
pub(crate) async fn set(
    face: Face,
    State(house): State<House>,
    Path(secret): Path<String>,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let missing = empty(&[("password", &form.password, "Choose a password.")]);
    let done = match missing.is_empty() {
        true => people::set_password(&house.app, &secret, &form.password)
            .await
            .map_err(Problem::from),
        false => Err(Problem::wrong_fields(missing)),
    };
    match done {
        Ok(new) => {
            let cookie = session::begin(house.transport, &new);
            let mut response = face.done("/today");
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            face.again(&Password::new(&house, &secret, Some(&problem)), problem)
        }
    }
}
