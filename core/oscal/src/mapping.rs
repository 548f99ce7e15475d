//! A control mapping: which controls of one catalog belong to which of another.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::metadata::{BackMatter, Metadata, Property};
use crate::{Id, Other};

/// Mappings between catalogs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MappingCollection {
    /// Its id.
    pub uuid: Id,
    /// What it says of itself.
    pub metadata: Metadata,
    /// Where they come from.
    pub provenance: Provenance,
    /// One for each pair of catalogs.
    #[serde(deserialize_with = "one_or_many")]
    pub mappings: Vec<Mapping>,
    /// What it refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_matter: Option<BackMatter>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// Where mappings come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Provenance {
    /// `human`, `automation` or `hybrid`.
    pub method: String,
    /// `syntactic`, `semantic` or `functional`.
    pub matching_rationale: String,
    /// `complete`, `not-complete`, `draft` and so on.
    pub status: String,
    /// How it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mapping_description: Option<String>,
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

/// Which controls of one catalog belong to which of another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Mapping {
    /// Its id.
    pub uuid: Id,
    /// From which catalog.
    pub source_resource: Mapped,
    /// To which.
    pub target_resource: Mapped,
    /// Pair by pair.
    pub maps: Vec<Map>,
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

/// A catalog or profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Mapped {
    /// `catalog` or `profile`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it is.
    pub href: String,
    /// Further facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<Property>,
    /// What nothing here looks at.
    #[serde(flatten)]
    pub other: Other,
}

/// Controls that belong together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Map {
    /// Its id.
    pub uuid: Id,
    /// How.
    pub relationship: String,
    /// Controls of the one.
    pub sources: Vec<End>,
    /// Controls of the other.
    pub targets: Vec<End>,
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

/// A control on one side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct End {
    /// `control` or `statement`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which.
    pub id_ref: String,
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

/// OSCAL lets one thing of a list stand without the list.
fn one_or_many<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Mapping>, D::Error> {
    struct Either;
    impl<'de> Visitor<'de> for Either {
        type Value = Vec<Mapping>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a mapping or a list of mappings")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            Mapping::deserialize(MapAccessDeserializer::new(map)).map(|one| vec![one])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(seq))
        }
    }
    from.deserialize_any(Either)
}
