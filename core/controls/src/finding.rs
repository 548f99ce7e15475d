//! A verdict with the facts that it rests on.

pub(crate) use evidence::days_between;
pub use evidence::{Class, Ground};

use crate::red_flag::Flag;

/// What the evidence says of a red flag; the order is how much it asks of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The evidence bears it out.
    Raised,
    /// The evidence does not reach; a question would settle it.
    CannotTell,
    /// The evidence speaks against it.
    Clear,
    /// It cannot concern the subject.
    NotApplicable,
}

impl Verdict {
    /// Every verdict, in its order.
    pub const ALL: [Self; 4] =
        [Self::Raised, Self::CannotTell, Self::Clear, Self::NotApplicable];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::CannotTell => "cannot_tell",
            Self::Clear => "clear",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// What a function says of a flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in a sentence without a full stop.
    pub why: String,
    /// The facts that were used.
    pub grounds: Vec<Ground>,
    /// What would change it, in a sentence without a full stop.
    pub change: String,
}

impl Ruling {
    /// The evidence bears it out.
    #[must_use]
    pub fn raised(
        why: impl Into<String>,
        grounds: Vec<Ground>,
        change: impl Into<String>,
    ) -> Self {
        Self::new(Verdict::Raised, why, grounds, change)
    }

    /// The evidence speaks against it.
    #[must_use]
    pub fn clear(
        why: impl Into<String>,
        grounds: Vec<Ground>,
        change: impl Into<String>,
    ) -> Self {
        Self::new(Verdict::Clear, why, grounds, change)
    }

    /// The evidence does not reach.
    #[must_use]
    pub fn cannot_tell(
        why: impl Into<String>,
        grounds: Vec<Ground>,
        change: impl Into<String>,
    ) -> Self {
        Self::new(Verdict::CannotTell, why, grounds, change)
    }

    /// It cannot concern the subject.
    #[must_use]
    pub fn not_applicable(why: impl Into<String>, grounds: Vec<Ground>) -> Self {
        Self::new(Verdict::NotApplicable, why, grounds, "")
    }

    fn new(
        verdict: Verdict,
        why: impl Into<String>,
        grounds: Vec<Ground>,
        change: impl Into<String>,
    ) -> Self {
        Self { verdict, why: why.into(), grounds, change: change.into() }
    }

    /// An attestation alone never clears: where nothing better stands beside it, it is a
    /// claim and the question stays.
    #[must_use]
    pub fn guarded(mut self) -> Self {
        let best = self.grounds.iter().map(|ground| ground.class).max();
        if self.verdict == Verdict::Clear
            && best.is_none_or(|best| best == Class::Attested)
        {
            self.verdict = Verdict::CannotTell;
            self.why = format!("only claimed: {}", self.why);
            "a record of somebody else, or a document that proves it"
                .clone_into(&mut self.change);
        }
        self
    }
}

/// Whom a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The supplier.
    Supplier,
    /// One of its products, by name; empty where no product is known.
    Product(String),
}

/// A flag, its subject, and what was found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The flag.
    pub flag: Flag,
    /// Whom it is about.
    pub subject: Subject,
    /// What the evidence says.
    pub ruling: Ruling,
    /// What the supplier is asked; empty where nothing is.
    pub ask: String,
}

#[cfg(test)]
mod tests {
    use reading::Place;

    use super::*;

    fn ground(class: Class) -> Ground {
        Ground::of(class, "a", Place::Document, "x")
    }

    #[test]
    fn an_attestation_alone_never_clears() {
        #[track_caller]
        fn check(classes: &[Class], verdict: Verdict, expected: Verdict) {
            let grounds = classes.iter().map(|class| ground(*class)).collect();
            let ruling = Ruling::new(verdict, "it is so", grounds, "");
            assert_eq!(ruling.guarded().verdict, expected, "{classes:?}");
        }

        check(&[Class::Attested], Verdict::Clear, Verdict::CannotTell);
        check(&[Class::Attested, Class::Attested], Verdict::Clear, Verdict::CannotTell);
        check(&[], Verdict::Clear, Verdict::CannotTell);
        check(&[Class::Attested, Class::Documented], Verdict::Clear, Verdict::Clear);
        check(&[Class::Observed], Verdict::Clear, Verdict::Clear);
        check(&[Class::Attested], Verdict::Raised, Verdict::Raised);
        check(&[], Verdict::NotApplicable, Verdict::NotApplicable);
    }
}
