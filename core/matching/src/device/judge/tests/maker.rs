//! Rows that name no maker, or one that may only have sold the device, and names that are
//! written together or without the model number.

use naming::Makers;

use super::{check, record};
use crate::device::{Configuration, Matcher, Replies, Reply, Verdict};

const XCELA: [&str; 4] = ["Acme", "Xcelara", "<= 4.1", ""];

#[test]
fn a_row_without_a_maker_that_is_called_as_the_product_is_asked_who_made_it() {
    check(XCELA, " | Xcelara | | 4.1", "cannot_tell");
    check(XCELA, " | Xcelara | | ", "cannot_tell");
    check(XCELA, " | Xcelara | | 4.2", "not_affected");
    check(XCELA, " | Xcelara Mobile | | 4.1", "-");
    check(["Acme", "OZE", "<= 4.1", ""], " | OZE | | 4.1", "cannot_tell");
    check(["Acme", "OZE", "<= 4.1", ""], "Other | OZE | | 4.1", "-");
    check(
        ["BD", "Alaris Bay Workstation", "1.1.6", ""],
        " | Alaris Bay Workstation | | 1.1.6",
        "cannot_tell",
    );
    // A name that is nobody else's says it by itself, and a kind of thing nothing.
    check(
        ["Acme", "Pulmoscan Verita", "<= 4.1", ""],
        " | Pulmoscan Verita | | 4.1",
        "affected",
    );
    check(["Acme", "Infusion Pump", "<= 4.1", ""], " | Infusion Pump | | 4.1", "-");
}

#[test]
fn a_distinct_name_beside_another_name_for_the_maker_is_asked() {
    check(XCELA, "Henry Schein | Xcelara | | 4.1", "cannot_tell");
    check(XCELA, "Henry Schein | Xcelara | | 4.2", "not_affected");
    check(XCELA, "Henry Schein | Xcelara Mobile | | 4.1", "-");
    check(["Acme", "Vista", "<= 4.1", ""], "Henry Schein | Vista | | 4.1", "-");
    // A company that the data knows may sell another's too.
    check(
        ["Philips", "Xcelara", "<= 4.1", ""],
        "Baxter | Xcelara | | 4.1",
        "cannot_tell",
    );
    check(
        ["Philips", "Xcel 70", "<= 4.1", ""],
        "Baxter | Xcel 70 | | 4.1",
        "cannot_tell",
    );
    check(["Philips", "Xcel", "<= 4.1", ""], "Baxter | Xcel | | 4.1", "-");
}

#[test]
fn names_are_compared_with_their_blanks_taken_out() {
    let bore = ["Acme", "Brillanta CT Big Bore", "<= 2.3.5", ""];
    for model in
        ["BrillantaCTBigBore", "Acme BRILLANTACTBIGBORE", "Brillanta-CT-Big-Bore"]
    {
        check(bore, &format!("Acme | {model} | | 2.3.5"), "affected");
        check(bore, &format!("Acme | {model} | | 2.3.6"), "not_affected");
    }
    check(bore, "Acme | BrillantaCTBigBore2 | | 2.3.5", "-");
    let name = "CardioSender II-S GSM T4APP";
    check(
        ["Acme", name, "2.2", ""],
        "Acme | CardioSenderII-SGSMT4APP | | 2.2",
        "affected",
    );
    let utility = "Zetacare Upgrade Utility used with Windows XP systems";
    let leaf = ["Acme", utility, "<= 2.0.2.2", ""];
    let model = "ZetacareUpgradeUtilityusedwithWindowsXPsystems";
    check(leaf, &format!("Acme | {model} | | 2.0.2.2"), "affected");
    check(leaf, "Acme | Zetacare Upgrade Utility | Windows 7 | 2.0.2.2", "not_affected");
}

#[test]
fn a_family_without_the_model_number_is_asked_which_it_is() {
    let bed = ["Acme", "Segura II MedSurg Bed (enabled with iBett Wireless)", "3002", ""];
    check(
        bed,
        "Acme | Segura II MedSurg Bed (enabled with iBett Wireless) | |",
        "cannot_tell",
    );
    check(bed, "Acme | Segura II MedSurg Bed | |", "cannot_tell");
    check(bed, "Acme | Segura II | |", "cannot_tell");
    check(bed, "Acme | Segura II MedSurg Bed 3005 | |", "-");
    check(
        bed,
        "Acme | Segura II MedSurg Bed 3002 | iBett Wireless enabled |",
        "affected",
    );
}

#[test]
fn who_made_it_is_answered_once_for_every_release_and_then_its_version_decides() {
    let record = record("Acme Imaging Systems", "Xcelara", "<= 4.1", "");
    let matcher = Matcher::new([&record], Makers::built_in());
    let row = |version: &str| Configuration {
        model: "Xcelara".to_owned(),
        version: version.to_owned(),
        ..Configuration::default()
    };
    let answers = matcher.judge(&row("4.1"));
    let ask = &answers.first().unwrap().asked.first().unwrap().ask;
    assert_eq!(ask.text, "Is it made by Acme Imaging Systems?");
    for (reply, version, expected) in [
        (Reply::Yes, "4.1", Verdict::Affected),
        (Reply::Yes, "3.0", Verdict::Affected),
        (Reply::Yes, "4.2", Verdict::NotAffected),
        (Reply::No, "3.0", Verdict::NotAffected),
    ] {
        let replies: Replies = [(ask.key(), reply)].into_iter().collect();
        let answers = matcher.judge_answered(&row(version), &replies);
        assert_eq!(answers.first().unwrap().verdict, expected, "{version}");
    }
}
