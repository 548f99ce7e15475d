//! Forms MDS2: what makers disclose of the security of their products, held against what else is
//! known.
//!
//! A form arrives and waits. A person says of which product and releases it is, and takes it in
//! force; an older one of the same is replaced then. What a form answers is its maker's word:
//! it is shown, compared and asked about, and clears nothing.

mod facts;
mod read;
mod see;

use reading::Rejected;
use store::{
    Act, Fact, Mds2Form, Mds2Said, Mds2Standing, NewMds2Form, NewOriginal, Noun,
    Organisation, Parcel, StoreError, Write,
};
use terms::Tlp;

use crate::aside::CutShort;
use crate::fleet::FleetError;
use crate::maker::{Desk, desks, is_same};
use crate::{Actor, App, Permission, posture};

pub use facts::{DEVICES, DOSSIERS};
pub use read::{FormRead, read};
pub(crate) use read::{is_form, said, unread_form};
pub use see::{Seen, Side, compared, proposed, see};

/// What an original is, for whoever keeps it.
const KIND: &str = "mds2";
/// Letters of a reason.
const REASON_MAX: usize = 2000;
/// Releases that one form may name.
const RELEASES_MAX: usize = 50;

/// Why a form is not taken, or not shown.
#[derive(Debug, thiserror::Error)]
pub enum Mds2Error {
    /// The file is no form that can be read.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// The actor may not do this there.
    #[error("you may not deliver documents for this organisation")]
    NotAllowed,
    /// A word is missing: maker, product, reason.
    #[error("the {0} is missing")]
    Missing(&'static str),
    /// A word is too long, or there are too many.
    #[error("the {0} is too long")]
    Long(&'static str),
    /// A newer form of the same is in force.
    #[error("the form in force was released on {in_force}, after this one ({this})")]
    Newer {
        /// The release of the one in force.
        in_force: String,
        /// The release of this one.
        this: String,
    },
    /// The form says that it is about the product of another maker.
    #[error("the form says that it is about a product of {0}")]
    OtherMaker(String),
    /// Too few forms are named, or too many.
    #[error("two to {0} forms are compared")]
    Count(usize),
    /// A workbook cannot be written.
    #[error(transparent)]
    Unwritable(#[from] ::mds2::workbook::Unwritable),
    /// The devices that somebody sees cannot be told.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The database failed, or something is not there for the actor.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a person says of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placing {
    /// Who makes the product.
    pub maker: String,
    /// What it is called.
    pub product: String,
    /// Of which releases; of all where none is named.
    pub releases: Vec<String>,
}

/// An organisation for which the actor may deliver documents.
async fn home(app: &App, by: &Actor, id: i64) -> Result<Organisation, Mds2Error> {
    let scope = by.scope(Permission::DeliverDocuments);
    match app.store.organisation(&scope, id).await {
        Err(StoreError::Absent { .. }) => Err(Mds2Error::NotAllowed),
        found => Ok(found?),
    }
}

/// A form that the actor may keep: one of an organisation for which they may deliver.
async fn kept(app: &App, by: &Actor, id: i64) -> Result<Mds2Form, StoreError> {
    app.store.mds2_form(&by.scope(Permission::DeliverDocuments), id).await
}

/// A form with the file that it is.
struct Delivered<'a> {
    organisation: i64,
    maker: &'a str,
    name: &'a str,
    parcel: &'a Parcel,
    said: &'a Mds2Said,
}

async fn keep(
    write: &mut Write<'_>,
    new: Delivered<'_>,
    by: i64,
) -> Result<i64, StoreError> {
    let original = write
        .keep_original(NewOriginal {
            organisation: new.organisation,
            name: new.name,
            kind: KIND,
            label: Tlp::UNLABELLED,
            by,
            parcel: new.parcel,
        })
        .await?;
    let Delivered { organisation, maker, said, .. } = new;
    write.keep_mds2_form(NewMds2Form { organisation, original, maker, said, by }).await
}

/// Keeps a form that arrived, for somebody who says of what it is. One that the organisation
/// has already is not kept twice. Gives its number.
///
/// # Errors
/// When the actor may not, the file is no form that can be read, or the database fails; then
/// nothing is kept.
pub async fn arrive(
    app: &App,
    by: &Actor,
    organisation: i64,
    name: &str,
    parcel: Parcel,
) -> Result<i64, Mds2Error> {
    let place = home(app, by, organisation).await?;
    let (parcel, said) = read::arrived(app, parcel).await?;
    let mut write = app.store.write(place.head, (app.now)()).await?;
    let new = Delivered {
        organisation: place.id,
        maker: "",
        name,
        parcel: &parcel,
        said: &said,
    };
    let id = keep(&mut write, new, by.person).await?;
    let facts = vec![("digest", Fact::digest(parcel.digest().as_bytes()))];
    let (what, noun) = ("deliver MDS2 form", Noun::Mds2Form);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(id)
}

/// Says of which product and releases a form is, and takes it in force. What is in force of the
/// same is replaced.
///
/// # Errors
/// When the actor may not, a word is missing, a newer form of the same is in force, or the
/// database fails; then nothing is changed.
pub async fn place(
    app: &App,
    by: &Actor,
    id: i64,
    placing: &Placing,
) -> Result<i64, Mds2Error> {
    let form = kept(app, by, id).await?;
    let place = home(app, by, form.organisation).await?;
    let maker = stated("maker", &placing.maker)?;
    let product = stated("product", &placing.product)?;
    if placing.releases.len() > RELEASES_MAX {
        return Err(Mds2Error::Long("releases"));
    }
    let mut write = app.store.write(place.head, (app.now)()).await?;
    let product = write.keep_product(place.id, &maker, &product).await?;
    let mut releases = Vec::new();
    for version in &placing.releases {
        let version = stated("releases", version)?;
        releases.push(write.keep_release(product, &version).await?);
    }
    let own = by.scope(Permission::DeliverDocuments);
    let all = app.store.mds2_forms(&own).await?;
    let replaced: Vec<&Mds2Form> = all
        .iter()
        .filter(|one| one.id != id && is_replaced(one, product, &releases))
        .collect();
    if let Some(newer) = newer(&form, &replaced) {
        return Err(newer);
    }
    write.place_mds2_form(id, product, &releases).await?;
    write.put_mds2_form_in_force(id, by.person).await?;
    let mut facts = vec![
        ("product", Fact::Number(product)),
        ("releases", Fact::Number(i64::try_from(releases.len()).unwrap_or(i64::MAX))),
    ];
    for old in replaced {
        write.end_mds2_form(old.id, ("", Some(id)), by.person).await?;
        facts.push(("replaces", Fact::Number(old.id)));
    }
    posture::queue(&mut write).await?;
    let (what, noun) = ("take MDS2 form in force", Noun::Mds2Form);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(product)
}

/// Whether a form of a product in force is of nothing but what these releases are; where none is
/// named, that is everything.
fn is_replaced(one: &Mds2Form, product: i64, releases: &[i64]) -> bool {
    let is_within = releases.is_empty()
        || (!one.releases.is_empty()
            && one.releases.iter().all(|release| releases.contains(release)));
    one.product == Some(product) && one.is_in_force() && is_within
}

/// That something newer would be replaced, where both tell their days.
fn newer(form: &Mds2Form, replaced: &[&Mds2Form]) -> Option<Mds2Error> {
    let this = form.said.release_day.clone()?;
    let days = replaced.iter().filter_map(|one| one.said.release_day.clone());
    let in_force = days.filter(|day| *day > this).max()?;
    Some(Mds2Error::Newer { in_force, this })
}

/// Takes a form out of force, sets it aside before it was in force, or declines what a maker
/// delivered: with the reason, which the maker reads.
///
/// # Errors
/// When there is none that the actor may keep and that has not ended, no reason is given, or the
/// database fails.
pub async fn end(
    app: &App,
    by: &Actor,
    id: i64,
    reason: &str,
) -> Result<Option<i64>, Mds2Error> {
    let form = kept(app, by, id).await?;
    let what = match form.standing() {
        Mds2Standing::Waiting => "set MDS2 form aside",
        Mds2Standing::InForce => "take MDS2 form out of force",
        _ => return Err(StoreError::Absent { noun: NOUN, id: id.to_string() }.into()),
    };
    let reason = stated("reason", reason)?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.end_mds2_form(id, (&reason, None), by.person).await?;
    posture::queue(&mut write).await?;
    let noun = Noun::Mds2Form;
    write.commit(Act { by: by.person, what, noun, id, facts: Vec::new() }).await?;
    Ok(form.product)
}

/// What a form is called where there is none.
const NOUN: &str = "MDS2 form in force, or that waits";

fn stated(field: &'static str, text: &str) -> Result<String, Mds2Error> {
    match text.trim() {
        "" => Err(Mds2Error::Missing(field)),
        text if text.chars().count() > REASON_MAX => Err(Mds2Error::Long(field)),
        text => Ok(text.to_owned()),
    }
}

/// A form that a guest brings, and what it says beside it: what is left empty, the form says.
#[derive(Clone, Copy, Debug)]
pub struct NewForm<'a> {
    /// To which organisation.
    pub organisation: i64,
    /// What the file is called.
    pub name: &'a str,
    /// The product.
    pub product: &'a str,
    /// Its releases; all where none is named.
    pub releases: &'a [String],
}

/// Keeps a form of a guest at a product of its maker. It counts for nothing until somebody of the
/// house takes it in force. Gives its number.
///
/// # Errors
/// When the actor is no guest there, the file is no form that can be read or is about another
/// maker's product, nobody says which product it is about, or the database fails; then nothing is
/// kept.
pub async fn deliver(
    app: &App,
    by: &Actor,
    new: NewForm<'_>,
    parcel: Parcel,
) -> Result<i64, Mds2Error> {
    let desk = desk(app, by, new.organisation).await?;
    let (parcel, said) = read::arrived(app, parcel).await?;
    if !said.made_by.trim().is_empty() && !is_same(&said.made_by, &desk.maker) {
        return Err(Mds2Error::OtherMaker(said.made_by));
    }
    if new.releases.len() > RELEASES_MAX {
        return Err(Mds2Error::Long("releases"));
    }
    let named = [new.product, &said.model].into_iter().find(|it| !it.trim().is_empty());
    let named = stated("product", named.unwrap_or_default())?;
    let own = desk.products(app).await?;
    let known = own.iter().find(|one| one.name.trim().eq_ignore_ascii_case(&named));
    let organisation = desk.organisation.id;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let delivered = Delivered {
        organisation,
        maker: &desk.maker,
        name: new.name,
        parcel: &parcel,
        said: &said,
    };
    let id = keep(&mut write, delivered, by.person).await?;
    let scope = store::Scope::of(by.head, vec![desk.organisation.path.clone()]);
    let before = app.store.mds2_forms(&scope).await?;
    // What somebody of the house has said of it stands.
    if before.iter().all(|one| one.id != id || one.product.is_none()) {
        let product = match known {
            Some(known) => known.id,
            None => write.keep_product(organisation, &desk.maker, &named).await?,
        };
        let mut releases = Vec::new();
        for version in new.releases {
            let version = stated("releases", version)?;
            releases.push(write.keep_release(product, &version).await?);
        }
        write.place_mds2_form(id, product, &releases).await?;
    }
    let facts = vec![("digest", Fact::digest(parcel.digest().as_bytes()))];
    let (what, noun) = ("deliver MDS2 form as maker", Noun::Mds2Form);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(id)
}

async fn desk(app: &App, by: &Actor, organisation: i64) -> Result<Desk, Mds2Error> {
    let mut desks = desks(app, by).await?.into_iter();
    let desk = desks.find(|desk| desk.organisation.id == organisation);
    desk.ok_or_else(|| {
        let id = organisation.to_string();
        Mds2Error::Store(StoreError::Absent { noun: "organisation", id })
    })
}

/// The forms that came through the accounts of whoever asks as a guest, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn delivered(app: &App, by: &Actor) -> Result<Vec<Mds2Form>, StoreError> {
    let mut own = Vec::new();
    for desk in desks(app, by).await? {
        let place = &desk.organisation;
        let scope = store::Scope::of(by.head, vec![place.path.clone()]);
        let all = app.store.mds2_forms(&scope).await?.into_iter();
        own.extend(all.filter(|one| {
            one.organisation == place.id && is_same(&one.maker, &desk.maker)
        }));
    }
    own.sort_by_key(|one| std::cmp::Reverse(one.id));
    own.dedup_by_key(|one| one.id);
    Ok(own)
}
