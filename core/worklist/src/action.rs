//! The one update that clears most of what is wrong with a component.

use std::cmp::Ordering;

use terms::version::{Scheme, compare};

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
/// counts. Versions that the scheme cannot order are not followed: no guess.
#[must_use]
pub fn update(scheme: Scheme, current: &str, fixes: &[&[String]]) -> Update {
    let mut to: Option<&String> = None;
    let mut clears = 0;
    for fix in fixes {
        let Some(nearest) = nearest(scheme, current, fix) else { continue };
        clears += 1;
        if to.is_none_or(|to| compare(scheme, nearest, to) == Some(Ordering::Greater)) {
            to = Some(nearest);
        }
    }
    Update { to: to.cloned(), clears, stays: fixes.len() - clears }
}

/// The smallest version after `current`.
fn nearest<'a>(scheme: Scheme, current: &str, fixes: &'a [String]) -> Option<&'a String> {
    fixes
        .iter()
        .filter(|fix| compare(scheme, fix, current) == Some(Ordering::Greater))
        .reduce(|a, b| if compare(scheme, b, a) == Some(Ordering::Less) { b } else { a })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        scheme: Scheme,
        current: &str,
        fixes: &[&[&str]],
        expected: (Option<&str>, usize),
    ) {
        let owned: Vec<Vec<String>> = fixes
            .iter()
            .map(|fix| fix.iter().map(|&text| text.to_owned()).collect())
            .collect();
        let borrowed: Vec<&[String]> = owned.iter().map(Vec::as_slice).collect();
        let found = update(scheme, current, &borrowed);
        assert_eq!((found.to.as_deref(), found.clears), expected);
        assert_eq!(found.clears + found.stays, fixes.len());
    }

    #[test]
    fn the_nearest_fix_of_each_and_the_latest_of_those() {
        check(Scheme::Semver, "1.0.0", &[], (None, 0));
        check(Scheme::Semver, "1.0.0", &[&[]], (None, 0));
        check(Scheme::Semver, "1.0.0", &[&["1.2.0"], &["1.10.0"]], (Some("1.10.0"), 2));
        check(
            Scheme::Semver,
            "1.0.0",
            &[&["2.1.0", "1.3.0"], &["1.2.0"]],
            (Some("1.3.0"), 2),
        );
    }

    #[test]
    fn what_cannot_be_ordered_or_comes_before_is_no_fix() {
        check(Scheme::Semver, "2.0.0", &[&["1.2.0"], &["2.0.1"]], (Some("2.0.1"), 1));
        check(Scheme::Unknown, "2.0.0", &[&["2.0.1"]], (None, 0));
        check(Scheme::Semver, "R3", &[&["2.0.1"]], (None, 0));
    }
}
