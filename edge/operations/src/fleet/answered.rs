//! What was answered, and which devices it is about.
//!
//! Nothing of what follows from an answer is stored. Devices of one build about which the
//! same was answered are a group, judged by itself with these answers; what was said of the
//! build stands for all others. The facts that nobody's inventory tells are filled in.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use fleet::{Answer as Known, OrganisationId, Scope, Standing, Variant};
use naming::spelling::fold;
use roaring::RoaringBitmap;
use store::{Answer, Build, Covers, Doubt, Moved, PieceTurn, Replaced, Said, Store};

use super::FleetError;
use super::grouped::{Alike, Group, Open, Ruled};
use super::held::Holdings;
use super::parts::{self, Part};
use super::since::{Restated, Shown, Since};
use crate::build::OpenQuestion;
use crate::question::{
    Fact, Key, Kind, Product, Recalled, Subject, Written, is_of_its_day,
};

/// What is known of answers, and of the devices that they are about.
#[derive(Debug, Default)]
pub(super) struct Answered {
    /// Answers that nobody has ended.
    pub(super) given: BTreeMap<i64, Given>,
    /// Who said what about which devices, by question: no device twice.
    pub(super) said: BTreeMap<Key, Vec<Word>>,
    /// Under which keys answers were ever kept that are not today's, each with today's.
    renamed: BTreeMap<Key, Key>,
    pub(super) groups: BTreeMap<Variant, Group>,
    /// What advisories ask about builds, but for devices that are in a group.
    pub(super) asked: BTreeMap<i64, Vec<Open>>,
    /// Builds of which an advisory that cannot tell may be settled by the day of receipt.
    pub(super) dated: BTreeSet<i64>,
    pub(super) products: BTreeMap<i64, Product>,
    pub(super) by_product: BTreeMap<Product, BTreeSet<i64>>,
    /// What inventories say of the facts, and what answers say where these are silent.
    told: [Facts; 3],
    filled: [Facts; 3],
    last_variant: u32,
    /// What inventories told by which answers hold no longer.
    since: Since,
    /// Since when nobody knows which device hangs under the tag of one.
    doubted: BTreeMap<u32, String>,
    /// Devices that were told since the last settling.
    put: RoaringBitmap,
    /// Builds that were weighed since.
    weighed: BTreeSet<i64>,
    is_changed: bool,
    /// The last day on which all that is believed still is.
    until: Option<String>,
}

/// An answer with its devices; its question has today's key.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) answer: Answer,
    pub(super) kind: Kind,
    pub(super) subject: Subject,
    /// It speaks of no other spelling.
    written: Option<Written>,
    /// None where it is about all.
    pub(super) devices: Option<RoaringBitmap>,
    /// What runs on each device is the answer: the last device that was there when it was given.
    /// None where the answer is of what an inventory states, or of the product.
    pub(super) of_those: Option<u32>,
}

/// What one answer says of which devices.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) answer: i64,
    pub(crate) said: Said,
    pub(crate) devices: RoaringBitmap,
}

/// Devices of which a fact is so, and of which it is not.
#[derive(Clone, Debug, Default, PartialEq)]
struct Facts {
    yes: RoaringBitmap,
    no: RoaringBitmap,
}

impl Facts {
    fn of(&self, ordinal: u32) -> Known {
        match (self.yes.contains(ordinal), self.no.contains(ordinal)) {
            (true, _) => Known::Yes,
            (false, true) => Known::No,
            (false, false) => Known::Unknown,
        }
    }

    fn set(&mut self, ordinal: u32, known: Known) {
        self.yes.remove(ordinal);
        self.no.remove(ordinal);
        match known {
            Known::Yes => self.yes.insert(ordinal),
            Known::No => self.no.insert(ordinal),
            Known::Unknown => false,
        };
    }
}

/// Whether what follows from the answers was worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nothing had changed of what it rests on.
    AsBefore,
    /// It was, and may be another.
    Anew,
}

impl Answered {
    /// The questions about components to which somebody said that it is so.
    pub(super) fn affirmed(&self) -> BTreeMap<&Key, Vec<&Word>> {
        let is_of = |word: &&Word| {
            let given = self.given.get(&word.answer);
            word.said == Said::Yes && given.is_some_and(|one| one.kind == Kind::Component)
        };
        let said = self
            .said
            .iter()
            .map(|(key, words)| (key, words.iter().filter(is_of).collect::<Vec<_>>()));
        said.filter(|(_, words)| !words.is_empty()).collect()
    }

    /// Whether everything that counts as believed still is on that day.
    pub(super) fn holds_on(&self, today: &str) -> bool {
        self.until.as_deref().is_none_or(|until| today <= until)
    }

    /// Takes note of a build.
    pub(super) fn build(&mut self, id: i64, build: &Build) {
        let product = Product::of(build);
        self.by_product.entry(product.clone()).or_default().insert(id);
        self.products.insert(id, product);
    }

    pub(super) fn product(&self, build: i64) -> Option<&Product> {
        self.products.get(&build)
    }

    /// Takes note of a device that was told, with what its inventory says of the facts.
    pub(super) fn told(&mut self, ordinal: u32, standing: Standing) {
        self.put.insert(ordinal);
        for (fact, facts) in Fact::ALL.into_iter().zip(&mut self.told) {
            facts.set(ordinal, fact.of(standing));
        }
    }

    /// Takes note that nothing tells of a device any more.
    pub(super) fn withdrawn(&mut self, ordinal: u32) {
        self.put.remove(ordinal);
        self.told.iter_mut().for_each(|facts| facts.set(ordinal, Known::Unknown));
        // What was said about it is about the others alone.
        self.is_changed = true;
    }

    /// Takes note of what inventories told of devices that changed.
    pub(super) fn restated(
        &mut self,
        restated: Restated,
        pieces: Vec<PieceTurn>,
        (replaced, moved): (Vec<Replaced>, Vec<Moved>),
    ) -> Result<(), FleetError> {
        self.is_changed |= self.since.restated(restated);
        self.is_changed |= self.since.replaced(replaced)?;
        self.is_changed |= self.since.pieces(pieces)?;
        self.is_changed |= self.since.moved(moved)?;
        Ok(())
    }

    /// Whether anybody ever said that another device hangs under a tag.
    pub(super) fn is_any_doubted(&self) -> bool {
        self.since.is_any_doubted()
    }

    /// Takes note of which devices nobody knows which they are.
    pub(super) fn doubt(&mut self, doubts: Vec<Doubt>) {
        let doubted = doubts.into_iter().filter_map(|one| self.since.doubted(one));
        let doubted: BTreeMap<u32, String> = doubted.collect();
        self.is_changed |= doubted != self.doubted;
        self.doubted = doubted;
    }

    /// The devices of which nobody knows which they are.
    pub(super) fn doubted(&self) -> RoaringBitmap {
        self.doubted.keys().copied().collect()
    }

    /// The same, by what they are called.
    pub(super) fn doubted_by_build(
        &self,
        house: &Holdings,
    ) -> BTreeMap<i64, RoaringBitmap> {
        let mut all: BTreeMap<i64, RoaringBitmap> = BTreeMap::new();
        for ordinal in self.doubted.keys() {
            let Some(situation) = house.fleet.situation(*ordinal) else { continue };
            all.entry(situation.configuration.0).or_default().insert(*ordinal);
        }
        all
    }

    /// Whether a device of one of some builds left an organisation.
    pub(super) fn has_left(&self, organisation: i64, builds: &[i64]) -> bool {
        self.since.has_left(organisation, builds)
    }

    /// Takes note that organisations found out something, or that SBOMs say something else.
    pub(super) fn analysed(&mut self) {
        self.is_changed = true;
    }

    /// Takes note of builds that are judged anew.
    pub(super) fn weighed(&mut self, builds: &BTreeSet<i64>) {
        self.weighed.extend(builds);
    }

    /// What was answered, by number, where it holds.
    pub(super) fn given(&self, answer: i64) -> Option<&Answer> {
        self.given.get(&answer).map(|given| &given.answer)
    }

    /// Who said what to a question.
    pub(super) fn said(&self, key: &Key) -> &[Word] {
        self.said.get(key).map_or(&[], Vec::as_slice)
    }

    /// Every answer that holds about a device.
    pub(super) fn about(&self, ordinal: u32) -> impl Iterator<Item = &Answer> {
        let words = self.said.values().flatten();
        let words = words.filter(move |word| word.devices.contains(ordinal));
        words.filter_map(|word| self.given(word.answer))
    }

    /// Reads the answers that changed after a number.
    pub(super) async fn read(
        &mut self,
        store: &Store,
        head: i64,
        known: i64,
    ) -> Result<(), FleetError> {
        let changed = store.answers_since(head, known).await?;
        let listed: Vec<i64> = changed
            .iter()
            .filter(|answer| answer.covers == Covers::Devices && answer.ended.is_none())
            .map(|answer| answer.id)
            .collect();
        let mut devices: BTreeMap<i64, RoaringBitmap> = BTreeMap::new();
        for (answer, device) in store.answered_devices(head, &listed).await? {
            let ordinal =
                u32::try_from(device).map_err(|_| FleetError::Beyond(device))?;
            devices.entry(answer).or_default().insert(ordinal);
        }
        let mut last = last_devices(store, head, &changed).await?;
        for mut answer in changed {
            self.is_changed = true;
            let of_those = last.remove(&answer.id);
            let Some(kind) = Kind::from_word(&answer.question.kind) else { continue };
            let Recalled { key, subject, written } = Recalled::of(&answer.question, kind);
            if answer.question.key != key.as_str() {
                let kept = std::mem::replace(&mut answer.question.key, key.to_string());
                self.renamed.insert(Key::from_text(&kept), key);
            }
            if answer.ended.is_some() {
                self.given.remove(&answer.id);
                continue;
            }
            let devices = match answer.covers {
                Covers::All => None,
                Covers::Devices => Some(devices.remove(&answer.id).unwrap_or_default()),
            };
            let id = answer.id;
            let given = Given { answer, kind, subject, written, devices, of_those };
            self.given.insert(id, given);
        }
        Ok(())
    }

    /// Works out what follows from the answers of that day, and tells the fleet.
    pub(super) fn settle(&mut self, house: &mut Holdings, today: &str) -> Heard {
        let is_quiet = !self.is_changed
            && self.put.is_empty()
            && self.weighed.is_empty()
            && self.holds_on(today);
        if is_quiet {
            return Heard::AsBefore;
        }
        self.is_changed = false;
        let put = std::mem::take(&mut self.put);
        let weighed = std::mem::take(&mut self.weighed);
        self.hear(house, today);
        let mut changed = self.fill();
        changed |= self.regroup(house, &weighed);
        changed |= put & self.settled();
        self.tell(house, &changed);
        house.work.forget();
        Heard::Anew
    }

    /// Every device of which a fact is filled in, or that is in a group.
    fn settled(&self) -> RoaringBitmap {
        let filled = self.filled.iter().flat_map(|facts| [&facts.yes, &facts.no]);
        let grouped = self.groups.values().map(|group| &group.devices);
        filled.chain(grouped).fold(RoaringBitmap::new(), |all, some| all | some)
    }

    /// Who said what, of the answers that are believed on that day: the more specific, then
    /// the lower organisation, then the newer counts.
    fn hear(&mut self, house: &Holdings, today: &str) {
        let believed = |given: &&Given| {
            given.answer.until.as_deref().is_none_or(|until| today <= until)
        };
        let mut given: Vec<&Given> = self.given.values().filter(believed).collect();
        given.sort_by_key(|given| {
            (given.answer.covers, given.answer.path.depth(), given.answer.id)
        });
        let until = given.iter().filter_map(|given| given.answer.until.clone());
        let until = until.min();
        let mut said: BTreeMap<Key, Vec<Word>> = BTreeMap::new();
        let mut within: BTreeMap<i64, RoaringBitmap> = BTreeMap::new();
        let mut shown = Shown::new();
        for given in given {
            let organisation = given.answer.organisation;
            let within = within.entry(organisation).or_insert_with(|| {
                house.fleet.within(&Scope::of([OrganisationId(organisation)]))
            });
            let mut devices = self.covered(house, given) & &*within;
            devices -= self.since.void(house, given, &devices, &mut shown);
            let key = Key::from_text(&given.answer.question.key);
            let words = said.entry(key).or_default();
            words.iter_mut().for_each(|earlier| earlier.devices -= &devices);
            let (answer, said) = (given.answer.id, given.answer.said);
            words.push(Word { answer, said, devices });
        }
        (self.said, self.until) = (said, until);
    }

    /// The devices that an answer is about, in whatever organisation.
    fn covered(&self, house: &Holdings, given: &Given) -> RoaringBitmap {
        let devices = match &given.subject {
            Subject::Product(product) => {
                self.of_product(house, product, given.written.as_ref())
            }
            Subject::Zone(organisation, zone) => {
                house.fleet.of_department(OrganisationId(*organisation), |department| {
                    fold(department.trim()) == *zone
                })
            }
        };
        match (&given.devices, given.of_those) {
            (Some(listed), _) => devices & listed,
            // Which release runs on one device tells nothing of those that come later.
            (None, Some(last)) => {
                let mut devices = devices;
                devices.remove_range((Bound::Excluded(last), Bound::Unbounded));
                devices
            }
            (None, None) => devices,
        }
    }

    /// The devices of a product, or of them those that are written so, in whatever
    /// organisation.
    fn of_product(
        &self,
        house: &Holdings,
        product: &Product,
        written: Option<&Written>,
    ) -> RoaringBitmap {
        let is_so = |id: &&i64| match written {
            None => true,
            Some(written) => {
                house.build(**id).is_some_and(|build| Written::of(build) == *written)
            }
        };
        let builds = self.by_product.get(product).into_iter().flatten().filter(is_so);
        house.fleet.of_configurations(builds.map(|id| fleet::ConfigurationId(*id)))
    }

    /// Fills in what inventories do not say; the devices of which that changed.
    fn fill(&mut self) -> RoaringBitmap {
        let mut filled: [Facts; 3] = Default::default();
        for (fact, (facts, told)) in
            Fact::ALL.into_iter().zip(filled.iter_mut().zip(&self.told))
        {
            let kind = Kind::Fact(fact);
            for word in self.said.values().flatten() {
                let is_of = self.given.get(&word.answer).map(|given| given.kind);
                match word.said {
                    _ if is_of != Some(kind) => {}
                    Said::Yes => facts.yes |= &word.devices,
                    Said::No => facts.no |= &word.devices,
                    Said::NotKnown => {}
                }
            }
            for devices in [&mut facts.yes, &mut facts.no] {
                *devices -= &told.yes;
                *devices -= &told.no;
            }
        }
        let before = std::mem::replace(&mut self.filled, filled);
        let pairs = before.iter().zip(&self.filled);
        pairs.fold(RoaringBitmap::new(), |changed, (old, new)| {
            changed | (&old.yes ^ &new.yes) | (&old.no ^ &new.no)
        })
    }

    /// Puts devices of one build together about which the same was answered and found out;
    /// the devices that changed their group.
    fn regroup(
        &mut self,
        house: &mut Holdings,
        weighed: &BTreeSet<i64>,
    ) -> RoaringBitmap {
        let before = std::mem::take(&mut self.groups);
        let mut known: BTreeMap<Alike, (Variant, Group)> = before
            .into_iter()
            .map(|(variant, group)| (group.alike(), (variant, group)))
            .collect();
        let mut changed = RoaringBitmap::new();
        for (alike, devices) in self.groupings(house) {
            let old = known.remove(&alike);
            let configuration = alike.configuration;
            let is_new = old.is_none() || weighed.contains(&configuration);
            let (variant, mut group) = old.unwrap_or_else(|| {
                self.last_variant += 1;
                (Variant(self.last_variant), Group::new(alike))
            });
            changed |= &group.devices ^ &devices;
            group.devices = devices;
            if is_new {
                let product = self.products.get(&configuration);
                group.work_out(house, product, self.asked.get(&configuration));
                house.weigh_variant(variant, &group);
            }
            self.groups.insert(variant, group);
        }
        for (_, group) in known.into_values() {
            changed |= group.devices;
        }
        changed
    }

    /// Tells the fleet how devices stand and in which group they are.
    fn tell(&self, house: &mut Holdings, changed: &RoaringBitmap) {
        let mut variants: BTreeMap<u32, Variant> = BTreeMap::new();
        for (variant, group) in &self.groups {
            let moved = &group.devices & changed;
            variants.extend(moved.iter().map(|ordinal| (ordinal, *variant)));
        }
        for ordinal in changed {
            let variant = variants.get(&ordinal).copied().unwrap_or_default();
            house.fleet.settle(ordinal, self.standing(ordinal), variant);
        }
    }

    fn standing(&self, ordinal: u32) -> Standing {
        let facts = Fact::ALL.into_iter().zip(self.told.iter().zip(&self.filled));
        facts.fold(Standing::default(), |standing, (fact, (told, filled))| {
            // The order of answers is yes, unknown, no; what is told is never filled in.
            let known = match told.of(ordinal) {
                Known::Unknown => filled.of(ordinal),
                told => told,
            };
            fact.if_so(standing, known)
        })
    }
}

/// How one device stands, and what was answered about it.
#[derive(Clone, Debug, Default)]
pub struct Situated {
    /// Whose device it is.
    pub organisation: i64,
    /// How it stands, with what was answered where its inventory is silent.
    pub standing: Standing,
    /// By which table its organisation gives priorities.
    pub policy: Arc<worklist::Policy>,
    /// The answers that hold about it, the newest first.
    pub answers: Vec<Answer>,
    /// The facts that are asked about it, each with its question.
    pub facts: Vec<(Fact, Key)>,
    /// Since when nobody knows which device hangs under its tag; none where it is known.
    pub doubted: Option<String>,
    ruled: BTreeMap<Arc<str>, Ruled>,
    open: Vec<Open>,
    parts: Vec<(Part, Vec<Key>)>,
}

/// What answers make of a verdict about a component.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// The verdict; none where it stays open.
    pub(crate) verdict: Option<matching::Verdict>,
    /// What was answered.
    pub(crate) answers: Vec<Answer>,
    /// What was not.
    pub(crate) asked: Vec<OpenQuestion>,
}

impl Situated {
    /// The verdict about a vulnerability that answers gave, and these.
    pub(crate) fn ruled(
        &self,
        vulnerability: &str,
    ) -> Option<(matching::Verdict, Vec<Answer>)> {
        let ruled = self.ruled.get(vulnerability)?;
        let by = self.answers.iter().filter(|answer| ruled.answers.contains(&answer.id));
        Some((ruled.verdict, by.cloned().collect()))
    }

    /// The keys of the questions about the device, answered or open.
    pub(crate) fn keys(&self) -> BTreeSet<Key> {
        let answered = self.answers.iter().map(|one| Key::from_text(&one.question.key));
        let facts = self.facts.iter().map(|(_, key)| key.clone());
        let open = self.open.iter().map(|one| one.key.clone());
        let parts = self.parts.iter().flat_map(|(_, keys)| keys.clone());
        answered.chain(facts).chain(open).chain(parts).collect()
    }

    /// The verdict about a component that answers gave, these, and what is still open.
    pub(crate) fn of_part(&self, subject: &store::Subject) -> Settled {
        let mut settled = Settled::default();
        let part = self.parts.iter().find(|(part, _)| {
            part.view == subject.view
                && part.vulnerability == subject.vulnerability
                && part.asks.iter().all(|ask| ask.component == subject.component)
        });
        let Some((part, keys)) = part else { return settled };
        let mut replies = Vec::new();
        for (ask, key) in part.asks.iter().zip(keys) {
            let mut answers = self.answers.iter();
            let answer = answers.find(|one| one.question.key == key.as_str());
            replies.push((answer.map(|one| one.said), ask.settles()));
            match answer.filter(|one| one.said != Said::NotKnown) {
                Some(answer) => settled.answers.push(answer.clone()),
                None => settled
                    .asked
                    .push(OpenQuestion { key: key.clone(), asked: ask.question.clone() }),
            }
        }
        settled.verdict = parts::settled(replies);
        settled
    }

    /// The questions that are open about a vulnerability, each once.
    pub(crate) fn asked(&self, vulnerability: &str) -> Vec<OpenQuestion> {
        let mut asked: Vec<OpenQuestion> = Vec::new();
        for open in
            self.open.iter().filter(|one| one.vulnerabilities.contains(vulnerability))
        {
            let question =
                OpenQuestion { key: open.key.clone(), asked: open.ask.yes_or_no() };
            if !asked.contains(&question) {
                asked.push(question);
            }
        }
        asked
    }
}

/// For answers of what runs on each device, the last device that was there when each was given.
async fn last_devices(
    store: &Store,
    head: i64,
    answers: &[Answer],
) -> Result<BTreeMap<i64, u32>, FleetError> {
    let is_of = |one: &&Answer| {
        let kind = Kind::from_word(&one.question.kind);
        let is_so = kind.is_some_and(|kind| is_of_its_day(kind, &one.question.ask));
        one.ended.is_none() && is_so
    };
    let of: Vec<&Answer> = answers.iter().filter(is_of).collect();
    let times: Vec<&str> = of.iter().map(|one| one.at.as_str()).collect();
    let last = store.last_devices(head, &times).await?.into_iter();
    let last = last.map(|last| u32::try_from(last).map_err(|_| FleetError::Beyond(last)));
    of.iter().zip(last).map(|(one, last)| Ok((one.id, last?))).collect()
}

/// Whether the day of receipt may settle what an advisory cannot tell.
fn hangs_on_day(answer: &matching::device::Answer) -> bool {
    answer.hangs_on_day && answer.verdict == matching::device::Verdict::CannotTell
}

impl Holdings {
    /// How a device stands, and what was answered about it.
    #[must_use]
    pub fn situated(&self, device: &store::Device) -> Situated {
        let ordinal = u32::try_from(device.id).ok();
        let Some(situation) = ordinal.and_then(|ordinal| self.fleet.situation(ordinal))
        else {
            return Situated::default();
        };
        let department = device.told.department.trim();
        let group = self.answered.groups.get(&situation.variant);
        Situated {
            organisation: device.organisation,
            standing: situation.standing,
            policy: Arc::clone(self.tables.policy(situation.table)),
            answers: self.answers_about(device.id).into_iter().cloned().collect(),
            facts: self.facts_asked(situation, device.organisation, department),
            doubted: ordinal.and_then(|it| self.answered.doubted.get(&it)).cloned(),
            ruled: group.map(|group| group.ruled.clone()).unwrap_or_default(),
            open: self.asked(situation).to_vec(),
            parts: self.situated_parts(situation.configuration.0, device.organisation),
        }
    }

    fn situated_parts(&self, build: i64, organisation: i64) -> Vec<(Part, Vec<Key>)> {
        let Some(product) = self.product(build) else { return Vec::new() };
        let parts = self.parts_of(build, organisation).into_iter();
        parts
            .map(|part| {
                let keys = part.asks.iter().map(|ask| ask.key(product)).collect();
                (part, keys)
            })
            .collect()
    }

    /// The devices of a question's answers, whoever gave them.
    pub(crate) fn words(&self, key: &Key) -> &[Word] {
        self.answered.said(key)
    }

    /// The key by which a question is known today that was answered under a key.
    pub(crate) fn todays(&self, key: &Key) -> Key {
        self.answered.renamed.get(key).unwrap_or(key).clone()
    }

    /// The earlier keys under which a question was ever answered.
    pub(crate) fn earlier_keys(&self, key: &Key) -> Vec<Key> {
        let renamed = self.answered.renamed.iter();
        renamed.filter(|(_, today)| *today == key).map(|(kept, _)| kept.clone()).collect()
    }

    /// The devices of a product that are written so, in whatever organisation.
    pub(crate) fn written_so(
        &self,
        product: &Product,
        written: &Written,
    ) -> RoaringBitmap {
        self.answered.of_product(self, product, Some(written))
    }

    /// The product that a build is of.
    pub(crate) fn product(&self, build: i64) -> Option<&Product> {
        self.answered.product(build)
    }

    /// An answer that holds.
    #[must_use]
    pub fn answer(&self, id: i64) -> Option<&Answer> {
        self.answered.given(id)
    }

    /// The answers that hold about a device, the newest first.
    fn answers_about(&self, device: i64) -> Vec<&Answer> {
        let Ok(ordinal) = u32::try_from(device) else { return Vec::new() };
        let mut answers: Vec<&Answer> = self.answered.about(ordinal).collect();
        answers.sort_by_key(|answer| std::cmp::Reverse(answer.id));
        answers
    }

    /// The devices about which an answer decides.
    #[must_use]
    pub fn devices_of_answer(&self, id: i64) -> RoaringBitmap {
        let Some(answer) = self.answer(id) else { return RoaringBitmap::new() };
        let key = Key::from_text(&answer.question.key);
        let words = self.words(&key).iter().filter(|word| word.answer == id);
        words.fold(RoaringBitmap::new(), |all, word| all | &word.devices)
    }

    /// What advisories still ask about devices in a situation.
    pub(crate) fn asked(&self, situation: fleet::Situation) -> &[Open] {
        let answered = &self.answered;
        let asked = match answered.groups.get(&situation.variant) {
            Some(group) => Some(&group.asked),
            None => answered.asked.get(&situation.configuration.0),
        };
        asked.map_or(&[], Vec::as_slice)
    }

    /// Keeps one copy of what advisories ask about builds that changed.
    pub(super) fn ask_about(&mut self, builds: &BTreeSet<i64>) {
        let Some(advisories) = self.advisories.clone() else {
            self.answered.asked.clear();
            self.answered.dated.clear();
            return;
        };
        for id in builds {
            let wanted = self.open_about(*id);
            let mut is_dated = false;
            let asked = match (self.build(*id), self.answered.product(*id)) {
                (Some(build), Some(product)) if !wanted.is_empty() => {
                    let answers = advisories.answers(build);
                    is_dated = answers.iter().any(hangs_on_day);
                    super::grouped::opens(&advisories, &answers, &wanted, product)
                }
                _ => Vec::new(),
            };
            match asked.is_empty() {
                true => self.answered.asked.remove(id),
                false => self.answered.asked.insert(*id, asked),
            };
            match is_dated {
                true => self.answered.dated.insert(*id),
                false => self.answered.dated.remove(id),
            };
        }
    }

    /// The vulnerabilities of which nobody can tell whether they affect a build.
    pub(super) fn open_about(&self, build: i64) -> BTreeSet<Arc<str>> {
        self.rulings_of(build)
            .filter(|held| held.verdict == matching::Verdict::CannotTell)
            .map(|held| Arc::clone(&held.vulnerability))
            .collect()
    }
}
