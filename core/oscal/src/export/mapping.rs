//! Crosswalks, as a collection of mappings.
//!
//! Of each pair it is only said that the two meet (`intersects-with`): how far one covers the
//! other is a judgement that nobody made.

use posture::crosswalk::{Crosswalk, crosswalks};

use super::{back_matter, catalog_resource, metadata, reference, resource};
use crate::mapping::{End, Map, Mapped, Mapping, MappingCollection, Provenance};
use crate::metadata::{Property, Resource};
use crate::{Document, Id, Other};

/// The crosswalks from our catalog to others.
#[must_use]
pub fn mapping() -> Document {
    let own = catalog_resource();
    let day = &posture::catalog().version;
    let mappings =
        crosswalks().iter().map(|crosswalk| one(own.uuid, crosswalk)).collect();
    let provenance = Provenance {
        method: "human".to_owned(),
        matching_rationale: "semantic".to_owned(),
        status: "not-complete".to_owned(),
        mapping_description: Some(
            "Which parts of other catalogs each control belongs to, by identifier and our \
             paraphrase. That a control is met does not say that such a part is."
                .to_owned(),
        ),
        props: Vec::new(),
        remarks: None,
        other: Other::new(),
    };
    let mut resources = vec![own];
    resources.extend(crosswalks().iter().map(target));
    let document = MappingCollection {
        uuid: Id::NIL,
        metadata: metadata("Crosswalks of the considerations to other catalogs", day),
        provenance,
        mappings,
        back_matter: back_matter(resources),
        other: Other::new(),
    };
    Document::Mapping(Box::new(document)).identified()
}

fn target(crosswalk: &Crosswalk) -> Resource {
    let id = Id::named(&["catalog", &crosswalk.catalog, &crosswalk.edition]);
    let title = format!("{}, {}", crosswalk.name, crosswalk.edition);
    let mut resource = resource(id, &title, "");
    resource.props = vec![Property::ours("crosswalk", &crosswalk.catalog)];
    resource
}

fn one(own: Id, crosswalk: &Crosswalk) -> Mapping {
    let catalog = |id: Id| Mapped {
        kind: "catalog".to_owned(),
        href: reference(id),
        props: Vec::new(),
        other: Other::new(),
    };
    let maps = crosswalk.controls.iter().filter(|(_, ids)| !ids.is_empty());
    let maps = maps.map(|(control, ids)| Map {
        uuid: Id::named(&["map", &crosswalk.catalog, control]),
        relationship: "intersects-with".to_owned(),
        sources: vec![end(control, None)],
        targets: ids.iter().map(|id| end(id, crosswalk.means.get(id))).collect(),
        props: Vec::new(),
        remarks: None,
        other: Other::new(),
    });
    Mapping {
        uuid: Id::named(&["mapping", &crosswalk.catalog]),
        source_resource: catalog(own),
        target_resource: catalog(target(crosswalk).uuid),
        maps: maps.collect(),
        props: vec![Property::ours("crosswalk", &crosswalk.catalog)],
        remarks: None,
        other: Other::new(),
    }
}

fn end(id: &str, means: Option<&String>) -> End {
    End {
        kind: "control".to_owned(),
        id_ref: id.to_owned(),
        props: Vec::new(),
        remarks: means.cloned(),
        other: Other::new(),
    }
}
