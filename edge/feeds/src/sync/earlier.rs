//! The index that was in use before feeds were followed, and which indexes feeds made.
//!
//! Who names an index and follows feeds afterwards does not want to know less than before: what
//! the index says stays, as a source of its own, until a feed says it as new. A copy lies in the
//! library, so that the file that was named may go.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use advisory::Source;
use advisory::index::{Alone, Counts};
use blake3::Hash;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::library::write;
use super::{Fault, Library};
use crate::{IndexFile, Kept, OpenError};

/// The folder, which has the name of no feed.
const FOLDER: &str = ".earlier";
const INDEX: &str = "advisories.index";
const TOLD: &str = "earlier.json";
/// The digests of indexes that were made of this library.
const MADE: &str = ".made";
/// How many of them are remembered: the one in use, and one that is to be.
const MADE_MAX: usize = 4;

/// What is told of an index that was there before feeds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Earlier {
    /// Since when it had been judged with.
    pub since: Timestamp,
    /// Records and entries of catalogs that it holds.
    pub records: u64,
    /// The newest change that it knows, as its records state it; empty where none does.
    pub newest: String,
    /// How many of them stand on its word alone, since no feed says them as new.
    pub alone: Option<u64>,
    /// The newest change that these state, by the word of their source.
    pub newest_alone: BTreeMap<String, String>,
    /// Why it is judged with no more.
    pub fault: Option<String>,
}

impl Earlier {
    /// Notes what stands on its word alone.
    pub fn stands(&mut self, alone: &Alone) {
        self.alone = Some(alone.entries);
        let of = |(source, newest): (&Source, &String)| {
            let newest = newest.trim_end_matches('Z');
            let stated =
                if newest.is_empty() { String::new() } else { format!("{newest}Z") };
            (source.word().to_owned(), stated)
        };
        self.newest_alone = alone.newest.iter().map(of).collect();
    }
}

/// Why what an index says cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum EarlierError {
    /// The index cannot be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It cannot be copied.
    #[error(transparent)]
    Library(#[from] Fault),
}

impl Library {
    /// Keeps a copy of an index that no feed made, in the place of one that was kept before:
    /// whoever named another wants that one.
    ///
    /// # Errors
    /// When it cannot be read or copied; then what was kept before stays.
    pub fn keep_earlier(
        &self,
        index: &Path,
        since: Timestamp,
    ) -> Result<Earlier, EarlierError> {
        let counts = IndexFile::open(index)?.index()?.counts();
        let folder = self.folder().join(FOLDER);
        let failed = |cause: io::Error| Fault::file(&folder, &cause);
        let aside = self.folder().join(format!("{FOLDER}.new"));
        if aside.exists() {
            fs::remove_dir_all(&aside).map_err(failed)?;
        }
        fs::create_dir_all(&aside).map_err(failed)?;
        let (from, to) = (Kept::beside(index), Kept::beside(&aside.join(INDEX)));
        if from.overlay.is_file() {
            fs::copy(&from.overlay, &to.overlay).map_err(failed)?;
        }
        fs::copy(&from.index, &to.index).map_err(failed)?;
        let earlier = Earlier {
            since,
            records: counts.entries(),
            newest: newest(&counts),
            ..Earlier::default()
        };
        tell(&aside, &earlier)?;
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(failed)?;
        }
        fs::rename(&aside, &folder).map_err(failed)?;
        Ok(earlier)
    }

    /// Keeps a copy of an index that is about to be replaced by one of this library, where it was
    /// not made of it; to be asked before feeds are. `None` where there is nothing to keep.
    ///
    /// # Errors
    /// When it cannot be read or copied.
    pub fn keep_if_another_made_it(
        &self,
        index: &Path,
    ) -> Result<Option<Earlier>, EarlierError> {
        let failed = |cause: io::Error| Fault::file(index, &cause);
        let met = match fs::metadata(index) {
            Ok(met) if met.is_file() && met.len() > 0 => met,
            // What else may stand there is for a build to say.
            _ => return Ok(None),
        };
        let is_own = match self.folder().join(MADE).exists() {
            true => self.has_made(digest(index).map_err(failed)?.as_bytes()),
            // Earlier versions did not note what they made of what they kept.
            false => !self.feeds().map_err(failed)?.is_empty(),
        };
        if is_own {
            return Ok(None);
        }
        let made = met.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
        self.keep_earlier(index, made.unwrap_or_default()).map(Some)
    }

    /// The index that was there before feeds: where its copy lies, and what is told of it.
    #[must_use]
    pub fn earlier(&self) -> Option<(PathBuf, Earlier)> {
        let folder = self.folder().join(FOLDER);
        let index = folder.join(INDEX);
        let told = fs::read(folder.join(TOLD)).ok()?;
        let told = serde_json::from_slice(&told).ok()?;
        index.is_file().then_some((index, told))
    }

    /// Notes what became of the earlier index.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn tell_earlier(&self, earlier: &Earlier) -> Result<(), Fault> {
        tell(&self.folder().join(FOLDER), earlier)
    }

    /// Whether an index with that digest was made of this library.
    #[must_use]
    pub fn has_made(&self, digest: &[u8]) -> bool {
        self.made().iter().any(|made| made.as_bytes()[..] == *digest)
    }

    /// Notes that an index is made of this library, before anybody uses it.
    ///
    /// # Errors
    /// When it cannot be read, or that cannot be written.
    pub fn note_made(&self, index: &Path) -> Result<(), Fault> {
        let digest = digest(index).map_err(|cause| Fault::file(index, &cause))?;
        let mut made = self.made();
        made.retain(|known| *known != digest);
        made.push(digest);
        let spent = made.len().saturating_sub(MADE_MAX);
        made.drain(..spent);
        let lines: String =
            made.iter().map(|made| format!("{}\n", made.to_hex())).collect();
        write(&self.folder().join(MADE), lines.as_bytes())
    }

    fn made(&self) -> Vec<Hash> {
        let lines = fs::read_to_string(self.folder().join(MADE)).unwrap_or_default();
        lines.lines().filter_map(|line| Hash::from_hex(line).ok()).collect()
    }
}

/// The digest of a file.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn digest(file: &Path) -> io::Result<Hash> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(fs::File::open(file)?)?;
    Ok(hasher.finalize())
}

fn tell(folder: &Path, earlier: &Earlier) -> Result<(), Fault> {
    let path = folder.join(TOLD);
    let bytes = serde_json::to_vec_pretty(earlier).map_err(|cause| Fault::File {
        path: path.display().to_string(),
        cause: cause.to_string(),
    })?;
    write(&path, &bytes)
}

/// The newest change of any record; catalogs of exploits and scores are of their own day.
fn newest(counts: &Counts) -> String {
    let newest = counts.sources.iter().map(|count| count.newest.as_str());
    newest.max().unwrap_or_default().to_owned()
}
