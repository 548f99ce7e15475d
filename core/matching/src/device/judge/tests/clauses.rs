//! Leaves that take versions out, that state conditions, or that hold words no rule has read.

use super::check;

/// A leaf's text, a row's version, and what is said.
#[track_caller]
fn said(text: &str, version: &str, expected: &str) {
    let full = format!("Pulsetron QX7: {text}");
    let row = format!("Acme Medical | Pulsetron QX7 | pump | {version} |");
    check(["Acme Medical", "Pulsetron QX7", text, &full], &row, expected);
}

#[test]
fn what_a_leaf_takes_out_is_not_affected_and_the_rest_is() {
    for text in [
        "all versions except 5.0",
        "all versions excluding 5.0",
        "all versions other than 5.0",
        "all versions, not including 5.0",
        "all versions but 5.0",
        "every version with the exception of 5.0",
        "all versions (5.0 is not affected)",
        "* (excluding 5.0)",
    ] {
        said(text, "5.0", "not_affected");
        said(text, "4.0", "affected");
        said(text, "6.1", "affected");
        said(text, "5.0.1", "cannot_tell");
        said(text, "", "cannot_tell");
    }
    for text in [
        "all versions prior to 6.0 except 5.4.2",
        "< 6.0 (5.4.2 not affected)",
        "<= 5.9 (excluding 5.3 and 5.4.2)",
    ] {
        said(text, "5.4.2", "not_affected");
        said(text, "5.0", "affected");
        said(text, "6.0", "not_affected");
    }
}

#[test]
fn an_end_that_is_left_out_is_no_member_of_the_range() {
    for text in [
        "from 1.0 up to (but not including) 2.0",
        "1.0 and later up to but not including 2.0",
        ">= 1.0 - but not including 2.0",
        "1.0 through but excluding 2.0",
    ] {
        said(text, "1.0", "affected");
        said(text, "1.9", "affected");
        said(text, "2.0", "not_affected");
        said(text, "0.9", "not_affected");
    }
    said("all versions up to but excluding 7", "6", "affected");
    said("all versions up to but excluding 7", "7", "not_affected");
}

#[test]
fn a_release_that_the_leaf_calls_fixed_ends_it() {
    said("all versions, fixed in 6.0", "5.0", "affected");
    said("all versions, fixed in 6.0", "6.0", "not_affected");
    said("all versions, fixed in 6.0", "6.2", "not_affected");
    said("Version 1.0 (fixed in 1.0.1)", "1.0", "affected");
    said("Version 1.0 (fixed in 1.0.1)", "1.0.1", "not_affected");
    said("1.x and 2.x (fixed in 1.9 and 2.4)", "1.2", "cannot_tell");
}

#[test]
fn lists_of_ranges_and_trains_with_bounds_are_read() {
    let text = "1.0-1.9, 2.0-2.3";
    said(text, "1.5", "affected");
    said(text, "2.2", "affected");
    said(text, "1.95", "not_affected");
    said(text, "2.4", "not_affected");
    let text = "version 5.x and 6.x prior to 6.2";
    said(text, "5.9", "affected");
    said(text, "6.1", "affected");
    said(text, "6.2", "not_affected");
    said(text, "4.0", "not_affected");
    let text = "2.0.x before 2.0.5 and 2.1.x before 2.1.3";
    said(text, "2.0.4", "affected");
    said(text, "2.0.6", "not_affected");
    said(text, "2.1.2", "affected");
    said(text, "2.1.4", "not_affected");
}

#[test]
fn a_condition_that_the_row_does_not_tell_is_asked() {
    for text in [
        "< 2.0 (with option W installed)",
        "< 2.0 with the wireless module",
        "< 2.0 (Windows 7 only)",
        "< 2.0 (only devices with part number 12345)",
        "<1.5__without_Special_Patch_installed",
    ] {
        said(text, "1.0", "cannot_tell");
        said(text, "2.1", "not_affected");
    }
    said("manufactured before 2018", "1.0", "cannot_tell");
    said("< 2.0 when Bluetooth is enabled", "1.0", "affected");
    said("only version 3.0", "3.0", "affected");
    said("3.0 and 4.0 only", "5.0", "not_affected");
}

#[test]
fn words_that_no_rule_has_read_are_asked_whatever_the_version() {
    for text in [
        "US versions < 2.0",
        "not 3.0",
        "< 2.0 (plain hull)",
        "< 2.0 glorious variant",
        "1SAP551100R0001 (revision index B1 with BSP <= UN30 1.76)",
    ] {
        said(text, "1.0", "cannot_tell");
        said(text, "3.0", "cannot_tell");
    }
    said(
        "1SAP551100R0001 (revision index B1 with BSP <= UN30 1.76)",
        "1.76",
        "cannot_tell",
    );
}

#[test]
fn words_behind_a_bound_matter_only_beside_it() {
    let text = "<= 3.8.0 Patch Kappa";
    said(text, "3.8.0", "cannot_tell");
    said(text, "3.7.2", "affected");
    said(text, "3.9", "not_affected");
    said("<=3.8.0_Feature_Pack_1", "3.8.0 FP1", "affected");
    said("<=3.8.0_Feature_Pack_1", "3.8.0 FP3", "not_affected");
    said("< V20.2 HotfixRev14", "V20.2 HotfixRev13", "affected");
    said("< V20.2 HotfixRev14", "V20.2 HotfixRev14", "not_affected");
}

#[test]
fn builds_are_not_compared_with_versions() {
    said("Build 100 and earlier", "Build 99", "affected");
    said("Build 100 and earlier", "Build 101", "not_affected");
    said("Build 100 and earlier", "2.0", "cannot_tell");
}

#[test]
fn versions_of_what_is_fitted_count_where_the_row_has_it() {
    let text = "All versions with Guardrail / CMX before V22.6";
    let full = format!("Pulsetron QX7: {text}");
    let leaf = ["Acme Medical", "Pulsetron QX7", text, full.as_str()];
    check(leaf, "Acme Medical | Pulsetron QX7 | with GUARDRAIL | 22.5 |", "affected");
    check(leaf, "Acme Medical | Pulsetron QX7 | with GUARDRAIL | 22.6 |", "not_affected");
    check(leaf, "Acme Medical | Pulsetron QX7 | pump | 22.5 |", "cannot_tell");
    check(leaf, "Acme Medical | Pulsetron QX7 | pump | 23.5 |", "cannot_tell");
}

#[test]
fn signs_that_are_not_read_settle_nothing() {
    for text in
        ["!=2.3", "vers:generic/!=2.3", "[,2.3)", "vers:maven/[,2.3)", "~>2.1", "<2,3"]
    {
        for version in ["2.1", "2.3", "2.4"] {
            said(text, version, "cannot_tell");
        }
    }
    for (version, expected) in
        [("1.9", "not_affected"), ("2.0", "affected"), ("2.1", "affected")]
    {
        said("2.0+", version, expected);
    }
}
