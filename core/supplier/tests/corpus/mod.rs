//! Where the tests find real documents.

#![expect(clippy::print_stderr, reason = "a test says why it was skipped")]

use std::path::{Path, PathBuf};

/// The folder of real documents; `None` where there is none and none is demanded.
pub(crate) fn corpus() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("LAZARET_SHARED")
        .map_or_else(|| root.join("../shared"), PathBuf::from);
    let corpus = shared.join("corpus");
    if corpus.is_dir() {
        return Some(corpus);
    }
    assert!(std::env::var_os("CI").is_none(), "no {}", corpus.display());
    eprintln!("skipped: no {}", corpus.display());
    None
}
