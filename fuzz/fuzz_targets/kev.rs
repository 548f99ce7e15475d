//! Any bytes are read as CISA's catalog or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(parsed) = advisory::kev::parse(bytes) {
        assert!(parsed.value.entries.iter().all(|entry| entry.cve.starts_with("CVE-")));
    }
});
