//! What every act works with.

use std::path::PathBuf;

use jiff::Timestamp;
use store::Store;

/// The house: its memory, where its files lie, and what time it is. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// What the house remembers.
    pub store: Store,
    /// Where the index of advisories lies.
    pub data: PathBuf,
    /// What time it is; a test may say it.
    pub now: fn() -> Timestamp,
}
