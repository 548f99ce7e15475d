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

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.parse::<u16>().is_ok_and(|it| (1970..=2099).contains(&it))
}

/// A number from one to `most`, of one or two digits.
fn within(text: &str, most: u16) -> Option<u16> {
    let number = text.parse().ok().filter(|_| text.len() <= 2)?;
    (1..=most).contains(&number).then_some(number)
}
