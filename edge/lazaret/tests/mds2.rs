//! `lazaret mds2` as a person runs it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

mod program;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use program::{lazaret, talk};
use serde_json::Value;
use tempfile::TempDir;

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/mds2");
    folder.join(name).display().to_string()
}

fn run(words: &[&str]) -> Output {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    lazaret(&[&["mds2"], words].concat(), &here)
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The answer as JSON, held against its schema.
#[track_caller]
fn json(verb: &str, words: &[&str]) -> Value {
    let output = run(&[&[verb], words, &["--format", "json"]].concat());
    let value: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|why| panic!("{why}: {}", talk(&output)));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema");
    let schema = fs::read(folder.join(format!("mds2-{verb}.schema.json"))).unwrap();
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let faults: Vec<_> = validator
        .iter_errors(&value)
        .map(|it| format!("{it} at {}", it.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
    value
}

#[test]
fn a_form_is_shown_with_its_answers_in_eighty_columns() {
    let shown = run(&["read", &fixture("drip.xlsx")]);
    assert_eq!(code(&shown), 0, "{}", talk(&shown));
    let page = text(&shown);
    assert!(page.starts_with(
        "Acme Medical, Inc. Drip 2 (DR-200), software 2.1.0: HN 1-2019 (workbook)"
    ));
    assert!(
        page.contains("\nPAUT-1     Yes        Does the device have and enforce"),
        "{page}"
    );
    assert!(page.contains("LDAP as an option"));
    assert!(page.contains("(blank)"));
    assert!(page.lines().all(|line| line.chars().count() <= 80));
    let value = json("read", &[&fixture("drip-printed.pdf")]);
    assert_eq!(value["form"]["medium"], "printed PDF");
    assert_eq!(value["answers"].as_array().unwrap().len(), 240);
    assert_eq!(value["answers"][15]["id"], "MPII-1");
    assert_eq!(value["answers"][15]["answer"], "yes");
    assert!(value["answers"][15]["place"].as_str().unwrap().starts_with("page "));
}

#[test]
fn what_cannot_be_read_says_why_where_and_what_to_do() {
    #[track_caller]
    fn check(name: &str, parts: &[&str]) {
        let refused = run(&["read", &fixture(name)]);
        assert_eq!(code(&refused), 2);
        assert!(refused.stdout.is_empty());
        let said = talk(&refused);
        for part in parts {
            assert!(said.contains(part), "{part}: {said}");
        }
    }

    check("drip-scanned.pdf", &["scanned", "page 1", "help: ask the maker"]);
    check("drip-encrypted.pdf", &["encrypted", "byte ", "help: open it and print it"]);
    check("drip-2004.txt", &["before 2013", "help: "]);
    check("none.pdf", &["cannot be read"]);
}

const BOM: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"timestamp":"2026-05-01T00:00:00Z","component":{"type":"device","name":"Drip 2"}},"components":[
  {"type":"operating-system","name":"Wind River Linux","version":"22"},
  {"type":"library","name":"teamviewer-host","version":"15"},
  {"type":"library","name":"zlib"}]}"#;
const DOSSIER: &str = "dossier = 1\nname = \"Acme\"\n[[product]]\nname = \"Drip 2\"\nsupport_ends = 2026-01-31\n";
const INVENTORY: &str = "asset_tag,manufacturer,model,software_version,ip_address\nA1,Acme Medical,Drip 2,2.0.9,10.1.1.7\nA2,Other,Drip 2,2.1.0,10.1.1.8\n";

#[test]
fn a_form_is_compared_with_sbom_dossier_and_inventory() {
    let folder = TempDir::new().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let bom = put("bom.json", BOM);
    let dossier = put("acme.toml", DOSSIER);
    let inventory = put("devices.csv", INVENTORY);
    let form = put(
        "form.csv",
        "ID,Question,Answer\nDOC-1,Maker,Acme Medical\nDOC-3,Model,\"Drip 2, 2.1.0\"\nDOC-7,Date,2026-03-20\n\
         CSUP-2,OS?,No\nRMOT-1,Remote?,No\nCONN-1,Connected?,No\nSBOM-1,SBOM?,No\nSBOM-2.3,Versions?,Yes\n",
    );
    let words = [
        form.as_str(),
        "--sbom",
        &bom,
        "--dossier",
        &dossier,
        "--inventory",
        &inventory,
        "--as-of",
        "2026-11-26",
    ];
    let value = json("lint", &words);
    let findings = value["findings"].as_array().unwrap();
    let rules: Vec<&str> =
        findings.iter().map(|it| it["rule"].as_str().unwrap()).collect();
    for rule in [
        "sbom-none-but-described",
        "sbom-operating-system",
        "sbom-remote-access",
        "support-ended",
        "connected-in-inventory",
        "sbom-delivered",
        "sbom-below-claim",
        "sbom-newer",
        "version-not-named",
        "not-answered",
    ] {
        assert!(rules.contains(&rule), "{rule}: {rules:?}");
    }
    let remote = findings.iter().find(|it| it["rule"] == "sbom-remote-access").unwrap();
    assert_eq!(remote["grounds"][0]["place"], "line 6");
    assert_eq!(remote["grounds"][1]["place"], "/components/1");
    assert_eq!(remote["grounds"][1]["text"], "teamviewer-host 15");
    // The device of another maker is not compared.
    let connected =
        findings.iter().find(|it| it["rule"] == "connected-in-inventory").unwrap();
    assert_eq!(connected["grounds"].as_array().unwrap().len(), 2);
    let page = run(&[&["lint"], &words[..]].concat());
    assert_eq!(code(&page), 1);
    assert!(text(&page).lines().all(|line| line.chars().count() <= 80));
    let clean =
        run(&[&["lint"], &words[..1], &["--as-of", "2026-11-26", "--fail-on", "high"]]
            .concat());
    assert_eq!(code(&clean), 1, "{}", text(&clean));
}

#[test]
fn an_sbom_of_another_product_is_said_and_not_compared() {
    let folder = TempDir::new().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let component = r#""component":{"type":"device","name":"Flow 7","version":"7.2",
        "supplier":{"name":"Brackwater Devices"}}"#;
    let other =
        BOM.replacen(r#""component":{"type":"device","name":"Drip 2"}"#, component, 1);
    assert_ne!(other, BOM);
    let bom = put("other.json", &other);
    let form = put(
        "form.csv",
        "ID,Question,Answer\nDOC-1,Maker,Acme Medical\nDOC-3,Model,\"Drip 2, 2.1.0\"\nDOC-7,Date,2026-03-20\n\
         CSUP-2,OS?,No\nRMOT-1,Remote?,No\nSBOM-1,SBOM?,No\n",
    );
    let value = json("lint", &[&form, "--sbom", &bom, "--as-of", "2026-11-26"]);
    let findings = value["findings"].as_array().unwrap();
    let rules: Vec<&str> =
        findings.iter().map(|it| it["rule"].as_str().unwrap()).collect();
    let said = findings.iter().find(|it| it["rule"] == "sbom-of-something-else").unwrap();
    let about = said["grounds"][1]["text"].as_str().unwrap();
    assert!(about.contains("is about Flow 7 7.2 of Brackwater Devices"), "{about}");
    assert!(about.contains("of Acme Medical is the device of the form"), "{about}");
    for rule in ["sbom-operating-system", "sbom-remote-access", "sbom-delivered"] {
        assert!(!rules.contains(&rule), "{rule}: {rules:?}");
    }
}

#[test]
fn devices_are_put_side_by_side() {
    let (one, other) = (fixture("drip.xlsx"), fixture("drip-2013.pdf"));
    let text_form = fixture("drip.txt");
    let same = run(&["compare", &one, &text_form, "--all"]);
    // What a note says is not known to be the same.
    assert!(text(&same).contains("1 of 233 questions are answered differently."));
    assert_eq!(code(&same), 1);
    // Each with what its note says.
    let said = "note 3: The service account is used by our people alone and is";
    assert_eq!(text(&same).matches(said).count(), 2, "{}", text(&same));
    let noted = json("compare", &[&one, &text_form]);
    let answer = &noted["rows"][0]["said"][1];
    assert_eq!(
        (&answer["answer"], &answer["footnote"]),
        (&"see_notes".into(), &"3".into())
    );
    assert!(
        answer["note"].as_str().unwrap().starts_with("The service account"),
        "{noted}"
    );
    let value = json("compare", &[&one, &other]);
    assert_eq!(value["questions"], 233);
    let rows = value["rows"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["agreement"] == "different"));
    let row = rows.iter().find(|row| row["id"] == "STCF-1").unwrap();
    assert_eq!(
        (&row["said"][0]["answer"], &row["said"][1]["answer"]),
        (&"yes".into(), &"no".into())
    );
    let all = json("compare", &[&one, &other, "--all"]);
    assert_eq!(all["rows"].as_array().unwrap().len(), 233);
    let page = text(&run(&["compare", &one, &other, &fixture("drip-dirty.xlsx")]));
    assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
    assert!(page.contains("A  Acme Medical, Inc. Drip 2"));
}

#[test]
fn a_workbook_is_written_for_a_maker_and_reads_back() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("form.xlsx").display().to_string();
    let written = run(&["workbook", &fixture("drip.txt"), "--output", &path]);
    assert_eq!(code(&written), 0, "{}", talk(&written));
    let one = json("read", &[&fixture("drip.txt")]);
    let other = json("read", &[&path]);
    assert_eq!(one["form"]["answered"], other["form"]["answered"]);
    // A file that is there is left alone.
    assert_eq!(code(&run(&["workbook", "--output", &path])), 2);
}
