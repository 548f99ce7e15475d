//! Times as people read them: their own zone, and how long ago.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

/// What time it is for whoever looks.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    now: Timestamp,
    zone: TimeZone,
}

/// An instant as it is shown. In JSON it is RFC 3339 in UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) stored: String,
    pub(crate) text: String,
    pub(crate) age: String,
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.stored)
    }
}

impl Clock {
    /// A clock in the zone with an IANA name; one that is not known shows UTC.
    pub(crate) fn new(now: Timestamp, zone: &str) -> Self {
        Self { now, zone: zone_named(zone).unwrap_or(TimeZone::UTC) }
    }

    /// An instant as stored; what is none is shown as it is.
    pub(crate) fn show(&self, stored: &str) -> Shown {
        let Ok(at) = stored.parse::<Timestamp>() else {
            let text = stored.to_owned();
            return Shown { stored: text.clone(), text, age: String::new() };
        };
        let text = at
            .to_zoned_datetime(self.zone.clone())
            .strftime("%-d %b %Y, %H:%M")
            .to_string();
        Shown { stored: stored.to_owned(), text, age: self.age(at) }
    }

    /// The day of an instant as stored: what documents of others state has no truer hour.
    pub(crate) fn show_day(&self, stored: &str) -> Shown {
        let shown = self.show(stored);
        let day = stored.parse::<Timestamp>().map(|at| {
            at.to_zoned_datetime(TimeZone::UTC).strftime("%-d %b %Y").to_string()
        });
        Shown { text: day.unwrap_or(shown.text), ..shown }
    }

    /// Whether an instant is still to come.
    pub(crate) fn is_to_come(&self, at: Timestamp) -> bool {
        self.now < at
    }

    /// Which day it is for whoever looks.
    pub(crate) fn today(&self) -> jiff::civil::Date {
        self.now.to_zoned_datetime(self.zone.clone()).date()
    }

    /// Now, as a document that is printed says it.
    pub(crate) fn now(&self) -> String {
        let now = self.now.to_zoned_datetime(self.zone.clone());
        now.strftime("%-d %b %Y, %H:%M %Z").to_string()
    }

    fn age(&self, at: Timestamp) -> String {
        let seconds = self.now.as_second() - at.as_second();
        match seconds {
            ..-60 => "to come".to_owned(),
            -60..60 => "just now".to_owned(),
            60..3600 => format!("{} min ago", seconds / 60),
            3600..86_400 => format!("{} h ago", seconds / 3600),
            86_400..172_800 => "1 day ago".to_owned(),
            _ => format!("{} days ago", seconds / 86_400),
        }
    }
}

/// The zone with an IANA name.
pub(crate) fn zone_named(name: &str) -> Option<TimeZone> {
    jiff::tz::db().get(name.trim()).ok()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::Clock;

    #[track_caller]
    fn check(zone: &str, stored: &str, text: &str, age: &str) {
        let now: Timestamp = "2026-03-29T12:00:00Z".parse().unwrap();
        let shown = Clock::new(now, zone).show(stored);
        assert_eq!((shown.text.as_str(), shown.age.as_str()), (text, age));
    }

    #[test]
    fn times_are_those_of_whoever_looks() {
        check("UTC", "2026-03-29T11:59:30.000Z", "29 Mar 2026, 11:59", "just now");
        check(
            "Europe/Berlin",
            "2026-03-29T00:30:00.000Z",
            "29 Mar 2026, 01:30",
            "11 h ago",
        );
        check(
            "Europe/Berlin",
            "2026-03-29T01:30:00.000Z",
            "29 Mar 2026, 03:30",
            "10 h ago",
        );
        check(
            "America/New_York",
            "2026-03-28T03:00:00Z",
            "27 Mar 2026, 23:00",
            "1 day ago",
        );
        check("No/Where", "2026-03-01T12:00:00Z", "1 Mar 2026, 12:00", "28 days ago");
        check("UTC", "2026-03-29T13:00:00Z", "29 Mar 2026, 13:00", "to come");
        check("UTC", "soon", "soon", "");
    }

    #[test]
    fn a_day_of_others_is_not_moved_by_the_zone() {
        let now: Timestamp = "2026-03-29T12:00:00Z".parse().unwrap();
        let clock = Clock::new(now, "America/New_York");
        let shown = clock.show_day("2026-03-28T00:00:00Z");
        assert_eq!(
            (shown.text.as_str(), shown.age.as_str()),
            ("28 Mar 2026", "1 day ago")
        );
        assert_eq!(clock.show_day("soon").text, "soon");
    }
}
