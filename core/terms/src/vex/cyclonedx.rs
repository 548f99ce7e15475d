//! The words of CycloneDX's `vulnerabilities[].analysis`.
//!
//! Source: CycloneDX 1.7, `impactAnalysisState`, `impactAnalysisJustification` and
//! `analysis.response`; unchanged since 1.4, where `analysis` began.

use super::{Carried, Status, one_of};
use crate::Malformed;

/// `analysis.state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum State {
    Resolved,
    ResolvedWithPedigree,
    Exploitable,
    InTriage,
    FalsePositive,
    NotAffected,
}

/// `analysis.justification`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum Justification {
    CodeNotPresent,
    CodeNotReachable,
    RequiresConfiguration,
    RequiresDependency,
    RequiresEnvironment,
    ProtectedByCompiler,
    ProtectedAtRuntime,
    ProtectedAtPerimeter,
    ProtectedByMitigatingControl,
}

/// `affects[].versions[].status`: how one version stands to the vulnerability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum VersionStatus {
    Affected,
    Unaffected,
    Unknown,
}

/// One entry of `analysis.response`: what the maker means to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum Response {
    CanNotFix,
    WillNotFix,
    Update,
    Rollback,
    WorkaroundAvailable,
}

impl State {
    /// Every state, in the order of the standard.
    pub const ALL: [Self; 6] = [
        Self::Resolved,
        Self::ResolvedWithPedigree,
        Self::Exploitable,
        Self::InTriage,
        Self::FalsePositive,
        Self::NotAffected,
    ];

    /// Reads a state.
    ///
    /// # Errors
    /// When `word` is none of the six.
    pub fn from_word(word: &str) -> Result<Self, Malformed> {
        one_of("CycloneDX analysis state", word, &Self::ALL, Self::word)
    }

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::ResolvedWithPedigree => "resolved_with_pedigree",
            Self::Exploitable => "exploitable",
            Self::InTriage => "in_triage",
            Self::FalsePositive => "false_positive",
            Self::NotAffected => "not_affected",
        }
    }

    /// What the state says in the common words.
    #[must_use]
    pub const fn status(self) -> Carried<Status> {
        match self {
            Self::Resolved => Carried::whole(Status::Fixed),
            Self::ResolvedWithPedigree => Carried::without(
                Status::Fixed,
                "that the component's pedigree holds the evidence of the fix",
            ),
            Self::Exploitable => Carried::whole(Status::Affected),
            Self::InTriage => Carried::whole(Status::UnderInvestigation),
            Self::FalsePositive => Carried::without(
                Status::NotAffected,
                "that the vulnerability was wrongly matched to the component",
            ),
            Self::NotAffected => Carried::whole(Status::NotAffected),
        }
    }
}

impl VersionStatus {
    /// Every status, in the order of the standard.
    pub const ALL: [Self; 3] = [Self::Affected, Self::Unaffected, Self::Unknown];

    /// Reads the status of a version.
    ///
    /// # Errors
    /// When `word` is none of the three.
    pub fn from_word(word: &str) -> Result<Self, Malformed> {
        one_of("CycloneDX version status", word, &Self::ALL, Self::word)
    }

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Affected => "affected",
            Self::Unaffected => "unaffected",
            Self::Unknown => "unknown",
        }
    }

    /// What is said of the version where the analysis says `analysis` of the product.
    ///
    /// A version that holds no flaw in a product that was fixed holds the fix. A version
    /// that is called affected in a product that is called not affected is a contradiction,
    /// and nobody knows.
    #[must_use]
    pub const fn within(self, analysis: Option<Status>) -> Status {
        match (self, analysis) {
            (Self::Unaffected, Some(Status::Fixed)) => Status::Fixed,
            (Self::Unaffected, _) => Status::NotAffected,
            (Self::Unknown, _)
            | (Self::Affected, Some(Status::UnderInvestigation | Status::NotAffected)) => {
                Status::UnderInvestigation
            }
            (Self::Affected, _) => Status::Affected,
        }
    }
}

impl From<Status> for Carried<State> {
    fn from(status: Status) -> Self {
        match status {
            Status::NotAffected => Self::whole(State::NotAffected),
            // CycloneDX says `exploitable` where the others say `affected`: it is the only
            // word there for a product that has the flaw.
            Status::Affected => Self::whole(State::Exploitable),
            Status::Fixed => Self::whole(State::Resolved),
            Status::UnderInvestigation => Self::whole(State::InTriage),
        }
    }
}

impl Justification {
    /// Every justification, in the order of the standard.
    pub const ALL: [Self; 9] = [
        Self::CodeNotPresent,
        Self::CodeNotReachable,
        Self::RequiresConfiguration,
        Self::RequiresDependency,
        Self::RequiresEnvironment,
        Self::ProtectedByCompiler,
        Self::ProtectedAtRuntime,
        Self::ProtectedAtPerimeter,
        Self::ProtectedByMitigatingControl,
    ];

    /// Reads a justification.
    ///
    /// # Errors
    /// When `word` is none of the nine.
    pub fn from_word(word: &str) -> Result<Self, Malformed> {
        one_of("CycloneDX justification", word, &Self::ALL, Self::word)
    }

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::CodeNotPresent => "code_not_present",
            Self::CodeNotReachable => "code_not_reachable",
            Self::RequiresConfiguration => "requires_configuration",
            Self::RequiresDependency => "requires_dependency",
            Self::RequiresEnvironment => "requires_environment",
            Self::ProtectedByCompiler => "protected_by_compiler",
            Self::ProtectedAtRuntime => "protected_at_runtime",
            Self::ProtectedAtPerimeter => "protected_at_perimeter",
            Self::ProtectedByMitigatingControl => "protected_by_mitigating_control",
        }
    }

    /// What exploiting it requires beside the product, or what keeps it off outside of it:
    /// whoever gives such a reason says that the product is not affected where that is so, and
    /// nobody but who runs it can tell. `None` where the reason lies in the product itself.
    #[must_use]
    pub const fn condition(self) -> Option<&'static str> {
        match self {
            Self::RequiresConfiguration => Some(
                "not affected unless an option is set or unset that exploiting it requires",
            ),
            Self::RequiresDependency => Some(
                "not affected unless a dependency is there that exploiting it requires",
            ),
            Self::RequiresEnvironment => Some(
                "not affected unless it runs in an environment that exploiting it requires",
            ),
            Self::ProtectedAtPerimeter => {
                Some("not affected where attacks are blocked at the perimeter")
            }
            Self::CodeNotPresent
            | Self::CodeNotReachable
            | Self::ProtectedByCompiler
            | Self::ProtectedAtRuntime
            | Self::ProtectedByMitigatingControl => None,
        }
    }

    /// The condition of the justification that `word` is, if it is one that has any.
    #[must_use]
    pub fn condition_of(word: &str) -> Option<&'static str> {
        Self::from_word(word).ok().and_then(Self::condition)
    }

    /// The nearest of the common words.
    ///
    /// A condition that is not met (configuration, dependency, environment) keeps an
    /// adversary from controlling the code; the common words cannot name the condition.
    #[must_use]
    pub const fn common(self) -> Carried<super::Justification> {
        use super::Justification as Common;

        let controlled = Common::VulnerableCodeCannotBeControlledByAdversary;
        let mitigated = Common::InlineMitigationsAlreadyExist;
        match self {
            Self::CodeNotPresent => Carried::whole(Common::VulnerableCodeNotPresent),
            Self::CodeNotReachable => {
                Carried::whole(Common::VulnerableCodeNotInExecutePath)
            }
            Self::RequiresConfiguration => Carried::without(
                controlled,
                "that an option would have to be set or unset",
            ),
            Self::RequiresDependency => {
                Carried::without(controlled, "that a dependency is missing")
            }
            Self::RequiresEnvironment => {
                Carried::without(controlled, "that a certain environment is missing")
            }
            Self::ProtectedByCompiler => {
                Carried::without(mitigated, "that a compiler flag protects the code")
            }
            Self::ProtectedAtRuntime => {
                Carried::without(mitigated, "that exploits are prevented at run time")
            }
            Self::ProtectedAtPerimeter => Carried::without(
                mitigated,
                "that the protection stands outside the product, at the perimeter",
            ),
            Self::ProtectedByMitigatingControl => Carried::whole(mitigated),
        }
    }
}

impl From<super::Justification> for Carried<Justification> {
    fn from(why: super::Justification) -> Self {
        use super::Justification as Common;

        match why {
            Common::ComponentNotPresent => Self::without(
                Justification::CodeNotPresent,
                "that the whole component is missing",
            ),
            Common::VulnerableCodeNotPresent => {
                Self::whole(Justification::CodeNotPresent)
            }
            Common::VulnerableCodeNotInExecutePath => {
                Self::whole(Justification::CodeNotReachable)
            }
            Common::VulnerableCodeCannotBeControlledByAdversary => Self::without(
                Justification::RequiresEnvironment,
                "that the code is used, but not in an adversary's control",
            ),
            Common::InlineMitigationsAlreadyExist => {
                Self::whole(Justification::ProtectedByMitigatingControl)
            }
        }
    }
}

impl Response {
    /// Every response, in the order of the standard.
    pub const ALL: [Self; 5] = [
        Self::CanNotFix,
        Self::WillNotFix,
        Self::Update,
        Self::Rollback,
        Self::WorkaroundAvailable,
    ];

    /// Reads a response.
    ///
    /// # Errors
    /// When `word` is none of the five.
    pub fn from_word(word: &str) -> Result<Self, Malformed> {
        one_of("CycloneDX response", word, &Self::ALL, Self::word)
    }

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::CanNotFix => "can_not_fix",
            Self::WillNotFix => "will_not_fix",
            Self::Update => "update",
            Self::Rollback => "rollback",
            Self::WorkaroundAvailable => "workaround_available",
        }
    }

    /// The nearest category of CSAF's `remediations` (2.0 §3.2.3.12.1).
    ///
    /// The other two dialects have no word for a response: OpenVEX puts it into the free
    /// text of `action_statement`.
    #[must_use]
    pub const fn csaf_category(self) -> Carried<&'static str> {
        match self {
            Self::CanNotFix => {
                Carried::without("no_fix_planned", "that a fix is impossible")
            }
            Self::WillNotFix => Carried::whole("no_fix_planned"),
            Self::Update => Carried::whole("vendor_fix"),
            Self::Rollback => {
                Carried::without("workaround", "that an earlier release is the remedy")
            }
            Self::WorkaroundAvailable => Carried::whole("workaround"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Loss;
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for state in State::ALL {
            assert_eq!(State::from_word(state.word()), Ok(state));
        }
        for why in Justification::ALL {
            assert_eq!(Justification::from_word(why.word()), Ok(why));
        }
        for status in VersionStatus::ALL {
            assert_eq!(VersionStatus::from_word(status.word()), Ok(status));
        }
        for response in Response::ALL {
            assert_eq!(Response::from_word(response.word()), Ok(response));
        }
    }

    #[test]
    fn what_loses_nothing_comes_back_and_what_does_not_come_back_says_what_it_lost() {
        for state in State::ALL {
            let there = state.status();
            let back = Carried::<State>::from(there.word);
            assert_eq!(back.word == state, there.loss == Loss::Nothing, "{state:?}");
        }
        for why in Justification::ALL {
            let there = why.common();
            let back = Carried::<Justification>::from(there.word);
            if there.loss == Loss::Nothing {
                assert_eq!(back.word, why);
            }
        }
        for why in super::super::Justification::ALL {
            let there = Carried::<Justification>::from(why);
            assert_eq!(
                there.word.common().word == why,
                there.loss == Loss::Nothing
                    || why == super::super::Justification::VulnerableCodeCannotBeControlledByAdversary,
                "{why:?}"
            );
        }
    }

    #[test]
    fn a_version_that_contradicts_its_product_is_under_investigation() {
        use Status::{Affected, Fixed, NotAffected, UnderInvestigation};
        use VersionStatus as Version;

        for analysis in Status::ALL.map(Some).into_iter().chain([None]) {
            let unaffected = Version::Unaffected.within(analysis);
            assert_eq!(unaffected == Fixed, analysis == Some(Fixed), "{analysis:?}");
            assert!(matches!(unaffected, Fixed | NotAffected), "{analysis:?}");
            assert_eq!(Version::Unknown.within(analysis), UnderInvestigation);
        }
        assert_eq!(Version::Affected.within(Some(NotAffected)), UnderInvestigation);
        assert_eq!(
            Version::Affected.within(Some(UnderInvestigation)),
            UnderInvestigation
        );
        assert_eq!(Version::Affected.within(Some(Fixed)), Affected);
        assert_eq!(Version::Affected.within(None), Affected);
    }

    #[test]
    fn a_wrong_word_is_refused_where_it_parts() {
        assert_eq!(State::from_word("in_triaged").unwrap_err().at, 9);
        assert_eq!(Justification::from_word("code_unreachable").unwrap_err().at, 5);
        assert_eq!(Response::from_word("wontfix").unwrap_err().at, 2);
        assert_eq!(Response::from_word("").unwrap_err().at, 0);
    }
}
