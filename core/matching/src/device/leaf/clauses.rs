//! What a text about versions says besides its versions: exclusions (`except 5.0`), fixes
//! (`fixed in 6.0`), conditions (`with option W`), and words that no rule has read.
//!
//! Every word of the text is accounted for: a word that is left over makes the leaf
//! half-read, and then its versions decide nothing.

use naming::text::Text;

use super::super::extent::{self, All, Bound, End, Reading, Span};
use super::super::limits::{based_on, ways};
use super::super::source::Source;
use super::super::wording::{condition_at, is_code, silent};
use super::{Beside, Condition, Counts, Example, Leftover, Reader};

/// A text about versions, taken apart.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Clauses {
    /// What is left: the versions.
    pub(super) main: String,
    /// What it takes out.
    without: Vec<String>,
    /// Where it says the fix is.
    fixed: Vec<String>,
    /// What must be true besides.
    conditions: Vec<String>,
}

/// Words in front of what is taken out, the longest first.
const OUT: [&str; 14] = [
    "with the exception of ",
    "but not including ",
    "all versions but ",
    "exclusive of ",
    "not including ",
    "except for ",
    "excluding ",
    "apart from ",
    "other than ",
    "excepting ",
    "excludes ",
    "but not ",
    "except ",
    "all but ",
];

/// Words behind what is taken out.
const NOT_AFFECTED: [&str; 8] = [
    " is not affected",
    " are not affected",
    " not affected",
    " is not vulnerable",
    " are not vulnerable",
    " not vulnerable",
    " is unaffected",
    " are unaffected",
];

/// Words in front of the release that holds the fix.
const FIXED: [&str; 9] = [
    "fixed in ",
    "fixed with ",
    "fixed by ",
    "fix in ",
    "resolved in ",
    "patched in ",
    "corrected in ",
    "remediated in ",
    "addressed in ",
];

/// Takes a text apart.
pub(super) fn clauses(text: &str) -> Clauses {
    let runs = text.split('_').filter(|part| !part.is_empty());
    let text = if text.contains('_') {
        runs.collect::<Vec<_>>().join(" ")
    } else {
        text.to_owned()
    };
    let mut found = Clauses { main: upper_ends(&text), ..Clauses::default() };
    // A text of 2,048 bytes has no more clauses than this.
    for _ in 0..16 {
        let Some((kind, from, mark)) = first_mark(&found.main) else { break };
        let (clause, rest) = clause_at(&found.main, from, mark);
        match kind {
            Kind::Out => found.without.push(clause),
            Kind::Fixed => found.fixed.push(clause),
        }
        found.main = rest;
    }
    not_affected(&mut found);
    with(&mut found);
    found
}

impl Clauses {
    /// Whether it takes versions out.
    pub(super) const fn takes_out(&self) -> bool {
        !self.without.is_empty() || !self.fixed.is_empty()
    }
}

enum Kind {
    Out,
    Fixed,
}

/// The first mark of a clause: its kind, where it begins, how long it is.
fn first_mark(text: &str) -> Option<(Kind, usize, usize)> {
    let lower = text.to_ascii_lowercase();
    let begins = |at: usize| {
        at == 0
            || lower.get(..at).is_some_and(|head| head.ends_with([' ', '(', ',', ';']))
    };
    let find = |mark: &&str| {
        let at = lower.match_indices(*mark).map(|(at, _)| at).find(|at| begins(*at))?;
        Some((at, mark.len()))
    };
    let first = |marks: &[&str]| {
        marks
            .iter()
            .filter_map(&find)
            .min_by_key(|(at, length)| (*at, usize::MAX - length))
    };
    match (first(&OUT), first(&FIXED)) {
        (Some((at, length)), Some((other, _))) if at <= other => {
            Some((Kind::Out, at, length))
        }
        (_, Some((at, length))) => Some((Kind::Fixed, at, length)),
        (Some((at, length)), None) => Some((Kind::Out, at, length)),
        (None, None) => None,
    }
}

/// The clause behind a mark, to the end of its bracket, of the sentence or of the text; and
/// the text without it. `all versions but` leaves *all versions*.
fn clause_at(text: &str, from: usize, mark: usize) -> (String, String) {
    let behind = text.get(from + mark..).unwrap_or_default();
    let mut depth = 0_usize;
    let end = behind.char_indices().find_map(|(at, character)| match character {
        '(' => {
            depth += 1;
            None
        }
        ')' if depth > 0 => {
            depth -= 1;
            None
        }
        ')' | ';' if depth == 0 => Some(at),
        _ => None,
    });
    let end = end.unwrap_or(behind.len());
    let clause = behind.get(..end).unwrap_or_default().trim().to_owned();
    let all = text.get(from..from + mark).unwrap_or_default().to_lowercase();
    let kept = if all.starts_with("all") { "all versions" } else { "" };
    let head = text.get(..from).unwrap_or_default().trim_end_matches([',', ' ', ':']);
    let tail = behind.get(end..).unwrap_or_default();
    let rest = format!("{head} {kept}{tail}").replace("()", " ");
    (clause, rest.replace("( )", " ").trim().to_owned())
}

/// `up to (but not including) 2.0`, `9.3 - but excluding 9.4`: the end of a range.
fn upper_ends(written: &str) -> String {
    let single = written.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut text = single.replace("including, ", "including ");
    text = text.replace("excluding, ", "excluding ");
    for word in ["but not including", "not including", "but excluding", "excluding"] {
        text = text.replace(&format!("({word})"), word);
    }
    let outs = ["but not including", "but excluding", "not including", "excluding"];
    let tos = ["up to and", "up to,", "up to", "through", "to", "-", "–"];
    let whole = text.clone();
    for out in outs {
        for to in tos {
            let lower = text.to_ascii_lowercase();
            let phrase = format!("{to} {out} ");
            let Some(at) = lower.find(&phrase) else { continue };
            let begins = at == 0 || lower.get(..at).is_some_and(|it| it.ends_with(' '));
            if begins {
                let kept = if to.starts_with("up") { "< " } else { "to < " };
                text.replace_range(at..at + phrase.len(), kept);
            }
        }
    }
    // Double blanks part models: a text without such an end stays as it is.
    if text == whole { written.to_owned() } else { text }
}

/// `(5.0 is not affected)`, `…, 5.0 and 5.1 are not affected`.
fn not_affected(found: &mut Clauses) {
    for mark in NOT_AFFECTED {
        let lower = found.main.to_ascii_lowercase();
        let Some(at) = lower.find(mark) else { continue };
        let head = found.main.get(..at).unwrap_or_default();
        // A clause begins behind a bracket or a semicolon; without one, all of it may be
        // meant, and it stays unread.
        let Some(from) = head.rfind(['(', ';']) else { continue };
        let clause = head.get(from + 1..).unwrap_or_default().trim().to_owned();
        let tail = found.main.get(at + mark.len()..).unwrap_or_default();
        let tail = tail.strip_prefix(')').unwrap_or(tail).to_owned();
        let before = found.main.get(..from).unwrap_or_default().trim().to_owned();
        found.without.push(clause);
        found.main = format!("{before} {tail}").trim().to_owned();
    }
}

/// `< 2.0 with the wireless module`: what stands behind *with* is a condition, where it
/// tells no version.
fn with(found: &mut Clauses) {
    let marks = [" with ", " having ", " containing ", " when "];
    let lower = found.main.to_ascii_lowercase();
    let first = marks.iter().filter_map(|mark| {
        let at = lower.find(mark)?;
        Some((at, mark.len()))
    });
    let Some((at, length)) = first.min() else { return };
    let head = lower.get(..at).unwrap_or_default();
    let phrase = ["starting", "beginning", "only", "running", "used", "enabled", "along"];
    let behind = found.main.get(at + length..).unwrap_or_default();
    if head.trim().is_empty()
        || head.contains('(')
        || phrase.iter().any(|word| head.ends_with(word))
        || is_code(behind)
        || ["version", "firmware", "software"]
            .iter()
            .any(|it| lower.contains(&format!("with {it}")))
    {
        return;
    }
    // An option that is switched on is a matter of exploitation.
    let switched = lower.get(at..at + length).is_some_and(|mark| mark == " when ")
        && (behind.ends_with("enabled")
            || behind.ends_with("used")
            || behind.starts_with("using "));
    if !switched {
        found.conditions.push(found.main.get(at..).unwrap_or_default().trim().to_owned());
    }
    found.main.truncate(at);
}

impl Reader<'_> {
    /// What a text takes out, and what must be true besides.
    pub(super) fn apart(&mut self, found: &Clauses) {
        for text in &found.without {
            let reading = extent::read(text, &[], None);
            let whole = reading.all == All::No
                && reading.rest.is_empty()
                && reading.brackets.is_empty()
                && reading.damage == extent::Damage::No
                && !reading.spans.is_empty();
            if whole {
                self.leaf.without.extend(reading.spans);
            } else {
                self.not_read(&format!("except {text}"), Beside::Elsewhere);
            }
        }
        for text in &found.fixed {
            let spans = extent::read(text, &[], None).spans;
            match spans.as_slice() {
                [Span::Listed(version, text)] => {
                    let lower = Bound {
                        version: version.clone(),
                        text: text.clone(),
                        end: End::In,
                        also: None,
                    };
                    let fixed = Span::Between { lower: Some(lower), upper: None };
                    self.leaf.without.push(fixed);
                }
                _ => {
                    self.not_read(&format!("fixed in {text}"), Beside::Elsewhere);
                }
            }
        }
        for text in &found.conditions {
            let bare = text.split_once(' ').map_or(text.as_str(), |(_, rest)| rest);
            self.must(bare, text);
        }
    }

    /// A condition in words; a row that does not show them is asked.
    pub(super) fn must(&mut self, text: &str, written: &str) {
        let condition = Condition {
            text: text.to_owned(),
            written: written.to_owned(),
            words: ways(text),
            example: Example::No,
        };
        self.leaf.conditions.push(condition);
    }

    /// A condition that no row of an inventory tells.
    pub(super) fn never_told(&mut self, written: &str) {
        let text = written.to_owned();
        let (written, words) = (text.clone(), Vec::new());
        let example = Example::No;
        self.leaf.conditions.push(Condition { text, written, words, example });
    }

    /// Notes a text that no rule has read.
    pub(super) fn not_read(&mut self, text: &str, place: Beside) {
        match &mut self.leaf.unread {
            Some(unread) => {
                unread.text.push_str("; ");
                unread.text.push_str(text);
                unread.place = Beside::Elsewhere;
            }
            unread => *unread = Some(Leftover { text: text.to_owned(), place }),
        }
    }

    /// Words of the text that no rule has read.
    pub(super) fn leftover(&mut self, reading: &Reading, source: &Source) {
        let conditions = self.leaf.conditions.iter().map(|it| it.written.as_str());
        let conditions = conditions.collect::<Vec<_>>().join(" ");
        let known =
            Text::read(&[&source.name, &source.vendor, self.sheet.title, &conditions]);
        let known = |word: &str| {
            Text::read(&[word])
                .atoms()
                .iter()
                .all(|atom| known.atoms().iter().any(|other| other.text == atom.text))
        };
        let text = source.version.as_deref().unwrap_or(&source.tail);
        let based = based_on(text).unwrap_or_default().to_lowercase();
        let conditions = !self.leaf.conditions.is_empty();
        let read = |word: &str| {
            let lower = word.trim_matches([':', '.', ',']).to_lowercase();
            let models = !self.leaf.models.is_empty();
            match lower.as_str() {
                "model" | "models" => models,
                "build" | "builds" => self.leaf.counts == Counts::Builds,
                "when" | "if" | "installed" | "used" => conditions,
                "only" | "configurations" => true,
                "part" => reading.rest.iter().any(|word| word.starts_with('#')),
                // Read as a condition further on.
                _ if !based.is_empty() && lower.ends_with("-based") => true,
                _ if based.split(' ').any(|word| word == lower) => true,
                _ => lower.chars().all(|c| !c.is_alphanumeric()),
            }
        };
        // A word that denies is never a piece of a name.
        let denies = |word: &str| {
            let lower = word.to_lowercase();
            ["not", "no", "except", "excluding", "without", "fixed", "until"]
                .contains(&lower.as_str())
        };
        let left = |word: &&str| denies(word) || !known(word) && !read(word);
        let words = reading.rest.iter().map(String::as_str);
        let words: Vec<&str> = words.filter(left).collect();
        let behind = !reading.lead.iter().any(|word| left(&word.as_str()));
        if !words.is_empty() {
            let text = of_what(text, &words).unwrap_or_else(|| words.join(" "));
            let place = if behind && finer(&words) && bounded(reading) {
                Beside::Bound
            } else {
                Beside::Elsewhere
            };
            self.not_read(&text, place);
        }
        for bracket in &reading.brackets {
            let lower = bracket.to_lowercase();
            if !silent(&lower) && !known(bracket) && !is_read(&lower) {
                self.not_read(&format!("({bracket})"), Beside::Elsewhere);
            }
        }
    }
}

/// The thing whose versions are told, where the words are of it: `with Guardian / CMC
/// before V22.6`.
fn of_what(text: &str, words: &[&str]) -> Option<String> {
    let spaced = extent::spaced(text);
    let (_, behind) = spaced.split_once("with ")?;
    let bounds = ["before", "prior", "until", "and", "from", "<", "<=", ">", ">="];
    let name: Vec<&str> = behind
        .split_whitespace()
        .take_while(|word| !is_code(word) && !bounds.contains(word))
        .collect();
    words.iter().all(|word| name.contains(word)).then(|| name.join(" "))
}

/// Whether [`Reader::bracket`] has read a bracket.
fn is_read(lower: &str) -> bool {
    lower.contains("integrated into ")
        || condition_at(lower).is_some()
        || lower.ends_with(" only")
        || lower.starts_with("only ")
        || lower.starts_with("with ")
}

/// `HotfixRev14`, `Feature Pack 1`, `BN 830`: a finer part of the version in front.
fn finer(words: &[&str]) -> bool {
    let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let marks =
        ["hotfix", "hf", "patch", "feature", "sp", "bn", "build", "update", "upd"];
    let number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    let marked = |first: &String| {
        marks.iter().any(|mark| first.starts_with(mark)) || number(first)
    };
    words.first().is_some_and(marked) && words.len() <= 3
}

/// Whether all that is meant lies between bounds.
fn bounded(reading: &Reading) -> bool {
    !reading.spans.is_empty()
        && reading.spans.iter().all(|span| matches!(span, Span::Between { .. }))
}
