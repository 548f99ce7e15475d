//! Numbers that are like another one: with other separators, or with more in front or behind.

use super::How;
use crate::spelt::bare;

/// Letters and digits that a number has at least of which another one may be a part, and at most.
const ALIKE_MIN: usize = 3;
const ALIKE_MAX: usize = 100;

/// A number of fewer letters and digits is none that a longer text ends with.
const ENDING_MIN: usize = 5;

/// The letters and digits of a number that is sought.
pub(super) struct Number {
    bytes: Vec<u8>,
}

impl Number {
    /// `None` for what is no number: one without a digit, or of a length that says nothing.
    pub(super) fn sought(typed: &str) -> Option<Self> {
        let bytes = bare(typed).into_bytes();
        let has_digit = bytes.iter().any(u8::is_ascii_digit);
        let is_number = has_digit && (ALIKE_MIN..=ALIKE_MAX).contains(&bytes.len());
        is_number.then_some(Self { bytes })
    }

    /// What stands in every number that is like it: it holds the whole of it, or is an end of it.
    pub(super) fn ending(&self) -> &[u8] {
        let from = self.bytes.len().saturating_sub(ENDING_MIN);
        self.bytes.get(from..).unwrap_or_default()
    }

    /// How the letters and digits of another one are like it, if they are: [`How::Apart`] or
    /// [`How::Part`].
    pub(super) fn met(&self, own: &[u8]) -> Option<How> {
        let sought = self.bytes.as_slice();
        if own == sought {
            return Some(How::Apart);
        }
        let is_within = own.windows(sought.len()).any(|window| window == sought);
        let is_end = own.len() >= ENDING_MIN
            && own.iter().any(u8::is_ascii_digit)
            && sought.ends_with(own);
        (is_within || is_end).then_some(How::Part)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_the_same_part_and_end_are_told_apart() {
        let number = Number::sought("BME-01234").unwrap();
        let met = |own: &str| number.met(own.as_bytes());
        assert_eq!(met("bme01234"), Some(How::Apart));
        assert_eq!(met("xbme012347"), Some(How::Part));
        assert_eq!(met("01234"), Some(How::Part));
        assert_eq!(met("1234"), None);
        assert_eq!(met("bme01235"), None);
        assert!(Number::sought("pump").is_none());
        assert!(Number::sought("-1-").is_none());
    }

    proptest! {
        #[test]
        fn whatever_is_like_it_has_its_ending(
            typed in "[ab1é]{0,3}[-. ]?[ab1]{0,12}",
            before in "[ab1]{0,4}",
            cut in 0usize..12,
            after in "[ab1é]{0,4}",
        ) {
            let Some(number) = Number::sought(&typed) else { return Ok(()) };
            let rest: String = typed.chars().skip(cut).collect();
            for own in [format!("{before}{typed}{after}"), rest, after] {
                let own = bare(&own).into_bytes();
                let ending = number.ending();
                let has_it = own.windows(ending.len()).any(|window| window == ending);
                prop_assert!(has_it || number.met(&own).is_none());
            }
        }
    }
}
