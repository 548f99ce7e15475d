//! Everything that a database holds, table by table: for a copy, and back.

use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::{Changing, Database, Engine, Value, bind};
use crate::StoreError;
use crate::sealing::Piece;

/// A table with its columns, in the order in which they were made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<(String, Kind)>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Integer,
    Real,
    Text,
    Bytes,
}

impl Kind {
    /// By the name of its type in either database.
    fn named(name: &str) -> Result<Self, StoreError> {
        match name.to_ascii_lowercase().as_str() {
            "bigint" => Ok(Self::Integer),
            "double precision" => Ok(Self::Real),
            "text" => Ok(Self::Text),
            "bytea" => Ok(Self::Bytes),
            _ => Err(StoreError::Unreadable {
                what: "the type of a column",
                held: name.to_owned(),
            }),
        }
    }

    fn of(self, row: &AnyRow, at: usize) -> Result<Value, StoreError> {
        Ok(match self {
            Self::Integer => row.try_get::<Option<i64>, _>(at)?.into(),
            Self::Real => {
                row.try_get::<Option<f64>, _>(at)?.map_or(Value::NoReal, Value::Real)
            }
            Self::Text => row.try_get::<Option<String>, _>(at)?.into(),
            Self::Bytes => row.try_get::<Option<Vec<u8>>, _>(at)?.into(),
        })
    }
}

impl Table {
    /// Its columns as a statement lists them. Names are those of our own migrations: letters
    /// and underscores.
    fn listed(&self) -> String {
        let names: Vec<String> =
            self.columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        names.join(", ")
    }
}

impl Database {
    /// The database as it is now, whatever is written meanwhile.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let begin = match self.engine {
            // In WAL mode the first question decides which state a transaction sees.
            Engine::Sqlite => "BEGIN DEFERRED",
            Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        };
        let seen = self.readers.begin_with(begin).await?;
        Ok(Snapshot { engine: self.engine, seen })
    }

    /// A transaction that fills empty tables.
    pub(crate) async fn fill(&self) -> Result<Filling, StoreError> {
        Ok(Filling(self.begin().await?))
    }
}

/// One state of a database.
pub(crate) struct Snapshot {
    engine: Engine,
    seen: Transaction<'static, Any>,
}

impl Snapshot {
    /// The migrations that made the tables.
    pub(crate) async fn migrations(&mut self) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT version FROM _sqlx_migrations ORDER BY version";
        let rows = sqlx::query(sql).fetch_all(&mut *self.seen).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// Where the index in use lies, below the data folder.
    pub(crate) async fn index(&mut self) -> Result<Option<String>, StoreError> {
        let sql = "SELECT file FROM index_generation ORDER BY number DESC LIMIT 1";
        let row = sqlx::query(sql).fetch_optional(&mut *self.seen).await?;
        row.map(|row| Ok(row.try_get(0)?)).transpose()
    }

    /// Whether the bytes of an index stand in a table.
    pub(crate) async fn keeps_index(&mut self, file: &str) -> Result<bool, StoreError> {
        let sql = "SELECT part FROM index_part WHERE file = $1 AND part = 'base'";
        let found = sqlx::query(sql).bind(file.to_owned());
        Ok(found.fetch_optional(&mut *self.seen).await?.is_some())
    }

    /// Every table of ours, those first to which others refer.
    pub(crate) async fn tables(&mut self) -> Result<Vec<Table>, StoreError> {
        let names = match self.engine {
            Engine::Sqlite => {
                "SELECT name FROM sqlite_master
                  WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '_sqlx%'
                  ORDER BY name <> 'instance', name <> 'head', name"
            }
            Engine::Postgres => {
                "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables
                  WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
                    AND table_name NOT LIKE '\\_sqlx%'
                  ORDER BY table_name <> 'instance', table_name <> 'head', table_name"
            }
        };
        let mut tables = Vec::new();
        for row in sqlx::query(names).fetch_all(&mut *self.seen).await? {
            let name: String = row.try_get(0)?;
            let columns = self.columns(&name).await?;
            tables.push(Table { name, columns });
        }
        Ok(tables)
    }

    async fn columns(&mut self, table: &str) -> Result<Vec<(String, Kind)>, StoreError> {
        let sql = match self.engine {
            Engine::Sqlite => "SELECT name, type FROM pragma_table_info($1) ORDER BY cid",
            Engine::Postgres => {
                "SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT)
                   FROM information_schema.columns
                  WHERE table_schema = current_schema() AND table_name = $1
                  ORDER BY ordinal_position"
            }
        };
        let rows = sqlx::query(sql).bind(table).fetch_all(&mut *self.seen).await?;
        let column = |row: &AnyRow| {
            let kind: String = row.try_get(1)?;
            Ok((row.try_get(0)?, Kind::named(&kind)?))
        };
        rows.iter().map(column).collect()
    }

    /// The rows of a table, one after the other.
    pub(crate) fn rows<'s>(&'s mut self, table: &'s Table) -> Rows<'s> {
        let sql = format!("SELECT {} FROM \"{}\"", table.listed(), table.name);
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch(&mut *self.seen).boxed();
        Rows { table, rows }
    }

    /// The rows of a table that a rule of our own names, for a top organisation and a pattern of
    /// paths, in the order of the table's key.
    pub(crate) fn rows_where<'s>(
        &'s mut self,
        table: &'s Table,
        rule: &'static str,
        head: i64,
        pattern: &str,
    ) -> Rows<'s> {
        let order = if table.columns.len() > 2 { "1, 2, 3" } else { "1, 2" };
        let sql = format!(
            "SELECT {} FROM \"{}\" WHERE head = $1 AND ({rule}) ORDER BY {order}",
            table.listed(),
            table.name
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(head).bind(pattern.to_owned());
        Rows { table, rows: query.fetch(&mut *self.seen).boxed() }
    }

    /// The documents of the organisations that a rule of our own names: number, name, digest.
    pub(crate) async fn originals(
        &mut self,
        head: i64,
        pattern: &str,
        places: &'static str,
    ) -> Result<Vec<(i64, String, Vec<u8>)>, StoreError> {
        let sql = format!(
            "SELECT id, name, digest FROM original
              WHERE head = $1 AND organisation IN {places} ORDER BY id"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(head).bind(pattern.to_owned());
        let rows = query.fetch_all(&mut *self.seen).await?;
        let read = |row: &AnyRow| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
        rows.iter().map(read).collect()
    }

    /// The packed pieces of a document.
    pub(crate) async fn chunks(
        &mut self,
        head: i64,
        original: i64,
    ) -> Result<Vec<Piece>, StoreError> {
        let sql = "SELECT number, bytes, sealed_bytes FROM original_chunk
                    WHERE head = $1 AND original = $2 ORDER BY number";
        let query = sqlx::query(sql).bind(head).bind(original);
        let rows = query.fetch_all(&mut *self.seen).await?;
        let read = |row: &AnyRow| {
            let (clear, sealed) = (row.try_get(1)?, row.try_get(2)?);
            Ok(Piece { number: row.try_get(0)?, clear, sealed })
        };
        rows.iter().map(read).collect()
    }
}

/// The rows of a table, as they come.
pub(crate) struct Rows<'s> {
    table: &'s Table,
    rows: BoxStream<'s, Result<AnyRow, sqlx::Error>>,
}

impl Rows<'_> {
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Value>>, StoreError> {
        let Some(row) = self.rows.try_next().await? else { return Ok(None) };
        let columns = self.table.columns.iter().enumerate();
        columns
            .map(|(at, (_, kind))| kind.of(&row, at))
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

/// A transaction in which empty tables are filled: all of it is kept, or nothing.
pub(crate) struct Filling(Changing);

impl Filling {
    /// Whether somebody lives in the database.
    pub(crate) async fn is_inhabited(&mut self) -> Result<bool, StoreError> {
        let sql = "SELECT id FROM instance";
        Ok(sqlx::query(sql).fetch_optional(&mut *self.0.transaction).await?.is_some())
    }

    /// Takes out what the migrations put in, tables to which others refer last.
    pub(crate) async fn empty(&mut self, tables: &[Table]) -> Result<(), StoreError> {
        for table in tables.iter().rev() {
            let sql = format!("DELETE FROM \"{}\"", table.name);
            sqlx::query(AssertSqlSafe(sql)).execute(&mut *self.0.transaction).await?;
        }
        Ok(())
    }

    /// At most a batch of rows.
    pub(crate) async fn insert(
        &mut self,
        table: &Table,
        rows: &[Vec<Value>],
    ) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "INSERT INTO \"{}\" ({}) VALUES {}",
            table.name,
            table.listed(),
            self.0.engine.places_of_rows(table.columns.len(), rows.len())
        );
        let query = sqlx::query(AssertSqlSafe(sql));
        rows.iter().flatten().fold(query, bind).execute(&mut *self.0.transaction).await?;
        Ok(())
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.0.commit().await
    }
}
