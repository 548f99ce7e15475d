//! What VEX statements say, and the three dialects in which they say it.
//!
//! Source: OpenVEX 0.2.0; CSAF 2.0 §3.2.3.5 and §3.2.3.9 (2.1 adds the group `unknown`);
//! CycloneDX 1.7 `vulnerabilities[].analysis`.
//!
//! [`Status`] and [`Justification`] are the common words, which are those of OpenVEX;
//! [`csaf`] and [`cyclonedx`] hold the words of the other two. Crossing over may lose
//! something, and then [`Carried::loss`] says what.
//!
//! Not here: who may speak, and whose statement wins.

pub mod csaf;
pub mod cyclonedx;

use std::fmt;

use crate::Malformed;

/// What is said about a product and a vulnerability (the words of OpenVEX).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Status {
    /// The product is not affected.
    NotAffected = 0,
    /// The product is affected.
    Affected = 1,
    /// This release holds the fix.
    Fixed = 2,
    /// Nobody knows yet.
    UnderInvestigation = 3,
}

/// Why a product is not affected (the words of OpenVEX and CSAF).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names are the standard's own sentences")]
pub enum Justification {
    ComponentNotPresent = 0,
    VulnerableCodeNotPresent = 1,
    VulnerableCodeNotInExecutePath = 2,
    VulnerableCodeCannotBeControlledByAdversary = 3,
    InlineMitigationsAlreadyExist = 4,
}

/// A word of one dialect in another, and what it no longer says there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carried<T> {
    /// The word of the other dialect.
    pub word: T,
    /// What was lost on the way.
    pub loss: Loss,
}

/// What a word loses in another dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Nothing: the way back leads to the same word.
    Nothing,
    /// This, in a sentence without a full stop.
    Of(&'static str),
}

impl Status {
    /// Every status, in the order of their numbers.
    pub const ALL: [Self; 4] =
        [Self::NotAffected, Self::Affected, Self::Fixed, Self::UnderInvestigation];

    /// Reads a status of OpenVEX.
    ///
    /// # Errors
    /// When `word` is none of the four.
    pub fn from_openvex(word: &str) -> Result<Self, Malformed> {
        one_of("OpenVEX status", word, &Self::ALL, Self::word)
    }

    /// Reads a group of CSAF's `product_status`.
    ///
    /// `None` is an answer: `recommended` advises a version and `unknown` (2.1) says that
    /// nobody will look; neither says whether a product is affected.
    ///
    /// # Errors
    /// When `word` is none of the nine.
    pub fn from_csaf(word: &str) -> Result<Option<Self>, Malformed> {
        csaf::ProductStatus::from_word(word).map(csaf::ProductStatus::status)
    }

    /// Reads a state of CycloneDX's `analysis`.
    ///
    /// # Errors
    /// When `word` is none of the six.
    pub fn from_cyclonedx(word: &str) -> Result<Self, Malformed> {
        cyclonedx::State::from_word(word).map(|state| state.status().word)
    }

    /// The status with that number, for readers of the index.
    #[must_use]
    pub fn numbered(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotAffected => "not_affected",
            Self::Affected => "affected",
            Self::Fixed => "fixed",
            Self::UnderInvestigation => "under_investigation",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Justification {
    /// Every justification, in the order of their numbers.
    pub const ALL: [Self; 5] = [
        Self::ComponentNotPresent,
        Self::VulnerableCodeNotPresent,
        Self::VulnerableCodeNotInExecutePath,
        Self::VulnerableCodeCannotBeControlledByAdversary,
        Self::InlineMitigationsAlreadyExist,
    ];

    /// Reads a justification of OpenVEX.
    ///
    /// # Errors
    /// When `word` is none of the five.
    pub fn from_openvex(word: &str) -> Result<Self, Malformed> {
        one_of("OpenVEX justification", word, &Self::ALL, Self::word)
    }

    /// Reads the label of one of CSAF's `flags`, which are the same five words.
    ///
    /// # Errors
    /// When `word` is none of the five.
    pub fn from_csaf(word: &str) -> Result<Self, Malformed> {
        one_of("CSAF flag", word, &Self::ALL, Self::word)
    }

    /// Reads a justification of CycloneDX's `analysis`, as near as the common words come.
    ///
    /// # Errors
    /// When `word` is none of the nine.
    pub fn from_cyclonedx(word: &str) -> Result<Self, Malformed> {
        cyclonedx::Justification::from_word(word).map(|word| word.common().word)
    }

    /// The justification with that number, for readers of the index.
    #[must_use]
    pub fn numbered(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ComponentNotPresent => "component_not_present",
            Self::VulnerableCodeNotPresent => "vulnerable_code_not_present",
            Self::VulnerableCodeNotInExecutePath => "vulnerable_code_not_in_execute_path",
            Self::VulnerableCodeCannotBeControlledByAdversary => {
                "vulnerable_code_cannot_be_controlled_by_adversary"
            }
            Self::InlineMitigationsAlreadyExist => "inline_mitigations_already_exist",
        }
    }
}

impl fmt::Display for Justification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl<T> Carried<T> {
    const fn whole(word: T) -> Self {
        Self { word, loss: Loss::Nothing }
    }

    const fn without(word: T, lost: &'static str) -> Self {
        Self { word, loss: Loss::Of(lost) }
    }
}

/// The member of `all` whose word is `word`; words are compared letter by letter, since
/// the schemas of all three dialects enumerate them so.
fn one_of<T: Copy>(
    term: &'static str,
    word: &str,
    all: &[T],
    spelt: fn(T) -> &'static str,
) -> Result<T, Malformed> {
    if let Some(found) = all.iter().find(|member| spelt(**member) == word) {
        return Ok(*found);
    }
    // The place is where the text leaves the last of the words that it could have been.
    let common = |member: &T| {
        let pairs = spelt(*member).bytes().zip(word.bytes());
        pairs.take_while(|(a, b)| a == b).count()
    };
    let at = all.iter().map(common).max().unwrap_or(0);
    let words: Vec<String> =
        all.iter().map(|word| format!("`{}`", spelt(*word))).collect();
    Err(Malformed::at_byte(term, word, at, format!("one of {}", words.join(", "))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_word_of_openvex_reads_back() {
        for status in Status::ALL {
            assert_eq!(Status::from_openvex(status.word()), Ok(status));
            assert_eq!(Status::numbered(status as u8), Some(status));
        }
        for why in Justification::ALL {
            assert_eq!(Justification::from_openvex(why.word()), Ok(why));
            assert_eq!(Justification::from_csaf(why.word()), Ok(why));
            assert_eq!(Justification::numbered(why as u8), Some(why));
        }
        assert_eq!((Status::numbered(4), Justification::numbered(5)), (None, None));
    }

    #[test]
    fn a_word_of_another_dialect_is_refused_where_it_parts() {
        #[track_caller]
        fn check<T: std::fmt::Debug>(read: Result<T, Malformed>, at: usize) {
            assert_eq!(read.unwrap_err().at, at);
        }

        check(Status::from_openvex(""), 0);
        check(Status::from_openvex("Not_Affected"), 0);
        check(Status::from_openvex("not affected"), 3);
        check(Status::from_openvex("known_affected"), 0);
        check(Status::from_openvex("fixed "), 5);
        check(Status::from_csaf("not_affected"), 0);
        check(Status::from_csaf("known_unaffected"), 6);
        check(Status::from_cyclonedx("affected"), 0);
        check(Status::from_cyclonedx("resolved-with-pedigree"), 8);
        check(Justification::from_openvex("code_not_present"), 2);
        check(Justification::from_cyclonedx("vulnerable_code_not_present"), 0);
        check(Justification::from_csaf("component_not_présent"), 16);
    }

    #[test]
    fn silence_of_a_csaf_group_stays_silence() {
        assert_eq!(Status::from_csaf("recommended"), Ok(None));
        assert_eq!(Status::from_csaf("unknown"), Ok(None));
        assert_eq!(Status::from_csaf("first_affected"), Ok(Some(Status::Affected)));
        assert_eq!(Status::from_csaf("last_affected"), Ok(Some(Status::Affected)));
        assert_eq!(Status::from_csaf("first_fixed"), Ok(Some(Status::Fixed)));
    }

    proptest! {
        #[test]
        fn only_the_words_themselves_are_read(text in "\\PC{0,30}") {
            if let Ok(status) = Status::from_openvex(&text) {
                prop_assert_eq!(status.word(), &text);
            }
            for at in [
                Status::from_openvex(&text).err().map(|wrong| wrong.at),
                Status::from_csaf(&text).err().map(|wrong| wrong.at),
                Justification::from_cyclonedx(&text).err().map(|wrong| wrong.at),
            ] {
                prop_assert!(at.unwrap_or(0) <= text.chars().count());
            }
        }
    }
}
