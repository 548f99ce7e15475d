//! What an answer to a question makes of what an advisory says.

use std::sync::LazyLock;

use advisory::{Remediation, RemediationKind};
use naming::Makers;

use super::record;
use crate::device::{Answer, Configuration, Matcher, Replies, Reply, Topic, Verdict};

/// What an advisory says of a row of maker, model, description and version, about which it
/// was answered so.
fn judged(record: &advisory::Record, row: [&str; 4], replies: &Replies) -> Vec<Answer> {
    static MAKERS: LazyLock<Makers> = LazyLock::new(Makers::built_in);
    let matcher = Matcher::new([record], MAKERS.clone());
    let [maker, model, description, version] = row.map(str::to_owned);
    let received = String::new();
    let row = Configuration { maker, model, description, version, received };
    matcher.judge_answered(&row, replies)
}

/// Answers everything that is asked with that word, question after question; the words of
/// the topics that were asked, and the verdict at the end.
fn all(record: &advisory::Record, row: [&str; 4], reply: Reply) -> (Vec<Topic>, Verdict) {
    let mut replies = Replies::default();
    let mut topics = Vec::new();
    for _ in 0..9 {
        let answers = judged(record, row, &replies);
        let answer = answers.first().expect("the row is of the product");
        let Some(asked) = answer.asked.first() else { return (topics, answer.verdict) };
        assert_eq!(answer.verdict, Verdict::CannotTell, "{answer:?}");
        assert_eq!(asked.ask.text, answer.question);
        topics.push(asked.ask.topic);
        replies.add(asked.ask.key(), reply);
    }
    panic!("the questions have no end: {topics:?}");
}

#[track_caller]
fn check(leaf: [&str; 4], row: [&str; 4], topics: &[Topic], yes: Verdict, no: Verdict) {
    let [vendor, name, version, full] = leaf;
    let record = record(vendor, name, version, full);
    check_record(&record, row, topics, yes, no);
}

#[track_caller]
fn check_record(
    record: &advisory::Record,
    row: [&str; 4],
    topics: &[Topic],
    yes: Verdict,
    no: Verdict,
) {
    assert_eq!(all(record, row, Reply::Yes), (topics.to_vec(), yes), "yes to all");
    // One *no* is enough.
    assert_eq!(all(record, row, Reply::No), (vec![topics[0]], no), "no to the first");
}

const AFFECTED: Verdict = Verdict::Affected;
const SPARED: Verdict = Verdict::NotAffected;

#[test]
fn an_answer_settles_whatever_is_asked() {
    let pump = ["Acme", "Zetaline", "PUMP", "1.0"];
    let leaf = |text| ["Acme", "Zetaline", text, ""];
    let condition = &[Topic::Condition];
    check(leaf("< 2.0 (with option W installed)"), pump, condition, AFFECTED, SPARED);
    check(leaf("< 2.0 (Windows 7 only)"), pump, condition, AFFECTED, SPARED);
    check(leaf("US versions < 2.0"), pump, &[Topic::Words], AFFECTED, SPARED);
    check(leaf("manufactured before 2018"), pump, condition, AFFECTED, SPARED);
    let bare = ["Acme", "Zetaline", "PUMP", ""];
    check(leaf("< 2.0"), bare, &[Topic::Version], AFFECTED, SPARED);
}

#[test]
fn a_yes_leads_to_the_next_question() {
    let full = "Zetaline: Versions < 2.0, running on Server 2003/Windows XP";
    let leaf = ["Acme", "Zetaline", "< 2.0", full];
    let row = ["Acme", "Zetaline", "PUMP", ""];
    let topics = [Topic::Version, Topic::Condition];
    let record = record(leaf[0], leaf[1], leaf[2], leaf[3]);
    assert_eq!(all(&record, row, Reply::Yes), (topics.to_vec(), AFFECTED));
    assert_eq!(all(&record, row, Reply::No).1, SPARED);
}

#[test]
fn an_answer_to_another_question_changes_nothing() {
    let record = record("Acme", "Zetaline", "< 2.0 (with option W installed)", "");
    let row = ["Acme", "Zetaline", "PUMP", "1.0"];
    let asked = judged(&record, row, &Replies::default())[0].asked[0].ask.clone();
    let beside = asked.key().replace("option w", "option x");
    assert_ne!(beside, asked.key());
    for key in ["", "condition", &beside] {
        let replies: Replies = [(key.to_owned(), Reply::No)].into_iter().collect();
        let answer = &judged(&record, row, &replies)[0];
        assert_eq!(answer.verdict, Verdict::CannotTell, "{key}");
    }
}

#[test]
fn an_answer_never_speaks_against_what_the_inventory_tells() {
    let record = record("Acme", "Zetaline", "< 2.0 (with option W installed)", "");
    let asked = |version| {
        let row = ["Acme", "Zetaline", "PUMP", version];
        judged(&record, row, &Replies::default())[0].asked.clone()
    };
    let key = asked("1.0")[0].ask.key();
    for reply in [Reply::Yes, Reply::No] {
        let replies: Replies = [(key.clone(), reply)].into_iter().collect();
        // Its version is outside, and nothing is asked.
        let outside = judged(&record, ["Acme", "Zetaline", "PUMP", "2.1"], &replies);
        assert_eq!(outside[0].verdict, SPARED);
        // The inventory says that the option is there.
        let told = ["Acme", "Zetaline", "PUMP, OPTION W INSTALLED", "1.0"];
        assert_eq!(judged(&record, told, &replies)[0].verdict, AFFECTED);
    }
}

#[test]
fn an_answer_about_a_release_is_none_about_another() {
    let record = record("Acme", "Zetaline", "US versions < 2.0", "");
    let ask = |version| {
        let row = ["Acme", "Zetaline", "PUMP", version];
        judged(&record, row, &Replies::default())[0].asked[0].ask.clone()
    };
    assert_ne!(ask("1.0").key(), ask("1.1").key());
    assert_eq!(ask("1.0").advisory, "X-1");
    // What is fitted stays when the software changes.
    let record = super::record("Acme", "Zetaline", "< 2.0 (with option W installed)", "");
    let ask = |version| {
        let row = ["Acme", "Zetaline", "PUMP", version];
        judged(&record, row, &Replies::default())[0].asked[0].ask.clone()
    };
    assert_eq!(ask("1.0").key(), ask("1.1").key());
    assert_eq!(ask("1.0").advisory, "");
}

fn remedy(text: &str) -> Remediation {
    Remediation {
        kind: RemediationKind::VendorFix,
        text: text.to_owned(),
        url: String::new(),
        products: Vec::new(),
        vulnerability: None,
    }
}

#[test]
fn a_release_that_is_answered_to_hold_the_fix_is_spared() {
    let mut record = record("Acme", "Zetaline Suite", "<= 9.6", "");
    record.remediations = vec![Remediation {
        kind: RemediationKind::Mitigation,
        ..remedy("Versions 9.4.2.6, 9.5.3.2, and 9.6.1")
    }];
    let row = ["Acme", "Zetaline Suite", "", "9.6.1"];
    // *Yes* speaks for it here.
    assert_eq!(all(&record, row, Reply::Yes), (vec![Topic::Fix], SPARED));
    assert_eq!(all(&record, row, Reply::No), (vec![Topic::Fix], AFFECTED));
}

#[test]
fn what_is_under_investigation_is_settled_by_what_the_maker_found_out() {
    let mut record = record("Acme", "Zetaline", "< 2.0", "");
    for status in &mut record.products[0].statuses {
        status.status = terms::vex::Status::UnderInvestigation;
        "under_investigation".clone_into(&mut status.group);
    }
    let row = ["Acme", "Zetaline", "PUMP", "1.0"];
    let topics = vec![Topic::Investigation];
    assert_eq!(all(&record, row, Reply::Yes), (topics.clone(), AFFECTED));
    assert_eq!(all(&record, row, Reply::No), (topics, SPARED));
    let replies = judged(&record, row, &Replies::default());
    assert_eq!(replies[0].asked[0].vulnerabilities, [0]);
}
