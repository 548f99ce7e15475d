//! The register of evidence: what an organisation can show for itself.
//!
//! A document arrives, is told by its content, and waits until somebody has looked at what was
//! read, at what was not, and at the verdicts that it would change. An entry is made by hand, with
//! the document that proves it. Nothing is changed afterwards: another takes its place, or it is
//! withdrawn with the reason. People are counted and never named; their names stay in the bytes.

mod arrive;
mod enter;
mod keep;
mod oscal;
mod read;

use reading::Rejected;
use store::{Evidence, Organisation, StoreError};

use crate::aside::CutShort;
use crate::posture::PostureError;
use crate::{Actor, App, Permission};

pub use arrive::{Answers, Arrived, Seen, Stands, arrive, see, take, throw_away};
pub use enter::{ENTERED, Entered, attest, enter, may_be_entered};
pub use keep::{bytes, withdraw};
pub use oscal::{OpenPoint, Proposal, ProposedException};
pub use read::{Complaint, Counted, Preview};
pub(crate) use read::{Told, delivered_names, held, told};

/// Letters of a name, a reason, a source.
const NAME_MAX: usize = 200;
/// Letters of a field of an entry.
const FIELD_MAX: usize = 2000;
/// Letters of a file's name that are kept.
const FILE_MAX: usize = 200;
/// What an original is, for whoever keeps it. Its name may name somebody, and lies sealed.
const KIND: &str = "evidence";

/// Why evidence is not kept, or not shown.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The actor may not keep evidence of that organisation.
    #[error("you may not keep evidence of that organisation")]
    NotAllowed,
    /// The actor may not say which controls apply there.
    #[error(
        "a profile says which controls apply, and whoever takes it in may accept risks there"
    )]
    NotTailored,
    /// A field is missing.
    #[error("the {0} is missing")]
    Missing(&'static str),
    /// A field does not hold what it should.
    #[error("the {0} is {1}")]
    Wrong(&'static str, &'static str),
    /// A field is too long.
    #[error("the {0} is too long")]
    Long(&'static str),
    /// The file is delivered elsewhere.
    #[error("{what} is delivered {place}")]
    Elsewhere {
        /// What the file is.
        what: &'static str,
        /// Where.
        place: &'static str,
    },
    /// The file cannot be read.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// What it would change cannot be told.
    #[error(transparent)]
    Posture(Box<PostureError>),
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The database failed, or something is not there for the actor.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PostureError> for EvidenceError {
    fn from(error: PostureError) -> Self {
        Self::Posture(Box::new(error))
    }
}

/// The organisation of which the actor may keep evidence.
async fn place(app: &App, by: &Actor, id: i64) -> Result<Organisation, EvidenceError> {
    match app.store.organisation(&by.scope(Permission::KeepEvidence), id).await {
        Err(StoreError::Absent { .. }) => Err(EvidenceError::NotAllowed),
        found => Ok(found?),
    }
}

/// A piece that the actor may keep: one of their own, not one that is shared with them.
async fn kept(app: &App, by: &Actor, id: i64) -> Result<Evidence, StoreError> {
    let scope = by.scope(Permission::KeepEvidence);
    let piece = app.store.evidence(&scope, id).await?;
    match scope.admits(&piece.path) {
        true => Ok(piece),
        false => {
            Err(StoreError::Absent { noun: "piece of evidence", id: id.to_string() })
        }
    }
}

/// A text that may be left empty.
fn short(field: &'static str, text: &str) -> Result<String, EvidenceError> {
    match text.trim() {
        text if text.chars().count() > NAME_MAX => Err(EvidenceError::Long(field)),
        text => Ok(text.to_owned()),
    }
}

/// A day that may be left empty, as stored.
fn day(field: &'static str, text: &str) -> Result<Option<String>, EvidenceError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day = terms::date::day(text);
    let day =
        day.map_err(|_| EvidenceError::Wrong(field, "no day, such as 2026-11-26"))?;
    Ok(Some(day.to_string()))
}

/// The name of a file without folders, as it is shown and found again as a proof.
fn file_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\', '!']).next().unwrap_or_default().trim();
    let name: String = name.chars().filter(|c| !c.is_control()).take(FILE_MAX).collect();
    match name.trim() {
        "" => "document".to_owned(),
        name => name.to_owned(),
    }
}
