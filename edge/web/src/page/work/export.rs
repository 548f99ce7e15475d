//! Work orders: everything that matches, as a file.

use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use operations::action::log_export;
use operations::webhook::{Order, tell_orders};
use serde::Deserialize;

use super::list::answered;
use super::{Asked, Row};
use crate::House;
use crate::access::By;
use crate::clock::Clock;
use crate::face::Face;
use crate::form::Typed;
use crate::problem::Problem;

/// The columns of a file, as programs name them.
const COLUMNS: [&str; 15] = [
    "action",
    "organisation",
    "what",
    "product",
    "kind",
    "priority",
    "because",
    "devices",
    "wards",
    "flaws",
    "exploited",
    "state",
    "due",
    "owner",
    "address",
];

/// `GET /work/export`: every action that matches, in the order of the list.
pub(crate) async fn export(
    State(house): State<House>,
    By(by): By,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let is_json = query.split('&').any(|part| part == "format=json");
    let rest: Vec<&str> =
        query.split('&').filter(|part| !part.starts_with("format=")).collect();
    let asked = Asked { from: 0, ..Asked::parse(&rest.join("&"))? };
    let today = Clock::new((house.app.now)(), &by.zone).today();
    let answered = answered(&house, &by, &asked, today, usize::MAX).await?;
    log_export(&house.app, &by, answered.rows.len()).await?;
    let (kind, name, body) = match is_json {
        true => {
            let body = serde_json::to_string_pretty(&answered.rows)
                .map_err(|error| Problem::ours(error.to_string()))?;
            ("application/json", "work-orders.json", body)
        }
        false => {
            ("text/csv; charset=utf-8", "work-orders.csv", separated(&answered.rows)?)
        }
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, body).into_response())
}

/// Which work orders are sent: the query of the list.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    query: String,
}

/// `POST /work/sent`: every action that matches, to the webhooks that want work orders.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(chosen): Typed<Chosen>,
) -> Result<Response, Problem> {
    let asked = Asked { from: 0, ..Asked::parse(&chosen.query)? };
    let today = Clock::new((house.app.now)(), &by.zone).today();
    let answered = answered(&house, &by, &asked, today, usize::MAX).await?;
    let order = |row: &Row| Order {
        organisation: row.organisation,
        action: row.action.clone(),
        kind: row.kind.clone(),
        priority: row.priority.word(),
        state: row.state,
        due: row.due.clone(),
        devices: row.devices,
        link: house.app.link(&row.shown.address),
    };
    let orders: Vec<Order> = answered.rows.iter().map(order).collect();
    tell_orders(&house.app, &by, &orders).await?;
    Ok(face.done(&asked.address()))
}

fn separated(rows: &[Row]) -> Result<String, Problem> {
    let failed = |error: csv::Error| Problem::ours(error.to_string());
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    out.write_record(COLUMNS).map_err(failed)?;
    for row in rows {
        let wards =
            row.wards.iter().map(|ward| format!("{} ({})", ward.ward, ward.devices));
        let cells = [
            row.action.clone(),
            row.shown.organisation.clone(),
            row.what.clone(),
            row.product.clone(),
            row.kind.clone(),
            row.priority.word().to_owned(),
            row.because.clone(),
            row.devices.to_string(),
            wards.collect::<Vec<_>>().join("; "),
            row.flaws.to_string(),
            row.exploited.to_string(),
            row.state.to_owned(),
            row.due.clone(),
            row.owner.clone(),
            row.shown.address.clone(),
        ];
        out.write_record(cells.iter().map(|cell| harmless(cell))).map_err(failed)?;
    }
    let bytes = out.into_inner().map_err(|error| Problem::ours(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| Problem::ours(error.to_string()))
}

/// A spreadsheet would run what begins like a formula, so that gets an apostrophe in front.
fn harmless(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}
