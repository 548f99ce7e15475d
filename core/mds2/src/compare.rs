//! Several forms side by side.

use crate::answer::Answer;
use crate::form::{Footnote, Form, Said};
use crate::question::{Edition, Kind, Question};

/// One question with what each form says to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'f> {
    /// The question, of 2019.
    pub question: &'static Question,
    /// What each form says, in their order.
    pub said: Vec<Said<'f>>,
    /// The notes that these point at, in the same order.
    pub notes: Vec<Option<&'f Footnote>>,
    /// Whether they say the same.
    pub agreement: Agreement,
}

/// Whether forms say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// All of them, with the same answer.
    Same,
    /// They differ, or one says nothing that could be counted on.
    Different,
}

/// What forms say to each question of 2019; a form of 2013 as far as it asks the same. What
/// names the device and the document differs always, and is left to who shows it.
#[must_use]
pub fn compare<'f>(forms: &[&'f Form]) -> Vec<Row<'f>> {
    let questions =
        Edition::Of2019.questions().iter().filter(|it| it.kind == Kind::YesNo);
    questions
        .map(|question| {
            let said: Vec<Said<'f>> =
                forms.iter().map(|form| form.said_2019(question.id)).collect();
            let agreement = agreement(&said);
            let notes = forms.iter().zip(&said).map(|(form, it)| form.note_of(it));
            Row { question, notes: notes.collect(), said, agreement }
        })
        .collect()
}

/// Blanks agree with each other; what is unclear or stands in a note agrees with nothing.
fn agreement(said: &[Said<'_>]) -> Agreement {
    let mut answers = said.iter().map(Said::answer);
    let Some(first) = answers.next() else { return Agreement::Same };
    let counts = !matches!(first, Answer::Unclear | Answer::SeeNotes);
    match counts && answers.all(|answer| answer == first) {
        true => Agreement::Same,
        false => Agreement::Different,
    }
}
