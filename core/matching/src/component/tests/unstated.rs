//! Components that leave something open: release, source, branch, case.

use super::*;

#[test]
fn a_release_that_is_silent_about_a_vulnerability_does_not_agree() {
    let records = [deb("DSA-1", "11", "1.1.1n-0+deb11u4"), deb("DSA-2", "12", "3.0.9-1")];
    let at = |version: &str| vec![purl(&format!("pkg:deb/debian/openssl@{version}"))];
    check(
        &records,
        at("1.1.1n-0+deb11u3"),
        &[
            "openssl DSA-1 cannot_tell: DSA-1 release_unstated",
            "openssl DSA-2 cannot_tell: DSA-2 release_unstated",
            "openssl ? no_release DSA-1 DSA-2",
        ],
    );
    // Whatever its release, it lies behind every fix.
    check(&records, at("3.0.9-1"), &[]);
    // The index knows the package in one release alone.
    check(
        &records[..1],
        at("1.1.1n-0+deb11u3"),
        &["openssl DSA-1 affected: DSA-1 version_in_range"],
    );
}

#[test]
fn what_is_assumed_of_the_release_stands_in_the_grounds() {
    let extents = affected(between(Scheme::Deb, "", "3.0.9-1"));
    let records =
        [deb("DSA-1", "11", "1.1.1n").on(("deb/debian", "openssl", "12"), extents)];
    let bytes = compiled(&records);
    let index = Index::open(&bytes, &[]).unwrap();
    let bom = bom(vec![purl("pkg:deb/debian/openssl@1.0")]);
    let system = System::new(&bom, "");
    let none = Statements::default();
    let judgement = judge(&system, &index, &Voices { accepted: &none, claimed: &none });
    let finding = &judgement.findings[0];
    assert_eq!(finding.verdict, Verdict::Affected);
    for ground in &finding.grounds {
        assert!(ground.detail.ends_with("which agree: 11, 12"), "{}", ground.detail);
    }
}

#[test]
fn a_package_whose_source_is_neither_told_nor_known_is_asked_about() {
    let alpine = osv("ALPINE-1").on(
        ("apk/alpine", "openssl", "3.18"),
        affected(between(Scheme::Apk, "", "3.1-r1")),
    );
    let alma = osv("ALSA-1").on(
        ("rpm/almalinux", "openssl", "8"),
        affected(between(Scheme::Rpm, "", "1.1.1k-9")),
    );
    let records = [deb("DSA-1", "11", "1.1.1n-0+deb11u4"), alpine, alma];
    let asked = ["libssl ? no_source"];
    let on = |text: &str| vec![purl(text)];
    check(&records, on("pkg:deb/debian/libssl@1?distro=debian-11"), &asked);
    check(&records, on("pkg:apk/alpine/libssl@1?distro=alpine-3.18"), &asked);
    check(&records, on("pkg:rpm/almalinux/libssl@1?distro=almalinux-8"), &[]);
    check(&records, on("pkg:deb/debian/libssl@2?distro=debian-11&upstream=openssl"), &[]);
    check(&records, on("pkg:deb/debian/libssl@2?distro=debian-11&upstream=libssl"), &[]);
    check(&records, on("pkg:deb/debian/openssl@2?distro=debian-11"), &[]);
    check(&records, on("pkg:deb/debian/thing@2?arch=source&distro=debian-11"), &[]);
    check(&records, on("pkg:deb/debian/libssl@1?arch=amd64&distro=debian-11"), &asked);
    // Nothing is known of the release either: one question is enough.
    check(
        &records,
        on("pkg:deb/debian/libssl@1?distro=debian-12"),
        &["libssl ? not_covered"],
    );
}

#[test]
fn the_silence_of_a_tool_that_tells_differing_sources_tells_equal_ones() {
    let records = [deb("DSA-1", "11", "1.1.1n-0+deb11u4")];
    let package = vec![purl("pkg:deb/debian/libssl@1?distro=debian-11")];
    let mut bom = bom(package);
    let contact = |kind, name: &str| sbom::Contact { name: name.to_owned(), kind };
    bom.authors = vec![contact(sbom::ContactKind::Tool, "syft-1.4.1")];
    assert_eq!(lines(&records, &bom, Vec::new()), [""; 0]);
    for other in [
        contact(sbom::ContactKind::Tool, "swift"),
        contact(sbom::ContactKind::Tool, "syftish"),
        contact(sbom::ContactKind::Person, "syft"),
    ] {
        bom.authors = vec![other];
        assert_eq!(lines(&records, &bom, Vec::new()), ["libssl ? no_source"]);
    }
}

#[test]
fn names_that_differ_by_case_are_two_packages_of_npm_and_one_of_composer() {
    let touched = |ecosystem: &str, name: &str, scheme| {
        osv("OSV-1").on((ecosystem, name, ""), affected(between(scheme, "", "2.0.0")))
    };
    let npm = [touched("npm", "jsonstream", Scheme::Npm)];
    check(&npm, vec![purl("pkg:npm/JSONStream@1.0.0")], &[]);
    check(
        &npm,
        vec![purl("pkg:npm/jsonstream@1.0.0")],
        &["jsonstream OSV-1 affected: OSV-1 version_in_range"],
    );
    let composer = [touched("composer", "acme/thing", Scheme::Composer)];
    check(
        &composer,
        vec![purl("pkg:composer/Acme/Thing@1.0")],
        &["Thing OSV-1 affected: OSV-1 version_in_range"],
    );
}

#[test]
fn a_named_branch_of_composer_lies_neither_before_nor_behind_a_number() {
    let records = [osv("OSV-1").on(
        ("composer", "acme/thing", ""),
        affected(between(Scheme::Composer, "", "2.0")),
    )];
    let unknown = [
        "thing OSV-1 cannot_tell: OSV-1 version_incomparable",
        "thing ? incomparable_version OSV-1",
    ];
    let at = |version: &str| vec![purl(&format!("pkg:composer/acme/thing@{version}"))];
    check(&records, at("dev-master"), &unknown);
    check(&records, at("dev-feature"), &unknown);
    check(&records, at("1.x-dev"), &["thing OSV-1 affected: OSV-1 version_in_range"]);
    check(&records, at("2.x-dev"), &[]);
}

#[test]
fn a_statement_is_heard_under_every_name_that_finds_a_record() {
    #[track_caller]
    fn check(ecosystem: &str, name: &str, own: &str, stated: &str, expected: &str) {
        let records = [record(Source::Osv, "OSV-1", &["CVE-2026-0001"])
            .on((ecosystem, name, ""), affected(between(Scheme::Semver, "", "2.0.0")))];
        let bom = bom(vec![purl(own)]);
        let accepted = statement(Status::NotAffected, about(&[stated], &[]), "");
        let found = lines(&records, &bom, vec![accepted]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(&format!(" {expected}: ")), "{found:?}");
    }
    let (settled, open) = ("not_affected", "affected");

    let own = "pkg:cargo/foo-bar@1.0.0";
    check("cargo", "foo_bar", own, "pkg:cargo/Foo_Bar", settled);
    check("cargo", "foo_bar", own, "pkg:cargo/Foo_Bar@1.0.0", settled);
    check("cargo", "foo_bar", own, "pkg:cargo/foo-bar@1.0.1", open);
    check("cargo", "foo_bar", own, "pkg:cargo/foobar", open);
    let own = "pkg:golang/github.com/Acme/Thing@1.0.0";
    check(
        "golang",
        "github.com/acme/thing",
        own,
        "pkg:golang/github.com/acme/thing",
        settled,
    );
    let own = "pkg:npm/JSONStream@1.0.0";
    check("npm", "JSONStream", own, "pkg:npm/JSONStream", settled);
    check("npm", "JSONStream", own, "pkg:npm/jsonstream", open);
}
