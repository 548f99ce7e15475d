//! Reports: what the house knows, put together for somebody who reads it on paper.
//!
//! A [`Report`] is one value: headings, sentences, tables, plots as their numbers, and findings
//! with the facts that they rest on. A page, JSON and a PDF show the same value; none of them
//! adds anything. What a report says was worked out before: nothing here judges.
//!
//! Texts are plain: nothing in them is markup, whoever wrote it.
//!
//! Not here: asking the database, who may see what, and drawing.

mod board;
mod fact;
mod members;
mod posture;
mod purchase;
mod supplier;

use serde::Serialize;
use terms::{Day, Tlp};

pub use self::board::{Board, Doing, Held, board};
pub use self::fact::Fact;
pub use self::members::Member;
pub use self::posture::{Noted, Standing, Turned, posture, trend, weeks};
pub use self::purchase::{Bidder, Comparison, Ended, Flaw, Gate, Override, purchase};
pub use self::supplier::{Dossier, MEASURES, Product, Vetting, supplier};

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Where an organisation stands.
    Posture,
    /// What the evidence says of a supplier.
    Supplier,
    /// The same on one page, for those who answer for the whole.
    Board,
    /// Bidders side by side.
    Purchase,
}

/// For whom, when and by what knowledge a report was made.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// The organisation whose report it is.
    pub organisation: &'a str,
    /// The day.
    pub day: Day,
    /// How old what is known of advisories is, in a few words.
    pub knowledge: &'a str,
    /// What a document is called for people, by its name among grounds.
    pub named: &'a dyn Fn(&str) -> String,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What it is about.
    pub kind: Kind,
    /// What it is called.
    pub title: String,
    /// The organisation whose report it is.
    pub organisation: String,
    /// Of which day it is: `2026-11-26`.
    pub as_of: String,
    /// How old what is known of advisories is.
    pub knowledge: String,
    /// With whom it may be shared: `TLP:AMBER+STRICT`.
    pub label: String,
    /// The whole in one sentence.
    pub lead: String,
    /// How it is to be read.
    pub note: String,
    /// Its parts.
    pub sections: Vec<Section>,
}

/// A part under a heading.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// What stands under it.
    pub blocks: Vec<Block>,
}

/// Something that stands under a heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// A sentence or several.
    Paragraph {
        /// What it says.
        text: String,
    },
    /// Things in an order that counts.
    Steps {
        /// The things, the first first.
        steps: Vec<Step>,
    },
    /// Rows under columns.
    Table(Table),
    /// Numbers that are drawn.
    Plot(Plot),
    /// A verdict with what it rests on.
    Finding(Finding),
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What.
    pub text: String,
    /// What it brings.
    pub beside: String,
}

/// Rows under columns; the first column names the row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with a text for each column.
    pub rows: Vec<Vec<String>>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its head.
    pub name: String,
    /// How it stands.
    pub align: Align,
}

/// How a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Words.
    Text,
    /// Numbers.
    Number,
}

/// Numbers that are drawn as bars; the same stands below it as a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plot {
    /// What it shows.
    pub title: String,
    /// What somebody hears who does not see it.
    pub alt: String,
    /// How the bars of a row stand.
    pub bars: Bars,
    /// What the bars are, in their order.
    pub series: Vec<String>,
    /// How long a bar may be: what fills the width.
    pub whole: usize,
    /// What is counted: `controls`, `percent`.
    pub unit: String,
    /// The rows.
    pub rows: Vec<Bar>,
}

/// How the bars of a row stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bars {
    /// One after the other: parts of a whole.
    Stacked,
    /// One below the other: to be compared.
    Beside,
}

/// A row of a plot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bar {
    /// What it is.
    pub label: String,
    /// A number for each of the series; none where nobody knows.
    pub values: Vec<Option<usize>>,
}

/// A verdict with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was judged.
    pub name: String,
    /// The verdict.
    pub verdict: Word,
    /// Why, in a sentence without a full stop.
    pub why: String,
    /// What else is said of it.
    pub lines: Vec<Line>,
    /// The facts that were used.
    pub facts: Vec<Fact>,
}

/// A verdict as a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Word {
    /// The word on the wire.
    pub word: &'static str,
    /// The word that people read.
    pub label: &'static str,
}

/// Something that is said under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The name.
    pub name: &'static str,
    /// What is said.
    pub text: String,
}

impl Report {
    fn new(kind: Kind, title: String, frame: &Frame<'_>) -> Self {
        Self {
            kind,
            title,
            organisation: frame.organisation.to_owned(),
            as_of: frame.day.to_string(),
            knowledge: frame.knowledge.to_owned(),
            label: Tlp::UNLABELLED.to_string(),
            lead: String::new(),
            note: String::new(),
            sections: Vec::new(),
        }
    }

    /// Adds a part; one that says nothing is left out.
    fn add(&mut self, heading: &str, blocks: Vec<Block>) {
        if !blocks.is_empty() {
            self.sections.push(Section { heading: heading.to_owned(), blocks });
        }
    }
}

impl Table {
    fn new(caption: &str, columns: &[(&str, Align)]) -> Self {
        let column = |(name, align): &(&str, Align)| Column {
            name: (*name).to_owned(),
            align: *align,
        };
        Self {
            caption: caption.to_owned(),
            columns: columns.iter().map(column).collect(),
            rows: Vec::new(),
        }
    }

    /// The table as a block; none where it has no row.
    fn block(self) -> Option<Block> {
        (!self.rows.is_empty()).then_some(Block::Table(self))
    }
}

impl Plot {
    /// The same numbers as a table.
    #[must_use]
    pub fn table(&self) -> Table {
        let heads = self.series.iter().map(|name| (name.as_str(), Align::Number));
        let columns: Vec<(&str, Align)> =
            std::iter::once(("", Align::Text)).chain(heads).collect();
        let mut table = Table::new(&self.title, &columns);
        let shown = |value: &Option<usize>| match (value, self.unit.as_str()) {
            (None, _) => "nothing tells".to_owned(),
            (Some(value), "percent") => format!("{value} %"),
            (Some(value), _) => value.to_string(),
        };
        table.rows.extend(self.rows.iter().map(|row| {
            std::iter::once(row.label.clone())
                .chain(row.values.iter().map(shown))
                .collect()
        }));
        table
    }
}

impl Line {
    /// A line; none where nothing is said.
    fn of(name: &'static str, text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        (!text.is_empty()).then_some(Self { name, text })
    }
}

/// A day as people read it: `26 Nov 2026`.
fn shown(day: Day) -> String {
    day.date().strftime("%-d %b %Y").to_string()
}

/// `1 control`, `2 controls`.
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A text that begins with a capital.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
