//! A hospital's own analysis: whether its word counts against what else is said.
//!
//! Precedence: the maker of the device, then the maker of the component, then the hospital's
//! own analysis, then those who collect. What loses stays visible.

use matching::Verdict;
use matching::statement::Speaker;
use terms::vex::Status;
use terms::vex::cyclonedx::State;

/// What an organisation found out by itself, by what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Analysis<'a> {
    /// The maker of the product in the words of [`Product`](crate::Product).
    pub maker: &'a str,
    /// The model, likewise.
    pub model: &'a str,
    /// The release that it is about, as the inventory writes it; empty for every one.
    pub version: &'a str,
    /// The key of the component, or empty for the device itself.
    pub component: &'a str,
}

/// What an analysis does to a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It decides.
    Decides,
    /// Somebody who counts more says otherwise.
    Outweighed,
    /// The organisation itself says something more specific, or said something later.
    Overtaken,
    /// It stands beside the verdict: it says nothing that would clear it, or not why.
    Marks,
}

impl Weight {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Decides => "decides",
            Self::Outweighed => "outweighed",
            Self::Overtaken => "overtaken",
            Self::Marks => "marks",
        }
    }
}

/// Whether an analysis says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It does: a justification, or what was found out in words.
    Given,
    /// It does not.
    Missing,
}

/// The verdict that an analysis gives: one that clears nothing, or does not say why, gives
/// none. That a device is not affected is believed of nobody without a reason.
#[must_use]
pub const fn outcome(state: State, reason: Reason) -> Option<Verdict> {
    match (state.status().word, reason) {
        (Status::NotAffected, Reason::Given) => Some(Verdict::NotAffected),
        (Status::Fixed, Reason::Given) => Some(Verdict::Fixed),
        (_, Reason::Missing)
        | (Status::Affected | Status::UnderInvestigation, Reason::Given) => None,
    }
}

impl Analysis<'_> {
    /// Whether it is about that build and component; the vulnerability is for the caller to
    /// compare, since ids are joined in the index.
    #[must_use]
    pub fn is_about(
        &self,
        product: &crate::Product,
        version: &str,
        component: &str,
    ) -> bool {
        *self.maker == *product.maker
            && *self.model == *product.model
            && (self.version.is_empty() || self.version == version)
            && self.component == component
    }
}

impl Weight {
    /// The weight of what would clear it against a verdict that rests on the word of `speaker`.
    #[must_use]
    pub fn against(verdict: Verdict, speaker: Speaker) -> Self {
        match verdict {
            // Nobody says that it is affected: there is nothing to outweigh.
            Verdict::CannotTell | Verdict::Fixed | Verdict::NotAffected => Self::Decides,
            Verdict::Affected | Verdict::UnderInvestigation => {
                match speaker < Speaker::Hospital {
                    true => Self::Outweighed,
                    false => Self::Decides,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Product;

    #[test]
    fn makers_count_more_and_those_who_collect_less() {
        #[track_caller]
        fn check(verdict: Verdict, speaker: Speaker, expected: Weight) {
            assert_eq!(Weight::against(verdict, speaker), expected);
        }
        use Speaker::{Aggregator, ComponentMaker, DeviceMaker, Hospital};

        for verdict in [Verdict::Affected, Verdict::UnderInvestigation] {
            check(verdict, DeviceMaker, Weight::Outweighed);
            check(verdict, ComponentMaker, Weight::Outweighed);
            check(verdict, Hospital, Weight::Decides);
            check(verdict, Aggregator, Weight::Decides);
        }
        check(Verdict::CannotTell, DeviceMaker, Weight::Decides);
    }

    #[test]
    fn what_clears_says_why() {
        use matching::Verdict::{Fixed, NotAffected};
        let expected = [
            (State::Resolved, Some(Fixed)),
            (State::ResolvedWithPedigree, Some(Fixed)),
            (State::Exploitable, None),
            (State::InTriage, None),
            (State::FalsePositive, Some(NotAffected)),
            (State::NotAffected, Some(NotAffected)),
        ];
        assert_eq!(expected.map(|(state, _)| state), State::ALL);
        for (state, verdict) in expected {
            assert_eq!(outcome(state, Reason::Given), verdict, "{state:?}");
            assert_eq!(outcome(state, Reason::Missing), None, "{state:?}");
        }
    }

    #[test]
    fn an_analysis_reaches_what_it_is_about_and_nothing_else() {
        let product = Product {
            maker: "acme".into(),
            model: "im 400".into(),
            ..Product::default()
        };
        let own = Analysis {
            maker: "acme",
            model: "im 400",
            version: "",
            component: "pkg:x/z",
        };
        assert!(own.is_about(&product, "2.1", "pkg:x/z"));
        assert!(!own.is_about(&product, "2.1", ""));
        assert!(!own.is_about(&product, "2.1", "pkg:x/y"));
        let one = Analysis { version: "2.1", ..own };
        assert!(one.is_about(&product, "2.1", "pkg:x/z"));
        assert!(!one.is_about(&product, "2.2", "pkg:x/z"));
        let other = Product { model: "im 500".into(), ..product };
        assert!(!own.is_about(&other, "2.1", "pkg:x/z"));
    }
}
