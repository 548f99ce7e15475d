//! Which column is which field: guessed with a reason, given by a person, or kept from the
//! last export of the same source.

use std::fmt;

use reading::text::quoted;
use reading::{Note, Place, Rejected};
use serde::{Deserialize, Serialize};

use super::field::{Field, heading_folded};
use super::table::Rows;
use super::value::unarmed;

/// Headings that are shown at once.
const SHOWN_MAX: usize = 24;

/// Which headings stand for which fields.
///
/// One that a person began with [`Mapping::add`] leaves the other fields to be guessed. One
/// that a reader gave back ([`super::Reader::mapping`]) is complete: applied to the next
/// export of its source, it reads the same columns in the same way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    columns: Vec<Assignment>,
    rest: Rest,
}

/// One column with its field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The field.
    pub field: Field,
    /// The heading as it stands in the table.
    pub heading: String,
    /// Why.
    pub reason: Reason,
}

/// Why a column is taken for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A person said so, or the mapping of an earlier export.
    Given,
    /// Its heading is one of those that systems write for the field.
    Heading,
    /// Its heading is a weak one, and no other column stands for the field.
    LastResort,
    /// Its cells are of the field's kind.
    Content {
        /// How many of the first cells are.
        fitting: usize,
        /// How many were looked at.
        seen: usize,
    },
}

/// What stands in front of the number of a column in a table without headings.
pub(super) const NUMBERED: &str = "column ";

/// The number of a column that has no heading, from 1.
pub(super) fn number_of(heading: &str) -> Option<usize> {
    heading.strip_prefix(NUMBERED)?.parse().ok().filter(|number| *number > 0)
}

/// What becomes of the fields that a mapping does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Rest {
    #[default]
    Guessed,
    Empty,
}

/// The name of a field in a mapping that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no `column=Heading`; columns are {names}", names = names())]
pub struct UnknownColumn(String);

fn names() -> String {
    Field::ALL.map(Field::name).join(", ")
}

impl Mapping {
    /// Adds `column=Heading`.
    ///
    /// # Errors
    /// When the text has no `=` or names no field.
    pub fn add(&mut self, text: &str) -> Result<(), UnknownColumn> {
        let unknown = || UnknownColumn(text.to_owned());
        let (name, heading) = text.split_once('=').ok_or_else(unknown)?;
        let field = Field::named(name.trim()).ok_or_else(unknown)?;
        self.give(field, heading.trim());
        Ok(())
    }

    /// Says that the column under `heading` is `field`. Several headings may be one field.
    pub fn give(&mut self, field: Field, heading: &str) {
        let heading = heading.to_owned();
        self.columns.push(Assignment { field, heading, reason: Reason::Given });
    }

    /// The columns with their fields, for showing.
    #[must_use]
    pub fn columns(&self) -> &[Assignment] {
        &self.columns
    }

    /// A mapping that says all there is to say: fields that it does not name stay empty.
    #[must_use]
    pub fn complete(mut columns: Vec<Assignment>) -> Self {
        // In one order, so that what a person confirms is what was shown.
        columns.sort_by_key(|column| column.field);
        Self { columns, rest: Rest::Empty }
    }

    fn of(&self, field: Field) -> impl Iterator<Item = &Assignment> {
        self.columns.iter().filter(move |column| column.field == field)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("given"),
            Self::Heading => f.write_str("its heading says so"),
            Self::LastResort => f.write_str("no other column can be it"),
            Self::Content { fitting, seen } => {
                write!(f, "{fitting} of its first {seen} cells are of that kind")
            }
        }
    }
}

/// Where the columns of one table are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    /// The headings without blanks around them; of equal ones, the later have a number.
    pub(super) headings: Vec<String>,
    /// The columns of each field, in the order of [`Field::ALL`].
    places: Vec<Vec<(usize, Reason)>>,
    /// What the mapping names and the table lacks.
    pub(super) vanished: Vec<Assignment>,
    pub(super) may_guess: bool,
}

impl Columns {
    pub(super) fn read(row: &csv::StringRecord, mapping: &Mapping) -> Self {
        let folded: Vec<String> = row.iter().map(heading_folded).collect();
        Self::with(distinct(row), &folded, mapping)
    }

    /// The columns of a table without headings: they go by their numbers.
    pub(super) fn numbered(width: usize, mapping: &Mapping) -> Self {
        Self::with(
            (1..=width).map(|at| format!("{NUMBERED}{at}")).collect(),
            &[],
            mapping,
        )
    }

    /// `folded` are the headings by which fields are guessed.
    fn with(headings: Vec<String>, folded: &[String], mapping: &Mapping) -> Self {
        let may_guess = mapping.rest == Rest::Guessed;
        let at = |heading: &str| headings.iter().position(|other| other == heading);
        let mut vanished = Vec::new();
        let mut places: Vec<Vec<(usize, Reason)>> = Vec::new();
        for field in Field::ALL {
            let mut found = Vec::new();
            for column in mapping.of(field) {
                match at(&column.heading) {
                    Some(place) => found.push((place, column.reason)),
                    None => vanished.push(column.clone()),
                }
            }
            places.push(found);
        }
        let mut columns = Self { headings, places, vanished, may_guess };
        if may_guess {
            columns.guess(folded, mapping);
        }
        columns
    }

    /// Headings first, all fields; then the weak ones for what is still missing.
    fn guess(&mut self, folded: &[String], mapping: &Mapping) {
        for (position, field) in Field::ALL.into_iter().enumerate() {
            if mapping.of(field).next().is_some() {
                continue;
            }
            let found = self.by_heading(field, folded);
            if let Some(slot) = self.places.get_mut(position) {
                slot.extend(found.into_iter().map(|at| (at, Reason::Heading)));
            }
        }
        let given = mapping.of(Field::AssetTag).next().is_some();
        if given || !self.of(Field::AssetTag).is_empty() || self.has(Field::Serial) {
            return;
        }
        let mut weak = Field::AssetTag.last_resorts().split(' ');
        let found =
            weak.find_map(|wanted| folded.iter().position(|other| other == wanted));
        if let Some(at) = found {
            self.take_back(at);
            self.put(Field::AssetTag, at, Reason::LastResort);
        }
    }

    /// The column of the surest heading; of some fields a second one too.
    fn by_heading(&self, field: Field, folded: &[String]) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        for wanted in field.headings().split(' ') {
            let at = folded.iter().position(|heading| heading == wanted);
            let Some(at) = at.filter(|at| !self.is_taken(*at) && !found.contains(at))
            else {
                continue;
            };
            match found.len() {
                0 => found.push(at),
                1 if field.takes_two(wanted) => found.push(at),
                _ => break,
            }
        }
        found
    }

    fn is_taken(&self, at: usize) -> bool {
        self.places.iter().flatten().any(|(taken, _)| *taken == at)
    }

    fn take_back(&mut self, at: usize) {
        for places in &mut self.places {
            places.retain(|(taken, _)| *taken != at);
        }
    }

    pub(super) fn put(&mut self, field: Field, at: usize, reason: Reason) {
        let position = Field::ALL.iter().position(|other| *other == field);
        if let Some(slot) = position.and_then(|position| self.places.get_mut(position)) {
            slot.push((at, reason));
        }
    }

    pub(super) fn of(&self, field: Field) -> &[(usize, Reason)] {
        let position = Field::ALL.iter().position(|other| *other == field);
        position.and_then(|position| self.places.get(position)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn has(&self, field: Field) -> bool {
        !self.of(field).is_empty()
    }

    /// The columns of each field.
    pub(super) fn fields(&self) -> impl Iterator<Item = (Field, &[(usize, Reason)])> {
        Field::ALL.into_iter().zip(self.places.iter().map(Vec::as_slice))
    }

    /// What a column is taken for.
    pub(super) fn taken(&self, at: usize) -> Option<Assignment> {
        let heading = self.headings.get(at)?;
        self.fields().find_map(|(field, places)| {
            let (_, reason) = places.iter().find(|(place, _)| *place == at)?;
            Some(Assignment { field, heading: heading.clone(), reason: *reason })
        })
    }

    pub(super) fn forget_all_but(&mut self, fields: &[Field]) {
        for (field, places) in Field::ALL.iter().zip(&mut self.places) {
            if !fields.contains(field) {
                places.clear();
            }
        }
    }

    /// Columns that are no field and have a heading.
    pub(super) fn others(&self) -> Vec<usize> {
        let headed =
            self.headings.iter().enumerate().filter(|(_, name)| !name.is_empty());
        headed.map(|(at, _)| at).filter(|at| !self.is_taken(*at)).collect()
    }

    /// How many fields are known.
    pub(super) fn known(&self) -> usize {
        self.places.iter().filter(|places| !places.is_empty()).count()
    }

    /// A number of its own, and something that tells what the device is.
    pub(super) fn is_enough(&self) -> bool {
        (self.has(Field::AssetTag) || self.has(Field::Serial))
            && (self.has(Field::Model) || self.has(Field::Description))
            && self.known() >= 3
    }

    /// Tells of headings that stand twice, where one of them is a field.
    pub(super) fn note_doubles(
        &self,
        rows: &Rows<'_, '_>,
        head: usize,
        notes: &mut Vec<Note>,
    ) {
        for (field, places) in self.fields() {
            for (at, _) in places {
                let Some(heading) = self.headings.get(*at) else { continue };
                if !self.headings.contains(&format!("{heading} (2)")) {
                    continue;
                }
                let message = format!(
                    "the heading `{heading}` stands more than once; the first is the {field}"
                );
                notes.push(Note::new(rows.cell(head, *at, heading), message));
            }
        }
    }

    /// Why the table cannot be read as a person said. (What an earlier export had is a
    /// complaint, since nobody is there to say something else.)
    pub(super) fn given_in_vain(&self, place: Place) -> Option<Rejected> {
        let vanished = self.vanished.first().filter(|_| self.may_guess)?;
        let message = format!(
            "no heading is {}, which should be the {}; the headings are: {}",
            quoted(&vanished.heading),
            vanished.field,
            self.shown()
        );
        Some(Rejected::new(place, message, "give the heading as it stands in the table"))
    }

    /// What each column is taken for, and what is not used.
    pub(super) fn told(&self, used: &[Field]) -> String {
        let mut taken = Vec::new();
        let mut places = Vec::new();
        for (field, found) in self.fields().filter(|(field, _)| used.contains(field)) {
            for (at, why) in found {
                places.push(*at);
                let heading = self.headings.get(*at).map_or("", String::as_str);
                let by = match why {
                    Reason::Content { fitting, seen } => {
                        format!(" by content ({fitting} of {seen} cells)")
                    }
                    Reason::Given | Reason::Heading | Reason::LastResort => String::new(),
                };
                taken.push(format!("{field} is {}{by}", quoted(heading)));
            }
        }
        let rest = self.headings.iter().enumerate();
        let rest: Vec<String> = rest
            .filter(|(at, heading)| !heading.is_empty() && !places.contains(at))
            .take(SHOWN_MAX)
            .map(|(_, heading)| quoted(heading))
            .collect();
        let rest = if rest.is_empty() { "none".to_owned() } else { rest.join(", ") };
        let taken = if taken.is_empty() {
            "no column is known".to_owned()
        } else {
            taken.join(", ")
        };
        format!("{taken}; headings not used: {rest}")
    }

    /// The headings, as many as a person reads.
    fn shown(&self) -> String {
        let shown: Vec<String> = self
            .headings
            .iter()
            .filter(|text| !text.is_empty())
            .take(SHOWN_MAX)
            .map(|heading| heading.chars().take(60).collect())
            .collect();
        shown.join(", ")
    }

    /// Why the table cannot be used.
    pub(super) fn missing(&self, place: Place) -> Rejected {
        let missing = if !self.has(Field::AssetTag) && !self.has(Field::Serial) {
            "the number that tells one device from another (asset_tag, or serial)"
        } else {
            "what the device is (model or description, and a maker)"
        };
        Rejected::new(
            place,
            format!("no column holds {missing}; the headings are: {}", self.shown()),
            "name the columns with --mapping, such as --mapping \"asset_tag=Control No\"",
        )
    }

    pub(super) fn mapping(&self) -> Mapping {
        let mut columns = Vec::new();
        for (field, places) in self.fields() {
            for (at, reason) in places {
                let heading = self.headings.get(*at).cloned().unwrap_or_default();
                columns.push(Assignment { field, heading, reason: *reason });
            }
        }
        columns.extend(self.vanished.iter().cloned());
        Mapping::complete(columns)
    }
}

/// Headings without blanks around them; the second `Category` is `Category (2)`.
fn distinct(row: &csv::StringRecord) -> Vec<String> {
    let mut headings: Vec<String> = Vec::new();
    let mut seen = std::collections::BTreeMap::new();
    for field in row {
        let heading = unarmed(field).split_whitespace().collect::<Vec<_>>().join(" ");
        let times =
            seen.entry(heading.clone()).and_modify(|times| *times += 1).or_insert(1);
        headings.push(match *times {
            _ if heading.is_empty() => heading,
            1 => heading,
            times => format!("{heading} ({times})"),
        });
    }
    headings
}
