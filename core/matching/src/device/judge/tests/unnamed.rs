//! What is asked where a list of releases is silent, and what its silence settles.

use advisory::{Record, Remediation, RemediationKind};
use naming::Makers;

use super::record;
use crate::device::{Answer, Confidence, Configuration, Matcher, Verdict};

/// An advisory with several leaves: product and versions.
fn leaves(leaves: &[(&str, &str)]) -> Record {
    let mut leaves =
        leaves.iter().map(|(name, version)| record("Acme", name, version, ""));
    let mut first = leaves.next().unwrap();
    first.products.extend(leaves.flat_map(|record| record.products));
    first
}

/// Two products of one family, each with its list.
fn mixers() -> Record {
    leaves(&[
        ("Zetamix ZM2400", "1.10 | 1.11 | 1.13 | 1.14"),
        ("Zetamix ZM1200", "1.1 | 1.2 | 1.4 | 1.5"),
    ])
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

fn fix(text: &str) -> Remediation {
    Remediation {
        kind: RemediationKind::VendorFix,
        text: text.to_owned(),
        url: String::new(),
        products: Vec::new(),
        vulnerability: None,
    }
}

#[test]
fn a_release_that_is_listed_for_another_product_of_the_family_is_doubted() {
    for (model, version, other) in
        [("Zetamix ZM1200", "1.13", "ZM2400"), ("Zetamix ZM2400", "1.4", "ZM1200")]
    {
        let found = answer(&mixers(), model, version);
        assert_eq!(found.verdict, Verdict::NotAffected, "{model}");
        assert_eq!(found.confidence, Confidence::Probable, "{model}");
        let last = found.grounds.last().unwrap();
        assert!(last.contains(&format!("{version} for the ZETAMIX {other}")), "{last}");
        assert!(last.contains("are model and version of this device right?"), "{last}");
    }
}

#[test]
fn a_list_is_closed_and_where_later_releases_are_affected_only_silence_says_so() {
    for (version, confidence, ground) in [
        ("1.12", Confidence::Probable, "says nothing of 1.12"),
        ("1.9", Confidence::Probable, "says nothing of 1.9"),
        ("1.15", Confidence::Exact, "1.15 is not among"),
        ("2.0", Confidence::Exact, "2.0 is not among"),
    ] {
        let found = answer(&mixers(), "Zetamix ZM2400", version);
        assert_eq!(found.verdict, Verdict::NotAffected, "{version}");
        assert_eq!(found.confidence, confidence, "{version}");
        let last = found.grounds.last().unwrap();
        assert!(last.contains(ground), "{version}: {last}");
    }
}

#[test]
fn a_list_with_one_release_a_leaf_is_one_list() {
    let record = leaves(&[("Zetamix", "1.10"), ("Zetamix", "1.11"), ("Zetamix", "1.13")]);
    let found = |version| answer(&record, "Zetamix", version);
    assert_eq!(found("1.13").verdict, Verdict::Affected);
    let between = found("1.12");
    assert_eq!(between.verdict, Verdict::NotAffected);
    let told = "lists 1.10, 1.11, 1.13, later ones among them";
    assert!(between.grounds.iter().any(|one| one.contains(told)), "{between:?}");
}

#[test]
fn a_release_of_another_family_says_nothing() {
    let record = leaves(&[("Zetamix ZM2400", "1.10 | 1.11"), ("Omegaflow", "1.4")]);
    let found = answer(&record, "Zetamix ZM2400", "1.4");
    let last = found.grounds.last().unwrap();
    assert!(last.contains("says nothing of 1.4") && !last.contains("OMEGA"), "{last}");
}

#[test]
fn a_release_that_holds_the_fix_is_outside_for_a_reason() {
    let mut record = leaves(&[("Zetamix", "1.10 | 1.11 | 2.0")]);
    record.remediations = vec![fix("Update to version 1.12.")];
    for version in ["1.12", "1.13"] {
        let found = answer(&record, "Zetamix", version);
        assert_eq!(found.verdict, Verdict::NotAffected);
        assert_eq!(found.confidence, Confidence::Exact, "{version}");
    }
}
