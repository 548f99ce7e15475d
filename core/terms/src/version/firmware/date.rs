//! Dates as makers write them: `2016-11-02`, `2016-03`, `20170607`, `May 2018`,
//! `november 29, 2017`, `26-June-2017`, `07-August 2018`, `11/29/2017`.
//!
//! A date with slashes is read as month, day, year, the way of the United States, only
//! where it cannot be the other way round, or both ways are the same day.
//!
//! Not read: a date without a year, and a year alone, which is a number.

use super::Part;

/// The year, month and day, as far as they are written; `None` where it is no date.
pub(super) fn read(text: &str) -> Option<Vec<Part>> {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty() && !is_noise(word))
        .collect();
    let (year, month, day) = match words.as_slice() {
        [one] => numeric(one).or_else(|| named(&one.split('-').collect::<Vec<_>>()))?,
        several => {
            let parts: Vec<&str> =
                several.iter().flat_map(|word| word.split('-')).collect();
            named(&parts)?
        }
    };
    plausible(year, month, day)?;
    let numbers = [Some(year), Some(month), day];
    Some(
        numbers
            .into_iter()
            .flatten()
            .map(|number| Part::Number(number.to_string().into()))
            .collect(),
    )
}

/// Whether a word names a month.
pub(super) fn is_month(word: &str) -> bool {
    month_named(word).is_some()
}

type Day = (u32, u32, Option<u32>);

fn is_noise(word: &str) -> bool {
    matches!(
        word.trim_end_matches('.'),
        "sw" | "fw"
            | "software"
            | "firmware"
            | "version"
            | "rel"
            | "release"
            | "released"
            | "dated"
            | "date"
            | "of"
    )
}

fn numeric(word: &str) -> Option<Day> {
    if let Some((year, month, day)) = compact(word) {
        return Some((year, month, Some(day)));
    }
    let dashed: Vec<&str> = word.split('-').collect();
    match dashed.as_slice() {
        [year, month] => Some((year_of(year)?, two_digits(month)?, None)),
        [year, month, day] => {
            Some((year_of(year)?, two_digits(month)?, Some(two_digits(day)?)))
        }
        _ => slashed(word),
    }
}

fn compact(word: &str) -> Option<(u32, u32, u32)> {
    if word.len() != 8 || !word.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((
        year_of(word.get(..4)?)?,
        word.get(4..6)?.parse().ok()?,
        word.get(6..)?.parse().ok()?,
    ))
}

fn slashed(word: &str) -> Option<Day> {
    let parts: Vec<&str> = word.split('/').collect();
    let [month, day, year] = parts.as_slice() else { return None };
    let (month, day) = (number(month)?, number(day)?);
    (day > 12 || day == month).then_some((year_of(year)?, month, Some(day)))
}

fn named(parts: &[&str]) -> Option<Day> {
    match parts {
        [month, year] => Some((year_of(year)?, month_named(month)?, None)),
        [first, second, year] => {
            let year = year_of(year)?;
            match (month_named(first), month_named(second)) {
                (Some(month), None) => Some((year, month, Some(number(second)?))),
                (None, Some(month)) => Some((year, month, Some(number(first)?))),
                _ => None,
            }
        }
        _ => None,
    }
}

fn month_named(word: &str) -> Option<u32> {
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
    let word = match word.trim_end_matches('.') {
        "sept" => "sep",
        other => other,
    };
    if word.len() < 3 {
        return None;
    }
    let at = MONTHS.iter().position(|month| month.starts_with(word))?;
    u32::try_from(at + 1).ok()
}

fn number(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ordinal = word.get(digits.len()..)?;
    let is_day = matches!(ordinal, "" | "st" | "nd" | "rd" | "th");
    (is_day && digits.len() <= 2).then(|| digits.parse().ok()).flatten()
}

fn two_digits(word: &str) -> Option<u32> {
    (word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| word.parse().ok())
        .flatten()
}

fn year_of(word: &str) -> Option<u32> {
    (word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| word.parse().ok())
        .flatten()
}

fn plausible(year: u32, month: u32, day: Option<u32>) -> Option<()> {
    ((1970..=2099).contains(&year)
        && (1..=12).contains(&month)
        && day.is_none_or(|day| (1..=31).contains(&day)))
    .then_some(())
}
