//! A catalog or a mapping, as a list, with what of ours belongs to it.

use posture::catalog as ours;
use posture::crosswalk::crosswalks;

use crate::catalog::Catalog;
use crate::mapping::MappingCollection;

/// A control of some catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<'c> {
    /// Its id.
    pub id: &'c str,
    /// What it is called.
    pub title: &'c str,
    /// The groups that it is in, the outermost first.
    pub groups: Vec<&'c str>,
    /// The controls of ours that belong to it by a crosswalk, or are it.
    pub belong: Vec<&'static str>,
}

/// The controls of a catalog, in order.
#[must_use]
pub fn controls(catalog: &Catalog) -> Vec<Listed<'_>> {
    let all = catalog.all().into_iter();
    all.map(|(groups, control)| Listed {
        id: &control.id,
        title: &control.title,
        groups,
        belong: belong(&control.id),
    })
    .collect()
}

/// The controls of ours that belong to an id of another catalog.
fn belong(id: &str) -> Vec<&'static str> {
    let is_named = |control: &posture::Control| {
        control.id() == id
            || crosswalks().iter().any(|crosswalk| {
                crosswalk.of(control.id()).iter().any(|it| it.eq_ignore_ascii_case(id))
            })
    };
    ours().controls().filter(is_named).map(posture::Control::id).collect()
}

/// Controls that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair<'m> {
    /// Those of the one catalog.
    pub sources: Vec<&'m str>,
    /// How, as it is written: `intersects-with`, `subset-of`.
    pub relationship: &'m str,
    /// Those of the other.
    pub targets: Vec<&'m str>,
}

/// What a collection of mappings puts together, in order.
#[must_use]
pub fn pairs(collection: &MappingCollection) -> Vec<Pair<'_>> {
    let maps = collection.mappings.iter().flat_map(|mapping| &mapping.maps);
    maps.map(|map| Pair {
        sources: map.sources.iter().map(|end| end.id_ref.as_str()).collect(),
        relationship: &map.relationship,
        targets: map.targets.iter().map(|end| end.id_ref.as_str()).collect(),
    })
    .collect()
}
