//! Versions of Gentoo packages.
//!
//! Source: Package Manager Specification, EAPI 8, §3.2 and §3.3 (algorithms 3.1 to 3.7):
//! `1.2.3b_rc1_p2-r4`. The first number is compared as number; a later one that starts
//! with zero as text without its zeros at the end; more numbers are later than fewer.
//! `_alpha`, `_beta`, `_pre`, `_rc` come before the version without, `_p` behind it; a
//! suffix without number has zero, a version without revision has `-r0`.

use super::dotted::{self, Dotted, Suffix};
use super::key;

const PRE_SUFFIX: u8 = 1;
const END: u8 = 2;
const SUFFIX: u8 = 3;
const LETTER: u8 = 4;
const NUMBER: u8 = 5;

const NUMBERS: Dotted =
    Dotted { number: NUMBER, letter: LETTER, text: without_zeros_at_the_end };

const SUFFIXES: [Suffix; 5] = [
    (b"alpha", PRE_SUFFIX, 1),
    (b"beta", PRE_SUFFIX, 2),
    (b"pre", PRE_SUFFIX, 3),
    (b"rc", PRE_SUFFIX, 4),
    (b"p", SUFFIX, 1),
];

pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let mut rest = NUMBERS.key(text, out)?;
    while let Some(after) = rest.strip_prefix(b"_") {
        let after = dotted::suffix(after, &SUFFIXES, out)?;
        let (digits, after) = key::leading(after, u8::is_ascii_digit);
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

fn without_zeros_at_the_end(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().rev().take_while(|digit| **digit == b'0').count();
    digits.get(..digits.len() - zeros).unwrap_or_default()
}
