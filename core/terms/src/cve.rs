//! CVE identifiers.
//!
//! Source: CVE Record Format 5.1, definition `cveId`: `^CVE-[0-9]{4}-[0-9]{4,19}$`.

use std::fmt;
use std::str::FromStr;

use crate::Malformed;

/// The name of a vulnerability in the CVE list: a year and a serial number.
///
/// Identifiers sort by year, then by serial, so `CVE-2024-9999` comes before
/// `CVE-2024-10000`. As strings they would not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CveId {
    year: u16,
    serial: u64,
}

impl CveId {
    /// Reads an identifier.
    ///
    /// # Errors
    /// When `text` is none; small letters are not read, since no list writes them.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let bad = |at, expected| Malformed::at_byte("CVE identifier", text, at, expected);

        let rest = text.strip_prefix("CVE-").ok_or_else(|| bad(0, "`CVE-`"))?;
        let year = rest.get(..4).and_then(digits);
        let year = year.ok_or_else(|| bad(4, "a four-digit year"))?;
        let serial = rest.get(4..).and_then(|rest| rest.strip_prefix('-'));
        let serial = serial.ok_or_else(|| bad(8, "`-`"))?;
        // Zeros pad a serial to four digits and no further. The pattern allows more,
        // but then two spellings would name one vulnerability.
        if serial.len() > 4 && serial.starts_with('0') {
            return Err(bad(9, "no leading zero"));
        }
        if !(4..=19).contains(&serial.len()) {
            return Err(bad(9, "4 to 19 digits"));
        }
        let serial = digits(serial).ok_or_else(|| bad(9, "4 to 19 digits"))?;
        let year = u16::try_from(year).map_err(|_| bad(4, "a four-digit year"))?;
        Ok(Self { year, serial })
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The serial number within the year.
    #[must_use]
    pub const fn serial(self) -> u64 {
        self.serial
    }
}

fn digits(text: &str) -> Option<u64> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_digits)
}

impl FromStr for CveId {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}

impl fmt::Display for CveId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CVE-{:04}-{:04}", self.year, self.serial)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn says_where_it_stopped_reading() {
        #[track_caller]
        fn check(text: &str, at: usize, expected: &str) {
            let refusal = CveId::parse(text).unwrap_err();
            assert_eq!((refusal.at, &*refusal.expected), (at, expected), "{text}");
        }

        check("", 0, "`CVE-`");
        check("cve-2024-1234", 0, "`CVE-`");
        check(" CVE-2024-1234", 0, "`CVE-`");
        check("CVE-", 4, "a four-digit year");
        check("CVE-20x4-1234", 4, "a four-digit year");
        check("CVE-+024-1234", 4, "a four-digit year");
        check("CVE-２０２４-1234", 4, "a four-digit year");
        check("CVE-2024", 8, "`-`");
        check("CVE-2024_1234", 8, "`-`");
        check("CVE-2024-", 9, "4 to 19 digits");
        check("CVE-2024-12", 9, "4 to 19 digits");
        check("CVE-2024-12x4", 9, "4 to 19 digits");
        check("CVE-2024-1234 ", 9, "4 to 19 digits");
        check("CVE-2024-99999999999999999999", 9, "4 to 19 digits");
        check("CVE-2024-01234", 9, "no leading zero");
    }

    #[test]
    fn identifiers_sort_by_number() {
        let ids = ["CVE-1999-0001", "CVE-2024-9999", "CVE-2024-10000"];
        let read = ids.map(|id| CveId::parse(id).unwrap());
        assert!(read.is_sorted());
        assert_eq!(read.map(|id| id.to_string()), ids);
        assert_eq!((read[0].year(), read[0].serial()), (1999, 1));
    }

    proptest! {
        #[test]
        fn what_is_read_prints_as_it_was(text in "CVE-[0-9]{4}-[0-9]{3,20}|\\PC{0,16}") {
            match CveId::parse(&text) {
                Ok(id) => prop_assert_eq!(id.to_string(), text),
                Err(refusal) => prop_assert!(refusal.at <= text.chars().count()),
            }
        }
    }
}
