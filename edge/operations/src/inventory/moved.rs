//! Devices that go from one organisation to another: lent, handed over, merged.
//!
//! The device stays the one that it is, with its history. What was decided and answered where it
//! left binds nobody where it goes: actions, analyses and accepted statements are an
//! organisation's own, and an answer of before the move holds about the device only where whoever
//! gave it stands above both ends (see `fleet/since.rs`). An export of the organisation that it
//! left may name it still; then its row is left out, and somebody is asked.

use std::collections::BTreeMap;

use device::inventory::{Field, Reader, Row, is_other_device};
use fleet::{Numbers, OrganisationId};
use reading::Rejected;
use store::{
    Act, Device, Fact, Gone, NewDeviceMove, Noun, Organisation, Source, StoreError,
};

use super::disputed::{Opened, Whose};
use super::preview::Preview;
use super::related::{By, digests};
use crate::aside::{CutShort, aside};
use crate::fleet::{FleetError, holdings};
use crate::{Actor, App, Permission, action, bills, judging};

/// The longest reason.
const REASON_MAX: usize = 2000;
/// The longest name of an asset system.
const SOURCE_MAX: usize = 200;

/// Why a device is not moved.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// No reason was given.
    #[error("the reason is missing")]
    NoReason,
    /// The reason is too long.
    #[error("the reason is longer than {REASON_MAX} characters")]
    Reason,
    /// There is no such organisation for whoever asks, or they may not take in exports there.
    #[error("there is no such organisation in which you may take in exports")]
    Where,
    /// It is there already.
    #[error("the device is of that organisation already")]
    There,
    /// Nobody said which asset system is to tell of it: those that the organisation has.
    #[error(
        "which asset system of that organisation is to tell of the device was not said"
    )]
    Source(Vec<String>),
    /// Every import that named it was taken back.
    #[error("every import that named the device was taken back")]
    Withdrawn,
    /// The organisation has a device with its serial number or label: its asset tag, or what else
    /// it is known by.
    #[error("that organisation has a device with the same serial number or label: {0}")]
    Twice(String),
    /// An export of one of both asset systems is being taken in.
    #[error("an export of one of both asset systems is being taken in")]
    Busy,
    /// What is held in memory failed.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The database failed, or there is no such device for whoever asks.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where a device goes, and why.
#[derive(Clone, Copy, Debug)]
pub struct Destination<'d> {
    /// The organisation.
    pub organisation: i64,
    /// What its asset system is called that is to tell of the device; empty where it has one only.
    pub source: &'d str,
    /// Why it goes.
    pub reason: &'d str,
}

/// Moves a device to another organisation. Whoever does it may take in exports at both ends.
///
/// # Errors
/// When the actor may not, the reason is missing or too long, nobody can tell which asset system
/// is to tell of the device, that organisation has it already, an export of one of both is being
/// taken in, or the database fails.
pub async fn move_to(
    app: &App,
    by: &Actor,
    device: i64,
    destination: Destination<'_>,
) -> Result<(), MoveError> {
    let reason = destination.reason.trim();
    if reason.is_empty() {
        return Err(MoveError::NoReason);
    }
    if reason.chars().count() > REASON_MAX {
        return Err(MoveError::Reason);
    }
    let scope = by.scope(Permission::ImportInventory);
    let device = app.store.device(&scope, device).await?;
    if device.withdrawn.is_some() {
        return Err(MoveError::Withdrawn);
    }
    let to = match app.store.organisation(&scope, destination.organisation).await {
        Err(StoreError::Absent { .. }) => return Err(MoveError::Where),
        found => found?,
    };
    if to.id == device.organisation {
        return Err(MoveError::There);
    }
    let sources = super::upload::sources(app, by, &to).await?;
    let source = source(&sources, destination.source)?;
    is_not_there(app, &device, &to).await?;
    let mut write = app.store.write(scope.head(), (app.now)()).await?;
    let new = NewDeviceMove { to: &to, source: &source, reason, by: by.person };
    match write.move_device(&device, new).await {
        Err(StoreError::Taken(_)) => return Err(MoveError::Busy),
        moved => moved?,
    };
    judging::queue(&mut write).await?;
    bills::queue(&mut write).await?;
    action::queue(&mut write).await?;
    let facts = vec![
        ("organisation", Fact::Number(to.id)),
        ("from", Fact::Number(device.organisation)),
    ];
    let (what, noun) = ("move device", Noun::Device);
    write.commit(Act { by: by.person, what, noun, id: device.id, facts }).await?;
    Ok(())
}

/// The asset system that is meant: one that is known, or the name of a new one.
fn source(known: &[Source], said: &str) -> Result<String, MoveError> {
    let said = said.trim();
    let is_so = |one: &&Source| one.name.to_lowercase() == said.to_lowercase();
    let named = || known.iter().map(|one| one.name.clone()).collect();
    match (said, known) {
        ("", [only]) => Ok(only.name.clone()),
        ("", _) => Err(MoveError::Source(named())),
        _ if said.chars().count() > SOURCE_MAX || said.chars().any(char::is_control) => {
            Err(MoveError::Source(named()))
        }
        _ => Ok(known.iter().find(is_so).map_or(said, |one| &one.name).to_owned()),
    }
}

/// Refuses where an organisation has a device of that serial number or label that is not missing.
async fn is_not_there(
    app: &App,
    device: &Device,
    to: &Organisation,
) -> Result<(), MoveError> {
    let told = &device.told;
    let numbers = Numbers::of(&told.serial, &told.udi, "");
    let wanted = digests(&numbers, &told.build.maker, &told.build.model, By::Piece);
    if wanted.is_empty() {
        return Ok(());
    }
    let held = holdings(app, to.head).await?;
    let organisation = OrganisationId(to.id);
    let found = aside(move || {
        held.fleet.of_organisation(organisation).iter().find(|ordinal| {
            let Some(situation) = held.fleet.situation(*ordinal) else { return false };
            let Some(build) = held.fleet.configuration(situation.configuration) else {
                return false;
            };
            let numbers = held.fleet.numbers(*ordinal);
            digests(&numbers, &build.maker, &build.model, By::Piece)
                .iter()
                .any(|one| wanted.contains(one))
        })
    })
    .await?;
    let Some(found) = found else { return Ok(()) };
    let whole = store::Scope::whole(to.head);
    let there = app.store.device(&whole, i64::from(found)).await?;
    match there.missing_since {
        Some(_) => Ok(()),
        None => Err(MoveError::Twice(match there.told.asset_tag.as_str() {
            "" => there.told.serial,
            tag => tag.to_owned(),
        })),
    }
}

/// A row of an export that names a device which went to another organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneAway {
    /// The number of the device.
    pub device: i64,
    /// The asset tag in the export, else the serial number.
    pub tag: String,
    /// The day on which it went.
    pub day: String,
    /// Where it stands in the export.
    pub place: String,
    /// The line or row of the export, from 1.
    pub row: i64,
}

/// The rows of an export that name devices which went to other organisations, by their keys.
#[derive(Debug, Default)]
pub(super) struct Away(BTreeMap<String, OneAway>);

impl Away {
    /// Those of an export that is opened.
    pub(super) async fn of(
        app: &App,
        whose: Whose,
        opened: &Opened,
    ) -> Result<Self, super::InventoryError> {
        let gone = app.store.gone_from(whose.head, whose.organisation).await?;
        if gone.is_empty() {
            return Ok(Self::default());
        }
        let sought = Sought::of(gone, whose.source);
        let reading = opened.clone();
        Ok(Self(aside(move || reading.read(|reader| sought.among(reader))).await??))
    }

    /// Whether the row with that key names one.
    pub(super) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Whether a row names one.
    pub(super) fn is(&self, row: &Row) -> bool {
        !self.0.is_empty() && row.device_key().is_some_and(|key| self.has(&key))
    }

    /// All of them, in the order of the export.
    pub(super) fn all(&self) -> Vec<OneAway> {
        let mut all: Vec<OneAway> = self.0.values().cloned().collect();
        all.sort_by_key(|one| one.row);
        all
    }

    /// Says of an export what was found.
    pub(super) fn amend(&self, preview: &mut Preview) {
        preview.left_out += self.0.len();
        preview.complaint_count += self.0.len();
        preview.complaints.extend(self.all().into_iter().map(|one| store::Complaint {
            message: format!("{}; the row is left out", one.told()),
            place: one.place,
            row: one.row,
            heading: String::new(),
            cell: one.tag,
            mend: "If it is back, whoever may at both ends moves it here on its page, and \
                   then export again. If it has only the tag of the one that went, state its \
                   serial number."
                .to_owned(),
        }));
    }
}

impl OneAway {
    /// What there is to say of it.
    #[must_use]
    pub fn told(&self) -> String {
        format!("the device {} went to another organisation on {}", self.tag, self.day)
    }
}

/// The devices that left, by all that a row may name them with.
struct Sought {
    gone: Vec<Gone>,
    by_key: BTreeMap<String, usize>,
    by_number: BTreeMap<u64, usize>,
}

impl Sought {
    fn of(gone: Vec<Gone>, source: Option<i64>) -> Self {
        let (mut by_key, mut by_number) = (BTreeMap::new(), BTreeMap::new());
        for (at, one) in gone.iter().enumerate() {
            if Some(one.source) == source {
                by_key.insert(one.key.clone(), at);
            }
            let numbers = Numbers::of(&one.serial, &one.udi, "");
            let found = digests(&numbers, &one.maker, &one.model, By::Piece);
            by_number.extend(found.into_iter().map(|number| (number, at)));
        }
        Self { gone, by_key, by_number }
    }

    fn among(
        &self,
        mut reader: Reader<'_, '_>,
    ) -> Result<BTreeMap<String, OneAway>, Rejected> {
        let (mut found, mut row) = (BTreeMap::new(), Row::default());
        while reader.read(&mut row)? {
            drop(reader.left_out());
            let Some(key) = row.device_key() else { continue };
            let Some(one) = self.named(&row, &key) else { continue };
            let [tag, serial] =
                [Field::AssetTag, Field::Serial].map(|field| row.text(field));
            let away = OneAway {
                device: one.device,
                tag: if tag.is_empty() { serial } else { tag }.to_owned(),
                day: one.at.get(..10).unwrap_or(&one.at).to_owned(),
                place: reader.place(row.number(), Field::AssetTag).to_string(),
                row: row.number() as i64,
            };
            found.insert(key, away);
        }
        Ok(found)
    }

    /// The device that a row names: by serial number or label; by its key where those do not say
    /// that it is another one.
    fn named(&self, row: &Row, key: &str) -> Option<&Gone> {
        let [serial, udi] = [Field::Serial, Field::Udi].map(|field| row.text(field));
        let numbers = Numbers::of(serial, udi, "");
        let [maker, model] = [Field::Maker, Field::Model].map(|field| row.text(field));
        let by_number = digests(&numbers, maker, model, By::Piece);
        let by_number = by_number.iter().find_map(|one| self.by_number.get(one));
        if let Some(at) = by_number {
            return self.gone.get(*at);
        }
        let one = self.gone.get(*self.by_key.get(key)?)?;
        (!is_other_device([&one.serial, &one.udi], [serial, udi])).then_some(one)
    }
}
