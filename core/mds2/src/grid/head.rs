//! The head of a form of 2013: labels with what stands beside or below them.

use reading::Place;

use crate::answer;
use crate::grid::{At, Draft, Grid, Row};
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

/// A label in a text with what stands behind it; nothing where its value stands elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Labelled<'t> {
    pub(crate) name: &'static str,
    pub(crate) value: &'t str,
}

/// The labels of a text, in their order: forms write several in one line or in one cell. The
/// text begins with the first; it is empty where the text begins with none.
pub(crate) fn labels(text: &str) -> Vec<Labelled<'_>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches(is_mark).trim_end();
    while let Some((name, behind)) = label(rest) {
        let (value, next) = parted(behind);
        found.push(Labelled { name, value: value.trim_matches(is_mark) });
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

/// A value, and the text from the next label on. It ends where a label of ours follows, which
/// needs its colon where only a blank stands before it; and where a gap, a bar or a line parts it
/// from a label of another kind.
fn parted(text: &str) -> (&str, &str) {
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
            return (text.get(..end.unwrap_or(at)).unwrap_or(text), from);
        }
        let is_apart = if is_first { is_wide && before.contains(':') } else { is_gap };
        if is_apart && end.is_none() && is_like_label(from) {
            end = Some(at);
        }
    }
    (text.get(..end.unwrap_or(text.len())).unwrap_or(text), "")
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

/// Reads the head of a form of 2013; that of 2019 has ids.
pub(crate) fn read(grid: &Grid, draft: &mut Draft) {
    if draft.edition != Edition::Of2013 {
        return;
    }
    for (at, row) in grid.rows.iter().enumerate().take(60) {
        for column in 0..row.cells.len() {
            let found = labels(row.cell(column));
            let last = found.len().saturating_sub(1);
            for (number, Labelled { name, value }) in found.into_iter().enumerate() {
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
        let found = labels(row.cell(at));
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
                labels(text).into_iter().map(|it| (it.name, it.value)).collect();
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
