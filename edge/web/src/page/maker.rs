//! The pages of a supplier's guest: the products of its maker, what came through its account,
//! and what it is asked. They read nothing that the pages of the house read.

pub(crate) mod flag;
pub(crate) mod form;
pub(crate) mod product;
pub(crate) mod put;
pub(crate) mod question;
pub(crate) mod sbom;
pub(crate) mod shown;
pub(crate) mod statement;

use operations::maker::{Flaws, MakerError};
use serde::Serialize;
use store::{MakerDelivery, Outcome};

use crate::field::Fault;
use crate::problem::{Problem, sentence};
use crate::words::counted;

/// What became of something that a maker delivered, in words.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Fate {
    pub(crate) state: &'static str,
    /// Why it was declined.
    pub(crate) reason: String,
}

impl Fate {
    pub(crate) fn of(delivery: &MakerDelivery) -> Self {
        let state = match delivery.outcome {
            None => "waits for the house",
            Some(Outcome::Taken) => "in force",
            Some(Outcome::Declined) => "declined",
        };
        Self { state, reason: delivery.reason.clone() }
    }
}

/// Known flaws in words.
pub(crate) fn carried(flaws: Option<&Flaws>) -> String {
    let Some(flaws) = flaws else {
        return "no index of advisories is in use".to_owned();
    };
    let known = match (flaws.affected, flaws.exploited) {
        (0, _) => "no known flaw".to_owned(),
        (affected, 0) => counted(affected, "known flaw", "known flaws"),
        (affected, exploited) => format!(
            "{}, {exploited} exploited",
            counted(affected, "known flaw", "known flaws")
        ),
    };
    match flaws.unknown {
        0 => known,
        1 => format!("{known}; of 1 component it cannot be told"),
        unknown => format!("{known}; of {unknown} components it cannot be told"),
    }
}

/// What was sent that cannot be taken is a fault of its field.
impl From<MakerError> for Problem {
    fn from(error: MakerError) -> Self {
        let wrong = |field, error: &MakerError| {
            Self::wrong_fields(vec![Fault::new(field, sentence(&error.to_string()))])
        };
        match error {
            MakerError::Missing(what) => {
                let mend = match what {
                    "product" => {
                        "Enter which product it describes: the document does not say."
                    }
                    "version" => {
                        "Enter which release it describes: the document does not say."
                    }
                    "answer" => "Enter your answer.",
                    "buyers" => "Choose at least one who may read it.",
                    "file" => "Choose the file.",
                    _ => "Enter why.",
                };
                Self::wrong_fields(vec![Fault::new(what, mend)])
            }
            MakerError::Long => wrong("answer", &error),
            MakerError::LongNote => wrong("note", &error),
            MakerError::OtherMaker(_) | MakerError::Rejected(_) => wrong("file", &error),
            MakerError::NoGuest => {
                Self::new(axum::http::StatusCode::CONFLICT, sentence(&error.to_string()))
                    .next("Ask an administrator to invite a guest of that supplier.")
            }
            MakerError::Supplier(error) => (*error).into(),
            MakerError::Bill(error) => error.into(),
            MakerError::Statement(error) => error.into(),
            MakerError::Fleet(error) => error.into(),
            MakerError::CutShort(error) => Self::ours(error.to_string()),
            MakerError::Store(error) => error.into(),
        }
    }
}
