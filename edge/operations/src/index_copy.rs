//! The house's own copy of the index: below the data folder, named by its digest.
//!
//! What is in use must not change or vanish because somebody builds or moves a file: a copy
//! is written aside, synced and renamed, its overlay first. `feed build` and `feed add` may
//! do to the other file what they like.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use blake3::{Hash, Hasher};
use feeds::{IndexFile, Kept, OpenError};

/// The folder below the data folder.
const FOLDER: &str = "index";
/// How the names of copies end.
const ENDING: &str = ".index";

/// The copy of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IndexCopy {
    /// Its path below the data folder.
    pub(crate) file: String,
    /// BLAKE3 of the index; with an overlay, of both digests.
    pub(crate) digest: [u8; 32],
}

/// Copies an index that can be opened below the data folder, unless it is there already.
pub(crate) fn bring_in(index: &Path, data: &Path) -> Result<IndexCopy, OpenError> {
    IndexFile::open(index)?.index()?;
    let kept = Kept::beside(index);
    let failed = |cause| OpenError::File { path: index.display().to_string(), cause };
    let known = Copied::of(&kept, &mut io::sink(), &mut io::sink()).map_err(failed)?;
    let folder = data.join(FOLDER);
    let is_there = |copied: &Copied| folder.join(copied.name()).is_file();
    if is_there(&known) {
        return Ok(known.told());
    }
    let failed = |cause| OpenError::File { path: folder.display().to_string(), cause };
    copy(&kept, &folder).map(|copied| copied.told()).map_err(failed)
}

/// Removes the copies of indexes that are needed no more. Whoever has one open keeps it.
pub(crate) fn forget_others(data: &Path, needed: &[String]) -> io::Result<()> {
    let folder = data.join(FOLDER);
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let name = format!("{FOLDER}/{}", path.file_name().unwrap_or_default().display());
        if !needed.iter().any(|needed| name.starts_with(needed)) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// The digests of what was read.
struct Copied {
    base: Hash,
    overlay: Option<Hash>,
}

impl Copied {
    /// Reads an index and its overlay, and hands their bytes on. The overlay first: a build
    /// that folds it in meanwhile can only leave words that are said twice.
    fn of(
        kept: &Kept,
        base: &mut impl io::Write,
        overlay: &mut impl io::Write,
    ) -> io::Result<Self> {
        let overlay = match File::open(&kept.overlay) {
            Ok(file) => Some(hashed(file, overlay)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        Ok(Self { base: hashed(File::open(&kept.index)?, base)?, overlay })
    }

    fn digest(&self) -> Hash {
        let Some(overlay) = self.overlay else { return self.base };
        let mut hasher = Hasher::new();
        hasher.update(self.base.as_bytes()).update(overlay.as_bytes());
        hasher.finalize()
    }

    fn name(&self) -> String {
        format!("{}{ENDING}", self.digest().to_hex())
    }

    fn told(&self) -> IndexCopy {
        let file = format!("{FOLDER}/{}", self.name());
        IndexCopy { file, digest: *self.digest().as_bytes() }
    }
}

fn hashed(mut file: File, out: &mut impl io::Write) -> io::Result<Hash> {
    let mut hasher = Hasher::new();
    let mut block = vec![0; 1 << 20];
    loop {
        let length = file.read(&mut block)?;
        let Some(read) = block.get(..length).filter(|read| !read.is_empty()) else {
            return Ok(hasher.finalize());
        };
        hasher.update(read);
        out.write_all(read)?;
    }
}

fn copy(kept: &Kept, folder: &Path) -> io::Result<Copied> {
    fs::create_dir_all(folder)?;
    let mark = std::process::id();
    let (base, overlay) =
        (folder.join(format!("{mark}.new")), folder.join(format!("{mark}.overlay.new")));
    let outcome = copy_by(kept, folder, &base, &overlay);
    if outcome.is_err() {
        // The fault that is told is the first one.
        fs::remove_file(&base).ok();
        fs::remove_file(&overlay).ok();
    }
    outcome
}

fn copy_by(
    kept: &Kept,
    folder: &Path,
    base: &Path,
    overlay: &Path,
) -> io::Result<Copied> {
    let (mut base_file, mut overlay_file) = (File::create(base)?, File::create(overlay)?);
    let copied = Copied::of(kept, &mut base_file, &mut overlay_file)?;
    for file in [&mut base_file, &mut overlay_file] {
        file.flush()?;
        file.sync_all()?;
    }
    let to = folder.join(copied.name());
    if copied.overlay.is_some() {
        let mut beside = to.clone().into_os_string();
        beside.push(".overlay");
        fs::rename(overlay, PathBuf::from(beside))?;
    } else {
        fs::remove_file(overlay)?;
    }
    fs::rename(base, &to)?;
    // The names are durable when their folder is; not every file system lets one be synced.
    if let Ok(folder) = File::open(folder) {
        folder.sync_all().ok();
    }
    Ok(copied)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(folder: &Path, base: &[u8], overlay: Option<&[u8]>) -> Kept {
        let kept = Kept::beside(&folder.join("some.index"));
        fs::write(&kept.index, base).unwrap();
        fs::remove_file(&kept.overlay).ok();
        if let Some(bytes) = overlay {
            fs::write(&kept.overlay, bytes).unwrap();
        }
        kept
    }

    #[test]
    fn a_copy_has_its_overlay_and_others_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let plain = kept(folder.path(), b"base", None);
        let first = copy(&plain, &data.join(FOLDER)).unwrap().told();
        assert_eq!(first.digest, *blake3::hash(b"base").as_bytes());
        let laid = kept(folder.path(), b"base", Some(b"over"));
        let second = copy(&laid, &data.join(FOLDER)).unwrap().told();
        assert_ne!(first.file, second.file);
        let beside = Kept::beside(&data.join(&second.file));
        assert_eq!(fs::read(&beside.index).unwrap(), b"base");
        assert_eq!(fs::read(&beside.overlay).unwrap(), b"over");

        forget_others(&data, std::slice::from_ref(&second.file)).unwrap();
        let mut left: Vec<_> = fs::read_dir(data.join(FOLDER))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        left.sort();
        assert_eq!(left, [beside.index, beside.overlay]);
    }

    #[test]
    fn what_is_no_index_is_not_brought_in() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        for bytes in [&b""[..], b"no index"] {
            let kept = kept(folder.path(), bytes, None);
            assert!(matches!(
                bring_in(&kept.index, &data),
                Err(OpenError::Refused { .. })
            ));
        }
        let nowhere = folder.path().join("nowhere");
        assert!(matches!(bring_in(&nowhere, &data), Err(OpenError::Missing { .. })));
        assert!(!data.exists());
    }
}
