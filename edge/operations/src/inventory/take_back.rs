//! Taking imports back: an asset system stands again as an earlier import of it left it.
//!
//! The file of that import is kept, and is read again; what only later imports brought goes.
//! Nothing that people said is touched: devices keep their numbers, imports stay in the list,
//! and a later export that names the devices again finds all as it was.

use store::{
    Act, Brought, Counts, Fact, Import, NewImport, Noun, Source, StoreError, TakesBack,
};

use super::disputed::Whose;
use super::preview::foresee;
use super::{InventoryError, TAKE_IN, TakeIn};
use crate::{Actor, App, Permission};

/// What is to be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// An import, which must be the newest of its asset system that stands.
    Import(i64),
    /// All imports of an asset system, as somebody was shown it: with the newest of them.
    Source {
        /// The asset system.
        source: i64,
        /// The newest import that was shown; none to take back whatever there is.
        shown: Option<i64>,
    },
}

/// What taking something back would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undoing {
    /// The asset system.
    pub source: Source,
    /// The imports that are taken back, the newest first.
    pub imports: Vec<Import>,
    /// The import at which the asset system stands then; none where it is to be as if it had
    /// never been.
    pub back_to: Option<Import>,
    /// How many devices go, since only those imports named them.
    pub withdrawn: i64,
    /// How many are told differently.
    pub changed: i64,
    /// How many that are missing come back.
    pub returned: i64,
    /// How many that were missing before are missing again.
    pub missing: i64,
}

/// What is taken back, and at which import the asset system stands then.
struct Plan {
    source: Source,
    imports: Vec<Import>,
    back_to: Option<Import>,
}

impl Plan {
    async fn of(app: &App, by: &Actor, wanted: Wanted) -> Result<Self, InventoryError> {
        let scope = by.scope(Permission::ImportInventory);
        let id = match wanted {
            Wanted::Import(id) => app.store.import(&scope, id).await?.source,
            Wanted::Source { source, .. } => source,
        };
        let source = match app.store.inventory_source(&scope, id).await {
            Err(StoreError::Absent { .. }) if matches!(wanted, Wanted::Import(_)) => {
                return Err(InventoryError::NothingToTakeBack);
            }
            found => found?,
        };
        let mut imports = app.store.standing_imports(&scope, source.id).await?;
        let newest = imports.first().map(|import| import.id);
        match (wanted, newest) {
            (_, None) => Err(InventoryError::NothingToTakeBack),
            (Wanted::Import(id), Some(newest)) if id == newest => {
                let rest = imports.split_off(1);
                let mut taken_in =
                    rest.into_iter().filter(|one| one.progress == store::Progress::Done);
                Ok(Self { source, imports, back_to: taken_in.next() })
            }
            (Wanted::Import(id), Some(newest)) => {
                match imports.iter().any(|import| import.id == id) {
                    true => Err(InventoryError::Newer(newest)),
                    false => Err(InventoryError::NothingToTakeBack),
                }
            }
            (Wanted::Source { shown: Some(shown), .. }, Some(newest))
                if shown != newest =>
            {
                Err(InventoryError::Newer(newest))
            }
            (Wanted::Source { .. }, Some(_)) => {
                Ok(Self { source, imports, back_to: None })
            }
        }
    }
}

/// What taking something back would change; keeps nothing.
///
/// # Errors
/// When there is nothing of it to be taken back that the actor may take in, a newer import
/// stands, or the database fails.
pub async fn foresee_taking_back(
    app: &App,
    by: &Actor,
    wanted: Wanted,
) -> Result<Undoing, InventoryError> {
    let Plan { source, imports, back_to } = Plan::of(app, by, wanted).await?;
    let scope = by.scope(Permission::ImportInventory);
    let head = by.head;
    let up_to = back_to.as_ref().map_or(0, |import| import.id);
    let (stands, still_named) = match &back_to {
        None => (Counts::default(), 0),
        Some(import) => {
            let _reader = app.readers.acquire().await.map_err(|_| crate::CutShort)?;
            let bytes = app.store.bytes_of(&scope, import.original).await?;
            let mapping = serde_json::from_str(&import.mapping)?;
            let organisation = source.organisation;
            let whose = Whose { head, organisation, source: Some(source.id) };
            let mut foreseen = foresee(app, whose, bytes, mapping).await??;
            foreseen.named.retain(|one| one.first_import <= up_to);
            let still_named = foreseen.still_named();
            (foreseen.counts, still_named)
        }
    };
    let Brought { present, missing } =
        app.store.brought_since(head, source.id, up_to).await?;
    let held = app.store.held(&scope).await?.get(&source.id).copied().unwrap_or_default();
    Ok(Undoing {
        source,
        imports,
        back_to,
        withdrawn: present + missing,
        changed: stands.changed,
        returned: stands.returned,
        missing: (held.present - present - still_named).max(0),
    })
}

/// Takes something back: queues the work, and gives the number of the import that does it.
///
/// # Errors
/// As [`foresee_taking_back`], and when an export of the asset system is being taken in.
pub async fn take_back(
    app: &App,
    by: &Actor,
    wanted: Wanted,
) -> Result<i64, InventoryError> {
    let scope = by.scope(Permission::ImportInventory);
    // Who changes the organisation at the same time waits until this is kept: what stands is
    // read behind it.
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let Plan { source, imports, back_to } = Plan::of(app, by, wanted).await?;
    let newest = imports.first().ok_or(InventoryError::NothingToTakeBack)?;
    let place = app.store.organisation(&scope, source.organisation).await?;
    // Where the system is to be as if it had never been, no file is read; one stands for it.
    let read = back_to.as_ref().unwrap_or(newest);
    let new = NewImport {
        source: &source.name,
        original: read.original,
        mapping: &read.mapping,
        total: back_to.as_ref().map_or(0, |import| import.total),
        complaints: &[],
        complaint_count: 0,
        by: by.person,
        takes_back: Some(TakesBack {
            import: newest.id,
            back_to: back_to.as_ref().map(|import| import.id),
        }),
    };
    let import = match write.begin_import(&place, new).await {
        Err(StoreError::Taken(_)) => return Err(InventoryError::Busy),
        begun => begun?,
    };
    write.queue(TAKE_IN, &serde_json::to_string(&TakeIn { import })?).await?;
    let facts = vec![
        ("taken back", Fact::Number(newest.id)),
        ("imports", Fact::Number(imports.len() as i64)),
        ("back to", Fact::Number(back_to.map_or(0, |import| import.id))),
    ];
    let what = "take import back";
    write
        .commit(Act { by: by.person, what, noun: Noun::Import, id: import, facts })
        .await?;
    Ok(import)
}
