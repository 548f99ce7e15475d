//! Suppliers of whom the house keeps a dossier: what is kept, what the evidence says of each
//! before anything is bought, and what they are asked.
//!
//! A dossier belongs to an organisation. Its verdict rests on what is public, on the entries of
//! that dossier, and on documents that the same organisation and those below it hold; so whoever
//! may see the dossier may see its grounds. What a supplier's guest brings is a claim until
//! somebody of the house confirms it.

mod ask;
mod assessed;
mod document;
mod entry;
mod evidence;
mod keep;
mod kept;

use std::sync::LazyLock;

use naming::Makers;
use reading::Rejected;
use store::{Scope, StoreError, Supplier};

use crate::aside::CutShort;
use crate::bills::BillError;
use crate::fleet::FleetError;
use crate::judging::JudgingError;
use crate::statement::StatementError;
use crate::{Actor, App, Permission};

pub use ask::{Question, asked, put, put_all};
pub use assessed::{Assessed, Ending, Seen, Unkept, assessed, one, unkept};
pub(crate) use assessed::{Assessments, everywhere, kept_dossier};
pub use document::{Dropped, drop_document};
pub(crate) use document::{delivered, keep_file};
pub(crate) use entry::checked;
pub use entry::{EntryKind, Holds, Spec, origin_of_word};
pub use evidence::{DOCUMENTS, DOSSIER, FORMS, SBOMS};
pub(crate) use keep::called;
pub use keep::{
    Brought, Same, add, confirm, open, past, rename, replace, settle, withdraw,
};
pub(crate) use kept::products_kept;

/// Letters of a name.
const NAME_MAX: usize = 200;
/// Letters of a field.
const FIELD_MAX: usize = 2000;

/// Why something is not kept, asked or shown.
#[derive(Debug, thiserror::Error)]
pub enum SupplierError {
    /// A field is missing.
    #[error("the {0} is missing")]
    Missing(&'static str),
    /// A field does not hold what it should.
    #[error("{0} is {1}")]
    Wrong(&'static str, &'static str),
    /// A field is too long.
    #[error("the {0} is too long")]
    Long(&'static str),
    /// The actor may not keep dossiers of that organisation.
    #[error("you may not keep dossiers for that organisation")]
    NotAllowed,
    /// The file is delivered elsewhere.
    #[error("{what} is delivered {place}")]
    Elsewhere {
        /// What the file is.
        what: &'static str,
        /// Where.
        place: &'static str,
    },
    /// The dossier of the file is about another supplier.
    #[error("the dossier is about {0}")]
    OtherSupplier(String),
    /// Nobody answers for the supplier here.
    #[error("nobody answers for this supplier here")]
    NoGuest,
    /// Nothing is open that could be asked.
    #[error("nothing is open that could be asked")]
    NothingOpen,
    /// The file cannot be read.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// A bill cannot be judged.
    #[error(transparent)]
    Bill(Box<BillError>),
    /// Statements cannot be read.
    #[error(transparent)]
    Statement(Box<StatementError>),
    /// The fleet is not at hand.
    #[error(transparent)]
    Fleet(Box<FleetError>),
    /// The index of advisories is not at hand.
    #[error(transparent)]
    Judging(Box<JudgingError>),
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The database failed, or something is not there for the actor.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<BillError> for SupplierError {
    fn from(error: BillError) -> Self {
        Self::Bill(Box::new(error))
    }
}

impl From<StatementError> for SupplierError {
    fn from(error: StatementError) -> Self {
        Self::Statement(Box::new(error))
    }
}

impl From<FleetError> for SupplierError {
    fn from(error: FleetError) -> Self {
        Self::Fleet(Box::new(error))
    }
}

impl From<JudgingError> for SupplierError {
    fn from(error: JudgingError) -> Self {
        Self::Judging(Box::new(error))
    }
}

/// The data of makers' names, read once.
pub(crate) fn makers() -> &'static Makers {
    static MAKERS: LazyLock<Makers> = LazyLock::new(Makers::built_in);
    &MAKERS
}

/// The part of a scope that lies in one organisation and below it.
fn within(supplier: &Supplier) -> impl Fn(&store::Path) -> bool {
    let path = supplier.path.clone();
    move |other| path.holds(other)
}

/// A supplier whose dossier the actor may keep.
async fn kept(app: &App, by: &Actor, id: i64) -> Result<Supplier, StoreError> {
    app.store.supplier(&by.scope(Permission::KeepSuppliers), id).await
}

/// The rows of the organisation of a dossier, and of those below it.
fn below(by: &Actor, supplier: &Supplier) -> Scope {
    Scope::of(by.head, vec![supplier.path.clone()])
}
