//! What a reader gives back.

use std::borrow::Cow;
use std::fmt;

use crate::Place;

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
