//! An expression that is read is put right once.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terms::spdx_license::Licence;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Licence::parse(text) {
        Ok(licence) => assert_eq!(Licence::parse(&licence.to_string()).unwrap(), licence),
        Err(wrong) => assert!(wrong.at <= text.chars().count()),
    }
});
