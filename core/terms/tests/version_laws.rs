//! Laws that hold for every scheme and every text.

use std::cmp::Ordering;

use proptest::prelude::*;
use terms::range::{Bound, Containment, Cuts, within};
use terms::version::{Scheme, compare, firmware, sort_key, sort_key_into};

/// Texts that look like versions, and some that do not.
fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "0",
        "1",
        "2",
        "9",
        "10",
        "01",
        "00",
        "007",
        "99999999999999999999",
        "a",
        "b",
        "z",
        "rc",
        "alpha",
        "beta",
        "dev",
        "pre",
        "post",
        "SP1",
        "x",
        "*",
        "~",
        "^",
        "_",
        "-",
        ".",
        "+",
        ":",
        "!",
        "p",
        "r",
        "-r1",
        "_p1",
        "ga",
        "final",
        "sp",
        "snapshot",
        "Build",
        "KB5008212",
        "go1.",
        "v",
        "2024-01-01T00:00:00Z",
        "U61",
        "K",
        " ",
        "é",
        "\0",
        "ü",
    ]);
    prop_oneof![
        8 => prop::collection::vec(word, 0..7).prop_map(|words| words.concat()),
        4 => r"v?[0-9]{1,2}(\.[0-9]{1,2}){0,4}([-_+~.]?[a-z]{0,4}[0-9]{0,2}){0,2}",
        1 => any::<String>(),
    ]
}

fn scheme() -> impl Strategy<Value = Scheme> {
    prop::sample::select(Scheme::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn a_version_equals_itself(scheme in scheme(), a in text()) {
        prop_assert_eq!(compare(scheme, &a, &a), Some(Ordering::Equal));
        prop_assert_eq!(compare(scheme, &a, &format!(" {a} ")), Some(Ordering::Equal));
    }

    #[test]
    fn the_other_way_round_the_answer_is_turned(
        scheme in scheme(),
        a in text(),
        b in text(),
    ) {
        let there = compare(scheme, &a, &b);
        let back = compare(scheme, &b, &a);
        prop_assert_eq!(there, back.map(Ordering::reverse), "{} {:?} {:?}", scheme, a, b);
    }

    #[test]
    fn keys_and_comparison_agree(scheme in scheme(), a in text(), b in text()) {
        if let (Some(x), Some(y)) = (sort_key(scheme, &a), sort_key(scheme, &b)) {
            prop_assert_eq!(Some(x.cmp(&y)), compare(scheme, &a, &b), "{} {:?} {:?}", scheme, a, b);
        }
    }

    /// Keys are bytes and cannot but be transitive; so this asks the schemes without.
    #[test]
    fn order_has_no_circles(
        scheme in prop::sample::select(vec![Scheme::Rpm, Scheme::Composer, Scheme::Datetime]),
        a in text(),
        b in text(),
        c in text(),
    ) {
        let (ab, bc, ac) =
            (compare(scheme, &a, &b), compare(scheme, &b, &c), compare(scheme, &a, &c));
        if let (Some(x), Some(y)) = (ab, bc)
            && (x == y || x.is_eq() || y.is_eq())
            && ac.is_some()
        {
            let expected = if x.is_eq() { y } else { x };
            prop_assert_eq!(ac, Some(expected), "{} {:?} {:?} {:?}", scheme, a, b, c);
        }
    }

    #[test]
    fn a_buffer_that_is_used_again_gets_the_same_key(scheme in scheme(), a in text()) {
        let mut out = b"left over".to_vec();
        let written = sort_key_into(scheme, &a, &mut out);
        prop_assert_eq!(written.then_some(out), sort_key(scheme, &a));
    }

    #[test]
    fn what_firmware_covers_is_never_earlier(a in text(), b in text()) {
        let (Ok(a), Ok(b)) = (a.parse::<firmware::Version>(), b.parse::<firmware::Version>())
        else {
            return Ok(());
        };
        prop_assert!(a.covers(&a));
        let has_pre = b.parts().iter().any(|part| matches!(part, firmware::Part::PreRelease(_)));
        if a.covers(&b) && !has_pre {
            prop_assert_ne!(a.compare(&b), Some(Ordering::Greater));
        }
    }

    #[test]
    fn firmware_has_no_circles(a in text(), b in text(), c in text()) {
        let scheme = Scheme::Firmware;
        if compare(scheme, &a, &b) == Some(Ordering::Less)
            && compare(scheme, &b, &c) == Some(Ordering::Less)
        {
            prop_assert_ne!(compare(scheme, &a, &c), Some(Ordering::Greater));
            prop_assert_ne!(compare(scheme, &a, &c), Some(Ordering::Equal));
        }
    }
}

/// Texts that have a key in many schemes, and bounds with and without release.
fn plain() -> impl Strategy<Value = String> {
    r"([0-2]:)?[0-2](\.[0-2]{1,2}){0,2}([-~.+](rc|a)?[0-2]{1,2}){0,2}"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn cuts_hold_what_lies_within(
        scheme in scheme(),
        lower in prop::option::of((plain(), 0..2)),
        upper in prop::option::of((plain(), 0..2)),
        version in plain(),
    ) {
        fn bound(text: &Option<(String, i32)>) -> Option<Bound<'_>> {
            text.as_ref().map(|(text, kind)| match kind {
                0 => Bound::Included(text.as_str()),
                _ => Bound::Excluded(text.as_str()),
            })
        }
        let (lower, upper) = (bound(&lower), bound(&upper));
        let cuts = Cuts::of(scheme, lower, upper);
        if let (Some(cuts), Some(key)) = (cuts, sort_key(scheme, &version)) {
            let expected = within(scheme, lower, upper, &version);
            let holds = if cuts.hold(&key) { Containment::Inside } else { Containment::Outside };
            prop_assert_eq!(holds, expected, "{} {:?} {:?} {}", scheme, lower, upper, version);
        }
    }
}
