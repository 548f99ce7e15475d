//! Every CSAF document of the shared corpus is read, and the counts agree with a table
//! made by another reader.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test reads files and fails loudly"
)]

mod corpus;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use advisory::{Record, RemediationKind, csaf};
use corpus::{each, shared};

/// `vendor_fix=10,mitigation=2` with the names in order.
fn counts(words: impl Iterator<Item = String>) -> String {
    let mut counts = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_insert(0) += 1;
    }
    let parts: Vec<_> =
        counts.iter().map(|(word, count)| format!("{word}={count}")).collect();
    parts.join(",")
}

fn word(kind: RemediationKind) -> String {
    let word = match kind {
        RemediationKind::VendorFix => "vendor_fix",
        RemediationKind::Mitigation => "mitigation",
        RemediationKind::Workaround => "workaround",
        RemediationKind::NoFixPlanned => "no_fix_planned",
        RemediationKind::NoneAvailable => "none_available",
        RemediationKind::FixPlanned => "fix_planned",
        RemediationKind::OptionalPatch => "optional_patch",
    };
    word.to_owned()
}

#[track_caller]
fn read(name: &str, bytes: &[u8]) -> (Record, Vec<String>) {
    match csaf::parse(bytes) {
        Ok(parsed) => {
            (parsed.value, parsed.notes.iter().map(ToString::to_string).collect())
        }
        Err(rejected) => panic!("{name}: {rejected}"),
    }
}

/// The columns of the table, from a record of ours.
fn columns(record: &Record) -> Vec<String> {
    let cves = record.vulnerabilities.iter().flat_map(|entry| entry.ids.iter());
    let cves: Vec<_> = cves.filter(|id| id.starts_with("CVE-")).cloned().collect();
    let products = &record.products;
    let leaves = products.iter().filter(|product| !product.branches.is_empty());
    let related = products.iter().filter(|product| product.relationship.is_some());
    let (leaves, related) = (leaves.count(), related.count());
    let statuses = products.iter().flat_map(|product| product.statuses.iter());
    vec![
        record.id.clone(),
        record.title.split_whitespace().collect::<Vec<_>>().join(" "),
        record.vulnerabilities.len().to_string(),
        cves.join(","),
        leaves.to_string(),
        (products.len() - leaves - related).to_string(),
        related.to_string(),
        record.tlp.clone(),
        counts(record.remediations.iter().map(|remediation| word(remediation.kind))),
        counts(statuses.map(|status| status.group.clone())),
    ]
}

#[test]
fn every_document_is_read_and_the_counts_agree_with_the_table() {
    let Some(shared) = shared() else { return };
    let table = fs::read_to_string(shared.join("corpus/truth/csaf_truth.tsv")).unwrap();
    let mut lines = table.lines();
    let head: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let at = |name: &str| head.iter().position(|column| *column == name).unwrap();
    let wanted = [
        "id",
        "title",
        "vulnerabilities",
        "cves",
        "branch_leaves",
        "full_product_names",
        "relationships",
        "tlp",
        "remediations",
        "product_status",
    ]
    .map(at);
    let mut documents = BTreeMap::new();
    for sources in ["csaf/cisa-icsa.tar.zst", "csaf/vendors.tar.zst", "csaf-icsma"] {
        each(&shared.join("corpus").join(sources), &mut |path, bytes| {
            if path.ends_with(".json") {
                documents.insert(path.to_owned(), bytes.to_vec());
            }
        });
    }
    let records: BTreeMap<String, (Record, Vec<String>)> =
        documents.iter().map(|(name, bytes)| (name.clone(), read(name, bytes))).collect();
    assert!(records.len() > 1_250, "{} documents", records.len());
    let mut compared = 0;
    for line in lines {
        let row: Vec<&str> = line.split('\t').collect();
        let found = records.iter().find(|(name, _)| {
            name.as_str() == row[1] || name.ends_with(&format!("/{}", row[1]))
        });
        let Some((_, (record, notes))) = found else {
            panic!("{} is in no archive", row[1])
        };
        let ours = columns(record);
        // The table counts references to products that are not in the tree.
        let dangling =
            notes.iter().any(|note| note.contains("is not in the product tree"));
        for (column, ours) in wanted.iter().zip(&ours) {
            if dangling && head[*column] == "product_status" {
                continue;
            }
            // `-` is an empty cell; one publisher writes blanks in the names of groups.
            let theirs = row[*column]
                .trim_matches('-')
                .replace("known not affected", "known_not_affected");
            assert_eq!(ours.trim_matches('-'), theirs, "{}: {}", row[1], head[*column]);
        }
        compared += 1;
    }
    assert!(compared > 200, "{compared} rows");
}

#[test]
fn documents_that_pass_the_conformance_tests_are_read() {
    let Some(shared) = shared() else { return };
    let mut count = 0;
    each(&shared.join("corpus/csaf-conformance"), &mut |name, bytes| {
        let text = String::from_utf8_lossy(bytes);
        if !name.contains("/validator/data/") || !text.contains("\"csaf_version\"") {
            return;
        }
        // Those that must fail one of the tests may be refused, and must not do harm.
        match csaf::parse(bytes) {
            Ok(_) => count += 1,
            Err(rejected) => {
                assert!(failing(Path::new(name)), "{name}: {rejected}");
            }
        }
    });
    assert!(count > 290, "{count} documents");
}

/// The suite numbers files that must fail from 01 and those that must pass from 11.
fn failing(path: &Path) -> bool {
    let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
    let number = stem.rsplit('-').next().unwrap().parse::<u32>();
    number.is_ok_and(|number| number < 11)
}
