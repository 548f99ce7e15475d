//! Why something is to be done all the same, though it was decided what becomes of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use operations::fleet::{Entry, Holdings};
use worklist::{Kind, State};

/// Why something that was decided waits for somebody again, in a sentence without its end; empty
/// where nothing was decided, or what was decided holds.
pub(crate) fn returned(entry: &Entry<'_>, held: &Holdings) -> String {
    let decided = entry.kept.map(|kept| &kept.decided);
    let last = decided.and_then(|decided| decided.last_day.as_deref());
    let last: Option<Date> = last.and_then(|day| day.parse().ok());
    let ended = |what: &str| match last {
        Some(day) => format!("the {what} ended on {}", day.strftime("%-d %b %Y")),
        None => format!("the {what} has ended"),
    };
    match entry.state {
        State::WindowOver => {
            format!("{}, and {}", ended("window"), shown(entry, last, held))
        }
        State::AcceptanceOver => ended("acceptance"),
        State::CameBack => {
            format!(
                "it was reported done, and the inventory shows {}",
                still(entry, held)
            )
        }
        _ => String::new(),
    }
}

/// What is known of an action whose window has ended. An inventory shows releases, and neither
/// what protects a device nor what was asked.
fn shown(entry: &Entry<'_>, last: Option<Date>, held: &Holdings) -> String {
    let is_update = entry.action.is_some_and(|action| action.key.kind == Kind::Update);
    if !is_update {
        return "nobody has reported it done".to_owned();
    }
    let newest = entry.newest.map(|newest| Holdings::day(newest.started));
    let is_later = newest.is_some_and(|newest| last.is_none_or(|last| newest > last));
    let still = still(entry, held);
    match is_later {
        true => format!("the inventory shows {still}"),
        false => format!("no export has come in since: the inventory shows {still}"),
    }
}

/// The releases that the inventory still shows.
pub(super) fn still(entry: &Entry<'_>, held: &Holdings) -> String {
    let lost = entry.action.map(|action| held.lost_of(action));
    let mut groups: BTreeMap<i64, usize> = BTreeMap::new();
    for (one, _) in lost.into_iter().flatten() {
        *groups.entry(one.former).or_default() += 1;
    }
    let builds = entry.action.into_iter().flat_map(|action| {
        let is_lost = |one: &fleet::ConfigurationId| {
            let of_build = action.builds.iter().filter(|((id, _), _)| id == one);
            groups.get(&one.0) == Some(&of_build.count())
        };
        let builds = action.builds.keys().map(|(build, _)| build);
        builds.filter(|build| !is_lost(build)).collect::<Vec<_>>()
    });
    let builds: Vec<_> = builds.collect();
    if builds.is_empty() && !groups.is_empty() {
        return "none of them with a release that is known to be mended".to_owned();
    }
    let builds = builds.into_iter();
    let versions: BTreeSet<&str> = builds
        .filter_map(|id| held.fleet.configuration(*id))
        .map(|build| build.version.as_str())
        .filter(|version| !version.is_empty())
        .collect();
    match versions.is_empty() {
        true => "the devices as they were".to_owned(),
        false => versions.into_iter().collect::<Vec<_>>().join(", "),
    }
}
