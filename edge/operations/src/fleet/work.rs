//! What is to be done about the devices of a top organisation, held in memory.
//!
//! The list is worked out when it is first asked for after something changed: findings of
//! builds, an organisation's own documents and analyses, and which devices stand where. What
//! people decided is read from the database as it changes, and joined when the list is shown.

mod billed;
mod called;
mod covered;
mod entry;
mod lost;
mod order;
mod own;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use advisory::RemediationKind;
use fleet::{Alike, OrganisationId, Priorities, Priority, Situation, Table};
use jiff::Timestamp;
use matching::Verdict;
use matching::statement::Speaker;
use roaring::RoaringBitmap;
use serde::Deserialize;
use store::{Build, KeptAction, Ruling, Since, Store, StoreError, view};
use worklist::{
    Action, Deadlines, Finding, Found, Key, Kind, Part, Product, Task, Which, actions,
    step, tasks,
};

use super::held::Holdings;
use super::tables::Tables;
use crate::build::remedy_of;
use crate::judging::Advisories;
use crate::judging::mend::{self, mending};
use crate::vulnerability::Urgency;

use called::Names;
pub(crate) use covered::Covered;
pub use covered::Grown;
pub use entry::{Approval, Entry, Newest, Policy, Subject};
pub(crate) use entry::{OfDevice, slug};
use lost::{AllLost, Left};
pub use lost::{Former, Loss, Lost};
pub use order::Share;
pub use own::{Bearing, Beside, OfRelease, OwnWord};
use own::{Heeded, Own};
pub(super) use own::{News, Spoken};

/// What is to be done, and what it is worked out from.
#[derive(Debug, Default)]
pub(super) struct Work {
    findings: BTreeMap<i64, Held>,
    by_build: BTreeMap<i64, BTreeSet<i64>>,
    products: BTreeMap<i64, (Product, String)>,
    /// By which words the products are known, however they are spelt.
    names_of: Names,
    /// What organisations found out by themselves.
    own: Own,
    kept: BTreeMap<i64, KeptAction>,
    /// How addresses name what is kept, by its number.
    slugs: BTreeMap<i64, String>,
    by_digest: BTreeMap<(i64, [u8; 32]), i64>,
    /// What was decided under words of before: it stands apart until it is opened again.
    apart: BTreeSet<Key>,
    policies: BTreeMap<i64, Policy>,
    /// Which organisation stands right above which.
    pub(super) parents: BTreeMap<i64, i64>,
    /// Asset systems by number: whose they are, and their names.
    pub(super) sources: BTreeMap<i64, (i64, String)>,
    /// The newest import that was taken in whole, by organisation and name of its source.
    imports: BTreeMap<i64, BTreeMap<String, Newest>>,
    names: BTreeSet<Arc<str>>,
    /// What is known of each vulnerability that something is to be done about.
    urgent: BTreeMap<Arc<str>, Weighed>,
    actions_since: Since,
    listed: OnceLock<Listed>,
    heeded: OnceLock<Heeded>,
    /// Which devices may have lost what they were.
    left: Left,
}

/// The list.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// In the order of their keys: those of one organisation beside each other.
    pub(super) actions: Vec<Action>,
    digests: Vec<[u8; 32]>,
    /// How addresses name them.
    slugs: Vec<String>,
    /// What of each is more than when it was decided, once that was asked: it is read from what
    /// was kept with the decision.
    grown: Vec<OnceLock<Option<Grown>>>,
    /// By the names of today and, where these are of no other action, by those of before.
    at: BTreeMap<String, usize>,
    /// What is kept of an action under words of before.
    earlier: BTreeMap<usize, Vec<i64>>,
    /// Devices of them that lost what they were.
    lost: AllLost,
    /// The devices that they are about, when they are first asked for.
    devices: OnceLock<RoaringBitmap>,
}

/// What is known of a vulnerability, however a device stands.
#[derive(Debug)]
struct Weighed {
    urgency: Urgency,
    /// The id under which it is counted.
    flaw: Arc<str>,
    priorities: Priorities,
}

/// A judgement, as far as it decides what is done.
#[derive(Debug)]
struct Held {
    id: i64,
    /// See [`store::view`].
    view: i64,
    configuration: i64,
    vulnerability: Arc<str>,
    component: Arc<str>,
    verdict: Verdict,
    fixed_in: Arc<str>,
    /// See [`Finding::also_fixed_in`].
    also_fixed_in: Arc<str>,
    offered: Vec<RemediationKind>,
    question: Arc<str>,
    advisory: Arc<str>,
    named: (Arc<str>, Arc<str>),
    speaker: Speaker,
    since: Arc<str>,
    /// The bills on which it rests.
    bills: Box<[i64]>,
    /// The advisories that say so, where it rests on an organisation's own documents.
    spoken_by: Box<[Arc<str>]>,
}

/// The ground that decided, as it is kept.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Ground {
    advisory: String,
    verdict: String,
    source: String,
    fixed_in: String,
    /// Nothing where it was judged before that was told.
    also_fixed_in: Option<String>,
    question: String,
    offers: Vec<String>,
    vendor: String,
    product: String,
    speaker: String,
    bill: Option<i64>,
}

impl Held {
    /// Where the flaw is.
    fn part(&self) -> Part {
        if self.component.is_empty() { Part::Device } else { Part::Component }
    }
}

impl Ground {
    fn spoken(&self) -> mend::Spoken<'_> {
        mend::Spoken {
            verdict: &self.verdict,
            fixed_in: &self.fixed_in,
            also: self.also_fixed_in.as_deref(),
        }
    }
}

/// How urgent what is known of a vulnerability is.
type Urgent<'u> = dyn Fn(&Weighed) -> Priorities + 'u;

impl Listed {
    fn of(
        (actions, lost): (Vec<Action>, AllLost),
        kept: &BTreeMap<i64, KeptAction>,
        names: &Names,
    ) -> Self {
        let digests: Vec<[u8; 32]> =
            actions.iter().map(|action| digest(&action.key)).collect();
        let slugs: Vec<String> = digests.iter().map(entry::slug).collect();
        let mut at: BTreeMap<String, usize> = slugs.iter().cloned().zip(0..).collect();
        let mut earlier: BTreeMap<usize, Vec<i64>> = BTreeMap::new();
        for one in kept.values() {
            let name = entry::slug(&one.seen.digest);
            let Some(today) = key_of(one).and_then(|key| names.today(&key)) else {
                continue;
            };
            if at.contains_key(&name) {
                continue;
            }
            if let Some(joined) = at.get(&entry::slug(&digest(&today))).copied() {
                at.insert(name, joined);
                earlier.entry(joined).or_default().push(one.id);
            }
        }
        let grown = slugs.iter().map(|_| OnceLock::new()).collect();
        let devices = OnceLock::new();
        Self { actions, digests, slugs, grown, at, earlier, lost, devices }
    }

    /// What was decided about an action is another thing than before.
    fn decided_anew(&mut self, name: &str) {
        let at = self.at.get(name).copied();
        if let Some(grown) = at.and_then(|at| self.grown.get_mut(at)) {
            *grown = OnceLock::new();
        }
    }
}

/// Whether somebody decided something about an action, or sees to it.
fn is_decided(kept: &KeptAction) -> bool {
    kept.owner.is_some() || entry::decision(kept) != worklist::Decision::Open
}

fn digest(key: &Key) -> [u8; 32] {
    *blake3::hash(key.line().as_bytes()).as_bytes()
}

/// By what an action that is kept is known.
fn key_of(kept: &KeptAction) -> Option<Key> {
    let seen = &kept.seen;
    Some(Key {
        organisation: of(seen.organisation),
        kind: Kind::ALL.into_iter().find(|kind| kind.word() == seen.kind)?,
        maker: seen.maker.as_str().into(),
        model: seen.model.as_str().into(),
        target: seen.target.as_str().into(),
    })
}

impl Work {
    /// Something of what the list rests on has changed.
    pub(super) fn forget(&mut self) {
        self.listed = OnceLock::new();
    }

    /// Another index is in use: what is known of vulnerabilities is of the old one.
    pub(super) fn forget_urgencies(&mut self) {
        self.urgent.clear();
        self.forget_heeded();
    }

    /// Something has changed of what decides which analyses count.
    fn forget_heeded(&mut self) {
        self.heeded = OnceLock::new();
        self.forget();
    }

    /// Works out how urgent vulnerabilities are that were not known yet.
    pub(super) fn weigh(&mut self, advisories: Option<&Advisories>, tables: &Tables) {
        let Some(index) = advisories.and_then(|known| known.file.index().ok()) else {
            return;
        };
        let fresh: BTreeSet<Arc<str>> = self
            .findings
            .values()
            .map(|held| &held.vulnerability)
            .filter(|id| !self.urgent.contains_key(*id))
            .map(Arc::clone)
            .collect();
        for id in fresh {
            let urgency = Urgency::of(&id, &index);
            let flaw = self.name(&urgency.flaw);
            let mut names = BTreeSet::from([id]);
            names.insert(flaw);
            for name in names {
                let urgency = Urgency::of(&name, &index);
                let priorities = urgency.priorities(tables);
                let flaw = self.name(&urgency.flaw);
                self.urgent.insert(name, Weighed { urgency, flaw, priorities });
            }
        }
    }

    pub(super) fn build(&mut self, id: i64, build: &Build) {
        let product = called::product(build);
        self.names_of.build(id, product.clone());
        self.products.insert(id, (product, build.version.clone()));
        self.forget_heeded();
    }

    pub(super) fn rule(&mut self, ruling: &Ruling) {
        if let Some(old) = self.findings.remove(&ruling.id)
            && let Some(of_build) = self.by_build.get_mut(&old.configuration)
        {
            of_build.remove(&ruling.id);
        }
        self.forget_heeded();
        self.bills_changed();
        let Some(held) = self.held(ruling) else { return };
        self.by_build.entry(ruling.configuration).or_default().insert(ruling.id);
        self.findings.insert(ruling.id, held);
    }

    /// What is kept of a judgement; of a public one that asks for nothing, nothing.
    fn held(&mut self, ruling: &Ruling) -> Option<Held> {
        let word = ruling.verdict()?;
        let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.word() == word)?;
        let silent = matches!(verdict, Verdict::Fixed | Verdict::NotAffected);
        if silent && ruling.view == view::PUBLIC {
            return None;
        }
        let grounds: Vec<Ground> = match silent {
            true => Vec::new(),
            false => serde_json::from_str(&ruling.grounds).unwrap_or_default(),
        };
        let bills: BTreeSet<i64> = grounds.iter().filter_map(|said| said.bill).collect();
        let own = ruling.view != view::PUBLIC;
        let own = grounds.iter().filter(|said| own && said.verdict == word);
        let spoken_by = own.map(|said| self.name(&said.advisory)).collect();
        let spoken = grounds.iter().map(Ground::spoken);
        let mended = mending(spoken, word, &ruling.fixed_in);
        let said = grounds.into_iter().find(|said| said.verdict == word);
        let said = said.unwrap_or_default();
        let part = match ruling.component.is_empty() {
            true => Part::Device,
            false => Part::Component,
        };
        let offered: Vec<RemediationKind> =
            said.offers.iter().filter_map(|word| remedy_of(word)).collect();
        let or = |first: &'_ str, second: &'_ str| match first.is_empty() {
            true => second.to_owned(),
            false => first.to_owned(),
        };
        Some(Held {
            id: ruling.id,
            view: ruling.view,
            configuration: ruling.configuration,
            vulnerability: self.name(&ruling.vulnerability),
            component: self.name(&ruling.component),
            verdict,
            fixed_in: self.name(&mended.fixed_in),
            also_fixed_in: self.name(&mended.also),
            offered,
            question: self.name(&or(&said.question, &ruling.question)),
            advisory: match part {
                Part::Device => self.name(&said.advisory),
                Part::Component => self.name(""),
            },
            named: (self.name(&said.vendor), self.name(&said.product)),
            speaker: speaker(part, &said),
            since: self.name(&ruling.opened),
            bills: bills.into_iter().collect(),
            spoken_by,
        })
    }

    /// One copy of each name: thousands of judgements name the same.
    fn name(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.names.get(text) {
            return Arc::clone(known);
        }
        let name: Arc<str> = text.into();
        self.names.insert(Arc::clone(&name));
        name
    }

    /// Reads what people decided since, and what the newest imports are.
    pub(super) async fn read(
        &mut self,
        store: &Store,
        head: i64,
    ) -> Result<News, StoreError> {
        loop {
            let page = store.actions_since(head, self.actions_since).await?;
            let Some(last) = page.last() else { break };
            self.actions_since = last.at;
            for kept in page {
                let key = (kept.seen.organisation, kept.seen.digest);
                self.by_digest.insert(key, kept.id);
                self.part(&kept);
                let slug = entry::slug(&kept.seen.digest);
                if let Some(listed) = self.listed.get_mut() {
                    listed.decided_anew(&slug);
                }
                self.slugs.insert(kept.id, slug);
                self.kept.insert(kept.id, kept);
            }
        }
        let mut own = std::mem::take(&mut self.own);
        let read = own.read(store, head).await;
        self.own = own;
        let news = read?;
        if news == News::Analyses {
            self.forget_heeded();
        }
        let policies = store.work_policies(head).await?.into_iter();
        self.policies =
            policies.map(|one| (one.organisation, Policy::from(&one))).collect();
        // One that was taken back is the newest of its system no longer.
        self.imports.clear();
        for (source, import, started) in store.newest_imports(head).await? {
            let Some((organisation, name)) = self.sources.get(&source) else { continue };
            let Ok(started) = started.parse::<Timestamp>() else { continue };
            let of_organisation = self.imports.entry(*organisation).or_default();
            of_organisation.insert(name.clone(), Newest { import, started });
        }
        Ok(news)
    }

    /// Keeps apart what was decided under words of before, and joins what is open again.
    fn part(&mut self, kept: &KeptAction) {
        let Some(key) = key_of(kept) else { return };
        let has_other_words = self.names_of.today(&key).is_some();
        let has_moved = match is_decided(kept) && has_other_words {
            true => self.apart.insert(key),
            false => self.apart.remove(&key),
        };
        // What is decided under the words of today is read when the list is shown.
        if has_moved || has_other_words {
            self.forget();
        }
    }

    /// The same of all of them: other words are those of today.
    fn part_all(&mut self) {
        let decided = self.kept.values().filter(|kept| is_decided(kept));
        let keys = decided.filter_map(key_of);
        let apart = keys.filter(|key| self.names_of.today(key).is_some()).collect();
        if self.apart != apart {
            self.apart = apart;
            self.forget();
        }
    }

    /// By what the action of an organisation is known to which a task belongs.
    fn key(&self, organisation: OrganisationId, product: &Product, task: &Task) -> Key {
        let mut formerly = Key::formerly(organisation, product, task).into_iter();
        let before = formerly.find(|key| self.apart.contains(key));
        before.unwrap_or_else(|| Key::of(organisation, product, task))
    }

    pub(super) fn listed(&self, house: &Holdings) -> &Listed {
        self.listed.get_or_init(|| {
            let actions =
                self.list(house, house.fleet.alike(), &|known| known.priorities.clone());
            Listed::of(actions, &self.kept, &self.names_of)
        })
    }

    /// How urgent the things to do about some devices are, and how urgent they would be by
    /// other tables.
    pub(super) fn foresee(
        &self,
        house: &Holdings,
        alike: &[Alike],
        tables: &Tables,
    ) -> Vec<(Option<Priority>, Option<Priority>)> {
        let by_other = |known: &Weighed| {
            let own = known.urgency.priorities(tables);
            // By whatever table their organisations give priorities today.
            Priorities::new(|standing| own.of(Table::default(), standing))
        };
        let (then, _) = self.list(house, alike, &by_other);
        let listed = self.listed(house);
        let now = |action: &Action| {
            let at = listed.actions.binary_search_by(|one| one.key.cmp(&action.key));
            at.ok().and_then(|at| listed.actions.get(at)).map(|one| one.priority)
        };
        then.iter().map(|action| (now(action), Some(action.priority))).collect()
    }

    /// What is to be done about some devices, with how urgent each vulnerability is.
    fn list(
        &self,
        house: &Holdings,
        alike: &[Alike],
        urgent: &Urgent<'_>,
    ) -> (Vec<Action>, AllLost) {
        let whose = |one: &Alike| {
            let Situation { configuration, variant, .. } = one.situation;
            (one.organisation.0, (configuration, variant))
        };
        let seen: BTreeSet<(i64, Which)> = alike.iter().map(whose).collect();
        let mut public: BTreeMap<Which, Vec<Task>> = BTreeMap::new();
        for which in seen.iter().map(|(_, which)| *which).collect::<BTreeSet<Which>>() {
            public.insert(which, self.public_tasks(house, which, urgent));
        }
        let spoken_of = self.spoken_of(house.heeded());
        let mut own: BTreeMap<(i64, Which), Vec<Task>> = BTreeMap::new();
        for (organisation, which) in seen {
            if self.knows_more(&spoken_of, organisation, which.0.0) {
                let todo = self.own_tasks(house, organisation, which, urgent);
                own.insert((organisation, which), todo);
            }
        }
        let (lost, mut among, of_lost) = self.lost(house, urgent);
        own.extend(of_lost);
        let alike = match among.is_empty() {
            true => Cow::Borrowed(alike),
            false => {
                among.extend_from_slice(alike);
                among.sort_by(|one, other| {
                    let rank = |of: &Alike| (of.organisation, of.situation);
                    rank(one).cmp(&rank(other))
                });
                Cow::Owned(among)
            }
        };
        let listed = actions(
            &alike,
            |id| self.names_of.product(id.0),
            |organisation, which| {
                let own = own.get(&(organisation.0, which));
                own.or_else(|| public.get(&which)).map_or(&[], Vec::as_slice)
            },
            &self.apart,
        );
        (listed, lost)
    }

    /// What is to be done about devices of a build by what everybody may know.
    fn public_tasks(
        &self,
        house: &Holdings,
        which: Which,
        urgent: &Urgent<'_>,
    ) -> Vec<Task> {
        let ids = self.by_build.get(&which.0.0).into_iter().flatten();
        let found = ids.filter_map(|id| self.findings.get(id));
        let found = found.filter(|held| held.view == view::PUBLIC);
        tasks(&self.weighed(house, which, found, urgent))
    }

    /// The same where an organisation has them that knows more.
    fn own_tasks(
        &self,
        house: &Holdings,
        organisation: i64,
        which: Which,
        urgent: &Urgent<'_>,
    ) -> Vec<Task> {
        let heeded = house.heeded();
        let found = self.effective(organisation, which.0.0).filter(|(id, held)| {
            !self.is_cleared_for(heeded, organisation, (*id, held))
                || is_settled(house, which, held)
        });
        tasks(&self.weighed(house, which, found.map(|(_, held)| held), urgent))
    }

    /// An organisation and those above it, the nearest first.
    pub(super) fn up(&self, organisation: i64) -> impl Iterator<Item = i64> {
        let parent = |id: &i64| self.parents.get(id).copied();
        let up = std::iter::successors(Some(organisation), parent);
        // However the tree is written, this ends.
        up.take(self.parents.len() + 1)
    }

    /// Whether what is judged in a view counts for an organisation.
    fn hears(&self, organisation: i64, view: i64) -> bool {
        match view::is_open(view) {
            true => self.up(organisation).any(|id| id == view::owner(view)),
            false => view == view::PUBLIC || view == organisation,
        }
    }

    /// What holds of a build for an organisation: documents that count for it include the
    /// public ones, so where they speak of something, the public view of it does not stand.
    /// Where several views speak of one thing, the word that asks most counts.
    fn effective(
        &self,
        organisation: i64,
        build: i64,
    ) -> impl Iterator<Item = (i64, &Held)> {
        let ids = self.by_build.get(&build).into_iter().flatten();
        let held = ids.filter_map(|id| Some((*id, self.findings.get(id)?)));
        let rank = |held: &Held| {
            let is_public = held.view == view::PUBLIC;
            (is_public, held.verdict, view::is_open(held.view))
        };
        let mut first: BTreeMap<(&str, &str), (i64, &Held)> = BTreeMap::new();
        for (id, held) in held.filter(|(_, held)| self.hears(organisation, held.view)) {
            let key = (&*held.vulnerability, &*held.component);
            let known = first.entry(key).or_insert((id, held));
            if rank(held) < rank(known.1) {
                *known = (id, held);
            }
        }
        first.into_values()
    }

    /// For each build of which more than the public verdicts counts for somebody, the views
    /// of it.
    fn spoken_of(&self, heeded: &Heeded) -> BTreeMap<i64, BTreeSet<i64>> {
        let own = self.findings.values().filter(|held| held.view != view::PUBLIC);
        let own = own.map(|held| (held.configuration, held.view));
        let cleared = heeded.cleared().filter_map(|(organisation, id)| {
            Some((self.findings.get(&id)?.configuration, organisation))
        });
        let mut spoken_of: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for (build, view) in own.chain(cleared) {
            spoken_of.entry(build).or_default().insert(view);
        }
        spoken_of
    }

    /// Whether more than the public verdicts about a build counts for an organisation.
    fn knows_more(
        &self,
        spoken_of: &BTreeMap<i64, BTreeSet<i64>>,
        organisation: i64,
        build: i64,
    ) -> bool {
        let mut views = spoken_of.get(&build).into_iter().flatten();
        views.any(|view| self.hears(organisation, *view))
    }

    /// Whether a finding is cleared for an organisation: by its own analysis, or by that of
    /// whoever lets it count the document.
    fn is_cleared_for(
        &self,
        heeded: &Heeded,
        organisation: i64,
        (id, held): (i64, &Held),
    ) -> bool {
        let by_owner = view::is_open(held.view);
        heeded.clears(organisation, id)
            || by_owner && heeded.clears(view::owner(held.view), id)
    }
}

impl Work {
    /// Findings about devices with how urgent they are, in the order of their names; of what
    /// an answer has settled, what it is for these devices.
    fn weighed<'f>(
        &self,
        house: &Holdings,
        which: Which,
        held: impl Iterator<Item = &'f Held>,
        urgent: &Urgent<'_>,
    ) -> Vec<Finding> {
        let mut found: Vec<&Held> = held.collect();
        found.sort_by(|one, other| {
            let key = (&one.vulnerability, &one.component);
            key.cmp(&(&other.vulnerability, &other.component))
        });
        let found = found.into_iter();
        found.filter_map(|held| self.finding(house, which, held, urgent)).collect()
    }

    /// The id under which a vulnerability is counted.
    fn flaw(&self, id: &Arc<str>) -> Arc<str> {
        Arc::clone(self.urgent.get(id).map_or(id, |known| &known.flaw))
    }

    fn finding(
        &self,
        house: &Holdings,
        which: Which,
        held: &Held,
        urgent: &Urgent<'_>,
    ) -> Option<Finding> {
        let weighed = self.urgent.get(&held.vulnerability);
        let (configuration, variant) = which;
        let situation = Situation { configuration, variant, ..Situation::default() };
        let asks = held.component.is_empty() && held.verdict == Verdict::CannotTell;
        let question = match asks {
            true => house.asked_about(situation, &held.vulnerability),
            false => None,
        };
        let step = step(&Found {
            verdict: verdict_of(house, which, held),
            part: held.part(),
            fixed_in: &held.fixed_in,
            offered: &held.offered,
            question: question.as_deref().unwrap_or(&held.question),
        })?;
        Some(Finding {
            vulnerability: self.flaw(&held.vulnerability),
            step,
            advisory: Arc::clone(&held.advisory),
            named: held.named.clone(),
            also_fixed_in: Arc::clone(&held.also_fixed_in),
            exploited: weighed
                .map_or(fleet::Answer::Unknown, |known| known.urgency.exploited),
            priorities: weighed.map(urgent).unwrap_or_default(),
            since: Arc::clone(&held.since),
        })
    }
}

/// What a verdict is for devices about which something was answered: where an advisory could
/// not tell of the build, the answer decides for them.
fn verdict_of(house: &Holdings, (_, variant): Which, held: &Held) -> Verdict {
    if held.verdict != Verdict::CannotTell {
        return held.verdict;
    }
    let group = house.answered.groups.get(&variant);
    if !held.component.is_empty() {
        let replied = group.and_then(|group| group.words.replied.get(&held.id));
        return replied.copied().unwrap_or(held.verdict);
    }
    let ruled = group.and_then(|group| group.ruled.get(&held.vulnerability));
    ruled.map_or(held.verdict, |ruled| ruled.verdict)
}

/// Whether an answer settled that the devices are affected: that says more than an analysis
/// of all devices of the product.
fn is_settled(house: &Holdings, which: Which, held: &Held) -> bool {
    held.verdict == Verdict::CannotTell
        && verdict_of(house, which, held) == Verdict::Affected
}

/// On whose word a verdict rests. A device advisory is its maker's where its publisher goes
/// by the vendor's name; who only collects stands last. What else speaks of a component counts
/// as its maker: then no analysis silences it.
fn speaker(part: Part, said: &Ground) -> Speaker {
    match part {
        Part::Device if said.speaker == "maker" => Speaker::DeviceMaker,
        Part::Device => Speaker::Aggregator,
        Part::Component => of_component(&said.source),
    }
}

/// On whose word a verdict about a component rests, by the kind of document.
pub(crate) fn of_component(source: &str) -> Speaker {
    match source {
        "osv" | "cve" | "nvd" => Speaker::Aggregator,
        _ => Speaker::ComponentMaker,
    }
}

/// Whose organisation's devices an action is about, as the fleet numbers it.
pub(super) fn of(organisation: i64) -> OrganisationId {
    OrganisationId(organisation)
}

/// By when things are done where nobody says otherwise.
pub(super) const STANDARD: Policy =
    Policy { deadlines: Deadlines::standard(), approval: Approval::One };
