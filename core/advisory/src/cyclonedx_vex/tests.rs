use proptest::prelude::*;

use super::*;

fn read(vulnerability: &str) -> Parsed<Record> {
    let text = format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","version":2,
            "serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
            "metadata":{{"timestamp":"2024-01-01T00:00:00Z","supplier":{{"name":"S"}},
              "component":{{"bom-ref":"device","cpe":"cpe:2.3:h:s:d:1:*:*:*:*:*:*:*"}}}},
            "components":[{{"bom-ref":"a","components":[{{"bom-ref":"b","purl":"pkg:npm/b@1"}}]}}],
            "vulnerabilities":[{{"id":"CVE-2024-1",{vulnerability}}}]}}"#
    );
    parse(text.as_bytes()).unwrap()
}

/// Statuses with their versions.
fn said(record: &Record) -> Vec<String> {
    let mut all = Vec::new();
    for statement in &record.statements {
        let products = statement.products.iter();
        let versions: Vec<_> =
            products.map(|product| product.versions.join("|")).collect();
        all.push(format!("{} {}", statement.status.word(), versions.join(";")));
    }
    all
}

const SAID: &[(&str, &[&str], usize)] = &[
    (
        r#""analysis":{"state":"not_affected","justification":"code_not_reachable"},
           "affects":[{"ref":"b"}]"#,
        &["not_affected "],
        0,
    ),
    (r#""analysis":{"state":"false_positive"}"#, &["not_affected "], 0),
    (
        r#""analysis":{"state":"exploitable"},"affects":[{"ref":"b","versions":[
            {"range":"vers:npm/<2","status":"affected"},{"version":"2","status":"unaffected"},
            {"version":"3","status":"unknown"},{"version":"1"}]}]"#,
        &["not_affected 2", "affected vers:npm/<2|1", "under_investigation 3"],
        0,
    ),
    (
        r#""analysis":{"state":"resolved"},"affects":[{"ref":"b","versions":[
            {"version":"1","status":"affected"},{"version":"2","status":"unaffected"}]}]"#,
        &["affected 1", "fixed 2"],
        0,
    ),
    (
        r#""analysis":{"state":"not_affected"},
           "affects":[{"ref":"b","versions":[{"version":"1","status":"affected"}]}]"#,
        &["under_investigation 1"],
        1,
    ),
    (r#""affects":[{"ref":"b","versions":[{"version":"1"}]}]"#, &["affected 1"], 0),
    (r#""affects":[{"ref":"b"}]"#, &[], 1),
    (r#""analysis":{"state":"perhaps"},"affects":[{"ref":"b"}]"#, &[], 2),
    (
        r#""analysis":{"state":"exploitable"},
           "affects":[{"ref":"b","versions":[{"version":"1","status":"odd"}]}]"#,
        &["under_investigation 1"],
        1,
    ),
    (
        r#""analysis":{"state":"in_triage","justification":"because"}"#,
        &["under_investigation "],
        1,
    ),
];

#[test]
fn every_status_is_a_statement_with_its_versions() {
    for (vulnerability, expected, notes) in SAID {
        let parsed = read(vulnerability);
        assert_eq!(said(&parsed.value), *expected, "{vulnerability}");
        assert_eq!(parsed.notes.len(), *notes, "{vulnerability}: {:?}", parsed.notes);
    }
}

#[test]
fn a_product_is_named_by_its_own_identifiers_or_by_the_link_as_written() {
    #[track_caller]
    fn check(affects: &str, expected: &[&str]) {
        let parsed = read(&format!(r#""analysis":{{"state":"resolved"}}{affects}"#));
        let product = &parsed.value.statements[0].products[0];
        assert_eq!(product.identifiers, expected, "{affects}");
    }

    check(r#","affects":[{"ref":"b"}]"#, &["pkg:npm/b@1", "b"]);
    check(r#","affects":[{"ref":"urn:cdx:x/1#y"}]"#, &["urn:cdx:x/1#y"]);
    check(r#","affects":[]"#, &["cpe:2.3:h:s:d:1:*:*:*:*:*:*:*", "device"]);
}

#[test]
fn a_vulnerability_keeps_its_names_scores_and_weaknesses() {
    let parsed = read(
        r#""references":[{"id":"ghsa-AAAA","source":{}},{"id":"CVE-2024-2"}],"cwes":[79],
           "recommendation":"Update.","ratings":[
           {"method":"CVSSv31","vector":"AV:N/AC:L","source":{"name":"NVD"}},
           {"method":"CVSSv3","vector":"CVSS:3.0/AV:N"},{"method":"other","vector":"x"},
           {"method":"CVSSv2","vector":"AV:N/Au:N"},{"score":7.5}]"#,
    );
    let vulnerability = &parsed.value.vulnerabilities[0];
    assert_eq!(vulnerability.ids, ["CVE-2024-1", "GHSA-aaaa"]);
    let vectors: Vec<_> =
        vulnerability.severities.iter().map(|score| score.vector.as_str()).collect();
    assert_eq!(vectors, ["CVSS:3.1/AV:N/AC:L", "CVSS:3.0/AV:N", "AV:N/Au:N"]);
    assert_eq!(vulnerability.cwes, ["CWE-79"]);
    assert_eq!(parsed.value.id, "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/2");
    assert_eq!(parsed.value.publisher, "S");
    assert_eq!(parsed.value.remediations.len(), 1);
}

#[test]
fn what_is_no_vex_is_refused_with_its_place() {
    #[track_caller]
    fn check(text: &str, pointer: &str) {
        let place = Place::Pointer(pointer.to_owned());
        assert_eq!(parse(text.as_bytes()).unwrap_err().place, place, "{text}");
    }

    check("{}", "/bomFormat");
    check(r#"{"bomFormat":"CycloneDX"}"#, "/vulnerabilities");
    check(r#"{"bomFormat":"CycloneDX","vulnerabilities":null}"#, "/vulnerabilities");
    check(r#"{"bomFormat":"CycloneDX","vulnerabilities":[7]}"#, "/vulnerabilities/0");
    let refused =
        parse(br#"{"bomFormat":"CycloneDX","vulnerabilities":[]}"#).unwrap_err();
    assert_eq!(refused.message, NO_VULNERABILITIES);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        let _ = parse(text.as_bytes());
    }
}
