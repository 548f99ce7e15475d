//! What is told to a fleet: its organisations, its configurations, its devices.

use std::collections::BTreeMap;

use matching::Verdict;

/// An organisation, by the number that the store gave it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganisationId(pub i64);

/// The table by which priorities are given to devices: the number of the organisation that
/// made it. 0 is the one that everybody starts with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Table(pub i64);

/// A configuration, by the number that the store gave it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConfigurationId(pub i64);

/// An organisation in the tree: a health system, a hospital, a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organisation {
    /// Its number.
    pub id: OrganisationId,
    /// What it is part of.
    pub parent: Option<OrganisationId>,
    /// Its name.
    pub name: String,
}

/// What devices are (on screens: a device build), with the worst that is known of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// Its number.
    pub id: ConfigurationId,
    /// Who makes it.
    pub maker: String,
    /// What it is called.
    pub model: String,
    /// What kind of thing it is.
    pub description: String,
    /// The release.
    pub version: String,
    /// The verdict that asks most of a person; none where nothing was found.
    pub verdict: Option<Verdict>,
    /// How urgent it is, by how a device of it stands.
    pub priorities: Priorities,
    /// Whether one of those that it is affected by is exploited.
    pub exploited: Answer,
    /// Vulnerabilities that it is affected by.
    pub affected: u32,
    /// Vulnerabilities of which nobody can tell.
    pub cannot_tell: u32,
}

impl Configuration {
    /// Maker, model and version in one line.
    #[must_use]
    pub fn label(&self) -> String {
        let words = [&self.maker, &self.model, &self.version];
        let filled: Vec<&str> = words
            .into_iter()
            .map(String::as_str)
            .filter(|word| !word.is_empty())
            .collect();
        filled.join(" ")
    }
}

/// One device. An empty text is one that nobody has told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its number in bitmaps, never used again.
    pub ordinal: u32,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// What it is.
    pub configuration: ConfigurationId,
    /// Where we know it from.
    pub source: &'a str,
    /// The number that the hospital put on it.
    pub asset_tag: &'a str,
    /// The number that the maker put on it.
    pub serial: &'a str,
    /// Its unique device identifier, as scanned.
    pub udi: &'a str,
    /// Its hardware address, in any notation.
    pub mac: &'a str,
    /// Its network address.
    pub ip: &'a str,
    /// Where it stands.
    pub department: &'a str,
    /// In use, in repair, retired: the inventory's word.
    pub status: &'a str,
    /// The day it was received, `2018-06-20`.
    pub received: &'a str,
    /// Since when the inventory no longer lists it; empty while it does.
    pub missing_since: &'a str,
    /// Whether it sustains life.
    pub life_sustaining: Answer,
    /// Whether it holds protected health information.
    pub holds_phi: Answer,
    /// Whether it can be reached from other zones of the network.
    pub reachable: Answer,
}

/// The answer to a question of yes and no; the order is that of urgency, the worse first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// It is so.
    Yes,
    /// Nobody has said.
    #[default]
    Unknown,
    /// It is not so.
    No,
}

impl Answer {
    /// Every answer, in its order.
    pub const ALL: [Self; 3] = [Self::Yes, Self::Unknown, Self::No];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Unknown => "unknown",
            Self::No => "no",
        }
    }
}

/// How soon somebody has to act. The rule that gives the word lives on a higher floor, in
/// `worklist`; here it is only told, filtered and sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Now.
    ActNow,
    /// Within the week.
    ThisWeek,
    /// In the next maintenance window.
    NextWindow,
    /// Nothing to do but to keep an eye on it.
    Watch,
}

impl Priority {
    /// Every priority, the most urgent first.
    pub const ALL: [Self; 4] =
        [Self::ActNow, Self::ThisWeek, Self::NextWindow, Self::Watch];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ActNow => "act_now",
            Self::ThisWeek => "this_week",
            Self::NextWindow => "next_window",
            Self::Watch => "watch",
        }
    }
    /// The words on a screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::ActNow => "act now",
            Self::ThisWeek => "this week",
            Self::NextWindow => "next window",
            Self::Watch => "watch",
        }
    }
}

/// What of a device decides how urgent its vulnerabilities are. It differs between devices
/// of one configuration: a priority is that of a configuration *and* a standing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// Whether it sustains life.
    pub life_sustaining: Answer,
    /// Whether it holds protected health information.
    pub holds_phi: Answer,
    /// Whether it can be reached from other zones of the network.
    pub reachable: Answer,
}

impl Standing {
    /// Every standing, in the order of its number.
    pub fn all() -> impl Iterator<Item = Self> {
        Answer::ALL.into_iter().flat_map(|life_sustaining| {
            Answer::ALL.into_iter().flat_map(move |holds_phi| {
                Answer::ALL.map(|reachable| Self {
                    life_sustaining,
                    holds_phi,
                    reachable,
                })
            })
        })
    }

    pub(crate) const fn number(self) -> usize {
        (self.life_sustaining as usize * 3 + self.holds_phi as usize) * 3
            + self.reachable as usize
    }
}

/// A priority for each [`Standing`] by each [`Table`]; none where nothing is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Priorities {
    standard: ByStanding,
    /// By tables that organisations made. What no table here says, the standard one does.
    own: BTreeMap<Table, ByStanding>,
}

type ByStanding = [Option<Priority>; 27];

impl Priorities {
    /// The priority that `of` gives to each standing, by whatever table.
    #[must_use]
    pub fn new(of: impl Fn(Standing) -> Option<Priority>) -> Self {
        Self { standard: by_standing(of), own: BTreeMap::new() }
    }

    /// The same, and what `of` gives by a table that an organisation made.
    #[must_use]
    pub fn with(
        mut self,
        table: Table,
        of: impl Fn(Standing) -> Option<Priority>,
    ) -> Self {
        self.own.insert(table, by_standing(of));
        self
    }

    /// The priority of a standing by a table.
    #[must_use]
    pub fn of(&self, table: Table, standing: Standing) -> Option<Priority> {
        self.by(table).get(standing.number()).copied().flatten()
    }

    /// Takes what is more urgent in another one.
    pub fn raise(&mut self, other: &Self) {
        for table in other.own.keys() {
            self.own.entry(*table).or_insert(self.standard);
        }
        for (table, own) in &mut self.own {
            raise(own, other.by(*table));
        }
        raise(&mut self.standard, &other.standard);
    }

    fn by(&self, table: Table) -> &ByStanding {
        self.own.get(&table).unwrap_or(&self.standard)
    }
}

fn by_standing(of: impl Fn(Standing) -> Option<Priority>) -> ByStanding {
    let mut priorities = ByStanding::default();
    for (slot, standing) in priorities.iter_mut().zip(Standing::all()) {
        *slot = of(standing);
    }
    priorities
}

fn raise(own: &mut ByStanding, other: &ByStanding) {
    for (own, other) in own.iter_mut().zip(other) {
        *own = match (*own, *other) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_standing_has_a_place_of_its_own() {
        let numbers: Vec<usize> = Standing::all().map(Standing::number).collect();
        assert_eq!(numbers, (0..27).collect::<Vec<_>>());
        let priorities = Priorities::new(|standing| {
            (standing.life_sustaining == Answer::Yes).then_some(Priority::ActNow)
        });
        let quiet = Standing { life_sustaining: Answer::No, ..Standing::default() };
        let urgent = Standing { life_sustaining: Answer::Yes, ..quiet };
        let of = |standing| priorities.of(Table(0), standing);
        assert_eq!(of(urgent), Some(Priority::ActNow));
        assert_eq!(of(quiet), None);
    }

    #[test]
    fn the_more_urgent_of_two_stands() {
        let both = |of| Priorities::new(move |_| of);
        for (one, other, expected) in [
            (None, None, None),
            (None, Some(Priority::Watch), Some(Priority::Watch)),
            (Some(Priority::Watch), None, Some(Priority::Watch)),
            (Some(Priority::Watch), Some(Priority::ActNow), Some(Priority::ActNow)),
        ] {
            let mut raised = both(one);
            raised.raise(&both(other));
            assert_eq!(raised, both(expected));
        }
    }

    #[test]
    fn each_table_is_raised_by_itself_and_one_that_is_not_told_says_what_the_standard_says()
     {
        let both = |of| Priorities::new(move |_| Some(of));
        let of = |one: &Priorities, table| one.of(Table(table), Standing::default());
        let own = both(Priority::NextWindow).with(Table(7), |_| Some(Priority::Watch));
        assert_eq!(of(&own, 0), Some(Priority::NextWindow));
        assert_eq!(of(&own, 7), Some(Priority::Watch));
        assert_eq!(of(&own, 8), Some(Priority::NextWindow));
        let week = both(Priority::ThisWeek).with(Table(8), |_| Some(Priority::ActNow));
        for (mut one, other) in [(own.clone(), &week), (week.clone(), &own)] {
            one.raise(other);
            assert_eq!(of(&one, 0), Some(Priority::ThisWeek));
            // Nobody told what the other is by this table.
            assert_eq!(of(&one, 7), Some(Priority::ThisWeek));
            assert_eq!(of(&one, 8), Some(Priority::ActNow));
        }
        let mut none = Priorities::default();
        none.raise(&own);
        assert_eq!(none, own.clone());
        assert_eq!(of(&Priorities::default(), 7), None);
    }
}
