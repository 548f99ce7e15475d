//! The page for people: what to do, for which devices, and what to ask, once.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use device::inventory::Device;
use matching::device::{Answer, Verdict};

use super::fleet::{Action, Fleet};

/// Columns of the page.
const WIDTH: usize = 80;

/// Devices of a group that are named; the others are counted.
const NAMED_MAX: usize = 12;

/// A group of devices about which the same is done.
#[derive(Default)]
struct Group<'f> {
    devices: Vec<&'f Device>,
    answer: Option<&'f Answer>,
}

type Groups<'f, K> = BTreeMap<K, Group<'f>>;

/// The page.
pub(super) fn page(fleet: &Fleet) -> String {
    let mut actions: Groups<'_, (Action, usize)> = BTreeMap::new();
    let mut questions: Groups<'_, (usize, String)> = BTreeMap::new();
    for device in &fleet.inventory.devices {
        for answer in fleet.answers(device) {
            let group = match answer.verdict {
                Verdict::Affected => {
                    actions.entry((fleet.action(answer), answer.record)).or_default()
                }
                Verdict::CannotTell => {
                    questions.entry((answer.record, answer.question.clone())).or_default()
                }
                Verdict::NotAffected => continue,
            };
            group.devices.push(device);
            group.answer.get_or_insert(answer);
        }
    }
    let mut page = String::new();
    if actions.is_empty() && questions.is_empty() {
        page.push_str("No device is affected, and none is in doubt.\n");
        return page;
    }
    if !actions.is_empty() {
        page.push_str("TO DO\n\n");
    }
    for ((action, _), group) in &actions {
        act(fleet, action, group, &mut page);
    }
    if !questions.is_empty() {
        page.push_str("TO ASK\n\n");
    }
    for ((_, question), group) in &questions {
        ask(fleet, question, group, &mut page);
    }
    summary(fleet, &mut page);
    page
}

fn act(fleet: &Fleet, action: &Action, group: &Group<'_>, page: &mut String) {
    let count = counted(group.devices.len());
    let line = match action {
        Action::Update(version) => {
            format!("Update {count} to {version} (named by the advisory)")
        }
        Action::Maker => format!("Ask the maker of {count} for its remedy"),
        Action::Mitigate => format!("Mitigate {count} as the advisory says"),
        Action::Nothing => format!("Isolate or replace {count}: no remedy is offered"),
    };
    wrapped(&line, "", page);
    let Some(answer) = group.answer else { return };
    titled(fleet, answer, page);
    let clears = if matches!(action, Action::Update(_)) { "clears" } else { "for" };
    wrapped(&format!("{clears} {}", cves(fleet, answer)), "  ", page);
    named(&group.devices, page);
}

fn ask(fleet: &Fleet, question: &str, group: &Group<'_>, page: &mut String) {
    let Some(answer) = group.answer else { return };
    wrapped(&format!("{question} ({})", counted(group.devices.len())), "", page);
    titled(fleet, answer, page);
    wrapped(&format!("would decide {}", cves(fleet, answer)), "  ", page);
    named(&group.devices, page);
}

fn titled(fleet: &Fleet, answer: &Answer, page: &mut String) {
    let Some(record) = fleet.record(answer) else { return };
    let id = &record.id;
    let title =
        record.title.trim_start_matches(id.as_str()).trim_start_matches(['_', ' ', ':']);
    wrapped(&format!("{id} {title}"), "  ", page);
}

fn cves(fleet: &Fleet, answer: &Answer) -> String {
    let cves = fleet.cves(answer);
    let shown: Vec<&str> = cves.iter().copied().take(6).collect();
    let more = cves.len() - shown.len();
    let shown = shown.join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

fn named(devices: &[&Device], page: &mut String) {
    let tags: Vec<&str> =
        devices.iter().take(NAMED_MAX).map(|device| device.asset_tag.as_str()).collect();
    let more = devices.len() - tags.len();
    let tags = tags.join(", ");
    let tags = if more > 0 { format!("{tags} and {more} more") } else { tags };
    wrapped(&tags, "  ", page);
    page.push('\n');
}

fn counted(devices: usize) -> String {
    if devices == 1 { "1 device".to_owned() } else { format!("{devices} devices") }
}

fn summary(fleet: &Fleet, page: &mut String) {
    let (mut affected, mut doubt) = (0, 0);
    for device in &fleet.inventory.devices {
        let answers = fleet.answers(device);
        let has = |verdict| answers.iter().any(|answer| answer.verdict == verdict);
        if has(Verdict::Affected) {
            affected += 1;
        } else if has(Verdict::CannotTell) {
            doubt += 1;
        }
    }
    let total = fleet.inventory.devices.len();
    let _ = writeln!(
        page,
        "{affected} of {total} devices are affected, {doubt} more are in doubt."
    );
}

/// Words in lines of [`WIDTH`] columns, the further lines further in.
fn wrapped(text: &str, indent: &str, page: &mut String) {
    let mut line = indent.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        let width = line.chars().count() + word.chars().count() + 1;
        if !empty && width > WIDTH {
            let _ = writeln!(page, "{line}");
            line = format!("{indent}  ");
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    let _ = writeln!(page, "{line}");
}
