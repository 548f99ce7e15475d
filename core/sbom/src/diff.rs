//! What changed from one bill of materials to the next.
//!
//! A component is the same as one of the other document when their package URLs agree
//! without version, qualifiers and subpath; else, where one of them has none, when vendor
//! and product of a CPE name agree; else when supplier, group and name agree. References
//! are never compared: tools make them anew.
//!
//! Where one document has several versions of a component, equal versions are paired
//! first, the others in document order.

mod key;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use foldhash::{HashMap, HashMapExt};

use crate::{Bom, Component, Hash, RelationshipKind, Subject};

/// What changed. Components are named by position, as [`Part`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Components of the new document alone, in its order.
    pub added: Vec<Part>,
    /// Components of the old document alone, in its order.
    pub removed: Vec<Part>,
    /// Components of both that differ, in the order of the new document.
    pub changed: Vec<Change>,
    /// Dependencies of the new document alone, sorted.
    pub dependencies_added: Vec<Dependency>,
    /// Dependencies of the old document alone, sorted.
    pub dependencies_removed: Vec<Dependency>,
}

impl Difference {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Where a component stands in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The subject that stands outside the list.
    Subject,
    /// A part inside that subject, by position.
    SubjectPart(usize),
    /// A component of the list, by position.
    Component(usize),
}

impl Part {
    /// The component in its document.
    #[must_use]
    pub fn of(self, bom: &Bom) -> Option<&Component> {
        match (self, &bom.subject) {
            (Self::Subject, Subject::Apart(component)) => Some(component),
            (Self::Subject, _) => None,
            (Self::SubjectPart(at), _) => bom.subject_parts.get(at),
            (Self::Component(at), _) => bom.components.get(at),
        }
    }
}

/// A component of both documents that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where it stands in the old document.
    pub old: Part,
    /// Where it stands in the new document.
    pub new: Part,
    /// Whether the version differs.
    pub version: Field,
    /// Whether the licences differ, order aside.
    pub licences: Field,
    /// Whether a digest differs. Digests of an algorithm that only one document uses are
    /// not compared.
    pub hashes: Field,
}

/// Whether a fact of a component changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Both documents say the same.
    Same,
    /// They do not.
    Differs,
}

impl Field {
    fn between<T: PartialEq>(old: &T, new: &T) -> Self {
        if old == new { Self::Same } else { Self::Differs }
    }
}

/// One component that depends on, contains or provides another; both by what a person
/// calls them, without versions, so that an update alone changes no dependency.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    /// The dependent or containing component.
    pub from: String,
    /// `depends_on`, `contains` or `provides`.
    pub kind: &'static str,
    /// The component that it needs or holds.
    pub to: String,
}

/// Compares two bills of materials.
#[must_use]
pub fn compare(old: &Bom, new: &Bom) -> Difference {
    let pairs = pair(old, new);
    let changed = pairs.iter().filter_map(|(old_part, new_part)| {
        change(*old_part, *new_part, old_part.of(old)?, new_part.of(new)?)
    });
    let mut changed: Vec<Change> = changed.collect();
    changed.sort_by_key(|change| change.new);
    let (old_edges, new_edges) = (dependencies(old), dependencies(new));
    Difference {
        added: unpaired(new, pairs.iter().map(|(_, new)| *new)),
        removed: unpaired(old, pairs.iter().map(|(old, _)| *old)),
        changed,
        dependencies_added: new_edges.difference(&old_edges).cloned().collect(),
        dependencies_removed: old_edges.difference(&new_edges).cloned().collect(),
    }
}

fn parts(bom: &Bom) -> impl Iterator<Item = (Part, &Component)> {
    let subject = match &bom.subject {
        Subject::Apart(component) => Some((Part::Subject, component.as_ref())),
        _ => None,
    };
    let inside = bom.subject_parts.iter().enumerate();
    let list = bom.components.iter().enumerate();
    subject
        .into_iter()
        .chain(inside.map(|(at, component)| (Part::SubjectPart(at), component)))
        .chain(list.map(|(at, component)| (Part::Component(at), component)))
}

fn unpaired(bom: &Bom, paired: impl Iterator<Item = Part>) -> Vec<Part> {
    let paired: BTreeSet<Part> = paired.collect();
    parts(bom).map(|(part, _)| part).filter(|part| !paired.contains(part)).collect()
}

/// Components that wait for their like in the other document.
type Waiting<'b> = Vec<(Part, &'b Component)>;

/// The pairs of components that are the same.
fn pair(old: &Bom, new: &Bom) -> Vec<(Part, Part)> {
    let mut pairs = Vec::new();
    let mut old: Waiting<'_> = parts(old).collect();
    let mut new: Waiting<'_> = parts(new).collect();
    // The subject is what the documents are about, whatever it is called by now.
    if let (Some((Part::Subject, _)), Some((Part::Subject, _))) =
        (old.first(), new.first())
    {
        pairs.push((Part::Subject, Part::Subject));
        old.remove(0);
        new.remove(0);
    }
    pair_by(key::purl, meet, &mut old, &mut new, &mut pairs);
    pair_by(key::cpe, meet_unless_told_apart, &mut old, &mut new, &mut pairs);
    pair_by(key::name, meet_unless_told_apart, &mut old, &mut new, &mut pairs);
    pairs
}

/// One kind of key: `None` where the component has none of that kind.
type Key = fn(&Component) -> Option<String>;

/// How components of one key are paired; what is left on either side is given back.
type Meeting = for<'b> fn(
    Waiting<'b>,
    Waiting<'b>,
    &mut Vec<(Part, Part)>,
) -> (Waiting<'b>, Waiting<'b>);

fn pair_by(
    key: Key,
    meeting: Meeting,
    old: &mut Waiting<'_>,
    new: &mut Waiting<'_>,
    pairs: &mut Vec<(Part, Part)>,
) {
    let mut groups: BTreeMap<String, (Waiting<'_>, Waiting<'_>)> = BTreeMap::new();
    for (part, component) in old.iter() {
        if let Some(key) = key(component) {
            groups.entry(key).or_default().0.push((*part, component));
        }
    }
    for (part, component) in new.iter() {
        if let Some(key) = key(component)
            && let Some(group) = groups.get_mut(&key)
        {
            group.1.push((*part, component));
        }
    }
    let before = pairs.len();
    for (old, new) in groups.into_values() {
        meeting(old, new, pairs);
    }
    let done = pairs.get(before..).unwrap_or_default();
    let old_done: BTreeSet<Part> = done.iter().map(|(old, _)| *old).collect();
    let new_done: BTreeSet<Part> = done.iter().map(|(_, new)| *new).collect();
    old.retain(|(part, _)| !old_done.contains(part));
    new.retain(|(part, _)| !new_done.contains(part));
}

/// Equal versions first, then the rest in document order.
fn meet<'b>(
    old: Waiting<'b>,
    new: Waiting<'b>,
    pairs: &mut Vec<(Part, Part)>,
) -> (Waiting<'b>, Waiting<'b>) {
    let mut by_version: BTreeMap<Option<&str>, VecDeque<Part>> = BTreeMap::new();
    for (part, component) in &new {
        by_version.entry(component.version.as_deref()).or_default().push_back(*part);
    }
    let mut old_left = Vec::new();
    for (part, component) in old {
        let equal = by_version.get_mut(&component.version.as_deref());
        match equal.and_then(VecDeque::pop_front) {
            Some(partner) => pairs.push((part, partner)),
            None => old_left.push((part, component)),
        }
    }
    let unmet: BTreeSet<Part> = by_version.into_values().flatten().collect();
    let new_left: Waiting<'_> =
        new.into_iter().filter(|(part, _)| unmet.contains(part)).collect();
    pairs.extend(old_left.iter().zip(&new_left).map(|((old, _), (new, _))| (*old, *new)));
    let both = old_left.len().min(new_left.len());
    (old_left.split_off(both), new_left.into_iter().skip(both).collect())
}

/// Like [`meet`], except that two components that both have a package URL never meet: these
/// were compared before, so they are different packages that share a name.
fn meet_unless_told_apart<'b>(
    old: Waiting<'b>,
    new: Waiting<'b>,
    pairs: &mut Vec<(Part, Part)>,
) -> (Waiting<'b>, Waiting<'b>) {
    let has_purl = |(_, component): &(Part, &Component)| key::purl(component).is_some();
    let (old_purls, old_others): (Waiting<'_>, Waiting<'_>) =
        old.into_iter().partition(has_purl);
    let (new_purls, new_others): (Waiting<'_>, Waiting<'_>) =
        new.into_iter().partition(has_purl);
    let (old_others, new_others) = meet(old_others, new_others, pairs);
    let (mut old_left, mut new_left) = meet(old_others, new_purls, pairs);
    let (old_purls, new_others) = meet(old_purls, new_others, pairs);
    old_left.extend(old_purls);
    new_left.extend(new_others);
    (old_left, new_left)
}

fn change(
    old_part: Part,
    new_part: Part,
    old: &Component,
    new: &Component,
) -> Option<Change> {
    let licences = |component: &Component| -> BTreeSet<String> {
        component.licences.iter().map(|licence| licence.trim().to_owned()).collect()
    };
    let change = Change {
        old: old_part,
        new: new_part,
        version: Field::between(&old.version, &new.version),
        licences: Field::between(&licences(old), &licences(new)),
        hashes: digests(&old.hashes, &new.hashes),
    };
    let fields = [change.version, change.licences, change.hashes];
    fields.contains(&Field::Differs).then_some(change)
}

/// Whether a digest contradicts all others of the same algorithm.
fn digests(old: &[Hash], new: &[Hash]) -> Field {
    let old = by_algorithm(old);
    let contradicts = by_algorithm(new).iter().any(|(algorithm, values)| {
        old.get(algorithm).is_some_and(|before| before.is_disjoint(values))
    });
    if contradicts { Field::Differs } else { Field::Same }
}

/// Digests by algorithm, where `SHA-256` and `sha256` are one.
fn by_algorithm(hashes: &[Hash]) -> BTreeMap<String, BTreeSet<String>> {
    let mut by_algorithm: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for hash in hashes {
        let algorithm: String =
            hash.algorithm.chars().filter(char::is_ascii_alphanumeric).collect();
        let values = by_algorithm.entry(algorithm.to_ascii_lowercase()).or_default();
        values.insert(hash.value.trim().to_ascii_lowercase());
    }
    by_algorithm
}

/// Every dependency between components that are in the document.
fn dependencies(bom: &Bom) -> BTreeSet<Dependency> {
    let mut labels: HashMap<&str, String> = HashMap::new();
    for (_, component) in parts(bom) {
        if !component.reference.is_empty() {
            labels
                .entry(component.reference.as_str())
                .or_insert_with(|| key::label(component));
        }
    }
    let told = bom.relationships.iter().filter_map(|relationship| {
        Some(Dependency {
            from: labels.get(relationship.from.as_str())?.clone(),
            kind: kind(relationship.kind)?,
            to: labels.get(relationship.to.as_str())?.clone(),
        })
    });
    let nested = bom.components.iter().filter_map(|component| {
        let parent = bom.components.get(component.parent?)?;
        Some(Dependency {
            from: key::label(parent),
            kind: "contains",
            to: key::label(component),
        })
    });
    told.chain(nested).collect()
}

const fn kind(kind: RelationshipKind) -> Option<&'static str> {
    match kind {
        RelationshipKind::DependsOn => Some("depends_on"),
        RelationshipKind::Contains => Some("contains"),
        RelationshipKind::Provides => Some("provides"),
        RelationshipKind::Describes | RelationshipKind::Other => None,
    }
}

#[cfg(test)]
mod tests;
