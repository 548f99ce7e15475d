//! What is said to hold a fix or not to be affected is so of the same product, in the same
//! numbering and by the whole version; else it is asked.

use advisory::{Record, Remediation, RemediationKind, Vulnerability};
use naming::Makers;

use super::{check, check_record, record};
use crate::device::{Answer, Configuration, Matcher, Verdict};

fn remedy(kind: RemediationKind, text: &str) -> Remediation {
    Remediation {
        kind,
        text: text.to_owned(),
        url: String::new(),
        products: Vec::new(),
        vulnerability: None,
    }
}

fn fix(text: &str) -> Remediation {
    remedy(RemediationKind::VendorFix, text)
}

/// One advisory with several leaves: product and versions.
fn leaves(leaves: &[(&str, &str)]) -> Record {
    let mut leaves =
        leaves.iter().map(|(name, version)| record("Acme", name, version, ""));
    let mut first = leaves.next().unwrap();
    first.products.extend(leaves.flat_map(|record| record.products));
    first
}

#[track_caller]
fn answer(record: &Record, model: &str, version: &str) -> Answer {
    let matcher = Matcher::new([record], Makers::built_in());
    let configuration = Configuration {
        maker: "Acme".to_owned(),
        model: model.to_owned(),
        version: version.to_owned(),
        ..Configuration::default()
    };
    matcher.judge(&configuration).into_iter().next().unwrap()
}

/// A second vulnerability of every leaf.
fn with_another_vulnerability(record: &mut Record, ids: [&str; 2]) {
    record.vulnerabilities.push(Vulnerability::default());
    for (one, id) in record.vulnerabilities.iter_mut().zip(ids) {
        one.ids = vec![id.to_owned()];
    }
    for product in &mut record.products {
        let mut other = product.statuses.first().unwrap().clone();
        other.vulnerability = 1;
        product.statuses.push(other);
    }
}

#[test]
fn fixes_of_two_products_in_one_sentence_are_each_its_own() {
    let mut record = leaves(&[("Zetamix ZM1200", "*"), ("Zetamix ZM2400", "*")]);
    record.remediations = vec![fix(
        "Acme recommends to upgrade to the Zetamix Version 1.4 (ZM1200) and Zetamix \
         Version 1.13 (ZM2400) mixers.",
    )];
    check_record(&record, "Acme | Zetamix ZM1200 | | 1.4", "not_affected");
    check_record(&record, "Acme | Zetamix ZM2400 | | 1.13", "not_affected");
    check_record(&record, "Acme | Zetamix ZM2400 | | 1.4", "affected");
    assert_eq!(answer(&record, "Zetamix ZM1200", "1.2").fixed_version, "1.4");
    assert_eq!(answer(&record, "Zetamix ZM2400", "1.10").fixed_version, "1.13");
}

#[test]
fn fixes_of_which_it_cannot_be_told_whose_they_are_are_asked() {
    let mut record = leaves(&[("Zetamix ZM1200", "*"), ("Zetamix ZM2400", "*")]);
    record.remediations = vec![fix(
        "Users of the ZM1200 and the ZM2400 should upgrade to version 1.4 and version \
         1.13, respectively.",
    )];
    for model in ["ZM1200", "ZM2400"] {
        for version in ["1.4", "1.13"] {
            let row = format!("Acme | Zetamix {model} | | {version}");
            check_record(&record, &row, "cannot_tell");
        }
        assert_eq!(answer(&record, model, "1.2").fixed_version, "");
    }
}

#[test]
fn the_word_next_to_a_release_tells_whose_it_is() {
    let mut record = leaves(&[
        ("Agilon Connect WiFi module", "<= D25"),
        ("Agilon Partner maintenance software", "<= 3.3.0"),
    ]);
    let made = "Acme has created new versions to address these vulnerabilities: ";
    record.remediations = [
        "Agilon Connect Pumps Wifi Module (D29 or later)",
        "Agilon Connect Partner v3.3.2 (or later)",
    ]
    .iter()
    .map(|text| remedy(RemediationKind::Mitigation, &format!("{made}{text}")))
    .collect();
    assert_eq!(answer(&record, "Agilon Connect WiFi module", "D25").fixed_version, "D29");
    assert_eq!(
        answer(&record, "Agilon Partner maintenance software", "3.2").fixed_version,
        "v3.3.2"
    );
    check_record(&record, "Acme | Agilon Connect WiFi module | | 3.3.2", "cannot_tell");
    check_record(&record, "Acme | Agilon Connect WiFi module | | D29", "not_affected");
    check_record(
        &record,
        "Acme | Agilon Partner maintenance software | | 3.3.2",
        "not_affected",
    );
    // Two that are joined have the same release.
    let mut joined =
        leaves(&[("Infinitas Delta", "*"), ("Infinitas Explorer C700", "*")]);
    joined.remediations =
        vec![fix("Find Delta/Infinitas Explorer VF10.1 software releases.")];
    check_record(&joined, "Acme | Infinitas Delta | | VF10.1", "not_affected");
    check_record(&joined, "Acme | Infinitas Explorer C700 | | VF10.1", "not_affected");
}

#[test]
fn a_release_without_its_build_is_asked_for_it() {
    let mut record = record("Acme", "Zetalink", "<= 3.0 D15", "");
    record.remediations = vec![remedy(
        RemediationKind::Mitigation,
        "Acme has created new versions to address this: Zetalink v3.0 (D16 or later)",
    )];
    check_record(&record, "Acme | Zetalink | | 3.0", "cannot_tell");
    check_record(&record, "Acme | Zetalink | | 3.0 D14", "affected");
    check_record(&record, "Acme | Zetalink | | v3.0 D16", "not_affected");
    check_record(&record, "Acme | Zetalink | | 2.9", "affected");
    check_record(&record, "Acme | Zetalink | | 3.1", "not_affected");
    assert_eq!(answer(&record, "Zetalink", "3.0 D14").fixed_version, "v3.0 (D16)");
    // A service release is behind the release that it is of.
    check(["Acme", "Zetalink", "<= 12.3 R2", ""], "Acme | Zetalink | | 12.3", "affected");
}

#[test]
fn the_version_of_a_part_says_nothing_of_the_device() {
    let battery = "8.x (Wireless Battery Modules v17 | v17D19 >= 20D29 | <= 20D32)";
    let mut record = record(
        "Acme",
        "Zetaspectrum",
        "8.x model 35700BAX2",
        "Zetaspectrum: v8.x model 35700BAX2",
    );
    record.products.extend(leaves(&[("Zetaspectrum LVP", battery)]).products);
    record.remediations = vec![fix(
        "Software updates addressing the attack are included in WBM version 20D30.",
    )];
    for version in ["20D29", "20D30", "20D33"] {
        let row = format!("Acme | 35700BAX2 | Zetaspectrum pump | {version}");
        check_record(&record, &row, "cannot_tell");
    }
    check_record(&record, "Acme | Zetaspectrum LVP | | 20D30", "cannot_tell");
    check_record(
        &record,
        "Acme | 35700BAX2 | Zetaspectrum pump | 9.00.01",
        "not_affected",
    );
    check_record(&record, "Acme | 35700BAX2 | Zetaspectrum pump | 8.00.01", "affected");
    assert_eq!(answer(&record, "Zetaspectrum 35700BAX2", "8.00.01").fixed_version, "");
}

#[test]
fn a_build_alone_is_no_release() {
    let leaf = ["Acme", "Zetaline GH", "<= 2.3.6", ""];
    for version in
        ["Build 11", "MR Build 11", "(Build 42)", "bld 2005", "build 123", "Build 4.2"]
    {
        check(leaf, &format!("Acme | Zetaline GH | PUMP | {version}"), "cannot_tell");
    }
    check(leaf, "Acme | Zetaline GH | PUMP, BUILD 11 |", "cannot_tell");
    check(leaf, "Acme | Zetaline GH | PUMP | 2.3.6 build 99", "affected");
    check(leaf, "Acme | Zetaline GH | PUMP | 2.4 build 99", "not_affected");
    let list = ["Acme", "Zetaline GH", "1.1.3 MR Build 11 | 1.2", ""];
    check(list, "Acme | Zetaline GH | PUMP | MR Build 11", "cannot_tell");
    let builds = ["Acme", "Zetaline GH", "Build 5230 and prior", ""];
    check(builds, "Acme | Zetaline GH | PUMP | Build 5240", "not_affected");
    check(builds, "Acme | Zetaline GH | PUMP | Build 5200", "affected");
}

#[test]
fn a_day_is_no_release() {
    let leaf = ["Acme", "Zetaline GH", "<= 2.3.6", ""];
    for day in [
        "03/2019",
        "12/2018",
        "02.03.2006",
        "18.03.2019",
        "03/02/06",
        "2/3/2006",
        "2019/03/18",
        "18-03-2019",
        "03.2019",
    ] {
        check(leaf, &format!("Acme | Zetaline GH | PUMP | {day}"), "cannot_tell");
    }
    let asked = answer(
        &record("Acme", "Zetaline GH", "<= 2.3.6", ""),
        "Zetaline GH",
        "02.03.2006",
    );
    assert!(asked.question.contains("a spreadsheet made of 2.3.6"), "{}", asked.question);
    // What is no day is a release.
    check(leaf, "Acme | Zetaline GH | PUMP | 2.3.20", "not_affected");
    check(leaf, "Acme | Zetaline GH | PUMP | 3.32.2019", "not_affected");
    check(leaf, "Acme | Zetaline GH | PUMP | 2.03", "affected");
    // An advisory may speak of days, or number its releases like them.
    let dated = ["Acme", "Zetaline GH", "Versions prior to 2016-11-02", ""];
    check(dated, "Acme | Zetaline GH | PUMP | 18.03.2019", "not_affected");
    check(dated, "Acme | Zetaline GH | PUMP | 18.03.2015", "affected");
    check(dated, "Acme | Zetaline GH | PUMP | 03/2015", "affected");
    check(dated, "Acme | Zetaline GH | PUMP | 03/02/06", "cannot_tell");
    let numbered = ["Acme", "Zetaline GH", "<= 5.1.2024", ""];
    check(numbered, "Acme | Zetaline GH | PUMP | 5.1.2024", "affected");
    check(numbered, "Acme | Zetaline GH | PUMP | 5.2.2024", "not_affected");
}

#[test]
fn what_a_fix_leaves_open_is_open_behind_it_too() {
    let mut record = record("Acme", "Zetapanel", "< 7.2.5.7", "");
    with_another_vulnerability(&mut record, ["CVE-2021-0001", "CVE-2021-0002"]);
    let left =
        fix("Version 7.2.5.7 is reported to fix all vulnerabilities above except \
                    CVE-2021-0002.");
    record.remediations = vec![left.clone()];
    let before = answer(&record, "Zetapanel", "7.2.5.6");
    assert_eq!((before.verdict, before.vulnerabilities), (Verdict::Affected, vec![0, 1]));
    assert_eq!(before.fixes, [(0, "7.2.5.7".to_owned())]);
    let at = answer(&record, "Zetapanel", "7.2.5.7");
    assert_eq!((at.verdict, at.vulnerabilities), (Verdict::Affected, vec![1]));
    let behind = answer(&record, "Zetapanel", "7.2.5.8");
    assert_eq!((behind.verdict, behind.vulnerabilities), (Verdict::CannotTell, vec![1]));
    assert_eq!(behind.asked.first().unwrap().vulnerabilities, [1]);
    // A fix of the rest settles it.
    record.remediations = vec![left, fix("Version 7.2.5.9 fixes CVE-2021-0002.")];
    check_record(&record, "Acme | Zetapanel | | 7.2.5.8", "cannot_tell");
    check_record(&record, "Acme | Zetapanel | | 7.2.5.9", "not_affected");
    check_record(&record, "Acme | Zetapanel | | 7.2.6", "not_affected");
}

#[test]
fn the_ground_of_what_is_not_affected_is_no_question() {
    let record = leaves(&[("Zetastation", "<= L81"), ("Zetastation", "<= 012U000061")]);
    let told = answer(&record, "Zetastation", "012U000093");
    assert_eq!(told.verdict, Verdict::NotAffected);
    let ground = told.grounds.last().unwrap();
    assert!(ground.contains("is not among <= 012U000061"), "{ground}");
    // The range of another product settles nothing.
    let two = leaves(&[("Zetastation", "<= L81"), ("Zetastation Mobile", "<= U61")]);
    let told = answer(&two, "Zetastation", "012U000093");
    assert_eq!(told.verdict, Verdict::CannotTell);
}

#[test]
fn a_release_that_is_affected_itself_is_no_update() {
    let mut record = leaves(&[("Zetaline Motion", "<= 3.0"), ("Zetaline Motion", "3.1")]);
    record.remediations =
        vec![Remediation { products: vec![0], ..fix("Update to version 3.1.") }];
    let told = answer(&record, "Zetaline Motion", "3.0");
    assert_eq!((told.verdict, &*told.fixed_version), (Verdict::Affected, ""));
    assert_eq!(told.fixes, []);
    record.products.pop();
    let told = answer(&record, "Zetaline Motion", "3.0");
    assert_eq!(told.fixes, [(0, "3.1".to_owned())]);
    assert_eq!(told.fixed_version, "3.1");
}

#[test]
fn behind_a_fix_inside_a_pattern_the_mended_are_mended() {
    let mut record = record("Acme", "Zetavue", "<= 12.2.x.x", "");
    with_another_vulnerability(&mut record, ["CVE-2021-0001", "CVE-2021-0002"]);
    record.remediations = vec![fix(
        "Acme released Version 12.2.8.100 for Zetavue that fixes CVE-2021-0001.",
    )];
    let open = |version: &str| answer(&record, "Zetavue", version).vulnerabilities;
    assert_eq!(open("12.2.8.0"), [0, 1]);
    assert_eq!(open("12.2.8.100"), [1]);
    assert_eq!(open("12.2.8.410"), [1]);
    assert_eq!(
        answer(&record, "Zetavue", "12.2.1.5").fixes,
        [(0, "12.2.8.100".to_owned())]
    );
}
