//! Versions of R packages on CRAN.
//!
//! Source: "Writing R Extensions", §1.1.1, `Version`, and R's `package_version`: numbers
//! with dots or hyphens between them, which mean the same; compared one by one, so that
//! `0.9` < `0.75`; a longer row is later than its beginning.

use super::hackage;

pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    hackage::rows(text, |byte| matches!(byte, b'.' | b'-'), out)
}
