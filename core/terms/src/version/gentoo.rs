//! Versions of Gentoo packages.
//!
//! Source: Package Manager Specification, EAPI 8, §3.2 and §3.3 (algorithms 3.1 to 3.7):
//! `1.2.3b_rc1_p2-r4`. The first number is compared as number; a later one that starts
//! with zero as text without its zeros at the end; more numbers are later than fewer.
//! `_alpha`, `_beta`, `_pre`, `_rc` come before the version without, `_p` behind it; a
//! suffix without number has zero, a version without revision has `-r0`.

use super::key;

const PRE_SUFFIX: u8 = 1;
const END: u8 = 2;
const SUFFIX: u8 = 3;
const LETTER: u8 = 4;
const NUMBER: u8 = 5;

const SUFFIXES: [(&[u8], u8, u8); 5] = [
    (b"alpha", PRE_SUFFIX, 1),
    (b"beta", PRE_SUFFIX, 2),
    (b"pre", PRE_SUFFIX, 3),
    (b"rc", PRE_SUFFIX, 4),
    (b"p", SUFFIX, 1),
];

pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (first, mut rest) = key::digits(text)?;
    key::number(out, first);
    while let Some(after) = rest.strip_prefix(b".") {
        let (digits, after) = key::digits(after)?;
        out.push(NUMBER);
        fraction(digits, out);
        rest = after;
    }
    if let [letter @ b'a'..=b'z', after @ ..] = rest {
        out.extend([LETTER, *letter]);
        rest = after;
    }
    while let Some(after) = rest.strip_prefix(b"_") {
        let (kind, rank, after) = SUFFIXES.iter().find_map(|(word, kind, rank)| {
            after.strip_prefix(*word).map(|rest| (*kind, *rank, rest))
        })?;
        let (digits, after) = key::leading(after, u8::is_ascii_digit);
        out.extend([kind, rank]);
        key::number(out, digits);
        rest = after;
    }
    out.push(END);
    let revision = match rest.strip_prefix(b"-r") {
        Some(digits) if key::is_number(digits) => digits,
        None if rest.is_empty() => b"0",
        _ => return None,
    };
    key::number(out, revision);
    Some(())
}

fn fraction(digits: &[u8], out: &mut Vec<u8>) {
    if digits.first() == Some(&b'0') {
        let zeros = digits.iter().rev().take_while(|digit| **digit == b'0').count();
        out.push(1);
        key::text(out, digits.get(..digits.len() - zeros).unwrap_or_default());
    } else {
        out.push(2);
        key::number(out, digits);
    }
}
