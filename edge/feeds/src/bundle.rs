//! Everything that feeds gave, in one file that is carried over an air gap.
//!
//! A bundle is a `.tar.zst`: first `manifest.json` with the length and SHA-256 of every file,
//! then the files in the order of the manifest. It is unpacked beside the library, compared
//! byte by byte with the manifest, and put in place feed by feed; what does not agree leaves
//! the library as it was. Whether the bundle is the one that was sent is asked by its digest,
//! told over another way.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::sync::{Library, state_of};

/// The edition of the form of a bundle.
const EDITION: u32 = 1;
const MANIFEST: &str = "manifest.json";
/// Room for a manifest of two million files.
const MANIFEST_MAX: u64 = 1 << 30;
const LEVEL: i32 = 3;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    lazaret_bundle: u32,
    made: Timestamp,
    files: Vec<Listed>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    path: String,
    bytes: u64,
    sha256: String,
}

/// What was put into a bundle, or taken out of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// When it was made.
    pub made: Timestamp,
    /// The feeds in it.
    pub feeds: BTreeSet<String>,
    /// How many files.
    pub files: u64,
    /// SHA-256 of the whole, in lower case.
    pub sha256: String,
}

/// Why a bundle could not be made or taken in.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// A file could not be read or written.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        cause: io::Error,
    },
    /// It is not a bundle, or it is damaged.
    #[error("{path} is no whole bundle: {what}")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// It is not the one that was sent.
    #[error("{path} is another bundle: its SHA-256 is {own}")]
    Another {
        /// The file.
        path: String,
        /// Its digest.
        own: String,
    },
    /// A feed of the library is newer than that of the bundle.
    #[error("feed `{feed}` was asked at {own}, and the bundle holds it as of {bundle}")]
    Older {
        /// The feed.
        feed: String,
        /// When the library's was asked.
        own: Timestamp,
        /// When the bundle's was asked.
        bundle: Timestamp,
    },
    /// There is nothing to put into a bundle.
    #[error("{0} holds nothing that a feed gave; `lazaret feed sync` fetches it")]
    Nothing(String),
}

/// Whether what is older may take the place of what is newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// Only what is as new or newer.
    Newer,
    /// Whatever the bundle holds.
    Any,
}

/// Puts everything that a library holds into one file.
///
/// # Errors
/// When the library is empty or a file cannot be read or written; then none is left behind.
pub fn export_bundle(
    library: &Library,
    out: &Path,
    now: Timestamp,
) -> Result<Bundle, BundleError> {
    let folder = library.folder();
    let feeds = library.feeds().map_err(|cause| file(folder, cause))?;
    if feeds.is_empty() {
        return Err(BundleError::Nothing(folder.display().to_string()));
    }
    let mut paths = Vec::new();
    for feed in &feeds {
        walk(&folder.join(feed), &mut paths).map_err(|cause| file(folder, cause))?;
    }
    let mut files = Vec::with_capacity(paths.len());
    for path in &paths {
        let (bytes, sha256) = digest(path).map_err(|cause| file(path, cause))?;
        files.push(Listed { path: relative(folder, path), bytes, sha256 });
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let manifest = Manifest { lazaret_bundle: EDITION, made: now, files };
    let count = manifest.files.len() as u64;
    crate::build::write(out, |writer| pack(folder, &manifest, now, writer))
        .map_err(|cause| file(out, cause))?;
    let (_, sha256) = digest(out).map_err(|cause| file(out, cause))?;
    Ok(Bundle { made: now, feeds, files: count, sha256 })
}

fn pack(
    folder: &Path,
    manifest: &Manifest,
    now: Timestamp,
    out: &mut dyn Write,
) -> io::Result<()> {
    let packer = zstd::Encoder::new(BufWriter::new(out), LEVEL)?;
    let mut archive = tar::Builder::new(packer);
    let time = u64::try_from(now.as_second()).unwrap_or_default();
    let header = |bytes: u64| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes);
        header.set_mode(0o644);
        header.set_mtime(time);
        header
    };
    let text = serde_json::to_vec(manifest)?;
    archive.append_data(&mut header(text.len() as u64), MANIFEST, text.as_slice())?;
    for listed in &manifest.files {
        // A file that changed meanwhile is noticed when the bundle is taken in.
        let content = File::open(folder.join(&listed.path))?.take(listed.bytes);
        archive.append_data(&mut header(listed.bytes), &listed.path, content)?;
    }
    archive.into_inner()?.finish()?.flush()
}

/// Takes in a bundle if its SHA-256 is the one that was told over another way.
///
/// # Errors
/// When it is another one, and as [`import_bundle`].
pub fn import_expected(
    library: &Library,
    bundle: &Path,
    age: Age,
    sha256: &str,
) -> Result<Bundle, BundleError> {
    let (_, own) = digest(bundle).map_err(|cause| file(bundle, cause))?;
    if !own.eq_ignore_ascii_case(sha256.trim()) {
        return Err(BundleError::Another { path: bundle.display().to_string(), own });
    }
    take_in(library, bundle, age, own)
}

/// Takes in what a bundle holds.
///
/// # Errors
/// When it is damaged, or older than what is there and `age` does not allow it; then the
/// library stays as it was.
pub fn import_bundle(
    library: &Library,
    bundle: &Path,
    age: Age,
) -> Result<Bundle, BundleError> {
    let (_, sha256) = digest(bundle).map_err(|cause| file(bundle, cause))?;
    take_in(library, bundle, age, sha256)
}

/// Takes in a bundle whose SHA-256 is known.
fn take_in(
    library: &Library,
    bundle: &Path,
    age: Age,
    sha256: String,
) -> Result<Bundle, BundleError> {
    let incoming = library.folder().join(".incoming");
    clear(&incoming).map_err(|cause| file(&incoming, cause))?;
    let taken = unpack(bundle, &incoming).and_then(|manifest| {
        let feeds = feeds_of(&manifest);
        if age == Age::Newer {
            feeds.iter().try_for_each(|feed| expect_newer(library, &incoming, feed))?;
        }
        for feed in &feeds {
            put_in_place(library.folder(), &incoming, feed)
                .map_err(|cause| file(&library.folder().join(feed), cause))?;
        }
        let files = manifest.files.len() as u64;
        Ok(Bundle { made: manifest.made, feeds, files, sha256 })
    });
    // What is left of it is of no use; the fault that is told is the first one.
    let _ = clear(&incoming);
    taken
}

/// Unpacks a bundle and compares it with its manifest.
fn unpack(bundle: &Path, into: &Path) -> Result<Manifest, BundleError> {
    let damaged =
        |what: String| BundleError::Damaged { path: bundle.display().to_string(), what };
    let opened = File::open(bundle).map_err(|cause| file(bundle, cause))?;
    let plain = zstd::Decoder::new(BufReader::new(opened))
        .map_err(|cause| damaged(cause.to_string()))?;
    let mut archive = tar::Archive::new(plain);
    let mut entries = archive.entries().map_err(|cause| damaged(cause.to_string()))?;
    let first = entries.next().ok_or_else(|| damaged("it is empty".to_owned()))?;
    let manifest = read_manifest(first).map_err(damaged)?;
    let mut wanted: BTreeMap<&str, &Listed> = BTreeMap::new();
    for listed in &manifest.files {
        expect_inside(&listed.path).map_err(damaged)?;
        wanted.insert(&listed.path, listed);
    }
    for entry in entries {
        let mut entry = entry.map_err(|cause| damaged(cause.to_string()))?;
        let path = entry.path().map_err(|cause| damaged(cause.to_string()))?;
        let path = path.to_string_lossy().into_owned();
        let listed = wanted.remove(path.as_str());
        let listed =
            listed.ok_or_else(|| damaged(format!("{path} is not in its manifest")))?;
        let target = into.join(&listed.path);
        let (bytes, sha256) = keep(&mut entry, &target, listed.bytes)
            .map_err(|cause| damaged(format!("{path}: {cause}")))?;
        if (bytes, &sha256) != (listed.bytes, &listed.sha256) {
            return Err(damaged(format!("{path} is not as its manifest says")));
        }
    }
    match wanted.keys().next() {
        None => Ok(manifest),
        Some(path) => Err(damaged(format!("{path} is missing"))),
    }
}

fn read_manifest(
    entry: io::Result<tar::Entry<'_, impl Read>>,
) -> Result<Manifest, String> {
    let entry = entry.map_err(|cause| cause.to_string())?;
    let is_manifest = entry.path().is_ok_and(|path| path.as_ref() == Path::new(MANIFEST));
    if !is_manifest {
        return Err(format!("it does not begin with {MANIFEST}"));
    }
    let mut bytes = Vec::new();
    entry
        .take(MANIFEST_MAX)
        .read_to_end(&mut bytes)
        .map_err(|cause| cause.to_string())?;
    let manifest: Manifest =
        serde_json::from_slice(&bytes).map_err(|cause| format!("{MANIFEST}: {cause}"))?;
    match manifest.lazaret_bundle {
        EDITION => Ok(manifest),
        other => Err(format!("it is of edition {other}; this program reads {EDITION}")),
    }
}

/// A path of a bundle is `FEED/…`, below the library and nowhere else.
fn expect_inside(path: &str) -> Result<(), String> {
    let parts: Vec<Component<'_>> = Path::new(path).components().collect();
    let is_plain = |part: &Component<'_>| match part {
        Component::Normal(name) => !name.to_string_lossy().starts_with('.'),
        _ => false,
    };
    match parts.len() >= 2 && parts.iter().all(is_plain) && !path.contains('\\') {
        true => Ok(()),
        false => Err(format!("`{path}` is no place in a library")),
    }
}

fn feeds_of(manifest: &Manifest) -> BTreeSet<String> {
    let first = |listed: &Listed| listed.path.split('/').next().map(str::to_owned);
    manifest.files.iter().filter_map(first).collect()
}

fn expect_newer(
    library: &Library,
    incoming: &Path,
    feed: &str,
) -> Result<(), BundleError> {
    let own = state_of(library.folder(), feed).and_then(|state| state.asked);
    let new = state_of(incoming, feed).and_then(|state| state.asked);
    match (own, new) {
        (Some(own), Some(new)) if new < own => {
            Err(BundleError::Older { feed: feed.to_owned(), own, bundle: new })
        }
        (Some(own), None) => Err(BundleError::Older {
            feed: feed.to_owned(),
            own,
            bundle: Timestamp::UNIX_EPOCH,
        }),
        _ => Ok(()),
    }
}

/// The old folder of a feed goes aside before the new one comes, and is removed after.
fn put_in_place(library: &Path, incoming: &Path, feed: &str) -> io::Result<()> {
    let (place, old) = (library.join(feed), incoming.join(format!("{feed}.old")));
    if place.exists() {
        fs::rename(&place, &old)?;
    }
    fs::rename(incoming.join(feed), &place)
}

fn clear(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

/// Writes at most `most` bytes and one more; how many, and their digest.
fn keep(from: &mut impl Read, path: &Path, most: u64) -> io::Result<(u64, String)> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut out = Hashing { out: File::create_new(path)?, hasher: Sha256::new() };
    let bytes = io::copy(&mut from.take(most.saturating_add(1)), &mut out)?;
    out.out.sync_all()?;
    Ok((bytes, hex(out.hasher)))
}

fn digest(path: &Path) -> io::Result<(u64, String)> {
    let mut out = Hashing { out: io::sink(), hasher: Sha256::new() };
    let bytes = io::copy(&mut File::open(path)?, &mut out)?;
    Ok((bytes, hex(out.hasher)))
}

struct Hashing<W> {
    out: W,
    hasher: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every whole file below a folder.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (kind, path) = (entry.file_type()?, entry.path());
        let is_aside = path.extension().is_some_and(|ending| ending == "new");
        if kind.is_dir() {
            walk(&path, files)?;
        } else if kind.is_file() && !is_aside {
            files.push(path);
        }
    }
    Ok(())
}

fn relative(folder: &Path, path: &Path) -> String {
    let path = path.strip_prefix(folder).unwrap_or(path);
    let parts =
        path.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    parts.collect::<Vec<_>>().join("/")
}

fn file(path: &Path, cause: io::Error) -> BundleError {
    BundleError::File { path: path.display().to_string(), cause }
}
