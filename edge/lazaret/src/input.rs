//! Files that are named on the command line, and what is said when they cannot be read.
//!
//! `-` is standard input. No more is read than the limit of a document, whatever the length
//! that the system tells: a pipe or a device has none.

use std::ffi::OsStr;
use std::fs::File;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use reading::{Place, Rejected, limits};

/// One file from the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Input {
    path: PathBuf,
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        Self { path }
    }
}

impl From<&OsStr> for Input {
    fn from(path: &OsStr) -> Self {
        Self { path: path.into() }
    }
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    /// The system does not give it.
    #[error("{0}")]
    System(#[from] io::Error),
    /// It is no document of the kind that was asked for.
    #[error("{0}")]
    Rejected(#[from] Rejected),
}

impl Input {
    /// The name to show: the path as given, or `standard input`.
    pub(crate) fn name(&self) -> String {
        if self.is_stdin() {
            return "standard input".to_owned();
        }
        self.path.display().to_string()
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// When the system does not give them, or they are more than are read.
    pub(crate) fn read(&self) -> Result<Vec<u8>, Unreadable> {
        if self.is_stdin() {
            return bounded(io::stdin().lock(), 0);
        }
        let length = std::fs::metadata(&self.path)?.len();
        if length > limits::DOCUMENT_BYTES_MAX as u64 {
            return Err(Unreadable::Rejected(too_long()));
        }
        bounded(File::open(&self.path)?, usize::try_from(length).unwrap_or_default())
    }

    /// Why the file is refused, in the lines that follow `error: `: what, where, and what
    /// can be done.
    pub(crate) fn refusal(&self, why: &Unreadable) -> String {
        let name = self.name();
        match why {
            Unreadable::System(error) => {
                format!(
                    "{name} cannot be read: {error}\nhelp: {}",
                    feeds::what_helps(error)
                )
            }
            Unreadable::Rejected(refused) => {
                let place = match &refused.place {
                    Place::Document => String::new(),
                    place => format!(", {place}"),
                };
                format!(
                    "{}\n  --> {name}{place}\nhelp: {}",
                    refused.message, refused.hint
                )
            }
        }
    }

    fn is_stdin(&self) -> bool {
        self.path == Path::new("-")
    }
}

fn bounded(source: impl Read, length: usize) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    // One byte more than was told, so that the end is met without growing.
    bytes.try_reserve_exact(length.saturating_add(1)).map_err(io::Error::other)?;
    let limit = limits::DOCUMENT_BYTES_MAX as u64;
    source.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(Unreadable::Rejected(too_long()));
    }
    Ok(bytes)
}

fn too_long() -> Rejected {
    Rejected::new(
        Place::Document,
        format!(
            "the file is longer than the {} MiB that are read",
            limits::DOCUMENT_BYTES_MAX / (1024 * 1024)
        ),
        "split the document",
    )
}

/// A key for this run alone: it joins exports of one answer, and is forgotten with it.
pub(crate) fn fresh_key() -> [u8; 32] {
    let mut key = [0; 32];
    for part in key.chunks_mut(8) {
        // The standard library seeds its hashers from the system's randomness.
        let word = RandomState::new().build_hasher().finish();
        part.copy_from_slice(&word.to_le_bytes());
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_whole_and_one_without_end_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bom.json");
        std::fs::write(&path, b"{}").unwrap();
        assert_eq!(Input::from(path).read().unwrap(), b"{}");
        let missing = Input::from(folder.path().join("none")).read();
        assert!(matches!(missing, Err(Unreadable::System(_))));
        let endless = bounded(io::repeat(b' '), 0);
        assert!(matches!(endless, Err(Unreadable::Rejected(_))));
    }

    #[test]
    fn a_refusal_says_what_where_and_what_can_be_done() {
        #[track_caller]
        fn check(place: Place, hint: &'static str, expected: &str) {
            let why = Unreadable::Rejected(Rejected::new(place, "this is a tree", hint));
            assert_eq!(Input::from(PathBuf::from("a.json")).refusal(&why), expected);
        }

        check(
            Place::Document,
            "plant it",
            "this is a tree\n  --> a.json\nhelp: plant it",
        );
        check(
            Place::Pointer("/a".to_owned()),
            "cut it down",
            "this is a tree\n  --> a.json, /a\nhelp: cut it down",
        );
    }

    #[test]
    fn a_file_that_is_not_there_and_a_folder_are_told_with_what_can_be_done() {
        let folder = tempfile::tempdir().unwrap();
        let missing = Input::from(folder.path().join("none"));
        let told = missing.refusal(&missing.read().unwrap_err());
        assert!(told.contains("none cannot be read"), "{told}");
        assert!(told.contains("\nhelp: look at the spelling"), "{told}");
        let folder = Input::from(folder.path().to_owned());
        let told = folder.refusal(&folder.read().unwrap_err());
        assert!(told.contains("\nhelp: it is a folder"), "{told}");
    }

    #[test]
    fn a_file_with_holes_longer_than_the_limit_is_refused_unread() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long.json");
        File::create(&path).unwrap().set_len(1 << 40).unwrap();
        let refused = Input::from(path).read();
        assert!(matches!(refused, Err(Unreadable::Rejected(_))));
    }
}
