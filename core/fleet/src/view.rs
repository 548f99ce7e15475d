//! A filter asked of a fleet within a scope: which devices, how many, of which values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use naming::spelling::fold;
use roaring::RoaringBitmap;

use crate::column::{Column, Kept};
use crate::devices::Devices;
use crate::entry::ConfigurationId;
use crate::filter::{Filter, Presence};
use crate::groups::{Group, counts_as, maker_label};
use crate::holdings::Fleet;
use crate::order::Kind;
use crate::scope::Scope;
use crate::spelt::{letters, spelt};
use crate::texts::{NUMBERS, Text};

/// Sets of devices that filters name, by name.
pub type Sets = BTreeMap<String, RoaringBitmap>;

/// Looking at a device costs a few nanoseconds, meeting two bitmaps some microseconds: up
/// to so many devices for each value it is faster to look at each of them.
const DEVICES_A_VALUE: u64 = 2_000;

/// A filter names a set of devices that was not given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no set of devices is called `{0}`")]
pub struct NoSuchSet(pub String);

/// The answer to one filter within one scope: the pages, counts and facets of one screen.
#[derive(Debug)]
pub struct View<'f> {
    pub(crate) fleet: &'f Fleet,
    scope: RoaringBitmap,
    conditions: Vec<Condition>,
    devices: RoaringBitmap,
    /// How many of `devices` have each configuration, on which several columns rest.
    by_configuration: OnceLock<Vec<u64>>,
    /// How many of `devices` are in each situation, on which others do.
    by_situation: OnceLock<Vec<u64>>,
}

/// What one condition lets through. A facet leaves out those on its own column.
#[derive(Debug)]
struct Condition {
    column: Option<Column>,
    devices: RoaringBitmap,
}

/// How many devices have which value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// The values, those of most devices first, then in the order of lists (texts of their
    /// own byte by byte).
    pub values: Vec<Facet>,
    /// How many values there are in all.
    pub distinct: usize,
}

/// One value and how many devices have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// As [`Filter::is`] takes it.
    pub value: String,
    /// As a person reads it.
    pub label: String,
    /// How many devices have it under the other conditions.
    pub count: u64,
    /// How it is written otherwise, where it is counted in several spellings.
    pub spellings: Vec<String>,
}

impl Fleet {
    /// Asks a filter within a scope.
    ///
    /// # Errors
    ///
    /// [`NoSuchSet`] where the filter names a set that is not among `sets`.
    pub fn view(
        &self,
        scope: &Scope,
        filter: &Filter,
        sets: &Sets,
    ) -> Result<View<'_>, NoSuchSet> {
        let scope = self.within(scope);
        let conditions = self.conditions(&scope, filter, sets)?;
        let mut devices = scope.clone();
        conditions.iter().for_each(|condition| devices &= &condition.devices);
        Ok(View {
            fleet: self,
            scope,
            conditions,
            devices,
            by_configuration: OnceLock::new(),
            by_situation: OnceLock::new(),
        })
    }

    fn conditions(
        &self,
        scope: &RoaringBitmap,
        filter: &Filter,
        sets: &Sets,
    ) -> Result<Vec<Condition>, NoSuchSet> {
        let mut conditions = Vec::new();
        let mut add = |column, devices| conditions.push(Condition { column, devices });
        for (column, values) in &filter.is {
            let alternatives = match column.kept() {
                Kept::Text(text) => self.with_texts(text, values.iter()),
                Kept::Repeating | Kept::ByConfiguration => {
                    let ones: BTreeSet<String> =
                        values.iter().map(|value| counts_as(*column, value)).collect();
                    self.with_groups(*column, |group| ones.contains(&group.one))
                }
            };
            add(Some(*column), alternatives);
        }
        for (column, part) in &filter.contains {
            add(Some(*column), self.containing(scope, *column, part));
        }
        if !filter.within.is_empty() {
            let within = self.subtrees(filter.within.iter().copied());
            add(Some(Column::Organisation), within);
        }
        if !filter.presence.is_empty() {
            let devices = self.with_values(Column::MissingSince, |_, since| {
                let presence = match since {
                    "" => Presence::Listed,
                    _ => Presence::Missing,
                };
                filter.presence.contains(&presence)
            });
            add(Some(Column::MissingSince), devices);
        }
        for name in &filter.among {
            let set = sets.get(name).ok_or_else(|| NoSuchSet(name.clone()))?;
            add(None, set.clone());
        }
        Ok(conditions)
    }

    /// Devices whose value passes; it is shown as it is compared (empty for none) and as a
    /// filter names it.
    fn with_values(
        &self,
        column: Column,
        passes: impl Fn(&str, &str) -> bool,
    ) -> RoaringBitmap {
        self.with_groups(column, |group| {
            let compared = group.key.as_ref().map_or("", |key| key.text());
            passes(compared, &group.value)
        })
    }

    /// Devices of the values that pass.
    fn with_groups(
        &self,
        column: Column,
        passes: impl Fn(&Group) -> bool,
    ) -> RoaringBitmap {
        let devices = self.devices(column.base());
        let mut passed = RoaringBitmap::new();
        for group in self.groups(column).iter() {
            if passes(group) {
                let codes = group.codes.iter();
                codes
                    .filter_map(|code| devices.get(*code as usize))
                    .for_each(|one| one.add_to(&mut passed));
            }
        }
        passed
    }

    fn with_texts<'v>(
        &self,
        text: Text,
        values: impl Iterator<Item = &'v String>,
    ) -> RoaringBitmap {
        let order = self.order(Kind::look_up(text));
        let mut devices = RoaringBitmap::new();
        for value in values {
            let sought = spelt(text, value);
            if sought.is_empty() {
                devices.extend(order.empty());
            } else {
                devices.extend(self.equal(&order, Kind::look_up(text), &sought));
            }
        }
        devices
    }

    fn containing(
        &self,
        scope: &RoaringBitmap,
        column: Column,
        part: &str,
    ) -> RoaringBitmap {
        match column.kept() {
            Kept::Text(text) => {
                let part = spelt(text, part);
                let letters = match NUMBERS.contains(&text) {
                    true => letters(&part),
                    false => String::new(),
                };
                // Numbers alone are a fifth of all texts.
                let met = match letters.as_str() {
                    "" => self.texts.meeting(scope, part.as_bytes()),
                    letters => self.numbers.meeting(scope, letters.as_bytes()),
                };
                let holds_part = |ordinal: &u32| {
                    holds(self.texts.get(*ordinal, text), part.as_bytes())
                };
                met.into_iter().filter(holds_part).collect()
            }
            Kept::Repeating | Kept::ByConfiguration => {
                let part = fold(part);
                self.with_values(column, |text, _| text.contains(&part))
            }
        }
    }
}

/// Whether `part` occurs in `text`. Texts are short: a searcher prepared once for each of a
/// million would take longer than looking.
fn holds(text: &[u8], part: &[u8]) -> bool {
    let Some(first) = part.first() else { return true };
    let last = text.len().saturating_sub(part.len() - 1);
    let starts = text.iter().take(last).enumerate();
    starts
        .filter(|(_, byte)| *byte == first)
        .any(|(at, _)| text.get(at..).is_some_and(|rest| rest.starts_with(part)))
}

impl View<'_> {
    /// How many devices there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.devices.len()
    }

    /// The devices.
    #[must_use]
    pub fn devices(&self) -> &RoaringBitmap {
        &self.devices
    }

    /// How many of the devices have each configuration; those that have none are left out.
    #[must_use]
    pub fn configurations(&self) -> Vec<(ConfigurationId, u64)> {
        let counts = self.counts(Column::Configuration);
        let values = self.fleet.values(Column::Configuration);
        values
            .filter_map(|(code, held)| {
                let count = counts.get(code as usize).copied().filter(|count| *count > 0);
                Some((ConfigurationId(held.parse().ok()?), count?))
            })
            .collect()
    }

    /// How many of the devices have which value of a column that is not a text of its own
    /// for each device; a value that none of them has is left out.
    #[must_use]
    pub fn totals(&self, column: Column) -> BTreeMap<String, u64> {
        if matches!(column.kept(), Kept::Text(_)) {
            return BTreeMap::new();
        }
        let counts = self.counts(column);
        let groups = self.fleet.groups(column);
        let totals = groups.iter().map(|group| (sum(&counts, &group.codes), group));
        totals
            .filter(|(count, _)| *count > 0)
            .map(|(count, group)| (group.value.clone(), count))
            .collect()
    }

    /// How many devices have which value of a column, under the conditions on all other
    /// columns; at most `most` values. Of texts of their own it shows which stand for
    /// several devices, such as a serial number entered twice, as they are compared.
    #[must_use]
    pub fn facets(&self, column: Column, most: usize) -> Facets {
        match column.kept() {
            Kept::Text(text) => self.text_facets(text, &self.under_others(column), most),
            Kept::Repeating | Kept::ByConfiguration => self.value_facets(column, most),
        }
    }

    fn value_facets(&self, column: Column, most: usize) -> Facets {
        let is_conditional =
            self.conditions.iter().any(|condition| condition.column == Some(column));
        let own;
        let counts = if is_conditional {
            own = self.count(column.base(), &self.under_others(column));
            &own
        } else {
            own = self.counts(column);
            &own
        };
        let groups = self.fleet.groups(column);
        // Spellings of one beside each other, where the first of them stands.
        let mut at: BTreeMap<&str, usize> = BTreeMap::new();
        let mut counted: Vec<(u64, Vec<&Group>)> = Vec::new();
        for group in groups.iter() {
            let count = sum(counts, &group.codes);
            if count == 0 {
                continue;
            }
            let place = *at.entry(&group.one).or_insert(counted.len());
            match counted.get_mut(place) {
                Some((all, spellings)) => {
                    *all += count;
                    spellings.push(group);
                }
                None => counted.push((count, vec![group])),
            }
        }
        let distinct = counted.len();
        counted.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        let values = counted.into_iter().take(most);
        let values = values.map(|(count, spellings)| facet(column, count, &spellings));
        Facets { values: values.collect(), distinct }
    }

    fn text_facets(&self, text: Text, devices: &RoaringBitmap, most: usize) -> Facets {
        let order = self.fleet.order(Kind::look_up(text));
        let mut counted: Vec<(u64, &[u8])> = Vec::new();
        for ordinal in order.all().iter().filter(|ordinal| devices.contains(**ordinal)) {
            let value = self.fleet.texts.get(*ordinal, text);
            match counted.last_mut() {
                Some((count, last)) if *last == value => *count += 1,
                Some(_) | None => counted.push((1, value)),
            }
        }
        let distinct = counted.len();
        counted.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        let values = counted.into_iter().take(most).map(|(count, value)| {
            let value = String::from_utf8_lossy(value).into_owned();
            Facet { label: value.clone(), value, count, spellings: Vec::new() }
        });
        Facets { values: values.collect(), distinct }
    }

    /// The devices that pass every condition but those on this column.
    fn under_others(&self, column: Column) -> RoaringBitmap {
        let mut devices = self.scope.clone();
        let others = self.conditions.iter();
        others
            .filter(|condition| condition.column != Some(column))
            .for_each(|condition| devices &= &condition.devices);
        devices
    }

    /// How many of the devices have each code of the column's base.
    pub(crate) fn counts(&self, column: Column) -> Vec<u64> {
        match column.base() {
            Column::Configuration => self
                .by_configuration
                .get_or_init(|| self.count(Column::Configuration, &self.devices))
                .clone(),
            Column::Situation => self
                .by_situation
                .get_or_init(|| self.count(Column::Situation, &self.devices))
                .clone(),
            base => self.count(base, &self.devices),
        }
    }

    fn count(&self, base: Column, devices: &RoaringBitmap) -> Vec<u64> {
        let values = self.fleet.devices(base);
        if devices.len() == self.fleet.len() {
            return values.iter().map(Devices::len).collect();
        }
        if devices.len() / DEVICES_A_VALUE > values.len() as u64 {
            return values.iter().map(|value| value.count_in(devices)).collect();
        }
        let mut counts = vec![0; values.len()];
        for ordinal in devices {
            let code = self.fleet.code(base, ordinal);
            if let Some(count) = counts.get_mut(code as usize) {
                *count += 1;
            }
        }
        counts
    }
}

/// One value, in all its spellings.
fn facet(column: Column, count: u64, spellings: &[&Group]) -> Facet {
    let first =
        |of: fn(&Group) -> &str| spellings.first().map_or("", |one| of(one)).to_owned();
    if column != Column::Maker {
        let (value, label) = (first(|one| &one.value), first(|one| &one.label));
        return Facet { value, label, count, spellings: Vec::new() };
    }
    let written: Vec<&str> = spellings.iter().map(|one| one.value.as_str()).collect();
    let value = maker_label(&written);
    let others = written.into_iter().filter(|one| *one != value).map(str::to_owned);
    Facet { spellings: others.collect(), label: value.clone(), value, count }
}

/// How many devices have one of these codes.
pub(crate) fn sum(counts: &[u64], codes: &[u32]) -> u64 {
    codes.iter().filter_map(|code| counts.get(*code as usize)).sum()
}
