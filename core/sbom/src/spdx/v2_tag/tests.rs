//! Broken lines, texts over many lines, and sections that are no packages.

use proptest::prelude::*;

use super::*;
use crate::{ContactKind, RelationshipKind, Subject};

const HEAD: &str = "SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nDocumentNamespace: https://example.org/d\n";

#[track_caller]
fn read(body: &str) -> Parsed<Bom> {
    let text = format!("{HEAD}{body}");
    parse(&text).unwrap_or_else(|refused| panic!("{refused}: {text}"))
}

fn names(parsed: &Parsed<Bom>) -> Vec<&str> {
    parsed.value.components.iter().map(|component| component.name.as_str()).collect()
}

#[test]
fn a_package_is_a_component_and_the_document_has_its_own_facts() {
    let parsed = read(
        "DocumentName: pump\nCreator: Tool: hand-1\nCreator: Organization: Maker ()\n\
         Created: 2024-01-31T00:00:00Z\n\nPackageName: zlib\nSPDXID: SPDXRef-a\n\
         PackageVersion: 1.3.1\nPackageSupplier: Person: Jean-loup (jl@example.org)\n\
         PackageOriginator: NOASSERTION\nPackageChecksum: SHA1: ab\n\
         PackageLicenseDeclared: Zlib\nPackageLicenseConcluded: NOASSERTION\n\
         PrimaryPackagePurpose: OPERATING-SYSTEM\nValidUntilDate: 2030-01-31T00:00:00Z\n\
         ExternalRef: PACKAGE-MANAGER purl pkg:generic/zlib@1.3.1\n\
         ExternalRef:  SECURITY  cpe23Type  cpe:2.3:a:zlib:zlib:1.3.1:*:*:*:*:*:*:*\n\
         Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a\n",
    );
    assert_eq!(parsed.notes, []);
    let bom = parsed.value;
    assert_eq!((bom.name.as_deref(), bom.spec.as_str()), (Some("pump"), "2.3"));
    assert_eq!(bom.identity.as_deref(), Some("https://example.org/d"));
    assert_eq!(bom.created.as_deref(), Some("2024-01-31T00:00:00Z"));
    let kinds: Vec<_> = bom.authors.iter().map(|author| author.kind).collect();
    assert_eq!(kinds, [ContactKind::Tool, ContactKind::Organization]);
    assert_eq!(bom.authors[1].name, "Maker");
    assert_eq!(bom.subject, Subject::Within(vec![0]));
    let component = &bom.components[0];
    assert_eq!(component.reference, "SPDXRef-a");
    assert_eq!(component.version.as_deref(), Some("1.3.1"));
    assert_eq!(component.supplier.as_deref(), Some("Jean-loup"));
    assert_eq!(component.originator, None);
    assert_eq!(component.licences, ["Zlib"]);
    assert_eq!(component.kind, Kind::OperatingSystem);
    assert_eq!(component.purl.as_deref(), Some("pkg:generic/zlib@1.3.1"));
    assert_eq!(component.cpes.len(), 1);
    assert_eq!(component.hashes, [Hash { algorithm: "SHA1".into(), value: "ab".into() }]);
    assert_eq!(component.support.end.as_deref(), Some("2030-01-31T00:00:00Z"));
    assert_eq!(component.place, Place::Line { line: 9, column: 0 });
}

#[test]
fn every_line_end_is_one() {
    #[track_caller]
    fn check(end: &str) {
        let text =
            format!("{HEAD}\nPackageName: a\nPackageVersion: 1\n\nPackageName: b\n");
        let parsed = parse(&text.replace('\n', end)).unwrap();
        assert_eq!(names(&parsed), ["a", "b"]);
        assert_eq!(parsed.value.components[0].version.as_deref(), Some("1"));
        assert_eq!(parsed.value.components[1].place, Place::Line { line: 8, column: 0 });
    }

    check("\n");
    check("\r\n");
    check("\r");
}

#[test]
fn a_text_over_many_lines_is_one_value() {
    #[track_caller]
    fn check(text: &str, expected: &[&str], line: usize) {
        let parsed = read(&format!("PackageName: a\n{text}\nPackageName: b\n"));
        assert_eq!(names(&parsed), expected, "{text}");
        let last = parsed.value.components.last().unwrap();
        assert_eq!(last.place, Place::Line { line, column: 0 }, "{text}");
    }

    check("PackageComment: <text>one</text>", &["a", "b"], 6);
    check("PackageComment: <text>one\nPackageName: x\n</text>", &["a", "b"], 8);
    check("PackageComment:\n<text>one\nPackageName: x\nthree</text>", &["a", "b"], 9);
    check("PackageComment: <text>\r\nPackageName: x\r\n</text> more", &["a", "b"], 8);
    check("ExtractedText: <text>\n# no comment\n\n</text>", &["a", "b"], 9);
}

#[test]
fn a_text_that_is_not_closed_swallows_no_package() {
    let parsed = read("PackageName: a\nPackageComment: <text>open\nPackageName: b\n");
    assert_eq!(names(&parsed), ["a", "b"]);
    assert!(parsed.notes[0].message.contains("not closed"));
    let parsed = read(
        "PackageName: a\nPackageComment: <text>open\nPackageName: b\n\
         PackageComment: <text>closed\n</text>\nPackageName: c\n",
    );
    assert_eq!(names(&parsed), ["a", "b", "c"]);
}

#[test]
fn many_texts_that_are_not_closed_take_no_longer_than_their_lines() {
    let body = "PackageComment: <text>open\n".repeat(100_000);
    let parsed = read(&format!("PackageName: a\n{body}</text>\nPackageName: b\n"));
    assert_eq!(names(&parsed), ["a", "b"]);
}

#[test]
fn support_that_stands_in_a_text_is_found() {
    let parsed = read(
        "PackageName: a\nSPDXID: SPDXRef-a\nPackageComment: <text>made by us\nEnd of support: 2031-01-01\n</text>\n\
         Annotator: Organization: Maker\nAnnotationType: OTHER\nSPDXREF: SPDXRef-a\n\
         AnnotationComment: <text>Support level: actively maintained</text>\nPackageVersion: 2\n\
         Annotator: Organization: Maker\nSPDXREF: SPDXRef-other\nAnnotationComment: Support level: abandoned\n",
    );
    let component = &parsed.value.components[0];
    assert_eq!(component.support.end.as_deref(), Some("2031-01-01"));
    assert_eq!(component.support.level.as_deref(), Some("actively maintained"));
    assert_eq!(component.version.as_deref(), Some("2"), "an annotation ends no package");
}

#[test]
fn files_snippets_and_licences_are_no_packages_but_their_relationships_count() {
    let parsed = read(
        "PackageName: a\nSPDXID: SPDXRef-a\nFileName: ./x\nSPDXID: SPDXRef-x\n\
         Relationship: SPDXRef-x CONTAINED_BY SPDXRef-a\nSnippetSPDXID: SPDXRef-s\n\
         LicenseID: LicenseRef-1\nCreated: x\n",
    );
    let bom = parsed.value;
    assert_eq!(bom.components.len(), 1);
    assert_eq!(bom.components[0].reference, "SPDXRef-a");
    assert_eq!(bom.created, None);
    let relationship = &bom.relationships[0];
    assert_eq!(relationship.kind, RelationshipKind::Contains);
    assert_eq!(relationship.from, "SPDXRef-a");
}

#[test]
fn broken_lines_cost_themselves_and_leave_a_note() {
    #[track_caller]
    fn check(line: &str, notes: usize) {
        let parsed = read(&format!(
            "PackageName: a\nSPDXID: SPDXRef-a\n{line}\nPackageVersion: 1\n"
        ));
        assert_eq!(parsed.notes.len(), notes, "{line}: {:?}", parsed.notes);
        let component = &parsed.value.components[0];
        assert_eq!(component.version.as_deref(), Some("1"), "{line}");
        assert_eq!(component.reference, "SPDXRef-a", "{line}");
    }

    check("no tag at all", 1);
    check(": no tag", 1);
    check("two words: x", 1);
    check("Relationship: SPDXRef-a DEPENDS_ON", 1);
    check("Relationship:", 1);
    check("ExternalRef: SECURITY cpe23Type", 1);
    check("ExternalRef:", 1);
    check("PackageChecksum: ab", 1);
    check("SPDXID: SPDXRef-b", 1);
    check("PrimaryPackagePurpose: WIDGET", 1);
    check("PackageSummary: <text>x</text> y", 1);
    check("PackageVersion:", 0);
    check("UnknownTag: x", 0);
    check("# a comment", 0);
}

#[test]
fn tags_are_read_in_any_case_and_without_a_blank() {
    let text =
        "spdxversion:spdx-2.3\npackagename:a\nspdxid:x\nrelationship: a depends_on b\n";
    let bom = parse(text).unwrap().value;
    assert_eq!((bom.spec.as_str(), bom.components[0].name.as_str()), ("2.3", "a"));
    assert_eq!(bom.relationships[0].kind, RelationshipKind::DependsOn);
}

#[test]
fn a_second_document_is_read_and_noted() {
    let parsed = read(&format!("PackageName: a\n{HEAD}PackageName: b\n"));
    assert_eq!(names(&parsed), ["a", "b"]);
    assert_eq!(parsed.value.components[0].reference, "");
    assert!(parsed.notes.iter().any(|note| note.message.contains("second document")));
}

#[test]
fn what_claims_no_version_of_spdx_2_is_refused() {
    #[track_caller]
    fn check(text: &str, place: Place) {
        let refused = parse(text).map(|parsed| parsed.value).unwrap_err();
        assert_eq!(refused.place, place, "{text}");
    }

    check("", Place::Document);
    check("PackageName: a\n", Place::Document);
    check("From: me\nTo: you\n", Place::Document);
    check("\nSPDXVersion: SPDX-4.0\n", Place::Line { line: 2, column: 0 });
    check("SPDXVersion: SPDX-1.2\n", Place::Line { line: 1, column: 0 });
    assert_eq!(parse("SPDXVersion:\n").unwrap().value.spec, "");
}

proptest! {
    #[test]
    fn no_text_panics(text in "(SPDXVersion: SPDX-2\\.3\n)?(.|\n|\r|:|<text>|</text>|PackageName){0,60}") {
        let _ = parse(&text);
    }

    #[test]
    fn every_package_is_a_component_whatever_stands_between(
        between in prop::collection::vec("[ -~]{0,20}", 0..8),
    ) {
        let mut body = String::new();
        for line in &between {
            body.push_str("PackageName: x\nPackageComment: ");
            body.push_str(&line.replace("text>", ""));
            body.push('\n');
        }
        prop_assert_eq!(read(&body).value.components.len(), between.len());
    }
}
