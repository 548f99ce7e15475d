//! An identifier that is read prints as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terms::CweId;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match CweId::parse(text) {
        Ok(id) => assert_eq!(id.to_string(), text),
        Err(wrong) => assert!(wrong.at <= text.chars().count()),
    }
});
