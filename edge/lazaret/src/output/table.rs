//! A table for a person: the same look and the same verdict words as everywhere.
//!
//! Order: what is to be done, by act or by component; what a statement or a distribution
//! has settled; what could not be judged, with the question; one line that sums up.

mod group;
mod unknown;

use std::collections::BTreeSet;

use matching::Verdict;
use worklist::Priority;

use super::page::Page;
use super::text::counted;
use super::{Finding, Group, Report};

pub(crate) use super::text::clean as plain;

/// Writes the whole text.
pub(crate) fn write(report: &Report, group: Group, page: &mut Page) {
    match group {
        Group::Component => group::by_component(report, page),
        Group::Action => group::by_action(report, page),
    }
    settled(report, page);
    unknown::write(report, page);
    page.line(&summary(report), 0, 2);
}

/// What statements have settled: shown, so that nothing disappears.
fn settled(report: &Report, page: &mut Page) {
    let settled: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| matches!(finding.rank.0, Verdict::Fixed | Verdict::NotAffected))
        .collect();
    if settled.is_empty() {
        return;
    }
    page.heading("SETTLED");
    page.gap();
    for finding in settled {
        let why = finding.grounds.first().map(|ground| {
            let reason = ground.justification.unwrap_or(ground.rule).replace('_', " ");
            format!("{reason} ({} {})", ground.source, ground.advisory)
        });
        let line = format!(
            "{} {}: {} on {}: {}",
            shape(finding.rank.0),
            finding.rank.0.label(),
            finding.id,
            named(finding),
            why.unwrap_or_default(),
        );
        page.line(&line, 0, 2);
    }
    page.gap();
}

/// The last line.
fn summary(report: &Report) -> String {
    let affected: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.rank.0 == Verdict::Affected)
        .collect();
    let components: BTreeSet<_> = affected.iter().map(|finding| finding.at).collect();
    let vulnerabilities: BTreeSet<&str> =
        affected.iter().map(|finding| finding.id.as_str()).collect();
    let exploited: BTreeSet<&str> = affected
        .iter()
        .filter(|finding| finding.known_exploited)
        .map(|finding| finding.id.as_str())
        .collect();
    let total = counted(report.components, "component");
    let mut said = match components.len() {
        0 => format!("No component is known to be affected, of {total}"),
        some => {
            let verb = if some == 1 { "is" } else { "are" };
            let by = counted(vulnerabilities.len(), "vulnerability");
            format!(
                "{some} of {total} {verb} affected, by {by}, {} exploited in the wild",
                exploited.len()
            )
        }
    };
    for verdict in Verdict::ALL.into_iter().skip(1) {
        let of = |finding: &&Finding| finding.rank.0 == verdict;
        match report.findings.iter().filter(of).count() {
            0 => {}
            count => said.push_str(&format!("; {count} {}", verdict.label())),
        }
    }
    said.push('.');
    said
}

/// The shape beside a verdict's word.
pub(crate) const fn shape(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Affected => "■",
        Verdict::UnderInvestigation => "◐",
        Verdict::CannotTell => "▨",
        Verdict::Fixed => "✓",
        Verdict::NotAffected => "○",
    }
}

/// Name and version of a finding's component, cut to what a line can bear.
fn named(finding: &Finding) -> String {
    let component = &finding.component;
    let version = component.version.as_deref().filter(|version| !version.is_empty());
    let name = match component.name.as_str() {
        "" => "a component without a name",
        name => name,
    };
    super::text::clip(
        &format!("{} {}", plain(name), plain(version.unwrap_or("without a version"))),
        NAME_COLUMNS,
    )
}

/// Columns of a name; some have thousands of characters.
const NAME_COLUMNS: usize = 60;

/// The most urgent of some findings.
fn urgent(findings: &[&Finding]) -> Priority {
    findings.iter().map(|finding| finding.rank.1).min().unwrap_or(Priority::Watch)
}
