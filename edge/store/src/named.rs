//! Devices that an export names in rows that cannot be read: they are not missing, and stay as
//! they were.

use std::collections::{BTreeMap, BTreeSet};

use crate::database::{Row, Value};
use crate::{Import, Store, StoreError, Write};

/// By what a row that was left out may name a device of its asset system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Naming {
    /// The line or row of the export, from 1.
    pub row: i64,
    /// Keys that the device may have.
    pub keys: Vec<String>,
    /// Serial numbers that it may have.
    pub serials: Vec<String>,
    /// Unique device identifiers that it may have, as written.
    pub udis: Vec<String>,
}

/// A device that such a row names, and that was not missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The line or row of the export, from 1.
    pub row: i64,
    /// The number of the device.
    pub device: i64,
    /// What names it within its source.
    pub key: String,
    /// The number that the hospital put on it; empty where it has none.
    pub asset_tag: String,
    /// The maker's serial number.
    pub serial: String,
    /// The import that named it first.
    pub first_import: i64,
}

/// The statement that finds the devices of a source by one of their identifiers.
macro_rules! by {
    ($identifier:literal) => {
        concat!(
            "SELECT id, device_key, asset_tag, serial, first_import, ",
            $identifier,
            " AS identifier
               FROM device
              WHERE head = $1 AND source = $2 AND missing_since IS NULL AND withdrawn IS NULL
                AND ",
            $identifier
        )
    };
}

/// Which rows have an identifier.
type Rows<'n> = BTreeMap<&'n str, BTreeSet<i64>>;

/// What is looked for, each with its statement.
fn wanted(naming: &[Naming]) -> [(Kind, &'static str, Rows<'_>); 3] {
    let rows = |of: fn(&Naming) -> &Vec<String>| {
        let mut rows = Rows::new();
        for one in naming {
            for identifier in of(one) {
                rows.entry(identifier.as_str()).or_default().insert(one.row);
            }
        }
        rows
    };
    [
        (Kind::Own, by!("device_key"), rows(|one| &one.keys)),
        (Kind::Own, by!("serial"), rows(|one| &one.serials)),
        (Kind::OfManyMaybe, by!("udi"), rows(|one| &one.udis)),
    ]
}

/// Whether an identifier is that of a device, or may be that of all of its model.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Own,
    OfManyMaybe,
}

const ORDER: &str = "ORDER BY device_key";

fn list(rows: &Rows<'_>) -> Vec<Value> {
    rows.keys().map(|identifier| (*identifier).into()).collect()
}

fn read(row: &Row<'_>) -> Result<(String, Named), StoreError> {
    let named = Named {
        row: 0,
        device: row.integer("id")?,
        key: row.text("device_key")?,
        asset_tag: row.text("asset_tag")?,
        serial: row.text("serial")?,
        first_import: row.integer("first_import")?,
    };
    Ok((row.text("identifier")?, named))
}

/// The devices that were found, by the rows that name them. An identifier of several devices
/// names none of them, where it may be that of a model.
fn by_row(kind: Kind, rows: &Rows<'_>, found: Vec<(String, Named)>) -> Vec<Named> {
    let mut by_identifier: BTreeMap<String, Vec<Named>> = BTreeMap::new();
    for (identifier, named) in found {
        by_identifier.entry(identifier).or_default().push(named);
    }
    let mut by_row = Vec::new();
    for (identifier, devices) in by_identifier {
        if kind == Kind::OfManyMaybe && devices.len() > 1 {
            continue;
        }
        for row in rows.get(identifier.as_str()).into_iter().flatten() {
            let of_row = |named: &Named| Named { row: *row, ..named.clone() };
            by_row.extend(devices.iter().map(of_row));
        }
    }
    by_row
}

/// Each device once a row.
fn once(mut named: Vec<Named>) -> Vec<Named> {
    named.sort_by(|one, other| (one.row, &one.key).cmp(&(other.row, &other.key)));
    named.dedup_by(|one, other| (one.row, one.device) == (other.row, other.device));
    named
}

impl Store {
    /// The devices of a source, none of which is missing, that rows which were left out name, by
    /// row.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn named(
        &self,
        head: i64,
        source: i64,
        naming: &[Naming],
    ) -> Result<Vec<Named>, StoreError> {
        let of = [head.into(), source.into()];
        let mut named = Vec::new();
        for (kind, start, rows) in wanted(naming) {
            let list = list(&rows);
            let found = self.database.rows_among(start, &of, &list, ORDER, read).await?;
            named.extend(by_row(kind, &rows, found));
        }
        Ok(once(named))
    }
}

impl Write<'_> {
    /// Takes note that an import names devices in rows that were left out: they are not missing
    /// for it, and stay as they were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_named(
        &mut self,
        import: &Import,
        naming: &[Naming],
    ) -> Result<(), StoreError> {
        let of = [self.head.into(), import.source.into()];
        let mut named = Vec::new();
        for (kind, start, rows) in wanted(naming) {
            let list = list(&rows);
            let found = self.changing.rows_among(start, &of, &list, ORDER, read).await?;
            named.extend(by_row(kind, &rows, found));
        }
        let mut devices: Vec<i64> = named.iter().map(|one| one.device).collect();
        devices.sort_unstable();
        devices.dedup();
        let devices: Vec<Value> = devices.into_iter().map(Value::from).collect();
        self.changing
            .run_among(
                "UPDATE device SET last_import = $2 WHERE head = $1 AND id",
                &[self.head.into(), import.id.into()],
                &devices,
                "",
            )
            .await?;
        Ok(())
    }
}
