//! `lazaret mds2 compare`: the forms of several devices side by side.

use std::path::PathBuf;

use mds2::compare::{Agreement, Row, compare};
use mds2::{Answer, Footnote, Form, Said};
use reading::Parsed;
use serde::Serialize;

use super::{FORMS, Format, Head, name_of, read_form, tell_notes};
use crate::cli::{Failure, Outcome};
use crate::input::Input;
use crate::output::page::{Page, Style};
use crate::output::text::{clip, pad};
use crate::render;

#[derive(clap::Args)]
#[command(after_help = FORMS)]
pub(crate) struct Arguments {
    /// The forms, two or more
    #[arg(required = true, num_args = 2.., value_name = "FILE")]
    files: Vec<PathBuf>,
    /// All questions, and not only those that are answered differently
    #[arg(long)]
    all: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

struct Read {
    file: String,
    parsed: Parsed<Form>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut read = Vec::new();
    for path in &arguments.files {
        let input = Input::from(path.clone());
        read.push(Read { file: input.name(), parsed: read_form(&input, None)? });
    }
    let forms: Vec<&Form> = read.iter().map(|it| &it.parsed.value).collect();
    let rows = compare(&forms);
    let is_shown =
        |row: &&Row<'_>| arguments.all || row.agreement == Agreement::Different;
    let shown: Vec<&Row<'_>> = rows.iter().filter(is_shown).collect();
    match arguments.format {
        Format::Text => {
            render::page(page(&read, &shown, &rows))?;
            for it in &read {
                tell_notes(&it.file, &it.parsed.notes);
            }
        }
        Format::Json => {
            let shown = Shown {
                forms: read
                    .iter()
                    .map(|it| Head::of(&it.parsed.value, &it.file))
                    .collect(),
                questions: rows.len(),
                rows: shown.into_iter().map(line).collect(),
            };
            render::stream(|out| {
                serde_json::to_writer(&mut *out, &shown)?;
                writeln!(out)
            })?;
        }
    }
    let differ = rows.iter().any(|row| row.agreement == Agreement::Different);
    Ok(if differ { Outcome::Found } else { Outcome::Nothing })
}

// --- for a person --------------------------------------------------------------------------

/// Columns of ids, and the fewest of an answer.
const ID: usize = 11;
const ANSWER_MIN: usize = 11;

fn page(read: &[Read], rows: &[&Row<'_>], all: &[Row<'_>]) -> Page {
    let mut page = render::blank();
    for (at, it) in read.iter().enumerate() {
        let form = &it.parsed.value;
        let released =
            form.released().map_or(String::new(), |(text, _)| format!(", {text}"));
        let text = format!(
            "{}, {}{released} ({})",
            name_of(form, &it.file),
            form.edition.name(),
            it.file
        );
        page.line(&format!("{}  {text}", letter(at)), 0, 3);
    }
    page.gap();
    let wide = ((page.width() - ID) / read.len().max(1)).max(ANSWER_MIN);
    let columns = ((page.width() - ID) / wide).max(1);
    let heads: Vec<String> = (0..read.len()).map(letter).collect();
    if heads.len() <= columns {
        page.heading(&aligned("", &heads, wide));
    }
    for row in rows {
        page.marked((&pad(row.question.id, ID), Style::Quiet), row.question.asks, 0, ID);
        let answers: Vec<String> = row.said.iter().map(told).collect();
        if answers.len() <= columns {
            page.line(&aligned("", &answers, wide), 0, ID);
        } else {
            for (head, answer) in heads.iter().zip(&answers) {
                page.line(&format!("{head}  {answer}"), ID, ID + 3);
            }
        }
        let notes =
            row.said.iter().zip(&row.notes).map(|(said, note)| noted(said, *note));
        for (head, note) in heads.iter().zip(notes) {
            if let Some(note) = note {
                page.line(&format!("{head}  {note}"), ID, ID + 3);
            }
        }
    }
    page.gap();
    let differ = all.iter().filter(|row| row.agreement == Agreement::Different).count();
    let text = format!("{differ} of {} questions are answered differently.", all.len());
    page.line(&text, 0, 2);
    page
}

/// `A`, `B`, … `Z`, `27`.
fn letter(at: usize) -> String {
    let letter =
        u8::try_from(at).ok().filter(|at| *at < 26).map(|at| char::from(b'A' + at));
    letter.map_or_else(|| (at + 1).to_string(), String::from)
}

fn aligned(first: &str, cells: &[String], wide: usize) -> String {
    let mut line = pad(first, ID);
    for cell in cells {
        line.push_str(&pad(&clip(cell, wide - 1), wide));
    }
    line.trim_end().to_owned()
}

fn told(said: &Said<'_>) -> String {
    let Some(entry) = said.entry() else { return "(not there)".to_owned() };
    let word = match said.answer() {
        Answer::Blank => "(blank)".to_owned(),
        Answer::Unclear => format!("? {}", entry.written),
        answer => answer.label().to_owned(),
    };
    match entry.remark.is_empty() {
        true => word,
        false => format!("{word}, {}", entry.remark),
    }
}

/// The note that an answer points at, with what it says.
fn noted(said: &Said<'_>, note: Option<&Footnote>) -> Option<String> {
    let number = said.entry()?.footnote.as_ref()?;
    Some(match note {
        Some(note) => format!("note {number}: {}", note.text),
        None => format!("note {number}, which the form does not have"),
    })
}

// --- for a program -------------------------------------------------------------------------

#[derive(Serialize)]
struct Shown<'f> {
    forms: Vec<Head<'f>>,
    /// How many questions were compared.
    questions: usize,
    rows: Vec<Line<'f>>,
}

#[derive(Serialize)]
struct Line<'f> {
    id: &'static str,
    section: &'static str,
    asks: &'static str,
    agreement: &'static str,
    said: Vec<Answered<'f>>,
}

#[derive(Serialize)]
struct Answered<'f> {
    answer: &'static str,
    written: &'f str,
    remark: &'f str,
    /// The number of the note that it points at.
    footnote: Option<&'f str>,
    /// What that note says; `null` where the form has none of that number.
    note: Option<&'f str>,
    place: Option<String>,
}

fn line<'f>(row: &Row<'f>) -> Line<'f> {
    let answered = |(said, note): (&Said<'f>, &Option<&'f Footnote>)| {
        let entry = said.entry();
        Answered {
            answer: said.answer().word(),
            written: entry.map_or("", |it| &it.written),
            remark: entry.map_or("", |it| &it.remark),
            footnote: entry.and_then(|it| it.footnote.as_deref()),
            note: note.map(|it| it.text.as_str()),
            place: entry.map(|it| it.place.to_string()),
        }
    };
    Line {
        id: row.question.id,
        section: row.question.section(),
        asks: row.question.asks,
        agreement: match row.agreement {
            Agreement::Same => "same",
            Agreement::Different => "different",
        },
        said: row.said.iter().zip(&row.notes).map(answered).collect(),
    }
}
