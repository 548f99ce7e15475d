//! One top organisation in memory, and how it follows the database.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};

use fleet::{
    Answer, Configuration, ConfigurationId, Entry, Filter, Fleet, Organisation,
    OrganisationId, Presence, Sets, Standing, Variant,
};
use futures_util::future::join;
use matching::Verdict;
use roaring::RoaringBitmap;
use serde::Deserialize;
use store::{Build, Listed, ListedPage, Ruling, Scope, Since, Store, view};

use super::FleetError;
use super::answered::{Answered, Heard};
use super::components::Components;
use super::grouped::{Group, doubted};
use super::parts::Parts;
use super::tables::Tables;
use super::touched::Spoken;
use super::turned::Turns;
use super::work::{Listed as Actions, News, Work};
use crate::bills::written;
use crate::judging::{Advisories, JudgingError};
use crate::question::Question;
use crate::vulnerability::Urgency;

/// The devices of a top organisation with what is known of their builds.
#[derive(Debug)]
pub struct Holdings {
    /// The devices by column.
    pub fleet: Fleet,
    /// The advisories with which priorities were worked out; none where none are in use.
    pub advisories: Option<Arc<Advisories>>,
    /// Open judgements by number.
    pub(super) rulings: BTreeMap<i64, Held>,
    /// Open verdicts *affected* that rest on an organisation's documents, by number: the build
    /// and the view.
    pub(super) carried: BTreeMap<i64, (i64, i64)>,
    /// What each advisory says of builds, worked out when it is first asked for.
    pub(super) spoken: OnceLock<Spoken>,
    /// What was answered.
    pub(super) answered: Answered,
    /// What bills leave open.
    pub(super) parts: Parts,
    /// What SBOMs list.
    pub(super) components: Components,
    /// Which verdicts turned lately.
    pub(super) turns: Turns,
    /// Open questions, by the organisations of whoever asked for them.
    pub(crate) questions: Mutex<BTreeMap<Vec<i64>, WorkedOut<Vec<Question>>>>,
    /// Devices that carry a known flaw by a bill, likewise.
    pub(super) carrying: Mutex<BTreeMap<Vec<i64>, WorkedOut<RoaringBitmap>>>,
    /// What is to be done.
    pub(super) work: Work,
    /// By which tables priorities are given.
    pub(super) tables: Tables,
    head: i64,
    /// The change of the database that this is as new as.
    seq: Option<i64>,
    devices: Since,
    judgements: Since,
    builds: BTreeMap<i64, Build>,
    /// Builds as they are written, without how they are spelt; see [`written`].
    spelt: BTreeMap<i64, [String; 3]>,
    sources: BTreeMap<i64, String>,
    organisations: BTreeMap<i64, String>,
    /// Organisations as they were read.
    tree: Vec<store::Organisation>,
    by_build: BTreeMap<i64, BTreeSet<i64>>,
    urgencies: BTreeMap<Arc<str>, Urgency>,
    names: BTreeSet<Arc<str>>,
    /// Builds of which something changed since they were last weighed.
    unweighed: BTreeSet<i64>,
}

/// What is worked out once, however many ask for it at the same time.
pub(crate) type WorkedOut<T> = Arc<OnceLock<Arc<T>>>;

/// An open judgement.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) configuration: i64,
    pub(super) vulnerability: Arc<str>,
    pub(super) verdict: Verdict,
    /// The advisories that it rests on, and what each says.
    pub(super) grounds: Vec<(Arc<str>, Verdict)>,
}

impl Holdings {
    pub(super) fn new(head: i64) -> Self {
        Self {
            fleet: Fleet::new(),
            advisories: None,
            rulings: BTreeMap::new(),
            carried: BTreeMap::new(),
            spoken: OnceLock::new(),
            answered: Answered::default(),
            parts: Parts::default(),
            components: Components::default(),
            turns: Turns::default(),
            questions: Mutex::default(),
            carrying: Mutex::default(),
            work: Work::default(),
            tables: Tables::default(),
            head,
            seq: None,
            devices: Since::default(),
            judgements: Since::default(),
            builds: BTreeMap::new(),
            spelt: BTreeMap::new(),
            sources: BTreeMap::new(),
            organisations: BTreeMap::new(),
            tree: Vec::new(),
            by_build: BTreeMap::new(),
            urgencies: BTreeMap::new(),
            names: BTreeSet::new(),
            unweighed: BTreeSet::new(),
        }
    }

    /// What an organisation is called.
    #[must_use]
    pub fn organisation(&self, id: i64) -> &str {
        self.organisations.get(&id).map_or("", String::as_str)
    }

    /// What an asset system is called.
    #[must_use]
    pub fn source(&self, id: i64) -> &str {
        self.sources.get(&id).map_or("", String::as_str)
    }

    /// The views that count for somebody: that of everybody, those of the organisations
    /// within a scope, and what these and the ones above them let everything below count.
    #[must_use]
    pub fn views(&self, scope: &fleet::Scope) -> BTreeSet<i64> {
        let seen = self.fleet.organisations(scope);
        let mut views = BTreeSet::from([view::PUBLIC]);
        for OrganisationId(id) in seen {
            views.insert(id);
            views.extend(self.work.up(id).map(view::open));
        }
        views
    }

    /// How many devices of some builds, and of those that are written alike, stand below an
    /// organisation and not at it: of those that a scope admits and the inventory lists.
    #[must_use]
    pub fn devices_below(
        &self,
        scope: &fleet::Scope,
        organisation: i64,
        builds: &[i64],
    ) -> u64 {
        let named = self.alike(&builds.iter().copied().collect());
        let builds = named.into_iter().map(ConfigurationId);
        let listed = Filter::default().presence(Presence::Listed);
        let Ok(seen) = self.fleet.view(scope, &listed, &Sets::new()) else { return 0 };
        let own = OrganisationId(organisation);
        let mut devices = self.fleet.of_configurations(builds) & seen.devices();
        devices &= self.fleet.within(&fleet::Scope::of([own]));
        devices -= self.fleet.of_organisation(own);
        devices.len()
    }

    /// A build, and those that are written alike.
    pub(crate) fn written_alike(&self, build: i64) -> BTreeSet<i64> {
        self.alike(&BTreeSet::from([build]))
    }

    /// Some builds, and those that are written alike.
    pub(super) fn alike(&self, named: &BTreeSet<i64>) -> BTreeSet<i64> {
        let alike: BTreeSet<&[String; 3]> =
            named.iter().filter_map(|id| self.spelt.get(id)).collect();
        if alike.is_empty() {
            return BTreeSet::new();
        }
        let all = self.spelt.iter();
        all.filter(|(id, spelt)| named.contains(id) || alike.contains(spelt))
            .map(|(id, _)| *id)
            .collect()
    }

    pub(super) fn is_fresh(
        &self,
        newest: i64,
        advisories: Option<&Advisories>,
        today: &str,
    ) -> bool {
        self.seq.is_some_and(|seq| seq >= newest)
            && !self.is_of_other(advisories)
            && self.answered.holds_on(today)
    }

    /// Every build, by number.
    pub(super) fn builds(&self) -> &BTreeMap<i64, Build> {
        &self.builds
    }

    /// What a build is.
    pub(crate) fn build(&self, id: i64) -> Option<&Build> {
        self.builds.get(&id)
    }

    /// The open judgements about a build that rest on public documents.
    pub(super) fn rulings_of(&self, build: i64) -> impl Iterator<Item = &Held> {
        let of_build = self.by_build.get(&build).into_iter().flatten();
        of_build.filter_map(|id| self.rulings.get(id))
    }

    /// How urgent a vulnerability is, however a device stands.
    pub(crate) fn urgency(&self, vulnerability: &str) -> Option<&Urgency> {
        self.urgencies.get(vulnerability)
    }

    /// What is to be done, worked out when it is first asked for.
    pub(super) fn listed(&self) -> &Actions {
        self.work.listed(self)
    }

    fn is_of_other(&self, advisories: Option<&Advisories>) -> bool {
        let generation = |known: &Advisories| known.generation;
        self.advisories.as_deref().map(generation) != advisories.map(generation)
    }

    /// Applies what changed up to `newest`, in the order of commit. Cut short, it goes on
    /// from where it was.
    pub(super) async fn refresh(
        &mut self,
        store: &Store,
        newest: i64,
        advisories: Option<Arc<Advisories>>,
        today: &str,
    ) -> Result<(), FleetError> {
        let known = self.seq.take().unwrap_or(0);
        if self.is_of_other(advisories.as_deref()) {
            self.advisories = advisories;
            self.urgencies.clear();
            self.unweighed.extend(self.builds.keys());
            self.work.forget_urgencies();
            self.forget();
        }
        self.read_names(store).await?;
        self.read_tables(store).await?;
        if self.work.read(store, self.head).await? == News::Analyses {
            self.answered.analysed();
            self.forget();
        }
        for build in store.configurations_since(self.head, known).await? {
            self.work.build(build.id, &build.build);
            self.unweighed.insert(build.id);
            self.answered.build(build.id, &build.build);
            self.components.builds_changed();
            self.spelt.insert(build.id, written(&build.build));
            self.builds.insert(build.id, build.build);
        }
        let restated = self.work.read_left(store, self.head, known, &self.builds).await?;
        let pieces = store.pieces_turned(self.head, known).await?;
        let replaced = store.replaced_since(self.head, known).await?;
        let moved = store.moved_since(self.head, known).await?;
        self.answered.restated(restated, pieces, (replaced, moved))?;
        if self.answered.is_any_doubted() {
            self.answered.doubt(store.doubts(self.head).await?);
        }
        self.turns.begin(today);
        loop {
            let page = store.rulings_since(self.head, self.judgements).await?;
            let Some(last) = page.last() else { break };
            let last = last.at;
            self.forget();
            self.unweighed.extend(page.iter().map(|ruling| ruling.configuration));
            for ruling in &page {
                self.work.rule(ruling);
                self.rule(ruling);
            }
            self.judgements = last;
        }
        if !self.unweighed.is_empty() {
            self.forget();
            self.weigh()?;
            self.work.weigh(self.advisories.as_deref(), &self.tables);
        }
        self.read_devices(store).await?;
        if self.components.read(store, self.head, known).await? {
            // A device that lost its SBOM may have another one.
            self.work.bills_changed();
            self.answered.analysed();
        }
        if self.work.owes() {
            let described = self.views_of_described();
            self.work.read_owed(store, self.head, &described).await?;
            self.answered.analysed();
        }
        self.answered.read(store, self.head, known).await?;
        let mut answered = std::mem::take(&mut self.answered);
        if answered.settle(self, today) == Heard::Anew {
            self.forget();
        }
        self.answered = answered;
        self.seq = Some(newest);
        Ok(())
    }

    /// Reads the devices that changed: the database looks for the next page while those of
    /// this one are put in their places.
    async fn read_devices(&mut self, store: &Store) -> Result<(), FleetError> {
        let head = self.head;
        let mut page = store.listed_since(head, self.devices).await?;
        while let Some(last) = page.last() {
            let next = store.listed_since(head, last);
            let (next, put) = join(next, async { self.put_all(&page) }).await;
            put?;
            page = next?;
            // A million rows are read for seconds: others must get a turn.
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    fn put_all(&mut self, page: &ListedPage) -> Result<(), FleetError> {
        self.forget();
        self.work.forget();
        for device in page.devices() {
            self.put(&device?)?;
        }
        self.devices = page.last().unwrap_or(self.devices);
        Ok(())
    }

    /// Something has changed of what pages work out when they are first asked. What people
    /// decide about actions is no such thing, nor who signs in.
    fn forget(&mut self) {
        self.questions = Mutex::default();
        self.carrying = Mutex::default();
        self.spoken = OnceLock::new();
    }

    async fn read_names(&mut self, store: &Store) -> Result<(), FleetError> {
        let whole = Scope::whole(self.head);
        let tree = store.organisations(&whole).await?;
        if tree != self.tree {
            self.forget();
            // What was removed has no device, and is named no more.
            let there: BTreeSet<i64> = tree.iter().map(|one| one.id).collect();
            self.organisations.retain(|id, _| there.contains(id));
            self.work.parents.retain(|id, _| there.contains(id));
            self.tree.clone_from(&tree);
            self.put_organisations(tree);
        }
        let sources = store.sources(&whole).await?;
        self.work.sources = sources
            .iter()
            .map(|one| (one.id, (one.organisation, one.name.clone())))
            .collect();
        self.sources = sources.into_iter().map(|one| (one.id, one.name)).collect();
        Ok(())
    }

    fn put_organisations(&mut self, tree: Vec<store::Organisation>) {
        for one in tree {
            if let Some(parent) = one.parent {
                self.work.parents.insert(one.id, parent);
            }
            self.organisations.insert(one.id, one.name.clone());
            self.fleet.organisation_changed(Organisation {
                id: OrganisationId(one.id),
                parent: one.parent.map(OrganisationId),
                name: one.name,
            });
        }
    }

    /// Reads by which tables priorities are given; where that changed, everything is weighed
    /// anew.
    async fn read_tables(&mut self, store: &Store) -> Result<(), FleetError> {
        let tables = Tables::of(&store.priority_tables(self.head).await?);
        if tables != self.tables {
            self.fleet.tables_changed(tables.makers());
            self.tables = tables;
            self.unweighed.extend(self.builds.keys());
            self.work.forget_urgencies();
        }
        Ok(())
    }

    fn put(&mut self, device: &Listed<'_>) -> Result<(), FleetError> {
        let ordinal =
            u32::try_from(device.id).map_err(|_| FleetError::Beyond(device.id))?;
        if device.is_withdrawn {
            self.answered.withdrawn(ordinal);
            self.fleet.remove(ordinal);
            return Ok(());
        }
        let standing = Standing {
            life_sustaining: answer(device.life_sustaining),
            holds_phi: answer(device.holds_phi),
            reachable: answer(device.reachable),
        };
        self.answered.told(ordinal, standing);
        self.fleet.put(&Entry {
            ordinal,
            organisation: OrganisationId(device.organisation),
            configuration: ConfigurationId(device.configuration),
            source: self.sources.get(&device.source).map_or("", String::as_str),
            asset_tag: device.asset_tag,
            serial: device.serial,
            udi: device.udi,
            mac: device.mac,
            ip: device.ip,
            department: device.department,
            status: device.status,
            received: device.received,
            // The day is enough for a list; each import has its own instant.
            missing_since: device.missing_since.map_or("", day),
            life_sustaining: standing.life_sustaining,
            holds_phi: standing.holds_phi,
            reachable: standing.reachable,
        });
        Ok(())
    }

    fn rule(&mut self, ruling: &Ruling) {
        if let Some(old) = self.rulings.remove(&ruling.id)
            && let Some(of_build) = self.by_build.get_mut(&old.configuration)
        {
            of_build.remove(&ruling.id);
        }
        self.carried.remove(&ruling.id);
        self.parts.rule(ruling);
        let vulnerability = self.name(&ruling.vulnerability);
        self.turns.rule(ruling, &vulnerability);
        // Judgements that rest on an organisation's own documents are of that organisation
        // alone; what a build carries is seen by all who have one.
        if ruling.view != 0 && ruling.verdict() == Some(Verdict::Affected.word()) {
            self.carried.insert(ruling.id, (ruling.configuration, ruling.view));
        }
        let Some(word) = ruling.verdict().filter(|_| ruling.view == 0) else { return };
        let Some(verdict) = verdict(word) else { return };
        let grounds = self.grounds(&ruling.grounds);
        self.by_build.entry(ruling.configuration).or_default().insert(ruling.id);
        let configuration = ruling.configuration;
        let held = Held { configuration, vulnerability, verdict, grounds };
        self.rulings.insert(ruling.id, held);
    }

    fn grounds(&mut self, json: &str) -> Vec<(Arc<str>, Verdict)> {
        #[derive(Deserialize)]
        struct Ground {
            advisory: String,
            verdict: String,
        }
        let grounds: Vec<Ground> = serde_json::from_str(json).unwrap_or_default();
        let read = grounds.into_iter().filter_map(|ground| {
            Some((self.name(&ground.advisory), verdict(&ground.verdict)?))
        });
        read.collect()
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

    /// Works out what the builds carry of which something changed.
    fn weigh(&mut self) -> Result<(), FleetError> {
        let unknown: BTreeSet<Arc<str>> = self
            .unweighed
            .iter()
            .filter_map(|build| self.by_build.get(build))
            .flatten()
            .filter_map(|id| self.rulings.get(id))
            // An answer may turn what cannot be told into *affected*.
            .filter(|held| !matches!(held.verdict, Verdict::Fixed | Verdict::NotAffected))
            .map(|held| &held.vulnerability)
            .chain(self.work.own_flaws(&self.unweighed))
            .filter(|vulnerability| !self.urgencies.contains_key(*vulnerability))
            .map(Arc::clone)
            .collect();
        if let Some(advisories) = self.advisories.clone() {
            let index = advisories.file.index().map_err(JudgingError::from)?;
            for id in unknown {
                let urgency = Urgency::of(&id, &index);
                self.urgencies.insert(id, urgency);
            }
        }
        let mut weighed = BTreeMap::new();
        let unweighed = std::mem::take(&mut self.unweighed);
        let builds = unweighed.iter();
        let configurations: Vec<Configuration> = builds
            .map(|build| self.configuration(*build, None, &self.tables, &mut weighed))
            .collect();
        configurations.into_iter().for_each(|one| self.fleet.configuration_changed(one));
        self.ask_about(&unweighed);
        self.answered.weighed(&unweighed);
        Ok(())
    }

    /// Works out what devices carry about which something was answered.
    pub(super) fn weigh_variant(&mut self, variant: Variant, group: &Group) {
        let mut weighed = BTreeMap::new();
        let id = group.configuration;
        let known = self.configuration(id, Some(group), &self.tables, &mut weighed);
        self.fleet.variant_changed(variant, known);
    }

    /// The flaws of what devices were of which nobody can tell whether they still affect them:
    /// those that no answer rules on.
    fn lost_of_group(&self, group: &Group) -> Vec<(&Arc<str>, Verdict)> {
        let flaw = |name: &Arc<str>| {
            let known = self.urgencies.get(name);
            known.map_or_else(|| name.to_string(), |known| known.flaw.to_string())
        };
        let ruled: BTreeSet<String> = group.ruled.keys().map(flaw).collect();
        let lost = group.words.lost.iter().filter(|name| !ruled.contains(&flaw(name)));
        // The name that is held, which outlives the group.
        let held = lost.filter_map(|name| self.names.get(name));
        held.map(|name| (name, Verdict::CannotTell)).collect()
    }

    /// What is said of the devices of a build, or of those of it about which something was
    /// answered.
    fn said_of<'h>(
        &'h self,
        id: i64,
        group: Option<&Group>,
    ) -> Vec<(&'h Arc<str>, Verdict)> {
        let said = self.rulings_of(id).map(|held| {
            let own = group.and_then(|group| group.verdict(&held.vulnerability));
            (&held.vulnerability, own.unwrap_or(held.verdict))
        });
        let parts = group.into_iter().flat_map(|group| &group.words.billed.parts);
        let parts = parts.filter_map(|(name, verdict)| {
            // The name that is held, which outlives the group.
            Some((self.names.get(name)?, *verdict))
        });
        // What its organisation's documents say of the device where nobody else says anything.
        let public: BTreeSet<&Arc<str>> =
            self.rulings_of(id).map(|held| &held.vulnerability).collect();
        let itself = group.into_iter().flat_map(|group| &group.words.billed.itself);
        let itself = itself.filter(|(name, _)| !public.contains(name));
        let itself = itself.filter_map(|(name, _)| {
            let verdict = group.and_then(|group| group.verdict(name))?;
            Some((self.names.get(name)?, verdict))
        });
        let lost = group.map(|group| self.lost_of_group(group)).unwrap_or_default();
        let all = said.chain(parts).chain(itself).chain(lost);
        match group.is_some_and(|group| group.words.is_doubted) {
            true => all.filter_map(|(name, it)| Some((name, doubted(it)?))).collect(),
            false => all.collect(),
        }
    }

    /// How urgent devices in a situation are without these flaws.
    pub(crate) fn priority_without(
        &self,
        situation: fleet::Situation,
        flaws: &BTreeSet<&str>,
    ) -> Option<fleet::Priority> {
        let fleet::Situation { table, standing, variant, .. } = situation;
        let group = self.answered.groups.get(&variant);
        let said = self.said_of(situation.configuration.0, group).into_iter();
        let open = said.filter(|(_, verdict)| {
            !matches!(verdict, Verdict::Fixed | Verdict::NotAffected)
        });
        let urgencies = open.filter_map(|(name, _)| self.urgencies.get(name));
        let others = urgencies.filter(|one| !flaws.contains(&*one.flaw));
        others.map(|one| one.priority(self.policy_of(table), standing)).min()
    }

    /// What a build carries, or devices of it about which something was answered; how urgent,
    /// by these tables.
    pub(super) fn configuration<'h>(
        &'h self,
        id: i64,
        group: Option<&Group>,
        tables: &Tables,
        weighed: &mut BTreeMap<&'h str, fleet::Priorities>,
    ) -> Configuration {
        let build = self.builds.get(&id).cloned().unwrap_or_default();
        let mut configuration = Configuration {
            id: ConfigurationId(id),
            maker: build.maker,
            model: build.model,
            description: build.description,
            version: build.version,
            exploited: Answer::No,
            ..Configuration::default()
        };
        // One flaw may have an id in one advisory and another one in the next.
        let (mut affected, mut open) = (BTreeSet::new(), BTreeSet::new());
        for (vulnerability, verdict) in self.said_of(id, group) {
            let urgency = self.urgencies.get(vulnerability);
            let flaw = urgency.map_or(&**vulnerability, |known| &known.flaw);
            let worst = configuration.verdict.unwrap_or(verdict);
            configuration.verdict = Some(worst.min(verdict));
            match verdict {
                Verdict::Affected => affected.insert(flaw),
                Verdict::CannotTell | Verdict::UnderInvestigation => open.insert(flaw),
                Verdict::Fixed | Verdict::NotAffected => continue,
            };
            let Some(urgency) = urgency else { continue };
            if urgency.exploited == Answer::Yes {
                let known = configuration.exploited == Answer::Yes;
                configuration.exploited = match known || verdict == Verdict::Affected {
                    true => Answer::Yes,
                    false => Answer::Unknown,
                };
            }
            // What nobody can tell is as urgent as if it were so.
            let priorities = weighed
                .entry(vulnerability)
                .or_insert_with(|| urgency.priorities(tables));
            configuration.priorities.raise(priorities);
        }
        let spared = group.and_then(|group| group.words.billed.spared);
        configuration.verdict = configuration.verdict.or(spared);
        if group.is_some_and(|group| group.words.is_doubted) {
            configuration.verdict = Some(Verdict::CannotTell);
        }
        let count = |flaws: usize| u32::try_from(flaws).unwrap_or(u32::MAX);
        configuration.cannot_tell = count(open.difference(&affected).count());
        configuration.affected = count(affected.len());
        configuration
    }
}

fn verdict(word: &str) -> Option<Verdict> {
    Verdict::ALL.into_iter().find(|verdict| verdict.word() == word)
}

fn day(instant: &str) -> &str {
    instant.get(..10).unwrap_or(instant)
}

fn answer(fact: Option<bool>) -> Answer {
    match fact {
        Some(true) => Answer::Yes,
        Some(false) => Answer::No,
        None => Answer::Unknown,
    }
}
