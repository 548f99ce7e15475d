//! Devices that hang under another tag than the one by which they are kept, as somebody says who
//! knows: on the page of the device, or as the export comes in that names them so.
//!
//! The device stays the one that it is, and rows under either tag are about it. Where an export
//! has rows under both, the serial number tells which of them it is, else the tag that came last;
//! the other row is another device, and somebody is asked where nothing says so.

use std::collections::{BTreeMap, BTreeSet};

use device::inventory::{Field, Reader, is_other_device, tag_bare, tag_written};
use reading::Rejected;
use store::{Act, Fact, NewDeviceTag, Noun, OtherKey, StoreError};

use super::InventoryError;
use super::disputed::{Opened, Whose};
use super::preview::Preview;
use super::renamed::{Doubt, OneRenamed, serial};
use crate::aside::aside;
use crate::{Actor, App, Permission};

/// The longest reason.
const REASON_MAX: usize = 2000;
/// The longest asset tag.
const TAG_MAX: usize = 200;
/// How the key of a device begins that hangs under a tag which another one had before.
const OTHER: &str = "other:";

/// Why it is not kept that a device hangs under another tag.
#[derive(Debug, thiserror::Error)]
pub enum TagError {
    /// No reason was given.
    #[error("the reason is missing")]
    NoReason,
    /// The reason is too long.
    #[error("the reason is longer than {REASON_MAX} characters")]
    Reason,
    /// No tag was given, or none that can be one.
    #[error("the asset tag is missing, or longer than {TAG_MAX} characters")]
    Tag,
    /// The device is known under that tag.
    #[error("the device is known under that asset tag already")]
    Same,
    /// Another device of the same asset system is kept under that tag.
    #[error("another device of the same asset system is known under the asset tag {0}")]
    Twice(String),
    /// Every import that named it was taken back.
    #[error("every import that named the device was taken back")]
    Withdrawn,
    /// The database failed, or there is no such device for whoever asks.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What somebody says of a device.
#[derive(Clone, Copy, Debug)]
pub struct NewTag<'t> {
    /// Its asset tag now.
    pub tag: &'t str,
    /// How it is known.
    pub reason: &'t str,
}

/// Keeps that a device hangs under another tag now: the next export that names it so is about it.
///
/// # Errors
/// When the actor may not take in exports there or there is no such device, the tag or the reason
/// is missing or too long, another device is known under that tag, or the database fails.
pub async fn tag_anew(
    app: &App,
    by: &Actor,
    device: i64,
    new: NewTag<'_>,
) -> Result<(), TagError> {
    let [tag, reason] = [new.tag, new.reason].map(str::trim);
    if tag.is_empty()
        || tag.chars().count() > TAG_MAX
        || tag.chars().any(char::is_control)
    {
        return Err(TagError::Tag);
    }
    if reason.is_empty() {
        return Err(TagError::NoReason);
    }
    if reason.chars().count() > REASON_MAX {
        return Err(TagError::Reason);
    }
    let scope = by.scope(Permission::ImportInventory);
    let device = app.store.device(&scope, device).await?;
    if device.withdrawn.is_some() {
        return Err(TagError::Withdrawn);
    }
    if tag_written(tag) == tag_written(&device.told.asset_tag) {
        return Err(TagError::Same);
    }
    let key = format!("tag:{tag}");
    let head = scope.head();
    let names = Names::of(app.store.other_keys(head, device.source).await?);
    let kept = app.store.known_as(head, device.source, &[&key]).await?;
    let is_kept = !kept.is_empty() && device.told.key != key && !names.keeps(&key);
    if is_kept || names.newest(&key).is_some_and(|other| other != device.id) {
        return Err(TagError::Twice(tag.to_owned()));
    }
    let mut write = app.store.write(head, (app.now)()).await?;
    let sought = tag_bare(&device.told.asset_tag);
    let new = NewDeviceTag {
        key: &key,
        tag,
        sought: &sought,
        import: None,
        reason,
        by: by.person,
    };
    write.tag_device(&device, new).await?;
    let facts = vec![("organisation", Fact::Number(device.organisation))];
    let (what, noun) = ("say that a device has another tag", Noun::Device);
    write.commit(Act { by: by.person, what, noun, id: device.id, facts }).await?;
    Ok(())
}

/// Takes back that a device hangs under another tag.
///
/// # Errors
/// When the actor may not take in exports there, there is no such device or nothing of that number
/// counts of it, or the database fails.
pub async fn untag(
    app: &App,
    by: &Actor,
    device: i64,
    tag: i64,
) -> Result<(), StoreError> {
    let scope = by.scope(Permission::ImportInventory);
    let device = app.store.device(&scope, device).await?;
    let mut write = app.store.write(scope.head(), (app.now)()).await?;
    write.untag_device(device.id, tag, by.person).await?;
    let facts = vec![("organisation", Fact::Number(device.organisation))];
    let (what, noun) = ("take back that a device has another tag", Noun::Device);
    write.commit(Act { by: by.person, what, noun, id: device.id, facts }).await?;
    Ok(())
}

/// The devices that hung under an asset tag before, as far as whoever asks may see them.
///
/// # Errors
/// When the database fails.
pub async fn once_tagged(
    app: &App,
    by: &Actor,
    tag: &str,
) -> Result<Vec<store::Device>, StoreError> {
    let found = app.store.devices_once_tagged(by.head, &tag_bare(tag)).await?;
    app.store.devices(&by.scope(Permission::ViewDevices), &found).await
}

/// Rows of an export that name devices by other keys than those by which they are kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Tagged {
    /// The key by which a device is kept, by those that rows have.
    keys: BTreeMap<String, String>,
    /// The devices that have other keys, and whether a row names them.
    devices: BTreeMap<i64, bool>,
    /// The first tags that changed, and of how many devices.
    changed: (usize, Option<String>),
    /// Rows under a tag that a device had before, which may be that device.
    pub(super) asked: Vec<OneRenamed>,
}

impl Tagged {
    /// Those of an export that is opened.
    pub(super) async fn of(
        app: &App,
        whose: Whose,
        opened: &Opened,
    ) -> Result<Self, InventoryError> {
        let Some(source) = whose.source else { return Ok(Self::default()) };
        let names = Names::of(app.store.other_keys(whose.head, source).await?);
        if names.devices.is_empty() {
            return Ok(Self::default());
        }
        let reading = opened.clone();
        let (names, rows) = aside(move || {
            let rows = reading.read(|reader| names.rows(reader));
            (names, rows)
        })
        .await?;
        let rows = rows?;
        let keys: Vec<String> = rows
            .iter()
            .flat_map(|row| {
                let others = names.of_row(row).map(|(id, _)| other(id, &row.spelt));
                std::iter::once(row.key.clone()).chain(others)
            })
            .collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let kept = app.store.known_as(whose.head, source, &keys).await?;
        let kept = kept.into_iter().map(|one| one.key).collect();
        Ok(names.told_apart(&rows, &kept))
    }

    /// The key by which the device of a row is kept, where that is another one than the row's.
    pub(super) fn kept(&self, key: &str) -> Option<&String> {
        self.keys.get(key)
    }

    /// Whether rows name a device that is kept by a key, where more than that key tells.
    pub(super) fn tells(&self, device: i64, key: &str) -> Option<bool> {
        let told = self.devices.get(&device).copied();
        let is_other =
            || key.starts_with(OTHER) && self.keys.values().any(|one| one == key);
        told.or_else(|| is_other().then_some(true))
    }

    /// Counts what somebody says now: a device hangs under that key.
    pub(super) fn say(&mut self, key: &str, kept: &str, device: i64) {
        self.keys.insert(key.to_owned(), kept.to_owned());
        self.devices.insert(device, true);
    }

    /// Counts that a device hangs under that tag and not under the one by which it is kept.
    pub(super) fn hangs(&mut self, tag: &str) {
        self.changed.0 += 1;
        self.changed.1.get_or_insert_with(|| tag.to_owned());
    }

    /// Says of an export what was found.
    pub(super) fn amend(&self, preview: &mut Preview) {
        let (count, Some(first)) = &self.changed else { return };
        preview.notes.push(format!(
            "{} under another tag than the one by which it is kept, as {first}: somebody said \
             that it is the same device",
            match count {
                1 => "1 device hangs".to_owned(),
                count => format!("{count} devices hang"),
            },
        ));
    }
}

/// The key of the device that hangs under a tag which another one had before.
fn other(device: i64, spelt: &str) -> String {
    format!("{OTHER}{device}:{spelt}")
}

/// A key as it is compared: a tag but for capitals and dashes.
fn spelt(key: &str) -> String {
    match key.strip_prefix("tag:") {
        Some(tag) => format!("tag:{}", tag_written(tag)),
        None => key.to_owned(),
    }
}

/// A device with its keys as they are compared: the one by which it is kept, then the others as
/// they were said.
struct Named {
    kept: String,
    keys: Vec<String>,
    /// Its tag, as the newest export tells it.
    tag: String,
    serial: String,
    udi: String,
}

/// The devices of an asset system that have other keys.
struct Names {
    devices: BTreeMap<i64, Named>,
    by_key: BTreeMap<String, BTreeSet<i64>>,
}

/// A row that has one of these keys.
struct Row {
    key: String,
    spelt: String,
    tag: String,
    serial: String,
    udi: String,
    place: String,
    number: i64,
}

/// How surely a row is about a device: by its serial number, by its newest tag, by how new the
/// tag is.
type Sure = (bool, bool, usize);

impl Names {
    fn of(known: Vec<OtherKey>) -> Self {
        let mut devices: BTreeMap<i64, Named> = BTreeMap::new();
        for one in known {
            let named = devices.entry(one.device).or_insert_with(|| Named {
                keys: vec![spelt(&one.kept)],
                kept: one.kept,
                tag: one.tag,
                serial: one.serial,
                udi: one.udi,
            });
            named.keys.push(spelt(&one.key));
        }
        let mut by_key: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
        for (id, named) in &devices {
            for key in &named.keys {
                by_key.entry(key.clone()).or_default().insert(*id);
            }
        }
        Self { devices, by_key }
    }

    /// Whether a device that has other keys is kept by that one.
    fn keeps(&self, key: &str) -> bool {
        self.devices.values().any(|named| named.kept == key)
    }

    /// The device whose newest key that is.
    fn newest(&self, key: &str) -> Option<i64> {
        let spelt = spelt(key);
        let mut found = self.devices.iter();
        found.find(|(_, named)| named.keys.last() == Some(&spelt)).map(|(id, _)| *id)
    }

    fn rows(&self, mut reader: Reader<'_, '_>) -> Result<Vec<Row>, Rejected> {
        let (mut found, mut row) = (Vec::new(), device::inventory::Row::default());
        while reader.read(&mut row)? {
            drop(reader.left_out());
            let Some(key) = row.device_key() else { continue };
            let spelt = spelt(&key);
            if !self.by_key.contains_key(&spelt) {
                continue;
            }
            let text = |field: Field| row.text(field).to_owned();
            found.push(Row {
                key,
                spelt,
                tag: text(Field::AssetTag),
                serial: text(Field::Serial),
                udi: text(Field::Udi),
                place: reader.place(row.number(), Field::AssetTag).to_string(),
                number: row.number() as i64,
            });
        }
        Ok(found)
    }

    /// The devices that have the key of a row.
    fn of_row(&self, row: &Row) -> impl Iterator<Item = (i64, &Named)> {
        let found = self.by_key.get(&row.spelt).into_iter().flatten();
        found.filter_map(|id| Some((*id, self.devices.get(id)?)))
    }

    /// Which rows are about which device; `kept` are the keys by which devices are kept.
    fn told_apart(&self, rows: &[Row], kept: &BTreeSet<String>) -> Tagged {
        let mut pairs: Vec<(Sure, usize, i64)> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            // What is kept by that very key, and has no other one, is known by it.
            if kept.contains(&row.key) && !self.keeps(&row.key) {
                continue;
            }
            let of = self.of_row(row);
            pairs.extend(
                of.filter_map(|(id, named)| Some((named.is(id, row, kept)?, at, id))),
            );
        }
        pairs.sort_by_key(|pair| std::cmp::Reverse(pair.0));
        let mut found = Tagged::default();
        found.devices.extend(self.devices.keys().map(|id| (*id, false)));
        let mut settled = BTreeSet::new();
        for (_, at, id) in pairs {
            let (Some(row), Some(named)) = (rows.get(at), self.devices.get(&id)) else {
                continue;
            };
            let is_free = found.devices.get(&id) == Some(&false);
            if is_free && settled.insert(at) {
                found.say(&row.key, &named.kept, id);
                if spelt(&named.kept) != row.spelt {
                    found.hangs(&row.tag);
                }
            }
        }
        let rest = rows.iter().enumerate().filter(|(at, row)| {
            !settled.contains(at) && (!kept.contains(&row.key) || self.keeps(&row.key))
        });
        for (_, row) in rest {
            self.is_another(row, kept, &mut found);
        }
        found
    }

    /// Keeps that a row is about another device than those that had its tag before.
    fn is_another(&self, row: &Row, kept: &BTreeSet<String>, found: &mut Tagged) {
        let Some((id, named)) = self.of_row(row).next() else { return };
        let key = other(id, &row.spelt);
        let is_sure = kept.contains(&key)
            || is_other_device([&named.serial, &named.udi], [&row.serial, &row.udi]);
        if !is_sure {
            found.asked.push(OneRenamed {
                device: id,
                known: named.tag.clone(),
                now: row.tag.clone(),
                serial: String::new(),
                place: row.place.clone(),
                row: row.number,
                doubt: Doubt::Before,
            });
        }
        found.keys.insert(row.key.clone(), key);
    }
}

impl Named {
    /// How surely a row is about this device; none where it is about another one.
    fn is(&self, id: i64, row: &Row, kept: &BTreeSet<String>) -> Option<Sure> {
        let at = self.keys.iter().rposition(|key| *key == row.spelt)?;
        let is_newest = at + 1 == self.keys.len();
        let own = serial(&self.serial);
        if own.is_some() && own == serial(&row.serial) {
            return Some((true, is_newest, at));
        }
        if kept.contains(&other(id, &row.spelt)) {
            return None;
        }
        let is_other =
            is_other_device([&self.serial, &self.udi], [&row.serial, &row.udi]);
        // What hangs under the newest tag is the same row of the register with another piece, as
        // it is of a device that never had another tag.
        (is_newest || !is_other).then_some((false, is_newest, at))
    }
}
