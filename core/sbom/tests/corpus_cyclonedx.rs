//! Real documents: what an independent program counted in them is what is read, and no
//! document brings the reader down.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test that cannot read the corpus has failed, and it opens files"
)]

mod corpus;

use corpus::{corpus, documents, rows};
use reading::{Parsed, Rejected};
use sbom::{Bom, Format, RelationshipKind};

/// Spec, components, with purl, with CPE, relationships of dependency, all relationships.
fn counts(parsed: &Parsed<Bom>) -> [String; 6] {
    let bom = &parsed.value;
    let depends = |r: &&sbom::Relationship| r.kind == RelationshipKind::DependsOn;
    [
        bom.spec.clone(),
        bom.components.len().to_string(),
        bom.components.iter().filter(|c| c.purl.is_some()).count().to_string(),
        bom.components.iter().filter(|c| !c.cpes.is_empty()).count().to_string(),
        bom.relationships.iter().filter(depends).count().to_string(),
        bom.relationships.len().to_string(),
    ]
}

fn fault(have: &Result<Parsed<Bom>, Rejected>, row: &[String]) -> Option<String> {
    let parsed = match have {
        Ok(parsed) => parsed,
        Err(refused) => return Some(format!("refused: {refused}")),
    };
    if parsed.value.format != Format::CycloneDx {
        return Some("read as SPDX".to_owned());
    }
    let faults: Vec<_> = counts(parsed)
        .into_iter()
        .zip(&row[2..8])
        .filter(|(have, want)| *want != "?" && have != *want)
        .map(|(have, want)| format!("want {want}, read {have}"))
        .collect();
    let name = parsed.value.name.as_deref().unwrap_or_default();
    if name != row[9].trim() && !row[9].is_empty() {
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
        if !row[1].starts_with("cyclonedx") {
            continue;
        }
        let packed = format!("{}.zst", row[0]);
        let bytes = documents.get(&row[0]).or_else(|| documents.get(&packed));
        let bytes = bytes.unwrap_or_else(|| panic!("{} is missing", row[0]));
        checked += 1;
        if let Some(fault) = fault(&sbom::parse(bytes), &row) {
            faults.push(format!("{}: {fault}", row[0]));
        }
    }
    assert!(faults.is_empty(), "{} of {checked}:\n{}", faults.len(), faults.join("\n"));
    assert!(checked > 1_300, "only {checked} documents were checked");
}

#[test]
fn hostile_documents_are_read_or_refused_as_the_list_demands() {
    let Some(corpus) = corpus() else { return };
    let documents = documents(&corpus);
    let mut faults = Vec::new();
    for row in rows(&corpus, "hostile.tsv") {
        // Documents of SPDX have a test of their own.
        if row[0].contains("spdx") {
            continue;
        }
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
}

#[test]
fn every_document_is_read_or_refused_with_words() {
    let Some(corpus) = corpus() else { return };
    for (path, bytes) in documents(&corpus) {
        match sbom::parse(bytes) {
            Ok(parsed) => {
                assert!(
                    parsed.notes.iter().all(|note| !note.message.is_empty()),
                    "{path}"
                );
            }
            Err(refused) => {
                assert!(refused.to_string().len() > 20, "{path}: {refused}");
                assert!(refused.to_string().len() < 500, "{path}: {refused}");
            }
        }
    }
}
