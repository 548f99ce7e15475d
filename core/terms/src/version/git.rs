//! Commits of git, which have no order.
//!
//! Source: git's documentation, `gitglossary(7)`, "object name". Two names of the same
//! commit are equal; which of two commits came first only a repository can tell. A short
//! name and a long one that begins with it may be the same commit, so they are
//! incomparable rather than different.

/// Whether two texts name different commits for certain: both are whole object names
/// (SHA-1 or SHA-256) and differ.
pub(crate) fn differ(a: &str, b: &str) -> bool {
    is_whole(a) && is_whole(b) && a.len() == b.len() && !a.eq_ignore_ascii_case(b)
}

/// Whether two texts name the same commit.
pub(super) fn same(a: &str, b: &str) -> bool {
    is_whole(a) && a.eq_ignore_ascii_case(b)
}

fn is_whole(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
