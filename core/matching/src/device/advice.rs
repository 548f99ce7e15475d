//! One advisory, read: its leaves, and what its remedies and notes say of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use advisory::{Record, RemediationKind, Source, State};
use naming::Makers;
use naming::text::{Text, Unit};
use terms::vex::Status;

use super::extent::{self, Standing};
use super::leaf::{self, Leaf, Sheet, Versions};
use super::product::{Alternative, Brands, Group, Kind, Product};
use super::remedy::{self, Release};
use super::source::Source as Texts;

/// What is needed of one advisory to judge devices.
#[derive(Debug)]
pub struct Advice {
    pub(super) kept: Kept,
    pub(super) leaves: Vec<Advised>,
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
    pub(super) spared: Vec<Text>,
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
    /// The release that fixes everything, else those that fix some of it.
    pub(super) fixed: String,
}

impl Advice {
    /// Reads an advisory; one that is withdrawn says nothing.
    #[must_use]
    pub fn read(record: &Record, vendors: &mut Vendors<'_>) -> Self {
        let mut kept = Kept::of(record);
        if record.source != Source::Csaf || record.state != State::Live {
            return Self { kept, leaves: Vec::new() };
        }
        let sheet = Sheet::of(record);
        let leaves: Vec<Leaf> = (0..record.products.len())
            .filter_map(|at| one(&sheet, at, vendors))
            .filter(|leaf| !repeats_title(leaf, record))
            .collect();
        kept.drop_codes(&leaves);
        let meant = kept.meant(&leaves);
        let of_leaf = |leaf: &Leaf| {
            let releases = meant.iter().enumerate().filter(|(_, meant)| {
                meant.is(leaf) && !meant.is_bound_of_other(leaf, &leaves)
            });
            let releases: Vec<usize> = releases.map(|(at, _)| at).collect();
            let fixed = kept.fixed(&releases, &meant);
            (releases, fixed)
        };
        let remedies: Vec<(Vec<usize>, String)> = leaves.iter().map(of_leaf).collect();
        let leaves = leaves.into_iter().zip(remedies);
        let leaves = leaves
            .map(|(leaf, (releases, fixed))| Advised { leaf, releases, fixed })
            .collect();
        Self { kept, leaves }
    }
}

fn one(sheet: &Sheet<'_>, at: usize, vendors: &mut Vendors<'_>) -> Option<Leaf> {
    let fact = sheet.record.products.get(at)?;
    if fact.statuses.is_empty() {
        return None;
    }
    let source = Texts::of(sheet, fact);
    let own = vendors.makers.leading(&source.name);
    let own = own.filter(|name| {
        let (a, b) = (vendors.makers.read(name), vendors.makers.read(&source.vendor));
        vendors.makers.compare(&a, &b).is_none()
    });
    let brands = vendors.brands(own.as_deref().unwrap_or(&source.vendor));
    let mut leaf = leaf::read(sheet, at, &source, &brands)?;
    leaf.own_maker = own;
    Some(leaf)
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

    pub(super) fn remedies(&self, leaf: usize) -> Vec<usize> {
        let ours =
            |products: &Vec<usize>| products.is_empty() || products.contains(&leaf);
        let mut seen = BTreeSet::new();
        let all = self.remediations.iter().enumerate();
        all.filter(|(_, (_, products, text))| ours(products) && seen.insert(text.clone()))
            .map(|(at, _)| at)
            .collect()
    }

    /// For each release of a record, which of its products the remedy speaks of, and
    /// whether a leaf lists the release as affected.
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

    fn fixed(&self, ours: &[usize], meant: &[Meant<'_>]) -> String {
        let mut texts: Vec<&str> = Vec::new();
        for at in ours {
            let (Some(release), Some(meant)) = (self.releases.get(*at), meant.get(*at))
            else {
                continue;
            };
            if meant.listed.is_none() && !texts.contains(&release.text.as_str()) {
                texts.push(&release.text);
            }
        }
        texts.join("; ")
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

/// A release of a record, and what its remedy speaks of.
struct Meant<'l> {
    release: Release,
    /// The products of the advisory that the remedy names.
    named: Vec<&'l Product>,
    /// Whether a leaf of the advisory lists the release: then it is affected itself.
    listed: Option<()>,
}

impl Meant<'_> {
    /// Whether the release is the bound of another product of the advisory, where the leaf
    /// itself has no bound and the remedy does not name its product.
    fn is_bound_of_other(&self, leaf: &Leaf, leaves: &[Leaf]) -> bool {
        if leaf.versions != Versions::All
            || leaf.names.iter().any(|name| self.release.speaks_of(name))
        {
            return false;
        }
        let version = &self.release.version;
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
    fn is(&self, leaf: &Leaf) -> bool {
        let ours = |other: &&&Product| leaf.names.contains(other);
        let (ours, others): (Vec<&Product>, Vec<&Product>) =
            self.named.iter().partition(ours);
        self.release.is_for(leaf.product) && (!ours.is_empty() || others.is_empty())
    }
}

impl Advised {
    /// The beginnings of words, one of which a row that shows the leaf must have.
    pub(super) fn anchors(&self) -> BTreeSet<String> {
        anchors_of(&self.leaf)
    }
}

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
        name.groups.iter().filter(|group| group.kind == Kind::Class).all(|group| {
            group.any.iter().any(|any| match any {
                Alternative::Word(unit) => unit.occurrences(&title).next().is_some(),
                Alternative::Range(..) => false,
            })
        })
    })
}
