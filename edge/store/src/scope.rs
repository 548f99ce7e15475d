//! Whose rows may be seen.

use std::fmt;

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
}

impl Scope {
    /// The subtrees below `roots`. Nothing at all if there are none.
    #[must_use]
    pub fn of(head: i64, mut roots: Vec<Path>) -> Self {
        roots.sort();
        // Sorted, so whatever lies within a path follows it.
        roots.dedup_by(|later, earlier| earlier.holds(later));
        Self { head, roots }
    }

    /// Everything of a top organisation: for work that the house does by itself.
    #[must_use]
    pub fn whole(head: i64) -> Self {
        Self { head, roots: vec![Path::top(head)] }
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

    /// The subtrees as patterns for `LIKE`. A path holds digits and dots, nothing that a
    /// pattern would take for a sign.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = String> {
        self.roots.iter().map(|root| format!("{}%", root.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Path, Scope};

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
    fn no_root_sees_nothing() {
        assert!(!Scope::of(1, vec![]).admits(&path("1.")));
    }
}
