//! SPDX 2, tag-value, specification versions 2.0 to 2.3.
//!
//! Source: SPDX 2.3 clause 4 and annex "Tag/Value format". One `Tag: value` a line; a value
//! over many lines stands between `<text>` and `</text>`; a line that begins with `#` is a
//! comment. `PackageName`, `FileName`, `SnippetSPDXID`, `LicenseID`, `Annotator` and
//! `Reviewer` begin a section.
//!
//! Tags are told apart without regard to case, since real documents differ. Not read:
//! sections of files, snippets and licences, except the relationships in them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use reading::{Notes, Parsed, Place, Rejected, limits};

use super::v2;
use crate::{Bom, Component, Format, Hash, Kind};

/// Reads an SPDX 2 document written as tag-value.
///
/// # Errors
/// When `text` has no line `SPDXVersion:`, claims a version that is not read, or passes a
/// limit.
pub fn parse(text: &str) -> Result<Parsed<Bom>, Rejected> {
    let mut reader = Reader::default();
    let mut lines = Lines::new(text);
    while let Some(entry) = lines.next_entry(&mut reader.notes) {
        reader.read(&entry)?;
    }
    reader.finish()
}

/// One tag with its value.
struct Entry<'a> {
    tag: &'a str,
    value: Cow<'a, str>,
    line: usize,
}

impl Entry<'_> {
    fn place(&self) -> Place {
        whole_line(self.line)
    }

    fn is(&self, tag: &str) -> bool {
        self.tag.eq_ignore_ascii_case(tag)
    }
}

const fn whole_line(line: usize) -> Place {
    Place::Line { line, column: 0 }
}

/// Text that is cut into entries.
struct Lines<'a> {
    rest: &'a str,
    line: usize,
    /// Where the next `</text>` stands, in bytes before the end of the document.
    close: Close,
}

/// What is known about the next `</text>`. Without this, a document of texts that are not
/// closed would be searched to its end once for each of them.
#[derive(Clone, Copy)]
enum Close {
    NotLookedFor,
    BeforeEnd(usize),
    Nowhere,
}

impl<'a> Lines<'a> {
    const fn new(text: &'a str) -> Self {
        Self { rest: text, line: 0, close: Close::NotLookedFor }
    }

    /// The next line, whatever ends it: LF, CRLF or CR alone.
    fn next_line(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        self.line += 1;
        let ends = |byte| matches!(byte, b'\n' | b'\r');
        let end = self.rest.bytes().position(ends).unwrap_or(self.rest.len());
        let (line, after) = self.rest.split_at_checked(end)?;
        self.rest = after
            .strip_prefix("\r\n")
            .or_else(|| after.strip_prefix(['\n', '\r']))
            .unwrap_or_default();
        Some(line)
    }

    fn next_entry(&mut self, notes: &mut Notes) -> Option<Entry<'a>> {
        loop {
            let line = self.next_line()?.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let number = self.line;
            let Some((tag, value)) = tag_and_value(line) else {
                let message =
                    format!("`{}` is no `Tag: value`; set aside", v2::clip(line));
                notes.at(|| whole_line(number), message);
                continue;
            };
            let mut value = value;
            // Some writers put the text of a tag on the line after it.
            if value.is_empty()
                && self.rest.trim_start_matches([' ', '\t']).starts_with(OPEN)
            {
                value = self.next_line()?.trim();
            }
            let value = match value.strip_prefix(OPEN) {
                Some(opened) => self.text(opened, notes),
                None => Cow::Borrowed(value),
            };
            return Some(Entry { tag, value, line: number });
        }
    }

    /// A value between `<text>` and `</text>`, of which `opened` is the first line.
    fn text(&mut self, opened: &'a str, notes: &mut Notes) -> Cow<'a, str> {
        let number = self.line;
        if let Some((value, after)) = opened.split_once(CLOSE) {
            if !after.trim().is_empty() {
                let message = "what follows `</text>` on its line is set aside";
                notes.at(|| whole_line(number), message);
            }
            return Cow::Borrowed(value);
        }
        let Some(inside) = self.until_close() else {
            // Swallowing the rest would make its packages vanish, so the text ends with its
            // line.
            let message = "`<text>` is not closed; read to the end of its line";
            notes.at(|| whole_line(number), message);
            return Cow::Borrowed(opened);
        };
        if opened.trim().is_empty() {
            return Cow::Borrowed(inside);
        }
        Cow::Owned(format!("{opened}\n{inside}"))
    }

    /// What stands before the next `</text>`, unless another text opens first, at the
    /// beginning of a value: then the closing one belongs to that.
    fn until_close(&mut self) -> Option<&'a str> {
        let rest = self.rest;
        let end = self.next_close()?;
        let inside = rest.get(..end)?;
        if inside.split(['\n', '\r']).any(opens_text) {
            return None;
        }
        let before_end = rest.len() - end;
        while self.rest.len() >= before_end {
            self.next_line();
        }
        Some(inside)
    }

    fn next_close(&mut self) -> Option<usize> {
        match self.close {
            Close::Nowhere => return None,
            Close::BeforeEnd(bytes) if bytes <= self.rest.len() => {
                return Some(self.rest.len() - bytes);
            }
            Close::BeforeEnd(_) | Close::NotLookedFor => {}
        }
        let end = self.rest.find(CLOSE);
        self.close = match end {
            Some(end) => Close::BeforeEnd(self.rest.len() - end),
            None => Close::Nowhere,
        };
        end
    }
}

const OPEN: &str = "<text>";
const CLOSE: &str = "</text>";

fn opens_text(line: &str) -> bool {
    let line = line.trim();
    line.starts_with(OPEN)
        || tag_and_value(line).is_some_and(|(_, value)| value.starts_with(OPEN))
}

fn tag_and_value(line: &str) -> Option<(&str, &str)> {
    let (tag, value) = line.split_once(':')?;
    let is_tag = !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_tag.then(|| (tag, value.trim()))
}

/// The section in which an entry stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Section {
    #[default]
    Document,
    /// The package last begun.
    Package,
    /// A file, a snippet or a licence: nothing that is read here.
    Apart,
}

/// An annotation, whose subject may stand before or after its comment.
#[derive(Default)]
struct Annotation {
    subject: Option<String>,
    comment: Option<String>,
}

#[derive(Default)]
struct Reader {
    spec: Option<String>,
    name: Option<String>,
    namespace: Option<String>,
    created: Option<String>,
    authors: Vec<crate::Contact>,
    components: Vec<Component>,
    relationships: Vec<crate::Relationship>,
    annotations: Vec<Annotation>,
    section: Section,
    notes: Notes,
}

impl Reader {
    fn read(&mut self, entry: &Entry<'_>) -> Result<(), Rejected> {
        if self.begin_section(entry)? {
            return Ok(());
        }
        if entry.is("Relationship") {
            self.relationship(entry)?;
        } else if entry.is("SPDXVersion") {
            self.version(entry)?;
        } else if self.is_annotation(entry) {
        } else if self.section == Section::Package {
            self.package(entry);
        } else if self.section == Section::Document {
            self.document(entry);
        }
        Ok(())
    }

    /// Whether `entry` begins a section and nothing else.
    fn begin_section(&mut self, entry: &Entry<'_>) -> Result<bool, Rejected> {
        if entry.is("PackageName") {
            if self.components.len() >= limits::COMPONENTS_MAX {
                return Err(over_limit(entry, "packages", limits::COMPONENTS_MAX));
            }
            let mut component = Component::at(entry.place());
            component.name = entry.value.trim().to_owned();
            self.components.push(component);
            self.section = Section::Package;
            return Ok(true);
        }
        const APART: [&str; 4] = ["FileName", "SnippetSPDXID", "LicenseID", "Reviewer"];
        if APART.iter().any(|tag| entry.is(tag)) {
            self.section = Section::Apart;
            return Ok(true);
        }
        Ok(false)
    }

    fn version(&mut self, entry: &Entry<'_>) -> Result<(), Rejected> {
        if self.spec.is_some() {
            let message =
                "a second document begins here; it is read as part of the first";
            self.notes.at(|| entry.place(), message);
            self.section = Section::Document;
            return Ok(());
        }
        self.spec = Some(v2::spec(&entry.value, || entry.place(), &mut self.notes)?);
        Ok(())
    }

    fn relationship(&mut self, entry: &Entry<'_>) -> Result<(), Rejected> {
        if self.relationships.len() >= limits::RELATIONSHIPS_MAX {
            return Err(over_limit(entry, "relationships", limits::RELATIONSHIPS_MAX));
        }
        let mut words = entry.value.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some(from), Some(word), Some(to)) => {
                self.relationships.push(v2::relationship(from, word, to, entry.place()));
            }
            _ => {
                let message = "a relationship without two ends is set aside";
                self.notes.at(|| entry.place(), message);
            }
        }
        Ok(())
    }

    /// Whether `entry` belongs to an annotation, which may stand in any section and leaves
    /// that section open.
    fn is_annotation(&mut self, entry: &Entry<'_>) -> bool {
        if entry.is("Annotator") {
            self.annotations.push(Annotation::default());
        } else if entry.is("SPDXREF") {
            if let Some(annotation) = self.annotations.last_mut() {
                annotation.subject = Some(entry.value.trim().to_owned());
            }
        } else if entry.is("AnnotationComment") {
            if let Some(annotation) = self.annotations.last_mut() {
                annotation.comment = Some(entry.value.to_string());
            }
        } else {
            return false;
        }
        true
    }

    fn document(&mut self, entry: &Entry<'_>) {
        let value = entry.value.trim();
        let keep = |slot: &mut Option<String>| {
            if !value.is_empty() {
                slot.get_or_insert_with(|| value.to_owned());
            }
        };
        if entry.is("DocumentName") {
            keep(&mut self.name);
        } else if entry.is("DocumentNamespace") {
            keep(&mut self.namespace);
        } else if entry.is("Created") {
            keep(&mut self.created);
        } else if entry.is("Creator") {
            self.authors.extend(v2::contact(value));
        }
    }

    fn package(&mut self, entry: &Entry<'_>) {
        let Some(component) = self.components.last_mut() else { return };
        let value = entry.value.trim();
        let said = || v2::said(value).map(str::to_owned);
        match entry.tag.to_ascii_lowercase().as_str() {
            "spdxid" if component.reference.is_empty() => {
                component.reference = value.to_owned();
            }
            "spdxid" => {
                let message = "a second identifier of one package is set aside";
                self.notes.at(|| entry.place(), message);
            }
            "packageversion" => component.version = said(),
            "packagesupplier" => component.supplier = v2::party(value),
            "packageoriginator" => component.originator = v2::party(value),
            "packagelicenseconcluded" | "packagelicensedeclared" => {
                v2::licence(component, value);
            }
            "primarypackagepurpose" => {
                component.kind = v2::purpose(value).unwrap_or_else(|| {
                    let message =
                        format!("`{}` is no purpose in SPDX 2", v2::clip(value));
                    self.notes.at(|| entry.place(), message);
                    Kind::Unstated
                });
            }
            "validuntildate" => component.support.end = said(),
            "packagecomment" => v2::support(&mut component.support, value),
            "packagechecksum" => match value.split_once(':') {
                Some((algorithm, digest)) => component.hashes.push(Hash {
                    algorithm: algorithm.trim().to_owned(),
                    value: digest.trim().to_owned(),
                }),
                None => {
                    let message = "a checksum without algorithm or value is set aside";
                    self.notes.at(|| entry.place(), message);
                }
            },
            "externalref" => external_reference(component, entry, &mut self.notes),
            _ => {}
        }
    }

    fn finish(mut self) -> Result<Parsed<Bom>, Rejected> {
        let Some(spec) = self.spec.take() else {
            return Err(Rejected::new(
                Place::Document,
                "this is no SPDX 2 document: there is no line `SPDXVersion:`",
                "SPDX and CycloneDX documents are read",
            ));
        };
        if self.namespace.is_none() {
            self.notes.at(|| Place::Document, "there is no `DocumentNamespace`");
        }
        self.annotate();
        let mut bom = Bom::new(Format::Spdx);
        bom.spec = spec;
        bom.name = self.name;
        bom.identity = self.namespace;
        bom.created = self.created;
        bom.authors = self.authors;
        bom.components = self.components;
        bom.relationships = self.relationships;
        Ok(v2::finish(bom, &[], self.notes))
    }

    /// Support that is told in annotations belongs to the packages they refer to.
    fn annotate(&mut self) {
        let mut told: BTreeMap<&str, &mut crate::Support> = BTreeMap::new();
        if self.annotations.is_empty() {
            return;
        }
        for component in &mut self.components {
            told.entry(component.reference.as_str()).or_insert(&mut component.support);
        }
        for annotation in &self.annotations {
            if let (Some(subject), Some(comment)) =
                (&annotation.subject, &annotation.comment)
                && let Some(support) = told.get_mut(subject.as_str())
            {
                v2::support(support, comment);
            }
        }
    }
}

fn external_reference(component: &mut Component, entry: &Entry<'_>, notes: &mut Notes) {
    let mut words = entry.value.trim().splitn(2, char::is_whitespace);
    let rest = words.nth(1).unwrap_or_default().trim_start();
    match rest.split_once(char::is_whitespace) {
        Some((kind, locator)) => v2::external_reference(component, kind, locator),
        None => {
            let message = "a reference without type or locator is set aside";
            notes.at(|| entry.place(), message);
        }
    }
}

fn over_limit(entry: &Entry<'_>, what: &str, limit: usize) -> Rejected {
    Rejected::new(
        entry.place(),
        format!("more than {limit} {what}, which is the limit"),
        "split the document",
    )
}

#[cfg(test)]
mod tests;
