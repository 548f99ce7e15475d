//! Versions of Arch Linux packages: `epoch:pkgver-pkgrel`.
//!
//! Source: `vercmp(8)` of pacman 6 and libalpm's `alpm_pkg_vercmp`. It began as rpm's
//! order and differs: there is no tilde and no caret, letters directly behind a number make
//! it earlier (`1.5b` < `1.5`), letters behind a separator later (`1.5` < `1.5.a`), and
//! more separators are later than fewer (`1.5` < `1..5` at that place). The pkgrel counts
//! only where both sides have one, so that `1.5` equals both `1.5-1` and `1.5-2`; hence only
//! a version with a pkgrel has a sort key.
//!
//! A separator at the very end has no consistent place in that order (`1.0.` is later than
//! `1.0.a`, which is later than `1.0`): such a text has no key, and is compared as libalpm
//! does.

use std::cmp::Ordering;

use super::{key, rpm};

/// Later than every pkgrel that can stand behind a version in a key.
const AFTER_EVERY_RELEASE: u8 = 0xFF;

const LETTERS_ATTACHED: u8 = 1;
const PART_END: u8 = 2;
const SEGMENT: u8 = 3;

/// How two texts stand to each other.
pub(super) fn compare(a: &[u8], b: &[u8]) -> Ordering {
    let (a_epoch, a_version, a_release) = split(a);
    let (b_epoch, b_version, b_release) = split(b);
    key::compare_numbers(a_epoch, b_epoch)
        .then_with(|| compare_part(a_version, b_version))
        .then_with(|| match (a_release, b_release) {
            (Some(a), Some(b)) => compare_part(a, b),
            _ => Ordering::Equal,
        })
}

/// The key of a version with a pkgrel and without separators at the end.
pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (epoch, version, release) = split(text);
    key::number(out, epoch);
    part_key(version, out)?;
    part_key(release?, out)
}

/// The place of a bound among the keys: a bound without pkgrel is before all, or behind all.
pub(super) fn cut(text: &[u8], side: super::Side, out: &mut Vec<u8>) -> Option<()> {
    let (epoch, version, release) = split(text);
    key::number(out, epoch);
    part_key(version, out)?;
    if let Some(release) = release {
        part_key(release, out)?;
    }
    match (release, side) {
        (_, super::Side::Before) => {}
        (Some(_), super::Side::Behind) => out.push(0),
        (None, super::Side::Behind) => out.push(AFTER_EVERY_RELEASE),
    }
    Some(())
}

fn split(text: &[u8]) -> (&[u8], &[u8], Option<&[u8]>) {
    let (epoch, rest) = rpm::split_epoch(text);
    let (version, release) = match rest.iter().rposition(|byte| *byte == b'-') {
        Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..)),
        None => (rest, None),
    };
    (epoch.unwrap_or(b"0"), version, release)
}

/// One segment: how many separators stand before it, and its digits or letters; no digits
/// and no letters only at the end.
struct Segment<'a> {
    separators: usize,
    text: &'a [u8],
    is_number: bool,
}

fn segment(text: &[u8]) -> (Segment<'_>, &[u8]) {
    let (separators, rest) = key::leading(text, |byte| !byte.is_ascii_alphanumeric());
    let is_number = rest.first().is_some_and(u8::is_ascii_digit);
    let same: fn(&u8) -> bool =
        if is_number { u8::is_ascii_digit } else { u8::is_ascii_alphabetic };
    let (text, rest) = key::leading(rest, same);
    (Segment { separators: separators.len(), text, is_number }, rest)
}

fn compare_part(mut a: &[u8], mut b: &[u8]) -> Ordering {
    while !a.is_empty() && !b.is_empty() {
        let ((x, a_rest), (y, b_rest)) = (segment(a), segment(b));
        if x.text.is_empty() || y.text.is_empty() {
            return showdown(&x, &y);
        }
        let order = x.separators.cmp(&y.separators).then_with(|| compare_text(&x, &y));
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (a_rest, b_rest);
    }
    match (a.is_empty(), b.is_empty()) {
        (true, true) => Ordering::Equal,
        (false, _) => against_end(a),
        (true, false) => against_end(b).reverse(),
    }
}

fn compare_text(x: &Segment<'_>, y: &Segment<'_>) -> Ordering {
    match (x.is_number, y.is_number) {
        (true, true) => key::compare_numbers(x.text, y.text),
        (false, false) => x.text.cmp(y.text),
        (x, y) => x.cmp(&y),
    }
}

/// One side has only separators left.
fn showdown(x: &Segment<'_>, y: &Segment<'_>) -> Ordering {
    match (x.text.is_empty(), y.text.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) if y.is_number => Ordering::Less,
        (true, false) => Ordering::Greater,
        (false, _) if x.is_number => Ordering::Greater,
        (false, _) => Ordering::Less,
    }
}

/// What is left of one side when the other has ended: letters make it earlier, anything
/// else later.
fn against_end(rest: &[u8]) -> Ordering {
    if rest.first().is_some_and(u8::is_ascii_alphabetic) {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}

fn part_key(mut text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    while !text.is_empty() {
        let (segment, rest) = segment(text);
        if segment.text.is_empty() {
            return None;
        }
        if segment.separators == 0 && !segment.is_number {
            out.push(LETTERS_ATTACHED);
        } else {
            out.push(SEGMENT);
            key::count_ascending(out, segment.separators);
        }
        out.push(u8::from(segment.is_number) + 1);
        if segment.is_number {
            key::number(out, segment.text);
        } else {
            key::text(out, segment.text);
        }
        text = rest;
    }
    out.push(PART_END);
    Some(())
}
