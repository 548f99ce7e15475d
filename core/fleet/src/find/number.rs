//! Numbers that are like another one: with other separators, or with more in front or behind.
//!
//! A search looks at a million of them, so each is read once, byte by byte, without a copy: the
//! newest letters and digits stand in one word of the machine that is compared with that of the
//! number sought. Only what it cannot hold is compared at length.

use super::How;
use crate::spelt::bare;

/// Letters and digits that a number has at least of which another one may be a part, and at most.
const ALIKE_MIN: usize = 3;
const ALIKE_MAX: usize = 100;

/// A number of fewer letters and digits is none that a longer text ends with.
const ENDING_MIN: usize = 5;

/// Bytes that one word of the machine holds.
const WORD_BYTES: usize = size_of::<u128>();

/// The letters and digits of a number that is sought.
pub(super) struct Number {
    bytes: Vec<u8>,
    /// The last of them, as many as a word holds.
    last: u128,
    /// Of which bytes of a word these are.
    mask: u128,
}

impl Number {
    /// `None` for what is no number: one without a digit, or of a length that says nothing.
    pub(super) fn sought(typed: &str) -> Option<Self> {
        let bytes = bare(typed).into_bytes();
        let has_digit = bytes.iter().any(u8::is_ascii_digit);
        if !has_digit || !(ALIKE_MIN..=ALIKE_MAX).contains(&bytes.len()) {
            return None;
        }
        let last = bytes.iter().fold(0, |word, byte| pushed(word, *byte));
        let mask = mask(bytes.len());
        Some(Self { bytes, last, mask })
    }

    /// How a text as it is kept is like it, if it is: [`How::Apart`] or [`How::Part`].
    pub(super) fn met(&self, kept: &[u8]) -> Option<How> {
        let (mut word, mut count) = (0u128, 0usize);
        let (mut is_met, mut has_digit) = (false, false);
        for byte in kept {
            if byte.is_ascii_alphanumeric() {
                word = pushed(word, *byte);
                count += 1;
                has_digit |= byte.is_ascii_digit();
                is_met |= (word ^ self.last) & self.mask == 0 && count >= self.held();
            } else if !byte.is_ascii() {
                return self.met_at_length(kept);
            }
        }
        if is_met {
            return match self.bytes.len() {
                length if length > WORD_BYTES => self.met_at_length(kept),
                length if length == count => Some(How::Apart),
                _ => Some(How::Part),
            };
        }
        if count < ENDING_MIN || count >= self.bytes.len() || !has_digit {
            return None;
        }
        let is_end = (word ^ self.last) & mask(count) & self.mask == 0;
        match count > WORD_BYTES {
            true if is_end => self.met_at_length(kept),
            _ => is_end.then_some(How::Part),
        }
    }

    /// How many of its bytes the word holds.
    fn held(&self) -> usize {
        self.bytes.len().min(WORD_BYTES)
    }

    fn met_at_length(&self, kept: &[u8]) -> Option<How> {
        let own = bare(str::from_utf8(kept).ok()?).into_bytes();
        let sought = self.bytes.as_slice();
        if own == sought {
            return Some(How::Apart);
        }
        let is_within = own.windows(sought.len()).any(|window| window == sought);
        let is_end = own.len() >= ENDING_MIN
            && own.iter().any(u8::is_ascii_digit)
            && sought.ends_with(&own);
        (is_within || is_end).then_some(How::Part)
    }
}

const fn pushed(word: u128, byte: u8) -> u128 {
    (word << u8::BITS) | byte as u128
}

/// The bytes of a word in which its newest `count` stand.
fn mask(count: usize) -> u128 {
    let bits = u128::BITS
        .saturating_sub(u8::BITS * u32::try_from(count).unwrap_or(u32::MAX / 8));
    u128::MAX.checked_shr(bits).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What [`Number::met`] says is what looking at the letters and digits at length says.
    fn check(typed: &str, kept: &str) {
        let Some(number) = Number::sought(typed) else { return };
        let kept = crate::spelt::spelt(crate::texts::Text::AssetTag, kept);
        let (quick, slow) =
            (number.met(kept.as_bytes()), number.met_at_length(kept.as_bytes()));
        assert_eq!(quick, slow, "{typed} {kept}");
    }

    proptest! {
        #[test]
        fn a_glance_says_what_a_long_look_says(
            typed in "[ab1é]{0,3}[-. ]?[ab1]{0,40}",
            before in "[ab1 -]{0,4}",
            cut in 0usize..12,
            after in "[ab1é-]{0,4}",
        ) {
            check(&typed, &format!("{before}{typed}{after}"));
            let rest: String = typed.chars().skip(cut).collect();
            check(&typed, &rest);
            check(&typed, &format!("{before}{rest}"));
        }
    }

    #[test]
    fn what_is_the_same_part_and_end_are_told_apart() {
        let number = Number::sought("BME-01234").unwrap();
        let met = |kept: &str| number.met(kept.as_bytes());
        assert_eq!(met("bme 01.234"), Some(How::Apart));
        assert_eq!(met("x-bme01234-7"), Some(How::Part));
        assert_eq!(met("01234"), Some(How::Part));
        assert_eq!(met("1234"), None);
        assert_eq!(met("bme-01235"), None);
        assert!(Number::sought("pump").is_none());
        assert!(Number::sought("-1-").is_none());
    }
}
