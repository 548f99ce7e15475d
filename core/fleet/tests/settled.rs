//! Devices of one configuration that differ in what was answered about them.

#![expect(clippy::unwrap_used, reason = "tests")]

use fleet::{
    Answer, Column, Configuration, ConfigurationId, Entry, Filter, Fleet, Organisation,
    OrganisationId, Priorities, Priority, Scope, Sets, Situation, Sort, Standing, Start,
    Variant, View,
};
use matching::Verdict;

const HOUSE: OrganisationId = OrganisationId(1);
const OTHER: OrganisationId = OrganisationId(2);
const PUMP: ConfigurationId = ConfigurationId(5);

fn pump() -> Configuration {
    Configuration {
        id: PUMP,
        maker: "Invented".to_owned(),
        model: "IM-400".to_owned(),
        verdict: Some(Verdict::CannotTell),
        cannot_tell: 1,
        ..Configuration::default()
    }
}

fn urgent() -> Configuration {
    let by_life = |standing: Standing| {
        Some(match standing.life_sustaining {
            Answer::No => Priority::NextWindow,
            Answer::Yes | Answer::Unknown => Priority::ActNow,
        })
    };
    let verdict = Some(Verdict::Affected);
    let priorities = Priorities::new(by_life);
    Configuration { verdict, priorities, affected: 1, cannot_tell: 0, ..pump() }
}

fn fleet() -> Fleet {
    let organisation =
        |id| Organisation { id, name: "Invented".to_owned(), ..Organisation::default() };
    let entry = |ordinal, organisation, department| Entry {
        ordinal,
        organisation,
        configuration: PUMP,
        department,
        ..Entry::default()
    };
    Fleet::build(
        [organisation(HOUSE), organisation(OTHER)],
        [pump()],
        [entry(1, HOUSE, "4B"), entry(2, HOUSE, "4B"), entry(3, OTHER, "4B")],
    )
}

fn view<'f>(fleet: &'f Fleet, of: OrganisationId, query: &str) -> View<'f> {
    let filter = Filter::parse(query).unwrap();
    fleet.view(&Scope::of([of]), &filter, &Sets::new()).unwrap()
}

#[track_caller]
fn check(fleet: &Fleet, of: OrganisationId, query: &str, expected: &[u32]) {
    let page = view(fleet, of, query).page(Sort::up(Column::Verdict), &Start::First, 9);
    assert_eq!(page.ordinals, expected, "{query}");
}

#[test]
fn what_was_answered_of_a_device_is_said_of_that_device_alone() {
    let mut fleet = fleet();
    fleet.variant_changed(Variant(7), urgent());
    fleet.settle(2, Standing::default(), Variant(7));
    check(&fleet, HOUSE, "verdict=affected", &[2]);
    check(&fleet, HOUSE, "verdict=cannot_tell", &[1]);
    check(&fleet, HOUSE, "priority=act_now", &[2]);
    check(&fleet, HOUSE, "cannot_tell=1", &[1]);
    check(&fleet, OTHER, "verdict=cannot_tell", &[3]);
    check(&fleet, OTHER, "verdict=affected", &[]);
    // The worse stands first, though both are one configuration.
    check(&fleet, HOUSE, "configuration=5", &[2, 1]);
    let facets = view(&fleet, OTHER, "").facets(Column::Verdict, 9);
    assert_eq!(facets.values.len(), 1, "{facets:?}");
    fleet.settle(2, Standing::default(), Variant(0));
    check(&fleet, HOUSE, "verdict=affected", &[]);
}

#[test]
fn a_fact_that_was_answered_changes_the_priority_at_once() {
    let mut fleet = fleet();
    fleet.configuration_changed(urgent());
    check(&fleet, HOUSE, "priority=act_now", &[1, 2]);
    let quiet = Standing { life_sustaining: Answer::No, ..Standing::default() };
    fleet.settle(1, quiet, Variant(0));
    check(&fleet, HOUSE, "priority=next_window", &[1]);
    check(&fleet, HOUSE, "life_sustaining=no", &[1]);
    check(&fleet, HOUSE, "life_sustaining=unknown", &[2]);
}

#[test]
fn devices_are_counted_by_place_and_situation() {
    let mut fleet = fleet();
    fleet.settle(2, Standing::default(), Variant(7));
    let seen: Vec<_> = fleet
        .tallies(&Scope::of([HOUSE]))
        .map(|one| (one.organisation, one.department, one.situation.variant, one.devices))
        .collect();
    assert_eq!(seen, [(HOUSE, "4B", Variant(0), 1), (HOUSE, "4B", Variant(7), 1)]);
    assert_eq!(fleet.tallies(&Scope::of([])).count(), 0);
    // One that is missing is counted; whoever named it, it stands in one place.
    let gone = Entry {
        ordinal: 4,
        organisation: OTHER,
        configuration: PUMP,
        ..Entry::default()
    };
    fleet.put(&Entry { missing_since: "2026-11-20", ..gone });
    fleet.put(&Entry { ordinal: 5, source: "another", ..gone });
    let seen: Vec<_> = fleet
        .tallies(&Scope::of([OTHER]))
        .map(|one| (one.organisation, one.department, one.devices))
        .collect();
    assert_eq!(seen, [(OTHER, "", 2), (OTHER, "4B", 1)]);
}

#[test]
fn devices_are_found_by_situation_and_by_department() {
    let mut fleet = fleet();
    fleet.settle(2, Standing::default(), Variant(7));
    let answered = |one: Situation| one.variant == Variant(7);
    assert_eq!(fleet.of_situations(answered).iter().collect::<Vec<_>>(), [2]);
    let ward = |name: &str| name == "4B";
    assert_eq!(fleet.of_department(OTHER, ward).iter().collect::<Vec<_>>(), [3]);
    assert_eq!(fleet.of_department(OTHER, |_| false).len(), 0);
    assert_eq!(fleet.situation(2).map(|one| one.variant), Some(Variant(7)));
    assert_eq!(fleet.situation(9), None);
}

#[test]
fn who_is_not_there_is_not_settled() {
    let mut fleet = fleet();
    fleet.settle(9, Standing::default(), Variant(7));
    assert_eq!(fleet.of_situations(|one| one.variant == Variant(7)).len(), 0);
    // A device that is told anew begins without answers.
    fleet.settle(2, Standing::default(), Variant(7));
    fleet.put(&Entry { ordinal: 2, configuration: PUMP, ..Entry::default() });
    assert_eq!(fleet.situation(2).map(|one| one.variant), Some(Variant(0)));
}
