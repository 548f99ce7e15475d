//! Bounds that stand in a product's name.

use advisory::Record;

use super::{check, check_record, record};

/// A record whose product's name is `Zelta 400 Pump …`, in each of the three places in which
/// an issuer may have left it.
fn places(bound: &str) -> [Record; 3] {
    let name = format!("Zelta 400 Pump {bound}");
    let full = format!("Aldermoor Medical {name}");
    let mut leaf = record("Aldermoor Medical", &name, "", &full);
    leaf.products[0].branches.pop();
    let above =
        record("Aldermoor Medical", &name, "vers:all/*", &format!("{full}: vers:all/*"));
    let mut alone = record("", "", "", &full);
    alone.products[0].branches.clear();
    [leaf, above, alone]
}

/// Of 1.0, 2.0 and 2.5: affected, cannot tell or not.
#[track_caller]
fn bounded(bound: &str, expected: [&str; 3]) {
    for record in places(bound) {
        for (version, expected) in ["1.0", "2.0", "2.5"].into_iter().zip(expected) {
            check_record(
                &record,
                &format!("Aldermoor Medical | Zelta 400 Pump | | {version}"),
                expected,
            );
        }
        check_record(&record, "Aldermoor Medical | Zelta 400 Pump | |", "cannot_tell");
    }
}

#[test]
fn a_bound_in_the_name_is_the_bound_that_it_is() {
    let below = ["affected", "not_affected", "not_affected"];
    let upto = ["affected", "affected", "not_affected"];
    for bound in [
        "< 2.0",
        "<2.0",
        "(< 2.0)",
        "(all versions < 2.0)",
        "(versions prior to 2.0)",
        "prior to 2.0",
        "prior to version 2.0",
        ", firmware prior to 2.0",
        "below 2.0",
        "before 2.0",
        "versions before 2.0",
        "lower than 2.0",
        "older than 2.0",
        "earlier than 2.0",
        "less than V2.0",
        "vers:generic/<2.0",
    ] {
        bounded(bound, below);
    }
    for bound in [
        "<= 2.0",
        "≤ 2.0",
        "(<=2.0)",
        "up to 2.0",
        "up to and including 2.0",
        "through 2.0",
        "to 2.0",
        "2.0 and prior",
        "2.0 or lower",
        "V2.0 and below",
        "version 2.0 and earlier",
        "version 2.0 and all earlier versions",
        "1.0 to 2.0",
        "1.0 - 2.0",
        "1.0-2.0",
        "v1.0 to v2.0",
        "software versions 1.0 through 2.0",
        ">= 1.0 <= 2.0",
    ] {
        bounded(bound, upto);
    }
    bounded(">= 1.0 < 2.0", below);
    bounded("2.0 and later", ["not_affected", "affected", "affected"]);
    bounded("2.0+", ["not_affected", "affected", "affected"]);
    bounded("> 2.0", ["not_affected", "not_affected", "affected"]);
}

#[test]
fn a_bound_that_cannot_be_read_is_asked() {
    let unclear = ["cannot_tell"; 3];
    for bound in [
        "until 2.0",
        "under 2.0",
        "pre 2.0",
        "vor 2.0",
        "maximum version 2.0",
        "< Kappa Two",
        "hardware version 2.0 and below",
    ] {
        bounded(bound, unclear);
    }
    bounded("< 2.0 with Kappa", ["cannot_tell", "not_affected", "not_affected"]);
}

#[test]
fn a_bound_in_the_name_and_one_in_the_branch_are_both_known() {
    let both = ["Acme", "Zelta 400 V4.5 and prior", "< V4.5 SP6", ""];
    check(both, "Acme | Zelta 400 | | V4.5 SP5", "affected");
    check(both, "Acme | Zelta 400 | | V4.5 SP6", "not_affected");
    check(both, "Acme | Zelta 400 | | V4.4", "affected");
    let from = ["Acme", "Zelta 400 V3.0 and newer", "< V4.0", ""];
    check(from, "Acme | Zelta 400 | | V3.5", "affected");
    check(from, "Acme | Zelta 400 | | V4.0", "not_affected");
    check(from, "Acme | Zelta 400 | | V2.0", "not_affected");
    // The branch names the bound alone: nobody knows what is before it.
    let listed = ["Acme", "Zelta 400 prior to 2.0", "2.0", ""];
    check(listed, "Acme | Zelta 400 | | 1.0", "cannot_tell");
    let behind =
        ["Acme", "Zelta S120 prior to V4.7 w. PN (incl. X variants)", "< V4.7", ""];
    check(behind, "Acme | Zelta S120 w. PN | | V4.6", "affected");
}

#[test]
fn a_number_that_is_no_bound_stays_in_the_name() {
    check(["Acme", "Zelta V10", "All versions", ""], "Acme | Zelta V10 | |", "affected");
    let port = ["Acme", "Zelta Monitor for up to 4 beds", "2.0", ""];
    check(port, "Acme | Zelta Monitor for up to 4 beds | | 2.0", "affected");
    let series = ["Acme", "Zelta special system BRD-M63W000 to W022", "vers:all/*", ""];
    check(series, "Acme | Zelta special system BRD-M63W000 | |", "affected");
}

/// Rows of a family whose names have numbers of their own: model, description and version.
#[track_caller]
fn family(name: &str, rows: [(&str, &str); 8]) {
    let full = format!("Aldermoor Medical {name}");
    let mut leaf = record("Aldermoor Medical", name, "", &full);
    leaf.products[0].branches.pop();
    let above =
        record("Aldermoor Medical", name, "vers:all/*", &format!("{full}: vers:all/*"));
    let mut alone = record("", "", "", &full);
    alone.products[0].branches.clear();
    for record in [leaf, above, alone] {
        for (row, expected) in rows {
            check_record(&record, &format!("Aldermoor Medical | {row}"), expected);
        }
    }
}

#[test]
fn a_bound_of_a_family_without_a_number_is_one_of_its_members() {
    for name in [
        "Zelta pumps <2.3",
        "Zelta pumps before 2.3",
        "Zelta pumps (versions prior to 2.3)",
        "All Zelta pumps before 2.3",
        "Zelta Infusion Pumps < 2.3",
        "Zelta family of infusion pumps < 2.3",
    ] {
        family(
            name,
            [
                ("Zelta 400 | infusion pump | 2.2", "affected"),
                ("Zelta 400 | infusion pump | 2.3", "not_affected"),
                ("Zelta 400 | infusion pump |", "cannot_tell"),
                ("Zelta | pump | 2.2", "affected"),
                ("Zelta 3 | PUMP | 2.2", "affected"),
                // It does not say what it is, or says that it is something else.
                ("Zelta 400 | | 2.2", "cannot_tell"),
                ("Zelta 400 | patient monitor | 2.2", "-"),
                ("Kappa 400 | infusion pump | 2.2", "-"),
            ],
        );
    }
    // A name of one may be that of a member.
    family(
        "Zelta pump < 2.3",
        [
            ("Zelta 400 | infusion pump | 2.2", "cannot_tell"),
            ("Zelta 400 | infusion pump | 2.3", "not_affected"),
            ("Zelta 400 | infusion pump |", "cannot_tell"),
            ("Zelta | pump | 2.2", "affected"),
            ("Zelta 3 | PUMP | 2.2", "affected"),
            ("Zelta 400 Pump | | 2.2", "affected"),
            ("Zelta 400 | patient monitor | 2.2", "-"),
            ("Kappa 400 | infusion pump | 2.2", "-"),
        ],
    );
}

#[test]
fn a_small_number_behind_before_is_the_release_with_which_a_name_ends() {
    for name in ["Zelta pumps before 3", "Zelta pumps below 3", "Zelta pumps < 3"] {
        family(
            name,
            [
                ("Zelta 400 | infusion pump | 2.2", "affected"),
                ("Zelta 400 | infusion pump | 3.0", "not_affected"),
                ("Zelta 400 | infusion pump | 3.1", "not_affected"),
                ("Zelta 400 | infusion pump |", "cannot_tell"),
                ("Zelta | pump | 2.2", "affected"),
                ("Zelta | pump | 4", "not_affected"),
                ("Zelta 400 | patient monitor | 2.2", "-"),
                ("Kappa 400 | infusion pump | 2.2", "-"),
            ],
        );
    }
}
