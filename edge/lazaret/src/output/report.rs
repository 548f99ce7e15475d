//! The value that `scan` and `affected` print, in whatever format.

use matching::statement::Speaker;
use serde::Serialize;

/// What was found out about some bills of materials.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) findings: Vec<Finding>,
    pub(crate) unknowns: Vec<Unknown>,
    /// How many components the documents list, the subjects not among them.
    pub(crate) components: usize,
    pub(crate) index: IndexAge,
    /// The documents, in the order in which they were given, for formats that need them.
    #[serde(skip)]
    pub(crate) boms: Vec<Bom>,
}

/// A document as far as other formats repeat it.
#[derive(Debug)]
pub(crate) struct Bom {
    pub(crate) file: String,
    pub(crate) name: Option<String>,
    /// The serial number and version of a CycloneDX document.
    pub(crate) identity: Option<String>,
    pub(crate) subject: Option<Component>,
    /// What stands inside the subject itself.
    pub(crate) parts: Vec<Component>,
    pub(crate) components: Vec<Component>,
}

/// One component and one vulnerability.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "both are members of the JSON object")]
pub(crate) struct Finding {
    pub(crate) component: Component,
    pub(crate) id: String,
    pub(crate) aliases: Vec<String>,
    /// Ids that are connected but name something else: the CVEs that a notice covers.
    pub(crate) related: Vec<String>,
    pub(crate) title: String,
    pub(crate) verdict: &'static str,
    pub(crate) priority: &'static str,
    pub(crate) priority_because: Because,
    pub(crate) severity: Option<Severity>,
    pub(crate) severities: Vec<Severity>,
    pub(crate) known_exploited: bool,
    pub(crate) epss: Option<f64>,
    pub(crate) fixed_in: Vec<String>,
    pub(crate) grounds: Vec<Ground>,
    /// What other documents say that the verdict does not follow.
    pub(crate) also: Vec<Ground>,
    /// Whether the CVE's own list has rejected it, while other sources stand by it.
    pub(crate) rejected: bool,
    pub(crate) bom: String,
    pub(crate) place: String,
    /// The order of the verdict and of the priority, for sorting alone.
    #[serde(skip)]
    pub(crate) rank: (matching::Verdict, worklist::Priority),
    /// Which document and which component in it, for formats that point there.
    #[serde(skip)]
    pub(crate) at: (usize, matching::Position),
    /// The scheme that orders the component's version.
    #[serde(skip)]
    pub(crate) scheme: Option<terms::version::Scheme>,
    /// The line in the document, where the format has lines.
    #[serde(skip)]
    pub(crate) line: Option<usize>,
    /// The statement that decided, for formats with an analysis of their own.
    #[serde(skip)]
    pub(crate) justification: Option<terms::vex::Justification>,
}

/// A component as the document writes it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Component {
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    pub(crate) purl: Option<String>,
    pub(crate) cpe: Option<String>,
    pub(crate) place: String,
    #[serde(skip)]
    pub(crate) reference: String,
    #[serde(skip)]
    pub(crate) group: String,
    #[serde(skip)]
    pub(crate) kind: &'static str,
}

/// A score, and the vector that it is worked out from.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Severity {
    pub(crate) vector: String,
    pub(crate) score: Option<f64>,
    pub(crate) version: Option<&'static str>,
    /// Who gave it: `issuer`, `cna`, `cisa_adp`, `nvd`, `other`.
    pub(crate) scorer: &'static str,
}

/// Why a finding has its priority.
#[derive(Debug, Serialize)]
pub(crate) struct Because {
    /// The row of the policy that fits.
    pub(crate) row: String,
    /// The facts that the row looked at: `yes`, `no`, `unknown`.
    pub(crate) facts: std::collections::BTreeMap<&'static str, &'static str>,
    /// The questions whose answers may lower it.
    pub(crate) questions: Vec<&'static str>,
}

/// One document's word on a component and a vulnerability.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Ground {
    pub(crate) source: &'static str,
    /// The id of the record that says so; for a statement, of its document.
    pub(crate) advisory: String,
    pub(crate) publisher: String,
    pub(crate) says: &'static str,
    pub(crate) rule: &'static str,
    /// The name that met: `package`, `source_package`, `cpe`, `product`.
    pub(crate) met: &'static str,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) range: String,
    pub(crate) scheme: Option<&'static str>,
    pub(crate) place: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) limits: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) justification: Option<&'static str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) detail: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) modified: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) statement: Option<Statement>,
}

/// Who speaks, where a word is a statement (VEX), and what came of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Statement {
    /// As whose word it was accepted; `None` where nobody has accepted it.
    pub(crate) speaker: Option<&'static str>,
    pub(crate) outcome: &'static str,
    pub(crate) because: &'static str,
    pub(crate) impact: String,
    pub(crate) action: String,
}

/// One component and one reason why something about it cannot be told.
#[derive(Debug, Serialize)]
pub(crate) struct Unknown {
    pub(crate) component: Component,
    pub(crate) why: String,
    /// The reason as a word: `no_identifier`, `no_version`, ….
    pub(crate) reason: &'static str,
    pub(crate) question: String,
    /// The vulnerabilities that hang on it; empty where the component cannot be looked up.
    pub(crate) vulnerabilities: Vec<String>,
    pub(crate) bom: String,
    pub(crate) place: String,
    #[serde(skip)]
    pub(crate) at: (usize, matching::Position),
}

/// What the index holds, and how old it is.
#[derive(Debug, Default, Serialize)]
pub(crate) struct IndexAge {
    pub(crate) file: String,
    pub(crate) records: usize,
    pub(crate) vulnerabilities: usize,
    /// The digest of what the index holds.
    pub(crate) generation: String,
    /// The newest change that any record states.
    pub(crate) modified: String,
    pub(crate) sources: Vec<SourceAge>,
}

/// What the index holds of one source.
#[derive(Debug, Serialize)]
pub(crate) struct SourceAge {
    pub(crate) source: &'static str,
    pub(crate) records: usize,
    pub(crate) modified: String,
}

impl From<&matching::Ground> for Ground {
    fn from(ground: &matching::Ground) -> Self {
        Self {
            source: ground.origin.document.word(),
            advisory: ground.origin.id.clone(),
            publisher: ground.origin.publisher.clone(),
            says: ground.says.word(),
            rule: ground.rule.word(),
            met: ground.name.word(),
            name: ground.name.text().to_owned(),
            version: ground.version.clone(),
            range: ground.range.clone(),
            scheme: ground.scheme.map(terms::version::Scheme::name),
            place: ground.origin.place.to_string(),
            limits: ground.limits.clone(),
            justification: ground.justification.map(terms::vex::Justification::word),
            detail: ground.detail.clone(),
            modified: ground.origin.modified.clone(),
            statement: ground.stated.as_ref().map(|stated| Statement {
                speaker: stated.outcome.speaker().map(Speaker::word),
                outcome: stated.outcome.word(),
                because: stated.outcome.because(ground.says),
                impact: stated.impact.clone(),
                action: stated.action.clone(),
            }),
        }
    }
}
