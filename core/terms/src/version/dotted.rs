//! What Alpine and Gentoo share: numbers with dots, a letter, and suffixes of a list.
//!
//! Source: those of `apk.rs` and `gentoo.rs`. Both came from one grammar, and differ in
//! how a number behind a dot that starts with zero is compared, in the suffixes, and in
//! what follows them.

use super::key;

/// How the beginning of a version becomes a key.
pub(super) struct Dotted {
    /// The tag of a number behind a dot.
    pub(super) number: u8,
    /// The tag of the letter.
    pub(super) letter: u8,
    /// What is compared, as text, of a number behind a dot that starts with zero.
    pub(super) text: fn(&[u8]) -> &[u8],
}

/// A suffix: its word, the tag of its kind, and its rank among its kind. One that begins
/// another stands behind it.
pub(super) type Suffix = (&'static [u8], u8, u8);

impl Dotted {
    /// Writes numbers and letter, and gives what follows them.
    pub(super) fn key<'t>(&self, text: &'t [u8], out: &mut Vec<u8>) -> Option<&'t [u8]> {
        let (first, mut rest) = key::digits(text)?;
        key::number(out, first);
        while let Some(after) = rest.strip_prefix(b".") {
            let (digits, after) = key::digits(after)?;
            out.push(self.number);
            self.fraction(digits, out);
            rest = after;
        }
        if let [letter @ b'a'..=b'z', after @ ..] = rest {
            out.extend([self.letter, *letter]);
            rest = after;
        }
        Some(rest)
    }

    /// A number behind a dot: as text where it starts with zero, which puts it before
    /// every one that does not.
    fn fraction(&self, digits: &[u8], out: &mut Vec<u8>) {
        if digits.first() == Some(&b'0') {
            out.push(1);
            key::text(out, (self.text)(digits));
        } else {
            out.push(2);
            key::number(out, digits);
        }
    }
}

/// Writes kind and rank of the suffix with which the text begins, and gives what follows.
pub(super) fn suffix<'t>(
    text: &'t [u8],
    suffixes: &[Suffix],
    out: &mut Vec<u8>,
) -> Option<&'t [u8]> {
    let (kind, rank, rest) = suffixes.iter().find_map(|(word, kind, rank)| {
        text.strip_prefix(*word).map(|rest| (*kind, *rank, rest))
    })?;
    out.extend([kind, rank]);
    Some(rest)
}
