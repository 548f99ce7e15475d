//! Where an organisation stands, as OSCAL to be taken away.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use operations::posture::told;
use oscal::Model;

use super::Wanted;
use crate::House;
use crate::access::By;
use crate::page::import::file_headers;
use crate::problem::Problem;

/// `GET /posture/oscal/{model}`.
pub(crate) async fn take(
    State(house): State<House>,
    By(by): By,
    Path(model): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let absent = || Problem::not_found("document of OSCAL", &model);
    let model = Model::named(&model).ok_or_else(absent)?;
    let told = told(&house.app, &by, (wanted.number()?, model)).await?;
    let nothing = || Problem::not_found("open point", "any");
    let document = told.ok_or_else(nothing)?;
    let name = format!("{}.json", model.word());
    let headers = file_headers("application/json", &name);
    Ok((headers, document.write()).into_response())
}
