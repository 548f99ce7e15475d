//! The evidence pack: all that an organisation shows for itself in one file, signed with its own
//! key, which anybody checks without this house.
//!
//! In it are the verdicts with their facts, the documents of the register and the SBOMs and MDS2
//! forms in force that may leave, OSCAL,
//! and proofs that what was delivered and decided stands in the audit log. What may not leave is
//! named with the reason. A verdict that rests on a document for its receivers alone (`TLP:RED`)
//! is kept back with it: what follows from a document bears its label.

mod documents;
mod key;
mod products;
mod proofs;
mod told;
mod write;

use std::collections::BTreeSet;

use ::pack::proof::Proofs;
use posture::Assessed;
use store::{ExportError, KeptKey, Leaf, StoreError};

use crate::export::Pieces;
use crate::posture::{Judged, PostureError, judged};
use crate::{Actor, App, CutShort, Permission};

pub use documents::{Bytes, Document, Held, KeptBack};
pub use key::{keys, renew};
pub use products::{OfProduct, Says};

/// Why there is no pack.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// Where the organisation stands cannot be told.
    #[error(transparent)]
    Posture(Box<PostureError>),
    /// A document cannot be read.
    #[error(transparent)]
    Document(#[from] ExportError),
    /// No key could be made, or the one in use does not sign.
    #[error("the key that signs cannot be made or read")]
    NoKey,
    /// The same file would stand in it twice, which is a fault of ours.
    #[error("the pack would hold `{0}` twice, or under a name that leads elsewhere")]
    Twice(String),
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The database failed, or something is not there for the actor.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PostureError> for PackError {
    fn from(error: PostureError) -> Self {
        Self::Posture(Box::new(error))
    }
}

/// What a pack will hold.
#[derive(Debug)]
pub struct Draft {
    /// Where the organisation stands; of controls that are kept back nothing may be told.
    pub judged: Judged,
    /// The controls of which nothing leaves.
    pub kept_back: BTreeSet<&'static str>,
    /// The pieces of evidence, in their order.
    pub documents: Vec<Document>,
    /// The SBOMs and MDS2 forms in force of its products, in their order.
    pub products: Vec<OfProduct>,
    /// The acts that are proven, the oldest first.
    pub acts: Vec<Leaf>,
    /// The key in use; none before the first pack.
    pub key: Option<KeptKey>,
    proofs: Proofs,
}

impl Draft {
    /// The verdicts that leave.
    #[must_use]
    pub fn leaving(&self) -> Vec<Assessed> {
        let leaves = |one: &&Assessed| !self.kept_back.contains(one.control.id());
        self.judged.assessed.iter().filter(leaves).cloned().collect()
    }

    /// How long the audit log was when the acts were proven.
    #[must_use]
    pub const fn log_size(&self) -> i64 {
        self.proofs.log.size
    }

    /// The bytes that leave, each with its SHA-256, once that was read.
    pub fn held(&self) -> impl Iterator<Item = (&Held, &str)> {
        let of_register = self.documents.iter().map(|one| (&one.bytes, &one.sha256));
        let of_products = self.products.iter().map(|one| (&one.bytes, &one.sha256));
        let all = of_register.chain(of_products);
        all.filter_map(|(bytes, sha256)| Some((bytes.held()?, sha256.as_str())))
    }
}

/// What a pack of an organisation would hold for the actor; of the widest that they see, where
/// none is named.
///
/// # Errors
/// When there is none whose evidence the actor may see, the database fails or the index cannot
/// be read.
pub async fn draft(
    app: &App,
    by: &Actor,
    organisation: Option<i64>,
) -> Result<Draft, PackError> {
    let judged = judged(app, by, organisation).await?;
    let documents = documents::of(app, by, &judged).await?;
    let kept: BTreeSet<i64> = documents
        .iter()
        .filter(|one| matches!(one.bytes, Bytes::KeptBack(KeptBack::Label)))
        .map(|one| one.piece)
        .collect();
    let products = products::of(app, by, &judged.organisation).await?;
    let is_kept = |document: &str| {
        documents::piece(document).is_some_and(|id| kept.contains(&id))
            || products.iter().any(|one| one.keeps(document))
    };
    let rests =
        |one: &&Assessed| one.ruling.grounds.iter().any(|it| is_kept(&it.document));
    let kept_back = judged.assessed.iter().filter(rests);
    let kept_back: BTreeSet<&'static str> =
        kept_back.map(|one| one.control.id()).collect();
    let (acts, proofs) = proofs::of(app, by, (&judged, &documents)).await?;
    let keys = keys(app, by, Permission::ViewEvidence).await?;
    let is_used = |key: &KeptKey| {
        key.organisation == judged.organisation.id && key.replaced.is_none()
    };
    let key = keys.into_iter().find(is_used);
    Ok(Draft { judged, kept_back, documents, products, acts, key, proofs })
}

/// Signs what was drafted and gives it as it is packed: `index` writes the page that leads
/// through it, told the fingerprint of the key. The audit log says who took which pack of whom,
/// by the SHA-256 of its manifest, before a byte is given.
///
/// # Errors
/// When a document is damaged or the database fails. What fails later ends the pieces with an
/// error.
pub async fn give(
    app: &App,
    by: &Actor,
    draft: Draft,
    index: impl FnOnce(&Draft, &str) -> String,
) -> Result<Pieces, PackError> {
    let place = draft.judged.organisation.clone();
    let (public, signing) = key::in_use(app, by, &place).await?;
    let mut draft = draft;
    for one in &mut draft.documents {
        one.sha256 = documents::hash(app, by, &one.bytes).await?;
    }
    for one in &mut draft.products {
        one.sha256 = documents::hash(app, by, &one.bytes).await?;
    }
    let mut contents = told::texts(&draft, &(app.now)().to_string(), &public);
    contents.push(("index.html", index(&draft, &public.fingerprint())));
    let sealed = write::Sealed::of(&draft, contents, &signing)?;
    write::note(app, by, &place, &sealed).await?;
    Ok(write::stream(app, by, draft, sealed))
}
