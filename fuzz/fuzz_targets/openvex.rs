//! Any bytes are read as OpenVEX or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(parsed) = advisory::openvex::parse(bytes) {
        let count = parsed.value.vulnerabilities.len();
        assert!(parsed.value.statements.iter().all(|said| said.vulnerability < count));
    }
});
