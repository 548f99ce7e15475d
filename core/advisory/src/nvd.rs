//! Responses of NVD's CVE API 2.0, and its feeds of that shape.
//!
//! Source: NVD, `cve_api_json_2.0.schema`. A response holds records of many CVEs, each of
//! which is a fact of its own. NVD's own analysis is the list of configurations; a record
//! without one says nothing of what is touched, and carries a note that says so
//! ([`crate::Record::not_analysed`]).
//!
//! The shape of 1.1 (`CVE_Items`) ended in 2023 and is not read.

#[cfg(test)]
mod tests;

use reading::{Note, Notes, Parsed, Place, Rejected, text};
use serde::Deserialize;

use crate::applicability::{self, Configuration};
use crate::record::{self, Record, Scorer, Severity, Source, State, Vulnerability};
use crate::wire::{self, List, Loose, Prose, Text};

#[derive(Deserialize)]
struct Response<'a> {
    #[serde(borrow)]
    vulnerabilities: List<Item<'a>>,
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow, default)]
    cve: Option<Cve<'a>>,
}

#[derive(Deserialize)]
struct Cve<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default, rename = "sourceIdentifier")]
    source: Text<'a>,
    #[serde(borrow, default)]
    published: Text<'a>,
    #[serde(borrow, default, rename = "lastModified")]
    modified: Text<'a>,
    #[serde(borrow, default, rename = "vulnStatus")]
    status: Text<'a>,
    #[serde(borrow, default)]
    descriptions: List<Prose<'a>>,
    #[serde(borrow, default)]
    metrics: Loose<Metrics<'a>>,
    #[serde(borrow, default)]
    weaknesses: List<Weakness<'a>>,
    #[serde(borrow, default)]
    configurations: List<Configuration<'a>>,
    #[serde(borrow, default, rename = "cisaExploitAdd")]
    exploit_added: Text<'a>,
}

#[derive(Clone, Default, Deserialize)]
struct Metrics<'a> {
    #[serde(borrow, default, rename = "cvssMetricV40")]
    v4: List<Metric<'a>>,
    #[serde(borrow, default, rename = "cvssMetricV31")]
    v3_1: List<Metric<'a>>,
    #[serde(borrow, default, rename = "cvssMetricV30")]
    v3_0: List<Metric<'a>>,
    #[serde(borrow, default, rename = "cvssMetricV2")]
    v2: List<Metric<'a>>,
}

#[derive(Clone, Deserialize)]
struct Metric<'a> {
    #[serde(borrow, default)]
    source: Text<'a>,
    #[serde(borrow, default, rename = "cvssData")]
    cvss: Loose<Cvss<'a>>,
}

#[derive(Clone, Default, Deserialize)]
struct Cvss<'a> {
    #[serde(borrow, default, rename = "vectorString")]
    vector: Text<'a>,
}

#[derive(Deserialize)]
struct Weakness<'a> {
    #[serde(borrow, default)]
    description: List<Prose<'a>>,
}

/// NVD's own address as a source of scores.
const NVD: &str = "nvd@nist.gov";

/// CISA's container of a CVE record, by the number under which NVD shows it.
const CISA_ADP: &str = "134c704f-9b21-4f2e-91b3-4a467353bcc0";

/// Reads one response: every record in it.
///
/// # Errors
/// When the bytes are no JSON text, or do not have the shape of a response.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Vec<Record>>, Rejected> {
    let text = text::decode(bytes)?;
    let response: Response<'_> = wire::shape(&text)?;
    let mut notes = Notes::new();
    let mut records = Vec::with_capacity(response.vulnerabilities.len());
    for (at, item) in response.vulnerabilities.iter().enumerate() {
        let pointer = format!("/vulnerabilities/{at}/cve");
        match item.cve.as_ref().filter(|cve| !cve.id.is_empty()) {
            Some(cve) => records.push(record(cve, &pointer, &mut notes)),
            None => {
                let message = "a record without an id is set aside";
                notes.add(|| Note::new(Place::Pointer(pointer), message));
            }
        }
    }
    if records.is_empty() && !response.vulnerabilities.is_empty() {
        return Err(Rejected::new(
            Place::Pointer("/vulnerabilities/0/cve/id".to_owned()),
            "no NVD response: no record has an id",
            "each of `vulnerabilities` is an object `cve` with an `id`; ask NVD again",
        ));
    }
    Ok(Parsed { value: records, notes: notes.finish() })
}

fn record(cve: &Cve<'_>, pointer: &str, notes: &mut Notes) -> Record {
    let id = wire::identifier(cve.id.as_str());
    let state = match cve.status.as_str() {
        "Rejected" => State::Rejected,
        _ => State::Live,
    };
    let place = format!("{pointer}/configurations");
    let configurations = applicability::read(&cve.configurations, &place, notes);
    let vulnerability = vulnerability(cve, &id, pointer);
    let analysis = (configurations.is_empty() && state == State::Live).then(|| {
        let status = cve.status.as_str();
        record::Note {
            vulnerability: Some(0),
            category: record::Note::NOT_ANALYSED.to_owned(),
            title: "vulnStatus".to_owned(),
            text: if status.is_empty() { "no configurations" } else { status }.to_owned(),
        }
    });
    Record {
        publisher: "NVD".to_owned(),
        title: vulnerability.title.clone(),
        published: wire::date(&cve.published, "/published", notes),
        modified: wire::date(&cve.modified, "/lastModified", notes),
        state,
        vulnerabilities: vec![vulnerability],
        configurations,
        notes: analysis.into_iter().collect(),
        ..wire::empty(Source::Nvd, id)
    }
}

fn vulnerability(cve: &Cve<'_>, id: &str, pointer: &str) -> Vulnerability {
    let mut vulnerability = Vulnerability {
        ids: vec![id.to_owned()],
        title: wire::headline(wire::english(&cve.descriptions)),
        ..Vulnerability::default()
    };
    let metrics = &cve.metrics.0;
    for metric in [&metrics.v4, &metrics.v3_1, &metrics.v3_0, &metrics.v2]
        .into_iter()
        .flatten()
        .filter(|metric| !metric.cvss.0.vector.is_empty())
    {
        let vector = metric.cvss.0.vector.owned();
        let severity = Severity { scorer: scorer(metric, cve), vector };
        if !vulnerability.severities.contains(&severity) {
            vulnerability.severities.push(severity);
        }
    }
    for text in cve.weaknesses.iter().flat_map(|weakness| &weakness.description) {
        let cwe = text.value.owned();
        if wire::starts_with(&cwe, "CWE-") && !vulnerability.cwes.contains(&cwe) {
            vulnerability.cwes.push(cwe);
        }
    }
    if !cve.exploit_added.is_empty() {
        let place = Place::Pointer(format!("{pointer}/cisaExploitAdd"));
        vulnerability.exploited = Some(place);
    }
    vulnerability
}

fn scorer(metric: &Metric<'_>, cve: &Cve<'_>) -> Scorer {
    match metric.source.as_str() {
        NVD => Scorer::Nvd,
        CISA_ADP => Scorer::CisaAdp,
        source if source == cve.source.as_str() => Scorer::Cna,
        _ => Scorer::Other,
    }
}
