//! Which components the SBOMs of the house list, and which devices carry them.
//!
//! What each bill in force lists is held in memory and follows the database as everything else
//! does; whoever asks sees what bills of organisations within the scope list, and of devices
//! those within it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use fleet::{ConfigurationId, Filter, Sets};
use roaring::RoaringBitmap;
use sbom::listing::{Entry, Listings, Sought};
use store::{Carrier, Noun, Store, StoreError};
use worklist::words_of;

use super::fitting::Fits;
use super::held::Holdings;
use crate::bills::written;
use crate::called::maker;

/// How many bills are read at a time.
const PAGE: usize = 100;

/// What bills in force list.
#[derive(Debug, Default)]
pub(super) struct Components {
    listings: Listings,
    carriers: BTreeMap<i64, Carrier>,
    /// The change that wrote what is held of each bill.
    held: BTreeMap<i64, i64>,
    /// The builds that each bill describes, worked out when it is first asked for.
    builds: OnceLock<BTreeMap<i64, BTreeSet<i64>>>,
    /// The other way round: the bills that describe each build, the oldest first.
    of_builds: OnceLock<BTreeMap<i64, Vec<i64>>>,
    /// The builds that bills fit and do not describe, likewise.
    fits: OnceLock<Fits>,
}

/// What was found among the components of SBOMs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The components of one page, the surest first.
    pub components: Vec<Component>,
    /// How many there are in all.
    pub total: usize,
    /// How many stand before these.
    pub before: usize,
    /// How many SBOMs list any of them.
    pub bills: usize,
    /// Of how many products.
    pub products: usize,
    /// How many devices carry any of them.
    pub devices: u64,
    /// SBOMs that are not looked through: they were not read yet, or cannot be read.
    pub unread: usize,
}

/// A component in one version, and what carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// By what it is known again.
    pub key: String,
    /// Its name, with its group in front.
    pub name: String,
    /// Its version as written.
    pub version: String,
    /// Vendor and product of its CPE name; empty where there is none.
    pub cpe: String,
    /// The releases whose SBOMs list it, each once, by maker, name and version.
    pub releases: Vec<Carrying>,
    /// How many devices carry it.
    pub devices: u64,
}

/// A release that carries a component.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Carrying {
    /// Who makes the product.
    pub maker: String,
    /// What its maker calls it.
    pub name: String,
    /// The release as its maker writes it.
    pub version: String,
    /// The product.
    pub product: i64,
    /// The release.
    pub release: i64,
}

/// Which page of what was found.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'w> {
    /// Behind which component it begins: key, name, version and CPE name.
    pub after: Option<Entry<'w>>,
    /// Else how many are passed over.
    pub passed: usize,
    /// At most how many components.
    pub most: usize,
}

impl Components {
    /// Reads what changed of bills since a change; whether anything did.
    pub(super) async fn read(
        &mut self,
        store: &Store,
        head: i64,
        known: i64,
    ) -> Result<bool, StoreError> {
        // For whom SBOMs are is said of a product.
        let nouns = [Noun::Bill, Noun::Release, Noun::Product];
        if known > 0 && !store.has_changed(head, known, &nouns).await? {
            return Ok(false);
        }
        self.builds_changed();
        let carriers = store.carriers(head).await?;
        self.carriers = carriers.into_iter().map(|one| (one.bill, one)).collect();
        let gone: Vec<i64> = self
            .held
            .keys()
            .filter(|bill| !self.carriers.contains_key(bill))
            .copied()
            .collect();
        for bill in gone {
            self.held.remove(&bill);
            self.listings.remove(bill);
        }
        let newer: Vec<(i64, i64)> = self
            .carriers
            .values()
            .filter_map(|one| Some((one.bill, one.listed?)))
            .filter(|(bill, listed)| self.held.get(bill) != Some(listed))
            .collect();
        for page in newer.chunks(PAGE) {
            let bills: Vec<i64> = page.iter().map(|(bill, _)| *bill).collect();
            for (bill, lines) in store.listings(head, &bills).await? {
                self.listings.put(bill, &lines);
            }
            self.held.extend(page.iter().copied());
            tokio::task::yield_now().await;
        }
        Ok(true)
    }

    /// Other builds are written alike than before.
    pub(super) fn builds_changed(&mut self) {
        self.builds = OnceLock::new();
        self.of_builds = OnceLock::new();
        self.fits = OnceLock::new();
    }
}

impl Holdings {
    /// The components that are meant, of SBOMs of organisations within a scope, with the
    /// releases and how many devices within it carry each.
    #[must_use]
    pub fn components(
        &self,
        scope: &fleet::Scope,
        sought: &Sought,
        wanted: &Wanted<'_>,
    ) -> Listed {
        let seen = self.bills_seen(scope);
        let listings = &self.components.listings;
        let met = listings.find(sought, seen.iter().copied());
        let passed = |last: Entry<'_>| Listings::passed(&met, sought, &last);
        let before = wanted.after.map_or(wanted.passed, passed).min(met.len());
        let any: Vec<i64> = listings.any(sought, seen.iter().copied()).collect();
        let carriers = &self.components.carriers;
        let products: BTreeSet<i64> = any
            .iter()
            .filter_map(|bill| carriers.get(bill))
            .map(|one| one.product)
            .collect();
        let counts = self.counts(scope);
        let page = met.iter().skip(before).take(wanted.most).map(|met| {
            let bills: Vec<i64> = listings.listing(met, seen.iter().copied()).collect();
            let releases: BTreeSet<Carrying> = bills
                .iter()
                .filter_map(|bill| carriers.get(bill))
                .map(Carrying::of)
                .collect();
            Component {
                key: met.entry.key.to_owned(),
                name: met.entry.name.to_owned(),
                version: met.entry.version.to_owned(),
                cpe: met.entry.cpe.to_owned(),
                releases: releases.into_iter().collect(),
                devices: self.count(&counts, &bills),
            }
        });
        Listed {
            components: page.collect(),
            total: met.len(),
            before,
            bills: any.len(),
            products: products.len(),
            devices: self.count(&counts, &any),
            unread: seen
                .iter()
                .filter(|bill| !self.components.held.contains_key(bill))
                .count(),
        }
    }

    /// The devices that carry what is meant, by SBOMs of organisations within a scope.
    pub(super) fn devices_listing(
        &self,
        scope: &fleet::Scope,
        sought: &Sought,
    ) -> RoaringBitmap {
        let seen = self.bills_seen(scope);
        let bills = self.components.listings.any(sought, seen.iter().copied());
        let builds = self.builds_of_bills();
        let builds: BTreeSet<i64> =
            bills.filter_map(|bill| builds.get(&bill)).flatten().copied().collect();
        self.fleet.of_configurations(builds.into_iter().map(ConfigurationId))
    }

    /// The bills in force that count for somebody with that scope.
    fn bills_seen(&self, scope: &fleet::Scope) -> Vec<i64> {
        let views = self.views(scope);
        let carriers = self.components.carriers.values();
        carriers.filter(|one| views.contains(&one.view)).map(|one| one.bill).collect()
    }

    /// How many devices within a scope are of each build.
    fn counts(&self, scope: &fleet::Scope) -> BTreeMap<i64, u64> {
        let view = self.fleet.view(scope, &Filter::default(), &Sets::new());
        let counts = view.map(|view| view.configurations()).unwrap_or_default();
        counts.into_iter().map(|(build, count)| (build.0, count)).collect()
    }

    /// How many devices some bills describe.
    fn count(&self, counts: &BTreeMap<i64, u64>, bills: &[i64]) -> u64 {
        let builds = self.builds_of_bills();
        let builds: BTreeSet<&i64> =
            bills.iter().filter_map(|bill| builds.get(bill)).flatten().collect();
        builds.into_iter().filter_map(|build| counts.get(build)).sum()
    }

    /// The builds that each bill in force describes: those that a person named, and those that
    /// are written alike.
    pub(super) fn builds_of_bills(&self) -> &BTreeMap<i64, BTreeSet<i64>> {
        self.components.builds.get_or_init(|| {
            let carriers = &self.components.carriers;
            let mut alike: BTreeMap<[String; 3], Vec<i64>> = BTreeMap::new();
            if carriers.values().any(|one| !one.builds.is_empty()) {
                for (id, build) in self.builds() {
                    alike.entry(written(build)).or_default().push(*id);
                }
            }
            let of = |one: &Carrier| -> BTreeSet<i64> {
                let named = one.builds.iter().filter_map(|id| self.build(*id));
                let all = named.filter_map(|build| alike.get(&written(build))).flatten();
                all.chain(&one.builds).copied().collect()
            };
            carriers.values().map(|one| (one.bill, of(one))).collect()
        })
    }

    /// The builds that a bill in force describes, of bills that count for somebody with that
    /// scope.
    #[must_use]
    pub fn described(&self, scope: &fleet::Scope) -> BTreeSet<ConfigurationId> {
        let builds = self.builds_of_bills();
        let seen = self.bills_seen(scope).into_iter();
        let described = seen.filter_map(|bill| builds.get(&bill)).flatten();
        described.copied().map(ConfigurationId).collect()
    }

    /// The builds that bills in force describe, each with the views in which these count.
    pub(super) fn views_of_described(&self) -> BTreeMap<i64, BTreeSet<i64>> {
        let mut described: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for (bill, builds) in self.builds_of_bills() {
            let Some(carrier) = self.carrier(*bill) else { continue };
            for build in builds {
                described.entry(*build).or_default().insert(carrier.view);
            }
        }
        described
    }

    /// The builds that bills fit and do not describe.
    pub(super) fn fits(&self) -> &Fits {
        self.components.fits.get_or_init(|| self.worked_out_fits())
    }

    /// The bills in force, the oldest first.
    pub(super) fn carriers(&self) -> impl Iterator<Item = &Carrier> {
        self.components.carriers.values()
    }

    pub(super) fn carrier(&self, bill: i64) -> Option<&Carrier> {
        self.components.carriers.get(&bill)
    }

    /// Of bills those in force that were read, each with the change that wrote what it lists.
    #[must_use]
    pub fn bills_read(&self, bills: &[i64]) -> Vec<(i64, i64)> {
        let held = &self.components.held;
        bills.iter().filter_map(|bill| Some((*bill, *held.get(bill)?))).collect()
    }

    /// The bills in force that describe a build, and count for somebody with that scope.
    #[must_use]
    pub fn bills_of_build(&self, scope: &fleet::Scope, build: i64) -> Vec<&Carrier> {
        let Some(bills) = self.bills_of_builds().get(&build) else { return Vec::new() };
        let views = self.views(scope);
        let carriers = bills.iter().filter_map(|bill| self.carrier(*bill));
        carriers.filter(|one| views.contains(&one.view)).collect()
    }

    fn bills_of_builds(&self) -> &BTreeMap<i64, Vec<i64>> {
        self.components.of_builds.get_or_init(|| {
            let mut of_builds: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
            for (bill, builds) in self.builds_of_bills() {
                for build in builds {
                    of_builds.entry(*build).or_default().push(*bill);
                }
            }
            of_builds
        })
    }
}

impl Holdings {
    /// The bills in force of other releases of the product of which a build is, that count for
    /// somebody with that scope: the same maker by its name, and the same words for the product.
    #[must_use]
    pub fn bills_of_other_releases(
        &self,
        scope: &fleet::Scope,
        build: i64,
    ) -> Vec<&Carrier> {
        let Some(own) = self.build(build) else { return Vec::new() };
        let [own_maker, model] = crate::question::called(own);
        let (own_maker, model) = (maker(own_maker), words_of(model));
        if model.is_empty() || own_maker.words.is_empty() {
            return Vec::new();
        }
        let seen = self.bills_seen(scope).into_iter();
        seen.filter_map(|bill| self.components.carriers.get(&bill))
            .filter(|one| words_of(&one.name) == model)
            .filter(|one| maker(&one.maker).words == own_maker.words)
            .collect()
    }
}

impl Carrying {
    fn of(carrier: &Carrier) -> Self {
        Self {
            maker: carrier.maker.clone(),
            name: carrier.name.clone(),
            version: carrier.version.clone(),
            product: carrier.product,
            release: carrier.release,
        }
    }
}
