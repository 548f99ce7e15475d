//! Which customers of a maker must hear of which flaws of its releases, by when, and which have.
//!
//! FDA, "Postmarket Management of Cybersecurity in Medical Devices" (2016), section VII: of a
//! risk that is not controlled customers hear within 30 days of learning of it, and it is fixed
//! within 60. Whether a risk is controlled is the maker's to say: what it states *not affected*
//! and accepts in its own house is none. Both times are counted from the later of two days: the
//! day on which the vulnerability was published, and the day on which the first SBOM of the
//! release came into the house. That is early rather than late.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use controls::red_flag::is_later;
use jiff::ToSpan as _;
use jiff::civil::Date;
use purchase::duty::{FIX_DAYS, TELL_DAYS};
use store::{
    Bill, Customer, CustomerTold, Kind, Organisation, Path, Product, Release, Scope,
    StoreError,
};

use super::CustomerError;
use super::carried::{Carriage, Says, carriages};
use crate::{Actor, App, Permission};

/// A flaw that releases of one product carry, and which customers have heard of it.
#[derive(Clone, Debug)]
pub struct CarriedFlaw {
    /// The product.
    pub product: Product,
    /// Where its organisation stands.
    pub path: Path,
    /// The vulnerability, by the name by which it is shown.
    pub vulnerability: String,
    /// All its names.
    pub names: BTreeSet<String>,
    /// What it is, in a line.
    pub title: String,
    /// CVSS, where there is a score.
    pub score: Option<f64>,
    /// Whether it is exploited.
    pub exploited: bool,
    /// The releases that carry it, once for each component in which they do.
    pub carriers: Vec<Carrier>,
    /// Later releases of which each SBOM is known not to carry it, and one lists the component.
    pub free: Vec<Release>,
    /// Releases of which nobody can tell.
    pub unclear: Vec<Release>,
    /// Customers who have not heard of all of the releases that carry it.
    pub untold: Vec<Hearer>,
    /// Customers who have.
    pub told: Vec<Hearer>,
}

/// A release that carries a flaw in a component.
#[derive(Clone, Debug)]
pub struct Carrier {
    /// The release.
    pub release: Release,
    /// The component in which it is, and its version.
    pub component: String,
    /// See there.
    pub version: String,
    /// The versions of the component that hold the fix; empty where nobody says.
    pub fixed_in: String,
    /// From which day on the times are counted.
    pub since: Date,
    /// What the component is, whatever its version.
    key: String,
}

/// A customer, and what it has heard of a flaw.
#[derive(Clone, Debug)]
pub struct Hearer {
    /// Its number.
    pub customer: i64,
    /// What it was told of releases that carry the flaw, the newest first.
    pub heard: Vec<CustomerTold>,
}

impl CarriedFlaw {
    /// The numbers of the releases that carry it.
    #[must_use]
    pub fn releases(&self) -> BTreeSet<i64> {
        self.carriers.iter().map(|one| one.release.id).collect()
    }

    /// The releases that carry it, each once.
    #[must_use]
    pub fn versions(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        let each = self.carriers.iter().filter(|one| seen.insert(one.release.id));
        each.map(|one| one.release.version.as_str()).collect()
    }

    /// From which day on the times are counted: that of the first release.
    #[must_use]
    pub fn since(&self) -> Date {
        self.carriers.iter().map(|one| one.since).min().unwrap_or_default()
    }

    /// The day until which customers hear of it: counted from the first release of which
    /// somebody has yet to hear.
    #[must_use]
    pub fn tell_by(&self) -> Date {
        let waits = |carrier: &Carrier| {
            self.untold.iter().any(|one| {
                !one.heard.iter().any(|told| told.release == carrier.release.id)
            })
        };
        let waiting = self.carriers.iter().filter(|one| waits(one));
        let since = waiting.map(|one| one.since).min();
        later(since.unwrap_or_else(|| self.since()), TELL_DAYS)
    }

    /// The day until which it is fixed.
    #[must_use]
    pub fn fix_by(&self) -> Date {
        later(self.since(), FIX_DAYS)
    }

    /// Whether somebody has yet to hear of it, or nobody is known who could.
    #[must_use]
    pub fn is_to_be_told(&self) -> bool {
        !self.untold.is_empty() || self.told.is_empty()
    }

    /// Whether customers should have heard of it before a day.
    #[must_use]
    pub fn is_told_late(&self, today: Date) -> bool {
        self.is_to_be_told() && self.tell_by() < today
    }

    /// Whether a release without it should be there before a day, and is not.
    #[must_use]
    pub fn is_fixed_late(&self, today: Date) -> bool {
        self.free.is_empty() && self.fix_by() < today
    }

    /// Whether one of the times is running.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.is_to_be_told() || self.free.is_empty()
    }
}

fn later(day: Date, days: i32) -> Date {
    day.checked_add(days.days()).unwrap_or(Date::MAX)
}

/// What a maker has to tell its customers.
#[derive(Clone, Debug, Default)]
pub struct Telling {
    /// The flaws of its releases: those first of which somebody has yet to hear, what is
    /// exploited before the rest, and what is due soonest.
    pub flaws: Vec<CarriedFlaw>,
    /// The names of its products.
    pub products: BTreeMap<i64, String>,
    /// Its customers.
    pub customers: BTreeMap<i64, Customer>,
    /// The makers and what lies below them.
    pub places: Vec<Organisation>,
    /// How many SBOMs were not looked into yet.
    pub unread: usize,
    /// Releases of which something cannot be told, and those without an SBOM.
    pub unclear: usize,
    /// Whether an index is in use; nothing is known of a flaw otherwise.
    pub has_index: bool,
}

/// What whoever looks has to tell customers, as of a day.
///
/// # Errors
/// When the database fails or the index cannot be read.
pub async fn telling(
    app: &App,
    by: &Actor,
    today: Date,
) -> Result<Telling, CustomerError> {
    told_within(app, &by.scope(Permission::ViewDevices), today).await
}

/// The same within a scope.
pub(super) async fn told_within(
    app: &App,
    scope: &Scope,
    today: Date,
) -> Result<Telling, CustomerError> {
    let places = within_makers(app.store.organisations(scope).await?);
    let customers = app.store.customers(scope).await?;
    let products = app.store.products(scope).await?.into_iter().map(|one| one.product);
    let mut telling = Telling {
        products: products.map(|one| (one.id, one.name)).collect(),
        customers: customers.into_iter().map(|one| (one.id, one)).collect(),
        ..Telling::default()
    };
    let paths: BTreeMap<i64, &Path> =
        places.iter().map(|one| (one.id, &one.path)).collect();
    let releases = app.store.releases_within(scope).await?.into_iter();
    let own: Vec<(Product, Release)> = releases
        .filter(|(product, _)| paths.contains_key(&product.organisation))
        .collect();
    let held: BTreeSet<i64> = own.iter().map(|(_, release)| release.id).collect();
    let mut bills = app.store.bills_within(scope).await?;
    bills.retain(|bill| held.contains(&bill.release));
    let first = first_days(&bills, today);
    bills.retain(|bill| bill.replaced.is_none());
    let Some(carried) = carriages(app, scope, &bills).await? else {
        telling.places = places;
        return Ok(telling);
    };
    telling.has_index = true;
    telling.unread = bills.len() - carried.len();
    let sboms = Sboms::of(&bills, &carried);
    telling.unclear = own.iter().filter(|(_, one)| sboms.is_unclear(one.id)).count();
    telling.flaws = flaws(&own, &paths, &sboms, (&first, today));
    let told = Told::of(app.store.customers_told(scope).await?);
    for flaw in &mut telling.flaws {
        told.hear(flaw, telling.customers.values());
    }
    telling.flaws.sort_by_cached_key(|flaw| {
        let urgency = (!flaw.is_to_be_told(), !flaw.runs(), !flaw.exploited);
        (urgency, flaw.tell_by(), flaw.product.id, flaw.vulnerability.clone())
    });
    telling.places = places;
    Ok(telling)
}

/// The makers among organisations, and what lies below them.
fn within_makers(all: Vec<Organisation>) -> Vec<Organisation> {
    let makers: Vec<Path> = all
        .iter()
        .filter(|one| one.kind == Kind::Maker)
        .map(|one| one.path.clone())
        .collect();
    all.into_iter()
        .filter(|one| makers.iter().any(|maker| maker.holds(&one.path)))
        .collect()
}

/// The day on which the first SBOM of each release came.
fn first_days(bills: &[Bill], today: Date) -> BTreeMap<i64, Date> {
    let mut first: BTreeMap<i64, Date> = BTreeMap::new();
    for bill in bills {
        let day = day_of(&bill.received).unwrap_or(today);
        let known = first.entry(bill.release).or_insert(day);
        *known = day.min(*known);
    }
    first
}

/// The day of a moment as it is stored, or as an advisory writes it.
fn day_of(moment: &str) -> Option<Date> {
    moment.get(..10)?.parse().ok()
}

/// The SBOMs in force of each release; none in the place of one that was not looked into.
struct Sboms(BTreeMap<i64, Vec<Option<Arc<Carriage>>>>);

impl Sboms {
    fn of(bills: &[Bill], carried: &BTreeMap<i64, Arc<Carriage>>) -> Self {
        let mut all: BTreeMap<i64, Vec<Option<Arc<Carriage>>>> = BTreeMap::new();
        for bill in bills {
            all.entry(bill.release).or_default().push(carried.get(&bill.id).cloned());
        }
        Self(all)
    }

    fn of_release(&self, release: i64) -> &[Option<Arc<Carriage>>] {
        self.0.get(&release).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether something of a release cannot be told: nobody said what it is made of, or of some
    /// of it not what that is.
    fn is_unclear(&self, release: i64) -> bool {
        let sboms = self.of_release(release);
        sboms.is_empty() || sboms.iter().flatten().any(|one| one.has_unknowns())
    }

    /// What the SBOMs of a release say of a flaw in a component together: each has a say, and
    /// one that was not looked into may carry it.
    fn say(
        &self,
        release: i64,
        names: &BTreeSet<String>,
        component: (&str, &str),
    ) -> Says {
        let mut said = Says::Nothing;
        for one in self.of_release(release) {
            let says = one.as_ref().map_or(Says::Unclear, |it| it.says(names, component));
            said = match (said, says) {
                (Says::Carries, _) | (_, Says::Carries) => Says::Carries,
                (Says::Unclear, _) | (_, Says::Unclear) => Says::Unclear,
                (Says::Free, _) | (_, Says::Free) => Says::Free,
                (Says::Nothing, Says::Nothing) => Says::Nothing,
            };
        }
        said
    }
}

/// What the releases of each product carry, each flaw once.
fn flaws(
    own: &[(Product, Release)],
    paths: &BTreeMap<i64, &Path>,
    sboms: &Sboms,
    (first, today): (&BTreeMap<i64, Date>, Date),
) -> Vec<CarriedFlaw> {
    let mut all: BTreeMap<(i64, &str), CarriedFlaw> = BTreeMap::new();
    for (product, release) in own {
        let came = first.get(&release.id).copied().unwrap_or(today);
        let Some(path) = paths.get(&product.organisation) else { continue };
        let sboms = sboms.of_release(release.id).iter().flatten();
        for found in sboms.flat_map(|sbom| &sbom.flaws) {
            let flaw = all.entry((product.id, &found.vulnerability));
            let flaw = flaw.or_insert_with(|| CarriedFlaw {
                product: product.clone(),
                path: (*path).clone(),
                vulnerability: found.vulnerability.clone(),
                names: BTreeSet::new(),
                title: found.title.clone(),
                score: found.score,
                exploited: found.exploited,
                carriers: Vec::new(),
                free: Vec::new(),
                unclear: Vec::new(),
                untold: Vec::new(),
                told: Vec::new(),
            });
            flaw.names.extend(found.names.iter().cloned());
            let is_known = flaw.carriers.iter().any(|one| {
                (one.release.id, &one.key, &one.version)
                    == (release.id, &found.key, &found.version)
            });
            if is_known {
                continue;
            }
            let published = day_of(&found.published).unwrap_or(came);
            flaw.carriers.push(Carrier {
                release: release.clone(),
                component: found.component.clone(),
                version: found.version.clone(),
                fixed_in: found.fixed_in.clone(),
                since: published.max(came).min(today),
                key: found.key.clone(),
            });
        }
    }
    let mut flaws: Vec<CarriedFlaw> = all.into_values().collect();
    let mut of_product: BTreeMap<i64, Vec<&Release>> = BTreeMap::new();
    for (product, release) in own {
        of_product.entry(product.id).or_default().push(release);
    }
    for flaw in &mut flaws {
        let releases = of_product.get(&flaw.product.id);
        sort_out(flaw, releases.map(Vec::as_slice).unwrap_or_default(), sboms);
    }
    flaws
}

/// Which of the other releases of a product are later ones without a flaw, and of which nobody
/// can tell. One whose SBOM does not list the component says nothing, and neither does an older
/// one: it may be from before the flaw came in.
fn sort_out(flaw: &mut CarriedFlaw, releases: &[&Release], sboms: &Sboms) {
    let carrying = flaw.releases();
    let components: BTreeSet<(&str, &str)> = flaw
        .carriers
        .iter()
        .map(|one| (one.key.as_str(), one.component.as_str()))
        .collect();
    let (mut free, mut unclear) = (Vec::new(), Vec::new());
    for release in releases.iter().filter(|one| !carrying.contains(&one.id)) {
        let said: Vec<Says> = components
            .iter()
            .map(|component| sboms.say(release.id, &flaw.names, *component))
            .collect();
        let is_newest = || {
            flaw.carriers
                .iter()
                .all(|one| is_later(&release.version, &one.release.version))
        };
        if said.contains(&Says::Unclear) {
            unclear.push((*release).clone());
        } else if said.iter().all(|one| *one == Says::Free) && is_newest() {
            free.push((*release).clone());
        }
    }
    flaw.free = free;
    flaw.unclear = unclear;
}

/// What customers were told, by customer and release.
struct Told(BTreeMap<(i64, i64), Vec<CustomerTold>>);

impl Told {
    fn of(all: Vec<CustomerTold>) -> Self {
        let mut told: BTreeMap<(i64, i64), Vec<CustomerTold>> = BTreeMap::new();
        for one in all {
            told.entry((one.customer, one.release)).or_default().push(one);
        }
        Self(told)
    }

    /// Which customers have heard of a flaw: of each release that carries it.
    fn hear<'c>(
        &self,
        flaw: &mut CarriedFlaw,
        customers: impl Iterator<Item = &'c Customer>,
    ) {
        let releases = flaw.releases();
        for customer in customers {
            let has = customer.products.is_empty()
                || customer.products.contains(&flaw.product.id);
            if !has || !customer.path.holds(&flaw.path) {
                continue;
            }
            let mut heard: Vec<CustomerTold> = releases
                .iter()
                .filter_map(|release| {
                    let told = self.0.get(&(customer.id, *release))?;
                    told.iter()
                        .find(|one| flaw.names.contains(&one.vulnerability))
                        .cloned()
                })
                .collect();
            let has_all = heard.len() == releases.len();
            heard.sort_by(|one, other| other.told.cmp(&one.told));
            let hearer = Hearer { customer: customer.id, heard };
            match has_all {
                true => flaw.told.push(hearer),
                false => flaw.untold.push(hearer),
            }
        }
    }
}

/// A flaw of a product, by any of its names.
///
/// # Errors
/// When no release of the product is known to carry it.
pub fn flaw<'t>(
    telling: &'t Telling,
    product: i64,
    vulnerability: &str,
) -> Result<&'t CarriedFlaw, CustomerError> {
    let is_it = |one: &&CarriedFlaw| {
        let mut names = one.names.iter();
        one.product.id == product
            && names.any(|name| name.eq_ignore_ascii_case(vulnerability))
    };
    match telling.flaws.iter().find(is_it) {
        Some(found) => Ok(found),
        None if telling.unread > 0 => Err(CustomerError::Unread(telling.unread)),
        None => Err(StoreError::Absent {
            noun: "flaw that a release carries",
            id: vulnerability.to_owned(),
        }
        .into()),
    }
}
