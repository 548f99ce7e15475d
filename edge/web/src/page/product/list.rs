//! The list of products, and one of them with its releases.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use operations::{Actor, Permission};
use serde::Serialize;
use store::{Bill, Product, Release};

use super::{number, scores};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::problem::Problem;
use crate::words::counted;

#[derive(Template, Serialize)]
#[template(path = "product/list.html")]
struct Products {
    sentence: String,
    products: Vec<Row>,
    #[serde(skip)]
    may_deliver: bool,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    maker: String,
    name: String,
    organisation: String,
    releases: usize,
    bills: usize,
    unknown: i64,
}

impl Show for Products {
    fn title(&self) -> String {
        "Products".to_owned()
    }
}

/// `GET /products`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let scope = by.scope(Permission::ViewDevices);
    let store = &house.app.store;
    let names = names(&house, &by).await?;
    let mut products = Vec::new();
    for product in store.products(&scope).await? {
        let (mut releases, mut bills, mut unknown) = (0, 0, 0);
        for release in store.releases(&scope, product.id).await? {
            releases += 1;
            let all = store.bills(&scope, release.id).await?;
            let in_force = all.iter().filter(|bill| bill.replaced.is_none());
            for bill in in_force {
                bills += 1;
                unknown += bill.unknown_count;
            }
        }
        products.push(Row {
            id: product.id,
            organisation: names.get(&product.organisation).cloned().unwrap_or_default(),
            maker: product.maker,
            name: product.name,
            releases,
            bills,
            unknown,
        });
    }
    let sentence = match products.len() {
        0 => "No maker has delivered anything about its products yet.".to_owned(),
        count => format!(
            "{} with what their makers say that they are made of.",
            counted(count, "product", "products")
        ),
    };
    let may_deliver = by.may(Permission::DeliverDocuments);
    face.show(&Products { sentence, products, may_deliver })
}

/// The names of the organisations that the actor sees.
async fn names(house: &House, by: &Actor) -> Result<BTreeMap<i64, String>, Problem> {
    let scope = by.scope(Permission::ViewDevices);
    let seen = house.app.store.organisations(&scope).await?;
    Ok(seen.into_iter().map(|one| (one.id, one.name)).collect())
}

#[derive(Template, Serialize)]
#[template(path = "product/show.html")]
struct OneProduct {
    id: i64,
    maker: String,
    name: String,
    sentence: String,
    organisation: String,
    releases: Vec<ReleaseRow>,
    #[serde(skip)]
    may_deliver: bool,
}

#[derive(Serialize)]
struct ReleaseRow {
    id: i64,
    version: String,
    bills: usize,
    components: i64,
    quality: Option<u64>,
    unknown: i64,
    received: Option<Shown>,
}

impl Show for OneProduct {
    fn title(&self) -> String {
        format!("{} {}", self.maker, self.name)
    }
}

/// `GET /products/{product}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(product): Path<String>,
) -> Result<Response, Problem> {
    let scope = by.scope(Permission::ViewDevices);
    let store = &house.app.store;
    let Product { id, organisation, maker, name, .. } =
        store.product(&scope, number("product", &product)?).await?;
    let mut releases = Vec::new();
    for release in store.releases(&scope, id).await? {
        let bills = store.bills(&scope, release.id).await?;
        releases.push(row(release, &bills, face.clock()));
    }
    let sentence = match releases.len() {
        1 => "1 release is known.".to_owned(),
        count => format!("{count} releases are known, the newest first."),
    };
    let organisation =
        names(&house, &by).await?.get(&organisation).cloned().unwrap_or_default();
    let may_deliver = by.may(Permission::DeliverDocuments);
    face.show(&OneProduct {
        id,
        maker,
        name,
        sentence,
        organisation,
        releases,
        may_deliver,
    })
}

fn row(release: Release, bills: &[Bill], clock: &Clock) -> ReleaseRow {
    let in_force: Vec<&Bill> =
        bills.iter().filter(|bill| bill.replaced.is_none()).collect();
    let best = in_force.iter().flat_map(|bill| scores(&bill.scores));
    ReleaseRow {
        id: release.id,
        version: release.version,
        bills: in_force.len(),
        components: in_force.iter().map(|bill| bill.components).sum(),
        quality: best.map(|score| score.score).min(),
        unknown: in_force.iter().map(|bill| bill.unknown_count).sum(),
        received: in_force.first().map(|bill| clock.show(&bill.received)),
    }
}
