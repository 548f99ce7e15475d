//! What is at hand of one organisation.

use std::collections::BTreeSet;

use evidence::{Class, Field, Kind, Read, Record, RuleSet, Scan};
use terms::Day;

/// A document that was read. Rows may be taken away from it, and none added: of which kinds
/// they are is found out once.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The file, and behind `!` its name in an archive.
    pub file: String,
    /// How far what it says carries, where that is not told by its kind.
    pub class: Option<Class>,
    /// What was read.
    pub what: What,
    /// For whom it counts.
    pub reach: Reach,
    kinds: BTreeSet<Kind>,
}

/// For whom a document counts, where what it says may hold for a whole group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// For its organisation and those below it.
    #[default]
    Below,
    /// For its organisation alone.
    Own,
}

/// What was read of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Rows and entries.
    Records(Vec<Record>),
    /// Rules of a firewall.
    Firewall(RuleSet),
    /// A scanner's result.
    Scan(Scan),
}

impl Held {
    /// A document of a file; `class` where its kind does not tell how far it carries.
    #[must_use]
    pub fn new(file: String, class: Option<Class>, what: What) -> Self {
        let kinds = match &what {
            What::Records(records) => records.iter().map(|record| record.kind).collect(),
            What::Firewall(_) | What::Scan(_) => BTreeSet::new(),
        };
        Self { file, class, what, reach: Reach::Below, kinds }
    }

    /// The same, for its organisation alone.
    #[must_use]
    pub fn own(self) -> Self {
        Self { reach: Reach::Own, ..self }
    }

    /// The kinds of its rows.
    #[must_use]
    pub const fn kinds(&self) -> &BTreeSet<Kind> {
        &self.kinds
    }
}

impl From<Read> for What {
    fn from(read: Read) -> Self {
        match read {
            Read::Records(records) => Self::Records(records),
            Read::Firewall(rules) => Self::Firewall(rules),
            Read::Scan(scan) => Self::Scan(scan),
        }
    }
}

/// All evidence of one organisation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Holdings {
    /// Documents, each once.
    pub held: Vec<Held>,
    /// Names of all files that were delivered, whatever is in them: proofs are among them.
    pub delivered: BTreeSet<String>,
}

impl Holdings {
    /// Takes a document in.
    pub fn add(&mut self, held: Held) {
        self.delivered.insert(held.file.clone());
        self.held.push(held);
    }

    /// Whether a file of that name was delivered, in whichever folder or archive.
    #[must_use]
    pub fn is_delivered(&self, name: &str) -> bool {
        let name = name.trim().trim_start_matches("./");
        !name.is_empty() && self.delivered.iter().any(|file| is_file(file, name))
    }

    /// Of which days files are, by what the register says of them; days to come are none.
    #[must_use]
    pub(crate) fn said_days(&self, today: Day) -> SaidDays<'_> {
        let registers =
            self.held.iter().filter(|held| held.kinds.contains(&Kind::Document));
        let records = registers.filter_map(|held| match &held.what {
            What::Records(records) => Some(records),
            What::Firewall(_) | What::Scan(_) => None,
        });
        let documents = records.flatten().filter(|record| record.kind == Kind::Document);
        let said = documents.filter_map(|record| {
            let day = record.day(Field::On).filter(|day| *day <= today)?;
            Some((record.text(Field::File).trim(), day))
        });
        SaidDays(said.collect())
    }
}

/// Of which days files are, as a register says.
pub(crate) struct SaidDays<'h>(Vec<(&'h str, Day)>);

impl SaidDays<'_> {
    /// The newest that is said of a file.
    pub(crate) fn day(&self, file: &str) -> Option<Day> {
        let of_file = self.0.iter().filter(|(name, _)| is_file(file, name));
        of_file.map(|(_, day)| *day).max()
    }
}

/// Whether a path ends with a name.
fn is_file(path: &str, name: &str) -> bool {
    let rest = path.strip_suffix(name);
    !name.is_empty()
        && rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', '\\', '!']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_found_in_whichever_folder_or_archive() {
        #[track_caller]
        fn check(file: &str, name: &str, expected: usize) {
            let mut holdings = Holdings::default();
            holdings.delivered.insert(file.to_owned());
            assert_eq!(
                usize::from(holdings.is_delivered(name)),
                expected,
                "{file} {name}"
            );
        }

        check("a/letter.pdf", "letter.pdf", 1);
        check("bid.zip!letter.pdf", "./letter.pdf", 1);
        check("a/newsletter.pdf", "letter.pdf", 0);
        check("letter.pdf", "", 0);
        check("letter.pdf", "other.pdf", 0);
    }
}
