//! The measures as counts, so that one maker is compared with all.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Measures;
use crate::red_flag::Thresholds;

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// How many.
    pub count: usize,
    /// Of how many.
    pub of: usize,
}

impl Share {
    /// A share.
    #[must_use]
    pub const fn new(count: usize, of: usize) -> Self {
        Self { count, of }
    }

    /// Which of two shares is the greater; `None` where one is of nothing.
    #[must_use]
    pub fn compare(self, other: Self) -> Option<Ordering> {
        if self.of == 0 || other.of == 0 {
            return None;
        }
        let own = self.count as u128 * other.of as u128;
        Some(own.cmp(&(other.count as u128 * self.of as u128)))
    }

    /// In hundredths, rounded down; `None` where it is of nothing.
    #[must_use]
    pub fn percent(self) -> Option<usize> {
        self.count.saturating_mul(100).checked_div(self.of)
    }
}

/// `3 of 12 (25 %)`.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.count, self.of)?;
        match self.percent() {
            Some(percent) => write!(f, " ({percent} %)"),
            None => Ok(()),
        }
    }
}

/// The measures as counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// Advisories.
    pub advisories: usize,
    /// Vulnerabilities, each as often as it is named.
    pub vulnerabilities: usize,
    /// Different CVEs.
    pub cves: usize,
    /// Days from a CVE to its advisory, the middle one; absent where no record tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_delay_days: Option<i32>,
    /// CVEs told late, but not years late, of those whose publication is known.
    pub late: Share,
    /// Advisories with a flaw that is told years late.
    pub years_late: Share,
    /// Vulnerabilities told years late.
    pub vulnerabilities_years_late: Share,
    /// Advisories without any fix.
    pub without_fix: Share,
    /// Vulnerabilities without a fix.
    pub vulnerabilities_without_fix: Share,
    /// Advisories in which a flaw has neither fix nor guidance.
    pub without_guidance: Share,
    /// Advisories with hard-coded credentials.
    pub hard_coded: Share,
    /// Advisories with a flaw that is exploited.
    pub exploited: Share,
    /// Advisories that thank the maker itself, of those that thank somebody.
    pub self_credited: Share,
    /// Advisories with more than one revision, of those that tell their revisions.
    pub revised: Share,
    /// Advisories that promise a fix, are old and were never revised, of those that promise.
    pub overdue: Share,
    /// Advisories that identify a product.
    pub identified: Share,
}

impl Figures {
    /// The counts of measures.
    #[must_use]
    pub fn of(measures: &Measures, thresholds: &Thresholds) -> Self {
        let all = measures.advisories.len();
        let flaws = measures.vulnerabilities;
        let of_all = |cited: usize| Share::new(cited, all);
        let late = measures.late(thresholds).count();
        Self {
            advisories: all,
            vulnerabilities: flaws,
            cves: measures.cves,
            median_delay_days: measures.median_delay(),
            late: Share::new(late, measures.delays.len()),
            years_late: of_all(measures.years_late.len()),
            vulnerabilities_years_late: Share::new(
                measures.vulnerabilities_years_late,
                flaws,
            ),
            without_fix: of_all(measures.without_fix.len()),
            vulnerabilities_without_fix: Share::new(
                measures.vulnerabilities_without_fix,
                flaws,
            ),
            without_guidance: of_all(measures.without_guidance.len()),
            hard_coded: of_all(measures.hard_coded.len()),
            exploited: match &measures.exploited {
                Some(exploited) => of_all(exploited.len()),
                None => Share::default(),
            },
            self_credited: Share::new(measures.self_credited.len(), measures.credited),
            revised: Share::new(measures.revised, measures.with_history),
            overdue: Share::new(measures.overdue.len(), measures.planned),
            identified: of_all(measures.identified),
        }
    }
}

impl Measures {
    /// CVEs that were told late; those that lie years back are flaws of components and count
    /// apart.
    pub fn late<'m>(
        &'m self,
        thresholds: &Thresholds,
    ) -> impl Iterator<Item = &'m super::Delay> {
        let least = thresholds.late_days;
        let years = thresholds.years_late.saturating_mul(365).max(least + 1);
        self.delays.iter().filter(move |delay| (least..years).contains(&delay.days))
    }

    /// CVEs that were told late, by however much: whoever tells of a flaw after years did not
    /// tell of it in time, whoever's component it is in.
    #[must_use]
    pub fn not_in_time(&self, thresholds: &Thresholds) -> Share {
        let late = self.delays.iter().filter(|delay| delay.days >= thresholds.late_days);
        Share::new(late.count(), self.delays.len())
    }

    /// The middle one of the days from CVE to advisory; an advisory that came first took
    /// none. The lower of two.
    #[must_use]
    pub fn median_delay(&self) -> Option<i32> {
        let mut days: Vec<i32> =
            self.delays.iter().map(|delay| delay.days.max(0)).collect();
        days.sort_unstable();
        days.get(days.len().checked_sub(1)? / 2).copied()
    }
}

#[cfg(test)]
mod tests {
    use reading::Place;

    use super::super::{Cited, Delay};
    use super::*;

    #[test]
    fn what_is_told_after_years_is_not_told_in_time() {
        let thresholds = &crate::red_flag::catalog().thresholds;
        let years = thresholds.years_late.saturating_mul(365);
        let delay = |days| {
            let text = String::new();
            let cited = Cited { advisory: 0, place: Place::Document, text };
            Delay { cited, days }
        };
        let days = [-3, 0, thresholds.late_days, years + 1, years * 2];
        let delays = days.into_iter().map(delay).collect();
        let measures = Measures { delays, ..Measures::default() };
        assert_eq!(measures.late(thresholds).count(), 1);
        assert_eq!(measures.not_in_time(thresholds), Share::new(3, 5));
    }

    #[test]
    fn shares_are_compared_without_rounding() {
        #[track_caller]
        fn check(one: (usize, usize), other: (usize, usize), expected: Option<Ordering>) {
            let share = |(count, of)| Share::new(count, of);
            assert_eq!(share(one).compare(share(other)), expected, "{one:?} {other:?}");
        }

        check((1, 3), (33, 100), Some(Ordering::Greater));
        check((1, 3), (2, 6), Some(Ordering::Equal));
        check((0, 5), (1, 1_000_000), Some(Ordering::Less));
        check((0, 0), (1, 2), None);
        check((1, 2), (0, 0), None);
        assert_eq!(Share::new(26, 144).to_string(), "26 of 144 (18 %)");
        assert_eq!(Share::new(0, 0).to_string(), "0 of 0");
        assert_eq!(Share::new(usize::MAX, usize::MAX).percent(), Some(1));
    }
}
