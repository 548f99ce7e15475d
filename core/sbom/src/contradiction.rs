//! Whether the version of a component and that of its package URL contradict each other.
//!
//! Tools fill the two from different places, and most differences are spelling: a release of
//! rpm that stands in the package URL alone, the whole name of an rpm, an epoch, `v1.8.0`
//! beside `1.8.0`, `go1.21` beside `1.21`. What is left are two versions that the order of
//! their scheme tells apart. Where it cannot compare them (a tag beside a digest) nothing is
//! known to contradict.

use std::cmp::Ordering;

use reading::text::quoted;
use reading::{Note, limits};
use terms::purl::{Demands, Purl};
use terms::version::{Placeholder, Scheme, compare};

use crate::{Bom, Component, Subject};

/// The version that a component states beside a package URL, where the two contradict each
/// other.
#[must_use]
pub fn contradicting<'c>(component: &'c Component, purl: &Purl<'_>) -> Option<&'c str> {
    let beside = component.version.as_deref().and_then(stated)?;
    let beside = match is_of_distribution(purl) {
        true => without_name(beside, purl.name()),
        false => beside,
    };
    let inside = purl.version().and_then(stated)?;
    (beside != inside && differ(beside, inside, purl)).then_some(beside)
}

/// A version, unless it is one of the words by which tools say that they know none.
#[must_use]
pub fn stated(version: &str) -> Option<&str> {
    let version = version.trim();
    let none = ["", "*", "-", "unknown", "noassertion", "none", "n/a", "na", "(devel)"];
    let none = none.iter().any(|word| version.eq_ignore_ascii_case(word));
    (!none).then_some(version)
}

/// Notes every component whose versions contradict each other.
pub(crate) fn note(bom: &Bom, notes: &mut Vec<Note>) {
    let subject = match &bom.subject {
        Subject::Apart(subject) => Some(subject.as_ref()),
        Subject::Unstated | Subject::Within(_) => None,
    };
    for component in subject.into_iter().chain(bom.parts()) {
        if notes.len() >= limits::NOTES_MAX {
            return;
        }
        for text in component.purl.iter().chain(&component.purls_other) {
            if says_the_same(text, component) {
                continue;
            }
            let Ok(purl) = Purl::parse_with(text.trim(), Demands::Waived) else {
                continue;
            };
            let (Some(beside), Some(inside)) =
                (contradicting(component, &purl), purl.version())
            else {
                continue;
            };
            let message = format!(
                "its version is {}, and its package URL says {}: it is judged by both, and \
                 asked about where they differ",
                quoted(beside),
                quoted(inside)
            );
            notes.push(Note::new(component.place.clone(), message));
        }
    }
}

/// Whether a package URL plainly has the version: most do, and need not be read for it.
fn says_the_same(purl: &str, component: &Component) -> bool {
    let Some(version) = component.version.as_deref() else { return true };
    purl.match_indices('@').any(|(at, _)| {
        let rest = purl.get(at + 1..).and_then(|rest| rest.strip_prefix(version));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '#']))
    })
}

fn differ(beside: &str, inside: &str, purl: &Purl<'_>) -> bool {
    let kind = purl.ty();
    let (mut beside, mut inside) = (plain(beside, kind), plain(inside, kind));
    if is_of_distribution(purl) {
        let epoch = |text: &str| text.split_once(':').map(|(epoch, _)| epoch.to_owned());
        let in_purl =
            purl.qualifier("epoch").map(str::to_owned).or_else(|| epoch(inside));
        // An epoch that one side leaves out contradicts nothing.
        if in_purl.zip(epoch(beside)).is_some_and(|(inside, beside)| inside != beside) {
            return true;
        }
        beside = beside.split_once(':').map_or(beside, |(_, rest)| rest);
        inside = inside.split_once(':').map_or(inside, |(_, rest)| rest);
        if is_longer(beside, inside) || is_longer(inside, beside) {
            return false;
        }
    }
    let scheme = match kind {
        "github" | "vscode-extension" => Some(Scheme::Semver),
        "bioconductor" => Some(Scheme::Cran),
        kind => Scheme::of_vers(kind),
    };
    // Who leaves a template or a branch there states no version.
    let is_version = |scheme, text| Placeholder::of(scheme, text) != Placeholder::Certain;
    let scheme = scheme
        .filter(|scheme| is_version(*scheme, beside) && is_version(*scheme, inside));
    let order = scheme.and_then(|scheme| compare(scheme, beside, inside));
    order.is_some_and(|order| order != Ordering::Equal)
}

fn is_of_distribution(purl: &Purl<'_>) -> bool {
    matches!(purl.ty(), "rpm" | "deb" | "apk" | "alpm")
}

/// `zlib-1.2.11-35.el9_1.x86_64` as rpm names a package, or `dbus:1-1.12.20-7.el9_1.x86_64`
/// with an epoch: without the name in front.
fn without_name<'v>(version: &'v str, name: &str) -> &'v str {
    let rest = version.strip_prefix(name);
    let plain = rest.and_then(|rest| rest.strip_prefix('-'));
    let with_epoch = rest.and_then(|rest| rest.strip_prefix(':')?.split_once('-'));
    let behind =
        with_epoch.filter(|(epoch, _)| epoch.bytes().all(|b| b.is_ascii_digit()));
    let rest = plain.or(behind.map(|(_, rest)| rest));
    rest.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(version)
}

/// Whether a version of a distribution is another one and its release, or its architecture.
fn is_longer(long: &str, short: &str) -> bool {
    let is_architecture = |rest: &str| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic())
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let rest = long.strip_prefix(short);
    rest.is_some_and(|rest| {
        rest.is_empty()
            || rest.starts_with('-')
            || rest.strip_prefix('.').is_some_and(is_architecture)
    })
}

/// A version without the letters that people put in front of its number.
fn plain<'v>(version: &'v str, kind: &str) -> &'v str {
    let is_number = |rest: &&str| rest.starts_with(|c: char| c.is_ascii_digit());
    let without = |head: &str| version.strip_prefix(head).filter(is_number);
    let without_go = if kind == "golang" { without("go") } else { None };
    without_go.or_else(|| without("v")).unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use reading::Place;

    use super::*;

    #[track_caller]
    fn check(version: &str, purl: &str, expected: Option<&str>) {
        let component = Component {
            version: Some(version.to_owned()),
            purl: Some(purl.to_owned()),
            ..Component::at(Place::Pointer("/components/0".to_owned()))
        };
        let read = Purl::parse_with(purl, Demands::Waived).unwrap();
        assert_eq!(contradicting(&component, &read), expected, "{version} {purl}");
        let mut bom = Bom::new(crate::Format::CycloneDx);
        bom.components.push(component);
        let mut notes = Vec::new();
        note(&bom, &mut notes);
        assert_eq!(notes.len(), usize::from(expected.is_some()), "{version} {purl}");
    }

    #[test]
    fn two_versions_that_their_scheme_tells_apart_contradict_each_other() {
        check("1.2.2", "pkg:npm/foo@1.2.3", Some("1.2.2"));
        check("0.10.2", "pkg:pypi/foo@9.10.2", Some("0.10.2"));
        check("15.0.2", "pkg:maven/a/b@15.0.2.redhat-00001", Some("15.0.2"));
        check("v3", "pkg:github/actions/cache@v4", Some("v3"));
        check(
            "1:1.0.2k-19.el7",
            "pkg:rpm/centos/openssl@1.0.2k-16.el7?epoch=1",
            Some("1:1.0.2k-19.el7"),
        );
        check("2:1.0-1", "pkg:deb/debian/x@1:1.0-1", Some("2:1.0-1"));
        check("0.1.0", "pkg:deb/debian/x@3.1-3", Some("0.1.0"));
        let zlib = "pkg:rpm/redhat/zlib@1.2.11-35.el9_1";
        check("zlib-1.2.11-34.el9.x86_64", zlib, Some("1.2.11-34.el9.x86_64"));
        check("1.2.11-35.el9_1.2", zlib, Some("1.2.11-35.el9_1.2"));
        check("zlib:1-1.2.11-34.el9", zlib, Some("1.2.11-34.el9"));
        check("zlib:beta-1", zlib, Some("zlib:beta-1"));
    }

    #[test]
    fn spellings_of_one_version_and_what_cannot_be_compared_do_not() {
        check("1.2.3", "pkg:npm/foo@1.2.3", None);
        check("1.2.3", "pkg:npm/%40a/foo@1.2.3?x=y", None);
        check("v1.8.0", "pkg:npm/foo@1.8.0", None);
        check("1.0", "pkg:pypi/foo@1.0.0", None);
        check("2.0.0", "pkg:golang/a/b@v2.0.0", None);
        check("go1.21.13", "pkg:golang/stdlib@1.21.13", None);
        check("4.2.46", "pkg:rpm/centos/bash@4.2.46-31.el7", None);
        check("1:1.0.2k-16.el7", "pkg:rpm/centos/openssl@1.0.2k-16.el7?epoch=1", None);
        check("1:1.0-1", "pkg:deb/debian/x@1.0-1", None);
        let zlib = "pkg:rpm/redhat/zlib@1.2.11-35.el9_1?arch=x86_64";
        check("zlib-1.2.11-35.el9_1.x86_64", zlib, None);
        check("1.2.11-35.el9_1.noarch", zlib, None);
        check("zlib:1-1.2.11-35.el9_1.s390x", zlib, None);
        let firewalld = "pkg:rpm/redhat/x-y@1.0-1.el9?epoch=1";
        check("x-y-1:1.0-1.el9.noarch", firewalld, None);
        check("1.5.1", "pkg:github/a/b@2235d5d7f7fe46ce1e0d54b7831c5681633b25cc", None);
        check("9.4-947", "pkg:oci/ubi@sha256:dee3c77221eab321e79ad2b0277b9185", None);
        check("NOASSERTION", "pkg:npm/foo@1.2.3", None);
        check("1.2.3", "pkg:npm/foo", None);
        check("(devel)", "pkg:golang/a/b@v2.0.0", None);
    }
}
