//! Builds an index: a run for each source, merged.
//!
//! The index is written beside its place, synced and renamed, so that a build that is
//! killed leaves the old one. Runs of sources that are no longer given are removed.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use advisory::index::{Alone, Builder, EDITION};
use rayon::prelude::*;

use crate::collect::{self, Collected, Delivery, Source};
use crate::gone::Gone;
use crate::run::{self, PartReader, Run, RunWriter};
use crate::told::Told;
use crate::unpack::{self, Member};
use crate::{BuildError, IndexFile, Kept, document};

/// What to build.
#[derive(Debug)]
pub struct Order<'a> {
    /// Where the index will be.
    pub index: &'a Path,
    /// Files and folders.
    pub sources: &'a [PathBuf],
    /// Whether runs of an earlier build may be used.
    pub cache: Cache,
}

/// Whether runs of an earlier build may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    /// They may; new ones are kept.
    Use,
    /// Everything is read again, and no run is kept.
    Ignore,
}

/// How far a build is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many sources of so many are read, with so many documents.
    Reading {
        /// Sources that are done.
        done: usize,
        /// Sources.
        sources: usize,
        /// Documents that were read.
        documents: u64,
    },
    /// Runs are being merged.
    Merging,
}

/// What was built.
#[derive(Debug)]
pub struct Built {
    /// Documents that were looked at.
    pub documents: u64,
    /// Records and entries of catalogs that were read, each as often as it was there.
    pub statements: u64,
    /// Records and entries of catalogs that the index holds.
    pub held: u64,
    /// Sources, and how many of them were taken from runs of an earlier build.
    pub sources: usize,
    /// See there.
    pub reused: usize,
    /// What is not in the index, and why.
    pub told: Told,
    /// Records and entries of catalogs that are there on the word of an earlier index alone.
    pub earlier: Alone,
    /// What the index that stood there before held, and this one does not.
    pub gone: Gone,
    /// Bytes of the index.
    pub bytes: u64,
}

/// Builds an index.
///
/// # Errors
/// When a source cannot be read, the index cannot be written or would take the place of
/// something that is none, or no document is one that is read; then nothing is written.
pub fn build(
    order: &Order<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Built, BuildError> {
    build_of(order, None, progress)
}

/// Builds an index of sources onto an earlier one: what that one says stays, unless a source
/// has a record of the same source and id that is as new, or a catalog that is as new.
///
/// # Errors
/// As [`build()`]; and when the earlier index cannot be read.
pub fn build_onto(
    order: &Order<'_>,
    earlier: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Built, BuildError> {
    build_of(order, Some(earlier), progress)
}

fn build_of(
    order: &Order<'_>,
    earlier: Option<&Path>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Built, BuildError> {
    let kept = Kept::beside(order.index);
    expect_room(&kept.index)?;
    let runs = RunFolder::open(&kept, order.cache)?;
    let mut paths = order.sources.to_vec();
    paths.extend(kept.added.exists().then(|| kept.added.clone()));
    let Collected { sources, told, looked_at } = collect::sources(&paths, &kept)?;
    let mut built =
        Built { documents: looked_at, sources: sources.len(), told, ..Built::nothing() };
    let mut used = BTreeSet::new();
    let mut parts = Vec::new();
    for (done, source) in sources.iter().enumerate() {
        let name = source_name(source);
        let mut tell = |documents| {
            let documents = built.documents + documents;
            progress(Progress::Reading { done, sources: sources.len(), documents });
        };
        tell(0);
        let (run, is_old) = match run::find(&runs.path, &name) {
            Some(run) => (run, true),
            None => (read_source(&runs.path, &name, source, &mut tell)?, false),
        };
        built.reused += usize::from(is_old);
        // Equal sources have one run.
        if used.insert(name) {
            built.documents += run.documents;
            built.statements += run.statements;
            built.told.add(&run.told);
            parts.extend(run.parts);
        }
    }
    if built.statements == 0 {
        let told = Box::new(built.told);
        return Err(BuildError::Nothing { documents: built.documents, told });
    }
    let earlier = match earlier {
        None => Vec::new(),
        Some(earlier) => run_of_earlier(&runs.path, earlier, &mut used)?,
    };
    progress(Progress::Merging);
    let fault = |cause| BuildError::file(order.index, cause);
    // Whoever reads it keeps it, whatever takes its place.
    let before = IndexFile::open(&kept.index).ok();
    built.bytes = write(&kept.index, |out| {
        built.earlier = merge(&parts, &earlier, out)?;
        Ok(())
    })
    .map_err(fault)?;
    crate::add::fold_in(&kept)?;
    runs.close(&used);
    let made = IndexFile::open(&kept.index)?;
    let made = made.index()?;
    built.held = made.counts().entries();
    // One of another edition cannot be read; it is built anew just because of that.
    if let Some(Ok(before)) = before.as_ref().map(IndexFile::index) {
        built.gone = Gone::between(&before, &made);
    }
    Ok(built)
}

/// The parts of a run of everything that an earlier index holds.
fn run_of_earlier(
    folder: &Path,
    earlier: &Path,
    used: &mut BTreeSet<String>,
) -> Result<Vec<PathBuf>, BuildError> {
    let file = IndexFile::open(earlier)?;
    let index = file.index()?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&program());
    hasher.update(index.generation().to_string().as_bytes());
    let name: String = hasher.finalize().to_hex().as_str().chars().take(40).collect();
    let run = match run::find(folder, &name) {
        Some(run) => run,
        None => {
            let fault = |cause| BuildError::file(folder, cause);
            let mut writer = RunWriter::new(folder, &name);
            for record in index.records() {
                writer.document(vec![record.entry()]).map_err(fault)?;
            }
            for entry in index.catalogs() {
                writer.document(vec![entry]).map_err(fault)?;
            }
            if index.is_damaged() {
                return Err(BuildError::Damaged { path: earlier.display().to_string() });
            }
            writer.finish().map_err(fault)?
        }
    };
    used.insert(name);
    Ok(run.parts)
}

/// Only an index may be replaced: whatever else stands there is somebody's.
fn expect_room(index: &Path) -> Result<(), BuildError> {
    let folder = index.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(BuildError::Homeless { folder: folder.display().to_string() });
    }
    let fault = |cause| BuildError::file(index, cause);
    let what = match fs::metadata(index) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(fault(cause)),
        Ok(metadata) if metadata.is_dir() => "a folder",
        Ok(metadata) if !metadata.is_file() => "a device or a pipe",
        // An empty file is what `mktemp` leaves.
        Ok(metadata) if metadata.len() == 0 => return Ok(()),
        Ok(_) => {
            let mut head = Vec::new();
            let file = File::open(index).map_err(fault)?;
            file.take(HEAD).read_to_end(&mut head).map_err(fault)?;
            if advisory::index::is_index(&head) {
                return Ok(());
            }
            "a file that is no index"
        }
    };
    Err(BuildError::Occupied { path: index.display().to_string(), what })
}

/// Bytes by which an index is known.
const HEAD: u64 = 8;

/// The folder of runs, locked against a second build.
struct RunFolder {
    path: PathBuf,
    lock: File,
    cache: Cache,
    is_new: bool,
    is_done: std::cell::Cell<bool>,
}

impl RunFolder {
    fn open(kept: &Kept, cache: Cache) -> Result<Self, BuildError> {
        let fault = |cause| BuildError::file(&kept.runs, cause);
        let is_new = !kept.runs.exists();
        if is_new {
            fs::create_dir(&kept.runs).map_err(fault)?;
        }
        let lock = lock(kept)?;
        let path = match cache {
            Cache::Use => kept.runs.clone(),
            Cache::Ignore => kept.runs.join("unkept"),
        };
        // A build that was killed leaves its own behind.
        let unkept = kept.runs.join("unkept");
        if unkept.exists() {
            fs::remove_dir_all(&unkept).map_err(fault)?;
        }
        if cache == Cache::Ignore {
            fs::create_dir(&unkept).map_err(fault)?;
        }
        Ok(Self { path, lock, cache, is_new, is_done: std::cell::Cell::new(false) })
    }

    /// Removes the runs that were not used.
    fn close(self, used: &BTreeSet<String>) {
        // A build that keeps no runs leaves no folder for them, where there was none.
        self.is_done.set(self.cache == Cache::Use);
        let Ok(entries) = fs::read_dir(&self.path) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let run = name.split('.').next().unwrap_or_default();
            let is_run =
                [".run", ".part", ".new"].iter().any(|ending| name.ends_with(ending));
            if is_run && !used.contains(run) {
                // A run that stays costs room and nothing else.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // Leftovers cost room and nothing else, so what cannot be removed stays.
        if self.cache == Cache::Ignore {
            let _ = fs::remove_dir_all(&self.path);
        }
        if self.is_new && !self.is_done.get() {
            let runs = match self.cache {
                Cache::Use => Some(self.path.as_path()),
                Cache::Ignore => self.path.parent(),
            };
            let _ = runs.map(fs::remove_dir_all);
        }
        let _ = self.lock.unlock();
    }
}

/// Takes the lock of an index; it ends with the file.
pub(crate) fn lock(kept: &Kept) -> Result<File, BuildError> {
    let path = kept.runs.join("lock");
    let fault = |cause| BuildError::file(&path, cause);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(fault)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            Err(BuildError::Busy { path: kept.index.display().to_string() })
        }
        Err(fs::TryLockError::Error(cause)) => Err(fault(cause)),
    }
}

/// The name of a source's run: the digest of its bytes, and of the program that reads them.
/// A file whose bytes the system does not give counts as what the system says.
fn source_name(source: &Source) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&program());
    for delivery in &source.files {
        let mut own = blake3::Hasher::new();
        let read = delivery.open().and_then(|mut file| io::copy(&mut file, &mut own));
        if let Err(cause) = read {
            own.update(cause.to_string().as_bytes());
        }
        hasher.update(own.finalize().as_bytes());
    }
    hasher.finalize().to_hex().as_str().chars().take(40).collect()
}

/// What tells this program from one that might read the same bytes otherwise.
fn program() -> Vec<u8> {
    let mut program = EDITION.to_le_bytes().to_vec();
    program.extend_from_slice(env!("CARGO_PKG_VERSION").as_bytes());
    let file = std::env::current_exe().and_then(fs::metadata);
    if let Ok(file) = file {
        program.extend_from_slice(&file.len().to_le_bytes());
        let changed = file.modified().ok();
        let changed =
            changed.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let changed = changed.map_or(0, |time| time.as_nanos());
        program.extend_from_slice(&changed.to_le_bytes());
    }
    program
}

/// Documents that are read at once, in number and bytes.
const BATCH_DOCUMENTS: usize = 2048;
const BATCH_BYTES: usize = 8 << 20;

/// Reads a source into a run. One thread unpacks while the others read documents.
fn read_source(
    folder: &Path,
    name: &str,
    source: &Source,
    tell: &mut dyn FnMut(u64),
) -> Result<Run, BuildError> {
    let mut writer = RunWriter::new(folder, name);
    let (sender, receiver) = sync_channel(2);
    let written = std::thread::scope(|scope| {
        let unpacking = scope.spawn(move || unpack_files(&source.files, sender));
        let written = read_batches(&receiver, &mut writer, tell);
        // The unpacking thread stops when nobody takes its batches.
        drop(receiver);
        let unpacked = unpacking.join();
        written.and(unpacked.map_err(|_| io::Error::other("unpacking broke off")))
    });
    written.map_err(|cause| BuildError::file(folder, cause))?;
    writer.finish().map_err(|cause| BuildError::file(folder, cause))
}

type Batch = Vec<Member>;

fn unpack_files(files: &[Delivery], sender: SyncSender<Batch>) {
    let mut batch = Vec::new();
    let mut bytes = 0;
    for delivery in files {
        unpack::documents(delivery.open(), &delivery.name(), &mut |member| {
            bytes += member.bytes.as_ref().map_or(0, Vec::len);
            batch.push(member);
            if batch.len() >= BATCH_DOCUMENTS || bytes >= BATCH_BYTES {
                bytes = 0;
                // Nobody takes it when writing failed, which is told elsewhere.
                let _ = sender.send(std::mem::take(&mut batch));
            }
        });
    }
    let _ = sender.send(batch);
}

fn read_batches(
    receiver: &Receiver<Batch>,
    writer: &mut RunWriter<'_>,
    tell: &mut dyn FnMut(u64),
) -> io::Result<()> {
    let mut documents = 0;
    for batch in receiver {
        documents += batch.len() as u64;
        let outcomes: Vec<_> = batch
            .into_par_iter()
            .map(|member| {
                let bytes = member.bytes.as_deref().map_err(String::as_str);
                (document::read(bytes), member.name)
            })
            .collect();
        for (outcome, name) in outcomes {
            if let Some((what, reason, place)) = &outcome.told {
                writer.told().tell(*what, &name, reason, place);
            }
            writer.document(outcome.entries)?;
        }
        tell(documents);
    }
    Ok(())
}

/// Merges parts into an index, with those of an earlier one; tells how much stands on the word
/// of that one alone.
fn merge(
    parts: &[PathBuf],
    earlier: &[PathBuf],
    out: &mut dyn Write,
) -> io::Result<Alone> {
    let mut readers = Vec::with_capacity(parts.len() + earlier.len());
    let mut heads = BinaryHeap::with_capacity(parts.len() + earlier.len());
    // Of equal keys the first reader's comes first: what a source says too is the source's.
    let mut sources = 0;
    for (is_source, of) in [(true, parts), (false, earlier)] {
        for part in of {
            if let Some(reader) = PartReader::open(part)? {
                heads.push(Reverse((reader.key.clone(), readers.len())));
                readers.push(reader);
                sources += usize::from(is_source);
            }
        }
    }
    let mut builder = Builder::new(out)?;
    let mut last: Option<Vec<u8>> = None;
    while let Some(Reverse((key, at))) = heads.pop() {
        let Some(reader) = readers.get_mut(at) else { continue };
        match last.as_ref() == Some(&key) {
            true => {}
            false if at < sources => builder.add(&reader.key, &reader.payload)?,
            false => builder.add_earlier(&reader.key, &reader.payload)?,
        }
        let mut spent = last.replace(key).unwrap_or_default();
        if reader.advance()? {
            spent.clone_from(&reader.key);
            heads.push(Reverse((spent, at)));
        }
    }
    builder.finish_counting().map(|(_, earlier)| earlier)
}

/// Writes a file aside, syncs it and renames it into its place. Its length.
pub(crate) fn write(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<u64> {
    let mut aside = path.as_os_str().to_owned();
    aside.push(".new");
    let aside = PathBuf::from(aside);
    let outcome = write_whole(&aside, content).and_then(|length| {
        fs::rename(&aside, path)?;
        Ok(length)
    });
    if outcome.is_err() {
        // The fault that is told is the first one.
        let _ = fs::remove_file(&aside);
        return outcome;
    }
    // The name is durable when its folder is. Not every file system lets a folder be
    // synced; the file itself is whole on all of them.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
    outcome
}

fn write_whole(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<u64> {
    let mut file = File::create(path)?;
    let (sender, receiver) = sync_channel::<Vec<u8>>(4);
    std::thread::scope(|scope| {
        let file = &mut file;
        // The system copies on another core than the one that works out what to write.
        let writing = scope.spawn(move || {
            receiver.into_iter().try_for_each(|block| file.write_all(&block))
        });
        let mut out = BufWriter::with_capacity(1 << 20, Blocks(sender));
        let content = content(&mut out).and_then(|()| out.flush());
        // The thread ends when nobody can send any more.
        drop(out);
        let broke_off = |_| Err(io::Error::other("writing broke off"));
        // What the system says of the file comes before what followed from it.
        writing.join().unwrap_or_else(broke_off).and(content)
    })?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

/// Hands blocks to the thread that writes them.
struct Blocks(SyncSender<Vec<u8>>);

impl Write for Blocks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.send(bytes.to_vec());
        sent.map_err(|_| io::Error::other("the file cannot be written"))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
