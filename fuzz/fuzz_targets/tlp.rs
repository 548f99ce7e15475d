//! A label that is read prints a text that reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terms::Tlp;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Tlp::parse(text) {
        Ok(label) => assert_eq!(Tlp::parse(&label.to_string()).unwrap(), label),
        Err(wrong) => assert!(wrong.at <= text.chars().count()),
    }
});
