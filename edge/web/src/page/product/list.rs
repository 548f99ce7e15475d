//! The list of products, and one of them with its releases.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use operations::{Actor, Permission, bills, fleet as held_fleet, maker};
use serde::Serialize;
use store::{
    Bill, Delivered, HeldBeside, MakerDelivery, Product, Project, Release, Scope, Wanted,
};

use super::audience::For;
use super::without::{self, Without};
use super::{Marks, number, scores};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::page::mds2::list as forms;
use crate::page::stretch::{self, Pages, Place, Stretch};
use crate::parts::{self, Takes};
use crate::problem::Problem;
use crate::words::{self, counted, many};

#[derive(Template, Serialize)]
#[template(path = "product/list.html")]
struct Products {
    sentence: String,
    products: Vec<Row>,
    total: usize,
    /// The cursor behind the last row; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    pages: Pages,
    /// What came through makers' own accounts and waits for somebody.
    waiting: Vec<Waiting>,
    /// Releases whose SBOM fits devices of which nobody has said so, for whoever may say it.
    fitting: Vec<Fits>,
    /// SBOMs of which nobody has said yet which release they describe, for whoever may say it.
    unplaced: Vec<Unplaced>,
    /// Releases of which the newest SBOM lists less than half of an older one, so that both hold,
    /// for whoever may take one out of force.
    beside: Vec<Beside>,
    /// Models of which no SBOM says what is in them, those with most devices first.
    without: Vec<Without>,
    /// How many models more there are than stand here.
    without_more: usize,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    may_deliver: bool,
}

/// A document that a maker delivered itself.
#[derive(Serialize)]
struct Waiting {
    maker: String,
    title: String,
    what: &'static str,
    delivered: Shown,
    address: String,
}

/// A release whose SBOM fits devices of which nobody has said so.
#[derive(Serialize)]
struct Fits {
    release: i64,
    product: String,
    version: String,
    organisation: String,
    devices: u64,
    #[serde(skip)]
    count: String,
}

/// A release about which two SBOMs hold.
#[derive(Serialize)]
struct Beside {
    release: i64,
    product: String,
    version: String,
    /// How many components the newer one lists.
    components: i64,
    /// How many the older one lists.
    before: i64,
    /// How many of the newer one's can be looked up: by package URLs, or by CPE names.
    identified: i64,
    /// How many of the older one's.
    identified_before: i64,
}

impl Beside {
    fn of(one: HeldBeside) -> Self {
        Self {
            release: one.release,
            product: format!("{} {}", one.maker, one.product),
            version: one.version,
            components: one.components,
            before: one.before,
            identified: one.identified,
            identified_before: one.identified_before,
        }
    }
}

/// An SBOM that waits to be placed.
#[derive(Serialize)]
struct Unplaced {
    id: i64,
    file: String,
    organisation: String,
    arrived: Shown,
    by: String,
}

impl Waiting {
    fn of(one: MakerDelivery, clock: &Clock) -> Self {
        let (what, address) = match one.noun {
            Delivered::Bill => ("SBOM", format!("/products/releases/{}", one.release)),
            Delivered::Vex => {
                ("statements (VEX)", format!("/products/statements/{}", one.document))
            }
        };
        let delivered = clock.show(&one.delivered);
        Self { maker: one.maker, title: one.title, what, delivered, address }
    }
}

#[derive(Serialize)]
struct Row {
    id: i64,
    maker: String,
    name: String,
    organisation: String,
    releases: i64,
    bills: i64,
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
    wanted: stretch::Wanted,
) -> Result<Response, Problem> {
    let scope = by.reading(Permission::ViewDevices);
    let store = &house.app.store;
    let names = names(&house, &by).await?;
    let all = store.products(&scope).await?;
    let Stretch { rows, total, next, pages } = wanted.of("/products", all, |one| {
        let product = &one.product;
        Place::default().text(&*product.maker).text(&*product.name).number(product.id)
    });
    let mut products = Vec::new();
    for one in rows {
        let product = one.product;
        products.push(Row {
            id: product.id,
            organisation: owner(&names, &house, &by, product.organisation).await?,
            maker: product.maker,
            name: product.name,
            releases: one.releases,
            bills: one.bills,
            unknown: one.unknown,
        });
    }
    let clock = face.clock().clone();
    let fitting = fitting(&house, &by, &names).await?;
    let unplaced = unplaced(&house, &by, &names, &clock).await?;
    let sentence = match total {
        0 if !unplaced.is_empty() => {
            "SBOMs were delivered, and nobody has said yet which releases they describe."
                .to_owned()
        }
        0 => "No maker has delivered anything about its products yet.".to_owned(),
        count => format!(
            "{} with what their makers say that they are made of.",
            counted(count, "product", "products")
        ),
    };
    let may_deliver = by.may(Permission::DeliverDocuments);
    let waiting = maker::waiting(&house.app, &by).await?.into_iter();
    let waiting = waiting.map(|one| Waiting::of(one, &clock)).collect();
    let beside = bills::held_beside(&house.app, &by).await?;
    let beside = beside.into_iter().map(Beside::of).collect();
    let (without, without_more) = without::found(&house, &by).await?;
    let token = by.form_token.clone();
    face.show(&Products {
        sentence,
        products,
        total,
        next,
        pages,
        waiting,
        fitting,
        unplaced,
        beside,
        without,
        without_more,
        token,
        may_deliver,
    })
}

/// The releases whose SBOM fits devices of which nobody has said so.
async fn fitting(
    house: &House,
    by: &Actor,
    names: &BTreeMap<i64, String>,
) -> Result<Vec<Fits>, Problem> {
    let fitting = held_fleet::fitting(&house.app, by).await?.into_iter();
    let shown = fitting.map(|one| Fits {
        release: one.release,
        organisation: names.get(&one.organisation).cloned().unwrap_or_default(),
        product: format!("{} {}", one.maker, one.name),
        version: one.version,
        count: many(one.devices.cast_signed(), "device", "devices"),
        devices: one.devices,
    });
    Ok(shown.collect())
}

/// The SBOMs that wait for whoever asks.
async fn unplaced(
    house: &House,
    by: &Actor,
    names: &BTreeMap<i64, String>,
    clock: &Clock,
) -> Result<Vec<Unplaced>, Problem> {
    let waiting = bills::waiting(&house.app, by).await?;
    let people: Vec<i64> = waiting.iter().map(|one| one.arrived_by).collect();
    let people = house.app.store.names_of(by.head, &people).await?;
    let shown = waiting.into_iter().map(|one| Unplaced {
        id: one.original,
        organisation: names.get(&one.organisation).cloned().unwrap_or_default(),
        arrived: clock.show(&one.arrived),
        by: words::who(people.get(&one.arrived_by)),
        file: one.name,
    });
    Ok(shown.collect())
}

/// The names of the organisations that the actor sees.
async fn names(house: &House, by: &Actor) -> Result<BTreeMap<i64, String>, Problem> {
    let scope = by.scope(Permission::ViewDevices);
    let seen = house.app.store.organisations(&scope).await?;
    Ok(seen.into_iter().map(|one| (one.id, one.name)).collect())
}

/// What an organisation is called: one that the actor sees, or one above that lets it read.
async fn owner(
    names: &BTreeMap<i64, String>,
    house: &House,
    by: &Actor,
    id: i64,
) -> Result<String, Problem> {
    match names.get(&id) {
        Some(name) => Ok(name.clone()),
        None => {
            let whole = Scope::whole(by.head);
            Ok(house.app.store.organisation(&whole, id).await?.name)
        }
    }
}

#[derive(Template, Serialize)]
#[template(path = "product/show.html")]
struct OneProduct {
    id: i64,
    maker: String,
    name: String,
    sentence: String,
    organisation: String,
    #[serde(flatten)]
    meant_for: For,
    releases: Vec<ReleaseRow>,
    /// MDS2 forms in force.
    forms: Vec<forms::Row>,
    /// The field of the file of another, for whoever may deliver for its organisation.
    #[serde(skip)]
    deliver: Option<parts::File>,
    #[serde(skip)]
    owner: i64,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    may_deliver: bool,
}

#[derive(Serialize)]
struct ReleaseRow {
    id: i64,
    version: String,
    #[serde(flatten)]
    marks: Marks,
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
    let scope = by.reading(Permission::ViewDevices);
    let store = &house.app.store;
    let product = store.product(&scope, number("product", &product)?).await?;
    let id = product.id;
    let bills = store.bills_of_product(&scope, id).await?;
    let known = store.releases(&scope, id).await?;
    let projects = store.projects(&scope, Wanted::Named(&product.name)).await?;
    let mut builds = Vec::new();
    for release in &known {
        builds.extend(store.builds_of_release(&scope, release.id).await?);
    }
    let releases: Vec<ReleaseRow> = known
        .into_iter()
        .map(|release| row(release, &bills, &projects, face.clock()))
        .collect();
    let sentence = match releases.len() {
        0 => "No release is known yet.".to_owned(),
        1 => "1 release is known.".to_owned(),
        count => format!("{count} releases are known, the newest first."),
    };
    let meant_for = For::of(&house, &by, &product, &builds).await?;
    let own = by.scope(Permission::DeliverDocuments);
    let deliver = store.product(&own, id).await.is_ok();
    let deliver = deliver.then(|| parts::Form::new(Takes::Form, &by, None).file);
    let called = forms::Names::of(&house, &by).await?;
    let all = store.mds2_forms(&scope).await?;
    let forms = all
        .iter()
        .filter(|one| one.product == Some(id) && one.is_in_force())
        .map(|one| called.row(one, face.clock()))
        .collect();
    let Product { organisation, maker, name, .. } = product;
    face.show(&OneProduct {
        id,
        forms,
        deliver,
        owner: organisation,
        maker,
        name,
        sentence,
        organisation: owner(&names(&house, &by).await?, &house, &by, organisation)
            .await?,
        meant_for,
        releases,
        token: by.form_token.clone(),
        may_deliver: by.may(Permission::DeliverDocuments),
    })
}

/// A release, with what the bills in force of its product say of it.
fn row(
    release: Release,
    bills: &[Bill],
    projects: &[Project],
    clock: &Clock,
) -> ReleaseRow {
    let project = projects.iter().find(|project| project.release.id == release.id);
    let in_force: Vec<&Bill> =
        bills.iter().filter(|bill| bill.release == release.id).collect();
    let best = in_force.iter().flat_map(|bill| scores(&bill.scores));
    ReleaseRow {
        id: release.id,
        version: release.version,
        marks: project.map(Marks::of).unwrap_or_default(),
        bills: in_force.len(),
        components: in_force.iter().map(|bill| bill.components).sum(),
        quality: best.map(|score| score.score).min(),
        unknown: in_force.iter().map(|bill| bill.unknown_count).sum(),
        received: in_force.first().map(|bill| clock.show(&bill.received)),
    }
}
