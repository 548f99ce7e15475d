//! UDIs of papers, registers and other programs' tests.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test reads files and fails by panicking"
)]

mod corpus;

use std::collections::BTreeMap;

use terms::Udi;
use terms::udi::Check;

fn rows() -> Vec<BTreeMap<String, String>> {
    let Some(file) = corpus::path("udi-vectors/vectors.tsv") else { return Vec::new() };
    let table = std::fs::read_to_string(file).unwrap();
    let mut lines = table.lines().map(|line| line.split('\t').map(str::to_owned));
    let Some(headings) = lines.next() else { return Vec::new() };
    let headings: Vec<String> = headings.collect();
    lines.map(|line| headings.iter().cloned().zip(line).collect()).collect()
}

#[test]
fn strings_of_papers_and_registers_give_their_parts() {
    // Not element strings of any length: no reader can tell where their values end, or a
    // date is none.
    let refused = ["g10", "g12", "g13"];
    let mut wrong = Vec::new();
    for row in rows() {
        let text = row["string"].replace("{GS}", "\u{1D}").replace("{SP}", " ");
        let read = Udi::parse(&text);
        if refused.contains(&row["id"].as_str()) {
            assert!(read.is_err(), "{row:?} {read:?}");
            continue;
        }
        let udi = read.unwrap();
        if matches!(udi.check(), Check::Wrong { .. }) {
            wrong.push(row["id"].clone());
        }
        // Faults of check characters are told beside the parts; this row names no parts.
        if row["id"] == "g11" {
            continue;
        }
        let date = |date: Option<terms::udi::Date>| {
            date.map_or_else(String::new, |d| d.to_string())
        };
        let found = [
            udi.agency().word().to_owned(),
            udi.device_identifier().unwrap_or_default().into_owned(),
            udi.lot().unwrap_or_default().to_owned(),
            udi.serial().unwrap_or_default().to_owned(),
            date(udi.expiry()),
            date(udi.manufactured()),
            udi.quantity().map_or_else(String::new, |quantity| quantity.to_string()),
        ];
        let columns =
            ["issuer", "di", "lot", "serial", "expiry", "manufactured", "quantity"];
        assert_eq!(found.as_slice(), columns.map(|name| &*row[name]), "{row:?}");
    }
    if !rows().is_empty() {
        assert_eq!(wrong, ["g04", "g11", "g14", "h01", "h10"]);
    }
}

#[test]
fn the_braces_of_the_corpus_are_those_of_a_paper_and_not_a_mark() {
    for row in rows().iter().filter(|row| row["id"] == "g01") {
        assert!(row["string"].starts_with("{01}"));
        assert_eq!(Udi::parse(&row["string"]).unwrap().lot(), Some("7654321D"));
    }
}

#[test]
fn device_identifiers_of_the_register_are_read() {
    let mut read = 0;
    for name in [
        "open.fda.gov__udi-examples.json",
        "openfda__device_udi-test.xml",
        "php-access-gudid-consumer__json_devices_lookup_by_public_record_key_code.json",
    ] {
        let Some(file) = corpus::path(&format!("gudid/{name}")) else { return };
        let text = std::fs::read_to_string(file).unwrap();
        let words = text.split(|letter: char| !letter.is_ascii_digit());
        for word in words.filter(|word| word.len() == 14 && word.starts_with("00")) {
            let udi = Udi::parse(word).unwrap();
            assert_eq!(udi.device_identifier().as_deref(), Some(word));
            assert_eq!(udi.check(), Check::Right, "{word}");
            read += 1;
        }
    }
    assert!(read >= 4, "{read}");
}
