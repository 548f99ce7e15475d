//! What a person is told about documents that are not in the index.

use std::collections::BTreeMap;

/// Why a document is not in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It is not one of the formats that are read.
    Skipped,
    /// It is broken.
    SetAside,
    /// It belongs to another document: a checksum or a signature.
    Companion,
}

/// What was told, shortened where it is much: examples, and counts by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Name of the document, and why, for the first of each kind.
    pub examples: Vec<(What, String, String)>,
    /// How many, by kind and reason.
    pub counts: BTreeMap<(What, String), u64>,
}

/// Examples of one kind that are kept.
pub(crate) const EXAMPLES_MAX: usize = 20;

/// Reasons that are told apart; more are counted together.
const REASONS_MAX: usize = 200;

impl Told {
    /// Nothing was told.
    pub(crate) const fn new() -> Self {
        Self { examples: Vec::new(), counts: BTreeMap::new() }
    }

    /// Tells of one document. `reason` is a sentence; `place` says where in the document.
    pub(crate) fn tell(&mut self, what: What, name: &str, reason: &str, place: &str) {
        if what != What::Companion && self.examples_of(what).count() < EXAMPLES_MAX {
            let place =
                if place.is_empty() { String::new() } else { format!(" (at {place})") };
            self.examples.push((what, name.to_owned(), format!("{reason}{place}")));
        }
        self.count(what, reason, 1);
    }

    fn count(&mut self, what: What, reason: &str, number: u64) {
        let is_full = self.counts.len() >= REASONS_MAX;
        let key = (what, reason.to_owned());
        let key = match is_full && !self.counts.contains_key(&key) {
            true => (what, "other reasons".to_owned()),
            false => key,
        };
        *self.counts.entry(key).or_default() += number;
    }

    /// The examples of a kind.
    pub fn examples_of(&self, what: What) -> impl Iterator<Item = (&str, &str)> {
        self.examples
            .iter()
            .filter(move |(kind, ..)| *kind == what)
            .map(|(_, name, reason)| (name.as_str(), reason.as_str()))
    }

    /// How many there are of a kind.
    #[must_use]
    pub fn total(&self, what: What) -> u64 {
        self.reasons(what).map(|(_, count)| count).sum()
    }

    /// The reasons of a kind with their counts.
    pub fn reasons(&self, what: What) -> impl Iterator<Item = (&str, u64)> {
        self.counts
            .iter()
            .filter(move |((kind, _), _)| *kind == what)
            .map(|((_, reason), count)| (reason.as_str(), *count))
    }

    /// Adds what was told of another source, whose name stands before its documents'.
    pub(crate) fn add(&mut self, other: &Self) {
        for (what, name, reason) in &other.examples {
            if self.examples_of(*what).count() < EXAMPLES_MAX {
                self.examples.push((*what, name.clone(), reason.clone()));
            }
        }
        for ((what, reason), count) in &other.counts {
            self.count(*what, reason, *count);
        }
    }
}
