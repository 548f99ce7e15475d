//! A vers URI and a version, with a zero byte between them: reading does not panic, what is
//! printed is read back as the same range, and places a version alike.

#![no_main]

use libfuzzer_sys::fuzz_target;
use terms::range::Vers;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (range, version) = text.split_once('\0').unwrap_or((text, "1.0"));
    let Ok(vers) = Vers::parse(range) else { return };
    let printed = vers.to_string();
    let again = Vers::parse(&printed).expect("what is printed is read");
    assert_eq!(again, vers, "{printed}");
    assert_eq!(again.contains(version), vers.contains(version), "{printed}");
});
