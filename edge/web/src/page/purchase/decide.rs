//! Gates that are overridden, and how a purchase ends.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use operations::purchase::{
    PurchaseError, Wish, approve, ask_override, award, cancel, end_override, seen,
};
use store::Scope;

use super::files::attached;
use super::{HOME, number};
use crate::House;
use crate::access::By;
use crate::face::Face;
use crate::form::Typed;
use crate::problem::Problem;

type Fields = BTreeMap<String, String>;

fn text<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).map_or("", String::as_str)
}

/// `POST /purchases/{purchase}/bidders/{bidder}/overrides`.
pub(crate) async fn ask(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((purchase, bidder)): Path<(String, String)>,
    Typed(fields): Typed<Fields>,
) -> Result<Response, Problem> {
    let (id, bidder) = (number("purchase", &purchase)?, number("bidder", &bidder)?);
    let gate = text(&fields, "gate");
    let (reason, last_day) = (text(&fields, "reason"), text(&fields, "last_day"));
    let wish = Wish { bidder, gate, reason, last_day };
    let made = ask_override(&house.app, &by, id, wish).await?;
    Ok(face.made(made, &format!("{HOME}/{id}/bidders/{bidder}")))
}

/// `POST /purchases/{purchase}/overrides/{override}/approved`.
pub(crate) async fn approved(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((purchase, wanted)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = number("purchase", &purchase)?;
    approve(&house.app, &by, id, number("override", &wanted)?).await?;
    Ok(face.done(&format!("{HOME}/{id}")))
}

/// `POST /purchases/{purchase}/overrides/{override}/ended`.
pub(crate) async fn ended(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((purchase, wanted)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = number("purchase", &purchase)?;
    end_override(&house.app, &by, id, number("override", &wanted)?).await?;
    Ok(face.done(&format!("{HOME}/{id}")))
}

/// `POST /purchases/{purchase}/awarded`.
pub(crate) async fn awarded(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(purchase): Path<String>,
    Typed(fields): Typed<Fields>,
) -> Result<Response, Problem> {
    let id = number("purchase", &purchase)?;
    let bidder = text(&fields, "bidder").parse();
    let bidder = bidder.map_err(|_| Problem::from(PurchaseError::Missing("bidder")))?;
    let said = (text(&fields, "conditions"), text(&fields, "last_day"));
    award(&house.app, &by, (id, bidder), said, text(&fields, "shown")).await?;
    Ok(face.done(&format!("{HOME}/{id}")))
}

/// `POST /purchases/{purchase}/cancelled`.
pub(crate) async fn cancelled(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(purchase): Path<String>,
    Typed(fields): Typed<Fields>,
) -> Result<Response, Problem> {
    let id = number("purchase", &purchase)?;
    cancel(&house.app, &by, id, text(&fields, "reason")).await?;
    Ok(face.done(&format!("{HOME}/{id}")))
}

/// `GET /purchases/{purchase}/record`: what was known when it was awarded.
pub(crate) async fn record(
    State(house): State<House>,
    By(by): By,
    Path(purchase): Path<String>,
) -> Result<Response, Problem> {
    let found = seen(&house.app, &by, number("purchase", &purchase)?).await?;
    let award = found.ended.and_then(|ended| ended.award);
    let award = award.ok_or_else(|| Problem::not_found("award", &purchase))?;
    // It may be seen; who buys along does not own the document.
    let whole = Scope::whole(by.head);
    let bytes = house.app.store.bytes_of(&whole, award.record).await?;
    Ok(attached(&format!("award-{}.json", found.id), "application/json", bytes))
}
