//! By which tables the organisations of a house give priorities.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fleet::{OrganisationId, Priorities, Priority, Situation, Standing, Table};
use store::PriorityTable;
use worklist::Policy;

use super::held::Holdings;

/// The tables in force, by the organisations that made them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tables {
    standard: Arc<Policy>,
    own: BTreeMap<i64, Arc<Policy>>,
}

/// The table by which an organisation gives priorities.
#[derive(Clone, Debug, PartialEq)]
pub struct InForce {
    /// What it says.
    pub policy: Arc<Policy>,
    /// Which organisation made it: itself, or the nearest above it; none where it is the one
    /// that everybody starts with.
    pub made_by: Option<i64>,
}

/// What another table would change: for how many devices and things to do a word would be
/// another one, from which to which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Foreseen {
    /// Devices that the inventory lists.
    pub devices: u64,
    /// Those of them of which the priority would be another one.
    pub moved: BTreeMap<Moved, u64>,
    /// Things to do.
    pub actions: u64,
    /// Those of them of which the priority would be another one.
    pub moved_actions: BTreeMap<Moved, u64>,
}

/// From which priority to which; none where nothing is to be done.
pub type Moved = (Option<Priority>, Option<Priority>);

impl Tables {
    /// Those that are in force after these changes. What cannot be read is no table.
    pub(crate) fn of(changes: &[PriorityTable]) -> Self {
        let mut tables = Self::default();
        for change in changes {
            match read(change) {
                Some(policy) => tables.own.insert(change.organisation, policy),
                None => tables.own.remove(&change.organisation),
            };
        }
        tables
    }

    /// One table for whoever asks.
    pub(super) fn only(policy: Arc<Policy>) -> Self {
        Self { standard: policy, own: BTreeMap::new() }
    }

    /// Who made one.
    pub(super) fn makers(&self) -> BTreeSet<OrganisationId> {
        self.own.keys().copied().map(OrganisationId).collect()
    }

    /// How many organisations beside one have a table of their own.
    pub(crate) fn beside(&self, organisation: i64) -> usize {
        self.own.keys().filter(|maker| **maker != organisation).count()
    }

    pub(super) fn policy(&self, Table(maker): Table) -> &Arc<Policy> {
        self.own.get(&maker).unwrap_or(&self.standard)
    }

    /// What each of them gives.
    pub(crate) fn priorities(
        &self,
        of: impl Fn(&Policy, Standing) -> Priority,
    ) -> Priorities {
        let standard = Priorities::new(|standing| Some(of(&self.standard, standing)));
        self.own.iter().fold(standard, |all, (maker, policy)| {
            all.with(Table(*maker), |standing| Some(of(policy, standing)))
        })
    }

    /// Whether two priorities of one thing differ by any of them.
    pub(crate) fn any(&self, differ: impl Fn(&Policy) -> bool) -> bool {
        self.own.values().any(|policy| differ(policy))
    }
}

/// The table that a change made; none where the organisation has none of its own from then on.
pub(crate) fn read(change: &PriorityTable) -> Option<Arc<Policy>> {
    match change.written.is_empty() {
        true => None,
        false => change.written.parse().ok().map(Arc::new),
    }
}

impl Holdings {
    /// The table by which an organisation gives priorities.
    #[must_use]
    pub fn in_force(&self, organisation: i64) -> InForce {
        let table = self.fleet.table(OrganisationId(organisation));
        InForce {
            policy: Arc::clone(self.tables.policy(table)),
            made_by: Some(table.0).filter(|made_by| *made_by != 0),
        }
    }

    pub(crate) fn policy_of(&self, table: Table) -> &Policy {
        self.tables.policy(table)
    }

    /// What counts for an organisation where it has no table of its own.
    #[must_use]
    pub fn above(&self, organisation: i64) -> InForce {
        match self.work.parents.get(&organisation) {
            Some(parent) => self.in_force(*parent),
            None => InForce { policy: Arc::default(), made_by: None },
        }
    }

    /// What would change if an organisation gave priorities by another table: for itself, and
    /// for those below it that have none of their own.
    #[must_use]
    pub fn foresee(&self, organisation: i64, policy: &Arc<Policy>) -> Foreseen {
        let follows = self.following(organisation);
        let tables = Tables::only(Arc::clone(policy));
        let mut foreseen = Foreseen::default();
        let alike: Vec<_> = self
            .fleet
            .alike()
            .iter()
            .filter(|one| follows.contains(&one.organisation))
            .cloned()
            .collect();
        let mut known: BTreeMap<Situation, Moved> = BTreeMap::new();
        let mut weighed = BTreeMap::new();
        for one in &alike {
            let moved = *known.entry(one.situation).or_insert_with_key(|situation| {
                let Situation { variant, standing, table, .. } = *situation;
                let group = self.answered.groups.get(&variant);
                let id = situation.configuration.0;
                let then = self.configuration(id, group, &tables, &mut weighed);
                let now = self.fleet.known(*situation);
                let now = now.and_then(|now| now.priorities.of(table, standing));
                (now, then.priorities.of(Table::default(), standing))
            });
            foreseen.devices += one.devices;
            if moved.0 != moved.1 {
                *foreseen.moved.entry(moved).or_default() += one.devices;
            }
        }
        for (now, then) in self.work.foresee(self, &alike, &tables) {
            foreseen.actions += 1;
            if now != then {
                *foreseen.moved_actions.entry((now, then)).or_default() += 1;
            }
        }
        foreseen
    }

    /// The organisations that follow one: itself, and those below it up to the next that made
    /// a table.
    fn following(&self, organisation: i64) -> BTreeSet<OrganisationId> {
        let own = OrganisationId(organisation);
        let makers = self.tables.makers();
        let above = |id: OrganisationId| {
            let parent = self.work.parents.get(&id.0);
            parent.copied().map(OrganisationId)
        };
        let mut below = self.fleet.organisations(&fleet::Scope::of([own]));
        below.retain(|id| {
            let up = std::iter::successors(Some(*id), |id| above(*id));
            let mut up = up.take(self.work.parents.len() + 1);
            up.find(|id| *id == own || makers.contains(id)) == Some(own)
        });
        below
    }
}
