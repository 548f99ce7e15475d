//! An order of versions in CPE names, and only as far as it is safe.
//!
//! Source: none. CPE has no order: NVD compares bounds as the makers count, and each maker
//! counts differently. This order answers where all the ways of counting that are seen in
//! NVD agree, and else says *incomparable*:
//!
//! - numbers compare as numbers, from left to right; the first difference decides, and what
//!   stands behind it does not matter;
//! - a missing number is zero (`1.0` is `1.0.0`);
//! - one letter behind a number is a patch (`1.0.2` < `1.0.2a` < `1.0.2b`);
//! - `alpha` < `beta` < `rc` come before the release, `p`, `sp`, `patch`, `update` and their
//!   like behind it;
//! - anything else (other words, `1.2-3` against `1.2`, a hash, a date against a count)
//!   cannot be told. Equal texts are always equal.

use std::cmp::Ordering;

/// How version `a` stands to version `b`; `None` is *incomparable*.
///
/// Both may be spelt with or without backslashes.
#[must_use]
pub fn compare(a: &str, b: &str) -> Option<Ordering> {
    if a == b {
        return Some(Ordering::Equal);
    }
    if [a, b].into_iter().all(is_dotted) {
        return dotted(a, b);
    }
    let (a, b) = (normal(a), normal(b));
    if a == b {
        return Some(Ordering::Equal);
    }
    if [&a, &b].into_iter().any(|text| text.is_empty() || is_opaque(text)) {
        return None;
    }
    let (a, b) = (tokens(&a), tokens(&b));
    if begins_unlike(&a, &b) || begins_unlike(&b, &a) {
        return None;
    }
    decide(&a, &b)
}

/// Nine of ten versions are numbers between points, and need no tokens.
fn is_dotted(text: &str) -> bool {
    text.split('.').all(|number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn dotted(a: &str, b: &str) -> Option<Ordering> {
    let first = |text: &str| {
        let number = text.split('.').next().unwrap_or("");
        number.trim_start_matches('0').len()
    };
    let (length_a, length_b) = (first(a), first(b));
    if length_a.max(length_b) >= DATE_DIGITS && length_a.min(length_b) <= COUNT_DIGITS {
        return None;
    }
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Some(Ordering::Equal),
            (a, b) => numbers(a.unwrap_or("0"), b.unwrap_or("0")),
        };
        if order != Ordering::Equal {
            return Some(order);
        }
    }
}

/// Digits of a first number that is a date, and of one that is a count: the two are not
/// compared.
const DATE_DIGITS: usize = 6;
const COUNT_DIGITS: usize = 3;

/// Lower case, without backslashes, outer blanks, and a leading `v`.
fn normal(text: &str) -> String {
    let plain = super::name::unquoted(text).to_lowercase();
    let plain = plain.trim();
    match plain.strip_prefix('v') {
        Some(rest) if rest.starts_with(|letter: char| letter.is_ascii_digit()) => {
            rest.to_owned()
        }
        _ => plain.to_owned(),
    }
}

/// One run of digits or of anything else but separators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Token<'a> {
    /// What stands before it: nothing, or a separator.
    joint: Joint,
    /// The run itself.
    text: &'a str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    Word,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    Start,
    None,
    Dot,
    /// Any other punctuation.
    Other(u8),
    /// Several in a row.
    Several,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut joint = Joint::Start;
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        let kind = if first.is_ascii_digit() { Kind::Number } else { Kind::Word };
        let is_inside = |letter: char| match kind {
            Kind::Number => letter.is_ascii_digit(),
            Kind::Word => !letter.is_ascii_digit() && !is_separator(letter),
        };
        let end = rest.find(|letter| !is_inside(letter)).unwrap_or(rest.len());
        if end == 0 {
            joint = joint.and(first);
            rest = rest.get(1..).unwrap_or("");
            continue;
        }
        let (run, after) = rest.split_at(end);
        tokens.push(Token { joint, text: run, kind });
        joint = Joint::None;
        rest = after;
    }
    tokens
}

/// A star is no separator: in `4.*` it stands for any number, which is a word unknown here.
fn is_separator(letter: char) -> bool {
    (letter.is_ascii_punctuation() && !matches!(letter, '*' | '?')) || letter == ' '
}

impl Joint {
    const fn and(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Start | Self::None, b'.') => Self::Dot,
            (Self::Start | Self::None, byte) => Self::Other(byte),
            _ => Self::Several,
        }
    }
}

/// A hash, or a build name that only looks like a number: letters and digits in turns,
/// without a point, as in `3f2a9c1`.
fn is_opaque(text: &str) -> bool {
    text.split(is_separator).any(|run| {
        let is_digit = |byte: &u8| byte.is_ascii_digit();
        let turns = run
            .as_bytes()
            .windows(2)
            .filter(|pair| matches!(pair, [a, b] if is_digit(a) != is_digit(b)))
            .count();
        turns >= 3 && run.len() >= 7
    })
}

/// Whether `a` counts from a date (six digits and more) and `b` does not.
fn begins_unlike(a: &[Token<'_>], b: &[Token<'_>]) -> bool {
    match (a.first(), b.first()) {
        (Some(a), Some(b)) => {
            a.kind == Kind::Number
                && b.kind == Kind::Number
                && a.text.trim_start_matches('0').len() >= DATE_DIGITS
                && b.text.trim_start_matches('0').len() <= COUNT_DIGITS
        }
        _ => false,
    }
}

fn decide(a: &[Token<'_>], b: &[Token<'_>]) -> Option<Ordering> {
    let mut previous = Kind::Number;
    for position in 0..a.len().max(b.len()) {
        let step = match (a.get(position), b.get(position)) {
            (Some(x), Some(y)) if x.kind == y.kind => {
                let step = same_kind(*x, *y, previous)?;
                previous = x.kind;
                step
            }
            (Some(_), Some(_)) | (Some(_), None) | (None, Some(_)) => {
                let (rest_of_a, rest_of_b) = (a.get(position..), b.get(position..));
                return unequal(rest_of_a.unwrap_or(&[]), rest_of_b.unwrap_or(&[]));
            }
            (None, None) => Ordering::Equal,
        };
        if step != Ordering::Equal {
            return Some(step);
        }
    }
    Some(Ordering::Equal)
}

fn same_kind(a: Token<'_>, b: Token<'_>, previous: Kind) -> Option<Ordering> {
    match a.kind {
        Kind::Number => {
            // What joins a number to a word before it does not matter: `rc1`, `rc.1`.
            let is_joined_alike = a.joint == b.joint
                || (previous == Kind::Word
                    && a.joint != Joint::Several
                    && b.joint != Joint::Several);
            is_joined_alike.then(|| numbers(a.text, b.text))
        }
        Kind::Word if a.text == b.text => Some(Ordering::Equal),
        Kind::Word => match (word(a.text), word(b.text)) {
            (Word::Letter(a), Word::Letter(b)) => Some(a.cmp(&b)),
            (Word::Before(a), Word::Before(b)) if a != b => Some(a.cmp(&b)),
            (Word::Before(_), Word::Behind) => Some(Ordering::Less),
            (Word::Behind, Word::Before(_)) => Some(Ordering::Greater),
            _ => None,
        },
    }
}

/// What decides where one version goes on and the other has ended, or goes on otherwise.
fn unequal(a: &[Token<'_>], b: &[Token<'_>]) -> Option<Ordering> {
    match (a, b) {
        ([], rest) => against_the_end(rest).map(Ordering::reverse),
        (rest, []) => against_the_end(rest),
        // `1.2rc1` against `1.2.3`: the word is settled against the end, and the number
        // can only be further on.
        ([word, ..], [number, ..]) if word.kind == Kind::Word => settle(a, *number),
        ([number, ..], _) => settle(b, *number).map(Ordering::reverse),
    }
}

fn settle(rest_of_word: &[Token<'_>], number: Token<'_>) -> Option<Ordering> {
    let is_further =
        number.joint == Joint::Dot && number.text.bytes().any(|byte| byte != b'0');
    match against_the_end(rest_of_word)? {
        Ordering::Less => Some(Ordering::Less),
        // A patch of `1.2` comes before `1.2.1`.
        _ if is_further => Some(Ordering::Less),
        _ => None,
    }
}

/// How a version that goes on with `rest` stands to the one that has ended.
fn against_the_end(rest: &[Token<'_>]) -> Option<Ordering> {
    let mut rest = rest;
    while let [token, after @ ..] = rest {
        if token.kind == Kind::Number && token.joint == Joint::Dot {
            if token.text.bytes().any(|byte| byte != b'0') {
                return Some(Ordering::Greater);
            }
            rest = after;
            continue;
        }
        let is_last = after.is_empty();
        return match (token.kind, token.joint, word(token.text)) {
            (Kind::Word, _, Word::Before(_)) => Some(Ordering::Less),
            (Kind::Word, _, Word::Behind) => Some(Ordering::Greater),
            // A letter with a number behind it may be a Python alpha: `1.0a1`.
            (Kind::Word, Joint::None, Word::Letter(_)) if is_last => {
                Some(Ordering::Greater)
            }
            (Kind::Number, Joint::Other(b'_'), _) => Some(Ordering::Greater),
            _ => None,
        };
    }
    Some(Ordering::Equal)
}

enum Word {
    /// Before the release, with its rank.
    Before(u8),
    /// Behind the release.
    Behind,
    /// A single letter.
    Letter(u8),
    Unknown,
}

fn word(text: &str) -> Word {
    match text {
        "dev" | "snapshot" | "nightly" => Word::Before(0),
        "alpha" => Word::Before(1),
        "beta" => Word::Before(2),
        "milestone" | "preview" | "pre" | "ea" => Word::Before(3),
        "rc" | "cr" => Word::Before(4),
        "p" | "sp" | "patch" | "pl" | "update" | "hotfix" | "hf" | "post" => Word::Behind,
        _ => match text.as_bytes() {
            [letter] if letter.is_ascii_lowercase() => Word::Letter(*letter),
            _ => Word::Unknown,
        },
    }
}

fn numbers(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn versions_compare_as_far_as_it_is_safe() {
        #[track_caller]
        fn check(line: &str) {
            let [a, sign, b]: [&str; 3] =
                line.split('|').collect::<Vec<_>>().try_into().unwrap();
            let expected = match sign {
                "<" => Some(Ordering::Less),
                "=" => Some(Ordering::Equal),
                _ => None,
            };
            assert_eq!(compare(a, b), expected, "{line}");
            assert_eq!(compare(b, a), expected.map(Ordering::reverse), "{line}");
        }

        for line in [
            "5|<|8",
            "3|<|15",
            "4a|<|4c",
            "3.2.7|<|16.0.0",
            "10.21|<|10.23",
            "1.02|<|1.4",
            "1.0|=|1.0.0",
            "v1.2|=|1.2",
            "1.2.0|<|1.2.1",
            "1.0.2|<|1.0.2a",
            "1.0.2a|<|1.0.2b",
            "1.0.2zz|?|1.0.2a",
            "1.0a1|?|1.0",
            "1.0-rc1|<|1.0",
            "1.0rc1|=|1.0-rc.1",
            "1.0-alpha|<|1.0-beta",
            "1.0-beta2|<|1.0-beta10",
            "1.0-rc1|<|1.0.1",
            "1.0-p1|<|1.0.1",
            "1.0|<|1.0-p1",
            "4.2.8|<|4.2.8-p15",
            "4.2.8p9|<|4.2.8-p15",
            "1.0-rc1|<|1.0-p1",
            "1.8.0|<|1.8.0_202",
            "1.8.0_9|<|1.8.0_202",
            "1.2.3-4|?|1.2.3",
            "1.2.3-4|<|1.2.3-5",
            "1.2.3-4|<|1.2.4",
            "2023-04-01|<|2023-05-01",
            "20230401|?|1.2",
            "20230401|<|20230501",
            "3f2a9c1|?|1.2",
            "3f2a9c1|=|3F2A9C1",
            "9e1b2c4|?|9e1b2c5",
            "1.2-foo|?|1.2",
            "1.2-foo|<|1.3",
            "1.2-foo|?|1.2-bar",
            "1.*|?|1.2",
            "12.2\\(33\\)sxi|=|12.2(33)SXI",
            "12.2\\(33\\)|<|12.2\\(55\\)",
            "|?|1",
            "a|?|1",
            "1.2+build|?|1.2",
            "5-1.16|?|5_1.0.6",
            "1..2|?|1.2",
            "1.2.0.0|=|1.2",
            "99999999999999999999999.1|<|99999999999999999999999.2",
            "è|?|1",
            "1.0.m1|?|1.0",
        ] {
            check(line);
        }
    }

    proptest! {
        #[test]
        fn turning_a_pair_round_turns_the_answer_round(
            a in "[0-9a-c._p-]{0,8}|\\PC{0,6}", b in "[0-9a-c._p-]{0,8}|\\PC{0,6}"
        ) {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).map(Ordering::reverse));
            prop_assert_eq!(compare(&a, &a), Some(Ordering::Equal));
        }

        #[test]
        fn the_short_way_and_the_long_way_agree(
            a in "[0-9]{1,7}(\\.[0-9]{1,2}){0,3}", b in "[0-9]{1,7}(\\.[0-9]{1,2}){0,3}"
        ) {
            // A leading `v` sends a version the long way.
            prop_assert_eq!(compare(&a, &b), compare(&format!("v{a}"), &b));
        }

        #[test]
        fn dotted_numbers_are_a_total_order(
            mut versions in prop::collection::vec("[0-9]{1,2}(\\.[0-9]{1,2}){0,3}", 3)
        ) {
            versions.sort_by(|a, b| compare(a, b).unwrap());
            prop_assert_ne!(compare(&versions[0], &versions[2]), Some(Ordering::Greater));
        }
    }
}
