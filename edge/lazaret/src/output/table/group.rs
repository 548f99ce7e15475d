//! The findings of a table, put together by component or by act.

use std::collections::BTreeMap;

use matching::Verdict;
use worklist::{Order, Priority, Update, update};

use super::{finding_line, plain, urgent, wrap};
use crate::output::{Finding, Report};

/// Component by component, the most urgent first.
pub(super) fn by_component(report: &Report, width: usize, text: &mut String) {
    let mut groups: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
    for finding in open(report) {
        groups.entry(finding.at).or_default().push(finding);
    }
    let mut groups: Vec<Vec<&Finding>> = groups.into_values().collect();
    groups.sort_by_key(|findings| urgent(findings));
    for findings in groups {
        let Some(first) = findings.first() else { continue };
        let mut title = title(first);
        if report.boms.len() > 1 {
            title.push_str(&format!("  in {}", plain(&first.bom)));
        }
        wrap(&title, 0, 2, width, text);
        if let Some(line) = what_to_do(&findings) {
            wrap(&line, 2, 4, width, text);
        }
        for finding in &findings {
            finding_line(finding, width, text);
        }
        text.push('\n');
    }
}

/// Act by act: one update of one component, wherever it is, the most urgent first.
pub(super) fn by_action(report: &Report, width: usize, text: &mut String) {
    let mut groups: BTreeMap<(String, String), Vec<&Finding>> = BTreeMap::new();
    for finding in open(report) {
        let component = &finding.component;
        let version = component.version.clone().unwrap_or_default();
        groups.entry((component.name.clone(), version)).or_default().push(finding);
    }
    let mut acts: Vec<(Priority, String)> =
        groups.values().map(|findings| (urgent(findings), act(findings))).collect();
    acts.sort();
    for (priority, act) in acts {
        wrap(&format!("{:<11} {act}", priority.label()), 0, 12, width, text);
    }
    if !groups.is_empty() {
        text.push('\n');
    }
}

fn open(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| {
        !matches!(finding.rank.0, Verdict::Fixed | Verdict::NotAffected)
    })
}

/// The heading of a component.
fn title(finding: &Finding) -> String {
    let component = &finding.component;
    let version = component.version.as_deref().unwrap_or("without a version");
    format!("{} {}  {}", plain(&component.name), plain(version), plain(&finding.place))
}

/// The update that clears most, in words.
fn what_to_do(findings: &[&Finding]) -> Option<String> {
    let update = best(findings)?;
    let exploited = findings.iter().filter(|finding| finding.known_exploited).count();
    let clears = match update.stays {
        0 => format!("clears {}", update.clears),
        stays => format!("clears {} of {}", update.clears, update.clears + stays),
    };
    let exploited = match exploited {
        0 => String::new(),
        count => format!(", {count} exploited in the wild"),
    };
    Some(format!("update to {}: {clears}{exploited}", plain(&update.to?)))
}

/// What a person does about some findings on one version of one component.
fn act(findings: &[&Finding]) -> String {
    let Some(first) = findings.first() else { return String::new() };
    let component = &first.component;
    let name = format!(
        "{} {}",
        plain(&component.name),
        plain(component.version.as_deref().unwrap_or("without a version"))
    );
    let mut ids: Vec<&str> = findings.iter().map(|finding| finding.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut boms: Vec<&str> =
        findings.iter().map(|finding| finding.bom.as_str()).collect();
    boms.sort_unstable();
    boms.dedup();
    let place = match boms.as_slice() {
        [one] => plain(one),
        many => format!("{} documents", many.len()),
    };
    let affected = findings.iter().any(|finding| finding.rank.0 == Verdict::Affected);
    let sentence = match (what_to_do(findings), affected) {
        (Some(sentence), _) => sentence,
        (None, true) => "no fix is stated: ask the maker, isolate meanwhile".to_owned(),
        (None, false) => "settle the question below".to_owned(),
    };
    format!("{name} in {place}: {sentence} ({})", ids.join(", "))
}

fn best(findings: &[&Finding]) -> Option<Update> {
    let affected: Vec<&&Finding> =
        findings.iter().filter(|finding| finding.rank.0 == Verdict::Affected).collect();
    let first = affected.first()?;
    let current = first
        .grounds
        .iter()
        .map(|ground| ground.version.as_str())
        .find(|version| !version.is_empty())?;
    let fixes: Vec<&[String]> =
        affected.iter().map(|finding| finding.fixed_in.as_slice()).collect();
    let order = first.scheme.map_or(Order::OfCpe, Order::Of);
    Some(update(order, current, &fixes))
}
