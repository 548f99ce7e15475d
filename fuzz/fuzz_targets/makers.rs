//! Any text is a file of makers' names or is refused; with it, every name is still itself.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use naming::{MakerMatch, Makers};

static BUILT_IN: LazyLock<Makers> = LazyLock::new(Makers::built_in);

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut makers = BUILT_IN.clone();
    if makers.extend(text).is_err() {
        return;
    }
    for line in text.lines().take(32) {
        let maker = makers.read(line);
        assert!(maker.is_empty() || makers.compare(&maker, &maker) == Some(MakerMatch::Exact));
    }
});
