//! What the groups of a product status say of a product and of its versions.
//!
//! Source: CSAF 2.0 §3.2.3.9 and 2.1. `first_affected` and `last_affected` are the ends of
//! a stretch; `recommended` is what the vendor recommends to fix the vulnerability;
//! `unknown` is that nobody has said yet.

use advisory::{Product, ProductStatus, Record};
use terms::vex::Status;

use super::super::extent::{Bound, End, Span};
use super::super::leaf::{Leaf, Versions};
use super::listed;

/// The vulnerability and what is said of it.
pub(super) fn of(status: &ProductStatus) -> (usize, Status) {
    let said = match status.group.as_str() {
        "recommended" => Status::Fixed,
        "unknown" => Status::UnderInvestigation,
        _ => status.status,
    };
    (status.vulnerability, said)
}

/// Whether a recommended product is not said to be affected by the same vulnerability.
pub(super) fn is_goal(product: &Product, status: &ProductStatus) -> bool {
    !product.statuses.iter().any(|other| {
        other.vulnerability == status.vulnerability
            && other.group != "recommended"
            && other.status == Status::Affected
    })
}

/// Puts the first and the last affected release of a product together: what lies between
/// them is affected too.
pub(super) fn stretch(leaves: &mut [Leaf], record: &Record) {
    let end = |leaf: &Leaf, group: &str| -> Option<Bound> {
        let statuses = &record.products.get(leaf.product)?.statuses;
        if !statuses.iter().any(|status| status.group == group) {
            return None;
        }
        let (version, text) = listed(leaf)?;
        Some(Bound { version, text: text.to_owned(), end: End::In, also: None })
    };
    let mut stretched: Vec<(usize, Span)> = Vec::new();
    for (at, leaf) in leaves.iter().enumerate() {
        let same = |other: &&Leaf| other.names == leaf.names;
        let find =
            |group: &str| leaves.iter().filter(same).find_map(|other| end(other, group));
        let (first, last) = (end(leaf, "first_affected"), end(leaf, "last_affected"));
        let span = match (first, last) {
            (None, None) => continue,
            (Some(lower), _) => {
                Span::Between { lower: Some(lower), upper: find("last_affected") }
            }
            (None, Some(upper)) => {
                Span::Between { lower: find("first_affected"), upper: Some(upper) }
            }
        };
        stretched.push((at, span));
    }
    for (at, span) in stretched {
        if let Some(leaf) = leaves.get_mut(at) {
            leaf.versions = Versions::Some(vec![span], None);
        }
    }
}
