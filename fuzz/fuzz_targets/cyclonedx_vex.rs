//! Any bytes are read as a CycloneDX VEX or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(parsed) = advisory::cyclonedx_vex::parse(bytes) {
        let count = parsed.value.vulnerabilities.len();
        assert!(parsed.value.statements.iter().all(|said| said.vulnerability < count));
    }
});
