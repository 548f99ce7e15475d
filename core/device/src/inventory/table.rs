//! A table of text, wherever it is from: a file of separated values, or a sheet.

use std::borrow::Cow;
use std::sync::Arc;

use reading::workbook::{self, Visibility, Workbook};
use reading::{Note, Notes, Place, Rejected};

use super::disputed::Disputes;
use super::head::{self, By, Head};
use super::left_out::Keys;
use super::look::{self, Format, Look};
use super::mapping::{Mapping, number_of};
use super::register::Reader;
use reading::encoding;
use reading::separated::{Separated, open_quote, separator};

/// An inventory as it was delivered: a file of separated values, or a workbook.
#[derive(Debug)]
pub struct Table<'b> {
    source: Source<'b>,
    notes: Vec<Note>,
}

#[derive(Debug)]
enum Source<'b> {
    /// The text, and the name of its encoding.
    Text(Cow<'b, str>, &'static str),
    Workbook(Box<Workbook<'b>>),
}

impl<'b> Table<'b> {
    /// Opens an inventory; what it is, its bytes tell.
    ///
    /// # Errors
    /// When it is neither text nor a workbook, or passes a limit.
    pub fn open(bytes: &'b [u8]) -> Result<Self, Rejected> {
        if workbook::is_workbook(bytes) {
            let source = Source::Workbook(Box::new(Workbook::open(bytes)?));
            return Ok(Self { source, notes: Vec::new() });
        }
        if let Some(format) = encoding::foreign(bytes) {
            return Err(Rejected::new(
                Place::Document,
                format!("the file is {format}, no table"),
                "export the inventory as CSV or as a workbook (.xlsx)",
            ));
        }
        let mut notes = Vec::new();
        let text = encoding::decode(bytes, &mut notes)?;
        let source = Source::Text(text, encoding::name(bytes));
        Ok(Self { source, notes })
    }

    /// Reads the devices of the inventory. Of several sheets, the one that looks like an
    /// inventory is read, and a note says which. Rows that contradict each other about one
    /// device are all left out.
    ///
    /// # Errors
    /// When no row looks like headings, or a column that is needed is missing.
    pub fn read(&mut self, mapping: &Mapping) -> Result<Reader<'_, 'b>, Rejected> {
        let (disputes, _) = self.disputes(mapping)?;
        self.read_settled(mapping, Arc::new(disputes))
    }

    /// Reads the devices likewise; of rows that contradict each other the one is taken that
    /// `disputes` was settled for. These must be those of the same table and mapping.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_settled(
        &mut self,
        mapping: &Mapping,
        disputes: Arc<Disputes>,
    ) -> Result<Reader<'_, 'b>, Rejected> {
        Ok(self.reader(mapping)?.among(disputes))
    }

    /// The rows that contradict each other about one device, and the keys of all. All rows are
    /// read for it once, and once more where two have the same key.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn disputes(&mut self, mapping: &Mapping) -> Result<(Disputes, Keys), Rejected> {
        let (doubled, keys) = self.reader(mapping)?.doubled()?;
        let disputes = match doubled.is_empty() {
            true => Disputes::default(),
            false => self.reader(mapping)?.disputes(&doubled)?,
        };
        Ok((disputes, keys))
    }

    fn reader(&mut self, mapping: &Mapping) -> Result<Reader<'_, 'b>, Rejected> {
        let mut notes = self.notes.clone();
        let sheet = match &mut self.source {
            Source::Text(..) => 0,
            Source::Workbook(workbook) => choose(workbook, mapping, &mut notes)?,
        };
        let mut rows = self.source.rows(sheet)?;
        let head = head::find(&mut rows, mapping)?;
        Reader::new(rows, head, notes)
    }

    /// Looks at the columns, also where they are not enough to read devices: then a person
    /// can say which is which.
    ///
    /// # Errors
    /// When the table is empty or cannot be read at all.
    pub fn look(&mut self, mapping: &Mapping) -> Result<Look, Rejected> {
        let (format, encoding) = match &self.source {
            Source::Text(text, encoding) => {
                (Format::Separated(char::from(separator(text))), *encoding)
            }
            Source::Workbook(_) => (Format::Workbook, ""),
        };
        let refused = match self.reader(mapping) {
            Ok(reader) => {
                let look = Look {
                    format,
                    encoding,
                    sheet: reader.sheet().to_owned(),
                    head: reader.head(),
                    columns: reader.looks(),
                    mapping: reader.mapping(),
                    refused: None,
                };
                return Ok(look);
            }
            Err(refused) => refused,
        };
        let sheet = match &mut self.source {
            Source::Text(..) => 0,
            Source::Workbook(workbook) => closest(workbook, mapping)?,
        };
        let mut rows = self.source.rows(sheet)?;
        let guess = look::guess(&mut rows, mapping)?;
        Ok(Look {
            format,
            encoding,
            sheet: rows.sheet().to_owned(),
            head: guess.line,
            columns: look::columns(&guess.columns, &guess.rows),
            mapping: guess.columns.mapping(),
            refused: Some(refused),
        })
    }
}

impl<'b> Source<'b> {
    /// The rows of a text, or of the sheet of that position.
    fn rows(&mut self, sheet: usize) -> Result<Rows<'_, 'b>, Rejected> {
        let text = match self {
            Self::Text(text, _) => text,
            Self::Workbook(workbook) => {
                return Ok(Rows::Sheet(Box::new(workbook.rows(sheet)?)));
            }
        };
        let separator = separator(text);
        if let Some(line) = open_quote(text.as_bytes(), separator) {
            return Err(Rejected::new(
                Place::Line { line, column: 0 },
                "a quote opens here and does not close: all rows behind it are lost",
                "close the quote, or double it where it means inches",
            ));
        }
        Ok(Rows::Text(Box::new(Separated::new(text, separator))))
    }
}

/// The sheet that comes closest to an inventory, where none is one.
fn closest(workbook: &mut Workbook<'_>, mapping: &Mapping) -> Result<usize, Rejected> {
    let sheets = workbook.sheets().to_vec();
    let mut best = None;
    for (at, sheet) in sheets.iter().enumerate() {
        let mut rows = Rows::Sheet(Box::new(workbook.rows(at)?));
        let Ok(guess) = look::guess(&mut rows, mapping) else { continue };
        let likeness = (sheet.visibility, look::likeness(&guess.columns));
        if best.is_none_or(|(most, _)| most < likeness) {
            best = Some((likeness, at));
        }
    }
    let empty = || Rejected::new(Place::Document, "no sheet has a row", super::EMPTY);
    best.map(|(_, at)| at).ok_or_else(empty)
}

/// The rows of a table.
pub(super) enum Rows<'t, 'b> {
    Text(Box<Separated<'t>>),
    Sheet(Box<workbook::Rows<'t, 'b>>),
}

impl Rows<'_, '_> {
    /// Reads the next row, and gives back its line or number; `None` at the end.
    pub(super) fn read(
        &mut self,
        row: &mut csv::StringRecord,
    ) -> Result<Option<usize>, Rejected> {
        match self {
            Self::Text(separated) => separated.read(row),
            Self::Sheet(rows) => rows.read(row),
        }
    }

    /// The name of the sheet; empty for text.
    pub(super) fn sheet(&self) -> &str {
        match self {
            Self::Text(_) => "",
            Self::Sheet(rows) => rows.sheet(),
        }
    }

    /// The place of a cell; of a table without headings line 0 is where they would be.
    pub(super) fn cell(&self, line: usize, column: usize, heading: &str) -> Place {
        if line == 0 {
            return self.row(line);
        }
        match self {
            Self::Text(_) => {
                let number = number_of(heading).map(|number| number.to_string());
                let column = number.as_deref().unwrap_or(heading);
                Place::Cell {
                    sheet: String::new(),
                    cell: format!("line {line}, column {column}"),
                }
            }
            Self::Sheet(rows) => Place::Cell {
                sheet: rows.sheet().to_owned(),
                cell: workbook::cell_name(line, column),
            },
        }
    }

    /// The place of a row.
    pub(super) fn row(&self, line: usize) -> Place {
        match self {
            Self::Text(_) if line == 0 => Place::Document,
            Self::Sheet(rows) if line == 0 => Place::Cell {
                sheet: rows.sheet().to_owned(),
                cell: "no headings".to_owned(),
            },
            Self::Text(_) => Place::Line { line, column: 0 },
            Self::Sheet(rows) => Place::Cell {
                sheet: rows.sheet().to_owned(),
                cell: format!("row {line}"),
            },
        }
    }

    /// A number without the zeros that the format of its cell adds behind the point.
    pub(super) fn unpadded(&self, line: usize, column: usize) -> Option<&str> {
        match self {
            Self::Text(_) => None,
            Self::Sheet(rows) => rows.unpadded(line, column),
        }
    }

    /// Whether a cell holds a formula of which no value was computed.
    pub(super) fn is_uncomputed(&self, line: usize, column: usize) -> bool {
        match self {
            Self::Text(_) => false,
            Self::Sheet(rows) => rows.is_uncomputed(line, column),
        }
    }

    /// Whether a row has such a cell.
    pub(super) fn has_uncomputed(&self, line: usize) -> bool {
        match self {
            Self::Text(_) => false,
            Self::Sheet(rows) => rows.has_uncomputed(line),
        }
    }

    pub(super) fn into_notes(self) -> Notes {
        match self {
            Self::Text(_) => Notes::new(),
            Self::Sheet(rows) => rows.into_notes(),
        }
    }
}

/// The position of the sheet that looks most like an inventory: the one with the most
/// known columns, the first of equals; one that headings tell goes before one of which the
/// cells do. Hidden ones count only where no other does.
fn choose(
    workbook: &mut Workbook<'_>,
    mapping: &Mapping,
    notes: &mut Vec<Note>,
) -> Result<usize, Rejected> {
    let sheets = workbook.sheets().to_vec();
    if sheets.len() == 1 {
        return Ok(0);
    }
    let mut best: Option<((Visibility, By, usize), usize)> = None;
    let mut alike: Vec<usize> = Vec::new();
    let mut refusal = None;
    for (at, sheet) in sheets.iter().enumerate() {
        let mut rows = Rows::Sheet(Box::new(workbook.rows(at)?));
        match head::find(&mut rows, mapping) {
            Ok(Head { columns, by, .. }) => {
                let known = columns.known();
                if sheet.visibility == Visibility::Shown {
                    alike.push(at);
                }
                let better = best.is_none_or(|((visibility, most_by, most), _)| {
                    (sheet.visibility, most_by, most) < (visibility, by, known)
                });
                if better {
                    best = Some(((sheet.visibility, by, known), at));
                }
            }
            Err(why) => {
                refusal.get_or_insert(why);
            }
        }
    }
    let Some((_, chosen)) = best else {
        let nothing =
            || Rejected::new(Place::Document, "no sheet is an inventory", super::EMPTY);
        return Err(refusal.unwrap_or_else(nothing));
    };
    let name = |at: usize| sheets.get(at).map_or("", |sheet| sheet.name.as_str());
    let listed = |which: &dyn Fn(usize) -> bool| -> String {
        let others = (0..sheets.len()).filter(|at| *at != chosen && which(*at));
        others.map(|at| reading::text::quoted(name(at))).collect::<Vec<_>>().join(", ")
    };
    let (alike, rest) =
        (listed(&|at| alike.contains(&at)), listed(&|at| !alike.contains(&at)));
    let mut message = format!(
        "the sheet {} is read as the inventory",
        reading::text::quoted(name(chosen))
    );
    if !alike.is_empty() {
        message.push_str(
            "; these list devices too, and are NOT read, so put them on one sheet \
            or import each as an asset system of its own: ",
        );
        message.push_str(&alike);
    }
    if !rest.is_empty() {
        message.push_str("; not read: ");
        message.push_str(&rest);
    }
    notes.push(Note::new(Place::Document, message));
    Ok(chosen)
}
