//! What a package URL leaves out of a name is asked, and what stands beside it counts.

use super::*;

fn log4j() -> Record {
    osv("OSV-1").on(
        ("maven", "org.apache.logging.log4j/log4j-core", ""),
        affected(between(Scheme::Maven, "2.0-beta9", "2.15.0")),
    )
}

#[test]
fn a_package_of_maven_without_its_group_cannot_be_looked_up() {
    let whole = purl("pkg:maven/log4j-core@2.14.1");
    let lines_of = |component| lines(&[log4j()], &bom(vec![component]), Vec::new());
    assert_eq!(lines_of(whole.clone()), ["log4j-core ? malformed_purl"]);
    let grouped = Component { group: "org.apache.logging.log4j".to_owned(), ..whole };
    let found = ["log4j-core OSV-1 affected: OSV-1 version_in_range"];
    assert_eq!(lines_of(grouped), found);
    let vendorless = purl("pkg:composer/framework@1.0");
    assert_eq!(lines_of(vendorless), ["framework ? malformed_purl"]);
}

#[test]
fn a_scope_of_npm_is_one_without_its_sign() {
    let record = osv("OSV-1")
        .on(("npm", "@sc/foo", ""), affected(between(Scheme::Npm, "1.0.0", "2.0.0")));
    let found = ["foo OSV-1 affected: OSV-1 version_in_range"];
    for text in ["pkg:npm/sc/foo@1.5.0", "pkg:npm/%40sc/foo@1.5.0"] {
        let bom = bom(vec![purl(text)]);
        assert_eq!(lines(std::slice::from_ref(&record), &bom, Vec::new()), found);
    }
    let grouped = Component { group: "@sc".to_owned(), ..purl("pkg:npm/foo@1.5.0") };
    assert_eq!(lines(&[record], &bom(vec![grouped]), Vec::new()), found);
}
