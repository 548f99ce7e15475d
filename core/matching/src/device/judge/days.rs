//! Days in the place of a version: `18.03.2019`, `03/2019`.
//!
//! A day is no release. Where an advisory speaks of days it is compared as one; where the
//! advisory itself numbers its releases so, it is one of those; else it is asked. What a
//! spreadsheet makes of `2.3.6` looks like a day too.

use terms::version::firmware::Version;

use super::super::extent::Span;
use super::super::leaf::{Leaf, Versions};

/// A version field that holds a day or a month.
#[derive(Clone, Debug)]
pub(super) struct Day {
    /// The day; `None` where it is not clear which it is: `03/02/06`.
    pub(super) date: Option<Version>,
    /// The same read as the number of a release.
    number: Option<Version>,
    /// The release that a spreadsheet may have made a day of: `2.3.6` of `02.03.2006`.
    pub(super) release: Option<String>,
}

impl Day {
    /// The day that a field holds, and nothing else.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let mark = ['.', '/', '-'].into_iter().find(|mark| text.contains(*mark))?;
        let digits = |part: &&str| {
            (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
        };
        let parts: Vec<&str> = text.split(mark).collect();
        if !parts.iter().all(digits) {
            return None;
        }
        let dated = |year: &str, month: u16, day: Option<u16>| {
            let day = day.map_or_else(String::new, |day| format!("-{day:02}"));
            format!("{year}-{month:02}{day}").parse::<Version>().ok()
        };
        let date = match parts.as_slice() {
            [first, year] if is_year(year) => dated(
                year,
                within(first, 12).filter(|_| mark != '.' || first.len() == 2)?,
                None,
            ),
            [year, month, day] if is_year(year) && mark == '/' => {
                dated(year, within(month, 12)?, Some(within(day, 31)?))
            }
            [first, second, year] if is_year(year) || mark == '/' && year.len() == 2 => {
                let (first, second) = (within(first, 31)?, within(second, 31)?);
                let (day, month) = match (first, second) {
                    (13.., 13..) => return None,
                    (13.., _) => (Some(first), second),
                    (_, 13..) => (Some(second), first),
                    // With points the day stands first wherever it is written so.
                    _ if mark == '.' || first == second => (Some(first), second),
                    _ => (None, 0),
                };
                day.filter(|_| is_year(year))
                    .and_then(|day| dated(year, month, Some(day)))
            }
            _ => return None,
        };
        let release = match parts.as_slice() {
            [first, second, year] if mark == '.' => {
                let plain = |part: &str| part.trim_start_matches('0').to_owned();
                let short = year.get(year.len().saturating_sub(2)..).unwrap_or_default();
                Some([plain(first), plain(second), plain(short)].join("."))
                    .filter(|release| !release.ends_with('.'))
            }
            _ => None,
        };
        Some(Self { date, number: text.parse().ok(), release })
    }

    /// The number that it is beside a leaf that numbers its releases so: `<= 5.1.2024`.
    pub(super) fn numbered_as(&self, leaf: &Leaf) -> Option<&Version> {
        let Versions::Some(spans, _) = &leaf.versions else { return None };
        let dayish =
            |text: &str| Self::read(text.trim_start_matches(['v', 'V'])).is_some();
        let alike = spans.iter().any(|span| match span {
            Span::Listed(_, text) => dayish(text),
            Span::Between { lower, upper } => {
                [lower, upper].into_iter().flatten().any(|bound| dayish(&bound.text))
            }
        });
        self.number.as_ref().filter(|_| alike)
    }
}

/// The number by which a spreadsheet keeps a day, the days since the end of 1899: `43621` of
/// 2019-06-05.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Serial {
    /// The day: `2019-06-05`.
    pub(super) day: String,
    /// The release that it may have made a day of: `5.6.19`.
    pub(super) release: String,
}

impl Serial {
    /// The day of a number between 30000 (1982) and 60000 (2064).
    pub(super) fn read(number: &str) -> Option<Self> {
        let days: u32 = number.parse().ok()?;
        if !(30_000..=60_000).contains(&days) {
            return None;
        }
        let (mut year, mut left) = (1900, days.checked_sub(2)?);
        let leap = |year: u32| year.is_multiple_of(4) && year != 1900;
        while left >= 365 + u32::from(leap(year)) {
            left -= 365 + u32::from(leap(year));
            year += 1;
        }
        let february = 28 + u32::from(leap(year));
        let mut month = 1;
        for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
            if left < length {
                break;
            }
            left -= length;
            month += 1;
        }
        let day = left + 1;
        Some(Self {
            day: format!("{year}-{month:02}-{day:02}"),
            release: format!("{day}.{month}.{}", year % 100),
        })
    }
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.parse::<u16>().is_ok_and(|it| (1970..=2099).contains(&it))
}

/// A number from one to `most`, of one or two digits.
fn within(text: &str, most: u16) -> Option<u16> {
    let number = text.parse().ok().filter(|_| text.len() <= 2)?;
    (1..=most).contains(&number).then_some(number)
}
