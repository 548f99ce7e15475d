//! Any bytes are read as the metadata of a CSAF provider or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(parsed) = supplier::provider::parse(bytes) {
        let file = parsed.value;
        assert!(!file.canonical_url.is_empty() || !file.faults.is_empty());
    }
});
