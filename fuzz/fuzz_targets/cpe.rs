//! A name that is read comes back from each of its three bindings.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terms::cpe::{Name, Relation, compare_versions};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Name::parse(text) {
        Ok(name) => {
            assert_eq!(Name::parse(name.formatted()).unwrap(), name);
            assert_eq!(Name::parse(&name.uri()).unwrap(), name);
            assert_eq!(Name::parse(&name.well_formed()).unwrap(), name);
            let relation = name.relation(&name);
            assert!(matches!(relation, Relation::Equal | Relation::Undefined));
        }
        Err(wrong) => assert!(wrong.at <= text.chars().count()),
    }
    if let Some((a, b)) = text.split_once('\n') {
        let there = compare_versions(a, b);
        assert_eq!(there, compare_versions(b, a).map(std::cmp::Ordering::reverse));
    }
});
