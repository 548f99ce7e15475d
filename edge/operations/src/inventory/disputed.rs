//! Rows of an export that contradict each other, settled by what is known of their devices.
//!
//! Nobody can tell which of two such rows is right, unless one of them has the serial number or
//! the UDI by which the device was known before. That one is taken; else none is, and the device
//! stays as it was, since a row that is left out names it.

use std::sync::Arc;

use device::inventory::{Disputes, Mapping, Reader, Table};
use reading::Rejected;

use super::InventoryError;
use crate::App;
use crate::aside::aside;

/// The bytes of an export, and how they are read.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    pub(super) bytes: Arc<Vec<u8>>,
    mapping: Mapping,
    disputes: Arc<Disputes>,
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
}

/// Opens an export of an asset system; none where it is a new one.
pub(super) async fn open(
    app: &App,
    head: i64,
    source: Option<i64>,
    bytes: Vec<u8>,
    mapping: Mapping,
) -> Result<Result<Opened, Rejected>, InventoryError> {
    let read = aside(move || {
        let mut disputes = None;
        let refused = Table::open(&bytes).and_then(|mut table| table.disputes(&mapping));
        let refused = refused.map(|found| disputes = Some(found)).err();
        (bytes, mapping, disputes.unwrap_or_default(), refused)
    })
    .await?;
    let (bytes, mapping, mut disputes, refused) = read;
    if let Some(refused) = refused {
        return Ok(Err(refused));
    }
    if let Some(source) = source.filter(|_| !disputes.is_empty()) {
        let keys: Vec<&str> = disputes.keys().collect();
        for known in app.store.known_as(head, source, &keys).await? {
            disputes.settle(&known.key, &known.serial, &known.udi);
        }
    }
    let (bytes, disputes) = (Arc::new(bytes), Arc::new(disputes));
    Ok(Ok(Opened { bytes, mapping, disputes }))
}
