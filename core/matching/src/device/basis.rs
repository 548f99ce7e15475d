//! On what it rests that a device is not affected: its issuer says so, or says that the release
//! holds the fix, or speaks of others alone. Only the first is the issuer's word; of a release
//! that its ranges do not reach an advisory says nothing.

use std::collections::BTreeMap;

use terms::vex::Status;

use super::judge::{Judgement, Rule, Says};
use super::matcher::Answer;

/// On what it rests that a device is not affected, the plainest word first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The advisory says so, of this product and release.
    Stated,
    /// It says that the release holds the fix.
    Fixed,
    /// Its ranges do not reach the release, of which it says nothing.
    OutOfRange,
    /// It speaks of other devices: of another edition, option or part, or of this one about
    /// other vulnerabilities.
    OutOfReach,
}

impl Basis {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Fixed => "fixed",
            Self::OutOfRange => "out_of_range",
            Self::OutOfReach => "out_of_reach",
        }
    }

    /// By how a leaf was compared that does not mean the device.
    pub(super) const fn of_rule(judgement: &Judgement) -> Self {
        match (&judgement.says, judgement.rule) {
            (Says::Outside(_), Rule::OutOfRange | Rule::Silent) => Self::OutOfRange,
            _ => Self::OutOfReach,
        }
    }
}

impl Answer {
    /// On what it rests that the device is not affected by these vulnerabilities, positions in
    /// [`advisory::Record::vulnerabilities`]: that of which least is said.
    #[must_use]
    pub fn basis(&self, vulnerabilities: impl IntoIterator<Item = usize>) -> Basis {
        let said = vulnerabilities.into_iter().map(|wanted| {
            let mut all = self.cleared.iter();
            all.find(|(at, _)| *at == wanted).map_or(self.outside, |(_, basis)| *basis)
        });
        said.max().unwrap_or(self.outside)
    }
}

/// What a leaf says by itself of each vulnerability that does not touch the device: `statuses`
/// are what is said of its product.
pub(super) fn cleared(
    judgement: &Judgement,
    statuses: &[(usize, Status)],
    all: &mut BTreeMap<usize, Basis>,
) {
    let is_fixed =
        matches!(judgement.says, Says::Outside(_)) && judgement.rule == Rule::Fixed;
    for (at, status) in statuses {
        let basis = match (status, &judgement.says) {
            (Status::NotAffected, Says::Affected) => Basis::Stated,
            (Status::Fixed, Says::Affected) => Basis::Fixed,
            (Status::Affected | Status::UnderInvestigation, _)
                if is_fixed || judgement.cleared.contains(at) =>
            {
                Basis::Fixed
            }
            _ => continue,
        };
        let known = all.entry(*at).or_insert(basis);
        *known = basis.min(*known);
    }
}
