//! From a text to the parts of a firmware version.

use super::{Part, PreRelease, Service, Shape, date};
use crate::Malformed;

/// Characters of a version. The longest of the advisories has 82, and is prose.
const CHARACTERS_MAX: usize = 128;

/// Letters of a prefix or behind a number. The longest prefix seen is `gmp_vct`.
const LETTERS_MAX: usize = 8;

/// Reads `input` into its shape and parts.
pub(super) fn read(input: &str) -> Result<(Shape, Vec<Part>), Malformed> {
    if input.len() > CHARACTERS_MAX {
        return Err(malformed(input, CHARACTERS_MAX, "a version"));
    }
    if let Some(short) = short_form(input.trim()) {
        return Ok(short);
    }
    let tokens = without_noise(tokens(input)?);
    let (shape, rest) = shape(input, &tokens)?;
    let parts = parts(input, &shape, rest)?;
    let has_content = match shape {
        Shape::Revision => !parts.is_empty(),
        _ => parts.iter().any(|part| matches!(part, Part::Number(_) | Part::Any)),
    };
    if !has_content || parts.iter().all(|part| *part == Part::Any) {
        return Err(malformed(input, input.len(), "a number or a revision letter"));
    }
    Ok((shape, parts))
}

/// `012U000061`: a plant, a letter, a number filled with zeros. Its short form is `U61`.
fn short_form(text: &str) -> Option<(Shape, Vec<Part>)> {
    let (plant, rest) = text.split_at_checked(3)?;
    let letter = rest.chars().next()?;
    let number = rest.get(letter.len_utf8()..)?;
    let is_long = plant.starts_with('0')
        && plant.bytes().all(|byte| byte.is_ascii_digit())
        && letter.is_ascii_alphabetic()
        && number.len() == 6
        && number.starts_with("00")
        && number.bytes().all(|byte| byte.is_ascii_digit());
    let family = letter.to_ascii_lowercase().to_string().into();
    is_long.then(|| (Shape::Family(family), vec![Part::Number(significant(number))]))
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Token {
    kind: Kind,
    gap: Gap,
    at: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Digits(String),
    /// In lower case.
    Word(String),
    Star,
}

/// What stands between a token and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    None,
    Dot,
    /// `-` or `+`.
    Dash,
    /// Blanks and slashes, which also part one version from the next.
    Blank,
    Other,
}

fn tokens(input: &str) -> Result<Vec<Token>, Malformed> {
    let mut found: Vec<Token> = Vec::new();
    let mut gap = Gap::Other;
    let mut rest = input;
    while let Some(first) = rest.chars().next() {
        let at = input.len() - rest.len();
        let length = run(rest);
        let (text, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let kind = match first {
            '0'..='9' => Kind::Digits(text.to_owned()),
            'a'..='z' | 'A'..='Z' => Kind::Word(text.to_ascii_lowercase()),
            '*' => Kind::Star,
            _ => {
                gap = wider(gap, first)
                    .ok_or_else(|| malformed(input, at, "one version"))?;
                rest = after;
                continue;
            }
        };
        found.push(Token { kind, gap, at });
        gap = Gap::None;
        rest = after;
    }
    Ok(joined_commits(input, found))
}

/// The length of the first token or separator. A small `v` in front of a capital letter is
/// a word of its own: `vD25` is version D25, `VM5.0` is a family.
fn run(text: &str) -> usize {
    let Some(first) = text.chars().next() else { return 0 };
    let same: fn(&char) -> bool = match first {
        '0'..='9' => char::is_ascii_digit,
        'v' if text.chars().nth(1).is_some_and(|c| c.is_ascii_uppercase()) => return 1,
        'a'..='z' | 'A'..='Z' => char::is_ascii_alphabetic,
        other => return other.len_utf8(),
    };
    text.chars().take_while(same).count()
}

fn wider(gap: Gap, separator: char) -> Option<Gap> {
    match (separator, gap) {
        ('.', Gap::None) => Some(Gap::Dot),
        ('-' | '+', Gap::None) => Some(Gap::Dash),
        (' ' | '/' | '\t' | '\u{a0}', Gap::None | Gap::Blank) => Some(Gap::Blank),
        ('.' | '-' | '+' | '_' | ' ' | '(' | ')' | '/' | ':' | '\t' | '\u{a0}', _) => {
            Some(Gap::Other)
        }
        _ => None,
    }
}

/// Puts the pieces of a commit (`9d9eff4` behind a dash) together again.
fn joined_commits(input: &str, tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::new();
    let mut end_of_commit = 0;
    for token in tokens {
        if token.at < end_of_commit {
            continue;
        }
        let run: String = input
            .get(token.at..)
            .unwrap_or_default()
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        if token.gap == Gap::Dash && is_commit(&run) {
            end_of_commit = token.at + run.len();
            let kind = Kind::Word(run.to_ascii_lowercase());
            joined.push(Token { kind, ..token });
        } else {
            joined.push(token);
        }
    }
    joined
}

fn is_commit(run: &str) -> bool {
    (7..=40).contains(&run.len())
        && run.bytes().all(|byte| byte.is_ascii_hexdigit())
        && run.bytes().any(|byte| byte.is_ascii_digit())
        && run.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn without_noise(tokens: Vec<Token>) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::new();
    let mut iter = tokens.into_iter().peekable();
    while let Some(token) = iter.next() {
        let next_is_digits =
            iter.peek().is_some_and(|next| matches!(next.kind, Kind::Digits(_)));
        let after_digits =
            kept.last().is_some_and(|last| matches!(last.kind, Kind::Digits(_)));
        let noise = match &token.kind {
            // `1.69 release 166` is a build of 1.69.
            Kind::Word(word) if word == "release" && after_digits && next_is_digits => {
                token.gap != Gap::Blank
            }
            Kind::Word(word) => {
                is_noise(word)
                    || (word == "v" && kept.is_empty() && iter.peek().is_some())
                    || (word == "r" && kept.is_empty() && next_is_digits)
            }
            _ => false,
        };
        if !noise {
            kept.push(token);
        }
    }
    kept
}

fn is_noise(word: &str) -> bool {
    matches!(
        word,
        "ver"
            | "vers"
            | "version"
            | "versions"
            | "rev"
            | "revision"
            | "rel"
            | "release"
            | "sw"
            | "fw"
            | "software"
            | "firmware"
            | "ga"
            | "final"
    )
}

/// The shape, and the tokens behind a family prefix.
fn shape<'a>(
    input: &str,
    tokens: &'a [Token],
) -> Result<(Shape, &'a [Token]), Malformed> {
    let words: Vec<&str> = tokens
        .iter()
        .map_while(|token| match &token.kind {
            Kind::Word(word) => Some(word.as_str()),
            _ => None,
        })
        .collect();
    let next = tokens.get(words.len());
    match (words.as_slice(), next) {
        ([], _) => Ok((Shape::Numbers, tokens)),
        (["x"], Some(next)) if next.gap == Gap::Dot => Ok((Shape::Numbers, tokens)),
        ([one], None) if one.len() <= 2 && known(one).is_none() => {
            Ok((Shape::Revision, tokens))
        }
        ([one], Some(next)) if one.len() == 1 && next.gap == Gap::Dot => {
            Ok((Shape::Revision, tokens))
        }
        ([.., _], Some(next)) => family(input, &words, tokens, next),
        _ => Err(malformed(input, 0, "a number or a revision letter")),
    }
}

fn family<'a>(
    input: &str,
    words: &[&str],
    tokens: &'a [Token],
    next: &Token,
) -> Result<(Shape, &'a [Token]), Malformed> {
    let joined = words.join("_");
    // Words that are parted by spaces are prose: only `a_b` and `a-b` are one prefix.
    let is_prose =
        input.get(..next.at).unwrap_or_default().trim().contains(' ') && words.len() > 1;
    let letters: usize = words.iter().map(|word| word.len()).sum();
    let means_else = |word: &&str| known(word).is_some() || date::is_month(word);
    if is_prose || letters > LETTERS_MAX || words.iter().any(means_else) {
        return Err(malformed(input, 0, "a number or a revision letter"));
    }
    let rest = tokens.get(words.len()..).unwrap_or_default();
    Ok((Shape::Family(joined.into()), rest))
}

fn parts(input: &str, shape: &Shape, tokens: &[Token]) -> Result<Vec<Part>, Malformed> {
    let mut found: Vec<Part> = Vec::new();
    let mut iter = tokens.iter().peekable();
    while let Some(token) = iter.next() {
        let next = iter.peek().copied();
        let part = match &token.kind {
            // `4.1 4.2` are two versions.
            Kind::Digits(_)
                if token.gap == Gap::Blank
                    && matches!(found.last(), Some(Part::Number(_) | Part::Any)) =>
            {
                return Err(malformed(input, token.at, "one version"));
            }
            Kind::Digits(digits) => Part::Number(significant(digits)),
            Kind::Star => Part::Any,
            Kind::Word(word) => {
                let role = match shape {
                    Shape::Revision if found.is_empty() => Role::Revision,
                    _ => Role::Mark,
                };
                if word == "service" && next.is_some_and(continues_service) {
                    continue;
                }
                part_of_word(word, token, next, role)
                    .ok_or_else(|| malformed(input, token.at, "a part of a version"))?
            }
        };
        found.push(part);
    }
    Ok(found)
}

fn continues_service(next: &Token) -> bool {
    matches!(&next.kind, Kind::Word(word) if word == "pack")
}

/// What a word is in its place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// The revision letter at the beginning.
    Revision,
    /// Anything behind the beginning.
    Mark,
}

fn part_of_word(
    word: &str,
    token: &Token,
    next: Option<&Token>,
    role: Role,
) -> Option<Part> {
    if let Some(part) = known(word) {
        return Some(part);
    }
    // `2868 v3.04` is a model and a version.
    if word == "v" && token.gap == Gap::Blank {
        return None;
    }
    let any = word.bytes().all(|byte| byte == b'x');
    if any && role == Role::Mark && token.gap != Gap::None {
        return Some(Part::Any);
    }
    // `2.n`: any release of the second.
    if word == "n" && role == Role::Mark && token.gap == Gap::Dot && next.is_none() {
        return Some(Part::Any);
    }
    if token.gap == Gap::Dash && is_commit(word) {
        return Some(Part::Opaque(word.into()));
    }
    // A word of several letters that stands apart is prose; behind a number, or with a
    // number behind it, it is a mark of the version: `16D38`, `3.0 D15`, `2.6A`.
    let is_attached = token.gap == Gap::None
        || next.is_some_and(|n| n.gap == Gap::None && matches!(n.kind, Kind::Digits(_)));
    let fits = match word.len() {
        1 => true,
        2 if role == Role::Revision => true,
        2 | 3 => is_attached,
        _ => false,
    };
    fits.then(|| Part::Letters(word.into()))
}

/// The words that every maker uses alike.
fn known(word: &str) -> Option<Part> {
    Some(match word {
        "sp" | "servicepack" | "pack" => Part::Service(Service::ServicePack),
        "sr" => Part::Service(Service::ServiceRelease),
        "mr" => Part::Service(Service::MaintenanceRelease),
        "fp" => Part::Service(Service::FeaturePack),
        "cu" => Part::Service(Service::CumulativeUpdate),
        "hf" | "hotfix" | "hotfixrev" => Part::Service(Service::Hotfix),
        "patch" => Part::Service(Service::Patch),
        "update" | "upd" => Part::Service(Service::Update),
        "build" | "bld" | "release" => Part::Build,
        "alpha" => Part::PreRelease(PreRelease::Alpha),
        "beta" => Part::PreRelease(PreRelease::Beta),
        "rc" => Part::PreRelease(PreRelease::Candidate),
        _ => return None,
    })
}

fn significant(digits: &str) -> Box<str> {
    digits.trim_start_matches('0').into()
}

fn malformed(input: &str, at: usize, expected: &'static str) -> Malformed {
    Malformed::at_byte("firmware version", input, at, expected)
}
