//! Rows of an export that contradict each other, settled by what is known of their devices.
//!
//! Nobody can tell which of two such rows is right, unless one of them has the serial number or
//! the UDI by which the device was known before. That one is taken; else none is, and the device
//! stays as it was, since a row that is left out names it.

use std::sync::Arc;

use device::inventory::{Disputes, Keys, Mapping, Reader, Row, Table};
use reading::Rejected;
use store::Told;

use super::InventoryError;
use super::moved::Away;
use super::renamed::{self, Found};
use super::told::told;
use crate::App;
use crate::aside::aside;

/// The bytes of an export, and how they are read.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    pub(super) bytes: Arc<Vec<u8>>,
    mapping: Mapping,
    disputes: Arc<Disputes>,
    /// Which devices it names otherwise than they are known.
    pub(super) found: Arc<Found>,
    /// Which of its rows name devices that went to other organisations.
    pub(super) away: Arc<Away>,
}

/// Of which asset system an export is; without a source of a new one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whose {
    pub(super) head: i64,
    pub(super) organisation: i64,
    pub(super) source: Option<i64>,
}

impl Opened {
    /// Shows the reader of its rows to `read`.
    pub(super) fn read<T, E: From<Rejected>>(
        &self,
        read: impl FnOnce(Reader<'_, '_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut table = Table::open(&self.bytes)?;
        read(table.read_settled(&self.mapping, Arc::clone(&self.disputes))?)
    }

    /// What a row tells of a device, under the key by which that is known; nothing of one that
    /// went to another organisation.
    pub(super) fn told(&self, row: &Row) -> Option<Told> {
        let mut told = told(row)?;
        if self.away.has(&told.key) {
            return None;
        }
        if let Some(known) = self.found.same.get(&told.key) {
            told.key.clone_from(known);
        }
        Some(told)
    }
}

/// Opens an export of an asset system.
pub(super) async fn open(
    app: &App,
    whose: Whose,
    bytes: Vec<u8>,
    mapping: Mapping,
) -> Result<Result<Opened, Rejected>, InventoryError> {
    let read = aside(move || {
        let read = Table::open(&bytes).and_then(|mut table| table.disputes(&mapping));
        read.map(|(disputes, keys)| (bytes, mapping, disputes, keys))
    })
    .await?;
    let (bytes, mapping, mut disputes, keys): (_, _, _, Keys) = match read {
        Ok(read) => read,
        Err(refused) => return Ok(Err(refused)),
    };
    if let Some(source) = whose.source.filter(|_| !disputes.is_empty()) {
        let own: Vec<String> = disputes.keys().map(str::to_owned).collect();
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        for known in app.store.known_as(whose.head, source, &own).await? {
            disputes.settle(&known.key, &known.serial, &known.udi);
        }
    }
    let (bytes, disputes) = (Arc::new(bytes), Arc::new(disputes));
    let (found, away) = (Arc::default(), Arc::default());
    let mut opened = Opened { bytes, mapping, disputes, found, away };
    opened.away = Arc::new(Away::of(app, whose, &opened).await?);
    opened.found = Arc::new(renamed::find(app, whose, &opened, keys).await?);
    Ok(Ok(opened))
}
