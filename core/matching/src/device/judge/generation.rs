//! Whether a row is of the generation that a product's name tells: `SIMULAT V10`.

use terms::version::firmware::{Part, Version};

use super::super::ask::{Ask, Put, Topic};
use super::super::leaf::Leaf;
use super::super::product::{Alternative, Product};
use super::super::shown::Shown;
use super::recognised::other_number;
use super::{Row, called};

/// Whether a device is of the generation that the leaf's name tells.
pub(super) enum Of {
    This,
    Other(String),
    Unclear(Ask),
}

/// The generation of the row: the number in its model, else its version.
pub(super) fn generation(leaf: &Leaf, row: &Row, shown: &Shown) -> Of {
    let Some(generation) = &leaf.generation else { return Of::This };
    let wanted = &generation.version;
    let other = || Of::Other(format!("it is not {}", generation.text));
    let finer = |version: &&Version| {
        wanted.covers(version) && version.parts().len() >= wanted.parts().len()
    };
    let versions = row.versions(&leaf.prefixes);
    // `PCS 7 V8.1`: the 7 is of the name.
    let of_name = |number: &Version| {
        let keys = leaf.names.iter().flat_map(Product::keys).flat_map(|group| &group.any);
        let mut codes = keys.filter_map(|any| match any {
            Alternative::Word(unit) if unit.is_code() => Some(unit.spelt()),
            _ => None,
        });
        codes.any(|code| {
            code.parse::<Version>().is_ok_and(|code| code == *number)
                || matches!(number.parts(), [Part::Number(digits)] if code.ends_with(&**digits))
        })
    };
    let numbers: Vec<&Version> =
        row.numbers.iter().filter(|number| !of_name(number)).collect();
    if row.numbers.iter().any(|number| finer(&number)) {
        return Of::This;
    }
    let coarser = numbers.iter().any(|number| number.covers(wanted));
    let marked = generation.text.starts_with(['v', 'V']);
    let foreign = !marked && other_number(leaf, row, shown);
    if !coarser && (!numbers.is_empty() || foreign) {
        return other();
    }
    if versions.iter().any(|version| finer(&version)) {
        return Of::This;
    }
    let unclear =
        |version: &Version| version.covers(wanted) || version.shape() != wanted.shape();
    let doubtful = row.doubt_of_words(leaf).is_some();
    if versions.is_empty() || doubtful || versions.iter().any(unclear) {
        let text = format!("Is it {}?", generation.text);
        let words = &generation.text;
        let put = Put { topic: Topic::Generation, of: &called(leaf), words, text };
        return Of::Unclear(row.ask(leaf, put));
    }
    other()
}
