//! OPNsense and pfSense: `config.xml`.
//!
//! Source: the configuration files themselves. Each interface denies what no rule lets pass.
//! Rules without a type pass. Aliases are expanded, also within each other.

use std::collections::BTreeMap;

use reading::{Notes, Place, Rejected, xml};
use roxmltree::Node;

use super::{Action, Breadth, Dialect, Policy, Reach, Rule, RuleSet, Way, expect_room};
use crate::cell;

/// Aliases within each other.
const NESTING_MAX: usize = 8;
/// Members of one alias that are looked at.
const MEMBERS_MAX: usize = 256;

type Aliases<'t> = BTreeMap<&'t str, Vec<&'t str>>;

pub(super) fn read(
    dialect: Dialect,
    text: &str,
    notes: &mut Notes,
) -> Result<RuleSet, Rejected> {
    let document = xml::parse(text)?;
    let root = document.root_element();
    let aliases = aliases(root);
    let mut policies: BTreeMap<String, Policy> = BTreeMap::new();
    for interface in child(root, "interfaces").into_iter().flat_map(elements) {
        let name = interface.tag_name().name().to_owned();
        if is_on(interface) {
            policies.entry(name.clone()).or_insert_with(|| policy(&name, interface));
        }
    }
    let mut count = 0;
    for node in root.descendants().filter(|node| node.has_tag_name("rule")) {
        let parent = node.parent().map_or("", |parent| parent.tag_name().name());
        let grand = node.parent().and_then(|parent| parent.parent());
        let grand = grand.map_or("", |grand| grand.tag_name().name());
        let is_rule = parent == "filter" || (parent == "rules" && grand == "Filter");
        if !is_rule || !is_in_force(node) {
            continue;
        }
        count += 1;
        let place =
            Place::Element(format!("/{}/filter/rule[{count}]", root.tag_name().name()));
        expect_room(count, place.clone())?;
        let names = text_of(node, "interface");
        let names = if names.is_empty() { "floating" } else { names };
        for name in names.split(',').map(str::trim) {
            let rule = rule(node, name, &aliases, place.clone());
            policies
                .entry(name.to_owned())
                .or_insert_with(|| policy(name, node))
                .rules
                .push(rule);
        }
    }
    if child(root, "nat")
        .is_some_and(|nat| nat.descendants().any(|it| it.has_tag_name("rule")))
    {
        notes.at(
            || Place::Element("/nat".to_owned()),
            "translations of addresses are not judged",
        );
    }
    let time = child(root, "revision").map(|it| text_of(it, "time"));
    let day =
        time.and_then(|time| cell::seconds(time.split('.').next().unwrap_or_default()));
    Ok(RuleSet { dialect, day, policies: policies.into_values().collect() })
}

fn policy(name: &str, node: Node<'_, '_>) -> Policy {
    Policy {
        name: name.to_owned(),
        place: xml::place(node, None),
        way: Way::In,
        default: Action::Deny,
        rules: Vec::new(),
    }
}

fn rule(
    node: Node<'_, '_>,
    interface: &str,
    aliases: &Aliases<'_>,
    place: Place,
) -> Rule {
    let written = [text_of(node, "type"), text_of(node, "action")];
    let action = match written.into_iter().find(|word| !word.is_empty()) {
        Some("block" | "reject") => Action::Deny,
        _ => Action::Permit,
    };
    let (source, from) = end(node, "source", aliases);
    let (destination, to) = end(node, "destination", aliases);
    let protocol = text_of(node, "protocol");
    let has_port = ["source", "destination"].iter().any(|side| {
        let inner = child(node, side).map_or("", |it| text_of(it, "port"));
        let flat = text_of(node, &format!("{side}_port"));
        !inner.is_empty() || !flat.is_empty()
    });
    let is_marked = !text_of(node, "tagged").is_empty();
    let service = match protocol {
        _ if has_port || is_marked => Reach::Some,
        "" | "any" => Reach::Any,
        _ => Reach::Some,
    };
    let breadth = match Breadth::of(source, destination, service) {
        // What comes in at an inner interface comes from that network.
        Breadth::Everything
            if action == Action::Permit
                && !interface.contains("wan")
                && interface != "floating" =>
        {
            Breadth::Anywhere
        }
        breadth => breadth,
    };
    let protocol = if protocol.is_empty() { "any protocol" } else { protocol };
    Rule { place, action, breadth, text: format!("{from} to {to}, {protocol}") }
}

/// One end of a rule: how far it reaches, and its words with aliases expanded.
fn end(node: Node<'_, '_>, side: &str, aliases: &Aliases<'_>) -> (Reach, String) {
    let flat = text_of(node, &format!("{side}_net"));
    let Some(inner) = child(node, side) else {
        return match flat {
            "" | "any" => (Reach::Any, "any".to_owned()),
            flat => named(flat, aliases),
        };
    };
    if child(inner, "not").is_some() {
        let what = [text_of(inner, "network"), text_of(inner, "address")].concat();
        return (Reach::Some, format!("not {what}"));
    }
    if child(inner, "any").is_some() {
        return (Reach::Any, "any".to_owned());
    }
    let names = [text_of(inner, "network"), text_of(inner, "address")];
    match names.into_iter().find(|name| !name.is_empty()) {
        Some("any") | None => (Reach::Any, "any".to_owned()),
        Some(name) => named(name, aliases),
    }
}

fn named(name: &str, aliases: &Aliases<'_>) -> (Reach, String) {
    let mut members = Vec::new();
    expand(name, aliases, 0, &mut members);
    let is_any =
        members.iter().any(|member| matches!(*member, "0.0.0.0/0" | "::/0" | "any"));
    let reach = if is_any { Reach::Any } else { Reach::Some };
    (reach, members.join(" "))
}

fn expand<'t>(
    name: &'t str,
    aliases: &Aliases<'t>,
    depth: usize,
    members: &mut Vec<&'t str>,
) {
    if members.len() >= MEMBERS_MAX {
        return;
    }
    match aliases.get(name) {
        Some(inner) if depth < NESTING_MAX => {
            for member in inner.iter().take(MEMBERS_MAX) {
                expand(member, aliases, depth + 1, members);
            }
        }
        _ => members.push(name),
    }
}

fn aliases<'t>(root: Node<'t, 't>) -> Aliases<'t> {
    let nodes = root.descendants().filter(|node| node.has_tag_name("alias"));
    let named = nodes.filter_map(|node| {
        let name = text_of(node, "name");
        let listed = [text_of(node, "content"), text_of(node, "address")];
        let members: Vec<&str> =
            listed.into_iter().flat_map(str::split_whitespace).collect();
        (!name.is_empty() && !members.is_empty()).then_some((name, members))
    });
    named.collect()
}

/// Whether an interface is used: it has an address or is enabled.
fn is_on(node: Node<'_, '_>) -> bool {
    child(node, "enable").is_some_and(|it| it.text().unwrap_or("1").trim() != "0")
        || !text_of(node, "ipaddr").is_empty()
}

fn is_in_force(node: Node<'_, '_>) -> bool {
    let is_off = child(node, "disabled")
        .is_some_and(|it| !matches!(it.text().unwrap_or("1").trim(), "0" | "no"));
    !is_off && text_of(node, "enabled") != "0"
}

fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(Node::is_element)
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    elements(node).find(|it| it.tag_name().name() == name)
}

fn text_of<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    child(node, name).and_then(|it| it.text()).unwrap_or_default().trim()
}
