//! Whether an organisation above or below tells of devices of an export already.
//!
//! A site that sends its own export where its hospital's has the same devices makes a second one
//! of each: answers, decisions and history stay with the first, and every count is too high. The
//! same piece is known by maker, model and serial number, by a label with a serial number, or by
//! the address of a network interface.
//!
//! Only organisations are looked at whose devices whoever takes the export in may see: that
//! another one has a device with a number that somebody made up is nobody's to learn.

use std::collections::{BTreeMap, BTreeSet};

use device::inventory::{Field, Reader, Row, piece};
use fleet::{ConfigurationId, Filter, Numbers, OrganisationId, Sets};
use reading::Rejected;
use roaring::RoaringBitmap;
use store::{Organisation, Scope};

use super::InventoryError;
use super::disputed::Opened;
use super::elsewhere::digest;
use crate::aside::aside;
use crate::fleet::{Holdings, holdings};
use crate::{Actor, App, Permission};

/// Keys that are asked for in one statement.
const KEYS: usize = 500;

/// An organisation above or below that tells of devices of an export already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The organisation.
    pub organisation: i64,
    /// What it is called.
    pub name: String,
    /// How many devices of the export are there.
    pub devices: usize,
}

/// By what the devices of an export are told from every other: short digests, as in
/// [`super::elsewhere`], each with the device that has it.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    keys: Vec<String>,
    by: Vec<(u64, u32)>,
}

/// What tells that two devices are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Serial number, label, or the address of a network interface.
    Any,
    /// Serial number or label: an address may be that of a dock or an adapter, which stays.
    Piece,
}

impl Pieces {
    /// Those of an export that is opened.
    pub(super) fn of(opened: &Opened, by: By) -> Result<Self, Rejected> {
        opened.read(|mut reader: Reader<'_, '_>| {
            let (mut pieces, mut row) = (Self::default(), Row::default());
            while reader.read(&mut row)? {
                drop(reader.left_out());
                if !opened.away.is(&row) {
                    pieces.add(&row, by);
                }
            }
            pieces.by.sort_unstable();
            Ok(pieces)
        })
    }

    /// Takes note of a device.
    fn add(&mut self, row: &Row, by: By) {
        let (Some(key), Ok(at)) = (row.device_key(), u32::try_from(self.keys.len()))
        else {
            return;
        };
        let [serial, udi, mac] = [Field::Serial, Field::Udi, Field::Mac];
        let numbers = Numbers::of(row.text(serial), row.text(udi), row.text(mac));
        let found = digests(&numbers, row.text(Field::Maker), row.text(Field::Model), by);
        if !found.is_empty() {
            self.keys.push(key);
            self.by.extend(found.into_iter().map(|one| (one, at)));
        }
    }

    /// The devices that have a number.
    fn with(&self, digest: u64) -> impl Iterator<Item = u32> {
        let first = self.by.partition_point(|(one, _)| *one < digest);
        let from = self.by.get(first..).unwrap_or_default().iter();
        from.take_while(move |(one, _)| *one == digest).map(|(_, at)| *at)
    }
}

/// The numbers of a piece, each as a digest. A serial number without maker and model tells
/// nothing.
pub(super) fn digests(numbers: &Numbers, maker: &str, model: &str, by: By) -> Vec<u64> {
    let is_named = !maker.trim().is_empty() && !model.trim().is_empty();
    let piece = piece(maker, model, &numbers.serial).filter(|_| is_named);
    let label = numbers.label.as_ref().map(|[identifier, serial]| {
        // No serial number has a blank within, as it is kept for labels.
        format!("label {identifier} {serial}")
    });
    let macs = numbers.macs.iter().filter(|_| by == By::Any);
    let macs = macs.map(|mac| format!("mac {mac}"));
    let texts = piece.map(|piece| format!("piece {piece}")).into_iter().chain(label);
    texts.chain(macs).filter_map(|text| digest(&text)).collect()
}

/// The organisations above and below that tell of devices of an export already which its own
/// asset system does not, as far as whoever asks may see them; the one with most of them first.
pub(super) async fn find(
    app: &App,
    by: &Actor,
    place: &Organisation,
    source: Option<i64>,
    opened: &Opened,
) -> Result<Vec<Related>, InventoryError> {
    let seen = by.scope(Permission::ViewDevices);
    let related = above_and_below(app, &seen, place).await?;
    if related.is_empty() {
        return Ok(Vec::new());
    }
    let held = holdings(app, place.head).await?;
    let opened = opened.clone();
    let (pieces, met) = aside(move || {
        let pieces = Pieces::of(&opened, By::Any)?;
        let met = met(&held, &related, &pieces);
        Ok::<_, Rejected>((pieces, met))
    })
    .await??;
    let rows = met.iter().flat_map(|(_, devices)| devices).copied().collect();
    let known = known_here(app, place.head, source, &pieces, rows).await?;
    let mut found: Vec<Related> = met
        .into_iter()
        .map(|(organisation, devices)| Related {
            organisation: organisation.id,
            devices: devices.difference(&known).count(),
            name: organisation.name,
        })
        .filter(|one| one.devices > 0)
        .collect();
    found.sort_by_key(|one| (std::cmp::Reverse(one.devices), one.organisation));
    Ok(found)
}

/// The organisations above and below one, of those that may be seen.
async fn above_and_below(
    app: &App,
    seen: &Scope,
    place: &Organisation,
) -> Result<Vec<Organisation>, InventoryError> {
    let mut all = app.store.organisations(seen).await?;
    all.retain(|one| {
        let is_in_line = one.path.holds(&place.path) || place.path.holds(&one.path);
        one.id != place.id && is_in_line
    });
    Ok(all)
}

/// Which devices of an export each organisation has: those that are not missing there.
fn met(
    held: &Holdings,
    related: &[Organisation],
    pieces: &Pieces,
) -> Vec<(Organisation, BTreeSet<u32>)> {
    let whole = fleet::Scope::of(related.iter().map(|one| OrganisationId(one.id)));
    let present = Filter::parse("missing=no").unwrap_or_default();
    let Ok(view) = held.fleet.view(&whole, &present, &Sets::new()) else {
        return Vec::new();
    };
    let of = |one: &Organisation| -> BTreeSet<u32> {
        let own = held.fleet.of_organisation(OrganisationId(one.id)) & view.devices();
        pairs(held, &own, pieces, By::Any).into_iter().map(|(row, _)| row).collect()
    };
    related.iter().map(|one| (one.clone(), of(one))).collect()
}

/// Which of the devices of an export are which of some that are held: by their places among the
/// pieces, and by their ordinals.
pub(super) fn pairs(
    held: &Holdings,
    devices: &RoaringBitmap,
    pieces: &Pieces,
    by: By,
) -> BTreeSet<(u32, u32)> {
    let mut builds: BTreeMap<ConfigurationId, [String; 2]> = BTreeMap::new();
    let mut met = BTreeSet::new();
    for ordinal in devices {
        let Some(situation) = held.fleet.situation(ordinal) else { continue };
        let [maker, model] = builds.entry(situation.configuration).or_insert_with(|| {
            let build = held.fleet.configuration(situation.configuration);
            build.map_or_else(Default::default, |one| {
                [one.maker.clone(), one.model.clone()]
            })
        });
        let found = digests(&held.fleet.numbers(ordinal), maker, model, by);
        let rows = found.into_iter().flat_map(|one| pieces.with(one));
        met.extend(rows.map(|row| (row, ordinal)));
    }
    met
}

/// Those of the devices that were met of which the asset system of the export tells itself: of
/// them somebody has said already that they are others.
pub(super) async fn known_here(
    app: &App,
    head: i64,
    source: Option<i64>,
    pieces: &Pieces,
    met: BTreeSet<u32>,
) -> Result<BTreeSet<u32>, InventoryError> {
    let Some(source) = source else { return Ok(BTreeSet::new()) };
    let named: BTreeMap<&str, u32> = met
        .into_iter()
        .filter_map(|at| Some((pieces.keys.get(at as usize)?.as_str(), at)))
        .collect();
    let keys: Vec<&str> = named.keys().copied().collect();
    let mut known = BTreeSet::new();
    for keys in keys.chunks(KEYS) {
        let found = app.store.known_as(head, source, keys).await?;
        known.extend(found.iter().filter_map(|one| named.get(one.key.as_str())).copied());
    }
    Ok(known)
}
