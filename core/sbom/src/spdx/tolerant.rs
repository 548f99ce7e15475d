//! JSON values that are not what their schema says, and the notes they leave.
//!
//! Nothing here fails on a wrong type: a side field that holds a number where text belongs
//! must not cost a hospital the whole document. The caller asks for the value together with
//! its place and gets a note for whatever was repaired or set aside. Broken syntax still
//! refuses the document.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use reading::{Notes, Place, limits};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A value where text belongs.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Text<'a> {
    /// Not there, or `null`.
    #[default]
    Absent,
    /// Text.
    Is(Cow<'a, str>),
    /// A whole number or a truth value, whose spelling is certain.
    Plain(String),
    /// A decimal number: `1.10` and `1.1` are the same number, so the spelling is lost.
    Decimal(f64),
    /// Something else, named.
    Wrong(&'static str),
}

impl<'a> Text<'a> {
    /// The text, or nothing with a note.
    pub(super) fn take(
        self,
        notes: &mut Notes,
        place: impl FnOnce() -> Place,
    ) -> Option<Cow<'a, str>> {
        match self {
            Self::Absent => None,
            Self::Is(text) => Some(text),
            Self::Plain(text) => {
                notes.at(place, format!("`{text}` should be text; it is read as such"));
                Some(Cow::Owned(text))
            }
            Self::Decimal(number) => {
                let message = format!(
                    "text was expected, a decimal number found ({number}); set aside, since its spelling is lost"
                );
                notes.at(place, message);
                None
            }
            Self::Wrong(what) => {
                notes.at(place, format!("text was expected, {what} found; set aside"));
                None
            }
        }
    }

    /// The text where it is text, without a note.
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Is(text) => Some(text),
            _ => None,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text::Is(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text::Is(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Text<'de>, E> {
        Ok(Text::Is(Cow::Owned(text)))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Text<'de>, E> {
        Ok(Text::Plain(truth.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Text<'de>, E> {
        Ok(Text::Plain(number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Text<'de>, E> {
        Ok(Text::Plain(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Text<'de>, E> {
        Ok(Text::Decimal(number))
    }

    fn visit_unit<E: Error>(self) -> Result<Text<'de>, E> {
        Ok(Text::Absent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Text<'de>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text::Wrong("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Text<'de>, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text::Wrong("an object"))
    }
}

/// A value where an object belongs.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Object<T> {
    /// Not there, or `null`.
    #[default]
    Absent,
    /// The object.
    Is(T),
    /// Something else, named.
    Wrong(&'static str),
}

impl<T> Object<T> {
    /// The object, or nothing with a note; `null` is noted only by [`Object::entry`].
    pub(super) fn take(
        self,
        notes: &mut Notes,
        place: impl FnOnce() -> Place,
    ) -> Option<T> {
        match self {
            Self::Absent => None,
            Self::Is(value) => Some(value),
            Self::Wrong(what) => {
                notes.at(
                    place,
                    format!("an object was expected, {what} found; set aside"),
                );
                None
            }
        }
    }

    /// The object as an entry of a list, where `null` is as wrong as anything else.
    pub(super) fn entry(
        self,
        notes: &mut Notes,
        place: impl FnOnce() -> Place,
    ) -> Option<T> {
        match self {
            Self::Absent => Self::Wrong("nothing").take(notes, place),
            other => other.take(notes, place),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(object)).map(Object::Is)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Object<T>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Object::Wrong("a list"))
    }

    fn visit_unit<E: Error>(self) -> Result<Object<T>, E> {
        Ok(Object::Absent)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Object<T>, E> {
        Ok(Object::Wrong("text"))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Object<T>, E> {
        Ok(Object::Wrong("a truth value"))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Object<T>, E> {
        Ok(Object::Wrong("a number"))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Object<T>, E> {
        Ok(Object::Wrong("a number"))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Object<T>, E> {
        Ok(Object::Wrong("a number"))
    }
}

/// A value where a list belongs.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum List<T> {
    /// A list; also what is absent or `null`.
    Is(Vec<T>),
    /// One entry without its list.
    Bare(Box<T>),
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::Is(Vec::new())
    }
}

impl<T> List<T> {
    /// The entries, with a note where one stood without its list.
    pub(super) fn take(self, notes: &mut Notes, place: impl FnOnce() -> Place) -> Vec<T> {
        match self {
            Self::Is(entries) => entries,
            Self::Bare(entry) => {
                notes.at(place, "a list was expected; read as a list of one");
                vec![*entry]
            }
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List<T>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = list.next_element()? {
            if entries.len() >= limits::RELATIONSHIPS_MAX {
                return Err(too_many("entries of a list", limits::RELATIONSHIPS_MAX));
            }
            entries.push(entry);
        }
        Ok(List::Is(entries))
    }

    fn visit_unit<E: Error>(self) -> Result<List<T>, E> {
        Ok(List::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<List<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(object))
            .map(|one| List::Bare(Box::new(one)))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<List<T>, E> {
        use serde::de::value::BorrowedStrDeserializer;
        T::deserialize(BorrowedStrDeserializer::new(text))
            .map(|one| List::Bare(Box::new(one)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<List<T>, E> {
        bare(text)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<List<T>, E> {
        bare(truth)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<List<T>, E> {
        bare(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<List<T>, E> {
        bare(number)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<List<T>, E> {
        bare(number)
    }
}

fn bare<'de, E, T, V>(value: V) -> Result<List<T>, E>
where
    E: Error,
    T: Deserialize<'de>,
    V: serde::de::IntoDeserializer<'de, E>,
{
    T::deserialize(value.into_deserializer()).map(|one| List::Bare(Box::new(one)))
}

/// A limit that is passed, as an error of the reader.
pub(super) fn too_many<E: Error>(what: &str, limit: usize) -> E {
    E::custom(format_args!("more than {limit} {what}, which is the limit"))
}
