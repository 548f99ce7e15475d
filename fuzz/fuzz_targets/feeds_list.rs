//! Any text is a list of feeds or is refused; the names of feeds are folders, each another.

#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(list) = feeds::read_feeds(&String::from_utf8_lossy(bytes)) else { return };
    let names: BTreeSet<String> = list.iter().map(|feed| feed.name.to_ascii_lowercase()).collect();
    assert_eq!(names.len(), list.len());
    assert!(names.iter().all(|name| !name.contains(['/', '\\', '.'])));
});
