//! What the JSON shapes of several formats share: texts that borrow, lists that may be
//! `null`, ids in one spelling, dates in one form.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use crate::record::{Record, Source, State};
use reading::{Note, Notes, Place, Rejected, json};
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A text. A number or a truth value in its place is taken as its spelling, `null` as
/// empty: a record is not refused for the quotes around a version.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Text<'a>(Cow<'a, str>);

impl<'a> Text<'a> {
    /// A text of the document.
    pub(crate) const fn borrowed(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl Text<'_> {
    /// The text without blanks around it.
    pub(crate) fn as_str(&self) -> &str {
        self.0.trim()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }

    pub(crate) fn owned(&self) -> String {
        self.as_str().to_owned()
    }
}

/// Texts for messages and for [`crate::Record`], empty ones left out.
pub(crate) fn owned(list: &List<Text<'_>>) -> Vec<String> {
    list.iter().filter(|text| !text.is_empty()).map(Text::owned).collect()
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(value.to_string())))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(value.to_string())))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(value.to_string())))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(value.to_string())))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Text::default())
    }
}

/// A list; `null` is an empty one.
#[derive(Clone, Debug)]
pub(crate) struct List<T>(Vec<T>);

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> std::ops::Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(List::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(List(list))
    }
}

/// A part that another database fills as it likes: read where it is an object, and
/// otherwise as if it were absent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Loose<T>(pub(crate) T);

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Loose<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor(PhantomData))
    }
}

struct LooseVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for LooseVisitor<T> {
    type Value = Loose<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(Loose)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Loose(T::default()))
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Loose(T::default()))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Loose(T::default()))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Loose(T::default()))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Loose(T::default()))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Loose(T::default()))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Loose(T::default()))
    }
}

/// A value in a part whose content no specification defines: read where it has the shape
/// that its writers use, and otherwise as if it were absent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Foreign<T>(pub(crate) T);

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Foreign<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either<T> {
            Known(T),
            Other(IgnoredAny),
        }

        Ok(match Either::deserialize(deserializer)? {
            Either::Known(value) => Self(value),
            Either::Other(IgnoredAny) => Self::default(),
        })
    }
}

/// The shape of `text`. The plain reader is twice as fast; the second one only finds the
/// place of the fault.
pub(crate) fn shape<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, Rejected> {
    serde_json::from_str(text).or_else(|_| json::from_str(text))
}

/// An id in the one spelling by which records are joined: `CVE-…` and `GHSA-…` as their
/// issuers write them, others as they are.
pub(crate) fn identifier(text: &str) -> String {
    let text = text.trim();
    if starts_with(text, "cve-") {
        return text.to_ascii_uppercase();
    }
    if starts_with(text, "ghsa-") {
        return format!("GHSA{}", text.get(4..).unwrap_or_default().to_ascii_lowercase());
    }
    text.to_owned()
}

/// Whether an id is a CVE's.
pub(crate) fn is_cve(id: &str) -> bool {
    starts_with(id, "cve-")
}

/// Whether `text` begins with `head`, whatever the case of its letters.
pub(crate) fn starts_with(text: &str, head: &str) -> bool {
    text.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head))
}

/// The first second of the year one, which Go writes where no time was set.
const UNSET: i64 = -62_135_596_800;

/// Whether a date says that there is none: empty, or Go's zero time.
pub(crate) fn is_unset(text: &str) -> bool {
    text.is_empty()
        || terms::date::instant(text).is_ok_and(|instant| instant.as_second() == UNSET)
}

/// A date as RFC 3339 in UTC; empty where it is not set. What is no date is left out, with
/// a note.
pub(crate) fn date(text: &Text<'_>, pointer: &'static str, notes: &mut Notes) -> String {
    let text = text.as_str();
    if text.is_empty() {
        return String::new();
    }
    match terms::date::instant(text) {
        Ok(instant) if instant.as_second() == UNSET => String::new(),
        Ok(instant) => instant.to_string(),
        Err(error) => {
            notes
                .add(|| Note::new(Place::Pointer(pointer.to_owned()), error.to_string()));
            String::new()
        }
    }
}

/// Characters of a description that stand in for a missing title.
const TITLE_CHARACTERS: usize = 240;

/// The beginning of a description, for a record without a title.
pub(crate) fn headline(text: &str) -> String {
    match text.char_indices().nth(TITLE_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

/// A text in some language.
#[derive(Deserialize)]
pub(crate) struct Prose<'a> {
    #[serde(borrow, default)]
    lang: Text<'a>,
    /// The text.
    #[serde(borrow, default)]
    pub(crate) value: Text<'a>,
}

impl Prose<'_> {
    /// Whether it is English, or does not say what it is.
    pub(crate) fn is_english(&self) -> bool {
        self.lang.is_empty() || starts_with(self.lang.as_str(), "en")
    }
}

/// The first English text.
pub(crate) fn english<'p>(list: &'p List<Prose<'_>>) -> &'p str {
    list.iter().find(|prose| prose.is_english()).map_or("", |prose| prose.value.as_str())
}

/// A record of `source` that says nothing yet.
pub(crate) fn empty(source: Source, id: String) -> Record {
    Record {
        source,
        id,
        publisher: String::new(),
        title: String::new(),
        published: String::new(),
        modified: String::new(),
        state: State::Live,
        tlp: String::new(),
        vulnerabilities: Vec::new(),
        related: Vec::new(),
        affected: Vec::new(),
        configurations: Vec::new(),
        products: Vec::new(),
        remediations: Vec::new(),
        notes: Vec::new(),
        statements: Vec::new(),
        impacts: Vec::new(),
    }
}
