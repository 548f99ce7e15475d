//! Versions of PHP packages.
//!
//! Source: Composer's documentation, "Versions and constraints"; `composer/semver`
//! (`VersionParser::normalize`) for what is read, PHP's manual on `version_compare` for the
//! order: numbers part by part; `dev` < `alpha` < `beta` < `RC` < nothing < a number <
//! `patch`. A branch `1.x-dev` is 1.9999999.9999999.9999999-dev.
//!
//! A named branch (`dev-main`) is earlier than every number, as Composer's comparator has
//! it, and incomparable with every other branch; so it has no sort key. That is the order
//! for sorting; no bound of a range is satisfied by a branch, see
//! [`crate::range::compare_with_bound`].

use std::cmp::Ordering;

use super::key;

const END: u8 = 5;
const NUMBER: u8 = 6;
const PATCH: u8 = 7;

/// What stands for `x` in the name of a branch.
const ANY: &[u8] = b"9999999";

/// The words of a stability, longest first, with their place in the order; `stable` is
/// none at all.
const STABILITIES: [(&[u8], u8); 9] = [
    (b"stable", END),
    (b"alpha", 2),
    (b"patch", PATCH),
    (b"beta", 3),
    (b"rc", 4),
    (b"pl", PATCH),
    (b"a", 2),
    (b"b", 3),
    (b"p", PATCH),
];

const DEV: u8 = 1;

/// How two texts stand to each other.
pub(super) fn compare(a: &[u8], b: &[u8]) -> Option<Ordering> {
    let (a, b) = (written(a), written(b));
    match (branch(&a), branch(&b)) {
        (Some(a), Some(b)) => (a == b).then_some(Ordering::Equal),
        (Some(_), None) => numbered_key(&b).map(|_| Ordering::Less),
        (None, Some(_)) => numbered_key(&a).map(|_| Ordering::Greater),
        (None, None) => Some(numbered_key(&a)?.cmp(&numbered_key(&b)?)),
    }
}

/// Whether a text names a branch.
pub(super) fn is_branch(text: &[u8]) -> bool {
    branch(&written(text)).is_some()
}

/// The key of a version that is no named branch.
pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let text = written(text);
    if branch(&text).is_some() {
        return None;
    }
    numbered(&text, out)
}

fn numbered_key(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(32);
    numbered(text, &mut out)?;
    Some(out)
}

/// Without alias (`x as y`) and stability flag (`@beta`).
fn written(text: &[u8]) -> Vec<u8> {
    let mut words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let text = match (words.next(), words.next(), words.next(), words.next()) {
        (Some(version), Some(b"as"), Some(_), None) => version,
        _ => text,
    };
    let text = text.to_vec();
    match text.iter().rposition(|byte| *byte == b'@') {
        Some(at) if is_flag(text.get(at + 1..).unwrap_or_default()) => {
            text.get(..at).unwrap_or_default().to_vec()
        }
        _ => text,
    }
}

fn is_flag(word: &[u8]) -> bool {
    [&b"stable"[..], b"rc", b"beta", b"alpha", b"dev"]
        .iter()
        .any(|flag| word.eq_ignore_ascii_case(flag))
}

/// The name of a branch.
fn branch(text: &[u8]) -> Option<&[u8]> {
    if matches!(text, b"master" | b"trunk" | b"default") {
        return Some(text);
    }
    let (prefix, name) = text.split_at_checked(4)?;
    prefix.eq_ignore_ascii_case(b"dev-").then_some(name)
}

fn numbered(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let lower = text.to_ascii_lowercase();
    let text = without_build(&lower);
    let text = text.strip_prefix(b"v").unwrap_or(text);
    let start = out.len();
    for read in [classical, dated, numbered_branch] {
        if read(text, out).is_some() {
            return Some(());
        }
        out.truncate(start);
    }
    None
}

fn without_build(text: &[u8]) -> &[u8] {
    match text.iter().position(|byte| *byte == b'+') {
        Some(at) if at > 0 && at + 1 < text.len() && !has_blank(text) => {
            text.get(..at).unwrap_or_default()
        }
        _ => text,
    }
}

fn has_blank(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_whitespace)
}

/// One to four numbers, the first of five digits at most.
fn classical(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (first, mut rest) = key::digits(text).filter(|(first, _)| first.len() <= 5)?;
    write_number(first, out);
    for _ in 0..3 {
        match rest.strip_prefix(b".").and_then(key::digits) {
            Some((digits, after)) => {
                write_number(digits, out);
                rest = after;
            }
            None => write_number(b"0", out),
        }
    }
    modifier(rest, out)
}

/// A date, perhaps with a time: four digits, then pairs, then up to two short numbers.
fn dated(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let start = out.len();
    date_ends(text).into_iter().rev().find_map(|end| {
        let (date, rest) = text.split_at_checked(end)?;
        out.truncate(start);
        for part in date.split(|byte| !byte.is_ascii_digit()) {
            write_number(part, out);
        }
        modifier(rest, out)
    })
}

/// Every place where a date can end, shorter readings first: a year, one to six pairs of
/// digits, and up to two more numbers.
fn date_ends(text: &[u8]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut position = 4;
    if !text.get(..position).is_some_and(key::is_number) {
        return ends;
    }
    for _ in 0..6 {
        let start = position + usize::from(is_date_separator(text.get(position)));
        if !text.get(start..start + 2).is_some_and(key::is_number) {
            break;
        }
        position = start + 2;
        ends.push(position);
        tails(text, position, 2, &mut ends);
    }
    ends
}

/// Up to `left` more numbers of one to three digits.
fn tails(text: &[u8], position: usize, left: u8, ends: &mut Vec<usize>) {
    if left == 0 {
        return;
    }
    let start = position + usize::from(is_date_separator(text.get(position)));
    for width in 1..=3 {
        if text.get(start..start + width).is_some_and(key::is_number) {
            ends.push(start + width);
            tails(text, start + width, left - 1, ends);
        }
    }
}

fn is_date_separator(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b'.' | b':' | b'-'))
}

/// `1.x-dev`, `1.2.*.dev`.
fn numbered_branch(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let name = text.strip_suffix(b"dev")?;
    let name = match name {
        [name @ .., b'.' | b'-'] => name,
        _ => name,
    };
    let mut count = 0;
    for part in name.split(|byte| *byte == b'.') {
        count += 1;
        match part {
            b"x" | b"*" if count > 1 => write_number(ANY, out),
            digits if key::is_number(digits) => write_number(digits, out),
            _ => return None,
        }
    }
    for _ in count..4 {
        write_number(ANY, out);
    }
    out.extend([DEV, END]);
    (count <= 4).then_some(())
}

/// `-beta.2`, `RC1`, `-p3-dev`, `-dev`, or nothing.
fn modifier(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let rest = match text {
        [b'.' | b'_' | b'-', rest @ ..] => rest,
        _ => text,
    };
    let stability = STABILITIES
        .iter()
        .find_map(|(word, rank)| rest.strip_prefix(*word).map(|rest| (*rank, rest)));
    let rest = match stability {
        // `stable` takes back what follows it, `dev` included.
        Some((END, rest)) => {
            let (_, rest) = stability_numbers(rest);
            out.push(END);
            return is_dev_or_nothing(rest).map(|_| ());
        }
        Some((rank, rest)) => {
            out.push(rank);
            let (numbers, rest) = stability_numbers(rest);
            numbers
                .split(|byte| !byte.is_ascii_digit())
                .filter(|part| !part.is_empty())
                .for_each(|part| write_number(part, out));
            rest
        }
        None => rest,
    };
    if is_dev_or_nothing(rest)? {
        out.push(DEV);
    }
    out.push(END);
    Some(())
}

/// The longest run of `[.-]?digits`.
fn stability_numbers(text: &[u8]) -> (&[u8], &[u8]) {
    let mut end = 0;
    loop {
        let rest = text.get(end..).unwrap_or_default();
        let start = usize::from(matches!(rest.first(), Some(b'.' | b'-')));
        match rest.get(start..).and_then(key::digits) {
            Some((_, after)) => end = text.len() - after.len(),
            None => return text.split_at_checked(end).unwrap_or((text, &[])),
        }
    }
}

/// Whether the rest is `dev`; `None` where it is something else.
fn is_dev_or_nothing(text: &[u8]) -> Option<bool> {
    match text {
        [] => Some(false),
        b"dev" | b"-dev" | b".dev" => Some(true),
        _ => None,
    }
}

fn write_number(digits: &[u8], out: &mut Vec<u8>) {
    out.push(NUMBER);
    key::number(out, digits);
}
