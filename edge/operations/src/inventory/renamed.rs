//! Devices that an export names otherwise than the one before did.
//!
//! In other capitals or with another dash a tag is the same tag: the device stays the one that it
//! is. A tag without its hyphen, or another tag with a serial number that is known, may be the
//! same device or another one; as a new one it would come without answers, decisions and history,
//! and the known one would go missing. Somebody has to say so.
//!
//! Only devices that the export does not name as they are known are looked for: two that are both
//! in the house are never one.

use std::collections::{BTreeMap, BTreeSet};

use device::inventory::{
    Field, Keys, Reader, Row, is_other_device, piece, tag_bare, tag_written,
};
use fleet::Numbers;
use reading::Rejected;
use store::{Device, Scope, StoreError, is_key_of_moved};

use super::InventoryError;
use super::disputed::{Opened, Whose};
use super::elsewhere::digest;
use super::preview::Preview;
use crate::App;
use crate::aside::aside;

/// How many of them are told one by one.
const SHOWN: usize = 10;
/// Of more rows than these nobody has changed the writing: then it is asked about.
const SAME_MAX: usize = 200_000;

/// Devices that may be known under another number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renamed {
    /// The first of them.
    pub shown: Vec<OneRenamed>,
    /// How many there are.
    pub count: usize,
}

/// One device that may be known under another number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneRenamed {
    /// The number of the known device.
    pub device: i64,
    /// Its asset tag; empty where it has none.
    pub known: String,
    /// The asset tag in the export; empty where it has none.
    pub now: String,
    /// The serial number, where that is the same.
    pub serial: String,
    /// Where it stands in the export.
    pub place: String,
    /// The line or row of the export, from 1.
    pub row: i64,
}

/// What was found of an export.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The keys of known devices, by those under which rows name them in other writing.
    pub(super) same: BTreeMap<String, String>,
    pub(super) renamed: Renamed,
}

/// A row that may be one of the devices that are gone.
struct Candidate {
    key: String,
    tag: String,
    serial: String,
    udi: String,
    piece: Option<String>,
    place: String,
    row: i64,
    devices: BTreeSet<i64>,
}

/// The devices that an export does not name, by short digests of their tags and serial numbers.
#[derive(Debug, Default)]
struct Gone {
    by_tag: BTreeMap<u64, Vec<i64>>,
    by_serial: BTreeMap<u64, Vec<i64>>,
    /// Those that came from another organisation, by their labels too.
    by_label: BTreeMap<u64, Vec<i64>>,
}

impl Gone {
    async fn of(app: &App, whose: Whose, keys: &Keys) -> Result<Self, StoreError> {
        let Whose { head, organisation, source } = whose;
        let (mut gone, mut after) = (Self::default(), 0);
        loop {
            let page = app.store.shared_identifiers(head, organisation, after).await?;
            let Some(last) = page.last() else { break };
            after = last.id;
            let here = page.iter().filter(|one| Some(one.source) == source);
            for one in here.filter(|one| !one.is_missing && !keys.tell(&one.key)) {
                if let Some(tag) = digest(&tag_bare(&one.asset_tag)) {
                    gone.by_tag.entry(tag).or_default().push(one.id);
                }
                if let Some(serial) = serial(&one.serial) {
                    gone.by_serial.entry(serial).or_default().push(one.id);
                }
                if let Some(label) = label(&one.udi).filter(|_| one.last_import == 0) {
                    gone.by_label.entry(label).or_default().push(one.id);
                }
            }
        }
        Ok(gone)
    }

    fn is_empty(&self) -> bool {
        [&self.by_tag, &self.by_serial, &self.by_label].iter().all(|one| one.is_empty())
    }

    /// The devices that a row may be.
    fn like(&self, row: &Row) -> BTreeSet<i64> {
        let tag = digest(&tag_bare(row.text(Field::AssetTag)));
        let by_tag = tag.and_then(|tag| self.by_tag.get(&tag));
        let by_serial =
            serial(row.text(Field::Serial)).and_then(|one| self.by_serial.get(&one));
        let by_label =
            label(row.text(Field::Udi)).and_then(|one| self.by_label.get(&one));
        let found = by_tag.into_iter().chain(by_serial).chain(by_label);
        found.flatten().copied().collect()
    }

    /// The rows that may be one of them.
    fn candidates(&self, mut reader: Reader<'_, '_>) -> Result<Vec<Candidate>, Rejected> {
        let (mut found, mut row) = (Vec::new(), Row::default());
        while reader.read(&mut row)? {
            drop(reader.left_out());
            let devices = self.like(&row);
            let Some(key) = row.device_key().filter(|_| !devices.is_empty()) else {
                continue;
            };
            let text = |field: Field| row.text(field).to_owned();
            found.push(Candidate {
                key,
                tag: text(Field::AssetTag),
                serial: text(Field::Serial),
                udi: text(Field::Udi),
                piece: piece(
                    row.text(Field::Maker),
                    row.text(Field::Model),
                    row.text(Field::Serial),
                ),
                place: reader.place(row.number(), Field::AssetTag).to_string(),
                row: row.number() as i64,
                devices,
            });
        }
        Ok(found)
    }
}

fn serial(text: &str) -> Option<u64> {
    digest(&piece("", "", text)?)
}

/// Device identifier and serial number of a label.
fn label(udi: &str) -> Option<u64> {
    let [identifier, serial] = Numbers::of("", udi, "").label?;
    digest(&format!("{identifier} {serial}"))
}

/// How a row and a device that is gone are alike.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Likeness {
    /// The tag, but for capitals and dashes.
    Written,
    /// The tag without its hyphens.
    Bare,
    /// The serial number, with maker and model.
    Piece,
    /// The label, with its serial number.
    Label,
}

impl Likeness {
    fn of(row: &Candidate, device: &Device) -> Option<Self> {
        let told = &device.told;
        let known = piece(&told.build.maker, &told.build.model, &told.serial);
        let is_piece = row.piece.is_some() && row.piece == known;
        if device.is_awaited() {
            // Its tag is that of another house: alone it tells nothing.
            let is_label =
                label(&told.udi).is_some_and(|one| Some(one) == label(&row.udi));
            if is_piece || is_label {
                return Some(if is_piece { Self::Piece } else { Self::Label });
            }
            if is_other_device([&told.serial, &told.udi], [&row.serial, &row.udi]) {
                return None;
            }
        }
        let tags = [row.tag.as_str(), told.asset_tag.as_str()];
        let is_tagged = tags.iter().all(|tag| !tag.is_empty());
        let [one, other] = tags.map(tag_written);
        if is_tagged && one == other {
            return Some(Self::Written);
        }
        if is_piece {
            return Some(Self::Piece);
        }
        let [one, other] = tags.map(tag_bare);
        (is_tagged && one == other).then_some(Self::Bare)
    }

    /// Whether it settles that both are one, where nothing else is as like. One that came from
    /// another organisation is known here by its own numbers alone.
    fn settles(self, device: &Device) -> bool {
        match self {
            Self::Written => !device.is_awaited(),
            Self::Piece | Self::Label => is_key_of_moved(&device.told.key),
            Self::Bare => false,
        }
    }
}

/// Looks for devices that rows of an export name otherwise than they are known, by the keys of
/// its rows.
pub(super) async fn find(
    app: &App,
    whose: Whose,
    opened: &Opened,
    keys: Keys,
) -> Result<Found, InventoryError> {
    let Whose { head, source: Some(source), .. } = whose else {
        return Ok(Found::default());
    };
    let gone = Gone::of(app, whose, &keys).await?;
    drop(keys);
    if gone.is_empty() {
        return Ok(Found::default());
    }
    let reading = opened.clone();
    let candidates =
        aside(move || reading.read(|reader| gone.candidates(reader))).await??;
    let own: Vec<&str> = candidates.iter().map(|one| one.key.as_str()).collect();
    let known = app.store.known_as(head, source, &own).await?.into_iter();
    let known: BTreeSet<String> = known.map(|one| one.key).collect();
    let ids: BTreeSet<i64> =
        candidates.iter().flat_map(|one| one.devices.iter().copied()).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let devices = app.store.devices(&Scope::whole(head), &ids).await?;
    Ok(told_apart(&candidates, &known, &devices))
}

/// Which rows are a device in other writing, and of which it must be asked.
/// What is known by its own number stays that.
fn told_apart(rows: &[Candidate], known: &BTreeSet<String>, devices: &[Device]) -> Found {
    let by_id: BTreeMap<i64, &Device> = devices.iter().map(|one| (one.id, one)).collect();
    let mut pairs: Vec<(&Candidate, &Device, Likeness)> = Vec::new();
    for row in rows {
        let like = row.devices.iter().filter_map(|id| by_id.get(id));
        pairs.extend(
            like.filter_map(|device| Some((row, *device, Likeness::of(row, device)?))),
        );
    }
    let (mut of_row, mut of_device) = (BTreeMap::new(), BTreeMap::new());
    for (row, device, _) in pairs.iter().filter(|pair| pair.2.settles(pair.1)) {
        *of_row.entry(&row.key).or_insert(0) += 1;
        *of_device.entry(device.id).or_insert(0) += 1;
    }
    let is_only = |row: &Candidate, device: &Device| {
        of_row.get(&row.key) == Some(&1) && of_device.get(&device.id) == Some(&1)
    };
    let mut found = Found::default();
    // After they are counted: a row that this very import has brought in already is still one of
    // those among which nobody can tell.
    pairs.retain(|(row, ..)| !known.contains(&row.key));
    for (row, device, likeness) in &pairs {
        let is_same = likeness.settles(device) && is_only(row, device);
        if is_same && pairs.len() <= SAME_MAX {
            found.same.insert(row.key.clone(), device.told.key.clone());
        }
    }
    let same: BTreeSet<&String> = found.same.values().collect();
    for (row, device, likeness) in &pairs {
        if found.same.contains_key(&row.key) || same.contains(&device.told.key) {
            continue;
        }
        found.renamed.count += 1;
        if found.renamed.shown.len() < SHOWN {
            let serial = match likeness {
                Likeness::Piece => row.serial.clone(),
                Likeness::Written | Likeness::Label | Likeness::Bare => String::new(),
            };
            found.renamed.shown.push(OneRenamed {
                device: device.id,
                known: device.told.asset_tag.clone(),
                now: row.tag.clone(),
                serial,
                place: row.place.clone(),
                row: row.row,
            });
        }
    }
    found
}

impl OneRenamed {
    /// What there is to ask about it, in a sentence.
    #[must_use]
    pub fn asked(&self) -> String {
        let tagged = |tag: &str| match tag {
            "" => "without an asset tag".to_owned(),
            tag => format!("under the asset tag {tag}"),
        };
        match self.serial.as_str() {
            "" => format!(
                "the asset tag {} is new, and {} would be missing: the same device?",
                self.now, self.known
            ),
            serial => format!(
                "the device with the serial number {serial} is known {}, and comes {} now: \
                 the same device?",
                tagged(&self.known),
                tagged(&self.now)
            ),
        }
    }
}

impl Found {
    /// Says of an export what was found.
    pub(super) fn amend(&self, preview: &mut Preview) {
        let is_written = |pair: &(&String, &String)| !is_key_of_moved(pair.1);
        let written = self.same.iter().filter(is_written).count();
        if let Some((now, known)) = self.same.iter().find(is_written) {
            let tag = |key: &str| key.trim_start_matches("tag:").to_owned();
            preview.notes.push(format!(
                "{} written in other capitals or with another dash than before, as {} for {}: \
                 the same asset tag, and the same device",
                match written {
                    1 => "1 device is".to_owned(),
                    count => format!("{count} devices are"),
                },
                tag(now),
                tag(known)
            ));
        }
        preview.complaint_count += self.renamed.shown.len();
        preview.complaints.extend(self.renamed.shown.iter().map(|one| {
            store::Complaint {
                place: one.place.clone(),
                row: one.row,
                heading: String::new(),
                cell: one.now.clone(),
                message: format!("{}; it is taken in as a new one", one.asked()),
                mend: "Give the device the number under which it is known, if it is the same: \
                       its answers, decisions and history go by that."
                    .to_owned(),
            }
        }));
    }
}
