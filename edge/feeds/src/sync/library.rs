//! What is kept of one feed, and where it stopped.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::client::Tag;
use super::{Fault, SetAside};

/// The folder of documents below that of a feed.
pub(crate) const DOCUMENTS: &str = "documents";
/// The file that says where a feed stopped.
const STATE: &str = "state.json";

/// Where a feed stopped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// Where it began when this was kept.
    pub(crate) beginning: String,
    pub(crate) asked: Option<Timestamp>,
    pub(crate) changed: Option<Timestamp>,
    pub(crate) fault: Option<String>,
    pub(crate) set_aside: Vec<SetAside>,
    /// By what the answer of an address is known.
    pub(crate) tags: BTreeMap<String, Tag>,
    /// The date that the publisher gives for a document that is kept, by its path.
    pub(crate) documents: BTreeMap<String, String>,
    /// How many documents each list of a provider named when it was last believed, by its
    /// address.
    pub(crate) listed: BTreeMap<String, u64>,
    /// The newest change that was taken, in the publisher's words, by what it is of.
    pub(crate) newest: BTreeMap<String, String>,
    /// The words of the sources that the file of the feed was last seen to hold.
    pub(crate) holds: BTreeSet<String>,
    /// Fingerprints of keys that the provider named at the first time.
    pub(crate) fingerprints: Vec<String>,
}

/// The folder of one feed.
#[derive(Debug)]
pub(crate) struct Shelf {
    folder: PathBuf,
    pub(crate) state: State,
}

impl Shelf {
    /// Opens the folder of a feed. What was kept from another beginning is removed.
    pub(crate) fn open(
        library: &Path,
        feed: &str,
        beginning: &str,
    ) -> Result<Self, Fault> {
        let folder = library.join(feed);
        let path = folder.join(STATE);
        let state = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|cause| Fault::File {
                path: path.display().to_string(),
                cause: format!("{cause}; remove the folder to fetch everything again"),
            })?,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                State::default()
            }
            Err(cause) => return Err(Fault::file(&path, &cause)),
        };
        let mut shelf = Self { folder, state };
        if shelf.state.beginning != beginning {
            shelf.clear()?;
            shelf.state = State { beginning: beginning.to_owned(), ..State::default() };
        }
        Ok(shelf)
    }

    /// Where a document is kept.
    pub(crate) fn path(&self, document: &str) -> PathBuf {
        self.folder.join(DOCUMENTS).join(document)
    }

    /// Where something is put that is no document, so that a build never reads it.
    pub(crate) fn beside(&self, name: &str) -> Result<PathBuf, Fault> {
        fs::create_dir_all(&self.folder)
            .map_err(|cause| Fault::file(&self.folder, &cause))?;
        Ok(self.folder.join(name))
    }

    /// Where a document is kept, in a folder that is there.
    pub(crate) fn made_path(&self, document: &str) -> Result<PathBuf, Fault> {
        let path = self.path(document);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|cause| Fault::file(folder, &cause))?;
        }
        Ok(path)
    }

    pub(crate) fn holds(&self, document: &str) -> bool {
        self.path(document).is_file()
    }

    /// Keeps the bytes of a document.
    pub(crate) fn keep(&self, document: &str, bytes: &[u8]) -> Result<(), Fault> {
        write(&self.made_path(document)?, bytes)
    }

    /// Removes a document, if it is there.
    pub(crate) fn remove(&self, document: &str) -> Result<(), Fault> {
        let path = self.path(document);
        match fs::remove_file(&path) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                Err(Fault::file(&path, &cause))
            }
            _ => Ok(()),
        }
    }

    /// Removes a folder of documents, if it is there.
    pub(crate) fn remove_folder(&self, folder: &str) -> Result<(), Fault> {
        let path = self.path(folder);
        match fs::remove_dir_all(&path) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                Err(Fault::file(&path, &cause))
            }
            _ => Ok(()),
        }
    }

    fn clear(&self) -> Result<(), Fault> {
        self.remove_folder("")
    }

    /// Writes down where the feed stopped.
    pub(crate) fn save(&self) -> Result<(), Fault> {
        fs::create_dir_all(&self.folder)
            .map_err(|cause| Fault::file(&self.folder, &cause))?;
        let path = self.folder.join(STATE);
        let bytes = serde_json::to_vec_pretty(&self.state).map_err(|cause| {
            Fault::File { path: path.display().to_string(), cause: cause.to_string() }
        })?;
        write(&path, &bytes)
    }
}

/// Where a feed stopped, if it ever began.
pub(crate) fn state_of(library: &Path, feed: &str) -> Option<State> {
    let bytes = fs::read(library.join(feed).join(STATE)).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Writes a file aside, syncs it and renames it into its place.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let mut aside = path.as_os_str().to_owned();
    aside.push(".new");
    let aside = PathBuf::from(aside);
    let written = fs::File::create(&aside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&aside, path)
    });
    written.map_err(|cause| {
        // The fault that is told is the first one.
        let _ = fs::remove_file(&aside);
        Fault::file(path, &cause)
    })
}

/// A part of a path that is a plain name on every system, or nothing.
pub(crate) fn plain_name(text: &str) -> Option<&str> {
    let is_plain = |char: char| {
        char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.' | '+')
    };
    let is_name = !text.is_empty()
        && text.len() <= 200
        && text.chars().all(is_plain)
        && !text.starts_with('.')
        && !text.ends_with(".new");
    is_name.then_some(text)
}
