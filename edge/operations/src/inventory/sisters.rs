//! Devices of an export that a sister organisation has: one that stands neither above nor below.
//!
//! A pump that hospital A lent shows up in an export of hospital B. Taken in as a new device it
//! comes without its history, and stays at A until that misses it. So whoever may take in exports
//! at both is asked whether it moved. Serial number or label have to be the same, of maker and
//! model too: a tag is nobody's number but one hospital's own.
//!
//! Only organisations are looked at whose devices whoever takes the export in may see.

use std::collections::{BTreeMap, BTreeSet};

use fleet::OrganisationId;
use store::{Device, NewDeviceMove, Organisation, StoreError, Write};

use super::InventoryError;
use super::disputed::Opened;
use super::related::{By, Pieces, known_here, pairs};
use super::upload::Doubled;
use crate::aside::aside;
use crate::fleet::holdings;
use crate::{Actor, App, Permission};
use reading::Rejected;

/// Why a device is moved that an export names, as its history says.
const REASON: &str = "An export named it";

/// A sister organisation that has devices of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sister {
    /// The organisation.
    pub organisation: i64,
    /// What it is called.
    pub name: String,
    /// How many devices of the export are there, missing ones too.
    pub devices: usize,
    /// How many of them can be moved: by whoever takes the export in, and no two devices or rows
    /// have the same numbers.
    pub movable: usize,
}

/// Whether devices of sister organisations are moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Moving {
    /// Nobody said so.
    #[default]
    Unsaid,
    /// They are moved to the organisation of the export.
    Here,
}

/// The devices of an export that sister organisations have.
#[derive(Clone, Debug, Default)]
pub(super) struct Sisters {
    /// The one with most of them first.
    pub(super) told: Vec<Sister>,
    /// The numbers of the devices that can be moved.
    pub(super) movable: Vec<i64>,
}

impl Sisters {
    /// Refuses where it is not settled what becomes of their devices, which are moved as far as
    /// they can be or not at all.
    pub(super) fn are_settled(
        &self,
        moving: Moving,
        doubled: Doubled,
    ) -> Result<(), InventoryError> {
        let is_open = |one: &&Sister| match moving {
            Moving::Unsaid => true,
            Moving::Here => one.movable < one.devices,
        };
        let open: Vec<Sister> = self.told.iter().filter(is_open).cloned().collect();
        match doubled == Doubled::Meant || open.is_empty() {
            true => Ok(()),
            false => Err(InventoryError::Sisters(open)),
        }
    }

    /// Moves the devices that can be, into the asset system of an import that begins; how many.
    pub(super) async fn come(
        &self,
        (app, by, place): (&App, &Actor, &Organisation),
        write: &mut Write<'_>,
        import: i64,
    ) -> Result<usize, InventoryError> {
        let scope = by.scope(Permission::ImportInventory);
        let devices: Vec<Device> = app.store.devices(&scope, &self.movable).await?;
        let new = NewDeviceMove { to: place, source: "", reason: REASON, by: by.person };
        match write.move_devices_with(&devices, import, new).await {
            Err(StoreError::Taken(_)) => Err(InventoryError::Busy),
            moved => Ok(moved.map(|()| devices.len())?),
        }
    }
}

/// The devices of an export that sister organisations have and its own asset system does not
/// know, as far as whoever asks may see them.
pub(super) async fn find(
    app: &App,
    by: &Actor,
    place: &Organisation,
    source: Option<i64>,
    opened: &Opened,
) -> Result<Sisters, InventoryError> {
    let mut sisters = app.store.organisations(&by.scope(Permission::ViewDevices)).await?;
    sisters.retain(|one| !one.path.holds(&place.path) && !place.path.holds(&one.path));
    if sisters.is_empty() {
        return Ok(Sisters::default());
    }
    let may = app.store.organisations(&by.scope(Permission::ImportInventory)).await?;
    let may: BTreeSet<i64> = may.iter().map(|one| one.id).collect();
    let held = holdings(app, place.head).await?;
    let opened = opened.clone();
    let (pieces, met) = aside(move || {
        let pieces = Pieces::of(&opened, By::Piece)?;
        let of = |one: Organisation| {
            let own = held.fleet.of_organisation(OrganisationId(one.id));
            let found = pairs(&held, &own, &pieces, By::Piece);
            (one, found)
        };
        let met: Vec<_> = sisters.into_iter().map(of).collect();
        Ok::<_, Rejected>((pieces, met))
    })
    .await??;
    let rows: BTreeSet<u32> =
        met.iter().flat_map(|(_, found)| found.iter().map(|(row, _)| *row)).collect();
    let known = known_here(app, place.head, source, &pieces, rows).await?;
    Ok(told(met, &known, &may))
}

/// The devices that each has, but for rows of devices that are known.
fn told(
    met: Vec<(Organisation, BTreeSet<(u32, u32)>)>,
    known: &BTreeSet<u32>,
    may: &BTreeSet<i64>,
) -> Sisters {
    let (mut of_row, mut of_device) = (BTreeMap::new(), BTreeMap::new());
    for (row, device) in met.iter().flat_map(|(_, found)| found) {
        *of_row.entry(*row).or_insert(0) += 1;
        *of_device.entry(*device).or_insert(0) += 1;
    }
    let mut sisters = Sisters::default();
    for (organisation, mut found) in met {
        found.retain(|(row, _)| !known.contains(row));
        let devices: BTreeSet<u32> = found.iter().map(|(_, device)| *device).collect();
        if devices.is_empty() {
            continue;
        }
        let is_only = |(row, device): &&(u32, u32)| {
            of_row.get(row) == Some(&1) && of_device.get(device) == Some(&1)
        };
        let movable: Vec<i64> = match may.contains(&organisation.id) {
            true => {
                found.iter().filter(is_only).map(|(_, one)| i64::from(*one)).collect()
            }
            false => Vec::new(),
        };
        sisters.told.push(Sister {
            organisation: organisation.id,
            name: organisation.name,
            devices: devices.len(),
            movable: movable.len(),
        });
        sisters.movable.extend(movable);
    }
    sisters.told.sort_by_key(|one| (std::cmp::Reverse(one.devices), one.organisation));
    sisters
}
