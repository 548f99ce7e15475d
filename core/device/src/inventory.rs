//! Inventories of devices as tables of text.
//!
//! Exports of maintenance systems share no layout. Columns are recognised by their
//! headings in the words of such systems (Snipe-IT, ServiceNow, AEMS/MERS, xDome, Defender
//! for IoT, small imports), and by what stands in them: a maker's column that holds
//! nothing but numbers is none. Separator, quoting, byte order mark, line ends and encoding
//! are found out. Rows that cannot be used are named by line and left out.
//!
//! Devices of the same maker, model, description and version share one [`Build`]:
//! twenty thousand devices are a few hundred builds.

mod columns;
mod encoding;

use std::fmt;

use foldhash::{HashMap, HashMapExt as _};
use reading::{Note, Parsed, Place, Rejected, limits};

use columns::Columns;
pub use columns::{Column, Mapping, UnknownColumn};

/// How many lines before the headings may be titles.
const TITLE_LINES_MAX: usize = 20;

/// The devices of an inventory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The devices in the order of the table.
    pub devices: Vec<Device>,
    /// What they are, each once.
    pub builds: Vec<Build>,
}

/// One device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The number that the hospital put on it, as written but for blanks around it.
    pub asset_tag: String,
    /// Position in [`Inventory::builds`].
    pub build: usize,
    /// The day it was received or put in use, `2018-06-20`; empty if unknown.
    pub received: String,
    /// The line of the table, from 1.
    pub line: usize,
    /// Whether it sustains life.
    pub life_sustaining: Said,
    /// Whether it holds protected health information.
    pub holds_phi: Said,
    /// Whether it can be reached from other zones of the network.
    pub reachable: Said,
}

/// What an inventory says to a question of yes and no.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// It says nothing, or nothing that is yes or no.
    #[default]
    Nothing,
    /// No.
    No,
    /// Yes.
    Yes,
}

impl Said {
    /// Reads the words that people and programs write for yes and no.
    fn read(text: &str) -> Self {
        match text.trim().to_lowercase().as_str() {
            "yes" | "y" | "true" | "1" | "x" | "ja" | "si" | "sí" | "oui" => Self::Yes,
            "no" | "n" | "false" | "0" | "nein" | "non" => Self::No,
            _ => Self::Nothing,
        }
    }
}

/// What a device is.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Build {
    /// The maker as written.
    pub maker: String,
    /// The model as written; name and number together where there are two columns.
    pub model: String,
    /// The description as written.
    pub description: String,
    /// The version of the software as written.
    pub version: String,
}

/// Reads a table.
///
/// # Errors
/// When no row looks like headings, a column that is needed is missing, or a limit is
/// passed.
pub fn parse(bytes: &[u8], mapping: &Mapping) -> Result<Parsed<Inventory>, Rejected> {
    let mut notes = Vec::new();
    let text = encoding::decode(bytes, &mut notes)?;
    let separator = separator(&text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut rows = reader.records();
    let (columns, head_line) = headings(&mut rows, mapping, &mut notes)?;
    let mut filler = Filler::new(columns, notes);
    filler.lines_before = head_line;
    for row in rows {
        let row = row.map_err(|error| broken(&error))?;
        filler.add(&row)?;
    }
    Ok(filler.done())
}

fn broken(error: &csv::Error) -> Rejected {
    let line =
        error.position().map_or(0, |at| usize::try_from(at.line()).unwrap_or(usize::MAX));
    Rejected::new(
        Place::Line { line, column: 0 },
        format!("the table cannot be read: {error}"),
        "export it as CSV",
    )
}

/// The mark that stands most often outside quotes in the first lines.
fn separator(text: &str) -> u8 {
    let head: String =
        text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).take(5).collect();
    let mut quoted = false;
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0), (b'|', 0), (b'^', 0)];
    for character in head.chars() {
        if character == '"' {
            quoted = !quoted;
        }
        for (mark, count) in &mut counts {
            *count += usize::from(!quoted && character == char::from(*mark));
        }
    }
    // The first of equals: a comma.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(mark, _)| *mark)
}

/// The row of headings: the first rows may hold a title and groups of columns.
fn headings(
    rows: &mut impl Iterator<Item = Result<csv::StringRecord, csv::Error>>,
    mapping: &Mapping,
    notes: &mut Vec<Note>,
) -> Result<(Columns, usize), Rejected> {
    let mut best: Option<(Columns, usize)> = None;
    let mut seen = 0;
    for row in rows.by_ref().take(TITLE_LINES_MAX) {
        let row = row.map_err(|error| broken(&error))?;
        let line = line_of(&row);
        seen += 1;
        let columns = Columns::read(&row, mapping);
        if columns.is_enough() {
            columns.note_doubles(&row, line, notes);
            return Ok((columns, line));
        }
        if best.as_ref().is_none_or(|(other, _)| columns.known() > other.known()) {
            best = Some((columns, line));
        }
    }
    let Some((columns, line)) = best.filter(|_| seen > 0) else {
        return Err(Rejected::new(Place::Document, "the table is empty", ""));
    };
    Err(columns.missing(line))
}

fn line_of(row: &csv::StringRecord) -> usize {
    row.position().map_or(0, |at| usize::try_from(at.line()).unwrap_or(usize::MAX))
}

struct Filler {
    columns: Columns,
    inventory: Inventory,
    notes: Vec<Note>,
    beyond: usize,
    /// Order never reaches the output: the maps are only asked.
    builds: HashMap<Build, usize>,
    /// Builds by their fields as they stand in the table: blanks put right or not.
    written: HashMap<String, usize>,
    /// The fields of the row at hand.
    fields: String,
    tags: HashMap<String, usize>,
    lines_before: usize,
    width: usize,
}

impl Filler {
    fn new(columns: Columns, notes: Vec<Note>) -> Self {
        let width = columns.width();
        Self {
            columns,
            inventory: Inventory::default(),
            notes,
            beyond: 0,
            builds: HashMap::new(),
            written: HashMap::new(),
            fields: String::new(),
            tags: HashMap::new(),
            lines_before: 0,
            width,
        }
    }

    fn note(&mut self, line: usize, message: impl fmt::Display) {
        if self.notes.len() < limits::NOTES_MAX {
            self.notes
                .push(Note::new(Place::Line { line, column: 0 }, message.to_string()));
        } else {
            self.beyond += 1;
        }
    }

    fn add(&mut self, row: &csv::StringRecord) -> Result<(), Rejected> {
        let line = line_of(row);
        if row.iter().all(|field| field.trim().is_empty()) {
            return Ok(());
        }
        if self.inventory.devices.len() >= limits::ROWS_MAX {
            let message = format!("the table has more than {} rows", limits::ROWS_MAX);
            return Err(Rejected::new(
                Place::Line { line, column: 0 },
                message,
                "split the table",
            ));
        }
        let long = row.iter().any(|field| field.len() > limits::FIELD_CHARACTERS_MAX);
        if long {
            self.note(line, "a field is too long; the row is left out");
            return Ok(());
        }
        if row.len() > self.width
            && row.iter().skip(self.width).any(|field| !field.is_empty())
        {
            let message = format!(
                "{} fields where the headings have {}; the row is left out",
                row.len(),
                self.width
            );
            self.note(line, message);
            return Ok(());
        }
        self.device(row, line);
        Ok(())
    }

    fn device(&mut self, row: &csv::StringRecord, line: usize) {
        let columns = &self.columns;
        let asset_tag = columns.text(row, Column::AssetTag);
        let received = day(&columns.text(row, Column::Received));
        if asset_tag.is_empty() {
            self.note(line, "the row has no asset tag and is left out");
            return;
        }
        if let Some(first) = self.tags.get(&asset_tag) {
            let first = *first;
            self.note(
                line,
                format!("{asset_tag} is in line {first} already; this row is left out"),
            );
            return;
        }
        self.tags.insert(asset_tag.clone(), line);
        let build = self.build(row);
        let known = self.inventory.builds.get(build);
        if known.is_some_and(|it| it.model.is_empty() && it.description.is_empty()) {
            self.note(line, format!("{asset_tag} has neither model nor description"));
        }
        let said = |column| Said::read(&self.columns.text(row, column));
        self.inventory.devices.push(Device {
            asset_tag,
            build,
            received,
            line,
            life_sustaining: said(Column::LifeSustaining),
            holds_phi: said(Column::HoldsPhi),
            reachable: said(Column::Reachable),
        });
    }

    /// The position of the build of a row.
    fn build(&mut self, row: &csv::StringRecord) -> usize {
        self.fields.clear();
        for column in Column::OF_BUILD {
            self.columns.raw(row, column, &mut self.fields);
        }
        if let Some(known) = self.written.get(&self.fields) {
            return *known;
        }
        let text = |column| self.columns.text(row, column);
        let build = Build {
            maker: text(Column::Manufacturer),
            model: text(Column::Model),
            description: text(Column::Description),
            version: text(Column::SoftwareVersion),
        };
        let at = *self.builds.entry(build).or_insert_with_key(|build| {
            self.inventory.builds.push(build.clone());
            self.inventory.builds.len() - 1
        });
        self.written.insert(self.fields.clone(), at);
        at
    }

    fn done(mut self) -> Parsed<Inventory> {
        if self.beyond > 0 {
            let message = format!("{} more notes are not shown", self.beyond);
            self.notes.push(Note::new(Place::Document, message));
        }
        let numbers = |column: fn(&Build) -> &str| {
            let filled =
                self.inventory.builds.iter().map(column).filter(|text| !text.is_empty());
            let mut filled = filled.peekable();
            filled.peek().is_some() && filled.all(is_reference)
        };
        if numbers(|build| &build.maker) {
            let message = "the makers are numbers or references, not names: nothing will match; \
                export the names";
            self.notes.push(Note::new(
                Place::Line { line: self.lines_before, column: 0 },
                message,
            ));
        }
        Parsed { value: self.inventory, notes: self.notes }
    }
}

/// A number, or 32 hexadecimal digits as ServiceNow writes a reference.
fn is_reference(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits || hex
}

/// A date as `2018-06-20`; empty where it is none or cannot be told.
///
/// `06/20/2018` is read as month, day, year, or the other way where only that is a date; a
/// date that could be both is that of the United States, where the exports are from.
fn day(text: &str) -> String {
    let text = text.split([' ', 'T']).next().unwrap_or_default();
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return String::new() };
    let number = |text: &str| text.parse::<u32>().ok();
    let (Some(x), Some(y), Some(z)) = (number(a), number(b), number(c)) else {
        return String::new();
    };
    let century = |year: u32| if year < 70 { 2000 + year } else { 1900 + year };
    let (year, month, day) = match (a.len(), c.len()) {
        (4, _) => (x, y, z),
        (_, 4) if x <= 12 => (z, x, y),
        (_, 4) => (z, y, x),
        (_, 2) if x <= 12 => (century(z), x, y),
        _ => (century(z), y, x),
    };
    let real = (1900..=2999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day);
    if real { format!("{year:04}-{month:02}-{day:02}") } else { String::new() }
}

#[cfg(test)]
mod tests;
