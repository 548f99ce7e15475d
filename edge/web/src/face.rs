//! The two faces of an answer: a page, and the same value as JSON.

use std::convert::Infallible;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use operations::Actor;
use serde::Serialize;

use crate::House;
use crate::access::Caller;
use crate::clock::Clock;
use crate::field::Fault;
use crate::problem::Problem;
use crate::shell::Shell;

/// Which face whoever asks would have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wants {
    Page,
    Json,
}

/// The number of a request, in its answer and in the log.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

impl RequestId {
    pub(crate) fn make() -> Self {
        let mut bytes = [0; 8];
        // Without randomness all requests are called the same, and are answered still.
        getrandom::fill(&mut bytes).ok();
        Self(format!("{:016x}", u64::from_be_bytes(bytes)))
    }
}

/// A value that is shown.
pub(crate) trait Show: Template + Serialize {
    /// What the page is called.
    fn title(&self) -> String;

    /// What was searched for: it stays in the box.
    fn sought(&self) -> &str {
        ""
    }
}

/// How an answer will look.
#[derive(Debug)]
pub(crate) struct Face {
    wants: Wants,
    id: RequestId,
    shell: Shell,
}

impl Face {
    pub(crate) async fn new(
        house: &House,
        wants: Wants,
        id: RequestId,
        actor: Option<Actor>,
        path: &str,
    ) -> Self {
        let shell = match wants {
            Wants::Page => Shell::new(house, actor.as_ref(), path).await,
            Wants::Json => Shell::bare(house, actor.as_ref()),
        };
        Self { wants, id, shell }
    }

    /// The clock of whoever looks.
    pub(crate) fn clock(&self) -> &Clock {
        &self.shell.clock
    }

    /// Shows a value.
    pub(crate) fn show(self, value: &impl Show) -> Result<Response, Problem> {
        self.show_as(StatusCode::OK, value)
    }

    /// Shows a form again with what is wrong: as a page with what was typed, as JSON the
    /// problem alone.
    pub(crate) fn again(
        self,
        value: &impl Show,
        problem: Problem,
    ) -> Result<Response, Problem> {
        match self.wants {
            Wants::Page if problem.cause.is_none() => self.show_as(problem.status, value),
            Wants::Page | Wants::Json => Err(problem),
        }
    }

    /// Says that an act was done: a page leads on, a program gets a receipt.
    pub(crate) fn done(&self, to: &str) -> Response {
        #[derive(Serialize)]
        struct Receipt<'a> {
            see: &'a str,
        }
        match self.wants {
            Wants::Page => {
                (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
            }
            Wants::Json => axum::Json(Receipt { see: to }).into_response(),
        }
    }

    /// Says that an act made something: a page leads there, a program is told its number and
    /// where it is (RFC 9110 §15.3.2).
    pub(crate) fn made(&self, id: i64, at: &str) -> Response {
        self.made_and_on(id, at, at)
    }

    /// As [`Face::made`], where a page leads elsewhere.
    pub(crate) fn made_and_on(&self, id: i64, at: &str, on: &str) -> Response {
        #[derive(Serialize)]
        struct Receipt<'a> {
            see: &'a str,
            id: i64,
        }
        match self.wants {
            Wants::Page => self.done(on),
            Wants::Json => {
                let receipt = axum::Json(Receipt { see: at, id });
                let headers = [(header::LOCATION, at.to_owned())];
                (StatusCode::CREATED, headers, receipt).into_response()
            }
        }
    }

    /// Shows something that was made, which is at an address from now on.
    pub(crate) fn show_made(
        self,
        value: &impl Show,
        at: &str,
    ) -> Result<Response, Problem> {
        let status = match self.wants {
            Wants::Page => StatusCode::OK,
            Wants::Json => StatusCode::CREATED,
        };
        let mut response = self.show_as(status, value)?;
        if let (StatusCode::CREATED, Ok(at)) = (status, HeaderValue::from_str(at)) {
            response.headers_mut().insert(header::LOCATION, at);
        }
        Ok(response)
    }

    fn show_as(self, status: StatusCode, value: &impl Show) -> Result<Response, Problem> {
        if self.wants == Wants::Json {
            return Ok((status, axum::Json(value)).into_response());
        }
        let failed = |error: askama::Error| Problem::ours(format!("a template: {error}"));
        let content = value.render().map_err(failed)?;
        let page = self.shell.around(value.title(), value.sought(), content);
        let page = page.render().map_err(failed)?;
        Ok((status, Html(page)).into_response())
    }

    /// Shows what could not be done.
    pub(crate) fn problem(self, problem: &Problem) -> Response {
        let status = problem.status;
        let shown = ShownProblem {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Problem"),
            status: status.as_u16(),
            detail: problem.detail.clone(),
            next: problem.next.clone(),
            request: self.id.0.clone(),
            errors: problem.faults.clone(),
            heading: problem.title(),
        };
        let mut response = match self.wants {
            Wants::Json => {
                let kind = HeaderValue::from_static("application/problem+json");
                let mut response = (status, axum::Json(&shown)).into_response();
                response.headers_mut().insert(header::CONTENT_TYPE, kind);
                response
            }
            // The page of a problem is the last that can go wrong.
            Wants::Page => match self.show_as(status, &shown) {
                Ok(response) => response,
                Err(_) => (status, shown.detail.clone()).into_response(),
            },
        };
        if let Some(seconds) = problem.wait {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl FromRequestParts<House> for Face {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        house: &House,
    ) -> Result<Self, Self::Rejection> {
        let wants = parts.extensions.get::<Wants>().copied().unwrap_or(Wants::Page);
        let id = parts.extensions.get::<RequestId>().cloned();
        let actor = parts.extensions.get::<Caller>().map(|caller| caller.actor.clone());
        let id = id.unwrap_or_else(RequestId::make);
        Ok(Self::new(house, wants, id, actor, parts.uri.path()).await)
    }
}

/// RFC 9457 §3.1, with the request's number, what to do next, and the faults by field.
#[derive(Template, Serialize)]
#[template(path = "problem.html")]
struct ShownProblem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    next: String,
    request: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Fault>,
    #[serde(skip)]
    heading: &'static str,
}

impl ShownProblem {
    fn is_signed_out(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED.as_u16()
    }
}

impl Show for ShownProblem {
    fn title(&self) -> String {
        self.heading.to_owned()
    }
}
