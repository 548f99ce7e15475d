//! SARIF, the Static Analysis Results Interchange Format.
//!
//! Source: SARIF 2.1.0 (OASIS Standard, 27 March 2020): one run, a rule per vulnerability,
//! a result per finding, a region where the document has lines.
//!
//! Findings that a statement has settled are results with a suppression, so that a reader
//! sees both. Unknowns are notifications of the run: they are no results, and not nothing.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Finding, Report, Unknown};

/// The log of one run.
pub(crate) fn write(report: &Report) -> String {
    let (rules, positions) = rules(report);
    let results: Vec<Value> =
        report.findings.iter().map(|finding| result(finding, &positions)).collect();
    let notifications: Vec<Value> = report.unknowns.iter().map(notification).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Lazaret",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "artifacts": artifacts(report),
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
            "columnKind": "unicodeCodePoints",
            "properties": { "components": report.components, "index": report.index },
        }],
    });
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

/// One rule for each vulnerability, and the position of each.
fn rules(report: &Report) -> (Vec<Value>, BTreeMap<&str, usize>) {
    let mut firsts: BTreeMap<&str, &Finding> = BTreeMap::new();
    for finding in &report.findings {
        firsts.entry(&finding.id).or_insert(finding);
    }
    let positions = firsts.keys().enumerate().map(|(at, id)| (*id, at)).collect();
    (firsts.values().map(|finding| rule(finding)).collect(), positions)
}

fn rule(finding: &Finding) -> Value {
    let title = if finding.title.is_empty() { &finding.id } else { &finding.title };
    let mut properties = json!({
        "tags": ["security", "vulnerability"],
        "aliases": finding.aliases,
        "known_exploited": finding.known_exploited,
    });
    if let (Some(score), Value::Object(properties)) =
        (finding.severity.as_ref().and_then(|severity| severity.score), &mut properties)
    {
        // Code scanning services order results by this property, which is a text.
        properties.insert("security-severity".to_owned(), json!(format!("{score:.1}")));
    }
    json!({
        "id": finding.id,
        "shortDescription": { "text": title },
        "fullDescription": { "text": title },
        "help": { "text": format!("{}: {title}", finding.id) },
        "defaultConfiguration": { "level": level(finding) },
        "properties": properties,
    })
}

fn result(finding: &Finding, positions: &BTreeMap<&str, usize>) -> Value {
    let mut result = json!({
        "ruleId": finding.id,
        "kind": kind(finding),
        "level": if kind(finding) == "fail" { level(finding) } else { "none" },
        "message": { "text": message(finding) },
        "locations": [location(&finding.bom, finding.line, &finding.place, &finding.component.name)],
        "partialFingerprints": { "lazaret/v1": fingerprint(finding) },
        "properties": {
            "verdict": finding.verdict,
            "priority": finding.priority,
            "component": finding.component,
            "severity": finding.severity,
            "known_exploited": finding.known_exploited,
            "epss": finding.epss,
            "fixed_in": finding.fixed_in,
            "grounds": finding.grounds,
            "also": finding.also,
        },
    });
    let Value::Object(members) = &mut result else { return result };
    if let Some(at) = positions.get(finding.id.as_str()) {
        members.insert("ruleIndex".to_owned(), json!(at));
    }
    if let Some(suppression) = suppression(finding) {
        members.insert("suppressions".to_owned(), json!([suppression]));
    }
    result
}

/// What kind of result a verdict is (SARIF §3.27.9).
fn kind(finding: &Finding) -> &'static str {
    match finding.rank.0 {
        matching::Verdict::Affected => "fail",
        matching::Verdict::UnderInvestigation | matching::Verdict::CannotTell => "review",
        matching::Verdict::Fixed | matching::Verdict::NotAffected => "pass",
    }
}

fn level(finding: &Finding) -> &'static str {
    match finding.rank.1 {
        worklist::Priority::ActNow | worklist::Priority::ThisWeek => "error",
        worklist::Priority::NextWindow => "warning",
        worklist::Priority::Watch => "note",
    }
}

/// A statement that settles a finding, as SARIF has it (§3.35).
fn suppression(finding: &Finding) -> Option<Value> {
    if kind(finding) != "pass" {
        return None;
    }
    let ground =
        finding.grounds.iter().find(|ground| ground.rule == "statement_accepted")?;
    let why = match (ground.justification, ground.detail.as_str()) {
        (Some(word), "") => word.to_owned(),
        (Some(word), detail) => format!("{word}: {detail}"),
        (None, detail) => detail.to_owned(),
    };
    Some(json!({
        "kind": "external",
        "status": "accepted",
        "justification": format!("{} ({}) {why}", finding.verdict, ground.advisory).trim_end(),
    }))
}

fn message(finding: &Finding) -> String {
    let component = &finding.component;
    let version = component.version.as_deref().unwrap_or("without a version");
    let mut text = format!(
        "{} {version}: {} ({})",
        component.name,
        finding.id,
        finding.rank.0.label()
    );
    if !finding.fixed_in.is_empty() {
        text.push_str("; fixed in ");
        text.push_str(&finding.fixed_in.join(", "));
    }
    text
}

fn location(bom: &str, line: Option<usize>, place: &str, component: &str) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(bom) } });
    if let (Some(line), Value::Object(physical)) = (line, &mut physical) {
        physical.insert("region".to_owned(), json!({ "startLine": line }));
    }
    json!({
        "physicalLocation": physical,
        "logicalLocations": [{ "fullyQualifiedName": place, "name": component }],
    })
}

/// A file's name as a URI reference (RFC 3986): what is not allowed is percent-encoded.
fn uri(file: &str) -> String {
    let mut uri = String::with_capacity(file.len());
    for byte in file.bytes() {
        match byte {
            b'A'..=b'Z'
            | b'a'..=b'z'
            | b'0'..=b'9'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'/' => {
                uri.push(char::from(byte));
            }
            b'\\' => uri.push('/'),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn fingerprint(finding: &Finding) -> String {
    let component = &finding.component;
    let name = component.purl.as_deref().or(component.cpe.as_deref());
    format!("{}|{}", finding.id, name.unwrap_or(&component.name))
}

fn artifacts(report: &Report) -> Vec<Value> {
    report
        .boms
        .iter()
        .map(|bom| json!({ "location": { "uri": uri(&bom.file) } }))
        .collect()
}

fn notification(unknown: &Unknown) -> Value {
    json!({
        "level": "note",
        "message": { "text": format!(
            "{} cannot be told: {}. {}",
            unknown.component.name, unknown.why, unknown.question
        ) },
        "locations": [location(&unknown.bom, None, &unknown.place, &unknown.component.name)],
        "properties": { "reason": unknown.reason, "vulnerabilities": unknown.vulnerabilities },
    })
}
