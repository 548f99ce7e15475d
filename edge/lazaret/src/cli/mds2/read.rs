//! `lazaret mds2 read`: a form, question by question.

use std::collections::BTreeMap;
use std::path::PathBuf;

use mds2::question::{Kind, Question};
use mds2::{Answer, Edition, Entry, Form};
use reading::Parsed;
use serde::Serialize;

use super::{FORMS, Format, Head, Remark, name_of, read_form, remarks, tell_notes};
use crate::cli::{Failure, Outcome};
use crate::input::Input;
use crate::output::page::{Page, Style};
use crate::output::text::pad;
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
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let input = Input::from(arguments.file.clone());
    let parsed = read_form(&input, arguments.sheet.as_deref())?;
    let file = input.name();
    match arguments.format {
        Format::Text => {
            render::page(page(&parsed.value, &file))?;
            tell_notes(&file, &parsed.notes);
        }
        Format::Json => {
            let shown = shown(&parsed, &file);
            render::stream(|out| {
                serde_json::to_writer(&mut *out, &shown)?;
                writeln!(out)
            })?;
        }
    }
    Ok(Outcome::Nothing)
}

// --- for a person --------------------------------------------------------------------------

/// Columns of ids and of answers.
const ID: usize = 11;
const ANSWER: usize = 11;

fn page(form: &Form, file: &str) -> Page {
    let mut page = render::blank();
    let released =
        form.released().map_or(String::new(), |(text, _)| format!(", released {text}"));
    let heading = format!(
        "{}: {} ({}){released}",
        name_of(form, file),
        form.edition.name(),
        form.medium.words()
    );
    page.heading(&heading);
    page.line(&counts(form), 0, 2);
    let mut section = "";
    for question in form.edition.questions() {
        let said = form.said(question.id);
        if question.section() != section {
            section = question.section();
            page.gap();
            page.heading(&question.section_title());
        }
        match said.entries.as_slice() {
            [] => line(&mut page, question, None),
            entries => entries.iter().for_each(|it| line(&mut page, question, Some(it))),
        }
    }
    notes(&mut page, form);
    page
}

fn counts(form: &Form) -> String {
    let mut counts: BTreeMap<Answer, usize> = BTreeMap::new();
    for question in form.edition.questions() {
        *counts.entry(form.said(question.id).answer()).or_default() += 1;
    }
    let of = |answer: Answer| counts.get(&answer).copied().unwrap_or_default();
    format!(
        "{} of {} questions answered: {} yes, {} no, {} not applicable, {} in notes, \
         {} as text, {} unclear.",
        form.answered(),
        form.edition.questions().len(),
        of(Answer::Yes),
        of(Answer::No),
        of(Answer::NotApplicable),
        of(Answer::SeeNotes),
        of(Answer::Stated),
        of(Answer::Unclear)
    )
}

fn line(page: &mut Page, question: &Question, entry: Option<&Entry>) {
    let indent = ID + ANSWER;
    let Some(entry) = entry else {
        let text = format!("{}{}", pad("(not there)", ANSWER), question.asks);
        page.marked((&pad(question.id, ID), Style::Question), &text, 0, indent);
        return;
    };
    if question.kind == Kind::Text {
        let text = format!("{}: {}", question.asks, entry.written);
        page.line(&format!("{}{text}", pad(question.id, ID)), 0, ID);
        return;
    }
    let (word, style) = match entry.answer {
        Answer::Blank => ("(blank)", Some(Style::Question)),
        Answer::Unclear => ("(unclear)", Some(Style::Question)),
        answer => (answer.label(), None),
    };
    let text = format!("{}{}", pad(word, ANSWER), question.asks);
    match style {
        Some(style) => page.marked((&pad(question.id, ID), style), &text, 0, indent),
        None => page.line(&format!("{}{text}", pad(question.id, ID)), 0, indent),
    }
    let unclear = match entry.answer {
        Answer::Unclear => format!("“{}”", entry.written),
        _ => String::new(),
    };
    let footnote =
        entry.footnote.as_ref().map_or(String::new(), |it| format!("(note {it})"));
    let remark = [unclear.as_str(), entry.remark.as_str(), footnote.as_str()].join(" ");
    if !remark.trim().is_empty() {
        page.line(remark.trim(), indent, indent);
    }
}

fn notes(page: &mut Page, form: &Form) {
    if form.footnotes.is_empty() {
        return;
    }
    page.gap();
    page.heading("NOTES");
    for note in &form.footnotes {
        page.line(&format!("{}  {}", note.number, note.text), 0, 4);
    }
}

// --- for a program -------------------------------------------------------------------------

#[derive(Serialize)]
struct Shown<'f> {
    form: Head<'f>,
    answers: Vec<Line<'f>>,
    footnotes: Vec<Footnote<'f>>,
    /// What was set aside or mended in reading.
    notes: Vec<Remark<'f>>,
}

#[derive(Serialize)]
struct Line<'f> {
    id: &'static str,
    section: &'static str,
    asks: &'static str,
    answer: &'static str,
    written: &'f str,
    remark: &'f str,
    footnote: Option<&'f str>,
    /// `null` where the question is not in the form.
    place: Option<String>,
}

#[derive(Serialize)]
struct Footnote<'f> {
    number: &'f str,
    text: &'f str,
    place: String,
}

fn shown<'f>(parsed: &'f Parsed<Form>, file: &'f str) -> Shown<'f> {
    let form = &parsed.value;
    let edition: Edition = form.edition;
    let mut answers = Vec::new();
    for question in edition.questions() {
        match form.said(question.id).entries.as_slice() {
            [] => answers.push(row(question, None)),
            entries => answers.extend(entries.iter().map(|it| row(question, Some(it)))),
        }
    }
    let footnote = |note: &'f mds2::Footnote| Footnote {
        number: &note.number,
        text: &note.text,
        place: note.place.to_string(),
    };
    Shown {
        form: Head::of(form, file),
        answers,
        footnotes: form.footnotes.iter().map(footnote).collect(),
        notes: remarks(&parsed.notes),
    }
}

fn row<'f>(question: &'static Question, entry: Option<&'f Entry>) -> Line<'f> {
    Line {
        id: question.id,
        section: question.section(),
        asks: question.asks,
        answer: entry.map_or(Answer::Blank, |it| it.answer).word(),
        written: entry.map_or("", |it| &it.written),
        remark: entry.map_or("", |it| &it.remark),
        footnote: entry.and_then(|it| it.footnote.as_deref()),
        place: entry.map(|it| it.place.to_string()),
    }
}
