//! Components of which a document says two things, and what is assumed where it says nothing.

use super::*;

fn npm() -> [Record; 1] {
    [osv("OSV-1").on(("npm", "foo", ""), affected(between(Scheme::Npm, "", "1.2.3")))]
}

fn stating(version: &str, text: &str) -> Component {
    Component { version: Some(version.to_owned()), ..purl(text) }
}

#[test]
fn where_two_stated_versions_are_told_apart_nobody_can_tell() {
    let asked = [
        "foo OSV-1 cannot_tell: OSV-1 version_contradicted",
        "foo ? version_contradicted OSV-1",
    ];
    check(&npm(), vec![stating("1.2.2", "pkg:npm/foo@1.2.3")], &asked);
    check(&npm(), vec![stating("1.2.3", "pkg:npm/foo@1.2.2")], &asked);
    let found = ["foo OSV-1 affected: OSV-1 version_in_range"];
    check(&npm(), vec![stating("1.2.1", "pkg:npm/foo@1.2.2")], &found);
    check(&npm(), vec![stating("1.2.4", "pkg:npm/foo@1.2.3")], &[]);
    check(&npm(), vec![stating("v1.2.3", "pkg:npm/foo@1.2.3")], &[]);
    check(&npm(), vec![stating("main", "pkg:npm/foo@1.2.3")], &[]);
    check(&npm(), vec![stating("1.2.2", "pkg:npm/foo")], &found);
}

#[test]
fn a_source_package_takes_both_versions_unless_it_tells_its_own() {
    let records = [deb("DSA-1", "11", "1.1.1n-0+deb11u4")];
    let at = |text: &str| vec![stating("1.1.1n-0+deb11u4", text)];
    let asked = [
        "libssl1.1 DSA-1 cannot_tell: DSA-1 version_contradicted",
        "libssl1.1 ? version_contradicted DSA-1",
    ];
    let binary =
        "pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u3?distro=debian-11&upstream=openssl";
    check(&records, at(binary), &asked);
    check(
        &records,
        at(&format!("{binary}%401.1.1n-0%2Bdeb11u3")),
        &["libssl1.1 DSA-1 affected: DSA-1 version_in_range"],
    );
}

/// The grounds' details and the package URL of the first finding.
#[track_caller]
fn first(records: &[Record], component: Component) -> (String, Option<String>) {
    let bytes = compiled(records);
    let index = Index::open(&bytes, &[]).unwrap();
    let bom = bom(vec![component]);
    let system = System::new(&bom, "");
    let none = Statements::default();
    let judgement = judge(&system, &index, &Voices { accepted: &none, claimed: &none });
    let finding = &judgement.findings[0];
    let purl = finding.purl(&system.candidates[0]).map(str::to_owned);
    (finding.grounds[0].detail.clone(), purl)
}

#[test]
fn both_versions_and_what_is_said_of_each_stand_in_the_grounds() {
    let (detail, _) = first(&npm(), stating("1.2.2", "pkg:npm/foo@1.2.3"));
    assert_eq!(
        detail,
        "1.2.3 in its package URL (not affected), 1.2.2 beside it (affected)"
    );
    let (detail, _) = first(&npm(), stating("1.2.1", "pkg:npm/foo@1.2.2"));
    assert_eq!(detail, "1.2.2 in its package URL (affected), 1.2.1 beside it (affected)");
}

#[test]
fn a_finding_has_the_package_url_by_which_it_was_found() {
    let mut two = purl("pkg:npm/foo@1.2.3");
    two.purls_other = vec![" pkg:npm/bad@@%".to_owned(), "pkg:npm/foo@1.2.2".to_owned()];
    let (_, found) = first(&npm(), two);
    assert_eq!(found.as_deref(), Some("pkg:npm/foo@1.2.2"));
    let (_, found) = first(&npm(), purl("pkg:npm/foo@1.2.2?a=b"));
    assert_eq!(found.as_deref(), Some("pkg:npm/foo@1.2.2?a=b"));
}

#[test]
fn an_epoch_that_was_assumed_is_told_where_the_verdict_hangs_on_it() {
    #[track_caller]
    fn check(fixed: &str, version: &str, expected: &str) {
        let records = [osv("ALSA-1").on(
            ("rpm/almalinux", "openssl", "8"),
            affected(between(Scheme::Rpm, "", fixed)),
        )];
        let text = format!("pkg:rpm/almalinux/openssl@{version}distro=almalinux-8");
        assert_eq!(first(&records, purl(&text)).0, expected, "{fixed} {version}");
    }

    let assumed = "no epoch is stated and 0 is assumed; with epoch 1, as the record's \
        versions have, it would be not affected";
    check("1:1.1.1k-9.el8", "1.1.1k-9.el8?", assumed);
    // It is behind with any epoch.
    check("1:1.1.1k-9.el8", "1.1.1k-8.el8?", "");
    check("1.1.1k-9.el8", "1.1.1k-8.el8?", "");
    check("0:1.1.1k-9.el8", "1.1.1k-8.el8?", "");
    check("1:1.1.1k-9.el8", "1.1.1k-9.el8?epoch=0&", "");
}

#[test]
fn a_patch_is_a_claim_that_stands_beside_the_finding_and_decides_once_accepted() {
    let mut component = purl("pkg:npm/foo@1.2.2");
    component.reference = "r".to_owned();
    component.patches = vec![sbom::Patch {
        kind: "backport".to_owned(),
        resolves: vec!["OSV-1".to_owned(), "OSV-2".to_owned()],
        place: Place::Pointer("/components/0/pedigree/patches/0".to_owned()),
    }];
    let bom = bom(vec![component]);
    let found = lines(&npm(), &bom, Vec::new());
    assert_eq!(found, ["foo OSV-1 affected: OSV-1 version_in_range"]);

    let claims = crate::statement::of_bom(&bom, "b.json", Standing::Claimed);
    assert_eq!(claims.len(), 2);
    assert_eq!(claims[0].impact, "the SBOM says that a backport resolves it");
    let by = Standing::Accepted(Speaker::Hospital);
    let accepted = crate::statement::of_bom(&bom, "test.json", by);
    assert_eq!(
        lines(&npm(), &bom, accepted),
        ["foo OSV-1 fixed: test.json statement_accepted"]
    );
}

#[test]
fn a_document_that_tells_only_sources_of_other_names_tells_equal_ones_by_silence() {
    let records = [deb("DSA-1", "11", "1.1.1n-0+deb11u4")];
    let of = |told: usize, own: &str| {
        let name = |at: usize| {
            purl(&format!("pkg:deb/debian/lib{at}@9?distro=debian-11&upstream=openssl"))
        };
        let silent = purl("pkg:deb/debian/adduser@3?distro=debian-11");
        let own = (!own.is_empty()).then(|| purl(own));
        bom((0..told).map(name).chain(own).chain([silent]).collect())
    };
    let asked = ["adduser ? no_source"];
    assert_eq!(lines(&records, &of(10, ""), Vec::new()), [""; 0]);
    assert_eq!(lines(&records, &of(9, ""), Vec::new()), asked);
    let own = "pkg:deb/debian/openssl@9?distro=debian-11&upstream=openssl";
    assert_eq!(lines(&records, &of(10, own), Vec::new()), asked);
    let own = "pkg:apk/alpine/zlib@9?distro=alpine-3.18&upstream=zlib";
    let found = lines(&records, &of(10, own), Vec::new());
    assert!(found.contains(&"adduser ? no_source".to_owned()), "{found:?}");
}

#[test]
fn a_negated_part_that_calls_a_product_vulnerable_is_asked_about() {
    let mut record = record(Source::Nvd, "CVE-2026-4004", &[]);
    let criterion = Criterion {
        criteria: "cpe:2.3:a:acme:neglib:*:*:*:*:*:*:*:*".to_owned(),
        role: Role::Vulnerable,
        bounds: Bounds { start_including: Some("2.0".to_owned()), ..Bounds::default() },
    };
    let node = Node {
        operator: Operator::Or,
        negate: Negate::Negated,
        criteria: vec![criterion],
        nodes: Vec::new(),
    };
    let configuration = Configuration {
        operator: Operator::Or,
        negate: Negate::Plain,
        nodes: vec![node],
    };
    record.configurations.push((0, configuration));
    let bom = bom(vec![cpe("cpe:2.3:a:acme:neglib:1.0:*:*:*:*:*:*:*")]);
    let found = lines(&[record], &bom, Vec::new());
    let first = found.first().cloned().unwrap_or_default();
    assert!(first.contains("CVE-2026-4004 cannot_tell"), "{found:?}");
}
