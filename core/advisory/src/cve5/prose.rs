//! Versions in words: `2.11.0 through 2.12.2`, `< 1.2`, `1.x`, `prior to 3.4`.
//!
//! Read is what has one meaning only. Ends of `through` and `to` belong to the range, the
//! end of `before` does not; `up to 3.4` leaves open whether 3.4 does and is not read.

use crate::record::Bound;
use crate::wire::starts_with;

/// What a text says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reading<'a> {
    /// Every version.
    All,
    /// One version, or a name that is equal to itself and nothing else.
    One(&'a str),
    /// The versions between two ends, of which one may be missing.
    Range {
        /// The lower end.
        lower: Option<Bound>,
        /// The upper end.
        upper: Option<Bound>,
    },
    /// Nothing that a rule can read.
    Unclear,
}

/// Whether a text stands where a version should and names none.
pub(super) fn says_nothing(text: &str) -> bool {
    const WORDS: [&str; 15] = [
        "",
        "-",
        "n/a",
        "na",
        "none",
        "null",
        "unspecified",
        "unknown",
        "undefined",
        "various",
        "multiple",
        "see references",
        "publication",
        "latest",
        "prior",
    ];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Reads one text.
pub(super) fn read(text: &str) -> Reading<'_> {
    let text = text.trim().trim_end_matches('.');
    if says_nothing(text) {
        return Reading::Unclear;
    }
    if ["*", "all", "any", "all versions", "any version", "all version"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
    {
        return Reading::All;
    }
    let rest = without_head(text);
    signs(rest)
        .or_else(|| words(rest))
        .or_else(|| line(rest))
        .unwrap_or_else(|| name(text, rest))
}

/// `All versions < 3` and `version 3` begin with a word that says nothing.
fn without_head(text: &str) -> &str {
    const HEADS: [&str; 6] = [
        "all versions ",
        "all version ",
        "versions ",
        "version ",
        "any version ",
        "ver. ",
    ];
    HEADS
        .iter()
        .find(|head| starts_with(text, head))
        .and_then(|head| text.get(head.len()..))
        .map_or(text, str::trim)
}

/// `>= 1, < 2`: signs with a version each, one lower and one upper end at most.
fn signs(text: &str) -> Option<Reading<'_>> {
    if !text.contains(['<', '>', '=', '≤', '≥']) {
        return None;
    }
    let mut rest = text;
    let (mut lower, mut upper) = (None, None);
    while !rest.is_empty() {
        let (sign, after) = sign(rest)?;
        let after = after.trim_start();
        let end = after.find([' ', ',', '<', '>', '=', '≤', '≥', '&']);
        let version = after.get(..end.unwrap_or(after.len()))?;
        if !is_version(version) {
            return Some(Reading::Unclear);
        }
        let version = version.to_owned();
        let (slot, bound) = match sign {
            Sign::Below => (&mut upper, Bound::Excluded(version)),
            Sign::AtMost => (&mut upper, Bound::Included(version)),
            Sign::Above => (&mut lower, Bound::Excluded(version)),
            Sign::AtLeast => (&mut lower, Bound::Included(version)),
            Sign::Equal => {
                let rest = after.get(end.unwrap_or(after.len())..)?.trim();
                let alone = rest.is_empty() && lower.is_none() && upper.is_none();
                let one = after.get(..end.unwrap_or(after.len()))?;
                return Some(if alone { Reading::One(one) } else { Reading::Unclear });
            }
        };
        if slot.replace(bound).is_some() {
            return Some(Reading::Unclear);
        }
        rest = after.get(end.unwrap_or(after.len())..)?;
        rest = rest.trim_start_matches([' ', ',', '&']);
        rest = rest.strip_prefix("and ").unwrap_or(rest).trim_start();
    }
    Some(Reading::Range { lower, upper })
}

#[derive(Clone, Copy)]
enum Sign {
    Below,
    AtMost,
    Above,
    AtLeast,
    Equal,
}

/// Signs, longer ones before those that they begin with.
const SIGNS: [(&str, Sign); 10] = [
    ("<=", Sign::AtMost),
    ("=<", Sign::AtMost),
    ("≤", Sign::AtMost),
    (">=", Sign::AtLeast),
    ("=>", Sign::AtLeast),
    ("≥", Sign::AtLeast),
    ("<", Sign::Below),
    (">", Sign::Above),
    ("==", Sign::Equal),
    ("=", Sign::Equal),
];

fn sign(text: &str) -> Option<(Sign, &str)> {
    SIGNS
        .iter()
        .find_map(|(sign, meaning)| text.strip_prefix(sign).map(|rest| (*meaning, rest)))
}

/// `1 through 2`, `1 and earlier`, `before 2`, `from 1 before 2`.
fn words(text: &str) -> Option<Reading<'_>> {
    if !text.contains(' ') {
        return None;
    }
    let folded = text.to_ascii_lowercase();
    let text = match folded.strip_suffix(" versions").or(folded.strip_suffix(" version"))
    {
        Some(rest) => text.get(..rest.len())?,
        None => text,
    };
    const UP_TO: [&str; 4] =
        ["up to and including", "up to, and including", "through", "thru"];
    const BEFORE: [&str; 6] = [
        "before version",
        "prior to version",
        "before",
        "prior to",
        "earlier than",
        "lower than",
    ];
    if let Some(end) = after_head(text, &BEFORE) {
        return Some(ends(None, Some(Bound::Excluded(version(end)?))));
    }
    if let Some(end) = after_head(text, &UP_TO) {
        return Some(ends(None, Some(Bound::Included(version(end)?))));
    }
    let from = after_head(text, &["from version", "from", "between"]).unwrap_or(text);
    const TAILS: [&str; 12] = [
        "prior", "earlier", "below", "lower", "older", "before", "previous", "later",
        "above", "newer", "higher", "up",
    ];
    if let Some((first, tail)) = from.rsplit_once(' ')
        && let Some(at) = TAILS.iter().position(|word| tail.eq_ignore_ascii_case(word))
        && let Some(first) = before_tail(first, &["and all", "and", "or", "&"])
    {
        let bound = Bound::Included(version(first)?);
        return Some(if at < 7 {
            ends(None, Some(bound))
        } else {
            ends(Some(bound), None)
        });
    }
    between(from)
}

fn between(text: &str) -> Option<Reading<'_>> {
    const INCLUDED: [&str; 7] =
        [" up to and including ", " through ", " thru ", " to ", " - ", " – ", " ~ "];
    const EXCLUDED: [&str; 3] = [" before ", " prior to ", " to before "];
    let folded = text.to_ascii_lowercase();
    for (joints, make) in [
        (&EXCLUDED[..], Bound::Excluded as fn(String) -> Bound),
        (&INCLUDED[..], Bound::Included as fn(String) -> Bound),
    ] {
        let found =
            joints.iter().find_map(|joint| Some((folded.find(joint)?, joint.len())));
        if let Some((at, length)) = found {
            let lower = Bound::Included(version(text.get(..at)?)?);
            let upper = make(version(text.get(at + length..)?)?);
            return Some(ends(Some(lower), Some(upper)));
        }
    }
    None
}

fn ends<'a>(lower: Option<Bound>, upper: Option<Bound>) -> Reading<'a> {
    Reading::Range { lower, upper }
}

fn after_head<'t>(text: &'t str, heads: &[&str]) -> Option<&'t str> {
    let head = heads.iter().find(|head| {
        starts_with(text, head)
            && text.get(head.len()..).is_some_and(|t| t.starts_with(' '))
    })?;
    text.get(head.len()..).map(str::trim)
}

fn before_tail<'t>(text: &'t str, tails: &[&str]) -> Option<&'t str> {
    let folded = text.to_ascii_lowercase();
    let rest = tails.iter().find_map(|tail| folded.strip_suffix(tail))?;
    rest.ends_with(' ').then(|| text.get(..rest.len()))?.map(str::trim)
}

/// A version in words: the word `version` in front of it says nothing.
fn version(text: &str) -> Option<String> {
    let text = without_head(text.trim()).trim_end_matches(',');
    is_version(text).then(|| text.to_owned())
}

/// `1.x` and `1.2.*` are lines: from 1 to below 2.
fn line(text: &str) -> Option<Reading<'_>> {
    let stem = ['x', 'X', '*'].iter().find_map(|wild| text.strip_suffix(*wild))?;
    let stem = stem.strip_suffix('.')?;
    // `9.0.x.x` is the line 9.0.
    let stem = stem.trim_end_matches(".x").trim_end_matches(".*").trim_end_matches(".X");
    let (head, last) =
        stem.rsplit_once('.').map_or(("", stem), |(head, last)| (head, last));
    let number: String = last.chars().skip_while(|c| matches!(c, 'v' | 'V')).collect();
    let next = number.parse::<u64>().ok()?.checked_add(1)?;
    if !stem
        .trim_start_matches(['v', 'V'])
        .bytes()
        .all(|b| b.is_ascii_digit() || b == b'.')
    {
        return None;
    }
    let next = if head.is_empty() { next.to_string() } else { format!("{head}.{next}") };
    Some(ends(Some(Bound::Included(stem.to_owned())), Some(Bound::Excluded(next))))
}

/// A text without blanks that begins with a number, perhaps after a `v`.
fn is_version(text: &str) -> bool {
    let rest = text.strip_prefix(['v', 'V', 'r', 'R']).unwrap_or(text);
    rest.starts_with(|c: char| c.is_ascii_digit())
        && !text.contains([' ', ',', '<', '>', '='])
        && !text.ends_with(['*', 'x', 'X'])
}

/// What is left is a version, a name, or prose.
fn name<'t>(text: &'t str, rest: &'t str) -> Reading<'t> {
    if is_version(rest) {
        return Reading::One(rest);
    }
    const PROSE: [&str; 20] = [
        "before", "prior", "earlier", "later", "through", "below", "above", "older",
        "newer", "all", "up", "from", "until", "except", "and", "or", "to", "less",
        "since", "systems",
    ];
    let mut steps = text.split([' ', ',', ';', '(', ')']);
    let prose = text.contains([',', ';', '<', '>', '*'])
        || text.ends_with(".x")
        || steps.any(|step| PROSE.iter().any(|word| step.eq_ignore_ascii_case(word)));
    if prose { Reading::Unclear } else { Reading::One(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In mathematical writing: `[1,2)`; `=1` for one, `*` for all, `?` for none of them.
    fn written(text: &str) -> String {
        match read(text) {
            Reading::All => "*".to_owned(),
            Reading::One(one) => format!("={one}"),
            Reading::Unclear => "?".to_owned(),
            Reading::Range { lower, upper } => {
                let lower = match lower {
                    None => "(".to_owned(),
                    Some(Bound::Included(lower)) => format!("[{lower}"),
                    Some(Bound::Excluded(lower)) => format!("({lower}"),
                };
                let upper = match upper {
                    None => ")".to_owned(),
                    Some(Bound::Included(upper)) => format!("{upper}]"),
                    Some(Bound::Excluded(upper)) => format!("{upper})"),
                };
                format!("{lower},{upper}")
            }
        }
    }

    const TEXTS: &[(&str, &str)] = &[
        ("1.2.3", "=1.2.3"),
        ("v1.2", "=v1.2"),
        (" 2015", "=2015"),
        ("version 3.4", "=3.4"),
        ("= 3.4", "=3.4"),
        ("QCA6390", "=QCA6390"),
        ("12.2(33)SXI", "=12.2(33)SXI"),
        ("Snapdragon 8 Gen 1", "=Snapdragon 8 Gen 1"),
        ("*", "*"),
        ("All versions", "*"),
        ("n/a", "?"),
        ("unspecified", "?"),
        ("-", "?"),
        ("", "?"),
        ("< 1.2", "(,1.2)"),
        ("<=1.2", "(,1.2]"),
        ("> 1.2", "(1.2,)"),
        (">= 1.0, < 1.2", "[1.0,1.2)"),
        (">=1.0 <1.2", "[1.0,1.2)"),
        ("All versions < V9.65", "(,V9.65)"),
        ("< 1.2, < 2.3", "?"),
        ("< the last one", "?"),
        (">= 1.0, = 1.2", "?"),
        ("2.11.0 through 2.12.2", "[2.11.0,2.12.2]"),
        ("6.0 to 6.5", "[6.0,6.5]"),
        ("6.0 - 6.5", "[6.0,6.5]"),
        ("from 1.0 before 1.2", "[1.0,1.2)"),
        ("from version 1.0 through 1.2", "[1.0,1.2]"),
        ("prior to 3.4", "(,3.4)"),
        ("before version 3.4", "(,3.4)"),
        ("versions before 3.4", "(,3.4)"),
        ("3.4 and prior", "(,3.4]"),
        ("v3.4 and earlier", "(,v3.4]"),
        ("3.4 and earlier versions", "(,3.4]"),
        ("3.4 or later", "[3.4,)"),
        ("up to and including 3.4", "(,3.4]"),
        ("up to 3.4", "?"),
        ("1.x", "[1,2)"),
        ("1.2.x", "[1.2,1.3)"),
        ("9.0.x.x", "[9.0,9.1)"),
        ("6.1.*", "[6.1,6.2)"),
        ("systems deployed before June 29th", "?"),
        ("1.0, 1.1 and 1.2", "?"),
        ("The first 5 digits of serial No. \"26061\" and prior", "?"),
        ("18446744073709551615.x", "?"),
    ];

    #[test]
    fn what_has_one_meaning_is_read_and_nothing_else() {
        for (text, expected) in TEXTS {
            assert_eq!(written(text), *expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,40}") {
            let _ = read(&text);
        }
    }
}
