//! A law: whatever is written as CycloneDX JSON or as CycloneDX XML is read as the same.
//!
//! The two writers below are as small as can be, and share nothing with the readers.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own text has failed"
)]

use std::fmt::Write;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use reading::Place;
use sbom::{
    Aggregate, Bom, Component, Composition, Contact, ContactKind, Format, Hash, Kind,
    Relationship, RelationshipKind, Statement, StatementVersion, Subject, Support,
};
use serde_json::{Value, json};
use terms::vex;

/// A component with what is nested in it.
#[derive(Clone, Debug)]
struct Nest {
    own: Component,
    inner: Vec<Nest>,
}

/// Text that no XML parser changes: neither blanks around it nor control characters.
fn text() -> impl Strategy<Value = String> {
    "[!-~äß€😀]{1,8}( [!-~äß€😀]{1,4})?"
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Application),
        Just(Kind::OperatingSystem),
        Just(Kind::DeviceDriver),
        Just(Kind::MachineLearningModel),
        Just(Kind::CryptographicAsset),
        Just(Kind::Unstated),
    ]
}

fn component() -> impl Strategy<Value = Component> {
    let names = (text(), option::of(text()), option::of(text()), option::of(text()));
    let makers = (option::of(text()), option::of(text()));
    let identifiers = (option::of(text()), vec(text(), 0..2));
    let lists = (vec(text(), 0..3), vec((text(), text()), 0..3));
    let support = (option::of(text()), option::of(text()));
    (kind(), names, makers, identifiers, lists, support).prop_map(
        |(kind, names, makers, identifiers, lists, support)| Component {
            kind,
            name: names.0,
            group: names.1.unwrap_or_default(),
            version: names.2,
            reference: names.3.unwrap_or_default(),
            supplier: makers.0,
            originator: makers.1,
            purl: identifiers.0,
            cpes: identifiers.1,
            licences: lists.0,
            hashes: lists
                .1
                .into_iter()
                .map(|(a, v)| Hash { algorithm: a, value: v })
                .collect(),
            support: Support { level: support.0, end: support.1 },
            ..Component::at(Place::Document)
        },
    )
}

fn nest() -> impl Strategy<Value = Nest> {
    component().prop_map(|own| Nest { own, inner: Vec::new() }).prop_recursive(
        3,
        12,
        3,
        |inner| {
            (component(), vec(inner, 0..3)).prop_map(|(own, inner)| Nest { own, inner })
        },
    )
}

fn statement() -> impl Strategy<Value = Statement> {
    let states = [None, Some("exploitable"), Some("not_affected"), Some("in_triage")];
    let whys = [None, Some("code_not_present"), Some("protected_by_compiler")];
    let word = (
        proptest::sample::select(states.to_vec()),
        proptest::sample::select(whys.to_vec()),
    );
    let versions = vec((text(), text()), 0..3);
    let words = (text(), text(), proptest::option::of(text()));
    (text(), vec(text(), 0..2), word, vec(text(), 0..2), words, text(), versions)
        .prop_map(|(id, aliases, (state, why), responses, words, reference, versions)| {
            let (detail, action, timestamp) = words;
            Statement {
                id,
                aliases,
                status: state.map(|word| vex::Status::from_cyclonedx(word).unwrap()),
                justification: why
                    .map(|word| vex::Justification::from_cyclonedx(word).unwrap()),
                responses,
                detail,
                action,
                timestamp,
                references: vec![reference],
                versions: versions
                    .into_iter()
                    .map(|(text, status)| StatementVersion { text, status: Some(status) })
                    .collect(),
                place: Place::Document,
            }
        })
}

fn relationship() -> impl Strategy<Value = Relationship> {
    let kinds = [RelationshipKind::DependsOn, RelationshipKind::Provides];
    (text(), proptest::sample::select(kinds.to_vec()), text()).prop_map(
        |(from, kind, to)| Relationship { from, kind, to, place: Place::Document },
    )
}

fn composition() -> impl Strategy<Value = Composition> {
    let words = [Aggregate::Complete, Aggregate::Incomplete, Aggregate::Unknown];
    (proptest::sample::select(words.to_vec()), vec(text(), 0..3))
        .prop_map(|(aggregate, references)| Composition { aggregate, references })
}

/// A document as it is to be read, and the trees that are written for it.
type Case = (Bom, Option<Nest>, Vec<Nest>);

fn case() -> impl Strategy<Value = Case> {
    let trees = (option::of(nest()), vec(nest(), 0..4));
    let lists =
        (vec(relationship(), 0..5), vec(composition(), 0..3), vec(statement(), 0..3));
    let heads = (option::of(text()), option::of(text()), vec(text(), 0..3));
    (trees, lists, heads).prop_map(|((subject, components), lists, heads)| {
        let mut bom = Bom::new(Format::CycloneDx);
        bom.spec = "1.6".to_owned();
        bom.identity = heads.0.map(|serial| format!("{serial}/3"));
        bom.created = heads.1;
        let person = |name| Contact { name, kind: ContactKind::Person };
        bom.authors = heads.2.into_iter().map(person).collect();
        (bom.relationships, bom.compositions, bom.statements) = lists;
        if let Some(nest) = &subject {
            bom.name = Some(nest.own.name.clone());
            bom.subject = Subject::Apart(Box::new(nest.own.clone()));
            flatten(&nest.inner, None, &mut bom.subject_parts);
        }
        flatten(&components, None, &mut bom.components);
        (bom, subject, components)
    })
}

fn flatten(nests: &[Nest], parent: Option<usize>, out: &mut Vec<Component>) {
    for nest in nests {
        let at = out.len();
        out.push(Component { parent, ..nest.own.clone() });
        flatten(&nest.inner, Some(at), out);
    }
}

fn word(status: vex::Status) -> &'static str {
    match status {
        vex::Status::Affected => "exploitable",
        vex::Status::NotAffected => "not_affected",
        vex::Status::Fixed => "resolved",
        vex::Status::UnderInvestigation => "in_triage",
    }
}

fn why(justification: vex::Justification) -> &'static str {
    match justification {
        vex::Justification::VulnerableCodeNotPresent => "code_not_present",
        _ => "protected_by_compiler",
    }
}

/// The properties that hold the support of a component.
fn properties(component: &Component) -> Vec<(&'static str, &str)> {
    let level =
        component.support.level.iter().map(|text| ("Level of Support", text.as_str()));
    let end =
        component.support.end.iter().map(|text| ("acme:end-of-support", text.as_str()));
    level.chain(end).collect()
}

mod as_json {
    use super::*;

    pub(super) fn document((bom, subject, components): &Case) -> String {
        let mut metadata = json!({
            "authors": bom.authors.iter().map(|a| json!({"name": a.name})).collect::<Vec<_>>(),
        });
        set(&mut metadata, "timestamp", bom.created.clone());
        set(&mut metadata, "component", subject.as_ref().map(component));
        let mut document = json!({
            "dependencies": bom.relationships.iter().map(relationship).collect::<Vec<_>>(),
            "vulnerabilities": bom.statements.iter().map(statement).collect::<Vec<_>>(),
            "compositions": bom.compositions.iter().map(|c| json!({
                "aggregate": c.aggregate.word(), "assemblies": c.references,
            })).collect::<Vec<_>>(),
            "components": components.iter().map(component).collect::<Vec<_>>(),
            "metadata": metadata, "version": 3, "bomFormat": "CycloneDX", "specVersion": "1.6",
        });
        let serial = bom.identity.as_ref().and_then(|id| id.strip_suffix("/3"));
        set(&mut document, "serialNumber", serial);
        document.to_string()
    }

    fn set(object: &mut Value, key: &str, value: Option<impl Into<Value>>) {
        if let (Some(value), Some(object)) = (value, object.as_object_mut()) {
            object.insert(key.to_owned(), value.into());
        }
    }

    fn component(nest: &Nest) -> Value {
        let own = &nest.own;
        let hash = |hash: &Hash| json!({"alg": hash.algorithm, "content": hash.value});
        let mut object = json!({
            "name": own.name, "group": own.group, "bom-ref": own.reference,
            "licenses": own.licences.iter().map(|name| json!({"license": {"name": name}}))
                .collect::<Vec<_>>(),
            "hashes": own.hashes.iter().map(hash).collect::<Vec<_>>(),
            "properties": properties(own).iter().map(|(n, v)| json!({"name": n, "value": v}))
                .collect::<Vec<_>>(),
            "components": nest.inner.iter().map(component).collect::<Vec<_>>(),
        });
        set(&mut object, "type", own.kind.word());
        set(&mut object, "version", own.version.clone());
        set(
            &mut object,
            "supplier",
            own.supplier.as_ref().map(|name| json!({"name": name})),
        );
        set(&mut object, "author", own.originator.clone());
        set(&mut object, "purl", own.purl.clone());
        set(&mut object, "cpe", own.cpes.first().cloned());
        object
    }

    fn relationship(relation: &Relationship) -> Value {
        let list = match relation.kind {
            RelationshipKind::Provides => "provides",
            _ => "dependsOn",
        };
        json!({"ref": relation.from, list: [relation.to]})
    }

    fn statement(statement: &Statement) -> Value {
        let version =
            |v: &StatementVersion| json!({"version": v.text, "status": v.status});
        let versions: Vec<_> = statement.versions.iter().map(version).collect();
        let mut analysis =
            json!({"detail": statement.detail, "response": statement.responses});
        set(&mut analysis, "lastUpdated", statement.timestamp.clone());
        set(&mut analysis, "state", statement.status.map(word));
        set(&mut analysis, "justification", statement.justification.map(why));
        let mut affected = json!({"ref": statement.references.concat()});
        set(&mut affected, "versions", (!versions.is_empty()).then_some(versions));
        json!({
            "id": statement.id, "analysis": analysis, "affects": [affected],
            "recommendation": statement.action,
            "references": statement.aliases.iter().map(|id| json!({"id": id}))
                .collect::<Vec<_>>(),
        })
    }
}

mod as_xml {
    use super::*;

    pub(super) fn document((bom, subject, components): &Case) -> String {
        let serial = bom.identity.as_ref().and_then(|id| id.strip_suffix("/3"));
        let serial =
            serial.map_or(String::new(), |id| format!(" serialNumber='{}'", escape(id)));
        let mut out = format!(
            "<bom xmlns='http://cyclonedx.org/schema/bom/1.6' version='3'{serial}><metadata>"
        );
        out += &optional("timestamp", bom.created.as_ref());
        out += &format!(
            "<authors>{}</authors>",
            bom.authors
                .iter()
                .map(|a| format!("<author>{}</author>", tag("name", &a.name)))
                .collect::<String>()
        );
        if let Some(nest) = subject {
            component(nest, &mut out);
        }
        out += "</metadata><components>";
        components.iter().for_each(|nest| component(nest, &mut out));
        out += "</components><dependencies>";
        for relation in &bom.relationships {
            let inner = match relation.kind {
                RelationshipKind::Provides => "provides",
                _ => "dependency",
            };
            let (from, to) = (escape(&relation.from), escape(&relation.to));
            write!(out, "<dependency ref='{from}'><{inner} ref='{to}'/></dependency>")
                .unwrap();
        }
        out += "</dependencies><compositions>";
        for composition in &bom.compositions {
            let aggregate = tag("aggregate", composition.aggregate.word());
            let references: String = composition
                .references
                .iter()
                .map(|name| format!("<assembly ref='{}'/>", escape(name)))
                .collect();
            write!(
                out,
                "<composition>{aggregate}<assemblies>{references}</assemblies></composition>"
            ).unwrap();
        }
        out += "</compositions><vulnerabilities>";
        bom.statements.iter().for_each(|one| statement(one, &mut out));
        out + "</vulnerabilities></bom>"
    }

    fn escape(text: &str) -> String {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('\'', "&apos;")
            .replace('"', "&#x22;")
    }

    fn tag(name: &str, text: &str) -> String {
        format!("<{name}>\n {} </{name}>", escape(text))
    }

    fn optional(name: &str, text: Option<&String>) -> String {
        text.map_or(String::new(), |text| tag(name, text))
    }

    fn component(nest: &Nest, out: &mut String) {
        let own = &nest.own;
        let kind =
            own.kind.word().map_or(String::new(), |word| format!(" type='{word}'"));
        write!(out, "<component{kind} bom-ref='{}'>", escape(&own.reference)).unwrap();
        if let Some(name) = &own.supplier {
            write!(out, "<supplier>{}</supplier>", tag("name", name)).unwrap();
        }
        *out += &optional("author", own.originator.as_ref());
        *out += &(tag("group", &own.group) + &tag("name", &own.name));
        *out += &optional("version", own.version.as_ref());
        *out += "<hashes>";
        for hash in &own.hashes {
            let (algorithm, value) = (escape(&hash.algorithm), escape(&hash.value));
            write!(out, "<hash alg='{algorithm}'>{value}</hash>").unwrap();
        }
        *out += "</hashes><licenses>";
        for name in &own.licences {
            write!(out, "<license>{}</license>", tag("name", name)).unwrap();
        }
        *out += "</licenses>";
        *out += &optional("cpe", own.cpes.first());
        *out += &optional("purl", own.purl.as_ref());
        *out += "<properties>";
        for (name, value) in properties(own) {
            write!(out, "<property name='{name}'>{}</property>", escape(value)).unwrap();
        }
        *out += "</properties><components>";
        nest.inner.iter().for_each(|inner| component(inner, out));
        *out += "</components></component>";
    }

    fn statement(statement: &Statement, out: &mut String) {
        *out +=
            &("<vulnerability>".to_owned() + &tag("id", &statement.id) + "<references>");
        for id in &statement.aliases {
            write!(out, "<reference>{}</reference>", tag("id", id)).unwrap();
        }
        *out += "</references><analysis>";
        if let Some(status) = statement.status {
            *out += &tag("state", word(status));
        }
        if let Some(justification) = statement.justification {
            *out += &tag("justification", why(justification));
        }
        *out += "<responses>";
        for response in &statement.responses {
            *out += &tag("response", response);
        }
        *out += &("</responses>".to_owned() + &tag("detail", &statement.detail));
        if let Some(time) = &statement.timestamp {
            *out += &tag("lastUpdated", time);
        }
        *out += &format!(
            "</analysis>{}<affects><target>{}",
            tag("recommendation", &statement.action),
            tag("ref", &statement.references.concat())
        );
        if !statement.versions.is_empty() {
            *out += "<versions>";
            for version in &statement.versions {
                let fields = tag("version", &version.text)
                    + &tag("status", version.status.as_deref().unwrap_or_default());
                write!(out, "<version>{fields}</version>").unwrap();
            }
            *out += "</versions>";
        }
        *out += "</target></affects></vulnerability>";
    }
}

/// Reads a text, and takes the places away, which differ.
fn read(text: &str) -> Bom {
    let mut bom = sbom::parse(text.as_bytes()).unwrap().value;
    let parts = bom.components.iter_mut().chain(&mut bom.subject_parts);
    parts.for_each(|part| part.place = Place::Document);
    if let Subject::Apart(subject) = &mut bom.subject {
        subject.place = Place::Document;
    }
    bom.relationships.iter_mut().for_each(|one| one.place = Place::Document);
    bom.statements.iter_mut().for_each(|one| one.place = Place::Document);
    bom
}

proptest! {
    #[test]
    fn json_and_xml_say_the_same(case in case()) {
        prop_assert_eq!(&read(&as_json::document(&case)), &case.0);
        prop_assert_eq!(&read(&as_xml::document(&case)), &case.0);
    }

    #[test]
    fn a_document_with_one_byte_changed_is_read_or_refused(
        case in case(), at in any::<usize>(), byte in any::<u8>()
    ) {
        for text in [as_json::document(&case), as_xml::document(&case)] {
            let mut bytes = text.into_bytes();
            let at = at % bytes.len();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            if let Err(refused) = sbom::parse(&bytes) {
                prop_assert!(!refused.message.is_empty());
            }
        }
    }
}
