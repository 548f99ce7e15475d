//! Any names: looking up and comparing neither panic nor hang, and a name is itself.

#![no_main]

use libfuzzer_sys::fuzz_target;
use naming::Makers;
use naming::text::{Text, Unit};

fuzz_target!(|names: (String, String)| {
    let makers = Makers::built_in();
    let (a, b) = (makers.read(&names.0), makers.read(&names.1));
    assert_eq!(makers.compare(&a, &b).is_some(), makers.compare(&b, &a).is_some());
    let text = Text::read(&[&names.0]);
    if let Some(unit) = Unit::read(&names.1) {
        let _ = unit.occurrences(&text).count();
        let _ = unit.nearly(&text);
    }
});
