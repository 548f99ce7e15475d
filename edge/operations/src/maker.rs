//! Makers in the house of others: what a supplier's guest sees, delivers and answers, and what
//! the house does with it.
//!
//! A guest answers for one maker in one organisation. It sees the products of that maker as that
//! organisation knows them, what came through its own account, and what a person of the house
//! asked of it; nothing here reads a device, a ward, a count of either, another maker's product
//! or another's document. What a guest delivers is a claim: it is known who speaks, and still
//! nothing changes until somebody of the house takes it.

mod ask;
mod board;
mod buyers;
mod deliver;
mod settle;
mod shown;

use reading::Rejected;
use store::{
    Delivered, MakerDelivery, Organisation, Product, Release, Role, Scope, StoreError,
};

use crate::aside::CutShort;
use crate::bills::BillError;
use crate::called::maker;
use crate::fleet::FleetError;
use crate::question::NOTE_MAX;
use crate::statement::StatementError;
use crate::supplier::SupplierError;
use crate::{Actor, App, Permission};

pub use ask::{
    Askable, Asked, answer, askable_action, askable_question, asked, from_action,
    from_question, put_action, put_question, told, waiting_questions,
};
pub(crate) use board::KnownFlaws;
pub use board::{
    Board, Carried, Flaws, ReleaseShown, Stated, board, flaws, release_shown,
};
pub use buyers::{
    Buyer, FlagQuestion, Interest, about_flag, answer_flag, flag_of, flag_question,
    flag_questions,
};
pub use deliver::{NewSbom, deliver_sbom, deliver_statements, look};
pub use settle::{decline, origin, put_in_force, waiting};
pub use shown::{NewShown, Shown, may_show, show, shown, take_back};

/// Why something is not delivered, answered or taken.
#[derive(Debug, thiserror::Error)]
pub enum MakerError {
    /// The file cannot be read.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// A word is missing: the product, its release, the answer, the reason.
    #[error("the {0} is missing")]
    Missing(&'static str),
    /// The answer is too long.
    #[error("the answer is longer than {ANSWER_MAX} characters")]
    Long,
    /// The note for the maker is too long.
    #[error("the note is longer than {NOTE_MAX} characters")]
    LongNote,
    /// The document says that it is about the product of another maker.
    #[error("the document says that it is about a product of {0}")]
    OtherMaker(String),
    /// No guest answers for the maker.
    #[error("nobody answers for this maker here")]
    NoGuest,
    /// What is shown to buyers cannot be kept.
    #[error(transparent)]
    Supplier(#[from] Box<SupplierError>),
    /// A bill is not taken.
    #[error(transparent)]
    Bill(#[from] BillError),
    /// Statements are not taken.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The fleet is not at hand.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The database failed, or something is not there for the actor.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SupplierError> for MakerError {
    fn from(error: SupplierError) -> Self {
        Self::Supplier(Box::new(error))
    }
}

/// Letters of an answer.
const ANSWER_MAX: usize = 2000;

/// Where a guest sits: an organisation, and the maker for which it answers there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// The organisation.
    pub organisation: Organisation,
    /// The maker, as the house writes it.
    pub maker: String,
}

/// The desks of whoever asks; none for whoever is no guest, or of whom the house has not said
/// for which maker they answer.
///
/// # Errors
/// When the database fails.
pub async fn desks(app: &App, by: &Actor) -> Result<Vec<Desk>, StoreError> {
    let scope = by.scope(Permission::AnswerAsMaker);
    if scope.roots().is_empty() {
        return Ok(Vec::new());
    }
    let mut desks = Vec::new();
    for guest in app.store.guests(by.head).await? {
        let is_own = guest.person == by.person && scope.admits(&guest.path);
        if is_own && !guest.maker.trim().is_empty() {
            let organisation = app.store.organisation(&scope, guest.organisation).await?;
            desks.push(Desk { organisation, maker: guest.maker });
        }
    }
    Ok(desks)
}

/// Whether two names are those of one maker: the same company by the data, else the same words
/// but for legal form, case and punctuation. A slip, a shorter or a longer name is another: what
/// may be seen hangs on it.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (maker(one), maker(other));
    !one.words.is_empty() && one.words == other.words
}

impl Desk {
    /// The rows of the organisation itself; what lies below is none of a guest's business.
    fn scope(&self) -> Scope {
        Scope::of(self.organisation.head, vec![self.organisation.path.clone()])
    }

    /// Whether a product is one of the maker's, as the organisation itself knows it.
    fn admits(&self, product: &Product) -> bool {
        product.organisation == self.organisation.id
            && is_same(&product.maker, &self.maker)
    }

    /// Whether a document came through an account of the maker, to the organisation itself.
    fn holds(&self, delivery: &MakerDelivery) -> bool {
        delivery.organisation == self.organisation.id
            && is_same(&delivery.maker, &self.maker)
    }

    /// The products of the maker.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn products(&self, app: &App) -> Result<Vec<Product>, StoreError> {
        let all = app.store.products(&self.scope()).await?.into_iter();
        let own = all.map(|one| one.product).filter(|product| self.admits(product));
        Ok(own.collect())
    }

    /// What came through the maker's account, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliveries(&self, app: &App) -> Result<Vec<MakerDelivery>, StoreError> {
        let all = app.store.maker_deliveries(&self.scope()).await?;
        Ok(all.into_iter().filter(|delivery| self.holds(delivery)).collect())
    }
}

/// A release of whoever asks as a guest, with its desk.
///
/// # Errors
/// When there is none, or none that is theirs: that it is another's is not told.
pub async fn release(
    app: &App,
    by: &Actor,
    id: i64,
) -> Result<(Desk, Product, Release), StoreError> {
    for desk in desks(app, by).await? {
        match app.store.release(&desk.scope(), id).await {
            Ok((product, release)) if desk.admits(&product) => {
                return Ok((desk, product, release));
            }
            Ok(_) | Err(StoreError::Absent { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::Absent { noun: "release", id: id.to_string() })
}

/// A document that came through an account of whoever asks as a guest, with its desk.
async fn delivery(
    app: &App,
    by: &Actor,
    noun: Delivered,
    document: i64,
) -> Result<(Desk, MakerDelivery), StoreError> {
    for desk in desks(app, by).await? {
        let all = desk.deliveries(app).await?.into_iter();
        let mut own = all.filter(|one| one.noun == noun && one.document == document);
        if let Some(found) = own.next() {
            return Ok((desk, found));
        }
    }
    Err(StoreError::Absent { noun: "document", id: document.to_string() })
}

/// Whether whoever asks is a guest and nothing else.
#[must_use]
pub fn is_guest(by: &Actor) -> bool {
    by.bindings().iter().any(|binding| binding.role == Role::SupplierGuest)
        && !by.may(Permission::ViewDevices)
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[track_caller]
    fn check(one: &str, others: [&str; 2], strangers: [&str; 3]) {
        for other in others {
            assert!(is_same(one, other) && is_same(other, one), "{one} and {other}");
        }
        for other in strangers {
            assert!(!is_same(one, other) && !is_same(other, one), "{one} and {other}");
        }
    }

    #[test]
    fn one_maker_is_known_however_it_is_written_and_no_other_is_taken_for_it() {
        check(
            "Aldermoor Medical",
            ["aldermoor  medical Inc.", "ALDERMOOR MEDICAL LTD"],
            ["Aldermoor", "Aldermor Medical", "Brightwell Devices"],
        );
        check("Becton, Dickinson and Company", ["BD"; 2], ["Aldermoor North", "", "B"]);
        check(
            "Aldermoor Medical",
            ["Aldermoor Medical"; 2],
            ["Aldermoor North", "", "   "],
        );
        assert!(!is_same("", "") && !is_same("", "   "), "nobody is no maker");
    }
}
