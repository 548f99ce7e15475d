//! Every document of the shared corpus is read or refused with a sentence, and says what
//! its origin page and the tables of expected answers say.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test reads files and fails loudly"
)]

mod corpus;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use advisory::recognise::{self, Document};
use advisory::{
    Affected, Bound, Extent, Identity, Interval, Record, Source, State, cve5,
    cyclonedx_vex, epss, kev, nvd, openvex, osv, package,
};
use corpus::{each, shared};
use terms::version;
use terms::vex::Status;

/// The rows of a table of expected answers.
fn rows(table: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(table).unwrap();
    let cells = |line: &str| line.split('\t').map(str::to_owned).collect();
    text.lines().skip(1).map(cells).collect()
}

/// Whether an extent holds a version; `None` where nobody can tell.
fn holds(extent: &Extent, sought: &str) -> Option<bool> {
    match extent {
        Extent::All => Some(true),
        Extent::Unreadable(_) => None,
        Extent::Exact { scheme, versions } => {
            let equal = |text: &String| {
                text == sought
                    || version::compare(*scheme, text, sought) == Some(Ordering::Equal)
            };
            Some(versions.iter().any(equal))
        }
        Extent::Interval(interval) => between(interval, sought),
    }
}

fn between(interval: &Interval, sought: &str) -> Option<bool> {
    let order = |text: &str| version::compare(interval.scheme, sought, text);
    let lower = match &interval.lower {
        None => Some(true),
        Some(Bound::Included(lower)) => order(lower).map(Ordering::is_ge),
        Some(Bound::Excluded(lower)) => order(lower).map(Ordering::is_gt),
    };
    let upper = match &interval.upper {
        None => Some(true),
        Some(Bound::Included(upper)) => order(upper).map(Ordering::is_le),
        Some(Bound::Excluded(upper)) => order(upper).map(Ordering::is_lt),
    };
    match (lower, upper) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// What the facts about one thing say of a version: touched, not touched, or unknown.
fn word(affected: &[&Affected], sought: &str) -> &'static str {
    let mut unknown = false;
    for (extent, status) in affected.iter().flat_map(|affected| &affected.extents) {
        match (holds(extent, sought), status) {
            (Some(true), Status::Affected) => return "yes",
            (Some(true), _) | (None, _) => unknown = true,
            (Some(false), _) => {}
        }
    }
    if unknown { "unknown" } else { "no" }
}

fn osv_records(shared: &Path) -> BTreeMap<String, Record> {
    let mut records = BTreeMap::new();
    each(&shared.join("corpus/osv"), &mut |path, bytes| {
        if !path.ends_with(".json") {
            assert!(recognise::is_other(&advisory::parse(bytes).unwrap_err()), "{path}");
            return;
        }
        assert_eq!(recognise::format(bytes), Some(recognise::Format::Osv), "{path}");
        let record = osv::parse(bytes).unwrap_or_else(|e| panic!("{path}: {e}")).value;
        assert_eq!(record.source, Source::Osv);
        if path.contains(".tar.zst!") {
            records.insert(record.id.clone(), record);
        }
    });
    records
}

#[test]
fn every_osv_record_is_read_and_agrees_with_the_expected_answers() {
    let Some(shared) = shared() else { return };
    let records = osv_records(&shared);
    assert_eq!(records.len(), 40_993);
    let undated = records.values().filter(|record| record.modified.is_empty());
    let undated: BTreeSet<&str> = undated.map(|record| &*record.publisher).collect();
    // As their repositories keep them, records of Go and some of Python have the zero time
    // of Go.
    assert_eq!(undated, BTreeSet::from(["GO", "PSF", "PYSEC"]));
    for record in records.values() {
        assert_eq!(record.vulnerabilities.len(), 1, "{}", record.id);
    }
    let told = contradictions(&records);
    assert!(told > 900, "{told}");
    let mut wrong = Vec::new();
    let mut right = 0;
    for row in rows(&shared.join("corpus/truth/osv_triples.tsv")) {
        let [ecosystem, name, sought, id, expected, basis] =
            [0, 1, 2, 3, 4, 5].map(|at| row.get(at).unwrap().as_str());
        let Some(record) = records.get(id) else {
            panic!("{id} is not in the corpus");
        };
        let key = package::Key::from_osv(ecosystem, name);
        let same = |affected: &&Affected| match (&affected.identity, &key) {
            (Identity::Package(own), Some(key)) => own == key,
            (Identity::Name { vendor, product }, None) => {
                vendor == ecosystem && product == name
            }
            _ => false,
        };
        let affected: Vec<&Affected> = record.affected.iter().filter(same).collect();
        let found = word(&affected, sought);
        if found == expected || (found == "unknown" && expected == "no") {
            right += 1;
        } else {
            wrong.push(format!(
                "{ecosystem} {name} {sought} {id}: {found}, not {expected} ({basis})"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{right} right, {} wrong: {:#?}",
        wrong.len(),
        wrong.get(..20.min(wrong.len()))
    );
}

/// CleanStart lists the very versions that it calls fixed.
fn contradictions(records: &BTreeMap<String, Record>) -> usize {
    let cleanstart =
        records.values().filter(|record| record.id.starts_with("CLEANSTART-"));
    let affected = cleanstart.flat_map(|record| &record.affected);
    let extents = affected.flat_map(|affected| &affected.extents);
    extents.filter(|(_, status)| *status == Status::UnderInvestigation).count()
}

#[test]
fn every_cve_record_is_read_with_its_state_and_its_exploitation() {
    let Some(shared) = shared() else { return };
    let (mut live, mut rejected, mut exploited, mut scored, mut configured) =
        (0, 0, 0, 0, 0);
    let mut drafts = 0;
    let mut kev = 0;
    each(&shared.join("corpus/cve5"), &mut |path, bytes| {
        if !path.ends_with(".json") || !path.contains(".tar.zst!") {
            return;
        }
        assert_eq!(recognise::format(bytes), Some(recognise::Format::Cve5), "{path}");
        let parsed = cve5::parse(bytes).unwrap_or_else(|e| panic!("{path}: {e}"));
        let record = parsed.value;
        assert!(record.id.starts_with("CVE-"), "{path}");
        match record.state {
            State::Rejected => rejected += 1,
            State::Live => live += 1,
            State::Withdrawn(_) => panic!("{path}"),
        }
        let vulnerability = record.vulnerabilities.first().unwrap();
        let flagged = vulnerability.exploited.is_some();
        exploited += usize::from(flagged);
        let text = String::from_utf8_lossy(bytes);
        if text.contains("\"type\": \"kev\"") {
            kev += 1;
            assert!(flagged, "{path}");
        }
        assert_eq!(flagged, exploited_by_words(&text), "{path}");
        scored += usize::from(!vulnerability.severities.is_empty());
        configured += usize::from(!record.configurations.is_empty());
        drafts +=
            usize::from(parsed.notes.iter().any(|note| note.message.contains("draft")));
    });
    assert_eq!((live + rejected, rejected, drafts), (22_108 + 156, 61, 106));
    assert_eq!(configured, 1);
    assert!(kev > 90 && exploited > kev && scored > 15_000, "{kev} {exploited} {scored}");
}

/// Another reading of the same words: a plain search.
fn exploited_by_words(text: &str) -> bool {
    let text: String = text.split_whitespace().collect();
    text.contains("\"type\":\"kev\"") || text.contains("\"Exploitation\":\"active\"")
}

#[test]
fn every_record_of_nvd_is_read_with_its_whole_configurations() {
    let Some(shared) = shared() else { return };
    let (mut records, mut configured, mut silent, mut rejected) = (0, 0, 0, 0);
    let mut matches = BTreeMap::new();
    each(&shared.join("corpus/nvd"), &mut |path, bytes| {
        if !path.ends_with(".json") || !path.contains(".tar.zst!") {
            return;
        }
        assert_eq!(recognise::format(bytes), Some(recognise::Format::Nvd), "{path}");
        let parsed = nvd::parse(bytes).unwrap_or_else(|e| panic!("{path}: {e}"));
        let text = String::from_utf8_lossy(bytes);
        let written = text.matches("\"criteria\"").count();
        let mut read = 0;
        for record in &parsed.value {
            records += 1;
            configured += usize::from(!record.configurations.is_empty());
            silent += usize::from(record.not_analysed().is_some());
            rejected += usize::from(record.state == State::Rejected);
            let nodes = record.configurations.iter().flat_map(|(_, one)| &one.nodes);
            read += nodes.map(|node| node.criteria.len()).sum::<usize>();
        }
        *matches.entry(written == read).or_insert(0) += 1;
    });
    assert_eq!(records, 16_487);
    assert_eq!((configured, silent, rejected), (16_433, 49, 5));
    assert_eq!(matches.keys().copied().collect::<Vec<_>>(), [true], "{matches:?}");
}

#[test]
fn both_forms_of_the_catalog_are_one_and_hold_what_is_expected() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("corpus/kev");
    let read = |name: &str| kev::parse(&fs::read(folder.join(name)).unwrap()).unwrap();
    let json = read("known_exploited_vulnerabilities.json");
    let csv = read("known_exploited_vulnerabilities.csv");
    assert!(json.notes.is_empty() && csv.notes.is_empty());
    assert_eq!(json.value.entries.len(), 1_352);
    assert_eq!(json.value.version, "2025.05.22");
    let key =
        |entry: &kev::Entry| (entry.cve.clone(), entry.added.clone(), entry.due.clone());
    let dates =
        |catalog: &kev::Catalog| -> Vec<_> { catalog.entries.iter().map(key).collect() };
    assert_eq!(dates(&json.value), dates(&csv.value));
    let added: BTreeMap<_, _> =
        json.value.entries.iter().map(|entry| (entry.cve.as_str(), entry)).collect();
    let expected = rows(&shared.join("corpus/truth/kev_truth.tsv"));
    assert_eq!(expected.len(), 50);
    for row in &expected {
        let (cve, day) = (row.first().unwrap(), row.get(1).unwrap());
        assert_eq!(&added.get(cve.as_str()).unwrap().added, day, "{cve}");
    }
    let blanks = |text: &String| text.trim() != text;
    let dirty = |entry: &&kev::Entry| blanks(&entry.vendor) || blanks(&entry.product);
    assert_eq!(json.value.entries.iter().filter(dirty).count(), 0);
}

#[test]
fn scores_of_every_year_are_read_and_faulty_files_refused() {
    let Some(shared) = shared() else { return };
    let mut told = Vec::new();
    each(&shared.join("corpus/epss"), &mut |path, bytes| {
        if path.ends_with(".md") {
            return;
        }
        told.push(match epss::parse(bytes) {
            Ok(parsed) => {
                assert!(!parsed.value.scores.is_empty(), "{path}");
                format!("{} {}", parsed.value.date, parsed.value.model)
            }
            Err(refused) => refused.place.to_string(),
        });
    });
    told.sort();
    let expected =
        [" ", "2022-02-04 v2022.01.01", "2025-02-20 v2023.03.01", "line 1", "line 2"];
    assert_eq!(told, expected);
}

#[test]
fn every_openvex_document_is_read_and_what_lies_beside_is_none() {
    let Some(shared) = shared() else { return };
    let (mut documents, mut statements, mut others, mut loose) = (0, 0, 0, 0);
    each(
        &shared.join("corpus/openvex"),
        &mut |path, bytes| match advisory::parse(bytes) {
            Ok(parsed) => {
                let Document::Record(record) = parsed.value else { panic!("{path}") };
                assert_eq!(record.source, Source::OpenVex, "{path}");
                assert!(parsed.notes.is_empty(), "{path}: {:?}", parsed.notes);
                assert!(openvex::parse(bytes).is_ok());
                for statement in &record.statements {
                    assert!(!statement.products.is_empty(), "{path}");
                    let vulnerability =
                        record.vulnerabilities.get(statement.vulnerability);
                    assert!(!vulnerability.unwrap().ids.is_empty(), "{path}");
                }
                if path.contains(".tar.zst!") {
                    documents += 1;
                    statements += record.statements.len();
                } else {
                    loose += 1;
                }
            }
            Err(refused) => {
                assert!(recognise::is_other(&refused), "{path}: {refused}");
                others += 1;
            }
        },
    );
    assert_eq!((documents, statements, loose), (573, 134_787, 13));
    assert_eq!(others, 31, "index, repository and manifest files, and the origin page");
}

#[test]
fn every_cyclonedx_vex_is_read_and_a_plain_bom_is_none() {
    let Some(shared) = shared() else { return };
    let (mut read, mut plain, mut states) = (0, 0, BTreeMap::new());
    each(&shared.join("corpus/cyclonedx-vex"), &mut |path, bytes| {
        if path.ends_with(".md") {
            return;
        }
        match cyclonedx_vex::parse(bytes) {
            Ok(parsed) => {
                read += 1;
                for statement in &parsed.value.statements {
                    *states.entry(statement.status.word()).or_insert(0) += 1;
                }
            }
            Err(refused) => {
                plain += 1;
                assert_eq!(refused.message, cyclonedx_vex::NO_VULNERABILITIES, "{path}");
            }
        }
    });
    assert_eq!((read, plain), (24, 9));
    assert!(states.len() == 4, "{states:?}");
}
