//! Versions of device makers, who follow no common scheme.
//!
//! Source: none is normative. The rules were drawn from the version texts of the medical
//! advisories of CISA (ICSMA, CSAF product trees) and of the software of the devices
//! that they speak of:
//!
//! - Parts are compared as numbers: `9.5` < `9.19`. Zeros at the end do not count.
//! - Revision letters are in order: `J` < `K`, `C.00.04` < `C.00.06`; `Z` < `AA`.
//! - A letter or a service pack behind a number is later than the number alone:
//!   `2.6` < `2.6A`, `4.20` < `4.20 SR1` < `4.20 SR2`, `16` < `16D38`. A pre-release
//!   (`alpha`, `beta`, `rc`) is earlier.
//! - Every release has a build, so a version without its build is *incomparable* with the
//!   same version with one: `2023.3` with `2023.3 Build 9342`.
//! - `x`, `X` and `*` stand for any part: they decide nothing, and [`Version::covers`]
//!   reads them.
//! - Different letter prefixes are different families, which are incomparable: `U61` with
//!   `L81`. So are dates and numbers, revisions and numbers, and different kinds of service
//!   pack.
//! - Noise is left out: `v`, `Rev.`, `SW`, `FW`, `R` before a number, `Version`, ….
//! - A long form with plant and zeros (`012U000061`) is its short form (`U61`).
//!
//! Not read: more than one version in a text, and any text with words that are not known;
//! guessing which of the words is the version would be guessing the answer.

mod date;
mod tokens;

use std::cmp::Ordering;
use std::str::FromStr;

use super::key;
use crate::Malformed;

/// A version of a device maker, taken apart.
///
/// `==` compares what was written (after noise and case); [`Version::compare`] compares
/// what it means, so that `3.0` and `3.0.0` are the same there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    shape: Shape,
    parts: Vec<Part>,
}

/// What kind of version it is; versions of different shapes are incomparable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Numbers: `4.2.7`, `20D29`.
    Numbers,
    /// A revision letter, alone or with numbers behind a dot: `K`, `C.00.04`.
    Revision,
    /// Letters in front of the number, in lower case: `bt` of `BT06`, `geh` of `GEH-1.1`.
    Family(Box<str>),
    /// A date: `2016-11-02`, `May 2018`. The parts are year, month and day.
    Date,
}

/// One part of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Digits without leading zeros; zero is the empty text.
    Number(Box<str>),
    /// Letters in lower case: a revision letter, or letters behind a number.
    Letters(Box<str>),
    /// A service pack, service release, patch: later than without; its number follows.
    Service(Service),
    /// The word `Build`; its number follows.
    Build,
    /// A pre-release: earlier than without; its number may follow.
    PreRelease(PreRelease),
    /// `x`, `X` or `*`: any part.
    Any,
    /// A commit or another mark without order, in lower case.
    Opaque(Box<str>),
}

/// The kinds of service pack; different kinds are incomparable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are what makers write out")]
pub enum Service {
    ServicePack,
    ServiceRelease,
    MaintenanceRelease,
    FeaturePack,
    CumulativeUpdate,
    Hotfix,
    Patch,
    Update,
}

/// The kinds of pre-release, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are what makers write")]
pub enum PreRelease {
    Alpha,
    Beta,
    Candidate,
}

impl Version {
    /// What kind of version it is.
    #[must_use]
    pub const fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Its parts in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whether a part stands for any part, so that the text is a pattern.
    #[must_use]
    pub fn is_pattern(&self) -> bool {
        self.parts.contains(&Part::Any)
    }

    /// Whether the text names a build or a commit.
    #[must_use]
    pub fn names_build(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Build | Part::Opaque(_)))
    }

    /// How this version stands to `other`; `None` is *incomparable*.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        if self.shape != other.shape {
            return None;
        }
        match self.shape {
            _ if self == other => Some(Ordering::Equal),
            Shape::Date => compare_dates(&self.parts, &other.parts),
            _ => compare_parts(&self.parts, &other.parts),
        }
    }

    /// Whether `finer` is this version or begins with it: `4.2` covers `4.2.7`, `K` covers
    /// `K.21`, `12.2.x.x` covers `12.2.8`, `4.20` covers `4.20 SR1`, `May 2018` covers
    /// `2018-05-07`; `4.2` does not cover `4.20`, nor `4` covers `VM4.1`.
    #[must_use]
    pub fn covers(&self, finer: &Self) -> bool {
        self.shape == finer.shape
            && (begins_with(&self.parts, &finer.parts)
                || self.compare(finer) == Some(Ordering::Equal))
    }
}

impl FromStr for Version {
    type Err = Malformed;

    fn from_str(input: &str) -> Result<Self, Malformed> {
        if let Some(parts) = date::read(input) {
            return Ok(Self { shape: Shape::Date, parts });
        }
        let (shape, parts) = tokens::read(input)?;
        Ok(Self { shape, parts })
    }
}

/// How two texts stand to each other; `None` where one of them is unreadable.
pub(super) fn compare(a: &str, b: &str) -> Option<Ordering> {
    let a: Version = a.parse().ok()?;
    a.compare(&b.parse().ok()?)
}

/// Dates of different precision decide only where they differ.
fn compare_dates(a: &[Part], b: &[Part]) -> Option<Ordering> {
    let differs = a.iter().zip(b).find(|(a, b)| a != b);
    differs.and_then(|(a, b)| compare_part(a, b))
}

fn compare_parts(mut a: &[Part], mut b: &[Part]) -> Option<Ordering> {
    loop {
        match (a.split_first(), b.split_first()) {
            (None, None) => return Some(Ordering::Equal),
            (Some((Part::Any, _)), _) | (_, Some((Part::Any, _))) => return None,
            (Some((x, a_rest)), Some((y, b_rest))) => {
                if is_number(x) == is_number(y) {
                    match compare_part(x, y) {
                        Some(Ordering::Equal) => (a, b) = (a_rest, b_rest),
                        decided => return decided,
                    }
                } else if is_zero(x) {
                    a = a_rest;
                } else if is_zero(y) {
                    b = b_rest;
                } else {
                    return None;
                }
            }
            (Some((x, rest)), None) if is_zero(x) => a = rest,
            (None, Some((y, rest))) if is_zero(y) => b = rest,
            (Some((x, _)), None) => return against_end(x),
            (None, Some((y, _))) => return against_end(y).map(Ordering::reverse),
        }
    }
}

/// How a version that goes on with `part` stands to one that ends there.
fn against_end(part: &Part) -> Option<Ordering> {
    match part {
        Part::Number(_) | Part::Letters(_) | Part::Service(_) => Some(Ordering::Greater),
        Part::PreRelease(_) => Some(Ordering::Less),
        Part::Build | Part::Any | Part::Opaque(_) => None,
    }
}

fn compare_part(a: &Part, b: &Part) -> Option<Ordering> {
    match (a, b) {
        (Part::Number(a), Part::Number(b)) => {
            Some(key::compare_numbers(a.as_bytes(), b.as_bytes()))
        }
        (Part::Letters(a), Part::Letters(b)) => {
            Some(a.len().cmp(&b.len()).then_with(|| a.cmp(b)))
        }
        (Part::PreRelease(a), Part::PreRelease(b)) => Some(a.cmp(b)),
        (Part::PreRelease(_), Part::Service(_)) => Some(Ordering::Less),
        (Part::Service(_), Part::PreRelease(_)) => Some(Ordering::Greater),
        (a, b) => (a == b).then_some(Ordering::Equal),
    }
}

fn begins_with(prefix: &[Part], finer: &[Part]) -> bool {
    let mut finer = finer.iter();
    prefix.iter().all(|part| match (part, finer.next()) {
        (Part::Any, _) => true,
        (part, Some(other)) => part == other,
        (_, None) => false,
    })
}

const fn is_number(part: &Part) -> bool {
    matches!(part, Part::Number(_))
}

fn is_zero(part: &Part) -> bool {
    matches!(part, Part::Number(digits) if digits.is_empty())
}

#[cfg(test)]
mod tests;
