//! Advisories that say both of one release: that a flaw affects it, and that it does not.

use advisory::{Record, Vulnerability};
use naming::Makers;
use terms::vex::Status;

use super::{check_record, record};
use crate::device::{Configuration, Matcher, Verdict};

/// An advisory that says of a product by two ids: each with a version and a status.
fn twice(one: &str, other: (&str, Status)) -> Record {
    let mut twice = record("Acme", "Zetaline 400", one, "Zetaline 400 with the flaw");
    let mut mended = record("Acme", "Zetaline 400", other.0, "Zetaline 400 without it");
    for product in &mut mended.products {
        product.id = "q".to_owned();
        product.statuses.iter_mut().for_each(|said| said.status = other.1);
    }
    twice.products.extend(mended.products);
    twice
}

#[test]
fn an_advisory_that_says_both_of_one_release_settles_nothing() {
    let row = "Acme | Zetaline 400 | | 2.1";
    for status in [Status::Fixed, Status::NotAffected] {
        for version in ["2.1", ">= 2.1", "<= 2.1"] {
            check_record(&twice("<= 2.1", (version, status)), row, "cannot_tell");
            check_record(&twice("2.1", (version, status)), row, "cannot_tell");
        }
        // The other one is of another release, or an exception to every version.
        check_record(&twice("<= 2.1", ("2.2", status)), row, "affected");
        check_record(&twice("< 2.1", ("2.1", status)), row, "not_affected");
        check_record(&twice("*", ("2.1", status)), row, "not_affected");
    }
}

#[test]
fn what_is_said_both_ways_beside_another_flaw_counts_as_what_asks_more() {
    let mut record = twice("<= 2.1", ("2.1", Status::Fixed));
    record.vulnerabilities.push(Vulnerability::default());
    let product = record.products.first_mut().unwrap();
    let mut other = product.statuses.first().unwrap().clone();
    other.vulnerability = 1;
    product.statuses.push(other);
    let matcher = Matcher::new([&record], Makers::built_in());
    let device = Configuration {
        maker: "Acme".to_owned(),
        model: "Zetaline 400".to_owned(),
        version: "2.1".to_owned(),
        ..Configuration::default()
    };
    let answers = matcher.judge(&device);
    let answer = answers.first().unwrap();
    assert_eq!(
        (answer.verdict, &*answer.vulnerabilities),
        (Verdict::Affected, &[0, 1][..])
    );
}
