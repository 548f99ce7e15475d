//! What a newer index touches, and that nothing else is judged otherwise.

use std::collections::BTreeSet;

use super::*;

/// Everything that is said of a package, as judging hears it.
fn heard(
    index: &Index<'_>,
    name: &str,
) -> BTreeSet<(String, [u8; 32], String, String, bool)> {
    index
        .package("npm", name)
        .map(|said| {
            let (record, of) = (said.record(), said.vulnerability());
            let mut ids: Vec<String> = of.ids().map(str::to_ascii_lowercase).collect();
            ids.sort_unstable();
            let id = record.id().to_owned();
            (id, record.digest(), of.id().to_owned(), ids.join(" "), of.is_rejected())
        })
        .collect()
}

fn packages(difference: &Difference) -> Vec<&'static str> {
    let names = ["p0", "p1", "p2"].into_iter();
    names
        .filter(|name| difference.reach.contains(&LookUpKey::package("npm", name)))
        .collect()
}

fn between(old: &[Record], new: &[Record]) -> Difference {
    let (old, new) = (built(old), built(new));
    let (old, new) = (Index::open(&old, &[]).unwrap(), Index::open(&new, &[]).unwrap());
    Difference::between(&old, &new).unwrap()
}

#[test]
fn what_became_of_a_record_is_told_and_reaches_what_it_names() {
    #[track_caller]
    fn check(
        old: &[Record],
        new: &[Record],
        expected: &[(&str, Change)],
        reached: &[&str],
    ) {
        let found = between(old, new);
        let changes: Vec<_> =
            found.changed.iter().map(|one| (one.id.as_str(), one.change)).collect();
        assert_eq!(changes, expected);
        assert_eq!(packages(&found), reached);
        assert_eq!(found.is_empty(), expected.is_empty());
    }

    let at = |id: &str, name: &str| touching(osv(id, &[]), name, vec![below("1.0.0")]);
    let withdrawn = |mut record: Record| {
        record.state = State::Withdrawn("2024-02-01T00:00:00Z".to_owned());
        record
    };
    let (one, two) = (at("GHSA-1", "p0"), at("GHSA-2", "p1"));
    let (both, alone) = ([one.clone(), two.clone()], [one.clone()]);
    check(&both, &both, &[], &[]);
    check(&alone, &both, &[("GHSA-2", Change::Came)], &["p1"]);
    check(&both, &alone, &[("GHSA-2", Change::Gone)], &["p1"]);
    let moved = [one.clone(), at("GHSA-2", "p2")];
    check(&both, &moved, &[("GHSA-2", Change::Revised)], &["p1", "p2"]);
    let taken = [one, withdrawn(two)];
    check(&both, &taken, &[("GHSA-2", Change::Withdrawn)], &["p1"]);
    check(&taken, &both, &[("GHSA-2", Change::Returned)], &["p1"]);
}

#[test]
fn a_new_alias_reaches_whatever_is_said_under_either_name() {
    let one = touching(osv("GHSA-1", &[]), "p0", vec![below("1.0.0")]);
    let two = touching(osv("GO-2", &["CVE-2024-0001"]), "p1", vec![below("1.0.0")]);
    let apart = touching(osv("GHSA-9", &["CVE-2024-0009"]), "p2", vec![below("1.0.0")]);
    let joining = osv("PYSEC-1", &["GHSA-1", "CVE-2024-0001"]);
    let old = [one, two, apart];
    let mut new = old.to_vec();
    new.push(joining);
    let found = between(&old, &new);
    assert_eq!(packages(&found), ["p0", "p1"]);
    assert!(found.reach.contains(&LookUpKey::id("GHSA-1")));
    assert!(!found.reach.contains(&LookUpKey::id("GHSA-9")));
    let names: Vec<&str> =
        found.changed[0].vulnerabilities.iter().map(String::as_str).collect();
    assert_eq!(names, ["CVE-2024-0001"]);
}

#[test]
fn a_rejected_cve_and_a_new_ecosystem_reach_who_asks_for_them() {
    let said = |state| {
        let mut cve = record(Source::Cve, "CVE-2024-0001", &["CVE-2024-0001"]);
        cve.state = state;
        cve
    };
    let mut nvd = record(Source::Nvd, "CVE-2024-0001", &["CVE-2024-0001"]);
    nvd.configurations =
        vec![configuration(&[("cpe:2.3:a:b:c:*:*:*:*:*:*:*:*", Role::Vulnerable)])];
    let rejected =
        between(&[said(State::Live), nvd.clone()], &[said(State::Rejected), nvd.clone()]);
    assert!(rejected.reach.contains(&LookUpKey::cpe("b", "c")));
    let covered = between(
        &[nvd.clone()],
        &[nvd.clone(), touching(osv("GHSA-1", &[]), "p0", vec![Extent::All])],
    );
    assert!(covered.reach.contains(&LookUpKey::coverage("npm")));
    assert!(!covered.reach.contains(&LookUpKey::coverage_of_cpe()));
    let without = between(&[nvd], &[osv("GHSA-1", &[])]);
    assert!(without.reach.contains(&LookUpKey::coverage_of_cpe()));
}

#[test]
fn old_and_new_versions_of_device_advisories_are_given() {
    let advisory = |title: &str| {
        let mut csaf = record(Source::Csaf, "ICSMA-1", &["CVE-2024-0001"]);
        title.clone_into(&mut csaf.title);
        csaf.products.push(Product {
            id: "P".to_owned(),
            branches: Vec::new(),
            name: "Acme Pump".to_owned(),
            purls: Vec::new(),
            cpes: Vec::new(),
            models: Vec::new(),
            relationship: None,
            statuses: Vec::new(),
            place: Place::Document,
        });
        csaf
    };
    let found = between(&[advisory("one")], &[advisory("two"), osv("GHSA-1", &[])]);
    let titles: Vec<&str> =
        found.devices.iter().map(|record| record.title.as_str()).collect();
    assert_eq!(titles, ["one", "two"]);
}

proptest! {
    #[test]
    fn what_is_heard_otherwise_is_reached(
        old in prop::collection::vec(any_record(), 0..12),
        kept in prop::collection::vec(any::<bool>(), 12),
        more in prop::collection::vec(any_record(), 0..3),
    ) {
        let still = old.iter().zip(kept).filter(|(_, kept)| *kept);
        let new: Vec<Record> = still.map(|(record, _)| record.clone()).chain(more).collect();
        let (old, new) = (built(&old), built(&new));
        let (old, new) =
            (Index::open(&old, &[]).unwrap(), Index::open(&new, &[]).unwrap());
        expect_reached(&old, &new)?;
    }

    #[test]
    fn what_a_layer_changes_is_reached_too(
        base in prop::collection::vec(any_record(), 0..10),
        first in prop::collection::vec(any_record(), 0..3),
        second in prop::collection::vec(any_record(), 0..3),
        folds in any::<bool>(),
    ) {
        let bytes = [built(&base), built(&first), built(&second)];
        let old = Index::open(&bytes[0], &[&bytes[1]]).unwrap();
        let all: Vec<Record> = old.records().map(|record| record.decode()).collect();
        let folded = built(&all);
        let new = match folds {
            true => Index::open(&folded, &[]).unwrap(),
            false => Index::open(&bytes[0], &[&bytes[2]]).unwrap(),
        };
        expect_reached(&old, &new)?;
        expect_reached(&new, &old)?;
    }
}

fn expect_reached(old: &Index<'_>, new: &Index<'_>) -> Result<(), TestCaseError> {
    let found = Difference::between(old, new).unwrap();
    for name in ["p0", "p1", "p2"] {
        let same = heard(old, name) == heard(new, name);
        prop_assert!(
            same || found.reach.contains(&LookUpKey::package("npm", name)),
            "{name}: {:?} {:?}",
            heard(old, name),
            heard(new, name)
        );
    }
    prop_assert!(!old.is_damaged() && !new.is_damaged());
    Ok(())
}
