//! Laws of the index, on records made here.

mod damage;
mod difference;
mod earlier;
mod layers;
mod statements;

use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use reading::Place;
use terms::cpe::{Bounds, Configuration, Criterion, Negate, Node, Operator, Role};
use terms::version::Scheme;
use terms::vex;

use super::body::{Head, read};
use super::octets::Cut;
use super::*;
use crate::{
    Affected, Bound, Extent, Identity, Interval, Product, ProductBranch, ProductStatus,
    Record, Scorer, Severity, Source, State, Statement, StatementProduct, Vulnerability,
    kev, package,
};

fn record(source: Source, id: &str, ids: &[&str]) -> Record {
    Record {
        source,
        id: id.to_owned(),
        publisher: String::new(),
        title: format!("about {id}"),
        published: String::new(),
        modified: "2024-01-01T00:00:00Z".to_owned(),
        state: State::Live,
        tlp: String::new(),
        vulnerabilities: vec![Vulnerability {
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            ..Vulnerability::default()
        }],
        related: Vec::new(),
        affected: Vec::new(),
        configurations: Vec::new(),
        products: Vec::new(),
        remediations: Vec::new(),
        notes: Vec::new(),
        statements: Vec::new(),
        impacts: Vec::new(),
    }
}

fn osv(id: &str, aliases: &[&str]) -> Record {
    let ids: Vec<&str> = std::iter::once(id).chain(aliases.iter().copied()).collect();
    record(Source::Osv, id, &ids)
}

fn touching(mut record: Record, name: &str, extents: Vec<Extent>) -> Record {
    record.affected.push(Affected {
        vulnerability: 0,
        identity: Identity::Package(package::Key {
            ecosystem: "npm".to_owned(),
            name: name.to_owned(),
            release: String::new(),
        }),
        extents: extents
            .into_iter()
            .map(|extent| (extent, vex::Status::Affected))
            .collect(),
        otherwise: None,
        limits: vec!["linux".to_owned()],
        place: Place::Pointer("/affected/0".to_owned()),
    });
    record
}

fn modified(mut record: Record, when: &str) -> Record {
    when.clone_into(&mut record.modified);
    record
}

fn below(version: &str) -> Extent {
    Extent::Interval(Interval {
        scheme: Scheme::Semver,
        lower: None,
        upper: Some(Bound::Excluded(version.to_owned())),
        fixed: Some(version.to_owned()),
    })
}

fn built(records: &[Record]) -> Vec<u8> {
    compile(records.iter().map(|record| Entry::record(record, &[])).collect()).unwrap()
}

fn names(found: &[VulnerabilityRef<'_>]) -> Vec<String> {
    found.iter().map(|found| found.id().to_owned()).collect()
}

/// Which records speak of a package.
fn said(index: &Index<'_>, name: &str) -> Vec<String> {
    index.package("npm", name).map(|said| said.record().id().to_owned()).collect()
}

fn configuration(criteria: &[(&str, Role)]) -> (usize, Configuration) {
    let criteria = criteria
        .iter()
        .map(|(name, role)| Criterion {
            criteria: (*name).to_owned(),
            role: *role,
            bounds: Bounds { end_excluding: Some("2.0".to_owned()), ..Bounds::default() },
        })
        .collect();
    let node = Node {
        operator: Operator::Or,
        negate: Negate::Plain,
        criteria,
        nodes: Vec::new(),
    };
    (
        0,
        Configuration {
            operator: Operator::And,
            negate: Negate::Negated,
            nodes: vec![node],
        },
    )
}

#[test]
fn a_package_is_found_with_everything_that_is_said_of_it() {
    let bytes = built(&[
        touching(osv("GHSA-1", &["CVE-2024-0001"]), "left-pad", vec![below("1.2.0")]),
        touching(osv("GHSA-2", &[]), "right-pad", vec![Extent::All]),
    ]);
    let index = Index::open(&bytes, &[]).unwrap();
    let found: Vec<_> = index.package("npm", "left-pad").collect();
    let [affected] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(affected.record().id(), "GHSA-1");
    assert_eq!(affected.vulnerability().id(), "CVE-2024-0001");
    assert_eq!(affected.limits().collect::<Vec<_>>(), ["linux"]);
    assert_eq!(affected.place(), Place::Pointer("/affected/0".to_owned()));
    assert_eq!(affected.otherwise(), None);
    let [(ExtentRef::Interval(interval), vex::Status::Affected)] =
        affected.extents().collect::<Vec<_>>()[..]
    else {
        panic!("{affected:?}")
    };
    assert_eq!(interval.fixed, Some("1.2.0"));
    assert_eq!(interval.upper.unwrap().inclusion, Inclusion::Excluded);
    assert_eq!(index.package("npm", "up-pad").count(), 0);
    assert_eq!(index.package("pypi", "left-pad").count(), 0);
    assert!(!index.is_damaged());
    index.verify().unwrap();
}

#[test]
fn cpe_names_are_found_whatever_their_quoting_and_names_whatever_their_case() {
    let mut nvd = record(Source::Nvd, "CVE-2024-0001", &["CVE-2024-0001"]);
    nvd.configurations.push(configuration(&[
        (r"cpe:2.3:a:Acme\-corp:pump:1:*:*:*:*:*:*:*", Role::Vulnerable),
        ("cpe:2.3:o:acme:os:1:*:*:*:*:*:*:*", Role::Platform),
    ]));
    for identity in [
        Identity::Cpe("cpe:2.3:a:acme:thing:*:*:*:*:*:*:*:*".to_owned()),
        Identity::Cpe("cpe:2.3:a:*:thing:*:*:*:*:*:*:*:*".to_owned()),
        Identity::Name { vendor: "ACME".to_owned(), product: "Big  Pump".to_owned() },
    ] {
        nvd.affected.push(Affected {
            vulnerability: 0,
            identity,
            extents: Vec::new(),
            otherwise: None,
            limits: Vec::new(),
            place: Place::Document,
        });
    }
    let bytes = built(&[nvd.clone()]);
    let index = Index::open(&bytes, &[]).unwrap();
    let found: Vec<_> = index.configurations("acme-corp", "PUMP").collect();
    assert_eq!(found[0].decode(), nvd.configurations[0].1);
    assert_eq!(index.configurations(r"acme\-corp", "pump").count(), 1);
    assert_eq!(index.configurations("acme", "os").count(), 0, "a platform alone");
    assert_eq!(index.cpe("acme", "thing").count(), 2, "and the one of any vendor");
    assert_eq!(index.cpe("other", "thing").count(), 1);
    assert_eq!(index.named("big pump").count(), 1);
    assert_eq!(index.named("pump").count(), 0);
}

#[test]
fn exact_versions_are_found_and_others_are_outside() {
    #[track_caller]
    fn check(scheme: Scheme, versions: &[&str], sought: &str, expected: Containment) {
        let versions = versions.iter().map(|text| (*text).to_owned()).collect();
        let bytes = built(&[touching(
            osv("X-1", &[]),
            "p",
            vec![Extent::Exact { scheme, versions }],
        )]);
        let index = Index::open(&bytes, &[]).unwrap();
        let (extent, _) =
            index.package("npm", "p").next().unwrap().extents().next().unwrap();
        assert_eq!(extent.place(&mut Sought::new(sought)), expected, "{sought}");
        assert!(!index.is_damaged());
    }

    let many: Vec<String> = (0..500).map(|minor| format!("1.{minor}.0")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    check(Scheme::Npm, &many, "1.77.0", Containment::Inside);
    check(Scheme::Git, &["abc", "def"], "abc", Containment::Inside);
    check(Scheme::Git, &["abc", "def"], "abd", Containment::Unknown);
    check(Scheme::Unknown, &["r1"], "r2", Containment::Unknown);
    check(Scheme::Pypi, &[], "1.0", Containment::Outside);
    check(Scheme::Npm, &many, "1.500.0", Containment::Outside);
    check(Scheme::Pypi, &["1.2", "2.0"], "1.2.0", Containment::Inside);
    check(Scheme::Pypi, &["1.2", "2.0"], "1.3", Containment::Outside);
    check(Scheme::Pypi, &["1.2", "not a version"], "1.3", Containment::Outside);
    check(Scheme::Pypi, &["1.2", "not a version"], "not a version", Containment::Inside);
    check(Scheme::Pypi, &["1.2"], "no version either", Containment::Unknown);
}

#[test]
fn an_interval_is_open_where_it_has_no_bound_and_unknown_where_nobody_can_compare() {
    #[track_caller]
    fn check(
        scheme: Scheme,
        bounds: (Option<Bound>, Option<Bound>),
        sought: &str,
        expected: Containment,
    ) {
        let (lower, upper) = bounds;
        let extent = Extent::Interval(Interval { scheme, lower, upper, fixed: None });
        let bytes = built(&[touching(osv("X-1", &[]), "p", vec![extent])]);
        let index = Index::open(&bytes, &[]).unwrap();
        let (extent, _) =
            index.package("npm", "p").next().unwrap().extents().next().unwrap();
        assert_eq!(extent.place(&mut Sought::new(sought)), expected, "{sought}");
    }

    let included = |text: &str| Some(Bound::Included(text.to_owned()));
    let excluded = |text: &str| Some(Bound::Excluded(text.to_owned()));
    check(Scheme::Npm, (None, None), "1.0.0", Containment::Inside);
    check(
        Scheme::Npm,
        (included("1.0.0"), excluded("2.0.0")),
        "1.0.0",
        Containment::Inside,
    );
    check(
        Scheme::Npm,
        (excluded("1.0.0"), included("2.0.0")),
        "1.0.0",
        Containment::Outside,
    );
    check(
        Scheme::Npm,
        (excluded("1.0.0"), included("2.0.0")),
        "2.0.0",
        Containment::Inside,
    );
    check(
        Scheme::Npm,
        (included("1.0.0"), excluded("2.0.0")),
        "2.0.0",
        Containment::Outside,
    );
    check(
        Scheme::Npm,
        (included("1.0.0"), excluded("2.0.0")),
        "10.0.0",
        Containment::Outside,
    );
    check(Scheme::Npm, (None, excluded("2.0.0")), "soon", Containment::Unknown);
    check(
        Scheme::Npm,
        (included("later"), excluded("2.0.0")),
        "3.0.0",
        Containment::Outside,
    );
    check(
        Scheme::Npm,
        (included("later"), excluded("2.0.0")),
        "1.0.0",
        Containment::Unknown,
    );
    check(Scheme::Git, (included("abc"), None), "def", Containment::Unknown);
    check(Scheme::Unknown, (None, included("r1")), "r1", Containment::Inside);
}

#[test]
fn ids_are_joined_and_a_join_of_two_cves_is_refused_and_listed() {
    let records = [
        osv("GHSA-A", &["CVE-2024-0001"]),
        osv("PYSEC-1", &["GHSA-A", "CVE-2024-0002"]),
        touching(
            osv("GO-1", &["CVE-2024-0001", "CVE-2024-0002"]),
            "p",
            vec![Extent::All],
        ),
        record(Source::Cve, "CVE-2024-0001", &["CVE-2024-0001"]),
    ];
    let bytes = built(&records);
    let index = Index::open(&bytes, &[]).unwrap();
    assert_eq!(index.vulnerability("ghsa-a").unwrap().id(), "CVE-2024-0001");
    assert_eq!(index.vulnerability("PYSEC-1").unwrap().id(), "CVE-2024-0002");
    assert_eq!(
        names(&index.vulnerabilities("GO-1")),
        ["CVE-2024-0001", "CVE-2024-0002"],
        "a record that names two speaks of both"
    );
    let said: Vec<_> =
        index.package("npm", "p").map(|said| said.vulnerability().id()).collect();
    assert_eq!(said, ["CVE-2024-0001", "CVE-2024-0002"]);
    let refused = index.counts().refused;
    let refused: Vec<_> = refused
        .iter()
        .map(|join| (join.record.as_str(), join.one.as_str(), join.other.as_str()))
        .collect();
    assert_eq!(
        refused,
        [
            ("GO-1", "CVE-2024-0001", "CVE-2024-0002"),
            ("PYSEC-1", "CVE-2024-0002", "GHSA-A"),
        ]
    );
}

#[test]
fn a_notice_leads_to_each_of_its_vulnerabilities_and_joins_none() {
    let mut notice = record(Source::Csaf, "ICSMA-24-1", &["CVE-2024-0001"]);
    for ids in [&["CVE-2024-0002"][..], &[]] {
        notice.vulnerabilities.push(Vulnerability {
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            ..Vulnerability::default()
        });
    }
    let bytes = built(&[notice]);
    let index = Index::open(&bytes, &[]).unwrap();
    assert_eq!(
        names(&index.vulnerabilities("icsma-24-1")),
        ["CVE-2024-0001", "CVE-2024-0002", "ICSMA-24-1#3"]
    );
    assert_eq!(index.vulnerability("CVE-2024-0002").unwrap().ids().count(), 1);
    assert_eq!(index.counts().vulnerabilities, 3);
}

#[test]
fn a_related_id_joins_nothing_and_still_leads_to_the_notice() {
    let mut notice = touching(osv("ALSA-2024:1", &[]), "p", vec![Extent::All]);
    notice.related = vec!["CVE-2024-0001".to_owned()];
    let bytes = built(&[notice.clone(), osv("GHSA-1", &["CVE-2024-0001"])]);
    let index = Index::open(&bytes, &[]).unwrap();
    assert_eq!(index.vulnerability("CVE-2024-0001").unwrap().affected().count(), 0);
    assert_eq!(names(&index.related_to("cve-2024-0001")), ["ALSA-2024:1"]);
    assert_eq!(names(&index.related_to("CVE-2024-0002")), Vec::<String>::new());
    notice.state = State::Withdrawn(String::new());
    let bytes = built(&[notice]);
    let index = Index::open(&bytes, &[]).unwrap();
    assert!(index.related_to("CVE-2024-0001").is_empty());
}

#[test]
fn a_withdrawn_record_takes_back_its_own_statements_and_nothing_else() {
    let mut withdrawn =
        touching(osv("GHSA-W", &["CVE-2024-0001"]), "p", vec![Extent::All]);
    withdrawn.state = State::Withdrawn("2024-02-02T00:00:00Z".to_owned());
    let stands = touching(osv("PYSEC-1", &["CVE-2024-0001"]), "p", vec![below("2")]);
    let bytes = built(&[withdrawn, stands]);
    let index = Index::open(&bytes, &[]).unwrap();
    assert_eq!(said(&index, "p"), ["PYSEC-1"]);
    let vulnerability = index.vulnerability("GHSA-W").unwrap();
    assert_eq!(vulnerability.id(), "CVE-2024-0001", "an old id leads there for ever");
    assert_eq!(vulnerability.affected().count(), 1);
    let back: Vec<_> =
        vulnerability.taken_back().map(|back| back.record().id()).collect();
    assert_eq!(back, ["GHSA-W"]);
    assert_eq!(index.counts().sources[0].withdrawn, 1);
}

#[test]
fn a_rejected_cve_takes_back_what_cve_and_nvd_said_and_others_stand() {
    let mut cve = record(Source::Cve, "CVE-2024-0001", &["CVE-2024-0001"]);
    let nvd = touching(
        record(Source::Nvd, "CVE-2024-0001", &["CVE-2024-0001"]),
        "p",
        vec![Extent::All],
    );
    let other = touching(osv("GHSA-1", &["CVE-2024-0001"]), "p", vec![Extent::All]);
    let live = built(&[cve.clone(), nvd.clone(), other.clone()]);
    let index = Index::open(&live, &[]).unwrap();
    assert_eq!(said(&index, "p"), ["GHSA-1", "CVE-2024-0001"]);

    cve.state = State::Rejected;
    let base = built(&[cve.clone(), nvd, other]);
    let index = Index::open(&base, &[]).unwrap();
    assert_eq!(said(&index, "p"), ["GHSA-1"]);
    assert!(index.vulnerability("GHSA-1").unwrap().is_rejected());

    let overlay = built(&[modified(cve, "2024-05-05T00:00:00Z")]);
    let index = Index::open(&live, &[&overlay]).unwrap();
    assert_eq!(said(&index, "p"), ["GHSA-1"], "an overlay's word reaches the base");
}

#[test]
fn a_newer_revision_replaces_an_osv_record_and_records_of_one_cve_count_together() {
    let old = touching(osv("GHSA-1", &[]), "p", vec![Extent::All]);
    let new = touching(osv("GHSA-1", &[]), "q", vec![Extent::All]);
    // A fraction of a second is later than the second.
    let bytes = built(&[
        modified(old, "2024-06-01T00:00:00Z"),
        modified(new, "2024-06-01T00:00:00.5Z"),
    ]);
    let index = Index::open(&bytes, &[]).unwrap();
    assert_eq!((said(&index, "p").len(), said(&index, "q").len()), (0, 1));

    let nvd = || record(Source::Nvd, "CVE-2024-0001", &["CVE-2024-0001"]);
    let bytes = built(&[
        modified(touching(nvd(), "p", vec![Extent::All]), "2024-01-01T00:00:00Z"),
        modified(touching(nvd(), "q", vec![Extent::All]), "2025-01-01T00:00:00Z"),
    ]);
    let index = Index::open(&bytes, &[]).unwrap();
    assert_eq!((said(&index, "p").len(), said(&index, "q").len()), (1, 1));
    assert_eq!(index.vulnerability("CVE-2024-0001").unwrap().records().count(), 2);

    // Fifty documents of one hub have one id.
    let vex = |title: &str| {
        let mut vex =
            record(Source::OpenVex, "https://vex.example/1", &["CVE-2024-0001"]);
        title.clone_into(&mut vex.title);
        vex
    };
    let bytes = built(&[vex("one package"), vex("another")]);
    let index = Index::open(&bytes, &[]).unwrap();
    assert_eq!(index.counts().sources[0].records, 2);
}

#[test]
fn an_overlay_masks_by_source_and_id_and_joins_by_alias() {
    let base = built(&[
        touching(osv("GHSA-1", &["CVE-2024-0001"]), "p", vec![Extent::All]),
        touching(osv("GHSA-2", &[]), "p", vec![Extent::All]),
    ]);
    let overlay = built(&[
        touching(osv("GHSA-1", &["CVE-2024-0001"]), "q", vec![Extent::All]),
        touching(osv("PYSEC-9", &["ghsa-1"]), "p", vec![Extent::All]),
    ]);
    let index = Index::open(&base, &[&overlay]).unwrap();
    assert_eq!(said(&index, "p"), ["PYSEC-9", "GHSA-2"]);
    assert_eq!(said(&index, "q"), ["GHSA-1"]);
    let vulnerability = index.vulnerability("PYSEC-9").unwrap();
    assert_eq!(vulnerability.id(), "CVE-2024-0001");
    assert_eq!(
        vulnerability.ids().collect::<Vec<_>>(),
        ["CVE-2024-0001", "GHSA-1", "PYSEC-9"]
    );
    assert_eq!(index.counts().sources[0].records, 3);
    let alone = Index::open(&base, &[]).unwrap();
    assert_ne!(alone.generation(), index.generation());
    assert!(Index::open(&base, &[&overlay, &overlay, &overlay, &overlay]).is_err());
}

#[test]
fn two_cves_of_two_layers_are_never_united() {
    let base = built(&[osv("GHSA-1", &["CVE-2024-0001"])]);
    let overlay = built(&[osv("PYSEC-9", &["GHSA-1", "CVE-2024-0002"])]);
    let index = Index::open(&base, &[&overlay]).unwrap();
    assert_eq!(index.vulnerability("CVE-2024-0001").unwrap().id(), "CVE-2024-0001");
    assert_eq!(index.vulnerability("CVE-2024-0002").unwrap().id(), "CVE-2024-0002");
    assert_eq!(index.vulnerabilities("GHSA-1").len(), 2);
}

#[test]
fn catalogs_are_joined_by_cve_and_the_newest_entry_counts() {
    let listing = |released: &str, due: &str| Listing {
        entry: crate::kev::Entry {
            cve: "CVE-2024-0001".to_owned(),
            due: due.to_owned(),
            cwes: vec!["CWE-1".to_owned()],
            ransomware: crate::kev::Ransomware::Known,
            ..crate::kev::Entry::default()
        },
        released: released.to_owned(),
    };
    let scoring = |date: &str, score: f64| Scoring {
        cve: "CVE-2024-0001".to_owned(),
        score,
        percentile: None,
        date: date.to_owned(),
    };
    let mut entries = vec![
        Entry::record(&osv("GHSA-1", &["CVE-2024-0001"]), &[]),
        Entry::listing(&listing("2025-01-02", "new")).unwrap(),
        Entry::listing(&listing("2025-01-01", "old")).unwrap(),
        Entry::scoring(&scoring("2025-01-02", 0.25)).unwrap(),
        Entry::scoring(&scoring("2025-01-01", 0.75)).unwrap(),
    ];
    let bytes = compile(entries.clone()).unwrap();
    entries.reverse();
    assert_eq!(bytes, compile(entries).unwrap());
    let index = Index::open(&bytes, &[]).unwrap();
    let vulnerability = index.vulnerability("GHSA-1").unwrap();
    assert_eq!(vulnerability.kev(), Some(listing("2025-01-02", "new")));
    assert!(vulnerability.is_listed());
    let epss = vulnerability.epss().unwrap();
    assert_eq!((epss.score, epss.percentile, epss.date), (0.25, None, "2025-01-02"));
    assert_eq!(index.counts().listed.entries, 1);
    assert_eq!(Entry::listing(&Listing::default()), None);
}

#[test]
fn documents_that_were_set_aside_are_counted_once_each() {
    let notes = [reading::Note::new(Place::Document, "no scheme `x`")];
    let entries = vec![
        Entry::set_aside(b"one", "broken"),
        Entry::set_aside(b"one", "broken"),
        Entry::set_aside(b"two", "broken"),
        Entry::record(&osv("X-1", &[]), &notes),
        Entry::record(&osv("X-2", &[]), &notes),
    ];
    let bytes = compile(entries).unwrap();
    let counts = Index::open(&bytes, &[]).unwrap().counts();
    assert_eq!(counts.set_aside, [("broken".to_owned(), 2)]);
    assert_eq!(counts.notes, [("no scheme `…`".to_owned(), 2)]);
}

#[test]
fn what_is_cut_short_or_foreign_is_refused_with_a_sentence() {
    #[track_caller]
    fn check(bytes: &[u8], message: &str) {
        let Err(refused) = Index::open(bytes, &[]) else { panic!("opened") };
        assert_eq!(refused.message, message);
        assert!(!refused.hint.is_empty());
    }

    let good = built(&[osv("GHSA-1", &["CVE-2024-0001"])]);
    check(b"", "the file is not an index of advisories");
    check(b"{\"id\":\"GHSA-1\"}", "the file is not an index of advisories");
    let cut = "the index was cut short, or something else stands behind it";
    check(&good[..good.len() - 1], cut);
    check(&good[..8], "the index was cut short");
    check(&[&good[..], b"x"].concat(), cut);
    let long =
        "the file is longer than the index that ends it: something stands before it";
    check(&[&good[..], &good].concat(), long);
    check(&[&good[..100], &good[200..]].concat(), "the index was cut short");
    let mut other = good.clone();
    other[7] = 9;
    check(&other, "the index is of another edition than this program reads");
    let mut table = good.clone();
    let at = table.len() - 80;
    table[at] ^= 1;
    check(&table, "the table of sections is not the one written");
    let mut body = good;
    body[50] ^= 1;
    let index = Index::open(&body, &[]).unwrap();
    assert!(index.verify().is_err(), "only reading everything finds a flipped bit");
}

fn everything() -> Record {
    let mut record = touching(
        osv("GHSA-1", &["CVE-2024-0001"]),
        "p",
        vec![
            Extent::All,
            below("2"),
            Extent::Unreadable("all of them".to_owned()),
            Extent::Exact { scheme: Scheme::Git, versions: vec!["a".into(), "b".into()] },
        ],
    );
    record.state = State::Withdrawn("2024".to_owned());
    record.related = vec!["DSA-1".to_owned()];
    record.vulnerabilities[0] = Vulnerability {
        title: "t".to_owned(),
        severities: vec![Severity {
            scorer: Scorer::Cna,
            vector: "CVSS:3.1/AV:N".to_owned(),
        }],
        cwes: vec!["CWE-79".to_owned()],
        exploited: Some(Place::Line { line: 1, column: 2 }),
        ..record.vulnerabilities[0].clone()
    };
    record.configurations = vec![configuration(&[("cpe:2.3:a:b:c", Role::Vulnerable)])];
    record.products = vec![Product {
        id: "P1".to_owned(),
        branches: vec![ProductBranch { category: "vendor".into(), name: "Acme".into() }],
        name: "Pump".to_owned(),
        purls: vec!["pkg:npm/p".to_owned()],
        cpes: vec!["cpe:/a:b:c".to_owned()],
        models: vec!["M1".to_owned()],
        relationship: Some(("installed_on".into(), "P2".into(), "P3".into())),
        statuses: vec![ProductStatus {
            vulnerability: 0,
            status: vex::Status::NotAffected,
            group: "known_not_affected".to_owned(),
            justification: Some(vex::Justification::ComponentNotPresent),
        }],
        place: Place::Byte(9),
    }];
    record.remediations = vec![crate::Remediation {
        kind: crate::RemediationKind::Workaround,
        text: "unplug".to_owned(),
        url: String::new(),
        products: vec![0, 3],
        vulnerability: Some(0),
    }];
    record.notes = vec![crate::Note {
        vulnerability: None,
        category: "general".to_owned(),
        title: String::new(),
        text: "note".to_owned(),
    }];
    record.statements = vec![Statement {
        vulnerability: 0,
        status: vex::Status::Fixed,
        justification: None,
        products: vec![StatementProduct {
            identifiers: vec!["pkg:npm/p".to_owned()],
            subcomponents: vec!["pkg:npm/q".to_owned()],
            versions: vec!["vers:npm/1".to_owned()],
        }],
        timestamp: "2024".to_owned(),
        impact: "d".to_owned(),
        action: "u".to_owned(),
        place: Place::Element("/a".to_owned()),
    }];
    record.impacts =
        vec![crate::Impact { vulnerability: 0, products: vec![0], text: "i".to_owned() }];
    record
}

#[test]
fn a_place_on_a_page_comes_back_as_it_went_in() {
    let mut record = everything();
    for statement in &mut record.statements {
        statement.place = Place::Page { page: 3, left: 57, top: 210 };
    }
    assert_eq!(decode(&encode(&record)), Some(record));
}

#[test]
fn a_record_comes_back_as_it_went_in() {
    let record = everything();
    assert_eq!(decode(&encode(&record)), Some(record.clone()));
    let mut device = record;
    device.source = Source::Csaf;
    device.state = State::Live;
    let bytes = built(&[device.clone()]);
    let index = Index::open(&bytes, &[]).unwrap();
    let records: Vec<_> = index.device_records().map(|record| record.decode()).collect();
    assert_eq!(records, [device]);
    let vulnerability = index.vulnerability("GHSA-1").unwrap();
    assert_eq!(vulnerability.title(), "t");
    assert_eq!(vulnerability.severities()[0].vector, "CVSS:3.1/AV:N");
    assert_eq!(vulnerability.cwes(), ["CWE-79"]);
    assert_eq!(
        vulnerability.exploited().next().unwrap().1,
        Place::Line { line: 1, column: 2 }
    );
    assert_eq!(vulnerability.statements().next().unwrap().1.impact, "d");
    assert!(!vulnerability.is_not_analysed());
    assert!(!index.is_damaged());
}

#[test]
fn a_body_that_was_cut_anywhere_is_no_record_or_another_but_never_a_panic() {
    let body = encode(&everything());
    for end in 0..body.len() {
        assert_eq!(decode(&body[..end]), None, "{end}");
    }
    let damage = AtomicBool::new(false);
    assert_eq!(Head::read(Cut::new(&body, &damage)).id, "GHSA-1");
    assert_eq!(read(Cut::new(&body, &damage)).tlp, "");
}

prop_compose! {
    fn any_record()(
        source in prop::sample::select(vec![Source::Osv, Source::Cve, Source::Nvd]),
        own in 0..6_u32,
        cves in prop::collection::vec(0..4_u32, 0..3),
        others in prop::collection::vec(0..6_u32, 0..3),
        day in 1..4_u32,
        package in 0..3_u32,
        withdrawn in prop::bool::weighted(0.2),
    ) -> Record {
        let id = match source {
            Source::Osv => format!("GHSA-{own}"),
            _ => format!("CVE-2024-000{own}"),
        };
        let mut ids = vec![id.clone()];
        if source == Source::Osv {
            ids.extend(cves.iter().map(|cve| format!("CVE-2024-000{cve}")));
            ids.extend(others.iter().map(|other| format!("GHSA-{other}")));
        }
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut made = touching(
            record(source, &id, &ids),
            &format!("p{package}"),
            vec![below(&format!("{day}.0"))],
        );
        made.modified = format!("2024-01-0{day}T00:00:00Z");
        if withdrawn {
            made.state = State::Withdrawn("2024-02-01T00:00:00Z".to_owned());
        }
        made
    }
}

proptest! {
    #[test]
    fn the_bytes_depend_on_the_set_of_records_and_not_on_their_order(
        records in prop::collection::vec(any_record(), 0..12),
        seed in prop::collection::vec(any::<u32>(), 24),
    ) {
        let mut other: Vec<_> = records.iter().cloned().zip(seed).collect();
        other.sort_by_key(|(_, place)| *place);
        let mut other: Vec<_> = other.into_iter().map(|(record, _)| record).collect();
        other.extend(records.first().cloned());
        prop_assert_eq!(built(&records), built(&other));
    }

    #[test]
    fn both_directions_say_the_same_and_no_vulnerability_has_two_cves(
        records in prop::collection::vec(any_record(), 0..12),
    ) {
        let bytes = built(&records);
        let index = Index::open(&bytes, &[]).unwrap();
        index.verify().unwrap();
        let mut forth = Vec::new();
        let mut back = Vec::new();
        for package in ["p0", "p1", "p2"] {
            for said in index.package("npm", package) {
                let vulnerability = said.vulnerability();
                prop_assert!(vulnerability.ids().filter(|id| id.starts_with("CVE")).count() < 2);
                let from = said.record();
                forth.push((vulnerability.id(), from.id(), from.digest(), package));
            }
        }
        let mut vulnerabilities: Vec<VulnerabilityRef<'_>> = Vec::new();
        for record in &records {
            for id in &record.vulnerabilities[0].ids {
                let led = index.vulnerabilities(id);
                prop_assert!(!led.is_empty() || !index.records().any(|own| own.id() == record.id
                    && own.decode() == *record), "{} leads nowhere", id);
                for vulnerability in led {
                    if !vulnerabilities.contains(&vulnerability) {
                        vulnerabilities.push(vulnerability);
                    }
                }
            }
        }
        for vulnerability in &vulnerabilities {
            for said in vulnerability.affected() {
                let IdentityRef::Package { name, .. } = said.identity() else { continue };
                let from = said.record();
                back.push((vulnerability.id(), from.id(), from.digest(), name));
            }
        }
        forth.sort_unstable();
        back.sort_unstable();
        prop_assert_eq!(forth, back);
        prop_assert!(!index.is_damaged());
    }

    #[test]
    fn a_base_with_an_overlay_answers_as_one_index_of_both_would(
        base in prop::collection::vec(any_record(), 0..8),
        over in prop::collection::vec(any_record(), 0..4),
    ) {
        let masked = |record: &Record| over.iter().any(|newer| {
            (newer.source, &newer.id) == (record.source, &record.id)
        });
        let together: Vec<Record> =
            base.iter().filter(|record| !masked(record)).chain(&over).cloned().collect();
        let (base, overlay, together) = (built(&base), built(&over), built(&together));
        let layered = Index::open(&base, &[&overlay]).unwrap();
        let whole = Index::open(&together, &[]).unwrap();
        for package in ["p0", "p1", "p2"] {
            let mut a: Vec<_> = layered
                .package("npm", package)
                .filter(|said| said.record().source() == Source::Osv)
                .map(|said| (said.record().id(), said.record().digest()))
                .collect();
            let mut b: Vec<_> = whole
                .package("npm", package)
                .filter(|said| said.record().source() == Source::Osv)
                .map(|said| (said.record().id(), said.record().digest()))
                .collect();
            a.sort_unstable();
            b.sort_unstable();
            a.dedup();
            b.dedup();
            prop_assert_eq!(a, b);
        }
        for (a, b) in layered.counts().sources.iter().zip(&whole.counts().sources) {
            prop_assert_eq!(a.records, b.records);
        }
        prop_assert_eq!(layered.coverage(), whole.coverage());
    }
}
