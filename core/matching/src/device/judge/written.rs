//! The versions in the fields of a row.

use naming::text::Text;
use terms::version::firmware::Version;

use super::super::extent::{self, Span};

/// The versions that a field of versions holds: one, or several in prose.
pub(super) fn listed(text: &str) -> Vec<Version> {
    // `3.3 SP6 (3.3.6)`: the same in two notations.
    let bracket = text.split_once('(').and_then(|(head, rest)| {
        let inside = rest.strip_suffix(')').filter(|inside| inside.contains('.'))?;
        Some(vec![head.parse().ok()?, inside.parse().ok()?])
    });
    if let Some(both) = bracket {
        return both;
    }
    let spaced = extent::spaced(text);
    let text = spaced.as_str();
    if let Ok(version) = text.parse::<Version>() {
        return vec![version];
    }
    let reading = extent::read(text, &[], None);
    reading
        .spans
        .into_iter()
        .filter_map(|span| match span {
            Span::Listed(version, _) => Some(version),
            Span::Between { .. } => None,
        })
        .collect()
}

/// Words of a model that are small numbers or dotted ones, with or without a `V`.
pub(super) fn numbers(model: &str) -> Vec<Version> {
    let words = model.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')'));
    words
        .map(|word| match word {
            // `Pulse III`
            "II" => "2",
            "III" => "3",
            "IV" => "4",
            word => word.trim_start_matches(['v', 'V']),
        })
        .filter(|digits| {
            digits.starts_with(|c: char| c.is_ascii_digit())
                && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
                && (digits.len() <= 2 || digits.contains('.'))
        })
        .filter_map(|digits| digits.parse().ok())
        .collect()
}

/// The version behind a word all of whose letters the model has.
pub(super) fn behind_letters(version: &str, model: &str) -> Option<Version> {
    let (word, rest) = version.trim().rsplit_once(' ')?;
    let (word, model) = (Text::read(&[word]), Text::read(&[model]));
    let known = |piece: &naming::text::Atom| {
        model.atoms().iter().any(|atom| atom.text == piece.text)
    };
    let all = !word.atoms().is_empty() && word.atoms().iter().all(known);
    all.then(|| rest.parse().ok())?
}

/// A version and the service packs behind it: `V6.0 SP9 Update 2`.
fn with_packs(words: &[&str]) -> Option<Version> {
    let marks = ["sp", "update", "upd", "hotfix", "hf", "patch", "sr"];
    let mut of_mark = false;
    let packs = words.iter().skip(1).take(4).take_while(|word| {
        let lower = word.to_lowercase();
        let letters = lower.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = letters.is_empty() && of_mark;
        of_mark = marks.contains(&letters) && letters == lower;
        marks.contains(&letters) || number
    });
    let most = packs.count() + 1;
    let whole = |length: usize| words.get(..length)?.join(" ").parse().ok();
    (1..=most).rev().find_map(whole)
}

/// Versions that a text announces: `SW 3.0.2`, `FW A.01.09`, `VERSION B`, `v2.1`.
pub(super) fn announced(text: &str) -> Vec<Version> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')'))
        .filter(|word| !word.is_empty())
        .collect();
    let marks = [
        "sw", "fw", "software", "firmware", "version", "ver", "ver.", "v", "v.", "rev",
        "rev.", "release", "rel", "s/w", "f/w", "vers.", "build", "sw:", "fw:",
    ];
    let mut found: Vec<Version> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let before = at
            .checked_sub(1)
            .and_then(|at| words.get(at))
            .map(|word| word.to_lowercase());
        let marked = before.is_some_and(|word| marks.contains(&word.as_str()));
        let digits = word.contains(|c: char| c.is_ascii_digit());
        let dotted = word
            .split('.')
            .filter(|part| part.contains(|c: char| c.is_ascii_digit()))
            .count()
            > 1;
        let lettered = word.to_lowercase().starts_with('v')
            && word
                .get(1..)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if !(marked && (digits || word.len() == 1) || dotted || lettered) {
            continue;
        }
        found.extend(with_packs(words.get(at..).unwrap_or_default()));
    }
    for pair in words.windows(2) {
        let [year, release] = pair else { continue };
        let is_year = year.len() == 4 && year.starts_with("20");
        let is_release = release.len() == 2 && release.starts_with(['R', 'r']);
        if is_year && is_release {
            found.extend(format!("{year} {release}").parse::<Version>().ok());
        }
    }
    // A dotted number says more than a letter.
    found.sort_by_key(|version| std::cmp::Reverse(version.parts().len()));
    found
}
