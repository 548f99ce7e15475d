//! `lazaret mds2`: what makers disclose of the security of their devices.

mod compare;
mod facts;
mod lint;
mod read;
mod workbook;

use ::mds2::Form;
use reading::{Note, Parsed, Place};
use serde::Serialize;

use super::{Failure, Outcome};
use crate::input::{Input, Unreadable};
use crate::output::text::clean;
use crate::render;

/// What can be done with forms.
#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Show what a form says, question by question, with the place of each answer
    Read(read::Arguments),
    /// Find where a form contradicts itself, an SBOM, the dossier or the inventory
    Lint(Box<lint::Arguments>),
    /// Put the forms of several devices side by side
    Compare(compare::Arguments),
    /// Write a form as a clean workbook that a maker can fill in
    Workbook(workbook::Arguments),
}

/// Does what the verb says.
pub(crate) fn run(verb: &Verb) -> Result<Outcome, Failure> {
    match verb {
        Verb::Read(arguments) => read::run(arguments),
        Verb::Lint(arguments) => lint::run(arguments),
        Verb::Compare(arguments) => compare::run(arguments),
        Verb::Workbook(arguments) => workbook::run(arguments),
    }
}

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A page for a person
    Text,
    /// One JSON object, for a program
    Json,
}

const FORMS: &str = "\
Forms of 2019 and of 2013 are read: workbooks (.xlsx), PDF with or without fields, CSV, text.
What is blank or unclear stays unknown; a scanned or encrypted PDF is refused with what to do.";

/// Reads one form.
fn read_form(input: &Input, sheet: Option<&str>) -> Result<Parsed<Form>, Failure> {
    let refused = |why: Unreadable| anyhow::anyhow!(input.refusal(&why));
    let bytes = input.read().map_err(refused)?;
    let parsed = match sheet {
        Some(sheet) => ::mds2::parse_sheet(&bytes, sheet),
        None => ::mds2::parse(&bytes),
    };
    parsed.map_err(|why| refused(why.into()))
}

/// Says on stderr what was set aside or mended in reading.
fn tell_notes(file: &str, notes: &[Note]) {
    for note in notes {
        render::talk(&format!(
            "note: {}\n  --> {file}, {}",
            clean(&note.message),
            note.place
        ));
    }
}

/// How a device is called: maker and model, else the file.
fn name_of(form: &Form, file: &str) -> String {
    let parts = [form.maker(), form.model()].map(|it| it.map_or("", |(text, _)| text));
    let name = parts.join(" ");
    match name.trim() {
        "" => file.to_owned(),
        name => name.to_owned(),
    }
}

/// What a form is, in JSON.
#[derive(Serialize)]
struct Head<'f> {
    file: &'f str,
    edition: &'static str,
    medium: &'static str,
    /// The sheet of a workbook.
    sheet: Option<&'f str>,
    maker: Option<&'f str>,
    model: Option<&'f str>,
    description: Option<&'f str>,
    document: Option<&'f str>,
    /// As written.
    released: Option<&'f str>,
    /// As a day, where that can be told.
    release_day: Option<String>,
    questions: usize,
    answered: usize,
}

impl<'f> Head<'f> {
    fn of(form: &'f Form, file: &'f str) -> Self {
        let text = |stated: Option<(&'f str, &Place)>| stated.map(|(text, _)| text);
        Self {
            file,
            edition: form.edition.name(),
            medium: form.medium.words(),
            sheet: Some(form.sheet.as_str()).filter(|sheet| !sheet.is_empty()),
            maker: text(form.maker()),
            model: text(form.model()),
            description: text(form.description()),
            document: text(form.document()),
            released: text(form.released()),
            release_day: form.release_day().map(|day| day.to_string()),
            questions: form.edition.questions().len(),
            answered: form.answered(),
        }
    }
}

/// A note of reading, in JSON.
#[derive(Serialize)]
struct Remark<'f> {
    place: String,
    message: &'f str,
}

fn remarks(notes: &[Note]) -> Vec<Remark<'_>> {
    let remark = |note: &'_ Note| note.place.to_string();
    notes.iter().map(|it| Remark { place: remark(it), message: &it.message }).collect()
}
