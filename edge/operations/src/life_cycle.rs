//! How long software is supported, by what others say: the supplement in the program, and the
//! newest table of endoflife.date that an administrator of the house brought.
//!
//! A table is a file (no network is needed), public, and counts for the whole top organisation.
//! The supplement rules where both know a product, since it tells editions apart. What SBOMs list
//! is joined to it once for each table and held in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use lifecycle::{Catalog, Cycle, End, Named, Product, Standing, Support, endoflife};
use reading::{Place, Rejected};
use sbom::listing::{Entry, entries};
use store::{
    Act, Fact, LifeCycleTable, NewLifeCycleTable, NewOriginal, Noun, Parcel, Scope,
    StoreError,
};
use terms::{Day, Tlp};

use crate::aside::{CutShort, aside};
use crate::fleet::{FleetError, holdings};
use crate::{Actor, App, Permission, posture};

/// What an original is, for whoever keeps it.
const KIND: &str = "life cycles";
/// Bytes of a table, unpacked. All of endoflife.date has six million.
const UNPACKED_MAX: u64 = 64 * 1024 * 1024;
/// SBOMs of which it is held in memory what is known of their support; more are joined anew.
const HELD_MAX: usize = 50_000;
/// How many SBOMs are read at a time.
const PAGE: usize = 100;

/// Why a table is not taken, or not shown.
#[derive(Debug, thiserror::Error)]
pub enum LifeCycleError {
    /// The actor does not administer the top organisation, for the whole of which it counts.
    #[error("who administers the top organisation alone may bring a table")]
    NotAllowed,
    /// A field does not hold what it should.
    #[error("the {0} is {1}")]
    Wrong(&'static str, &'static str),
    /// The file cannot be read.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// What devices carry cannot be told.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The database failed, or something is not there for the actor.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is known of the life cycles of each top organisation.
#[derive(Clone, Debug, Default)]
pub(crate) struct LifeCycles(Arc<Mutex<BTreeMap<i64, Held>>>);

#[derive(Clone, Debug)]
struct Held {
    /// The table that counts; none where the supplement alone does.
    table: Option<i64>,
    catalog: Arc<Catalog>,
    /// By SBOM, with the change that wrote what it lists.
    lives: BTreeMap<i64, (i64, Arc<Lives>)>,
}

/// How long what an SBOM lists is supported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lives {
    /// How many components it lists.
    pub listed: usize,
    /// Those of which anything is known.
    pub known: Vec<Life>,
}

/// How long a component is supported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// Its name, with its group in front.
    pub component: String,
    /// Its version as written.
    pub version: String,
    /// What it is, with the cycle where that is known.
    pub product: String,
    /// Who says so.
    pub source: String,
    /// None where it is not known of which cycle it is.
    cycle: Option<Cycle>,
}

impl Life {
    fn of(entry: &Entry<'_>, catalog: &Catalog) -> Option<Self> {
        let is_purl = entry.key.starts_with("pkg:");
        let purls: &[&str] = if is_purl { &[entry.key] } else { &[] };
        let cpes: &[&str] = if entry.cpe.is_empty() { &[] } else { &[entry.cpe] };
        let named = Named { name: entry.name, version: entry.version, purls, cpes };
        let (product, cycle) = match catalog.support_of(named) {
            Support::Known(known) => (known.product, Some(known.cycle)),
            Support::NoCycle(product) => (product, None),
            Support::Nothing => return None,
        };
        let name = cycle.map_or("", |cycle| cycle.name.as_str());
        Some(Self {
            component: entry.name.to_owned(),
            version: entry.version.to_owned(),
            product: format!("{} {name}", product.name).trim_end().to_owned(),
            source: product.source.clone(),
            cycle: cycle.cloned(),
        })
    }

    /// How its support stands on a day.
    #[must_use]
    pub fn standing(&self, today: Day) -> Standing {
        let cycle = self.cycle.as_ref();
        cycle.map_or(Standing::CannotTell, |cycle| cycle.standing(None, today))
    }

    /// The day on which its support ends, where one is told.
    #[must_use]
    pub fn ends(&self) -> Option<Day> {
        self.cycle.as_ref()?.ends.day()
    }

    /// The day on which support that is paid for besides ends.
    #[must_use]
    pub fn paid_until(&self) -> Option<Day> {
        self.cycle.as_ref()?.paid_until()
    }

    /// What would have to be known; empty where it is.
    #[must_use]
    pub fn unknown(&self) -> &str {
        match self.cycle.as_ref().map(|cycle| &cycle.ends) {
            None => "of which cycle the version is",
            Some(End::Unknown(what)) => what,
            Some(End::On(_) | End::Over | End::GoesOn) => "",
        }
    }
}

impl Lives {
    fn of(lines: &str, catalog: &Catalog) -> Self {
        let mut lives = Self::default();
        for entry in entries(lines) {
            lives.listed += 1;
            lives.known.extend(Life::of(&entry, catalog));
        }
        lives
    }

    /// How many components have no support any longer on a day. None where that cannot be told:
    /// none is known to be over, and of some nobody says that they are supported.
    #[must_use]
    pub fn unsupported(&self, today: Day) -> Option<usize> {
        let count = |wanted| {
            self.known.iter().filter(|life| life.standing(today) == wanted).count()
        };
        match (count(Standing::Ended), count(Standing::GoesOn)) {
            (0, fine) if fine == self.listed && fine > 0 => Some(0),
            (0, _) => None,
            (over, _) => Some(over),
        }
    }
}

/// The table that counts, and all that is known with it.
pub(crate) async fn catalog<E: From<StoreError> + From<CutShort>>(
    app: &App,
    head: i64,
) -> Result<(Option<i64>, Arc<Catalog>), E> {
    let tables = app.store.life_cycle_tables(head).await?;
    let counting = tables.into_iter().find(|table| table.withdrawn.is_none());
    let id = counting.as_ref().map(|table| table.id);
    if let Some(held) = app.life_cycles.lock().get(&head)
        && held.table == id
    {
        return Ok((id, Arc::clone(&held.catalog)));
    }
    let catalog = match counting {
        None => Catalog::built_in(),
        Some(table) => {
            let bytes = app.store.bytes_of(&Scope::whole(head), table.original).await?;
            let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
            let as_of = table.as_of;
            let catalog = aside(move || {
                let mut catalog = Catalog::built_in();
                let read = Read::of(&table.name, &bytes, as_of.as_deref());
                read.products.into_iter().for_each(|product| catalog.add(product));
                catalog
            })
            .await?;
            drop(reader);
            catalog
        }
    };
    let catalog = Arc::new(catalog);
    let held = Held { table: id, catalog: Arc::clone(&catalog), lives: BTreeMap::new() };
    app.life_cycles.lock().insert(head, held);
    Ok((id, catalog))
}

/// What is known of SBOMs, each with the change that wrote what it lists.
pub(crate) async fn lives<E: From<StoreError> + From<CutShort>>(
    app: &App,
    head: i64,
    bills: &[(i64, i64)],
) -> Result<BTreeMap<i64, Arc<Lives>>, E> {
    let (table, catalog) = catalog::<E>(app, head).await?;
    let mut found = BTreeMap::new();
    if let Some(held) = app.life_cycles.lock().get(&head).filter(|it| it.table == table) {
        for (bill, listed) in bills {
            if let Some((known, lives)) = held.lives.get(bill)
                && known == listed
            {
                found.insert(*bill, Arc::clone(lives));
            }
        }
    }
    let missing: BTreeMap<i64, i64> =
        bills.iter().filter(|(bill, _)| !found.contains_key(bill)).copied().collect();
    let numbers: Vec<i64> = missing.keys().copied().collect();
    for page in numbers.chunks(PAGE) {
        let lists = app.store.listings(head, page).await?;
        let catalog = Arc::clone(&catalog);
        let joined: Vec<(i64, Arc<Lives>)> = aside(move || {
            let join = |(bill, lines): &(i64, String)| {
                (*bill, Arc::new(Lives::of(lines, &catalog)))
            };
            lists.iter().map(join).collect()
        })
        .await?;
        let mut all = app.life_cycles.lock();
        if let Some(held) = all.get_mut(&head).filter(|held| held.table == table) {
            if held.lives.len() > HELD_MAX {
                held.lives.clear();
            }
            for (bill, lives) in &joined {
                if let Some(listed) = missing.get(bill) {
                    held.lives.insert(*bill, (*listed, Arc::clone(lives)));
                }
            }
        }
        drop(all);
        found.extend(joined);
    }
    Ok(found)
}

/// What is known of SBOMs that the actor was shown to see; those that are not in force, or were
/// not read yet, are not among it.
///
/// # Errors
/// When the database fails or the index cannot be read.
pub async fn of_bills(
    app: &App,
    by: &Actor,
    bills: &[i64],
) -> Result<BTreeMap<i64, Arc<Lives>>, LifeCycleError> {
    let listed = holdings(app, by.head).await?.bills_read(bills);
    lives(app, by.head, &listed).await
}

impl LifeCycles {
    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<i64, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was read of a file.
#[derive(Default)]
struct Read {
    products: Vec<Product>,
    set_aside: usize,
    /// Why the first of those could not be read.
    fault: Option<Rejected>,
}

impl Read {
    fn of(name: &str, bytes: &[u8], as_of: Option<&str>) -> Self {
        let mut read = Self::default();
        feeds::documents_in_memory(bytes, name, UNPACKED_MAX, &mut |name, bytes| {
            read.take(name, bytes);
        });
        let day = as_of.map(|day| format!(", of {day}")).unwrap_or_default();
        for product in &mut read.products {
            product.source = format!("endoflife.date {}{day}", product.source);
        }
        read
    }

    fn take(&mut self, name: &str, bytes: Result<&[u8], &str>) {
        let short = name.rsplit(['/', '\\', '!']).next().unwrap_or(name);
        let parsed = match bytes {
            Ok(bytes) => endoflife::parse_all(short, bytes),
            Err(why) => Err(Rejected::new(
                Place::Document,
                why.to_owned(),
                "deliver the file again",
            )),
        };
        match parsed {
            Ok(parsed) => {
                self.set_aside += parsed.notes.len();
                self.products.extend(parsed.value);
            }
            Err(rejected) => {
                self.set_aside += 1;
                self.fault.get_or_insert(rejected);
            }
        }
    }
}

/// Whether the actor may bring a table: it counts for the whole top organisation.
///
/// # Errors
/// When the database fails.
pub async fn may_bring(app: &App, by: &Actor) -> Result<bool, StoreError> {
    let scope = by.scope(Permission::Administer);
    match app.store.organisation(&scope, by.head).await {
        Ok(_) => Ok(true),
        Err(StoreError::Absent { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Takes a table in, which counts from now on: one file of a product, the list of all, or an
/// archive of either.
///
/// # Errors
/// When the actor may not, nothing in it is a product of endoflife.date, its day is none or one
/// to come, or the database fails.
pub async fn bring(
    app: &App,
    by: &Actor,
    (place, name, as_of): (i64, &str, &str),
    parcel: Parcel,
) -> Result<i64, LifeCycleError> {
    if place != by.head || !may_bring(app, by).await? {
        return Err(LifeCycleError::NotAllowed);
    }
    let as_of = day(app, as_of)?;
    let bytes = parcel.bytes()?;
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let (file, said) = (name.to_owned(), as_of.clone());
    let read = aside(move || Read::of(&file, &bytes, said.as_deref())).await?;
    drop(reader);
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let cycles = read.products.iter().map(|product| product.cycles.len()).sum();
    if read.products.is_empty() {
        return Err(read.fault.unwrap_or_else(nothing).into());
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let original = write
        .keep_original(NewOriginal {
            organisation: by.head,
            name,
            kind: KIND,
            label: Tlp::Clear,
            by: by.person,
            parcel: &parcel,
        })
        .await?;
    let new = NewLifeCycleTable {
        organisation: by.head,
        original,
        as_of: as_of.as_deref(),
        products: count(read.products.len()),
        cycles: count(cycles),
        set_aside: count(read.set_aside),
        by: by.person,
    };
    let id = write.keep_life_cycle_table(new).await?;
    posture::queue(&mut write).await?;
    let facts = vec![
        ("products", Fact::Number(new.products)),
        ("cycles", Fact::Number(new.cycles)),
        ("digest", Fact::digest(parcel.digest().as_bytes())),
    ];
    let (what, noun) = ("bring table of life cycles", Noun::LifeCycleTable);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(id)
}

/// Takes a table back; the one before it counts again, else the supplement alone.
///
/// # Errors
/// When the actor may not, there is none that counts, or the database fails.
pub async fn withdraw(app: &App, by: &Actor, id: i64) -> Result<(), LifeCycleError> {
    if !may_bring(app, by).await? {
        return Err(LifeCycleError::NotAllowed);
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.withdraw_life_cycle_table(id, by.person).await?;
    posture::queue(&mut write).await?;
    let (what, noun) = ("withdraw table of life cycles", Noun::LifeCycleTable);
    write.commit(Act { by: by.person, what, noun, id, facts: Vec::new() }).await?;
    Ok(())
}

/// Every table that was brought, the newest first: the first that nobody took back counts.
///
/// # Errors
/// When the database fails.
pub async fn tables(app: &App, by: &Actor) -> Result<Vec<LifeCycleTable>, StoreError> {
    app.store.life_cycle_tables(by.head).await
}

/// How many products the supplement in the program tells of.
#[must_use]
pub fn supplement() -> usize {
    Catalog::built_in().len()
}

fn nothing() -> Rejected {
    Rejected::new(
        Place::Document,
        "there is nothing in it",
        "give the list of all products of endoflife.date, or an archive of their files",
    )
}

/// A day that has come; none where nothing is typed.
fn day(app: &App, text: &str) -> Result<Option<String>, LifeCycleError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = LifeCycleError::Wrong("as_of", "no day, such as 2026-08-22");
    let day = terms::date::day(text).map_err(|_| wrong)?.to_string();
    match day > app.today() {
        true => Err(LifeCycleError::Wrong("as_of", "a day to come")),
        false => Ok(Some(day)),
    }
}
