//! The members of a group, or the hospitals of a system: who is touched, what is due where, and
//! of whom nothing new is known.

use std::collections::BTreeMap;

use askama::Template;
use fleet::OrganisationId;
use jiff::civil::Date;
use operations::fleet::{Entry, Holdings, Newest};
use serde::Serialize;
use store::{Kind, Organisation};

use super::is_due;
use crate::page::work::row::shown_day;
use crate::sentence::Sentence;
use crate::side::Side;
use crate::words::{counted, number};

/// Members that a page shows; JSON has them all.
const ROWS: usize = 50;
/// After so many days an inventory is old. Exports of asset systems come monthly or more often;
/// what was bought, moved and retired since is not judged where it stands.
const OLD: i32 = 30;

/// The organisations below whoever looks, and how they stand.
#[derive(Default, Template, Serialize)]
#[template(path = "today/members.html")]
pub(super) struct Members {
    /// Those that have something to do or to answer, those with most that is due first.
    #[serde(rename = "members")]
    rows: Vec<Member>,
    /// Those without an inventory, and those whose inventory is old.
    stale: Vec<Stale>,
    /// What is said first; nothing where whoever looks does not buy for others.
    #[serde(skip)]
    pub(super) sentence: Option<Sentence>,
    /// What they are called.
    #[serde(skip)]
    title: &'static str,
    #[serde(skip)]
    all_questions: usize,
    #[serde(skip)]
    pub(super) is_first: bool,
}

impl askama::filters::HtmlSafe for Members {}

/// One of them.
#[derive(Serialize)]
struct Member {
    organisation: i64,
    name: String,
    /// What it is part of, where that is not whoever looks.
    part_of: String,
    due: usize,
    overdue: usize,
    to_do: usize,
    /// Devices about which something is to be done.
    devices: u64,
    questions: usize,
    #[serde(skip)]
    shown_devices: String,
}

/// One whose inventory is missing or old.
#[derive(Serialize)]
struct Stale {
    organisation: i64,
    name: String,
    part_of: String,
    devices: u64,
    /// The day of the newest import; empty where there is none.
    newest: String,
    #[serde(skip)]
    shown: String,
    /// The newest import.
    #[serde(skip)]
    import: String,
    #[serde(skip)]
    shown_devices: String,
}

/// What is known of one organisation.
#[derive(Default)]
struct Known {
    due: usize,
    overdue: usize,
    to_do: usize,
    questions: usize,
    /// Devices of its own, and those of the organisations below it too.
    own: u64,
    below: u64,
    /// The newest import, its own or one from below.
    newest: Option<Newest>,
}

impl Members {
    /// `seen` is what whoever looks sees, each after the one above it.
    pub(super) fn of(
        held: &Holdings,
        scope: &fleet::Scope,
        (side, seen): (Side, &[Organisation]),
        entries: &[Entry<'_>],
        today: Date,
    ) -> Self {
        let is_group = side == Side::Group;
        let runs =
            |one: &Organisation| matches!(one.kind, Kind::PurchasingGroup | Kind::System);
        if seen.len() < 2 || !(is_group || seen.iter().any(runs)) {
            return Self::default();
        }
        let known = known(held, scope, seen, entries, today);
        let names: BTreeMap<i64, &Organisation> =
            seen.iter().map(|one| (one.id, one)).collect();
        let to_do = held.counts_to_do();
        let mut rows: Vec<Member> = seen
            .iter()
            .filter_map(|one| {
                let own = known.get(&one.id)?;
                let devices = to_do.get(&one.id).copied().unwrap_or(0);
                (own.to_do + own.questions > 0)
                    .then(|| Member::new(one, &names, own, devices))
            })
            .collect();
        rows.sort_by_key(|one| {
            (usize::MAX - one.due, usize::MAX - one.overdue, usize::MAX - one.to_do)
        });
        let stale = stale(seen, &names, &known, today);
        let count = seen.iter().filter(|one| is_member(one, &known)).count();
        Self {
            sentence: is_group.then(|| sentence(&rows, count)),
            title: if is_group { "Members touched" } else { "Hospitals" },
            all_questions: held.open_questions(scope).len(),
            is_first: is_group,
            rows,
            stale,
        }
    }

    /// The rows that a page shows.
    fn first(&self) -> &[Member] {
        self.rows.get(..ROWS).unwrap_or(&self.rows)
    }

    /// How many rows a page leaves out, in words; empty where it shows them all.
    fn more(&self) -> String {
        match self.rows.len().saturating_sub(ROWS) {
            0 => String::new(),
            more => {
                format!("{} more have something to do or to answer.", number(more as u64))
            }
        }
    }

    /// How many questions are open, in words.
    fn questions(&self) -> String {
        counted(self.all_questions, "question is open", "questions are open")
    }

    /// What is said of inventories.
    fn about_stale(&self) -> String {
        let none = self.stale.iter().filter(|one| one.newest.is_empty()).count();
        let old = self.stale.len() - none;
        let has = |count: usize, what: &str| match count {
            1 => format!("1 has {what}"),
            count => format!("{count} have {what}"),
        };
        let (none, old) = (
            (none > 0).then(|| has(none, "none, so nothing is judged there")),
            (old > 0).then(|| has(old, "one that is older than 30 days")),
        );
        let parts: Vec<String> = none.into_iter().chain(old).collect();
        format!("{}.", parts.join("; "))
    }
}

impl Member {
    fn new(
        one: &Organisation,
        names: &BTreeMap<i64, &Organisation>,
        known: &Known,
        devices: u64,
    ) -> Self {
        Self {
            organisation: one.id,
            name: one.name.clone(),
            part_of: part_of(one, names),
            due: known.due,
            overdue: known.overdue,
            to_do: known.to_do,
            devices,
            questions: known.questions,
            shown_devices: number(devices),
        }
    }
}

/// What an organisation is part of, where that is not the one at the top of whoever looks.
fn part_of(one: &Organisation, names: &BTreeMap<i64, &Organisation>) -> String {
    let above = one.parent.and_then(|parent| names.get(&parent));
    let above = above
        .filter(|above| above.parent.is_some_and(|parent| names.contains_key(&parent)));
    above.map(|above| above.name.clone()).unwrap_or_default()
}

/// Whether it is one that has devices, or should.
fn is_member(one: &Organisation, known: &BTreeMap<i64, Known>) -> bool {
    let own = known.get(&one.id).map_or(0, |known| known.own);
    one.kind == Kind::Hospital || own > 0
}

fn known(
    held: &Holdings,
    scope: &fleet::Scope,
    seen: &[Organisation],
    entries: &[Entry<'_>],
    today: Date,
) -> BTreeMap<i64, Known> {
    let mut known: BTreeMap<i64, Known> = BTreeMap::new();
    for one in seen {
        let own = held.fleet.of_organisation(OrganisationId(one.id)).len();
        let newest = held.newest_of(one.id);
        known.insert(one.id, Known { own, below: own, newest, ..Known::default() });
    }
    for entry in entries {
        let Some(one) = known.get_mut(&entry.organisation) else { continue };
        one.to_do += 1;
        one.due += usize::from(is_due(entry, today));
        one.overdue += usize::from(entry.is_overdue(today));
    }
    for question in held.open_questions(scope).iter() {
        for id in question.organisations.keys() {
            if let Some(one) = known.get_mut(id) {
                one.questions += 1;
            }
        }
    }
    // Each stands after the one above it, so from the end everything below is summed up.
    for one in seen.iter().rev() {
        let (below, newest) =
            known.get(&one.id).map_or((0, None), |one| (one.below, one.newest));
        if let Some(above) = one.parent.and_then(|parent| known.get_mut(&parent)) {
            above.below += below;
            above.newest = above.newest.max(newest);
        }
    }
    known
}

/// Hospitals of which nothing was ever taken in, or nothing lately: those first of which least
/// is known.
fn stale(
    seen: &[Organisation],
    names: &BTreeMap<i64, &Organisation>,
    known: &BTreeMap<i64, Known>,
    today: Date,
) -> Vec<Stale> {
    let mut stale: Vec<Stale> = seen
        .iter()
        .filter(|one| is_member(one, known))
        .filter_map(|one| {
            let own = known.get(&one.id)?;
            let newest = own.newest.map(|newest| (Holdings::day(newest.started), newest));
            let day = match newest {
                _ if own.below == 0 => None,
                Some((day, _)) => {
                    let age = day.until(today).map_or(0, |span| span.get_days());
                    if age <= OLD {
                        return None;
                    }
                    Some(day)
                }
                // What was never taken in whole has no day.
                None => None,
            };
            let import = newest.filter(|_| day.is_some());
            Some(Stale {
                organisation: one.id,
                name: one.name.clone(),
                part_of: part_of(one, names),
                devices: own.below,
                newest: day.map(|day| day.to_string()).unwrap_or_default(),
                shown: day.map(|day| shown_day(day, today)).unwrap_or_default(),
                import: import
                    .map(|(_, newest)| format!("/imports/{}", newest.import))
                    .unwrap_or_default(),
                shown_devices: number(own.below),
            })
        })
        .collect();
    stale.sort_by(|one, other| {
        (&one.newest, &one.name).cmp(&(&other.newest, &other.name))
    });
    stale
}

/// What cannot wait at how many members, and at whom most of it.
fn sentence(rows: &[Member], members: usize) -> Sentence {
    let touched = rows.iter().filter(|one| one.due > 0).count();
    let due: usize = rows.iter().map(|one| one.due).sum();
    let things = |count: usize| counted(count, "thing", "things");
    let all = counted(members, "member", "members");
    let Some(first) = rows.first().filter(|one| one.due > 0) else {
        let to_do: usize = rows.iter().map(|one| one.to_do).sum();
        return match to_do {
            0 => Sentence::new(format!("Nothing is to be done at your {all}.")),
            count => {
                Sentence::new(format!("Nothing at your {all} has to be done today; "))
                    .link(things(count), "/work".to_owned())
                    .then(if count == 1 {
                        " is on its way."
                    } else {
                        " are on their way."
                    })
            }
        };
    };
    let begin = Sentence::new(format!("{touched} of your {all} "))
        .then(if touched == 1 { "has " } else { "have " })
        .link(things(due), "/work?due=now".to_owned())
        .then(" that cannot wait");
    let at = format!("/work?due=now&organisation={}", first.organisation);
    match touched {
        1 => begin.then(": ").link(first.name.clone(), at).then("."),
        _ => begin
            .then(", first ")
            .link(format!("{} with {}", first.name, first.due), at)
            .then("."),
    }
}
