//! Reading what was typed: a form, or the same fields as JSON.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::field::Fault;
use crate::json::{self, Unfit};
use crate::length;
use crate::problem::Problem;

/// What was typed. Fields that are not there are empty; the handler says what is missing.
pub(crate) struct Typed<T>(pub(crate) T);

/// What was typed where the act measures it itself: whoever typed too much is shown the form
/// again, with all of it. A program is refused as anywhere.
pub(crate) struct Kept<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Typed<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        if is_json(&request) {
            return of_program(request, state).await.map(Self);
        }
        let request = with_lengths(with_kind(request), state).await?;
        of_form(request, state).await.map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Kept<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        if is_json(&request) {
            return of_program(request, state).await.map(Self);
        }
        of_form(with_kind(request), state).await.map(Self)
    }
}

fn is_json(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}

async fn of_form<S: Send + Sync, T: DeserializeOwned>(
    request: Request,
    state: &S,
) -> Result<T, Problem> {
    let read = axum::Form::from_request(request, state).await;
    read.map(|axum::Form(value)| value)
        .map_err(|refused| no_form(refused.status(), &refused.body_text()))
}

async fn of_program<S: Send + Sync, T: DeserializeOwned>(
    request: Request,
    state: &S,
) -> Result<T, Problem> {
    let read = Bytes::from_request(request, state).await;
    let bytes = read.map_err(|refused| Problem::of_status(refused.status()))?;
    let value =
        json::read(&bytes).map_err(|unfit| no_json(StatusCode::BAD_REQUEST, &unfit))?;
    expect_lengths(texts_of(&value))?;
    of_json(value, &bytes)
        .map_err(|unfit| no_json(StatusCode::UNPROCESSABLE_ENTITY, &unfit))
}

/// The same form, none of whose fields is too long.
async fn with_lengths<S: Send + Sync>(
    request: Request,
    state: &S,
) -> Result<Request, Problem> {
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let bytes = Bytes::from_request(whole, state)
        .await
        .map_err(|refused| no_form(refused.status(), &refused.body_text()))?;
    let again = |bytes| Request::from_parts(parts.clone(), Body::from(bytes));
    // What cannot be read so is refused as what it is.
    let pairs =
        axum::Form::<Vec<(String, String)>>::from_request(again(bytes.clone()), state);
    if let Ok(axum::Form(pairs)) = pairs.await {
        expect_lengths(pairs.iter().map(|(name, text)| (name.as_str(), text.as_str())))?;
    }
    Ok(again(bytes))
}

/// The members of an object that are texts.
fn texts_of(value: &Value) -> impl Iterator<Item = (&str, &str)> {
    let members = value.as_object().into_iter().flatten();
    members.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
}

fn expect_lengths<'t>(
    fields: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> Result<(), Problem> {
    let faults = length::too_long(fields);
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Problem::wrong_fields(faults)),
    }
}

/// Fields of JSON. A number is taken where a text is, as a form would hold it, and `null` is a
/// field that is not there.
fn of_json<T: DeserializeOwned>(value: Value, bytes: &[u8]) -> Result<T, Unfit> {
    // What is no object is refused as such, whatever its parts are.
    if !value.is_object() {
        return json::fit::<serde_json::Map<String, Value>>(value, bytes)
            .and_then(|_| json::read(bytes));
    }
    // What does not fit as it is, and does as a form would hold it, was meant so. Otherwise the
    // fault lies in what neither takes.
    let read = serde_json::from_value(value.clone());
    read.or_else(|_| json::fit(as_typed(value), bytes))
}

/// The fields as a form holds them.
fn as_typed(value: Value) -> Value {
    let Value::Object(fields) = value else { return value };
    let there = fields.into_iter().filter(|(_, value)| !value.is_null());
    let texts = there.map(|(name, value)| match value {
        Value::Number(number) => (name, Value::String(number.to_string())),
        other => (name, other),
    });
    Value::Object(texts.collect())
}

/// Nothing at all is a form without fields.
fn with_kind(mut request: Request) -> Request {
    let headers = request.headers_mut();
    let is_empty = headers.get(header::CONTENT_LENGTH).is_none_or(|length| length == "0");
    if is_empty && !headers.contains_key(header::CONTENT_TYPE) {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(header::CONTENT_TYPE, form);
    }
    request
}

fn no_json(status: StatusCode, unfit: &Unfit) -> Problem {
    let mut problem =
        Problem::new(status, format!("The JSON could not be read: {unfit}."))
            .next("Send one object with the fields that /api tells of this address.");
    if !unfit.pointer.is_empty() {
        problem.faults = vec![Fault::new(unfit.field(), unfit.to_string())];
    }
    problem
}

fn no_form(status: StatusCode, why: &str) -> Problem {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::of_status(status),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Problem::new(status, format!("The form could not be read: {why}."))
                .next("Send `application/json` or `application/x-www-form-urlencoded`.")
        }
        _ => Problem::new(status, format!("The form could not be read: {why}."))
            .next("Open the page again, and send the form from there."),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    type Fields = BTreeMap<String, String>;

    /// Reads a body of that kind; what is refused is refused for what was sent.
    fn read(kind: &str, body: Vec<u8>) -> Option<Fields> {
        let request = Request::post("/").header(header::CONTENT_TYPE, kind);
        let request = request.body(Body::from(body)).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let read = runtime.block_on(Typed::<Fields>::from_request(request, &()));
        match read {
            Ok(Typed(fields)) => Some(fields),
            Err(problem) => {
                assert!(problem.status.is_client_error(), "{problem:?}");
                assert!(problem.cause.is_none() && !problem.next.is_empty());
                None
            }
        }
    }

    const FORM: &str = "application/x-www-form-urlencoded";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn fields_are_the_same_as_a_form_and_as_json(
            fields in prop::collection::btree_map("[a-z_]{1,8}", "\\PC{0,20}", 0..6),
        ) {
            let pairs = fields.iter();
            let pairs = pairs.map(|(name, text)| format!("{name}={}", fleet::encoded(text)));
            let form = pairs.collect::<Vec<_>>().join("&").into_bytes();
            prop_assert_eq!(read(FORM, form), Some(fields.clone()));
            let json = serde_json::to_vec(&fields).unwrap();
            prop_assert_eq!(read("application/json", json), Some(fields));
        }

        #[test]
        fn any_bytes_are_fields_or_are_refused_for_what_they_are(
            bytes: Vec<u8>,
            kind in prop::sample::select(vec![FORM, "application/json", "text/plain"]),
        ) {
            read(kind, bytes);
        }
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Form {
        parent: String,
        name: String,
        count: Option<i64>,
    }

    #[track_caller]
    fn check(value: Value, parent: &str, name: &str, count: Option<i64>) {
        let (parent, name) = (parent.to_owned(), name.to_owned());
        let read: Form = of_json(value.clone(), b"").unwrap();
        assert_eq!(read, Form { parent, name, count }, "{value}");
    }

    #[test]
    fn numbers_are_taken_where_a_text_is_and_null_is_nothing() {
        check(json!({ "parent": 3, "name": "North" }), "3", "North", None);
        check(
            json!({ "parent": "3", "name": "North", "count": 7 }),
            "3",
            "North",
            Some(7),
        );
        check(json!({ "parent": -1, "name": 2.5 }), "-1", "2.5", None);
        check(json!({ "parent": null, "name": "x" }), "", "x", None);
        check(json!({}), "", "", None);
        let each: BTreeMap<String, String> =
            of_json(json!({ "a": 1, "b": "2" }), b"").unwrap();
        assert_eq!(each.len(), 2);
    }

    #[test]
    fn what_is_no_field_of_ours_is_refused() {
        for wrong in [
            json!([]),
            json!("x"),
            json!(null),
            json!({ "parent": {} }),
            json!({ "parent": ["3"] }),
            json!({ "parent": true }),
            json!({ "count": "many" }),
        ] {
            let bytes = wrong.to_string();
            assert!(of_json::<Form>(wrong.clone(), bytes.as_bytes()).is_err(), "{wrong}");
        }
    }
}
