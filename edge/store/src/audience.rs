//! For whom it is what an organisation keeps.

use crate::database::Row;
use crate::{StoreError, view};

/// For whom something is, besides the organisation that keeps it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// For nobody else: what a document is for until somebody widens it.
    #[default]
    Owner,
    /// For everything below it: it counts there as an own one does.
    Below,
}

impl Audience {
    /// Every audience.
    pub const ALL: [Self; 2] = [Self::Owner, Self::Below];

    /// The word as stored and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Below => "below",
        }
    }

    /// The audience that is written with `word`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|audience| audience.word() == word)
    }

    /// As the registers of evidence and offices keep it.
    pub(crate) const fn stored(self) -> i64 {
        match self {
            Self::Owner => 0,
            Self::Below => 1,
        }
    }

    /// In which view documents of an organisation are judged that are for it.
    #[must_use]
    pub const fn view(self, organisation: i64) -> i64 {
        match self {
            Self::Owner => organisation,
            Self::Below => view::open(organisation),
        }
    }
}

pub(crate) fn read_audience(
    row: &Row<'_>,
    column: &'static str,
) -> Result<Audience, StoreError> {
    let word = row.text(column)?;
    Audience::from_word(&word)
        .ok_or(StoreError::Unreadable { what: "an audience", held: word })
}
