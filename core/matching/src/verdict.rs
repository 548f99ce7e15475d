//! What is answered about one component and one vulnerability.

use terms::vex;

/// The answer; the order is how much it asks of a person, the most first.
///
/// Several records about one component and one vulnerability may disagree. The word that
/// asks most wins, and the others stay visible: a record that says *affected* is not
/// silenced by one that says *fixed*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// A record or an accepted statement says so, and the comparison bears it out.
    Affected,
    /// Somebody entitled to speak says that nobody knows yet.
    UnderInvestigation,
    /// The comparison cannot be made; a question would settle it.
    CannotTell,
    /// The release holds the fix.
    Fixed,
    /// It is not affected.
    NotAffected,
}

impl Verdict {
    /// Every verdict, in its order.
    pub const ALL: [Self; 5] = [
        Self::Affected,
        Self::UnderInvestigation,
        Self::CannotTell,
        Self::Fixed,
        Self::NotAffected,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Affected => "affected",
            Self::UnderInvestigation => "under_investigation",
            Self::CannotTell => "cannot_tell",
            Self::Fixed => "fixed",
            Self::NotAffected => "not_affected",
        }
    }

    /// The words on a screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Affected => "affected",
            Self::UnderInvestigation => "under investigation",
            Self::CannotTell => "cannot tell",
            Self::Fixed => "fixed",
            Self::NotAffected => "not affected",
        }
    }
}

impl From<vex::Status> for Verdict {
    fn from(status: vex::Status) -> Self {
        match status {
            vex::Status::Affected => Self::Affected,
            vex::Status::UnderInvestigation => Self::UnderInvestigation,
            vex::Status::Fixed => Self::Fixed,
            vex::Status::NotAffected => Self::NotAffected,
        }
    }
}
