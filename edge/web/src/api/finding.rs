//! What is known of the components of a project: one finding for each component and each
//! vulnerability that affects it, or of which nobody can tell.
//!
//! Programs that read findings know no word for *cannot tell*. Leaving such a finding out would
//! say that all is well, so it is among them, and `lazaret.verdict` says what it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use operations::Actor;
use operations::bills::{Content, Found, Part};
use operations::fleet::OfRelease;
use operations::judging::Advisories;
use operations::vulnerability::Urgency;
use serde::{Deserialize, Serialize};
use store::Project;
use terms::cvss::{Severity, Version};

use super::component::{self, Shown as Component};
use super::project::{milliseconds, uuid_of};
use super::{judged, of_release, project_of, slice, uuid};
use crate::House;
use crate::access::By;
use crate::problem::Problem;

/// A finding as programs read it.
#[derive(Serialize)]
pub(super) struct Finding {
    pub(super) component: Component,
    pub(super) vulnerability: Vulnerability,
    pub(super) analysis: Told,
    attribution: Attribution,
    matrix: String,
    lazaret: Ours,
}

/// How an analysis stands.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Told {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<String>,
    pub(super) is_suppressed: bool,
}

/// Who found it, and when.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Attribution {
    analyzer_identity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    attributed_on: Option<i64>,
}

/// What is ours.
#[derive(Serialize)]
struct Ours {
    verdict: &'static str,
    exploited: bool,
    grounds: Vec<String>,
}

/// A vulnerability as programs read it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Vulnerability {
    pub(super) uuid: String,
    source: &'static str,
    pub(super) vuln_id: String,
    title: String,
    pub(super) severity: &'static str,
    severity_rank: u8,
    #[serde(flatten)]
    scores: BTreeMap<&'static str, f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epss_score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epss_percentile: Option<f64>,
    cwes: Vec<Weakness>,
    aliases: Vec<BTreeMap<&'static str, String>>,
    #[serde(skip_serializing_if = "String::is_empty")]
    recommendation: String,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Weakness {
    cwe_id: u32,
    name: String,
}

/// The words of severities, the gravest first; the last is for what has no score.
pub(super) const SEVERITIES: [&str; 6] =
    ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO", "UNASSIGNED"];

/// Verdicts that leave nothing to do.
const SETTLED: [&str; 2] = ["not_affected", "fixed"];

/// The findings of a project, with what is known of each vulnerability.
pub(super) async fn findings(
    house: &House,
    by: &Actor,
    project: &Project,
) -> Result<Vec<Finding>, Problem> {
    let contents = judged(house, by, project).await?;
    let known = house.app.advisories().await?;
    of_release(house, by, project, |analyses| {
        let told = Teller::new(by.head, project, known, analyses);
        contents.iter().flat_map(|content| told.of(content)).collect()
    })
    .await
}

/// What findings are told with.
struct Teller<'h> {
    head: i64,
    project: String,
    since: Option<i64>,
    known: Option<Arc<Advisories>>,
    analyses: &'h OfRelease<'h>,
}

impl<'h> Teller<'h> {
    fn new(
        head: i64,
        project: &Project,
        known: Option<Arc<Advisories>>,
        analyses: &'h OfRelease<'h>,
    ) -> Self {
        Self {
            head,
            project: uuid_of(head, project.release.id),
            since: project.delivered.as_deref().and_then(milliseconds),
            known,
            analyses,
        }
    }

    fn of(&self, content: &Content) -> Vec<Finding> {
        let parts = content.parts.iter().enumerate();
        let parts: BTreeMap<&str, (usize, &Part)> =
            parts.map(|(at, part)| (part.place.as_str(), (at, part))).collect();
        let mut vulnerabilities: BTreeMap<&str, Vulnerability> = BTreeMap::new();
        let found = content.found.iter().flatten();
        let open = found.filter(|found| !SETTLED.contains(&found.verdict));
        open.filter_map(|found| {
            let (at, part) = parts.get(found.place.as_str())?;
            let component =
                component::shown(self.head, &self.project, content, *at, part);
            let vulnerability = vulnerabilities
                .entry(found.vulnerability.as_str())
                .or_insert_with(|| self.vulnerability(found));
            let mut vulnerability = vulnerability.clone();
            if !found.fixed_in.is_empty() {
                vulnerability.recommendation = format!("Fixed in {}.", found.fixed_in);
            }
            let analysis = self.analyses.newest(&part.key, &found.vulnerability);
            let analysis = analysis.filter(|one| one.withdrawn.is_none());
            Some(Finding {
                matrix: format!(
                    "{}:{}:{}",
                    self.project, component.uuid, vulnerability.uuid
                ),
                component,
                vulnerability,
                analysis: Told {
                    state: analysis
                        .map(|one| one.found.state.to_uppercase())
                        .filter(|state| !state.is_empty()),
                    is_suppressed: analysis.is_some_and(|one| one.found.is_suppressed),
                },
                attribution: Attribution {
                    analyzer_identity: "INTERNAL_ANALYZER",
                    attributed_on: self.since,
                },
                lazaret: Ours {
                    verdict: found.verdict,
                    exploited: found.exploited,
                    grounds: found.grounds.clone(),
                },
            })
        })
        .collect()
    }

    fn vulnerability(&self, found: &Found) -> Vulnerability {
        let id = &found.vulnerability;
        let index = self.known.as_ref().and_then(|known| known.file.index().ok());
        let urgency = index.as_ref().map(|index| Urgency::of(id, index));
        let one = index.as_ref().and_then(|index| index.vulnerability(id));
        let severities = urgency.map(|urgency| urgency.severities).unwrap_or_default();
        let vectors: Vec<_> = severities.iter().filter_map(|one| one.read).collect();
        let rank = vectors.first().map_or(5, |vector| match vector.severity() {
            Severity::Critical => 0,
            Severity::High => 1,
            Severity::Medium => 2,
            Severity::Low => 3,
            Severity::None => 4,
        });
        let mut scores = BTreeMap::new();
        for vector in &vectors {
            let name = match vector.version() {
                Version::V2_0 => "cvssV2BaseScore",
                Version::V3_0 | Version::V3_1 => "cvssV3BaseScore",
                Version::V4_0 => "cvssV4Score",
            };
            scores.entry(name).or_insert_with(|| vector.base().as_f64());
        }
        let epss = one.as_ref().and_then(|one| one.epss());
        let cwes = one.as_ref().map(|one| one.cwes()).unwrap_or_default();
        let others = one.as_ref().map(|one| one.ids().filter(|other| other != id));
        Vulnerability {
            uuid: uuid::of_name(id),
            source: source(id),
            title: found.title.clone(),
            severity: SEVERITIES.get(usize::from(rank)).copied().unwrap_or("UNASSIGNED"),
            severity_rank: rank,
            scores,
            epss_score: epss.as_ref().map(|epss| epss.score),
            epss_percentile: epss.as_ref().and_then(|epss| epss.percentile),
            cwes: cwes.iter().filter_map(|cwe| weakness(cwe)).collect(),
            aliases: others.into_iter().flatten().map(|other| alias(id, other)).collect(),
            recommendation: String::new(),
            vuln_id: id.clone(),
        }
    }
}

/// The kind of source by which a program knows an id.
fn source(id: &str) -> &'static str {
    match id.split('-').next() {
        Some("CVE") => "NVD",
        Some("GHSA") => "GITHUB",
        _ => "OSV",
    }
}

fn alias(id: &str, other: &str) -> BTreeMap<&'static str, String> {
    let member = |id: &str| match source(id) {
        "NVD" => "cveId",
        "GITHUB" => "ghsaId",
        _ => "osvId",
    };
    BTreeMap::from([(member(id), id.to_owned()), (member(other), other.to_owned())])
}

fn weakness(id: &str) -> Option<Weakness> {
    let cwe_id = id.strip_prefix("CWE-")?.parse().ok()?;
    Some(Weakness { cwe_id, name: id.to_owned() })
}

/// Which findings are asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    suppressed: bool,
    source: String,
}

/// `GET /api/v1/finding/project/{uuid}`.
pub(crate) async fn list(
    State(house): State<House>,
    By(by): By,
    Path(uuid): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let project = project_of(&house, &by, &uuid).await?;
    let mut all = findings(&house, &by, &project).await?;
    all.retain(|one| {
        (wanted.suppressed || !one.analysis.is_suppressed)
            && (wanted.source.is_empty() || wanted.source == one.vulnerability.source)
    });
    Ok(slice::whole(&all))
}

/// `GET /api/v1/vulnerability/project/{uuid}`: each vulnerability once.
pub(crate) async fn vulnerabilities(
    State(house): State<House>,
    By(by): By,
    Path(uuid): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct One {
        #[serde(flatten)]
        vulnerability: Vulnerability,
        components: Vec<Component>,
    }
    let project = project_of(&house, &by, &uuid).await?;
    let mut all: BTreeMap<String, One> = BTreeMap::new();
    for finding in findings(&house, &by, &project).await? {
        if finding.analysis.is_suppressed && !wanted.suppressed {
            continue;
        }
        let one = all.entry(finding.vulnerability.vuln_id.clone());
        let Finding { vulnerability, component, .. } = finding;
        let one = one.or_insert_with(|| One { vulnerability, components: Vec::new() });
        one.components.push(component);
    }
    Ok(slice::whole(&all.into_values().collect::<Vec<_>>()))
}

/// `GET /api/v1/violation/project/{uuid}`: there are no policies here whose violations could
/// be listed, so there are none.
pub(crate) async fn violations(
    State(house): State<House>,
    By(by): By,
    Path(uuid): Path<String>,
) -> Result<Response, Problem> {
    project_of(&house, &by, &uuid).await?;
    Ok(slice::whole::<()>(&[]))
}
