//! A verdict with the facts that it rests on, and how several make one.

use evidence::Ground;

/// What the evidence says of a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The evidence shows that it is so.
    Met,
    /// It is so in part, or somebody only says so.
    PartlyMet,
    /// The evidence shows that it is not so.
    NotMet,
    /// The evidence does not reach.
    CannotTell,
    /// It cannot concern the organisation.
    NotApplicable,
}

impl Verdict {
    /// Every verdict, in its order.
    pub const ALL: [Self; 5] =
        [Self::Met, Self::PartlyMet, Self::NotMet, Self::CannotTell, Self::NotApplicable];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::PartlyMet => "partly_met",
            Self::NotMet => "not_met",
            Self::CannotTell => "cannot_tell",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// The word on a page.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::PartlyMet => "partly met",
            Self::NotMet => "not met",
            Self::CannotTell => "cannot tell",
            Self::NotApplicable => "not applicable",
        }
    }

    /// Halves of a point: two for met, one for partly met; `None` where it does not count.
    #[must_use]
    pub const fn halves(self) -> Option<usize> {
        match self {
            Self::Met => Some(2),
            Self::PartlyMet => Some(1),
            Self::NotMet | Self::CannotTell => Some(0),
            Self::NotApplicable => None,
        }
    }
}

/// What a function says of a control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in a sentence without a full stop.
    pub why: String,
    /// The facts that were used.
    pub grounds: Vec<Ground>,
    /// What keeps it from better.
    pub lacks: Lack,
}

/// What keeps a verdict from better; what weighs more stands later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// Nothing does.
    Nothing,
    /// Nobody says of which day it is.
    Day,
    /// A claim has no proof.
    Proof,
    /// Of a part nothing is known.
    Evidence,
    /// It is not so.
    Mending,
}

/// Grounds that one ruling shows.
const GROUNDS_MAX: usize = 12;

/// Parts of a ruling that its reason names.
const NAMED_MAX: usize = 3;

impl Ruling {
    /// A ruling.
    #[must_use]
    pub fn new(verdict: Verdict, why: impl Into<String>, grounds: Vec<Ground>) -> Self {
        let lacks = match verdict {
            Verdict::Met | Verdict::NotApplicable => Lack::Nothing,
            Verdict::CannotTell => Lack::Evidence,
            Verdict::PartlyMet | Verdict::NotMet => Lack::Mending,
        };
        Self { verdict, why: why.into(), grounds, lacks }
    }

    /// The evidence does not reach.
    #[must_use]
    pub fn cannot_tell(why: impl Into<String>) -> Self {
        Self::new(Verdict::CannotTell, why, Vec::new())
    }

    /// No better than partly met, with the reason.
    #[must_use]
    pub fn capped(mut self, lacks: Lack, why: &str) -> Self {
        if self.verdict == Verdict::Met {
            self.verdict = Verdict::PartlyMet;
            self.lacks = lacks;
            self.why = format!("{}; {why}", self.why);
        }
        self
    }

    /// The same as a claim: partly met, and to be proven.
    pub(crate) fn claim(mut self, why: &str) -> Self {
        self.verdict = Verdict::PartlyMet;
        self.lacks = Lack::Evidence;
        why.clone_into(&mut self.why);
        self
    }

    /// Parts that must all be so. What cannot be told of one part makes the whole *partly*
    /// where another is met: were it *cannot tell*, taking that part away would mend it.
    #[must_use]
    pub(crate) fn all(parts: Vec<Self>) -> Self {
        let count = |verdict| parts.iter().filter(|it| it.verdict == verdict).count();
        let (met, partly) = (count(Verdict::Met), count(Verdict::PartlyMet));
        let (not, unknown) = (count(Verdict::NotMet), count(Verdict::CannotTell));
        let verdict = match (met, partly, not, unknown) {
            (0, 0, 0, _) => Verdict::CannotTell,
            (_, 0, 0, 0) => Verdict::Met,
            (0, 0, _, _) => Verdict::NotMet,
            _ => Verdict::PartlyMet,
        };
        Self::joined(verdict, parts)
    }

    /// Parts of which one that is not met decides, whatever the others say.
    #[must_use]
    pub(crate) fn strictly(parts: Vec<Self>) -> Self {
        match parts.iter().any(|it| it.verdict == Verdict::NotMet) {
            true => Self::joined(Verdict::NotMet, parts),
            false => Self::all(parts),
        }
    }

    /// One ruling of several: the parts that keep it from better are named first.
    fn joined(verdict: Verdict, mut parts: Vec<Self>) -> Self {
        let weight = |part: &Self| match part.verdict {
            Verdict::NotMet => 0,
            Verdict::PartlyMet => 1,
            Verdict::CannotTell => 2,
            Verdict::Met | Verdict::NotApplicable => 3,
        };
        parts.sort_by_key(weight);
        let lacks = parts.iter().map(|part| part.lacks).max().unwrap_or(Lack::Evidence);
        let mut whys: Vec<String> = Vec::new();
        for part in &parts {
            if !whys.contains(&part.why) {
                whys.push(part.why.clone());
            }
        }
        let more = whys.len().saturating_sub(NAMED_MAX);
        whys.truncate(NAMED_MAX);
        if more > 0 {
            whys.push(format!("and {more} more"));
        }
        let mut grounds: Vec<Ground> = Vec::new();
        for ground in parts.into_iter().flat_map(|part| part.grounds) {
            if grounds.len() < GROUNDS_MAX && !grounds.contains(&ground) {
                grounds.push(ground);
            }
        }
        Self { verdict, why: whys.join("; "), grounds, lacks }
    }
}

/// A count with its noun: `1 account`, `2 accounts`.
#[must_use]
pub(crate) fn many(count: usize, noun: &str) -> String {
    let stem = noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o']));
    match (count, stem) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {noun}s"),
    }
}

/// A share as a verdict: enough, half of that, or less.
#[must_use]
pub(crate) fn share(good: usize, all: usize, percent: i64) -> Verdict {
    let reaches = |percent: i64| {
        i64::try_from(good).unwrap_or(i64::MAX).saturating_mul(100)
            >= i64::try_from(all).unwrap_or(i64::MAX).saturating_mul(percent)
    };
    match all {
        0 => Verdict::CannotTell,
        _ if reaches(percent) => Verdict::Met,
        _ if good > 0 && reaches(percent / 2) => Verdict::PartlyMet,
        _ => Verdict::NotMet,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_a_whole_that_no_missing_part_can_mend() {
        use Verdict::{CannotTell, Met, NotMet, PartlyMet};
        #[track_caller]
        fn check(parts: &[Verdict], all: Verdict, strictly: Verdict) {
            let made = || {
                parts.iter().map(|it| Ruling::new(*it, it.words(), Vec::new())).collect()
            };
            assert_eq!(Ruling::all(made()).verdict, all, "{parts:?}");
            assert_eq!(Ruling::strictly(made()).verdict, strictly, "{parts:?}");
        }

        check(&[], CannotTell, CannotTell);
        check(&[CannotTell, CannotTell], CannotTell, CannotTell);
        check(&[Met, Met], Met, Met);
        check(&[Met, CannotTell], PartlyMet, PartlyMet);
        check(&[Met, PartlyMet], PartlyMet, PartlyMet);
        check(&[NotMet, CannotTell], NotMet, NotMet);
        check(&[Met, NotMet], PartlyMet, NotMet);
        check(&[PartlyMet, CannotTell], PartlyMet, PartlyMet);
    }

    #[test]
    fn a_share_is_met_by_half_or_not() {
        assert_eq!(share(95, 100, 95), Verdict::Met);
        assert_eq!(share(94, 100, 95), Verdict::PartlyMet);
        assert_eq!(share(10, 100, 95), Verdict::NotMet);
        assert_eq!(share(0, 0, 95), Verdict::CannotTell);
        assert_eq!(share(0, 1, 1), Verdict::NotMet);
    }
}
