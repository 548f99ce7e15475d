//! Work orders as a file: everything that matches, a row for each device.

use std::collections::VecDeque;
use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use device::inventory::harmless;
use futures_util::stream;
use operations::Actor;
use operations::action::log_export;
use operations::webhook::{OrderLine, tell_orders};
use serde::Deserialize;

use super::Asked;
use super::order::{Head, Prepared, prepared};
use crate::House;
use crate::access::By;
use crate::clock::Clock;
use crate::face::Face;
use crate::form::Typed;
use crate::page::written::Format;
use crate::problem::Problem;
use crate::words::number;

/// The columns of a file, as programs name them; `docs/guide/work.md` says what each holds.
const COLUMNS: [&str; 27] = [
    "action",
    "kind",
    "what",
    "product",
    "priority",
    "because",
    "due",
    "overdue",
    "owner",
    "state",
    "device",
    "asset_tag",
    "serial",
    "udi",
    "maker",
    "model",
    "release",
    "target_release",
    "ward",
    "site",
    "asset_system",
    "vulnerabilities",
    "exploited",
    "advisories",
    "devices_in_all",
    "device_address",
    "address",
];

/// On how many devices work orders are sent at once: more are no use to who takes them in.
const SENT_MAX: usize = 20_000;

/// `GET /work/export`: every action that matches, in the order of the list, with its devices.
pub(crate) async fn export(
    State(house): State<House>,
    By(by): By,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let (format, rest) = Format::of_query(&query)?;
    let asked = Asked::parse(&rest)?.first();
    let today = Clock::new((house.app.now)(), &by.zone).today();
    let orders = prepared(&house, &by, &asked, today).await?;
    log_export(&house.app, &by, orders.len()).await?;
    let (kind, name) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "work-orders.csv"),
        Format::Json => ("application/json", "work-orders.json"),
    };
    let written = Written::default();
    let writer =
        Writer { house, by, format, orders: orders.into(), written, part: Part::Head };
    let body = stream::unfold(writer, |writer| async {
        writer.next().await.map(|(bytes, writer)| (Ok::<_, Infallible>(bytes), writer))
    });
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

/// What is written next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Head,
    /// The beginning of the order that stands first.
    Order,
    /// More of its devices.
    Lines,
    Nothing,
}

struct Writer {
    house: House,
    by: Actor,
    format: Format,
    orders: VecDeque<Prepared>,
    written: Written,
    part: Part,
}

/// How much is written: before each but the first stands a comma.
#[derive(Clone, Copy, Debug, Default)]
struct Written {
    orders: usize,
    /// Devices of the order that stands first.
    lines: usize,
}

impl Writer {
    async fn next(mut self) -> Option<(Vec<u8>, Self)> {
        let piece = match self.part {
            Part::Nothing => return None,
            Part::Head => {
                self.part = Part::Order;
                match self.format {
                    Format::Csv => separated(&[COLUMNS.map(str::to_owned)]),
                    Format::Json => Ok(b"[".to_vec()),
                }
            }
            Part::Order | Part::Lines => self.rows().await,
        };
        match piece {
            Ok(piece) => Some((piece, self)),
            Err(problem) => {
                let cause = problem.cause.unwrap_or(problem.detail);
                let what = "an export that was cut short";
                self.house.fault("", "/work/export", what, &cause);
                self.part = Part::Nothing;
                // A file that ends in the middle must not look whole.
                Some((b"\r\n\"the export was cut short\"".to_vec(), self))
            }
        }
    }

    /// Some devices of the order that stands first; the end where there is none.
    async fn rows(&mut self) -> Result<Vec<u8>, Problem> {
        let Some(order) = self.orders.front_mut() else {
            self.part = Part::Nothing;
            return Ok(match self.format {
                Format::Csv => Vec::new(),
                Format::Json => b"]\n".to_vec(),
            });
        };
        let is_first = self.part == Part::Order;
        let lines = order.next_lines(&self.house, &self.by).await?;
        let is_last = order.left() == 0;
        let head = order.head(&self.house);
        let devices = order.row.devices;
        let mut piece = Vec::new();
        match self.format {
            Format::Csv if is_first && is_last && lines.is_empty() => {
                // Nothing is left out silently: what is over is about no device any more.
                piece = separated(&[cells(&head, devices, None)])?;
            }
            Format::Csv => {
                let rows: Vec<_> =
                    lines.iter().map(|line| cells(&head, devices, Some(line))).collect();
                piece = separated(&rows)?;
            }
            Format::Json => {
                if is_first {
                    piece = opened(&head, devices, self.written)?;
                }
                for (line, before) in lines.iter().zip(self.written.lines..) {
                    piece.extend_from_slice(if before == 0 { b"\n  " } else { b",\n  " });
                    piece.extend(json(line)?);
                }
                if is_last {
                    piece.extend_from_slice(b"]}");
                }
            }
        }
        self.written.lines += lines.len();
        self.part = Part::Lines;
        if is_last {
            self.orders.pop_front();
            self.part = Part::Order;
            self.written = Written { orders: self.written.orders + 1, lines: 0 };
        }
        Ok(piece)
    }
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(|error| Problem::ours(error.to_string()))
}

/// The beginning of an order: all of it, and the bracket behind which its devices stand.
fn opened(head: &Head<'_>, devices: u64, written: Written) -> Result<Vec<u8>, Problem> {
    let mut piece = if written.orders == 0 { b"\n".to_vec() } else { b",\n".to_vec() };
    piece.extend(json(head)?);
    // The brace that closes it comes behind its devices.
    piece.pop();
    let counted = format!(",\"devices_in_all\":{devices},\"devices\":[");
    piece.extend(counted.into_bytes());
    Ok(piece)
}

/// A row of the file; without a device where an order is about none.
fn cells(head: &Head<'_>, devices: u64, line: Option<&OrderLine>) -> [String; 27] {
    let text = |of: fn(&OrderLine) -> &str| line.map(of).unwrap_or_default().to_owned();
    let ids = |of: fn(&OrderLine) -> &[String], all: &[&str]| match line {
        Some(line) => of(line).join("; "),
        None => all.join("; "),
    };
    [
        head.action.to_owned(),
        head.kind.to_owned(),
        head.what.to_owned(),
        head.product.to_owned(),
        head.priority.to_owned(),
        head.because.to_owned(),
        head.due.to_owned(),
        (if head.is_overdue { "yes" } else { "no" }).to_owned(),
        head.owner.to_owned(),
        head.state.to_owned(),
        line.map(|line| line.device.to_string()).unwrap_or_default(),
        text(|line| &line.asset_tag),
        text(|line| &line.serial),
        text(|line| &line.udi),
        text(|line| &line.maker),
        text(|line| &line.model),
        text(|line| &line.release),
        text(|line| &line.target),
        text(|line| &line.ward),
        head.site.to_owned(),
        text(|line| &line.asset_system),
        ids(|line| &line.vulnerabilities, &head.vulnerabilities),
        ids(|line| &line.exploited, &head.exploited),
        ids(|line| &line.advisories, &head.advisories),
        devices.to_string(),
        text(|line| &line.link),
        head.link.clone(),
    ]
}

/// Rows of RFC 4180; what a spreadsheet would run gets an apostrophe in front.
fn separated(rows: &[[String; 27]]) -> Result<Vec<u8>, Problem> {
    let failed = |error: csv::Error| Problem::ours(error.to_string());
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        out.write_record(row.iter().map(|cell| harmless(cell).into_owned()))
            .map_err(failed)?;
    }
    out.into_inner().map_err(|error| Problem::ours(error.to_string()))
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
    let asked = Asked::parse(&chosen.query)?.first();
    let today = Clock::new((house.app.now)(), &by.zone).today();
    let prepared = prepared(&house, &by, &asked, today).await?;
    let devices: usize = prepared.iter().map(Prepared::left).sum();
    if devices > SENT_MAX {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!(
                "These work orders are about {} devices; at most {} are sent at once.",
                number(devices as u64),
                number(SENT_MAX as u64)
            ),
        )
        .next("Filter the list, by ward or by priority, and send what is left."));
    }
    let mut orders = Vec::new();
    for one in prepared {
        orders.push(one.whole(&house, &by).await?);
    }
    tell_orders(&house.app, &by, &orders).await?;
    Ok(face.done(&asked.address()))
}
