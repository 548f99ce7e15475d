//! Under which keys a system is looked up: whoever keeps them can tell which bills of
//! materials a changed record may touch, without reading the bills.
//!
//! Every look-up of [`crate::component::judge`] has its key here; a test holds the two
//! together.

use std::collections::BTreeSet;

use advisory::index::LookUpKey;

use crate::cpe_names;
use crate::statement::Voices;
use crate::system::System;

impl System<'_> {
    /// The keys under which anything of the system is looked up, and the ids of which those
    /// speak that are heard about it.
    #[must_use]
    pub fn keys(&self, voices: &Voices<'_>) -> BTreeSet<LookUpKey> {
        let mut keys = BTreeSet::new();
        for candidate in &self.candidates {
            for package in &candidate.packages {
                let key = &package.key;
                keys.insert(LookUpKey::package(&key.ecosystem, &key.name));
                keys.insert(LookUpKey::coverage(&key.ecosystem));
            }
            let name = candidate.component.name.trim();
            if !name.is_empty() {
                keys.insert(LookUpKey::name(name));
            }
        }
        let by_cpe = cpe_names::keys(self);
        if !by_cpe.is_empty() {
            keys.insert(LookUpKey::any_cpe());
        }
        keys.extend(
            by_cpe.iter().map(|(vendor, product)| LookUpKey::cpe(vendor, product)),
        );
        if !self.names.is_empty() {
            keys.insert(LookUpKey::coverage_of_cpe());
        }
        let heard = voices.accepted.iter().chain(voices.claimed.iter());
        keys.extend(
            heard.flat_map(|statement| &statement.ids).map(|id| LookUpKey::id(id)),
        );
        keys
    }
}
