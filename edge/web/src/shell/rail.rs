//! The rail: the places of a side, at most seven, and the rest under *More*.
//!
//! A place whose page does not exist yet is left out: no entry leads nowhere.

use operations::{Actor, Permission};

use crate::side::Side;

/// What the rail of a page shows.
#[derive(Debug, Default)]
pub(super) struct Rail {
    pub(super) first: Vec<Entry>,
    /// The rest.
    pub(super) more: Vec<Entry>,
}

/// An entry of it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) address: &'static str,
    pub(super) key: &'static str,
    pub(super) is_here: bool,
}

/// A place that an entry leads to.
struct Place {
    name: &'static str,
    address: &'static str,
    /// The letter that leads there after `g`.
    key: &'static str,
    /// What whoever sees it may do; nothing where everybody sees it.
    asked: Option<Permission>,
}

const fn place(
    name: &'static str,
    address: &'static str,
    key: &'static str,
    asked: Permission,
) -> Place {
    Place { name, address, key, asked: Some(asked) }
}

const TODAY: Place = Place { name: "Today", address: "/today", key: "t", asked: None };
const WORK: Place = place("Work", "/work", "w", Permission::ViewDevices);
const QUESTIONS: Place = place("Questions", "/questions", "q", Permission::ViewDevices);
const DEVICES: Place = place("Devices", "/devices", "d", Permission::ViewDevices);
const PRODUCTS: Place = place("Products", "/products", "r", Permission::ViewDevices);
const SUPPLIERS: Place = place("Suppliers", "/suppliers", "l", Permission::ViewSuppliers);
const PURCHASES: Place = place("Purchases", "/purchases", "y", Permission::ViewPurchases);
const GUIDANCE: Place = place("Guidance", "/posture", "c", Permission::ViewEvidence);
const EVIDENCE: Place = place("Evidence", "/evidence", "e", Permission::ViewEvidence);
const REPORTS: Place = place("Reports", "/reports", "b", Permission::ViewEvidence);
const ADVISORIES: Place =
    place("Advisories", "/advisories", "v", Permission::ViewDevices);
const ORGANISATIONS: Place =
    place("Organisations", "/organisations", "o", Permission::ViewDevices);
const IMPORTS: Place = place("Imports", "/imports", "i", Permission::ViewDevices);
const PEOPLE: Place = place("People", "/people", "p", Permission::ViewPeople);
const AUDIT: Place = place("Audit", "/audit", "a", Permission::ViewAudit);
const SETTINGS: Place = place("Settings", "/settings", "s", Permission::Administer);
const OWN_PRODUCTS: Place =
    place("Products", "/maker/products", "r", Permission::AnswerAsMaker);
const OF_CUSTOMERS: Place =
    place("Questions", "/customers/questions", "q", Permission::ViewDevices);
const CUSTOMERS: Place = place("Customers", "/customers", "k", Permission::ViewDevices);
const OF_DEVICES: Place =
    place("Device questions", "/questions", "u", Permission::ViewDevices);
const SHOWN: Place = place("To buyers", "/maker/shown", "l", Permission::AnswerAsMaker);
const ASKED: Place =
    place("Questions", "/maker/questions", "q", Permission::AnswerAsMaker);

/// The places of a side: those that stand in the rail, and those under *More*.
const fn places(side: Side) -> (&'static [Place], &'static [Place]) {
    match side {
        Side::Hospital => (
            &[TODAY, WORK, QUESTIONS, DEVICES, PRODUCTS, GUIDANCE],
            &[
                EVIDENCE,
                SUPPLIERS,
                PURCHASES,
                ADVISORIES,
                ORGANISATIONS,
                IMPORTS,
                PEOPLE,
                REPORTS,
                AUDIT,
                SETTINGS,
            ],
        ),
        Side::Group => (
            &[TODAY, PURCHASES, SUPPLIERS, PRODUCTS, GUIDANCE, QUESTIONS],
            &[
                WORK,
                DEVICES,
                EVIDENCE,
                ADVISORIES,
                ORGANISATIONS,
                IMPORTS,
                PEOPLE,
                REPORTS,
                AUDIT,
                SETTINGS,
            ],
        ),
        Side::Maker => (
            &[TODAY, PRODUCTS, ADVISORIES, OF_CUSTOMERS, CUSTOMERS, GUIDANCE],
            &[
                WORK,
                DEVICES,
                OF_DEVICES,
                EVIDENCE,
                SUPPLIERS,
                PURCHASES,
                ORGANISATIONS,
                IMPORTS,
                PEOPLE,
                REPORTS,
                AUDIT,
                SETTINGS,
            ],
        ),
        Side::Guest => (&[TODAY, OWN_PRODUCTS, ASKED, SHOWN], &[]),
    }
}

impl Rail {
    /// What somebody sees who looks from a side, with where they are.
    pub(super) fn of(side: Side, by: &Actor, path: &str) -> Self {
        let (first, more) = places(side);
        // A place may lie within another: whoever is there is at the inner one.
        let here = first.iter().chain(more).filter(|place| place.holds(path));
        let here = here.map(|place| place.address).max_by_key(|address| address.len());
        let seen = |places: &[Place]| {
            let may = |place: &&Place| match place.asked {
                None => true,
                // The log is that of the whole house.
                Some(Permission::ViewAudit) => by.sees_audit(),
                Some(asked) => by.may(asked),
            };
            places.iter().filter(may).map(|place| place.entry(here)).collect()
        };
        Self { first: seen(first), more: seen(more) }
    }

    /// Whether the page lies under *More*, which is then open.
    pub(super) fn is_within_more(&self) -> bool {
        self.more.iter().any(|entry| entry.is_here)
    }
}

impl Place {
    /// Whether an address lies here.
    fn holds(&self, path: &str) -> bool {
        let rest = path.strip_prefix(self.address);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    fn entry(&self, here: Option<&str>) -> Entry {
        let Self { name, address, key, .. } = *self;
        Entry { name, address, key, is_here: here == Some(address) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const SIDES: [Side; 4] = [Side::Hospital, Side::Group, Side::Maker, Side::Guest];

    #[test]
    fn a_rail_has_seven_entries_at_most_and_no_place_or_letter_twice() {
        for side in SIDES {
            let (first, more) = places(side);
            assert!(first.len() + usize::from(!more.is_empty()) <= 7, "{side:?}");
            let all = || first.iter().chain(more);
            let addresses: BTreeSet<&str> = all().map(|place| place.address).collect();
            let letters: BTreeSet<&str> = all().map(|place| place.key).collect();
            assert_eq!(addresses.len(), all().count(), "{side:?}");
            assert_eq!(letters.len(), all().count(), "{side:?}");
            assert_eq!(first.first().map(|place| place.name), Some("Today"));
        }
    }

    #[test]
    fn what_a_hospital_has_a_group_and_a_maker_have_too() {
        let of = |side| {
            let (first, more) = places(side);
            let all = first.iter().chain(more);
            all.map(|place| place.address).collect::<BTreeSet<&str>>()
        };
        assert_eq!(of(Side::Hospital), of(Side::Group));
        // A maker has customers, who ask, too.
        let mut maker = of(Side::Hospital);
        maker.extend([OF_CUSTOMERS.address, CUSTOMERS.address]);
        assert_eq!(maker, of(Side::Maker));
    }
}
