//! Any bytes are read as an OSV record or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(parsed) = advisory::osv::parse(bytes) {
        assert_eq!(parsed.value.vulnerabilities.len(), 1);
        assert!(!parsed.value.id.is_empty());
    }
});
