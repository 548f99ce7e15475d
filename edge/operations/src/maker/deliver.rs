//! What a guest brings: SBOMs and statements about releases of its maker's products.

use store::{
    Acceptance, Act, BillFacts, Delivered, Fact, MakerDelivery, NewBill, NewDelivery,
    NewOriginal, NewVex, Noun, Parcel, Product, Release, Vex,
};
use terms::Tlp;

use super::{Desk, MakerError, delivery, desks, is_same, release};
use crate::aside::{CutShort, aside};
use crate::statement::{self, Stated};
use crate::{Actor, App, bills};

/// An SBOM that a guest brings, and what it says beside it: what is left empty, the document
/// says.
#[derive(Clone, Copy, Debug)]
pub struct NewSbom<'a> {
    /// To which organisation.
    pub organisation: i64,
    /// What the file is called.
    pub name: &'a str,
    /// The product.
    pub product: &'a str,
    /// Its release.
    pub version: &'a str,
}

/// Keeps an SBOM of a guest at a release of its maker's product. It is not in force until
/// somebody of the house puts it there. Gives the number of the release.
///
/// # Errors
/// When the actor is no guest there, the file is no SBOM or is about another maker's product,
/// nobody says which product and release it is about, or the database fails; then nothing is
/// kept.
pub async fn deliver_sbom(
    app: &App,
    by: &Actor,
    new: NewSbom<'_>,
    parcel: Parcel,
) -> Result<i64, MakerError> {
    let desk = desk(app, by, new.organisation).await?;
    let (parcel, (subject, about)) = read(app, parcel).await?;
    if !subject.maker.trim().is_empty() && !is_same(&subject.maker, &desk.maker) {
        return Err(MakerError::OtherMaker(subject.maker));
    }
    let product = stated(new.product, &subject.name);
    let product = product.ok_or(MakerError::Missing("product"))?;
    let version = stated(new.version, &subject.version);
    let version = version.ok_or(MakerError::Missing("version"))?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let organisation = desk.organisation.id;
    let original = write
        .keep_original(NewOriginal {
            organisation,
            name: new.name,
            kind: bills::KIND,
            label: Tlp::UNLABELLED,
            by: by.person,
            parcel: &parcel,
        })
        .await?;
    let product = match known(app, &desk, &product).await? {
        Some(known) => known,
        None => write.keep_product(organisation, &desk.maker, &product).await?,
    };
    let release = write.keep_release(product, &version).await?;
    let (bill, outcome) = write
        .offer_bill(NewBill {
            release,
            original,
            subject: &about.subject,
            format: &about.format,
            spec: &about.spec,
            components: about.components,
            with_purl: about.with_purl,
            with_cpe: about.with_cpe,
            scores: &about.scores,
            by: by.person,
        })
        .await?;
    let id = write
        .keep_delivery(NewDelivery {
            organisation,
            maker: &desk.maker,
            noun: Delivered::Bill,
            document: bill,
            product,
            release,
            title: new.name,
            by: by.person,
        })
        .await?;
    // The house had the same document already, and keeps it in force.
    if let Some(outcome) = outcome {
        write.settle_delivery(id, outcome, "", by.person).await?;
    }
    let facts = vec![
        ("bill", Fact::Number(bill)),
        ("release", Fact::Number(release)),
        ("digest", Fact::digest(parcel.digest().as_bytes())),
    ];
    let (what, noun) = ("deliver bill of materials as maker", Noun::MakerDelivery);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(release)
}

/// What a bill is about, and what is kept of it.
async fn read(
    app: &App,
    parcel: Parcel,
) -> Result<(Parcel, (bills::Subject, BillFacts)), MakerError> {
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let (parcel, read) = aside(move || {
        let read = parcel.bytes().map(|bytes| bills::described(&bytes));
        (parcel, read)
    })
    .await?;
    drop(reader);
    Ok((parcel, read??))
}

/// The product of that name; one that the house writes a little otherwise is the same.
async fn known(app: &App, desk: &Desk, product: &str) -> Result<Option<i64>, MakerError> {
    let all = desk.products(app).await?;
    let is_it = |one: &&Product| one.name.trim().eq_ignore_ascii_case(product);
    Ok(all.iter().find(is_it).map(|one| one.id))
}

/// Keeps a document with statements of a guest at a release of its maker's product; it is a
/// claim. Gives the number of the document.
///
/// # Errors
/// When the release is none of the guest's, the file states nothing, or the database fails; then
/// nothing is kept.
pub async fn deliver_statements(
    app: &App,
    by: &Actor,
    id: i64,
    name: &str,
    parcel: Parcel,
) -> Result<i64, MakerError> {
    let (desk, product, release) = release(app, by, id).await?;
    let (parcel, document) = statement::arrived(app, parcel).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let organisation = desk.organisation.id;
    let original = write
        .keep_original(NewOriginal {
            organisation,
            name,
            kind: statement::KIND,
            label: Tlp::UNLABELLED,
            by: by.person,
            parcel: &parcel,
        })
        .await?;
    let title = document.title(name);
    let vex = write
        .keep_vex(NewVex {
            product: product.id,
            release: release.id,
            original,
            format: document.format,
            title: &title,
            statements: document.statements.len() as i64,
            by: by.person,
        })
        .await?;
    let id = write
        .keep_delivery(NewDelivery {
            organisation,
            maker: &desk.maker,
            noun: Delivered::Vex,
            document: vex,
            product: product.id,
            release: release.id,
            title: &title,
            by: by.person,
        })
        .await?;
    let facts = vec![
        ("document", Fact::Number(vex)),
        ("digest", Fact::digest(parcel.digest().as_bytes())),
        ("statements", Fact::Number(document.statements.len() as i64)),
    ];
    let (what, noun) = ("deliver statements as maker", Noun::MakerDelivery);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(vex)
}

/// What a document of a guest states, and what of it the house has accepted.
///
/// # Errors
/// When it did not come through the guest's account, or the database fails.
pub async fn look(
    app: &App,
    by: &Actor,
    document: i64,
) -> Result<(MakerDelivery, Vex, (Product, Release), Vec<Stated>), MakerError> {
    let (desk, delivery) = delivery(app, by, Delivered::Vex, document).await?;
    let scope = desk.scope();
    let vex = app.store.vex(&scope, document).await?;
    let of = app.store.release(&scope, delivery.release).await?;
    let accepted: Vec<Acceptance> = app.store.acceptances(&scope, vex.product).await?;
    let bytes = app.store.bytes_of(&scope, vex.original).await?;
    let at = (vex.original, vex.release);
    let title = vex.title.clone();
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    // What the house has of the product is not looked at: whom a statement reaches is its own.
    let stated =
        aside(move || statement::read_stated(&bytes, &title, &accepted, at)).await?;
    drop(reader);
    Ok((delivery, vex, of, stated?))
}

async fn desk(app: &App, by: &Actor, organisation: i64) -> Result<Desk, MakerError> {
    let mut desks = desks(app, by).await?.into_iter();
    let desk = desks.find(|desk| desk.organisation.id == organisation);
    desk.ok_or_else(|| {
        let id = organisation.to_string();
        MakerError::Store(store::StoreError::Absent { noun: "organisation", id })
    })
}

/// What a person says, else what the document says.
fn stated(typed: &str, said: &str) -> Option<String> {
    let first = [typed, said].into_iter().map(str::trim).find(|text| !text.is_empty());
    first.map(str::to_owned)
}
