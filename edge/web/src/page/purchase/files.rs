//! Files of a bid: dropped in, taken away, taken out; and the list of what the bidder is asked.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::response::{IntoResponse as _, Response};
use operations::Actor;
use operations::purchase::{
    Bidding, Dropped, PurchaseError, Side, compare, deliver, file, take_out,
};
use serde::Serialize;

use super::said::keepable;
use super::{HOME, number};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::Choice;
use crate::page::import::file_headers;
use crate::parts::{self, Asked, Form, Takes};
use crate::problem::Problem;

#[derive(Template, Serialize)]
#[template(path = "purchase/files_new.html")]
struct New {
    purchase: i64,
    bidder: i64,
    name: String,
    bytes_max: usize,
    #[serde(skip)]
    form: Form,
    #[serde(skip)]
    side: Choice,
}

impl Show for New {
    fn title(&self) -> String {
        format!("Files of a bid: {}", self.name)
    }
}

/// `GET /purchases/{purchase}/bidders/{bidder}/files/new`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((purchase, bidder)): Path<(String, String)>,
) -> Result<Response, Problem> {
    face.show(&page(&house, &by, (&purchase, &bidder), "", None).await?)
}

/// `POST /purchases/{purchase}/bidders/{bidder}/files/new`.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((purchase, bidder)): Path<(String, String)>,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut typed = BTreeMap::new();
    match keep(&house, &by, (&purchase, &bidder), parts, &mut typed).await {
        Ok(()) => Ok(face.done(&format!("{HOME}/{purchase}/bidders/{bidder}#files"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let side = typed.get("side").map_or("", String::as_str);
            let of = (purchase.as_str(), bidder.as_str());
            let page = page(&house, &by, of, side, Some(&problem)).await?;
            face.again(&page, problem)
        }
    }
}

async fn keep(
    house: &House,
    by: &Actor,
    (purchase, bidder): (&str, &str),
    parts: Result<Multipart, MultipartRejection>,
    typed: &mut BTreeMap<String, String>,
) -> Result<(), Problem> {
    const ASKED: Asked = Asked {
        takes: Takes::Bid,
        organisation: "",
        file: "Choose the files, or one archive of them.",
        smaller: "Send them in several goes.",
    };
    let (id, who) = (number("purchase", purchase)?, number("bidder", bidder)?);
    keepable(house, by, purchase).await?;
    let files = parts::arrive_several(parts, &ASKED, typed).await?;
    let side = match typed.get("side").map(String::as_str) {
        Some("house") => Side::House,
        _ => Side::Bidder,
    };
    let files = files.into_iter().map(|(name, parcel)| Dropped { name, parcel });
    deliver(&house.app, by, (id, who), side, files.collect()).await?;
    Ok(())
}

async fn page(
    house: &House,
    by: &Actor,
    (purchase, bidder): (&str, &str),
    side: &str,
    problem: Option<&Problem>,
) -> Result<New, Problem> {
    let purchase = keepable(house, by, purchase).await?;
    let found = bidding(house, by, purchase.id, number("bidder", bidder)?).await?;
    let options = [
        ("bidder", "the bidder: it is its word"),
        ("house", "us: a scan that we made, what the contract says, a dossier"),
    ];
    let options = options.map(|(value, text)| (value.to_owned(), text.to_owned()));
    Ok(New {
        purchase: purchase.id,
        bidder: found.bidder.id,
        name: found.bidder.name,
        bytes_max: Takes::Bid.bytes_max(),
        form: Form::new(Takes::Bid, by, problem),
        side: Choice::new("side", "From whom are they?", options, side)
            .judged(parts::faults(problem)),
    })
}

/// A bid as it is judged now.
async fn bidding(
    house: &House,
    by: &Actor,
    purchase: i64,
    bidder: i64,
) -> Result<Bidding, Problem> {
    let compared = compare(&house.app, by, purchase).await?;
    let found = compared.bids.iter().find(|it| it.bidder.id == bidder);
    found.cloned().ok_or_else(|| Problem::not_found("bidder", &bidder.to_string()))
}

/// `GET /purchases/{purchase}/files/{file}`: the bytes, as they came.
pub(crate) async fn take(
    State(house): State<House>,
    By(by): By,
    Path((purchase, wanted)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (id, wanted) = (number("purchase", &purchase)?, number("file", &wanted)?);
    let (found, bytes) = file(&house.app, &by, id, wanted).await?;
    let name = found.name.rsplit(['/', '!', '\\']).next().unwrap_or_default();
    Ok((file_headers("application/octet-stream", name), bytes).into_response())
}

/// `POST /purchases/{purchase}/files/{file}/taken-out`.
pub(crate) async fn taken_out(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((purchase, wanted)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = number("purchase", &purchase)?;
    let bidder = take_out(&house.app, &by, id, number("file", &wanted)?).await?;
    Ok(face.done(&format!("{HOME}/{id}/bidders/{bidder}#files")))
}

/// `GET /purchases/{purchase}/bidders/{bidder}/questions.csv`.
pub(crate) async fn separated(
    State(house): State<House>,
    By(by): By,
    Path((purchase, bidder)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (id, who) = (number("purchase", &purchase)?, number("bidder", &bidder)?);
    let bid = bidding(&house, &by, id, who).await?;
    let bytes = ::purchase::question::csv(&bid.bidder.name, &bid.questions());
    let bytes = bytes.map_err(|why| PurchaseError::Unwritable(why.to_string()))?;
    Ok((file_headers("text/csv; charset=utf-8", "questions.csv"), bytes).into_response())
}

/// `GET /purchases/{purchase}/bidders/{bidder}/questions.xlsx`.
pub(crate) async fn workbook(
    State(house): State<House>,
    By(by): By,
    Path((purchase, bidder)): Path<(String, String)>,
) -> Result<Response, Problem> {
    const KIND: &str =
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let (id, who) = (number("purchase", &purchase)?, number("bidder", &bidder)?);
    let bid = bidding(&house, &by, id, who).await?;
    let bytes = ::purchase::question::workbook(&bid.bidder.name, &bid.questions());
    let bytes = bytes.map_err(|why| PurchaseError::Unwritable(why.to_string()))?;
    Ok((file_headers(KIND, "questions.xlsx"), bytes).into_response())
}

/// `GET /purchases/profile.toml`: what is usually asked.
pub(crate) async fn profile() -> Result<Response, Problem> {
    let bytes = ::purchase::profile::STANDARD.as_bytes().to_vec();
    Ok((file_headers("application/toml", "profile.toml"), bytes).into_response())
}
