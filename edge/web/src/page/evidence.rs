//! The register of evidence: the list, a document that is looked at before it counts, an entry
//! that is made by hand, one piece with what was read of it.

pub(crate) mod enter;
pub(crate) mod list;
pub(crate) mod new;
mod proposed;
pub(crate) mod show;
pub(crate) mod words;

use axum::http::StatusCode;
use operations::evidence::{EvidenceError, Stands};

use crate::field::Fault;
use crate::mark::Mark;
use crate::problem::{Problem, sentence};

/// Where it lies.
pub(crate) const HOME: &str = "/evidence";

/// A number in a path.
fn number(id: &str) -> Result<i64, Problem> {
    id.parse().map_err(|_| Problem::not_found("piece of evidence", id))
}

/// How a piece stands, with its shape.
const fn mark(stands: Stands) -> Mark {
    match stands {
        Stands::Waiting => Mark::standing("waiting", "waits for a look"),
        Stands::InForce => Mark::standing("in_force", "counts"),
        Stands::Expired => Mark::standing("expired", "ended"),
        Stands::Withdrawn => Mark::standing("withdrawn", "withdrawn"),
    }
}

/// What was typed that cannot be taken is a fault of its field.
impl From<EvidenceError> for Problem {
    fn from(error: EvidenceError) -> Self {
        let wrong = |field: &'static str, detail: String| {
            Self::wrong_fields(vec![Fault::new(field, detail)])
        };
        match error {
            EvidenceError::Missing("reason") => wrong("reason", "Enter why.".to_owned()),
            EvidenceError::Missing(field) => wrong(
                field,
                format!("Enter this: {}.", words::label(field).to_lowercase()),
            ),
            EvidenceError::Wrong(field, what) => wrong(field, format!("This is {what}.")),
            EvidenceError::Long(field) => wrong(field, "This is too long.".to_owned()),
            EvidenceError::Elsewhere { .. } => {
                wrong("file", sentence(&error.to_string()))
            }
            EvidenceError::Rejected(rejected) => {
                crate::parts::refused("The file", &rejected)
            }
            EvidenceError::NotTailored => {
                Self::new(StatusCode::FORBIDDEN, sentence(&error.to_string()))
                    .next("Ask somebody who may accept risks there to take it in.")
            }
            EvidenceError::NotAllowed => {
                Self::new(StatusCode::FORBIDDEN, sentence(&error.to_string()))
                    .next("Choose another organisation.")
            }
            EvidenceError::Posture(error) => (*error).into(),
            EvidenceError::CutShort(error) => Self::ours(error.to_string()),
            EvidenceError::Store(error) => error.into(),
        }
    }
}
