//! By what questions are known, today and before.
//!
//! Before spellings of one maker were joined, a question was known by the maker and the product
//! as an inventory wrote them. Such keys stand in answers, in lists that were sent away and in
//! what was put to makers: they lead to the question of today, and what was answered under one
//! holds for what is written so, and for nothing else.

use std::fmt;

use naming::spelling::fold;
use store::{AskedQuestion, Build};
use worklist::words_of;

use super::{Kind, called};
use crate::called::maker;

/// A product or a zone, in words as they are compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    Product(Product),
    /// The number of the organisation, and the zone.
    Zone(i64, String),
}

/// Maker and model, or the description where no model is stated; the same words however the
/// maker is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Product {
    maker: String,
    model: String,
}

impl Product {
    pub(crate) fn of(build: &Build) -> Self {
        let [maker, model] = called(build);
        Self::named(maker, model)
    }

    fn named(written: &str, model: &str) -> Self {
        let known = maker(written);
        let maker = match known.words.is_empty() {
            true => words_of(written),
            false => known.words.join(" "),
        };
        Self { maker, model: model_words(model) }
    }
}

impl std::fmt::Display for Product {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} / {}", self.maker, self.model)
    }
}

/// A model's words: blank and hyphen are one, and every other mark tells models apart (`Plum A`
/// is no `Plum A+`).
fn model_words(model: &str) -> String {
    let folded = fold(model);
    let words = folded.split(|c: char| c.is_whitespace() || matches!(c, '-' | '_'));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

impl Subject {
    pub(crate) fn zone(organisation: i64, name: &str) -> Self {
        Self::Zone(organisation, fold(name.trim()))
    }

    /// The subject of a question as an answer remembers it.
    fn of(asked: &AskedQuestion) -> Self {
        match asked.zone_of {
            0 => Self::Product(Product::named(asked.maker.trim(), asked.model.trim())),
            organisation => Self::zone(organisation, &asked.zone),
        }
    }
}

/// A product as an inventory writes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Written {
    maker: String,
    model: String,
}

impl Written {
    pub(crate) fn of(build: &Build) -> Self {
        let [maker, model] = called(build);
        Self::named(maker, model)
    }

    fn named(maker: &str, model: &str) -> Self {
        Self { maker: fold(maker), model: fold(model) }
    }

    /// By what a question about it was known.
    pub(crate) fn key(&self, kind: Kind, ask: &str) -> Key {
        Key::digest(&[kind.word(), &self.maker, &self.model, "", ask])
    }
}

/// By what a question is known, in an address too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(String);

/// How many hexadecimal digits tell questions apart.
const DIGITS: usize = 20;

impl Key {
    pub(crate) fn new(kind: Kind, subject: &Subject, ask: &str) -> Self {
        match subject {
            // One part more than before, so that no key of today is one of then.
            Subject::Product(Product { maker, model }) => {
                Self::digest(&[kind.word(), "called", maker, model, "", ask])
            }
            Subject::Zone(organisation, zone) => {
                Self::digest(&[kind.word(), zone, "", &organisation.to_string(), ask])
            }
        }
    }

    fn digest(parts: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
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

/// A question that somebody answered, as it is known today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recalled {
    /// Today's key.
    pub(crate) key: Key,
    pub(crate) subject: Subject,
    /// Where it was asked before spellings were joined: the answer speaks of what is written so.
    pub(crate) written: Option<Written>,
}

impl Recalled {
    pub(crate) fn of(asked: &AskedQuestion, kind: Kind) -> Self {
        let subject = Subject::of(asked);
        let key = Key::new(kind, &subject, &asked.ask);
        let written = Written::named(asked.maker.trim(), asked.model.trim());
        let is_so = written.key(kind, &asked.ask).as_str() == asked.key;
        let written = (asked.zone_of == 0 && is_so).then_some(written);
        Self { key, subject, written }
    }
}

#[cfg(test)]
mod tests {
    use matching::device::Topic;
    use proptest::prelude::*;

    use super::super::Fact;
    use super::*;

    const WIRELESS: Kind = Kind::Device(Topic::Condition);

    fn build(maker: &str, model: &str, description: &str) -> Build {
        Build {
            maker: maker.to_owned(),
            model: model.to_owned(),
            description: description.to_owned(),
            version: "2.1".to_owned(),
        }
    }

    fn product(maker: &str, model: &str, description: &str) -> Subject {
        Subject::Product(Product::of(&build(maker, model, description)))
    }

    fn key(maker: &str, model: &str) -> Key {
        Key::new(WIRELESS, &product(maker, model, ""), "wireless")
    }

    #[test]
    fn a_question_is_known_by_its_words_however_an_inventory_writes_them() {
        let one = key("Invented", "IM-400");
        for (maker, model) in [
            (" INVENTED", "im-400"),
            ("Invented, Inc.", "IM 400"),
            ("Invented Ltd", "IM_400"),
            ("INVENTED GmbH & Co. KG", " IM - 400 "),
        ] {
            assert_eq!(key(maker, model), one, "{maker} {model}");
        }
        let bare = Key::new(WIRELESS, &product("Invented", "", "Pump"), "wireless");
        let told = Key::new(WIRELESS, &product("Invented", "Pump", ""), "wireless");
        assert_eq!(bare, told);
        // One company by the data.
        assert_eq!(
            key("BD", "Alaris PCU"),
            key("Becton, Dickinson and Company", "Alaris PCU")
        );
    }

    #[test]
    fn other_words_are_another_question() {
        let one = key("Aldermoor Medical", "Meridian 400");
        for (maker, model) in [
            ("Aldermoor", "Meridian 400"),
            ("Aldermoor North", "Meridian 400"),
            ("Aldermor Medical", "Meridian 400"),
            ("Brightwell Devices", "Meridian 400"),
            ("", "Meridian 400"),
            ("Aldermoor Medical", "Meridian 400+"),
            ("Aldermoor Medical", "Meridian 400 Plus"),
            ("Aldermoor Medical", "Meridian 40.0"),
            ("Aldermoor Medical", "Meridian400"),
            ("Aldermoor Medical", ""),
            // Nothing but legal forms, and other ones.
            ("AG", "Meridian 400"),
            ("Co.", "Meridian 400"),
        ] {
            assert_ne!(key(maker, model), one, "{maker} {model}");
        }
        assert_ne!(key("AG", "Meridian 400"), key("Co.", "Meridian 400"));
        let pump = product("Invented", "IM-400", "");
        let one = Key::new(WIRELESS, &pump, "wireless");
        for other in [
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

    /// The question about a product as an answer remembers it under a key.
    fn asked(key: &Key, maker: &str, model: &str) -> AskedQuestion {
        AskedQuestion {
            key: key.to_string(),
            kind: WIRELESS.word().to_owned(),
            maker: maker.to_owned(),
            model: model.to_owned(),
            ask: "wireless".to_owned(),
            ..AskedQuestion::default()
        }
    }

    #[test]
    fn what_was_answered_before_is_recalled_as_it_was_written() {
        let written = Written::of(&build("INVENTED Inc.", "IM-400", ""));
        let before = written.key(WIRELESS, "wireless");
        // This key stands in databases: it never changes.
        assert_eq!(before.as_str(), BEFORE);
        let recalled = Recalled::of(&asked(&before, "Invented INC.", "im-400"), WIRELESS);
        assert_eq!(recalled.key, key("Invented", "IM-400"));
        assert_eq!(recalled.written, Some(written));
        let today = key("Invented", "IM-400");
        let recalled = Recalled::of(&asked(&today, "Invented Inc.", "IM-400"), WIRELESS);
        assert_eq!((recalled.key, recalled.written), (today, None));
        // Under the key of another spelling it is none of this one.
        let other = Written::of(&build("Invented Ltd", "IM-400", ""));
        let other = other.key(WIRELESS, "wireless");
        let recalled = Recalled::of(&asked(&other, "Invented Inc.", "IM-400"), WIRELESS);
        assert_eq!(recalled.written, None);
        let zone = AskedQuestion {
            key: "k".to_owned(),
            zone_of: 4,
            zone: "ICU".to_owned(),
            ..AskedQuestion::default()
        };
        let recalled = Recalled::of(&zone, Kind::Fact(Fact::Reachable));
        assert_eq!((recalled.subject, recalled.written), (Subject::zone(4, "icu"), None));
    }

    const BEFORE: &str = "333d7ea19e3e6e60bb1b";

    proptest! {
        #[test]
        fn what_was_one_question_before_is_one_today(
            maker in "\\PC{0,12}",
            model in "\\PC{0,12}",
        ) {
            // The same folded words, written otherwise.
            let (one, other) = (
                build(&maker, &model, ""),
                build(&format!(" {} ", fold(&maker)), &fold(&model), ""),
            );
            let (of_one, of_other) = (Written::of(&one), Written::of(&other));
            if of_one == of_other {
                prop_assert_eq!(Product::of(&one), Product::of(&other));
            }
            let subject = Subject::Product(Product::of(&one));
            prop_assert_ne!(
                Key::new(WIRELESS, &subject, "wireless"),
                of_one.key(WIRELESS, "wireless")
            );
        }
    }
}
