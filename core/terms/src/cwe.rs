//! CWE identifiers.
//!
//! Source: CWE list, `CWE-` and the number of the entry; CSAF 2.0 §3.2.3.3.1:
//! `^CWE-[1-9]\d{0,5}$`.
//!
//! NVD's `NVD-CWE-noinfo` and `NVD-CWE-Other` are no entries of the list and not read.

use std::fmt;
use std::str::FromStr;

use crate::Malformed;

/// The name of a kind of weakness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CweId {
    number: u32,
}

impl CweId {
    /// Reads an identifier.
    ///
    /// # Errors
    /// When `text` is none, or its number has a leading zero.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let bad = |at, expected| Malformed::at_byte("CWE identifier", text, at, expected);

        let digits = text.strip_prefix("CWE-").ok_or_else(|| bad(0, "`CWE-`"))?;
        if let Some(at) = digits.find(|letter: char| !letter.is_ascii_digit()) {
            return Err(bad(4 + at, "a digit"));
        }
        if digits.starts_with('0') {
            return Err(bad(4, "no leading zero"));
        }
        match digits.parse() {
            Ok(number) if digits.len() <= 6 => Ok(Self { number }),
            _ => Err(bad(4, "1 to 6 digits")),
        }
    }

    /// The number of the entry.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.number
    }
}

impl FromStr for CweId {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}

impl fmt::Display for CweId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CWE-{}", self.number)
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
            let refusal = CweId::parse(text).unwrap_err();
            assert_eq!((refusal.at, &*refusal.expected), (at, expected), "{text}");
        }

        check("", 0, "`CWE-`");
        check("79", 0, "`CWE-`");
        check("cwe-79", 0, "`CWE-`");
        check("NVD-CWE-noinfo", 0, "`CWE-`");
        check("CWE-", 4, "1 to 6 digits");
        check("CWE-079", 4, "no leading zero");
        check("CWE-0", 4, "no leading zero");
        check("CWE-1234567", 4, "1 to 6 digits");
        check("CWE-79: XSS", 6, "a digit");
        check("CWE-é", 4, "a digit");
    }

    #[test]
    fn identifiers_sort_by_number() {
        let ids = ["CWE-20", "CWE-79", "CWE-122", "CWE-1284"];
        let read = ids.map(|id| CweId::parse(id).unwrap());
        assert!(read.is_sorted());
        assert_eq!(read[1].number(), 79);
    }

    proptest! {
        #[test]
        fn what_is_read_prints_as_it_was(text in "CWE-[0-9]{0,8}|\\PC{0,10}") {
            match CweId::parse(&text) {
                Ok(id) => prop_assert_eq!(id.to_string(), text),
                Err(refusal) => prop_assert!(refusal.at <= text.chars().count()),
            }
        }
    }
}
