//! A hospital's own analysis: whether its word counts against what else is said.
//!
//! Precedence: the maker of the device, then the maker of the component, then the hospital's
//! own analysis, then those who collect. What loses stays visible.

use matching::Verdict;
use matching::statement::Speaker;

/// What an organisation found out by itself: in this product nothing of that component, or
/// of the device itself, is touched by that vulnerability.
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

/// Whether an analysis decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It does.
    Decides,
    /// Somebody who counts more says otherwise.
    Outweighed,
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
    /// The weight of *not affected* against a verdict that rests on the word of `speaker`.
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
