//! nftables, as `nft list ruleset` writes it.
//!
//! Source: the man page of nft. Chains with a hook are where judging begins; a hook without a
//! policy accepts. A jump is followed, as in iptables.

use reading::{Notes, Rejected};

use super::iptables::{Chains, FOLLOWED_MAX, Line, Verdict, cut, note_room};
use super::{Action, Breadth, Dialect, Reach, RuleSet, Way, expect_room, line};

pub(super) fn read(text: &str, notes: &mut Notes) -> Result<RuleSet, Rejected> {
    let mut policies = Vec::new();
    let mut table = String::new();
    let mut chain = String::new();
    let mut chains = Chains::default();
    let mut count = 0;
    let mut room = FOLLOWED_MAX;
    for (number, row) in (1..).zip(text.lines()) {
        let row = row.trim();
        let words: Vec<&str> = row.split_whitespace().collect();
        match words.as_slice() {
            ["table", family, name, "{"] => {
                policies.append(&mut chains.policies(&table, &mut room));
                chains = Chains::default();
                table = format!("{family} {name}");
            }
            ["chain", name, "{"] => (*name).clone_into(&mut chain),
            ["set" | "map" | "flowtable", _, "{"] => chain.clear(),
            ["}"] => chain.clear(),
            ["type", "filter", "hook", hook, ..] => {
                base(&mut chains, &chain, hook, row, number)
            }
            ["type", ..] => chain.clear(),
            _ if chain.is_empty() || row.is_empty() || row.starts_with('#') => {}
            _ => {
                expect_room(count, line(number))?;
                count += 1;
                rule(&mut chains, &chain, row, number, notes);
            }
        }
    }
    policies.append(&mut chains.policies(&table, &mut room));
    note_room(room, notes);
    Ok(RuleSet { dialect: Dialect::Nftables, day: None, policies })
}

fn base(chains: &mut Chains, chain: &str, hook: &str, row: &str, number: usize) {
    let way = match hook {
        "output" | "postrouting" => Way::Out,
        _ => Way::In,
    };
    let default = if row.contains("policy drop") { Action::Deny } else { Action::Permit };
    chains.bases.push((chain.to_owned(), number, way, default));
}

fn rule(chains: &mut Chains, chain: &str, row: &str, number: usize, notes: &mut Notes) {
    let plain = without_texts(row);
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut conditions = Vec::new();
    let mut verdict = None;
    let mut rest = words.iter().copied();
    while let Some(word) = rest.next() {
        match word {
            "accept" => verdict = Some(Verdict::Act(Action::Permit)),
            "drop" | "reject" => verdict = Some(Verdict::Act(Action::Deny)),
            "jump" | "goto" => {
                verdict = rest.next().map(|name| Verdict::Jump(name.to_owned()));
            }
            "comment" | "counter" | "log" | "prefix" | "return" | "continue" => {}
            other => conditions.push(other),
        }
    }
    let Some(verdict) = verdict else {
        if !conditions.is_empty() {
            notes.at(|| line(number), "the rule decides nothing");
        }
        return;
    };
    let breadth = breadth(&conditions);
    let line = Line { number, breadth, verdict, text: cut(row) };
    chains.rules.entry(chain.to_owned()).or_default().push(line);
}

/// A row without what stands in quotation marks.
fn without_texts(row: &str) -> String {
    row.split('"').step_by(2).collect()
}

fn breadth(conditions: &[&str]) -> Breadth {
    let joined = conditions.join(" ");
    let (mut source, mut destination, mut service) = (Reach::Any, Reach::Any, Reach::Any);
    // New connections are all that a rule has to judge.
    let rest = joined.replace("ct state new", "");
    for word in rest.split_whitespace() {
        match word {
            "saddr" | "iif" | "iifname" => source = Reach::Some,
            "daddr" | "oif" | "oifname" => destination = Reach::Some,
            "sport" | "dport" | "protocol" | "l4proto" | "state" | "type" | "limit"
            | "icmp" | "icmpv6" | "mark" | "nexthdr" | "tcp" | "udp" => {
                service = Reach::Some
            }
            _ => {}
        }
    }
    // A condition that is not known narrows.
    match (rest.trim().is_empty(), Breadth::of(source, destination, service)) {
        (false, Breadth::Everything) => Breadth::Some,
        (_, breadth) => breadth,
    }
}
