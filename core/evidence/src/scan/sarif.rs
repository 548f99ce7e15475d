//! SARIF.
//!
//! Source: OASIS SARIF 2.1.0: §3.14 (run), §3.27 (result), §3.27.10 (level), §3.35
//! (suppression). A result that somebody set aside is kept as a note. The level of a result
//! without one is that of its rule, else `warning`.

use std::collections::BTreeMap;

use reading::{Notes, Place, Rejected, json};
use serde::Deserialize;

use super::{About, Finding, Level, Scan, Tool, expect_room};
use crate::cell::{self, Order};

#[derive(Deserialize)]
struct Log {
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    tool: ToolOf,
    #[serde(default)]
    results: Option<Vec<Outcome>>,
    #[serde(default)]
    invocations: Vec<Invocation>,
}

#[derive(Deserialize)]
struct ToolOf {
    driver: Driver,
}

#[derive(Deserialize)]
struct Driver {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    #[serde(default)]
    id: String,
    #[serde(rename = "defaultConfiguration", default)]
    default: Configuration,
    #[serde(default)]
    properties: Properties,
}

#[derive(Default, Deserialize)]
struct Properties {
    #[serde(rename = "security-severity", default)]
    severity: serde_json::Value,
}

#[derive(Default, Deserialize)]
struct Configuration {
    #[serde(default)]
    level: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    #[serde(default)]
    end_time_utc: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    #[serde(default)]
    rule_id: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    level: String,
    #[serde(default)]
    message: Message,
    #[serde(default)]
    locations: Vec<Location>,
    #[serde(default)]
    suppressions: Vec<Suppression>,
}

#[derive(Default, Deserialize)]
struct Message {
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(default)]
    physical_location: Physical,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    #[serde(default)]
    artifact_location: Artifact,
}

#[derive(Default, Deserialize)]
struct Artifact {
    #[serde(default)]
    uri: String,
}

#[derive(Deserialize)]
struct Suppression {
    #[serde(default)]
    status: String,
}

pub(super) fn read(text: &str, notes: &mut Notes) -> Result<Scan, Rejected> {
    let log: Log = json::from_str(text)?;
    let mut scan = Scan {
        tool: Tool::Sarif,
        by: String::new(),
        day: None,
        hosts: Vec::new(),
        asked: None,
        findings: Vec::new(),
    };
    for (number, run) in log.runs.iter().enumerate() {
        let driver = &run.tool.driver;
        if scan.by.is_empty() {
            scan.by = format!("{} {}", driver.name, driver.version).trim().to_owned();
        }
        let ends = run.invocations.iter();
        let ends = ends.filter_map(|it| cell::day(&it.end_time_utc, Order::MonthFirst));
        scan.day = scan.day.max(ends.max());
        let rules: BTreeMap<&str, &Rule> =
            driver.rules.iter().map(|rule| (rule.id.as_str(), rule)).collect();
        for (at, outcome) in run.results.iter().flatten().enumerate() {
            let place = Place::Pointer(format!("/runs/{number}/results/{at}"));
            expect_room(scan.findings.len(), || place.clone())?;
            let rule = rules.get(outcome.rule_id.as_str()).copied();
            scan.findings.push(finding(outcome, rule, place, notes));
        }
    }
    Ok(scan)
}

fn finding(
    outcome: &Outcome,
    rule: Option<&Rule>,
    place: Place,
    notes: &mut Notes,
) -> Finding {
    let is_set_aside = |it: &Suppression| it.status.is_empty() || it.status == "accepted";
    let subject = outcome.locations.first();
    let subject =
        subject.map_or("", |it| it.physical_location.artifact_location.uri.as_str());
    let level = match outcome.kind.as_str() {
        "pass" => Level::Good,
        "notApplicable" | "informational" => Level::Note,
        _ => level(outcome, rule),
    };
    let level = match outcome.suppressions.iter().any(is_set_aside) {
        true => {
            notes
                .at(|| place.clone(), "the result was set aside by whoever looked at it");
            level.min(Level::Note)
        }
        false => level,
    };
    Finding {
        subject: subject.to_owned(),
        id: outcome.rule_id.clone(),
        text: outcome.message.text.clone(),
        level,
        about: About::of(&format!("{} {}", outcome.rule_id, outcome.message.text)),
        place,
    }
}

fn level(outcome: &Outcome, rule: Option<&Rule>) -> Level {
    let severity = rule.map(|rule| match &rule.properties.severity {
        serde_json::Value::String(text) => text.parse().ok(),
        other => other.as_f64(),
    });
    match severity.flatten() {
        Some(9.0..) => return Level::Critical,
        Some(7.0..) => return Level::High,
        Some(4.0..) => return Level::Medium,
        Some(0.1..) => return Level::Low,
        _ => {}
    }
    let of_rule = rule.map_or("", |rule| rule.default.level.as_str());
    match if outcome.level.is_empty() { of_rule } else { &outcome.level } {
        "error" => Level::High,
        "note" => Level::Low,
        "none" => Level::Note,
        _ => Level::Medium,
    }
}
