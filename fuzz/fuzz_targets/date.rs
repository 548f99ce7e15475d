//! An instant that is read prints a text of fixed width that reads back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terms::date;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match date::instant(text) {
        Ok(instant) => {
            let printed = instant.to_string();
            assert_eq!(printed.len(), 20);
            assert_eq!(date::instant(&printed).unwrap(), instant);
        }
        Err(wrong) => assert!(wrong.at <= text.chars().count()),
    }
    if let Ok(day) = date::day(text) {
        assert_eq!(day.to_string(), text);
    }
});
