//! Rows that were left out, by what they may still name a device; and the keys of those that
//! were read.
//!
//! A separator too many shifts the cells of a row, and nobody can tell where: what the row says
//! of its device is not believed. That the device is in the export is: a cell of it is the
//! number of a device, wherever it stands.

use std::hash::BuildHasher as _;
use std::ops::RangeInclusive;
use std::sync::Arc;

use foldhash::HashMap;
use foldhash::fast::FixedState;

use super::value;

/// Bytes of the longest cell that is looked at as a number of a device.
const NUMBER_BYTES_MAX: usize = 512;

/// A row that was left out, or one that may have been swallowed by a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    row: usize,
    cells: csv::StringRecord,
    /// How many columns to the right of its own a cell may stand.
    shift: usize,
    columns: Arc<Identifying>,
}

/// The columns, beside that of the asset tag, that tell one device from another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Identifying {
    pub(super) serials: Vec<usize>,
    pub(super) udis: Vec<usize>,
}

impl LeftOut {
    pub(super) fn new(
        row: usize,
        cells: &csv::StringRecord,
        shift: usize,
        columns: &Arc<Identifying>,
    ) -> Self {
        Self { row, cells: cells.clone(), shift, columns: Arc::clone(columns) }
    }

    /// The rows that a cell of several lines may hold: which columns they stand in, nobody can
    /// tell.
    pub(super) fn swallowed(row: usize, cell: &str) -> Self {
        let cells = cell.split(['\n', '\r', ',', ';', '\t', '|', '^', '"']);
        Self { row, cells: cells.collect(), shift: 0, columns: Arc::default() }
    }

    /// The line of the table, or the row of the sheet, from 1.
    #[must_use]
    pub const fn row(&self) -> usize {
        self.row
    }

    /// The keys that a device of the same source would have of which one of the cells is the
    /// asset tag; see [`super::Row::device_key`].
    pub fn keys(&self) -> impl Iterator<Item = String> {
        self.cells.iter().filter_map(number).map(|tag| format!("tag:{tag}"))
    }

    /// Cells that may be the serial number.
    pub fn serials(&self) -> impl Iterator<Item = String> {
        self.cells_of(&self.columns.serials).filter_map(number)
    }

    /// Cells that may be the unique device identifier.
    pub fn udis(&self) -> impl Iterator<Item = String> {
        let udis = self.cells_of(&self.columns.udis);
        udis.filter_map(|cell| Some(value::udi(cell).0?.as_str().to_owned()))
    }

    fn cells_of(&self, columns: &[usize]) -> impl Iterator<Item = &str> {
        let places = columns
            .iter()
            .map(|at| -> RangeInclusive<usize> { *at..=at.saturating_add(self.shift) });
        places.flatten().filter_map(|at| self.cells.get(at))
    }
}

/// A cell as the number of a device is kept; `None` where it can be none.
fn number(cell: &str) -> Option<String> {
    if cell.len() > NUMBER_BYTES_MAX || value::is_nothing(cell) {
        return None;
    }
    let words: Vec<&str> = value::unarmed(cell).split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The keys of the devices that a table tells of, as 128 bits of two hashes: a million take
/// 24 MB, and two keys meet by chance once in 10^26 inventories. Order never reaches the output:
/// the map is only asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys(HashMap<(u64, u64), usize>);

impl Keys {
    /// Whether a row tells of the device with that key.
    #[must_use]
    pub fn tell(&self, key: &str) -> bool {
        self.0.contains_key(&hashed(key))
    }

    /// Remembers that a row tells of a device; where an earlier one does, gives that row.
    pub(super) fn add(&mut self, key: &str, row: usize) -> Option<usize> {
        let hashed = hashed(key);
        if let Some(first) = self.0.get(&hashed) {
            return Some(*first);
        }
        self.0.insert(hashed, row);
        None
    }
}

/// A key in 128 bits.
pub(super) fn hashed(key: &str) -> (u64, u64) {
    let hash = |seed| FixedState::with_seed(seed).hash_one(key);
    (hash(1), hash(2))
}
