//! Answers to questions about devices, as they come back in a file.
//!
//! It is the list of questions that the house gives away, with the columns `answer` and `note`
//! filled in by whoever knows: a ward, a maker. A spreadsheet has often written it anew, so
//! whatever parts the values is read, in any order of columns.
//!
//! What does not live here: which question a key names, and what an answer means.

use std::collections::BTreeMap;

use reading::{Place, Rejected, limits};

use crate::questions::{is_json, objects};
use reading::separated::{Separated, at, column};

/// A line with an answer, as it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line of the file, or the object of JSON, from 1.
    pub line: usize,
    /// The question, by its key.
    pub key: String,
    /// The answer, which is not empty.
    pub said: String,
    /// What else whoever answered said.
    pub note: String,
    /// The first line that answers the same question, where that is not this one.
    pub repeats: Option<usize>,
}

const WHOLE: &str = "Paste the whole file, with its first line of headings.";

/// Reads the lines that have an answer; there is one at least.
///
/// # Errors
/// When it is no file of answers, or has more of them than are read.
pub fn parse(text: &str) -> Result<Vec<Row>, Rejected> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rows = match is_json(text) {
        true => of_json(text)?,
        false => of_values(text)?,
    };
    match rows.is_empty() {
        true => Err(Rejected::new(
            Place::Document,
            "no line has an answer",
            "Fill in “yes”, “no” or “not_known” in the column “answer”.",
        )),
        false => Ok(rows),
    }
}

fn of_values(text: &str) -> Result<Vec<Row>, Rejected> {
    let mut rows = Separated::under_headings(text)?;
    let mut row = csv::StringRecord::new();
    let Some(head) = rows.read(&mut row)? else {
        return Err(Rejected::new(Place::Document, "there is nothing in it", WHOLE));
    };
    let columns = Columns::of(&row, head)?;
    let mut answers = Answers::default();
    while let Some(line) = rows.read(&mut row)? {
        answers.add(columns.answer(&row, line), at(line))?;
    }
    Ok(answers.rows)
}

fn of_json(text: &str) -> Result<Vec<Row>, Rejected> {
    let mut answers = Answers::default();
    for (line, object) in (1..).zip(objects(text)?) {
        let cell = |name: &str| {
            let is_so = |heading: &str| heading.trim().eq_ignore_ascii_case(name);
            let found = object.iter().find(|(heading, _)| is_so(heading));
            found.map_or("", |(_, text)| text.as_str())
        };
        let row = Row::of(line, [cell("question key"), cell("answer"), cell("note")]);
        answers.add(row, Place::Document)?;
    }
    Ok(answers.rows)
}

/// What was read so far.
#[derive(Default)]
struct Answers {
    rows: Vec<Row>,
    /// Where each question was answered first.
    first: BTreeMap<String, usize>,
}

impl Answers {
    fn add(&mut self, row: Option<Row>, place: Place) -> Result<(), Rejected> {
        let Some(mut row) = row else { return Ok(()) };
        if self.rows.len() == limits::ANSWERS_MAX {
            return Err(Rejected::new(
                place,
                format!("more than {} answers", limits::ANSWERS_MAX),
                "Bring them in by parts, each with the headings.",
            ));
        }
        let first = *self.first.entry(row.key.clone()).or_insert(row.line);
        row.repeats = Some(first).filter(|first| *first != row.line);
        self.rows.push(row);
        Ok(())
    }
}

impl Row {
    /// What a line says: key, answer, note; `None` where it has no answer.
    fn of(line: usize, [key, said, note]: [&str; 3]) -> Option<Self> {
        // Where a key looks like a formula, it was given away behind a quote.
        let is_before = |letter: char| letter == '\'' || letter.is_whitespace();
        let key = key.trim().trim_start_matches(is_before).to_owned();
        let (said, note) = (said.trim().to_owned(), note.trim().to_owned());
        (!said.is_empty()).then_some(Self { line, key, said, note, repeats: None })
    }
}

/// Where in a row the parts of an answer stand.
struct Columns {
    key: usize,
    said: usize,
    note: Option<usize>,
}

impl Columns {
    fn of(headings: &csv::StringRecord, line: usize) -> Result<Self, Rejected> {
        let named = |name: &str| column(headings, name, line);
        match (named("question key")?, named("answer")?) {
            (Some(key), Some(said)) => Ok(Self { key, said, note: named("note")? }),
            _ => Err(Rejected::new(
                at(line),
                "one heading has to be “question key”, one “answer”",
                WHOLE,
            )),
        }
    }

    /// The answer of a row; `None` where there is none.
    fn answer(&self, row: &csv::StringRecord, line: usize) -> Option<Row> {
        let cell = |at: usize| row.get(at).unwrap_or_default();
        let note = self.note.map(cell).unwrap_or_default();
        Row::of(line, [cell(self.key), cell(self.said), note])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_with_an_answer_are_read_whatever_parts_them() {
        #[track_caller]
        fn check(text: &str, expected: &[(usize, &str, &str, &str)]) {
            let rows = parse(text).unwrap();
            let found: Vec<(usize, &str, &str, &str)> = rows
                .iter()
                .map(|row| (row.line, &*row.key, &*row.said, &*row.note))
                .collect();
            assert_eq!(found, expected);
        }

        check("question key,answer\nk1, yes \n", &[(2, "k1", "yes", "")]);
        check(
            "\u{feff}Note;ANSWER; Question Key\r\n\"a; b\";no;k1\r\n;;k2\r\n;not_known;k3",
            &[(2, "k1", "no", "a; b"), (4, "k3", "not_known", "")],
        );
        check(
            "answer\tquestion key\nyes\tk1\textra\nno\n",
            &[(2, "k1", "yes", ""), (3, "", "no", "")],
        );
        // Headings may hold what parts the values of others.
        check("\n\"a, b\";question key;answer\r1;k;y\r", &[(3, "k", "y", "")]);
        check(
            " [{\"Question Key\": \"'-k\", \"answer\": \"yes \"}, {\"answer\": null},
              {\"question key\": \"l\", \"answer\": \"no\", \"note\": 7}]",
            &[(1, "-k", "yes", ""), (3, "l", "no", "7")],
        );
        check(
            "question key,answer,note\n'-k,yes,\"two\nlines\"\nk2,no,\n",
            &[(2, "-k", "yes", "two\nlines"), (4, "k2", "no", "")],
        );
    }

    #[test]
    fn a_question_that_is_answered_twice_is_told_with_the_line_of_the_first() {
        let text = "question key,answer\nk1,yes\nk2,no\nk1,\n'k1,no\nk1,yes\n";
        let rows = parse(text).unwrap();
        let repeats: Vec<Option<usize>> = rows.iter().map(|row| row.repeats).collect();
        assert_eq!(repeats, [None, None, Some(2), Some(2)]);
    }

    #[test]
    fn what_is_no_file_of_answers_is_refused_with_what_to_do() {
        #[track_caller]
        fn check(text: &str, line: usize, message: &str) {
            let refused = parse(text).unwrap_err();
            let place = if line == 0 { Place::Document } else { at(line) };
            assert_eq!((refused.place, refused.message.as_ref()), (place, message));
            assert!(refused.hint.ends_with('.'), "{text}");
        }

        check("", 0, "there is nothing in it");
        check("\u{feff}\r\n\n", 0, "there is nothing in it");
        let headings = "one heading has to be “question key”, one “answer”";
        check("yes\n", 1, headings);
        check("key,answer\nk1,yes\n", 1, headings);
        check("\n\nquestion key,note\nk1,yes\n", 3, headings);
        check("Answer,question key, ANSWER\n", 1, "two columns are called “answer”");
        check("note,note,question key,answer\n", 1, "two columns are called “note”");
        check("question key,answer\n", 0, "no line has an answer");
        check("question key,answer\nk1,\nk2,  \n", 0, "no line has an answer");
        check(
            "question key,answer\nk1,yes\nk2,\"no\nk3,yes\n",
            3,
            "a quote opens here and does not close",
        );
        check("[]", 0, "no line has an answer");
        check("[{\"question key\": \"k\"}]", 0, "no line has an answer");
        let wide =
            format!("question key,answer{}\nk,yes\n", ",x".repeat(limits::COLUMNS_MAX));
        check(&wide, 1, "more than 1000 columns");
        let rows = "k,yes\nl,\n".repeat(limits::ANSWERS_MAX);
        let most = format!("question key,answer\n{rows}");
        assert_eq!(parse(&most).unwrap().len(), limits::ANSWERS_MAX);
        check(&format!("{most}k,yes\n"), 10_002, "more than 5000 answers");
    }

    proptest! {
        #[test]
        fn whatever_is_filled_in_comes_back(
            mark in prop::sample::select(vec![b',', b';', b'\t']),
            cells in prop::collection::vec(("[0-9a-f]{1,20}", "[a-z_]{1,9}", "\\PC{0,20}"), 1..9),
        ) {
            let mut out = csv::WriterBuilder::new().delimiter(mark).from_writer(Vec::new());
            out.write_record(["question key", "question, in words; long", "answer", "note"]).unwrap();
            for (key, said, note) in &cells {
                out.write_record([key, "Is it so?", said, note]).unwrap();
            }
            let text = String::from_utf8(out.into_inner().unwrap()).unwrap();
            let rows = parse(&text).unwrap();
            prop_assert_eq!(rows.len(), cells.len());
            for (row, (key, said, note)) in rows.iter().zip(&cells) {
                prop_assert_eq!((&row.key, &row.said, row.note.as_str()), (key, said, note.trim()));
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "(question key|answer|note|yes|k|\"|'|,|;|\t|\r|\n|\\PC){0,40}") {
            match parse(&text) {
                Ok(rows) => prop_assert!(rows.iter().all(|row| !row.said.is_empty())),
                Err(refused) => prop_assert!(!refused.hint.is_empty()),
            }
        }
    }
}
