//! Devices whose organisations give priorities by different tables.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use fleet::{
    Column, Configuration, ConfigurationId, Entry, Filter, Fleet, Organisation,
    OrganisationId, Priorities, Priority, Scope, Sets, Sort, Standing, Start, Table,
    Variant,
};
use matching::Verdict;

/// A system with two hospitals, one with a site.
const SYSTEM: OrganisationId = OrganisationId(1);
const NORTH: OrganisationId = OrganisationId(2);
const SITE: OrganisationId = OrganisationId(3);
const SOUTH: OrganisationId = OrganisationId(4);
const PUMP: ConfigurationId = ConfigurationId(5);

fn organisation(id: OrganisationId, parent: Option<OrganisationId>) -> Organisation {
    Organisation { id, parent, name: format!("Invented {}", id.0) }
}

/// What is known of the pump: each table gives a word of its own.
fn pump(of: impl Fn(Priorities) -> Priorities) -> Configuration {
    Configuration {
        id: PUMP,
        verdict: Some(Verdict::Affected),
        affected: 1,
        priorities: of(Priorities::new(|_| Some(Priority::NextWindow))),
        ..Configuration::default()
    }
}

fn fleet() -> Fleet {
    let entry = |ordinal, organisation| Entry {
        ordinal,
        organisation,
        configuration: PUMP,
        ..Entry::default()
    };
    let known = pump(|standard| {
        standard
            .with(Table(SYSTEM.0), |_| Some(Priority::ActNow))
            .with(Table(NORTH.0), |_| Some(Priority::Watch))
    });
    Fleet::build(
        [
            organisation(SYSTEM, None),
            organisation(NORTH, Some(SYSTEM)),
            organisation(SITE, Some(NORTH)),
            organisation(SOUTH, Some(SYSTEM)),
        ],
        [known],
        [entry(1, SYSTEM), entry(2, NORTH), entry(3, SITE), entry(4, SOUTH)],
    )
}

#[track_caller]
fn check(fleet: &Fleet, query: &str, expected: &[u32]) {
    let filter = Filter::parse(query).unwrap();
    let view = fleet.view(&Scope::of([SYSTEM]), &filter, &Sets::new()).unwrap();
    let page = view.page(Sort::up(Column::Priority), &Start::First, 9);
    assert_eq!(page.ordinals, expected, "{query}");
}

fn made(fleet: &mut Fleet, makers: &[OrganisationId]) {
    fleet.tables_changed(makers.iter().copied().collect::<BTreeSet<_>>());
}

#[test]
fn the_nearest_table_above_gives_the_priority() {
    let mut fleet = fleet();
    check(&fleet, "priority=next_window", &[1, 2, 3, 4]);
    made(&mut fleet, &[NORTH]);
    check(&fleet, "priority=next_window", &[1, 4]);
    check(&fleet, "priority=watch", &[2, 3]);
    // The more urgent stand first, whatever the table.
    check(&fleet, "", &[1, 4, 2, 3]);
    made(&mut fleet, &[NORTH, SYSTEM]);
    check(&fleet, "priority=act_now", &[1, 4]);
    check(&fleet, "priority=watch", &[2, 3]);
    assert_eq!(fleet.table(SITE), Table(NORTH.0));
    made(&mut fleet, &[SYSTEM]);
    check(&fleet, "priority=act_now", &[1, 2, 3, 4]);
    made(&mut fleet, &[]);
    check(&fleet, "priority=next_window", &[1, 2, 3, 4]);
    assert_eq!(fleet.table(SITE), Table(0));
}

#[test]
fn devices_that_come_later_and_answers_keep_to_the_table() {
    let mut fleet = fleet();
    made(&mut fleet, &[NORTH]);
    fleet.put(&Entry {
        ordinal: 9,
        organisation: SITE,
        configuration: PUMP,
        ..Entry::default()
    });
    check(&fleet, "priority=watch", &[2, 3, 9]);
    let answered =
        pump(|standard| standard.with(Table(NORTH.0), |_| Some(Priority::ThisWeek)));
    fleet.variant_changed(Variant(7), answered);
    fleet.settle(3, Standing::default(), Variant(7));
    check(&fleet, "priority=this_week", &[3]);
    made(&mut fleet, &[]);
    check(&fleet, "priority=next_window", &[1, 2, 3, 4, 9]);
    // What was answered about it stays.
    assert_eq!(fleet.situation(3).map(|one| one.variant), Some(Variant(7)));
    fleet.remove(3);
    made(&mut fleet, &[NORTH]);
    check(&fleet, "priority=watch", &[2, 9]);
    assert_eq!(fleet.situation(3), None);
}

#[test]
fn an_organisation_that_goes_elsewhere_takes_the_table_that_it_finds_there() {
    let mut fleet = fleet();
    made(&mut fleet, &[NORTH]);
    fleet.organisation_changed(organisation(SITE, Some(SOUTH)));
    check(&fleet, "priority=watch", &[2]);
    fleet.organisation_changed(organisation(SOUTH, Some(NORTH)));
    check(&fleet, "priority=watch", &[2, 3, 4]);
    // A ring is no way up, and ends.
    made(&mut fleet, &[OrganisationId(99)]);
    fleet.organisation_changed(organisation(NORTH, Some(SITE)));
    check(&fleet, "priority=next_window", &[1]);
}

#[test]
fn actions_are_alike_only_where_one_table_rules() {
    let mut fleet = fleet();
    made(&mut fleet, &[NORTH]);
    let tables: Vec<i64> =
        fleet.alike().iter().map(|one| one.situation.table.0).collect();
    assert_eq!(tables, [0, NORTH.0, NORTH.0, 0]);
}
