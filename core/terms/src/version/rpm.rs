//! Versions of RPM packages: `epoch:version-release`.
//!
//! Source: RPM's manual, "Versioning" (rpm-version(7)), and `rpmvercmp` and `rpmVersionCompare` of
//! librpm 4.18: segments of digits or letters, anything else only separates; numbers are
//! later than letters; a tilde comes before the end, a caret behind the end and before
//! everything else. For rpm no text is invalid. The epoch is the run of digits before a
//! colon, the release stands behind the last hyphen.
//!
//! Missing epoch: [`Epoch::Zero`] as rpm has it, or [`Epoch::Auto`]. Missing release: as a
//! version of its own it comes before the same version with any release, as in librpm
//! and OSV. As a *bound* it is compared by epoch and version alone (`rpmdsCompare`: where
//! one side has no release, releases are not compared). Hence only a version with a
//! release has a sort key.

use std::cmp::Ordering;

use super::key;

const TILDE: u8 = 1;
const PART_END: u8 = 2;
const CARET: u8 = 3;
const LETTERS: u8 = 4;
const NUMBER: u8 = 5;

/// Later than every release that can stand behind a version in a key.
const AFTER_EVERY_RELEASE: u8 = 0xFF;

/// What a missing epoch means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Epoch {
    /// It is zero: rpm's own rule.
    #[default]
    Zero,
    /// It is that of the other side. For lists that lost the epochs of their packages:
    /// many SBOMs write `name@version-release` and nothing else.
    Auto,
}

/// How `a` stands to `b`, with `epoch` where one is missing.
#[must_use]
pub fn compare_with_epoch(epoch: Epoch, a: &str, b: &str) -> Ordering {
    let (a, b) = (Evr::of(a.trim_ascii().as_bytes()), Evr::of(b.trim_ascii().as_bytes()));
    let is_known = a.epoch.is_some() && b.epoch.is_some();
    let order = if epoch == Epoch::Auto && !is_known {
        Ordering::Equal
    } else {
        a.compare_epoch(&b)
    };
    order
        .then_with(|| compare_part(a.version, b.version))
        .then_with(|| compare_release(a.release, b.release))
}

/// How a version stands to a bound: a bound without release is compared by epoch and
/// version; a version without release beside a bound with one is incomparable where
/// epoch and version are equal.
#[must_use]
pub fn compare_with_bound(version: &str, bound: &str) -> Option<Ordering> {
    let version = Evr::of(version.trim_ascii().as_bytes());
    let bound = Evr::of(bound.trim_ascii().as_bytes());
    let order = version
        .compare_epoch(&bound)
        .then_with(|| compare_part(version.version, bound.version));
    match (order, version.release, bound.release) {
        (Ordering::Equal, Some(a), Some(b)) => Some(compare_part(a, b)),
        (Ordering::Equal, None, Some(_)) => None,
        (decided, _, _) => Some(decided),
    }
}

/// The key of a version with a release.
pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let evr = Evr::of(text);
    evr.head(out);
    part_key(evr.release?, out);
    Some(())
}

/// The place of a bound among the keys: before all releases of a version, or behind all.
pub(super) fn cut(text: &[u8], side: super::Side, out: &mut Vec<u8>) {
    let evr = Evr::of(text);
    evr.head(out);
    match (evr.release, side) {
        (Some(release), super::Side::Before) => part_key(release, out),
        (Some(release), super::Side::Behind) => {
            part_key(release, out);
            out.push(0);
        }
        (None, super::Side::Before) => {}
        (None, super::Side::Behind) => out.push(AFTER_EVERY_RELEASE),
    }
}

struct Evr<'a> {
    epoch: Option<&'a [u8]>,
    version: &'a [u8],
    release: Option<&'a [u8]>,
}

impl<'a> Evr<'a> {
    fn of(text: &'a [u8]) -> Self {
        let (epoch, rest) = split_epoch(text);
        let (version, release) = match rest.iter().rposition(|byte| *byte == b'-') {
            Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..)),
            None => (rest, None),
        };
        Self { epoch, version, release }
    }

    fn compare_epoch(&self, other: &Self) -> Ordering {
        key::compare_numbers(self.epoch.unwrap_or(b"0"), other.epoch.unwrap_or(b"0"))
    }

    fn head(&self, out: &mut Vec<u8>) {
        key::number(out, self.epoch.unwrap_or(b"0"));
        part_key(self.version, out);
    }
}

/// Splits off the run of digits before a colon; an empty run is zero.
pub(super) fn split_epoch(text: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let (digits, rest) = key::leading(text, u8::is_ascii_digit);
    match rest.strip_prefix(b":") {
        Some(rest) => (Some(digits), rest),
        None => (None, text),
    }
}

/// librpm's `compare_values`: a missing release is less than any.
fn compare_release(a: Option<&[u8]>, b: Option<&[u8]>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => compare_part(a, b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

fn compare_part(a: &[u8], b: &[u8]) -> Ordering {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    part_key(a, &mut left);
    part_key(b, &mut right);
    left.cmp(&right)
}

/// The key of a version or a release.
fn part_key(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(first) = rest.first() {
        match first {
            b'~' | b'^' => {
                out.push(if *first == b'~' { TILDE } else { CARET });
                rest = rest.get(1..).unwrap_or_default();
            }
            digit if digit.is_ascii_digit() => {
                let (digits, after) = key::leading(rest, u8::is_ascii_digit);
                out.push(NUMBER);
                key::number(out, digits);
                rest = after;
            }
            letter if letter.is_ascii_alphabetic() => {
                let (letters, after) = key::leading(rest, u8::is_ascii_alphabetic);
                out.push(LETTERS);
                key::text(out, letters);
                rest = after;
            }
            _ => rest = rest.get(1..).unwrap_or_default(),
        }
    }
    out.push(PART_END);
}
