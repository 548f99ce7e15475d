//! The releases that an advisory lists one by one, product by product.
//!
//! A list says nothing of what stands beside it. Which releases it leaves out between two of
//! its own, and which it gives to a product of the same family, is told of all leaves of a
//! product together: one may list them all, or each a single one.

use std::collections::BTreeMap;
use std::sync::Arc;

use terms::version::firmware::Version;

use super::super::extent::Span;
use super::super::judge;
use super::super::leaf::{Leaf, Versions};
use super::super::product::{Group, Product};
use super::Kept;

/// The releases of one product that an advisory lists as affected.
#[derive(Clone, Debug)]
pub(in super::super) struct List {
    /// What the product is called, as a question names it.
    pub(in super::super) called: String,
    /// The release and how it is written.
    pub(in super::super) releases: Vec<(Version, String)>,
}

/// What an advisory lists of a product, and of others of its family.
#[derive(Clone, Debug)]
pub(in super::super) struct Lists {
    /// Its own.
    pub(in super::super) own: Arc<List>,
    /// Those of products whose names begin with the same word.
    pub(in super::super) of_family: Vec<Arc<List>>,
}

/// Tells one leaf of each product what the advisory lists of it and of its family: what is
/// asked on that ground is asked once.
pub(super) fn know_lists(leaves: &mut [Leaf], kept: &Kept) {
    let mut places: BTreeMap<Vec<Group>, usize> = BTreeMap::new();
    // The product's first name, the leaf that tells, and the list.
    let mut lists: Vec<(Product, usize, List)> = Vec::new();
    for (at, leaf) in leaves.iter().enumerate() {
        let Versions::Some(spans, None) = &leaf.versions else { continue };
        let Some(name) = leaf.names.first() else { continue };
        if kept.affected(leaf.product).is_empty() {
            continue;
        }
        let listed = spans.iter().filter_map(|span| match span {
            Span::Listed(version, text) => Some((version.clone(), text.clone())),
            Span::Between { .. } => None,
        });
        let mut listed = listed.filter(|(version, _)| !version.is_pattern()).peekable();
        if listed.peek().is_none() {
            continue;
        }
        let place = *places.entry(name.groups.clone()).or_insert_with(|| {
            let list = List { called: judge::called(leaf), releases: Vec::new() };
            lists.push((name.clone(), at, list));
            lists.len() - 1
        });
        if let Some((_, _, list)) = lists.get_mut(place) {
            list.releases.extend(listed);
        }
    }
    // An advisory may have hundreds of products: each list is kept once.
    let lists: Vec<(Product, usize, Arc<List>)> = lists
        .into_iter()
        .map(|(name, leaf, list)| (name, leaf, Arc::new(list)))
        .collect();
    for (at, (name, leaf, own)) in lists.iter().enumerate() {
        let others = lists.iter().enumerate().filter(|(other, _)| *other != at);
        let family = others.filter(|(_, (other, ..))| are_one_family(name, other));
        let of_family = family.map(|(_, (_, _, list))| Arc::clone(list)).collect();
        if let Some(leaf) = leaves.get_mut(*leaf) {
            leaf.lists = Some(Arc::new(Lists { own: Arc::clone(own), of_family }));
        }
    }
}

/// Whether two products' names begin with the same word: `ExactaMix EM1200` and
/// `ExactaMix EM2400`.
fn are_one_family(one: &Product, other: &Product) -> bool {
    let first = |product: &Product| product.keys().next().cloned();
    first(one).is_some() && first(one) == first(other)
}
