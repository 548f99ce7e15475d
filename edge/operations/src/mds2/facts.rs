//! What is known besides a form, as far as whoever asks may see it: SBOMs in force of its
//! product, dossiers, and devices.

use ::mds2::Form;
use ::mds2::lint::{Connected, Facts, Foreign, Owned, Support};
use controls::observation::bill;
use controls::{Held, fit_of_sbom_to_form};
use fleet::{ConfigurationId, Filter, Presence, Sets};
use naming::text::Text;
use purchase::support::{Supported, supported, unsupported};
use reading::Place;
use store::{Mds2Form, Product, Scope, StoreError};
use supplier::Answer;
use terms::Day;

use super::Mds2Error;
use crate::aside::{CutShort, aside};
use crate::fleet::{holdings, scope};
use crate::life_cycle::catalog;
use crate::maker::is_same;
use crate::supplier::{SBOMS, makers, products_kept};
use crate::{Actor, App, Permission};

/// With what the names of dossiers begin; the number of the supplier follows.
pub const DOSSIERS: &str = "suppliers/";
/// With what the names of devices begin; the number of the device follows.
pub const DEVICES: &str = "devices/";
/// Devices that are looked at, the first of them.
const DEVICES_MAX: usize = 500;
/// SBOMs that are looked at, the newest of them.
const SBOMS_MAX: usize = 20;

/// What is known, and of which components the support is known.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) facts: Facts,
    pub(super) supported: Vec<Supported>,
}

/// Gathers what concerns the product of a form.
pub(super) async fn gather(
    app: &App,
    by: &Actor,
    (form, said): (&Mds2Form, &Form),
    product: &Product,
    today: Day,
) -> Result<Known, Mds2Error> {
    let mut known = sboms(app, by, (form, said), product, today).await?;
    known.facts.support = support(app, by, said, product).await?;
    known.facts.owned = owned(app, by, form, product).await?;
    Ok(known)
}

/// The words by which the product is named.
fn words(form: &Form, product: &Product) -> Text {
    let [model, description] =
        [form.model(), form.description()].map(|it| it.map_or("", |it| it.0));
    Text::read(&[model, description, &product.name])
}

async fn sboms(
    app: &App,
    by: &Actor,
    (form, said): (&Mds2Form, &Form),
    product: &Product,
    today: Day,
) -> Result<Known, Mds2Error> {
    let seen = by.reading(Permission::ViewDevices);
    let releases = app.store.releases(&seen, product.id).await?;
    let bills = app.store.bills_of_product(&seen, product.id).await?;
    let is_meant =
        |release: i64| form.releases.is_empty() || form.releases.contains(&release);
    let mut documents = Vec::new();
    for one in bills.iter().filter(|one| is_meant(one.release)).take(SBOMS_MAX) {
        let version = releases.iter().find(|release| release.id == one.release);
        let version = version.map_or("", |release| release.version.as_str());
        let name = format!("{SBOMS}{}/{version}", one.release);
        let bytes = app.store.bytes_of(&Scope::whole(by.head), one.original).await?;
        documents.push((name, bytes));
    }
    if documents.is_empty() {
        return Ok(Known::default());
    }
    let (_, life_cycles) = catalog::<Mds2Error>(app, by.head).await?;
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let (said, name) = (said.clone(), product.name.clone());
    let known = aside(move || {
        // One that cannot be read any more says nothing.
        let read = documents.into_iter().filter_map(|(name, bytes)| {
            Some(Held::new(name, sbom::parse(&bytes).ok()?.value))
        });
        let fitted = read.map(|held| {
            let fitted = fit_of_sbom_to_form(&said, &[&name], &held, makers());
            (held, fitted)
        });
        let (foreign, own): (Vec<_>, Vec<_>) = fitted.partition(|(_, it)| it.is_other());
        let named = own.iter().map(|(held, _)| (held.file.as_str(), &held.value));
        let supported = supported(named, &life_cycles, None, today);
        let foreign = foreign
            .into_iter()
            .map(|(held, fitted)| Foreign { document: held.file, about: fitted.why });
        let facts = Facts {
            bills: own.iter().map(|(held, _)| bill(&held.file, &held.value)).collect(),
            foreign: foreign.collect(),
            unsupported: unsupported(&supported),
            ..Facts::default()
        };
        Known { facts, supported }
    })
    .await?;
    drop(reader);
    Ok(known)
}

/// What dossiers keep about the product.
async fn support(
    app: &App,
    by: &Actor,
    form: &Form,
    product: &Product,
) -> Result<Vec<Support>, StoreError> {
    let text = words(form, product);
    let mut found = Vec::new();
    for (supplier, kept) in products_kept(app, by, &product.maker).await? {
        let mut names = std::iter::once(&kept.name).chain(&kept.models);
        if !names.any(|name| text.says(name)) {
            continue;
        }
        found.push(Support {
            document: format!("{DOSSIERS}{supplier}"),
            place: kept.place.clone(),
            product: kept.name.clone(),
            ends: kept.support_ends,
            connected: match kept.networked {
                Answer::Yes => Connected::Yes,
                Answer::No => Connected::No,
                Answer::Unstated => Connected::Unstated,
            },
        });
    }
    Ok(found)
}

/// The devices that are there and that the actor sees, of builds that a person said to be of the
/// product's releases, or that the inventory writes with its maker and name.
async fn owned(
    app: &App,
    by: &Actor,
    form: &Mds2Form,
    product: &Product,
) -> Result<Vec<Owned>, Mds2Error> {
    let seen = by.reading(Permission::ViewDevices);
    let mut builds = Vec::new();
    for release in app.store.releases(&seen, product.id).await? {
        if form.releases.is_empty() || form.releases.contains(&release.id) {
            builds.extend(app.store.builds_of_release(&seen, release.id).await?);
        }
    }
    if form.releases.is_empty() {
        let is_of = |one: &&store::Configuration| {
            one.build.model.trim().eq_ignore_ascii_case(product.name.trim())
                && is_same(&one.build.maker, &product.maker)
        };
        let all = app.store.builds(by.head).await?;
        builds.extend(all.iter().filter(is_of).map(|one| one.id));
    }
    let ids: Vec<i64> = {
        let held = holdings(app, by.head).await?;
        let listed = Filter::default().presence(Presence::Listed);
        let seen = held.fleet.view(&scope(by), &listed, &Sets::new());
        let Ok(seen) = seen else { return Ok(Vec::new()) };
        let of = held.fleet.of_configurations(builds.into_iter().map(ConfigurationId));
        (of & seen.devices()).iter().take(DEVICES_MAX).map(i64::from).collect()
    };
    let devices = app.store.devices(&by.scope(Permission::ViewDevices), &ids).await?;
    let owned = devices.iter().map(|device| {
        let told = &device.told;
        let names =
            [&told.asset_tag, &told.serial].into_iter().chain([&told.build.model]);
        let addresses = [&told.ip, &told.mac];
        let first = |mut texts: Vec<&String>| {
            texts.retain(|text| !text.is_empty());
            texts.first().map(|text| (*text).clone()).unwrap_or_default()
        };
        Owned {
            document: format!("{DEVICES}{}", device.id),
            place: Place::Document,
            name: first(names.collect()),
            version: told.build.version.clone(),
            address: first(addresses.to_vec()),
            holds_data: match told.holds_phi {
                Some(true) => Connected::Yes,
                Some(false) => Connected::No,
                None => Connected::Unstated,
            },
        }
    });
    Ok(owned.collect())
}
