use std::cmp::Ordering;

use proptest::prelude::*;

use super::range::{Sorted, Turn, intervals};
use super::*;
use crate::record::{Bound, Interval};

/// Whether the intervals hold a version, by the order of whole numbers.
fn holds(intervals: &[Interval], version: u32) -> bool {
    let number = |text: &str| text.parse::<u32>().unwrap();
    intervals.iter().any(|interval| {
        let lower = match &interval.lower {
            None => true,
            Some(Bound::Included(lower)) => number(lower) <= version,
            Some(Bound::Excluded(lower)) => number(lower) < version,
        };
        let upper = match &interval.upper {
            None => true,
            Some(Bound::Included(upper)) => version <= number(upper),
            Some(Bound::Excluded(upper)) => version < number(upper),
        };
        lower && upper
    })
}

/// The specification's own evaluation, step by step, of a version that is not listed.
fn specification(events: &[(Turn, u32)], version: u32) -> bool {
    let mut sorted = events.to_vec();
    sorted.sort_by_key(|(_, at)| *at);
    let mut vulnerable = false;
    for (turn, at) in &sorted {
        match turn {
            Turn::Introduced if version >= *at => vulnerable = true,
            Turn::Fixed if version >= *at => vulnerable = false,
            Turn::LastAffected if version > *at => vulnerable = false,
            _ => {}
        }
    }
    let mut limits = events.iter().filter(|(turn, _)| *turn == Turn::Limit).peekable();
    vulnerable && (limits.peek().is_none() || limits.any(|(_, limit)| version < *limit))
}

fn by_number(a: &str, b: &str) -> Option<Ordering> {
    Some(a.parse::<u32>().ok()?.cmp(&b.parse::<u32>().ok()?))
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        4 => Just(Turn::Introduced),
        4 => Just(Turn::Fixed),
        2 => Just(Turn::LastAffected),
        1 => Just(Turn::Limit),
    ]
}

proptest! {
    #[test]
    fn intervals_hold_what_the_specification_calls_vulnerable(
        events in prop::collection::vec((turn(), 0u32..12), 0..9),
    ) {
        // Several turns at one version are contradictions that the specification leaves
        // to the order of the list; `last_affected` beside `introduced` is one of them.
        let mut events = events;
        events.sort_by_key(|(turn, at)| (*at, *turn == Turn::Limit));
        events.dedup_by_key(|(turn, at)| (*at, *turn == Turn::Limit));
        events.reverse();
        let texts: Vec<(Turn, String)> =
            events.iter().map(|(turn, at)| (*turn, at.to_string())).collect();
        let steps: Vec<(Turn, &str)> =
            texts.iter().map(|(turn, at)| (*turn, at.as_str())).collect();
        let (found, sorted) = intervals(&steps, Scheme::Unknown, by_number);
        prop_assert_eq!(sorted, Sorted::ByVersion);
        for version in 0..14 {
            prop_assert_eq!(
                holds(&found, version),
                specification(&events, version),
                "{} in {:?} of {:?}", version, found, events
            );
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        let _ = parse(text.as_bytes());
    }
}

fn read(affected: &str) -> Parsed<Record> {
    let text = format!(
        r#"{{"id":"X-1","modified":"2024-01-01T00:00:00Z","affected":[{affected}]}}"#
    );
    parse(text.as_bytes()).unwrap()
}

/// The intervals in mathematical writing.
fn written(record: &Record) -> Vec<String> {
    let mut all = Vec::new();
    for (extent, status) in record.affected.iter().flat_map(|affected| &affected.extents)
    {
        let text = match extent {
            Extent::Interval(interval) => {
                let lower = match &interval.lower {
                    None => "(".to_owned(),
                    Some(Bound::Included(lower)) => format!("[{lower}"),
                    Some(Bound::Excluded(lower)) => format!("({lower}"),
                };
                let upper = match &interval.upper {
                    None => ")".to_owned(),
                    Some(Bound::Included(upper)) => format!("{upper}]"),
                    Some(Bound::Excluded(upper)) => format!("{upper})"),
                };
                format!("{lower},{upper}")
            }
            Extent::Exact { versions, .. } => versions.join("|"),
            Extent::Unreadable(text) => format!("?{text}"),
            Extent::All => "*".to_owned(),
        };
        all.push(match status {
            Status::Affected => text,
            other => format!("{text} {}", other.word()),
        });
    }
    all
}

const RANGES: &[(&str, &[&str])] = &[
    (r#"[{"introduced":"0"},{"fixed":"2"}]"#, &["(,2)"]),
    (r#"[{"introduced":"0"}]"#, &["(,)"]),
    (r#"[{"introduced":1}]"#, &["[1,)"]),
    (r#"[{"introduced":"1"},{"fixed":"1"}]"#, &[]),
    (r#"[{"fixed":"2"}]"#, &[]),
    (r#"[{"introduced":""},{"fixed":null}]"#, &[]),
    ("[]", &[]),
    ("null", &[]),
];

/// Ranges of an ecosystem that has an order, and of one that has none.
const ORDERED: &[(&str, &str, &[&str])] = &[
    ("PyPI", r#"[{"introduced":"1"},{"last_affected":"2"}]"#, &["[1,2]"]),
    ("PyPI", r#"[{"introduced":"1","fixed":"2"}]"#, &["[1,2)"]),
    ("PyPI", r#"[{"fixed":"2"},{"introduced":"1"}]"#, &["[1,2)"]),
    (
        "PyPI",
        r#"[{"introduced":"3"},{"fixed":"4"},{"introduced":"1"},{"fixed":"2"}]"#,
        &["[1,2)", "[3,4)"],
    ),
    (
        "PyPI",
        r#"[{"introduced":"1"},{"fixed":"2"},{"introduced":"2"}]"#,
        &["[1,2)", "[2,)"],
    ),
    (
        "PyPI",
        r#"[{"introduced":"0"},{"last_affected":"1"},{"fixed":"2"}]"#,
        &["(,1]", "(1,2) under_investigation"],
    ),
    (
        "PyPI",
        r#"[{"introduced":"0"},{"fixed":"1"},{"last_affected":"2"}]"#,
        &["(,1)", "[1,2] under_investigation"],
    ),
    ("PyPI", r#"[{"introduced":"0"},{"fixed":"1"},{"fixed":"2"}]"#, &["(,1)"]),
    ("Homebrew", r#"[{"introduced":"1_1"},{"fixed":"2_1"}]"#, &["1_1", "[1_1,2_1)"]),
    (
        "Homebrew",
        r#"[{"introduced":"1_1"},{"last_affected":"2_1"}]"#,
        &["1_1|2_1", "[1_1,2_1]"],
    ),
];

#[test]
fn events_are_ordered_by_version_and_else_their_ends_are_named() {
    #[track_caller]
    fn check(ecosystem: &str, events: &str, expected: &[&str]) {
        let record = read(&format!(
            r#"{{"package":{{"ecosystem":"{ecosystem}","name":"x"}},
                "ranges":[{{"type":"ECOSYSTEM","events":{events}}}]}}"#
        ));
        assert_eq!(written(&record.value), expected, "{events}");
    }

    for (ecosystem, events, expected) in ORDERED {
        check(ecosystem, events, expected);
    }
}

#[test]
fn events_become_intervals() {
    #[track_caller]
    fn check(events: &str, expected: &[&str]) {
        let record = read(&format!(
            r#"{{"package":{{"ecosystem":"Homebrew","name":"x"}},
                "ranges":[{{"type":"ECOSYSTEM","events":{events}}}]}}"#
        ));
        assert_eq!(written(&record.value), expected, "{events}");
        let otherwise = record.value.affected[0].otherwise;
        // Debian and others say of a release that it is not affected by a range in which
        // nothing lies; without an end or a start nothing is said.
        let is_said = !expected.is_empty() || events.contains(r#""1"},{"fixed":"1""#);
        assert_eq!(otherwise.is_some(), is_said, "{events}");
    }

    for (events, expected) in RANGES {
        check(events, expected);
    }
}

#[test]
fn what_is_listed_is_affected_unless_the_range_calls_it_fixed() {
    let record = read(
        r#"{"package":{"ecosystem":"PyPI","name":"x"},"versions":["2","3",1.5,""],
            "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2"}]}]}"#,
    );
    assert_eq!(written(&record.value), ["(,2)", "2 under_investigation", "3|1.5"]);
    assert_eq!(record.notes.len(), 1, "{:?}", record.notes);
}

#[test]
fn commits_are_set_aside_and_alone_they_cannot_be_told() {
    let git = r#"{"type":"GIT","repo":"https://h/r","events":[{"introduced":"0"},{"fixed":"a1"}]}"#;
    let text = "GIT https://h/r introduced 0 fixed a1";
    let listed = read(&format!(
        r#"{{"package":{{"ecosystem":"PyPI","name":"x"}},"versions":["1"],"ranges":[{git}]}}"#
    ));
    assert_eq!(written(&listed.value), ["1"]);
    assert_eq!(listed.notes.len(), 1);
    let alone = read(&format!(
        r#"{{"package":{{"ecosystem":"PyPI","name":"x"}},"ranges":[{git}]}}"#
    ));
    assert_eq!(written(&alone.value), [format!("?{text}")]);
    let repository = read(&format!(r#"{{"ranges":[{git}]}}"#));
    let expected =
        Identity::Name { vendor: String::new(), product: "https://h/r".into() };
    assert_eq!(repository.value.affected[0].identity, expected);
    let nothing = read(r#"{"versions":["1"]}"#);
    assert!(nothing.value.affected.is_empty() && nothing.notes.len() == 1);
}

#[test]
fn a_range_of_an_unknown_kind_cannot_be_told() {
    let record = read(
        r#"{"package":{"ecosystem":"PyPI","name":"x"},
            "ranges":[{"type":"LUNAR","events":[{"introduced":"1"}]}]}"#,
    );
    assert_eq!(written(&record.value), ["?LUNAR  introduced 1"]);
    assert_eq!(record.notes.len(), 1);
}

#[test]
fn only_aliases_are_names_and_a_notice_has_none_but_its_own() {
    #[track_caller]
    fn check(members: &str, ids: &[&str], related: &[&str]) {
        let text = format!(r#"{{{members},"modified":"2024-01-01T00:00:00Z"}}"#);
        let record = parse(text.as_bytes()).unwrap().value;
        assert_eq!(record.vulnerabilities[0].ids, ids, "{members}");
        assert_eq!(record.related, related, "{members}");
    }

    check(
        r#""id":"PYSEC-1","aliases":["cve-2020-1","ghsa-AAAA-bbbb-cccc","CVE-2020-1"]"#,
        &["PYSEC-1", "CVE-2020-1", "GHSA-aaaa-bbbb-cccc"],
        &[],
    );
    check(
        r#""id":"ALPINE-CVE-2020-1","upstream":["CVE-2020-1"],"related":["CVE-2020-2"]"#,
        &["ALPINE-CVE-2020-1"],
        &["CVE-2020-1", "CVE-2020-2"],
    );
    check(r#""id":"DSA-1-1","aliases":["CVE-2020-1"]"#, &["DSA-1-1"], &["CVE-2020-1"]);
    check(
        r#""id":"RUSTSEC-1","aliases":["CVE-2020-1","CVE-2020-2","GHSA-x"]"#,
        &["RUSTSEC-1", "CVE-2020-1", "CVE-2020-2", "GHSA-x"],
        &[],
    );
    check(r#""id":"X-1","aliases":null,"related":["X-1",""]"#, &["X-1"], &[]);
}

#[test]
fn scores_of_both_levels_are_kept_once_and_words_are_none() {
    let text = r#"{"id":"X-1","severity":[
        {"type":"CVSS_V3","score":"CVSS:3.1/AV:N","source":"NVD"},
        {"type":"Ubuntu","score":"low"}],
      "database_specific":{"severity":"HIGH","cwe_ids":["CWE-79"]},
      "affected":[{"package":{"ecosystem":"npm","name":"x"},
        "severity":[{"type":"CVSS_V4","score":"CVSS:4.0/AV:N"}]},
       {"package":{"ecosystem":"npm","name":"y"},
        "severity":[{"type":"CVSS_V4","score":"CVSS:4.0/AV:N"}]}]}"#;
    let parsed = parse(text.as_bytes()).unwrap();
    let vulnerability = &parsed.value.vulnerabilities[0];
    let scores: Vec<_> =
        vulnerability.severities.iter().map(|s| (s.scorer, s.vector.as_str())).collect();
    assert_eq!(
        scores,
        [(Scorer::Nvd, "CVSS:3.1/AV:N"), (Scorer::Other, "CVSS:4.0/AV:N")]
    );
    assert_eq!(vulnerability.cwes, ["CWE-79"]);
    assert_eq!(parsed.notes.len(), 1);
}

#[test]
fn a_withdrawn_record_says_when() {
    let text = r#"{"id":"X-1","withdrawn":"2024-01-01T02:00:00.5+02:00","modified":"x",
        "database_specific":[]}"#;
    let parsed = parse(text.as_bytes()).unwrap();
    assert_eq!(parsed.value.state, State::Withdrawn("2024-01-01T00:00:00Z".into()));
    assert_eq!(parsed.value.modified, "");
    assert_eq!(parsed.notes[0].place, Place::Pointer("/modified".into()));
}

#[test]
fn the_zero_time_of_go_is_no_date_and_withdraws_nothing() {
    #[track_caller]
    fn check(zero: &str) {
        let text = format!(
            r#"{{"id":"GO-1","withdrawn":"{zero}","modified":"{zero}","published":"{zero}"}}"#
        );
        let parsed = parse(text.as_bytes()).unwrap();
        let record = parsed.value;
        assert_eq!((record.modified, record.published), (String::new(), String::new()));
        assert_eq!(record.state, State::Live, "{zero}");
        assert!(parsed.notes.is_empty(), "{:?}", parsed.notes);
    }

    check("0001-01-01T00:00:00Z");
    check("0001-01-01T00:00:00+00:00");
    check("0001-01-01");
    let text = r#"{"id":"GO-1","modified":"0001-01-01T00:00:01Z"}"#;
    let record = parse(text.as_bytes()).unwrap().value;
    assert_eq!(record.modified, "0001-01-01T00:00:01Z");
}

#[test]
fn what_is_no_record_is_refused_with_its_place() {
    #[track_caller]
    fn check(bytes: &[u8], place: Place) {
        assert_eq!(parse(bytes).unwrap_err().place, place);
    }

    check(b"", Place::Line { line: 1, column: 0 });
    check(b"{}", Place::Pointer("/id".into()));
    check(br#"{"id":null}"#, Place::Pointer("/id".into()));
    check(br#"{"id":"X","affected":{}}"#, Place::Pointer("/affected".into()));
    check(
        br#"{"id":"X","affected":[{"ranges":[{"events":["x"]}]}]}"#,
        Place::Pointer("/affected/0/ranges/0/events/0".into()),
    );
    check(b"{\"id\":\"\xff\"}", Place::Byte(7));
    check(br#"{"id":"X"} {}"#, Place::Line { line: 1, column: 12 });
}
