//! Nessus: `.nessus`, version 2.
//!
//! Source: Tenable's Nessus v2 file format, and its output. The policy, which is most of the
//! file, is passed over.

use reading::{Notes, Place, Rejected, xml};
use roxmltree::Node;

use super::{About, Finding, Host, Level, Port, Scan, Tool, expect_room};
use crate::cell;

pub(super) fn read(text: &str, notes: &mut Notes) -> Result<Scan, Rejected> {
    let document = xml::parse(text)?;
    let mut scan = Scan {
        tool: Tool::Nessus,
        by: "Nessus".to_owned(),
        day: None,
        hosts: Vec::new(),
        asked: None,
        findings: Vec::new(),
    };
    let hosts = document.descendants().filter(|node| node.has_tag_name("ReportHost"));
    for (at, node) in (1..).zip(hosts) {
        let base = format!("/NessusClientData_v2/Report/ReportHost[{at}]");
        let host = host(node, &base, &mut scan);
        scan.hosts.push(host);
        let entries = scan.hosts.len() + scan.findings.len();
        expect_room(entries, || Place::Element(base.clone()))?;
    }
    if scan.hosts.is_empty() {
        notes.at(|| Place::Document, "the report names no host");
    }
    Ok(scan)
}

fn host(node: Node<'_, '_>, base: &str, scan: &mut Scan) -> Host {
    let tag = |name: &str| {
        let named = |it: &Node<'_, '_>| {
            it.has_tag_name("tag") && it.attribute("name") == Some(name)
        };
        let found = node.descendants().find(named);
        found.and_then(|it| it.text()).unwrap_or_default().trim().to_owned()
    };
    scan.day = scan.day.max(cell::ctime(&tag("HOST_END")));
    let name = node.attribute("name").unwrap_or_default().to_owned();
    let address =
        Some(tag("host-ip")).filter(|it| !it.is_empty()).unwrap_or(name.clone());
    let mut ports = Vec::new();
    let items = node.children().filter(|it| it.has_tag_name("ReportItem"));
    for (at, item) in (1..).zip(items) {
        let of = |name: &str| item.attribute(name).unwrap_or_default().to_owned();
        match of("port").parse() {
            Ok(number) if number > 0 => ports.push(Port {
                number,
                protocol: of("protocol"),
                service: of("svc_name").trim_end_matches('?').to_owned(),
                software: String::new(),
            }),
            _ => {}
        }
        let text = of("pluginName");
        scan.findings.push(Finding {
            subject: address.clone(),
            id: of("pluginID"),
            level: match of("severity").as_str() {
                "4" => Level::Critical,
                "3" => Level::High,
                "2" => Level::Medium,
                "1" => Level::Low,
                _ => Level::Note,
            },
            about: About::of(&text),
            text,
            place: Place::Element(format!("{base}/ReportItem[{at}]")),
        });
    }
    ports.sort();
    ports.dedup();
    Host {
        address,
        names: vec![name],
        mac: tag("mac-address").lines().next().unwrap_or_default().to_owned(),
        system: tag("operating-system").lines().next().unwrap_or_default().to_owned(),
        ports,
        place: Place::Element(base.to_owned()),
    }
}
