//! Devices that are alike in all that a worklist asks: whose, what, what was answered about
//! them, how they stand, where.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _, HashSet};
use roaring::RoaringBitmap;

use crate::column::Column;
use crate::entry::{ConfigurationId, OrganisationId};
use crate::holdings::Fleet;
use crate::scope::Scope;
use crate::situation::{Situation, Tally, Variant};

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

/// All devices, gathered by what they have in common.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Gathered {
    /// Those that the inventory still lists.
    listed: Vec<Alike>,
    /// Those that are missing too, wherever they are named.
    all: Vec<Placed>,
}

/// What a [`Tally`] is made of.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Placed {
    organisation: OrganisationId,
    department: Arc<str>,
    situation: Situation,
    devices: u64,
}

/// By what devices are gathered.
const COLUMNS: [Column; 4] =
    [Column::Organisation, Column::Situation, Column::Department, Column::Source];

/// How many devices of one kind the inventory lists, and how many are missing.
type Count = [u64; 2];

impl Fleet {
    /// All devices that the inventory still lists, gathered by what they have in common, in
    /// the order of organisation, configuration and variant. It knows no scope: whoever shows something
    /// of it leaves out what is of other organisations. Gathered when it is first asked for
    /// after a device changed.
    #[must_use]
    pub fn alike(&self) -> &[Alike] {
        &self.gathered().listed
    }

    /// How many devices of the organisations in a scope are in which situation, by
    /// organisation and department, the missing ones too.
    pub fn tallies(&self, scope: &Scope) -> impl Iterator<Item = Tally<'_>> {
        let seen = self.organisations(scope);
        let all = self.gathered().all.iter();
        all.filter(move |one| seen.contains(&one.organisation)).map(|one| Tally {
            organisation: one.organisation,
            department: &one.department,
            situation: one.situation,
            devices: one.devices,
        })
    }

    fn gathered(&self) -> &Gathered {
        self.gathered.get_or_init(|| self.gather())
    }

    /// Those of some groups of devices that the inventory still lists, gathered likewise within
    /// each group, with which they are. It knows no scope. It reads nothing but these devices.
    #[must_use]
    pub fn alike_within<'g, K: Copy + Eq + Hash + 'g>(
        &self,
        groups: impl IntoIterator<Item = (K, &'g RoaringBitmap)>,
    ) -> Vec<(K, Alike, RoaringBitmap)> {
        let missing = self.missing();
        let mut found: HashMap<(K, [u32; 4]), RoaringBitmap> = HashMap::new();
        for (group, devices) in groups {
            for ordinal in devices & &self.present {
                if missing.contains(&self.code(Column::MissingSince, ordinal)) {
                    continue;
                }
                let codes = COLUMNS.map(|column| self.code(column, ordinal));
                found.entry((group, codes)).or_default().insert(ordinal);
            }
        }
        let mut texts: HashMap<(Column, u32), Arc<str>> = HashMap::new();
        let mut text =
            |column: Column, code: u32| {
                let known = texts.entry((column, code));
                Arc::clone(known.or_insert_with(|| {
                    self.value(column, code).unwrap_or_default().into()
                }))
            };
        let named = found.into_iter().filter_map(|((group, codes), devices)| {
            let [organisation, situation, department, source] = codes;
            let organisation = self.value(Column::Organisation, organisation)?;
            let situation = self.value(Column::Situation, situation)?;
            let alike = Alike {
                organisation: OrganisationId(organisation.parse().ok()?),
                situation: Situation::of_held(situation)?,
                department: text(Column::Department, department),
                source: text(Column::Source, source),
                devices: devices.len(),
            };
            Some((group, alike, devices))
        });
        named.collect()
    }

    fn gather(&self) -> Gathered {
        let missing = self.missing();
        // Its order reaches nothing: what comes out is sorted.
        let mut counts: HashMap<[u32; 4], Count> = HashMap::new();
        for ordinal in &self.present {
            let codes = COLUMNS.map(|column| self.code(column, ordinal));
            let [listed, gone] = counts.entry(codes).or_default();
            match missing.contains(&self.code(Column::MissingSince, ordinal)) {
                true => *gone += 1,
                false => *listed += 1,
            }
        }
        let mut gathered = self.named(counts);
        gathered.listed.sort_unstable_by(|one, other| one.rank().cmp(&other.rank()));
        gathered.all.sort_unstable();
        gathered
    }

    /// Puts names in the place of codes.
    fn named(&self, counts: HashMap<[u32; 4], Count>) -> Gathered {
        let [organisations, situations, departments, sources] =
            COLUMNS.map(|column| self.texts_of(column));
        let organisation = |text: &Arc<str>| Some(OrganisationId(text.parse().ok()?));
        let organisations: HashMap<u32, OrganisationId> = organisations
            .iter()
            .filter_map(|(code, text)| Some((*code, organisation(text)?)))
            .collect();
        let situations: HashMap<u32, Situation> = situations
            .iter()
            .filter_map(|(code, text)| Some((*code, Situation::of_held(text)?)))
            .collect();
        let none: Arc<str> = "".into();
        let mut listed = Vec::new();
        let mut all: HashMap<[u32; 3], Placed> = HashMap::new();
        for (codes, [devices, missing]) in counts {
            let [organisation, situation, department, source] = codes;
            let place = [organisation, situation, department];
            let known = organisations.get(&organisation).zip(situations.get(&situation));
            let Some((organisation, situation)) = known else { continue };
            let (organisation, situation) = (*organisation, *situation);
            let department = departments.get(&department).unwrap_or(&none);
            let placed = all.entry(place).or_insert_with(|| Placed {
                organisation,
                department: Arc::clone(department),
                situation,
                devices: 0,
            });
            placed.devices += devices + missing;
            if devices > 0 {
                listed.push(Alike {
                    organisation,
                    situation,
                    department: Arc::clone(department),
                    source: Arc::clone(sources.get(&source).unwrap_or(&none)),
                    devices,
                });
            }
        }
        Gathered { listed, all: all.into_values().collect() }
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

    /// The devices of some organisations that the inventory still lists, by whose they are, what
    /// they are and what was answered about them: all in one walk over the fleet. It knows no
    /// scope.
    #[must_use]
    pub fn listed_by_build(
        &self,
        wanted: impl Fn(OrganisationId) -> bool,
    ) -> BTreeMap<(OrganisationId, ConfigurationId, Variant), RoaringBitmap> {
        // Its order reaches nothing: what comes out is sorted.
        let mut by_code: HashMap<[u32; 2], Vec<u32>> = HashMap::new();
        for ordinal in self.listed() {
            let codes = [Column::Organisation, Column::Situation]
                .map(|column| self.code(column, ordinal));
            by_code.entry(codes).or_default().push(ordinal);
        }
        let mut by_build: BTreeMap<_, RoaringBitmap> = BTreeMap::new();
        for ([organisation, situation], ordinals) in by_code {
            let organisation = self.value(Column::Organisation, organisation);
            let situation = self.value(Column::Situation, situation);
            let known = organisation
                .and_then(|text| text.parse().ok().map(OrganisationId))
                .zip(situation.and_then(Situation::of_held));
            let Some((organisation, situation)) = known else { continue };
            if wanted(organisation) {
                let build = (organisation, situation.configuration, situation.variant);
                by_build.entry(build).or_default().extend(ordinals);
            }
        }
        by_build
    }

    fn listed(&self) -> impl Iterator<Item = u32> {
        let missing = self.missing();
        let is_missing = move |ordinal: u32| {
            !missing.is_empty()
                && missing.contains(&self.code(Column::MissingSince, ordinal))
        };
        self.present.iter().filter(move |ordinal| !is_missing(*ordinal))
    }

    /// The codes of days since which devices are missing.
    fn missing(&self) -> HashSet<u32> {
        let days = self.values(Column::MissingSince);
        days.filter(|(_, since)| !since.is_empty()).map(|(code, _)| code).collect()
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
    use proptest::prelude::*;

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
        // Within groups, the missing are left out too, and so is what is none.
        let groups = [RoaringBitmap::from([1, 3, 6, 77]), RoaringBitmap::from([1, 4])];
        let mut some: Vec<(usize, i64, Vec<u32>)> = fleet
            .alike_within(groups.iter().enumerate())
            .into_iter()
            .map(|(group, one, devices)| {
                assert_eq!((one.devices, &*one.source), (devices.len(), "AIMS"));
                (group, one.organisation.0, devices.iter().collect())
            })
            .collect();
        some.sort();
        let expected =
            [(0, 1, vec![6]), (0, 2, vec![1]), (1, 2, vec![1]), (1, 2, vec![4])];
        assert_eq!(some, expected);
    }

    #[test]
    fn an_empty_fleet_has_none() {
        assert_eq!(Fleet::new().alike(), []);
    }

    proptest! {
        #[test]
        fn what_is_kept_is_what_would_be_gathered_now(
            changes in prop::collection::vec((0..6u8, 0..8u32, 0..3i64, any::<bool>()), 1..40),
        ) {
            let mut fleet = Fleet::new();
            for (kind, ordinal, number, is_missing) in changes {
                let entry = Entry {
                    ordinal,
                    organisation: OrganisationId(number),
                    configuration: ConfigurationId(number),
                    missing_since: if is_missing { "2026-11-20" } else { "" },
                    ..Entry::default()
                };
                match kind {
                    0 => fleet.remove(ordinal),
                    1 => fleet.settle(ordinal, Standing::default(), Variant(7)),
                    2 => fleet.tables_changed([OrganisationId(number)].into()),
                    _ => fleet.put(&entry),
                }
                prop_assert_eq!(fleet.gathered(), &fleet.gather());
            }
        }
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
        // And all at once, each of them where it is found alone.
        let all = fleet.listed_by_build(|own| own.0 != 3);
        let all: Vec<([i64; 3], Vec<u32>)> = all
            .iter()
            .map(|((own, build, variant), devices)| {
                ([own.0, build.0, i64::from(variant.0)], devices.iter().collect())
            })
            .collect();
        let expected =
            [([1, 7, 3], vec![6]), ([2, 7, 0], vec![1, 90_000]), ([2, 8, 0], vec![7])];
        assert_eq!(all, expected);
        assert!(fleet.listed_by_build(|own| own.0 == 3).is_empty());
    }
}
