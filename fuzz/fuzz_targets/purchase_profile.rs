//! Any text as what is asked and as what is bought: read, or refused with a place; what is
//! read asks for each consideration once.

#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use purchase::{Event, Profile};

fuzz_target!(|bytes: &[u8]| {
    let _ = Event::parse(bytes);
    let Ok(profile) = Profile::parse(bytes) else { return };
    let ids: BTreeSet<&str> =
        profile.requirements.iter().map(|it| it.control.id()).collect();
    assert_eq!(ids.len(), profile.requirements.len());
});
