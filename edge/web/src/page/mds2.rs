//! Forms MDS2: what makers disclose of the security of their products.

pub(crate) mod arrival;
pub(crate) mod compare;
pub(crate) mod list;
pub(crate) mod placing;
pub(crate) mod show;

use axum::http::StatusCode;
use mds2::{Answer, Entry};
use operations::mds2::Mds2Error;
use serde::Serialize;
use store::{Mds2Form, Mds2Standing};

use crate::field::Fault;
use crate::mark::Mark;
use crate::problem::{Problem, sentence};

/// Where they lie.
pub(crate) const HOME: &str = "/mds2";

/// A number of an address.
fn number(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::not_found("MDS2 form", text))
}

/// How a form stands, with its shape.
const fn mark(standing: Mds2Standing) -> Mark {
    match standing {
        Mds2Standing::Waiting => Mark::standing("waiting", "waits for a look"),
        Mds2Standing::InForce => Mark::standing("in_force", "in force"),
        Mds2Standing::Replaced => Mark::standing("withdrawn", "replaced"),
        Mds2Standing::Withdrawn => Mark::standing("withdrawn", "out of force"),
        Mds2Standing::Declined => Mark::standing("withdrawn", "set aside"),
    }
}

/// What a form is called: by what it says itself, else by its file.
fn name_of(form: &Mds2Form) -> String {
    let named = format!("{} {}", form.said.made_by, form.said.model);
    match named.trim() {
        "" => form.file.clone(),
        named => named.to_owned(),
    }
}

/// What is answered to a question, as it is shown.
#[derive(Serialize)]
pub(crate) struct Answered {
    /// The word on the wire.
    pub(crate) answer: &'static str,
    /// As written, without its remark.
    pub(crate) written: String,
    pub(crate) remark: String,
    /// The number of the note that it points at.
    pub(crate) footnote: Option<String>,
    /// Where it stands; none where the question is not in the form.
    pub(crate) place: Option<String>,
    #[serde(skip)]
    pub(crate) words: String,
    /// Whether it says nothing that could be counted on.
    #[serde(skip)]
    pub(crate) is_open: bool,
}

impl Answered {
    /// One line of a form; none where the question is not in it.
    fn of(answer: Answer, entry: Option<&Entry>) -> Self {
        let written = entry.map_or("", |it| it.written.as_str());
        let words = match (answer, entry) {
            (_, None) => "not in the form".to_owned(),
            (Answer::Blank, _) => "not answered".to_owned(),
            (Answer::Unclear, _) => format!("unclear: “{written}”"),
            (Answer::Stated, _) => written.to_owned(),
            (answer, _) => answer.label().to_owned(),
        };
        Self {
            answer: answer.word(),
            written: written.to_owned(),
            remark: entry.map(|it| it.remark.clone()).unwrap_or_default(),
            footnote: entry.and_then(|it| it.footnote.clone()),
            place: entry.map(|it| it.place.to_string()),
            words,
            is_open: matches!(answer, Answer::Blank | Answer::Unclear),
        }
    }
}

/// What was sent that cannot be taken is a fault of its field.
impl From<Mds2Error> for Problem {
    fn from(error: Mds2Error) -> Self {
        let wrong = |field: &'static str, detail: String| {
            Self::wrong_fields(vec![Fault::new(field, detail)])
        };
        let told = sentence(&error.to_string());
        match error {
            Mds2Error::Missing(field) => {
                let mend = match field {
                    "maker" => "Enter who makes it.",
                    "product" => "Enter what it is called.",
                    "reason" => "Enter why.",
                    _ => "Leave out what is empty.",
                };
                wrong(field, mend.to_owned())
            }
            Mds2Error::Long(field) => wrong(field, told),
            Mds2Error::Newer { .. } => {
                wrong("product", format!("{told} Take that out of force first."))
            }
            Mds2Error::OtherMaker(_) => wrong("file", told),
            Mds2Error::Rejected(rejected) => {
                crate::parts::refused("The file", &rejected)
            }
            Mds2Error::Count(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, told)
                .next("Tick the forms to be compared in the list."),
            Mds2Error::NotAllowed => Self::new(
                StatusCode::NOT_FOUND,
                "There is no such organisation, or none that you may deliver documents for.",
            )
            .next("Go back and choose another."),
            Mds2Error::Fleet(error) => error.into(),
            Mds2Error::Unwritable(_) | Mds2Error::CutShort(_) => Self::ours(told),
            Mds2Error::Store(error) => error.into(),
        }
    }
}
