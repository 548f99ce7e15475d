//! Many rows against many advisories.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use advisory::{Record, RemediationKind, Source, State};
use naming::text::{Text, Unit};
use naming::{Maker, MakerMatch, Makers};
use terms::vex::Status;

use super::extent::{self, Standing};
use super::judge::{self, Configuration, Judgement, Row, Rule, Says};
use super::leaf::{self, Leaf, Sheet, Versions};
use super::product::{Alternative, Brands, Kind, Product};
use super::remedy::{self, Release};
use super::shown::{Shows, Told};
use super::source::Source as Texts;

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
    /// A slip or a shortened word was forgiven, or the row names no maker.
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
    /// Positions of the remedies that concern the leaf.
    pub remediations: Vec<usize>,
    /// Whether another day of receipt could change the answer.
    pub hangs_on_day: bool,
}

/// Every leaf of every advisory, read once.
#[derive(Debug)]
pub struct Matcher {
    makers: Makers,
    records: Vec<Kept>,
    vendors: Vec<Vendor>,
    /// Where the vendors stand, by their names as written.
    places: BTreeMap<String, usize>,
    leaves: Vec<Entry>,
}

/// A vendor of advisories, looked up once.
#[derive(Debug)]
struct Vendor {
    maker: Maker,
    brands: Arc<Brands>,
    /// The leaves that a row which begins so may show.
    anchors: BTreeMap<String, Vec<usize>>,
}

/// What is needed of an advisory.
#[derive(Debug)]
struct Kept {
    id: String,
    releases: Vec<Release>,
    spared: Vec<Text>,
    products: Vec<(String, String)>,
    statuses: Vec<Vec<(usize, Status)>>,
    remediations: Vec<(RemediationKind, Vec<usize>, String)>,
}

#[derive(Debug)]
struct Entry {
    record: usize,
    leaf: Leaf,
    /// Positions of the releases among the record's that are this product's, and not those
    /// of another product of the advisory.
    releases: Vec<usize>,
    /// The release that fixes everything, else those that fix some of it.
    fixed: String,
}

impl Matcher {
    /// Reads the leaves of `records`; those that are withdrawn say nothing.
    #[must_use]
    pub fn new<'r>(
        records: impl IntoIterator<Item = &'r Record>,
        makers: Makers,
    ) -> Self {
        let mut matcher = Self {
            makers,
            records: Vec::new(),
            vendors: Vec::new(),
            places: BTreeMap::new(),
            leaves: Vec::new(),
        };
        for record in records {
            matcher.add(record);
        }
        matcher
    }

    /// Where a vendor stands; it is looked up where it is new.
    fn vendor(&mut self, name: &str) -> usize {
        if let Some(at) = self.places.get(name) {
            return *at;
        }
        let maker = self.makers.read(name);
        let brands = Arc::new(Brands::new(self.makers.names_of(&maker)));
        self.vendors.push(Vendor { maker, brands, anchors: BTreeMap::new() });
        self.places.insert(name.to_owned(), self.vendors.len() - 1);
        self.vendors.len() - 1
    }

    fn leaf(&mut self, sheet: &Sheet<'_>, at: usize) -> Option<Leaf> {
        let fact = sheet.record.products.get(at)?;
        if fact.statuses.is_empty() {
            return None;
        }
        let source = Texts::of(sheet, fact);
        let vendor = self.vendor(&source.vendor);
        let brands = Arc::clone(&self.vendors.get(vendor)?.brands);
        leaf::read(sheet, at, &source, &brands)
    }

    fn add(&mut self, record: &Record) {
        let position = self.records.len();
        self.records.push(Kept::of(record));
        if record.source != Source::Csaf || record.state != State::Live {
            return;
        }
        let sheet = Sheet::of(record);
        let leaves: Vec<Leaf> = (0..record.products.len())
            .filter_map(|at| self.leaf(&sheet, at))
            .filter(|leaf| !repeats_title(leaf, record))
            .collect();
        self.drop_codes(position, &leaves);
        let meant = self.meant(position, &leaves);
        let of_leaf = |leaf: &Leaf| {
            let releases = meant.iter().enumerate().filter(|(_, meant)| meant.is(leaf));
            let releases: Vec<usize> = releases.map(|(at, _)| at).collect();
            let fixed = self.fixed(position, &releases, &meant);
            (releases, fixed)
        };
        let remedies: Vec<(Vec<usize>, String)> = leaves.iter().map(of_leaf).collect();
        for (leaf, (releases, fixed)) in leaves.into_iter().zip(remedies) {
            let at = self.vendor(&leaf.vendor);
            let entry = self.leaves.len();
            if let Some(vendor) = self.vendors.get_mut(at) {
                for anchor in anchors_of(&leaf) {
                    let list = vendor.anchors.entry(anchor).or_default();
                    if list.last() != Some(&entry) {
                        list.push(entry);
                    }
                }
            }
            self.leaves.push(Entry { record: position, leaf, releases, fixed });
        }
    }

    /// For each release of a record, which of its products the remedy speaks of, and
    /// whether a leaf lists the release as affected.
    ///
    /// It is worked out once a record: an advisory may have hundreds of leaves.
    fn meant<'l>(&self, position: usize, leaves: &'l [Leaf]) -> Vec<Meant<'l>> {
        let releases = self.records.get(position).map_or(&[][..], |kept| &kept.releases);
        let mut all: Vec<&'l Product> = Vec::new();
        if !releases.is_empty() {
            let mut seen = BTreeSet::new();
            let names = leaves.iter().flat_map(|leaf| &leaf.names);
            all.extend(names.filter(|name| seen.insert(&name.groups)));
        }
        let listed = |release: &Release| {
            leaves.iter().any(|leaf| match &leaf.versions {
                Versions::Some(spans, _) => {
                    extent::standing(&release.version, spans) == Standing::Named
                }
                Versions::All | Versions::Unreadable(_) => false,
            })
        };
        let meant = |release: &Release| Meant {
            release: release.clone(),
            named: all
                .iter()
                .filter(|product| release.speaks_of(product))
                .copied()
                .collect(),
            listed: listed(release).then_some(()),
        };
        releases.iter().map(meant).collect()
    }

    fn fixed(&self, position: usize, ours: &[usize], meant: &[Meant<'_>]) -> String {
        let releases = self.records.get(position).map_or(&[][..], |kept| &kept.releases);
        let mut texts: Vec<&str> = Vec::new();
        for at in ours {
            let (Some(release), Some(meant)) = (releases.get(*at), meant.get(*at)) else {
                continue;
            };
            if meant.listed.is_none() && !texts.contains(&release.text.as_str()) {
                texts.push(&release.text);
            }
        }
        texts.join("; ")
    }

    /// A model number in a remedy is no release.
    fn drop_codes(&mut self, position: usize, leaves: &[Leaf]) {
        let products =
            leaves.iter().flat_map(|leaf| leaf.names.iter().chain(&leaf.models));
        let codes: BTreeSet<&str> = products
            .flat_map(Product::keys)
            .flat_map(|group| &group.any)
            .filter_map(|any| match any {
                Alternative::Word(unit) => Some(unit.spelt()),
                Alternative::Range(..) => None,
            })
            .collect();
        let is_code = |release: &Release| {
            Unit::read(&release.text).is_some_and(|unit| codes.contains(unit.spelt()))
        };
        if let Some(kept) = self.records.get_mut(position) {
            kept.releases.retain(|release| !is_code(release));
        }
    }

    /// How many leaves were read.
    #[must_use]
    pub fn leaves(&self) -> usize {
        self.leaves.len()
    }

    /// How many leaves have versions that no rule can read.
    #[must_use]
    pub fn unreadable(&self) -> usize {
        let unreadable =
            |entry: &&Entry| matches!(entry.leaf.versions, Versions::Unreadable(_));
        self.leaves.iter().filter(unreadable).count()
    }

    /// What the advisories say of a configuration, in the order of the advisories. Those
    /// that speak of other products have no answer.
    #[must_use]
    pub fn judge(&self, configuration: &Configuration) -> Vec<Answer> {
        let row = Row::new(configuration);
        let maker = self.makers.read(&configuration.maker);
        let prefixes = prefixes(&row.text);
        let mut found: BTreeMap<usize, Vec<(usize, Judgement)>> = BTreeMap::new();
        for Vendor { maker: vendor, anchors, .. } in &self.vendors {
            let matched = self.makers.compare(&maker, vendor);
            if matched.is_none() && !maker.is_empty() {
                continue;
            }
            let matched = matched.or_else(|| self.in_model(vendor, &row));
            let mut candidates: BTreeSet<&usize> = BTreeSet::new();
            for prefix in &prefixes {
                candidates.extend(anchors.get(prefix).into_iter().flatten());
            }
            for at in candidates {
                self.one(*at, &row, matched, &mut found);
            }
        }
        found
            .into_iter()
            .filter_map(|(record, judgements)| {
                Some((record, self.of_families(judgements)?))
            })
            .map(|(record, judgements)| self.answer(record, &judgements, &row))
            .collect()
    }

    /// A row names a family only where several leaves are members of it and none is the
    /// very product: `MightySat` beside a single `MightySat Rx` is a product of its own.
    /// It is affected where each of the members lists its version.
    fn of_families(
        &self,
        judgements: Vec<(usize, Judgement)>,
    ) -> Option<Vec<(usize, Judgement)>> {
        let (mut members, others): (Vec<_>, Vec<_>) = judgements
            .into_iter()
            .partition(|(_, judgement)| judgement.rule == Rule::Coarser);
        if !others.is_empty() {
            return Some(others);
        }
        let name =
            |at: usize| self.leaves.get(at).and_then(|entry| entry.leaf.names.first());
        let first = members.first().and_then(|(at, _)| name(*at));
        if members.iter().all(|(at, _)| name(*at) == first) {
            return None;
        }
        let listed =
            members.iter().all(|(_, judgement)| judgement.says == Says::Affected);
        for (at, judgement) in members.iter_mut().filter(|_| !listed) {
            if let (Says::Affected, Some(name)) = (&judgement.says, name(*at)) {
                judgement.says = judge::coarser::asked(name);
            }
        }
        Some(members)
    }

    /// The vendor's name in the model of a row that names no maker.
    fn in_model(&self, vendor: &Maker, row: &Row) -> Option<MakerMatch> {
        let whole = vendor.words().concat();
        let unit = Unit::read(&whole).filter(|_| whole.len() >= 5)?;
        unit.occurrences(&row.model).next().map(|_| MakerMatch::Alias)
    }

    fn one(
        &self,
        at: usize,
        row: &Row,
        maker: Option<MakerMatch>,
        found: &mut BTreeMap<usize, Vec<(usize, Judgement)>>,
    ) {
        let Some(entry) = self.leaves.get(at) else { return };
        let Some(record) = self.records.get(entry.record) else { return };
        let releases: Vec<&Release> =
            entry.releases.iter().filter_map(|at| record.releases.get(*at)).collect();
        if let Some(judgement) = judge::judge(&entry.leaf, row, maker, &releases) {
            found.entry(entry.record).or_default().push((at, judgement));
        }
    }

    fn answer(
        &self,
        record: usize,
        judgements: &[(usize, Judgement)],
        row: &Row,
    ) -> Answer {
        let kept = self.records.get(record);
        let spared = kept.is_some_and(|kept| {
            kept.spared.iter().any(|sentence| remedy::spares(sentence, &row.model))
        });
        let outside = |judgement: &Judgement| matches!(judgement.says, Says::Outside(_));
        let known = judgements.iter().any(|(_, judgement)| {
            outside(judgement) && judgement.rule == Rule::OutOfRange
        });
        let rank = |judgement: &Judgement| match &judgement.says {
            Says::Affected => 0,
            // Another leaf of the same product knows versions of this kind.
            Says::Ask(_) if known && judgement.rule == Rule::Incomparable => 2,
            Says::Ask(_) => 1,
            Says::Outside(_) => 2,
        };
        let deciding = judgements
            .iter()
            .min_by_key(|(_, judgement)| (rank(judgement), confidence(judgement, row)));
        let Some((at, judgement)) = deciding else { return Answer::nothing(record) };
        let verdict = match rank(judgement) {
            _ if spared => Verdict::NotAffected,
            0 => Verdict::Affected,
            1 => Verdict::CannotTell,
            _ => Verdict::NotAffected,
        };
        self.explained(record, *at, judgement, verdict, judgements, row)
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
        let (Some(entry), Some(kept)) = (self.leaves.get(at), self.records.get(record))
        else {
            return answer;
        };
        answer.leaf = entry.leaf.product;
        answer.confidence = confidence(judgement, row);
        answer.verdict = verdict;
        if let Says::Ask(question) = &judgement.says {
            answer.question.clone_from(question);
        }
        answer.grounds = grounds(entry, kept, judgement, verdict);
        if verdict == Verdict::NotAffected {
            answer.question.clear();
        } else {
            answer.vulnerabilities = self.vulnerabilities(kept, judgements, verdict);
            if answer.vulnerabilities.is_empty() {
                answer.verdict = Verdict::NotAffected;
            }
        }
        answer.hangs_on_day = judgements.iter().any(|(at, _)| {
            self.leaves.get(*at).is_some_and(|entry| !entry.leaf.made.is_empty())
        });
        answer.remediations = kept.remedies(entry.leaf.product);
        answer.fixed_version = entry.fixed.clone();
        answer
    }

    /// The vulnerabilities that the leaves with this verdict are affected by, without those
    /// that another leaf which names this very version takes back.
    fn vulnerabilities(
        &self,
        kept: &Kept,
        judgements: &[(usize, Judgement)],
        verdict: Verdict,
    ) -> Vec<usize> {
        let mut said = BTreeSet::new();
        let mut taken_back = BTreeSet::new();
        for (at, judgement) in judgements {
            let Some(entry) = self.leaves.get(*at) else { continue };
            let counts = match judgement.says {
                Says::Affected => verdict == Verdict::Affected,
                Says::Ask(_) => verdict == Verdict::CannotTell,
                Says::Outside(_) => false,
            };
            let statuses =
                kept.statuses.get(entry.leaf.product).map_or(&[][..], Vec::as_slice);
            for (vulnerability, status) in statuses {
                match status {
                    Status::Affected | Status::UnderInvestigation if counts => {
                        said.insert(*vulnerability);
                    }
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
        self.records.get(record).map_or("", |kept| &kept.id)
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
            remediations: Vec::new(),
            hangs_on_day: false,
        }
    }
}

impl Kept {
    fn of(record: &Record) -> Self {
        Self {
            id: record.id.clone(),
            releases: remedy::releases(record),
            spared: remedy::spared(record),
            products: record
                .products
                .iter()
                .map(|product| (product.id.clone(), product.name.clone()))
                .collect(),
            statuses: record
                .products
                .iter()
                .map(|product| {
                    let said = |status: &&advisory::ProductStatus| {
                        !matches!(status.group.as_str(), "recommended" | "unknown")
                    };
                    let statuses = product.statuses.iter().filter(said);
                    statuses.map(|status| (status.vulnerability, status.status)).collect()
                })
                .collect(),
            remediations: record
                .remediations
                .iter()
                .map(|remedy| (remedy.kind, remedy.products.clone(), remedy.text.clone()))
                .collect(),
        }
    }

    fn remedies(&self, leaf: usize) -> Vec<usize> {
        let ours =
            |products: &Vec<usize>| products.is_empty() || products.contains(&leaf);
        let mut seen = BTreeSet::new();
        let all = self.remediations.iter().enumerate();
        all.filter(|(_, (_, products, text))| ours(products) && seen.insert(text.clone()))
            .map(|(at, _)| at)
            .collect()
    }
}

/// A release of a record, and what its remedy speaks of.
struct Meant<'l> {
    release: Release,
    /// The products of the advisory that the remedy names.
    named: Vec<&'l Product>,
    /// Whether a leaf of the advisory lists the release: then it is affected itself.
    listed: Option<()>,
}

impl Meant<'_> {
    /// Whether the release is a leaf's.
    fn is(&self, leaf: &Leaf) -> bool {
        let ours = |other: &&&Product| leaf.names.contains(other);
        let (ours, others): (Vec<&Product>, Vec<&Product>) =
            self.named.iter().partition(ours);
        self.release.is_for(leaf.product) && (!ours.is_empty() || others.is_empty())
    }
}

fn confidence(judgement: &Judgement, row: &Row) -> Confidence {
    use naming::text::Found;

    let shown = &judgement.shown;
    if shown.found >= Found::Shortened || judgement.maker.is_none() {
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
    entry: &Entry,
    kept: &Kept,
    judgement: &Judgement,
    verdict: Verdict,
) -> Vec<String> {
    let (id, name) = kept
        .products
        .get(entry.leaf.product)
        .map_or(("", ""), |(id, name)| (id.as_str(), name.as_str()));
    let maker = match judgement.maker {
        Some(MakerMatch::Exact) => "the maker is named",
        Some(MakerMatch::Alias) => "the maker has several names",
        Some(MakerMatch::Spelling) => "the maker is spelt otherwise",
        Some(MakerMatch::Family) => "the maker belongs or belonged to the vendor",
        None => "the row names no maker",
    };
    let product = match judgement.shown.extent {
        Shows::Whole => "the product is named",
        Shows::Code => "its model number is named",
    };
    let version = match (&judgement.says, judgement.rule) {
        (Says::Outside(why), _) => why.clone(),
        (Says::Ask(question), _) => question.clone(),
        (Says::Affected, Rule::EveryVersion) => "every version is affected".to_owned(),
        (Says::Affected, Rule::Named) => "its version is named".to_owned(),
        (Says::Affected, Rule::Fixed) => {
            "a remedy says that it is still affected".to_owned()
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

/// A leaf such as `GE Imaging and Ultrasound Products` that only repeats the title beside
/// leaves with names is no leaf of its own.
fn repeats_title(leaf: &Leaf, record: &Record) -> bool {
    let limited = !leaf.conditions.is_empty() || leaf.versions != Versions::All;
    if limited
        || record.products.len() < 2
        || !leaf.names.iter().all(|name| !name.is_distinct())
    {
        return false;
    }
    let title = Text::read(&[&record.title]);
    leaf.names.iter().all(|name| {
        name.groups.iter().filter(|group| group.kind == Kind::Class).all(|group| {
            group.any.iter().any(|any| match any {
                Alternative::Word(unit) => unit.occurrences(&title).next().is_some(),
                Alternative::Range(..) => false,
            })
        })
    })
}

/// The beginnings of words, one of which a row that shows the leaf must have.
fn anchors_of(leaf: &Leaf) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let products = leaf.names.iter().chain(&leaf.models).chain(&leaf.host);
    for product in products {
        let mut keys = product.keys();
        let head = keys.next();
        let again = keys.filter(|group| head.is_some_and(|head| contains(group, head)));
        let first = head.into_iter().chain(again);
        let class =
            product.groups.iter().filter(|group| group.kind == Kind::Class).take(1);
        let codes = product.groups.iter().filter(|group| group.kind == Kind::Code);
        let groups: Vec<_> = if product.is_distinct() {
            first.chain(codes).collect()
        } else {
            class.collect()
        };
        for alternative in groups.into_iter().flat_map(|group| &group.any) {
            let text = match alternative {
                Alternative::Word(unit) => unit.spelt(),
                Alternative::Range(letters, ..) => letters,
            };
            anchors.insert(beginning(text));
        }
    }
    anchors
}

/// Whether a word holds another: `MyVue` and Vue.
fn contains(group: &super::product::Group, head: &super::product::Group) -> bool {
    match (group.any.first(), head.any.first()) {
        (Some(Alternative::Word(long)), Some(Alternative::Word(short))) => {
            long.spelt().contains(short.spelt())
        }
        _ => false,
    }
}

/// The first characters; a wildcard or a short word ends them.
fn beginning(text: &str) -> String {
    text.chars()
        .take(3)
        .take_while(|c| !c.is_ascii_digit() || !text.contains('x'))
        .collect()
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
