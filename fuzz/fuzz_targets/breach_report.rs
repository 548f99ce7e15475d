//! Any bytes are read as an export of the breach portal or refused; every row names somebody.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(parsed) = supplier::breaches::parse(bytes) {
        assert!(parsed.value.rows.iter().all(|row| !row.entity.trim().is_empty()));
    }
});
