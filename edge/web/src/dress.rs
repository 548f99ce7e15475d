//! What every answer wears: the id of its request, the headers that keep browsers strict,
//! and the face of its problem.
//!
//! Source of the headers: OWASP Secure Headers Project; CSP Level 3. Scripts and styles come
//! from our own files alone, whose addresses hold the hash of their content.

use std::any::Any;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use operations::log::Level;
use tower_http::catch_panic::CatchPanicLayer;

use crate::access::{Caller, Route};
use crate::face::{Face, RequestId, Wants};
use crate::problem::Problem;
use crate::{House, Transport, access, asset, bearer, metrics, origin, session};

/// What a request is counted under that no route answered.
const NOWHERE: &str = "none";

/// The router with everything that is the same for all of it.
pub(crate) fn dressed(house: House, router: Router) -> Router {
    let router = router.layer(CatchPanicLayer::custom(panicked));
    // A layer of a router runs after routing. This one changes the path, so it stands around
    // a router that has nothing but a fallback.
    Router::new().fallback_service(router).layer(from_fn_with_state(house, dress))
}

/// One line of the log for a request. A method that is none of ours may be anything.
fn say(
    house: &House,
    method: &str,
    route: &'static str,
    status: u16,
    took: Duration,
    id: &RequestId,
) {
    let level = if status >= 500 { Level::Error } else { Level::Info };
    let facts = [
        ("method", metrics::known_method(method).into()),
        ("route", route.into()),
        ("status", i64::from(status).into()),
        ("ms", i64::try_from(took.as_millis()).unwrap_or(i64::MAX).into()),
        ("request", id.0.as_str().into()),
    ];
    house.app.log.say(level, "request", &facts);
}

fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let words = panic.downcast_ref::<String>().map(String::as_str);
    let words = words.or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::ours(format!("a handler panicked: {}", words.unwrap_or("without words")))
        .into_response()
}

async fn dress(State(house): State<House>, mut request: Request, next: Next) -> Response {
    let (id, begin, method) =
        (RequestId::make(), Instant::now(), request.method().clone());
    let wants = wanted(&mut request);
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(wants);
    let path = request.uri().path().to_owned();
    let headers = request.headers();
    let secret = session::secret(house.transport, headers);
    let ours = request.method().is_safe()
        || bearer::presented(headers).is_some()
        || origin::is_ours(headers);
    let mut response = match ours {
        true => next.run(request).await,
        false => foreign().into_response(),
    };
    let is_answered = response.extensions().get::<Route>().is_some();
    let secret = secret.filter(|_| wants == Wants::Page && !is_answered);
    if let Some(caller) = stranded(&house, secret).await {
        response.extensions_mut().insert(caller);
    }
    let route = response.extensions().get::<Route>().map_or(NOWHERE, |route| route.0);
    let mut response = faced(&house, &id, wants, &path, route, response).await;
    put_headers(&mut response, house.transport, &id, &path);
    let (status, took) = (response.status().as_u16(), begin.elapsed());
    metrics::note(&house.app, method.as_str(), route, status, took);
    say(&house, method.as_str(), route, status, took, &id);
    response
}

/// Who is signed in and asked for what no route answers: their page has the frame of all
/// others, so that they can go on.
async fn stranded(house: &House, secret: Option<String>) -> Option<Caller> {
    access::of_session(house, secret?).await.ok().flatten()
}

/// JSON, if the path ends so, a program asks, or the request would rather have it. The ending
/// is taken off.
fn wanted(request: &mut Request) -> Wants {
    let path = request.uri().path();
    if let Some(stem) = path.strip_suffix(".json") {
        let stem = stem.to_owned();
        set_path(request, &stem);
        return Wants::Json;
    }
    if let Some(stem) = path.strip_suffix('/').filter(|stem| stem.starts_with("/api/")) {
        // Programs that ask Dependency-Track end some addresses so.
        let stem = stem.to_owned();
        set_path(request, &stem);
        return Wants::Json;
    }
    if path.starts_with("/api/") || bearer::presented(request.headers()).is_some() {
        return Wants::Json;
    }
    let accept = request.headers().get(header::ACCEPT);
    let accept = accept.and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let first = |kind: &str| accept.find(kind);
    match (first("json"), first("text/html")) {
        (Some(json), Some(page)) if json < page => Wants::Json,
        (Some(_), None) => Wants::Json,
        _ => Wants::Page,
    }
}

/// The same request at another path.
fn set_path(request: &mut Request, path: &str) {
    let query = request.uri().query().map(|query| format!("?{query}"));
    let address = format!("{path}{}", query.unwrap_or_default());
    if let Ok(uri) = address.parse::<Uri>() {
        *request.uri_mut() = uri;
    }
}

fn foreign() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "This request did not come from a page of ours, so nothing was done.",
    )
    .next("Open the page here and send the form from there. A program states the `Origin` header.")
}

/// Gives a problem its face, and tells the log its cause.
async fn faced(
    house: &House,
    id: &RequestId,
    wants: Wants,
    path: &str,
    route: &'static str,
    mut response: Response,
) -> Response {
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None => {
            let status = response.status();
            let is_plain = !response.headers().contains_key(header::CONTENT_TYPE)
                || response.headers().get(header::CONTENT_TYPE)
                    == Some(&HeaderValue::from_static("text/plain; charset=utf-8"));
            if !(status.is_client_error() || status.is_server_error()) || !is_plain {
                return response;
            }
            Problem::of_status(status)
        }
    };
    if let Some(cause) = &problem.cause {
        let path = without_secret(path);
        house.fault(&id.0, route, path, cause);
    }
    let allow = response.headers_mut().remove(header::ALLOW);
    let caller = response.extensions_mut().remove::<Caller>();
    let face =
        Face::new(house, wants, id.clone(), caller.map(|caller| caller.actor), path);
    let mut faced = face.await.problem(&problem);
    if let Some(allow) = allow {
        faced.headers_mut().insert(header::ALLOW, allow);
    }
    if faced.status() == StatusCode::UNAUTHORIZED {
        // RFC 9110 §15.5.2 wants one. Browsers ask nobody about this kind.
        let scheme = HeaderValue::from_static("Bearer realm=\"lazaret\"");
        faced.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    faced
}

/// The path without the secret of a link that works once.
fn without_secret(path: &str) -> &str {
    let secret = ["/digest/stop/", "/first-run/", "/password/", "/welcome/"];
    secret.into_iter().find(|folder| path.starts_with(folder)).unwrap_or(path)
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// `no-referrer` would make browsers send `Origin: null` with our own forms.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// RFC 6797. Browsers keep it only where the certificate was trusted, so a self-made one locks
/// nobody out.
const ALWAYS_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000");

fn put_headers(
    response: &mut Response,
    transport: Transport,
    id: &RequestId,
    path: &str,
) {
    let headers = response.headers_mut();
    if transport == Transport::Tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, ALWAYS_TLS);
    }
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(&id.0) {
        headers.insert("x-request-id", id);
    }
    // Nothing but our own files may stay in a cache.
    if !(path.starts_with(asset::FOLDER) && headers.contains_key(header::CACHE_CONTROL)) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.append(
        header::VARY,
        HeaderValue::from_static("Accept, Authorization, Cookie, X-Api-Key"),
    );
}
