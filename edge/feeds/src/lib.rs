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
mod deliver;
mod document;
mod feed;
mod gone;
mod index_file;
mod run;
mod sync;
mod told;
mod unpack;

use std::io::ErrorKind;

pub use add::add;
pub use advisory::recognise::is_companion;
pub use build::{Built, Cache, Order, Progress, build, build_onto};
pub use bundle::{
    Age, Bundle, BundleError, export_bundle, import_bundle, import_expected,
};
pub use deliver::{
    Taker, documents, documents_in_memory, documents_within, only_document,
};
pub use feed::{
    Beginning, Check, Csaf, Cve, EXAMPLE, Feed, FeedsError, Kind, Nvd, Osv, read_feeds,
};
pub use gone::Gone;
pub use index_file::{IndexFile, Kept, OpenError};
pub use sync::{
    Asked, Connection, Earlier, EarlierError, Fault, Held, Library, SetAside, Standing,
};
#[cfg(fuzzing)]
pub use sync::{is_signed, read_anything};
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
    /// The index that is added to, or built onto, cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The index that is built onto is damaged.
    #[error(
        "{path} is damaged, so what it says cannot be kept; build it again from its sources"
    )]
    Damaged {
        /// The index.
        path: String,
    },
}

/// What a person can do about a file that the system does not give or take.
#[must_use]
pub fn what_helps(cause: &std::io::Error) -> &'static str {
    match cause.kind() {
        ErrorKind::NotFound => "look at the spelling, and at the folder it starts from",
        ErrorKind::PermissionDenied => "ask for the right to it",
        ErrorKind::IsADirectory => {
            "it is a folder: name the files in it, such as `FOLDER/*.json`"
        }
        ErrorKind::StorageFull => "make room on that disk",
        _ => "try again, with a file that lies on a disk of this machine",
    }
}

impl BuildError {
    /// What a person can do about it, where its sentence does not say so.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::File { cause, .. } => Some(what_helps(cause)),
            Self::Nothing { .. } => Some(
                "files, folders, .zip, .tar, .gz and .zst of OSV, CVE 5, NVD 2.0, CSAF, KEV, \
                 EPSS, OpenVEX and CycloneDX VEX are read",
            ),
            Self::Busy { .. } => Some("wait until it ends"),
            Self::Occupied { .. }
            | Self::Homeless { .. }
            | Self::Open(_)
            | Self::Damaged { .. } => None,
        }
    }

    fn file(path: &std::path::Path, cause: std::io::Error) -> Self {
        Self::File { path: path.display().to_string(), cause }
    }
}
