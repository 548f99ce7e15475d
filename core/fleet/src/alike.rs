//! Devices that are alike in all that a worklist asks: whose, what, what was answered about
//! them, how they stand, where.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};
use roaring::RoaringBitmap;

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
        let columns =
            [Column::Organisation, Column::Situation, Column::Department, Column::Source];
        // Its order reaches nothing: what comes out is sorted.
        let mut counts: HashMap<[u32; 4], u64> = HashMap::new();
        for ordinal in self.listed() {
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

    /// The devices that the inventory still lists, by whose they are, what they are and how
    /// they stand. It knows no scope.
    #[must_use]
    pub fn listed_where(
        &self,
        passes: impl Fn(OrganisationId, Situation) -> bool,
    ) -> RoaringBitmap {
        let organisation = |text: &str| Some(OrganisationId(text.parse().ok()?));
        let organisations = self.values(Column::Organisation);
        let organisations: HashMap<u32, OrganisationId> = organisations
            .filter_map(|(code, text)| Some((code, organisation(text)?)))
            .collect();
        let situations = self.values(Column::Situation);
        let situations: HashMap<u32, Situation> = situations
            .filter_map(|(code, text)| Some((code, Situation::of_held(text)?)))
            .collect();
        let mut known: HashMap<[u32; 2], bool> = HashMap::new();
        let passing = self.listed().filter(|ordinal| {
            let codes = [Column::Organisation, Column::Situation]
                .map(|column| self.code(column, *ordinal));
            *known.entry(codes).or_insert_with(|| {
                let [organisation, situation] = codes;
                organisations
                    .get(&organisation)
                    .zip(situations.get(&situation))
                    .is_some_and(|(organisation, situation)| {
                        passes(*organisation, *situation)
                    })
            })
        });
        RoaringBitmap::from_sorted_iter(passing).unwrap_or_default()
    }

    fn listed(&self) -> impl Iterator<Item = u32> {
        let missing: Vec<u32> = self
            .values(Column::MissingSince)
            .filter(|(_, since)| !since.is_empty())
            .map(|(code, _)| code)
            .collect();
        let is_listed = move |ordinal: &u32| {
            missing.is_empty()
                || !missing.contains(&self.code(Column::MissingSince, *ordinal))
        };
        self.present.iter().filter(is_listed)
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

    #[test]
    fn devices_are_found_by_whose_they_are_and_what_they_are_where_the_inventory_lists_them()
     {
        let mut fleet = Fleet::new();
        let pump = Entry {
            organisation: OrganisationId(2),
            configuration: ConfigurationId(7),
            ..Entry::default()
        };
        let others = [
            Entry { ordinal: 1, ..pump },
            Entry { ordinal: 3, missing_since: "2026-11-20", ..pump },
            Entry { ordinal: 6, organisation: OrganisationId(1), ..pump },
            Entry { ordinal: 7, configuration: ConfigurationId(8), ..pump },
            Entry { ordinal: 90_000, ..pump },
        ];
        others.iter().for_each(|entry| fleet.put(entry));
        fleet.settle(6, Standing::default(), Variant(3));
        let found = |organisation: i64, configuration: i64| -> Vec<u32> {
            let found = fleet.listed_where(|own, one| {
                own.0 == organisation && one.configuration.0 == configuration
            });
            found.iter().collect()
        };
        assert_eq!(found(2, 7), [1, 90_000]);
        assert_eq!(found(2, 8), [7]);
        assert_eq!(found(1, 7), [6]);
        assert_eq!(found(1, 8), [0; 0]);
        assert_eq!(found(3, 7), [0; 0]);
        let answered = fleet.listed_where(|_, one| one.variant == Variant(3));
        assert_eq!(answered.iter().collect::<Vec<u32>>(), [6]);
        assert!(Fleet::new().listed_where(|_, _| true).is_empty());
    }
}
