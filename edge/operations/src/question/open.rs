//! The questions that are open within a scope, and what their answers would change.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use fleet::{
    Answer as Known, Filter, OrganisationId, Priority, Sets, Situation, Standing, Tally,
};
use matching::Settles;
use matching::device::Means;
use naming::spelling::fold;
use roaring::RoaringBitmap;
use store::{Said, view};

use super::{Fact, Key, Kind, Subject, Written, called};
use crate::fleet::{AskedPart, Holdings, Open};

/// A question that is open, as far as whoever asks sees the devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// By what it is known.
    pub key: Key,
    /// By what it was known before spellings of one maker were joined.
    pub earlier: BTreeMap<Key, Earlier>,
    /// What it is about.
    pub kind: Kind,
    pub(crate) about: Subject,
    /// The maker of the product; empty where it is about a zone.
    pub maker: String,
    /// The product; empty where it is about a zone.
    pub model: String,
    /// The organisation whose zone it is about; 0 where it is about a product.
    pub zone_of: i64,
    /// The zone.
    pub zone: String,
    /// What is asked, as it is compared.
    pub ask: String,
    /// The question, which *yes* and *no* answer.
    pub asked: String,
    /// What *yes* means for a verdict; none for a fact.
    pub yes: Option<Means>,
    /// Of a component, what *yes* and *no* settle.
    pub settles: Option<Settles>,
    /// The component by its key; empty where it is about none.
    pub component: String,
    /// How many devices the answer is about: those of which it settles or changes something,
    /// by itself or together with other answers.
    pub devices: u64,
    /// How many verdicts about these devices hang on it.
    pub verdicts: u64,
    /// The vulnerabilities that hang on it.
    pub vulnerabilities: BTreeSet<Arc<str>>,
    /// Which advisories ask it, and where.
    pub asked_by: BTreeSet<AskedBy>,
    /// How much the one of those beside it changes that changes most.
    pub most: u64,
    /// Of a component, in which views it is asked.
    pub(crate) views: BTreeSet<i64>,
    /// The builds, with how many of the devices are of each.
    pub builds: BTreeMap<i64, u64>,
    /// The organisations, with how many of the devices each has.
    pub organisations: BTreeMap<i64, u64>,
    /// How the answer that is not the worse one would change priorities; for a verdict, how
    /// the worse one would.
    pub shifts: BTreeMap<Shift, u64>,
    /// For how many of the devices somebody said that nobody here knows.
    pub not_known: u64,
}

/// What an earlier key of a question speaks of: the builds that are written alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// One of these builds.
    pub(crate) build: i64,
    /// How many of the devices are of them.
    pub devices: u64,
}

/// Where a question is asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AskedBy {
    /// The advisory.
    pub advisory: Arc<str>,
    /// The product as it names it.
    pub product: String,
    /// Where that stands in it.
    pub place: String,
}

/// From which priority to which; none where nothing is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shift {
    /// As it is.
    pub from: Option<Priority>,
    /// As it would be.
    pub to: Option<Priority>,
}

impl Shift {
    /// How much it counts that a device changes so: twice as much with each word that is more
    /// urgent.
    fn worth(self) -> u64 {
        match self.from.into_iter().chain(self.to).min() {
            Some(Priority::ActNow) => 8,
            Some(Priority::ThisWeek) => 4,
            Some(Priority::NextWindow) => 2,
            Some(Priority::Watch) | None => 1,
        }
    }
}

/// Questions that change most first, and beside each what else is asked about the same product
/// or about other wards of the same organisation.
fn in_order(mut questions: Vec<Question>) -> Vec<Question> {
    let mut most: BTreeMap<Subject, u64> = BTreeMap::new();
    for question in &questions {
        let most = most.entry(question.beside()).or_default();
        *most = (*most).max(question.weight());
    }
    for question in &mut questions {
        question.most = most.get(&question.beside()).copied().unwrap_or_default();
    }
    questions.sort_by_cached_key(|question| {
        let own = (question.weight(), question.devices, question.verdicts);
        (Reverse(question.most), question.group(), Reverse(own), question.key.clone())
    });
    questions
}

/// What stands nowhere that an inventory names.
pub(super) const NO_WARD: &str = "what stands in no stated ward";

impl Question {
    fn new(key: Key, kind: Kind, about: Subject, asked: String) -> Self {
        Self {
            key,
            earlier: BTreeMap::new(),
            kind,
            about,
            maker: String::new(),
            model: String::new(),
            zone_of: 0,
            zone: String::new(),
            ask: String::new(),
            asked,
            yes: None,
            settles: None,
            component: String::new(),
            devices: 0,
            verdicts: 0,
            vulnerabilities: BTreeSet::new(),
            asked_by: BTreeSet::new(),
            most: 0,
            views: BTreeSet::new(),
            builds: BTreeMap::new(),
            organisations: BTreeMap::new(),
            shifts: BTreeMap::new(),
            not_known: 0,
        }
    }

    /// What it is about, in words: the product or the zone.
    #[must_use]
    pub fn subject(&self) -> String {
        match (self.zone_of, self.zone.is_empty()) {
            (0, _) => format!("{} {}", self.maker, self.model).trim().to_owned(),
            (_, true) => NO_WARD.to_owned(),
            (_, false) => format!("what stands in {}", self.zone),
        }
    }

    /// Whether it is known by a key, or was before.
    #[must_use]
    pub fn is_known_by(&self, key: &Key) -> bool {
        self.key == *key || self.earlier.contains_key(key)
    }

    /// For how many devices the answer alone settles a verdict or changes a priority.
    #[must_use]
    pub fn changes(&self) -> u64 {
        match self.kind {
            Kind::Device(_) | Kind::Component => self.devices,
            Kind::Fact(_) => self.shifts.values().sum(),
        }
    }

    /// How much the answer changes: each device whose priority it changes by the more urgent
    /// word, each other of which it settles a verdict once.
    #[must_use]
    pub fn weight(&self) -> u64 {
        let changed: u64 = self.shifts.values().sum();
        let urgent = self.shifts.iter().map(|(shift, devices)| shift.worth() * devices);
        let settled = match self.kind {
            Kind::Fact(_) => 0,
            Kind::Device(_) | Kind::Component => self.devices.saturating_sub(changed),
        };
        urgent.sum::<u64>() + settled
    }

    /// Whether whoever looks at what one is about sees what the other is about too: the same
    /// product, or wards of one organisation.
    #[must_use]
    pub fn is_beside(&self, other: &Self) -> bool {
        self.beside() == other.beside()
    }

    /// What those beside each other have in common, as text.
    #[must_use]
    pub fn group(&self) -> String {
        match self.beside() {
            Subject::Product(product) => product.to_string(),
            Subject::Zone(organisation, _) => organisation.to_string(),
        }
    }

    fn beside(&self) -> Subject {
        match &self.about {
            Subject::Product(product) => Subject::Product(product.clone()),
            Subject::Zone(organisation, _) => Subject::zone(*organisation, ""),
        }
    }

    fn count(&mut self, tally: &Tally<'_>, shift: Shift) {
        self.devices += tally.devices;
        *self.builds.entry(tally.situation.configuration.0).or_default() += tally.devices;
        *self.organisations.entry(tally.organisation.0).or_default() += tally.devices;
        if shift.from != shift.to {
            *self.shifts.entry(shift).or_default() += tally.devices;
        }
    }
}

/// How a fact is asked about a product or a zone.
pub(super) fn asked(fact: Fact, subject: &str) -> String {
    match fact {
        Fact::LifeSustaining => format!("Does {subject} sustain life?"),
        Fact::HoldsPhi => format!("Does {subject} hold patient data?"),
        Fact::Reachable => {
            format!("Can {subject} be reached from other zones of the network?")
        }
    }
}

impl Holdings {
    /// The questions that are open within a scope, those that change most first.
    #[must_use]
    pub fn open_questions(&self, scope: &fleet::Scope) -> Arc<Vec<Question>> {
        let organisations: Vec<i64> =
            self.fleet.organisations(scope).into_iter().map(|id| id.0).collect();
        let kept = {
            let mut all = self.questions.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(organisations).or_default())
        };
        Arc::clone(kept.get_or_init(|| Arc::new(self.work_out_questions(scope))))
    }

    /// The open question that is known by a key, or was before.
    pub(crate) fn open_question<'q>(
        &self,
        open: &'q [Question],
        key: &Key,
    ) -> Option<&'q Question> {
        let today = self.todays(key);
        open.iter().find(|question| question.is_known_by(key) || question.key == today)
    }

    fn work_out_questions(&self, scope: &fleet::Scope) -> Vec<Question> {
        let Ok(view) = self.fleet.view(scope, &Filter::default(), &Sets::new()) else {
            return Vec::new();
        };
        let mut found: BTreeMap<Key, Question> = BTreeMap::new();
        for tally in self.fleet.tallies(scope) {
            self.ask_of_advisories(&tally, &mut found);
            for fact in Fact::ALL {
                self.ask_fact(fact, &tally, &mut found);
            }
        }
        for (key, asked) in self.asked_parts(&self.views(scope)) {
            if let Some(question) = self.ask_part(key, asked, view.devices()) {
                found.insert(question.key.clone(), question);
            }
        }
        for question in found.values_mut() {
            self.name_product(question);
            if let Kind::Fact(fact) = question.kind {
                question.asked = asked(fact, &question.subject());
            }
            let not_known = self.words(&question.key).iter();
            let not_known = not_known.filter(|word| word.said == Said::NotKnown);
            question.not_known =
                not_known.map(|word| word.devices.intersection_len(view.devices())).sum();
        }
        in_order(found.into_values().collect())
    }

    /// Calls a product as most of its devices are called, and tells by what its question was
    /// known before spellings of one maker were joined.
    fn name_product(&self, question: &mut Question) {
        if question.zone_of != 0 {
            return;
        }
        let mut spelt: BTreeMap<[&str; 2], Earlier> = BTreeMap::new();
        for (build, devices) in &question.builds {
            let Some(of) = self.build(*build) else { continue };
            let none = Earlier { build: *build, devices: 0 };
            spelt.entry(called(of)).or_insert(none).devices += devices;
        }
        let most = spelt.iter().max_by_key(|(_, own)| (own.devices, -own.build));
        if let Some(([maker, model], _)) = most {
            (question.maker, question.model) = ((*maker).to_owned(), (*model).to_owned());
        }
        for own in spelt.into_values() {
            let Some(of) = self.build(own.build) else { continue };
            let key = Written::of(of).key(question.kind, &question.ask);
            let none = Earlier { devices: 0, ..own };
            question.earlier.entry(key).or_insert(none).devices += own.devices;
        }
    }

    /// What bills leave open about a component, of devices that whoever asks sees.
    fn ask_part(
        &self,
        key: Key,
        asked: AskedPart,
        seen: &RoaringBitmap,
    ) -> Option<Question> {
        let about = self.product(*asked.builds.keys().next()?)?;
        let about = Subject::Product(about.clone());
        let wording = asked.ask.question.clone();
        let mut question = Question::new(key, Kind::Component, about, wording);
        question.ask = asked.ask.ask();
        question.settles = Some(asked.ask.settles());
        question.component.clone_from(&asked.ask.component);
        for (build, (views, flaws)) in asked.builds {
            let devices = self.waiting(&question.key, build, &views) & seen;
            if devices.is_empty() {
                continue;
            }
            question.devices += devices.len();
            question.verdicts += devices.len() * flaws.len() as u64;
            question.builds.insert(build, devices.len());
            question.vulnerabilities.extend(flaws.iter().map(|id| id.as_str().into()));
            for view in views {
                question.views.insert(view);
                let scope = fleet::Scope::of([OrganisationId(view::owner(view))]);
                for id in self.fleet.organisations(&scope) {
                    let own = self.fleet.of_organisation(id).intersection_len(&devices);
                    if own > 0 {
                        question.organisations.insert(id.0, own);
                    }
                }
            }
        }
        (question.devices > 0).then_some(question)
    }

    /// What advisories ask about devices in a situation.
    fn ask_of_advisories(&self, tally: &Tally<'_>, found: &mut BTreeMap<Key, Question>) {
        let situation = tally.situation;
        let id = situation.configuration.0;
        let (Some(build), Some(product)) = (self.build(id), self.product(id)) else {
            return;
        };
        // Several leaves may ask the same.
        let mut by_key: BTreeMap<&Key, Vec<&Open>> = BTreeMap::new();
        for open in self.asked(situation) {
            by_key.entry(&open.key).or_default().push(open);
        }
        for (key, opens) in by_key {
            let Some(first) = opens.first() else { continue };
            let kind = Kind::Device(first.ask.topic);
            let question = found.entry(key.clone()).or_insert_with(|| {
                let [maker, model] = called(build);
                let about = Subject::Product(product.clone());
                let wording = first.ask.yes_or_no();
                Question {
                    maker: maker.to_owned(),
                    model: model.to_owned(),
                    ask: first.ask.key(),
                    yes: Some(first.ask.yes),
                    ..Question::new(key.clone(), kind, about, wording)
                }
            });
            let hanging: BTreeSet<&Arc<str>> =
                opens.iter().flat_map(|open| &open.vulnerabilities).collect();
            question.verdicts += tally.devices * hanging.len() as u64;
            question.vulnerabilities.extend(hanging.iter().map(|one| Arc::clone(one)));
            for open in &opens {
                question.asked_by.insert(AskedBy {
                    advisory: Arc::clone(&open.advisory),
                    product: open.product.clone(),
                    place: open.place.clone(),
                });
            }
            let shift = self.better(situation, key);
            question.count(tally, shift);
        }
    }

    /// How priorities may change where devices turn out not to be affected by what is asked:
    /// what nobody can tell is as urgent as if it were so. Another question may hang on the
    /// same flaw, and hold it up.
    fn better(&self, situation: Situation, key: &Key) -> Shift {
        let known = self.fleet.known(situation);
        let fleet::Situation { table, standing, .. } = situation;
        let from = known.and_then(|known| known.priorities.of(table, standing));
        let ours = self.asked(situation).iter().filter(|open| open.key == *key);
        let ids = ours.flat_map(|open| &open.vulnerabilities);
        let flaws = ids.filter_map(|id| self.urgency(id)).map(|known| &*known.flaw);
        Shift { from, to: self.priority_without(situation, &flaws.collect()) }
    }

    /// What the better answer about a fact would change for devices in a situation; none
    /// where it is known, or would change nothing even if all other facts were known.
    fn shift(&self, fact: Fact, situation: Situation) -> Option<Shift> {
        let standing: Standing = situation.standing;
        if fact.of(standing) != Known::Unknown {
            return None;
        }
        let priorities = &self.fleet.known(situation)?.priorities;
        let of = |standing| priorities.of(situation.table, standing);
        let if_not = |standing| of(fact.if_so(standing, Known::No));
        let shift = Shift { from: of(standing), to: if_not(standing) };
        // Exploited, and life-sustaining or reachable: while both are unknown, neither
        // answer changes anything alone.
        let others = Fact::ALL.into_iter().filter(|other| *other != fact);
        let settled = others
            .filter(|other| other.of(standing) == Known::Unknown)
            .fold(standing, |standing, other| other.if_so(standing, Known::No));
        let matters = shift.from != shift.to || of(settled) != if_not(settled);
        matters.then_some(shift)
    }

    /// The questions about facts that are open for a device in a situation, where it stands.
    pub(crate) fn facts_asked(
        &self,
        situation: Situation,
        organisation: i64,
        department: &str,
    ) -> Vec<(Fact, Key)> {
        let product = self.product(situation.configuration.0);
        let asked = Fact::ALL.into_iter().filter_map(|fact| {
            self.shift(fact, situation)?;
            let subject = match fact {
                Fact::Reachable => Subject::zone(organisation, department),
                Fact::LifeSustaining | Fact::HoldsPhi => {
                    Subject::Product(product?.clone())
                }
            };
            Some((fact, Key::new(Kind::Fact(fact), &subject, "")))
        });
        asked.collect()
    }

    fn ask_fact(
        &self,
        fact: Fact,
        tally: &Tally<'_>,
        found: &mut BTreeMap<Key, Question>,
    ) {
        let Some(shift) = self.shift(fact, tally.situation) else { return };
        let Some(build) = self.build(tally.situation.configuration.0) else { return };
        let subject = match (fact, self.product(tally.situation.configuration.0)) {
            (Fact::Reachable, _) => Subject::zone(tally.organisation.0, tally.department),
            (Fact::LifeSustaining | Fact::HoldsPhi, Some(product)) => {
                Subject::Product(product.clone())
            }
            (Fact::LifeSustaining | Fact::HoldsPhi, None) => return,
        };
        let kind = Kind::Fact(fact);
        let key = Key::new(kind, &subject, "");
        let question = found.entry(key).or_insert_with_key(|key| {
            let [maker, model] = called(build);
            let question = Question::new(key.clone(), kind, subject, String::new());
            match question.about {
                Subject::Product(_) => Question {
                    maker: maker.to_owned(),
                    model: model.to_owned(),
                    ..question
                },
                Subject::Zone(zone_of, _) => {
                    Question { zone_of, zone: tally.department.to_owned(), ..question }
                }
            }
        });
        question.count(tally, shift);
    }

    /// The devices of an open question, in all organisations: those that it counts, or of
    /// them those of which the answer would change the priority in this way.
    #[must_use]
    pub fn devices_of_question(
        &self,
        question: &Question,
        wanted: Option<Shift>,
    ) -> RoaringBitmap {
        let is_wanted = |shift: Shift| wanted.is_none_or(|wanted| wanted == shift);
        match question.kind {
            Kind::Component => {
                let asked = self.asked_parts(&question.views).remove(&question.key);
                let builds = asked.map(|asked| asked.builds).unwrap_or_default();
                builds.iter().fold(RoaringBitmap::new(), |all, (build, (views, _))| {
                    all | self.waiting(&question.key, *build, views)
                })
            }
            Kind::Device(_) => self.fleet.of_situations(|situation| {
                let mut opens = self.asked(situation).iter();
                opens.any(|open| open.key == question.key)
                    && is_wanted(self.better(situation, &question.key))
            }),
            Kind::Fact(fact) => {
                let changing = |is_of: &dyn Fn(i64) -> bool| {
                    self.fleet.of_situations(|situation| {
                        is_of(situation.configuration.0)
                            && self.shift(fact, situation).is_some_and(is_wanted)
                    })
                };
                match &question.about {
                    Subject::Product(product) => {
                        changing(&|build| self.product(build) == Some(product))
                    }
                    Subject::Zone(organisation, zone) => {
                        let here = OrganisationId(*organisation);
                        let is_here = |name: &str| fold(name.trim()) == *zone;
                        changing(&|_| true) & self.fleet.of_department(here, is_here)
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use store::Build;

    use super::super::Product;
    use super::*;

    fn question(kind: Kind, about: Subject, devices: u64) -> Question {
        let key = Key::new(kind, &about, "");
        Question { devices, ..Question::new(key, kind, about, String::new()) }
    }

    fn product(model: &str) -> Subject {
        let model = model.to_owned();
        Subject::Product(Product::of(&Build { model, ..Build::default() }))
    }

    fn shifted(
        question: Question,
        from: Priority,
        to: Priority,
        devices: u64,
    ) -> Question {
        let shift = Shift { from: Some(from), to: Some(to) };
        Question { shifts: BTreeMap::from([(shift, devices)]), ..question }
    }

    const SUSTAINS: Kind = Kind::Fact(Fact::LifeSustaining);
    const HOLDS: Kind = Kind::Fact(Fact::HoldsPhi);
    const REACHABLE: Kind = Kind::Fact(Fact::Reachable);

    #[test]
    fn a_few_urgent_devices_weigh_as_much_as_many_others() {
        use Priority::{ActNow, NextWindow, ThisWeek, Watch};

        let pump = question(SUSTAINS, product("Pump"), 100);
        assert_eq!(pump.weight(), 0, "a fact that changes nothing alone weighs nothing");
        for (from, to, expected) in [
            (ActNow, ThisWeek, 24),
            (ThisWeek, ActNow, 24),
            (ThisWeek, NextWindow, 12),
            (Watch, NextWindow, 6),
        ] {
            assert_eq!(shifted(pump.clone(), from, to, 3).weight(), expected);
        }
        let part = question(Kind::Component, product("Pump"), 7);
        assert_eq!(part.weight(), 7, "and a verdict counts once");
        assert_eq!(shifted(part, ActNow, Watch, 2).weight(), 5 + 16);
    }

    #[test]
    fn what_is_asked_about_one_product_or_one_hospital_stands_together() {
        use Priority::{ActNow, Watch};

        let first = shifted(question(SUSTAINS, product("A"), 9), ActNow, Watch, 9);
        let beside = question(HOLDS, product("a"), 1);
        let ward = |organisation, name: &str, devices| {
            let about = Subject::zone(organisation, name);
            shifted(question(REACHABLE, about, devices), ActNow, Watch, devices)
        };
        let all = [
            beside.clone(),
            ward(4, "ICU", 2),
            ward(5, "ICU", 5),
            ward(4, "NICU", 3),
            ward(5, "ED", 1),
            first.clone(),
        ];
        let told: Vec<(u64, bool)> = in_order(all.to_vec())
            .iter()
            .map(|one| (one.devices, one.is_beside(&first)))
            .collect();
        let expected =
            [(9, true), (1, true), (5, false), (1, false), (3, false), (2, false)];
        assert_eq!(told, expected);
        assert!(!ward(4, "ICU", 1).is_beside(&ward(5, "ICU", 1)));
        assert!(ward(4, "ICU", 1).is_beside(&ward(4, "ED", 1)));
    }
}
