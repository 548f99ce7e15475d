//! Each rule speaks where it must, and is silent where any part of it is missing.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::collections::BTreeMap;

use mds2::lint::{
    Bill, Connected, Facts, Foreign, Found, Owned, Software, Support, Unsupported,
    contradictions, lint, rules,
};
use mds2::{Form, parse};
use reading::Place;

/// A form with these answers, and a head that nothing is wrong with.
fn form(answers: &BTreeMap<String, String>) -> Form {
    let mut text = String::from(
        "ID,Question,Answer\nDOC-1,Maker,Acme\nDOC-3,Model,Drip\nDOC-7,Date,2026-05-01\n",
    );
    for (id, word) in answers {
        text.push_str(&format!("{id},x,{word}\n"));
    }
    parse(text.as_bytes()).unwrap().value
}

fn of(pairs: &[(&str, &str)]) -> Form {
    form(&pairs.iter().map(|(id, word)| ((*id).to_owned(), (*word).to_owned())).collect())
}

fn day(text: &str) -> terms::Day {
    terms::date::day(text).unwrap()
}

fn found(form: &Form, facts: &Facts) -> Vec<&'static str> {
    let findings = lint(form, facts, day("2026-11-26"));
    findings.iter().map(|it| it.rule.id.as_str()).collect()
}

/// Whether a rule is among those that speak.
fn word(rules: &[&str], rule: &str) -> &'static str {
    if rules.contains(&rule) { "speaks" } else { "silent" }
}

/// The conditions of each rule of the data, as the file has them.
fn conditions() -> Vec<(String, Vec<String>, Vec<String>)> {
    let data: toml::Table = toml::from_str(include_str!("../data/rules.toml")).unwrap();
    let list = |rule: &toml::Value, name: &str| -> Vec<String> {
        let list = rule.get(name).and_then(toml::Value::as_array);
        let words = list.into_iter().flatten().map(|it| it.as_str().unwrap().to_owned());
        words.collect()
    };
    let rules = data.get("rule").and_then(toml::Value::as_array).unwrap();
    rules
        .iter()
        .map(|rule| {
            let id = rule.get("id").and_then(toml::Value::as_str).unwrap().to_owned();
            (id, list(rule, "when"), list(rule, "against"))
        })
        .filter(|(_, when, _)| !when.is_empty())
        .collect()
}

fn answered(conditions: &[&String]) -> BTreeMap<String, String> {
    let word = |word: &str| match word {
        "yes" => "Yes",
        "no" => "No",
        _ => "N/A",
    };
    let split = conditions.iter().map(|it| it.split_once(' ').unwrap());
    split.map(|(id, answer)| (id.to_owned(), word(answer).to_owned())).collect()
}

#[test]
fn each_comparison_speaks_with_all_its_answers_and_is_silent_without_any_of_them() {
    let all = conditions();
    assert!(all.len() > 60);
    for (id, when, against) in &all {
        for other in against {
            let whole: Vec<&String> = when.iter().chain([other]).collect();
            let speaks = |answers: &BTreeMap<String, String>| {
                contradictions(&form(answers)).iter().any(|it| it.rule.id == *id)
            };
            let answers = answered(&whole);
            assert_eq!(
                answers.len(),
                whole.len(),
                "{id} asks for two answers of one question"
            );
            assert!(speaks(&answers), "{id}: {answers:?}");
            for gone in &whole {
                let question = gone.split_once(' ').unwrap().0;
                for word in ["", "perhaps", "See Notes"] {
                    let mut answers = answers.clone();
                    answers.insert(question.to_owned(), word.to_owned());
                    assert!(!speaks(&answers), "{id} rests on {word:?}: {answers:?}");
                }
            }
        }
    }
}

#[test]
fn the_form_alone_is_asked_about_what_it_leaves_out() {
    #[track_caller]
    fn check(text: &str, rule: &str, expected: &str) {
        let form = parse(text.as_bytes()).unwrap().value;
        let rules = found(&form, &Facts::default());
        assert_eq!(word(&rules, rule), expected, "{rule}: {rules:?}");
    }

    let sound = "DOC-1:M:Acme\nDOC-3:M:Drip\nDOC-7:D:2026-05-01\nMPII-1,x?: Yes\n";
    for rule in [
        "model-missing",
        "release-missing",
        "release-in-doubt",
        "release-to-come",
        "outdated",
        "answered-twice",
        "answer-unclear",
        "note-missing",
        "id-misspelt",
        "not-applicable-everywhere",
    ] {
        check(sound, rule, "silent");
    }
    check(&sound.replace("DOC-3:M:Drip", "DOC-3:M:____"), "model-missing", "speaks");
    check(&sound.replace("2026-05-01", "____"), "release-missing", "speaks");
    check(&sound.replace("2026-05-01", "03/04/2026"), "release-in-doubt", "speaks");
    check(&sound.replace("2026-05-01", "2026-12-24"), "release-to-come", "speaks");
    check(&sound.replace("2026-05-01", "2024-05-01"), "outdated", "speaks");
    check(&format!("{sound}MPII-1,x?: No\n"), "answered-twice", "speaks");
    check(&format!("{sound}MPII-1,x?: Yes\n"), "answered-twice", "silent");
    check(&format!("{sound}MPII-1,x?: ____\n"), "answered-twice", "silent");
    check(&format!("{sound}DOC-3:M:Drip 3\n"), "answered-twice", "speaks");
    check(&format!("{sound}MPII-2,x?: perhaps\n"), "answer-unclear", "speaks");
    check(&format!("{sound}MPII-2,x?: See Note 4\n"), "note-missing", "speaks");
    check(
        &format!("{sound}MPII-2,x?: See Note 4\nNote 4: it is so\n"),
        "note-missing",
        "silent",
    );
    check(&format!("{sound}SHAD-15,x?: Yes\n"), "id-misspelt", "speaks");
    check(&format!("{sound}SBOM-1,x?: N/A\n"), "not-applicable-everywhere", "speaks");
    check(sound, "not-answered", "speaks");
}

#[test]
fn what_hangs_on_a_no_need_not_be_answered() {
    let mut answers = BTreeMap::new();
    for question in mds2::Edition::Of2019.questions() {
        let has_no =
            question.parent().is_some_and(|it| ["CSUP-6", "CONN-1.1"].contains(&it.id));
        if has_no
            || question.section() == "DOC"
                && question.id.len() == 5
                && question.position < 7
        {
            continue;
        }
        let word = match question.id {
            "CSUP-6" | "CONN-1.1" => "No",
            "AUDT-4" => "",
            _ => "Yes",
        };
        answers.insert(question.id.to_owned(), word.to_owned());
    }
    let text = form(&answers);
    let finding = |form: &Form| {
        let findings = lint(form, &Facts::default(), day("2026-11-26"));
        findings.into_iter().find(|it| it.rule.id == "not-answered").map(|it| it.why)
    };
    // DOC-2 and DOC-4 to DOC-6 are not in it; AUDT-4 has parts that are answered.
    assert_eq!(
        finding(&text).unwrap(),
        "4 of 240, of which 4 are not in the form at all: DOC-2, DOC-4, DOC-5, DOC-6"
    );
    answers.insert("AUDT-4.1".to_owned(), String::new());
    answers.insert("AUDT-4.1.1".to_owned(), String::new());
    assert!(
        finding(&form(&answers))
            .unwrap()
            .ends_with("DOC-6, AUDT-4, AUDT-4.1, AUDT-4.1.1")
    );
}

fn bill(found: &[(Software, &str)]) -> Bill {
    let found = found.iter().map(|(what, name)| Found {
        what: *what,
        name: (*name).to_owned(),
        place: Place::Pointer("/components/0".to_owned()),
    });
    Bill {
        document: "bom.json".to_owned(),
        components: 10,
        with_version: 10,
        with_maker: 10,
        made: Some(day("2026-01-01")),
        found: found.collect(),
    }
}

#[test]
fn what_an_sbom_says_is_held_against_the_answers() {
    #[track_caller]
    fn check(answer: (&str, &str), bill: Bill, rule: &str, expected: &str) {
        let facts = Facts { bills: vec![bill], ..Facts::default() };
        let rules = found(&of(&[answer]), &facts);
        assert_eq!(word(&rules, rule), expected, "{rule}: {rules:?}");
        assert!(!found(&of(&[answer]), &Facts::default()).contains(&rule));
        assert!(!found(&of(&[(answer.0, "")]), &facts).contains(&rule), "{rule}");
    }

    let linux = || bill(&[(Software::OperatingSystem, "linux 6")]);
    check(("SBOM-1", "No"), bill(&[]), "sbom-delivered", "speaks");
    check(("SBOM-1", "Yes"), bill(&[]), "sbom-delivered", "silent");
    check(("CSUP-2", "No"), linux(), "sbom-operating-system", "speaks");
    check(("CSUP-2", "Yes"), linux(), "sbom-operating-system", "silent");
    check(("CSUP-2", "Yes"), bill(&[]), "sbom-no-operating-system", "speaks");
    check(("CSUP-2", "Yes"), linux(), "sbom-no-operating-system", "silent");
    check(
        ("STCF-3", "No"),
        bill(&[(Software::Database, "sqlite")]),
        "sbom-database",
        "speaks",
    );
    check(("STCF-3", "No"), linux(), "sbom-database", "silent");
    check(
        ("CSUP-4", "No"),
        bill(&[(Software::AntiMalware, "clamav")]),
        "sbom-anti-malware",
        "speaks",
    );
    check(("MLDP-2.1", "Yes"), bill(&[]), "sbom-no-anti-malware", "speaks");
    check(
        ("RMOT-1", "No"),
        bill(&[(Software::RemoteAccess, "x11vnc")]),
        "sbom-remote-access",
        "speaks",
    );
    check(
        ("RMOT-1", "Yes"),
        bill(&[(Software::RemoteAccess, "x11vnc")]),
        "sbom-remote-access",
        "silent",
    );
    check(
        ("CONN-1.1", "No"),
        bill(&[(Software::Wireless, "bluez")]),
        "sbom-wireless",
        "speaks",
    );
    check(("CONN-7", "No"), bill(&[(Software::Tls, "openssl")]), "sbom-tls", "speaks");
    let half = Bill { with_version: 5, ..bill(&[]) };
    check(("SBOM-2.3", "Yes"), half.clone(), "sbom-below-claim", "speaks");
    check(("SBOM-2.3", "No"), half, "sbom-below-claim", "silent");
    check(
        ("SBOM-2.2", "Yes"),
        Bill { with_maker: 8, ..bill(&[]) },
        "sbom-below-claim",
        "speaks",
    );
    let newer = Bill { made: Some(day("2026-06-01")), ..bill(&[]) };
    let facts = Facts { bills: vec![newer], ..Facts::default() };
    assert!(found(&of(&[]), &facts).contains(&"sbom-newer"));
    let older = Facts { bills: vec![bill(&[])], ..Facts::default() };
    assert!(!found(&of(&[]), &older).contains(&"sbom-newer"));
}

#[test]
fn an_sbom_of_something_else_is_said_and_not_compared() {
    let foreign = Foreign {
        document: "bom.json".to_owned(),
        about: "bom.json is about Flow 7, where Drip is the device of the form"
            .to_owned(),
    };
    let facts = Facts { foreign: vec![foreign], ..Facts::default() };
    let form = of(&[("DOC-3", "Drip"), ("SBOM-1", "No")]);
    let rules = found(&form, &facts);
    assert_eq!(word(&rules, "sbom-of-something-else"), "speaks");
    assert_eq!(word(&rules, "sbom-delivered"), "silent");
    let none = found(&form, &Facts::default());
    assert_eq!(word(&none, "sbom-of-something-else"), "silent");
}

#[test]
fn what_the_house_knows_is_held_against_the_answers() {
    let kept = |ends: Option<&str>, connected| Facts {
        support: vec![Support {
            document: "acme.toml".to_owned(),
            place: Place::Line { line: 3, column: 0 },
            product: "Drip".to_owned(),
            ends: ends.map(day),
            connected,
        }],
        ..Facts::default()
    };
    let over = kept(Some("2026-01-01"), Connected::Unstated);
    assert!(found(&of(&[]), &over).contains(&"support-ended"));
    let goes_on = kept(Some("2027-01-01"), Connected::Unstated);
    assert!(!found(&of(&[]), &goes_on).contains(&"support-ended"));
    let unknown = kept(None, Connected::Yes);
    assert!(found(&of(&[("RDMP-3", "Yes")]), &unknown).contains(&"support-not-told"));
    assert!(!found(&of(&[("RDMP-3", "No")]), &unknown).contains(&"support-not-told"));
    assert!(found(&of(&[("CONN-1", "No")]), &unknown).contains(&"connected-by-house"));
    assert!(!found(&of(&[("CONN-1", "Yes")]), &unknown).contains(&"connected-by-house"));

    let device = |version: &str, address: &str, holds_data| Owned {
        document: "devices.csv".to_owned(),
        place: Place::Line { line: 2, column: 0 },
        name: "A1".to_owned(),
        version: version.to_owned(),
        address: address.to_owned(),
        holds_data,
    };
    let owned =
        |device: Owned, count| Facts { owned: vec![device; count], ..Facts::default() };
    let one = owned(device("2.0.9", "10.1.1.7", Connected::Yes), 9);
    let denied = of(&[("CONN-1", "No"), ("MPII-2", "No")]);
    let rules = found(&denied, &one);
    assert!(
        rules.contains(&"connected-in-inventory") && rules.contains(&"data-in-inventory")
    );
    // The form names no version, so it holds for all.
    assert!(!rules.contains(&"version-not-named"));
    let findings = lint(&denied, &one, day("2026-11-26"));
    let connected =
        findings.iter().find(|it| it.rule.id == "connected-in-inventory").unwrap();
    assert_eq!(connected.grounds.len(), 7);
    assert_eq!(connected.why, "9 devices of the inventory, of which 6 are shown");
    let silent = owned(device("", "", Connected::Unstated), 1);
    let rules = found(&denied, &silent);
    assert!(
        !rules.contains(&"connected-in-inventory")
            && !rules.contains(&"data-in-inventory")
    );
    let versioned =
        parse(b"DOC-1:M:Acme\nDOC-3:M:Drip 2.1.0\nMPII-1,x?: Yes\n").unwrap().value;
    assert!(found(&versioned, &one).contains(&"version-not-named"));
    let same = owned(device("2.1.0", "", Connected::Unstated), 1);
    assert!(!found(&versioned, &same).contains(&"version-not-named"));
}

#[test]
fn components_that_nobody_supports_are_asked_about_with_what_the_form_says_of_them() {
    let ended = Facts {
        unsupported: vec![Unsupported {
            document: "drip.cdx.json".to_owned(),
            place: Place::Pointer("/components/3".to_owned()),
            component: "Windows XP Embedded".to_owned(),
            ended: Some(day("2016-01-12")),
        }],
        ..Facts::default()
    };
    for (answers, grounds) in [(vec![("RDMP-4", "Yes")], 2), (vec![], 1)] {
        let findings = lint(&of(&answers), &ended, day("2026-11-26"));
        let one = findings.iter().find(|it| it.rule.id == "component-unsupported");
        let one = one.unwrap();
        assert_eq!(one.grounds.len(), grounds);
        let said = one.grounds.last().map(|it| it.text.as_str());
        assert_eq!(said, Some("support of Windows XP Embedded ended on 2016-01-12"));
    }
    assert!(!found(&of(&[]), &Facts::default()).contains(&"component-unsupported"));
}

#[test]
fn every_rule_is_known_by_the_tests_or_the_data() {
    let own = include_str!("rules.rs");
    let compared: Vec<String> = conditions().into_iter().map(|it| it.0).collect();
    for rule in rules() {
        let is_named = own.contains(&format!("\"{}\"", rule.id));
        assert!(
            is_named || compared.contains(&rule.id) || rule.id == "old-edition",
            "{}",
            rule.id
        );
    }
}
