//! Which files are sources, and how loose documents are grouped.
//!
//! A packed file is a source of its own. Loose documents of a folder are grouped, so that
//! a folder of three hundred thousand files does not become as many runs: a group ends
//! behind each path whose digest ends in nine zero bits. So a group has about five hundred
//! files, and a new file changes one group only.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::unpack::Packing;
use crate::{BuildError, Kept};

/// Files that become one run.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) files: Vec<PathBuf>,
}

/// The sources under the paths that a person named. The parts of the index itself are
/// none, even where it stands in the folder of its sources.
pub(crate) fn sources(paths: &[PathBuf], kept: &Kept) -> Result<Vec<Source>, BuildError> {
    let mut files = Vec::new();
    for path in paths {
        let metadata =
            fs::metadata(path).map_err(|cause| BuildError::file(path, cause))?;
        if metadata.is_dir() {
            walk(path, &mut files)?;
        } else {
            files.push(path.clone());
        }
    }
    files.sort();
    files.dedup();
    let own = Own::of(kept);
    files.retain(|path| !own.holds(path));
    let mut sources = Vec::new();
    let mut group = Vec::new();
    for path in files {
        if is_packed(&path).map_err(|cause| BuildError::file(&path, cause))? {
            sources.push(Source { files: vec![path] });
            continue;
        }
        let ends = ends_group(&path);
        group.push(path);
        if ends {
            sources.push(Source { files: std::mem::take(&mut group) });
        }
    }
    if !group.is_empty() {
        sources.push(Source { files: group });
    }
    Ok(sources)
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
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), BuildError> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let fault = |cause| BuildError::file(&folder, cause);
        for entry in fs::read_dir(&folder).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let kind = entry.file_type().map_err(fault)?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() || entry.path().is_file() {
                files.push(entry.path());
            }
        }
    }
    Ok(())
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
