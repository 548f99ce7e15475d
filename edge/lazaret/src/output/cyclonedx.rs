//! CycloneDX: the components of the bills of materials, and the vulnerabilities on them.
//!
//! Source: CycloneDX 1.6, JSON (<https://cyclonedx.org/docs/1.6/json/>).
//!
//! References are made anew, since those of several documents may clash and some documents
//! have none; the one of the original stands in a property. No serial number and no time
//! are written: the same input gives the same bytes.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use matching::Position;
use serde_json::{Map, Value, json};

use super::report::Bom;
use super::{Component, Finding, Report, Severity};

/// One document with everything.
pub(crate) fn write(report: &Report) -> String {
    let mut components = Vec::new();
    for (at, bom) in report.boms.iter().enumerate() {
        let subject = bom.subject.iter().map(|subject| (Position::Subject, subject));
        // The subject of the only document stays the subject.
        let subject = subject.filter(|_| report.boms.len() > 1);
        let parts = bom.parts.iter().enumerate();
        let parts = parts.map(|(position, part)| (Position::Part(position), part));
        let listed = bom.components.iter().enumerate();
        let listed = listed.map(|(position, part)| (Position::Listed(position), part));
        components.extend(
            subject.chain(parts).chain(listed).map(|(position, component)| {
                written(component, &reference(at, position))
            }),
        );
    }
    let mut document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": metadata(report),
        "components": components,
        "vulnerabilities": vulnerabilities(report),
    });
    if let Value::Object(members) = &mut document {
        members.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
    }
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn metadata(report: &Report) -> Value {
    let mut metadata = Map::new();
    metadata.insert(
        "tools".to_owned(),
        json!({ "components": [{
            "type": "application",
            "name": "Lazaret",
            "version": env!("CARGO_PKG_VERSION"),
        }] }),
    );
    if let [Bom { subject: Some(subject), .. }] = report.boms.as_slice() {
        metadata.insert(
            "component".to_owned(),
            written(subject, &reference(0, Position::Subject)),
        );
    }
    let mut properties = vec![json!({
        "name": "lazaret:index:modified",
        "value": report.index.modified,
    })];
    for bom in &report.boms {
        properties.push(json!({ "name": "lazaret:bom", "value": bom.file }));
        if let Some(identity) = &bom.identity {
            properties.push(json!({ "name": "lazaret:bom:identity", "value": identity }));
        }
        if let Some(name) = &bom.name {
            properties.push(json!({ "name": "lazaret:bom:name", "value": name }));
        }
    }
    properties.push(json!({
        "name": "lazaret:unknowns",
        "value": report.unknowns.len().to_string(),
    }));
    metadata.insert("properties".to_owned(), Value::Array(properties));
    Value::Object(metadata)
}

/// The reference of a component in this document.
fn reference(bom: usize, position: Position) -> String {
    match position {
        Position::Listed(position) => format!("bom-{bom}-component-{position}"),
        Position::Part(position) => format!("bom-{bom}-part-{position}"),
        Position::Subject => format!("bom-{bom}-subject"),
    }
}

fn written(component: &Component, reference: &str) -> Value {
    let mut members = Map::new();
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            members.insert(name.to_owned(), Value::String(value.to_owned()));
        }
    };
    put("type", component.kind);
    put("bom-ref", reference);
    put("group", &component.group);
    put("version", component.version.as_deref().unwrap_or_default());
    put("purl", component.purl.as_deref().unwrap_or_default());
    // The schema has a pattern for CPE names, and documents have names that break it.
    if let Some(cpe) =
        component.cpe.as_deref().filter(|cpe| terms::cpe::Name::parse(cpe).is_ok())
    {
        put("cpe", cpe);
    }
    // A name is required, and a document may lack it.
    members.insert("name".to_owned(), Value::String(component.name.clone()));
    let mut properties =
        vec![json!({ "name": "lazaret:place", "value": component.place })];
    if !component.reference.is_empty() {
        properties
            .push(json!({ "name": "lazaret:reference", "value": component.reference }));
    }
    members.insert("properties".to_owned(), Value::Array(properties));
    Value::Object(members)
}

/// One entry for each vulnerability, verdict and fix: an entry has one analysis and one
/// recommendation, which must fit everything that it affects.
fn vulnerabilities(report: &Report) -> Vec<Value> {
    let mut entries: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        let decided = finding.justification.map_or("", terms::vex::Justification::word);
        let key = (finding.id.as_str(), finding.verdict, decided, fixes(finding));
        entries.entry(key).or_default().push(finding);
    }
    entries.values().filter_map(|findings| entry(findings)).collect()
}

fn entry(findings: &[&Finding]) -> Option<Value> {
    let first = findings.first()?;
    let verdict = first.rank.0;
    let mut members = json!({
        "id": first.id,
        "source": { "name": first.grounds.first().map_or("", |ground| ground.source) },
        "affects": findings.iter().map(|finding| affects(finding)).collect::<Vec<_>>(),
        "properties": properties(first),
    });
    let Value::Object(entry) = &mut members else { return None };
    let references: Vec<Value> = first
        .aliases
        .iter()
        .map(|alias| json!({ "id": alias, "source": { "name": source_of(alias) } }))
        .collect();
    if !references.is_empty() {
        entry.insert("references".to_owned(), Value::Array(references));
    }
    let ratings: Vec<Value> = first.severities.iter().map(rating).collect();
    if !ratings.is_empty() {
        entry.insert("ratings".to_owned(), Value::Array(ratings));
    }
    if !first.title.is_empty() {
        entry.insert("description".to_owned(), json!(first.title));
    }
    if let Some(analysis) = analysis(first, verdict) {
        entry.insert("analysis".to_owned(), analysis);
    }
    let fixes = fixes(first);
    if !fixes.is_empty() {
        let text = format!("update to {}", fixes.join(" or "));
        entry.insert("recommendation".to_owned(), json!(text));
    }
    Some(members)
}

/// The fixes that a component can be updated to: none that lies before its own version.
fn fixes(finding: &Finding) -> Vec<&str> {
    let own = finding.grounds.iter().find(|ground| !ground.version.is_empty());
    let is_before = |fix: &str| {
        let (Some(own), Some(scheme)) = (own, finding.scheme) else { return false };
        let order = terms::version::compare(scheme, fix, &own.version);
        matches!(order, Some(Ordering::Less | Ordering::Equal))
    };
    finding.fixed_in.iter().map(String::as_str).filter(|fix| !is_before(fix)).collect()
}

fn affects(finding: &Finding) -> Value {
    let status = match finding.rank.0 {
        matching::Verdict::Affected => "affected",
        matching::Verdict::UnderInvestigation | matching::Verdict::CannotTell => {
            "unknown"
        }
        matching::Verdict::Fixed | matching::Verdict::NotAffected => "unaffected",
    };
    let mut affects = json!({ "ref": reference(finding.at.0, finding.at.1) });
    if let (Some(version), Value::Object(affects)) = (
        finding.component.version.as_deref().filter(|version| !version.is_empty()),
        &mut affects,
    ) {
        affects.insert(
            "versions".to_owned(),
            json!([{ "version": version, "status": status }]),
        );
    }
    affects
}

fn properties(finding: &Finding) -> Value {
    let mut properties = vec![
        json!({ "name": "lazaret:verdict", "value": finding.verdict }),
        json!({ "name": "lazaret:priority", "value": finding.priority }),
        json!({ "name": "lazaret:known_exploited", "value": finding.known_exploited.to_string() }),
    ];
    if let Some(epss) = finding.epss {
        properties.push(json!({ "name": "lazaret:epss", "value": epss.to_string() }));
    }
    for ground in &finding.grounds {
        let text = format!("{} {}", ground.advisory, ground.range);
        properties.push(json!({ "name": "lazaret:ground", "value": text.trim_end() }));
    }
    Value::Array(properties)
}

/// Which list an id comes from, by the front of it.
fn source_of(id: &str) -> &str {
    match id.split(['-', ':']).next() {
        Some("CVE") => "CVE",
        Some("GHSA") => "GitHub Advisory Database",
        Some(front) => front,
        None => "",
    }
}

fn rating(severity: &Severity) -> Value {
    let method = match severity.version {
        Some("2.0") => "CVSSv2",
        Some("3.0") => "CVSSv3",
        Some("3.1") => "CVSSv31",
        Some("4.0") => "CVSSv4",
        _ => "other",
    };
    let mut rating = json!({
        "source": { "name": severity.scorer },
        "method": method,
        "vector": severity.vector,
    });
    if let (Some(score), Value::Object(members)) = (severity.score, &mut rating) {
        members.insert("score".to_owned(), json!(score));
        members.insert("severity".to_owned(), json!(band(score)));
    }
    rating
}

/// The qualitative band of a score (CVSS 3.1 §5).
fn band(score: f64) -> &'static str {
    match score {
        score if score >= 9.0 => "critical",
        score if score >= 7.0 => "high",
        score if score >= 4.0 => "medium",
        score if score > 0.0 => "low",
        _ => "none",
    }
}

/// The analysis of a verdict; a comparison of versions alone is none.
fn analysis(finding: &Finding, verdict: matching::Verdict) -> Option<Value> {
    use terms::vex::Justification;

    let decided = finding.grounds.iter().find(|ground| {
        ground.rule == "statement_accepted" || ground.rule == "fix_backported"
    });
    let state = match verdict {
        matching::Verdict::NotAffected => "not_affected",
        matching::Verdict::Fixed => "resolved",
        matching::Verdict::UnderInvestigation | matching::Verdict::CannotTell => {
            "in_triage"
        }
        matching::Verdict::Affected if decided.is_some() => "exploitable",
        matching::Verdict::Affected => return None,
    };
    let mut analysis = json!({ "state": state });
    let Value::Object(members) = &mut analysis else { return None };
    let justification = finding.justification.map(|justification| match justification {
        Justification::ComponentNotPresent | Justification::VulnerableCodeNotPresent => {
            "code_not_present"
        }
        Justification::VulnerableCodeNotInExecutePath => "code_not_reachable",
        Justification::VulnerableCodeCannotBeControlledByAdversary => {
            "requires_environment"
        }
        Justification::InlineMitigationsAlreadyExist => "protected_by_mitigating_control",
    });
    if let (Some(word), "not_affected") = (justification, state) {
        members.insert("justification".to_owned(), json!(word));
    }
    if let Some(ground) = decided {
        let text = format!("{} {} {}", ground.source, ground.advisory, ground.detail);
        members.insert("detail".to_owned(), json!(text.trim_end()));
    }
    Some(analysis)
}
