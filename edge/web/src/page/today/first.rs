//! What needs somebody first: for whoever keeps devices running their own things and those
//! of nobody, for others all.

use std::collections::BTreeMap;

use fleet::Priority;
use jiff::civil::Date;
use operations::Actor;
use operations::fleet::{Entry, Holdings};
use store::Role;
use worklist::State;

use crate::page::work::row::shown_day;
use crate::page::work::{Asked, By, NOBODY, Row};
use crate::sentence::Sentence;
use crate::words::number;

/// Rows that are shown; the rest is a link.
const FIRST: usize = 5;

/// For whom a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Somebody who keeps devices running, and does nothing else here.
    Own,
    /// Everybody else.
    All,
}

impl Whose {
    pub(super) fn of(by: &Actor) -> Self {
        let mut roles = by.bindings().iter().map(|binding| binding.role);
        let is_biomed = by.bindings().iter().any(|one| one.role == Role::Biomed);
        match is_biomed && roles.all(|role| matches!(role, Role::Biomed | Role::Viewer)) {
            true => Self::Own,
            false => Self::All,
        }
    }
}

/// What is to be done, as Today says it.
pub(super) struct First {
    pub(super) sentence: Sentence,
    pub(super) title: &'static str,
    pub(super) rows: Vec<Row>,
    /// How many there are in all, and how many of them cannot wait.
    pub(super) all: usize,
    pub(super) due: usize,
    /// How many of them nobody sees to.
    pub(super) unowned: usize,
    pub(super) windows: Vec<Row>,
}

/// Whether it cannot wait: it is to be done now, its day has come, or the window in which
/// somebody meant to do it has passed.
pub(crate) fn is_due(entry: &Entry<'_>, today: Date) -> bool {
    let has_come = entry.due.is_some_and(|due| due <= today);
    let has_come = has_come || entry.state == State::WindowOver;
    entry.state.waits() && (entry.priority == Some(Priority::ActNow) || has_come)
        || entry.is_overdue(today)
}

/// `entries` are those that are not over.
pub(super) fn first(
    held: &Holdings,
    entries: &[Entry<'_>],
    names: &BTreeMap<i64, String>,
    by: &Actor,
    today: Date,
) -> First {
    let whose = Whose::of(by);
    let mut shown: Vec<&Entry<'_>> = entries
        .iter()
        .filter(|entry| entry.state.waits() || is_due(entry, today))
        .filter(|entry| match whose {
            Whose::All => true,
            Whose::Own => entry.owner().is_none_or(|owner| owner == by.person),
        })
        .collect();
    shown.sort_by_key(|entry| {
        let devices = entry.action.map_or(0, |action| action.devices);
        let is_mine = entry.owner() == Some(by.person);
        (
            !is_due(entry, today),
            whose == Whose::Own && !is_mine,
            entry.priority,
            entry.due.unwrap_or(Date::MAX),
            u64::MAX - devices,
        )
    });
    let due = shown.iter().filter(|entry| is_due(entry, today)).count();
    let mut windows: Vec<&Entry<'_>> =
        entries.iter().filter(|entry| entry.state == State::Planned).collect();
    windows.sort_by_key(|entry| first_day(entry));
    let row = |entry: &&Entry<'_>| Row::new(entry, held, names, today);
    First {
        sentence: sentence(held, (whose, by), &shown, (due, entries.len()), today),
        title: match whose {
            Whose::Own => "Yours, and what nobody sees to yet",
            Whose::All => "What needs somebody first",
        },
        all: shown.len(),
        due,
        unowned: shown.iter().filter(|entry| entry.owner().is_none()).count(),
        rows: shown.iter().take(FIRST).map(row).collect(),
        windows: windows.iter().take(FIRST).map(row).collect(),
    }
}

fn first_day(entry: &Entry<'_>) -> String {
    let decided = entry.kept.and_then(|kept| kept.decided.first_day.clone());
    decided.unwrap_or_default()
}

fn sentence(
    held: &Holdings,
    whose: (Whose, &Actor),
    shown: &[&Entry<'_>],
    (due, all): (usize, usize),
    today: Date,
) -> Sentence {
    let Some(first) = shown.first() else {
        return match all {
            // Silence of which nobody can tell anything is not that all is well.
            0 if held.advisories.as_ref().is_none_or(|known| known.records.is_empty()) => {
                Sentence::new(
                    "Nothing is listed as to be done, since nothing tells: the index in use \
                     holds no advisory about devices, and so none is judged by one. ",
                )
                .link("How advisories come in", "/feeds".to_owned())
                .then(".")
            }
            0 => Sentence::new("Nothing is to be done today."),
            count => Sentence::new("Nothing needs you today; ")
                .link(things(count), "/work".to_owned())
                .then(if count == 1 { " is on its way." } else { " are on their way." }),
        };
    };
    // What nobody sees to needs somebody, however far its day is.
    let unowned = shown.iter().filter(|entry| entry.owner().is_none());
    let (nobodys, first) = match due {
        0 => (unowned.clone().count(), unowned.clone().next().unwrap_or(first)),
        _ => (0, first),
    };
    let row = Row::new(first, held, &BTreeMap::new(), today);
    let words = row.shown.words.clone();
    match due {
        0 if nobodys > 0 => Sentence::new("Nobody sees to ")
            .link(things(nobodys), nobody_sees_to())
            .then(match first.due {
                Some(day) => format!("; the first is due {}: ", shown_day(day, today)),
                None => "; the first: ".to_owned(),
            })
            .link(words, row.shown.address.clone())
            .then("."),
        0 => Sentence::new("Nothing needs you today; the first of ")
            .link(things(shown.len()), waiting(whose))
            .then(match first.due {
                Some(day) => format!(" is due {}: ", shown_day(day, today)),
                None => ": ".to_owned(),
            })
            .link(words, row.shown.address.clone())
            .then("."),
        1 => Sentence::default()
            .link("1 thing", due_now(whose))
            .then(" needs you today: ")
            .link(words, row.shown.address.clone())
            .then("."),
        count => Sentence::default()
            .link(format!("{} things", number(count as u64)), due_now(whose))
            .then(" need you today, first: ")
            .link(words, row.shown.address.clone())
            .then("."),
    }
}

/// Where exactly what cannot wait is listed.
fn due_now(whose: (Whose, &Actor)) -> String {
    of(whose).turned(By::Due, "now").address()
}

/// Where exactly what waits for somebody is listed.
fn waiting(whose: (Whose, &Actor)) -> String {
    let states = State::ALL.into_iter().filter(|state| state.waits());
    states.fold(of(whose), |asked, state| asked.turned(By::State, state.word())).address()
}

/// Where exactly what nobody sees to is listed.
fn nobody_sees_to() -> String {
    let states = State::ALL.into_iter().filter(|state| state.waits());
    let nobodys = Asked::default().turned(By::Owner, NOBODY);
    states.fold(nobodys, |asked, state| asked.turned(By::State, state.word())).address()
}

/// The list of what is one's own and nobody's, or of everything.
fn of((whose, by): (Whose, &Actor)) -> Asked {
    match whose {
        Whose::All => Asked::default(),
        Whose::Own => Asked::default()
            .turned(By::Owner, &by.person.to_string())
            .turned(By::Owner, NOBODY),
    }
}

fn things(count: usize) -> String {
    match count {
        1 => "1 thing to do".to_owned(),
        count => format!("{} things to do", number(count as u64)),
    }
}
