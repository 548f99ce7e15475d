//! The names that one system reports.

use super::name::unquoted;
use super::{Attribute, Name, Value};

/// The names that one system reports, found by product.
///
/// A large SBOM reports ten thousand names and a kernel's advisory has a thousand criteria:
/// holding each against each would take longer than everything else together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct System {
    names: Vec<Name>,
    /// Product without quoting, and position; sorted.
    by_product: Vec<(Box<str>, usize)>,
    /// Names whose product is not stated, or has a wildcard.
    open: Vec<usize>,
}

/// Names as they are evaluated: with an index or, where there are few, as a plain list.
#[derive(Clone, Copy, Debug)]
pub struct Names<'s> {
    list: &'s [Name],
    index: Option<&'s System>,
}

impl System {
    /// The system that reports `names`.
    #[must_use]
    pub fn new(names: Vec<Name>) -> Self {
        let mut by_product = Vec::with_capacity(names.len());
        let mut open = Vec::new();
        for (position, name) in names.iter().enumerate() {
            match name.get(Attribute::Product) {
                Value::Text(text) if !text.contains(['*', '?']) => {
                    by_product.push((unquoted(text).into_boxed_str(), position));
                }
                _ => open.push(position),
            }
        }
        by_product.sort_unstable();
        Self { names, by_product, open }
    }

    /// The names, in the order in which they were given.
    #[must_use]
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// Positions of names that may be of `product`, which is spelt as a criterion does.
    fn candidates(&self, product: &str) -> Vec<usize> {
        let product = unquoted(product).to_ascii_lowercase();
        let start = self.by_product.partition_point(|(other, _)| **other < *product);
        let same = self.by_product.iter().skip(start);
        let same = same.take_while(|(other, _)| **other == *product);
        let mut positions: Vec<usize> = same.map(|(_, position)| *position).collect();
        positions.extend(&self.open);
        positions.sort_unstable();
        positions
    }
}

impl<'s> Names<'s> {
    /// Every name, with its position.
    pub(super) fn all(self) -> impl Iterator<Item = (usize, &'s Name)> {
        self.list.iter().enumerate()
    }

    /// The names that a criterion of `product` has to be held against.
    pub(super) fn of(self, product: &str) -> impl Iterator<Item = (usize, &'s Name)> {
        let has_wildcard = product.contains(['*', '?']) || matches!(product, "" | "-");
        let (candidates, rest) = match self.index {
            Some(system) if !has_wildcard => (system.candidates(product), &[][..]),
            _ => (Vec::new(), self.list),
        };
        let named = candidates.into_iter().filter_map(move |position| {
            self.list.get(position).map(|name| (position, name))
        });
        named.chain(rest.iter().enumerate())
    }
}

impl<'s> From<&'s System> for Names<'s> {
    fn from(system: &'s System) -> Self {
        Self { list: &system.names, index: Some(system) }
    }
}

impl<'s> From<&'s [Name]> for Names<'s> {
    fn from(list: &'s [Name]) -> Self {
        Self { list, index: None }
    }
}

impl<'s> From<&'s Vec<Name>> for Names<'s> {
    fn from(list: &'s Vec<Name>) -> Self {
        Self { list, index: None }
    }
}

impl<'s, const N: usize> From<&'s [Name; N]> for Names<'s> {
    fn from(list: &'s [Name; N]) -> Self {
        Self { list, index: None }
    }
}
