//! Versions of Julia packages.
//!
//! Source: Julia's manual, "Version Number Literals", and `VersionNumber` in its base
//! library: semantic versions of one to three numbers whose build metadata counts. An empty
//! pre-release (`1.2-`) comes before every other, an empty build (`1.2+`) after every
//! other.

use super::key;
use super::semver::{self, Numbers};

pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let pieces = semver::pieces(text)?;
    semver::core(pieces.core, Numbers::Three, out)?;
    match pieces.pre {
        Some([]) => out.push(0),
        pre => semver::pre(pre, out)?,
    }
    match pieces.build {
        None => out.push(key::END),
        Some([]) => out.push(0xFF),
        Some(build) => {
            out.push(1);
            semver::identifiers(build, out)?;
        }
    }
    Some(())
}
