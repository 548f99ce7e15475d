//! What SPDX 2 means, whether it is written as JSON or as tag-value.
//!
//! Source: SPDX 2.3 clauses 6 (document), 7 (package), 11 (relationships), 12
//! (annotations).
//!
//! Not read: files and snippets, which are no packages; licence texts; checksums of
//! referenced documents.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt};
use reading::{Notes, Parsed, Place, Rejected};

use crate::{
    Bom, Component, Contact, ContactKind, Kind, Relationship, RelationshipKind, Subject,
    Support,
};

/// The version that a document claims, without `SPDX-`.
pub(super) fn spec(
    claim: &str,
    place: impl FnOnce() -> Place,
    notes: &mut Notes,
) -> Result<String, Rejected> {
    let claim = claim.trim();
    let version = match claim.get(..5) {
        Some(prefix) if prefix.eq_ignore_ascii_case("SPDX-") => {
            claim.get(5..).unwrap_or("")
        }
        _ => claim,
    };
    match version {
        "2.0" | "2.1" | "2.2" | "2.2.1" | "2.2.2" | "2.3" => {}
        "" => notes.at(place, "the document claims no version of SPDX; read as 2.3"),
        _ if version == "2" || version.starts_with("2.") => {
            let message = format!("SPDX {} is not known; read as 2.3", clip(version));
            notes.at(place, message);
        }
        _ => {
            return Err(Rejected::new(
                place(),
                format!("this document claims SPDX {}", clip(version)),
                "SPDX 2.0 to 2.3 and 3.0 are read",
            ));
        }
    }
    Ok(version.to_owned())
}

/// What is said, unless nothing is: empty, `NOASSERTION` or `NONE`.
pub(super) fn said(text: &str) -> Option<&str> {
    let text = text.trim();
    let silent = text.is_empty()
        || text.eq_ignore_ascii_case("NOASSERTION")
        || text.eq_ignore_ascii_case("NONE");
    (!silent).then_some(text)
}

/// The name in `Organization: Name (address)`. The address is personal and is left out.
pub(super) fn party(text: &str) -> Option<String> {
    contact(text).map(|contact| contact.name)
}

/// A creator: `Person: Name (address)`, `Organization: Name ()`, `Tool: name-version`.
pub(super) fn contact(text: &str) -> Option<Contact> {
    let text = said(text)?;
    let (kind, name) = match text.split_once(':') {
        Some((word, name)) => match word.trim().to_ascii_lowercase().as_str() {
            "person" => (ContactKind::Person, name),
            "organization" | "organisation" => (ContactKind::Organization, name),
            "tool" => (ContactKind::Tool, name),
            _ => (ContactKind::Organization, text),
        },
        None => (ContactKind::Organization, text),
    };
    let name = said(without_address(name))?;
    Some(Contact { name: name.to_owned(), kind })
}

fn without_address(name: &str) -> &str {
    let name = name.trim();
    let Some((before, inside)) =
        name.strip_suffix(')').and_then(|open| open.rsplit_once('('))
    else {
        return name;
    };
    let is_address = inside.contains('@') || inside.trim().is_empty();
    if is_address && !before.trim().is_empty() { before.trim() } else { name }
}

/// Adds a licence expression, once.
pub(super) fn licence(component: &mut Component, text: &str) {
    if let Some(text) = said(text)
        && !component.licences.iter().any(|other| other == text)
    {
        component.licences.push(text.to_owned());
    }
}

/// Adds an external reference where it names the package. The category is not asked: real
/// documents put purls under `SECURITY`, and types may be URIs that end in the type.
pub(super) fn external_reference(component: &mut Component, kind: &str, locator: &str) {
    let locator = locator.trim();
    if locator.is_empty() {
        return;
    }
    let kind = kind.trim().rsplit(['/', '#']).next().unwrap_or_default();
    if kind.eq_ignore_ascii_case("purl") {
        purl(component, locator);
    } else if kind.eq_ignore_ascii_case("cpe23Type")
        || kind.eq_ignore_ascii_case("cpe22Type")
    {
        component.cpes.push(locator.to_owned());
    }
}

/// Adds a package URL; the first is the package's own.
pub(super) fn purl(component: &mut Component, text: &str) {
    match &component.purl {
        None => component.purl = Some(text.to_owned()),
        Some(first) if first == text => {}
        Some(_) => component.purls_other.push(text.to_owned()),
    }
}

/// What kind of thing `primaryPackagePurpose` names, or `None` for an unknown word.
pub(super) fn purpose(word: &str) -> Option<Kind> {
    let word: String =
        word.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    Some(match word.to_ascii_lowercase().as_str() {
        "application" | "executable" => Kind::Application,
        "framework" => Kind::Framework,
        "library" | "module" => Kind::Library,
        "container" => Kind::Container,
        "platform" => Kind::Platform,
        "operatingsystem" => Kind::OperatingSystem,
        "device" => Kind::Device,
        "devicedriver" => Kind::DeviceDriver,
        "firmware" => Kind::Firmware,
        "file" => Kind::File,
        "model" => Kind::MachineLearningModel,
        "data" => Kind::Data,
        "source" | "archive" | "install" | "other" | "bom" | "configuration"
        | "documentation" | "evidence" | "manifest" | "patch" | "requirement"
        | "specification" | "test" | "diskimage" | "filesystemimage" => Kind::Other,
        _ => return None,
    })
}

/// Support that stands in an annotation or a comment, which is where makers put it in SPDX
/// 2: lines such as `Support Level: actively maintained` and `End of Support: 2030-01-31`.
pub(super) fn support(known: &mut Support, text: &str) {
    for line in text.lines() {
        let Some((name, value)) = property(line) else { continue };
        let Some(value) = said(&value).map(str::to_owned) else { continue };
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        match name.to_ascii_lowercase().as_str() {
            "supportlevel"
            | "levelofsupport"
            | "softwarelevelofsupport"
            | "supportstatus" => {
                known.level.get_or_insert(value);
            }
            "endofsupport"
            | "endofsupportdate"
            | "softwareendofsupportdate"
            | "supportenddate"
            | "supporteddate"
            | "supporteduntil"
            | "supportuntil" => {
                known.end.get_or_insert(value);
            }
            _ => {}
        }
    }
}

/// A name and its value in `name: value`, `name=value` or `{"name": …, "value": …}`.
fn property(line: &str) -> Option<(String, Cow<'_, str>)> {
    // Annotations run to thousands and few speak of support.
    if !line.to_ascii_lowercase().contains("support") {
        return None;
    }
    let line = line.trim();
    if line.starts_with('{') {
        #[derive(serde::Deserialize)]
        struct Property {
            name: String,
            value: String,
        }
        let property: Property = serde_json::from_str(line).ok()?;
        let name = property.name.rsplit(':').next().unwrap_or_default().to_owned();
        return Some((name, Cow::Owned(property.value)));
    }
    let (name, value) = line.split_once([':', '='])?;
    Some((name.to_owned(), Cow::Borrowed(value)))
}

/// A relationship, turned round where the standard has a word for the inverse.
pub(super) fn relationship(
    from: &str,
    word: &str,
    to: &str,
    place: Place,
) -> Relationship {
    let (kind, direction) = relationship_kind(word);
    let (from, to) = match direction {
        Direction::AsWritten => (from, to),
        Direction::TurnedRound => (to, from),
    };
    Relationship { from: from.to_owned(), kind, to: to.to_owned(), place }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    AsWritten,
    TurnedRound,
}

/// SPDX 2.3 clause 11.1, table 68.
fn relationship_kind(word: &str) -> (RelationshipKind, Direction) {
    use Direction::{AsWritten, TurnedRound};

    match word.to_ascii_uppercase().as_str() {
        "DESCRIBES" => (RelationshipKind::Describes, AsWritten),
        "DESCRIBED_BY" => (RelationshipKind::Describes, TurnedRound),
        "CONTAINS" => (RelationshipKind::Contains, AsWritten),
        "CONTAINED_BY" | "PACKAGE_OF" => (RelationshipKind::Contains, TurnedRound),
        "DEPENDS_ON" | "STATIC_LINK" | "DYNAMIC_LINK" | "HAS_PREREQUISITE" => {
            (RelationshipKind::DependsOn, AsWritten)
        }
        "PREREQUISITE_FOR" => (RelationshipKind::DependsOn, TurnedRound),
        dependency if dependency.ends_with("DEPENDENCY_OF") => {
            (RelationshipKind::DependsOn, TurnedRound)
        }
        _ => (RelationshipKind::Other, AsWritten),
    }
}

/// What is known only when the whole document has been read: which packages it is about,
/// and which identifiers are used twice.
pub(super) fn finish(
    mut bom: Bom,
    described: &[String],
    mut notes: Notes,
) -> Parsed<Bom> {
    let positions = positions(&bom.components, &mut notes);
    let mut subject: Vec<usize> = described
        .iter()
        .map(String::as_str)
        .chain(described_by_document(&bom, &positions))
        .filter_map(|reference| positions.get(reference).copied())
        .collect();
    drop(positions);
    subject.sort_unstable();
    subject.dedup();
    if !subject.is_empty() {
        bom.subject = Subject::Within(subject);
    }
    Parsed { value: bom, notes: notes.finish() }
}

/// The first component of each reference. Never iterated, so its order reaches nothing.
pub(super) fn positions<'b>(
    components: &'b [Component],
    notes: &mut Notes,
) -> HashMap<&'b str, usize> {
    let mut positions = HashMap::with_capacity(components.len());
    for (at, component) in components.iter().enumerate() {
        let reference = component.reference.as_str();
        if reference.is_empty() {
            notes.at(
                || component.place.clone(),
                "the package has no identifier; nothing can refer to it",
            );
        } else if positions.contains_key(reference) {
            let message = format!("the identifier `{}` is used before", clip(reference));
            notes.at(|| component.place.clone(), message);
        } else {
            positions.insert(reference, at);
        }
    }
    positions
}

/// What the document says it describes. A package that describes another, or a file, says
/// nothing about what the document is about.
fn described_by_document<'b>(
    bom: &'b Bom,
    positions: &HashMap<&'b str, usize>,
) -> impl Iterator<Item = &'b str> {
    bom.relationships
        .iter()
        .filter(|relationship| relationship.kind == RelationshipKind::Describes)
        .filter(|relationship| !positions.contains_key(relationship.from.as_str()))
        .map(|relationship| relationship.to.as_str())
}

/// The beginning of a text, for a message.
pub(super) fn clip(text: &str) -> String {
    const CHARACTERS: usize = 60;
    match text.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
