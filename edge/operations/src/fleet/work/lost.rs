//! Devices that are known to be affected as what they were, and of which an inventory says since
//! what nobody can hold against an advisory, or what leads to no SBOM: another product, no maker,
//! no release, the same release under other words.
//!
//! That a name is lost proves nothing: a device is taken off the list by a release that was
//! compared, and by no row that tells less than the one before. Until one tells, what was to be
//! done about it as what it was is to be done still.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use fleet::{Alike, ConfigurationId, Situation, Variant};
use matching::Verdict;
use roaring::RoaringBitmap;
use store::{Build, Store, StoreError};
use terms::version::firmware::Version;
use worklist::{Action, Task, Which, tasks};

use super::entry::slug;
use super::own::Heeded;
use super::{Held, Urgent, Work, of, verdict_of};
use crate::called::release;
use crate::fleet::Holdings;
use crate::fleet::since::{Restated, is_reworded};

/// Devices of an organisation that were of one build, were affected as such, and are of another
/// build now of which nobody can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lost {
    /// Whose they are.
    pub organisation: i64,
    /// The build that they were of.
    pub former: i64,
    /// What the inventory says that they are, and what was answered about that.
    pub now: Which,
}

/// Which devices were of a build before, and became one that may be another product or tells no
/// release: by the former build.
#[derive(Debug, Default)]
pub(super) struct Left(BTreeMap<i64, RoaringBitmap>);

/// Those that are lost now, in order, each with which devices they are. Each stands among the
/// devices of its former build with a variant of its own, counted down from the greatest: variants
/// of answers are counted up.
#[derive(Debug, Default)]
pub(super) struct AllLost(Vec<(Lost, RoaringBitmap)>);

/// What is to be done about the devices of an organisation that stand so.
type ToDo = BTreeMap<(i64, Which), Vec<Task>>;

impl AllLost {
    /// Devices that are lost, by the variant under which they stand.
    pub(super) fn of(&self, (_, Variant(number)): Which) -> Option<&Lost> {
        self.at(number).map(|(lost, _)| lost)
    }

    /// The devices.
    pub(super) fn devices(&self, (_, Variant(number)): Which) -> Option<&RoaringBitmap> {
        self.at(number).map(|(_, devices)| devices)
    }

    fn at(&self, number: u32) -> Option<&(Lost, RoaringBitmap)> {
        self.0.get(usize::try_from(u32::MAX - number).ok()?)
    }
}

/// Whether a release is written as one that can be held against others: a number with parts, and
/// nothing else.
fn is_comparable(version: &str) -> bool {
    let version = version.trim();
    let number = version.strip_prefix(['v', 'V']).unwrap_or(version);
    number.starts_with(|first: char| first.is_ascii_digit())
        && number.contains('.')
        && !number.contains(|one: char| one.is_whitespace() || one == '/')
}

/// Whether a release is later than another, as far as these can be compared.
fn is_later(one: &str, other: &str) -> bool {
    let read = |text: &str| text.trim().parse::<Version>().ok();
    let order = read(one).zip(read(other)).and_then(|(one, other)| one.compare(&other));
    order.is_some_and(Ordering::is_gt)
}

impl Work {
    /// Reads which devices changed what they are in changes after `seq`, where they may have lost
    /// by it what they were; gives those whose release came or went by it, and those that are
    /// described in other words, each with when. It asks for builds, so these are read before.
    pub(in crate::fleet) async fn read_left(
        &mut self,
        store: &Store,
        head: i64,
        seq: i64,
        builds: &BTreeMap<i64, Build>,
    ) -> Result<Restated, StoreError> {
        let mut restated = Restated::default();
        for (before, after) in store.builds_turned(head, seq).await? {
            self.names_of.turned(before, after);
            let version = |id| builds.get(id).map_or("", |build| build.version.as_str());
            let [was, is] = [version(&before), version(&after)];
            let is_other = release(was) != release(is);
            let is_told = is_other && is_comparable(is);
            let is_left =
                !is_told || !self.is_same_product(before, after) || !is_later(is, was);
            // A release that is told takes the place of none, or the other way round.
            let tells = |text: &str| text.contains(|one: char| one.is_ascii_digit());
            let is_stated = is_other
                && !(is_comparable(was) && is_comparable(is))
                && (tells(was) || tells(is));
            let pair = builds.get(&before).zip(builds.get(&after));
            let is_reworded = pair.is_some_and(|(was, is)| is_reworded(was, is));
            if !is_left && !is_stated && !is_reworded {
                continue;
            }
            let devices = store.devices_turned(head, seq, (before, after)).await?;
            let devices: Vec<(u32, String)> = devices
                .into_iter()
                .filter_map(|(id, at)| Some((u32::try_from(id).ok()?, at)))
                .collect();
            if is_left {
                let left = self.left.0.entry(before).or_default();
                left.extend(devices.iter().map(|(id, _)| *id));
                self.forget();
            }
            if is_reworded {
                restated.reworded.push(((before, after), devices.clone()));
            }
            if is_stated {
                restated.stated.extend(devices);
            }
        }
        if self.names_of.take_other() {
            self.part_all();
        }
        Ok(restated)
    }

    fn is_same_product(&self, one: i64, other: i64) -> bool {
        let words = |id: i64| {
            let (product, _) = self.products.get(&id)?;
            Some((&*product.maker, &*product.model))
        };
        words(one) == words(other)
    }

    /// Devices that are lost, how they stand among those of their former builds, and what is to
    /// be done about them.
    pub(super) fn lost(
        &self,
        house: &Holdings,
        urgent: &Urgent<'_>,
    ) -> (AllLost, Vec<Alike>, ToDo) {
        let is_affected = |former: &&i64| {
            let own = self.by_build.get(*former).into_iter().flatten();
            let mut own = own.filter_map(|id| self.findings.get(id));
            own.any(|held| held.verdict == Verdict::Affected)
        };
        let left = self.left.0.iter().filter(|(former, _)| is_affected(former));
        let left = left.map(|(former, devices)| (*former, devices));
        let mut lost: BTreeMap<Lost, (Vec<Alike>, RoaringBitmap)> = BTreeMap::new();
        for (former, alike, devices) in house.fleet.alike_within(left) {
            let Situation { configuration, variant, .. } = alike.situation;
            if configuration.0 == former {
                continue;
            }
            let organisation = alike.organisation.0;
            let one = Lost { organisation, former, now: (configuration, variant) };
            let (all, of_all) = lost.entry(one).or_default();
            all.push(alike);
            *of_all |= devices;
        }
        let (mut all, mut among, mut todo) = (Vec::new(), Vec::new(), BTreeMap::new());
        for (one, (alike, devices)) in lost {
            let tasks = self.tasks_about_lost(house, &one, urgent);
            let Some(number) = number_of(all.len()).filter(|_| !tasks.is_empty()) else {
                continue;
            };
            let configuration = ConfigurationId(one.former);
            let variant = Variant(number);
            among.extend(alike.into_iter().map(|alike| Alike {
                situation: Situation { configuration, variant, ..alike.situation },
                ..alike
            }));
            todo.insert((one.organisation, (configuration, variant)), tasks);
            all.push((one, devices));
        }
        (AllLost(all), among, todo)
    }

    /// What is to be done about devices that are lost: what they were affected by, as far as
    /// nothing is known of it of what they are called now.
    pub(super) fn tasks_about_lost(
        &self,
        house: &Holdings,
        lost: &Lost,
        urgent: &Urgent<'_>,
    ) -> Vec<Task> {
        let heeded: &Heeded = house.heeded();
        let organisation = lost.organisation;
        let whose = fleet::Scope::of([of(organisation)]);
        // Few lost devices carry what an SBOM lists.
        let described = OnceCell::new();
        let is_described = || {
            let bills = || !house.bills_of_build(&whose, lost.now.0.0).is_empty();
            *described.get_or_init(bills)
        };
        let found = self.effective(organisation, lost.former).filter(|(id, held)| {
            held.verdict == Verdict::Affected
                && !self.is_cleared_for(heeded, organisation, (*id, held))
                && !(self.is_told(house, lost, held)
                    || self.is_listed_no_more(lost, held) && is_described())
        });
        let which = (ConfigurationId(lost.former), Variant::default());
        tasks(&self.weighed(house, which, found.map(|(_, held)| held), urgent))
    }

    /// Whether it is known of devices as what they are called now whether a flaw affects them.
    fn is_told(&self, house: &Holdings, lost: &Lost, former: &Held) -> bool {
        let flaw = self.flaw(&former.vulnerability);
        let build = lost.now.0.0;
        let now = self.effective(lost.organisation, build).map(|(_, held)| held);
        let said: Vec<Verdict> = now
            .filter(|held| {
                held.component == former.component
                    && self.flaw(&held.vulnerability) == flaw
            })
            .map(|held| verdict_of(house, lost.now, held))
            .collect();
        if !said.is_empty() {
            return said.iter().any(|verdict| *verdict != Verdict::CannotTell);
        }
        // Where nothing is said of the same product, its release was compared; of components
        // only where it is another one: the same release still has what its SBOM lists.
        let version = |id| self.products.get(id).map_or("", |(_, version)| &**version);
        let (was, is) = (version(&lost.former), version(&build));
        let is_other = release(was) != release(is);
        // What an older release is made of nobody has said, and it has no newer parts.
        let is_compared = former.component.is_empty()
            || is_other && is_comparable(is) && is_later(is, was);
        self.is_same_product(lost.former, build) && is_compared
    }

    /// Whether an SBOM of what devices are called now, if there is one, says nothing of a
    /// component of before.
    fn is_listed_no_more(&self, lost: &Lost, former: &Held) -> bool {
        let now = self.effective(lost.organisation, lost.now.0.0);
        !former.component.is_empty()
            && !now.map(|(_, held)| held).any(|held| held.component == former.component)
    }
}

impl Holdings {
    /// The devices of an action that are lost: what they were, what the inventory calls them now,
    /// and how many there are.
    #[must_use]
    pub fn lost_of(&self, action: &Action) -> Vec<(Lost, u64)> {
        let lost = &self.listed().lost;
        let builds = action.builds.iter();
        let found = builds.filter_map(|(which, count)| Some((*lost.of(*which)?, *count)));
        found.collect()
    }

    /// What a device was when it was affected, where that was lost: the build, and the names of
    /// what is to be done about it as such.
    #[must_use]
    pub fn lost_by(&self, device: &store::Device) -> BTreeMap<i64, Vec<String>> {
        let listed = self.listed();
        let ordinal = u32::try_from(device.id).ok();
        let about = |action: &Action| -> Vec<i64> {
            let of_device = |which: &&Which| {
                let devices = listed.lost.devices(**which);
                devices.zip(ordinal).is_some_and(|(devices, it)| devices.contains(it))
            };
            action.builds.keys().filter(of_device).map(|(build, _)| build.0).collect()
        };
        let mut found: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for (action, digest) in listed.actions.iter().zip(&listed.digests) {
            if action.key.organisation.0 != device.organisation {
                continue;
            }
            for former in about(action) {
                found.entry(former).or_default().push(slug(digest));
            }
        }
        found
    }

    /// All of the devices of some actions that are lost.
    pub(super) fn all_lost<'a>(
        &self,
        actions: impl Iterator<Item = &'a Action>,
    ) -> RoaringBitmap {
        let lost = &self.listed().lost;
        let builds = actions.flat_map(|action| action.builds.keys());
        let found = builds.filter_map(|which| lost.devices(*which));
        found.fold(RoaringBitmap::new(), |all, own| all | own)
    }
}

/// The variant of the devices that are lost at a place among all.
fn number_of(place: usize) -> Option<u32> {
    u32::MAX.checked_sub(u32::try_from(place).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_compared_where_it_is_a_number_with_parts_and_nothing_else() {
        for version in ["2.3", " v3.02.1757 ", "4.0b"] {
            assert!(is_comparable(version), "{version}");
        }
        for version in
            ["", "unknown", "n/a", "43556", "upgrade to 4.2 planned", "4.0 / 5.1"]
        {
            assert!(!is_comparable(version), "{version}");
        }
    }
}
