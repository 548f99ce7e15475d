//! Applicability statements in JSON: `configurations` of NVD 2.0, `cpeApplicability` of
//! CVE 5.1. Both are written by one schema.

use reading::{Note, Notes, Place};
use serde::Deserialize;
use terms::cpe::{self, Bounds, Negate, Operator, Role};

use crate::wire::{List, Text};

/// One statement.
#[derive(Deserialize)]
pub(crate) struct Configuration<'a> {
    #[serde(borrow, default)]
    operator: Text<'a>,
    #[serde(default)]
    negate: Option<bool>,
    #[serde(borrow, default)]
    nodes: List<Node<'a>>,
}

#[derive(Deserialize)]
struct Node<'a> {
    #[serde(borrow, default)]
    operator: Text<'a>,
    #[serde(default)]
    negate: Option<bool>,
    #[serde(borrow, default, rename = "cpeMatch")]
    matches: List<Match<'a>>,
    #[serde(borrow, default, alias = "nodes")]
    children: List<Node<'a>>,
}

#[derive(Deserialize)]
struct Match<'a> {
    #[serde(default)]
    vulnerable: Option<bool>,
    #[serde(borrow, default)]
    criteria: Text<'a>,
    #[serde(borrow, default, rename = "versionStartIncluding")]
    start_including: Text<'a>,
    #[serde(borrow, default, rename = "versionStartExcluding")]
    start_excluding: Text<'a>,
    #[serde(borrow, default, rename = "versionEndIncluding")]
    end_including: Text<'a>,
    #[serde(borrow, default, rename = "versionEndExcluding")]
    end_excluding: Text<'a>,
}

/// The statements as facts; `pointer` is where the list stands.
pub(crate) fn read(
    list: &List<Configuration<'_>>,
    pointer: &str,
    notes: &mut Notes,
) -> Vec<(usize, cpe::Configuration)> {
    let mut all = Vec::with_capacity(list.len());
    for (at, configuration) in list.iter().enumerate() {
        let pointer = format!("{pointer}/{at}");
        let nodes = nodes(&configuration.nodes, &format!("{pointer}/nodes"), notes);
        if nodes.is_empty() {
            let message = "a configuration without nodes says nothing";
            notes.add(|| Note::new(Place::Pointer(pointer), message));
            continue;
        }
        let operator = operator(&configuration.operator, &pointer, notes);
        let negate = negate(configuration.negate);
        all.push((0, cpe::Configuration { operator, negate, nodes }));
    }
    all
}

fn nodes(list: &List<Node<'_>>, pointer: &str, notes: &mut Notes) -> Vec<cpe::Node> {
    let mut all = Vec::with_capacity(list.len());
    for (at, node) in list.iter().enumerate() {
        let pointer = format!("{pointer}/{at}");
        let mut criteria = Vec::with_capacity(node.matches.len());
        for (at, one) in node.matches.iter().enumerate() {
            if one.criteria.is_empty() {
                let place = || Place::Pointer(format!("{pointer}/cpeMatch/{at}"));
                notes.add(|| Note::new(place(), "a criterion without a CPE name"));
            } else {
                criteria.push(criterion(one));
            }
        }
        all.push(cpe::Node {
            operator: operator(&node.operator, &pointer, notes),
            negate: negate(node.negate),
            criteria,
            nodes: nodes(&node.children, &format!("{pointer}/children"), notes),
        });
    }
    all
}

fn criterion(one: &Match<'_>) -> cpe::Criterion {
    let bound = |text: &Text<'_>| (!text.is_empty()).then(|| text.owned());
    cpe::Criterion {
        criteria: one.criteria.owned(),
        role: match one.vulnerable {
            Some(false) => Role::Platform,
            Some(true) | None => Role::Vulnerable,
        },
        bounds: Bounds {
            start_including: bound(&one.start_including),
            start_excluding: bound(&one.start_excluding),
            end_including: bound(&one.end_including),
            end_excluding: bound(&one.end_excluding),
        },
    }
}

/// The schema's default is OR. A word that is neither is read so too: what it may hold is
/// then asked rather than lost.
fn operator(word: &Text<'_>, pointer: &str, notes: &mut Notes) -> Operator {
    let word = word.as_str();
    if word.eq_ignore_ascii_case("and") {
        return Operator::And;
    }
    if !word.is_empty() && !word.eq_ignore_ascii_case("or") {
        notes.add(|| {
            let message = format!("operator `{word}` is read as OR");
            Note::new(Place::Pointer(format!("{pointer}/operator")), message)
        });
    }
    Operator::Or
}

fn negate(value: Option<bool>) -> Negate {
    if value == Some(true) { Negate::Negated } else { Negate::Plain }
}
