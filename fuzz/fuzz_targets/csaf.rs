//! Any bytes: the reader neither panics nor hangs, and what it accepts has an id.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(parsed) = advisory::csaf::parse(bytes) {
        assert!(!parsed.value.id.is_empty());
        for product in &parsed.value.products {
            for status in &product.statuses {
                assert!(status.vulnerability < parsed.value.vulnerabilities.len());
            }
        }
    }
});
