//! Versions of NuGet packages.
//!
//! Source: NuGet's documentation, "Package versioning": one to four numbers, of which
//! missing ones are zero; a semantic pre-release compared without regard to case;
//! metadata is ignored.

use super::key;
use super::semver;

pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let lower = text.to_ascii_lowercase();
    if !lower.first()?.is_ascii_digit() {
        return None;
    }
    let pieces = semver::pieces(&lower)?;
    let mut count = 0;
    for part in pieces.core.split(|byte| *byte == b'.') {
        count += 1;
        if count > 4 || !key::is_number(part) {
            return None;
        }
    }
    key::numbers_without_trailing_zeros(out, pieces.core.split(|byte| *byte == b'.'));
    semver::pre(pieces.pre, out)
}
