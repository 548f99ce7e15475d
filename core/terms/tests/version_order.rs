//! The order of each scheme, line by line: `tests/order/<scheme>.txt`.
//!
//! A line is `A < B`, `A = B`, or `A ? B` for incomparable; anyone can add one. Every line
//! is asked both ways round, and of the sort keys too.

#![expect(clippy::disallowed_methods, reason = "the lines stand in files")]

use std::cmp::Ordering;
use std::path::Path;

use terms::version::{Scheme, compare, sort_key};

#[test]
fn every_scheme_orders_its_lines() {
    let mut wrong = Vec::new();
    for scheme in Scheme::ALL {
        let rows = rows(scheme).unwrap();
        for (a, b, expected) in &rows {
            wrong.extend(complaint(scheme, a, b, *expected));
            wrong.extend(complaint(scheme, b, a, expected.map(Ordering::reverse)));
        }
        let least = if scheme == Scheme::Git { 8 } else { 15 };
        assert!(rows.len() >= least, "{scheme} has {} lines", rows.len());
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Schemes for which no text is unreadable have no line of that kind.
#[test]
fn every_scheme_says_what_nobody_can_tell() {
    for scheme in Scheme::ALL {
        let unknown = rows(scheme).unwrap().iter().filter(|row| row.2.is_none()).count();
        match scheme {
            Scheme::Rpm | Scheme::Alpm => assert_eq!(unknown, 0, "{scheme}"),
            Scheme::Maven => assert!(unknown >= 1, "{scheme}"),
            _ => assert!(unknown >= 4, "{scheme} has {unknown}"),
        }
    }
}

fn complaint(
    scheme: Scheme,
    a: &str,
    b: &str,
    expected: Option<Ordering>,
) -> Option<String> {
    let got = compare(scheme, a, b);
    if got != expected {
        return Some(format!("{scheme}: {a} and {b}: {got:?}, not {expected:?}"));
    }
    let (a_key, b_key) = (sort_key(scheme, a)?, sort_key(scheme, b)?);
    (Some(a_key.cmp(&b_key)) != expected)
        .then(|| format!("{scheme}: the keys of {a} and {b} disagree"))
}

type Row = (String, String, Option<Ordering>);

fn rows(scheme: Scheme) -> Result<Vec<Row>, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/order")
        .join(format!("{scheme}.txt"));
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| row(line).ok_or_else(|| format!("{scheme}: no row: {line}")))
        .collect()
}

fn row(line: &str) -> Option<Row> {
    let signs =
        [(" < ", Some(Ordering::Less)), (" = ", Some(Ordering::Equal)), (" ? ", None)];
    signs.into_iter().find_map(|(sign, expected)| {
        let (a, b) = line.split_once(sign)?;
        Some((a.to_owned(), b.to_owned(), expected))
    })
}
