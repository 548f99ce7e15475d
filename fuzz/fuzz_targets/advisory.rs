//! Any bytes are recognised and read, or refused; both ways agree on what they are.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let format = advisory::recognise::format(bytes);
    if advisory::parse(bytes).is_ok() {
        assert!(format.is_some());
    }
});
