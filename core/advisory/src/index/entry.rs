//! What a run holds: one entry for each thing that a source said, under a key that sorts.
//!
//! A run is the sorted, repeatable part of building: the entries of one source. Runs are
//! merged by comparing keys, and an entry that several sources hold is there once.

use std::sync::atomic::AtomicBool;

use terms::version::Scheme;

use super::octets::{Cut, Out};
use super::vulnerability::EpssRef;
use super::{aliases, body};
use crate::{Record, Source, kev};

/// The edition of keys and payloads, and of everything that decides what is in them.
pub const EDITION: u32 = 3;

const _: () = assert!(Scheme::ALL.len() == 28, "a new scheme is a new edition");

/// The first byte of a key.
pub(crate) const RECORD: u8 = 0;
pub(crate) const LISTED: u8 = 1;
pub(crate) const SCORED: u8 = 2;
pub(crate) const SET_ASIDE: u8 = 3;
pub(crate) const NOTES: u8 = 4;

/// One thing that a source said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Sorts records by source, id and digest, and everything else after them.
    pub key: Vec<u8>,
    /// What was said.
    pub payload: Vec<u8>,
}

/// One entry of CISA's catalog of known exploited vulnerabilities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The entry.
    pub entry: kev::Entry,
    /// When its catalog was released, which is how two catalogs are ordered.
    pub released: String,
}

/// One score of EPSS.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scoring {
    /// The CVE.
    pub cve: String,
    /// The probability of exploitation within thirty days.
    pub score: f64,
    /// The share of vulnerabilities with a lower score; the first editions had none.
    pub percentile: Option<f64>,
    /// The day of the score; empty where the file does not say.
    pub date: String,
}

impl Entry {
    /// A record, and what was set aside in it.
    #[must_use]
    pub fn record(record: &Record, notes: &[reading::Note]) -> Self {
        let body = body::encode(record);
        let digest = blake3::hash(&body);
        let mut key = vec![RECORD, record.source as u8];
        push_text(&mut key, &record.id);
        key.extend_from_slice(digest.as_bytes());
        let mut out = Out::with_room(body.len() + 8);
        out.octets(&body);
        write_notes(&mut out, notes);
        Self { key, payload: out.into_bytes() }
    }

    /// A record as an index has it, without what was set aside when it was read.
    pub(super) fn of_body(key: (Source, &str), digest: [u8; 32], body: &[u8]) -> Self {
        let (source, id) = key;
        let mut key = vec![RECORD, source as u8];
        push_text(&mut key, id);
        key.extend_from_slice(&digest);
        let mut out = Out::with_room(body.len() + 8);
        out.octets(body);
        write_notes(&mut out, &[]);
        Self { key, payload: out.into_bytes() }
    }

    /// An entry of KEV; `None` where it names no CVE.
    #[must_use]
    pub fn listing(listing: &Listing) -> Option<Self> {
        let kev::Entry {
            cve,
            vendor,
            product,
            name,
            added,
            due,
            action,
            ransomware,
            cwes,
        } = &listing.entry;
        let number = aliases::cve_number(cve)?;
        let mut out = Out::default();
        out.text(&listing.released);
        for text in [cve, vendor, product, name, added, due, action] {
            out.text(text);
        }
        out.byte(u8::from(*ransomware == kev::Ransomware::Known));
        out.texts(cwes);
        Some(Self::under_cve(LISTED, number, out.into_bytes()))
    }

    /// A score of EPSS; `None` where it names no CVE.
    #[must_use]
    pub fn scoring(scoring: &Scoring) -> Option<Self> {
        let cve = aliases::cve_number(&scoring.cve)?;
        let Scoring { score, percentile, date, .. } = scoring;
        let of = EpssRef { score: *score, percentile: *percentile, date };
        Some(Self::score_of(cve, of))
    }

    /// A score of the CVE with that number.
    pub(super) fn score_of(cve: u64, of: EpssRef<'_>) -> Self {
        let mut out = Out::default();
        out.text(of.date);
        out.raw(&of.score.to_le_bytes());
        out.raw(&of.percentile.unwrap_or(-1.0).to_le_bytes());
        Self::under_cve(SCORED, cve, out.into_bytes())
    }

    /// A document that was refused: by the digest of its bytes, so that a copy of it does
    /// not count twice.
    #[must_use]
    pub fn set_aside(document: &[u8], reason: &str) -> Self {
        let mut key = vec![SET_ASIDE];
        key.extend_from_slice(blake3::hash(document).as_bytes());
        let mut out = Out::default();
        out.text(&shortened(reason));
        Self { key, payload: out.into_bytes() }
    }

    /// What was set aside in a document that holds many records.
    #[must_use]
    pub fn notes(document: &[u8], notes: &[reading::Note]) -> Self {
        let mut key = vec![NOTES];
        key.extend_from_slice(blake3::hash(document).as_bytes());
        let mut out = Out::default();
        write_notes(&mut out, notes);
        Self { key, payload: out.into_bytes() }
    }

    /// Whether it counts as something that was read.
    #[must_use]
    pub fn is_statement(&self) -> bool {
        !matches!(self.key.first(), Some(&SET_ASIDE | &NOTES))
    }

    /// The record of the entry, if it is one.
    #[must_use]
    pub fn as_record(&self) -> Option<Record> {
        let damage = AtomicBool::new(false);
        let body = Cut::new(&self.payload, &damage).octets();
        (self.key.first() == Some(&RECORD)).then(|| body::decode(body)).flatten()
    }

    fn under_cve(tag: u8, cve: u64, payload: Vec<u8>) -> Self {
        let mut key = vec![tag];
        key.extend_from_slice(&cve.to_be_bytes());
        key.extend_from_slice(blake3::hash(&payload).as_bytes());
        Self { key, payload }
    }
}

fn write_notes(out: &mut Out, notes: &[reading::Note]) {
    out.size(notes.len());
    for note in notes {
        out.text(&without_quotes(&note.message));
    }
}

/// A text that ends itself and sorts as it does alone.
fn push_text(key: &mut Vec<u8>, text: &str) {
    for byte in text.bytes() {
        match byte {
            0 => key.extend_from_slice(&[1, 1]),
            1 => key.extend_from_slice(&[1, 2]),
            other => key.push(other),
        }
    }
    key.push(0);
}

/// A message without what it quotes, so that equal faults are counted together.
fn without_quotes(message: &str) -> String {
    let mut plain = String::with_capacity(message.len());
    // What follows a colon is what was found.
    let (message, found) = message.split_once(": ").unwrap_or((message, ""));
    for (position, piece) in message.split('`').enumerate() {
        plain.push_str(if position % 2 == 0 { piece } else { "`…`" });
    }
    if !found.is_empty() {
        plain.push_str(": …");
    }
    shortened(&plain)
}

/// At most two hundred characters.
fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}

/// Whether a newer document of the same id takes the place of the older.
///
/// OSV records, CSAF documents and CycloneDX documents are revised as a whole. Records of
/// one CVE come from several hands (NVD and what others add to it, the CVE list and CISA's
/// copy with its own container), and hubs of OpenVEX give one id to fifty documents about
/// as many packages, so those that differ count together.
pub(crate) const fn is_revised_whole(source: Source) -> bool {
    !matches!(source, Source::Cve | Source::Nvd | Source::OpenVex)
}
