//! Graphs in any order, elements by reference and inline, and the dirt of real documents.

use proptest::prelude::*;
use reading::Place;
use terms::vex::{Justification, Status};

use super::*;
use crate::{Component, ContactKind, Kind, Phase, RelationshipKind, Subject};

const CREATION: &str = r#"{"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1",
    "created":"2024-01-31T00:00:00Z","createdBy":["urn:maker"],"createdUsing":["urn:tool"]}"#;
const MAKER: &str = r#"{"type":"Organization","spdxId":"urn:maker","name":"Maker"}"#;

fn graph(elements: &[&str]) -> String {
    format!(
        r#"{{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{}]}}"#,
        elements.join(",")
    )
}

#[track_caller]
fn read(elements: &[&str]) -> Parsed<Bom> {
    let text = graph(elements);
    parse(&text).unwrap_or_else(|refused| panic!("{refused}: {text}"))
}

#[track_caller]
fn package(members: &str) -> Component {
    let package = format!(r#"{{"type":"software_Package","spdxId":"urn:p",{members}}}"#);
    read(&[CREATION, MAKER, &package]).value.components[0].clone()
}

#[test]
fn a_package_is_a_component() {
    let component = package(
        r#""name":"zlib","software_packageVersion":"1.3","software_packageUrl":"pkg:generic/zlib@1.3",
        "externalIdentifier":[
          {"type":"ExternalIdentifier","externalIdentifierType":"packageUrl","identifier":"pkg:github/madler/zlib"},
          {"externalIdentifierType":"packageUrl","identifier":"pkg:generic/zlib@1.3"},
          {"externalIdentifierType":"cpe23","identifier":"cpe:2.3:a:zlib:zlib:1.3:*:*:*:*:*:*:*"},
          {"externalIdentifierType":"cpe22","identifier":""},
          {"externalIdentifierType":"swid","identifier":"x"}],
        "software_primaryPurpose":"operatingSystem","suppliedBy":"urn:maker",
        "originatedBy":["urn:maker"],"supportLevel":["support","deployed"],
        "validUntilTime":"2030-01-31T00:00:00Z",
        "verifiedUsing":[{"type":"Hash","algorithm":"sha256","hashValue":"ab"}]"#,
    );
    assert_eq!(component.reference, "urn:p");
    assert_eq!(component.version.as_deref(), Some("1.3"));
    assert_eq!(component.purl.as_deref(), Some("pkg:generic/zlib@1.3"));
    assert_eq!(component.purls_other, ["pkg:github/madler/zlib"]);
    assert_eq!(component.cpes.len(), 1);
    assert_eq!(component.kind, Kind::OperatingSystem);
    assert_eq!(component.supplier.as_deref(), Some("Maker"));
    assert_eq!(component.originator.as_deref(), Some("Maker"));
    assert_eq!(component.support.level.as_deref(), Some("support, deployed"));
    assert_eq!(component.support.end.as_deref(), Some("2030-01-31T00:00:00Z"));
    assert_eq!(component.hashes[0].algorithm, "sha256");
    assert_eq!(component.place, Place::Pointer("/@graph/2".into()));
}

#[test]
fn types_may_be_prefixed_or_addresses_and_subclasses_count() {
    #[track_caller]
    fn check(kind: &str, expected: Option<Kind>) {
        let element = format!(r#"{{{kind},"spdxId":"urn:p"}}"#);
        let bom = read(&[CREATION, &element]).value;
        assert_eq!(
            bom.components.first().map(|component| component.kind),
            expected,
            "{kind}"
        );
    }

    check(r#""type":"software_Package""#, Some(Kind::Unstated));
    check(r#""@type":"software:Package""#, Some(Kind::Unstated));
    check(
        r#""@type":"https://spdx.org/rdf/3.0.1/terms/Software/Package""#,
        Some(Kind::Unstated),
    );
    check(r#""type":["Thing","software_Package"]"#, Some(Kind::Unstated));
    check(r#""type":"ai_AIPackage""#, Some(Kind::MachineLearningModel));
    check(r#""type":"dataset_DatasetPackage""#, Some(Kind::Data));
    check(r#""type":"software_File""#, None);
    check(r#""type":"software_SoftwareArtifact""#, None);
    check(r#""type":7"#, None);
    check(r#""name":"x""#, None);
}

#[test]
fn the_document_may_stand_anywhere_and_says_who_made_it() {
    let document = r#"{"type":"SpdxDocument","spdxId":"urn:d","name":"pump","creationInfo":"_:c",
        "rootElement":["urn:sbom"]}"#;
    let sbom = r#"{"type":"software_Sbom","spdxId":"urn:sbom","rootElement":["urn:p"]}"#;
    let tool = r#"{"type":"Tool","spdxId":"urn:tool","name":"bitbake"}"#;
    let package =
        r#"{"type":"software_Package","spdxId":"urn:p","suppliedBy":"urn:maker"}"#;
    let other = r#"{"type":"CreationInfo","@id":"_:x","specVersion":"3.0.0"}"#;
    let mut elements = vec![other, package, sbom, document, CREATION, MAKER, tool];
    for _ in 0..elements.len() {
        elements.rotate_left(1);
        let parsed = read(&elements);
        let bom = &parsed.value;
        assert_eq!((bom.spec.as_str(), bom.name.as_deref()), ("3.0.1", Some("pump")));
        assert_eq!(bom.identity.as_deref(), Some("urn:d"));
        assert_eq!(bom.created.as_deref(), Some("2024-01-31T00:00:00Z"));
        let kinds: Vec<_> = bom.authors.iter().map(|author| author.kind).collect();
        assert_eq!(kinds, [ContactKind::Organization, ContactKind::Tool]);
        assert_eq!(bom.subject, Subject::Within(vec![0]));
        assert_eq!(bom.components[0].supplier.as_deref(), Some("Maker"));
        assert_eq!(parsed.notes, []);
    }
}

#[test]
fn each_target_of_a_relationship_is_one() {
    #[track_caller]
    fn check(members: &str, expected: &[(&str, RelationshipKind, &str)]) {
        let element = format!(r#"{{"type":"Relationship","spdxId":"urn:r",{members}}}"#);
        let bom = read(&[CREATION, &element]).value;
        let found: Vec<_> = bom
            .relationships
            .iter()
            .map(|found| (found.from.as_str(), found.kind, found.to.as_str()))
            .collect();
        assert_eq!(found, expected, "{members}");
    }
    use RelationshipKind::{Contains, DependsOn, Describes, Other};

    check(
        r#""from":"a","relationshipType":"dependsOn","to":["b","b","ghost"]"#,
        &[("a", DependsOn, "b"), ("a", DependsOn, "b"), ("a", DependsOn, "ghost")],
    );
    check(
        r#""from":"a","relationshipType":"DEPENDS_ON","to":["b"]"#,
        &[("a", DependsOn, "b")],
    );
    check(
        r#""from":"a","relationshipType":"hasStaticLink","to":"b""#,
        &[("a", DependsOn, "b")],
    );
    check(
        r#""from":"a","relationshipType":"contains","to":["b"]"#,
        &[("a", Contains, "b")],
    );
    check(
        r#""from":"a","relationshipType":"describes","to":["b"]"#,
        &[("a", Describes, "b")],
    );
    check(r#""from":"a","relationshipType":"other","to":["b"]"#, &[("a", Other, "b")]);
    check(r#""from":"a","to":["b"]"#, &[("a", Other, "b")]);
    check(r#""from":"a","relationshipType":"contains","to":[]"#, &[]);
    check(r#""from":"a","relationshipType":"contains""#, &[]);
    check(r#""from":7,"relationshipType":"contains","to":["b"]"#, &[]);
    check(
        r#""from":"a","relationshipType":"contains","to":[null,7,"b"]"#,
        &[("a", Contains, "b")],
    );
}

#[test]
fn an_element_inside_another_is_read_once() {
    let inline = r#"{"type":"software_Package","spdxId":"urn:q","name":"q",
        "suppliedBy":{"type":"Organization","name":"Inner"}}"#;
    let document = format!(
        r#"{{"type":"SpdxDocument","spdxId":"urn:d","element":[{inline}],
        "creationInfo":{{"type":"CreationInfo","specVersion":"3.0.0"}}}}"#
    );
    let bom = read(&[&document]).value;
    assert_eq!(bom.spec, "3.0.0");
    assert_eq!(bom.components.len(), 1);
    assert_eq!(bom.components[0].supplier.as_deref(), Some("Inner"));
    assert_eq!(bom.components[0].place, Place::Pointer("/@graph/0/element/0".into()));
    let bom = read(&[&document, inline]).value;
    assert_eq!(bom.components.len(), 1);
    assert_eq!(bom.components[0].place, Place::Pointer("/@graph/1".into()));
    let relation = format!(
        r#"{{"type":"Relationship","from":"urn:p","relationshipType":"dependsOn","to":[{inline}]}}"#
    );
    let bom = read(&[CREATION, &relation, &relation]).value;
    assert_eq!(bom.relationships[1].to, "urn:q");
    assert_eq!(bom.components.len(), 1);
}

#[test]
fn an_element_may_stand_without_a_graph() {
    let text = r#"{"@context":"https://spdx.org/rdf/3.0.0/spdx-context.jsonld",
        "type":"software_Package","spdxId":"urn:p","name":"a",
        "creationInfo":{"type":"CreationInfo","specVersion":"3.0.0"}}"#;
    let bom = parse(text).unwrap().value;
    assert_eq!((bom.components.len(), bom.spec.as_str()), (1, "3.0.0"));
    assert_eq!(bom.components[0].place, Place::Pointer(String::new()));
}

#[test]
fn licences_are_found_behind_relationships() {
    let bom = read(&[
        CREATION,
        r#"{"type":"software_Package","spdxId":"urn:p"}"#,
        r#"{"type":"Relationship","from":"urn:p","relationshipType":"hasDeclaredLicense","to":["urn:l"]}"#,
        r#"{"type":"Relationship","from":"urn:p","relationshipType":"HAS_CONCLUDED_LICENSE",
            "to":["https://spdx.org/licenses/0BSD","https://spdx.org/rdf/3.0.1/terms/Licensing/NoAssertion"]}"#,
        r#"{"type":"simplelicensing_LicenseExpression","spdxId":"urn:l","simplelicensing_licenseExpression":"MIT OR Zlib"}"#,
    ])
    .value;
    assert_eq!(bom.components[0].licences, ["MIT OR Zlib", "0BSD"]);
    assert_eq!(bom.relationships.len(), 3);
}

const FLAW: &str = r#"{"type":"security_Vulnerability","spdxId":"urn:flaw","externalIdentifier":[
    {"externalIdentifierType":"securityOther","identifier":"GHSA-x"},
    {"externalIdentifierType":"cve","identifier":"CVE-2024-1234"}]}"#;

#[test]
fn vex_relationships_are_statements_and_relationships() {
    #[track_caller]
    fn check(kind: &str, word: &str, expected: Option<Status>) {
        let element = format!(
            r#"{{"type":"{kind}","from":"urn:flaw","relationshipType":"{word}","to":["urn:p","urn:q"]}}"#
        );
        let bom = read(&[&element, FLAW, CREATION]).value;
        assert_eq!(bom.relationships.len(), 2);
        let statement = &bom.statements[0];
        assert_eq!(statement.id, "CVE-2024-1234");
        assert_eq!(statement.aliases, ["GHSA-x"]);
        assert_eq!(statement.references, ["urn:p", "urn:q"]);
        assert_eq!(statement.status, expected, "{kind} {word}");
    }

    check("security_VexFixedVulnAssessmentRelationship", "fixedIn", Some(Status::Fixed));
    check(
        "security_VexAffectedVulnAssessmentRelationship",
        "affects",
        Some(Status::Affected),
    );
    check("Relationship", "doesNotAffect", Some(Status::NotAffected));
    check(
        "security_VexUnderInvestigationVulnAssessmentRelationship",
        "other",
        Some(Status::UnderInvestigation),
    );
    // A document that contradicts itself must not suppress a finding.
    check("security_VexNotAffectedVulnAssessmentRelationship", "affects", None);
}

#[test]
fn a_justification_is_read_and_a_withdrawn_statement_is_not() {
    let statement = |member: &str| {
        let element = format!(
            r#"{{"type":"security_VexNotAffectedVulnAssessmentRelationship","from":"urn:flaw",
            "relationshipType":"doesNotAffect","to":["urn:p"],{member}}}"#
        );
        read(&[CREATION, FLAW, &element]).value.statements.first().cloned()
    };
    let found = statement(
        r#""security_justificationType":"vulnerableCodeNotPresent","security_impactStatement":"not built in""#,
    )
    .unwrap();
    assert_eq!(found.justification, Some(Justification::VulnerableCodeNotPresent));
    assert_eq!(found.detail, "not built in");
    let found = statement(r#""security_justificationType":"weLikeIt""#).unwrap();
    assert_eq!((found.status, found.justification), (Some(Status::NotAffected), None));
    assert_eq!(statement(r#""security_withdrawnTime":"2024-01-01T00:00:00Z""#), None);
}

#[test]
fn a_vulnerability_that_is_only_associated_has_no_status() {
    let bom = read(&[
        CREATION,
        r#"{"type":"Relationship","from":"urn:p","relationshipType":"hasAssociatedVulnerability","to":["urn:vulnerability/CVE-2020-1"]}"#,
    ])
    .value;
    assert_eq!(
        (bom.statements[0].id.as_str(), bom.statements[0].status),
        ("CVE-2020-1", None)
    );
    assert_eq!(bom.statements[0].references, ["urn:p"]);
}

#[test]
fn dirt_in_side_fields_costs_that_field_and_leaves_a_note() {
    #[track_caller]
    fn check(members: &str) {
        let package =
            format!(r#"{{"type":"software_Package","spdxId":"urn:p",{members}}}"#);
        let parsed = read(&[CREATION, MAKER, &package]);
        assert_eq!(parsed.value.components.len(), 1, "{members}");
        let of_package =
            |note: &&reading::Note| note.place.to_string().starts_with("/@graph/2");
        assert!(
            parsed.notes.iter().any(|note| of_package(&note)),
            "{members}: {:?}",
            parsed.notes
        );
    }

    check(r#""name":7"#);
    check(r#""software_packageVersion":1.10"#);
    check(r#""software_packageVersion":{}"#);
    check(r#""software_primaryPurpose":"widget""#);
    check(r#""suppliedBy":"urn:nobody""#);
    check(r#""suppliedBy":7"#);
    check(r#""externalIdentifier":"x""#);
    check(r#""externalIdentifier":[7]"#);
    check(r#""verifiedUsing":7"#);
    check(r#""supportLevel":[{}]"#);
}

#[test]
fn silence_of_the_standard_is_no_supplier_and_leaves_no_note() {
    let package = r#"{"type":"software_Package","spdxId":"urn:p","suppliedBy":
        "https://spdx.org/rdf/3.0.1/terms/Core/NoAssertionElement","supportLevel":["noAssertion"]}"#;
    let parsed = read(&[
        CREATION,
        MAKER,
        r#"{"type":"SpdxDocument","spdxId":"urn:d","creationInfo":"_:c"}"#,
        package,
    ]);
    assert_eq!(parsed.value.components[0].supplier, None);
    assert_eq!(parsed.value.components[0].support.level, None);
    assert_eq!(parsed.notes, []);
}

#[test]
fn the_version_is_that_of_the_creation_else_of_the_context() {
    #[track_caller]
    fn check(context: &str, creation: &str, expected: Option<&str>) {
        let text = format!(r#"{{{context}"@graph":[{creation}]}}"#);
        let spec = parse(&text).ok().map(|parsed| parsed.value.spec);
        assert_eq!(spec.as_deref(), expected, "{text}");
    }
    let known = r#""@context":"https://spdx.org/rdf/3.0.0/spdx-context.jsonld","#;
    let list = r#""@context":[{"x":"http://e/x"},"https://spdx.org/rdf/3.0.1/spdx-context.jsonld"],"#;
    let foreign = r#""@context":"https://schema.org","#;

    check(known, r#"{"type":"CreationInfo","specVersion":"3.0.1"}"#, Some("3.0.1"));
    check(known, r#"{"type":"CreationInfo"}"#, Some("3.0.0"));
    check(list, "", Some("3.0.1"));
    check("", r#"{"type":"CreationInfo","specVersion":"SPDX-3.0.1"}"#, Some("3.0.1"));
    check(known, r#"{"type":"CreationInfo","specVersion":"2.3"}"#, Some("2.3"));
    check(foreign, r#"{"type":"CreationInfo","specVersion":"2.3"}"#, None);
    check(foreign, r#"{"type":"Person","name":"x"}"#, None);
    check("", "", None);
}

#[test]
fn what_is_no_graph_is_refused_with_its_place() {
    #[track_caller]
    fn check(text: &str) {
        assert!(parse(text).is_err(), "{text}");
    }

    check("[]");
    check("{}");
    check(r#"{"@graph":"x"}"#);
    check(r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":7}"#);
    check(r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{"#);
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn any_json_in_any_member_is_read_or_refused(
        kind in prop::sample::select(vec![
            "software_Package", "SpdxDocument", "Relationship", "CreationInfo",
            "security_Vulnerability", "Annotation",
        ]),
        member in prop::sample::select(vec![
            "spdxId", "name", "creationInfo", "externalIdentifier", "suppliedBy", "from", "to",
            "rootElement", "element", "createdBy", "subject", "supportLevel", "verifiedUsing",
        ]),
        value in prop::sample::select(vec![
            "null", "true", "7", "-1", "1.5", "\"x\"", "[]", "[[]]", "[null]", "[{}]", "{}",
            r#"{"type":"software_Package","suppliedBy":{"type":"Person"}}"#,
        ]),
    ) {
        let element = format!(r#"{{"type":"{kind}","{member}":{value}}}"#);
        prop_assert!(parse(&graph(&[CREATION, &element])).is_ok());
    }
}

#[test]
fn a_short_identifier_is_that_of_the_context_or_of_the_namespace_map() {
    #[track_caller]
    fn check(terms: &str, map: &str, expected: [&str; 2]) {
        let text = format!(
            r#"{{"@context":["https://spdx.org/rdf/3.0.1/spdx-context.jsonld",{terms}],
            "@graph":[
            {{"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1","created":"2024-01-01T00:00:00Z"}},
            {{"type":"software_Package","spdxId":"my:a","name":"a","creationInfo":"_:c",
              "suppliedBy":"https://x/o"}},
            {{"type":"Organization","spdxId":"my:o","name":"O","creationInfo":"_:c"}},
            {{"type":"SpdxDocument","spdxId":"my:d","creationInfo":"_:c","rootElement":["https://x/a"],
              "namespaceMap":[{map}]}}]}}"#
        );
        let bom = crate::parse(text.as_bytes()).unwrap().value;
        let component = &bom.components[0];
        assert_eq!([bom.identity.as_deref().unwrap(), &component.reference], expected);
        let full = expected[0].starts_with("https://x/");
        assert_eq!(matches!(bom.subject, Subject::Within(_)), full, "{terms} {map}");
        assert_eq!(component.supplier.is_some(), full, "{terms} {map}");
    }
    let full = ["https://x/d", "https://x/a"];
    let short = ["my:d", "my:a"];
    let map = r#"{"type":"NamespaceMap","prefix":"my","namespace":"https://x/"}"#;
    let other = r#"{"type":"NamespaceMap","prefix":"my","namespace":"https://y/"}"#;
    let nameless = r#"{"type":"NamespaceMap","prefix":"","namespace":"https://x/"}"#;
    let relative = r#"{"type":"NamespaceMap","prefix":"my","namespace":"x/"}"#;

    check(r#"{"my":"https://x/"}"#, "", full);
    check("{}", map, full);
    check(r#"{"my":"https://x/"}"#, other, full);
    check("{}", "", short);
    check(r#"{"your":"https://x/"}"#, nameless, short);
    check(r#"{"my":7},null,[],"x""#, relative, short);
    check("{}", "7,null", short);
}

#[test]
fn an_address_and_a_blank_node_are_never_short_identifiers() {
    let text = r#"{"@context":["https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        {"https":"urn:wrong:","_":"urn:wrong:"}],"@graph":[
        {"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1","created":"2024-01-01T00:00:00Z"},
        {"type":"software_Package","spdxId":"https://x/a","name":"a","creationInfo":"_:c"},
        {"type":"SpdxDocument","spdxId":"https://x/d","creationInfo":"_:c"}]}"#;
    let bom = crate::parse(text.as_bytes()).unwrap().value;
    assert_eq!(bom.identity.as_deref(), Some("https://x/d"));
    assert_eq!(bom.components[0].reference, "https://x/a");
    assert_eq!(bom.created.as_deref(), Some("2024-01-01T00:00:00Z"));
}

#[test]
fn what_the_sbom_of_the_document_was_made_from_is_read() {
    #[track_caller]
    fn check(types: &str, expected: &[(Phase, &str)], notes: usize) {
        let document =
            r#"{"type":"SpdxDocument","spdxId":"urn:d","rootElement":["urn:sbom"]}"#;
        let other = r#"{"type":"software_Sbom","spdxId":"urn:other","software_sbomType":["runtime"]}"#;
        let sbom = format!(r#"{{"type":"software_Sbom","spdxId":"urn:sbom"{types}}}"#);
        let parsed = read(&[CREATION, MAKER, other, &sbom, document]);
        let found: Vec<(Phase, &str)> = parsed
            .value
            .contexts
            .iter()
            .map(|it| (it.phase, it.written.as_str()))
            .collect();
        assert_eq!(found, expected, "{types}");
        assert_eq!(parsed.notes.len(), notes, "{:?}", parsed.notes);
        let place = "/@graph/3/software_sbomType";
        assert!(parsed.value.contexts.iter().all(|it| it.place.to_string() == place));
    }

    check("", &[], 0);
    check(
        r#","software_sbomType":["build","analyzed"]"#,
        &[(Phase::Build, "build"), (Phase::Built, "analyzed")],
        0,
    );
    check(r#","software_sbomType":"source""#, &[(Phase::Source, "source")], 0);
    check(r#","software_sbomType":["deployed"]"#, &[(Phase::Operations, "deployed")], 0);
    check(r#","software_sbomType":["built"]"#, &[(Phase::Other, "built")], 1);
    check(r#","software_sbomType":[{}]"#, &[], 1);

    let document = r#"{"type":"SpdxDocument","spdxId":"urn:d","rootElement":["urn:p"]}"#;
    let sbom =
        r#"{"type":"software_Sbom","spdxId":"urn:s","software_sbomType":["design"]}"#;
    let bom = read(&[CREATION, MAKER, sbom, document]).value;
    assert_eq!(bom.contexts.first().map(|it| it.phase), Some(Phase::Design));
}
