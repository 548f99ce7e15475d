//! Tag-value is read or refused; a line `PackageName` put in front of the packages is one
//! component more, whatever follows.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sbom::spdx::v2_tag::parse;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(parsed) = parse(text) {
        let more = parse(&format!("PackageName: x\n{text}"));
        let count = more.map(|more| more.value.components.len());
        assert_eq!(count, Ok(parsed.value.components.len() + 1));
    }
});
