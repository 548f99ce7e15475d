//! What a record leaves unsaid is asked, and is never *not affected*.

use advisory::{Product as TreeProduct, ProductStatus};

use super::*;

/// A CVE record on the npm package `widget`.
fn cve(extents: Vec<(Extent, Status)>, otherwise: Option<Status>) -> Record {
    let mut record =
        record(Source::Cve, "CVE-2026-0001", &[]).on(("npm", "widget", ""), extents);
    record.affected[0].otherwise = otherwise;
    record
}

/// What `scan` finds, and what `explain` says of the whole: verdict and questions.
#[track_caller]
fn check_both(records: &[Record], bom: &Bom, scan: &[&str], explain: (Verdict, &[&str])) {
    assert_eq!(lines(records, bom, Vec::new()), scan);
    let bytes = compiled(records);
    let index = Index::open(&bytes, &[]).unwrap();
    let system = System::new(bom, "");
    let none = Statements::default();
    let voices = Voices { accepted: &none, claimed: &none };
    let explained = crate::explain::explain(&system, &index, &voices, "CVE-2026-0001");
    let unknowns = explained[0].judgement.unknowns.iter();
    let whys: Vec<&str> = unknowns.map(|unknown| unknown.why.word()).collect();
    assert_eq!((explained[0].verdict, whys.as_slice()), explain);
}

fn widget(version: &str) -> Bom {
    bom(vec![purl(&format!("pkg:npm/widget@{version}"))])
}

/// So that npm is covered.
fn feed() -> Record {
    osv("OSV-9")
        .on(("npm", "other", ""), affected(between(Scheme::Npm, "1.0.0", "2.0.0")))
}

#[test]
fn a_version_of_which_a_record_says_nothing_is_not_called_unaffected() {
    let range = || between(Scheme::Npm, "1.0.0", "1.5.0");
    let cannot_tell: (Verdict, &[&str]) = (Verdict::CannotTell, &["nothing_said"]);
    let not_affected: (Verdict, &[&str]) = (Verdict::NotAffected, &[]);
    let finding = "widget CVE-2026-0001 cannot_tell: CVE-2026-0001 no_versions";
    let asked = "widget ? nothing_said CVE-2026-0001";

    // Its range ends, and what is outside is left open.
    let open = [feed(), cve(affected(range()), None)];
    check_both(&open, &widget("1.5.0"), &[], cannot_tell);
    check_both(&open, &widget("0.9.0"), &[], cannot_tell);
    let closed = [feed(), cve(affected(range()), Some(Status::NotAffected))];
    check_both(&closed, &widget("1.5.0"), &[], not_affected);
    // No version at all.
    check_both(
        &[feed(), cve(Vec::new(), None)],
        &widget("1.5.0"),
        &[finding, asked],
        cannot_tell,
    );
    // One that is not affected, and no word on the others.
    let exact = Extent::Exact { scheme: Scheme::Npm, versions: vec!["1.4.0".to_owned()] };
    let one = [feed(), cve(vec![(exact, Status::NotAffected)], None)];
    check_both(&one, &widget("1.5.0"), &[finding, asked], cannot_tell);
    check_both(&one, &widget("1.4.0"), &[], not_affected);
    // OSV without ranges and versions.
    let osv = record(Source::Osv, "OSV-1", &["CVE-2026-0001"])
        .on(("npm", "widget", ""), Vec::new());
    let finding = "widget CVE-2026-0001 cannot_tell: OSV-1 no_versions";
    check_both(&[feed(), osv], &widget("1.5.0"), &[finding, asked], cannot_tell);
}

#[test]
fn where_another_record_names_the_versions_silence_asks_nothing() {
    let osv = record(Source::Osv, "OSV-1", &["CVE-2026-0001"])
        .on(("npm", "widget", ""), affected(between(Scheme::Npm, "1.0.0", "1.5.0")));
    let silent = cve(Vec::new(), None);
    let open = cve(affected(between(Scheme::Npm, "1.0.0", "1.3.0")), None);
    for other in [silent, open] {
        let records = [osv.clone(), other];
        check_both(&records, &widget("1.5.0"), &[], (Verdict::NotAffected, &[]));
    }
}

#[test]
fn a_name_in_words_is_asked_of_whoever_asks_for_the_cve() {
    let mut words = record(Source::Cve, "CVE-2026-0001", &[]);
    words.affected.push(Affected {
        vulnerability: 0,
        identity: Identity::Name {
            vendor: "acme".to_owned(),
            product: "Widget".to_owned(),
        },
        extents: affected(Extent::All),
        otherwise: None,
        limits: Vec::new(),
        place: Place::Document,
    });
    let records = [feed(), words];
    let asked: (Verdict, &[&str]) = (Verdict::CannotTell, &["same_name"]);
    check_both(&records, &widget("1.4.0"), &[], asked);
    let with = |supplier: &str| {
        let mut component = purl("pkg:npm/widget@1.4.0");
        component.supplier = Some(supplier.to_owned());
        bom(vec![component])
    };
    let scan = ["widget ? same_name CVE-2026-0001"];
    check_both(&records, &with("ACME"), &scan, asked);
    check_both(&records, &with("another"), &[], (Verdict::NotAffected, &[]));
    let other = bom(vec![purl("pkg:npm/widgets@1.4.0")]);
    check_both(&records, &other, &[], (Verdict::NotAffected, &[]));
}

fn product(
    id: &str,
    purl: &str,
    relation: Option<(&str, &str, &str)>,
    group: &str,
) -> TreeProduct {
    let owned =
        |(a, b, c): (&str, &str, &str)| (a.to_owned(), b.to_owned(), c.to_owned());
    let status = match group {
        "known_affected" => Status::Affected,
        _ => Status::UnderInvestigation,
    };
    TreeProduct {
        id: id.to_owned(),
        branches: Vec::new(),
        name: id.to_owned(),
        purls: (!purl.is_empty()).then(|| purl.to_owned()).into_iter().collect(),
        cpes: Vec::new(),
        models: Vec::new(),
        relationship: relation.map(owned),
        statuses: (!group.is_empty())
            .then(|| ProductStatus {
                vulnerability: 0,
                status,
                group: group.to_owned(),
                justification: None,
            })
            .into_iter()
            .collect(),
        place: Place::Pointer(format!("/product_tree/{id}")),
    }
}

/// A CSAF document that says `group` of widget 1.4.0, which may be a part of something.
fn csaf(group: &str, whole: Option<TreeProduct>) -> Record {
    let exact = Extent::Exact { scheme: Scheme::Npm, versions: vec!["1.4.0".to_owned()] };
    let status = match group {
        "known_affected" => Status::Affected,
        _ => Status::UnderInvestigation,
    };
    let mut record = record(Source::Csaf, "CSAF-1", &["CVE-2026-0001"])
        .on(("npm", "widget", ""), vec![(exact, status)]);
    let relation = whole.as_ref().map(|_| ("default_component_of", "widget", "pump 2.1"));
    let part = product("part", "", relation, group);
    record.affected[0].place = part.place.clone();
    record.products = [Some(part), whole].into_iter().flatten().collect();
    record
}

#[test]
fn what_is_said_of_a_part_of_a_product_holds_for_that_product_alone() {
    let in_pump = |purl: &str| {
        let pump = product("pump 2.1", purl, None, "");
        [feed(), csaf("known_affected", Some(pump))]
    };
    let about = |name: &str, version: &str, own: Option<&str>| {
        let mut bom = widget("1.4.0");
        let subject = Component {
            name: name.to_owned(),
            version: Some(version.to_owned()),
            purl: own.map(str::to_owned),
            ..Component::at(Place::Document)
        };
        bom.subject = Subject::Apart(Box::new(subject));
        bom
    };
    let pump = "pkg:generic/pump@2.1";
    let affected = ["widget CVE-2026-0001 affected: CSAF-1 version_listed"];
    let unsure = [
        "widget CVE-2026-0001 cannot_tell: CSAF-1 product_unsure",
        "widget ? product_unsure CVE-2026-0001",
    ];
    let check = |records: &[Record], bom: &Bom, expected: &[&str]| {
        assert_eq!(lines(records, bom, Vec::new()), expected);
    };
    check(&in_pump(pump), &about("pump", "2.1", Some(pump)), &affected);
    check(&in_pump(""), &about("Pump", "2.1", None), &affected);
    check(&in_pump(pump), &about("pump", "2.2", Some("pkg:generic/pump@2.2")), &[]);
    check(&in_pump(pump), &about("other", "9", Some("pkg:generic/other@9")), &[]);
    check(&in_pump(""), &about("other", "9", None), &[]);
    check(&in_pump(pump), &about("pump", "2.1", None), &unsure);
    check(&in_pump(""), &about("pump", "2.2", None), &unsure);
    check(&in_pump(pump), &widget("1.4.0"), &unsure);
}

#[test]
fn an_issuer_that_does_not_know_is_a_question_and_one_that_looks_is_heard() {
    let finding = "widget CVE-2026-0001 cannot_tell: CSAF-1 status_unknown";
    check_both(
        &[feed(), csaf("unknown", None)],
        &widget("1.4.0"),
        &[finding, "widget ? status_unknown CVE-2026-0001"],
        (Verdict::CannotTell, &["status_unknown"]),
    );
    check_both(
        &[feed(), csaf("under_investigation", None)],
        &widget("1.4.0"),
        &["widget CVE-2026-0001 under_investigation: CSAF-1 version_listed"],
        (Verdict::UnderInvestigation, &[]),
    );
}

#[test]
fn a_bound_that_is_no_version_is_the_records_fault() {
    let range = between(Scheme::Npm, "1.0.0", "unreleased");
    let osv = record(Source::Osv, "OSV-1", &["CVE-2026-0001"])
        .on(("npm", "widget", ""), affected(range));
    let finding = "widget CVE-2026-0001 cannot_tell: OSV-1 version_incomparable";
    check_both(
        &[feed(), osv],
        &widget("1.4.0"),
        &[finding, "widget ? unreadable_range CVE-2026-0001"],
        (Verdict::CannotTell, &["unreadable_range"]),
    );
}

#[test]
fn a_vulnerability_that_was_taken_back_is_not_called_unanalysed() {
    let mut rejected = cve(Vec::new(), None);
    rejected.state = State::Rejected;
    check_both(
        &[feed(), rejected],
        &widget("1.4.0"),
        &[],
        (Verdict::CannotTell, &["taken_back"]),
    );
}

#[test]
fn a_commit_is_no_release_that_anybody_can_update_to() {
    let commits = between(Scheme::Git, "aaaaaaa", "bbbbbbb");
    let records = [feed(), cve(affected(commits), Some(Status::NotAffected))];
    check_both(
        &records,
        &widget("1.4.0"),
        &[
            "widget CVE-2026-0001 cannot_tell: CVE-2026-0001 version_incomparable",
            "widget ? unreadable_range CVE-2026-0001",
        ],
        (Verdict::CannotTell, &["unreadable_range"]),
    );
    let bytes = compiled(&records);
    let index = Index::open(&bytes, &[]).unwrap();
    let bom = widget("1.4.0");
    let system = System::new(&bom, "");
    let none = Statements::default();
    let judgement = judge(&system, &index, &Voices { accepted: &none, claimed: &none });
    assert_eq!(judgement.findings[0].fixed_in, [""; 0]);
}
