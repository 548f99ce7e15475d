//! Real documents: what an independent program counted in them is what is read, and no
//! document brings the reader down.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test that cannot read the corpus has failed, and it opens files"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use reading::{Parsed, Rejected};
use sbom::{Bom, Format, RelationshipKind};

/// The documents by the path that the lists of the corpus give them.
type Documents = BTreeMap<String, Vec<u8>>;

fn corpus() -> Option<PathBuf> {
    let shared = std::env::var_os("LAZARET_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let corpus = shared.join("corpus/sbom");
    if corpus.is_dir() {
        return Some(corpus);
    }
    assert!(std::env::var_os("CI").is_none(), "the corpus is missing at {corpus:?}");
    eprintln!("skipped: no corpus at {corpus:?}");
    None
}

fn documents(corpus: &Path) -> Documents {
    let mut documents = Documents::new();
    let mut folders = vec![corpus.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(corpus).unwrap().to_str().unwrap().to_owned();
            let bytes = std::fs::read(&path).unwrap();
            if let Some(archive) = name.strip_suffix(".tar.zst") {
                unpack(&format!("{archive}.tar.zst"), &bytes, &mut documents);
            } else if name.ends_with(".zst") {
                documents.insert(name, zstd::decode_all(bytes.as_slice()).unwrap());
            } else if !name.ends_with(".tsv") && !name.ends_with(".md") {
                documents.insert(name, bytes);
            }
        }
    }
    documents
}

fn unpack(name: &str, archive: &[u8], documents: &mut Documents) {
    use std::io::Read;

    let unpacked = zstd::decode_all(archive).unwrap();
    for entry in tar::Archive::new(unpacked.as_slice()).entries().unwrap() {
        let mut entry = entry.unwrap();
        if entry.header().entry_type().is_file() {
            let path = entry.path().unwrap().to_str().unwrap().to_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            documents.insert(format!("{name}:{path}"), bytes);
        }
    }
}

fn rows(corpus: &Path, list: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(corpus.join(list)).unwrap();
    let cells = |line: &str| line.split('\t').map(str::to_owned).collect();
    text.lines().skip(1).map(cells).collect()
}

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
        match sbom::parse(&bytes) {
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
