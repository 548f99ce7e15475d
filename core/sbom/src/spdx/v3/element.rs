//! The elements of SPDX 3 as they are written, and the graph they stand in.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::super::tolerant::{List, Object, Text};
use super::graph::Graph;
use super::prefix::Prefixes;

/// The outermost object.
#[derive(Deserialize)]
pub(super) struct Document<'a> {
    #[serde(default, rename = "@context")]
    pub(super) context: Context,
    #[serde(borrow, default, rename = "@graph")]
    pub(super) graph: Option<Graph<'a>>,
}

/// The JSON-LD context: SPDX's own address, and terms for identifiers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Context {
    pub(super) standard: Standard,
    pub(super) prefixes: Prefixes,
}

/// Of which standard a context speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Standard {
    /// None, or one that does not mention SPDX 3.
    #[default]
    Foreign,
    /// SPDX 3, with the version in its address where there is one.
    Spdx(Option<String>),
}

impl Standard {
    fn of(address: &str) -> Self {
        let after = address.split_once("spdx.org/rdf/").map(|(_, after)| after);
        match after.and_then(|after| after.split('/').next()) {
            Some(version) if version.starts_with('3') => {
                Self::Spdx(Some(version.to_owned()))
            }
            _ if address.contains("spdx-3") => Self::Spdx(None),
            _ => Self::Foreign,
        }
    }
}

impl<'de> Deserialize<'de> for Context {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let parts = List::<ContextPart<'de>>::deserialize(reader)?;
        let parts = match parts {
            List::Is(parts) => parts,
            List::Bare(part) => vec![*part],
        };
        let mut context = Self::default();
        for part in parts {
            match part {
                ContextPart::Address(address) => {
                    if context.standard == Standard::Foreign
                        && let Some(address) = address.as_str()
                    {
                        context.standard = Standard::of(address);
                    }
                }
                ContextPart::Terms(prefixes) => context.prefixes.extend(prefixes),
            }
        }
        Ok(context)
    }
}

/// One part of a context: the address of another, or terms of its own.
enum ContextPart<'a> {
    Address(Text<'a>),
    Terms(Prefixes),
}

impl<'de> Deserialize<'de> for ContextPart<'de> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(ContextPartVisitor)
    }
}

struct ContextPartVisitor;

impl<'de> Visitor<'de> for ContextPartVisitor {
    type Value = ContextPart<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address or terms")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(ContextPart::Address(Text::Is(Cow::Owned(text.to_owned()))))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(ContextPart::Address(Text::Absent))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(ContextPart::Address(Text::Absent))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(ContextPart::Address(Text::Absent))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(ContextPart::Address(Text::Absent))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(ContextPart::Address(Text::Absent))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(ContextPart::Address(Text::Absent))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut terms: A) -> Result<Self::Value, A::Error> {
        let mut prefixes = Prefixes::default();
        while let Some((term, meaning)) =
            terms.next_entry::<Cow<'de, str>, Text<'de>>()?
        {
            if let Some(namespace) = meaning.as_str() {
                prefixes.add(&term, namespace);
            }
        }
        Ok(ContextPart::Terms(prefixes))
    }
}

/// One element, with every member that is read of any type.
#[derive(Default, Deserialize)]
pub(super) struct Element<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: List<Text<'a>>,
    #[serde(borrow, default, rename = "@type")]
    kind_in_json_ld: List<Text<'a>>,
    #[serde(borrow, default, rename = "spdxId")]
    id: Text<'a>,
    #[serde(borrow, default, rename = "@id")]
    id_in_json_ld: Text<'a>,
    #[serde(borrow, default)]
    pub(super) name: Text<'a>,
    #[serde(borrow, default, rename = "creationInfo")]
    pub(super) creation: Reference<'a>,
    #[serde(borrow, default, rename = "externalIdentifier")]
    pub(super) identifiers: List<Object<ExternalIdentifier<'a>>>,

    // Packages.
    #[serde(borrow, default, rename = "software_packageVersion")]
    pub(super) version: Text<'a>,
    #[serde(borrow, default, rename = "software_packageUrl")]
    pub(super) purl: Text<'a>,
    #[serde(borrow, default, rename = "software_primaryPurpose")]
    pub(super) purpose: Text<'a>,
    #[serde(borrow, default, rename = "suppliedBy")]
    pub(super) supplied_by: List<Reference<'a>>,
    #[serde(borrow, default, rename = "originatedBy")]
    pub(super) originated_by: List<Reference<'a>>,
    #[serde(borrow, default, rename = "verifiedUsing")]
    pub(super) verified_using: List<Object<Verification<'a>>>,
    #[serde(borrow, default, rename = "supportLevel")]
    pub(super) support_level: List<Text<'a>>,
    #[serde(borrow, default, rename = "validUntilTime")]
    pub(super) valid_until: Text<'a>,

    // Relationships, and what VEX adds to them.
    #[serde(borrow, default)]
    pub(super) from: Reference<'a>,
    #[serde(borrow, default, rename = "relationshipType")]
    pub(super) relationship_type: Text<'a>,
    #[serde(borrow, default)]
    pub(super) to: List<Reference<'a>>,
    #[serde(borrow, default, rename = "security_justificationType")]
    pub(super) justification: Text<'a>,
    #[serde(borrow, default, rename = "security_impactStatement")]
    pub(super) impact: Text<'a>,
    #[serde(borrow, default, rename = "security_actionStatement")]
    pub(super) action: Text<'a>,
    #[serde(borrow, default, rename = "security_modifiedTime")]
    pub(super) modified: Text<'a>,
    #[serde(borrow, default, rename = "security_publishedTime")]
    pub(super) published: Text<'a>,
    #[serde(borrow, default, rename = "security_statusNotes")]
    pub(super) status_notes: Text<'a>,
    #[serde(borrow, default, rename = "security_withdrawnTime")]
    pub(super) withdrawn: Text<'a>,

    // Creation information.
    #[serde(borrow, default, rename = "specVersion")]
    pub(super) spec: Text<'a>,
    #[serde(borrow, default)]
    pub(super) created: Text<'a>,
    #[serde(borrow, default, rename = "createdBy")]
    pub(super) created_by: List<Reference<'a>>,
    #[serde(borrow, default, rename = "createdUsing")]
    pub(super) created_using: List<Reference<'a>>,

    // Collections, annotations, licences.
    #[serde(borrow, default, rename = "namespaceMap")]
    pub(super) namespaces: List<Object<NamespaceMap<'a>>>,
    #[serde(borrow, default, rename = "rootElement")]
    pub(super) roots: List<Reference<'a>>,
    #[serde(borrow, default)]
    pub(super) element: List<Reference<'a>>,
    #[serde(borrow, default, rename = "software_sbomType")]
    pub(super) sbom_type: List<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) subject: Reference<'a>,
    #[serde(borrow, default)]
    pub(super) statement: Text<'a>,
    #[serde(borrow, default, rename = "simplelicensing_licenseExpression")]
    pub(super) licence: Text<'a>,
}

/// An entry of `namespaceMap`.
#[derive(Deserialize)]
pub(super) struct NamespaceMap<'a> {
    #[serde(borrow, default)]
    pub(super) prefix: Text<'a>,
    #[serde(borrow, default)]
    pub(super) namespace: Text<'a>,
}

#[derive(Deserialize)]
pub(super) struct ExternalIdentifier<'a> {
    #[serde(borrow, default, rename = "externalIdentifierType")]
    pub(super) kind: Text<'a>,
    #[serde(borrow, default)]
    pub(super) identifier: Text<'a>,
}

#[derive(Deserialize)]
pub(super) struct Verification<'a> {
    #[serde(borrow, default)]
    pub(super) algorithm: Text<'a>,
    #[serde(borrow, default, rename = "hashValue")]
    pub(super) value: Text<'a>,
}

/// What an element is, as far as it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// `software_Package`.
    Package,
    /// `ai_AIPackage`, a subclass of it.
    AiPackage,
    /// `dataset_DatasetPackage`, a subclass of it.
    DatasetPackage,
    /// `SpdxDocument`.
    SpdxDocument,
    /// `software_Sbom` and its superclasses.
    Collection,
    /// `CreationInfo`.
    CreationInformation,
    /// `Person`.
    Person,
    /// `Organization`, or an agent of no further kind.
    Organization,
    /// `Tool` and `SoftwareAgent`.
    Tool,
    /// `security_Vulnerability`.
    Vulnerability,
    /// A licence or a licence expression.
    Licence,
    /// `Annotation`.
    Annotation,
    /// Every type whose name ends in `Relationship`.
    Relationship(Assessment),
    /// Nothing that is read.
    Apart,
}

/// What a relationship says about a vulnerability, by its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Assessment {
    Affected,
    NotAffected,
    Fixed,
    UnderInvestigation,
    /// None by its type.
    None,
}

impl Class {
    /// The class that a type names: `software_Package`, `software:Package` or the address
    /// `https://spdx.org/rdf/3.0.1/terms/Software/Package`.
    fn of(kind: &str) -> Self {
        let mut steps = kind.rsplit(['_', ':', '/', '#']);
        let local = steps.next().unwrap_or_default();
        let profile = steps.next().unwrap_or_default();
        match local {
            "Package" if profile.eq_ignore_ascii_case("software") => Self::Package,
            "AIPackage" => Self::AiPackage,
            "DatasetPackage" => Self::DatasetPackage,
            "SpdxDocument" => Self::SpdxDocument,
            "Sbom" | "Bom" | "Bundle" | "ElementCollection" => Self::Collection,
            "CreationInfo" => Self::CreationInformation,
            "Person" => Self::Person,
            "Organization" | "Agent" => Self::Organization,
            "Tool" | "SoftwareAgent" => Self::Tool,
            "Vulnerability" => Self::Vulnerability,
            "LicenseExpression"
            | "SimpleLicensingText"
            | "CustomLicense"
            | "ListedLicense" => Self::Licence,
            "Annotation" => Self::Annotation,
            _ if local.ends_with("Relationship") => {
                Self::Relationship(Assessment::of(local))
            }
            _ => Self::Apart,
        }
    }
}

impl Assessment {
    fn of(local: &str) -> Self {
        match local {
            "VexAffectedVulnAssessmentRelationship" => Self::Affected,
            "VexNotAffectedVulnAssessmentRelationship" => Self::NotAffected,
            "VexFixedVulnAssessmentRelationship" => Self::Fixed,
            "VexUnderInvestigationVulnAssessmentRelationship" => Self::UnderInvestigation,
            _ => Self::None,
        }
    }
}

impl<'a> Element<'a> {
    /// What the element is; the first of several types that is read decides.
    pub(super) fn class(&self) -> Class {
        let written = |list: &List<Text<'a>>| match list {
            List::Is(kinds) => kinds.iter().find_map(read_class),
            List::Bare(kind) => read_class(kind),
        };
        written(&self.kind)
            .or_else(|| written(&self.kind_in_json_ld))
            .unwrap_or(Class::Apart)
    }

    /// The identifier; empty where there is none.
    pub(super) fn take_id(&mut self) -> Cow<'a, str> {
        match (std::mem::take(&mut self.id), std::mem::take(&mut self.id_in_json_ld)) {
            (Text::Is(id), _) | (_, Text::Is(id)) => id,
            _ => Cow::Borrowed(""),
        }
    }

    /// Gives an element that has no identifier one by which it can be referred to.
    pub(super) fn set_id(&mut self, id: String) {
        self.id = Text::Is(Cow::Owned(id));
    }

    pub(super) fn id(&self) -> &str {
        self.id.as_str().or_else(|| self.id_in_json_ld.as_str()).unwrap_or_default()
    }
}

fn read_class(kind: &Text<'_>) -> Option<Class> {
    kind.as_str().map(Class::of).filter(|class| *class != Class::Apart)
}

/// A reference to an element, or the element itself where it stands inside another.
#[derive(Default)]
pub(super) enum Reference<'a> {
    #[default]
    Absent,
    Id(Cow<'a, str>),
    Inline(Box<Element<'a>>),
    Wrong(&'static str),
}

impl<'de: 'a, 'a> Deserialize<'de> for Reference<'a> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(ReferenceVisitor)
    }
}

struct ReferenceVisitor;

impl<'de> Visitor<'de> for ReferenceVisitor {
    type Value = Reference<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an identifier or an element")
    }

    fn visit_borrowed_str<E: Error>(self, id: &'de str) -> Result<Reference<'de>, E> {
        Ok(Reference::Id(Cow::Borrowed(id)))
    }

    fn visit_str<E: Error>(self, id: &str) -> Result<Reference<'de>, E> {
        Ok(Reference::Id(Cow::Owned(id.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Reference<'de>, A::Error> {
        let element = Element::deserialize(MapAccessDeserializer::new(object))?;
        Ok(Reference::Inline(Box::new(element)))
    }

    fn visit_seq<A: SeqAccess<'de>>(
        self,
        mut list: A,
    ) -> Result<Reference<'de>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Reference::Wrong("a list"))
    }

    fn visit_unit<E: Error>(self) -> Result<Reference<'de>, E> {
        Ok(Reference::Absent)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Reference<'de>, E> {
        Ok(Reference::Wrong("a truth value"))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Reference<'de>, E> {
        Ok(Reference::Wrong("a number"))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Reference<'de>, E> {
        Ok(Reference::Wrong("a number"))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Reference<'de>, E> {
        Ok(Reference::Wrong("a number"))
    }
}
