//! What a maker sees first: which of its releases carry which known flaws, which have no SBOM,
//! and what became of what it stated.

use std::collections::{BTreeMap, BTreeSet};

use matching::Verdict;
use store::{
    Bill, Delivered, MakerDelivery, Outcome, Path, Product, Release, Scope, Vex,
};

use super::{Desk, MakerError, desks};
use crate::bills::{Found, content_of};
use crate::{Actor, App, Permission};

/// Bills that are read for one look, the newest first: each is read whole once for each index,
/// so that whoever looks again sees more.
const FRESH_MAX: usize = 40;
/// Flaws of a release that are named, the most urgent first.
const NAMED: usize = 3;

/// What a maker sees first.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// Releases with an SBOM, those with most known flaws first.
    pub carried: Vec<Carried>,
    /// Releases without one.
    pub bare: Vec<(Product, Release)>,
    /// Statements, those that wait first.
    pub stated: Vec<Stated>,
    /// How many bills were not looked into yet.
    pub more: usize,
}

/// A release, and what its SBOM carries.
#[derive(Clone, Debug)]
pub struct Carried {
    /// The product.
    pub product: Product,
    /// The release.
    pub release: Release,
    /// The bill.
    pub bill: Bill,
    /// How it came; none where the house itself keeps it.
    pub delivery: Option<MakerDelivery>,
    /// What is known of it; none where no index is in use.
    pub flaws: Option<Flaws>,
}

/// Known flaws of an SBOM, by the index in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flaws {
    /// How many vulnerabilities affect it.
    pub affected: usize,
    /// How many of them are exploited.
    pub exploited: usize,
    /// The first of them.
    pub first: Vec<String>,
    /// How many components cannot be told of.
    pub unknown: usize,
}

/// A document with statements, and how it stands.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The product.
    pub product: Product,
    /// The release; none where it is about all of them.
    pub release: Option<Release>,
    /// The document.
    pub document: i64,
    /// What it calls itself.
    pub title: String,
    /// When it came, as stored.
    pub received: String,
    /// How many statements it holds, and how many of them hold.
    pub statements: i64,
    /// See there.
    pub accepted: usize,
    /// Why it was declined; none where it was not.
    pub declined: Option<String>,
}

impl Stated {
    /// Whether nobody has said anything to it yet.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.accepted == 0 && self.declined.is_none()
    }
}

/// What is known of the flaws of SBOMs: by original and generation of the index.
pub(crate) type KnownFlaws = BTreeMap<(i64, i64, i64), Flaws>;

/// The board of whoever asks: of a guest what came through its account; of somebody in a
/// maker's own house all that the house keeps.
///
/// # Errors
/// When the database fails or the index cannot be read.
pub async fn board(app: &App, by: &Actor) -> Result<Board, MakerError> {
    let desks = desks(app, by).await?;
    let paths: Vec<Path> = match desks.is_empty() {
        true => by.scope(Permission::ViewDevices).roots().to_vec(),
        false => desks.iter().map(|desk| desk.organisation.path.clone()).collect(),
    };
    if paths.is_empty() {
        return Ok(Board::default());
    }
    let scope = Scope::of(by.head, paths);
    let admits = |product: &Product| {
        desks.is_empty() || desks.iter().any(|desk| desk.admits(product))
    };
    let releases = app.store.releases_within(&scope).await?;
    let releases: Vec<(Product, Release)> =
        releases.into_iter().filter(|(product, _)| admits(product)).collect();
    let deliveries: Vec<MakerDelivery> = app.store.maker_deliveries(&scope).await?;
    let deliveries: Vec<MakerDelivery> = deliveries
        .into_iter()
        .filter(|one| desks.is_empty() || desks.iter().any(|desk| desk.holds(one)))
        .collect();
    let whole = Whole { desks: &desks, scope: &scope, deliveries: &deliveries };
    let (carried, bare, more) = whole.carried(app, &releases).await?;
    let stated = whole.stated(app, &releases).await?;
    Ok(Board { carried, bare, stated, more })
}

/// A release of a guest's maker, with what came through its account.
#[derive(Clone, Debug)]
pub struct ReleaseShown {
    /// The product.
    pub product: Product,
    /// The release.
    pub release: Release,
    /// The SBOMs that the maker delivered, the newest first.
    pub bills: Vec<(Bill, MakerDelivery)>,
    /// What is known of the components of the newest that was not declined; none where no index
    /// is in use, nothing where there is none.
    pub found: Option<Vec<Found>>,
    /// The statements that it delivered.
    pub stated: Vec<Stated>,
}

/// A release of whoever asks as a guest.
///
/// # Errors
/// When there is none, or none that is theirs; or the database fails.
pub async fn release_shown(
    app: &App,
    by: &Actor,
    id: i64,
) -> Result<ReleaseShown, MakerError> {
    let (desk, product, release) = super::release(app, by, id).await?;
    let scope = desk.scope();
    let deliveries = desk.deliveries(app).await?;
    let mut bills = Vec::new();
    for one in deliveries.iter().filter(|one| one.release == release.id) {
        if one.noun == Delivered::Bill {
            bills.push((app.store.bill(&scope, one.document).await?, one.clone()));
        }
    }
    let newest = bills.iter().find(|(_, one)| one.outcome != Some(Outcome::Declined));
    let found = match newest {
        Some((bill, _)) => content_of(app, &scope, bill.clone()).await?.found,
        None => Some(Vec::new()),
    };
    let desks = [desk];
    let whole = Whole { desks: &desks, scope: &scope, deliveries: &deliveries };
    let stated = whole.stated(app, &[(product.clone(), release.clone())]).await?;
    Ok(ReleaseShown { product, release, bills, found, stated })
}

/// What a board is made of.
struct Whole<'a> {
    desks: &'a [Desk],
    scope: &'a Scope,
    deliveries: &'a [MakerDelivery],
}

impl Whole<'_> {
    fn delivered(&self, noun: Delivered, document: i64) -> Option<&MakerDelivery> {
        let mut all = self.deliveries.iter();
        all.find(|one| one.noun == noun && one.document == document)
    }

    /// Whether a document may be seen: a guest sees its own alone.
    fn sees(&self, noun: Delivered, document: i64) -> bool {
        self.desks.is_empty() || self.delivered(noun, document).is_some()
    }

    async fn carried(
        &self,
        app: &App,
        releases: &[(Product, Release)],
    ) -> Result<(Vec<Carried>, Vec<(Product, Release)>, usize), MakerError> {
        let mut newest: BTreeMap<i64, Bill> = BTreeMap::new();
        for bill in app.store.bills_within(self.scope).await? {
            let delivery = self.delivered(Delivered::Bill, bill.id);
            let waits = delivery.is_some_and(|one| one.outcome.is_none());
            let counts = bill.replaced.is_none() || waits;
            if counts && self.sees(Delivered::Bill, bill.id) {
                // They come the newest first.
                newest.entry(bill.release).or_insert(bill);
            }
        }
        let (mut carried, mut bare) = (Vec::new(), Vec::new());
        for (product, release) in releases {
            match newest.remove(&release.id) {
                None => bare.push((product.clone(), release.clone())),
                Some(bill) => carried.push(Carried {
                    product: product.clone(),
                    release: release.clone(),
                    delivery: self.delivered(Delivered::Bill, bill.id).cloned(),
                    bill,
                    flaws: None,
                }),
            }
        }
        carried.sort_by(|one, other| other.bill.received.cmp(&one.bill.received));
        let (mut looked, mut fresh, mut more) = (Vec::new(), 0, 0);
        for mut one in carried {
            if !is_known(app, self.scope, &one.bill).await? {
                if fresh == FRESH_MAX {
                    more += 1;
                    continue;
                }
                fresh += 1;
            }
            one.flaws = flaws(app, self.scope, &one.bill).await?;
            looked.push(one);
        }
        let mut carried = looked;
        carried.sort_by_key(|one| {
            let flaws = one.flaws.clone().unwrap_or_default();
            std::cmp::Reverse((flaws.exploited, flaws.affected))
        });
        Ok((carried, bare, more))
    }

    async fn stated(
        &self,
        app: &App,
        releases: &[(Product, Release)],
    ) -> Result<Vec<Stated>, MakerError> {
        let mut holds: BTreeMap<(i64, i64, i64), usize> = BTreeMap::new();
        for one in app.store.acceptances_within(self.scope).await? {
            if one.ended.is_none() {
                *holds.entry((one.product, one.release, one.original)).or_default() += 1;
            }
        }
        let known = |vex: &Vex| {
            let found = releases.iter().find(|(product, release)| {
                product.id == vex.product && [0, release.id].contains(&vex.release)
            })?;
            Some((found.0.clone(), Some(found.1.clone()).filter(|_| vex.release != 0)))
        };
        let mut all = Vec::new();
        for vex in app.store.vex_within(self.scope).await? {
            if !self.sees(Delivered::Vex, vex.id) {
                continue;
            }
            let Some((product, release)) = known(&vex) else { continue };
            let delivery = self.delivered(Delivered::Vex, vex.id);
            let key = (vex.product, vex.release, vex.original);
            all.push(Stated {
                product,
                release,
                document: vex.id,
                title: delivery.map_or(vex.title, |one| one.title.clone()),
                received: delivery.map_or(vex.received, |one| one.delivered.clone()),
                statements: vex.statements,
                accepted: holds.get(&key).copied().unwrap_or(0),
                declined: delivery
                    .filter(|one| one.outcome == Some(Outcome::Declined))
                    .map(|one| one.reason.clone()),
            });
        }
        all.sort_by(|one, other| {
            (!one.waits(), &other.received).cmp(&(!other.waits(), &one.received))
        });
        Ok(all)
    }
}

/// Whether an SBOM need not be read to say what is known of its flaws.
async fn is_known(app: &App, scope: &Scope, bill: &Bill) -> Result<bool, MakerError> {
    let Some(index) = app.store.generation().await? else { return Ok(true) };
    let key = (scope.head(), bill.original, index.number);
    Ok(app.flaws.lock().await.contains_key(&key))
}

/// What is known of the flaws of an SBOM, as if nobody had accepted anything about it; worked
/// out once for each index. None where no index is in use.
///
/// # Errors
/// When the database fails or the index cannot be read.
pub async fn flaws(
    app: &App,
    scope: &Scope,
    bill: &Bill,
) -> Result<Option<Flaws>, MakerError> {
    let Some(index) = app.store.generation().await? else { return Ok(None) };
    let key = (scope.head(), bill.original, index.number);
    if let Some(known) = app.flaws.lock().await.get(&key) {
        return Ok(Some(known.clone()));
    }
    let content = content_of(app, scope, bill.clone()).await?;
    let found = content.found.unwrap_or_default();
    let affected = found.iter().filter(|one| one.verdict == Verdict::Affected.word());
    let (mut all, mut exploited) = (BTreeSet::new(), BTreeSet::new());
    let mut first: Vec<String> = Vec::new();
    for one in affected {
        if all.insert(one.vulnerability.as_str()) && first.len() < NAMED {
            first.push(one.vulnerability.clone());
        }
        if one.exploited {
            exploited.insert(one.vulnerability.as_str());
        }
    }
    let unknown: BTreeSet<&str> =
        content.asked.iter().map(|one| one.place.as_str()).collect();
    let flaws = Flaws {
        affected: all.len(),
        exploited: exploited.len(),
        first,
        unknown: unknown.len(),
    };
    let mut known = app.flaws.lock().await;
    // What an older index said is asked for by nobody.
    known.retain(|(_, _, generation), _| *generation == index.number);
    known.insert(key, flaws.clone());
    Ok(Some(flaws))
}
