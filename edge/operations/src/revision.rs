//! What of something somebody was shown: whoever acts on it afterwards is told where it has
//! become something else meanwhile.
//!
//! Where no number counts the changes of something, a digest of what it says stands for one.

/// Something, by its number, with its revision as it was shown; without one nothing is
/// compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    pub(crate) id: i64,
    revision: Option<i64>,
}

impl From<i64> for Shown {
    fn from(id: i64) -> Self {
        Self { id, revision: None }
    }
}

impl Shown {
    /// As it was when that revision was shown.
    #[must_use]
    pub const fn at(id: i64, revision: Option<i64>) -> Self {
        Self { id, revision }
    }

    /// Whether it says something else by now.
    pub(crate) fn is_outdated(self, now: i64) -> bool {
        self.revision.is_some_and(|shown| shown != now)
    }
}

/// The revision of something that says this.
pub(crate) fn of<'t>(said: impl IntoIterator<Item = &'t str>) -> i64 {
    let mut hasher = blake3::Hasher::new();
    for text in said {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    let [a, b, c, d, e, f, ..] = *hasher.finalize().as_bytes();
    // 48 bits: every program reads it as the same number.
    i64::from_le_bytes([a, b, c, d, e, f, 0, 0])
}
