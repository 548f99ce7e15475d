//! Inventories of devices: tables of text, from files of separated values or workbooks.
//!
//! Exports of maintenance systems share no layout. Columns are recognised by their
//! headings in the words of such systems (Snipe-IT, ServiceNow, AEMS/MERS, xDome, Defender
//! for IoT, small imports; English, German, French, Spanish, Italian, Dutch), and by what
//! stands in them, where headings are of another language or not there at all: addresses and
//! device identifiers show what they are, makers are known by name, and a maker's column that
//! holds nothing but numbers is none.
//! Separator, quoting, byte order mark, line ends and encoding are found out, and of several
//! sheets the one that looks like an inventory. Rows that cannot be used are named by their
//! place and left out; cells that cannot be read are named and left empty.
//!
//! For matching, [`parse`] gives what devices are. For keeping, a [`Reader`] gives row by row
//! everything that the register says, with a [`Complaint`] for each fault and the [`Mapping`]
//! that reads the next export in the same way. [`write_csv`] and [`write_workbook`] write rows
//! that read back as they were.
//!
//! Devices of the same maker, model, description and version share one [`Build`]:
//! twenty thousand devices are a few hundred builds.

mod alike;
mod complaint;
mod content;
mod disputed;
mod export;
mod field;
mod head;
mod left_out;
mod look;
mod mapping;
mod no_device;
mod register;
mod table;
mod to_come;
mod value;

use foldhash::{HashMap, HashMapExt as _};
use reading::{Note, Notes, Parsed, Place, Rejected};

pub use alike::{piece, tag_bare, tag_written};
pub use complaint::{Complaint, Complaints, Done, Fault, Kind, Other};
pub use disputed::{Disputes, is_other_device};
pub use export::{Output, Unwritable, append_csv, harmless, write_csv, write_workbook};
pub use field::Field;
pub use left_out::{Keys, LeftOut};
pub use look::{Column, Format, Look};
pub use mapping::{Assignment, Mapping, Reason, UnknownColumn};
pub use register::{Reader, Report, Row};
pub use table::Table;
pub use value::Said;

/// The devices of an inventory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The devices in the order of the table.
    pub devices: Vec<Device>,
    /// What they are, each once.
    pub builds: Vec<Build>,
    /// How many rows could not be used; each is named in a note.
    pub rows_left_out: usize,
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
    /// The line of the table, or the row of the sheet, from 1.
    pub line: usize,
    /// Whether it sustains life.
    pub life_sustaining: Said,
    /// Whether it holds protected health information.
    pub holds_phi: Said,
    /// Whether it can be reached from other zones of the network.
    pub reachable: Said,
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

/// What matching needs of a row.
const NEEDED: [Field; 12] = [
    Field::AssetTag,
    Field::Serial,
    Field::Maker,
    Field::Model,
    Field::Description,
    Field::Version,
    Field::Installed,
    Field::Received,
    Field::Manufactured,
    Field::LifeSustaining,
    Field::HoldsPhi,
    Field::Reachable,
];

/// Reads a table for matching: what the devices are, and what priority hangs on.
///
/// # Errors
/// When no row looks like headings, a column that is needed is missing, or a limit is
/// passed.
pub fn parse(bytes: &[u8], mapping: &Mapping) -> Result<Parsed<Inventory>, Rejected> {
    let mut table = Table::open(bytes)?;
    let mut reader = table.read(mapping)?;
    let key = if reader.has(Field::AssetTag) { Field::AssetTag } else { Field::Serial };
    let told = reader.told(&NEEDED);
    let missing = unknown(&reader);
    reader.fill_only(&NEEDED);
    let mut filler = Filler::new(key);
    let mut row = Row::default();
    while reader.read(&mut row)? {
        filler.add(&row, &reader);
        // What is not kept is not missed either.
        drop(reader.left_out());
    }
    let head = reader.place(reader.head(), Field::Maker);
    filler.tell_references(head);
    let place = reader.place(reader.head(), Field::AssetTag);
    let mut parsed = filler.done(reader.finish());
    if parsed.value.devices.is_empty() {
        return Err(nothing_read(&parsed, place));
    }
    parsed.notes.insert(0, told);
    parsed.notes.splice(1..1, missing);
    Ok(parsed)
}

/// What matching would want to know, and no column says.
fn unknown(reader: &Reader<'_, '_>) -> Vec<Note> {
    let wanted = [
        (Field::Maker, "no column holds the maker: few devices will match"),
        (
            Field::Version,
            "no column holds the software version: what hangs on it is in doubt",
        ),
    ];
    wanted
        .into_iter()
        .filter(|(field, _)| !reader.has(*field))
        .map(|(field, message)| Note::new(reader.place(reader.head(), field), message))
        .collect()
}

/// What can be done about a table without a row.
const EMPTY: &str =
    "look whether the export came to its end, and whether a filter was set";

/// An inventory of which nothing was read says nothing about any device.
fn nothing_read(parsed: &Parsed<Inventory>, place: Place) -> Rejected {
    match parsed.notes.first() {
        Some(first) if parsed.value.rows_left_out > 0 => Rejected::new(
            first.place.clone(),
            format!(
                "none of the {} rows can be used; the first: {}",
                parsed.value.rows_left_out, first.message
            ),
            "mend the rows, or name the columns with --mapping",
        ),
        _ => Rejected::new(place, "the table has headings and no rows", EMPTY),
    }
}

struct Filler {
    /// What tells one device from another.
    key: Field,
    inventory: Inventory,
    notes: Notes,
    /// The builds by their texts in one. Order never reaches the output: the map is only
    /// asked.
    builds: HashMap<String, usize>,
    /// The texts of the row at hand.
    texts: String,
}

impl Filler {
    fn new(key: Field) -> Self {
        Self {
            key,
            inventory: Inventory::default(),
            notes: Notes::new(),
            builds: HashMap::new(),
            texts: String::new(),
        }
    }

    fn add(&mut self, row: &Row, reader: &Reader<'_, '_>) {
        let tag = row.text(self.key);
        let place = || reader.place(row.number(), self.key);
        if tag.is_empty() {
            self.inventory.rows_left_out += 1;
            self.notes.at(place, "the row has no asset tag and is left out");
            return;
        }
        if row.text(Field::Model).is_empty() && row.text(Field::Description).is_empty() {
            self.notes.at(place, format!("{tag} has neither model nor description"));
        }
        let build = self.build(row);
        self.inventory.devices.push(Device {
            asset_tag: tag.to_owned(),
            build,
            received: received(row).to_owned(),
            line: row.number(),
            life_sustaining: row.said(Field::LifeSustaining),
            holds_phi: row.said(Field::HoldsPhi),
            reachable: row.said(Field::Reachable),
        });
    }

    /// The position of the build of a row.
    fn build(&mut self, row: &Row) -> usize {
        let parts = [Field::Maker, Field::Model, Field::Description, Field::Version];
        let parts = parts.map(|field| row.text(field));
        self.texts.clear();
        for part in parts {
            // With its length before it, no text can be taken for two.
            self.texts.push_str(&part.len().to_string());
            self.texts.push(' ');
            self.texts.push_str(part);
        }
        if let Some(known) = self.builds.get(&self.texts) {
            return *known;
        }
        let [maker, model, description, version] = parts.map(str::to_owned);
        let next = self.inventory.builds.len();
        self.inventory.builds.push(Build { maker, model, description, version });
        self.builds.insert(self.texts.clone(), next);
        next
    }

    /// Makers that are numbers match nothing, and nobody would see why.
    fn tell_references(&mut self, head: Place) {
        let makers = self.inventory.builds.iter().map(|build| &build.maker);
        let mut filled = makers.filter(|maker| !maker.is_empty()).peekable();
        if filled.peek().is_some() && filled.all(|maker| is_reference(maker)) {
            let message = "the makers are numbers or references, not names: nothing will match; \
                export the names";
            self.notes.at(|| head, message);
        }
    }

    fn done(mut self, report: Report) -> Parsed<Inventory> {
        self.inventory.rows_left_out += report.complaints.rows_left_out();
        let mut notes = report.notes;
        let mut more = Notes::new();
        for complaint in report.complaints.kept() {
            // A row cut short still says what it says.
            if complaint.fault.kind() == Kind::TooFewCells {
                continue;
            }
            let message = format!("{}; {}", complaint.fault, complaint.done);
            more.add(|| Note::new(complaint.place.clone(), message));
        }
        more.append(self.notes);
        notes.extend(more.finish());
        Parsed { value: self.inventory, notes }
    }
}

/// The day from which a device is in the house, as well as it is known.
fn received(row: &Row) -> &str {
    [Field::Installed, Field::Received, Field::Manufactured]
        .into_iter()
        .map(|field| row.text(field))
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// A number, or 32 hexadecimal digits as ServiceNow writes a reference.
fn is_reference(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits || hex
}

#[cfg(test)]
mod tests;
