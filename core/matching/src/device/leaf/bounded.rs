//! A bound that stands in the product's name: `Pump < 2.0`, `WinCC V7.2 and earlier`.
//!
//! It says which versions are meant, and is no generation of the product: read as one, it would
//! clear the releases before the bound, which are meant, and name the bound, which is not. What
//! looks like a bound and cannot be read as one leaves the leaf half-read.

use super::super::extent::{self, All, Damage, Reading, Span, Unread};
use super::super::source::Source;
use super::{Beside, Reader, Versions};

/// The texts of a leaf without the bound of its product's name.
pub(super) struct Bounded {
    pub(super) source: Source,
    /// The bound, where the branch has versions of its own.
    pub(super) beside: Option<String>,
    /// A bound that is not one of the software: `hardware version 4.0 and below`.
    pub(super) hardware: Option<String>,
}

/// Signs of bounds.
const SIGNS: [char; 6] = ['<', '>', '≤', '≥', '≦', '≧'];

/// Words in front of a bound, and whether a whole number behind them is one too.
#[rustfmt::skip]
const BEFORE: [(&[&str], Behind); 46] = [
    (&["prior", "to"], Behind::Number), (&["earlier", "than"], Behind::Number),
    (&["older", "than"], Behind::Number), (&["lower", "than"], Behind::Number),
    (&["less", "than"], Behind::Number), (&["smaller", "than"], Behind::Number),
    (&["later", "than"], Behind::Number), (&["newer", "than"], Behind::Number),
    (&["higher", "than"], Behind::Number), (&["greater", "than"], Behind::Number),
    (&["other", "than"], Behind::Number), (&["up", "to"], Behind::Version),
    (&["starting", "with"], Behind::Version), (&["starting", "from"], Behind::Version),
    (&["beginning", "with"], Behind::Version), (&["at", "least"], Behind::Version),
    (&["at", "most"], Behind::Version), (&["fixed", "in"], Behind::Version),
    (&["resolved", "in"], Behind::Version), (&["patched", "in"], Behind::Version),
    (&["not", "including"], Behind::Version), (&["before"], Behind::Version),
    (&["below"], Behind::Version), (&["beneath"], Behind::Version),
    (&["under"], Behind::Version), (&["until"], Behind::Version),
    (&["till"], Behind::Version), (&["through"], Behind::Version),
    (&["thru"], Behind::Version), (&["to"], Behind::Version),
    (&["from"], Behind::Version), (&["since"], Behind::Version),
    (&["after"], Behind::Version), (&["above"], Behind::Version),
    (&["pre"], Behind::Version), (&["max"], Behind::Version),
    (&["maximum"], Behind::Version), (&["min"], Behind::Version),
    (&["minimum"], Behind::Version), (&["except"], Behind::Version),
    (&["excluding"], Behind::Version), (&["not"], Behind::Version),
    (&["vor"], Behind::Version), (&["bis"], Behind::Version),
    (&["unter"], Behind::Version), (&["ab"], Behind::Version),
];

/// What must stand behind words for a bound to be meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Behind {
    /// Any number.
    Number,
    /// A number with a point or a `v`, or one of which a word says that it is a version.
    Version,
}

/// Words behind *and* or *or* that make a bound of the version before.
const AFTER: [&str; 16] = [
    "prior", "previous", "earlier", "older", "lower", "below", "under", "later", "newer",
    "above", "higher", "greater", "up", "onward", "onwards", "before",
];

/// Words that say what the number behind them is.
#[rustfmt::skip]
const LABELS: [&str; 20] = [
    "version", "versions", "ver", "vers", "v", "firmware", "fw", "software", "sw", "release",
    "releases", "rev", "revision", "revisions", "build", "builds", "all", "any", "and",
    "including",
];

/// Words of a finer part of a version.
const PACKS: [&str; 10] =
    ["sp", "update", "upd", "hf", "hotfix", "patch", "pack", "service", "build", "rev"];

/// Takes the bound out of the product's name.
pub(super) fn bounded(source: &Source) -> Bounded {
    let none = |source: Source| Bounded { source, beside: None, hardware: None };
    let name = source.name.as_str();
    let Some(from) = begins(name) else { return none(source.clone()) };
    let (head, clause) = name.split_at(from);
    let (head, clause) = opened(head, clause);
    let (head, hardware) = match head.trim_end().rsplit_once(' ') {
        Some((head, last)) if is_of_hardware(last) => (head, Some(last)),
        _ => (head.trim_end(), None),
    };
    let joining = [" with", " running", " having", " and", " using"];
    let kept = head.trim_end_matches([',', ';', ':', '-', '–', ' ']);
    let kept = joining.iter().find_map(|word| kept.strip_suffix(word)).unwrap_or(kept);
    if !kept.contains(char::is_alphabetic) {
        return none(source.clone());
    }
    let every = source.version.as_deref().is_none_or(is_every);
    let end = if every && hardware.is_none() { clause.len() } else { ends(&clause) };
    let (bound, behind) = clause.split_at(end);
    let mut source = source.clone();
    source.name = format!("{kept} {behind}").trim().to_owned();
    let bound = bound.trim().to_owned();
    if let Some(word) = hardware {
        let hardware = Some(format!("{word} {bound}"));
        return Bounded { source, beside: None, hardware };
    }
    if every {
        let branch = as_branch(&bound);
        if is_every(&source.tail) {
            source.tail.clone_from(&branch);
        }
        source.version = Some(branch);
        return none(source);
    }
    // `V7.3 and newer` with `< V7.4`: the lower end is the name's, the upper one the branch's.
    let branch = source.version.as_deref().unwrap_or_default().trim();
    if let [Span::Between { lower: Some(lower), upper: None }] =
        read(&bound).spans.as_slice()
        && branch.starts_with(['<', '≤'])
    {
        let sign = if lower.end == extent::End::In { ">=" } else { ">" };
        source.version = Some(format!("{sign} {} | {branch}", lower.text));
        return none(source);
    }
    Bounded { source, beside: Some(as_branch(&bound)), hardware: None }
}

impl Reader<'_> {
    /// A bound of the name beside versions that the branch lists: only what both say is certain.
    pub(super) fn bounded_too(&mut self, versions: Versions, bound: &str) -> Versions {
        let Versions::Some(spans, None) = versions else { return versions };
        if !spans.iter().any(|span| matches!(span, Span::Listed(..))) {
            return Versions::Some(spans, None);
        }
        let reading = read(bound);
        let is_read = !reading.spans.is_empty()
            && reading.damage == Damage::No
            && reading.unread == Unread::No
            && reading.rest.is_empty();
        if !is_read {
            self.not_read(bound, Beside::Elsewhere);
            return Versions::Some(spans, None);
        }
        Versions::Some(spans, Some(reading.spans))
    }
}

fn read(text: &str) -> Reading {
    extent::read(text, &[], None)
}

/// Whether a text means every version and says nothing else.
fn is_every(text: &str) -> bool {
    let text = text.trim();
    let reading = read(text);
    text.is_empty()
        || reading.all == All::Yes && reading.spans.is_empty() && reading.rest.is_empty()
}

/// A bound of a name as a branch has it: `to 2.0` is `up to 2.0`.
fn as_branch(bound: &str) -> String {
    let word = bound.split(' ').next().unwrap_or_default();
    let rest = bound.get(word.len()..).unwrap_or_default();
    let to = ["to", "through", "thru"].iter().any(|to| word.eq_ignore_ascii_case(to));
    if to { format!("up to{rest}") } else { bound.to_owned() }
}

/// A bound that stands in a bracket without it: `Pump (< 2.0)`.
fn opened(head: &str, clause: &str) -> (String, String) {
    let open = head.rfind('(').filter(|open| !head[*open..].contains(')'));
    let Some(open) = open else { return (head.to_owned(), clause.to_owned()) };
    let (kept, inside) = head.split_at(open);
    let inside = format!("{}{clause}", inside.trim_start_matches('('));
    let mut depth = 0_usize;
    let close = inside.char_indices().find_map(|(at, character)| match character {
        '(' => {
            depth += 1;
            None
        }
        ')' if depth == 0 => Some(at),
        ')' => {
            depth -= 1;
            None
        }
        _ => None,
    });
    let mut inside = inside;
    if let Some(close) = close {
        inside.replace_range(close..=close, " ");
    }
    (kept.to_owned(), inside)
}

fn is_of_hardware(word: &str) -> bool {
    ["hardware", "hw"].iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// A word of a name and where it begins.
#[derive(Clone, Copy)]
struct Word<'n> {
    at: usize,
    text: &'n str,
}

impl<'n> Word<'n> {
    fn all(name: &'n str) -> Vec<Self> {
        let words = name.split_whitespace().map(|text| {
            // It is a piece of the name, behind which it begins by so many bytes.
            let at = text.as_ptr() as usize - name.as_ptr() as usize;
            let bare = text.trim_start_matches(['(', '[', ',']);
            let at = at + text.len() - bare.len();
            Word { at, text: bare.trim_end_matches([')', ']', ',', ';', ':']) }
        });
        words.collect()
    }

    fn is(self, word: &str) -> bool {
        self.text.trim_end_matches('.').eq_ignore_ascii_case(word)
    }

    fn is_one_of(self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// The number behind a `v`, and whether there is one.
    fn number(self) -> (&'n str, bool) {
        let bare = self.text.trim_start_matches(['v', 'V']).trim_start_matches('.');
        (bare, bare.len() < self.text.len())
    }

    fn is_number(self) -> bool {
        self.number().0.starts_with(|c: char| c.is_ascii_digit())
    }

    /// Whether it can hardly be anything but a version: `2.0`, `V4`.
    fn is_version(self) -> bool {
        let (number, marked) = self.number();
        self.is_number() && (marked || number.trim_end_matches(['.', '+']).contains('.'))
    }
}

/// Where the bound of a name begins, with the words that say that it is one of versions.
fn begins(name: &str) -> Option<usize> {
    let words = Word::all(name);
    let sign = name.char_indices().find_map(|(at, character)| {
        let arrow = name.get(..at).is_some_and(|head| head.ends_with(['-', '=']));
        (SIGNS.contains(&character) && !(arrow && character == '>')).then_some(at)
    });
    let sign = sign.map(|at| {
        let last = words.iter().rev().find(|word| word.at <= at);
        last.filter(|word| word.text.starts_with("vers:")).map_or(at, |word| word.at)
    });
    let word = (1..words.len()).find_map(|at| of_words(&words, at));
    let first = sign.into_iter().chain(word).min()?;
    let before = words.iter().rev().filter(|word| word.at < first);
    let labels = before.take_while(|word| word.is_one_of(&LABELS));
    Some(labels.last().map_or(first, |word| word.at))
}

/// Where a bound begins that is written at a word.
fn of_words(words: &[Word<'_>], at: usize) -> Option<usize> {
    let word = *words.get(at)?;
    let begins = before(words, at) || of_hardware(words, at) || is_range(words, at);
    begins.then_some(word.at).or_else(|| behind(words, at))
}

/// `prior to version 2.0`.
fn before(words: &[Word<'_>], at: usize) -> bool {
    let rest = words.get(at..).unwrap_or_default();
    BEFORE.iter().any(|(phrase, wanted)| {
        let is_it = rest.len() > phrase.len()
            && rest.iter().zip(*phrase).all(|(word, wanted)| word.is(wanted));
        let behind = rest.get(phrase.len()..).unwrap_or_default();
        is_it && (version_behind(behind, *wanted) || ends_with_release(phrase, behind))
    })
}

/// `pumps before 3`: a small number with which a name ends behind such a word is a release.
fn ends_with_release(phrase: &[&str], behind: &[Word<'_>]) -> bool {
    let [word] = behind else { return false };
    let number = word.number().0;
    matches!(phrase, ["before" | "below"])
        && number.len() <= 2
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && word.is_number()
}

/// Whether a version stands behind, with or without a word that says that it is one.
fn version_behind(words: &[Word<'_>], wanted: Behind) -> bool {
    let labels = words.iter().take_while(|word| word.is_one_of(&LABELS)).count();
    words.get(labels).is_some_and(|word| {
        word.is_version() || word.is_number() && (wanted == Behind::Number || labels > 0)
    })
}

/// `hardware version 5.0`.
fn of_hardware(words: &[Word<'_>], at: usize) -> bool {
    let hardware = at.checked_sub(1).and_then(|at| words.get(at));
    hardware.is_some_and(|word| is_of_hardware(word.text))
        && words.get(at).is_some_and(|word| word.is_one_of(&LABELS))
        && words.get(at + 1).is_some_and(|word| word.is_number())
}

/// `v1.0 to v2.0`, `1.0 - 2.0`, `1.0-2.0`, `2.0+`.
fn is_range(words: &[Word<'_>], at: usize) -> bool {
    let Some(word) = words.get(at).filter(|word| word.is_number()) else { return false };
    let ends = |low: &str, high: &str| {
        let (low, high) = (Word { at: 0, text: low }, Word { at: 0, text: high });
        low.is_version() && high.is_version()
    };
    let mut dashes = word.text.split(['-', '–']);
    if let (Some(low), Some(high), None) = (dashes.next(), dashes.next(), dashes.next())
        && (ends(low, high) || high.is_empty() && word.is_version())
    {
        return true;
    }
    let labelled =
        at.checked_sub(1).and_then(|at| words.get(at)).filter(|it| it.is_one_of(&LABELS));
    let between = ["to", "-", "–", "—", "through", "thru", "until", "till", "up"];
    let through = words.get(at + 1).is_some_and(|word| word.is_one_of(&between));
    let behind = words.get(at + 2..).unwrap_or_default();
    word.is_version() && word.text.ends_with('+')
        || through
            && (word.is_version() && version_behind(behind, Behind::Version)
                || labelled.is_some() && version_behind(behind, Behind::Number))
}

/// Where the version in front of `and earlier` begins.
fn behind(words: &[Word<'_>], at: usize) -> Option<usize> {
    if !words.get(at)?.is_one_of(&["and", "or"]) {
        return None;
    }
    let rest = words.get(at + 1..).unwrap_or_default();
    let all = usize::from(rest.first().is_some_and(|word| word.is("all")));
    rest.get(all).filter(|word| word.is_one_of(&AFTER))?;
    let mut from = at.checked_sub(1)?;
    loop {
        let word = words.get(from)?;
        let digits = word.text.find(|c: char| c.is_ascii_digit());
        let mark = word.text.get(..digits.unwrap_or(word.text.len()))?;
        let packed = !mark.is_empty() && Word { at: 0, text: mark }.is_one_of(&PACKS);
        let of_pack = from
            .checked_sub(1)
            .and_then(|at| words.get(at))
            .is_some_and(|word| word.is_one_of(&PACKS));
        if !packed && !of_pack {
            break;
        }
        from = from.checked_sub(1)?;
    }
    let word = words.get(from)?;
    word.is_number().then_some(word.at)
}

/// How far the words of a bound go.
fn ends(clause: &str) -> usize {
    let is_of_bound = |word: &Word<'_>| {
        word.text.is_empty()
            || word.text.starts_with(SIGNS)
            || word.text.starts_with("vers:")
            || word.is_number()
            || word.is_one_of(&LABELS)
            || word.is_one_of(&PACKS)
            || word.is_one_of(&AFTER)
            || word.is_one_of(&["or", "-", "–", "="])
            || BEFORE.iter().any(|(phrase, _)| word.is_one_of(phrase))
            || PACKS.iter().any(|mark| {
                let lower = word.text.to_ascii_lowercase();
                let rest = lower.strip_prefix(mark).unwrap_or_default().to_owned();
                !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit())
            })
    };
    let words = Word::all(clause);
    let bracket = clause.find('(').unwrap_or(clause.len());
    let inside = words.iter().take_while(|word| word.at < bracket);
    let last = inside.take_while(|word| is_of_bound(word)).last();
    last.map_or(clause.len(), |word| word.at + word.text.len()).min(bracket)
}
