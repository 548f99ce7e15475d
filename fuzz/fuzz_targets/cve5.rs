//! Any bytes are read as a CVE record or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(parsed) = advisory::cve5::parse(bytes) {
        assert!(parsed.value.id.starts_with("CVE-"));
        assert!(parsed.value.affected.iter().all(|affected| affected.vulnerability == 0));
    }
});
