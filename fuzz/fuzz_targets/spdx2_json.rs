//! An SPDX 2 document in JSON is read or refused, and every place in it can be told.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(parsed) = sbom::spdx::v2_json::parse(text) {
        let bom = parsed.value;
        assert!(sbom::diff::compare(&bom, &bom).changed.is_empty());
        for profile in sbom::quality::Profile::ALL {
            let assessment = sbom::quality::assess(&bom, profile);
            assert_eq!(assessment.score == 100, assessment.findings.is_empty());
        }
    }
});
