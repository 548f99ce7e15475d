//! What a reader gives back.

use std::borrow::Cow;
use std::fmt;

use crate::{Place, limits};

/// A value, and a note for each part of the document that is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<T> {
    /// Everything that was understood.
    pub value: T,
    /// What was set aside, and where it stands.
    pub notes: Vec<Note>,
}

/// One part of a document that was set aside or repaired, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Where it stands.
    pub place: Place,
    /// What was found, in a sentence without a full stop.
    pub message: String,
}

impl Note {
    /// A note about `place`.
    #[must_use]
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into() }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at {})", self.message, self.place)
    }
}

/// The notes of one document while it is read: at most [`limits::NOTES_MAX`] are kept,
/// and the last one counts the others.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    kept: Vec<Note>,
    more: usize,
}

impl Notes {
    /// No notes yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { kept: Vec::new(), more: 0 }
    }

    /// Adds a note; its parts are asked for only where it is kept.
    pub fn add(&mut self, note: impl FnOnce() -> Note) {
        if self.kept.len() < limits::NOTES_MAX {
            self.kept.push(note());
        } else {
            self.more += 1;
        }
    }

    /// Adds a note about a place, which is asked for only where the note is kept.
    pub fn at(&mut self, place: impl FnOnce() -> Place, message: impl Into<String>) {
        self.add(|| Note::new(place(), message));
    }

    /// Adds the notes of a part that was read apart.
    pub fn append(&mut self, part: Self) {
        let room = limits::NOTES_MAX.saturating_sub(self.kept.len());
        self.more += part.kept.len().saturating_sub(room) + part.more;
        self.kept.extend(part.kept.into_iter().take(room));
    }

    /// All notes, in the order in which they were made.
    #[must_use]
    pub fn finish(mut self) -> Vec<Note> {
        if self.more > 0 {
            let message = format!(
                "{} further notes, more than the {} that are kept",
                self.more,
                limits::NOTES_MAX
            );
            self.kept.push(Note::new(Place::Document, message));
        }
        self.kept
    }
}

/// Why a whole document was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at {place})")]
pub struct Rejected {
    /// Where reading stopped.
    pub place: Place,
    /// What was expected and what was found.
    pub message: Cow<'static, str>,
    /// What a person can do about it; empty where nothing sensible can be said.
    pub hint: Cow<'static, str>,
}

impl Rejected {
    /// A refusal at `place`.
    #[must_use]
    pub fn new(
        place: Place,
        message: impl Into<Cow<'static, str>>,
        hint: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { place, message: message.into(), hint: hint.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_beyond_the_limit_are_counted_in_the_last() {
        let mut notes = Notes::new();
        let mut part = Notes::new();
        for _ in 0..limits::NOTES_MAX {
            notes.at(|| Place::Document, "one");
            part.at(|| Place::Document, "two");
        }
        part.at(|| Place::Document, "three");
        notes.append(part);
        let all = notes.finish();
        assert_eq!(all.len(), limits::NOTES_MAX + 1);
        assert!(all.last().unwrap().message.starts_with("1001 further notes"));
    }
}
