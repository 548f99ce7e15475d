//! Somebody shows again who they are, before something grave.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use askama::Template;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::Extensions;
use axum::response::Response;
use operations::Actor;
use operations::second_factor::confirm;
use serde::{Deserialize, Serialize};

use crate::access::{Caller, Key};
use crate::face::{Face, Show};
use crate::field::{Fault, Faults, Field, Holds};
use crate::form::Typed;
use crate::problem::Problem;
use crate::{House, session};

/// What is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    password: String,
    code: String,
    next: String,
}

/// Where it leads.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Way {
    next: String,
}

#[derive(Template, Serialize)]
#[template(path = "confirm.html")]
struct Page {
    next: String,
    #[serde(skip)]
    form_token: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    fields: Vec<Field>,
}

impl Show for Page {
    fn title(&self) -> String {
        "Show that it is you".to_owned()
    }
}

/// `GET /confirm`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    caller: Caller,
    Query(way): Query<Way>,
) -> Result<Response, Problem> {
    let shown = page(&house, &caller.actor, &way.next, None).await?;
    face.show(&shown)
}

/// `POST /confirm`.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    caller: Caller,
    extensions: Extensions,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let Key::Session(secret) = &caller.key else { return Err(Problem::in_person()) };
    let by = &caller.actor;
    let from = extensions.get::<ConnectInfo<SocketAddr>>();
    let from = from.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |from| from.0.ip());
    let (account, now) =
        (format!("confirm {} {}", by.head, by.person), (house.app.now)());
    house.rates.try_once(&account, from, now).map_err(Problem::too_often)?;
    match confirm(&house.app, by, secret, &form.password, &form.code).await {
        Ok(()) => {
            house.rates.give_back(&account, from, now);
            Ok(face.done(session::next(&form.next)))
        }
        Err(error) => {
            let mut problem = Problem::from(error);
            if problem.cause.is_none() {
                problem.faults = vec![Fault::new("password", problem.detail.clone())];
            }
            let shown = page(&house, by, &form.next, Some(&problem)).await?;
            face.again(&shown, problem)
        }
    }
}

async fn page(
    house: &House,
    by: &Actor,
    next: &str,
    problem: Option<&Problem>,
) -> Result<Page, Problem> {
    let faults = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
    let person = house.app.store.person(by.head, by.person).await?;
    let mut fields =
        vec![Field::new("password", "Password", Holds::Password).judged(faults)];
    if person.totp.is_some() {
        let code = Field::new("code", "Or a code from your app", Holds::Code);
        fields.push(code.hint("One of the two is enough.").judged(faults));
    }
    Ok(Page {
        next: session::next(next).to_owned(),
        form_token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        fields,
    })
}
