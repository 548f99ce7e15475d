//! Any bytes are read as scores of EPSS or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(parsed) = advisory::epss::parse(bytes) {
        for score in &parsed.value.scores {
            assert!((0.0..=1.0).contains(&score.probability));
        }
    }
});
