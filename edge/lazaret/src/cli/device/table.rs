//! The page for people: what to do, for which devices, and what to ask, once.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use device::inventory::Device;
use matching::device::{Answer, Verdict};

use worklist::{Assessment, Fact, Known, Priority};

use super::fleet::{Action, Fleet};
use super::urgency::Assessments;

/// Columns of the page.
const WIDTH: usize = 80;

/// Devices of a group that are named; the others are counted.
const NAMED_MAX: usize = 12;

/// A group of devices about which the same is done.
#[derive(Default)]
struct Group<'f> {
    devices: Vec<&'f Device>,
    answer: Option<&'f Answer>,
    assessment: Option<Assessment>,
}

impl Group<'_> {
    /// Keeps the facts that hold of all devices, and the questions about any.
    fn reasons(&mut self, of_device: Option<Assessment>) {
        let Some(of_device) = of_device else { return };
        let Some(of_all) = &mut self.assessment else {
            self.assessment = Some(of_device);
            return;
        };
        of_all.facts.retain(|fact| of_device.facts.contains(fact));
        for question in of_device.questions {
            if !of_all.questions.contains(&question) {
                of_all.questions.push(question);
            }
        }
    }
}

type Groups<'f, K> = BTreeMap<K, Group<'f>>;

/// Devices for which the same is done, the most urgent first.
type Actions<'f> = Groups<'f, (Priority, Action, usize)>;

/// The page.
pub(super) fn page(fleet: &Fleet) -> String {
    let (actions, questions) = grouped(fleet);
    let mut page = String::new();
    if actions.is_empty() && questions.is_empty() {
        page.push_str("No device is affected, and none is in doubt.\n");
        return page;
    }
    if !actions.is_empty() {
        page.push_str("TO DO\n\n");
    }
    for ((priority, action, _), group) in &actions {
        act(fleet, *priority, action, group, &mut page);
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

fn grouped(fleet: &Fleet) -> (Actions<'_>, Groups<'_, (usize, String)>) {
    let mut actions: Actions<'_> = BTreeMap::new();
    let mut questions: Groups<'_, (usize, String)> = BTreeMap::new();
    let mut known = Assessments::new();
    for device in &fleet.inventory.devices {
        for answer in fleet.answers(device) {
            let group = match answer.verdict {
                Verdict::Affected => {
                    let assessment = fleet.urgency.of(answer, device, &mut known);
                    // Nothing known counts as the worse.
                    let priority =
                        assessment.as_ref().map_or(Priority::ActNow, |it| it.priority);
                    let key = (priority, fleet.action(answer), answer.record);
                    let group = actions.entry(key).or_default();
                    group.reasons(assessment);
                    group
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
    (actions, questions)
}

fn act(
    fleet: &Fleet,
    priority: Priority,
    action: &Action,
    group: &Group<'_>,
    page: &mut String,
) {
    let count = counted(group.devices.len());
    let line = match action {
        Action::Update(version) => {
            format!("update {count} to {version} (named by the advisory)")
        }
        Action::Maker => format!("ask the maker of {count} for its remedy"),
        Action::Mitigate => format!("mitigate {count} as the advisory says"),
        Action::Nothing => format!("isolate or replace {count}: no remedy is offered"),
    };
    wrapped(&format!("■ {}: {line}", priority.label()), "", page);
    let Some(answer) = group.answer else { return };
    if let Some(assessment) = &group.assessment {
        wrapped(&format!("because: {}", reasons(assessment)), "  ", page);
    }
    titled(fleet, answer, page);
    let clears = if matches!(action, Action::Update(_)) { "clears" } else { "for" };
    wrapped(&format!("{clears} {}", cves(fleet, answer)), "  ", page);
    named(&group.devices, page);
}

/// The row of the table, the facts that made it fit, and those that counted as the worse.
fn reasons(assessment: &Assessment) -> String {
    let facts = assessment.facts.iter();
    let mut reasons: Vec<String> = facts
        .filter(|(_, known)| *known == Known::Yes)
        .map(|(fact, _)| reason(*fact).to_owned())
        .collect();
    if reasons.is_empty() {
        reasons.push(assessment.row.clone());
    }
    let questions: Vec<&str> =
        assessment.questions.iter().map(|fact| fact.question()).collect();
    let mut said = reasons.join(" · ");
    if !questions.is_empty() {
        let _ = write!(said, "; to be asked: {}", questions.join(" "));
    }
    said
}

/// A fact that holds, in words.
fn reason(fact: Fact) -> &'static str {
    match fact {
        Fact::Exploited => "exploited in the wild",
        Fact::Epss => "likely to be exploited within a month (EPSS)",
        Fact::Cvss => "severe (CVSS)",
        Fact::LifeSustaining => "life-sustaining",
        Fact::Reachable => "reachable from other zones",
        Fact::HoldsPhi => "holds PHI",
        Fact::DisclosesData => "the flaw discloses data",
    }
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
