//! What an export holds, and what taking it in would change, before anything is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use device::inventory::{Complaint, Field, Keys, LeftOut, Mapping, Reader, Row, Table};
use reading::Rejected;
use serde::Serialize;
use store::{Counts, Named, Naming};
use tokio::sync::mpsc;

use super::disputed::{self, Opened, Whose};
use super::elsewhere::Identifiers;
use super::left_out::{self, naming};
use super::moved::Away;
use super::renamed::Renamed;
use super::{Batch, InventoryError};
use crate::App;
use crate::aside::CutShort;

/// How many rows a preview shows.
const SHOWN: usize = 10;
/// Of how many rows that are left out it is told which devices they name: as many as complaints
/// are kept.
const NAMING_MAX: usize = 10_000;

/// What an export holds, before anything is kept.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    /// How many devices it tells of.
    pub devices: usize,
    /// How many different builds they are.
    pub builds: usize,
    /// How many rows are left out.
    pub left_out: usize,
    /// Which column is taken for what, and why.
    pub mapping: Mapping,
    /// The headings that are no field; what stands under them is kept.
    pub other_headings: Vec<String>,
    /// The sheet that is read; empty for a file of separated values.
    pub sheet: String,
    /// What is wrong with rows and cells: the first ten thousand.
    pub complaints: Vec<store::Complaint>,
    /// How many there are in all.
    pub complaint_count: usize,
    /// What must be said of the file as a whole.
    pub notes: Vec<String>,
    /// The first devices, by field.
    pub rows: Vec<BTreeMap<&'static str, String>>,
    /// By what the rows that are left out may name a device: of as many as have a complaint.
    #[serde(skip)]
    pub(super) left_out_rows: Vec<Naming>,
    /// The devices that it tells of.
    #[serde(skip)]
    pub(super) keys: Keys,
}

/// What taking an export in would change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// What would become of its rows.
    pub counts: Counts,
    /// How many devices of its source it does not name, and that are not missing yet.
    pub missing: i64,
}

/// Reads an export and says what would be taken in; keeps nothing. Slow for large files:
/// it belongs on a thread of its own.
///
/// # Errors
/// When the file is no inventory.
pub fn preview(bytes: &[u8], mapping: &Mapping) -> Result<Preview, Rejected> {
    survey(Table::open(bytes)?.read(mapping)?, &Away::default(), &mut |_| {})
}

/// The same, of an export that is opened.
pub(super) fn preview_of(opened: &Opened) -> Result<Preview, Rejected> {
    surveyed(opened, &mut |_| {})
}

/// Reads an export that is opened, and says what was found of it.
fn surveyed(
    opened: &Opened,
    each: &mut dyn FnMut(Found<'_>),
) -> Result<Preview, Rejected> {
    let mut preview = opened.read(|reader| survey(reader, &opened.away, each))?;
    opened.found.amend(&mut preview);
    opened.away.amend(&mut preview);
    Ok(preview)
}

/// What stands in the rows of an export.
enum Found<'r> {
    Device(&'r Row),
    LeftOut(Naming),
}

/// Reads an export, and shows each device and each row that is left out to `each`.
fn survey(
    mut reader: Reader<'_, '_>,
    away: &Away,
    each: &mut dyn FnMut(Found<'_>),
) -> Result<Preview, Rejected> {
    let (mut row, mut devices, mut rows) = (Row::default(), 0, Vec::new());
    let (mut builds, mut left_out_rows) = (BTreeSet::new(), Vec::new());
    let mut leave_out = |left_out: Vec<LeftOut>, each: &mut dyn FnMut(Found<'_>)| {
        for naming in left_out.iter().map(naming) {
            if left_out_rows.len() < NAMING_MAX {
                left_out_rows.push(naming.clone());
            }
            each(Found::LeftOut(naming));
        }
    };
    while reader.read(&mut row)? {
        leave_out(reader.left_out(), each);
        if away.is(&row) {
            continue;
        }
        devices += 1;
        builds.insert(build(&row));
        if rows.len() < SHOWN {
            let filled =
                Field::ALL.into_iter().filter(|field| !row.text(*field).is_empty());
            rows.push(
                filled.map(|field| (field.name(), row.text(field).to_owned())).collect(),
            );
        }
        each(Found::Device(&row));
    }
    leave_out(reader.left_out(), each);
    let (mapping, sheet) = (reader.mapping(), reader.sheet().to_owned());
    let other_headings = reader.other_headings().to_vec();
    let report = reader.finish();
    Ok(Preview {
        devices,
        builds: builds.len(),
        left_out: report.complaints.rows_left_out(),
        mapping,
        other_headings,
        sheet,
        complaint_count: report.complaints.total(),
        complaints: report.complaints.kept().iter().map(complaint).collect(),
        notes: report.notes.iter().map(ToString::to_string).collect(),
        rows,
        left_out_rows,
        keys: report.keys,
    })
}

/// What tells one build from another, short: two are taken for one once in 10^19 pairs.
fn build(row: &Row) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for field in [Field::Maker, Field::Model, Field::Description, Field::Version] {
        let text = row.text(field);
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    let [a, b, c, d, e, f, g, h, ..] = *hasher.finalize().as_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

fn complaint(complaint: &Complaint) -> store::Complaint {
    store::Complaint {
        place: complaint.place.to_string(),
        row: complaint.row as i64,
        heading: complaint.heading.clone(),
        cell: complaint.fault.cell().to_owned(),
        message: format!("{}; {}", complaint.fault, complaint.done),
        mend: complaint.fault.mend().to_owned(),
    }
}

/// What an export holds and what would become of its rows, and by what its devices are known.
pub(super) struct Foreseen {
    pub(super) preview: Preview,
    pub(super) counts: Counts,
    pub(super) identifiers: Identifiers,
    /// The devices that only rows name which are left out.
    pub(super) named: Vec<Named>,
    /// Devices that may be known under another number.
    pub(super) renamed: Renamed,
    /// The export, to be read again.
    pub(super) opened: Opened,
}

impl Foreseen {
    /// How many of the devices of its source that are not missing it names: rows that are left out
    /// name some too.
    pub(super) fn still_named(&self) -> i64 {
        let counts = &self.counts;
        counts.changed + counts.unchanged - counts.returned
            + left_out::devices(&self.named)
    }
}

/// Reads an export, and compares its rows with what is held of its source.
pub(super) async fn foresee(
    app: &App,
    whose: Whose,
    bytes: Vec<u8>,
    mapping: Mapping,
) -> Result<Result<Foreseen, Rejected>, InventoryError> {
    let opened = match disputed::open(app, whose, bytes, mapping).await? {
        Ok(opened) => opened,
        Err(refused) => return Ok(Err(refused)),
    };
    let Whose { head, source, .. } = whose;
    let renamed = opened.found.renamed.clone();
    let again = opened.clone();
    let (rows, mut batches) = mpsc::channel::<Batch>(2);
    let wanted = if source.is_some() { Compare::Rows } else { Compare::Nothing };
    let reading = tokio::task::spawn_blocking(move || send(&opened, wanted, &rows));
    let (mut counts, mut named) = (Counts::default(), Vec::new());
    while let Some(batch) = batches.recv().await {
        let Some(source) = source else { continue };
        named.extend(app.store.named(head, source, &batch.left_out).await?);
        let more = app.store.foresee(head, source, &batch.told).await?;
        counts.added += more.added;
        counts.changed += more.changed;
        counts.unchanged += more.unchanged;
        counts.returned += more.returned;
    }
    let outcome = reading.await.map_err(|_| CutShort)?;
    Ok(outcome.map(|(preview, identifiers)| {
        if source.is_none() {
            counts.added = preview.devices as i64;
        }
        named.retain(|one| !preview.keys.tell(&one.key));
        Foreseen { preview, counts, identifiers, named, renamed, opened: again }
    }))
}

/// Whether the rows are sent on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Compare {
    Rows,
    Nothing,
}

fn send(
    opened: &Opened,
    wanted: Compare,
    batches: &mpsc::Sender<Batch>,
) -> Result<(Preview, Identifiers), Rejected> {
    let (mut batch, mut identifiers) = (Batch::default(), Identifiers::default());
    let mut each = |found: Found<'_>| {
        if let Found::Device(row) = &found {
            identifiers.add(row);
        }
        if wanted == Compare::Nothing {
            return;
        }
        match found {
            Found::Device(row) => batch.told.extend(opened.told(row)),
            Found::LeftOut(naming) => batch.left_out.push(naming),
        }
        if batch.is_full() {
            // Nobody listens any more: what is found is not asked for either.
            batches.blocking_send(std::mem::take(&mut batch)).ok();
        }
    };
    let preview = surveyed(opened, &mut each)?;
    if !batch.is_empty() {
        batches.blocking_send(batch).ok();
    }
    Ok((preview, identifiers))
}

/// By what the devices of an export are known; by nothing where none can be read from it.
pub(super) fn identified(bytes: &[u8], mapping: &Mapping) -> Identifiers {
    let opened = Table::open(bytes);
    // By what a device is known, rows that contradict each other tell too.
    let settled = Arc::default();
    let read = opened
        .and_then(|mut table| table.read_settled(mapping, settled).and_then(identifiers));
    read.unwrap_or_default()
}

/// The same, of an export that is opened.
pub(super) fn identified_in(opened: &Opened) -> Identifiers {
    opened.read(identifiers).unwrap_or_default()
}

fn identifiers(reader: Reader<'_, '_>) -> Result<Identifiers, Rejected> {
    let mut identifiers = Identifiers::default();
    survey(reader, &Away::default(), &mut |found| {
        if let Found::Device(row) = found {
            identifiers.add(row);
        }
    })?;
    Ok(identifiers)
}
