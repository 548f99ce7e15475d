//! What is read prints its canonical form, which reads the same and prints the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terms::purl::{Demands, Purl};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for demands in [Demands::Enforced, Demands::Waived] {
        match Purl::parse_with(text, demands) {
            Ok(purl) => {
                let printed = purl.to_string();
                let again = Purl::parse_with(&printed, demands).unwrap();
                assert_eq!(again, purl);
                assert_eq!(again.to_string(), printed);
            }
            Err(wrong) => assert!(wrong.at <= text.chars().count()),
        }
    }
});
