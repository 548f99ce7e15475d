//! `lazaret sbom check` and `lazaret sbom diff`, as a person and a program meet them.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails loudly")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn fixture(name: &str) -> String {
    root().join("fixtures/sbom").join(name).display().to_string()
}

fn lazaret(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lazaret")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Runs a command that prints JSON, and holds its output against its schema.
#[track_caller]
fn json(schema: &str, arguments: &[&str], code: i32) -> Value {
    let output = lazaret(&[arguments, &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema = std::fs::read(root().join("docs/schema").join(schema)).unwrap();
    let schema = serde_json::from_slice(&schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let faults: Vec<_> =
        validator.iter_errors(&value).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    value
}

fn check(arguments: &[&str], code: i32) -> Value {
    json("sbom-check.schema.json", &[&["sbom", "check"], arguments].concat(), code)
}

fn diff(arguments: &[&str], code: i32) -> Value {
    json("sbom-diff.schema.json", &[&["sbom", "diff"], arguments].concat(), code)
}

/// Rule and place of every finding of a profile.
fn findings(checked: &Value, profile: usize) -> Vec<(&str, &str)> {
    let list = checked["profiles"][profile]["findings"].as_array().unwrap();
    list.iter()
        .map(|value| (value["rule"].as_str().unwrap(), value["place"].as_str().unwrap()))
        .collect()
}

#[test]
fn a_document_that_states_everything_passes_both_profiles() {
    let checked = check(&[&fixture("drip-2-1.0.spdx3.json")], 0);
    assert_eq!(checked["document"]["spec"], "3.0.1");
    assert_eq!(checked["document"]["name"], "Drip 2 firmware");
    assert_eq!(checked["profiles"][0]["score"], 100);
    assert_eq!(checked["profiles"][1]["score"], 100);
    assert_eq!(checked["notes"], Value::Array(vec![]));
}

#[test]
fn each_missing_fact_is_a_finding_with_its_place() {
    let checked = check(&[&fixture("drip-2-1.0.spdx")], 1);
    assert_eq!(checked["components"], 3);
    assert_eq!(checked["with_purl"], 1);
    assert_eq!(checked["with_cpe"], 1);
    assert_eq!(checked["relationships"], 3);
    let ntia = [("supplier-name", "line 34"), ("unique-identifier", "line 34")];
    assert_eq!(findings(&checked, 0), ntia);
    let fda = [
        ntia[0],
        ntia[1],
        ("support-level", "line 25"),
        ("support-level", "line 34"),
        ("end-of-support", "line 25"),
        ("end-of-support", "line 34"),
    ];
    assert_eq!(findings(&checked, 1), fda);
    // Seventeen facts of NTIA, two missing.
    assert_eq!(checked["profiles"][0]["score"], 88);
}

#[test]
fn one_profile_can_be_chosen() {
    let file = fixture("drip-2-1.0.spdx");
    let checked = check(&[&file, "--profile", "fda-524b"], 1);
    assert_eq!(checked["profiles"].as_array().unwrap().len(), 1);
    assert_eq!(checked["profiles"][0]["profile"], "fda-524b");
    let output = lazaret(&["sbom", "check", &file, "--profile", "ntia"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn several_files_give_a_list_without_those_that_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree.json");
    std::fs::write(&tree, "{\"tree\": true}").unwrap();
    let tree = tree.display().to_string();
    let (one, two) = (fixture("drip-2-1.0.spdx"), fixture("drip-2-1.0.spdx3.json"));
    let checked = check(&[&one, &tree, &two], 2);
    let files: Vec<_> =
        checked.as_array().unwrap().iter().map(|one| &one["file"]).collect();
    assert_eq!(files, [&Value::from(one), &Value::from(two)]);
}

#[test]
fn a_refusal_names_the_file_and_prints_no_data() {
    #[track_caller]
    fn check(name: &str, content: Option<&[u8]>, words: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        let path = path.display().to_string();
        for format in ["table", "json"] {
            let output = lazaret(&["sbom", "check", &path, "--format", format]);
            assert_eq!(output.status.code(), Some(2), "{name}");
            assert_eq!(text(&output.stdout), "", "{name}");
            let said = text(&output.stderr);
            assert!(said.starts_with("error: ") && said.contains(name), "{said}");
            assert!(words.iter().all(|word| said.contains(word)), "{said}");
        }
    }

    check("none.json", None, &["cannot be read"]);
    check("a.json", Some(b"{\"x\": 1}"), &["  --> ", "help: "]);
    check(
        "b.json",
        Some(b"{\"spdxVersion\": \"SPDX-2.3\", \"packages\": {}}"),
        &[", /packages"],
    );
    check(
        "c.json",
        Some(b"{\"spdxVersion\": \"SPDX-2.3\","),
        &["line 1", "help: the document is cut short"],
    );
    check("d.spdx.gz", Some(b"\x1F\x8B\x08\0"), &["gzip", "help: "]);
    check("e.rdf", Some(b"<rdf:RDF xmlns:rdf='x'/>"), &["RDF/XML", "help: "]);
}

#[test]
fn standard_input_is_read_where_a_file_is_named_with_a_dash() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lazaret"))
        .args(["sbom", "check", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let document = std::fs::read(fixture("drip-2-1.0.spdx3.json")).unwrap();
    child.stdin.take().unwrap().write_all(&document).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).starts_with("{\"document\":"));
}

#[test]
fn the_table_fits_a_terminal_and_notes_are_counted_apart() {
    let output = lazaret(&["sbom", "check", &fixture("drip-2-1.1.spdx.json")]);
    let table = text(&output.stdout);
    let too_wide: Vec<_> =
        table.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(too_wide.is_empty(), "{too_wide:?}");
    assert!(table.contains("sbom-author"), "{table}");
    assert!(table.contains("/packages/2"), "{table}");
    let notes = text(&output.stderr);
    assert!(notes.contains("1 note on "), "{notes}");
    assert!(notes.contains("/packages/2/versionInfo: "), "{notes}");
}

#[test]
fn what_a_document_says_is_shown_as_the_object_of_its_schema() {
    let show = |file: &str| json("sbom-show.schema.json", &["sbom", "show", file], 0);
    let shown = show(&fixture("drip-2-1.1.spdx.json"));
    assert_eq!(shown["document"]["format"], "SPDX");
    assert_eq!(shown["notes"][0]["place"], "/packages/2/versionInfo");
    for name in ["drip-2-1.0.spdx", "drip-2-1.0.spdx3.json"] {
        assert!(show(&fixture(name))["relationships"][0]["kind"].is_string());
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pump.cdx.json");
    let bom = serde_json::json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {
            "timestamp": "2030-01-01T00:00:00Z", "authors": [{ "name": "A" }],
            "lifecycles": [{ "phase": "post-build" }, { "name": "line 4" }],
            "component": { "type": "device", "name": "pump", "bom-ref": "pump",
                "components": [{ "type": "firmware", "name": "boot" }] },
        },
        "components": [
            { "type": "library", "name": "zlib", "version": "1", "bom-ref": "z",
              "purl": "pkg:generic/zlib@1", "cpe": "cpe:2.3:a:zlib:zlib:1:*:*:*:*:*:*:*",
              "licenses": [{ "license": { "id": "Zlib" } }],
              "hashes": [{ "alg": "SHA-1", "content": "9d2ee8a3b7e9d23d0d6b4a0f2d0a1f7c8b9a0c1d" }],
              "components": [{ "type": "file", "name": "inflate.c" }] },
        ],
        "compositions": [{ "aggregate": "complete", "assemblies": ["z"] }],
        "vulnerabilities": [{ "id": "CVE-2030-0001", "analysis": { "state": "not_affected",
            "justification": "code_not_present", "response": ["update"], "detail": "d" },
            "affects": [{ "ref": "z", "versions": [{ "version": "1", "status": "unaffected" }] }] }],
    });
    std::fs::write(&path, bom.to_string()).unwrap();
    let shown = show(&path.display().to_string());
    assert_eq!(shown["subject"][0]["kind"], "device");
    assert_eq!(shown["subject_parts"][0]["name"], "boot");
    let made_from = &shown["document"]["made_from"];
    assert_eq!(
        made_from[0],
        serde_json::json!({ "phase": "binary", "written": "post-build" })
    );
    assert_eq!(
        made_from[1],
        serde_json::json!({ "phase": "other", "written": "line 4" })
    );
    assert_eq!(shown["components"][1]["parent"], 0);
    assert_eq!(shown["compositions"][0]["aggregate"], "complete");
    let statement = &shown["statements"][0];
    assert_eq!(statement["status"], "not_affected");
    assert_eq!(statement["justification"], "vulnerable_code_not_present");
}

#[test]
fn a_document_does_not_differ_from_itself() {
    let file = fixture("drip-2-1.0.spdx");
    let compared = diff(&[&file, &file], 0);
    assert_eq!(compared["changed"], Value::Array(vec![]));
    let output = lazaret(&["sbom", "diff", &file, &file]);
    assert!(text(&output.stdout).ends_with("Nothing changed\n"));
}

#[test]
fn two_releases_differ_in_what_was_changed_and_in_nothing_else() {
    let (old, new) = (fixture("drip-2-1.0.spdx"), fixture("drip-2-1.1.spdx.json"));
    let compared = diff(&[&old, &new], 1);
    let names = |list: &Value| -> Vec<String> {
        let list = list.as_array().unwrap();
        list.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&compared["added"]), ["mbedtls"]);
    assert_eq!(names(&compared["removed"]), ["busybox"]);
    let fields: Vec<_> = compared["changed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (change["new"]["name"].as_str().unwrap(), change["fields"].clone()))
        .collect();
    let version = serde_json::json!(["version"]);
    let zlib = serde_json::json!(["version", "hashes"]);
    assert_eq!(fields, [("drip-2-firmware", version), ("zlib", zlib)]);
    let removed = serde_json::json!([
        { "from": "drip-2-firmware", "kind": "contains", "to": "busybox" }
    ]);
    assert_eq!(compared["dependencies"]["removed"], removed);
    assert_eq!(compared["dependencies"]["added"], Value::Array(vec![]));

    let table = text(&lazaret(&["sbom", "diff", &old, &new]).stdout);
    for line in [
        "  + mbedtls 3",
        "  - busybox 1.35.0",
        "  ~ drip-2-firmware 1.0 → 1.1",
        "  ~ zlib 1.2.11 → 1.3.1, digest",
        "  - drip-2-firmware contains busybox",
        "1 component added, 1 removed, 2 changed; 0 dependencies added, 1 removed",
    ] {
        assert!(table.lines().any(|found| found == line), "{line}\n{table}");
    }
}
