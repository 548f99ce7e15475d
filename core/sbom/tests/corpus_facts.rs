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
use sbom::{Bom, Component, Format, RelationshipKind, Subject};
use terms::vex::Status;

/// Spec, components, with purl, with CPE, relationships of dependency, all relationships,
/// as the list counts them: it counts dependencies of CycloneDX only, and of SPDX every
/// reference that is meant as a purl or CPE.
fn counts(bom: &Bom) -> [Option<String>; 6] {
    let depends = |r: &&sbom::Relationship| r.kind == RelationshipKind::DependsOn;
    let count = |of: fn(&&Component) -> bool| bom.components.iter().filter(of).count();
    let [with_purl, with_cpe, dependencies] = match bom.format {
        Format::CycloneDx => [
            count(|c| c.purl.is_some()),
            count(|c| !c.cpes.is_empty()),
            bom.relationships.iter().filter(depends).count(),
        ],
        Format::Spdx => [count(|c| c.has_purl()), count(|c| c.has_cpe()), 0],
    };
    let dependencies =
        (bom.format == Format::CycloneDx).then(|| dependencies.to_string());
    [
        Some(bom.spec.clone()),
        Some(bom.components.len().to_string()),
        Some(with_purl.to_string()),
        Some(with_cpe.to_string()),
        dependencies,
        Some(bom.relationships.len().to_string()),
    ]
}

fn fault(bytes: &[u8], format: Format, row: &[String]) -> Option<String> {
    let bom = match sbom::parse(bytes) {
        Ok(parsed) => parsed.value,
        Err(refused) => return Some(format!("refused: {refused}")),
    };
    if bom.format != format {
        return Some(format!("read as {:?}", bom.format));
    }
    let wanted = row[2..8].iter().map(|cell| cell.trim_start_matches("SPDX-"));
    let faults: Vec<_> = counts(&bom)
        .into_iter()
        .zip(wanted)
        .filter_map(|(have, want)| Some((have?, want)))
        .filter(|(have, want)| *want != "?" && have != want)
        .map(|(have, want)| format!("want {want}, read {have}"))
        .collect();
    let name = bom.name.as_deref().unwrap_or_default();
    if name != row[9].trim() && !row[9].is_empty() {
        return Some(format!("want the name {}, read {name}", row[9]));
    }
    (!faults.is_empty()).then(|| faults.join("; "))
}

#[test]
fn the_counts_are_those_of_another_program() {
    let Some(corpus) = corpus() else { return };
    let documents = documents(&corpus);
    for (kind, format, at_least) in
        [("cyclonedx", Format::CycloneDx, 1_300), ("spdx", Format::Spdx, 290)]
    {
        let mut faults = Vec::new();
        let mut checked = 0;
        for row in rows(&corpus, "facts.tsv") {
            if !row[1].starts_with(kind) {
                continue;
            }
            let packed = format!("{}.zst", row[0]);
            let bytes = documents.get(&row[0]).or_else(|| documents.get(&packed));
            let bytes = bytes.unwrap_or_else(|| panic!("{} is missing", row[0]));
            checked += 1;
            if let Some(fault) = fault(bytes, format, &row) {
                faults.push(format!("{}: {fault}", row[0]));
            }
        }
        let list = faults.join("\n");
        assert!(faults.is_empty(), "{kind}: {} of {checked}:\n{list}", faults.len());
        assert!(checked > at_least, "{kind}: only {checked} documents were checked");
    }
}

#[test]
fn hostile_documents_are_read_or_refused_as_the_list_demands() {
    let Some(corpus) = corpus() else { return };
    let documents = documents(&corpus);
    let mut faults = Vec::new();
    let mut of_spdx = 0;
    for row in rows(&corpus, "hostile.tsv") {
        of_spdx += usize::from(row[0].contains("spdx"));
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
    assert!(of_spdx > 75, "only {of_spdx} documents of SPDX were checked");
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
