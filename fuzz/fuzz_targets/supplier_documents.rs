//! Any bytes are told for what they are, and read or refused: the list of CVE numbering
//! authorities, answers of openFDA, and whatever else is recognised.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(kind) = supplier::kind(bytes) {
        let _ = supplier::parse(kind, bytes);
    }
    let _ = supplier::cna::parse(bytes);
    let _ = supplier::fda::parse(bytes);
    let _ = advisory::csaf::publication(bytes);
});
