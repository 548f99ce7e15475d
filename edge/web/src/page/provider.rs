//! Signing in by an identity provider: somebody is sent there, and comes back.
//!
//! A link leads there and no form, because browsers hold the redirections of a form to where
//! forms of ours may go, which is here.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use operations::identity::{self, Came, Purpose, Sent};
use serde::Deserialize;

use crate::access::{By, Caller};
use crate::face::Face;
use crate::form::Typed;
use crate::page::sign_in;
use crate::problem::Problem;
use crate::{House, session};

/// Where it leads.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Way {
    next: String,
}

/// `GET /sign-in/provider`.
pub(crate) async fn enter(
    face: Face,
    State(house): State<House>,
    Query(way): Query<Way>,
) -> Result<Response, Problem> {
    let sent = identity::send(&house.app, Purpose::SignIn, session::next(&way.next));
    Ok(away(&face, &house, &sent.await?))
}

/// `GET /password/{secret}/provider`: in the place of a password.
pub(crate) async fn join(
    face: Face,
    State(house): State<House>,
    headers: HeaderMap,
    Path(secret): Path<String>,
) -> Result<Response, Problem> {
    from_here(&headers)?;
    let sent = identity::send(&house.app, Purpose::Link(secret), "/today").await?;
    Ok(away(&face, &house, &sent))
}

/// `GET /account/identity`: joins an identity to one's own account.
pub(crate) async fn join_own(
    face: Face,
    State(house): State<House>,
    headers: HeaderMap,
    By(by): By,
) -> Result<Response, Problem> {
    from_here(&headers)?;
    let own = Purpose::Own { head: by.head, person: by.person };
    let sent = identity::send(&house.app, own, "/account").await?;
    Ok(away(&face, &house, &sent))
}

/// `GET /confirm/provider`: shows again who one is.
pub(crate) async fn confirm(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(way): Query<Way>,
) -> Result<Response, Problem> {
    let confirm = Purpose::Confirm { head: by.head, person: by.person };
    let sent = identity::send(&house.app, confirm, session::next(&way.next)).await?;
    Ok(away(&face, &house, &sent))
}

/// `GET /sign-in/provider/return`.
pub(crate) async fn come_back(
    face: Face,
    State(house): State<House>,
    headers: HeaderMap,
    Query(answer): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let errand = session::errand(house.transport, &headers);
    let errand = errand.ok_or(identity::IdentityError::Late)?;
    let secret = session::secret(house.transport, &headers);
    let received = identity::receive(&house.app, &errand, &answer, secret.as_deref());
    let (came, next) = received.await?;
    let mut response = match &came {
        Came::Session(new) => sign_in::let_in(&face, &house, new, &next),
        Came::SecondFactor(ticket) => sign_in::ask_for_code(face, ticket, &next)?,
        Came::Same => face.done(session::next(&next)),
    };
    let over = session::end_errand(house.transport);
    response.headers_mut().append(header::SET_COOKIE, over);
    Ok(response)
}

/// `POST /people/{person}/identity`: an administrator knows the subject.
pub(crate) async fn bind(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(person): Path<String>,
    Typed(fields): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let number = number(&person)?;
    let subject = fields.get("subject").map(String::as_str).unwrap_or_default();
    identity::bind(&house.app, &by, number, subject).await?;
    Ok(face.done(&format!("/people/{number}")))
}

/// `POST /people/{person}/identity/taken-away`.
pub(crate) async fn part(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(person): Path<String>,
) -> Result<Response, Problem> {
    let number = number(&person)?;
    identity::part(&house.app, &by, number).await?;
    Ok(face.done(&format!("/people/{number}")))
}

/// What the page of a person or of an account says of the provider.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// What the provider is called.
    pub(crate) provider: String,
    /// Since when the account is joined to it; empty where it is not.
    pub(crate) since: String,
}

impl Known {
    /// What is to say of an account; nothing where the house follows no provider.
    pub(crate) async fn of(
        house: &House,
        face: &Face,
        head: i64,
        person: i64,
    ) -> Result<Option<Self>, Problem> {
        let Some(provider) = &house.app.provider else { return Ok(None) };
        let identities = house.app.store.identities(head, person).await?;
        let since = identities.first().map(|since| {
            let stored = store::stored(*since);
            face.clock().show(&stored).text
        });
        let provider = provider.name().to_owned();
        Ok(Some(Self { provider, since: since.unwrap_or_default() }))
    }
}

/// Whether whoever asks has an account that is joined to the provider.
pub(crate) async fn is_joined(house: &House, caller: &Caller) -> Result<bool, Problem> {
    let (app, by) = (&house.app, &caller.actor);
    match &app.provider {
        None => Ok(false),
        Some(_) => Ok(!app.store.identities(by.head, by.person).await?.is_empty()),
    }
}

/// That a page of ours leads here: a page elsewhere must not join the identity of whoever
/// follows its link to an account of its own. Browsers say where they come from.
fn from_here(headers: &HeaderMap) -> Result<(), Problem> {
    let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    match site.is_none_or(|site| site == "same-origin") {
        true => Ok(()),
        false => Err(Problem::elsewhere()),
    }
}

fn number(person: &str) -> Result<i64, Problem> {
    person.parse().map_err(|_| Problem::not_found("person", person))
}

fn away(face: &Face, house: &House, sent: &Sent) -> Response {
    let mut response = face.done(&sent.to);
    let cookie = session::begin_errand(house.transport, &sent.errand);
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
}
