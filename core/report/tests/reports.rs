//! A report says what was judged and nothing more: with no evidence at all, with a trend of
//! weeks, and with names that somebody else wrote.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use evidence::{Class, Ground};
use posture::{Holdings, Posture, Tailoring, Verdict, assess, catalog};
use reading::Place;
use report::{
    Block, Board, Frame, Member, Noted, Report, Standing, Turned, board, posture,
};
use terms::Day;

fn day(text: &str) -> Day {
    terms::date::day(text).unwrap()
}

fn plain(name: &str) -> String {
    name.to_owned()
}

fn frame(organisation: &str) -> Frame<'_> {
    let knowledge = "Advisories of 2 h ago";
    Frame { organisation, day: day("2026-11-26"), knowledge, named: &plain }
}

fn noted(text: &str, met: usize, not_met: usize) -> Noted {
    Noted { day: day(text), met, partly_met: 0, not_met, cannot_tell: 0 }
}

fn blocks<'r>(report: &'r Report, heading: &str) -> Vec<&'r Block> {
    let own = report.sections.iter().filter(|one| one.heading == heading);
    own.flat_map(|one| &one.blocks).collect()
}

fn nothing() -> Vec<posture::Assessed> {
    assess(&Holdings::default(), &[], &Tailoring::default(), day("2026-11-26"))
}

#[test]
fn with_nothing_at_hand_nothing_is_met_and_every_control_says_what_next() {
    let assessed = nothing();
    let standing = Standing {
        assessed: &assessed,
        turned: Vec::new(),
        noted: Vec::new(),
        members: Vec::new(),
    };
    let report = posture(&frame("House"), &standing);
    assert!(report.lead.contains(" 0 are met, "), "{}", report.lead);
    let reached = "With partly met as half, 0 % is reached.";
    assert!(report.lead.ends_with(reached), "{}", report.lead);
    assert_eq!(
        (report.as_of.as_str(), report.label.as_str()),
        ("2026-11-26", "TLP:AMBER+STRICT")
    );
    let all: Vec<&report::Finding> = report
        .sections
        .iter()
        .flat_map(|one| &one.blocks)
        .filter_map(|block| match block {
            Block::Finding(found) => Some(found),
            _ => None,
        })
        .collect();
    assert_eq!(all.len(), catalog().controls().count());
    for found in all {
        assert_ne!(found.verdict.word, Verdict::Met.word(), "{}", found.name);
        let tells = found.lines.iter().any(|line| line.name == "Next");
        assert_eq!(tells, found.verdict.word != "not_applicable", "{}", found.name);
    }
    // What says nothing has no heading.
    for heading in
        ["What changed this week", "How it went", "What is accepted for a time"]
    {
        assert!(blocks(&report, heading).is_empty(), "{heading}");
    }
}

#[test]
fn a_trend_has_the_last_word_of_each_week_and_none_before_the_second() {
    #[track_caller]
    fn check(days: &[Noted], expected: &[(&str, usize)]) {
        let assessed = nothing();
        let standing = Standing {
            assessed: &assessed,
            turned: Vec::new(),
            noted: days.to_vec(),
            members: Vec::new(),
        };
        let report = posture(&frame("House"), &standing);
        let drawn: Vec<(String, usize)> = blocks(&report, "How it went")
            .into_iter()
            .flat_map(|block| match block {
                Block::Plot(plot) => plot.rows.clone(),
                _ => Vec::new(),
            })
            .map(|row| (row.label, row.values[0].unwrap()))
            .collect();
        let drawn: Vec<(&str, usize)> =
            drawn.iter().map(|(label, value)| (label.as_str(), *value)).collect();
        assert_eq!(drawn, expected);
    }

    check(&[], &[]);
    check(&[noted("2026-11-20", 1, 1), noted("2026-11-26", 1, 0)], &[]);
    check(
        &[
            // More than twelve weeks ago.
            noted("2026-08-01", 9, 0),
            noted("2026-11-12", 0, 4),
            noted("2026-11-18", 1, 3),
            noted("2026-11-20", 2, 2),
            noted("2026-11-26", 3, 1),
        ],
        &[("12 Nov 2026", 0), ("18 Nov 2026", 25), ("26 Nov 2026", 75)],
    );
}

#[test]
fn a_word_that_nobody_knows_is_cannot_tell_and_never_met() {
    let turned = vec![Turned {
        control: "A-01".to_owned(),
        before: "met".to_owned(),
        after: "splendid".to_owned(),
        day: "26 Nov 2026".to_owned(),
    }];
    let assessed = nothing();
    let standing =
        Standing { assessed: &assessed, turned, noted: Vec::new(), members: Vec::new() };
    let report = posture(&frame("House"), &standing);
    let [Block::Table(table)] = blocks(&report, "What changed this week")[..] else {
        panic!("{report:?}")
    };
    assert_eq!(table.rows[0][1..3], ["met", "cannot tell"]);
}

#[test]
fn facts_are_named_as_people_name_them_and_of_unknown_age_where_nobody_says() {
    let mut assessed = nothing();
    let name = "evidence/12/roster.csv";
    let text = format!("{name} says so");
    let ground = Ground::of(Class::Documented, name, Place::Document, text);
    let dated = ground.clone().dated(Some(day("2026-11-25")));
    assessed[0].ruling.grounds = vec![ground, dated];
    let named = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
    let frame = Frame { named: &named, ..frame("House") };
    let standing = Standing {
        assessed: &assessed,
        turned: Vec::new(),
        noted: Vec::new(),
        members: Vec::new(),
    };
    let report = posture(&frame, &standing);
    let facts: Vec<&report::Fact> = report
        .sections
        .iter()
        .flat_map(|one| &one.blocks)
        .filter_map(|block| match block {
            Block::Finding(found) => Some(&found.facts),
            _ => None,
        })
        .flatten()
        .collect();
    let told: Vec<(&str, &str, &str)> = facts
        .iter()
        .map(|fact| (fact.text.as_str(), fact.source.as_str(), fact.age.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("roster.csv says so", "roster.csv", "of unknown age"),
            ("roster.csv says so", "roster.csv", "of 25 Nov 2026, 1 day old"),
        ]
    );
}

#[test]
fn a_board_page_says_nothing_of_what_whoever_asks_does_not_see() {
    let assessed = nothing();
    let made = |held, suppliers| {
        let board_of = Board {
            assessed: &assessed,
            noted: Vec::new(),
            held,
            suppliers,
            members: Vec::new(),
        };
        board(&frame("House"), &board_of)
    };
    let unseen = made(None, None);
    assert!(blocks(&unseen, "What can hurt somebody").is_empty());
    let none = made(Some(report::Held::default()), Some((3, 2)));
    let [Block::Paragraph { text }] = blocks(&none, "What can hurt somebody")[..] else {
        panic!("{none:?}")
    };
    assert!(text.starts_with("Nothing is open about devices"), "{text}");
    assert!(text.ends_with("From 2 of 3 suppliers nothing may be bought yet."), "{text}");
}

/// A group of a system with two hospitals, one of which has a site.
fn group() -> Vec<Member> {
    let assessed = nothing();
    let posture = Posture::of(&assessed, day("2026-11-26"));
    let member = |name: &str, depth, organisations, posture: &Posture| Member {
        name: name.to_owned(),
        depth,
        organisations,
        posture: posture.clone(),
    };
    let mut met = nothing();
    met.iter_mut().take(17).for_each(|one| one.ruling.verdict = Verdict::Met);
    let met = Posture::of(&met, day("2026-11-26"));
    vec![
        member("System", 0, 4, &met.clone().and(&posture).and(&posture).and(&met)),
        member("North", 1, 1, &met),
        member("South", 1, 2, &posture.clone().and(&met)),
        member("Site", 2, 1, &met),
    ]
}

/// The rows of a table below a heading: the name and what is reached, as a whole and in the
/// first two categories.
fn rolled(report: &Report) -> Vec<[String; 4]> {
    let found =
        blocks(report, "With those below").into_iter().find_map(|block| match block {
            Block::Table(table) => Some(table.rows.clone()),
            _ => None,
        });
    let row =
        |row: Vec<String>| [0, 2, 3, 4].map(|at: usize| row.get(at).cloned().unwrap());
    found.unwrap_or_default().into_iter().map(row).collect()
}

#[test]
fn a_group_is_rolled_up_over_the_four_categories() {
    let assessed = nothing();
    let standing = |members| Standing {
        assessed: &assessed,
        turned: Vec::new(),
        noted: Vec::new(),
        members,
    };
    let whole = rolled(&posture(&frame("System"), &standing(group())));
    // The first seventeen controls are the category of training.
    let expected = [
        ["System", "13 %", "50 %", "0 %"],
        ["– North", "26 %", "100 %", "0 %"],
        ["– South", "13 %", "50 %", "0 %"],
        ["– – Site", "26 %", "100 %", "0 %"],
    ];
    assert_eq!(whole, expected);
    let alone = group().into_iter().take(1).collect();
    assert!(rolled(&posture(&frame("System"), &standing(alone))).is_empty());
    // On one page: the whole, and those right below it, the least first.
    let board_of = Board {
        assessed: &assessed,
        noted: Vec::new(),
        held: None,
        suppliers: None,
        members: group(),
    };
    let page = rolled(&board(&frame("System"), &board_of));
    let names: Vec<&str> = page.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(names, ["System", "– South", "– North"]);
}
