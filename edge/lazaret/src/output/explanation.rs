//! The steps from a document to a verdict, for a person and as JSON.

use matching::explain::{Explanation, Step as CoreStep};
use matching::{Rule, System, Verdict};
use serde::Serialize;

use super::table::{plain, shape};
use super::text::{counted, wrap};
use super::{Component, Ground, IndexAge};
use crate::judging;

/// In which format an explanation is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For a person at a terminal
    Table,
    /// One JSON object
    Json,
}

/// What `explain` prints.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    bom: String,
    explanations: Vec<One>,
    index: IndexAge,
}

/// The way to a verdict on one vulnerability.
#[derive(Debug, Serialize)]
struct One {
    id: String,
    aliases: Vec<String>,
    title: String,
    verdict: &'static str,
    identifiers: Identifiers,
    records: Vec<Record>,
    statements: Vec<Step>,
    verdicts: Vec<Judged>,
    questions: Vec<Question>,
    /// What would change the verdict.
    would_change: Vec<String>,
    #[serde(skip)]
    rank: Verdict,
}

#[derive(Debug, Serialize)]
struct Identifiers {
    components: usize,
    with_package: usize,
    with_cpe: usize,
    with_none: usize,
}

/// One record that names the vulnerability.
#[derive(Debug, Serialize)]
struct Record {
    source: &'static str,
    advisory: String,
    publisher: String,
    title: String,
    modified: String,
    steps: Vec<Step>,
}

/// One comparison: which component, which rule, what came of it.
#[derive(Debug, Serialize)]
struct Step {
    component: Option<Component>,
    #[serde(flatten)]
    ground: Ground,
    /// What the rule means, in words.
    sentence: &'static str,
}

/// The verdict on one component.
#[derive(Debug, Serialize)]
struct Judged {
    component: Component,
    verdict: &'static str,
    fixed_in: Vec<String>,
    grounds: Vec<Ground>,
    also: Vec<Ground>,
    #[serde(skip)]
    rank: Verdict,
}

#[derive(Debug, Serialize)]
struct Question {
    component: String,
    why: String,
    question: String,
}

/// Explanations in the shape in which they are printed.
pub(crate) fn shown(
    explanations: &[Explanation<'_>],
    system: &System<'_>,
    file: &str,
    index: IndexAge,
) -> Shown {
    let explanations = explanations.iter().map(|one| shown_one(one, system, file));
    Shown { bom: file.to_owned(), explanations: explanations.collect(), index }
}

fn shown_one(one: &Explanation<'_>, system: &System<'_>, file: &str) -> One {
    let verdicts: Vec<Judged> = one
        .judgement
        .findings
        .iter()
        .filter_map(|finding| judged(finding, system))
        .collect();
    let unknowns = one.judgement.unknowns.iter();
    let questions: Vec<Question> = unknowns
        .map(|unknown| judging::unknown(unknown, system, (0, file)))
        .map(|unknown| Question {
            component: unknown.component.name,
            why: unknown.why,
            question: unknown.question,
        })
        .collect();
    One {
        id: one.id.clone(),
        aliases: one.aliases.clone(),
        title: one.title.clone(),
        verdict: one.verdict.word(),
        rank: one.verdict,
        identifiers: Identifiers {
            components: one.identifiers.components,
            with_package: one.identifiers.with_package,
            with_cpe: one.identifiers.with_cpe,
            with_none: one.identifiers.with_none,
        },
        records: one
            .records
            .iter()
            .map(|record| Record {
                source: record.origin.document.word(),
                advisory: record.origin.id.clone(),
                publisher: record.origin.publisher.clone(),
                title: record.title.clone(),
                modified: record.origin.modified.clone(),
                steps: record.steps.iter().map(|step| shown_step(step, system)).collect(),
            })
            .collect(),
        statements: one.statements.iter().map(|step| shown_step(step, system)).collect(),
        would_change: would_change(one.verdict, &verdicts),
        verdicts,
        questions,
    }
}

fn shown_step(step: &CoreStep, system: &System<'_>) -> Step {
    Step {
        component: step
            .component
            .and_then(|position| system.at(position))
            .map(|candidate| judging::component(candidate.component)),
        ground: Ground::from(&step.ground),
        sentence: step.ground.rule.sentence(),
    }
}

fn judged(finding: &matching::Finding<'_>, system: &System<'_>) -> Option<Judged> {
    Some(Judged {
        component: judging::component(system.at(finding.component)?.component),
        verdict: finding.verdict.word(),
        rank: finding.verdict,
        fixed_in: finding.fixed_in.clone(),
        grounds: finding.grounds.iter().map(Ground::from).collect(),
        also: finding.also.iter().map(Ground::from).collect(),
    })
}

/// What would turn the verdict round.
fn would_change(verdict: Verdict, judged: &[Judged]) -> Vec<String> {
    let mut changes = Vec::new();
    for one in judged.iter().filter(|one| one.rank == Verdict::Affected) {
        if !one.fixed_in.is_empty() {
            let name = &one.component.name;
            let change = format!("{name} of version {}", one.fixed_in.join(" or "));
            if !changes.contains(&change) {
                changes.push(change);
            }
        }
    }
    match verdict {
        Verdict::Affected => changes.push(
            "the maker states that it is not affected, and you accept it with `--vex`"
                .to_owned(),
        ),
        Verdict::CannotTell | Verdict::UnderInvestigation => {
            changes.push("an answer to the questions above".to_owned());
        }
        Verdict::Fixed | Verdict::NotAffected => {
            changes.push("a record that names something in this document".to_owned());
        }
    }
    changes
}

/// Writes explanations in `format`.
pub(crate) fn write(shown: &Shown, format: Format, width: usize) -> String {
    match format {
        Format::Json => {
            let mut text = serde_json::to_string_pretty(shown).unwrap_or_default();
            text.push('\n');
            text
        }
        Format::Table => {
            let texts: Vec<String> = shown
                .explanations
                .iter()
                .map(|one| text(one, &shown.bom, width))
                .collect();
            texts.join("\n")
        }
    }
}

/// The steps in words, numbered.
fn text(one: &One, bom: &str, width: usize) -> String {
    let mut text = String::new();
    let verdict = format!("{} {}", shape(one.rank), one.rank.label());
    wrap(&format!("{} × {}: {verdict}", one.id, plain(bom)), 0, 2, width, &mut text);
    if !one.title.is_empty() {
        wrap(&plain(&one.title), 2, 2, width, &mut text);
    }
    if !one.aliases.is_empty() {
        wrap(&format!("also called {}", one.aliases.join(", ")), 2, 4, width, &mut text);
    }
    let mut number = 0;
    let mut step = |line: &str, text: &mut String| {
        number += 1;
        wrap(&format!("{number}. {line}"), 0, 3, width, text);
    };
    step(&looked_up(&one.identifiers), &mut text);
    if one.records.is_empty() {
        step(
            "no record in the index names this vulnerability: nobody has said whom it touches",
            &mut text,
        );
    }
    for record in &one.records {
        step(&record_line(record), &mut text);
        for part in &record.steps {
            wrap(&format!("- {}", step_line(part)), 5, 7, width, &mut text);
        }
    }
    match one.statements.is_empty() {
        true => step("no statement (VEX) speaks of it", &mut text),
        false => step("statements (VEX) on it", &mut text),
    }
    for statement in &one.statements {
        wrap(&format!("- {}", statement_line(statement)), 5, 7, width, &mut text);
    }
    step(&format!("so the verdict is: {}", one.rank.label()), &mut text);
    for judged in &one.verdicts {
        let line = format!(
            "- {} {} {}: {}",
            shape(judged.rank),
            plain(&judged.component.name),
            plain(judged.component.version.as_deref().unwrap_or("without a version")),
            judged.rank.label()
        );
        wrap(&line, 5, 7, width, &mut text);
    }
    ask(one, width, &mut text);
    wrap(
        &format!("What would change it: {}.", one.would_change.join("; ")),
        0,
        2,
        width,
        &mut text,
    );
    text
}

/// Questions shown; the rest is counted.
const QUESTIONS_MAX: usize = 8;

fn ask(one: &One, width: usize, text: &mut String) {
    if one.questions.is_empty() {
        return;
    }
    text.push_str("Questions that are open\n");
    // Several components of one name are asked about once.
    let mut lines: Vec<(String, usize)> = Vec::new();
    for question in &one.questions {
        let line = format!("? {}: {}", plain(&question.why), plain(&question.question));
        match lines.iter_mut().find(|(other, _)| *other == line) {
            Some((_, times)) => *times += 1,
            None => lines.push((line, 1)),
        }
    }
    for (line, times) in lines.iter().take(QUESTIONS_MAX) {
        let of = match times {
            1 => String::new(),
            times => format!(" ({})", counted(*times, "component")),
        };
        wrap(&format!("{line}{of}"), 3, 5, width, text);
    }
    if let Some(more) = lines.len().checked_sub(QUESTIONS_MAX).filter(|more| *more > 0) {
        wrap(&format!("and {more} more"), 3, 5, width, text);
    }
}

fn looked_up(identifiers: &Identifiers) -> String {
    format!(
        "of {}, {} can be looked up by a package name and {} by a CPE name; {} by neither",
        counted(identifiers.components, "component"),
        identifiers.with_package,
        identifiers.with_cpe,
        identifiers.with_none
    )
}

fn record_line(record: &Record) -> String {
    let publisher = match record.publisher.as_str() {
        "" => String::new(),
        publisher => format!(" by {}", plain(publisher)),
    };
    let date = match record.modified.get(..10) {
        Some(date) => format!(", last changed {date}"),
        None => String::new(),
    };
    format!("{} {}{publisher} names it{date}", record.source, record.advisory)
}

/// One comparison in words: what was compared, by which rule, with both sides shown.
fn step_line(step: &Step) -> String {
    let ground = &step.ground;
    let mut line = match &step.component {
        Some(component) => {
            let version = match ground.version.as_str() {
                "" => component.version.as_deref().unwrap_or("without a version"),
                version => version,
            };
            format!("{} {}: {}", plain(&component.name), plain(version), step.sentence)
        }
        None => step.sentence.to_owned(),
    };
    if !ground.name.is_empty() {
        line.push_str(&format!(
            "; {} {}",
            ground.met.replace('_', " "),
            plain(&ground.name)
        ));
    }
    if !ground.range.is_empty() {
        line.push_str(&format!("; versions {}", plain(&ground.range)));
    }
    if let Some(scheme) = ground.scheme {
        line.push_str(&format!(" (order: {scheme})"));
    }
    if !ground.limits.is_empty() {
        line.push_str(&format!("; {}", plain(&ground.limits.join("; "))));
    }
    if let Some(justification) = ground.justification {
        line.push_str(&format!("; {}", justification.replace('_', " ")));
    }
    if !ground.detail.is_empty() {
        line.push_str(&format!("; {}", plain(&ground.detail)));
    }
    if step.component.is_some() || is_verdict(ground.rule) {
        line.push_str(&format!(" → {}", ground.says.replace('_', " ")));
    }
    line
}

/// A statement in words: who says what of which component, where, and what came of it.
fn statement_line(step: &Step) -> String {
    let ground = &step.ground;
    let who = match ground.publisher.as_str() {
        "" => ground.source,
        publisher => publisher,
    };
    let what = step.component.as_ref().map_or("", |component| component.name.as_str());
    let version = match ground.version.as_str() {
        "" => String::new(),
        version => format!(" {}", plain(version)),
    };
    let mut line = format!(
        "{} says of {}{version}: {}",
        plain(who),
        plain(what),
        ground.says.replace('_', " ")
    );
    if let Some(justification) = ground.justification {
        line.push_str(&format!(", {}", justification.replace('_', " ")));
    }
    if let Some(statement) = &ground.statement {
        for (what, text) in [("impact", &statement.impact), ("action", &statement.action)]
        {
            if !text.is_empty() {
                line.push_str(&format!("; {what}: {}", clipped(&plain(text))));
            }
        }
    }
    let place = format!("{} {}, {}", ground.source, ground.advisory, ground.place);
    line.push_str(&format!(" ({}", plain(&place)));
    if let Some(date) = ground.modified.get(..10) {
        line.push_str(&format!(", {date}"));
    }
    line.push(')');
    if let Some(statement) = &ground.statement {
        line.push_str(&format!(". {}", statement.because));
    }
    line
}

/// Characters of a free text that are shown; JSON has all.
const FREE_TEXT_MAX: usize = 240;

fn clipped(text: &str) -> String {
    match text.char_indices().nth(FREE_TEXT_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

/// Whether a rule says something of the component, and not only that nothing met.
fn is_verdict(rule: &str) -> bool {
    let silent = [
        Rule::NameAbsent,
        Rule::NameDiffers,
        Rule::NameInWords,
        Rule::NotAnalysed,
        Rule::StatementsAlone,
        Rule::ProductsInWords,
        Rule::RecommendsAlone,
        Rule::RecordWithdrawn,
        Rule::CveRejected,
    ];
    !silent.iter().any(|silent| silent.word() == rule)
}
