//! Any bytes are judged as a bill of materials or refused, and both directions agree.

#![no_main]

use std::sync::OnceLock;

use advisory::index::{Entry, Index, compile};
use libfuzzer_sys::fuzz_target;
use matching::statement::{Standing, Statements, Voices, of_bom};
use matching::{System, component};

const RECORDS: [&str; 3] = [
    r#"{"id":"GHSA-1","aliases":["CVE-2026-0001"],"affected":[{"package":{"ecosystem":"npm",
    "name":"a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"2.0.0"}]}]}]}"#,
    r#"{"id":"DSA-1","affected":[{"package":{"ecosystem":"Debian:11","name":"a"},"ranges":[{
    "type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.0-1"}]}]}]}"#,
    r#"{"id":"DSA-2","affected":[{"package":{"ecosystem":"Debian:12","name":"a"},
    "versions":["1.0-1"]}]}"#,
];

fn index() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let records = RECORDS.iter().map(|text| {
            let parsed = advisory::osv::parse(text.as_bytes()).expect("a record");
            Entry::record(&parsed.value, &[])
        });
        compile(records.collect()).expect("an index")
    })
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(parsed) = sbom::parse(bytes) else { return };
    let index = Index::open(index(), &[]).expect("an index");
    let system = System::new(&parsed.value, "fuzz");
    let accepted = Statements::default();
    let claimed = Statements::from(of_bom(&parsed.value, "fuzz", Standing::Claimed));
    let voices = Voices { accepted: &accepted, claimed: &claimed };
    let judgement = component::judge(&system, &index, &voices);
    assert!(!index.is_damaged());
    for finding in &judgement.findings {
        let back = component::judge_id(&system, &index, &voices, &finding.id);
        assert!(back.findings.iter().any(|other| {
            other.component == finding.component && other.verdict == finding.verdict
        }));
    }
});
