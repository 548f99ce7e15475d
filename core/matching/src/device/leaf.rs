//! One leaf of a product tree, read: which products, which versions, on what conditions.
//!
//! The branches are read first and the full product name beside them, since extraction has
//! damaged some branches: where a branch cannot be read, or stands against its own syntax,
//! the full name is taken; where the two disagree, only what both say is certain.

use std::collections::BTreeMap;
use std::sync::Arc;

use advisory::{Product as Fact, Record};
use naming::text::Unit;
use terms::version::firmware::Version;

use super::advice::Lists;
use super::extent::Span;
use super::limits::{of_release, release_of, year_of};
use super::product::{Brands, Product};
use super::source::{Source, upto_limit};
use super::wording::{together, told_acronyms};

mod bounded;
mod clauses;
mod limits;
mod names;
mod told;
mod versions;

/// A leaf as it is understood.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Position in [`Record::products`].
    pub product: usize,
    /// The advisory that it is of.
    pub advisory: String,
    /// The day on which that was last written, `2026-01-31`; empty where it does not say.
    pub written: String,
    /// The vendor's branch as written.
    pub vendor: String,
    /// A maker that the product's name begins with, where the vendor is another:
    /// `Siemens SIMATIC WinCC OA` of an advisory about a part in it.
    pub own_maker: Option<String>,
    /// The product's name as written, its letters and digits written together.
    pub whole: String,
    /// The readings of the product's name, any of which will do.
    pub names: Vec<Product>,
    /// The first word of a name and the first letters of all its words, any of which will do
    /// where the row's model has nothing else.
    pub lettered: Vec<Product>,
    /// Models that stand in the place of the version, any of which will do.
    pub models: Vec<Product>,
    /// What the part is built into: a row that shows only this may or may not have the part.
    pub host: Option<Product>,
    /// Products that the leaf takes out.
    pub excluded: Vec<Exclusion>,
    /// What must be true of the device besides.
    pub conditions: Vec<Condition>,
    /// Which versions.
    pub versions: Versions,
    /// Versions that *may also* be affected.
    pub maybe: Vec<Span>,
    /// Versions that the leaf takes out: `except 5.0`, `fixed in 6.0`.
    pub without: Vec<Span>,
    /// Words beside the versions that no rule has read; what they change is not known.
    pub unread: Option<Leftover>,
    /// Whether the bounds are numbers of builds.
    pub counts: Counts,
    /// A limit of the date on which the device was made or sold.
    pub made: Vec<Span>,
    /// A part with versions of its own, all of which are limited.
    pub part: Option<Part>,
    /// Parts that other leaves of the advisory limit.
    pub parts_beside: Vec<Part>,
    /// Letters that the maker puts in front of versions.
    pub prefixes: Vec<String>,
    /// The release trains that the product's name limits it to: `Cardiology 12.x`.
    pub trains: Vec<Span>,
    /// The generation that the product's name ends with: `SIMIT V10`, `NeuroWorks 8`.
    pub generation: Option<Generation>,
    /// Versions that no order knows, as they are written: a row with the very text has one.
    pub literal: Vec<String>,
    /// Words of the full product name beside the product's: `EcoPower Design - Dial NL`.
    pub around: Vec<String>,
    /// Model numbers that other products of the advisory have too: one alone does not tell
    /// which of them it is.
    pub shared: Vec<String>,
    /// What the advisory lists one by one of this product and of its family; one leaf of a
    /// product has it.
    pub(super) lists: Option<Arc<Lists>>,
}

/// A version or a small number in a product's name that tells its generation.
#[derive(Clone, Debug, PartialEq)]
pub struct Generation {
    /// The generation as a version.
    pub version: Version,
    /// As it is written.
    pub text: String,
}

impl Leaf {
    /// Whether the advisory does not say who makes the product.
    pub(super) fn is_nobodys(&self) -> bool {
        self.vendor.is_empty() && self.own_maker.is_none()
    }

    /// Whether nothing but the versions limits it.
    pub(super) fn is_plain(&self) -> bool {
        self.conditions.is_empty() && self.made.is_empty() && self.part.is_none()
    }
}

/// Which versions of the product itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Versions {
    /// Every version.
    All,
    /// Those in one of the stretches; where there is a second list, those in both.
    Some(Vec<Span>, Option<Vec<Span>>),
    /// A text that no rule can read.
    Unreadable(String),
}

/// Words of a leaf that no rule has read.
#[derive(Clone, Debug, PartialEq)]
pub struct Leftover {
    /// The words.
    pub text: String,
    /// Where they stand.
    pub place: Beside,
}

/// Where words stand that no rule has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Behind a bound, of which they are a finer part: `< V20.2 HotfixRev14`.
    Bound,
    /// Elsewhere: they may change everything.
    Elsewhere,
}

/// What the numbers of a leaf count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// Versions.
    Versions,
    /// Builds, which a version says nothing of: `Build 100 and earlier`.
    Builds,
}

/// A product that a leaf takes out, and which versions of it (none: all).
#[derive(Clone, Debug)]
pub struct Exclusion {
    /// The product.
    pub product: Product,
    /// The versions; empty means all.
    pub spans: Vec<Span>,
    /// As it is written.
    pub text: String,
}

/// Something that must be true of a device.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What must be true, without the words in front: `Windows 2000`.
    pub text: String,
    /// As it is written: `running on Windows 2000`.
    pub written: String,
    /// The words that a row must show, in one of these ways.
    pub words: Vec<Vec<Unit>>,
    /// Whether the words are an example (`such as Windows 2000`).
    pub example: Example,
}

/// Whether words are an example of what is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "yes or no")]
pub enum Example {
    No,
    Yes,
}

/// A part with versions of its own.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name as written.
    pub text: String,
    /// Its name, and its initials.
    pub names: Vec<Product>,
    /// Which of its versions.
    pub spans: Vec<Span>,
}

/// What the leaves of one advisory share, worked out once.
pub(super) struct Sheet<'r> {
    pub(super) record: &'r Record,
    /// Where the products stand, by their ids.
    places: BTreeMap<&'r str, usize>,
    title: &'r str,
    year: Option<&'r str>,
    /// Words in capitals that the advisory uses.
    acronyms: Vec<String>,
    /// How many products are none of a relationship.
    alone: usize,
}

impl<'r> Sheet<'r> {
    pub(super) fn of(record: &'r Record) -> Self {
        let products = record.products.iter().enumerate();
        let year = |date: &'r str| date.get(..4);
        Self {
            record,
            places: products.map(|(at, product)| (product.id.as_str(), at)).collect(),
            title: upto_limit(&record.title),
            year: year(&record.published).or_else(|| year(&record.modified)),
            acronyms: told_acronyms(record),
            alone: record
                .products
                .iter()
                .filter(|product| product.relationship.is_none())
                .count(),
        }
    }

    /// The product of an id.
    pub(super) fn product(&self, id: &str) -> Option<&'r Fact> {
        self.places.get(id).and_then(|at| self.record.products.get(*at))
    }
}

/// The day on which an advisory was last written.
fn written(record: &Record) -> String {
    let days = [&record.published, &record.modified].into_iter();
    days.filter_map(|day| day.get(..10)).max().unwrap_or_default().to_owned()
}

/// Reads the leaf at `at` from its texts.
pub(super) fn read(
    sheet: &Sheet<'_>,
    at: usize,
    source: &Source,
    brands: &Brands,
) -> Option<Leaf> {
    let fact = sheet.record.products.get(at)?;
    if source.name.is_empty() {
        return None;
    }
    let source = &specific(source, brands);
    let mut reader = Reader {
        leaf: blank(sheet, at, source),
        sheet,
        brands,
        extra: Vec::new(),
        dates: Dates::Release,
        in_name: Vec::new(),
        release: None,
    };
    let bound = bounded::bounded(source);
    let is_bound = bound.source.name != source.name;
    let (released, release) = released(&bound.source);
    let source = &released;
    reader.release = release;
    let extent = match &source.too_long {
        // What is not read to its end may say anything there.
        Some(text) => Versions::Unreadable(text.clone()),
        None => reader.versions(source),
    };
    let extent = match &bound.beside {
        Some(bound) => reader.bounded_too(extent, bound),
        None => extent,
    };
    if let Some(hardware) = &bound.hardware {
        reader.never_told(hardware);
    }
    reader.names(source);
    reader.beheaded(&fact.name);
    reader.leaf.versions = match extent {
        Versions::All
            if !reader.in_name.is_empty()
                && reader.leaf.made.is_empty()
                && reader.in_name.len() > 1 =>
        {
            Versions::Some(std::mem::take(&mut reader.in_name), None)
        }
        other => other,
    };
    reader.limits(source);
    reader.generation(source);
    reader.numbered(&source.tail);
    reader.helpers(fact);
    reader.strip();
    if is_bound && reader.leaf.models.is_empty() {
        reader.leaf.names.iter_mut().for_each(Product::as_family);
    }
    reader.leaf.names.iter().any(|name| !name.groups.is_empty()).then_some(reader.leaf)
}

/// A leaf of which nothing is read yet.
fn blank(sheet: &Sheet<'_>, at: usize, source: &Source) -> Leaf {
    Leaf {
        product: at,
        advisory: sheet.record.id.clone(),
        written: written(sheet.record),
        vendor: source.vendor.clone(),
        own_maker: None,
        whole: together(&source.name),
        names: Vec::new(),
        lettered: Vec::new(),
        models: Vec::new(),
        host: None,
        excluded: Vec::new(),
        conditions: Vec::new(),
        versions: Versions::All,
        maybe: Vec::new(),
        without: Vec::new(),
        unread: None,
        counts: Counts::Versions,
        made: Vec::new(),
        part: None,
        parts_beside: Vec::new(),
        prefixes: Vec::new(),
        trains: Vec::new(),
        generation: None,
        literal: Vec::new(),
        around: Vec::new(),
        shared: Vec::new(),
        lists: None,
    }
}

struct Reader<'r> {
    leaf: Leaf,
    sheet: &'r Sheet<'r>,
    brands: &'r Brands,
    /// Words beside the versions that belong to the product's name.
    extra: Vec<String>,
    dates: Dates,
    /// Versions that stand in the product's name.
    in_name: Vec<Span>,
    /// The release that the product's name ends with: `2014 R2`.
    release: Option<String>,
}

/// `Zeta Controllers and Software - Zeta Studio: Versions 1.4 and prior`: where the full name
/// goes on with another product and a colon, that is the product.
fn specific(source: &Source, brands: &Brands) -> Source {
    let mut specific = source.clone();
    let Some((head, behind)) = source.tail.split_once(": ") else { return specific };
    let begins = behind.to_lowercase();
    let versions = ["version", "firmware", "software", "all ", "runtime", "v", "<", ">"];
    let versions = versions.iter().any(|word| begins.starts_with(word))
        || begins.starts_with(|c: char| c.is_ascii_digit());
    let short = head.split_whitespace().count() <= 8
        && head.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    let general = source.name.contains(" and ") || source.name.contains("roducts");
    let product = Product::read(head, brands);
    if versions && short && general && product.is_distinct() && source.version.is_some() {
        specific.name = head.to_owned();
        specific.tail = behind.to_owned();
    }
    specific
}

/// The texts with the release of the product's name in front of service packs, and that
/// release; a year alone is one only where there are service packs.
fn released(source: &Source) -> (Source, Option<String>) {
    let sure = release_of(&source.name);
    let Some(release) = sure.clone().or_else(|| year_of(&source.name)) else {
        return (source.clone(), None);
    };
    let mut released = source.clone();
    released.version = source.version.as_ref().map(|text| of_release(text, &release));
    released.tail = of_release(&source.tail, &release);
    let changed = released.version != source.version || released.tail != source.tail;
    if source.tail.to_lowercase().contains("all prior versions") {
        // The releases before it are meant too.
        return (released, None);
    }
    match (sure.is_some() || changed, changed) {
        (true, true) => (released, Some(release)),
        (true, false) => (source.clone(), Some(release)),
        (false, _) => (source.clone(), None),
    }
}

/// What a date limits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dates {
    /// The software.
    Release,
    /// The device.
    Made,
}

impl Reader<'_> {
    fn product(&self, text: &str) -> Option<Product> {
        let product = Product::read(text, self.brands);
        (!product.groups.is_empty()).then_some(product)
    }
}
