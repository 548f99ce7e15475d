//! Where a version lies among the extents of one record, and what is said of it there.

use std::cmp::Ordering;

use advisory::index::{BoundRef, Containment, ExtentRef, Inclusion, IntervalRef, Sought};
use terms::version::{Scheme, compare};
use terms::vex::Status;

use crate::{Rule, Verdict};

/// What one record says of one version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    pub(crate) verdict: Verdict,
    pub(crate) rule: Rule,
    /// The extent on which it rests; none where only the rest of the versions is left.
    pub(crate) extent: Option<ExtentRef<'a>>,
    /// The first version that holds the fix, by any interval that holds the version: a
    /// list of versions beside it states none.
    pub(crate) fixed: Option<&'a str>,
}

/// What `extents` say of a version, and `otherwise` where it lies in none of them.
///
/// A version that lies in several extents takes the word of the narrowest. One exact
/// version is narrower than any interval. Where a version cannot be compared with an
/// extent that might change the answer, the answer is that nobody can tell. So it is where
/// the record says nothing of the version: silence is never *not affected*.
pub(crate) fn say<'a>(
    extents: impl Iterator<Item = (ExtentRef<'a>, Status)>,
    otherwise: Option<Status>,
    sought: Option<&mut Sought<'_>>,
) -> Said<'a> {
    let mut seen = Seen::default();
    match sought {
        Some(sought) => {
            for (extent, status) in extents {
                seen.add(extent, status, extent.place(sought));
            }
        }
        None => {
            for (extent, status) in extents {
                let everything = matches!(extent, ExtentRef::All);
                let place =
                    if everything { Containment::Inside } else { Containment::Unknown };
                seen.add(extent, status, place);
                seen.unstated = seen.unstated.or((!everything).then_some(()));
            }
        }
    }
    seen.conclude(otherwise)
}

/// What has been seen on the way through the extents.
#[derive(Default)]
struct Seen<'a> {
    inside: Option<(ExtentRef<'a>, Status)>,
    /// An extent that may hold the version, what it says, and whether anything else does.
    open: [Option<ExtentRef<'a>>; 2],
    /// Only commits could be compared, and a version is none.
    commits: Option<(ExtentRef<'a>, Status)>,
    compared: Option<()>,
    unstated: Option<()>,
    fixed: Option<&'a str>,
    /// Whether any versions are named as touched.
    named: Option<()>,
}

impl<'a> Seen<'a> {
    fn add(&mut self, extent: ExtentRef<'a>, status: Status, place: Containment) {
        let git = extent.scheme() == Some(Scheme::Git);
        if asks(status) > 0 {
            self.named = Some(());
        }
        match place {
            Containment::Inside => {
                self.compared = Some(());
                self.fixed = self.fixed.or(release(&extent));
                let narrower = match &self.inside {
                    None => true,
                    Some((other, word)) => wins((extent, status), (*other, *word)),
                };
                if narrower {
                    self.inside = Some((extent, status));
                }
            }
            Containment::Outside => self.compared = Some(()),
            // A range of commits beside ranges of versions says the same thing twice.
            Containment::Unknown if git => {
                let worse =
                    self.commits.is_none_or(|(_, word)| asks(status) > asks(word));
                if worse {
                    self.commits = Some((extent, status));
                }
            }
            Containment::Unknown => {
                let slot = self.open.get_mut(usize::from(asks(status) > 0));
                if let Some(slot @ None) = slot {
                    *slot = Some(extent);
                }
            }
        }
    }

    fn conclude(mut self, otherwise: Option<Status>) -> Said<'a> {
        if let (Some((extent, status)), None) = (self.commits, self.compared)
            && let Some(slot) = self.open.get_mut(usize::from(asks(status) > 0))
        {
            slot.get_or_insert(extent);
        }
        let [harmless, harmful] = self.open;
        match (self.inside, harmful, harmless, otherwise) {
            // One extent may yet make it worse.
            (Some((_, status)), Some(open), ..) if asks(status) == 0 => {
                self.cannot_tell(open)
            }
            (Some((extent, status)), ..) => {
                let rule = match extent {
                    ExtentRef::All => Rule::EveryVersion,
                    ExtentRef::Exact(_) => Rule::VersionListed,
                    ExtentRef::Interval(_) | ExtentRef::Unreadable(_) => {
                        Rule::VersionInRange
                    }
                };
                let fixed = self.fixed;
                Said { verdict: status.into(), rule, extent: Some(extent), fixed }
            }
            (None, Some(open), ..) => self.cannot_tell(open),
            (None, None, Some(open), Some(rest)) if asks(rest) > 0 => {
                self.cannot_tell(open)
            }
            (None, None, _, rest) => self.outside(rest),
        }
    }

    /// What is said of a version that lies in no extent.
    fn outside(&self, rest: Option<Status>) -> Said<'a> {
        let (verdict, rule) = match (rest, self.named) {
            (Some(rest), Some(())) if asks(rest) == 0 => {
                (rest.into(), Rule::VersionOutside)
            }
            (Some(rest), _) => (rest.into(), Rule::OtherVersions),
            (None, Some(())) => (Verdict::CannotTell, Rule::NothingSaid),
            (None, None) => (Verdict::CannotTell, Rule::NoVersions),
        };
        Said { verdict, rule, extent: None, fixed: None }
    }

    fn cannot_tell(&self, open: ExtentRef<'a>) -> Said<'a> {
        let rule = match (open, self.unstated) {
            (ExtentRef::Unreadable(_), _) => Rule::RangeUnreadable,
            (_, Some(())) => Rule::VersionUnstated,
            (_, None) => Rule::VersionIncomparable,
        };
        let fixed = release(&open);
        Said { verdict: Verdict::CannotTell, rule, extent: Some(open), fixed }
    }
}

/// The release that holds the fix. A commit is none: nobody can update to it.
fn release<'a>(extent: &ExtentRef<'a>) -> Option<&'a str> {
    match extent {
        ExtentRef::Interval(interval) if interval.scheme != Scheme::Git => interval.fixed,
        _ => None,
    }
}

/// How much a status asks of a person: nothing where it is settled.
fn asks(status: Status) -> u8 {
    match status {
        Status::NotAffected | Status::Fixed => 0,
        Status::UnderInvestigation => 1,
        Status::Affected => 2,
    }
}

/// Whether the first extent's word stands before the second's, both holding the version.
fn wins(a: (ExtentRef<'_>, Status), b: (ExtentRef<'_>, Status)) -> bool {
    match (narrower(&a.0, &b.0), narrower(&b.0, &a.0)) {
        (true, false) => true,
        (false, true) => false,
        // Neither is narrower: the word that asks more.
        _ => asks(a.1) > asks(b.1),
    }
}

/// Whether everything in `a` lies in `b`, as far as bounds can tell.
fn narrower(a: &ExtentRef<'_>, b: &ExtentRef<'_>) -> bool {
    match (a, b) {
        (_, ExtentRef::All) | (ExtentRef::Exact(_), _) => true,
        (ExtentRef::Interval(a), ExtentRef::Interval(b)) if a.scheme == b.scheme => {
            let lower = reach(a.scheme, a.lower, b.lower, Ordering::Less);
            let upper = reach(a.scheme, a.upper, b.upper, Ordering::Greater);
            lower && upper
        }
        _ => false,
    }
}

/// Whether the bound `a` does not reach beyond the bound `b` in the direction `beyond`.
fn reach(
    scheme: Scheme,
    a: Option<BoundRef<'_>>,
    b: Option<BoundRef<'_>>,
    beyond: Ordering,
) -> bool {
    match (a, b) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(a), Some(b)) => match compare(scheme, a.text, b.text) {
            Some(Ordering::Equal) => {
                a.inclusion == Inclusion::Excluded || b.inclusion == Inclusion::Included
            }
            Some(order) => order != beyond,
            None => false,
        },
    }
}

/// The versions of an extent as text: `>=1.0, <2.0`, `=1.4`, `*`, or the words of the
/// record. Of a list only the version that was found is named.
pub(crate) fn text(extent: &ExtentRef<'_>, version: Option<&str>) -> String {
    match extent {
        ExtentRef::All => "*".to_owned(),
        ExtentRef::Exact(exact) => match version {
            Some(version) if exact.len() > 1 => {
                format!("={version} (one of {})", exact.len())
            }
            _ => exact
                .versions()
                .take(3)
                .map(|one| format!("={one}"))
                .collect::<Vec<_>>()
                .join(" | "),
        },
        ExtentRef::Interval(interval) => interval_text(interval),
        ExtentRef::Unreadable(text) => (*text).to_owned(),
    }
}

fn interval_text(interval: &IntervalRef<'_>) -> String {
    let bound = |bound: &BoundRef<'_>, included: &str, excluded: &str| {
        let sign = match bound.inclusion {
            Inclusion::Included => included,
            Inclusion::Excluded => excluded,
        };
        format!("{sign}{}", bound.text)
    };
    let lower = interval.lower.as_ref().map(|lower| bound(lower, ">=", ">"));
    let upper = interval.upper.as_ref().map(|upper| bound(upper, "<=", "<"));
    match (lower, upper) {
        (None, None) => "*".to_owned(),
        (lower, upper) => lower.into_iter().chain(upper).collect::<Vec<_>>().join(", "),
    }
}
