//! `lazaret feed` as a person runs it.

#![expect(clippy::unwrap_used, reason = "this is a test")]

mod program;

use std::fs;
use std::path::Path;

use program::{lazaret, talk};
use serde_json::Value;
use tempfile::TempDir;

const OSV: &str = r#"{"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","aliases":["CVE-2024-0001"],
    "affected":[{"package":{"ecosystem":"npm","name":"p"},"versions":["1.0.0"]}]}"#;

#[test]
fn an_index_is_built_and_its_status_fits_its_schema() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.json"), OSV).unwrap();
    fs::write(folder.path().join("b.json"), "{\"id\":\"GHSA-2\",\"affected\":[").unwrap();
    fs::write(folder.path().join("notes.md"), "# Notes").unwrap();
    let built = lazaret(
        &["feed", "build", "--index", "x.index", "a.json", "b.json", "notes.md"],
        folder.path(),
    );
    assert_eq!(built.status.code(), Some(0), "{}", talk(&built));
    assert!(built.stdout.is_empty());
    assert!(talk(&built).contains("skipped: notes.md"), "{}", talk(&built));
    assert!(talk(&built).contains("set aside: b.json"), "{}", talk(&built));

    let words = ["feed", "status", "--index", "x.index", "--verify", "--format", "json"];
    let status = lazaret(&words, folder.path());
    assert_eq!(status.status.code(), Some(0), "{}", talk(&status));
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/schema/feed-status.schema.json");
    let schema: Value = serde_json::from_slice(&fs::read(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<_> =
        validator.iter_errors(&status).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}\n{status:#}");
    assert!(!validator.is_valid(&serde_json::json!({"index": {}})));
    assert_eq!(status["sources"][0]["source"], "osv");
    assert_eq!(status["sources"][0]["records"], 1);
    assert_eq!(status["ecosystems"][0]["ecosystem"], "npm");
    assert_eq!(status["ecosystems"][0]["records"], 1);
    assert_eq!(status["cpe_records"], 0);
    assert_eq!(status["set_aside"][0]["count"], 1);
    assert_eq!(status["index"]["verified"], true);
    assert!(status["warnings"][0].as_str().unwrap().contains("days old"), "{status:#}");
}

#[test]
fn the_table_fits_eighty_columns_and_an_old_index_always_warns() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.json"), OSV).unwrap();
    lazaret(&["feed", "build", "--index", "x", "a.json"], folder.path());
    let status = lazaret(&["feed", "status", "--index", "x"], folder.path());
    assert_eq!(status.status.code(), Some(0));
    let table = String::from_utf8(status.stdout.clone()).unwrap();
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    assert!(table.contains("osv"), "{table}");
    assert!(
        talk(&status).contains("warning: the index is old: osv "),
        "{}",
        talk(&status)
    );
}

#[test]
fn without_an_index_the_error_names_the_command_that_builds_one() {
    let folder = TempDir::new().unwrap();
    let status = lazaret(&["feed", "status"], folder.path());
    assert_eq!(status.status.code(), Some(2));
    assert!(talk(&status).contains("feed build"), "{}", talk(&status));

    fs::write(folder.path().join("a.json"), OSV).unwrap();
    let built = lazaret(&["feed", "build", "a.json"], folder.path());
    assert_eq!(built.status.code(), Some(0), "{}", talk(&built));
    assert!(folder.path().join("data/lazaret/advisories.index").exists());
    assert_eq!(lazaret(&["feed", "status"], folder.path()).status.code(), Some(0));
}

#[test]
fn what_cannot_be_done_ends_with_two_and_a_sentence() {
    #[track_caller]
    fn check(words: &[&str], expected: &str) {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("notes.md"), "# Notes").unwrap();
        fs::write(folder.path().join("foreign"), "not an index").unwrap();
        fs::write(folder.path().join("a.json"), OSV).unwrap();
        let output = lazaret(words, folder.path());
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(talk(&output).contains(expected), "{words:?}: {}", talk(&output));
        assert!(!folder.path().join("x").exists());
    }

    check(&["feed", "build", "--index", "x", "notes.md"], "no source holds a document");
    check(&["feed", "build", "--index", "x", "notes.md"], "notes.md");
    check(&["feed", "build", "--index", "x", "nowhere"], "nowhere");
    check(&["feed", "build", "--index", "x"], "SOURCE");
    check(&["feed", "build", "--index", "no/such/folder/x", "a.json"], "no/such/folder");
    check(&["feed", "build", "--index", "foreign", "a.json"], "would be lost");
    check(&["feed", "build", "--index", "notes.md", "a.json"], "name another file");
    check(&["feed", "status", "--index", "foreign"], "not an index of advisories");
    check(&["feed", "add", "--index", "x", "a.json"], "feed build");
}

#[test]
fn an_advisory_that_is_added_is_in_the_status() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.json"), OSV).unwrap();
    fs::write(folder.path().join("b.json"), OSV.replace("GHSA-1", "GHSA-2")).unwrap();
    lazaret(&["feed", "build", "--index", "x", "a.json"], folder.path());
    let added = lazaret(&["feed", "add", "--index", "x", "b.json"], folder.path());
    assert_eq!(added.status.code(), Some(0), "{}", talk(&added));
    let status =
        lazaret(&["feed", "status", "--index", "x", "--format", "json"], folder.path());
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(status["sources"][0]["records"], 2);
    assert_eq!(status["index"]["has_overlay"], true);
}

#[test]
fn status_counts_an_index_with_additions_as_the_folded_one() {
    let folder = TempDir::new().unwrap();
    let run = |words: &[&str]| {
        let output = lazaret(words, folder.path());
        assert_eq!(output.status.code(), Some(0), "{}", talk(&output));
        output
    };
    let record = |id: &str, aliases: &str, more: &str| {
        format!(
            r#"{{"id":"{id}","modified":"2024-01-02T00:00:00Z","aliases":[{aliases}]{more},
            "affected":[{{"package":{{"ecosystem":"npm","name":"p"}},"versions":["1.0.0"]}}]}}"#
        )
    };
    let write =
        |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("a.json", OSV);
    write("b.json", &record("GHSA-2", "", ""));
    write("c.json", &record("GHSA-3", "", r#","withdrawn":"2024-01-02T00:00:00Z""#));
    // One joins two that were apart, one takes its alias back, one is new.
    write("d.json", &record("PYSEC-1", r#""GHSA-2","GHSA-9""#, ""));
    write("e.json", &record("GHSA-1", "", ""));
    write("f.json", &record("GHSA-3", r#""CVE-2024-0003""#, ""));
    write("g.json", &record("GHSA-4", "", ""));
    let status = || -> (Value, Value) {
        let output = run(&["feed", "status", "--index", "x", "--format", "json"]);
        let status: Value = serde_json::from_slice(&output.stdout).unwrap();
        let sources = status["sources"].as_array().unwrap().iter();
        let numbers = sources
            .map(|source| serde_json::json!([source["records"], source["withdrawn"]]))
            .collect();
        (status["index"]["vulnerabilities"].clone(), numbers)
    };

    let build = ["feed", "build", "--index", "x", "a.json", "b.json", "c.json"];
    run(&build);
    assert_eq!(status(), (3.into(), serde_json::json!([[3, 1]])));
    run(&["feed", "add", "--index", "x", "d.json", "e.json", "f.json", "g.json"]);
    let layered = status();
    assert_eq!(layered, (4.into(), serde_json::json!([[5, 0]])));
    run(&build);
    assert_eq!(status(), layered);
}
