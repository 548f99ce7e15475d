//! A cell of releases that tells from when one holds: `4.2 ab 01.02.2027`, `2.3 (valid from
//! 2026-01-01)`.
//!
//! Which release runs until then it does not say, and there is no clock here that knows whether
//! the day has come, nor does the day tell that it was done. Read as today's release, it would
//! clear devices that have the one before.

/// Words behind which a day is one from which something holds.
#[rustfmt::skip]
const FROM: [&str; 16] = [
    "from", "valid", "effective", "starting", "beginning", "ab", "gültig", "wirksam", "zum",
    "dès", "partir", "desde", "dal", "vanaf", "ingaande", "geldig",
];

/// Words that may stand between.
const BETWEEN: [&str; 14] = [
    "from", "on", "the", "as", "of", "ab", "dem", "du", "le", "de", "del", "el", "il",
    "per",
];

/// Names of months, whole and short.
#[rustfmt::skip]
const MONTHS: [&str; 86] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep",
    "sept", "oct", "nov", "dec", "januar", "jänner", "februar", "märz", "mai", "juni", "juli",
    "oktober", "dezember", "mär", "okt", "dez", "janvier", "février", "mars", "avril", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre", "enero", "febrero",
    "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre", "gennaio", "febbraio", "aprile", "maggio", "giugno", "luglio", "settembre",
    "ottobre", "dicembre", "januari", "februari", "maart", "mei", "augustus", "ene", "abr",
    "ago", "set", "dic", "gen", "mag", "giu", "lug", "ott", "mrt", "fév", "févr",
];

fn is_month(word: &str) -> bool {
    MONTHS.contains(&word)
}

/// Words of a week, whose number follows.
const WEEKS: [&str; 5] = ["kw", "cw", "week", "woche", "semaine"];

/// Whether the text of a version tells from which day on a release holds.
pub(super) fn holds_from_a_day(cell: &str) -> bool {
    let lower = cell.to_lowercase();
    let is_end = |c: char| {
        c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ',' | ';' | ':' | '|')
    };
    let words: Vec<&str> = lower.split(is_end).filter(|word| !word.is_empty()).collect();
    let is_from = |word: &str| FROM.contains(&word.trim_end_matches('.'));
    (0..words.len()).any(|at| {
        let Some(behind) = words.get(at + 1..) else { return false };
        let is_it = words.get(at).is_some_and(|word| is_from(word));
        let between = behind.iter().take_while(|word| BETWEEN.contains(word)).count();
        let length =
            is_it.then(|| day(behind.get(between..).unwrap_or_default())).flatten();
        let Some(length) = length else { return false };
        let rest = behind.get(between + length..).unwrap_or_default();
        let others = words.iter().take(at).chain(rest);
        others.into_iter().any(|word| word.contains(|c: char| c.is_ascii_digit()))
    })
}

/// How many words the day is that some begin with.
fn day(words: &[&str]) -> Option<usize> {
    let raw = *words.first()?;
    let first = raw.trim_matches(['.', '/', '-']);
    let next = |at: usize| words.get(at).map_or("", |word| word.trim_matches(['.', '-']));
    let is_year_behind = |at: usize| usize::from(is_year(next(at)));
    if is_month(first) {
        // `March 2027`, `March 1 2027`.
        let day = usize::from(is_day(next(1)));
        return Some(1 + day + is_year_behind(1 + day));
    }
    if is_day(first) && is_month(next(1)) {
        return Some(2 + is_year_behind(2));
    }
    let week = WEEKS.iter().find_map(|word| first.strip_prefix(word));
    if let Some(number) = week {
        return Some(1 + usize::from(number.is_empty()) + is_year_behind(2));
    }
    if is_year(first) {
        return Some(1);
    }
    is_date(raw).then_some(1 + is_year_behind(1))
}

/// Whether numbers are a day of a year, a month of one, or, with a point behind, a day of any.
fn is_date(raw: &str) -> bool {
    let date = raw.trim_matches(['.', '/', '-']).split('t').next().unwrap_or_default();
    let parts: Vec<&str> = date.split(['.', '/', '-']).collect();
    let month = |text: &str| number(text).is_some_and(|month| (1..=12).contains(&month));
    let quarter = |text: &str| text.strip_prefix('q').and_then(number).is_some();
    let both = |one: &str, other: &str| {
        is_day(one) && month(other) || month(one) && is_day(other)
    };
    match *parts.as_slice() {
        [one] => quarter(one),
        [one, two] if raw.ends_with('.') && one.len() == 2 && two.len() == 2 => {
            both(one, two)
        }
        [one, two] => {
            let is_month = |text: &str| month(text) || quarter(text) || is_month(text);
            is_year(one) && is_month(two) || is_month(one) && is_year(two)
        }
        [one, two, three] if is_year(one) => both(two, three),
        [one, two, three] if is_year(three) => {
            both(one, two) || is_day(one) && is_month(two)
        }
        [one, two, three] => {
            [one, two, three].iter().all(|part| part.len() == 2)
                && both(one, two)
                && number(three).is_some()
        }
        _ => false,
    }
}

fn number(text: &str) -> Option<u16> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain && text.len() <= 2)
}

/// `1`, `01`, `1st`.
fn is_day(text: &str) -> bool {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = text.get(digits.len()..).unwrap_or_default();
    ["", "st", "nd", "rd", "th", "er"].contains(&ending)
        && number(digits).is_some_and(|day| (1..=31).contains(&day))
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.parse().is_ok_and(|year: u16| (1990..=2099).contains(&year))
}

#[cfg(test)]
mod tests {
    use super::holds_from_a_day;

    #[test]
    fn a_release_from_a_day_on_is_told_from_one_that_is_there() {
        for cell in [
            "4.2 ab 01.02.2027",
            "2.3 (valid from 2026-01-01)",
            "2.3 from 2027-01-15",
            "ab 01.02.2027: 4.2",
            "4.2 ab dem 1. Februar 2027",
            "4.2 ab 01.02.",
            "4.2 ab 01.02.27",
            "4.2 ab Februar",
            "4.2 ab KW 5",
            "4.2 ab KW05/2027",
            "4.2 effective March 2027",
            "4.2 (effective as of 1 March 2027)",
            "4.2 from 1st March",
            "4.2 starting Q1/2027",
            "4.2 from 2027",
            "4.2 gültig ab 2027-02",
            "4.2 zum 01.02.2027",
            "4.2 à partir du 1er février 2027",
            "4.2 desde 01/02/2027",
            "4.2 dal 01/02/2027",
            "4.2 vanaf 01-02-2027",
            "2.1, 2.3 ab 01.02.2027",
            "2.3 valid 2027-01-01T00:00:00Z",
        ] {
            assert!(holds_from_a_day(cell), "{cell}");
        }
        for cell in [
            "4.2",
            "4.2 installed 2026-01-01",
            "4.2 (2026-01-01)",
            "4.2 March 2026",
            "4.2 upgraded from 4.1",
            "4.2 (updated from 1.2.27)",
            "4.2 from 3.0.1 upwards",
            "2026.1 from build 7",
            "4.2 from maintenance release 3",
            "from 2027-01-15",
            "ab 4.2",
            "4.2 seit 01.02.2020",
            "Release AB 12",
            "",
        ] {
            assert!(!holds_from_a_day(cell), "{cell}");
        }
    }
}
