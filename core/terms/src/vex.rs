//! What VEX statements say, and the three dialects in which they say it.
//!
//! Source: OpenVEX 0.2.0; CSAF 2.0 §3.2.3.5 and §3.2.3.9; CycloneDX 1.7
//! `vulnerabilities[].analysis`.

/// What is said about a product and a vulnerability (the words of OpenVEX).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Status {
    /// The product is not affected.
    NotAffected = 0,
    /// The product is affected.
    Affected = 1,
    /// This release holds the fix.
    Fixed = 2,
    /// Nobody knows yet.
    UnderInvestigation = 3,
}

impl Status {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotAffected => "not_affected",
            Self::Affected => "affected",
            Self::Fixed => "fixed",
            Self::UnderInvestigation => "under_investigation",
        }
    }
}

/// Why a product is not affected (the words of OpenVEX and CSAF).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names are the standard's own sentences")]
pub enum Justification {
    ComponentNotPresent = 0,
    VulnerableCodeNotPresent = 1,
    VulnerableCodeNotInExecutePath = 2,
    VulnerableCodeCannotBeControlledByAdversary = 3,
    InlineMitigationsAlreadyExist = 4,
}

impl Justification {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ComponentNotPresent => "component_not_present",
            Self::VulnerableCodeNotPresent => "vulnerable_code_not_present",
            Self::VulnerableCodeNotInExecutePath => "vulnerable_code_not_in_execute_path",
            Self::VulnerableCodeCannotBeControlledByAdversary => {
                "vulnerable_code_cannot_be_controlled_by_adversary"
            }
            Self::InlineMitigationsAlreadyExist => "inline_mitigations_already_exist",
        }
    }
}
