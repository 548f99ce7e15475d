//! What is done about all devices of an organisation for which one act does.
//!
//! An action is known again by words: whose devices, what is done, to which product, and to
//! what end. Neither an export that is taken in again, nor a vulnerability that gets another
//! id, nor an advisory that goes and comes back makes it another one, so nothing that people
//! decided about it is lost.
//!
//! One letter asks a maker all that is asked about a product, and one update does for all of
//! its devices whose releases are of one line: neither advisory nor release is among the words.
//! Before, they were; what was decided under such words stands under them until it is opened
//! again, see [`Key::before`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fleet::{
    Alike, ConfigurationId, OrganisationId, Priority, Situation, Standing, Variant,
};
use foldhash::HashMap;
use naming::spelling::fold;

use crate::step::{Kind, Step, Wanted, line_of};
use crate::task::{Mend, Task, updates};

/// What an action is known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Whose devices they are.
    pub organisation: OrganisationId,
    /// What is done.
    pub kind: Kind,
    /// Who makes the product, in the words of [`Product::maker`].
    pub maker: Arc<str>,
    /// What it is called, in the words of [`Product::model`].
    pub model: Arc<str>,
    /// The line of releases, the advisory, or the question: in words.
    pub target: Arc<str>,
}

/// What a device build is an example of: the words by which it is known, and those that are
/// shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Product {
    /// The maker, the same whatever the inventory writes.
    pub maker: Arc<str>,
    /// The model, likewise.
    pub model: Arc<str>,
    /// The maker as it is shown.
    pub maker_shown: Arc<str>,
    /// The model as it is shown.
    pub model_shown: Arc<str>,
    /// Maker and model in words as this inventory spells them, where it is known by the words of
    /// another spelling.
    pub spelt: Option<(Arc<str>, Arc<str>)>,
}

/// Devices of one build about which the same was answered.
pub type Which = (ConfigurationId, Variant);

/// One thing to do about some devices of an organisation.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// What it is known by.
    pub key: Key,
    /// What is done.
    pub step: Step,
    /// What is asked of the maker.
    pub asks: BTreeMap<Wanted, Ask>,
    /// The product, as the inventory writes it for most of the devices.
    pub product: Product,
    /// The device builds, by what was answered about their devices, each with how many there
    /// are.
    pub builds: BTreeMap<Which, u64>,
    /// How many devices there are.
    pub devices: u64,
    /// Where they stand, each place with how many; the empty one is *not stated*.
    pub wards: BTreeMap<Arc<str>, u64>,
    /// The asset systems that name them.
    pub sources: BTreeSet<Arc<str>>,
    /// The vulnerabilities that it is done about.
    pub vulnerabilities: BTreeSet<Arc<str>>,
    /// Those of them that are exploited.
    pub exploited: BTreeSet<Arc<str>>,
    /// The advisories that say so.
    pub advisories: BTreeSet<Arc<str>>,
    /// How soon: the most urgent vulnerability on the device that stands worst.
    pub priority: Priority,
    /// How that device stands.
    pub standing: Standing,
    /// Since when the first of the vulnerabilities is known, as stored.
    pub since: Arc<str>,
}

/// What one thing that is asked of a maker is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// The vulnerabilities.
    pub flaws: BTreeSet<Arc<str>>,
    /// The advisories that leave it open.
    pub advisories: BTreeSet<Arc<str>>,
}

/// The words of a name: lower case, without accents and punctuation.
#[must_use]
pub fn words_of(name: &str) -> String {
    let folded = fold(name);
    let words = folded.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

impl Key {
    /// What the action is known by to which a task belongs.
    #[must_use]
    pub fn of(organisation: OrganisationId, product: &Product, task: &Task) -> Self {
        Self::to(organisation, product, (task.step.kind(), target(task).into()))
    }

    /// What it was known by while each release and each thing that is asked of a maker was an
    /// action of its own.
    #[must_use]
    pub fn before(organisation: OrganisationId, product: &Product, task: &Task) -> Self {
        Self::to(organisation, product, (task.step.kind(), target_before(task).into()))
    }

    /// All that it may have been known by: see [`Key::before`], and while each spelling of a
    /// product was one of its own. The nearest to what is known of the devices comes first.
    #[must_use]
    pub fn formerly(
        organisation: OrganisationId,
        product: &Product,
        task: &Task,
    ) -> Vec<Self> {
        let mut all = Vec::new();
        if let Some((maker, model)) = &product.spelt {
            let (maker, model) = (Arc::clone(maker), Arc::clone(model));
            let own = Product { maker, model, ..Product::default() };
            all.push(Self::of(organisation, &own, task));
            all.push(Self::before(organisation, &own, task));
        }
        all.push(Self::before(organisation, product, task));
        all
    }

    fn to(
        organisation: OrganisationId,
        product: &Product,
        (kind, target): (Kind, Arc<str>),
    ) -> Self {
        let (maker, model) = (Arc::clone(&product.maker), Arc::clone(&product.model));
        Self { organisation, kind, maker, model, target }
    }

    /// By what is known today what was known by this before; none where it is the same.
    #[must_use]
    pub fn today(&self) -> Option<Self> {
        let target: Arc<str> = match self.kind {
            Kind::Update if !self.target.starts_with(LINE) => {
                format!("{LINE}{}", line_of(&self.target)).into()
            }
            Kind::AskMaker if *self.target != *ALL => ALL.into(),
            Kind::Update | Kind::AskMaker | Kind::Mitigate | Kind::Decide => return None,
        };
        Some(Self { target, ..self.clone() })
    }

    /// All of it in one line, the same for ever.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { organisation, kind, maker, model, target } = self;
        format!("{}\n{}\n{maker}\n{model}\n{target}", organisation.0, kind.word())
    }
}

/// How the target of an update begins; no release is called so.
const LINE: &str = "line ";
/// The target of what is asked of a maker.
const ALL: &str = "all";

/// To what end: the words by which a step is known again.
fn target(task: &Task) -> String {
    match &task.step {
        Step::Update(release) => format!("{LINE}{}", line_of(release)),
        Step::Maker(_) => ALL.to_owned(),
        Step::Mitigate | Step::Decide(_) => target_before(task),
    }
}

/// The same, while a release and what is asked of a maker were among the words.
fn target_before(task: &Task) -> String {
    let advisory = || {
        let first = task.advisories.first();
        first.map(|id| fold(id)).unwrap_or_default()
    };
    match &task.step {
        Step::Update(release) => {
            // Of several releases the order in which advisories name them tells nothing.
            let releases: BTreeSet<String> =
                release.split("; ").map(|one| fold(one.trim())).collect();
            releases.into_iter().collect::<Vec<_>>().join("; ")
        }
        Step::Mitigate => advisory(),
        Step::Maker(Wanted::Remedy) => {
            format!("{} {}", Wanted::Remedy.word(), advisory())
        }
        Step::Maker(wanted) => wanted.word().to_owned(),
        Step::Decide(question) => fold(question),
    }
}

/// What is done about the devices of all organisations, in the order of their keys.
///
/// `alike` stands in the order of organisation, configuration and variant. `tasks` gives what
/// is to be done about such devices where an organisation has them: what rests on its own
/// documents is done by nobody else. `apart` is what was decided under words of before: it is
/// not joined with what is known otherwise today.
pub fn actions<'t>(
    alike: &[Alike],
    product: impl Fn(ConfigurationId) -> Option<&'t Product>,
    tasks: impl Fn(OrganisationId, Which) -> &'t [Task],
    apart: &'t BTreeSet<Key>,
) -> Vec<Action> {
    let mut all = Gathered::new(apart);
    let same = |one: &Alike, other: &Alike| {
        one.organisation == other.organisation && which(one) == which(other)
    };
    for group in alike.chunk_by(same) {
        let Some(first) = group.first() else { continue };
        let Some(product) = product(first.situation.configuration) else { continue };
        let tasks = tasks(first.organisation, which(first));
        for task in tasks {
            all.add(product, task, group);
        }
    }
    all.finish()
}

const fn which(alike: &Alike) -> Which {
    (alike.situation.configuration, alike.situation.variant)
}

/// What is known by the same words, whoever has it.
type Act = (Kind, Arc<str>, Arc<str>, Arc<str>);

/// Actions while they are gathered. Twenty thousand builds in four hundred organisations are
/// millions of pairs: what a task is known by is worked out once for all of them.
struct Gathered<'t> {
    apart: &'t BTreeSet<Key>,
    /// Those who have something apart.
    deciders: BTreeSet<OrganisationId>,
    /// The number of a task's words, by where task and product stand in memory. Never
    /// iterated.
    known: HashMap<(*const Product, *const Task), usize>,
    numbers: BTreeMap<Act, usize>,
    acts: Vec<Act>,
    /// Never iterated.
    slots: HashMap<(OrganisationId, usize), usize>,
    open: Vec<Open<'t>>,
}

/// An action to which more devices may be added.
struct Open<'t> {
    organisation: OrganisationId,
    act: usize,
    tasks: Vec<&'t Task>,
    product: &'t Product,
    /// How many devices the build has whose product is shown.
    most: u64,
    builds: BTreeMap<Which, u64>,
    wards: BTreeMap<Arc<str>, u64>,
    sources: BTreeSet<Arc<str>>,
    worst: Option<(Priority, Standing)>,
}

impl<'t> Gathered<'t> {
    fn new(apart: &'t BTreeSet<Key>) -> Self {
        Self {
            apart,
            deciders: apart.iter().map(|key| key.organisation).collect(),
            known: HashMap::default(),
            numbers: BTreeMap::new(),
            acts: Vec::new(),
            slots: HashMap::default(),
            open: Vec::new(),
        }
    }

    /// The number of the words by which a task is known to an organisation.
    fn act(
        &mut self,
        organisation: OrganisationId,
        product: &'t Product,
        task: &'t Task,
    ) -> usize {
        if self.deciders.contains(&organisation) {
            let mut formerly = Key::formerly(organisation, product, task).into_iter();
            if let Some(before) = formerly.find(|key| self.apart.contains(key)) {
                let Key { kind, maker, model, target, .. } = before;
                return self.number_of((kind, maker, model, target));
            }
        }
        self.number(product, task)
    }

    fn number_of(&mut self, act: Act) -> usize {
        let next = self.acts.len();
        let number = *self.numbers.entry(act.clone()).or_insert(next);
        if number == next {
            self.acts.push(act);
        }
        number
    }

    fn number(&mut self, product: &'t Product, task: &'t Task) -> usize {
        let place = (std::ptr::from_ref(product), std::ptr::from_ref(task));
        if let Some(number) = self.known.get(&place) {
            return *number;
        }
        let maker = Arc::clone(&product.maker);
        let act =
            (task.step.kind(), maker, Arc::clone(&product.model), target(task).into());
        let number = self.number_of(act);
        self.known.insert(place, number);
        number
    }

    fn add(&mut self, product: &'t Product, task: &'t Task, group: &[Alike]) {
        let Some(first) = group.first() else { return };
        let act = self.act(first.organisation, product, task);
        let next = self.open.len();
        let slot = *self.slots.entry((first.organisation, act)).or_insert(next);
        if slot == next {
            self.open.push(Open {
                organisation: first.organisation,
                act,
                tasks: Vec::new(),
                product,
                most: 0,
                builds: BTreeMap::new(),
                wards: BTreeMap::new(),
                sources: BTreeSet::new(),
                worst: None,
            });
        }
        if let Some(open) = self.open.get_mut(slot) {
            open.add(product, task, group);
        }
    }

    fn finish(self) -> Vec<Action> {
        let acts = self.acts;
        let open = self.open.into_iter();
        let mut actions: Vec<Action> = open
            .filter_map(|open| acts.get(open.act).map(|act| open.finish(act)))
            .collect();
        actions.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        actions
    }
}

impl<'t> Open<'t> {
    fn add(&mut self, product: &'t Product, task: &'t Task, group: &[Alike]) {
        // One build may have two tasks that end in one act, such as the same question about
        // two things: its devices count once.
        let is_new =
            group.first().is_some_and(|first| !self.builds.contains_key(&which(first)));
        let mut devices = 0;
        for one in group {
            // Nothing known counts as the worse.
            let Situation { table, standing, .. } = one.situation;
            let priority =
                task.priorities.of(table, standing).unwrap_or(Priority::ActNow);
            let worst = self.worst.get_or_insert((priority, standing));
            *worst = (*worst).min((priority, standing));
            if is_new {
                devices += one.devices;
                *self.wards.entry(Arc::clone(&one.department)).or_default() +=
                    one.devices;
                if !self.sources.contains(&one.source) {
                    self.sources.insert(Arc::clone(&one.source));
                }
            }
        }
        if let (true, Some(first)) = (is_new, group.first()) {
            self.builds.insert(which(first), devices);
        }
        if devices > self.most {
            (self.most, self.product) = (devices, product);
        }
        self.tasks.push(task);
    }

    fn finish(self, (kind, maker, model, target): &Act) -> Action {
        let (priority, standing) =
            self.worst.unwrap_or((Priority::ActNow, Standing::default()));
        let mut action = Action {
            key: Key {
                organisation: self.organisation,
                kind: *kind,
                maker: Arc::clone(maker),
                model: Arc::clone(model),
                target: Arc::clone(target),
            },
            step: step_of(&self.tasks),
            asks: BTreeMap::new(),
            product: self.product.clone(),
            devices: self.builds.values().sum(),
            builds: self.builds,
            wards: self.wards,
            sources: self.sources,
            vulnerabilities: BTreeSet::new(),
            exploited: BTreeSet::new(),
            advisories: BTreeSet::new(),
            priority,
            standing,
            since: "".into(),
        };
        let oldest = self.tasks.iter().map(|task| &task.since).min();
        action.since = oldest.map(Arc::clone).unwrap_or_default();
        for task in self.tasks {
            if let Step::Maker(wanted) = task.step {
                let asked = action.asks.entry(wanted).or_default();
                asked.flaws.extend(task.vulnerabilities.iter().map(Arc::clone));
                asked.advisories.extend(task.advisories.iter().map(Arc::clone));
            }
            for (all, some) in [
                (&mut action.vulnerabilities, &task.vulnerabilities),
                (&mut action.exploited, &task.exploited),
                (&mut action.advisories, &task.advisories),
            ] {
                // Builds of one product mostly say the same.
                if !some.is_subset(all) {
                    all.extend(some.iter().map(Arc::clone));
                }
            }
        }
        action
    }
}

/// What is done by one act for all of these.
fn step_of(tasks: &[&Task]) -> Step {
    let fixes: BTreeSet<&Mend> = tasks.iter().flat_map(|task| &task.fixes).collect();
    match updates(fixes).installed() {
        Some(releases) => Step::Update(releases),
        // Of what is asked of a maker, what is offered already stands first.
        None => {
            let steps = tasks.iter().map(|task| &task.step);
            steps.min().cloned().unwrap_or(Step::Mitigate)
        }
    }
}

#[cfg(test)]
mod tests {
    use fleet::{Answer, Priorities};
    use proptest::prelude::*;

    use super::*;
    use crate::task::tests::finding;
    use crate::task::{Finding, tasks};

    fn product(maker: &str, model: &str) -> Product {
        Product {
            maker: words_of(maker).into(),
            model: words_of(model).into(),
            maker_shown: maker.into(),
            model_shown: model.into(),
            spelt: None,
        }
    }

    fn alike(organisation: i64, build: i64, ward: &str, devices: u64) -> Alike {
        Alike {
            organisation: OrganisationId(organisation),
            situation: Situation {
                configuration: ConfigurationId(build),
                ..Situation::default()
            },
            department: ward.into(),
            source: "AIMS".into(),
            devices,
        }
    }

    fn update(release: &str) -> Step {
        Step::Update(release.to_owned())
    }

    /// Builds by number, each with its product and what is found of it.
    struct House {
        builds: BTreeMap<i64, (Product, Vec<Task>)>,
        own: BTreeMap<(i64, i64), Vec<Task>>,
        apart: BTreeSet<Key>,
    }

    impl House {
        fn new<const N: usize>(builds: [(i64, &str, &[Finding]); N]) -> Self {
            let builds = builds.map(|(id, model, findings)| {
                (id, (product("Acme", model), tasks(findings)))
            });
            Self { builds: builds.into(), own: BTreeMap::new(), apart: BTreeSet::new() }
        }

        fn actions(&self, alike: &[Alike]) -> Vec<Action> {
            actions(
                alike,
                |id| self.builds.get(&id.0).map(|(product, _)| product),
                |organisation, (id, variant)| {
                    let own = self.own.get(&(organisation.0, id.0));
                    let all = self.builds.get(&id.0).map(|(_, tasks)| tasks);
                    let all = all.filter(|_| variant == Variant(0));
                    own.or(all).map_or(&[], Vec::as_slice)
                },
                &self.apart,
            )
        }
    }

    #[test]
    fn devices_of_one_product_are_one_action_of_their_organisation() {
        let found =
            [finding("CVE-1", update("2.3"), "A"), finding("CVE-2", update("2.3"), "A")];
        let house = House::new([
            (1, "IM 400", &found),
            (2, "im-400", &found[..1]),
            (3, "IM 500", &found),
        ]);
        let all = house.actions(&[
            alike(1, 1, "Ward 2", 3),
            alike(1, 2, "", 2),
            alike(1, 2, "Ward 2", 4),
            alike(1, 3, "Ward 9", 1),
            alike(2, 1, "Ward 2", 9),
        ]);
        let told: Vec<(i64, &str, u64, usize, usize)> = all
            .iter()
            .map(|one| {
                let wards = one.wards.len();
                let flaws = one.vulnerabilities.len();
                (
                    one.key.organisation.0,
                    &*one.product.model_shown,
                    one.devices,
                    wards,
                    flaws,
                )
            })
            .collect();
        // Most of the devices are written `im-400`.
        let expected =
            [(1, "im-400", 9, 2, 2), (1, "IM 500", 1, 1, 2), (2, "IM 400", 9, 1, 2)];
        assert_eq!(told, expected);
        assert_eq!(all[0].wards["Ward 2"], 7);
        assert_eq!(all[0].builds[&(ConfigurationId(2), Variant(0))], 6);
    }

    #[test]
    fn what_rests_on_an_organisations_documents_is_done_by_nobody_else() {
        let public = [finding("CVE-1", update("2.3"), "A")];
        let mut house = House::new([(1, "IM 400", &public)]);
        let components = Step::Maker(Wanted::Components);
        let own = [public[0].clone(), finding("CVE-9", components.clone(), "")];
        house.own.insert((2, 1), tasks(&own));
        let alike = [alike(1, 1, "", 1), alike(2, 1, "", 1)];
        let all = house.actions(&alike);
        let steps: Vec<(i64, &Step)> =
            all.iter().map(|one| (one.key.organisation.0, &one.step)).collect();
        assert_eq!(steps, [(1, &update("2.3")), (2, &update("2.3")), (2, &components)]);
    }

    #[test]
    fn an_action_is_as_urgent_as_on_the_device_that_stands_worst() {
        let urgent = Priorities::new(|standing| {
            Some(match standing.life_sustaining {
                Answer::Yes => Priority::ActNow,
                Answer::Unknown | Answer::No => Priority::NextWindow,
            })
        });
        let found =
            [Finding { priorities: urgent, ..finding("CVE-1", Step::Mitigate, "A") }];
        let house = House::new([(1, "IM 400", &found)]);
        let standing =
            |life_sustaining| Standing { life_sustaining, ..Standing::default() };
        let with = |answer| {
            let other = alike(1, 1, "", 1);
            let situation = Situation { standing: standing(answer), ..other.situation };
            Alike { situation, ..other }
        };
        let quiet = house.actions(&[with(Answer::No)]);
        assert_eq!(quiet[0].priority, Priority::NextWindow);
        let mixed = house.actions(&[with(Answer::Yes), with(Answer::No)]);
        assert_eq!(mixed[0].priority, Priority::ActNow);
        assert_eq!(mixed[0].standing.life_sustaining, Answer::Yes);
        // What nobody has weighed counts as the worse.
        let blank = Priorities::default();
        let found =
            [Finding { priorities: blank, ..finding("CVE-1", Step::Mitigate, "A") }];
        let house = House::new([(1, "IM 400", &found)]);
        assert_eq!(house.actions(&[with(Answer::No)])[0].priority, Priority::ActNow);
    }

    #[test]
    fn what_is_written_otherwise_is_the_same_action() {
        #[track_caller]
        fn check(one: &[Finding], other: &[Finding], keys: usize) {
            let found = [one, other].map(|found| {
                let house = House::new([(1, "IM 400", found)]);
                house.actions(&[alike(1, 1, "", 1)])[0].key.clone()
            });
            let lines: BTreeSet<String> = found.iter().map(Key::line).collect();
            let found: BTreeSet<&Key> = found.iter().collect();
            assert_eq!((found.len(), lines.len()), (keys, keys), "{found:?}");
        }

        // Another id, another count, another advisory: the release is the same.
        check(
            &[finding("CVE-1", update("2.3"), "A")],
            &[
                finding("GHSA-1", update("2.3"), "B"),
                finding("CVE-2", update("2.1"), "A"),
            ],
            1,
        );
        check(
            &[finding("CVE-1", update("VM6.0; 2.4"), "A")],
            &[finding("CVE-1", update("2.4; vm6.0"), "A")],
            1,
        );
        // A later release of one line is the same thing to do, one of another line is not.
        check(
            &[finding("CVE-1", update("2.3"), "A")],
            &[finding("CVE-1", update("2.4"), "A")],
            1,
        );
        check(
            &[finding("CVE-1", update("2.3"), "A")],
            &[finding("CVE-1", update("3.0"), "A")],
            2,
        );
        check(
            &[finding("CVE-1", Step::Mitigate, "A")],
            &[finding("CVE-1", Step::Mitigate, "B")],
            2,
        );
        check(
            &[finding("CVE-1", Step::Maker(Wanted::Fix), "A")],
            &[finding("CVE-2", Step::Maker(Wanted::Remedy), "B")],
            1,
        );
    }

    #[test]
    fn builds_of_one_product_are_updated_by_one_act_and_their_maker_is_asked_once() {
        let maker = |wanted| Step::Maker(wanted);
        let old = |also: &str| {
            let first = finding("CVE-1", update("5.0"), "A");
            [
                Finding { also_fixed_in: also.into(), ..first },
                finding("CVE-2", maker(Wanted::Components), ""),
            ]
        };
        let (old, apart) = (old("5.3"), old(""));
        let newer = [
            finding("CVE-3", update("5.3"), "B"),
            finding("CVE-4", maker(Wanted::Remedy), "C"),
            finding("CVE-5", maker(Wanted::Remedy), "D"),
            finding("CVE-6", maker(Wanted::Fix), "E"),
        ];
        let other = [finding("CVE-7", update("6.1"), "F")];
        let house =
            House::new([(1, "Kite", &old), (2, "Kite", &newer), (3, "Kite", &other)]);
        let all =
            house.actions(&[alike(1, 1, "", 2), alike(1, 2, "", 3), alike(1, 3, "", 4)]);
        let told: Vec<(Step, u64, usize)> = all
            .iter()
            .map(|one| (one.step.clone(), one.devices, one.vulnerabilities.len()))
            .collect();
        let expected =
            [(update("5.3"), 5, 2), (update("6.1"), 4, 1), (maker(Wanted::Remedy), 5, 4)];
        assert_eq!(told, expected);
        let asks: Vec<(Wanted, usize)> =
            all[2].asks.iter().map(|(wanted, ask)| (*wanted, ask.flaws.len())).collect();
        let expected = [(Wanted::Remedy, 2), (Wanted::Components, 1), (Wanted::Fix, 1)];
        assert_eq!(asks, expected);
        // Where nobody knows that the later release does for both, each is named.
        let house = House::new([(1, "Kite", &apart), (2, "Kite", &newer)]);
        let all = house.actions(&[alike(1, 1, "", 2), alike(1, 2, "", 3)]);
        assert_eq!((&all[0].step, all[0].devices), (&update("5.0; 5.3"), 5));
    }

    #[test]
    fn what_was_decided_under_words_of_before_stands_apart_and_leads_to_those_of_today() {
        let old = [finding("CVE-1", update("5.0"), "A")];
        let newer = [finding("CVE-3", update("v5.3"), "B")];
        let mut house = House::new([(1, "Kite", &old), (2, "Kite", &newer)]);
        let both = [alike(1, 1, "", 2), alike(1, 2, "", 3), alike(2, 1, "", 1)];
        let joined = house.actions(&both);
        assert_eq!(joined.iter().map(|one| one.devices).collect::<Vec<_>>(), [5, 1]);
        // Each of the old words leads to the words of today, and those to nothing else.
        let kite = product("Acme", "Kite");
        for found in [&old, &newer] {
            let [task] = &tasks(found)[..] else { panic!("one task") };
            let before = Key::before(OrganisationId(1), &kite, task);
            assert_eq!(before.today().as_ref(), Some(&joined[0].key));
            assert_eq!(joined[0].key.today(), None);
            house.apart = BTreeSet::from([before.clone()]);
            let apart = house.actions(&both);
            let keys: Vec<&Key> = apart.iter().map(|one| &one.key).collect();
            assert_eq!(apart.len(), 3, "that of the other organisation is no other");
            assert!(keys.contains(&&before) && keys.contains(&&joined[0].key));
            let devices: u64 = apart.iter().map(|one| one.devices).sum();
            assert_eq!(devices, 6);
        }
        for wanted in [Wanted::Remedy, Wanted::Components, Wanted::Fix, Wanted::Outcome] {
            let found = [finding("CVE-1", Step::Maker(wanted), "A")];
            let [task] = &tasks(&found)[..] else { panic!("one task") };
            let before = Key::before(OrganisationId(1), &kite, task);
            let today = Key::of(OrganisationId(1), &kite, task);
            assert_eq!(before.today(), Some(today.clone()));
            assert_eq!(today.today(), None);
        }
    }

    #[test]
    fn what_was_decided_of_one_spelling_stands_apart_from_the_others() {
        let found = [finding("CVE-1", update("5.0"), "A")];
        let mut house = House::new([(1, "Kite 9", &found), (2, "Kite 9", &found)]);
        let spelt = Some(("acme".into(), "ki te 9".into()));
        house.builds.get_mut(&2).unwrap().0.spelt = spelt;
        let both = [alike(1, 1, "", 2), alike(1, 2, "", 3)];
        assert_eq!(house.actions(&both).len(), 1);
        let [task] = &tasks(&found)[..] else { panic!("one task") };
        let own = product("Acme", "Ki te 9");
        for key in [
            Key::of(OrganisationId(1), &own, task),
            Key::before(OrganisationId(1), &own, task),
        ] {
            house.apart = BTreeSet::from([key.clone()]);
            let apart = house.actions(&both);
            let own = apart.iter().find(|one| one.key == key).unwrap();
            assert_eq!((apart.len(), own.devices), (2, 3));
        }
    }

    #[test]
    fn devices_about_which_something_was_answered_have_tasks_of_their_own() {
        let found = [finding("CVE-1", Step::Decide("Is it on?".to_owned()), "A")];
        let house = House::new([(1, "IM 400", &found)]);
        let answered = alike(1, 1, "", 2);
        let situation = Situation { variant: Variant(7), ..answered.situation };
        let all = house.actions(&[alike(1, 1, "", 3), Alike { situation, ..answered }]);
        assert_eq!(all.iter().map(|one| one.devices).collect::<Vec<_>>(), [3]);
    }

    #[test]
    fn a_build_without_product_or_task_is_in_no_action() {
        let house = House::new([(1, "IM 400", &[])]);
        assert_eq!(house.actions(&[alike(1, 1, "", 1), alike(1, 7, "", 1)]), []);
    }

    #[test]
    fn words_are_the_same_however_they_are_written() {
        for (one, other) in
            [("Meridian-400", "MERIDIAN 400"), ("Dräger®", "drager"), (" A  b ", "a/b")]
        {
            assert_eq!(words_of(one), words_of(other));
        }
        assert_ne!(words_of("X 1.0"), words_of("X 10"));
    }

    proptest! {
        /// No device is lost and none is counted twice, however they come together.
        #[test]
        fn every_device_with_something_to_do_is_in_exactly_one_action_of_each_step(
            rows in prop::collection::vec((1..4_i64, 1..5_i64, 0..3_usize, 1..9_u64), 0..40),
        ) {
            let found = [finding("CVE-1", update("2.3"), "A"), finding("CVE-2", Step::Mitigate, "B")];
            let house = House::new([
                (1, "A", &found),
                (2, "a", &found[..1]),
                (3, "B", &found),
                (4, "C", &[]),
            ]);
            let mut all: Vec<Alike> = rows
                .iter()
                .map(|(organisation, build, ward, devices)| {
                    alike(*organisation, *build, ["", "W1", "W2"][*ward], *devices)
                })
                .collect();
            all.sort_by_key(|one| (one.organisation, one.situation));
            let devices = |builds: &[i64]| -> u64 {
                let of = all.iter().filter(|one| builds.contains(&one.situation.configuration.0));
                of.map(|one| one.devices).sum()
            };
            let actions = house.actions(&all);
            let counted = |kind| -> u64 {
                let of = actions.iter().filter(|one| one.key.kind == kind);
                of.map(|one| one.devices).sum()
            };
            prop_assert_eq!(counted(Kind::Update), devices(&[1, 2, 3]));
            prop_assert_eq!(counted(Kind::Mitigate), devices(&[1, 3]));
            for one in &actions {
                prop_assert_eq!(one.wards.values().sum::<u64>(), one.devices);
                prop_assert_eq!(one.builds.values().sum::<u64>(), one.devices);
            }
            let keys: BTreeSet<&Key> = actions.iter().map(|one| &one.key).collect();
            prop_assert_eq!(keys.len(), actions.len());
        }
    }
}
