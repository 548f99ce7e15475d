//! testssl.sh: JSON (pretty or flat) and CSV.
//!
//! Source: testssl.sh's documentation of its file output, and its output (3.0.8, 3.2).

use std::collections::BTreeMap;

use reading::separated::Separated;
use reading::{Notes, Place, Rejected, json, limits, text};
use serde::Deserialize;
use serde_json::Value;

use super::{About, Finding, Host, Level, Port, Scan, Tool, expect_room};
use crate::cell;

#[derive(Deserialize)]
struct Pretty {
    #[serde(default)]
    version: String,
    #[serde(rename = "startTime", default)]
    start_time: Value,
    #[serde(rename = "scanResult")]
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    #[serde(rename = "targetHost", default)]
    host: String,
    #[serde(default)]
    ip: String,
    #[serde(default)]
    port: String,
    #[serde(flatten)]
    lists: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    #[serde(default)]
    ip: String,
    #[serde(default)]
    port: String,
    severity: String,
    #[serde(default)]
    finding: String,
}

pub(super) fn read_json(text: &str, notes: &mut Notes) -> Result<Scan, Rejected> {
    let mut scan = empty(Tool::Testssl);
    if text.trim_start().starts_with('[') {
        let entries: Vec<Entry> = json::from_str(text)?;
        for (at, entry) in entries.iter().enumerate() {
            let place = Place::Pointer(format!("/{at}"));
            expect_room(scan.findings.len(), || place.clone())?;
            add(&mut scan, (&entry.ip, &entry.port), entry, place, notes);
        }
        return Ok(scan);
    }
    let pretty: Pretty = json::from_str(text)?;
    scan.by =
        format!("testssl.sh {}", pretty.version.split(' ').next().unwrap_or_default());
    let start = match &pretty.start_time {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    scan.day = cell::seconds(&start);
    for (at, target) in pretty.targets.iter().enumerate() {
        let host = if target.host.is_empty() { &target.ip } else { &target.host };
        for (name, list) in &target.lists {
            let Value::Array(entries) = list else { continue };
            for (row, entry) in entries.iter().enumerate() {
                let Ok(entry) = Entry::deserialize(entry) else { continue };
                let place = Place::Pointer(format!("/scanResult/{at}/{name}/{row}"));
                expect_room(scan.findings.len(), || place.clone())?;
                add(&mut scan, (host, &target.port), &entry, place, notes);
            }
        }
    }
    Ok(scan)
}

pub(super) fn read_csv(text: &str, notes: &mut Notes) -> Result<Scan, Rejected> {
    let mut scan = empty(Tool::TestsslCsv);
    let mut rows = Separated::under_headings(text)?;
    let mut record = csv::StringRecord::new();
    while let Some(line) = rows.read(&mut record)? {
        if record.len() > limits::COLUMNS_MAX {
            break;
        }
        let cell = |at: usize| record.get(at).unwrap_or_default().trim().to_owned();
        if cell(0).eq_ignore_ascii_case("id") {
            continue;
        }
        let place = Place::Line { line, column: 0 };
        expect_room(scan.findings.len(), || place.clone())?;
        let entry = Entry {
            id: cell(0),
            ip: cell(1),
            port: cell(2),
            severity: cell(3),
            finding: cell(4),
        };
        let host = entry.ip.split('/').next().unwrap_or_default().to_owned();
        add(&mut scan, (&host, &entry.port), &entry, place, notes);
    }
    Ok(scan)
}

fn empty(tool: Tool) -> Scan {
    let by = "testssl.sh".to_owned();
    Scan { tool, by, day: None, hosts: Vec::new(), asked: None, findings: Vec::new() }
}

fn add(
    scan: &mut Scan,
    (host, port): (&str, &str),
    entry: &Entry,
    place: Place,
    notes: &mut Notes,
) {
    let host = host.split('/').next().unwrap_or_default();
    let level = match entry.severity.to_uppercase().as_str() {
        "OK" => Level::Good,
        "INFO" | "DEBUG" => Level::Note,
        "LOW" => Level::Low,
        "MEDIUM" | "WARN" => Level::Medium,
        "HIGH" => Level::High,
        "CRITICAL" => Level::Critical,
        other => {
            let message = format!("{} is no severity that is known", text::quoted(other));
            notes.at(|| place, message);
            return;
        }
    };
    if host.is_empty() {
        return;
    }
    // A warning is about the scan and not about the host.
    let about = match entry.severity.eq_ignore_ascii_case("warn") {
        true => About::Other,
        false => About::Tls,
    };
    let known = scan.hosts.iter_mut().find(|it| it.address == host);
    let number: Option<u16> = port.parse().ok();
    let port = number.map(|number| Port {
        number,
        protocol: "tcp".to_owned(),
        service: "tls".to_owned(),
        software: String::new(),
    });
    match known {
        Some(known) => {
            let new = port.filter(|port| !known.ports.contains(port));
            known.ports.extend(new);
        }
        None => scan.hosts.push(Host {
            address: host.to_owned(),
            names: Vec::new(),
            mac: String::new(),
            system: String::new(),
            ports: port.into_iter().collect(),
            place: place.clone(),
        }),
    }
    scan.findings.push(Finding {
        subject: host.to_owned(),
        id: entry.id.clone(),
        text: entry.finding.clone(),
        level,
        about,
        place,
    });
}
