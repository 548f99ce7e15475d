//! Whether what a record says of a part of a product holds for a document: CSAF's
//! `foo as a component of pump 2.1` is said of pump 2.1 and of nothing else.
//!
//! Packages of a distribution are left out: there the product is the distribution, which
//! the package itself names.

use advisory::Product;
use advisory::index::AffectedRef;

use crate::grounds::{Ground, Rule};
use crate::statement::{Identifier, is_system, subjects};
use crate::system::System;
use crate::{Candidate, Verdict};

/// How the product of a record stands to what a document is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PartOf {
    /// It is the same, or the record speaks of the component wherever it is.
    Same,
    /// It is another.
    Other(String),
    /// Nobody can tell.
    Unsure(String),
}

/// How the product of which a record says that the component is a part stands to the
/// document.
pub(crate) fn part_of(system: &System<'_>, affected: &AffectedRef<'_>) -> PartOf {
    match affected.whole() {
        None => PartOf::Same,
        Some(product) => compared(system, &product),
    }
}

impl PartOf {
    /// The word of a record, with what it is worth for the document.
    pub(crate) fn weigh(self, mut ground: Ground) -> Ground {
        let (says, rule, product) = match self {
            Self::Same => return ground,
            Self::Other(product) => (Verdict::NotAffected, Rule::ProductDiffers, product),
            Self::Unsure(product) => (Verdict::CannotTell, Rule::ProductUnsure, product),
        };
        ground.says = says;
        ground.rule = rule;
        ground.detail = product;
        ground.fixed.clear();
        ground
    }
}

fn compared(system: &System<'_>, product: &Product) -> PartOf {
    let texts = product.purls.iter().chain(&product.cpes);
    let names: Vec<Identifier> = texts.map(|text| Identifier::read(text)).collect();
    let called = called(product);
    let mut all = subjects(system).peekable();
    if all.peek().is_none() {
        return PartOf::Unsure(called);
    }
    if is_system(&names, system) {
        return PartOf::Same;
    }
    let words = called.to_lowercase();
    let mut is_like = false;
    for subject in all {
        match held(subject, &words, product) {
            Held::Same if names.is_empty() => return PartOf::Same,
            // Identifiers of one kind on both sides: they differ.
            Held::Same | Held::Like if !are_comparable(product, subject) => {
                is_like = true
            }
            Held::Same | Held::Like | Held::Other => {}
        }
    }
    if is_like { PartOf::Unsure(called) } else { PartOf::Other(called) }
}

/// What a person calls the product: its full name, else its branches.
fn called(product: &Product) -> String {
    if !product.name.trim().is_empty() {
        return product.name.trim().to_owned();
    }
    let branches = product.branches.iter().map(|branch| branch.name.as_str());
    branches.collect::<Vec<_>>().join(" ")
}

enum Held {
    Same,
    Like,
    Other,
}

/// A subject against the words of a product: the same name and version, or a name that
/// stands in the other.
fn held(subject: &Candidate<'_>, words: &str, product: &Product) -> Held {
    let component = subject.component;
    let name = component.name.trim().to_lowercase();
    let version = component.version.as_deref().unwrap_or_default().trim().to_lowercase();
    if name.is_empty() {
        return Held::Like;
    }
    let front = [component.supplier.as_deref(), component.originator.as_deref(), None];
    let is_same = front.into_iter().any(|front| {
        let whole = [front.unwrap_or_default().trim(), &name, &version];
        let whole: Vec<&str> =
            whole.into_iter().filter(|word| !word.is_empty()).collect();
        !version.is_empty() && whole.join(" ").to_lowercase() == words
    });
    let last = product.branches.iter().any(|branch| {
        branch.category == "product_name" && branch.name.trim().to_lowercase() == name
    });
    match is_same {
        true => Held::Same,
        false if last || words.contains(&name) || name.contains(words) => Held::Like,
        false => Held::Other,
    }
}

/// Whether product and subject carry identifiers of one kind.
fn are_comparable(product: &Product, subject: &Candidate<'_>) -> bool {
    (!product.purls.is_empty() && !subject.purls.is_empty())
        || (!product.cpes.is_empty() && !subject.names.is_empty())
}
