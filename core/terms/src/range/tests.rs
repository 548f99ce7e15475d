use super::*;

use Containment::{Inside, Outside, Unknown};

fn bound(text: &str) -> Option<Bound<'_>> {
    match (text.strip_prefix('='), text) {
        (_, "") => None,
        (Some(version), _) => Some(Bound::Included(version)),
        (None, version) => Some(Bound::Excluded(version)),
    }
}

#[test]
fn a_named_branch_of_composer_satisfies_no_bound_that_is_a_number() {
    #[track_caller]
    fn check(
        scheme: Scheme,
        lower: &str,
        upper: &str,
        version: &str,
        expected: Containment,
    ) {
        let place = within(scheme, bound(lower), bound(upper), version);
        assert_eq!(place, expected, "{version}");
    }

    check(Scheme::Composer, "", "2.0", "dev-master", Unknown);
    check(Scheme::Composer, "=1.0", "", "dev-main", Unknown);
    check(Scheme::Composer, "=0", "", "dev-main", Inside);
    check(Scheme::Composer, "", "=dev-main", "dev-main", Inside);
    check(Scheme::Composer, "", "2.0", "1.x-dev", Inside);
}

#[test]
fn a_version_lies_inside_outside_or_nobody_can_tell() {
    #[track_caller]
    fn check(
        scheme: Scheme,
        lower: &str,
        upper: &str,
        version: &str,
        expected: Containment,
    ) {
        let (lower, upper) = (bound(lower), bound(upper));
        assert_eq!(within(scheme, lower, upper, version), expected, "{version}");
        let key = version::sort_key(scheme, version);
        if let (Some(cuts), Some(key)) = (Cuts::of(scheme, lower, upper), key) {
            assert_eq!(cuts.hold(&key), expected == Inside, "cuts of {version}");
            assert_ne!(expected, Unknown, "cuts of {version}");
        }
    }

    check(Scheme::Npm, "=1.0.0", "2.0.0", "1.0.0", Inside);
    check(Scheme::Npm, "1.0.0", "2.0.0", "1.0.0", Outside);
    check(Scheme::Npm, "=1.0.0", "2.0.0", "2.0.0", Outside);
    check(Scheme::Npm, "=1.0.0", "=2.0.0", "2.0.0", Inside);
    check(Scheme::Npm, "=1.0.0", "=2.0.0", "2.0.0+build", Inside);
    check(Scheme::Npm, "=0", "2.0.0", "0.0.0-alpha", Inside);
    check(Scheme::Npm, "", "", "anything", Inside);
    check(Scheme::Npm, "=1.0.0", "2.0.0", "latest", Unknown);
    check(Scheme::Npm, "=0", "latest", "1.0.0", Unknown);
    // A bound that is passed decides, whatever the other says.
    check(Scheme::Npm, "=1.0.0", "latest", "0.9.0", Outside);
    check(Scheme::Pypi, "=0", "1.0", "0.dev1", Inside);
    check(Scheme::Deb, "=0", "1.2-3", "1.2-3~deb11u1", Inside);
    check(Scheme::Deb, "=0", "1.2", "1.2-1", Outside);
    check(Scheme::Git, "=0", "abc", "def", Unknown);
    check(Scheme::Maven, "=2.0", "2.17.1", "2.14.1", Inside);
    check(Scheme::Unknown, "=1", "3", "2", Unknown);

    // Bounds of rpm without a release.
    check(Scheme::Rpm, "=0", "=1.2", "1.2-5.el9", Inside);
    check(Scheme::Rpm, "=0", "=1.2", "1.2.1-5.el9", Outside);
    check(Scheme::Rpm, "=0", "1.2", "1.2-5.el9", Outside);
    check(Scheme::Rpm, "1.2", "", "1.2-5.el9", Outside);
    check(Scheme::Rpm, "1.2", "", "1.3-5.el9", Inside);
    check(Scheme::Rpm, "=1.2", "", "1.2-5.el9", Inside);
    check(Scheme::Rpm, "=0", "0:1.2-5.el9", "1.2-4.el9", Inside);
    check(Scheme::Rpm, "=0", "0:1.2-5.el9", "1.2-5.el9", Outside);
    check(Scheme::Rpm, "=0", "1:1.2-5.el9", "1.9-5.el9", Inside);
    // A version without a release, where the release would decide.
    check(Scheme::Rpm, "=0", "1.2-5.el9", "1.2", Unknown);
    check(Scheme::Rpm, "=0", "1.2-5.el9", "1.1", Inside);
    check(Scheme::Rpm, "=0", "1.2-5.el9", "1.3", Outside);

    check(Scheme::Alpm, "=0", "=1.2", "1.2-5", Inside);
    check(Scheme::Alpm, "=0", "1.2", "1.2-5", Outside);
    check(Scheme::Alpm, "=0", "1:1.2-5", "1.2-6", Inside);
    check(Scheme::Alpm, "1.2", "", "1.2.1-1", Inside);
    check(Scheme::Maven, "=0", "4.1.108.Final", "4.1.107.Final", Inside);
    check(Scheme::Maven, "=0", "4.1.108", "4.1.108.Final", Outside);
    check(Scheme::Maven, "=0", "4.1.108", "4.1.108.Final-redhat-1", Outside);
    check(Scheme::Maven, "=0", "4.1.108.Final", "4.1.108.Final-redhat-1", Inside);

    check(Scheme::Firmware, "", "=K", "K.21.42", Inside);
    check(Scheme::Firmware, "", "=K", "L.00", Outside);
    check(Scheme::Firmware, "", "K", "K.21.42", Outside);
    check(Scheme::Firmware, "", "=12.2.x.x", "12.2.8.100", Inside);
    check(Scheme::Firmware, "", "=12.2.x.x", "12.1.5", Inside);
    check(Scheme::Firmware, "", "=12.2.x.x", "12.3.1", Outside);
    check(Scheme::Firmware, "", "=9.5", "9.19", Outside);
    check(Scheme::Firmware, "=BT02", "=BT06", "BT06", Inside);
    check(Scheme::Firmware, "=BT02", "=BT06", "SV23.0", Unknown);
    check(Scheme::Firmware, "", "May 2018", "SW dated 2016-03", Inside);
    check(Scheme::Firmware, "", "May 2018", "2018-05-07", Outside);
    check(Scheme::Firmware, "", "May 2018", "A.07.05.02", Unknown);
    check(Scheme::Firmware, "", "=2023.3_Build_9342", "2023.3", Unknown);
    check(Scheme::Firmware, "", "=2023.3_Build_9342", "2023.3 (Build 9342)", Inside);
    check(Scheme::Windows, "=10.0.0", "10.0.19041.1415", "10.0.19041", Unknown);
    check(Scheme::Windows, "=10.0.0", "10.0.19041.1415", "10.0.18363", Inside);
}

#[test]
fn a_vers_range_holds_what_its_constraints_say() {
    #[track_caller]
    fn check(range: &str, version: &str, expected: Containment) {
        let vers = Vers::parse(range).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(vers.contains(version), expected, "{range}, {version}");
    }

    check("vers:npm/*", "1.0.0", Inside);
    check("vers:npm/*", "nonsense", Inside);
    check("vers:npm/1.0.0", "1.0.0", Inside);
    check("vers:npm/1.0.0", "1.0.1", Outside);
    check("vers:npm/>=1.0.0|<2.0.0", "1.5.0", Inside);
    check("vers:npm/<2.0.0|>=1.0.0", "1.5.0", Inside);
    check("vers:npm/<2.0.0|>=1.0.0", "2.0.0", Outside);
    check("vers:npm/<1.0.0|>=2.0.0", "1.5.0", Outside);
    check("vers:npm/<1.0.0|>=2.0.0|<3.0.0", "2.5.0", Inside);
    check("vers:npm/<1.0.0|>=2.0.0|<3.0.0", "3.5.0", Outside);
    check("vers:npm/!=1.0.0", "1.0.0", Outside);
    check("vers:npm/!=1.0.0", "1.0.1", Inside);
    check("vers:npm/>=1.0.0|!=1.5.0|<2.0.0", "1.5.0", Outside);
    check("vers:npm/>=1.0.0|!=1.5.0|<2.0.0", "1.5.1", Inside);
    check("vers:npm/1.0.0|2.0.0|>=3.0.0", "2.5.0", Outside);
    check("vers:npm/>1.0.0|>=1.5.0|<2.0.0|<=2.5.0", "1.2.0", Inside);
    check("vers:npm/>1.0.0|>=1.5.0|<2.0.0|<=2.5.0", "2.5.0", Inside);
    check("vers:npm/>1.0.0|>=1.5.0|<2.0.0|<=2.5.0", "1.0.0", Outside);
    check("vers:maven/>=2.0-beta9|<2.15.0", "2.14.1", Inside);
    check("vers:deb/>=1%3A1.2|<1:1.4", "1:1.3-1", Inside);
    check("vers:debian/<1:1.4", "1:1.4-1", Outside);
    check("vers:alpine/<1.2.3-r4", "1.2.3-r3", Inside);
    check("vers:pypi/>=1.0|<=1.0", "1.0.0", Inside);
    check("VERS:NPM/ >=1.0.0 | <2.0.0 ", "1.5.0", Inside);
    // What nobody can tell.
    check("vers:npm/1.0.0", "latest", Unknown);
    check("vers:npm/>=1.0.0|<2.0.0", "latest", Unknown);
    check("vers:npm/>=1.0.0|<latest", "1.5.0", Unknown);
    check("vers:npm/>=1.0.0|<latest", "1.0.0", Inside);
    check("vers:npm/>=1.0.0|!=latest", "1.5.0", Unknown);
    check("vers:nosuch/>=1|<3", "2", Unknown);
    check("vers:nosuch/1|2", "2", Inside);
    check("vers:git/abc", "def", Unknown);
    let (one, other) = ("a".repeat(40), "b".repeat(40));
    check(&format!("vers:git/{one}"), &other, Outside);
    check(&format!("vers:git/{one}"), &one.to_uppercase(), Inside);
    check(&format!("vers:git/!={one}"), &other, Inside);
}

#[test]
fn a_vers_range_prints_its_canonical_form() {
    #[track_caller]
    fn check(range: &str, expected: &str) {
        let vers = Vers::parse(range).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(vers.to_string(), expected);
        assert_eq!(Vers::parse(expected).unwrap(), vers, "round trip of {expected}");
    }

    check("vers:npm/*", "vers:npm/*");
    check("vers:npm/=1.0.0", "vers:npm/1.0.0");
    check("vers:npm/<2.0.0|>=1.0.0", "vers:npm/>=1.0.0|<2.0.0");
    check("VERS:PyPI/ 2 || 1 |", "vers:pypi/1|2");
    check("vers:pypi/2|1|2", "vers:pypi/1|2|2");
    check("vers:deb/>=1:2.0", "vers:deb/>=1:2.0");
    check("vers:npm/1.0%252F0", "vers:npm/1.0%252F0");
    check("vers:gem/1.0%20beta", "vers:gem/1.0%20beta");
    check("vers:maven/1.0.0-ä", "vers:maven/1.0.0-%C3%A4");
    check("vers:maven/2.0|1.0-rc1|1.0", "vers:maven/1.0-rc1|1.0|2.0");
    check("vers:nosuch/b|a", "vers:nosuch/b|a");
}

#[test]
fn a_vers_range_that_is_none_is_refused_with_its_place() {
    #[track_caller]
    fn check(range: &str, at: usize) {
        let error = Vers::parse(range).expect_err(range);
        assert_eq!(error.at, at, "{error}");
    }

    check("", 0);
    check("npm/1.0", 0);
    check("vers:", 5);
    check("vers:npm", 8);
    check("vers:/1.0", 5);
    check("vers:n m/1.0", 6);
    check("vers:npm/", 9);
    check("vers:npm/|", 9);
    check("vers:npm/>=", 11);
    check("vers:npm/1.0|>=", 15);
    check("vers:npm/1.0%2G0", 12);
    check("vers:npm/1.0%2", 12);
    check("vers:npm/%FF", 9);
    check("vers:npm/>=1.0|*", 15);
    check("vers:npm/>=1.0<2.0", 14);
    check("vers:npm/>=1.0,<2.0", 14);
    check("vers:npm/>==1.0", 11);
    check("vers:npm/%20", 9);
}

#[test]
fn a_vers_range_of_another_scheme_is_refused() {
    assert!(Vers::parse_as(Scheme::Npm, "vers:pypi/1.0").is_err());
    assert!(Vers::parse_as(Scheme::Apk, "vers:alpine/1.0").is_ok());
    assert_eq!(
        Vers::parse_as(Scheme::Npm, "vers:all/>=1.0.0").unwrap().contains("2.0.0"),
        Inside
    );
}
