//! Labels of the Traffic Light Protocol.
//!
//! Source: FIRST, TLP 2.0 (2022). TLP 1.0's `WHITE` is read as `CLEAR`.

use std::fmt;
use std::str::FromStr;

use crate::Malformed;

/// With whom a document may be shared; a later label is narrower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tlp {
    /// With the world.
    Clear,
    /// Within the community.
    Green,
    /// Within the organisation and with its clients who need to know.
    Amber,
    /// Within the organisation.
    AmberStrict,
    /// With the people who received it.
    Red,
}

impl Tlp {
    /// Every label, the widest first.
    pub const ALL: [Self; 5] =
        [Self::Clear, Self::Green, Self::Amber, Self::AmberStrict, Self::Red];

    /// The label of a document that has none: its owner's alone.
    pub const UNLABELLED: Self = Self::AmberStrict;

    /// Reads a label, with or without `TLP:`, in any case.
    ///
    /// # Errors
    /// When `text` is no label. The narrowest then is the safe one.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let start = match text.get(..4) {
            Some(prefix) if prefix.eq_ignore_ascii_case("TLP:") => 4,
            _ => 0,
        };
        let colour = text.get(start..).unwrap_or("");
        let is_named = |name: &str| colour.eq_ignore_ascii_case(name);
        Self::ALL
            .into_iter()
            .find(|label| is_named(label.colour()))
            .or_else(|| is_named("WHITE").then_some(Self::Clear))
            .ok_or_else(|| {
                let expected = "`CLEAR`, `GREEN`, `AMBER`, `AMBER+STRICT` or `RED`";
                Malformed::at_byte("TLP label", text, start, expected)
            })
    }

    /// The label of a document, which may have none: then the text is empty.
    ///
    /// # Errors
    /// When `text` is neither empty nor a label.
    pub fn of_document(text: &str) -> Result<Self, Malformed> {
        if text.is_empty() { Ok(Self::UNLABELLED) } else { Self::parse(text) }
    }

    /// The label without `TLP:`.
    #[must_use]
    pub const fn colour(self) -> &'static str {
        match self {
            Self::Clear => "CLEAR",
            Self::Green => "GREEN",
            Self::Amber => "AMBER",
            Self::AmberStrict => "AMBER+STRICT",
            Self::Red => "RED",
        }
    }

    /// The label of what is made from two documents.
    #[must_use]
    pub fn narrower(self, other: Self) -> Self {
        self.max(other)
    }
}

impl FromStr for Tlp {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}

impl fmt::Display for Tlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TLP:{}", self.colour())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_are_read_as_documents_write_them() {
        #[track_caller]
        fn check(text: &str, expected: Result<Tlp, usize>) {
            assert_eq!(
                Tlp::parse(text).map_err(|refusal| refusal.at),
                expected,
                "{text}"
            );
        }

        for label in Tlp::ALL {
            check(&label.to_string(), Ok(label));
            check(label.colour(), Ok(label));
        }
        check("WHITE", Ok(Tlp::Clear));
        check("tlp:white", Ok(Tlp::Clear));
        check("TLP:amber+strict", Ok(Tlp::AmberStrict));
        check("", Err(0));
        check("TLP:", Err(4));
        check("TLP:BLUE", Err(4));
        check("AMBER STRICT", Err(0));
        check("TLP: RED", Err(4));
        check("TLP", Err(0));
        check("é", Err(0));
    }

    #[test]
    fn a_later_label_is_narrower_and_none_is_the_owner_s_alone() {
        assert!(Tlp::ALL.is_sorted());
        assert_eq!(Tlp::Green.narrower(Tlp::Red), Tlp::Red);
        assert_eq!(Tlp::of_document(""), Ok(Tlp::AmberStrict));
        assert!(Tlp::of_document(" ").is_err());
    }

    proptest! {
        #[test]
        fn other_texts_are_refused_with_a_place_inside(text in "(TLP:)?\\PC{0,12}") {
            if let Err(refusal) = Tlp::parse(&text) {
                prop_assert!(refusal.at <= text.chars().count());
            }
        }
    }
}
