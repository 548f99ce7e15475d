//! The questions of a customer with their answers, as a file that the customer takes in.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use device::inventory::harmless;
use operations::customer::{asked, log_export};
use store::{CustomerQuestion, Said};

use super::Asked;
use crate::House;
use crate::access::By;
use crate::page::import::file_headers;
use crate::page::written::{Format, Written};
use crate::problem::Problem;

/// The columns: those of the list that came, as far as they were kept.
const HEADINGS: [&str; 7] =
    ["question key", "about", "question", "builds", "vulnerabilities", "answer", "note"];

/// `GET /customers/questions/export`: of one customer, or of all.
pub(crate) async fn separated(
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<Asked>,
    Query(written): Query<Written>,
) -> Result<Response, Problem> {
    let format = written.format()?;
    let all = asked(&house.app, &by).await?;
    let rows: Vec<[String; 7]> =
        all.into_iter().filter(|one| wanted.admits(one)).map(row).collect();
    if rows.is_empty() && !wanted.customer.is_empty() {
        return Err(Problem::not_found("customer", &wanted.customer));
    }
    log_export(&house.app, &by, rows.len()).await?;
    let name = match wanted.customer.as_str() {
        "" => "answers".to_owned(),
        customer => format!("answers-{customer}"),
    };
    if format == Format::Json {
        let rows: Vec<BTreeMap<&str, &String>> =
            rows.iter().map(|row| HEADINGS.into_iter().zip(row).collect()).collect();
        let headers = file_headers("application/json", &format!("{name}.json"));
        return Ok((headers, axum::Json(&rows)).into_response());
    }
    let bytes = csv(&rows).map_err(|error| Problem::ours(error.to_string()))?;
    let headers = file_headers("text/csv; charset=utf-8", &format!("{name}.csv"));
    Ok((headers, bytes).into_response())
}

fn row(one: CustomerQuestion) -> [String; 7] {
    let said = one.said.map(Said::word).unwrap_or_default().to_owned();
    [one.key, one.about, one.asked, one.builds, one.vulnerabilities, said, one.note]
}

fn csv(rows: &[[String; 7]]) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(HEADINGS)?;
    for row in rows {
        out.write_record(row.iter().map(|text| harmless(text).into_owned()))?;
    }
    out.into_inner().map_err(|error| error.into_error().into())
}
