//! What a cell says: days, numbers, yes and no, as people and programs write them.

use terms::Day;

/// In which order a date with strokes names day and month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// `11/26/2026`.
    #[default]
    MonthFirst,
    /// `26/11/2026`.
    DayFirst,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A day: ISO 8601 with or without a time, `11/26/2026`, `26.11.2026`, `26-Nov-2026`,
/// `Nov 26, 2026`, or seconds since 1970.
#[must_use]
pub fn day(text: &str, order: Order) -> Option<Day> {
    let text = text.trim();
    let whole = terms::date::instant(text).map(terms::Instant::day).ok();
    whole.or_else(|| seconds(text)).or_else(|| parts(text, order))
}

/// Seconds since 1970, of this century.
#[must_use]
pub fn seconds(text: &str) -> Option<Day> {
    let is_epoch = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    let second: i64 = text.parse().ok().filter(|_| is_epoch)?;
    let moment = jiff::Timestamp::from_second(second).ok()?.to_string();
    terms::date::day(moment.get(..10)?).ok()
}

/// Which order the first two numbers of a date with strokes show, where they show one.
#[must_use]
pub fn shown_order(text: &str) -> Option<Order> {
    let (first, rest) = text.trim().split_once('/')?;
    let (second, _) = rest.split_once('/')?;
    match (first.parse::<u8>().ok()?, second.parse::<u8>().ok()?) {
        (13..=31, 1..=12) => Some(Order::DayFirst),
        (1..=12, 13..=31) => Some(Order::MonthFirst),
        _ => None,
    }
}

fn parts(text: &str, order: Order) -> Option<Day> {
    let has_strokes = text.contains('/');
    // A time of day may stand behind, and a name of the weekday in front.
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '/' | '.' | '-' | ','))
        .filter(|word| !word.is_empty())
        .collect();
    let [one, two, three, ..] = words.as_slice() else { return None };
    let month = |word: &str| -> Option<usize> {
        let short = word.get(..3)?.to_lowercase();
        let is_word = word.bytes().all(|byte| byte.is_ascii_alphabetic());
        is_word.then(|| MONTHS.iter().position(|month| *month == short))?.map(|at| at + 1)
    };
    let number = |word: &str| word.parse::<usize>().ok();
    let year = |word: &str| number(word).filter(|_| word.len() == 4);
    if let (Some(day), Some(month), Some(year)) = (number(one), month(two), year(three)) {
        return made(year, month, day);
    }
    if let (Some(month), Some(day), Some(year)) = (month(one), number(two), year(three)) {
        return made(year, month, day);
    }
    let (first, second, year) = (number(one)?, number(two)?, year(three)?);
    match (has_strokes, order) {
        (true, Order::MonthFirst) => made(year, first, second),
        _ => made(year, second, first),
    }
}

fn made(year: usize, month: usize, day: usize) -> Option<Day> {
    terms::date::day(&format!("{year:04}-{month:02}-{day:02}")).ok()
}

/// The weekday-led form of C's `ctime`: `Tue Jun 25 10:39:42 2013`.
#[must_use]
pub fn ctime(text: &str) -> Option<Day> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [_, month, day, .., year] = words.as_slice() else { return None };
    parts(&format!("{month} {day}, {year}"), Order::MonthFirst)
}

/// A number, without its decimals: `1,234`, `$5,000,000`, `87.5 %`.
#[must_use]
pub fn number(text: &str) -> Option<i64> {
    let plain: String = text
        .trim()
        .trim_start_matches(['$', '€', '£', '~'])
        .trim_end_matches(['%', '€'])
        .chars()
        .filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '_'))
        .collect();
    let whole = plain.split('.').next().unwrap_or_default();
    let rest = plain.get(whole.len() + 1..).unwrap_or_default();
    if whole.is_empty() || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    whole.parse().ok()
}

/// Words that say yes, and those that say no.
const YES: &[&str] = &[
    "yes",
    "y",
    "true",
    "1",
    "x",
    "on",
    "enabled",
    "enable",
    "active",
    "activated",
    "completed",
    "complete",
    "passed",
    "pass",
    "done",
    "finished",
    "enforced",
    "enrolled",
    "registered",
    "ok",
    "healthy",
    "protected",
    "running",
    "employed",
    "clicked link",
    "submitted data",
    "clicked",
    "approved",
    "recorded",
    "privileged",
    "admin",
    "encrypted",
];
const NO: &[&str] = &[
    "no",
    "n",
    "false",
    "0",
    "off",
    "disabled",
    "inactive",
    "deactivated",
    "suspended",
    "archived",
    "deleted",
    "blocked",
    "terminated",
    "former",
    "left",
    "incomplete",
    "not completed",
    "not complete",
    "not started",
    "in progress",
    "failed",
    "fail",
    "overdue",
    "enrolling",
    "none",
    "not enrolled",
    "not registered",
    "not enforced",
    "email sent",
    "email opened",
    "sent",
    "opened",
    "scheduled",
    "unhealthy",
    "stopped",
    "not running",
    "expired",
    "denied",
    "unencrypted",
    "not encrypted",
    "plain",
    "clear text",
];

/// Yes or no.
#[must_use]
pub fn yes_or_no(text: &str) -> Option<bool> {
    let word = text.trim().to_lowercase();
    let is_in = |words: &[&str]| words.contains(&word.as_str());
    match (is_in(YES), is_in(NO)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// Whether a cell says that nothing is known.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    let word =
        text.trim().trim_matches(|c| matches!(c, '-' | '–' | '—' | '.' | '?' | '_'));
    matches!(
        word.to_lowercase().as_str(),
        "" | "n/a" | "na" | "null" | "unknown" | "not known" | "tbd" | "never"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        #[track_caller]
        fn check(text: &str, order: Order, expected: Option<&str>) {
            let day = day(text, order).map(|day| day.to_string());
            assert_eq!(day.as_deref(), expected, "{text}");
        }

        use Order::{DayFirst, MonthFirst};
        check("2026-11-26", MonthFirst, Some("2026-11-26"));
        check("2026-11-26 10:11:12", MonthFirst, Some("2026-11-26"));
        check("2019-04-02T15:02:38.000Z", MonthFirst, Some("2019-04-02"));
        check("11/3/2026", MonthFirst, Some("2026-11-03"));
        check("11/3/2026", DayFirst, Some("2026-03-11"));
        check("01/01/2025 14:00", MonthFirst, Some("2025-01-01"));
        check("26.11.2026", MonthFirst, Some("2026-11-26"));
        check("26-Nov-2026", MonthFirst, Some("2026-11-26"));
        check("November 26, 2026", DayFirst, Some("2026-11-26"));
        check("1746624387", MonthFirst, Some("2025-05-07"));
        check("26/11/2026", MonthFirst, None);
        check("11/26/26", MonthFirst, None);
        check("soon", MonthFirst, None);
        check("", MonthFirst, None);
        assert_eq!(ctime("Tue Jun 25 10:39:42 2013").unwrap().to_string(), "2013-06-25");
        assert_eq!(ctime("Thu Dec 5 07:40:27 2013").unwrap().to_string(), "2013-12-05");
        assert_eq!(shown_order("13/02/2026"), Some(Order::DayFirst));
        assert_eq!(shown_order("02/13/2026 1:00"), Some(Order::MonthFirst));
        assert_eq!(shown_order("02/03/2026"), None);
    }

    #[test]
    fn numbers_lose_what_surrounds_them_and_their_decimals() {
        #[track_caller]
        fn check(text: &str, expected: Option<i64>) {
            assert_eq!(number(text), expected, "{text}");
        }

        check("$5,000,000", Some(5_000_000));
        check("87.5 %", Some(87));
        check(" 12 ", Some(12));
        check("-3", Some(-3));
        check("1.2.3", None);
        check("", None);
        check("many", None);
        check("99999999999999999999", None);
    }

    #[test]
    fn words_say_yes_no_or_nothing() {
        #[track_caller]
        fn check(text: &str, expected: Option<bool>) {
            assert_eq!(yes_or_no(text), expected, "{text}");
        }

        check("TRUE", Some(true));
        check("Suspended", Some(false));
        check("Clicked Link", Some(true));
        check("Email Sent", Some(false));
        check("maybe", None);
        check("", None);
        assert!(
            is_blank(" - ") && is_blank("N/A") && is_blank("Never") && !is_blank("no")
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_not(text in "\\PC{0,30}|[0-9/.: -]{0,20}") {
            for order in [Order::MonthFirst, Order::DayFirst] {
                if let Some(day) = day(&text, order) {
                    prop_assert_eq!(super::day(&day.to_string(), order), Some(day));
                }
            }
            let _ = (number(&text), yes_or_no(&text), ctime(&text), shown_order(&text));
        }
    }
}
