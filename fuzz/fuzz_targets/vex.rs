//! Every dialect reads its own words and no others, and says where a text parts from them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terms::vex::{Justification, Status, csaf, cyclonedx};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let read = [
        Status::from_openvex(text).map(Status::word),
        Justification::from_openvex(text).map(Justification::word),
        Justification::from_csaf(text).map(Justification::word),
        csaf::ProductStatus::from_word(text).map(csaf::ProductStatus::word),
        cyclonedx::State::from_word(text).map(cyclonedx::State::word),
        cyclonedx::Justification::from_word(text).map(cyclonedx::Justification::word),
        cyclonedx::Response::from_word(text).map(cyclonedx::Response::word),
    ];
    for answer in read {
        match answer {
            Ok(word) => assert_eq!(word, text),
            Err(wrong) => assert!(wrong.at <= text.chars().count()),
        }
    }
});
