//! In which order, and from where on: as an address writes it.

use std::fmt;
use std::str::FromStr;

use reading::{Place, Rejected, limits};

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
                format!("expected a column to sort by, found `{word}`"),
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
        const HINT: &str = "begin again with the first page";
        // The texts by which lists are sorted are kept by their first 4,096 bytes.
        if text.len() > limits::FILTER_BYTES_MAX {
            let at = Place::Byte(limits::FILTER_BYTES_MAX as u64);
            return Err(Rejected::new(at, "the place of a row is longer than any", HINT));
        }
        let refused = |at: usize| {
            Rejected::new(
                Place::Byte(at as u64),
                format!("expected the place of a row in a list, found `{text}`"),
                HINT,
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_place_in_a_list_is_refused_where_it_ends_being_one() {
        #[track_caller]
        fn check(text: &str, at: u64) {
            let refused = text.parse::<Cursor>().unwrap_err();
            assert_eq!(refused.place, Place::Byte(at), "{text}");
            assert!(!refused.hint.is_empty());
        }

        check("", 0);
        check("x", 0);
        check("-1", 0);
        check("4294967296", 0);
        check("17.", 3);
        check("17.x", 3);
        check("17.n", 4);
        check("17.n1x", 4);
        check("17.n18446744073709551616", 4);
        check("17.t%4", 4);
        check("17.tA%zz", 5);
        check("17.t%ff", 4);
        check(&format!("17.t{}", "a".repeat(limits::FILTER_BYTES_MAX)), 16_384);
    }

    proptest! {
        #[test]
        fn every_place_in_a_list_is_read_as_it_is_written(
            ordinal: u32,
            key in prop_oneof![
                Just(None),
                any::<u64>().prop_map(|number| Some(Key::Number(number))),
                any::<String>().prop_map(|text| Some(Key::Text(text.into()))),
            ],
        ) {
            let cursor = Cursor { ordinal, key };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn any_text_is_an_order_or_a_place_or_is_refused(
            text in "-?([a-z_]{0,9}|[0-9]{0,11})(\\.[nt]?([0-9%a-f]{0,9}|\\PC{0,3}))?"
        ) {
            if let Ok(sort) = text.parse::<Sort>() {
                prop_assert_eq!(sort.to_string(), text.as_str());
            }
            match text.parse::<Cursor>() {
                Ok(cursor) => prop_assert_eq!(cursor.to_string().parse(), Ok(cursor)),
                Err(refused) => prop_assert!(!refused.message.is_empty()),
            }
        }

        #[test]
        fn every_order_is_read_as_it_is_written(
            column in prop::sample::select(Column::ALL.to_vec())
        ) {
            for sort in [Sort::up(column), Sort::down(column)] {
                prop_assert_eq!(sort.to_string().parse(), Ok(sort));
            }
        }
    }
}
