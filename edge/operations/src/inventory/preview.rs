//! What an export holds, and what taking it in would change, before anything is kept.

use std::collections::{BTreeMap, BTreeSet};

use device::inventory::{Complaint, Field, Mapping, Row, Table};
use reading::Rejected;
use serde::Serialize;
use store::{Counts, Told};
use tokio::sync::mpsc;

use super::elsewhere::Identifiers;
use super::told::told;
use super::{BATCH, InventoryError};
use crate::App;
use crate::aside::CutShort;

/// How many rows a preview shows.
const SHOWN: usize = 10;

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
    let mut none = |_: &Row| Ok(());
    survey(bytes, mapping, &mut none)
}

/// Reads an export, and shows each device to `each`.
fn survey(
    bytes: &[u8],
    mapping: &Mapping,
    each: &mut dyn FnMut(&Row) -> Result<(), Rejected>,
) -> Result<Preview, Rejected> {
    let mut table = Table::open(bytes)?;
    let mut reader = table.read(mapping)?;
    let (mut row, mut devices, mut rows) = (Row::default(), 0, Vec::new());
    let mut builds = BTreeSet::new();
    while reader.read(&mut row)? {
        devices += 1;
        builds.insert(build(&row));
        if rows.len() < SHOWN {
            let filled =
                Field::ALL.into_iter().filter(|field| !row.text(*field).is_empty());
            rows.push(
                filled.map(|field| (field.name(), row.text(field).to_owned())).collect(),
            );
        }
        each(&row)?;
    }
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
}

/// Reads an export, and compares its rows with what is held of its source.
pub(super) async fn foresee(
    app: &App,
    head: i64,
    source: Option<i64>,
    bytes: Vec<u8>,
    mapping: Mapping,
) -> Result<Result<Foreseen, Rejected>, InventoryError> {
    let (rows, mut batches) = mpsc::channel::<Vec<Told>>(2);
    let wanted = if source.is_some() { Compare::Rows } else { Compare::Nothing };
    let reading =
        tokio::task::spawn_blocking(move || send(&bytes, &mapping, wanted, &rows));
    let mut counts = Counts::default();
    while let Some(batch) = batches.recv().await {
        let Some(source) = source else { continue };
        let more = app.store.foresee(head, source, &batch).await?;
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
        Foreseen { preview, counts, identifiers }
    }))
}

/// Whether the rows are sent on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Compare {
    Rows,
    Nothing,
}

fn send(
    bytes: &[u8],
    mapping: &Mapping,
    wanted: Compare,
    batches: &mpsc::Sender<Vec<Told>>,
) -> Result<(Preview, Identifiers), Rejected> {
    let (mut batch, mut identifiers) = (Vec::new(), Identifiers::default());
    let preview = survey(bytes, mapping, &mut |row| {
        identifiers.add(row);
        if wanted == Compare::Rows {
            batch.extend(told(row));
        }
        if batch.len() == BATCH {
            // Nobody listens any more: what is found is not asked for either.
            batches.blocking_send(std::mem::take(&mut batch)).ok();
        }
        Ok(())
    })?;
    if !batch.is_empty() {
        batches.blocking_send(batch).ok();
    }
    Ok((preview, identifiers))
}

/// By what the devices of an export are known; by nothing where none can be read from it.
pub(super) fn identified(bytes: &[u8], mapping: &Mapping) -> Identifiers {
    let mut identifiers = Identifiers::default();
    let read = survey(bytes, mapping, &mut |row| {
        identifiers.add(row);
        Ok(())
    });
    match read {
        Ok(_) => identifiers,
        Err(_) => Identifiers::default(),
    }
}
