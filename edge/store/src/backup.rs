//! A copy of everything that the house remembers, in one stream, and back.
//!
//! A backup is lines (`core/backup` knows their form), read from one snapshot while the house
//! is in use. It holds what is sealed as it is sealed, never the root key, and goes back into
//! either database. The tables are made as they were when it was written, filled, and only then
//! brought up to this version. Who was signed in when it was written is signed in no more: whoever
//! holds an old cookie would be let in by an old copy.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, Read as _, Write};
use std::path::{Path, PathBuf};

use ::backup::{Cell, Contents, Header, Line, Reader, Refusal, Writer};
use jiff::Timestamp;
use reading::{Place, Rejected, limits};

use crate::database::{BATCH, Database, Filling, Kind, Table, Value};
use crate::keys::Keys;
use crate::{RootKey, Store, StoreError};

/// The table that is not taken back.
const SESSIONS: &str = "session";
/// Bytes of a file in one line.
const PIECE: usize = 1 << 20;

/// Why a backup could not be written or taken back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The backup, or a file beside the database, could not be read or written.
    #[error("{what}: {cause}")]
    File {
        /// What was read or written.
        what: String,
        /// What the system says.
        cause: io::Error,
    },
    /// It is no backup, or not a whole one.
    #[error("{place} of the backup: {message}. {hint}", place = .0.place, message = .0.message, hint = .0.hint)]
    Damaged(Rejected),
    /// It was written by a newer version of the program.
    #[error(
        "the backup was written by a newer version of Lazaret; take it back with that one"
    )]
    Newer,
    /// Somebody lives in the database already.
    #[error("there is a house in this database already; a backup goes into an empty one")]
    Inhabited,
}

impl BackupError {
    fn written(cause: impl Into<io::Error>) -> Self {
        Self::File { what: "the backup".to_owned(), cause: cause.into() }
    }
}

impl From<Rejected> for BackupError {
    fn from(refused: Rejected) -> Self {
        Self::Damaged(refused)
    }
}

impl From<Refusal> for BackupError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Damaged(refused) => Self::Damaged(refused),
            Refusal::Newer => Self::Newer,
        }
    }
}

fn cell(value: Value) -> Cell {
    match value {
        Value::Integer(value) => Cell::Integer(value),
        Value::Real(value) => Cell::Real(value),
        Value::Text(value) => Cell::Text(value),
        Value::Bytes(value) => Cell::Bytes(value),
        Value::NoInteger | Value::NoReal | Value::NoText | Value::NoBytes => {
            Cell::Nothing
        }
    }
}

/// The value for a column of that kind; `None` where the cell is of another.
fn value(cell: Cell, kind: Kind) -> Option<Value> {
    Some(match (cell, kind) {
        (Cell::Nothing, Kind::Integer) => Value::NoInteger,
        (Cell::Nothing, Kind::Real) => Value::NoReal,
        (Cell::Nothing, Kind::Text) => Value::NoText,
        (Cell::Nothing, Kind::Bytes) => Value::NoBytes,
        (Cell::Integer(value), Kind::Integer) => Value::Integer(value),
        (Cell::Integer(value), Kind::Real) => Value::Real(value as f64),
        (Cell::Real(value), Kind::Real) => Value::Real(value),
        (Cell::Text(value), Kind::Text) => Value::Text(value),
        (Cell::Bytes(value), Kind::Bytes) => Value::Bytes(value),
        _ => return None,
    })
}

/// How far a copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copying<'t> {
    /// The table that is being copied.
    pub table: &'t str,
    /// Which one it is, from 1.
    pub number: usize,
    /// How many there are.
    pub tables: usize,
    /// How many rows of all tables are copied.
    pub rows: u64,
}

/// After so many rows it is told again how far a copy is.
const TOLD: u64 = 2000;

/// Writes lines where they go.
struct Pen<'w> {
    out: &'w mut dyn Write,
    writer: Writer,
}

impl Pen<'_> {
    fn header(&mut self, header: &Header) -> Result<(), BackupError> {
        let text = self.writer.header(header);
        self.put(&text.map_err(io::Error::other).map_err(BackupError::written)?)
    }

    fn line(&mut self, line: &Line) -> Result<(), BackupError> {
        let text = self.writer.line(line);
        self.put(&text.map_err(io::Error::other).map_err(BackupError::written)?)
    }

    fn end(mut self) -> Result<Contents, BackupError> {
        let end = std::mem::take(&mut self.writer).end();
        let (text, contents) =
            end.map_err(io::Error::other).map_err(BackupError::written)?;
        self.put(&text)?;
        self.out.flush().map_err(BackupError::written)?;
        Ok(contents)
    }

    fn put(&mut self, text: &[u8]) -> Result<(), BackupError> {
        self.out.write_all(text).map_err(BackupError::written)
    }
}

impl Store {
    /// Writes everything that the house remembers to `out`, as it is at one moment; whoever
    /// uses it goes on. `beside` names the files to take along, by the name under which the
    /// index in use is remembered and a name of their own; it is asked where the database does
    /// not keep that index itself. How far it is goes to `told`.
    ///
    /// # Errors
    /// When the database, a file or `out` fails.
    pub async fn back_up(
        &self,
        now: Timestamp,
        beside: &(dyn Fn(&str) -> Vec<(String, PathBuf)> + Sync),
        out: &mut (dyn Write + Send),
        told: &mut (dyn FnMut(Copying<'_>) + Send),
    ) -> Result<Contents, BackupError> {
        let mut snapshot = self.database.snapshot().await?;
        let mut pen = Pen { out, writer: Writer::default() };
        let migrations = snapshot.migrations().await?;
        pen.header(&Header { made: now.to_string(), migrations })?;
        let tables = snapshot.tables().await?;
        let in_use = match snapshot.index().await? {
            // What stands in a table is not taken along twice.
            Some(file) if knows(&tables, "index_part") => {
                (!snapshot.keeps_index(&file).await?).then_some(file)
            }
            in_use => in_use,
        };
        // Opened now: what is in use may be replaced before its turn comes.
        let files = match in_use {
            None => Vec::new(),
            Some(name) => beside(&name)
                .into_iter()
                .map(|(name, path)| Ok((name, open(&path)?)))
                .collect::<Result<Vec<_>, BackupError>>()?,
        };
        let (mut copied, count) = (0, tables.len());
        for (number, table) in (1..).zip(tables) {
            let far = |rows| Copying { table: &table.name, number, tables: count, rows };
            told(far(copied));
            let columns = table.columns.iter().map(|(name, _)| name.clone()).collect();
            pen.line(&Line::Table { name: table.name.clone(), columns })?;
            let mut rows = snapshot.rows(&table);
            while let Some(row) = rows.next().await? {
                pen.line(&Line::Row(row.into_iter().map(cell).collect()))?;
                copied += 1;
                if copied % TOLD == 0 {
                    told(far(copied));
                }
            }
        }
        for (name, file) in files {
            pen.line(&Line::File(name.clone()))?;
            pieces(&name, file, &mut pen)?;
        }
        pen.end()
    }

    /// Takes a backup back into an empty database at `url`, but for the sessions: everybody signs
    /// in anew. `place` makes the files that lay beside it, by their names.
    ///
    /// Nothing is kept unless all of it is: on PostgreSQL it is one transaction; of SQLite
    /// give the name of a file that nobody uses yet, and rename it when this has ended well.
    ///
    /// # Errors
    /// When it is damaged or of a newer version, was sealed under another root key, or somebody
    /// lives in the database already.
    pub async fn take_back(
        url: &str,
        root: &RootKey,
        from: &mut (dyn BufRead + Send),
        place: &mut (dyn FnMut(&str) -> io::Result<File> + Send),
    ) -> Result<Contents, BackupError> {
        let (header, mut lines) = Lines::begin(from)?;
        let known = Database::known_migrations();
        if !header.migrations.iter().all(|version| known.contains(version)) {
            return Err(BackupError::Newer);
        }
        let versions: BTreeSet<i64> = header.migrations.into_iter().collect();
        let database = Database::open_as_of(url, &versions).await?;
        let filled = fill(&database, root, &mut lines, place).await;
        database.close().await;
        let contents = filled?;
        // Brings the tables up to this version, and shows that the root key opens them.
        Self::open(url, root).await?.close().await;
        Ok(contents)
    }
}

/// Whether a table was made by the migrations of that time.
fn knows(tables: &[Table], name: &str) -> bool {
    tables.iter().any(|table| table.name == name)
}

fn open(path: &Path) -> Result<File, BackupError> {
    File::open(path)
        .map_err(|cause| BackupError::File { what: path.display().to_string(), cause })
}

fn pieces(name: &str, file: File, pen: &mut Pen<'_>) -> Result<(), BackupError> {
    let mut file = io::BufReader::new(file);
    loop {
        let mut piece = Vec::new();
        let failed = |cause| BackupError::File { what: name.to_owned(), cause };
        file.by_ref().take(PIECE as u64).read_to_end(&mut piece).map_err(failed)?;
        if piece.is_empty() {
            return Ok(());
        }
        pen.line(&Line::Piece(piece))?;
    }
}

/// Takes lines from where they are.
struct Lines<'r> {
    from: &'r mut (dyn BufRead + Send),
    reader: Reader,
}

impl<'r> Lines<'r> {
    fn begin(from: &'r mut (dyn BufRead + Send)) -> Result<(Header, Self), BackupError> {
        let text = text(from).map_err(|cause| {
            let place = Place::Line { line: 1, column: 0 };
            let hint = match cause.kind() {
                io::ErrorKind::UnexpectedEof => {
                    "Copy the backup again: a part is missing."
                }
                _ => "Name the file that `lazaret backup` wrote.",
            };
            Rejected::new(place, format!("it cannot be unpacked: {cause}"), hint)
        })?;
        let (header, reader) = Reader::begin(&text)?;
        Ok((header, Self { from, reader }))
    }

    /// The next line. The last one is checked, and nothing stands behind it.
    fn next(&mut self) -> Result<Line, BackupError> {
        let text = self.text()?;
        let line = self.reader.line(&text)?;
        if matches!(line, Line::End(_)) {
            let behind = self.text()?;
            if !behind.is_empty() {
                self.reader.line(&behind)?;
            }
        }
        Ok(line)
    }

    fn text(&mut self) -> Result<Vec<u8>, Rejected> {
        text(&mut *self.from)
            .map_err(|cause| self.damaged(format!("it cannot be unpacked: {cause}")))
    }

    fn damaged(&self, what: impl Into<std::borrow::Cow<'static, str>>) -> Rejected {
        self.reader.damaged(what)
    }
}

/// A line with its end, or as much of it as is longer than any.
fn text(from: &mut (dyn BufRead + Send)) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let most = limits::BACKUP_LINE_BYTES_MAX as u64 + 1;
    from.take(most).read_until(b'\n', &mut text)?;
    Ok(text)
}

/// Where rows go while they come.
struct Pouring {
    table: Table,
    rows: Vec<Vec<Value>>,
}

async fn fill(
    database: &Database,
    root: &RootKey,
    lines: &mut Lines<'_>,
    place: &mut (dyn FnMut(&str) -> io::Result<File> + Send),
) -> Result<Contents, BackupError> {
    let tables = database.snapshot().await?.tables().await?;
    let mut filling = database.fill().await?;
    if filling.is_inhabited().await? {
        return Err(BackupError::Inhabited);
    }
    filling.empty(&tables).await?;
    let mut pouring: Option<Pouring> = None;
    let mut file: Option<File> = None;
    loop {
        match lines.next()? {
            Line::Row(row) => {
                // The reader lets a row stand in a table alone.
                let Some(into) = &mut pouring else { continue };
                let row = values(&into.table, row)
                    .ok_or_else(|| lines.damaged("the row does not fit its table"))?;
                if into.table.name == "instance" {
                    expect_root(&into.table, &row, root)?;
                }
                if into.table.name == SESSIONS {
                    continue;
                }
                into.rows.push(row);
                if into.rows.len() == BATCH {
                    pour(&mut filling, into).await?;
                }
            }
            Line::Table { name, columns } => {
                end_table(&mut filling, &mut pouring).await?;
                let table = chosen(&tables, &name, &columns).ok_or_else(|| {
                    lines.damaged(format!("no table `{name}` has these columns"))
                })?;
                pouring = Some(Pouring { table, rows: Vec::new() });
            }
            Line::File(name) => {
                let failed = |cause| BackupError::File { what: name.clone(), cause };
                file = Some(place(&name).map_err(failed)?);
            }
            Line::Piece(bytes) => {
                let Some(file) = &mut file else { continue };
                file.write_all(&bytes).map_err(BackupError::written)?;
            }
            Line::End(contents) => {
                end_table(&mut filling, &mut pouring).await?;
                filling.commit().await?;
                return Ok(contents);
            }
        }
    }
}

/// The table of that name with those columns and no others, in their order. Names of a backup
/// become part of a statement only as names that the database has itself.
fn chosen(tables: &[Table], name: &str, columns: &[String]) -> Option<Table> {
    let table = tables.iter().find(|table| table.name == name)?;
    let kinds: Option<Vec<_>> = columns
        .iter()
        .map(|column| table.columns.iter().find(|(own, _)| own == column).cloned())
        .collect();
    let columns = kinds.filter(|kinds| kinds.len() == table.columns.len())?;
    Some(Table { name: table.name.clone(), columns })
}

fn values(table: &Table, row: Vec<Cell>) -> Option<Vec<Value>> {
    if row.len() != table.columns.len() {
        return None;
    }
    row.into_iter()
        .zip(&table.columns)
        .map(|(cell, (_, kind))| value(cell, *kind))
        .collect()
}

/// A backup that nobody here could open is refused before anything is written.
fn expect_root(table: &Table, row: &[Value], root: &RootKey) -> Result<(), StoreError> {
    let at = table.columns.iter().position(|(name, _)| name == "house_key");
    match at.and_then(|at| row.get(at)) {
        Some(Value::Bytes(sealed)) => Ok(Keys::expect_root(root, sealed)?),
        _ => Ok(()),
    }
}

async fn end_table(
    filling: &mut Filling,
    pouring: &mut Option<Pouring>,
) -> Result<(), StoreError> {
    match pouring {
        Some(into) => pour(filling, into).await,
        None => Ok(()),
    }
}

async fn pour(filling: &mut Filling, into: &mut Pouring) -> Result<(), StoreError> {
    filling.insert(&into.table, &into.rows).await?;
    into.rows.clear();
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn tables_of_an_older_version_are_brought_up_to_this_one() {
        let folder = tempfile::tempdir().unwrap();
        let url = |name: &str| format!("sqlite:{}/{name}.db", folder.path().display());
        let root = RootKey::make().unwrap();
        let known = Database::known_migrations();
        let older: BTreeSet<i64> =
            known.iter().copied().filter(|one| *one <= 12).collect();
        let database = Database::open_as_of(&url("old"), &older).await.unwrap();
        let keys = Arc::new(Keys::unlock(&database, &root).await.unwrap());
        let old = Store { database, keys, builds: crate::configuration::Held::default() };
        let mut bytes = Vec::new();
        let now = Timestamp::UNIX_EPOCH;
        old.back_up(now, &|_| Vec::new(), &mut bytes, &mut |_| {}).await.unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("\"table\":\"bill\""));

        let mut place = |name: &str| Err(io::Error::other(name.to_owned()));
        let from = &mut bytes.as_slice();
        Store::take_back(&url("new"), &root, from, &mut place).await.unwrap();
        let new = Store::open(&url("new"), &root).await.unwrap();
        let mut snapshot = new.database.snapshot().await.unwrap();
        let made = snapshot.migrations().await.unwrap();
        assert_eq!(made, known.into_iter().collect::<Vec<_>>());
        assert!(
            snapshot.tables().await.unwrap().iter().any(|table| table.name == "bill")
        );
    }
}
