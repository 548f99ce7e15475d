//! nmap: the output of `-oX`.
//!
//! Source: nmap's `nmap.dtd` (output version 1.05), and its output. The document type that
//! nmap names has no declarations of its own and is passed over.

use reading::{Notes, Place, Rejected, xml};
use roxmltree::Node;

use super::{About, Finding, Host, Level, Port, Scan, Tool, expect_room};
use crate::cell;

const DOCTYPE: &str = "<!DOCTYPE nmaprun>";

pub(super) fn read(text: &str, notes: &mut Notes) -> Result<Scan, Rejected> {
    let plain = text.replacen(DOCTYPE, &" ".repeat(DOCTYPE.len()), 1);
    let document = xml::parse(&plain)?;
    let root = document.root_element();
    let mut scan = Scan {
        tool: Tool::Nmap,
        by: format!("nmap {}", root.attribute("version").unwrap_or_default()),
        day: root.attribute("start").and_then(cell::seconds),
        hosts: Vec::new(),
        asked: asked(root),
        findings: Vec::new(),
    };
    let mut entries = 0;
    let hosts = root.children().filter(|node| node.has_tag_name("host"));
    for (at, node) in (1..).zip(hosts) {
        let place = Place::Element(format!("/nmaprun/host[{at}]"));
        let host = host(node, place.clone(), &mut scan.findings);
        entries += 1 + host.ports.len();
        expect_room(entries + scan.findings.len(), || place.clone())?;
        let state = attribute(child(node, "status"), "state");
        if state == "down" {
            notes.at(|| place, "the host is down");
            continue;
        }
        scan.hosts.push(host);
    }
    Ok(scan)
}

/// How many hosts it asked: those that it lists, or that it counted, since it leaves out those
/// that did not answer unless it is told otherwise.
fn asked(root: Node<'_, '_>) -> Option<usize> {
    let listed = root.children().filter(|node| node.has_tag_name("host")).count();
    let counted = child(root, "runstats").and_then(|stats| child(stats, "hosts"));
    let counted: usize = attribute(counted, "total").parse().unwrap_or_default();
    Some(counted.max(listed))
}

fn host(node: Node<'_, '_>, place: Place, findings: &mut Vec<Finding>) -> Host {
    let addresses = || node.children().filter(|it| it.has_tag_name("address"));
    let of = |is_mac: &dyn Fn(&str) -> bool| {
        let fits =
            |it: &Node<'_, '_>| is_mac(it.attribute("addrtype").unwrap_or_default());
        let found = addresses().find(fits);
        attribute(found, "addr").to_owned()
    };
    let address = of(&|kind| kind != "mac");
    let names = node.descendants().filter(|it| it.has_tag_name("hostname"));
    let names = names.filter_map(|it| it.attribute("name")).map(str::to_owned).collect();
    let system = node.descendants().find(|it| it.has_tag_name("osmatch"));
    let mut ports = Vec::new();
    let listed = node.descendants().filter(|it| it.has_tag_name("port"));
    for port in listed.filter(|it| attribute(child(*it, "state"), "state") == "open") {
        let number = port.attribute("portid").and_then(|it| it.parse().ok());
        let Some(number) = number else { continue };
        let service = child(port, "service");
        let software = [attribute(service, "product"), attribute(service, "version")];
        ports.push(Port {
            number,
            protocol: port.attribute("protocol").unwrap_or_default().to_owned(),
            service: attribute(service, "name").to_owned(),
            software: software.join(" ").trim().to_owned(),
        });
    }
    for script in node.descendants().filter(|it| it.has_tag_name("script")) {
        let output = script.attribute("output").unwrap_or_default();
        let id = script.attribute("id").unwrap_or_default();
        if output.contains("VULNERABLE") {
            findings.push(Finding {
                subject: address.clone(),
                id: id.to_owned(),
                text: output
                    .lines()
                    .map(str::trim)
                    .find(|it| !it.is_empty())
                    .unwrap_or(id)
                    .to_owned(),
                level: Level::High,
                about: About::of(&format!("{id} {output}")),
                place: place.clone(),
            });
        }
    }
    Host {
        address,
        names,
        mac: of(&|kind| kind == "mac"),
        system: attribute(system, "name").to_owned(),
        ports,
        place,
    }
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|it| it.has_tag_name(name))
}

fn attribute<'a>(node: Option<Node<'a, '_>>, name: &str) -> &'a str {
    node.and_then(|node| node.attribute(name)).unwrap_or_default()
}
