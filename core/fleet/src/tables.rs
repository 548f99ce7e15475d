//! Which table gives the priorities of which devices.
//!
//! An organisation that made a table gives priorities by it, and so does everything below it
//! that made none. The table is part of a device's situation, so that lists ask for a priority
//! as they did when there was one table for all.

use std::collections::{BTreeMap, BTreeSet};

use roaring::RoaringBitmap;

use crate::column::Column;
use crate::entry::{OrganisationId, Table};
use crate::holdings::Fleet;
use crate::repeating::Values;
use crate::situation::Situation;

/// Who made a table, and by which one organisations give priorities.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    makers: BTreeSet<OrganisationId>,
    /// Of those that do not give them by the standard one.
    by: BTreeMap<OrganisationId, Table>,
}

impl Fleet {
    /// Says which organisations made a table. What a table says is told with what is known of
    /// configurations.
    pub fn tables_changed(&mut self, makers: BTreeSet<OrganisationId>) {
        if self.tables.makers != makers {
            self.tables.makers = makers;
            self.tables_moved();
        }
    }

    /// The table by which an organisation gives priorities: its own, else that of the nearest
    /// one above it.
    #[must_use]
    pub fn table(&self, organisation: OrganisationId) -> Table {
        self.tables.by.get(&organisation).copied().unwrap_or_default()
    }

    pub(crate) fn table_of_device(&self, ordinal: u32) -> Table {
        if self.tables.by.is_empty() {
            return Table::default();
        }
        let held =
            self.value(Column::Organisation, self.code(Column::Organisation, ordinal));
        let organisation = held.and_then(|held| held.parse().ok()).map(OrganisationId);
        organisation.map_or(Table::default(), |organisation| self.table(organisation))
    }

    /// Organisations came, went elsewhere, or made tables: their devices follow.
    pub(crate) fn tables_moved(&mut self) {
        let makers = &self.tables.makers;
        if makers.is_empty() && self.tables.by.is_empty() {
            return;
        }
        let organisations = self.organisations.keys();
        let by: BTreeMap<OrganisationId, Table> = organisations
            .filter_map(|id| Some((*id, Table(self.maker_above(*id)?.0))))
            .collect();
        let before = std::mem::replace(&mut self.tables.by, by);
        let by = &self.tables.by;
        let moved: Vec<OrganisationId> = before
            .keys()
            .chain(by.keys())
            .filter(|id| before.get(id) != by.get(id))
            .copied()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        for organisation in moved {
            self.resituate(organisation);
        }
    }

    /// The nearest organisation, from one on upwards, that made a table.
    fn maker_above(&self, organisation: OrganisationId) -> Option<OrganisationId> {
        let mut seen = BTreeSet::new();
        let mut at = Some(organisation);
        while let Some(id) = at.filter(|id| seen.insert(*id)) {
            if self.tables.makers.contains(&id) {
                return Some(id);
            }
            at = self.organisations.get(&id).and_then(|known| known.parent);
        }
        None
    }

    /// Gives the devices of one organisation the table by which it gives priorities.
    fn resituate(&mut self, organisation: OrganisationId) {
        let table = self.table(organisation);
        let own: RoaringBitmap = self.of_organisation(organisation);
        let mut values = Values::Same;
        for ordinal in &own {
            let Some(situation) = self.situation(ordinal) else { continue };
            let held = Situation { table, ..situation }.held();
            if self.put_value(ordinal, Column::Situation, &held) == Values::Changed {
                values = Values::Changed;
            }
        }
        // A code that was freed and given out again means something else.
        if values == Values::Changed {
            self.forget_sorted(Column::Situation);
        }
    }
}
