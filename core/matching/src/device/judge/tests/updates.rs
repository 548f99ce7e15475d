//! A release that one advisory offers, judged by the others that speak of the device.

use advisory::{Record, Remediation, RemediationKind};
use naming::Makers;

use super::record;
use crate::device::{Answer, Configuration, Matcher, Verdict};

/// An advisory about versions of the Zetaline, with the release that it offers.
fn advisory(id: &str, version: &str, fix: &str) -> Record {
    let mut record = record("Acme", "Zetaline", version, "");
    record.id = id.to_owned();
    if !fix.is_empty() {
        record.remediations = vec![Remediation {
            kind: RemediationKind::VendorFix,
            text: format!("Update to version {fix}."),
            url: String::new(),
            products: Vec::new(),
            vulnerability: None,
        }];
    }
    record
}

fn answers(records: &[Record], version: &str) -> Vec<Answer> {
    let matcher = Matcher::new(records, Makers::built_in());
    matcher.judge(&Configuration {
        maker: "Acme".to_owned(),
        model: "Zetaline".to_owned(),
        version: version.to_owned(),
        ..Configuration::default()
    })
}

/// What each advisory says of version 2.1: its own fix, and the releases of others.
#[track_caller]
fn check(records: &[Record], expected: &[(&str, &str)]) {
    let answers = answers(records, "2.1");
    let told: Vec<(&str, &str)> = answers
        .iter()
        .map(|answer| (answer.fix_of(Some(0)), answer.also_fix_of(Some(0))))
        .collect();
    assert_eq!(told, expected);
    for answer in answers {
        assert_eq!(answer.also_fix_of(None), answer.also_fix_of(Some(0)));
    }
}

#[test]
fn a_later_release_mends_what_an_earlier_one_does_where_its_advisory_says_so() {
    let first = advisory("X-1", "<= 2.1", "2.3");
    check(
        &[first.clone(), advisory("X-2", "<= 2.3", "2.4")],
        &[("2.3", "2.4"), ("2.4", "")],
    );
    // Of the release that the other one offers, it says that it is affected.
    let mut trains = advisory("X-3", "<= 2.1", "2.3");
    trains.products.extend(record("Acme", "Zetaline", "2.4", "").products);
    check(&[trains, advisory("X-2", "<= 2.3", "2.4")], &[("2.3", ""), ("2.4", "")]);
    // Nobody else offers anything.
    check(&[first], &[("2.3", "")]);
}

#[test]
fn a_release_of_another_advisory_is_told_where_there_is_no_fix_of_its_own() {
    check(
        &[
            advisory("X-1", "<= 2.2", ""),
            advisory("X-2", "<= 2.3", "2.4"),
            advisory("X-3", "<= 2.1", "2.2"),
        ],
        &[("", "2.4"), ("2.4", ""), ("2.2", "2.4")],
    );
}

#[test]
fn a_release_of_which_a_list_is_silent_is_less_sure_than_what_the_list_names() {
    let mut listed = advisory("X-1", "2.1", "2.6");
    listed.products.extend(record("Acme", "Zetaline", "2.5", "").products);
    let other = advisory("X-2", "<= 2.1", "2.2");
    let told = answers(&[listed, other], "2.1");
    assert!(told.iter().all(|answer| answer.verdict == Verdict::Affected));
    assert_eq!(told.first().unwrap().also_fix_of(Some(0)), "");
}

#[test]
fn what_is_not_affected_is_told_no_release() {
    let told = answers(
        &[advisory("X-1", "<= 2.0", "2.2"), advisory("X-2", "<= 2.3", "2.4")],
        "2.1",
    );
    let clear = told.iter().find(|answer| answer.verdict == Verdict::NotAffected);
    assert_eq!(clear.unwrap().also_fixed, []);
}
