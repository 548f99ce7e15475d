//! Fetches bytes, and keeps the index file.
//!
//! [`build()`] collects sources, turns each into a sorted run and merges runs into an index;
//! [`add()`] lays new advisories over an index; [`IndexFile`] opens and maps what was
//! written, for every command that looks up. [`Library`] asks the feeds that are subscribed to
//! ([`read_feeds`]), checks what they give, and keeps it;
//! [`export_bundle`] and [`import_bundle`] carry it over an air gap.

mod add;
mod build;
mod bundle;
mod collect;
mod document;
mod feed;
mod index_file;
mod run;
mod sync;
mod told;
mod unpack;

pub use add::add;
pub use build::{Built, Cache, Order, Progress, build};
pub use bundle::{
    Age, Bundle, BundleError, export_bundle, import_bundle, import_expected,
};
pub use feed::{
    Beginning, Check, Csaf, Cve, EXAMPLE, Feed, FeedsError, Kind, Nvd, Osv, read_feeds,
};
pub use index_file::{IndexFile, Kept, OpenError};
#[cfg(fuzzing)]
pub use sync::read_anything;
pub use sync::{Asked, Connection, Fault, Held, Library, SetAside, Standing};
pub use told::{Told, What};

/// Why an index could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A source or the index could not be read or written.
    #[error("{path}: {cause}")]
    File {
        /// The file or folder.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Not one document could be read; nothing was written.
    #[error("no source holds a document that is read ({documents} looked at)")]
    Nothing {
        /// How many documents there were.
        documents: u64,
        /// Which, and why none of them.
        told: Box<Told>,
    },
    /// Another build of the same index is at work.
    #[error("another build of {path} is at work")]
    Busy {
        /// The index.
        path: String,
    },
    /// A file that is no index stands where the index is to be written.
    #[error("{path} is {what}, and would be lost; name another file with `--index`")]
    Occupied {
        /// Where the index was to be written.
        path: String,
        /// What is there.
        what: &'static str,
    },
    /// There is no folder for the index.
    #[error(
        "there is no folder {folder} for the index; make it, or name another file with `--index`"
    )]
    Homeless {
        /// The folder.
        folder: String,
    },
    /// The index that is added to cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl BuildError {
    fn file(path: &std::path::Path, cause: std::io::Error) -> Self {
        Self::File { path: path.display().to_string(), cause }
    }
}
