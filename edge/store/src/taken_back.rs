//! Imports that are taken back, and which devices two asset systems share.
//!
//! A device is never deleted: people may have answered and decided something about it, and its
//! number stands in bitmaps. One whose imports were all taken back is *withdrawn*: its row
//! stays, and no list and no count has it, until an export names it again.

use crate::database::Value;
use crate::write::{Happened, Noun};
use crate::{Import, Store, StoreError, TakesBack, Write, stored};

/// The devices that only imports behind one brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// The newest export names them.
    pub present: i64,
    /// It does not name them any more.
    pub missing: i64,
}

/// By what a device of an asset system is known, for whoever looks whether another one tells
/// of the same devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The number of the device.
    pub id: i64,
    /// The asset system.
    pub source: i64,
    /// What names it within that.
    pub key: String,
    /// Whether the newest export of that does not name it.
    pub is_missing: bool,
    /// The number that the hospital put on it.
    pub asset_tag: String,
    /// The maker's serial number.
    pub serial: String,
    /// The unique device identifier.
    pub udi: String,
    /// The newest import that named it; 0 where it came from another organisation, and none has
    /// since.
    pub last_import: i64,
}

/// How many devices are read in one statement.
const PAGE: i64 = 10_000;

/// Of devices that came from another organisation no import of the asset system that tells of
/// them now was the first to: they stay, whatever is taken back.
macro_rules! of_imports {
    ($sql:literal) => {
        concat!(
            $sql,
            " AND NOT EXISTS (SELECT 1
                                FROM device_move m
                               WHERE m.head = device.head AND m.device = device.id
                                 AND m.source = device.source)"
        )
    };
}

impl Store {
    /// The devices of a source that no import up to `back_to` named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn brought_since(
        &self,
        head: i64,
        source: i64,
        back_to: i64,
    ) -> Result<Brought, StoreError> {
        let counted = self
            .database
            .row(
                of_imports!(
                    "SELECT COUNT(*) AS brought, COUNT(missing_since) AS missing
                   FROM device
                  WHERE head = $1 AND source = $2 AND first_import > $3
                    AND withdrawn IS NULL"
                ),
                &[head.into(), source.into(), back_to.into()],
                |row| {
                    let missing = row.integer("missing")?;
                    Ok(Brought { present: row.integer("brought")? - missing, missing })
                },
            )
            .await?;
        Ok(counted.unwrap_or_default())
    }

    /// By what the devices of an organisation are known, from number `after` on, at most some
    /// thousands, by number; none behind the last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shared_identifiers(
        &self,
        head: i64,
        organisation: i64,
        after: i64,
    ) -> Result<Vec<Shared>, StoreError> {
        self.database
            .rows(
                "SELECT id, source, device_key, missing_since, last_import, asset_tag, serial, udi
                   FROM device
                  WHERE head = $1 AND organisation = $2 AND id > $3 AND withdrawn IS NULL
                  ORDER BY id
                  LIMIT $4",
                &[head.into(), organisation.into(), after.into(), PAGE.into()],
                |row| {
                    Ok(Shared {
                        id: row.integer("id")?,
                        source: row.integer("source")?,
                        key: row.text("device_key")?,
                        is_missing: row.text_if_any("missing_since")?.is_some(),
                        asset_tag: row.text("asset_tag")?,
                        serial: row.text("serial")?,
                        udi: row.text("udi")?,
                        last_import: row.integer("last_import")?,
                    })
                },
            )
            .await
    }
}

impl Write<'_> {
    /// Ends an import that takes others back, behind the rows of the one at which its asset
    /// system stands now: what only those brought is withdrawn, and what was missing before
    /// them is missing again, since then. Gives how many are missing again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_taking_back(
        &mut self,
        import: &Import,
        taken: TakesBack,
    ) -> Result<i64, StoreError> {
        let back_to = taken.back_to.unwrap_or(0);
        let withdrawn = self.withdraw(import, back_to).await?;
        let missing = self.miss_again(import, back_to).await?;
        if back_to != 0 {
            self.changing
                .run(
                    "UPDATE device SET last_import = $4
                      WHERE head = $1 AND source = $2 AND last_import = $3",
                    &self.of(import, &[import.id.into(), back_to.into()]),
                )
                .await?;
        } else {
            self.changing
                .run(
                    "UPDATE inventory_source SET withdrawn = $3 WHERE head = $1 AND id = $2",
                    &self.of(import, &[import.id.into()]),
                )
                .await?;
        }
        self.changing
            .run(
                "UPDATE import SET taken_back_by = $3
                  WHERE head = $1 AND source = $2 AND id > $4 AND id <= $5
                    AND takes_back IS NULL AND taken_back_by IS NULL",
                &self
                    .of(import, &[import.id.into(), back_to.into(), taken.import.into()]),
            )
            .await?;
        self.changing
            .run(
                "UPDATE import
                    SET state = 'done', missing = $3, withdrawn = $4, ended = $5
                  WHERE head = $1 AND id = $2 AND state = 'running'",
                &[
                    self.head.into(),
                    import.id.into(),
                    missing.into(),
                    withdrawn.into(),
                    stored(self.now).into(),
                ],
            )
            .await?;
        self.count_devices(import.id).await?;
        self.note(Noun::Import, import.id, Happened::Changed);
        self.note(Noun::Import, taken.import, Happened::Changed);
        self.note(Noun::Source, import.source, Happened::Changed);
        Ok(missing)
    }

    /// Withdraws the devices that no import up to `back_to` named.
    async fn withdraw(
        &mut self,
        import: &Import,
        back_to: i64,
    ) -> Result<i64, StoreError> {
        let values =
            [back_to.into(), import.id.into(), stored(self.now).into(), self.seq.into()];
        let values = self.of(import, &values);
        self.changing
            .run(
                of_imports!(
"INSERT INTO device_history (head, device, seq, what, at, import, before, after)
                 SELECT head, id, CAST($6 AS BIGINT), 'withdrawn', CAST($5 AS TEXT),
                        CAST($4 AS BIGINT), '', 'withdrawn'
                   FROM device
                  WHERE head = $1 AND source = $2 AND first_import > $3
                    AND withdrawn IS NULL"
),
                &values,
            )
            .await?;
        let touched = self
            .changing
            .run(
                of_imports!(
"UPDATE device
                    SET withdrawn = $4, missing_since = COALESCE(missing_since, $5), seq = $6
                  WHERE head = $1 AND source = $2 AND first_import > $3
                    AND withdrawn IS NULL"
),
                &values,
            )
            .await?;
        Ok(touched.cast_signed())
    }

    /// Devices that the file of `back_to` did not name were missing then, and are again: since
    /// when, their history says.
    async fn miss_again(
        &mut self,
        import: &Import,
        back_to: i64,
    ) -> Result<i64, StoreError> {
        let values =
            [back_to.into(), import.id.into(), stored(self.now).into(), self.seq.into()];
        let values = self.of(import, &values);
        self.changing
            .run(
                of_imports!(
"INSERT INTO device_history (head, device, seq, what, at, import, before, after)
                 SELECT head, id, CAST($6 AS BIGINT), 'missing', CAST($5 AS TEXT),
                        CAST($4 AS BIGINT), '', 'missing'
                   FROM device
                  WHERE head = $1 AND source = $2 AND first_import <= $3
                    AND last_import <> $4 AND missing_since IS NULL"
),
                &values,
            )
            .await?;
        let touched = self
            .changing
            .run(
                of_imports!(
                    "UPDATE device
                    SET missing_since = COALESCE(
                            (SELECT MAX(h.at)
                               FROM device_history h
                              WHERE h.head = device.head AND h.device = device.id
                                AND h.what = 'missing' AND h.after = 'missing'
                                AND h.import <= $3),
                            $5),
                        last_import = first_import,
                        seq = $6
                  WHERE head = $1 AND source = $2 AND first_import <= $3
                    AND last_import <> $4 AND missing_since IS NULL"
                ),
                &values,
            )
            .await?;
        Ok(touched.cast_signed())
    }

    /// The values of a statement about the asset system of an import.
    fn of(&self, import: &Import, more: &[Value]) -> Vec<Value> {
        let own = [self.head.into(), import.source.into()];
        own.into_iter().chain(more.iter().cloned()).collect()
    }
}
