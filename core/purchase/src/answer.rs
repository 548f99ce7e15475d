//! What a bidder answered: the list of [`crate::question`], filled in, from separated values
//! or a workbook, in any order of columns.
//!
//! An answer is a claim of the bidder. It proves nothing, and says where it stands.

use std::collections::BTreeMap;

use reading::separated::Separated;
use reading::workbook::{self, Workbook};
use reading::{Notes, Parsed, Place, Rejected, limits, text};

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The key of the question.
    pub key: String,
    /// The bidder for whom the list was made; empty where the list does not say.
    pub bidder: String,
    /// What was chosen.
    pub choice: Choice,
    /// What was said besides.
    pub note: String,
    /// Where it stands.
    pub place: Place,
}

impl Answer {
    /// What was answered, in words.
    #[must_use]
    pub fn said(&self) -> String {
        let chosen = || self.choice.word().replace('_', " ");
        match (self.choice, self.note.as_str()) {
            (Choice::Words, note) => note.to_owned(),
            (_, "") => chosen(),
            (_, note) => format!("{}; {note}", chosen()),
        }
    }
}

/// What was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Choice {
    /// Yes.
    Yes,
    /// No.
    No,
    /// That it does not apply.
    NotApplicable,
    /// That it is not known, or nothing, with a note.
    NotKnown,
    /// Words of its own, which a person reads.
    Words,
}

impl Choice {
    fn of(text: &str) -> Self {
        let text = text.trim().trim_end_matches(['.', '!']).to_lowercase();
        match text.as_str() {
            "yes" | "y" | "ja" | "oui" | "sí" | "si" | "true" => Self::Yes,
            "no" | "n" | "nein" | "non" | "false" => Self::No,
            "not applicable" | "n/a" | "na" | "not_applicable" => Self::NotApplicable,
            "" | "not known" | "unknown" | "not_known" => Self::NotKnown,
            _ => Self::Words,
        }
    }

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotApplicable => "not_applicable",
            Self::NotKnown => "not_known",
            Self::Words => "words",
        }
    }
}

/// The columns that matter.
struct Columns {
    key: usize,
    answer: usize,
    bidder: Option<usize>,
    note: Option<usize>,
}

impl Columns {
    /// Where a row is the headings of such a list.
    fn of(row: &csv::StringRecord) -> Option<Self> {
        let at = |name: &str| {
            row.iter().position(|cell| {
                let cell = cell.trim().trim_start_matches('\u{feff}');
                cell.eq_ignore_ascii_case(name)
            })
        };
        Some(Self {
            key: at("question key")?,
            answer: at("answer")?,
            bidder: at("bidder"),
            note: at("note"),
        })
    }
}

/// Rows before which headings may stand.
const TITLES_MAX: usize = 20;

/// Whether a document is such a list, by its headings.
#[must_use]
pub fn is_answers(bytes: &[u8]) -> bool {
    if workbook::is_workbook(bytes) {
        let mut notes = Notes::new();
        return sheet(bytes, &mut notes, TITLES_MAX).is_ok_and(|found| found.is_some());
    }
    let Ok(text) = text::decode(bytes) else { return false };
    // Whoever opens the list in a spreadsheet may leave lines above it.
    let end = text.char_indices().nth(4096).map_or(text.len(), |(at, _)| at);
    let head = text.get(..end).unwrap_or_default().to_lowercase();
    head.contains("question key") && head.contains("answer")
}

/// Reads the answers; lines without one are left out.
///
/// # Errors
/// When it is no such list, or has more lines than are read.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Vec<Answer>>, Rejected> {
    let mut notes = Notes::new();
    let rows = if workbook::is_workbook(bytes) {
        sheet(bytes, &mut notes, limits::ANSWERS_MAX + TITLES_MAX)?
    } else {
        separated(&text::decode(bytes)?)?
    };
    let Some(Rows { columns, rows }) = rows else {
        return Err(Rejected::new(
            Place::Document,
            "no row has the headings “question key” and “answer”",
            "give the list back as it was, with its row of headings",
        ));
    };
    let mut answers = Vec::new();
    let mut seen: BTreeMap<String, Place> = BTreeMap::new();
    for (place, row) in rows {
        let cell = |at: Option<usize>| plain(at.and_then(|at| row.get(at)));
        let (key, said) = (cell(Some(columns.key)), cell(Some(columns.answer)));
        let note = cell(columns.note);
        if said.is_empty() && note.is_empty() {
            continue;
        }
        if key.is_empty() {
            notes.at(|| place, "an answer without the key of its question");
            continue;
        }
        if let Some(first) = seen.get(&key) {
            let message =
                format!("{} was answered already at {first}", text::quoted(&key));
            notes.at(|| place, message);
            continue;
        }
        seen.insert(key.clone(), place.clone());
        let choice = Choice::of(&said);
        let note = match choice {
            Choice::Words if note.is_empty() => said,
            Choice::Words => format!("{said}; {note}"),
            _ => note,
        };
        answers.push(Answer { key, bidder: cell(columns.bidder), choice, note, place });
    }
    Ok(Parsed { value: answers, notes: notes.finish() })
}

/// A cell without the quote that keeps spreadsheets from calculating it.
fn plain(cell: Option<&str>) -> String {
    let cell = cell.unwrap_or_default().trim();
    let bare = cell.strip_prefix('\'').filter(|it| it.starts_with(['=', '+', '-', '@']));
    let text = bare.unwrap_or(cell);
    text.chars().take(limits::FIELD_CHARACTERS_MAX).collect()
}

/// The rows under the headings.
struct Rows {
    columns: Columns,
    rows: Vec<(Place, csv::StringRecord)>,
}

fn too_many(place: Place) -> Rejected {
    Rejected::new(
        place,
        format!("more than {} lines", limits::ANSWERS_MAX),
        "give the list back as it was",
    )
}

fn separated(text: &str) -> Result<Option<Rows>, Rejected> {
    let mut reader = Separated::under_headings(text)?;
    let mut row = csv::StringRecord::new();
    let mut found: Option<Rows> = None;
    let mut before = 0;
    while let Some(line) = reader.read(&mut row)? {
        let place = Place::Line { line, column: 0 };
        match &mut found {
            Some(found) if found.rows.len() >= limits::ANSWERS_MAX => {
                return Err(too_many(place));
            }
            Some(found) => found.rows.push((place, row.clone())),
            None => {
                found =
                    Columns::of(&row).map(|columns| Rows { columns, rows: Vec::new() });
                before += 1;
                if found.is_none() && before >= TITLES_MAX {
                    return Ok(None);
                }
            }
        }
    }
    Ok(found)
}

/// The first sheet that has the headings.
fn sheet(bytes: &[u8], notes: &mut Notes, most: usize) -> Result<Option<Rows>, Rejected> {
    let mut book = Workbook::open(bytes)?;
    let count = book.sheets().len();
    for at in 0..count {
        let mut rows = book.rows(at)?;
        let name = rows.sheet().to_owned();
        let mut row = csv::StringRecord::new();
        let mut found: Option<Rows> = None;
        let mut read = 0;
        while let Some(number) = rows.read(&mut row)? {
            read += 1;
            match &mut found {
                None => {
                    found = Columns::of(&row)
                        .map(|columns| Rows { columns, rows: Vec::new() });
                    if found.is_none() && read >= TITLES_MAX {
                        break;
                    }
                }
                Some(_) if read > most && most == TITLES_MAX => break,
                Some(found) => {
                    let cell = workbook::cell_name(number, found.columns.answer);
                    let place = Place::Cell { sheet: name.clone(), cell };
                    if found.rows.len() >= limits::ANSWERS_MAX {
                        return Err(too_many(place));
                    }
                    found.rows.push((place, row.clone()));
                }
            }
        }
        notes.append(rows.into_notes());
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::question::{self, Question, Weight};

    fn questions() -> Vec<Question> {
        let question = |key: &str, asks: &str| Question {
            key: key.to_owned(),
            weight: Weight::Open,
            about: "=SUM(A1)".to_owned(),
            asks: asks.to_owned(),
            why: "nothing, \"yet\"\nno line".to_owned(),
        };
        vec![question("B-10", "Is there one?"), question("gate:isao", "Which, please?")]
    }

    #[test]
    fn a_list_that_was_filled_in_reads_back_whatever_a_spreadsheet_made_of_it() {
        #[track_caller]
        fn check(text: &str, expected: &[(&str, Choice, &str)]) {
            assert!(is_answers(text.as_bytes()), "{text}");
            let answers = parse(text.as_bytes()).unwrap().value;
            let found: Vec<(&str, Choice, &str)> = answers
                .iter()
                .map(|it| (it.key.as_str(), it.choice, it.note.as_str()))
                .collect();
            assert_eq!(found, expected, "{text}");
        }

        check(
            "question key,answer,note\nB-10,Yes,see file\nB-11,,\n",
            &[("B-10", Choice::Yes, "see file")],
        );
        check(
            "\u{feff}Note;Answer;Question key\n;NEIN.;B-10\n",
            &[("B-10", Choice::No, "")],
        );
        check(
            "Questions of the hospital\n\nquestion key,answer\nB-10,N/A\n",
            &[("B-10", Choice::NotApplicable, "")],
        );
        check(
            "question key,answer,note\nB-10,in part,soon\n",
            &[("B-10", Choice::Words, "in part; soon")],
        );
        check(
            "question key,answer,note\nB-10,,we ask our supplier\n",
            &[("B-10", Choice::NotKnown, "we ask our supplier")],
        );
        check("question key,answer\nB-10,'=1+1\n", &[("B-10", Choice::Words, "=1+1")]);
    }

    #[test]
    fn what_cannot_be_used_is_told_with_its_place() {
        let text = "question key,answer\n,yes\nB-10,yes\nB-10,no\n";
        let parsed = parse(text.as_bytes()).unwrap();
        assert_eq!(parsed.value.len(), 1);
        let notes: Vec<String> = parsed.notes.iter().map(ToString::to_string).collect();
        assert_eq!(
            notes,
            [
                "an answer without the key of its question (at line 2)",
                "`B-10` was answered already at line 3 (at line 4)"
            ]
        );
        let refused = parse(b"a,b\n1,2\n").unwrap_err().to_string();
        assert!(refused.contains("question key"), "{refused}");
        assert!(parse(b"question key,answer\nB-10,\"no\n").is_err());
        assert!(!is_answers(b"question,answer\n"));
        assert!(!is_answers(b"\x50\x4b\x03\x04 no workbook"));
    }

    #[test]
    fn csv_and_workbook_hold_the_questions_and_no_formula() {
        let csv = question::csv("Acme", &questions()).unwrap();
        let text = String::from_utf8(csv.clone()).unwrap();
        assert!(text.contains("B-10,Acme,'=SUM(A1),Is there one?"), "{text}");
        assert_eq!(parse(&csv).unwrap().value, []);
        let book = question::workbook("Acme", &questions()).unwrap();
        assert!(is_answers(&book));
        assert_eq!(parse(&book).unwrap().value, []);
        assert_eq!(book, question::workbook("Acme", &questions()).unwrap());
    }

    proptest! {
        #[test]
        fn any_bytes_are_answers_or_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse(&bytes);
            let _ = is_answers(&bytes);
        }

        #[test]
        fn what_is_filled_in_comes_back(note in "[a-zA-Z0-9 ,;\"=+@-]{0,40}", yes in any::<bool>()) {
            let mut out = csv::Writer::from_writer(Vec::new());
            out.write_record(question::HEADINGS).unwrap();
            let said = if yes { "yes" } else { "no" };
            out.write_record(["B-10", "Acme", "", "", "", said, note.as_str()]).unwrap();
            let answers = parse(&out.into_inner().unwrap()).unwrap().value;
            prop_assert_eq!(answers.len(), 1);
            prop_assert_eq!(&answers[0].bidder, "Acme");
            prop_assert_eq!(answers[0].choice, if yes { Choice::Yes } else { Choice::No });
            prop_assert_eq!(answers[0].note.as_str(), note.trim());
        }
    }
}
