//! Views of records and of what they say; all of them borrow.

use terms::cpe::Configuration;
use terms::vex;

use super::body::{self, ExtentRef, Head, HeadText, IdentityRef};
use super::entry::Entry;
use super::format::PostingRow;
use super::look_up::Index;
use super::octets::Cut;
use super::vulnerability::VulnerabilityRef;
use crate::{Record, Source, State};

/// A record.
#[derive(Clone, Copy)]
pub struct RecordRef<'a> {
    pub(super) index: &'a Index<'a>,
    pub(super) layer: usize,
    pub(super) number: u32,
}

impl PartialEq for RecordRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.layer, self.number) == (other.layer, other.number)
            && std::ptr::eq(self.index, other.index)
    }
}

impl Eq for RecordRef<'_> {}

impl std::fmt::Debug for RecordRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {}", self.source(), self.id())
    }
}

impl<'a> RecordRef<'a> {
    pub(super) fn body(&self) -> Cut<'a> {
        let row =
            self.index.layers.get(self.layer).and_then(|layer| {
                Some((layer, layer.records.get(self.number as usize)?))
            });
        match row {
            Some((layer, row)) => self.index.body(layer, row),
            None => {
                let mut nothing = self.index.cut(&[]);
                nothing.spoil();
                nothing
            }
        }
    }

    fn head(&self) -> Head<'a> {
        Head::read(self.body())
    }

    /// The kind of document.
    #[must_use]
    pub fn source(&self) -> Source {
        Head::standing(self.body()).0
    }

    /// The document's id at its source.
    #[must_use]
    pub fn id(&self) -> &'a str {
        Head::key(self.body()).1
    }

    /// Who published it; empty where the document does not say.
    #[must_use]
    pub fn publisher(&self) -> &'a str {
        Head::text(self.body(), HeadText::Publisher)
    }

    /// Title or summary; empty where there is none.
    #[must_use]
    pub fn title(&self) -> &'a str {
        Head::text(self.body(), HeadText::Title)
    }

    /// First published, RFC 3339 in UTC; empty if unstated.
    #[must_use]
    pub fn published(&self) -> &'a str {
        Head::text(self.body(), HeadText::Published)
    }

    /// Last changed, likewise.
    #[must_use]
    pub fn modified(&self) -> &'a str {
        Head::text(self.body(), HeadText::Modified)
    }

    /// TLP label as written; empty where there is none.
    #[must_use]
    pub fn tlp(&self) -> &'a str {
        Head::text(self.body(), HeadText::Tlp)
    }

    /// Whether the source still stands by it.
    #[must_use]
    pub fn state(&self) -> State {
        self.head().state()
    }

    /// The digest of what the record says, as this program understood it.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let layer = self.index.layers.get(self.layer);
        let row = layer.and_then(|layer| layer.records.get(self.number as usize));
        row.map_or([0; 32], |row| row.digest)
    }

    /// The whole record.
    #[must_use]
    pub fn decode(&self) -> Record {
        body::read(self.body())
    }

    /// The record as one entry, for an index that is built of this one too.
    #[must_use]
    pub fn entry(&self) -> Entry {
        let mut body = self.body();
        let key = Head::key(body);
        let bytes = body.raw(body.len());
        Entry::of_body(key, self.digest(), bytes)
    }

    /// Ids that are connected but name something else.
    pub fn related(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        body::related(self.body())
    }

    /// Whether a newer layer has a record of the same source and id.
    pub(super) fn is_masked(&self) -> bool {
        self.layer > 0 && self.index.is_masked(self.layer, Head::key(self.body()))
    }

    /// Whether the source stands by it, whatever is said of the vulnerability.
    pub(super) fn stands_alone(&self) -> bool {
        Head::standing(self.body()).1 == 0
    }

    /// Whether its words on a vulnerability count: it is not withdrawn, and is not the
    /// word of CVE or NVD on a CVE that was rejected.
    #[must_use]
    pub fn stands_for(&self, vulnerability: &VulnerabilityRef<'_>) -> bool {
        match Head::standing(self.body()) {
            (Source::Cve | Source::Nvd, state) => {
                state != 1 && !vulnerability.is_rejected()
            }
            (_, state) => state == 0,
        }
    }
}

/// Which versions of one thing are touched by one vulnerability.
#[derive(Clone, Copy)]
pub struct AffectedRef<'a> {
    record: RecordRef<'a>,
    vulnerability: u32,
    identity: IdentityRef<'a>,
    /// The position of the vulnerability in the record.
    position: usize,
    rest: Cut<'a>,
}

impl std::fmt::Debug for AffectedRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} on {:?}", self.record, self.identity)
    }
}

impl<'a> AffectedRef<'a> {
    pub(super) fn new(record: RecordRef<'a>, row: PostingRow) -> Self {
        let item = record.body().from(row.at.get() as usize).part();
        Self::read(record, row.vulnerability.get(), item)
    }

    pub(super) fn read(
        record: RecordRef<'a>,
        vulnerability: u32,
        mut item: Cut<'a>,
    ) -> Self {
        let position = item.size();
        let identity = body::identity_ref(&mut item);
        Self { record, vulnerability, identity, position, rest: item }
    }

    pub(super) fn stands(&self) -> bool {
        stands(&self.record, self.vulnerability)
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// The record that says so.
    #[must_use]
    pub fn record(&self) -> RecordRef<'a> {
        self.record
    }

    /// The vulnerability.
    #[must_use]
    pub fn vulnerability(&self) -> VulnerabilityRef<'a> {
        VulnerabilityRef::new(self.record.index, self.record.layer, self.vulnerability)
    }

    /// How the thing is named.
    #[must_use]
    pub fn identity(&self) -> IdentityRef<'a> {
        self.identity
    }

    /// The release of the distribution; empty where there is none.
    #[must_use]
    pub fn release(&self) -> &'a str {
        match self.identity {
            IdentityRef::Package { release, .. } => release,
            IdentityRef::Cpe(_) | IdentityRef::Name { .. } => "",
        }
    }

    /// What is said of versions outside every extent; `None` is *nothing is said*.
    #[must_use]
    pub fn otherwise(&self) -> Option<vex::Status> {
        let mut cut = self.rest;
        body::status(&mut cut)
    }

    /// Extents with what is said of the versions inside.
    pub fn extents(
        &self,
    ) -> impl Iterator<Item = (ExtentRef<'a>, vex::Status)> + use<'a> {
        let mut cut = self.rest;
        cut.byte();
        cut.part().items().map(body::extent_ref)
    }

    /// Further limits that a person reads: platforms, modules, architectures.
    pub fn limits(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let mut cut = self.rest;
        cut.byte();
        cut.octets();
        cut.texts()
    }

    /// Where it stands in the document.
    #[must_use]
    pub fn place(&self) -> reading::Place {
        let mut cut = self.rest;
        cut.byte();
        cut.octets();
        cut.texts();
        body::place(&mut cut)
    }
}

/// Whether a record's words on the vulnerability of that number count. The vulnerability
/// is looked at for the sources alone for which it matters.
fn stands(record: &RecordRef<'_>, vulnerability: u32) -> bool {
    let (source, state) = Head::standing(record.body());
    match source {
        Source::Cve | Source::Nvd => {
            let of = VulnerabilityRef::new(record.index, record.layer, vulnerability);
            state != 1 && !of.is_rejected()
        }
        _ => state == 0,
    }
}

/// A configuration of CPE names that is touched.
#[derive(Clone, Copy)]
pub struct ConfigurationRef<'a> {
    record: RecordRef<'a>,
    vulnerability: u32,
    item: Cut<'a>,
}

impl std::fmt::Debug for ConfigurationRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}, a configuration", self.record)
    }
}

impl<'a> ConfigurationRef<'a> {
    pub(super) fn new(record: RecordRef<'a>, row: PostingRow) -> Self {
        let item = record.body().from(row.at.get() as usize).part();
        Self { record, vulnerability: row.vulnerability.get(), item }
    }

    pub(super) fn read(record: RecordRef<'a>, vulnerability: u32, item: Cut<'a>) -> Self {
        Self { record, vulnerability, item }
    }

    pub(super) fn stands(&self) -> bool {
        stands(&self.record, self.vulnerability)
    }

    /// The record that says so.
    #[must_use]
    pub fn record(&self) -> RecordRef<'a> {
        self.record
    }

    /// The vulnerability.
    #[must_use]
    pub fn vulnerability(&self) -> VulnerabilityRef<'a> {
        VulnerabilityRef::new(self.record.index, self.record.layer, self.vulnerability)
    }

    /// The configuration.
    #[must_use]
    pub fn decode(&self) -> Configuration {
        body::configuration(self.item).1
    }

    /// A number that is the same for the same configuration of the same index, so that one
    /// found under two names is judged once.
    #[must_use]
    pub fn number(&self) -> (usize, u32, u32, usize) {
        (self.record.layer, self.record.number, self.vulnerability, self.item.address())
    }
}
