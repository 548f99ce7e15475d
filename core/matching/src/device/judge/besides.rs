//! What a leaf asks of a row beside product and version: conditions, editions, parts, dates.

use naming::text::{Text, Unit};
use terms::version::firmware::Shape;

use super::super::ask::{Ask, Put, Topic};
use super::super::extent::{self, Span, Standing};
use super::super::leaf::{Condition, Example, Leaf, Versions};
use super::super::shown::{Shown, Told};
use super::super::wording::together;
use super::{Row, Says, called, limit, span};

/// Conditions, editions, parts and dates.
pub(super) fn besides(leaf: &Leaf, row: &Row, shown: &Shown) -> Vec<Says> {
    let mut says: Vec<Says> =
        leaf.conditions.iter().map(|condition| met(leaf, condition, row)).collect();
    let which = |topic, text: &str| {
        let put = Put { topic, of: &called(leaf), words: "", text: text.to_owned() };
        row.settled(row.ask(leaf, put))
    };
    match shown.edition {
        Told::Otherwise => says.push(Says::Outside("it is another edition".to_owned())),
        Told::No => says.push(which(Topic::Edition, "Which edition is it?")),
        Told::NotAsked | Told::Yes => {}
    }
    if shown.letter == Told::No {
        says.push(which(Topic::Series, "Which series is it?"));
    }
    if shown.component == Told::No && leaf.versions != Versions::All {
        says.push(row.settled(network_part(leaf, row)));
    }
    if !leaf.made.is_empty() {
        says.push(made(leaf, row));
    }
    says
}

pub(super) fn network_part(leaf: &Leaf, row: &Row) -> Ask {
    let limit = limit(leaf);
    let text = format!("Which version is its network part? Affected: {limit}");
    row.ask(leaf, Put { topic: Topic::Part, of: "network part", words: &limit, text })
}

/// A device that was received before the date was made before it.
fn made(leaf: &Leaf, row: &Row) -> Says {
    let limit = leaf.made.iter().map(span).collect::<Vec<_>>().join(", ");
    let text = format!("When was it made? Affected: {limit}");
    let put = Put { topic: Topic::Made, of: "", words: &limit, text };
    let ask = row.settled(row.ask(leaf, put));
    if let Some(day) = &row.made {
        return match extent::standing(day, &leaf.made) {
            Standing::Inside | Standing::Named => Says::Affected,
            Standing::Outside => Says::Outside(format!("it was not made {limit}")),
            _ => ask,
        };
    }
    let dated = row.versions.iter().find(|version| *version.shape() == Shape::Date);
    let Some(received) = &row.received else {
        return match dated.map(|version| extent::standing(version, &leaf.made)) {
            Some(Standing::Inside | Standing::Named) => Says::Affected,
            _ => ask,
        };
    };
    for span in &leaf.made {
        let Span::Between { lower, upper: Some(upper) } = span else { continue };
        let before =
            received.compare(&upper.version).is_some_and(std::cmp::Ordering::is_lt);
        let early = lower.as_ref().is_some_and(|lower| {
            received.compare(&lower.version).is_some_and(std::cmp::Ordering::is_lt)
        });
        if early {
            return Says::Outside(format!("it was received before {limit}"));
        }
        if before && lower.is_none() {
            return Says::Affected;
        }
    }
    ask
}

/// Whether the row shows what must be true.
fn met(leaf: &Leaf, condition: &Condition, row: &Row) -> Says {
    let put = Put {
        topic: Topic::Condition,
        of: "",
        words: &condition.written,
        text: format!("Is this so on the device: {}?", condition.written),
    };
    let asked = row.ask(leaf, put);
    // It stands in the name, which the row has to the last letter.
    if row.is_called_as(leaf) && leaf.whole.contains(&together(&condition.written)) {
        return Says::Affected;
    }
    let ask = Says::Ask(asked.clone());
    let ways = condition.words.iter().map(|words| met_so(condition, words, row, &ask));
    let ways: Vec<Says> = ways.collect();
    let first = |wanted: fn(&&Says) -> bool| ways.iter().find(wanted).cloned();
    let says = first(|says| **says == Says::Affected)
        .or_else(|| first(|says| matches!(says, Says::Ask(_))).filter(|_| !denied(&ways)))
        .or_else(|| first(|says| matches!(says, Says::Outside(_))))
        .unwrap_or(ask);
    match says {
        Says::Ask(_) => row.settled(asked),
        says => says,
    }
}

/// Whether one of the ways is contradicted, so that the others are too: a row that runs
/// Windows 7 runs neither Windows XP nor Server 2003.
fn denied(ways: &[Says]) -> bool {
    ways.iter().any(|says| matches!(says, Says::Outside(_)))
}

/// Whether the row shows what must be true, in one way.
fn met_so(condition: &Condition, words: &[Unit], row: &Row, ask: &Says) -> Says {
    let atoms = row.text.atoms();
    let ask = ask.clone();
    let hits: Vec<Option<usize>> =
        words.iter().map(|unit| place(unit, &row.text)).collect();
    let beside = |unit: &Unit| place(unit, &row.version_words).is_some();
    let shown = |(unit, hit): (&Unit, &Option<usize>)| hit.is_some() || beside(unit);
    if words.iter().zip(&hits).all(shown) && hits.iter().any(Option::is_none) {
        return Says::Affected;
    }
    if hits.iter().all(Option::is_some) {
        let first = hits.iter().flatten().min().copied().unwrap_or_default();
        let before = first.checked_sub(1).and_then(|at| atoms.get(at));
        let denied = before.is_some_and(|atom| {
            matches!(atom.text.as_str(), "no" | "not" | "non" | "without" | "wo" | "o")
        });
        if denied {
            return Says::Outside(format!("it has no {}", condition.text));
        }
        return Says::Affected;
    }
    // Another release of the same operating system is another one, unless the leaf gives
    // only an example.
    let systems = ["windows", "linux", "android", "macos", "ios"];
    let system = words.first().filter(|unit| systems.contains(&unit.spelt()));
    let named = system.is_some_and(|unit| place(unit, &row.text).is_some());
    let release = words.get(1).is_some_and(|unit| place(unit, &row.text).is_some());
    let other = system.is_some_and(|unit| {
        systems.iter().filter(|other| **other != unit.spelt()).any(|other| {
            Unit::read(other).is_some_and(|other| place(&other, &row.text).is_some())
        })
    });
    if (named && !release || other && !named) && condition.example == Example::No {
        return Says::Outside(format!("it does not run {}", condition.text));
    }
    ask
}

fn place(unit: &Unit, text: &Text) -> Option<usize> {
    let hit = unit.occurrences(text).next().map(|hit| hit.from);
    if hit.is_some() || unit.spelt() != "windows" {
        return hit;
    }
    Unit::read("win").and_then(|unit| unit.occurrences(text).next().map(|hit| hit.from))
}
