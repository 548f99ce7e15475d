//! The house's own copy of the index: below the data folder, named by its digest.
//!
//! What is in use must not change or vanish because somebody builds or moves a file: a copy
//! is written aside, synced and renamed, its overlay first. `feed build` and `feed add` may
//! do to the other file what they like.
//!
//! How it comes to nodes that share no disk: [`exchange`].

mod exchange;

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use blake3::{Hash, Hasher};
use data_encoding::HEXLOWER;
use feeds::{IndexFile, Kept, OpenError};
use store::{IndexPart, Part};

pub(crate) use exchange::{Fetched, Sharing, at_hand, fetch, share};

/// The folder below the data folder.
const FOLDER: &str = "index";
/// How the names of copies end.
const ENDING: &str = ".index";
/// How a file is called until it is whole.
const UNFINISHED: &str = ".new";
/// A file that is not whole and that nobody wrote into for so long is written by nobody.
const LEFT: Duration = Duration::from_secs(60 * 60);

/// The copy of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IndexCopy {
    /// Its path below the data folder.
    pub(crate) file: String,
    /// BLAKE3 of the index; with an overlay, of both digests.
    pub(crate) digest: [u8; 32],
    /// Its files.
    pub(crate) parts: Vec<IndexPart>,
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
        let is_needed = match name.ends_with(UNFINISHED) {
            // Another node that shares the folder may be at it.
            true => !is_left(&path),
            false => needed.iter().any(|needed| name.starts_with(needed)),
        };
        if !is_needed {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Whether a file was written last so long ago that nobody is at it any more.
fn is_left(path: &Path) -> bool {
    let written = fs::metadata(path).and_then(|met| met.modified());
    written.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > LEFT))
}

/// Where a file of an index lies.
fn path_of(part: Part, index: &Path) -> PathBuf {
    match part {
        Part::Base => index.to_owned(),
        Part::Overlay => Kept::beside(index).overlay,
    }
}

/// The digests and lengths of what was read.
struct Copied {
    base: Read,
    overlay: Option<Read>,
}

/// What was read of one file.
struct Read {
    digest: Hash,
    size: u64,
}

impl Read {
    fn part(&self, part: Part) -> IndexPart {
        let size = i64::try_from(self.size).unwrap_or(i64::MAX);
        IndexPart { part, digest: *self.digest.as_bytes(), size }
    }
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
        let Some(overlay) = &self.overlay else { return self.base.digest };
        let mut hasher = Hasher::new();
        hasher.update(self.base.digest.as_bytes()).update(overlay.digest.as_bytes());
        hasher.finalize()
    }

    fn name(&self) -> String {
        format!("{}{ENDING}", self.digest().to_hex())
    }

    fn told(&self) -> IndexCopy {
        let file = format!("{FOLDER}/{}", self.name());
        let overlay = self.overlay.as_ref().map(|read| read.part(Part::Overlay));
        let base = self.base.part(Part::Base);
        let parts = [base].into_iter().chain(overlay).collect();
        IndexCopy { file, digest: *self.digest().as_bytes(), parts }
    }
}

fn hashed(mut file: File, out: &mut impl io::Write) -> io::Result<Read> {
    let mut hasher = Hasher::new();
    let mut block = vec![0; 1 << 20];
    loop {
        let length = file.read(&mut block)?;
        let Some(read) = block.get(..length).filter(|read| !read.is_empty()) else {
            return Ok(Read { digest: hasher.finalize(), size: hasher.count() });
        };
        hasher.update(read);
        out.write_all(read)?;
    }
}

fn copy(kept: &Kept, folder: &Path) -> io::Result<Copied> {
    fs::create_dir_all(folder)?;
    let base = Aside::beside(&folder.join("copy"))?;
    let overlay = Aside::beside(&folder.join("copy"))?;
    let (mut base_file, mut overlay_file) = (base.file()?, overlay.file()?);
    let copied = Copied::of(kept, &mut base_file, &mut overlay_file)?;
    for file in [&mut base_file, &mut overlay_file] {
        file.flush()?;
        file.sync_all()?;
    }
    let to = folder.join(copied.name());
    if copied.overlay.is_some() {
        overlay.put(&path_of(Part::Overlay, &to))?;
    }
    base.put(&to)?;
    made_durable(&to);
    Ok(copied)
}

/// A file of its own name until it is whole; what is not put in its place is removed.
struct Aside {
    path: PathBuf,
}

impl Aside {
    /// A name beside `to` that no other node has, though it shares the folder.
    fn beside(to: &Path) -> io::Result<Self> {
        let mut mark = [0; 8];
        getrandom::fill(&mut mark).map_err(|_| io::Error::other("no randomness"))?;
        let mut name = to.as_os_str().to_owned();
        name.push(format!(".{}{UNFINISHED}", HEXLOWER.encode(&mark)));
        Ok(Self { path: name.into() })
    }

    /// Makes the file.
    fn file(&self) -> io::Result<File> {
        File::create_new(&self.path)
    }

    /// Gives the file its name.
    fn put(self, to: &Path) -> io::Result<()> {
        fs::rename(&self.path, to)
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // The fault that is told is the first one; and what was put in its place is not here.
        fs::remove_file(&self.path).ok();
    }
}

/// Makes a name durable: it is when its folder is. Not every file system lets one be synced.
fn made_durable(path: &Path) {
    if let Some(Ok(folder)) = path.parent().map(File::open) {
        folder.sync_all().ok();
    }
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

        let unfinished = data.join(FOLDER).join("another.new");
        fs::write(&unfinished, b"some").unwrap();
        forget_others(&data, std::slice::from_ref(&second.file)).unwrap();
        assert!(unfinished.is_file(), "another node may be at it");
        let long_ago = std::time::SystemTime::now() - 2 * LEFT;
        File::options()
            .write(true)
            .open(&unfinished)
            .unwrap()
            .set_modified(long_ago)
            .unwrap();
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
