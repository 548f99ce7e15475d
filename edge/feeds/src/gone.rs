//! What an index held and the one that took its place does not: it is said, never just gone.

use advisory::index::Index;

/// Ids that are told one by one.
const EXAMPLES: usize = 5;

/// What an index holds no more, by source and id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// How many records.
    pub records: u64,
    /// The ids of the first ones.
    pub examples: Vec<String>,
    /// Catalogs of which nothing is left: `kev`, `epss`.
    pub catalogs: Vec<&'static str>,
}

impl Gone {
    /// Nothing.
    pub(crate) const fn nothing() -> Self {
        Self { records: 0, examples: Vec::new(), catalogs: Vec::new() }
    }

    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.records == 0 && self.catalogs.is_empty()
    }

    /// What one index holds and another does not. A record that was revised or withdrawn is
    /// there still.
    pub(crate) fn between(before: &Index<'_>, after: &Index<'_>) -> Self {
        let mut gone = Self::nothing();
        if before.generation() == after.generation() {
            return gone;
        }
        let mut last = None;
        for record in before.records() {
            let key = (record.source(), record.id());
            if last.replace(key) == Some(key)
                || after.records_of(key.0, key.1).next().is_some()
            {
                continue;
            }
            gone.records += 1;
            if gone.examples.len() < EXAMPLES {
                gone.examples.push(key.1.to_owned());
            }
        }
        let (before, after) = (before.counts(), after.counts());
        let catalogs = [
            ("kev", before.listed.entries, after.listed.entries),
            ("epss", before.scored.entries, after.scored.entries),
        ];
        let lost =
            catalogs.into_iter().filter(|(_, before, after)| *before > 0 && *after == 0);
        gone.catalogs = lost.map(|(word, ..)| word).collect();
        gone
    }
}
