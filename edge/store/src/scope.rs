//! Whose rows may be seen.

use std::fmt;

use crate::Audience;

/// Where an organisation stands in the tree: the numbers from the top down to it, each with
/// a dot behind, `1.4.9.`. The path of an organisation begins with the paths of those above.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(String);

impl Path {
    /// The path of a top organisation.
    pub(crate) fn top(id: i64) -> Self {
        Self(format!("{id}."))
    }

    /// The path of an organisation right below.
    pub(crate) fn below(&self, id: i64) -> Self {
        Self(format!("{}{id}.", self.0))
    }

    /// A path as stored.
    pub(crate) fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// As stored.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `other` is this organisation or one below it.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The number of the organisation itself.
    #[must_use]
    pub fn organisation(&self) -> i64 {
        let last = self.0.trim_end_matches('.').rsplit('.').next();
        last.and_then(|last| last.parse().ok()).unwrap_or_default()
    }

    /// The numbers of the organisations from the top down to this one.
    pub fn organisations(&self) -> impl Iterator<Item = i64> {
        self.0.split('.').filter_map(|number| number.parse().ok())
    }

    /// How many stand above.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.0.matches('.').count().saturating_sub(1)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The organisations whose rows whoever asks may see: some subtrees below one top
/// organisation. Every query about what organisations own takes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    head: i64,
    /// None of them within another.
    roots: Vec<Path>,
    reach: Reach,
}

/// Whether a scope reaches what organisations above let everything below them read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Own,
    Open,
}

impl Scope {
    /// The subtrees below `roots`. Nothing at all if there are none.
    #[must_use]
    pub fn of(head: i64, mut roots: Vec<Path>) -> Self {
        roots.sort();
        // Sorted, so whatever lies within a path follows it.
        roots.dedup_by(|later, earlier| earlier.holds(later));
        Self { head, roots, reach: Reach::Own }
    }

    /// Everything of a top organisation: for work that the house does by itself.
    #[must_use]
    pub fn whole(head: i64) -> Self {
        Self { head, roots: vec![Path::top(head)], reach: Reach::Own }
    }

    /// The top organisation.
    #[must_use]
    pub fn head(&self) -> i64 {
        self.head
    }

    /// The subtrees, none of them within another.
    #[must_use]
    pub fn roots(&self) -> &[Path] {
        &self.roots
    }

    /// Whether rows of the organisation at `path` may be seen.
    #[must_use]
    pub fn admits(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| root.holds(path))
    }

    /// The same, to read with: it admits too what organisations above let everything below them
    /// read. Nothing may be changed by it.
    #[must_use]
    pub fn reading(self) -> Self {
        Self { reach: Reach::Open, ..self }
    }

    /// Whether documents of the organisation at `path` may be read that are for `audience`.
    #[must_use]
    pub(crate) fn admits_for(&self, path: &Path, audience: Audience) -> bool {
        let is_open = self.reach == Reach::Open && audience == Audience::Below;
        self.admits(path) || is_open && self.roots.iter().any(|root| path.holds(root))
    }

    /// Every organisation above the roots, where the scope reaches what they let others read.
    pub(crate) fn above(&self) -> Vec<i64> {
        let all = self.roots.iter().filter(|_| self.reach == Reach::Open);
        let above = all.flat_map(|root| {
            let own = root.organisation();
            root.organisations().filter(move |id| *id != own)
        });
        let above: std::collections::BTreeSet<i64> = above.collect();
        above.into_iter().collect()
    }

    /// The subtrees as patterns for `LIKE`. A path holds digits and dots, nothing that a
    /// pattern would take for a sign.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = String> {
        self.roots.iter().map(|root| format!("{}%", root.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Path, Scope};
    use crate::Audience;

    fn path(text: &str) -> Path {
        Path::from_stored(text.to_owned())
    }

    #[test]
    fn a_scope_admits_what_is_below_its_roots_and_nothing_beside() {
        let scope = Scope::of(1, vec![path("1.4."), path("1.7.")]);
        for inside in ["1.4.", "1.4.9.", "1.7.2.3."] {
            assert!(scope.admits(&path(inside)), "{inside}");
        }
        for outside in ["1.", "1.40.", "1.5.", "2.1.4.", "4."] {
            assert!(!scope.admits(&path(outside)), "{outside}");
        }
    }

    #[test]
    fn no_root_lies_within_another() {
        let scope =
            Scope::of(1, vec![path("1.4.9."), path("1.4."), path("1.40."), path("1.4.")]);
        assert_eq!(scope.roots(), [path("1.4."), path("1.40.")]);
    }

    #[test]
    fn who_reads_sees_what_those_above_let_everything_below_them_read() {
        let own = Scope::of(1, vec![path("1.4.9.")]);
        let reading = own.clone().reading();
        for (owner, for_owner, for_below) in [
            ("1.", false, true),
            ("1.4.", false, true),
            ("1.4.9.", true, true),
            ("1.4.9.2.", true, true),
            ("1.5.", false, false),
            ("1.4.90.", false, false),
        ] {
            let owner = path(owner);
            assert_eq!(reading.admits_for(&owner, Audience::Owner), for_owner, "{owner}");
            assert_eq!(reading.admits_for(&owner, Audience::Below), for_below, "{owner}");
            // Whoever would change something sees no more than what is theirs.
            assert_eq!(own.admits_for(&owner, Audience::Below), for_owner, "{owner}");
        }
        assert_eq!(reading.above(), [1, 4]);
        assert!(own.above().is_empty());
    }

    #[test]
    fn no_root_sees_nothing() {
        assert!(!Scope::of(1, vec![]).admits(&path("1.")));
    }
}
