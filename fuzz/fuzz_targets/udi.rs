//! A UDI that is read prints as it was, and each of its parts stands in it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terms::Udi;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Udi::parse(text) {
        Ok(udi) => {
            assert_eq!(udi.as_str(), text);
            assert!(udi.parts().next().is_some());
            for (_, name, value) in udi.parts() {
                assert!(text.contains(name) && text.contains(value) && !value.is_empty());
            }
        }
        Err(wrong) => assert!(wrong.at <= text.chars().count()),
    }
});
