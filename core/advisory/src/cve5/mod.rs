//! CVE records, format 5.0 to 5.2.
//!
//! Source: <https://github.com/CVEProject/cve-schema>, `docs/versions.md` for the meaning
//! of `affected[].versions`. The CNA's container and every ADP's are read; each says what
//! it says, under its own scorer.
//!
//! What does not live here: descriptions beyond the first English one (the title where a
//! record has none), references, credits, timelines.

mod affected;
mod prose;
#[cfg(test)]
mod tests;
mod version;

use reading::{Note, Notes, Parsed, Place, Rejected, text};
use serde::Deserialize;

use crate::applicability::{self, Configuration};
use crate::record::{
    Record, Remediation, RemediationKind, Scorer, Severity, Source, State, Vulnerability,
};
use crate::wire::{self, Foreign, List, Loose, Prose, Text};

#[derive(Deserialize)]
struct Cve<'a> {
    #[serde(borrow, default, rename = "cveMetadata")]
    metadata: Option<Metadata<'a>>,
    #[serde(borrow, default)]
    containers: Option<Containers<'a>>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow, default, rename = "cveId")]
    id: Text<'a>,
    #[serde(borrow, default)]
    state: Text<'a>,
    #[serde(borrow, default, rename = "assignerShortName")]
    assigner: Text<'a>,
    #[serde(borrow, default, rename = "datePublished")]
    published: Text<'a>,
    #[serde(borrow, default, rename = "dateUpdated")]
    updated: Text<'a>,
}

#[derive(Deserialize)]
struct Containers<'a> {
    #[serde(borrow, default)]
    cna: Option<Container<'a>>,
    #[serde(borrow, default)]
    adp: List<Container<'a>>,
}

#[derive(Deserialize)]
struct Container<'a> {
    #[serde(borrow, default, rename = "providerMetadata")]
    provider: Option<Provider<'a>>,
    #[serde(borrow, default)]
    title: Text<'a>,
    #[serde(borrow, default)]
    descriptions: List<Prose<'a>>,
    #[serde(borrow, default)]
    affected: List<affected::Entry<'a>>,
    #[serde(borrow, default, rename = "cpeApplicability")]
    applicability: List<Configuration<'a>>,
    #[serde(borrow, default)]
    metrics: List<Metric<'a>>,
    #[serde(borrow, default, rename = "problemTypes")]
    problems: List<Problem<'a>>,
    #[serde(borrow, default)]
    solutions: List<Prose<'a>>,
    #[serde(borrow, default)]
    workarounds: List<Prose<'a>>,
    #[serde(borrow, default, rename = "replacedBy")]
    replaced_by: List<Text<'a>>,
}

#[derive(Deserialize)]
struct Provider<'a> {
    #[serde(borrow, default, rename = "shortName")]
    name: Text<'a>,
}

#[derive(Deserialize)]
struct Metric<'a> {
    #[serde(borrow, default, rename = "cvssV2_0")]
    v2: Option<Cvss<'a>>,
    #[serde(borrow, default, rename = "cvssV3_0")]
    v3_0: Option<Cvss<'a>>,
    #[serde(borrow, default, rename = "cvssV3_1")]
    v3_1: Option<Cvss<'a>>,
    #[serde(borrow, default, rename = "cvssV4_0")]
    v4: Option<Cvss<'a>>,
    #[serde(borrow, default)]
    other: Option<Other<'a>>,
}

#[derive(Deserialize)]
struct Cvss<'a> {
    #[serde(borrow, default, rename = "vectorString")]
    vector: Text<'a>,
}

#[derive(Deserialize)]
struct Other<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, default)]
    content: Loose<Content<'a>>,
}

#[derive(Clone, Default, Deserialize)]
struct Content<'a> {
    #[serde(borrow, default)]
    options: Foreign<List<Loose<Decision<'a>>>>,
}

#[derive(Clone, Default, Deserialize)]
struct Decision<'a> {
    #[serde(borrow, default, rename = "Exploitation")]
    exploitation: Foreign<Text<'a>>,
}

#[derive(Deserialize)]
struct Problem<'a> {
    #[serde(borrow, default)]
    descriptions: List<Weakness<'a>>,
}

#[derive(Deserialize)]
struct Weakness<'a> {
    #[serde(borrow, default, rename = "cweId")]
    cwe: Text<'a>,
    #[serde(borrow, default)]
    description: Text<'a>,
}

/// Reads one CVE record.
///
/// # Errors
/// When the bytes are no JSON text, do not have the shape of CVE 5, or carry no CVE id.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Record>, Rejected> {
    let text = text::decode(bytes)?;
    let cve: Cve<'_> = wire::shape(&text)?;
    let metadata = cve
        .metadata
        .as_ref()
        .filter(|metadata| wire::is_cve(metadata.id.as_str()))
        .ok_or_else(|| {
            Rejected::new(
                Place::Pointer("/cveMetadata/cveId".to_owned()),
                "no CVE record: `cveMetadata.cveId` is missing or no CVE id",
                "CVE records of format 5 are read",
            )
        })?;
    let mut notes = Notes::new();
    let mut record = header(metadata, &mut notes);
    if let Some(containers) = &cve.containers {
        let mut reader = Reader { record: &mut record, notes: &mut notes };
        if let Some(cna) = &containers.cna {
            reader.container(cna, "/containers/cna", Scorer::Cna);
        }
        for (at, adp) in containers.adp.iter().enumerate() {
            reader.container(adp, &format!("/containers/adp/{at}"), scorer(adp));
        }
    }
    Ok(Parsed { value: record, notes: notes.finish() })
}

fn scorer(adp: &Container<'_>) -> Scorer {
    let name = adp.provider.as_ref().map_or("", |provider| provider.name.as_str());
    if name.eq_ignore_ascii_case("CISA-ADP") { Scorer::CisaAdp } else { Scorer::Other }
}

fn header(metadata: &Metadata<'_>, notes: &mut Notes) -> Record {
    let id = wire::identifier(metadata.id.as_str());
    let state = match metadata.state.as_str() {
        "REJECTED" => State::Rejected,
        "PUBLISHED" => State::Live,
        word => {
            let message = match word {
                "" => "a draft: no state is given".to_owned(),
                word => format!("state `{word}`: nothing is published yet"),
            };
            let place = Place::Pointer("/cveMetadata/state".to_owned());
            notes.add(|| Note::new(place, message));
            State::Live
        }
    };
    Record {
        publisher: metadata.assigner.owned(),
        published: wire::date(&metadata.published, "/cveMetadata/datePublished", notes),
        modified: wire::date(&metadata.updated, "/cveMetadata/dateUpdated", notes),
        state,
        vulnerabilities: vec![Vulnerability {
            ids: vec![id.clone()],
            ..Vulnerability::default()
        }],
        ..wire::empty(Source::Cve, id)
    }
}

/// Fills a record, container by container.
struct Reader<'r> {
    record: &'r mut Record,
    notes: &'r mut Notes,
}

impl Reader<'_> {
    fn container(&mut self, container: &Container<'_>, pointer: &str, scorer: Scorer) {
        if self.record.publisher.is_empty()
            && let Some(provider) = &container.provider
        {
            self.record.publisher = provider.name.owned();
        }
        if scorer == Scorer::Cna {
            let title = title(container);
            self.record.title.clone_from(&title);
            if let Some(vulnerability) = self.record.vulnerabilities.first_mut() {
                vulnerability.title = title;
            }
        }
        let affected = format!("{pointer}/affected");
        affected::read(
            &container.affected,
            &affected,
            self.notes,
            &mut self.record.affected,
        );
        let pointers = format!("{pointer}/cpeApplicability");
        let configurations =
            applicability::read(&container.applicability, &pointers, self.notes);
        self.record.configurations.extend(configurations);
        self.metrics(&container.metrics, pointer, scorer);
        self.weaknesses(&container.problems);
        self.remedies(&container.solutions, RemediationKind::VendorFix);
        self.remedies(&container.workarounds, RemediationKind::Workaround);
        let replaced = container.replaced_by.iter().filter(|id| !id.is_empty());
        self.record.related.extend(replaced.map(|id| wire::identifier(id.as_str())));
    }

    fn metrics(&mut self, metrics: &List<Metric<'_>>, pointer: &str, scorer: Scorer) {
        let Some(vulnerability) = self.record.vulnerabilities.first_mut() else { return };
        for (at, metric) in metrics.iter().enumerate() {
            let scores = [&metric.v2, &metric.v3_0, &metric.v3_1, &metric.v4];
            for cvss in
                scores.into_iter().flatten().filter(|cvss| !cvss.vector.is_empty())
            {
                let severity = Severity { scorer, vector: cvss.vector.owned() };
                if !vulnerability.severities.contains(&severity) {
                    vulnerability.severities.push(severity);
                }
            }
            if metric.other.as_ref().is_some_and(is_exploited) {
                let place = || Place::Pointer(format!("{pointer}/metrics/{at}"));
                vulnerability.exploited.get_or_insert_with(place);
            }
        }
    }

    fn weaknesses(&mut self, problems: &List<Problem<'_>>) {
        let Some(vulnerability) = self.record.vulnerabilities.first_mut() else { return };
        for weakness in problems.iter().flat_map(|problem| &problem.descriptions) {
            if let Some(cwe) = cwe(weakness)
                && !vulnerability.cwes.contains(&cwe)
            {
                vulnerability.cwes.push(cwe);
            }
        }
    }

    fn remedies(&mut self, list: &List<Prose<'_>>, kind: RemediationKind) {
        for prose in list.iter().filter(|prose| prose.is_english()) {
            if !prose.value.is_empty() {
                self.record.remediations.push(Remediation {
                    kind,
                    text: prose.value.owned(),
                    url: String::new(),
                    products: Vec::new(),
                    vulnerability: Some(0),
                });
            }
        }
    }
}

/// CISA says so: in its stakeholder-specific categorisation, or by a note that the CVE is
/// in its catalogue.
fn is_exploited(other: &Other<'_>) -> bool {
    match other.kind.as_str() {
        "kev" => true,
        "ssvc" => other.content.0.options.0.iter().any(|option| {
            option.0.exploitation.0.as_str().eq_ignore_ascii_case("active")
        }),
        _ => false,
    }
}

/// The weakness, from its member or from the head of its text (`CWE-79 Improper …`).
fn cwe(weakness: &Weakness<'_>) -> Option<String> {
    if !weakness.cwe.is_empty() {
        return Some(weakness.cwe.owned());
    }
    let text = weakness.description.as_str();
    let number = text.get(4..).filter(|_| wire::starts_with(text, "CWE-"))?;
    let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    let digits = number.get(..end).filter(|digits| !digits.is_empty())?;
    Some(format!("CWE-{digits}"))
}

fn title(container: &Container<'_>) -> String {
    if container.title.is_empty() {
        return wire::headline(wire::english(&container.descriptions));
    }
    container.title.owned()
}
