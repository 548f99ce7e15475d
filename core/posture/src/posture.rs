//! Verdicts counted, and what changed between two days.
//!
//! The number: of all controls that apply, met counts whole, partly met half, *not met* and
//! *cannot tell* nothing; in hundredths. It says how much the evidence bears out, not how safe
//! anybody is: what nobody shows counts like what is not so.

use terms::Day;

use crate::assess::Assessed;
use crate::catalog::{Category, Control};
use crate::ruling::Verdict;

/// Verdicts over the four categories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Posture {
    tallies: [Tally; 4],
}

/// Verdicts, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    counts: [usize; 5],
    /// Of those that are not met, how many have an exception that holds.
    pub excepted: usize,
}

impl Tally {
    /// How many have a verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.counts.get(verdict as usize).copied().unwrap_or_default()
    }

    /// How many apply.
    #[must_use]
    pub fn applicable(&self) -> usize {
        let all: usize = self.counts.iter().sum();
        all - self.count(Verdict::NotApplicable)
    }

    /// Halves of points that were reached.
    #[must_use]
    pub fn halves(&self) -> usize {
        let halves =
            |verdict: Verdict| self.count(verdict) * verdict.halves().unwrap_or(0);
        Verdict::ALL.into_iter().map(halves).sum()
    }

    /// The number, in hundredths; `None` where nothing applies.
    #[must_use]
    pub fn percent(&self) -> Option<usize> {
        (self.halves() * 100).checked_div(self.applicable() * 2)
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for (own, more) in self.counts.iter_mut().zip(other.counts) {
            *own += more;
        }
        self.excepted += other.excepted;
        self
    }
}

impl Posture {
    /// Counts verdicts as of a day.
    #[must_use]
    pub fn of(assessed: &[Assessed], today: Day) -> Self {
        let mut posture = Self::default();
        for one in assessed {
            let Some(tally) = posture.tallies.get_mut(one.control.category() as usize)
            else {
                continue;
            };
            let verdict = one.ruling.verdict;
            if let Some(count) = tally.counts.get_mut(verdict as usize) {
                *count += 1;
            }
            let is_open = verdict.halves().is_some_and(|halves| halves < 2);
            tally.excepted += usize::from(is_open && one.is_excepted(today));
        }
        posture
    }

    /// The verdicts of a category.
    #[must_use]
    pub fn category(&self, category: Category) -> Tally {
        self.tallies.get(category as usize).copied().unwrap_or_default()
    }

    /// The verdicts of all.
    #[must_use]
    pub fn whole(&self) -> Tally {
        self.tallies.iter().fold(Tally::default(), |sum, tally| sum.and(tally))
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for (own, more) in self.tallies.iter_mut().zip(&other.tallies) {
            *own = own.and(more);
        }
        self
    }
}

/// A control whose verdict changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The control.
    pub control: Control,
    /// What it was.
    pub before: Verdict,
    /// What it is.
    pub after: Verdict,
    /// Why it is so now.
    pub why: String,
}

/// What changed from one judgement to another.
#[must_use]
pub fn changes(before: &[Assessed], after: &[Assessed]) -> Vec<Changed> {
    let was = |control: Control| {
        before.iter().find(|one| one.control == control).map(|one| one.ruling.verdict)
    };
    let changed = |now: &Assessed| {
        let (before, after) = (was(now.control)?, now.ruling.verdict);
        (before != after).then(|| Changed {
            control: now.control,
            before,
            after,
            why: now.ruling.why.clone(),
        })
    };
    after.iter().filter_map(changed).collect()
}
