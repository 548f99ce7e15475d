//! One fact on which a verdict rests.

use jiff::civil::Date;
use reading::Place;
use terms::Day;

/// What kind of knowledge a fact is; the order is how far it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A claim of whoever is judged.
    Attested,
    /// A record, or something of somebody who is not judged.
    Documented,
    /// Measured here, in the document itself.
    Observed,
}

impl Class {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Attested => "attested",
            Self::Documented => "documented",
            Self::Observed => "observed",
        }
    }
}

/// One fact on which a verdict rests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// What kind of knowledge it is.
    pub class: Class,
    /// The document in which it stands.
    pub document: String,
    /// Where in it.
    pub place: Place,
    /// What it says, in a sentence without a full stop.
    pub text: String,
    /// Of which day the fact is; `None` where nobody says.
    pub date: Option<Day>,
}

impl Ground {
    /// Something that was measured in a document.
    #[must_use]
    pub fn observed(document: &str, place: Place, text: impl Into<String>) -> Self {
        Self::of(Class::Observed, document, place, text)
    }

    /// Something that a record says.
    #[must_use]
    pub fn documented(document: &str, place: Place, text: impl Into<String>) -> Self {
        Self::of(Class::Documented, document, place, text)
    }

    /// A fact of a class.
    #[must_use]
    pub fn of(
        class: Class,
        document: &str,
        place: Place,
        text: impl Into<String>,
    ) -> Self {
        Self {
            class,
            document: document.to_owned(),
            place,
            text: text.into(),
            date: None,
        }
    }

    /// The same fact, of a day.
    #[must_use]
    pub fn dated(mut self, date: Option<Day>) -> Self {
        self.date = date;
        self
    }

    /// How many days old it is; `None` where it has no day. A day to come is no day old.
    #[must_use]
    pub fn age_days(&self, today: Day) -> Option<i32> {
        Some(days_between(self.date?, today).max(0))
    }
}

/// From one day to another, in days; negative where the second lies before the first.
#[must_use]
pub fn days_between(from: Day, to: Day) -> i32 {
    let between = |from: Date, to: Date| from.until(to).map(|span| span.get_days());
    between(from.date(), to.date()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_both_ways() {
        let day = |text| terms::date::day(text).unwrap();
        assert_eq!(days_between(day("2024-02-28"), day("2024-03-01")), 2);
        assert_eq!(days_between(day("2024-03-01"), day("2024-02-28")), -2);
        let ground = Ground::observed("a", Place::Document, "x");
        let old = ground.clone().dated(Some(day("2026-11-20")));
        assert_eq!(old.age_days(day("2026-11-26")), Some(6));
        assert_eq!(old.age_days(day("2026-11-01")), Some(0));
        assert_eq!(ground.age_days(day("2026-11-01")), None);
    }
}
