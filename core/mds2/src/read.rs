//! The front door: what a form stands in, and which of several readings is the right one.
//!
//! A text is read as lines and as a table of each usual separator, a sheet as a table and as
//! lines, for both editions; the reading that understands most is taken. So nothing has to be
//! known of a form beforehand, and a sheet into which lines were pasted is read too.

use std::collections::BTreeSet;

use reading::workbook::{self, Visibility, Workbook};
use reading::{Note, Parsed, Place, Rejected, limits, pdf, text};

use crate::answer::Answer;
use crate::form::{Form, Medium};
use crate::grid::{self, At, Draft, Grid, Row, note_number};
use crate::lines::{self, Line};
use crate::printed;
use crate::question::Edition;
use crate::refusal::none;

/// Questions from which on something is a form of 2019.
const QUESTIONS_MIN: usize = 3;
/// And of 2013, whose ids look like those of other lists.
const QUESTIONS_MIN_2013: usize = 8;
/// Questions from which on a document is a form without being asked for as one.
const QUESTIONS_CLEAR: usize = 20;

/// Reads a form, whatever it stands in.
///
/// # Errors
/// When the bytes hold no form of 2019 or 2013, are damaged, protected or a picture, or pass
/// a limit.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Form>, Rejected> {
    parse_as(bytes, None)
}

/// Reads the form on one sheet of a workbook that has several.
///
/// # Errors
/// As [`parse`]; and when there is no such sheet, or no workbook.
pub fn parse_sheet(bytes: &[u8], sheet: &str) -> Result<Parsed<Form>, Rejected> {
    if !workbook::is_workbook(bytes) {
        return Err(Rejected::new(
            Place::Document,
            "the file is no workbook, so it has no sheets",
            "leave the sheet out",
        ));
    }
    parse_as(bytes, Some(sheet))
}

/// Whether a document is a form, surely enough not to be asked for as one.
#[must_use]
pub fn is_form(bytes: &[u8]) -> bool {
    let is_old_workbook = bytes.starts_with(&[0xD0, 0xCF]);
    if is_old_workbook {
        return false;
    }
    parse(bytes).is_ok_and(|parsed| questions(&parsed.value.entries) >= QUESTIONS_CLEAR)
}

fn parse_as(bytes: &[u8], sheet: Option<&str>) -> Result<Parsed<Form>, Rejected> {
    if workbook::is_workbook(bytes) {
        return from_workbook(bytes, sheet);
    }
    if pdf::is_pdf(bytes) {
        return from_pdf(bytes);
    }
    from_text(bytes)
}

fn questions(entries: &[crate::Entry]) -> usize {
    entries.iter().map(|it| it.question.position).collect::<BTreeSet<_>>().len()
}

/// Whether a reading has enough questions.
fn is_enough(draft: &Draft) -> bool {
    let min = match draft.edition {
        Edition::Of2019 => QUESTIONS_MIN,
        Edition::Of2013 => QUESTIONS_MIN_2013,
    };
    questions(&draft.entries) >= min
}

/// The reading that understands most, the first of equals: tables are offered before lines,
/// and a table that understands almost as much is taken, since it knows an answer from a
/// remark.
fn fullest(drafts: impl IntoIterator<Item = (Draft, Medium)>) -> Option<(Draft, Medium)> {
    let mut best: Option<(Draft, Medium)> = None;
    for (draft, medium) in drafts.into_iter().filter(|(draft, _)| is_enough(draft)) {
        if best.as_ref().is_none_or(|(other, of)| {
            let (own, other) = (draft.weight(), other.weight());
            match (of, medium) {
                (Medium::Separated, Medium::Text) => is_far_fuller(own, other),
                _ => own > other,
            }
        }) {
            best = Some((draft, medium));
        }
    }
    best
}

/// Whether a reading as lines understands so much more than one as a table that the table is
/// none.
pub(crate) const fn is_far_fuller(lines: usize, table: usize) -> bool {
    lines * 3 > table * 4
}

const EDITIONS: [Edition; 2] = [Edition::Of2019, Edition::Of2013];

fn finish(draft: Draft, medium: Medium, sheet: String) -> Parsed<Form> {
    let Draft { edition, entries, footnotes, head, mut notes, .. } = draft;
    if !entries.iter().any(|it| it.answer != Answer::Blank) {
        let message = "no question of the form has an answer that could be read: it was not \
                       filled in, or stands in a layout that is not known";
        notes.at(|| Place::Document, message);
    }
    let value = Form { edition, medium, sheet, entries, footnotes, head };
    Parsed { value, notes: notes.finish() }
}

// --- text ----------------------------------------------------------------------------------

fn from_text(bytes: &[u8]) -> Result<Parsed<Form>, Rejected> {
    if bytes.len() > limits::FORM_BYTES_MAX {
        return Err(too_long(bytes.len()));
    }
    if let Some(what) = foreign(bytes) {
        return Err(Rejected::new(
            Place::Document,
            format!("the file is {what}, no MDS2 form"),
            "give the form as a workbook (.xlsx), a PDF, CSV or text",
        ));
    }
    let text = text::decode(bytes)?;
    let mut drafts = Vec::new();
    for separator in [b',', b';', b'\t', b'|'] {
        let Some(grid) = separated(&text, separator) else { continue };
        let tables =
            EDITIONS.into_iter().filter_map(|edition| grid::read(&grid, edition));
        drafts.extend(tables.map(|it| (it, Medium::Separated)));
    }
    for edition in EDITIONS {
        drafts.push((lines::read(lines::of_text(&text), edition), Medium::Text));
    }
    match fullest(drafts) {
        Some((draft, medium)) => Ok(finish(draft, medium, String::new())),
        None => Err(none(&text)),
    }
}

/// What bytes are that begin like another format than text.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    const BEGINNINGS: [(&[u8], &str); 6] = [
        (&[0x1F, 0x8B], "packed with gzip"),
        (&[0x89, b'P', b'N', b'G'], "a picture"),
        (&[0xFF, 0xD8, 0xFF], "a picture"),
        (b"II*\0", "a picture"),
        (b"{\\rtf", "a text document (.rtf)"),
        (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
    ];
    let known = BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning));
    known.map(|(_, name)| *name)
}

/// A text as a table; `None` where the separator is not in it.
fn separated(text: &str, separator: u8) -> Option<Grid> {
    let bytes = text.as_bytes();
    if !bytes.contains(&separator) {
        return None;
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(bytes);
    let (mut counted, mut line) = (0_usize, 1_usize);
    let mut grid = Grid::default();
    let mut record = csv::StringRecord::new();
    while grid.rows.len() < limits::FORM_ROWS_MAX
        && reader.read_record(&mut record).ok()?
    {
        // The library finds a row where the blank lines before it begin.
        let start = record.position().map_or(0, csv::Position::byte);
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        while let Some(byte) = bytes.get(counted) {
            let is_end = matches!(byte, b'\n' | b'\r');
            if counted >= start && !is_end {
                break;
            }
            let next = bytes.get(counted + 1);
            line += usize::from(is_end && !(*byte == b'\r' && next == Some(&b'\n')));
            counted += 1;
        }
        let cells = record.iter().take(limits::FORM_COLUMNS_MAX).map(str::to_owned);
        grid.rows.push(Row { cells: cells.collect(), at: At::Line(line) });
    }
    Some(grid)
}

// --- workbooks -----------------------------------------------------------------------------

/// What stands on one sheet.
struct Read {
    name: String,
    visibility: Visibility,
    draft: Option<Draft>,
    grid: Grid,
}

fn from_workbook(bytes: &[u8], wanted: Option<&str>) -> Result<Parsed<Form>, Rejected> {
    let mut workbook = Workbook::open(bytes)?;
    let sheets = workbook.sheets().to_vec();
    let is_wanted = |name: &str| wanted.is_none_or(|wanted| wanted == name);
    if let Some(wanted) = wanted
        && !sheets.iter().any(|sheet| sheet.name == wanted)
    {
        let names: Vec<String> = sheets.iter().map(|it| text::quoted(&it.name)).collect();
        return Err(Rejected::new(
            Place::Document,
            format!("the workbook has no sheet {}", text::quoted(wanted)),
            format!("its sheets are {}", names.join(", ")),
        ));
    }
    let mut read = Vec::new();
    let mut notes = Vec::new();
    for (at, sheet) in sheets.iter().enumerate() {
        let (grid, more) = grid_of(&mut workbook, at)?;
        notes.extend(more.into_iter().filter(|_| is_wanted(&sheet.name)));
        let draft = if is_wanted(&sheet.name) { of_grid(&grid) } else { None };
        let name = sheet.name.clone();
        read.push(Read { name, visibility: sheet.visibility, draft, grid });
    }
    let mut parsed = join_sheets(read)?;
    parsed.notes.extend(notes);
    Ok(parsed)
}

fn grid_of(
    workbook: &mut Workbook<'_>,
    sheet: usize,
) -> Result<(Grid, Vec<Note>), Rejected> {
    let mut rows = workbook.rows(sheet)?;
    let mut grid = Grid::default();
    let mut record = csv::StringRecord::new();
    let name = rows.sheet().to_owned();
    while let Some(row) = rows.read(&mut record)? {
        if grid.rows.len() >= limits::FORM_ROWS_MAX {
            break;
        }
        let cells = record.iter().take(limits::FORM_COLUMNS_MAX).map(str::to_owned);
        let at = At::Sheet { sheet: name.clone(), row };
        grid.rows.push(Row { cells: cells.collect(), at });
    }
    Ok((grid, rows.into_notes().finish()))
}

/// A table as a form: as a table, else as lines that were pasted into it.
fn of_grid(grid: &Grid) -> Option<Draft> {
    let texts: Vec<String> = grid.rows.iter().map(|row| row.cells.join("\t")).collect();
    // A sheet may hold one section alone.
    let is_any = |draft: &Draft| questions(&draft.entries) > 0;
    let fuller = |best: Draft, other: Draft| {
        if other.weight() > best.weight() { other } else { best }
    };
    let tables = EDITIONS.into_iter().filter_map(|edition| grid::read(grid, edition));
    let table = tables.filter(is_any).reduce(fuller);
    let pasted = EDITIONS.into_iter().map(|edition| {
        let lines = grid.rows.iter().zip(&texts);
        let lines = lines.map(|(row, text)| Line { text, place: row.place(0) });
        lines::read(lines, edition)
    });
    let pasted = pasted.filter(is_any).reduce(fuller);
    match (table, pasted) {
        (Some(table), Some(lines)) if is_far_fuller(lines.weight(), table.weight()) => {
            Some(lines)
        }
        (Some(table), _) => Some(table),
        (None, lines) => lines,
    }
}

/// Puts together what stands on several sheets: the fullest one, and those that answer other
/// questions. Another form is named and left.
fn join_sheets(mut sheets: Vec<Read>) -> Result<Parsed<Form>, Rejected> {
    let weight = |read: &Read| read.draft.as_ref().map_or(0, Draft::weight);
    let best = (0..).zip(&sheets).filter(|(_, it)| it.draft.is_some()).max_by_key(
        |(at, read)| {
            let is_shown = read.visibility == Visibility::Shown;
            (is_shown, weight(read), std::cmp::Reverse(*at))
        },
    );
    let best: Option<usize> = best.map(|it| it.0);
    let taken = best.and_then(|at| {
        let read = sheets.get_mut(at)?;
        Some((at, read.name.clone(), read.draft.take()?))
    });
    let Some((chosen, name, mut draft)) = taken else { return Err(none_in(&sheets)) };
    for (_, read) in (0..).zip(&mut sheets).filter(|(at, _)| *at != chosen) {
        match read.draft.take() {
            Some(other) if read.visibility == Visibility::Hidden => {
                let count = other.entries.len();
                let message = format!(
                    "the sheet is hidden and not read; it has {count} questions of the form"
                );
                draft.notes.at(|| whole(&read.name), message);
            }
            Some(other) => join_sheet(&mut draft, other, &read.name),
            None => footnotes(&mut draft, read),
        }
    }
    if !is_enough(&draft) {
        return Err(none_in(&sheets));
    }
    let mut parsed = finish(draft, Medium::Workbook, name);
    parsed.value.entries.sort_by_key(|it| it.question.position);
    Ok(parsed)
}

fn join_sheet(draft: &mut Draft, other: Draft, name: &str) {
    let known: BTreeSet<usize> =
        draft.entries.iter().map(|it| it.question.position).collect();
    let is_other = |it: &crate::Entry| !known.contains(&it.question.position);
    if other.edition == draft.edition && other.entries.iter().all(is_other) {
        draft.append(other);
        return;
    }
    let message = format!(
        "the sheet has {} questions that stand on another sheet too: it is not read, and can \
         be named to be read alone",
        other.entries.len()
    );
    draft.notes.at(|| whole(name), message);
}

fn whole(sheet: &str) -> Place {
    Place::Cell { sheet: sheet.to_owned(), cell: "the sheet".to_owned() }
}

/// Notes on a sheet of their own: a number, and a text beside it.
fn footnotes(draft: &mut Draft, read: &Read) {
    let name = read.name.to_lowercase();
    let is_of_notes = ["note", "anmerk", "remark", "remarq", "comment"]
        .iter()
        .any(|it| name.contains(it));
    for row in &read.grid.rows {
        let Some(first) = (0..row.cells.len()).find(|at| !row.cell(*at).is_empty())
        else {
            continue;
        };
        let cell = row.cell(first);
        let bare = cell.trim_matches(|c: char| ").:#(".contains(c));
        let is_number = (1..=3).contains(&bare.len())
            && bare.bytes().all(|byte| byte.is_ascii_digit());
        let (number, rest) = match note_number(cell) {
            Some(found) => found,
            None if is_of_notes && is_number => (bare.to_owned(), ""),
            None => continue,
        };
        let further = row.cells.iter().skip(first + 1).map(|cell| cell.trim());
        let text: Vec<&str> =
            std::iter::once(rest).chain(further).filter(|it| !it.is_empty()).collect();
        if !text.is_empty() {
            draft.footnote(number, text.join(" "), row.place(first));
        }
    }
}

fn none_in(sheets: &[Read]) -> Rejected {
    let mut all = String::new();
    for cell in sheets.iter().flat_map(|it| &it.grid.rows).flat_map(|row| &row.cells) {
        if all.len() > limits::FIELD_CHARACTERS_MAX {
            break;
        }
        all.push_str(cell);
        all.push('\n');
    }
    none(&all)
}

// --- PDF -----------------------------------------------------------------------------------

fn from_pdf(bytes: &[u8]) -> Result<Parsed<Form>, Rejected> {
    let parsed = pdf::parse(bytes)?;
    let read = printed::read(&parsed.value, &EDITIONS, is_enough);
    let Some((draft, medium)) = read else { return Err(printed::none(&parsed.value)) };
    let mut form = finish(draft, medium, String::new());
    form.notes.extend(parsed.notes);
    Ok(form)
}

// --- what is none --------------------------------------------------------------------------

fn too_long(length: usize) -> Rejected {
    let message = format!(
        "the file has {length} bytes, more than the {} that a form may have",
        limits::FORM_BYTES_MAX
    );
    Rejected::new(Place::Document, message, "give the form alone")
}
