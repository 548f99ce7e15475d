//! The fleet itself: built from plain rows, and kept up to date by single changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use roaring::RoaringBitmap;

use crate::alike::Gathered;
use crate::codes::PAGE;
use crate::column::{Column, Kept};
use crate::devices::Devices;
use crate::entry::{
    Configuration, ConfigurationId, Entry, Organisation, OrganisationId, Standing, Table,
};
use crate::groups::Group;
use crate::order::{self, Kind, Order};
use crate::repeating::{Repeating, Values};
use crate::situation::{Situation, Variant};
use crate::spelt::{identifier, letters, spelt};
use crate::tables::Tables;
use crate::texts::{NUMBERS, TEXTS, Text, Texts};

/// The devices of one top organisation.
#[derive(Debug)]
pub struct Fleet {
    pub(crate) present: RoaringBitmap,
    pub(crate) texts: Texts,
    /// The letters and digits alone of [`NUMBERS`].
    pub(crate) numbers: Texts<{ NUMBERS.len() }>,
    pub(crate) organisations: BTreeMap<OrganisationId, Organisation>,
    pub(crate) children: BTreeMap<OrganisationId, BTreeSet<OrganisationId>>,
    pub(crate) configurations: BTreeMap<ConfigurationId, Configuration>,
    /// What is known of devices about which something was answered.
    pub(crate) variants: BTreeMap<Variant, Configuration>,
    /// The values of a column in order, for as long as they are the same.
    pub(crate) sorted: Mutex<BTreeMap<Column, Arc<Vec<Group>>>>,
    /// Which organisations made a table of priorities.
    pub(crate) tables: Tables,
    /// Devices gathered by what they have in common, for as long as they stand as they do.
    pub(crate) gathered: OnceLock<Gathered>,
    repeating: BTreeMap<Column, Repeating>,
    orders: BTreeMap<Kind, order::Kept>,
}

impl Default for Fleet {
    fn default() -> Self {
        Self::new()
    }
}

impl Fleet {
    /// A fleet without devices.
    #[must_use]
    pub fn new() -> Self {
        let columns = Column::ALL.into_iter().chain([Column::Situation]);
        let repeating = columns.filter(|column| column.kept() == Kept::Repeating);
        Self {
            present: RoaringBitmap::new(),
            texts: Texts::default(),
            numbers: Texts::default(),
            organisations: BTreeMap::new(),
            children: BTreeMap::new(),
            configurations: BTreeMap::new(),
            variants: BTreeMap::new(),
            sorted: Mutex::default(),
            tables: Tables::default(),
            gathered: OnceLock::new(),
            repeating: repeating.map(|column| (column, Repeating::new())).collect(),
            orders: Kind::ALL.map(|kind| (kind, order::Kept::default())).into(),
        }
    }

    /// A fleet of these rows. Of several with one ordinal the last stands.
    #[must_use]
    pub fn build<'a>(
        organisations: impl IntoIterator<Item = Organisation>,
        configurations: impl IntoIterator<Item = Configuration>,
        entries: impl IntoIterator<Item = Entry<'a>>,
    ) -> Self {
        let mut fleet = Self::new();
        organisations.into_iter().for_each(|one| fleet.organisation_changed(one));
        configurations.into_iter().for_each(|one| fleet.configuration_changed(one));
        entries.into_iter().for_each(|entry| fleet.put(&entry));
        fleet
    }

    /// Adds a device, or replaces what is known of it.
    pub fn put(&mut self, entry: &Entry<'_>) {
        let ordinal = entry.ordinal;
        let is_new = self.present.insert(ordinal);
        let texts = texts(entry);
        let mut changed = Vec::new();
        for (text, written) in Text::ALL.into_iter().zip(&texts) {
            if is_new || self.texts.get(ordinal, text) != written.as_bytes() {
                changed.push(text);
            }
        }
        if !changed.is_empty() {
            let [asset_tag, serial, ..] = &texts;
            self.numbers.put(ordinal, &[letters(asset_tag), letters(serial)]);
            self.texts.put(ordinal, &texts);
            self.moved(ordinal, &changed);
        }
        let table = self.table(entry.organisation);
        for (column, value) in values(entry, table) {
            if self.put_value(ordinal, column, value.as_ref()) == Values::Changed {
                self.forget_sorted(column);
            }
        }
    }

    pub(crate) fn put_value(
        &mut self,
        ordinal: u32,
        column: Column,
        value: &str,
    ) -> Values {
        let repeating = self.repeating.get_mut(&column);
        let values =
            repeating.map_or(Values::Same, |repeating| repeating.put(ordinal, value));
        if values != Values::Same {
            self.gathered.take();
        }
        values
    }

    /// Takes a device out. Its ordinal is not to be used for another one.
    pub fn remove(&mut self, ordinal: u32) {
        if !self.present.remove(ordinal) {
            return;
        }
        self.gathered.take();
        self.texts.remove(ordinal);
        self.numbers.remove(ordinal);
        self.moved(ordinal, &Text::ALL);
        self.repeating.values_mut().for_each(|column| column.remove(ordinal));
        let first = ordinal - ordinal % PAGE;
        if self.present.range_cardinality(first..=first + (PAGE - 1)) == 0 {
            self.texts.drop_page(ordinal);
            self.numbers.drop_page(ordinal);
            self.repeating.values_mut().for_each(|column| column.drop_page(ordinal));
        }
    }

    /// Adds a configuration, or replaces what is known of it, for all of its devices.
    pub fn configuration_changed(&mut self, configuration: Configuration) {
        let id = configuration.id;
        if self.configurations.get(&id) != Some(&configuration) {
            self.configurations.insert(id, configuration);
            self.forget_sorted(Column::Configuration);
            self.forget_sorted(Column::Situation);
        }
    }

    /// The devices of these configurations, in all organisations: a set for
    /// [`Filter::among`](crate::Filter::among), of which a view shows what is in its scope.
    #[must_use]
    pub fn of_configurations(
        &self,
        ids: impl IntoIterator<Item = ConfigurationId>,
    ) -> RoaringBitmap {
        let mut devices = RoaringBitmap::new();
        for id in ids {
            if let Some(own) = self.devices_of(Column::Configuration, &id.0.to_string()) {
                own.add_to(&mut devices);
            }
        }
        devices
    }

    /// The configuration of that number, if it was told.
    #[must_use]
    pub fn configuration(&self, id: ConfigurationId) -> Option<&Configuration> {
        self.configurations.get(&id)
    }

    /// Adds an organisation, or gives it another name or place in the tree.
    pub fn organisation_changed(&mut self, organisation: Organisation) {
        let id = organisation.id;
        let before = self.organisations.get(&id).and_then(|known| known.parent);
        if let Some(siblings) = before.and_then(|parent| self.children.get_mut(&parent)) {
            siblings.remove(&id);
        }
        if let Some(parent) = organisation.parent {
            self.children.entry(parent).or_default().insert(id);
        }
        let parent = organisation.parent;
        let known = self.organisations.insert(id, organisation);
        self.forget_sorted(Column::Organisation);
        if known.is_none_or(|known| known.parent != parent) {
            self.tables_moved();
        }
    }

    /// How many devices there are, in all organisations: a figure for operators, never for
    /// a page, since it knows no scope.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.present.len()
    }

    /// Whether there is no device at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.present.is_empty()
    }

    /// Makes ahead what the first lists would have to wait for: a second or two at a
    /// million devices, to be spent before anybody asks.
    pub fn prepare(&self) {
        for kind in Kind::ALL {
            self.order(kind);
        }
        for column in Column::ALL {
            match column.kept() {
                Kept::Text(_) => {}
                Kept::Repeating | Kept::ByConfiguration => drop(self.groups(column)),
            }
        }
    }

    pub(crate) fn order(&self, kind: Kind) -> Arc<Order> {
        match self.orders.get(&kind) {
            Some(kept) => kept.get(kind, &self.texts, &self.present),
            None => Arc::default(),
        }
    }

    /// The devices of each value of a repeating column, by code.
    pub(crate) fn devices(&self, column: Column) -> &[Devices] {
        self.repeating.get(&column).map(Repeating::devices).unwrap_or_default()
    }

    /// The devices of one value of a repeating column.
    pub(crate) fn devices_of(&self, column: Column, value: &str) -> Option<&Devices> {
        self.repeating.get(&column)?.of(value)
    }

    /// The code of a device in a repeating column.
    pub(crate) fn code(&self, column: Column, ordinal: u32) -> u32 {
        self.repeating.get(&column).map_or(0, |values| values.code_of(ordinal))
    }

    /// The value of a code in a repeating column.
    pub(crate) fn value(&self, column: Column, code: u32) -> Option<&str> {
        self.repeating.get(&column)?.text(code)
    }

    /// The values of a repeating column that a device has, with their codes.
    pub(crate) fn values(&self, column: Column) -> impl Iterator<Item = (u32, &str)> {
        self.repeating.get(&column).into_iter().flat_map(Repeating::values)
    }

    fn moved(&mut self, ordinal: u32, changed: &[Text]) {
        let devices = self.present.len();
        for (kind, kept) in &mut self.orders {
            if changed.contains(&kind.text()) {
                kept.moved(ordinal, devices);
            }
        }
    }

    pub(crate) fn forget_sorted(&mut self, base: Column) {
        let sorted = self.sorted.get_mut().unwrap_or_else(PoisonError::into_inner);
        sorted.retain(|column, _| column.base() != base);
    }
}

/// The texts of a device as they are kept, in the order of [`Text::ALL`].
fn texts(entry: &Entry<'_>) -> [String; TEXTS] {
    [
        spelt(Text::AssetTag, entry.asset_tag),
        spelt(Text::Serial, entry.serial),
        spelt(Text::Udi, entry.udi),
        spelt(Text::Mac, entry.mac),
        spelt(Text::Ip, entry.ip),
        identifier(entry.udi),
    ]
    .map(|mut text| {
        text.truncate(text.floor_char_boundary(crate::texts::TEXT_BYTES_MAX));
        text
    })
}

fn values<'e>(entry: &Entry<'e>, table: Table) -> [(Column, Value<'e>); 11] {
    use Value::{Number, Text};
    let Entry { life_sustaining, holds_phi, reachable, .. } = *entry;
    let standing = Standing { life_sustaining, holds_phi, reachable };
    let configuration = entry.configuration;
    let variant = Variant(0);
    let situation = Situation { configuration, variant, standing, table }.held();
    [
        (Column::Situation, Number(situation)),
        (Column::Organisation, Number(entry.organisation.0.to_string())),
        (Column::Configuration, Number(entry.configuration.0.to_string())),
        (Column::Source, Text(entry.source.trim())),
        (Column::Department, Text(entry.department.trim())),
        (Column::Status, Text(entry.status.trim())),
        (Column::Received, Text(entry.received.trim())),
        (Column::MissingSince, Text(entry.missing_since.trim())),
        (Column::LifeSustaining, Text(entry.life_sustaining.word())),
        (Column::HoldsPhi, Text(entry.holds_phi.word())),
        (Column::Reachable, Text(entry.reachable.word())),
    ]
}

enum Value<'e> {
    Text(&'e str),
    Number(String),
}

impl AsRef<str> for Value<'_> {
    fn as_ref(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number,
        }
    }
}
