//! The order in which people expect texts.
//!
//! Texts arrive folded (lower case, no accents), so bytes can be compared. Numbers within
//! them count by value: `ward 2` stands before `ward 10`.

use std::cmp::Ordering;

/// Which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Collation {
    /// Numbers within text by value.
    Natural,
    /// Byte by byte: identifiers of fixed shape, and look-ups by prefix.
    Plain,
    /// IPv4 by value, then IPv6 as text.
    Address,
}

impl Collation {
    pub(crate) fn compare(self, a: &[u8], b: &[u8]) -> Ordering {
        match self {
            Self::Natural => natural(a, b),
            Self::Plain => a.cmp(b),
            Self::Address => match (is_ipv6(a), is_ipv6(b)) {
                (false, false) => natural(a, b),
                (true, true) => a.cmp(b),
                (a, b) => a.cmp(&b),
            },
        }
    }

    /// The first bytes of a key that compares as texts do. Where two are equal, the texts
    /// decide; where they differ, nobody has to fetch the texts.
    pub(crate) fn prefix(self, text: &[u8]) -> u128 {
        match self {
            Self::Natural => natural_prefix(text),
            Self::Plain => Prefix::of(text.iter().copied()),
            Self::Address if is_ipv6(text) => {
                // No byte of UTF-8 is 0xFF, so every IPv4 address stands before.
                Prefix::of(std::iter::once(0xFF).chain(text.iter().copied()))
            }
            Self::Address => natural_prefix(text),
        }
    }
}

fn is_ipv6(text: &[u8]) -> bool {
    text.contains(&b':')
}

fn natural(a: &[u8], b: &[u8]) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        match (left.split_first(), right.split_first()) {
            // `007` and `7` are one number and two texts.
            (None, None) => return a.cmp(b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some((x, _)), Some((y, _))) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (m, n);
                (m, left) = number(left);
                (n, right) = number(right);
                let order = m.len().cmp(&n.len()).then_with(|| m.cmp(n));
                if order.is_ne() {
                    return order;
                }
            }
            (Some((x, after)), Some((y, behind))) if x == y => {
                (left, right) = (after, behind);
            }
            (Some((x, _)), Some((y, _))) => return x.cmp(y),
        }
    }
}

/// The digits at the start of a text without leading zeros, and what follows.
fn number(text: &[u8]) -> (&[u8], &[u8]) {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let zeros = text.iter().take_while(|byte| **byte == b'0').count();
    (text.get(zeros..digits).unwrap_or_default(), text.get(digits..).unwrap_or_default())
}

/// A number is written as `0`, how many digits it has, and the digits.
fn natural_prefix(mut text: &[u8]) -> u128 {
    let mut prefix = Prefix::default();
    while let Some((first, rest)) = text.split_first() {
        if prefix.is_full() {
            break;
        }
        if !first.is_ascii_digit() {
            prefix.push(*first);
            text = rest;
            continue;
        }
        let digits;
        (digits, text) = number(text);
        prefix.push(b'0');
        match u8::try_from(digits.len()) {
            Ok(length) if length < u8::MAX => {
                prefix.push(length);
                digits.iter().for_each(|digit| prefix.push(*digit));
            }
            // Longer numbers look alike from here on.
            Ok(_) | Err(_) => {
                prefix.push(u8::MAX);
                break;
            }
        }
    }
    prefix.value()
}

#[derive(Default)]
struct Prefix {
    bits: u128,
    length: u32,
}

impl Prefix {
    fn of(bytes: impl Iterator<Item = u8>) -> u128 {
        let mut prefix = Self::default();
        bytes.take(16).for_each(|byte| prefix.push(byte));
        prefix.value()
    }

    fn is_full(&self) -> bool {
        self.length >= 16
    }

    fn push(&mut self, byte: u8) {
        if !self.is_full() {
            self.bits = self.bits << 8 | u128::from(byte);
            self.length += 1;
        }
    }

    fn value(&self) -> u128 {
        // An empty prefix would be shifted out of the number.
        self.bits.checked_shl(8 * (16 - self.length)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(collation: Collation, ascending: &[&str]) {
        for (at, a) in ascending.iter().enumerate() {
            for (other, b) in ascending.iter().enumerate() {
                assert_eq!(
                    collation.compare(a.as_bytes(), b.as_bytes()),
                    at.cmp(&other),
                    "{a} against {b}"
                );
            }
        }
    }

    #[test]
    fn numbers_within_text_count_by_value() {
        check(Collation::Natural, &["", "0", "00", "1", "2", "010", "10", "a", "b"]);
        check(Collation::Natural, &["ward", "ward 2", "ward 10", "ward 10b", "wards"]);
        check(Collation::Natural, &["v1.2", "v1.2.1", "v1.10", "v2", "v02a", "v10"]);
    }

    #[test]
    fn identifiers_of_fixed_shape_are_compared_byte_by_byte() {
        check(Collation::Plain, &["00aa", "0a00", "10", "2", "aa10", "aa2"]);
    }

    #[test]
    fn ipv4_stands_by_value_before_ipv6() {
        check(
            Collation::Address,
            &["9.0.0.1", "10.0.0.2", "10.0.0.10", "1::", "fe80::1"],
        );
    }

    proptest! {
        #[test]
        fn a_prefix_never_contradicts_the_texts(
            a in "[0-9a-b:.]{0,24}|[0-9]{250,260}",
            b in "[0-9a-b:.]{0,24}|[0-9]{250,260}",
        ) {
            for collation in [Collation::Natural, Collation::Plain, Collation::Address] {
                let by_prefix = collation.prefix(a.as_bytes()).cmp(&collation.prefix(b.as_bytes()));
                if by_prefix.is_ne() {
                    prop_assert_eq!(by_prefix, collation.compare(a.as_bytes(), b.as_bytes()));
                }
            }
        }

        #[test]
        fn the_order_is_an_order(mut texts in prop::collection::vec("[0-1a:.]{0,5}", 3)) {
            for collation in [Collation::Natural, Collation::Plain, Collation::Address] {
                texts.sort_by(|a, b| collation.compare(a.as_bytes(), b.as_bytes()));
                for (a, b) in [(0, 1), (1, 2), (0, 2)] {
                    let order = collation.compare(texts[a].as_bytes(), texts[b].as_bytes());
                    prop_assert!(order.is_le());
                    prop_assert_eq!(order.is_eq(), texts[a] == texts[b]);
                }
            }
        }
    }
}
