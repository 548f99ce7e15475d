//! A profile: which controls of a catalog apply, and with which parameters.

use serde::{Deserialize, Serialize};

use crate::metadata::{BackMatter, Metadata, Property};
use crate::{Id, Other};

/// Which controls apply, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Profile {
    /// Its id.
    pub uuid: Id,
    /// What it says of itself.
    pub metadata: Metadata,
    /// From which catalogs or profiles.
    pub imports: Vec<Import>,
    /// How they are put together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge: Option<Merge>,
    /// What is changed about them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modify: Option<Modify>,
    /// What it refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_matter: Option<BackMatter>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// Controls of one catalog or profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Import {
    /// Which: an address, or `#` and a resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
    /// All of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_all: Option<Other>,
    /// Which.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include_controls: Vec<Selection>,
    /// Which not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude_controls: Vec<Selection>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// Controls by their ids.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Selection {
    /// `yes` where what enhances them is meant too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_child_controls: Option<String>,
    /// Their ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with_ids: Vec<String>,
    /// Or what their ids look like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matching: Vec<Pattern>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// What ids look like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Pattern {
    /// With `*` for any letters and `?` for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// How controls are put together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Merge {
    /// As they are in their catalogs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_is: Option<bool>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// What is changed about controls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Modify {
    /// Parameters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set_parameters: Vec<SetParameter>,
    /// Other parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alters: Vec<Alter>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// A parameter as it is set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SetParameter {
    /// Which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub param_id: Option<String>,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// To what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// What is changed about one control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Alter {
    /// Which.
    pub control_id: String,
    /// What is added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adds: Vec<Add>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// What is added to a control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Add {
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}
