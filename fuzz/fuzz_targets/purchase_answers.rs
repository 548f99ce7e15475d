//! Any bytes are a list of answers or are refused; what is read says where it stands, each
//! question once, and is never more than was asked.

#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use purchase::answer::{is_answers, parse};

fuzz_target!(|bytes: &[u8]| {
    let _ = is_answers(bytes);
    let Ok(parsed) = parse(bytes) else { return };
    let mut keys = BTreeSet::new();
    for answer in &parsed.value {
        assert!(!answer.key.is_empty());
        assert!(keys.insert(&answer.key), "{} twice", answer.key);
    }
});
