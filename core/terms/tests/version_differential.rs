//! Our order against that of programs that we did not write: `tests/differential`.
//!
//! `make.sh` there asks the programs and records their answers; this test compares ours
//! with them, both ways round. There is no pair on which we differ.

#![expect(clippy::disallowed_methods, reason = "the recorded answers stand in files")]

use std::cmp::Ordering;
use std::path::Path;

use terms::version::{Scheme, compare, sort_key};

const PROGRAMS: [(&str, Scheme); 9] = [
    ("dpkg", Scheme::Deb),
    ("rpm", Scheme::Rpm),
    ("vercmp", Scheme::Alpm),
    ("packaging", Scheme::Pypi),
    ("node-semver", Scheme::Npm),
    ("rubygems", Scheme::Gem),
    ("composer-semver", Scheme::Composer),
    ("maven-artifact", Scheme::Maven),
    ("x-mod-semver", Scheme::Golang),
];

#[test]
fn every_recorded_answer_is_ours_too() {
    let mut wrong = Vec::new();
    for (program, scheme) in PROGRAMS {
        let rows = rows(program).unwrap();
        assert!(rows.len() >= 1_000, "{program} has {} answers", rows.len());
        for (a, b, expected) in &rows {
            wrong.extend(complaint(program, scheme, a, b, *expected));
            wrong.extend(complaint(program, scheme, b, a, expected.reverse()));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn complaint(
    program: &str,
    scheme: Scheme,
    a: &str,
    b: &str,
    expected: Ordering,
) -> Option<String> {
    let got = compare(scheme, a, b);
    if got != Some(expected) {
        return Some(format!("{program}: {a} and {b}: {got:?}, not {expected:?}"));
    }
    let (a_key, b_key) = (sort_key(scheme, a)?, sort_key(scheme, b)?);
    (a_key.cmp(&b_key) != expected)
        .then(|| format!("{program}: the keys of {a} and {b} disagree"))
}

type Row = (String, String, Ordering);

fn rows(program: &str) -> Result<Vec<Row>, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/differential")
        .join(format!("{program}.tsv"));
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    if !header.starts_with(&format!("# {program} ")) {
        return Err(format!("{program}: the first line does not say what answered"));
    }
    lines
        .map(|line| row(line).ok_or_else(|| format!("{program}: no row: {line}")))
        .collect()
}

fn row(line: &str) -> Option<Row> {
    let mut fields = line.split('\t');
    let (a, b, sign) = (fields.next()?, fields.next()?, fields.next()?);
    let order = match sign {
        "-1" => Ordering::Less,
        "0" => Ordering::Equal,
        "1" => Ordering::Greater,
        _ => return None,
    };
    Some((a.to_owned(), b.to_owned(), order))
}
