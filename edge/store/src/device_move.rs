//! Devices that went from one organisation to another.
//!
//! A device keeps its number, and with it all that was said about it. What told of where it stood
//! goes: its ward, its address, whether others reach it there. The asset system that tells of it
//! from then on knows it by a number of its own, so the device has a key that no row has until
//! one is found to be about it.

use std::collections::BTreeSet;

use crate::database::Row;
use crate::sealed_note::{Noted, sealed};
use crate::write::{Happened, Noun};
use crate::{Device, Organisation, Path, Scope, Store, StoreError, Write, stored};

/// How the key begins by which a device is known that came from another organisation.
const KEY: &str = "moved:";

/// That a device went to another organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceMove {
    /// The number.
    pub id: i64,
    /// Where the organisation stands to which it went.
    pub path: Path,
    /// The device.
    pub device: i64,
    /// The organisation that it left.
    pub from: i64,
    /// The one to which it went.
    pub to: i64,
    /// The ward that it left; empty where none was told.
    pub department: String,
    /// Why.
    pub reason: String,
    /// When, as stored.
    pub at: String,
    /// By whom.
    pub by: i64,
}

/// A device that went to another organisation, for whoever holds devices in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The number of the device.
    pub device: i64,
    /// When.
    pub at: String,
    /// The organisation that it left.
    pub from: i64,
    /// The one to which it went.
    pub to: i64,
    /// The build that it was.
    pub configuration: i64,
}

/// A device that left an organisation and is not back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The number of the device.
    pub device: i64,
    /// When it left, as stored.
    pub at: String,
    /// The asset system that told of it.
    pub source: i64,
    /// By what that knew it.
    pub key: String,
    /// Who makes it.
    pub maker: String,
    /// Its model.
    pub model: String,
    /// The maker's serial number.
    pub serial: String,
    /// The unique device identifier.
    pub udi: String,
}

/// Where a device goes.
#[derive(Clone, Copy, Debug)]
pub struct NewDeviceMove<'a> {
    /// The organisation.
    pub to: &'a Organisation,
    /// What its asset system is called that is to tell of the device; made where it is new.
    pub source: &'a str,
    /// Why.
    pub reason: &'a str,
    /// By whom.
    pub by: i64,
}

/// Whether a device is known by a key that it got when it came from another organisation.
#[must_use]
pub fn is_key_of_moved(key: &str) -> bool {
    key.starts_with(KEY)
}

impl Device {
    /// Whether it came from another organisation, and no export has named it since.
    #[must_use]
    pub fn is_awaited(&self) -> bool {
        self.last_import == 0
    }
}

impl Store {
    /// The moves of a device that whoever asks may see, the oldest first; without the reason
    /// where that was given to an organisation that they may not see.
    ///
    /// # Errors
    /// When the database fails, or there is no such device.
    pub async fn moves_of(
        &self,
        scope: &Scope,
        device: i64,
    ) -> Result<Vec<DeviceMove>, StoreError> {
        let device = self.device(scope, device).await?;
        let found = self
            .database
            .rows(
                "SELECT m.id, m.device, m.came_from, m.organisation, m.department, m.sealed_note,
                        m.moved, m.moved_by, o.path, h.sealed_key
                   FROM device_move m
                   JOIN organisation o ON o.head = m.head AND o.id = m.organisation
                   JOIN head h ON h.id = m.head
                  WHERE m.head = $1 AND m.device = $2
                  ORDER BY m.id",
                &[scope.head().into(), device.id.into()],
                |row| sealed(row, read),
            )
            .await?;
        let all: Vec<DeviceMove> = found.iter().map(|(one, ..)| one.clone()).collect();
        let noted = self.with_notes(scope.head(), found, |path| scope.admits(path))?;
        let noted = |one: &DeviceMove| noted.iter().find(|other| other.id == one.id);
        Ok(all.iter().map(|one| noted(one).unwrap_or(one).clone()).collect())
    }

    /// The devices of a top organisation that moved after `seq`, in the order in which they did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn moved_since(
        &self,
        head: i64,
        seq: i64,
    ) -> Result<Vec<Moved>, StoreError> {
        self.database
            .rows(
                "SELECT device, moved, came_from, organisation, configuration
                   FROM device_move
                  WHERE head = $1 AND seq > $2
                  ORDER BY seq, id",
                &[head.into(), seq.into()],
                |row| {
                    Ok(Moved {
                        device: row.integer("device")?,
                        at: row.text("moved")?,
                        from: row.integer("came_from")?,
                        to: row.integer("organisation")?,
                        configuration: row.integer("configuration")?,
                    })
                },
            )
            .await
    }

    /// The devices that left an organisation and are not back, each as it left last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn gone_from(
        &self,
        head: i64,
        organisation: i64,
    ) -> Result<Vec<Gone>, StoreError> {
        self.database
            .rows(
                "SELECT m.device, m.moved, m.from_source, m.from_key, c.maker, c.model,
                        d.serial, d.udi
                   FROM device_move m
                   JOIN device d ON d.head = m.head AND d.id = m.device
                   JOIN configuration c ON c.head = d.head AND c.id = d.configuration
                  WHERE m.head = $1 AND m.came_from = $2 AND d.organisation <> $2
                    AND d.withdrawn IS NULL
                    AND m.id = (SELECT MAX(l.id)
                                  FROM device_move l
                                 WHERE l.head = m.head AND l.device = m.device
                                   AND l.came_from = m.came_from)
                  ORDER BY m.device",
                &[head.into(), organisation.into()],
                |row| {
                    Ok(Gone {
                        device: row.integer("device")?,
                        at: row.text("moved")?,
                        source: row.integer("from_source")?,
                        key: row.text("from_key")?,
                        maker: row.text("maker")?,
                        model: row.text("model")?,
                        serial: row.text("serial")?,
                        udi: row.text("udi")?,
                    })
                },
            )
            .await
    }
}

impl Write<'_> {
    /// Moves a device to another organisation: what told of where it stood goes, and no export of
    /// the asset system that it left finds it missing.
    ///
    /// # Errors
    /// When the database fails, or an export of one of both asset systems is being taken in.
    pub async fn move_device(
        &mut self,
        device: &Device,
        new: NewDeviceMove<'_>,
    ) -> Result<(), StoreError> {
        let source = self.source_named(new.to, new.source).await?;
        for source in [device.source, source] {
            self.is_idle(source).await?;
        }
        self.move_device_to(device, source, new).await?;
        self.count_devices_of(device.source).await?;
        self.count_devices_of(source).await
    }

    /// The same into the asset system of an import that begins.
    ///
    /// # Errors
    /// When the database fails, or an export of an asset system that they leave is being taken
    /// in.
    pub async fn move_devices_with(
        &mut self,
        devices: &[Device],
        import: i64,
        new: NewDeviceMove<'_>,
    ) -> Result<(), StoreError> {
        let source = self.source_of(import).await?;
        let left: BTreeSet<i64> = devices.iter().map(|one| one.source).collect();
        for source in &left {
            self.is_idle(*source).await?;
        }
        for device in devices {
            self.move_device_to(device, source, new).await?;
        }
        for source in left.into_iter().chain([source]) {
            self.count_devices_of(source).await?;
        }
        Ok(())
    }

    async fn move_device_to(
        &mut self,
        device: &Device,
        source: i64,
        new: NewDeviceMove<'_>,
    ) -> Result<(), StoreError> {
        let id = self.id();
        let note = self.seal_note(id, new.reason)?;
        self.changing
            .run(
                "INSERT INTO device_move (head, id, device, organisation, source, came_from,
                                          from_source, from_key, configuration, department,
                                          sealed_note, moved, moved_by, seq)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                &[
                    self.head.into(),
                    id.into(),
                    device.id.into(),
                    new.to.id.into(),
                    source.into(),
                    device.organisation.into(),
                    device.source.into(),
                    device.told.key.as_str().into(),
                    device.configuration.into(),
                    device.told.department.as_str().into(),
                    note.into(),
                    stored(self.now).into(),
                    new.by.into(),
                    self.seq.into(),
                ],
            )
            .await?;
        // No row has an empty digest: the next one that names the device is read in any case.
        let touched = self
            .changing
            .run(
                "UPDATE device
                    SET organisation = $3, source = $4, device_key = $5, department = '',
                        ip = '', reachable = NULL, row_digest = $6, last_import = 0,
                        missing_since = NULL, seq = $7
                  WHERE head = $1 AND id = $2 AND organisation = $8 AND source = $9
                    AND withdrawn IS NULL",
                &[
                    self.head.into(),
                    device.id.into(),
                    new.to.id.into(),
                    source.into(),
                    format!("{KEY}{}", device.id).into(),
                    [].as_slice().into(),
                    self.seq.into(),
                    device.organisation.into(),
                    device.source.into(),
                ],
            )
            .await?;
        if touched != 1 {
            return Err(StoreError::Taken("somebody else has moved the device"));
        }
        for source in [device.source, source] {
            self.note(Noun::Source, source, Happened::Changed);
        }
        self.note(Noun::Device, device.id, Happened::Changed);
        Ok(())
    }
}

impl Noted for DeviceMove {
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

fn read(row: &Row<'_>) -> Result<DeviceMove, StoreError> {
    Ok(DeviceMove {
        id: row.integer("id")?,
        path: Path::from_stored(row.text("path")?),
        device: row.integer("device")?,
        from: row.integer("came_from")?,
        to: row.integer("organisation")?,
        department: row.text("department")?,
        reason: String::new(),
        at: row.text("moved")?,
        by: row.integer("moved_by")?,
    })
}
