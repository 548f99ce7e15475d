//! What an applicability statement means for one whole system.
//!
//! Source: NISTIR 7698 §7 (AND, OR, negate), NVD API 2.0 (`vulnerable`, bounds on the
//! version). Three-valued by Kleene's logic: what a system does not say is unknown.
//!
//! Where NISTIR 7696 and the use that NVD makes of names part, a silent *no* is avoided:
//!
//! - `*` in a criterion holds for every value; `*` in the name of a system is *not stated*,
//!   and so a criterion that asks for a value there is unknown (7696 says: no match).
//! - `-` holds for `-`. As a version, NVD writes `-` for hardware, for an operating system
//!   of any version, and for products whose versions nobody knows; so `-` against any
//!   other version is unknown (7696 says: disjoint), whichever of the two says `-`. In
//!   every other attribute `-` against a value is no match, as 7696 says.
//! - Bounds are compared as far as [`super::compare_versions`] goes, with the update
//!   attribute behind the version (`4.2.8` and `p15`); beyond that they are unknown.
//!
//! A bill of materials seldom names the hardware that it runs on. [`Configuration::presume`]
//! takes a platform that a system does not name as unknown, unless it names another one.

use std::cmp::Ordering;

use super::{
    Attribute, Bounds, Configuration, Criterion, Name, Names, Negate, Node, Operator,
    Role, Value, order, relation,
};

/// Nodes below nodes. NVD 1.1 nests two deep; deeper than this is unknown.
const DEPTH_MAX: usize = 32;

/// The three values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// It does not hold.
    False,
    /// It cannot be told.
    Unknown,
    /// It holds.
    True,
}

/// What a configuration says about a system. Names are positions in the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation<'a> {
    /// Whether the statement as a whole holds, platforms alone included.
    pub truth: Truth,
    /// Names that are the vulnerable part of a statement that holds.
    pub affected: Vec<usize>,
    /// Names that may be, if what is unknown turns out so.
    pub possible: Vec<usize>,
    /// Names that are a platform, and not the vulnerable part, of a statement that holds
    /// or may hold.
    pub platforms: Vec<usize>,
    /// Why something is unknown: what to ask.
    pub doubts: Vec<Doubt<'a>>,
    /// Platforms that are asked for and that the system does not name.
    pub unnamed: Vec<&'a Criterion>,
}

/// What it means that a system does not name a platform.
#[derive(Clone, Copy)]
enum Absent<'o> {
    /// It is not there.
    RuledOut,
    /// It may be there.
    Presumed,
    /// It may be there unless another one is; these names are what would be vulnerable,
    /// and no platforms.
    Asked(&'o [usize]),
}

/// A criterion that can neither be confirmed nor ruled out for a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubt<'a> {
    /// The name's position in the system.
    pub name: usize,
    /// The criterion.
    pub criterion: &'a Criterion,
    /// What is missing.
    pub why: Why,
}

/// What keeps a criterion from being judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The name states no version.
    VersionUnstated,
    /// Version and bound, or version and version, cannot be compared.
    VersionIncomparable,
    /// The name does not state this attribute.
    Unstated(Attribute),
    /// The criterion is no well-formed name, but speaks of the same product.
    CriterionMalformed,
}

impl Configuration {
    /// What this statement means for the system that reports these names: a
    /// [`System`](super::System), or a list of a few.
    #[must_use]
    pub fn evaluate<'s>(&self, system: impl Into<Names<'s>>) -> Evaluation<'_> {
        self.weigh(system.into(), Absent::RuledOut)
    }

    /// The same for a system that may not name all of its platforms: one that is not named
    /// is unknown. It is ruled out where the system names another of its kind: hardware or
    /// an operating system of the same vendor, another version of an application.
    #[must_use]
    pub fn presume<'s>(&self, system: impl Into<Names<'s>>) -> Evaluation<'_> {
        let system = system.into();
        if !self.nodes.iter().any(|node| node.has_platform(DEPTH_MAX)) {
            return Evaluation::nothing(Truth::False);
        }
        let presumed = self.weigh(system, Absent::Presumed);
        match presumed.possible.as_slice() {
            [] => presumed,
            possible => self.weigh(system, Absent::Asked(possible)),
        }
    }

    fn weigh(&self, system: Names<'_>, absent: Absent<'_>) -> Evaluation<'_> {
        let absent = absent.within(self.negate);
        let nodes = self.nodes.iter();
        let parts = nodes.map(|node| node.evaluate(system, absent, DEPTH_MAX)).collect();
        let mut evaluation = turned(joined(parts, self.operator), self.negate);
        evaluation.settle();
        evaluation
    }
}

impl Absent<'_> {
    /// What a negated part asks for is not presumed: it holds because it is absent.
    const fn within(self, negate: Negate) -> Self {
        match negate {
            Negate::Plain => self,
            Negate::Negated => Self::RuledOut,
        }
    }
}

impl Evaluation<'_> {
    /// Whether a name of the system is affected.
    #[must_use]
    pub fn verdict(&self) -> Truth {
        match (self.affected.as_slice(), self.possible.as_slice()) {
            ([], []) => Truth::False,
            ([], _) => Truth::Unknown,
            _ => Truth::True,
        }
    }

    const fn nothing(truth: Truth) -> Self {
        Self {
            truth,
            affected: Vec::new(),
            possible: Vec::new(),
            platforms: Vec::new(),
            doubts: Vec::new(),
            unnamed: Vec::new(),
        }
    }

    /// Each name once, where it is surest.
    fn settle(&mut self) {
        for names in [&mut self.affected, &mut self.possible, &mut self.platforms] {
            names.sort_unstable();
            names.dedup();
        }
        self.possible.retain(|name| self.affected.binary_search(name).is_err());
        self.platforms.retain(|name| {
            self.affected.binary_search(name).is_err()
                && self.possible.binary_search(name).is_err()
        });
    }
}

impl Node {
    fn has_platform(&self, depth: usize) -> bool {
        self.criteria.iter().any(|criterion| criterion.role == Role::Platform)
            || (depth > 0 && self.nodes.iter().any(|node| node.has_platform(depth - 1)))
    }

    fn evaluate(
        &self,
        system: Names<'_>,
        absent: Absent<'_>,
        depth: usize,
    ) -> Evaluation<'_> {
        if depth == 0 || (self.criteria.is_empty() && self.nodes.is_empty()) {
            return Evaluation::nothing(Truth::Unknown);
        }
        let absent = absent.within(self.negate);
        let criteria = self.criteria.iter();
        let criteria = criteria.map(|criterion| criterion.evaluate(system, absent));
        let nodes = self.nodes.iter();
        let nodes = nodes.map(|node| node.evaluate(system, absent, depth - 1));
        let whole = joined(criteria.chain(nodes).collect(), self.operator);
        match self.denied(system) {
            denied if self.negate == Negate::Plain || denied.is_empty() => {
                turned(whole, self.negate)
            }
            denied => Evaluation {
                possible: denied,
                doubts: whole.doubts,
                ..Evaluation::nothing(Truth::Unknown)
            },
        }
    }

    /// The names of products that a negated part calls vulnerable: what is said of them
    /// contradicts itself, and nobody can tell.
    fn denied(&self, system: Names<'_>) -> Vec<usize> {
        if self.negate == Negate::Plain {
            return Vec::new();
        }
        let vulnerable = self.criteria.iter().filter(|one| one.role == Role::Vulnerable);
        let mut denied = Vec::new();
        for criterion in vulnerable {
            let subject = Subject::of(&criterion.criteria);
            let own = system.of(subject.product());
            let own = own.filter(|(_, name)| subject.names(name));
            denied.extend(own.map(|(position, _)| position));
        }
        denied
    }
}

/// Parts joined by AND or OR: only those that hold, or may hold, lend their names.
fn joined(parts: Vec<Evaluation<'_>>, operator: Operator) -> Evaluation<'_> {
    let truths = parts.iter().map(|part| part.truth);
    let truth = match operator {
        Operator::And => truths.min(),
        Operator::Or => truths.max(),
    };
    // A statement without parts says nothing.
    let mut whole = Evaluation::nothing(truth.unwrap_or(Truth::Unknown));
    for part in parts.into_iter().filter(|part| part.truth != Truth::False) {
        if operator == Operator::And && whole.truth == Truth::Unknown {
            whole.possible.extend(part.affected);
        } else {
            whole.affected.extend(part.affected);
        }
        whole.possible.extend(part.possible);
        whole.platforms.extend(part.platforms);
        whole.doubts.extend(part.doubts);
        whole.unnamed.extend(part.unnamed);
    }
    if whole.truth == Truth::False {
        return Evaluation::nothing(Truth::False);
    }
    if whole.truth == Truth::True {
        // One of several platforms is enough.
        whole.unnamed.clear();
    }
    whole
}

/// A negated part holds because names are absent, so no name of the system is its ground.
fn turned(part: Evaluation<'_>, negate: Negate) -> Evaluation<'_> {
    match (negate, part.truth) {
        (Negate::Plain, _) => part,
        (Negate::Negated, Truth::True) => Evaluation::nothing(Truth::False),
        (Negate::Negated, Truth::False) => Evaluation::nothing(Truth::True),
        (Negate::Negated, Truth::Unknown) => {
            Evaluation { doubts: part.doubts, ..Evaluation::nothing(Truth::Unknown) }
        }
    }
}

impl Criterion {
    /// Whether one name is what this criterion describes, and what is missing where that
    /// cannot be told.
    #[must_use]
    pub fn matches(&self, name: &Name) -> (Truth, Option<Why>) {
        let subject = Subject::of(&self.criteria);
        if subject.rules_out(name) {
            return (Truth::False, None);
        }
        match Name::parse(&self.criteria) {
            Ok(criterion) => matches(&criterion, &self.bounds, name),
            Err(_) if subject.names(name) => {
                (Truth::Unknown, Some(Why::CriterionMalformed))
            }
            Err(_) => (Truth::False, None),
        }
    }

    fn evaluate(&self, system: Names<'_>, absent: Absent<'_>) -> Evaluation<'_> {
        let subject = Subject::of(&self.criteria);
        let mut parsed = None;
        let mut whole = Evaluation::nothing(Truth::False);
        for (position, name) in system.of(subject.product()) {
            if subject.rules_out(name) {
                continue;
            }
            let criterion =
                parsed.get_or_insert_with(|| Name::parse(&self.criteria).ok());
            let (truth, why) = match criterion {
                Some(criterion) => matches(criterion, &self.bounds, name),
                None if subject.names(name) => {
                    (Truth::Unknown, Some(Why::CriterionMalformed))
                }
                None => (Truth::False, None),
            };
            if truth == Truth::False {
                continue;
            }
            match (self.role, truth) {
                (Role::Platform, _) => whole.platforms.push(position),
                (Role::Vulnerable, Truth::True) => whole.affected.push(position),
                (Role::Vulnerable, _) => whole.possible.push(position),
            }
            if let Some(why) = why {
                whole.doubts.push(Doubt { name: position, criterion: self, why });
            }
            whole.truth = whole.truth.max(truth);
        }
        let is_open = match absent {
            _ if self.role == Role::Vulnerable || whole.truth != Truth::False => false,
            Absent::RuledOut => false,
            Absent::Presumed => true,
            Absent::Asked(vulnerable) => !subject.is_contradicted(system, vulnerable),
        };
        if is_open {
            whole.truth = Truth::Unknown;
            whole.unnamed.push(self);
        }
        whole
    }
}

/// Part, vendor and product of a criterion without reading the rest of it: most criteria
/// speak of other products, and a malformed one may still speak of this.
struct Subject<'a> {
    attributes: [(Attribute, &'a str); 3],
    /// Whether a comparison of texts can rule a name out.
    is_plain: bool,
}

impl<'a> Subject<'a> {
    fn of(criteria: &'a str) -> Self {
        let mut rest = criteria.strip_prefix(super::name::PREFIX).unwrap_or("");
        let mut next = |attribute| {
            let mut is_quoted = false;
            let end = rest.bytes().position(|byte| {
                let is_end = byte == b':' && !is_quoted;
                is_quoted = byte == b'\\' && !is_quoted;
                is_end
            });
            let text = rest.get(..end.unwrap_or(rest.len())).unwrap_or("");
            rest = end.and_then(|end| rest.get(end + 1..)).unwrap_or("");
            (attribute, text)
        };
        let attributes =
            [next(Attribute::Part), next(Attribute::Vendor), next(Attribute::Product)];
        // A name may spell a backslash that is not needed, and a criterion another: only
        // texts without any are compared as they stand.
        let is_plain = attributes.iter().all(|(_, text)| {
            !text.is_empty() && *text != "-" && !text.contains(['*', '?', '\\'])
        });
        Self { attributes, is_plain }
    }

    const fn product(&self) -> &'a str {
        let [_, _, (_, product)] = self.attributes;
        product
    }

    fn rules_out(&self, name: &Name) -> bool {
        self.is_plain
            && self.attributes.iter().any(|(attribute, text)| {
                let spelt = name.spelt(*attribute);
                spelt != "*"
                    && !spelt.contains(['?', '*', '\\'])
                    && !spelt.eq_ignore_ascii_case(text)
            })
    }

    /// Whether a system that does not name this platform names another of its kind. What
    /// is itself the vulnerable part is no platform.
    fn is_contradicted(&self, system: Names<'_>, vulnerable: &[usize]) -> bool {
        let [part, vendor, product] = self.attributes.map(|(attribute, text)| {
            (attribute, super::name::unquoted(text).to_ascii_lowercase())
        });
        let same = |name: &Name, (attribute, text): &(Attribute, String)| {
            super::name::unquoted(name.spelt(*attribute)).eq_ignore_ascii_case(text)
        };
        let is_application = part.1 == "a";
        system.all().any(|(position, name)| {
            !vulnerable.contains(&position)
                && same(name, &part)
                && same(name, &vendor)
                && (!is_application || same(name, &product))
        })
    }

    fn names(&self, name: &Name) -> bool {
        self.attributes.iter().all(|(attribute, text)| {
            let plain = super::name::unquoted(name.spelt(*attribute));
            plain.eq_ignore_ascii_case(&super::name::unquoted(text))
        })
    }
}

type Match = (Truth, Option<Why>);

fn matches(criterion: &Name, bounds: &Bounds, name: &Name) -> Match {
    let mut whole = (Truth::True, None);
    for attribute in Attribute::ALL {
        let one = match attribute {
            Attribute::Version => version(criterion, bounds, name),
            // The update is compared together with the version.
            Attribute::Update => continue,
            _ => value(criterion.get(attribute), name.get(attribute), attribute),
        };
        if one.0 == Truth::False {
            return one;
        }
        if one.0 < whole.0 {
            whole = one;
        }
    }
    whole
}

fn value(criterion: Value<'_>, name: Value<'_>, attribute: Attribute) -> Match {
    match (criterion, name) {
        (Value::Any, _) => (Truth::True, None),
        _ if criterion == name => (Truth::True, None),
        (_, Value::Any) => (Truth::Unknown, Some(Why::Unstated(attribute))),
        (_, Value::Text(text)) if relation::has_wildcard(text) => {
            (Truth::Unknown, Some(Why::Unstated(attribute)))
        }
        _ => match criterion.relation(name) {
            relation::Relation::Equal | relation::Relation::Superset => {
                (Truth::True, None)
            }
            _ => (Truth::False, None),
        },
    }
}

fn version(criterion: &Name, bounds: &Bounds, name: &Name) -> Match {
    let stated = version_and_update(criterion, name);
    if stated.0 == Truth::False {
        return stated;
    }
    let bounded = within(bounds, name);
    if bounded.0 < stated.0 { bounded } else { stated }
}

/// Version and update of a criterion without regard to its bounds.
fn version_and_update(criterion: &Name, name: &Name) -> Match {
    let wanted = criterion.get(Attribute::Version);
    let found = name.get(Attribute::Version);
    let update = value(
        criterion.get(Attribute::Update),
        name.get(Attribute::Update),
        Attribute::Update,
    );
    let version = match (wanted, found) {
        (Value::Any, _) => return update,
        _ if wanted == found => return update,
        (_, Value::Any) => (Truth::Unknown, Some(Why::VersionUnstated)),
        (_, Value::Na) => (Truth::Unknown, Some(Why::VersionUnstated)),
        (Value::Na, _) => (Truth::Unknown, Some(Why::VersionIncomparable)),
        (Value::Text(_), Value::Text(text)) if relation::has_wildcard(text) => {
            (Truth::Unknown, Some(Why::VersionIncomparable))
        }
        (Value::Text(text), Value::Text(_)) if relation::has_wildcard(text) => {
            match value(wanted, found, Attribute::Version) {
                (Truth::True, _) => return update,
                other => other,
            }
        }
        (Value::Text(_), Value::Text(_)) => return equal_versions(criterion, name),
    };
    if update.0 == Truth::False { update } else { version }
}

/// `4.2.8p15` is `4.2.8` with the update `p15`; an update that is not asked for may be any.
fn equal_versions(criterion: &Name, name: &Name) -> Match {
    let order = match criterion.get(Attribute::Update) {
        Value::Any => order::compare(
            &plain(criterion, Attribute::Version),
            &plain(name, Attribute::Version),
        ),
        _ => order::compare(&full_version(criterion), &full_version(name)),
    };
    match order {
        Some(Ordering::Equal) => (Truth::True, None),
        Some(_) => (Truth::False, None),
        None => (Truth::Unknown, Some(Why::VersionIncomparable)),
    }
}

/// The version with the update behind it, as bounds write it.
fn full_version(name: &Name) -> String {
    let version = plain(name, Attribute::Version);
    match name.get(Attribute::Update).plain() {
        Some(update) => format!("{version}-{update}"),
        None => version,
    }
}

fn plain(name: &Name, attribute: Attribute) -> String {
    name.get(attribute).plain().unwrap_or_default()
}

fn within(bounds: &Bounds, name: &Name) -> Match {
    if *bounds == Bounds::default() {
        return (Truth::True, None);
    }
    match name.get(Attribute::Version) {
        Value::Any | Value::Na => return (Truth::Unknown, Some(Why::VersionUnstated)),
        Value::Text(text) if relation::has_wildcard(text) => {
            return (Truth::Unknown, Some(Why::VersionIncomparable));
        }
        Value::Text(_) => {}
    }
    let version = full_version(name);
    let tests = [
        (&bounds.start_including, [Ordering::Greater, Ordering::Equal]),
        (&bounds.start_excluding, [Ordering::Greater; 2]),
        (&bounds.end_including, [Ordering::Less, Ordering::Equal]),
        (&bounds.end_excluding, [Ordering::Less; 2]),
    ];
    let mut whole = (Truth::True, None);
    for (bound, holds) in tests {
        let Some(bound) = bound else { continue };
        match order::compare(&version, bound) {
            Some(order) if holds.contains(&order) => {}
            Some(_) => return (Truth::False, None),
            None => whole = (Truth::Unknown, Some(Why::VersionIncomparable)),
        }
    }
    whole
}
