//! Cisco ASA: access lists, and security levels where no list is bound.
//!
//! Source: the configurations themselves; Cisco's command reference for `access-list extended`.
//! At the end of each list stands a deny that is not written. Without a list, what comes from
//! an interface of a higher security level passes to every lower one.

use std::collections::{BTreeMap, BTreeSet};

use reading::{Notes, Rejected};

use super::{
    Action, Breadth, Dialect, Policy, Reach, Rule, RuleSet, Way, expect_room, line,
};
use crate::cell::{self, Order};

#[derive(Default)]
struct Config {
    lists: BTreeMap<String, (usize, Vec<Rule>)>,
    bound: BTreeSet<String>,
    /// Interfaces with a name: level, and the line.
    levels: Vec<(i64, usize)>,
    /// Those at which a list is bound.
    guarded: usize,
    day: Option<terms::Day>,
}

pub(super) fn read(text: &str, notes: &mut Notes) -> Result<RuleSet, Rejected> {
    let mut config = Config::default();
    let mut count = 0;
    let mut named: Option<(usize, i64)> = None;
    for (number, row) in (1..).zip(text.lines()) {
        let words: Vec<&str> = row.split_whitespace().collect();
        match words.as_slice() {
            ["interface", ..] => {
                config.levels.extend(named.take().map(|(at, it)| (it, at)))
            }
            ["nameif", name] => {
                named = Some((number, if *name == "inside" { 100 } else { 0 }));
            }
            ["security-level", level] => {
                if let (Some((_, kept)), Ok(level)) = (named.as_mut(), level.parse()) {
                    *kept = level;
                }
            }
            ["access-group", name, ..] => {
                config.bound.insert((*name).to_owned());
                config.guarded += 1;
            }
            ["access-list", name, rest @ ..] => {
                expect_room(count, line(number))?;
                let list = config
                    .lists
                    .entry((*name).to_owned())
                    .or_insert((number, Vec::new()));
                if let Some(rule) = entry(rest, number, notes) {
                    count += 1;
                    list.1.push(rule);
                }
            }
            [":", "Written", "by", .., month, day, year] => {
                let written = format!("{month} {day}, {year}");
                config.day = cell::day(&written, Order::MonthFirst);
            }
            _ => {}
        }
    }
    config.levels.extend(named.map(|(at, level)| (level, at)));
    Ok(config.into_set(notes))
}

/// One entry of a list; remarks are none, and those that are not followed are noted.
fn entry(words: &[&str], number: usize, notes: &mut Notes) -> Option<Rule> {
    let (action, rest) = match words {
        ["extended", rest @ ..] | rest => match rest {
            ["permit", rest @ ..] => (Action::Permit, rest),
            ["deny", rest @ ..] => (Action::Deny, rest),
            ["remark", ..] => return None,
            ["standard", ..] => {
                notes.at(
                    || line(number),
                    "a standard list names routes and filters nothing",
                );
                return None;
            }
            _ => {
                notes.at(|| line(number), "the entry is not followed");
                return None;
            }
        },
    };
    if rest.contains(&"inactive") {
        return None;
    }
    let (protocol, rest) = match rest {
        ["object" | "object-group", _, rest @ ..] => (Reach::Some, rest),
        ["ip" | "ip4" | "ipv4", rest @ ..] => (Reach::Any, rest),
        [_, rest @ ..] => (Reach::Some, rest),
        [] => return None,
    };
    let (source, rest) = end(rest)?;
    let (has_source_port, rest) = port(rest);
    let (destination, rest) = end(rest)?;
    let (has_port, _) = port(rest);
    let service = if has_source_port || has_port { Reach::Some } else { protocol };
    let breadth = Breadth::of(source, destination, service);
    Some(Rule { place: line(number), action, breadth, text: words.join(" ") })
}

/// An address of an entry, and the words behind it.
fn end<'w>(words: &'w [&'w str]) -> Option<(Reach, &'w [&'w str])> {
    match words {
        ["any" | "any4" | "any6", rest @ ..] => Some((Reach::Any, rest)),
        ["host" | "object" | "object-group" | "interface", _, rest @ ..] => {
            Some((Reach::Some, rest))
        }
        ["0.0.0.0", "0.0.0.0", rest @ ..] | ["::/0", rest @ ..] => {
            Some((Reach::Any, rest))
        }
        [network, rest @ ..] if network.contains('/') => Some((Reach::Some, rest)),
        [_, _, rest @ ..] => Some((Reach::Some, rest)),
        _ => None,
    }
}

fn port<'w>(words: &'w [&'w str]) -> (bool, &'w [&'w str]) {
    match words {
        ["eq" | "gt" | "lt" | "neq", _, rest @ ..] => (true, rest),
        ["range", _, _, rest @ ..] => (true, rest),
        _ => (false, words),
    }
}

impl Config {
    fn into_set(self, notes: &mut Notes) -> RuleSet {
        let mut policies = Vec::new();
        let is_bound = |name: &str| self.bound.is_empty() || self.bound.contains(name);
        for (name, (number, rules)) in self.lists {
            if rules.is_empty() {
                continue;
            }
            if !is_bound(&name) {
                let message = format!("the list {name} is bound to no interface");
                notes.at(|| line(number), message);
                continue;
            }
            let place = line(number);
            policies.push(Policy {
                name,
                place,
                way: Way::In,
                default: Action::Deny,
                rules,
            });
        }
        let levels: BTreeSet<i64> = self.levels.iter().map(|(level, _)| *level).collect();
        if levels.len() > 1 && self.guarded < self.levels.len() {
            let place = self.levels.first().map_or(line(1), |(_, number)| line(*number));
            policies.push(Policy {
                name: "security levels".to_owned(),
                place: place.clone(),
                way: Way::In,
                default: Action::Deny,
                rules: vec![Rule {
                    place,
                    action: Action::Permit,
                    breadth: Breadth::Anywhere,
                    text: "from each security level to every lower one".to_owned(),
                }],
            });
        }
        RuleSet { dialect: Dialect::Asa, day: self.day, policies }
    }
}
