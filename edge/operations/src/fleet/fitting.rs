//! Releases whose SBOM fits devices of which nobody has said that it describes them: a device
//! moves to a release long after its SBOM came, and nothing is judged by it until somebody says
//! so.

use std::collections::{BTreeMap, BTreeSet};

use fleet::{ConfigurationId, Filter, OrganisationId, Presence, Scope, Sets};
use naming::spelling::fold;
use roaring::RoaringBitmap;
use store::Build;

use super::held::Holdings;
use super::{FleetError, holdings};
use crate::aside::aside;
use crate::bills::{Subject, agree};
use crate::called::release;
use crate::{Actor, App, Permission};

/// A release whose SBOM fits devices, and nobody has said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fitting {
    /// Whose document it is.
    pub organisation: i64,
    /// Who makes the product.
    pub maker: String,
    /// What its maker calls it.
    pub name: String,
    /// The number of the release.
    pub release: i64,
    /// The release as its maker writes it.
    pub version: String,
    /// How many devices.
    pub devices: u64,
}

/// For each bill in force the builds that it fits and does not describe; those of one release
/// stand with its newest bill.
pub(super) type Fits = BTreeMap<i64, BTreeSet<i64>>;

/// Builds by version and by each name that an inventory gives them.
type Named = BTreeMap<(String, String), BTreeSet<i64>>;

/// The releases for which the actor may deliver whose SBOM fits devices, the most devices first.
///
/// # Errors
/// When the database fails or the index cannot be read.
pub async fn fitting(app: &App, by: &Actor) -> Result<Vec<Fitting>, FleetError> {
    let held = holdings(app, by.head).await?;
    let scope = by.scope(Permission::DeliverDocuments);
    let roots = scope.roots().iter().map(store::Path::organisation);
    let scope = Scope::of(roots.map(OrganisationId));
    Ok(aside(move || held.fitting(&scope)).await?)
}

impl Holdings {
    /// The releases of organisations within a scope whose SBOM fits devices within it that
    /// stand at or below its owner, the most devices first.
    #[must_use]
    pub fn fitting(&self, scope: &Scope) -> Vec<Fitting> {
        let may = self.fleet.organisations(scope);
        let listed = Filter::default().presence(Presence::Listed);
        let Ok(seen) = self.fleet.view(scope, &listed, &Sets::new()) else {
            return Vec::new();
        };
        let mut within: BTreeMap<i64, RoaringBitmap> = BTreeMap::new();
        let mut all = Vec::new();
        for (bill, builds) in self.fits() {
            let Some(one) = self.carrier(*bill) else { continue };
            let owner = OrganisationId(one.organisation);
            if !may.contains(&owner) {
                continue;
            }
            let reached = within.entry(owner.0).or_insert_with(|| {
                self.fleet.within(&Scope::of([owner])) & seen.devices()
            });
            let builds = builds.iter().copied().map(ConfigurationId);
            let devices = self.fleet.of_configurations(builds).intersection_len(reached);
            if devices > 0 {
                all.push(Fitting {
                    organisation: one.organisation,
                    maker: one.maker.clone(),
                    name: one.name.clone(),
                    release: one.release,
                    version: one.version.clone(),
                    devices,
                });
            }
        }
        all.sort_by_key(|one| (std::cmp::Reverse(one.devices), one.release));
        all
    }

    /// Works out which builds the bills in force fit and do not describe.
    pub(super) fn worked_out_fits(&self) -> Fits {
        let named = self.named();
        let mut newest: BTreeMap<i64, i64> = BTreeMap::new();
        for one in self.carriers() {
            newest.insert(one.release, one.bill);
        }
        let described = self.builds_of_bills();
        let mut fits = Fits::new();
        for one in newest.values().filter_map(|bill| self.carrier(*bill)) {
            let subject = Subject {
                maker: one.maker.clone(),
                name: one.name.clone(),
                version: one.version.clone(),
            };
            let key = (release(&one.version), fold(&one.name));
            let own = described.get(&one.bill);
            let builds = named.get(&key).into_iter().flatten().filter(|id| {
                own.is_none_or(|own| !own.contains(*id))
                    && self.build(**id).is_some_and(|build| agree(&subject, build))
            });
            let builds: BTreeSet<i64> = builds.copied().collect();
            if !builds.is_empty() {
                fits.insert(one.bill, builds);
            }
        }
        fits
    }

    fn named(&self) -> Named {
        let mut named = Named::new();
        for (id, Build { model, description, version, .. }) in self.builds() {
            for name in [model, description] {
                let key = (release(version), fold(name));
                named.entry(key).or_default().insert(*id);
            }
        }
        named
    }
}
