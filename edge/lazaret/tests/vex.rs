//! Statements (VEX) in every dialect: as claims in the index and in a bill of materials,
//! and accepted with `--vex`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails loudly"
)]

mod program;

use std::fs;
use std::path::Path;

use program::{lazaret, talk};
use serde_json::{Value, json};
use tempfile::TempDir;

const OSV: &str = r#"{"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","summary":"A hole",
    "aliases":["CVE-2024-0001"],
    "affected":[{"package":{"ecosystem":"npm","name":"left-pad"},"ranges":[{"type":"SEMVER",
    "events":[{"introduced":"1.0.0"},{"fixed":"1.3.0"}]}]}]}"#;

const SERIAL: &str = "3e671687-395b-41f5-a30f-a58921a69b79";

/// What a person says of left-pad in the pump, in one dialect.
#[derive(Clone, Copy)]
struct Said<'a> {
    status: &'a str,
    why: &'a str,
    when: &'a str,
}

const SAID: Said<'_> =
    Said { status: "not_affected", why: "", when: "2024-02-01T00:00:00Z" };

fn cyclonedx_bom(vulnerabilities: &Value) -> Value {
    json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "serialNumber": format!("urn:uuid:{SERIAL}"),
        "metadata": { "timestamp": "2024-01-15T00:00:00Z",
            "component": { "type": "device", "name": "pump", "bom-ref": "pump",
                "purl": "pkg:generic/acme/pump@2.0" } },
        "components": [{ "type": "library", "name": "left-pad", "version": "1.2.0",
            "bom-ref": "a", "purl": "pkg:npm/left-pad@1.2.0" }],
        "vulnerabilities": vulnerabilities,
    })
}

fn flaw(said: Said<'_>, reference: &str) -> Value {
    let mut analysis = json!({ "state": said.status, "detail": "Because of this.",
        "response": ["update"], "lastUpdated": said.when });
    if !said.why.is_empty() {
        analysis["justification"] = json!(said.why);
    }
    json!({ "id": "CVE-2024-0001", "analysis": analysis, "recommendation": "Do that.",
        "affects": [{ "ref": reference }] })
}

fn cyclonedx(said: Said<'_>) -> String {
    let flaw = flaw(said, &format!("urn:cdx:{SERIAL}/1#a"));
    json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "serialNumber": "urn:uuid:11111111-395b-41f5-a30f-a58921a69b79",
        "metadata": { "supplier": { "name": "Acme" } }, "vulnerabilities": [flaw] })
    .to_string()
}

fn cyclonedx_xml(said: Said<'_>) -> String {
    let why = match said.why {
        "" => String::new(),
        why => format!("<justification>{why}</justification>"),
    };
    format!(
        "<?xml version=\"1.0\"?><bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\"
        serialNumber=\"urn:uuid:22222222-395b-41f5-a30f-a58921a69b79\" version=\"1\">
        <metadata><supplier><name>Acme</name></supplier></metadata>
        <vulnerabilities><vulnerability><id>CVE-2024-0001</id>
        <recommendation>Do that.</recommendation><analysis><state>{}</state>{why}
        <responses><response>update</response></responses><detail>Because of this.</detail>
        <lastUpdated>{}</lastUpdated></analysis>
        <affects><target><ref>urn:cdx:{SERIAL}/1#a</ref></target></affects>
        </vulnerability></vulnerabilities></bom>",
        said.status, said.when
    )
}

fn openvex(said: Said<'_>) -> String {
    let mut statement = json!({ "vulnerability": { "name": "CVE-2024-0001" },
        "products": [{ "@id": "pkg:npm/left-pad" }], "status": said.status,
        "impact_statement": "Because of this.", "action_statement": "Do that." });
    if !said.why.is_empty() {
        statement["justification"] = json!(said.why);
    }
    json!({ "@context": "https://openvex.dev/ns/v0.2.0", "version": 1,
        "@id": format!("https://x/vex/{}/{}", said.status, said.when), "author": "Acme",
        "timestamp": said.when, "statements": [statement] })
    .to_string()
}

fn csaf(said: Said<'_>) -> String {
    let group = match said.status {
        "not_affected" => "known_not_affected",
        "affected" => "known_affected",
        other => other,
    };
    let flags: &[Value] = &[json!({ "label": said.why, "group_ids": ["G"] })];
    json!({
        "document": { "category": "csaf_vex", "csaf_version": "2.0", "title": "VEX",
            "publisher": { "category": "vendor", "name": "Acme", "namespace": "https://a.x" },
            "tracking": { "id": format!("A-{}", said.when), "version": "1", "status": "final",
                "initial_release_date": said.when, "current_release_date": said.when } },
        "product_tree": {
            "branches": [{ "category": "product_name", "name": "left-pad", "branches": [
                { "category": "product_version", "name": "1.2.0", "product": {
                    "product_id": "P", "name": "left-pad 1.2.0",
                    "product_identification_helper": { "purl": "pkg:npm/left-pad" } } },
                { "category": "product_version", "name": "1.1.0", "product": {
                    "product_id": "Q", "name": "left-pad 1.1.0",
                    "product_identification_helper": { "purl": "pkg:npm/left-pad" } } }] }],
            "product_groups": [{ "group_id": "G", "product_ids": ["P"] }] },
        "vulnerabilities": [{ "cve": "CVE-2024-0001", "product_status": { group: ["P"] },
            "flags": if said.why.is_empty() { &[] } else { flags },
            "threats": [{ "category": "impact", "details": "Because of this.",
                "product_ids": ["P"] }, { "category": "impact", "details": "Of another.",
                "product_ids": ["Q"] }],
            "remediations": [{ "category": "mitigation", "details": "Do that.",
                "product_ids": ["P"] }] }],
    })
    .to_string()
}

/// A bill of materials of SPDX 3 that says it of its own part. It also names the
/// vulnerability without a state, as build systems do for every one.
fn spdx(said: Said<'_>) -> String {
    let (kind, word) = match said.status {
        "not_affected" => ("NotAffected", "doesNotAffect"),
        "affected" => ("Affected", "affects"),
        "fixed" => ("Fixed", "fixedIn"),
        other => panic!("{other}"),
    };
    let mut vex = json!({ "type": format!("security_Vex{kind}VulnAssessmentRelationship"),
        "spdxId": "https://x/r2", "creationInfo": "_:c", "relationshipType": word,
        "from": "https://x/v", "to": ["https://x/a"],
        "security_impactStatement": "Because of this.",
        "security_actionStatement": "Do that.", "security_publishedTime": said.when });
    if !said.why.is_empty() {
        vex["security_justificationType"] = json!(said.why);
    }
    json!({ "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
        { "type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1",
          "created": "2024-01-15T00:00:00Z", "createdBy": ["https://x/o"] },
        { "type": "Organization", "spdxId": "https://x/o", "creationInfo": "_:c",
          "name": "Acme" },
        { "type": "SpdxDocument", "spdxId": "https://x/d", "creationInfo": "_:c",
          "rootElement": ["https://x/p"] },
        { "type": "software_Package", "spdxId": "https://x/p", "creationInfo": "_:c",
          "name": "pump", "software_packageVersion": "2.0.0",
          "software_packageUrl": "pkg:npm/pump@2.0.0" },
        { "type": "software_Package", "spdxId": "https://x/a", "creationInfo": "_:c",
          "name": "left-pad", "software_packageVersion": "1.2.0",
          "software_packageUrl": "pkg:npm/left-pad@1.2.0" },
        { "type": "security_Vulnerability", "spdxId": "https://x/v", "creationInfo": "_:c",
          "externalIdentifier": [{ "type": "ExternalIdentifier",
            "externalIdentifierType": "cve", "identifier": "CVE-2024-0001" }] },
        { "type": "Relationship", "spdxId": "https://x/r1", "creationInfo": "_:c",
          "relationshipType": "hasAssociatedVulnerability", "from": "https://x/a",
          "to": ["https://x/v"] },
        vex ] })
    .to_string()
}

/// A folder with an index of one record, and the pump without a statement of its own.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write =
        |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("osv.json", OSV);
    write("pump.json", &cyclonedx_bom(&json!([])).to_string());
    build("x.index", &["osv.json"], folder.path());
    folder
}

fn build(index: &str, sources: &[&str], folder: &Path) {
    let built =
        lazaret(&[&["feed", "build", "--index", index], sources].concat(), folder);
    assert_eq!(built.status.code(), Some(0), "{}", talk(&built));
    assert!(!talk(&built).contains("set aside"), "{}", talk(&built));
}

#[track_caller]
fn asked(words: &[&str], schema: &str, code: i32, folder: &Path) -> Value {
    let words = [words, &["--format", "json"]].concat();
    let output = lazaret(&words, folder);
    assert_eq!(output.status.code(), Some(code), "{words:?}: {}", talk(&output));
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema").join(schema);
    let schema: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<_> =
        validator.iter_errors(&value).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    value
}

#[track_caller]
fn scanned(vex: &[&str], bom: &str, code: i32, folder: &Path) -> Value {
    let accepted: Vec<&str> = vex.iter().flat_map(|file| ["--vex", file]).collect();
    let words = [&["scan", "--index", "x.index"], &accepted[..], &[bom]].concat();
    let report = asked(&words, "scan.schema.json", code, folder);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{report:#}");
    findings[0].clone()
}

#[track_caller]
fn explained(words: &[&str], bom: &str, code: i32, folder: &Path) -> Value {
    let words = [&["explain", bom, "CVE-2024-0001"], words].concat();
    asked(&words, "explain.schema.json", code, folder)["explanations"][0].clone()
}

type Written = fn(Said<'_>) -> String;

/// Each dialect: file, how it is written, the source that is shown, where it says so.
const DIALECTS: [(&str, Written, &str, &str); 4] = [
    ("openvex.json", openvex, "openvex", "/statements/0"),
    ("csaf.json", csaf, "csaf", "/product_tree/branches/0/branches/0/product"),
    ("cyclonedx.json", cyclonedx, "cyclonedx_vex", "/vulnerabilities/0"),
    (
        "cyclonedx.xml",
        cyclonedx_xml,
        "cyclonedx_vex",
        "/bom/vulnerabilities/vulnerability",
    ),
];

const COMMON: [&str; 5] = [
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
];

/// The justifications of CycloneDX that lie in the product, and the common words that come
/// nearest.
const OF_CYCLONEDX: [(&str, &str); 5] = [
    ("code_not_present", COMMON[1]),
    ("code_not_reachable", COMMON[2]),
    ("protected_by_compiler", COMMON[4]),
    ("protected_at_runtime", COMMON[4]),
    ("protected_by_mitigating_control", COMMON[4]),
];

/// What stands in the ground of a statement, whatever the dialect.
#[track_caller]
fn is_told(ground: &Value, source: &str, place: &str, outcome: &str) {
    assert_eq!(ground["source"], source, "{ground:#}");
    assert_eq!(ground["place"], place, "{ground:#}");
    let statement = &ground["statement"];
    assert_eq!(statement["outcome"], outcome, "{ground:#}");
    assert_eq!(statement["impact"], "Because of this.", "{ground:#}");
    let action = statement["action"].as_str().unwrap();
    assert!(action.contains("Do that."), "{ground:#}");
    let speaker = &statement["speaker"];
    assert_eq!(speaker.is_null(), outcome == "claimed", "{ground:#}");
}

#[test]
fn each_dialect_settles_when_it_is_accepted_with_each_justification() {
    let folder = folder();
    for (file, written, source, place) in DIALECTS {
        let pairs: Vec<(&str, &str)> = match source {
            "cyclonedx_vex" => OF_CYCLONEDX.to_vec(),
            _ => COMMON.map(|word| (word, word)).to_vec(),
        };
        for (why, common) in pairs {
            let text = written(Said { why, ..SAID });
            fs::write(folder.path().join(file), text).unwrap();
            let finding = scanned(&[file], "pump.json", 0, folder.path());
            assert_eq!(finding["verdict"], "not_affected", "{file} {why}");
            let ground = &finding["grounds"][0];
            assert_eq!(ground["rule"], "statement_accepted", "{file} {why}");
            assert_eq!(ground["justification"], common, "{file} {why}");
            assert_eq!(ground["statement"]["speaker"], "hospital", "{file} {why}");
            is_told(ground, source, place, "decides");
        }
        let words = ["--index", "x.index", "--vex", file];
        let explanation = explained(&words, "pump.json", 0, folder.path());
        assert_eq!(explanation["verdict"], "not_affected", "{file}");
        is_told(&explanation["statements"][0], source, place, "decides");
    }
}

#[test]
fn a_reason_that_lies_outside_of_the_product_clears_nothing() {
    let folder = folder();
    for (file, written, source, _) in DIALECTS {
        if source != "cyclonedx_vex" {
            continue;
        }
        for why in [
            "requires_configuration",
            "requires_dependency",
            "requires_environment",
            "protected_at_perimeter",
        ] {
            let text = written(Said { why, ..SAID });
            fs::write(folder.path().join(file), text).unwrap();
            let finding = scanned(&[file], "pump.json", 1, folder.path());
            assert_eq!(finding["verdict"], "affected", "{file} {why}");
        }
    }
}

#[test]
fn each_dialect_in_the_index_is_a_claim_that_explain_shows_and_suppresses_nothing() {
    let folder = folder();
    for (file, written, source, place) in DIALECTS {
        let why = if source == "cyclonedx_vex" { OF_CYCLONEDX[1].0 } else { COMMON[2] };
        fs::write(folder.path().join(file), written(Said { why, ..SAID })).unwrap();
        build("y.index", &["osv.json", file], folder.path());
        let explanation =
            explained(&["--index", "y.index"], "pump.json", 1, folder.path());
        assert_eq!(explanation["verdict"], "affected", "{file}");
        let statements = explanation["statements"].as_array().unwrap();
        assert_eq!(statements.len(), 1, "{file}: {statements:#?}");
        let statement = &statements[0];
        assert_eq!(statement["publisher"], "Acme", "{file}");
        assert_eq!(statement["says"], "not_affected", "{file}");
        assert_eq!(statement["justification"], COMMON[2], "{file}");
        is_told(statement, source, place, "claimed");
        let because = statement["statement"]["because"].as_str().unwrap();
        assert!(because.contains("suppresses nothing until you accept it"), "{because}");

        let words = ["scan", "--index", "y.index", "pump.json"];
        let report = asked(&words, "scan.schema.json", 1, folder.path());
        let finding = &report["findings"][0];
        assert_eq!(finding["verdict"], "affected", "{file}");
        let also = finding["also"].as_array().unwrap();
        let told = also.iter().find(|ground| ground["source"] == source).unwrap();
        assert_eq!(told["justification"], COMMON[2], "{file}");
        is_told(told, source, place, "claimed");

        let words = ["explain", "--index", "y.index", "pump.json", "CVE-2024-0001"];
        let text = String::from_utf8(lazaret(&words, folder.path()).stdout).unwrap();
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "Acme says of left-pad 1.2.0: not affected, vulnerable code not in execute path",
            "impact: Because of this.",
            "Do that.",
            "not accepted: its publisher claims it",
            place,
        ] {
            assert!(flat.contains(part), "{file}: {part}\n{text}");
        }
        assert!(!text.contains("no statement (VEX)"), "{file}: {text}");
    }
}

#[test]
fn what_is_accepted_is_not_told_a_second_time_as_a_claim_of_the_index() {
    let folder = folder();
    fs::write(folder.path().join("vex.json"), openvex(SAID)).unwrap();
    build("y.index", &["osv.json", "vex.json"], folder.path());
    let words = ["--index", "y.index", "--vex", "vex.json"];
    let explanation = explained(&words, "pump.json", 0, folder.path());
    let statements = explanation["statements"].as_array().unwrap();
    assert_eq!(statements.len(), 1, "{statements:#?}");
    assert_eq!(statements[0]["statement"]["outcome"], "decides");
}

#[test]
fn what_a_document_says_of_itself_is_a_claim_until_that_file_is_accepted() {
    let folder = folder();
    let mut documents: Vec<(&str, String, &str)> = Vec::new();
    for (why, common) in OF_CYCLONEDX {
        let flaw = flaw(Said { why, ..SAID }, "a");
        documents.push(("cdx", cyclonedx_bom(&json!([flaw])).to_string(), common));
    }
    for (why, common) in [
        ("componentNotPresent", COMMON[0]),
        ("vulnerableCodeNotPresent", COMMON[1]),
        ("vulnerableCodeNotInExecutePath", COMMON[2]),
        ("vulnerableCodeCannotBeControlledByAdversary", COMMON[3]),
        ("inlineMitigationsAlreadyExist", COMMON[4]),
    ] {
        documents.push(("spdx", spdx(Said { why, ..SAID }), common));
    }
    for (kind, text, common) in documents {
        fs::write(folder.path().join("own.json"), &text).unwrap();
        let claimed = scanned(&[], "own.json", 1, folder.path());
        assert_eq!(claimed["verdict"], "affected", "{kind} {common}");
        let also = claimed["also"].as_array().unwrap();
        let claim = also.iter().find(|ground| ground["says"] == "not_affected").unwrap();
        assert_eq!(claim["rule"], "statement_claimed", "{kind} {common}");
        assert_eq!(claim["justification"], common, "{kind}");
        let because = claim["statement"]["because"].as_str().unwrap();
        assert!(because.contains("the document claims it of itself"), "{because}");
        let explanation =
            explained(&["--index", "x.index"], "own.json", 1, folder.path());
        assert_eq!(explanation["verdict"], "affected", "{kind} {common}");

        let accepted = scanned(&["own.json"], "own.json", 0, folder.path());
        assert_eq!(accepted["verdict"], "not_affected", "{kind} {common}");
        let ground = &accepted["grounds"][0];
        assert_eq!(ground["rule"], "statement_accepted", "{kind} {common}");
        assert_eq!(ground["justification"], common, "{kind}");
        assert_eq!(ground["statement"]["impact"], "Because of this.", "{kind}");
        let words = ["--index", "x.index", "--vex", "own.json"];
        let explanation = explained(&words, "own.json", 0, folder.path());
        assert_eq!(explanation["verdict"], "not_affected", "{kind} {common}");
        // Accepting another file accepts nothing of this one.
        fs::write(
            folder.path().join("other.json"),
            cyclonedx_bom(&json!([])).to_string(),
        )
        .unwrap();
        let other = scanned(&["other.json"], "own.json", 1, folder.path());
        assert_eq!(other["verdict"], "affected", "{kind} {common}");
    }
}

#[test]
fn of_accepted_documents_that_disagree_the_more_exact_decides_and_then_the_newer() {
    let folder = folder();
    let check = |one: &str, other: &str, code: i32, verdict: &str, over: &str| {
        fs::write(folder.path().join("one"), one).unwrap();
        fs::write(folder.path().join("other"), other).unwrap();
        for order in [["one", "other"], ["other", "one"]] {
            let finding = scanned(&order, "pump.json", code, folder.path());
            assert_eq!(finding["verdict"], verdict, "{over}: {finding:#}");
            let also = finding["also"].as_array().unwrap();
            let mut loser = also
                .iter()
                .filter(|ground| ground["statement"]["outcome"] == "outranked");
            let loser = loser.next().unwrap_or_else(|| panic!("{over}: {finding:#}"));
            let because = loser["statement"]["because"].as_str().unwrap();
            assert!(because.contains(over), "{over}: {because}");
        }
    };
    let (early, late) = ("2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z");
    let not = |when| Said { when, ..SAID };
    let said = |status, when| Said { status, when, why: "" };

    check(&openvex(not(early)), &openvex(said("affected", late)), 1, "affected", "newer");
    check(
        &openvex(not(late)),
        &openvex(said("affected", early)),
        0,
        "not_affected",
        "newer",
    );
    // Eight in the morning in Tokyo is before midnight in London.
    let tokyo = "2024-03-01T08:00:00+09:00";
    check(
        &openvex(not(late)),
        &openvex(said("affected", tokyo)),
        0,
        "not_affected",
        "newer",
    );
    check(
        &openvex(said("affected", early)),
        &openvex(said("fixed", early)),
        1,
        "affected",
        "asks more of a person",
    );
    // CycloneDX names the very component, OpenVEX the package of every version.
    let exact = cyclonedx(said("exploitable", early));
    check(&openvex(not(late)), &exact, 1, "affected", "more exactly");
    let exact = cyclonedx_xml(not(early));
    check(&openvex(said("affected", late)), &exact, 0, "not_affected", "more exactly");
    // CSAF names one version.
    check(
        &openvex(said("affected", late)),
        &csaf(not(early)),
        0,
        "not_affected",
        "more exactly",
    );
}

#[test]
fn a_statement_reaches_no_other_version_product_or_vulnerability() {
    let folder = folder();
    let check = |vex: &str, said: &str| {
        fs::write(folder.path().join("vex"), vex).unwrap();
        let finding = scanned(&["vex"], "pump.json", 1, folder.path());
        assert_eq!(finding["verdict"], "affected", "{vex}");
        for verb in [&["scan", "pump.json"][..], &["explain", "pump.json", "GHSA-1"]] {
            let words = [verb, &["--index", "x.index", "--vex", "vex"]].concat();
            let told = talk(&lazaret(&words, folder.path()));
            assert!(told.contains(said), "{words:?}: {told}");
        }
    };
    let nothing = "the statement on CVE-2024-0001 matches nothing";
    // The flag and the status are of 1.2.0, the component of the other product.
    check(&csaf(SAID).replace("1.2.0", "1.1.9"), nothing);
    let prose = csaf(SAID).replace("1.2.0\"", "1.2 and prior\"");
    check(&prose, nothing);
    check(
        &prose.replace("product_version", "product_version_range"),
        "holds no statement",
    );
    check(&openvex(SAID).replace("pkg:npm/left-pad", "pkg:npm/left-pad@1.2.1"), nothing);
    check(&cyclonedx(SAID).replace("#a", "#b"), nothing);
    check(
        &cyclonedx_xml(SAID).replace(SERIAL, "33333333-395b-41f5-a30f-a58921a69b79"),
        nothing,
    );
    // A version that is called affected in a product that is not is a contradiction.
    let versions = json!([{ "id": "CVE-2024-0001", "analysis": { "state": "not_affected" },
        "affects": [{ "ref": "a",
            "versions": [{ "version": "1.2.0", "status": "affected" }] }] }]);
    fs::write(folder.path().join("own"), cyclonedx_bom(&versions).to_string()).unwrap();
    assert_eq!(scanned(&["own"], "own", 1, folder.path())["verdict"], "affected");
}

#[test]
fn a_statement_on_what_no_record_names_is_told_and_is_no_verdict_on_the_whole() {
    let folder = folder();
    let unheard = openvex(SAID).replace("CVE-2024-0001", "CVE-2024-9999");
    fs::write(folder.path().join("vex"), unheard).unwrap();
    let words =
        ["explain", "pump.json", "CVE-2024-9999", "--index", "x.index", "--vex", "vex"];
    let explanation =
        &asked(&words, "explain.schema.json", 0, folder.path())["explanations"][0];
    assert_eq!(explanation["verdict"], "cannot_tell");
    assert_eq!(explanation["statements"][0]["says"], "not_affected");
    let affected = openvex(Said { status: "affected", ..SAID });
    let affected = affected.replace("CVE-2024-0001", "CVE-2024-9999");
    fs::write(folder.path().join("vex"), affected).unwrap();
    let explanation =
        &asked(&words, "explain.schema.json", 1, folder.path())["explanations"][0];
    assert_eq!(explanation["verdict"], "affected");
}

#[test]
fn a_statement_without_a_reason_is_accepted_and_told() {
    let folder = folder();
    let told = |text: &str| {
        fs::write(folder.path().join("vex"), text).unwrap();
        let words = ["scan", "--index", "x.index", "--vex", "vex", "pump.json"];
        let output = lazaret(&words, folder.path());
        assert_eq!(output.status.code(), Some(0), "{}", talk(&output));
        talk(&output)
    };
    let bare = r#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://x/v","author":"A",
        "timestamp":"2024-02-01T00:00:00Z","version":1,"statements":[{"vulnerability":
        {"name":"CVE-2024-0001"},"products":[{"@id":"pkg:npm/left-pad"}],
        "status":"not_affected"}]}"#;
    let note = "without a justification or an impact statement";
    assert!(told(bare).contains(note), "{}", told(bare));
    let reasoned = bare
        .replace(r#""status""#, r#""justification":"component_not_present","status""#);
    assert!(!told(&reasoned).contains(note), "{}", told(&reasoned));
}

#[test]
fn what_a_csaf_document_says_without_a_verdict_is_told_as_what_it_is() {
    let folder = folder();
    for (group, verdict, rule) in [
        ("unknown", "cannot_tell", "status_unknown"),
        ("under_investigation", "under_investigation", "version_listed"),
        ("recommended", "not_affected", "recommends_alone"),
    ] {
        let csaf = format!(
            r#"{{"document":{{"category":"csaf_vex","csaf_version":"2.0","title":"v",
            "publisher":{{"category":"vendor","name":"P","namespace":"https://p"}},
            "tracking":{{"id":"P-1","status":"final","version":"1",
            "initial_release_date":"2024-02-01T00:00:00Z",
            "current_release_date":"2024-02-01T00:00:00Z"}}}},
            "product_tree":{{"full_product_names":[{{"product_id":"F","name":"left-pad",
            "product_identification_helper":{{"purl":"pkg:npm/left-pad@1.2.0"}}}}]}},
            "vulnerabilities":[{{"cve":"CVE-2024-0007","product_status":{{"{group}":["F"]}}}}]}}"#
        );
        fs::write(folder.path().join("csaf.json"), csaf).unwrap();
        build("y.index", &["osv.json", "csaf.json"], folder.path());
        let words = ["explain", "pump.json", "CVE-2024-0007", "--index", "y.index"];
        let value = asked(&words, "explain.schema.json", 0, folder.path());
        let one = &value["explanations"][0];
        let step = &one["records"][0]["steps"][0];
        assert_eq!((&one["verdict"], &step["rule"]), (&json!(verdict), &json!(rule)));
    }
}
