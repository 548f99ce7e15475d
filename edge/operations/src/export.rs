//! All that one organisation owns, with everything below it, in one file that needs no program
//! of ours: for whoever leaves, or is asked for it by law.
//!
//! The file is a ZIP: a table each as CSV (RFC 4180, UTF-8), the delivered documents byte by
//! byte, and `manifest.json` with the SHA-256 of each and what it is. What personal fields say
//! is in the clear; what opens the house is not in it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use store::{
    Act, Fact, KEPT_BACK, Noun, Organisation, Piece, Scope, StoreError, told_tables,
};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, error::TrySendError};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::aside::CutShort;
use crate::backup::{ASIDE, CareError, expect_free, private, with_ending};
use crate::{Actor, App, Permission};

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// No organisation is called so.
    #[error("there is no organisation `{name}`; there are: {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What the first are called.
        known: String,
    },
    /// Several are.
    #[error("several organisations are called `{name}`: {numbers}; say the number")]
    Ambiguous {
        /// What they are called.
        name: String,
        /// Their numbers, each with that of its top organisation.
        numbers: String,
    },
    /// The file.
    #[error(transparent)]
    File(#[from] CareError),
    /// What is told of it.
    #[error(transparent)]
    Told(#[from] store::ExportError),
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How many organisations are named to whoever named none.
const KNOWN_MAX: usize = 10;

/// What an export holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// How many tables.
    pub tables: usize,
    /// How many rows in them.
    pub rows: u64,
    /// How many documents.
    pub documents: usize,
}

/// Who is told how far an export is.
pub type Told = Box<dyn FnMut(Exported) + Send>;

/// After so many rows it is told again how far it is.
const ROWS_TOLD: u64 = 1000;

/// How many tables an export has when it is whole.
#[must_use]
pub fn tables() -> usize {
    told_tables().len()
}

/// An export that is being made over the web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnderWay {
    /// Whose it is.
    pub organisation: Organisation,
    /// Since when.
    pub begun: Timestamp,
    /// What it holds already.
    pub far: Exported,
}

/// What this node exports at this moment.
#[derive(Debug, Default)]
pub(crate) struct Exports {
    all: Mutex<Numbered>,
}

/// Exports that are being made, and the number of the last.
type Numbered = (u64, BTreeMap<u64, UnderWay>);

impl Exports {
    fn within(&self, scope: &Scope) -> Vec<UnderWay> {
        let is_own = |one: &&UnderWay| {
            let organisation = &one.organisation;
            organisation.head == scope.head() && scope.admits(&organisation.path)
        };
        self.all().1.values().filter(is_own).cloned().collect()
    }

    fn all(&self) -> std::sync::MutexGuard<'_, Numbered> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of an export among those that are being made, as long as it is.
struct Place {
    exports: Arc<Exports>,
    number: u64,
}

impl Place {
    fn among(exports: &Arc<Exports>, begins: UnderWay) -> Self {
        let mut all = exports.all();
        all.0 += 1;
        let number = all.0;
        all.1.insert(number, begins);
        drop(all);
        Self { exports: Arc::clone(exports), number }
    }

    fn tell(&self, far: Exported) {
        if let Some(own) = self.exports.all().1.get_mut(&self.number) {
            own.far = far;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.exports.all().1.remove(&self.number);
    }
}

/// The exports of organisations that the actor runs which this node makes over the web, the
/// oldest first.
#[must_use]
pub fn under_way(app: &App, by: &Actor) -> Vec<UnderWay> {
    app.exports.within(&by.scope(Permission::Administer))
}

/// The organisation of that name, or of that number: `3` where there is one top organisation,
/// else `1/3`.
///
/// # Errors
/// When there is none, or several, or the database fails.
pub async fn named(app: &App, name: &str) -> Result<Organisation, ExportError> {
    let (mut found, mut known) = (Vec::new(), Vec::new());
    for head in app.store.heads().await? {
        for one in app.store.organisations(&Scope::whole(head)).await? {
            known.push(one.name.clone());
            let number = format!("{}/{}", one.head, one.id);
            if one.name == name || number == name || one.id.to_string() == name {
                found.push(one);
            }
        }
    }
    // A number with its top organisation names one, whatever others are called.
    match found.as_slice() {
        [] => {
            let more = if known.len() > KNOWN_MAX { ", …" } else { "" };
            known.truncate(KNOWN_MAX);
            let known = known.join(", ") + more;
            Err(ExportError::Unknown { name: name.to_owned(), known })
        }
        [one] => Ok(one.clone()),
        several => Err(ExportError::Ambiguous {
            name: name.to_owned(),
            numbers: several
                .iter()
                .map(|one| format!("{}/{} ({})", one.head, one.id, one.name))
                .collect::<Vec<_>>()
                .join(", "),
        }),
    }
}

/// Writes all that an organisation owns into the new file `to`, for whoever runs the house. How
/// far it is goes to `told`.
///
/// # Errors
/// When the file is there already, or something cannot be read or written.
pub async fn export(
    app: &App,
    organisation: &Organisation,
    to: &Path,
    told: Told,
) -> Result<Exported, ExportError> {
    write(app, organisation, to, told).await
}

/// The same for an organisation that the actor runs, handed on as it is written: however large it
/// is, it begins at once and lies on no disk here. What the actor takes is read as it was at the
/// beginning.
///
/// # Errors
/// When the actor does not run it, or the database fails. What fails later ends the pieces with
/// an error.
pub async fn export_own(
    app: &App,
    by: &Actor,
    organisation: i64,
) -> Result<Pieces, ExportError> {
    let scope = by.scope(Permission::Administer);
    let organisation = app.store.organisation(&scope, organisation).await?;
    // Whoever stops amid it has much of it already.
    let begun = "begin to export everything";
    log(app, &organisation, by.person, begun, Vec::new()).await?;
    let (sender, pieces) = mpsc::channel(PIECES);
    let (app, by, here) = (app.clone(), by.person, Handle::current());
    let begins = UnderWay {
        organisation: organisation.clone(),
        begun: (app.now)(),
        far: Exported::default(),
    };
    let place = Place::among(&app.exports, begins);
    tokio::task::spawn_blocking(move || {
        here.block_on(async move {
            let pipe = Pipe::over(sender.clone());
            let told: Told = Box::new(move |far| place.tell(far));
            let archive = Archive::over(ZipWriter::new_stream(pipe), told);
            let told = match tell(&app, &organisation, archive).await {
                Ok(told) => logged(&app, &organisation, by, told).await,
                Err(error) => Err(error),
            };
            if let Err(error) = told {
                // Nobody may listen any more.
                sender.send(Err(io::Error::other(error))).await.ok();
            }
        });
    });
    Ok(pieces)
}

/// What is exported, as it is written.
pub type Pieces = mpsc::Receiver<io::Result<Vec<u8>>>;

/// How many bytes are a piece.
const PIECE: usize = 64 * 1024;
/// How many pieces wait for whoever takes them.
pub(crate) const PIECES: usize = 16;
/// How long nobody may take any: until then the database keeps what it was at the beginning.
const SILENCE: Duration = Duration::from_secs(120);
/// How often it is looked whether somebody took one.
const LOOK: Duration = Duration::from_millis(5);

/// Hands on what is written into it. It waits for whoever takes it on the thread that packs,
/// which does nothing else.
pub(crate) struct Pipe {
    sender: mpsc::Sender<io::Result<Vec<u8>>>,
    open: Vec<u8>,
}

impl Pipe {
    pub(crate) fn over(sender: mpsc::Sender<io::Result<Vec<u8>>>) -> Self {
        Self { sender, open: Vec::new() }
    }

    fn send(&mut self) -> io::Result<()> {
        let mut piece = Ok(std::mem::take(&mut self.open));
        let begin = Instant::now();
        loop {
            piece = match self.sender.try_send(piece) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Closed(_)) => {
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
                Err(TrySendError::Full(piece)) => piece,
            };
            if begin.elapsed() > SILENCE {
                return Err(io::ErrorKind::TimedOut.into());
            }
            std::thread::sleep(LOOK);
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.open.extend_from_slice(bytes);
        if self.open.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.open.is_empty() { Ok(()) } else { self.send() }
    }
}

async fn write(
    app: &App,
    organisation: &Organisation,
    to: &Path,
    told: Told,
) -> Result<Exported, ExportError> {
    expect_free(to)?;
    let aside = with_ending(to, ASIDE);
    let file = private(&aside).map_err(CareError::file(&aside))?;
    // Packing is slow: it belongs on a thread of its own, and asks the database from there.
    let (app_there, of, here) = (app.clone(), organisation.clone(), Handle::current());
    let archive = ZipWriter::new(Once::over(BufWriter::new(file)));
    let archive = Archive::over(archive, told);
    let told = tokio::task::spawn_blocking(move || {
        here.block_on(async { tell(&app_there, &of, archive).await })
    });
    let told = told.await.map_err(|_| CutShort)?;
    let put = told.and_then(|told| {
        fs::rename(&aside, to).map_err(CareError::file(to))?;
        Ok(told)
    });
    if put.is_err() {
        // The fault that is told is the first one.
        fs::remove_file(&aside).ok();
    }
    logged(app, organisation, 0, put?).await
}

/// Notes what was taken away.
async fn logged(
    app: &App,
    organisation: &Organisation,
    by: i64,
    exported: Exported,
) -> Result<Exported, ExportError> {
    let count = |number: u64| Fact::Number(i64::try_from(number).unwrap_or(i64::MAX));
    let facts = vec![
        ("rows", count(exported.rows)),
        ("documents", count(exported.documents as u64)),
    ];
    log(app, organisation, by, "export everything", facts).await?;
    Ok(exported)
}

async fn log(
    app: &App,
    organisation: &Organisation,
    by: i64,
    what: &'static str,
    facts: Vec<(&'static str, Fact)>,
) -> Result<(), ExportError> {
    let write = app.store.write(organisation.head, (app.now)()).await?;
    let (noun, id) = (Noun::Organisation, organisation.id);
    write.commit(Act { by, what, noun, id, facts }).await?;
    Ok(())
}

async fn tell<W: Write + Seek + Send>(
    app: &App,
    organisation: &Organisation,
    mut archive: Archive<W>,
) -> Result<Exported, ExportError> {
    let named = |cause: io::Error| store::ExportError::Written(cause);
    archive.readme(organisation).map_err(named)?;
    let mut take = |piece: Piece<'_>| archive.take(piece);
    app.store.export(organisation.head, &organisation.path, &mut take).await?;
    let made = (app.now)().to_string();
    Ok(archive.finish(organisation, &made).map_err(named)?)
}

/// A file within the export.
#[derive(Debug, Serialize)]
struct Entry {
    name: String,
    /// What it is.
    about: String,
    /// How many rows, if it is a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<u64>,
    bytes: u64,
    sha256: String,
}

#[derive(Serialize)]
struct Manifest<'m> {
    lazaret_export: u32,
    made: &'m str,
    organisation: &'m str,
    kind: &'static str,
    files: &'m [Entry],
    left_out: Vec<LeftOut>,
}

#[derive(Serialize)]
struct LeftOut {
    table: &'static str,
    why: &'static str,
}

/// Where an archive is written until that fails once. What comes behind goes nowhere: an archive
/// that is given up would else say so by itself, past everybody who tells it better.
struct Once<W> {
    to: W,
    has_failed: bool,
}

impl<W> Once<W> {
    fn over(to: W) -> Self {
        Self { to, has_failed: false }
    }

    fn tried<T>(
        &mut self,
        instead: T,
        act: impl FnOnce(&mut W) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.has_failed {
            return Ok(instead);
        }
        let done = act(&mut self.to);
        self.has_failed = done.is_err();
        done
    }
}

impl<W: Write> Write for Once<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.tried(bytes.len(), |to| to.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tried((), Write::flush)
    }
}

impl<W: Seek> Seek for Once<W> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.tried(0, |file| file.seek(to))
    }
}

/// The archive while it is written.
struct Archive<W: Write + Seek> {
    zip: ZipWriter<W>,
    entries: Vec<Entry>,
    /// Of the entry that is open.
    hasher: Sha256,
    exported: Exported,
    told: Told,
}

impl<W: Write + Seek> Archive<W> {
    fn over(zip: ZipWriter<W>, told: Told) -> Self {
        Self {
            zip,
            entries: Vec::new(),
            hasher: Sha256::new(),
            exported: Exported::default(),
            told,
        }
    }

    fn take(&mut self, piece: Piece<'_>) -> io::Result<()> {
        let is_row = matches!(piece, Piece::Row(_) | Piece::Bytes(_));
        self.put(piece)?;
        if !is_row || self.exported.rows.is_multiple_of(ROWS_TOLD) {
            (self.told)(self.exported);
        }
        Ok(())
    }

    fn put(&mut self, piece: Piece<'_>) -> io::Result<()> {
        match piece {
            Piece::Table { name, about, columns } => {
                self.begin(format!("tables/{name}.csv"), about.to_owned(), Some(0))?;
                self.exported.tables += 1;
                self.line(columns)
            }
            Piece::Row(row) => {
                self.exported.rows += 1;
                if let Some(rows) =
                    self.entries.last_mut().and_then(|one| one.rows.as_mut())
                {
                    *rows += 1;
                }
                self.line(row)
            }
            Piece::Document { id, name } => {
                self.exported.documents += 1;
                let about = format!("document {id}, as it was delivered: {name}");
                self.begin(format!("documents/{id}-{}", plain(name)), about, None)
            }
            Piece::Bytes(bytes) => self.bytes(bytes),
        }
    }

    fn begin(
        &mut self,
        name: String,
        about: String,
        rows: Option<u64>,
    ) -> io::Result<()> {
        self.close();
        // The day on which it was made stands in the manifest, and in no entry: the same
        // content gives the same bytes.
        let options = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .large_file(true);
        self.zip.start_file(name.as_str(), options).map_err(io::Error::other)?;
        self.entries.push(Entry { name, about, rows, bytes: 0, sha256: String::new() });
        Ok(())
    }

    /// Writes down what the entry that is open has become.
    fn close(&mut self) {
        let digest = std::mem::take(&mut self.hasher).finalize();
        if let Some(open) = self.entries.last_mut() {
            open.sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        }
    }

    fn line(&mut self, cells: &[String]) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(cells)?;
        let line = writer.into_inner().map_err(|error| error.into_error())?;
        self.bytes(&line)
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        if let Some(open) = self.entries.last_mut() {
            open.bytes += bytes.len() as u64;
        }
        self.zip.write_all(bytes)
    }

    fn readme(&mut self, organisation: &Organisation) -> io::Result<()> {
        self.begin("README.txt".to_owned(), "how to read this".to_owned(), None)?;
        let name = &organisation.name;
        self.bytes(
            format!(
                "All that {name} owns in Lazaret, with everything below it.\n\n{README}"
            )
            .as_bytes(),
        )
    }

    fn finish(mut self, organisation: &Organisation, made: &str) -> io::Result<Exported> {
        self.close();
        let files = std::mem::take(&mut self.entries);
        let left_out = KEPT_BACK.iter().map(|(table, why)| LeftOut { table, why });
        let manifest = Manifest {
            lazaret_export: 1,
            made,
            organisation: &organisation.name,
            kind: organisation.kind.word(),
            files: &files,
            left_out: left_out.collect(),
        };
        let text = serde_json::to_vec_pretty(&manifest)?;
        self.begin("manifest.json".to_owned(), String::new(), None)?;
        self.bytes(&text)?;
        let mut out = self.zip.finish().map_err(io::Error::other)?;
        out.flush()?;
        Ok(self.exported)
    }
}

const README: &str = "\
tables/     one file for each kind of thing: CSV as RFC 4180 says, UTF-8, a heading, a line each.
            `head` is the number of the top organisation; every other number is one within it,
            and leads to the `id` of the table that the column is called after.
            Times are RFC 3339 in UTC. An empty cell is nothing, or an empty text.
            Cells are as they were kept: open them as text, since a spreadsheet may take what
            begins with = + - @ for a formula.
documents/  every document as it was delivered, byte by byte; tables/original.csv says what each is.
manifest.json  each file with its SHA-256, its size, and what it is; and what is not here, and why.
";

/// A name as any system takes it, and none that leads elsewhere.
pub(crate) fn plain(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String =
        name.chars().map(|c| if is_plain(c) { c } else { '_' }).take(80).collect();
    name.trim_start_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begins(head: i64) -> UnderWay {
        let whole = Scope::whole(head);
        let organisation = Organisation {
            head,
            id: head,
            parent: None,
            path: whole.roots()[0].clone(),
            kind: store::Kind::Hospital,
            name: format!("Hospital {head}"),
            products_for: store::Audience::Owner,
        };
        UnderWay { organisation, begun: Timestamp::UNIX_EPOCH, far: Exported::default() }
    }

    #[test]
    fn what_is_being_made_is_seen_as_long_as_it_is_by_whoever_runs_it() {
        let exports = Arc::new(Exports::default());
        let seen = |head: i64| -> Vec<u64> {
            let seen = exports.within(&Scope::whole(head)).into_iter();
            seen.map(|one| one.far.rows).collect()
        };
        assert_eq!(seen(1), Vec::<u64>::new());
        let first = Place::among(&exports, begins(1));
        let second = Place::among(&exports, begins(1));
        let other = Place::among(&exports, begins(2));
        second.tell(Exported { rows: 7, ..Exported::default() });
        other.tell(Exported { rows: 9, ..Exported::default() });
        assert_eq!((seen(1), seen(2), seen(3)), (vec![0, 7], vec![9], Vec::new()));
        // Nobody sees any without a role.
        assert_eq!(exports.within(&Scope::of(1, Vec::new())), []);
        drop(first);
        assert_eq!(seen(1), [7]);
        drop((second, other));
        assert_eq!((seen(1), seen(2)), (Vec::new(), Vec::new()));
    }

    /// A disk with so much room.
    struct Disk(usize);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let left = self.0.checked_sub(bytes.len());
            self.0 = left.ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_disk_that_is_full_is_told_once_and_what_comes_behind_goes_nowhere() {
        let mut to = Once::over(Disk(3));
        to.write_all(b"abc").unwrap();
        let full = to.write_all(b"d").unwrap_err();
        assert_eq!(full.kind(), io::ErrorKind::StorageFull);
        to.write_all(b"efgh").unwrap();
        to.flush().unwrap();
        assert_eq!(to.to.0, 0);
    }
}
