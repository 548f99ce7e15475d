//! What a person has to answer so that a verdict or a priority can be given: asked once, of
//! all devices that the answer settles, and remembered.
//!
//! A question is known by words: its kind, the product or the zone that it is about, and what
//! is asked. The same words are the same question, whichever advisory asks them and whenever
//! the devices arrive. What an answer makes of verdicts is worked out in memory
//! (`fleet::answered`), so that it outlives imports, indexes and judgements by itself.
//!
//! What does not live here: whether a row shows what an advisory asks (`matching`).

mod answering;
mod list;
mod open;

use std::fmt;

use fleet::{Answer as Known, Standing};
use matching::device::Topic;
use naming::spelling::fold;
use store::{AskedQuestion, Build};

pub use answering::{NOTE_MAX, QuestionError, Reply, Which, answer, take_back};
pub use list::{History, Holds, Remembered, history, list, log_export, names};
pub use open::{AskedBy, Question, Shift};

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

/// A product or a zone, in words as they are compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    Product(Product),
    /// The number of the organisation, and the zone.
    Zone(i64, String),
}

/// Maker and model, or the description where no model is stated.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Product {
    maker: String,
    model: String,
}

impl Product {
    pub(crate) fn of(build: &Build) -> Self {
        let [maker, model] = called(build);
        Self { maker: fold(maker), model: fold(model) }
    }
}

/// Maker and model of a build as its inventory writes them.
pub(crate) fn called(build: &Build) -> [&str; 2] {
    let model = match build.model.trim() {
        "" => build.description.trim(),
        model => model,
    };
    [build.maker.trim(), model]
}

impl Subject {
    pub(crate) fn zone(organisation: i64, name: &str) -> Self {
        Self::Zone(organisation, fold(name.trim()))
    }

    /// The subject of a question as an answer remembers it.
    pub(crate) fn of(asked: &AskedQuestion) -> Self {
        match asked.zone_of {
            0 => Self::Product(Product {
                maker: fold(&asked.maker),
                model: fold(&asked.model),
            }),
            organisation => Self::zone(organisation, &asked.zone),
        }
    }
}

/// By what a question is known, in an address too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(String);

/// How many hexadecimal digits tell questions apart.
const DIGITS: usize = 20;

impl Key {
    pub(crate) fn new(kind: Kind, subject: &Subject, ask: &str) -> Self {
        let number;
        let parts = match subject {
            Subject::Product(Product { maker, model }) => {
                [maker.as_str(), model, "", ask]
            }
            Subject::Zone(organisation, zone) => {
                number = organisation.to_string();
                [zone.as_str(), "", &number, ask]
            }
        };
        let mut hasher = blake3::Hasher::new();
        for part in std::iter::once(kind.word()).chain(parts) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let mut digits = hasher.finalize().to_hex().to_string();
        digits.truncate(DIGITS);
        Self(digits)
    }

    /// A key as an address or a row writes it.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(maker: &str, model: &str, description: &str) -> Subject {
        Subject::Product(Product::of(&Build {
            maker: maker.to_owned(),
            model: model.to_owned(),
            description: description.to_owned(),
            version: "2.1".to_owned(),
        }))
    }

    const WIRELESS: Kind = Kind::Device(Topic::Condition);

    #[test]
    fn a_question_is_known_by_its_words_however_an_inventory_writes_them() {
        let one = Key::new(WIRELESS, &product("Invented", "IM-400", "Pump"), "wireless");
        let same = product(" INVENTED", "im-400", "Infusion pump");
        assert_eq!(Key::new(WIRELESS, &same, "wireless"), one);
        let bare = Key::new(WIRELESS, &product("Invented", "", "Pump"), "wireless");
        let told = Key::new(WIRELESS, &product("Invented", "Pump", ""), "wireless");
        assert_eq!(bare, told);
    }

    #[test]
    fn other_words_are_another_question() {
        let pump = product("Invented", "IM-400", "");
        let one = Key::new(WIRELESS, &pump, "wireless");
        for other in [
            Key::new(WIRELESS, &product("Invented", "IM-500", ""), "wireless"),
            Key::new(WIRELESS, &product("Other", "IM-400", ""), "wireless"),
            Key::new(WIRELESS, &pump, "bluetooth"),
            Key::new(Kind::Device(Topic::Words), &pump, "wireless"),
            Key::new(WIRELESS, &Subject::zone(4, "IM-400"), "wireless"),
        ] {
            assert_ne!(other, one);
        }
        // A ward of one hospital is none of another's.
        let reachable = Kind::Fact(Fact::Reachable);
        let ward =
            |organisation| Key::new(reachable, &Subject::zone(organisation, "ICU"), "");
        assert_ne!(ward(4), ward(5));
        assert_eq!(ward(4), Key::new(reachable, &Subject::zone(4, "icu "), ""));
    }

    #[test]
    fn every_kind_has_a_word_of_its_own() {
        for kind in Kind::all() {
            assert_eq!(Kind::from_word(kind.word()), Some(kind));
        }
    }
}
