//! What every document says of itself, and what it refers to.

use serde::{Deserialize, Serialize};

use crate::{Id, NAMESPACE, Other};

/// What a document says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Metadata {
    /// Its title, in a line.
    pub title: String,
    /// When it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// When it was changed last: a moment with its zone.
    pub last_modified: String,
    /// Which edition of it.
    pub version: String,
    /// In which edition of OSCAL.
    pub oscal_version: String,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// What parties do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// Who has to do with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<Party>,
    /// Who does what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub responsible_parties: Vec<ResponsibleParty>,
    /// What else is to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remarks: Option<String>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// A fact with a name, in somebody's namespace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid: Option<Id>,
    /// Whose name it is; NIST's where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ns: Option<String>,
    /// What it says.
    pub value: String,
    /// Of what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// With which it belongs together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What else is to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remarks: Option<String>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// What a party does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Role {
    /// Its id.
    pub id: String,
    /// Its title, in a line.
    pub title: String,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// A person or an organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Party {
    /// Its id.
    pub uuid: Id,
    /// `person` or `organization`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// Who does what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ResponsibleParty {
    /// What is done.
    pub role_id: String,
    /// By whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub party_uuids: Vec<Id>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// What a document refers to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct BackMatter {
    /// Documents and the like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<Resource>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// Something that a document refers to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Resource {
    /// Its id.
    pub uuid: Id,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rlinks: Vec<Rlink>,
    /// What else is to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remarks: Option<String>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// Where a resource is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Rlink {
    /// Its address.
    pub href: String,
    /// In which form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

impl Property {
    /// A fact under a name of ours.
    #[must_use]
    pub fn ours(name: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            uuid: None,
            ns: Some(NAMESPACE.to_owned()),
            value: line(value),
            class: None,
            group: None,
            remarks: None,
            other: Other::new(),
        }
    }

    /// The same, of something.
    #[must_use]
    pub fn of(mut self, class: &str) -> Self {
        self.class = Some(class.to_owned());
        self
    }

    /// Whether it is a fact of ours with that name.
    #[must_use]
    pub fn is_ours(&self, name: &str) -> bool {
        self.ns.as_deref() == Some(NAMESPACE) && self.name == name
    }
}

/// What a fact of ours with a name says; empty where there is none.
#[must_use]
pub fn ours<'p>(props: &'p [Property], name: &str) -> &'p str {
    props.iter().find(|it| it.is_ours(name)).map_or("", |it| it.value.as_str())
}

/// A text as OSCAL takes one in a line: one space between words, none around them, never empty.
#[must_use]
pub fn line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    match words.is_empty() {
        true => "-".to_owned(),
        false => words.join(" "),
    }
}
