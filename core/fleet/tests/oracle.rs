//! The fleet answers as the naive one does, whatever its history.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests; the naive fleet is part of them"
)]

mod naive;

use std::collections::{BTreeMap, BTreeSet};

use fleet::{
    Answer, Column, Configuration, ConfigurationId, Cursor, Direction, Facets, Filter,
    Fleet, How, Organisation, OrganisationId, Part, Presence, Priorities, Priority,
    Scope, Sets, Sort, Start,
};
use naive::{Condition, Row, World};
use proptest::prelude::*;
use proptest::sample::select;

const TAGS: &[&str] = &["", "AT-1", "at-01", "AT-10", "AT-2", "Ä-2", "a-2", "7", "007"];
const UDIS: &[&str] = &[
    "",
    "(01)00844588003288(21)A1",
    "(01)00844588003288(21)A2",
    "0100844588003288",
    "00844588003288",
    "+A999X1/$$1",
];
const MACS: &[&str] = &["", "00:1A:2b:00:00:01", "001a.2b00.0001", "10-1a", "n/a"];
const IPS: &[&str] =
    &["", "10.0.0.10", "9.0.0.1", "10.0.0.9", "FE80:0::1", "::1", "dhcp"];
const WORDS: &[&str] = &["", "Ward 2", "ward 2", "Ward 10", "Wärd 2", "ICU", "Ward 02"];
const DATES: &[&str] = &["", "", "2024-02-01", "2024-10-01", "2023-12-31"];
const ORDINALS: &[u32] = &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 4096, 70_000, u32::MAX];

/// What happens to a fleet.
#[derive(Clone, Debug)]
enum Event {
    Put(Row),
    Remove(u32),
    Configuration(Configuration),
    Organisation(Organisation),
    Ask(Question),
}

#[derive(Clone, Debug)]
struct Question {
    scope: i64,
    conditions: Vec<Condition>,
    sort: Sort,
}

fn column() -> impl Strategy<Value = Column> {
    select(&Column::ALL[..])
}

fn text(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(of).prop_map(str::to_owned)
}

fn pool(column: Column) -> &'static [&'static str] {
    match column {
        Column::AssetTag | Column::Serial => TAGS,
        Column::Udi => UDIS,
        Column::Mac => MACS,
        Column::Ip => IPS,
        Column::Received | Column::MissingSince => DATES,
        Column::LifeSustaining
        | Column::HoldsPhi
        | Column::Reachable
        | Column::Exploited => &["yes", "no", "unknown"],
        Column::Verdict => &["affected", "not_affected", "cannot_tell", "none"],
        Column::Priority => &["act_now", "watch", "none"],
        Column::Affected | Column::CannotTell => &["0", "1", "2"],
        Column::Organisation | Column::Configuration => &["0", "1", "2", "3", "9"],
        _ => WORDS,
    }
}

fn row() -> impl Strategy<Value = Row> {
    let texts = [
        Column::Source,
        Column::AssetTag,
        Column::Serial,
        Column::Udi,
        Column::Mac,
        Column::Ip,
        Column::Department,
        Column::Status,
        Column::Received,
        Column::MissingSince,
    ];
    let texts: Vec<_> = texts
        .into_iter()
        .map(|column| text(pool(column)).prop_map(move |text| (column, text)))
        .collect();
    let answer = select(&Answer::ALL[..]);
    (select(ORDINALS), 0..5i64, 0..5i64, texts, [answer.clone(), answer.clone(), answer])
        .prop_map(|(ordinal, organisation, configuration, texts, answers)| {
            let texts: BTreeMap<_, _> = texts.into_iter().collect();
            Row { ordinal, organisation, configuration, texts, answers }
        })
}

fn configuration() -> impl Strategy<Value = Configuration> {
    let verdict = proptest::option::of(select(&matching::Verdict::ALL[..]));
    let priority = proptest::option::of(select(&Priority::ALL[..]));
    let priorities = (priority.clone(), priority).prop_map(|(one, other)| {
        Priorities::new(|standing| match standing.reachable {
            Answer::No => one,
            Answer::Yes | Answer::Unknown => other,
        })
    });
    (
        0..5i64,
        [text(WORDS), text(WORDS), text(WORDS), text(TAGS)],
        verdict,
        priorities,
        0..3u32,
    )
        .prop_map(
            |(
                id,
                [maker, model, description, version],
                verdict,
                priorities,
                affected,
            )| {
                let id = ConfigurationId(id);
                let cannot_tell = 2 - affected;
                Configuration {
                    id,
                    maker,
                    model,
                    description,
                    version,
                    verdict,
                    priorities,
                    exploited: Answer::ALL[affected as usize],
                    affected,
                    cannot_tell,
                }
            },
        )
}

fn organisation() -> impl Strategy<Value = Organisation> {
    (0..5i64, proptest::option::of(0..5i64), text(WORDS)).prop_map(
        |(id, parent, name)| Organisation {
            id: OrganisationId(id),
            parent: parent.map(OrganisationId),
            name,
        },
    )
}

fn condition() -> impl Strategy<Value = Condition> {
    let parts = &["a", "ward", "2", "Ä", "10", "00:1a", "(01)008", "1", "zz"][..];
    let holds_text = |column: &Column| Filter::default().contains(*column, "x").is_ok();
    prop_oneof![
        4 => column().prop_flat_map(|column| {
            text(pool(column)).prop_map(move |value| Condition::Is(column, value))
        }),
        3 => (column().prop_filter("holds text", holds_text), select(parts))
            .prop_map(|(column, part)| Condition::Contains(column, part.to_owned())),
        1 => (0..6i64).prop_map(Condition::Within),
        1 => select(&[Presence::Missing, Presence::Listed][..])
            .prop_map(Condition::Presence),
        1 => proptest::collection::btree_set(select(ORDINALS), 0..9)
            .prop_map(Condition::Among),
    ]
}

fn sort() -> impl Strategy<Value = Sort> {
    let direction = select(&[Direction::Up, Direction::Down][..]);
    (column(), direction).prop_map(|(column, direction)| Sort { column, direction })
}

fn question() -> impl Strategy<Value = Question> {
    (0..5i64, proptest::collection::vec(condition(), 0..3), sort()).prop_map(
        |(scope, mut conditions, sort)| {
            // Only one set is handed over, so a filter can name only one.
            let mut sets = 0;
            conditions.retain(|condition| {
                sets += usize::from(matches!(condition, Condition::Among(_)));
                !matches!(condition, Condition::Among(_)) || sets == 1
            });
            Question { scope, conditions, sort }
        },
    )
}

fn history() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        8 => row().prop_map(Event::Put),
        2 => select(ORDINALS).prop_map(Event::Remove),
        2 => configuration().prop_map(Event::Configuration),
        2 => organisation().prop_map(Event::Organisation),
        3 => question().prop_map(Event::Ask),
    ];
    proptest::collection::vec(event, 1..60)
}

/// Lets an event happen to both.
fn happen(event: Event, fleet: &mut Fleet, world: &mut World) {
    match event {
        Event::Put(row) => {
            fleet.put(&row.entry());
            world.rows.insert(row.ordinal, row);
        }
        Event::Remove(ordinal) => {
            fleet.remove(ordinal);
            world.rows.remove(&ordinal);
        }
        Event::Configuration(configuration) => {
            fleet.configuration_changed(configuration.clone());
            world.configurations.insert(configuration.id.0, configuration);
        }
        Event::Organisation(organisation) => {
            fleet.organisation_changed(organisation.clone());
            world.organisations.insert(organisation.id.0, organisation);
        }
        Event::Ask(question) => check(fleet, world, &question),
    }
}

fn asked(question: &Question) -> (Scope, Filter, Sets) {
    let conditions = question.conditions.iter();
    let filter =
        conditions.clone().fold(Filter::default(), |filter, one| one.add(filter));
    let sets = conditions.filter_map(|condition| match condition {
        Condition::Among(set) => Some(("set".to_owned(), set.iter().copied().collect())),
        _ => None,
    });
    (Scope::of([OrganisationId(question.scope)]), filter, sets.collect())
}

/// Every answer to a question, beside the naive one.
#[track_caller]
fn check(fleet: &Fleet, world: &World, question: &Question) {
    let (scope, filter, sets) = asked(question);
    assert_eq!(Filter::parse(&filter.to_string()), Ok(filter.clone()), "{filter}");
    let view = fleet.view(&scope, &filter, &sets).unwrap();
    let nothing = filter.parts().fold(filter.clone(), |rest, part| rest.without(part));
    assert_eq!(nothing, Filter::default(), "{filter}");
    let counted: BTreeMap<String, u64> = view
        .configurations()
        .into_iter()
        .map(|(id, count)| (id.0.to_string(), count))
        .collect();
    let unfiltered = filter.parts().all(|part| {
        !matches!(
            part,
            Part::Is(Column::Configuration, _) | Part::Contains(Column::Configuration, _)
        )
    });
    if unfiltered {
        let facets = view.facets(Column::Configuration, usize::MAX).values;
        let facets = facets.into_iter().map(|facet| (facet.value, facet.count));
        assert_eq!(counted, facets.collect(), "{filter}");
    }
    let expected = world.list(question.scope, &question.conditions, question.sort);
    let total = expected.len();
    assert_eq!(view.total(), total as u64);

    let mut listed = Vec::new();
    let mut start = Start::First;
    loop {
        let page = view.page(question.sort, &start, 3);
        assert_eq!(page.before, listed.len() as u64, "{start:?}");
        assert_eq!(page.total, total as u64);
        listed.extend(page.ordinals);
        let Some(next) = page.next else { break };
        let next: Cursor = next.to_string().parse().unwrap();
        start = Start::After(next);
    }
    assert_eq!(listed, expected, "{}", question.sort);
    for position in 0..=total + 1 {
        let page = view.page(question.sort, &Start::At(position as u64), 2);
        let from = position.min(total);
        assert_eq!(page.ordinals, expected[from..(from + 2).min(total)], "{position}");
        assert_eq!((page.before, page.next.is_some()), (from as u64, from + 2 < total));
    }
    for column in Column::ALL {
        let expected = world.facets(question.scope, &question.conditions, column);
        check_facets(column, &view.facets(column, usize::MAX), expected);
    }
    check_find(fleet, world, question.scope);
}

/// Of texts of their own the fleet does not promise in which order equal counts stand.
#[track_caller]
fn check_facets(column: Column, facets: &Facets, expected: Facets) {
    let own = [Column::AssetTag, Column::Serial, Column::Udi, Column::Mac, Column::Ip];
    if !own.contains(&column) {
        assert_eq!(*facets, expected, "{column:?}");
        return;
    }
    let sorted = |facets: &Facets| -> BTreeSet<(u64, String)> {
        facets.values.iter().map(|facet| (facet.count, facet.value.clone())).collect()
    };
    assert_eq!(sorted(facets), sorted(&expected), "{column:?}");
    assert!(facets.values.is_sorted_by(|a, b| a.count >= b.count));
}

#[track_caller]
fn check_find(fleet: &Fleet, world: &World, scope: i64) {
    let columns =
        [Column::AssetTag, Column::Serial, Column::Udi, Column::Mac, Column::Ip];
    for typed in ["at-1", "AT-01", "Ä", "00-1a-2B", "(01)00844588003288(21)A1", "10.0.0"]
    {
        let found = fleet.find(&Scope::of([OrganisationId(scope)]), typed);
        for column in columns {
            let sought = naive::spelt(column, typed);
            let of = |how: How| -> BTreeSet<u32> {
                let met =
                    found.iter().filter(|met| (met.column, met.how) == (column, how));
                met.flat_map(|met| &met.devices).collect()
            };
            let rows = world.rows.values();
            let rows = rows.filter(|row| world.is_within(row.organisation, scope));
            let (mut same, mut beginning) = (BTreeSet::new(), BTreeSet::new());
            for row in rows {
                let own = world.value(column, row).0;
                if own == sought {
                    same.insert(row.ordinal);
                } else if own.starts_with(&sought) {
                    beginning.insert(row.ordinal);
                }
            }
            assert_eq!(of(How::Same), same, "{typed} in {column:?}");
            let within = of(How::Within);
            let rest: BTreeSet<u32> = beginning.difference(&within).copied().collect();
            assert_eq!(of(How::Beginning), rest, "{typed} in {column:?}");
        }
    }
}

/// Enough devices and values that other ways of counting and walking pay.
#[test]
fn many_devices_and_values_are_answered_alike() {
    let mut world = World::default();
    for id in 0..200 {
        let maker = ["Maker", "maker", "Other"][(id % 3) as usize].to_owned();
        let id = ConfigurationId(id);
        let one = Configuration { id, maker, affected: 1, ..Configuration::default() };
        world.configurations.insert(id.0, one);
    }
    for ordinal in 0..9000u32 {
        let tag = format!("AT-{}", ordinal / 2 % 4000);
        world.rows.insert(
            ordinal * 3,
            Row {
                ordinal: ordinal * 3,
                organisation: i64::from(ordinal % 2),
                configuration: i64::from(ordinal * 31 % 200),
                texts: [(Column::AssetTag, tag)].into(),
                answers: [Answer::ALL[(ordinal % 3) as usize]; 3],
            },
        );
    }
    let outside = Row { organisation: 7, ordinal: 1, ..world.rows[&0].clone() };
    world.rows.insert(1, outside);
    let root = OrganisationId(0);
    let site =
        Organisation { id: OrganisationId(1), parent: Some(root), name: "S".into() };
    world.organisations.insert(1, site);
    let fleet = world.fleet();
    let is = |value: &str| Condition::Is(Column::HoldsPhi, value.to_owned());
    for conditions in [vec![], vec![is("yes"), is("no")]] {
        for column in [Column::Maker, Column::Affected, Column::AssetTag] {
            for sort in [Sort::up(column), Sort::down(column)] {
                let conditions = conditions.clone();
                check_some(&fleet, &world, &Question { scope: 0, conditions, sort });
            }
        }
    }
}

/// All pages of one list, and its facets of values.
#[track_caller]
fn check_some(fleet: &Fleet, world: &World, question: &Question) {
    let (scope, filter, sets) = asked(question);
    let view = fleet.view(&scope, &filter, &sets).unwrap();
    let expected = world.list(question.scope, &question.conditions, question.sort);
    let mut listed = Vec::new();
    let mut start = Start::First;
    loop {
        let page = view.page(question.sort, &start, 997);
        assert_eq!(page.before, listed.len() as u64);
        assert_eq!(page, view.page(question.sort, &Start::At(page.before), 997));
        listed.extend(page.ordinals);
        let Some(next) = page.next else { break };
        start = Start::After(next);
    }
    assert_eq!(listed, expected, "{}", question.sort);
    for column in [Column::Maker, Column::Affected, Column::HoldsPhi, Column::AssetTag] {
        let facets = view.facets(column, usize::MAX);
        let naive = world.facets(question.scope, &question.conditions, column);
        check_facets(column, &facets, naive);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_answer_is_that_of_the_naive_fleet(
        history in history(),
        questions in proptest::collection::vec(question(), 4),
    ) {
        let (mut fleet, mut world) = (Fleet::new(), World::default());
        for event in history {
            happen(event, &mut fleet, &mut world);
        }
        let anew = world.fleet();
        for question in questions {
            check(&fleet, &world, &question);
            check(&anew, &world, &question);
        }
    }

    #[test]
    fn no_answer_depends_on_rows_outside_the_scope(
        history in history(),
        question in question(),
    ) {
        let (mut fleet, mut world) = (Fleet::new(), World::default());
        for event in history {
            happen(event, &mut fleet, &mut world);
        }
        let mut inside = world.clone();
        inside.rows.retain(|_, row| world.is_within(row.organisation, question.scope));
        let (scope, filter, sets) = asked(&question);
        let alone = inside.fleet();
        let (all, alone_view) = (
            fleet.view(&scope, &filter, &sets).unwrap(),
            alone.view(&scope, &filter, &sets).unwrap(),
        );
        prop_assert_eq!(all.devices(), alone_view.devices());
        for at in [Start::First, Start::At(1), Start::At(3)] {
            let page = all.page(question.sort, &at, 2);
            prop_assert_eq!(&page, &alone_view.page(question.sort, &at, 2));
            if let Some(next) = page.next {
                let after = Start::After(next);
                let page = all.page(question.sort, &after, 2);
                prop_assert_eq!(page, alone_view.page(question.sort, &after, 2));
            }
        }
        for column in Column::ALL {
            prop_assert_eq!(all.facets(column, 3), alone_view.facets(column, 3));
        }
        for typed in ["at", "ward 2", "00844588003288", "icu", "9", "001a"] {
            prop_assert_eq!(fleet.find(&scope, typed), alone.find(&scope, typed));
        }
    }

    #[test]
    fn a_row_that_stays_is_seen_once_whatever_changes_between_pages(
        history in history(),
        between in history(),
        question in question(),
    ) {
        let (mut fleet, mut world) = (Fleet::new(), World::default());
        for event in history {
            happen(event, &mut fleet, &mut world);
        }
        let (scope, filter, sets) = asked(&question);
        // Even devices change between the pages; odd ones stay.
        let mut changes = between.into_iter().filter(|event| match event {
            Event::Put(row) => row.ordinal % 2 == 0,
            Event::Remove(ordinal) => ordinal % 2 == 0,
            _ => false,
        });
        let stays = world.list(question.scope, &question.conditions, question.sort);
        let stays: Vec<u32> = stays.into_iter().filter(|one| one % 2 == 1).collect();
        let mut seen = Vec::new();
        let mut start = Start::First;
        for _ in 0..200 {
            let view = fleet.view(&scope, &filter, &sets).unwrap();
            let page = view.page(question.sort, &start, 1);
            seen.extend(page.ordinals.into_iter().filter(|one| one % 2 == 1));
            let Some(next) = page.next else { break };
            start = Start::After(next);
            for event in changes.by_ref().take(2) {
                happen(event, &mut fleet, &mut world);
            }
        }
        prop_assert_eq!(seen, stays);
    }

    #[test]
    fn any_query_and_cursor_is_read_or_refused(text in "[a-z_.=&%+0-9äÄ-]{0,40}") {
        if let Ok(filter) = Filter::parse(&text) {
            prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
        }
        if let Ok(cursor) = text.parse::<Cursor>() {
            prop_assert_eq!(cursor.to_string().parse::<Cursor>(), Ok(cursor));
        }
    }
}

/// One maker is one value of the facet, however it is written, and the filter finds all of it.
#[test]
fn a_maker_is_one_value_in_all_its_spellings() {
    let spelt = [
        "PHILIPS",
        "Philips Medical Systems",
        "Aldermoor Medical Inc.",
        "ALDERMOOR MEDICAL",
        "Aldermoor North",
        "",
        "???",
    ];
    let mut world = World::default();
    for (id, maker) in (0..).zip(spelt) {
        let of = ConfigurationId(id);
        let one =
            Configuration { id: of, maker: maker.into(), ..Configuration::default() };
        world.configurations.insert(id, one);
        for at in 0..=u32::try_from(id).unwrap() {
            let ordinal = u32::try_from(id).unwrap() * 100 + at;
            let (texts, answers) = (BTreeMap::new(), [Answer::Unknown; 3]);
            let row = Row { ordinal, organisation: 1, configuration: id, texts, answers };
            world.rows.insert(ordinal, row);
        }
    }
    let fleet = world.fleet();
    let scope = Scope::of([OrganisationId(1)]);
    let view = fleet.view(&scope, &Filter::default(), &Sets::new()).unwrap();
    let facets = view.facets(Column::Maker, 10);
    let told: Vec<(&str, u64, Vec<&str>)> = facets
        .values
        .iter()
        .map(|one| {
            let spellings = one.spellings.iter().map(String::as_str).collect();
            (one.value.as_str(), one.count, spellings)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("???", 7, vec![]),
            ("Aldermoor Medical Inc.", 7, vec!["ALDERMOOR MEDICAL"]),
            ("", 6, vec![]),
            ("Aldermoor North", 5, vec![]),
            ("Philips", 3, vec!["PHILIPS", "Philips Medical Systems"]),
        ]
    );
    assert_eq!(facets.distinct, 5);
    for (asked, count) in [
        ("Philips", 3),
        ("PHILIPS", 3),
        ("philips medical systems", 3),
        ("aldermoor medical", 7),
        ("Aldermoor", 0),
        ("???", 7),
        ("", 6),
    ] {
        let filter = Filter::default().is(Column::Maker, asked).unwrap();
        let view = fleet.view(&scope, &filter, &Sets::new()).unwrap();
        assert_eq!(view.total(), count, "{asked:?}");
    }
}
