//! That a device hangs under another tag than before: by what exports name it since, and what it
//! was called.
//!
//! The key by which the device is kept stays the one under which it came: what was said about it
//! points at its number, and an import that is taken back names it by that key.

use crate::database::Row;
use crate::sealed_note::{Noted, sealed};
use crate::write::{Happened, Noun};
use crate::{Device, Import, Path, Scope, Store, StoreError, Write, stored};

/// That a device hangs under another tag, as somebody said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceTag {
    /// The number.
    pub id: i64,
    /// Where the organisation of the device stood.
    pub path: Path,
    /// The device.
    pub device: i64,
    /// Its tag since; empty where the export that named it so gave none.
    pub tag: String,
    /// Its tag before; empty where it had none.
    pub before: String,
    /// The import with which it was said; none where it was said on its page.
    pub import: Option<i64>,
    /// Why.
    pub reason: String,
    /// When, as stored.
    pub at: String,
    /// By whom.
    pub by: i64,
    /// Since when it counts no more, as stored.
    pub ended: Option<String>,
    /// Who took it back.
    pub ended_by: Option<i64>,
}

/// What somebody says now.
#[derive(Clone, Copy, Debug)]
pub struct NewDeviceTag<'a> {
    /// By what rows of exports name the device since.
    pub key: &'a str,
    /// Its tag since.
    pub tag: &'a str,
    /// The tag before, as it is looked for.
    pub sought: &'a str,
    /// The import with which it is said; none where it is said on its page.
    pub import: Option<i64>,
    /// Why.
    pub reason: &'a str,
    /// By whom.
    pub by: i64,
}

/// By what rows of exports of an asset system name a device beside the key by which it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherKey {
    /// The number of the device.
    pub device: i64,
    /// The key by which it is kept.
    pub kept: String,
    /// The other one.
    pub key: String,
    /// Its tag, as the newest export tells it.
    pub tag: String,
    /// The maker's serial number, as it is known.
    pub serial: String,
    /// The unique device identifier, likewise.
    pub udi: String,
}

impl Store {
    /// By what rows of exports of an asset system name its devices beside the keys by which they
    /// are kept, in the order in which it was said.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn other_keys(
        &self,
        head: i64,
        source: i64,
    ) -> Result<Vec<OtherKey>, StoreError> {
        self.database
            .rows(
                "SELECT t.device, t.tag_key, d.device_key, d.asset_tag, d.serial, d.udi
                   FROM device_tag t
                   JOIN device d ON d.head = t.head AND d.id = t.device AND d.source = t.source
                  WHERE t.head = $1 AND t.source = $2 AND t.ended IS NULL
                    AND d.withdrawn IS NULL
                  ORDER BY t.id",
                &[head.into(), source.into()],
                |row| {
                    Ok(OtherKey {
                        device: row.integer("device")?,
                        kept: row.text("device_key")?,
                        key: row.text("tag_key")?,
                        tag: row.text("asset_tag")?,
                        serial: row.text("serial")?,
                        udi: row.text("udi")?,
                    })
                },
            )
            .await
    }

    /// Under which other tags a device that whoever asks may see came to hang, the oldest first;
    /// without the reason where that was given to an organisation that they may not see.
    ///
    /// # Errors
    /// When the database fails, or there is no such device.
    pub async fn tags_of(
        &self,
        scope: &Scope,
        device: i64,
    ) -> Result<Vec<DeviceTag>, StoreError> {
        let device = self.device(scope, device).await?;
        let found = self
            .database
            .rows(
                "SELECT t.id, t.device, t.tag, t.tag_before, t.import, t.sealed_note, t.said,
                        t.said_by, t.ended, t.ended_by, o.path, h.sealed_key
                   FROM device_tag t
                   JOIN organisation o ON o.head = t.head AND o.id = t.organisation
                   JOIN head h ON h.id = t.head
                  WHERE t.head = $1 AND t.device = $2
                  ORDER BY t.id",
                &[scope.head().into(), device.id.into()],
                |row| sealed(row, read),
            )
            .await?;
        let all: Vec<DeviceTag> = found.iter().map(|(one, ..)| one.clone()).collect();
        let noted = self.with_notes(scope.head(), found, |path| scope.admits(path))?;
        let noted = |one: &DeviceTag| noted.iter().find(|other| other.id == one.id);
        Ok(all.iter().map(|one| noted(one).unwrap_or(one).clone()).collect())
    }

    /// The numbers of the devices that had a tag before, as it is looked for; whether whoever asks
    /// may see them is for the caller to find out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn devices_once_tagged(
        &self,
        head: i64,
        sought: &str,
    ) -> Result<Vec<i64>, StoreError> {
        if sought.is_empty() {
            return Ok(Vec::new());
        }
        self.database
            .rows(
                "SELECT DISTINCT device
                   FROM device_tag
                  WHERE head = $1 AND sought = $2 AND ended IS NULL
                  ORDER BY device",
                &[head.into(), sought.into()],
                |row| row.integer("device"),
            )
            .await
    }
}

impl Write<'_> {
    /// Keeps that a device hangs under another tag.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tag_device(
        &mut self,
        device: &Device,
        new: NewDeviceTag<'_>,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        let note = self.seal_note(id, new.reason)?;
        self.changing
            .run(
                "INSERT INTO device_tag (head, id, organisation, source, device, tag_key, tag,
                                         tag_before, sought, import, sealed_note, said, said_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                &[
                    self.head.into(),
                    id.into(),
                    device.organisation.into(),
                    device.source.into(),
                    device.id.into(),
                    new.key.into(),
                    new.tag.into(),
                    device.told.asset_tag.as_str().into(),
                    new.sought.into(),
                    new.import.unwrap_or(0).into(),
                    note.into(),
                    stored(self.now).into(),
                    new.by.into(),
                ],
            )
            .await?;
        self.note(Noun::Device, device.id, Happened::Changed);
        Ok(id)
    }

    /// Takes back that a device hangs under another tag.
    ///
    /// # Errors
    /// When the database fails, or nothing of it counts.
    pub async fn untag_device(
        &mut self,
        device: i64,
        tag: i64,
        by: i64,
    ) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE device_tag
                    SET ended = $4, ended_by = $5
                  WHERE head = $1 AND id = $2 AND device = $3 AND ended IS NULL",
                &[
                    self.head.into(),
                    tag.into(),
                    device.into(),
                    stored(self.now).into(),
                    by.into(),
                ],
            )
            .await?;
        if touched == 0 {
            return Err(StoreError::absent("tag", tag));
        }
        self.note(Noun::Device, device, Happened::Changed);
        Ok(())
    }

    /// Takes back what was said with the imports of an asset system that another one takes back:
    /// those behind `back_to`.
    pub(crate) async fn untag_devices(
        &mut self,
        import: &Import,
        back_to: i64,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE device_tag
                    SET ended = $5, ended_by = $6
                  WHERE head = $1 AND source = $2 AND import > $3 AND import < $4
                    AND import <> 0 AND ended IS NULL",
                &[
                    self.head.into(),
                    import.source.into(),
                    back_to.into(),
                    import.id.into(),
                    stored(self.now).into(),
                    import.started_by.into(),
                ],
            )
            .await?;
        Ok(())
    }
}

impl Noted for DeviceTag {
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

fn read(row: &Row<'_>) -> Result<DeviceTag, StoreError> {
    Ok(DeviceTag {
        id: row.integer("id")?,
        path: Path::from_stored(row.text("path")?),
        device: row.integer("device")?,
        tag: row.text("tag")?,
        before: row.text("tag_before")?,
        import: Some(row.integer("import")?).filter(|import| *import != 0),
        reason: String::new(),
        at: row.text("said")?,
        by: row.integer("said_by")?,
        ended: row.text_if_any("ended")?,
        ended_by: row.integer_if_any("ended_by")?,
    })
}
