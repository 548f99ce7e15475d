//! A table for a person at a terminal: 80 columns, the same verdict words as everywhere.
//!
//! Order: what is affected, by component or by act; what a statement or a distribution has
//! settled; what could not be judged, with the question; one line that sums up.

mod group;
mod unknown;

use matching::Verdict;
use worklist::Priority;

use super::{Finding, Group, Report};

/// The whole text.
pub(crate) fn write(report: &Report, group: Group, width: usize) -> String {
    let mut text = String::new();
    match group {
        Group::Component => group::by_component(report, width, &mut text),
        Group::Action => group::by_action(report, width, &mut text),
    }
    settled(report, width, &mut text);
    unknown::write(report, width, &mut text);
    text.push_str(&summary(report));
    text.push('\n');
    text
}

/// What statements have settled: shown, so that nothing disappears.
fn settled(report: &Report, width: usize, text: &mut String) {
    let settled: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| matches!(finding.rank.0, Verdict::Fixed | Verdict::NotAffected))
        .collect();
    if settled.is_empty() {
        return;
    }
    text.push_str("Settled\n");
    for finding in settled {
        let why = finding.grounds.first().map(|ground| {
            let reason = ground.justification.unwrap_or(ground.rule).replace('_', " ");
            format!("{reason} ({} {})", ground.source, ground.advisory)
        });
        let line = format!(
            "{} {}  {} on {} {}: {}",
            shape(finding.rank.0),
            finding.rank.0.label(),
            finding.id,
            finding.component.name,
            finding.component.version.as_deref().unwrap_or(""),
            why.unwrap_or_default(),
        );
        wrap(&line, 2, 4, width, text);
    }
    text.push('\n');
}

/// The last line.
pub(crate) fn summary(report: &Report) -> String {
    let count = |verdict| {
        report.findings.iter().filter(|finding| finding.rank.0 == verdict).count()
    };
    let exploited = report
        .findings
        .iter()
        .filter(|finding| finding.rank.0 == Verdict::Affected && finding.known_exploited)
        .count();
    let mut parts =
        vec![format!("{} affected ({exploited} exploited)", count(Verdict::Affected))];
    for verdict in Verdict::ALL.into_iter().skip(1) {
        if count(verdict) > 0 {
            parts.push(format!("{} {}", count(verdict), verdict.label()));
        }
    }
    let components = report.components;
    format!("{components} components: {}", parts.join(", "))
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

/// One finding in one line, and what follows where it is long.
fn finding_line(finding: &Finding, width: usize, text: &mut String) {
    let priority = match finding.rank {
        (Verdict::Affected, priority) => priority.label(),
        (verdict, _) => verdict.label(),
    };
    let score = finding
        .severity
        .as_ref()
        .and_then(|severity| severity.score)
        .map_or("   –".to_owned(), |score| format!("{score:>4.1}"));
    let mut rest = Vec::new();
    if finding.known_exploited {
        rest.push("exploited".to_owned());
    }
    if finding.rejected {
        rest.push("rejected by CVE".to_owned());
    }
    if !finding.fixed_in.is_empty() {
        rest.push(format!("fixed in {}", finding.fixed_in.join(", ")));
    }
    if finding.rank.0 == Verdict::CannotTell
        && let Some(ground) = finding.grounds.first()
    {
        rest.push(ground.rule.replace('_', " "));
    }
    let line = format!(
        "{} {priority:<11} {:<20} {score}  {}",
        shape(finding.rank.0),
        finding.id,
        rest.join("; ")
    );
    wrap(line.trim_end(), 2, 43, width, text);
}

/// Puts `line` into `text`, broken at blanks so that no line passes `width`; `first` and
/// `next` are the blanks in front of the first line and of those that follow.
pub(crate) fn wrap(
    line: &str,
    first: usize,
    next: usize,
    width: usize,
    text: &mut String,
) {
    let next = next.min(width / 2);
    let mut row = " ".repeat(first);
    let mut length = first;
    let mut empty = true;
    for (at, word) in line.split(' ').enumerate() {
        let size = word.chars().count();
        if !empty && !word.is_empty() && length + 1 + size > width {
            text.push_str(row.trim_end());
            text.push('\n');
            row = " ".repeat(next);
            length = next;
            empty = true;
        } else if at > 0 {
            row.push(' ');
            length += 1;
        }
        row.push_str(word);
        length += size;
        empty = empty && word.is_empty();
    }
    text.push_str(row.trim_end());
    text.push('\n');
}

/// Text of a document, made safe for a terminal: control characters become `�`.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}

/// The most urgent of some findings.
fn urgent(findings: &[&Finding]) -> Priority {
    findings.iter().map(|finding| finding.rank.1).min().unwrap_or(Priority::Watch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_longer_than_the_width_but_for_a_long_word() {
        #[track_caller]
        fn check(line: &str, expected: &str) {
            let mut text = String::new();
            wrap(line, 2, 4, 16, &mut text);
            assert_eq!(text, expected);
        }

        check("", "\n");
        check("one two", "  one two\n");
        check("one two three four", "  one two three\n    four\n");
        check("a-word-that-is-long x", "  a-word-that-is-long\n    x\n");
        check("align     two", "  align     two\n");
    }

    #[test]
    fn control_characters_of_a_document_do_not_reach_the_terminal() {
        assert_eq!(plain("a\u{1b}[2Jb\n"), "a\u{FFFD}[2Jb\u{FFFD}");
    }
}
