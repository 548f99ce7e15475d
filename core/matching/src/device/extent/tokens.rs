//! The words of a text about versions: operators, phrases, versions, separators.

use terms::version::firmware::Version;

use super::{End, MONTHS};

/// One word, or several that mean one thing.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Lower(End),
    Upper(End),
    /// `and prior`, behind a version.
    AndPrior,
    /// `and later`, behind a version.
    AndLater,
    Through,
    Or,
    All,
    Version(Version, String),
    /// The version before in another notation.
    Again(Version),
    Word(String),
}

/// Phrases of several words, the longest first, and what they mean.
const PHRASES: [(&[&str], Phrase); 51] = [
    (&["up", "to", ",", "but", "not", "including"], Phrase::Below),
    (&["up", "to", "but", "not", "including"], Phrase::Below),
    (&["up", "to", "and", "excluding"], Phrase::Below),
    (&["up", "to", "and", "including"], Phrase::Most),
    (&["prior", "to", "and", "including"], Phrase::Most),
    (&["and", "all", "prior"], Phrase::AndPrior),
    (&["and", "all", "previous"], Phrase::AndPrior),
    (&["and", "all", "earlier"], Phrase::AndPrior),
    (&["and", "prior"], Phrase::AndPrior),
    (&["and", "below"], Phrase::AndPrior),
    (&["and", "earlier"], Phrase::AndPrior),
    (&["and", "older"], Phrase::AndPrior),
    (&["and", "previous"], Phrase::AndPrior),
    (&["and", "lower"], Phrase::AndPrior),
    (&["and", "under"], Phrase::AndPrior),
    (&["or", "prior"], Phrase::AndPrior),
    (&["or", "below"], Phrase::AndPrior),
    (&["or", "earlier"], Phrase::AndPrior),
    (&["or", "older"], Phrase::AndPrior),
    (&["or", "previous"], Phrase::AndPrior),
    (&["or", "lower"], Phrase::AndPrior),
    (&["and", "later"], Phrase::AndLater),
    (&["and", "newer"], Phrase::AndLater),
    (&["and", "above"], Phrase::AndLater),
    (&["and", "higher"], Phrase::AndLater),
    (&["and", "greater"], Phrase::AndLater),
    (&["and", "up"], Phrase::AndLater),
    (&["and", "onward"], Phrase::AndLater),
    (&["or", "later"], Phrase::AndLater),
    (&["or", "newer"], Phrase::AndLater),
    (&["or", "above"], Phrase::AndLater),
    (&["or", "higher"], Phrase::AndLater),
    (&["or", "greater"], Phrase::AndLater),
    (&["prior", "to"], Phrase::Below),
    (&["earlier", "than"], Phrase::Below),
    (&["older", "than"], Phrase::Below),
    (&["lower", "than"], Phrase::Below),
    (&["less", "than"], Phrase::Below),
    (&["up", "to"], Phrase::Most),
    (&["later", "than"], Phrase::Above),
    (&["newer", "than"], Phrase::Above),
    (&["higher", "than"], Phrase::Above),
    (&["greater", "than"], Phrase::Above),
    (&["starting", "with"], Phrase::Least),
    (&["beginning", "with"], Phrase::Least),
    (&["before"], Phrase::Below),
    (&["below"], Phrase::Below),
    (&["after"], Phrase::Above),
    (&["from"], Phrase::Least),
    (&["through"], Phrase::Through),
    (&["thru"], Phrase::Through),
];

#[derive(Clone, Copy)]
enum Phrase {
    AndPrior,
    AndLater,
    Below,
    Most,
    Above,
    Least,
    Through,
}

impl Phrase {
    const fn token(self) -> Token {
        match self {
            Self::AndPrior => Token::AndPrior,
            Self::AndLater => Token::AndLater,
            Self::Below => Token::Upper(End::Out),
            Self::Most => Token::Upper(End::In),
            Self::Above => Token::Lower(End::Out),
            Self::Least => Token::Lower(End::In),
            Self::Through => Token::Through,
        }
    }
}

/// Words around versions that say nothing.
#[rustfmt::skip]
const NOISE: [&str; 30] = [
    "version", "versions", "software", "firmware", "sw", "fw", "release", "releases",
    "released", "ver", "vers", "rev", "revision", "revisions", "is", "are", "the",
    "of", "with", "any", "dated", "manufactured", "distributed", "shipped",
    "produced", "sold", "built", "made", "between", "on",
];

pub(super) fn tokens(text: &str, skip: &[String]) -> Vec<Token> {
    let text = slashed_dates(text);
    let words = split(&text);
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut between = false;
    while let Some(word) = words.get(at) {
        let rest = lower.get(at..).unwrap_or_default();
        let small = rest.first().map_or("", String::as_str);
        if small == "between" {
            tokens.push(Token::Lower(End::In));
            between = true;
            at += 1;
        } else if small == "and"
            && std::mem::take(&mut between)
            && matches!(tokens.last(), Some(Token::Version(..)))
        {
            tokens.push(Token::Through);
            at += 1;
        } else if let Some((length, token)) = operator(small).or_else(|| phrase(rest)) {
            tokens.push(token);
            at += length;
        } else if small.contains(',')
            || small == "|"
            || matches!(small, "and" | "or" | ";" | "&")
        {
            tokens.push(Token::Or);
            at += 1;
        } else if matches!(small, "to" | "-" | "–")
            && matches!(tokens.last(), Some(Token::Version(..)))
        {
            tokens.push(Token::Through);
            at += 1;
        } else if let Some(again) = again(word, &tokens) {
            tokens.push(again);
            at += 1;
        } else if matches!(small, "*" | "all" | "any" | "every") {
            tokens.push(Token::All);
            at += 1;
        } else if skip.iter().any(|name| *name == small) {
            tokens.push(Token::Word((*word).to_owned()));
            at += 1;
        } else if let Some((length, version, text)) =
            version_at(words.get(at..).unwrap_or_default(), tokens.last())
        {
            tokens.push(Token::Version(version, text));
            at += length;
        } else {
            if !NOISE.contains(&small.trim_matches(['.', ':'])) {
                tokens.push(Token::Word((*word).to_owned()));
            }
            at += 1;
        }
    }
    tokens
}

/// The version behind another one, in another notation.
fn again(word: &str, tokens: &[Token]) -> Option<Token> {
    let rest = word.strip_prefix('≙')?;
    matches!(tokens.last(), Some(Token::Version(..)))
        .then(|| rest.parse().ok().map(Token::Again))?
}

/// `April/13/2023` is April 13 2023.
fn slashed_dates(text: &str) -> String {
    let lower = text.to_lowercase();
    let month = MONTHS.iter().any(|month| lower.contains(&format!("{month}/")));
    if month { text.replace('/', " ") } else { text.to_owned() }
}

/// `12.6.1-12.6.7`: two dotted versions; `20-33`, `V191-V195`: two whole numbers in order.
fn dashed(word: &str) -> Option<(&str, &str)> {
    let (low, high) = word.split_once('-')?;
    let dotted = |text: &str| {
        let text = text.trim_start_matches(['v', 'V']);
        text.contains('.')
            && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    // `Rev B-M`
    let letter =
        |text: &str| text.len() == 1 && text.bytes().all(|b| b.is_ascii_uppercase());
    if letter(low) && letter(high) && low < high {
        return Some((low, high));
    }
    let whole = |text: &str| -> Option<(bool, u32)> {
        let digits = text.trim_start_matches(['v', 'V']);
        let plain =
            !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
        Some((digits.len() < text.len(), plain.then(|| digits.parse().ok())??))
    };
    let ordered = match (whole(low), whole(high)) {
        (Some((a, low)), Some((b, high))) => a == b && low < high,
        _ => false,
    };
    (ordered || dotted(low) && dotted(high)).then_some((low, high))
}

/// Words, operators and separators, each alone. A comma inside a date stays.
fn split(text: &str) -> Vec<&str> {
    let text = text.trim();
    let text = match text.strip_prefix("vers:") {
        Some(rest) => rest.split_once('/').map_or(rest, |(_, constraints)| constraints),
        None => text,
    };
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        let mut from = 0;
        let mut characters = word.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            if !matches!(character, '<' | '>' | '=' | '|' | ',' | ';' | '≤' | '≥' | '/')
            {
                continue;
            }
            if character == '/'
                && word.get(..at).is_none_or(|head| head.parse::<Version>().is_err())
            {
                continue;
            }
            let mut to = at + character.len_utf8();
            if matches!(character, '<' | '>')
                && characters.peek().is_some_and(|(_, next)| *next == '=')
            {
                characters.next();
                to += 1;
            }
            let head = word.get(from..at).filter(|head| !head.is_empty());
            match head.and_then(dashed) {
                Some((low, high)) => words.extend([low, "-", high]),
                None => words.extend(head),
            }
            words.extend(
                word.get(at..to).map(|mark| if mark == "/" { "|" } else { mark }),
            );
            from = to;
        }
        let tail = word.get(from..).filter(|tail| !tail.is_empty());
        match tail.and_then(dashed) {
            Some((low, high)) => words.extend([low, "-", high]),
            None => words.extend(tail),
        }
    }
    words
}

fn operator(word: &str) -> Option<(usize, Token)> {
    let token = match word {
        "<" => Token::Upper(End::Out),
        "<=" | "≤" => Token::Upper(End::In),
        ">" => Token::Lower(End::Out),
        ">=" | "≥" => Token::Lower(End::In),
        "=" => Token::Or,
        _ => return None,
    };
    Some((1, token))
}

fn phrase(words: &[String]) -> Option<(usize, Token)> {
    PHRASES.iter().find_map(|(phrase, meaning)| {
        let head = words.get(..phrase.len())?;
        let same = head
            .iter()
            .zip(*phrase)
            .all(|(word, wanted)| word.trim_matches(['.', ':']) == *wanted);
        same.then(|| (phrase.len(), meaning.token()))
    })
}

/// The longest version that begins with the first word.
fn version_at(
    words: &[&str],
    before: Option<&Token>,
) -> Option<(usize, Version, String)> {
    let first = words.first()?;
    let letters = first.chars().filter(|c| c.is_alphabetic()).count();
    let digit = |word: &str| word.contains(|c: char| c.is_ascii_digit());
    // A word without a digit begins a version only as a letter, a month or a label.
    let small = first.to_lowercase();
    let label = MONTHS.contains(&small.as_str())
        || matches!(small.as_str(), "hd" | "ap" | "bt" | "sv" | "vm" | "vf");
    let capitals = letters <= 3 && first.bytes().all(|byte| byte.is_ascii_uppercase());
    let bound = capitals
        && before.is_some_and(|token| matches!(token, Token::Upper(_) | Token::Lower(_)));
    if !digit(first) && letters > 1 && !label && !bound {
        return None;
    }
    for length in (1..=words.len().min(5)).rev() {
        let Some(several) = words.get(..length) else { continue };
        let text = joined(several);
        let text = text.trim_matches(['.', ':', ';']).to_owned();
        let last = several.last().is_some_and(|word| {
            length == 1
                || digit(word)
                || matches!(word.to_lowercase().as_str(), "beta" | "alpha")
                || revised(several)
        });
        if !last || several.contains(&"-") {
            continue;
        }
        // `V2023.1` is no date.
        let bare = text
            .strip_prefix(['v', 'V'])
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let version = text.parse::<Version>().or_else(|error| match bare {
            Some(bare) => bare.parse(),
            None => Err(error),
        });
        if let Ok(version) = version {
            return Some((length, version, text));
        }
    }
    None
}

/// `9.4 Rev T`: a revision letter behind a number.
fn revised(words: &[&str]) -> bool {
    let [.., number, mark, letter] = words else { return false };
    number.contains(|c: char| c.is_ascii_digit())
        && matches!(mark.to_lowercase().as_str(), "rev" | "rev." | "revision")
        && letter.len() == 1
        && letter.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The words with blanks between them; a date keeps no comma.
fn joined(words: &[&str]) -> String {
    let date = words.iter().any(|word| MONTHS.contains(&word.to_lowercase().as_str()));
    let kept = words.iter().filter(|word| !date || **word != ",");
    kept.copied().collect::<Vec<_>>().join(" ")
}
