//! Versions of Bitnami packages.
//!
//! Source: Bitnami's vulnerability database, which follows OSV's `Bitnami` ecosystem: three
//! numbers, and behind the hyphen a revision of the packaging (`1.2.3-4`, `1.2.3-r4`), which
//! is later than the version without. A hyphen with anything else behind it is a semantic
//! pre-release (`1.2.3-rc.1`), which is earlier. Build metadata is ignored.

use super::key;
use super::semver::{self, Numbers};

pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let pieces = semver::pieces(text)?;
    semver::core(pieces.core, Numbers::Three, out)?;
    match pieces.pre.map(revision) {
        Some(None) => semver::pre(pieces.pre, out)?,
        Some(Some(digits)) => {
            semver::pre(None, out)?;
            key::number(out, digits);
        }
        None => {
            semver::pre(None, out)?;
            key::number(out, b"0");
        }
    }
    Some(())
}

fn revision(text: &[u8]) -> Option<&[u8]> {
    let digits = text.strip_prefix(b"r").unwrap_or(text);
    key::is_number(digits).then_some(digits)
}
