//! `lazaret control` as a person runs it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails loudly, and says what it skipped"
)]

mod corpus;
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use program::{lazaret, talk};
use serde_json::Value;
use tempfile::TempDir;

const DAY: &str = "2026-11-26";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/evidence")
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn assess(folder: &Path, more: &[&str]) -> Output {
    let words = [&["control", "assess", "--as-of", DAY], more].concat();
    lazaret(&words, folder)
}

/// The answer as JSON, held against its schema.
fn answer(folder: &Path, more: &[&str]) -> Value {
    let output = assess(folder, &[more, &["--format", "json"]].concat());
    read(&output)
}

#[track_caller]
fn read(output: &Output) -> Value {
    let value: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|why| panic!("{why}: {}", talk(output)));
    fits("control-assess.schema.json", &value);
    value
}

#[track_caller]
fn fits(schema: &str, value: &Value) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema");
    let schema: Value =
        serde_json::from_slice(&fs::read(folder.join(schema)).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let faults: Vec<_> = validator
        .iter_errors(value)
        .map(|it| format!("{it} at {}", it.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
}

fn verdicts(answer: &Value, organisation: usize) -> BTreeMap<String, String> {
    let controls = answer["organisations"][organisation]["controls"].as_array().unwrap();
    let pair = |one: &Value| {
        (
            one["id"].as_str().unwrap().to_owned(),
            one["verdict"].as_str().unwrap().to_owned(),
        )
    };
    controls.iter().map(pair).collect()
}

#[track_caller]
fn check(verdicts: &BTreeMap<String, String>, verdict: &str, controls: &[&str]) {
    let found: Vec<&str> = (verdicts.iter())
        .filter(|(_, word)| *word == verdict)
        .map(|(id, _)| id.as_str())
        .collect();
    assert_eq!(found, controls, "{verdict}");
}

#[test]
fn a_hospital_is_judged_by_its_folder() {
    let answer = answer(&fixtures(), &["."]);
    let hospital = verdicts(&answer, 0);
    assert_eq!(hospital.len(), 64);
    check(
        &hospital,
        "met",
        &[
            "A-01", "A-03", "A-04", "A-05", "A-07", "A-08", "A-10", "A-12", "A-14",
            "A-16", "B-05", "B-24", "C-06", "D-13",
        ],
    );
    check(&hospital, "not_met", &["A-15", "B-08", "B-23", "C-07"]);
    assert_eq!(answer["organisations"][0]["name"], "St. Example Hospital");
    assert_eq!(answer["organisations"][1]["name"], "Harbour Clinic");
    assert_eq!(answer["organisations"][1]["parent"], 0);
    assert_eq!(answer["organisations"][0]["group"]["organisations"], 2);
    let clinic = verdicts(&answer, 1);
    // The group's officer, insurance and membership hold below too; its firewall does not.
    assert_eq!(clinic["A-01"], "met");
    assert_eq!(clinic["A-07"], "cannot_tell");
    assert_eq!(clinic["A-16"], "partly_met");
    assert_eq!(clinic["A-17"], "not_applicable");
    for one in answer["organisations"][0]["controls"].as_array().unwrap() {
        let is_open =
            !["met", "not_applicable"].contains(&one["verdict"].as_str().unwrap());
        assert_eq!(is_open, !one["next"].as_array().unwrap().is_empty(), "{one}");
        assert_eq!(is_open, one["would_change"].is_string(), "{one}");
    }
    assert!(answer["refused"].as_array().unwrap().is_empty(), "{}", answer["refused"]);
}

#[test]
fn what_an_exception_covers_is_no_reason_to_fail() {
    let run = |on: &str| assess(&fixtures(), &[".", "--fail-on", on]).status.code();
    assert_eq!(run("not-met"), Some(1));
    assert_eq!(run("unknown"), Some(1));
    assert_eq!(run("expired"), Some(0));
    let later = lazaret(
        &["control", "assess", ".", "--as-of", "2027-02-26", "--fail-on", "expired"],
        &fixtures(),
    );
    assert_eq!(later.status.code(), Some(1));
    let folder = folder(&[
        (
            "organisation.toml",
            "organisation = 1\n[[exception]]\ncontrol = \"A-16\"\nreason = \"x\"\napprover = \"y\"\nexpires = 2027-01-01\n",
        ),
        (
            "register.toml",
            "evidence = 1\n[[restore_test]]\non = 2026-10-01\npassed = false\nproof = \"p.txt\"\n",
        ),
        ("p.txt", "it failed\n"),
    ]);
    let output = assess(folder.path(), &["."]);
    assert_eq!(output.status.code(), Some(0), "{}", talk(&output));
    let answer = answer(folder.path(), &["."]);
    assert_eq!(verdicts(&answer, 0)["A-16"], "not_met");
    assert_eq!(answer["organisations"][0]["posture"]["excepted"], 1);
}

#[test]
fn no_name_and_no_address_of_a_person_is_printed() {
    let mut printed = String::new();
    for more in [&["."][..], &[".", "--format", "json"], &[".", "--since", "2026-06-01"]]
    {
        let output = assess(&fixtures(), more);
        printed += &String::from_utf8(output.stdout.clone()).unwrap();
        printed += &talk(&output);
    }
    let explained =
        lazaret(&["control", "explain", "A-15", ".", "--as-of", DAY], &fixtures());
    printed += &String::from_utf8(explained.stdout).unwrap();
    let roster = fs::read_to_string(fixtures().join("roster.csv")).unwrap();
    for row in roster.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        for personal in [cells[1], cells[3], cells[1].split(' ').next().unwrap()] {
            let is_there = printed
                .split(|c: char| !c.is_alphanumeric() && !"@. ".contains(c))
                .any(|it| {
                    it.split(' ').any(|word| word == personal) || it.contains(cells[3])
                });
            assert!(!is_there, "{personal}");
        }
    }
    assert!(
        !printed.to_lowercase().contains("chief executive "),
        "a role of one is a name"
    );
}

#[test]
fn the_page_fits_eighty_columns_and_says_what_to_do_first() {
    let output = assess(&fixtures(), &[".", "--since", "2026-06-01"]);
    let page = String::from_utf8(output.stdout).unwrap();
    for said in [
        "St. Example Hospital, as of 2026-11-26",
        "Harbour Clinic",
        "with 1 organisation below it",
        "SINCE 2026-06-01",
        "NOT MET",
        "PARTLY MET",
        "CANNOT TELL",
        "TO DO FIRST",
        "excepted until 2027-01-31, by chief executive",
        "(head of identity)",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    for line in page.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn a_control_is_explained_with_its_facts_and_other_catalogs() {
    let run = |control: &str| {
        lazaret(&["control", "explain", control, ".", "--as-of", DAY], &fixtures())
    };
    let output = run("c-07");
    assert_eq!(output.status.code(), Some(0), "{}", talk(&output));
    let page = String::from_utf8(output.stdout).unwrap();
    for said in [
        "C-07 Backups",
        "PR.DS-11",
        "164.310(d)(1)",
        "not met: backup tapes is not encrypted",
        "documented, 77 days old] ./register.toml,",
        "would change it",
        "→ Encrypt backups",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
    let wrong = run("Z-99");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(talk(&wrong).contains("no control `Z-99`"));
    let json = lazaret(
        &["control", "explain", "C-07", ".", "--as-of", DAY, "--format", "json"],
        &fixtures(),
    );
    let value = read(&json);
    assert_eq!(value["organisations"][0]["controls"].as_array().unwrap().len(), 1);
}

#[test]
fn the_list_names_sixty_four_controls_and_files_to_begin_with() {
    let run =
        |more: &[&str]| lazaret(&[&["control", "list"], more].concat(), &fixtures());
    let value: Value =
        serde_json::from_slice(&run(&["--format", "json"]).stdout).unwrap();
    fits("control-list.schema.json", &value);
    assert_eq!(value["controls"].as_array().unwrap().len(), 64);
    assert_eq!(value["crosswalks"].as_array().unwrap().len(), 7);
    let text = |more: &[&str]| String::from_utf8(run(more).stdout).unwrap();
    let page = text(&[]);
    assert!(page.contains("A-01 One person answers") && page.contains("D-13"), "{page}");
    assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
    let tables = text(&["tables"]);
    for said in
        ["person", "userprincipalname", "somebody, never shown", "designation: role"]
    {
        assert!(tables.contains(said), "{said}: {tables}");
    }
    let register = text(&["register"]);
    let tailoring = text(&["tailoring"]);
    let folder =
        folder(&[("a/register.toml", &register), ("a/organisation.toml", &tailoring)]);
    let answer = answer(folder.path(), &["a"]);
    assert_eq!(answer["organisations"][0]["name"], "St. Example Hospital");
    let met = verdicts(&answer, 0);
    check(&met, "met", &[]);
    assert!(met.values().any(|word| word == "partly_met"), "claims are partly met");
    assert_eq!(run(&["everything"]).status.code(), Some(2));
}

#[test]
fn what_is_broken_is_told_with_its_place_and_the_rest_is_judged() {
    let folder = folder(&[
        ("e/broken.toml", "evidence = 1\n[[exercize]]\n"),
        ("e/plan.json", "{\"campaigns\":[],\"groups\":[{\"targets\":[]}]}"),
        ("e/note.txt", "nothing that is read\n"),
        ("e/logs.csv", "Log Source,Last Event\nfw,soon\n"),
    ]);
    let output = assess(folder.path(), &["e", "--format", "json"]);
    assert_eq!(output.status.code(), Some(2), "{}", talk(&output));
    let said = talk(&output);
    for words in [
        "`exercize` is no kind of evidence (at line 2)",
        "holds no result",
        "note.txt is not read: of no kind that is read; it can be a proof",
        "`soon` is no date (at row 2, column Last Event)",
        "1 document could not be read",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let value = read(&output);
    assert_eq!(value["refused"].as_array().unwrap().len(), 1);
    let missing = assess(folder.path(), &["nowhere"]);
    assert_eq!(missing.status.code(), Some(2));
    let day = lazaret(&["control", "assess", "e", "--as-of", "soon"], folder.path());
    assert!(talk(&day).contains("no day"), "{}", talk(&day));
    let since = assess(folder.path(), &["e", "--since", "2027-01-01"]);
    assert_eq!(since.status.code(), Some(2));
}

#[test]
fn real_exports_firewalls_and_scans_are_read_without_a_fault() {
    let Some(corpus) = corpus::corpus() else { return };
    for place in ["people-exports", "firewalls", "scanner-results", "supplier-evidence"] {
        let path = corpus.join(place).display().to_string();
        let answer = answer(&corpus, &[&path]);
        let refused = answer["refused"].as_array().unwrap();
        // SCIM groups and bulk requests hold no user, and say so.
        let expected = if place == "people-exports" { 2 } else { 0 };
        assert_eq!(refused.len(), expected, "{place}: {refused:?}");
        assert!(!answer["documents"].as_array().unwrap().is_empty(), "{place}");
    }
}

#[test]
fn what_a_supplier_shows_is_judged_beside_its_dossier() {
    let advisory = r#"{"document":{"category":"csaf_security_advisory","csaf_version":"2.0","title":
        "t","publisher":{"category":"coordinator","name":"CISA","namespace":"https://www.cisa.gov"},
        "tracking":{"id":"ICSMA-26-1","status":"final","version":"1","current_release_date":
        "2026-06-01T00:00:00Z","initial_release_date":"2026-06-01T00:00:00Z","revision_history":[
        {"date":"2026-06-01T00:00:00Z","number":"1","summary":"x"}]}},"product_tree":{"branches":[
        {"category":"vendor","name":"Acme Medical","branches":[{"category":"product_name","name":
        "Drip 2","product":{"product_id":"P","name":"Acme Medical Drip 2"}}]}]},"vulnerabilities":[
        {"cve":"CVE-2026-0001","product_status":{"known_affected":["P"]},"remediations":[{"category":
        "vendor_fix","details":"update to 1.2","product_ids":["P"]}]}]}"#;
    let dossier = "dossier = 1\nname = \"Acme Medical\"\n[[membership]]\nisao = \"Health-ISAC\"\n\
                   from = \"third-party\"\nproof = \"letter.txt\"\nsince = 2025-01-01\nuntil = \
                   2026-12-31\n[[product]]\nname = \"Drip 2\"\nnetworked = true\n";
    let sbom = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"timestamp":
        "2026-05-01T00:00:00Z","authors":[{"name":"A"}],"component":{"type":"device","name":"Drip 2",
        "version":"1.1","supplier":{"name":"Acme Medical"},"bom-ref":"d","purl":"pkg:generic/d@1"}},
        "components":[{"type":"library","name":"a","version":"1","supplier":{"name":"A"},"purl":
        "pkg:npm/a@1","bom-ref":"a"}],"dependencies":[{"ref":"d","dependsOn":["a"]},{"ref":"a"}]}"#;
    let security = "Contact: mailto:psirt@acme.example\nExpires: 2027-06-01T00:00:00Z\n";
    let folder = folder(&[
        ("house/acme/acme.toml", dossier),
        ("house/acme/letter.txt", "member until 2026\n"),
        ("house/acme/drip.cdx.json", sbom),
        ("house/acme/security.txt", security),
        ("house/acme/icsma.json", advisory),
    ]);
    let answer = answer(folder.path(), &["house"]);
    let found = verdicts(&answer, 0);
    for id in ["B-09", "B-10", "D-02", "D-06", "D-11"] {
        assert_eq!(found[id], "met", "{id}: {answer}");
    }
}

#[test]
fn a_workbook_is_read_whole_and_its_cells_have_their_names() {
    let cell = |row: usize, column: char, text: &str| {
        format!("<c r=\"{column}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let row = |row: usize, cells: [&str; 3]| {
        let cells = ['A', 'B', 'C'].into_iter().zip(cells);
        let cells: String = cells.map(|(column, text)| cell(row, column, text)).collect();
        format!("<row r=\"{row}\">{cells}</row>")
    };
    let rows = [
        row(1, ["Log Source", "Last Event", "Scope"]),
        row(2, ["fw", "2026-11-26", "medical devices"]),
        row(3, ["gateway", "soon", "devices"]),
    ];
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let related = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" \
             Type=\"{office}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let parts = [
        ("[Content_Types].xml", format!("<Types xmlns=\"{package}/content-types\"/>")),
        ("_rels/.rels", related("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", related("worksheet", "worksheets/sheet1.xml")),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet \
                 name=\"Sources\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                "<worksheet xmlns=\"{main}\"><sheetData>{}</sheetData></worksheet>",
                rows.concat()
            ),
        ),
    ];
    let folder = folder(&[("house/note.txt", "x")]);
    let path = folder.path().join("house/logs.xlsx");
    let mut zip = zip::ZipWriter::new(fs::File::create(path).unwrap());
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    let output = assess(folder.path(), &["house", "--format", "json"]);
    assert!(
        talk(&output).contains("`soon` is no date (at Sources!B3)"),
        "{}",
        talk(&output)
    );
    assert_eq!(verdicts(&read(&output), 0)["A-14"], "partly_met");
}
