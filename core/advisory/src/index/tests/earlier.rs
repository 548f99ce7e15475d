//! An index that is built onto an earlier one: nothing goes because sources are silent.

use super::*;

/// An index of sources and of everything that an earlier index holds; and how much stands on
/// the word of the earlier one alone.
fn built_onto(earlier: &[u8], sources: Vec<Entry>) -> (Vec<u8>, u64) {
    let earlier = Index::open(earlier, &[]).unwrap();
    let own = earlier.records().map(|record| record.entry());
    let own = own.chain(earlier.catalogs()).map(|entry| (entry, true));
    let mut entries: Vec<(Entry, bool)> =
        sources.into_iter().map(|entry| (entry, false)).chain(own).collect();
    entries.sort_unstable();
    entries.dedup_by(|a, b| a.0.key == b.0.key);
    let mut builder = Builder::new(Vec::new()).unwrap();
    for (entry, is_earlier) in &entries {
        match is_earlier {
            true => builder.add_earlier(&entry.key, &entry.payload).unwrap(),
            false => builder.add(&entry.key, &entry.payload).unwrap(),
        }
    }
    let (out, alone) = builder.finish_counting().unwrap();
    (out, alone.entries)
}

fn entries(records: &[Record]) -> Vec<Entry> {
    records.iter().map(|record| Entry::record(record, &[])).collect()
}

fn listing(cve: &str, released: &str) -> Entry {
    let entry = kev::Entry { cve: cve.to_owned(), ..kev::Entry::default() };
    Entry::listing(&Listing { entry, released: released.to_owned() }).unwrap()
}

fn scoring(cve: &str, score: f64, date: &str) -> Entry {
    let cve = cve.to_owned();
    let date = date.to_owned();
    Entry::scoring(&Scoring { cve, score, percentile: None, date }).unwrap()
}

#[test]
fn what_no_source_says_stays_and_the_bytes_are_those_of_one_index_of_all() {
    let one = touching(osv("GHSA-1", &["CVE-2024-0001"]), "p", vec![below("2")]);
    let two = touching(osv("GHSA-2", &[]), "p", vec![below("3")]);
    let earlier = built(std::slice::from_ref(&one));
    let (bytes, alone) = built_onto(&earlier, entries(std::slice::from_ref(&two)));
    assert_eq!(bytes, built(&[one.clone(), two.clone()]));
    assert_eq!(alone, 1);
    // What a source says too is the source's.
    let (bytes, alone) = built_onto(&earlier, entries(&[one.clone(), two.clone()]));
    assert_eq!((bytes, alone), (built(&[one, two]), 0));
}

#[test]
fn a_source_takes_the_place_of_what_it_knows_as_new_and_of_nothing_else() {
    let day = |record: &Record, day: u8| {
        modified(record.clone(), &format!("2024-01-{day:02}T00:00:00Z"))
    };
    #[track_caller]
    fn check(held: &Record, said: &Record, expected: &[&Record], alone: u64) {
        let earlier = built(std::slice::from_ref(held));
        let (bytes, own) = built_onto(&earlier, entries(std::slice::from_ref(said)));
        let expected: Vec<Record> =
            expected.iter().map(|record| (*record).clone()).collect();
        assert_eq!(bytes, built(&expected), "{} over {}", said.title, held.title);
        assert_eq!(own, alone, "{} over {}", said.title, held.title);
    }

    for source in [Source::Osv, Source::Csaf, Source::Cve, Source::Nvd] {
        let wide = record(source, "CVE-2024-0001", &["CVE-2024-0001"]);
        let mut wide = touching(wide, "p", vec![Extent::All]);
        wide.title = format!("{source:?}, wide");
        let mut narrow = wide.clone();
        narrow.affected.clear();
        narrow.title = format!("{source:?}, narrow");
        // A revision takes the place of what was known, of every kind; so does one of the
        // same day that differs, whichever digest is the greater.
        check(&day(&wide, 1), &day(&narrow, 2), &[&day(&narrow, 2)], 0);
        check(&day(&wide, 1), &day(&narrow, 1), &[&day(&narrow, 1)], 0);
        check(&day(&narrow, 1), &day(&wide, 1), &[&day(&wide, 1)], 0);
        // A copy of a feed that is behind takes nothing away.
        let newer = day(&wide, 3);
        let older = day(&narrow, 2);
        match source {
            Source::Osv | Source::Csaf => check(&newer, &older, &[&newer], 1),
            _ => check(&newer, &older, &[&newer, &older], 1),
        }
    }
    // Documents of many packages have one id there: each stays beside the others.
    let about = |package: &str, day_of: u8| {
        let hub =
            touching(record(Source::OpenVex, "hub", &["CVE-2024-0001"]), package, vec![]);
        day(&hub, day_of)
    };
    check(&about("p", 1), &about("q", 2), &[&about("p", 1), &about("q", 2)], 1);
}

#[test]
fn a_record_is_taken_back_by_its_own_source_alone() {
    let held = touching(osv("GHSA-1", &["CVE-2024-0001"]), "p", vec![Extent::All]);
    let earlier = built(std::slice::from_ref(&held));
    let mut withdrawn = modified(held.clone(), "2024-02-01T00:00:00Z");
    withdrawn.state = State::Withdrawn("2024-02-01T00:00:00Z".to_owned());
    let (bytes, _) = built_onto(&earlier, entries(std::slice::from_ref(&withdrawn)));
    let index = Index::open(&bytes, &[]).unwrap();
    assert_eq!(said(&index, "p"), [""; 0]);
    // Another source that withdraws its own word on the vulnerability leaves this one.
    let mut other = withdrawn;
    other.id = "PYSEC-1".to_owned();
    let (bytes, _) = built_onto(&earlier, entries(&[other]));
    let index = Index::open(&bytes, &[]).unwrap();
    assert_eq!(said(&index, "p"), ["GHSA-1"]);
}

#[test]
fn a_catalog_stays_until_a_source_has_one_that_is_as_new() {
    let base = [
        listing("CVE-2024-0001", "2024-01-02"),
        listing("CVE-2024-0002", "2024-01-02"),
        scoring("CVE-2024-0001", 0.25, "2024-01-02"),
        scoring("CVE-2024-0002", 0.5, "2024-01-02"),
    ];
    let earlier = compile(base.to_vec()).unwrap();
    let check =
        |sources: Vec<Entry>, listed: [bool; 2], scored: [Option<f64>; 2], own| {
            let (bytes, alone) = built_onto(&earlier, sources);
            let index = Index::open(&bytes, &[]).unwrap();
            let cves = ["CVE-2024-0001", "CVE-2024-0002"];
            assert_eq!(cves.map(|cve| index.kev(cve).is_some()), listed);
            assert_eq!(cves.map(|cve| index.epss(cve).map(|epss| epss.score)), scored);
            assert_eq!(alone, own);
        };
    // Sources without a catalog say nothing of it.
    check(entries(&[osv("GHSA-1", &[])]), [true, true], [Some(0.25), Some(0.5)], 4);
    // CISA took the second one out; nobody scores it any more.
    let newer = vec![
        listing("CVE-2024-0001", "2024-01-03"),
        scoring("CVE-2024-0001", 0.75, "2024-01-03"),
    ];
    check(newer, [true, false], [Some(0.75), None], 0);
    // A copy that is behind takes nothing out.
    let older = vec![
        listing("CVE-2024-0001", "2024-01-01"),
        scoring("CVE-2024-0001", 0.75, "2024-01-01"),
    ];
    check(older, [true, true], [Some(0.25), Some(0.5)], 2);
}
