//! Devices that are alike in all that a worklist asks: whose, what, what was answered about
//! them, how they stand, where.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};

use crate::column::Column;
use crate::entry::OrganisationId;
use crate::holdings::Fleet;
use crate::situation::Situation;

/// Some devices that differ in nothing that decides what is done about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// Whose they are.
    pub organisation: OrganisationId,
    /// What they are, what was answered about them, and how they stand.
    pub situation: Situation,
    /// Where they stand, as the inventory writes it.
    pub department: Arc<str>,
    /// The asset system that names them.
    pub source: Arc<str>,
    /// How many there are.
    pub devices: u64,
}

impl Fleet {
    /// All devices that the inventory still lists, gathered by what they have in common, in
    /// the order of organisation, configuration and variant. It knows no scope: whoever shows something
    /// of it leaves out what is of other organisations.
    #[must_use]
    pub fn alike(&self) -> Vec<Alike> {
        let missing: Vec<u32> = self
            .values(Column::MissingSince)
            .filter(|(_, since)| !since.is_empty())
            .map(|(code, _)| code)
            .collect();
        let columns =
            [Column::Organisation, Column::Situation, Column::Department, Column::Source];
        // Its order reaches nothing: what comes out is sorted.
        let mut counts: HashMap<[u32; 4], u64> = HashMap::new();
        for ordinal in &self.present {
            if !missing.is_empty()
                && missing.contains(&self.code(Column::MissingSince, ordinal))
            {
                continue;
            }
            let codes = columns.map(|column| self.code(column, ordinal));
            *counts.entry(codes).or_default() += 1;
        }
        let [organisations, situations, departments, sources] =
            columns.map(|column| self.texts_of(column));
        let none: Arc<str> = "".into();
        let mut alike: Vec<Alike> = counts
            .into_iter()
            .filter_map(|([organisation, situation, department, source], devices)| {
                let organisation = organisations.get(&organisation)?.parse().ok()?;
                Some(Alike {
                    organisation: OrganisationId(organisation),
                    situation: Situation::of_held(situations.get(&situation)?)?,
                    department: departments.get(&department).unwrap_or(&none).clone(),
                    source: sources.get(&source).unwrap_or(&none).clone(),
                    devices,
                })
            })
            .collect();
        alike.sort_unstable_by(|one, other| one.rank().cmp(&other.rank()));
        alike
    }

    /// The values of a column by their codes.
    fn texts_of(&self, column: Column) -> HashMap<u32, Arc<str>> {
        self.values(column).map(|(code, text)| (code, Arc::from(text))).collect()
    }
}

impl Alike {
    fn rank(&self) -> (OrganisationId, Situation, &str, &str) {
        (self.organisation, self.situation, &self.department, &self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{Answer, ConfigurationId, Entry, Standing};
    use crate::situation::Variant;

    #[test]
    fn devices_are_gathered_by_what_they_have_in_common_and_the_missing_are_left_out() {
        let mut fleet = Fleet::new();
        let pump = Entry {
            organisation: OrganisationId(2),
            configuration: ConfigurationId(7),
            department: "Ward 2",
            source: "AIMS",
            ..Entry::default()
        };
        let others = [
            Entry { ordinal: 1, ..pump },
            Entry { ordinal: 9, ..pump },
            Entry { ordinal: 3, missing_since: "2026-11-20", ..pump },
            Entry { ordinal: 4, department: "", ..pump },
            Entry { ordinal: 5, reachable: Answer::Yes, ..pump },
            Entry { ordinal: 6, organisation: OrganisationId(1), ..pump },
        ];
        others.iter().for_each(|entry| fleet.put(entry));
        // About one of them something was answered.
        fleet.settle(9, Standing::default(), Variant(3));
        let found: Vec<(i64, &str, Answer, u32, u64)> = fleet
            .alike()
            .iter()
            .map(|one| {
                let Situation { configuration, variant, standing, .. } = one.situation;
                assert_eq!((configuration.0, &*one.source), (7, "AIMS"));
                let department = match &*one.department {
                    "" => "",
                    _ => "Ward 2",
                };
                let organisation = one.organisation.0;
                (organisation, department, standing.reachable, variant.0, one.devices)
            })
            .collect();
        let expected = [
            (1, "Ward 2", Answer::Unknown, 0, 1),
            (2, "Ward 2", Answer::Yes, 0, 1),
            (2, "", Answer::Unknown, 0, 1),
            (2, "Ward 2", Answer::Unknown, 0, 1),
            (2, "Ward 2", Answer::Unknown, 3, 1),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn an_empty_fleet_has_none() {
        assert_eq!(Fleet::new().alike(), []);
    }
}
