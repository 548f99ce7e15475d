//! What happened since yesterday: revised advisories, new and missing devices, verdicts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fleet::{ConfigurationId, OrganisationId, encoded};
use jiff::Timestamp;
use operations::fleet::{Holdings, To, Turned};
use operations::judging::Advisories;
use store::{Import, Organisation};

use crate::sentence::Sentence;
use crate::words::number;

/// Advisories that are named.
const NAMED: usize = 3;

/// What memory knows of the advisories that were revised since, and whom they touch.
pub(super) struct Revised {
    known: Option<Arc<Advisories>>,
    count: usize,
    touching: Vec<String>,
}

impl Revised {
    pub(super) fn since(
        held: &Holdings,
        touched: &BTreeMap<Arc<str>, (u64, u64)>,
        since: Timestamp,
    ) -> Self {
        let since = since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let known = held.advisories.iter().flat_map(|known| &known.records);
        let revised: Vec<&str> = known
            .filter(|record| record.modified >= since)
            .map(|record| record.id.as_str())
            .collect();
        let touching = revised.iter().filter(|id| touched.contains_key(**id));
        Self {
            known: held.advisories.clone(),
            count: revised.len(),
            touching: touching.map(|id| (*id).to_owned()).collect(),
        }
    }
}

impl Revised {
    /// The id under which a flaw is counted.
    fn flaw(&self, id: &str) -> String {
        let known = self.known.as_deref();
        known.map_or_else(|| id.to_owned(), |known| known.flaw(id))
    }
}

/// Each thing that happened, in a sentence; nothing where nothing did.
pub(super) fn sentences(
    revised: &Revised,
    imports: &[Import],
    turned: &[&Turned],
) -> Vec<Sentence> {
    let mut all = Vec::new();
    all.extend(advisories(revised));
    all.extend(devices(imports));
    all.extend(verdicts(revised, turned));
    all
}

fn advisories(revised: &Revised) -> Option<Sentence> {
    let count = revised.count;
    if count == 0 {
        return None;
    }
    let advisories = match count {
        1 => "1 device advisory".to_owned(),
        count => format!("{} device advisories", number(count as u64)),
    };
    let begin = Sentence::default()
        .link(advisories, "/advisories".to_owned())
        .then(if count == 1 { " was revised; " } else { " were revised; " });
    let touching = &revised.touching;
    if touching.is_empty() {
        return Some(begin.then("none of them touches you."));
    }
    let words = if touching.len() == 1 { "1 touches you: " } else { "touch you: " };
    let begin = match touching.len() {
        1 => begin.then(words),
        count => begin.then(format!("{count} {words}")),
    };
    let named =
        touching.iter().map(|id| (id.clone(), format!("/advisories/{}", encoded(id))));
    Some(listed(begin, named.collect()))
}

fn devices(imports: &[Import]) -> Option<Sentence> {
    let added: i64 = imports.iter().map(|import| import.counts.added).sum();
    let missing: i64 = imports.iter().map(|import| import.missing).sum();
    let returned: i64 = imports.iter().map(|import| import.counts.returned).sum();
    if (added, missing, returned) == (0, 0, 0) {
        return None;
    }
    let of = |count: i64, word: &str| match count {
        1 => format!("1 device {word}"),
        count => format!("{} devices {word}", number(count.unsigned_abs())),
    };
    let parts: Vec<String> = [(added, "new"), (missing, "missing"), (returned, "back")]
        .into_iter()
        .filter(|(count, _)| *count != 0)
        .map(|(count, word)| of(count, word))
        .collect();
    let to = match imports {
        [only] => format!("/imports/{}", only.id),
        _ => "/imports".to_owned(),
    };
    Some(Sentence::default().link(parts.join(", "), to).then("."))
}

/// At which organisations devices came, went and came back, those with most first.
pub(super) fn where_devices_changed(
    held: &Holdings,
    imports: &[Import],
) -> Option<Sentence> {
    let mut changed: BTreeMap<i64, i64> = BTreeMap::new();
    for import in imports {
        let counts = import.counts.added + import.missing + import.counts.returned;
        *changed.entry(import.organisation).or_default() += counts;
    }
    changed.retain(|_, count| *count > 0);
    // Of one the sentence before has said it all.
    (changed.len() > 1).then(|| {
        let mut changed: Vec<(i64, i64)> = changed.into_iter().collect();
        changed.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let each = changed.iter().map(|(organisation, count)| {
            let name = held.organisation(*organisation);
            let devices = format!("{name} ({})", number(count.unsigned_abs()));
            (devices, format!("/devices?organisation={organisation}"))
        });
        listed(Sentence::new("The inventory changed at "), each.collect())
    })
}

/// Which organisations have devices in which a flaw was found since.
pub(super) fn where_flaws_came(
    held: &Holdings,
    turned: &[&Turned],
    seen: &[Organisation],
) -> Option<Sentence> {
    let came = turned.iter().filter(|turned| turned.to == To::Affected);
    let came: BTreeSet<ConfigurationId> =
        came.map(|turned| ConfigurationId(turned.configuration)).collect();
    let devices = held.fleet.of_configurations(came);
    let touched = |one: &&Organisation| {
        let own = held.fleet.of_organisation(OrganisationId(one.id));
        !own.is_disjoint(&devices)
    };
    let touched: Vec<(String, String)> = seen
        .iter()
        .filter(touched)
        .map(|one| (one.name.clone(), format!("/work?organisation={}", one.id)))
        .collect();
    (!touched.is_empty()).then(|| listed(Sentence::new("New flaws touch "), touched))
}

/// Names with where they lead, the first of them, to the end of the sentence.
fn listed(begin: Sentence, names: Vec<(String, String)>) -> Sentence {
    let more = names.len().saturating_sub(NAMED);
    let mut sentence = begin;
    for (at, (name, address)) in names.into_iter().take(NAMED).enumerate() {
        let before = if at == 0 { "" } else { ", " };
        sentence = sentence.then(before).link(name, address);
    }
    match more {
        0 => sentence.then("."),
        more => sentence.then(format!(" and {more} more.")),
    }
}

/// Vulnerabilities that affect one since, and those that do not any more.
fn verdicts(revised: &Revised, turned: &[&Turned]) -> Option<Sentence> {
    let flaws = |to: To| -> usize {
        let names = turned.iter().filter(|turned| turned.to == to);
        let names: BTreeSet<&str> = names.map(|turned| &*turned.vulnerability).collect();
        let flaws: BTreeSet<String> =
            names.into_iter().map(|name| revised.flaw(name)).collect();
        flaws.len()
    };
    let (came, went) = (flaws(To::Affected), flaws(To::Unsaid));
    let flaws = |count: usize| match count {
        1 => "1 flaw".to_owned(),
        count => format!("{} flaws", number(count as u64)),
    };
    let sentence = match (came, went) {
        (0, 0) => return None,
        (came, 0) => format!("{} found in what you have.", flaws(came)),
        (0, went) => format!("{} no longer said of what you have.", flaws(went)),
        (came, went) => format!(
            "{} found in what you have, {} no longer said of it.",
            flaws(came),
            flaws(went)
        ),
    };
    Some(Sentence::new(sentence))
}
