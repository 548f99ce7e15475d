//! Any bytes, and a valid index with any bytes changed: opening, verifying and every
//! look-up end, and never in a panic.

#![no_main]

use std::sync::LazyLock;

use advisory::index::{Entry, Index, Sought, compile};
use libfuzzer_sys::fuzz_target;

/// An index with something in every section.
static VALID: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let osv = br#"{"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","aliases":["CVE-2024-0001"],
        "affected":[{"package":{"ecosystem":"PyPI","name":"p"},"versions":["1.0","1.1"],
        "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.0"}]}]}]}"#;
    let entries = advisory::osv::parse(osv)
        .into_iter()
        .map(|parsed| Entry::record(&parsed.value, &parsed.notes))
        .chain([Entry::set_aside(b"x", "broken")]);
    compile(entries.collect()).unwrap_or_default()
});

fuzz_target!(|bytes: &[u8]| {
    look_up(bytes);
    // Four bytes of place and one of change, as often as there are bytes.
    let mut changed = VALID.clone();
    for change in bytes.chunks_exact(5) {
        let [a, b, c, d, flip] = change else { continue };
        let at = u32::from_le_bytes([*a, *b, *c, *d]) as usize % changed.len().max(1);
        if let Some(byte) = changed.get_mut(at) {
            *byte ^= flip;
        }
    }
    look_up(&changed);
});

fn look_up(bytes: &[u8]) {
    let Ok(index) = Index::open(bytes, &[]) else { return };
    let _ = index.verify();
    let _ = (index.counts(), index.kev("CVE-2024-0001"), index.epss("CVE-2024-0001"));
    index.records().for_each(|record| drop(record.decode()));
    for said in index.package("pypi", "p").chain(index.cpe("a", "b")).chain(index.named("p")) {
        let mut sought = Sought::new("1.0");
        for (extent, _) in said.extents() {
            assert!(extent.place(&mut sought).eq(&extent.place(&mut sought)));
        }
        let _ = (said.place(), said.otherwise(), said.limits().count());
    }
    for configuration in index.configurations("a", "b") {
        drop(configuration.decode());
    }
    let _ = index.related_to("CVE-2024-0002");
    for vulnerability in index.vulnerabilities("CVE-2024-0001") {
        let _ = (vulnerability.id(), vulnerability.ids().count(), vulnerability.title());
        let _ = (vulnerability.severities(), vulnerability.cwes(), vulnerability.is_rejected());
        let _ = (vulnerability.affected().count(), vulnerability.taken_back().count());
        let _ = (vulnerability.statements().count(), vulnerability.is_not_analysed());
    }
}
