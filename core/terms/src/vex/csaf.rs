//! The words of CSAF's VEX profile.
//!
//! Source: CSAF 2.0 §3.2.3.9 (`product_status`) and §4.5; CSAF 2.1 adds `unknown`.
//!
//! The labels of `flags` are the words of [`super::Justification`].

use super::{Carried, Status, one_of};
use crate::Malformed;

/// A group of `product_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum ProductStatus {
    FirstAffected,
    FirstFixed,
    Fixed,
    KnownAffected,
    KnownNotAffected,
    LastAffected,
    Recommended,
    UnderInvestigation,
    /// CSAF 2.1: nobody knows, and nobody is looking.
    Unknown,
}

impl ProductStatus {
    /// Every group, in the order of the standard.
    pub const ALL: [Self; 9] = [
        Self::FirstAffected,
        Self::FirstFixed,
        Self::Fixed,
        Self::KnownAffected,
        Self::KnownNotAffected,
        Self::LastAffected,
        Self::Recommended,
        Self::UnderInvestigation,
        Self::Unknown,
    ];

    /// Reads the name of a group.
    ///
    /// # Errors
    /// When `word` is none of the nine.
    pub fn from_word(word: &str) -> Result<Self, Malformed> {
        one_of("CSAF product status", word, &Self::ALL, Self::word)
    }

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::FirstAffected => "first_affected",
            Self::FirstFixed => "first_fixed",
            Self::Fixed => "fixed",
            Self::KnownAffected => "known_affected",
            Self::KnownNotAffected => "known_not_affected",
            Self::LastAffected => "last_affected",
            Self::Recommended => "recommended",
            Self::UnderInvestigation => "under_investigation",
            Self::Unknown => "unknown",
        }
    }

    /// What the group says about a product, where it says something.
    ///
    /// Test 6.1.6 of the standard sorts the groups the same way, and leaves `recommended`
    /// out because it may stand beside any other.
    #[must_use]
    pub const fn status(self) -> Option<Status> {
        match self {
            Self::FirstAffected | Self::KnownAffected | Self::LastAffected => {
                Some(Status::Affected)
            }
            Self::FirstFixed | Self::Fixed => Some(Status::Fixed),
            Self::KnownNotAffected => Some(Status::NotAffected),
            Self::UnderInvestigation => Some(Status::UnderInvestigation),
            Self::Recommended | Self::Unknown => None,
        }
    }

    /// What is lost when only [`ProductStatus::status`] is kept.
    #[must_use]
    pub const fn common(self) -> Carried<Option<Status>> {
        let lost = match self {
            Self::FirstAffected => "that the flaw began with this release",
            Self::LastAffected => "that the flaw ended with this release",
            Self::FirstFixed => "that this is the first release with the fix",
            Self::Recommended => "that the issuer recommends this release",
            Self::Unknown => "that nobody is looking",
            _ => return Carried::whole(self.status()),
        };
        Carried::without(self.status(), lost)
    }
}

impl From<Status> for ProductStatus {
    /// The group of the VEX profile; the way back leads to the same status.
    fn from(status: Status) -> Self {
        match status {
            Status::NotAffected => Self::KnownNotAffected,
            Status::Affected => Self::KnownAffected,
            Status::Fixed => Self::Fixed,
            Status::UnderInvestigation => Self::UnderInvestigation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Loss;
    use super::*;

    #[test]
    fn every_group_reads_back_and_says_what_it_loses() {
        for group in ProductStatus::ALL {
            assert_eq!(ProductStatus::from_word(group.word()), Ok(group));
            let carried = group.common();
            let back = carried.word.map(ProductStatus::from);
            assert_eq!(back == Some(group), carried.loss == Loss::Nothing, "{group:?}");
        }
    }

    #[test]
    fn a_status_comes_back_from_csaf() {
        for status in Status::ALL {
            assert_eq!(ProductStatus::from(status).status(), Some(status));
        }
    }
}
