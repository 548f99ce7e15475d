//! Finds the real documents on which the tests run.

use std::path::{Path, PathBuf};

/// The folder or file `name` of the collection; `None`, said on stderr, where there is none.
/// With `CI` set a missing collection is a failure.
pub(crate) fn path(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("LAZARET_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = shared.join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing", path.display());
    eprintln!("skipped: {} is missing", path.display());
    None
}
