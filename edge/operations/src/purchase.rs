//! Purchases: bidders held side by side by their files and by what the house has, before anything
//! is bought.
//!
//! Whoever sees a purchase sees its bids; a bidder sees nothing of it, since no role of a
//! supplier's guest has a permission here. What is judged is worked out from the originals,
//! whenever something changed on which it rests.

mod compare;
mod decide;
mod deliver;
mod house;
mod told;
mod watch;

use ::purchase::{Profile, Tier};
use reading::Rejected;
use store::{
    Act, Bidder, Fact, NewBidder, NewPurchase, Noun, Organisation, Purchase,
    PurchaseFile, PurchaseSaid, StoreError,
};

use crate::aside::CutShort;
use crate::judging::JudgingError;
use crate::supplier::SupplierError;
use crate::{Actor, App, Permission};

pub(crate) use compare::Comparisons;
pub use compare::{Bidding, Compared, Ending, Gated, compare, name_of};
pub use decide::{Wish, approve, ask_override, award, cancel, end_override, to_approve};
pub use deliver::{Dropped, Side, deliver, take_out};
pub use told::{
    Asked, Considered, Contradicted, Fact as Ground, FileTold, FlawTold, GateTold,
    Judgement, Owed, Supported, Timed,
};
pub(crate) use watch::Watches;
pub use watch::{
    Happened, News, NewsKind, Watched, bought, happened, keep_watched, watch, watch_all,
};

/// Letters of a name.
const NAME_MAX: usize = 200;
/// Letters of a reason.
const REASON_MAX: usize = 2000;
/// Who may bid in one purchase.
const BIDDERS_MAX: usize = 50;
/// Organisations that may buy along.
const MEMBERS_MAX: usize = 2000;

/// Why something about a purchase is not done.
#[derive(Debug, thiserror::Error)]
pub enum PurchaseError {
    /// The actor may not buy there.
    #[error("you may not keep purchases of that organisation")]
    NotAllowed,
    /// The actor sees the purchase, and may not change it.
    #[error("the purchase is another organisation's, which you buy along with")]
    Others,
    /// A field is missing.
    #[error("the {0} is missing")]
    Missing(&'static str),
    /// A field does not hold what it should.
    #[error("the {0} is {1}")]
    Wrong(&'static str, &'static str),
    /// The profile cannot be read.
    #[error(transparent)]
    Profile(Rejected),
    /// Somebody of that name bids already.
    #[error("{0} bids already")]
    Twice(String),
    /// A purchase that has ended stays as it is.
    #[error("the purchase has ended")]
    Ended,
    /// A file is not taken: its name, and why.
    #[error("{name}: {why}")]
    Refused {
        /// Its name, and behind `!` that in an archive.
        name: String,
        /// Why.
        why: String,
    },
    /// The bidder has no such gate that keeps from buying.
    #[error("that gate keeps nobody from buying from this bidder")]
    Open,
    /// Gates keep from buying.
    #[error("gates keep from buying: {0}")]
    Blocked(String),
    /// Something changed after whoever decides has looked.
    #[error("something has changed since you looked")]
    Changed,
    /// Whoever asked for an override approves it.
    #[error("whoever asked for an override does not approve it")]
    Own,
    /// What suppliers are judged by cannot be read.
    #[error(transparent)]
    Supplier(#[from] SupplierError),
    /// The index cannot be read.
    #[error(transparent)]
    Judging(#[from] JudgingError),
    /// The list of questions, or the record, cannot be written.
    #[error("it cannot be written: {0}")]
    Unwritable(String),
    /// The record of an award cannot be read.
    #[error("the record of the award cannot be read: {0}")]
    Record(String),
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The database failed, or something is not there for the actor.
    #[error(transparent)]
    Store(StoreError),
}

/// Where two act at once, the second has looked at what was before.
impl From<StoreError> for PurchaseError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken(_) => Self::Changed,
            other => Self::Store(other),
        }
    }
}

/// What somebody says of a purchase, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saying {
    /// What it is called.
    pub title: String,
    /// How much hangs on the device, by its word.
    pub tier: String,
    /// Until when it is meant to be used; empty where nobody says.
    pub used_until: String,
    /// A changed copy of what is asked, as TOML; empty where it is the house's.
    pub profile: String,
    /// The organisations below that buy along.
    pub members: Vec<i64>,
}

/// Who bids, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewBid {
    /// The legal name; that of the dossier where it is left out.
    pub name: String,
    /// The product that is offered.
    pub product: String,
    /// The version that would be delivered.
    pub version: String,
    /// The dossier that the house keeps.
    pub supplier: Option<i64>,
}

/// The tier of a word.
#[must_use]
pub fn tier(word: &str) -> Option<Tier> {
    Tier::ALL.into_iter().find(|tier| tier.word() == word)
}

async fn home(app: &App, by: &Actor, id: i64) -> Result<Organisation, PurchaseError> {
    let scope = by.scope(Permission::KeepPurchases);
    match app.store.organisation(&scope, id).await {
        Err(StoreError::Absent { .. }) => Err(PurchaseError::NotAllowed),
        found => Ok(found?),
    }
}

/// A purchase that the actor may see.
///
/// # Errors
/// When the database fails, or there is none that may be seen.
pub async fn seen(app: &App, by: &Actor, id: i64) -> Result<Purchase, StoreError> {
    app.store.purchase(&by.scope(Permission::ViewPurchases), id).await
}

/// Whether the actor may change a purchase: who buys along looks.
#[must_use]
pub fn may_keep(by: &Actor, purchase: &Purchase) -> bool {
    by.scope(Permission::KeepPurchases).admits(&purchase.path)
}

/// A purchase that goes on and that the actor may change.
async fn kept(app: &App, by: &Actor, id: i64) -> Result<Purchase, PurchaseError> {
    let purchase = seen(app, by, id).await?;
    match (may_keep(by, &purchase), &purchase.ended) {
        (false, _) => Err(PurchaseError::Others),
        (true, Some(_)) => Err(PurchaseError::Ended),
        (true, None) => Ok(purchase),
    }
}

/// A bidder of a purchase that is judged.
async fn bidder(
    app: &App,
    by: &Actor,
    (purchase, id): (&Purchase, i64),
) -> Result<Bidder, PurchaseError> {
    let scope = by.scope(Permission::ViewPurchases);
    let all = app.store.purchase_bidders(&scope, purchase.id).await?;
    let found = all.into_iter().find(|one| one.id == id && one.left_out.is_none());
    let absent = || StoreError::Absent { noun: "bidder", id: id.to_string() };
    Ok(found.ok_or_else(absent)?)
}

fn stated(field: &'static str, text: &str) -> Result<String, PurchaseError> {
    match within(field, text, NAME_MAX)? {
        text if text.is_empty() => Err(PurchaseError::Missing(field)),
        text => Ok(text),
    }
}

fn within(field: &'static str, text: &str, most: usize) -> Result<String, PurchaseError> {
    match text.trim() {
        text if text.chars().count() > most => {
            Err(PurchaseError::Wrong(field, "too long"))
        }
        text => Ok(text.to_owned()),
    }
}

/// A day that is not over.
fn day_ahead(
    app: &App,
    field: &'static str,
    text: &str,
) -> Result<String, PurchaseError> {
    let day = terms::date::day(text.trim());
    let day = day.map_err(|_| PurchaseError::Wrong(field, "no day, as 2027-11-26"))?;
    let today = app.today();
    match day.to_string() {
        day if day < today => Err(PurchaseError::Wrong(field, "a day that is over")),
        day => Ok(day),
    }
}

/// What is said, judged; and the members, each of which stands below the buyer.
async fn judged(
    app: &App,
    by: &Actor,
    place: (i64, &store::Path),
    saying: &Saying,
) -> Result<(PurchaseSaid, Vec<i64>), PurchaseError> {
    let title = stated("title", &saying.title)?;
    let tier = tier(&saying.tier).ok_or(PurchaseError::Missing("tier"))?;
    let used_until = match saying.used_until.trim() {
        "" => None,
        text => Some(day_ahead(app, "used_until", text)?),
    };
    let profile = saying.profile.replace("\r\n", "\n");
    let profile = profile.trim();
    if !profile.is_empty() {
        Profile::parse(profile.as_bytes()).map_err(PurchaseError::Profile)?;
    }
    if saying.members.len() > MEMBERS_MAX {
        return Err(PurchaseError::Wrong("members", "too many"));
    }
    let below = store::Scope::of(by.head, vec![place.1.clone()]);
    let mut members = Vec::new();
    for member in &saying.members {
        match app.store.organisation(&below, *member).await {
            Ok(found) if found.id != place.0 => members.push(found.id),
            Ok(_) => {}
            Err(StoreError::Absent { .. }) => {
                return Err(PurchaseError::Wrong("members", "none below the buyer"));
            }
            Err(error) => return Err(error.into()),
        }
    }
    let profile = profile.to_owned();
    let tier = tier.word().to_owned();
    Ok((PurchaseSaid { title, tier, used_until, profile }, members))
}

/// Makes a purchase. Gives its number.
///
/// # Errors
/// When the actor may not buy there, something is missing or wrong, or the database fails.
pub async fn make(
    app: &App,
    by: &Actor,
    organisation: i64,
    saying: &Saying,
) -> Result<i64, PurchaseError> {
    let place = home(app, by, organisation).await?;
    let (said, members) = judged(app, by, (place.id, &place.path), saying).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let (organisation, members) = (place.id, &members[..]);
    let new = NewPurchase { organisation, said: &said, members, by: by.person };
    let id = write.make_purchase(new).await?;
    let facts = vec![
        ("organisation", Fact::Number(organisation)),
        ("members", Fact::Number(members.len() as i64)),
    ];
    let (what, noun) = ("make purchase", Noun::Purchase);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(id)
}

/// Says something else of a purchase.
///
/// # Errors
/// When the actor may not change it, it has ended, something is missing or wrong, or the database
/// fails.
pub async fn change(
    app: &App,
    by: &Actor,
    id: i64,
    saying: &Saying,
) -> Result<(), PurchaseError> {
    let purchase = kept(app, by, id).await?;
    let place = (purchase.organisation, &purchase.path);
    let (said, members) = judged(app, by, place, saying).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.change_purchase(id, &said, &members).await?;
    let digest = *blake3::hash(said.profile.as_bytes()).as_bytes();
    let facts = vec![
        ("members", Fact::Number(members.len() as i64)),
        ("profile", Fact::digest(&digest)),
    ];
    let (what, noun) = ("change purchase", Noun::Purchase);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}

/// Adds who bids. Gives its number.
///
/// # Errors
/// When the actor may not change the purchase, it has ended, the name is missing or bids already,
/// there is no such dossier for the actor, or the database fails.
pub async fn add(
    app: &App,
    by: &Actor,
    id: i64,
    new: &NewBid,
) -> Result<i64, PurchaseError> {
    let purchase = kept(app, by, id).await?;
    let supplier = match new.supplier {
        None => None,
        Some(supplier) => {
            let scope = by.scope(Permission::ViewSuppliers);
            Some(app.store.supplier(&scope, supplier).await?)
        }
    };
    let named = supplier.as_ref().map_or("", |one| one.name.as_str());
    let name = if new.name.trim().is_empty() { named } else { &new.name };
    let name = stated("name", name)?;
    let scope = by.scope(Permission::ViewPurchases);
    let all = app.store.purchase_bidders(&scope, id).await?;
    let mut bidding = all.iter().filter(|one| one.left_out.is_none());
    if bidding.clone().count() >= BIDDERS_MAX {
        return Err(PurchaseError::Wrong("name", "one more than can be compared"));
    }
    // Lists of questions name the bidder.
    if bidding.any(|one| one.name.to_lowercase() == name.to_lowercase()) {
        return Err(PurchaseError::Twice(name));
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let bidder = write
        .add_bidder(NewBidder {
            purchase: purchase.id,
            name: &name,
            product: &within("product", &new.product, NAME_MAX)?,
            version: &within("version", &new.version, NAME_MAX)?,
            supplier: supplier.map(|one| one.id),
            by: by.person,
        })
        .await?;
    let facts = vec![("bidder", Fact::Number(bidder))];
    let (what, noun) = ("add bidder", Noun::Purchase);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(bidder)
}

/// Leaves a bidder out: it is judged no more, and its files stay.
///
/// # Errors
/// When the actor may not change the purchase, it has ended, there is no such bidder, or the
/// database fails.
pub async fn leave_out(
    app: &App,
    by: &Actor,
    id: i64,
    who: i64,
) -> Result<(), PurchaseError> {
    let purchase = kept(app, by, id).await?;
    let who = bidder(app, by, (&purchase, who)).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.leave_bidder_out(id, who.id, by.person).await?;
    let facts = vec![("bidder", Fact::Number(who.id))];
    let (what, noun) = ("leave bidder out", Noun::Purchase);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}

/// A file of a bid, and its bytes as they were delivered.
///
/// # Errors
/// When the actor sees no such purchase, it has no such file, or the database fails.
pub async fn file(
    app: &App,
    by: &Actor,
    id: i64,
    file: i64,
) -> Result<(PurchaseFile, Vec<u8>), PurchaseError> {
    let scope = by.scope(Permission::ViewPurchases);
    let all = app.store.purchase_files(&scope, id).await?;
    let absent = || StoreError::Absent { noun: "file", id: file.to_string() };
    let found = all.into_iter().find(|one| one.id == file).ok_or_else(absent)?;
    // Who buys along may read it, and the document is the buyer's.
    let whole = store::Scope::whole(by.head);
    let bytes = app.store.bytes_of(&whole, found.original).await?;
    Ok((found, bytes))
}
