//! Products that a tree names by their full names alone.

use advisory::ProductBranch;

use super::{check_record, record};

/// `vendor` empty: no branch of one.
#[track_caller]
fn check(vendor: &str, full: &str, row: &str, expected: &str) {
    let mut record = record(vendor, "", "", full);
    let branch = ProductBranch { category: "vendor".to_owned(), name: vendor.to_owned() };
    let branches = Some(branch).filter(|_| !vendor.is_empty()).into_iter().collect();
    record.products.first_mut().unwrap().branches = branches;
    check_record(&record, row, expected);
}

#[test]
fn a_full_name_may_end_with_its_release() {
    for full in [
        "Zetaline Pump 2.1",
        "Zetaline Pump V2.1",
        "Acme Zetaline Pump 2.1",
        "Acme Zetaline Pump version 2.1",
        "Zetaline Pump: 2.1",
    ] {
        check("Acme", full, "Acme | Zetaline Pump | | 2.1", "affected");
        check("Acme", full, "Acme | Zetaline Pump | | 2.2", "not_affected");
        check("Acme", full, "Acme | Zetaline Pump | | ", "cannot_tell");
    }
}

#[test]
fn a_full_name_may_end_with_a_bound() {
    for full in [
        "Zetaline Pump < 2.1",
        "Zetaline Pump before 2.1",
        "Zetaline Pump vers:generic/<2.1",
        "Acme Zetaline Pump versions prior to 2.1",
        "Zetaline Pump <2.1",
    ] {
        check("Acme", full, "Acme | Zetaline Pump | | 2.0", "affected");
        check("Acme", full, "Acme | Zetaline Pump | | 2.2", "not_affected");
        check("Acme", full, "Acme | Zetaline Pump | | ", "cannot_tell");
    }
}

#[test]
fn a_full_name_without_a_release_is_every_release() {
    for full in ["Zetaline Pump", "Zetaline Pump all versions", "Acme Zetaline Pump"] {
        check("Acme", full, "Acme | Zetaline Pump | | 2.0", "affected");
    }
    check("Acme", "Zetaline 2 Pump", "Acme | Zetaline 2 Pump | | 2.0", "affected");
    check("Acme", "Zetaline Pump 3", "Acme | Zetaline Pump 3 | | 2.0", "affected");
}

#[test]
fn whose_a_product_is_that_no_maker_stands_above_is_asked() {
    for full in ["Zetaline Pump 2.1", "Zetaline Pump", "Zetaline Pump <= 2.1"] {
        check("", full, "Acme | Zetaline Pump | | 2.1", "cannot_tell");
        check("", full, "Acme | Zetaline Pump | | ", "cannot_tell");
        check("", full, " | Zetaline Pump | | 2.1", "cannot_tell");
        check("", full, "Acme | Segura Bed | | 2.1", "-");
    }
    check("", "Zetaline Pump <= 2.1", "Acme | Zetaline Pump | | 2.2", "not_affected");
    // A number, and a short word, may be anybody's.
    check("", "3005", "Acme | Bed 3005 | | 2.1", "-");
    check("", "Vue", "Acme | Vue | | 2.1", "-");
}

#[test]
fn a_maker_at_the_head_of_the_name_is_the_maker() {
    check("", "Acme Zetaline Pump", "Acme | Zetaline Pump | | 2.1", "affected");
    check("", "Acme Zetaline Pump 2.1", "Acme | Zetaline Pump | | 2.1", "affected");
    check("", "Acme Zetaline Pump 2.1", "Acme | Zetaline Pump | | 2.2", "not_affected");
}
