//! Components, at every depth.

use reading::text::quoted;
use reading::{Place, Rejected, xml};
use roxmltree::Node;

use super::super::words;
use super::{LocalName, Reading, VULNERABILITY, path, stated, text};
use crate::{Component, Hash, Kind, Patch};

/// Elements that a component may have several times.
const MAY_REPEAT: [&str; 4] = ["omniborId", "swhid", "data", "patentAssertions"];

/// A component that is still to be read.
struct Waiting<'a, 'i> {
    node: Node<'a, 'i>,
    parent: Option<usize>,
    path: String,
}

impl Reading<'_> {
    /// Reads the list of the document.
    pub(super) fn components(&mut self, node: Node<'_, '_>) -> Result<(), Rejected> {
        let mut list = std::mem::take(&mut self.draft.bom.components);
        let mut waiting = Vec::new();
        self.queue(node, None, &path(node), &mut waiting);
        self.walk(waiting, &mut list)?;
        self.draft.bom.components = list;
        Ok(())
    }

    /// Reads the subject of the document and what stands inside it.
    pub(super) fn subject(&mut self, node: Node<'_, '_>) -> Result<(), Rejected> {
        let mut list = Vec::new();
        self.walk(vec![Waiting { node, parent: None, path: path(node) }], &mut list)?;
        self.draft.subject(list);
        Ok(())
    }

    /// Puts the components of a list on the stack, the first of them on top.
    fn queue<'a, 'i>(
        &mut self,
        list: Node<'a, 'i>,
        parent: Option<usize>,
        path: &str,
        waiting: &mut Vec<Waiting<'a, 'i>>,
    ) {
        let mut nodes = Vec::new();
        for node in self.children(list) {
            if node.has_tag_name_of("component") {
                nodes.push(node);
            } else {
                self.unknown(node, "a list of components");
            }
        }
        let total = nodes.len();
        for (position, node) in nodes.into_iter().enumerate().rev() {
            let path = format!("{path}/{}", xml::step("component", position, total));
            waiting.push(Waiting { node, parent, path });
        }
    }

    fn walk(
        &mut self,
        mut waiting: Vec<Waiting<'_, '_>>,
        list: &mut Vec<Component>,
    ) -> Result<(), Rejected> {
        while let Some(Waiting { node, parent, path }) = waiting.pop() {
            self.draft.check_components(list.len())?;
            self.within = Some((node.id(), path.clone()));
            let place = Place::Element(path.clone());
            let mut component = Component { parent, ..Component::at(place) };
            for part in node.children().filter(Node::is_element) {
                if part.has_tag_name_of("components") && self.is_ours(part) {
                    let path = format!("{path}/components");
                    self.queue(part, Some(list.len()), &path, &mut waiting);
                }
            }
            self.component(node, &mut component);
            list.push(component);
        }
        self.within = None;
        Ok(())
    }

    fn component(&mut self, node: Node<'_, '_>, component: &mut Component) {
        component.kind = self.kind(node);
        component.reference = node.attribute("bom-ref").unwrap_or_default().to_owned();
        let mut met = Vec::new();
        for part in node.children().filter(Node::is_element) {
            if !self.is_ours(part) {
                if part.tag_name().namespace() == Some(VULNERABILITY) {
                    let path = format!("{}/{}", component.place, part.tag_name().name());
                    self.extension_vulnerabilities(part, &component.reference, &path);
                }
                continue;
            }
            let name = part.tag_name().name();
            if met.contains(&name) && !MAY_REPEAT.contains(&name) {
                self.note(part, "this element is given twice");
            }
            met.push(name);
            self.component_part(name, part, component);
        }
        if component.name.is_empty() {
            self.note(node, "a component without a name");
        }
    }

    fn component_part(
        &mut self,
        name: &str,
        part: Node<'_, '_>,
        component: &mut Component,
    ) {
        match name {
            "group" => component.group = text(part),
            "name" => component.name = text(part),
            "version" => component.version = stated(part),
            "purl" => component.purl = stated(part),
            "cpe" => component.cpes = stated(part).into_iter().collect(),
            "supplier" => component.supplier = self.organization(part),
            "manufacturer" => {
                if let Some(name) = self.organization(part) {
                    component.supplier.get_or_insert(name);
                }
            }
            "author" => component.originator = stated(part),
            "authors" => {
                let people = self.people(part).join(", ");
                component.originator = Some(people).filter(|names| !names.is_empty());
            }
            "publisher" => {
                if let Some(name) = stated(part) {
                    component.originator.get_or_insert(name);
                }
            }
            "licenses" => self.licences(part, component),
            "hashes" => self.hashes(part, component),
            "properties" => self.properties(part, component),
            "versionRange" => {
                let range = quoted(&text(part));
                self.note(
                    part,
                    format!("the range {range} instead of a version, set aside"),
                );
            }
            // Nested ones wait for their turn.
            "components" => {}
            "pedigree" => self.pedigree(part, component),
            "description" | "scope" | "copyright" | "swid" | "modified"
            | "externalReferences" | "evidence" | "releaseNotes" | "modelCard"
            | "data" | "cryptoProperties" | "tags" | "omniborId" | "swhid"
            | "isExternal" | "patentAssertions" => {}
            _ => self.unknown(part, "a component"),
        }
    }

    fn kind(&mut self, node: Node<'_, '_>) -> Kind {
        let Some(word) = node.attribute("type") else { return Kind::Unstated };
        words::kind(word).unwrap_or_else(|| {
            let word = quoted(word);
            self.note(
                node,
                format!("{word} is no type of component, read as another one"),
            );
            Kind::Other
        })
    }

    fn licences(&mut self, list: Node<'_, '_>, component: &mut Component) {
        for choice in self.children(list) {
            let stated = match choice.tag_name().name() {
                "license" => self.licence(choice),
                "expression" => stated(choice),
                // 1.7: `expression-detailed` holds the expression in an attribute.
                "expression-detailed" => {
                    choice.attribute("expression").map(str::to_owned)
                }
                _ => {
                    self.unknown(choice, "the licences");
                    continue;
                }
            };
            match stated {
                Some(licence) => component.licences.push(licence),
                None => self.note(choice, "a licence without id, name and expression"),
            }
        }
    }

    /// A licence: the id, else the name.
    fn licence(&mut self, licence: Node<'_, '_>) -> Option<String> {
        let field = |name: &str| self.children(licence).find(|n| n.has_tag_name_of(name));
        field("id").and_then(stated).or_else(|| field("name").and_then(stated))
    }

    /// Where a component comes from: of that, only patches say anything of vulnerabilities.
    fn pedigree(&mut self, pedigree: Node<'_, '_>, component: &mut Component) {
        let named = |node: &Node<'_, '_>, name: &str| node.tag_name().name() == name;
        let lists = self.children(pedigree).filter(|list| named(list, "patches"));
        for patch in lists.flat_map(|list| self.children(list)) {
            let issues = self.children(patch).filter(|list| named(list, "resolves"));
            let issues = issues.flat_map(|list| self.children(list));
            let is_flaw =
                |issue: &Node<'_, '_>| issue.attribute("type") != Some("enhancement");
            let id = |issue: Node<'_, '_>| {
                self.children(issue).find(|part| named(part, "id")).and_then(stated)
            };
            let resolves: Vec<String> = issues.filter(is_flaw).filter_map(id).collect();
            if !resolves.is_empty() {
                let kind = patch.attribute("type").unwrap_or_default().to_owned();
                let place = xml::place(patch, self.within.as_ref());
                component.patches.push(Patch { kind, resolves, place });
            }
        }
    }

    fn hashes(&mut self, list: Node<'_, '_>, component: &mut Component) {
        for hash in self.children(list) {
            match (hash.attribute("alg"), stated(hash)) {
                (Some(algorithm), Some(value)) => {
                    component
                        .hashes
                        .push(Hash { algorithm: algorithm.to_owned(), value });
                }
                _ => self.note(hash, "a hash without algorithm or content, set aside"),
            }
        }
    }

    fn properties(&mut self, list: Node<'_, '_>, component: &mut Component) {
        for property in self.children(list) {
            let Some(name) = property.attribute("name") else {
                self.note(property, "a property without a name, set aside");
                continue;
            };
            // Seen in documents: the value as an attribute, as JSON has it.
            let value = match property.attribute("value") {
                Some(value) => value.to_owned(),
                None => text(property),
            };
            words::support(component, name, &value);
            words::source_package(component, name, &value);
        }
    }
}
