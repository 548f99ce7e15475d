//! What a maker discloses about the security of a device: the form MDS2 (ANSI/NEMA HN 1).
//!
//! [`parse`] reads a form of the edition of 2019 or of 2013 from a workbook, a PDF (with
//! fields or without), separated values or text. Every answer keeps its place; what was left
//! blank or cannot be understood stays unknown, and nothing is read into it. [`lint`] tells
//! where a form contradicts itself or other facts, [`compare`] puts several side by side, and
//! [`workbook`] writes one that a maker fills in and that reads back as it was.
//!
//! Source: ANSI/NEMA HN 1-2019 and HN 1-2013. Of the standard only the ids of the questions
//! and the names of the sections are used; what each question asks is said in our own words
//! (`data/`).
//!
//! Not here: forms of 2004 and 2008, which are refused with what tells them ([`unread`]), since
//! their questions are others; and any verdict on a maker.

pub mod compare;
pub mod lint;
pub mod question;
pub mod workbook;

mod answer;
mod form;
mod grid;
mod lines;
mod printed;
mod read;
mod refusal;
mod spelling;

pub use answer::Answer;
pub use form::{Entry, Footnote, Form, Medium, Said, Spelt};
pub use question::{Edition, Question};
pub use read::{is_form, parse, parse_sheet};
pub use refusal::unread;
