//! What people note on a question: what they saw, whom they called; for the house, or for the
//! maker to whom it is put.

use std::collections::BTreeMap;

use store::{
    Act, Fact, MakerQuestion, NewQuestionNote, Noun, QuestionNote, StoreError, Write,
};

use super::{Key, NOTE_MAX, QuestionError, history};
use crate::maker::{from_action, from_question, told};
use crate::{Actor, App, Permission};

/// Who reads a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The house alone.
    House,
    /// The maker of the product, too.
    Maker,
}

impl Reader {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::House => "house",
            Self::Maker => "maker",
        }
    }

    /// The one of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::House, Self::Maker].into_iter().find(|reader| reader.word() == word)
    }
}

/// A note as a person reads it.
#[derive(Debug)]
pub struct Noted {
    /// The note.
    pub note: QuestionNote,
    /// Whose it is.
    pub organisation: String,
    /// Who wrote it; empty for whoever was erased.
    pub by: String,
}

/// The notes on a question or an action, by all its names, the newest first: those of
/// organisations of which whoever asks sees the devices, and of those above them.
///
/// # Errors
/// When the database fails.
pub async fn notes(
    app: &App,
    by: &Actor,
    about: &[String],
) -> Result<Vec<Noted>, StoreError> {
    let scope = by.scope(Permission::ViewDevices);
    let notes = app.store.question_notes(&scope, about).await?;
    if notes.is_empty() {
        return Ok(Vec::new());
    }
    let people: Vec<i64> = notes.iter().map(|note| note.by).collect();
    let people = app.store.names_of(by.head, &people).await?;
    // A name is read where a note of it is.
    let whole = store::Scope::whole(by.head);
    let places = app.store.organisations(&whole).await?;
    let places: BTreeMap<i64, String> =
        places.into_iter().map(|one| (one.id, one.name)).collect();
    let noted = notes.into_iter().map(|note| Noted {
        organisation: places.get(&note.organisation).cloned().unwrap_or_default(),
        by: people.get(&note.by).cloned().unwrap_or_default(),
        note,
    });
    Ok(noted.collect())
}

/// Notes something on a question, for the first organisation for which the actor may answer.
/// What is meant for the maker is read by it once the question is put to it, also where that was
/// done before.
///
/// # Errors
/// When the actor sees no such question or may not answer it, the note is empty or too long, it is
/// meant for the maker of something that has none, or the database fails.
pub async fn note(
    app: &App,
    by: &Actor,
    key: &Key,
    text: &str,
    reader: Reader,
) -> Result<i64, QuestionError> {
    let text = read(text)?.ok_or(QuestionError::NoNote)?;
    let told_of = history(app, by, key).await?;
    let may = by.scope(Permission::AnswerQuestions);
    let root = may.roots().first().ok_or_else(|| StoreError::absent("question", key))?;
    let organisation = root.organisation();
    let today = from_question(&told_of.key);
    let mut names: Vec<String> = told_of.earlier.iter().map(from_question).collect();
    names.push(today.clone());
    // Under an earlier name it was put: the maker is to find it there.
    let put = told(app, by, &names).await?;
    let is_own = |one: &&MakerQuestion| one.organisation == organisation;
    let (about, maker) = match (reader, put.iter().find(is_own)) {
        (Reader::House, _) => (today.as_str(), ""),
        (Reader::Maker, Some(put)) => (put.about.as_str(), put.maker.as_str()),
        (Reader::Maker, None) => (today.as_str(), told_of.maker.as_str()),
    };
    if reader == Reader::Maker && maker.is_empty() {
        return Err(QuestionError::NoMaker);
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let new = NewQuestionNote { organisation, about, maker, note: text, by: by.person };
    let id = write.note_on_question(new).await?;
    let facts = vec![
        ("organisation", Fact::Number(organisation)),
        ("reader", Fact::word(reader.word())),
    ];
    let (what, noun) = ("note on question", Noun::QuestionNote);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(id)
}

/// Takes a note back, whoever wrote it: what it said is gone. Gives what it was noted on.
///
/// # Errors
/// When the actor may not answer for its organisation, it is no note on that question, it was
/// taken back before, or the database fails.
pub async fn take_note_back(
    app: &App,
    by: &Actor,
    key: &Key,
    id: i64,
) -> Result<Key, QuestionError> {
    let told_of = history(app, by, key).await?;
    let names: Vec<String> =
        told_of.earlier.iter().chain([&told_of.key]).map(from_question).collect();
    forget(app, by, Permission::AnswerQuestions, &names, id).await?;
    Ok(told_of.key)
}

/// Takes back what was noted for a maker on an action, likewise.
///
/// # Errors
/// When the actor may not act on work of its organisation, it is no note on that action, it was
/// taken back before, or the database fails.
pub async fn take_work_note_back(
    app: &App,
    by: &Actor,
    name: &str,
    id: i64,
) -> Result<(), StoreError> {
    forget(app, by, Permission::ActOnWork, &[from_action(name)], id).await
}

async fn forget(
    app: &App,
    by: &Actor,
    permission: Permission,
    about: &[String],
    id: i64,
) -> Result<(), StoreError> {
    let may = by.scope(permission);
    let notes = app.store.question_notes(&may, about).await?;
    let own = notes.into_iter().find(|note| note.id == id && may.admits(&note.path));
    let own = own.ok_or_else(|| StoreError::absent("note", id))?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.take_note_back(own.organisation, id, by.person).await?;
    let facts = vec![("organisation", Fact::Number(own.organisation))];
    let (what, noun) = ("take note back", Noun::QuestionNote);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}

/// What was typed as a note, if anything was.
///
/// # Errors
/// When it is too long.
pub(crate) fn read(text: &str) -> Result<Option<&str>, QuestionError> {
    match text.chars().count() > NOTE_MAX {
        true => Err(QuestionError::Note),
        false => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
    }
}

/// Keeps a note for the maker beside what is put to it, within the same act.
pub(crate) async fn with_question(
    write: &mut Write<'_>,
    beside: NewQuestionNote<'_>,
) -> Result<(), StoreError> {
    match beside.note.is_empty() {
        true => Ok(()),
        false => write.note_on_question(beside).await.map(|_| ()),
    }
}
