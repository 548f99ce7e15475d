//! What a base and overlays hold together, in numbers.

use super::*;

#[test]
fn a_vulnerability_that_is_in_a_base_and_in_overlays_counts_once() {
    #[track_caller]
    fn check(layers: &[&[Record]], expected: u64) {
        let bytes: Vec<Vec<u8>> = layers.iter().map(|records| built(records)).collect();
        let [base, overlays @ ..] = bytes.as_slice() else { panic!("no base") };
        let overlays: Vec<&[u8]> = overlays.iter().map(Vec::as_slice).collect();
        let index = Index::open(base, &overlays).unwrap();
        assert_eq!(index.counts().vulnerabilities, expected, "{}", layers.len());
        assert!(!index.is_damaged());
    }

    let one = osv("GHSA-1", &["CVE-2024-0001"]);
    let again = modified(one.clone(), "2024-03-01T00:00:00Z");
    let by_another = osv("PYSEC-1", &["CVE-2024-0001"]);
    let two = osv("GHSA-2", &[]);
    check(&[std::slice::from_ref(&one)], 1);
    check(&[std::slice::from_ref(&one), std::slice::from_ref(&two)], 2);
    check(&[std::slice::from_ref(&one), std::slice::from_ref(&again)], 1);
    check(&[std::slice::from_ref(&one), std::slice::from_ref(&by_another)], 1);
    check(
        &[
            &[one.clone(), two.clone()],
            std::slice::from_ref(&by_another),
            std::slice::from_ref(&again),
        ],
        2,
    );
    check(&[&[two], &[by_another], &[again]], 2);
}

#[test]
fn a_record_that_says_nothing_of_what_is_asked_is_passed_over_and_no_other() {
    let mut scored = osv("GHSA-1", &["CVE-2024-0001"]);
    scored.related = vec!["GO-1".to_owned(), "CVE-2024-0001".to_owned()];
    let own = scored.vulnerabilities.first_mut().unwrap();
    own.cwes = vec!["CWE-79".to_owned()];
    own.severities =
        vec![Severity { scorer: Scorer::Other, vector: "CVSS:3.1/AV:N".to_owned() }];
    let mut titled = record(Source::Cve, "CVE-2024-0001", &["CVE-2024-0001"]);
    titled.configurations =
        vec![configuration(&[("cpe:2.3:a:b:c:*:*:*:*:*:*:*:*", Role::Vulnerable)])];
    titled.vulnerabilities.first_mut().unwrap().title = "of the list".to_owned();
    let mut exploited =
        touching(osv("PYSEC-1", &["CVE-2024-0001"]), "p", vec![Extent::All]);
    exploited.vulnerabilities.first_mut().unwrap().exploited = Some(Place::Document);
    let silent = osv("RUSTSEC-1", &["CVE-2024-0001"]);
    let bytes = built(&[scored, titled, exploited, silent]);
    let index = Index::open(&bytes, &[]).unwrap();
    let of = index.vulnerability("CVE-2024-0001").unwrap();
    assert_eq!(of.records().count(), 4);
    assert_eq!(of.title(), "of the list");
    assert_eq!(of.cwes(), ["CWE-79"]);
    assert_eq!(of.severities().len(), 1);
    assert_eq!(of.related(), ["GO-1"]);
    assert_eq!(of.affected().count(), 1);
    assert_eq!(of.configurations().count(), 1);
    assert_eq!(of.exploited().count(), 1);
    assert!(!of.is_not_analysed());
}

proptest! {
    #[test]
    fn a_base_and_an_overlay_count_what_one_index_of_both_counts(
        base in prop::collection::vec(any_record(), 0..10),
        newer in prop::collection::vec(any_record(), 1..5),
    ) {
        let bytes = [built(&base), built(&newer)];
        let layered = Index::open(&bytes[0], &[&bytes[1]]).unwrap().counts();
        let key = |record: &Record| (record.source, record.id.clone());
        let masked: Vec<_> = newer.iter().map(key).collect();
        let kept = base.iter().filter(|record| !masked.contains(&key(record)));
        let all: Vec<Record> = kept.chain(&newer).cloned().collect();
        let bytes = built(&all);
        let folded = Index::open(&bytes, &[]).unwrap().counts();
        prop_assert_eq!(layered.vulnerabilities, folded.vulnerabilities);
        let numbers = |counts: &Counts| -> Vec<(Source, [u64; 3])> {
            let sources = counts.sources.iter().filter(|own| own.records > 0);
            sources
                .map(|own| (own.source, [own.records, own.withdrawn, own.rejected]))
                .collect()
        };
        prop_assert_eq!(numbers(&layered), numbers(&folded));
    }
}
