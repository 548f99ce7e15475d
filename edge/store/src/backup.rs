//! A copy of everything that the house remembers, in one stream, and back.
//!
//! A backup is lines of JSON: what it is, then table by table its columns and its rows, then
//! files that lie beside the database, then how many there were and their digest. It is read
//! from one snapshot while the house is in use, holds what is sealed as it is sealed, never the
//! root key, and goes back into either database. The tables are made as they were when it was
//! written, filled, and only then brought up to this version.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, Read as _, Write};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::database::{BATCH, Database, Filling, Kind, Table, Value};
use crate::keys::Keys;
use crate::{RootKey, Store, StoreError};

/// The edition of the form.
const EDITION: u32 = 1;
/// Bytes of a file in one line.
const PIECE: usize = 1 << 20;
/// No line of a backup is longer: an original is kept in chunks far below it.
const LINE_MAX: u64 = 1 << 28;

/// What a backup holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// How many tables.
    pub tables: u64,
    /// How many rows in them.
    pub rows: u64,
    /// The files that lie beside the database.
    pub files: Vec<String>,
    /// BLAKE3 of everything before the last line, in hexadecimal digits.
    digest: String,
}

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
    #[error("line {line} of the backup: {what}")]
    Damaged {
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        what: String,
    },
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

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    lazaret_backup: u32,
    /// When it was written, RFC 3339 in UTC.
    made: String,
    /// The migrations that had made the tables.
    migrations: Vec<i64>,
}

/// One line behind the header.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Line {
    Row(Vec<Cell>),
    Table { table: String, columns: Vec<String> },
    Piece { piece: String },
    File { file: String },
    End { end: Contents },
}

/// A value of a row. The kind of its column tells an integer from a real number.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Cell {
    Nothing(()),
    Integer(i64),
    Real(f64),
    Text(String),
    Bytes { b: String },
}

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        match value {
            Value::Integer(value) => Self::Integer(value),
            Value::Real(value) => Self::Real(value),
            Value::Text(value) => Self::Text(value),
            Value::Bytes(value) => Self::Bytes { b: BASE64.encode(&value) },
            Value::NoInteger | Value::NoReal | Value::NoText | Value::NoBytes => {
                Self::Nothing(())
            }
        }
    }
}

impl Cell {
    /// The value for a column of that kind; `None` where it is of another.
    fn value(self, kind: Kind) -> Option<Value> {
        Some(match (self, kind) {
            (Self::Nothing(()), Kind::Integer) => Value::NoInteger,
            (Self::Nothing(()), Kind::Real) => Value::NoReal,
            (Self::Nothing(()), Kind::Text) => Value::NoText,
            (Self::Nothing(()), Kind::Bytes) => Value::NoBytes,
            (Self::Integer(value), Kind::Integer) => Value::Integer(value),
            (Self::Integer(value), Kind::Real) => Value::Real(value as f64),
            (Self::Real(value), Kind::Real) => Value::Real(value),
            (Self::Text(value), Kind::Text) => Value::Text(value),
            (Self::Bytes { b }, Kind::Bytes) => {
                Value::Bytes(BASE64.decode(b.as_bytes()).ok()?)
            }
            _ => return None,
        })
    }
}

/// Writes lines, and the digest of all of them.
struct Pen<'w> {
    out: &'w mut dyn Write,
    hasher: blake3::Hasher,
}

impl Pen<'_> {
    fn line(&mut self, line: &impl Serialize) -> Result<(), BackupError> {
        let mut text = serde_json::to_vec(line).map_err(BackupError::written)?;
        text.push(b'\n');
        self.hasher.update(&text);
        self.out.write_all(&text).map_err(BackupError::written)
    }
}

impl Store {
    /// Writes everything that the house remembers to `out`, as it is at one moment; whoever
    /// uses it goes on. `beside` names the files to take along, by the name under which the
    /// index in use is remembered and a name of their own; it is asked where the database does
    /// not keep that index itself.
    ///
    /// # Errors
    /// When the database, a file or `out` fails.
    pub async fn back_up(
        &self,
        now: Timestamp,
        beside: &(dyn Fn(&str) -> Vec<(String, PathBuf)> + Sync),
        out: &mut (dyn Write + Send),
    ) -> Result<Contents, BackupError> {
        let mut snapshot = self.database.snapshot().await?;
        let mut pen = Pen { out, hasher: blake3::Hasher::new() };
        let migrations = snapshot.migrations().await?;
        pen.line(&Header { lazaret_backup: EDITION, made: now.to_string(), migrations })?;
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
        let mut contents = Contents::default();
        for table in tables {
            let columns = table.columns.iter().map(|(name, _)| name.clone()).collect();
            pen.line(&Line::Table { table: table.name.clone(), columns })?;
            contents.tables += 1;
            let mut rows = snapshot.rows(&table);
            while let Some(row) = rows.next().await? {
                contents.rows += 1;
                pen.line(&Line::Row(row.into_iter().map(Cell::from).collect()))?;
            }
        }
        for (name, file) in files {
            pen.line(&Line::File { file: name.clone() })?;
            pieces(&name, file, &mut pen)?;
            contents.files.push(name);
        }
        contents.digest = pen.hasher.finalize().to_hex().to_string();
        pen.line(&Line::End { end: contents.clone() })?;
        pen.out.flush().map_err(BackupError::written)?;
        Ok(contents)
    }

    /// Takes a backup back into an empty database at `url`. `place` makes the files that lay
    /// beside it, by their names.
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
        let mut lines = Lines { from, number: 0, hasher: blake3::Hasher::new() };
        let header = lines.header()?;
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
        pen.line(&Line::Piece { piece: BASE64.encode(&piece) })?;
    }
}

/// Reads lines, and works out the digest of all of them.
struct Lines<'r> {
    from: &'r mut (dyn BufRead + Send),
    number: u64,
    hasher: blake3::Hasher,
}

impl Lines<'_> {
    fn damaged(&self, what: impl Into<String>) -> BackupError {
        BackupError::Damaged { line: self.number, what: what.into() }
    }

    fn text(&mut self) -> Result<Vec<u8>, BackupError> {
        self.number += 1;
        let mut text = Vec::new();
        let mut from = (&mut *self.from).take(LINE_MAX);
        match from.read_until(b'\n', &mut text) {
            Err(cause) => Err(self.damaged(cause.to_string())),
            Ok(_) if text.last() != Some(&b'\n') => {
                Err(self.damaged("it ends before its last line"))
            }
            Ok(_) => Ok(text),
        }
    }

    fn header(&mut self) -> Result<Header, BackupError> {
        let text = self.text()?;
        self.hasher.update(&text);
        let header: Header = serde_json::from_slice(&text)
            .map_err(|_| self.damaged("this is no backup of Lazaret"))?;
        match header.lazaret_backup {
            EDITION => Ok(header),
            _ => Err(BackupError::Newer),
        }
    }

    /// The next line; the last one is checked.
    fn next(&mut self) -> Result<Line, BackupError> {
        let text = self.text()?;
        let line: Line = serde_json::from_slice(&text)
            .map_err(|cause| self.damaged(cause.to_string()))?;
        if let Line::End { end } = &line {
            let digest = self.hasher.finalize().to_hex().to_string();
            if end.digest != digest {
                return Err(self.damaged("what stands before it was changed"));
            }
        }
        self.hasher.update(&text);
        Ok(line)
    }
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
    let mut found = Contents::default();
    let mut pouring: Option<Pouring> = None;
    let mut file: Option<File> = None;
    loop {
        match lines.next()? {
            Line::Row(row) => {
                let Some(into) = &mut pouring else {
                    return Err(lines.damaged("a row stands outside of a table"));
                };
                let row = values(&into.table, row)
                    .ok_or_else(|| lines.damaged("the row does not fit its table"))?;
                if into.table.name == "instance" {
                    expect_root(&into.table, &row, root)?;
                }
                into.rows.push(row);
                found.rows += 1;
                if into.rows.len() == BATCH {
                    pour(&mut filling, into).await?;
                }
            }
            Line::Table { table, columns } => {
                end_table(&mut filling, &mut pouring).await?;
                let table = chosen(&tables, &table, &columns).ok_or_else(|| {
                    lines.damaged(format!("no table `{table}` has these columns"))
                })?;
                pouring = Some(Pouring { table, rows: Vec::new() });
                found.tables += 1;
            }
            Line::File { file: name } => {
                let failed = |cause| BackupError::File { what: name.clone(), cause };
                file = Some(place(&name).map_err(failed)?);
                found.files.push(name);
            }
            Line::Piece { piece } => {
                let bytes = BASE64.decode(piece.as_bytes()).ok();
                let (Some(file), Some(bytes)) = (&mut file, bytes) else {
                    return Err(lines.damaged("a piece stands outside of a file"));
                };
                file.write_all(&bytes).map_err(BackupError::written)?;
            }
            Line::End { end } => {
                end_table(&mut filling, &mut pouring).await?;
                let counts = |one: &Contents| (one.tables, one.rows, one.files.clone());
                if counts(&end) != counts(&found) {
                    return Err(lines.damaged("it holds less than it says"));
                }
                filling.commit().await?;
                return Ok(end);
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
        .map(|(cell, (_, kind))| cell.value(*kind))
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
        old.back_up(now, &|_| Vec::new(), &mut bytes).await.unwrap();
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
