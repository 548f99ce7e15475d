//! One advisory, read: its leaves, and what its remedies and notes say of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use advisory::{Record, RemediationKind, Source, State};
use naming::Makers;
use naming::text::{Text, Unit};
use terms::version::firmware::Version;
use terms::vex::Status;

use super::extent::{self, Span, Standing};
use super::leaf::{self, Leaf, Sheet, Versions};
use super::product::{Alternative, Brands, Group, Kind, Product};
use super::remedy::{self, Release, Remedies, Spared};
use super::source::Source as Texts;

mod lists;
mod platform;
mod status;

pub(super) use lists::Lists;

/// What is needed of one advisory to judge devices. A clone shares it.
#[derive(Clone, Debug)]
pub struct Advice {
    pub(super) kept: Arc<Kept>,
    pub(super) leaves: Arc<[Advised]>,
}

/// The vendors of the advisories that are read, each looked up once.
#[derive(Debug)]
pub struct Vendors<'m> {
    makers: &'m Makers,
    brands: BTreeMap<String, Arc<Brands>>,
}

impl<'m> Vendors<'m> {
    /// None yet.
    #[must_use]
    pub const fn new(makers: &'m Makers) -> Self {
        Self { makers, brands: BTreeMap::new() }
    }

    fn brands(&mut self, vendor: &str) -> Arc<Brands> {
        if let Some(known) = self.brands.get(vendor) {
            return Arc::clone(known);
        }
        let names = self.makers.names_of(&self.makers.read(vendor));
        let brands = Arc::new(Brands::new(names));
        self.brands.insert(vendor.to_owned(), Arc::clone(&brands));
        brands
    }
}

/// What is needed of an advisory.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) id: String,
    pub(super) releases: Vec<Release>,
    pub(super) spared: Vec<Spared>,
    pub(super) products: Vec<(String, String)>,
    pub(super) statuses: Vec<Vec<(usize, Status)>>,
    pub(super) remediations: Vec<(RemediationKind, Vec<usize>, String)>,
}

/// A leaf, and what the remedies say of it.
#[derive(Debug)]
pub(super) struct Advised {
    pub(super) leaf: Leaf,
    /// Positions of the releases among the record's that are this product's, and not those
    /// of another product of the advisory.
    pub(super) releases: Vec<usize>,
    /// The vulnerabilities that it is affected by.
    pub(super) vulnerabilities: Vec<usize>,
}

impl Advice {
    /// Reads an advisory; one that is withdrawn says nothing.
    #[must_use]
    pub fn read(record: &Record, vendors: &mut Vendors<'_>) -> Self {
        let mut kept = Kept::of(record);
        if record.source != Source::Csaf || record.state != State::Live {
            return Self { kept: Arc::new(kept), leaves: Arc::default() };
        }
        let sheet = Sheet::of(record);
        let mut leaves: Vec<Leaf> = (0..record.products.len())
            .filter_map(|at| one(&sheet, at, vendors))
            .filter(|leaf| !repeats_title(leaf, record))
            .collect();
        leaves.extend(platform::leaves(&sheet, vendors));
        status::stretch(&mut leaves, record);
        share(&mut leaves);
        kept.drop_codes(&leaves);
        know_parts(&mut leaves);
        lists::know_lists(&mut leaves, &kept);
        let meant = kept.meant(&leaves);
        kept.doubt_shared(&meant, &leaves);
        let mut advised: Vec<Advised> = Vec::with_capacity(leaves.len());
        for leaf in &leaves {
            let known = remedy::known_as(leaf, record);
            let ours = kept.releases.iter().zip(&meant).enumerate();
            let releases = ours
                .filter(|(_, (release, meant))| meant.is(release, leaf, &known))
                .filter(|(_, (release, meant))| {
                    !meant.is_bound_of_other(release, leaf, &leaves)
                })
                .filter(|(_, (release, _))| !is_listed_fix(release, leaf))
                .map(|(at, _)| at)
                .collect();
            let vulnerabilities = kept.affected(leaf.product);
            advised.push(Advised { leaf: leaf.clone(), releases, vulnerabilities });
        }
        kept.add_fixed(&mut advised, &leaves);
        Self { kept: Arc::new(kept), leaves: advised.into() }
    }
}

fn one(sheet: &Sheet<'_>, at: usize, vendors: &mut Vendors<'_>) -> Option<Leaf> {
    let fact = sheet.record.products.get(at)?;
    if fact.statuses.is_empty() || is_package(sheet, fact) {
        return None;
    }
    of_texts(sheet, at, &Texts::of(sheet, fact), vendors)
}

/// The leaf of a product, read from these texts.
fn of_texts(
    sheet: &Sheet<'_>,
    at: usize,
    source: &Texts,
    vendors: &mut Vendors<'_>,
) -> Option<Leaf> {
    let own = vendors.makers.leading(&source.name);
    let own = own.filter(|name| {
        let (a, b) = (vendors.makers.read(name), vendors.makers.read(&source.vendor));
        vendors.makers.compare(&a, &b).is_none()
    });
    let brands = vendors.brands(own.as_deref().unwrap_or(&source.vendor));
    let mut leaf = leaf::read(sheet, at, source, &brands)?;
    leaf.own_maker = own;
    Some(leaf)
}

/// Kinds of package that are components of software, and no device.
const PACKAGES: [&str; 13] = [
    "rpm", "rpmmod", "deb", "apk", "oci", "docker", "maven", "npm", "pypi", "golang",
    "cargo", "gem", "nuget",
];

/// Ends of the file names of packages of a distribution: `bind-9.9.4-0.6.1.i586`.
const ARCHITECTURES: [&str; 10] = [
    ".x86_64", ".i586", ".i686", ".noarch", ".src", ".aarch64", ".ppc64le", ".s390x",
    ".ppc64", ".ia64",
];

/// Whether a product is a package of a distribution or a library, by its purl, or a package
/// file in it, by its name. Such are components, which a scan judges; no inventory of
/// devices names them.
fn is_package(sheet: &Sheet<'_>, fact: &advisory::Product) -> bool {
    let component =
        fact.relationship.as_ref().map(|(_, component, _)| component.as_str());
    let part = component.and_then(|id| sheet.product(id));
    let purls = fact.purls.iter().chain(part.into_iter().flat_map(|part| &part.purls));
    let package = |purl: &String| {
        let kind = purl.strip_prefix("pkg:").and_then(|rest| rest.split('/').next());
        kind.is_some_and(|kind| PACKAGES.contains(&kind.to_ascii_lowercase().as_str()))
    };
    let file = |id: &str| ARCHITECTURES.iter().any(|end| id.ends_with(end));
    purls.into_iter().any(package)
        || component.is_some_and(file)
        || part.is_some_and(|part| file(&part.name))
}

impl Advice {
    /// Whether it speaks of a product that may be a device.
    #[must_use]
    pub fn is_of_devices(&self) -> bool {
        !self.leaves.is_empty()
    }
}

impl Kept {
    pub(super) fn of(record: &Record) -> Self {
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
                        status.group != "recommended" || status::is_goal(product, status)
                    };
                    let statuses = product.statuses.iter().filter(said);
                    statuses.map(status::of).collect()
                })
                .collect(),
            remediations: record
                .remediations
                .iter()
                .map(|remedy| (remedy.kind, remedy.products.clone(), remedy.text.clone()))
                .collect(),
        }
    }

    pub(super) fn remedies(&self, leaf: usize) -> Vec<usize> {
        let ours =
            |products: &Vec<usize>| products.is_empty() || products.contains(&leaf);
        let mut seen = BTreeSet::new();
        let all = self.remediations.iter().enumerate();
        all.filter(|(_, (_, products, text))| ours(products) && seen.insert(text.clone()))
            .map(|(at, _)| at)
            .collect()
    }

    /// The vulnerabilities that a product is said to be affected by.
    fn affected(&self, product: usize) -> Vec<usize> {
        let statuses = self.statuses.get(product).map_or(&[][..], Vec::as_slice);
        let open = |status: Status| {
            matches!(status, Status::Affected | Status::UnderInvestigation)
        };
        let affected = statuses.iter().filter(|(_, status)| open(*status));
        affected.map(|(vulnerability, _)| *vulnerability).collect()
    }

    /// For each release of a record, which of its products the words beside it name.
    ///
    /// It is worked out once a record: an advisory may have hundreds of leaves.
    fn meant<'l>(&self, leaves: &'l [Leaf]) -> Vec<Meant<'l>> {
        let releases = &self.releases;
        let mut all: Vec<&'l Product> = Vec::new();
        if !releases.is_empty() {
            let mut seen = BTreeSet::new();
            let names = leaves.iter().flat_map(|leaf| &leaf.names);
            all.extend(names.filter(|name| seen.insert(&name.groups)));
        }
        let meant = |release: &Release| Meant { named: release.of_products(&all) };
        releases.iter().map(meant).collect()
    }

    /// Several fixes of several products in one sentence are told apart by the names beside
    /// them; a release of which it cannot be told whose it is, is the fix of none.
    fn doubt_shared(&mut self, meant: &[Meant<'_>], leaves: &[Leaf]) {
        let together = |a: &Product, b: &Product| {
            leaves.iter().any(|leaf| leaf.names.contains(a) && leaf.names.contains(b))
        };
        let many = |meant: &Meant<'_>| {
            let mut named = meant.named.iter();
            let first = named.next();
            first.is_some_and(|first| named.any(|other| !together(first, other)))
        };
        let is_fix = |release: &Release| release.claim == remedy::Claim::Fix;
        let mut beside: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for release in self.releases.iter().filter(|release| is_fix(release)) {
            let texts = beside.entry(release.written.clone()).or_default();
            texts.insert(release.text.clone());
        }
        for (release, meant) in self.releases.iter_mut().zip(meant) {
            let several = beside.get(&release.written).is_some_and(|it| it.len() > 1);
            if is_fix(release) && several && many(meant) {
                release.claim = remedy::Claim::Unclear;
            }
        }
    }

    /// Products whose status says that they are fixed name the release that holds the fix.
    fn add_fixed(&mut self, advised: &mut [Advised], leaves: &[Leaf]) {
        // An advisory of a distribution has thousands of leaves: each is looked up, and not
        // compared with every other.
        let mut named: BTreeMap<&[Group], BTreeSet<usize>> = BTreeMap::new();
        for (at, leaf) in leaves.iter().enumerate() {
            for name in &leaf.names {
                named.entry(&name.groups).or_default().insert(at);
            }
        }
        for fixed in leaves {
            let statuses = self.statuses.get(fixed.product);
            let of = |wanted: Status| -> Vec<usize> {
                let statuses = statuses.into_iter().flatten();
                let of = statuses.filter(|(_, status)| *status == wanted);
                of.map(|(vulnerability, _)| *vulnerability).collect()
            };
            let vulnerabilities = of(Status::Fixed);
            let Some((version, text)) = listed(fixed) else { continue };
            if vulnerabilities.is_empty() || !of(Status::Affected).is_empty() {
                continue;
            }
            let same = |leaf: &Leaf| {
                leaf.product != fixed.product
                    && leaf.names.iter().any(|name| fixed.names.contains(name))
            };
            let at = self.releases.len();
            self.releases.push(Release::by_status(version, text, vulnerabilities));
            let alike = fixed.names.iter().filter_map(|name| named.get(&*name.groups));
            let alike: BTreeSet<usize> = alike.flatten().copied().collect();
            for leaf in alike {
                if let Some(advised) = advised.get_mut(leaf).filter(|one| same(&one.leaf))
                {
                    advised.releases.push(at);
                }
            }
        }
    }

    /// A model number in a remedy is no release.
    fn drop_codes(&mut self, leaves: &[Leaf]) {
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
        self.releases.retain(|release| !is_code(release));
    }
}

/// Tells each leaf of the parts that other leaves limit, whose versions an inventory may
/// state as the device's.
fn know_parts(leaves: &mut [Leaf]) {
    let parts: Vec<_> = leaves.iter().filter_map(|leaf| leaf.part.clone()).collect();
    if parts.is_empty() {
        return;
    }
    for leaf in leaves.iter_mut().filter(|leaf| leaf.part.is_none()) {
        leaf.parts_beside.clone_from(&parts);
    }
}

/// Marks the model numbers that several products of an advisory have, of which none is the
/// number alone.
fn share(leaves: &mut [Leaf]) {
    let name = |leaf: &Leaf| -> BTreeSet<String> {
        let keys = leaf.names.first().into_iter().flat_map(Product::keys);
        keys.flat_map(|group| group.any.first()).filter_map(spelling).collect()
    };
    let mut owners: BTreeMap<String, BTreeSet<BTreeSet<String>>> = BTreeMap::new();
    for leaf in leaves.iter() {
        let name = name(leaf);
        for code in name.iter().filter(|word| word.bytes().any(|b| b.is_ascii_digit())) {
            owners.entry(code.clone()).or_default().insert(name.clone());
        }
    }
    owners.retain(|_, names| names.len() > 1);
    for leaf in leaves {
        let ours = name(leaf);
        let others = |code: &&String| {
            let mut names = owners.get(*code).into_iter().flatten();
            names.any(|other| !ours.is_subset(other))
        };
        leaf.shared = ours.iter().filter(others).cloned().collect();
    }
}

fn spelling(any: &Alternative) -> Option<String> {
    match any {
        Alternative::Word(unit) => Some(unit.spelt().to_owned()),
        Alternative::Range(..) => None,
    }
}

/// Whether a release that is called a fix is listed by the leaf as affected: then it is none.
fn is_listed_fix(release: &Release, leaf: &Leaf) -> bool {
    release.claim == remedy::Claim::Fix
        && match &leaf.versions {
            Versions::Some(spans, _) => {
                extent::standing(&release.version, spans) == Standing::Named
            }
            Versions::All | Versions::Unreadable(_) => false,
        }
}

/// The single version that a leaf lists.
fn listed(leaf: &Leaf) -> Option<(Version, &str)> {
    match &leaf.versions {
        Versions::Some(spans, _) => match spans.as_slice() {
            [Span::Listed(version, text)] => Some((version.clone(), text)),
            _ => None,
        },
        Versions::All | Versions::Unreadable(_) => None,
    }
}

/// The products of the advisory that the words beside a release name.
struct Meant<'l> {
    named: Vec<&'l Product>,
}

impl Meant<'_> {
    /// Whether the release is the bound of another product of the advisory, where the leaf
    /// itself has no bound and the remedy does not name its product.
    fn is_bound_of_other(&self, release: &Release, leaf: &Leaf, leaves: &[Leaf]) -> bool {
        if leaf.versions != Versions::All
            || self.named.iter().any(|product| leaf.names.contains(product))
        {
            return false;
        }
        let version = &release.version;
        let bounded = |other: &&Leaf| match &other.versions {
            Versions::Some(spans, _) => {
                spans.iter().flat_map(extent::bounds).any(|bound| {
                    bound.compare(version).is_some_and(std::cmp::Ordering::is_eq)
                })
            }
            Versions::All | Versions::Unreadable(_) => false,
        };
        let mut others = leaves.iter().filter(bounded).peekable();
        others.peek().is_some() && others.all(|other| other.names != leaf.names)
    }

    /// Whether the release is a leaf's.
    fn is(&self, release: &Release, leaf: &Leaf, known: &str) -> bool {
        let ours = || self.named.iter().any(|product| leaf.names.contains(product));
        let unnamed = || self.named.is_empty() && !release.is_foreign(known);
        release.is_for(leaf.product) && (ours() || unnamed())
    }
}

impl Advised {
    /// What the advisory says of fixes for it.
    pub(super) fn remedies<'r>(&'r self, kept: &'r Kept) -> Remedies<'r> {
        let releases = self.releases.iter().filter_map(|at| kept.releases.get(*at));
        Remedies { releases: releases.collect(), vulnerabilities: &self.vulnerabilities }
    }

    /// The beginnings of words, one of which a row that shows the leaf must have.
    pub(super) fn anchors(&self) -> BTreeSet<String> {
        anchors_of(&self.leaf)
    }
}

fn anchors_of(leaf: &Leaf) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let products = leaf.names.iter().chain(&leaf.models).chain(&leaf.host);
    for product in products {
        anchors.extend(merged(product));
        let mut keys = product.keys();
        let head = keys.next();
        let name = product.keys().find(|group| group.kind == Kind::Name);
        let second = product.keys().nth(1).filter(|_| product.keys().count() > 2);
        let behind = name.filter(|_| head.is_some_and(|head| head.kind == Kind::Code));
        let behind = behind.into_iter().chain(second);
        let again = keys.filter(|group| head.is_some_and(|head| contains(group, head)));
        let first = head.into_iter().chain(behind).chain(again);
        let class = product.groups.iter().filter(|group| group.kind.is_noun()).take(1);
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

/// `FTView` for FactoryTalk View: the beginnings that two letters of the first word and the
/// second word may have.
fn merged(product: &Product) -> BTreeSet<String> {
    let mut keys = product.keys().map(|group| match group.any.as_slice() {
        [Alternative::Word(unit)] if !unit.is_code() => unit.spelt(),
        _ => "",
    });
    let (first, second) =
        (keys.next().unwrap_or_default(), keys.next().unwrap_or_default());
    let mut letters = first.chars();
    let (Some(head), Some(tail)) = (letters.next(), second.chars().next()) else {
        return BTreeSet::new();
    };
    letters.map(|letter| String::from_iter([head, letter, tail])).collect()
}

/// Whether a word holds another: `MyVue` and Vue.
fn contains(group: &Group, head: &Group) -> bool {
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
        name.groups.iter().filter(|group| group.kind.is_noun()).all(|group| {
            group.any.iter().any(|any| match any {
                Alternative::Word(unit) => unit.occurrences(&title).next().is_some(),
                Alternative::Range(..) => false,
            })
        })
    })
}
