//! All rows of a list as a file, however many there are: a page of rows at a time.

use std::convert::Infallible;
use std::fmt::Write as _;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use fleet::{Column, Start};
use futures_util::stream;
use operations::fleet::{NoSuchSet, holdings, log_export, scope_of};
use operations::{Actor, Permission};

use super::address::Asked;
use super::list::in_order;
use super::row::Carried;
use crate::House;
use crate::access::By;
use crate::page::written::Format;
use crate::problem::Problem;

/// How many rows are read at once.
const ROWS: usize = 500;

/// `GET /devices/export`: every row that matches, in the order of the list, as far as whoever asks
/// may take it away: in some organisations one may only look.
pub(crate) async fn export(
    State(house): State<House>,
    By(by): By,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let (format, rest) = Format::of_query(&query)?;
    let asked = Asked::parse(&rest)?;
    let asked = Asked { start: Start::First, ..asked };
    let held = holdings(&house.app, by.head).await?;
    let total =
        held.view(&scope_of(&by, Permission::ExportDevices), &asked.filter)?.total();
    drop(held);
    log_export(&house.app, &by, total).await?;
    let (kind, name) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "devices.csv"),
        Format::Json => ("application/json", "devices.json"),
    };
    let writer = Writer { house, by, asked, format, part: Part::Head };
    let body = stream::unfold(writer, |writer| async {
        writer.next().await.map(|(text, writer)| (Ok::<_, Infallible>(text), writer))
    });
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

/// What is written next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Head,
    Rows(u64),
    Foot,
    Nothing,
}

struct Writer {
    house: House,
    by: Actor,
    asked: Asked,
    format: Format,
    part: Part,
}

impl Writer {
    async fn next(mut self) -> Option<(String, Self)> {
        let text = match (self.part, self.format) {
            (Part::Nothing, _) => return None,
            (Part::Head, Format::Csv) => {
                self.part = Part::Rows(0);
                let words = self.columns().map(Column::word);
                format!("id,{}\r\n", words.collect::<Vec<_>>().join(","))
            }
            (Part::Head, Format::Json) => {
                self.part = Part::Rows(0);
                "[".to_owned()
            }
            (Part::Rows(written), _) => match self.rows(written).await {
                Ok(text) => text,
                Err(problem) => {
                    let cause = problem.cause.unwrap_or(problem.detail);
                    self.house.fault(
                        "",
                        "/devices/export",
                        "an export that was cut short",
                        &cause,
                    );
                    self.part = Part::Nothing;
                    // A file that ends in the middle must not look whole.
                    "\r\n\"the export was cut short\"".to_owned()
                }
            },
            (Part::Foot, format) => {
                self.part = Part::Nothing;
                if format == Format::Json { "]\n".to_owned() } else { String::new() }
            }
        };
        Some((text, self))
    }

    async fn rows(&mut self, written: u64) -> Result<String, Problem> {
        let held = holdings(&self.house.app, self.by.head).await?;
        let asked = self.asked.clone();
        let seen = scope_of(&self.by, Permission::ExportDevices);
        let (held, page) = tokio::task::spawn_blocking(move || {
            let view = held.view(&seen, &asked.filter);
            let page = view.map(|view| view.page(asked.sort, &asked.start, ROWS));
            (held, page)
        })
        .await
        .map_err(|_| Problem::ours("cut short"))?;
        let page = page.map_err(|error: NoSuchSet| Problem::from(error))?;
        let devices = in_order(&self.house, &self.by, &page.ordinals).await?;
        let mut text = String::new();
        let mut count = written;
        for device in devices {
            let id = device.id;
            let carried = Carried::new(device, &held);
            match self.format {
                Format::Csv => {
                    let values =
                        self.columns().map(|column| cell(&carried.value(column)));
                    let values: Vec<String> = values.collect();
                    let _ = write!(text, "{id},{}\r\n", values.join(","));
                }
                Format::Json => {
                    let mut row = serde_json::Map::new();
                    row.insert("id".to_owned(), id.into());
                    for column in self.columns() {
                        row.insert(
                            column.word().to_owned(),
                            carried.value(column).into(),
                        );
                    }
                    let comma = if count == 0 { "\n" } else { ",\n" };
                    let _ = write!(text, "{comma}{}", serde_json::Value::Object(row));
                }
            }
            count += 1;
        }
        self.part = match page.next {
            Some(cursor) => {
                self.asked.start = Start::After(cursor);
                Part::Rows(count)
            }
            None => Part::Foot,
        };
        Ok(text)
    }

    /// A file is for other programs: it holds everything, whatever the page shows.
    fn columns(&self) -> impl Iterator<Item = Column> + use<> {
        Column::ALL.into_iter()
    }
}

/// A cell of RFC 4180. A spreadsheet would run what begins like a formula, so that gets an
/// apostrophe in front.
fn cell(text: &str) -> String {
    let apostrophe =
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    match text.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{apostrophe}{}\"", text.replace('"', "\"\"")),
        false => format!("{apostrophe}{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_cell_is_quoted_and_runs_nothing() {
        for (text, written) in [
            ("Ward 2", "Ward 2"),
            ("a,\"b\"", "\"a,\"\"b\"\"\""),
            ("=1+1", "'=1+1"),
            ("=a,b", "\"'=a,b\""),
            ("+A999", "'+A999"),
            ("", ""),
        ] {
            assert_eq!(cell(text), written);
        }
    }
}
