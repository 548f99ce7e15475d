//! From the bytes of one document to entries, or to a reason why not.

use advisory::index::{Entry, Listing, Scoring};
use advisory::recognise::{is_companion, is_other};
use advisory::{Document, epss, kev};
use reading::{Parsed, Rejected};

use crate::told::What;

/// What became of a document.
pub(crate) struct Outcome {
    pub(crate) entries: Vec<Entry>,
    /// Why nothing was read: kind, reason, place.
    pub(crate) told: Option<(What, String, String)>,
}

/// Reads one document.
pub(crate) fn read(bytes: Result<&[u8], &str>) -> Outcome {
    match bytes {
        Ok(bytes) => read_bytes(bytes),
        // An archive that breaks off has no bytes of its own to be known by.
        Err(fault) => refused(fault.as_bytes(), fault, String::new()),
    }
}

fn read_bytes(bytes: &[u8]) -> Outcome {
    if is_companion(bytes) {
        return told(What::Companion, "a checksum or a signature");
    }
    match advisory::parse(bytes) {
        Ok(parsed) => Outcome { entries: entries(bytes, &parsed), told: None },
        Err(cause) if is_other(&cause) => told(What::Skipped, &cause.message),
        Err(cause) => refused(bytes, &cause.message, whereabouts(&cause)),
    }
}

fn entries(bytes: &[u8], parsed: &Parsed<Document>) -> Vec<Entry> {
    let mut entries = match &parsed.value {
        // The notes of one record count with it, and not twice where it is there twice.
        Document::Record(record) => return vec![Entry::record(record, &parsed.notes)],
        Document::Records(records) => {
            records.iter().map(|record| Entry::record(record, &[])).collect()
        }
        Document::Kev(catalog) => listings(catalog),
        Document::Epss(day) => scorings(day),
    };
    if !parsed.notes.is_empty() {
        entries.push(Entry::notes(bytes, &parsed.notes));
    }
    entries
}

fn listings(catalog: &kev::Catalog) -> Vec<Entry> {
    let listings = catalog.entries.iter().cloned();
    listings
        .filter_map(|entry| {
            Entry::listing(&Listing { entry, released: catalog.released.clone() })
        })
        .collect()
}

fn scorings(day: &epss::Day) -> Vec<Entry> {
    let scores = day.scores.iter();
    scores
        .filter_map(|score| {
            Entry::scoring(&Scoring {
                cve: score.cve.clone(),
                score: score.probability,
                percentile: score.percentile,
                date: day.date.clone(),
            })
        })
        .collect()
}

/// The place of a fault, and what can be done about it.
fn whereabouts(cause: &Rejected) -> String {
    match cause.hint.as_ref() {
        "" => cause.place.to_string(),
        hint => format!("{}; {hint}", cause.place),
    }
}

fn refused(bytes: &[u8], reason: &str, place: String) -> Outcome {
    Outcome {
        entries: vec![Entry::set_aside(bytes, reason)],
        told: Some((What::SetAside, reason.to_owned(), place)),
    }
}

fn told(what: What, reason: &str) -> Outcome {
    Outcome { entries: Vec::new(), told: Some((what, reason.to_owned(), String::new())) }
}
