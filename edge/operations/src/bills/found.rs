//! What is found in one bill: a verdict for each vulnerability and component, with its grounds.

use std::collections::BTreeMap;

use feeds::IndexFile;
use matching::{Finding, Ground, System, Unknown, Verdict};
use sbom::{Bom, Component, listing};
use serde::Serialize;
use store::Judged;

use super::BillError;
use super::ask::{Asked, DOCUMENT, Hearing};
use crate::judging::JudgingError;
use crate::statement::Accepted;

/// Components of which something cannot be told that are named one by one.
const UNKNOWNS_MAX: usize = 5000;

/// What was found in one bill: by vulnerability and component key.
pub(super) type Found = BTreeMap<(String, String), Judged>;

/// One bill, judged.
pub(super) struct JudgedBill {
    pub(super) found: Found,
    pub(super) unknowns: String,
    pub(super) unknown_count: i64,
    /// Under which keys it is looked up, the lowest first.
    pub(super) keys: Vec<u32>,
}

/// One document's word on a component, as it is kept.
#[derive(Serialize)]
struct KeptGround<'a> {
    advisory: &'a str,
    source: &'static str,
    verdict: &'static str,
    confidence: &'static str,
    rules: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    fixed_in: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    question: String,
    component: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
    place: String,
    bill: i64,
    /// The acceptance that lets a statement speak.
    #[serde(skip_serializing_if = "Option::is_none")]
    acceptance: Option<i64>,
    /// Everything that is asked before the verdict can be told; at the first of the grounds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    asks: Vec<KeptAsk>,
}

/// A question about a component, as it is kept.
#[derive(Serialize)]
struct KeptAsk {
    component: String,
    why: &'static str,
    question: String,
    settles: &'static str,
}

/// Judges a document, where these statements were accepted.
pub(super) fn judge(
    bom: &Bom,
    index: &IndexFile,
    bill: i64,
    accepted: Accepted,
) -> Result<JudgedBill, BillError> {
    let index = index.index().map_err(JudgingError::Index)?;
    let system = System::new(bom, DOCUMENT);
    let hearing = Hearing::of(bom, accepted);
    let judgement = hearing.ask(&system, &index);
    let mut by_key: BTreeMap<(String, String), Vec<(&Finding<'_>, &Component)>> =
        BTreeMap::new();
    for finding in &judgement.findings {
        let Some(candidate) = system.at(finding.component) else { continue };
        let key = (finding.id.clone(), listing::key(candidate.component));
        by_key.entry(key).or_default().push((finding, candidate.component));
    }
    let mut found = Found::new();
    for (key, findings) in by_key {
        if let Some(judged) = judged(&findings, &judgement.unknowns, bill, &hearing)? {
            found.insert(key, judged);
        }
    }
    let asked: Vec<Asked> = judgement
        .unknowns
        .iter()
        .take(UNKNOWNS_MAX)
        .map(|unknown| Asked::of(unknown, &system))
        .collect();
    let unknown_count = judgement.unknowns.len() as i64;
    let unknowns = serde_json::to_string(&asked)?;
    Ok(JudgedBill { found, unknowns, unknown_count, keys: hearing.keys(&system) })
}

/// Of several places of one component the word that asks most wins; all stand in the grounds.
fn judged(
    findings: &[(&Finding<'_>, &Component)],
    unknowns: &[Unknown],
    bill: i64,
    hearing: &Hearing,
) -> Result<Option<Judged>, BillError> {
    let Some((first, _)) = findings.iter().min_by_key(|(finding, _)| finding.verdict)
    else {
        return Ok(None);
    };
    let question = question(first, findings, unknowns);
    let mut grounds: Vec<KeptGround<'_>> = findings
        .iter()
        .flat_map(|(finding, component)| {
            let all = finding.grounds.iter().chain(&finding.also);
            all.map(|ground| {
                let acceptance = hearing.acceptance(ground, finding);
                kept_ground(ground, component, bill, acceptance)
            })
        })
        .collect();
    if let Some(ground) = grounds.first_mut() {
        ground.asks = asks(findings, unknowns);
    }
    Ok(Some(Judged {
        verdict: first.verdict.word(),
        confidence: "exact".to_owned(),
        fixed_in: first.fixed_in.join(", "),
        question,
        grounds: serde_json::to_string(&grounds)?,
    }))
}

/// What would settle a verdict that cannot be told.
fn question(
    first: &Finding<'_>,
    findings: &[(&Finding<'_>, &Component)],
    unknowns: &[Unknown],
) -> String {
    if first.verdict != Verdict::CannotTell {
        return String::new();
    }
    let of = |unknown: &&Unknown| {
        unknown.component == first.component
            && unknown.vulnerabilities.contains(&first.id)
    };
    let name = findings.first().map_or("", |(_, component)| component.name.as_str());
    unknowns
        .iter()
        .find(of)
        .map(|unknown| unknown.why.question(&format!("`{name}`")))
        .unwrap_or_default()
}

fn kept_ground<'a>(
    ground: &'a Ground,
    component: &'a Component,
    bill: i64,
    acceptance: Option<i64>,
) -> KeptGround<'a> {
    let mut rules =
        vec![format!("{} ({})", rule(ground, acceptance), ground.name.text())];
    if !ground.range.is_empty() {
        rules.push(compared(ground));
    }
    rules.extend(ground.limits.iter().cloned());
    rules.extend(Some(&ground.detail).filter(|detail| !detail.is_empty()).cloned());
    KeptGround {
        advisory: &ground.origin.id,
        source: ground.origin.document.word(),
        verdict: ground.says.word(),
        confidence: "exact",
        rules,
        fixed_in: ground.fixed.join(", "),
        question: String::new(),
        component: &component.name,
        version: component.version.as_deref().unwrap_or_default(),
        place: component.place.to_string(),
        bill,
        asks: Vec::new(),
        acceptance,
    }
}

/// By which rule a document speaks of a component; a statement was let to by somebody here.
pub(super) fn rule(ground: &Ground, acceptance: Option<i64>) -> &'static str {
    match acceptance {
        Some(_) => "a statement that was accepted here",
        None => ground.rule.sentence(),
    }
}

/// What was compared with what, and in which order of versions where that is known.
pub(super) fn compared(ground: &Ground) -> String {
    let compared = format!("{} against {}", ground.version, ground.range);
    match ground.scheme {
        Some(scheme) => format!("{compared} by {}", scheme.name()),
        None => compared,
    }
}

/// Everything that is asked about places of one component of which nobody can tell.
fn asks(findings: &[(&Finding<'_>, &Component)], unknowns: &[Unknown]) -> Vec<KeptAsk> {
    let open = findings.iter().filter(|(one, _)| one.verdict == Verdict::CannotTell);
    let mut asks: BTreeMap<String, KeptAsk> = BTreeMap::new();
    for (finding, component) in open {
        let about = unknowns.iter().filter(|unknown| {
            unknown.component == finding.component
                && unknown.vulnerabilities.contains(&finding.id)
        });
        for Unknown { why, .. } in about {
            let question = why.question(&format!("`{}`", component.name));
            asks.entry(question.clone()).or_insert_with(|| KeptAsk {
                component: listing::key(component),
                why: why.word(),
                question,
                settles: why.settles().word(),
            });
        }
    }
    asks.into_values().collect()
}
