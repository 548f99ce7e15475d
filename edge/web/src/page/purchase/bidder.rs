//! Who bids: added by name, joined to a dossier where the house keeps one, and left out.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use operations::purchase::{NewBid, add, leave_out};
use operations::{Actor, Permission};
use serde::Serialize;

use super::said::keepable;
use super::{Fields, HOME, number};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Choice, Faults, Field, Holds};
use crate::form::Typed;
use crate::parts;
use crate::problem::Problem;

#[derive(Template, Serialize)]
#[template(path = "purchase/bidder_new.html")]
struct New {
    purchase: i64,
    title: String,
    /// The dossiers that may be joined.
    suppliers: Vec<Named>,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    supplier: Choice,
    #[serde(skip)]
    fields: [Field; 3],
}

#[derive(Serialize)]
struct Named {
    id: i64,
    name: String,
}

impl Show for New {
    fn title(&self) -> String {
        format!("Add a bidder: {}", self.title)
    }
}

/// `GET /purchases/{purchase}/bidders/new`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(purchase): Path<String>,
) -> Result<Response, Problem> {
    face.show(&page(&house, &by, &purchase, &Fields::new(), None).await?)
}

/// `POST /purchases/{purchase}/bidders/new`.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(purchase): Path<String>,
    Typed(fields): Typed<Fields>,
) -> Result<Response, Problem> {
    let id = number("purchase", &purchase)?;
    let text = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let new = NewBid {
        name: text("name"),
        product: text("product"),
        version: text("version"),
        supplier: text("supplier").parse().ok(),
    };
    match add(&house.app, &by, id, &new).await.map_err(Problem::from) {
        Ok(bidder) => Ok(face.made(bidder, &format!("{HOME}/{id}/bidders/{bidder}"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let page = page(&house, &by, &purchase, &fields, Some(&problem)).await?;
            face.again(&page, problem)
        }
    }
}

async fn page(
    house: &House,
    by: &Actor,
    purchase: &str,
    typed: &Fields,
    problem: Option<&Problem>,
) -> Result<New, Problem> {
    let purchase = keepable(house, by, purchase).await?;
    let scope = by.scope(Permission::ViewSuppliers);
    let suppliers = house.app.store.suppliers(&scope).await?.into_iter();
    let suppliers: Vec<Named> =
        suppliers.map(|one| Named { id: one.id, name: one.name }).collect();
    let faults = parts::faults(problem);
    let text = |name: &str| typed.get(name).map_or("", String::as_str);
    let none = (String::new(), "none of them".to_owned());
    let options = std::iter::once(none)
        .chain(suppliers.iter().map(|one| (one.id.to_string(), one.name.clone())));
    let field = |name, label, hint| {
        Field::new(name, label, Holds::Text).hint(hint).typed(text(name)).judged(faults)
    };
    Ok(New {
        purchase: purchase.id,
        title: purchase.said.title,
        token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        supplier: Choice::new(
            "supplier",
            "The dossier that you keep",
            options,
            text("supplier"),
        )
        .hint("What it says is used without being asked for.")
        .judged(faults),
        fields: [
            field("name", "Legal name", "Empty for that of the dossier."),
            field("product", "Product that is offered", "As its maker calls it."),
            field(
                "version",
                "Version",
                "With it, SBOMs of that very release which you have already are used.",
            ),
        ],
        suppliers,
    })
}

/// `POST /purchases/{purchase}/bidders/{bidder}/left-out`.
pub(crate) async fn left_out(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((purchase, bidder)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = number("purchase", &purchase)?;
    leave_out(&house.app, &by, id, number("bidder", &bidder)?).await?;
    Ok(face.done(&format!("{HOME}/{id}")))
}
