//! CycloneDX, specification versions 1.0 to 1.7.
//!
//! Source: ECMA-424 (2nd edition) and <https://cyclonedx.org/docs/1.7/>, with the JSON
//! schemas 1.2 to 1.7 and the XML schemas 1.0 to 1.7.
//!
//! JSON and XML fill the same [`Draft`]. Strict about being CycloneDX, lenient about the
//! rest: a field of the wrong type becomes a note and is set aside, and so does a field
//! that CycloneDX does not know. Not read, without a note: `services` (but for their
//! references), `formulation`, `annotations`, `declarations`, `definitions`, `citations`,
//! `externalReferences`, signatures; of a component `pedigree`, `evidence`, `swid`, `scope`,
//! `releaseNotes`, `modelCard`, `data`, `cryptoProperties` and descriptive texts.
//!
//! Decisions:
//! - A member of JSON that is given twice with different values refuses the document, since
//!   nobody knows which one holds; with equal ones it is noted.
//! - A field of XML that is given twice is noted. Of two texts the last counts, as in nearly every
//!   reader of JSON; of two lists both are read, since nothing that a device holds may be
//!   lost.
//! - What stands inside `metadata.component` goes to [`Bom::subject_parts`]: judged, not
//!   counted.
//! - `metadata.supplier` and `metadata.manufacture` speak of the subject, and become its
//!   supplier where it names none; `metadata.manufacturer` (1.6) made the document.
//! - A statement about several components with their own versions becomes several.

pub(crate) mod json;
pub(crate) mod xml;

mod references;
mod words;

use reading::text::quoted;
use reading::{Note, Notes, Parsed, Place, Rejected, limits};
use terms::vex;

use crate::{
    Bom, Component, Format, Relationship, RelationshipKind, Statement, StatementVersion,
    Subject,
};

/// What has been read of a document.
struct Draft {
    bom: Bom,
    serial: Option<String>,
    version: Option<String>,
    /// References of services, which relationships may name as well.
    services: Vec<String>,
    /// Who supplied the subject, by the metadata.
    supplier: Option<String>,
    /// How many entries of smaller lists were read.
    entries: usize,
    /// How many components and versions statements named.
    stated: usize,
    /// How many bytes statements repeat.
    repeated: usize,
}

impl Draft {
    const fn new() -> Self {
        Self {
            bom: Bom::new(Format::CycloneDx),
            serial: None,
            version: None,
            services: Vec::new(),
            supplier: None,
            entries: 0,
            stated: 0,
            repeated: 0,
        }
    }

    /// Counts an entry of a smaller list that is kept, and refuses one more than may be.
    fn count_entry(&mut self) -> Result<(), Rejected> {
        self.entries += 1;
        if self.entries <= limits::ENTRIES_MAX {
            return Ok(());
        }
        Err(too_many("entries of lists", limits::ENTRIES_MAX))
    }

    /// Counts a component or a version that a statement names.
    fn count_stated(&mut self) -> Result<(), Rejected> {
        self.stated += 1;
        if self.stated <= limits::STATEMENTS_MAX {
            return Ok(());
        }
        Err(too_many("components and versions in statements", limits::STATEMENTS_MAX))
    }

    /// Refuses one component more than may be.
    fn check_components(&self, more: usize) -> Result<(), Rejected> {
        let count = self.bom.subject_parts.len() + self.bom.components.len() + more;
        if count < limits::COMPONENTS_MAX {
            return Ok(());
        }
        Err(too_many("components", limits::COMPONENTS_MAX))
    }

    /// Takes the statements that a vulnerability makes.
    fn state(&mut self, read: Vulnerability, place: &Place, notes: &mut Notes) {
        let statements = read.statements(place, &mut self.repeated, notes);
        self.bom.statements.extend(statements);
    }

    fn relate(
        &mut self,
        from: &str,
        kind: RelationshipKind,
        to: String,
        place: Place,
    ) -> Result<(), Rejected> {
        if self.bom.relationships.len() >= limits::RELATIONSHIPS_MAX {
            return Err(too_many("relationships", limits::RELATIONSHIPS_MAX));
        }
        self.bom.relationships.push(Relationship {
            from: from.to_owned(),
            kind,
            to,
            place,
        });
        Ok(())
    }

    /// Takes the subject and what stands inside it: the first of `list`, and the others.
    fn subject(&mut self, list: Vec<Component>) {
        let mut list = list.into_iter();
        let Some(subject) = list.next() else { return };
        self.bom.name = Some(subject.name.clone()).filter(|name| !name.is_empty());
        self.bom.subject = Subject::Apart(Box::new(subject));
        self.bom.subject_parts = list
            .map(|mut part| {
                part.parent = part.parent.and_then(|at| at.checked_sub(1));
                part
            })
            .collect();
    }

    fn finish(mut self, mut notes: Notes) -> Parsed<Bom> {
        if let Some(serial) = self.serial.take().filter(|serial| !serial.is_empty()) {
            let version = self.version.as_deref().unwrap_or("1");
            self.bom.identity = Some(format!("{serial}/{version}"));
        }
        if !words::is_known_version(&self.bom.spec) {
            let spec = quoted(&self.bom.spec);
            notes.add(|| {
                let message =
                    format!("the version of CycloneDX is {spec}, not 1.0 to 1.7");
                Note::new(Place::Document, message)
            });
        }
        self.supply(&mut notes);
        references::check(&self.bom, &self.services, &mut notes);
        Parsed { value: self.bom, notes: notes.finish() }
    }

    /// Gives the subject the supplier that the metadata name.
    fn supply(&mut self, notes: &mut Notes) {
        let Some(supplier) = self.supplier.take() else { return };
        match &mut self.bom.subject {
            Subject::Apart(subject) => {
                subject.supplier.get_or_insert(supplier);
            }
            _ => notes.add(|| {
                let message =
                    "the metadata name a supplier, but no component that was supplied";
                Note::new(Place::Document, message)
            }),
        }
    }
}

/// One vulnerability of the document, before it becomes statements.
#[derive(Default)]
struct Vulnerability {
    id: String,
    aliases: Vec<String>,
    status: Option<vex::Status>,
    justification: Option<vex::Justification>,
    /// On what it rests that it is not affected, where that lies outside of the product.
    condition: Option<&'static str>,
    /// When the entry was rejected, if it was.
    rejected: Option<String>,
    responses: Vec<String>,
    detail: String,
    action: Vec<String>,
    times: Times,
    /// `None` where the document does not say, and means the subject.
    affects: Option<Vec<Affected>>,
}

/// When a vulnerability was spoken of, the last word first.
#[derive(Default)]
struct Times {
    last_updated: Option<String>,
    first_issued: Option<String>,
    updated: Option<String>,
}

/// One entry of `affects`.
#[derive(Default)]
struct Affected {
    reference: String,
    /// `None` where the document does not say, and means every version.
    versions: Option<Vec<StatementVersion>>,
}

impl Affected {
    /// What is wrong with the entry, if it must be set aside: without its component it
    /// would speak of the whole document, without its versions of all of them.
    fn fault(&self) -> Option<&'static str> {
        if self.reference.is_empty() {
            return Some("an affected component without `ref`, set aside");
        }
        let none = self.versions.as_ref().is_some_and(Vec::is_empty);
        none.then_some("an affected component whose versions cannot be read, set aside")
    }
}

impl Times {
    fn latest(&self) -> Option<String> {
        [&self.last_updated, &self.first_issued, &self.updated]
            .into_iter()
            .flatten()
            .next()
            .cloned()
    }
}

impl Vulnerability {
    /// The statements that it makes: one for all references without versions, and one for
    /// each reference that has versions of its own.
    ///
    /// A list of which nothing could be read makes none: to apply what it says to the
    /// subject instead would widen it.
    fn statements(
        mut self,
        place: &Place,
        repeated: &mut usize,
        notes: &mut Notes,
    ) -> Vec<Statement> {
        if self.id.is_empty() && !self.aliases.is_empty() {
            self.id = self.aliases.remove(0);
        }
        if self.id.is_empty() {
            notes.add(|| {
                Note::new(place.clone(), "a vulnerability without an id, set aside")
            });
            return Vec::new();
        }
        self.limit(place, notes);
        let Some(affects) = self.affects.take() else {
            return vec![self.statement(Vec::new(), Vec::new(), place)];
        };
        let (plain, versioned): (Vec<_>, Vec<_>) =
            affects.into_iter().partition(|affected| affected.versions.is_none());
        let mut statements = Vec::new();
        if plain.is_empty() && versioned.is_empty() {
            let message =
                "a vulnerability that names no component it is about, set aside";
            notes.add(|| Note::new(place.clone(), message));
        }
        if !plain.is_empty() {
            let references =
                plain.into_iter().map(|affected| affected.reference).collect();
            statements.push(self.statement(references, Vec::new(), place));
        }
        let bytes = self.bytes();
        for affected in versioned {
            *repeated = repeated.saturating_add(bytes);
            if *repeated > limits::REPEATED_BYTES_MAX {
                let message = format!(
                    "statements repeat more than the {} bytes that are kept: this one is \
                     not complete",
                    limits::REPEATED_BYTES_MAX
                );
                notes.add(|| Note::new(place.clone(), message));
                break;
            }
            let references = vec![affected.reference];
            statements.push(self.statement(
                references,
                affected.versions.unwrap_or_default(),
                place,
            ));
        }
        statements
    }

    /// Takes back what clears a product and does not hold of itself: of an entry that was
    /// rejected everything, and what rests on a condition is for somebody to look into.
    fn limit(&mut self, place: &Place, notes: &mut Notes) {
        let is_cleared =
            matches!(self.status, Some(vex::Status::NotAffected | vex::Status::Fixed));
        let listed =
            self.affects.iter().flatten().flat_map(|one| &one.versions).flatten();
        let mut spares = listed.filter_map(|version| version.status.as_deref());
        let spares = spares.any(|word| word == "unaffected");
        if self.rejected.is_some() && (is_cleared || spares) {
            self.status = self.status.filter(|_| !is_cleared);
            self.spare_nothing();
            let message = "the entry was rejected: what it clears stays as it was";
            notes.add(|| Note::new(place.clone(), message));
        }
        let Some(condition) = self.condition else { return };
        let is_cleared = self.status == Some(vex::Status::NotAffected);
        if is_cleared {
            self.status = Some(vex::Status::UnderInvestigation);
        }
        if is_cleared || spares {
            self.spare_nothing();
            self.detail = match self.detail.is_empty() {
                true => condition.to_owned(),
                false => format!("{condition}\n{}", self.detail),
            };
            let message = format!("it is {condition}: that clears nothing");
            notes.add(|| Note::new(place.clone(), message));
        }
    }

    /// Versions that are called unaffected become such of which nobody knows.
    fn spare_nothing(&mut self) {
        let listed = self.affects.iter_mut().flatten();
        for version in listed.flat_map(|one| &mut one.versions).flatten() {
            if version.status.as_deref() == Some("unaffected") {
                version.status = Some("unknown".to_owned());
            }
        }
    }

    /// The size of what each statement repeats.
    fn bytes(&self) -> usize {
        let lists = self.aliases.iter().chain(&self.responses);
        let listed: usize = lists.map(|text| size_of::<String>() + text.len()).sum();
        let lines: usize = self.action.iter().map(String::len).sum();
        self.id.len() + self.detail.len() + lines + listed
    }

    fn statement(
        &self,
        references: Vec<String>,
        versions: Vec<StatementVersion>,
        place: &Place,
    ) -> Statement {
        Statement {
            id: self.id.clone(),
            aliases: self.aliases.clone(),
            status: self.status,
            justification: self.justification,
            responses: self.responses.clone(),
            detail: self.detail.clone(),
            action: self.action.join("\n"),
            timestamp: self.times.latest(),
            references,
            versions,
            place: place.clone(),
        }
    }

    /// Reads the word of `analysis.state`; an unknown one is given back as a message.
    fn state(&mut self, word: &str) -> Result<(), String> {
        self.status = Some(vex::Status::from_cyclonedx(word).map_err(|e| e.to_string())?);
        Ok(())
    }

    /// Reads the word of `analysis.justification`.
    fn justify(&mut self, word: &str) -> Result<(), String> {
        let read = vex::Justification::from_cyclonedx(word);
        self.justification = Some(read.map_err(|e| e.to_string())?);
        self.condition = vex::cyclonedx::Justification::condition_of(word);
        Ok(())
    }
}

/// The name of a tool with its version.
fn tool_name(
    name: Option<String>,
    vendor: Option<String>,
    version: Option<String>,
) -> Option<String> {
    let stated = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let name = stated(name).or_else(|| stated(vendor))?;
    Some(match stated(version) {
        Some(version) => format!("{name} {version}"),
        None => name,
    })
}

fn too_many(what: &str, limit: usize) -> Rejected {
    Rejected::new(
        Place::Document,
        format!("more than the {limit} {what} that are read"),
        "split the document",
    )
}

#[cfg(test)]
mod tests;
