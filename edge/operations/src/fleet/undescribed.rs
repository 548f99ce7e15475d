//! Models of which no SBOM says what is in them: what a maker is to be asked for first.

use std::collections::{BTreeMap, BTreeSet};

use fleet::{Column, ConfigurationId, Filter, Presence, Scope, Sets, counts_as};
use naming::spelling::fold;
use roaring::RoaringBitmap;

use super::held::Holdings;

/// A model whose devices no SBOM describes, or not all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undescribed {
    /// Who makes it, in each way in which an inventory writes it, the most frequent first.
    pub makers: Vec<String>,
    /// What it is called, likewise.
    pub models: Vec<String>,
    /// The versions of which no SBOM is in force, in order; one that nobody stated is empty.
    pub versions: BTreeSet<String>,
    /// How many devices.
    pub devices: u64,
}

/// How often which spelling stands in an inventory.
#[derive(Default)]
struct Gathered {
    makers: BTreeMap<String, u64>,
    models: BTreeMap<String, u64>,
    versions: BTreeSet<String>,
    devices: u64,
}

impl Gathered {
    fn told(self) -> Undescribed {
        let spellings = |of: BTreeMap<String, u64>| {
            let mut all: Vec<(String, u64)> = of.into_iter().collect();
            all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            all.into_iter().map(|(text, _)| text).collect()
        };
        Undescribed {
            makers: spellings(self.makers),
            models: spellings(self.models),
            versions: self.versions,
            devices: self.devices,
        }
    }
}

impl Holdings {
    /// The models of devices within a scope that the inventory lists and no SBOM describes that
    /// counts for somebody with that scope, the most devices first. Spellings of a maker are
    /// one, as in a list, and so are those of a model that differ in capitals and spaces alone.
    #[must_use]
    pub fn undescribed(&self, scope: &Scope) -> Vec<Undescribed> {
        let listed = Filter::default().presence(Presence::Listed);
        let Ok(seen) = self.fleet.view(scope, &listed, &Sets::new()) else {
            return Vec::new();
        };
        let described = self.described(scope);
        // By how they are written first: names are compared once for each spelling, of which
        // there are far fewer than builds.
        let mut written: BTreeMap<(&str, &str), (BTreeSet<&str>, u64)> = BTreeMap::new();
        for (id, count) in seen.configurations() {
            let Some(build) = self.build(id.0).filter(|_| !described.contains(&id))
            else {
                continue;
            };
            let (versions, devices) =
                written.entry((&build.maker, &build.model)).or_default();
            versions.insert(&build.version);
            *devices += count;
        }
        let mut all: BTreeMap<(String, String), Gathered> = BTreeMap::new();
        for ((maker, model), (versions, devices)) in written {
            let key = (counts_as(Column::Maker, maker), fold(model));
            let one = all.entry(key).or_default();
            *one.makers.entry(maker.to_owned()).or_default() += devices;
            *one.models.entry(model.to_owned()).or_default() += devices;
            one.versions.extend(versions.into_iter().map(str::to_owned));
            one.devices += devices;
        }
        let mut all: Vec<Undescribed> = all.into_values().map(Gathered::told).collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.devices));
        all
    }

    /// The devices within a scope that no SBOM describes that counts for somebody with that
    /// scope.
    pub(super) fn without_bill(&self, scope: &Scope) -> RoaringBitmap {
        let described: BTreeSet<ConfigurationId> = self.described(scope);
        self.fleet.within(scope) - self.fleet.of_configurations(described)
    }
}
