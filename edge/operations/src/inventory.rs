//! Taking in the exports of asset systems: look at one first, then take it in.

use std::collections::BTreeMap;

use device::inventory::{Complaint, Field, Mapping, Row, Said, Table};
use reading::Rejected;
use serde::{Deserialize, Serialize};
use store::{
    Act, Build, Fact, Import, Job, NewImport, NewOriginal, Noun, Scope, StoreError, Told,
};
use terms::Tlp;
use tokio::sync::mpsc;

use crate::{Actor, App, Permission, judging};

/// The kind of a job that takes in an export.
pub(crate) const TAKE_IN: &str = "take in export";
/// How many rows are one transaction.
const BATCH: usize = 2000;
/// How many rows a preview shows.
const SHOWN: usize = 10;

/// Why an export is not taken in.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    /// The file is no inventory.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// The file tells of no device.
    #[error("no row of the file tells of a device")]
    Empty,
    /// The actor may not do this there.
    #[error("you may not take in exports for this organisation")]
    NotAllowed,
    /// What was remembered for the job cannot be read.
    #[error("the job cannot be read: {0}")]
    Job(#[from] serde_json::Error),
    /// The work was cut short.
    #[error("the work was cut short")]
    CutShort,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an export holds, before anything is kept.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    /// How many devices it tells of.
    pub devices: usize,
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

/// Reads an export and says what would be taken in; keeps nothing. Slow for large files:
/// it belongs on a thread of its own.
///
/// # Errors
/// When the file is no inventory.
pub fn preview(bytes: &[u8], mapping: &Mapping) -> Result<Preview, Rejected> {
    let mut table = Table::open(bytes)?;
    let mut reader = table.read(mapping)?;
    let (mut row, mut devices, mut rows) = (Row::default(), 0, Vec::new());
    while reader.read(&mut row)? {
        devices += 1;
        if rows.len() < SHOWN {
            let filled =
                Field::ALL.into_iter().filter(|field| !row.text(*field).is_empty());
            rows.push(
                filled.map(|field| (field.name(), row.text(field).to_owned())).collect(),
            );
        }
    }
    let (mapping, sheet) = (reader.mapping(), reader.sheet().to_owned());
    let other_headings = reader.other_headings().to_vec();
    let report = reader.finish();
    Ok(Preview {
        devices,
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

fn complaint(complaint: &Complaint) -> store::Complaint {
    store::Complaint {
        place: complaint.place.to_string(),
        message: format!("{}; {}", complaint.fault, complaint.done),
    }
}

/// An export to be taken in.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Whose devices it tells of.
    pub organisation: i64,
    /// What the hospital calls the asset system.
    pub source: String,
    /// The file's name.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// The mapping, as far as a person said it.
    pub mapping: Mapping,
}

/// Keeps an export and queues the work of taking it in; gives the number of the import.
///
/// # Errors
/// When the actor may not, the file is no inventory, or the database fails; then nothing is
/// kept.
pub async fn deliver(
    app: &App,
    by: &Actor,
    delivery: Delivery,
) -> Result<i64, InventoryError> {
    let scope = by.scope(Permission::ImportInventory);
    let place = match app.store.organisation(&scope, delivery.organisation).await {
        Err(StoreError::Absent { .. }) => return Err(InventoryError::NotAllowed),
        found => found?,
    };
    let (delivery, preview) = aside(move || {
        let preview = preview(&delivery.bytes, &delivery.mapping);
        (delivery, preview)
    })
    .await?;
    let preview = preview?;
    if preview.devices == 0 {
        return Err(InventoryError::Empty);
    }
    let mut write = app.store.write(place.head, (app.now)()).await?;
    let original = NewOriginal {
        organisation: place.id,
        name: &delivery.name,
        kind: "inventory",
        label: Tlp::UNLABELLED,
        by: by.person,
        bytes: &delivery.bytes,
    };
    let original = write.keep_original(original).await?;
    let new = NewImport {
        source: &delivery.source,
        original,
        mapping: &serde_json::to_string(&preview.mapping)?,
        total: preview.devices as i64,
        complaints: &preview.complaints,
        by: by.person,
    };
    let import = write.begin_import(&place, new).await?;
    write.queue(TAKE_IN, &serde_json::to_string(&TakeIn { import })?).await?;
    let facts = vec![
        ("original", Fact::Number(original)),
        ("digest", Fact::digest(blake3::hash(&delivery.bytes).as_bytes())),
        ("devices", Fact::Number(preview.devices as i64)),
    ];
    let act = Act {
        by: by.person,
        what: "import inventory",
        noun: Noun::Import,
        id: import,
        facts,
    };
    write.commit(act).await?;
    Ok(import)
}

/// What a job to take in an export holds.
#[derive(Debug, Serialize, Deserialize)]
struct TakeIn {
    import: i64,
}

/// Takes in the rows of an export from where it stands, and judges the builds that are new.
pub(crate) async fn take_in(app: &App, job: &Job) -> Result<(), InventoryError> {
    let TakeIn { import } = serde_json::from_str(&job.payload)?;
    let scope = Scope::whole(job.head);
    let mut import = app.store.import(&scope, import).await?;
    let bytes = app.store.bytes_of(&scope, import.original).await?;
    let mapping = serde_json::from_str(&import.mapping)?;
    let (rows, mut batches) = mpsc::channel(2);
    let done = import.done.unsigned_abs();
    let reading =
        tokio::task::spawn_blocking(move || read(&bytes, &mapping, done, &rows));
    while let Some(batch) = batches.recv().await {
        import = keep(app, job, import, &batch).await?;
    }
    reading.await.map_err(|_| InventoryError::CutShort)??;
    let mut write = app.store.write(job.head, (app.now)()).await?;
    write.end_import(&import).await?;
    write.end_job(job).await?;
    judging::queue(&mut write).await?;
    write.commit_part(import.receipt()).await?;
    Ok(())
}

/// Reads the rows behind the first `done`, and sends them on in batches.
fn read(
    bytes: &[u8],
    mapping: &Mapping,
    done: u64,
    batches: &mpsc::Sender<Vec<Told>>,
) -> Result<(), InventoryError> {
    let mut table = Table::open(bytes)?;
    let mut reader = table.read(mapping)?;
    let (mut row, mut at, mut batch) = (Row::default(), 0, Vec::with_capacity(BATCH));
    while reader.read(&mut row)? {
        at += 1;
        if at <= done {
            continue;
        }
        batch.extend(told(&row));
        if batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            batches.blocking_send(full).map_err(|_| InventoryError::CutShort)?;
        }
    }
    if !batch.is_empty() {
        batches.blocking_send(batch).map_err(|_| InventoryError::CutShort)?;
    }
    Ok(())
}

async fn keep(
    app: &App,
    job: &Job,
    import: Import,
    batch: &[Told],
) -> Result<Import, InventoryError> {
    let mut write = app.store.write(job.head, (app.now)()).await?;
    write.hold(job).await?;
    write.take_in(&import, batch).await?;
    write.commit_part(import.receipt()).await?;
    Ok(Import { done: import.done + batch.len() as i64, ..import })
}

/// The fields that have a column of their own.
const COLUMNS: [Field; 15] = [
    Field::AssetTag,
    Field::Serial,
    Field::Udi,
    Field::Mac,
    Field::Ip,
    Field::Maker,
    Field::Model,
    Field::Description,
    Field::Version,
    Field::Department,
    Field::Status,
    Field::Received,
    Field::LifeSustaining,
    Field::HoldsPhi,
    Field::Reachable,
];

fn told(row: &Row) -> Option<Told> {
    let text = |field: Field| row.text(field).to_owned();
    let fact = |field: Field| match row.said(field) {
        Said::Yes => Some(true),
        Said::No => Some(false),
        Said::Nothing => None,
    };
    let fields = Field::ALL.into_iter().filter(|field| !COLUMNS.contains(field));
    let rest: BTreeMap<&str, &str> = fields
        .map(|field| (field.name(), row.text(field)))
        .chain(row.others())
        .filter(|(_, text)| !text.is_empty())
        .collect();
    Some(Told {
        key: row.device_key()?,
        build: Build {
            maker: text(Field::Maker),
            model: text(Field::Model),
            description: text(Field::Description),
            version: text(Field::Version),
        },
        asset_tag: text(Field::AssetTag),
        serial: text(Field::Serial),
        udi: text(Field::Udi),
        mac: text(Field::Mac),
        ip: text(Field::Ip),
        department: text(Field::Department),
        status: text(Field::Status),
        received: text(Field::Received),
        life_sustaining: fact(Field::LifeSustaining),
        holds_phi: fact(Field::HoldsPhi),
        reachable: fact(Field::Reachable),
        rest: serde_json::to_string(&rest).ok()?,
    })
}

/// Runs slow arithmetic away from the threads that answer.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, InventoryError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| InventoryError::CutShort)
}
