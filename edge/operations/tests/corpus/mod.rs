//! The folder of real documents beside the checkout.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The corpus; where it is absent a test says so and passes, but not in CI.
pub(crate) fn corpus() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("LAZARET_SHARED").map_or_else(beside, PathBuf::from);
    let corpus = shared.join("corpus");
    if corpus.is_dir() {
        return Some(corpus);
    }
    let why = format!("{} is not there", corpus.display());
    assert!(std::env::var_os("CI").is_none(), "{why}, and is required in CI");
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
    None
}

/// The gold inventory.
pub(crate) fn gold() -> Option<PathBuf> {
    Some(corpus()?.parent()?.join("gold/inventory.csv"))
}

/// Makes one test for each database out of one body, which reads documents of the corpus.
macro_rules! on_both_with_corpus {
    ($name:ident, $body:expr) => {
        crate::databases::on_both!($name, async |fresh: Fresh| {
            if crate::corpus::corpus().is_some() {
                ($body)(fresh).await;
            }
        });
    };
}

pub(crate) use on_both_with_corpus;
