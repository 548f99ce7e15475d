//! A plan of action and milestones: what is open, what is done about it, what was accepted.

use serde::{Deserialize, Serialize};

use crate::metadata::{BackMatter, Metadata, Property};
use crate::results::{
    Finding, Local, Observation, Origin, RelatedObservation, RelatedRisk, Risk,
};
use crate::{Id, Other};

/// What is open, and what is done about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Poam {
    /// Its id.
    pub uuid: Id,
    /// What it says of itself.
    pub metadata: Metadata,
    /// Of what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_id: Option<SystemId>,
    /// What is only named here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_definitions: Option<Local>,
    /// What was seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observations: Vec<Observation>,
    /// What may come of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<Risk>,
    /// What follows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// What is to be done.
    pub poam_items: Vec<Item>,
    /// What it refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_matter: Option<BackMatter>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// Of what a plan is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SystemId {
    /// What kind of id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier_type: Option<String>,
    /// Its id.
    pub id: String,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Item {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid: Option<Id>,
    /// Its title, in a line.
    pub title: String,
    /// What it is.
    pub description: String,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// From whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
    /// What was seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related_observations: Vec<RelatedObservation>,
    /// About which risks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related_risks: Vec<RelatedRisk>,
    /// What else is to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remarks: Option<String>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}
