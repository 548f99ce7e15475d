//! How devices stand: their configuration, what was answered about it, and the facts that
//! decide how urgent its flaws are.
//!
//! Devices of one configuration may differ in what somebody answered about them. Those that
//! share their answers are a variant; what is known of it takes the place of what is known
//! of the configuration.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use crate::column::Column;
use crate::entry::{Configuration, ConfigurationId, OrganisationId, Standing, Table};
use crate::holdings::Fleet;
use crate::repeating::Values;

/// Devices of one configuration about which the same was answered, by a number that whoever
/// remembers the answers gives out. 0 are those about which nothing was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variant(pub u32);

/// What of a device decides its verdict and its priority.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Situation {
    /// What it is.
    pub configuration: ConfigurationId,
    /// What was answered about it.
    pub variant: Variant,
    /// How it stands.
    pub standing: Standing,
    /// By which table its organisation gives priorities.
    pub table: Table,
}

/// How many devices of one place are in one situation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally<'f> {
    /// Whose they are.
    pub organisation: OrganisationId,
    /// Where they stand.
    pub department: &'f str,
    /// Their situation.
    pub situation: Situation,
    /// How many.
    pub devices: u64,
}

impl Situation {
    /// As the column keeps it.
    pub(crate) fn held(self) -> String {
        let Self { configuration, variant, standing, table } = self;
        format!("{} {} {} {}", configuration.0, variant.0, standing.number(), table.0)
    }

    pub(crate) fn of_held(held: &str) -> Option<Self> {
        let mut parts = held.split(' ');
        let configuration = ConfigurationId(parts.next()?.parse().ok()?);
        let variant = Variant(parts.next()?.parse().ok()?);
        let standing = Standing::all().nth(parts.next()?.parse().ok()?)?;
        let table = Table(parts.next()?.parse().ok()?);
        Some(Self { configuration, variant, standing, table })
    }
}

impl Fleet {
    /// Says how a device stands and what was answered about it, whatever was told with it.
    pub fn settle(&mut self, ordinal: u32, standing: Standing, variant: Variant) {
        let code = self.code(Column::Configuration, ordinal);
        let held = self.value(Column::Configuration, code);
        let known = held.filter(|_| self.present.contains(ordinal));
        let Some(configuration) = known.and_then(|held| held.parse().ok()) else {
            return;
        };
        let configuration = ConfigurationId(configuration);
        let table = self.table_of_device(ordinal);
        let situation = Situation { configuration, variant, standing, table }.held();
        for (column, value) in [
            (Column::LifeSustaining, standing.life_sustaining.word()),
            (Column::HoldsPhi, standing.holds_phi.word()),
            (Column::Reachable, standing.reachable.word()),
            (Column::Situation, &situation),
        ] {
            if self.put_value(ordinal, column, value) == Values::Changed {
                self.forget_sorted(column);
            }
        }
    }

    /// Adds a variant, or replaces what is known of it, for all of its devices.
    pub fn variant_changed(&mut self, variant: Variant, known: Configuration) {
        if self.variants.get(&variant) != Some(&known) {
            self.variants.insert(variant, known);
            self.forget_sorted(Column::Situation);
        }
    }

    /// What is known of the configuration of devices in a situation.
    #[must_use]
    pub fn known(&self, situation: Situation) -> Option<&Configuration> {
        match situation.variant {
            Variant(0) => self.configurations.get(&situation.configuration),
            variant => self.variants.get(&variant),
        }
    }

    /// The situation of a device; none where there is no such device.
    #[must_use]
    pub fn situation(&self, ordinal: u32) -> Option<Situation> {
        let code = self.code(Column::Situation, ordinal);
        let held = self.value(Column::Situation, code);
        held.filter(|_| self.present.contains(ordinal)).and_then(Situation::of_held)
    }

    /// Whose a device is; none where there is no such device.
    #[must_use]
    pub fn organisation_of(&self, ordinal: u32) -> Option<OrganisationId> {
        let code = self.code(Column::Organisation, ordinal);
        let held = self.value(Column::Organisation, code);
        let held = held.filter(|_| self.present.contains(ordinal))?;
        held.parse().ok().map(OrganisationId)
    }

    /// The devices whose situation passes, in all organisations; see
    /// [`Fleet::of_configurations`].
    #[must_use]
    pub fn of_situations(&self, passes: impl Fn(Situation) -> bool) -> RoaringBitmap {
        let mut devices = RoaringBitmap::new();
        let all = self.devices(Column::Situation);
        for (code, held) in self.values(Column::Situation) {
            if Situation::of_held(held).is_some_and(&passes)
                && let Some(own) = all.get(code as usize)
            {
                own.add_to(&mut devices);
            }
        }
        devices
    }

    /// Devices by the day on which they were received; those of which no day is stated are
    /// left out.
    #[must_use]
    pub fn by_day_received(
        &self,
        devices: &RoaringBitmap,
    ) -> BTreeMap<String, RoaringBitmap> {
        let mut days: BTreeMap<String, RoaringBitmap> = BTreeMap::new();
        for ordinal in devices & &self.present {
            let code = self.code(Column::Received, ordinal);
            let day = self.value(Column::Received, code).unwrap_or_default();
            match days.get_mut(day) {
                Some(all) => {
                    all.insert(ordinal);
                }
                None if day.is_empty() => {}
                None => {
                    days.insert(day.to_owned(), RoaringBitmap::from([ordinal]));
                }
            }
        }
        days
    }

    /// The devices of an organisation itself, none of those below it.
    #[must_use]
    pub fn of_organisation(&self, organisation: OrganisationId) -> RoaringBitmap {
        let mut own = RoaringBitmap::new();
        let number = organisation.0.to_string();
        if let Some(held) = self.devices_of(Column::Organisation, &number) {
            held.add_to(&mut own);
        }
        own
    }

    /// The devices of an organisation itself, none of those below it, that stand where the
    /// department passes.
    #[must_use]
    pub fn of_department(
        &self,
        organisation: OrganisationId,
        passes: impl Fn(&str) -> bool,
    ) -> RoaringBitmap {
        let mut devices = RoaringBitmap::new();
        let all = self.devices(Column::Department);
        for (code, held) in self.values(Column::Department) {
            if passes(held)
                && let Some(own) = all.get(code as usize)
            {
                own.add_to(&mut devices);
            }
        }
        devices & self.of_organisation(organisation)
    }
}
