//! Workbooks of spreadsheet programs (`.xlsx`, `.xlsm`): tables of text cells.
//!
//! Source: ISO/IEC 29500-1:2016 (Office Open XML), §18. The reader is calamine's, under
//! limits: the whole archive is unpacked once into nothing and counted before it is read.
//!
//! A cell is the text that a person sees: 10023 and not 10023.0, dates as ISO 8601 in both
//! date systems, zeros in front where the cell is a text or its format pads it. The value of
//! a formula is the one that was computed last. An error (`#N/A`) is an empty cell, and noted;
//! so is a formula of which no value was ever computed, and [`Rows::is_uncomputed`] tells it from
//! a cell in which nothing stands.
//!
//! What stands in cells that are merged downwards counts for each of their rows, and is noted; of
//! cells that are merged across, the first holds the text.
//!
//! Not here: `.xls`, `.xlsb` and `.ods`, which are refused with what to do; formulas,
//! pictures, macros.

mod cell;
mod container;
mod merged;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::io::Cursor;

use calamine::{Cell, DataRef, Reader as _, Xlsx, XlsxCellReader, XlsxError};

use crate::{Note, Notes, Place, Rejected, limits};
use cell::Shape;
use container::Held;
use merged::Merged;

/// A workbook whose sheets can be read.
pub struct Workbook<'b> {
    inner: Xlsx<Cursor<&'b [u8]>>,
    sheets: Vec<Sheet>,
    /// For what a sheet has to be read twice.
    held: Vec<Held>,
}

/// One worksheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Whether a person who opens the workbook sees it.
    pub visibility: Visibility,
}

/// Whether a sheet is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visibility {
    /// It is.
    Shown,
    /// It is not.
    Hidden,
}

/// The rows of one sheet, from the first that is not empty.
pub struct Rows<'w, 'b> {
    sheet: String,
    cells: XlsxCellReader<'w, Cursor<&'b [u8]>>,
    /// How the numbers of each style are shown.
    shapes: Vec<Shape>,
    /// Which cells are merged downwards, and what stands in them.
    merged: Merged,
    /// Formulas of which no value was computed: the row and the column of each, in order.
    uncomputed: Vec<(usize, usize)>,
    /// Of numbers whose format adds zeros behind the point, lately read: the row, the column, and
    /// the number without them.
    padded: VecDeque<(usize, usize, String)>,
    /// The first cell of the next row.
    waiting: Option<(Cell<DataRef<'w>>, usize)>,
    notes: Notes,
    rows: usize,
    is_at_end: bool,
}

/// How many padded numbers are remembered: those of more rows than are looked at in advance.
const PADDED_MAX: usize = 1 << 16;

/// More formulas without a value are no table that somebody keeps.
const UNCOMPUTED_MAX: usize = 1 << 20;

/// Whether the bytes are those of a workbook, of any program: never those of a text.
#[must_use]
pub fn is_workbook(bytes: &[u8]) -> bool {
    container::Kind::of(bytes) != container::Kind::Other
}

/// Whether the bytes are those of a document of an office program behind a password.
pub(crate) fn is_locked(bytes: &[u8]) -> bool {
    container::is_locked(bytes)
}

/// The name of a cell: `C17` for row 17 and column 2; both as programs count them, the
/// row from 1 and the column from 0.
#[must_use]
pub fn cell_name(row: usize, column: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        let letter = u8::try_from((left - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &row.to_string()
}

impl<'b> Workbook<'b> {
    /// Opens a workbook.
    ///
    /// # Errors
    /// When it is none that is read, is protected by a password, is damaged, or passes a
    /// limit.
    pub fn open(bytes: &'b [u8]) -> Result<Self, Rejected> {
        let held = container::check(bytes)?;
        let inner = Xlsx::new(Cursor::new(bytes)).map_err(|why| damaged(&why))?;
        let worksheets = inner.sheets_metadata().iter();
        let sheets: Vec<Sheet> = worksheets
            .filter(|sheet| sheet.typ == calamine::SheetType::WorkSheet)
            .map(|sheet| Sheet {
                name: sheet.name.clone(),
                visibility: match sheet.visible {
                    calamine::SheetVisible::Visible => Visibility::Shown,
                    _ => Visibility::Hidden,
                },
            })
            .take(limits::SHEETS_MAX)
            .collect();
        if sheets.is_empty() {
            return Err(Rejected::new(
                Place::Document,
                "the workbook has no worksheet",
                "put the table on a worksheet, not on a chart or macro sheet",
            ));
        }
        Ok(Self { inner, sheets, held })
    }

    /// The worksheets, in the order of their tabs.
    #[must_use]
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// The rows of a sheet, by its position in [`Workbook::sheets`].
    ///
    /// # Errors
    /// When there is no such sheet, or it is damaged.
    pub fn rows(&mut self, sheet: usize) -> Result<Rows<'_, 'b>, Rejected> {
        let Some(Sheet { name, .. }) = self.sheets.get(sheet) else {
            return Err(Rejected::new(
                Place::Document,
                "the workbook has no such sheet",
                "save the workbook again, or give the table as CSV",
            ));
        };
        let mut merged = Merged::default();
        if self.held.contains(&Held::Merged) {
            let regions = self.inner.merge_cells_by_sheet_name(name);
            merged = Merged::of(&regions.map_err(|why| damaged(&why))?);
        }
        let uncomputed = match self.held.contains(&Held::Formulas) {
            true => uncomputed(&mut self.inner, name, &merged)?,
            false => Vec::new(),
        };
        let cells =
            self.inner.worksheet_cells_reader(name).map_err(|why| damaged(&why))?;
        let shapes = cells.styles().iter().map(Shape::of).collect();
        let sheet = name.clone();
        Ok(Rows {
            sheet,
            cells,
            shapes,
            merged,
            uncomputed,
            padded: VecDeque::new(),
            waiting: None,
            notes: Notes::new(),
            rows: 0,
            is_at_end: false,
        })
    }
}

impl fmt::Debug for Workbook<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workbook").field("sheets", &self.sheets).finish_non_exhaustive()
    }
}

impl Rows<'_, '_> {
    /// The name of the sheet.
    #[must_use]
    pub fn sheet(&self) -> &str {
        &self.sheet
    }

    /// Reads the next row that has a text or a formula into `row`, and gives back its number, from 1;
    /// `None` at the end.
    ///
    /// # Errors
    /// When the sheet is damaged or passes a limit.
    pub fn read(
        &mut self,
        row: &mut csv::StringRecord,
    ) -> Result<Option<usize>, Rejected> {
        row.clear();
        let mut number = None;
        loop {
            let next = match self.waiting.take() {
                Some(waiting) => Some(waiting),
                None if self.is_at_end => None,
                None => {
                    let next = self.cells.next_cell_with_style_id();
                    next.map_err(|why| self.broken(&why, number.unwrap_or(self.rows)))?
                }
            };
            let Some((cell, style)) = next else {
                self.is_at_end = true;
                break;
            };
            let (at, column) = cell.get_position();
            let (at, column) = (at as usize + 1, column as usize);
            if *cell.get_value() == DataRef::Empty && !self.is_uncomputed(at, column) {
                continue;
            }
            if *number.get_or_insert(at) != at {
                if row.is_empty() {
                    number = Some(at);
                } else {
                    self.waiting = Some((cell, style));
                    break;
                }
            }
            self.put(&cell, style, row)?;
        }
        let number = number.filter(|_| !row.is_empty());
        self.count(number)?;
        if let Some(number) = number {
            self.merged.fill(number, row);
        }
        Ok(number)
    }

    /// The number in a cell without the zeros that its format adds behind the point, where it adds
    /// some: `2.1` of what is shown as `2.10`. Of rows read long ago it is forgotten.
    #[must_use]
    pub fn unpadded(&self, row: usize, column: usize) -> Option<&str> {
        let at = self
            .padded
            .binary_search_by_key(&(row, column), |(row, column, _)| (*row, *column));
        self.padded.get(at.ok()?).map(|(_, _, plain)| plain.as_str())
    }

    /// Whether a cell holds a formula of which no value was computed: programs that write
    /// workbooks without a spreadsheet leave it out. What the cell would show, nobody can tell.
    #[must_use]
    pub fn is_uncomputed(&self, row: usize, column: usize) -> bool {
        self.uncomputed.binary_search(&(row, column)).is_ok()
    }

    /// Whether a row has such a cell.
    #[must_use]
    pub fn has_uncomputed(&self, row: usize) -> bool {
        let first = self.uncomputed.partition_point(|(at, _)| *at < row);
        self.uncomputed.get(first).is_some_and(|(at, _)| *at == row)
    }

    /// What was set aside so far.
    #[must_use]
    pub fn into_notes(self) -> Notes {
        self.notes
    }

    fn count(&mut self, number: Option<usize>) -> Result<(), Rejected> {
        let Some(number) = number else { return Ok(()) };
        if number <= self.rows {
            return Err(self.refused(number, 0, "the row stands behind a later one"));
        }
        if number > limits::ROWS_MAX {
            let message = format!("the sheet has more than {} rows", limits::ROWS_MAX);
            return Err(self.refused(number, 0, message));
        }
        self.rows = number;
        Ok(())
    }

    /// Puts a cell behind the others of its row.
    fn put(
        &mut self,
        cell: &Cell<DataRef<'_>>,
        style: usize,
        row: &mut csv::StringRecord,
    ) -> Result<(), Rejected> {
        let (at, column) = cell.get_position();
        let (at, column) = (at as usize + 1, column as usize);
        let shape = self.shapes.get(style).copied().unwrap_or_default();
        let (text, remark) = cell::shown(cell.get_value(), shape);
        if let Some(remark) = remark {
            let place = self.place(at, column);
            self.notes.add(|| Note::new(place, remark));
        }
        if text.is_empty() && self.is_uncomputed(at, column) {
            let place = self.place(at, column);
            let message = "the formula has no value that was computed: open the workbook in a \
                           spreadsheet program and save it";
            self.notes.add(|| Note::new(place, message));
        } else if text.is_empty() {
            return Ok(());
        }
        if column >= limits::COLUMNS_MAX {
            let message =
                format!("the sheet has more than {} columns", limits::COLUMNS_MAX);
            return Err(self.refused(at, column, message));
        }
        if column < row.len() {
            let message = "the cell stands behind a later one";
            return Err(self.refused(at, column, message));
        }
        while row.len() < column {
            row.push_field("");
        }
        row.push_field(&text);
        if text.is_empty() {
            return Ok(());
        }
        if let Some(cells) = self.merged.begin(at, column, &text) {
            let place = self.place(at, column);
            let message =
                format!("{cells} cells are merged; this text is read in each row");
            self.notes.add(|| Note::new(place, message));
        }
        if let Some(plain) = cell::unpadded(cell.get_value(), shape) {
            if self.padded.len() == PADDED_MAX {
                self.padded.pop_front();
            }
            self.padded.push_back((at, column, plain));
        }
        Ok(())
    }

    fn place(&self, row: usize, column: usize) -> Place {
        Place::Cell { sheet: self.sheet.clone(), cell: cell_name(row, column) }
    }

    fn refused(
        &self,
        row: usize,
        column: usize,
        message: impl Into<Cow<'static, str>>,
    ) -> Rejected {
        Rejected::new(
            self.place(row, column),
            message,
            "save the workbook again, or export CSV",
        )
    }

    fn broken(&self, why: &XlsxError, row: usize) -> Rejected {
        let message = format!("the sheet cannot be read on: {why}");
        self.refused(row.max(1), 0, message)
    }
}

/// The formulas of a sheet of which no value was computed.
fn uncomputed(
    inner: &mut Xlsx<Cursor<&[u8]>>,
    sheet: &str,
    merged: &Merged,
) -> Result<Vec<(usize, usize)>, Rejected> {
    let mut found = Vec::new();
    let mut cells = inner.worksheet_cells_reader(sheet).map_err(|why| damaged(&why))?;
    while let Some(cell) =
        cells.next_cell_with_formula_metadata().map_err(|why| damaged(&why))?
    {
        if cell.formula.is_none() || cell.value != DataRef::Empty {
            continue;
        }
        if found.len() >= UNCOMPUTED_MAX {
            return Err(Rejected::new(
                Place::Document,
                format!(
                    "the sheet has more than {UNCOMPUTED_MAX} formulas of which no value was \
                     computed"
                ),
                "open it in a spreadsheet program and save it, or export CSV",
            ));
        }
        let (row, column) = (cell.pos.0 as usize + 1, cell.pos.1 as usize);
        // It would stand in each row over which it is merged.
        let last = merged.last_row(row, column).unwrap_or(row);
        found.extend((row..=last).map(|row| (row, column)));
    }
    found.sort_unstable();
    Ok(found)
}

fn damaged(why: &XlsxError) -> Rejected {
    let message = match why {
        XlsxError::Password => "the workbook is protected by a password".to_owned(),
        other => format!("the workbook cannot be read: {other}"),
    };
    Rejected::new(
        Place::Document,
        message,
        "open it and save it again as .xlsx without a password, or export CSV",
    )
}

#[cfg(test)]
mod tests;
