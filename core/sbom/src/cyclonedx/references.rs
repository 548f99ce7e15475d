//! Whether references lead somewhere, and to one place only.

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use reading::text::quoted;
use reading::{Note, Notes, Place};

use crate::{Bom, Component, Subject};

/// Notes every reference that two components share, that leads nowhere, or that is stated
/// twice. Nothing is removed.
pub(super) fn check(bom: &Bom, services: &[String], notes: &mut Notes) {
    // Only looked up, never walked: the order of hashes reaches no output.
    let mut known: HashMap<&str, Owner> = HashMap::new();
    for service in services {
        known.insert(service, Owner::Service);
    }
    for component in subject(bom).into_iter().chain(bom.parts()) {
        if component.reference.is_empty() {
            continue;
        }
        let before = known.insert(&component.reference, Owner::Component);
        if before == Some(Owner::Component) {
            let name = quoted(&component.reference);
            let message = format!("the reference {name} names several components");
            notes.add(|| Note::new(component.place.clone(), message));
        }
    }
    relationships(bom, &known, notes);
    for statement in &bom.statements {
        for reference in &statement.references {
            dangling(reference, &known, &statement.place, notes);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Service,
    Component,
}

const fn subject(bom: &Bom) -> Option<&Component> {
    match &bom.subject {
        Subject::Apart(component) => Some(component),
        _ => None,
    }
}

fn relationships(bom: &Bom, known: &HashMap<&str, Owner>, notes: &mut Notes) {
    let mut met = HashSet::with_capacity(bom.relationships.len());
    let mut last = "";
    for relation in &bom.relationships {
        // One note for an entry, however many relations start from it.
        if relation.from != last {
            dangling(&relation.from, known, &relation.place, notes);
            last = &relation.from;
        }
        dangling(&relation.to, known, &relation.place, notes);
        if !met.insert((relation.from.as_str(), relation.kind, relation.to.as_str())) {
            let message = "this relationship is stated twice";
            notes.add(|| Note::new(relation.place.clone(), message));
        }
    }
}

fn dangling(name: &str, known: &HashMap<&str, Owner>, place: &Place, notes: &mut Notes) {
    // A BOM-Link leads to another document; an empty reference was noted when it was read.
    if name.is_empty() || name.starts_with("urn:cdx:") || known.contains_key(name) {
        return;
    }
    let name = quoted(name);
    notes.add(|| {
        Note::new(place.clone(), format!("the reference {name} names no component"))
    });
}
