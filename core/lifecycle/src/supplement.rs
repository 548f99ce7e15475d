//! What endoflife.date lacks, and what it does not tell apart: our own rows, each with its
//! source.

use reading::Place;
use serde::Deserialize;
use toml::value::Datetime;

use crate::catalog::{Cycle, End, Product};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    product: Vec<Wire>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    name: String,
    names: Vec<String>,
    #[serde(default)]
    cpes: Vec<String>,
    #[serde(default)]
    purls: Vec<String>,
    ends: Option<Datetime>,
    #[serde(default)]
    unknown: String,
    #[serde(default)]
    cycle: Vec<WireCycle>,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireCycle {
    name: String,
    ends: Datetime,
}

const DATA: &str = include_str!("../data/supplement.toml");

/// Our rows. Were the data broken, there would be none; a test reads them.
pub(crate) fn products() -> Vec<Product> {
    let file: Option<File> = toml::from_str(DATA).ok();
    let file = file.into_iter().filter(|file| !file.version.is_empty());
    file.flat_map(|file| file.product).map(product).collect()
}

fn product(wire: Wire) -> Product {
    let end = |day: &Datetime| match terms::date::day(&day.to_string()) {
        Ok(day) => End::On(day),
        Err(_) => End::Unknown("when its support ends".to_owned()),
    };
    let cycle = |name: String, ends: End| Cycle {
        name,
        ends,
        extended: None,
        place: Place::Document,
    };
    let mut cycles: Vec<Cycle> =
        wire.cycle.into_iter().map(|it| cycle(it.name, end(&it.ends))).collect();
    if cycles.is_empty() {
        let ends = match &wire.ends {
            Some(day) => end(day),
            None => End::Unknown(wire.unknown),
        };
        cycles.push(cycle(String::new(), ends));
    }
    Product {
        name: wire.name,
        source: wire.source,
        purls: wire.purls,
        cpes: wire.cpes,
        names: wire.names,
        cycles,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_source_and_says_when_or_why_not() {
        let file: File = toml::from_str(DATA).unwrap();
        assert!(file.product.len() > 20);
        for wire in file.product {
            let says = usize::from(wire.ends.is_some())
                + usize::from(!wire.unknown.is_empty())
                + usize::from(!wire.cycle.is_empty());
            assert_eq!(says, 1, "{}", wire.name);
            assert!(!wire.source.is_empty() && !wire.names.is_empty(), "{}", wire.name);
            let named = wire.name.clone();
            for cycle in product(wire).cycles {
                let End::Unknown(text) = cycle.ends else { continue };
                assert!(!text.is_empty() && text != "when its support ends", "{named}");
            }
        }
    }
}
