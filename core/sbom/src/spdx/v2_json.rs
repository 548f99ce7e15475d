//! SPDX 2, JSON, specification versions 2.0 to 2.3.
//!
//! Source: <https://spdx.github.io/spdx-spec/v2.3/> and its JSON schema.
//!
//! A document that stands in the member `sbom` of another object, as GitHub exports it, is
//! read there. An object in which a member stands twice refuses the document: what it means
//! is left open by RFC 8259. Not read: `files`, `snippets`,
//! `hasFiles` (these are no relationships between packages),
//! `hasExtractedLicensingInfos`, `externalDocumentRefs`.

use std::fmt;

use reading::{Notes, Parsed, Place, Rejected, limits};
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::tolerant::{List, Object, Text, too_many};
use super::v2;
use crate::{Bom, Component, Format, Hash, Kind, Relationship};

/// Reads an SPDX 2 document written as JSON.
///
/// # Errors
/// When `text` is not JSON, is no SPDX 2 document, or passes a limit.
pub fn parse(text: &str) -> Result<Parsed<Bom>, Rejected> {
    let outer: Object<Document<'_>> = reading::json::from_str(text)?;
    let Object::Is(mut outer) = outer else { return Err(no_document()) };
    if !matches!(outer.version, Text::Absent) {
        return document(outer, "");
    }
    if let Object::Is(inner) = std::mem::take(&mut outer.sbom) {
        return document(*inner, "/sbom");
    }
    document(outer, "")
}

fn no_document() -> Rejected {
    Rejected::new(
        Place::Pointer(String::new()),
        "this is no SPDX 2 document: there is no member `spdxVersion`",
        "SPDX and CycloneDX documents are read",
    )
}

fn document(document: Document<'_>, prefix: &str) -> Result<Parsed<Bom>, Rejected> {
    let mut notes = Notes::default();
    let at = |member: &str| Place::Pointer(format!("{prefix}/{member}"));
    let claim = match document.version {
        Text::Absent | Text::Wrong(_) if document.packages.components.is_empty() => {
            return Err(no_document());
        }
        Text::Absent | Text::Wrong(_) => String::new(),
        Text::Decimal(number) => {
            notes.at(|| at("spdxVersion"), "text was expected, a number found");
            number.to_string()
        }
        text => {
            text.take(&mut notes, || at("spdxVersion")).unwrap_or_default().into_owned()
        }
    };
    let mut bom = Bom::new(Format::Spdx);
    bom.spec = v2::spec(&claim, || at("spdxVersion"), &mut notes)?;
    bom.name = owned(document.name.take(&mut notes, || at("name")));
    bom.identity = owned(document.namespace.take(&mut notes, || at("documentNamespace")));
    if bom.identity.is_none() {
        notes.at(|| Place::Pointer(prefix.to_owned()), "there is no `documentNamespace`");
    }
    creation(&mut bom, document.creation, prefix, &mut notes);
    let described: Vec<String> = document
        .describes
        .take(&mut notes, || at("documentDescribes"))
        .into_iter()
        .filter_map(|text| text.take(&mut notes, || at("documentDescribes")))
        .map(String::from)
        .collect();
    bom.components = document.packages.components;
    bom.relationships = document.relationships.entries;
    let mut streamed = document.packages.notes;
    streamed.append(document.relationships.notes);
    if !prefix.is_empty() {
        let message = "the document stands inside another object and is read there";
        notes.at(|| Place::Pointer(prefix.to_owned()), message);
        streamed = moved_below(prefix, &mut bom, streamed);
    }
    notes.append(streamed);
    Ok(v2::finish(bom, &described, notes))
}

/// Lists are turned into facts before it is known that they stand inside another object;
/// their places are mended afterwards.
fn moved_below(prefix: &str, bom: &mut Bom, notes: Notes) -> Notes {
    let mend = |place: &mut Place| {
        if let Place::Pointer(pointer) = place {
            pointer.insert_str(0, prefix);
        }
    };
    bom.components.iter_mut().for_each(|component| mend(&mut component.place));
    bom.relationships.iter_mut().for_each(|relationship| mend(&mut relationship.place));
    let mut mended = Notes::default();
    for mut note in notes.finish() {
        mend(&mut note.place);
        mended.at(|| note.place, note.message);
    }
    mended
}

fn owned(text: Option<std::borrow::Cow<'_, str>>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty()).map(std::borrow::Cow::into_owned)
}

fn creation(
    bom: &mut Bom,
    creation: Object<CreationInformation<'_>>,
    prefix: &str,
    notes: &mut Notes,
) {
    let at = |rest: &str| Place::Pointer(format!("{prefix}/creationInfo{rest}"));
    let Some(creation) = creation.take(notes, || at("")) else { return };
    bom.created = owned(creation.created.take(notes, || at("/created")));
    let creators = creation.creators.take(notes, || at("/creators"));
    for (index, creator) in creators.into_iter().enumerate() {
        let text = creator.take(notes, || at(&format!("/creators/{index}")));
        bom.authors.extend(text.and_then(|text| v2::contact(&text)));
    }
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow, default, rename = "spdxVersion")]
    version: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default, rename = "documentNamespace")]
    namespace: Text<'a>,
    #[serde(borrow, default, rename = "creationInfo")]
    creation: Object<CreationInformation<'a>>,
    #[serde(borrow, default, rename = "documentDescribes")]
    describes: List<Text<'a>>,
    #[serde(default)]
    packages: Packages,
    #[serde(default)]
    relationships: Relationships,
    #[serde(borrow, default)]
    sbom: Object<Box<Document<'a>>>,
}

#[derive(Deserialize)]
struct CreationInformation<'a> {
    #[serde(borrow, default)]
    created: Text<'a>,
    #[serde(borrow, default)]
    creators: List<Text<'a>>,
}

#[derive(Deserialize)]
struct Package<'a> {
    #[serde(borrow, default, rename = "SPDXID")]
    id: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default, rename = "versionInfo")]
    version: Text<'a>,
    #[serde(borrow, default)]
    supplier: Text<'a>,
    #[serde(borrow, default)]
    originator: Text<'a>,
    #[serde(borrow, default, rename = "licenseConcluded")]
    concluded: Text<'a>,
    #[serde(borrow, default, rename = "licenseDeclared")]
    declared: Text<'a>,
    #[serde(borrow, default, rename = "primaryPackagePurpose")]
    purpose: Text<'a>,
    #[serde(borrow, default, rename = "validUntilDate")]
    valid_until: Text<'a>,
    #[serde(borrow, default)]
    comment: Text<'a>,
    #[serde(borrow, default)]
    annotations: List<Object<Annotation<'a>>>,
    #[serde(borrow, default)]
    checksums: List<Object<Checksum<'a>>>,
    #[serde(borrow, default, rename = "externalRefs")]
    references: List<Object<ExternalReference<'a>>>,
}

#[derive(Deserialize)]
struct Annotation<'a> {
    #[serde(borrow, default)]
    comment: Text<'a>,
}

#[derive(Deserialize)]
struct Checksum<'a> {
    #[serde(borrow, default)]
    algorithm: Text<'a>,
    #[serde(borrow, default, rename = "checksumValue")]
    value: Text<'a>,
}

#[derive(Deserialize)]
struct ExternalReference<'a> {
    #[serde(borrow, default, rename = "referenceType")]
    kind: Text<'a>,
    #[serde(borrow, default, rename = "referenceLocator")]
    locator: Text<'a>,
}

#[derive(Deserialize)]
struct WrittenRelationship<'a> {
    #[serde(borrow, default, rename = "spdxElementId")]
    from: Text<'a>,
    #[serde(borrow, default, rename = "relationshipType")]
    word: Text<'a>,
    #[serde(borrow, default, rename = "relatedSpdxElement")]
    to: Text<'a>,
}

/// The packages, each turned into a component as soon as it is read, so that a large
/// document is never in memory twice.
#[derive(Default)]
struct Packages {
    components: Vec<Component>,
    /// How many entries were read, set aside or not.
    read: usize,
    notes: Notes,
}

impl Packages {
    fn push(&mut self, package: Object<Package<'_>>) {
        let place = format!("/packages/{}", self.read);
        self.read += 1;
        let entry = package.entry(&mut self.notes, || Place::Pointer(place.clone()));
        let Some(package) = entry else { return };
        let mut component = Component::at(Place::Pointer(place.clone()));
        package.fill(&mut component, &mut self.notes, &place);
        self.components.push(component);
    }
}

impl Package<'_> {
    fn fill(self, component: &mut Component, notes: &mut Notes, place: &str) {
        let at = |member: &str| Place::Pointer(format!("{place}/{member}"));
        if let Some(id) = self.id.take(notes, || at("SPDXID")) {
            component.reference = id.into_owned();
        }
        if let Some(name) = self.name.take(notes, || at("name")) {
            component.name = name.into_owned();
        }
        let version = self.version.take(notes, || at("versionInfo"));
        component.version = version.and_then(|text| v2::said(&text).map(str::to_owned));
        let supplier = self.supplier.take(notes, || at("supplier"));
        component.supplier = supplier.and_then(|text| v2::party(&text));
        let originator = self.originator.take(notes, || at("originator"));
        component.originator = originator.and_then(|text| v2::party(&text));
        for (text, member) in
            [(self.concluded, "licenseConcluded"), (self.declared, "licenseDeclared")]
        {
            if let Some(text) = text.take(notes, || at(member)) {
                v2::licence(component, &text);
            }
        }
        if let Some(word) = self.purpose.take(notes, || at("primaryPackagePurpose")) {
            component.kind = v2::purpose(&word).unwrap_or_else(|| {
                let message = format!("`{}` is no purpose in SPDX 2", v2::clip(&word));
                notes.at(|| at("primaryPackagePurpose"), message);
                Kind::Unstated
            });
        }
        support(component, self.valid_until, self.comment, self.annotations, notes, &at);
        checksums(component, self.checksums, notes, &at);
        references(component, self.references, notes, &at);
    }
}

fn support(
    component: &mut Component,
    valid_until: Text<'_>,
    comment: Text<'_>,
    annotations: List<Object<Annotation<'_>>>,
    notes: &mut Notes,
    at: &impl Fn(&str) -> Place,
) {
    let end = valid_until.take(notes, || at("validUntilDate"));
    component.support.end = end.and_then(|text| v2::said(&text).map(str::to_owned));
    if let Some(comment) = comment.take(notes, || at("comment")) {
        v2::support(&mut component.support, &comment);
    }
    for annotation in annotations.take(notes, || at("annotations")) {
        let comment = annotation
            .entry(notes, || at("annotations"))
            .and_then(|annotation| annotation.comment.take(notes, || at("annotations")));
        if let Some(comment) = comment {
            v2::support(&mut component.support, &comment);
        }
    }
}

fn checksums(
    component: &mut Component,
    checksums: List<Object<Checksum<'_>>>,
    notes: &mut Notes,
    at: &impl Fn(&str) -> Place,
) {
    for (index, checksum) in
        checksums.take(notes, || at("checksums")).into_iter().enumerate()
    {
        let place = || at(&format!("checksums/{index}"));
        let Some(checksum) = checksum.entry(notes, place) else { continue };
        let algorithm = checksum.algorithm.take(notes, place);
        let value = checksum.value.take(notes, place);
        match (algorithm, value) {
            (Some(algorithm), Some(value)) => component.hashes.push(Hash {
                algorithm: algorithm.into_owned(),
                value: value.into_owned(),
            }),
            _ => notes.at(place, "a checksum without algorithm or value is set aside"),
        }
    }
}

fn references(
    component: &mut Component,
    references: List<Object<ExternalReference<'_>>>,
    notes: &mut Notes,
    at: &impl Fn(&str) -> Place,
) {
    let references = references.take(notes, || at("externalRefs"));
    for (index, reference) in references.into_iter().enumerate() {
        let place = || at(&format!("externalRefs/{index}"));
        let Some(reference) = reference.entry(notes, place) else { continue };
        let kind = reference.kind.take(notes, place);
        let locator = reference.locator.take(notes, place);
        match (kind, locator) {
            (Some(kind), Some(locator)) => {
                v2::external_reference(component, &kind, &locator);
            }
            _ => notes.at(place, "a reference without type or locator is set aside"),
        }
    }
}

impl<'de> Deserialize<'de> for Packages {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let mut packages = Self::default();
        match Streamed::read(reader, |package| {
            packages.push(package);
            packages.read <= limits::COMPONENTS_MAX
        })? {
            End::Complete => Ok(packages),
            End::TooMany => Err(too_many("packages", limits::COMPONENTS_MAX)),
            // Without its packages a bill of materials says nothing; reading on would
            // pass that off as a bill of nothing.
            End::NoList(what) => Err(serde::de::Error::custom(format_args!(
                "a list of packages was expected, {what} found"
            ))),
        }
    }
}

/// The relationships, turned into facts as they are read.
#[derive(Default)]
struct Relationships {
    entries: Vec<Relationship>,
    /// How many were read, set aside or not.
    read: usize,
    notes: Notes,
}

impl Relationships {
    fn push(&mut self, relationship: Object<WrittenRelationship<'_>>) {
        let place = Place::Pointer(format!("/relationships/{}", self.read));
        self.read += 1;
        let notes = &mut self.notes;
        let Some(written) = relationship.entry(notes, || place.clone()) else { return };
        let from = written.from.take(notes, || place.clone());
        let word = written.word.take(notes, || place.clone()).unwrap_or_default();
        let to = written.to.take(notes, || place.clone());
        match (from, to) {
            (Some(from), Some(to)) => {
                self.entries.push(v2::relationship(&from, &word, &to, place));
            }
            _ => {
                notes.at(|| place, "a relationship without two ends is set aside");
            }
        }
    }
}

impl<'de> Deserialize<'de> for Relationships {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let mut relationships = Self::default();
        match Streamed::read(reader, |relationship| {
            relationships.push(relationship);
            relationships.read <= limits::RELATIONSHIPS_MAX
        })? {
            End::Complete => Ok(relationships),
            End::TooMany => Err(too_many("relationships", limits::RELATIONSHIPS_MAX)),
            End::NoList(what) => {
                let message =
                    format!("a list of relationships was expected, {what} found");
                let place = || Place::Pointer("/relationships".to_owned());
                relationships.notes.at(place, message);
                Ok(relationships)
            }
        }
    }
}

/// How a streamed list ended.
enum End {
    Complete,
    TooMany,
    NoList(&'static str),
}

/// A list whose entries are handed on one by one, until the receiver has enough.
struct Streamed<T, F> {
    receive: F,
    entry: std::marker::PhantomData<T>,
}

impl<'de, T: Deserialize<'de>, F: FnMut(Object<T>) -> bool> Streamed<T, F> {
    fn read<D: Deserializer<'de>>(reader: D, receive: F) -> Result<End, D::Error> {
        reader.deserialize_any(Self { receive, entry: std::marker::PhantomData })
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(Object<T>) -> bool> Visitor<'de>
    for Streamed<T, F>
{
    type Value = End;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<End, A::Error> {
        while let Some(entry) = list.next_element()? {
            if !(self.receive)(entry) {
                return Ok(End::TooMany);
            }
        }
        Ok(End::Complete)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<End, E> {
        Ok(End::Complete)
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(
        self,
        mut map: A,
    ) -> Result<End, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(End::NoList("an object"))
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<End, E> {
        Ok(End::NoList("text"))
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<End, E> {
        Ok(End::NoList("a truth value"))
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<End, E> {
        Ok(End::NoList("a number"))
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<End, E> {
        Ok(End::NoList("a number"))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<End, E> {
        Ok(End::NoList("a number"))
    }
}

#[cfg(test)]
mod tests;
