//! Recorded answers of other implementations: osv-scalibr, grype, vers-spec, packaging,
//! node-semver, Maven, composer/semver.
//!
//! They are read from `../shared/corpus/version-vectors` beside the checkout, or from the
//! folder that `LAZARET_SHARED` names. Pairs on which the sources contradict each other or
//! the scheme's own implementation are listed, with reasons, in
//! `checks/versions.skip.tsv` there. An answer of *incomparable* is accepted for at most
//! one pair in a hundred, since some lists order texts that their scheme forbids.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "the vectors stand in files outside the checkout"
)]

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use terms::range::{Containment, Vers};
use terms::version::{Scheme, compare};

/// What is recorded of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Order(Ordering),
    /// Not equal, and nothing more.
    Different,
}

struct Pair {
    scheme: Scheme,
    a: String,
    b: String,
    answer: Answer,
    source: String,
}

#[test]
fn recorded_orders_are_ours_too() {
    let Some(root) = vectors() else { return };
    let skipped = skipped(&root);
    let mut pairs = osv_scalibr(&root);
    pairs.extend(tables(&root));
    pairs.extend(vers_spec(&root));
    pairs.extend(packaging(&root));
    pairs
        .retain(|pair| !skipped.contains(&(pair.scheme, pair.a.clone(), pair.b.clone())));
    assert!(pairs.len() > 40_000, "only {} pairs were found", pairs.len());
    let mut doubts: BTreeMap<Scheme, (usize, Vec<String>)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for pair in &pairs {
        let (count, unsure) = doubts.entry(pair.scheme).or_default();
        *count += 1;
        let got = compare(pair.scheme, &pair.a, &pair.b);
        let back = compare(pair.scheme, &pair.b, &pair.a).map(Ordering::reverse);
        let text = format!("{} {} {} ({})", pair.scheme, pair.a, pair.b, pair.source);
        match got {
            _ if got != back => wrong.push(format!("{text}: {got:?}, back {back:?}")),
            None => unsure.push(text),
            Some(order) if !agrees(pair.answer, order) => {
                wrong.push(format!("{text}: {order:?}, not {:?}", pair.answer));
            }
            Some(_) => {}
        }
    }
    for (count, unsure) in doubts.into_values() {
        if unsure.len() > (count / 100).max(1) {
            wrong.extend(unsure);
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn recorded_ranges_are_ours_too() {
    let Some(root) = vectors() else { return };
    let mut asked = 0;
    for name in ["npm_range_containment_test.json", "pypi_range_containment_test.json"] {
        for test in json_tests(&root.join("vers-spec").join(name)) {
            let input = test.get("input").cloned().unwrap_or_default();
            let range = text(&input, "vers");
            let expected = match test.get("expected_output") {
                Some(Value::Bool(true)) => Containment::Inside,
                _ => Containment::Outside,
            };
            let version = text(&input, "version");
            let vers = Vers::parse(&range).unwrap();
            assert_eq!(vers.contains(&version), expected, "{range} {version}");
            asked += 1;
        }
    }
    assert!(asked >= 11, "only {asked} ranges were found");
}

/// What the specification asks for canonical texts, and what its strict reader refuses and
/// ours does not: blanks, empty constraints, order and the spelling of a triplet.
#[test]
fn recorded_vers_texts_print_as_the_specification_prints_them() {
    let Some(root) = vectors() else { return };
    let mut asked = 0;
    for test in json_tests(&root.join("vers-spec/pypi_range_validate_test.json")) {
        let input = text(&test, "input");
        let expected = text(&test, "expected_output");
        assert_eq!(Vers::parse(&input).unwrap().to_string(), expected);
        asked += 1;
    }
    for test in json_tests(&root.join("vers-spec/vers_canonical_parse_test.json")) {
        let input = text(&test, "input");
        let read = Vers::parse(&input);
        asked += 1;
        if text(&test, "expected_message").contains("invalid percent-encoding") {
            assert!(read.is_err(), "{input}");
            continue;
        }
        let read = read.unwrap();
        let constraints: Vec<(String, String)> = read
            .constraints()
            .iter()
            .map(|one| (one.comparator.sign().to_owned(), one.version.clone()))
            .collect();
        if let Some(expected) = test.get("expected_output") {
            assert_eq!(read.to_string(), input);
            let listed = expected.get("version_constraints").and_then(Value::as_array);
            let listed: Vec<(String, String)> = listed
                .into_iter()
                .flatten()
                .filter_map(|one| {
                    let sign = one.get(0)?.as_str()?.trim_start_matches("==");
                    let sign = if sign == "=" { "" } else { sign };
                    Some((sign.to_owned(), one.get(1)?.as_str()?.to_owned()))
                })
                .collect();
            assert_eq!(constraints, listed, "{input}");
        }
    }
    assert!(asked >= 31, "only {asked} texts were found");
}

fn agrees(answer: Answer, order: Ordering) -> bool {
    match answer {
        Answer::Order(expected) => order == expected,
        Answer::Different => order != Ordering::Equal,
    }
}

/// The folder of the vectors. Where it is missing there is nothing to ask, except on a
/// machine that must have it.
fn vectors() -> Option<PathBuf> {
    let shared = std::env::var("LAZARET_SHARED").map_or_else(
        |_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let root = shared.join("corpus/version-vectors");
    if root.is_dir() {
        return Some(root);
    }
    assert!(std::env::var("CI").is_err(), "{} is missing", root.display());
    eprintln!("skipped: {} is missing", root.display());
    None
}

fn skipped(root: &Path) -> BTreeSet<(Scheme, String, String)> {
    let list = root.join("../../checks/versions.skip.tsv");
    let mut pairs = BTreeSet::new();
    for line in read(&list).lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        if let [scheme, a, b, _] = fields.as_slice()
            && let Some(scheme) = Scheme::named(scheme)
        {
            pairs.insert((scheme, (*a).to_owned(), (*b).to_owned()));
            pairs.insert((scheme, (*b).to_owned(), (*a).to_owned()));
        }
    }
    pairs
}

/// `A < B`, `A = B`, `A > B`, one a line.
fn osv_scalibr(root: &Path) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for file in files(&root.join("osv-scalibr")) {
        let name = file_name(&file);
        let stem = name.split("-versions").next().unwrap_or_default();
        let Some(scheme) = Scheme::of_vers(match stem {
            "redhat" => "rpm",
            other => other,
        }) else {
            continue;
        };
        for line in read(&file).lines() {
            let signs = [(" < ", Ordering::Less), (" > ", Ordering::Greater)];
            let found = signs
                .into_iter()
                .chain([(" = ", Ordering::Equal), (" == ", Ordering::Equal)])
                .find_map(|(sign, order)| {
                    line.split_once(sign).map(|pair| (pair, order))
                });
            if let Some(((a, b), order)) = found {
                let answer = Answer::Order(order);
                pairs.push(pair(scheme, a.trim(), b.trim(), answer, &name));
            }
        }
    }
    pairs
}

/// `cmp⇥A⇥B⇥-1|0|1`
fn tables(root: &Path) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for folder in ["grype", "npm", "maven", "composer"] {
        for file in files(&root.join(folder)) {
            let name = file_name(&file);
            let stem = name.strip_suffix(".tsv").unwrap_or(&name);
            let word = match (folder, stem) {
                ("grype", "semantic") => "semver",
                ("grype", "pacman") => "alpm",
                ("grype", "pep440") => "pypi",
                ("grype", "portage") => "gentoo",
                ("grype", other) => other,
                (_, "loose") => continue,
                (folder, _) => folder,
            };
            let Some(scheme) = Scheme::named(word) else { continue };
            for line in read(&file).lines() {
                let fields: Vec<&str> = line.split('\t').collect();
                let ["cmp", a, b, sign] = fields.as_slice() else { continue };
                let order = match *sign {
                    "-1" => Ordering::Less,
                    "0" => Ordering::Equal,
                    _ => Ordering::Greater,
                };
                pairs.push(pair(scheme, a, b, Answer::Order(order), &name));
            }
        }
    }
    pairs
}

fn vers_spec(root: &Path) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for file in files(&root.join("vers-spec")) {
        let name = file_name(&file);
        if !name.contains("version_cmp") {
            continue;
        }
        for test in json_tests(&file) {
            let input = test.get("input").cloned().unwrap_or_default();
            let scheme = Scheme::of_vers(&text(&input, "input_scheme"));
            let Some(scheme) = scheme else { continue };
            match test.get("expected_output") {
                Some(Value::Bool(equal)) => {
                    let versions = texts(input.get("versions"));
                    let [a, b] = versions.as_slice() else { continue };
                    let answer = if *equal {
                        Answer::Order(Ordering::Equal)
                    } else {
                        Answer::Different
                    };
                    pairs.push(pair(scheme, a, b, answer, &name));
                }
                sorted => pairs.extend(ascending(scheme, &texts(sorted), &name)),
            }
        }
    }
    pairs
}

fn packaging(root: &Path) -> Vec<Pair> {
    let list = read(&root.join("pypa-packaging/VERSIONS.json"));
    let list: Value = serde_json::from_str(&list).unwrap_or_default();
    ascending(Scheme::Pypi, &texts(Some(&list)), "packaging")
}

/// Every pair of an ascending list.
fn ascending(scheme: Scheme, versions: &[String], source: &str) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (at, a) in versions.iter().enumerate() {
        for b in versions.iter().skip(at + 1) {
            let order = if a == b { Ordering::Equal } else { Ordering::Less };
            pairs.push(pair(scheme, a, b, Answer::Order(order), source));
        }
    }
    pairs
}

fn pair(scheme: Scheme, a: &str, b: &str, answer: Answer, source: &str) -> Pair {
    Pair { scheme, a: a.to_owned(), b: b.to_owned(), answer, source: source.to_owned() }
}

fn json_tests(file: &Path) -> Vec<Value> {
    let document: Value = serde_json::from_str(&read(file)).unwrap_or_default();
    document.get("tests").and_then(Value::as_array).cloned().unwrap_or_default()
}

fn text(value: &Value, field: &str) -> String {
    value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}
