//! The list of open points that one bidder is given, as separated values or as a workbook.
//!
//! It holds what is asked of that bidder and why, and nothing of any other. [`crate::answer`]
//! reads it back once it is filled in.

use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Workbook, Worksheet, XlsxError,
};

/// One open point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its key, which stays: `B-10`, `gate:isao`, `conflict:tls-claimed`.
    pub key: String,
    /// How much hangs on it.
    pub weight: Weight,
    /// What it is about, in a line.
    pub about: String,
    /// What is asked.
    pub asks: String,
    /// Why it is asked: what is missing, or what contradicts what.
    pub why: String,
}

/// How much hangs on a question; the order is how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing is bought before it is settled.
    Gate,
    /// What is claimed is not what is observed.
    Contradiction,
    /// Something that is asked is not so.
    NotMet,
    /// Something cannot be told, or is only claimed.
    Open,
}

impl Weight {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::Contradiction => "contradiction",
            Self::NotMet => "not_met",
            Self::Open => "open",
        }
    }
}

/// The headings, in their order.
pub const HEADINGS: [&str; 7] =
    ["question key", "bidder", "about", "question", "why it is asked", "answer", "note"];

/// The answers that may be chosen.
pub const CHOICES: [&str; 4] = ["yes", "no", "not applicable", "not known"];

/// Why a list could not be written.
#[derive(Debug)]
pub struct Unwritable(String);

impl std::fmt::Display for Unwritable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the list of questions cannot be written: {}", self.0)
    }
}

impl std::error::Error for Unwritable {}

impl From<XlsxError> for Unwritable {
    fn from(why: XlsxError) -> Self {
        Self(why.to_string())
    }
}

impl From<csv::Error> for Unwritable {
    fn from(why: csv::Error) -> Self {
        Self(why.to_string())
    }
}

/// The cells of a question, the last two for the bidder.
fn cells<'q>(bidder: &'q str, question: &'q Question) -> [&'q str; 7] {
    let Question { key, about, asks, why, .. } = question;
    [key, bidder, about, asks, why, "", ""]
}

/// Separated values. What a spreadsheet would take for a formula stands behind a quote.
///
/// # Errors
/// Never for texts in memory; the writer says so all the same.
pub fn csv(bidder: &str, questions: &[Question]) -> Result<Vec<u8>, Unwritable> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(HEADINGS)?;
    for question in questions {
        out.write_record(cells(bidder, question).map(harmless))?;
    }
    out.into_inner().map_err(|why| Unwritable(why.to_string()))
}

fn harmless(cell: &str) -> String {
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

/// Characters of one cell; a spreadsheet keeps no more.
const CELL_CHARACTERS_MAX: usize = 32_000;

/// A workbook with a list of the answers that may be chosen.
///
/// # Errors
/// When the library refuses it.
pub fn workbook(bidder: &str, questions: &[Question]) -> Result<Vec<u8>, Unwritable> {
    let mut workbook = Workbook::new();
    // The same bytes for the same questions: no clock is read.
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = workbook.add_worksheet();
    sheet.set_name("Questions")?;
    let heading = Format::new()
        .set_bold()
        .set_border(FormatBorder::Thin)
        .set_background_color(Color::RGB(0x00DD_E6EC));
    let asked = Format::new()
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::Top)
        .set_text_wrap();
    let answer = asked.clone().set_background_color(Color::RGB(0x00FF_FBE6));
    widths(sheet)?;
    for (column, text) in (0..).zip(HEADINGS) {
        sheet.write_string_with_format(0, column, text, &heading)?;
    }
    for (row, question) in (1..).zip(questions) {
        for (column, text) in (0..).zip(cells(bidder, question)) {
            let text: String = text.chars().take(CELL_CHARACTERS_MAX).collect();
            let looks = if column < 5 { &asked } else { &answer };
            sheet.write_string_with_format(row, column, text, looks)?;
        }
        let choices = DataValidation::new()
            .allow_list_strings(&CHOICES)?
            .set_error_title("Answer")?
            .set_error_message("Choose an answer, and put the rest into the note.")?;
        sheet.add_data_validation(row, 5, row, 5, &choices)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(workbook.save_to_buffer()?)
}

fn widths(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    for (column, width) in (0..).zip([18, 18, 30, 60, 40, 16, 50]) {
        sheet.set_column_width(column, width)?;
    }
    Ok(())
}
