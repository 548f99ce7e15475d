//! Which column holds what.

use crate::answer::{self, Answer, Read};
use crate::grid::{Grid, Row, Shift};
use crate::question::{Edition, Kind};
use crate::spelling::{self, Found};

/// The columns of a form.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) id: usize,
    pub(super) answer: Option<usize>,
    pub(super) note: Option<usize>,
    /// Columns of yes, no and not applicable that are ticked.
    pub(super) marks: Option<Marks>,
    /// Columns of references to other standards.
    references: Vec<usize>,
    /// Further columns with many words like answers.
    of_words: Vec<usize>,
}

/// Columns that are ticked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marks {
    yes: usize,
    no: usize,
    other: Option<usize>,
}

/// Ids under each other from which on it is a form.
const IDS_MIN: usize = 3;

/// Rows with ids by which columns are told.
const ROWS_LOOKED_AT: usize = 1_000;

/// What a heading says of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heading {
    Answer,
    Note,
    Reference,
    Yes,
    No,
    Other,
}

/// Words that a heading is.
const WHOLE: [(Heading, &[&str]); 4] = [
    (Heading::Yes, &["yes", "ja", "oui", "sí", "si", "y"]),
    (Heading::No, &["no", "nein", "non", "nee", "n"]),
    (Heading::Other, &["n/a", "na", "n.a", "not applicable"]),
    (
        Heading::Note,
        &[
            "note",
            "notes",
            "note #",
            "note(s",
            "note no",
            "note number",
            "see note",
            "comment",
            "comments",
            "remark",
            "remarks",
            "anmerkung",
            "anmerkungen",
            "bemerkung",
            "bemerkungen",
            "hinweis",
            "kommentar",
            "remarque",
            "remarques",
            "commentaire",
            "commentaires",
            "nota",
            "notas",
            "comentarios",
            "opmerking",
            "opmerkingen",
        ],
    ),
];

/// Words that a heading begins with.
const BEGINNINGS: [(Heading, &[&str]); 2] = [
    (
        Heading::Reference,
        &["iec ", "iec/", "iec t", "nist ", "iso ", "iso/", "reference", "referenz"],
    ),
    (
        Heading::Answer,
        &[
            "answer",
            "response",
            "antwort",
            "réponse",
            "reponse",
            "respuesta",
            "risposta",
            "resposta",
            "antwoord",
            "yes, no",
            "yes/no",
            "yes / no",
            "yes no",
        ],
    ),
];

fn heading(cell: &str) -> Option<Heading> {
    let low = answer::collapse(cell).to_lowercase();
    if low.is_empty() || low.chars().count() > 60 {
        return None;
    }
    let bare = low.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
    let whole = WHOLE.iter().find(|(_, words)| words.contains(&bare));
    let begun = BEGINNINGS
        .iter()
        .find(|(_, words)| words.iter().any(|word| bare.starts_with(word)));
    whole.or(begun).map(|(heading, _)| *heading)
}

/// Whether a cell is the heading of answers or notes, which come again in each section.
pub(crate) fn is_heading(cell: &str) -> bool {
    matches!(heading(cell), Some(Heading::Answer | Heading::Note | Heading::Reference))
        && !answer::read(cell, Kind::YesNo).answer.is_definite()
}

impl Columns {
    pub(super) fn find(grid: &Grid, edition: Edition) -> Option<Self> {
        let width = grid.rows.iter().map(|row| row.cells.len()).max()?;
        let ids = |column: usize| {
            let in_column = |row: &&Row| begins_with_id(row.cell(column), edition);
            grid.rows.iter().filter(in_column).count()
        };
        let (id, count) = best((0..width).map(|column| (column, ids(column))))?;
        if count < IDS_MIN {
            return None;
        }
        let headings = headings(grid, width, (id, edition));
        let of = |wanted| headings.iter().position(|found| found.contains(&wanted));
        let marks = match (of(Heading::Yes), of(Heading::No)) {
            (Some(yes), Some(no)) if yes.abs_diff(no) == 1 => {
                Some(Marks { yes, no, other: of(Heading::Other) })
            }
            _ => None,
        };
        let rows: Vec<&Row> = grid
            .rows
            .iter()
            .filter(|row| begins_with_id(row.cell(id), edition))
            .take(ROWS_LOOKED_AT)
            .collect();
        let marks = marks.filter(|marks| marks.are_used(&rows));
        let answers = |column: usize| {
            let is_answer = |row: &&&Row| {
                let read = answer::read(row.cell(column), Kind::YesNo);
                read.answer.is_definite() && !is_heading(row.cell(column))
            };
            rows.iter().filter(is_answer).count()
        };
        // The first column that has about as many as any: behind it others may say who checked
        // the form.
        let counts: Vec<(usize, usize)> =
            (0..width).filter(|at| *at != id).map(|at| (at, answers(at))).collect();
        let most = counts.iter().map(|(_, count)| *count).max().unwrap_or_default();
        let counted =
            counts.iter().copied().find(|(_, count)| *count > 0 && *count * 2 >= most);
        let answer = match (counted, of(Heading::Answer)) {
            (Some((column, count)), Some(headed)) if count <= answers(headed) * 2 => {
                Some(if answers(headed) > 0 { headed } else { column })
            }
            (Some((column, 1..)), _) => Some(column),
            (_, headed) => headed,
        };
        let references = (0..width)
            .filter(|at| {
                headings.get(*at).is_some_and(|it| it.contains(&Heading::Reference))
                    || (Some(*at) != answer && *at != id && are_references(&rows, *at))
            })
            .collect::<Vec<_>>();
        let note = of(Heading::Note)
            .filter(|at| Some(*at) != answer && *at != id)
            .or_else(|| {
                let next = answer? + 1;
                (next < width && !references.contains(&next)).then_some(next)
            });
        // Up to one row in twenty may have its answer there by mistake.
        let of_words =
            (0..width).filter(|at| answers(*at) * 20 > rows.len().max(60)).collect();
        Some(Self { id, answer, note, marks, references, of_words })
    }

    /// The id of a row, and its column: that of ids, else the first cell that is one.
    pub(super) fn id_of<'r>(
        &self,
        row: &'r Row,
        edition: Edition,
    ) -> Option<(usize, Found<'r>)> {
        if let Some(found) = id_at_begin(row.cell(self.id), edition) {
            return Some((self.id, found));
        }
        let first = (0..row.cells.len()).find(|at| !row.cell(*at).is_empty())?;
        // A shifted row: by no more than a merged title or a column that was put in.
        if first.abs_diff(self.id) > 4 || Some(first) == self.answer {
            return None;
        }
        Some((first, spelling::whole(row.cell(first), edition)?))
    }

    /// Whether an answer that stands in a column may have got there by mistake: it is no column
    /// of notes or references, and no other of words like answers (*verified: yes*).
    pub(super) fn may_hold_strays(&self, column: usize, shift: Shift) -> bool {
        let is = |at: usize| shift.of_column(at) == column;
        let is_of_words = || self.of_words.iter().any(|at| is(*at));
        !self.answer.is_some_and(is)
            && !self.note.is_some_and(is)
            && !self.references.iter().any(|at| is(*at))
            && !is_of_words()
    }
}

impl Marks {
    fn are_used(self, rows: &[&Row]) -> bool {
        rows.iter().any(|row| {
            is_mark(row.cell(self.yes), Answer::Yes)
                || is_mark(row.cell(self.no), Answer::No)
        })
    }

    /// The column that is ticked. A word that is not the column's own says nothing sure.
    pub(super) fn read(self, row: &Row, shift: Shift) -> (Read, Option<usize>) {
        let columns = [
            (Some(self.yes), Answer::Yes),
            (Some(self.no), Answer::No),
            (self.other, Answer::NotApplicable),
        ];
        let read = |answer: Answer, written: &str| Read {
            answer,
            written: written.to_owned(),
            remark: String::new(),
            footnote: None,
        };
        let filled: Vec<(usize, Answer)> = columns
            .into_iter()
            .filter_map(|(column, answer)| Some((shift.of_column(column?), answer)))
            .filter(|(at, _)| !is_empty(row.cell(*at)))
            .collect();
        match filled.as_slice() {
            [] => (read(Answer::Blank, ""), None),
            [(at, answer)] if is_mark(row.cell(*at), *answer) => {
                (read(*answer, answer.label()), Some(*at))
            }
            [(at, _), ..] => {
                let cells = filled.iter().map(|(at, _)| row.cell(*at));
                let written = cells.collect::<Vec<_>>().join(" ");
                (read(Answer::Unclear, &written), Some(*at))
            }
        }
    }
}

/// Whether a cell of a column that is ticked holds nothing, or a box without a tick.
fn is_empty(cell: &str) -> bool {
    cell.chars().all(|c| c.is_whitespace() || "☐□_-.".contains(c))
}

/// Whether a cell is a tick, or the word of its own column.
fn is_mark(cell: &str, own: Answer) -> bool {
    let cell = cell.trim();
    let low = cell.to_lowercase();
    ["x", "✓", "✔", "☒", "☑", "■", "●", "•", "✘"].contains(&low.as_str())
        || answer::read(cell, Kind::YesNo).answer == own
}

/// The column with the most, the first of equals; none where none has any.
fn best(counted: impl Iterator<Item = (usize, usize)>) -> Option<(usize, usize)> {
    let mut best = None;
    for (column, count) in counted {
        if count > 0 && best.is_none_or(|(_, most)| count > most) {
            best = Some((column, count));
        }
    }
    best
}

fn begins_with_id(cell: &str, edition: Edition) -> bool {
    id_at_begin(cell, edition).is_some()
}

/// The id of a cell: the whole cell, or in front of a question.
fn id_at_begin(cell: &str, edition: Edition) -> Option<Found<'_>> {
    let cell =
        cell.trim_start_matches(|c: char| c.is_whitespace() || "*\"'[(".contains(c));
    if edition == Edition::Of2013 {
        return spelling::find(cell, edition);
    }
    let found = spelling::find(cell, edition)?;
    let is_parted = found.rest.is_empty()
        || found
            .rest
            .starts_with(|c: char| c.is_whitespace() || ":.,;*)]-\u{2013}".contains(c));
    is_parted.then_some(found)
}

/// What headings say of each column: of rows that have no id themselves.
fn headings(
    grid: &Grid,
    width: usize,
    (id, edition): (usize, Edition),
) -> Vec<Vec<Heading>> {
    let mut found: Vec<Vec<Heading>> = vec![Vec::new(); width];
    let has_id = |row: &&Row| begins_with_id(row.cell(id), edition);
    for row in grid.rows.iter().filter(|row| !has_id(row)) {
        let told: Vec<(usize, Heading)> = (0..row.cells.len())
            .filter_map(|at| Some((at, heading(row.cell(at))?)))
            .collect();
        // One such word alone is an answer or a note.
        let yes_and_no = told.iter().any(|(_, it)| *it == Heading::Yes)
            && told.iter().any(|(_, it)| *it == Heading::No);
        for (at, what) in told {
            let is_mark = matches!(what, Heading::Yes | Heading::No | Heading::Other);
            if let Some(column) = found.get_mut(at)
                && (!is_mark || yes_and_no)
                && !column.contains(&what)
            {
                column.push(what);
            }
        }
    }
    found
}

/// Whether the cells of a column point into other standards.
fn are_references(rows: &[&Row], column: usize) -> bool {
    let filled: Vec<&str> =
        rows.iter().map(|row| row.cell(column)).filter(|cell| !cell.is_empty()).collect();
    let like = filled.iter().filter(|cell| is_reference(cell)).count();
    !filled.is_empty() && like * 2 > filled.len()
}

/// Whether a cell points into another standard: `AC-12`, `A.9.4.2`, `5.1`.
pub(crate) fn is_reference(cell: &str) -> bool {
    let first = cell.split([',', ';', '\n']).next().unwrap_or_default().trim();
    match first.as_bytes() {
        [b'A'..=b'Z', b'A'..=b'Z', b'-', b'0'..=b'9', ..] => true,
        [b'A', b'.', b'0'..=b'9', ..] => true,
        [b'S', b'e', b'c', b't', b'i', b'o', b'n', b' ', b'0'..=b'9', ..] => true,
        _ => {
            first.contains('.')
                && first.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        }
    }
}
