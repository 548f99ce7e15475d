//! One's own password, changed by whoever knows the one before.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use askama::Template;
use axum::extract::{ConnectInfo, State};
use axum::http::{Extensions, header};
use axum::response::Response;
use operations::Actor;
use operations::account::change_password;
use serde::{Deserialize, Serialize};
use store::NewSession;

use crate::access::{By, Caller, Key};
use crate::face::{Face, Show};
use crate::field::{Faults, Field, Holds, empty};
use crate::form::Typed;
use crate::problem::Problem;
use crate::{House, rate, session};

/// What is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    old_password: String,
    password: String,
}

#[derive(Template, Serialize)]
#[template(path = "account/password.html")]
struct Page {
    /// Whether there is one to change.
    has_password: bool,
    fields_wanted: [&'static str; 2],
    #[serde(skip)]
    form_token: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    old: Field,
    #[serde(skip)]
    new: Field,
}

impl Show for Page {
    fn title(&self) -> String {
        "Change your password".to_owned()
    }
}

/// `GET /account/password`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let shown = page(&house, &by, None).await?;
    face.show(&shown)
}

/// `POST /account/password`. The old password shows who it is, so nothing else is asked; it is
/// guessed no faster than at the sign-in.
pub(crate) async fn change(
    face: Face,
    State(house): State<House>,
    caller: Caller,
    extensions: Extensions,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    match act(&house, &caller, &extensions, &form).await {
        Ok(new) => {
            let cookie = session::begin(house.transport, &new);
            let mut response = face.done("/account");
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            Ok(response)
        }
        // Who is told to wait sees the header too.
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let shown = page(&house, &caller.actor, Some(&problem)).await?;
            face.again(&shown, problem)
        }
    }
}

async fn act(
    house: &House,
    caller: &Caller,
    extensions: &Extensions,
    form: &Form,
) -> Result<NewSession, Problem> {
    let Key::Session(secret) = &caller.key else { return Err(Problem::in_person()) };
    let missing = empty(&[
        ("old_password", &form.old_password, "Enter the password that you have."),
        ("password", &form.password, "Choose a new password."),
    ]);
    if !missing.is_empty() {
        return Err(Problem::wrong_fields(missing));
    }
    let by = &caller.actor;
    let from = extensions.get::<ConnectInfo<SocketAddr>>();
    let from = from.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |from| from.0.ip());
    // The tries are those of a confirmation: both ask for the same password.
    let account = format!("confirm {} {}", by.head, by.person);
    let taken = rate::try_once(&house.app, &account, from).await?;
    let typed = (form.old_password.as_str(), form.password.as_str());
    let new = change_password(&house.app, by, secret, typed).await?;
    taken.give_back(&house.app).await?;
    Ok(new)
}

async fn page(
    house: &House,
    by: &Actor,
    problem: Option<&Problem>,
) -> Result<Page, Problem> {
    let person = house.app.store.person(by.head, by.person).await?;
    let wrong = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
    Ok(Page {
        has_password: person.password.is_some(),
        fields_wanted: ["old_password", "password"],
        form_token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        old: Field::new("old_password", "Old password", Holds::Password).judged(wrong),
        new: Field::new("password", "New password", Holds::NewPassword)
            .hint("At least 15 characters; a sentence is easy to remember.")
            .judged(wrong),
    })
}
