//! The one update that clears most of what is wrong with a component.

use std::cmp::Ordering;

use terms::cpe::compare_versions;
use terms::version::{Scheme, compare};

/// By which order versions of a component are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// That of a scheme.
    Of(Scheme),
    /// That of CPE names, which have no scheme ([`terms::cpe::compare_versions`]).
    OfCpe,
}

impl Order {
    fn compare(self, a: &str, b: &str) -> Option<Ordering> {
        match self {
            Self::Of(scheme) => compare(scheme, a, b),
            Self::OfCpe => compare_versions(a, b),
        }
    }
}

/// What an update of one component does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The version to update to; `None` where nobody states a fix that comes later.
    pub to: Option<String>,
    /// How many of the findings it clears.
    pub clears: usize,
    /// How many stay open.
    pub stays: usize,
}

/// The smallest version that clears every finding which has a fix.
///
/// `fixes` holds for each finding the versions that hold its fix, in any order: several
/// where the fix was put into several branches. Of those the nearest one after `current`
/// counts. Versions that the order cannot tell apart are not followed: no guess.
#[must_use]
pub fn update(order: Order, current: &str, fixes: &[&[String]]) -> Update {
    let mut to: Option<&String> = None;
    let mut clears = 0;
    for fix in fixes {
        let Some(nearest) = nearest(order, current, fix) else { continue };
        clears += 1;
        if to.is_none_or(|to| order.compare(nearest, to) == Some(Ordering::Greater)) {
            to = Some(nearest);
        }
    }
    Update { to: to.cloned(), clears, stays: fixes.len() - clears }
}

/// The smallest version after `current`.
fn nearest<'a>(order: Order, current: &str, fixes: &'a [String]) -> Option<&'a String> {
    fixes
        .iter()
        .filter(|fix| order.compare(fix, current) == Some(Ordering::Greater))
        .reduce(|a, b| if order.compare(b, a) == Some(Ordering::Less) { b } else { a })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        order: Order,
        current: &str,
        fixes: &[&[&str]],
        expected: (Option<&str>, usize),
    ) {
        let owned: Vec<Vec<String>> = fixes
            .iter()
            .map(|fix| fix.iter().map(|&text| text.to_owned()).collect())
            .collect();
        let borrowed: Vec<&[String]> = owned.iter().map(Vec::as_slice).collect();
        let found = update(order, current, &borrowed);
        assert_eq!((found.to.as_deref(), found.clears), expected);
        assert_eq!(found.clears + found.stays, fixes.len());
    }

    #[test]
    fn the_nearest_fix_of_each_and_the_latest_of_those() {
        check(Order::Of(Scheme::Semver), "1.0.0", &[], (None, 0));
        check(Order::Of(Scheme::Semver), "1.0.0", &[&[]], (None, 0));
        check(
            Order::Of(Scheme::Semver),
            "1.0.0",
            &[&["1.2.0"], &["1.10.0"]],
            (Some("1.10.0"), 2),
        );
        check(
            Order::Of(Scheme::Semver),
            "1.0.0",
            &[&["2.1.0", "1.3.0"], &["1.2.0"]],
            (Some("1.3.0"), 2),
        );
    }

    #[test]
    fn what_cannot_be_ordered_or_comes_before_is_no_fix() {
        check(
            Order::Of(Scheme::Semver),
            "2.0.0",
            &[&["1.2.0"], &["2.0.1"]],
            (Some("2.0.1"), 1),
        );
        check(Order::Of(Scheme::Unknown), "2.0.0", &[&["2.0.1"]], (None, 0));
        check(Order::Of(Scheme::Semver), "R3", &[&["2.0.1"]], (None, 0));
    }

    #[test]
    fn a_fix_of_a_cpe_name_is_ordered_by_its_letters() {
        check(Order::OfCpe, "1.0.1e", &[&["1.0.1g"]], (Some("1.0.1g"), 1));
        check(Order::OfCpe, "1.0.1g", &[&["1.0.1g"]], (None, 0));
    }
}
