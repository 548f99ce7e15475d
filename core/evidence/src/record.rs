//! One row of a table, or one entry of the register.

use reading::Place;
use terms::Day;

use crate::{Field, Kind, Nature};

/// What a row says, each field once, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it is about.
    pub kind: Kind,
    /// Its row or line.
    pub place: Place,
    values: Vec<(Field, Value)>,
}

/// What a cell says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A day.
    Day(Day),
    /// A number without its decimals, which are cut off.
    Number(i64),
    /// Yes.
    Yes,
    /// No.
    No,
    /// Somebody, without the name.
    Person(Pseudonym),
}

/// Somebody, told from others without the name: sixteen bytes of a keyed hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym([u8; 16]);

/// Makes pseudonyms with one key.
#[derive(Clone)]
pub struct Pseudonyms {
    key: [u8; 32],
}

impl std::fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pseudonyms")
    }
}

impl Pseudonyms {
    /// With a key that is as secret as the names.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// The pseudonym of an employee number, login or address, whatever its case.
    #[must_use]
    pub fn of(&self, name: &str) -> Pseudonym {
        let hash = blake3::keyed_hash(&self.key, name.trim().to_lowercase().as_bytes());
        let mut short = [0; 16];
        short.copy_from_slice(hash.as_bytes().first_chunk::<16>().unwrap_or(&[0; 16]));
        Pseudonym(short)
    }
}

impl Record {
    /// A record that says nothing yet.
    #[must_use]
    pub const fn new(kind: Kind, place: Place) -> Self {
        Self { kind, place, values: Vec::new() }
    }

    /// The same, with a field; what is said first counts.
    #[must_use]
    pub fn with(mut self, field: Field, value: Value) -> Self {
        self.put(field, value);
        self
    }

    /// Says a field, unless it is said.
    pub fn put(&mut self, field: Field, value: Value) {
        if self.value(field).is_none() {
            self.values.push((field, value));
        }
    }

    /// What it says of a field.
    #[must_use]
    pub fn value(&self, field: Field) -> Option<&Value> {
        self.values.iter().find(|(it, _)| *it == field).map(|(_, value)| value)
    }

    /// All that it says.
    pub fn values(&self) -> impl Iterator<Item = (Field, &Value)> {
        self.values.iter().map(|(field, value)| (*field, value))
    }

    /// A text; empty where nothing is said.
    #[must_use]
    pub fn text(&self, field: Field) -> &str {
        match self.value(field) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// A day.
    #[must_use]
    pub fn day(&self, field: Field) -> Option<Day> {
        match self.value(field)? {
            Value::Day(day) => Some(*day),
            _ => None,
        }
    }

    /// A number.
    #[must_use]
    pub fn number(&self, field: Field) -> Option<i64> {
        match self.value(field)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether it says yes, or no; `None` where it says neither.
    #[must_use]
    pub fn says(&self, field: Field) -> Option<bool> {
        match self.value(field)? {
            Value::Yes => Some(true),
            Value::No => Some(false),
            _ => None,
        }
    }

    /// Everybody whom it names, under each of the names that an export may use.
    pub fn people(&self) -> impl Iterator<Item = Pseudonym> {
        self.values.iter().filter_map(|(_, value)| match value {
            Value::Person(person) => Some(*person),
            _ => None,
        })
    }

    /// The field whose day ends what is told before it begins, so that it holds on no day; none
    /// where the days are in order or not all are said.
    #[must_use]
    pub fn ends_before_it_begins(&self) -> Option<Field> {
        if self.kind.nature() == Nature::House {
            return None;
        }
        let begin = self.day(Field::From).or_else(|| match self.kind.nature() {
            Nature::Kept => self.day(Field::On),
            Nature::Export | Nature::House => None,
        })?;
        let mut ends = [Field::Until, Field::WarrantyUntil].into_iter();
        ends.find(|end| self.day(*end).is_some_and(|end| end < begin))
    }

    /// The newest day on which what it tells had happened; days to come and ends are none.
    #[must_use]
    pub fn newest(&self, today: Day) -> Option<Day> {
        let happened = |field: &Field| field.has_happened();
        let days = self.values.iter().filter(|(field, _)| happened(field));
        let days = days.filter_map(|(_, value)| match value {
            Value::Day(day) => Some(*day),
            _ => None,
        });
        days.filter(|day| *day <= today).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_before_it_begins_is_told_by_the_field_of_its_end() {
        #[track_caller]
        fn check(kind: Kind, days: &[(Field, &str)], expected: Option<Field>) {
            let mut record = Record::new(kind, Place::Document);
            for (field, day) in days {
                record.put(*field, Value::Day(terms::date::day(day).unwrap()));
            }
            assert_eq!(record.ends_before_it_begins(), expected, "{days:?}");
        }

        let (from, until) = (Field::From, Field::Until);
        let turned = [(from, "2027-03-01"), (until, "2027-02-28")];
        check(Kind::Membership, &turned, Some(until));
        check(Kind::Policy, &[(until, "2026-01-01"), (from, "2026-01-02")], Some(until));
        check(Kind::Membership, &[(from, "2027-03-01"), (until, "2027-03-01")], None);
        check(Kind::Membership, &[(until, "2020-01-01")], None);
        let looked = [(Field::On, "2026-05-01"), (until, "2025-05-01")];
        check(Kind::Assessment, &looked, Some(until));
        let warranted = [(from, "2026-05-01"), (Field::WarrantyUntil, "2025-05-01")];
        check(Kind::Contract, &warranted, Some(Field::WarrantyUntil));
        // An old token that has expired was looked at today.
        check(Kind::HouseToken, &turned, None);
    }

    #[test]
    fn a_pseudonym_joins_what_is_spelt_alike_and_needs_its_key() {
        let (one, other) = (Pseudonyms::new([1; 32]), Pseudonyms::new([2; 32]));
        assert_eq!(one.of(" Ann@Example.org"), one.of("ann@example.org "));
        assert_ne!(one.of("ann@example.org"), one.of("bob@example.org"));
        assert_ne!(one.of("ann@example.org"), other.of("ann@example.org"));
        assert!(!format!("{one:?}").contains('1'));
    }

    #[test]
    fn what_is_said_first_counts_and_ends_are_no_news() {
        let day = |text| terms::date::day(text).unwrap();
        let record = Record::new(Kind::Membership, Place::Document)
            .with(Field::From, Value::Day(day("2026-01-01")))
            .with(Field::Until, Value::Day(day("2026-06-01")))
            .with(Field::From, Value::Day(day("2020-01-01")));
        assert_eq!(record.day(Field::From), Some(day("2026-01-01")));
        assert_eq!(record.newest(day("2026-11-26")), Some(day("2026-01-01")));
        assert_eq!(record.newest(day("2025-11-26")), None);
        assert_eq!(record.text(Field::From), "");
    }
}
