//! The head of a form of 2013: labels with what stands beside or below them. What stands behind
//! a label that is none of ours is told with its place.

use reading::{Place, text};

use crate::answer;
use crate::grid::{At, Draft, Grid, Row, note_number};
use crate::question::Edition;
use crate::spelling;

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

/// A label in a text with what stands behind it; nothing where its value stands elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Labelled<'t> {
    pub(crate) name: &'static str,
    pub(crate) value: &'t str,
}

/// What a line or a cell of a head holds.
#[derive(Debug, Default)]
pub(crate) struct Labels<'t> {
    /// Our labels, in their order.
    pub(crate) ours: Vec<Labelled<'t>>,
    /// Labels of another kind, each with what stands behind it up to the next of ours.
    pub(crate) foreign: Vec<&'t str>,
}

/// The labels of a text: forms write several in one line or in one cell. The text begins with
/// the first; there are none where it begins with none.
pub(crate) fn labels(text: &str) -> Labels<'_> {
    let mut found = Labels::default();
    let mut rest = text.trim_start_matches(is_mark).trim_end();
    if is_like_label(rest) {
        let (part, next) = parted(rest);
        found.foreign.push(part.value);
        found.foreign.extend(part.foreign);
        rest = next;
    }
    while let Some((name, behind)) = label(rest) {
        let (part, next) = parted(behind);
        found.ours.push(Labelled { name, value: part.value.trim_matches(is_mark) });
        found.foreign.extend(part.foreign);
        rest = next;
    }
    found
}

/// The label that a text begins with, and what stands behind it.
fn label(text: &str) -> Option<(&'static str, &str)> {
    let (name, rest) = begun(text)?;
    let bare = rest.trim_start_matches('*');
    let is_whole = bare.is_empty()
        || bare.starts_with([':', '\t', '|', '\n'])
        || bare.starts_with("  ")
        || bare.trim_start().starts_with(['|', ':']);
    is_whole.then_some((name, rest))
}

/// The words of a label at the beginning of a text, whatever follows.
fn begun(text: &str) -> Option<(&'static str, &str)> {
    LABELS.iter().find_map(|(words, name)| {
        let head = text.get(..words.len())?;
        let rest =
            head.eq_ignore_ascii_case(words).then(|| text.get(words.len()..))??;
        Some((*name, rest))
    })
}

/// What parts a value from what is around it.
fn is_mark(c: char) -> bool {
    c.is_whitespace() || ":|;*".contains(c)
}

/// What stands between two labels of ours.
struct Part<'t> {
    value: &'t str,
    /// A label of another kind behind the value, with all that stands behind it.
    foreign: Option<&'t str>,
}

/// The part of a text before its byte `to`, whose value ends at `end`.
fn part(text: &str, end: Option<usize>, to: usize) -> Part<'_> {
    let whole = text.get(..to).unwrap_or(text);
    match end.and_then(|end| whole.split_at_checked(end)) {
        Some((value, foreign)) => Part { value, foreign: Some(foreign) },
        None => Part { value: whole, foreign: None },
    }
}

/// A value, and the text from the next label on. It ends where a label of ours follows, which
/// needs its colon where only a blank stands before it; and where a gap, a bar or a line parts it
/// from a label of another kind.
fn parted(text: &str) -> (Part<'_>, &str) {
    let mut end = None;
    let starts = text.char_indices().filter(|(at, c)| {
        let before = text.get(..*at).unwrap_or_default();
        c.is_alphabetic() && before.chars().next_back().is_none_or(is_mark)
    });
    for (at, c) in starts {
        let (before, from) = text.split_at(at);
        let is_first = before.chars().all(is_mark);
        let bare = before.trim_end_matches(' ');
        let is_wide = before.len() - bare.len() > 1 || bare.ends_with(['\t', '\n']);
        let is_gap = is_wide || bare.ends_with(['|', ';']);
        let is_label = match begun(from) {
            Some(_) if is_first || is_gap => label(from).is_some(),
            Some((_, rest)) => c.is_uppercase() && rest.trim_start().starts_with(':'),
            None => false,
        };
        if is_label {
            return (part(text, end, at), from);
        }
        let is_apart = if is_first { is_wide && before.contains(':') } else { is_gap };
        if is_apart && end.is_none() && is_like_label(from) {
            end = Some(at);
        }
    }
    (part(text, end, text.len()), "")
}

/// Letters of a label that is none of ours, at most.
const FOREIGN_MAX: usize = 40;

/// Whether a text begins like a label of another kind: a few words, then a colon and a blank.
fn is_like_label(text: &str) -> bool {
    let begin = text.char_indices().nth(FOREIGN_MAX + 1).map_or(text.len(), |(at, _)| at);
    let colon = text.get(..begin).and_then(|begin| begin.find(':'));
    let Some((words, behind)) = colon.and_then(|at| text.split_at_checked(at)) else {
        return false;
    };
    let behind = behind.get(1..).unwrap_or_default();
    let is_ours = |(at, _): (usize, char)| {
        let before = words.get(..at).unwrap_or_default();
        let is_word = before.is_empty() || before.ends_with(' ');
        is_word && words.get(at..).is_some_and(|it| begun(it).is_some())
    };
    words.chars().count() <= FOREIGN_MAX
        && words.starts_with(char::is_uppercase)
        && !words.contains("  ")
        && !words.contains(['\t', '|', '\n', ';'])
        && behind.chars().next().is_none_or(char::is_whitespace)
        && !words.char_indices().any(is_ours)
}

/// Tells of a label that is none of ours, and of what stands behind it; nothing where nothing
/// does. A numbered note is no label.
pub(crate) fn leave_out(draft: &mut Draft, foreign: &str, place: Place) {
    let Some((label, said)) = foreign.split_once(':') else { return };
    let said = answer::collapse(said.trim_matches(is_mark));
    let label = answer::collapse(label.trim_matches(is_mark));
    let is_note = note_number(&label).is_some();
    if said.is_empty() || said.chars().all(|c| "_-.\u{2026} ".contains(c)) || is_note {
        return;
    }
    let message = format!(
        "{} is no label of a form that is read: {} is left out",
        text::quoted(&label),
        text::quoted(&said)
    );
    draft.notes.at(|| place, message);
}

/// Reads the head of a form of 2013; that of 2019 has ids.
pub(crate) fn read(grid: &Grid, draft: &mut Draft) {
    if draft.edition != Edition::Of2013 {
        return;
    }
    let is_question = |row: &Row| {
        let first = row.cells.iter().map(|cell| cell.trim()).find(|it| !it.is_empty());
        first.is_some_and(|it| spelling::find(it, Edition::Of2013).is_some())
    };
    let head = grid.rows.iter().position(is_question).unwrap_or(grid.rows.len());
    for (at, row) in grid.rows.iter().enumerate().take(60) {
        for column in 0..row.cells.len() {
            let found = labels(row.cell(column));
            let foreign = found.foreign.into_iter().filter(|_| at < head);
            for foreign in foreign {
                leave_foreign_out(draft, row, (column, foreign));
            }
            let last = found.ours.len().saturating_sub(1);
            for (number, Labelled { name, value }) in found.ours.into_iter().enumerate() {
                let found = match value {
                    "" if number == last => beside(grid, at, row, column),
                    "" => None,
                    value => Some((answer::collapse(value), row.place(column))),
                };
                if let Some((value, place)) = found {
                    draft.state(name, &value, place);
                }
            }
        }
    }
}

/// Tells of a label of another kind in a cell; what it says may stand in the next one.
fn leave_foreign_out(draft: &mut Draft, row: &Row, (column, foreign): (usize, &str)) {
    let is_bare = foreign.split_once(':').is_some_and(|it| it.1.trim().is_empty());
    let next = (column + 1..row.cells.len()).find(|at| !row.cell(*at).is_empty());
    let next = next.filter(|at| {
        let cell = row.cell(*at);
        is_bare && !is_label(cell) && !is_like_label(cell)
    });
    match next {
        Some(at) => {
            let whole = format!("{foreign} {}", row.cell(at));
            leave_out(draft, &whole, row.place(at));
        }
        None => leave_out(draft, foreign, row.place(column)),
    }
}

fn is_label(cell: &str) -> bool {
    label(cell.trim()).is_some()
}

/// What stands right of a label, else below it; of labels beside each other, below first.
fn beside(grid: &Grid, at: usize, row: &Row, column: usize) -> Option<(String, Place)> {
    let is_value = |cell: &str| !cell.is_empty() && !is_label(cell);
    let value = |row: &Row, at: usize| {
        is_value(row.cell(at)).then(|| (answer::collapse(row.cell(at)), row.place(at)))
    };
    let filled = |at: &usize| !row.cell(*at).is_empty();
    let left = (0..column).rev().find(filled);
    let right = (column + 1..row.cells.len()).find(filled);
    let beside = right.and_then(|at| value(row, at));
    // Cells of a page stand in no columns: those of two lines are compared one by one.
    let is_aligned = |below: &&Row| {
        !matches!(row.at, At::Page(_)) || below.cells.len() == row.cells.len()
    };
    let below = grid.rows.get(at + 1).filter(is_aligned);
    let below = below.and_then(|below| value(below, column));
    let is_bare = |at: usize| {
        let found = labels(row.cell(at)).ours;
        found.last().is_some_and(|it| it.value.is_empty())
    };
    match left.is_some_and(is_bare) {
        true => below.or(beside),
        false => beside.or(below),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_label_of_a_line_has_its_own_value() {
        #[track_caller]
        fn check(text: &str, expected: &[(&str, &str)]) {
            let found: Vec<(&str, &str)> =
                labels(text).ours.into_iter().map(|it| (it.name, it.value)).collect();
            assert_eq!(found, expected, "{text}");
        }

        let all = [("maker", "Acme Medical"), ("model", "Drip 1"), ("document", "D-7")];
        check("Manufacturer: Acme Medical   Model: Drip 1   Document ID: D-7", &all);
        check("Manufacturer: Acme Medical Model: Drip 1 Document ID: D-7", &all);
        check("Manufacturer:\tAcme Medical\tModel:\tDrip 1\tDocument ID:\tD-7", &all);
        check("Manufacturer  Acme Medical  Model  Drip 1  Document ID  D-7", &all);
        check("Manufacturer | Acme Medical | Model | Drip 1 | Document ID | D-7 |", &all);
        check(
            "**Manufacturer:** Acme Medical; **Model:** Drip 1; Document ID: D-7",
            &all,
        );
        check("Manufacturer: Acme Medical\nModel: Drip 1\nDocument ID: D-7", &all);
        // A label of another kind ends a value, and belongs to none.
        check(
            "Manufacturer: Acme Medical   Telephone #: 5   Device Model: Drip 1",
            &[("maker", "Acme Medical"), ("model", "Drip 1")],
        );
        check("Manufacturer:   Telephone #: 5", &[("maker", "")]);
        check("Model: Drip: mobile", &[("model", "Drip: mobile")]);
        check("Manufacturer: Acme Model Works", &[("maker", "Acme Model Works")]);
        check(
            "Manufacturer: Acme, the model: railway",
            &[("maker", "Acme, the model: railway")],
        );
        check("Manufacturer:   Model: Drip 1", &[("maker", ""), ("model", "Drip 1")]);
        check("Manufacturer: Acme   Model:", &[("maker", "Acme"), ("model", "")]);
        check("Model", &[("model", "")]);
        check("Model Works", &[]);
        check("A form about Model: Drip 1", &[]);
        check("", &[]);
    }

    #[test]
    fn what_stands_behind_a_label_of_another_kind_is_kept_apart() {
        #[track_caller]
        fn check(text: &str, ours: &[&str], foreign: &[&str]) {
            let found = labels(text);
            let values: Vec<&str> = found.ours.iter().map(|it| it.value).collect();
            let apart: Vec<&str> = found.foreign.iter().map(|it| it.trim()).collect();
            assert_eq!((values.as_slice(), apart.as_slice()), (ours, foreign), "{text}");
        }

        check(
            "Manufacturer: Acme   Telephone #: 5   Device Model: Drip 1",
            &["Acme", "Drip 1"],
            &["Telephone #: 5"],
        );
        check("Manufacturer:   Telephone #: 5", &[""], &["Telephone #: 5"]);
        check("Title: Head   Model: Drip 1", &["Drip 1"], &["Title: Head"]);
        check(
            "Model: Drip 1\nCompany Name: Acme\nE-mail: a@b.example",
            &["Drip 1"],
            &["Company Name: Acme\nE-mail: a@b.example"],
        );
        check("Manufacturer: Acme   Model: Drip 1", &["Acme", "Drip 1"], &[]);
        check("Model: Drip: mobile", &["Drip: mobile"], &[]);
    }

    #[test]
    fn lines_of_a_page_are_compared_where_both_have_as_many_cells() {
        #[track_caller]
        fn check(rows: &[&[&str]], expected: &[(&str, &str, &str)]) {
            let place = |row: usize, cell: usize| Place::Pointer(format!("{row}/{cell}"));
            let rows = rows.iter().enumerate().map(|(at, cells)| Row {
                cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
                at: At::Page((0..cells.len()).map(|cell| place(at, cell)).collect()),
            });
            let mut draft = Draft::new(Edition::Of2013);
            read(&Grid { rows: rows.collect() }, &mut draft);
            let found: Vec<(&str, &str, String)> = (draft.head.iter())
                .map(|(name, (text, place))| (*name, text.as_str(), place.to_string()))
                .collect();
            let expected: Vec<(&str, &str, String)> =
                expected.iter().map(|it| (it.0, it.1, it.2.to_owned())).collect();
            assert_eq!(found, expected);
        }

        let labels: &[&str] = &["Manufacturer", "Model", "Document ID"];
        check(
            &[labels, &["Acme", "Drip 1", "D-7"]],
            &[
                ("document", "D-7", "1/2"),
                ("maker", "Acme", "1/0"),
                ("model", "Drip 1", "1/1"),
            ],
        );
        // Which of them is missing nobody can tell.
        check(&[labels, &["Acme", "D-7"]], &[]);
        check(
            &[&["Manufacturer: Acme   Model: Drip 1", "Document ID", "D-7"]],
            &[
                ("document", "D-7", "0/2"),
                ("maker", "Acme", "0/0"),
                ("model", "Drip 1", "0/0"),
            ],
        );
    }
}
