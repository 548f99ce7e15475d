//! Sorted runs: what one source said, kept so that the next build need not read it again.
//!
//! A run is one list of what was told and any number of parts, each sorted and small
//! enough to be sorted in memory. Its name is a digest of the source's bytes and of the
//! program, so a run is never read by a program that would have written another. A file
//! ends with the digest of everything before it.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use advisory::index::Entry;

use crate::told::{Told, What};

const MAGIC: [u8; 8] = *b"LZRTRUN\x01";

/// Bytes of entries that are sorted at once.
const PART_BYTES: usize = 96 << 20;

/// A run that is complete.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) parts: Vec<PathBuf>,
    pub(crate) documents: u64,
    pub(crate) statements: u64,
    pub(crate) told: Told,
}

/// The file that makes a run complete; it is written last.
fn list_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.run"))
}

fn part_path(folder: &Path, name: &str, number: u64) -> PathBuf {
    folder.join(format!("{name}.{number}.part"))
}

/// A complete and undamaged run of that name, if there is one.
pub(crate) fn find(folder: &Path, name: &str) -> Option<Run> {
    let list = read_checked(&list_path(folder, name)).ok()?;
    let mut list = list.as_slice();
    let parts: Vec<PathBuf> = {
        let count = number(&mut list).ok()?;
        (0..count).map(|at| part_path(folder, name, at)).collect()
    };
    let documents = number(&mut list).ok()?;
    let statements = number(&mut list).ok()?;
    let told = read_told(&mut list).ok()?;
    let sound = parts.iter().all(|part| is_sound(part).unwrap_or(false));
    sound.then_some(Run { parts, documents, statements, told })
}

/// Takes entries and writes a run.
pub(crate) struct RunWriter<'a> {
    folder: &'a Path,
    name: &'a str,
    entries: Vec<Entry>,
    bytes: usize,
    run: Run,
    /// The part that is being sorted and written while the next documents are read.
    writing: Option<JoinHandle<io::Result<()>>>,
}

impl Drop for RunWriter<'_> {
    fn drop(&mut self) {
        // A writer that is given up leaves nobody behind who still writes.
        let _ = self.settle();
    }
}

impl<'a> RunWriter<'a> {
    pub(crate) fn new(folder: &'a Path, name: &'a str) -> Self {
        let run =
            Run { parts: Vec::new(), documents: 0, statements: 0, told: Told::default() };
        Self { folder, name, entries: Vec::new(), bytes: 0, run, writing: None }
    }

    pub(crate) fn told(&mut self) -> &mut Told {
        &mut self.run.told
    }

    pub(crate) fn document(&mut self, entries: Vec<Entry>) -> io::Result<()> {
        self.run.documents += 1;
        let statements = entries.iter().filter(|entry| entry.is_statement()).count();
        self.run.statements += statements as u64;
        self.bytes += entries
            .iter()
            .map(|entry| entry.key.len() + entry.payload.len() + 64)
            .sum::<usize>();
        self.entries.extend(entries);
        if self.bytes > PART_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        let entries = std::mem::take(&mut self.entries);
        self.bytes = 0;
        if entries.is_empty() {
            return Ok(());
        }
        // One at a time, so that no more than two parts are in memory.
        self.settle()?;
        let path = part_path(self.folder, self.name, self.run.parts.len() as u64);
        self.run.parts.push(path.clone());
        self.writing = Some(std::thread::spawn(move || write_part(&path, entries)));
        Ok(())
    }

    /// Waits for the part that is being written.
    fn settle(&mut self) -> io::Result<()> {
        let Some(writing) = self.writing.take() else { return Ok(()) };
        writing.join().unwrap_or_else(|_| Err(io::Error::other("writing broke off")))
    }

    pub(crate) fn finish(mut self) -> io::Result<Run> {
        self.flush()?;
        self.settle()?;
        let nothing =
            Run { parts: Vec::new(), documents: 0, statements: 0, told: Told::default() };
        let run = std::mem::replace(&mut self.run, nothing);
        write_aside(&list_path(self.folder, self.name), |out| {
            write_number(out, run.parts.len() as u64)?;
            write_number(out, run.documents)?;
            write_number(out, run.statements)?;
            write_told(out, &run.told)
        })?;
        Ok(run)
    }
}

fn write_part(path: &Path, mut entries: Vec<Entry>) -> io::Result<()> {
    entries.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    entries.dedup_by(|a, b| a.key == b.key);
    write_aside(path, |out| {
        for entry in &entries {
            write_octets(out, &entry.key)?;
            write_octets(out, &entry.payload)?;
        }
        Ok(())
    })
}

/// Bytes that are digested at once: of small pieces the digest takes five times as long.
const BLOCK: usize = 256 << 10;

/// Writes a file beside its place and renames it. A run that a power cut shortens is found
/// out by its digest, so nothing is synced.
fn write_aside(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let aside = path.with_extension("new");
    let digesting =
        Digesting { out: File::create(&aside)?, hasher: blake3::Hasher::new() };
    let mut out = BufWriter::with_capacity(BLOCK, digesting);
    out.write_all(&MAGIC)?;
    write(&mut out)?;
    let mut written = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    let digest = written.hasher.finalize();
    written.out.write_all(digest.as_bytes())?;
    fs::rename(&aside, path)
}

struct Digesting<W> {
    out: W,
    hasher: blake3::Hasher,
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Whether a part is whole: its digest stands at its end.
fn is_sound(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let Some(content) = length.checked_sub(32) else { return Ok(false) };
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut Read::by_ref(&mut file).take(content), &mut hasher)?;
    let mut digest = [0; 32];
    file.read_exact(&mut digest)?;
    Ok(*hasher.finalize().as_bytes() == digest)
}

fn read_checked(path: &Path) -> io::Result<Vec<u8>> {
    let bytes = fs::read(path)?;
    let content = bytes.split_last_chunk::<32>();
    match content {
        Some((content, digest)) if blake3::hash(content).as_bytes() == digest => {
            content.strip_prefix(&MAGIC).map(<[u8]>::to_vec).ok_or_else(damaged)
        }
        _ => Err(damaged()),
    }
}

/// Reads the entries of a part one by one.
pub(crate) struct PartReader {
    file: io::Take<BufReader<File>>,
    /// The entry that is next.
    pub(crate) key: Vec<u8>,
    pub(crate) payload: Vec<u8>,
}

impl PartReader {
    /// Opens a part and reads its first entry; `None` where it has none.
    pub(crate) fn open(path: &Path) -> io::Result<Option<Self>> {
        let file = File::open(path)?;
        let content = file.metadata()?.len().saturating_sub(32);
        let mut file = BufReader::with_capacity(256 << 10, file).take(content);
        let mut magic = [0; 8];
        file.read_exact(&mut magic)?;
        let mut reader = Self { file, key: Vec::new(), payload: Vec::new() };
        if magic != MAGIC {
            return Err(damaged());
        }
        Ok(reader.advance()?.then_some(reader))
    }

    /// Reads the next entry; false at the end.
    pub(crate) fn advance(&mut self) -> io::Result<bool> {
        if self.file.fill_buf()?.is_empty() {
            return Ok(false);
        }
        read_octets(&mut self.file, &mut self.key)?;
        read_octets(&mut self.file, &mut self.payload)?;
        Ok(true)
    }
}

fn write_number(out: &mut dyn Write, number: u64) -> io::Result<()> {
    out.write_all(&number.to_le_bytes())
}

fn write_octets(out: &mut dyn Write, octets: &[u8]) -> io::Result<()> {
    let length = u32::try_from(octets.len()).map_err(|_| damaged())?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(octets)
}

fn number(bytes: &mut &[u8]) -> io::Result<u64> {
    let mut number = [0; 8];
    bytes.read_exact(&mut number)?;
    Ok(u64::from_le_bytes(number))
}

fn read_octets(read: &mut impl Read, into: &mut Vec<u8>) -> io::Result<()> {
    let mut length = [0; 4];
    read.read_exact(&mut length)?;
    let length = u64::from(u32::from_le_bytes(length));
    into.clear();
    let read = read.take(length).read_to_end(into)?;
    if read as u64 == length { Ok(()) } else { Err(damaged()) }
}

fn text(bytes: &mut &[u8]) -> io::Result<String> {
    let mut octets = Vec::new();
    read_octets(bytes, &mut octets)?;
    String::from_utf8(octets).map_err(|_| damaged())
}

fn write_told(out: &mut dyn Write, told: &Told) -> io::Result<()> {
    write_number(out, told.examples.len() as u64)?;
    for (what, name, reason) in &told.examples {
        write_number(out, *what as u64)?;
        write_octets(out, name.as_bytes())?;
        write_octets(out, reason.as_bytes())?;
    }
    write_number(out, told.counts.len() as u64)?;
    for ((what, reason), count) in &told.counts {
        write_number(out, *what as u64)?;
        write_octets(out, reason.as_bytes())?;
        write_number(out, *count)?;
    }
    Ok(())
}

fn read_told(bytes: &mut &[u8]) -> io::Result<Told> {
    let mut told = Told::default();
    for _ in 0..number(bytes)? {
        told.examples.push((what(bytes)?, text(bytes)?, text(bytes)?));
    }
    for _ in 0..number(bytes)? {
        told.counts.insert((what(bytes)?, text(bytes)?), number(bytes)?);
    }
    Ok(told)
}

fn what(bytes: &mut &[u8]) -> io::Result<What> {
    let number = number(bytes)?;
    [What::Skipped, What::SetAside, What::Companion]
        .into_iter()
        .find(|what| *what as u64 == number)
        .ok_or_else(damaged)
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a run is damaged")
}
