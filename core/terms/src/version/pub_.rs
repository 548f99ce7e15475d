//! Versions of Dart packages on pub.
//!
//! Source: Dart's pub versioning page and the `pub_semver` package: semantic versions whose
//! build metadata counts, later than none and ordered like a pre-release.

use super::key;
use super::semver::{self, Numbers};

pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let pieces = semver::pieces(text)?;
    semver::core(pieces.core, Numbers::Three, out)?;
    semver::pre(pieces.pre, out)?;
    match pieces.build {
        None => out.push(key::END),
        Some(build) => semver::identifiers(build, out)?,
    }
    Some(())
}
