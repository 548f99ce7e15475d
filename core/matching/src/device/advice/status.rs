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

#[cfg(test)]
mod tests {
    use super::*;

    fn status(group: &str, status: Status, vulnerability: usize) -> ProductStatus {
        let group = group.to_owned();
        ProductStatus { vulnerability, status, group, justification: None }
    }

    fn product(statuses: Vec<ProductStatus>) -> Product {
        Product {
            id: "p".to_owned(),
            branches: Vec::new(),
            name: String::new(),
            purls: Vec::new(),
            cpes: Vec::new(),
            models: Vec::new(),
            relationship: None,
            statuses,
            place: reading::Place::Document,
        }
    }

    #[test]
    fn what_is_recommended_is_fixed_and_what_is_unknown_is_open() {
        #[track_caller]
        fn check(group: &str, said: Status, expected: Status) {
            assert_eq!(of(&status(group, said, 3)), (3, expected), "{group}");
        }

        check("recommended", Status::Fixed, Status::Fixed);
        check("recommended", Status::Affected, Status::Fixed);
        check("unknown", Status::Affected, Status::UnderInvestigation);
        check("known_affected", Status::Affected, Status::Affected);
        check("first_affected", Status::Affected, Status::Affected);
        check("known_not_affected", Status::NotAffected, Status::NotAffected);
        check("", Status::Fixed, Status::Fixed);
    }

    #[test]
    fn a_recommended_product_is_a_goal_unless_it_is_affected_by_the_same() {
        let goal = status("recommended", Status::Fixed, 0);
        let other =
            |vulnerability| status("known_affected", Status::Affected, vulnerability);
        assert!(is_goal(&product(vec![goal.clone()]), &goal));
        assert!(is_goal(&product(vec![goal.clone(), other(1)]), &goal));
        assert!(!is_goal(&product(vec![goal.clone(), other(0)]), &goal));
        let again = status("recommended", Status::Affected, 0);
        assert!(is_goal(&product(vec![again, goal.clone()]), &goal));
    }
}
