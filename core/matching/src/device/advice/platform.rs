//! What is said of a part, as said of the product that holds it.
//!
//! Source: CSAF 2.0 §3.2.2.5: a relationship makes a product of its own of a component and of
//! the product that it is a part of, or is installed on or with. No inventory of devices names
//! the part: whoever has the pump is touched by what is in it.

use std::collections::BTreeSet;

use advisory::Product as Fact;
use terms::vex::Status;

use super::super::leaf::{Condition, Example, Leaf, Sheet};
use super::super::limits::ways;
use super::super::source::Source as Texts;
use super::{Vendors, is_package, of_texts, status};

/// A leaf for each product that holds a part which has the flaw, or may have it. What is said
/// to be well of a part says nothing of all that is in the product, and makes none.
pub(super) fn leaves(sheet: &Sheet<'_>, vendors: &mut Vendors<'_>) -> Vec<Leaf> {
    // A distribution says the same of thousands of its parts.
    let mut seen = BTreeSet::new();
    let mut leaves = Vec::new();
    for (at, fact) in sheet.record.products.iter().enumerate() {
        let Some(held) = Held::of(sheet, fact) else { continue };
        let said: Vec<(usize, String)> = (fact.statuses.iter().map(status::of))
            .map(|(vulnerability, status)| (vulnerability, format!("{status:?}")))
            .collect();
        let version = held.part.version.clone().unwrap_or_default();
        let told = held.of_part(vendors).then_some(version);
        let condition = held.condition(vendors);
        if seen.insert((held.whole.id.as_str(), said, told, condition.clone()))
            && let Some(leaf) = held.leaf(sheet, at, condition, vendors)
        {
            leaves.push(leaf);
        }
    }
    leaves
}

/// A part, and what holds it.
struct Held<'r> {
    category: &'r str,
    part: Texts,
    part_name: &'r str,
    whole: &'r Fact,
    texts: Texts,
}

impl<'r> Held<'r> {
    fn of(sheet: &Sheet<'r>, fact: &'r Fact) -> Option<Self> {
        let (category, part, whole) = fact.relationship.as_ref()?;
        let open = |status: Status| {
            matches!(status, Status::Affected | Status::UnderInvestigation)
        };
        let is_open = fact.statuses.iter().any(|said| open(status::of(said).1));
        if !is_open || is_package(sheet, fact) {
            return None;
        }
        let (part, whole) = (sheet.product(part)?, sheet.product(whole)?);
        Some(Self {
            category: category.trim(),
            part: Texts::of(sheet, part),
            part_name: part.name.trim(),
            whole,
            texts: Texts::of(sheet, whole),
        })
    }

    /// Whether both are one maker's.
    fn is_own(&self, vendors: &Vendors<'_>) -> bool {
        let read = |texts: &Texts| vendors.makers.read(&texts.vendor);
        vendors.makers.compare(&read(&self.part), &read(&self.texts)).is_some()
    }

    /// Whether the release is the part's: the maker's own firmware on its own device, of which
    /// nothing else is told.
    fn of_part(&self, vendors: &Vendors<'_>) -> bool {
        let installed = self.category.starts_with("installed_");
        installed && self.texts.version.is_none() && self.is_own(vendors)
    }

    /// What must be in it for it to be meant; `None` where it always is.
    fn condition(&self, vendors: &Vendors<'_>) -> Option<String> {
        let always = match self.category {
            "default_component_of" | "external_component_of" => true,
            "optional_component_of" => false,
            _ => self.is_own(vendors),
        };
        (!always && !self.part_name.is_empty()).then(|| self.part_name.to_owned())
    }

    fn leaf(
        mut self,
        sheet: &Sheet<'_>,
        at: usize,
        condition: Option<String>,
        vendors: &mut Vendors<'_>,
    ) -> Option<Leaf> {
        if self.of_part(vendors) {
            self.texts.version.clone_from(&self.part.version);
            self.texts.tail.clone_from(&self.part.tail);
        }
        let mut leaf = of_texts(sheet, at, &self.texts, vendors)?;
        leaf.conditions.extend(condition.map(|text| Condition {
            written: format!("with {text}"),
            words: ways(&text),
            text,
            example: Example::No,
        }));
        Some(leaf)
    }
}
