//! A list asked of memory: which actions, how many of each kind, in which order.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use jiff::ToSpan as _;
use jiff::civil::Date;
use operations::fleet::{Entry, Holdings};

use super::address::{Asked, By, NOBODY, Order, Way};
use crate::page::stretch::Place;
use crate::page::today::{is_due, monday};

/// How many values of a column are shown, and how many when all are asked for.
const FEW: usize = 8;
const ALL: usize = 500;

/// What memory answers.
pub(crate) struct Survey<'h> {
    /// The actions that match, in order.
    pub(crate) entries: Vec<Entry<'h>>,
    /// Where each of them stands.
    stands: Vec<Stand>,
    /// The values of each column with how many actions have them, under the conditions on
    /// the others.
    pub(crate) facets: Vec<Counts>,
    /// How many there are without conditions, those that are over left out.
    pub(crate) all: usize,
}

/// The values of a column.
pub(crate) struct Counts {
    pub(crate) by: By,
    /// Those that are shown, each with how many actions have it.
    pub(crate) values: Vec<(String, u64)>,
    /// How many there are in all.
    pub(crate) distinct: usize,
}

/// Asks a list within a scope.
pub(crate) fn survey<'h>(
    held: &'h Holdings,
    scope: &fleet::Scope,
    asked: &Asked,
    today: Date,
) -> Survey<'h> {
    let mut survey =
        Survey { entries: Vec::new(), stands: Vec::new(), facets: Vec::new(), all: 0 };
    let mut counts: BTreeMap<By, BTreeMap<String, u64>> = BTreeMap::new();
    // Unless a state is asked for, what is over is not shown.
    let asks_state = asked.is.contains_key(&By::State);
    for entry in held.entries(scope, today) {
        let is_over = entry.state.is_over();
        survey.all += usize::from(!is_over);
        let failed: Vec<By> =
            By::ALL.into_iter().filter(|by| !passes(&entry, *by, asked, today)).collect();
        for by in By::ALL {
            let shown = by == By::State || asks_state || !is_over;
            if shown && failed.iter().all(|one| *one == by) {
                let counts = counts.entry(by).or_default();
                each(&entry, by, today, |value| match counts.get_mut(value) {
                    Some(count) => *count += 1,
                    None => {
                        counts.insert(value.to_owned(), 1);
                    }
                });
            }
        }
        if failed.is_empty() && (asks_state || !is_over) {
            survey.entries.push(entry);
        }
    }
    survey.facets = By::ALL.into_iter().map(|by| facet(by, &mut counts, asked)).collect();
    (survey.stands, survey.entries) = in_order(survey.entries, asked);
    survey
}

/// What is done, whoever's devices they are: two organisations do the same about the same
/// product. Of what is over, nothing.
pub(crate) fn act<'h>(entry: &Entry<'h>) -> Option<[&'h str; 4]> {
    let key = &entry.action?.key;
    Some([key.kind.word(), &key.maker, &key.model, &key.target])
}

/// Where an action stands: where the first does of those that are done alike, and where among
/// these.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Stand {
    group: Rc<Place>,
    own: Rc<Place>,
}

impl Stand {
    fn place(&self) -> Place {
        Place::clone(&self.group).within(Place::clone(&self.own))
    }
}

impl Survey<'_> {
    /// Where the action stands before which so many stand.
    pub(crate) fn place(&self, at: usize) -> Option<Place> {
        self.stands.get(at).map(Stand::place)
    }

    /// How many of the actions stand before the page that is asked for.
    pub(crate) fn passed(&self, asked: &Asked) -> usize {
        match &asked.after {
            None => asked.from.min(self.stands.len()),
            Some(last) => self.stands.partition_point(|stand| match asked.way {
                Way::Up => stand.place() <= *last,
                Way::Down => stand.place() >= *last,
            }),
        }
    }
}

/// The actions in order, with where each stands. Where that is asked by urgency or product, what
/// several organisations do alike stands where the first of them does.
fn in_order<'h>(entries: Vec<Entry<'h>>, asked: &Asked) -> (Vec<Stand>, Vec<Entry<'h>>) {
    let places: Vec<Rc<Place>> =
        entries.iter().map(|one| Rc::new(standing(one, asked))).collect();
    let together = matches!(asked.order, Order::Urgency | Order::Product);
    let mut first: BTreeMap<[&str; 4], &Rc<Place>> = BTreeMap::new();
    for (entry, place) in entries.iter().zip(&places) {
        let Some(act) = act(entry).filter(|_| together) else { continue };
        let known = first.entry(act).or_insert(place);
        *known = match asked.way {
            Way::Up => (*known).min(place),
            Way::Down => (*known).max(place),
        };
    }
    let stands = entries.iter().zip(&places).map(|(entry, own)| {
        let first = act(entry).and_then(|act| first.get(&act)).copied();
        Stand { group: Rc::clone(first.unwrap_or(own)), own: Rc::clone(own) }
    });
    let stands: Vec<Stand> = stands.collect();
    let mut placed: Vec<(Stand, Entry<'h>)> = stands.into_iter().zip(entries).collect();
    placed.sort_by(|(one, _), (other, _)| one.cmp(other));
    if asked.way == Way::Down {
        placed.reverse();
    }
    placed.into_iter().unzip()
}

fn facet(
    by: By,
    counts: &mut BTreeMap<By, BTreeMap<String, u64>>,
    asked: &Asked,
) -> Counts {
    let counts = counts.remove(&by).unwrap_or_default();
    let mut values: Vec<(String, u64)> = counts.into_iter().collect();
    match rank(by) {
        // A closed list stands in its own order.
        Some(words) => {
            // A week that is due is no value of its own.
            values.retain(|(value, _)| words.contains(&value.as_str()));
            values.sort_by_key(|(value, _)| {
                words.iter().position(|word| *word == value.as_str())
            });
        }
        None => values.sort_by_key(|(_, count)| std::cmp::Reverse(*count)),
    }
    let distinct = values.len();
    values.truncate(if asked.facet == Some(by) { ALL } else { FEW.max(by_state(by)) });
    Counts { by, values, distinct }
}

/// All states are shown: what is over is found there.
const fn by_state(by: By) -> usize {
    match by {
        By::State => worklist::State::ALL.len(),
        _ => 0,
    }
}

fn rank(by: By) -> Option<Vec<&'static str>> {
    match by {
        By::Priority => Some(super::address::PRIORITIES.to_vec()),
        By::Due => Some(super::address::DUE.map(|(word, _)| word).to_vec()),
        By::Kind => Some(worklist::Kind::ALL.map(worklist::Kind::word).to_vec()),
        By::State => Some(worklist::State::ALL.map(worklist::State::word).to_vec()),
        By::Owner | By::Ward | By::Organisation => None,
    }
}

fn passes(entry: &Entry<'_>, by: By, asked: &Asked, today: Date) -> bool {
    let Some(wanted) = asked.is.get(&by) else { return true };
    let mut passes = false;
    each(entry, by, today, |value| passes |= wanted.contains(value));
    passes
}

/// Hands on each value that an action has in a column.
fn each(entry: &Entry<'_>, by: By, today: Date, mut take: impl FnMut(&str)) {
    match by {
        By::Priority => take(entry.priority.map_or("none", fleet::Priority::word)),
        By::Due => {
            take(due(entry, today));
            if is_due(entry, today) {
                take("now");
            }
            if let Some(day) = entry.due.filter(|_| !entry.is_overdue(today)) {
                take(&monday(day).to_string());
            }
        }
        By::Kind => take(kind(entry)),
        By::State => take(entry.state.word()),
        By::Owner => match entry.owner() {
            Some(owner) => take(&owner.to_string()),
            None => take(NOBODY),
        },
        By::Organisation => take(&entry.organisation.to_string()),
        By::Ward => {
            for ward in entry.action.iter().flat_map(|action| action.wards.keys()) {
                take(ward);
            }
        }
    }
}

/// When it is due, by word.
pub(crate) fn due(entry: &Entry<'_>, today: Date) -> &'static str {
    match entry.due {
        None => "none",
        Some(_) if entry.is_overdue(today) => "overdue",
        Some(due) if due <= today => "today",
        Some(due) if due <= today.saturating_add(7.days()) => "week",
        Some(_) => "later",
    }
}

/// What is done, by word.
pub(crate) fn kind<'e>(entry: &'e Entry<'_>) -> &'e str {
    match (entry.action, entry.kept) {
        (Some(action), _) => action.key.kind.word(),
        (None, Some(kept)) => &kept.seen.kind,
        (None, None) => "",
    }
}

/// The product as it is shown.
pub(crate) fn product<'e>(entry: &'e Entry<'_>) -> Cow<'e, str> {
    match (entry.action, entry.kept) {
        (Some(action), _) => operations::action::product(action).into(),
        (None, Some(kept)) => kept.seen.product.as_str().into(),
        (None, None) => "".into(),
    }
}

fn devices(entry: &Entry<'_>) -> u64 {
    entry.action.map_or(0, |action| action.devices)
}

fn flaws(entry: &Entry<'_>) -> usize {
    entry.action.map_or(0, |action| action.vulnerabilities.len())
}

/// Where an action stands in the list, from its beginning to its end: by the column that is
/// asked for, then by how urgent it is. What somebody has to do stands before what is on its
/// way.
fn standing(entry: &Entry<'_>, asked: &Asked) -> Place {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let due = entry.due.unwrap_or(Date::MAX).to_string();
    let product = product(entry).to_lowercase();
    let place = Place::default();
    let place = match asked.order {
        Order::Urgency => place,
        Order::Due => place.text(&*due),
        Order::Devices => place.number(number(devices(entry))),
        Order::Flaws => place.number(number(flaws(entry) as u64)),
        Order::Product => place.text(&*product),
        Order::State => place.number(entry.state as i64),
    };
    place
        .number(i64::from(entry.state.is_over()))
        .number(entry.priority.map_or(-1, |priority| priority as i64))
        .number(i64::from(!entry.state.waits()))
        .text(due)
        .falling(number(devices(entry)))
        .text(product)
        .text(entry.slug)
}
