//! Devices of one build about which the same was answered, judged with these answers.
//!
//! An answer counts where an advisory asks, and only there: it is put to the same rules that
//! asked. So a *no* to one of two conditions is enough, a *yes* leads to the next question,
//! and what the inventory tells meanwhile stands.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use advisory::Record;
use matching::Verdict;
use matching::device::{self, Answer, Ask, Replies, Reply};
use roaring::RoaringBitmap;

use super::held::Holdings;
use crate::judging::Advisories;
use crate::question::{Key, Kind, Product, Subject};

/// What was answered to which question, and by which answer.
pub(super) type Decided = BTreeMap<String, (Reply, i64)>;

/// Which vulnerabilities of the device itself its organisation's own analysis clears, and what
/// they are then.
pub(super) type Cleared = BTreeMap<Arc<str>, Verdict>;

/// What documents of a device's organisation say of it: statements about the device itself,
/// and what its bills say of components; by vulnerability the word that asks most. Of
/// components that are spared only that is kept that there are some: that a fix is in one says
/// nothing of the device, and counts where nobody says anything else.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Billed {
    pub(super) itself: BTreeMap<Arc<str>, Verdict>,
    pub(super) parts: BTreeMap<Arc<str>, Verdict>,
    pub(super) spared: Option<Verdict>,
}

/// What counts of devices beyond what is said of their build to everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Words {
    /// What their organisation found out.
    pub(super) cleared: Cleared,
    /// What documents that count for it say.
    pub(super) billed: Billed,
    /// What answers about them make of verdicts about components that nobody could tell, by the
    /// number of the judgement.
    pub(super) replied: BTreeMap<i64, Verdict>,
    /// Flaws of what they were before the inventory called them so that nobody can tell: nobody
    /// can tell of these either, unless an answer or the day of receipt rules on them.
    pub(super) lost: BTreeSet<Arc<str>>,
    /// Whether nobody knows which devices they are: of what was said of these before nobody can
    /// tell.
    pub(super) is_doubted: bool,
}

/// What a verdict is once nobody knows whether it is about the device that hangs there: what was
/// open stays so, and nothing is said of what was cleared.
pub(crate) const fn doubted(verdict: Verdict) -> Option<Verdict> {
    match verdict {
        Verdict::Affected | Verdict::UnderInvestigation | Verdict::CannotTell => {
            Some(Verdict::CannotTell)
        }
        Verdict::Fixed | Verdict::NotAffected => None,
    }
}

/// Devices that go together: their build, what was answered to what advisories ask, and what
/// else counts of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Alike {
    pub(super) configuration: i64,
    /// The day on which they were received, where what an advisory says hangs on it; else
    /// empty.
    pub(super) day: String,
    pub(super) decided: Decided,
    pub(super) words: Words,
}

/// More questions than that hang together in no advisory.
const ROUNDS_MAX: usize = 50;

/// A question that an advisory asks about a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Open {
    /// By what it is known.
    pub(crate) key: Key,
    /// What is asked.
    pub(crate) ask: Ask,
    /// Which advisory asks it.
    pub(crate) advisory: Arc<str>,
    /// For which product, as the advisory names it.
    pub(crate) product: String,
    /// Where that stands in it.
    pub(crate) place: String,
    /// The vulnerabilities that hang on it.
    pub(crate) vulnerabilities: BTreeSet<Arc<str>>,
}

/// A verdict that an answer, or the day of receipt, has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ruled {
    /// What it is for these devices.
    pub(crate) verdict: Verdict,
    /// The answers that it rests on; none where the day alone decides.
    pub(crate) answers: BTreeSet<i64>,
}

/// Devices of one build about which the same was answered, and of which their organisations
/// found out and hold the same.
#[derive(Debug)]
pub(crate) struct Group {
    pub(super) configuration: i64,
    /// See [`Alike::day`].
    pub(super) day: String,
    pub(super) decided: Decided,
    pub(super) words: Words,
    pub(super) devices: RoaringBitmap,
    /// What differs from what is said of the build, by vulnerability.
    pub(crate) ruled: BTreeMap<Arc<str>, Ruled>,
    /// What differs by advisory: the word that asks most.
    pub(super) spoken: BTreeMap<Arc<str>, Verdict>,
    /// What is still asked.
    pub(super) asked: Vec<Open>,
}

impl Group {
    pub(super) fn new(alike: Alike) -> Self {
        let Alike { configuration, day, decided, words } = alike;
        Self {
            configuration,
            day,
            decided,
            words,
            devices: RoaringBitmap::new(),
            ruled: BTreeMap::new(),
            spoken: BTreeMap::new(),
            asked: Vec::new(),
        }
    }

    /// What a verdict about a vulnerability is for these devices, where it differs from that
    /// of the build. That an answer settled that they are affected says more than an analysis
    /// of all devices of the product.
    pub(super) fn verdict(&self, vulnerability: &str) -> Option<Verdict> {
        let ruled = self.ruled.get(vulnerability).map(|ruled| ruled.verdict);
        match ruled {
            Some(Verdict::Affected) => ruled,
            _ => {
                let Words { cleared, billed, .. } = &self.words;
                let stated = || billed.itself.get(vulnerability).copied();
                cleared.get(vulnerability).copied().or(ruled).or_else(stated)
            }
        }
    }

    /// What all of them have in common.
    pub(super) fn alike(&self) -> Alike {
        Alike {
            configuration: self.configuration,
            day: self.day.clone(),
            decided: self.decided.clone(),
            words: self.words.clone(),
        }
    }

    /// Works out what differs from what is said of the build; `asked` is what is asked of it.
    pub(super) fn work_out(
        &mut self,
        house: &Holdings,
        product: Option<&Product>,
        asked: Option<&Vec<Open>>,
    ) {
        match self.decided.is_empty() && self.day.is_empty() {
            true => self.asked = asked.cloned().unwrap_or_default(),
            false => self.judge(house, product),
        }
        self.clear(house);
        if self.words.is_doubted {
            self.doubt(house);
        }
    }

    /// What each advisory says that spoke of something that is open.
    fn doubt(&mut self, house: &Holdings) {
        for held in house.rulings_of(self.configuration) {
            let own = self.verdict(&held.vulnerability);
            for (advisory, verdict) in &held.grounds {
                if let Some(verdict) = doubted(own.unwrap_or(*verdict)) {
                    self.spoken.insert(Arc::clone(advisory), verdict);
                }
            }
        }
        self.asked.clear();
    }

    /// What each advisory says that speaks of something that is cleared.
    fn clear(&mut self, house: &Holdings) {
        let cleared = &self.words.cleared;
        if cleared.is_empty() {
            return;
        }
        let mut said: BTreeMap<Arc<str>, Verdict> = BTreeMap::new();
        let mut touched: BTreeSet<Arc<str>> = BTreeSet::new();
        for held in house.rulings_of(self.configuration) {
            let own = self.verdict(&held.vulnerability);
            for (advisory, verdict) in &held.grounds {
                let verdict = own.unwrap_or(*verdict);
                let worst = said.entry(Arc::clone(advisory)).or_insert(verdict);
                *worst = (*worst).min(verdict);
                if cleared.contains_key(&held.vulnerability) {
                    touched.insert(Arc::clone(advisory));
                }
            }
        }
        said.retain(|advisory, _| touched.contains(advisory));
        self.spoken.extend(said);
    }

    /// Asks the advisories in use about the build, with what was answered and the day.
    fn judge(&mut self, house: &Holdings, product: Option<&Product>) {
        self.ruled.clear();
        self.spoken.clear();
        self.asked.clear();
        let open = house.open_about(self.configuration);
        let (Some(advisories), Some(build), Some(product)) =
            (house.advisories.as_deref(), house.build(self.configuration), product)
        else {
            return;
        };
        if open.is_empty() {
            return;
        }
        let public = advisories.answers(build);
        let mut used: Used = BTreeMap::new();
        let mut replies = Replies::default();
        let mut own = advisories.dated(build, &self.day, &replies);
        // What is asked after an answer may have been answered too.
        for _ in 0..ROUNDS_MAX {
            if !self.reply(advisories, &own, &mut replies, &mut used) {
                break;
            }
            own = advisories.dated(build, &self.day, &replies);
        }
        self.rule(advisories, &public, &own, &used, &open);
        self.asked = opens(advisories, &own, &open, product);
    }

    /// Takes in the answers to what is asked; whether there were any that are new.
    fn reply(
        &self,
        advisories: &Advisories,
        answers: &[Answer],
        replies: &mut Replies,
        used: &mut Used,
    ) -> bool {
        let mut is_more = false;
        for answer in answers {
            let Some(record) = advisories.records.get(answer.record) else { continue };
            for asked in &answer.asked {
                let key = asked.ask.key();
                let Some((reply, by)) = self.decided.get(&key) else { continue };
                for name in names(record, &asked.vulnerabilities) {
                    let used = used.entry((answer.record, name.to_owned())).or_default();
                    used.insert(*by);
                }
                is_more |= replies.to(&asked.ask).is_none();
                replies.add(key, *reply);
            }
        }
        is_more
    }

    /// Whether the day of these devices may have decided what an advisory says.
    const fn is_dated(&self, answer: &Answer) -> bool {
        !self.day.is_empty() && answer.hangs_on_day
    }

    fn rule(
        &mut self,
        advisories: &Advisories,
        public: &[Answer],
        own: &[Answer],
        used: &Used,
        open: &BTreeSet<Arc<str>>,
    ) {
        let mut said: BTreeMap<&str, (Verdict, BTreeSet<i64>)> = BTreeMap::new();
        for answer in
            public.iter().filter(|one| one.verdict == device::Verdict::CannotTell)
        {
            let Some(record) = advisories.records.get(answer.record) else { continue };
            let own = own.iter().find(|own| own.record == answer.record);
            let mut worst = Verdict::NotAffected;
            for name in names(record, &answer.vulnerabilities) {
                let used = used.get(&(answer.record, name.to_owned()));
                // What neither an answer nor the day was about stays as it was.
                let verdict = match own {
                    Some(own) if used.is_some() || self.is_dated(own) => {
                        of(record, own, name)
                    }
                    _ => Verdict::CannotTell,
                };
                worst = worst.min(verdict);
                let (all, by) =
                    said.entry(name).or_insert((Verdict::NotAffected, BTreeSet::new()));
                *all = (*all).min(verdict);
                by.extend(used.into_iter().flatten());
            }
            if worst != Verdict::CannotTell {
                self.spoken.insert(record.id.as_str().into(), worst);
            }
        }
        for vulnerability in open {
            if let Some((verdict, answers)) = said.remove(&**vulnerability)
                && verdict != Verdict::CannotTell
            {
                let vulnerability = Arc::clone(vulnerability);
                self.ruled.insert(vulnerability, Ruled { verdict, answers });
            }
        }
    }
}

/// The answers that a verdict rests on, by advisory and vulnerability.
type Used = BTreeMap<(usize, String), BTreeSet<i64>>;

/// What an advisory says about one vulnerability of which it could not tell before.
fn of(record: &Record, answer: &Answer, vulnerability: &str) -> Verdict {
    let about =
        |positions: &[usize]| names(record, positions).any(|name| name == vulnerability);
    let is_about = about(&answer.vulnerabilities);
    let is_asked = answer.asked.iter().any(|asked| about(&asked.vulnerabilities));
    match answer.verdict {
        device::Verdict::Affected if is_about => Verdict::Affected,
        _ if is_asked => Verdict::CannotTell,
        device::Verdict::CannotTell if is_about => Verdict::CannotTell,
        device::Verdict::Affected
        | device::Verdict::CannotTell
        | device::Verdict::NotAffected => Verdict::NotAffected,
    }
}

/// The vulnerabilities at some positions, each by the id under which it is judged; the
/// advisory itself where it names none.
fn names<'r>(record: &'r Record, positions: &[usize]) -> impl Iterator<Item = &'r str> {
    let named: BTreeSet<&str> = positions
        .iter()
        .filter_map(|at| record.vulnerabilities.get(*at)?.ids.first().map(String::as_str))
        .collect();
    let itself = named.is_empty().then_some(record.id.as_str());
    named.into_iter().chain(itself)
}

/// What advisories ask about a build, as far as one of these vulnerabilities hangs on it.
pub(super) fn opens(
    advisories: &Advisories,
    answers: &[Answer],
    open: &BTreeSet<Arc<str>>,
    product: &Product,
) -> Vec<Open> {
    let mut opens: Vec<Open> = Vec::new();
    let subject = Subject::Product(product.clone());
    for answer in answers {
        let Some(record) = advisories.records.get(answer.record) else { continue };
        for asked in &answer.asked {
            let vulnerabilities: BTreeSet<Arc<str>> =
                names(record, &asked.vulnerabilities)
                    .filter_map(|name| open.get(name).cloned())
                    .collect();
            if vulnerabilities.is_empty() {
                continue;
            }
            let key = Key::new(Kind::Device(asked.ask.topic), &subject, &asked.ask.key());
            let leaf = record.products.get(asked.leaf);
            opens.push(Open {
                key,
                ask: asked.ask.clone(),
                advisory: record.id.as_str().into(),
                product: leaf.map(|leaf| leaf.name.clone()).unwrap_or_default(),
                place: leaf.map(|leaf| leaf.place.to_string()).unwrap_or_default(),
                vulnerabilities,
            });
        }
    }
    opens
}
