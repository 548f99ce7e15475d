//! Any bytes are the result of a scanner, or are refused.

#![no_main]

use evidence::scan::{About, Tool, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for tool in [Tool::Nmap, Tool::Nessus, Tool::Testssl, Tool::TestsslCsv, Tool::Sarif] {
        let Ok(parsed) = parse(tool, bytes) else { continue };
        let worst = parsed.value.worst(About::Tls);
        assert!(worst.is_none_or(|worst| worst.about == About::Tls));
    }
});
