//! `lazaret device match` as a person runs it.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod program;

use std::fs;
use std::path::Path;
use std::process;

use device::inventory::{Mapping, Output, Row, Table, write_workbook};
use program::{lazaret, talk};
use serde_json::Value;
use tempfile::TempDir;

const ADVISORY: &str = r#"{"document":{"csaf_version":"2.0","category":"csaf_security_advisory",
    "title":"Acme Pumps","publisher":{"name":"CISA","category":"coordinator","namespace":"https://c"},
    "tracking":{"id":"ICSMA-30-001-01","current_release_date":"2030-01-01T00:00:00Z",
    "initial_release_date":"2030-01-01T00:00:00Z","status":"final","version":"1"}},
    "product_tree":{"branches":[{"category":"vendor","name":"Acme Medical","branches":[
    {"category":"product_name","name":"Pumpline 900X","branches":[{"category":"product_version_range",
    "name":"<= 2.1","product":{"product_id":"p1","name":"Pumpline 900X: Versions 2.1 and prior"}}]}]}]},
    "vulnerabilities":[{"cve":"CVE-2030-0001","product_status":{"known_affected":["p1"]},
    "remediations":[{"category":"vendor_fix","details":"Update to version 2.2.","product_ids":["p1"]}]}]}"#;

const INVENTORY: &str = "asset tag,manufacturer,model,software version\n\
    A1,Acme,Pumpline 900X,2.0\nA2,ACME,Pumpline-900X,2.2\nA3,Acme,Pumpline 900X,\n\
    =A4,Acme,Pumpline 900X,1.0\nA5,Other,Thing,1.0\n,Acme,Pumpline 900X,1.0\n";

fn prepared() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.json"), ADVISORY).unwrap();
    fs::write(folder.path().join("devices.csv"), INVENTORY).unwrap();
    let built =
        lazaret(&["feed", "build", "--index", "x.index", "a.json"], folder.path());
    assert_eq!(built.status.code(), Some(0), "{}", talk(&built));
    folder
}

fn data(output: &process::Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn each_pair_is_one_row_and_tags_come_back_unchanged() {
    let folder = prepared();
    let words =
        ["device", "match", "devices.csv", "--index", "x.index", "--format", "csv"];
    let output = lazaret(&words, folder.path());
    assert_eq!(output.status.code(), Some(1), "{}", talk(&output));
    let rows: Vec<String> = data(&output)
        .lines()
        .map(|line| line.split(',').take(3).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        rows,
        [
            "asset_tag advisory_id verdict",
            "A1 ICSMA-30-001-01 affected",
            "A2 ICSMA-30-001-01 not_affected",
            "A3 ICSMA-30-001-01 cannot_tell",
            "=A4 ICSMA-30-001-01 affected",
        ]
    );
    assert!(
        talk(&output).contains(
            "neither asset tag nor serial number; the row is left out (at line 7)"
        ),
        "{}",
        talk(&output)
    );
}

#[test]
fn the_json_fits_its_schema_and_names_the_grounds() {
    let folder = prepared();
    let words =
        ["device", "match", "devices.csv", "--index", "x.index", "--format", "json"];
    let output = lazaret(&words, folder.path());
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/schema/device-match.schema.json");
    let schema: Value = serde_json::from_slice(&fs::read(schema).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let faults: Vec<_> =
        validator.iter_errors(&value).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    let finding = &value["findings"][0];
    assert_eq!(finding["cves"][0], "CVE-2030-0001");
    assert_eq!(finding["fixed_version"], "2.2");
    assert_eq!(
        finding["leaf"]["place"],
        "/product_tree/branches/0/branches/0/branches/0/product"
    );
    assert_eq!(value["devices"], 5);
}

#[test]
fn the_page_says_what_to_do_and_what_to_ask_in_eighty_columns() {
    let folder = prepared();
    let output =
        lazaret(&["device", "match", "devices.csv", "--index", "x.index"], folder.path());
    let page = data(&output);
    assert!(page.contains("update 2 devices to 2.2"), "{page}");
    assert!(page.contains("TO ASK"), "{page}");
    assert!(
        page.contains("2 of 5 devices are affected, 1 more is in doubt; 1 thing to do."),
        "{page}"
    );
    assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
}

#[test]
fn what_cannot_be_done_ends_with_two_and_says_what_to_do() {
    let folder = prepared();
    let file =
        |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    file("untagged.csv", "maker,model,colour\nAcme,X,red\n");
    file("broken.toml", "[[maker]]\nnam = 1\n");
    file("none.csv", "asset tag,maker,model\nB1,Other,Thing\n");
    let run = |words: &[&str]| {
        let words = [&["device", "match", "--index", "x.index"], words].concat();
        lazaret(&words, folder.path())
    };
    let untagged = run(&["untagged.csv"]);
    assert_eq!(untagged.status.code(), Some(2));
    assert!(talk(&untagged).contains("--mapping"), "{}", talk(&untagged));
    assert_eq!(run(&["missing.csv"]).status.code(), Some(2));
    assert_eq!(run(&["devices.csv", "--aliases", "broken.toml"]).status.code(), Some(2));
    assert_eq!(run(&["devices.csv", "--mapping", "colour=x"]).status.code(), Some(2));
    let mapped = run(&["untagged.csv", "--mapping", "asset_tag=colour"]);
    assert_eq!(mapped.status.code(), Some(0), "{}", talk(&mapped));
    assert_eq!(run(&["none.csv"]).status.code(), Some(0));
    let absent = lazaret(&["device", "match", "devices.csv"], folder.path());
    assert_eq!(absent.status.code(), Some(2));
    assert!(talk(&absent).contains("feed build"), "{}", talk(&absent));
}

#[test]
fn a_hospital_names_makers_that_nobody_else_knows() {
    let folder = prepared();
    let file =
        |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    file("own.toml", "[[maker]]\nname = \"Acme Medical\"\nsame = [\"Roadrunner\"]\n");
    file("own.csv", "asset tag,maker,model,version\nC1,Roadrunner,Pumpline 900X,1.0\n");
    let words = ["device", "match", "own.csv", "--index", "x.index", "--format", "csv"];
    assert_eq!(lazaret(&words, folder.path()).status.code(), Some(0));
    let with = [&words[..], &["--aliases", "own.toml"]].concat();
    assert_eq!(lazaret(&with, folder.path()).status.code(), Some(1));
}

#[test]
fn a_workbook_is_judged_like_the_table_that_it_holds() {
    let folder = prepared();
    let mut table = Table::open(INVENTORY.as_bytes()).unwrap();
    let mut reader = table.read(&Mapping::default()).unwrap();
    let (mut rows, mut row) = (Vec::new(), Row::default());
    while reader.read(&mut row).unwrap() {
        rows.push(row.clone());
    }
    let workbook = write_workbook(&Output::all(&[]), &rows).unwrap();
    fs::write(folder.path().join("devices.xlsx"), &workbook).unwrap();
    let judged = |inventory: &str| {
        let words =
            ["device", "match", inventory, "--index", "x.index", "--format", "csv"];
        lazaret(&words, folder.path())
    };
    let (text, sheet) = (judged("devices.csv"), judged("devices.xlsx"));
    assert_eq!(sheet.status.code(), Some(1), "{}", talk(&sheet));
    assert_eq!(data(&sheet), data(&text));

    fs::write(folder.path().join("devices.xlsx"), &workbook[..1000]).unwrap();
    let refused = judged("devices.xlsx");
    assert_eq!(refused.status.code(), Some(2));
    assert!(talk(&refused).contains("cut short"), "{}", talk(&refused));
}

#[test]
fn an_index_without_device_advisories_says_nothing_of_any_device() {
    let folder = prepared();
    let osv = r#"{"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","affected":[{"package":
        {"ecosystem":"npm","name":"x"},"versions":["1.0.0"]}]}"#;
    fs::write(folder.path().join("osv.json"), osv).unwrap();
    let built =
        lazaret(&["feed", "build", "--index", "o.index", "osv.json"], folder.path());
    assert_eq!(built.status.code(), Some(0), "{}", talk(&built));
    for format in ["table", "csv", "json"] {
        let words =
            ["device", "match", "devices.csv", "--index", "o.index", "--format", format];
        let output = lazaret(&words, folder.path());
        assert_eq!(output.status.code(), Some(2), "{}", talk(&output));
        assert!(talk(&output).contains("holds no device advisory"), "{}", talk(&output));
        assert_eq!(data(&output), "");
    }
}

/// The output of a match of this inventory.
fn matched(text: &str, more: &[&str]) -> process::Output {
    let folder = prepared();
    fs::write(folder.path().join("devices.csv"), text).unwrap();
    let words =
        ["device", "match", "devices.csv", "--index", "x.index", "--format", "csv"];
    lazaret(&[&words[..], more].concat(), folder.path())
}

const DEVICES: &str = "A1,Acme,Pumpline 900X,2.0.1\nA2,Philips,IntelliVue MX450,J.10\n\
    A3,Baxter,Sigma Spectrum,v6.05\nA4,BD,Alaris 8015,9.19\nA5,Acme,Pumpline 900X,2.2.0\n";

#[test]
fn an_inventory_without_headings_is_read_by_what_stands_in_it_and_says_so() {
    let output = matched(DEVICES, &[]);
    assert_eq!(output.status.code(), Some(1), "{}", talk(&output));
    assert!(data(&output).contains("A1,ICSMA-30-001-01,affected"), "{}", data(&output));
    assert!(
        data(&output).contains("A5,ICSMA-30-001-01,not_affected"),
        "{}",
        data(&output)
    );
    for said in [
        "the table has no row of headings",
        "asset_tag is `column 1` by content (5 of 5 cells)",
        "manufacturer is `column 2` by content (3 of 5 cells)",
        "model is `column 3` by content",
        "software_version is `column 4` by content",
    ] {
        assert!(talk(&output).contains(said), "{said}: {}", talk(&output));
    }
}

#[test]
fn headings_of_other_languages_are_known_and_those_of_unknown_ones_make_no_device() {
    for headings in [
        "N° d'inventaire,Fabricant,Modèle,Version du logiciel",
        "Nº de inventario,Fabricante,Modelo,Versión de software",
        "Codice inventario,Produttore,Modello,Versione software",
        "Inventarisnummer,Fabrikant,Modelnummer,Softwareversie",
        "Inventarnummer,Hersteller,Modell,Softwareversion",
        "Nr ewidencyjny,Wytwórca,Nazwa handlowa,Wersja",
    ] {
        let output = matched(&format!("{headings}\n{DEVICES}"), &[]);
        assert_eq!(output.status.code(), Some(1), "{}", talk(&output));
        assert!(data(&output).contains("A1,ICSMA-30-001-01,affected"), "{headings}");
        assert!(!talk(&output).contains("no row of headings"), "{}", talk(&output));
    }
}

#[test]
fn a_first_row_that_may_be_headings_or_a_device_is_refused_and_can_be_settled() {
    let rows = "X7-b,Acme,Pumpline 900X\nA2,Philips,IntelliVue MX450\n\
        A3,Baxter,Sigma Spectrum\nA4,BD,Alaris 8015\nA5,Hospira,Plum A+\n";
    let output = matched(rows, &[]);
    assert_eq!(output.status.code(), Some(2), "{}", talk(&output));
    for said in [
        "may be headings or a device",
        "manufacturer is `column 2`",
        "asset_tag=column 1",
    ] {
        assert!(talk(&output).contains(said), "{said}: {}", talk(&output));
    }
    let told = ["--mapping", "asset_tag=column 1", "--mapping", "model=column 3"];
    let output = matched(rows, &told);
    assert!(data(&output).contains("X7-b,ICSMA-30-001-01,"), "{}", talk(&output));
}
