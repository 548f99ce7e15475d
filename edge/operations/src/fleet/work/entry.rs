//! One thing to do as it is shown: what it is now, what people decided, when it is due.

use std::collections::{BTreeMap, BTreeSet};

use fleet::{Column, ConfigurationId, Filter, Presence, Priority, Sets, Situation};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;
use store::{KeptAction, WorkPolicy};
use worklist::{
    Action, Assessment, Deadlines, Decision, Evidence, Kind, State, Weight, Which,
    standing,
};

use super::{Covered, Grown, Listed, STANDARD, Work, of, verdict_of};
use crate::fleet::Holdings;

/// By when an organisation wants things done, and how many people accept a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Days by priority.
    pub deadlines: Deadlines,
    /// How many people it takes to accept a risk.
    pub approval: Approval,
}

/// How many people it takes to accept a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    /// One who may.
    One,
    /// One who proposes, and another who may.
    Two,
}

impl Approval {
    /// The word as stored and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Two => "two",
        }
    }
}

impl From<&WorkPolicy> for Policy {
    fn from(kept: &WorkPolicy) -> Self {
        let approval = match kept.approval.as_str() {
            "two" => Approval::Two,
            _ => Approval::One,
        };
        let deadlines = kept.deadlines.parse().unwrap_or(Deadlines::standard());
        Self { deadlines, approval }
    }
}

/// The newest import of an asset system that was taken in whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Newest {
    /// When it began.
    pub started: Timestamp,
    /// The number of the import.
    pub import: i64,
}

/// One thing to do, with all that is known of it.
#[derive(Clone, Debug)]
pub struct Entry<'h> {
    /// How its address names it.
    pub slug: &'h str,
    /// Whose devices they are.
    pub organisation: i64,
    /// What is to be done now; none where nothing is any more.
    pub action: Option<&'h Action>,
    /// What is kept of it; none where nobody has noted it yet.
    pub kept: Option<&'h KeptAction>,
    /// Where it stands.
    pub state: State,
    /// How soon; none where nothing is to be done any more.
    pub priority: Option<Priority>,
    /// Since when it is so urgent.
    pub since: Date,
    /// By when.
    pub due: Option<Date>,
    /// The newest import that shows one of its devices.
    pub newest: Option<Newest>,
    /// What is more than when it was decided.
    pub grown: Option<&'h Grown>,
    /// How addresses named it before: what was noted or put to a maker there is about it.
    pub earlier: Vec<&'h str>,
}

impl Entry<'_> {
    /// Whether its day has passed and somebody still has to do something.
    #[must_use]
    pub fn is_overdue(&self, today: Date) -> bool {
        let is_settled = matches!(self.state, State::Accepted | State::Reported);
        !self.state.is_over() && !is_settled && self.due.is_some_and(|due| due < today)
    }

    /// The device builds that it is about, or was last seen about.
    #[must_use]
    pub fn builds(&self) -> BTreeSet<ConfigurationId> {
        match (self.action, self.kept) {
            (Some(action), _) => action.builds.keys().map(|(build, _)| *build).collect(),
            (None, Some(kept)) => {
                let ids: Vec<i64> =
                    serde_json::from_str(&kept.seen.builds).unwrap_or_default();
                ids.into_iter().map(ConfigurationId).collect()
            }
            (None, None) => BTreeSet::new(),
        }
    }

    /// The decision after which it is to be done all the same, by the time of that decision:
    /// the one that stands, else the one that was noted last.
    pub(crate) fn returned_after(&self) -> Option<String> {
        let kept = self.kept?;
        match self.state.has_come_back() {
            true => kept.decided.at.clone(),
            false => kept.seen.returned.clone(),
        }
    }

    /// Who sees to it.
    #[must_use]
    pub fn owner(&self) -> Option<i64> {
        self.kept.and_then(|kept| kept.owner)
    }
}

/// Something that was to be done about a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OfDevice {
    /// The number of what is kept of it.
    pub(crate) id: i64,
    /// Its name in an address.
    pub(crate) name: String,
    /// The product, and what is done, as shown.
    pub(crate) about: String,
}

/// How an address names an action: the beginning of its digest.
pub(crate) fn slug(digest: &[u8; 32]) -> String {
    let hex = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    digest.iter().take(10).flat_map(|byte| [hex(byte >> 4), hex(byte & 15)]).collect()
}

/// The day of an instant as stored.
pub(crate) fn day_of(stored: &str) -> Option<Date> {
    stored.get(..10)?.parse().ok()
}

/// What was decided, as kept.
pub(crate) fn decision(kept: &KeptAction) -> Decision {
    let decided = &kept.decided;
    let day = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
    let at = decided.at.as_deref().and_then(|at| at.parse().ok());
    match (decided.decision.as_str(), day(&decided.first_day), day(&decided.last_day), at)
    {
        ("planned", Some(from), Some(to), _) => Decision::Planned { from, to },
        ("reported", _, _, Some(at)) => Decision::Reported { at },
        ("proposed", _, Some(until), _) => Decision::Proposed { until },
        ("accepted", _, Some(until), _) => Decision::Accepted { until },
        // What cannot be read does not take anything off the list.
        _ => Decision::Open,
    }
}

impl Work {
    /// How addresses name what is kept.
    fn slug_of(&self, kept: &KeptAction) -> &str {
        self.slugs.get(&kept.id).map_or("", String::as_str)
    }
}

impl Holdings {
    /// Everything that is to be done within a scope, and what was: the first in the order of
    /// organisations and products.
    #[must_use]
    pub fn entries(&self, scope: &fleet::Scope, today: Date) -> Vec<Entry<'_>> {
        let seen = self.fleet.organisations(scope);
        let listed = self.listed();
        let actions = listed.actions.iter().enumerate();
        let open = actions.filter(|(_, action)| seen.contains(&action.key.organisation));
        let open = open.filter_map(|(at, _)| self.open(listed, at, today));
        let mut entries: Vec<Entry<'_>> = open.collect();
        let over = self.work.kept.values().filter(|kept| {
            seen.contains(&of(kept.seen.organisation))
                && !listed.at.contains_key(self.work.slug_of(kept))
        });
        entries.extend(over.map(|kept| self.over(kept, today)));
        entries
    }

    /// Who sees to something within a scope, or saw to it.
    #[must_use]
    pub fn owners(&self, scope: &fleet::Scope) -> BTreeSet<i64> {
        let seen = self.fleet.organisations(scope);
        let kept = self.work.kept.values();
        let kept = kept.filter(|kept| seen.contains(&of(kept.seen.organisation)));
        kept.filter_map(|kept| kept.owner).collect()
    }

    /// One of them.
    #[must_use]
    pub fn entry(
        &self,
        scope: &fleet::Scope,
        name: &str,
        today: Date,
    ) -> Option<Entry<'_>> {
        let seen = self.fleet.organisations(scope);
        let listed = self.listed();
        if let Some(at) = listed.at.get(name) {
            let action = listed.actions.get(*at)?;
            let is_seen = seen.contains(&action.key.organisation);
            return is_seen.then(|| self.open(listed, *at, today)).flatten();
        }
        let mut kept = self.work.kept.values();
        let kept = kept.find(|kept| self.work.slug_of(kept) == name)?;
        seen.contains(&of(kept.seen.organisation)).then(|| self.over(kept, today))
    }

    /// What is to be done, at its place in the list.
    fn open<'h>(
        &'h self,
        listed: &'h Listed,
        at: usize,
        today: Date,
    ) -> Option<Entry<'h>> {
        let action = listed.actions.get(at)?;
        let digest = listed.digests.get(at)?;
        let organisation = action.key.organisation.0;
        let id = self.work.by_digest.get(&(organisation, *digest));
        let kept = id.and_then(|id| self.work.kept.get(id));
        let imports = self.work.imports.get(&organisation);
        let newest = imports.and_then(|imports| {
            let sources = action.sources.iter();
            sources.filter_map(|name| imports.get(&**name)).max().copied()
        });
        let decision = kept.map(decision).unwrap_or_default();
        // An inventory shows releases, and neither what protects a device nor what was asked.
        let shown = newest
            .filter(|_| action.key.kind == Kind::Update)
            .map(|newest| newest.started);
        let grown = || kept.and_then(|kept| self.grown(kept, decision, action));
        let grown = listed.grown.get(at)?.get_or_init(grown).as_ref();
        let state = match standing(decision, Evidence::Shown(shown), today) {
            state if state.has_come_back() || grown.is_none() => state,
            _ => State::Outgrown,
        };
        let earlier: Vec<&KeptAction> = listed
            .earlier
            .get(&at)
            .into_iter()
            .flatten()
            .filter_map(|id| self.work.kept.get(id))
            .collect();
        let since = self.urgent_since(action, kept, &earlier, today);
        Some(Entry {
            slug: listed.slugs.get(at)?,
            organisation,
            action: Some(action),
            kept,
            state,
            priority: Some(action.priority),
            since,
            due: self.policy(organisation).deadlines.due(action.priority, since),
            newest,
            grown,
            earlier: earlier.iter().map(|kept| self.work.slug_of(kept)).collect(),
        })
    }

    /// What of an action is more than when it was decided. What was decided before that was
    /// kept covers everything.
    fn grown(
        &self,
        kept: &KeptAction,
        decision: Decision,
        action: &Action,
    ) -> Option<Grown> {
        let covered: Covered =
            serde_json::from_str(kept.decided.covers.as_deref()?).ok()?;
        let known = self.advisories.as_deref();
        covered.grown(decision, action, |flaw| {
            let main = known.map(|known| known.main_name(flaw));
            main.into_iter().chain([flaw.to_owned()]).collect()
        })
    }

    fn over<'h>(&'h self, kept: &'h KeptAction, today: Date) -> Entry<'h> {
        let organisation = kept.seen.organisation;
        let evidence = match kept.evidence.as_deref() {
            Some("resolved") => Evidence::Resolved,
            Some("cleared") => Evidence::Cleared,
            Some("unsaid") => Evidence::Unsaid,
            Some(_) | None => self.gone(kept),
        };
        Entry {
            slug: self.work.slug_of(kept),
            organisation,
            action: None,
            kept: Some(kept),
            state: standing(decision(kept), evidence, today),
            priority: None,
            since: kept.seen.since.parse().unwrap_or(today),
            due: None,
            newest: None,
            grown: None,
            earlier: Vec::new(),
        }
    }

    /// The day since which an action is as urgent as it is: the day from which its deadline
    /// is counted. It stays while the word stays, and while it becomes less urgent.
    pub(crate) fn urgent_since(
        &self,
        action: &Action,
        kept: Option<&KeptAction>,
        earlier: &[&KeptAction],
        today: Date,
    ) -> Date {
        let Some(kept) = kept else {
            // What was known by several words before is due when the first of them was.
            let alike = earlier.iter().filter(|one| {
                one.closed.is_none() && one.seen.priority == action.priority.word()
            });
            let since = alike.filter_map(|one| one.seen.since.parse().ok()).min();
            let since = since.or_else(|| day_of(&action.since));
            return since.unwrap_or(today).min(today);
        };
        let mut all = Priority::ALL.into_iter();
        let before = all.find(|one| one.word() == kept.seen.priority);
        match before {
            Some(before) if action.priority < before => today,
            Some(_) | None => kept.seen.since.parse().unwrap_or(today),
        }
    }

    /// Why nothing is to be done about an action any more.
    pub(crate) fn gone(&self, kept: &KeptAction) -> Evidence {
        let organisation = kept.seen.organisation;
        let ids: Vec<i64> = serde_json::from_str(&kept.seen.builds).unwrap_or_default();
        let of_builds =
            self.fleet.of_configurations(ids.iter().copied().map(ConfigurationId));
        let of_builds = of_builds & self.fleet.of_organisation(of(organisation));
        if of_builds.is_empty() {
            // One that went to another organisation was not mended by that.
            return match self.answered.has_left(organisation, &ids) {
                true => Evidence::Missing,
                false => Evidence::Resolved,
            };
        }
        if of_builds.is_disjoint(&self.standing_devices(organisation)) {
            return Evidence::Missing;
        }
        match self.work.is_cleared(self, organisation, &ids) {
            true => Evidence::Cleared,
            false => Evidence::Unsaid,
        }
    }

    /// The devices of an organisation alone that the inventory still lists.
    pub(super) fn standing_devices(&self, organisation: i64) -> RoaringBitmap {
        let scope = fleet::Scope::of([of(organisation)]);
        let own = Filter::default().presence(Presence::Listed);
        let own = own.is(Column::Organisation, &organisation.to_string());
        let view = own.ok().and_then(|own| {
            let view = self.fleet.view(&scope, &own, &Sets::new());
            view.ok().map(|view| view.devices().clone())
        });
        view.unwrap_or_default()
    }

    /// What was ever to be done about the build of a device in its organisation, the newest
    /// first, at most so much.
    pub(crate) fn actions_of_device(
        &self,
        device: &store::Device,
        most: usize,
    ) -> Vec<OfDevice> {
        let is_about = |kept: &&KeptAction| {
            // What others have is not even read.
            kept.seen.organisation == device.organisation && {
                let builds: Vec<i64> =
                    serde_json::from_str(&kept.seen.builds).unwrap_or_default();
                builds.contains(&device.configuration)
            }
        };
        let all = self.work.kept.values().rev().filter(is_about).take(most);
        all.map(|kept| OfDevice {
            id: kept.id,
            name: slug(&kept.seen.digest),
            about: [kept.seen.product.as_str(), kept.seen.what.as_str()]
                .join(" ")
                .trim()
                .to_owned(),
        })
        .collect()
    }

    /// The devices of an action that a scope admits.
    pub(in crate::fleet) fn devices_of_action(
        &self,
        scope: &fleet::Scope,
        name: &str,
    ) -> RoaringBitmap {
        let listed = self.listed();
        let action = listed.at.get(name).and_then(|at| listed.actions.get(*at));
        let seen = self.fleet.organisations(scope);
        let action = action.filter(|action| seen.contains(&action.key.organisation));
        let Some(action) = action else { return RoaringBitmap::new() };
        let of_action = |one: Situation| {
            action.builds.contains_key(&(one.configuration, one.variant))
        };
        let own = self.fleet.of_situations(of_action)
            & self.standing_devices(action.key.organisation.0);
        own | self.all_lost(std::iter::once(action))
    }

    /// How many different devices some entries are about: one with three things to do counts
    /// once.
    #[must_use]
    pub fn devices_of_entries(&self, entries: &[Entry<'_>]) -> u64 {
        let actions: Vec<&Action> =
            entries.iter().filter_map(|entry| entry.action).collect();
        self.counted(&actions).values().sum()
    }

    /// About how many devices of each organisation anything is to be done. It knows no scope.
    #[must_use]
    pub fn counts_to_do(&self) -> BTreeMap<i64, u64> {
        self.counted(&self.listed().actions.iter().collect::<Vec<_>>())
    }

    /// How many different devices of each organisation some actions are about. What is lost may
    /// be among the devices of what it is called now too.
    fn counted(&self, actions: &[&Action]) -> BTreeMap<i64, u64> {
        let lost = &self.listed().lost;
        let builds = builds_of(actions.iter().copied());
        let mut counts = BTreeMap::new();
        for (organisation, own) in &builds {
            let known = own.iter().filter(|(which, _)| lost.of(**which).is_none());
            let known: u64 = known.map(|(_, devices)| *devices).sum();
            let is_apart = |which: &&Which| {
                lost.of(**which).is_some_and(|one| !own.contains_key(&one.now))
            };
            let apart = own.keys().filter(is_apart);
            let apart = apart.filter_map(|which| lost.devices(*which));
            let apart = apart.fold(RoaringBitmap::new(), |all, one| all | one);
            counts.insert(*organisation, known + apart.len());
        }
        counts
    }

    /// The devices about which anything is to be done. It knows no scope.
    pub(in crate::fleet) fn devices_to_do(&self) -> &RoaringBitmap {
        let listed = self.listed();
        listed.devices.get_or_init(|| {
            let wanted = builds_of(listed.actions.iter());
            let known = self.fleet.listed_where(|organisation, one| {
                let own = wanted.get(&organisation.0);
                own.is_some_and(|own| own.contains_key(&(one.configuration, one.variant)))
            });
            known | self.all_lost(listed.actions.iter())
        })
    }

    /// The newest import of an organisation that was taken in whole; none where there is none.
    #[must_use]
    pub fn newest_of(&self, organisation: i64) -> Option<Newest> {
        let imports = self.work.imports.get(&organisation);
        imports.and_then(|imports| imports.values().max().copied())
    }

    /// By when an organisation wants things done: what it says, else the one above it.
    #[must_use]
    pub fn policy(&self, organisation: i64) -> Policy {
        let mut seen = BTreeSet::new();
        let mut at = Some(organisation);
        while let Some(id) = at.filter(|id| seen.insert(*id)) {
            if let Some(policy) = self.work.policies.get(&id) {
                return *policy;
            }
            at = self.work.parents.get(&id).copied();
        }
        STANDARD
    }

    /// Whether an organisation has a policy of its own.
    #[must_use]
    pub fn has_own_policy(&self, organisation: i64) -> bool {
        self.work.policies.contains_key(&organisation)
    }

    /// The most urgent vulnerability of an action, and why it is so urgent.
    #[must_use]
    pub fn because<'h>(&'h self, action: &'h Action) -> Option<(&'h str, Assessment)> {
        let urgent = &self.work.urgent;
        let policy = self.policy_of(self.fleet.table(action.key.organisation));
        let known = action.vulnerabilities.iter().filter_map(|id| {
            let assessment = urgent.get(id)?.urgency.on(policy, action.standing);
            Some((&**id, assessment))
        });
        known.min_by_key(|(_, assessment)| assessment.priority)
    }

    /// What each open verdict of an action is about: vulnerability and component, and whether
    /// the organisation's own analysis would decide against it.
    #[must_use]
    pub fn subjects(&self, action: &Action) -> Vec<Subject> {
        let mut subjects: BTreeSet<Subject> = BTreeSet::new();
        let organisation = action.key.organisation.0;
        for which in action.builds.keys() {
            for (_, held) in self.work.effective(organisation, which.0.0) {
                let found = self.work.finding(self, *which, held, &|_| {
                    // What is done hangs on no priority.
                    fleet::Priorities::default()
                });
                let flaw = self.work.flaw(&held.vulnerability);
                let is_of = action.vulnerabilities.contains(&flaw)
                    && found.is_some_and(|found| found.step.kind() == action.key.kind);
                if is_of {
                    subjects.insert(Subject {
                        vulnerability: held.vulnerability.to_string(),
                        flaw: flaw.to_string(),
                        component: held.component.to_string(),
                        weight: Weight::against(
                            verdict_of(self, *which, held),
                            held.speaker,
                        ),
                    });
                }
            }
        }
        subjects.into_iter().collect()
    }

    /// The questions that an action asks, each by what it is known and in words.
    #[must_use]
    pub fn questions_of(&self, action: &Action) -> BTreeMap<String, String> {
        let mut questions = BTreeMap::new();
        if action.key.kind != worklist::Kind::Decide {
            return questions;
        }
        for (configuration, variant) in action.builds.keys() {
            let (configuration, variant) = (*configuration, *variant);
            let situation = Situation { configuration, variant, ..Situation::default() };
            for open in self.asked(situation) {
                if open
                    .vulnerabilities
                    .iter()
                    .any(|id| action.vulnerabilities.contains(&self.work.flaw(id)))
                {
                    questions.insert(open.key.to_string(), open.ask.yes_or_no());
                }
            }
        }
        questions
    }

    /// What is asked first about a vulnerability of devices in a situation.
    pub(super) fn asked_about(
        &self,
        situation: Situation,
        vulnerability: &str,
    ) -> Option<String> {
        let mut open = self.asked(situation).iter();
        let open = open.find(|open| open.vulnerabilities.contains(vulnerability));
        open.map(|open| open.ask.yes_or_no())
    }

    /// How many verdicts nobody can tell, by organisation: each of a build once, however many
    /// devices it has.
    pub(crate) fn unknown(&self) -> BTreeMap<i64, i64> {
        let mut unknown = BTreeMap::new();
        for action in &self.listed().actions {
            if action.key.kind == worklist::Kind::Decide {
                let flaws = action.vulnerabilities.len() as i64;
                *unknown.entry(action.key.organisation.0).or_default() += flaws;
            }
        }
        unknown
    }

    /// When an instant was, as a day.
    #[must_use]
    pub fn day(at: Timestamp) -> Date {
        at.to_zoned_datetime(TimeZone::UTC).date()
    }
}

/// The builds that some actions of each organisation are about, each with how many devices
/// there are.
fn builds_of<'h>(
    actions: impl Iterator<Item = &'h Action>,
) -> BTreeMap<i64, BTreeMap<Which, u64>> {
    let mut builds: BTreeMap<i64, BTreeMap<Which, u64>> = BTreeMap::new();
    for action in actions {
        let own = builds.entry(action.key.organisation.0).or_default();
        own.extend(action.builds.iter().map(|(which, devices)| (*which, *devices)));
    }
    builds
}

/// What a verdict is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The vulnerability.
    pub vulnerability: String,
    /// The id under which it is counted.
    pub flaw: String,
    /// The key of the component, or empty for the device itself.
    pub component: String,
    /// Whether the organisation's own analysis decides.
    pub weight: Weight,
}
