//! A digest that is read prints a text that reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terms::Digest;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Digest::parse(text) {
        Ok(digest) => assert_eq!(Digest::parse(&digest.to_string()).unwrap(), digest),
        Err(wrong) => assert!(wrong.at <= text.chars().count()),
    }
});
