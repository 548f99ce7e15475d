//! Gates that are overridden, and how a purchase ends.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use operations::Actor;
use operations::purchase::{
    PurchaseError, Wish, approve, ask_override, award, cancel, compare, end_override,
    seen,
};
use store::Scope;

use super::again::{self, Again};
use super::{Fields, HOME, number};
use crate::House;
use crate::access::By;
use crate::face::Face;
use crate::field::{Choice, Holds};
use crate::form::Typed;
use crate::page::import::file_headers;
use crate::problem::Problem;

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
    let back = format!("{HOME}/{id}/bidders/{bidder}");
    match ask_override(&house.app, &by, id, wish).await.map_err(Problem::from) {
        Ok(made) => Ok(face.made(made, &format!("{back}#gate-{gate}"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let page =
                asked_again(&house, &by, (id, bidder), (&fields, &problem)).await?;
            face.again(&page, problem)
        }
    }
}

/// The form in which somebody asks for an override, with what is wrong in it.
async fn asked_again(
    house: &House,
    by: &Actor,
    (id, bidder): (i64, i64),
    sent: (&Fields, &Problem),
) -> Result<Again, Problem> {
    let compared = compare(&house.app, by, id).await?;
    let wanted = text(sent.0, "gate");
    let bid = compared.bids.iter().find(|it| it.bidder.id == bidder);
    let name = bid.map_or("", |it| it.bidder.name.as_str());
    let gate = compared.gates.iter().find(|(id, _)| id == wanted);
    let gate = gate.map_or(wanted, |(_, title)| title.as_str());
    let back = format!("{HOME}/{id}/bidders/{bidder}");
    Ok(Again {
        title: format!("Ask to override a gate of {name}: {gate}"),
        action: format!("{back}/overrides"),
        token: by.form_token.clone(),
        hidden: vec![("gate", wanted.to_owned())],
        faults: again::faults(sent.1),
        choice: None,
        fields: vec![
            again::field(
                ("reason", "Why it may be bought all the same"),
                Holds::Text,
                sent,
            )
            .hint("Somebody else who may accept risks approves it."),
            again::field(("last_day", "Until"), Holds::Day, sent)
                .hint("At most a year from today."),
        ],
        button: "Ask for it",
        back,
    })
}

/// `POST /purchases/{purchase}/overrides/{override}/approved`.
pub(crate) async fn approved(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((purchase, wanted)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = number("purchase", &purchase)?;
    let bidder = approve(&house.app, &by, id, number("override", &wanted)?).await?;
    Ok(face.done(&format!("{HOME}/{id}/bidders/{bidder}")))
}

/// `POST /purchases/{purchase}/overrides/{override}/ended`.
pub(crate) async fn ended(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((purchase, wanted)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = number("purchase", &purchase)?;
    let bidder = end_override(&house.app, &by, id, number("override", &wanted)?).await?;
    Ok(face.done(&format!("{HOME}/{id}/bidders/{bidder}")))
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
    let shown = text(&fields, "shown");
    let done = award(&house.app, &by, (id, bidder), said, shown).await;
    match done.map_err(Problem::from) {
        Ok(()) => Ok(face.done(&format!("{HOME}/{id}"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let page = awarded_again(&house, &by, id, (&fields, &problem)).await?;
            face.again(&page, problem)
        }
    }
}

/// The form of an award, with what is wrong in it.
async fn awarded_again(
    house: &House,
    by: &Actor,
    id: i64,
    sent: (&Fields, &Problem),
) -> Result<Again, Problem> {
    let compared = compare(&house.app, by, id).await?;
    let open = compared.bids.iter().filter(|it| !it.is_blocked());
    let open = open.map(|it| (it.bidder.id.to_string(), it.bidder.name.clone()));
    Ok(Again {
        title: format!("Award it: {}", compared.purchase.said.title),
        action: format!("{HOME}/{id}/awarded"),
        token: by.form_token.clone(),
        hidden: vec![("shown", text(sent.0, "shown").to_owned())],
        faults: again::faults(sent.1),
        choice: Some(
            Choice::new("bidder", "To whom?", open, text(sent.0, "bidder"))
                .judged(&sent.1.faults),
        ),
        fields: vec![
            again::field(("conditions", "On which conditions"), Holds::Text, sent),
            again::field(("last_day", "It holds until"), Holds::Day, sent),
        ],
        button: "Award it",
        back: format!("{HOME}/{id}"),
    })
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
    let done = cancel(&house.app, &by, id, text(&fields, "reason")).await;
    match done.map_err(Problem::from) {
        Ok(()) => Ok(face.done(&format!("{HOME}/{id}"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let sent = (&fields, &problem);
            let page = Again {
                title: "Buy nothing".to_owned(),
                action: format!("{HOME}/{id}/cancelled"),
                token: by.form_token.clone(),
                hidden: Vec::new(),
                faults: again::faults(&problem),
                choice: None,
                fields: vec![again::field(("reason", "Why"), Holds::Text, sent)],
                button: "Cancel the purchase",
                back: format!("{HOME}/{id}"),
            };
            face.again(&page, problem)
        }
    }
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
    let headers = file_headers("application/json", &format!("award-{}.json", found.id));
    Ok((headers, bytes).into_response())
}
