//! The object that `sbom diff --format json` prints; `docs/schema/sbom-diff.schema.json`
//! describes it.

use sbom::diff::{Change, Dependency, Field, Part};
use sbom::{Bom, Component};
use serde::Serialize;

use super::{Compared, Document};

#[derive(Serialize)]
pub(super) struct Object<'c> {
    old: Side<'c>,
    new: Side<'c>,
    added: Vec<Named<'c>>,
    removed: Vec<Named<'c>>,
    changed: Vec<Changed<'c>>,
    dependencies: Dependencies<'c>,
}

#[derive(Serialize)]
struct Side<'c> {
    file: &'c str,
    format: &'static str,
    spec: &'c str,
    name: Option<&'c str>,
    components: usize,
}

#[derive(Serialize)]
struct Named<'c> {
    name: &'c str,
    version: Option<&'c str>,
    purl: Option<&'c str>,
    cpe: Option<&'c str>,
    place: String,
}

#[derive(Serialize)]
struct Changed<'c> {
    old: Named<'c>,
    new: Named<'c>,
    /// Which facts differ: `version`, `licences`, `hashes`.
    fields: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    licences: Option<OldNew<&'c [String]>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hashes: Option<OldNew<Vec<Digest<'c>>>>,
}

#[derive(Serialize)]
struct OldNew<T> {
    old: T,
    new: T,
}

#[derive(Serialize)]
struct Digest<'c> {
    algorithm: &'c str,
    value: &'c str,
}

#[derive(Serialize)]
struct Dependencies<'c> {
    added: Vec<Edge<'c>>,
    removed: Vec<Edge<'c>>,
}

#[derive(Serialize)]
struct Edge<'c> {
    from: &'c str,
    kind: &'static str,
    to: &'c str,
}

impl<'c> Object<'c> {
    pub(super) fn new(compared: &'c Compared) -> Self {
        let difference = &compared.difference;
        let (old, new) = (compared.old.bom(), compared.new.bom());
        let changed = difference.changed.iter();
        Self {
            old: side(&compared.old),
            new: side(&compared.new),
            added: named(&difference.added, new),
            removed: named(&difference.removed, old),
            changed: changed.filter_map(|change| change_of(*change, old, new)).collect(),
            dependencies: Dependencies {
                added: edges(&difference.dependencies_added),
                removed: edges(&difference.dependencies_removed),
            },
        }
    }
}

fn side(document: &Document) -> Side<'_> {
    let bom = document.bom();
    Side {
        file: &document.file,
        format: bom.format.name(),
        spec: &bom.spec,
        name: bom.name.as_deref(),
        components: bom.components.len(),
    }
}

fn named<'c>(parts: &[Part], bom: &'c Bom) -> Vec<Named<'c>> {
    parts.iter().filter_map(|part| part.of(bom)).map(name).collect()
}

fn name(component: &Component) -> Named<'_> {
    Named {
        name: &component.name,
        version: component.version.as_deref(),
        purl: component.purl.as_deref(),
        cpe: component.cpes.first().map(String::as_str),
        place: component.place.to_string(),
    }
}

fn change_of<'c>(change: Change, old: &'c Bom, new: &'c Bom) -> Option<Changed<'c>> {
    let (old, new) = (change.old.of(old)?, change.new.of(new)?);
    let fields = [
        (change.version, "version"),
        (change.licences, "licences"),
        (change.hashes, "hashes"),
    ];
    let differs = |field: Field| field == Field::Differs;
    Some(Changed {
        old: name(old),
        new: name(new),
        fields: fields
            .into_iter()
            .filter(|(field, _)| differs(*field))
            .map(|(_, name)| name)
            .collect(),
        licences: differs(change.licences).then_some(OldNew {
            old: old.licences.as_slice(),
            new: new.licences.as_slice(),
        }),
        hashes: differs(change.hashes)
            .then(|| OldNew { old: digests(old), new: digests(new) }),
    })
}

fn digests(component: &Component) -> Vec<Digest<'_>> {
    component
        .hashes
        .iter()
        .map(|hash| Digest { algorithm: &hash.algorithm, value: &hash.value })
        .collect()
}

fn edges(dependencies: &[Dependency]) -> Vec<Edge<'_>> {
    dependencies
        .iter()
        .map(|dependency| Edge {
            from: &dependency.from,
            kind: dependency.kind,
            to: &dependency.to,
        })
        .collect()
}
