//! Real SPDX documents: what an independent program counted in them is what is read.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test that cannot read the corpus has failed, and it opens files"
)]

mod corpus;

use corpus::{corpus, documents, rows};
use reading::Parsed;
use sbom::{Bom, Format, Subject};
use terms::vex::Status;

/// Spec, components, with purl, with CPE, all relationships: what the list says of these.
fn fault(parsed: &Parsed<Bom>, row: &[String]) -> Option<String> {
    let bom = &parsed.value;
    let have = [
        (bom.spec.clone(), row[2].trim_start_matches("SPDX-")),
        (bom.components.len().to_string(), &row[3]),
        (bom.components.iter().filter(|c| c.has_purl()).count().to_string(), &row[4]),
        (bom.components.iter().filter(|c| c.has_cpe()).count().to_string(), &row[5]),
        (bom.relationships.len().to_string(), &row[7]),
    ];
    let faults: Vec<_> = have
        .iter()
        .filter(|(have, want)| *want != "?" && have != want)
        .map(|(have, want)| format!("want {want}, read {have}"))
        .collect();
    let name = bom.name.as_deref().unwrap_or_default();
    if !row[9].is_empty() && name != row[9].trim() {
        return Some(format!("want the name {}, read {name}", row[9]));
    }
    (!faults.is_empty()).then(|| faults.join("; "))
}

#[test]
fn the_counts_are_those_of_another_program() {
    let Some(corpus) = corpus() else { return };
    let documents = documents(&corpus);
    let mut faults = Vec::new();
    let mut checked = 0;
    for row in rows(&corpus, "facts.tsv") {
        if !row[1].starts_with("spdx") {
            continue;
        }
        let packed = format!("{}.zst", row[0]);
        let bytes = documents.get(&row[0]).or_else(|| documents.get(&packed));
        let bytes = bytes.unwrap_or_else(|| panic!("{} is missing", row[0]));
        checked += 1;
        match sbom::parse(bytes) {
            Ok(parsed) if parsed.value.format == Format::Spdx => {
                faults.extend(
                    fault(&parsed, &row).map(|fault| format!("{}: {fault}", row[0])),
                );
            }
            Ok(_) => faults.push(format!("{}: read as CycloneDX", row[0])),
            Err(refused) => faults.push(format!("{}: {refused}", row[0])),
        }
    }
    assert!(faults.is_empty(), "{} of {checked}:\n{}", faults.len(), faults.join("\n"));
    assert!(checked > 290, "only {checked} documents were checked");
}

#[test]
fn hostile_documents_are_read_or_refused_as_the_list_demands() {
    let Some(corpus) = corpus() else { return };
    let documents = documents(&corpus);
    let mut faults = Vec::new();
    let mut checked = 0;
    for row in rows(&corpus, "hostile.tsv") {
        if !row[0].contains("spdx") {
            continue;
        }
        checked += 1;
        let bytes =
            documents.get(&row[0]).unwrap_or_else(|| panic!("{} is missing", row[0]));
        match (row[1].as_str(), sbom::parse(bytes)) {
            ("read", Err(refused)) => faults.push(format!("{}: {refused}", row[0])),
            ("refuse", Ok(_)) => faults.push(format!("{}: was read", row[0])),
            (_, Err(refused)) if refused.message.is_empty() => {
                faults.push(format!("{}: refused without a word", row[0]));
            }
            _ => {}
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(checked > 75, "only {checked} documents were checked");
}

#[test]
fn a_yocto_image_has_its_roots_suppliers_and_statements() {
    let Some(corpus) = corpus() else { return };
    let documents = documents(&corpus);
    let bytes = &documents["large/yocto-core-image-minimal.spdx3.json.zst"];
    let bom = sbom::parse(bytes).unwrap().value;
    let statements = |status| {
        bom.statements.iter().filter(|statement| statement.status == Some(status)).count()
    };
    assert_eq!(statements(Status::Fixed), 12_255);
    assert_eq!(statements(Status::NotAffected), 63);
    assert!(bom.statements.iter().all(|statement| statement.id.starts_with("CVE-")));
    assert!(bom.components.iter().any(|component| !component.licences.is_empty()));
    assert!(matches!(bom.subject, Subject::Within(_)), "{:?}", bom.subject);
}
