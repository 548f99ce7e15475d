//! Taking in the exports of asset systems: look at one first, then take it in; and writing
//! out what is held.

mod arriving;
mod disputed;
mod elsewhere;
mod export;
mod left_out;
mod moved;
mod preview;
mod related;
mod renamed;
mod sisters;
mod take_back;
mod told;
mod upload;

use device::inventory::{Mapping, Reader, Row};
use reading::Rejected;
use serde::{Deserialize, Serialize};
use store::{
    Act, Fact, Import, Job, Naming, NewImport, NewOriginal, Noun, Organisation, Parcel,
    Scope, StoreError, Told, Write,
};
use terms::Tlp;
use tokio::sync::mpsc;

pub use arriving::Arriving;
pub use elsewhere::{Elsewhere, Identifier};
pub use export::{Export, ExportError, export};
pub use moved::{Destination, MoveError, OneAway, move_to};
pub use preview::{Change, Preview, preview};
pub use related::Related;
pub use renamed::{OneRenamed, Renamed};
pub use sisters::{Moving, Sister};
pub use take_back::{Undoing, Wanted, foresee_taking_back, take_back};
pub use upload::{
    Answers, Away, Doubled, Fewer, Insisted, MostMissing, Seen, Settled, Unlike, arrive,
    see, settle, take, throw_away,
};

use crate::aside::{CutShort, aside};
use crate::fleet::FleetError;
use crate::webhook::{self, Ended};
use crate::{Actor, App, Permission, bills, judging};
use disputed::{Opened, Whose};
use preview::preview_of;

/// The kind of a job that takes in an export.
pub(crate) const TAKE_IN: &str = "take in export";
/// How many rows are one transaction.
const BATCH: usize = 2000;
/// What an original is, for whoever keeps it.
const KIND: &str = "inventory";

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
    /// An export of the same asset system is being taken in.
    #[error("an export of the same asset system is being taken in")]
    Busy,
    /// Another asset system tells of most of its devices already.
    #[error("another asset system tells of most of these devices already")]
    Elsewhere(Elsewhere),
    /// Organisations above or below tell of some of its devices already.
    #[error("organisations above or below tell of some of these devices already")]
    Related(Vec<Related>),
    /// Sister organisations have some of its devices, and nobody said what becomes of them.
    #[error("sister organisations have some of these devices")]
    Sisters(Vec<Sister>),
    /// It names devices that went to other organisations.
    #[error("it names devices that went to other organisations")]
    Away(Vec<OneAway>),
    /// Most devices of its asset system would be missing.
    #[error("most devices of the asset system would be missing")]
    MostMissing(MostMissing),
    /// Devices that may be known under another number would be taken in as new ones.
    #[error(
        "devices that may be known under another number would be taken in as new ones"
    )]
    Renamed(Renamed),
    /// One asset system was chosen, and the name of another typed.
    #[error("one asset system was chosen, and the name of another typed")]
    TwoNames,
    /// A newer import of its asset system stands.
    #[error("import {0} of the same asset system is newer, and stands")]
    Newer(i64),
    /// There is nothing of it to be taken back.
    #[error(
        "this import was taken back already, is going on, or takes others back itself"
    )]
    NothingToTakeBack,
    /// Nobody said which asset system the file comes from.
    #[error("the asset system that the file comes from has no name")]
    Nameless,
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// What is held in memory failed.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
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

/// Keeps an export and queues the work of taking it in, without anybody looking at it first:
/// for programs. Gives the number of the import.
///
/// # Errors
/// When the actor may not, the file is no inventory, or the database fails; then nothing is
/// kept.
pub async fn deliver(
    app: &App,
    by: &Actor,
    delivery: Delivery,
) -> Result<i64, InventoryError> {
    let place = place(app, by, delivery.organisation).await?;
    let sources = upload::sources(app, by, &place).await?;
    let source = sources.iter().find(|one| one.name == delivery.source.trim());
    let source = source.map(|one| one.id);
    let Delivery { bytes, mapping, .. } = delivery;
    let whose = Whose { head: place.head, organisation: place.id, source };
    let opened = disputed::open(app, whose, bytes, mapping).await??;
    let (preview, parcel) =
        aside(move || (preview_of(&opened), Parcel::of(&opened.bytes))).await?;
    let (mut preview, parcel) = (preview?, parcel?);
    left_out::tell(app, place.head, source, &mut preview).await?;
    let mut write = app.store.write(place.head, (app.now)()).await?;
    let original = NewOriginal {
        organisation: place.id,
        name: &delivery.name,
        kind: KIND,
        label: Tlp::UNLABELLED,
        by: by.person,
        parcel: &parcel,
    };
    let original = write.keep_original(original).await?;
    let delivered = Delivered {
        source: &delivery.source,
        original,
        digest: parcel.digest(),
        preview: &preview,
    };
    let (import, act) = begin(&mut write, by, &place, delivered).await?;
    write.commit(act).await?;
    Ok(import)
}

/// An organisation for which the actor may take in exports.
async fn place(app: &App, by: &Actor, id: i64) -> Result<Organisation, InventoryError> {
    let scope = by.scope(Permission::ImportInventory);
    match app.store.organisation(&scope, id).await {
        Err(StoreError::Absent { .. }) => Err(InventoryError::NotAllowed),
        found => Ok(found?),
    }
}

/// An export that is kept, and what it holds.
struct Delivered<'a> {
    source: &'a str,
    original: i64,
    digest: blake3::Hash,
    preview: &'a Preview,
}

/// Begins the import of an export that is kept, and queues its work.
async fn begin(
    write: &mut Write<'_>,
    by: &Actor,
    place: &Organisation,
    delivered: Delivered<'_>,
) -> Result<(i64, Act), InventoryError> {
    let preview = delivered.preview;
    if preview.devices == 0 {
        return Err(InventoryError::Empty);
    }
    if delivered.source.trim().is_empty() {
        return Err(InventoryError::Nameless);
    }
    let new = NewImport {
        source: delivered.source,
        original: delivered.original,
        mapping: &serde_json::to_string(&preview.mapping)?,
        total: preview.devices as i64,
        complaints: &preview.complaints,
        complaint_count: preview.complaint_count as i64,
        by: by.person,
        takes_back: None,
    };
    let import = match write.begin_import(place, new).await {
        Err(StoreError::Taken(_)) => return Err(InventoryError::Busy),
        begun => begun?,
    };
    write.queue(TAKE_IN, &serde_json::to_string(&TakeIn { import })?).await?;
    let facts = vec![
        ("original", Fact::Number(delivered.original)),
        ("digest", Fact::digest(delivered.digest.as_bytes())),
        ("devices", Fact::Number(preview.devices as i64)),
    ];
    let what = "import inventory";
    Ok((import, Act { by: by.person, what, noun: Noun::Import, id: import, facts }))
}

/// Notes in the audit log that somebody took the file of an import away, or what was wrong with its
/// rows; `what` says which.
///
/// # Errors
/// When the database fails.
pub async fn log_taken(
    app: &App,
    by: &Actor,
    import: &Import,
    what: &'static str,
) -> Result<(), StoreError> {
    let write = app.store.write(by.head, (app.now)()).await?;
    let facts = vec![("devices", Fact::Number(import.total))];
    let noun = Noun::Import;
    write.commit(Act { by: by.person, what, noun, id: import.id, facts }).await?;
    Ok(())
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
    // Where an asset system is to be as if it had never been, there is nothing to read.
    if import.takes_back.is_none_or(|taken| taken.back_to.is_some()) {
        import = take_rows_in(app, job, &scope, import).await?;
    }
    // With the counts of all its batches, those of other nodes too.
    let counted = app.store.import(&scope, import.id).await?;
    let mut write = app.store.write(job.head, (app.now)()).await?;
    let missing = match import.takes_back {
        None => write.end_import(&import).await?,
        Some(taken) => write.end_taking_back(&import, taken).await?,
    };
    webhook::tell_import(app, &mut write, &counted, Ended::Finished(missing)).await?;
    write.end_job(job).await?;
    judging::queue(&mut write).await?;
    bills::queue(&mut write).await?;
    write.commit_part(import.receipt()).await?;
    Ok(())
}

/// Takes in the rows of a file from where the import of it stands.
async fn take_rows_in(
    app: &App,
    job: &Job,
    scope: &Scope,
    mut import: Import,
) -> Result<Import, InventoryError> {
    let bytes = app.store.bytes_of(scope, import.original).await?;
    let mapping = serde_json::from_str(&import.mapping)?;
    let (organisation, source) = (import.organisation, Some(import.source));
    let whose = Whose { head: job.head, organisation, source };
    let opened = disputed::open(app, whose, bytes, mapping).await??;
    let (rows, mut batches) = mpsc::channel(2);
    let done = import.done.unsigned_abs();
    let reading = tokio::task::spawn_blocking(move || {
        opened.read(|reader| read(&opened, reader, done, &rows))
    });
    while let Some(batch) = batches.recv().await {
        import = keep(app, job, import, &batch).await?;
    }
    reading.await.map_err(|_| CutShort)??;
    Ok(import)
}

/// Marks the import of a job that is given up as failed, and has what came in judged; what
/// the log notes of it.
pub(crate) async fn give_up(
    app: &App,
    write: &mut Write<'_>,
    job: &Job,
    fault: &str,
) -> Result<Option<(&'static str, Fact)>, StoreError> {
    let Ok(TakeIn { import }) = serde_json::from_str(&job.payload) else {
        return Ok(None);
    };
    let known = app.store.import(&Scope::whole(job.head), import).await?;
    write.fail_import(import, fault).await?;
    webhook::tell_import(app, write, &known, Ended::Failed).await?;
    judging::queue(write).await?;
    Ok(Some(("import", Fact::Number(import))))
}

/// Some rows of an export.
#[derive(Debug, Default)]
struct Batch {
    told: Vec<Told>,
    /// Those that were left out, and may name a device all the same.
    left_out: Vec<Naming>,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.told.len() == BATCH || self.left_out.len() >= BATCH
    }

    fn is_empty(&self) -> bool {
        self.told.is_empty() && self.left_out.is_empty()
    }
}

/// Reads the rows behind the first `done`, and sends them on in batches. Rows that were left out
/// are sent on from the first: which of them came before, nobody counts.
fn read(
    opened: &Opened,
    mut reader: Reader<'_, '_>,
    done: u64,
    batches: &mpsc::Sender<Batch>,
) -> Result<(), InventoryError> {
    let (mut row, mut at, mut batch) = (Row::default(), 0, Batch::default());
    while reader.read(&mut row)? {
        batch.left_out.extend(reader.left_out().iter().map(left_out::naming));
        if opened.away.is(&row) {
            continue;
        }
        at += 1;
        if at > done {
            batch.told.extend(opened.told(&row));
        }
        if batch.is_full() {
            batches.blocking_send(std::mem::take(&mut batch)).map_err(|_| CutShort)?;
        }
    }
    batch.left_out.extend(reader.left_out().iter().map(left_out::naming));
    if !batch.is_empty() {
        batches.blocking_send(batch).map_err(|_| CutShort)?;
    }
    Ok(())
}

async fn keep(
    app: &App,
    job: &Job,
    import: Import,
    batch: &Batch,
) -> Result<Import, InventoryError> {
    let mut write = app.store.write(job.head, (app.now)()).await?;
    write.advance(job).await?;
    write.take_in(&import, &batch.told).await?;
    write.keep_named(&import, &batch.left_out).await?;
    write.commit_part(import.receipt()).await?;
    Ok(Import { done: import.done + batch.told.len() as i64, ..import })
}
