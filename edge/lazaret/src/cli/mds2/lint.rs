//! `lazaret mds2 lint`: where a form contradicts itself or what else is known.

use std::path::PathBuf;

use mds2::lint::{Finding, Severity, lint, version};
use serde::Serialize;

use super::{
    FORMS, Format, Head, Remark, facts, name_of, read_form, remarks, tell_notes,
};
use crate::cli::{Failure, Outcome};
use crate::input::Input;
use crate::output::page::{Page, Style};
use crate::output::text::counted;
use crate::render;

#[derive(clap::Args)]
#[command(after_help = FORMS)]
pub(crate) struct Arguments {
    /// The form; `-` reads stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The sheet, where a workbook holds several forms
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// SBOMs of the device (repeatable)
    #[arg(long, value_name = "FILE")]
    sbom: Vec<PathBuf>,
    /// What the house keeps about the supplier (`lazaret supplier dossier` prints one)
    #[arg(long, value_name = "FILE")]
    dossier: Option<PathBuf>,
    /// An inventory export: devices of that maker and model are compared
    #[arg(long, value_name = "FILE")]
    inventory: Option<PathBuf>,
    /// Further names of makers, as for `device match` (repeatable)
    #[arg(long, value_name = "FILE")]
    aliases: Vec<PathBuf>,
    /// The day of which it is asked, `2026-11-26`; today, where it is not said
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// From which severity on a finding counts as something found
    #[arg(long, value_enum, default_value_t = FailOn::Low)]
    fail_on: FailOn,
}

/// From which severity on a finding counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// Any finding
    Low,
    /// One that weighs, or more
    Medium,
    /// One without whose settling nobody can rely on the form
    High,
}

impl FailOn {
    fn counts(self, severity: Severity) -> bool {
        let least = match self {
            Self::Low => Severity::Low,
            Self::Medium => Severity::Medium,
            Self::High => Severity::High,
        };
        severity <= least
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let today = crate::cli::supplier::day(arguments.as_of.as_deref())?;
    let input = Input::from(arguments.file.clone());
    let parsed = read_form(&input, arguments.sheet.as_deref())?;
    let form = &parsed.value;
    let given = facts::Given {
        sboms: &arguments.sbom,
        dossier: arguments.dossier.as_ref(),
        inventory: arguments.inventory.as_ref(),
        aliases: &arguments.aliases,
    };
    let facts = facts::gather(form, &given, today)?;
    let findings = lint(form, &facts, today);
    let file = input.name();
    match arguments.format {
        Format::Text => {
            render::page(page(&findings, &name_of(form, &file)))?;
            tell_notes(&file, &parsed.notes);
        }
        Format::Json => {
            let shown = Shown {
                form: Head::of(form, &file),
                as_of: today.to_string(),
                rules: version(),
                findings: findings.iter().map(|it| found(it, &file)).collect(),
                notes: remarks(&parsed.notes),
            };
            render::stream(|out| {
                serde_json::to_writer(&mut *out, &shown)?;
                writeln!(out)
            })?;
        }
    }
    let counts = findings.iter().any(|it| arguments.fail_on.counts(it.rule.severity));
    Ok(if counts { Outcome::Found } else { Outcome::Nothing })
}

fn page(findings: &[Finding], name: &str) -> Page {
    let mut page = render::blank();
    page.heading(name);
    page.gap();
    for finding in findings {
        page.marked(mark(finding.rule.severity), &finding.rule.title, 0, 2);
        if !finding.why.is_empty() {
            page.line(&finding.why, 4, 4);
        }
        for ground in &finding.grounds {
            let document = match ground.document.as_str() {
                "" => String::new(),
                document => format!("{document}, "),
            };
            page.line(&format!("{} [{document}{}]", ground.text, ground.place), 4, 6);
        }
        page.marked(("? ", Style::Question), &finding.rule.ask, 4, 6);
        page.gap();
    }
    let counts: Vec<String> = Severity::ALL
        .into_iter()
        .map(|it| (findings.iter().filter(|found| found.rule.severity == it).count(), it))
        .filter(|(count, _)| *count > 0)
        .map(|(count, severity)| format!("{count} {}", severity.word()))
        .collect();
    let by = match counts.is_empty() {
        true => String::new(),
        false => format!(" ({})", counts.join(", ")),
    };
    page.line(&format!("{}{by}.", counted(findings.len(), "finding")), 0, 2);
    page
}

const fn mark(severity: Severity) -> (&'static str, Style) {
    match severity {
        Severity::High => ("▪ high: ", Style::ThisWeek),
        Severity::Medium => ("□ medium: ", Style::NextWindow),
        Severity::Low => ("· low: ", Style::Quiet),
    }
}

#[derive(Serialize)]
struct Shown<'f> {
    form: Head<'f>,
    as_of: String,
    /// The version of the rules.
    rules: &'static str,
    findings: Vec<Found<'f>>,
    notes: Vec<Remark<'f>>,
}

#[derive(Serialize)]
struct Found<'f> {
    rule: &'static str,
    severity: &'static str,
    title: &'static str,
    why: &'f str,
    ask: &'static str,
    grounds: Vec<Fact<'f>>,
}

#[derive(Serialize)]
struct Fact<'f> {
    document: &'f str,
    place: String,
    text: &'f str,
}

fn found<'f>(finding: &'f Finding, file: &'f str) -> Found<'f> {
    let grounds = finding.grounds.iter().map(|ground| Fact {
        document: if ground.document.is_empty() { file } else { &ground.document },
        place: ground.place.to_string(),
        text: &ground.text,
    });
    Found {
        rule: &finding.rule.id,
        severity: finding.rule.severity.word(),
        title: &finding.rule.title,
        why: &finding.why,
        ask: &finding.rule.ask,
        grounds: grounds.collect(),
    }
}
