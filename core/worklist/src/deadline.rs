//! Until when: days for each priority, as data that an organisation may change.

use std::fmt;
use std::str::FromStr;

use fleet::Priority;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// How many days there are for each priority; none where nothing is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines([Option<u16>; 4]);

/// The longest that is a deadline still: ten years.
const DAYS_MAX: u16 = 3650;

/// What is no deadline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotADeadline {
    /// It is not a number of days.
    #[error("expected a number of days up to {DAYS_MAX}, or nothing, for `{}`", .0.word())]
    Days(Priority),
    /// What is more urgent would be due later.
    #[error("`{}` would be due after what is less urgent", .0.word())]
    Later(Priority),
    /// It is not written as we write it.
    #[error("`{0}` is no list of deadlines")]
    Unreadable(String),
}

impl Deadlines {
    /// Those that everybody starts with: two days, a week, thirty days; what is watched is
    /// never due.
    #[must_use]
    pub const fn standard() -> Self {
        Self([Some(2), Some(7), Some(30), None])
    }

    /// Reads the days for each priority, the most urgent first; an empty text is *never due*.
    ///
    /// # Errors
    /// When one is no number of days, or something more urgent would be due later.
    pub fn parse(days: [&str; 4]) -> Result<Self, NotADeadline> {
        let mut read = [None; 4];
        for ((slot, text), priority) in read.iter_mut().zip(days).zip(Priority::ALL) {
            *slot = match text.trim() {
                "" => None,
                text => {
                    let days = text.parse().ok().filter(|days| *days <= DAYS_MAX);
                    Some(days.ok_or(NotADeadline::Days(priority))?)
                }
            };
        }
        // Never due is later than any day.
        let late = |days: Option<u16>| days.map_or(u32::MAX, u32::from);
        for (pair, priority) in read.windows(2).zip(Priority::ALL) {
            if let [urgent, less] = pair
                && late(*urgent) > late(*less)
            {
                return Err(NotADeadline::Later(priority));
            }
        }
        Ok(Self(read))
    }

    /// The days for a priority.
    #[must_use]
    pub fn days(&self, priority: Priority) -> Option<u16> {
        self.0.get(priority as usize).copied().flatten()
    }

    /// When something is due that has that priority since a day.
    #[must_use]
    pub fn due(&self, priority: Priority, since: Date) -> Option<Date> {
        let days = self.days(priority)?;
        Some(since.saturating_add(i64::from(days).days()))
    }
}

/// `2 7 30 -`: the most urgent first.
impl fmt::Display for Deadlines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words =
            self.0.map(|days| days.map_or("-".to_owned(), |days| days.to_string()));
        f.write_str(&words.join(" "))
    }
}

impl FromStr for Deadlines {
    type Err = NotADeadline;

    fn from_str(text: &str) -> Result<Self, NotADeadline> {
        let unreadable = || NotADeadline::Unreadable(text.to_owned());
        let words: Vec<&str> =
            text.split(' ').map(|word| if word == "-" { "" } else { word }).collect();
        Self::parse(words.try_into().map_err(|_| unreadable())?)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for days in [["2", "7", "30", ""], ["0", "0", "0", "0"], ["", "", "", ""]] {
            let deadlines = Deadlines::parse(days).unwrap();
            assert_eq!(deadlines.to_string().parse(), Ok(deadlines));
        }
        assert_eq!(Deadlines::standard().to_string(), "2 7 30 -");
    }

    #[test]
    fn what_is_more_urgent_is_never_due_later() {
        #[track_caller]
        fn check(days: [&str; 4], expected: NotADeadline) {
            assert_eq!(Deadlines::parse(days), Err(expected));
        }

        check(["8", "7", "30", ""], NotADeadline::Later(Priority::ActNow));
        check(["", "7", "30", ""], NotADeadline::Later(Priority::ActNow));
        check(["1", "7", "", "90"], NotADeadline::Later(Priority::NextWindow));
        check(["1", "x", "30", ""], NotADeadline::Days(Priority::ThisWeek));
        check(["-1", "7", "30", ""], NotADeadline::Days(Priority::ActNow));
        check(["1", "7", "30", "3651"], NotADeadline::Days(Priority::Watch));
        for text in ["", "2 7 30", "2 7 30 - -", "2  7 30"] {
            assert!(text.parse::<Deadlines>().is_err(), "{text}");
        }
    }

    #[test]
    fn days_are_counted_from_the_day_on_which_it_became_so_urgent() {
        #[track_caller]
        fn check(priority: Priority, expected: Option<Date>) {
            let since = date(2026, 11, 26);
            assert_eq!(Deadlines::standard().due(priority, since), expected);
        }

        check(Priority::ActNow, Some(date(2026, 11, 28)));
        check(Priority::ThisWeek, Some(date(2026, 12, 3)));
        check(Priority::NextWindow, Some(date(2026, 12, 26)));
        check(Priority::Watch, None);
        let never = Deadlines::standard().due(Priority::NextWindow, Date::MAX);
        assert_eq!(never, Some(Date::MAX));
    }
}
