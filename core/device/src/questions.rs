//! A list of questions about devices, as one house gives it to another: separated values under
//! a line of headings, or the same as JSON.
//!
//! It is what [`crate::answers`] reads once somebody has filled it in.
//!
//! What does not live here: of whom a question asks, and whether it was asked before.

use std::collections::BTreeMap;

use reading::{Place, Rejected, limits};
use serde_json::Value;

use reading::separated::{Separated, at, column};

/// A question, as it stands there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The line of the file, or the object of JSON, from 1.
    pub number: usize,
    /// The question, by its key.
    pub key: String,
    /// What is asked.
    pub asked: String,
    /// The product that it is about.
    pub about: String,
    /// What sort of question it is, in the words of the list.
    pub kind: String,
    /// The device builds that it is about.
    pub builds: String,
    /// The vulnerabilities that hang on it.
    pub vulnerabilities: String,
    /// By which keys the same was known before, between semicolons.
    pub earlier: String,
}

const WHOLE: &str = "Choose the file as it was given away, with its line of headings.";

/// Reads every line; there is one at least. Lines without a key or a question are read too:
/// whoever takes them in says that they were left out.
///
/// # Errors
/// When it is no list of questions, or has more lines than are read.
pub fn parse(text: &str) -> Result<Vec<Row>, Rejected> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rows = match is_json(text) {
        true => of_json(text)?,
        false => of_values(text)?,
    };
    match rows.is_empty() {
        true => Err(refused(Place::Document, "the file holds no question")),
        false => Ok(rows),
    }
}

fn of_values(text: &str) -> Result<Vec<Row>, Rejected> {
    let mut rows = Separated::under_headings(text)?;
    let mut record = csv::StringRecord::new();
    let Some(head) = rows.read(&mut record)? else { return Ok(Vec::new()) };
    let columns = Columns::of(&record, head)?;
    let mut read = Vec::new();
    while let Some(line) = rows.read(&mut record)? {
        expect_room(&read, at(line))?;
        read.push(columns.row(&record, line));
    }
    Ok(read)
}

fn of_json(text: &str) -> Result<Vec<Row>, Rejected> {
    let mut read = Vec::new();
    for (number, object) in (1..).zip(objects(text)?) {
        expect_room(&read, Place::Document)?;
        let mut row = Row { number, ..Row::default() };
        for (name, text) in object {
            if let Some(cell) = row.cell(&name) {
                unquoted(&text).clone_into(cell);
            }
        }
        read.push(row);
    }
    let is_list = read.iter().any(|row| !row.key.is_empty() && !row.asked.is_empty());
    match is_list || read.is_empty() {
        true => Ok(read),
        false => Err(refused(Place::Document, HEADINGS)),
    }
}

/// The texts of each object of a JSON list; what is neither text nor number is passed over.
pub(crate) fn objects(text: &str) -> Result<Vec<BTreeMap<String, String>>, Rejected> {
    let list: Vec<BTreeMap<String, Value>> =
        serde_json::from_str(text).map_err(|error| {
            let place = Place::Line { line: error.line(), column: error.column() };
            let message = "it is no JSON list with an object for each question";
            Rejected::new(place, message, WHOLE)
        })?;
    let plain = |object: BTreeMap<String, Value>| {
        let texts = object.into_iter().filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text)),
            Value::Number(number) => Some((name, number.to_string())),
            _ => None,
        });
        texts.collect()
    };
    Ok(list.into_iter().map(plain).collect())
}

/// Whether a text is JSON rather than separated values.
pub(crate) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['[', '{'])
}

const HEADINGS: &str = "one heading has to be “question key”, one “question”";

fn refused(place: Place, message: &'static str) -> Rejected {
    Rejected::new(place, message, WHOLE)
}

fn expect_room(read: &[Row], place: Place) -> Result<(), Rejected> {
    match read.len() < limits::QUESTIONS_MAX {
        true => Ok(()),
        false => Err(Rejected::new(
            place,
            format!("more than {} questions", limits::QUESTIONS_MAX),
            "Bring them in by parts, each with the headings.",
        )),
    }
}

impl Row {
    /// The part of a question that has that heading.
    fn cell(&mut self, heading: &str) -> Option<&mut String> {
        match heading.trim().to_ascii_lowercase().as_str() {
            "question key" => Some(&mut self.key),
            "question" => Some(&mut self.asked),
            "about" => Some(&mut self.about),
            "kind" => Some(&mut self.kind),
            "builds" => Some(&mut self.builds),
            "vulnerabilities" => Some(&mut self.vulnerabilities),
            "earlier keys" => Some(&mut self.earlier),
            _ => None,
        }
    }
}

/// Where in a row the parts of a question stand.
struct Columns(Vec<(&'static str, usize)>);

impl Columns {
    fn of(headings: &csv::StringRecord, line: usize) -> Result<Self, Rejected> {
        let mut columns = Vec::new();
        for name in [
            "question key",
            "question",
            "about",
            "kind",
            "builds",
            "vulnerabilities",
            "earlier keys",
        ] {
            match (name, column(headings, name, line)?) {
                (_, Some(at)) => columns.push((name, at)),
                ("question key" | "question", None) => {
                    return Err(refused(at(line), HEADINGS));
                }
                (_, None) => {}
            }
        }
        Ok(Self(columns))
    }

    fn row(&self, record: &csv::StringRecord, line: usize) -> Row {
        let mut row = Row { number: line, ..Row::default() };
        for (name, at) in &self.0 {
            let text = unquoted(record.get(*at).unwrap_or_default());
            if let Some(cell) = row.cell(name) {
                text.clone_into(cell);
            }
        }
        row
    }
}

/// A text without the quote that keeps a table program from running it.
fn unquoted(cell: &str) -> &str {
    let cell = cell.trim();
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest.trim(),
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_list_is_read_however_it_was_kept() {
        #[track_caller]
        fn check(text: &str, expected: &[(usize, &str, &str, &str)]) {
            let rows = parse(text).unwrap();
            let read: Vec<(usize, &str, &str, &str)> = rows
                .iter()
                .map(|row| (row.number, &*row.key, &*row.asked, &*row.kind))
                .collect();
            assert_eq!(read, expected, "{text}");
        }

        check("question key,question\nk,Is it?\n", &[(2, "k", "Is it?", "")]);
        check(
            "\u{feff}Question Key ;QUESTION;Kind\r\n'=k;\"a; b\nc\"; x\r\n;;\r\nl;q",
            &[(2, "=k", "a; b\nc", "x"), (4, "", "", ""), (5, "l", "q", "")],
        );
        check("question\tquestion key\nq\tk\textra\n", &[(2, "k", "q", "")]);
        check("question key,question\nk,'tis so\n", &[(2, "k", "'tis so", "")]);
        check(
            " [{\"Question Key\": \"k\", \"question\": 7, \"kind\": []}, {\"builds\": null}]",
            &[(1, "k", "7", ""), (2, "", "", "")],
        );
    }

    #[test]
    fn what_is_no_list_of_questions_is_refused_with_what_to_do() {
        #[track_caller]
        fn check(text: &str, place: Place, message: &str) {
            let refused = parse(text).unwrap_err();
            assert_eq!((refused.place, refused.message.as_ref()), (place, message));
            assert!(refused.hint.ends_with('.'), "{text}");
        }

        let none = "the file holds no question";
        check("", Place::Document, none);
        check("[]", Place::Document, none);
        check("question key,question\n", Place::Document, none);
        check("question key,answer\nk,yes\n", at(1), HEADINGS);
        check("[{}, {\"question key\": \"k\"}]", Place::Document, HEADINGS);
        let twice = "two columns are called “question”";
        check("question,question key,Question\n", at(1), twice);
        check(
            "question key,question\nk,\"q\n",
            at(2),
            "a quote opens here and does not close",
        );
        let no_list = "it is no JSON list with an object for each question";
        check("{\"question key\": \"k\"}", at(1), no_list);
        check("[1, 2]", Place::Line { line: 1, column: 2 }, no_list);
        check("[{\"question key\":\n ", Place::Line { line: 2, column: 1 }, no_list);
        let many = format!("more than {} questions", limits::QUESTIONS_MAX);
        let most =
            format!("question key,question\n{}", "k,q\n".repeat(limits::QUESTIONS_MAX));
        assert_eq!(parse(&most).unwrap().len(), limits::QUESTIONS_MAX);
        check(&format!("{most}k,q\n"), at(limits::QUESTIONS_MAX + 2), &many);
        let one = "{\"question key\":\"k\",\"question\":\"q\"}";
        let list = format!("[{}{one}]", format!("{one},").repeat(limits::QUESTIONS_MAX));
        check(&list, Place::Document, &many);
    }

    proptest! {
        #[test]
        fn what_is_given_away_is_read_again(
            mark in prop::sample::select(vec![b',', b';', b'\t']),
            cells in prop::collection::vec(("[0-9a-f]{1,20}", "[a-z][ -~]{0,30}", "\\PC{0,20}"), 1..9),
        ) {
            let mut out = csv::WriterBuilder::new().delimiter(mark).from_writer(Vec::new());
            out.write_record(["question key", "question", "about"]).unwrap();
            for (key, asked, about) in &cells {
                out.write_record([key, asked, about]).unwrap();
            }
            let rows = parse(&String::from_utf8(out.into_inner().unwrap()).unwrap()).unwrap();
            prop_assert_eq!(rows.len(), cells.len());
            for (row, (key, asked, about)) in rows.iter().zip(&cells) {
                prop_assert_eq!(&row.key, key);
                prop_assert_eq!(row.asked.as_str(), asked.trim());
                prop_assert_eq!(row.about.as_str(), unquoted(about));
            }
        }

        #[test]
        fn any_text_is_read_or_refused(
            text in "(question key|question|about|k|\\[|\\{|\\}|\\]|:|\"|'|,|;|\t|\r|\n|\\PC){0,40}"
        ) {
            match parse(&text) {
                Ok(rows) => prop_assert!(!rows.is_empty()),
                Err(refused) => prop_assert!(!refused.hint.is_empty()),
            }
        }
    }
}
