//! What bills of materials leave open about components, and what was answered to it.
//!
//! Such a verdict rests on an organisation's documents and is that organisation's alone, and
//! so are its questions.

use std::collections::{BTreeMap, BTreeSet};

use fleet::{ConfigurationId, OrganisationId, Scope};
use matching::{Settles, Verdict};
use roaring::RoaringBitmap;
use serde::Deserialize;
use store::{Ruling, Said, view};

use super::held::Holdings;
use crate::question::{Key, Kind, Product, Subject};

/// A verdict about a component that nobody can tell.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) configuration: i64,
    /// The view of it.
    pub(crate) view: i64,
    pub(crate) vulnerability: String,
    pub(crate) asks: Vec<PartAsk>,
}

/// A question about a component, as its judgement keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct PartAsk {
    /// The key of the component.
    pub(crate) component: String,
    why: String,
    pub(crate) question: String,
    settles: String,
}

impl PartAsk {
    /// As it is compared: the question tells what is named, the key which component.
    pub(crate) fn ask(&self) -> String {
        format!("{}\n{}\n{}", self.why, self.component, self.question)
    }

    pub(crate) fn key(&self, product: &Product) -> Key {
        Key::new(Kind::Component, &Subject::Product(product.clone()), &self.ask())
    }

    pub(crate) fn settles(&self) -> Settles {
        Settles::of_word(&self.settles)
    }
}

/// The verdicts about components that nobody can tell.
#[derive(Debug, Default)]
pub(super) struct Parts(BTreeMap<i64, Part>);

impl Parts {
    /// Takes note of a judgement.
    pub(super) fn rule(&mut self, ruling: &Ruling) {
        #[derive(Deserialize)]
        struct Ground {
            #[serde(default)]
            asks: Vec<PartAsk>,
        }
        self.0.remove(&ruling.id);
        let is_open = ruling.verdict() == Some(Verdict::CannotTell.word());
        if ruling.view == 0 || !is_open {
            return;
        }
        let grounds: Vec<Ground> =
            serde_json::from_str(&ruling.grounds).unwrap_or_default();
        let mut asks: Vec<PartAsk> = Vec::new();
        for ask in grounds.into_iter().flat_map(|ground| ground.asks) {
            // Two bills of one device may ask the same.
            if !asks.contains(&ask) {
                asks.push(ask);
            }
        }
        if !asks.is_empty() {
            let part = Part {
                configuration: ruling.configuration,
                view: ruling.view,
                vulnerability: ruling.vulnerability.clone(),
                asks,
            };
            self.0.insert(ruling.id, part);
        }
    }
}

/// The devices that documents of a view may be about.
fn reached(view: i64) -> Scope {
    Scope::of([OrganisationId(view::owner(view))])
}

/// What answers make of a verdict that hangs on these questions; none while it stays open.
pub(super) fn settled(
    replies: impl IntoIterator<Item = (Option<Said>, Settles)>,
) -> Option<Verdict> {
    let mut is_spared = true;
    for reply in replies {
        match reply {
            (Some(Said::Yes), Settles::Both) => return Some(Verdict::Affected),
            (Some(Said::No), Settles::Both | Settles::No) => {}
            _ => is_spared = false,
        }
    }
    is_spared.then_some(Verdict::NotAffected)
}

/// One question about a component, with the builds that it is about.
#[derive(Debug)]
pub(crate) struct AskedPart {
    pub(crate) ask: PartAsk,
    /// For each build in which views it is asked, and which vulnerabilities hang on it.
    pub(crate) builds: BTreeMap<i64, (BTreeSet<i64>, BTreeSet<String>)>,
}

impl Holdings {
    /// What answers make of a judgement about a component, by its number, for all devices of
    /// its build in the organisation whose documents say so; none while one of them waits.
    pub(super) fn settled_for_all(&self, judgement: i64) -> Option<Verdict> {
        let part = self.parts.0.get(&judgement)?;
        let product = self.product(part.configuration)?;
        let mut devices =
            self.fleet.of_configurations([ConfigurationId(part.configuration)]);
        devices &= self.fleet.within(&reached(part.view));
        if devices.is_empty() {
            return None;
        }
        settled(part.asks.iter().map(|ask| {
            let words = self.words(&ask.key(product)).iter();
            let mut all = words.filter(|word| devices.is_subset(&word.devices));
            (all.next().map(|word| word.said), ask.settles())
        }))
    }

    /// The devices of which answers say that a component carries a flaw, in these views; of the
    /// judgements that are meant.
    pub(super) fn affirmed(
        &self,
        views: &BTreeSet<i64>,
        is_meant: impl Fn(i64) -> bool,
    ) -> RoaringBitmap {
        let affirmed = self.answered.affirmed();
        let mut devices = RoaringBitmap::new();
        if affirmed.is_empty() {
            return devices;
        }
        let parts = self.parts.0.iter().filter(|(id, _)| is_meant(**id));
        for part in parts.map(|(_, part)| part).filter(|part| views.contains(&part.view))
        {
            let Some(product) = self.product(part.configuration) else { continue };
            let asks = part.asks.iter().filter(|ask| ask.settles() == Settles::Both);
            let words = asks.filter_map(|ask| affirmed.get(&ask.key(product))).flatten();
            let mut said = RoaringBitmap::new();
            words.for_each(|word| said |= &word.devices);
            if !said.is_empty() {
                said &=
                    self.fleet.of_configurations([ConfigurationId(part.configuration)]);
                said &= self.fleet.within(&reached(part.view));
                devices |= said;
            }
        }
        devices
    }

    /// One of the verdicts about components that nobody can tell.
    pub(super) fn part(&self, judgement: i64) -> Option<&Part> {
        self.parts.0.get(&judgement)
    }

    /// What bills leave open in these views, by question.
    pub(crate) fn asked_parts(&self, views: &BTreeSet<i64>) -> BTreeMap<Key, AskedPart> {
        let mut asked: BTreeMap<Key, AskedPart> = BTreeMap::new();
        for part in self.parts.0.values().filter(|part| views.contains(&part.view)) {
            let Some(product) = self.product(part.configuration) else { continue };
            for ask in &part.asks {
                let one = asked.entry(ask.key(product)).or_insert_with(|| AskedPart {
                    ask: ask.clone(),
                    builds: BTreeMap::new(),
                });
                let (views, flaws) = one.builds.entry(part.configuration).or_default();
                views.insert(part.view);
                flaws.insert(part.vulnerability.clone());
            }
        }
        asked
    }

    /// The devices of one build that wait for an answer about a component, in whatever
    /// organisation whose documents ask it.
    pub(crate) fn waiting(
        &self,
        key: &Key,
        build: i64,
        views: &BTreeSet<i64>,
    ) -> RoaringBitmap {
        let owners = views.iter().map(|view| OrganisationId(view::owner(*view)));
        let scope = Scope::of(owners);
        let mut devices = self.fleet.of_configurations([ConfigurationId(build)]);
        devices &= self.fleet.within(&scope);
        for word in self.words(key).iter().filter(|word| word.said != Said::NotKnown) {
            devices -= &word.devices;
        }
        devices
    }

    /// What is open about components of a build, by documents of organisations that hold
    /// one.
    pub(crate) fn parts_of(&self, build: i64, organisation: i64) -> Vec<Part> {
        let of_build = self.parts.0.values().filter(|part| part.configuration == build);
        let holds = |part: &&Part| {
            let organisations = self.fleet.organisations(&reached(part.view));
            organisations.contains(&OrganisationId(organisation))
        };
        of_build.filter(holds).cloned().collect()
    }
}
