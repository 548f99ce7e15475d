//! Which devices of a build go together: about which the same was answered, and for whose
//! organisations the same counts.

use std::collections::{BTreeMap, BTreeSet};

use fleet::{ConfigurationId, OrganisationId};
use matching::Verdict;
use matching::device::Reply;
use roaring::RoaringBitmap;
use store::Said;

use super::answered::{Answered, Given, Word};
use super::grouped::{Alike, Decided, Words};
use super::held::Holdings;
use super::parts::{self, Part};
use super::work::{Lost, Spoken};
use crate::question::{Kind, Product, Subject};

impl Answered {
    /// Builds with what was answered about some of their devices, found out by their
    /// organisations or said by these organisations' documents, and which.
    pub(super) fn groupings(&self, house: &Holdings) -> BTreeMap<Alike, RoaringBitmap> {
        let mut decided: BTreeMap<i64, Vec<(Decided, RoaringBitmap)>> = BTreeMap::new();
        for (build, words, devices) in self.decided(house) {
            decided.entry(build).or_default().push((words, devices));
        }
        let own = house.spoken_words();
        let others: BTreeSet<&i64> = own.keys().chain(&self.dated).collect();
        for build in others {
            let mut rest = house.fleet.of_configurations([ConfigurationId(*build)]);
            let parts = decided.entry(*build).or_default();
            parts.iter().for_each(|(_, devices)| rest -= devices);
            parts.push((Decided::new(), rest));
        }
        let mut groupings: BTreeMap<Alike, RoaringBitmap> = BTreeMap::new();
        let none = Words::default();
        for (configuration, parts) in decided {
            let own = own.get(&configuration);
            let parts = parts.into_iter().flat_map(|(decided, devices)| {
                let days = self.by_day(house, configuration, devices).into_iter();
                days.map(move |(day, devices)| (decided.clone(), day, devices))
            });
            for (decided, day, devices) in parts {
                for (words, devices) in self.by_words(house, own, configuration, devices)
                {
                    if decided.is_empty() && day.is_empty() && words == none {
                        continue;
                    }
                    let (decided, day) = (decided.clone(), day.clone());
                    let alike = Alike { configuration, day, decided, words };
                    *groupings.entry(alike).or_default() |= devices;
                }
            }
        }
        for (lost, devices) in house.lost() {
            add_lost(&mut groupings, house, &lost, devices);
        }
        for (build, devices) in self.doubted_by_build(house) {
            for (mut alike, devices) in cut_out(&mut groupings, build, devices) {
                alike.words.is_doubted = true;
                *groupings.entry(alike).or_default() |= devices;
            }
        }
        groupings
    }

    /// Cuts devices of a build by the day on which they were received, where what advisories
    /// say of it hangs on that.
    fn by_day(
        &self,
        house: &Holdings,
        build: i64,
        devices: RoaringBitmap,
    ) -> Vec<(String, RoaringBitmap)> {
        if !self.dated.contains(&build) {
            return vec![(String::new(), devices)];
        }
        let days = house.fleet.by_day_received(&devices);
        let rest = days.values().fold(devices, |rest, devices| rest - devices);
        days.into_iter()
            .chain([(String::new(), rest)])
            .filter(|(_, devices)| !devices.is_empty())
            .collect()
    }

    /// Builds with what was answered about some of their devices, and which.
    fn decided(&self, house: &Holdings) -> Vec<(i64, Decided, RoaringBitmap)> {
        let mut by_product: BTreeMap<&Product, BTreeMap<&str, &Vec<Word>>> =
            BTreeMap::new();
        for words in self.said.values() {
            let first = words.first().and_then(|word| self.given.get(&word.answer));
            if let Some(Given { answer, kind: Kind::Device(_), subject, .. }) = first
                && let Subject::Product(product) = subject
            {
                let asked = by_product.entry(product).or_default();
                asked.insert(&answer.question.ask, words);
            }
        }
        let mut groupings = Vec::new();
        for (product, asked) in by_product {
            for build in self.by_product.get(product).into_iter().flatten() {
                let id = ConfigurationId(*build);
                let devices = house.fleet.of_configurations([id]);
                let parts = split(devices, &asked).into_iter();
                groupings
                    .extend(parts.map(|(decided, devices)| (*build, decided, devices)));
            }
        }
        groupings
    }

    /// Cuts devices of a build into those for which the same counts.
    fn by_words(
        &self,
        house: &Holdings,
        spoken: Option<&Spoken>,
        build: i64,
        devices: RoaringBitmap,
    ) -> BTreeMap<Words, RoaringBitmap> {
        let mut cut: BTreeMap<Words, RoaringBitmap> = BTreeMap::new();
        let Some(spoken) = spoken else {
            cut.insert(Words::default(), devices);
            return cut;
        };
        for (replied, devices) in self.by_replies(house, spoken, build, devices) {
            let mut whose: BTreeMap<OrganisationId, RoaringBitmap> = BTreeMap::new();
            for ordinal in devices {
                if let Some(organisation) = house.fleet.organisation_of(ordinal) {
                    whose.entry(organisation).or_default().insert(ordinal);
                }
            }
            // Hundreds of organisations hear the same: it is put together once.
            let mut alike: BTreeMap<(i64, Vec<i64>), RoaringBitmap> = BTreeMap::new();
            for (OrganisationId(id), devices) in whose {
                let own = if spoken.is_own(id) { id } else { 0 };
                let views = house.heard_views(id, spoken);
                *alike.entry((own, views)).or_default() |= devices;
            }
            for ((own, views), devices) in alike {
                *cut.entry(spoken.of(own, &views, &replied)).or_default() |= devices;
            }
        }
        cut
    }

    /// Cuts devices of a build into those of which answers make the same of what its bills
    /// leave open, by the number of the judgement.
    fn by_replies(
        &self,
        house: &Holdings,
        spoken: &Spoken,
        build: i64,
        devices: RoaringBitmap,
    ) -> Vec<(BTreeMap<i64, Verdict>, RoaringBitmap)> {
        let product = self.products.get(&build);
        let open = spoken.open_parts().filter_map(|id| Some((id, house.part(id)?)));
        let open: Vec<(i64, &Part)> = open.collect();
        let mut said: BTreeMap<String, &Vec<Word>> = BTreeMap::new();
        for ask in open.iter().flat_map(|(_, part)| &part.asks) {
            let words = product.and_then(|product| self.said.get(&ask.key(product)));
            said.extend(words.map(|words| (ask.ask(), words)));
        }
        let asked = said.iter().map(|(ask, words)| (ask.as_str(), *words)).collect();
        let mut all = Vec::new();
        for (decided, devices) in cut(devices, &asked) {
            let reply = |ask: &str| {
                decided.get(ask).map(|(reply, _)| match reply {
                    Reply::Yes => Said::Yes,
                    Reply::No => Said::No,
                })
            };
            let settled = open.iter().filter_map(|(id, part)| {
                let asks = part.asks.iter();
                let replies = asks.map(|ask| (reply(&ask.ask()), ask.settles()));
                Some((*id, parts::settled(replies)?))
            });
            all.push((settled.collect(), devices));
        }
        all
    }
}

/// Cuts devices of a build out of those that go together.
fn cut_out(
    groupings: &mut BTreeMap<Alike, RoaringBitmap>,
    configuration: i64,
    mut rest: RoaringBitmap,
) -> Vec<(Alike, RoaringBitmap)> {
    let bare = Alike {
        configuration,
        day: String::new(),
        decided: Decided::new(),
        words: Words::default(),
    };
    let of_build = groupings.range(bare.clone()..);
    let of_build = of_build.take_while(|(alike, _)| alike.configuration == configuration);
    let known: Vec<Alike> = of_build.map(|(alike, _)| alike.clone()).collect();
    let mut cut = Vec::new();
    for alike in known {
        let Some(devices) = groupings.get_mut(&alike) else { continue };
        let inside = &*devices & &rest;
        *devices -= &inside;
        rest -= &inside;
        if devices.is_empty() {
            groupings.remove(&alike);
        }
        cut.push((alike, inside));
    }
    cut.push((bare, rest));
    cut.retain(|(_, devices)| !devices.is_empty());
    cut
}

/// Cuts out devices that are lost: nobody can tell whether flaws that affected them as what they
/// were still do.
fn add_lost(
    groupings: &mut BTreeMap<Alike, RoaringBitmap>,
    house: &Holdings,
    lost: &Lost,
    devices: RoaringBitmap,
) {
    let ConfigurationId(configuration) = lost.now.0;
    for (mut alike, devices) in cut_out(groupings, configuration, devices) {
        for (part, flaw) in house.flaws_of_lost(lost, &alike.words) {
            if part == worklist::Part::Device {
                alike.words.lost.insert(flaw);
                continue;
            }
            let parts = &mut alike.words.billed.parts;
            let worst = parts.entry(flaw).or_insert(Verdict::CannotTell);
            *worst = (*worst).min(Verdict::CannotTell);
        }
        *groupings.entry(alike).or_default() |= devices;
    }
}

/// Cuts devices into those about which the same was answered; those about which nothing was
/// are left out.
fn split(
    devices: RoaringBitmap,
    asked: &BTreeMap<&str, &Vec<Word>>,
) -> Vec<(Decided, RoaringBitmap)> {
    let mut parts = cut(devices, asked);
    parts.retain(|(decided, _)| !decided.is_empty());
    parts
}

/// Cuts devices into those about which the same was answered, or nothing.
fn cut(
    devices: RoaringBitmap,
    asked: &BTreeMap<&str, &Vec<Word>>,
) -> Vec<(Decided, RoaringBitmap)> {
    let mut parts = vec![(Decided::new(), devices)];
    for (ask, words) in asked {
        for word in *words {
            let reply = match word.said {
                Said::Yes => Reply::Yes,
                Said::No => Reply::No,
                Said::NotKnown => continue,
            };
            let mut cut = Vec::new();
            for (decided, devices) in &mut parts {
                let inside = &*devices & &word.devices;
                if !inside.is_empty() {
                    *devices -= &inside;
                    let mut decided = decided.clone();
                    decided.insert((*ask).to_owned(), (reply, word.answer));
                    cut.push((decided, inside));
                }
            }
            parts.extend(cut);
        }
    }
    parts.retain(|(_, devices)| !devices.is_empty());
    parts
}
