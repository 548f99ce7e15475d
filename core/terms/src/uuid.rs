//! Universally unique identifiers, as text.
//!
//! Source: RFC 9562 §4: five groups of 8, 4, 4, 4 and 12 hexadecimal digits with hyphens
//! between, in capitals or not. Whatever version and variant they claim is read.
//!
//! Not here: braces, `urn:uuid:`, and what the bits mean.

use std::fmt;
use std::str::FromStr;

use crate::Malformed;

const TERM: &str = "UUID";
/// Where the hyphens stand.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];
const LENGTH: usize = 36;

/// A UUID. It prints in small letters, whatever it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(u128);

impl Uuid {
    /// The UUID of those bits, the first of which is the highest.
    #[must_use]
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// Its bits.
    #[must_use]
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// Reads a UUID.
    ///
    /// # Errors
    /// When `text` is not written as one.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let bad =
            |at, expected: &'static str| Malformed::at_byte(TERM, text, at, expected);
        let mut bits = 0_u128;
        for (at, letter) in text.char_indices() {
            match (HYPHENS.contains(&at), letter.to_digit(16)) {
                _ if at >= LENGTH => return Err(bad(at, "nothing more")),
                (true, _) if letter == '-' => {}
                (true, _) => return Err(bad(at, "a hyphen")),
                (false, Some(digit)) => bits = bits << 4 | u128::from(digit),
                (false, None) => return Err(bad(at, "a hexadecimal digit")),
            }
        }
        match text.len() {
            LENGTH => Ok(Self(bits)),
            short => Err(bad(short, "32 hexadecimal digits in five groups")),
        }
    }
}

impl FromStr for Uuid {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |from: u32, bits: u32| self.0 >> from & ((1 << bits) - 1);
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            part(96, 32),
            part(80, 16),
            part(64, 16),
            part(48, 16),
            part(0, 48)
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_examples_of_the_standard_are_read() {
        #[track_caller]
        fn check(text: &str, bits: u128) {
            let read: Uuid = text.parse().unwrap();
            assert_eq!(read.bits(), bits);
            assert_eq!(read.to_string(), text.to_lowercase());
            assert_eq!(Uuid::from_bits(bits), read);
        }

        check(
            "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            0xf81d_4fae_7dec_11d0_a765_00a0_c91e_6bf6,
        );
        check(
            "2489E9AD-2EE2-8E00-8EC9-32D5F69181C0",
            0x2489_e9ad_2ee2_8e00_8ec9_32d5_f691_81c0,
        );
        check("00000000-0000-0000-0000-000000000000", 0);
        check("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", u128::MAX);
    }

    #[test]
    fn what_is_no_uuid_is_refused_where_it_ends_being_one() {
        #[track_caller]
        fn check(text: &str, at: usize, expected: &str) {
            let refused = Uuid::parse(text).unwrap_err();
            assert_eq!((refused.at, refused.expected.as_ref()), (at, expected), "{text}");
            assert_eq!((refused.term, refused.input.as_str()), ("UUID", text));
        }

        let groups = "32 hexadecimal digits in five groups";
        check("", 0, groups);
        check("f81d4fae", 8, groups);
        check("12345678-1234-8234-9234-12345678901", 35, groups);
        check("12345678-1234-8234-9234-1234567890123", 36, "nothing more");
        check("12345678-1234-8234-9234-123456789012 ", 36, "nothing more");
        check("1234567812348234923412345678901234567", 8, "a hyphen");
        check("12345678-1234-8234-9234-12345678901é", 35, "a hexadecimal digit");
        check("+2345678-1234-8234-9234-123456789012", 0, "a hexadecimal digit");
        check("1234567--1234-8234-9234-123456789012", 7, "a hexadecimal digit");
        check("{12345678-1234-8234-9234-123456789012}", 0, "a hexadecimal digit");
        check("urn:uuid:12345678-1234-8234-9234-123456789012", 0, "a hexadecimal digit");
        check("éé345678-1234-8234-9234-123456789012", 0, "a hexadecimal digit");
    }

    proptest! {
        #[test]
        fn every_uuid_is_read_as_it_is_written(bits: u128) {
            let written = Uuid::from_bits(bits).to_string();
            prop_assert_eq!(written.len(), LENGTH);
            prop_assert_eq!(Uuid::parse(&written), Ok(Uuid::from_bits(bits)));
            prop_assert_eq!(Uuid::parse(&written.to_uppercase()), Ok(Uuid::from_bits(bits)));
        }

        #[test]
        fn whatever_is_read_is_written_in_the_same_letters(text in "[0-9a-fA-F-]{30,40}|\\PC*") {
            match Uuid::parse(&text) {
                Ok(read) => prop_assert!(read.to_string().eq_ignore_ascii_case(&text)),
                Err(refused) => prop_assert!(refused.at <= text.chars().count()),
            }
        }
    }
}
