//! Plots drawn on the server: bars with their numbers, and a table that says the same.

use std::fmt::Write as _;

use askama::Template;
use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan as _};
use operations::fleet::Entry;
use serde::Serialize;
use store::WorkDay;

use crate::field::Rendered;

/// Weeks that a plot shows.
const WEEKS: i64 = 12;

/// Bars, each with a number.
#[derive(Template, Serialize)]
#[template(path = "work/plot.html")]
pub(super) struct Plot {
    title: &'static str,
    /// What the bars are.
    column: &'static str,
    bars: Vec<Bar>,
}

/// One bar.
#[derive(Serialize)]
struct Bar {
    label: String,
    count: i64,
    #[serde(skip)]
    class: &'static str,
    #[serde(skip)]
    address: String,
}

impl askama::filters::HtmlSafe for Plot {}

/// The Monday of the week that holds a day.
pub(crate) fn monday(day: Date) -> Date {
    let back: Span = i64::from(day.weekday().since(Weekday::Monday)).days();
    day.saturating_sub(back)
}

impl Plot {
    /// What is open by the week in which it is due.
    pub(super) fn due(entries: &[Entry<'_>], today: Date) -> Option<Self> {
        let mut late = 0;
        let first = monday(today);
        let mut weeks = vec![0; usize::try_from(WEEKS).unwrap_or_default()];
        for entry in entries {
            let Some(due) = entry.due else { continue };
            if entry.is_overdue(today) {
                late += 1;
                continue;
            }
            let days =
                first.until(monday(due)).map_or(0, |span| i64::from(span.get_days()));
            let week = usize::try_from(days / 7).ok();
            if let Some(count) = week.and_then(|week| weeks.get_mut(week)) {
                *count += 1;
            }
        }
        if late == 0 && weeks.iter().all(|count| *count == 0) {
            return None;
        }
        let overdue = Bar {
            label: "overdue".to_owned(),
            count: late,
            class: "late",
            address: "/work?due=overdue".to_owned(),
        };
        let weeks = weeks.into_iter().zip(0_i64..).map(|(count, week)| {
            let begins = first.saturating_add((week * 7).days());
            Bar {
                label: day(begins),
                count,
                class: "",
                address: format!("/work?due={begins}"),
            }
        });
        let bars = [overdue].into_iter().chain(weeks).collect();
        Some(Self {
            title: "Open, by the week in which it is due",
            column: "Week from",
            bars,
        })
    }

    /// How many verdicts nobody could tell at the end of each week; none before the second
    /// week, since one bar tells nothing.
    pub(super) fn unknown(days: &[WorkDay], today: Date) -> Option<Self> {
        let first = monday(today).saturating_sub(((WEEKS - 1) * 7).days());
        let bars: Vec<Bar> = (0..WEEKS)
            .filter_map(|week| {
                let begins = first.saturating_add((week * 7).days());
                let ends = begins.saturating_add(6.days());
                let count = at_end(days, ends)?;
                Some(Bar { label: day(begins), count, class: "", address: String::new() })
            })
            .collect();
        let title = "What nobody could tell at the end of the week";
        (bars.len() > 1).then_some(Self { title, column: "Week from", bars })
    }

    /// The drawing. It is made of nothing but numbers and words of ours.
    fn svg(&self) -> Rendered {
        let (wide, high) = (520.0, 120.0);
        let step = wide / self.bars.len().max(1) as f64;
        let most = self.bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1) as f64;
        let mut svg =
            format!("<svg viewBox=\"0 0 {wide} {}\" aria-hidden=\"true\">", high + 34.0);
        for (at, bar) in self.bars.iter().enumerate() {
            let tall = (bar.count as f64 / most * (high - 16.0)).max(0.0);
            let x = at as f64 * step;
            // Writing to a text does not fail.
            let _ = write!(
                svg,
                "<rect class=\"{}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{tall:.1}\" fill=\"currentColor\"/>",
                bar.class,
                x + step * 0.12,
                high - tall,
                step * 0.76,
            );
            if bar.count > 0 {
                let _ = write!(
                    svg,
                    "<text class=\"figure\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                    x + step / 2.0,
                    high - tall - 4.0,
                    bar.count,
                );
            }
            let _ = write!(
                svg,
                "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                x + step / 2.0,
                high + if at % 2 == 0 { 14.0 } else { 28.0 },
                bar.label,
            );
        }
        let _ = write!(
            svg,
            "<path d=\"M0 {high}H{wide}\" stroke=\"currentColor\" stroke-width=\"1\"/></svg>"
        );
        Rendered(svg)
    }
}

/// The sum over organisations of the last word of each up to a day; none where there is no
/// word in that week or before.
fn at_end(days: &[WorkDay], ends: Date) -> Option<i64> {
    let ends_text = ends.to_string();
    let begins = ends.saturating_sub(6.days()).to_string();
    let until = days.iter().filter(|day| *day.day <= *ends_text);
    let mut last = std::collections::BTreeMap::new();
    let mut is_of_week = false;
    for day in until {
        is_of_week |= *day.day >= *begins;
        last.insert(day.organisation, day.unknown);
    }
    is_of_week.then(|| last.values().sum())
}

fn day(day: Date) -> String {
    day.strftime("%-d %b").to_string()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn day(organisation: i64, day: &str, unknown: i64) -> WorkDay {
        WorkDay { organisation, day: day.to_owned(), open: 0, overdue: 0, unknown }
    }

    #[test]
    fn a_week_begins_on_its_monday() {
        for (day, expected) in [
            (date(2026, 11, 26), date(2026, 11, 23)),
            (date(2026, 11, 23), date(2026, 11, 23)),
            (date(2026, 11, 29), date(2026, 11, 23)),
        ] {
            assert_eq!(monday(day), expected);
        }
    }

    #[test]
    fn a_week_has_the_last_word_of_each_organisation() {
        let days = [
            day(1, "2026-11-16", 9),
            day(2, "2026-11-17", 4),
            day(1, "2026-11-20", 7),
            day(1, "2026-11-24", 5),
        ];
        let plot = Plot::unknown(&days, date(2026, 11, 26)).unwrap();
        let counts: Vec<(&str, i64)> =
            plot.bars.iter().map(|bar| (bar.label.as_str(), bar.count)).collect();
        // What is not told anew stays as it was.
        assert_eq!(counts, [("16 Nov", 11), ("23 Nov", 9)]);
        assert!(Plot::unknown(&days[..3], date(2026, 11, 20)).is_none(), "one week");
        assert!(Plot::unknown(&[], date(2026, 11, 20)).is_none());
    }
}
