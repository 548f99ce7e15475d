//! A catalog: controls, in groups.

use serde::{Deserialize, Serialize};

use crate::metadata::{BackMatter, Metadata, Property};
use crate::{Id, Other};

/// Controls, in groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Catalog {
    /// Its id.
    pub uuid: Id,
    /// What it says of itself.
    pub metadata: Metadata,
    /// Parameters of all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<Parameter>,
    /// Controls of no group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<Control>,
    /// Groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// What it refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_matter: Option<BackMatter>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// Controls that belong together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Group {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What kind of group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Its title, in a line.
    pub title: String,
    /// Parameters of all in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<Parameter>,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// What it says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// Groups within.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Self>,
    /// Its controls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<Control>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// One control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Control {
    /// Its id.
    pub id: String,
    /// What kind of control.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Its title, in a line.
    pub title: String,
    /// Its parameters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<Parameter>,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// What it says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// Controls that enhance it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<Self>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// What may be set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Parameter {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What kind of parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What holds where nothing is set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// A part of what a control says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Part {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What part: `statement`, `guidance`.
    pub name: String,
    /// Whose name that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ns: Option<String>,
    /// What kind of part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// What it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prose: Option<String>,
    /// Parts of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Self>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

impl Catalog {
    /// Every control with the titles of the groups that it is in, in order.
    #[must_use]
    pub fn all(&self) -> Vec<(Vec<&str>, &Control)> {
        fn within<'c>(
            at: &[&'c str],
            controls: &'c [Control],
            found: &mut Vec<(Vec<&'c str>, &'c Control)>,
        ) {
            for control in controls {
                found.push((at.to_vec(), control));
                within(at, &control.controls, found);
            }
        }
        fn groups<'c>(
            at: &[&'c str],
            all: &'c [Group],
            found: &mut Vec<(Vec<&'c str>, &'c Control)>,
        ) {
            for group in all {
                let at = [at, &[group.title.as_str()]].concat();
                within(&at, &group.controls, found);
                groups(&at, &group.groups, found);
            }
        }
        let mut found = Vec::new();
        within(&[], &self.controls, &mut found);
        groups(&[], &self.groups, &mut found);
        found
    }
}
