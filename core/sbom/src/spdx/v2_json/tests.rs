//! Each kind of dirt that real documents bring, and what must come of it.

use proptest::prelude::*;

use super::*;
use crate::{ContactKind, RelationshipKind, Subject};

const HEAD: &str =
    r#""spdxVersion":"SPDX-2.3","documentNamespace":"https://example.org/d""#;

fn document(rest: &str) -> String {
    format!("{{{HEAD},{rest}}}")
}

fn package(members: &str) -> String {
    document(&format!(r#""packages":[{{"SPDXID":"SPDXRef-a",{members}}}]"#))
}

#[track_caller]
fn read(text: &str) -> Parsed<Bom> {
    parse(text).unwrap_or_else(|refused| panic!("{refused}: {text}"))
}

#[track_caller]
fn first(members: &str) -> Component {
    read(&package(members)).value.components[0].clone()
}

/// The places and messages of all notes.
fn notes(text: &str) -> Vec<String> {
    read(text).notes.iter().map(ToString::to_string).collect()
}

#[test]
fn a_package_is_a_component() {
    let component = first(
        r#""name":"zlib","versionInfo":"1.3.1","supplier":"Organization: Zlib (z@example.org)",
        "originator":"Person: Mark","licenseConcluded":"Zlib","licenseDeclared":"Zlib",
        "primaryPackagePurpose":"LIBRARY","validUntilDate":"2030-01-31T00:00:00Z",
        "checksums":[{"algorithm":"SHA256","checksumValue":"ab"}],
        "annotations":[{"comment":"Support Level: actively maintained"}],
        "externalRefs":[
          {"referenceCategory":"SECURITY","referenceType":"purl","referenceLocator":"pkg:generic/zlib@1.3.1"},
          {"referenceCategory":"OTHER","referenceType":"purl","referenceLocator":"pkg:github/madler/zlib"},
          {"referenceType":"http://spdx.org/rdf/references/cpe23Type","referenceLocator":"cpe:2.3:a:zlib:zlib:1.3.1:*:*:*:*:*:*:*"},
          {"referenceType":"cpe22Type","referenceLocator":" cpe:/a:zlib:zlib "},
          {"referenceType":"purl","referenceLocator":""},
          {"referenceType":"swh","referenceLocator":"swh:1:x"}]"#,
    );
    assert_eq!(component.reference, "SPDXRef-a");
    assert_eq!(
        (component.name.as_str(), component.version.as_deref()),
        ("zlib", Some("1.3.1"))
    );
    assert_eq!(component.supplier.as_deref(), Some("Zlib"));
    assert_eq!(component.originator.as_deref(), Some("Mark"));
    assert_eq!(component.licences, ["Zlib"]);
    assert_eq!(component.kind, Kind::Library);
    assert_eq!(component.support.level.as_deref(), Some("actively maintained"));
    assert_eq!(component.support.end.as_deref(), Some("2030-01-31T00:00:00Z"));
    assert_eq!(
        component.hashes,
        [Hash { algorithm: "SHA256".into(), value: "ab".into() }]
    );
    assert_eq!(component.purl.as_deref(), Some("pkg:generic/zlib@1.3.1"));
    assert_eq!(component.purls_other, ["pkg:github/madler/zlib"]);
    assert_eq!(component.cpes.len(), 2);
    assert_eq!(component.cpes[1], "cpe:/a:zlib:zlib");
    assert_eq!(component.place, Place::Pointer("/packages/0".into()));
}

#[test]
fn silence_is_not_a_value() {
    #[track_caller]
    fn check(word: &str) {
        let component = first(&format!(
            r#""name":"a","versionInfo":{word},"supplier":{word},"licenseDeclared":{word},"validUntilDate":{word}"#
        ));
        assert_eq!(component.version, None, "{word}");
        assert_eq!(component.supplier, None, "{word}");
        assert_eq!(component.support.end, None, "{word}");
        assert!(component.licences.is_empty(), "{word}");
    }

    check(r#""NOASSERTION""#);
    check(r#""noassertion""#);
    check(r#""NONE""#);
    check(r#""""#);
    check(r#"" ""#);
    check("null");
}

#[test]
fn a_wrong_type_in_a_side_field_costs_that_field_and_leaves_a_note() {
    #[track_caller]
    fn check(members: &str, place: &str) {
        let text = package(&format!(r#""name":"a",{members}"#));
        let parsed = read(&text);
        assert_eq!(parsed.value.components.len(), 1);
        let places: Vec<String> =
            parsed.notes.iter().map(|note| note.place.to_string()).collect();
        assert!(places.iter().any(|found| found == place), "{members}: {places:?}");
    }

    check(r#""versionInfo":7"#, "/packages/0/versionInfo");
    check(r#""versionInfo":1.10"#, "/packages/0/versionInfo");
    check(r#""versionInfo":["1"]"#, "/packages/0/versionInfo");
    check(r#""supplier":{"name":"x"}"#, "/packages/0/supplier");
    check(r#""checksums":"none""#, "/packages/0/checksums");
    check(r#""checksums":[{"algorithm":"SHA1"}]"#, "/packages/0/checksums/0");
    check(r#""checksums":[null]"#, "/packages/0/checksums/0");
    check(r#""externalRefs":"none""#, "/packages/0/externalRefs");
    check(
        r#""externalRefs":[{"referenceLocator":"pkg:a/b"}]"#,
        "/packages/0/externalRefs/0",
    );
    check(r#""primaryPackagePurpose":"WIDGET""#, "/packages/0/primaryPackagePurpose");
    check(r#""annotations":[7]"#, "/packages/0/annotations");
}

#[test]
fn a_whole_number_is_read_as_text_and_a_decimal_one_is_not() {
    let version = |members: &str| first(members).version;
    assert_eq!(version(r#""versionInfo":7"#), Some("7".to_owned()));
    // 1.10 and 1.1 are one number and two versions.
    assert_eq!(version(r#""versionInfo":1.10"#), None);
}

#[test]
fn one_entry_without_its_list_is_a_list_of_one() {
    let component = first(
        r#""externalRefs":{"referenceType":"purl","referenceLocator":"pkg:generic/a"}"#,
    );
    assert_eq!(component.purl.as_deref(), Some("pkg:generic/a"));
    let bom =
        read(&document(r#""creationInfo":{"creators":"Tool: x"},"packages":[]"#)).value;
    assert_eq!(bom.authors[0].kind, ContactKind::Tool);
}

#[test]
fn entries_that_are_no_objects_are_set_aside_and_the_others_keep_their_places() {
    let text = document(r#""packages":[null,7,"x",{"SPDXID":"SPDXRef-a","name":"a"}]"#);
    let parsed = read(&text);
    assert_eq!(parsed.value.components.len(), 1);
    assert_eq!(parsed.value.components[0].place, Place::Pointer("/packages/3".into()));
    assert_eq!(parsed.notes.len(), 3);
}

#[test]
fn repeated_and_missing_identifiers_are_noted_and_nothing_is_dropped() {
    let text = document(
        r#""packages":[{"SPDXID":"SPDXRef-a","name":"a"},{"SPDXID":"SPDXRef-a","name":"b"},{"name":"c"}]"#,
    );
    let parsed = read(&text);
    assert_eq!(parsed.value.components.len(), 3);
    let notes = notes(&text).join("\n");
    assert!(notes.contains("`SPDXRef-a` is used before (at /packages/1)"), "{notes}");
    assert!(notes.contains("has no identifier"), "{notes}");
}

#[test]
fn relationships_are_turned_round_and_all_are_kept() {
    let relation = |word: &str| {
        format!(
            r#"{{"spdxElementId":"a","relationshipType":"{word}","relatedSpdxElement":"b"}}"#
        )
    };
    #[track_caller]
    fn check(written: &str, expected: (&str, RelationshipKind, &str)) {
        let bom = read(&document(&format!(r#""relationships":[{written}]"#))).value;
        let found = &bom.relationships[0];
        assert_eq!(
            (found.from.as_str(), found.kind, found.to.as_str()),
            expected,
            "{written}"
        );
    }
    use RelationshipKind::{Contains, DependsOn, Describes, Other};

    check(&relation("DEPENDS_ON"), ("a", DependsOn, "b"));
    check(&relation("DEPENDENCY_OF"), ("b", DependsOn, "a"));
    check(&relation("RUNTIME_DEPENDENCY_OF"), ("b", DependsOn, "a"));
    check(&relation("DYNAMIC_LINK"), ("a", DependsOn, "b"));
    check(&relation("HAS_PREREQUISITE"), ("a", DependsOn, "b"));
    check(&relation("PREREQUISITE_FOR"), ("b", DependsOn, "a"));
    check(&relation("CONTAINS"), ("a", Contains, "b"));
    check(&relation("CONTAINED_BY"), ("b", Contains, "a"));
    check(&relation("contained_by"), ("b", Contains, "a"));
    check(&relation("DESCRIBED_BY"), ("b", Describes, "a"));
    check(&relation("VARIANT_OF"), ("a", Other, "b"));
    check(&relation(""), ("a", Other, "b"));
    let twice = format!("{0},{0},7", relation("CONTAINS"));
    let bom = read(&document(&format!(r#""relationships":[{twice}]"#))).value;
    assert_eq!(bom.relationships.len(), 2);
    assert_eq!(bom.relationships[1].place, Place::Pointer("/relationships/1".into()));
}

#[test]
fn the_subject_is_what_the_document_describes() {
    #[track_caller]
    fn check(rest: &str, expected: Subject) {
        let text = document(&format!(
            r#""packages":[{{"SPDXID":"SPDXRef-a"}},{{"SPDXID":"SPDXRef-b"}}],{rest}"#
        ));
        assert_eq!(read(&text).value.subject, expected, "{rest}");
    }
    let describes = |from: &str, to: &str| {
        format!(
            r#""relationships":[{{"spdxElementId":"{from}","relationshipType":"DESCRIBES","relatedSpdxElement":"{to}"}}]"#
        )
    };

    check(&describes("SPDXRef-DOCUMENT", "SPDXRef-b"), Subject::Within(vec![1]));
    check(r#""documentDescribes":["SPDXRef-a","SPDXRef-a"]"#, Subject::Within(vec![0]));
    check(&describes("SPDXRef-DOCUMENT", "SPDXRef-file"), Subject::Unstated);
    check(&describes("SPDXRef-a", "SPDXRef-b"), Subject::Unstated);
    check(r#""documentDescribes":7"#, Subject::Unstated);
}

#[test]
fn an_export_that_wraps_its_document_is_read_with_the_places_of_the_file() {
    let text = format!(
        r#"{{"sbom":{{{HEAD},"packages":[{{"SPDXID":"SPDXRef-a","versionInfo":7}}]}}}}"#
    );
    let parsed = read(&text);
    assert_eq!(
        parsed.value.components[0].place,
        Place::Pointer("/sbom/packages/0".into())
    );
    let notes = notes(&text).join("\n");
    assert!(notes.contains("/sbom/packages/0/versionInfo"), "{notes}");
}

#[test]
fn the_version_is_the_claim_and_a_claim_of_another_standard_is_refused() {
    #[track_caller]
    fn check(claim: &str, expected: Option<&str>) {
        let text = format!(r#"{{"spdxVersion":{claim},"packages":[{{"name":"a"}}]}}"#);
        let spec = parse(&text).ok().map(|parsed| parsed.value.spec);
        assert_eq!(spec.as_deref(), expected, "{claim}");
    }

    check(r#""SPDX-2.3""#, Some("2.3"));
    check(r#""SPDX-2.2.1""#, Some("2.2.1"));
    check(r#""spdx-2.3""#, Some("2.3"));
    check(r#""2.3""#, Some("2.3"));
    check("2.3", Some("2.3"));
    check(r#""SPDX-2.9""#, Some("2.9"));
    check(r#""""#, Some(""));
    check("null", Some(""));
    check(r#""SPDX-3.0""#, None);
    check(r#""SPDX-7.1""#, None);
    check(r#""SPDX""#, None);
}

#[test]
fn what_is_no_spdx_is_refused_with_its_place() {
    #[track_caller]
    fn check(text: &str, place: Place) {
        let refused = parse(text).map(|parsed| parsed.value).unwrap_err();
        assert_eq!(refused.place, place, "{text}: {refused}");
    }
    let pointer = |text: &str| Place::Pointer(text.to_owned());

    check("[]", pointer(""));
    check("\"SPDX-2.3\"", pointer(""));
    check("{}", pointer(""));
    check(r#"{"name":"shopping","items":[]}"#, pointer(""));
    check(r#"{"spdxVersion":{},"packages":[]}"#, pointer(""));
    check(&document(r#""packages":{}"#), pointer("/packages"));
    check(&document(r#""packages":"none""#), pointer("/packages"));
    check(&document(r#""packages":[],"packages":[]"#), pointer(""));
    check(
        r#"{"spdxVersion":"SPDX-2.3","packages":[{"#,
        Place::Line { line: 1, column: 39 },
    );
    check("{} {}", Place::Line { line: 1, column: 4 });
}

#[test]
fn support_is_found_in_the_ways_makers_write_it() {
    #[track_caller]
    fn check(comment: &str, level: Option<&str>, end: Option<&str>) {
        let comment = serde_json::to_string(comment).unwrap();
        for member in [
            format!(r#""comment":{comment}"#),
            format!(r#""annotations":[{{"comment":{comment}}}]"#),
        ] {
            let support = first(&member).support;
            assert_eq!(
                (support.level.as_deref(), support.end.as_deref()),
                (level, end),
                "{member}"
            );
        }
    }

    check("Level of Support: actively maintained", Some("actively maintained"), None);
    check(
        "supportLevel=abandoned\nend-of-support: 2024-01-01",
        Some("abandoned"),
        Some("2024-01-01"),
    );
    check(
        r#"{"name": "fda:endOfSupport", "value": "2030-06-30"}"#,
        None,
        Some("2030-06-30"),
    );
    check("End of support: NOASSERTION", None, None);
    check("we support this: always", None, None);
    check("{\"name\": \"support\"", None, None);
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn any_json_in_any_member_is_read_or_refused(
        member in prop::sample::select(vec![
            "name", "creationInfo", "packages", "relationships", "documentDescribes", "sbom",
        ]),
        value in prop::sample::select(vec![
            "null", "true", "7", "1.5", "\"x\"", "[]", "[[]]", "[null]", "[{}]", "{}",
            r#"{"creators":[{}]}"#, r#"[{"externalRefs":[[]],"checksums":{}}]"#,
        ]),
    ) {
        let _ = parse(&document(&format!(r#""{member}":{value}"#)));
    }
}
