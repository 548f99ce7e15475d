//! What stands beside a version, or is what a program made of it, clears no device.

use advisory::{Remediation, RemediationKind};

use super::{check, check_record, record};

const XCELA: [&str; 4] = ["Acme", "Xcelara", "<= 4.1", ""];
const GATE: [&str; 4] = ["Acme", "Alarix Gateway", "1.1.6", ""];

#[track_caller]
fn all(leaf: [&str; 4], versions: &[&str], expected: &str) {
    for version in versions {
        check(leaf, &format!("Acme | {} | | {version}", leaf[1]), expected);
    }
}

#[test]
fn a_version_that_is_not_on_the_device_yet_clears_nothing() {
    let planned = [
        "upgrade to 4.2 planned",
        "4.2 (planned)",
        "4.2 not installed",
        "4.2 pending",
        "4.2-pending",
        "to be updated to 4.2",
        "scheduled 4.2",
        "update 4.2 failed",
        "4.2 available",
        "target: 4.2",
        "4.2 geplant",
        "4.2 ausstehend",
        "4.2 nicht installiert",
        "4.2 prévu",
        "4.2 pas installé",
        "4.2 pendiente",
        "4.2 no instalado",
        "4.2 previsto",
        "4.2 non installato",
        "gepland 4.2",
        "4.2 niet geïnstalleerd",
        "4.2 in 2027",
        "4.2 zorgvuldig",
    ];
    all(XCELA, &planned, "cannot_tell");
    let every = ["Acme", "Xcelara", "*", ""];
    all(every, &["4.2 planned"], "affected");
}

#[test]
fn a_day_beside_a_version_clears_nothing_unless_it_was_before_the_advisory() {
    let to_come = [
        "4.2 March 2027",
        "4.2 Q1 2027",
        "4.2 installed 2027-02-01",
        "4.2 ab 13.02.2027",
        "4.2 (installed 2019)",
        "4.2 installed 2018-01-01",
        "4.2 Dec 2018",
        "4.2 March",
    ];
    all(XCELA, &to_come, "cannot_tell");
    all(XCELA, &["4.1 March 2027"], "affected");
    // An advisory that names its releases so knows the year.
    check(
        ["Acme", "Xcelara", "<= 4.1 March 2027", ""],
        "Acme | Xcelara | | 4.1 March 2027",
        "affected",
    );
    // Nothing is known of when it was written.
    let mut undated = record(XCELA[0], XCELA[1], XCELA[2], XCELA[3]);
    undated.published = String::new();
    check_record(&undated, "Acme | Xcelara | | 4.2 March 2017", "cannot_tell");
}

#[test]
fn words_that_say_what_a_number_is_leave_it_what_it_is() {
    let plain = [
        "4.2",
        "Version 4.2",
        "v4.2",
        "Release 4.2",
        "Rev. 4.2",
        "SW 4.2",
        "Firmware 4.2",
        "Xcelara 4.2",
        "4.2 Build 17",
        "4.2 SP1",
        "4.2 Service Pack 1",
        "4.2 Patch 3",
        "4.2 (installed 2017)",
        "4.2 (installiert 2017)",
        "4.2 March 2017",
        "4.2 Q3 2017",
        "4.2 installed 2017-11-30",
        "4.2 installiert 30.11.2017",
        "4.2 Enterprise Edition",
        "4,2",
        "4.2 / 4.3",
        "Softwareversion 4.2",
    ];
    all(XCELA, &plain, "not_affected");
    all(XCELA, &["4.1", "Version 4.1", "was 4.2, rolled back to 4.1"], "affected");
}

#[test]
fn a_fix_that_is_only_planned_is_not_in() {
    for (leaf, pending) in [
        (["Acme", "Tazy Portal", "<= 3.02.1757", ""], "cannot_tell"),
        (["Acme", "Tazy Portal", "*", ""], "affected"),
    ] {
        let mut record = record(leaf[0], leaf[1], leaf[2], leaf[3]);
        record.remediations.push(Remediation {
            kind: RemediationKind::VendorFix,
            text: "Update to version 3.03.1758.".to_owned(),
            url: String::new(),
            products: Vec::new(),
            vulnerability: None,
        });
        let row = |version: &str| format!("Acme | Tazy Portal | | {version}");
        check_record(&record, &row("3.03.1758"), "not_affected");
        for version in
            ["3.03.1758 pending", "scheduled 3.03.1758", "3.03.1758 / 3.02.1757"]
        {
            let expected = if version.contains('/') { "affected" } else { pending };
            check_record(&record, &row(version), expected);
        }
        check_record(
            &record,
            "Acme | Tazy Portal | update to 3.03.1758 planned |",
            pending,
        );
    }
}

#[test]
fn a_description_that_plans_an_update_clears_nothing() {
    check(XCELA, "Acme | Xcelara | SW 4.2 |", "not_affected");
    check(XCELA, "Acme | Xcelara | upgrade to SW 4.2 planned |", "cannot_tell");
    check(XCELA, "Acme | Xcelara | upgrade to SW 5.0 planned | 4.2", "not_affected");
}

#[test]
fn commas_are_points_wherever_a_version_stands() {
    all(GATE, &["1,1,6", "1.1.6", "V1,1,6", "Rev. 1,1,6"], "affected");
    check(GATE, "Acme | Alarix Gateway | ICU, SW 1,1,6 |", "affected");
    check(GATE, "Acme | Alarix Gateway | ICU, SW 1,1,7 |", "not_affected");
    check(GATE, "Acme | Alarix Gateway | ICU | 1.1.5, 1.1.7", "not_affected");
    all(GATE, &["1,1,7", "1.1.7"], "not_affected");
    all(GATE, &["1 1 6", "116", "1 1 7"], "cannot_tell");
    let four = ["Acme", "Alarix Gateway", "3.0.1.0 | 1.0.13", ""];
    all(four, &["3,0,1,0", "1,0,13"], "affected");
    all(four, &["3,0,2,0"], "not_affected");
    all(["Acme", "Modica", "< 3.01", ""], &["SV 2,70"], "affected");
}

#[test]
fn what_a_spreadsheet_keeps_of_a_day_is_no_release() {
    all(XCELA, &["43556", "46023", "44197", "44256.5", "44256,5"], "cannot_tell");
    all(GATE, &["46023", "100", "2021"], "cannot_tell");
    all(XCELA, &["100", "41"], "cannot_tell");
    all(XCELA, &["5", "10", "12.0"], "not_affected");
    // Builds of that size are builds.
    let builds = ["Acme", "Xcelara", "< 43000", ""];
    all(builds, &["43556", "46023"], "not_affected");
    all(builds, &["42999"], "affected");
    let long = ["Acme", "Xcelara", "<= 3106.00", ""];
    all(long, &["3107", "3107.00"], "not_affected");
}

#[test]
fn a_version_of_a_part_clears_nothing_and_one_of_several_may_be_the_devices() {
    let parts = [
        "Host 10.2 / App 4.2",
        "Host 10.2 / App 4.1",
        "Main 5.0 / Comm 4.1",
        "Bootloader 6.0",
        "DB 19.3; App 5.1",
        "HW 10.2 SW 5.0",
    ];
    all(XCELA, &parts, "cannot_tell");
    let meant = ["Main 4.1 / Comm 5.0", "4.2 / 4.1", "4.1/4.2"];
    all(XCELA, &meant, "affected");
}

#[test]
fn what_may_be_read_in_two_ways_is_asked() {
    all(XCELA, &["4.02"], "cannot_tell");
    all(["Acme", "Modica", "<= 3.01", ""], &["3.02"], "not_affected");
    all(["Acme", "Modica", ">= 22.10 | <= 22.12", ""], &["22.04"], "not_affected");
    let listed = ["Acme", "Alarix Gateway", "1.1.3 Build 10 | 1.1.3 MR Build 11", ""];
    all(listed, &["1.1.3 Build 11"], "cannot_tell");
    all(listed, &["1.1.3 Build 12"], "not_affected");
    all(listed, &["1.1.3 Build 10", "1.1.3 MR Build 11"], "affected");
}

#[test]
fn a_version_that_a_spreadsheet_made_a_time_of_settles_nothing() {
    let times = ["02:03:00", "2:03", "26:03:00", "4:02 PM", "PT2H3M"];
    all(XCELA, &times, "cannot_tell");
    all(["Acme", "Xcelara", "< 2.3", ""], &times, "cannot_tell");
    all(["Acme", "Xcelara", "*", ""], &times, "affected");
    // What is no time stays a version.
    all(XCELA, &["4:2.3", "4:5"], "not_affected");
}

#[test]
fn the_number_of_a_pack_is_no_release() {
    let packs = [
        "SP 5",
        "sp5",
        "service pack 5",
        "patchlevel 5",
        "patch 4.2",
        "security patch 5",
        "update 5",
        "feature pack 5",
        "maintenance 5",
        "rc 5",
        "beta 5",
        "64bit",
        "64-bit",
        "4.1 / update: 4.2",
    ];
    all(XCELA, &packs, "cannot_tell");
    // Behind the number of a release, it leaves that what it is.
    all(XCELA, &["5.0 SP 3", "5.0 patch 2", "5.0 (64bit)", "5.0 rc 1"], "not_affected");
    all(XCELA, &["4.0 SP 3", "4.0 (64-bit)"], "affected");
    // Nor is what somebody means to have from some day on, or half a number.
    let others = ["4.2 from 2027-01-15", "since 2027-02-01 4.2", ".25", "5-", "-5"];
    all(XCELA, &others, "cannot_tell");
}

#[test]
fn a_release_that_is_only_tried_is_before_the_one_that_is_mended() {
    let tried = [
        "2.0-rc1",
        "2.0rc1",
        "2.0 RC",
        "2.0 RC 1",
        "2.0 beta",
        "2.0-beta",
        "2.0 beta 2",
        "2.0 alpha",
        "V2.0 beta",
        "2.0-alpha.1",
    ];
    let below = ["Acme", "Xcelara", "< 2.0", ""];
    all(below, &tried, "affected");
    all(below, &["2.0", "2.0 SP 1", "2.1 beta"], "not_affected");
    all(["Acme", "Xcelara", "<= 2.0", ""], &tried, "affected");
    // What a range begins with may be in what was tried before it.
    all(["Acme", "Xcelara", ">= 2.0", ""], &tried, "cannot_tell");
    all(["Acme", "Xcelara", "2.0", ""], &tried, "cannot_tell");
    all(["Acme", "Xcelara", "2.0 beta", ""], &["2.0 beta"], "affected");
    all(below, &["2.0 (beta)", "2.0 (RC 1)", "2.0_beta"], "affected");
    all(below, &["beta 2.0", "RC 2.0"], "cannot_tell");
}

#[test]
fn zeros_of_the_advisory_itself_are_read_in_one_way() {
    let letters = ["Acme", "Xcelara", "< C.03", ""];
    all(letters, &["C.03", "C.04", "C.10"], "not_affected");
    all(letters, &["C.02"], "affected");
}
