//! The key by which a program names a request that it may send again.
//!
//! Source: draft-ietf-httpapi-idempotency-key-header-07. The draft asks for a string in quotes,
//! and most programs send it without. Both are read, and the text is the key as it stands: a
//! program writes its keys in one way.

use std::fmt;
use std::str::FromStr;

use crate::Malformed;

const TERM: &str = "Idempotency-Key";

/// The key of a request: printed letters of ASCII, blanks and tabs, none around it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// How many letters a key may have.
    pub const LETTERS_MAX: usize = 255;

    /// Reads the value of the header, with blanks around it or without.
    ///
    /// # Errors
    /// When it is empty, too long, or has other letters.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let bad =
            |at, expected: &'static str| Malformed::at_byte(TERM, text, at, expected);
        let is_printed = |letter: char| matches!(letter, '\t' | ' '..='~');
        if let Some(wrong) = text.find(|letter| !is_printed(letter)) {
            return Err(bad(wrong, "a printed letter of ASCII"));
        }
        let key = text.trim_matches([' ', '\t']);
        match key.len() {
            0 => Err(bad(text.len(), "a key")),
            1..=Self::LETTERS_MAX => Ok(Self(key.to_owned())),
            _ => {
                let before = text.len() - text.trim_start_matches([' ', '\t']).len();
                Err(bad(before + Self::LETTERS_MAX, "at most 255 letters"))
            }
        }
    }

    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_is_what_stands_between_blanks() {
        #[track_caller]
        fn check(header: &str, expected: &str) {
            assert_eq!(IdempotencyKey::parse(header).unwrap().as_str(), expected);
        }

        let uuid = "8e03978e-40d5-43dd-bc93-6894a57f9324";
        check(uuid, uuid);
        check(" \t\"a key\"\t ", "\"a key\"");
        check("a\tb", "a\tb");
        check("~", "~");
        let longest = "x".repeat(255);
        check(&longest, &longest);
        check(&format!("  {longest} "), &longest);
    }

    #[test]
    fn what_is_no_key_is_refused_with_its_place() {
        #[track_caller]
        fn check(header: &str, at: usize, expected: &str) {
            let refused = IdempotencyKey::parse(header).unwrap_err();
            assert_eq!((refused.at, refused.expected.as_ref()), (at, expected));
        }

        check("", 0, "a key");
        check(" \t ", 3, "a key");
        for control in ["a\0", "a\n", "a\r\nb", "a\x7f", "a\u{1b}[0m"] {
            check(control, 1, "a printed letter of ASCII");
        }
        check("schl\u{fc}ssel", 4, "a printed letter of ASCII");
        check("\u{fffd}", 0, "a printed letter of ASCII");
        check("\u{a0}a", 0, "a printed letter of ASCII");
        check(&"x".repeat(256), 255, "at most 255 letters");
        check(&format!(" {}", "x".repeat(300)), 256, "at most 255 letters");
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_read_again(text in "[ -~\t]{0,260}|\\PC*") {
            match IdempotencyKey::parse(&text) {
                Ok(key) => {
                    prop_assert!(text.contains(key.as_str()));
                    prop_assert_eq!(key.to_string().parse(), Ok(key));
                }
                Err(refused) => prop_assert!(refused.at <= text.chars().count()),
            }
        }
    }
}
