//! Which versions a text of a leaf means.
//!
//! Read are operators (`<= 2.6A`, `>= 1.3.4 | < 1.5.3`, `vers:all/>=1|<2`), prose
//! (`2.3.6 and below`, `prior to 7.2.5.7`, `1.0.0 through 1.1.1`), lists (`9.13 | 9.19`),
//! wildcards (`12.2.x.x`), dates (`May 2018`) and `*`. A pipe is *or* between single
//! versions and *and* between a lower bound and the upper bound behind it.
//!
//! The order of versions is that of [`terms::version::firmware`].

use terms::version::firmware::{Part, Shape, Version};

mod tokens;

use tokens::{Token, tokens};

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
    /// The same version in another notation: `4.02C (10.95.208.31)`.
    pub also: Option<Version>,
}

impl Bound {
    /// The notation in which a version is written.
    fn like(&self, version: &Version) -> &Version {
        let same = |other: &&Version| {
            other.shape() == version.shape()
                && other.parts().len() == version.parts().len()
                && self.version.parts().len() != version.parts().len()
        };
        self.also.as_ref().filter(same).unwrap_or(&self.version)
    }
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
    /// Whether a bound was announced that is no version.
    pub unread: Unread,
}

/// Whether a part of a text was not understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "yes or no")]
pub enum Unread {
    #[default]
    No,
    Yes,
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

/// The versions that a stretch names.
pub(super) fn bounds(span: &Span) -> Vec<&Version> {
    match span {
        Span::Listed(version, _) => vec![version],
        Span::Between { lower, upper } => {
            [lower, upper].into_iter().flatten().map(|bound| &bound.version).collect()
        }
    }
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
        Span::Between { lower, upper } => {
            [lower, upper].into_iter().flatten().all(|bound| {
                let other = bound.version.compare(version);
                other.is_some() && is_year(&bound.version) == is_year(version)
            })
        }
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
    if is_before(version, listed) {
        return Standing::Partial;
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

    let limit = bound.like(version);
    if is_year(version) != is_year(limit) {
        return Standing::Incomparable;
    }
    let covered = limit.covers(version);
    match (order(version, limit), bound.end) {
        (Some(Ordering::Greater), End::In) => Standing::Inside,
        (Some(Ordering::Greater), End::Out) if !bound.version.is_pattern() => {
            Standing::Inside
        }
        (Some(Ordering::Equal), End::In) => Standing::Named,
        (None, End::In) if covered => Standing::Inside,
        (Some(Ordering::Equal | Ordering::Greater), End::Out) => Standing::Outside,
        (Some(Ordering::Less), _) if version.covers(&bound.version) => Standing::Partial,
        // What the bound brought may be in what was tried before it.
        (Some(Ordering::Less), End::In) if is_before(version, limit) => Standing::Partial,
        (Some(Ordering::Less), _) => Standing::Outside,
        (None, _) if version.covers(&bound.version) => Standing::Partial,
        (None, _) => unlike(version, bound),
    }
}

fn below(version: &Version, bound: &Bound) -> Standing {
    use std::cmp::Ordering;

    let limit = bound.like(version);
    if is_year(version) != is_year(limit) {
        return Standing::Incomparable;
    }
    let covered = limit.covers(version);
    match (order(version, limit), bound.end) {
        // `12.2.x.x and prior` means every 12.2, and `before 12.2.x` none of them.
        (_, End::In) if covered && bound.version.is_pattern() => Standing::Inside,
        (_, End::Out) if covered && !is_before(version, limit) => Standing::Outside,
        (Some(Ordering::Equal), End::In) => Standing::Named,
        // `13.1` of a row may be a later build of it than `13.1.20220624`.
        (Some(Ordering::Less), _) if is_build_of(&bound.version, version) => {
            Standing::Partial
        }
        (Some(Ordering::Less), _) => Standing::Inside,
        (Some(Ordering::Equal), End::Out) => Standing::Outside,
        (Some(Ordering::Greater), End::In) if covered => finer(version, &bound.version),
        (Some(Ordering::Greater), _) => Standing::Outside,
        (None, _) if version.covers(&bound.version) => Standing::Partial,
        // `3.0 build 707` is the release 3.0.
        (None, End::In) if covered && is_own_build(version, &bound.version) => {
            Standing::Inside
        }
        (None, End::In) if covered => Standing::Partial,
        (None, _) => unlike(version, bound),
    }
}

/// Whether a version is one that was tried before a release: `2.0-rc1` of 2.0.
fn is_before(version: &Version, release: &Version) -> bool {
    release.covers(version)
        && version.compare(release).is_some_and(std::cmp::Ordering::is_lt)
}

/// Whether all that a version has more than another is the number of its build.
fn is_own_build(version: &Version, bound: &Version) -> bool {
    let more = version.parts().get(bound.parts().len()..).unwrap_or_default();
    more.first() == Some(&Part::Build)
}

/// Whether a version is named by a year: `2017`, `2014 R2`; a number is none.
pub(super) fn is_year(version: &Version) -> bool {
    let year = |digits: &str| {
        digits.len() == 4 && (digits.starts_with("199") || digits.starts_with("20"))
    };
    *version.shape() == Shape::Numbers
        && matches!(version.parts().first(), Some(Part::Number(digits)) if year(digits))
}

/// The order of two versions; in `3.X.16` the part in the midst decides nothing.
fn order(version: &Version, limit: &Version) -> Option<std::cmp::Ordering> {
    use std::cmp::Ordering;

    let order = version.compare(limit);
    let inner = limit
        .parts()
        .split_last()
        .is_some_and(|(last, rest)| *last != Part::Any && rest.contains(&Part::Any));
    let long = version.parts().len() >= limit.parts().len();
    if order.is_some() || !inner || !long || version.shape() != limit.shape() {
        return order;
    }
    for (ours, theirs) in version.parts().iter().zip(limit.parts()) {
        match (ours, theirs) {
            (_, Part::Any) => {}
            (Part::Number(a), Part::Number(b)) => {
                let order = a.len().cmp(&b.len()).then_with(|| a.cmp(b));
                if order != Ordering::Equal {
                    return Some(order);
                }
            }
            (a, b) if a == b => {}
            _ => return None,
        }
    }
    Some(Ordering::Equal)
}

/// Whether `fine` is a build of `coarse`: two parts finer, or finer by a number of three
/// digits and more, or by letters and a number.
fn is_build_of(fine: &Version, coarse: &Version) -> bool {
    let more = fine.parts().get(coarse.parts().len()..).unwrap_or_default();
    let long = |part: &Part| matches!(part, Part::Number(digits) if digits.len() >= 3);
    // `3.0 D15`: letters and the number of a build; `12.3 R2` is a release behind 12.3.
    let lettered =
        matches!(more, [Part::Letters(letters), Part::Number(_)] if &**letters != "r");
    if lettered && coarse.covers(fine) && coarse.parts().len() > 1 {
        return true;
    }
    coarse.covers(fine)
        && coarse.parts().len() > 1
        && more.iter().all(|part| matches!(part, Part::Number(_)))
        && (more.len() >= 2 || more.first().is_some_and(long))
}

/// `K and prior` means every K, and `3.1 and prior` 3.1.4 too; a letter or a service pack
/// behind a number is later than the number. `4.1L1 SP2` has both: whose bound is 4.1 leaves
/// two steps of its own numbering out, and may mean the release as a whole.
fn finer(version: &Version, bound: &Version) -> Standing {
    let more = version.parts().get(bound.parts().len()..).unwrap_or_default();
    let lettered = more.iter().any(|part| matches!(part, Part::Letters(_)));
    let packed = more.iter().any(|part| matches!(part, Part::Service(_)));
    let numbered = matches!(more.first(), Some(Part::Number(_)));
    if *version.shape() == Shape::Revision || numbered {
        Standing::Inside
    } else if lettered && packed {
        Standing::Partial
    } else {
        Standing::Outside
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
    let main = without_brackets(&spaced(text), &mut reading.brackets);
    let main = with_year(&later(&main), year);
    let (tokens, others) = notations(tokens(&main, skip));
    let pending = interpret(&tokens, &others, &mut reading);
    // `< CPCI85`: a bound is announced that is no version.
    if matches!(pending, Some(Token::Lower(_) | Token::Upper(_))) || has_other_sign(text)
    {
        reading.unread = Unread::Yes;
    }
    reading
}

/// `2.0+` is `2.0 and later`.
fn later(text: &str) -> String {
    let is_number = |word: &&str| {
        let number = word.trim_start_matches(['v', 'V']);
        number.starts_with(|c: char| c.is_ascii_digit())
            && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    let words = text.split(' ').map(|word| match word.strip_suffix('+') {
        Some(number) if is_number(&number) => format!("{number} and later"),
        _ => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a text has signs that mean something else than a reader of lists and bounds takes them
/// for: `!=2.3`, `~>2.1`, `[,2.3)`, and `<2,3`, of which nobody can tell whether it is 2.3 or two.
fn has_other_sign(text: &str) -> bool {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let signs = ["!=", "~>", "=~", "[,", "(,", ",)", ",]"];
    let mut behind = plain.split(['<', '>', '≤', '≥']).skip(1);
    let with_comma = |bound: &str| {
        let bound = bound.trim_start_matches('=');
        let digits = bound.trim_start_matches(|c: char| c.is_ascii_digit());
        digits.len() < bound.len()
            && digits
                .strip_prefix(',')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    // With a blank behind the comma it parts a list.
    let is_list = text.contains(", ");
    signs.iter().any(|sign| plain.contains(sign)) || !is_list && behind.any(with_comma)
}

/// With blanks for underscores, and service packs as versions have them: `HotfixRev14`.
pub(super) fn spaced(text: &str) -> String {
    let text = text.replace('_', " ").replace("HotfixRev", "Hotfix ");
    let text = text.replace("Feature Pack ", "FP");
    // `2.n SP3`: any number.
    let words = text.split(' ').map(|word| match word.strip_suffix(".n") {
        Some(head) if head.ends_with(|c: char| c.is_ascii_digit()) => format!("{head}.x"),
        _ => word.to_owned(),
    });
    let words: Vec<String> = words.collect();
    let numbered = |mark: &str, word: &str| {
        word.strip_prefix(mark).is_some_and(|rest| {
            !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let packed = words.iter().enumerate().map(|(at, word)| {
        // `SP3 P05` is the patch 5 of the service pack.
        let behind = at.checked_sub(1).and_then(|at| words.get(at));
        let pack = behind.is_some_and(|before| numbered("SP", before));
        match word.strip_prefix('P').filter(|_| pack && numbered("P", word)) {
            Some(number) => format!("Patch {}", number.trim_start_matches('0')),
            None => word.clone(),
        }
    });
    packed.collect::<Vec<_>>().join(" ")
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
    // `(aka <= Version 10.95.208.31)`
    let content = content.trim();
    let aka = content.strip_prefix("aka ").map(|rest| {
        rest.trim_start_matches(['<', '=', ' ']).trim_start_matches("Version ").trim()
    });
    let content = aka.unwrap_or(content);
    let lower = content.to_lowercase();
    let single =
        content.parse::<Version>().is_ok() && !content.contains(char::is_whitespace);
    let mark = ["build", "rev ", "rev.", "revision ", "sp", "service pack"]
        .iter()
        .find_map(|mark| lower.strip_prefix(mark));
    // `(Build 9342)`, `(Rev T)`, `(SP3)`; not `(Revision index of the board)`.
    // `3.5 (12)`, `15.2(7)E3`: a part of the version.
    let number = (1..=3).contains(&content.len())
        && content.bytes().all(|byte| byte.is_ascii_digit())
        && main.trim_end().ends_with(|c: char| c.is_ascii_digit());
    if number {
        main.truncate(main.trim_end().len());
        main.push('.');
        main.push_str(content);
        return;
    }
    let own = mark.is_some_and(|rest| {
        let rest = rest.trim();
        rest.len() == 1 || rest.starts_with(|c: char| c.is_ascii_digit())
    });
    // `4.02C (10.95.208.31)`: the same version in another notation.
    let before = main.trim_end().rsplit(' ').next().unwrap_or_default();
    let again =
        single && content.contains('.') && before.contains(|c: char| c.is_ascii_digit());
    if again {
        main.push_str(" ≙");
        main.push_str(content);
        main.push(' ');
        return;
    }
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

/// Takes other notations out: `4.02C (10.95.208.31)`.
fn notations(tokens: Vec<Token>) -> (Vec<Token>, Vec<(Version, Version)>) {
    let pairs = tokens.windows(2).filter_map(|pair| match pair {
        [Token::Version(version, _), Token::Again(again)] => {
            Some((version.clone(), again.clone()))
        }
        _ => None,
    });
    let others = pairs.collect();
    let plain = |token: &Token| !matches!(token, Token::Again(_));
    (tokens.into_iter().filter(plain).collect(), others)
}

/// A bound, with its other notation.
fn bound_of(
    others: &[(Version, Version)],
    version: &Version,
    text: &str,
    end: End,
) -> Bound {
    let also = others.iter().find(|(one, _)| one == version);
    let also = also.map(|(_, again)| again.clone()).or_else(|| dotted_build(text));
    Bound { version: version.clone(), text: text.to_owned(), end, also }
}

/// `3.1 Build 4022.4` is written `3.1.4022.4` too.
fn dotted_build(text: &str) -> Option<Version> {
    let (head, build) = text.split_once(" Build ")?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (digits(head) && digits(build)).then(|| format!("{head}.{build}").parse().ok())?
}

/// Reads tokens; what is given back is a bound that was announced and does not follow.
fn interpret(
    tokens: &[Token],
    others: &[(Version, Version)],
    reading: &mut Reading,
) -> Option<Token> {
    let mut pending: Option<Token> = None;
    let mut separated = true;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Version(version, text) => {
                let bound = |end| bound_of(others, version, text, end);
                let span = match (pending.take(), tokens.get(at)) {
                    (None, Some(Token::AndPrior)) => {
                        at += 1;
                        prior((bound(End::In), separated), reading)
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
                    train(tokens.get(at), reading);
                }
                pending = Some(token.clone());
            }
            // `through 2.0`, with no version before it.
            Token::Through
                if pending.is_none()
                    && matches!(tokens.get(at), Some(Token::Version(..))) =>
            {
                pending = Some(Token::Upper(End::In));
            }
            Token::Through | Token::AndPrior | Token::AndLater | Token::Again(_) => {}
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
    pending
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

/// `2.11 R3 2259 or prior`: the number of a build behind the version is its end, which is
/// not read; the version alone is the bound.
fn prior((bound, separated): (Bound, bool), reading: &mut Reading) -> Span {
    let build = &bound.text;
    let number = build.len() >= 3 && build.bytes().all(|byte| byte.is_ascii_digit());
    if separated {
        return Span::Between { lower: None, upper: Some(bound) };
    }
    match reading.spans.pop() {
        Some(Span::Listed(version, text)) if number => {
            reading.rest.push(bound.text);
            let upper = Some(Bound { version, text, end: End::In, also: None });
            Span::Between { lower: None, upper }
        }
        last => {
            // What stands before is not a version of its own.
            reading.spans.extend(last);
            reading.damage = Damage::Yes;
            Span::Between { lower: None, upper: Some(bound) }
        }
    }
}

/// `6.x prior to 6.2`: the pattern in front of a bound is the train that the bound is of.
fn train(bound: Option<&Token>, reading: &mut Reading) {
    let Some(Span::Listed(pattern, text)) = reading.spans.pop() else { return };
    match bound {
        Some(Token::Version(bound, _))
            if pattern.is_pattern() && pattern.covers(bound) =>
        {
            let (also, end) = (None, End::In);
            let lower = Some(Bound { version: pattern, text, end, also });
            reading.spans.push(Span::Between { lower, upper: None });
        }
        _ => {
            reading.damage = Damage::Yes;
            reading.spans.push(Span::Listed(pattern, text));
        }
    }
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
