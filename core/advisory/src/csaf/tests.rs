use reading::Place;
use terms::vex::{Justification, Status};

use super::parse;
use crate::record::{Extent, Identity, Record, RemediationKind, Severity, State};

/// A small document around the members given.
fn document(tree: &str, vulnerabilities: &str) -> String {
    format!(
        r#"{{"document":{{"csaf_version":"2.0","category":"csaf_vex","title":"T",
        "publisher":{{"name":"P"}},"tracking":{{"id":"X-1",
        "initial_release_date":"2024-01-02T03:04:05.678+02:00",
        "current_release_date":"2024-01-03"}},
        "distribution":{{"tlp":{{"label":"CLEAR"}}}}}},
        "product_tree":{tree},"vulnerabilities":{vulnerabilities}}}"#
    )
}

#[track_caller]
fn read(tree: &str, vulnerabilities: &str) -> (Record, usize) {
    let parsed = parse(document(tree, vulnerabilities).as_bytes()).unwrap();
    (parsed.value, parsed.notes.len())
}

const TREE: &str = r#"{"branches":[{"category":"vendor","name":"V","branches":[
    {"category":"product_name","name":"A","product":{"product_id":"a","name":"V A",
     "product_identification_helper":{"cpe":"cpe:2.3:o:v:a:1:*:*:*:*:*:*:*","purl":"pkg:generic/a@1",
      "model_numbers":["M1"],"skus":["S1"],"serial_numbers":["N1"]}}}]}],
    "full_product_names":[{"product_id":"b","name":"B"}],
    "relationships":[{"category":"installed_on","product_reference":"a",
     "relates_to_product_reference":"b","full_product_name":{"product_id":"ab","name":"A on B"}}],
    "product_groups":[{"group_id":"g","product_ids":["a","ab"]}]}"#;

#[test]
fn the_head_of_a_document_is_read_with_times_in_utc() {
    let (record, notes) = read("{}", "[]");
    assert_eq!((record.id.as_str(), record.publisher.as_str()), ("X-1", "P"));
    assert_eq!(record.published, "2024-01-02T01:04:05Z");
    assert_eq!(record.modified, "2024-01-03T00:00:00Z");
    assert_eq!((record.tlp.as_str(), record.state, notes), ("CLEAR", State::Live, 0));
}

#[test]
fn branches_names_and_relationships_become_products_with_their_place() {
    let (record, _) = read(TREE, "[]");
    let ids: Vec<_> = record.products.iter().map(|product| product.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "ab"]);
    let leaf = &record.products[0];
    assert_eq!(leaf.branches[1].category, "product_name");
    assert_eq!(leaf.models, ["M1", "S1", "N1"]);
    assert_eq!(leaf.purls, ["pkg:generic/a@1"]);
    let place = Place::Pointer("/product_tree/branches/0/branches/0/product".to_owned());
    assert_eq!(leaf.place, place);
    let relation = ("installed_on".to_owned(), "a".to_owned(), "b".to_owned());
    assert_eq!(record.products[2].relationship, Some(relation));
}

#[test]
fn a_publisher_that_is_a_vendor_makes_what_no_vendor_stands_above() {
    let makers = |category: &str| {
        let publisher =
            format!(r#""publisher":{{"category":"{category}","name":" P "}}"#);
        let text =
            document(TREE, "[]").replace(r#""publisher":{"name":"P"}"#, &publisher);
        let parsed = parse(text.as_bytes()).unwrap();
        let of = |product: &crate::record::Product| {
            let mut branches = product.branches.iter();
            let vendor = branches.find(|branch| branch.category == "vendor");
            vendor.map(|branch| branch.name.clone()).unwrap_or_default()
        };
        (parsed.value.products.iter().map(of).collect::<Vec<_>>(), parsed.notes.len())
    };
    assert_eq!(
        makers("vendor"),
        (vec!["V".to_owned(), "P".to_owned(), String::new()], 1)
    );
    for other in ["coordinator", "discoverer", "other", ""] {
        assert_eq!(makers(other).0, ["V", "", ""], "{other}");
    }
}

#[test]
fn groups_of_2_1_and_paths_are_read() {
    let tree = r#"{"full_product_names":[{"product_id":"a","name":"A"},{"product_id":"b","name":"B",
        "product_identification_helper":{"purls":["pkg:npm/b","pkg:npm/c"]}}],
        "product_paths":[{"beginning_product_reference":"a","full_product_name":
        {"product_id":"p","name":"P"},"subpaths":[{"category":"installed_on","next_product_reference":"b"}]}]}"#;
    let (record, notes) = read(tree, "[]");
    assert_eq!(record.products[1].purls, ["pkg:npm/b", "pkg:npm/c"]);
    let relation = ("installed_on".to_owned(), "a".to_owned(), "b".to_owned());
    assert_eq!((record.products[2].relationship.clone(), notes), (Some(relation), 0));
}

#[test]
fn each_of_the_groups_of_product_status_is_read() {
    #[track_caller]
    fn check(group: &str, expected: Status) {
        let vulnerability =
            format!(r#"[{{"cve":"CVE-2024-1","product_status":{{"{group}":["b"]}}}}]"#);
        let (record, _) = read(TREE, &vulnerability);
        let status = &record.products[1].statuses[0];
        assert_eq!((status.status, status.group.as_str()), (expected, group));
    }

    check("first_affected", Status::Affected);
    check("first_fixed", Status::Fixed);
    check("fixed", Status::Fixed);
    check("known_affected", Status::Affected);
    check("known_not_affected", Status::NotAffected);
    check("last_affected", Status::Affected);
    check("recommended", Status::UnderInvestigation);
    check("under_investigation", Status::UnderInvestigation);
    check("unknown", Status::UnderInvestigation);
}

#[test]
fn flags_and_remediations_reach_products_through_groups() {
    let (record, notes) = read(
        TREE,
        r#"[{"cve":"CVE-2024-1","product_status":{"known_not_affected":["a"],"known_affected":["ab","b"]},
        "flags":[{"label":"component_not_present","group_ids":["g"]}],
        "remediations":[{"category":"vendor_fix","details":"Update.","url":"https://e","group_ids":["g"]},
        {"category":"optional_patch","details":"Maybe."}]}]"#,
    );
    assert_eq!(notes, 0);
    let justified = record.products[0].statuses[0].justification;
    assert_eq!(justified, Some(Justification::ComponentNotPresent));
    assert_eq!(record.products[1].statuses[0].justification, None);
    assert_eq!(record.remediations[0].products, [0, 2]);
    assert_eq!(record.remediations[1].kind, RemediationKind::OptionalPatch);
    assert!(record.remediations[1].products.is_empty());
}

#[test]
fn identifiers_say_of_exactly_which_version_and_a_platform_limits_them() {
    let tree = r#"{"full_product_names":[
        {"product_id":"c","name":"c 1.2","product_identification_helper":{"purl":"pkg:npm/c@1.2"}},
        {"product_id":"d","name":"d","product_identification_helper":{"purl":"pkg:npm/d"}},
        {"product_id":"o","name":"Linux 8","product_identification_helper":{"cpe":"cpe:/o:v:linux:8"}}],
        "relationships":[{"category":"default_component_of","product_reference":"c",
        "relates_to_product_reference":"o","full_product_name":{"product_id":"co","name":"c of o"}}]}"#;
    let (record, _) = read(
        tree,
        r#"[{"cve":"C","product_status":{"fixed":["co"],"known_affected":["d","o"],"recommended":["c"]}}]"#,
    );
    let shown: Vec<String> = record
        .affected
        .iter()
        .map(|affected| {
            let name = match &affected.identity {
                Identity::Package(key) => format!("{} {}", key.ecosystem, key.name),
                Identity::Cpe(cpe) => cpe.clone(),
                Identity::Name { .. } => String::new(),
            };
            let versions = match &affected.extents[0].0 {
                Extent::Exact { versions, .. } => versions.join(","),
                _ => String::new(),
            };
            format!("{name} {versions} {} {:?}", affected.extents[0].1, affected.limits)
        })
        .collect();
    // A package without a version and a recommended release say nothing exact.
    assert_eq!(
        shown,
        [
            "cpe:/o:v:linux:8 8 affected []",
            "npm c 1.2 fixed [\"default component of Linux 8\"]",
        ]
    );
}

#[test]
fn scores_of_2_0_and_metrics_of_2_1_give_each_vector_once() {
    let score = r#"{"cvss_v3":{"vectorString":"CVSS:3.1/AV:N"},"cvss_v2":{"vectorString":"AV:N"}}"#;
    let old =
        format!(r#"[{{"cve":"C","scores":[{score},{score}],"cwe":{{"id":"CWE-1"}}}}]"#);
    let new = format!(
        r#"[{{"cve":"C","metrics":[{{"content":{score}}}],"cwes":[{{"id":"CWE-1"}}]}}]"#
    );
    for text in [old, new] {
        let (record, _) = read("{}", &text);
        let vulnerability = &record.vulnerabilities[0];
        let vectors: Vec<&Severity> = vulnerability.severities.iter().collect();
        assert_eq!(
            (vectors.len(), vulnerability.cwes.as_slice()),
            (2, &["CWE-1".to_owned()][..])
        );
        assert_eq!(vectors[0].vector, "CVSS:3.1/AV:N");
    }
}

#[test]
fn withdrawn_and_superseded_documents_do_not_stand() {
    for (category, live) in [
        ("csaf_withdrawn", false),
        ("csaf_superseded", false),
        ("csaf_security_advisory", true),
        ("", true),
    ] {
        let text = document("{}", "[]").replace("csaf_vex", category);
        let state = parse(text.as_bytes()).unwrap().value.state;
        assert_eq!(state == State::Live, live, "{category}");
    }
}

#[test]
fn what_is_missing_or_dangling_is_noted_and_never_widened() {
    #[track_caller]
    fn check(vulnerabilities: &str, expected: usize) -> Record {
        let (record, notes) = read(TREE, vulnerabilities);
        assert_eq!(notes, expected, "{vulnerabilities}");
        record
    }

    check(r#"[{"cve":"C","product_status":{"fixed":["zz"]}}]"#, 1);
    check(r#"[{"cve":"C","flags":[{"label":"x","product_ids":["a"]}]}]"#, 1);
    check(r#"[{"title":"no id"}]"#, 1);
    let record =
        check(r#"[{"cve":"C","product_status":{"known not affected":["a"]}}]"#, 1);
    assert_eq!(record.products[0].statuses[0].status, Status::NotAffected);
    check(
        r#"[{"cve":"C","product_status":{"hopeful":["a"],"x_extensions":[{"y":1}]}}]"#,
        1,
    );
    let record = check(
        r#"[{"cve":"C","remediations":[{"category":"vendor_fix","product_ids":["zz"]}]}]"#,
        1,
    );
    assert!(
        record.remediations.is_empty(),
        "a dangling product must not become all products"
    );
    check(r#"[{"cve":"C","remediations":[{"category":"hope"}]}]"#, 1);
    check(
        r#"[{"cve":"C","notes":null,"scores":null,"product_status":{"fixed":null}}]"#,
        0,
    );
}

#[test]
fn what_is_no_csaf_is_refused_with_its_place() {
    #[track_caller]
    fn check(text: &str, pointer: &str) {
        let place = parse(text.as_bytes()).unwrap_err().place;
        assert_eq!(place, Place::Pointer(pointer.to_owned()), "{text}");
    }

    check(r#"{"document":{"csaf_version":"1.2"}}"#, "/document/csaf_version");
    check(r#"{"document":{}}"#, "/document/csaf_version");
    check(
        r#"{"document":{"csaf_version":"2.0","tracking":{"id":" "}}}"#,
        "/document/tracking/id",
    );
    check(r#"{"document":{"csaf_version":"2.0","notes":7}}"#, "/document/notes");
    assert!(matches!(parse(b"{\"document\":").unwrap_err().place, Place::Line { .. }));
    assert!(matches!(parse(b"\xFFx").unwrap_err().place, Place::Byte(0)));
    let (open, close) = ("{\"branches\":[".repeat(100), "]}".repeat(100));
    let text = document(&format!("{open}{close}"), "[]");
    assert!(parse(text.as_bytes()).is_err());
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes: Vec<u8>) {
        let _ = parse(&bytes);
    }

    #[test]
    fn no_change_of_a_byte_makes_the_reader_panic(at: usize, byte: u8) {
        let mut bytes = document(TREE, r#"[{"cve":"C","product_status":{"fixed":["a"]}}]"#).into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = parse(&bytes);
    }
}

#[test]
fn the_id_of_a_group_among_products_is_read_as_its_members_and_one_that_is_nowhere_is_noted()
 {
    let said = r#"[{"cve":"C","product_status":{"known_affected":["g","z"]}}]"#;
    let read = parse(document(TREE, said).as_bytes()).unwrap();
    let said = read.value.products.iter().map(|product| product.statuses.len());
    assert_eq!(said.collect::<Vec<_>>(), [1, 0, 1]);
    let notes = format!("{:?}", read.notes);
    assert!(notes.contains("the group `g` stands among products"), "{notes}");
    assert!(notes.contains("the product `z` is not in the product tree"), "{notes}");
}
