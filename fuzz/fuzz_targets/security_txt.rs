//! Any bytes are read as a `security.txt` or refused; what stands in it has a line of the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reading::Place;

fuzz_target!(|bytes: &[u8]| {
    let Ok(parsed) = supplier::security_txt::parse(bytes) else { return };
    let Ok(text) = reading::text::decode(bytes) else { return };
    let lines = text.lines().count();
    let file = parsed.value;
    for field in file.contacts.iter().chain(&file.policy).chain(&file.csaf) {
        assert!(!field.value.is_empty());
        assert!(matches!(field.place, Place::Line { line, .. } if line <= lines));
    }
});
