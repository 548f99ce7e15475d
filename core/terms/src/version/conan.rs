//! Versions of Conan packages.
//!
//! Source: Conan 2's documentation, "Version ranges" and "Versions", and its `Version`
//! class: items at dots, each a number or a text; zeros at the end do not count; behind a
//! hyphen a pre-release, which is earlier; behind the last plus a build, which is later.
//! Numbers are compared as numbers, and as soon as one item is text both as text.
//!
//! That last rule has circles (`20` < `100` < `1a` < `20`), so only a version whose texts
//! all begin with a letter has a sort key.

use std::cmp::Ordering;

use super::key;

/// How two texts stand to each other.
pub(super) fn compare(a: &[u8], b: &[u8]) -> Option<Ordering> {
    let (a, b) = (Pieces::of(a)?, Pieces::of(b)?);
    let order = compare_items(a.core, b.core).then_with(|| match (a.pre, b.pre) {
        (Some(a), Some(b)) => compare_items(a, b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    Some(order.then_with(|| match (a.build, b.build) {
        (Some(a), Some(b)) => compare_items(a, b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }))
}

/// The key of a version whose texts begin with a letter.
pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let pieces = Pieces::of(text)?;
    items_key(pieces.core, out)?;
    match pieces.pre {
        Some(pre) => {
            out.push(1);
            items_key(pre, out)?;
        }
        None => out.push(2),
    }
    match pieces.build {
        Some(build) => {
            out.push(2);
            items_key(build, out)?;
        }
        None => out.push(1),
    }
    Some(())
}

struct Pieces<'a> {
    core: &'a [u8],
    pre: Option<&'a [u8]>,
    build: Option<&'a [u8]>,
}

impl<'a> Pieces<'a> {
    fn of(text: &'a [u8]) -> Option<Self> {
        let is_allowed = |byte: &u8| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'.' | b'_' | b'+' | b'-' | b'*')
        };
        if text.is_empty() || !text.iter().all(is_allowed) {
            return None;
        }
        let (version, build) = match text.iter().rposition(|byte| *byte == b'+') {
            Some(at) => (text.get(..at)?, text.get(at + 1..)),
            None => (text, None),
        };
        let (core, pre) = match version.iter().position(|byte| *byte == b'-') {
            Some(at) => (version.get(..at)?, version.get(at + 1..)),
            None => (version, None),
        };
        Some(Self { core, pre, build })
    }
}

fn items(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let kept = {
        let mut kept = text;
        while let Some((head, last)) = last_item(kept) {
            if !key::is_number(last) || !key::significant(last).is_empty() {
                break;
            }
            kept = head;
        }
        kept
    };
    let is_nothing = kept.is_empty() && !text.is_empty();
    kept.split(|byte| *byte == b'.').filter(move |_| !is_nothing)
}

/// The last item and what stands before it.
fn last_item(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if text.is_empty() {
        return None;
    }
    match text.iter().rposition(|byte| *byte == b'.') {
        Some(at) => Some((text.get(..at)?, text.get(at + 1..)?)),
        None => Some((&[], text)),
    }
}

fn compare_items(a: &[u8], b: &[u8]) -> Ordering {
    items(a)
        .map(Some)
        .chain(std::iter::repeat(None))
        .zip(items(b).map(Some).chain(std::iter::repeat(None)))
        .map(|(a, b)| match (a, b) {
            (Some(a), Some(b)) => Some(compare_item(a, b)),
            (None, None) => None,
            (a, b) => Some(a.is_some().cmp(&b.is_some())),
        })
        .take_while(Option::is_some)
        .flatten()
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn compare_item(a: &[u8], b: &[u8]) -> Ordering {
    match (key::is_number(a), key::is_number(b)) {
        (true, true) => key::compare_numbers(a, b),
        // Conan compares the number as it prints it, without zeros in front.
        (true, false) => plain(a).cmp(b),
        (false, true) => a.cmp(plain(b)),
        (false, false) => a.cmp(b),
    }
}

fn plain(digits: &[u8]) -> &[u8] {
    match key::significant(digits) {
        [] => b"0",
        digits => digits,
    }
}

fn items_key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    for item in items(text) {
        if key::is_number(item) {
            out.push(1);
            key::number(out, item);
        } else if item.first().is_some_and(u8::is_ascii_alphabetic) {
            out.push(2);
            key::text(out, item);
        } else {
            return None;
        }
    }
    out.push(key::END);
    Some(())
}
