//! Which files are sources, and how loose documents are grouped.
//!
//! A packed file is a source of its own. Loose documents of a folder are grouped, so that
//! a folder of three hundred thousand files does not become as many runs: a group ends
//! behind each path whose digest ends in nine zero bits. So a group has about five hundred
//! files, and a new file changes one group only.

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use reading::limits;

use crate::told::{Told, What};
use crate::unpack::Packing;
use crate::{BuildError, Kept};

/// Bytes by which a stream is known to be no source.
const HEAD_BYTES: u64 = 64 * 1024;

/// Files that become one run.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) files: Vec<Delivery>,
}

/// One file of a source.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// A file that stays where it is.
    Kept(PathBuf),
    /// What came through a stream, as a file without a name, and the stream's name.
    Streamed(File, String),
}

impl Delivery {
    /// The name to show.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Kept(path) => path.display().to_string(),
            Self::Streamed(_, name) => name.clone(),
        }
    }

    /// The file, at its beginning.
    pub(crate) fn open(&self) -> io::Result<File> {
        match self {
            Self::Kept(path) => File::open(path),
            Self::Streamed(file, _) => {
                let mut file = file.try_clone()?;
                file.rewind()?;
                Ok(file)
            }
        }
    }
}

/// What there is under the paths that a person named.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) sources: Vec<Source>,
    /// Files that cannot be read, links that are not followed, and streams that begin as no
    /// source does.
    pub(crate) told: Told,
    /// Streams of which the beginning was enough.
    pub(crate) looked_at: u64,
}

/// The sources under the paths that a person named; `-` is standard input. The parts of
/// the index itself are none, even where it stands in the folder of its sources.
///
/// # Errors
/// When a path that was named is not there. What cannot be read below it is told.
pub(crate) fn sources(paths: &[PathBuf], kept: &Kept) -> Result<Collected, BuildError> {
    let mut files = Vec::new();
    let mut found = Collected::default();
    for path in paths {
        let fault = |cause| BuildError::file(path, cause);
        if path == Path::new("-") {
            let stdin = io::stdin().lock();
            found.stream(stdin, "standard input", kept).map_err(fault)?;
            continue;
        }
        let metadata = fs::metadata(path).map_err(fault)?;
        if metadata.is_dir() {
            walk(path, &mut files, &mut found.told);
        } else if metadata.is_file() {
            files.push(path.clone());
        } else {
            let name = path.display().to_string();
            let stream = File::open(path).map_err(fault)?;
            found.stream(stream, &name, kept).map_err(fault)?;
        }
    }
    files.sort();
    files.dedup();
    let own = Own::of(kept);
    files.retain(|path| !own.holds(path));
    found.group(files);
    Ok(found)
}

impl Collected {
    /// A packed file is a source of its own; loose documents are grouped.
    fn group(&mut self, files: Vec<PathBuf>) {
        let mut group = Vec::new();
        for path in files {
            match is_packed(&path) {
                Ok(true) => {
                    self.sources.push(Source { files: vec![Delivery::Kept(path)] });
                    continue;
                }
                Ok(false) => {}
                Err(cause) => {
                    tell_unreadable(&mut self.told, &path, &cause);
                    continue;
                }
            }
            let ends = ends_group(&path);
            group.push(Delivery::Kept(path));
            if ends {
                self.sources.push(Source { files: std::mem::take(&mut group) });
            }
        }
        if !group.is_empty() {
            self.sources.push(Source { files: group });
        }
    }

    /// A stream can be read only once, so it is kept in a file; the file loses its name at
    /// once, so that it is gone with the program, however that ends.
    ///
    /// A stream may have no end, so what begins as no source does is not read on, and what
    /// is no archive is one document at most.
    fn stream(
        &mut self,
        mut stream: impl Read,
        name: &str,
        kept: &Kept,
    ) -> io::Result<()> {
        let mut head = Vec::new();
        Read::by_ref(&mut stream).take(HEAD_BYTES).read_to_end(&mut head)?;
        let is_longer = head.len() as u64 == HEAD_BYTES;
        let is_packed = Packing::of(head.get(..512).unwrap_or(&head)) != Packing::Plain;
        if is_longer
            && !is_packed
            && let Some(reason) = advisory::recognise::refusal_by_head(&head)
        {
            self.looked_at += 1;
            self.told.tell(
                What::Skipped,
                name,
                &format!("{reason}, by how it begins"),
                "",
            );
            return Ok(());
        }
        let (most, of) = match is_packed {
            true => (limits::STREAM_BYTES_MAX, "a stream"),
            false => (limits::DOCUMENT_BYTES_MAX as u64, "one document"),
        };
        let path = kept.runs.join("stream");
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)?;
        fs::remove_file(&path)?;
        let whole = io::Cursor::new(head).chain(stream);
        let length = io::copy(&mut whole.take(most + 1), &mut file)?;
        if length > most {
            return Err(io::Error::other(format!(
                "it has more than the {most} bytes that are read of {of}"
            )));
        }
        self.sources
            .push(Source { files: vec![Delivery::Streamed(file, name.to_owned())] });
        Ok(())
    }
}

/// Tells of a file whose bytes the system does not give.
fn tell_unreadable(told: &mut Told, path: &Path, cause: &io::Error) {
    let reason = format!("it cannot be read: {cause}");
    told.tell(What::SetAside, &path.display().to_string(), &reason, "");
}

/// The parts of the index itself.
struct Own {
    name: String,
    files: [Option<PathBuf>; 2],
    runs: Option<PathBuf>,
}

impl Own {
    fn of(kept: &Kept) -> Self {
        let name = kept.index.file_name().unwrap_or_default();
        Self {
            name: name.to_string_lossy().into_owned(),
            files: [&kept.index, &kept.overlay].map(|path| fs::canonicalize(path).ok()),
            runs: fs::canonicalize(&kept.runs).ok(),
        }
    }

    /// Asking the system about every path would be slow, so the name is looked at first.
    fn holds(&self, path: &Path) -> bool {
        if !path.to_string_lossy().contains(&self.name) {
            return false;
        }
        let path = fs::canonicalize(path).ok();
        let runs = path.as_ref().zip(self.runs.as_ref());
        runs.is_some_and(|(path, runs)| path.starts_with(runs))
            || (path.is_some() && self.files.contains(&path))
    }
}

/// Every file below a folder. Links to folders are not followed, since they can be circles.
pub(crate) fn walk(folder: &Path, files: &mut Vec<PathBuf>, told: &mut Told) {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(cause) => {
                tell_unreadable(told, &folder, &cause);
                continue;
            }
        };
        for entry in entries {
            match entry.and_then(|entry| Ok((entry.file_type()?, entry.path()))) {
                Ok((kind, path)) if kind.is_dir() => folders.push(path),
                Ok((kind, path)) if kind.is_file() => files.push(path),
                Ok((_, path)) => follow(path, files, told),
                Err(cause) => tell_unreadable(told, &folder, &cause),
            }
        }
    }
}

/// A link to a file is that file.
fn follow(path: PathBuf, files: &mut Vec<PathBuf>, told: &mut Told) {
    let reason = match fs::metadata(&path) {
        Err(cause) => return tell_unreadable(told, &path, &cause),
        Ok(metadata) if metadata.is_file() => return files.push(path),
        Ok(metadata) if metadata.is_dir() => "a link to a folder is not followed",
        Ok(_) => "it is neither a file nor a folder",
    };
    told.tell(What::Skipped, &path.display().to_string(), reason, "");
}

fn is_packed(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(512).read_to_end(&mut head)?;
    Ok(Packing::of(&head) != Packing::Plain)
}

fn ends_group(path: &Path) -> bool {
    let digest = blake3::hash(path.as_os_str().as_encoded_bytes());
    matches!(digest.as_bytes(), [0, second, ..] if second & 1 == 0)
}
