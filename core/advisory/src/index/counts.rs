//! What an index holds, in numbers.

use std::sync::atomic::AtomicBool;

use super::octets::{Cut, Out};
use crate::Source;

/// What an index holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records by source, in the order of the sources.
    pub sources: Vec<SourceCount>,
    /// Vulnerabilities after their ids were joined.
    pub vulnerabilities: u64,
    /// CISA's catalog of known exploited vulnerabilities.
    pub listed: Catalog,
    /// EPSS.
    pub scored: Catalog,
    /// Documents that were refused: why, and how many.
    pub set_aside: Vec<(String, u64)>,
    /// Parts of documents that were set aside: what, and how often.
    pub notes: Vec<(String, u64)>,
    /// Joins of ids that would have united two CVEs.
    pub refused: Vec<RefusedJoin>,
}

/// The records of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceCount {
    /// The source.
    pub source: Source,
    /// How many records.
    pub records: u64,
    /// How many of them are withdrawn.
    pub withdrawn: u64,
    /// How many of them are rejected.
    pub rejected: u64,
    /// The newest `modified`, RFC 3339; empty where no record states one.
    pub newest: String,
}

/// A catalog that is joined by CVE.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    /// How many entries.
    pub entries: u64,
    /// The newest date that a file of it states; empty where none does.
    pub newest: String,
}

/// A join of two ids that was refused, because it would have united two CVEs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RefusedJoin {
    /// The id of the record that calls them the same.
    pub record: String,
    /// One id.
    pub one: String,
    /// The other.
    pub other: String,
}

impl Counts {
    /// Records and entries of catalogs.
    #[must_use]
    pub fn entries(&self) -> u64 {
        let records = self.sources.iter().map(|count| count.records).sum::<u64>();
        records + self.listed.entries + self.scored.entries
    }
}

impl SourceCount {
    pub(crate) const fn new(source: Source) -> Self {
        Self { source, records: 0, withdrawn: 0, rejected: 0, newest: String::new() }
    }
}

impl SourceCount {
    /// Leaves one record out: one in that state, as [`super::body::Head::standing`] has it.
    pub(crate) const fn take_back(&mut self, state: u8) {
        self.records = self.records.saturating_sub(1);
        match state {
            0 => {}
            1 => self.withdrawn = self.withdrawn.saturating_sub(1),
            _ => self.rejected = self.rejected.saturating_sub(1),
        }
    }

    fn add(&mut self, newer: &Self) {
        self.records += newer.records;
        self.withdrawn += newer.withdrawn;
        self.rejected += newer.rejected;
        if newer.newest > self.newest {
            self.newest.clone_from(&newer.newest);
        }
    }
}

impl Catalog {
    fn add(&mut self, newer: Self) {
        self.entries = self.entries.max(newer.entries);
        self.newest = std::mem::take(&mut self.newest).max(newer.newest);
    }
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 8] = [
        Self::Osv,
        Self::Cve,
        Self::Nvd,
        Self::Csaf,
        Self::OpenVex,
        Self::CycloneDxVex,
        Self::Kev,
        Self::Epss,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Osv => "osv",
            Self::Cve => "cve",
            Self::Nvd => "nvd",
            Self::Csaf => "csaf",
            Self::OpenVex => "openvex",
            Self::CycloneDxVex => "cyclonedx_vex",
            Self::Kev => "kev",
            Self::Epss => "epss",
        }
    }
}

impl Counts {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Out::default();
        out.list(&self.sources, |out, count| {
            out.byte(count.source as u8);
            out.number(count.records);
            out.number(count.withdrawn);
            out.number(count.rejected);
            out.text(&count.newest);
        });
        out.number(self.vulnerabilities);
        for catalog in [&self.listed, &self.scored] {
            out.number(catalog.entries);
            out.text(&catalog.newest);
        }
        for reasons in [&self.set_aside, &self.notes] {
            out.list(reasons, |out, (reason, count)| {
                out.text(reason);
                out.number(*count);
            });
        }
        out.list(&self.refused, |out, join| {
            out.text(&join.record);
            out.text(&join.one);
            out.text(&join.other);
        });
        out.into_bytes()
    }

    /// Adds what a newer layer holds, but for vulnerabilities, which layers share.
    pub(crate) fn add(&mut self, newer: Self) {
        for count in newer.sources {
            match self.sources.iter_mut().find(|own| own.source == count.source) {
                Some(own) => own.add(&count),
                None => self.sources.push(count),
            }
        }
        self.sources.sort_by_key(|count| count.source);
        self.listed.add(newer.listed);
        self.scored.add(newer.scored);
        self.set_aside.extend(newer.set_aside);
        self.notes.extend(newer.notes);
        self.refused.extend(newer.refused);
    }

    pub(crate) fn decode(bytes: &[u8], damage: &AtomicBool) -> Self {
        let mut cut = Cut::new(bytes, damage);
        Self {
            sources: cut.list().filter_map(source_count).collect(),
            vulnerabilities: cut.number(),
            listed: catalog(&mut cut),
            scored: catalog(&mut cut),
            set_aside: reasons(&mut cut),
            notes: reasons(&mut cut),
            refused: cut.list().map(refused).collect(),
        }
    }
}

fn source_count(mut cut: Cut<'_>) -> Option<SourceCount> {
    let number = cut.byte();
    Some(SourceCount {
        source: Source::ALL.into_iter().find(|source| *source as u8 == number)?,
        records: cut.number(),
        withdrawn: cut.number(),
        rejected: cut.number(),
        newest: cut.text().to_owned(),
    })
}

fn catalog(cut: &mut Cut<'_>) -> Catalog {
    Catalog { entries: cut.number(), newest: cut.text().to_owned() }
}

fn reasons(cut: &mut Cut<'_>) -> Vec<(String, u64)> {
    cut.list().map(|mut cut| (cut.text().to_owned(), cut.number())).collect()
}

fn refused(mut cut: Cut<'_>) -> RefusedJoin {
    RefusedJoin {
        record: cut.text().to_owned(),
        one: cut.text().to_owned(),
        other: cut.text().to_owned(),
    }
}
