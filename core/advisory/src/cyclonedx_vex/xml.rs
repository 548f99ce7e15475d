//! The same document in XML, 1.4 to 1.7: its elements as the members that JSON has.
//!
//! Source: the schemas `bom-1.4.xsd` to `bom-1.7.xsd`. Where JSON has a list of texts, XML
//! has a list element with one element for each; otherwise the names differ little.
//! Elements of other namespaces are extensions and passed over.

use reading::{Parsed, Rejected, xml};
use roxmltree::Node;

use super::{
    Affects, Analysis, Bom, Component, Flaw, Medium, Metadata, Named, Rating, Record,
    Reference, Versions, record,
};
use crate::wire::{List, Loose, Text};

/// The namespace of the format, without the version.
pub(crate) const NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";

/// Whether the bytes are XML rather than JSON, in whatever encoding.
pub(super) fn is_xml(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let first = bytes.trim_ascii_start().first() == Some(&b'<');
    let utf16 = [&[0xFF, 0xFE, b'<', 0][..], &[0xFE, 0xFF, 0, b'<'], &[0, b'<']];
    first || utf16.iter().any(|start| bytes.starts_with(start))
}

/// Reads a document in XML.
///
/// # Errors
/// As [`super::parse`].
pub(super) fn parse(bytes: &[u8]) -> Result<Parsed<Record>, Rejected> {
    let text = xml::decode(bytes)?;
    let tree = xml::parse(&text)?;
    let root = tree.root_element();
    let namespace = root.tag_name().namespace().unwrap_or_default();
    if !namespace.starts_with(NAMESPACE) || root.tag_name().name() != "bom" {
        return Err(Rejected::new(
            xml::place(root, None),
            "no CycloneDX document: the root is no `bom` in its namespace",
            "CycloneDX 1.4 to 1.7 is read, in JSON and in XML",
        ));
    }
    record(&bom(root), Medium::Xml, bytes)
}

fn bom(root: Node<'_, '_>) -> Bom<'static> {
    Bom {
        format: Text::borrowed("CycloneDX"),
        serial: attribute(root, "serialNumber"),
        version: attribute(root, "version"),
        metadata: Loose(child(root, "metadata").map(metadata).unwrap_or_default()),
        components: inside(root, "components", "component", component),
        services: inside(root, "services", "service", component),
        vulnerabilities: inside(root, "vulnerabilities", "vulnerability", flaw),
    }
}

fn metadata(node: Node<'_, '_>) -> Metadata<'static> {
    let maker = child(node, "manufacturer").or_else(|| child(node, "manufacture"));
    Metadata {
        timestamp: text(node, "timestamp"),
        component: child(node, "component").map(component),
        supplier: Loose(child(node, "supplier").map(named).unwrap_or_default()),
        manufacturer: Loose(maker.map(named).unwrap_or_default()),
        authors: inside(node, "authors", "author", |node| Loose(named(node))),
    }
}

fn named(node: Node<'_, '_>) -> Named<'static> {
    Named { name: text(node, "name") }
}

/// A component or a service. The nesting is bounded by the limit of depth.
fn component(node: Node<'_, '_>) -> Component<'static> {
    let (list, name) = match node.tag_name().name() {
        "service" => ("services", "service"),
        _ => ("components", "component"),
    };
    Component {
        reference: attribute(node, "bom-ref"),
        purl: text(node, "purl"),
        cpe: text(node, "cpe"),
        components: inside(node, list, name, component),
    }
}

fn flaw(node: Node<'_, '_>) -> Flaw<'static> {
    Flaw {
        id: text(node, "id"),
        references: inside(node, "references", "reference", reference),
        ratings: inside(node, "ratings", "rating", rating),
        cwes: inside(node, "cwes", "cwe", whole),
        description: text(node, "description"),
        recommendation: text(node, "recommendation"),
        workaround: text(node, "workaround"),
        updated: text(node, "updated"),
        rejected: text(node, "rejected"),
        analysis: Loose(child(node, "analysis").map(analysis).unwrap_or_default()),
        affects: inside(node, "affects", "target", affects),
    }
}

fn reference(node: Node<'_, '_>) -> Reference<'static> {
    Reference { id: text(node, "id") }
}

fn affects(node: Node<'_, '_>) -> Affects<'static> {
    Affects {
        reference: text(node, "ref"),
        versions: inside(node, "versions", "version", versions),
    }
}

fn rating(node: Node<'_, '_>) -> Rating<'static> {
    Rating {
        method: text(node, "method"),
        vector: text(node, "vector"),
        source: Loose(child(node, "source").map(named).unwrap_or_default()),
    }
}

fn analysis(node: Node<'_, '_>) -> Analysis<'static> {
    Analysis {
        state: text(node, "state"),
        justification: text(node, "justification"),
        detail: text(node, "detail"),
        response: inside(node, "responses", "response", whole),
        first: text(node, "firstIssued"),
        last: text(node, "lastUpdated"),
    }
}

fn versions(node: Node<'_, '_>) -> Versions<'static> {
    Versions {
        version: text(node, "version"),
        range: text(node, "range"),
        status: text(node, "status"),
    }
}

/// The elements of one name in the list of another name.
fn inside<T>(
    node: Node<'_, '_>,
    list: &'static str,
    name: &'static str,
    read: impl Fn(Node<'_, '_>) -> T,
) -> List<T> {
    let lists = children(node, list);
    lists.flat_map(|list| children(list, name)).map(read).collect()
}

fn children<'t, 'i>(
    node: Node<'t, 'i>,
    name: &'static str,
) -> impl Iterator<Item = Node<'t, 'i>> {
    let namespace = node.tag_name().namespace();
    node.children().filter(move |child| {
        child.is_element()
            && child.tag_name().name() == name
            && child.tag_name().namespace() == namespace
    })
}

fn child<'t, 'i>(node: Node<'t, 'i>, name: &'static str) -> Option<Node<'t, 'i>> {
    children(node, name).next()
}

fn text(node: Node<'_, '_>, name: &'static str) -> Text<'static> {
    child(node, name).map(whole).unwrap_or_default()
}

/// The text of an element, with what stands between comments and in CDATA.
fn whole(node: Node<'_, '_>) -> Text<'static> {
    let parts = node.children().filter(Node::is_text).filter_map(|part| part.text());
    Text::from(parts.collect::<String>())
}

fn attribute(node: Node<'_, '_>, name: &str) -> Text<'static> {
    Text::from(node.attribute(name).unwrap_or_default().to_owned())
}
