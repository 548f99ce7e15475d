//! A copy of the whole house in one file, and back.
//!
//! The file is a stream of `store`, packed with zstd: the database as it is at one moment, and
//! the house's copy of the index. Never in it: the root key, and what feeds gave, which they
//! give again.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use feeds::Kept;
use store::{Act, BackupError, Contents, Copying, Fact, Noun, RootKey, Store};

use crate::App;

/// How hard it is packed: the fastest that still halves what a register says.
const LEVEL: i32 = 3;
/// How a file is called until it is whole.
pub(crate) const ASIDE: &str = ".new";

/// Why a copy could not be made or taken back.
#[derive(Debug, thiserror::Error)]
pub enum CareError {
    /// The copy itself.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// A file could not be read or written.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        cause: io::Error,
    },
    /// What would be written over.
    #[error("{0} is there already, and nothing is written over; name another place")]
    Occupied(String),
    /// A folder into which nothing is put beside what lies there.
    #[error(
        "{folder} is not empty (`{entry}` lies there), and nothing was written; name a folder \
         that is empty or is not there yet"
    )]
    NotEmpty {
        /// The folder.
        folder: String,
        /// Something that lies there.
        entry: String,
    },
}

impl CareError {
    pub(crate) fn file(path: &Path) -> impl Fn(io::Error) -> Self {
        move |cause| Self::File { path: path.display().to_string(), cause }
    }
}

impl From<store::StoreError> for CareError {
    fn from(error: store::StoreError) -> Self {
        Self::Backup(error.into())
    }
}

/// Who is told how far a copy is.
pub type Told<'t> = &'t mut (dyn FnMut(Copying<'_>) + Send);

/// Copies the whole house into the new file `to`, whoever uses it meanwhile. The file is only
/// for its owner, and is there when it is whole. How far it is goes to `told`.
///
/// # Errors
/// When the file is there already, or something cannot be read or written.
pub async fn back_up(
    app: &App,
    to: &Path,
    told: Told<'_>,
) -> Result<Contents, CareError> {
    let aside = with_ending(to, ASIDE);
    expect_free(to)?;
    let copied = write(app, &aside, told).await;
    let put = copied.and_then(|contents| {
        fs::rename(&aside, to).map_err(CareError::file(to))?;
        Ok(contents)
    });
    if put.is_err() {
        // The fault that is told is the first one.
        fs::remove_file(&aside).ok();
    }
    let contents = put?;
    let facts =
        vec![("rows", Fact::Number(i64::try_from(contents.rows).unwrap_or(i64::MAX)))];
    let write = app.store.write(0, (app.now)()).await?;
    write.commit(Act { by: 0, what: "back up", noun: Noun::House, id: 1, facts }).await?;
    Ok(contents)
}

async fn write(app: &App, aside: &Path, told: Told<'_>) -> Result<Contents, CareError> {
    let failed = CareError::file(aside);
    let file = private(aside).map_err(&failed)?;
    let mut packer = zstd::Encoder::new(BufWriter::new(file), LEVEL).map_err(&failed)?;
    packer.include_checksum(true).map_err(&failed)?;
    let beside = |name: &str| beside(&app.data, name);
    let contents = app.store.back_up((app.now)(), &beside, &mut packer, told).await?;
    let mut out = packer.finish().map_err(&failed)?;
    out.flush().map_err(&failed)?;
    out.get_ref().sync_all().map_err(&failed)?;
    Ok(contents)
}

/// The files of the index in use, those of them that are there.
fn beside(data: &Path, name: &str) -> Vec<(String, PathBuf)> {
    let index = data.join(name);
    let overlay = Kept::beside(&index).overlay;
    let beside = [(name.to_owned(), index), (format!("{name}.overlay"), overlay)];
    beside.into_iter().filter(|(_, path)| path.is_file()).collect()
}

/// A new file that only its owner may read.
pub(crate) fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

pub(crate) fn expect_free(path: &Path) -> Result<(), CareError> {
    match path.symlink_metadata() {
        Ok(_) => Err(CareError::Occupied(path.display().to_string())),
        Err(_) => Ok(()),
    }
}

pub(crate) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Takes a copy back: into the database at `url`, and below the folder `data`, which must be
/// empty. Nothing is there unless all of it is.
///
/// # Errors
/// When a house or anything else is there already, the copy is damaged, or it was sealed under
/// another root key.
pub async fn restore(
    from: &Path,
    url: &str,
    data: &Path,
    root: &RootKey,
) -> Result<Contents, CareError> {
    expect_empty(data)?;
    let file = File::open(from).map_err(CareError::file(from))?;
    let plain =
        zstd::Decoder::new(BufReader::new(file)).map_err(CareError::file(from))?;
    let mut lines = BufReader::new(plain);
    let aside = data.join(INDEX_ASIDE);
    fs::remove_dir_all(&aside).ok();
    let taken = take_back((url, data), root, &mut lines).await;
    if taken.is_err() {
        fs::remove_dir_all(&aside).ok();
    }
    taken
}

/// Where copies of an index lie until all is there.
const INDEX_ASIDE: &str = "index.new";

/// That nothing lies in the folder, or it is not there. What a restore left that was killed
/// counts as nothing, and so does what a file system keeps there for itself.
fn expect_empty(data: &Path) -> Result<(), CareError> {
    let entries = match fs::read_dir(data) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(CareError::file(data))?,
    };
    for entry in entries {
        let entry = entry.map_err(CareError::file(data))?.file_name();
        let name = entry.to_string_lossy();
        let is_left = name == INDEX_ASIDE
            || ["", "-wal", "-shm"]
                .iter()
                .any(|ending| name.ends_with(&format!(".db{ASIDE}{ending}")));
        if !is_left && name != "lost+found" {
            let (folder, entry) = (data.display().to_string(), name.into_owned());
            return Err(CareError::NotEmpty { folder, entry });
        }
    }
    Ok(())
}

async fn take_back(
    (url, data): (&str, &Path),
    root: &RootKey,
    lines: &mut (dyn BufRead + Send),
) -> Result<Contents, CareError> {
    let place = &mut |name: &str| place(data, name);
    let Some(database) = url.strip_prefix("sqlite:").map(Path::new) else {
        let contents = Store::take_back(url, root, lines, place).await?;
        put_index(data)?;
        return Ok(contents);
    };
    expect_free(database)?;
    let aside = with_ending(database, ASIDE);
    forget(&aside);
    let address = format!("sqlite:{}", aside.display());
    let taken = Store::take_back(&address, root, lines, place).await;
    if taken.is_err() {
        forget(&aside);
    }
    let contents = taken?;
    put_index(data)?;
    fs::rename(&aside, database).map_err(CareError::file(database))?;
    Ok(contents)
}

/// Puts the copies of an index where the house looks for them, where there are any.
fn put_index(data: &Path) -> Result<(), CareError> {
    let (aside, index) = (data.join(INDEX_ASIDE), data.join("index"));
    match aside.is_dir() {
        true => fs::rename(&aside, &index).map_err(CareError::file(&index)),
        false => Ok(()),
    }
}

/// Makes a file that lay beside the database. A copy names none but copies of an index.
fn place(data: &Path, name: &str) -> io::Result<File> {
    let plain = |name: &str| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '.';
        !name.starts_with('.') && !name.is_empty() && name.chars().all(is_plain)
    };
    match name.strip_prefix("index/") {
        Some(file) if plain(file) => {
            let aside = data.join(INDEX_ASIDE);
            fs::create_dir_all(&aside)?;
            File::create(aside.join(file))
        }
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "it is no copy of an index")),
    }
}

/// Removes an unfinished database of SQLite, if one is there.
fn forget(database: &Path) {
    for ending in ["", "-wal", "-shm"] {
        fs::remove_file(with_ending(database, ending)).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_places_files_below_the_data_folder_alone() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        for name in [
            "a.index",
            "../a.index",
            "index/../a.index",
            "index//a.index",
            "index/.a",
            "index/",
            "/tmp/a.index",
            "index/a\\b",
        ] {
            assert!(place(&data, name).is_err(), "{name}");
        }
        assert!(!data.exists());
        place(&data, "index/0a1b.index.overlay").unwrap();
        assert!(data.join("index.new/0a1b.index.overlay").is_file());
        assert!(!data.join("index").exists());
        put_index(&data).unwrap();
        assert!(data.join("index/0a1b.index.overlay").is_file());
        assert!(!data.join("index.new").exists());
    }

    #[test]
    fn a_folder_is_empty_or_named_with_what_lies_there() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        assert!(expect_empty(&data).is_ok());
        fs::create_dir_all(data.join(INDEX_ASIDE)).unwrap();
        fs::write(data.join("lazaret.db.new-wal"), b"x").unwrap();
        fs::create_dir(data.join("lost+found")).unwrap();
        assert!(expect_empty(&data).is_ok(), "what a killed restore left");
        fs::write(data.join("notes.txt"), b"x").unwrap();
        let refused = expect_empty(&data).unwrap_err().to_string();
        assert!(refused.contains("`notes.txt` lies there"), "{refused}");
        fs::remove_file(data.join("notes.txt")).unwrap();
        fs::create_dir(data.join("index")).unwrap();
        assert!(expect_empty(&data).is_err());
    }
}
