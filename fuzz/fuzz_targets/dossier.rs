//! Any text is a dossier or is refused; one that is read names somebody. The file of usual
//! figures is read or refused likewise, and what is read is written and read alike.

#![no_main]

use controls::baseline::Baseline;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(parsed) = supplier::dossier::parse(bytes) {
        assert!(!parsed.value.name.trim().is_empty());
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(baseline) = Baseline::read(text) {
        let again = Baseline::read(&baseline.to_string());
        assert!(again.is_ok_and(|again| again.figures == baseline.figures));
    }
});
