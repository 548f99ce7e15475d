//! The values of a repeating column in the order of lists, each with where to find its
//! devices.
//!
//! A list sorted by such a column needs no permutation: it is value after value, and within
//! one by ordinal. That costs no memory for each device and is never stale.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, PoisonError};

use naming::Makers;
use naming::spelling::fold;

use crate::collate::Collation;
use crate::column::Column;
use crate::entry::{Answer, Configuration, ConfigurationId, OrganisationId, Priority};
use crate::holdings::Fleet;
use crate::situation::Situation;
use matching::Verdict;

/// The word for a verdict or priority that there is none of.
pub(crate) const NONE: &str = "none";

/// What a value is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Number(u64),
    /// A text as it is compared.
    Text(Box<str>),
}

impl Key {
    pub(crate) fn compare(&self, other: &Self, collation: Collation) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => {
                collation.compare(a.as_bytes(), b.as_bytes())
            }
            // Never within one column; a cursor may come from another one.
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        }
    }

    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Number(_) => "",
        }
    }

    fn of(text: &str) -> Option<Self> {
        let folded = fold(text);
        (!folded.is_empty()).then(|| Self::Text(folded.into()))
    }
}

/// One value of a column.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// What it is sorted by; none stands last.
    pub(crate) key: Option<Key>,
    /// As a filter names it.
    pub(crate) value: String,
    /// As a person reads it.
    pub(crate) label: String,
    /// Its codes in the column that [`Column::base`] names.
    pub(crate) codes: Vec<u32>,
    /// What it counts as where values are counted and chosen: values that are spellings of one
    /// count as one. For most it is the value.
    pub(crate) one: String,
}

/// Who makers are, however they are written.
static MAKERS: LazyLock<Makers> = LazyLock::new(Makers::built_in);

/// As what a value of a column counts: a maker by the words by which it is one and no other.
#[must_use]
pub fn counts_as(column: Column, value: &str) -> String {
    let words = match column {
        Column::Maker => MAKERS.called(value).join(" "),
        _ => String::new(),
    };
    // What has no word is what it is.
    if words.is_empty() { value.to_owned() } else { words }
}

/// How the maker is called that is spelt in these ways: by the name that the data knows, else by
/// the spelling that is not in capitals throughout, the first in order of these.
pub(crate) fn maker_label(spellings: &[&str]) -> String {
    let known = spellings.iter().find_map(|spelling| MAKERS.known(spelling));
    let in_capitals = |text: &str| text == text.to_uppercase();
    let written = || spellings.iter().min_by_key(|text| (in_capitals(text), **text));
    known.or_else(|| written().copied()).unwrap_or_default().to_owned()
}

/// By key in rising order, those without one last.
pub(crate) fn by_key(a: Option<&Key>, b: Option<&Key>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.compare(b, Collation::Natural),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

impl Fleet {
    /// The values of a column that is not kept as a text for each device.
    pub(crate) fn groups(&self, column: Column) -> Arc<Vec<Group>> {
        let mut sorted = self.sorted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(groups) = sorted.get(&column) {
            return Arc::clone(groups);
        }
        let groups = Arc::new(self.make_groups(column));
        sorted.insert(column, Arc::clone(&groups));
        groups
    }

    fn make_groups(&self, column: Column) -> Vec<Group> {
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        for (code, held) in self.values(column.base()) {
            let (key, value, label) = self.describe(column, held);
            groups
                .entry(value)
                .or_insert_with_key(|value| {
                    let (value, codes) = (value.clone(), Vec::new());
                    let one = counts_as(column, &value);
                    Group { key, value, label, codes, one }
                })
                .codes
                .push(code);
        }
        let mut groups: Vec<Group> = groups.into_values().collect();
        groups.sort_by(|a, b| by_key(a.key.as_ref(), b.key.as_ref()));
        groups
    }

    /// What a value is sorted by, how a filter names it, how a person reads it.
    fn describe(&self, column: Column, held: &str) -> (Option<Key>, String, String) {
        let same = |text: &str| (Key::of(text), text.to_owned(), text.to_owned());
        let labelled = |label: String| {
            let shown = if label.is_empty() { held.to_owned() } else { label.clone() };
            (Key::of(&label), held.to_owned(), shown)
        };
        let none = Configuration::default();
        let configuration = || self.configuration_of(held).unwrap_or(&none);
        let situated = || {
            let situation = Situation::of_held(held);
            situation.and_then(|situation| self.known(situation)).unwrap_or(&none)
        };
        match column {
            Column::Organisation => labelled(self.organisation_name(held).to_owned()),
            Column::Configuration => labelled(configuration().label()),
            Column::Maker => same(&configuration().maker),
            Column::Model => same(&configuration().model),
            Column::Description => same(&configuration().description),
            Column::Version => same(&configuration().version),
            Column::Verdict => word(situated().verdict.map(ranked_verdict)),
            Column::Priority => word(self.priority_in(held).map(ranked_priority)),
            Column::Exploited => word(Some(ranked(situated().exploited))),
            Column::Affected => number(situated().affected),
            Column::CannotTell => number(situated().cannot_tell),
            Column::LifeSustaining | Column::HoldsPhi | Column::Reachable => {
                word(Answer::ALL.into_iter().find(|one| one.word() == held).map(ranked))
            }
            Column::Source
            | Column::Department
            | Column::Status
            | Column::Received
            | Column::MissingSince
            | Column::AssetTag
            | Column::Serial
            | Column::Udi
            | Column::Mac
            | Column::Ip
            | Column::Situation => same(held),
        }
    }

    fn organisation_name(&self, held: &str) -> &str {
        let id = held.parse().ok().map(OrganisationId);
        let known = id.and_then(|id| self.organisations.get(&id));
        known.map_or("", |organisation| &organisation.name)
    }

    /// The priority of a situation as it is kept.
    fn priority_in(&self, held: &str) -> Option<Priority> {
        let situation = Situation::of_held(held)?;
        let Situation { table, standing, .. } = situation;
        self.known(situation)?.priorities.of(table, standing)
    }

    fn configuration_of(&self, held: &str) -> Option<&Configuration> {
        self.configurations.get(&ConfigurationId(held.parse().ok()?))
    }
}

fn ranked(answer: Answer) -> (u64, &'static str) {
    (answer as u64, answer.word())
}

fn ranked_verdict(verdict: Verdict) -> (u64, &'static str) {
    (verdict as u64, verdict.word())
}

fn ranked_priority(priority: Priority) -> (u64, &'static str) {
    (priority as u64, priority.word())
}

fn word(ranked: Option<(u64, &str)>) -> (Option<Key>, String, String) {
    let word = ranked.map_or(NONE, |(_, word)| word);
    (ranked.map(|(rank, _)| Key::Number(rank)), word.to_owned(), word.to_owned())
}

fn number(count: u32) -> (Option<Key>, String, String) {
    (Some(Key::Number(count.into())), count.to_string(), count.to_string())
}
