//! What a document is, and what is read of it: records, what could not be read with its cell.

use std::collections::{BTreeMap, BTreeSet};

use evidence::cell::{self, Order};
use evidence::{Field, Form, Kind, Nature, Pseudonyms, Record, Value};
use posture::{Held, What, derive};
use reading::{Legible, Note, Place};
use serde::Serialize;
use store::Evidence;

use super::EvidenceError;
use super::oscal::{self, Proposes};
use crate::packed::unpacked;

/// What a document was found to be.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// In words.
    pub(crate) words: &'static str,
    /// What stands in it, by word; nothing where only a person reads it.
    pub(crate) kinds: Vec<&'static str>,
    /// How far it carries by itself, by word.
    pub(crate) class: &'static str,
    /// How many of each.
    pub(super) counts: BTreeMap<&'static str, usize>,
    /// What was read; none where only a person reads it.
    pub(crate) what: Option<What>,
    /// What could not be read, and where it stands.
    pub(super) notes: Vec<Note>,
    /// What it proposes, where it does.
    pub(super) proposes: Proposes,
}

/// What was read of a document, for whoever looks at it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Preview {
    /// How many records of each kind there are.
    pub counts: Vec<Counted>,
    /// What could not be read.
    pub complaints: Vec<Complaint>,
}

/// Records of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The kind, by word.
    pub kind: &'static str,
    /// How many.
    pub count: usize,
}

/// Something that could not be read, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Complaint {
    /// The cell, line or element.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

impl Told {
    /// How many records, rules and hosts were read.
    pub(crate) fn records(&self) -> usize {
        self.counts.values().sum()
    }

    /// How much could not be read.
    pub(crate) fn complaints(&self) -> usize {
        self.notes.len()
    }

    pub(crate) fn preview(&self) -> Preview {
        let counts = self.counts.iter();
        let complaint = |note: &Note| Complaint {
            place: match &note.place {
                Place::Document => String::new(),
                place => place.to_string(),
            },
            message: note.message.clone(),
        };
        Preview {
            counts: counts.map(|(kind, count)| Counted { kind, count: *count }).collect(),
            complaints: self.notes.iter().map(complaint).collect(),
        }
    }
}

const PRODUCTS: &str = "at the release of its product, under Products";
const IMPORTS: &str = "under Imports";
const SUPPLIERS: &str = "in the dossier of its supplier, under Suppliers";

const fn elsewhere(what: &'static str, place: &'static str) -> EvidenceError {
    EvidenceError::Elsewhere { what, place }
}

/// What a document is, by its content, also where it came packed. What nothing here reads is kept
/// as it is: it may be a proof that a person reads.
///
/// # Errors
/// When it is broken, or is delivered elsewhere.
pub(crate) fn told(bytes: &[u8], names: &Pseudonyms) -> Result<Told, EvidenceError> {
    let bytes = &*unpacked(bytes)?;
    if let Some(format) = evidence::format(bytes) {
        let parsed = evidence::parse(format, bytes, names)?;
        let what = What::from(parsed.value);
        let counts = counts(&what);
        return Ok(Told {
            words: format.words(),
            kinds: counts.keys().copied().collect(),
            class: class(&what),
            counts,
            what: Some(what),
            notes: parsed.notes,
            proposes: Proposes::Nothing,
        });
    }
    if let Some(told) = oscal::told(bytes, names)? {
        return Ok(told);
    }
    if supplier::kind(bytes).is_some() {
        return Err(elsewhere("What a supplier shows of itself", SUPPLIERS));
    }
    if sbom::parse(bytes).is_ok() {
        return Err(elsewhere("An SBOM", PRODUCTS));
    }
    if advisory::recognise::format(bytes).is_some() {
        return Err(elsewhere("An advisory, or a statement about flaws,", SUPPLIERS));
    }
    if derive::is_inventory(bytes) {
        return Err(elsewhere("An inventory of devices", IMPORTS));
    }
    Ok(Told {
        words: Legible::Yes.words(),
        kinds: Vec::new(),
        class: "documented",
        counts: BTreeMap::new(),
        what: None,
        notes: Vec::new(),
        proposes: Proposes::Nothing,
    })
}

/// How far a document carries by itself: what a machine shows of itself was observed; an
/// export is a record; what a person wrote is a claim.
fn class(what: &What) -> &'static str {
    let is_export = |record: &Record| record.kind.nature() == Nature::Export;
    match what {
        What::Firewall(_) | What::Scan(_) => "observed",
        What::Records(records) if records.iter().all(is_export) => "documented",
        What::Records(_) => "attested",
    }
}

fn counts(what: &What) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    match what {
        What::Records(records) => {
            for record in records {
                *counts.entry(record.kind.word()).or_default() += 1;
            }
        }
        What::Firewall(rules) => {
            let rules = rules.policies.iter().map(|policy| policy.rules.len());
            counts.insert("firewall", rules.sum());
        }
        What::Scan(scan) => {
            counts.insert("scan", scan.hosts.len());
        }
    }
    counts
}

/// What a piece is called among grounds; a page leads from there to it.
fn path(piece: &Evidence, name: &str) -> String {
    format!("evidence/{}/{name}", piece.id)
}

/// The names under which a piece can be the proof of an entry.
pub(crate) fn delivered_names(piece: &Evidence) -> Vec<String> {
    let file = piece.document.as_ref().map(|_| path(piece, &piece.words.file));
    let proof = file.is_some().then(|| path(piece, PROOF));
    file.into_iter().chain(proof).collect()
}

/// The document of an entry that was made by hand.
const PROOF: &str = "proof";

/// What a piece says, as evidence to be judged: of a document what was read, of an entry its
/// fields. Names of people become pseudonyms here.
pub(crate) fn held(
    piece: &Evidence,
    told: Option<Told>,
    names: &Pseudonyms,
) -> Vec<Held> {
    let mut held = match piece.words.entry.is_empty() {
        false => entry(piece, names).into_iter().collect(),
        true => read(piece, told),
    };
    if !piece.is_shared {
        held = held.into_iter().map(Held::own).collect();
    }
    held
}

fn read(piece: &Evidence, told: Option<Told>) -> Vec<Held> {
    // What was kept as a proof that a person reads stays one, whatever is read since.
    let told = told.filter(|_| !piece.kinds.is_empty());
    let Some(what) = told.and_then(|told| told.what) else { return Vec::new() };
    let file = path(piece, &piece.words.file);
    let mut held = Vec::new();
    if let What::Scan(scan) = &what {
        held.extend(derive::network(&file, scan));
    }
    held.push(Held::new(file.clone(), None, what));
    let day = piece.valid_from.as_deref().and_then(|day| terms::date::day(day).ok());
    if let Some(day) = day {
        let said = Record::new(Kind::Document, Place::Document)
            .with(Field::File, Value::Text(file))
            .with(Field::On, Value::Day(day));
        let of = path(piece, "day");
        held.push(Held::new(of, None, What::Records(vec![said])));
    }
    held
}

/// An entry that was made by hand, as a record.
fn entry(piece: &Evidence, names: &Pseudonyms) -> Option<Held> {
    let kind = piece.kinds.first().and_then(|word| Kind::named(word))?;
    let mut record = record(kind, &piece.words.entry, names);
    if piece.document.is_some() {
        record.put(Field::Proof, Value::Text(path(piece, PROOF)));
    }
    let what = What::Records(vec![record]);
    Some(Held::new(path(piece, kind.word()), None, what))
}

/// The fields of an entry, read.
pub(super) fn record(
    kind: Kind,
    fields: &BTreeMap<String, String>,
    names: &Pseudonyms,
) -> Record {
    let mut record = Record::new(kind, Place::Document);
    for (word, text) in fields {
        let field = Field::named(word).filter(|field| kind.column(*field).is_some());
        if let Some((field, value)) =
            field.zip(field.and_then(|it| value(it, text, names)))
        {
            record.put(field, value);
        }
    }
    record
}

/// What a field of an entry holds; none where it holds nothing.
pub(super) fn value(field: Field, text: &str, names: &Pseudonyms) -> Option<Value> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    match field.form() {
        Form::Text => Some(Value::Text(text.to_owned())),
        Form::Day => cell::day(text, Order::default()).map(Value::Day),
        Form::Number => cell::number(text).map(Value::Number),
        Form::YesNo => cell::yes_or_no(text).map(|yes| match yes {
            true => Value::Yes,
            false => Value::No,
        }),
        Form::Person => Some(Value::Person(names.of(text))),
    }
}

/// The kinds of a list as words of ours.
pub(super) fn known_kinds(kinds: &[String]) -> BTreeSet<&str> {
    kinds.iter().map(String::as_str).collect()
}
