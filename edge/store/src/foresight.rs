//! What taking in an export would change, and what is there: counts, without changing
//! anything.

use std::collections::BTreeMap;

use crate::database::Value;
use crate::device::{Counts, Told};
use crate::{Device, Scope, Store, StoreError};

/// How many devices of a source there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Its newest export names them.
    pub present: i64,
    /// Its newest export does not name them any more.
    pub missing: i64,
}

/// By what a device is known beside its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAs {
    /// What names it within its source.
    pub key: String,
    /// The maker's serial number.
    pub serial: String,
    /// The unique device identifier as written.
    pub udi: String,
}

/// How many devices an export reads at once when a source is written out.
const PAGE: i64 = 2000;

impl Store {
    /// What would become of rows of an export of a source, each key once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn foresee(
        &self,
        head: i64,
        source: i64,
        rows: &[Told],
    ) -> Result<Counts, StoreError> {
        let key = self.key_of_head(head).await?;
        let keys: Vec<Value> = rows.iter().map(|row| row.key.as_str().into()).collect();
        let known: BTreeMap<String, (Vec<u8>, bool)> = self
            .database
            .rows_among(
                "SELECT device_key, row_digest, missing_since
                   FROM device
                  WHERE head = $1 AND source = $2 AND withdrawn IS NULL AND device_key",
                &[head.into(), source.into()],
                &keys,
                // By the index that finds them: by number SQLite would read every device.
                "ORDER BY device_key",
                |row| {
                    let missing = row.text_if_any("missing_since")?.is_some();
                    Ok((row.text("device_key")?, (row.bytes("row_digest")?, missing)))
                },
            )
            .await?
            .into_iter()
            .collect();
        let mut counts = Counts::default();
        for row in rows {
            match known.get(&row.key) {
                None => counts.added += 1,
                Some((digest, missing)) => {
                    let same = row.digest(&key).is(digest);
                    *(if same { &mut counts.unchanged } else { &mut counts.changed }) +=
                        1;
                    counts.returned += i64::from(*missing);
                }
            }
        }
        Ok(counts)
    }

    /// The serial numbers and UDIs by which devices of a source are known, by their keys.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn known_as(
        &self,
        head: i64,
        source: i64,
        keys: &[&str],
    ) -> Result<Vec<KnownAs>, StoreError> {
        let keys: Vec<Value> = keys.iter().map(|key| (*key).into()).collect();
        self.database
            .rows_among(
                "SELECT device_key, serial, udi
                   FROM device
                  WHERE head = $1 AND source = $2 AND withdrawn IS NULL AND device_key",
                &[head.into(), source.into()],
                &keys,
                // By the index that finds them: by number SQLite would read every device.
                "ORDER BY device_key",
                |row| {
                    Ok(KnownAs {
                        key: row.text("device_key")?,
                        serial: row.text("serial")?,
                        udi: row.text("udi")?,
                    })
                },
            )
            .await
    }

    /// How many devices each source of those whom whoever asks may see has, as counted when its
    /// newest import ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn held(&self, scope: &Scope) -> Result<BTreeMap<i64, Held>, StoreError> {
        let mut held: BTreeMap<i64, Held> = BTreeMap::new();
        for pattern in scope.patterns() {
            let found = self
                .database
                .rows(
                    "SELECT s.id, s.present, s.missing
                       FROM inventory_source s
                       JOIN organisation o ON o.head = s.head AND o.id = s.organisation
                      WHERE s.head = $1 AND o.path LIKE $2
                      ORDER BY s.id",
                    &[scope.head().into(), pattern.into()],
                    |row| {
                        let present = row.integer("present")?;
                        let missing = row.integer("missing")?;
                        Ok((row.integer("id")?, Held { present, missing }))
                    },
                )
                .await?;
            held.extend(found);
        }
        Ok(held)
    }

    /// The devices that the newest export of a source names, from number `after` on, at most
    /// a page of them, by number; only those that whoever asks may see.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn devices_of_source(
        &self,
        scope: &Scope,
        source: i64,
        after: i64,
    ) -> Result<Vec<Device>, StoreError> {
        let ids: Vec<i64> = self
            .database
            .rows(
                "SELECT id
                   FROM device
                  WHERE head = $1 AND source = $2 AND id > $3 AND missing_since IS NULL
                  ORDER BY id
                  LIMIT $4",
                &[scope.head().into(), source.into(), after.into(), PAGE.into()],
                |row| row.integer("id"),
            )
            .await?;
        self.devices(scope, &ids).await
    }
}
