//! Any text is a UUID or is refused with its place; what is read is written in the same letters,
//! and its bits are its own.

#![no_main]

use libfuzzer_sys::fuzz_target;
use terms::Uuid;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    match Uuid::parse(&text) {
        Ok(uuid) => {
            assert!(uuid.to_string().eq_ignore_ascii_case(&text));
            assert_eq!(Uuid::from_bits(uuid.bits()), uuid);
        }
        Err(refused) => assert!(refused.at <= text.chars().count()),
    }
    if let Some(bits) = bytes.first_chunk() {
        let uuid = Uuid::from_bits(u128::from_be_bytes(*bits));
        assert_eq!(uuid.to_string().parse(), Ok(uuid));
    }
});
