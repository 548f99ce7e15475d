//! The one place that knows that there are two databases.
//!
//! Source of the rules: measurements on both engines through sqlx's `Any` pool. Columns are
//! `BIGINT`, `DOUBLE PRECISION`, `TEXT` and `BYTEA`; a truth is 0 or 1; an instant is text
//! of fixed width. A statement is a literal; only the functions here for many rows put one
//! together, from literals and numbered places; and a copy of everything, which goes through
//! the tables by the names that the database has for them ([`whole`]).

#[cfg(test)]
mod killed;
mod whole;

pub(crate) use whole::{Filling, Kind, Table};

use std::collections::BTreeSet;
use std::path::Path;
use std::str::FromStr as _;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, AnyRow};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{
    Any, AnyConnection, AnyPool, AssertSqlSafe, Connection as _, Executor as _, Row as _,
    Transaction,
};

use crate::{Spread, StoreError};

/// How many connections read at the same time.
const READERS: u32 = 8;
/// How many rows one statement writes. One statement a row costs eight times as much.
pub(crate) const BATCH: usize = 100;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// A value for a statement, or for one place of a batch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Integer(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    NoInteger,
    NoReal,
    NoText,
    NoBytes,
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        value.map_or(Self::NoInteger, Self::Integer)
    }
}

impl From<Option<&str>> for Value {
    fn from(value: Option<&str>) -> Self {
        value.map_or(Self::NoText, Self::from)
    }
}

impl From<Option<String>> for Value {
    fn from(value: Option<String>) -> Self {
        value.map_or(Self::NoText, Self::Text)
    }
}

impl From<Option<Vec<u8>>> for Value {
    fn from(value: Option<Vec<u8>>) -> Self {
        value.map_or(Self::NoBytes, Self::Bytes)
    }
}

/// One row of an answer.
pub(crate) struct Row<'r>(&'r AnyRow);

impl Row<'_> {
    pub(crate) fn integer(&self, column: &'static str) -> Result<i64, StoreError> {
        Ok(self.0.try_get(column)?)
    }

    pub(crate) fn integer_if_any(
        &self,
        column: &'static str,
    ) -> Result<Option<i64>, StoreError> {
        Ok(self.0.try_get(column)?)
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String, StoreError> {
        Ok(self.0.try_get(column)?)
    }

    pub(crate) fn text_if_any(
        &self,
        column: &'static str,
    ) -> Result<Option<String>, StoreError> {
        Ok(self.0.try_get(column)?)
    }

    pub(crate) fn bytes(&self, column: &'static str) -> Result<Vec<u8>, StoreError> {
        Ok(self.0.try_get(column)?)
    }

    pub(crate) fn bytes_if_any(
        &self,
        column: &'static str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.try_get(column)?)
    }
}

/// Which engine answers. Nothing but this module asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

/// A database, and the connections to it.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    engine: Engine,
    readers: AnyPool,
    /// SQLite has one writer at a time; asking it for more only makes them wait for locks.
    writers: AnyPool,
}

impl Database {
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with(url, &MIGRATIONS).await
    }

    /// Opens a database with the tables as those migrations made them.
    pub(crate) async fn open_as_of(
        url: &str,
        versions: &BTreeSet<i64>,
    ) -> Result<Self, StoreError> {
        let chosen =
            MIGRATIONS.iter().filter(|one| versions.contains(&one.version)).cloned();
        Self::open_with(url, &Migrator::with_migrations(chosen.collect())).await
    }

    /// The migrations of this version.
    pub(crate) fn known_migrations() -> BTreeSet<i64> {
        MIGRATIONS.iter().map(|one| one.version).collect()
    }

    /// Whether there is a house in the database. Nothing is made, not even a file.
    pub(crate) async fn holds_house(url: &str) -> Result<bool, StoreError> {
        let (engine, options) = addressed(url)?;
        let file = url.strip_prefix("sqlite:").and_then(|file| file.split('?').next());
        let file = file.map(|file| Path::new(file.strip_prefix("//").unwrap_or(file)));
        if file.is_some_and(|file| !file.is_file()) {
            return Ok(false);
        }
        let table = match engine {
            Engine::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'instance'"
            }
            Engine::Postgres => {
                "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
                  WHERE table_schema = current_schema() AND table_name = 'instance'"
            }
        };
        let mut asked = reached(&options).await?;
        for sql in [table, "SELECT id FROM instance"] {
            if sqlx::query(sql).fetch_optional(&mut asked).await?.is_none() {
                return Ok(false);
            }
        }
        asked.close().await?;
        Ok(true)
    }

    async fn open_with(url: &str, migrations: &Migrator) -> Result<Self, StoreError> {
        let (engine, options) = addressed(url)?;
        // A pool that reaches nobody waits, and never says why.
        reached(&options).await?.close().await?;
        let writers = pool(engine, if engine == Engine::Sqlite { 1 } else { READERS })
            .connect_with(options.clone())
            .await?;
        migrations.run(&writers).await.map_err(|error| match error {
            MigrateError::VersionMissing(_) => StoreError::Newer,
            error => StoreError::Migration(error),
        })?;
        let readers = match engine {
            Engine::Sqlite => pool(engine, READERS).connect_with(options).await?,
            Engine::Postgres => writers.clone(),
        };
        Ok(Self { engine, readers, writers })
    }

    /// The rows of a question, each read by `read`.
    pub(crate) async fn rows<T>(
        &self,
        sql: &'static str,
        values: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let rows = bound(sqlx::query(sql), values).fetch_all(&self.readers).await?;
        rows.iter().map(|row| read(&Row(row))).collect()
    }

    /// The only row of a question, if there is one.
    pub(crate) async fn row<T>(
        &self,
        sql: &'static str,
        values: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let row = bound(sqlx::query(sql), values).fetch_optional(&self.readers).await?;
        row.as_ref().map(|row| read(&Row(row))).transpose()
    }

    /// The rows of a question whose last condition is `IN` a list, a hundred of the list at
    /// a time; see [`Changing::run_among`].
    pub(crate) async fn rows_among<T>(
        &self,
        start: &'static str,
        values: &[Value],
        list: &[Value],
        end: &'static str,
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        for batch in list.chunks(BATCH) {
            let sql = format!("{start} IN {} {end}", places(values.len(), batch.len()));
            let query = values
                .iter()
                .chain(batch)
                .fold(sqlx::query(AssertSqlSafe(sql)), |query, value| bind(query, value));
            for row in &query.fetch_all(&self.readers).await? {
                found.push(read(&Row(row))?);
            }
        }
        Ok(found)
    }

    /// How far those who share it may stand from each other.
    pub(crate) fn spread(&self) -> Spread {
        match self.engine {
            Engine::Sqlite => Spread::OneMachine,
            Engine::Postgres => Spread::ManyMachines,
        }
    }

    /// What the engine finds wrong with its own pages.
    pub(crate) async fn unsound(&self) -> Result<Option<String>, StoreError> {
        match self.engine {
            Engine::Sqlite => {
                let checked = self
                    .row("PRAGMA quick_check(1)", &[], |row| row.text("quick_check"))
                    .await?;
                Ok(checked.filter(|checked| checked != "ok"))
            }
            Engine::Postgres => Ok(None),
        }
    }

    /// Writes what stands in the log of SQLite into the database, and empties it; of
    /// PostgreSQL the server does that. While somebody reads, it stays for the next time.
    pub(crate) async fn empty_log(&self) -> Result<(), StoreError> {
        if self.engine == Engine::Sqlite {
            self.writers.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        }
        Ok(())
    }

    pub(crate) async fn begin(&self) -> Result<Changing, StoreError> {
        let transaction = match self.engine {
            // A transaction that reads first and writes later would have to start again.
            Engine::Sqlite => self.writers.begin_with("BEGIN IMMEDIATE").await?,
            Engine::Postgres => self.writers.begin().await?,
        };
        Ok(Changing { transaction, engine: self.engine })
    }

    /// The connections of each kind; on PostgreSQL the same ones read and write.
    pub(crate) fn pools(&self) -> Vec<crate::Pool> {
        let of = |name, pool: &AnyPool| crate::Pool {
            name,
            open: pool.size() as usize,
            idle: pool.num_idle(),
        };
        match self.engine {
            Engine::Sqlite => {
                vec![of("readers", &self.readers), of("writers", &self.writers)]
            }
            Engine::Postgres => vec![of("all", &self.writers)],
        }
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}

async fn reached(options: &AnyConnectOptions) -> Result<AnyConnection, StoreError> {
    AnyConnection::connect_with(options).await.map_err(StoreError::Unreachable)
}

/// The kind of a database, and how it is reached.
fn addressed(url: &str) -> Result<(Engine, AnyConnectOptions), StoreError> {
    sqlx::any::install_default_drivers();
    let engine = match url.split_once(':') {
        Some(("sqlite", _)) => Engine::Sqlite,
        Some(("postgres" | "postgresql", _)) => Engine::Postgres,
        _ => return Err(StoreError::Address(url.to_owned())),
    };
    let address = match engine {
        Engine::Sqlite if !url.contains('?') => format!("{url}?mode=rwc"),
        Engine::Sqlite | Engine::Postgres => url.to_owned(),
    };
    let options = AnyConnectOptions::from_str(&address)
        .map_err(|_| StoreError::Address(url.to_owned()))?;
    Ok((engine, options))
}

/// A transaction: all of it is kept, or nothing. Dropped without [`Changing::commit`], it is
/// undone.
pub(crate) struct Changing {
    transaction: Transaction<'static, Any>,
    engine: Engine,
}

impl Changing {
    pub(crate) async fn row<T>(
        &mut self,
        sql: &'static str,
        values: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let row = bound(sqlx::query(sql), values)
            .fetch_optional(&mut *self.transaction)
            .await?;
        row.as_ref().map(|row| read(&Row(row))).transpose()
    }

    pub(crate) async fn rows<T>(
        &mut self,
        sql: &'static str,
        values: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let rows =
            bound(sqlx::query(sql), values).fetch_all(&mut *self.transaction).await?;
        rows.iter().map(|row| read(&Row(row))).collect()
    }

    /// Runs a statement; says how many rows it touched.
    pub(crate) async fn run(
        &mut self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<u64, StoreError> {
        let done =
            bound(sqlx::query(sql), values).execute(&mut *self.transaction).await?;
        Ok(done.rows_affected())
    }

    /// Writes many rows of `columns` values each, a hundred in a statement.
    ///
    /// `start` is everything up to `VALUES`, `end` what follows the rows, such as
    /// `ON CONFLICT …`.
    pub(crate) async fn insert_many(
        &mut self,
        start: &'static str,
        columns: usize,
        end: &'static str,
        rows: &[Vec<Value>],
    ) -> Result<(), StoreError> {
        for batch in rows.chunks(BATCH) {
            let places = self.engine.places_of_rows(columns, batch.len());
            let sql = format!("{start} VALUES {places} {end}");
            let values = batch.iter().flatten();
            let query = sqlx::query(AssertSqlSafe(sql));
            values
                .fold(query, |query, value| bind(query, value))
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
    }

    /// Writes many rows as [`Changing::insert_many`] does, and reads what `end` returns.
    pub(crate) async fn insert_many_returning<T>(
        &mut self,
        start: &'static str,
        columns: usize,
        end: &'static str,
        rows: &[Vec<Value>],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        for batch in rows.chunks(BATCH) {
            let places = self.engine.places_of_rows(columns, batch.len());
            let sql = format!("{start} VALUES {places} {end}");
            let values = batch.iter().flatten();
            let query = values
                .fold(sqlx::query(AssertSqlSafe(sql)), |query, value| bind(query, value));
            for row in &query.fetch_all(&mut *self.transaction).await? {
                found.push(read(&Row(row))?);
            }
        }
        Ok(found)
    }

    /// Runs a statement whose last condition is `IN` a list, a hundred of the list at a
    /// time. `start` is everything up to `IN`, and uses as many numbered values as `values`
    /// holds; `end` what follows the list.
    pub(crate) async fn run_among(
        &mut self,
        start: &'static str,
        values: &[Value],
        list: &[Value],
        end: &'static str,
    ) -> Result<u64, StoreError> {
        let mut touched = 0;
        for batch in list.chunks(BATCH) {
            let sql = format!("{start} IN {} {end}", places(values.len(), batch.len()));
            let query = values
                .iter()
                .chain(batch)
                .fold(sqlx::query(AssertSqlSafe(sql)), |query, value| bind(query, value));
            touched += query.execute(&mut *self.transaction).await?.rows_affected();
        }
        Ok(touched)
    }

    /// The rows of a question whose last condition is `IN` a list, as
    /// [`Changing::run_among`].
    pub(crate) async fn rows_among<T>(
        &mut self,
        start: &'static str,
        values: &[Value],
        list: &[Value],
        end: &'static str,
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        for batch in list.chunks(BATCH) {
            let sql = format!("{start} IN {} {end}", places(values.len(), batch.len()));
            let query = values
                .iter()
                .chain(batch)
                .fold(sqlx::query(AssertSqlSafe(sql)), |query, value| bind(query, value));
            for row in &query.fetch_all(&mut *self.transaction).await? {
                found.push(read(&Row(row))?);
            }
        }
        Ok(found)
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}

impl Engine {
    /// `($1, $2), ($3, $4)` for two rows of two columns, and without numbers for SQLite: it
    /// looks the name of each place up by going through all names before it, which takes
    /// longer for a hundred rows than writing them.
    fn places_of_rows(self, columns: usize, rows: usize) -> String {
        let place = |number: usize| match self {
            Self::Sqlite => "?".to_owned(),
            Self::Postgres => format!("${number}"),
        };
        let row = |row: usize| {
            let places: Vec<String> =
                (1..=columns).map(|column| place(row * columns + column)).collect();
            format!("({})", places.join(", "))
        };
        (0..rows).map(row).collect::<Vec<_>>().join(", ")
    }
}

/// `($3, $4)` for a list of two behind two other values.
fn places(before: usize, count: usize) -> String {
    let places: Vec<String> =
        (1..=count).map(|place| format!("${}", before + place)).collect();
    format!("({})", places.join(", "))
}

type Query<'q> = sqlx::query::Query<'q, Any, <Any as sqlx::Database>::Arguments>;

fn bound<'q>(query: Query<'q>, values: &[Value]) -> Query<'q> {
    values.iter().fold(query, bind)
}

/// A text as both databases can hold it: PostgreSQL has no NUL in one, so what a document or a
/// person wrote with it is kept with the sign for what cannot be shown, on SQLite too.
fn holdable(text: String) -> String {
    match text.contains('\0') {
        true => text.replace('\0', "\u{FFFD}"),
        false => text,
    }
}

fn bind<'q>(query: Query<'q>, value: &Value) -> Query<'q> {
    match value.clone() {
        Value::Integer(value) => query.bind(value),
        Value::Real(value) => query.bind(value),
        Value::Text(value) => query.bind(holdable(value)),
        Value::Bytes(value) => query.bind(value),
        Value::NoInteger => query.bind(None::<i64>),
        Value::NoReal => query.bind(None::<f64>),
        Value::NoText => query.bind(None::<String>),
        Value::NoBytes => query.bind(None::<Vec<u8>>),
    }
}

fn pool(engine: Engine, connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        // The question before each use would halve the speed of short statements.
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if engine == Engine::Sqlite {
                    connection
                        .execute(
                            "PRAGMA journal_mode = WAL;
                             PRAGMA synchronous = FULL;
                             PRAGMA foreign_keys = ON;
                             PRAGMA secure_delete = ON;
                             PRAGMA busy_timeout = 10000;",
                        )
                        .await?;
                }
                Ok(())
            })
        })
}

#[cfg(test)]
mod tests {
    use super::{Engine, places};

    #[test]
    fn each_place_of_a_batch_has_its_own_number() {
        assert_eq!(Engine::Postgres.places_of_rows(2, 2), "($1, $2), ($3, $4)");
        assert_eq!(Engine::Postgres.places_of_rows(1, 3), "($1), ($2), ($3)");
        assert_eq!(Engine::Sqlite.places_of_rows(2, 2), "(?, ?), (?, ?)");
        assert_eq!(places(2, 2), "($3, $4)");
    }
}
