//! Forms in tables: sheets, separated values, pages of a PDF.
//!
//! Columns are found by what stands in them: ids under ids, answers under answers; headings
//! help where there are any. A row that is shifted, an answer in the row below, a row without
//! an id, headings that come again, references to other standards: each is read or told.

mod columns;
pub(crate) mod head;

use std::collections::BTreeMap;

use reading::{Notes, Place, limits, text};

use crate::answer::{self, Answer, Read};
use crate::form::{Entry, Footnote, Spelt};
use crate::question::{Edition, Kind, Question};
use crate::spelling::{Found, Is};
use columns::{Columns, is_heading};

pub(crate) use columns::is_reference;

/// A table of text.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    pub(crate) rows: Vec<Row>,
}

/// One row: its cells, and where each stands.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) cells: Vec<String>,
    pub(crate) at: At,
}

/// How cells of a row are addressed.
#[derive(Clone, Debug)]
pub(crate) enum At {
    /// A row of a sheet.
    Sheet { sheet: String, row: usize },
    /// A line of a text.
    Line(usize),
    /// Places of a page, cell by cell.
    Page(Vec<Place>),
}

impl Row {
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }

    pub(crate) fn place(&self, column: usize) -> Place {
        match &self.at {
            At::Sheet { sheet, row } => Place::Cell {
                sheet: sheet.clone(),
                cell: reading::workbook::cell_name(*row, column),
            },
            At::Line(line) => Place::Line { line: *line, column: 0 },
            At::Page(places) => {
                let place = places.get(column).or(places.first());
                place.cloned().unwrap_or(Place::Document)
            }
        }
    }
}

/// What was read of a form, whatever it stood in.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) edition: Edition,
    pub(crate) entries: Vec<Entry>,
    pub(crate) footnotes: Vec<Footnote>,
    pub(crate) head: BTreeMap<&'static str, (String, Place)>,
    pub(crate) notes: Notes,
    /// Whether lines were left out, since there are too many.
    is_cut: bool,
}

impl Draft {
    pub(crate) fn new(edition: Edition) -> Self {
        Self {
            edition,
            entries: Vec::new(),
            footnotes: Vec::new(),
            head: BTreeMap::new(),
            notes: Notes::new(),
            is_cut: false,
        }
    }

    /// How much of it was understood: answers count, and blank questions a little.
    pub(crate) fn weight(&self) -> usize {
        let answered = self.entries.iter().filter(|it| it.answer.is_definite()).count();
        let stated = self.entries.iter().filter(|it| it.answer == Answer::Stated).count();
        answered * 4 + stated * 2 + self.entries.len()
    }

    /// Adds what the head says; the first word counts, and another one is noted.
    pub(crate) fn state(&mut self, name: &'static str, value: &str, place: Place) {
        let value = answer::collapse(value);
        match self.head.get(name) {
            None => {
                self.head.insert(name, (value, place));
            }
            Some((first, _)) if first.eq_ignore_ascii_case(&value) => {}
            Some((first, _)) => {
                let message =
                    format!("said again as `{value}`; `{first}` stands before it");
                self.notes.at(|| place, message);
            }
        }
    }

    /// Takes the lines of another part of the same form.
    pub(crate) fn append(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.footnotes.extend(other.footnotes);
        for (name, stated) in other.head {
            self.head.entry(name).or_insert(stated);
        }
        self.notes.append(other.notes);
    }

    /// Adds a line; what its id has to be told about is noted.
    pub(crate) fn add(
        &mut self,
        (question, spelt): (&'static Question, Spelt),
        read: Read,
        place: Place,
    ) {
        if self.is_full() {
            return;
        }
        if let Spelt::Wrong(written) = &spelt {
            let message = format!("{} is read as {}", text::quoted(written), question.id);
            self.notes.at(|| place.clone(), message);
        }
        if read.answer == Answer::Unclear {
            let message = format!(
                "the answer to {} is none of yes, no and not applicable: {}",
                question.id,
                text::quoted(&read.written)
            );
            self.notes.at(|| place.clone(), message);
        }
        let Read { answer, written, remark, footnote } = read;
        self.entries.push(Entry {
            question,
            spelt,
            answer,
            written,
            remark,
            footnote,
            place,
        });
    }

    /// Whether no further line is taken, which is told once.
    pub(crate) fn is_full(&mut self) -> bool {
        let is_full = self.entries.len() >= limits::FORM_ENTRIES_MAX;
        if is_full && !self.is_cut {
            self.is_cut = true;
            let message = format!(
                "lines behind the first {} with questions are not read",
                limits::FORM_ENTRIES_MAX
            );
            self.notes.at(|| Place::Document, message);
        }
        is_full
    }

    /// Notes an id that the edition does not have.
    pub(crate) fn unknown(&mut self, written: &str, says: &str, place: Place) {
        let says = match says {
            "" => String::new(),
            says => format!("; it says {}", text::quoted(says)),
        };
        let message = format!(
            "{} is no question of {}{says}: set aside",
            text::quoted(written.trim()),
            self.edition.name()
        );
        self.notes.at(|| place, message);
    }

    pub(crate) fn footnote(&mut self, number: String, text: String, place: Place) {
        self.footnotes.push(Footnote { number, text, place });
    }
}

/// Reads a table; `None` where it has no ids of the edition under each other.
pub(crate) fn read(grid: &Grid, edition: Edition) -> Option<Draft> {
    let columns = Columns::find(grid, edition)?;
    let mut draft = Draft::new(edition);
    head::read(grid, &mut draft);
    let mut reader = Reader { columns, draft, is_open: false };
    for row in &grid.rows {
        if reader.draft.is_full() {
            break;
        }
        reader.take(row);
    }
    Some(reader.draft)
}

struct Reader {
    columns: Columns,
    draft: Draft,
    /// Whether the last row with a question may go on in the next.
    is_open: bool,
}

impl Reader {
    fn take(&mut self, row: &Row) {
        match self.columns.id_of(row, self.draft.edition) {
            Some((column, Found { is: Is::Question(question, spelt), rest, .. })) => {
                let rest = rest.to_owned();
                self.take_question(row, column, (question, spelt), &rest);
            }
            Some((column, Found { written, is: Is::Unknown, .. })) => {
                let shift = Shift::of(column, self.columns.id);
                let at = self.columns.answer.map(|at| shift.of_column(at));
                let says = at.map_or("", |at| row.cell(at)).to_owned();
                self.draft.unknown(written, &says, row.place(column));
                self.is_open = false;
            }
            None => self.take_other(row),
        }
    }

    fn take_question(
        &mut self,
        row: &Row,
        column: usize,
        (question, spelt): (&'static Question, Spelt),
        rest: &str,
    ) {
        let shift = Shift::of(column, self.columns.id);
        let (read, at) = match question.kind {
            Kind::Text => self.text_of(row, column, shift, rest),
            Kind::YesNo => self.answer_of(row, column, shift),
        };
        let mut read = read;
        if let Some(note) = self.columns.note.map(|at| row.cell(shift.of_column(at))) {
            remark(&mut read, note);
        }
        let place = row.place(at.unwrap_or(column));
        self.draft.add((question, spelt), read, place);
        self.is_open = true;
    }

    /// The answer of a row, and the column in which it stands.
    fn answer_of(&mut self, row: &Row, id: usize, shift: Shift) -> (Read, Option<usize>) {
        if let Some(marks) = self.columns.marks {
            return marks.read(row, shift);
        }
        let blank = || (answer::read("", Kind::YesNo), None);
        let Some(answers) = self.columns.answer else { return blank() };
        let at = shift.of_column(answers);
        let own = answer::read(row.cell(at), Kind::YesNo);
        if own.answer.is_definite() {
            return (own, Some(at));
        }
        // What stands in the place of the answer is the answer, also where it is none.
        if own.answer != Answer::Blank {
            return (own, Some(at));
        }
        let mut others = (id + 1..row.cells.len())
            .filter(|column| self.columns.may_hold_strays(*column, shift))
            .map(|column| (answer::read(row.cell(column), Kind::YesNo), column))
            .filter(|(read, _)| read.answer.is_definite() && read.remark.is_empty());
        match (others.next(), others.next()) {
            (Some((read, column)), None) => {
                let message = "the answer stands in another column than the others";
                self.draft.notes.at(|| row.place(column), message);
                (read, Some(column))
            }
            (Some(_), Some(_)) => {
                let written = row.cells.join(" ").trim().to_owned();
                (Read { answer: Answer::Unclear, written, ..blank().0 }, None)
            }
            (None, _) => blank(),
        }
    }

    /// The text of a row: in the column of answers, else in the first cell behind the label.
    fn text_of(
        &self,
        row: &Row,
        id: usize,
        shift: Shift,
        rest: &str,
    ) -> (Read, Option<usize>) {
        let at = self.columns.answer.map(|at| shift.of_column(at));
        if let Some(at) = at
            && !row.cell(at).is_empty()
        {
            return (answer::read(row.cell(at), Kind::Text), Some(at));
        }
        let filled: Vec<usize> =
            (id + 1..row.cells.len()).filter(|at| !row.cell(*at).is_empty()).collect();
        let has_label = rest.chars().any(char::is_alphabetic);
        let value = match (has_label, filled.as_slice()) {
            (true, [value, ..]) | (false, [_, value, ..]) => Some(*value),
            _ => None,
        };
        let text = value.map_or("", |at| row.cell(at));
        (answer::read(text, Kind::Text), value)
    }

    /// A row without an id: a note, the rest of the row above, or an answer that nobody can
    /// place.
    fn take_other(&mut self, row: &Row) {
        let Some(first) = (0..row.cells.len()).find(|at| !row.cell(*at).is_empty())
        else {
            return;
        };
        if let Some((number, rest)) = note_number(row.cell(first)) {
            let further = row.cells.iter().skip(first + 1).map(|cell| cell.trim());
            let text: Vec<&str> = std::iter::once(rest)
                .chain(further)
                .filter(|text| !text.is_empty())
                .collect();
            if !text.is_empty() {
                let place = row.place(first);
                self.draft.footnote(number, text.join(" "), place);
            }
            self.is_open = false;
            return;
        }
        if row.cells.iter().any(|cell| is_heading(cell)) {
            self.is_open = false;
            return;
        }
        self.take_rest(row, first);
    }

    fn take_rest(&mut self, row: &Row, first: usize) {
        let Some(answers) = self.columns.answer else { return };
        let read = answer::read(row.cell(answers), Kind::YesNo);
        let note = self.columns.note.map_or("", |at| row.cell(at)).to_owned();
        let has_question = first < answers;
        if has_question {
            if read.answer.is_definite() {
                let message = format!(
                    "a row without the id of a question says {}: set aside",
                    text::quoted(&read.written)
                );
                self.draft.notes.at(|| row.place(answers), message);
            }
            self.is_open = false;
            return;
        }
        let Some(last) = self.draft.entries.last_mut().filter(|_| self.is_open) else {
            return;
        };
        if last.answer == Answer::Blank && read.answer != Answer::Blank {
            let written = row.cell(answers);
            let read = answer::read(written, last.question.kind);
            last.answer = read.answer;
            last.written = read.written;
            last.footnote = last.footnote.take().or(read.footnote);
            join(&mut last.remark, &read.remark);
            last.place = row.place(answers);
        } else {
            join(&mut last.remark, row.cell(answers));
        }
        join(&mut last.remark, &note);
    }
}

/// How far the cells of a row stand to the right of where they should, or to the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shift {
    found: usize,
    usual: usize,
}

impl Shift {
    const fn of(found: usize, usual: usize) -> Self {
        Self { found, usual }
    }

    const fn of_column(self, column: usize) -> usize {
        (column + self.found).saturating_sub(self.usual)
    }
}

/// Adds what stands in the column of notes: the number of a note, or words.
fn remark(read: &mut Read, note: &str) {
    let note = answer::collapse(note);
    let marks = |c: char| c.is_whitespace() || "()[].,;:#*_-\u{2013}\u{2014}".contains(c);
    let bare = note.trim_matches(marks);
    if bare.is_empty() {
        return;
    }
    let number = match note_number(&note) {
        Some((number, "")) => Some(number),
        _ if bare.len() <= 3 && bare.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(bare.to_owned())
        }
        _ => None,
    };
    match number {
        Some(number) if read.footnote.is_none() => read.footnote = Some(number),
        _ => join(&mut read.remark, &note),
    }
}

pub(crate) fn join(text: &mut String, more: &str) {
    let more = answer::collapse(more);
    if more.is_empty() || text.len() > limits::FIELD_CHARACTERS_MAX {
        return;
    }
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(&more);
}

/// The number of a note and what it says: `Note 3: text`.
pub(crate) fn note_number(text: &str) -> Option<(String, &str)> {
    const WORDS: [&str; 8] = [
        "notes",
        "note",
        "anmerkung",
        "hinweis",
        "remarque",
        "nota",
        "opmerking",
        "footnote",
    ];
    let bare =
        text.trim_start_matches(|c: char| c == '(' || c == '[' || c.is_whitespace());
    let rest = WORDS.iter().find_map(|word| {
        let head = bare.get(..word.len())?;
        head.eq_ignore_ascii_case(word).then(|| bare.get(word.len()..))?
    })?;
    let rest = rest.trim_start_matches(|c: char| " #.\u{A0}".contains(c));
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=3).contains(&digits) {
        return None;
    }
    let (number, rest) = rest.split_at_checked(digits)?;
    if rest.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let is_mark = |c: char| c.is_whitespace() || ")].:;-\u{2013}\u{2014}=".contains(c);
    Some((number.to_owned(), rest.trim_start_matches(is_mark)))
}
