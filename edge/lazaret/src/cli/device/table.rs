//! The page for people: what to do, for which devices, and what to ask, once.

use std::collections::BTreeSet;

use device::inventory::Device;
use matching::device::Verdict;
use worklist::{Step, Wanted};

use super::fleet::Fleet;
use super::work::{About, Question, Task, Work};
use crate::output::page::Page;
use crate::output::text::{counted, listed};
use crate::output::work::{self, Act, Ask};
use crate::render;

/// Devices that are named on a page of 80 columns; the others are counted.
const DEVICES: usize = 18;

/// Vulnerabilities of an advisory that are named on a page of 80 columns.
const CVES: usize = 6;

/// Kinds of devices that are named.
const KINDS: usize = 3;

/// The page.
pub(super) fn page(fleet: &Fleet) -> Page {
    let work = Work::of(fleet);
    let mut page = render::blank();
    if work.tasks.is_empty() && work.questions.is_empty() {
        let text = format!(
            "No device is affected and none is in doubt: {} compared with {}.",
            counted(fleet.inventory.devices.len(), "device"),
            counted(fleet.records.len(), "device advisory")
        );
        page.line(&text, 0, 2);
        return page;
    }
    let acts: Vec<Act> = work.tasks.iter().map(|task| act(fleet, task, &page)).collect();
    work::acts(&acts, &mut page);
    let mut asks = work::doubts(&work.doubts, "device", |fact| {
        format!("Say yes or no in a column `{}` of the inventory.", fact.word())
    });
    let mut questions: Vec<_> = work.questions.iter().collect();
    questions.sort_by_key(|(_, questions)| usize::MAX - asked(questions).len());
    asks.extend(questions.iter().map(|(head, of)| ask(fleet, head, of, &page)));
    work::asks(&asks, &mut page);
    page.line(&summary(fleet, work.tasks.len()), 0, 2);
    page
}

fn act(fleet: &Fleet, task: &Task<'_>, page: &Page) -> Act {
    let count = counted(task.devices.len(), "device");
    let what = match &task.step {
        Step::Update(release) => format!("update {count} to {}", one_of(release)),
        Step::Maker(Wanted::Remedy) => format!("ask the maker of {count} for the fix"),
        Step::Mitigate => format!("protect {count} as the advisory says"),
        Step::Maker(_) | Step::Decide(_) => {
            format!("isolate or replace {count}: nobody offers a fix")
        }
    };
    let label = if matches!(task.step, Step::Update(_)) { "clears" } else { "against" };
    let because = match &task.assessment {
        Some(assessment) => work::because(&assessment.facts, &assessment.questions),
        None => String::new(),
    };
    Act {
        priority: task.priority,
        what,
        rows: vec![
            ("because", because),
            ("what", kinds(fleet, &task.devices)),
            (label, advisories(fleet, &task.about, page)),
            ("devices", tags(&task.devices, page)),
        ],
    }
}

/// Releases of an advisory that names several.
fn one_of(release: &str) -> String {
    let releases: Vec<&str> = release.split("; ").collect();
    match releases.as_slice() {
        [one] => (*one).to_owned(),
        several => format!("{} (the advisory says which)", several.join(" or ")),
    }
}

/// What the devices are, as the inventory calls them, the most frequent first.
fn kinds(fleet: &Fleet, devices: &[&Device]) -> String {
    let mut kinds: Vec<(usize, String)> = Vec::new();
    for device in devices {
        let Some(build) = fleet.inventory.builds.get(device.build) else { continue };
        let name = match (build.maker.trim(), build.model.trim()) {
            (maker, "") => format!("{maker} {}", build.description.trim()),
            (maker, model) => format!("{maker} {model}"),
        };
        let name = name.trim().to_owned();
        let same = |(_, other): &&mut (usize, String)| other.eq_ignore_ascii_case(&name);
        match kinds.iter_mut().find(same) {
            Some((count, _)) => *count += 1,
            None => kinds.push((1, name)),
        }
    }
    kinds.sort_by_key(|(count, _)| usize::MAX - count);
    let several = kinds.len() > 1;
    let named = |(count, name): &(usize, String)| match several && *count > 1 {
        true => format!("{name} ({count} of them)"),
        false => name.clone(),
    };
    let names: Vec<String> = kinds.iter().map(named).collect();
    listed(&names, KINDS)
}

/// A line for each advisory, with the vulnerabilities that concern the devices; those that
/// are exploited come first and say so.
fn advisories(fleet: &Fleet, about: &About, page: &Page) -> String {
    let lines = about.iter().map(|(at, vulnerabilities)| {
        let cves = cves(fleet, *at, vulnerabilities, page);
        format!("{}: {cves}", title(fleet, *at))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Number and title of an advisory; many titles begin with the number.
fn title(fleet: &Fleet, at: usize) -> String {
    let Some(record) = fleet.records.get(at) else { return String::new() };
    let id = &record.id;
    let title =
        record.title.trim_start_matches(id.as_str()).trim_start_matches(['_', ' ', ':']);
    format!("{id} {}", title.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn cves(
    fleet: &Fleet,
    at: usize,
    vulnerabilities: &BTreeSet<usize>,
    page: &Page,
) -> String {
    let Some(record) = fleet.records.get(at) else { return String::new() };
    let id = |position: &usize| {
        record.vulnerabilities.get(*position).and_then(|entry| entry.ids.first())
    };
    let exploited = |position: &&usize| fleet.urgency.is_exploited(at, **position);
    let marked = vulnerabilities
        .iter()
        .filter(exploited)
        .filter_map(id)
        .map(|id| format!("{id} (exploited)"));
    let others = vulnerabilities
        .iter()
        .filter(|position| !exploited(position))
        .filter_map(id)
        .cloned();
    let all: Vec<String> = marked.chain(others).collect();
    listed(&all, page.roomy(CVES))
}

fn tags(devices: &[&Device], page: &Page) -> String {
    let tags: Vec<&str> =
        devices.iter().map(|device| device.asset_tag.as_str()).collect();
    listed(&tags, page.roomy(DEVICES))
}

fn asked<'f>(questions: &[Question<'f>]) -> BTreeSet<usize> {
    let devices = questions.iter().flat_map(|question| &question.devices);
    devices.map(|device| device.line).collect()
}

/// One question, and below it what the devices are and what hangs on the answer.
fn ask(fleet: &Fleet, head: &str, questions: &[Question<'_>], page: &Page) -> Ask {
    let count = counted(asked(questions).len(), "device");
    let mut rows = Vec::new();
    for question in questions {
        rows.push(format!(
            "{}: {}",
            kinds(fleet, &question.devices),
            tags(&question.devices, page)
        ));
        for (at, vulnerabilities) in &question.about {
            let hints = question.hints.get(at).into_iter().flatten();
            let hints: Vec<&str> = hints.copied().collect();
            let hint = match hints.join(" or ") {
                hint if hint.is_empty() => hint,
                hint => format!("{}; ", hint.replace("Affected: ", "affected: ")),
            };
            let cves = cves(fleet, *at, vulnerabilities, page);
            rows.push(format!("  {hint}decides {}: {cves}", title(fleet, *at)));
        }
    }
    Ask { question: format!("{head} ({count})"), rows }
}

fn summary(fleet: &Fleet, tasks: usize) -> String {
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
    let total = counted(fleet.inventory.devices.len(), "device");
    let verb = if affected == 1 { "is" } else { "are" };
    let doubt = match doubt {
        0 => "none is in doubt".to_owned(),
        1 => "1 more is in doubt".to_owned(),
        doubt => format!("{doubt} more are in doubt"),
    };
    let tasks = counted(tasks, "thing");
    format!("{affected} of {total} {verb} affected, {doubt}; {tasks} to do.")
}
