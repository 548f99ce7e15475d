//! OpenVEX 0.0.1 to 0.2.0.
//!
//! Source: <https://github.com/openvex/spec>. The vulnerability is a text in 0.0.1 and an
//! object since; products are texts, or objects with identifiers and subcomponents. A
//! statement without a time of its own was made when the document was.
//!
//! Who may speak is not decided here: `author` is what the document says of itself.

use std::collections::BTreeMap;

use reading::{Note, Notes, Parsed, Place, Rejected, text};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor, value::MapAccessDeserializer};
use terms::vex::{Justification, Status};

use crate::record::{Record, Source, Statement, StatementProduct, Vulnerability};
use crate::wire::{self, List, Text};

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow, default, rename = "@context")]
    context: Text<'a>,
    #[serde(borrow, default, rename = "@id")]
    id: Text<'a>,
    #[serde(borrow, default)]
    author: Text<'a>,
    #[serde(borrow, default)]
    timestamp: Text<'a>,
    #[serde(borrow, default)]
    last_updated: Text<'a>,
    #[serde(borrow)]
    statements: List<Said<'a>>,
}

#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow, default)]
    vulnerability: Thing<'a>,
    #[serde(borrow, default)]
    timestamp: Text<'a>,
    #[serde(borrow, default)]
    last_updated: Text<'a>,
    #[serde(borrow, default)]
    products: List<Thing<'a>>,
    #[serde(borrow, default)]
    subcomponents: List<Thing<'a>>,
    #[serde(borrow, default)]
    status: Text<'a>,
    #[serde(borrow, default)]
    justification: Text<'a>,
    #[serde(borrow, default)]
    impact_statement: Text<'a>,
    #[serde(borrow, default)]
    action_statement: Text<'a>,
    #[serde(borrow, default)]
    status_notes: Text<'a>,
}

/// A vulnerability, a product or a component: a text, or an object.
#[derive(Clone, Debug, Default)]
struct Thing<'a> {
    text: Text<'a>,
    object: Object<'a>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Object<'a> {
    #[serde(borrow, default, rename = "@id")]
    id: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    description: Text<'a>,
    #[serde(borrow, default)]
    aliases: List<Text<'a>>,
    #[serde(borrow, default)]
    identifiers: Identifiers<'a>,
    #[serde(borrow, default)]
    subcomponents: List<Thing<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Identifiers<'a> {
    #[serde(borrow, default)]
    purl: Text<'a>,
    #[serde(borrow, default)]
    cpe23: Text<'a>,
    #[serde(borrow, default)]
    cpe22: Text<'a>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Thing<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ThingVisitor)
    }
}

struct ThingVisitor;

impl<'de> Visitor<'de> for ThingVisitor {
    type Value = Thing<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text or an object")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Thing { text: Text::borrowed(text), object: Object::default() })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Thing { text: Text::from(text.to_owned()), object: Object::default() })
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Thing::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let object = Object::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Thing { text: Text::default(), object })
    }
}

impl Thing<'_> {
    /// Every identifier, the main one first.
    fn identifiers(&self) -> Vec<String> {
        let identifiers = &self.object.identifiers;
        let mut found: Vec<String> = Vec::new();
        for text in [
            &self.text,
            &self.object.id,
            &identifiers.purl,
            &identifiers.cpe23,
            &identifiers.cpe22,
        ] {
            if !text.is_empty() && !found.iter().any(|known| known == text.as_str()) {
                found.push(text.owned());
            }
        }
        found
    }

    /// The name of a vulnerability: its own, else the last step of its address.
    fn vulnerability(&self) -> &str {
        let named = [&self.text, &self.object.name];
        if let Some(name) = named.into_iter().find(|name| !name.is_empty()) {
            return name.as_str();
        }
        let id = self.object.id.as_str();
        id.rsplit(['/', '#']).find(|step| !step.is_empty()).unwrap_or(id)
    }
}

/// Reads one OpenVEX document.
///
/// # Errors
/// When the bytes are no JSON text, are not OpenVEX, or carry no id.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Record>, Rejected> {
    let text = text::decode(bytes)?;
    let wire: Wire<'_> = wire::shape(&text)?;
    if !wire.context.as_str().contains("openvex") {
        return Err(Rejected::new(
            Place::Pointer("/@context".to_owned()),
            format!("no OpenVEX document: the context is `{}`", wire.context.as_str()),
            "OpenVEX 0.0.1 to 0.2.0 is read",
        ));
    }
    if wire.id.is_empty() {
        return Err(Rejected::new(
            Place::Pointer("/@id".to_owned()),
            "the document has no `@id`",
            "a document without an id cannot be told from its next revision",
        ));
    }
    let mut reader = Reader { notes: Notes::new(), known: BTreeMap::new() };
    let record = reader.record(&wire);
    Ok(Parsed { value: record, notes: reader.notes.finish() })
}

struct Reader {
    notes: Notes,
    /// Where a vulnerability stands in the record, by its name.
    known: BTreeMap<String, usize>,
}

impl Reader {
    fn record(&mut self, wire: &Wire<'_>) -> Record {
        let made = wire::date(&wire.timestamp, "/timestamp", &mut self.notes);
        let updated = wire::date(&wire.last_updated, "/last_updated", &mut self.notes);
        let mut record = Record {
            publisher: wire.author.owned(),
            modified: if updated.is_empty() { made.clone() } else { updated },
            published: made.clone(),
            ..wire::empty(Source::OpenVex, wire.id.owned())
        };
        for (at, said) in wire.statements.iter().enumerate() {
            let place = Place::Pointer(format!("/statements/{at}"));
            if let Some(statement) = self.statement(said, place, &made, &mut record) {
                record.statements.push(statement);
            }
        }
        record
    }

    fn statement(
        &mut self,
        said: &Said<'_>,
        place: Place,
        made: &str,
        record: &mut Record,
    ) -> Option<Statement> {
        let status = match Status::from_openvex(said.status.as_str()) {
            Ok(status) => status,
            Err(error) => {
                self.notes.add(|| Note::new(place, error.to_string()));
                return None;
            }
        };
        if said.vulnerability.vulnerability().is_empty() {
            let message = "a statement about no vulnerability is set aside";
            self.notes.add(|| Note::new(place, message));
            return None;
        }
        let justification = self.justification(said, &place);
        let own = [&said.last_updated, &said.timestamp];
        let own = own.into_iter().find(|time| !time.is_empty());
        let timestamp = own
            .map(|time| wire::date(time, "/statements", &mut self.notes))
            .filter(|time| !time.is_empty());
        Some(Statement {
            vulnerability: self.vulnerability(&said.vulnerability, record),
            status,
            justification,
            products: products(said),
            timestamp: timestamp.unwrap_or_else(|| made.to_owned()),
            impact: joined([&said.impact_statement, &said.status_notes]),
            action: said.action_statement.owned(),
            place,
        })
    }

    fn justification(&mut self, said: &Said<'_>, place: &Place) -> Option<Justification> {
        let word = said.justification.as_str();
        if word.is_empty() {
            return None;
        }
        match Justification::from_openvex(word) {
            Ok(justification) => Some(justification),
            Err(error) => {
                self.notes.add(|| Note::new(place.clone(), error.to_string()));
                None
            }
        }
    }

    /// Where the vulnerability stands in the record. Statements about one share it.
    fn vulnerability(&mut self, thing: &Thing<'_>, record: &mut Record) -> usize {
        let id = wire::identifier(thing.vulnerability());
        let at = *self.known.entry(id.clone()).or_insert_with(|| {
            let title = wire::headline(thing.object.description.as_str());
            let ids = vec![id];
            let vulnerability = Vulnerability { ids, title, ..Vulnerability::default() };
            record.vulnerabilities.push(vulnerability);
            record.vulnerabilities.len() - 1
        });
        if let Some(vulnerability) = record.vulnerabilities.get_mut(at) {
            add_aliases(vulnerability, &thing.object.aliases, &mut record.related);
        }
        at
    }
}

fn joined(texts: [&Text<'_>; 2]) -> String {
    let texts = texts.map(Text::as_str).into_iter().filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join("\n")
}

/// Aliases of one vulnerability. Where they would make two CVEs one, none is joined.
fn add_aliases(
    vulnerability: &mut Vulnerability,
    aliases: &List<Text<'_>>,
    related: &mut Vec<String>,
) {
    for alias in aliases.iter().filter(|alias| !alias.is_empty()) {
        let alias = wire::identifier(alias.as_str());
        if vulnerability.ids.contains(&alias) {
            continue;
        }
        let second =
            wire::is_cve(&alias) && vulnerability.ids.iter().any(|id| wire::is_cve(id));
        if !second {
            vulnerability.ids.push(alias);
        } else if !related.contains(&alias) {
            related.push(alias);
        }
    }
}

fn products(said: &Said<'_>) -> Vec<StatementProduct> {
    let mut products = Vec::with_capacity(said.products.len());
    for product in &said.products {
        let identifiers = product.identifiers();
        // Since 0.2.0 components stand in the product, before that beside it.
        let components = product.object.subcomponents.iter().chain(&said.subcomponents);
        let subcomponents: Vec<String> =
            components.flat_map(Thing::identifiers).collect();
        if !identifiers.is_empty() || !subcomponents.is_empty() {
            let versions = Vec::new();
            products.push(StatementProduct { identifiers, subcomponents, versions });
        }
    }
    products
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(statements: &str) -> Parsed<Record> {
        let text = format!(
            r#"{{"@context":"https://openvex.dev/ns/v0.2.0","@id":"x","author":"A",
                "timestamp":"2024-01-01T00:00:00+02:00","statements":[{statements}]}}"#
        );
        parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn texts_and_objects_name_the_same_things() {
        let old = read(
            r#"{"vulnerability":"cve-2024-1","products":["pkg:npm/a"],
                "subcomponents":["pkg:npm/b"],"status":"fixed"}"#,
        );
        let new = read(
            r#"{"vulnerability":{"@id":"https://h/CVE-2024-1","name":""},"products":[
                {"@id":"pkg:npm/a","identifiers":{"purl":"pkg:npm/a"},
                 "subcomponents":[{"@id":"pkg:npm/b"}]}],"status":"fixed"}"#,
        );
        assert_eq!(old.value, new.value);
        let statement = &old.value.statements[0];
        assert_eq!(old.value.vulnerabilities[0].ids, ["CVE-2024-1"]);
        assert_eq!(statement.products[0].identifiers, ["pkg:npm/a"]);
        assert_eq!(statement.products[0].subcomponents, ["pkg:npm/b"]);
        assert_eq!(statement.timestamp, "2023-12-31T22:00:00Z");
    }

    #[test]
    fn statements_about_one_vulnerability_share_it_and_two_cves_are_never_joined() {
        let parsed = read(
            r#"{"vulnerability":{"name":"GO-1","aliases":["CVE-2024-1","GHSA-X"]},
                "products":[],"status":"affected","action_statement":"Update",
                "timestamp":"2024-02-01T00:00:00Z"},
               {"vulnerability":{"name":"GO-1","aliases":["CVE-2024-1","CVE-2024-2"]},
                "status":"not_affected","justification":"component_not_present"}"#,
        );
        assert_eq!(parsed.value.vulnerabilities.len(), 1);
        let ids = &parsed.value.vulnerabilities[0].ids;
        assert_eq!(ids, &["GO-1", "CVE-2024-1", "GHSA-x"]);
        assert_eq!(parsed.value.related, ["CVE-2024-2"]);
        let first = &parsed.value.statements[0];
        assert_eq!((first.action.as_str(), first.products.len()), ("Update", 0));
        assert_eq!(first.timestamp, "2024-02-01T00:00:00Z");
        let second = &parsed.value.statements[1];
        assert_eq!(second.justification, Some(Justification::ComponentNotPresent));
    }

    #[test]
    fn what_cannot_be_read_of_a_statement_is_noted() {
        #[track_caller]
        fn check(statement: &str, kept: usize) {
            let parsed = read(statement);
            assert_eq!(parsed.value.statements.len(), kept, "{statement}");
            assert_eq!(parsed.notes.len(), 1, "{statement}: {:?}", parsed.notes);
        }

        check(r#"{"vulnerability":"CVE-1-1","status":"perhaps"}"#, 0);
        check(r#"{"vulnerability":"CVE-1-1"}"#, 0);
        check(r#"{"vulnerability":null,"status":"fixed"}"#, 0);
        check(r#"{"vulnerability":"CVE-1-1","status":"fixed","justification":"no"}"#, 1);
        check(r#"{"vulnerability":"CVE-1-1","status":"fixed","timestamp":"now"}"#, 1);
    }

    #[test]
    fn what_is_no_document_is_refused_with_its_place() {
        #[track_caller]
        fn check(text: &str, pointer: &str) {
            let place = Place::Pointer(pointer.to_owned());
            assert_eq!(parse(text.as_bytes()).unwrap_err().place, place, "{text}");
        }

        check("{}", "");
        check(r#"{"statements":[]}"#, "/@context");
        check(r#"{"@context":"https://spdx.org","statements":[]}"#, "/@context");
        check(r#"{"@context":"https://openvex.dev/ns","statements":[]}"#, "/@id");
        check(
            r#"{"@context":"openvex","@id":"x","statements":[{"products":[7]}]}"#,
            "/statements/0/products/0",
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
            let _ = parse(text.as_bytes());
        }
    }
}
