//! What every function of a control looks at: the evidence, by kind, with how far each piece
//! carries today.

use std::collections::{BTreeMap, BTreeSet};

use evidence::{Class, Field, Ground, Kind, Nature, Record, RuleSet, Scan, days_between};
use reading::Place;
use terms::Day;

use crate::catalog::{Control, catalog};
use crate::holdings::{Holdings, Reach, What};
use crate::ruling::{Lack, Ruling, Verdict, many};
use crate::tailoring::{Side, Tailoring};

/// One piece of evidence.
#[derive(Clone, Debug)]
pub(crate) struct Fact<'e> {
    pub(crate) record: &'e Record,
    pub(crate) file: &'e str,
    pub(crate) class: Class,
    pub(crate) day: Option<Day>,
    pub(crate) standing: Standing,
    /// The supplier and the product that it names, as they are compared.
    supplier: String,
    product: String,
}

/// Whether a piece of evidence still counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Live,
    /// Nobody says of which day it is.
    Undated,
    /// It is older than evidence of its kind may be.
    Old,
    /// It has ended.
    Ended,
    /// It begins later.
    Future,
    /// It ends before it begins, so it counts on no day.
    Never,
}

impl Standing {
    /// Whether it counted once, or counts.
    pub(crate) const fn has_begun(self) -> bool {
        !matches!(self, Self::Future | Self::Never)
    }
}

/// The evidence of one organisation, by kind.
pub(crate) struct Case<'e> {
    pub(crate) today: Day,
    facts: BTreeMap<Kind, Vec<Fact<'e>>>,
    /// Positions of what counts, by supplier and by product.
    suppliers: BTreeMap<(Kind, String), Vec<usize>>,
    products: BTreeMap<(Kind, String), Vec<usize>>,
    /// How names are written, by how they are compared.
    written: BTreeMap<String, String>,
    pub(crate) firewalls: Vec<Document<'e, RuleSet>>,
    pub(crate) scans: Vec<Document<'e, Scan>>,
    pub(crate) tailoring: &'e Tailoring,
}

/// A document that is one piece of evidence as a whole.
pub(crate) struct Document<'e, T> {
    pub(crate) file: &'e str,
    pub(crate) value: &'e T,
    pub(crate) day: Option<Day>,
    pub(crate) standing: Standing,
}

/// One control, asked of a case.
pub(crate) struct Ask<'a, 'e> {
    pub(crate) case: &'a Case<'e>,
    pub(crate) control: Control,
}

impl<'e> Case<'e> {
    /// The evidence of an organisation, and what is shared with it from above; of those kinds
    /// alone that are wanted.
    pub(crate) fn of(
        own: &'e Holdings,
        above: &[&'e Holdings],
        tailoring: &'e Tailoring,
        today: Day,
        wanted: &dyn Fn(Kind) -> bool,
    ) -> Self {
        let mut case = Self {
            today,
            facts: BTreeMap::new(),
            suppliers: BTreeMap::new(),
            products: BTreeMap::new(),
            written: BTreeMap::new(),
            firewalls: Vec::new(),
            scans: Vec::new(),
            tailoring,
        };
        // Like an export of computers, firewalls and scans are about their own place alone.
        case.take_documents(own);
        case.take(own, wanted, &[Reach::Own, Reach::Below]);
        for holdings in above {
            let shared = |kind| is_shared(kind) && wanted(kind);
            case.take(holdings, &shared, &[Reach::Below]);
        }
        for facts in case.facts.values_mut() {
            facts.sort_by(|a, b| b.day.cmp(&a.day).then_with(|| a.tie(b)));
        }
        case.look_up();
        case
    }

    /// Finds again what is kept by hand, and exports are not asked by name.
    fn look_up(&mut self) {
        for (kind, facts) in &self.facts {
            if kind.nature() != Nature::Kept {
                continue;
            }
            for fact in facts {
                for (name, field) in
                    [(&fact.supplier, Field::Supplier), (&fact.product, Field::Product)]
                {
                    let written = || fact.record.text(field).trim().to_owned();
                    self.written.entry(name.clone()).or_insert_with(written);
                }
            }
            for (at, fact) in facts.iter().enumerate().filter(|(_, fact)| fact.counts()) {
                let of_supplier = self.suppliers.entry((*kind, fact.supplier.clone()));
                of_supplier.or_default().push(at);
                let of_product = self.products.entry((*kind, fact.product.clone()));
                of_product.or_default().push(at);
            }
        }
    }

    fn take(
        &mut self,
        holdings: &'e Holdings,
        wanted: &dyn Fn(Kind) -> bool,
        reaches: &[Reach],
    ) {
        // Taking away what is said must not make a file younger, so the newest counts.
        let said = holdings.said_days(self.today);
        for held in &holdings.held {
            let is_wanted = held.kinds().iter().any(|kind| wanted(*kind));
            if !is_wanted || !reaches.contains(&held.reach) {
                continue;
            }
            if let What::Records(records) = &held.what {
                let said = said.day(&held.file);
                self.take_records(holdings, held, records, (said, wanted));
            }
        }
    }

    fn take_documents(&mut self, holdings: &'e Holdings) {
        let said = holdings.said_days(self.today);
        for held in &holdings.held {
            let file = held.file.as_str();
            match &held.what {
                What::Records(_) => {}
                What::Firewall(value) => {
                    let day = said.day(file).max(value.day);
                    let standing = self.standing(day, "firewall");
                    self.firewalls.push(Document { file, value, day, standing });
                }
                What::Scan(value) => {
                    let day = said.day(file).max(value.day);
                    let standing = self.standing(day, "scan");
                    self.scans.push(Document { file, value, day, standing });
                }
            }
        }
    }

    fn take_records(
        &mut self,
        holdings: &'e Holdings,
        held: &'e crate::Held,
        records: &'e [Record],
        (said, wanted): (Option<Day>, &dyn Fn(Kind) -> bool),
    ) {
        // An export is at least as young as the newest day in it.
        let mut newest: BTreeMap<Kind, Day> = BTreeMap::new();
        let exported =
            |it: &&Record| it.kind.nature() == Nature::Export && wanted(it.kind);
        for record in records.iter().filter(exported) {
            if let Some(day) = record.newest(self.today) {
                let kept = newest.entry(record.kind).or_insert(day);
                *kept = day.max(*kept);
            }
        }
        for record in records.iter().filter(|record| wanted(record.kind)) {
            let kind = record.kind;
            let (class, day) = match kind.nature() {
                Nature::Export => {
                    (Class::Documented, said.max(newest.get(&kind).copied()))
                }
                Nature::House => (Class::Observed, record.newest(self.today)),
                Nature::Kept => {
                    let proof = record.text(Field::Proof);
                    let is_proven = holdings.is_delivered(proof);
                    let class =
                        if is_proven { Class::Documented } else { Class::Attested };
                    (class, said.max(record.newest(self.today)))
                }
            };
            let fact = Fact {
                record,
                file: &held.file,
                class: held.class.unwrap_or(class),
                day,
                standing: self.standing_of(record, day),
                supplier: plain(record.text(Field::Supplier)),
                product: plain(record.text(Field::Product)),
            };
            self.facts.entry(kind).or_default().push(fact);
        }
    }

    fn standing_of(&self, record: &Record, day: Option<Day>) -> Standing {
        let kind = record.kind;
        if kind.nature() == Nature::Kept {
            if record.ends_before_it_begins() == Some(Field::Until) {
                return Standing::Never;
            }
            let is_later = |field| record.day(field).is_some_and(|it| it > self.today);
            if is_later(Field::On) || is_later(Field::From) {
                return Standing::Future;
            }
            match record.day(Field::Until) {
                Some(until) if until < self.today => return Standing::Ended,
                // Its own end says how long it counts, where nobody says since when.
                Some(_) if day.is_none() => return Standing::Live,
                _ => {}
            }
        }
        self.standing(day, kind.word())
    }

    fn standing(&self, day: Option<Day>, word: &str) -> Standing {
        let Some(most) = self.tailoring.age(word).or_else(|| catalog().age(word)) else {
            return Standing::Live;
        };
        match day {
            None => Standing::Undated,
            Some(day) if day > self.today => Standing::Future,
            Some(day) if i64::from(days_between(day, self.today)) > most => Standing::Old,
            Some(_) => Standing::Live,
        }
    }

    /// Everything of a kind, the newest first.
    pub(crate) fn all(&self, kind: Kind) -> &[Fact<'e>] {
        self.facts.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// What still counts of a kind, the newest first.
    pub(crate) fn live(&self, kind: Kind) -> Vec<&Fact<'e>> {
        let counts = |fact: &&Fact<'_>| fact.counts();
        self.all(kind).iter().filter(counts).collect()
    }

    /// What still counts of a kind, about a supplier.
    pub(crate) fn of_supplier(&self, kind: Kind, supplier: &str) -> Vec<&Fact<'e>> {
        let own = if self.is_own(supplier) { "" } else { supplier };
        let names: BTreeSet<&str> = BTreeSet::from([supplier, own]);
        let named = |name: &str| self.suppliers.get(&(kind, name.to_owned()));
        let positions = names.into_iter().filter_map(named).flatten();
        positions.filter_map(|at| self.all(kind).get(*at)).collect()
    }

    /// What still counts of a kind, about a product.
    pub(crate) fn of_product(&self, kind: Kind, product: &str) -> Vec<&Fact<'e>> {
        let positions = self.products.get(&(kind, product.to_owned()));
        let positions = positions.into_iter().flatten();
        positions.filter_map(|at| self.all(kind).get(*at)).collect()
    }

    /// What still counts of a kind, and is about the house itself.
    pub(crate) fn own(&self, kind: Kind) -> Vec<&Fact<'e>> {
        let own =
            |fact: &&Fact<'_>| fact.supplier.is_empty() || self.is_own(&fact.supplier);
        self.live(kind).into_iter().filter(own).collect()
    }

    fn is_own(&self, supplier: &str) -> bool {
        self.tailoring.side == Side::Supplier && plain(&self.tailoring.name) == supplier
    }

    /// Every supplier that something names: a supplier is judged as itself alone.
    pub(crate) fn suppliers(&self) -> Vec<String> {
        if self.tailoring.side == Side::Supplier {
            return vec![plain(&self.tailoring.name)];
        }
        self.named(
            &[
                Kind::Supplier,
                Kind::Product,
                Kind::Contract,
                Kind::Purchase,
                Kind::Vetting,
            ],
            |fact| &fact.supplier,
        )
    }

    /// Every product that something names.
    pub(crate) fn products(&self) -> Vec<String> {
        self.named(&[Kind::Product, Kind::Sbom, Kind::Support, Kind::Decision], |fact| {
            &fact.product
        })
    }

    fn named(
        &self,
        kinds: &[Kind],
        name: for<'f> fn(&'f Fact<'e>) -> &'f String,
    ) -> Vec<String> {
        let facts = kinds.iter().flat_map(|kind| self.all(*kind));
        let names = facts.map(name).filter(|name| !name.is_empty());
        let names: BTreeSet<&String> = names.collect();
        names.into_iter().cloned().collect()
    }

    /// A name as it is written.
    pub(crate) fn shown<'n>(&'n self, name: &'n str) -> &'n str {
        self.written.get(name).map_or(name, String::as_str)
    }

    /// That nothing of a kind counts, with what once did; that somebody looked for it and there
    /// is none.
    pub(crate) fn nothing(&self, kind: Kind, what: &str) -> Ruling {
        if let Some(absent) = self.absent(kind, what, ("", "")) {
            return absent;
        }
        let once = self.all(kind).iter().find(|fact| fact.standing != Standing::Live);
        let Some(once) = once else {
            return Ruling::cannot_tell(format!("no {what} is at hand"));
        };
        let why = match (once.standing, once.day) {
            (Standing::Old, Some(day)) => {
                format!("the newest {what} is of {day}, too old")
            }
            (Standing::Ended, _) => format!("the {what} has ended"),
            (Standing::Future, _) => format!("the {what} begins later"),
            (Standing::Never, _) => format!("the {what} ends before it begins"),
            _ => format!("no {what} is at hand"),
        };
        Ruling::new(Verdict::CannotTell, why, vec![once.ground(what)])
    }

    /// That nothing of a kind is at hand about a supplier or a product.
    pub(crate) fn lacking(&self, kind: Kind, what: &str, of: (&str, &str)) -> Ruling {
        let (supplier, product) = of;
        let name = self.shown(if product.is_empty() { supplier } else { product });
        if let Some(absent) = self.absent(kind, what, of) {
            return absent;
        }
        let is_own = |fact: &&Fact<'_>| match product {
            "" => fact.supplier == supplier,
            product => fact.product == product,
        };
        let once = self.all(kind).iter().filter(is_own).find(|fact| !fact.counts());
        let Some(once) = once else {
            return Ruling::cannot_tell(format!("no {what} of {name} is at hand"));
        };
        let how = match once.standing {
            Standing::Old => "is too old",
            Standing::Future => "begins later",
            Standing::Never => "ends before it begins",
            _ => "has ended",
        };
        let why = format!("the {what} of {name} {how}");
        Ruling::new(Verdict::CannotTell, why, vec![once.ground(what)])
    }

    /// That somebody looked for evidence of a kind, and there is none.
    fn absent(
        &self,
        kind: Kind,
        what: &str,
        (supplier, product): (&str, &str),
    ) -> Option<Ruling> {
        let said = match product {
            "" => self.of_supplier(Kind::Absence, supplier),
            product => self.of_product(Kind::Absence, product),
        };
        // Of a product it is enough to name it.
        let fact = said.into_iter().find(|fact| {
            plain(fact.record.text(Field::Sought)) == kind.word()
                && fact.product == product
        })?;
        let name = self.shown(if product.is_empty() { supplier } else { product });
        let of = if name.is_empty() { String::new() } else { format!(" of {name}") };
        let on =
            fact.record.day(Field::On).map_or(String::new(), |on| format!(" on {on}"));
        let why = format!("somebody looked for a {what}{of}{on}, and there is none");
        Some(fact.ruling(Verdict::NotMet, why))
    }

    /// The newest piece of evidence that tells decides; one that is only claimed, or has no
    /// day, lets an older one stand beside it.
    pub(crate) fn newest(
        &self,
        facts: &[&Fact<'_>],
        judge: impl Fn(&Record) -> Option<(Verdict, String)>,
    ) -> Option<Ruling> {
        let told = facts.iter().filter_map(|fact| Some((*fact, judge(fact.record)?)));
        let mut told: Vec<(&Fact<'_>, (Verdict, String))> = told.collect();
        // Of one day what is worse counts, and of the same that which carries farther.
        let order = |(fact, (verdict, _)): &(&Fact<'_>, (Verdict, String))| {
            (
                std::cmp::Reverse(fact.day),
                std::cmp::Reverse(*verdict),
                std::cmp::Reverse(fact.class),
            )
        };
        told.sort_by_key(order);
        let mut best: Option<Ruling> = None;
        for (fact, (verdict, why)) in told {
            let ruling = fact.ruling(verdict, why);
            match (verdict, ruling.verdict, &best) {
                (Verdict::Met, Verdict::Met, _) => return Some(ruling),
                (Verdict::Met, _, None) => best = Some(ruling),
                (Verdict::Met, ..) => {}
                (_, _, None) => return Some(ruling),
                (_, _, Some(_)) => return best,
            }
        }
        best
    }
}

impl Fact<'_> {
    /// What is kept by hand is few and told apart by what it says, so that the order in which
    /// it came decides nothing; rows of exports are counted.
    fn tie(&self, other: &Self) -> std::cmp::Ordering {
        if self.record.kind.nature() != Nature::Kept {
            return std::cmp::Ordering::Equal;
        }
        let words = |fact: &Self| {
            let said =
                fact.record.values().map(|(field, value)| format!("{field:?} {value:?}"));
            let said: BTreeSet<String> = said.collect();
            (fact.file.to_owned(), fact.record.place.clone(), said)
        };
        words(self).cmp(&words(other))
    }

    pub(crate) fn counts(&self) -> bool {
        matches!(self.standing, Standing::Live | Standing::Undated)
    }

    /// The fact as a ground.
    pub(crate) fn ground(&self, text: impl Into<String>) -> Ground {
        Ground::of(self.class, self.file, self.record.place.clone(), text).dated(self.day)
    }

    /// What it says by itself: a claim, or what has no day, is no more than partly met.
    pub(crate) fn ruling(&self, verdict: Verdict, why: impl Into<String>) -> Ruling {
        let why = why.into();
        let ground = self.ground(why.clone());
        let ruling = Ruling::new(verdict, why, vec![ground]);
        match (self.class, self.standing) {
            (Class::Attested, _) => {
                ruling.capped(Lack::Proof, "only claimed, without a proof")
            }
            (_, Standing::Undated) => {
                ruling.capped(Lack::Day, "nobody says of which day that is")
            }
            _ => ruling,
        }
    }
}

impl<T> Document<'_, T> {
    pub(crate) fn counts(&self) -> bool {
        matches!(self.standing, Standing::Live | Standing::Undated)
    }

    /// What it says by itself, measured here.
    pub(crate) fn ruling(
        &self,
        verdict: Verdict,
        place: Place,
        why: impl Into<String>,
    ) -> Ruling {
        let why = why.into();
        let ground = Ground::observed(self.file, place, why.clone()).dated(self.day);
        let ruling = Ruling::new(verdict, why, vec![ground]);
        match self.standing {
            Standing::Undated => {
                ruling.capped(Lack::Day, "nobody says of which day that is")
            }
            _ => ruling,
        }
    }
}

impl<'e> Ask<'_, 'e> {
    /// A parameter of the control, as the organisation or the catalog says.
    pub(crate) fn limit(&self, name: &str) -> i64 {
        let own = self.case.tailoring.parameter(self.control.id(), name);
        let usual = self.control.parameter(name);
        debug_assert!(usual.is_some(), "{} has no parameter {name}", self.control.id());
        own.or(usual).unwrap_or_default()
    }

    /// Whether a day lies no more days back than a parameter says.
    pub(crate) fn is_within(&self, day: Day, name: &str) -> bool {
        i64::from(days_between(day, self.case.today)) <= self.limit(name)
    }

    /// Several rows of exports as one ruling: capped where one export has no day.
    pub(crate) fn counted(
        &self,
        facts: &[&Fact<'e>],
        (verdict, why): (Verdict, String),
        what: &str,
    ) -> Ruling {
        let mut grounds: Vec<Ground> = Vec::new();
        let mut files: BTreeMap<&str, (usize, &Fact<'_>)> = BTreeMap::new();
        for fact in facts {
            files.entry(fact.file).or_insert((0, fact)).0 += 1;
        }
        for (file, (count, fact)) in files {
            let text = many(count, what);
            let ground = Ground::of(fact.class, file, Place::Document, text);
            grounds.push(ground.dated(fact.day));
        }
        let ruling = Ruling::new(verdict, why, grounds);
        let is_claim = facts.iter().all(|fact| fact.class == Class::Attested);
        let is_undated = facts.iter().any(|fact| fact.standing == Standing::Undated);
        match (is_claim && !facts.is_empty(), is_undated) {
            (true, _) => ruling.capped(Lack::Proof, "only claimed, without a proof"),
            (_, true) => ruling.capped(Lack::Day, "nobody says of which day that is"),
            _ => ruling,
        }
    }
}

/// A name as it is compared: without case, blanks joined.
pub(crate) fn plain(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// Kinds that hold for the organisations below too, where the one above keeps them.
pub(crate) const fn is_shared(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Designation
            | Kind::Course
            | Kind::Policy
            | Kind::Loss
            | Kind::Membership
            | Kind::Feed
            | Kind::Contract
            | Kind::Vetting
            | Kind::Supplier
            | Kind::Sbom
            | Kind::Support
            | Kind::Mds2
            | Kind::SecurityTest
            | Kind::History
            | Kind::Channel
            | Kind::Provider
            | Kind::Responsibility
            | Kind::Alignment
            | Kind::Shared
    )
}

impl Case<'_> {
    /// Whether something of a kind is there that counts.
    pub(crate) fn is_at_hand(&self, word: &str) -> bool {
        match word {
            "firewall" => self.firewalls.iter().any(Document::counts),
            "scan" => self.scans.iter().any(Document::counts),
            word => Kind::named(word)
                .is_some_and(|kind| self.all(kind).iter().any(Fact::counts)),
        }
    }
}
