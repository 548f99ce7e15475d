//! Ranges: events, sorted and paired as the OSV specification evaluates them.
//!
//! The specification walks the events in the order of their versions: at `introduced` a
//! version becomes vulnerable, at `fixed` and after `last_affected` it ceases to be, and
//! with `limit` it counts only below one of the limits. Here the walk is made once, and
//! the intervals are what it says of every version.

use std::cmp::Ordering;

use reading::{Note, Notes, Place};
use serde::Deserialize;
use terms::version::{self, Scheme};
use terms::vex::Status;

use crate::record::{Bound, Extent, Interval};
use crate::wire::{List, Text};

/// Events that are sorted by comparing, which is quadratic. Real ranges have up to forty.
const EVENTS_COMPARED_MAX: usize = 256;

#[derive(Deserialize)]
pub(super) struct Range<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, default)]
    repo: Text<'a>,
    #[serde(borrow, default)]
    events: List<Event<'a>>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow, default)]
    introduced: Option<Text<'a>>,
    #[serde(borrow, default)]
    fixed: Option<Text<'a>>,
    #[serde(borrow, default)]
    last_affected: Option<Text<'a>>,
    #[serde(borrow, default)]
    limit: Option<Text<'a>>,
}

/// What happens at a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Introduced,
    Fixed,
    LastAffected,
    Limit,
}

type Step<'a> = (Turn, &'a str);

/// How events are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sorted {
    /// By their versions.
    ByVersion,
    /// As written, because some versions cannot be compared.
    AsWritten,
}

impl Range<'_> {
    /// Adds the intervals of a range of versions.
    pub(super) fn read(
        &self,
        scheme: Scheme,
        extents: &mut Vec<(Extent, Status)>,
        notes: &mut Notes,
        place: impl Fn() -> Place,
    ) {
        let scheme = match (self.kind.as_str(), scheme) {
            ("GIT", _) => return,
            ("SEMVER", Scheme::Unknown) => Scheme::Semver,
            ("SEMVER" | "ECOSYSTEM", scheme) => scheme,
            (other, _) => {
                let message = format!("range of type `{other}` is not read");
                notes.add(|| Note::new(place(), message));
                let extent = Extent::Unreadable(self.text());
                extents.push((extent, Status::Affected));
                return;
            }
        };
        let order = |a: &str, b: &str| version::compare(scheme, a, b);
        let (intervals, sorted) = intervals(&self.steps(), scheme, order);
        if sorted == Sorted::AsWritten {
            notes.add(|| {
                let message = "events with versions that cannot be compared are \
                               taken in the order in which they are written";
                Note::new(place(), message)
            });
        }
        if sorted == Sorted::AsWritten {
            // Nobody can tell what lies between, but the ends were named as affected.
            let versions = self.named_affected();
            if !versions.is_empty() {
                extents.push((Extent::Exact { scheme, versions }, Status::Affected));
            }
        }
        if intervals.is_empty() {
            let message = "no version lies in the range";
            notes.add(|| Note::new(place(), message));
        }
        let intervals = intervals.into_iter().map(Extent::Interval);
        extents.extend(intervals.map(|extent| (extent, Status::Affected)));
        for gap in self.contradicted(scheme, order) {
            notes.add(|| {
                let message = "`fixed` and `last_affected` in one range say different \
                               things of what lies between them";
                Note::new(place(), message)
            });
            extents.push((Extent::Interval(gap), Status::UnderInvestigation));
        }
    }

    /// What lies between a version that ends a range and another one that ends it once
    /// more: affected by one, and not by the other. Two fixes one after the other say nothing
    /// new.
    fn contradicted(
        &self,
        scheme: Scheme,
        order: impl Fn(&str, &str) -> Option<Ordering>,
    ) -> Vec<Interval> {
        let turns: Vec<Step<'_>> = self.steps();
        let is_last = |(turn, _): &Step<'_>| *turn == Turn::LastAffected;
        if !turns.iter().any(is_last) {
            return Vec::new();
        }
        let turns = turns.into_iter().filter(|(turn, _)| *turn != Turn::Limit).collect();
        let (turns, _) = sort(turns, scheme, &order);
        let gaps = turns.windows(2).filter_map(|pair| {
            let [(from, start), (to, end)] = pair else { return None };
            let (start, end) = ((*start).to_owned(), (*end).to_owned());
            let lower = match from {
                Turn::Fixed => Bound::Included(start),
                Turn::LastAffected => Bound::Excluded(start),
                Turn::Introduced | Turn::Limit => return None,
            };
            let upper = match to {
                Turn::Fixed if *from != Turn::Fixed => Bound::Excluded(end),
                Turn::LastAffected => Bound::Included(end),
                Turn::Fixed | Turn::Introduced | Turn::Limit => return None,
            };
            Some(Interval { scheme, lower: Some(lower), upper: Some(upper), fixed: None })
        });
        gaps.collect()
    }

    /// The versions that the events themselves call affected.
    fn named_affected(&self) -> Vec<String> {
        let steps = self.steps();
        let affected = steps.iter().filter(|(turn, version)| match turn {
            Turn::Introduced => {
                *version != "0" && !steps.contains(&(Turn::Fixed, *version))
            }
            Turn::LastAffected => true,
            Turn::Fixed | Turn::Limit => false,
        });
        affected.map(|(_, version)| (*version).to_owned()).collect()
    }

    /// The address of the repository, where one is named.
    pub(super) fn repository(&self) -> Option<&str> {
        (!self.repo.is_empty()).then(|| self.repo.as_str())
    }

    /// Whether it is a range of versions with two ends; where none lies between them, none
    /// is touched.
    pub(super) fn has_ends(&self) -> bool {
        let steps = self.steps();
        let is_start = |(turn, _): &Step<'_>| *turn == Turn::Introduced;
        self.kind.as_str() != "GIT"
            && steps.iter().any(is_start)
            && !steps.iter().all(is_start)
    }

    /// A range of commits in words.
    pub(super) fn commits(&self) -> Option<String> {
        (self.kind.as_str() == "GIT").then(|| self.text())
    }

    fn text(&self) -> String {
        let mut text = format!("{} {}", self.kind.as_str(), self.repo.as_str());
        for (turn, version) in self.steps() {
            let word = match turn {
                Turn::Introduced => "introduced",
                Turn::Fixed => "fixed",
                Turn::LastAffected => "last_affected",
                Turn::Limit => "limit",
            };
            text.push_str(&format!(" {word} {version}"));
        }
        text
    }

    fn steps(&self) -> Vec<Step<'_>> {
        let mut steps = Vec::with_capacity(self.events.len());
        for event in &self.events {
            let turns = [
                (Turn::Introduced, &event.introduced),
                (Turn::Fixed, &event.fixed),
                (Turn::LastAffected, &event.last_affected),
                (Turn::Limit, &event.limit),
            ];
            for (turn, version) in turns {
                let version = version.as_ref().filter(|version| !version.is_empty());
                steps.extend(version.map(|version| (turn, version.as_str())));
            }
        }
        steps
    }
}

/// Whether an interval ends before `version` because it is fixed there, and none begins
/// with it.
pub(super) fn calls_fixed(extents: &[(Extent, Status)], version: &str) -> bool {
    let intervals = || {
        extents.iter().filter_map(|(extent, _)| match extent {
            Extent::Interval(interval) => Some(interval),
            _ => None,
        })
    };
    intervals().any(|interval| interval.fixed.as_deref() == Some(version))
        && !intervals().any(|interval| {
            matches!(&interval.lower, Some(Bound::Included(lower)) if lower == version)
        })
}

/// The intervals in which a version is vulnerable.
pub(super) fn intervals(
    steps: &[Step<'_>],
    scheme: Scheme,
    order: impl Fn(&str, &str) -> Option<Ordering>,
) -> (Vec<Interval>, Sorted) {
    let (limits, turns): (Vec<Step<'_>>, Vec<Step<'_>>) =
        steps.iter().partition(|(turn, _)| *turn == Turn::Limit);
    let (turns, sorted) = sort(turns, scheme, &order);
    let mut found = walk(&turns, scheme);
    if let Some(limit) = highest(&limits, &order) {
        found.retain_mut(|interval| cut(interval, limit, &order));
    }
    (found, sorted)
}

/// One walk over sorted events.
fn walk(turns: &[Step<'_>], scheme: Scheme) -> Vec<Interval> {
    let mut found = Vec::new();
    let mut open: Option<Option<Bound>> = None;
    for (turn, version) in turns {
        let (upper, fixed) = match turn {
            Turn::Introduced => {
                open.get_or_insert_with(|| {
                    (!is_beginning(scheme, version))
                        .then(|| Bound::Included((*version).to_owned()))
                });
                continue;
            }
            Turn::Fixed => {
                (Bound::Excluded((*version).to_owned()), Some((*version).to_owned()))
            }
            Turn::LastAffected => (Bound::Included((*version).to_owned()), None),
            Turn::Limit => continue,
        };
        if let Some(lower) = open.take() {
            found.push(Interval { scheme, lower, upper: Some(upper), fixed });
        }
    }
    if let Some(lower) = open {
        found.push(Interval { scheme, lower, upper: None, fixed: None });
    }
    found.retain(|interval| !is_empty(interval));
    found
}

/// `0` stands before every version; so does the lowest pre-release that RustSec writes.
fn is_beginning(scheme: Scheme, version: &str) -> bool {
    version == "0"
        || (version == "0.0.0-0" && matches!(scheme, Scheme::Cargo | Scheme::Semver))
}

/// An interval that ends where it begins holds nothing.
fn is_empty(interval: &Interval) -> bool {
    matches!(
        (&interval.lower, &interval.upper),
        (Some(Bound::Included(lower)), Some(Bound::Excluded(upper))) if lower == upper
    )
}

/// Events in the order of their versions; equal ones stay as written. The order of most
/// ranges is right as written, and one pass tells so.
fn sort<'a>(
    turns: Vec<Step<'a>>,
    scheme: Scheme,
    order: &impl Fn(&str, &str) -> Option<Ordering>,
) -> (Vec<Step<'a>>, Sorted) {
    let compare = |a: &Step<'_>, b: &Step<'_>| {
        let first =
            |step: &Step<'_>| step.0 == Turn::Introduced && is_beginning(scheme, step.1);
        match (first(a), first(b)) {
            (true, true) => Some(Ordering::Equal),
            (true, false) => Some(Ordering::Less),
            (false, true) => Some(Ordering::Greater),
            (false, false) if a.1 == b.1 => Some(Ordering::Equal),
            (false, false) => order(a.1, b.1),
        }
    };
    let ascending = turns.windows(2).all(|pair| match pair {
        [a, b] => matches!(compare(a, b), Some(Ordering::Less | Ordering::Equal)),
        _ => true,
    });
    if ascending {
        return (turns, Sorted::ByVersion);
    }
    if turns.len() > EVENTS_COMPARED_MAX {
        return (turns, Sorted::AsWritten);
    }
    let mut sorted: Vec<Step<'a>> = Vec::with_capacity(turns.len());
    for step in &turns {
        let mut at = sorted.len();
        while let Some(before) = at.checked_sub(1).and_then(|before| sorted.get(before)) {
            match compare(before, step) {
                Some(Ordering::Greater) => at -= 1,
                Some(Ordering::Less | Ordering::Equal) => break,
                None => return (turns, Sorted::AsWritten),
            }
        }
        sorted.insert(at, *step);
    }
    (sorted, Sorted::ByVersion)
}

/// The highest limit; `*`, or limits that cannot be compared, limit nothing.
fn highest<'a>(
    limits: &[Step<'a>],
    order: &impl Fn(&str, &str) -> Option<Ordering>,
) -> Option<&'a str> {
    let mut highest = limits.first()?.1;
    for (_, limit) in limits {
        match order(highest, limit) {
            _ if *limit == "*" => return None,
            Some(Ordering::Less) => highest = limit,
            Some(_) => {}
            None => return None,
        }
    }
    Some(highest)
}

/// Cuts an interval at a limit; `false` if nothing is left.
fn cut(
    interval: &mut Interval,
    limit: &str,
    order: &impl Fn(&str, &str) -> Option<Ordering>,
) -> bool {
    let above = |bound: &Option<Bound>| match bound {
        Some(Bound::Included(version) | Bound::Excluded(version)) => {
            order(version, limit).map(Ordering::is_ge)
        }
        None => None,
    };
    if above(&interval.lower) == Some(true) {
        return false;
    }
    if interval.upper.is_none() || above(&interval.upper) == Some(true) {
        interval.upper = Some(Bound::Excluded(limit.to_owned()));
        interval.fixed = None;
    }
    true
}
