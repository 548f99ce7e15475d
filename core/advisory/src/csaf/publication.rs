//! How and by whom an advisory was made known: who published it, who found the flaws, and
//! how often it was revised.
//!
//! Source: CSAF 2.0 §3.2.1 (`acknowledgments`, `publisher`, `tracking`). A record of the
//! index needs none of it, so it is read apart, and only where a maker's conduct is
//! measured.

use reading::{Parsed, Place, Rejected, json, text};
use serde::Deserialize;
use terms::{Instant, date};

use super::Notes;
use super::wire::{List, Text};

/// How a document was made known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publication {
    /// CSAF category of the document: `csaf_security_advisory`, `csaf_vex`, ….
    pub category: String,
    /// Name of the publisher.
    pub publisher: String,
    /// Category of the publisher: `vendor`, `coordinator`, ….
    pub publisher_category: String,
    /// Its revisions, in the order of the document.
    pub revisions: Vec<Revision>,
    /// Who is thanked, for the document and for single vulnerabilities.
    pub acknowledgments: Vec<Acknowledgment>,
}

/// One revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its number as written.
    pub number: String,
    /// When; `None` where it is no date.
    pub date: Option<Instant>,
    /// What changed, in words.
    pub text: String,
}

/// Somebody who is thanked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgment {
    /// Names of people, and where a writer puts it so, of organisations.
    pub names: Vec<String>,
    /// The organisation; empty where none is named.
    pub organization: String,
    /// For what, in words.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    document: Document<'a>,
    #[serde(default, borrow)]
    vulnerabilities: List<Vulnerability<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Document<'a> {
    #[serde(borrow)]
    category: Text<'a>,
    #[serde(borrow)]
    publisher: Publisher<'a>,
    #[serde(borrow)]
    tracking: Tracking<'a>,
    #[serde(borrow)]
    acknowledgments: List<Thanks<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Publisher<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    category: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tracking<'a> {
    #[serde(borrow)]
    revision_history: List<Entry<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry<'a> {
    #[serde(borrow)]
    date: Text<'a>,
    #[serde(borrow)]
    number: Text<'a>,
    #[serde(borrow)]
    summary: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Vulnerability<'a> {
    #[serde(borrow)]
    acknowledgments: List<Thanks<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Thanks<'a> {
    #[serde(borrow)]
    names: List<Text<'a>>,
    #[serde(borrow)]
    organization: Text<'a>,
    #[serde(borrow)]
    summary: Text<'a>,
}

/// Reads how a CSAF document was made known.
///
/// # Errors
/// When the bytes are no JSON text or have no `document`.
pub fn publication(bytes: &[u8]) -> Result<Parsed<Publication>, Rejected> {
    let text = text::decode(bytes)?;
    let wire: Wire<'_> =
        serde_json::from_str(&text).or_else(|_| json::from_str(&text))?;
    let mut notes = Notes::default();
    let document = &wire.document;
    let mut value = Publication {
        category: document.category.owned(),
        publisher: document.publisher.name.owned(),
        publisher_category: document.publisher.category.owned(),
        ..Publication::default()
    };
    for (at, entry) in document.tracking.revision_history.iter().enumerate() {
        value.revisions.push(revision(at, entry, &mut notes));
    }
    value.thank(&document.acknowledgments, "/document/acknowledgments");
    for (at, vulnerability) in wire.vulnerabilities.iter().enumerate() {
        let pointer = format!("/vulnerabilities/{at}/acknowledgments");
        value.thank(&vulnerability.acknowledgments, &pointer);
    }
    Ok(Parsed { value, notes: notes.list })
}

fn revision(at: usize, entry: &Entry<'_>, notes: &mut Notes) -> Revision {
    let read = date::instant(entry.date.as_str());
    if let (Err(error), false) = (&read, entry.date.is_empty()) {
        let pointer = format!("/document/tracking/revision_history/{at}/date");
        notes.push(pointer, error.to_string());
    }
    Revision {
        number: entry.number.owned(),
        date: read.ok(),
        text: entry.summary.owned(),
    }
}

impl Publication {
    fn thank(&mut self, list: &List<Thanks<'_>>, pointer: &str) {
        for (at, thanks) in list.iter().enumerate() {
            self.acknowledgments.push(Acknowledgment {
                names: crate::wire::owned(&thanks.names),
                organization: thanks.organization.owned(),
                text: thanks.summary.owned(),
                place: Place::Pointer(format!("{pointer}/{at}")),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_and_thanks_are_read_wherever_they_stand() {
        let text = r#"{"document":{"category":"csaf_security_advisory","publisher":{"name":"CISA",
            "category":"coordinator"},"acknowledgments":[{"names":["A B"],"organization":"Lab",
            "summary":"reporting"}],"tracking":{"revision_history":[{"date":"2024-01-02T03:04:05Z",
            "number":"1","summary":"Initial"},{"date":"soon","number":2}]}},
            "vulnerabilities":[{},{"acknowledgments":[{"names":["C"]}]}]}"#;
        let parsed = publication(text.as_bytes()).unwrap();
        let read = parsed.value;
        assert_eq!(read.revisions.len(), 2);
        assert_eq!(read.revisions[0].date.unwrap().to_string(), "2024-01-02T03:04:05Z");
        assert_eq!(
            (read.revisions[1].date, read.revisions[1].number.as_str()),
            (None, "2")
        );
        assert_eq!(read.acknowledgments[0].organization, "Lab");
        let place = Place::Pointer("/vulnerabilities/1/acknowledgments/0".to_owned());
        assert_eq!(read.acknowledgments[1].place, place);
        assert_eq!(parsed.notes.len(), 1);
    }

    #[test]
    fn what_is_missing_is_empty_and_what_is_no_document_is_refused() {
        #[track_caller]
        fn check(text: &str, expected: Option<usize>) {
            let read = publication(text.as_bytes());
            assert_eq!(
                read.ok().map(|read| read.value.revisions.len()),
                expected,
                "{text}"
            );
        }

        check(r#"{"document":{}}"#, Some(0));
        check(
            r#"{"document":{"tracking":{"revision_history":null}},"vulnerabilities":null}"#,
            Some(0),
        );
        check("{}", None);
        check("[]", None);
        check("", None);
    }
}
