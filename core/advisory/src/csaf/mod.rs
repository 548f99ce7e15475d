//! CSAF 2.0 and 2.1: advisories and VEX profiles of makers and coordinators.
//!
//! Source: OASIS CSAF 2.0 (2022-11-18) and the 2.1 committee draft (schema
//! `https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json`).
//!
//! The reader is lenient: it wants `document.csaf_version` and a tracking id, and takes
//! every other part as far as it has the right shape. It does not judge conformance
//! (that is `advisory check`), verifies no signature, and reads no meaning into names:
//! what a leaf such as `9.13 | 9.19` says is the matching's business.

mod identity;
mod publication;
mod tree;
mod vulnerability;
mod wire;

use reading::{Note, Parsed, Place, Rejected, json, limits, text};
use terms::date;

use crate::record::{Record, Source, State};
use tree::Tree;

pub use publication::{Acknowledgment, Publication, Revision, publication};

/// Reads one CSAF document.
///
/// # Errors
/// When the bytes are no JSON text, are not CSAF 2.x, or carry no tracking id.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Record>, Rejected> {
    let text = text::decode(bytes)?;
    // The plain reader is twice as fast; the second one only finds the place of the fault.
    let wire: wire::Csaf<'_> =
        serde_json::from_str(&text).or_else(|_| json::from_str(&text))?;
    let mut notes = Notes::default();
    accept(&wire.document, &mut notes)?;
    let maker = wire.document.publisher.maker();
    let tree = Tree::read(&wire.product_tree, maker, &mut notes);
    Ok(Parsed { value: record(&wire, tree, &mut notes), notes: notes.list })
}

/// Notes up to the limit; what lies beyond is counted in the last.
#[derive(Default)]
pub(crate) struct Notes {
    list: Vec<Note>,
    beyond: usize,
}

impl Notes {
    pub(crate) fn push(&mut self, pointer: String, message: impl Into<String>) {
        if self.list.len() + 1 < limits::NOTES_MAX {
            self.list.push(Note::new(Place::Pointer(pointer), message));
            return;
        }
        if self.beyond > 0 {
            self.list.pop();
        }
        self.beyond += 1;
        let message = format!("{} more notes are not shown", self.beyond);
        self.list.push(Note::new(Place::Document, message));
    }
}

fn accept(document: &wire::Document<'_>, notes: &mut Notes) -> Result<(), Rejected> {
    let version = document.csaf_version.as_str();
    if !version.starts_with("2.") {
        return Err(Rejected::new(
            Place::Pointer("/document/csaf_version".to_owned()),
            match version {
                "" => "no CSAF document: `csaf_version` is missing".to_owned(),
                other => format!("CSAF version `{other}` is not read"),
            },
            "CSAF 2.0 and 2.1 are read",
        ));
    }
    if !matches!(version, "2.0" | "2.1") {
        let message = format!("CSAF version `{version}` is read as 2.1");
        notes.push("/document/csaf_version".to_owned(), message);
    }
    if document.tracking.id.as_str().trim().is_empty() {
        return Err(Rejected::new(
            Place::Pointer("/document/tracking/id".to_owned()),
            "the document has no tracking id",
            "an advisory without an id cannot be told from its next revision",
        ));
    }
    Ok(())
}

fn record(wire: &wire::Csaf<'_>, tree: Tree, notes: &mut Notes) -> Record {
    let document = &wire.document;
    let mut record = Record {
        source: Source::Csaf,
        id: document.tracking.id.as_str().trim().to_owned(),
        publisher: document.publisher.name.owned(),
        title: document.title.owned(),
        published: moment(&document.tracking.initial_release_date, "initial", notes),
        modified: moment(&document.tracking.current_release_date, "current", notes),
        state: State::Live,
        tlp: document.distribution.tlp.label.owned(),
        vulnerabilities: Vec::new(),
        related: related(document),
        affected: Vec::new(),
        configurations: Vec::new(),
        products: tree.products,
        remediations: Vec::new(),
        notes: document.notes.iter().map(|note| note.fact(None)).collect(),
        statements: Vec::new(),
        impacts: Vec::new(),
    };
    record.state = state(document, &record.modified);
    let index = tree.index;
    vulnerability::read(&wire.vulnerabilities, &index, &mut record, notes);
    record.affected = identity::affected(&record, &index);
    record
}

/// A withdrawn document takes its statements back; a superseded one is replaced by
/// another document, and its statements with it (2.1 §4.6, §4.7).
fn state(document: &wire::Document<'_>, modified: &str) -> State {
    let category = document.category.as_str().trim().to_ascii_lowercase();
    match category.as_str() {
        "csaf_withdrawn" | "csaf_superseded" => State::Withdrawn(modified.to_owned()),
        _ => State::Live,
    }
}

/// Former ids of the document itself: other names of the same notice, never joined.
fn related(document: &wire::Document<'_>) -> Vec<String> {
    document.tracking.aliases.iter().map(wire::Text::owned).collect()
}

/// A date and time as the record keeps it, `2024-10-22T00:00:00Z`.
fn moment(text: &wire::Text<'_>, which: &str, notes: &mut Notes) -> String {
    if text.as_str().is_empty() {
        return String::new();
    }
    match date::instant(text.as_str()) {
        Ok(instant) => instant.to_string(),
        Err(error) => {
            let pointer = format!("/document/tracking/{which}_release_date");
            notes.push(pointer, error.to_string());
            String::new()
        }
    }
}

#[cfg(test)]
mod tests;
