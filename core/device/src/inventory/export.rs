//! Inventories written: rows with chosen columns, which read back to the same rows.
//!
//! Separated values: RFC 4180, UTF-8, a comma. A text that a spreadsheet would take for a
//! formula gets an apostrophe in front, which the reader takes away again.
//! Workbook: every cell is a text, so that no program changes a number or a date in it.

use std::borrow::Cow;
use std::io;

use reading::limits;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::field::Field;
use super::mapping::{Assignment, Mapping, NUMBERED, number_of};
use super::register::Row;
use super::value::would_run;

/// Rows that a sheet can have, with the headings.
const SHEET_ROWS_MAX: u32 = 1_048_576;

/// Characters that a cell of a sheet can have.
const CELL_CHARACTERS_MAX: usize = 32_767;

/// A column that is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Output {
    /// A field, under its name.
    Field(Field),
    /// A field, under the heading that it has elsewhere.
    Under(Field, String),
    /// A heading with nothing under it: the second column of a field, all of which stands
    /// under the first.
    Blank(String),
    /// What stands under a heading that is no field.
    Other(String),
}

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    /// More rows than a sheet can have.
    #[error("a sheet has room for {SHEET_ROWS_MAX} rows; write CSV")]
    TooManyRows,
    /// A text longer than a cell can be.
    #[error("row {row}, {column}: a cell has room for {CELL_CHARACTERS_MAX} characters")]
    TooLong {
        /// The row of the sheet, from 1.
        row: u32,
        /// The heading.
        column: String,
    },
    /// The library's own refusal.
    #[error(transparent)]
    Library(#[from] XlsxError),
}

impl Output {
    /// Every field that is not empty in all of the rows is worth a column; this is all of
    /// them, and the headings that are no field.
    #[must_use]
    pub fn all(other_headings: &[String]) -> Vec<Self> {
        let fields = Field::ALL.into_iter().map(Self::Field);
        fields.chain(other_headings.iter().cloned().map(Self::Other)).collect()
    }

    /// The heading.
    #[must_use]
    pub fn heading(&self) -> &str {
        match self {
            Self::Field(field) => field.name(),
            Self::Under(_, heading) | Self::Blank(heading) | Self::Other(heading) => {
                heading
            }
        }
    }

    fn text<'r>(&self, row: &'r Row) -> &'r str {
        match self {
            Self::Field(field) | Self::Under(field, _) => row.text(*field),
            Self::Blank(_) => "",
            Self::Other(heading) => row.other(heading),
        }
    }
}

impl Mapping {
    /// The mapping that reads back what is written with these columns.
    #[must_use]
    pub fn of_outputs(outputs: &[Output]) -> Self {
        let mut mapping = Self::complete(Vec::new());
        for output in outputs {
            if let Output::Field(field) = output {
                mapping.give(*field, field.name());
            }
        }
        mapping
    }

    /// The columns that this mapping reads back: each field under the heading that it names,
    /// then the headings that are no field. Where columns go by their numbers, each stands
    /// where it stood, under headings that a reader knows as such.
    #[must_use]
    pub fn outputs(&self, other_headings: &[String]) -> Vec<Output> {
        let mut outputs: Vec<Output> = Vec::new();
        let mut written: Vec<Field> = Vec::new();
        for Assignment { field, heading, .. } in self.columns() {
            if outputs.iter().any(|output| output.heading() == heading) {
                continue;
            }
            outputs.push(match written.contains(field) {
                true => Output::Blank(heading.clone()),
                false => Output::Under(*field, heading.clone()),
            });
            written.push(*field);
        }
        for heading in other_headings {
            if outputs.iter().all(|output| output.heading() != heading) {
                outputs.push(Output::Other(heading.clone()));
            }
        }
        if self.is_numbered() { in_their_places(outputs) } else { outputs }
    }
}

/// Columns that go by their numbers, in order and without gaps.
fn in_their_places(outputs: Vec<Output>) -> Vec<Output> {
    let numbers = outputs.iter().filter_map(|output| number_of(output.heading()));
    let Some(last) = numbers.max() else { return outputs };
    let placed = |at: usize| {
        let here = outputs.iter().find(|one| number_of(one.heading()) == Some(at));
        match here {
            Some(Output::Under(field, _)) => Output::Field(*field),
            Some(output) => output.clone(),
            None => Output::Blank(format!("{NUMBERED}{at}")),
        }
    };
    (1..=last.min(limits::COLUMNS_MAX)).map(placed).collect()
}

/// Writes rows as separated values.
///
/// # Errors
/// When `out` takes no more.
pub fn write_csv<'r>(
    out: impl io::Write,
    outputs: &[Output],
    rows: impl IntoIterator<Item = &'r Row>,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let record = |heading: &Output| harmless(heading.heading()).into_owned();
    writer.write_record(outputs.iter().map(record))?;
    append(&mut writer, outputs, rows)
}

/// Writes rows behind those that [`write_csv`] wrote.
///
/// # Errors
/// When `out` takes no more.
pub fn append_csv<'r>(
    out: impl io::Write,
    outputs: &[Output],
    rows: impl IntoIterator<Item = &'r Row>,
) -> io::Result<()> {
    append(&mut csv::Writer::from_writer(out), outputs, rows)
}

fn append<'r>(
    writer: &mut csv::Writer<impl io::Write>,
    outputs: &[Output],
    rows: impl IntoIterator<Item = &'r Row>,
) -> io::Result<()> {
    for row in rows {
        for output in outputs {
            writer.write_field(harmless(output.text(row)).as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

/// Writes rows as a workbook with one sheet, `Devices`. The bytes depend on nothing but the
/// rows and columns.
///
/// # Errors
/// When a sheet has no room for the rows, or a cell for a text.
pub fn write_workbook<'r>(
    outputs: &[Output],
    rows: impl IntoIterator<Item = &'r Row>,
) -> Result<Vec<u8>, Unwritable> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let sheet = workbook.add_worksheet();
    sheet.set_name("Devices")?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, output) in (0..).zip(outputs) {
        sheet.write_string(0, column, output.heading())?;
    }
    for (number, row) in (1..).zip(rows) {
        if number >= SHEET_ROWS_MAX {
            return Err(Unwritable::TooManyRows);
        }
        for (column, output) in (0..).zip(outputs) {
            let text = output.text(row);
            if text.encode_utf16().count() > CELL_CHARACTERS_MAX {
                let column = output.heading().to_owned();
                return Err(Unwritable::TooLong { row: number + 1, column });
            }
            if !text.is_empty() {
                sheet.write_string(number, column, harmless(text))?;
            }
        }
    }
    Ok(workbook.save_to_buffer()?)
}

/// A text that a spreadsheet would run gets an apostrophe in front.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if would_run(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}
