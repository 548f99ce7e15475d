//! Bills of materials (SBOM): delivered, looked at, placed at a release, and judged.
//!
//! A bill says what a release of a product is made of. A person says which device builds are of
//! that release; builds that the inventory writes with the same maker, model and version are of
//! it too. Nothing is guessed: what looks alike is proposed, and named by a person.

mod alike;
mod ask;
mod audience;
mod content;
mod difference;
mod exposed;
mod found;
mod judge;
mod list;
mod look;
mod place;
mod propose;
mod stated;
mod tree;
mod wait;

pub use alike::with_alike;
pub(crate) use alike::{Spelt, written};
pub use ask::Asked;
pub use audience::{Products, devices_below, set_audience, set_products_for};
pub(crate) use content::content_heard;
pub use content::{Content, Found, Missing, Part, content, content_of};
pub use difference::{Changed, Comparison, Differing, Named, difference};
pub(crate) use exposed::exposed;
pub(crate) use judge::{JUDGE, bill_of, judge, queue, queue_for};
pub use list::list_all;
pub use look::{Counted, Look, Quality, Subject, look, look_for};
pub(crate) use place::{Builds, Spoken, described, place_for, said};
pub use place::{Placed, Placing, describe, place, withdraw};
pub(crate) use propose::agree;
pub use propose::{Likeness, Proposals, Proposed, Sought, of_release};
pub use stated::behind;
pub use tree::{Branch, Under};
pub use wait::{held_beside, set_aside, waiting};

use reading::Rejected;
use store::{NewOriginal, Noun, Organisation, Parcel, StoreError};
use terms::Tlp;

use crate::aside::{CutShort, aside};
use crate::fleet::FleetError;
use crate::judging::JudgingError;
use crate::statement::StatementError;
use crate::{Actor, App, Permission};

/// What an original is, for whoever keeps it.
pub(crate) const KIND: &str = "sbom";

/// Why a bill is not taken.
#[derive(Debug, thiserror::Error)]
pub enum BillError {
    /// The file is no bill of materials.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// The actor may not do this there.
    #[error("you may not deliver documents for this organisation")]
    NotAllowed,
    /// A word is missing: maker, product or version.
    #[error("the {0} is missing")]
    Missing(&'static str),
    /// A build is named that the actor does not see.
    #[error("there is no device build {0}")]
    NoBuild(i64),
    /// What is kept beside it cannot be written.
    #[error("what was found cannot be written down: {0}")]
    Unwritable(#[from] serde_json::Error),
    /// What was accepted of statements cannot be read.
    #[error(transparent)]
    Statements(#[from] StatementError),
    /// The index cannot be used.
    #[error(transparent)]
    Judging(#[from] JudgingError),
    /// The devices that somebody sees cannot be told.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps a bill that arrived, for somebody to look at; gives the number of the document.
///
/// # Errors
/// When the actor may not, the file is no bill of materials, or the database fails; then nothing
/// is kept.
pub async fn arrive(
    app: &App,
    by: &Actor,
    organisation: i64,
    name: &str,
    parcel: Parcel,
) -> Result<i64, BillError> {
    Ok(keep(app, by, organisation, name, parcel).await?.0)
}

/// As [`arrive`]; gives what the bill is about too.
pub(crate) async fn keep(
    app: &App,
    by: &Actor,
    organisation: i64,
    name: &str,
    parcel: Parcel,
) -> Result<(i64, Subject), BillError> {
    let place = home(app, by, organisation).await?;
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let (parcel, read) = aside(move || {
        let about = |bytes: Vec<u8>| {
            sbom::parse(&bytes)
                .map(|parsed| look::subject(&parsed.value))
                .map_err(|why| form_instead(&bytes, why))
        };
        let read = parcel.bytes().map(about);
        (parcel, read)
    })
    .await?;
    drop(reader);
    let subject = read??;
    let mut write = app.store.write(place.head, (app.now)()).await?;
    let original = write
        .keep_original(NewOriginal {
            organisation: place.id,
            name,
            kind: KIND,
            label: Tlp::UNLABELLED,
            by: by.person,
            parcel: &parcel,
        })
        .await?;
    write.await_placing(original, place.id, by.person).await?;
    let facts = vec![("digest", store::Fact::digest(parcel.digest().as_bytes()))];
    let act = store::Act {
        by: by.person,
        what: "deliver bill of materials",
        noun: Noun::Original,
        id: original,
        facts,
    };
    write.commit(act).await?;
    Ok((original, subject))
}

/// Why a file is no bill of materials; of a form MDS2, where it is delivered.
fn form_instead(bytes: &[u8], why: Rejected) -> Rejected {
    match crate::mds2::is_form(bytes) {
        false => why,
        true => Rejected::new(
            reading::Place::Document,
            "the file is an MDS2 form and no SBOM",
            "deliver it at its product, or under MDS2 forms",
        ),
    }
}

/// An organisation for which the actor may deliver documents.
async fn home(app: &App, by: &Actor, id: i64) -> Result<Organisation, BillError> {
    let scope = by.scope(Permission::DeliverDocuments);
    match app.store.organisation(&scope, id).await {
        Err(StoreError::Absent { .. }) => Err(BillError::NotAllowed),
        found => Ok(found?),
    }
}
