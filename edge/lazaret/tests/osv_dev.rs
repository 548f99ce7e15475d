//! What osv.dev answered for packages is what the program answers from the same records.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

mod corpus;
mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use corpus::corpus;
use program::{lazaret, talk};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Records of the corpus that the recording cannot hold: the greatest number of Go's list in
/// any answer is 5856, and `GO-2026-5026` was a record of another module alone. Their own
/// ranges hold the versions for which they are found.
const LATER: [&str; 6] = [
    "GO-2026-5026",
    "GO-2026-6088",
    "GO-2026-6089",
    "GO-2026-6090",
    "GO-2026-6180",
    "GO-2026-6218",
];

/// A row of the recorded answers.
struct Answer {
    package: String,
    purl: String,
    ids: BTreeSet<String>,
}

/// The package URL of a package as OSV names it; `None` for what has none, and for
/// openSUSE, of which the corpus holds no records.
fn purl(ecosystem: &str, name: &str, version: &str) -> Option<String> {
    let (head, release) = ecosystem.split_once(':').unwrap_or((ecosystem, ""));
    let release = release.trim_start_matches('v').trim_end_matches(":LTS");
    let version = version.replace('+', "%2B").replace(':', "%3A");
    let name = name.replace('@', "%40");
    Some(match head {
        "Alpine" => format!("pkg:apk/alpine/{name}@{version}?distro=alpine-{release}"),
        "Debian" => format!("pkg:deb/debian/{name}@{version}?distro=debian-{release}"),
        "Ubuntu" => format!("pkg:deb/ubuntu/{name}@{version}?distro=ubuntu-{release}"),
        "Go" => format!("pkg:golang/{name}@v{}", version.trim_start_matches('v')),
        "Hackage" => format!("pkg:hackage/{name}@{version}"),
        "Maven" => format!("pkg:maven/{}@{version}", name.replace(':', "/")),
        "NuGet" => format!("pkg:nuget/{name}@{version}"),
        "Packagist" => format!("pkg:composer/{name}@{version}"),
        "PyPI" => format!("pkg:pypi/{name}@{version}"),
        "RubyGems" => format!("pkg:gem/{name}@{version}"),
        "crates.io" => format!("pkg:cargo/{name}@{version}"),
        "npm" => format!("pkg:npm/{name}@{version}"),
        "GIT" | "openSUSE" => return None,
        other => panic!("nobody has said how {other} is written as a package URL"),
    })
}

fn answers(text: &str) -> Vec<Answer> {
    let rows = text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter_map(|row| {
        let [ecosystem, name, version, ids, _] = row.as_slice() else {
            panic!("a row has five cells: {row:?}");
        };
        Some(Answer {
            package: format!("{ecosystem} {name} {version}"),
            purl: purl(ecosystem, name, version)?,
            ids: ids.split_whitespace().map(str::to_owned).collect(),
        })
    })
    .collect()
}

/// The OSV records that say *affected*, by the place of the component.
fn found(report: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let place = finding["place"].as_str().unwrap().to_owned();
        for ground in finding["grounds"].as_array().unwrap() {
            if ground["source"] == "osv" && ground["says"] == "affected" {
                let id = ground["advisory"].as_str().unwrap();
                if !LATER.contains(&id) {
                    found.entry(place.clone()).or_default().insert(id.to_owned());
                }
            }
        }
    }
    found
}

#[test]
fn every_package_has_the_records_that_osv_dev_answered_and_no_other() {
    let Some(corpus) = corpus() else { return };
    let list = fs::read_to_string(corpus.join("truth/osv_dev_answers.tsv")).unwrap();
    let answers = answers(&list);
    let folder = TempDir::new().unwrap();
    let osv = corpus.join("osv").display().to_string();
    let built = lazaret(&["feed", "build", "--index", "x.index", &osv], folder.path());
    assert_eq!(built.status.code(), Some(0), "{}", talk(&built));
    let components = answers.iter().map(|answer| {
        json!({ "type": "library", "name": answer.package, "purl": answer.purl })
    });
    let bom = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "components": components.collect::<Vec<_>>(),
    });
    fs::write(folder.path().join("bom.json"), bom.to_string()).unwrap();
    let words = ["scan", "--index", "x.index", "--format", "json", "bom.json"];
    let output = lazaret(&words, folder.path());
    assert_eq!(output.status.code(), Some(1), "{}", talk(&output));
    let mut found = found(&serde_json::from_slice(&output.stdout).unwrap());
    let mut faults = Vec::new();
    for (at, answer) in answers.iter().enumerate() {
        let ids = found.remove(&format!("/components/{at}")).unwrap_or_default();
        if ids != answer.ids {
            faults.push(format!("{}: {ids:?} and not {:?}", answer.package, answer.ids));
        }
    }
    let right = answers.len() - faults.len();
    assert!(faults.is_empty(), "{right} of {}\n{}", answers.len(), faults.join("\n"));
    assert!(answers.len() > 350, "only {} answers were compared", answers.len());
}
