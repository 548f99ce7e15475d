//! The wire shape of CSAF 2.0 and 2.1, with every part optional.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::record;
pub(super) use crate::wire::{List, Text};

/// Whether a member is there at all, whatever it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Present {
    #[default]
    No,
    Yes,
}

impl<'de> Deserialize<'de> for Present {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PresentVisitor)
    }
}

struct PresentVisitor;

impl<'de> Visitor<'de> for PresentVisitor {
    type Value = Present;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Present, E> {
        Ok(Present::No)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Present, A::Error> {
        let mut present = Present::No;
        while list.next_element::<IgnoredAny>()?.is_some() {
            present = Present::Yes;
        }
        Ok(present)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Present, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Present::Yes)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Csaf<'a> {
    #[serde(borrow)]
    pub(super) document: Document<'a>,
    #[serde(default, borrow)]
    pub(super) product_tree: ProductTree<'a>,
    #[serde(default, borrow)]
    pub(super) vulnerabilities: List<Vulnerability<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Document<'a> {
    #[serde(borrow)]
    pub(super) csaf_version: Text<'a>,
    #[serde(borrow)]
    pub(super) category: Text<'a>,
    #[serde(borrow)]
    pub(super) title: Text<'a>,
    #[serde(borrow)]
    pub(super) publisher: Publisher<'a>,
    #[serde(borrow)]
    pub(super) tracking: Tracking<'a>,
    #[serde(borrow)]
    pub(super) distribution: Distribution<'a>,
    #[serde(borrow)]
    pub(super) notes: List<Note<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Publisher<'a> {
    #[serde(borrow)]
    pub(super) category: Text<'a>,
    #[serde(borrow)]
    pub(super) name: Text<'a>,
}

impl Publisher<'_> {
    /// The name of a publisher that says that it makes what it writes of (2.0 §3.2.1.8.1:
    /// `vendor` is for developers and maintainers of products).
    pub(super) fn maker(&self) -> Option<&str> {
        let name = self.name.as_str().trim();
        let vendor = self.category.as_str().trim().eq_ignore_ascii_case("vendor");
        Some(name).filter(|name| vendor && !name.is_empty())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Tracking<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) aliases: List<Text<'a>>,
    #[serde(borrow)]
    pub(super) initial_release_date: Text<'a>,
    #[serde(borrow)]
    pub(super) current_release_date: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Distribution<'a> {
    #[serde(borrow)]
    pub(super) tlp: Tlp<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Tlp<'a> {
    #[serde(borrow)]
    pub(super) label: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Note<'a> {
    #[serde(borrow)]
    pub(super) category: Text<'a>,
    #[serde(borrow)]
    pub(super) title: Text<'a>,
    #[serde(borrow)]
    pub(super) text: Text<'a>,
}

impl Note<'_> {
    pub(super) fn fact(&self, vulnerability: Option<usize>) -> record::Note {
        record::Note {
            vulnerability,
            category: self.category.owned(),
            title: self.title.owned(),
            text: self.text.owned(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ProductTree<'a> {
    #[serde(borrow)]
    pub(super) branches: List<Branch<'a>>,
    #[serde(borrow)]
    pub(super) full_product_names: List<FullProductName<'a>>,
    #[serde(borrow)]
    pub(super) relationships: List<Relationship<'a>>,
    #[serde(borrow)]
    pub(super) product_paths: List<ProductPath<'a>>,
    #[serde(borrow)]
    pub(super) product_groups: List<ProductGroup<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Branch<'a> {
    #[serde(borrow)]
    pub(super) category: Text<'a>,
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow)]
    pub(super) product: Option<FullProductName<'a>>,
    #[serde(borrow)]
    pub(super) branches: List<Branch<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FullProductName<'a> {
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow)]
    pub(super) product_id: Text<'a>,
    #[serde(borrow)]
    pub(super) product_identification_helper: Option<ProductIdentification<'a>>,
}

/// `product_identification_helper`: by what a product is known elsewhere.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ProductIdentification<'a> {
    #[serde(borrow)]
    pub(super) cpe: Text<'a>,
    #[serde(borrow)]
    pub(super) purl: Text<'a>,
    #[serde(borrow)]
    pub(super) purls: List<Text<'a>>,
    #[serde(borrow)]
    pub(super) model_numbers: List<Text<'a>>,
    #[serde(borrow)]
    pub(super) skus: List<Text<'a>>,
    #[serde(borrow)]
    pub(super) serial_numbers: List<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Relationship<'a> {
    #[serde(borrow)]
    pub(super) category: Text<'a>,
    #[serde(borrow)]
    pub(super) product_reference: Text<'a>,
    #[serde(borrow)]
    pub(super) relates_to_product_reference: Text<'a>,
    #[serde(borrow)]
    pub(super) full_product_name: FullProductName<'a>,
}

/// CSAF 2.1 has paths in the place of relationships.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ProductPath<'a> {
    #[serde(borrow)]
    pub(super) beginning_product_reference: Text<'a>,
    #[serde(borrow)]
    pub(super) full_product_name: FullProductName<'a>,
    #[serde(borrow)]
    pub(super) subpaths: List<Subpath<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Subpath<'a> {
    #[serde(borrow)]
    pub(super) category: Text<'a>,
    #[serde(borrow)]
    pub(super) next_product_reference: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ProductGroup<'a> {
    #[serde(borrow)]
    pub(super) group_id: Text<'a>,
    #[serde(borrow)]
    pub(super) product_ids: List<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Vulnerability<'a> {
    #[serde(borrow)]
    pub(super) cve: Text<'a>,
    #[serde(borrow)]
    pub(super) ids: List<Id<'a>>,
    #[serde(borrow)]
    pub(super) title: Text<'a>,
    #[serde(borrow)]
    pub(super) cwe: Option<Cwe<'a>>,
    #[serde(borrow)]
    pub(super) cwes: List<Cwe<'a>>,
    #[serde(borrow)]
    pub(super) notes: List<Note<'a>>,
    #[serde(borrow)]
    pub(super) product_status: ProductStatus<'a>,
    #[serde(borrow)]
    pub(super) flags: List<Flag<'a>>,
    #[serde(borrow)]
    pub(super) remediations: List<Remediation<'a>>,
    #[serde(borrow)]
    pub(super) scores: List<Score<'a>>,
    #[serde(borrow)]
    pub(super) metrics: List<Metric<'a>>,
    #[serde(borrow)]
    pub(super) threats: List<Threat<'a>>,
    pub(super) first_known_exploitation_dates: Present,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Id<'a> {
    #[serde(borrow)]
    pub(super) text: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Cwe<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
}

/// The groups of `product_status` as they are called: one publisher writes blanks for the
/// underscores, and a group that is not known must be told and not lost.
#[derive(Debug, Default)]
pub(super) struct ProductStatus<'a>(pub(super) Vec<(Text<'a>, List<Text<'a>>)>);

impl<'de: 'a, 'a> Deserialize<'de> for ProductStatus<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ProductStatusVisitor)
    }
}

struct ProductStatusVisitor;

impl<'de> Visitor<'de> for ProductStatusVisitor {
    type Value = ProductStatus<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(ProductStatus::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut groups = Vec::new();
        while let Some(group) = map.next_key::<Text<'de>>()? {
            if group.as_str() == "x_extensions" {
                map.next_value::<IgnoredAny>()?;
            } else {
                groups.push((group, map.next_value()?));
            }
        }
        Ok(ProductStatus(groups))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Flag<'a> {
    #[serde(borrow)]
    pub(super) label: Text<'a>,
    #[serde(borrow)]
    pub(super) product_ids: List<Text<'a>>,
    #[serde(borrow)]
    pub(super) group_ids: List<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Remediation<'a> {
    #[serde(borrow)]
    pub(super) category: Text<'a>,
    #[serde(borrow)]
    pub(super) details: Text<'a>,
    #[serde(borrow)]
    pub(super) url: Text<'a>,
    #[serde(borrow)]
    pub(super) product_ids: List<Text<'a>>,
    #[serde(borrow)]
    pub(super) group_ids: List<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Threat<'a> {
    #[serde(borrow)]
    pub(super) category: Text<'a>,
    #[serde(borrow)]
    pub(super) details: Text<'a>,
    #[serde(borrow)]
    pub(super) product_ids: List<Text<'a>>,
    #[serde(borrow)]
    pub(super) group_ids: List<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Score<'a> {
    #[serde(borrow)]
    pub(super) cvss_v2: Option<Cvss<'a>>,
    #[serde(borrow)]
    pub(super) cvss_v3: Option<Cvss<'a>>,
    #[serde(borrow)]
    pub(super) cvss_v4: Option<Cvss<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Metric<'a> {
    #[serde(borrow)]
    pub(super) content: Score<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Cvss<'a> {
    #[serde(borrow, rename = "vectorString")]
    pub(super) vector: Text<'a>,
}
