//! An address that is read prints a text that reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terms::Mac;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Mac::parse(text) {
        Ok(mac) => assert_eq!(Mac::parse(&mac.to_string()), Ok(mac)),
        Err(wrong) => assert!(wrong.at <= text.chars().count()),
    }
});
