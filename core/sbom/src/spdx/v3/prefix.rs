//! Short identifiers: `prefix:rest` for a namespace and the rest.
//!
//! Source: JSON-LD 1.1 §4.1.5 (compact IRIs), by which the terms of the context expand, and
//! SPDX 3.0.1 `Core/NamespaceMap`, the prefixes that a document suggests for its own
//! identifiers. Writers use those in JSON-LD without a word in the context. Where both
//! define a prefix the context counts.

use std::borrow::Cow;
use std::collections::BTreeMap;

use foldhash::HashMap;

use super::graph::Graph;

/// Namespaces by their prefixes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Prefixes(BTreeMap<String, String>);

impl Prefixes {
    /// Adds a prefix, unless it is known. An empty one, and what would make a namespace of
    /// a relative address, is none.
    pub(super) fn add(&mut self, prefix: &str, namespace: &str) {
        let is_prefix = !prefix.is_empty() && !prefix.starts_with(['_', '@']);
        if is_prefix && !prefix.contains(':') && namespace.contains(':') {
            self.0.entry(prefix.to_owned()).or_insert_with(|| namespace.to_owned());
        }
    }

    pub(super) fn extend(&mut self, other: Self) {
        for (prefix, namespace) in other.0 {
            self.0.entry(prefix).or_insert(namespace);
        }
    }

    /// The identifier that a short one stands for. What follows two slashes is an address
    /// already, whatever its scheme is called.
    fn full(&self, short: &str) -> Option<String> {
        let (prefix, rest) = short.split_once(':')?;
        if rest.starts_with("//") {
            return None;
        }
        self.0.get(prefix).map(|namespace| format!("{namespace}{rest}"))
    }

    fn expand(&self, id: &mut Cow<'_, str>) {
        if let Some(full) = self.full(id) {
            *id = Cow::Owned(full);
        }
    }

    fn expand_owned(&self, id: &mut String) {
        if let Some(full) = self.full(id) {
            *id = full;
        }
    }

    /// Expands every identifier of a graph, so that one that is written short in one place
    /// and in full in another is one.
    pub(super) fn apply(&self, graph: &mut Graph<'_>) {
        if self.0.is_empty() {
            return;
        }
        for component in &mut graph.components {
            self.expand_owned(&mut component.reference);
        }
        for parties in &mut graph.parties {
            let ids = parties.supplied_by.iter_mut().chain(&mut parties.originated_by);
            ids.for_each(|id| self.expand(id));
        }
        for collection in &mut graph.collections {
            let ids = collection.roots.iter_mut().chain(&mut collection.creation);
            ids.chain([&mut collection.id]).for_each(|id| self.expand(id));
        }
        for creation in &mut graph.creations {
            let ids = creation.by.iter_mut().chain(&mut creation.using);
            ids.chain([&mut creation.id]).for_each(|id| self.expand(id));
        }
        for relationship in &mut graph.relationships {
            self.expand_owned(&mut relationship.from);
            self.expand_owned(&mut relationship.to);
        }
        for statement in &mut graph.statements {
            let ids = statement.references.iter_mut().chain([&mut statement.id]);
            ids.for_each(|id| self.expand_owned(id));
        }
        for (package, licence) in &mut graph.licensed {
            self.expand(package);
            self.expand(licence);
        }
        for (subject, _) in &mut graph.annotations {
            self.expand(subject);
        }
        graph.agents = self.keys(std::mem::take(&mut graph.agents));
        graph.licences = self.keys(std::mem::take(&mut graph.licences));
        graph.vulnerabilities = self.keys(std::mem::take(&mut graph.vulnerabilities));
    }

    /// A map under the full identifiers. Where one is written in both ways the full one
    /// counts, so the order of the map reaches nothing.
    fn keys<'a, T>(&self, map: HashMap<Cow<'a, str>, T>) -> HashMap<Cow<'a, str>, T> {
        let mut all = HashMap::default();
        let mut short = Vec::new();
        for (id, value) in map {
            match self.full(&id) {
                Some(full) => short.push((id, full, value)),
                None => {
                    all.insert(id, value);
                }
            }
        }
        short.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        for (_, full, value) in short {
            all.entry(Cow::Owned(full)).or_insert(value);
        }
        all
    }
}
