//! What remedies say of a device: whose release it is, of which vulnerabilities, and what a
//! leaf that is read by half lets them say.

use advisory::{Record, Remediation, RemediationKind, Vulnerability};

use naming::Makers;

use super::{check_record, record};
use crate::device::{Configuration, Matcher, Verdict};

fn remedy(text: &str, vulnerability: Option<usize>) -> Remediation {
    Remediation {
        kind: RemediationKind::VendorFix,
        text: text.to_owned(),
        url: String::new(),
        products: Vec::new(),
        vulnerability,
    }
}

/// Two products of one advisory with all their versions.
fn two(remedies: &[&str]) -> Record {
    let mut two = record("Acme", "Zetaline Motion", "*", "");
    two.products.extend(record("Acme", "Zetaline Speech", "*", "").products);
    two.remediations = remedies.iter().map(|text| remedy(text, None)).collect();
    two
}

#[test]
fn a_heading_binds_what_follows_to_its_product() {
    let record = two(&["For Zetaline Motion:\nUpdate to 12.2.1.5.\n"]);
    check_record(&record, "Acme | Zetaline Motion | | 12.2.1.5", "not_affected");
    check_record(&record, "Acme | Zetaline Speech | | 12.2.1.5", "affected");
    let apart = two(&["For Zetaline Motion:", "Update to 12.2.1.5."]);
    check_record(&apart, "Acme | Zetaline Motion | | 12.2.1.5", "not_affected");
    check_record(&apart, "Acme | Zetaline Speech | | 12.2.1.5", "affected");
    let both = two(&[
        "Zetaline Motion:\nUpdate to 12.2.1.5.\nZetaline Speech:\nUpdate to 12.2.8.0.",
    ]);
    check_record(&both, "Acme | Zetaline Speech | | 12.2.1.5", "affected");
    check_record(&both, "Acme | Zetaline Speech | | 12.2.8.0", "not_affected");
    let none = two(&["Acme recommends:\nUpdate to 12.2.1.5."]);
    check_record(&none, "Acme | Zetaline Speech | | 12.2.1.5", "not_affected");
}

#[test]
fn a_number_that_goes_on_is_of_another_product() {
    let mut record = record("Acme", "D2-250", "*", "");
    record.products.extend(super::record("Acme", "D2-250-1", "< 4.91", "").products);
    record.remediations = vec![remedy("Update the D2-250-1 to version 4.91", None)];
    check_record(&record, "Acme | D2-250 | CPU | 4.95", "affected");
    check_record(&record, "Acme | D2-250-1 | CPU | 4.91", "not_affected");
}

#[test]
fn a_fix_for_one_vulnerability_does_not_clear_the_others() {
    let mut record = record("Acme", "Zetaline Motion", "*", "");
    record.vulnerabilities.push(Vulnerability::default());
    let product = record.products.first_mut().unwrap();
    let mut other = product.statuses.first().unwrap().clone();
    other.vulnerability = 1;
    product.statuses.push(other);
    record.remediations = vec![remedy("Update to version 3.1.", Some(0))];
    let row = "Acme | Zetaline Motion | | 3.1";
    check_record(&record, row, "affected");
    record.remediations.push(remedy("Update to version 3.1.", Some(1)));
    check_record(&record, row, "not_affected");
}

#[test]
fn a_leaf_that_is_read_by_half_is_cleared_only_by_the_very_release() {
    let mut record = record("Acme", "Zetaline Motion", "2.0 or later, Kappa", "");
    check_record(&record, "Acme | Zetaline Motion | | 3.2", "cannot_tell");
    record.remediations = vec![remedy("Update to version 3.1 or later.", None)];
    check_record(&record, "Acme | Zetaline Motion | | 3.1", "not_affected");
    check_record(&record, "Acme | Zetaline Motion | | 3.2", "cannot_tell");
}

#[test]
fn the_very_release_that_was_announced_is_out_and_a_later_one_is_asked() {
    let mut record = record("Acme", "Zetaline Motion", ">= 2.0", "");
    let planned = "The fix is expected in an upcoming Zetaline Motion Version 4.80.";
    record.remediations = vec![remedy(planned, None)];
    check_record(&record, "Acme | Zetaline Motion | | 4.80", "not_affected");
    check_record(&record, "Acme | Zetaline Motion | | 4.90", "cannot_tell");
    check_record(&record, "Acme | Zetaline Motion | | 4.70", "affected");
}

#[test]
fn a_bare_list_of_releases_is_asked() {
    let mut record = record("Acme", "Zetaline Suite", "<= 9.6", "");
    record.remediations = vec![Remediation {
        kind: RemediationKind::Mitigation,
        ..remedy("Versions 9.4.2.6, 9.5.3.2, and 9.6.1", None)
    }];
    check_record(&record, "Acme | Zetaline Suite | | 9.6.1", "cannot_tell");
    check_record(&record, "Acme | Zetaline Suite | | 9.6.0.2", "affected");
    check_record(&record, "Acme | Zetaline Suite | | 9.7", "not_affected");
}

#[test]
fn a_release_is_offered_for_what_it_mends_and_to_nobody_who_has_it() {
    let mut record = record("Acme", "Zetaline Motion", "*", "");
    record.vulnerabilities.push(Vulnerability::default());
    let product = record.products.first_mut().unwrap();
    let mut other = product.statuses.first().unwrap().clone();
    other.vulnerability = 1;
    product.statuses.push(other);
    record.remediations = vec![remedy("Update to version 3.1.", Some(0))];
    let matcher = Matcher::new([&record], Makers::built_in());
    let ask = |version: &str| {
        let configuration = Configuration {
            maker: "Acme".to_owned(),
            model: "Zetaline Motion".to_owned(),
            version: version.to_owned(),
            ..Configuration::default()
        };
        matcher.judge(&configuration).into_iter().next().unwrap()
    };
    let before = ask("3.0");
    assert_eq!((before.verdict, &*before.fixed_version), (Verdict::Affected, "3.1"));
    assert_eq!(before.fixes, [(0, "3.1".to_owned())]);
    let after = ask("3.1");
    assert_eq!((after.verdict, &*after.fixed_version), (Verdict::Affected, ""));
    assert_eq!(after.fixes, []);
}
