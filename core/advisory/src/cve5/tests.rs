use proptest::prelude::*;
use terms::version::Scheme;
use terms::vex::Status;

use super::*;
use crate::package::Key;
use crate::record::{Affected, Bound, Extent, Identity};

fn record(cna: &str, adp: &str) -> Parsed<Record> {
    let text = format!(
        r#"{{"cveMetadata":{{"cveId":"CVE-2024-1","state":"PUBLISHED"}},
            "containers":{{"cna":{{{cna}}},"adp":[{adp}]}}}}"#
    );
    parse(text.as_bytes()).unwrap()
}

fn affected(entry: &str) -> Vec<Affected> {
    record(&format!(r#""affected":[{entry}]"#), "").value.affected
}

fn written(affected: &Affected) -> Vec<String> {
    let mut all = Vec::new();
    for (extent, status) in &affected.extents {
        let text = match extent {
            Extent::Interval(interval) => {
                let lower = match &interval.lower {
                    None => "(".to_owned(),
                    Some(Bound::Included(lower)) => format!("[{lower}"),
                    Some(Bound::Excluded(lower)) => format!("({lower}"),
                };
                let upper = match &interval.upper {
                    None => ")".to_owned(),
                    Some(Bound::Included(upper)) => format!("{upper}]"),
                    Some(Bound::Excluded(upper)) => format!("{upper})"),
                };
                format!("{lower},{upper} {}", interval.scheme)
            }
            Extent::Exact { versions, scheme } => {
                format!("={} {scheme}", versions.join("|"))
            }
            Extent::Unreadable(text) => format!("?{text}"),
            Extent::All => "*".to_owned(),
        };
        all.push(match status {
            Status::Affected => text,
            other => format!("{text} {}", other.word()),
        });
    }
    all
}

const VERSIONS: &[(&str, &[&str])] = &[
    (r#"{"version":"1.0","status":"affected"}"#, &["=1.0 firmware"]),
    (r#"{"version":"QCA6390","status":"affected"}"#, &["=QCA6390 unknown"]),
    (
        r#"{"version":"1.0.0","status":"affected","versionType":"semver"},
           {"version":"1.0.1","status":"affected","versionType":"semver"}"#,
        &["=1.0.0|1.0.1 semver"],
    ),
    (r#"{"version":"0","lessThan":"1.2","status":"affected"}"#, &["(,1.2) firmware"]),
    // Its ends are the wrong way round.
    (
        r#"{"version":"2.0.0","lessThanOrEqual":"1.0.0","status":"affected",
            "versionType":"semver"}"#,
        &["?2.0.0 <= 1.0.0"],
    ),
    (
        r#"{"version":"n/a","lessThanOrEqual":"1.2","status":"affected","versionType":"custom"}"#,
        &["(,1.2] firmware"],
    ),
    (
        r#"{"version":"unspecified","lessThan":"V9.65","status":"affected"}"#,
        &["(,V9.65) firmware"],
    ),
    (
        r#"{"version":"1.0.0","lessThan":"1.2.3","status":"affected","versionType":"semver"}"#,
        &["[1.0.0,1.2.3) semver"],
    ),
    (
        r#"{"version":"6.12","lessThanOrEqual":"6.12.*","status":"unaffected","versionType":"semver"}"#,
        &["[6.12,6.13) firmware not_affected"],
    ),
    (
        r#"{"version":"6.13","lessThanOrEqual":"*","status":"unaffected"}"#,
        &["[6.13,) firmware not_affected"],
    ),
    (
        r#"{"version":"0:4.1-2.el9","lessThan":"*","status":"unaffected","versionType":"rpm"}"#,
        &["[0:4.1-2.el9,) rpm not_affected"],
    ),
    (
        r#"{"version":"0","lessThanOrEqual":"<=9.2.*","status":"affected"}"#,
        &["(,9.3) firmware"],
    ),
    (
        r#"{"version":"0","lessThan":"publication","status":"affected"}"#,
        &["?0 < publication"],
    ),
    (r#"{"version":"1.2","lessThan":"1.2","status":"affected"}"#, &["?1.2 < 1.2"]),
    (
        r#"{"version":"0","lessThan":"https://h/x","status":"affected"}"#,
        &["?0 < https://h/x"],
    ),
    (
        r#"{"version":"the old one","lessThan":"2","status":"affected"}"#,
        &["?the old one < 2"],
    ),
    (
        r#"{"version":"a","lessThan":"b","status":"affected","versionType":"git"}"#,
        &["[a,b) git"],
    ),
    (
        r#"{"version":"1.0","lessThan":"2.0","status":"affected",
            "changes":[{"at":"1.5","status":"unaffected"}]}"#,
        &["[1.0,1.5) firmware", "[1.5,2.0) firmware not_affected"],
    ),
    (
        r#"{"version":"1.0","status":"affected","changes":[{"at":"1.5","status":"unaffected"}]}"#,
        &["[1.0,1.5) firmware", "[1.5,) firmware not_affected"],
    ),
    (r#"{"version":"< 1.2","status":"affected"}"#, &["(,1.2) firmware"]),
    (r#"{"version":"n/a","status":"affected"}"#, &["?n/a"]),
    (r#"{"version":"All versions","status":"affected"}"#, &["*"]),
    (r#"{"version":"1.0","status":"unknown"}"#, &["=1.0 firmware under_investigation"]),
    (r#"{"version":"1.0","status":"perhaps"}"#, &["=1.0 firmware under_investigation"]),
    (r#"{"version":"","status":"affected"}"#, &[]),
];

#[test]
fn versions_are_read_where_they_are_clear() {
    for (versions, expected) in VERSIONS {
        let found = affected(&format!(
            r#"{{"vendor":"v","product":"p","versions":[{versions}]}}"#
        ));
        assert_eq!(written(&found[0]), *expected, "{versions}");
    }
}

#[test]
fn versions_that_nobody_names_take_the_default_status() {
    #[track_caller]
    fn check(default: &str, expected: Option<Status>) {
        let found = affected(&format!(r#"{{"vendor":"v","product":"p"{default}}}"#));
        assert_eq!(found[0].otherwise, expected, "{default}");
    }

    check("", None);
    check(r#","defaultStatus":"unknown""#, None);
    check(r#","defaultStatus":"affected""#, Some(Status::Affected));
    check(r#","defaultStatus":"unaffected""#, Some(Status::NotAffected));
    check(r#","defaultStatus":"maybe""#, None);
}

fn package(ecosystem: &str, name: &str) -> Identity {
    Identity::Package(Key::from_osv(ecosystem, name).unwrap())
}

fn cpe(text: &str) -> Identity {
    Identity::Cpe(text.to_owned())
}

fn name(vendor: &str, product: &str) -> Identity {
    Identity::Name { vendor: vendor.to_owned(), product: product.to_owned() }
}

#[test]
fn a_thing_is_named_by_package_or_cpe_and_else_in_words() {
    #[track_caller]
    fn check(entry: &str, expected: &[Identity]) {
        let found: Vec<_> = affected(entry).into_iter().map(|one| one.identity).collect();
        assert_eq!(found, expected, "{entry}");
    }

    check(r#"{"vendor":"v","product":"p"}"#, &[name("v", "p")]);
    check(r#"{"vendor":"n/a","product":"p"}"#, &[name("", "p")]);
    check(r#"{"vendor":"n/a","product":"n/a"}"#, &[]);
    check(
        r#"{"collectionURL":"https://www.npmjs.com/","packageName":"libxmljs2"}"#,
        &[package("npm", "libxmljs2")],
    );
    check(
        r#"{"collectionURL":"https://repo.maven.apache.org/maven2","packageName":"a:b"}"#,
        &[package("Maven", "a:b")],
    );
    check(
        r#"{"collectionURL":"https://pkg.go.dev","packageName":"crypto/tls",
            "vendor":"Go standard library","product":"crypto/tls"}"#,
        &[package("Go", "stdlib")],
    );
    check(
        r#"{"collectionURL":"https://pkg.go.dev","packageName":"golang.org/x/crypto/ssh",
            "vendor":"golang.org/x/crypto","product":"golang.org/x/crypto/ssh"}"#,
        &[package("Go", "golang.org/x/crypto")],
    );
    check(
        r#"{"packageURL":"pkg:npm/%40a/b","vendor":"v","product":"p"}"#,
        &[package("npm", "@a/b")],
    );
    check(
        r#"{"collectionURL":"https://wordpress.org/plugins","packageName":"catablog",
            "vendor":"v","product":"CataBlog"}"#,
        &[name("v", "CataBlog")],
    );
    check(
        r#"{"collectionURL":"https://access.redhat.com/downloads/content/package-browser/",
            "packageName":"virt:rhel/qemu-kvm","vendor":"Red Hat","product":"RHEL 8",
            "cpes":["cpe:/a:redhat:enterprise_linux:8::appstream","cpe:/o:redhat:rhel_eus:9.2::baseos"]}"#,
        &[
            package("Red Hat:enterprise_linux:8", "qemu-kvm"),
            package("Red Hat:rhel_eus:9.2", "qemu-kvm"),
        ],
    );
    let firmware = "cpe:2.3:o:v:p_firmware:1:*:*:*:*:*:*:*";
    check(
        r#"{"vendor":"v","product":"p","versions":[{"version":"1","status":"affected"}],
            "cpes":["cpe:2.3:o:v:p_firmware:1:*:*:*:*:*:*:*","cpe:2.3:o:v:p_firmware:2:b:*:*:*:*:*:*",
            "cpe:2.3:o:v:p_firmware:2:*:*:*:*:linux:*:*"]}"#,
        &[cpe(firmware), cpe("cpe:2.3:o:v:p_firmware:2:*:*:*:*:linux:*:*")],
    );
    check(
        r#"{"vendor":"v","product":"p","cpes":["cpe:2.3:o:v:p_firmware:1:*:*:*:*:*:*:*",
            "cpe:2.3:o:v:p_firmware:2:*:*:*:*:*:*:*"]}"#,
        &[cpe(firmware), cpe("cpe:2.3:o:v:p_firmware:2:*:*:*:*:*:*:*")],
    );
}

#[test]
fn commits_step_back_behind_numbers_of_the_same_product() {
    let parsed = record(
        r#""affected":[
          {"vendor":"Linux","product":"Linux","versions":[
            {"version":"a","lessThan":"b","status":"affected","versionType":"git"}]},
          {"vendor":"Linux","product":"Linux","defaultStatus":"affected","versions":[
            {"version":"6.12","status":"affected"}]}]"#,
        "",
    );
    assert_eq!(parsed.value.affected.len(), 1);
    assert_eq!(parsed.value.affected[0].otherwise, Some(Status::Affected));
    assert_eq!(
        parsed.notes[0].place,
        Place::Pointer("/containers/cna/affected/0".into())
    );
}

#[test]
fn every_container_speaks_under_its_own_name() {
    let parsed = record(
        r#""title":"T","metrics":[{"cvssV3_1":{"vectorString":"CVSS:3.1/AV:N"}}],
           "problemTypes":[{"descriptions":[{"description":"CWE-79 Improper"},{"cweId":"CWE-89"},
             {"description":"n/a"}]}],
           "solutions":[{"lang":"en","value":"Update."},{"lang":"de","value":"Neu."}]"#,
        r#"{"providerMetadata":{"shortName":"CISA-ADP"},
            "metrics":[{"other":{"type":"ssvc","content":{"options":[{"Exploitation":"none"}]}}},
             {"cvssV4_0":{"vectorString":"CVSS:4.0/AV:N"}},
             {"other":{"type":"ssvc","content":{"options":[{"Exploitation":"active"}]}}}],
            "affected":[{"vendor":"v","product":"p"}]},
           {"providerMetadata":{"shortName":"X"},"metrics":[{"cvssV2_0":{"vectorString":"AV:N/AC:L"}}]}"#,
    );
    let vulnerability = &parsed.value.vulnerabilities[0];
    let scores: Vec<_> =
        vulnerability.severities.iter().map(|score| score.scorer).collect();
    assert_eq!(scores, [Scorer::Cna, Scorer::CisaAdp, Scorer::Other]);
    assert_eq!(vulnerability.cwes, ["CWE-79", "CWE-89"]);
    let place = Place::Pointer("/containers/adp/0/metrics/2".into());
    assert_eq!(vulnerability.exploited, Some(place));
    assert_eq!(parsed.value.remediations.len(), 1);
    assert_eq!(parsed.value.affected.len(), 1);
    assert!(parsed.notes.is_empty(), "{:?}", parsed.notes);
}

#[test]
fn a_note_of_the_catalogue_means_exploited_and_a_strange_one_does_not() {
    #[track_caller]
    fn check(other: &str, expected: Option<&str>) {
        let parsed = record("", &format!(r#"{{"metrics":[{{"other":{other}}}]}}"#));
        let expected = expected.map(|place| Place::Pointer(place.to_owned()));
        assert_eq!(parsed.value.vulnerabilities[0].exploited, expected, "{other}");
    }

    check(
        r#"{"type":"kev","content":{"dateAdded":"2024-01-01"}}"#,
        Some("/containers/adp/0/metrics/0"),
    );
    check(r#"{"type":"ssvc","content":{"options":[{"Exploitation":"poc"}]}}"#, None);
    check(r#"{"type":"ssvc","content":"active"}"#, None);
    check(r#"{"type":"ssvc","content":{"options":["active",{}]}}"#, None);
    check(r#"{"type":"Red Hat severity rating","content":{"value":"Low"}}"#, None);
    check("{}", None);
}

#[test]
fn a_record_that_is_not_live_says_so() {
    #[track_caller]
    fn check(state: &str, expected: State, notes: usize) {
        let text = format!(r#"{{"cveMetadata":{{"cveId":"cve-2024-1"{state}}}}}"#);
        let parsed = parse(text.as_bytes()).unwrap();
        assert_eq!(parsed.value.state, expected, "{state}");
        assert_eq!(parsed.notes.len(), notes, "{state}");
        assert_eq!(parsed.value.id, "CVE-2024-1");
    }

    check(r#","state":"PUBLISHED""#, State::Live, 0);
    check(r#","state":"REJECTED""#, State::Rejected, 0);
    check(r#","state":"RESERVED""#, State::Live, 1);
    check("", State::Live, 1);
}

#[test]
fn applicability_keeps_its_nodes() {
    let parsed = record(
        r#""cpeApplicability":[{"operator":"AND","nodes":[
            {"operator":"OR","negate":true,"cpeMatch":[
              {"vulnerable":true,"criteria":"cpe:2.3:o:v:f:*:*:*:*:*:*:*:*","versionEndExcluding":"2 "}]},
            {"operator":"XOR","cpeMatch":[{"vulnerable":false,"criteria":"cpe:2.3:h:v:h:-:*:*:*:*:*:*:*"},
              {"vulnerable":true}]}]},
           {"nodes":[]}]"#,
        "",
    );
    let (_, configuration) = &parsed.value.configurations[0];
    assert_eq!(configuration.operator, terms::cpe::Operator::And);
    assert_eq!(configuration.nodes[0].negate, terms::cpe::Negate::Negated);
    let bounds = &configuration.nodes[0].criteria[0].bounds;
    assert_eq!(bounds.end_excluding.as_deref(), Some("2"));
    assert_eq!(configuration.nodes[1].criteria[0].role, terms::cpe::Role::Platform);
    assert_eq!(parsed.notes.len(), 3, "{:?}", parsed.notes);
}

#[test]
fn what_is_no_cve_record_is_refused() {
    #[track_caller]
    fn check(text: &str, pointer: &str) {
        let place = Place::Pointer(pointer.to_owned());
        assert_eq!(parse(text.as_bytes()).unwrap_err().place, place, "{text}");
    }

    check("{}", "/cveMetadata/cveId");
    check(r#"{"cveMetadata":{"cveId":"GHSA-1"}}"#, "/cveMetadata/cveId");
    check(r#"{"cveMetadata":7}"#, "/cveMetadata");
    check(
        r#"{"cveMetadata":{"cveId":"CVE-2024-1"},"containers":{"adp":[{"affected":7}]}}"#,
        "/containers/adp/0/affected",
    );
}

#[test]
fn a_packages_own_scheme_comes_before_a_type_that_is_none() {
    let found = affected(
        r#"{"collectionURL":"https://pypi.org","packageName":"p","versions":[
            {"version":"1.0","lessThan":"1.0.post1","status":"affected","versionType":"custom"}]}"#,
    );
    assert_eq!(written(&found[0]), [format!("[1.0,1.0.post1) {}", Scheme::Pypi)]);
}

#[test]
fn a_type_that_nobody_knows_is_never_read_as_the_packages_own_scheme() {
    #[track_caller]
    fn check(kind: &str, expected: Scheme) {
        let found = affected(&format!(
            r#"{{"collectionURL":"https://registry.npmjs.org","packageName":"p","versions":[
            {{"version":"1.0.0","lessThan":"1.2.0","status":"affected"{kind}}}]}}"#,
        ));
        assert_eq!(written(&found[0]), [format!("[1.0.0,1.2.0) {expected}")], "{kind}");
    }

    let of = |kind: &str| format!(r#","versionType":"{kind}""#);
    check("", Scheme::Npm);
    check(&of(""), Scheme::Npm);
    check(&of("custom"), Scheme::Npm);
    check(&of("n/a"), Scheme::Npm);
    check(&of("semver"), Scheme::Npm);
    check(&of("npm"), Scheme::Npm);
    check(&of("bogus"), Scheme::Unknown);
    check(&of("release train"), Scheme::Unknown);
    check(&of("maven"), Scheme::Maven);
}

proptest! {
    #[test]
    fn any_version_entry_is_read(
        version in "\\PC{0,12}", than in "\\PC{0,12}", kind in "\\PC{0,8}",
    ) {
        let entry = serde_json::json!({"vendor": "v", "product": "p", "versions": [
            {"version": version, "lessThan": than, "versionType": kind, "status": "affected"}]});
        let _ = affected(&entry.to_string());
    }
}
