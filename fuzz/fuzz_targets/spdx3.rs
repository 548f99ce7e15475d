//! An SPDX 3 document is read or refused; its subject and its parents are in the list.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sbom::Subject;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(parsed) = sbom::spdx::v3::parse(text) {
        let bom = parsed.value;
        if let Subject::Within(positions) = &bom.subject {
            assert!(positions.iter().all(|at| *at < bom.components.len()));
        }
        assert!(sbom::diff::compare(&bom, &bom).changed.is_empty());
    }
});
