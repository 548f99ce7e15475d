//! Findings and unknowns as they are printed, with what belongs to vulnerabilities joined:
//! severity, KEV, EPSS, priority.

use std::collections::BTreeMap;

use advisory::Scorer;
use advisory::index::{Index, VulnerabilityRef};
use matching::{System, Verdict};
use reading::Place;
use terms::cvss::{Impact, Version};
use worklist::{Control, Policy};

use crate::output::{self, Because, Component, Severity};

/// What is known of the device.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) life_sustaining: worklist::Known,
    pub(crate) reachable: worklist::Known,
    pub(crate) holds_phi: worklist::Known,
}

/// A finding as it is printed.
pub(crate) fn finding(
    finding: matching::Finding<'_>,
    system: &System<'_>,
    index: &Index<'_>,
    (number, file): (usize, &str),
    policy: &Policy,
    known: Facts,
) -> Option<output::Finding> {
    let candidate = system.at(finding.component)?;
    let joined = Joined::of(finding.vulnerability.as_ref(), index);
    let assessment = worklist::priority(policy, &joined.facts(known));
    let mut component = component(candidate.component);
    if let Some(purl) = finding.purl(candidate) {
        component.purl = Some(purl.to_owned());
    }
    let decided = finding.grounds.iter().find_map(|ground| ground.justification);
    Some(output::Finding {
        id: finding.id,
        aliases: finding.aliases,
        related: joined.related,
        title: finding
            .vulnerability
            .as_ref()
            .map_or_else(String::new, |vulnerability| vulnerability.title().to_owned()),
        verdict: finding.verdict.word(),
        priority: assessment.priority.word(),
        rank: (finding.verdict, assessment.priority),
        priority_because: because(assessment),
        severity: joined
            .severities
            .first()
            .filter(|severity| severity.score.is_some())
            .cloned(),
        severities: joined.severities,
        known_exploited: joined.exploited == worklist::Known::Yes,
        epss: joined.epss,
        fixed_in: finding.fixed_in,
        scheme: finding.grounds.iter().find_map(|ground| ground.scheme),
        grounds: finding.grounds.iter().map(output::Ground::from).collect(),
        also: finding.also.iter().map(output::Ground::from).collect(),
        rejected: finding
            .vulnerability
            .as_ref()
            .is_some_and(VulnerabilityRef::is_rejected),
        bom: file.to_owned(),
        place: component.place.clone(),
        line: place_line(&candidate.component.place),
        at: (number, finding.component),
        justification: decided.filter(|_| finding.verdict == Verdict::NotAffected),
        component,
    })
}

/// An unknown as it is printed.
pub(crate) fn unknown(
    unknown: &matching::Unknown,
    system: &System<'_>,
    (number, file): (usize, &str),
) -> output::Unknown {
    let component = match system.at(unknown.component) {
        Some(candidate) => component(candidate.component),
        None => document(system, file),
    };
    let name = match component.name.as_str() {
        "" => format!("the component at {}", component.place),
        name => format!("`{name}`"),
    };
    output::Unknown {
        why: unknown.why.sentence(),
        reason: unknown.why.word(),
        question: unknown.why.question(&name),
        vulnerabilities: unknown.vulnerabilities.iter().cloned().collect(),
        bom: file.to_owned(),
        place: component.place.clone(),
        at: (number, unknown.component),
        component,
    }
}

/// A document that does not say what it is about, in the place of a component.
fn document(system: &System<'_>, file: &str) -> Component {
    let mut whole = component(&sbom::Component::at(Place::Document));
    system.bom.name.as_deref().unwrap_or(file).clone_into(&mut whole.name);
    whole
}

/// A component as it is printed.
pub(crate) fn component(written: &sbom::Component) -> Component {
    Component {
        name: written.name.clone(),
        version: written.version.clone(),
        purl: written.purl.clone(),
        cpe: written.cpes.first().cloned(),
        place: written.place.to_string(),
        reference: written.reference.clone(),
        group: written.group.clone(),
        kind: kind(written.kind),
    }
}

/// The line of a place, where its medium has lines.
pub(crate) fn place_line(place: &Place) -> Option<usize> {
    match place {
        Place::Line { line, .. } if *line > 0 => Some(*line),
        _ => None,
    }
}

/// A kind of component in the words of CycloneDX.
fn kind(kind: sbom::Kind) -> &'static str {
    use sbom::Kind;

    match kind {
        Kind::Application => "application",
        Kind::Framework => "framework",
        Kind::Container => "container",
        Kind::Platform => "platform",
        Kind::OperatingSystem => "operating-system",
        Kind::Device => "device",
        Kind::DeviceDriver => "device-driver",
        Kind::Firmware => "firmware",
        Kind::File => "file",
        Kind::MachineLearningModel => "machine-learning-model",
        Kind::Data => "data",
        Kind::CryptographicAsset => "cryptographic-asset",
        Kind::Library | Kind::Other | Kind::Unstated => "library",
    }
}

pub(crate) fn because(assessment: worklist::Assessment) -> Because {
    let known = |known| match known {
        worklist::Known::Yes => "yes",
        worklist::Known::No => "no",
        worklist::Known::Unknown => "unknown",
    };
    Because {
        row: assessment.row,
        facts: assessment
            .facts
            .into_iter()
            .map(|(fact, said)| (fact.word(), known(said)))
            .collect::<BTreeMap<_, _>>(),
        questions: assessment
            .questions
            .into_iter()
            .map(worklist::Fact::question)
            .collect(),
    }
}

/// What belongs to a vulnerability.
pub(crate) struct Joined {
    exploited: worklist::Known,
    epss: Option<f64>,
    severities: Vec<Severity>,
    discloses_data: worklist::Known,
    related: Vec<String>,
}

impl Joined {
    /// Whether it is listed as exploited, or a record says so.
    pub(crate) fn is_exploited(&self) -> bool {
        self.exploited == worklist::Known::Yes
    }

    /// The facts that the priority table asks for, on a device of which `known` is known.
    pub(crate) fn facts(&self, known: Facts) -> worklist::Facts {
        worklist::Facts {
            exploited: self.exploited,
            epss: self.epss,
            cvss: self.severities.first().and_then(|severity| severity.score),
            life_sustaining: known.life_sustaining,
            reachable: known.reachable,
            holds_phi: known.holds_phi,
            discloses_data: self.discloses_data,
            control: Control::Unverified,
        }
    }

    /// A notice that covers several CVEs has none of their ids; what is known of any of
    /// them is what is known of the notice.
    pub(crate) fn of(
        vulnerability: Option<&VulnerabilityRef<'_>>,
        index: &Index<'_>,
    ) -> Self {
        let Some(vulnerability) = vulnerability else {
            return Self {
                exploited: worklist::Known::No,
                epss: None,
                severities: Vec::new(),
                discloses_data: worklist::Known::Unknown,
                related: Vec::new(),
            };
        };
        let related: Vec<String> =
            vulnerability.related().into_iter().map(str::to_owned).collect();
        let covered: Vec<VulnerabilityRef<'_>> = match is_cve(vulnerability.id()) {
            true => Vec::new(),
            false => related
                .iter()
                .filter(|id| is_cve(id))
                .filter_map(|id| index.vulnerability(id))
                .collect(),
        };
        let all = || std::iter::once(vulnerability).chain(&covered);
        let listed = all().any(|one| one.is_listed() || one.exploited().next().is_some())
            || related.iter().any(|id| index.kev(id).is_some());
        let stated: Vec<matching::Severity> = all()
            .map(matching::severities)
            .find(|severities| severities.iter().any(|severity| severity.read.is_some()))
            .unwrap_or_else(|| matching::severities(vulnerability));
        Self {
            exploited: if listed { worklist::Known::Yes } else { worklist::Known::No },
            epss: all()
                .filter_map(|one| one.epss())
                .map(|epss| epss.score)
                .reduce(f64::max),
            discloses_data: discloses(&stated),
            severities: stated.iter().map(severity).collect(),
            related,
        }
    }
}

fn is_cve(id: &str) -> bool {
    id.starts_with("CVE-")
}

fn severity(given: &matching::Severity) -> Severity {
    Severity {
        vector: given.vector.clone(),
        score: given.read.map(|vector| vector.score().as_f64()),
        version: given.read.map(|vector| match vector.version() {
            Version::V2_0 => "2.0",
            Version::V3_0 => "3.0",
            Version::V3_1 => "3.1",
            Version::V4_0 => "4.0",
        }),
        scorer: match given.scorer {
            Scorer::Issuer => "issuer",
            Scorer::Cna => "cna",
            Scorer::CisaAdp => "cisa_adp",
            Scorer::Nvd => "nvd",
            Scorer::Other => "other",
        },
    }
}

/// Whether the flaw discloses data: what the vector that is shown says of confidentiality.
fn discloses(severities: &[matching::Severity]) -> worklist::Known {
    match severities.iter().find_map(|severity| severity.read) {
        None => worklist::Known::Unknown,
        Some(vector) if vector.confidentiality_impact() == Impact::None => {
            worklist::Known::No
        }
        Some(_) => worklist::Known::Yes,
    }
}
