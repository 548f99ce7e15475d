//! Versions of Python packages.
//!
//! Source: the version specifiers specification of the Python Packaging Authority (PEP 440),
//! "Public version identifiers", "Local version identifiers", "Summary of permitted
//! suffixes and relative ordering", and the spellings that its appendix allows.
//!
//! Not read: what PEP 440 forbids. Older tools ordered such texts (`0.9-doduo`), newer
//! ones refuse them, and their orders contradict each other; so they are incomparable.

use std::borrow::Cow;

use super::key;

pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let lower: Cow<'_, [u8]> = match text.iter().any(u8::is_ascii_uppercase) {
        true => text.to_ascii_lowercase().into(),
        false => text.into(),
    };
    let (public, local) = match lower.iter().position(|byte| *byte == b'+') {
        Some(at) => (lower.get(..at)?, Some(lower.get(at + 1..)?)),
        None => (&*lower, None),
    };
    let rest = release(public.strip_prefix(b"v").unwrap_or(public), out)?;
    let (pre, rest) = suffix(rest, &PRE);
    let (post, rest) = post(rest);
    let (dev, rest) = suffix(rest, &[(b"dev", 1)]);
    if !rest.is_empty() {
        return None;
    }
    match pre {
        Some((rank, number)) => {
            out.push(rank);
            key::number(out, number);
        }
        // A development release of the release itself comes before its pre-releases.
        None if post.is_none() && dev.is_some() => out.push(0),
        None => out.push(4),
    }
    match post {
        Some((_, number)) => {
            out.push(1);
            key::number(out, number);
        }
        None => out.push(0),
    }
    match dev {
        Some((_, number)) => {
            out.push(1);
            key::number(out, number);
        }
        None => out.push(2),
    }
    local_key(local, out)
}

/// A suffix: its rank and its number, which may be missing and is then zero.
type Suffix<'a> = Option<(u8, &'a [u8])>;

/// Longer spellings first, since a shorter one may begin them.
const PRE: [(&[u8], u8); 8] = [
    (b"alpha", 1),
    (b"beta", 2),
    (b"preview", 3),
    (b"pre", 3),
    (b"rc", 3),
    (b"a", 1),
    (b"b", 2),
    (b"c", 3),
];

const POST: [(&[u8], u8); 3] = [(b"post", 1), (b"rev", 1), (b"r", 1)];

/// Epoch and release; gives back what follows.
fn release<'a>(text: &'a [u8], out: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (digits, rest) = key::digits(text)?;
    let (epoch, text) = match rest.strip_prefix(b"!") {
        Some(rest) => (digits, rest),
        None => (&b"0"[..], text),
    };
    key::number(out, epoch);
    let mut rest = text;
    let mut end = 0;
    while let Some((_, after)) = key::digits(rest) {
        end = text.len() - after.len();
        match after {
            [b'.', next, ..] if next.is_ascii_digit() => rest = after.get(1..)?,
            _ => break,
        }
    }
    let numbers = text.get(..end).filter(|numbers| !numbers.is_empty())?;
    key::numbers_without_trailing_zeros(out, numbers.split(|byte| *byte == b'.'));
    text.get(end..)
}

fn suffix<'a>(text: &'a [u8], words: &[(&[u8], u8)]) -> (Suffix<'a>, &'a [u8]) {
    let start = skip_separator(text);
    let found = words
        .iter()
        .find_map(|(word, rank)| start.strip_prefix(*word).map(|rest| (*rank, rest)));
    let Some((rank, rest)) = found else { return (None, text) };
    // The separator belongs to the suffix even where no number follows it.
    let (number, after) = key::leading(skip_separator(rest), u8::is_ascii_digit);
    (Some((rank, number)), after)
}

/// `-1` is a post-release too.
fn post(text: &[u8]) -> (Suffix<'_>, &[u8]) {
    if let Some((number, rest)) = text.strip_prefix(b"-").and_then(key::digits) {
        return (Some((1, number)), rest);
    }
    suffix(text, &POST)
}

fn skip_separator(text: &[u8]) -> &[u8] {
    match text {
        [b'-' | b'_' | b'.', rest @ ..] => rest,
        _ => text,
    }
}

fn local_key(local: Option<&[u8]>, out: &mut Vec<u8>) -> Option<()> {
    let Some(local) = local else {
        out.push(0);
        return Some(());
    };
    for part in local.split(|byte| matches!(byte, b'-' | b'_' | b'.')) {
        if key::is_number(part) {
            out.push(2);
            key::number(out, part);
        } else if !part.is_empty() && part.iter().all(u8::is_ascii_alphanumeric) {
            out.push(1);
            key::text(out, part);
        } else {
            return None;
        }
    }
    out.push(0);
    Some(())
}
