//! Reading what was typed: a form, or the same fields as JSON.

use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// What was typed. Fields that are not there are empty; the handler says what is missing.
pub(crate) struct Typed<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Typed<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let is_json =
            kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        let read = match is_json {
            true => axum::Json::from_request(request, state)
                .await
                .map(|axum::Json(value)| value)
                .map_err(|refused| (refused.status(), refused.body_text())),
            false => axum::Form::from_request(request, state)
                .await
                .map(|axum::Form(value)| value)
                .map_err(|refused| (refused.status(), refused.body_text())),
        };
        read.map(Self).map_err(|(status, why)| unreadable(status, &why))
    }
}

fn unreadable(status: StatusCode, why: &str) -> Problem {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::of_status(status),
        _ => Problem::new(status, format!("The form could not be read: {why}."))
            .next("Open the page again, and send the form from there."),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use axum::body::Body;
    use proptest::prelude::*;

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
}
