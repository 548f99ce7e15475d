//! An identifier that is read prints a spelling that reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terms::OsvId;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match OsvId::parse(text) {
        Ok(id) => assert_eq!(OsvId::parse(id.as_str()).unwrap(), id),
        Err(wrong) => assert!(wrong.at <= text.chars().count()),
    }
});
