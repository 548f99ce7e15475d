//! `lazaret scan`, `affected` and `explain` as a person runs them.

#![expect(clippy::unwrap_used, reason = "this is a test")]
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

mod corpus;
mod program;

use std::fs;
use std::path::{Path, PathBuf};

use corpus::corpus;
use program::{lazaret, talk};
use serde_json::{Value, json};
use tempfile::TempDir;

const OSV: &str = r#"{"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","summary":"A hole",
    "aliases":["CVE-2024-0001"],
    "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
    "affected":[{"package":{"ecosystem":"npm","name":"left-pad"},"ranges":[{"type":"SEMVER",
    "events":[{"introduced":"1.0.0"},{"fixed":"1.3.0"}]}]}]}"#;

const KEV: &str = r#"{"title":"CISA Catalog of Known Exploited Vulnerabilities",
    "catalogVersion":"2024.01.02","dateReleased":"2024-01-02T00:00:00.0000Z","count":1,
    "vulnerabilities":[{"cveID":"CVE-2024-0001","vendorProject":"x","product":"left-pad",
    "vulnerabilityName":"x","dateAdded":"2024-01-02","shortDescription":"x",
    "requiredAction":"x","dueDate":"2024-02-02","knownRansomwareCampaignUse":"Unknown",
    "notes":""}]}"#;

const OPENVEX: &str = r#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://x/vex-1",
    "author":"A","timestamp":"2024-02-01T00:00:00Z","version":1,"statements":[
    {"vulnerability":{"name":"CVE-2024-0001"},"products":[{"@id":"pkg:npm/left-pad"}],
    "status":"not_affected","justification":"vulnerable_code_not_in_execute_path"},
    {"vulnerability":{"name":"CVE-2024-0002"},"products":[{"@id":"pkg:npm/other"}],
    "status":"fixed"}]}"#;

/// A folder with an index, a document with a finding and unknowns, and statements.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write =
        |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("osv.json", OSV);
    write("kev.json", KEV);
    write("vex.json", OPENVEX);
    let bom = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "metadata": { "component": { "type": "device", "name": "pump", "bom-ref": "pump" } },
        "components": [
            { "type": "library", "name": "left-pad", "version": "1.2.0", "bom-ref": "a",
              "purl": "pkg:npm/left-pad@1.2.0" },
            { "type": "library", "name": "zlib", "bom-ref": "b" },
            { "type": "library", "name": "right-pad", "bom-ref": "c",
              "purl": "pkg:npm/right-pad@9.0.0" },
        ],
        "vulnerabilities": [{ "id": "CVE-2024-0001", "affects": [{ "ref": "a" }],
            "analysis": { "state": "not_affected" } }],
    });
    write("pump.cdx.json", &bom.to_string());
    let clean = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "components": [{ "type": "library", "name": "zlib" }],
    });
    write("clean.cdx.json", &clean.to_string());
    let built = lazaret(
        &["feed", "build", "--index", "x.index", "osv.json", "kev.json"],
        folder.path(),
    );
    assert_eq!(built.status.code(), Some(0), "{}", talk(&built));
    folder
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[track_caller]
fn fits(schema: &Value, value: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let faults: Vec<_> = validator
        .iter_errors(value)
        .map(|fault| format!("{fault} at {}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[track_caller]
fn json_of(words: &[&str], schema: &str, code: i32) -> Value {
    let folder = folder();
    let output = lazaret(words, folder.path());
    assert_eq!(output.status.code(), Some(code), "{}", talk(&output));
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema = fs::read(root().join("docs/schema").join(schema)).unwrap();
    fits(&serde_json::from_slice(&schema).unwrap(), &value);
    value
}

const SCAN: [&str; 5] = ["scan", "--index", "x.index", "--format", "json"];

#[test]
fn scan_prints_the_object_of_its_schema() {
    let words = [&SCAN[..], &["pump.cdx.json"]].concat();
    let report = json_of(&words, "scan.schema.json", 1);
    assert_eq!(report["components"], 3);
    let finding = &report["findings"][0];
    assert_eq!(finding["id"], "CVE-2024-0001");
    assert_eq!(finding["aliases"], json!(["GHSA-1"]));
    assert_eq!(finding["verdict"], "affected");
    assert_eq!(finding["known_exploited"], true);
    assert_eq!(finding["priority"], "act_now");
    assert_eq!(finding["severity"]["score"], 9.8);
    assert_eq!(finding["fixed_in"], json!(["1.3.0"]));
    assert_eq!(finding["bom"], "pump.cdx.json");
    assert_eq!(finding["place"], "/components/0");
    let ground = &finding["grounds"][0];
    assert_eq!(ground["advisory"], "GHSA-1");
    assert_eq!(ground["range"], ">=1.0.0, <1.3.0");
    assert_eq!(ground["rule"], "version_in_range");
    // The document's own claim is shown and suppresses nothing.
    assert_eq!(finding["also"][0]["rule"], "statement_claimed");
    assert_eq!(report["unknowns"][0]["reason"], "no_identifier");
    assert_eq!(report["unknowns"].as_array().unwrap().len(), 1);
}

#[test]
fn the_other_direction_prints_the_same_object() {
    let words =
        ["affected", "--index", "x.index", "--format", "json", "GHSA-1", "pump.cdx.json"];
    let back = json_of(&words, "affected.schema.json", 1);
    let words = [&SCAN[..], &["pump.cdx.json"]].concat();
    assert_eq!(back["findings"], json_of(&words, "scan.schema.json", 1)["findings"]);
    let words = [
        "affected",
        "--index",
        "x.index",
        "--format",
        "json",
        "CVE-1999-0001",
        "pump.cdx.json",
    ];
    // Of an id that nobody names nothing can be said: it is no "nothing found".
    let output = lazaret(&words, folder().path());
    assert_eq!(output.status.code(), Some(2));
    assert!(talk(&output).contains("nothing can be said"), "{}", talk(&output));
}

#[test]
fn explain_prints_the_object_of_its_schema() {
    let words =
        |id| ["explain", "--index", "x.index", "--format", "json", "pump.cdx.json", id];
    let why = json_of(&words("CVE-2024-0001"), "explain.schema.json", 1);
    assert_eq!(why["explanations"][0]["verdict"], "affected");
    let unheard = json_of(&words("CVE-1999-0001"), "explain.schema.json", 0);
    assert_eq!(unheard["explanations"][0]["verdict"], "cannot_tell");
}

#[test]
fn an_accepted_statement_settles_and_one_that_matches_nothing_is_told() {
    let folder = folder();
    let words = [&SCAN[..], &["--vex", "vex.json", "pump.cdx.json"]].concat();
    let output = lazaret(&words, folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", talk(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"][0]["verdict"], "not_affected");
    assert_eq!(report["findings"][0]["grounds"][0]["rule"], "statement_accepted");
    let told = talk(&output);
    assert!(told.contains("the statement on CVE-2024-0002 matches nothing"), "{told}");
    // The document itself may be accepted.
    let words = [&SCAN[..], &["--vex", "pump.cdx.json", "pump.cdx.json"]].concat();
    assert_eq!(lazaret(&words, folder.path()).status.code(), Some(0));
}

#[test]
fn exit_codes_and_what_is_said_beside_the_answer() {
    let folder = folder();
    let check = |words: &[&str], code: i32, said: &str| {
        let words = [&["scan", "--index", "x.index"], words].concat();
        let output = lazaret(&words, folder.path());
        let told = talk(&output);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {told}");
        assert!(told.contains(said), "{words:?}: {told}");
    };

    check(&["clean.cdx.json"], 0, "1 of 1 component could not be judged");
    check(&["--fail-on", "unknown", "clean.cdx.json"], 1, "1 of 1 component");
    check(&["pump.cdx.json"], 1, "1 of 3 components could not be judged");
    check(&["pump.cdx.json"], 1, "warning: the index is old: osv ");
    check(&["--fail-on", "known-exploited", "pump.cdx.json"], 1, "");
    check(&["--fail-on", "critical,unknown", "pump.cdx.json"], 1, "");
    check(&["--fail-on", "known-exploited", "--vex", "vex.json", "pump.cdx.json"], 0, "");
    check(&["osv.json"], 2, "osv.json");
    check(&["missing.json"], 2, "missing.json");
    check(&["--vex", "missing.json", "pump.cdx.json"], 2, "missing.json");
    let unheard = ["affected", "--index", "x.index", "CVE-2024-9999", "pump.cdx.json"];
    let unheard = lazaret(&unheard, folder.path());
    assert_eq!(unheard.status.code(), Some(2));
    assert!(talk(&unheard).contains("names CVE-2024-9999"), "{}", talk(&unheard));
    let none = lazaret(&["scan", "pump.cdx.json"], folder.path());
    assert_eq!(none.status.code(), Some(2));
    assert!(talk(&none).contains("feed build"), "{}", talk(&none));
}

#[test]
fn a_component_of_which_the_index_holds_no_feed_is_unknown_and_never_clean() {
    let folder = folder();
    let package =
        |name: &str, purl: &str| json!({ "type": "library", "name": name, "purl": purl });
    let bom = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "components": [
            package("bash", "pkg:deb/ubuntu/bash@5.2?distro=ubuntu-24.04"),
            package("libc6", "pkg:deb/ubuntu/libc6@2.39?distro=ubuntu-24.04"),
            package("requests", "pkg:pypi/requests@2.31.0"),
            package("right-pad", "pkg:npm/right-pad@9.0.0"),
            { "type": "firmware", "name": "pump-os", "version": "1",
              "cpe": "cpe:2.3:o:acme:pump_os:1:*:*:*:*:*:*:*" },
        ],
    });
    fs::write(folder.path().join("image.json"), bom.to_string()).unwrap();
    let output = lazaret(&[&SCAN[..], &["image.json"]].concat(), folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", talk(&output));
    assert!(talk(&output).contains("4 of 5 components could not be judged"));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema = fs::read(root().join("docs/schema/scan.schema.json")).unwrap();
    fits(&serde_json::from_slice(&schema).unwrap(), &report);
    let unknowns = report["unknowns"].as_array().unwrap().iter();
    let told: Vec<[&str; 3]> = unknowns
        .map(|unknown| {
            [&unknown["component"]["name"], &unknown["reason"], &unknown["why"]]
                .map(|value| value.as_str().unwrap())
        })
        .collect();
    let ubuntu = "the index holds no advisories for Ubuntu 24.04";
    let pypi = "the index holds no advisories for PyPI";
    let cpe = "the index holds no records with CPE names, neither NVD's nor those of the CVE list";
    assert_eq!(
        told,
        [
            ["bash", "not_covered", ubuntu],
            ["libc6", "not_covered", ubuntu],
            ["requests", "not_covered", pypi],
            ["pump-os", "not_covered", cpe],
        ]
    );
    let question = report["unknowns"][0]["question"].as_str().unwrap();
    assert!(question.contains("a feed of Ubuntu"), "{question}");

    let output = lazaret(&["scan", "--index", "x.index", "image.json"], folder.path());
    let table = String::from_utf8(output.stdout).unwrap();
    assert_eq!(table.matches(ubuntu).count(), 1, "{table}");
    let words = ["explain", "--index", "x.index", "image.json", "CVE-2024-0001"];
    let output = lazaret(&words, folder.path());
    let text = String::from_utf8(output.stdout).unwrap();
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(ubuntu), "{text}");
}

#[test]
fn a_csaf_vex_document_is_a_claim_in_the_index_and_accepted_with_vex() {
    let folder = folder();
    let vex = json!({
        "document": { "category": "csaf_vex", "csaf_version": "2.0", "title": "VEX",
            "publisher": { "category": "vendor", "name": "A", "namespace": "https://a.example" },
            "tracking": { "id": "A-1", "version": "1", "status": "final",
                "initial_release_date": "2024-02-01T00:00:00Z",
                "current_release_date": "2024-02-01T00:00:00Z",
                "revision_history": [{ "number": "1", "date": "2024-02-01T00:00:00Z",
                    "summary": "x" }] } },
        "product_tree": { "full_product_names": [{ "product_id": "P", "name": "left-pad",
            "product_identification_helper": { "purl": "pkg:npm/left-pad@1.2.0" } }] },
        "vulnerabilities": [{ "cve": "CVE-2024-0001",
            "product_status": { "known_not_affected": ["P"] },
            "flags": [{ "label": "vulnerable_code_not_in_execute_path",
                "product_ids": ["P"] }] }],
    });
    fs::write(folder.path().join("csaf.json"), vex.to_string()).unwrap();
    let words = ["feed", "build", "--index", "y.index", "osv.json", "csaf.json"];
    assert_eq!(lazaret(&words, folder.path()).status.code(), Some(0));
    let finding = |words: &[&str], code: i32| -> Value {
        let words = [words, &["--format", "json", "pump.cdx.json"]].concat();
        let output = lazaret(&words, folder.path());
        assert_eq!(output.status.code(), Some(code), "{}", talk(&output));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        report["findings"][0].clone()
    };
    let claimed = finding(&["scan", "--index", "y.index"], 1);
    assert_eq!(claimed["verdict"], "affected");
    let also = claimed["also"].as_array().unwrap();
    let is_csaf =
        |ground: &Value| ground["source"] == "csaf" && ground["says"] == "not_affected";
    assert!(also.iter().any(is_csaf), "{claimed:#}");
    let accepted = finding(&["scan", "--index", "x.index", "--vex", "csaf.json"], 0);
    assert_eq!(accepted["verdict"], "not_affected");
    assert_eq!(accepted["grounds"][0]["rule"], "statement_accepted");
    let justification = &accepted["grounds"][0]["justification"];
    assert_eq!(justification, "vulnerable_code_not_in_execute_path");
}

#[test]
fn tables_fit_eighty_columns_and_name_what_is_to_be_done() {
    let folder = folder();
    for group in ["component", "action"] {
        let words = ["scan", "--index", "x.index", "--group", group, "pump.cdx.json"];
        let output = lazaret(&words, folder.path());
        let table = String::from_utf8(output.stdout).unwrap();
        assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
        let flat = table.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains("to 1.3.0"), "{table}");
        let last =
            "1 of 3 components is affected, by 1 vulnerability, 1 exploited in the";
        assert!(flat.contains(last), "{table}");
    }
    let words = ["explain", "--index", "x.index", "pump.cdx.json", "GHSA-1"];
    let output = lazaret(&words, folder.path());
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.contains("the version lies inside the range"), "{text}");
}

#[test]
fn sarif_and_cyclonedx_fit_the_schemas_of_their_standards() {
    let Some(corpus) = corpus() else { return };
    let folder = folder();
    let print = |format: &str| -> Value {
        let words = [
            "scan",
            "--index",
            "x.index",
            "--format",
            format,
            "pump.cdx.json",
            "clean.cdx.json",
        ];
        serde_json::from_slice(&lazaret(&words, folder.path()).stdout).unwrap()
    };
    let schema = |path: &str| -> Value {
        serde_json::from_slice(&fs::read(corpus.join("schemas").join(path)).unwrap())
            .unwrap()
    };
    fits(&schema("sarif/sarif-2.1.0.schema.json"), &print("sarif"));
    // Licences and signatures have schemas of their own; neither is written.
    let mut cyclonedx = schema("cyclonedx/bom-1.6.schema.json");
    without_foreign_references(&mut cyclonedx);
    fits(&cyclonedx, &print("cyclonedx"));
}

#[test]
fn cyclonedx_has_one_entry_for_each_fix_and_recommends_no_downgrade() {
    let folder = folder();
    let write = |name: &str, text: String| {
        fs::write(folder.path().join(name), text).unwrap();
    };
    let branches = json!({
        "id": "GHSA-2", "modified": "2024-01-01T00:00:00Z",
        "affected": [{ "package": { "ecosystem": "npm", "name": "foo" },
            "ranges": [{ "type": "SEMVER", "events": [
                { "introduced": "1.0.0" }, { "fixed": "1.2.3" },
                { "introduced": "2.0.0" }, { "fixed": "2.1.0" }] }] }],
    });
    write("branches.json", branches.to_string());
    let at = |version: &str| {
        json!({ "type": "library", "name": "foo", "version": version, "bom-ref": version,
            "purl": format!("pkg:npm/foo@{version}") })
    };
    let components = ["1.2.2", "2.0.5", "2.0.6"].map(at);
    let bom = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "components": components,
    });
    write("foo.json", bom.to_string());
    let words = ["feed", "build", "--index", "y.index", "branches.json"];
    assert_eq!(lazaret(&words, folder.path()).status.code(), Some(0));
    let words = ["scan", "--index", "y.index", "--format", "cyclonedx", "foo.json"];
    let output = lazaret(&words, folder.path());
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let entries = told["vulnerabilities"].as_array().unwrap().iter();
    let entries: Vec<_> = entries
        .map(|entry| {
            let affects = entry["affects"].as_array().unwrap().iter();
            let versions: Vec<_> = affects
                .map(|one| one["versions"][0]["version"].as_str().unwrap())
                .collect();
            (entry["recommendation"].as_str().unwrap(), versions)
        })
        .collect();
    assert_eq!(
        entries,
        [("update to 1.2.3", vec!["1.2.2"]), ("update to 2.1.0", vec!["2.0.5", "2.0.6"])]
    );
}

fn without_foreign_references(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let foreign = members
                .get("$ref")
                .and_then(Value::as_str)
                .is_some_and(|reference| !reference.starts_with('#'));
            if foreign {
                members.remove("$ref");
            }
            members.values_mut().for_each(without_foreign_references);
        }
        Value::Array(items) => items.iter_mut().for_each(without_foreign_references),
        _ => {}
    }
}

#[test]
fn on_the_corpus_both_directions_say_the_same() {
    let Some(corpus) = corpus() else { return };
    let folder = TempDir::new().unwrap();
    let source = |name: &str| corpus.join(name).to_string_lossy().into_owned();
    let sources = ["osv/pypi.tar.zst", "nvd/records.tar.zst"].map(source);
    let mut words = vec!["feed", "build", "--index", "x.index"];
    words.extend(sources.iter().map(String::as_str));
    assert_eq!(lazaret(&words, folder.path()).status.code(), Some(0));
    let mut boms: Vec<String> =
        ["sbom/cyclonedx-xml", "sbom/spdx-tv", "sbom/cyclonedx-json"]
            .iter()
            .flat_map(|name| fs::read_dir(corpus.join(name)).unwrap())
            .map(|entry| entry.unwrap().path().to_string_lossy().into_owned())
            .collect();
    boms.sort();
    let ask = |words: &[&str]| -> Vec<Value> {
        let mut all = words.to_vec();
        all.extend(boms.iter().map(String::as_str));
        let report: Value =
            serde_json::from_slice(&lazaret(&all, folder.path()).stdout).unwrap();
        report["findings"].as_array().unwrap().clone()
    };
    let forward = ask(&SCAN);
    let mut ids: Vec<&str> =
        forward.iter().map(|finding| finding["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert!(ids.len() > 5, "{ids:?}");
    for id in ids.into_iter().take(25) {
        let mut back = ask(&["affected", "--index", "x.index", "--format", "json", id]);
        back.retain(|finding| finding["id"] == id);
        let own: Vec<Value> =
            forward.iter().filter(|finding| finding["id"] == id).cloned().collect();
        assert_eq!(own, back, "{id}");
    }
}
