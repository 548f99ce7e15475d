//! Notes on a question: as they are shown, written, and taken back.

use axum::extract::{Path, State};
use axum::response::Response;
use operations::question::{Key, Noted, QuestionError, Reader, note, take_note_back};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::QuestionNote;

use super::form::Typing;
use super::show::{NoteTyping, page};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::Face;
use crate::field::Fault;
use crate::form::Kept;
use crate::problem::Problem;
use crate::words;

/// A note as a page shows it.
#[derive(Serialize)]
pub(crate) struct NoteRow {
    pub(crate) id: i64,
    /// What was noted; empty once it is taken back.
    pub(crate) note: String,
    pub(crate) by: String,
    pub(crate) organisation: String,
    pub(crate) written: Shown,
    /// `house`, or `maker` for what the maker reads too.
    pub(crate) reader: &'static str,
    pub(crate) taken_back: Option<Shown>,
    #[serde(skip)]
    pub(crate) may_be_taken_back: bool,
}

impl NoteRow {
    /// `permission` is what takes it back.
    pub(crate) fn of(
        one: Noted,
        (by, permission): (&Actor, Permission),
        clock: &Clock,
    ) -> Self {
        let Noted { note, organisation, by: author } = one;
        let may = by.scope(permission);
        Self {
            id: note.id,
            by: words::who(Some(&author)),
            organisation,
            written: clock.show(&note.written),
            reader: match note.maker.is_empty() {
                true => Reader::House.word(),
                false => Reader::Maker.word(),
            },
            may_be_taken_back: note.taken_back.is_none() && may.admits(&note.path),
            taken_back: note.taken_back.as_deref().map(|at| clock.show(at)),
            note: note.note,
        }
    }

    pub(crate) fn is_for_maker(&self) -> bool {
        self.reader == Reader::Maker.word()
    }
}

/// A note as the maker reads it: in which words, and when; not from whom.
#[derive(Serialize)]
pub(crate) struct OfAsker {
    pub(crate) note: String,
    pub(crate) written: Shown,
}

impl OfAsker {
    pub(crate) fn of(note: QuestionNote, clock: &Clock) -> Self {
        Self { written: clock.show(&note.written), note: note.note }
    }
}

/// A note that is typed beside an act.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Beside {
    pub(crate) note: String,
}

/// `POST /questions/{question}/notes`.
pub(crate) async fn write(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(key): Path<String>,
    Kept(typed): Kept<NoteTyping>,
) -> Result<Response, Problem> {
    let key = Key::from_text(&key);
    let reader = Reader::from_word(&typed.reader).unwrap_or(Reader::House);
    let done = note(&house.app, &by, &key, &typed.text, reader).await;
    match done.map_err(at_field) {
        Ok(_) => Ok(face.done(&format!("/questions/{key}#notes"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let again = Some(&problem);
            let typing = (&Typing::default(), &typed);
            let page = page(&house, &by, &key, typing, again, face.clock()).await?;
            face.again(&page, problem)
        }
    }
}

/// The note of an answer has a field of its own.
fn at_field(error: QuestionError) -> Problem {
    let mend = match error {
        QuestionError::Note => "Shorten the note to 2,000 characters.",
        QuestionError::NoNote => "Write what is to be noted.",
        QuestionError::NoMaker => "No maker is asked this. Leave the tick out.",
        other => return other.into(),
    };
    Problem::wrong_fields(vec![Fault::new("text", mend)])
}

/// `POST /questions/{question}/notes/{note}/taken-back`.
pub(crate) async fn withdraw(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((key, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = id.parse().map_err(|_| Problem::not_found("note", &id))?;
    let key = take_note_back(&house.app, &by, &Key::from_text(&key), id).await?;
    Ok(face.done(&format!("/questions/{key}#notes")))
}
