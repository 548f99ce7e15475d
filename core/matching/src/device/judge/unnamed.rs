//! Releases of which a list of releases is silent.
//!
//! A list is closed: what it does not name is not meant. Where later releases are affected, or
//! the advisory lists the very release for another product of the family, nothing but that
//! silence says so, which is told with the verdict.

use std::cmp::Ordering;

use terms::version::firmware::Version;

use super::super::leaf::Leaf;
use super::super::remedy::{Holds, Later, Remedies};
use super::Row;

/// Why only the silence of a list says that a row is not meant; `None` where its release is
/// behind everything listed, or holds a fix.
pub(super) fn silence(
    leaf: &Leaf,
    row: &Row,
    version: Option<&Version>,
    remedies: &Remedies<'_>,
) -> Option<String> {
    let lists = leaf.lists.as_ref()?;
    let version = version?;
    let order = |other: &Version| other.compare(version);
    let is = |wanted: Ordering| {
        lists.own.releases.iter().any(|(other, _)| order(other) == Some(wanted))
    };
    // Another leaf of the product may name it.
    if is(Ordering::Equal) {
        return None;
    }
    let release = row.shown_version();
    let listed: Vec<&str> =
        lists.own.releases.iter().map(|(_, text)| text.as_str()).collect();
    let listed = listed.join(", ");
    let same = |(other, _): &(Version, String)| order(other) == Some(Ordering::Equal);
    let other = lists.of_family.iter().find(|list| list.releases.iter().any(same));
    if let Some(other) = other {
        let other = &other.called;
        return Some(format!(
            "{release} is not named: the advisory lists {listed}, and {release} for the \
             {other}; are model and version of this device right?"
        ));
    }
    let is_fixed = matches!(remedies.holds(version, Later::Yes), Holds::Fix(_));
    (is(Ordering::Greater) && !is_fixed).then(|| {
        format!(
            "{release} is not named: the advisory lists {listed}, later ones among them, \
             and says nothing of {release}"
        )
    })
}
