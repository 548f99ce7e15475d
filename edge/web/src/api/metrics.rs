//! How many findings a project has, by severity.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, State};
use serde::Serialize;

use super::finding::{SEVERITIES, findings};
use super::project::milliseconds;
use super::{contents, project_of};
use crate::House;
use crate::access::By;
use crate::problem::Problem;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metrics {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    unassigned: usize,
    vulnerabilities: usize,
    vulnerable_components: usize,
    components: usize,
    suppressed: usize,
    findings_total: usize,
    findings_audited: usize,
    findings_unaudited: usize,
    inherited_risk_score: f64,
    policy_violations_fail: usize,
    policy_violations_warn: usize,
    policy_violations_info: usize,
    policy_violations_total: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_occurrence: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_occurrence: Option<i64>,
    lazaret: Ours,
}

/// Components of which something cannot be told: they are in no other number.
#[derive(Serialize)]
struct Ours {
    unknown: usize,
}

/// `GET /api/v1/metrics/project/{uuid}/refresh`: they are counted whenever they are asked for, so
/// that there is nothing to do.
pub(crate) async fn refresh(
    State(house): State<House>,
    By(by): By,
    Path(uuid): Path<String>,
) -> Result<(), Problem> {
    project_of(&house, &by, &uuid).await?;
    Ok(())
}

/// `GET /api/v1/metrics/project/{uuid}/current`.
pub(crate) async fn current(
    State(house): State<House>,
    By(by): By,
    Path(uuid): Path<String>,
) -> Result<axum::Json<Metrics>, Problem> {
    let project = project_of(&house, &by, &uuid).await?;
    let findings = findings(&house, &by, &project).await?;
    let contents = contents(&house, &by, &project).await?;
    let suppressed = findings.iter().filter(|one| one.analysis.is_suppressed).count();
    let open = findings.iter().filter(|one| !one.analysis.is_suppressed);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut components, mut audited) = (BTreeSet::new(), 0);
    for finding in open {
        *counts.entry(finding.vulnerability.severity).or_default() += 1;
        components.insert(&finding.component.uuid);
        audited += usize::from(finding.analysis.state.is_some());
    }
    let count = |severity: &str| counts.get(severity).copied().unwrap_or(0);
    let [critical, high, medium, low, info, unassigned] = SEVERITIES.map(count);
    let total = critical + high + medium + low + info + unassigned;
    let score = critical * 10 + high * 5 + medium * 3 + low + unassigned * 5;
    let made = milliseconds(&project.release.made);
    Ok(axum::Json(Metrics {
        critical,
        high,
        medium,
        // There is no member for flaws without weight.
        low: low + info,
        unassigned,
        vulnerabilities: total,
        vulnerable_components: components.len(),
        components: contents.iter().map(|content| content.parts.len()).sum(),
        suppressed,
        findings_total: total,
        findings_audited: audited,
        findings_unaudited: total - audited,
        inherited_risk_score: u32::try_from(score).map_or(f64::MAX, f64::from),
        policy_violations_fail: 0,
        policy_violations_warn: 0,
        policy_violations_info: 0,
        policy_violations_total: 0,
        first_occurrence: made,
        last_occurrence: project.delivered.as_deref().and_then(milliseconds).or(made),
        lazaret: Ours {
            unknown: contents.iter().map(|content| content.asked.len()).sum(),
        },
    }))
}
