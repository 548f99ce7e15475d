//! The devices of an asset system, written under the headings of its own export: taken in
//! again, they change nothing.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use device::inventory::{
    Field, Mapping, Output, Unwritable, append_csv, write_csv, write_workbook,
};
use store::{Act, Device, Fact, Noun, Scope, Source, StoreError};

use super::told::{rest, row};
use crate::aside::{CutShort, aside};
use crate::{Actor, App, Permission};

/// Why devices are not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A workbook has no room for them.
    #[error(transparent)]
    Unwritable(#[from] Unwritable),
    /// The rows could not be put together.
    #[error("the rows could not be written")]
    Written(#[from] io::Error),
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The devices of an asset system that its newest export names, to be written.
#[derive(Debug)]
pub struct Export {
    app: App,
    scope: Scope,
    /// The asset system.
    pub source: Source,
    outputs: Vec<Output>,
    headings: Arc<[String]>,
    /// The number of the device that was written last.
    after: i64,
    written: Written,
}

/// How much is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Nothing,
    Headings,
    All,
}

/// Prepares to write the devices of an asset system.
///
/// # Errors
/// When there is none of which the actor may see the devices, or the database fails.
pub async fn export(app: &App, by: &Actor, source: i64) -> Result<Export, ExportError> {
    let scope = by.scope(Permission::ExportDevices);
    let source = app.store.inventory_source(&scope, source).await?;
    let mapping: Mapping = serde_json::from_str(&source.mapping).unwrap_or_default();
    let (mut headings, mut fields) = (BTreeSet::new(), BTreeSet::new());
    let (mut after, mut devices) = (0, 0);
    loop {
        let page = app.store.devices_of_source(&scope, source.id, after).await?;
        let Some(last) = page.last() else { break };
        (after, devices) = (last.id, devices + page.len() as i64);
        for device in &page {
            note(device, &mut headings, &mut fields);
        }
    }
    let headings: Arc<[String]> = headings.into_iter().collect();
    let mut outputs = mapping.outputs(&headings);
    // What an older export said under a mapping that was another is not lost either.
    let is_written = |field: Field| {
        let mut columns = mapping.columns().iter();
        columns.any(|column| column.field == field)
    };
    outputs.extend(fields.into_iter().filter(|one| !is_written(*one)).map(Output::Field));
    let write = app.store.write(by.head, (app.now)()).await?;
    let facts = vec![("devices", Fact::Number(devices))];
    let what = "export devices";
    let id = source.id;
    write.commit(Act { by: by.person, what, noun: Noun::Source, id, facts }).await?;
    let (app, written) = (app.clone(), Written::Nothing);
    Ok(Export { app, scope, source, outputs, headings, after: 0, written })
}

fn note(device: &Device, headings: &mut BTreeSet<String>, fields: &mut BTreeSet<Field>) {
    for (key, _) in rest(device) {
        match Field::named(&key) {
            Some(field) => fields.insert(field),
            None => headings.insert(key),
        };
    }
    let row = row(device, &Arc::default());
    fields.extend(Field::ALL.into_iter().filter(|field| !row.text(*field).is_empty()));
}

impl Export {
    /// The next piece of the devices as separated values; `None` at the end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_piece(&mut self) -> Result<Option<Vec<u8>>, ExportError> {
        if self.written == Written::All {
            return Ok(None);
        }
        let page = self.page().await?;
        let rows: Vec<_> = page.iter().map(|one| row(one, &self.headings)).collect();
        let mut piece = Vec::new();
        match self.written {
            Written::Nothing => write_csv(&mut piece, &self.outputs, &rows)?,
            Written::Headings | Written::All => {
                append_csv(&mut piece, &self.outputs, &rows)?;
            }
        }
        self.written = if page.is_empty() { Written::All } else { Written::Headings };
        Ok((!piece.is_empty()).then_some(piece))
    }

    /// The devices as a workbook.
    ///
    /// # Errors
    /// When a sheet has no room for them, or the database fails.
    pub async fn workbook(mut self) -> Result<Vec<u8>, ExportError> {
        let mut rows = Vec::new();
        loop {
            let page = self.page().await?;
            if page.is_empty() {
                break;
            }
            rows.extend(page.iter().map(|one| row(one, &self.headings)));
        }
        let outputs = self.outputs;
        Ok(aside(move || write_workbook(&outputs, &rows)).await??)
    }

    async fn page(&mut self) -> Result<Vec<Device>, StoreError> {
        let (store, scope) = (&self.app.store, &self.scope);
        let page = store.devices_of_source(scope, self.source.id, self.after).await?;
        if let Some(last) = page.last() {
            self.after = last.id;
        }
        Ok(page)
    }
}
