//! Versions of Haskell and R packages: rows of numbers, a longer one later.
//!
//! Source: the Haskell Package Versioning Policy (`Data.Version`: numbers with dots,
//! `1.0` < `1.0.0`); for `cran` R's `package_version`, which has hyphens among the dots
//! and gives both the same meaning (`0.1-0` = `0.1.0`).

use super::key;

pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    rows(text, |byte| *byte == b'.', out)
}

/// The key of a row of numbers with `is_separator` between them.
pub(super) fn rows(
    text: &[u8],
    is_separator: fn(&u8) -> bool,
    out: &mut Vec<u8>,
) -> Option<()> {
    for part in text.split(is_separator) {
        if !key::is_number(part) {
            return None;
        }
        key::number(out, part);
    }
    out.push(key::END);
    Some(())
}
