//! Bytes that changed on the way.

use super::*;

proptest! {
    #[test]
    fn flipped_bits_never_panic_and_never_hang(
        flips in prop::collection::vec((any::<usize>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = built(&[everything(), osv("GHSA-2", &["CVE-2024-0002"])]);
        for (at, flip) in flips {
            let at = 8 + at % (bytes.len() - 8);
            bytes[at] ^= flip;
        }
        if let Ok(index) = Index::open(&bytes, &[]) {
            let _ = index.verify();
            let _ = (index.counts(), index.coverage());
            index.records().for_each(|record| drop(record.decode()));
            for said in index.package("npm", "p") {
                let mut sought = Sought::new("1.0");
                for (extent, _) in said.extents() {
                    let _ = extent.place(&mut sought);
                }
            }
            for vulnerability in index.vulnerabilities("CVE-2024-0001") {
                let _ = (vulnerability.title(), vulnerability.severities());
                vulnerability.statements().for_each(drop);
            }
        }
    }
}
