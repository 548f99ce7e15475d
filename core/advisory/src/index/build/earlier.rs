//! What an earlier index says, in an index of sources that came after it.
//!
//! Nothing of it goes because sources are silent: a record goes where a source has one of the
//! same source and id that is as new, a catalog where a source has one that is as new.

use std::collections::BTreeSet;

use super::{Pending, Word};
use crate::Source;

/// Leaves out what an earlier index says where sources say it as new; all are of one source and
/// id.
pub(super) fn leave_out(pending: &mut Vec<Pending>) {
    // Documents of many packages share one id there: what a source says is not the same again.
    if pending.first().is_some_and(|first| first.source == Source::OpenVex) {
        return;
    }
    let said = pending.iter().filter(|record| record.word == Word::Source);
    let newest = said.map(|record| record.modified.clone()).max();
    if let Some(newest) = newest {
        pending.retain(|record| record.word == Word::Source || record.modified > newest);
    }
}

/// What of a catalog an earlier index alone has.
#[derive(Default)]
pub(super) struct OfEarlier {
    alone: BTreeSet<u64>,
    /// The CVE of which a source spoke last.
    said: Option<u64>,
    /// When the newest edition of a source was made, if a source has any.
    newest_said: Option<String>,
    /// When that of the earlier index was made.
    newest: String,
}

impl OfEarlier {
    /// Takes note of an entry; CVEs must not descend.
    pub(super) fn note(&mut self, word: Word, cve: u64, date: &str) {
        match word {
            Word::Source => {
                self.alone.remove(&cve);
                self.said = Some(cve);
                if self.newest_said.as_deref().is_none_or(|newest| newest < date) {
                    self.newest_said = Some(date.to_owned());
                }
            }
            Word::Earlier => {
                if self.said != Some(cve) {
                    self.alone.insert(cve);
                }
                if self.newest.as_str() < date {
                    date.clone_into(&mut self.newest);
                }
            }
        }
    }

    /// Whether a source has an edition that is as new: what is not in it was taken out of it.
    fn is_superseded(&self) -> bool {
        self.newest_said.as_ref().is_some_and(|said| *said >= self.newest)
    }

    /// Whether what is said of a CVE stays.
    pub(super) fn stays(&self, cve: u64) -> bool {
        !self.is_superseded() || !self.alone.contains(&cve)
    }

    /// How much stays that no source has.
    pub(super) fn staying(&self) -> u64 {
        if self.is_superseded() { 0 } else { self.alone.len() as u64 }
    }
}
