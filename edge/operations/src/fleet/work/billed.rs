//! What bills of materials say about a vulnerability, device by device.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fleet::ConfigurationId;
use matching::Verdict;
use roaring::RoaringBitmap;
use store::view;

use super::{Held, Work};
use crate::fleet::Holdings;
use crate::fleet::touched::{About, worst};

impl Work {
    /// Findings about components in these views, by number.
    fn of_bills(&self, views: &BTreeSet<i64>) -> impl Iterator<Item = (i64, &Held)> {
        let all = self.findings.iter().map(|(id, held)| (*id, held));
        all.filter(|(_, held)| {
            held.view != view::PUBLIC
                && !held.component.is_empty()
                && views.contains(&held.view)
        })
    }

    /// The vulnerabilities of which organisations' own documents speak about some builds, but
    /// for what is spared.
    pub(in crate::fleet) fn own_flaws(
        &self,
        builds: &BTreeSet<i64>,
    ) -> impl Iterator<Item = &Arc<str>> {
        let ids = builds.iter().filter_map(|build| self.by_build.get(build)).flatten();
        let held = ids.filter_map(|id| self.findings.get(id));
        let spared = |verdict| matches!(verdict, Verdict::Fixed | Verdict::NotAffected);
        held.filter(move |held| held.view != view::PUBLIC && !spared(held.verdict))
            .map(|held| &held.vulnerability)
    }
}

impl Holdings {
    /// The devices of which bills that count for somebody give each verdict about something,
    /// with what was answered and what the bills' owners found out themselves. A device may
    /// stand under several: it carries several components. A bill is about devices of
    /// whichever organisation: its owner may stand above them.
    pub(in crate::fleet) fn by_bills(
        &self,
        scope: &fleet::Scope,
        about: &About,
    ) -> BTreeMap<Verdict, RoaringBitmap> {
        let views = self.views(scope);
        let names = self.names_of(about);
        let speaks = |held: &Held| match about {
            About::Vulnerability(_) => names.contains(&*held.vulnerability),
            About::Advisory(id) => held.spoken_by.iter().any(|one| **one == **id),
        };
        let mut said: BTreeMap<i64, Verdict> = BTreeMap::new();
        let mut speaking = BTreeSet::new();
        for (id, held) in self.work.of_bills(&views).filter(|(_, held)| speaks(held)) {
            speaking.insert(id);
            let verdict = self.verdict_of_own(id, held);
            worst(&mut said, held.configuration, verdict);
        }
        let mut devices: BTreeMap<Verdict, RoaringBitmap> = BTreeMap::new();
        for (build, verdict) in said {
            let own = self.fleet.of_configurations([ConfigurationId(build)]);
            *devices.entry(verdict).or_default() |= own;
        }
        let affirmed = self.affirmed(&views, |id| speaking.contains(&id));
        if !affirmed.is_empty() {
            *devices.entry(Verdict::Affected).or_default() |= affirmed;
        }
        devices
    }

    /// The ids of a vulnerability, in whichever advisory.
    fn names_of(&self, about: &About) -> BTreeSet<String> {
        let About::Vulnerability(id) = about else { return BTreeSet::new() };
        let known = self.advisories.as_deref();
        let names = known.map(|known| known.names(id)).unwrap_or_default();
        names.into_iter().chain([id.clone()]).collect()
    }
}
