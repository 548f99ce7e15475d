//! The first byte names a scheme, the rest is three texts with zero bytes between them: no
//! text makes a comparison panic, and its laws hold.

#![no_main]

use std::cmp::Ordering;

use libfuzzer_sys::fuzz_target;
use terms::version::{Scheme, compare, firmware, sort_key};

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let schemes = Scheme::ALL.len();
    let scheme = Scheme::ALL[usize::from(*first) % schemes];
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let mut texts = text.split('\0');
    let a = texts.next().unwrap_or_default();
    let b = texts.next().unwrap_or_default();
    let c = texts.next().unwrap_or_default();

    let ab = compare(scheme, a, b);
    assert_eq!(compare(scheme, a, a), Some(Ordering::Equal));
    assert_eq!(compare(scheme, b, a), ab.map(Ordering::reverse));
    let keys = (sort_key(scheme, a), sort_key(scheme, b), sort_key(scheme, c));
    if let (Some(x), Some(y), _) = &keys {
        assert_eq!(ab, Some(x.cmp(y)));
    }
    // Texts with keys have no circles.
    if let (Some(_), Some(_), Some(_)) = keys
        && ab == compare(scheme, b, c)
    {
        assert_eq!(compare(scheme, a, c), ab);
    }
    if let (Ok(a), Ok(b)) = (a.parse::<firmware::Version>(), b.parse::<firmware::Version>()) {
        assert!(a.covers(&a));
        let _ = a.covers(&b);
    }
});
