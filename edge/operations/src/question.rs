//! What a person has to answer so that a verdict or a priority can be given: asked once, of
//! all devices that the answer settles, and remembered.
//!
//! A question is known by words: its kind, the product or the zone that it is about, and what
//! is asked. The same words are the same question, whichever advisory asks them, however a maker
//! is spelt and whenever the devices arrive. What an answer makes of verdicts is worked out in
//! memory (`fleet::answered`), so that it outlives imports, indexes and judgements by itself.
//!
//! What does not live here: whether a row shows what an advisory asks (`matching`).

mod answering;
mod known;
mod list;
pub(crate) mod note;
mod open;

use fleet::{Answer as Known, Standing};
use matching::device::{Topic, is_of_unstated_release};
use store::Build;

pub use answering::{
    NOTE_MAX, QuestionError, Reply, Which, answer, answer_shown, take_back,
};
pub use known::Key;
pub(crate) use known::{Product, Recalled, Subject, Written};
pub use list::{History, Holds, Remembered, history, list, log_export, names};
pub use note::{Noted, Reader, note, notes, take_note_back, take_work_note_back};
pub use open::{AskedBy, Earlier, Question, Shift};

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A fact that decides how urgent the flaws of devices are.
    Fact(Fact),
    /// What a device advisory asks.
    Device(Topic),
    /// What a bill of materials leaves open about a component.
    Component,
}

/// A fact of a product or of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// Whether the product sustains life.
    LifeSustaining,
    /// Whether the product holds protected health information.
    HoldsPhi,
    /// Whether what stands in the zone can be reached from other zones.
    Reachable,
}

impl Fact {
    /// Every fact.
    pub const ALL: [Self; 3] = [Self::LifeSustaining, Self::HoldsPhi, Self::Reachable];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::LifeSustaining => "life_sustaining",
            Self::HoldsPhi => "holds_phi",
            Self::Reachable => "reachable",
        }
    }

    /// What is known of it.
    #[must_use]
    pub const fn of(self, standing: Standing) -> Known {
        match self {
            Self::LifeSustaining => standing.life_sustaining,
            Self::HoldsPhi => standing.holds_phi,
            Self::Reachable => standing.reachable,
        }
    }

    /// The same standing, if that were known of it.
    #[must_use]
    pub const fn if_so(self, standing: Standing, known: Known) -> Standing {
        match self {
            Self::LifeSustaining => Standing { life_sustaining: known, ..standing },
            Self::HoldsPhi => Standing { holds_phi: known, ..standing },
            Self::Reachable => Standing { reachable: known, ..standing },
        }
    }
}

impl Kind {
    /// Every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        let topics = Topic::ALL.into_iter().map(Self::Device);
        Fact::ALL.into_iter().map(Self::Fact).chain(topics).chain([Self::Component])
    }

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fact(fact) => fact.word(),
            Self::Device(topic) => topic.word(),
            Self::Component => "component",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::all().find(|kind| kind.word() == word)
    }

    /// Whether devices that look alike may differ in it, so that an answer about those of
    /// today says nothing of those that come later.
    #[must_use]
    pub const fn differs_by_device(self) -> bool {
        match self {
            Self::Fact(_) | Self::Component => false,
            Self::Device(topic) => topic.differs_by_device(),
        }
    }
}

/// Whether the answer to a question is what runs on each of the devices that are there when it is
/// given: it says nothing of those that come later, nor of one whose inventory stated a release
/// since.
#[must_use]
pub fn is_of_its_day(kind: Kind, ask: &str) -> bool {
    matches!(kind, Kind::Device(_)) && is_of_unstated_release(ask)
}

/// Maker and model of a build as its inventory writes them.
pub(crate) fn called(build: &Build) -> [&str; 2] {
    let model = match build.model.trim() {
        "" => build.description.trim(),
        model => model,
    };
    [build.maker.trim(), model]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_word_of_its_own() {
        for kind in Kind::all() {
            assert_eq!(Kind::from_word(kind.word()), Some(kind));
        }
    }
}
