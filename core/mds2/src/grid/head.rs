//! The head of a form of 2013: labels with what stands beside or below them.

use reading::Place;

use crate::answer;
use crate::grid::{Draft, Grid, Row};
use crate::question::Edition;

/// Labels, the longer before those that they hold, and what we call it.
const LABELS: [(&str, &str); 14] = [
    ("document release date", "released"),
    ("software release date", "software_released"),
    ("software revision", "software"),
    ("document id", "document"),
    ("device category", "description"),
    ("device description", "description"),
    ("device model", "model"),
    ("model name", "model"),
    ("manufacturer name", "maker"),
    ("manufacturer or representative contact", "contact"),
    ("manufacturer", "maker"),
    ("vendor", "maker"),
    ("model", "model"),
    ("release date", "released"),
];

/// The label that a cell begins with, and what stands behind it.
pub(crate) fn label(cell: &str) -> Option<(&'static str, &str)> {
    let cell = cell.trim();
    LABELS.iter().find_map(|(words, name)| {
        let head = cell.get(..words.len()).filter(|it| it.eq_ignore_ascii_case(words))?;
        let rest = cell.get(head.len()..)?;
        let is_whole =
            rest.is_empty() || rest.starts_with([':', '\t']) || rest.starts_with("  ");
        is_whole.then(|| (*name, rest.trim_start_matches([':', '\t', ' ']).trim()))
    })
}

/// Reads the head of a form of 2013; that of 2019 has ids.
pub(crate) fn read(grid: &Grid, draft: &mut Draft) {
    if draft.edition != Edition::Of2013 {
        return;
    }
    for (at, row) in grid.rows.iter().enumerate().take(60) {
        for column in 0..row.cells.len() {
            let Some((name, rest)) = label(row.cell(column)) else { continue };
            if draft.head.contains_key(name) {
                continue;
            }
            let found = match rest {
                "" => value(grid, at, row, column),
                rest => Some((rest.to_owned(), row.place(column))),
            };
            if let Some(found) = found {
                draft.head.insert(name, found);
            }
        }
    }
}

/// What stands right of a label, else below it.
fn value(grid: &Grid, at: usize, row: &Row, column: usize) -> Option<(String, Place)> {
    let is_value = |cell: &str| !cell.is_empty() && label(cell).is_none();
    let right = (column + 1..row.cells.len()).find(|at| !row.cell(*at).is_empty());
    if let Some(right) = right.filter(|at| is_value(row.cell(*at))) {
        return Some((answer::collapse(row.cell(right)), row.place(right)));
    }
    let below = grid.rows.get(at + 1)?;
    let cell = below.cell(column);
    is_value(cell).then(|| (answer::collapse(cell), below.place(column)))
}
