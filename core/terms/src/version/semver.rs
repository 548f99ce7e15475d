//! Semantic versions, and the schemes that share their order.
//!
//! Source: Semantic Versioning 2.0.0, §9 to §11. `npm` is node-semver, `cargo` the Cargo
//! book ("Specifying Dependencies"), `hex` Elixir's `Version`, `swift` Swift Package
//! Manager: all four are the same order. What is read beyond the letter, because
//! advisories and SBOMs write it: a leading `v` or `=`, one or two numbers (`1.2` is
//! `1.2.0`), zeros in front of a number, and in `semver` alone more than three numbers,
//! since CVE records call `1.2.3.4` semver. Numbers may be of any length.
//!
//! Pre-releases are earlier than the release and ordered part by part; build metadata is
//! ignored. `pub` (Dart, `pub_semver`) and `julia` (`VersionNumber`) order it, and `bitnami`
//! has a revision in its place: each has its own module.
//!
//! Not read: ranges and anything with another letter at the front.

use super::key;

/// How many numbers a scheme allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Three at most.
    Three,
    /// Any number of them.
    Many,
}

/// The three pieces of a version: numbers, pre-release, build metadata.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pieces<'a> {
    /// `1.2.3`
    pub(super) core: &'a [u8],
    /// What follows the hyphen; `None` where there is no hyphen.
    pub(super) pre: Option<&'a [u8]>,
    /// What follows the plus; `None` where there is no plus.
    pub(super) build: Option<&'a [u8]>,
}

/// The key of a version whose build metadata is ignored.
pub(super) fn key(text: &[u8], numbers: Numbers, out: &mut Vec<u8>) -> Option<()> {
    let pieces = pieces(text)?;
    core(pieces.core, numbers, out)?;
    pre(pieces.pre, out)?;
    pieces.build.is_none_or(are_identifiers).then_some(())
}

/// Takes a version apart; the pieces are not looked into.
pub(super) fn pieces(text: &[u8]) -> Option<Pieces<'_>> {
    let text = text.strip_prefix(b"=").unwrap_or(text).trim_ascii_start();
    let text = match text {
        [b'v' | b'V', rest @ ..] => rest,
        _ => text,
    };
    let (version, build) = split(text, b'+');
    let (core, pre) = split(version, b'-');
    core.first()?.is_ascii_digit().then_some(Pieces { core, pre, build })
}

/// The numbers, without zeros at the end.
pub(super) fn core(core: &[u8], numbers: Numbers, out: &mut Vec<u8>) -> Option<()> {
    let mut count = 0;
    for part in core.split(|byte| *byte == b'.') {
        count += 1;
        if !key::is_number(part) {
            return None;
        }
    }
    if count > 3 && numbers == Numbers::Three {
        return None;
    }
    key::numbers_without_trailing_zeros(out, core.split(|byte| *byte == b'.'));
    Some(())
}

/// The pre-release: earlier than none.
pub(super) fn pre(pre: Option<&[u8]>, out: &mut Vec<u8>) -> Option<()> {
    match pre {
        None => out.push(2),
        Some(text) => {
            out.push(1);
            identifiers(text, out)?;
        }
    }
    Some(())
}

/// Dot-separated identifiers: numbers before words, fewer before more (§11.4).
pub(super) fn identifiers(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    if !are_identifiers(text) {
        return None;
    }
    for part in text.split(|byte| *byte == b'.') {
        if key::is_number(part) {
            out.push(1);
            key::number(out, part);
        } else {
            out.push(2);
            key::text(out, part);
        }
    }
    out.push(key::END);
    Some(())
}

fn are_identifiers(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'.').all(|part| {
        !part.is_empty()
            && part.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    })
}

fn split(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|byte| *byte == at) {
        Some(position) => {
            (text.get(..position).unwrap_or_default(), text.get(position + 1..))
        }
        None => (text, None),
    }
}
