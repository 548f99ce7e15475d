//! Which severity is shown, of all that were given.
//!
//! The issuer of the device advisory, else the CVE's own numbering authority, else CISA,
//! else NVD, else an aggregator; within one of them the newest CVSS. All are kept.

use std::cmp::Reverse;

use advisory::Scorer;
use advisory::index::VulnerabilityRef;
use terms::cvss::Vector;

/// A severity as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Severity {
    /// Who gave it.
    pub scorer: Scorer,
    /// The vector as written.
    pub vector: String,
    /// The vector as read; `None` where it is malformed.
    pub read: Option<Vector>,
}

/// Every severity of a vulnerability, the one that is shown first. Malformed vectors come
/// last, since they have no score to show.
#[must_use]
pub fn severities(vulnerability: &VulnerabilityRef<'_>) -> Vec<Severity> {
    let mut severities: Vec<Severity> = Vec::new();
    for given in vulnerability.severities() {
        let severity = Severity {
            scorer: given.scorer,
            vector: given.vector.to_owned(),
            read: Vector::parse(given.vector).ok(),
        };
        if !severities.contains(&severity) {
            severities.push(severity);
        }
    }
    severities.sort_by_key(|severity| {
        let version = severity.read.map(|vector| vector.version());
        (version.is_none(), severity.scorer, Reverse(version))
    });
    severities
}
