//! The document as one object: everything that was understood, whatever the format.

use reading::Parsed;
use sbom::{Bom, Component, Subject};
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

/// A document and the notes on it.
pub(super) struct Shown<'b>(pub(super) &'b Parsed<Bom>);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        let bom = &self.0.value;
        let mut object = writer.serialize_struct("Shown", 8)?;
        object.serialize_field("document", &Document::of(bom))?;
        let subject: Vec<_> = match &bom.subject {
            Subject::Apart(subject) => vec![Part::of(subject)],
            Subject::Within(list) => list
                .iter()
                .filter_map(|at| bom.components.get(*at))
                .map(Part::of)
                .collect(),
            Subject::Unstated => Vec::new(),
        };
        object.serialize_field("subject", &subject)?;
        object.serialize_field("subject_parts", &Parts(&bom.subject_parts))?;
        object.serialize_field("components", &Parts(&bom.components))?;
        object.serialize_field("relationships", &Relationships(bom))?;
        let compositions: Vec<_> = bom.compositions.iter().map(Composition::of).collect();
        object.serialize_field("compositions", &compositions)?;
        let statements: Vec<_> = bom.statements.iter().map(Statement::of).collect();
        object.serialize_field("statements", &statements)?;
        let notes: Vec<_> = self.0.notes.iter().map(Remark::of).collect();
        object.serialize_field("notes", &notes)?;
        object.end()
    }
}

#[derive(Serialize)]
struct Document<'b> {
    format: &'static str,
    spec: &'b str,
    name: Option<&'b str>,
    identity: Option<&'b str>,
    created: Option<&'b str>,
    authors: Vec<Author<'b>>,
    made_from: Vec<MadeFrom<'b>>,
}

/// From what the document was made: the word of the standard in common, and what is written.
#[derive(Serialize)]
struct MadeFrom<'b> {
    phase: &'static str,
    written: &'b str,
}

#[derive(Serialize)]
struct Author<'b> {
    name: &'b str,
    kind: &'static str,
}

impl<'b> Document<'b> {
    fn of(bom: &'b Bom) -> Self {
        let author = |contact: &'b sbom::Contact| Author {
            name: &contact.name,
            kind: contact.kind.word(),
        };
        let made_from = |context: &'b sbom::Context| MadeFrom {
            phase: context.phase.words(),
            written: &context.written,
        };
        Self {
            format: bom.format.name(),
            spec: &bom.spec,
            name: bom.name.as_deref(),
            identity: bom.identity.as_deref(),
            created: bom.created.as_deref(),
            authors: bom.authors.iter().map(author).collect(),
            made_from: bom.contexts.iter().map(made_from).collect(),
        }
    }
}

/// Components, written one by one: there may be a million.
struct Parts<'b>(&'b [Component]);

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        writer.collect_seq(self.0.iter().map(Part::of))
    }
}

#[derive(Serialize)]
struct Part<'b> {
    reference: &'b str,
    kind: Option<&'static str>,
    group: &'b str,
    name: &'b str,
    version: Option<&'b str>,
    supplier: Option<&'b str>,
    originator: Option<&'b str>,
    purl: Option<&'b str>,
    purls_other: &'b [String],
    cpes: &'b [String],
    licences: &'b [String],
    hashes: Vec<Digest<'b>>,
    support_level: Option<&'b str>,
    support_end: Option<&'b str>,
    /// The position of the component around this one, in the same list.
    parent: Option<usize>,
    place: String,
}

#[derive(Serialize)]
struct Digest<'b> {
    algorithm: &'b str,
    value: &'b str,
}

impl<'b> Part<'b> {
    fn of(part: &'b Component) -> Self {
        let digest = |hash: &'b sbom::Hash| Digest {
            algorithm: &hash.algorithm,
            value: &hash.value,
        };
        Self {
            reference: &part.reference,
            kind: part.kind.word(),
            group: &part.group,
            name: &part.name,
            version: part.version.as_deref(),
            supplier: part.supplier.as_deref(),
            originator: part.originator.as_deref(),
            purl: part.purl.as_deref(),
            purls_other: &part.purls_other,
            cpes: &part.cpes,
            licences: &part.licences,
            hashes: part.hashes.iter().map(digest).collect(),
            support_level: part.support.level.as_deref(),
            support_end: part.support.end.as_deref(),
            parent: part.parent,
            place: part.place.to_string(),
        }
    }
}

/// Relationships, written one by one: there may be two million.
struct Relationships<'b>(&'b Bom);

impl Serialize for Relationships<'_> {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Relation<'b> {
            from: &'b str,
            kind: &'static str,
            to: &'b str,
        }

        writer.collect_seq(self.0.relationships.iter().map(|relation| Relation {
            from: &relation.from,
            kind: relation.kind.word(),
            to: &relation.to,
        }))
    }
}

#[derive(Serialize)]
struct Composition<'b> {
    aggregate: &'static str,
    references: &'b [String],
}

impl<'b> Composition<'b> {
    fn of(composition: &'b sbom::Composition) -> Self {
        let aggregate = composition.aggregate.word();
        Self { aggregate, references: &composition.references }
    }
}

#[derive(Serialize)]
struct Statement<'b> {
    id: &'b str,
    aliases: &'b [String],
    status: Option<&'static str>,
    justification: Option<&'static str>,
    responses: &'b [String],
    detail: &'b str,
    action: &'b str,
    timestamp: Option<&'b str>,
    references: &'b [String],
    versions: Vec<Version<'b>>,
    place: String,
}

#[derive(Serialize)]
struct Version<'b> {
    version: &'b str,
    status: &'b str,
}

impl<'b> Statement<'b> {
    fn of(statement: &'b sbom::Statement) -> Self {
        let version = |version: &'b sbom::StatementVersion| Version {
            version: &version.text,
            // The schema's default.
            status: version.status.as_deref().unwrap_or("affected"),
        };
        Self {
            id: &statement.id,
            aliases: &statement.aliases,
            status: statement.status.map(terms::vex::Status::word),
            justification: statement.justification.map(terms::vex::Justification::word),
            responses: &statement.responses,
            detail: &statement.detail,
            action: &statement.action,
            timestamp: statement.timestamp.as_deref(),
            references: &statement.references,
            versions: statement.versions.iter().map(version).collect(),
            place: statement.place.to_string(),
        }
    }
}

#[derive(Serialize)]
struct Remark<'b> {
    place: String,
    message: &'b str,
}

impl<'b> Remark<'b> {
    fn of(note: &'b reading::Note) -> Self {
        Self { place: note.place.to_string(), message: &note.message }
    }
}
