//! A workbook that a maker fills in: a row for each question, a list of the answers that may
//! be chosen, and what was answered before. [`crate::parse`] reads it back as it was.
//!
//! The wording of the questions is ours; their ids are the standard's, and are what counts.

use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::answer::Answer;
use crate::form::{Entry, Form};
use crate::question::{Edition, Kind, Question, SECTIONS};

/// Why a workbook could not be written.
#[derive(Debug)]
pub struct Unwritable(String);

impl std::fmt::Display for Unwritable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the workbook cannot be written: {}", self.0)
    }
}

impl std::error::Error for Unwritable {}

impl From<XlsxError> for Unwritable {
    fn from(why: XlsxError) -> Self {
        Self(why.to_string())
    }
}

/// Characters of one cell; a spreadsheet keeps no more.
const CELL_CHARACTERS_MAX: usize = 32_767;

/// The workbook of a form of 2019; an empty one where there is none. Of a form of 2013 what
/// asks the same is carried over.
///
/// # Errors
/// When an answer has more characters than a cell keeps.
pub fn write(form: Option<&Form>) -> Result<Vec<u8>, Unwritable> {
    let mut workbook = Workbook::new();
    // The same bytes for the same form: no clock is read.
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let looks = Looks::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("MDS2")?;
    head(sheet, &looks)?;
    let mut row = 3;
    let mut section = "";
    for question in Edition::Of2019.questions() {
        if question.section() != section {
            section = question.section();
            let name = SECTIONS.iter().find(|(code, _)| *code == section);
            let title = name
                .map_or(section.to_owned(), |(code, name)| format!("{name} ({code})"));
            // Behind the column of ids, so that no reader takes it for one.
            sheet.write_string_with_format(row, 1, title, &looks.section)?;
            row += 1;
        }
        let said = form.map(|form| form.said_2019(question.id)).unwrap_or_default();
        line(sheet, row, question, said.entry(), &looks)?;
        row += 1;
    }
    if let Some(form) = form {
        row += 1;
        for note in &form.footnotes {
            sheet.write_string(row, 0, format!("Note {}", note.number))?;
            sheet.write_string_with_format(row, 1, text(&note.text)?, &looks.question)?;
            row += 1;
        }
    }
    Ok(workbook.save_to_buffer()?)
}

struct Looks {
    title: Format,
    heading: Format,
    section: Format,
    id: Format,
    question: Format,
    answer: Format,
}

impl Looks {
    fn new() -> Self {
        let ruled =
            || Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::Top);
        Self {
            title: Format::new().set_bold().set_font_size(14.0),
            heading: ruled().set_bold().set_background_color(Color::RGB(0x00DD_E6EC)),
            section: Format::new().set_bold(),
            id: ruled(),
            question: ruled().set_text_wrap(),
            answer: ruled().set_text_wrap().set_background_color(Color::RGB(0x00FF_FBE6)),
        }
    }
}

fn head(sheet: &mut Worksheet, looks: &Looks) -> Result<(), XlsxError> {
    sheet.set_column_width(0, 12)?;
    sheet.set_column_width(1, 70)?;
    sheet.set_column_width(2, 14)?;
    sheet.set_column_width(3, 50)?;
    let title = "Manufacturer Disclosure Statement for Medical Device Security -- MDS2";
    sheet.write_string_with_format(0, 0, title, &looks.title)?;
    let remark = "Questions of ANSI/NEMA HN 1-2019 by their ids, in other words than the standard's.";
    sheet.write_string(1, 0, remark)?;
    for (column, heading) in (0..).zip(["Question ID", "Question", "Answer", "Notes"]) {
        sheet.write_string_with_format(2, column, heading, &looks.heading)?;
    }
    sheet.set_freeze_panes(3, 0)?;
    Ok(())
}

fn line(
    sheet: &mut Worksheet,
    row: u32,
    question: &Question,
    entry: Option<&Entry>,
    looks: &Looks,
) -> Result<(), Unwritable> {
    sheet.write_string_with_format(row, 0, question.id, &looks.id)?;
    sheet.write_string_with_format(row, 1, question.asks, &looks.question)?;
    sheet.write_string_with_format(row, 2, text(&answer(entry))?, &looks.answer)?;
    let note = entry.map(note).unwrap_or_default();
    sheet.write_string_with_format(row, 3, text(&note)?, &looks.answer)?;
    if question.kind == Kind::YesNo {
        let choices = DataValidation::new()
            .allow_list_strings(&["Yes", "No", "N/A", "See Notes"])?
            .set_error_title("Answer")?
            .set_error_message(
                "Choose Yes, No, N/A or See Notes; put the rest into the notes.",
            )?;
        sheet.add_data_validation(row, 2, row, 2, &choices)?;
    }
    Ok(())
}

/// An answer as the form has it; what is unclear stays as it was written, to be asked about.
fn answer(entry: Option<&Entry>) -> String {
    let Some(entry) = entry else { return String::new() };
    match entry.answer {
        Answer::Stated | Answer::Unclear => entry.written.clone(),
        answer => answer.label().to_owned(),
    }
}

fn note(entry: &Entry) -> String {
    match (&entry.footnote, entry.remark.is_empty()) {
        (Some(number), true) => format!("Note {number}"),
        (Some(number), false) => format!("{} (see note {number})", entry.remark),
        (None, _) => entry.remark.clone(),
    }
}

fn text(text: &str) -> Result<&str, Unwritable> {
    match text.chars().count() > CELL_CHARACTERS_MAX {
        true => Err(Unwritable(format!(
            "a text has more than the {CELL_CHARACTERS_MAX} characters of a cell"
        ))),
        false => Ok(text),
    }
}
