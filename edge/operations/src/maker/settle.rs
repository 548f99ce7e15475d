//! What the house does with what came through a maker's account.

use store::{
    Act, Delivered, Fact, MakerDelivery, NewBill, Noun, Outcome, Scope, StoreError,
};

use super::MakerError;
use crate::bills::queue;
use crate::{Actor, App, Permission};

/// What came through makers' accounts and waits, as far as whoever asks sees the products.
///
/// # Errors
/// When the database fails.
pub async fn waiting(app: &App, by: &Actor) -> Result<Vec<MakerDelivery>, StoreError> {
    let all = app.store.maker_deliveries(&by.scope(Permission::ViewDevices)).await?;
    let mut waiting = Vec::new();
    for one in all.into_iter().filter(|one| one.outcome.is_none()) {
        if one.noun == Delivered::Bill || !is_accepted(app, by, &one).await? {
            waiting.push(one);
        }
    }
    Ok(waiting)
}

/// Whether something of a document with statements was accepted.
async fn is_accepted(
    app: &App,
    by: &Actor,
    delivery: &MakerDelivery,
) -> Result<bool, StoreError> {
    let scope = by.scope(Permission::ViewDevices);
    let vex = app.store.vex(&scope, delivery.document).await?;
    let accepted = app.store.acceptances(&scope, vex.product).await?;
    Ok(accepted.iter().any(|one| {
        one.ended.is_none() && (one.original, one.release) == (vex.original, vex.release)
    }))
}

/// Through whose account documents came, by the number of the row: within a scope.
///
/// # Errors
/// When the database fails.
pub async fn origin(
    app: &App,
    scope: &Scope,
    noun: Delivered,
    document: i64,
) -> Result<Option<MakerDelivery>, StoreError> {
    let all = app.store.maker_deliveries(scope).await?.into_iter();
    let mut found = all.filter(|one| one.noun == noun && one.document == document);
    Ok(found.next())
}

/// Puts an SBOM in force that came through a maker's account, and has it judged. One in force
/// about the same subject is replaced, unless it lists more than twice as much. Gives the number of its release.
///
/// # Errors
/// When there is none that the actor may deliver for, or the database fails.
pub async fn put_in_force(app: &App, by: &Actor, bill: i64) -> Result<i64, MakerError> {
    let scope = by.scope(Permission::DeliverDocuments);
    let bill = app.store.bill(&scope, bill).await?;
    let delivery = delivered(app, &scope, Delivered::Bill, bill.id).await?;
    let about = bill.facts();
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write
        .keep_bill(NewBill {
            release: bill.release,
            original: bill.original,
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
    write.settle_delivery(delivery.id, Outcome::Taken, "", by.person).await?;
    queue(&mut write).await?;
    let facts = vec![("bill", Fact::Number(bill.id))];
    let (what, noun) = ("put bill of materials of maker in force", Noun::MakerDelivery);
    write.commit(Act { by: by.person, what, noun, id: delivery.id, facts }).await?;
    Ok(bill.release)
}

/// Declines what came through a maker's account, with the reason, which the maker reads. What of
/// statements was accepted before stands until it is taken back.
///
/// # Errors
/// When there is none that the actor may decide about, no reason is given, or the database
/// fails.
pub async fn decline(
    app: &App,
    by: &Actor,
    noun: Delivered,
    document: i64,
    reason: &str,
) -> Result<MakerDelivery, MakerError> {
    let permission = match noun {
        Delivered::Bill => Permission::DeliverDocuments,
        Delivered::Vex => Permission::AcceptStatements,
    };
    let delivery = delivered(app, &by.scope(permission), noun, document).await?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(MakerError::Missing("reason"));
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.settle_delivery(delivery.id, Outcome::Declined, reason, by.person).await?;
    let facts = vec![("document", Fact::Number(document))];
    let (what, noun) = ("decline delivery of maker", Noun::MakerDelivery);
    write.commit(Act { by: by.person, what, noun, id: delivery.id, facts }).await?;
    Ok(delivery)
}

async fn delivered(
    app: &App,
    scope: &Scope,
    noun: Delivered,
    document: i64,
) -> Result<MakerDelivery, StoreError> {
    let found = origin(app, scope, noun, document).await?;
    found.ok_or_else(|| StoreError::Absent {
        noun: "delivery of a maker",
        id: document.to_string(),
    })
}
