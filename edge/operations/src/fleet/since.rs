//! What inventories told of devices since something was answered about them, by which the answer
//! holds no longer.
//!
//! An answer is about the device that somebody looked at. Another serial number or UDI under the
//! same tag is another device. And an inventory that once showed what was answered with *no* has
//! spoken: whoever wrote it saw more than is in the words of today, so that these do not bring the
//! answer back.

use std::collections::BTreeMap;
use std::ops::Bound;

use device::inventory::is_other_device;
use matching::device::{Means, Replies, Reply, Topic};
use naming::spelling::fold;
use roaring::RoaringBitmap;
use store::{Build, Doubt, Moved, PieceTurn, Replaced, Said};

use super::FleetError;
use super::answered::Given;
use super::held::Holdings;
use crate::judging::Advisories;
use crate::question::{Kind, Subject};

/// More questions than that hang together in no advisory.
const ROUNDS_MAX: usize = 50;

/// Devices of one build that became another one, each with when.
pub(super) type Reworded = Vec<((i64, i64), Vec<(u32, String)>)>;

/// What changed of what devices were, among what inventories told anew.
#[derive(Debug, Default)]
pub(super) struct Restated {
    /// Devices whose release came or went, each with when.
    pub(super) stated: Vec<(u32, String)>,
    /// Devices that are described in other words, by their builds.
    pub(super) reworded: Reworded,
}

/// What inventories told since.
#[derive(Debug, Default)]
pub(super) struct Since {
    /// When an inventory last stated a release for a device that had none, or took it away.
    stated: BTreeMap<u32, String>,
    /// When another device last came under the tag of one.
    replaced: BTreeMap<u32, String>,
    /// When an inventory first told a serial number or UDI where none had been.
    first_told: BTreeMap<u32, String>,
    /// The last serial number and UDI of devices of which these ever changed.
    pieces: BTreeMap<u32, [String; 2]>,
    /// The serial number of the other device that somebody said hangs there, which an inventory
    /// is to tell still.
    awaited: BTreeMap<u32, Awaited>,
    /// Devices that went from one organisation to another, each as often as it did.
    moved: BTreeMap<u32, Vec<Moved>>,
    is_any_doubted: bool,
    /// Devices that were of one build and became another one in other words, by when.
    reworded: BTreeMap<(i64, i64), BTreeMap<String, RoaringBitmap>>,
}

/// The serial number of another device that somebody said hangs under a tag.
#[derive(Debug)]
struct Awaited {
    /// When it was said.
    at: String,
    serial: String,
}

impl Awaited {
    /// Whether an inventory tells of that device: serial number and UDI as they are now.
    fn is(&self, [serial, udi]: &[String; 2]) -> bool {
        !serial.is_empty() && !is_other_device([&self.serial, udi], [serial, udi])
    }

    /// The same, where a serial number was said at all.
    fn is_told(&self, told: &[String; 2]) -> bool {
        !self.serial.is_empty() && self.is(told)
    }
}

/// Whether the words of a build show what another one leaves open: by the number of the answer
/// and of both builds.
pub(super) type Shown = BTreeMap<(i64, i64, i64), bool>;

/// Whether two builds are described in the same words, whatever their release is.
pub(super) fn is_reworded(one: &Build, other: &Build) -> bool {
    let words = |build: &Build| {
        [&build.maker, &build.model, &build.description].map(|text| fold(text.trim()))
    };
    words(one) != words(other)
}

impl Since {
    /// Takes note of what changed of what devices are; whether anything did.
    pub(super) fn restated(&mut self, restated: Restated) -> bool {
        let Restated { stated, reworded } = restated;
        let is_any = !stated.is_empty() || !reworded.is_empty();
        for (ordinal, at) in stated {
            later(&mut self.stated, ordinal, at);
        }
        for (builds, devices) in reworded {
            let by_time = self.reworded.entry(builds).or_default();
            for (ordinal, at) in devices {
                by_time.entry(at).or_default().insert(ordinal);
            }
        }
        is_any
    }

    /// Takes note of other serial numbers and UDIs, in the order in which they came; whether one
    /// is that of another device.
    pub(super) fn pieces(&mut self, turns: Vec<PieceTurn>) -> Result<bool, FleetError> {
        let mut is_any = false;
        for turn in turns {
            let PieceTurn { device, at, before, after } = turn;
            let ordinal =
                u32::try_from(device).map_err(|_| FleetError::Beyond(device))?;
            let known = self.pieces.entry(ordinal).or_default();
            // One that was left empty for a while is compared with what stood there before.
            put(known, before);
            if known.iter().all(String::is_empty) && after.iter().any(|it| !it.is_empty())
            {
                later(&mut self.first_told, ordinal, at.clone());
            }
            let is_other = {
                let [was_serial, was_udi] = &*known;
                let [serial, udi] = &after;
                is_other_device([was_serial, was_udi], [serial, udi])
            };
            // What somebody said already is nothing new once the inventory says it too.
            let is_later = |one: &Awaited| one.at < at;
            let awaited = match self.awaited.get(&ordinal).is_some_and(is_later) {
                true => self.awaited.remove(&ordinal),
                false => None,
            };
            let is_awaited = awaited.is_some_and(|one| one.is(&after));
            put(known, after);
            if is_other && !is_awaited {
                later(&mut self.replaced, ordinal, at);
                is_any = true;
            }
        }
        Ok(is_any)
    }

    /// Takes note that somebody said that other devices hang under some tags; whether anybody did.
    pub(super) fn replaced(
        &mut self,
        replaced: Vec<Replaced>,
    ) -> Result<bool, FleetError> {
        let is_any = !replaced.is_empty();
        self.is_any_doubted |= is_any;
        for Replaced { device, at, serial, is_same: _ } in replaced {
            let ordinal =
                u32::try_from(device).map_err(|_| FleetError::Beyond(device))?;
            match serial.is_empty() {
                true => self.awaited.remove(&ordinal),
                false => self.awaited.insert(ordinal, Awaited { at: at.clone(), serial }),
            };
            later(&mut self.replaced, ordinal, at);
        }
        Ok(is_any)
    }

    /// Whether anybody ever said that another device hangs under a tag.
    pub(super) fn is_any_doubted(&self) -> bool {
        self.is_any_doubted
    }

    /// Since when nobody knows which device hangs under a tag: somebody said that it is another
    /// one, and no inventory told since of one that is. An export that still tells of the device
    /// before is older than what was seen; where nothing tells devices apart, the next export
    /// counts.
    pub(super) fn doubted(&self, doubt: Doubt) -> Option<(u32, String)> {
        let Doubt { said, told: [serial, udi], imported } = doubt;
        let ordinal = u32::try_from(said.device).ok()?;
        let Replaced { at, serial: seen, is_same, .. } = said;
        let told = [serial, udi];
        let is_it = Awaited { at: at.clone(), serial: seen }.is_told(&told);
        let since = |times: &BTreeMap<u32, String>| {
            times.get(&ordinal).is_some_and(|time| *time > at)
        };
        let never = self
            .pieces
            .get(&ordinal)
            .is_none_or(|known| known.iter().all(String::is_empty));
        let is_all_that_is_told =
            never && told.iter().all(String::is_empty) && imported > at;
        let is_known = is_same
            || is_it
            || since(&self.replaced)
            || since(&self.first_told)
            || is_all_that_is_told;
        (!is_known).then_some((ordinal, at))
    }

    /// Takes note of devices that went from one organisation to another; whether any did.
    pub(super) fn moved(&mut self, moved: Vec<Moved>) -> Result<bool, FleetError> {
        let is_any = !moved.is_empty();
        for one in moved {
            let ordinal =
                u32::try_from(one.device).map_err(|_| FleetError::Beyond(one.device))?;
            self.moved.entry(ordinal).or_default().push(one);
        }
        Ok(is_any)
    }

    /// Whether a device of one of some builds left an organisation.
    pub(super) fn has_left(&self, organisation: i64, builds: &[i64]) -> bool {
        let mut moves = self.moved.values().flatten();
        moves.any(|one| one.from == organisation && builds.contains(&one.configuration))
    }

    /// Devices that moved since an answer was given, by whom not both ends are asked: nobody there
    /// looked at the device. Whoever stands above both answered for both.
    fn strangers(
        &self,
        house: &Holdings,
        given: &Given,
        devices: &RoaringBitmap,
    ) -> RoaringBitmap {
        let answered = given.answer.organisation;
        let is_below = |end: i64| house.work.up(end).any(|one| one == answered);
        let is_strange = |one: &Moved| {
            one.at >= given.answer.at && !(is_below(one.from) && is_below(one.to))
        };
        let moved = self.moved.iter().filter(|(ordinal, moves)| {
            devices.contains(**ordinal) && moves.iter().any(is_strange)
        });
        moved.map(|(ordinal, _)| *ordinal).collect()
    }

    /// The devices, of some that an answer covers, about which it does not hold any more.
    pub(super) fn void(
        &self,
        house: &Holdings,
        given: &Given,
        devices: &RoaringBitmap,
        shown: &mut Shown,
    ) -> RoaringBitmap {
        let at = &given.answer.at;
        let since = |times: &BTreeMap<u32, String>| -> RoaringBitmap {
            let later = times.iter().filter(|(_, time)| *time > at);
            later
                .map(|(ordinal, _)| *ordinal)
                .filter(|one| devices.contains(*one))
                .collect()
        };
        let mut void = RoaringBitmap::new();
        if given.of_those.is_some() {
            // What runs on it was stated since.
            void |= since(&self.stated);
        }
        let differs = given.kind.differs_by_device();
        // What is said of a zone is said of whatever stands in it.
        if !matches!(given.subject, Subject::Zone(..)) {
            void |= self.strangers(house, given, devices);
        }
        if differs || given.devices.is_some() || given.of_those.is_some() {
            void |= since(&self.replaced);
        }
        if differs && spares(given) {
            void |= self.shown(house, given, devices, shown);
        }
        void
    }

    /// Devices that an inventory described since in words that show what is asked.
    fn shown(
        &self,
        house: &Holdings,
        given: &Given,
        devices: &RoaringBitmap,
        shown: &mut Shown,
    ) -> RoaringBitmap {
        let mut found = RoaringBitmap::new();
        let Some(advisories) = house.advisories.as_deref() else { return found };
        let after = (Bound::Excluded(given.answer.at.clone()), Bound::Unbounded);
        for ((before, became), by_time) in &self.reworded {
            let some =
                by_time.range::<String, _>(after.clone()).map(|(_, some)| some & devices);
            let some = some.fold(RoaringBitmap::new(), |all, some| all | some);
            for ordinal in some {
                let Some(situation) = house.fleet.situation(ordinal) else { continue };
                let now = situation.configuration.0;
                let shows = |then: i64, shown: &mut Shown| {
                    *shown.entry((given.answer.id, now, then)).or_insert_with(|| {
                        let builds = house.build(now).zip(house.build(then));
                        let ask = &given.answer.question.ask;
                        builds.is_some_and(|(now, then)| {
                            is_shown(advisories, ask, now, then)
                        })
                    })
                };
                if shows(*before, shown) || shows(*became, shown) {
                    found.insert(ordinal);
                }
            }
        }
        found
    }
}

/// Keeps the last of two times.
fn later(times: &mut BTreeMap<u32, String>, ordinal: u32, at: String) {
    let last = times.entry(ordinal).or_default();
    if *last < at {
        *last = at;
    }
}

/// Puts what is told in the place of what was; what is not told leaves it.
fn put(known: &mut [String; 2], told: [String; 2]) {
    for (known, told) in known.iter_mut().zip(told) {
        if !told.is_empty() {
            *known = told;
        }
    }
}

/// Whether an answer may spare a device: that an option is there never does.
fn spares(given: &Given) -> bool {
    match (given.kind, given.answer.said) {
        (_, Said::NotKnown) => false,
        (Kind::Device(Topic::LeftOut), _) | (_, Said::No) => true,
        (_, Said::Yes) => false,
    }
}

/// Whether the words of one build settle what those of another one leave open, both of the same
/// release.
fn is_shown(advisories: &Advisories, ask: &str, now: &Build, then: &Build) -> bool {
    let then = Build { version: now.version.clone(), ..then.clone() };
    is_reworded(now, &then)
        && is_asked(advisories, ask, now)
        && !is_asked(advisories, ask, &then)
}

/// Whether advisories ask something about a build, if need be after other questions that would
/// have been answered so that it is affected.
fn is_asked(advisories: &Advisories, ask: &str, build: &Build) -> bool {
    let mut replies = Replies::default();
    for _ in 0..ROUNDS_MAX {
        let answers = advisories.answered(build, &replies);
        let asked: Vec<_> = answers.into_iter().flat_map(|one| one.asked).collect();
        if asked.iter().any(|one| one.ask.key() == ask) {
            return true;
        }
        let mut is_more = false;
        for one in asked {
            if replies.to(&one.ask).is_none() {
                let reply = match one.ask.yes {
                    Means::Affected => Reply::Yes,
                    Means::NotAffected => Reply::No,
                };
                replies.add(one.ask.key(), reply);
                is_more = true;
            }
        }
        if !is_more {
            break;
        }
    }
    false
}
