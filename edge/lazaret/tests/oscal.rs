//! `lazaret oscal` as a person runs it.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod program;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use program::{lazaret, talk};
use serde_json::Value;
use tempfile::TempDir;

const DAY: &str = "2026-11-26";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/evidence")
}

fn export(what: &str, more: &[&str]) -> Output {
    lazaret(&[&["oscal", "export", what], more].concat(), &fixtures())
}

const HOSPITAL: [&str; 5] =
    [".", "--organisation", "St. Example Hospital", "--as-of", DAY];

/// Each document that is written, with its file's name.
fn written(folder: &Path) -> Vec<(&'static str, String)> {
    let all: [(&str, &[&str]); 5] = [
        ("catalog", &[]),
        ("mapping", &[]),
        ("profile", &HOSPITAL),
        ("assessment-results", &HOSPITAL),
        ("poam", &HOSPITAL),
    ];
    all.map(|(what, more)| {
        let output = export(what, more);
        assert_eq!(output.status.code(), Some(0), "{what}: {}", talk(&output));
        let text = String::from_utf8(output.stdout).unwrap();
        fs::write(folder.join(what), &text).unwrap();
        (what, text)
    })
    .into()
}

#[test]
fn what_is_written_is_read_again_and_fits_the_schema_of_the_answer() {
    let folder = TempDir::new().unwrap();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/schema/oscal-import.schema.json");
    let schema: Value = serde_json::from_slice(&fs::read(schema).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for (what, text) in written(folder.path()) {
        let import = |format: &str| {
            lazaret(&["oscal", "import", what, "--format", format], folder.path())
        };
        let again = import("oscal");
        assert_eq!(String::from_utf8(again.stdout).unwrap(), text, "{what}");
        let answer: Value = serde_json::from_slice(&import("json").stdout).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(&answer).map(|it| it.to_string()).collect();
        assert!(faults.is_empty(), "{what}: {faults:?}");
        assert_eq!(answer["model"], what);
        let page = import("text");
        assert_eq!(page.status.code(), Some(0), "{what}: {}", talk(&page));
        let toml = import("toml");
        let makes = ["profile", "assessment-results"].contains(&what);
        assert_eq!(toml.status.code(), Some(if makes { 0 } else { 2 }), "{what}");
        assert!(makes || talk(&toml).contains("help: "), "{}", talk(&toml));
    }
}

#[test]
fn verdicts_come_back_as_claims_and_make_nothing_met() {
    let folder = TempDir::new().unwrap();
    written(folder.path());
    let make = |what: &str, file: &str| {
        let made = lazaret(&["oscal", "import", what, "--format", "toml"], folder.path());
        let house = folder.path().join("house");
        fs::create_dir_all(&house).unwrap();
        fs::write(house.join(file), &made.stdout).unwrap();
        talk(&made)
    };
    let said = make("assessment-results", "register.toml");
    assert!(said.contains("it is not claimed"), "{said}");
    make("profile", "organisation.toml");
    let assessed = lazaret(
        &["control", "assess", "house", "--as-of", DAY, "--format", "json"],
        folder.path(),
    );
    let answer: Value = serde_json::from_slice(&assessed.stdout).unwrap();
    let one = &answer["organisations"][0];
    assert_eq!(one["name"], "St. Example Hospital");
    let verdict = |id: &str| {
        let all = one["controls"].as_array().unwrap();
        all.iter().find(|it| it["id"] == id).unwrap()["verdict"].clone()
    };
    // Met and not met in the hospital, a claim and nothing here.
    assert_eq!(verdict("A-03"), "partly_met");
    assert_eq!(verdict("A-15"), "cannot_tell");
    let met =
        one["controls"].as_array().unwrap().iter().filter(|it| it["verdict"] == "met");
    assert_eq!(met.count(), 0);
}

#[test]
fn what_cannot_be_written_or_read_says_what_to_do() {
    #[track_caller]
    fn check(output: &Output, told: &[&str]) {
        assert_eq!(output.status.code(), Some(2), "{}", talk(output));
        assert!(output.stdout.is_empty());
        for told in told {
            assert!(talk(output).contains(told), "{told} in {}", talk(output));
        }
    }

    check(&export("profile", &[]), &["of which evidence?"]);
    check(&export("catalog", &["."]), &["comes with the program"]);
    check(&export("poam", &["."]), &["several organisations", "Harbour Clinic"]);
    check(&export("poam", &[".", "--organisation", "x"]), &["no organisation `x`"]);
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.json"), "{\"catalog\": {\"uuid\": 1}}").unwrap();
    fs::write(folder.path().join("b.xml"), "<catalog/>").unwrap();
    let import = |file: &str| lazaret(&["oscal", "import", file], folder.path());
    check(&import("a.json"), &["a.json, /catalog/uuid", "help: "]);
    check(&import("b.xml"), &["line 1, column 1", "oscal-cli convert"]);
    fs::write(folder.path().join("broken.toml"), "evidence = 1\n[[x]]\n").unwrap();
    let broken = lazaret(&["oscal", "export", "poam", "broken.toml"], folder.path());
    check(&broken, &["could not be read"]);
}
