//! Addresses of network interfaces: EUI-48 (MAC) and EUI-64.
//!
//! Source: IEEE 802-2014 §8 and IEEE Guidelines for EUI, OUI and CID (2017). RFC 9542 §2.
//!
//! Programs write them in pairs with `:`, `-`, `.` or a blank between, in groups of four
//! with `.`, `:` or `-`, in halves with `-`, without any mark, and leave out leading zeros
//! between colons (`0:0:5e:0:53:1`). All that is read; one kind of mark only.
//!
//! Not here: who a block of addresses is assigned to.

use std::fmt;
use std::str::FromStr;

use crate::Malformed;

const TERM: &str = "MAC address";

/// The address of a network interface.
///
/// It prints as `00:00:5e:00:53:01`, whatever it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mac {
    /// Six bytes.
    Eui48([u8; 6]),
    /// Eight bytes.
    Eui64([u8; 8]),
}

impl Mac {
    /// Reads an address.
    ///
    /// # Errors
    /// When `text` is none in any of the written forms.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let bad =
            |at, expected: &'static str| Malformed::at_byte(TERM, text, at, expected);
        let is_digit = |letter: char| letter.is_ascii_hexdigit();

        let mark = text.find(|letter| !is_digit(letter));
        let Some(first) = mark else { return Self::unmarked(text) };
        let mark = text.get(first..).and_then(|rest| rest.chars().next());
        let Some(mark @ (':' | '-' | '.' | ' ')) = mark else {
            return Err(bad(first, "a hexadecimal digit, `:`, `-` or `.`"));
        };
        let widest = Self::group(text, mark, first)?;
        let mut bytes = [0_u8; 8];
        let mut length = 0;
        let mut at = 0;
        for group in text.split(mark) {
            if let Some(wrong) = group.find(|letter| !is_digit(letter)) {
                return Err(bad(at + wrong, "a hexadecimal digit"));
            }
            // Only pairs between colons lose their zeros.
            let may_be_short = widest == 2 && mark == ':' && !group.is_empty();
            if group.len() > widest {
                return Err(bad(at + widest, "the mark that stood before"));
            }
            if group.len() < widest && !may_be_short {
                return Err(bad(at + group.len(), "a hexadecimal digit"));
            }
            let value = u64::from_str_radix(group, 16).unwrap_or_default();
            let octets = value.to_be_bytes();
            for octet in octets.iter().skip(8 - widest / 2) {
                let slot = bytes.get_mut(length);
                *slot.ok_or_else(|| bad(at, "at most 8 bytes"))? = *octet;
                length += 1;
            }
            at += group.len() + mark.len_utf8();
        }
        Self::of(bytes, length).ok_or_else(|| bad(text.len(), "6 or 8 bytes"))
    }

    /// Whether it names one interface: not a group, not everybody, not nobody.
    #[must_use]
    pub fn is_single(self) -> bool {
        let bytes = self.bytes();
        let is_group = bytes.first().is_some_and(|first| first & 1 == 1);
        !is_group && bytes.iter().any(|byte| *byte != 0)
    }

    /// Whether it was assigned locally, and so may stand for several interfaces.
    #[must_use]
    pub fn is_local(self) -> bool {
        self.bytes().first().is_some_and(|first| first & 2 == 2)
    }

    /// The bytes: six or eight.
    #[must_use]
    pub const fn bytes(&self) -> &[u8] {
        match self {
            Self::Eui48(bytes) => bytes,
            Self::Eui64(bytes) => bytes,
        }
    }

    fn unmarked(text: &str) -> Result<Self, Malformed> {
        let bad = |at| Malformed::at_byte(TERM, text, at, "12 or 16 hexadecimal digits");
        if !matches!(text.len(), 12 | 16) {
            return Err(bad(text.len().min(16)));
        }
        let value = u64::from_str_radix(text, 16).map_err(|_| bad(0))?;
        let mut bytes = value.to_be_bytes();
        if text.len() == 12 {
            bytes.rotate_left(2);
        }
        Self::of(bytes, text.len() / 2).ok_or_else(|| bad(text.len()))
    }

    /// The digits of a group: 2, 4 or 6, told by the first.
    fn group(text: &str, mark: char, first: usize) -> Result<usize, Malformed> {
        match (first, mark) {
            (1, ':') | (2, _) => Ok(2),
            (4, ':' | '-' | '.') => Ok(4),
            (6, ':' | '-') => Ok(6),
            _ => Err(Malformed::at_byte(
                TERM,
                text,
                first,
                "groups of 2 or 4 hexadecimal digits",
            )),
        }
    }

    fn of(bytes: [u8; 8], length: usize) -> Option<Self> {
        match length {
            6 => bytes.first_chunk().map(|bytes| Self::Eui48(*bytes)),
            8 => Some(Self::Eui64(bytes)),
            _ => None,
        }
    }
}

impl FromStr for Mac {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, byte) in self.bytes().iter().enumerate() {
            let mark = if position == 0 { "" } else { ":" };
            write!(f, "{mark}{byte:02x}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_written_form_is_read() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(Mac::parse(text).unwrap().to_string(), expected, "{text}");
        }

        for text in [
            "00:00:5E:00:53:C8",
            "00-00-5e-00-53-c8",
            "00.00.5e.00.53.c8",
            "00 00 5e 00 53 c8",
            "0000.5e00.53c8",
            "0000:5E00:53C8",
            "0000-5e00-53c8",
            "00005e-0053c8",
            "00005E0053C8",
            "0:0:5e:0:53:c8",
        ] {
            check(text, "00:00:5e:00:53:c8");
        }
        check("02-00-5E-10-00-00-00-01", "02:00:5e:10:00:00:00:01");
        check("0200.5e10.0000.0001", "02:00:5e:10:00:00:00:01");
        check("02005E1000000001", "02:00:5e:10:00:00:00:01");
    }

    #[test]
    fn says_where_it_stopped_reading() {
        #[track_caller]
        fn check(text: &str, at: usize, expected: &str) {
            let refusal = Mac::parse(text).unwrap_err();
            assert_eq!((refusal.at, &*refusal.expected), (at, expected), "{text}");
        }

        check("", 0, "12 or 16 hexadecimal digits");
        check("00005E0053", 10, "12 or 16 hexadecimal digits");
        check("00005E0053C80", 13, "12 or 16 hexadecimal digits");
        check("n/a", 0, "a hexadecimal digit, `:`, `-` or `.`");
        check(":0:5e:0:53:c8", 0, "groups of 2 or 4 hexadecimal digits");
        check("000:5e:00", 3, "groups of 2 or 4 hexadecimal digits");
        check("0-0-5e-0-53-c8", 1, "groups of 2 or 4 hexadecimal digits");
        check("00:00:5E:00:53", 14, "6 or 8 bytes");
        check("00:00:5E:00:53:C8:", 18, "a hexadecimal digit");
        check("00:00:5E-00:53:C8", 8, "a hexadecimal digit");
        check("00:00:5G:00:53:C8", 7, "a hexadecimal digit");
        check("00:00:5E0:00:53:C8", 8, "the mark that stood before");
        check("00-00-5-00-53-C8", 7, "a hexadecimal digit");
        check("0000.5e00.53c8.0000.0000", 20, "at most 8 bytes");
        check("00:00:5E:00:53:C8 ", 17, "a hexadecimal digit");
        check("００:00:5E:00:53:C8", 0, "a hexadecimal digit, `:`, `-` or `.`");
    }

    #[test]
    fn addresses_of_nobody_and_of_groups_name_no_interface() {
        #[track_caller]
        fn check(text: &str, expected: [bool; 2]) {
            let mac = Mac::parse(text).unwrap();
            assert_eq!([mac.is_single(), mac.is_local()], expected, "{text}");
        }

        check("00:00:5e:00:53:c8", [true, false]);
        check("02:00:5e:00:53:c8", [true, true]);
        check("00:00:00:00:00:00", [false, false]);
        check("ff:ff:ff:ff:ff:ff", [false, true]);
        check("01:00:5e:00:00:01", [false, false]);
    }

    proptest! {
        #[test]
        fn what_is_read_prints_a_text_that_reads_the_same(
            text in "[0-9a-fA-F]{2}([:. -][0-9a-f]{2}){3,8}|[0-9a-f:]{10,18}|\\PC{0,16}",
        ) {
            match Mac::parse(&text) {
                Ok(mac) => prop_assert_eq!(Mac::parse(&mac.to_string()), Ok(mac)),
                Err(refusal) => prop_assert!(refusal.at <= text.chars().count()),
            }
        }

        #[test]
        fn every_form_of_an_address_reads_as_the_same(
            bytes in prop_oneof![
                proptest::collection::vec(any::<u8>(), 6),
                proptest::collection::vec(any::<u8>(), 8),
            ],
            size in prop_oneof![Just(1_usize), Just(2)],
            mark in "[:.-]",
        ) {
            let plain: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            let groups: Vec<String> = bytes
                .chunks(size)
                .map(|group| group.iter().map(|byte| format!("{byte:02x}")).collect())
                .collect();
            let read = Mac::parse(&plain).unwrap();
            prop_assert_eq!(read.bytes(), bytes.as_slice());
            prop_assert_eq!(Mac::parse(&groups.join(&mark)).unwrap(), read);
        }
    }
}
