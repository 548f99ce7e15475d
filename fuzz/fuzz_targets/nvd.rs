//! Any bytes are read as a response of NVD or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(parsed) = advisory::nvd::parse(bytes) {
        for record in &parsed.value {
            assert!(!record.id.is_empty());
            assert_eq!(record.vulnerabilities.len(), 1);
        }
    }
});
