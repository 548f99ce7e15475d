//! What is wrong with a row or a cell, and what was done about it.

use std::collections::BTreeMap;
use std::fmt;

use reading::Place;
use reading::text::quoted;

use super::field::Field;

/// Complaints kept with their place; further ones are counted.
const KEPT_MAX: usize = 10_000;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The cell, or the row.
    pub place: Place,
    /// The line of the table, or the row of the sheet, from 1.
    pub row: usize,
    /// The heading of the column; empty for a row.
    pub heading: String,
    /// What is wrong.
    pub fault: Fault,
    /// What was done.
    pub done: Done,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A row has neither asset tag nor serial number.
    NoKey,
    /// A row says neither which model the device is nor what kind of thing.
    NoModel,
    /// A row has the key of an earlier one, which stands in that line or row.
    Duplicate(usize),
    /// A row says something else of the same device than another one.
    Contradicts {
        /// The other one: its line or row.
        row: usize,
        /// In what they differ.
        fields: Vec<Field>,
        /// Whether the other one is taken, since the device was known by its serial number or
        /// UDI before.
        other: Other,
    },
    /// More cells with a text than headings.
    TooManyCells {
        /// The cells.
        cells: usize,
        /// The headings.
        headings: usize,
    },
    /// Fewer cells than headings.
    TooFewCells {
        /// The cells.
        cells: usize,
        /// The headings.
        headings: usize,
    },
    /// A cell is longer than is read.
    TooLong,
    /// A cell holds lines that look like rows: a quote closes too late.
    HoldsRows,
    /// No date.
    Date(String),
    /// No MAC address, and why.
    Mac(String, String),
    /// No IP address.
    Ip(String),
    /// No UDI, and why.
    Udi(String, String),
    /// A UDI whose check character is wrong.
    UdiCheck {
        /// The UDI.
        text: String,
        /// The character that stands there.
        written: char,
        /// The one that should.
        computed: char,
    },
    /// Neither yes nor no.
    YesOrNo(String),
    /// A time of day stands where a version should.
    Time(String),
    /// A number stands where a version should, and its format adds zeros behind the point.
    Padded {
        /// The number that the workbook keeps.
        kept: String,
        /// The number as it is shown.
        shown: String,
    },
    /// A version is a number as a spreadsheet works it out, with more digits than anybody writes.
    Noise(String),
    /// A long number as a spreadsheet shows it, its last digits lost.
    Rounded(String),
    /// A version that holds only from some day on.
    FromADay(String),
    /// The cell holds a formula of which no value was computed.
    Uncomputed,
    /// The headings stand there again.
    Headings,
    /// The row counts the others, and is no device.
    Total(String),
    /// The mapping names a heading that the table lacks.
    Vanished,
}

/// What becomes of the row that another one contradicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// It is taken.
    Taken,
    /// It is left out too.
    LeftOut,
}

/// What was done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Done {
    /// The row was left out.
    RowLeftOut,
    /// The field was left empty; of several addresses, the others were kept.
    FieldLeftEmpty,
    /// It was kept as it is written.
    Kept,
}

/// The complaints of one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaints {
    kept: Vec<Complaint>,
    counts: BTreeMap<(Kind, String, Done), usize>,
}

/// A kind of fault, for counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words are those of `Fault`")]
pub enum Kind {
    NoKey,
    NoModel,
    Duplicate,
    Contradicts,
    TooManyCells,
    TooFewCells,
    TooLong,
    HoldsRows,
    Date,
    Mac,
    Ip,
    Udi,
    UdiCheck,
    YesOrNo,
    Time,
    Padded,
    Noise,
    Rounded,
    FromADay,
    Uncomputed,
    Headings,
    Total,
    Vanished,
}

impl Complaints {
    pub(super) fn add(&mut self, complaint: Complaint) {
        let key = (complaint.fault.kind(), complaint.heading.clone(), complaint.done);
        *self.counts.entry(key).or_default() += 1;
        if self.kept.len() < KEPT_MAX {
            self.kept.push(complaint);
        }
    }

    /// The first ten thousand, in the order of the table.
    #[must_use]
    pub fn kept(&self) -> &[Complaint] {
        &self.kept
    }

    /// How many there are of each kind, heading and deed; all are counted.
    pub fn counts(&self) -> impl Iterator<Item = (Kind, &str, Done, usize)> {
        let counts = self.counts.iter();
        counts.map(|((kind, heading, done), count)| (*kind, &**heading, *done, *count))
    }

    /// How many rows were left out.
    #[must_use]
    pub fn rows_left_out(&self) -> usize {
        let left_out =
            self.counts.iter().filter(|((.., done), _)| *done == Done::RowLeftOut);
        left_out.map(|(_, count)| count).sum()
    }

    /// How many there are in all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.counts.values().sum()
    }
}

impl Fault {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::NoKey => Kind::NoKey,
            Self::NoModel => Kind::NoModel,
            Self::Duplicate(_) => Kind::Duplicate,
            Self::Contradicts { .. } => Kind::Contradicts,
            Self::TooManyCells { .. } => Kind::TooManyCells,
            Self::TooFewCells { .. } => Kind::TooFewCells,
            Self::TooLong => Kind::TooLong,
            Self::HoldsRows => Kind::HoldsRows,
            Self::Date(_) => Kind::Date,
            Self::Mac(..) => Kind::Mac,
            Self::Ip(_) => Kind::Ip,
            Self::Udi(..) => Kind::Udi,
            Self::UdiCheck { .. } => Kind::UdiCheck,
            Self::YesOrNo(_) => Kind::YesOrNo,
            Self::Time(_) => Kind::Time,
            Self::Padded { .. } => Kind::Padded,
            Self::Noise(_) => Kind::Noise,
            Self::Rounded(_) => Kind::Rounded,
            Self::FromADay(_) => Kind::FromADay,
            Self::Uncomputed => Kind::Uncomputed,
            Self::Headings => Kind::Headings,
            Self::Total(_) => Kind::Total,
            Self::Vanished => Kind::Vanished,
        }
    }

    /// The text of the cell; empty where it is not about the text of one.
    #[must_use]
    pub fn cell(&self) -> &str {
        match self {
            Self::Date(text)
            | Self::Mac(text, _)
            | Self::Ip(text)
            | Self::Udi(text, _)
            | Self::UdiCheck { text, .. }
            | Self::YesOrNo(text)
            | Self::Time(text)
            | Self::Noise(text)
            | Self::Rounded(text)
            | Self::FromADay(text)
            | Self::Padded { shown: text, .. }
            | Self::Total(text) => text,
            Self::NoKey
            | Self::NoModel
            | Self::Duplicate(_)
            | Self::Contradicts { .. }
            | Self::TooManyCells { .. }
            | Self::TooFewCells { .. }
            | Self::TooLong
            | Self::HoldsRows
            | Self::Uncomputed
            | Self::Headings
            | Self::Vanished => "",
        }
    }

    /// What to do about it in the register, in a sentence.
    #[must_use]
    pub const fn mend(&self) -> &'static str {
        match self {
            Self::NoKey => "Give the device an asset tag or a serial number.",
            Self::NoModel => {
                "Write which model it is, or what kind of device: until then no advisory is \
                 found for it."
            }
            Self::Duplicate(_) => {
                "Two rows have the same number: correct one, or take one away."
            }
            Self::Contradicts { .. } => {
                "Two rows with the same number say different things: correct the wrong one, or \
                 give the other device a number of its own."
            }
            Self::TooManyCells { .. } => {
                "A separator stands inside a cell: put that cell in quotes."
            }
            Self::TooFewCells { .. } => {
                "Cells are missing at the end of the row: export it whole."
            }
            Self::TooLong => "Shorten the cell.",
            Self::HoldsRows => "Look for a quote that is not closed where it should be.",
            Self::Date(_) => "Write the date as 2018-06-20.",
            Self::Mac(..) => "Write the address as 00:00:5e:00:53:01.",
            Self::Ip(_) => "Write the address as 192.0.2.7.",
            Self::Udi(..) => "Scan the label again, or leave the cell empty.",
            Self::UdiCheck { .. } => "A digit is wrong: scan the label again.",
            Self::YesOrNo(_) => "Write yes or no.",
            Self::Time(_) => {
                "Write the version as text: a spreadsheet made a time of it. Until then \
                 nobody can tell which release the device has."
            }
            Self::Padded { .. } => {
                "Write the version as text: the format of the cell adds zeros to a number. \
                 Until then nobody can tell which of the two it is."
            }
            Self::Noise(_) => {
                "Write the version as text: a spreadsheet has worked out a number. Until then \
                 nobody can tell which release the device has."
            }
            Self::Rounded(_) => {
                "Format the column as text and export again: a spreadsheet rounded a long \
                 number. Until then nobody finds the device by it, and others may seem to have \
                 the same."
            }
            Self::FromADay(_) => {
                "Write the version that runs today, and when another one comes in a column of \
                 its own. Until then nobody can tell which release the device has."
            }
            Self::Uncomputed => {
                "Open the workbook in a spreadsheet program and save it, so that the values of \
                 its formulas are in it; or export CSV."
            }
            Self::Headings => "Take the second row of headings away.",
            Self::Total(_) => "Take the row away: it is no device.",
            Self::Vanished => "Export that column again, or say which column it is now.",
        }
    }
}

impl Fault {
    /// Why the text of a version is none.
    const fn no_version(&self) -> &'static str {
        match self {
            Self::Time(_) => "is a time of day, which a spreadsheet makes of a version",
            Self::FromADay(_) => {
                "says from when a version holds, and not which one runs today"
            }
            _ => "is a number as a spreadsheet works it out, and no version",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKey => f.write_str("the row has neither asset tag nor serial number"),
            Self::NoModel => f.write_str(
                "the row says neither which model the device is nor what kind",
            ),
            Self::Duplicate(line) => write!(f, "the same device stands in row {line}"),
            Self::Contradicts { row, fields, other } => {
                let words: Vec<&str> = fields.iter().map(|field| word(*field)).collect();
                write!(
                    f,
                    "row {row} says something else of the same device ({}){}",
                    words.join(", "),
                    match other {
                        Other::Taken => ", and fits what was known of it",
                        Other::LeftOut => ", and nobody can tell which is right",
                    }
                )
            }
            Self::TooManyCells { cells, headings } => {
                write!(f, "{cells} cells where the headings are {headings}")
            }
            Self::TooFewCells { cells, headings } => {
                write!(f, "only {cells} cells where the headings are {headings}")
            }
            Self::TooLong => f.write_str("a cell is too long"),
            Self::HoldsRows => f.write_str(
                "the cell holds lines that look like rows; a quote may close too late",
            ),
            Self::Date(text) if is_day_number(text) => {
                write!(f, "{} is the day number of a spreadsheet, no date", quoted(text))
            }
            Self::Date(text) => write!(f, "{} is no date", quoted(text)),
            Self::Mac(text, why) => {
                write!(f, "{} is no MAC address: {why}", quoted(text))
            }
            Self::Ip(text) => write!(f, "{} is no IP address", quoted(text)),
            Self::Udi(text, why) => write!(f, "{} is no UDI: {why}", quoted(text)),
            Self::UdiCheck { text, written, computed } => write!(
                f,
                "the check character of {} is `{written}` and should be `{computed}`",
                quoted(text)
            ),
            Self::YesOrNo(text) => write!(f, "{} is neither yes nor no", quoted(text)),
            Self::Time(text) | Self::Noise(text) | Self::FromADay(text) => {
                write!(f, "{} {}", quoted(text), self.no_version())
            }
            Self::Rounded(text) => write!(
                f,
                "{} is a long number as a spreadsheet shows it, without its last digits",
                quoted(text)
            ),
            Self::Padded { kept, shown } => write!(
                f,
                "the workbook keeps the number {} and shows {}: one of the two is the version",
                quoted(kept),
                quoted(shown)
            ),
            Self::Uncomputed => {
                f.write_str("the formula in the cell has no value that was computed")
            }
            Self::Headings => f.write_str("the headings stand here again"),
            Self::Total(text) => {
                write!(f, "{} counts the other rows and is no device", quoted(text))
            }
            Self::Vanished => f.write_str("the table has no such heading any more"),
        }
    }
}

/// What rows may contradict each other in, in words.
const fn word(field: Field) -> &'static str {
    match field {
        Field::Serial => "serial number",
        Field::Udi => "UDI",
        Field::Version => "release",
        other => other.name(),
    }
}

/// 20000 to 59999 are days from 1954 to 2064.
fn is_day_number(text: &str) -> bool {
    text.len() == 5 && matches!(text.parse(), Ok(20_000..60_000))
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RowLeftOut => "the row is left out",
            Self::FieldLeftEmpty => "the field is left empty",
            Self::Kept => "it is kept as written",
        })
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {} (at {})", self.fault, self.done, self.place)
    }
}
