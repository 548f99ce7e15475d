//! The purchases that somebody sees.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use operations::Permission;
use serde::Serialize;
use store::Scope;

use super::{HOME, standing, tier_words};
use crate::House;
use crate::access::By;
use crate::clock::Shown;
use crate::face::{Face, Show};
use crate::mark::Mark;
use crate::page::stretch::{Pages, Place, Stretch, Wanted};
use crate::problem::Problem;
use crate::words::counted;

#[derive(Template, Serialize)]
#[template(path = "purchase/list.html")]
struct Purchases {
    sentence: String,
    purchases: Vec<Row>,
    total: usize,
    /// The cursor behind the last row; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    pages: Pages,
    #[serde(skip)]
    may_keep: bool,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    title: String,
    tier: String,
    #[serde(skip)]
    tier_words: &'static str,
    organisation: String,
    /// How many organisations buy along.
    members: usize,
    /// How many bid.
    bidders: usize,
    standing: Mark,
    made: Shown,
}

impl Show for Purchases {
    fn title(&self) -> String {
        "Purchases".to_owned()
    }
}

/// `GET /purchases`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let scope = by.scope(Permission::ViewPurchases);
    let store = &house.app.store;
    let all = store.purchases(&scope).await?;
    let open = all.iter().filter(|one| one.ended.is_none()).count();
    let Stretch { rows, total, next, pages } =
        wanted.of(HOME, all, |one| Place::default().number(i64::MAX - one.id));
    // Who buys along may know for whom.
    let places = store.organisations(&Scope::whole(by.head)).await?.into_iter();
    let places: BTreeMap<i64, String> = places.map(|one| (one.id, one.name)).collect();
    let mut purchases = Vec::new();
    for one in rows {
        let bidders = store.purchase_bidders(&scope, one.id).await?;
        purchases.push(Row {
            id: one.id,
            tier_words: tier_words(&one.said.tier),
            organisation: places.get(&one.organisation).cloned().unwrap_or_default(),
            members: one.members.len(),
            bidders: bidders.iter().filter(|it| it.left_out.is_none()).count(),
            standing: standing(&one),
            made: face.clock().show(&one.made),
            title: one.said.title,
            tier: one.said.tier,
        });
    }
    let sentence = match (total, open) {
        (0, _) => "Nothing is being bought.".to_owned(),
        (_, 0) => {
            format!("{}, none of which goes on.", counted(total, "purchase", "purchases"))
        }
        (_, open) => {
            format!("{} on, of {total}.", counted(open, "purchase goes", "purchases go"))
        }
    };
    let may_keep = by.may(Permission::KeepPurchases);
    face.show(&Purchases { sentence, purchases, total, next, pages, may_keep })
}
