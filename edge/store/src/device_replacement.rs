//! That another device hangs under the tag of one, as somebody who saw it says.

use crate::database::Row;
use crate::sealed_note::{Noted, sealed};
use crate::write::{Happened, Noun};
use crate::{Device, Path, Scope, Store, StoreError, Write, stored};

/// What somebody said: another device hangs under this tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceReplacement {
    /// The number.
    pub id: i64,
    /// Where the organisation of the device stands.
    pub path: Path,
    /// The device under whose tag it hangs.
    pub device: i64,
    /// The serial number of the other one; empty where it was not said.
    pub serial: String,
    /// Whether it is the one that the inventory tells of after all.
    pub is_same: bool,
    /// Why.
    pub reason: String,
    /// When, as stored.
    pub at: String,
    /// By whom.
    pub by: i64,
}

/// What somebody says now.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `DeviceReplacement`")]
pub struct NewDeviceReplacement<'a> {
    pub serial: &'a str,
    pub is_same: bool,
    pub reason: &'a str,
    pub by: i64,
}

/// A device under whose tag another one hangs, for whoever holds devices in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// The number of the device.
    pub device: i64,
    /// Since when.
    pub at: String,
    /// The serial number of the other one; empty where it was not said.
    pub serial: String,
    /// Whether it is the one that the inventory tells of after all.
    pub is_same: bool,
}

/// The newest that was said of a device, beside what its inventory tells of it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// What was said.
    pub said: Replaced,
    /// The serial number and UDI that the inventory tells.
    pub told: [String; 2],
    /// When the last import that named the device was begun; empty where none did.
    pub imported: String,
}

impl Store {
    /// The devices of a top organisation of which it was ever said that another one hangs under
    /// their tag, each with the newest of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn doubts(&self, head: i64) -> Result<Vec<Doubt>, StoreError> {
        self.database
            .rows(
                "SELECT r.device, r.serial, r.is_same, r.said, d.serial AS told_serial, d.udi AS told_udi,
                        COALESCE(i.started, '') AS imported
                   FROM device_replacement r
                   JOIN device d ON d.head = r.head AND d.id = r.device
                   LEFT JOIN import i ON i.head = d.head AND i.id = d.last_import
                  WHERE r.head = $1
                    AND NOT EXISTS (SELECT 1 FROM device_replacement n
                                     WHERE n.head = r.head AND n.device = r.device
                                       AND n.id > r.id)
                  ORDER BY r.device",
                &[head.into()],
                |row| {
                    Ok(Doubt {
                        said: Replaced {
                            device: row.integer("device")?,
                            at: row.text("said")?,
                            serial: row.text("serial")?,
                            is_same: row.integer("is_same")? != 0,
                        },
                        told: [row.text("told_serial")?, row.text("told_udi")?],
                        imported: row.text("imported")?,
                    })
                },
            )
            .await
    }

    /// What was said of a device that whoever asks may see, the oldest first.
    ///
    /// # Errors
    /// When the database fails, or there is no such device.
    pub async fn replacements_of(
        &self,
        scope: &Scope,
        device: i64,
    ) -> Result<Vec<DeviceReplacement>, StoreError> {
        let device = self.device(scope, device).await?;
        let found = self
            .database
            .rows(
                "SELECT r.id, r.device, r.serial, r.is_same, r.sealed_note, r.said, r.said_by, o.path,
                        h.sealed_key
                   FROM device_replacement r
                   JOIN organisation o ON o.head = r.head AND o.id = r.organisation
                   JOIN head h ON h.id = r.head
                  WHERE r.head = $1 AND r.device = $2
                  ORDER BY r.id",
                &[scope.head().into(), device.id.into()],
                |row| sealed(row, read),
            )
            .await?;
        self.with_notes(scope.head(), found, |path| scope.admits(path))
    }

    /// The devices of a top organisation of which it was said after `seq`, in the order in which
    /// it was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replaced_since(
        &self,
        head: i64,
        seq: i64,
    ) -> Result<Vec<Replaced>, StoreError> {
        self.database
            .rows(
                "SELECT device, serial, is_same, said
                   FROM device_replacement
                  WHERE head = $1 AND seq > $2
                  ORDER BY seq, id",
                &[head.into(), seq.into()],
                |row| {
                    Ok(Replaced {
                        device: row.integer("device")?,
                        at: row.text("said")?,
                        serial: row.text("serial")?,
                        is_same: row.integer("is_same")? != 0,
                    })
                },
            )
            .await
    }
}

impl Write<'_> {
    /// Keeps that another device hangs under the tag of one, or that it is the same after all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace_device(
        &mut self,
        device: &Device,
        new: NewDeviceReplacement<'_>,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        let note = self.seal_note(id, new.reason)?;
        self.changing
            .run(
                "INSERT INTO device_replacement (head, id, organisation, device, serial,
                                                 is_same, sealed_note, said, said_by, seq)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                &[
                    self.head.into(),
                    id.into(),
                    device.organisation.into(),
                    device.id.into(),
                    new.serial.into(),
                    i64::from(new.is_same).into(),
                    note.into(),
                    stored(self.now).into(),
                    new.by.into(),
                    self.seq.into(),
                ],
            )
            .await?;
        self.note(Noun::Device, device.id, Happened::Changed);
        Ok(id)
    }
}

impl Noted for DeviceReplacement {
    fn id(&self) -> i64 {
        self.id
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn set_note(&mut self, note: String) {
        self.reason = note;
    }
}

fn read(row: &Row<'_>) -> Result<DeviceReplacement, StoreError> {
    Ok(DeviceReplacement {
        id: row.integer("id")?,
        path: Path::from_stored(row.text("path")?),
        device: row.integer("device")?,
        serial: row.text("serial")?,
        is_same: row.integer("is_same")? != 0,
        reason: String::new(),
        at: row.text("said")?,
        by: row.integer("said_by")?,
    })
}
