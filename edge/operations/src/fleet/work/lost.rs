//! Devices that are known to be affected as what they were, and of which an inventory says since
//! what nobody can hold against an advisory, or what leads to no SBOM: another product, no maker,
//! no release, the same release under other words, another release.
//!
//! That a name is lost proves nothing: a device is taken off the list by a release that was
//! compared, and by no row that tells less than the one before. Until one tells, what was to be
//! done about it as what it was is to be done still.
//!
//! A release is compared with what advisories say of the device. What an SBOM said of the parts
//! of the release before, no number ends, however late the release: only what is known of the
//! new one does.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fleet::{Alike, ConfigurationId, Situation, Variant};
use matching::Verdict;
use roaring::RoaringBitmap;
use store::{Build, Store, StoreError, view};
use terms::version::firmware::Version;
use worklist::{Action, Part, Task, Which, tasks};

use super::entry::slug;
use super::own::{Heeded, is_spared};
use super::{Held, Urgent, Work, of, verdict_of};
use crate::called::release;
use crate::fleet::Holdings;
use crate::fleet::grouped::Words;
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

/// What a device was when it was affected, where that was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Former {
    /// The build.
    pub build: i64,
    /// Through what it was lost.
    pub loss: Loss,
    /// The names of what is to be done about it as such.
    pub actions: Vec<String>,
    /// What it was affected by, and nothing is known of it now: key of the component, empty for
    /// the device itself, and vulnerability.
    pub said: BTreeSet<(String, String)>,
}

/// Which devices were of a build before, and became one that may be another product, tells no
/// release, or has no SBOM.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// By the former build.
    devices: BTreeMap<i64, RoaringBitmap>,
    /// Later releases that took the place of others, by the release before and after: the number
    /// of the change behind which their devices have not been read. Devices are updated every
    /// day, and of few anything is lost by it: they are read where it is.
    unread: BTreeMap<(i64, i64), i64>,
    /// Whether something has changed of what decides which of them are read.
    is_old: bool,
}

/// Through what devices lost what they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// The inventory calls them so that nobody can tell what they are.
    Name,
    /// They have another release, of which there is no SBOM.
    Parts,
}

/// Those that are lost now, in order, each with which devices they are. Each stands among the
/// devices of its former build with a variant of its own, counted down from the greatest: variants
/// of answers are counted up.
#[derive(Debug, Default)]
pub(super) struct AllLost(Vec<(Lost, RoaringBitmap)>);

/// Flaws that affected devices as what they were, each with where it is.
type LostFlaws = BTreeSet<(Part, Arc<str>)>;

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
            if !is_left {
                self.left.unread.entry((before, after)).or_insert(seq);
                self.left.is_old = true;
            }
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
                let left = self.left.devices.entry(before).or_default();
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

    /// Takes note that what SBOMs say may be another thing than before.
    pub(in crate::fleet) fn bills_changed(&mut self) {
        self.left.is_old = true;
        self.forget();
    }

    /// Whether there may be devices to read of what a later release took the place of.
    pub(in crate::fleet) fn owes(&self) -> bool {
        self.left.is_old && !self.left.unread.is_empty()
    }

    /// Reads which devices have a later release of which there is no SBOM, where the SBOM of the
    /// one before says that these are affected; `described` are the builds of which there is one,
    /// each with the views in which it counts. It asks for what is judged, so that is read before.
    pub(in crate::fleet) async fn read_owed(
        &mut self,
        store: &Store,
        head: i64,
        described: &BTreeMap<i64, BTreeSet<i64>>,
    ) -> Result<(), StoreError> {
        let unread = self.left.unread.iter();
        let owed = unread.filter(|((before, after), _)| {
            let told = described.get(after);
            let said = self.views_of_parts(*before);
            said.iter().any(|view| told.is_none_or(|told| !told.contains(view)))
        });
        let owed: Vec<((i64, i64), i64)> =
            owed.map(|(pair, seq)| (*pair, *seq)).collect();
        for (pair, seq) in owed {
            let devices = store.devices_turned(head, seq, pair).await?.into_iter();
            let left = self.left.devices.entry(pair.0).or_default();
            left.extend(devices.filter_map(|(id, _)| u32::try_from(id).ok()));
            self.left.unread.remove(&pair);
            self.forget();
        }
        self.left.is_old = false;
        Ok(())
    }

    /// The views in which SBOMs say that a build is affected.
    fn views_of_parts(&self, build: i64) -> BTreeSet<i64> {
        let of_build = self.by_build.get(&build).into_iter().flatten();
        let held = of_build.filter_map(|id| self.findings.get(id));
        held.filter(|held| {
            held.view != view::PUBLIC
                && !held.component.is_empty()
                && held.verdict == Verdict::Affected
        })
        .map(|held| held.view)
        .collect()
    }

    fn is_same_product(&self, one: i64, other: i64) -> bool {
        let words = |id: i64| {
            let (product, _) = self.products.get(&id)?;
            Some((&*product.maker, &*product.model))
        };
        words(one) == words(other)
    }

    /// Devices that may be lost: how they stand, and which they are.
    fn found_lost(
        &self,
        house: &Holdings,
    ) -> BTreeMap<Lost, (Vec<Alike>, RoaringBitmap)> {
        let is_affected = |former: &&i64| {
            let own = self.by_build.get(*former).into_iter().flatten();
            let mut own = own.filter_map(|id| self.findings.get(id));
            own.any(|held| held.verdict == Verdict::Affected)
        };
        let left = self.left.devices.iter().filter(|(former, _)| is_affected(former));
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
        lost
    }

    /// Devices that are lost, how they stand among those of their former builds, and what is to
    /// be done about them.
    pub(super) fn lost(
        &self,
        house: &Holdings,
        urgent: &Urgent<'_>,
    ) -> (AllLost, Vec<Alike>, ToDo) {
        let (mut all, mut among, mut todo) = (Vec::new(), Vec::new(), BTreeMap::new());
        for (one, (alike, devices)) in self.found_lost(house) {
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

    /// What is to be done about devices that are lost.
    pub(super) fn tasks_about_lost(
        &self,
        house: &Holdings,
        lost: &Lost,
        urgent: &Urgent<'_>,
    ) -> Vec<Task> {
        let which = (ConfigurationId(lost.former), Variant::default());
        let still = self.still(house, lost, |held| verdict_of(house, lost.now, held));
        tasks(&self.weighed(house, which, still.into_iter(), urgent))
    }

    /// What devices that are lost were affected by, as far as nothing is known of it of what they
    /// are called now; `verdict` is what a judgement of that is for them.
    fn still(
        &self,
        house: &Holdings,
        lost: &Lost,
        verdict: impl Fn(&Held) -> Verdict,
    ) -> Vec<&Held> {
        let heeded: &Heeded = house.heeded();
        let organisation = lost.organisation;
        let whose = fleet::Scope::of([of(organisation)]);
        // Few lost devices carry what an SBOM lists.
        let described = OnceCell::new();
        let is_described = || {
            let bills = || !house.bills_of_build(&whose, lost.now.0.0).is_empty();
            *described.get_or_init(bills)
        };
        let is_ended = |id: i64, held: &Held| {
            self.is_cleared_for(heeded, organisation, (id, held))
                || self.is_told(house, lost, held, &verdict)
                || self.is_of_parts(lost, held) && is_described()
        };
        let found = self.effective(organisation, lost.former).filter(|(id, held)| {
            held.verdict == Verdict::Affected && !is_ended(*id, held)
        });
        found.map(|(_, held)| held).collect()
    }

    /// Whether it is known of devices as what they are called now whether a flaw affects them.
    fn is_told(
        &self,
        house: &Holdings,
        lost: &Lost,
        former: &Held,
        verdict: impl Fn(&Held) -> Verdict,
    ) -> bool {
        let build = lost.now.0.0;
        let is_same = self.is_same_product(lost.former, build);
        if former.component.is_empty() && is_same && self.is_updated(lost) {
            // Advisories were held against the release that it has now.
            return true;
        }
        let flaw = self.flaw(&former.vulnerability);
        let of_flaw = |held: &&Held| self.flaw(&held.vulnerability) == flaw;
        let now = self.effective(lost.organisation, build).map(|(_, held)| held);
        let said: Vec<Verdict> = now
            .filter(of_flaw)
            .filter(|held| {
                // What was accepted of the device itself is said of all that is in it.
                held.component == former.component
                    || held.component.is_empty() && is_spared(held.verdict)
            })
            .map(verdict)
            .collect();
        if !said.is_empty() {
            return said.iter().any(|verdict| *verdict != Verdict::CannotTell);
        }
        if !is_same || former.component.is_empty() {
            // Where nothing is said of the same product, its release was compared.
            return is_same;
        }
        // A release that an advisory about the device names as mended is mended, parts and all.
        self.is_other_release(lost)
            && house.rulings_of(build).any(|ruling| {
                is_spared(ruling.verdict) && self.flaw(&ruling.vulnerability) == flaw
            })
    }

    /// Whether an SBOM of what devices are called now, if there is one, ends what another one said
    /// of a component before: it is of another release of the product, or does not speak of the
    /// component.
    fn is_of_parts(&self, lost: &Lost, former: &Held) -> bool {
        if former.component.is_empty() {
            return false;
        }
        let is_of_product = self.is_same_product(lost.former, lost.now.0.0);
        let mut now = self.effective(lost.organisation, lost.now.0.0);
        is_of_product && self.is_other_release(lost)
            || !now.any(|(_, held)| held.component == former.component)
    }

    /// The releases that devices had and have, as they are written.
    fn versions(&self, lost: &Lost) -> [&str; 2] {
        let version = |id| self.products.get(&id).map_or("", |(_, version)| &**version);
        [version(lost.former), version(lost.now.0.0)]
    }

    fn is_other_release(&self, lost: &Lost) -> bool {
        let [was, is] = self.versions(lost);
        release(was) != release(is)
    }

    /// Whether devices have a later release now.
    fn is_updated(&self, lost: &Lost) -> bool {
        let [was, is] = self.versions(lost);
        self.is_other_release(lost) && is_comparable(is) && is_later(is, was)
    }

    /// Through what devices lost what they were.
    fn loss(&self, lost: &Lost) -> Loss {
        let [_, is] = self.versions(lost);
        let is_named = self.is_same_product(lost.former, lost.now.0.0)
            && self.is_other_release(lost)
            && is_comparable(is);
        match is_named {
            true => Loss::Parts,
            false => Loss::Name,
        }
    }
}

impl Holdings {
    /// Devices that may be lost, and which they are. A device stands there once for each build
    /// that it was of.
    pub(in crate::fleet) fn lost(&self) -> Vec<(Lost, RoaringBitmap)> {
        let lost = self.work.found_lost(self).into_iter();
        lost.map(|(lost, (_, devices))| (lost, devices)).collect()
    }

    /// The flaws of which nobody can tell whether they still affect devices that are lost, each
    /// with where it is, as far as what counts of them says nothing of it. What was answered to
    /// what advisories ask is not heard here: that is worked out of groups that are made of this.
    pub(in crate::fleet) fn flaws_of_lost(
        &self,
        lost: &Lost,
        words: &Words,
    ) -> LostFlaws {
        let verdict = |held: &Held| match held.verdict {
            Verdict::CannotTell => words.replied.get(&held.id).copied(),
            _ => None,
        };
        let verdict = |held: &Held| verdict(held).unwrap_or(held.verdict);
        let still = self.work.still(self, lost, verdict).into_iter();
        still.map(|held| (held.part(), Arc::clone(&held.vulnerability))).collect()
    }

    /// The devices of an action that are lost: what they were, what the inventory calls them now,
    /// and how many there are.
    #[must_use]
    pub fn lost_of(&self, action: &Action) -> Vec<(Lost, u64)> {
        let lost = &self.listed().lost;
        let builds = action.builds.iter();
        let found = builds.filter_map(|(which, count)| Some((*lost.of(*which)?, *count)));
        found.collect()
    }

    /// Through what devices lost what they were.
    #[must_use]
    pub fn loss(&self, lost: &Lost) -> Loss {
        self.work.loss(lost)
    }

    /// What a device was when it was affected, where that was lost.
    #[must_use]
    pub fn lost_by(&self, device: &store::Device) -> Vec<Former> {
        let listed = self.listed();
        let ordinal = u32::try_from(device.id).ok();
        let is_of_device = |devices: &RoaringBitmap| {
            ordinal.is_some_and(|ordinal| devices.contains(ordinal))
        };
        let lost = listed.lost.0.iter().enumerate();
        let lost = lost.filter(|(_, (_, devices))| is_of_device(devices));
        let former = lost.filter_map(|(place, (lost, _))| {
            let which = (ConfigurationId(lost.former), Variant(number_of(place)?));
            let actions = listed.actions.iter().zip(&listed.digests);
            let about = actions.filter(|(action, _)| {
                action.key.organisation.0 == device.organisation
                    && action.builds.contains_key(&which)
            });
            let verdict = |held: &Held| verdict_of(self, lost.now, held);
            let still = self.work.still(self, lost, verdict).into_iter();
            Some(Former {
                build: lost.former,
                loss: self.work.loss(lost),
                actions: about.map(|(_, digest)| slug(digest)).collect(),
                said: still
                    .map(|held| {
                        let text = |text: &Arc<str>| text.to_string();
                        (text(&held.component), text(&held.vulnerability))
                    })
                    .collect(),
            })
        });
        former.filter(|former| !former.actions.is_empty()).collect()
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
