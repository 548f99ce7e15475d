//! The values of columns with how many devices have each: what a person filters by.

use fleet::{Answer, Column, Facets, Filter, Part, Presence, Priority, View, counts_as};
use matching::Verdict;

use super::address::Asked;
use crate::page::facet::{Chip, Facet, Value};
use crate::words;

/// The columns that are filtered by, in the order of the page.
const SHOWN: [Column; 12] = [
    Column::Priority,
    Column::Verdict,
    Column::Exploited,
    Column::Maker,
    Column::Model,
    Column::Department,
    Column::Organisation,
    Column::Status,
    Column::LifeSustaining,
    Column::HoldsPhi,
    Column::Reachable,
    Column::Source,
];

/// How many values of a column are shown, and how many when all are asked for.
const FEW: usize = 8;
const ALL: usize = 500;

/// What the columns hold, counted.
pub(crate) fn counted(view: &View<'_>, asked: &Asked) -> Vec<(Column, Facets)> {
    let most = |column| if asked.facet == Some(column) { ALL } else { FEW };
    SHOWN.into_iter().map(|column| (column, view.facets(column, most(column)))).collect()
}

/// The facets as they are shown; one with a single value that is not chosen tells nothing.
pub(crate) fn shown(counted: Vec<(Column, Facets)>, asked: &Asked) -> Vec<Facet> {
    let facets = counted.into_iter().map(|(column, facets)| facet(column, facets, asked));
    facets.filter(Facet::tells).collect()
}

fn facet(column: Column, facets: Facets, asked: &Asked) -> Facet {
    let distinct = facets.distinct;
    let mut counted = facets.values;
    // Words of urgency stand in their own order, whatever there is most of.
    counted.sort_by_key(|facet| rank(column, &facet.value));
    let values = counted.into_iter().map(|facet| {
        let chosen = chosen(&asked.filter, column, &facet.value);
        let is_chosen = !chosen.is_empty();
        let filter = match is_chosen {
            true => chosen.iter().fold(asked.filter.clone(), |filter, value| {
                filter.without(Part::Is(column, value))
            }),
            // The facet's own value is one that the filter takes.
            false => asked
                .filter
                .clone()
                .is(column, &facet.value)
                .unwrap_or_else(|_| asked.filter.clone()),
        };
        Value {
            label: words::value(column, &facet.label),
            count: facet.count,
            shown: words::number(facet.count),
            is_chosen,
            also: facet.spellings.join(", "),
            address: asked.with(filter).address(),
            value: facet.value,
        }
    });
    let named = (column.word(), words::column(column));
    let more = || asked.at("/devices", &[("facet", column.word())]);
    Facet::new(named, values.collect(), distinct, more)
}

fn rank(column: Column, value: &str) -> usize {
    let place = |mut words: std::slice::Iter<'_, &str>| {
        words.position(|word| *word == value).unwrap_or(usize::MAX)
    };
    match column {
        Column::Priority => place(Priority::ALL.map(Priority::word).iter()),
        Column::Verdict => place(Verdict::ALL.map(Verdict::word).iter()),
        Column::LifeSustaining
        | Column::HoldsPhi
        | Column::Reachable
        | Column::Exploited => place(Answer::ALL.map(Answer::word).iter()),
        _ => 0,
    }
}

/// The conditions that choose a value: of a maker any of its spellings.
fn chosen<'f>(filter: &'f Filter, column: Column, value: &str) -> Vec<&'f str> {
    let own = counts_as(column, value);
    let parts = filter.parts().filter_map(|part| match part {
        Part::Is(of, chosen) if of == column && counts_as(of, chosen) == own => {
            Some(chosen)
        }
        _ => None,
    });
    parts.collect()
}

/// The conditions of a list, in words; `name` says what an organisation or a build is
/// called.
pub(crate) fn chips(asked: &Asked, name: impl Fn(Column, i64) -> String) -> Vec<Chip> {
    let chips = asked.filter.parts().map(|part| {
        let text = match part {
            Part::Is(column @ (Column::Organisation | Column::Configuration), value) => {
                let called = value.parse().map(|id| name(column, id)).unwrap_or_default();
                format!("{}: {called}", words::column(column))
            }
            Part::Is(column, value) => {
                format!("{}: {}", words::column(column), words::value(column, value))
            }
            Part::Contains(column, text) => {
                format!("{} contains {text}", words::column(column))
            }
            Part::Within(id) => {
                format!("within {}", name(Column::Organisation, id.0))
            }
            Part::Presence(Presence::Missing) => {
                "gone from the newest inventory".to_owned()
            }
            Part::Presence(Presence::Listed) => "in the newest inventory".to_owned(),
            Part::Among(set) => words::set(set),
        };
        let address = asked.with(asked.filter.without(part)).address();
        Chip { text, address }
    });
    chips.collect()
}
