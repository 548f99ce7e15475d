//! A file of keys, a signature and a document, parted by lines of `=====`; the first line is the
//! fingerprint that is trusted. Whatever they are, they are refused or they agree, and a document
//! with one more byte does not agree.
//!
//! The library that reads them may fail on hostile bytes, under a guard of ours: its panics are
//! silent here, and only one that gets past the guard ends the fuzzer.

#![no_main]

use libfuzzer_sys::fuzz_target;

const PARTING: &[u8] = b"\n=====\n";

fuzz_target!(
    init: std::panic::set_hook(Box::new(|_| {})),
    |bytes: &[u8]| {
        let Some((fingerprint, rest)) = parted(bytes, b"\n") else { return };
        let Ok(fingerprint) = str::from_utf8(fingerprint) else { return };
        let Some((keys, rest)) = parted(rest, PARTING) else { return };
        let Some((signature, document)) = parted(rest, PARTING) else { return };
        if feeds::is_signed(keys, fingerprint, signature, document) {
            let other = [document, b"x"].concat();
            assert!(!feeds::is_signed(keys, fingerprint, signature, &other));
        }
    }
);

fn parted<'b>(bytes: &'b [u8], by: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = bytes.windows(by.len()).position(|window| window == by)?;
    Some((&bytes[..at], &bytes[at + by.len()..]))
}
