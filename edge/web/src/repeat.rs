//! Requests that a program may send again, with the header `Idempotency-Key`.
//!
//! Source: draft-ietf-httpapi-idempotency-key-header-07. The same key with the same request
//! gets the same answer, for a day, and nothing is done twice; with another request it is
//! refused. What was not done (any answer but a good one) is not kept: the same request finds
//! out anew.
//!
//! A body is never held for it: it is digested as it passes. Of a form of parts, the parts are:
//! the same one sent again has another boundary.

mod parts;

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{StreamExt as _, poll_fn};
use store::{Repeat, Repeated, Taken};
use terms::IdempotencyKey;

use crate::House;
use crate::problem::Problem;
use parts::Parts;

/// How large an answer may be that is kept.
const ANSWER_MAX: usize = 1024 * 1024;

/// Answers a request of a token, or again what was answered.
pub(crate) async fn once(
    house: &House,
    (head, token): (i64, i64),
    request: Request,
    next: Next,
) -> Response {
    let key = match key(&request) {
        Ok(None) => return next.run(request).await,
        Ok(Some(key)) => key,
        Err(problem) => return problem.into_response(),
    };
    let repeat = Repeat { head, token, key: &key };
    let taken = match house.app.store.take_key(repeat, (house.app.now)()).await {
        Ok(taken) => taken,
        Err(error) => return Problem::from(error).into_response(),
    };
    let (passing, request) = Passing::through(request);
    match taken {
        Taken::New => answer(house, repeat, &passing, request, next).await,
        Taken::Busy => Problem::new(
            StatusCode::CONFLICT,
            "A request with this `Idempotency-Key` is being answered.",
        )
        .next("Wait, then send it again.")
        .into_response(),
        Taken::Answered(before) => again(&passing, before).await,
    }
}

fn key(request: &Request) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(value) = request.headers().get("idempotency-key") else { return Ok(None) };
    // Bytes that are no text become letters that no key has.
    let text = String::from_utf8_lossy(value.as_bytes());
    IdempotencyKey::parse(&text).map(Some).map_err(|malformed| {
        let most = IdempotencyKey::LETTERS_MAX;
        Problem::new(
            StatusCode::BAD_REQUEST,
            format!(
                "An `Idempotency-Key` has 1 to {most} letters of ASCII: expected {} at \
                 character {}.",
                malformed.expected, malformed.at
            ),
        )
        .next("Send a UUID that you made for this request.")
    })
}

async fn answer(
    house: &House,
    repeat: Repeat<'_>,
    passing: &Passing,
    request: Request,
    next: Next,
) -> Response {
    let response = next.run(request).await;
    let kept = match response.status().is_success() && passing.drain().await {
        true => keep(house, repeat, passing, response).await,
        false => Err(response),
    };
    match kept {
        Ok(response) => response,
        Err(response) => match house.app.store.give_key_back(repeat).await {
            Ok(()) => response,
            Err(error) => Problem::from(error).into_response(),
        },
    }
}

/// Keeps an answer; gives it back unkept where it is too large.
async fn keep(
    house: &House,
    repeat: Repeat<'_>,
    passing: &Passing,
    response: Response,
) -> Result<Response, Response> {
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, ANSWER_MAX).await else {
        return Err(Problem::ours("an answer to keep is too large").into_response());
    };
    let kind = parts.headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let answered = Repeated {
        request: passing.digest(),
        status: parts.status.as_u16(),
        kind,
        answer: bytes.to_vec(),
    };
    match house.app.store.keep_answer(repeat, &answered).await {
        Ok(()) => Ok(Response::from_parts(parts, Body::from(bytes))),
        Err(error) => Err(Problem::from(error).into_response()),
    }
}

/// Gives an answer again, if the request is the same.
async fn again(passing: &Passing, before: Repeated) -> Response {
    if !(passing.drain().await && passing.digest() == before.request) {
        return Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "This `Idempotency-Key` was used for another request.",
        )
        .next("Send another key with another request.")
        .into_response();
    }
    let status = StatusCode::from_u16(before.status).unwrap_or(StatusCode::OK);
    let made_at = made_at(status, &before.answer);
    let mut response = (status, before.answer).into_response();
    let headers = response.headers_mut();
    if let Some(at) = made_at {
        headers.insert(header::LOCATION, at);
    }
    if let Ok(kind) = HeaderValue::from_str(&before.kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    let name = HeaderName::from_static("idempotency-replayed");
    headers.insert(name, HeaderValue::from_static("true"));
    response
}

/// Where it is what was made: receipts tell it in their content too.
fn made_at(status: StatusCode, answer: &[u8]) -> Option<HeaderValue> {
    #[derive(serde::Deserialize)]
    struct Receipt {
        see: String,
    }
    if status != StatusCode::CREATED {
        return None;
    }
    let receipt: Receipt = serde_json::from_slice(answer).ok()?;
    HeaderValue::from_str(&receipt.see).ok()
}

/// A body that is digested as it passes.
#[derive(Clone)]
struct Passing(Arc<Mutex<Stream>>);

struct Stream {
    body: BodyDataStream,
    /// Of what is asked for.
    asked: blake3::Hasher,
    /// Of the bytes as they came.
    bytes: blake3::Hasher,
    /// Of a form of parts.
    parts: Option<Parts>,
    end: End,
}

/// How a body ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    Whole,
    Broken,
}

impl Passing {
    fn through(request: Request) -> (Self, Request) {
        let (parts, body) = request.into_parts();
        let mut asked = blake3::Hasher::new();
        asked.update(parts.method.as_str().as_bytes());
        asked.update(b" ");
        asked.update(parts.uri.to_string().as_bytes());
        asked.update(b"\n");
        let kind = parts.headers.get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let stream = Stream {
            body: body.into_data_stream(),
            asked,
            bytes: blake3::Hasher::new(),
            parts: Parts::of(kind),
            end: End::Open,
        };
        let passing = Self(Arc::new(Mutex::new(stream)));
        let read = passing.clone();
        let body = Body::from_stream(poll_fn(move |context| read.poll(context)));
        (passing, Request::from_parts(parts, body))
    }

    fn poll(
        &self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, axum::Error>>> {
        let mut stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if stream.end != End::Open {
            return Poll::Ready(None);
        }
        let polled = stream.body.poll_next_unpin(context);
        match &polled {
            Poll::Ready(Some(Ok(piece))) => {
                stream.bytes.update(piece);
                if let Some(parts) = &mut stream.parts {
                    parts.take(piece);
                }
            }
            Poll::Ready(Some(Err(_))) => stream.end = End::Broken,
            Poll::Ready(None) => stream.end = End::Whole,
            Poll::Pending => {}
        }
        polled
    }

    /// Lets what is left pass; whether all of it came.
    async fn drain(&self) -> bool {
        let mut rest = poll_fn(|context| self.poll(context));
        while rest.next().await.is_some() {}
        let stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stream.end == End::Whole
    }

    fn digest(&self) -> Vec<u8> {
        let stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut digest = stream.asked.clone();
        // What is no whole form of parts is the same where each byte is.
        match stream.parts.as_ref().and_then(Parts::digest) {
            Some(parts) => digest.update(b"parts\n").update(&parts),
            None => digest.update(b"bytes\n").update(stream.bytes.finalize().as_bytes()),
        };
        digest.finalize().as_bytes().to_vec()
    }
}
