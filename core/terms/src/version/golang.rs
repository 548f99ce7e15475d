//! Versions of Go modules and of Go itself.
//!
//! Source: The Go Modules Reference, "Versions" and "Pseudo-versions"; golang.org/x/mod
//! `semver`; for `go1.24.1` the toolchain names of "Go Toolchains". Module versions are
//! semantic versions with or without `v`; `+incompatible` and other build metadata are
//! ignored; a pseudo-version is a pre-release and needs no rule of its own. `go1.22rc2` is
//! read as `1.22.0-rc.2`, so that it can stand beside the ranges of OSV's `stdlib`.
//!
//! Not read: `(devel)`, which names no version.

use super::key;
use super::semver::{self, Numbers};

pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    match text.strip_prefix(b"go") {
        Some(toolchain) => toolchain_key(toolchain, out),
        None => semver::key(text, Numbers::Three, out),
    }
}

/// `1.24.1`, `1.22rc2`, `1.20beta1`.
fn toolchain_key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (core, rest) = key::leading(text, |byte| byte.is_ascii_digit() || *byte == b'.');
    semver::core(core, Numbers::Three, out)?;
    if rest.is_empty() {
        return semver::pre(None, out);
    }
    let (word, number) = key::leading(rest, u8::is_ascii_alphabetic);
    if !matches!(word, b"rc" | b"beta") || !key::is_number(number) {
        return None;
    }
    out.push(1);
    out.push(2);
    key::text(out, word);
    out.push(1);
    key::number(out, number);
    out.push(key::END);
    Some(())
}
