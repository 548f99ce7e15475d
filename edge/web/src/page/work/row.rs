//! One thing to do as a row.

use std::collections::BTreeMap;

use fleet::encoded;
use jiff::civil::Date;
use operations::fleet::{Entry, Holdings, Set};
use serde::Serialize;

use super::returned::returned;
use super::survey::{kind, product};
use super::{in_words, lower, state, what_of, what_was};
use crate::mark::Mark;
use crate::words::{counted, number};

/// Wards that a row names; the others are counted.
const WARDS: usize = 3;

/// A row of the list.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) action: String,
    pub(crate) kind: String,
    pub(crate) what: String,
    pub(crate) product: String,
    pub(crate) priority: Mark,
    /// Why it is so urgent, in words.
    pub(crate) because: String,
    pub(crate) devices: u64,
    pub(crate) wards: Vec<Ward>,
    pub(crate) flaws: usize,
    pub(crate) exploited: usize,
    pub(crate) state: &'static str,
    /// Why it waits for somebody again though something was decided; empty where it does not.
    pub(crate) returned: String,
    /// `2026-11-28`, or empty.
    pub(crate) due: String,
    pub(crate) is_overdue: bool,
    pub(crate) owner: String,
    pub(crate) organisation: i64,
    #[serde(skip)]
    pub(crate) shown: Shown,
}

/// A place where devices stand.
#[derive(Debug, Serialize)]
pub(crate) struct Ward {
    pub(crate) ward: String,
    pub(crate) devices: u64,
    #[serde(skip)]
    pub(crate) address: String,
}

/// How it is shown on a page.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    /// Product and what is done: what the link to it says.
    pub(crate) title: String,
    /// All of it in one sentence, without its end.
    pub(crate) words: String,
    pub(crate) address: String,
    pub(crate) devices: String,
    pub(crate) devices_address: String,
    pub(crate) more_wards: String,
    pub(crate) state: &'static str,
    pub(crate) due: String,
    pub(crate) organisation: String,
    /// What stands above it and those that follow, where several organisations do the same.
    pub(crate) above: String,
}

impl Row {
    /// `names` are those of the people who may see to it.
    pub(crate) fn new(
        entry: &Entry<'_>,
        held: &Holdings,
        names: &BTreeMap<i64, String>,
        today: Date,
    ) -> Self {
        let action = entry.action;
        let devices = action.map_or(0, |action| action.devices);
        let set = Set::Work(entry.slug.to_owned()).to_string();
        let devices_address = format!("/devices?among={}", encoded(&set));
        let mut wards: Vec<Ward> = action
            .iter()
            .flat_map(|action| &action.wards)
            .map(|(ward, devices)| Ward {
                ward: if ward.is_empty() {
                    "not stated".to_owned()
                } else {
                    ward.to_string()
                },
                devices: *devices,
                address: format!(
                    "/devices?department={}&among={}",
                    encoded(ward),
                    encoded(&set)
                ),
            })
            .collect();
        wards.sort_by_key(|ward| u64::MAX - ward.devices);
        let more = wards.len().saturating_sub(WARDS);
        let because = action.and_then(|action| held.because(action));
        let what = match (action, entry.kept) {
            (Some(action), _) => what_of(action),
            (None, Some(kept)) => what_was(&kept.seen),
            (None, None) => String::new(),
        };
        let product = product(entry).into_owned();
        let title = match product.is_empty() {
            true => what.clone(),
            false => format!("{product}: {}", lower(&what)),
        };
        Self {
            action: entry.slug.to_owned(),
            kind: kind(entry).to_owned(),
            what,
            product,
            priority: Mark::priority(entry.priority),
            because: because.map(|(_, why)| reasons(&why)).unwrap_or_default(),
            devices,
            flaws: action.map_or(0, |action| action.vulnerabilities.len()),
            exploited: action.map_or(0, |action| action.exploited.len()),
            state: entry.state.word(),
            returned: returned(entry, held),
            due: entry.due.map(|due| due.to_string()).unwrap_or_default(),
            is_overdue: entry.is_overdue(today),
            owner: owner(entry, names),
            organisation: entry.organisation,
            shown: Shown {
                title,
                words: action.map(in_words).unwrap_or_default(),
                address: format!("/work/{}", entry.slug),
                devices: counted_devices(devices),
                devices_address,
                more_wards: match more {
                    0 => String::new(),
                    more => format!("and {more} more"),
                },
                state: state(entry.state),
                due: entry.due.map(|due| shown_day(due, today)).unwrap_or_default(),
                organisation: held.organisation(entry.organisation).to_owned(),
                above: String::new(),
            },
            wards,
        }
    }

    /// The wards that are named.
    pub(crate) fn named(&self) -> &[Ward] {
        self.wards.get(..WARDS.min(self.wards.len())).unwrap_or_default()
    }

    /// How many flaws it is about, and how many of them are exploited.
    pub(crate) fn clears(&self) -> String {
        let flaws = counted(self.flaws, "flaw", "flaws");
        match self.exploited {
            0 => flaws,
            exploited => format!("{flaws}, {exploited} exploited"),
        }
    }
}

/// A count of devices with its noun.
pub(crate) fn counted_devices(devices: u64) -> String {
    match devices {
        1 => "1 device".to_owned(),
        devices => format!("{} devices", number(devices)),
    }
}

/// Who sees to it, by name.
pub(crate) fn owner(entry: &Entry<'_>, names: &BTreeMap<i64, String>) -> String {
    let Some(owner) = entry.owner() else { return String::new() };
    match names.get(&owner) {
        Some(name) if !name.is_empty() => name.clone(),
        _ => format!("person {owner}"),
    }
}

/// Why something is as urgent as it is, in a few words.
pub(crate) fn reasons(why: &worklist::Assessment) -> String {
    use worklist::{Fact, Known};

    let facts = why.facts.iter().filter_map(|(fact, known)| {
        let words = match (fact, known) {
            (_, Known::No) => return None,
            (Fact::Exploited, Known::Yes) => "exploited in the wild",
            (Fact::Exploited, Known::Unknown) => "perhaps exploited",
            (Fact::Epss, Known::Yes) => "likely to be exploited soon",
            (Fact::Epss, Known::Unknown) => "nobody has estimated how likely it is",
            (Fact::Cvss, Known::Yes) => "severe",
            (Fact::Cvss, Known::Unknown) => "nobody has said how severe it is",
            (Fact::LifeSustaining, Known::Yes) => "life-sustaining",
            (Fact::LifeSustaining, Known::Unknown) => "perhaps life-sustaining",
            (Fact::Reachable, Known::Yes) => "reachable from other zones",
            (Fact::Reachable, Known::Unknown) => "perhaps reachable from other zones",
            (Fact::HoldsPhi, Known::Yes) => "holds patient data",
            (Fact::HoldsPhi, Known::Unknown) => "perhaps holds patient data",
            (Fact::DisclosesData, Known::Yes) => "the flaw discloses data",
            (Fact::DisclosesData, Known::Unknown) => "the flaw perhaps discloses data",
        };
        Some(words)
    });
    let facts: Vec<&str> = facts.collect();
    match facts.is_empty() {
        true => "neither exploited nor severe".to_owned(),
        false => facts.join(" · "),
    }
}

/// A day that is to come, as people say it.
pub(crate) fn shown_day(day: Date, today: Date) -> String {
    let written = day.strftime("%-d %b %Y").to_string();
    let days = today.until(day).map(|span| span.get_days()).unwrap_or_default();
    match days {
        0 => format!("today, {written}"),
        1 => format!("tomorrow, {written}"),
        2..=6 => format!("{}, {written}", day.strftime("%a")),
        -1 => format!("yesterday, {written}"),
        days if days < 0 => format!("{} days ago, {written}", -days),
        _ => written,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::shown_day;

    #[test]
    fn a_day_is_said_as_people_say_it() {
        let today = date(2026, 11, 26);
        for (day, expected) in [
            (today, "today, 26 Nov 2026"),
            (date(2026, 11, 27), "tomorrow, 27 Nov 2026"),
            (date(2026, 12, 1), "Tue, 1 Dec 2026"),
            (date(2026, 12, 3), "3 Dec 2026"),
            (date(2026, 11, 25), "yesterday, 25 Nov 2026"),
            (date(2026, 10, 26), "31 days ago, 26 Oct 2026"),
        ] {
            assert_eq!(shown_day(day, today), expected);
        }
    }
}
