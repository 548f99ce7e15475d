//! Reading what was typed: a form, or the same fields as JSON.

use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

use crate::House;
use crate::problem::Problem;

/// What was typed. Fields that are not there are empty; the handler says what is missing.
pub(crate) struct Typed<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<House> for Typed<T> {
    type Rejection = Problem;

    async fn from_request(
        request: Request,
        house: &House,
    ) -> Result<Self, Self::Rejection> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let is_json =
            kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        let read = match is_json {
            true => axum::Json::from_request(request, house)
                .await
                .map(|axum::Json(value)| value)
                .map_err(|refused| (refused.status(), refused.body_text())),
            false => axum::Form::from_request(request, house)
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
