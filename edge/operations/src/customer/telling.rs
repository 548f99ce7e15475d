//! Which customers of a maker must hear of which flaws of its releases, by when, and which have.
//!
//! FDA, "Postmarket Management of Cybersecurity in Medical Devices" (2016), section VII.A: of a
//! risk that is not controlled customers hear within 30 days of learning of it, and it is fixed
//! within 60. Whether a risk is controlled is the maker's to say: what it states *not affected*
//! and accepts in its own house is none. Both times are counted from the later of two days: the
//! day on which the vulnerability was published, and the day on which the first SBOM of the
//! release came into the house. That is early rather than late.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;
use purchase::duty::{FIX_DAYS, TELL_DAYS};
use store::{
    Act, Bill, Customer, CustomerTold, Fact, Kind, NewCustomerTold, Noun, Product,
    Release, Scope, StoreError,
};

use super::carried::{Carriage, carriages};
use super::{ANSWER_MAX, CustomerError};
use crate::{Actor, App, Permission};

/// A flaw that releases of one product carry, and which customers have heard of it.
#[derive(Clone, Debug)]
pub struct CarriedFlaw {
    /// The product.
    pub product: Product,
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
    /// The releases that carry it.
    pub releases: Vec<Carrier>,
    /// The releases of which an SBOM lists the same component, and it is not carried.
    pub free: Vec<Release>,
    /// Customers who have not heard of all of these releases.
    pub untold: Vec<Customer>,
    /// Customers who have, and the newest of what they were told.
    pub told: Vec<(Customer, CustomerTold)>,
}

/// A release that carries a flaw.
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
}

impl CarriedFlaw {
    /// From which day on the times are counted: that of the first release.
    #[must_use]
    pub fn since(&self) -> Date {
        self.releases.iter().map(|one| one.since).min().unwrap_or_default()
    }

    /// The day until which customers have heard of it.
    #[must_use]
    pub fn tell_by(&self) -> Date {
        later(self.since(), TELL_DAYS)
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
    pub customers: Vec<Customer>,
    /// Everything that they were told, the newest first.
    pub told: Vec<CustomerTold>,
    /// How many SBOMs were not looked into yet.
    pub unread: usize,
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

async fn told_within(
    app: &App,
    scope: &Scope,
    today: Date,
) -> Result<Telling, CustomerError> {
    let places = app.store.organisations(scope).await?;
    let makers: BTreeSet<i64> =
        places.iter().filter(|one| one.kind == Kind::Maker).map(|one| one.id).collect();
    let customers = app.store.customers(scope).await?;
    let told = app.store.customers_told(scope).await?;
    let products = app.store.products(scope).await?.into_iter().map(|one| one.product);
    let products = products.map(|one| (one.id, one.name)).collect();
    let mut telling = Telling { products, customers, told, ..Telling::default() };
    let releases = app.store.releases_within(scope).await?;
    let own: Vec<(Product, Release)> = releases
        .into_iter()
        .filter(|(product, _)| makers.contains(&product.organisation))
        .collect();
    let held: BTreeSet<i64> = own.iter().map(|(_, release)| release.id).collect();
    let mut bills = app.store.bills_within(scope).await?;
    bills.retain(|bill| held.contains(&bill.release));
    let first = first_days(&bills, today);
    bills.retain(|bill| bill.replaced.is_none());
    let Some((carried, unread)) = carriages(app, scope, &bills).await? else {
        return Ok(telling);
    };
    telling.has_index = true;
    telling.unread = unread;
    let mut by_release: BTreeMap<i64, Vec<Arc<Carriage>>> = BTreeMap::new();
    for bill in &bills {
        if let Some(carriage) = carried.get(&bill.id) {
            by_release.entry(bill.release).or_default().push(Arc::clone(carriage));
        }
    }
    telling.flaws = flaws(&own, &by_release, &first, today);
    for flaw in &mut telling.flaws {
        hear(flaw, &telling.customers, &telling.told);
    }
    telling.flaws.sort_by(|one, other| {
        let place = |flaw: &CarriedFlaw| {
            (!flaw.is_to_be_told(), !flaw.runs(), !flaw.exploited, flaw.tell_by())
        };
        let names = |flaw: &CarriedFlaw| (flaw.product.id, flaw.vulnerability.clone());
        place(one).cmp(&place(other)).then_with(|| names(one).cmp(&names(other)))
    });
    Ok(telling)
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

/// What the releases of each product carry, each flaw once.
fn flaws(
    own: &[(Product, Release)],
    carried: &BTreeMap<i64, Vec<Arc<Carriage>>>,
    first: &BTreeMap<i64, Date>,
    today: Date,
) -> Vec<CarriedFlaw> {
    let mut all: BTreeMap<(i64, &str), CarriedFlaw> = BTreeMap::new();
    for (product, release) in own {
        let came = first.get(&release.id).copied().unwrap_or(today);
        for found in
            carried.get(&release.id).into_iter().flatten().flat_map(|it| &it.flaws)
        {
            let flaw =
                all.entry((product.id, &found.vulnerability)).or_insert_with(|| {
                    CarriedFlaw {
                        product: product.clone(),
                        vulnerability: found.vulnerability.clone(),
                        names: BTreeSet::new(),
                        title: found.title.clone(),
                        score: found.score,
                        exploited: found.exploited,
                        releases: Vec::new(),
                        free: Vec::new(),
                        untold: Vec::new(),
                        told: Vec::new(),
                    }
                });
            flaw.names.extend(found.aliases.iter().cloned());
            flaw.names.insert(found.vulnerability.clone());
            if flaw.releases.iter().any(|one| one.release.id == release.id) {
                continue;
            }
            let published = day_of(&found.published).unwrap_or(came);
            flaw.releases.push(Carrier {
                release: release.clone(),
                component: found.component.clone(),
                version: found.version.clone(),
                fixed_in: found.fixed_in.clone(),
                since: published.max(came).min(today),
            });
        }
    }
    let mut flaws: Vec<CarriedFlaw> = all.into_values().collect();
    for flaw in &mut flaws {
        flaw.free = free(flaw, own, carried);
    }
    flaws
}

/// The releases of the product of a flaw whose SBOMs name its component, and do not carry it.
fn free(
    flaw: &CarriedFlaw,
    own: &[(Product, Release)],
    carried: &BTreeMap<i64, Vec<Arc<Carriage>>>,
) -> Vec<Release> {
    let components: BTreeSet<&str> =
        flaw.releases.iter().map(|one| one.component.as_str()).collect();
    let carries = |id: i64| flaw.releases.iter().any(|one| one.release.id == id);
    let is_free = |release: &Release| {
        let sboms = carried.get(&release.id).map(Vec::as_slice).unwrap_or_default();
        !carries(release.id)
            && components.iter().all(|component| {
                sboms.iter().any(|sbom| sbom.is_free_of(&flaw.names, component))
            })
    };
    let of_product = own.iter().filter(|(product, _)| product.id == flaw.product.id);
    let releases = of_product.map(|(_, release)| release);
    releases.filter(|release| is_free(release)).cloned().collect()
}

/// Which customers have heard of a flaw: of each release that carries it.
fn hear(flaw: &mut CarriedFlaw, customers: &[Customer], told: &[CustomerTold]) {
    for customer in customers {
        let has =
            customer.products.is_empty() || customer.products.contains(&flaw.product.id);
        if customer.organisation != flaw.product.organisation || !has {
            continue;
        }
        let of = |release: i64| {
            told.iter().find(|one| {
                (one.customer, one.release) == (customer.id, release)
                    && flaw.names.contains(&one.vulnerability)
            })
        };
        let heard: Option<Vec<&CustomerTold>> =
            flaw.releases.iter().map(|one| of(one.release.id)).collect();
        match heard.and_then(|all| all.into_iter().max_by_key(|one| &one.told)) {
            Some(newest) => flaw.told.push((customer.clone(), newest.clone())),
            None => flaw.untold.push(customer.clone()),
        }
    }
}

/// What customers are told now.
#[derive(Clone, Copy, Debug)]
pub struct NewTelling<'a> {
    /// Of which product.
    pub product: i64,
    /// Of which vulnerability, by any of its names.
    pub vulnerability: &'a str,
    /// Which customers.
    pub customers: &'a BTreeSet<i64>,
    /// On which day, as typed; today where nothing is.
    pub day: &'a str,
    /// How, and with which document.
    pub note: &'a str,
}

/// Notes that customers were told of a flaw: of all releases that carry it now. A release that
/// is found to carry it later is another thing of which they have to hear.
///
/// # Errors
/// When there is no such flaw for which the actor may answer, nobody is chosen, the day is none
/// or lies ahead, the note is too long, or the database fails; then nothing is kept.
pub async fn tell(
    app: &App,
    by: &Actor,
    new: NewTelling<'_>,
    today: Date,
) -> Result<usize, CustomerError> {
    let scope = by.scope(Permission::AnswerQuestions);
    let telling = told_within(app, &scope, today).await?;
    let flaw = flaw(&telling, new.product, new.vulnerability)?;
    let day = match new.day.trim() {
        "" => today,
        typed => terms::date::day(typed)
            .ok()
            .and_then(|day| day.to_string().parse().ok())
            .filter(|day| *day <= today)
            .ok_or(CustomerError::Day)?,
    };
    if new.note.chars().count() > ANSWER_MAX {
        return Err(CustomerError::Long(ANSWER_MAX));
    }
    let chosen: Vec<&Customer> =
        flaw.untold.iter().filter(|one| new.customers.contains(&one.id)).collect();
    if chosen.is_empty() {
        return Err(CustomerError::NobodyTold);
    }
    let day = day.to_string();
    let mut write = app.store.write(by.head, (app.now)()).await?;
    for customer in &chosen {
        for carrier in &flaw.releases {
            write
                .note_customer_told(NewCustomerTold {
                    organisation: customer.organisation,
                    customer: customer.id,
                    release: carrier.release.id,
                    vulnerability: &flaw.vulnerability,
                    told: &day,
                    note: new.note,
                    by: by.person,
                })
                .await?;
        }
    }
    let facts = vec![
        ("customers", Fact::Number(chosen.len() as i64)),
        ("releases", Fact::Number(flaw.releases.len() as i64)),
    ];
    let (what, noun) = ("note that customers were told", Noun::Product);
    write.commit(Act { by: by.person, what, noun, id: flaw.product.id, facts }).await?;
    Ok(chosen.len())
}

/// Takes back that a customer was told of a flaw.
///
/// # Errors
/// When there is no such flaw for which the actor may answer, the customer was not told of it,
/// or the database fails.
pub async fn take_back(
    app: &App,
    by: &Actor,
    (product, vulnerability): (i64, &str),
    customer: i64,
    today: Date,
) -> Result<(), CustomerError> {
    let scope = by.scope(Permission::AnswerQuestions);
    let telling = told_within(app, &scope, today).await?;
    let flaw = flaw(&telling, product, vulnerability)?;
    let releases: BTreeSet<i64> =
        flaw.releases.iter().map(|one| one.release.id).collect();
    let of_it = |one: &&CustomerTold| {
        one.customer == customer
            && releases.contains(&one.release)
            && flaw.names.contains(&one.vulnerability)
    };
    let told: Vec<i64> = telling.told.iter().filter(of_it).map(|one| one.id).collect();
    if told.is_empty() {
        return Err(
            StoreError::Absent { noun: "customer", id: customer.to_string() }.into()
        );
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    for one in told {
        write.take_back_told(one, by.person).await?;
    }
    let facts = vec![("product", Fact::Number(product))];
    let (what, noun) = ("take back that a customer was told", Noun::Customer);
    write.commit(Act { by: by.person, what, noun, id: customer, facts }).await?;
    Ok(())
}

/// A flaw of a product, by any of its names.
///
/// # Errors
/// When no release of the product carries it.
pub fn flaw<'t>(
    telling: &'t Telling,
    product: i64,
    vulnerability: &str,
) -> Result<&'t CarriedFlaw, StoreError> {
    let is_it = |one: &&CarriedFlaw| {
        let mut names = one.names.iter();
        one.product.id == product
            && names.any(|name| name.eq_ignore_ascii_case(vulnerability))
    };
    let found = telling.flaws.iter().find(is_it);
    found.ok_or_else(|| StoreError::Absent {
        noun: "flaw that a release carries",
        id: vulnerability.to_owned(),
    })
}
