//! Dates and instants, as documents write them.
//!
//! Source: RFC 3339 §5.6 (instants), ISO 8601-1:2019 §5.2.2 (calendar dates).
//!
//! Advisories are dirtier than RFC 3339: they leave out the offset (NVD and CVE 5 mean
//! UTC), the seconds or the whole time of day, write `+0200`, and put a blank for the
//! `T`. All that is read; what would need a guess (`10/22/2024`, `2024-10`, a name of a
//! time zone) is not.
//!
//! Not here: a clock, durations, time zones by name.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};

use crate::Malformed;

/// Seconds are counted here and not by `jiff::Timestamp`, which ends a day early and so
/// has no place for `9999-12-31T23:59:59Z`, the date that means *no end*.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// A second of UTC between the years 0000 and 9999.
///
/// It prints as `2024-10-22T00:00:00Z`, always of the same width, so that texts sort like
/// instants. Fractions of a second are cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    second: i64,
}

/// The day of a calendar date; it prints as `2024-10-22`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    date: Date,
}

/// Reads an instant; a date alone is its first second.
///
/// # Errors
/// When `text` is no date and time of RFC 3339 or one of the looser forms named above.
pub fn instant(text: &str) -> Result<Instant, Malformed> {
    let mut reader = Reader { term: "date and time", text, at: 0 };
    let date = reader.date()?;
    if reader.is_at_end() {
        return reader.instant(date.to_datetime(Time::midnight()), 0);
    }
    reader.separator()?;
    let time = reader.time()?;
    reader.fraction()?;
    let offset = reader.offset()?;
    reader.end()?;
    reader.instant(date.to_datetime(time), offset)
}

/// Reads a date without a time of day.
///
/// # Errors
/// When `text` is no `YYYY-MM-DD`, or no day of the calendar.
pub fn day(text: &str) -> Result<Day, Malformed> {
    let mut reader = Reader { term: "date", text, at: 0 };
    let date = reader.date()?;
    reader.end()?;
    Ok(Day { date })
}

impl Instant {
    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_second(self) -> i64 {
        self.second
    }

    /// The day in UTC.
    #[must_use]
    pub fn day(self) -> Day {
        Day { date: self.civil().date() }
    }

    fn civil(self) -> DateTime {
        // `Reader::instant` lets no second through that this could not hold.
        EPOCH.saturating_add(SignedDuration::from_secs(self.second))
    }
}

impl FromStr for Instant {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        instant(text)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        let (hour, minute, second) = (civil.hour(), civil.minute(), civil.second());
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}Z", Day { date: civil.date() })
    }
}

impl Day {
    /// The date, for arithmetic.
    #[must_use]
    pub const fn date(self) -> Date {
        self.date
    }
}

impl FromStr for Day {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        day(text)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.date.year(), self.date.month(), self.date.day());
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

struct Reader<'a> {
    term: &'static str,
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn date(&mut self) -> Result<Date, Malformed> {
        let year = self.number(4, "a year of four digits")?;
        self.literal(b"-", "`-`")?;
        let month_at = self.at;
        let month = self.number(2, "a month of two digits")?;
        if !(1..=12).contains(&month) {
            return Err(self.bad(month_at, "a month from 01 to 12"));
        }
        self.literal(b"-", "`-`")?;
        let day_at = self.at;
        let day = self.number(2, "a day of two digits")?;
        let (year, month, day) = (year as i16, month as i8, day as i8);
        Date::new(year, month, day).map_err(|_| self.bad(day_at, "a day of that month"))
    }

    fn separator(&mut self) -> Result<(), Malformed> {
        self.literal(b"Tt ", "`T`")
    }

    fn time(&mut self) -> Result<Time, Malformed> {
        let at = self.at;
        let hour = self.number(2, "an hour of two digits")?;
        if hour > 23 {
            return Err(self.bad(at, "an hour from 00 to 23"));
        }
        self.literal(b":", "`:`")?;
        let at = self.at;
        let minute = self.number(2, "a minute of two digits")?;
        if minute > 59 {
            return Err(self.bad(at, "a minute from 00 to 59"));
        }
        let second = self.second()?;
        Time::new(hour as i8, minute as i8, second as i8, 0)
            .map_err(|_| self.bad(at, "a time of day"))
    }

    fn second(&mut self) -> Result<u16, Malformed> {
        if self.peek() != Some(b':') {
            return Ok(0);
        }
        self.at += 1;
        let at = self.at;
        match self.number(2, "a second of two digits")? {
            // A leap second has no place in UTC seconds: it is the one before.
            60 => Ok(59),
            second @ 0..=59 => Ok(second),
            _ => Err(self.bad(at, "a second from 00 to 60")),
        }
    }

    fn fraction(&mut self) -> Result<(), Malformed> {
        if !matches!(self.peek(), Some(b'.' | b',')) {
            return Ok(());
        }
        self.at += 1;
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.bad(start, "a digit")) } else { Ok(()) }
    }

    /// Seconds east of UTC.
    fn offset(&mut self) -> Result<i64, Malformed> {
        let sign = match self.peek() {
            None => return Ok(0),
            Some(b'Z' | b'z') => {
                self.at += 1;
                return Ok(0);
            }
            Some(b'+') => 1,
            Some(b'-') => -1,
            Some(_) => return Err(self.bad(self.at, "`Z`, `+` or `-`")),
        };
        self.at += 1;
        let start = self.at;
        let hours = self.number(2, "an hour of two digits")?;
        if self.peek() == Some(b':') {
            self.at += 1;
        }
        let minutes =
            if self.is_at_end() { 0 } else { self.number(2, "a minute of two digits")? };
        if hours > 23 || minutes > 59 {
            return Err(self.bad(start, "an offset below 24 hours"));
        }
        Ok(sign * (i64::from(hours) * 60 + i64::from(minutes)) * 60)
    }

    fn instant(&self, civil: DateTime, offset: i64) -> Result<Instant, Malformed> {
        let second = civil.duration_since(EPOCH).as_secs() - offset;
        match EPOCH.checked_add(SignedDuration::from_secs(second)) {
            Ok(utc) if utc.year() >= 0 => Ok(Instant { second }),
            _ => Err(self.bad(0, "an instant of the years 0000 to 9999")),
        }
    }

    fn number(&mut self, width: usize, expected: &'static str) -> Result<u16, Malformed> {
        let mut number = 0;
        for _ in 0..width {
            match self.peek() {
                Some(byte @ b'0'..=b'9') => number = number * 10 + u16::from(byte - b'0'),
                _ => return Err(self.bad(self.at, expected)),
            }
            self.at += 1;
        }
        Ok(number)
    }

    fn literal(
        &mut self,
        one_of: &[u8],
        expected: &'static str,
    ) -> Result<(), Malformed> {
        match self.peek() {
            Some(byte) if one_of.contains(&byte) => {
                self.at += 1;
                Ok(())
            }
            _ => Err(self.bad(self.at, expected)),
        }
    }

    fn end(&self) -> Result<(), Malformed> {
        if self.is_at_end() { Ok(()) } else { Err(self.bad(self.at, "nothing more")) }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    fn bad(&self, at: usize, expected: &'static str) -> Malformed {
        Malformed::at_byte(self.term, self.text, at, expected)
    }
}

/// Whether a text is a time of day or a length of time and nothing else, as spreadsheets write
/// them: `02:03`, `2:03:00`, `117:08`, `02:03:00.5`, `2:03 AM`, `PT2H3M`. A clock would not show
/// all of them.
#[must_use]
pub fn is_time(text: &str) -> bool {
    let upper = text.trim().to_ascii_uppercase();
    if let Some(length) = upper.strip_prefix("PT") {
        return length.ends_with(['H', 'M', 'S'])
            && length.starts_with(|c: char| c.is_ascii_digit())
            && length.chars().all(|c| c.is_ascii_digit() || "HMS.".contains(c));
    }
    let half = upper.strip_suffix("AM").or_else(|| upper.strip_suffix("PM"));
    let mut parts = half.unwrap_or(&upper).trim().split(':');
    let digits =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let hours = parts.next().is_some_and(|part| part.len() <= 3 && digits(part));
    let mut rest = 0;
    let sixtieths = parts.all(|part| {
        rest += 1;
        let (whole, fraction) = part.split_once('.').unwrap_or((part, "0"));
        whole.len() == 2 && whole < "60" && digits(whole) && digits(fraction)
    });
    hours && sixtieths && (1..=2).contains(&rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_forms_of_real_advisories_become_one_fixed_width_text() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(instant(text).unwrap().to_string(), expected, "{text}");
        }

        check("2026-03-18T06:28:45Z", "2026-03-18T06:28:45Z");
        check("2020-12-03T00:00:00.000Z", "2020-12-03T00:00:00Z");
        check("2024-10-24T19:23:12.425167Z", "2024-10-24T19:23:12Z");
        check("2024-12-19T21:07:52.348241964Z", "2024-12-19T21:07:52Z");
        check("2026-01-01T00:00:00.000", "2026-01-01T00:00:00Z");
        check("2024-07-05T21:20:34", "2024-07-05T21:20:34Z");
        check("2024-09-17", "2024-09-17T00:00:00Z");
        check("2021-09-28T03:46:45.280-05:00", "2021-09-28T08:46:45Z");
        check("2024-07-09T11:38:00.115697+04:00", "2024-07-09T07:38:00Z");
        check("2023-07-17T18:28:47.696004345-06:00", "2023-07-18T00:28:47Z");
        check("2024-12-31T23:30:00-05:00", "2025-01-01T04:30:00Z");
        check("2022-12-22t16:36:43z", "2022-12-22T16:36:43Z");
        check("2022-12-22 16:36:43", "2022-12-22T16:36:43Z");
        check("2022-12-22T16:36", "2022-12-22T16:36:00Z");
        check("2022-12-22T16:36+0200", "2022-12-22T14:36:00Z");
        check("2022-12-22T16:36:43,5+02", "2022-12-22T14:36:43Z");
        check("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z");
        check("2024-02-29", "2024-02-29T00:00:00Z");
        check("1969-12-31T23:59:59.9Z", "1969-12-31T23:59:59Z");
        check("0000-01-01", "0000-01-01T00:00:00Z");
        check("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z");
    }

    #[test]
    fn what_would_need_a_guess_is_refused_where_reading_stopped() {
        #[track_caller]
        fn check(text: &str, at: usize, expected: &str) {
            let wrong = instant(text).unwrap_err();
            assert_eq!((wrong.at, &*wrong.expected), (at, expected), "{text}");
        }

        check("", 0, "a year of four digits");
        check("soon", 0, "a year of four digits");
        check("10/22/2024", 2, "a year of four digits");
        check("2024-10", 7, "`-`");
        check("2024-13-01", 5, "a month from 01 to 12");
        check("2024-00-01", 5, "a month from 01 to 12");
        check("2023-02-29", 8, "a day of that month");
        check("2024-10-2", 9, "a day of two digits");
        check("2024-10-22X", 10, "`T`");
        check("2024-10-22T", 11, "an hour of two digits");
        check("2024-10-22T24:00:00Z", 11, "an hour from 00 to 23");
        check("2024-10-22T10:60:00Z", 14, "a minute from 00 to 59");
        check("2024-10-22T10:00:61Z", 17, "a second from 00 to 60");
        check("2024-10-22T10:00:00.Z", 20, "a digit");
        check("2024-10-22T10:00:00 CET", 19, "`Z`, `+` or `-`");
        check("2024-10-22T10:00:00Zulu", 20, "nothing more");
        check("2024-10-22T10:00:00+25:00", 20, "an offset below 24 hours");
        check("2024-10-22T10:00:00+0", 21, "an hour of two digits");
        check("0000-01-01T00:00:00+01:00", 0, "an instant of the years 0000 to 9999");
        check("9999-12-31T23:59:59-01:00", 0, "an instant of the years 0000 to 9999");
        check("２０２４-10-22", 0, "a year of four digits");
        check("2024-10-22é", 10, "`T`");
    }

    #[test]
    fn a_day_is_a_date_and_nothing_more() {
        #[track_caller]
        fn check(text: &str, expected: Result<&str, usize>) {
            let read = day(text).map(|day| day.to_string()).map_err(|wrong| wrong.at);
            assert_eq!(read, expected.map(str::to_owned), "{text}");
        }

        check("2024-10-22", Ok("2024-10-22"));
        check("0099-01-01", Ok("0099-01-01"));
        check("2024-10-22T00:00:00Z", Err(10));
        check("2024-11-31", Err(8));
        check("24-10-22", Err(2));
        check("2024/10/22", Err(4));
    }

    #[test]
    fn the_day_of_an_instant_is_that_of_utc() {
        let evening = instant("2024-12-31T23:30:00-05:00").unwrap();
        assert_eq!(evening.day(), day("2025-01-01").unwrap());
    }

    proptest! {
        #[test]
        fn texts_sort_like_instants_and_read_back(a in any::<i32>(), b in any::<i32>()) {
            let (a, b) = (Instant { second: a.into() }, Instant { second: b.into() });
            let (text_a, text_b) = (a.to_string(), b.to_string());
            prop_assert_eq!(instant(&text_a).unwrap(), a);
            prop_assert_eq!(text_a.cmp(&text_b), a.cmp(&b));
            prop_assert_eq!(text_a.len(), 20);
        }

        #[test]
        fn no_text_makes_it_fall_over(text in "\\PC{0,40}|[0-9TZ:+. -]{0,30}") {
            if let Ok(read) = instant(&text) {
                prop_assert_eq!(instant(&read.to_string()).unwrap(), read);
            } else {
                prop_assert!(instant(&text).unwrap_err().at <= text.chars().count());
            }
        }
    }
}
