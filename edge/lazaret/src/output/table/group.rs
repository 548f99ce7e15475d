//! The findings of a table, put together by component or by act.

use std::collections::{BTreeMap, BTreeSet};

use matching::Verdict;
use worklist::{Fact, Known, Order, Update, update};

use super::{named, plain, shape, urgent};
use crate::output::page::{Page, Style};
use crate::output::text::{clip, columns, counted, listed, pad};
use crate::output::work::{self, Act};
use crate::output::{Finding, Report};

/// Vulnerabilities that are named on a page of 80 columns.
const IDS: usize = 9;

/// Documents that are named.
const DOCUMENTS: usize = 4;

/// Columns of a vulnerability's id, so that no common one is cut.
const ID_COLUMNS: usize = 22;

/// Component by component, the most urgent first.
pub(super) fn by_component(report: &Report, page: &mut Page) {
    let mut groups: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
    for finding in open(report) {
        groups.entry(finding.at).or_default().push(finding);
    }
    let mut groups: Vec<Vec<&Finding>> = groups.into_values().collect();
    groups.sort_by_key(|findings| urgent(findings));
    for mut findings in groups {
        findings.sort_by_key(|finding| (finding.rank.1, finding.rank.0));
        let Some(first) = findings.first() else { continue };
        let mut place = format!("  {}", plain(&first.place));
        if report.boms.len() > 1 {
            place.push_str(&format!(" in {}", plain(&first.bom)));
        }
        page.marked((&named(first), Style::Heading), &place, 0, 2);
        if let Some((to, clears)) = fix(&findings) {
            page.line(&format!("update to {to}: {clears}"), 2, 4);
        }
        for finding in &findings {
            line(finding, page);
        }
        page.gap();
    }
}

/// One finding in one line, and what follows where it is long.
fn line(finding: &Finding, page: &mut Page) {
    let priority = match finding.rank {
        (Verdict::Affected, priority) => priority.label(),
        (verdict, _) => verdict.label(),
    };
    let score = finding
        .severity
        .as_ref()
        .and_then(|severity| severity.score)
        .map_or("CVSS  –  ".to_owned(), |score| format!("CVSS {score:>4.1}"));
    let mut rest = Vec::new();
    if finding.known_exploited {
        rest.push("exploited".to_owned());
    }
    if finding.rejected {
        rest.push("rejected by the CVE list".to_owned());
    }
    if !finding.fixed_in.is_empty() {
        rest.push(format!("fixed in {}", finding.fixed_in.join(" or ")));
    }
    if finding.rank.0 == Verdict::CannotTell
        && let Some(ground) = finding.grounds.first()
    {
        rest.push(ground.rule.replace('_', " "));
    }
    let style = match finding.rank {
        (Verdict::Affected, priority) => work::mark(priority).1,
        _ => Style::Question,
    };
    let mark = format!("{} {}", shape(finding.rank.0), pad(priority, 11));
    // An id that is longer pushes the rest of its own line, and is not cut.
    let id = match columns(&finding.id) {
        short if short <= ID_COLUMNS => pad(&finding.id, ID_COLUMNS),
        _ => plain(&finding.id),
    };
    page.marked((&mark, style), &format!(" {id} {score}  {}", rest.join("; ")), 2, 49);
}

/// Act by act: one update of one component, wherever it is, the most urgent first.
pub(super) fn by_action(report: &Report, page: &mut Page) {
    let mut groups: BTreeMap<(&str, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in open(report) {
        let component = &finding.component;
        let version = component.version.as_deref().unwrap_or_default();
        groups.entry((&component.name, version)).or_default().push(finding);
    }
    let mut groups: Vec<Vec<&Finding>> = groups.into_values().collect();
    groups.sort_by_key(|findings| (urgent(findings), usize::MAX - exploited(findings)));
    let acts: Vec<Act> =
        groups.iter().filter_map(|findings| act(findings, report, page)).collect();
    work::acts(&acts, page);
    let mut doubts: BTreeMap<Fact, BTreeSet<_>> = BTreeMap::new();
    for finding in open(report) {
        for fact in questioned(finding) {
            doubts.entry(fact).or_default().insert(finding.at);
        }
    }
    let counts = doubts.iter().map(|(fact, components)| (*fact, components.len()));
    let asks = work::doubts(&counts.collect(), "component", |fact| {
        format!("Say `--{} yes` or `no`.", fact.word().replace('_', "-"))
    });
    work::asks(&asks, page);
}

fn exploited(findings: &[&Finding]) -> usize {
    findings.iter().filter(|finding| finding.known_exploited).count()
}

fn open(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| {
        !matches!(finding.rank.0, Verdict::Fixed | Verdict::NotAffected)
    })
}

/// The update that clears most, and how many it clears, in words.
fn fix(findings: &[&Finding]) -> Option<(String, String)> {
    let update = best(findings)?;
    let all = update.clears + update.stays;
    let mut clears = match update.stays {
        0 => format!("clears {}", counted(all, "vulnerability")),
        _ => format!("clears {} of {}", update.clears, counted(all, "vulnerability")),
    };
    match exploited(findings) {
        0 => {}
        count => clears.push_str(&format!(", {count} exploited in the wild")),
    }
    Some((plain(&update.to?), clears))
}

/// What a person does about some findings on one version of one component.
fn act(findings: &[&Finding], report: &Report, page: &Page) -> Option<Act> {
    let first = findings.first()?;
    let name = named(first);
    let affected = findings.iter().any(|finding| finding.rank.0 == Verdict::Affected);
    let (what, label, ids) = match (best(findings), affected) {
        (Some(Update { to: Some(to), clears, stays }), _) => {
            let some = match stays {
                0 => String::new(),
                _ => format!("{clears} of {}: ", clears + stays),
            };
            let what = format!("update {name} to {}", plain(&to));
            (what, "clears", some + &ids(findings, page))
        }
        (_, true) => {
            let what = format!("ask the maker of {name} for a fix, isolate it meanwhile");
            (what, "against", ids(findings, page))
        }
        (_, false) => {
            let what = format!("find out whether {name} is affected");
            (what, "decides", ids(findings, page))
        }
    };
    Some(Act {
        priority: urgent(findings),
        what,
        rows: vec![
            ("because", because(findings)),
            (label, ids),
            ("in", places(findings)),
            ("ask", questions(findings, report)),
        ],
    })
}

/// Why the most urgent of them is as urgent as it is.
fn because(findings: &[&Finding]) -> String {
    let Some(finding) = findings.iter().min_by_key(|finding| finding.rank.1) else {
        return String::new();
    };
    let said = &finding.priority_because;
    let known = |fact: &Fact| match said.facts.get(fact.word()).copied() {
        Some("yes") => Some((*fact, Known::Yes)),
        Some("no") => Some((*fact, Known::No)),
        Some(_) => Some((*fact, Known::Unknown)),
        None => None,
    };
    let facts: Vec<(Fact, Known)> = Fact::ALL.iter().filter_map(known).collect();
    work::because(&facts, &questioned(finding))
}

/// The facts that nobody knows and that counted as the worse.
fn questioned(finding: &Finding) -> Vec<Fact> {
    let questions = &finding.priority_because.questions;
    let asked = |fact: &Fact| questions.contains(&fact.question());
    Fact::ALL.into_iter().filter(asked).collect()
}

/// The vulnerabilities, those that are exploited first.
fn ids(findings: &[&Finding], page: &Page) -> String {
    let mut sorted: Vec<(bool, bool, &str)> = findings
        .iter()
        .map(|finding| {
            let affected = finding.rank.0 == Verdict::Affected;
            (!finding.known_exploited, !affected, finding.id.as_str())
        })
        .collect();
    sorted.sort_unstable();
    sorted.dedup();
    let any_affected = sorted.iter().any(|(_, doubtful, _)| !doubtful);
    let named: Vec<String> = sorted
        .iter()
        .map(|(quiet, doubtful, id)| match (quiet, *doubtful && any_affected) {
            (false, false) => format!("{id} (exploited)"),
            (false, true) => format!("{id} (exploited; cannot tell)"),
            (true, true) => format!("{id} (cannot tell)"),
            (true, false) => (*id).to_owned(),
        })
        .collect();
    listed(&named, page.roomy(IDS))
}

/// The documents that list the component, by the end of their paths.
fn places(findings: &[&Finding]) -> String {
    let boms: BTreeSet<&str> =
        findings.iter().map(|finding| finding.bom.as_str()).collect();
    let short = |path: &&str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
    let names: BTreeSet<String> = boms.iter().map(short).collect();
    let names: Vec<String> = match names.len() == boms.len() {
        true => names.into_iter().collect(),
        // Files of one name in several folders keep their folders.
        false => boms.into_iter().map(str::to_owned).collect(),
    };
    listed(&names, DOCUMENTS)
}

/// The questions that hang on the component, at most two of them.
fn questions(findings: &[&Finding], report: &Report) -> String {
    let doubtful: BTreeSet<_> = findings
        .iter()
        .filter(|finding| finding.rank.0 == Verdict::CannotTell)
        .map(|finding| finding.at)
        .collect();
    if doubtful.is_empty() {
        return String::new();
    }
    let questions: BTreeSet<&str> = report
        .unknowns
        .iter()
        .filter(|unknown| {
            doubtful.contains(&unknown.at) && !unknown.vulnerabilities.is_empty()
        })
        .map(|unknown| unknown.question.as_str())
        .collect();
    let questions: Vec<String> =
        questions.into_iter().take(2).map(|text| clip(text, QUESTION_COLUMNS)).collect();
    questions.join("\n")
}

/// Columns of a question; it may hold a name of any length.
const QUESTION_COLUMNS: usize = 220;

fn best(findings: &[&Finding]) -> Option<Update> {
    let affected: Vec<&&Finding> =
        findings.iter().filter(|finding| finding.rank.0 == Verdict::Affected).collect();
    let first = affected.first()?;
    let current = first
        .grounds
        .iter()
        .map(|ground| ground.version.as_str())
        .find(|version| !version.is_empty())?;
    // The same component in several documents has the same findings once in each.
    let mut seen = BTreeSet::new();
    let fixes: Vec<&[String]> = affected
        .iter()
        .filter(|finding| seen.insert(finding.id.as_str()))
        .map(|finding| finding.fixed_in.as_slice())
        .collect();
    let order = first.scheme.map_or(Order::OfCpe, Order::Of);
    Some(update(order, current, &fixes))
}
