//! Assessment results: what was looked at, and what was found.

use serde::{Deserialize, Serialize};

use crate::metadata::{BackMatter, Metadata, Property};
use crate::{Id, Other};

/// What assessments found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AssessmentResults {
    /// Its id.
    pub uuid: Id,
    /// What it says of itself.
    pub metadata: Metadata,
    /// By which plan.
    pub import_ap: ImportAp,
    /// What was found, assessment by assessment.
    pub results: Vec<Outcome>,
    /// What it refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_matter: Option<BackMatter>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// The plan of an assessment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ImportAp {
    /// Where it is.
    pub href: String,
    /// What else is to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remarks: Option<String>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// What one assessment found; a `result` in OSCAL.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Outcome {
    /// Its id.
    pub uuid: Id,
    /// Its title, in a line.
    pub title: String,
    /// What it was.
    pub description: String,
    /// When it began.
    pub start: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// What is only named here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_definitions: Option<Local>,
    /// What was looked at.
    pub reviewed_controls: Reviewed,
    /// What was seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observations: Vec<Observation>,
    /// What may come of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<Risk>,
    /// What follows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// What is only named in one document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Local {
    /// Tools among it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// Something that takes part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Component {
    /// Its id.
    pub uuid: Id,
    /// What it is: `software`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its title, in a line.
    pub title: String,
    /// What it does.
    pub description: String,
    /// How it stands.
    pub status: State,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// How something stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct State {
    /// The word.
    pub state: String,
    /// Why: `pass`, `fail`, `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What else is to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remarks: Option<String>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// What was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Reviewed {
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// Which controls.
    pub control_selections: Vec<Selected>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// Controls that were looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Selected {
    /// All of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_all: Option<Other>,
    /// Which.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include_controls: Vec<Chosen>,
    /// Which not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude_controls: Vec<Chosen>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// A control that was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Chosen {
    /// Which.
    pub control_id: String,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Observation {
    /// Its id.
    pub uuid: Id,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it says.
    pub description: String,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// How: `EXAMINE`, `INTERVIEW`, `TEST`.
    pub methods: Vec<String>,
    /// What kind of observation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    /// By whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
    /// On what it rests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relevant_evidence: Vec<Evidence>,
    /// When it was seen.
    pub collected: String,
    /// Until when it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// What else is to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remarks: Option<String>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// On what an observation rests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Evidence {
    /// Where it is: an address, or `#` and a resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
    /// What it is.
    pub description: String,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// What else is to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remarks: Option<String>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// From whom something comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Origin {
    /// Who.
    pub actors: Vec<Actor>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Actor {
    /// `tool`, `assessment-platform` or `party`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which.
    pub actor_uuid: Id,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// What follows of what was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// Its id.
    pub uuid: Id,
    /// Its title, in a line.
    pub title: String,
    /// Why.
    pub description: String,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// By whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
    /// About what.
    pub target: Target,
    /// What was seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related_observations: Vec<RelatedObservation>,
    /// What may come of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related_risks: Vec<RelatedRisk>,
    /// What else is to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remarks: Option<String>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// What a finding is about, and how that stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Target {
    /// `statement-id` or `objective-id`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which.
    pub target_id: String,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// `satisfied` or `not-satisfied`.
    pub status: State,
    /// What else is to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remarks: Option<String>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// An observation, by its id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RelatedObservation {
    /// Which.
    pub observation_uuid: Id,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// A risk, by its id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RelatedRisk {
    /// Which.
    pub risk_uuid: Id,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// What may come of a finding, and what is done about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Risk {
    /// Its id.
    pub uuid: Id,
    /// Its title, in a line.
    pub title: String,
    /// What it is.
    pub description: String,
    /// What may come of it.
    pub statement: String,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// `open`, `deviation-approved`, `closed` and so on.
    pub status: String,
    /// By whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// What is to be done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remediations: Vec<Response>,
    /// What was seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related_observations: Vec<RelatedObservation>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// What is to be done about a risk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Response {
    /// Its id.
    pub uuid: Id,
    /// `recommendation`, `planned` or `completed`.
    pub lifecycle: String,
    /// Its title, in a line.
    pub title: String,
    /// What it is.
    pub description: String,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}
