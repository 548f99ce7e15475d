//! Lines: names of a system up to an empty line, then criteria. One name more never takes
//! back what was said of a statement without negation.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terms::cpe::{Bounds, Configuration, Criterion, Name, Negate, Node, Operator, Role};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (names, criteria) = text.split_once("\n\n").unwrap_or((text, ""));
    let system: Vec<Name> =
        names.lines().take(8).filter_map(|line| Name::parse(line).ok()).collect();
    let nodes = criteria.lines().take(8).map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let bound = |position: usize| fields.get(position).map(|text| (*text).to_owned());
        let criterion = Criterion {
            criteria: bound(0).unwrap_or_default(),
            role: if bound(4).is_some() { Role::Platform } else { Role::Vulnerable },
            bounds: Bounds {
                start_including: bound(1),
                end_excluding: bound(2),
                end_including: bound(3),
                start_excluding: None,
            },
        };
        Node {
            operator: Operator::Or,
            negate: Negate::Plain,
            criteria: vec![criterion],
            nodes: Vec::new(),
        }
    });
    let statement = Configuration {
        operator: if text.len() % 2 == 0 { Operator::And } else { Operator::Or },
        negate: Negate::Plain,
        nodes: nodes.collect(),
    };
    let whole = statement.evaluate(&system);
    for name in whole.affected.iter().chain(&whole.possible).chain(&whole.platforms) {
        assert!(*name < system.len());
    }
    if let Some((_, fewer)) = system.split_last() {
        assert!(statement.evaluate(fewer).verdict() <= whole.verdict());
    }
});
