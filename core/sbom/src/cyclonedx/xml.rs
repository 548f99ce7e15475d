//! CycloneDX XML, specification versions 1.0 to 1.7.
//!
//! Source: the schemas `bom-1.0.xsd` to `bom-1.7.xsd`, and the extensions of 1.1
//! `dependency-graph` 1.0 and `vulnerability` 1.0, which later became part of the format.
//! What is read and what is not stands in the module above. Elements of other namespaces
//! are extensions, and are passed over.

mod component;
mod vulnerability;

use reading::text::quoted;
use reading::{Note, Notes, Parsed, Place, Rejected, xml};
use roxmltree::{Node, NodeId};

use super::{Draft, tool_name, words};
use crate::{
    Aggregate, Bom, Composition, Contact, ContactKind, Context, Phase, RelationshipKind,
};

/// The namespace of the format, without the version.
const NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";

/// The extension of 1.1 that held relationships.
const DEPENDENCY_GRAPH: &str = "http://cyclonedx.org/schema/ext/dependency-graph/1.0";

/// The extension of 1.1 that held vulnerabilities.
const VULNERABILITY: &str = "http://cyclonedx.org/schema/ext/vulnerability/1.0";

/// Reads a document.
///
/// # Errors
/// When it is no well-formed XML, its root is no `bom` of CycloneDX, or it passes a limit.
pub(crate) fn parse(text: &str) -> Result<Parsed<Bom>, Rejected> {
    let tree = xml::parse(text)?;
    let root = tree.root_element();
    let namespace = root.tag_name().namespace().unwrap_or_default();
    let spec = namespace.strip_prefix(NAMESPACE);
    let (Some(spec), "bom") = (spec, root.tag_name().name()) else {
        return Err(Rejected::new(
            xml::place(root, None),
            format!("the root element is in the namespace {}", quoted(namespace)),
            "the root of CycloneDX is `bom` in `http://cyclonedx.org/schema/bom/1.6`",
        ));
    };
    let mut reading =
        Reading { draft: Draft::new(), notes: Notes::new(), within: None, namespace };
    reading.draft.bom.spec = spec.trim_end_matches('/').to_owned();
    reading.document(root)?;
    Ok(reading.draft.finish(reading.notes))
}

struct Reading<'n> {
    draft: Draft,
    notes: Notes,
    /// The element of a long list that is being read, and its path.
    within: Option<(NodeId, String)>,
    namespace: &'n str,
}

impl Reading<'_> {
    fn document(&mut self, root: Node<'_, '_>) -> Result<(), Rejected> {
        self.draft.serial =
            root.attribute("serialNumber").map(|text| text.trim().to_owned());
        self.draft.version = root.attribute("version").map(|text| text.trim().to_owned());
        let mut met = Vec::new();
        for part in root.children().filter(Node::is_element) {
            if !self.is_ours(part) {
                self.extension(part)?;
                continue;
            }
            let name = part.tag_name().name();
            if met.contains(&name) {
                self.note(part, "this element is given twice");
            }
            met.push(name);
            match name {
                "metadata" => self.metadata(part)?,
                "components" => self.components(part)?,
                "services" => self.services(part),
                "dependencies" => self.dependencies(part)?,
                "compositions" => self.compositions(part),
                "vulnerabilities" => self.vulnerabilities(part, &path(part)),
                "externalReferences" | "properties" | "annotations" | "formulation"
                | "declarations" | "definitions" | "citations" => {}
                _ => self.unknown(part, "the document"),
            }
        }
        Ok(())
    }

    /// What 1.1 kept in other namespaces.
    fn extension(&mut self, part: Node<'_, '_>) -> Result<(), Rejected> {
        match (part.tag_name().namespace(), part.tag_name().name()) {
            (Some(DEPENDENCY_GRAPH), "dependencies") => self.dependencies(part),
            (Some(VULNERABILITY), "vulnerabilities") => {
                self.extension_vulnerabilities(part, "", &path(part));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn metadata(&mut self, metadata: Node<'_, '_>) -> Result<(), Rejected> {
        for part in self.children(metadata) {
            match part.tag_name().name() {
                "timestamp" => self.draft.bom.created = stated(part),
                "tools" => self.tools(part),
                "authors" => {
                    for name in self.people(part) {
                        self.made_by(name, ContactKind::Person);
                    }
                }
                "component" => self.subject(part)?,
                "supplier" => self.draft.supplier = self.organization(part),
                "manufacture" => {
                    if let Some(name) = self.organization(part) {
                        self.draft.supplier.get_or_insert(name);
                    }
                }
                "manufacturer" => {
                    if let Some(name) = self.organization(part) {
                        self.made_by(name, ContactKind::Organization);
                    }
                }
                "lifecycles" => self.lifecycles(part)?,
                "licenses" | "properties" | "distributionConstraints" => {}
                _ => self.unknown(part, "the metadata"),
            }
        }
        Ok(())
    }

    fn made_by(&mut self, name: String, kind: ContactKind) {
        self.draft.bom.authors.push(Contact { name, kind });
    }

    /// Phases by a word of the standard, or by a name of their own.
    fn lifecycles(&mut self, list: Node<'_, '_>) -> Result<(), Rejected> {
        for part in self.children(list) {
            self.draft.count_entry()?;
            let field =
                |name: &str| self.children(part).find(|n| n.has_tag_name_of(name));
            let said = |name: &str| Some((field(name)?, field(name).and_then(stated)?));
            let (named, phase, written) = match (said("phase"), said("name")) {
                (Some((node, word)), _) => (node, words::phase(&word), word),
                (None, Some((node, name))) => (node, Phase::Other, name),
                (None, None) => {
                    self.note(part, "a life cycle without phase and name, set aside");
                    continue;
                }
            };
            if phase == Phase::Other && named.has_tag_name_of("phase") {
                self.note(named, words::no_phase(&written));
            }
            let place = xml::place(named, None);
            self.draft.bom.contexts.push(Context::new(phase, written, place));
        }
        Ok(())
    }

    /// Tools are `tool` elements (until 1.4), or components and services.
    fn tools(&mut self, tools: Node<'_, '_>) {
        for part in self.children(tools) {
            match part.tag_name().name() {
                "tool" => self.tool(part),
                "components" | "services" => {
                    for tool in self.children(part) {
                        self.tool(tool);
                    }
                }
                _ => self.unknown(part, "the tools"),
            }
        }
    }

    fn tool(&mut self, tool: Node<'_, '_>) {
        let field = |name: &str| self.children(tool).find(|n| n.has_tag_name_of(name));
        let text = |name: &str| field(name).and_then(stated);
        match tool_name(text("name"), text("vendor"), text("version")) {
            Some(name) => self.made_by(name, ContactKind::Tool),
            None => self.note(tool, "a tool without a name, set aside"),
        }
    }

    /// The name of an organisation, else its first address.
    fn organization(&mut self, organization: Node<'_, '_>) -> Option<String> {
        let (mut name, mut url) = (None, None);
        for part in self.children(organization) {
            match part.tag_name().name() {
                "name" => name = stated(part),
                "url" => {
                    url = url.or_else(|| stated(part));
                }
                "address" | "contact" => {}
                _ => self.unknown(part, "an organisation"),
            }
        }
        let loose = stated(organization);
        if name.is_none() && url.is_none() && loose.is_some() {
            self.note(organization, "text instead of an organisation, read as its name");
            return loose;
        }
        name.or(url)
    }

    /// The names of people, else their mail addresses.
    fn people(&mut self, list: Node<'_, '_>) -> Vec<String> {
        let mut people = Vec::new();
        for person in self.children(list) {
            let field =
                |name: &str| self.children(person).find(|n| n.has_tag_name_of(name));
            match field("name")
                .and_then(stated)
                .or_else(|| field("email").and_then(stated))
            {
                Some(name) => people.push(name),
                None => {
                    self.note(person, "a contact without name and address, set aside")
                }
            }
        }
        people
    }

    /// The references of services at every depth.
    fn services(&mut self, services: Node<'_, '_>) {
        let references = services
            .descendants()
            .filter(|node| node.has_tag_name_of("service"))
            .filter_map(|node| node.attribute("bom-ref"));
        self.draft.services.extend(references.map(str::to_owned));
    }

    /// Every `dependency` inside a `dependency`, and every `provides`, at every depth.
    fn dependencies(&mut self, list: Node<'_, '_>) -> Result<(), Rejected> {
        let base = path(list);
        let entries: Vec<_> = list.children().filter(is_dependency).collect();
        let total = entries.len();
        let mut open: Vec<(Node<'_, '_>, String)> = Vec::new();
        for (position, entry) in entries.into_iter().enumerate() {
            let step = xml::step("dependency", position, total);
            open.push((entry, format!("{base}/{step}")));
            while let Some((node, place)) = open.pop() {
                self.within = Some((node.id(), place.clone()));
                self.dependency(node, &place, &mut open)?;
            }
        }
        self.within = None;
        Ok(())
    }

    fn dependency<'a, 'i>(
        &mut self,
        node: Node<'a, 'i>,
        place: &str,
        open: &mut Vec<(Node<'a, 'i>, String)>,
    ) -> Result<(), Rejected> {
        let from = node.attribute("ref").unwrap_or_default();
        if from.is_empty() {
            self.note(node, "a dependency without `ref`");
        }
        for (name, kind) in [
            ("dependency", RelationshipKind::DependsOn),
            ("provides", RelationshipKind::Provides),
        ] {
            let targets: Vec<_> =
                node.children().filter(|child| child.has_tag_name_of(name)).collect();
            let total = targets.len();
            for (position, target) in targets.into_iter().enumerate() {
                let place = format!("{place}/{}", xml::step(name, position, total));
                let to = target.attribute("ref").unwrap_or_default().to_owned();
                self.draft.relate(from, kind, to, Place::Element(place.clone()))?;
                if target.children().any(|child| is_dependency(&child)) {
                    open.push((target, place));
                }
            }
        }
        Ok(())
    }

    fn compositions(&mut self, list: Node<'_, '_>) {
        for composition in self.children(list) {
            let mut read =
                Composition { aggregate: Aggregate::Unknown, references: Vec::new() };
            for part in self.children(composition) {
                match part.tag_name().name() {
                    "aggregate" => {
                        let word = text(part);
                        match words::aggregate(&word) {
                            Some(aggregate) => read.aggregate = aggregate,
                            None => self.note(
                                part,
                                format!(
                                    "{} is no word for completeness, read as `unknown`",
                                    quoted(&word)
                                ),
                            ),
                        }
                    }
                    "assemblies" | "dependencies" | "vulnerabilities" => {
                        let references =
                            self.children(part).filter_map(|node| node.attribute("ref"));
                        read.references.extend(references.map(str::to_owned));
                    }
                    _ => self.unknown(part, "a composition"),
                }
            }
            self.draft.bom.compositions.push(read);
        }
    }
}

/// Ways to read what may be wrong.
impl<'n> Reading<'n> {
    fn is_ours(&self, node: Node<'_, '_>) -> bool {
        node.tag_name().namespace() == Some(self.namespace)
    }

    /// The elements inside `node` that belong to the format.
    fn children<'a, 'i>(
        &self,
        node: Node<'a, 'i>,
    ) -> impl Iterator<Item = Node<'a, 'i>> + use<'a, 'i, 'n> {
        let namespace = self.namespace;
        node.children().filter(move |child| {
            child.is_element() && child.tag_name().namespace() == Some(namespace)
        })
    }

    fn note(&mut self, node: Node<'_, '_>, message: impl Into<String>) {
        let within = self.within.as_ref();
        self.notes.add(|| Note::new(xml::place(node, within), message));
    }

    fn unknown(&mut self, node: Node<'_, '_>, of: &str) {
        self.note(node, format!("no element that CycloneDX has in {of}, set aside"));
    }
}

/// Asks for the local name alone.
trait LocalName {
    fn has_tag_name_of(&self, name: &str) -> bool;
}

impl LocalName for Node<'_, '_> {
    fn has_tag_name_of(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}

fn is_dependency(node: &Node<'_, '_>) -> bool {
    node.has_tag_name_of("dependency")
}

/// The text of an element without its blanks; comments and CDATA may divide it.
fn text(node: Node<'_, '_>) -> String {
    let mut text = String::new();
    for piece in node.children().filter(Node::is_text).filter_map(|piece| piece.text()) {
        text.push_str(piece);
    }
    match text.trim() {
        trimmed if trimmed.len() == text.len() => text,
        trimmed => trimmed.to_owned(),
    }
}

/// The text of an element, of which an empty one says nothing.
fn stated(node: Node<'_, '_>) -> Option<String> {
    Some(text(node)).filter(|text| !text.is_empty())
}

fn path(node: Node<'_, '_>) -> String {
    xml::place(node, None).to_string()
}
