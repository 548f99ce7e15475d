//! Ranges of versions, and whether a version lies in one.
//!
//! [`within`] places a version between two bounds, as matching does. [`Vers`] reads the
//! range specifier of the vers standard. Both answer with three values: a version that
//! cannot be compared with a bound that matters is neither inside nor outside.

mod vers;

use std::cmp::Ordering;

use crate::version::{self, Scheme, Side, firmware, rpm};

pub use vers::{Comparator, Constraint, Vers};

/// Where a version lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Containment {
    /// In the range.
    Inside,
    /// Not in the range.
    Outside,
    /// Nobody can tell: a bound that matters is incomparable with the version.
    Unknown,
}

impl Containment {
    /// In both of two ranges.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Outside, _) | (_, Self::Outside) => Self::Outside,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Inside, Self::Inside) => Self::Inside,
        }
    }

    /// In one of two ranges.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Inside, _) | (_, Self::Inside) => Self::Inside,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Outside, Self::Outside) => Self::Outside,
        }
    }
}

/// One end of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound<'a> {
    /// The version itself belongs to the interval.
    Included(&'a str),
    /// It does not.
    Excluded(&'a str),
}

impl<'a> Bound<'a> {
    /// The version that is the bound.
    #[must_use]
    pub const fn version(self) -> &'a str {
        match self {
            Self::Included(version) | Self::Excluded(version) => version,
        }
    }

    /// Where a version lies that equals the bound.
    const fn itself(self) -> Containment {
        match self {
            Self::Included(_) => Containment::Inside,
            Self::Excluded(_) => Containment::Outside,
        }
    }
}

/// Where `version` lies between two bounds; `None` is open on that side.
///
/// OSV's lower bound `0` is open in every scheme (OSV schema 1.7, `introduced`). A bound of
/// rpm without a release is compared by epoch and version alone, as rpm does with
/// dependencies: `<= 1.2` holds for `1.2-5.el9`. A version without release beside a bound
/// with one is unknown where the versions are equal. A named branch of Composer lies
/// neither before nor behind a number: Composer never lets `dev-main` satisfy `< 2.0`. A bound of firmware that is a
/// revision, a date or a pattern holds for what it covers: `<= K` for `K.21`.
#[must_use]
pub fn within(
    scheme: Scheme,
    lower: Option<Bound<'_>>,
    upper: Option<Bound<'_>>,
    version: &str,
) -> Containment {
    after(scheme, lower, version).and(before(scheme, upper, version))
}

/// An interval as two cuts through the row of sort keys, for matching many versions: what
/// [`within`] decides by reading both texts, [`Cuts::hold`] decides by comparing bytes.
///
/// Only versions that have a [`version::sort_key`] can be asked so; for the others, and
/// where [`Cuts::of`] gives `None`, [`within`] is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cuts {
    from: Vec<u8>,
    to: Option<Vec<u8>>,
}

impl Cuts {
    /// The cuts of an interval; `None` where a bound has no place among the keys.
    #[must_use]
    pub fn of(
        scheme: Scheme,
        lower: Option<Bound<'_>>,
        upper: Option<Bound<'_>>,
    ) -> Option<Self> {
        let from = match lower {
            None | Some(Bound::Included("0")) => Vec::new(),
            Some(Bound::Included(bound)) => version::cut(scheme, bound, Side::Before)?,
            Some(Bound::Excluded(bound)) => version::cut(scheme, bound, Side::Behind)?,
        };
        let to = match upper {
            None => None,
            Some(Bound::Included(bound)) => {
                Some(version::cut(scheme, bound, Side::Behind)?)
            }
            Some(Bound::Excluded(bound)) => {
                Some(version::cut(scheme, bound, Side::Before)?)
            }
        };
        Some(Self { from, to })
    }

    /// Cuts that were kept, as [`Self::from`] and [`Self::to`] gave them.
    #[must_use]
    pub const fn new(from: Vec<u8>, to: Option<Vec<u8>>) -> Self {
        Self { from, to }
    }

    /// The first key that the interval holds, or what would be.
    #[must_use]
    pub fn from(&self) -> &[u8] {
        &self.from
    }

    /// The first key behind the interval; `None` where it is open.
    #[must_use]
    pub fn to(&self) -> Option<&[u8]> {
        self.to.as_deref()
    }

    /// Whether the version with this sort key lies in the interval.
    #[must_use]
    pub fn hold(&self, key: &[u8]) -> bool {
        self.from.as_slice() <= key && self.to.as_deref().is_none_or(|to| key < to)
    }
}

fn after(scheme: Scheme, lower: Option<Bound<'_>>, version: &str) -> Containment {
    let Some(bound) = lower else { return Containment::Inside };
    if bound == Bound::Included("0") {
        return Containment::Inside;
    }
    match compare_with_bound(scheme, version, bound.version()) {
        Some(Ordering::Greater) => Containment::Inside,
        Some(Ordering::Equal) => bound.itself(),
        Some(Ordering::Less) => Containment::Outside,
        None => covered(scheme, bound, version),
    }
}

fn before(scheme: Scheme, upper: Option<Bound<'_>>, version: &str) -> Containment {
    let Some(bound) = upper else { return Containment::Inside };
    match compare_with_bound(scheme, version, bound.version()) {
        Some(Ordering::Less) => Containment::Inside,
        Some(Ordering::Equal) => bound.itself(),
        Some(Ordering::Greater) => match covered(scheme, bound, version) {
            Containment::Inside => Containment::Inside,
            _ => Containment::Outside,
        },
        None => covered(scheme, bound, version),
    }
}

/// How a version stands to the bound of a range, which is not always how the two stand in
/// the order of versions: a bound of rpm without a release stands for every release, and a
/// named branch of Composer satisfies no bound that is a number.
#[must_use]
pub fn compare_with_bound(
    scheme: Scheme,
    version: &str,
    bound: &str,
) -> Option<Ordering> {
    match scheme {
        Scheme::Rpm => rpm::compare_with_bound(version, bound),
        Scheme::Composer => version::composer_with_bound(version, bound),
        _ => version::compare(scheme, version, bound),
    }
}

/// What an upper or lower bound of firmware says that is a revision, a date or a pattern,
/// of a version that it covers: `<= K` holds for `K.21`, `< May 2018` does not for
/// `2018-05-07`.
fn covered(scheme: Scheme, bound: Bound<'_>, version: &str) -> Containment {
    if scheme != Scheme::Firmware {
        return Containment::Unknown;
    }
    let (Ok(limit), Ok(version)) = (
        bound.version().parse::<firmware::Version>(),
        version.parse::<firmware::Version>(),
    ) else {
        return Containment::Unknown;
    };
    let is_wide = limit.is_pattern() || *limit.shape() != firmware::Shape::Numbers;
    if is_wide && limit.covers(&version) { bound.itself() } else { Containment::Unknown }
}

#[cfg(test)]
mod tests;
