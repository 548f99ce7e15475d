//! The rows of an inventory, for keeping: everything that a register says of a device.

use core::net::IpAddr;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

use reading::{Note, Place, Rejected, limits};
use terms::{Day, Mac, Udi};

use super::complaint::{Complaint, Complaints, Done, Fault};
use super::disputed::Disputes;
use super::field::{Content, Field, folded};
use super::head::{Head, SAMPLE_ROWS};
use super::left_out::{Identifying, Keys, LeftOut};
use super::look::{self, Column};
use super::mapping::{Columns, Mapping};
use super::no_device;
use super::table::Rows;
use super::to_come::holds_from_a_day;
use super::value::{self, Order, Said};

/// Digits behind a point that no release has: a spreadsheet keeps fifteen in all, and where it
/// worked a number out (2.1 less a hair) it fills them.
const DECIMALS_NOISE: usize = 12;

/// Whether the text of a version is a number as a spreadsheet works it out.
fn is_noise(cell: &str) -> bool {
    let is_number =
        |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    cell.trim().split_once(['.', ',']).is_some_and(|(whole, behind)| {
        is_number(whole) && is_number(behind) && behind.len() >= DECIMALS_NOISE
    })
}

/// Why the text of a version tells none that the device has today.
fn no_version(cell: &str) -> Option<Fault> {
    let text = || cell.trim().to_owned();
    match is_noise(cell) {
        true => Some(Fault::Noise(text())),
        false => holds_from_a_day(cell).then(|| Fault::FromADay(text())),
    }
}

/// What tells which device a row is about, what it is, and which release it has.
const TELLING: [Field; 7] = [
    Field::AssetTag,
    Field::Serial,
    Field::Udi,
    Field::Maker,
    Field::Model,
    Field::Description,
    Field::Version,
];

/// One device as its register says it. Texts are normal: blanks put right, dates as
/// `2018-06-20`, addresses in one form with a blank between several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    number: usize,
    texts: [String; Field::ALL.len()],
    other_headings: Arc<[String]>,
    others: Vec<String>,
}

/// Reads the rows of a table one after the other, in memory that does not grow with them but
/// for the keys of the devices seen.
pub struct Reader<'t, 'b> {
    rows: Rows<'t, 'b>,
    columns: Columns,
    orders: [Order; Field::ALL.len()],
    others: Vec<usize>,
    other_headings: Arc<[String]>,
    sample: VecDeque<(usize, csv::StringRecord)>,
    record: csv::StringRecord,
    seen: usize,
    /// The rows by their keys.
    keys: Keys,
    /// The key of the row at hand.
    key: String,
    identifying: Arc<Identifying>,
    /// Rows that contradict each other.
    disputes: Arc<Disputes>,
    /// Those that were left out since somebody asked.
    left_out: Vec<LeftOut>,
    complaints: Complaints,
    notes: Vec<Note>,
    head: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    There,
    Missing,
}

/// What a reader has to say in the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What is wrong with rows and cells.
    pub complaints: Complaints,
    /// What must be said of the table as a whole.
    pub notes: Vec<Note>,
    /// The devices that it tells of.
    pub keys: Keys,
}

impl<'t, 'b> Reader<'t, 'b> {
    pub(super) fn new(
        rows: Rows<'t, 'b>,
        head: Head,
        mut notes: Vec<Note>,
    ) -> Result<Self, Rejected> {
        let Head { columns, line: head, rows: sample, .. } = head;
        if head == 0 {
            let message =
                "the table has no row of headings: its columns go by their numbers";
            notes.push(Note::new(rows.row(head), message));
        }
        columns.note_doubles(&rows, head, &mut notes);
        let mut reader = Self {
            rows,
            columns,
            orders: [Order::default(); Field::ALL.len()],
            others: Vec::new(),
            other_headings: Arc::default(),
            sample,
            record: csv::StringRecord::new(),
            seen: 0,
            keys: Keys::default(),
            key: String::new(),
            identifying: Arc::default(),
            disputes: Arc::default(),
            left_out: Vec::new(),
            complaints: Complaints::default(),
            notes,
            head,
        };
        reader.look_ahead()?;
        let at = |field| reader.columns.of(field).iter().map(|(at, _)| *at).collect();
        reader.identifying =
            Arc::new(Identifying { serials: at(Field::Serial), udis: at(Field::Udi) });
        reader.others = reader.columns.others();
        let heading = |at: &usize| reader.columns.headings.get(*at).cloned();
        reader.other_headings = reader.others.iter().filter_map(heading).collect();
        reader.tell_vanished();
        Ok(reader)
    }

    /// Which column is read as which field, and why; complete, for the next export of the
    /// same source.
    #[must_use]
    pub fn mapping(&self) -> Mapping {
        self.columns.mapping()
    }

    /// The columns that have a heading, each with what it is taken for and with what stands
    /// under it in the first rows; whole as long as no row was read.
    pub(super) fn looks(&self) -> Vec<Column> {
        look::columns(&self.columns, &self.sample)
    }

    /// What each column is taken for, of these fields, and which headings are not used.
    pub(super) fn told(&self, used: &[Field]) -> Note {
        Note::new(self.rows.row(self.head), self.columns.told(used))
    }

    /// The same, among rows that contradict each other.
    pub(super) fn among(self, disputes: Arc<Disputes>) -> Self {
        Self { disputes, ..self }
    }

    /// Shows every row that has a key with it; what is wrong with rows is told when they are read
    /// for keeping.
    pub(super) fn each_row(
        &mut self,
        mut each: impl FnMut(&Row, &str),
    ) -> Result<(), Rejected> {
        let (mut row, mut record) = (Row::default(), csv::StringRecord::new());
        let (mut key, mut seen) = (String::new(), 0);
        while let Some(number) = self.next(&mut record)? {
            seen += 1;
            if seen > limits::ROWS_MAX {
                break;
            }
            let is_device = no_device::why(&record, &self.columns).is_none()
                && self.is_usable(&record, number);
            self.left_out.clear();
            if !is_device {
                continue;
            }
            row.clear();
            row.number = number;
            self.fields(&mut row, &record);
            if row.write_key(&mut key) == Key::There {
                each(&row, &key);
            }
        }
        Ok(())
    }

    /// Whether a column stands for the field.
    #[must_use]
    pub fn has(&self, field: Field) -> bool {
        self.columns.has(field)
    }

    /// Leaves all other fields, and what is no field, empty from here on.
    pub(super) fn fill_only(&mut self, fields: &[Field]) {
        self.columns.forget_all_but(fields);
        self.others = Vec::new();
        self.other_headings = Arc::default();
    }

    /// The headings of the columns that are no field; their cells are kept under them.
    #[must_use]
    pub fn other_headings(&self) -> &[String] {
        &self.other_headings
    }

    /// The name of the sheet that is read; empty for a file of separated values.
    #[must_use]
    pub fn sheet(&self) -> &str {
        self.rows.sheet()
    }

    /// The line or row of the headings; 0 where the table has none.
    #[must_use]
    pub const fn head(&self) -> usize {
        self.head
    }

    /// The place of a field in a row.
    #[must_use]
    pub fn place(&self, row: usize, field: Field) -> Place {
        match self.columns.of(field).first() {
            Some((at, _)) => self.rows.cell(row, *at, self.heading(*at)),
            None => self.rows.row(row),
        }
    }

    /// Reads the next device into `row`; `false` at the end. Rows that are left out are
    /// complained about and passed over.
    ///
    /// # Errors
    /// When the table cannot be read on, or passes a limit.
    pub fn read(&mut self, row: &mut Row) -> Result<bool, Rejected> {
        let mut record = std::mem::take(&mut self.record);
        let read = self.read_with(row, &mut record);
        self.record = record;
        read
    }

    /// The rows that were left out since this was asked last.
    #[must_use]
    pub fn left_out(&mut self) -> Vec<LeftOut> {
        std::mem::take(&mut self.left_out)
    }

    /// The complaints so far.
    #[must_use]
    pub const fn complaints(&self) -> &Complaints {
        &self.complaints
    }

    /// What there is to say when all is read.
    #[must_use]
    pub fn finish(self) -> Report {
        let mut notes = self.notes;
        notes.extend(self.rows.into_notes().finish());
        Report { complaints: self.complaints, notes, keys: self.keys }
    }

    fn read_with(
        &mut self,
        row: &mut Row,
        record: &mut csv::StringRecord,
    ) -> Result<bool, Rejected> {
        while let Some(number) = self.next(record)? {
            let is_blank = record.iter().all(|cell| cell.trim().is_empty());
            if is_blank && !self.rows.has_uncomputed(number) {
                continue;
            }
            self.seen += 1;
            if self.seen > limits::ROWS_MAX {
                let message =
                    format!("the table has more than {} rows", limits::ROWS_MAX);
                return Err(Rejected::new(
                    self.rows.row(number),
                    message,
                    "split the table",
                ));
            }
            if let Some(fault) = no_device::why(record, &self.columns) {
                self.complain(number, None, fault, Done::RowLeftOut);
            } else if self.is_usable(record, number) && self.fill(row, record, number) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn next(
        &mut self,
        record: &mut csv::StringRecord,
    ) -> Result<Option<usize>, Rejected> {
        if let Some((number, sampled)) = self.sample.pop_front() {
            *record = sampled;
            return Ok(Some(number));
        }
        self.rows.read(record)
    }

    /// Looks at the first rows: columns without a known heading may show what they are, and
    /// dates in which order they are written.
    fn look_ahead(&mut self) -> Result<(), Rejected> {
        let mut record = csv::StringRecord::new();
        while self.sample.len() < SAMPLE_ROWS {
            let Some(number) = self.rows.read(&mut record)? else { break };
            self.sample.push_back((number, record.clone()));
        }
        self.columns.recognise(&self.sample);
        for (slot, (field, places)) in self.orders.iter_mut().zip(self.columns.fields()) {
            if field.content() == Content::Date {
                let cells = self.sample.iter().flat_map(|(_, record)| {
                    places.iter().filter_map(|(at, _)| record.get(*at))
                });
                *slot = value::order(cells);
            }
        }
        Ok(())
    }

    fn tell_vanished(&mut self) {
        for column in self.columns.vanished.clone() {
            self.complaints.add(Complaint {
                place: self.rows.row(self.head),
                row: self.head,
                heading: column.heading,
                fault: Fault::Vanished,
                done: Done::FieldLeftEmpty,
            });
        }
    }

    fn heading(&self, at: usize) -> &str {
        self.columns.headings.get(at).map_or("", String::as_str)
    }

    /// Whether the cells of a row stand under their headings.
    fn is_usable(&mut self, record: &csv::StringRecord, number: usize) -> bool {
        let headings = self.columns.headings.len();
        let cells = record.len();
        let is_long = |cell: &str| cell.len() > limits::FIELD_CHARACTERS_MAX;
        if record.iter().any(is_long) {
            self.complain(number, None, Fault::TooLong, Done::RowLeftOut);
            self.leave_out(number, record, 0);
            return false;
        }
        for (at, cell) in record.iter().enumerate() {
            if holds_rows(cell, headings) {
                self.complain(number, Some(at), Fault::HoldsRows, Done::Kept);
                self.left_out.push(LeftOut::swallowed(number, cell));
            }
        }
        let is_text = matches!(self.rows, Rows::Text(_));
        if cells > headings && record.iter().skip(headings).any(|cell| !cell.is_empty()) {
            let fault = Fault::TooManyCells { cells, headings };
            // In separated values a mark too many shifts the cells; in a sheet, a remark
            // beside the table shifts nothing.
            let done = if is_text { Done::RowLeftOut } else { Done::Kept };
            self.complain(number, None, fault, done);
            if done == Done::RowLeftOut {
                self.leave_out(number, record, cells - headings);
            }
            return done == Done::Kept;
        }
        if is_text && cells < headings {
            let fault = Fault::TooFewCells { cells, headings };
            self.complain(number, None, fault, Done::Kept);
        }
        true
    }

    /// Fills `row`; `false` where the row cannot be used.
    fn fill(&mut self, row: &mut Row, record: &csv::StringRecord, number: usize) -> bool {
        row.clear();
        row.number = number;
        let uncomputed = self.uncomputed(number);
        if let Some((at, _)) =
            uncomputed.iter().find(|(_, done)| *done == Done::RowLeftOut)
        {
            self.complain(number, Some(*at), Fault::Uncomputed, Done::RowLeftOut);
            self.leave_out(number, record, 0);
            return false;
        }
        let mut complaints = self.fields(row, record);
        complaints.extend(
            uncomputed.into_iter().map(|(at, done)| (at, Fault::Uncomputed, done)),
        );
        if row.write_key(&mut self.key) == Key::Missing {
            self.complain(number, None, Fault::NoKey, Done::RowLeftOut);
            self.leave_out(number, record, 0);
            return false;
        }
        if let Some(fault) = self.disputes.fault(&self.key, number) {
            self.complain(number, None, fault, Done::RowLeftOut);
            self.leave_out(number, record, 0);
            return false;
        }
        if let Some(first) = self.keys.add(&self.key, number) {
            let field = if row.text(Field::AssetTag).is_empty() {
                Field::Serial
            } else {
                Field::AssetTag
            };
            let at = self.columns.of(field).first().map(|(at, _)| *at);
            self.complain(number, at, Fault::Duplicate(first), Done::RowLeftOut);
            self.leave_out(number, record, 0);
            return false;
        }
        if let Some(at) = self.names_nothing(row) {
            self.complain(number, Some(at), Fault::NoModel, Done::Kept);
        }
        for (at, fault, done) in complaints {
            self.complain(number, Some(at), fault, done);
        }
        if !Arc::ptr_eq(&row.other_headings, &self.other_headings) {
            row.other_headings = Arc::clone(&self.other_headings);
        }
        row.others.resize_with(self.others.len(), String::new);
        for (text, at) in row.others.iter_mut().zip(&self.others) {
            let cell = record.get(*at).unwrap_or_default();
            if !value::is_nothing(cell) {
                put_words(text, value::unarmed(cell));
            }
        }
        true
    }

    /// The cells of fields that hold a formula of which no value was computed, with what is done
    /// about each. A device of which nobody can tell which one it is, what it is or which release
    /// it has is left out, so that a known one stays as it was: as nothing, the formula would
    /// make another device of it, or take away the release by which it is affected.
    fn uncomputed(&self, number: usize) -> Vec<(usize, Done)> {
        if !self.rows.has_uncomputed(number) {
            return Vec::new();
        }
        let places = self.columns.fields().flat_map(|(field, places)| {
            let done = match TELLING.contains(&field) {
                true => Done::RowLeftOut,
                false => Done::FieldLeftEmpty,
            };
            places.iter().map(move |(at, _)| (*at, done))
        });
        places.filter(|(at, _)| self.rows.is_uncomputed(number, *at)).collect()
    }

    /// The column in which a row should say what the device is, where it says it nowhere.
    fn names_nothing(&self, row: &Row) -> Option<usize> {
        let names = [Field::Model, Field::Description];
        let mut places = names.into_iter().flat_map(|name| self.columns.of(name));
        let (at, _) = places.next()?;
        names.into_iter().all(|name| row.text(name).is_empty()).then_some(*at)
    }

    /// Fills the fields of `row`; what is wrong with them is told once the row is kept.
    fn fields(
        &self,
        row: &mut Row,
        record: &csv::StringRecord,
    ) -> Vec<(usize, Fault, Done)> {
        let mut wrong = Vec::new();
        let fields = self.columns.fields().zip(&mut row.texts).zip(self.orders);
        for (((field, places), text), order) in fields {
            for (at, _) in places {
                let cell = record.get(*at).unwrap_or_default();
                if value::is_nothing(cell) {
                    continue;
                }
                let none = (field == Field::Version).then(|| no_version(cell)).flatten();
                if let Some(fault) = none {
                    wrong.push((*at, fault, Done::FieldLeftEmpty));
                    continue;
                }
                let (cell, fault) = match field {
                    Field::Version => self.version(row.number, *at, cell),
                    _ => (Cow::Borrowed(cell), rounded(field, cell)),
                };
                let faults = put(text, field.content(), value::unarmed(&cell), order);
                wrong.extend(faults.into_iter().map(|(fault, done)| (*at, fault, done)));
                wrong.extend(fault.map(|fault| (*at, fault, Done::Kept)));
            }
        }
        wrong
    }

    /// The text of a cell that holds a version, and what a spreadsheet may have done to it. A
    /// number that is shown as `2.10` was typed so, or as `2.1`: nobody can tell.
    fn version<'c>(
        &self,
        row: usize,
        at: usize,
        cell: &'c str,
    ) -> (Cow<'c, str>, Option<Fault>) {
        if let Some(plain) = self.rows.unpadded(row, at) {
            let (kept, shown) = (plain.to_owned(), cell.trim().to_owned());
            let both = Cow::Owned(format!("{kept} or {shown}"));
            return (both, Some(Fault::Padded { kept, shown }));
        }
        let time =
            terms::date::is_time(cell).then(|| Fault::Time(cell.trim().to_owned()));
        (Cow::Borrowed(cell), time)
    }

    fn leave_out(&mut self, number: usize, record: &csv::StringRecord, shift: usize) {
        self.left_out.push(LeftOut::new(number, record, shift, &self.identifying));
    }

    fn complain(&mut self, number: usize, at: Option<usize>, fault: Fault, done: Done) {
        let heading = at.map_or("", |at| self.heading(at)).to_owned();
        let place = match at {
            Some(at) => self.rows.cell(number, at, &heading),
            None => self.rows.row(number),
        };
        self.complaints.add(Complaint { place, row: number, heading, fault, done });
    }
}

/// What a spreadsheet shows of a number that is too long for its cell (`6.37702E+15`), where a
/// number of a device or its model should stand.
fn rounded(field: Field, cell: &str) -> Option<Fault> {
    let is_number = matches!(field, Field::AssetTag | Field::Serial | Field::Model);
    let text = value::unarmed(cell.trim());
    (is_number && value::is_rounded(text)).then(|| Fault::Rounded(text.to_owned()))
}

impl Row {
    /// A row as it was kept: what its fields say, and what stands under the other headings,
    /// each of which is one of `other_headings`.
    #[must_use]
    pub fn kept<'k>(
        fields: impl IntoIterator<Item = (Field, &'k str)>,
        other_headings: &Arc<[String]>,
        others: impl IntoIterator<Item = (&'k str, &'k str)>,
    ) -> Self {
        let mut row = Self {
            other_headings: Arc::clone(other_headings),
            others: vec![String::new(); other_headings.len()],
            ..Self::default()
        };
        for (field, text) in fields {
            let mut slots = Field::ALL.iter().zip(&mut row.texts);
            if let Some((_, slot)) = slots.find(|(of, _)| **of == field) {
                text.clone_into(slot);
            }
        }
        for (heading, text) in others {
            let mut slots = other_headings.iter().zip(&mut row.others);
            if let Some((_, slot)) = slots.find(|(of, _)| *of == heading) {
                text.clone_into(slot);
            }
        }
        row
    }

    /// The line of the table, or the row of the sheet, from 1.
    #[must_use]
    pub const fn number(&self) -> usize {
        self.number
    }

    /// The text of a field; empty where it is not known.
    #[must_use]
    pub fn text(&self, field: Field) -> &str {
        let texts = Field::ALL.iter().zip(&self.texts);
        // The fields stand in the order of their variants.
        self.texts.get(field as usize).map_or_else(
            || {
                texts
                    .into_iter()
                    .find(|(of, _)| **of == field)
                    .map_or("", |(_, text)| text)
            },
            String::as_str,
        )
    }

    /// The key of the device within its source: the asset tag, else the serial number with
    /// maker and model. `None` where it has neither.
    ///
    /// Two rows of one source with the same key are the same device, in one export and from
    /// one to the next.
    #[must_use]
    pub fn device_key(&self) -> Option<String> {
        let mut key = String::new();
        (self.write_key(&mut key) == Key::There).then_some(key)
    }

    fn write_key(&self, key: &mut String) -> Key {
        key.clear();
        let (tag, serial) = (self.text(Field::AssetTag), self.text(Field::Serial));
        if !tag.is_empty() {
            key.push_str("tag:");
            key.push_str(tag);
        } else if !serial.is_empty() {
            key.push_str("serial:");
            for name in [Field::Maker, Field::Model] {
                // Folded names have no `|`.
                key.push_str(&folded(self.text(name)));
                key.push('|');
            }
            key.push_str(serial);
        }
        if key.is_empty() { Key::Missing } else { Key::There }
    }

    /// The unique device identifier.
    #[must_use]
    pub fn udi(&self) -> Option<Udi> {
        Udi::parse(self.text(Field::Udi)).ok()
    }

    /// The addresses of its network interfaces.
    pub fn macs(&self) -> impl Iterator<Item = Mac> {
        self.text(Field::Mac).split(' ').filter_map(|text| Mac::parse(text).ok())
    }

    /// Its addresses in the network.
    pub fn ips(&self) -> impl Iterator<Item = IpAddr> {
        self.text(Field::Ip).split(' ').filter_map(|text| text.parse().ok())
    }

    /// The day that a date field names.
    #[must_use]
    pub fn day(&self, field: Field) -> Option<Day> {
        terms::date::day(self.text(field)).ok()
    }

    /// What is said to a question of yes and no.
    #[must_use]
    pub fn said(&self, field: Field) -> Said {
        Said::read(self.text(field))
    }

    /// What stands under headings that are no field.
    pub fn others(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.other_headings.iter().zip(&self.others);
        pairs.map(|(heading, text)| (heading.as_str(), text.as_str()))
    }

    /// What stands under a heading that is no field.
    #[must_use]
    pub fn other(&self, heading: &str) -> &str {
        self.others().find(|(other, _)| *other == heading).map_or("", |(_, text)| text)
    }

    /// A digest of everything that is said of the device, but for where it stands: two rows
    /// with the same digest say the same.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        let mut part = |name: &str, text: &str| {
            if !text.is_empty() {
                for piece in [name, text] {
                    hasher.update(&(piece.len() as u64).to_le_bytes());
                    hasher.update(piece.as_bytes());
                }
            }
        };
        for (field, text) in Field::ALL.iter().zip(&self.texts) {
            part(field.name(), text);
        }
        let mut others: Vec<(&str, &str)> = self.others().collect();
        others.sort_unstable();
        for (heading, text) in others {
            part(heading, text);
        }
        hasher.finalize().into()
    }

    fn clear(&mut self) {
        self.texts.iter_mut().for_each(String::clear);
        self.others.iter_mut().for_each(String::clear);
    }
}

/// Whether a cell of several lines has one with as many marks as a row: a quote that closes
/// too late swallows rows.
fn holds_rows(cell: &str, headings: usize) -> bool {
    let as_row = |line: &str| {
        let mut marks = [b',', b';', b'\t', b'|', b'^'].into_iter();
        marks
            .any(|mark| line.bytes().filter(|byte| *byte == mark).count() + 1 >= headings)
    };
    headings > 2
        && cell.contains(['\n', '\r'])
        && cell.split(['\n', '\r']).skip(1).any(as_row)
}

/// Puts the content of a cell behind what is there; gives back what is wrong with it.
fn put(
    text: &mut String,
    content: Content,
    cell: &str,
    order: Order,
) -> Vec<(Fault, Done)> {
    let mut wrong = Vec::new();
    let trimmed = cell.trim();
    match content {
        Content::Text if text.contains(trimmed) => {}
        Content::Text => put_words(text, cell),
        Content::Date => match value::date(trimmed, order) {
            Some(date) => *text = date,
            None => wrong.push((Fault::Date(trimmed.to_owned()), Done::FieldLeftEmpty)),
        },
        Content::Said => match Said::read(trimmed) {
            Said::Nothing => {
                wrong.push((Fault::YesOrNo(trimmed.to_owned()), Done::FieldLeftEmpty));
            }
            said => said.word().clone_into(text),
        },
        Content::Macs => value::macs(cell, |mac| match mac {
            Ok(mac) => put_once(text, &mac.to_string()),
            Err(fault) => wrong.push((fault, Done::FieldLeftEmpty)),
        }),
        Content::Ips => value::ips(cell, |ip| match ip {
            Ok(ip) => put_once(text, &ip.to_string()),
            Err(fault) => wrong.push((fault, Done::FieldLeftEmpty)),
        }),
        Content::Udi => {
            let (udi, fault) = value::udi(cell);
            let done = if udi.is_some() { Done::Kept } else { Done::FieldLeftEmpty };
            if let Some(udi) = udi {
                udi.as_str().clone_into(text);
            }
            wrong.extend(fault.map(|fault| (fault, done)));
        }
    }
    wrong
}

/// Words with one blank between.
fn put_words(text: &mut String, cell: &str) {
    for word in cell.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
}

fn put_once(text: &mut String, piece: &str) {
    if text.split(' ').all(|other| other != piece) {
        put_words(text, piece);
    }
}
