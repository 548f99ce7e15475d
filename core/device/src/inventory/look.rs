//! What a table looks like before its rows are kept: how it is read, and its columns with
//! samples, so that a person can say which column is what.

use std::collections::VecDeque;

use reading::{Place, Rejected};

use super::head::{By, Head, SAMPLE_ROWS, TITLE_ROWS_MAX};
use super::mapping::{Assignment, Columns, Mapping};
use super::table::Rows;
use super::value;

/// Different cells of a column that are shown.
const SAMPLES_SHOWN: usize = 3;

/// A table at first sight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What it is.
    pub format: Format,
    /// The encoding of its text; empty for a workbook, which has its own.
    pub encoding: &'static str,
    /// The sheet that is read; empty for separated values.
    pub sheet: String,
    /// The line or row of the headings; 0 where the table has none.
    pub head: usize,
    /// The columns that have a heading.
    pub columns: Vec<Column>,
    /// The same as a mapping: complete, as a reader would give it back.
    pub mapping: Mapping,
    /// Why devices cannot be read with these columns.
    pub refused: Option<Rejected>,
}

/// What a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Separated values, and the mark between them.
    Separated(char),
    /// A workbook.
    Workbook,
}

/// One column at first sight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its heading; of equal ones, the later have a number.
    pub heading: String,
    /// What it is taken for, and why.
    pub taken: Option<Assignment>,
    /// What stands under it in the first rows: a few different texts.
    pub samples: Vec<String>,
}

/// The columns that have a heading, with what stands under each in these rows.
pub(super) fn columns(
    columns: &Columns,
    rows: &VecDeque<(usize, csv::StringRecord)>,
) -> Vec<Column> {
    let headed = columns.headings.iter().enumerate();
    headed
        .filter(|(_, heading)| !heading.is_empty())
        .map(|(at, heading)| Column {
            heading: heading.clone(),
            taken: columns.taken(at),
            samples: samples(at, rows),
        })
        .collect()
}

fn samples(at: usize, rows: &VecDeque<(usize, csv::StringRecord)>) -> Vec<String> {
    let mut samples: Vec<String> = Vec::new();
    for (_, row) in rows {
        let cell = row.get(at).unwrap_or_default().trim();
        if samples.len() == SAMPLES_SHOWN {
            break;
        }
        if !value::is_nothing(cell) && samples.iter().all(|other| other != cell) {
            samples.push(cell.to_owned());
        }
    }
    samples
}

/// Where devices cannot be read: the row that looks most like headings, and the rows behind.
pub(super) fn guess(
    rows: &mut Rows<'_, '_>,
    mapping: &Mapping,
) -> Result<Head, Rejected> {
    let mut seen: VecDeque<(usize, csv::StringRecord)> = VecDeque::new();
    let mut row = csv::StringRecord::new();
    while seen.len() < SAMPLE_ROWS {
        let Some(line) = rows.read(&mut row)? else { break };
        seen.push_back((line, row.clone()));
    }
    let mut best: Option<(Columns, usize)> = None;
    for (line, row) in seen.iter().take(TITLE_ROWS_MAX) {
        let columns = Columns::read(row, mapping);
        if best.as_ref().is_none_or(|(most, _)| likeness(&columns) > likeness(most)) {
            best = Some((columns, *line));
        }
    }
    let Some((mut columns, line)) = best else {
        return Err(Rejected::new(Place::Document, "the table is empty", super::EMPTY));
    };
    seen.retain(|(at, _)| *at > line);
    columns.recognise(&seen);
    Ok(Head { columns, line, rows: seen, by: By::Headings })
}

/// How much a row looks like headings: the known fields, then the cells filled.
pub(super) fn likeness(columns: &Columns) -> (usize, usize) {
    let filled = columns.headings.iter().filter(|heading| !heading.is_empty()).count();
    (columns.known(), filled)
}
