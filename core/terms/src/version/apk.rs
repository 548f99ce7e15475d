//! Versions of Alpine packages.
//!
//! Source: apk-package(5) of apk-tools 3, "version"; its order is that of `apk version -t` of
//! apk-tools 3: `1.2.3b_rc1_p2~1a2b3c-r4`, that is numbers, a letter, suffixes, a commit
//! and a release, of which all but the first number may be missing. A number behind
//! a dot that starts with zero is compared as text (`1.05` < `1.1`). `_alpha`, `_beta`, `_pre`, `_rc`
//! come before the version without; `_cvs`, `_svn`, `_git`, `_hg`, `_p` behind it. A
//! version without release comes before `-r0`.
//!
//! Not read: what apk-tools 3 calls invalid (`1.2.0A`, `V1`, `1.9.5p1`); its releases order
//! such texts differently.

use super::dotted::{self, Dotted, Suffix};
use super::key;

const PRE_SUFFIX: u8 = 1;
const END: u8 = 2;
const RELEASE: u8 = 3;
const COMMIT: u8 = 4;
const SUFFIX_NUMBER: u8 = 5;
const SUFFIX: u8 = 6;
const LETTER: u8 = 7;
const NUMBER: u8 = 8;

const NUMBERS: Dotted = Dotted { number: NUMBER, letter: LETTER, text: |digits| digits };

/// The suffixes, those that begin others first, with their rank among their kind.
const SUFFIXES: [Suffix; 9] = [
    (b"alpha", PRE_SUFFIX, 1),
    (b"beta", PRE_SUFFIX, 2),
    (b"pre", PRE_SUFFIX, 3),
    (b"rc", PRE_SUFFIX, 4),
    (b"cvs", SUFFIX, 1),
    (b"svn", SUFFIX, 2),
    (b"git", SUFFIX, 3),
    (b"hg", SUFFIX, 4),
    (b"p", SUFFIX, 5),
];

pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let mut rest = NUMBERS.key(text, out)?;
    while let Some(after) = rest.strip_prefix(b"_") {
        rest = suffix(after, out)?;
    }
    if let Some(after) = rest.strip_prefix(b"~") {
        let (commit, after) = key::leading(after, is_commit);
        if commit.is_empty() {
            return None;
        }
        out.push(COMMIT);
        key::text(out, commit);
        rest = after;
    }
    if let Some(release) = rest.strip_prefix(b"-r") {
        let (digits, after) = key::digits(release)?;
        out.push(RELEASE);
        key::number(out, digits);
        rest = after;
    }
    out.push(END);
    rest.is_empty().then_some(())
}

fn suffix<'a>(text: &'a [u8], out: &mut Vec<u8>) -> Option<&'a [u8]> {
    let rest = dotted::suffix(text, &SUFFIXES, out)?;
    match key::digits(rest) {
        Some((digits, rest)) => {
            out.push(SUFFIX_NUMBER);
            key::number(out, digits);
            Some(rest)
        }
        None => Some(rest),
    }
}

fn is_commit(byte: &u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}
