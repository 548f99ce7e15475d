//! Signing in and out.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use askama::Template;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{Extensions, header};
use axum::response::Response;
use operations::second_factor;
use operations::sign_in::{self, Entered};
use serde::{Deserialize, Serialize};
use store::NewSession;

use crate::access::{Caller, Key};
use crate::face::{Face, Show};
use crate::field::{Faults, Field, Holds, empty};
use crate::form::Typed;
use crate::page::provider;
use crate::problem::Problem;
use crate::{House, rate, session};

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
    /// Whom somebody leaves who has just signed out here.
    left: String,
}

#[derive(Template, Serialize)]
#[template(path = "sign_in.html")]
struct SignIn {
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    fields: [Field; 2],
    next: String,
    /// What the identity provider is called, where there is one.
    provider: Option<String>,
    #[serde(skip)]
    to_provider: String,
    /// Where somebody who has signed out here signs out at the provider.
    #[serde(skip)]
    leaving: Option<String>,
}

impl Show for SignIn {
    fn title(&self) -> String {
        "Sign in".to_owned()
    }
}

impl SignIn {
    fn new(house: &House, form: &Form, problem: Option<&Problem>) -> Self {
        let wrong = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
        let next = session::next(&form.next);
        let provider = house.app.provider.as_ref();
        Self {
            provider: provider.map(|provider| provider.name().to_owned()),
            to_provider: format!("/sign-in/provider?next={}", session::quoted(next)),
            leaving: None,
            faults: problem.map_or_else(Faults::none, Faults::of),
            fields: [
                Field::new("address", "E-mail address", Holds::Username)
                    .typed(&form.address)
                    .judged(wrong),
                Field::new("password", "Password", Holds::Password).judged(wrong),
            ],
            next: next.to_owned(),
        }
    }
}

/// What is asked for after the right password.
#[derive(Template, Serialize)]
#[template(path = "sign_in_code.html")]
struct AskedForCode {
    ticket: String,
    next: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    code: Field,
}

impl Show for AskedForCode {
    fn title(&self) -> String {
        "Sign in".to_owned()
    }
}

impl AskedForCode {
    fn new(ticket: String, next: &str, problem: Option<&Problem>) -> Self {
        let wrong = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
        Self {
            ticket,
            next: session::next(next).to_owned(),
            faults: problem.map_or_else(Faults::none, Faults::of),
            code: Field::new("code", "Code", Holds::Code)
                .hint("Six digits, or a recovery code.")
                .judged(wrong),
        }
    }
}

/// `GET /sign-in`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    Query(way): Query<Way>,
) -> Result<Response, Problem> {
    let form = Form { next: way.next, ..Form::default() };
    let mut shown = SignIn::new(&house, &form, None);
    if let Some(provider) = house.app.provider.as_ref().filter(|_| way.left == PROVIDER) {
        shown.leaving = provider.leaving().await;
    }
    face.show(&shown)
}

/// Whoever signed in by the provider is told that it may know them still.
const PROVIDER: &str = "provider";

/// `POST /sign-in`.
pub(crate) async fn enter(
    face: Face,
    State(house): State<House>,
    extensions: Extensions,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let from = network(&extensions);
    match act(&house, from, &form).await {
        Ok(Entered::Session(new)) => Ok(let_in(&face, &house, &new, &form.next)),
        Ok(Entered::SecondFactor(ticket)) => ask_for_code(face, &ticket, &form.next),
        // Who is told to wait sees the header too.
        Err(problem) if problem.wait.is_some() => Err(problem),
        Err(problem) => face.again(&SignIn::new(&house, &form, Some(&problem)), problem),
    }
}

/// The page that asks for the second factor.
pub(crate) fn ask_for_code(
    face: Face,
    ticket: &str,
    next: &str,
) -> Result<Response, Problem> {
    face.show(&AskedForCode::new(ticket.to_owned(), next, None))
}

/// The answer that begins a session in the browser.
pub(crate) fn let_in(
    face: &Face,
    house: &House,
    new: &NewSession,
    next: &str,
) -> Response {
    let mut response = face.done(session::next(next));
    let cookie = session::begin(house.transport, new);
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
}

/// What is typed after the right password.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct CodeForm {
    ticket: String,
    code: String,
    next: String,
}

/// `POST /sign-in/code`.
pub(crate) async fn enter_code(
    face: Face,
    State(house): State<House>,
    extensions: Extensions,
    Typed(form): Typed<CodeForm>,
) -> Result<Response, Problem> {
    let (from, now) = (network(&extensions), (house.app.now)());
    let whose = house.app.store.ticket_of(&form.ticket, now);
    let (head, person, _) = whose.ok_or_else(|| {
        Problem::from(second_factor::SecondFactorError::Late).next("Sign in again.")
    })?;
    let account = format!("code {head} {person}");
    let taken = rate::try_code(&house.app, &account, from).await?;
    match second_factor::enter(&house.app, &form.ticket, &form.code).await {
        Ok(new) => {
            taken.give_back(&house.app).await?;
            Ok(let_in(&face, &house, &new, &form.next))
        }
        Err(error) => {
            let problem = Problem::from(error);
            let shown = AskedForCode::new(form.ticket, &form.next, Some(&problem));
            face.again(&shown, problem)
        }
    }
}

/// Where a request comes from.
fn network(extensions: &Extensions) -> IpAddr {
    let from = extensions.get::<ConnectInfo<SocketAddr>>();
    from.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |from| from.0.ip())
}

async fn act(house: &House, from: IpAddr, form: &Form) -> Result<Entered, Problem> {
    let faults = empty(&[
        ("address", &form.address, "Enter your e-mail address."),
        ("password", &form.password, "Enter your password."),
    ]);
    if !faults.is_empty() {
        return Err(Problem::wrong_fields(faults));
    }
    let taken = rate::try_once(&house.app, &form.address, from).await?;
    let entered = sign_in::sign_in(&house.app, &form.address, &form.password).await?;
    taken.give_back(&house.app).await?;
    Ok(entered)
}

/// `POST /sign-out`.
pub(crate) async fn leave(
    face: Face,
    State(house): State<House>,
    caller: Caller,
) -> Result<Response, Problem> {
    let Key::Session(secret) = &caller.key else { return Err(Problem::in_person()) };
    let is_known_there = provider::is_joined(&house, &caller).await?;
    sign_in::sign_out(&house.app, &caller.actor, secret).await?;
    let left = format!("/sign-in?left={PROVIDER}");
    let mut response = face.done(if is_known_there { &left } else { "/sign-in" });
    response.headers_mut().insert(header::SET_COOKIE, session::end(house.transport));
    Ok(response)
}
