//! CycloneDX documents with `vulnerabilities`, as VEX. JSON and XML, 1.4 to 1.7.
//!
//! Source: CycloneDX 1.7, `vulnerabilities`. The analysis says how the products stand to a
//! vulnerability; `affects[].versions` say it version by version, and then each status is a
//! statement of its own. Where both contradict each other nobody knows, and it is noted. A
//! vulnerability without analysis and without versions is what a scanner writes: no
//! statement at all.
//!
//! A product is named by the reference in `affects`: a BOM-Link as written, or a component
//! of this document by its purl and CPE. A document without serial number is known by the
//! digest of its bytes.
//!
//! The whole document, as a bill of materials, is `sbom`'s: the two stand on one floor, so
//! each has its own reader, and what words mean stands below both, in `terms::vex`.

#[cfg(test)]
mod tests;
mod xml;

use std::collections::BTreeMap;

use reading::{Note, Notes, Parsed, Place, Rejected, text};
use serde::Deserialize;
use terms::vex::cyclonedx::{self, VersionStatus};
use terms::vex::{Justification, Status};

use crate::record::{
    Record, Remediation, RemediationKind, Scorer, Severity, Source, Statement,
    StatementProduct, Vulnerability,
};
use crate::wire::{self, List, Loose, Text};

pub(crate) use xml::NAMESPACE;

/// The message by which a BOM that is no VEX is refused.
pub const NO_VULNERABILITIES: &str = "a CycloneDX BOM without vulnerabilities is no VEX";

#[derive(Deserialize)]
struct Bom<'a> {
    #[serde(borrow, default, rename = "bomFormat")]
    format: Text<'a>,
    #[serde(borrow, default, rename = "serialNumber")]
    serial: Text<'a>,
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    metadata: Loose<Metadata<'a>>,
    #[serde(borrow, default)]
    components: List<Component<'a>>,
    #[serde(borrow, default)]
    services: List<Component<'a>>,
    #[serde(borrow, default)]
    vulnerabilities: List<Flaw<'a>>,
}

#[derive(Clone, Default, Deserialize)]
struct Metadata<'a> {
    #[serde(borrow, default)]
    timestamp: Text<'a>,
    #[serde(borrow, default)]
    component: Option<Component<'a>>,
    #[serde(borrow, default)]
    supplier: Loose<Named<'a>>,
    #[serde(borrow, default, alias = "manufacture")]
    manufacturer: Loose<Named<'a>>,
    #[serde(borrow, default)]
    authors: List<Loose<Named<'a>>>,
}

#[derive(Clone, Default, Deserialize)]
struct Named<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
}

#[derive(Clone, Default, Deserialize)]
struct Component<'a> {
    #[serde(borrow, default, rename = "bom-ref")]
    reference: Text<'a>,
    #[serde(borrow, default)]
    purl: Text<'a>,
    #[serde(borrow, default)]
    cpe: Text<'a>,
    #[serde(borrow, default, alias = "services")]
    components: List<Component<'a>>,
}

#[derive(Deserialize)]
struct Flaw<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    references: List<Reference<'a>>,
    #[serde(borrow, default)]
    ratings: List<Rating<'a>>,
    #[serde(borrow, default)]
    cwes: List<Text<'a>>,
    #[serde(borrow, default)]
    description: Text<'a>,
    #[serde(borrow, default)]
    recommendation: Text<'a>,
    #[serde(borrow, default)]
    workaround: Text<'a>,
    #[serde(borrow, default)]
    updated: Text<'a>,
    #[serde(borrow, default)]
    rejected: Text<'a>,
    #[serde(borrow, default)]
    analysis: Loose<Analysis<'a>>,
    #[serde(borrow, default)]
    affects: List<Affects<'a>>,
}

#[derive(Deserialize)]
struct Reference<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
}

#[derive(Deserialize)]
struct Rating<'a> {
    #[serde(borrow, default)]
    method: Text<'a>,
    #[serde(borrow, default)]
    vector: Text<'a>,
    #[serde(borrow, default)]
    source: Loose<Named<'a>>,
}

#[derive(Clone, Default, Deserialize)]
struct Analysis<'a> {
    #[serde(borrow, default)]
    state: Text<'a>,
    #[serde(borrow, default)]
    justification: Text<'a>,
    #[serde(borrow, default)]
    detail: Text<'a>,
    #[serde(borrow, default)]
    response: List<Text<'a>>,
    #[serde(borrow, default, rename = "firstIssued")]
    first: Text<'a>,
    #[serde(borrow, default, rename = "lastUpdated")]
    last: Text<'a>,
}

#[derive(Deserialize)]
struct Affects<'a> {
    #[serde(borrow, default, rename = "ref")]
    reference: Text<'a>,
    #[serde(borrow, default)]
    versions: List<Versions<'a>>,
}

#[derive(Deserialize)]
struct Versions<'a> {
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    range: Text<'a>,
    #[serde(borrow, default)]
    status: Text<'a>,
}

/// In what a document is written, which decides how its places are named.
#[derive(Clone, Copy)]
enum Medium {
    Json,
    Xml,
}

/// Reads one CycloneDX document as VEX.
///
/// # Errors
/// When the bytes are neither a JSON nor an XML text, are not CycloneDX, or hold no vulnerability
/// ([`NO_VULNERABILITIES`]).
pub fn parse(bytes: &[u8]) -> Result<Parsed<Record>, Rejected> {
    if xml::is_xml(bytes) {
        return xml::parse(bytes);
    }
    let text = text::decode(bytes)?;
    let bom: Bom<'_> = wire::shape(&text)?;
    if bom.format.as_str() != "CycloneDX" {
        return Err(Rejected::new(
            Place::Pointer("/bomFormat".to_owned()),
            "no CycloneDX document: `bomFormat` is missing",
            "CycloneDX 1.4 to 1.7 is read, in JSON and in XML",
        ));
    }
    record(&bom, Medium::Json, bytes)
}

fn record(
    bom: &Bom<'_>,
    medium: Medium,
    bytes: &[u8],
) -> Result<Parsed<Record>, Rejected> {
    if bom.vulnerabilities.is_empty() {
        let place = Place::Pointer("/vulnerabilities".to_owned());
        return Err(Rejected::new(place, NO_VULNERABILITIES, "read it as an SBOM"));
    }
    let mut known = BTreeMap::new();
    gather(&bom.components, &mut known);
    gather(&bom.services, &mut known);
    if let Some(component) = &bom.metadata.0.component {
        gather(std::slice::from_ref(component), &mut known);
    }
    let id = id(bom, bytes);
    let mut reader = Reader { bom, medium, known, notes: Notes::new() };
    let record = reader.record(id);
    Ok(Parsed { value: record, notes: reader.notes.finish() })
}

/// The BOM-Link of the document, else the digest of its bytes.
fn id(bom: &Bom<'_>, bytes: &[u8]) -> String {
    match bom.serial.as_str().strip_prefix("urn:uuid:") {
        Some(uuid) if bom.version.is_empty() => format!("urn:cdx:{uuid}/1"),
        Some(uuid) => format!("urn:cdx:{uuid}/{}", bom.version.as_str()),
        None => format!("blake3:{}", blake3::hash(bytes).to_hex()),
    }
}

/// Every component by its reference.
fn gather<'b>(
    components: &'b [Component<'b>],
    known: &mut BTreeMap<&'b str, &'b Component<'b>>,
) {
    for component in components {
        if !component.reference.is_empty() {
            known.insert(component.reference.as_str(), component);
        }
        gather(&component.components, known);
    }
}

struct Reader<'b> {
    bom: &'b Bom<'b>,
    medium: Medium,
    known: BTreeMap<&'b str, &'b Component<'b>>,
    notes: Notes,
}

impl Reader<'_> {
    fn record(&mut self, id: String) -> Record {
        let bom = self.bom;
        let metadata = &bom.metadata.0;
        let made =
            wire::date(&metadata.timestamp, "/metadata/timestamp", &mut self.notes);
        let mut record = Record {
            publisher: publisher(metadata),
            published: made.clone(),
            modified: made.clone(),
            ..wire::empty(Source::CycloneDxVex, id)
        };
        for (at, flaw) in bom.vulnerabilities.iter().enumerate() {
            record.vulnerabilities.push(vulnerability(flaw));
            let place = self.place(at);
            let statements = self.statements(flaw, at, &place, &made);
            record.statements.extend(statements);
            if !flaw.recommendation.is_empty() {
                record.remediations.push(Remediation {
                    kind: RemediationKind::VendorFix,
                    text: flaw.recommendation.owned(),
                    url: String::new(),
                    products: Vec::new(),
                    vulnerability: Some(at),
                });
            }
        }
        record
    }

    fn place(&self, at: usize) -> Place {
        let total = self.bom.vulnerabilities.len();
        match self.medium {
            Medium::Json => Place::Pointer(format!("/vulnerabilities/{at}")),
            Medium::Xml => {
                let step = reading::xml::step("vulnerability", at, total);
                Place::Element(format!("/bom/vulnerabilities/{step}"))
            }
        }
    }

    fn statements(
        &mut self,
        flaw: &Flaw<'_>,
        at: usize,
        place: &Place,
        made: &str,
    ) -> Vec<Statement> {
        let status = self.status(flaw, place);
        let mut grouped: BTreeMap<Status, Vec<StatementProduct>> = BTreeMap::new();
        for affects in &flaw.affects {
            let identifiers = self.identifiers(affects.reference.as_str());
            for (status, versions) in self.versions(affects, status, place) {
                grouped.entry(status).or_default().push(StatementProduct {
                    identifiers: identifiers.clone(),
                    subcomponents: Vec::new(),
                    versions,
                });
            }
        }
        if flaw.affects.is_empty()
            && let Some(status) = status
        {
            let subject = self.bom.metadata.0.component.as_ref();
            let products = subject.map(|subject| StatementProduct {
                identifiers: identifiers_of(subject),
                ..StatementProduct::default()
            });
            grouped.insert(status, products.into_iter().collect());
        }
        if grouped.is_empty() {
            let message = "a vulnerability without analysis makes no statement";
            self.notes.add(|| Note::new(place.clone(), message));
        }
        let condition = self.limit(flaw, &mut grouped, place);
        let justification = self.justification(flaw, place);
        let timestamp = self.time(flaw, made);
        let detail = flaw.analysis.0.detail.as_str();
        let impact = condition.into_iter().chain([detail]);
        let impact: Vec<&str> = impact.filter(|text| !text.is_empty()).collect();
        let impact = impact.join("\n");
        let statement = |(status, products): (Status, Vec<StatementProduct>)| Statement {
            vulnerability: at,
            status,
            justification: justification.filter(|_| status == Status::NotAffected),
            products,
            timestamp: timestamp.clone(),
            impact: impact.clone(),
            action: action(flaw),
            place: place.clone(),
        };
        grouped.into_iter().map(statement).collect()
    }

    /// Takes out what clears a product and does not hold of itself: of an entry that was
    /// rejected everything, and what rests on a condition is for somebody to look into.
    fn limit(
        &mut self,
        flaw: &Flaw<'_>,
        grouped: &mut BTreeMap<Status, Vec<StatementProduct>>,
        place: &Place,
    ) -> Option<&'static str> {
        if !flaw.rejected.is_empty() {
            let cleared =
                [Status::NotAffected, Status::Fixed].map(|s| grouped.remove(&s));
            if cleared.iter().any(Option::is_some) {
                let message = "the entry was rejected: what it clears stays as it was";
                self.notes.add(|| Note::new(place.clone(), message));
            }
        }
        let word = flaw.analysis.0.justification.as_str();
        let condition = cyclonedx::Justification::condition_of(word)?;
        let products = grouped.remove(&Status::NotAffected)?;
        grouped.entry(Status::UnderInvestigation).or_default().extend(products);
        let message = format!("it is {condition} (`{word}`): that clears nothing");
        self.notes.add(|| Note::new(place.clone(), message));
        Some(condition)
    }

    fn status(&mut self, flaw: &Flaw<'_>, place: &Place) -> Option<Status> {
        let word = flaw.analysis.0.state.as_str();
        if word.is_empty() {
            return None;
        }
        match Status::from_cyclonedx(word) {
            Ok(status) => Some(status),
            Err(error) => {
                self.notes.add(|| Note::new(place.clone(), error.to_string()));
                None
            }
        }
    }

    fn justification(&mut self, flaw: &Flaw<'_>, place: &Place) -> Option<Justification> {
        let word = flaw.analysis.0.justification.as_str();
        if word.is_empty() {
            return None;
        }
        match Justification::from_cyclonedx(word) {
            Ok(justification) => Some(justification),
            Err(error) => {
                self.notes.add(|| Note::new(place.clone(), error.to_string()));
                None
            }
        }
    }

    /// When it was said: by the analysis, the vulnerability, or the document.
    fn time(&mut self, flaw: &Flaw<'_>, made: &str) -> String {
        let own = [&flaw.analysis.0.last, &flaw.analysis.0.first, &flaw.updated];
        let own = own.into_iter().find(|time| !time.is_empty());
        own.map(|time| wire::date(time, "/vulnerabilities", &mut self.notes))
            .filter(|time| !time.is_empty())
            .unwrap_or_else(|| made.to_owned())
    }

    fn identifiers(&self, reference: &str) -> Vec<String> {
        match self.known.get(reference) {
            Some(component) => identifiers_of(component),
            None => vec![reference.to_owned()],
        }
    }

    /// What is said of which versions of one product.
    fn versions(
        &mut self,
        affects: &Affects<'_>,
        analysis: Option<Status>,
        place: &Place,
    ) -> BTreeMap<Status, Vec<String>> {
        let mut grouped: BTreeMap<Status, Vec<String>> = BTreeMap::new();
        if affects.versions.is_empty() {
            grouped.extend(analysis.map(|status| (status, Vec::new())));
            return grouped;
        }
        for versions in &affects.versions {
            let text = [&versions.version, &versions.range];
            let Some(text) = text.into_iter().find(|text| !text.is_empty()) else {
                continue;
            };
            let status = self.version_status(versions.status.as_str(), analysis, place);
            grouped.entry(status).or_default().push(text.owned());
        }
        grouped
    }

    /// What is said of one version. Without a status of its own it has that of the
    /// analysis.
    fn version_status(
        &mut self,
        word: &str,
        analysis: Option<Status>,
        place: &Place,
    ) -> Status {
        let own = match (word, analysis) {
            ("", Some(status)) => return status,
            ("", None) => VersionStatus::Affected,
            (word, _) => VersionStatus::from_word(word).unwrap_or_else(|_| {
                let message = format!("`{word}` is no status of a version");
                self.notes.add(|| Note::new(place.clone(), message));
                VersionStatus::Unknown
            }),
        };
        if own == VersionStatus::Affected && analysis == Some(Status::NotAffected) {
            let message = "versions are called affected and the product is not";
            self.notes.add(|| Note::new(place.clone(), message));
        }
        own.within(analysis)
    }
}

/// Purl and CPE before the reference, which means something in this document only.
fn identifiers_of(component: &Component<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in [&component.purl, &component.cpe, &component.reference] {
        if !text.is_empty() && !found.iter().any(|known| known == text.as_str()) {
            found.push(text.owned());
        }
    }
    found
}

/// What the maker means to do, and what it advises.
fn action(flaw: &Flaw<'_>) -> String {
    let words =
        flaw.analysis.0.response.iter().map(|word| word.as_str().replace('_', " "));
    let texts = [&flaw.recommendation, &flaw.workaround].map(Text::owned);
    let all = words.chain(texts).filter(|text| !text.is_empty());
    all.collect::<Vec<_>>().join("\n")
}

fn publisher(metadata: &Metadata<'_>) -> String {
    let organisations = [&metadata.supplier, &metadata.manufacturer];
    let mut names = organisations.into_iter().chain(&metadata.authors);
    names
        .find(|named| !named.0.name.is_empty())
        .map_or_else(String::new, |named| named.0.name.owned())
}

fn vulnerability(flaw: &Flaw<'_>) -> Vulnerability {
    let mut ids: Vec<String> = Vec::new();
    let references = flaw.references.iter().map(|reference| &reference.id);
    for id in std::iter::once(&flaw.id).chain(references).filter(|id| !id.is_empty()) {
        let id = wire::identifier(id.as_str());
        // Two CVEs are never one vulnerability, whatever a document refers to.
        let second = wire::is_cve(&id) && ids.iter().any(|known| wire::is_cve(known));
        if !second && !ids.contains(&id) {
            ids.push(id);
        }
    }
    let cwes = flaw.cwes.iter().filter(|cwe| !cwe.is_empty());
    Vulnerability {
        ids,
        title: wire::headline(flaw.description.as_str()),
        severities: flaw.ratings.iter().filter_map(severity).collect(),
        cwes: cwes.map(|cwe| format!("CWE-{}", cwe.as_str())).collect(),
        exploited: None,
    }
}

fn severity(rating: &Rating<'_>) -> Option<Severity> {
    let vector = rating.vector.as_str();
    if vector.is_empty() {
        return None;
    }
    let prefix = match rating.method.as_str() {
        "CVSSv2" => "",
        "CVSSv3" => "CVSS:3.0/",
        "CVSSv31" => "CVSS:3.1/",
        "CVSSv4" => "CVSS:4.0/",
        _ => return None,
    };
    let whole = wire::starts_with(vector, "CVSS:") || prefix.is_empty();
    let scorer = match rating.source.0.name.as_str() {
        "NVD" => Scorer::Nvd,
        _ => Scorer::Other,
    };
    let vector = if whole { vector.to_owned() } else { format!("{prefix}{vector}") };
    Some(Severity { scorer, vector })
}
