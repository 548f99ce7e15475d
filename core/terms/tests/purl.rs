//! Package URLs, by the package-url project's own suite and by laws.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test reads files and fails by panicking"
)]

mod corpus;

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;
use terms::purl::{Demands, Parts, Purl};

/// Cases that contradict the suite itself or the specification.
const CONTRADICTIONS: [(&str, &str); 5] = [
    // The same text must be canonicalised by a `validate` case: keys are lower-cased.
    ("pkg:gem/jruby-launcher@1.1.2?Platform=java", "parse"),
    ("pkg:Rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25", "parse"),
    // A name with a slash in it, where the name is the last segment.
    (
        "pkg:git/codeberg.org/forgejo/forgejo@a72d2c07cfca03b55371089de6aa230d8c951fa0",
        "parse",
    ),
    (
        "pkg:git/codeberg.org/forgejo/forgejo@a72d2c07cfca03b55371089de6aa230d8c951fa0#options/locale_readme.md",
        "parse",
    ),
    // Lower case, where the definition of the type is case-sensitive.
    ("pkg:git/github/Package-url/purl-Spec@244fd47e07d1004f0aed9c", "validate"),
];

#[test]
fn package_url_suite() {
    let Some(folder) = corpus::path("purl-vectors/tests") else { return };
    let mut asked = 0;
    let mut wrong = Vec::new();
    for part in ["spec", "types"] {
        for file in std::fs::read_dir(folder.join(part)).unwrap() {
            for case in cases(&file.unwrap().path()) {
                asked += 1;
                wrong.extend(verdict(&case).err().map(|why| format!("{why}: {case}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked > 400, "{asked} cases");
}

fn cases(file: &Path) -> Vec<Value> {
    let suite: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let is_sound = |case: &&Value| {
        let kind = case["test_type"].as_str().unwrap();
        !CONTRADICTIONS.contains(&(case["input"].as_str().unwrap_or(""), kind))
    };
    suite["tests"].as_array().unwrap().iter().filter(is_sound).cloned().collect()
}

fn verdict(case: &Value) -> Result<(), String> {
    let purl = match &case["input"] {
        Value::String(text) => text.parse::<Purl<'static>>(),
        parts => build(parts),
    };
    match (purl, case["expected_failure"].as_bool().unwrap()) {
        (Err(_), true) => Ok(()),
        (Err(refusal), false) => Err(refusal.to_string()),
        (Ok(purl), true) => Err(format!("read as {purl}")),
        (Ok(purl), false) => compare(&purl, &case["expected_output"]),
    }
}

fn compare(purl: &Purl<'_>, expected: &Value) -> Result<(), String> {
    let as_expected = match expected {
        Value::String(text) => purl.to_string() == *text,
        parts => {
            let part = |name: &str| parts[name].as_str().filter(|part| !part.is_empty());
            let qualifiers: BTreeMap<&str, &str> = purl.qualifiers().collect();
            let expected_qualifiers: BTreeMap<&str, &str> = parts["qualifiers"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(key, value)| (key.as_str(), value.as_str().unwrap()))
                .collect();
            (Some(purl.ty()), purl.namespace(), Some(purl.name()), purl.version())
                == (part("type"), part("namespace"), part("name"), part("version"))
                && purl.subpath() == part("subpath")
                && qualifiers == expected_qualifiers
        }
    };
    if as_expected { Ok(()) } else { Err(format!("said {purl:?}")) }
}

fn build(parts: &Value) -> Result<Purl<'static>, terms::Malformed> {
    let part = |name: &str| parts[name].as_str().unwrap_or("");
    let qualifiers: Vec<(&str, &str)> = parts["qualifiers"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value.as_str().unwrap()))
        .collect();
    Purl::build(&Parts {
        ty: part("type"),
        namespace: part("namespace"),
        name: part("name"),
        version: part("version"),
        qualifiers: &qualifiers,
        subpath: part("subpath"),
    })
    .map(Purl::into_owned)
}

#[test]
fn says_where_it_stopped_reading() {
    #[track_caller]
    fn check(text: &str, at: usize, expected: &str) {
        let refusal = Purl::parse(text).unwrap_err();
        assert_eq!((refusal.at, &*refusal.expected), (at, expected), "{text}");
    }

    check("", 0, "`pkg:`");
    check("pk", 0, "`pkg:`");
    check("npm/left-pad@1", 0, "`pkg:`");
    check("pkg%3Anpm/left-pad", 0, "`pkg:`");
    check("päkg:npm/x", 0, "`pkg:`");
    check("pkg:", 4, "a type that begins with a letter");
    check("pkg:/", 5, "a type that begins with a letter");
    check("pkg:7zip/x", 4, "a type that begins with a letter");
    check("pkg:n&m/x", 5, "a letter, a digit, `.` or `-` of the type");
    check("pkg:npm", 7, "`/` and a name");
    check("pkg:npm/", 8, "a name");
    check("pkg:npm/@1.0", 8, "a name");
    check("pkg:npm/a%2@1", 9, "`%` and two hexadecimal digits of UTF-8");
    check("pkg:npm/a%zz", 9, "`%` and two hexadecimal digits of UTF-8");
    check("pkg:npm/%FF", 8, "`%` and two hexadecimal digits of UTF-8");
    check("pkg:golang/é%2Fb/c", 11, "a segment without an encoded `/`");
    check("pkg:npm/é?arch", 14, "`=` and a value");
    check("pkg:npm/a?a%20b=c", 11, "a letter, a digit, `.`, `-` or `_` of the key");
    check("pkg:npm/a?1=c", 10, "a key that begins with a letter");
    check("pkg:npm/a?x=1&X=2", 10, "each key once");
    check("pkg:cargo/a/b", 10, "no namespace, which the type prohibits");
    check("pkg:deb/curl", 8, "a namespace, which the type requires");
    check("pkg:julia/Dates", 15, "the qualifier `uuid`, which the type requires");
    check("pkg:swid/Acme", 13, "the qualifier `tag_id`, which the type requires");
    check("pkg:cpan/URI::X", 12, "a distribution, not a module");
    check("pkg:chrome-extension/dogs", 24, "a letter from `a` to `p`");
}

#[test]
fn what_sboms_write_is_read_where_the_demands_are_waived() {
    #[track_caller]
    fn check(text: &str, canonical: &str) {
        let purl = Purl::parse_with(text, Demands::Waived).unwrap();
        assert_eq!(purl.to_string(), canonical);
    }

    check("pkg:golang/stdlib@1.22.1", "pkg:golang/stdlib@1.22.1");
    check("pkg:deb/Curl@7", "pkg:deb/curl@7");
    check("pkg:julia/Dates", "pkg:julia/Dates");
    check("pkg:npm/@angular/core@1.0", "pkg:npm/%40angular/core@1.0");
    check("pkg:npm/@angular/core", "pkg:npm/%40angular/core");
    check("pkg:golang/github.com%2FX/y", "pkg:golang/github.com/X/y");
    check("PKG:NPM/a//b/", "pkg:npm/a/b");
    check("pkg:npm/a@?#", "pkg:npm/a");
    check("pkg:npm/a?x=&arch=é#./b/../c/", "pkg:npm/a?arch=%C3%A9#b/c");
}

#[test]
fn a_plain_package_url_is_read_without_a_copy() {
    let text = String::from("pkg:maven/org.apache.commons/io@1.3.4");
    let purl = Purl::parse(&text).unwrap();
    let inside = text.as_bytes().as_ptr_range();
    for part in
        [purl.ty(), purl.namespace().unwrap(), purl.name(), purl.version().unwrap()]
    {
        assert!(inside.contains(&part.as_ptr()), "{part}");
    }
}

proptest! {
    #[test]
    fn what_is_read_prints_a_text_that_reads_the_same(
        text in "(pkg:)?[a-z]{0,5}/?(\\PC{0,20}|[a-zA-Z@/%:?=&#.-]{0,25})"
    ) {
        match Purl::parse_with(&text, Demands::Waived) {
            Ok(purl) => {
                let printed = purl.to_string();
                let again = Purl::parse_with(&printed, Demands::Waived).unwrap();
                prop_assert_eq!(&again.to_string(), &printed);
                prop_assert_eq!(again, purl);
            }
            Err(refusal) => prop_assert!(refusal.at <= text.chars().count()),
        }
    }

    #[test]
    fn parts_come_back_as_they_went_in(
        namespace in "[a-zA-Z@+ é%.]{0,3}(/[a-z@?#]{1,3}){0,2}",
        name in "[^/]{1,8}",
        version in "\\PC{0,8}",
        key in "[a-z][a-z0-9._-]{0,4}",
        value in "\\PC{0,8}",
        subpath in "[a-z]{0,3}",
    ) {
        let parts = Parts {
            ty: "generic",
            namespace: namespace.trim_matches('/'),
            name: &name,
            version: &version,
            qualifiers: &[(&key, &value)],
            subpath: &subpath,
        };
        let built = Purl::build(&parts).unwrap();
        let printed = built.to_string();
        let read = Purl::parse(&printed).unwrap();
        prop_assert_eq!(read.namespace().unwrap_or(""), parts.namespace);
        prop_assert_eq!(read.name(), name);
        prop_assert_eq!(read.version().unwrap_or(""), version);
        prop_assert_eq!(read.qualifier(&key).unwrap_or(""), value);
        prop_assert_eq!(read.subpath().unwrap_or(""), subpath);
    }
}
