//! Which releases do for several findings of one product, as far as that was judged.

use std::cmp::Ordering;

use matching::device::releases;
use terms::version::{Scheme, compare};

use crate::step::{Named, is_one_product, together};

/// The updates that findings ask for, each of the product that its advisory names.
#[derive(Clone, Debug, Default)]
pub struct Updates<'s> {
    products: Vec<(Named<'s>, Vec<Fix<'s>>)>,
}

/// The releases that mend one thing, each as a list (`2.3; 3.1`), of which any does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fix<'s> {
    /// Those that are offered for it.
    pub offered: &'s str,
    /// Those that are offered for something else and were judged to mend it too.
    pub also: &'s str,
}

impl<'s> Fix<'s> {
    /// Whether a release mends it.
    #[must_use]
    pub fn has(&self, release: &str) -> bool {
        releases(self.offered).chain(releases(self.also)).any(|one| one == release)
    }
}

impl<'s> Updates<'s> {
    /// Takes in what a finding asks for.
    pub fn add(&mut self, named: Named<'s>, fix: Fix<'s>) {
        let known = self.products.iter_mut();
        let mut known = known.filter(|(product, _)| is_one_product(*product, named));
        match known.next() {
            // Builds of one product mostly need the same.
            Some((_, fixes)) if fixes.contains(&fix) => {}
            Some((_, fixes)) => fixes.push(fix),
            None => self.products.push((named, vec![fix])),
        }
    }

    /// Takes in what others ask for.
    pub fn join(&mut self, others: Self) {
        for (named, fixes) in others.products {
            fixes.into_iter().for_each(|fix| self.add(named, fix));
        }
    }

    /// What is installed for all of them: of each product the release that mends everything,
    /// and where none is known to, all that are needed. Nothing where nothing was taken in.
    #[must_use]
    pub fn installed(&self) -> Option<String> {
        let of_each = self.products.iter().map(|(_, fixes)| of_product(fixes));
        of_each.reduce(|all, one| together(&all, &one))
    }
}

fn of_product(fixes: &[Fix<'_>]) -> String {
    if let Some((first, rest)) = fixes.split_first()
        && rest.iter().all(|fix| fix.offered == first.offered)
    {
        return first.offered.to_owned();
    }
    let mut offered: Vec<&str> = Vec::new();
    for release in fixes.iter().flat_map(|fix| releases(fix.offered)) {
        if !offered.contains(&release) {
            offered.push(release);
        }
    }
    let for_all = |release: &&str| fixes.iter().all(|fix| fix.has(release));
    match latest(offered.iter().copied().filter(for_all)) {
        none if none.is_empty() => needed(fixes, &offered),
        releases => releases,
    }
}

/// Of releases any of which does, the latest; those that no order tells from it, too.
fn latest<'r>(releases: impl Iterator<Item = &'r str>) -> String {
    let all: Vec<&str> = releases.collect();
    let is_later = |one: &str, other: &str| {
        compare(Scheme::Firmware, one, other) == Some(Ordering::Greater)
    };
    let last = all.iter().filter(|one| !all.iter().any(|other| is_later(other, one)));
    last.copied().collect::<Vec<_>>().join("; ")
}

/// Where no release does for all: those that do for most, until nothing is left.
fn needed(fixes: &[Fix<'_>], offered: &[&str]) -> String {
    let mut left: Vec<&Fix<'_>> = fixes.iter().collect();
    let mut needed: Vec<&str> = Vec::new();
    loop {
        let count = |release: &str| left.iter().filter(|fix| fix.has(release)).count();
        // Of equals the first, as findings name them.
        let best = offered.iter().rev().max_by_key(|release| count(release));
        let Some(best) = best.filter(|release| count(release) > 0) else { break };
        needed.push(best);
        left.retain(|fix| !fix.has(best));
    }
    needed.join("; ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PUMP: Named<'_> = Named { vendor: "Acme", product: "Pump" };
    const GATEWAY: Named<'_> = Named { vendor: "Acme", product: "Gateway" };

    #[track_caller]
    fn check(fixes: &[(Named<'static>, &'static str, &'static str)], expected: &str) {
        let mut updates = Updates::default();
        for (named, offered, also) in fixes {
            updates.add(*named, Fix { offered, also });
        }
        assert_eq!(updates.installed().as_deref(), Some(expected), "{fixes:?}");
    }

    #[test]
    fn nothing_is_installed_for_nothing() {
        assert_eq!(Updates::default().installed(), None);
    }

    #[test]
    fn a_release_does_for_what_it_was_judged_to_mend_and_for_nothing_else() {
        check(&[(PUMP, "2.3", "")], "2.3");
        check(&[(PUMP, "2.3", "2.10"), (PUMP, "2.10", "")], "2.10");
        // The later one is still affected by what the earlier one mends.
        check(&[(PUMP, "12.3.9", ""), (PUMP, "12.4.5", "")], "12.3.9; 12.4.5");
        // And the earlier one may be what does.
        check(&[(PUMP, "12.3.9", ""), (PUMP, "12.4.5", "12.3.9")], "12.3.9");
        check(&[(PUMP, "2.3", "2.4"), (PUMP, "2.4", "2.3")], "2.4");
        check(&[(PUMP, "VM6", "R7"), (PUMP, "R7", "VM6")], "VM6; R7");
    }

    #[test]
    fn what_is_offered_for_several_lines_stays_so() {
        check(&[(PUMP, "2.3; 3.1", ""), (PUMP, "2.3; 3.1", "")], "2.3; 3.1");
        check(&[(PUMP, "2.3; 3.1", ""), (PUMP, "3.1", "")], "3.1");
        check(
            &[(PUMP, "2.3; 3.1", "2.4"), (PUMP, "2.4", ""), (PUMP, "3.1", "")],
            "3.1; 2.4",
        );
    }

    #[test]
    fn of_two_products_each_has_its_own() {
        check(
            &[(PUMP, "2.2", "2.4"), (GATEWAY, "2.3", ""), (PUMP, "2.4", "")],
            "2.4; 2.3",
        );
        check(&[(PUMP, "2.2", ""), (GATEWAY, "2.2", "")], "2.2");
    }

    proptest! {
        #[test]
        fn whatever_is_installed_mends_each(
            fixes in prop::collection::vec(
                (
                    prop::collection::btree_set(0_u8..6, 1..3),
                    prop::collection::btree_set(0_u8..6, 0..3),
                ),
                1..6,
            ),
        ) {
            let list = |of: &std::collections::BTreeSet<u8>| {
                let each: Vec<String> = of.iter().map(|one| format!("1.{one}")).collect();
                each.join("; ")
            };
            let texts: Vec<(String, String)> =
                fixes.iter().map(|(own, also)| (list(own), list(also))).collect();
            let mut updates = Updates::default();
            for (offered, also) in &texts {
                updates.add(PUMP, Fix { offered, also });
            }
            let found = updates.installed().unwrap();
            for (offered, also) in &texts {
                let fix = Fix { offered, also };
                prop_assert!(releases(&found).any(|one| fix.has(one)));
            }
        }
    }
}
