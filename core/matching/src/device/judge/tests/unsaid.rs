//! Advisories that say of a product which releases are fixed or not affected, and of none that it
//! is affected.

use advisory::{Record, Vulnerability};
use naming::Makers;
use terms::vex::Status;

use super::{check_record, record};
use crate::device::{Answer, Basis, Configuration, Matcher, Replies, Reply, Verdict};

fn said(version: &str, status: Status, group: &str) -> Record {
    let mut record = record("Acme", "Zetaline 400", version, "");
    let said = &mut record.products[0].statuses[0];
    said.status = status;
    group.clone_into(&mut said.group);
    record
}

fn answer(record: &Record, version: &str, replies: &Replies) -> Answer {
    let device = Configuration {
        maker: "Acme".to_owned(),
        model: "Zetaline 400".to_owned(),
        version: version.to_owned(),
        ..Configuration::default()
    };
    Matcher::new([record], Makers::built_in()).judge_answered(&device, replies).remove(0)
}

#[test]
fn a_release_before_the_one_that_holds_the_fix_is_asked() {
    for group in ["fixed", "first_fixed", "recommended"] {
        for version in ["2.0", ">= 2.0"] {
            let fixed = said(version, Status::Fixed, group);
            check_record(&fixed, "Acme | Zetaline 400 | | 1.0", "cannot_tell");
            check_record(&fixed, "Acme | Zetaline 400 | |", "cannot_tell");
            check_record(&fixed, "Acme | Zetaline 400 | | planned 2.0", "cannot_tell");
            check_record(&fixed, "Acme | Zetaline 400 | | 2.0", "not_affected");
            check_record(&fixed, "Acme | Zetaline 400 | | 2.1", "not_affected");
            check_record(&fixed, "Acme | Zetaline 500 | | 1.0", "-");
        }
    }
}

#[test]
fn what_holds_the_fix_is_never_called_affected() {
    let fixed = said("2.0", Status::Fixed, "fixed");
    for version in ["1.0", ""] {
        let answer = answer(&fixed, version, &Replies::default());
        assert_eq!((&*answer.vulnerabilities, &*answer.fixed_version), (&[0][..], "2.0"));
        assert!(!answer.question.contains("Affected:"), "{}", answer.question);
        assert_eq!(answer.asked.len(), 1);
        assert_eq!(answer.asked[0].vulnerabilities, [0]);
    }
    let later = answer(&fixed, "2.1", &Replies::default());
    assert_eq!(later.basis([0]), Basis::Fixed);
    assert_eq!(later.grounds[3], "2.1 is later than 2.0, which holds the fix");
    assert!(later.asked.is_empty());
}

#[test]
fn somebody_can_answer_what_the_advisory_leaves_open() {
    #[track_caller]
    fn check(record: &Record, reply: Reply, expected: Verdict) {
        let open = answer(record, "1.0", &Replies::default());
        let replies = open.asked.iter().map(|asked| (asked.ask.key(), reply)).collect();
        let told = answer(record, "1.0", &replies);
        assert_eq!((told.verdict, &*told.question), (expected, ""));
        assert!(told.asked.is_empty());
    }

    let fixed = said("2.0", Status::Fixed, "first_fixed");
    check(&fixed, Reply::Yes, Verdict::NotAffected);
    check(&fixed, Reply::No, Verdict::Affected);
    let well = said(">= 2.0", Status::NotAffected, "known_not_affected");
    check(&well, Reply::Yes, Verdict::Affected);
    check(&well, Reply::No, Verdict::NotAffected);
}

#[test]
fn a_range_that_is_not_affected_says_nothing_of_other_releases() {
    let well = said("< 2.0", Status::NotAffected, "known_not_affected");
    check_record(&well, "Acme | Zetaline 400 | | 1.0", "not_affected");
    check_record(&well, "Acme | Zetaline 400 | | 2.5", "cannot_tell");
    check_record(&well, "Acme | Zetaline 400 | |", "cannot_tell");
    let listed = said("1.0", Status::NotAffected, "known_not_affected");
    check_record(&listed, "Acme | Zetaline 400 | |", "cannot_tell");
    let every = said("vers:all/*", Status::NotAffected, "known_not_affected");
    check_record(&every, "Acme | Zetaline 400 | |", "not_affected");
}

#[test]
fn a_release_beside_a_range_that_is_affected_is_not_asked() {
    let mut both = said("2.0", Status::Fixed, "fixed");
    let mut affected = record("Acme", "Zetaline 400", "1.0", "");
    "q".clone_into(&mut affected.products[0].id);
    both.products.extend(affected.products);
    check_record(&both, "Acme | Zetaline 400 | | 1.0", "affected");
    check_record(&both, "Acme | Zetaline 400 | | 0.9", "not_affected");
    check_record(&both, "Acme | Zetaline 400 | | 2.0", "not_affected");
    let unstated = answer(&both, "", &Replies::default());
    assert_eq!(unstated.question, "Which version is it? Affected: 1.0");
    assert_eq!(unstated.asked.len(), 1);
}

/// One vulnerability that the release holds the fix of says nothing of another one.
#[test]
fn a_fix_of_one_flaw_hides_no_question_about_another() {
    let mut both = said("2.0", Status::Fixed, "fixed");
    both.vulnerabilities.push(Vulnerability::default());
    let mut open = record("Acme", "Zetaline 400", "Kappa edition", "");
    "q".clone_into(&mut open.products[0].id);
    open.products[0].statuses[0].vulnerability = 1;
    both.products.extend(open.products);
    check_record(&both, "Acme | Zetaline 400 | | 2.0", "cannot_tell");
}
