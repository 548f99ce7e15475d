//! What an answer may depend on: the subtrees of some organisations.

use std::collections::BTreeSet;

use roaring::RoaringBitmap;

use crate::column::Column;
use crate::entry::OrganisationId;
use crate::holdings::Fleet;

/// The organisations that somebody may see, each with all below it.
///
/// It names roots, not devices, so it is never stale: it is worked out anew for each
/// answer. There is no scope of everything; the root of the tree is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    roots: BTreeSet<OrganisationId>,
}

impl Scope {
    /// The subtrees of these organisations.
    #[must_use]
    pub fn of(roots: impl IntoIterator<Item = OrganisationId>) -> Self {
        Self { roots: roots.into_iter().collect() }
    }
}

impl Fleet {
    /// The devices within a scope.
    #[must_use]
    pub fn within(&self, scope: &Scope) -> RoaringBitmap {
        self.subtrees(scope.roots.iter().copied())
    }

    /// The organisations within a scope.
    #[must_use]
    pub fn organisations(&self, scope: &Scope) -> BTreeSet<OrganisationId> {
        self.at_or_below(scope.roots.iter().copied())
    }

    /// The devices of these organisations and all below them.
    pub(crate) fn subtrees(
        &self,
        roots: impl Iterator<Item = OrganisationId>,
    ) -> RoaringBitmap {
        let mut devices = RoaringBitmap::new();
        for id in self.at_or_below(roots) {
            if let Some(own) = self.devices_of(Column::Organisation, &id.0.to_string()) {
                own.add_to(&mut devices);
            }
        }
        devices
    }

    fn at_or_below(
        &self,
        roots: impl Iterator<Item = OrganisationId>,
    ) -> BTreeSet<OrganisationId> {
        let mut open: Vec<OrganisationId> = roots.collect();
        // Also keeps a tree that bites its tail from going round.
        let mut seen: BTreeSet<OrganisationId> = open.iter().copied().collect();
        while let Some(id) = open.pop() {
            let children = self.children.get(&id).into_iter().flatten();
            open.extend(children.copied().filter(|child| seen.insert(*child)));
        }
        seen
    }
}
