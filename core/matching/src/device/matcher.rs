//! Many rows against many advisories.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use advisory::Record;
use naming::text::{Text, Unit};
use naming::{Maker, MakerMatch, Makers};
use terms::vex::Status;

use super::advice::{Advice, Advised, Kept, Vendors};
use super::ask::{Ask, Put, Replies, Reply, Topic};
use super::basis::{self, Basis};
use super::judge::{self, Configuration, Judgement, Row, Rule, Says};
use super::leaf::{Leaf, Versions};
use super::product::{Alternative, Product};
use super::shown::{Shows, Told};

/// The word on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words of the wire")]
pub enum Verdict {
    Affected,
    CannotTell,
    NotAffected,
}

impl Verdict {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Affected => "affected",
            Self::CannotTell => "cannot_tell",
            Self::NotAffected => "not_affected",
        }
    }
}

/// How sure it is that the advisory speaks of this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Maker and product are named, letter by letter.
    Exact,
    /// A family of makers, a model number alone, or a version from the description.
    Strong,
    /// A slip or a shortened word was forgiven, the row names no maker, or a list is silent
    /// of its release.
    Probable,
}

impl Confidence {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Strong => "strong",
            Self::Probable => "probable",
        }
    }
}

/// What an advisory says of a configuration, and on what grounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Position of the advisory in the list that the matcher was built from.
    pub record: usize,
    /// What.
    pub verdict: Verdict,
    /// How sure the match is.
    pub confidence: Confidence,
    /// The leaf that decided: position in [`Record::products`].
    pub leaf: usize,
    /// The rules in words: maker, product, version.
    pub grounds: Vec<String>,
    /// The question that would settle it; empty unless the verdict is *cannot tell*.
    pub question: String,
    /// Positions of the vulnerabilities.
    pub vulnerabilities: Vec<usize>,
    /// The release that holds the fix, as the advisory states it; empty where it does not.
    pub fixed_version: String,
    /// The release that mends each of the vulnerabilities, by its position; those that none
    /// mends are left out.
    pub fixes: Vec<(usize, String)>,
    /// Releases that other advisories offer and that mend a vulnerability too, as this
    /// advisory itself would say of the device with them: by the vulnerability's position, and
    /// without one those that mend all of which it speaks.
    pub also_fixed: Vec<(Option<usize>, String)>,
    /// Positions of the remedies that concern the leaf.
    pub remediations: Vec<usize>,
    /// Whether another day of receipt could change the answer.
    pub hangs_on_day: bool,
    /// Everything that is asked about the device, the deciding question first. Where another
    /// leaf decides that it is affected, what remains is asked all the same.
    pub asked: Vec<Asked>,
    /// What it says by itself of vulnerabilities that do not touch the device, by position.
    pub(super) cleared: Vec<(usize, Basis)>,
    /// On what it rests that the device is not affected by the others.
    pub(super) outside: Basis,
}

/// A question of a leaf, and what hangs on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The question.
    pub ask: Ask,
    /// The leaf that asks it: position in [`Record::products`].
    pub leaf: usize,
    /// Positions of the vulnerabilities that hang on it.
    pub vulnerabilities: Vec<usize>,
}

/// Every leaf of every advisory, read once.
#[derive(Debug)]
pub struct Matcher {
    makers: Makers,
    advice: Vec<Advice>,
    vendors: Vec<Vendor>,
    /// Where the vendors stand, by their names as written.
    places: BTreeMap<String, usize>,
    leaves: Vec<Entry>,
    /// The leaves whose products' names begin so: a row may name the brand as the maker.
    brands: BTreeMap<String, Vec<usize>>,
    /// The leaves by their products' names, each written together.
    called: BTreeMap<String, Vec<usize>>,
}

/// A vendor of advisories, looked up once.
#[derive(Debug)]
struct Vendor {
    maker: Maker,
    /// The name as one word that a text may hold; `None` where it is too short to tell.
    word: Option<Unit>,
    /// The leaves that a row which begins so may show.
    anchors: BTreeMap<String, Vec<usize>>,
}

/// A leaf and the advisory that it is of.
#[derive(Debug)]
struct Entry {
    record: usize,
    /// Its position among the advisory's.
    at: usize,
}

impl Matcher {
    /// Reads the leaves of `records`; those that are withdrawn say nothing.
    #[must_use]
    pub fn new<'r>(
        records: impl IntoIterator<Item = &'r Record>,
        makers: Makers,
    ) -> Self {
        let mut vendors = Vendors::new(&makers);
        let records = records.into_iter();
        let advice = records.map(|record| Advice::read(record, &mut vendors)).collect();
        Self::join(advice, makers)
    }

    /// Puts together what was read of many advisories, in their order.
    #[must_use]
    pub fn join(advice: Vec<Advice>, makers: Makers) -> Self {
        let mut matcher = Self {
            makers,
            advice: Vec::with_capacity(advice.len()),
            vendors: Vec::new(),
            places: BTreeMap::new(),
            leaves: Vec::new(),
            brands: BTreeMap::new(),
            called: BTreeMap::new(),
        };
        for (record, advice) in advice.into_iter().enumerate() {
            for (at, read) in advice.leaves.iter().enumerate() {
                matcher.add(Entry { record, at }, read);
            }
            matcher.advice.push(advice);
        }
        matcher
    }

    fn add(&mut self, leaf: Entry, read: &Advised) {
        let entry = self.leaves.len();
        let vendor = Some(read.leaf.vendor.clone());
        let vendor =
            vendor.filter(|name| !name.is_empty() || read.leaf.own_maker.is_none());
        let vendors = vendor.into_iter().chain(read.leaf.own_maker.clone());
        for vendor in vendors.collect::<BTreeSet<String>>() {
            let at = self.vendor(&vendor);
            let Some(vendor) = self.vendors.get_mut(at) else { continue };
            for anchor in read.anchors() {
                let list = vendor.anchors.entry(anchor).or_default();
                if list.last() != Some(&entry) {
                    list.push(entry);
                }
            }
        }
        for brand in brands_of(&read.leaf) {
            self.brands.entry(brand).or_default().push(entry);
        }
        self.called.entry(read.leaf.whole.clone()).or_default().push(entry);
        self.leaves.push(leaf);
    }

    /// A leaf, and what the remedies of its advisory say of it.
    fn advised(&self, leaf: usize) -> Option<&Advised> {
        let entry = self.leaves.get(leaf)?;
        self.advice.get(entry.record)?.leaves.get(entry.at)
    }

    fn leaf(&self, leaf: usize) -> Option<&Leaf> {
        self.advised(leaf).map(|advised| &advised.leaf)
    }

    /// What is needed of an advisory.
    fn kept(&self, record: usize) -> Option<&Kept> {
        self.advice.get(record).map(|advice| &*advice.kept)
    }

    /// Where a vendor stands; it is looked up where it is new.
    fn vendor(&mut self, name: &str) -> usize {
        if let Some(at) = self.places.get(name) {
            return *at;
        }
        let maker = self.makers.read(name);
        let word = Some(maker.core()).filter(|core| core.len() >= 5).and_then(Unit::read);
        self.vendors.push(Vendor { maker, word, anchors: BTreeMap::new() });
        self.places.insert(name.to_owned(), self.vendors.len() - 1);
        self.vendors.len() - 1
    }

    /// The leaves and the advisories that they are of.
    pub fn read(&self) -> impl Iterator<Item = (usize, &Leaf)> {
        self.advice.iter().enumerate().flat_map(|(record, advice)| {
            advice.leaves.iter().map(move |advised| (record, &advised.leaf))
        })
    }

    /// How many leaves were read.
    #[must_use]
    pub fn leaves(&self) -> usize {
        self.leaves.len()
    }

    /// How many leaves have versions that no rule can read.
    #[must_use]
    pub fn unreadable(&self) -> usize {
        let unreadable = |leaf: &Leaf| matches!(leaf.versions, Versions::Unreadable(_));
        self.read().filter(|(_, leaf)| unreadable(leaf)).count()
    }

    /// What the advisories say of a configuration, in the order of the advisories. Those
    /// that speak of other products have no answer.
    #[must_use]
    pub fn judge(&self, configuration: &Configuration) -> Vec<Answer> {
        self.judge_answered(configuration, &Replies::default())
    }

    /// The same of a device of which somebody has answered questions. An answer counts where
    /// the question would be asked, and nowhere else: what an inventory tells stands.
    #[must_use]
    pub fn judge_answered(
        &self,
        configuration: &Configuration,
        replies: &Replies,
    ) -> Vec<Answer> {
        let row = Row::new(configuration).answered(replies);
        let maker = self.makers.read(&configuration.maker);
        // `GE CARESCAPE B650` in the field of the model of a row without a maker.
        let leading = Some(&configuration.model).filter(|_| maker.is_empty());
        let leading = leading.and_then(|model| self.makers.leading_short(model));
        let leading = leading.map(|name| self.makers.read(&name));
        let mut vendors = Vec::new();
        for (at, Vendor { maker: vendor, word, .. }) in self.vendors.iter().enumerate() {
            let matched = self.makers.compare(&maker, vendor);
            let matched = matched.or_else(|| in_text(word.as_ref()?, &row, &maker));
            let matched = matched.or_else(|| {
                let known = self.makers.compare(leading.as_ref()?, vendor);
                known.map(|_| MakerMatch::Family)
            });
            let matched = matched.or_else(|| {
                let begins = maker.is_empty() && begins_with(&row, vendor.core());
                begins.then_some(MakerMatch::Family)
            });
            // What nobody is said to make may be anybody's, which is asked.
            let matched = matched.or(vendor.is_empty().then_some(MakerMatch::Family));
            if matched.is_some() || maker.is_empty() {
                vendors.push((at, matched));
            }
        }
        let brands = self.of_brand(&maker);
        let mut told = Whose { vendors, brands, strangers: Vec::new() };
        let mut answers = self.answers(&row, &told, None);
        if answers.is_empty() && !maker.is_empty() {
            told.strangers = self.strangers(&row, &maker);
            answers = self.answers(&row, &told, None);
        }
        self.check_fixes(&mut answers, configuration, replies, &told);
        answers
    }

    /// The answers about a row of which it is known whose product it may be; of one advisory
    /// alone where it is given.
    fn answers(&self, row: &Row, told: &Whose, of: Option<usize>) -> Vec<Answer> {
        let prefixes = prefixes(&row.text);
        let wanted = |at: usize| {
            let record = self.leaves.get(at).map(|entry| entry.record);
            of.is_none() || record == of
        };
        let mut found: BTreeMap<usize, Vec<(usize, Judgement)>> = BTreeMap::new();
        for (vendor, matched) in &told.vendors {
            let Some(Vendor { anchors, .. }) = self.vendors.get(*vendor) else {
                continue;
            };
            let mut candidates: BTreeSet<&usize> = BTreeSet::new();
            for prefix in &prefixes {
                candidates.extend(anchors.get(prefix).into_iter().flatten());
            }
            let called = self.called.get(&row.called).into_iter().flatten();
            candidates.extend(called.filter(|at| self.vendor_of(**at) == Some(*vendor)));
            for at in candidates.into_iter().filter(|at| wanted(**at)) {
                self.one(*at, row, *matched, &mut found);
            }
        }
        for at in told.brands.iter().filter(|at| wanted(**at)) {
            self.one(*at, row, Some(MakerMatch::Family), &mut found);
        }
        for at in told.strangers.iter().filter(|at| wanted(**at)) {
            self.one(*at, row, None, &mut found);
        }
        found
            .into_iter()
            .filter_map(|(record, judgements)| {
                let judgements = specific(judgements, row);
                let judgements = self.of_number(judgements, row);
                Some((record, self.of_families(judgements, row)?))
            })
            .map(|(record, judgements)| self.answer(record, &judgements, row))
            .collect()
    }

    /// The leaves whose product's name begins with the maker of a row, where the vendor is
    /// another: `SpiderControl SCADA Web Server` of iniNet. Two companies that the data
    /// knows apart stay apart.
    fn of_brand(&self, maker: &Maker) -> Vec<usize> {
        let leaves = self.brands.get(maker.core()).into_iter().flatten().copied();
        let apart = |at: &usize| {
            let leaf = self.leaf(*at);
            let vendor = leaf.and_then(|leaf| self.places.get(&leaf.vendor));
            vendor.and_then(|at| self.vendors.get(*at)).is_some_and(|vendor| {
                self.makers.compare(maker, &vendor.maker).is_none()
                    && !(maker.is_known() && vendor.maker.is_known())
            })
        };
        leaves.filter(apart).collect()
    }

    /// Where the vendor of a leaf stands.
    fn vendor_of(&self, leaf: usize) -> Option<usize> {
        self.places.get(&self.leaf(leaf)?.vendor).copied()
    }

    /// The leaves whose product a row is called as, where its maker may only have sold it.
    fn strangers(&self, row: &Row, maker: &Maker) -> Vec<usize> {
        let leaves = self.called.get(&row.called).into_iter().flatten().copied();
        let apart = |at: &usize| {
            let vendor = self.vendor_of(*at).and_then(|at| self.vendors.get(at));
            vendor
                .is_some_and(|vendor| self.makers.compare(maker, &vendor.maker).is_none())
        };
        leaves.filter(apart).collect()
    }

    /// Products that are shown by a model number alone, which several of the advisory have:
    /// those count whose other words the row shows most; where they disagree, it is asked
    /// which one it is.
    fn of_number(
        &self,
        mut judgements: Vec<(usize, Judgement)>,
        row: &Row,
    ) -> Vec<(usize, Judgement)> {
        let leaf = |at: usize| self.leaf(at);
        let shared = |(at, judgement): &(usize, Judgement)| {
            let atoms = judgement.shown.atoms.iter();
            let atoms = atoms.filter_map(|at| row.text.atoms().get(*at));
            let number: String = atoms.map(|atom| atom.text.as_str()).collect();
            judgement.shown.extent == Shows::Code
                && leaf(*at).is_some_and(|leaf| leaf.shared.contains(&number))
        };
        let name = |at: usize| leaf(at).and_then(|leaf| leaf.names.first());
        let words = |at: usize| name(at).map_or(0, |name| name.count_in(&row.text));
        let most = judgements.iter().filter(|one| shared(one)).map(|(at, _)| words(*at));
        let Some(most) = most.max() else { return judgements };
        judgements.retain(|one| !shared(one) || words(one.0) == most);
        let any = |wanted: fn(&Says) -> bool| {
            judgements.iter().any(|one| shared(one) && wanted(&one.1.says))
        };
        let disagree = any(|says| *says == Says::Affected)
            && any(|says| matches!(says, Says::Outside(_)));
        let asked: Vec<bool> = judgements
            .iter()
            .map(|one| disagree && shared(one) && one.1.says == Says::Affected)
            .collect();
        for ((at, judgement), _) in
            judgements.iter_mut().zip(asked).filter(|(_, asked)| *asked)
        {
            if let (Some(leaf), Some(name)) = (leaf(*at), name(*at)) {
                judgement.says = judge::coarser::asked(leaf, name, row);
            }
        }
        judgements
    }

    /// A row names a family only where several leaves are members of it and none is the
    /// very product: `MightySat` beside a single `MightySat Rx` is a product of its own.
    /// It is affected where each of the members lists its version.
    fn of_families(
        &self,
        judgements: Vec<(usize, Judgement)>,
        row: &Row,
    ) -> Option<Vec<(usize, Judgement)>> {
        let leaf = |at: usize| self.leaf(at);
        let (mut members, others): (Vec<_>, Vec<_>) = judgements
            .into_iter()
            .partition(|(_, judgement)| judgement.rule == Rule::Coarser);
        if !others.is_empty() {
            return Some(others);
        }
        let name = |at: usize| leaf(at).and_then(|leaf| leaf.names.first());
        let first = members.first().and_then(|(at, _)| name(*at));
        let single = members.iter().all(|(at, _)| name(*at) == first);
        if single && !first.is_some_and(Product::lists_models) {
            return None;
        }
        let listed =
            members.iter().all(|(_, judgement)| judgement.says == Says::Affected);
        for (at, judgement) in members.iter_mut().filter(|_| !listed) {
            if let (Says::Affected, Some(leaf), Some(name)) =
                (&judgement.says, leaf(*at), name(*at))
            {
                judgement.says = judge::coarser::asked(leaf, name, row);
            }
        }
        Some(members)
    }

    fn one(
        &self,
        at: usize,
        row: &Row,
        maker: Option<MakerMatch>,
        found: &mut BTreeMap<usize, Vec<(usize, Judgement)>>,
    ) {
        let Some(record) = self.leaves.get(at).map(|entry| entry.record) else { return };
        let (Some(read), Some(kept)) = (self.advised(at), self.kept(record)) else {
            return;
        };
        let remedies = read.remedies(kept);
        if let Some(judgement) = judge::judge(&read.leaf, row, maker, &remedies) {
            found.entry(record).or_default().push((at, judgement));
        }
    }

    fn answer(
        &self,
        record: usize,
        judgements: &[(usize, Judgement)],
        row: &Row,
    ) -> Answer {
        let kept = self.kept(record);
        let spared = kept.is_some_and(|kept| {
            kept.spared.iter().any(|sentence| sentence.spares(&row.model))
        });
        let outside = |judgement: &Judgement| matches!(judgement.says, Says::Outside(_));
        // Another leaf of the same product knows versions of the row's kind.
        let same = |a: usize, b: usize| {
            let (Some(a), Some(b)) = (self.leaf(a), self.leaf(b)) else { return false };
            a.names.iter().any(|name| b.names.contains(name))
        };
        let kin = |at: usize| {
            let known = judgements.iter().any(|(other, judgement)| {
                outside(judgement)
                    && matches!(judgement.rule, Rule::OutOfRange | Rule::Silent)
                    && same(at, *other)
            });
            if known { Kin::Known } else { Kin::Unknown }
        };
        // What is fixed or not affected makes no device affected and asks nothing by itself.
        let settled = |at: usize| {
            let product = self.leaf(at).map(|leaf| leaf.product);
            product.zip(kept).is_some_and(|(product, kept)| kept.is_settled(product))
        };
        let rank = |(at, judgement): &(usize, Judgement)| match settled(*at) {
            true => 2,
            false => rank(judgement, kin(*at)),
        };
        // What tells that it is not affected is a range that the version lies outside of,
        // and no question that need not be answered.
        let deciding = judgements.iter().min_by_key(|one| {
            let silent = one.1.rule == Rule::Silent;
            let well = settled(one.0) && one.1.says == Says::Affected;
            (rank(one), !well, !outside(&one.1), !silent, confidence(&one.1, row))
        });
        let Some(one @ (at, judgement)) = deciding else {
            return Answer::nothing(record);
        };
        let verdict = match rank(one) {
            _ if spared => Verdict::NotAffected,
            0 => Verdict::Affected,
            1 => Verdict::CannotTell,
            _ => Verdict::NotAffected,
        };
        let mut answer = self.explained(record, *at, judgement, verdict, judgements, row);
        answer.cleared =
            self.cleared(record, judgements, spared.then_some(Basis::Stated));
        // What the advisory says both ways it does not clear.
        let open = &answer.vulnerabilities;
        answer.cleared.retain(|(at, _)| !open.contains(at));
        if answer.verdict == Verdict::NotAffected {
            answer.outside = Basis::of_rule(judgement);
            if !spared {
                self.ask_unsaid(judgements, row, &mut answer);
            }
        }
        if !spared {
            let open = judgements.iter().filter(|one| rank(one) < 2);
            answer.asked.extend(self.asked(record, open));
            // The deciding one first.
            answer.asked.sort_by_key(|asked| asked.ask.text != answer.question);
        }
        answer
    }

    /// What an advisory says by itself of the vulnerabilities that do not touch a device: of
    /// all of them the same where it says so `of_all`.
    fn cleared(
        &self,
        record: usize,
        judgements: &[(usize, Judgement)],
        of_all: Option<Basis>,
    ) -> Vec<(usize, Basis)> {
        let Some(kept) = self.kept(record) else { return Vec::new() };
        let mut all = BTreeMap::new();
        if let Some(basis) = of_all {
            let positions = kept.statuses.iter().flatten().map(|(at, _)| *at);
            all.extend(positions.map(|at| (at, basis)));
        }
        for (at, judgement) in judgements {
            let Some(leaf) = self.leaf(*at) else { continue };
            let statuses = kept.statuses.get(leaf.product).map_or(&[][..], Vec::as_slice);
            basis::cleared(judgement, statuses, &mut all);
        }
        all.into_iter().collect()
    }

    /// What leaves ask, each question once for each leaf.
    fn asked<'j>(
        &self,
        record: usize,
        judgements: impl Iterator<Item = &'j (usize, Judgement)>,
    ) -> Vec<Asked> {
        let Some(kept) = self.kept(record) else { return Vec::new() };
        let asked = judgements.filter_map(|(at, judgement)| {
            let Says::Ask(ask) = &judgement.says else { return None };
            let leaf = self.leaf(*at)?.product;
            let open = |(_, status): &&(usize, Status)| {
                matches!(status, Status::Affected | Status::UnderInvestigation)
            };
            let hanging: BTreeSet<usize> =
                kept.statuses.get(leaf)?.iter().filter(open).map(|(at, _)| *at).collect();
            let cleared = &judgement.cleared;
            let hanging = hanging.into_iter().filter(|at| !cleared.contains(at));
            let vulnerabilities = hanging.collect();
            Some(Asked { ask: ask.clone(), leaf, vulnerabilities })
        });
        asked.collect()
    }

    fn explained(
        &self,
        record: usize,
        at: usize,
        judgement: &Judgement,
        verdict: Verdict,
        judgements: &[(usize, Judgement)],
        row: &Row,
    ) -> Answer {
        let mut answer = Answer::nothing(record);
        let (Some(read), Some(kept)) = (self.advised(at), self.kept(record)) else {
            return answer;
        };
        answer.leaf = read.leaf.product;
        answer.confidence = confidence(judgement, row);
        answer.verdict = verdict;
        if let Says::Ask(ask) = &judgement.says {
            answer.question.clone_from(&ask.text);
        }
        answer.grounds = grounds(&read.leaf, kept, judgement, verdict);
        if verdict == Verdict::NotAffected {
            answer.question.clear();
        } else {
            answer.vulnerabilities =
                self.vulnerabilities(kept, judgements, verdict, Status::Affected);
            let both = match verdict {
                Verdict::Affected => self.said_both_ways(kept, judgements),
                Verdict::CannotTell | Verdict::NotAffected => BTreeMap::new(),
            };
            match (answer.vulnerabilities.is_empty(), both.is_empty()) {
                (true, true) => {
                    self.investigated(kept, judgements, &read.leaf, row, &mut answer);
                }
                (true, false) => contradicted(kept, &both, &read.leaf, row, &mut answer),
                // Beside what affects it for sure, what is said both ways counts as what asks more.
                (false, _) => {
                    answer.vulnerabilities.extend(both.into_keys());
                    answer.vulnerabilities.sort_unstable();
                }
            }
        }
        answer.hangs_on_day = judgements
            .iter()
            .any(|(at, _)| self.leaf(*at).is_some_and(|leaf| !leaf.made.is_empty()));
        answer.remediations = kept.remedies(read.leaf.product);
        let remedies = read.remedies(kept);
        let version = row.best_version(&read.leaf);
        answer.fixed_version = remedies.update(version.as_ref());
        let fix = |one: &usize| (*one, remedies.update_for(&[*one], version.as_ref()));
        let fixes = answer.vulnerabilities.iter().map(fix);
        answer.fixes = fixes.filter(|(_, release)| !release.is_empty()).collect();
        let announced = remedies.announced();
        if let Some(last) = answer.grounds.last_mut()
            && verdict == Verdict::Affected
            && answer.fixed_version.is_empty()
            && !announced.is_empty()
        {
            let _ = write!(last, "; announced as the fix: {}", announced.join("; "));
        }
        answer
    }

    /// What is under investigation may turn out either way.
    fn investigated(
        &self,
        kept: &Kept,
        judgements: &[(usize, Judgement)],
        leaf: &Leaf,
        row: &Row,
        answer: &mut Answer,
    ) {
        let open = Status::UnderInvestigation;
        answer.vulnerabilities =
            self.vulnerabilities(kept, judgements, answer.verdict, open);
        if answer.vulnerabilities.is_empty() {
            answer.verdict = Verdict::NotAffected;
            answer.question.clear();
            return;
        }
        // A leaf that asks something is to be answered first.
        if answer.question.is_empty() {
            let put = Put {
                topic: Topic::Investigation,
                of: "",
                words: "",
                text: "Has the maker found out meanwhile whether it is affected? The \
                       advisory says that it does not know yet"
                    .to_owned(),
            };
            let ask = row.ask(leaf, put);
            if let Some(reply) = row.replies.to(&ask) {
                answer.found_out(&ask, reply);
                return;
            }
            answer.question.clone_from(&ask.text);
            let vulnerabilities = answer.vulnerabilities.clone();
            answer.asked.push(Asked { ask, leaf: leaf.product, vulnerabilities });
        }
        answer.verdict = Verdict::CannotTell;
        if let Some(last) = answer.grounds.last_mut() {
            "the advisory does not say yet whether it is affected".clone_into(last);
        }
    }

    /// The vulnerabilities of which one leaf that tells the release says that it is affected, and
    /// another one that it is not (CSAF 2.0, 6.1.6: no product has both), each with the products
    /// of the two. A leaf of every version is not meant so: of it the other one is an exception.
    fn said_both_ways(
        &self,
        kept: &Kept,
        judgements: &[(usize, Judgement)],
    ) -> BTreeMap<usize, (usize, usize)> {
        let (mut affected, mut spared) = (BTreeMap::new(), BTreeMap::new());
        for (at, judgement) in judgements {
            let tells = matches!(judgement.rule, Rule::Named | Rule::InRange);
            let Some(leaf) = self.leaf(*at) else { continue };
            if !tells || judgement.says != Says::Affected {
                continue;
            }
            let statuses = kept.statuses.get(leaf.product).map_or(&[][..], Vec::as_slice);
            for (vulnerability, status) in statuses {
                let said = match status {
                    Status::Affected if judgement.cleared.contains(vulnerability) => {
                        continue;
                    }
                    Status::Affected => &mut affected,
                    Status::NotAffected | Status::Fixed => &mut spared,
                    Status::UnderInvestigation => continue,
                };
                said.entry(*vulnerability).or_insert(leaf.product);
            }
        }
        let both = affected.into_iter().filter_map(|(vulnerability, product)| {
            Some((vulnerability, (product, *spared.get(&vulnerability)?)))
        });
        both.collect()
    }

    /// The vulnerabilities that the leaves with this verdict are affected by, without those
    /// that another leaf which names this very version takes back.
    fn vulnerabilities(
        &self,
        kept: &Kept,
        judgements: &[(usize, Judgement)],
        verdict: Verdict,
        wanted: Status,
    ) -> Vec<usize> {
        let mut said = BTreeSet::new();
        let mut taken_back = BTreeSet::new();
        for (at, judgement) in judgements {
            let Some(leaf) = self.leaf(*at) else { continue };
            let counts = match judgement.says {
                Says::Affected => verdict == Verdict::Affected,
                Says::Ask(_) => verdict == Verdict::CannotTell,
                Says::Outside(_) => false,
            };
            let statuses = kept.statuses.get(leaf.product).map_or(&[][..], Vec::as_slice);
            for (vulnerability, status) in statuses {
                match status {
                    // A remedy may say that the version holds the fix of this one.
                    _ if *status == wanted
                        && counts
                        && !judgement.cleared.contains(vulnerability) =>
                    {
                        said.insert(*vulnerability);
                    }
                    _ if *status == wanted && counts => {}
                    Status::NotAffected | Status::Fixed
                        if judgement.says == Says::Affected =>
                    {
                        taken_back.insert(*vulnerability);
                    }
                    _ => {}
                }
            }
        }
        said.difference(&taken_back).copied().collect()
    }

    /// The id of an advisory.
    #[must_use]
    pub fn id(&self, record: usize) -> &str {
        self.kept(record).map_or("", |kept| &kept.id)
    }
}

impl Answer {
    const fn nothing(record: usize) -> Self {
        Self {
            record,
            verdict: Verdict::NotAffected,
            confidence: Confidence::Probable,
            leaf: 0,
            grounds: Vec::new(),
            question: String::new(),
            vulnerabilities: Vec::new(),
            fixed_version: String::new(),
            fixes: Vec::new(),
            also_fixed: Vec::new(),
            remediations: Vec::new(),
            hangs_on_day: false,
            asked: Vec::new(),
            cleared: Vec::new(),
            outside: Basis::OutOfReach,
        }
    }

    /// The releases, as a list, that mend the vulnerability at a position; all that it speaks
    /// of where none is given.
    #[must_use]
    pub fn fix_of(&self, vulnerability: Option<usize>) -> &str {
        let Some(wanted) = vulnerability else { return &self.fixed_version };
        let found = self.fixes.iter().find(|(one, _)| *one == wanted);
        found.map_or("", |(_, releases)| releases)
    }

    /// The same of releases that other advisories offer.
    #[must_use]
    pub fn also_fix_of(&self, vulnerability: Option<usize>) -> &str {
        let found = self.also_fixed.iter().find(|(one, _)| *one == vulnerability);
        found.map_or("", |(_, releases)| releases)
    }

    /// Takes in what the maker has found out.
    fn found_out(&mut self, ask: &Ask, reply: Reply) {
        let why = ask.answered(reply);
        match self.grounds.last_mut() {
            Some(last) => *last = why,
            None => self.grounds.push(why),
        }
        match reply {
            Reply::Yes => self.verdict = Verdict::Affected,
            Reply::No => {
                self.verdict = Verdict::NotAffected;
                self.vulnerabilities.clear();
            }
        }
    }
}

/// Whose product a row may be.
struct Whose {
    /// Vendors by their positions, and how the row's maker matches each.
    vendors: Vec<(usize, Option<MakerMatch>)>,
    /// Leaves whose product's name begins with the row's maker.
    brands: Vec<usize>,
    /// Leaves whose product the row is called as, though it names another maker.
    strangers: Vec<usize>,
}

/// Of what an advisory says both that it affects a device and that it does not, nobody can tell.
fn contradicted(
    kept: &Kept,
    both: &BTreeMap<usize, (usize, usize)>,
    leaf: &Leaf,
    row: &Row,
    answer: &mut Answer,
) {
    let Some((one, other)) = both.values().next() else { return };
    let named = |product: &usize| {
        kept.products.get(*product).map_or(String::new(), |(id, name)| {
            if name.is_empty() { id.clone() } else { name.clone() }
        })
    };
    let words = format!("{}: affected; {}: not affected", named(one), named(other));
    let text = format!(
        "Which of the two holds? The advisory contradicts itself: {words}, by ids that both \
         mean this release"
    );
    let put = Put { topic: Topic::Words, of: "", words: &words, text };
    let ask = row.ask(leaf, put);
    answer.vulnerabilities = both.keys().copied().collect();
    if let Some(reply) = row.replies.to(&ask) {
        answer.found_out(&ask, reply);
        return;
    }
    answer.verdict = Verdict::CannotTell;
    answer.question.clone_from(&ask.text);
    if let Some(last) = answer.grounds.last_mut() {
        *last = format!("the advisory contradicts itself: {words}");
    }
    let vulnerabilities = answer.vulnerabilities.clone();
    answer.asked.push(Asked { ask, leaf: leaf.product, vulnerabilities });
}

/// Whether another leaf of the same product knows versions of the row's kind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kin {
    Known,
    Unknown,
}

/// How much what a leaf says asks of a person.
fn rank(judgement: &Judgement, kin: Kin) -> u8 {
    match &judgement.says {
        Says::Affected => 0,
        Says::Ask(_) if kin == Kin::Known && judgement.rule == Rule::Incomparable => 2,
        Says::Ask(_) => 1,
        Says::Outside(_) => 2,
    }
}

/// Whether the model of a row begins with the name of a maker, and goes on.
fn begins_with(row: &Row, maker: &str) -> bool {
    let mut rest = maker;
    for atom in row.text.atoms().iter().filter(|atom| atom.field == judge::MODEL) {
        if rest.is_empty() {
            return maker.len() > 2;
        }
        match rest.strip_prefix(atom.text.as_str()) {
            Some(behind) => rest = behind,
            None => return false,
        }
    }
    false
}

/// The first word of a product's name, and the first two, where more words stand behind.
fn brands_of(leaf: &Leaf) -> BTreeSet<String> {
    let mut brands = BTreeSet::new();
    for name in &leaf.names {
        let words: Vec<&str> = name
            .groups
            .iter()
            .map_while(|group| match group.any.as_slice() {
                [Alternative::Word(unit)] if !unit.is_code() => Some(unit.spelt()),
                _ => None,
            })
            .take(2)
            .collect();
        for length in (1..=words.len()).filter(|length| *length < name.groups.len()) {
            let brand = words.get(..length).unwrap_or_default().concat();
            if brand.len() >= 5 {
                brands.insert(brand);
            }
        }
    }
    brands
}

/// The vendor's name in the model or the description of a row: it names no maker, or one
/// that sells what the vendor makes.
fn in_text(word: &Unit, row: &Row, maker: &Maker) -> Option<MakerMatch> {
    let hit = word.occurrences(&row.text).find(|hit| {
        row.text.atoms().get(hit.from).is_some_and(|atom| atom.field >= judge::MODEL)
    });
    let class = if maker.is_empty() { MakerMatch::Alias } else { MakerMatch::Family };
    hit.map(|_| class)
}

/// Without the leaves whose name is only a piece of another leaf's that the row shows too:
/// `Teamcenter Visualization V13.3` is not the `Teamcenter V13.3` beside it.
fn specific(judgements: Vec<(usize, Judgement)>, row: &Row) -> Vec<(usize, Judgement)> {
    let named = |judgement: &Judgement| {
        judgement.shown.extent == Shows::Whole
            && judgement.shown.found == naming::text::Found::Exactly
            && !judgement.shown.atoms.is_empty()
    };
    let in_model = |at: &usize| {
        row.text.atoms().get(*at).is_some_and(|atom| atom.field == judge::MODEL)
    };
    let longest: Vec<BTreeSet<usize>> = judgements
        .iter()
        .filter(|(_, judgement)| named(judgement) && judgement.rule != Rule::Coarser)
        .map(|(_, judgement)| judgement.shown.atoms.iter().copied().collect())
        .filter(|atoms: &BTreeSet<usize>| atoms.iter().all(in_model))
        .collect();
    let is_name = |at: &usize| {
        let atom = row.text.atoms().get(*at);
        atom.is_some_and(|atom| atom.text.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    // `D2-250-1` of the row is not the D2-250.
    let glued = |at: &usize, ours: &BTreeSet<usize>| {
        let atoms = row.text.atoms();
        let word =
            |at: Option<usize>| at.and_then(|at| atoms.get(at)).map(|atom| atom.word);
        let before = at.checked_sub(1);
        before.is_some_and(|at| ours.contains(&at)) && word(before) == word(Some(*at))
    };
    let piece = |judgement: &Judgement| {
        let ours: BTreeSet<usize> = judgement.shown.atoms.iter().copied().collect();
        longest.iter().any(|other| {
            let mut more = other.difference(&ours);
            ours.len() < other.len()
                && ours.is_subset(other)
                && more.all(|at| is_name(at) || glued(at, &ours))
        })
    };
    let kept =
        |(_, judgement): &(usize, Judgement)| !(named(judgement) && piece(judgement));
    judgements.into_iter().filter(kept).collect()
}

fn confidence(judgement: &Judgement, row: &Row) -> Confidence {
    use naming::text::Found;

    let shown = &judgement.shown;
    let silent = judgement.rule == Rule::Silent;
    if shown.found >= Found::Shortened || judgement.maker.is_none() || silent {
        return Confidence::Probable;
    }
    let maker = matches!(judgement.maker, Some(MakerMatch::Exact | MakerMatch::Alias));
    let told = shown.component != Told::No && shown.edition != Told::No;
    if maker && shown.extent == Shows::Whole && told && !row.has_stray_version() {
        Confidence::Exact
    } else {
        Confidence::Strong
    }
}

fn grounds(
    leaf: &Leaf,
    kept: &Kept,
    judgement: &Judgement,
    verdict: Verdict,
) -> Vec<String> {
    let (id, name) = kept
        .products
        .get(leaf.product)
        .map_or(("", ""), |(id, name)| (id.as_str(), name.as_str()));
    let maker = match judgement.maker {
        _ if leaf.is_nobodys() => "the advisory does not name the maker",
        Some(MakerMatch::Exact) => "the maker is named",
        Some(MakerMatch::Alias) => "the maker has several names",
        Some(MakerMatch::Spelling) => "the maker is spelt otherwise",
        Some(MakerMatch::Family) => "the maker belongs or belonged to the vendor",
        None => "the row does not name the maker",
    };
    let product = match judgement.shown.extent {
        Shows::Whole => "the product is named",
        Shows::Code => "its model number is named",
    };
    let version = match (&judgement.says, judgement.rule) {
        (Says::Outside(why), _) => why.clone(),
        (Says::Ask(ask), _) => ask.text.clone(),
        (Says::Affected, Rule::EveryVersion) => "every version is affected".to_owned(),
        (Says::Affected, Rule::Named) => "its version is named".to_owned(),
        (Says::Affected, Rule::Fixed) => {
            "a remedy says that it is still affected".to_owned()
        }
        (Says::Affected, Rule::Other) => {
            "somebody has answered that it is meant".to_owned()
        }
        (Says::Affected, _) => "its version lies in the range".to_owned(),
    };
    let version = match (verdict, &judgement.says) {
        (Verdict::NotAffected, Says::Affected) => {
            "the advisory says that this product is not impacted".to_owned()
        }
        _ => version,
    };
    vec![format!("{id} \"{name}\""), maker.to_owned(), product.to_owned(), version]
}

/// Every beginning of one to three characters that a row has at the start of a piece.
fn prefixes(text: &Text) -> BTreeSet<String> {
    let mut prefixes = BTreeSet::from([String::new()]);
    let atoms = text.atoms();
    for (at, first) in atoms.iter().enumerate() {
        let same =
            atoms.iter().skip(at).take(3).take_while(|atom| atom.field == first.field);
        let joined: String = same.map(|atom| atom.text.as_str()).collect();
        for length in 1..=3 {
            prefixes.insert(joined.chars().take(length).collect());
        }
    }
    prefixes
}

mod unsaid;
mod update;

pub use update::releases;
