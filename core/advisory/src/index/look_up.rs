//! Look-ups: by package, by CPE name, by product name, by id.
//!
//! An index is a base and overlays, which are indexes too. A record of a newer layer masks
//! every record of the same source and id below it.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use reading::{Place, Rejected};

use super::aliases::{cve_number, fold};
use super::body::{Head, IdentityRef};
use super::build::fold_name;
use super::counts::Counts;
use super::coverage::{Coverage, Tally};
use super::cpe_key;
use super::entry::{Entry, Listing};
use super::format::{IdRow, Layer, PostingRow, RecordRow, Table, hash};
use super::octets::Cut;
use super::view::{AffectedRef, ConfigurationRef, RecordRef};
use super::vulnerability::{EpssRef, VulnerabilityRef};
use crate::{Source, kev};

/// Layers of one index: a base and three overlays. Overlays are folded in long before.
pub const LAYERS_MAX: usize = 4;

/// An index, opened.
///
/// Every view borrows from it and from the bytes. Bytes that turn out to be damaged while
/// they are read give empty answers and are remembered: ask [`Index::is_damaged`] before
/// an answer is believed.
pub struct Index<'a> {
    /// The newest first, the base last.
    pub(super) layers: Vec<Layer<'a>>,
    pub(super) damage: AtomicBool,
    coverage: OnceLock<Coverage>,
}

/// The digest of the content of an index and its overlays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation([u8; 32]);

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl<'a> Index<'a> {
    /// Opens a base with its overlays, the oldest overlay first. Head, length and table of
    /// sections are checked; nothing else is read.
    ///
    /// # Errors
    /// When bytes are not an index of this edition or were cut short, or there are too
    /// many overlays.
    pub fn open(base: &'a [u8], overlays: &[&'a [u8]]) -> Result<Self, Rejected> {
        if overlays.len() >= LAYERS_MAX {
            return Err(Rejected::new(
                Place::Document,
                format!("the index has {} overlays", overlays.len()),
                "fold them in with `lazaret feed build`",
            ));
        }
        let layers = overlays.iter().rev().chain([&base]);
        let layers = layers.map(|bytes| Layer::open(bytes)).collect::<Result<_, _>>()?;
        Ok(Self { layers, damage: AtomicBool::new(false), coverage: OnceLock::new() })
    }

    /// Reads every byte and compares it with the digests.
    ///
    /// # Errors
    /// When a section is not the one that was written.
    pub fn verify(&self) -> Result<(), Rejected> {
        self.layers.iter().try_for_each(Layer::verify)
    }

    /// Whether bytes were found damaged while they were read.
    pub fn is_damaged(&self) -> bool {
        self.damage.load(Ordering::Relaxed)
    }

    /// The digest of the content.
    #[must_use]
    pub fn generation(&self) -> Generation {
        if let [layer] = self.layers.as_slice() {
            return Generation(layer.generation);
        }
        let mut hasher = blake3::Hasher::new();
        for layer in &self.layers {
            hasher.update(&layer.generation);
        }
        Generation(*hasher.finalize().as_bytes())
    }

    /// What is said of a package, by the names of [`crate::package::Key`]; every release
    /// of a distribution. What was withdrawn or rejected is left out.
    pub fn package<'s>(
        &'s self,
        ecosystem: &'s str,
        name: &'s str,
    ) -> impl Iterator<Item = AffectedRef<'s>> {
        self.affected(|layer| layer.packages, hash(&[ecosystem, name])).filter(
            move |affected| match affected.identity() {
                IdentityRef::Package { ecosystem: own, name: own_name, .. } => {
                    own == ecosystem && own_name == name
                }
                _ => false,
            },
        )
    }

    /// What is said of CPE names with that vendor and product, and of names that leave
    /// vendor or product open. Quoting and case do not matter. Whether the names match is
    /// still to be asked.
    pub fn cpe(
        &self,
        vendor: &str,
        product: &str,
    ) -> impl Iterator<Item = AffectedRef<'_>> + use<'_> {
        let [own, any] = cpe_hashes(vendor, product);
        self.affected(|layer| layer.cpes, own)
            .chain(self.affected(|layer| layer.cpes, any))
            .filter(|affected| matches!(affected.identity(), IdentityRef::Cpe(_)))
    }

    /// Configurations with a vulnerable part of that vendor and product, likewise.
    pub fn configurations(
        &self,
        vendor: &str,
        product: &str,
    ) -> impl Iterator<Item = ConfigurationRef<'_>> + use<'_> {
        let [own, any] = cpe_hashes(vendor, product);
        self.postings(|layer| layer.configurations, own)
            .chain(self.postings(|layer| layer.configurations, any))
            .map(|(layer, row)| ConfigurationRef::new(self.record(layer, row), row))
            .filter(ConfigurationRef::stands)
    }

    /// What is said of a product that is named in words alone: never a finding, at most a
    /// question. Case and blanks do not matter.
    pub fn named<'s>(&'s self, product: &str) -> impl Iterator<Item = AffectedRef<'s>> {
        let folded = fold_name(product);
        self.affected(|layer| layer.names, hash(&[&folded])).filter(move |affected| {
            matches!(affected.identity(), IdentityRef::Name { product, .. }
                if fold_name(product) == folded)
        })
    }

    /// The vulnerability with that id: CVE, any alias, or the id of a record. Where an id
    /// leads to several, the one whose own name it is, else the first.
    #[must_use]
    pub fn vulnerability(&self, id: &str) -> Option<VulnerabilityRef<'_>> {
        let mut all = self.vulnerabilities(id);
        let own = all.iter().position(|vulnerability| vulnerability.is_named(id));
        match own {
            Some(own) => Some(all.swap_remove(own)),
            None => all.into_iter().next(),
        }
    }

    /// Every vulnerability to which an id leads: a notice covers several.
    #[must_use]
    pub fn vulnerabilities(&self, id: &str) -> Vec<VulnerabilityRef<'_>> {
        let mut found: Vec<VulnerabilityRef<'_>> = Vec::new();
        for (layer, number) in self.led_to(id) {
            let vulnerability = VulnerabilityRef::new(self, layer, number);
            if !found.contains(&vulnerability) && vulnerability.is_mentioned() {
                found.push(vulnerability);
            }
        }
        found
    }

    /// Vulnerabilities of records that call an id related: the notices of distributions
    /// that fix a CVE name it so. Nothing is joined by it, but whoever asks for the CVE
    /// must hear of them.
    #[must_use]
    pub fn related_to(&self, id: &str) -> Vec<VulnerabilityRef<'_>> {
        let mut found: Vec<VulnerabilityRef<'_>> = Vec::new();
        for (layer, row) in self.postings(|layer| layer.related, hash(&[&fold(id)])) {
            let record = self.record(layer, row);
            if !record.related().any(|own| own.eq_ignore_ascii_case(id)) {
                continue;
            }
            let of = VulnerabilityRef::new(self, layer, row.vulnerability.get());
            if record.stands_for(&of) && !found.contains(&of) {
                found.push(of);
            }
        }
        found
    }

    /// Layer and number of everything to which an id leads.
    pub(super) fn led_to<'s>(
        &'s self,
        id: &'s str,
    ) -> impl Iterator<Item = (usize, u32)> + use<'s> {
        let hash = hash(&[&fold(id)]);
        self.layers.iter().enumerate().flat_map(move |(at, layer)| {
            layer
                .ids
                .rows(hash)
                .iter()
                .filter(move |row: &&IdRow| {
                    self.text(layer, row.text.get()).eq_ignore_ascii_case(id)
                })
                .map(move |row| (at, row.vulnerability.get()))
        })
    }

    /// CSAF documents with products, for matching devices; withdrawn ones are left out.
    pub fn device_records(&self) -> impl Iterator<Item = RecordRef<'_>> {
        self.layers
            .iter()
            .enumerate()
            .flat_map(move |(at, layer)| {
                layer.devices.iter().map(move |number| (at, number.get()))
            })
            .map(|(layer, number)| RecordRef { index: self, layer, number })
            .filter(|record| !record.is_masked() && record.stands_alone())
    }

    /// Every record of every layer, in the order of sources and ids; masked ones are left
    /// out.
    pub fn records(&self) -> impl Iterator<Item = RecordRef<'_>> {
        self.layers
            .iter()
            .enumerate()
            .flat_map(|(at, layer)| (0..layer.records.len()).map(move |row| (at, row)))
            .map(|(layer, row)| RecordRef {
                index: self,
                layer,
                number: u32::try_from(row).unwrap_or(u32::MAX),
            })
            .filter(|record| !record.is_masked())
    }

    /// The records of a source and id.
    pub fn records_of<'s>(
        &'s self,
        source: Source,
        id: &'s str,
    ) -> impl Iterator<Item = RecordRef<'s>> {
        self.layers
            .iter()
            .enumerate()
            .flat_map(move |(layer, of)| {
                self.rows_with_key(of, (source, id)).map(move |row| (layer, row))
            })
            .map(|(layer, row)| RecordRef {
                index: self,
                layer,
                number: u32::try_from(row).unwrap_or(u32::MAX),
            })
            .filter(|record| !record.is_masked())
    }

    /// The entry of KEV for a CVE.
    #[must_use]
    pub fn kev(&self, cve: &str) -> Option<Listing> {
        self.listing(cve_number(cve)?)
    }

    /// The score of EPSS for a CVE.
    #[must_use]
    pub fn epss(&self, cve: &str) -> Option<EpssRef<'_>> {
        self.score(cve_number(cve)?)
    }

    pub(super) fn listing(&self, cve: u64) -> Option<Listing> {
        self.layers
            .iter()
            .filter_map(|layer| {
                let at =
                    layer.listed.binary_search_by_key(&cve, |row| row.cve.get()).ok()?;
                let row = layer.listed.get(at)?;
                let mut cut = self.cut(layer.texts).from(row.at.get() as usize);
                let mut text = || cut.text().to_owned();
                let released = text();
                let entry = kev::Entry {
                    cve: text(),
                    vendor: text(),
                    product: text(),
                    name: text(),
                    added: text(),
                    due: text(),
                    action: text(),
                    ransomware: match cut.byte() {
                        1 => kev::Ransomware::Known,
                        _ => kev::Ransomware::Unknown,
                    },
                    cwes: cut.texts().owned(),
                };
                Some(Listing { entry, released })
            })
            .reduce(|newest, other| match other.released > newest.released {
                true => other,
                false => newest,
            })
    }

    /// Each entry of KEV and each score of EPSS, for an index that is built of this one too.
    /// What several layers have may come several times.
    pub fn catalogs(&self) -> impl Iterator<Item = Entry> {
        let listed = self.layers.iter().flat_map(|layer| layer.listed);
        let listed = listed.filter_map(|row| self.listing(row.cve.get()));
        let scored =
            self.layers.iter().flat_map(|layer| layer.scored).filter_map(|row| {
                let cve = row.cve.get();
                self.score(cve).map(|score| Entry::score_of(cve, score))
            });
        listed.filter_map(|listing| Entry::listing(&listing)).chain(scored)
    }

    pub(super) fn is_listed(&self, cve: u64) -> bool {
        self.layers.iter().any(|layer| {
            layer.listed.binary_search_by_key(&cve, |row| row.cve.get()).is_ok()
        })
    }

    pub(super) fn score(&self, cve: u64) -> Option<EpssRef<'_>> {
        self.layers
            .iter()
            .filter_map(|layer| {
                let at =
                    layer.scored.binary_search_by_key(&cve, |row| row.cve.get()).ok()?;
                let row = layer.scored.get(at)?;
                Some(EpssRef {
                    score: row.score.get(),
                    percentile: Some(row.percentile.get()).filter(|share| *share >= 0.0),
                    date: self.text(layer, row.date.get()),
                })
            })
            .reduce(|newest, other| match other.date > newest.date {
                true => other,
                false => newest,
            })
    }

    /// What is in the index.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut layers = self.layers.iter().rev();
        let counts = |layer: &Layer<'_>| Counts::decode(layer.counts, &self.damage);
        let mut total = layers.next().map(counts).unwrap_or_default();
        let vulnerabilities = self.folded_vulnerabilities(&total);
        for layer in layers {
            total.add(counts(layer));
        }
        total.vulnerabilities = vulnerabilities;
        for (layer, row) in self.masked() {
            let (source, state) = Head::standing(self.body(layer, row));
            let own = total.sources.iter_mut().find(|own| own.source == source);
            if let Some(count) = own {
                count.take_back(state);
            }
        }
        total
    }

    /// Of what the index speaks: where it does not, nothing found is nothing known.
    pub fn coverage(&self) -> &Coverage {
        self.coverage.get_or_init(|| {
            let mut tally = Tally::default();
            for layer in &self.layers {
                tally.add(layer.coverage, &self.damage);
            }
            for (layer, row) in self.masked() {
                tally.take_back(self.body(layer, row));
            }
            Coverage::from(tally)
        })
    }

    /// Every record that a newer layer masks.
    pub(super) fn masked(&self) -> impl Iterator<Item = (&Layer<'a>, &'a RecordRow)> {
        self.masked_rows().into_iter().filter_map(|(at, row)| {
            let layer = self.layers.get(at)?;
            Some((layer, layer.records.get(row)?))
        })
    }

    /// Layer and row of every record that a newer layer masks.
    pub(super) fn masked_rows(&self) -> Vec<(usize, usize)> {
        let mut masked = Vec::new();
        for (at, newer) in self.layers.iter().enumerate() {
            let below = self.layers.get(at + 1..).unwrap_or(&[]);
            let mut last = None;
            for row in newer.records.iter().filter(|_| !below.is_empty()) {
                let key = Head::key(self.body(newer, row));
                if last.replace(key) == Some(key) {
                    continue;
                }
                // Further down they are masked by the records that are counted here.
                let here = (at + 1..).zip(below);
                let mut here =
                    here.map(|(at, layer)| (at, self.rows_with_key(layer, key)));
                if let Some((layer, rows)) = here.find(|(_, rows)| !rows.is_empty()) {
                    masked.extend(rows.map(|row| (layer, row)));
                }
            }
        }
        masked
    }

    fn affected<'s>(
        &'s self,
        table: fn(&Layer<'s>) -> Table<'s, PostingRow>,
        hash: u64,
    ) -> impl Iterator<Item = AffectedRef<'s>> + use<'s, 'a> {
        self.postings(table, hash)
            .map(|(layer, row)| AffectedRef::new(self.record(layer, row), row))
            .filter(AffectedRef::stands)
    }

    /// The rows with a hash, in every layer; masked ones are left out.
    fn postings<'s>(
        &'s self,
        table: fn(&Layer<'s>) -> Table<'s, PostingRow>,
        hash: u64,
    ) -> impl Iterator<Item = (usize, PostingRow)> + use<'s, 'a> {
        self.layers.iter().enumerate().flat_map(move |(at, layer)| {
            table(layer)
                .rows(hash)
                .iter()
                .map(move |row| (at, *row))
                .filter(move |(at, row)| !self.record(*at, *row).is_masked())
        })
    }

    fn record(&self, layer: usize, row: PostingRow) -> RecordRef<'_> {
        RecordRef { index: self, layer, number: row.record.get() }
    }

    /// Whether a newer layer has a record of that source and id.
    pub(super) fn is_masked(&self, layer: usize, key: (Source, &str)) -> bool {
        let newer = self.layers.get(..layer).unwrap_or(&[]);
        newer.iter().any(|newer| !self.with_key(newer, key).is_empty())
    }

    /// The records of a source and id in one layer.
    fn with_key<'s>(&self, layer: &Layer<'s>, key: (Source, &str)) -> &'s [RecordRow] {
        layer.records.get(self.rows_with_key(layer, key)).unwrap_or(&[])
    }

    /// Where they stand.
    fn rows_with_key(&self, layer: &Layer<'_>, key: (Source, &str)) -> Range<usize> {
        let key_of = |row: &RecordRow| Head::key(self.body(layer, row));
        let start = layer.records.partition_point(|row| key_of(row) < key);
        let rows = layer.records.get(start..).unwrap_or(&[]);
        start..start + rows.partition_point(|row| key_of(row) <= key)
    }

    pub(super) fn body<'s>(&'s self, layer: &Layer<'s>, row: &RecordRow) -> Cut<'s> {
        let start = usize::try_from(row.offset.get()).unwrap_or(usize::MAX);
        let mut cut = self.cut(layer.bodies).from(start);
        self.cut(cut.raw(row.length.get() as usize))
    }

    pub(super) fn text<'s>(&'s self, layer: &Layer<'s>, at: u32) -> &'s str {
        self.cut(layer.texts).from(at as usize).text()
    }

    pub(super) fn cut<'s>(&'s self, bytes: &'s [u8]) -> Cut<'s> {
        Cut::new(bytes, &self.damage)
    }
}

fn cpe_hashes(vendor: &str, product: &str) -> [u64; 2] {
    let (vendor, product) = (cpe_key::fold(vendor), cpe_key::fold(product));
    let (any_vendor, any_product) = cpe_key::ANY;
    [hash(&[&vendor, &product]), hash(&[any_vendor, any_product])]
}
