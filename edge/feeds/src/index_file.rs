//! Opens and maps an index file and what was laid over it.
//!
//! This is the one module of the workspace with `unsafe`: mapping a file is unsafe because
//! somebody could shorten or rewrite it while it is mapped. Nobody does: an index is
//! written aside and renamed, never changed in place, so a reader keeps the file that it
//! opened. Whatever the bytes are, the look-ups of `advisory::index` check every range
//! that they read, and a fuzz target holds them to it. What is bought: an index of a
//! gigabyte opens in microseconds and shares its memory with every other reader.

#![expect(unsafe_code, reason = "memmap2::Mmap::map is the only way to map a file")]

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use advisory::index::Index;
use memmap2::Mmap;
use reading::Rejected;

use crate::what_helps;

/// Why an index could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no file.
    #[error(
        "there is no index at {path}; build one with `lazaret feed build --index {path} SOURCE…`"
    )]
    Missing {
        /// Where it was looked for.
        path: String,
    },
    /// It could not be read.
    #[error("{path}: {cause}; {}", what_helps(cause))]
    File {
        /// The file.
        path: String,
        /// What the system says.
        cause: io::Error,
    },
    /// It is no index, or not a whole one.
    #[error("{path}: {cause}; {}", cause.hint)]
    Refused {
        /// The file.
        path: String,
        /// What was found.
        cause: Rejected,
    },
}

/// Where the parts of an index are kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The index.
    pub index: PathBuf,
    /// What was added since it was built; it need not exist.
    pub overlay: PathBuf,
    /// The sorted runs of its sources.
    pub runs: PathBuf,
    /// Documents that were added, which every build reads too.
    pub added: PathBuf,
}

impl Kept {
    /// The parts of the index at `path`: `FILE`, `FILE.overlay` and the folders
    /// `FILE.runs` and `FILE.added`. A link leads to the file that it names, so that an
    /// index has the same parts by each of its names.
    #[must_use]
    pub fn beside(path: &Path) -> Self {
        let path = followed(path);
        let with = |ending: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        };
        Self {
            index: path.clone(),
            overlay: with(".overlay"),
            runs: with(".runs"),
            added: with(".added"),
        }
    }

    /// Documents that were added since the index was built.
    pub(crate) fn new_documents(&self) -> PathBuf {
        self.added.join("new")
    }
}

/// Links that are followed one behind the other, as Linux does.
const LINKS_MAX: usize = 40;

/// The file to which a link leads, also where it is not there yet.
fn followed(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS_MAX {
        let Ok(target) = fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    path
}

/// An index file, mapped, with its overlay if there is one.
#[derive(Debug)]
pub struct IndexFile {
    path: String,
    base: Mapped,
    overlay: Option<Mapped>,
}

impl IndexFile {
    /// Opens and maps the index at `path`.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let kept = Kept::beside(path);
        let name = path.display().to_string();
        let fault = |cause: io::Error| match cause.kind() {
            io::ErrorKind::NotFound => OpenError::Missing { path: name.clone() },
            _ => OpenError::File { path: name.clone(), cause },
        };
        // The overlay first: a build that replaces the base then removes the overlay can
        // only leave us with words that are said twice, never with words unsaid.
        let overlay = match Mapped::open(&kept.overlay) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => None,
            other => Some(other.map_err(&fault)?),
        };
        let base = Mapped::open(path).map_err(&fault)?;
        Ok(Self { path: name, base, overlay })
    }

    /// The index, checked.
    ///
    /// # Errors
    /// When the file is no index of this edition, or was cut short.
    pub fn index(&self) -> Result<Index<'_>, OpenError> {
        let overlays: Vec<&[u8]> = self.overlay.iter().map(Mapped::bytes).collect();
        Index::open(self.base.bytes(), &overlays)
            .map_err(|cause| OpenError::Refused { path: self.path.clone(), cause })
    }

    /// Bytes of index and overlay.
    #[must_use]
    pub fn len(&self) -> u64 {
        let overlay = self.overlay.as_ref().map_or(0, |overlay| overlay.bytes().len());
        (self.base.bytes().len() + overlay) as u64
    }

    /// Whether there is not a byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether something was added since it was built.
    #[must_use]
    pub fn has_overlay(&self) -> bool {
        self.overlay.is_some()
    }
}

/// One mapped file.
#[derive(Debug)]
struct Mapped {
    /// An empty file cannot be mapped.
    map: Option<Mmap>,
}

impl Mapped {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let kind = file.metadata()?;
        if kind.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if kind.len() == 0 {
            return Ok(Self { map: None });
        }
        // SAFETY: the file is only ever replaced by renaming, so the mapped bytes stay.
        let map = unsafe { Mmap::map(&file)? };
        Ok(Self { map: Some(map) })
    }

    fn bytes(&self) -> &[u8] {
        self.map.as_deref().unwrap_or(&[])
    }
}
