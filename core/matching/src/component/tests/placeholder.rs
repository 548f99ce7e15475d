//! What stands where a version should, and is none, is asked about.

use super::*;

fn log4j(version: &str) -> Bom {
    let mut component = purl("pkg:maven/org.apache.logging.log4j/log4j-core");
    component.version = Some(version.to_owned());
    bom(vec![component])
}

fn record_on(extent: Extent) -> Record {
    osv("OSV-1")
        .on(("maven", "org.apache.logging.log4j/log4j-core", ""), affected(extent))
}

const ASKED: [&str; 2] = [
    "log4j-core OSV-1 cannot_tell: OSV-1 version_incomparable",
    "log4j-core ? incomparable_version OSV-1",
];

#[test]
fn what_nobody_filled_in_is_not_outside_of_a_range() {
    let records = [record_on(between(Scheme::Maven, "2.0-beta9", "2.15.0"))];
    let texts = [
        "${log4j.version}",
        "unspecified",
        "RELEASE",
        "[1.0,2.0)",
        "master-SNAPSHOT",
        "deadbee1",
        "0.0.0",
        "0.0.0-development",
    ];
    for text in texts {
        assert_eq!(lines(&records, &log4j(text), Vec::new()), ASKED, "{text}");
    }
    assert_eq!(lines(&records, &log4j("2.15.0"), Vec::new()), [""; 0]);
    // In a range by the order of the scheme alone.
    let records = [record_on(between(Scheme::Maven, "", "2.15.0"))];
    assert_eq!(lines(&records, &log4j("latest"), Vec::new()), ASKED);
}

#[test]
fn what_holds_of_every_version_holds_of_one_that_nobody_knows() {
    let everything = Extent::Interval(Interval {
        scheme: Scheme::Maven,
        lower: None,
        upper: None,
        fixed: None,
    });
    let listed = Extent::Exact {
        scheme: Scheme::Maven,
        versions: vec!["1.0".to_owned(), "${revision}".to_owned()],
    };
    let in_range = ["log4j-core OSV-1 affected: OSV-1 version_in_range"];
    let on_list = ["log4j-core OSV-1 affected: OSV-1 version_listed"];
    let version = log4j("${revision}");
    assert_eq!(lines(&[record_on(everything)], &version, Vec::new()), in_range);
    assert_eq!(lines(&[record_on(listed.clone())], &version, Vec::new()), on_list);
    assert_eq!(lines(&[record_on(listed)], &log4j("@v@"), Vec::new()), ASKED);
    // Zero may be a version: a range that holds it does.
    let low = record_on(between(Scheme::Maven, "", "2.15.0"));
    assert_eq!(lines(&[low], &log4j("0.0.0"), Vec::new()), in_range);
}

#[test]
fn a_version_beside_a_template_is_the_version() {
    let records = [record_on(between(Scheme::Maven, "2.0-beta9", "2.15.0"))];
    let mut written = log4j("2.14.1");
    let text = "pkg:maven/org.apache.logging.log4j/log4j-core@%24%7Bv1%7D";
    written.components[0].purl = Some(text.to_owned());
    let finding = ["log4j-core OSV-1 affected: OSV-1 version_in_range"];
    assert_eq!(lines(&records, &written, Vec::new()), finding);
    let mut beside = log4j("latest");
    let text = "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1";
    beside.components[0].purl = Some(text.to_owned());
    assert_eq!(lines(&records, &beside, Vec::new()), finding);
}

#[test]
fn a_range_of_a_statement_does_not_hold_what_is_no_version() {
    let records = [record_on(between(Scheme::Maven, "", "2.15.0"))];
    let stated = |versions: &str| Statement {
        ids: vec!["OSV-1".to_owned()],
        status: Some(Status::NotAffected),
        justification: Some(Justification::ComponentNotPresent),
        impact: String::new(),
        action: String::new(),
        timestamp: "2026-02-01T00:00:00Z".to_owned(),
        products: vec![Product {
            names: vec![Identifier::read(
                "pkg:maven/org.apache.logging.log4j/log4j-core",
            )],
            components: Vec::new(),
            versions: vec![versions.to_owned()],
        }],
        origin: Origin {
            document: Document::Bom,
            id: "statement".to_owned(),
            publisher: String::new(),
            modified: String::new(),
            place: Place::Document,
        },
        standing: Standing::Accepted(Speaker::Hospital),
    };
    let narrow = vec![stated("vers:maven/<2.0")];
    assert_eq!(lines(&records, &log4j("latest"), narrow), ASKED);
    let all = vec![stated("vers:maven/*")];
    assert_eq!(
        lines(&records, &log4j("latest"), all),
        ["log4j-core OSV-1 not_affected: statement statement_accepted"]
    );
}
