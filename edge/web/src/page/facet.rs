//! The values of columns with how many rows have each: what a person filters by, on any list.

use serde::Serialize;

use crate::words;

/// A column to filter by.
#[derive(Debug, Serialize)]
pub(crate) struct Facet {
    column: &'static str,
    pub(crate) label: &'static str,
    pub(crate) values: Vec<Value>,
    /// How many values there are in all.
    distinct: usize,
    /// Where all values are shown.
    #[serde(skip)]
    pub(crate) more: Option<String>,
    #[serde(skip)]
    pub(crate) left: String,
}

/// One value of it.
#[derive(Debug, Serialize)]
pub(crate) struct Value {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) count: u64,
    #[serde(skip)]
    pub(crate) shown: String,
    pub(crate) is_chosen: bool,
    /// How it is written otherwise; empty where it is not.
    pub(crate) also: String,
    /// The list with this condition, or without it.
    #[serde(skip)]
    pub(crate) address: String,
}

/// A condition that holds, and the list without it.
#[derive(Debug, Serialize)]
pub(crate) struct Chip {
    pub(crate) text: String,
    #[serde(skip)]
    pub(crate) address: String,
}

impl Facet {
    /// A column of which not all values are shown, where `more` leads to them all.
    pub(crate) fn new(
        (column, label): (&'static str, &'static str),
        values: Vec<Value>,
        distinct: usize,
        more: impl FnOnce() -> String,
    ) -> Self {
        let left = distinct.saturating_sub(values.len());
        Self {
            column,
            label,
            values,
            distinct,
            more: (left > 0).then(more),
            left: words::number(left as u64),
        }
    }

    /// Whether it tells anything: one with a single value that is not chosen does not.
    pub(crate) fn tells(&self) -> bool {
        self.values.len() > 1 || self.values.iter().any(|value| value.is_chosen)
    }
}
