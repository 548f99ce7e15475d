//! Whatever a changed record changes for a bill of materials, it reaches by one of its keys:
//! on documents of the corpus and of the demo. Each is judged in shares too, which tell the
//! same.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads files and fails loudly"
)]

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use advisory::index::{Difference, Entry, Index, LookUpKey, compile};
use advisory::{Document, Record, Source};
use matching::statement::{Standing, Statements, Voices, of_bom};
use matching::{Share, System, component};
use sbom::Bom;

/// The corpus; where it is absent a test says so and passes, but not in CI.
fn corpus() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("LAZARET_SHARED").map_or_else(beside, PathBuf::from);
    let corpus = shared.join("corpus");
    if corpus.is_dir() {
        return Some(corpus);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is required in CI", corpus.display());
    let _ = writeln!(std::io::stderr(), "skipped: {} is not there", corpus.display());
    None
}

fn demo(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo").join(folder)
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    paths.into_iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// Every so-manyth file of an archive, so that all kinds are among them.
fn archived(path: &Path) -> Vec<Vec<u8>> {
    let plain = zstd::Decoder::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut archive = tar::Archive::new(plain);
    let mut all = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut bytes = Vec::new();
        entry.unwrap().read_to_end(&mut bytes).unwrap();
        all.push(bytes);
    }
    let step = all.len() / ARCHIVED + 1;
    all.into_iter().step_by(step).collect()
}

/// How many files of an archive are taken.
const ARCHIVED: usize = 60;

fn records(corpus: &Path) -> Vec<Record> {
    let folders = ["osv/examples", "nvd/examples", "cve5/examples", "openvex"];
    let folders = folders.map(|folder| corpus.join(folder));
    let all = folders.iter().flat_map(|folder| files(folder));
    let all = all.chain(archived(&corpus.join("osv/various.tar.zst")));
    let read = all.chain(files(&demo("advisories"))).flat_map(|bytes| {
        match advisory::parse(&bytes).map(|parsed| parsed.value) {
            Ok(Document::Record(record)) => vec![*record],
            Ok(Document::Records(records)) => records,
            _ => Vec::new(),
        }
    });
    read.collect()
}

fn bills(corpus: &Path) -> Vec<Bom> {
    let folders = ["sbom/cyclonedx-json", "sbom/cyclonedx-xml", "sbom/spdx-json"];
    let folders = folders.map(|folder| corpus.join(folder));
    let all = folders.iter().flat_map(|folder| files(folder));
    let all = all.chain(files(&demo("sboms")));
    all.filter_map(|bytes| Some(sbom::parse(&bytes).ok()?.value)).collect()
}

fn built(records: &[Record]) -> Vec<u8> {
    compile(records.iter().map(|record| Entry::record(record, &[])).collect()).unwrap()
}

/// A bill as it is judged, and the keys under which it is looked up.
struct Judged {
    told: String,
    keys: BTreeSet<LookUpKey>,
}

fn judged(bom: &Bom, index: &Index<'_>) -> Judged {
    let system = System::new(bom, "bom.json");
    let claimed = Statements::from(of_bom(bom, "bom.json", Standing::Claimed));
    let accepted = Statements::default();
    let voices = Voices { accepted: &accepted, claimed: &claimed };
    let judgement = component::judge(&system, index, &voices);
    let told = format!("{:?} {:?}", judgement.findings, judgement.unknowns);
    let shares = Share::split(&system, 3);
    let shares =
        shares.map(|share| component::judge_share(&system, index, &voices, share));
    let shares: Vec<_> = shares.collect();
    let findings: Vec<_> = shares.iter().flat_map(|share| &share.findings).collect();
    let unknowns: Vec<_> = shares.iter().flat_map(|share| &share.unknowns).collect();
    assert_eq!(format!("{findings:?} {unknowns:?}"), told, "in shares");
    Judged { told, keys: system.keys(&voices) }
}

#[test]
fn what_a_changed_record_changes_for_a_bill_is_reached_by_a_key_of_the_bill() {
    let Some(corpus) = corpus() else { return };
    let (records, bills) = (records(&corpus), bills(&corpus));
    assert!(records.len() > 40 && bills.len() > 30, "{} {}", records.len(), bills.len());
    let whole = built(&records);
    let whole = Index::open(&whole, &[]).unwrap();
    let before: Vec<Judged> = bills.iter().map(|bom| judged(bom, &whole)).collect();
    let (mut touched, mut reached) = (0, 0);
    for (at, record) in records.iter().enumerate() {
        let mut without = records.clone();
        let removed = without.remove(at);
        let mut variants = vec![without];
        if record.source == Source::Osv {
            // The same record, which has lost its other names.
            let mut alone = records.clone();
            let own = alone.get_mut(at).and_then(|own| own.vulnerabilities.first_mut());
            own.unwrap().ids.truncate(1);
            variants.push(alone);
        }
        for variant in variants {
            let bytes = built(&variant);
            let index = Index::open(&bytes, &[]).unwrap();
            let difference = Difference::between(&whole, &index).unwrap();
            for (bom, before) in bills.iter().zip(&before) {
                let after = judged(bom, &index);
                let is_reached = !difference.reach.is_disjoint(&after.keys);
                reached += u32::from(is_reached);
                if after.told != before.told {
                    touched += 1;
                    assert!(is_reached, "{} {:?}", removed.id, bom.name);
                }
            }
        }
    }
    // What is reached in vain is little: most bills are left alone by most records.
    let pairs = u32::try_from(records.len() * bills.len()).unwrap();
    assert!(touched > 10, "{touched}");
    assert!(reached < pairs / 4, "{reached} of {pairs}, {touched} touched");
}
