//! What the house has already, as evidence that nobody is asked for: devices and their products,
//! SBOMs, feeds, suppliers, and what was done about advisories.
//!
//! Each organisation has what is its own: what one above it keeps is seen by nobody below.

use std::collections::{BTreeMap, BTreeSet};

use controls::Verdict;
use controls::red_flag::Severity;
use evidence::{Class, Field, Kind, Pseudonyms, Record, Value};
use posture::{Held, What, derive};
use reading::Place;
use serde::Deserialize;
use store::{Designation, KeptAction, Office, Organisation, Scope, Since};
use supplier::Document;
use terms::Day;

use super::PostureError;
use super::access::{ACCESS, accesses};
use super::award::awards;
use crate::App;
use crate::life_cycle::lives;
use crate::supplier::{Assessed, DOCUMENTS, everywhere, kept_dossier};

/// What the inventory is called among grounds.
pub const DEVICES: &str = "house/devices";
/// What SBOMs in force are called.
pub const SBOMS: &str = "house/sboms";
/// How long what SBOMs in force list is supported is called so.
pub const SUPPORT: &str = "house/support";
/// What MDS2 forms in force are called.
pub const FORMS: &str = "house/mds2";
/// What the feeds of advisories are called.
pub const FEEDS: &str = "house/feeds";
/// What was done about advisories is called.
pub const WORK: &str = "house/work";
/// What designations are called.
pub const DESIGNATIONS: &str = "house/designations";
/// With what the names of suppliers begin; the number of the dossier follows.
pub const SUPPLIERS: &str = "house/suppliers/";

/// For how many days back it is told what was done about advisories.
const WORK_DAYS: i32 = 366;

/// What the house has, by organisation.
#[derive(Clone, Debug, Default)]
pub(super) struct House {
    held: BTreeMap<i64, Vec<Held>>,
    proofs: BTreeMap<i64, BTreeSet<String>>,
}

impl House {
    pub(super) fn held(&self, organisation: i64) -> &[Held] {
        self.held.get(&organisation).map_or(&[], Vec::as_slice)
    }

    /// The names of what is held, and of the proofs of dossiers.
    pub(super) fn delivered(
        &self,
        organisation: i64,
    ) -> impl Iterator<Item = String> + '_ {
        let held = self.held(organisation).iter().map(|held| held.file.clone());
        let proofs = self.proofs.get(&organisation).into_iter().flatten();
        held.chain(proofs.cloned())
    }

    /// The products that devices are, in small letters, by organisation.
    fn models(&self) -> BTreeSet<(i64, String)> {
        let mut models = BTreeSet::new();
        for (organisation, held) in &self.held {
            for one in held.iter().filter(|held| held.file == DEVICES) {
                let What::Records(records) = &one.what else { continue };
                models.extend(records.iter().map(|record| {
                    (*organisation, record.text(Field::Product).trim().to_lowercase())
                }));
            }
        }
        models
    }

    /// Exchanges the accounts of the house for those of now.
    pub(super) fn take_accesses(&mut self, now: BTreeMap<i64, Vec<Held>>) {
        for held in self.held.values_mut() {
            held.retain(|held| !held.file.starts_with(ACCESS));
        }
        for (organisation, held) in now {
            self.put(organisation, held);
        }
    }

    fn put(&mut self, organisation: i64, held: impl IntoIterator<Item = Held>) {
        let own = held.into_iter().map(Held::own);
        self.held.entry(organisation).or_default().extend(own);
    }
}

/// What the house has: of those organisations where a scan saw the network, where each device is
/// too.
pub(super) async fn of_house(
    app: &App,
    head: i64,
    (places, scanned): (&[Organisation], &BTreeSet<i64>),
    (today, names): (Day, &Pseudonyms),
) -> Result<House, PostureError> {
    let mut house = House::default();
    devices(app, head, scanned, &mut house).await?;
    sboms(app, head, &mut house).await?;
    support(app, head, today, &mut house).await?;
    forms(app, head, &mut house).await?;
    feeds(app, places, &mut house).await?;
    for one in everywhere(app, head).await? {
        of_supplier(&one, today, &mut house);
    }
    work(app, head, today, &mut house).await?;
    for (organisation, held) in awards(app, head).await? {
        house.put(organisation, held);
    }
    designations(app, head, names, &mut house).await?;
    house.take_accesses(accesses(app, head, places, (today, names)).await?);
    Ok(house)
}

fn text(record: &mut Record, field: Field, text: &str) {
    if !text.trim().is_empty() {
        record.put(field, Value::Text(text.trim().to_owned()));
    }
}

fn documented(file: impl Into<String>, records: Vec<Record>) -> Option<Held> {
    let what = What::Records(records);
    match &what {
        What::Records(records) if records.is_empty() => None,
        _ => Some(Held::new(file.into(), Some(Class::Documented), what)),
    }
}

/// A day of an instant as stored.
pub(super) fn day(stored: &str) -> Option<Day> {
    terms::date::day(stored.get(..10)?).ok()
}

/// The products that devices are; and devices by their addresses, where a scan is compared.
async fn devices(
    app: &App,
    head: i64,
    scanned: &BTreeSet<i64>,
    house: &mut House,
) -> Result<(), PostureError> {
    let builds = app.store.builds(head).await?;
    let builds: BTreeMap<i64, &store::Build> =
        builds.iter().map(|one| (one.id, &one.build)).collect();
    let mut models: BTreeMap<i64, BTreeMap<String, Record>> = BTreeMap::new();
    let mut connected: BTreeMap<i64, i64> = BTreeMap::new();
    for one in app.store.stock(head).await? {
        *connected.entry(one.organisation).or_default() += one.connected;
        let Some(build) = builds.get(&one.configuration) else { continue };
        if build.model.trim().is_empty() {
            continue;
        }
        let own = models.entry(one.organisation).or_default();
        let product = own.entry(build.model.to_lowercase()).or_insert_with(|| {
            let mut product = Record::new(Kind::Product, Place::Document);
            text(&mut product, Field::Product, &build.model);
            text(&mut product, Field::Supplier, &build.maker);
            text(&mut product, Field::Version, &build.version);
            product
        });
        if one.connected > 0 {
            product.put(Field::Connectable, Value::Yes);
        }
    }
    for (organisation, count) in connected {
        if count == 0 || scanned.contains(&organisation) {
            continue;
        }
        let mut counted = Record::new(Kind::Device, Place::Document);
        text(&mut counted, Field::Where, "inventory");
        counted.put(Field::Count, Value::Number(count));
        let file = format!("{DEVICES}/connected");
        house.put(organisation, documented(file, vec![counted]));
    }
    for organisation in scanned {
        let mut records = Vec::new();
        for one in app.store.addresses(head, *organisation).await? {
            let mut device = Record::new(Kind::Device, Place::Document);
            device.put(Field::Name, Value::Text(format!("{} {}", one.mac, one.ip)));
            text(&mut device, Field::Where, "inventory");
            if let Some(build) = builds.get(&one.configuration) {
                text(&mut device, Field::Product, &build.model);
                text(&mut device, Field::Supplier, &build.maker);
            }
            if let Some(told) = day(&one.told) {
                device.put(Field::On, Value::Day(told));
            }
            records.push(device);
        }
        house.put(*organisation, documented(format!("{DEVICES}/addresses"), records));
    }
    for (organisation, products) in models {
        let records = products.into_values().collect();
        house.put(organisation, documented(DEVICES, records));
    }
    Ok(())
}

/// The quality of an SBOM by a profile, as the house keeps it.
#[derive(Deserialize)]
struct Quality {
    profile: String,
    score: i64,
}

/// SBOMs in force: of each product, and of the models of builds that a person said to be of it.
async fn sboms(app: &App, head: i64, house: &mut House) -> Result<(), PostureError> {
    let whole = Scope::whole(head);
    let builds = app.store.builds(head).await?;
    let models: BTreeMap<i64, &str> =
        builds.iter().map(|one| (one.id, one.build.model.as_str())).collect();
    let described = app.store.described(head).await?;
    let said: BTreeMap<i64, BTreeSet<&str>> = described
        .iter()
        .map(|one| {
            let named = one.builds.iter().filter_map(|id| models.get(id).copied());
            (one.bill, named.collect())
        })
        .collect();
    let releases = app.store.releases_within(&whole).await?;
    let releases: BTreeMap<i64, &(store::Product, store::Release)> =
        releases.iter().map(|one| (one.1.id, one)).collect();
    let profile = sbom::quality::Profile::Ntia2021.name();
    let mut records: BTreeMap<i64, Vec<Record>> = BTreeMap::new();
    for bill in app.store.bills_within(&whole).await? {
        if bill.replaced.is_some() {
            continue;
        }
        let Some((product, release)) = releases.get(&bill.release) else { continue };
        let scores: Vec<Quality> = serde_json::from_str(&bill.scores).unwrap_or_default();
        let score = scores.iter().find(|one| one.profile == profile);
        // A list without components tells nothing of what is inside.
        let score =
            score.map_or(0, |one| if bill.components > 0 { one.score } else { 0 });
        let mut names: BTreeSet<&str> = said.get(&bill.id).cloned().unwrap_or_default();
        names.insert(product.name.as_str());
        for name in names {
            let mut record = Record::new(Kind::Sbom, Place::Document);
            text(&mut record, Field::Product, name);
            text(&mut record, Field::Supplier, &product.maker);
            text(&mut record, Field::Version, &release.version);
            record.put(Field::Complete, Value::Number(score));
            if let Some(received) = day(&bill.received) {
                record.put(Field::On, Value::Day(received));
            }
            records.entry(product.organisation).or_default().push(record);
        }
    }
    for (organisation, records) in records {
        let held =
            Held::new(SBOMS.to_owned(), Some(Class::Observed), What::Records(records));
        house.put(organisation, [held]);
    }
    Ok(())
}

/// How many components of each product that devices are nobody supports any longer, by SBOMs in
/// force and tables of life cycles. Where of one component nobody can tell, and none is over,
/// nothing is said: that no end is known is not that there is none.
async fn support(
    app: &App,
    head: i64,
    today: Day,
    house: &mut House,
) -> Result<(), PostureError> {
    let builds = app.store.builds(head).await?;
    let models: BTreeMap<i64, &str> =
        builds.iter().map(|one| (one.id, one.build.model.as_str())).collect();
    let carriers = app.store.carriers(head).await?;
    let read: Vec<(i64, i64)> =
        carriers.iter().filter_map(|one| Some((one.bill, one.listed?))).collect();
    let lives = lives::<PostureError>(app, head, &read).await?;
    let there = house.models();
    let mut counted: BTreeMap<(i64, String), Counted<'_>> = BTreeMap::new();
    for one in &carriers {
        let said = one.builds.iter().filter_map(|id| models.get(id).copied());
        let mut names: BTreeSet<&str> = said.collect();
        names.insert(one.name.as_str());
        let over = lives.get(&one.bill).and_then(|lives| lives.unsupported(today));
        for name in names {
            let key = (one.organisation, name.trim().to_lowercase());
            if !there.contains(&key) {
                continue;
            }
            let new = || Counted { name, maker: &one.maker, over: 0, is_whole: true };
            let counted = counted.entry(key).or_insert_with(new);
            counted.over += over.unwrap_or(0);
            counted.is_whole &= over.is_some();
        }
    }
    let mut records: BTreeMap<i64, Vec<Record>> = BTreeMap::new();
    for ((organisation, _), one) in counted {
        if one.over == 0 && !one.is_whole {
            continue;
        }
        let mut record = Record::new(Kind::Product, Place::Document);
        text(&mut record, Field::Product, one.name);
        text(&mut record, Field::Supplier, one.maker);
        let over = i64::try_from(one.over).unwrap_or(i64::MAX);
        record.put(Field::Unsupported, Value::Number(over));
        records.entry(organisation).or_default().push(record);
    }
    for (organisation, records) in records {
        house.put(organisation, documented(SUPPORT, records));
    }
    Ok(())
}

/// What is counted of a product, over the SBOMs of its releases.
struct Counted<'c> {
    name: &'c str,
    maker: &'c str,
    over: usize,
    /// Whether of each of them it is known.
    is_whole: bool,
}

/// MDS2 forms in force: that one is there, of which day, and how much of it is answered. What it
/// answers is its maker's word, and proves nothing here. One that is of all releases is of those
/// that devices have.
async fn forms(app: &App, head: i64, house: &mut House) -> Result<(), PostureError> {
    let whole = Scope::whole(head);
    let products = app.store.products(&whole).await?;
    let products: BTreeMap<i64, &store::Product> =
        products.iter().map(|one| (one.product.id, &one.product)).collect();
    let releases = app.store.releases_within(&whole).await?;
    let mut records: BTreeMap<i64, Vec<Record>> = BTreeMap::new();
    for form in app.store.mds2_forms(&whole).await? {
        let product = form.product.and_then(|id| products.get(&id));
        let Some(product) = product.filter(|_| form.is_in_force()) else { continue };
        let released = form.said.release_day.as_deref().and_then(day);
        // Of a day to come nobody can say that it is current.
        let arrived = day(&form.received);
        let released = released.filter(|day| arrived.is_some_and(|on| *day <= on));
        let named: Vec<&str> = releases
            .iter()
            .filter(|(_, release)| form.releases.contains(&release.id))
            .map(|(_, release)| release.version.as_str())
            .collect();
        let sold = sold(house, product);
        let version = match named.as_slice() {
            [] => sold.first().map_or("", String::as_str),
            [first, ..] => {
                named.iter().find(|it| sold.iter().any(|one| one == *it)).unwrap_or(first)
            }
        };
        let mut record = Record::new(Kind::Mds2, Place::Document);
        text(&mut record, Field::Product, &product.name);
        text(&mut record, Field::Supplier, &product.maker);
        text(&mut record, Field::Version, version);
        if let Some(released) = released {
            record.put(Field::Released, Value::Day(released));
        }
        let percent = form.said.answered * 100 / form.said.questions.max(1);
        record.put(Field::Complete, Value::Number(percent));
        records.entry(product.organisation).or_default().push(record);
    }
    for (organisation, records) in records {
        house.put(organisation, documented(FORMS, records));
    }
    Ok(())
}

/// The versions of a product that devices of its organisation have.
fn sold(house: &House, product: &store::Product) -> Vec<String> {
    let records =
        house.held(product.organisation).iter().flat_map(|held| match &held.what {
            What::Records(records) => records.as_slice(),
            _ => &[],
        });
    let devices = records.filter(|record| {
        record.kind == Kind::Product
            && record
                .text(Field::Product)
                .trim()
                .eq_ignore_ascii_case(product.name.trim())
    });
    let versions = devices.map(|record| record.text(Field::Version).to_owned());
    versions.filter(|version| !version.is_empty()).collect()
}

/// How old the feeds of the index in use are: public, and everybody's.
async fn feeds(
    app: &App,
    places: &[Organisation],
    house: &mut House,
) -> Result<(), PostureError> {
    let Some(known) = app.advisories().await? else { return Ok(()) };
    let Ok(index) = known.file.index() else { return Ok(()) };
    let counts = index.counts();
    let newest: Vec<(String, Day)> = counts
        .sources
        .iter()
        .filter_map(|one| Some((one.source.word().to_owned(), day(&one.newest)?)))
        .collect();
    for place in places {
        house.put(place.id, derive::feeds(FEEDS, &newest));
    }
    Ok(())
}

/// What is kept about a supplier, what it shows, and what was found about it.
fn of_supplier(one: &Assessed, today: Day, house: &mut House) {
    let organisation = one.supplier.organisation;
    let file = format!("{SUPPLIERS}{}", one.supplier.id);
    let dossier = kept_dossier(one);
    house.put(organisation, derive::dossier(&format!("{file}/dossier"), &dossier));
    for (at, (_, shown)) in one.shown.iter().enumerate() {
        let file = format!("{file}/{DOCUMENTS}{at}");
        let held = match &**shown {
            Document::SecurityTxt(read) => {
                derive::channel(&file, &one.supplier.name, read)
            }
            Document::Provider(read) => derive::provider(&file, read),
            Document::Dossier(_)
            | Document::Breaches(_)
            | Document::Cnas(_)
            | Document::Fda(_) => None,
        };
        house.put(organisation, held);
    }
    let figures = &one.vetted.figures;
    let found = derive::Found {
        blocking: one.vetted.count(Verdict::Raised, Severity::Block),
        dated: one.vetted.not_in_time.of,
        late: one.vetted.not_in_time.count,
        advisories: figures.advisories,
        lacking: figures.without_guidance.count,
    };
    house.put(
        organisation,
        derive::found(&format!("{file}/vetting"), &one.supplier.name, found, today),
    );
    let proofs = one.proofs.iter().cloned();
    house.proofs.entry(organisation).or_default().extend(proofs);
}

/// Every action that is kept.
async fn actions(app: &App, head: i64) -> Result<Vec<KeptAction>, PostureError> {
    let mut since = Since { seq: 0, id: 0 };
    let mut all: Vec<KeptAction> = Vec::new();
    loop {
        let page = app.store.actions_since(head, since).await?;
        let Some(last) = page.last() else { return Ok(all) };
        since = last.at;
        all.extend(page);
    }
}

/// When what is to be done came in, when somebody decided, and when it was over; and the risks
/// that somebody took.
async fn work(
    app: &App,
    head: i64,
    today: Day,
    house: &mut House,
) -> Result<(), PostureError> {
    let mut records: BTreeMap<i64, Vec<Record>> = BTreeMap::new();
    for one in actions(app, head).await? {
        let Some(opened) = day(&one.opened) else { continue };
        if evidence::days_between(opened, today) > WORK_DAYS {
            continue;
        }
        let own = records.entry(one.seen.organisation).or_default();
        let mut log = Record::new(Kind::AdvisoryLog, Place::Document);
        text(
            &mut log,
            Field::Advisory,
            &format!("{}: {}", one.seen.product, one.seen.what),
        );
        log.put(Field::Published, Value::Day(opened));
        let decided = one.decided.at.as_deref().and_then(day);
        let closed = one.closed.as_deref().and_then(day);
        let triaged = [decided, closed].into_iter().flatten().min();
        if let Some(triaged) = triaged {
            log.put(Field::Triaged, Value::Day(triaged));
        }
        if let Some(closed) = closed {
            log.put(Field::Closed, Value::Day(closed));
        }
        own.push(log);
        if one.decided.decision == "accepted" && closed.is_none() {
            own.extend(accepted(&one));
        }
    }
    for (organisation, records) in records {
        house.put(organisation, documented(WORK, records));
    }
    Ok(())
}

/// A risk that somebody took for a time, and that another approved.
fn accepted(one: &KeptAction) -> Option<Record> {
    let mut record = Record::new(Kind::Acceptance, Place::Document);
    text(&mut record, Field::Name, &format!("{}: {}", one.seen.product, one.seen.what));
    text(&mut record, Field::Product, &one.seen.product);
    record.put(Field::On, Value::Day(one.decided.at.as_deref().and_then(day)?));
    if let Some(until) = one.decided.last_day.as_deref().and_then(day) {
        record.put(Field::Until, Value::Day(until));
    }
    Some(record)
}

/// Who answers for security. That it was accepted is known by who was signed in.
async fn designations(
    app: &App,
    head: i64,
    names: &Pseudonyms,
    house: &mut House,
) -> Result<(), PostureError> {
    let all = app.store.designations(&Scope::whole(head), None).await?;
    for one in all.iter().filter(|one| one.office != Office::PrivacyOfficer) {
        let file = format!("{DESIGNATIONS}/{}", one.id);
        let held = documented(file, vec![designated(one, names)]);
        let own = house.held.entry(one.organisation).or_default();
        own.extend(held.map(|held| if one.is_shared { held } else { held.own() }));
    }
    Ok(())
}

/// By which name an account is hashed.
pub(super) fn account_name(person: i64) -> String {
    format!("account {person}")
}

fn designated(one: &Designation, names: &Pseudonyms) -> Record {
    let mut record = Record::new(Kind::Designation, Place::Document);
    let role = match one.office {
        Office::SecurityOfficer => "security officer",
        Office::Deputy => "deputy of the security officer",
        Office::PrivacyOfficer => "privacy officer",
    };
    text(&mut record, Field::Role, role);
    let holder = names.of(&account_name(one.person));
    record.put(Field::Holder, Value::Person(holder));
    let days = [
        (Field::From, Some(one.first_day.as_str())),
        (Field::Until, one.last_day.as_deref()),
        (Field::Accepted, one.accepted.as_deref()),
    ];
    for (field, stored) in days {
        if let Some(day) = stored.and_then(day) {
            record.put(field, Value::Day(day));
        }
    }
    record
}
