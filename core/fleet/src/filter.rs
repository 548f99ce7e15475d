//! Which devices: conditions that all have to hold.
//!
//! A filter is words, not devices: it can be written into an address (see `query`), kept,
//! and asked again of a fleet that has changed.

use std::collections::{BTreeMap, BTreeSet};

use matching::Verdict;

use crate::column::Column;
use crate::entry::{Answer, OrganisationId, Priority};
use crate::groups::NONE;

/// Conditions on devices. Values of one column are alternatives; everything else combines
/// by *and*.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    pub(crate) is: BTreeMap<Column, BTreeSet<String>>,
    pub(crate) contains: BTreeSet<(Column, String)>,
    pub(crate) within: BTreeSet<OrganisationId>,
    pub(crate) presence: BTreeSet<Presence>,
    pub(crate) among: BTreeSet<String>,
}

/// One condition of a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'f> {
    /// The value is this one, or another of those named for the column.
    Is(Column, &'f str),
    /// The text occurs in the column.
    Contains(Column, &'f str),
    /// The device is of this organisation or one below it, or of another one named so.
    Within(OrganisationId),
    /// It is missing, or it is listed.
    Presence(Presence),
    /// It is in the set of that name.
    Among(&'f str),
}

/// Whether the inventory still lists a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Presence {
    /// It has gone from the inventory.
    Missing,
    /// It is listed.
    Listed,
}

/// What a column never holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{column}` is never `{value}`: expected {expected}", column = column.word())]
pub struct NotAValue {
    /// The column.
    pub column: Column,
    /// What was asked of it.
    pub value: String,
    /// What can be asked.
    pub expected: String,
}

impl Filter {
    /// Only devices whose value is this one, or another one named in the same way. An empty
    /// text means that there is no value.
    ///
    /// # Errors
    ///
    /// Where the column knows its words or holds numbers, and this is none.
    pub fn is(mut self, column: Column, value: &str) -> Result<Self, NotAValue> {
        let value = value.trim();
        let fits = match words(column) {
            Holds::Words(words) => words.contains(&value),
            Holds::Number => value.parse().is_ok_and(|n: i64| n.to_string() == value),
            Holds::Count => value.parse().is_ok_and(|n: u32| n.to_string() == value),
            Holds::Text => true,
        };
        if !fits {
            return Err(refused(column, value));
        }
        self.is.entry(column).or_default().insert(value.to_owned());
        Ok(self)
    }

    /// Only devices in whose text this one occurs, whatever its case and accents; of an
    /// organisation or configuration, in its name. An empty text is no condition.
    ///
    /// # Errors
    ///
    /// Where the column holds no text.
    pub fn contains(mut self, column: Column, text: &str) -> Result<Self, NotAValue> {
        match (words(column), column) {
            (Holds::Text, _) | (_, Column::Organisation | Column::Configuration) => {}
            (Holds::Words(_) | Holds::Number | Holds::Count, _) => {
                return Err(refused(column, text));
            }
        }
        if !text.trim().is_empty() {
            self.contains.insert((column, text.trim().to_owned()));
        }
        Ok(self)
    }

    /// Only devices of this organisation and all below it, or of another one named so.
    #[must_use]
    pub fn within(mut self, organisation: OrganisationId) -> Self {
        self.within.insert(organisation);
        self
    }

    /// Only devices that are missing, or only those that are listed; both is no condition.
    #[must_use]
    pub fn presence(mut self, presence: Presence) -> Self {
        self.presence.insert(presence);
        self
    }

    /// Its conditions, in the order in which an address writes them.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let is = self.is.iter().flat_map(|(column, values)| {
            values.iter().map(|value| Part::Is(*column, value.as_str()))
        });
        let contains = self.contains.iter();
        let contains = contains.map(|(column, text)| Part::Contains(*column, text));
        is.chain(contains)
            .chain(self.within.iter().copied().map(Part::Within))
            .chain(self.presence.iter().copied().map(Part::Presence))
            .chain(self.among.iter().map(|name| Part::Among(name)))
    }

    /// The same without one of its conditions.
    #[must_use]
    pub fn without(&self, part: Part<'_>) -> Self {
        let mut rest = self.clone();
        match part {
            Part::Is(column, value) => {
                if let Some(values) = rest.is.get_mut(&column) {
                    values.remove(value);
                }
                rest.is.retain(|_, values| !values.is_empty());
            }
            Part::Contains(column, text) => {
                rest.contains.remove(&(column, text.to_owned()));
            }
            Part::Within(id) => {
                rest.within.remove(&id);
            }
            Part::Presence(presence) => {
                rest.presence.remove(&presence);
            }
            Part::Among(name) => {
                rest.among.remove(name);
            }
        }
        rest
    }

    /// Only devices of a set that is given by name when the filter is asked: those that an
    /// advisory touches, those that a person has picked.
    #[must_use]
    pub fn among(mut self, set: &str) -> Self {
        self.among.insert(set.to_owned());
        self
    }
}

/// What stands in a column.
enum Holds {
    Text,
    /// The number of an organisation or configuration.
    Number,
    Count,
    Words(Vec<&'static str>),
}

fn words(column: Column) -> Holds {
    match column {
        Column::Organisation | Column::Configuration => Holds::Number,
        Column::Affected | Column::CannotTell => Holds::Count,
        Column::LifeSustaining
        | Column::HoldsPhi
        | Column::Reachable
        | Column::Exploited => Holds::Words(Answer::ALL.map(Answer::word).into()),
        Column::Verdict => {
            let words = Verdict::ALL.into_iter().map(Verdict::word);
            Holds::Words(words.chain([NONE]).collect())
        }
        Column::Priority => {
            let words = Priority::ALL.into_iter().map(Priority::word);
            Holds::Words(words.chain([NONE]).collect())
        }
        Column::Source
        | Column::AssetTag
        | Column::Serial
        | Column::Udi
        | Column::Mac
        | Column::Ip
        | Column::Department
        | Column::Status
        | Column::Received
        | Column::MissingSince
        | Column::Maker
        | Column::Model
        | Column::Description
        | Column::Version
        | Column::Situation => Holds::Text,
    }
}

fn refused(column: Column, value: &str) -> NotAValue {
    let expected = match words(column) {
        Holds::Words(words) => format!("one of {}", words.join(", ")),
        Holds::Number | Holds::Count => "a number".to_owned(),
        Holds::Text => "a text".to_owned(),
    };
    NotAValue { column, value: value.to_owned(), expected }
}
