//! Bidders compared on paper: what nobody can tell is not none, an override stands with its
//! reason and its people, and many bidders find room.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use report::{
    Bidder, Block, Comparison, Ended, Flaw, Frame, Gate, Override, Report, Table,
    purchase,
};
use terms::Day;

fn day(text: &str) -> Day {
    terms::date::day(text).unwrap()
}

fn gate(standing: &'static str) -> Gate {
    Gate {
        id: "isao".to_owned(),
        title: "A proven membership in an ISAO".to_owned(),
        standing,
        blocks: standing != "passed",
        why: "no proof was given".to_owned(),
        ask: "Which ISAO?".to_owned(),
        facts: Vec::new(),
        by_override: None,
    }
}

fn bidder(name: &str, gate: Gate) -> Bidder {
    Bidder {
        name: name.to_owned(),
        product: "Pump 2.1".to_owned(),
        gates: vec![gate],
        considerations: vec![("A-01".to_owned(), "met"), ("A-02".to_owned(), "unheard")],
        contradictions: Vec::new(),
        questions: Vec::new(),
        has_sbom: true,
        flaws: Vec::new(),
    }
}

fn compared(bidders: Vec<Bidder>) -> Comparison {
    let title = |id: &str| (id.to_owned(), format!("Title of {id}"));
    Comparison {
        title: "Pumps".to_owned(),
        tier: "life-sustaining",
        used_until: None,
        profile: ("house".to_owned(), "1".to_owned()),
        members: Vec::new(),
        has_index: true,
        asked: vec![title("A-01"), title("A-02")],
        bidders,
        ended: None,
    }
}

fn report(compared: &Comparison) -> Report {
    let frame = Frame {
        organisation: "House",
        day: day("2026-11-26"),
        knowledge: "Advisories of 2 h ago",
        named: &|name| name.to_owned(),
    };
    purchase(&frame, compared)
}

fn blocks<'r>(report: &'r Report, heading: &str) -> Vec<&'r Block> {
    let own = report.sections.iter().filter(|one| one.heading == heading);
    own.flat_map(|one| &one.blocks).collect()
}

fn tables<'r>(report: &'r Report, heading: &str) -> Vec<&'r Table> {
    let tables = blocks(report, heading).into_iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    tables.collect()
}

fn overridden() -> Gate {
    let by_override = Override {
        reason: "the letter comes".to_owned(),
        last_day: day("2026-12-31"),
        asked_by: "Cora".to_owned(),
        approved_by: "Boss".to_owned(),
    };
    Gate { by_override: Some(by_override), blocks: false, ..gate("unproven") }
}

#[test]
fn who_may_be_bought_is_said_first_and_an_override_is_no_pass() {
    #[track_caller]
    fn check(gates: Vec<Gate>, lead: &str) {
        let bidders = gates.into_iter().zip(["A", "B", "C"]);
        let bidders = bidders.map(|(gate, name)| bidder(name, gate)).collect();
        assert_eq!(report(&compared(bidders)).lead, lead);
    }
    check(Vec::new(), "Nobody bids yet.");
    check(
        vec![gate("closed"), gate("unproven")],
        "Of 2 bidders none may be bought yet: gates keep from it.",
    );
    check(vec![gate("closed"), gate("passed")], "Of 2 bidders one may be bought: B.");
    check(
        vec![gate("closed"), overridden()],
        "Of 2 bidders one may be bought, by an override: B.",
    );
    check(
        vec![gate("passed"), overridden(), gate("closed")],
        "Of 3 bidders 2 may be bought, 1 of them by an override.",
    );
}

#[test]
fn an_override_stands_with_its_reason_and_its_people_only_while_it_holds() {
    let held = report(&compared(vec![bidder("A", overridden())]));
    let heading = "Gates that are not passed, and overrides";
    let [Block::Finding(found)] = blocks(&held, heading)[..] else { panic!("{held:?}") };
    assert_eq!(found.verdict.label, "overridden");
    let told: Vec<&str> = found.lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(
        told,
        ["the letter comes", "Cora, approved by Boss", "31 Dec 2026", "unproven"]
    );
    // An override that holds for less than how the gate stands today keeps nobody from asking.
    let graver = Gate { standing: "closed", blocks: true, ..overridden() };
    let held = report(&compared(vec![bidder("A", graver)]));
    let [Block::Finding(found)] = blocks(&held, heading)[..] else { panic!("{held:?}") };
    assert_eq!(found.verdict.label, "closed");
    assert_eq!(found.lines[0].text, "Which ISAO?");
    assert!(held.lead.starts_with("Of 1 bidder none may be bought"), "{}", held.lead);
}

#[test]
fn what_nobody_can_tell_is_never_no_flaw() {
    #[track_caller]
    fn check(change: impl Fn(&mut Comparison), cell: &str, told: &str) {
        let mut value = compared(vec![bidder("A", gate("passed"))]);
        change(&mut value);
        let report = report(&value);
        assert_eq!(tables(&report, "Who may be bought")[0].rows[0][5], cell);
        let found =
            format!("{:?}", blocks(&report, "Known flaws of what would be delivered"));
        assert!(found.contains(told), "{found}");
    }
    check(|_| {}, "0", "");
    check(|it| it.has_index = false, "cannot tell", "nobody can tell");
    check(|it| it.bidders[0].has_sbom = false, "cannot tell", "no SBOM was read");
    let flaw = |at: usize| Flaw {
        id: format!("CVE-2026-{at:04}"),
        component: "zlib".to_owned(),
        verdict: "affected".to_owned(),
        is_exploited: at < 2,
    };
    check(
        |it| it.bidders[0].flaws = (0..30).map(flaw).collect(),
        "2",
        "5 more stand on the page of the bid.",
    );
}

#[test]
fn a_word_that_nobody_knows_is_not_met_and_many_bidders_find_room() {
    let bidders: Vec<Bidder> =
        (0..9).map(|at| bidder(&format!("Bidder {at}"), gate("passed"))).collect();
    let report = report(&compared(bidders));
    let tables = tables(&report, "What is asked, side by side");
    let columns: Vec<usize> = tables.iter().map(|table| table.columns.len()).collect();
    assert_eq!(columns, [5, 5, 2]);
    assert_eq!(tables[2].caption, "Considerations by bidder, 3 of 3");
    assert_eq!(tables[2].columns[1].name, "Bidder 8");
    assert_eq!(tables[2].rows[0], ["A-01 Title of A-01", "met"]);
    assert_eq!(tables[2].rows[1][1], "cannot tell");
}

#[test]
fn how_it_ended_is_said_with_its_conditions_and_what_is_new() {
    let mut value = compared(vec![bidder("A", gate("passed"))]);
    value.ended = Some(Ended {
        at: "20 Nov 2026".to_owned(),
        by: "Cora".to_owned(),
        reason: "a trial first".to_owned(),
        award: Some(("A".to_owned(), day("2026-11-25"))),
        news: vec![("ISAO".to_owned(), "ended".to_owned())],
    });
    let told = report(&value);
    assert_eq!(told.lead, "It is awarded to A until 25 Nov 2026.");
    let [Block::Paragraph { text }, Block::Table(news)] =
        blocks(&told, "How it ended")[..]
    else {
        panic!("{told:?}")
    };
    assert_eq!(
        text,
        "Awarded to A by Cora, 20 Nov 2026; it holds until 25 Nov 2026, which is over. \
         On condition: a trial first"
    );
    assert_eq!(news.rows, [["ISAO", "ended"]]);
    value.ended = value.ended.map(|ended| Ended { award: None, ..ended });
    let told = report(&value);
    assert_eq!(told.lead, "Nothing is bought: the purchase was cancelled.");
}
