//! How one index differs from the one before it, and whom the difference can reach.
//!
//! Records are compared by their digests, which stand apart from their bodies, so two
//! indexes of a million records are compared without reading them. What a record that
//! differs can reach is told by look-up keys: of the packages, CPE names and products that
//! its old and its new version name. Where it changes which ids name one vulnerability, or
//! whether that is rejected, everything that is said of the vulnerability is reached too,
//! by the old index and by the new one: another record's words then go by another name.
//!
//! What is not reached is judged alike with both. A layer over a base joins names at
//! look-up and not when it is built; so where the layers differ, what they say and mask
//! counts as differing even where it is the same.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::{HashSet, HashSetExt as _};

use super::body::{self, Head, IdentityRef, Part};
use super::look_up::Index;
use super::look_up_key::LookUpKey;
use super::view::RecordRef;
use super::vulnerability::VulnerabilityRef;
use crate::{Record, Source};

/// How an index differs from the one before it.
#[derive(Debug, Default)]
pub struct Difference {
    /// The records that are not as they were, by source and id.
    pub changed: Vec<Changed>,
    /// Everything under which something is looked up that may now be judged otherwise.
    pub reach: BTreeSet<LookUpKey>,
    /// The old and the new versions of advisories that speak of devices.
    pub devices: Vec<Record>,
}

/// A record that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The kind of document.
    pub source: Source,
    /// The document's id at its source.
    pub id: String,
    /// What became of it.
    pub change: Change,
    /// The vulnerabilities that it speaks of, by the names under which they are judged, old
    /// and new.
    pub vulnerabilities: BTreeSet<String>,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was not there.
    Came,
    /// It says something else.
    Revised,
    /// Its source has taken it back.
    Withdrawn,
    /// Its source stands by it again.
    Returned,
    /// It is not there any more.
    Gone,
}

impl Change {
    /// What is said of the record: `ICSMA-1 was revised`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Came => "came in",
            Self::Revised => "was revised",
            Self::Withdrawn => "was withdrawn",
            Self::Returned => "stands again",
            Self::Gone => "is no longer given by its source",
        }
    }
}

/// Records that differ beyond this: telling them apart would take longer than it saves.
pub const DIFFERING_MAX: usize = 50_000;

impl Difference {
    /// Compares two indexes; `None` where so much differs that all is to be judged again.
    #[must_use]
    pub fn between<'a>(old: &'a Index<'a>, new: &'a Index<'a>) -> Option<Self> {
        let sides = Sides::of(old, new);
        if sides.gone.len() + sides.come.len() > DIFFERING_MAX {
            return None;
        }
        let mut reach = Reach { old, new, ids: BTreeSet::new(), keys: BTreeSet::new() };
        let beside = sides.layered.iter();
        for record in sides.gone.iter().chain(&sides.come).chain(beside) {
            reach.add_record(record);
        }
        reach.add_renamed();
        reach.add_coverage();
        Some(Self {
            changed: changed(old, new, &sides),
            reach: reach.keys,
            devices: devices(old, &sides.gone).chain(devices(new, &sides.come)).collect(),
        })
    }

    /// Whether nothing that is said differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.reach.is_empty()
    }
}

/// The records of each side that the other has not.
struct Sides<'a> {
    gone: Vec<RecordRef<'a>>,
    come: Vec<RecordRef<'a>>,
    /// Records of layers that only one side has, and what they mask, whatever they say.
    layered: Vec<RecordRef<'a>>,
}

impl<'a> Sides<'a> {
    fn of(old: &'a Index<'a>, new: &'a Index<'a>) -> Self {
        let (before, after) = (Rows::of(old), Rows::of(new));
        let own = before.apart(&after);
        let other = after.apart(&before);
        // Hash order reaches no output: both lists keep the order of the records.
        let digests = |records: &[RecordRef<'a>]| -> HashSet<[u8; 32]> {
            records.iter().map(RecordRef::digest).collect()
        };
        let (had, has) = (digests(&own), digests(&other));
        Self {
            gone: own.into_iter().filter(|one| !has.contains(&one.digest())).collect(),
            come: other.into_iter().filter(|one| !had.contains(&one.digest())).collect(),
            layered: before.layered(&after).chain(after.layered(&before)).collect(),
        }
    }
}

/// The rows of an index, and which of them a newer layer masks.
struct Rows<'a> {
    index: &'a Index<'a>,
    masked: BTreeSet<(usize, usize)>,
}

impl<'a> Rows<'a> {
    fn of(index: &'a Index<'a>) -> Self {
        Self { index, masked: index.masked_rows().into_iter().collect() }
    }

    fn generations(&self) -> Vec<[u8; 32]> {
        self.index.layers.iter().map(|layer| layer.generation).collect()
    }

    fn record(&self, layer: usize, row: usize) -> RecordRef<'a> {
        let number = u32::try_from(row).unwrap_or(u32::MAX);
        RecordRef { index: self.index, layer, number }
    }

    /// The records that may be this side's alone. A layer that both sides have is compared
    /// by what masks it.
    fn apart(&self, other: &Self) -> Vec<RecordRef<'a>> {
        let theirs = other.generations();
        let mut apart = Vec::new();
        for (at, layer) in self.index.layers.iter().enumerate() {
            let rows: Vec<usize> =
                match theirs.iter().position(|own| *own == layer.generation) {
                    None => (0..layer.records.len()).collect(),
                    Some(same) => {
                        let masked = other.masked.range((same, 0)..(same + 1, 0));
                        masked.map(|(_, row)| *row).collect()
                    }
                };
            let live = rows.into_iter().filter(|row| !self.masked.contains(&(at, *row)));
            apart.extend(live.map(|row| self.record(at, row)));
        }
        apart
    }

    /// What stands in layers above the base and what they mask, unless the other side has
    /// the very same layers.
    fn layered(&self, other: &Self) -> impl Iterator<Item = RecordRef<'a>> {
        let same = self.generations() == other.generations();
        let above = self.index.layers.len().saturating_sub(1);
        let mut rows: Vec<(usize, usize)> = Vec::new();
        if !same {
            for (at, layer) in self.index.layers.iter().enumerate().take(above) {
                rows.extend((0..layer.records.len()).map(|row| (at, row)));
            }
            rows.extend(&self.masked);
        }
        rows.into_iter().map(|(layer, row)| self.record(layer, row))
    }
}

/// What of a difference reaches whom.
struct Reach<'a> {
    old: &'a Index<'a>,
    new: &'a Index<'a>,
    /// The ids that records which differ name.
    ids: BTreeSet<String>,
    keys: BTreeSet<LookUpKey>,
}

impl<'a> Reach<'a> {
    fn add_record(&mut self, record: &RecordRef<'a>) {
        let body = record.body();
        self.ids.insert(record.id().to_ascii_lowercase());
        for mut cut in body::part(body, Part::Vulnerabilities) {
            self.ids.extend(cut.texts().map(str::to_ascii_lowercase));
        }
        for mut item in body::part(body, Part::Affected) {
            item.size();
            let identity = body::identity_ref(&mut item);
            self.add_identity(identity);
        }
        for item in body::part(body, Part::Configurations) {
            for node in &body::configuration(item).1.nodes {
                self.add_node(node);
            }
        }
        if body::part(body, Part::Statements).next().is_some() {
            // A statement reaches whatever its vulnerability does.
            let (old, new) = (self.old, self.new);
            for mut cut in body::part(body, Part::Vulnerabilities) {
                for id in cut.texts() {
                    let both = old.vulnerabilities(id).into_iter();
                    for vulnerability in both.chain(new.vulnerabilities(id)) {
                        self.add_vulnerability(&vulnerability);
                    }
                }
            }
        }
    }

    fn add_identity(&mut self, identity: IdentityRef<'_>) {
        self.keys.insert(match identity {
            IdentityRef::Package { ecosystem, name, .. } => {
                LookUpKey::package(ecosystem, name)
            }
            IdentityRef::Cpe(name) => LookUpKey::of_cpe(name),
            IdentityRef::Name { product, .. } => LookUpKey::name(product),
        });
    }

    fn add_node(&mut self, node: &terms::cpe::Node) {
        let parts = node.criteria.iter();
        let parts = parts.filter(|part| part.role == terms::cpe::Role::Vulnerable);
        self.keys.extend(parts.map(|part| LookUpKey::of_cpe(&part.criteria)));
        // The depth of a node is bounded where it is read.
        node.nodes.iter().for_each(|below| self.add_node(below));
    }

    /// Everything that is said of a vulnerability, and its ids.
    fn add_vulnerability(&mut self, vulnerability: &VulnerabilityRef<'_>) {
        self.keys.extend(vulnerability.ids().map(LookUpKey::id));
        for affected in vulnerability.affected().chain(vulnerability.taken_back()) {
            self.add_identity(affected.identity());
        }
        for configuration in vulnerability.configurations() {
            configuration.decode().nodes.iter().for_each(|node| self.add_node(node));
        }
    }

    /// Vulnerabilities that have other ids than before, or are rejected or are it no more.
    /// What one id leads to, in either index, is followed to the end: whoever shares no id
    /// with a record that differs, however many steps away, is named as before.
    fn add_renamed(&mut self) {
        let mut open: Vec<String> = self.ids.iter().cloned().collect();
        let mut met: BTreeSet<String> = self.ids.clone();
        while let Some(id) = open.pop() {
            let (had, has) =
                (self.old.vulnerabilities(&id), self.new.vulnerabilities(&id));
            let is_same = named(&had) == named(&has);
            for vulnerability in had.iter().chain(&has) {
                for other in vulnerability.ids().map(str::to_ascii_lowercase) {
                    if met.insert(other.clone()) {
                        open.push(other);
                    }
                }
                if !is_same {
                    self.add_vulnerability(vulnerability);
                }
            }
        }
    }

    /// Ecosystems and releases of which one index speaks and the other does not.
    fn add_coverage(&mut self) {
        let (had, has) = (self.old.coverage(), self.new.coverage());
        if (had.cpe_records == 0) != (has.cpe_records == 0) {
            self.keys.insert(LookUpKey::coverage_of_cpe());
        }
        let releases = |coverage: &super::Coverage| -> BTreeSet<(String, String)> {
            let all = coverage.ecosystems.iter();
            all.flat_map(|own| {
                let releases = own.releases.iter();
                releases.map(|(release, _)| (own.ecosystem.clone(), release.clone()))
            })
            .collect()
        };
        let (had, has) = (releases(had), releases(has));
        for (ecosystem, _) in had.symmetric_difference(&has) {
            self.keys.insert(LookUpKey::coverage(ecosystem));
        }
    }
}

/// What makes a list of vulnerabilities the same as another: names, ids, and whether they
/// are rejected.
fn named<'v>(
    all: &'v [VulnerabilityRef<'_>],
) -> BTreeMap<&'v str, (BTreeSet<String>, bool)> {
    all.iter()
        .map(|one| {
            let ids = one.ids().map(str::to_ascii_lowercase).collect();
            (one.id(), (ids, one.is_rejected()))
        })
        .collect()
}

/// Old and new versions of advisories that speak of devices.
fn devices<'a>(
    index: &'a Index<'a>,
    records: &[RecordRef<'a>],
) -> impl Iterator<Item = Record> {
    // Only looked up.
    let mut speaking = HashSet::new();
    if records.iter().any(|record| record.source() == Source::Csaf) {
        speaking.extend(index.device_records().map(|record| record.digest()));
    }
    let speak = records.iter().filter(move |one| speaking.contains(&one.digest()));
    speak.map(RecordRef::decode).collect::<Vec<_>>().into_iter()
}

/// What became of each record that is not as it was.
fn changed<'a>(
    old: &'a Index<'a>,
    new: &'a Index<'a>,
    sides: &Sides<'a>,
) -> Vec<Changed> {
    let mut all: BTreeMap<(Source, &str), BTreeSet<String>> = BTreeMap::new();
    let gone = sides.gone.iter().map(|record| (old, record));
    let come = sides.come.iter().map(|record| (new, record));
    for (index, record) in gone.chain(come) {
        let names = all.entry(Head::key(record.body())).or_default();
        for mut cut in body::part(record.body(), Part::Vulnerabilities) {
            if let Some(first) = cut.texts().next() {
                let of = index.vulnerabilities(first);
                names.extend(of.iter().map(|one| one.id().to_owned()));
            }
        }
    }
    all.into_iter()
        .map(|((source, id), vulnerabilities)| Changed {
            source,
            id: id.to_owned(),
            change: change(old, new, source, id),
            vulnerabilities,
        })
        .collect()
}

fn change<'a>(
    old: &'a Index<'a>,
    new: &'a Index<'a>,
    source: Source,
    id: &'a str,
) -> Change {
    /// Whether there is a record, and whether one stands.
    fn standing<'a>(index: &'a Index<'a>, source: Source, id: &'a str) -> Option<bool> {
        let all = index.records_of(source, id);
        let stands = all.map(|record| record.state() == crate::State::Live);
        stands.reduce(|one, other| one || other)
    }
    match (standing(old, source, id), standing(new, source, id)) {
        (None, _) => Change::Came,
        (_, None) => Change::Gone,
        (Some(true), Some(false)) => Change::Withdrawn,
        (Some(false), Some(true)) => Change::Returned,
        (Some(_), Some(_)) => Change::Revised,
    }
}
