//! In which order, and from where on: as an address writes it.

use std::fmt;
use std::str::FromStr;

use reading::{Place, Rejected};

use crate::column::Column;
use crate::groups::Key;
use crate::query::{decoded, encoded};

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// The first letter, the smallest number, the most urgent word first.
    Up,
    /// The other way round.
    Down,
}

/// The order of a list. Those without a value stand last either way, and equal values by
/// ordinal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By which column.
    pub column: Column,
    /// Which way.
    pub direction: Direction,
}

impl Sort {
    /// Rising by that column.
    #[must_use]
    pub const fn up(column: Column) -> Self {
        Self { column, direction: Direction::Up }
    }

    /// Falling by that column.
    #[must_use]
    pub const fn down(column: Column) -> Self {
        Self { column, direction: Direction::Down }
    }
}

/// `department`, or `-department` for falling.
impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.direction {
            Direction::Up => "",
            Direction::Down => "-",
        };
        write!(f, "{sign}{}", self.column.word())
    }
}

impl FromStr for Sort {
    type Err = Rejected;

    fn from_str(text: &str) -> Result<Self, Rejected> {
        let (word, direction) = match text.strip_prefix('-') {
            Some(word) => (word, Direction::Down),
            None => (text, Direction::Up),
        };
        let Some(column) = Column::of_word(word) else {
            let at = (text.len() - word.len()) as u64;
            return Err(Rejected::new(
                Place::Byte(at),
                format!("expected a column, found `{word}`"),
                "sort by a column, with `-` before it for falling",
            ));
        };
        Ok(Self { column, direction })
    }
}

/// The last row of a page: its value in the column of the sort, and its ordinal. The next
/// page begins behind that place, whether or not the row is still there: a row that keeps
/// its value is never skipped and never seen twice, whatever comes and goes around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) ordinal: u32,
    pub(crate) key: Option<Key>,
}

/// `17`, `17.n3` or `17.t` and the text.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            None => write!(f, "{}", self.ordinal),
            Some(Key::Number(number)) => write!(f, "{}.n{number}", self.ordinal),
            Some(Key::Text(text)) => write!(f, "{}.t{}", self.ordinal, encoded(text)),
        }
    }
}

impl FromStr for Cursor {
    type Err = Rejected;

    fn from_str(text: &str) -> Result<Self, Rejected> {
        let refused = |at: usize| {
            Rejected::new(
                Place::Byte(at as u64),
                format!("expected the place of a row in a list, found `{text}`"),
                "begin again with the first page",
            )
        };
        let (ordinal, key) = text.split_once('.').unwrap_or((text, ""));
        let after = text.len() - key.len();
        let key = match key.split_at_checked(1) {
            None if after == text.len() && !text.ends_with('.') => None,
            Some(("n", number)) => {
                Some(Key::Number(number.parse().map_err(|_| refused(after + 1))?))
            }
            Some(("t", value)) => {
                Some(Key::Text(decoded(value, after + 1)?.into_owned().into()))
            }
            Some(_) | None => return Err(refused(after)),
        };
        Ok(Self { ordinal: ordinal.parse().map_err(|_| refused(0))?, key })
    }
}
