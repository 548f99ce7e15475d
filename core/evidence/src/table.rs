//! Tables: separated values or workbooks, of whichever system, told by their headings.
//!
//! The row of headings is looked for among the first rows, since exports begin with titles;
//! it is the one that names most columns of one kind, and all that the kind needs. Each sheet
//! of a workbook may be of another kind. A cell that cannot be read is noted with its place,
//! and the row goes on without it; a row without anything that its kind needs is left out.
//!
//! Dates with strokes are read as month, day, year, unless a cell of the table shows that the
//! day stands first.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use reading::separated::{Separated, expect_closed, separator};
use reading::workbook::{self, Workbook};
use reading::{Notes, Parsed, Place, Rejected, encoding, limits, text};

use crate::cell::{self, Order};
use crate::{Column, Field, Form, Kind, Nature, Pseudonyms, Record, Value};

/// Rows in which headings are looked for.
const TITLES_MAX: usize = 20;

/// One table as it was delivered.
struct Sheet {
    /// Its name; empty for separated values.
    name: String,
    rows: Vec<(usize, csv::StringRecord)>,
}

/// The headings of a table.
struct Head {
    kind: Kind,
    /// Which of the rows it is.
    at: usize,
    columns: Vec<Found>,
}

/// A column that was found.
struct Found {
    field: Field,
    at: usize,
    heading: String,
    sense: Sense,
}

/// What the heading makes of a yes, a no, and of nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sense {
    Plain,
    /// `Suspended`: yes is no.
    Inverted,
    /// `Clicked at`: a day is yes, and nothing is no.
    Moment,
}

/// The kinds of the tables in a document; none where it holds no table that is known.
#[must_use]
pub fn kinds(bytes: &[u8]) -> Vec<Kind> {
    let mut notes = Notes::new();
    let Ok(sheets) = sheets(bytes, &mut notes, TITLES_MAX) else { return Vec::new() };
    sheets.iter().filter_map(head).map(|head| head.kind).collect()
}

/// Reads every table that is known.
///
/// # Errors
/// When it is no table, none of its tables is known, a quote opens and does not close, or a limit
/// is passed.
pub fn parse(
    bytes: &[u8],
    pseudonyms: &Pseudonyms,
) -> Result<Parsed<Vec<Record>>, Rejected> {
    expect_whole(bytes)?;
    let mut notes = Notes::new();
    let sheets = sheets(bytes, &mut notes, limits::ROWS_MAX)?;
    let mut records = Vec::new();
    let mut is_known = false;
    for sheet in &sheets {
        let Some(head) = head(sheet) else {
            if !sheet.rows.is_empty() && sheets.len() > 1 {
                let place = place(sheet, sheet.rows.first().map_or(1, |row| row.0), None);
                notes
                    .at(|| place, "the sheet is no table that is known, and is not read");
            }
            continue;
        };
        is_known = true;
        Rows { sheet, head: &head, pseudonyms, order: order(sheet, &head) }
            .read(&mut records, &mut notes);
    }
    match is_known {
        true => Ok(Parsed { value: records, notes: notes.finish() }),
        false => Err(Rejected::new(
            Place::Document,
            "no row has the headings of a table that is known",
            "`lazaret control list tables` says which tables are known, and by which headings",
        )),
    }
}

fn sheets(bytes: &[u8], notes: &mut Notes, most: usize) -> Result<Vec<Sheet>, Rejected> {
    if workbook::is_workbook(bytes) {
        return of_workbook(bytes, notes, most);
    }
    if let Some(format) = encoding::foreign(bytes) {
        return Err(Rejected::new(
            Place::Document,
            format!("the file is {format}, no table"),
            "export the table as CSV or as a workbook (.xlsx)",
        ));
    }
    let mut told = Vec::new();
    let text = encoding::decode(bytes, &mut told)?;
    for note in told {
        notes.add(|| note);
    }
    let mut rows = Vec::new();
    let mut reader = Separated::new(&text, separator(&text));
    let mut record = csv::StringRecord::new();
    while let Some(line) = reader.read(&mut record)? {
        if rows.len() >= most {
            break;
        }
        expect_room(rows.len(), &record, Place::Line { line, column: 0 })?;
        rows.push((line, record.clone()));
    }
    Ok(vec![Sheet { name: String::new(), rows }])
}

/// That no quote of separated values hides the rows behind it. Which kind a table is may be told
/// without: whoever delivers it then learns what is wrong with it.
fn expect_whole(bytes: &[u8]) -> Result<(), Rejected> {
    if workbook::is_workbook(bytes) || encoding::foreign(bytes).is_some() {
        return Ok(());
    }
    let text = encoding::decode(bytes, &mut Vec::new())?;
    expect_closed(&text, separator(&text))
}

fn of_workbook(
    bytes: &[u8],
    notes: &mut Notes,
    most: usize,
) -> Result<Vec<Sheet>, Rejected> {
    let mut workbook = Workbook::open(bytes)?;
    let mut sheets = Vec::new();
    let names: Vec<String> =
        workbook.sheets().iter().map(|sheet| sheet.name.clone()).collect();
    for (at, name) in names.into_iter().enumerate() {
        let mut reader = workbook.rows(at)?;
        let mut rows = Vec::new();
        let mut record = csv::StringRecord::new();
        while let Some(number) = reader.read(&mut record)? {
            if rows.len() >= most {
                break;
            }
            let cell = workbook::cell_name(number, 0);
            expect_room(rows.len(), &record, Place::Cell { sheet: name.clone(), cell })?;
            rows.push((number, record.clone()));
        }
        notes.append(reader.into_notes());
        sheets.push(Sheet { name, rows });
    }
    Ok(sheets)
}

fn expect_room(
    rows: usize,
    record: &csv::StringRecord,
    place: Place,
) -> Result<(), Rejected> {
    if rows >= limits::EVIDENCE_ROWS_MAX {
        let message = format!("more than {} rows", limits::EVIDENCE_ROWS_MAX);
        return Err(Rejected::new(place, message, "export it in parts"));
    }
    if record.len() > limits::COLUMNS_MAX {
        let message = format!("more than {} columns", limits::COLUMNS_MAX);
        return Err(Rejected::new(place, message, "export fewer columns"));
    }
    Ok(())
}

/// A heading without case, marks in brackets, blanks and punctuation: programs write
/// `lastSignIn`, people `Last sign-in`.
fn plain(heading: &str) -> String {
    let mut letters = String::new();
    let mut depth = 0_usize;
    for character in heading.chars() {
        match character {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            c if depth == 0 && c.is_alphanumeric() => letters.extend(c.to_lowercase()),
            _ => {}
        }
    }
    letters
}

/// A kind that tables may be of, with each of its columns and the headings that name it.
struct Named {
    kind: Kind,
    columns: Vec<(&'static Column, Vec<String>)>,
}

/// The headings of all kinds, made plain once: every row that may be one of headings is held
/// against them.
static NAMED: LazyLock<Vec<Named>> = LazyLock::new(|| {
    let kinds = Kind::ALL.iter().copied().filter(|kind| kind.has_headings());
    let named = |kind: Kind| {
        let columns = kind.columns().iter();
        Named { kind, columns: columns.map(|it| (it, names(it).collect())).collect() }
    };
    kinds.map(named).collect()
});

/// All of these headings: a row that has none but one of them is no row of headings.
static HEADINGS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let columns = NAMED.iter().flat_map(|named| &named.columns);
    columns.flat_map(|(_, names)| names.iter().map(String::as_str)).collect()
});

/// What is said of a day of an end that lies before that of the beginning.
pub(crate) const TURNED: &str = "ends before it begins: it counts on no day";

/// Headings of things that a house owns.
const THINGS: [&str; 9] = [
    "serial",
    "serialnumber",
    "assettag",
    "assetnumber",
    "manufacturer",
    "model",
    "modelname",
    "modelnumber",
    "purchasecost",
];

/// The headings: of all rows and kinds, those that name most columns.
fn head(sheet: &Sheet) -> Option<Head> {
    let mut best: Option<Head> = None;
    for (at, (_, row)) in sheet.rows.iter().take(TITLES_MAX).enumerate() {
        let headings: Vec<String> = row.iter().map(plain).collect();
        if headings.iter().filter(|it| HEADINGS.contains(it.as_str())).count() < 2 {
            continue;
        }
        // A list of things with their makers is an inventory, whoever has them.
        let things = headings.iter().filter(|it| THINGS.contains(&it.as_str())).count();
        let is_list = |kind: Kind| kind.nature() == Nature::Export && things > 1;
        for named in NAMED.iter().filter(|named| !is_list(named.kind)) {
            let Some(columns) = columns(named, &headings, row) else { continue };
            if best.as_ref().is_none_or(|best| columns.len() > best.columns.len()) {
                best = Some(Head { kind: named.kind, at, columns });
            }
        }
    }
    best
}

/// The columns of a kind; `None` where one that it needs is missing, or only one is there.
fn columns(
    named: &Named,
    headings: &[String],
    row: &csv::StringRecord,
) -> Option<Vec<Found>> {
    let mut found: Vec<Found> = Vec::new();
    for (column, names) in &named.columns {
        let taken = |at: usize, found: &[Found]| found.iter().any(|it| it.at == at);
        let Some(at) = names.iter().find_map(|name| {
            let fits = |(at, heading): (usize, &String)| {
                (heading == name && !taken(at, &found)).then_some(at)
            };
            headings.iter().enumerate().find_map(fits)
        }) else {
            if column.is_needed {
                return None;
            }
            continue;
        };
        let heading = row.get(at).unwrap_or_default().trim().to_owned();
        let sense = sense(column.field, headings.get(at).map_or("", String::as_str));
        found.push(Found { field: column.field, at, heading, sense });
    }
    let one_of = named.kind.one_of();
    let tells = one_of.is_empty() || found.iter().any(|it| one_of.contains(&it.field));
    let is_enough = found.len() > 1 && tells;
    // Complaints come in the order of the columns.
    found.sort_by_key(|it| it.at);
    is_enough.then_some(found)
}

fn names(column: &Column) -> impl Iterator<Item = String> {
    let words = column.headings.split('|').filter(|name| !name.is_empty());
    words.map(plain).chain(std::iter::once(plain(column.field.word())))
}

fn sense(field: Field, heading: &str) -> Sense {
    match (field, heading) {
        (Field::Enabled, "suspended") => Sense::Inverted,
        (Field::Clicked | Field::Submitted | Field::Reported, heading)
            if heading.ends_with("at") || heading.starts_with("date") =>
        {
            Sense::Moment
        }
        _ => Sense::Plain,
    }
}

/// In which order the table writes its dates.
fn order(sheet: &Sheet, head: &Head) -> Order {
    let is_day = |found: &&Found| found.field.form() == Form::Day;
    let days: Vec<usize> = head.columns.iter().filter(is_day).map(|it| it.at).collect();
    let rows = sheet.rows.iter().skip(head.at + 1);
    let cells = rows.flat_map(|(_, row)| days.iter().filter_map(|at| row.get(*at)));
    cells.into_iter().find_map(cell::shown_order).unwrap_or_default()
}

fn place(sheet: &Sheet, row: usize, found: Option<&Found>) -> Place {
    let cell = match (sheet.name.is_empty(), found) {
        (true, None) => return Place::Line { line: row, column: 0 },
        (true, Some(found)) => format!("row {row}, column {}", found.heading),
        (false, found) => workbook::cell_name(row, found.map_or(0, |found| found.at)),
    };
    Place::Cell { sheet: sheet.name.clone(), cell }
}

struct Rows<'s> {
    sheet: &'s Sheet,
    head: &'s Head,
    pseudonyms: &'s Pseudonyms,
    order: Order,
}

impl Rows<'_> {
    fn read(&self, records: &mut Vec<Record>, notes: &mut Notes) {
        for (number, row) in self.sheet.rows.iter().skip(self.head.at + 1) {
            if row.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let record = self.record(*number, row, notes);
            let needed = self.head.kind.columns().iter().filter(|it| it.is_needed);
            match needed.into_iter().any(|column| record.value(column.field).is_some()) {
                true => records.push(record),
                false => {
                    let place = place(self.sheet, *number, None);
                    notes.at(
                        || place,
                        "the row says nothing that is needed; it is left out",
                    );
                }
            }
        }
    }

    fn record(
        &self,
        number: usize,
        row: &csv::StringRecord,
        notes: &mut Notes,
    ) -> Record {
        let kind = self.head.kind;
        let mut record = Record::new(kind, place(self.sheet, number, None));
        for found in &self.head.columns {
            let written = row.get(found.at).unwrap_or_default().trim();
            match self.value(found, written) {
                Ok(Some(value)) => record.put(found.field, value),
                Ok(None) => {}
                Err(expected) => {
                    let place = place(self.sheet, number, Some(found));
                    // What a person wrote in a column of people is never told.
                    let said = text::quoted(written);
                    notes.at(|| place, format!("{said} is no {expected}"));
                }
            }
            if kind == Kind::Phish && written.eq_ignore_ascii_case("submitted data") {
                record.put(Field::Submitted, Value::Yes);
            }
        }
        if let Some(end) = record.ends_before_it_begins() {
            let found = self.head.columns.iter().find(|found| found.field == end);
            notes.at(|| place(self.sheet, number, found), TURNED);
        }
        record
    }

    fn value(&self, found: &Found, written: &str) -> Result<Option<Value>, &'static str> {
        match (found.sense, cell::is_blank(written)) {
            (Sense::Moment, true) => return Ok(Some(Value::No)),
            (Sense::Moment, false) => {
                let is_no = cell::yes_or_no(written) == Some(false);
                return Ok(Some(if is_no { Value::No } else { Value::Yes }));
            }
            (_, true) => return Ok(None),
            (Sense::Plain | Sense::Inverted, false) => {}
        }
        let value = value(found.field.form(), written, self.order, self.pseudonyms)?;
        Ok(Some(match (found.sense, value) {
            (Sense::Inverted, Value::Yes) => Value::No,
            (Sense::Inverted, Value::No) => Value::Yes,
            (_, value) => value,
        }))
    }
}

/// A cell in the form of its field.
pub(crate) fn value(
    form: Form,
    written: &str,
    order: Order,
    pseudonyms: &Pseudonyms,
) -> Result<Value, &'static str> {
    match form {
        Form::Text => {
            let end = written.char_indices().nth(limits::FIELD_CHARACTERS_MAX);
            let text =
                end.map_or(written, |(end, _)| written.get(..end).unwrap_or(written));
            Ok(Value::Text(text.to_owned()))
        }
        Form::Day => cell::day(written, order).map(Value::Day).ok_or("date"),
        Form::Number => cell::number(written).map(Value::Number).ok_or("number"),
        Form::YesNo => match cell::yes_or_no(written) {
            Some(true) => Ok(Value::Yes),
            Some(false) => Ok(Value::No),
            None => Err("yes or no"),
        },
        Form::Person => Ok(Value::Person(pseudonyms.of(written))),
    }
}

#[cfg(test)]
mod tests;
