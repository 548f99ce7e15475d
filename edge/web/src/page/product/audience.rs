//! For whom the SBOMs of a product are, in words, and who says so.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use operations::bills::{self, Products};
use operations::{Actor, Permission};
use serde::Serialize;
use store::{Audience, Product, Scope};

use super::number;
use crate::House;
use crate::access::By;
use crate::face::Face;
use crate::field::Fault;
use crate::form::Typed;
use crate::problem::Problem;
use crate::words::many;

/// For whom the SBOMs of a product are.
#[derive(Serialize)]
pub(super) struct For {
    audience: &'static str,
    /// Devices of its builds that stand below its owner.
    devices_below: u64,
    #[serde(skip)]
    pub(super) sentence: String,
    /// What whoever may say it can say instead.
    #[serde(skip)]
    pub(super) other: Option<Offer>,
}

/// The other audience, as a button offers it.
pub(super) struct Offer {
    pub(super) word: &'static str,
    pub(super) words: String,
}

impl For {
    /// Whether devices below are not judged by them: then it is offered where it is seen.
    pub(super) fn is_wanting(&self) -> bool {
        self.audience == Audience::Owner.word() && self.devices_below > 0
    }

    /// Of a product that the actor may see, where these builds are its.
    pub(super) async fn of(
        house: &House,
        by: &Actor,
        product: &Product,
        builds: &[i64],
    ) -> Result<Self, Problem> {
        let store = &house.app.store;
        let whole = Scope::whole(by.head);
        let owner = store.organisation(&whole, product.organisation).await?;
        let tree = store.organisations(&whole).await?;
        let is_above = tree.iter().any(|one| one.parent == Some(owner.id));
        let below =
            bills::devices_below(&house.app, by, product.organisation, builds).await?;
        let run = by.scope(Permission::DeliverDocuments);
        let may_say = is_above && run.admits(&owner.path);
        let name = &owner.name;
        let (sentence, other) = match product.audience {
            Audience::Below => (
                format!(
                    "Its SBOMs are for {name} and everything below it, whose devices are \
                     judged by them."
                ),
                Offer {
                    word: Audience::Owner.word(),
                    words: format!("Keep them for {name} alone"),
                },
            ),
            Audience::Owner => (
                alone(name, below),
                Offer {
                    word: Audience::Below.word(),
                    words: format!("Let everything below {name} count and read them"),
                },
            ),
        };
        Ok(Self {
            audience: product.audience.word(),
            devices_below: below,
            sentence: if is_above { sentence } else { String::new() },
            other: may_say.then_some(other),
        })
    }
}

fn alone(name: &str, below: u64) -> String {
    let only = format!("Its SBOMs are for {name} alone");
    match below {
        0 => format!("{only}."),
        count => format!(
            "{only}: {} of it below {name} {} not judged by them, in no list and no work.",
            many(count.cast_signed(), "device", "devices"),
            if count == 1 { "is" } else { "are" },
        ),
    }
}

/// `POST /products/{product}/audience`.
pub(crate) async fn set(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(product): Path<String>,
    Typed(typed): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let id = number("product", &product)?;
    bills::set_audience(&house.app, &by, id, chosen(&typed)?).await?;
    Ok(face.done(&format!("/products/{id}")))
}

/// `POST /organisations/{organisation}/sboms`.
pub(crate) async fn set_for_products(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(organisation): Path<String>,
    Typed(typed): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let id = number("organisation", &organisation)?;
    let which = match typed.get("all").map_or("", String::as_str) {
        "" => Products::New,
        _ => Products::All,
    };
    let audience = chosen(&typed)?;
    bills::set_products_for(&house.app, &by, id, audience, which).await?;
    Ok(face.done(&format!("/organisations/{id}")))
}

fn chosen(typed: &BTreeMap<String, String>) -> Result<Audience, Problem> {
    let word = typed.get("audience").map_or("", String::as_str);
    Audience::from_word(word).ok_or_else(|| {
        let words = Audience::ALL.map(Audience::word).join(" or ");
        let text = format!("Say for whom the SBOMs are: {words}.");
        Problem::wrong_fields(vec![Fault::new("audience", text)])
    })
}
