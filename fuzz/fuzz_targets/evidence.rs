//! Any bytes are evidence of a kind, or are refused: tables, the register, SCIM, results of
//! simulated phishing, firewalls, scanners. What is read says something in every row, and no
//! policy of a firewall lacks a place.

#![no_main]

use evidence::{Format, Kind, Pseudonyms, Read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let names = Pseudonyms::new([7; 32]);
    let formats = [
        Format::Register,
        Format::Table(Kind::Person),
        Format::Scim,
        Format::GoPhish,
        Format::KnowBe4,
    ];
    for format in formats.into_iter().chain(evidence::format(bytes)) {
        match evidence::parse(format, bytes, &names).map(|parsed| parsed.value) {
            Ok(Read::Records(records)) if format != Format::Register => {
                assert!(records.iter().all(|record| record.values().count() > 0));
            }
            Ok(Read::Firewall(rules)) => assert!(!rules.policies.is_empty()),
            _ => {}
        }
    }
});
