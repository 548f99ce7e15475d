//! Models of which no SBOM says what is in them: whom to ask, for how many devices.

use fleet::encoded;
use operations::fleet::{self as held_fleet, Set, Undescribed, holdings};
use operations::{Actor, Permission};
use serde::Serialize;

use crate::House;
use crate::problem::Problem;
use crate::words::many;

/// How many models stand on a page; the list of devices has the others.
const MOST: usize = 12;
/// How many versions of a model are named.
const VERSIONS: usize = 4;

/// A model without an SBOM, or with one for some of its releases alone.
#[derive(Serialize)]
pub(super) struct Without {
    maker: String,
    model: String,
    /// The versions of which no SBOM is in force; one that nobody stated is empty.
    versions: Vec<String>,
    devices: u64,
    #[serde(skip)]
    pub(super) name: String,
    #[serde(skip)]
    pub(super) of_which: String,
    #[serde(skip)]
    pub(super) count: String,
    #[serde(skip)]
    pub(super) address: String,
    /// Where its maker is found; empty where whoever looks may not.
    #[serde(skip)]
    pub(super) asks: String,
}

impl Without {
    fn of(one: Undescribed, by: &Actor) -> Self {
        let first = |all: &[String]| all.first().cloned().unwrap_or_default();
        let (maker, model) = (first(&one.makers), first(&one.models));
        let asks = match by.may(Permission::ViewSuppliers) && !maker.trim().is_empty() {
            true => format!("/suppliers?q={}", encoded(&maker)),
            false => String::new(),
        };
        let name = format!("{maker} {model}").trim().to_owned();
        Self {
            name: if name.is_empty() {
                "maker and model not stated".to_owned()
            } else {
                name
            },
            of_which: of_which(&one),
            count: many(one.devices.cast_signed(), "device", "devices"),
            address: devices(&one),
            versions: one.versions.into_iter().collect(),
            devices: one.devices,
            maker,
            model,
            asks,
        }
    }
}

/// The versions in words.
fn of_which(one: &Undescribed) -> String {
    let stated = one.versions.iter().map(|version| match version.trim() {
        "" => "version not stated",
        version => version,
    });
    let named: Vec<&str> = stated.take(VERSIONS).collect();
    match one.versions.len().saturating_sub(VERSIONS) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// The list of these devices.
fn devices(one: &Undescribed) -> String {
    let set = encoded(&Set::WithoutBill.to_string());
    let mut address = format!("/devices?among={set}&missing=no");
    for (key, values) in [("maker", &one.makers), ("model", &one.models)] {
        for value in values {
            address = format!("{address}&{key}={}", encoded(value));
        }
    }
    address
}

/// The first of the models, and how many there are beside them.
pub(super) async fn found(
    house: &House,
    by: &Actor,
) -> Result<(Vec<Without>, usize), Problem> {
    let held = holdings(&house.app, by.head).await?;
    let scope = held_fleet::scope(by);
    let all = tokio::task::spawn_blocking(move || held.undescribed(&scope)).await;
    let all = all.map_err(|_| Problem::ours("a count was cut short"))?;
    let more = all.len().saturating_sub(MOST);
    let shown = all.into_iter().take(MOST).map(|one| Without::of(one, by));
    Ok((shown.collect(), more))
}
