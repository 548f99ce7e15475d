//! Reading what a program sends as JSON, whatever it calls it.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::{Deserialize, Deserializer};

use crate::House;
use crate::problem::Problem;

/// The bytes of a body, to be read by the handler, which may borrow from them.
pub(crate) struct Sent(Bytes);

impl Sent {
    /// The value.
    pub(super) fn read<'b, T: Deserialize<'b>>(&'b self) -> Result<T, Problem> {
        serde_json::from_slice(&self.0).map_err(|error| {
            let detail = format!("The body is not what this address takes: {error}.");
            Problem::new(StatusCode::BAD_REQUEST, detail)
                .next("Send JSON as `/api/openapi.json` describes it.")
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
