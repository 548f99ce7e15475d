//! Any bytes are what an organisation makes of the catalog, or are refused; no exception
//! lacks a reason or somebody who approved it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use posture::Tailoring;

fuzz_target!(|bytes: &[u8]| {
    let Ok(parsed) = Tailoring::parse(bytes) else { return };
    for exception in &parsed.value.exceptions {
        assert!(!exception.reason.is_empty() && !exception.approver.is_empty());
    }
    let _ = parsed.value.below(&Tailoring::default());
});
