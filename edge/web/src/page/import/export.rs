//! The devices of an asset system, to be taken away: under its own headings, so that taken in
//! again they change nothing.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use operations::inventory::{Export, ExportError, export};

use super::{file_headers, id};
use crate::House;
use crate::access::By;
use crate::problem::Problem;

/// `GET /imports/sources/{source}/devices.csv`, page by page.
pub(crate) async fn separated(
    State(house): State<House>,
    By(by): By,
    Path(source): Path<String>,
) -> Result<Response, Problem> {
    let mut export = export(&house.app, &by, id("asset system", &source)?).await?;
    let name = format!("{}.csv", export.source.name);
    // The first page before the answer begins: what fails then can still be told.
    let first = export.next_piece().await?.unwrap_or_default();
    let pieces = stream::unfold((Some(first), export), next);
    let body = Body::from_stream(pieces);
    Ok((file_headers("text/csv; charset=utf-8", &name), body).into_response())
}

/// One piece, and how to come to the next.
type Piece = (Result<Bytes, ExportError>, (Option<Vec<u8>>, Export));

async fn next((first, mut export): (Option<Vec<u8>>, Export)) -> Option<Piece> {
    let piece = match first {
        Some(first) => Ok(Some(first)),
        None => export.next_piece().await,
    };
    let piece = piece.map(|piece| piece.map(Bytes::from)).transpose()?;
    Some((piece, (None, export)))
}

/// `GET /imports/sources/{source}/devices.xlsx`.
pub(crate) async fn workbook(
    State(house): State<House>,
    By(by): By,
    Path(source): Path<String>,
) -> Result<Response, Problem> {
    const KIND: &str =
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let export = export(&house.app, &by, id("asset system", &source)?).await?;
    let name = format!("{}.xlsx", export.source.name);
    let bytes = export.workbook().await?;
    Ok((file_headers(KIND, &name), bytes).into_response())
}
