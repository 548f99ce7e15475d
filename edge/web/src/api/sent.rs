//! Reading what a program sends as JSON, whatever it calls it.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::{Deserialize, Deserializer};

use crate::field::Fault;
use crate::problem::Problem;
use crate::{House, json};

/// The bytes of a body, to be read by the handler, which may borrow from them.
pub(crate) struct Sent(Bytes);

impl Sent {
    #[cfg(test)]
    pub(super) fn of(bytes: Bytes) -> Self {
        Self(bytes)
    }

    /// The value.
    pub(super) fn read<'b, T: Deserialize<'b>>(&'b self) -> Result<T, Problem> {
        json::read(&self.0).map_err(|unfit| {
            let detail = format!("The body is not what this address takes: {unfit}.");
            let mut problem = Problem::new(StatusCode::BAD_REQUEST, detail)
                .next("Send JSON as `/api/openapi.json` describes it.");
            if !unfit.pointer.is_empty() {
                problem.faults = vec![Fault::new(unfit.field(), unfit.to_string())];
            }
            problem
        })
    }
}

impl FromRequest<House> for Sent {
    type Rejection = Problem;

    async fn from_request(
        request: Request,
        house: &House,
    ) -> Result<Self, Self::Rejection> {
        let read = Bytes::from_request(request, house).await;
        read.map(Self).map_err(|refused| Problem::of_status(refused.status()))
    }
}

/// `true` or `false`, which some programs write as text.
pub(super) fn truth<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<bool>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Truth(bool),
        Text(String),
        Nothing,
    }
    match Written::deserialize(deserializer)? {
        Written::Truth(truth) => Ok(Some(truth)),
        Written::Nothing => Ok(None),
        Written::Text(text) => {
            truth_of(&text).map(Some).map_err(serde::de::Error::custom)
        }
    }
}

/// A truth that was written as text.
pub(super) fn truth_of(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" | "" => Ok(false),
        _ => Err(format!("`{text}` is neither `true` nor `false`")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Body {
        #[serde(deserialize_with = "truth")]
        latest: Option<bool>,
        name: String,
    }

    fn read(body: &[u8]) -> Result<Body, Problem> {
        Sent(Bytes::copy_from_slice(body)).read()
    }

    fn latest(value: &Value) -> Option<Option<bool>> {
        let body = json!({ "latest": value, "more": [value] });
        read(body.to_string().as_bytes()).ok().map(|body| body.latest)
    }

    #[test]
    fn a_truth_is_read_as_programs_write_it_and_nothing_else_is_one() {
        for (value, expected) in [
            (json!(true), Some(Some(true))),
            (json!(null), Some(None)),
            (json!(" TRUE "), Some(Some(true))),
            (json!("false"), Some(Some(false))),
            (json!(""), Some(Some(false))),
            (json!("yes"), None),
            (json!(1), None),
            (json!(["true"]), None),
            (json!({}), None),
        ] {
            assert_eq!(latest(&value), expected, "{value}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_body_or_are_refused_as_one(bytes: Vec<u8>) {
            if let Err(problem) = read(&bytes) {
                prop_assert_eq!(problem.status, StatusCode::BAD_REQUEST);
                prop_assert!(problem.cause.is_none() && problem.detail.ends_with('.'));
            }
        }

        #[test]
        fn what_is_written_is_read_whatever_stands_beside_it(
            name in "\\PC{0,30}",
            truth: Option<bool>,
            more in "\\PC{0,30}",
        ) {
            let body = json!({ "a": [more], "name": name, "latest": truth, "z": {} });
            let read = read(body.to_string().as_bytes()).unwrap();
            prop_assert_eq!(read, Body { latest: truth, name });
        }

        #[test]
        fn a_text_is_one_truth_or_none_however_it_is_spelt(text in "(?i) ?(true|false|tru|) ?|\\PC{0,6}") {
            let read = truth_of(&text);
            prop_assert_eq!(&truth_of(&text.to_ascii_uppercase()).ok(), &read.clone().ok());
            let word = text.trim().to_ascii_lowercase();
            prop_assert_eq!(read.is_ok(), ["true", "false", ""].contains(&word.as_str()));
            prop_assert_eq!(read == Ok(true), word == "true");
        }
    }
}
