//! Signing in and out.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use askama::Template;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{Extensions, header};
use axum::response::Response;
use operations::sign_in;
use serde::{Deserialize, Serialize};

use crate::access::{Caller, Key};
use crate::face::{Face, Show};
use crate::field::{Faults, Field, Holds, empty};
use crate::form::Typed;
use crate::problem::Problem;
use crate::{House, session};

/// What is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    address: String,
    password: String,
    next: String,
}

/// Where the sign-in leads.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Way {
    next: String,
}

#[derive(Template, Serialize)]
#[template(path = "sign_in.html")]
struct SignIn {
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    fields: [Field; 2],
    next: String,
}

impl Show for SignIn {
    fn title(&self) -> String {
        "Sign in".to_owned()
    }
}

impl SignIn {
    fn new(form: &Form, problem: Option<&Problem>) -> Self {
        let wrong = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
        Self {
            faults: problem.map_or_else(Faults::none, Faults::of),
            fields: [
                Field::new("address", "E-mail address", Holds::Username)
                    .typed(&form.address)
                    .judged(wrong),
                Field::new("password", "Password", Holds::Password).judged(wrong),
            ],
            next: session::next(&form.next).to_owned(),
        }
    }
}

/// `GET /sign-in`.
pub(crate) async fn show(
    face: Face,
    Query(way): Query<Way>,
) -> Result<Response, Problem> {
    let form = Form { next: way.next, ..Form::default() };
    face.show(&SignIn::new(&form, None))
}

/// `POST /sign-in`.
pub(crate) async fn enter(
    face: Face,
    State(house): State<House>,
    extensions: Extensions,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let from = extensions.get::<ConnectInfo<SocketAddr>>();
    let from = from.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |from| from.0.ip());
    match act(&house, from, &form).await {
        Ok(cookie) => {
            let mut response = face.done(session::next(&form.next));
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            Ok(response)
        }
        // Who is told to wait sees the header too.
        Err(problem) if problem.wait.is_some() => Err(problem),
        Err(problem) => face.again(&SignIn::new(&form, Some(&problem)), problem),
    }
}

async fn act(
    house: &House,
    from: IpAddr,
    form: &Form,
) -> Result<axum::http::HeaderValue, Problem> {
    let faults = empty(&[
        ("address", &form.address, "Enter your e-mail address."),
        ("password", &form.password, "Enter your password."),
    ]);
    if !faults.is_empty() {
        return Err(Problem::wrong_fields(faults));
    }
    let now = (house.app.now)();
    house.rates.try_once(&form.address, from, now).map_err(Problem::too_often)?;
    let new = sign_in::sign_in(&house.app, &form.address, &form.password).await?;
    house.rates.give_back(&form.address, from, now);
    Ok(session::begin(house.transport, &new))
}

/// `POST /sign-out`.
pub(crate) async fn leave(
    face: Face,
    State(house): State<House>,
    caller: Caller,
) -> Result<Response, Problem> {
    let Key::Session(secret) = &caller.key else { return Err(Problem::in_person()) };
    sign_in::sign_out(&house.app, &caller.actor, secret).await?;
    let mut response = face.done("/sign-in");
    response.headers_mut().insert(header::SET_COOKIE, session::end(house.transport));
    Ok(response)
}
