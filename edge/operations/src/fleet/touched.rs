//! Who is touched: devices by what advisories say of their builds, and the sets of devices
//! that filters name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, PoisonError};

use fleet::{Column, ConfigurationId, Filter, How, Met, Part, Priority, Sets, View};
use matching::Verdict;
use roaring::RoaringBitmap;
use sbom::listing::Sought;
use store::view;

use super::grouped::doubted;
use super::held::{Held, Holdings};
use crate::question::{Key, Shift};

/// What each advisory says of which builds.
pub(super) type Spoken = BTreeMap<Arc<str>, BTreeMap<i64, Verdict>>;

/// What devices may be touched by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// An advisory, by its id.
    Advisory(String),
    /// A vulnerability, by the id under which it is judged.
    Vulnerability(String),
}

/// A set of devices that a filter names with `among`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Set {
    /// Those that something touches; without a verdict whatever it says of them.
    Touched(About, Option<Verdict>),
    /// Those that carry a known flaw, by a bill of materials within the scope.
    Carrying,
    /// Those that no SBOM describes that counts within the scope.
    WithoutBill,
    /// Those of them of which nothing is said about a vulnerability, by the id under which it is
    /// judged.
    Unsaid(String),
    /// Those that a text in hand may mean.
    Text(String),
    /// Those of them that it means in one column and in one way.
    Met(Column, How, String),
    /// Those that carry a component that a text means, by an SBOM within the scope.
    Components(String),
    /// Those that carry one component in one version, by an SBOM within the scope.
    Component {
        /// By what it is known again.
        key: String,
        /// As written.
        version: String,
    },
    /// Those that an open question is about, or those of them of which the answer would
    /// change the priority in this way.
    Asked(Key, Option<Shift>),
    /// Those about which an answer decides, by its number.
    Answered(i64),
    /// Those about which something is to be done, by the name in its address.
    Work(String),
    /// Those about which anything is to be done.
    ToDo,
}

/// A filter names a set that there is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no set of devices is called `{0}`")]
pub struct NoSuchSet(pub String);

/// The name of the set of devices that carry a known flaw by their bill of materials.
const CARRYING: &str = "sbom:affected";

/// The name of the set of devices that no bill of materials describes.
const WITHOUT_BILL: &str = "sbom:none";

/// The name of the set of devices about which anything is to be done.
const TO_DO: &str = "todo";

/// `sbom:affected`; `sbom:none`; `unsaid:` and the id of a vulnerability; `todo`; `text:` and the text; `met:`, the column, how, and the
/// text; `components:` and the text;
/// `component:`, the version, in which `%` and `:` are written as in an address, and the key;
/// `advisory:` or `vulnerability:`, a verdict or `any`, and the id; `question:`, its key, and from
/// which priority to which; `answer:` and its number; `work:` and the name of the action.
impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Carrying => f.write_str(CARRYING),
            Self::WithoutBill => f.write_str(WITHOUT_BILL),
            Self::ToDo => f.write_str(TO_DO),
            Self::Unsaid(id) => write!(f, "unsaid:{id}"),
            Self::Text(text) => write!(f, "text:{text}"),
            Self::Met(column, how, text) => {
                write!(f, "met:{}:{}:{text}", column.word(), how.word())
            }
            Self::Components(text) => write!(f, "components:{text}"),
            Self::Component { key, version } => {
                let version = version.replace('%', "%25").replace(':', "%3A");
                write!(f, "component:{version}:{key}")
            }
            Self::Answered(id) => write!(f, "answer:{id}"),
            Self::Asked(key, None) => write!(f, "question:{key}"),
            Self::Asked(key, Some(Shift { from, to })) => {
                let word = |one: &Option<Priority>| one.map_or("none", Priority::word);
                write!(f, "question:{key}:{}:{}", word(from), word(to))
            }
            Self::Work(action) => write!(f, "work:{action}"),
            Self::Touched(about, verdict) => {
                let (noun, id) = match about {
                    About::Advisory(id) => ("advisory", id),
                    About::Vulnerability(id) => ("vulnerability", id),
                };
                write!(f, "{noun}:{}:{id}", verdict.map_or("any", Verdict::word))
            }
        }
    }
}

impl FromStr for Set {
    type Err = NoSuchSet;

    fn from_str(name: &str) -> Result<Self, NoSuchSet> {
        let none = || NoSuchSet(name.to_owned());
        match name {
            CARRYING => return Ok(Self::Carrying),
            WITHOUT_BILL => return Ok(Self::WithoutBill),
            TO_DO => return Ok(Self::ToDo),
            _ => {}
        }
        let (noun, rest) = name.split_once(':').ok_or_else(none)?;
        match noun {
            "text" => return Ok(Self::Text(rest.to_owned())),
            "unsaid" if !rest.is_empty() => return Ok(Self::Unsaid(rest.to_owned())),
            "met" => return met(rest).ok_or_else(none),
            "components" => return Ok(Self::Components(rest.to_owned())),
            "component" => return component(rest).ok_or_else(none),
            "answer" => return rest.parse().map(Self::Answered).map_err(|_| none()),
            "question" => return asked(rest).ok_or_else(none),
            "work" => return Ok(Self::Work(rest.to_owned())),
            _ => {}
        }
        let (word, id) = rest.split_once(':').ok_or_else(none)?;
        let about = match noun {
            "advisory" => About::Advisory(id.to_owned()),
            "vulnerability" => About::Vulnerability(id.to_owned()),
            _ => return Err(none()),
        };
        let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.word() == word);
        match (word, verdict) {
            ("any", None) => Ok(Self::Touched(about, None)),
            (_, Some(verdict)) => Ok(Self::Touched(about, Some(verdict))),
            (_, None) => Err(none()),
        }
    }
}

/// What a text means in one way, as [`Set`] writes it behind the noun.
fn met(rest: &str) -> Option<Set> {
    let (column, rest) = rest.split_once(':')?;
    let (how, text) = rest.split_once(':')?;
    Some(Set::Met(Column::of_word(column)?, How::of_word(how)?, text.to_owned()))
}

/// One component, as [`Set`] writes it behind the noun; in one way only.
fn component(rest: &str) -> Option<Set> {
    let (written, key) = rest.split_once(':')?;
    let version = written.replace("%3A", ":").replace("%25", "%");
    let set = Set::Component { key: key.to_owned(), version };
    (set.to_string().strip_prefix("component:") == Some(rest)).then_some(set)
}

/// The devices of a question, as [`Set`] writes them behind the noun.
fn asked(rest: &str) -> Option<Set> {
    let priority = |word: &str| match word {
        "none" => Some(None),
        word => {
            let mut all = Priority::ALL.into_iter();
            all.find(|one| one.word() == word).map(Some)
        }
    };
    let parts: Vec<&str> = rest.split(':').collect();
    match *parts.as_slice() {
        [key] if !key.is_empty() => Some(Set::Asked(Key::from_text(key), None)),
        [key, from, to] if !key.is_empty() => {
            let shift = Shift { from: priority(from)?, to: priority(to)? };
            Some(Set::Asked(Key::from_text(key), Some(shift)))
        }
        _ => None,
    }
}

impl Holdings {
    /// Asks a filter within a scope, whatever sets it names.
    ///
    /// # Errors
    /// When it names one that there is not.
    pub fn view(
        &self,
        scope: &fleet::Scope,
        filter: &Filter,
    ) -> Result<View<'_>, NoSuchSet> {
        let mut sets = Sets::new();
        for part in filter.parts() {
            let Part::Among(name) = part else { continue };
            let devices = match name.parse()? {
                Set::Text(text) => {
                    let met = self.fleet.find(scope, &text).into_iter();
                    met.map(|met| met.devices).reduce(|all, some| all | some)
                }
                Set::Met(column, how, text) => {
                    let mut met = self.fleet.find(scope, &text).into_iter();
                    let of = |met: &Met| (met.column, met.how) == (column, how);
                    met.find(of).map(|met| met.devices)
                }
                Set::Components(text) => {
                    Sought::read(&text).map(|sought| self.devices_listing(scope, &sought))
                }
                Set::Component { key, version } => {
                    let sought = Sought::One { key, version };
                    Some(self.devices_listing(scope, &sought))
                }
                Set::Work(action) => Some(self.devices_of_action(scope, &action)),
                Set::ToDo => Some(self.devices_to_do().clone()),
                Set::Carrying => Some(RoaringBitmap::clone(&self.carrying(scope))),
                Set::WithoutBill => Some(self.without_bill(scope)),
                Set::Unsaid(id) => {
                    let about = About::Vulnerability(id);
                    Some(self.without_bill(scope) - self.touching(scope, &about, None))
                }
                Set::Touched(about, wanted) => Some(self.touching(scope, &about, wanted)),
                Set::Asked(key, shift) => {
                    let questions = self.open_questions(scope);
                    let asked = self.open_question(&questions, &key);
                    asked.map(|question| self.devices_of_question(question, shift))
                }
                Set::Answered(id) => Some(self.devices_of_answer(id)),
            };
            sets.insert(name.to_owned(), devices.unwrap_or_default());
        }
        let view = self.fleet.view(scope, filter, &sets);
        view.map_err(|fleet::NoSuchSet(name)| NoSuchSet(name))
    }

    /// The devices that carry a known flaw, by a bill of materials that counts for somebody
    /// with that scope: as their pages say it, with what was answered and what its owner
    /// found out by itself.
    #[must_use]
    pub fn carrying(&self, scope: &fleet::Scope) -> Arc<RoaringBitmap> {
        let seen = self.fleet.organisations(scope);
        let whose: Vec<i64> = seen.iter().map(|id| id.0).collect();
        let views = self.views(scope);
        let kept = {
            let mut all = self.carrying.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(whose).or_default())
        };
        Arc::clone(kept.get_or_init(|| Arc::new(self.carried_by(&views))))
    }

    /// The same, in these views.
    fn carried_by(&self, views: &BTreeSet<i64>) -> RoaringBitmap {
        let heeded = self.heeded();
        let carried = self.carried.iter().filter(|(id, (_, view))| {
            views.contains(view) && !heeded.clears(view::owner(*view), **id)
        });
        let builds: BTreeSet<i64> = carried.map(|(_, (build, _))| *build).collect();
        let builds = builds.into_iter().map(ConfigurationId);
        let devices =
            self.fleet.of_configurations(builds) | self.affirmed(views, |_| true);
        devices - self.answered.doubted()
    }

    /// What is said of which builds by an advisory, or about a vulnerability.
    ///
    /// What an advisory says of builds outside its ranges is judged once for all of its
    /// vulnerabilities, under its own id; it is an answer about each of them.
    #[must_use]
    pub fn touched(&self, about: &About) -> BTreeMap<ConfigurationId, Verdict> {
        let id = match about {
            About::Advisory(id) => {
                let spoken = self.spoken().get(id.as_str()).into_iter().flatten();
                return spoken.map(|(id, said)| (ConfigurationId(*id), *said)).collect();
            }
            About::Vulnerability(id) => id,
        };
        let mut touched = BTreeMap::new();
        for held in self.rulings.values().filter(|held| *held.vulnerability == **id) {
            worst(&mut touched, ConfigurationId(held.configuration), held.verdict);
        }
        let advisories = self.advisories.as_deref();
        let speaking = advisories.map(|known| known.about(id)).unwrap_or_default();
        for held in self.rulings.values() {
            let is_outside = held.verdict == Verdict::NotAffected
                && speaking.contains(&*held.vulnerability);
            if is_outside {
                let build = ConfigurationId(held.configuration);
                touched.entry(build).or_insert(held.verdict);
            }
        }
        touched
    }

    /// The devices of which an advisory, or what is known of a vulnerability, gives that
    /// verdict, or any; by what they are and by the bills that count for somebody with that
    /// scope, whichever is worse.
    fn touching(
        &self,
        scope: &fleet::Scope,
        about: &About,
        wanted: Option<Verdict>,
    ) -> RoaringBitmap {
        let mut all = self.advised(about);
        for (verdict, devices) in self.by_bills(scope, about) {
            *all.entry(verdict).or_default() |= devices;
        }
        let mut all = self.without_doubted(all);
        let Some(wanted) = wanted else {
            return all.into_values().fold(RoaringBitmap::new(), |all, own| all | own);
        };
        let mut devices = all.remove(&wanted).unwrap_or_default();
        // The word that asks more of a person counts.
        all.range(..wanted).for_each(|(_, worse)| devices -= worse);
        devices
    }

    /// Devices by verdict, but those of which nobody knows which they are: nobody can tell of
    /// them either, where anything is open.
    fn without_doubted(
        &self,
        mut all: BTreeMap<Verdict, RoaringBitmap>,
    ) -> BTreeMap<Verdict, RoaringBitmap> {
        let doubtful = self.answered.doubted();
        if doubtful.is_empty() {
            return all;
        }
        let mut open = RoaringBitmap::new();
        for (verdict, devices) in &mut all {
            if doubted(*verdict).is_some() {
                open |= &*devices & &doubtful;
            }
            *devices -= &doubtful;
        }
        *all.entry(Verdict::CannotTell).or_default() |= open;
        all
    }

    /// The devices of which each verdict is given by what they are: those about which
    /// something was answered by themselves.
    fn advised(&self, about: &About) -> BTreeMap<Verdict, RoaringBitmap> {
        let mut builds: BTreeMap<Verdict, Vec<ConfigurationId>> = BTreeMap::new();
        for (build, verdict) in self.touched(about) {
            builds.entry(verdict).or_default().push(build);
        }
        let mut all: BTreeMap<Verdict, RoaringBitmap> = builds
            .into_iter()
            .map(|(verdict, builds)| (verdict, self.fleet.of_configurations(builds)))
            .collect();
        for group in self.answered.groups.values() {
            let own = match about {
                About::Advisory(id) => group.spoken.get(id.as_str()).copied(),
                About::Vulnerability(id) => group.verdict(id),
            };
            let Some(own) = own else { continue };
            all.values_mut().for_each(|devices| *devices -= &group.devices);
            *all.entry(own).or_default() |= &group.devices;
        }
        all
    }

    /// What each advisory says of builds.
    pub(super) fn spoken(&self) -> &Spoken {
        self.spoken.get_or_init(|| {
            let mut spoken = Spoken::new();
            for Held { configuration, grounds, .. } in self.rulings.values() {
                for (advisory, verdict) in grounds {
                    let builds = spoken.entry(Arc::clone(advisory)).or_default();
                    worst(builds, *configuration, *verdict);
                }
            }
            spoken
        })
    }

    /// For each advisory how many of the devices in view it calls affected, and of how many
    /// nobody can tell.
    #[must_use]
    pub fn by_advisory(&self, view: &View<'_>) -> BTreeMap<Arc<str>, (u64, u64)> {
        let counts: BTreeMap<i64, u64> =
            view.configurations().into_iter().map(|(id, count)| (id.0, count)).collect();
        let sum = |builds: &BTreeMap<i64, Verdict>, wanted: Verdict| -> u64 {
            let builds = builds.iter().filter(|(_, verdict)| **verdict == wanted);
            builds.filter_map(|(id, _)| counts.get(id)).sum()
        };
        let spoken = self.spoken().iter();
        let mut counted: BTreeMap<Arc<str>, (u64, u64)> = spoken
            .map(|(id, builds)| {
                let affected = sum(builds, Verdict::Affected);
                let open = sum(builds, Verdict::CannotTell)
                    + sum(builds, Verdict::UnderInvestigation);
                (Arc::clone(id), (affected, open))
            })
            .collect();
        // What was answered or found out about some devices of a build says otherwise of these.
        let answered = self.answered.groups.values();
        for group in answered.filter(|group| !group.spoken.is_empty()) {
            let devices = group.devices.intersection_len(view.devices());
            for (advisory, verdict) in &group.spoken {
                let Some(counts) = counted.get_mut(advisory) else { continue };
                let before = self.spoken().get(advisory);
                let before = before.and_then(|builds| builds.get(&group.configuration));
                if let Some(count) = before.and_then(|before| counter(counts, *before)) {
                    *count = count.saturating_sub(devices);
                }
                if let Some(count) = counter(counts, *verdict) {
                    *count += devices;
                }
            }
        }
        counted.retain(|_, counts| *counts != (0, 0));
        counted
    }
}

/// Which of two counts a verdict is in: those affected, or those of which nobody can tell.
fn counter((affected, open): &mut (u64, u64), verdict: Verdict) -> Option<&mut u64> {
    match verdict {
        Verdict::Affected => Some(affected),
        Verdict::CannotTell | Verdict::UnderInvestigation => Some(open),
        Verdict::Fixed | Verdict::NotAffected => None,
    }
}

pub(super) fn worst<K: Ord>(all: &mut BTreeMap<K, Verdict>, key: K, verdict: Verdict) {
    let known = all.entry(key).or_insert(verdict);
    *known = (*known).min(verdict);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_set_is_written_as_it_is_read() {
        for name in [
            "text:",
            "text:a:b",
            "advisory:any:ICSMA-21-001-01",
            "advisory:affected:RHSA-2024:1234",
            "vulnerability:cannot_tell:CVE-2026-0001",
            "answer:12",
            "question:0f3a",
            "question:0f3a:act_now:none",
            "work:0123456789abcdef0123",
            "sbom:affected",
            "unsaid:CVE-2026-0001",
            "todo",
            "components:log4j-core 2.14",
            "component:1%3A1.0.2:pkg:deb/debian/openssl",
            "component::/firmware",
            "component:100%25:/a:b",
        ] {
            assert_eq!(name.parse::<Set>().map(|set| set.to_string()), Ok(name.into()));
        }
    }

    #[test]
    fn a_set_that_there_is_not_is_named() {
        for name in [
            "",
            "text",
            "unsaid:",
            "advisory",
            "advisory:x",
            "advisory:maybe:x",
            "ward:any:x",
        ]
        .into_iter()
        .chain(["component:", "component:1", "component:%:x", "component:%3a:x"])
        .chain(["answer:", "answer:x", "question:", "question:x:act_now"])
        .chain(["question::act_now:none", "question:x:soon:none"])
        {
            assert_eq!(name.parse::<Set>(), Err(NoSuchSet(name.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn any_name_is_a_set_that_is_written_as_it_is_read_or_is_none(
            name in "((text|unsaid|answer|question|work|advisory|vulnerability|any|affected|none|\
                act_now|sbom|todo|[0-9a-f]{1,3}|\\PC):?){0,5}"
        ) {
            match name.parse::<Set>() {
                Ok(set) => prop_assert_eq!(set.to_string().parse(), Ok(set)),
                Err(none) => prop_assert_eq!(none, NoSuchSet(name)),
            }
        }
    }
}
