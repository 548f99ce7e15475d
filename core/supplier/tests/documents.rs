//! Real documents of suppliers say what their origin says of them.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads files and fails loudly"
)]

mod corpus;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use supplier::cleartext::Signature;
use supplier::security_txt::{self, Standing};
use supplier::{Document, Kind, breaches, kind, provider};

#[test]
fn a_signed_security_txt_has_ended_and_a_bare_one_lacks_what_it_must_say() {
    let Some(corpus) = corpus::corpus() else { return };
    let read =
        |path: &str| security_txt::parse(&fs::read(corpus.join(path)).unwrap()).unwrap();
    let signed = read("supplier-evidence/almalinux.org__security.txt").value;
    let Signature::Present { hashes, .. } = &signed.signature else { panic!("signed") };
    assert_eq!(hashes, &["SHA256"]);
    assert_eq!(signed.contacts.len(), 2);
    let faults: Vec<_> =
        signed.faults.iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(
        faults,
        ["`security@almalinux.org` is no URI: an address begins with `mailto:`"]
    );
    let now = terms::date::instant("2026-11-26").unwrap();
    assert!(matches!(signed.standing(now), Standing::Expired(_)));
    assert!(signed.canonical.is_empty());
    let bare = read("csaf/providers/gocsaf/simple-directory-provider/security.txt").value;
    assert_eq!(bare.csaf.len(), 1);
    assert_eq!(bare.faults.len(), 3, "{:?}", bare.faults);
}

#[test]
fn the_breach_report_has_the_rows_and_sums_that_its_origin_tells() {
    let Some(corpus) = corpus::corpus() else { return };
    let file = corpus.join("supplier-evidence/data_breach_analysis__breach_report.csv");
    let parsed = breaches::parse(&fs::read(file).unwrap()).unwrap();
    assert!(parsed.notes.is_empty(), "{:?}", parsed.notes);
    let rows = &parsed.value.rows;
    assert_eq!(rows.len(), 857);
    let people: u64 = rows.iter().filter_map(|row| row.individuals).sum();
    assert_eq!(people, 276_130_221);
    let (first, last) = parsed.value.span().unwrap();
    assert_eq!(
        (first.to_string(), last.to_string()),
        ("2022-03-21".into(), "2024-11-01".into())
    );
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        *kinds.entry(row.kind.as_str()).or_default() += 1;
    }
    assert_eq!(kinds["Business Associate"], 147);
    let largest = rows.iter().max_by_key(|row| row.individuals).unwrap();
    assert_eq!(largest.entity, "Change Healthcare, Inc.");
    assert!(rows.iter().all(|row| row.entity.trim() == row.entity));
}

/// The schema of OASIS is the judge: what it accepts has no fault of ours but addresses that
/// are not on the web, and what it refuses has one.
#[test]
fn provider_metadata_is_at_fault_where_the_schema_refuses_it() {
    let Some(corpus) = corpus::corpus() else { return };
    let schema = corpus.join("schemas/csaf-2.0/json_schema/provider_json_schema.json");
    let schema: serde_json::Value =
        serde_json::from_slice(&fs::read(schema).unwrap()).unwrap();
    // The label and publisher of CSAF documents lie in another schema, which is at hand.
    let csaf = corpus.join("schemas/csaf-2.0/json_schema/csaf_json_schema.json");
    let csaf: serde_json::Value =
        serde_json::from_slice(&fs::read(csaf).unwrap()).unwrap();
    let publisher = csaf["properties"]["document"]["properties"]["publisher"].clone();
    let mut schema = schema;
    schema["properties"]["publisher"] = publisher;
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let providers = corpus.join("csaf/providers");
    let mut seen = 0;
    for path in [
        "redhat/provider-metadata.json",
        "gocsaf/simple-directory-provider/provider-metadata.json",
        "gocsaf/simple-rolie-provider/provider-metadata.json",
    ] {
        let bytes = fs::read(providers.join(path)).unwrap();
        assert_eq!(kind(&bytes), Some(Kind::Provider), "{path}");
        let filled =
            String::from_utf8(bytes).unwrap().replace("{{.URL}}", "https://acme.example");
        let value: serde_json::Value = serde_json::from_str(&filled).unwrap();
        let faults = provider::parse(filled.as_bytes()).unwrap().value.faults;
        assert_eq!(validator.is_valid(&value), faults.is_empty(), "{path}: {faults:?}");
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[test]
fn nothing_else_in_the_corpus_is_taken_for_a_document_of_a_supplier() {
    let Some(corpus) = corpus::corpus() else { return };
    let mut found: BTreeMap<String, Kind> = BTreeMap::new();
    let mut read = 0;
    for folder in [
        "supplier-evidence",
        "csaf",
        "csaf-icsma",
        "kev",
        "eol",
        "mds2",
        "sbom",
        "openvex",
    ] {
        walk(&corpus.join(folder), &mut |path, bytes| {
            read += 1;
            if let Some(kind) = kind(bytes) {
                let name = path.strip_prefix(&corpus).unwrap().display().to_string();
                supplier::parse(kind, bytes)
                    .unwrap_or_else(|why| panic!("{name}: {why}"));
                found.insert(name, kind);
            }
        });
    }
    assert!(read > 400, "{read}");
    let names: Vec<_> = found.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "csaf/providers/gocsaf/simple-directory-provider/provider-metadata.json",
            "csaf/providers/gocsaf/simple-directory-provider/security.txt",
            "csaf/providers/gocsaf/simple-rolie-provider/provider-metadata.json",
            "csaf/providers/gocsaf/simple-rolie-provider/security.txt",
            "csaf/providers/redhat/provider-metadata.json",
            "supplier-evidence/almalinux.org__security.txt",
            "supplier-evidence/data_breach_analysis__breach_report.csv",
        ]
    );
    let dossier =
        supplier::parse(Kind::Dossier, supplier::dossier::EXAMPLE.as_bytes()).unwrap();
    assert!(matches!(dossier.value, Document::Dossier(_)));
}

fn walk(folder: &Path, visit: &mut dyn FnMut(&Path, &[u8])) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, visit);
        } else if fs::metadata(&path).unwrap().len() < 4 * 1024 * 1024 {
            visit(&path, &fs::read(&path).unwrap());
        }
    }
}
