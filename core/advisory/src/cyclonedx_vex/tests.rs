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
        r#""analysis":{"state":"not_affected","justification":"requires_configuration"},
           "affects":[{"ref":"b"}]"#,
        &["under_investigation "],
        1,
    ),
    (
        r#""analysis":{"state":"exploitable","justification":"requires_environment"},
           "affects":[{"ref":"b","versions":[{"version":"2","status":"unaffected"},
            {"version":"1","status":"affected"}]}]"#,
        &["affected 1", "under_investigation 2"],
        1,
    ),
    (
        r#""analysis":{"state":"not_affected","justification":"code_not_present"},
           "rejected":"2024-02-01T00:00:00Z","affects":[{"ref":"b"}]"#,
        &[],
        1,
    ),
    (
        r#""analysis":{"state":"exploitable"},"rejected":"2024-02-01T00:00:00Z",
           "affects":[{"ref":"b"}]"#,
        &["affected "],
        0,
    ),
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

const IN_JSON: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","version":3,
    "serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
    "metadata":{"timestamp":"2024-01-01T00:00:00Z","supplier":{"name":"S"},
      "component":{"bom-ref":"device","cpe":"cpe:2.3:h:s:d:1:*:*:*:*:*:*:*"}},
    "components":[{"bom-ref":"a","components":[{"bom-ref":"b","purl":"pkg:npm/b@1"}]}],
    "services":[{"bom-ref":"s","services":[{"bom-ref":"t"}]}],
    "vulnerabilities":[
    {"id":"CVE-2024-1","references":[{"id":"GHSA-x"}],"description":"A hole",
     "cwes":[79],"updated":"2024-02-01T00:00:00Z","recommendation":"Update","workaround":"Unplug",
     "ratings":[{"method":"CVSSv31","vector":"AV:N","source":{"name":"NVD"}}],
     "analysis":{"state":"not_affected","justification":"code_not_reachable","detail":"why & how",
       "response":["will_not_fix","update"],"firstIssued":"2024-01-02T00:00:00Z",
       "lastUpdated":"2024-03-01T00:00:00Z"},
     "affects":[{"ref":"b"},{"ref":"t"},{"ref":"urn:cdx:1/1#x","versions":[
       {"range":"vers:npm/<2","status":"affected"},{"version":"2","status":"unaffected"}]}]},
    {"id":"CVE-2024-2","analysis":{"state":"exploitable"}}]}"#;

const IN_XML: &str = r#"<?xml version="1.0"?><!-- VEX -->
<c:bom xmlns:c="http://cyclonedx.org/schema/bom/1.6" xmlns:x="https://x" version="3"
  serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79">
 <c:metadata><c:timestamp>2024-01-01T00:00:00Z</c:timestamp>
  <c:component bom-ref="device"><c:cpe>cpe:2.3:h:s:d:1:*:*:*:*:*:*:*</c:cpe></c:component>
  <c:supplier><c:name>S</c:name></c:supplier></c:metadata>
 <c:components><c:component bom-ref="a"><c:components><c:component bom-ref="b">
  <c:purl>pkg:npm/b@1</c:purl></c:component></c:components></c:component></c:components>
 <c:services><c:service bom-ref="s"><c:services><c:service bom-ref="t"/></c:services>
 </c:service></c:services>
 <c:vulnerabilities>
  <c:vulnerability bom-ref="v"><c:id>CVE-2024-1</c:id><x:id>CVE-2024-7</x:id>
   <c:references><c:reference><c:id>GHSA-x</c:id></c:reference></c:references>
   <c:ratings><c:rating><c:source><c:name>NVD</c:name></c:source><c:method>CVSSv31</c:method>
    <c:vector>AV:N</c:vector></c:rating></c:ratings>
   <c:cwes><c:cwe>79</c:cwe></c:cwes><c:description>A hole</c:description>
   <c:recommendation>Update</c:recommendation><c:workaround>Unplug</c:workaround>
   <c:updated>2024-02-01T00:00:00Z</c:updated>
   <c:analysis><c:state>not_affected</c:state>
    <c:justification>code_not_reachable</c:justification>
    <c:responses><c:response>will_not_fix</c:response><c:response>update</c:response></c:responses>
    <c:detail>why <!-- x --><![CDATA[& how]]></c:detail>
    <c:firstIssued>2024-01-02T00:00:00Z</c:firstIssued>
    <c:lastUpdated>2024-03-01T00:00:00Z</c:lastUpdated></c:analysis>
   <c:affects><c:target><c:ref>b</c:ref></c:target><c:target><c:ref>t</c:ref></c:target>
    <c:target><c:ref>urn:cdx:1/1#x</c:ref>
    <c:versions><c:version><c:range>vers:npm/&lt;2</c:range><c:status>affected</c:status></c:version>
     <c:version><c:version>2</c:version><c:status>unaffected</c:status></c:version></c:versions>
    </c:target></c:affects></c:vulnerability>
  <c:vulnerability><c:id>CVE-2024-2</c:id>
   <c:analysis><c:state>exploitable</c:state></c:analysis></c:vulnerability>
 </c:vulnerabilities></c:bom>"#;

#[test]
fn xml_is_read_as_the_same_record_as_json() {
    let json = parse(IN_JSON.as_bytes()).unwrap();
    let mut xml = parse(IN_XML.as_bytes()).unwrap();
    let places: Vec<_> = xml
        .value
        .statements
        .iter()
        .map(|statement| statement.place.to_string())
        .collect();
    assert_eq!(places.first().unwrap(), "/bom/vulnerabilities/vulnerability[1]");
    assert_eq!(places.last().unwrap(), "/bom/vulnerabilities/vulnerability[2]");
    for (own, other) in xml.value.statements.iter_mut().zip(&json.value.statements) {
        own.place.clone_from(&other.place);
    }
    assert_eq!(xml.value, json.value);
    assert_eq!(xml.notes.len(), json.notes.len());
    let first = &json.value.statements[0];
    assert_eq!(first.impact, "why & how");
    assert_eq!(first.action, "will not fix\nupdate\nUpdate\nUnplug");
    assert_eq!(first.timestamp, "2024-03-01T00:00:00Z");
    for edition in ["1.4", "1.5", "1.7"] {
        let text = IN_XML.replace("bom/1.6", &format!("bom/{edition}"));
        assert_eq!(
            parse(text.as_bytes()).unwrap().value.statements.len(),
            3,
            "{edition}"
        );
    }
    let utf16: Vec<u8> = std::iter::once(0xFEFF)
        .chain(IN_XML.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(parse(&utf16).unwrap().value.id, json.value.id);
}

#[test]
fn xml_that_is_no_vex_is_refused_with_words() {
    #[track_caller]
    fn check(text: &str, said: &str) {
        let refused = parse(text.as_bytes()).unwrap_err();
        assert!(refused.message.contains(said), "{text}: {refused}");
    }

    check("<bom xmlns='http://cyclonedx.org/schema/bom/1.6'/>", NO_VULNERABILITIES);
    check(
        "<bom xmlns='http://cyclonedx.org/schema/bom/1.6'><vulnerabilities/></bom>",
        NO_VULNERABILITIES,
    );
    check("<bom/>", "no CycloneDX document");
    check("<vex xmlns='http://cyclonedx.org/schema/bom/1.6'/>", "no CycloneDX document");
    check("<bom xmlns='http://cyclonedx.org/schema/bom/1.6'>", "no well-formed XML");
    check("<!DOCTYPE bom><bom/>", "document type");
    let deep = "<components><component>".repeat(400);
    check(&format!("<bom xmlns='http://cyclonedx.org/schema/bom/1.6'>{deep}"), "deeper");
}

proptest! {
    #[test]
    fn any_xml_is_read_or_refused(
        at in 0..IN_XML.len(), bytes in prop::collection::vec(any::<u8>(), 0..8)
    ) {
        let mut text = IN_XML.as_bytes().to_vec();
        text.splice(at..(at + bytes.len()).min(IN_XML.len()), bytes);
        let _ = parse(&text);
    }
}
