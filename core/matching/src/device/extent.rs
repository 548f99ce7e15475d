//! Which versions a text of a leaf means.
//!
//! Read are operators (`<= 2.6A`, `>= 1.3.4 | < 1.5.3`, `vers:all/>=1|<2`), prose
//! (`2.3.6 and below`, `prior to 7.2.5.7`, `1.0.0 through 1.1.1`), lists (`9.13 | 9.19`),
//! wildcards (`12.2.x.x`), dates (`May 2018`) and `*`. A pipe is *or* between single
//! versions and *and* between a lower bound and the upper bound behind it.
//!
//! The order of versions is that of [`terms::version::firmware`].

use terms::version::firmware::{Part, Shape, Version};

/// One stretch of versions.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    /// A listed version, and what is finer.
    Listed(Version, String),
    /// The versions between two bounds.
    Between {
        /// The lower bound.
        lower: Option<Bound>,
        /// The upper bound.
        upper: Option<Bound>,
    },
}

/// One end of a stretch.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The version.
    pub version: Version,
    /// As it is written.
    pub text: String,
    /// Whether the bound itself is meant too.
    pub end: End,
}

/// Whether a bound itself belongs to the stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// `<=`, `>=`.
    In,
    /// `<`, `>`.
    Out,
}

/// What was understood of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The stretches, any of which is meant.
    pub spans: Vec<Span>,
    /// Whether the text says *all versions*.
    pub all: All,
    /// Words that are no versions and say nothing of versions, in order.
    pub rest: Vec<String>,
    /// Those of them that stand before the first version.
    pub lead: Vec<String>,
    /// Texts in brackets, in order.
    pub brackets: Vec<String>,
    /// Whether operators and versions stand in an order that nobody would write.
    pub damage: Damage,
}

/// Whether a text says *all versions*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "yes or no")]
pub enum All {
    #[default]
    No,
    Yes,
}

/// Whether a text is damaged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "yes or no")]
pub enum Damage {
    #[default]
    No,
    Yes,
}

/// Where a version stands to a list of stretches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// In one of them, by a bound or a wildcard.
    Inside,
    /// It is listed itself, or is an inclusive bound.
    Named,
    /// In none.
    Outside,
    /// It is too coarse, or only finer than a bound: `12.2` with `12.2.8.410`.
    Partial,
    /// The versions are of different kinds.
    Incomparable,
}

/// Where `version` stands.
#[must_use]
pub fn standing(version: &Version, spans: &[Span]) -> Standing {
    let build =
        |span: &Span| matches!(span, Span::Listed(listed, _) if listed.names_build());
    let finer = if spans.iter().any(build) { Finer::No } else { Finer::Yes };
    let mut worst = Standing::Outside;
    for span in spans {
        let one = match span {
            Span::Listed(listed, _) => listed_standing(version, listed, finer),
            Span::Between { lower, upper } => {
                between(version, lower.as_ref(), upper.as_ref())
            }
        };
        match one {
            Standing::Inside | Standing::Named => return one,
            Standing::Partial => worst = Standing::Partial,
            Standing::Incomparable if worst == Standing::Outside => {
                worst = Standing::Incomparable;
            }
            Standing::Incomparable | Standing::Outside => {}
        }
    }
    // One track that knows the version settles it: `<= U61 | <= L81` and L93.
    let tracks = spans.iter().any(|span| same_kind(version, span));
    if worst == Standing::Incomparable && tracks { Standing::Outside } else { worst }
}

fn same_kind(version: &Version, span: &Span) -> bool {
    match span {
        Span::Listed(listed, _) => listed.shape() == version.shape(),
        Span::Between { lower, upper } => [lower, upper]
            .into_iter()
            .flatten()
            .all(|bound| bound.version.compare(version).is_some()),
    }
}

/// Whether a list means what is finer than its members too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Finer {
    No,
    Yes,
}

fn listed_standing(version: &Version, listed: &Version, finer: Finer) -> Standing {
    if listed.shape() != version.shape() {
        return Standing::Incomparable;
    }
    if listed.compare(version).is_some_and(std::cmp::Ordering::is_eq) {
        return Standing::Named;
    }
    // A list of builds is a list of builds: 1.3.1 Build 14 is not 1.3.1 Build 13.
    if listed.covers(version)
        && (finer == Finer::Yes || listed.is_pattern() || !version.names_build())
    {
        return Standing::Inside;
    }
    if version.covers(listed) { Standing::Partial } else { Standing::Outside }
}

fn between(version: &Version, lower: Option<&Bound>, upper: Option<&Bound>) -> Standing {
    let mut standing = Standing::Inside;
    // `4.0 to 4.5.x`, written as `>= 4.0 | < 4.5.x`, may mean every 4.5.
    let open = upper.filter(|bound| bound.end == End::Out && bound.version.is_pattern());
    if lower.is_some_and(|bound| above(version, bound) == Standing::Inside)
        && open.is_some_and(|bound| bound.version.covers(version))
    {
        return Standing::Partial;
    }
    let ends = lower.map(|bound| above(version, bound)).into_iter();
    for end in ends.chain(upper.map(|bound| below(version, bound))) {
        match end {
            Standing::Outside => return Standing::Outside,
            Standing::Incomparable => standing = Standing::Incomparable,
            Standing::Partial if standing != Standing::Incomparable => {
                standing = Standing::Partial;
            }
            Standing::Named if standing == Standing::Inside => standing = Standing::Named,
            _ => {}
        }
    }
    standing
}

fn above(version: &Version, bound: &Bound) -> Standing {
    use std::cmp::Ordering;

    let covered = bound.version.covers(version);
    match (version.compare(&bound.version), bound.end) {
        (Some(Ordering::Greater), End::In) => Standing::Inside,
        (Some(Ordering::Greater), End::Out) if !bound.version.is_pattern() => {
            Standing::Inside
        }
        (Some(Ordering::Equal), End::In) => Standing::Named,
        (None, End::In) if covered => Standing::Inside,
        (Some(Ordering::Equal | Ordering::Greater), End::Out) => Standing::Outside,
        (Some(Ordering::Less), _) if version.covers(&bound.version) => Standing::Partial,
        (Some(Ordering::Less), _) => Standing::Outside,
        (None, _) if version.covers(&bound.version) => Standing::Partial,
        (None, _) => unlike(version, bound),
    }
}

fn below(version: &Version, bound: &Bound) -> Standing {
    use std::cmp::Ordering;

    let covered = bound.version.covers(version);
    match (version.compare(&bound.version), bound.end) {
        // `12.2.x.x and prior` means every 12.2, and `before 12.2.x` none of them.
        (_, End::In) if covered && bound.version.is_pattern() => Standing::Inside,
        (_, End::Out) if covered => Standing::Outside,
        (Some(Ordering::Equal), End::In) => Standing::Named,
        (Some(Ordering::Less), _) => Standing::Inside,
        (Some(Ordering::Equal), End::Out) => Standing::Outside,
        (Some(Ordering::Greater), End::In) if covered => finer(version, &bound.version),
        (Some(Ordering::Greater), _) => Standing::Outside,
        (None, _) if version.covers(&bound.version) => Standing::Partial,
        (None, End::In) if covered => Standing::Partial,
        (None, _) => unlike(version, bound),
    }
}

/// `K and prior` means every K; whether `3.1 and prior` means 3.1.4 cannot be told; a
/// letter or a service pack behind a number is later than the number.
fn finer(version: &Version, bound: &Version) -> Standing {
    if *version.shape() == Shape::Revision {
        return Standing::Inside;
    }
    match version.parts().get(bound.parts().len()) {
        Some(Part::Number(_)) => Standing::Partial,
        _ => Standing::Outside,
    }
}

/// Bounds with a wildcard decide where they differ before it.
fn unlike(version: &Version, bound: &Bound) -> Standing {
    if version.shape() != bound.version.shape() {
        return Standing::Incomparable;
    }
    let known: Vec<&Part> =
        bound.version.parts().iter().take_while(|part| **part != Part::Any).collect();
    if known.len() == bound.version.parts().len() {
        return Standing::Incomparable;
    }
    Standing::Incomparable
}

/// Reads `text`; `skip` are words that name the product and are never versions.
#[must_use]
pub fn read(text: &str, skip: &[String], year: Option<&str>) -> Reading {
    let mut reading = Reading::default();
    let main = without_brackets(&text.replace('_', " "), &mut reading.brackets);
    let main = with_year(&main, year);
    let tokens = tokens(&main, skip);
    interpret(&tokens, &mut reading);
    reading
}

/// Takes texts in brackets out; a bracket that is a version's own (`(Build 9342)`) stays.
fn without_brackets(text: &str, brackets: &mut Vec<String>) -> String {
    let (mut main, mut inside, mut depth) = (String::new(), String::new(), 0_usize);
    for character in text.chars() {
        match character {
            '(' => {
                depth += 1;
                if depth > 1 {
                    inside.push(' ');
                }
            }
            ')' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    let content = std::mem::take(&mut inside);
                    place(&content, &mut main, brackets);
                }
            }
            other if depth > 0 => inside.push(other),
            other => main.push(other),
        }
    }
    if !inside.is_empty() {
        place(&inside, &mut main, brackets);
    }
    main
}

fn place(content: &str, main: &mut String, brackets: &mut Vec<String>) {
    let content = content.trim();
    let lower = content.to_lowercase();
    let single =
        content.parse::<Version>().is_ok() && !content.contains(char::is_whitespace);
    let mark = ["build", "rev ", "rev.", "revision ", "sp", "service pack"]
        .iter()
        .find_map(|mark| lower.strip_prefix(mark));
    // `(Build 9342)`, `(Rev T)`, `(SP3)`; not `(Revision index of the board)`.
    let own = mark.is_some_and(|rest| {
        let rest = rest.trim();
        rest.len() == 1 || rest.starts_with(|c: char| c.is_ascii_digit())
    });
    if own || lower.starts_with("build") || (single && content.contains('.')) {
        main.push(' ');
        main.push_str(content);
        main.push(' ');
    } else {
        main.push(' ');
        brackets.push(content.to_owned());
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `august 28` has no year: it is that of the advisory.
fn with_year(text: &str, year: Option<&str>) -> String {
    let Some(year) = year else { return text.to_owned() };
    let words: Vec<&str> = text.split_whitespace().collect();
    let last = words.len().checked_sub(2).and_then(|at| words.get(at..));
    let Some([month, day]) = last else { return text.to_owned() };
    let month = MONTHS.contains(&month.to_lowercase().trim_matches(','));
    let day =
        day.trim_matches(',').parse::<u8>().is_ok_and(|day| (1..=31).contains(&day));
    if month && day { format!("{text} {year}") } else { text.to_owned() }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
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
    Word(String),
}

/// Phrases of several words, the longest first, and what they mean.
const PHRASES: [(&[&str], Phrase); 48] = [
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

fn tokens(text: &str, skip: &[String]) -> Vec<Token> {
    let text = slashed_dates(text);
    let words = split(&text);
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let rest = lower.get(at..).unwrap_or_default();
        let small = rest.first().map_or("", String::as_str);
        if let Some((length, token)) = operator(small).or_else(|| phrase(rest)) {
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
        } else if matches!(small, "*" | "all" | "any") {
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
            words.extend(word.get(from..at).filter(|head| !head.is_empty()));
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

fn interpret(tokens: &[Token], reading: &mut Reading) {
    let mut pending: Option<Token> = None;
    let mut separated = true;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Version(version, text) => {
                let bound =
                    |end| Bound { version: version.clone(), text: text.clone(), end };
                let span = match (pending.take(), tokens.get(at)) {
                    (None, Some(Token::AndPrior)) => {
                        // `2.11 R3 2259 or prior`: what stands before is not a version
                        // of its own.
                        if !separated {
                            reading.damage = Damage::Yes;
                        }
                        at += 1;
                        Span::Between { lower: None, upper: Some(bound(End::In)) }
                    }
                    (None | Some(Token::Lower(_)), Some(Token::AndLater)) => {
                        at += 1;
                        Span::Between { lower: Some(bound(End::In)), upper: None }
                    }
                    (None | Some(Token::Lower(_)), Some(Token::Through)) => {
                        pending = Some(Token::Through);
                        at += 1;
                        Span::Between { lower: Some(bound(End::In)), upper: None }
                    }
                    (Some(Token::Lower(end)), _) => {
                        Span::Between { lower: Some(bound(end)), upper: None }
                    }
                    (Some(Token::Upper(end)), _) => {
                        if let Some(Token::AndPrior) = tokens.get(at) {
                            at += 1;
                        }
                        Span::Between { lower: None, upper: Some(bound(end)) }
                    }
                    (Some(_), _) => {
                        Span::Between { lower: None, upper: Some(bound(End::In)) }
                    }
                    (None, _) => {
                        let one = (bound(End::In), separated);
                        let Some(span) = alone(one, tokens, at, reading) else {
                            continue;
                        };
                        span
                    }
                };
                push(span, reading);
                separated = false;
            }
            Token::Lower(_) | Token::Upper(_) => {
                if matches!(reading.spans.last(), Some(Span::Listed(..))) && !separated {
                    reading.damage = Damage::Yes;
                }
                pending = Some(token.clone());
            }
            Token::Through | Token::AndPrior | Token::AndLater => {}
            Token::Or => separated = true,
            Token::All => reading.all = All::Yes,
            Token::Word(word) => {
                if reading.spans.is_empty() {
                    reading.lead.push(word.clone());
                }
                reading.rest.push(word.clone());
                separated = true;
            }
        }
    }
}

/// A version without a bound, in front of the token `at`: a member of a list, the train of
/// the bound before it, or part of a word; and whether a separator stands before it.
fn alone(
    (bound, separated): (Bound, bool),
    tokens: &[Token],
    at: usize,
    reading: &mut Reading,
) -> Option<Span> {
    let behind = at.checked_sub(2).and_then(|at| tokens.get(at));
    if behind == Some(&Token::AndPrior) && bound.version.is_pattern() {
        since(bound, reading);
        return None;
    }
    if !separated {
        reading.damage = damage(reading);
    }
    if belongs_to_word(tokens, at, reading) {
        reading.rest.push(bound.text);
        return None;
    }
    Some(Span::Listed(bound.version, bound.text))
}

/// `3.3 and earlier 3.x versions`: the pattern is the train that the bound is of.
fn since(train: Bound, reading: &mut Reading) {
    if let Some(Span::Between { lower: lower @ None, .. }) = reading.spans.last_mut() {
        *lower = Some(train);
    }
}

/// `3.8.0 Something 1`: the number behind a bound and a word is the word's.
fn belongs_to_word(tokens: &[Token], at: usize, reading: &Reading) -> bool {
    let before = at.checked_sub(2).and_then(|at| tokens.get(at));
    matches!(before, Some(Token::Word(_)))
        && matches!(reading.spans.last(), Some(Span::Between { .. }))
}

/// A list may be written with blanks alone; behind a bound that is damage.
fn damage(reading: &Reading) -> Damage {
    match reading.spans.last() {
        Some(Span::Between { .. }) => Damage::Yes,
        _ => reading.damage,
    }
}

/// A lower bound and the upper bound behind it are one stretch.
fn push(span: Span, reading: &mut Reading) {
    if let (
        Some(Span::Between { upper: last @ None, .. }),
        Span::Between { lower: None, upper: Some(upper) },
    ) = (reading.spans.last_mut(), &span)
    {
        *last = Some(upper.clone());
        return;
    }
    reading.spans.push(span);
}

#[cfg(test)]
mod tests;
