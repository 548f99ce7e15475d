//! PAN-OS: the configuration as XML, or as `set` lines.
//!
//! Source: the configurations themselves. Between zones nothing passes that no rule lets pass;
//! within a zone everything does, which no rule set shows.

use std::collections::BTreeMap;

use reading::{Notes, Place, Rejected, xml};
use roxmltree::Node;

use super::{
    Action, Breadth, Dialect, Policy, Reach, Rule, RuleSet, Way, expect_room, line,
};

/// What one rule says, by the words of the configuration.
#[derive(Default)]
struct Written {
    place: Option<Place>,
    name: String,
    parts: BTreeMap<String, Vec<String>>,
}

/// Whether a document is a configuration that does not name its maker.
pub(super) fn is_config(head: &str) -> bool {
    head.contains("<config ")
        && (head.contains("<devices>") || head.contains("<mgt-config>"))
}

pub(super) fn read_xml(text: &str, notes: &mut Notes) -> Result<RuleSet, Rejected> {
    let document = xml::parse(text)?;
    let mut written = Vec::new();
    let is_rules = |node: &Node<'_, '_>| {
        let parent = node.parent().map_or("", |parent| parent.tag_name().name());
        node.has_tag_name("rules") && parent == "security"
    };
    for rules in document.descendants().filter(is_rules) {
        let base = xml::place(rules, None);
        let entries = rules.children().filter(|node| node.has_tag_name("entry"));
        for (at, entry) in (1..).zip(entries) {
            let place = Place::Element(format!("{base}/entry[{at}]"));
            expect_room(written.len(), place.clone())?;
            let mut rule = Written { place: Some(place), ..Written::default() };
            entry.attribute("name").unwrap_or_default().clone_into(&mut rule.name);
            for part in entry.children().filter(Node::is_element) {
                let members: Vec<String> = part
                    .children()
                    .filter(|it| it.has_tag_name("member"))
                    .filter_map(|it| it.text())
                    .map(|it| it.trim().to_owned())
                    .collect();
                let own = part.text().unwrap_or_default().trim().to_owned();
                let values = if members.is_empty() { vec![own] } else { members };
                rule.parts.insert(part.tag_name().name().to_owned(), values);
            }
            written.push(rule);
        }
    }
    Ok(set(Dialect::PanOs, written, notes))
}

pub(super) fn read_set(text: &str, notes: &mut Notes) -> Result<RuleSet, Rejected> {
    let mut order: Vec<Written> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for (number, row) in (1..).zip(text.lines()) {
        let words = words(row);
        let at = words.windows(3).position(|it| {
            it.iter().map(String::as_str).eq(["rulebase", "security", "rules"])
        });
        let Some(at) = at else { continue };
        let [name, part, values @ ..] = words.get(at + 3..).unwrap_or_default() else {
            continue;
        };
        expect_room(order.len(), line(number))?;
        let index = *known.entry(name.clone()).or_insert_with(|| {
            order.push(Written {
                place: Some(line(number)),
                name: name.clone(),
                parts: BTreeMap::new(),
            });
            order.len() - 1
        });
        if let Some(rule) = order.get_mut(index) {
            rule.parts.entry(part.clone()).or_default().extend(values.iter().cloned());
        }
    }
    Ok(set(Dialect::PanOsSet, order, notes))
}

/// The words of a line: quotes hold blanks, brackets hold lists.
fn words(row: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut is_quoted = false;
    for character in row.trim().chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            c if c.is_whitespace() && !is_quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            '[' | ']' if !is_quoted && word.is_empty() => {}
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn set(dialect: Dialect, written: Vec<Written>, notes: &mut Notes) -> RuleSet {
    let place = written.first().and_then(|rule| rule.place.clone());
    let mut rules = Vec::new();
    for rule in written {
        let place = rule.place.clone().unwrap_or(Place::Document);
        if rule.first("disabled") == "yes" {
            notes.at(|| place, "the rule is switched off");
            continue;
        }
        rules.push(rule.into_rule(place));
    }
    let policy = Policy {
        name: "security rules".to_owned(),
        place: place.unwrap_or(Place::Document),
        way: Way::In,
        default: Action::Deny,
        rules,
    };
    let is_empty = policy.rules.is_empty();
    RuleSet {
        dialect,
        day: None,
        policies: if is_empty { Vec::new() } else { vec![policy] },
    }
}

impl Written {
    fn first(&self, part: &str) -> &str {
        self.parts.get(part).and_then(|values| values.first()).map_or("", String::as_str)
    }

    fn reach(&self, part: &str, any: &[&str]) -> Reach {
        match self.parts.get(part) {
            None => Reach::Any,
            Some(values) if values.iter().all(|it| any.contains(&it.as_str())) => {
                Reach::Any
            }
            Some(_) => Reach::Some,
        }
    }

    fn into_rule(self, place: Place) -> Rule {
        let action = match self.first("action") {
            "allow" => Action::Permit,
            _ => Action::Deny,
        };
        let any = ["any", "any-ipv4", "any-ipv6"];
        let both = |one: Reach, other: Reach| match (one, other) {
            (Reach::Any, Reach::Any) => Reach::Any,
            _ => Reach::Some,
        };
        let source = both(self.reach("from", &any), self.reach("source", &any));
        let source = both(source, self.reach("source-user", &any));
        let destination = both(self.reach("to", &any), self.reach("destination", &any));
        // Between two named zones every address is anywhere for whoever is in the first.
        let destination = match (action, self.reach("destination", &any)) {
            (Action::Permit, Reach::Any) => Reach::Any,
            _ => destination,
        };
        let service = both(self.reach("service", &any), self.reach("application", &any));
        let join =
            |part: &str| self.parts.get(part).map_or("any".to_owned(), |it| it.join(" "));
        let text = format!("{}: {} to {}", self.name, join("from"), join("to"));
        Rule { place, action, breadth: Breadth::of(source, destination, service), text }
    }
}
