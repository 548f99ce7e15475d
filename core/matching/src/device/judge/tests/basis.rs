//! On what it rests that a device is not affected: what an advisory says itself is told from what
//! only follows from its ranges.

use advisory::{Record, Remediation, RemediationKind, Vulnerability};
use naming::Makers;
use terms::vex::Status;

use super::record;
use crate::device::{Answer, Basis, Configuration, Matcher, Verdict};

fn answer(record: &Record, version: &str) -> Answer {
    let matcher = Matcher::new([record], Makers::built_in());
    let configuration = Configuration {
        maker: "Acme".to_owned(),
        model: "Zetamix ZM1200".to_owned(),
        version: version.to_owned(),
        ..Configuration::default()
    };
    matcher.judge(&configuration).into_iter().next().unwrap()
}

#[track_caller]
fn check(record: &Record, version: &str, expected: Basis) {
    let answer = answer(record, version);
    assert_eq!(answer.verdict, Verdict::NotAffected, "{version}: {answer:?}");
    assert_eq!(answer.basis([0]), expected, "{version}: {answer:?}");
}

fn mixer(versions: &str) -> Record {
    record("Acme", "Zetamix ZM1200", versions, "")
}

#[test]
fn a_release_that_no_range_reaches_is_nobodys_word() {
    check(&mixer("< 2.0"), "2.3", Basis::OutOfRange);
    check(&mixer("1.4"), "1.5", Basis::OutOfRange);
}

#[test]
fn a_release_with_the_fix_is_told_from_one_that_is_called_not_affected() {
    let mut fixed = mixer("< 2.0");
    fixed.remediations = vec![Remediation {
        kind: RemediationKind::VendorFix,
        text: "Update to version 2.1.".to_owned(),
        url: String::new(),
        products: Vec::new(),
        vulnerability: None,
    }];
    check(&fixed, "2.1", Basis::Fixed);
    let mut spared = mixer("< 2.0");
    let status = spared.products.first_mut().unwrap().statuses.first_mut().unwrap();
    status.status = Status::NotAffected;
    "known_not_affected".clone_into(&mut status.group);
    check(&spared, "1.4", Basis::Stated);
    // What it says of another release it does not say of this one.
    let mut listed = mixer("1.4");
    listed.products[0].statuses.clone_from(&spared.products[0].statuses);
    check(&listed, "2.3", Basis::OutOfRange);
    // A range that ends says that something changes there.
    assert_eq!(answer(&spared, "2.3").verdict, Verdict::CannotTell);
}

#[test]
fn what_is_said_of_one_vulnerability_is_not_said_of_another() {
    let mut two = mixer("< 2.0");
    two.vulnerabilities.push(Vulnerability::default());
    let answer = answer(&two, "1.4");
    assert_eq!(answer.verdict, Verdict::Affected);
    assert_eq!(answer.basis([1]), Basis::OutOfReach);
    let product = two.products.first_mut().unwrap();
    let mut other = product.statuses.first().unwrap().clone();
    (other.vulnerability, other.status) = (1, Status::NotAffected);
    product.statuses.push(other);
    let answer = self::answer(&two, "1.4");
    assert_eq!(answer.basis([1]), Basis::Stated);
    // Of several that of which least is said counts; of none nothing is said.
    assert_eq!(answer.basis([0, 1]), Basis::OutOfReach);
    assert_eq!(answer.basis([]), Basis::OutOfReach);
}
