//! Why something could not be remembered or recalled.

use crate::KeyError;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database could not be reached.
    #[error("the database cannot be reached; is its address right, and does it run")]
    Unreachable(#[source] sqlx::Error),
    /// The database refused a statement, or went away.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// The tables could not be brought up to this version.
    #[error("the tables could not be brought up to this version of Lazaret")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// A newer version made the tables.
    #[error("the house was made by a newer version of Lazaret; open it with that one")]
    Newer,
    /// There is no house in the database.
    #[error("there is no house in this database")]
    NoHouse,
    /// The address names no database that Lazaret works with.
    #[error(
        "`{0}` is no address of a database: `sqlite:FILE` or `postgres://…` is wanted"
    )]
    Address(String),
    /// A stored value that no version of Lazaret writes.
    #[error("{what} is stored as `{held}`, which no version of Lazaret writes")]
    Unreadable {
        /// Table and column, or the kind of value.
        what: &'static str,
        /// What is held there.
        held: String,
    },
    /// A sealed value could not be opened.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// What was asked for is not there, or not for whoever asked.
    #[error("there is no {noun} {id}")]
    Absent {
        /// What kind of thing.
        noun: &'static str,
        /// Its number or name.
        id: String,
    },
    /// It exists already, and there can be one only.
    #[error("{0}")]
    Taken(&'static str),
}

impl StoreError {
    /// What is not there.
    #[must_use]
    pub fn absent(noun: &'static str, id: impl ToString) -> Self {
        Self::Absent { noun, id: id.to_string() }
    }

    /// Whether a second attempt may succeed: another writer was in the way.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        // PostgreSQL: 40001 serialisation failure, 40P01 deadlock. SQLite: 5 busy, 517 busy
        // snapshot.
        matches!(error.code().as_deref(), Some("40001" | "40P01" | "5" | "517"))
    }

    /// Whether the statement hit a key that must be unique.
    pub(crate) fn is_duplicate(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}
