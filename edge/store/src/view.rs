//! In whose view a judgement is made, by the number that it is kept with.
//!
//! What rests on public documents alone is in the view of everybody, 0. What rests on documents
//! that an organisation keeps for itself is in its own view, which has its number; what rests on
//! those that it lets everything below it count is in its *open* view, which has that number
//! below zero. So documents of both kinds never make one verdict, and none of the second kind
//! tells of the first.

use crate::Path;

/// The view of everybody.
pub const PUBLIC: i64 = 0;

/// The view of what an organisation lets everything below it count.
#[must_use]
pub const fn open(organisation: i64) -> i64 {
    organisation.saturating_neg()
}

/// Whose documents a view rests on; 0 for the view of everybody.
#[must_use]
pub const fn owner(view: i64) -> i64 {
    view.saturating_abs()
}

/// Whether it is what an organisation lets everything below it count.
#[must_use]
pub const fn is_open(view: i64) -> bool {
    view < PUBLIC
}

/// The other view of the same organisation: its own to its open one, and back.
#[must_use]
pub const fn other(view: i64) -> i64 {
    view.saturating_neg()
}

/// The views that count for an organisation: that of everybody, its own, and the open ones of
/// itself and of those above it.
pub fn heard(path: &Path) -> impl Iterator<Item = i64> {
    [PUBLIC, path.organisation()].into_iter().chain(path.organisations().map(open))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_organisation_hears_itself_and_what_those_above_let_it_count() {
        let path = Path::from_stored("1.4.9.".to_owned());
        let heard: BTreeSet<i64> = heard(&path).collect();
        assert_eq!(heard, BTreeSet::from([0, 9, -1, -4, -9]));
        for view in [1, 4, 40, -40] {
            assert!(!heard.contains(&view), "{view}");
        }
    }

    #[test]
    fn a_view_tells_whose_documents_it_rests_on() {
        assert_eq!([owner(PUBLIC), owner(7), owner(open(7))], [0, 7, 7]);
        assert_eq!([is_open(PUBLIC), is_open(7), is_open(open(7))], [false, false, true]);
    }
}
