//! A key is 1 to 255 printed letters of ASCII, without blanks around it; it reads back as itself.
//! What is none is refused with its place.

#![no_main]

use libfuzzer_sys::fuzz_target;
use terms::IdempotencyKey;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let key = match IdempotencyKey::parse(&text) {
        Ok(key) => key,
        Err(refused) => {
            assert!(refused.at <= text.chars().count());
            return;
        }
    };
    let letters = key.as_str();
    assert!((1..=IdempotencyKey::LETTERS_MAX).contains(&letters.len()));
    assert!(letters.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte)));
    assert_eq!(letters.trim(), letters);
    assert_eq!(text.trim(), letters);
    assert_eq!(IdempotencyKey::parse(letters), Ok(key.clone()));
});
