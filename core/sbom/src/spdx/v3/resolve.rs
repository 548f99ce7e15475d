//! What is known only when the whole graph has been read: who is behind an identifier.

use std::borrow::Cow;

use foldhash::HashMap;
use reading::{Notes, Parsed, Place, Rejected};

use super::super::v2;
use super::element::{Class, Context, Standard};
use super::graph::{Collection, Creation, Graph, local};
use crate::{Bom, Component, Contact, ContactKind, Format, RelationshipKind, Subject};

/// The bill of materials in `graph`.
///
/// # Errors
/// When nothing says that it is SPDX 3.
pub(super) fn bom(
    mut graph: Graph<'_>,
    context: &Context,
) -> Result<Parsed<Bom>, Rejected> {
    let mut notes = std::mem::take(&mut graph.notes);
    let mut prefixes = context.prefixes.clone();
    prefixes.extend(std::mem::take(&mut graph.prefixes));
    prefixes.apply(&mut graph);
    let document = main_document(&graph.collections, &mut notes);
    let creation = creation(&graph.creations, document);
    let spec = spec(creation, context, &mut notes)?;
    let mut bom = Bom::new(Format::Spdx);
    bom.spec = spec;
    if let Some(document) = document {
        bom.identity =
            (!document.id.is_empty()).then(|| document.id.clone().into_owned());
        bom.name.clone_from(&document.name);
        bom.contexts = contexts(document, &graph.collections);
    } else {
        notes.at(|| Place::Document, "there is no `SpdxDocument`");
    }
    if let Some(creation) = creation {
        bom.created.clone_from(&creation.created);
        bom.authors = authors(creation, &graph.agents, &mut notes);
    }
    bom.components = std::mem::take(&mut graph.components);
    name_parties(&mut bom.components, &graph, &mut notes);
    bom.relationships = std::mem::take(&mut graph.relationships);
    bom.statements = std::mem::take(&mut graph.statements);
    for statement in &mut bom.statements {
        match graph.vulnerabilities.get(statement.id.as_str()) {
            Some(known) => {
                statement.id.clone_from(&known.id);
                statement.aliases.clone_from(&known.aliases);
            }
            None => statement.id = local(&statement.id).to_owned(),
        }
    }
    let resolved = by_position(&bom, &graph, document, &mut notes);
    resolved.apply(&mut bom);
    Ok(Parsed { value: bom, notes: notes.finish() })
}

/// The document, or where there is none the first collection.
fn main_document<'g, 'a>(
    collections: &'g [Collection<'a>],
    notes: &mut Notes,
) -> Option<&'g Collection<'a>> {
    let mut documents =
        collections.iter().filter(|collection| collection.class == Class::SpdxDocument);
    let first = documents.next();
    if documents.next().is_some() {
        let message =
            "there are several elements of type `SpdxDocument`; the first is taken";
        notes.at(|| Place::Document, message);
    }
    first.or_else(|| collections.first())
}

fn creation<'g, 'a>(
    creations: &'g [Creation<'a>],
    document: Option<&Collection<'a>>,
) -> Option<&'g Creation<'a>> {
    let id = document.and_then(|document| document.creation.as_deref());
    id.and_then(|id| creations.iter().find(|creation| creation.id == id))
        .or_else(|| creations.first())
}

/// The version of the creation information, else the one in the address of the context.
fn spec(
    creation: Option<&Creation<'_>>,
    context: &Context,
    notes: &mut Notes,
) -> Result<String, Rejected> {
    let claim = creation.and_then(|creation| creation.spec.as_deref());
    let claim = claim.map(|claim| claim.strip_prefix("SPDX-").unwrap_or(claim));
    match (claim, &context.standard) {
        (Some(claim), _) if claim.starts_with('3') => Ok(claim.to_owned()),
        (None, Standard::Spdx(Some(version))) => {
            let message = "there is no `specVersion`; the version is that of the context";
            notes.at(|| Place::Document, message);
            Ok(version.clone())
        }
        (claim, Standard::Spdx(_)) => {
            let message = "`specVersion` is no version of SPDX 3; read as 3.0.1";
            notes.at(|| Place::Document, message);
            Ok(claim.unwrap_or_default().to_owned())
        }
        (_, Standard::Foreign) => Err(Rejected::new(
            Place::Pointer("/@context".to_owned()),
            "this is no SPDX 3 document: neither its context nor a `specVersion` says so",
            "SPDX and CycloneDX documents are read",
        )),
    }
}

fn authors(
    creation: &Creation<'_>,
    agents: &HashMap<Cow<'_, str>, Contact>,
    notes: &mut Notes,
) -> Vec<Contact> {
    let mut authors = Vec::new();
    for id in &creation.by {
        match agents.get(id) {
            Some(agent) => authors.push(agent.clone()),
            None => unknown_agent(id, Place::Document, notes),
        }
    }
    for id in &creation.using {
        let name = agents.get(id).map_or_else(|| local(id), |agent| agent.name.as_str());
        authors.push(Contact { name: name.to_owned(), kind: ContactKind::Tool });
    }
    authors
}

fn unknown_agent(id: &str, place: Place, notes: &mut Notes) {
    if !is_silent(id) {
        let message = format!("`{}` is not in the document or has no name", v2::clip(id));
        notes.at(|| place, message);
    }
}

/// Whether an identifier is one of the standard's words for saying nothing.
fn is_silent(id: &str) -> bool {
    matches!(
        local(id),
        "" | "NoAssertion"
            | "NoAssertionElement"
            | "NoAssertionLicense"
            | "None"
            | "NoneElement"
            | "NoneLicense"
            | "NOASSERTION"
            | "NONE"
            | "expandedlicensing_NoAssertionLicense"
            | "expandedlicensing_NoneLicense"
    )
}

fn name_parties(components: &mut [Component], graph: &Graph<'_>, notes: &mut Notes) {
    for (component, parties) in components.iter_mut().zip(&graph.parties) {
        let place = component.place.clone();
        let mut names = |ids: &[Cow<'_, str>]| -> Option<String> {
            let mut known = Vec::new();
            for id in ids {
                match graph.agents.get(id) {
                    Some(agent) => known.push(agent.name.as_str()),
                    None => unknown_agent(id, place.clone(), notes),
                }
            }
            (!known.is_empty()).then(|| known.join(", "))
        };
        component.supplier = names(&parties.supplied_by);
        component.originator = names(&parties.originated_by);
    }
}

/// What was found by position while the components could not be changed.
struct Resolved<'g> {
    subject: Vec<usize>,
    licences: Vec<(usize, &'g str)>,
    annotations: Vec<(usize, &'g str)>,
}

impl Resolved<'_> {
    fn apply(mut self, bom: &mut Bom) {
        self.subject.sort_unstable();
        self.subject.dedup();
        if !self.subject.is_empty() {
            bom.subject = Subject::Within(self.subject);
        }
        for (at, licence) in self.licences {
            if let Some(component) = bom.components.get_mut(at) {
                v2::licence(component, licence);
            }
        }
        for (at, text) in self.annotations {
            if let Some(component) = bom.components.get_mut(at) {
                v2::support(&mut component.support, text);
            }
        }
    }
}

fn by_position<'g>(
    bom: &Bom,
    graph: &'g Graph<'_>,
    document: Option<&Collection<'_>>,
    notes: &mut Notes,
) -> Resolved<'g> {
    let positions = v2::positions(&bom.components, notes);
    let at = |id: &str| positions.get(id).copied();
    let roots =
        document.into_iter().flat_map(|document| roots(document, &graph.collections));
    let described = bom.relationships.iter().filter_map(|relationship| {
        let by_document = relationship.kind == RelationshipKind::Describes
            && !positions.contains_key(relationship.from.as_str());
        by_document.then_some(relationship.to.as_str())
    });
    Resolved {
        subject: roots.chain(described).filter_map(at).collect(),
        licences: graph
            .licensed
            .iter()
            .filter(|(_, licence)| !is_silent(licence))
            .filter_map(|(package, licence)| {
                let text = graph.licences.get(licence).map_or(licence, |text| text);
                Some((at(package)?, text.strip_prefix(LICENCE_LIST).unwrap_or(text)))
            })
            .collect(),
        annotations: graph
            .annotations
            .iter()
            .filter_map(|(subject, text)| Some((at(subject)?, text.as_ref())))
            .collect(),
    }
}

/// From what the SBOMs of a document were made: those that are its roots, and where none is,
/// every one that stands in the file.
fn contexts(
    document: &Collection<'_>,
    collections: &[Collection<'_>],
) -> Vec<crate::Context> {
    let is_root = |one: &&Collection<'_>| {
        std::ptr::eq(*one, document) || document.roots.contains(&one.id)
    };
    let of = |chosen: Vec<&Collection<'_>>| -> Vec<crate::Context> {
        chosen.into_iter().flat_map(|one| one.contexts.iter().cloned()).collect()
    };
    let inner = |one: &&Collection<'_>| one.class == Class::Collection;
    match collections.iter().filter(inner).any(|one| is_root(&one)) {
        true => of(collections.iter().filter(is_root).collect()),
        // Where the roots are packages, an SBOM of something else says nothing of them.
        false => {
            let is_about = |one: &&Collection<'_>| {
                let mut roots = one.roots.iter();
                one.roots.is_empty() || roots.any(|root| document.roots.contains(root))
            };
            of(collections.iter().filter(is_about).collect())
        }
    }
}

/// Where the licences of the SPDX list have their identifiers.
const LICENCE_LIST: &str = "https://spdx.org/licenses/";

/// The roots of the document; where a root is an SBOM in it, that SBOM's roots.
fn roots<'g>(
    document: &'g Collection<'_>,
    collections: &'g [Collection<'_>],
) -> impl Iterator<Item = &'g str> {
    document.roots.iter().flat_map(|root| {
        let inner = collections.iter().find(|collection| {
            collection.id == *root && collection.class != Class::SpdxDocument
        });
        let through = inner.map(|inner| inner.roots.iter()).into_iter().flatten();
        std::iter::once(root).chain(through).map(AsRef::as_ref)
    })
}
