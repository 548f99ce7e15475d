//! Two lines are two names: looking up and comparing neither panic nor hang, and a name is itself.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use naming::{MakerMatch, Makers};
use naming::text::{Text, Unit};

static MAKERS: LazyLock<Makers> = LazyLock::new(Makers::built_in);

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (one, other) = text.split_once('\n').unwrap_or((text, ""));
    let makers = &*MAKERS;
    let (a, b) = (makers.read(one), makers.read(other));
    assert!(a.is_empty() || makers.compare(&a, &a) == Some(MakerMatch::Exact));
    assert_eq!(makers.compare(&a, &b), makers.compare(&b, &a));
    let text = Text::read(&[one]);
    if let Some(unit) = Unit::read(other) {
        let _ = unit.occurrences(&text).count();
        let _ = unit.nearly(&text);
    }
});
