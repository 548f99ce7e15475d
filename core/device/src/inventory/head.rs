//! Where the headings of a table are, or that it has none.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use reading::{Place, Rejected};

use super::content::{self, Sample};
use super::field::Field;
use super::mapping::{Columns, Mapping, Reason, number_of};
use super::table::Rows;

/// How many rows before the headings may be titles.
pub(super) const TITLE_ROWS_MAX: usize = 20;

/// Rows that are looked at before the first is given out.
pub(super) const SAMPLE_ROWS: usize = 100;

/// Cells that a row must hold before it can be one of headings, or of a device.
const CELLS_MIN: usize = 3;

/// The headings of a table, and the rows behind them that were read already.
pub(super) struct Head {
    pub(super) columns: Columns,
    /// The line or row of the headings; 0 where there is none.
    pub(super) line: usize,
    pub(super) rows: VecDeque<(usize, csv::StringRecord)>,
    /// Whether headings alone told the columns.
    pub(super) by: By,
}

/// By what the columns of a table are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum By {
    Content,
    Headings,
}

/// Finds the row of headings: the first rows may hold a title and groups of columns. Where no
/// headings tell enough, the cells below do, and whether there are headings at all.
pub(super) fn find(rows: &mut Rows<'_, '_>, mapping: &Mapping) -> Result<Head, Rejected> {
    let mut best: Option<(Columns, usize)> = None;
    let mut seen: VecDeque<(usize, csv::StringRecord)> = VecDeque::new();
    let mut row = csv::StringRecord::new();
    while seen.len() < TITLE_ROWS_MAX {
        let Some(line) = rows.read(&mut row)? else { break };
        let columns = Columns::read(&row, mapping);
        if columns.is_enough() {
            return match columns.given_in_vain(rows.row(line)) {
                Some(refused) => Err(refused),
                None => {
                    Ok(Head { columns, line, rows: VecDeque::new(), by: By::Headings })
                }
            };
        }
        if best.as_ref().is_none_or(|(other, _)| columns.known() > other.known()) {
            best = Some((columns, line));
        }
        seen.push_back((line, row.clone()));
    }
    let Some((columns, line)) = best else {
        return Err(Rejected::new(Place::Document, "the table is empty", super::EMPTY));
    };
    while seen.len() < SAMPLE_ROWS + TITLE_ROWS_MAX {
        let Some(line) = rows.read(&mut row)? else { break };
        seen.push_back((line, row.clone()));
    }
    let place = rows.row(line);
    if !mapping.is_numbered()
        && let Some(refused) = columns.given_in_vain(place.clone())
    {
        return Err(refused);
    }
    by_content(seen, (columns, line), mapping, place)
}

/// The columns by their cells.
fn by_content(
    mut seen: VecDeque<(usize, csv::StringRecord)>,
    (best, line): (Columns, usize),
    mapping: &Mapping,
    place: Place,
) -> Result<Head, Rejected> {
    // Two headings that are known, or one that a person named, are a row of headings.
    if best.known() >= 2 || best.is_given() {
        seen.retain(|(at, _)| *at > line);
        let mut columns = best;
        columns.recognise(&seen);
        return match columns.is_enough() {
            true => Ok(Head { columns, line, rows: seen, by: By::Content }),
            false => Err(columns.missing(place)),
        };
    }
    let filled = |row: &csv::StringRecord| {
        row.iter().filter(|cell| !cell.trim().is_empty()).count()
    };
    while seen.front().is_some_and(|(_, row)| filled(row) < CELLS_MIN) {
        seen.pop_front();
    }
    let Some((first, row)) = seen.front().cloned() else {
        return Err(best.missing(place));
    };
    let numbered = |seen: &VecDeque<_>| {
        let mut columns = Columns::numbered(width(seen), mapping);
        columns.recognise(seen);
        columns
    };
    if mapping.is_numbered() {
        // An export that has got headings since.
        if Columns::read(&row, &Mapping::default()).known() >= 2 {
            seen.pop_front();
        }
        let columns = numbered(&seen);
        return match columns.given_in_vain(Place::Document) {
            Some(refused) => Err(refused),
            None if columns.is_enough() => {
                Ok(Head { columns, line: 0, rows: seen, by: By::Content })
            }
            None => Err(columns.missing(Place::Document)),
        };
    }
    let behind: VecDeque<_> = seen.iter().skip(1).cloned().collect();
    let below = numbered(&behind);
    if !below.is_certain() {
        return Err(numbered(&seen).unheaded(&best, place));
    }
    match is_headings(&row, &below, &behind) {
        Is::Device => {
            let columns = numbered(&seen);
            if !columns.is_certain() {
                return Err(columns.unheaded(&best, place));
            }
            Ok(Head { columns, line: 0, rows: seen, by: By::Content })
        }
        Is::Headings => {
            let mut columns = Columns::read(&row, mapping);
            columns.recognise(&behind);
            if !columns.is_certain() {
                return Err(columns.missing(place));
            }
            Ok(Head { columns, line: first, rows: behind, by: By::Content })
        }
        Is::Either => Err(below.unheaded(&best, place)),
    }
}

/// Cells that a row has: as many as most have.
fn width(rows: &VecDeque<(usize, csv::StringRecord)>) -> usize {
    let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
    for (_, row) in rows {
        *widths.entry(row.len()).or_default() += 1;
    }
    widths
        .into_iter()
        .max_by_key(|(width, count)| (*count, *width))
        .map_or(0, |(width, _)| width)
}

/// What a first row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    Headings,
    Device,
    Either,
}

/// Whether the first row is one of headings: what is of the kind of the cells below speaks
/// for a device, and so does what stands there again; what is not speaks for headings.
fn is_headings(
    row: &csv::StringRecord,
    below: &Columns,
    behind: &VecDeque<(usize, csv::StringRecord)>,
) -> Is {
    let (mut device, mut headings) = (0, Columns::read(row, &Mapping::default()).known());
    let mut key_has_digit = false;
    for (at, cell) in row.iter().enumerate() {
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        let cells = || behind.iter().filter_map(|(_, row)| row.get(at)).map(str::trim);
        let again = cells().any(|other| other.eq_ignore_ascii_case(cell));
        device += if again { 2 } else { 0 };
        match below.field_of(at).map(|field| (field, content::shows(field, cell))) {
            Some((Field::Maker, Some(true))) => device += 3,
            Some((Field::Version, Some(true))) => device += 1,
            Some((_, Some(true))) => device += 2,
            Some((_, Some(false))) => headings += 1,
            Some((Field::AssetTag | Field::Serial, None)) => {
                key_has_digit |= cell.bytes().any(|byte| byte.is_ascii_digit());
                let shapes: BTreeSet<String> = cells().map(content::shape).collect();
                match shapes.contains(&content::shape(cell)) {
                    true => device += 2,
                    false => headings += 1,
                }
            }
            Some((_, None)) | None => {}
        }
    }
    // `c1`, `c2`, `c3`: no device is so even.
    let shapes: BTreeSet<String> = row.iter().map(content::shape).collect();
    headings += if shapes.len() == 1 { 2 } else { 0 };
    if device >= 2 && device >= headings + 2 {
        Is::Device
    } else if headings >= device + 2 && (!key_has_digit || headings >= 4) {
        Is::Headings
    } else {
        Is::Either
    }
}

impl Columns {
    /// Takes columns for fields by the cells of these rows.
    pub(super) fn recognise(&mut self, rows: &VecDeque<(usize, csv::StringRecord)>) {
        if self.may_guess {
            let rows = rows.iter().take(SAMPLE_ROWS).map(|(_, row)| row);
            let sample = Sample::of(rows, self.headings.len());
            content::recognise(self, &sample);
        }
    }

    /// Whether a table without known headings can be read: what tells the devices apart,
    /// who made them and what they are.
    fn is_certain(&self) -> bool {
        self.is_enough() && self.has(Field::Maker) && self.has(Field::Model)
    }

    /// Whether a person named one of the columns.
    fn is_given(&self) -> bool {
        self.fields().flat_map(|(_, places)| places).any(|(_, why)| *why == Reason::Given)
    }

    /// The field that a column is taken for.
    fn field_of(&self, at: usize) -> Option<Field> {
        let mut fields = self.fields();
        fields
            .find(|(_, places)| places.iter().any(|(taken, _)| *taken == at))
            .map(|(of, _)| of)
    }

    /// Why a table without known headings cannot be read, with what was seen in it.
    fn unheaded(&self, best: &Self, place: Place) -> Rejected {
        let seen = self.told(&Field::ALL);
        let mut refused = best.missing(place);
        let what = if self.is_certain() {
            "its first row may be headings or a device"
        } else {
            "it may have no row of headings"
        };
        refused.message =
            format!("{}; {what}; by their cells: {seen}", refused.message).into();
        refused.hint = "put a row of headings in front, or name the columns with --mapping, \
                        such as --mapping \"asset_tag=column 1\" where there are no headings"
            .into();
        refused
    }
}

impl Mapping {
    /// Whether it names columns by their number, since the table has no headings.
    pub(super) fn is_numbered(&self) -> bool {
        let mut columns = self.columns().iter().peekable();
        columns.peek().is_some()
            && columns.all(|column| number_of(&column.heading).is_some())
    }
}
