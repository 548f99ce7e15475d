//! A form that was read.

use std::collections::BTreeMap;

use reading::Place;
use terms::Day;

use crate::answer::Answer;
use crate::question::{Edition, Nearness, Question};

/// One form.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// The edition whose questions it answers.
    pub edition: Edition,
    /// In what it was delivered.
    pub medium: Medium,
    /// The sheet of a workbook; empty elsewhere.
    pub sheet: String,
    /// Every line with a question of the form, in the order of the document: a question that
    /// stands twice is here twice.
    pub entries: Vec<Entry>,
    /// The numbered notes at its end.
    pub footnotes: Vec<Footnote>,
    /// What stands in the head of a form of 2013, by our own names (`maker`, `model`…).
    pub head: BTreeMap<&'static str, (String, Place)>,
}

/// In what a form was delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Medium {
    /// A workbook.
    Workbook,
    /// Separated values.
    Separated,
    /// Text.
    Text,
    /// A PDF whose answers stand in fields.
    FieldsOfPdf,
    /// A PDF whose answers are printed.
    PrintedPdf,
}

impl Medium {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Workbook => "workbook",
            Self::Separated => "separated values",
            Self::Text => "text",
            Self::FieldsOfPdf => "PDF with fields",
            Self::PrintedPdf => "printed PDF",
        }
    }
}

/// One line of the form.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The question.
    pub question: &'static Question,
    /// How its id is spelt.
    pub spelt: Spelt,
    /// What is answered.
    pub answer: Answer,
    /// The answer as written, without its remark.
    pub written: String,
    /// What is said besides.
    pub remark: String,
    /// The numbered note that it points at.
    pub footnote: Option<String>,
    /// Where the answer stands; of a blank one, where the question does.
    pub place: Place,
}

/// How an id is spelt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spelt {
    /// As the standard does, but for case, blanks and dashes.
    Right,
    /// With a typing error that leaves one question alone.
    Wrong(String),
}

/// A numbered note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footnote {
    /// Its number.
    pub number: String,
    /// What it says.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// What a form says to one question, all its lines together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said<'f> {
    /// The lines, in their order; none where the question is not in the form.
    pub entries: Vec<&'f Entry>,
}

impl<'f> Said<'f> {
    /// What is answered: where lines differ, nothing that could be counted on. A blank line
    /// beside an answer takes nothing back.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let mut answers =
            self.entries.iter().map(|it| it.answer).filter(|it| *it != Answer::Blank);
        let Some(first) = answers.next() else { return Answer::Blank };
        match answers.all(|other| other == first) {
            true => first,
            false => Answer::Unclear,
        }
    }

    /// The line that is shown for it: the first that is not blank.
    #[must_use]
    pub fn entry(&self) -> Option<&'f Entry> {
        let answered = self.entries.iter().find(|it| it.answer != Answer::Blank);
        answered.or(self.entries.first()).copied()
    }

    /// The text of the answer; empty where it is blank.
    #[must_use]
    pub fn text(&self) -> &'f str {
        self.entry().map_or("", |entry| entry.written.as_str())
    }
}

impl Form {
    /// What is said to a question of the form's own edition.
    #[must_use]
    pub fn said(&self, id: &str) -> Said<'_> {
        let entries = self.entries.iter().filter(|it| it.question.id == id);
        Said { entries: entries.collect() }
    }

    /// What is said to a question of 2019, also by a form of 2013, as far as that asks the
    /// same.
    #[must_use]
    pub fn said_2019(&self, id: &str) -> Said<'_> {
        if self.edition == Edition::Of2019 {
            return self.said(id);
        }
        let asks_same = |entry: &&Entry| {
            let mut crossings = entry.question.crosswalk.iter();
            crossings.any(|it| it.id == id && it.nearness == Nearness::Same)
        };
        Said { entries: self.entries.iter().filter(asks_same).collect() }
    }

    /// How many questions of the edition have an answer.
    #[must_use]
    pub fn answered(&self) -> usize {
        let questions = self.edition.questions().iter();
        questions.filter(|it| self.said(it.id).answer() != Answer::Blank).count()
    }

    /// The note of a number.
    #[must_use]
    pub fn footnote(&self, number: &str) -> Option<&Footnote> {
        self.footnotes.iter().find(|note| note.number == number)
    }

    /// The note that an answer points at; none where it points at none, or at one that is not
    /// in the form.
    #[must_use]
    pub fn note_of(&self, said: &Said<'_>) -> Option<&Footnote> {
        self.footnote(said.entry()?.footnote.as_deref()?)
    }

    /// Who made the device.
    #[must_use]
    pub fn maker(&self) -> Option<(&str, &Place)> {
        self.stated("DOC-1", "maker")
    }

    /// The model, as written.
    #[must_use]
    pub fn model(&self) -> Option<(&str, &Place)> {
        self.stated("DOC-3", "model")
    }

    /// What the device is.
    #[must_use]
    pub fn description(&self) -> Option<(&str, &Place)> {
        self.stated("DOC-2", "description")
    }

    /// The number of the document.
    #[must_use]
    pub fn document(&self) -> Option<(&str, &Place)> {
        self.stated("DOC-4", "document")
    }

    /// When the form was released, as written.
    #[must_use]
    pub fn released(&self) -> Option<(&str, &Place)> {
        self.stated("DOC-7", "released")
    }

    /// The day of its release, where what is written is one.
    #[must_use]
    pub fn release_day(&self) -> Option<Day> {
        day_in(self.released()?.0)
    }

    fn stated(&self, id: &str, name: &str) -> Option<(&str, &Place)> {
        let said = self.said(id);
        if let Some(entry) = said.entry().filter(|it| it.answer == Answer::Stated) {
            return Some((&entry.written, &entry.place));
        }
        let (text, place) = self.head.get(name)?;
        Some((text, place))
    }
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The day in a text: `2026-03-20`, `20 March 2026`, `March 20, 2026`, `20.03.2026`. Where
/// nobody can tell the month from the day (`03/04/2026`), none.
#[must_use]
pub(crate) fn day_in(text: &str) -> Option<Day> {
    let text = text.trim();
    let text =
        text.split_once('T').filter(|(day, _)| day.len() == 10).map_or(text, |it| it.0);
    if let Ok(day) = terms::date::day(text) {
        return Some(day);
    }
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let [first, second, third] = words.as_slice() else { return None };
    let number = |word: &str| {
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        digits.parse::<u16>().ok().filter(|_| !digits.is_empty())
    };
    let month = |word: &str| {
        let low = word.to_lowercase();
        (1..).zip(MONTHS).find(|(_, name)| low.starts_with(name)).map(|(n, _)| n)
    };
    let (year, month, day) = match (month(first), month(second)) {
        (Some(month), _) => (number(third)?, month, number(second)?),
        (None, Some(month)) if first.len() == 4 => {
            (number(first)?, month, number(third)?)
        }
        (None, Some(month)) => (number(third)?, month, number(first)?),
        (None, None) => numbers(text, [number(first)?, number(second)?, number(third)?])?,
    };
    terms::date::day(&format!("{year:04}-{month:02}-{day:02}")).ok()
}

/// Year, month and day of three numbers.
fn numbers(text: &str, [first, second, third]: [u16; 3]) -> Option<(u16, u16, u16)> {
    if first > 31 {
        return Some((first, second, third));
    }
    let is_european = text.contains('.');
    match (first, second) {
        (day, month) if is_european || day > 12 || day == month => {
            Some((third, month, day))
        }
        (month, day) if day > 12 => Some((third, month, day)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them_and_doubtful_ones_are_not() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(
                day_in(text).map(|day| day.to_string()).as_deref(),
                expected,
                "{text}"
            );
        }

        check("2026-03-20", Some("2026-03-20"));
        check(" 2026-03-20T00:00:00 ", Some("2026-03-20"));
        check("2026/03/20", Some("2026-03-20"));
        check("20 March 2026", Some("2026-03-20"));
        check("March 20th, 2026", Some("2026-03-20"));
        check("20-Mar-2026", Some("2026-03-20"));
        check("2026-Mar-20", Some("2026-03-20"));
        check("20.03.2026", Some("2026-03-20"));
        check("4.3.2026", Some("2026-03-04"));
        check("3/20/2026", Some("2026-03-20"));
        check("20/3/2026", Some("2026-03-20"));
        check("3/3/2026", Some("2026-03-03"));
        check("03/04/2026", None);
        check("2026", None);
        check("Rev. 4", None);
        check("31.02.2026", None);
        check("", None);
    }
}
