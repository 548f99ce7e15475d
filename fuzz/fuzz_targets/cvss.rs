//! What is read prints a vector that reads the same, and has scores between 0 and 10.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terms::cvss::Vector;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Vector::parse(text) {
        Ok(vector) => {
            assert_eq!(Vector::parse(&vector.to_string()).unwrap(), vector);
            assert!(vector.base().tenths() <= 100);
            assert!(vector.score().tenths() <= 100);
            let _ = (vector.severity(), vector.confidentiality_impact());
        }
        Err(wrong) => assert!(wrong.at <= text.chars().count()),
    }
});
