//! Whole names of releases in a sentence: `V4.1 Update 2`, `8.0 Patch 3`, `2017 R2 SP1`.
//!
//! The base release is another one than that with the update, so a name that goes on in a
//! way which no order knows is kept [`Whole::No`]: nothing is equal to it.

use terms::version::firmware::{Shape, Version};

use super::clause::is_later;
use super::words::{End, Opens, Word};

/// The name of a release in a sentence.
#[derive(Clone, Debug)]
pub(super) struct Number {
    /// Its first word.
    pub(super) from: usize,
    /// Behind its last word.
    pub(super) to: usize,
    /// As it is written.
    pub(super) text: String,
    /// What it means.
    pub(super) version: Version,
    /// Whether that is all of it.
    pub(super) whole: Whole,
}

/// Whether the version holds all that the name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "yes or no")]
pub enum Whole {
    No,
    Yes,
}

/// The names of releases in order.
pub(super) fn numbers(words: &[Word]) -> Vec<Number> {
    let mut found: Vec<Number> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match number(words, at) {
            Some(number) => {
                at = number.to;
                found.push(number);
            }
            None => at += 1,
        }
    }
    found
}

fn number(words: &[Word], at: usize) -> Option<Number> {
    let word = words.get(at)?;
    if !begins(words, at, word) {
        return None;
    }
    let bare = word.text.trim_start_matches(['>', '<', '=', '≥', '≤']);
    let mut to = at + 1;
    let mut text = bare.to_owned();
    if word.end == End::None || word.end == End::Comma {
        while let Some(length) = qualifier(words, to) {
            for word in words.get(to..to + length)? {
                text.push(' ');
                match word.opens {
                    Opens::Yes => text.extend(["(", &word.text, ")"]),
                    Opens::No => text.push_str(&word.text),
                }
            }
            to += length;
        }
    }
    if let Some(finer) = words.get(to).filter(|word| word.opens == Opens::Yes) {
        // `6.0 (6.0.0.26)`: the bracket says which build of it.
        let dotted = finer.text.contains('.') && finer.end == End::Bracket;
        let finer = finer.text.parse::<Version>().ok().filter(|_| dotted);
        let base = normal(&text).parse::<Version>().ok();
        if let (Some(version), Some(base)) = (finer, base)
            && base.covers(&version)
        {
            let text = format!("{text} ({})", words.get(to)?.text);
            return Some(Number {
                from: at,
                to: to + 1,
                text,
                version,
                whole: Whole::Yes,
            });
        }
    }
    let (version, mut whole) = match normal(&text).parse::<Version>() {
        Ok(version) => (version, Whole::Yes),
        Err(_) => (normal(bare).parse().ok()?, Whole::No),
    };
    if *version.shape() == Shape::Date || is_day(bare) && !announced(words, at) {
        return None;
    }
    if version.is_pattern() {
        whole = Whole::No;
    }
    Some(Number { from: at, to, text, version, whole })
}

/// Words that every order knows under another name.
fn normal(text: &str) -> String {
    let lower = text.to_lowercase();
    let lower = lower.replace("cumulative ", "").replace('#', "").replace(" + ", " ");
    lower.trim_end_matches('+').replace("service pack", "sp")
}

/// Whether a version begins here: dotted, with a `v`, or where a word says so.
fn begins(words: &[Word], at: usize, word: &Word) -> bool {
    let text = word.text.trim_start_matches(['>', '<', '=', '≥', '≤']);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let lower = word.lower.as_str();
    let odd = text.contains(['/', '%', '$', '€', '#', '\\', '=']);
    if digits == 0 || odd || lower.starts_with("cve-") || lower.starts_with("cwe-") {
        return false;
    }
    let with_digits = |part: &str| part.bytes().any(|byte| byte.is_ascii_digit());
    let dotted = text.split('.').filter(|part| with_digits(part)).count() > 1;
    let mut letters = text.chars();
    let plain = letters.next().is_some_and(|c| matches!(c, 'v' | 'V'))
        && letters.next().is_some_and(|c| c.is_ascii_digit());
    let year = text.len() == 4 && text.starts_with("20") && digits == 4;
    dotted
        || plain
        || announced(words, at)
        || lettered_bound(words, at)
        || (year && word.end == End::None && qualifier(words, at + 1).is_some())
}

/// `(D29 or later)`: letters and a number in a bracket, from which on something is so.
fn lettered_bound(words: &[Word], at: usize) -> bool {
    let Some(word) = words.get(at).filter(|word| word.opens == Opens::Yes) else {
        return false;
    };
    let letters = word.lower.bytes().take_while(u8::is_ascii_alphabetic).count();
    let digits = word.lower.get(letters..).unwrap_or_default();
    let lettered = (1..=3).contains(&letters)
        && (1..=4).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    let joined = is(words, at + 1, "or") || is(words, at + 1, "and");
    let later = words.get(at + 2).is_some_and(|word| is_later(&word.lower));
    word.end == End::None && lettered && joined && later
}

/// Whether the word in front says that a version follows.
fn announced(words: &[Word], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| words.get(at));
    let mark = before.map_or("", |word| word.lower.as_str());
    let plain = words.get(at).is_some_and(|word| {
        word.lower
            .trim_start_matches(['v', 'r'])
            .starts_with(|c: char| c.is_ascii_digit())
    });
    if matches!(mark, "to" | "and" | "or" | "-") && !plain {
        return false;
    }
    [
        "version", "versions", "v", "ver", "release", "software", "firmware", "sw", "fw",
        "to", "revision", "rev", "vers",
    ]
    .contains(&mark)
        // Members of a list are announced by its head.
        || matches!(mark, "and" | "or" | "-")
            && at.checked_sub(2).is_some_and(|at| announced(words, at))
}

/// `2.5.2024`: the fifth of February, or the second of May.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let [day, month, year] = parts.as_slice() else { return false };
    let number = |part: &str, low: u16, high: u16| {
        part.parse::<u16>().is_ok_and(|number| (low..=high).contains(&number))
    };
    number(day, 1, 31)
        && number(month, 1, 31)
        && year.len() == 4
        && number(year, 1990, 2100)
}

/// How many words at `at` go on with the name of a release.
fn qualifier(words: &[Word], at: usize) -> Option<usize> {
    let first = words.get(at)?;
    let numbered = |at: usize| {
        words.get(at).filter(|word| {
            let text = word.text.trim_start_matches('#');
            text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains('/')
        })
    };
    let closed = |length: usize| {
        let inner = words.get(at..at + length - 1).unwrap_or_default();
        inner.iter().all(|word| word.end == End::None).then_some(length)
    };
    // `(80)`, `(SP1)`, `(Build 7)`.
    if first.opens == Opens::Yes && first.end == End::Bracket {
        let digits = first.text.bytes().all(|byte| byte.is_ascii_digit());
        return (digits && first.text.len() < 6 || fused(&first.lower)).then_some(1);
    }
    // `v3.0 (D16 or later)`: the release is the D16 of 3.0.
    if lettered_bound(words, at) {
        return Some(1);
    }
    let after = |from: usize| numbered(at + from).and_then(|_| closed(from + 1));
    match first.lower.as_str() {
        "+" => qualifier(words, at + 1).map(|length| length + 1),
        "service" if is(words, at + 1, "pack") => after(2),
        "service" if is(words, at + 1, "release") => after(2),
        "cumulative" if is(words, at + 1, "update") || is(words, at + 1, "patch") => {
            after(2)
        }
        "rollup" | "sp" | "update" | "upd" | "hotfix" | "hf" | "patch" | "build"
        | "release" | "cu" | "sr" | "mr" | "fp" | "ru" | "bld" => after(1),
        "rev" | "revision" => {
            let letter = words.get(at + 1).is_some_and(|word| word.text.len() == 1);
            after(1).or_else(|| letter.then_some(2))
        }
        lower if fused(lower) => Some(1),
        _ => None,
    }
}

fn is(words: &[Word], at: usize, lower: &str) -> bool {
    words.get(at).is_some_and(|word| word.lower == lower)
}

/// `SP1`, `R2`, `Upd3`, `HotfixRev1`, `Patch04`, `CU07`.
fn fused(lower: &str) -> bool {
    let letters: String = lower.chars().take_while(|c| c.is_alphabetic()).collect();
    let rest = lower.get(letters.len()..).unwrap_or_default();
    let marks = [
        "sp",
        "r",
        "upd",
        "update",
        "hf",
        "hotfix",
        "hotfixrev",
        "patch",
        "cu",
        "sr",
        "mr",
        "fp",
        "ru",
        "build",
        "rev",
        "p",
    ];
    marks.contains(&letters.as_str())
        && rest.starts_with(|c: char| c.is_ascii_digit())
        && rest.len() <= 5
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
